"""Charts of whether a force deters and what follows if not: never one of the two alone."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from foedus.briefing.sentences import in_a_sentence, listed, percent
from foedus.briefing.wording import heading, show_cell
from foedus.plots.figure import WIDE, Figure
from foedus.plots.layers import layered
from foedus.plots.matrix import Matrix, depth_of, stacked, words_of
from foedus.plots.panels import (
    MARGIN,
    Panel,
    Series,
    named_rows,
    names_axis,
    one,
    panel_chart,
)
from foedus.plots.stacks import Part, stack_chart
from foedus.plots.style import (
    BLUE,
    DASHES,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    data,
    label_expr,
    printed,
    rows_of,
    x_axis,
)

BOTH: Final = ("deterred_prob", "direct_war_prob")
"""What is gained and what is risked: always shown together."""
MONTHS: Final = (12, 24, 60)
WITH: Final = "with"
WITHOUT: Final = "without"
PLACE: Final = ("mission", "location")


def grid(table: pl.DataFrame) -> Figure:
    """Draw what is deterred and what is risked for every mission at every place.

    Parameters
    ----------
    table
        A row a mission and place.
    """
    rows = rows_of(table, [*PLACE, "is_option", *BOTH])
    missions = list(dict.fromkeys(row["mission"] for row in rows))
    places = list(dict.fromkeys(row["location"] for row in rows))
    spots = {(places.index(row["location"]), missions.index(row["mission"])): row for row in rows}
    option = frozenset(place for place, row in spots.items() if row["is_option"])
    top = max((row[name] or 0.0 for row in rows for name in BOTH), default=0.0)
    matrices = [
        Matrix(
            rows=places,
            columns=missions,
            cells={place: {name: row[name]} for place, row in spots.items()},
            name=name,
            depths={place: depth_of(row[name], top) for place, row in spots.items()},
            framed=option,
            bold=option,
            title=heading(name),
            colour=colour,
        )
        for name, colour in zip(BOTH, (BLUE, VERMILLION), strict=True)
    ]
    return Figure(
        name="grid",
        title="Deterred, and at war: every mission at every place",
        draw=lambda width: stacked(matrices, width),
        says=both_say(rows, lambda row: f"{row['mission']} {row['location']}"),
        table="mission_grid",
        note="Framed: the option as it is. The stronger the colour, the more, alike for both.",
    )


def both_say(rows: Sequence[Mapping[str, Any]], words: Any) -> str:
    """Say where most is deterred and where war is likeliest, each with the other number."""
    known = [row for row in rows if row[BOTH[0]] is not None and row[BOTH[1]] is not None]
    if not known:
        return "It is not known what is deterred, nor how likely direct war is."
    most = max(known, key=lambda row: row[BOTH[0]])
    worst = max(known, key=lambda row: row[BOTH[1]])
    said = [
        f"{word} {words(row)} (deterred {percent(row[BOTH[0]])}, direct war "
        f"{percent(row[BOTH[1]])})"
        for word, row in (("Most is deterred:", most), ("direct war is likeliest:", worst))
    ]
    return f"{said[0]}; {said[1]}."


def here(table: pl.DataFrame) -> Figure:
    """Draw for each mission how often it is best, what it deters and what it risks.

    Parameters
    ----------
    table
        A row a mission.
    """
    panels = [one("best_share"), one(BOTH[0]), one(BOTH[1])]
    panels = [Panel(p.series, p.title, domain=(0.0, 1.0)) for p in panels]
    rows = rows_of(table, ["mission", "best_share", *BOTH])
    said = [
        f"{row['mission']}: best in {words_of(row['best_share'], 'best_share')} of futures, "
        f"deterred {words_of(row[BOTH[0]], BOTH[0])}, direct war {words_of(row[BOTH[1]], BOTH[1])}"
        for row in rows
    ]
    return Figure(
        name="here",
        title="The missions at the option's place",
        draw=lambda width: panel_chart(
            table, "mission", panels, width, marked=flags(table, "is_option")
        ),
        says=f"{'; '.join(said)}.",
        table="mission_here",
        note="▸ the option as it is. Best: the governments of the force fare best with it.",
    )


def flags(table: pl.DataFrame, name: str) -> list[bool]:
    """Return a column of yes and no; no where it is not there."""
    if name not in table.columns:
        return [False] * table.height
    return [bool(value) for value in table[name].to_list()]


LADDER: Final = (
    Part("unanswered_given_violation_prob", "nobody answers", SKY),
    Part("stopped_given_violation_prob", "fought, the adversary stops", GREEN),
    Part("war_backed_given_violation_prob", "direct war, guarantor in it", PURPLE),
    Part("war_alone_given_violation_prob", "direct war without it", VERMILLION),
)
"""What follows a violation, from the least to the most."""


def ladder(table: pl.DataFrame) -> Figure:
    """Draw what follows a violation at the option's place, by mission, with and without backing.

    Parameters
    ----------
    table
        A row a mission, place and guarantor.
    """
    rows = rows_of(table, [*PLACE, "guarantor", "is_option", *(part.column for part in LADDER)])
    option = [row for row in rows if row["is_option"]]
    if option:
        rows = [row for row in rows if row["location"] == option[0]["location"]]
    where = rows[0]["location"] if rows else ""
    rows.sort(key=lambda row: row["guarantor"] != WITH)
    missions = list(dict.fromkeys(row["mission"] for row in rows))
    rows.sort(key=lambda row: missions.index(row["mission"]))
    names = [f"{row['mission']}, {row['guarantor']} the guarantor" for row in rows]
    return Figure(
        name="ladder",
        title=f"What follows a violation {where}",
        draw=lambda width: stack_chart(
            rows,
            names,
            LADDER,
            width,
            title="Share of violations",
            bold=[bool(row["is_option"]) for row in rows],
        ),
        says=ladder_say(rows, names),
        table="breach_ladder",
        note=f"Other places are in the table. ▸ the option as it is, {where}.",
    )


def ladder_say(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """Say what follows a violation for the option; for the first row where there is none."""
    if not rows:
        return "Nothing is known of what follows a violation."
    at = next((at for at, row in enumerate(rows) if row["is_option"]), 0)
    said = [f"{part.label} {words_of(rows[at][part.column], part.column)}" for part in LADDER]
    return f"{names[at]}: of all violations {listed(said)}."


def months(table: pl.DataFrame) -> Figure:
    """Draw how likely a violation and direct war are within months, with and without backing.

    Parameters
    ----------
    table
        A row a mission, place and guarantor; the option's are drawn, and a row without a force.
    """
    names = [
        f"{what}_in_{span}_months_prob{end}"
        for what in ("violation", "direct_war")
        for span in MONTHS
        for end in ("", "_low", "_high")
    ]
    rows = rows_of(table, [*PLACE, "guarantor", "is_option", *names])
    rows = [row for row in rows if row["is_option"] or row["location"] == ""]
    return Figure(
        name="months",
        title="Violation, and direct war, within months",
        draw=lambda width: months_chart(rows, width),
        says=months_say(rows),
        table="breach_months",
        note="Medians and 90 % ranges over draws.",
    )


def who(row: Mapping[str, Any]) -> str:
    """Say with whom a row is."""
    return str(row["mission"]) if row["location"] == "" else f"{row['guarantor']} the guarantor"


def months_chart(rows: Sequence[Mapping[str, Any]], width: int) -> alt.TopLevelMixin:
    """Draw a panel for violations and one for direct war, beside each other where there is room."""
    sides = 2 if width >= WIDE else 1
    room = (width - 56 * sides - 16) / sides
    labels = list(dict.fromkeys(who(row) for row in rows))
    hues = [BLUE, VERMILLION, INK][: max(1, len(labels))]
    shapes = ["circle", "diamond", "square"][: max(1, len(labels))]
    key = alt.Legend(
        title=None,
        orient="top",
        direction="vertical" if sides == 1 else "horizontal",
        symbolOpacity=1,
        symbolStrokeWidth=0,
    )
    legend = key if labels else None  # one without entries would have no end
    colour = alt.Color("who:N", scale=alt.Scale(domain=labels, range=hues), legend=legend)
    shape = alt.Shape("who:N", scale=alt.Scale(domain=labels, range=shapes), legend=legend)
    dash = alt.StrokeDash(
        "who:N",
        scale=alt.Scale(domain=labels, range=[list(d) for d in DASHES[: max(1, len(labels))]]),
        legend=legend,
    )
    panels = []
    for what in ("violation", "direct_war"):
        tops = [row[f"{what}_in_{MONTHS[-1]}_months_prob_high"] or 0.0 for row in rows]
        values = []
        for row in rows:
            for span in MONTHS:
                name = f"{what}_in_{span}_months_prob"
                if row[name] is None:
                    continue
                step = labels.index(who(row)) - (len(labels) - 1) / 2
                values.append(
                    {
                        "who": who(row),
                        "place_month": span + 1.2 * step,
                        "value": row[name],
                        "low": row[f"{name}_low"],
                        "high": row[f"{name}_high"],
                        "text": f"{who(row)}, within {span} months: {printed(row, name)}",
                    }
                )
        x = alt.X(
            "place_month:Q",
            scale=alt.Scale(domain=[0, 64], nice=False),
            axis=alt.Axis(values=list(MONTHS), title="Months", format="d", grid=False),
        )
        y_scale = alt.Scale(domain=[0, top_of(tops)], nice=False, clamp=True)
        title = heading(f"{what}_prob").split(",")[0]
        y_axis = alt.Axis(labelExpr=label_expr(f"{what}_prob"), title=None, tickCount=5)
        base = alt.Chart(data(values), title=f"{title}, probability")
        y = alt.Y("value:Q", scale=y_scale, axis=y_axis)
        panels.append(
            layered(
                base.mark_line(strokeWidth=1.5).encode(x, y, colour, dash),
                base.mark_rule(strokeWidth=3, opacity=0.45).encode(
                    x, alt.Y("low:Q", scale=y_scale, axis=y_axis), colour, y2=alt.Y2("high:Q")
                ),
                base.mark_point(filled=True, size=60, opacity=1).encode(
                    x, y, colour, shape, tooltip=alt.Tooltip("text:N")
                ),
            ).properties(width=room, height=190)
        )
    return alt.concat(*panels, columns=sides)


def top_of(shares: Sequence[float | None]) -> float:
    """Return where an axis of shares ends: the next tenth above all of them.

    >>> top_of([0.14, None]), top_of([]), top_of([1.0])
    (0.2, 0.1, 1.0)
    """
    most = max((share for share in shares if share is not None), default=0.0)
    return min(1.0, max(0.1, math.ceil(round(10 * most, 9)) / 10))


def months_say(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say for each row how likely both are within the shortest and the longest time."""
    said = []
    for row in rows:
        parts = [
            f"{what} {printed(row, name)} within {span} months"
            for word, what in (("violation", "a violation"), ("direct_war", "direct war"))
            for span in (MONTHS[0], MONTHS[-1])
            if row[name := f"{word}_in_{span}_months_prob"] is not None
        ]
        if parts:
            said.append(f"{who(row)}: {listed(parts)}")
    return f"{'; '.join(said)}." if said else "Nothing is known of what comes within months."


