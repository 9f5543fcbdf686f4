"""Charts of a force plan: who stands there when, who leads, what is filled."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.planned import area_words
from foedus.briefing.sentences import count_of, months
from foedus.briefing.wording import show_cell
from foedus.plots.figure import Figure
from foedus.plots.layers import layered
from foedus.plots.lines import Line, line_chart
from foedus.plots.matrix import Matrix, depth_of, matrix_chart, words_of
from foedus.plots.panels import named_rows, names_axis
from foedus.plots.style import INK, LETTER, PAGE, QUIET, broken, data, labels_of, look_of, rows_of
from foedus.plots.words import size_of

PERIOD: Final = re.compile(r"from_month_(\d+)_(?:persons|share)")
MARGIN: Final = 20
BAR_OPAQUE: Final = 0.6
MOST_UNITS: Final = 40
"""Rows that a chart of units takes."""
NOBODY: Final = "nobody"


def periods_of(table: pl.DataFrame) -> dict[str, int]:
    """Return the columns that stand for periods, with the month from which each is.

    >>> periods_of(pl.DataFrame({"title": ["A"], "from_month_3_persons": [1.0]}))
    {'from_month_3_persons': 3}
    """
    found = {name: PERIOD.fullmatch(name) for name in table.columns}
    return {name: int(match[1]) for name, match in found.items() if match}


def by_period(table: pl.DataFrame, *, depth: float | None = None) -> Matrix:
    """Return a table with a column a period as a matrix: a row for each of its rows.

    Parameters
    ----------
    depth
        The number whose colour is strongest; the largest there is if None.
    """
    columns = periods_of(table)
    rows = rows_of(table, ["title", *columns])
    numbers = {
        (at, place): row[name]
        for at, row in enumerate(rows)
        for place, name in enumerate(columns)
        if row[name] is not None
    }
    top = depth or max(numbers.values(), default=0.0)
    first = next(iter(columns), "from_month_0_share")
    return Matrix(
        rows=[row["title"] or "" for row in rows],
        columns=[str(month) for month in columns.values()],
        cells={place: {first: value} for place, value in numbers.items()},
        name=first,
        depths={place: depth_of(value, top) for place, value in numbers.items()},
        bare=True,
    )


def land(table: pl.DataFrame) -> Figure:
    """Draw how many soldiers of each nation stand on land in each period of the plan.

    Parameters
    ----------
    table
        A row a nation, a column a period.
    """
    columns = periods_of(table)
    rows = rows_of(table, ["title", *columns])
    said = []
    for row in rows:
        own = [row[name] for name in columns if row[name] is not None]
        if own:
            ends = [size_of(end(own), "sent_persons") for end in (min, max)]
            said.append(f"{row['title']} {' to '.join(dict.fromkeys(ends))} soldiers")
    matrix = by_period(table)
    return Figure(
        name="plan-land",
        title="The plan: soldiers on land, from the month that heads the column",
        draw=lambda width: matrix_chart(matrix, width),
        says=f"{'; '.join(said)}." if said else "The plan has no soldiers on land.",
        table="plan_land",
        note="The stronger the colour, the more.",
    )


def fill(table: pl.DataFrame) -> Figure:
    """Draw what the plan fills of each capability in each period.

    Parameters
    ----------
    table
        A row a capability, a column a period.
    """
    columns = periods_of(table)
    rows = rows_of(table, ["title", *columns])
    means = sorted(
        (sum(own) / len(own), row["title"])
        for row in rows
        if (own := [row[name] for name in columns if row[name] is not None])
    )
    said = "The plan asks for nothing."
    if means:
        said = " ".join(
            f"{word} filled over all periods: {name} ({words_of(mean, 'fill_share')})."
            for word, (mean, name) in (("Least", means[0]), ("Most", means[-1]))
        )
    matrix = by_period(table, depth=1.0)
    return Figure(
        name="plan-fill",
        title="The plan: filled of each capability, %, from the month that heads the column",
        draw=lambda width: matrix_chart(matrix, width),
        says=said,
        table="plan_fill",
        note="Empty: not asked for yet.",
    )


def balance(table: pl.DataFrame) -> Figure:
    """Draw what is asked for on land, what stands there, and what of it is in balance.

    Parameters
    ----------
    table
        A row a period.
    """
    lines = [
        Line("land_persons", "on land"),
        Line("balanced_persons", "in balance"),
        Line("required_persons", "asked for"),
    ]
    last = table.tail(1).with_columns(from_month=pl.col("to_month"))
    drawn = pl.concat([table, last]) if table.height else table
    ends = []
    for line in lines:
        found = [row[line.column] for row in rows_of(table, [line.column])]
        known = [value for value in found if value is not None]
        if known:
            sizes = [size_of(end(known), line.column) for end in (min, max)]
            ends.append(f"{line.label} {' to '.join(dict.fromkeys(sizes))} soldiers")
    return Figure(
        name="plan-balance",
        title="The plan: soldiers on land, period by period",
        draw=lambda width: line_chart(drawn, "from_month", lines, width, title="Persons"),
        says=f"{'; '.join(ends)}.".capitalize() if ends else "The plan has no soldiers on land.",
        table="plan_balance",
    )


def leads(table: pl.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw who leads where and when.

    Parameters
    ----------
    table
        A row an area and phase.
    titles
        Of delegations and capabilities, by key.
    """
    rows = [
        {
            "row": f"{titles.get(row['echelon'], row['echelon'])}, {area_words(row['area'])}",
            "who": titles.get(row["delegation"], row["delegation"]) or NOBODY,
            "text": row["headquarters"] or NOBODY,
            "from_month": row["from_month"],
            "to_month": row["to_month"],
        }
        for row in rows_of(
            table,
            ["area", "echelon", "from_month", "to_month", "delegation", "headquarters"],
        )
    ]
    said = [
        f"{row['row']}: {row['who']} with {row['text']}, months {row['from_month']} to "
        f"{row['to_month']}"
        for row in rows
    ]
    return Figure(
        name="plan-leads",
        title="The plan: who leads where and when",
        draw=lambda width: bars_chart(rows, width),
        says=f"{'; '.join(said)}." if said else "Nobody is asked to lead.",
        table="plan_leads",
    )


