"""Charts of what an outcome hangs on: its spread, factors, events, and options side by side."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from foedus.briefing.analysis import Analysis, held, most_comes_from
from foedus.briefing.factor_words import unit_name, with_unit
from foedus.briefing.sentences import count_of, in_a_sentence, middle_and_range, percent
from foedus.briefing.wording import show_cell, show_range
from foedus.ensemble.across_options import AcrossOptions
from foedus.ensemble.boxes import Question
from foedus.ensemble.sensitivity import Effects, Sensitivity
from foedus.ensemble.swings import Swings
from foedus.plots.figure import Figure
from foedus.plots.layers import layered
from foedus.plots.panels import (
    LINE_HEIGHT,
    MARGIN,
    Panel,
    Rows,
    Series,
    legend_of,
    named_rows,
    names_axis,
    one,
    panel_chart,
)
from foedus.plots.style import BLUE, HUES, INK, PAGE, SHAPES, data, number, x_axis
from foedus.plots.words import ends_of, leaders, left_out, size_of
from foedus.quantities import quantity

SIDES: Final = 70
"""Left and right of a histogram, in pixels: the numbers of its axis and half a number more."""
BAR: Final = 11
"""Height of one of two bars of a row."""
SHARES: Final = {"first_share": "Alone", "total_share": "With others"}
REGRETS: Final = {
    "regret_mean_value": "On average",
    "regret_high_value": "90 % point",
    "regret_worst_value": "Greatest",
}
ENDS: Final = {"low": "At its 5 % point", "high": "At its 95 % point"}


def spread(found: Analysis) -> Figure | None:
    """Draw how often the outcome takes which value; None where it takes one, or is yes or no."""
    if found.is_flat or found.is_yes_or_no:
        return None
    table, name = found.bins, plain_name(found)
    middle, low, high = (show_cell(q, name) for q in middle_and_range(found.numbers))
    highest = table.row(int(table["draws_count"].arg_max() or 0), named=True)
    most = bin_words(highest[f"from_{name}"], highest[f"to_{name}"], name)
    failed = found.sample.size - found.numbers.size
    without = f" {count_of(failed, 'draw')} without a number left out." if failed else ""
    return Figure(
        name="sensitivity-spread",
        title=found.about.title,
        draw=lambda width: histogram_chart(table, name, axis_title(found), width),
        says=(
            f"Median {middle}, 90 % of draws from {low} to {high}; most often {most} "
            f"({percent(highest['draws_share'])} of draws)."
        ),
        table="bins",
        note=f"{count_of(found.numbers.size, 'draw')}.{without}",
    )


def histogram_chart(
    table: pl.DataFrame, name: str, title: str, width: int
) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar for each step.

    Parameters
    ----------
    table
        As `bins` returns it for a number of this name.
    name
        Its ending is the unit.
    title
        Of the horizontal axis.
    width
        In pixels.
    """
    room = width - SIDES
    starts, ends, shares = (table[c] for c in (f"from_{name}", f"to_{name}", "draws_share"))
    values = [
        {
            "from": start,
            "to": end,
            "draws_share": share,
            "says": f"{bin_words(start, end, name)}: {percent(share)} of draws",
        }
        for start, end, share in zip(starts, ends, shares, strict=True)
    ]
    scale = {"zero": False, "nice": False}
    x = alt.X("from:Q", axis=x_axis(name, room, title=title, grid=False), scale=scale)
    per_cent = "format(100 * datum.value, '.3~g') + ' %'"
    axis = {"title": None, "labelExpr": per_cent, "tickCount": 4, "domain": False, "ticks": False}
    y = alt.Y("draws_share:Q", axis=axis, scale={"zero": True, "nice": True})
    base = alt.Chart(data(values), title="Share of draws", width=room, height=160)
    return layered(
        base.mark_bar(fillOpacity=0.6, color=BLUE, stroke=PAGE, strokeWidth=1).encode(
            x, y, x2=alt.X2("to:Q"), y2=alt.Y2Datum(0), tooltip=alt.Tooltip("says:N")
        )
    )


def bin_words(start: float, end: float, name: str) -> str:
    """Return a step of a histogram in words; that about a whole number is the number.

    >>> bin_words(500.0, 1000.0, "sent_persons"), bin_words(1.5, 2.5, "joiners_count")
    ('500 to 1,000', '2')
    """
    if end - start == 1 and start % 1 == 0.5:
        return show_cell((start + end) / 2, name)
    return f"{show_cell(start, name)} to {show_cell(end, name)}"