def both_sides(table: pl.DataFrame, names: Sequence[str], by: Sequence[str]) -> pl.DataFrame:
    """Return a table with its rows without the guarantor beside those with it.

    Numbers of the latter keep their names, those of the former begin with `without_`.

    >>> found = both_sides(
    ...     pl.DataFrame({"m": ["a", "a"], "guarantor": ["with", "without"], "x_prob": [0.2, 0.1]}),
    ...     ["x_prob"],
    ...     ["m"],
    ... )
    >>> found.to_dicts()
    [{'m': 'a', 'x_prob': 0.2, 'without_x_prob': 0.1}]
    """
    kept = [name for name in names if name in table.columns]
    helped = table.filter(pl.col("guarantor") == WITH).select(*by, *kept)
    alone = table.filter(pl.col("guarantor") == WITHOUT).select(
        *by, *(pl.col(name).alias(f"without_{name}") for name in kept)
    )
    return helped.join(alone, on=list(by), how="left", maintain_order="left")


def side_panels(names: Sequence[str], top: float = 1.0) -> list[Panel]:
    """Return a panel for each number, with the guarantor and without, on one scale."""
    return [
        Panel(
            (
                Series(name, label="with the guarantor"),
                Series(f"without_{name}", label="without the guarantor"),
            ),
            title=heading(name),
            domain=(0.0, top),
        )
        for name in names
    ]