def bars_chart(rows: Sequence[Mapping[str, Any]], width: int) -> alt.TopLevelMixin:
    """Draw a bar from month to month for each row; who it is stands in the bar."""
    names = list(dict.fromkeys(str(row["row"]) for row in rows))
    placed = named_rows(names, width)
    labels = dict(zip(names, placed.labels, strict=True))
    room = width - placed.left - MARGIN
    end = max((row["to_month"] for row in rows), default=1) or 1
    people = list(dict.fromkeys(str(row["who"]) for row in rows))
    values = [
        {
            **{name: row[name] for name in ("from_month", "to_month")},
            "label": labels[str(row["row"])],
            "who": broken(str(row["who"]), 40, 1),
            "name": broken(
                str(row["who"]),
                max(2, int(room * (row["to_month"] - row["from_month"]) / end / LETTER) - 1),
                1,
            ),
            "says": f"{row['who']}, {row['text']}, months {row['from_month']} to {row['to_month']}",
        }
        for row in rows
    ]
    keys = labels_of(people, 40, 1)
    scale = alt.Scale(domain=[0, end], nice=False)
    axis = alt.Axis(title="Months", orient="top", format="d", tickMinStep=1, grid=False)
    y = alt.Y("label:N", scale=alt.Scale(domain=placed.labels), axis=names_axis(placed.left))
    base = alt.Chart(data(values), width=room, height=alt.Step(max(26.0, placed.height + 6)))
    x = alt.X("from_month:Q", scale=scale, axis=axis)
    color = alt.Color(
        "who:N",
        scale=alt.Scale(
            domain=keys, range=[look_of(at).colour for at in range(len(keys))] or [QUIET]
        ),
        legend=None,
    )
    return layered(
        base.mark_bar(
            height={"band": 0.8}, fillOpacity=BAR_OPAQUE, stroke=PAGE, strokeWidth=1
        ).encode(x, y, x2=alt.X2("to_month:Q"), color=color, tooltip=alt.Tooltip("says:N")),
        base.mark_text(align="left", dx=5, color=INK).encode(x, y, text=alt.Text("name:N")),
    )