def factors(found: Analysis) -> Figure | None:
    """Draw what the outcome hangs on, as the method tells it; None where nothing stands out."""
    if found.is_flat or found.leading_factors.is_empty():
        return None
    match found.result:
        case Sensitivity():
            return shares(found)
        case Effects():
            return changes(found)
        case Swings():
            return swings(found)


def shares(found: Analysis) -> Figure:
    """Draw the share of the variance that each factor makes alone, and with others."""
    table = found.leading_factors
    return Figure(
        name="sensitivity-factors",
        title=f"{found.about.title}: what its variance comes from",
        draw=lambda width: shares_chart(capitals(table), width),
        says=most_comes_from(table.row(0, named=True)),
        table="factors",
        note=(
            "Alone: what of the variance would go if the factor were known. With others: what "
            f"would stay if all else were. Lines are {percent(found.level_share)} intervals."
            f"{left_out(found.factors, table)}"
        ),
    )


def shares_chart(table: pl.DataFrame, width: int) -> alt.LayerChart | alt.FacetChart:
    """Draw two bars for each factor, each with its interval.

    What chance carries below nothing or above all is drawn at the end of the axis.
    """
    rows = pair_rows(table["title"].to_list(), width)
    room = width - rows.left - 2 * MARGIN
    values = [
        {
            "label": label,
            "series": words,
            "value": number(row[name]),
            "low": number(row[f"{name}_low"]),
            "high": number(row[f"{name}_high"]),
            "says": f"{row['title']}: {in_a_sentence(words)} {share_words(row, name)}",
        }
        for label, row in zip(rows.labels, table.to_dicts(), strict=True)
        for name, words in SHARES.items()
    ]
    ends = [end for row in values for end in (row["value"], row["high"]) if end is not None]
    scale = {"domain": [0, min(max([*ends, 0.05]), 1.0)], "nice": True, "clamp": True}
    title = "Share of the variance"
    axis = x_axis("total_share", room, title=title, orient="top")
    words = [*SHARES.values()]
    y = alt.Y("label:N", scale={"domain": rows.labels}, axis=names_axis(rows.left))
    step = alt.Step(rows.height, **{"for": "position"})  # of a row, not of a bar
    beside = alt.YOffset("series:N", scale={"domain": words, "paddingOuter": 0.3})
    base = alt.Chart(data(values), width=room, height=step).encode(y, beside)
    color = alt.Color(
        "series:N",
        scale={"domain": words, "range": [*HUES[: len(words)]]},
        legend={**legend_of(words, room), "symbolType": "square"},
    )
    x, low = (alt.X(f"{field}:Q", axis=axis, scale=scale) for field in ("value", "low"))
    return layered(
        base.mark_bar(opacity=0.6).encode(
            x, color, x2=alt.X2Datum(0), tooltip=alt.Tooltip("says:N")
        ),
        base.mark_rule(color=INK, strokeWidth=1.2).encode(low, x2=alt.X2("high:Q")),
    )