def with_and_without(table: pl.DataFrame) -> Figure:
    """Draw what is deterred and what is risked with the guarantor and without, place by place.

    Parameters
    ----------
    table
        A row a mission, place and guarantor.
    """
    wide = both_sides(table, BOTH, [*PLACE, "is_option"]).with_columns(
        label=pl.concat_str(pl.col("mission"), pl.col("location"), separator=", ")
    )
    columns = [*BOTH, *(f"without_{name}" for name in BOTH)]
    rows = rows_of(wide, [*PLACE, "is_option", *columns])
    top = top_of([row[column] for row in rows for column in columns])
    return Figure(
        name="with-and-without",
        title="Deterred, and at war, with the guarantor and without",
        draw=lambda width: panel_chart(
            wide, "label", side_panels(BOTH, top), width, marked=flags(wide, "is_option")
        ),
        says=sides_say(rows),
        table="breach_ladder",
        note="▸ the option as it is.",
    )


def sides_say(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say what the guarantor changes for the option; for the first row where there is none."""
    if not rows:
        return "Nothing is known of either."
    row = next((row for row in rows if row.get("is_option")), rows[0])
    whose = f"{row['mission']} {row['location']}: " if "mission" in row else ""
    said = [
        f"{word} {words_of(row[name], name)} with the guarantor and "
        f"{words_of(row[f'without_{name}'], name)} without"
        for word, name in zip(("deterred", "direct war"), BOTH, strict=True)
    ]
    return f"{whose}{', '.join(said)}."


def alone(table: pl.DataFrame) -> Figure:
    """Draw what the same force deters and risks without the guarantor.

    Parameters
    ----------
    table
        A row with the guarantor and one without.
    """
    label = pl.concat_str(pl.col("guarantor"), pl.lit(" the guarantor"))
    named = table.with_columns(label=label)
    names = [*BOTH, "violation_prob", "war_given_violation_prob"]
    panels = [one(name) for name in names if name in table.columns]
    rows = rows_of(table, ["guarantor", *names])
    said = [
        f"{row['guarantor']} the guarantor: deterred {words_of(row[BOTH[0]], BOTH[0])}, direct war "
        f"{words_of(row[BOTH[1]], BOTH[1])}"
        for row in rows
    ]
    return Figure(
        name="deterrence",
        title="Deterrence and direct war without the guarantor",
        draw=lambda width: panel_chart(named, "label", panels, width),
        says=f"{'; '.join(said)}.",
        table="alone_deterrence",
    )


def needed(table: pl.DataFrame) -> Figure:
    """Draw from which backing on each mission deters at each place, as far as any is enough.

    Parameters
    ----------
    table
        A row a mission and place: quantiles over all draws, a draw in which no backing is enough
        counting as more than any.
    """
    name = "needed_backing_prob"
    rows = rows_of(table, [*PLACE, "is_option", name, f"{name}_low", f"{name}_high"])
    known = [row for row in rows if row[f"{name}_low"] is not None]
    said = "For no mission at any place is there backing that deters in a twentieth of futures."
    if known:
        least = min(known, key=lambda row: row[f"{name}_low"])
        middle = sum(row[name] is not None for row in rows)
        said = (
            f"The least backing that deters in a twentieth of futures is "
            f"{percent(least[f'{name}_low'])}, for {least['mission']}, {least['location']}; in "
            f"half of the futures some backing deters for {middle} of {len(rows)} missions and "
            "places."
        )
    return Figure(
        name="needed",
        title="Backing from which on it deters",
        draw=lambda width: needed_chart(rows, width),
        says=said,
        table="backstop_thresholds",
        note=(
            "From the 5 % point over draws to the 95 % point; an arrow where no backing is enough "
            "at that point. Dot: median, where there is one. Empty: in fewer than 5 % of futures "
            "is any backing enough. ▸ the option as it is."
        ),
    )


def needed_chart(rows: Sequence[Mapping[str, Any]], width: int) -> alt.TopLevelMixin:
    """Draw ranges that may be open to the right."""
    name = "needed_backing_prob"
    names = [
        f"{'▸ ' if row['is_option'] else ''}{row['mission']}, {row['location']}" for row in rows
    ]
    placed = named_rows(names, width)
    room = width - placed.left - 2 * MARGIN
    values = [
        {
            "label": label,
            name: row[name],
            "low": row[f"{name}_low"],
            "high": row[f"{name}_high"],
            "place_to": 1.0 if row[f"{name}_high"] is None else row[f"{name}_high"],
            "is_open": row[f"{name}_low"] is not None and row[f"{name}_high"] is None,
            "says": f"{label}: {printed(row, name)}",
        }
        for label, row in zip(placed.labels, rows, strict=True)
    ]
    scale = alt.Scale(domain=[0, 1], nice=False, clamp=True)
    axis = x_axis(name, room, orient="top")
    y = alt.Y("label:N", scale=alt.Scale(domain=placed.labels), axis=names_axis(placed.left))
    base = alt.Chart(data(values), width=room, height=alt.Step(placed.height)).encode(y)
    return layered(
        base.transform_filter("datum.low !== null")
        .mark_rule(strokeWidth=3, opacity=0.6, color=BLUE)
        .encode(
            alt.X("low:Q", scale=scale, axis=axis),
            x2=alt.X2("place_to:Q"),
            tooltip=alt.Tooltip("says:N"),
        ),
        base.transform_filter("datum.is_open")
        .mark_point(shape="triangle-right", filled=True, size=70, opacity=1, color=BLUE)
        .encode(alt.X("place_to:Q", scale=scale, axis=axis)),
        base.mark_point(filled=True, size=58, opacity=1, color=BLUE).encode(
            alt.X(f"{name}:Q", scale=scale, axis=axis), tooltip=alt.Tooltip("says:N")
        ),
    )


ENOUGH: Final = {
    "backing": ("no_backing_needed_prob", "no_backing_enough_prob", "no backing"),
    "force": ("no_force_needed_prob", "no_force_enough_prob", "no force"),
    "alone_force": (
        "no_alone_force_needed_prob",
        "no_alone_force_enough_prob",
        "no force without the guarantor",
    ),
}
"""By what is looked for: how often none is needed, how often none is enough, and its words."""


def thresholds(table: pl.DataFrame, of: str = "backing") -> Figure:
    """Draw how often none is needed to deter, and how often none is enough, place by place.

    Between the two a threshold exists: the open part of a bar.

    Parameters
    ----------
    table
        A row a mission and place.
    of
        What is looked for: a key of `ENOUGH`.
    """
    always, never, words = ENOUGH[of]
    rows = rows_of(table, [*PLACE, "is_option", always, never])
    parts = [
        Part(always, "none is needed", BLUE),
        Part(never, "none is enough", ORANGE, from_right=True),
    ]
    names = [f"{row['mission']}, {row['location']}" for row in rows]
    known = [(name, row) for name, row in zip(names, rows, strict=True) if row[never] is not None]
    said = "It is not known what would be enough."
    if known:
        (least, low), (most, high) = (
            end(known, key=lambda pair: float(pair[1][never])) for end in (min, max)
        )
        said = (
            f"{words[0].upper()}{words[1:]} is enough in {percent(low[never])} of futures for "
            f"{least}, and in {percent(high[never])} for {most}; none is needed in at most "
            f"{percent(max(row[always] or 0.0 for _, row in known))}."
        )
    return Figure(
        name=f"thresholds-{of.replace('_', '-')}",
        title=f"How often {words} is enough to deter",
        draw=lambda width: stack_chart(
            rows,
            names,
            parts,
            width,
            title="Share of futures",
            bold=[bool(row["is_option"]) for row in rows],
        ),
        says=said,
        table="backstop_thresholds",
        note=(
            "Open part of a bar: futures in which it hangs on how much there is. "
            "▸ the option as it is."
        ),
    )


def burden(table: pl.DataFrame) -> Figure:
    """Draw backing, and how often it is enough, by the share of the burden that is carried.

    Parameters
    ----------
    table
        A row a share of the burden; one is today's.
    """
    names = ["is_today", "burden_share", "backing_prob", "backing_prob_low", "backing_prob_high"]
    rows = [
        row
        for row in rows_of(table, [*names, "backing_enough_prob"])
        if row["burden_share"] is not None
    ]
    rows.sort(key=lambda row: row["burden_share"])
    return Figure(
        name="burden",
        title="Backing by the share of the burden that the governments carry",
        draw=lambda width: burden_chart(rows, width),
        says=burden_say(rows),
        table="backstop_burden",
        note="Band: 90 % of draws. Upright line: the burden as it is carried.",
    )


def burden_chart(rows: Sequence[Mapping[str, Any]], width: int) -> alt.TopLevelMixin:
    """Draw backing with its range, and how often it is enough."""
    likely, enough = heading("backing_prob"), heading("backing_enough_prob")
    values = [
        {
            "what": words,
            "is_today": row["is_today"],
            "burden_share": row["burden_share"],
            "value": row[name],
            "low": row.get(f"{name}_low"),
            "high": row.get(f"{name}_high"),
            "text": f"{show_cell(row['burden_share'], 'burden_share')} of the burden: {words} "
            f"{printed(row, name)}",
        }
        for row in rows
        for words, name in ((likely, "backing_prob"), (enough, "backing_enough_prob"))
    ]
    room = width - 64
    x = alt.X(
        "burden_share:Q",
        axis=x_axis("burden_share", room),
        scale=alt.Scale(domain=[0, 1], nice=False),
    )
    scale = alt.Scale(domain=[0, 1], nice=False, clamp=True)
    axis = alt.Axis(labelExpr=label_expr("any_prob"), title=None, tickCount=5)
    key = alt.Legend(
        title=None,
        orient="top",
        direction="horizontal" if width >= WIDE else "vertical",
        symbolType="stroke",
        symbolOpacity=1,
        symbolSize=400,
    )
    looks = alt.Scale(domain=[likely, enough], range=[BLUE, VERMILLION])
    colour = alt.Color("what:N", scale=looks, legend=key)
    base = alt.Chart(data(values))
    y = alt.Y("value:Q", scale=scale, axis=axis)
    return layered(
        base.mark_area(opacity=0.2).encode(
            x, alt.Y("low:Q", scale=scale, axis=axis), colour, y2=alt.Y2("high:Q")
        ),
        base.transform_filter("datum.is_today").mark_rule(color=INK, strokeDash=[3, 3]).encode(x),
        base.mark_line(strokeWidth=2).encode(
            x,
            y,
            colour,
            alt.StrokeDash(
                "what:N",
                scale=alt.Scale(domain=[likely, enough], range=[[1, 0], [6, 3]]),
                legend=key,
            ),
            tooltip=alt.Tooltip("text:N"),
        ),
        base.transform_filter("datum.is_today")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x, y, colour),
    ).properties(width=room, height=220)


def burden_say(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say how likely backing is at the least and the most burden, and today."""
    known = [row for row in rows if row["backing_prob"] is not None]
    if not known:
        return "It is not known how backing hangs on the burden."
    said = [
        f"with {percent(row['burden_share'])} of the burden {printed(row, 'backing_prob')}"
        + (", as today" if row["is_today"] else "")
        for at, row in enumerate(known)
        if at in (0, len(known) - 1) or row["is_today"]
    ]
    return f"Backing is likely {listed(said)}."


def offers(table: pl.DataFrame) -> Figure:
    """Draw the credibility that a threat needs and has, and how often it wins a seat, by offer.

    Parameters
    ----------
    table
        A row a set of offers.
    """
    panels = [
        Panel(
            (Series("needed_prob", label="needed"), Series("credible_prob", label="as it is")),
            title="Credibility of the threat",
        ),
        Panel((Series("seated_prob", label="seated", mark="bar"),), title="Seated, probability"),
    ]
    rows = [
        row
        for row in rows_of(table, ["offers", "seated_prob", "needed_prob", "credible_prob"])
        if row["seated_prob"] is not None
    ]
    said = "It is not known whether they are seated."
    if rows:
        said = "; ".join(
            f"{word} with the offer {row['offers']}: {percent(row['seated_prob'])} of futures "
            f"(credibility needed {words_of(row['needed_prob'], 'needed_prob')}, as it is "
            f"{words_of(row['credible_prob'], 'credible_prob')})"
            for word, row in (
                ("Seated most often", max(rows, key=lambda row: row["seated_prob"])),
                ("least often", min(rows, key=lambda row: row["seated_prob"])),
            )
        )
    return Figure(
        name="offers",
        title="Whether they are seated, by what is offered",
        draw=lambda width: panel_chart(table, "offers", panels, width),
        says=f"{said.removesuffix('.')}.",
        table="leverage_offers",
    )


MESSAGES: Final = (
    ("To the host", ("fight_given_violation_prob",)),
    (
        "To the guarantor",
        ("own_share", "own_enablers_share", "own_services_share", "own_cost_share"),
    ),
    ("To the adversary", BOTH),
)
"""Whom the force speaks to, and the numbers that it speaks with."""


def messages(table: pl.DataFrame) -> Figure:
    """Draw what the force says to the host, the guarantor and the adversary, apart.

    Parameters
    ----------
    table
        A row with the guarantor and one without.
    """
    rows = rows_of(table, ["guarantor", *(name for _, names in MESSAGES for name in names)])
    helped = next((row for row in rows if row["guarantor"] == WITH), rows[0] if rows else {})
    other = next((row for row in rows if row["guarantor"] == WITHOUT), {})
    turned = pl.DataFrame(
        [
            {
                "label": f"{whom}: {message_words(name)}",
                "with_share": helped.get(name),
                "without_share": other.get(name),
            }
            for whom, names in MESSAGES
            for name in names
        ],
        schema={"label": pl.String, "with_share": pl.Float64, "without_share": pl.Float64},
    )
    panel = Panel(
        (
            Series("with_share", label="with the guarantor"),
            Series("without_share", label="without the guarantor"),
        ),
        title="Chance or share, by message",
        domain=(0.0, 1.0),
    )
    said = [
        f"{whom}: " + ", ".join(f"{message_words(n)} {words_of(helped.get(n), n)}" for n in names)
        for whom, names in MESSAGES
    ]
    return Figure(
        name="messages",
        title="What the force says, in three measured quantities",
        draw=lambda width: panel_chart(turned, "label", [panel], width),
        says=f"{'; '.join(said)}.",
        table="messages",
        note="Three quantities of different kinds: they are not added, and none makes up for one.",
    )


def message_words(name: str) -> str:
    """Return a number of a message in words.

    >>> message_words("own_cost_share"), message_words("deterred_prob")
    ("of the cost, not the guarantor's", 'deterred')
    """
    words = heading(name).removesuffix(", probability").removesuffix(", share")
    return in_a_sentence(words)