def units(table: pl.DataFrame, titles: Mapping[str, str], *, most: int = MOST_UNITS) -> Figure:
    """Draw which named unit is where in which months, and when it is at home after a tour.

    Parameters
    ----------
    table
        As `PlanResult.tables()["plan_units"]`: a row a tour of a unit.
    titles
        Of delegations and capabilities, by key.
    most
        Units that are drawn, the largest.
    """
    columns = ["unit", "delegation", "capability", "area", "strength_persons"]
    spans = ["from_month", "to_month", "home_until_month"]
    every = sorted(
        rows_of(table, [*columns, *spans]),
        key=lambda row: (row["delegation"], row["capability"], row["unit"], row["from_month"]),
    )
    sizes = {row["unit"]: row["strength_persons"] or 0.0 for row in every}
    drawn = set(sorted(sizes, key=lambda unit: -sizes[unit])[:most])
    rows = [row for row in every if row["unit"] in drawn]
    more = len(sizes) - len(drawn)
    nations = dict.fromkeys(row["delegation"] for row in every)
    longest = max((row["to_month"] - row["from_month"] for row in every), default=0)
    says = "The plan sends no unit."
    if every:
        says = (
            f"{count_of(len(sizes), 'unit')} of {count_of(len(nations), 'nation')} on "
            f"{count_of(len(every), 'tour')}, the longest {months(longest)}."
        )
    note = "Thin lines: at home after a tour, and not to be sent again."
    if any(str(unit)[-1:].isalpha() for unit in drawn):
        note += " A letter behind a number: a part of a unit."
    if more:
        note += f" Drawn: the largest {len(drawn)}; {count_of(more, 'more unit')} in the table."
    return Figure(
        name="plan-units",
        title="The plan: which unit is where",
        draw=lambda width: units_chart(rows, titles, width),
        says=says,
        table="plan_units",
        note=note,
    )


def units_chart(
    rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], width: int
) -> alt.TopLevelMixin:
    """Draw a row a unit: its tours as bars with the letter of the area, its rest as thin lines."""
    names = {
        row["unit"]: f"{titles.get(row['delegation'], row['delegation'])}, "
        f"{titles.get(row['capability'], row['capability'])} {str(row['unit']).rsplit(':', 1)[-1]}"
        for row in rows
    }
    placed = named_rows(list(names.values()), width)
    labels = dict(zip(names, placed.labels, strict=True))
    areas = list(dict.fromkeys(str(row["area"]) for row in rows))
    letters = {area: chr(ord("A") + at % 26) for at, area in enumerate(areas)}
    keys = labels_of([f"{letters[area]} {area_words(area)}" for area in areas], 40, 1)
    words = dict(zip(areas, keys, strict=True))
    values = [
        {
            **{name: row[name] for name in ("from_month", "to_month", "home_until_month")},
            "label": labels[row["unit"]],
            "area": words[str(row["area"])],
            "letter": letters[str(row["area"])],
            "says": f"{names[row['unit']]}: {area_words(str(row['area']))}, months "
            f"{show_cell(row['from_month'], 'from_month')} to "
            f"{show_cell(row['to_month'], 'to_month')}",
        }
        for row in rows
    ]
    end = max((row["to_month"] for row in rows), default=1) or 1
    room = width - placed.left - MARGIN
    scale = alt.Scale(domain=[0, end], nice=False, clamp=True)
    axis = alt.Axis(title="Months", orient="top", format="d", tickMinStep=1, grid=False)
    y = alt.Y(
        "label:N", scale=alt.Scale(domain=placed.labels), axis=names_axis(placed.left, grid=False)
    )
    looks = [look_of(at).colour for at in range(len(areas))] or [QUIET]
    color = alt.Color(
        "area:N",
        scale=alt.Scale(domain=keys, range=looks),
        legend=alt.Legend(title=None, orient="top", direction="vertical", symbolType="square")
        if keys
        else None,
    )
    base = alt.Chart(data(values), width=room, height=alt.Step(placed.height)).encode(y)
    x = alt.X("from_month:Q", scale=scale, axis=axis)
    return layered(
        base.mark_rule(color=QUIET, strokeWidth=1).encode(
            alt.X("to_month:Q", scale=scale, axis=axis), x2=alt.X2("home_until_month:Q")
        ),
        base.mark_bar(
            height={"band": 0.8}, fillOpacity=BAR_OPAQUE, stroke=PAGE, strokeWidth=1
        ).encode(x, x2=alt.X2("to_month:Q"), color=color, tooltip=alt.Tooltip("says:N")),
        base.mark_text(align="left", dx=3, color=INK, fontSize=10).encode(
            x, text=alt.Text("letter:N")
        ),
    )


def leads_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw who leads in the plan of an answer; None where there is no plan, or nobody is asked."""
    table = answer.tables.get("plan_leads")
    return None if table is None or table.is_empty() else leads(table, titles_of(brief))


def units_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw where the units of an answer's plan are; None where there is no plan, or no unit."""
    table = answer.tables.get("plan_units")
    return None if table is None or table.is_empty() else units(table, titles_of(brief))


def titles_of(brief: Brief) -> dict[str, str]:
    """Return the titles of capabilities and delegations, by key."""
    return brief.scenario.titles("capabilities") | brief.scenario.titles("delegations")