def share_words(row: Mapping[str, Any], name: str) -> str:
    """Return a share with its interval, none below nothing or above all.

    >>> row = {"x_share": 0.01, "x_share_low": -0.02, "x_share_high": 0.04}
    >>> share_words(row, "x_share")
    '1 % (0 % to 4 %)'
    """
    middle, low, high = (held(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return show_range(middle, low, high, name)


def pair_rows(names: Sequence[str], width: int) -> Rows:
    """Return named rows that are high enough for two bars."""
    rows = named_rows(names, width)
    return Rows(rows.labels, rows.names, max(rows.height + 4, 2 * BAR + 8), rows.left)


def changes(found: Analysis) -> Figure:
    """Draw how far the outcome moves when one input is drawn anew, with the spread of that."""
    change, apart = f"change_{step_name(found)}", f"spread_{step_name(found)}"
    table = renamed(found.leading_factors, {"change_value": change, "spread_value": apart})
    panel = Panel(
        (
            Series(change, "Mean change, whatever its sign", mark="bar"),
            Series(apart, "Spread of changes"),
        ),
        title=f"Change{unit_of(found)}",
    )
    return Figure(
        name="sensitivity-factors",
        title=f"{found.about.title}: what moves it when it is drawn anew",
        draw=lambda width: panel_chart(capitals(table), "title", [panel], width),
        says=f"Drawn anew one at a time, it moves most with {leaders(table, 'title', change)}.",
        table="factors",
        note=(
            f"Lines are {percent(found.level_share)} intervals. A spread as large as the change "
            f"says that it hangs on the other inputs.{left_out(found.factors, table)}"
        ),
    )


def swings(found: Analysis) -> Figure:
    """Draw the mean of the outcome at the low and at the high point of each input."""
    table, name = found.leading_factors, plain_name(found)
    first = table.row(0, named=True)
    base, low, high = (size_of(first[f"{at}_value"], name) for at in ("base", "at_low", "at_high"))
    return Figure(
        name="sensitivity-factors",
        title=f"{found.about.title}: one input at a time",
        draw=lambda width: swings_chart(capitals(table), name, axis_title(found), width),
        says=(
            f"With all of these inputs at their 50 % points the mean is {base}. It moves most with "
            f"{first['title']}: {low} at the 5 % point, {high} at the 95 % point."
        ),
        table="factors",
        note=(
            "The upright line is the mean with all inputs at their 50 % points. Everything else "
            "varies in the same draws for every bar; what inputs do only together is not seen."
        ),
    )


def swings_chart(
    table: pl.DataFrame, name: str, title: str, width: int
) -> alt.LayerChart | alt.FacetChart:
    """Draw for each input a bar from the base to either end, and a dot at each end.

    Parameters
    ----------
    table
        As `Swings.table` returns it, with titles.
    name
        Of the outcome; its ending is its unit.
    title
        Of the axis.
    width
        In pixels.
    """
    rows = named_rows(table["title"].to_list(), width)
    room = width - rows.left - 2 * MARGIN
    values = [
        {
            "label": label,
            "end": words,
            "value": number(row[f"at_{end}_value"]),
            "base": number(row["base_value"]),
            "says": f"{row['title']}, {in_a_sentence(words)}{point(row, end)}: "
            f"{show_cell(row[f'at_{end}_value'], name)}",
        }
        for label, row in zip(rows.labels, table.to_dicts(), strict=True)
        for end, words in ENDS.items()
    ]
    axis = x_axis(name, room, title=title, orient="top")
    scale = {"zero": False, "nice": True, "padding": 8}
    words = [*ENDS.values()]
    y = alt.Y("label:N", scale={"domain": rows.labels}, axis=names_axis(rows.left))
    legend = legend_of(words, room)
    color = alt.Color("end:N", scale={"domain": words, "range": [*HUES[:2]]}, legend=legend)
    shape = alt.Shape("end:N", scale={"domain": words, "range": [*SHAPES[:2]]}, legend=legend)
    height = max(rows.height + 4, LINE_HEIGHT + 8)
    base = alt.Chart(data(values), width=room, height=alt.Step(height)).encode(
        tooltip=alt.Tooltip("says:N")
    )
    x = alt.X("value:Q", axis=axis, scale=scale)
    middle = alt.X("base:Q", axis=axis, scale=scale)
    return layered(
        base.mark_bar(height={"band": 0.6}, opacity=0.5).encode(x, y, color, x2=alt.X2("base:Q")),
        base.mark_rule(color=INK, strokeWidth=1.2).encode(middle),
        base.mark_point(filled=True, size=58, opacity=1, stroke=PAGE, strokeWidth=0.7).encode(
            x, y, color, shape
        ),
    )


def point(row: dict[str, Any], end: str) -> str:
    """Return where an end of an input lies, in brackets; nothing for what a group has in common."""
    value = row[f"{end}_input_value"]
    return "" if value is None else f" ({with_unit(value, unit_name(row['input']))})"


def events(found: Analysis) -> Figure | None:
    """Draw the outcome if something happens and if not; None where no event tells anything."""
    if found.is_flat or found.leading_events.is_empty():
        return None
    name = plain_name(found)
    so, otherwise = f"if_so_{name}", f"if_not_{name}"
    table = renamed(
        capitals(found.leading_events),
        {"if_so_value": so, "if_not_value": otherwise},
    )
    panels = (
        Panel((Series(so, "If so"), Series(otherwise, "If not")), f"Mean{unit_of(found)}"),
        part("happens_share", "Happens in"),
        one("known_share", "Part of the variance", mark="bar"),
    )
    first = table.row(0, named=True)
    return Figure(
        name="sensitivity-events",
        title=f"{found.about.title}: what hangs on events that chance decides",
        draw=lambda width: panel_chart(table, "title", panels, width),
        says=(
            f"Most hangs on this event: {found.leading_events['title'][0]}. The mean is "
            f"{size_of(first[so], so)} if so, {size_of(first[otherwise], otherwise)} if not; "
            f"{percent(first['known_share'])} of the variance goes once it is known."
        ),
        table="events",
        note=(
            "Lines are 90 % intervals. Events hang together, so their parts of the variance "
            "overlap and do not add up."
        ),
    )


def options(found: Analysis) -> Figure | None:
    """Draw all options on the same futures; None where they were not held against each other."""
    across = found.across
    if across is None:
        return None
    regret = {name: f"{name.removesuffix('value')}{step_name(found)}" for name in REGRETS}
    mean = f"mean_{plain_name(found)}"
    titles = pl.Series("title", [found.scenario.option(key).title for key in across.options])
    table = renamed(across.table().with_columns(titles), {"mean_value": mean, **regret})
    series = tuple(Series(regret[name], words) for name, words in REGRETS.items())
    panels = [
        one(mean, f"Mean{unit_of(found)}", mark="bar"),
        Panel(series, f"Regret{unit_of(found)}"),
        part("best_share", "Best in"),
    ]
    if across.question is not None:
        panels.append(part("satisficing_share", f"Is {asked(across, across.question)}"))
    marked = [key == found.request.option for key in across.options]
    on_average, at_worst = (
        ends_of(table, "title", regret[name])
        for name in ("regret_mean_value", "regret_worst_value")
    )
    return Figure(
        name="sensitivity-options",
        title=f"{found.about.title}: options on the same futures",
        draw=lambda width: panel_chart(table, "title", panels, width, marked=marked),
        says=f"Regret on average: {on_average}. Greatest regret: {at_worst}.",
        table="options",
        note=(
            "Regret: how far an option stays behind the best of each draw; ties count as best for "
            "each. A pointer marks the option that the factors are of."
        ),
    )


def part(column: str, title: str) -> Panel:
    """Return a panel of bars that are parts of all draws."""
    return Panel((Series(column, mark="bar"),), title, (0.0, 1.0))


def asked(across: AcrossOptions, question: Question) -> str:
    """Return what is asked for: the better side of a limit."""
    side = "at or above" if across.more_is_better else "below"
    return f"{side} {with_unit(question.limit, question.outcome)}"


def plain_name(found: Analysis) -> str:
    """Return the outcome's name without its engine; the ending is its unit."""
    return found.outcome.partition("/")[2]


def step_name(found: Analysis) -> str:
    """Return a name for differences of the outcome: those of probabilities are none."""
    name = plain_name(found)
    return f"{name.removesuffix('prob')}share" if name.endswith("_prob") else name


def unit_of(found: Analysis) -> str:
    """Return the unit of the outcome in brackets, to stand behind a word; nothing without one."""
    unit = quantity(plain_name(found)).unit
    return f" ({unit})" if unit else ""


def capitals(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose titles can stand by themselves.

    >>> capitals(pl.DataFrame({"title": ["cost (FRA)", ""]}))["title"].to_list()
    ['Cost (FRA)', '']
    """
    title = pl.col("title")
    return table.with_columns(title.str.head(1).str.to_uppercase() + title.str.slice(1))


def axis_title(found: Analysis) -> str:
    """Return the outcome with its unit."""
    return f"{found.about.title}{unit_of(found)}"


def renamed(table: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Return a table whose sizes end in the unit of the outcome, and so are drawn in it.

    >>> renamed(pl.DataFrame({"a_value": [1], "a_value_low": [0]}), {"a_value": "a_usd"}).columns
    ['a_usd', 'a_usd_low']
    """
    ends = ("", "_low", "_high")
    every = {f"{old}{end}": f"{new}{end}" for old, new in names.items() for end in ends}
    return table.rename({old: new for old, new in every.items() if old in table.columns})


CHARTS: Final = (spread, factors, events, options)
"""In the order in which an analysis is told."""
