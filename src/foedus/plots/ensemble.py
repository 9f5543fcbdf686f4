"""Charts of what draws come to: what moves a number, its range, how often it takes which value."""

import math
from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer, Driver
from foedus.briefing.sentences import in_a_sentence, percent
from foedus.briefing.wording import heading, show_cell, show_range
from foedus.plots.figure import Figure
from foedus.plots.panels import MARGIN, named_rows, names_axis
from foedus.plots.style import (
    BLUE,
    INK,
    ORANGE,
    PAGE,
    QUIET,
    data,
    number,
    width_of,
    x_axis,
)

FloatArray = NDArray[np.float64]

BINS: Final = 24
LINE_HEIGHT: Final = 22
"""Of a range chart, in pixels: as high as a line of text."""
UP: Final = "raises it"
DOWN: Final = "lowers it"


def drivers_table(drivers: Sequence[Driver]) -> pl.DataFrame:
    """Return drivers as a table: what each is, how far it moves the number, what was compared."""
    return pl.DataFrame(
        [
            {
                "title": driver.title,
                "effect": number(float(driver.effect)),
                "effect_of": driver.effect_name,
                "compares": driver.compares,
                "says": driver.says,
            }
            for driver in drivers
        ],
        schema={
            "title": pl.String,
            "effect": pl.Float64,
            "effect_of": pl.String,
            "compares": pl.String,
            "says": pl.String,
        },
    )


def drivers(answer: Answer) -> Figure | None:
    """Draw how far each driver of an answer moves its number; None where none stands out.

    The twin of its numbers is the answer's list of drivers, as `drivers_table` gives it.
    """
    if not answer.drivers:
        return None
    table = drivers_table(answer.drivers)
    return Figure(
        name="drivers",
        title="What moves it",
        draw=lambda width: drivers_chart(table, width),
        says=f"{'; '.join(table['says'].to_list())}.",
        table="drivers",
        note="Differences between groups of draws: correlation, and no proof of a cause.",
    )


def drivers_chart(table: pl.DataFrame, width: int) -> alt.TopLevelMixin:
    """Draw a bar for each driver from nothing to its effect, the size printed at its end."""
    rows = table.to_dicts()
    placed = named_rows([row["title"] for row in rows], width)
    room = width - placed.left - 2 * MARGIN
    name = rows[0]["effect_of"] if rows else "effect_share"
    values = [
        {
            "label": label,
            "effect": row["effect"],
            "way": UP if (row["effect"] or 0.0) >= 0 else DOWN,
            "arrow": "▲" if (row["effect"] or 0.0) >= 0 else "▼",
            "says": row["says"],
        }
        for label, row in zip(placed.labels, rows, strict=True)
    ]
    least = min((row["effect"] or 0.0 for row in values), default=0.0)
    most = max((row["effect"] or 0.0 for row in values), default=0.0)
    reach = max(abs(least), abs(most)) or 1.0
    # Room for the arrow behind the longest bar.
    scale = alt.Scale(
        domain=[-1.1 * reach if least < 0 else 0, 1.1 * reach if most > 0 else 0], nice=False
    )
    axis = x_axis(name, room, title=f"Change of: {in_a_sentence(heading(name))}", orient="top")
    y = alt.Y("label:N", scale=alt.Scale(domain=placed.labels), axis=names_axis(placed.left))
    base = alt.Chart(data(values), width=room, height=alt.Step(placed.height + 4)).encode(
        alt.X("effect:Q", scale=scale, axis=axis), y
    )
    color = alt.Color(
        "way:N", scale=alt.Scale(domain=[UP, DOWN], range=[BLUE, ORANGE]), legend=None
    )
    return alt.layer(
        base.mark_bar(height={"band": 0.6}, opacity=0.6).encode(
            color=color, tooltip=alt.Tooltip("says:N")
        ),
        base.transform_filter("datum.effect >= 0")
        .mark_text(align="left", dx=3, color=INK, fontSize=9)
        .encode(text=alt.Text("arrow:N")),
        base.transform_filter("datum.effect < 0")
        .mark_text(align="right", dx=-3, color=INK, fontSize=9)
        .encode(text=alt.Text("arrow:N")),
    )


def range_line(
    value: float,
    low: float,
    high: float,
    column: str,
    *,
    ends: tuple[float, float],
    name: str = "range",
    table: str = "headline_numbers",
) -> Figure:
    """Draw a value with its 90 % range on a line from end to end, one line of text high.

    Parameters
    ----------
    value, low, high
        The value and its range over draws.
    column
        Name of the number; its ending is its unit.
    ends
        Of the line: the same for all that are to be compared by eye.
    name, table
        Of the figure, and of the table that has the number.

    Examples
    --------
    >>> range_line(0.5, 0.4, 0.7, "join_prob", ends=(0.0, 1.0)).says
    '50 % (40 % to 70 %), on a line from 0 % to 100 %.'
    """
    text = show_range(number(value), number(low), number(high), column)
    start, end = (show_cell(place, column) for place in ends)
    return Figure(
        name=name,
        title=heading(column),
        draw=lambda width: range_chart((value, low, high), column, ends, width),
        says=f"{text}, on a line from {start} to {end}.",
        table=table,
    )


def range_chart(
    values: tuple[float, float, float], column: str, ends: tuple[float, float], width: int
) -> alt.TopLevelMixin:
    """Draw the line with its ends in numbers, the range as a bar and the value as a tick."""
    value, low, high = (number(part) for part in values)
    texts = [show_cell(end, column) for end in ends]
    left, right = (width_of([text]) for text in texts)
    room = max(20.0, width - left - right - 12)
    row = {"value": value, "low": low, "high": high, "says": show_range(value, low, high, column)}
    scale = alt.Scale(domain=list(ends), nice=False, zero=False, clamp=True)
    base = alt.Chart(data([row])).encode(y=alt.value(LINE_HEIGHT / 2))
    line = alt.Chart(data([{"place_from": ends[0], "place_to": ends[1]}])).encode(
        y=alt.value(LINE_HEIGHT / 2)
    )
    x = alt.X("place_from:Q", scale=scale, axis=None)
    left_text, right_text = (
        alt.Chart(data([{"text": words}])).encode(
            x=alt.value(place), y=alt.value(LINE_HEIGHT / 2), text=alt.Text("text:N")
        )
        for words, place in zip(texts, (0, room), strict=True)
    )
    layers = [
        line.mark_rule(color=QUIET, strokeWidth=1).encode(x, x2=alt.X2("place_to:Q")),
        base.mark_rule(color=BLUE, strokeWidth=8, opacity=0.5).encode(
            alt.X("low:Q", scale=scale, axis=None),
            x2=alt.X2("high:Q"),
            tooltip=alt.Tooltip("says:N"),
        ),
        base.mark_tick(color=INK, thickness=3, height=16).encode(
            alt.X("value:Q", scale=scale, axis=None), tooltip=alt.Tooltip("says:N")
        ),
        left_text.mark_text(align="right", dx=-5, color=QUIET, fontSize=11),
        right_text.mark_text(align="left", dx=5, color=QUIET, fontSize=11),
    ]
    return alt.layer(*layers).properties(width=room, height=LINE_HEIGHT)


def bins(values: FloatArray, name: str) -> pl.DataFrame:
    """Return how many draws lie between which ends, in steps of a round size.

    Parameters
    ----------
    values : shape (draw,)
        What is not a number is left out.
    name
        Of the number; columns are `from_` and `to_` with it, `draws_count` and `draws_share`.

    Examples
    --------
    >>> table = bins(np.array([1.0, 1.0, 3.0]), "x_value")
    >>> table["draws_count"].sum(), table.columns
    (3, ['from_x_value', 'to_x_value', 'draws_count', 'draws_share'])
    """
    known = values[np.isfinite(values)]
    counts, edges = np.histogram(known, steps_of(known))
    total = max(1, known.size)
    return pl.DataFrame(
        {
            f"from_{name}": edges[:-1],
            f"to_{name}": edges[1:],
            "draws_count": counts,
            "draws_share": counts / total,
        }
    )


def steps_of(values: FloatArray) -> FloatArray:
    """Return the edges of about `BINS` steps of a round size that hold all values."""
    if values.size == 0:
        return np.array([0.0, 1.0])
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.array([low - 0.5, low + 0.5])
    rough = (high - low) / BINS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough)
    first = math.floor(low / step)
    last = max(first + 1, math.ceil(high / step))
    return np.arange(first, last + 1, dtype=np.float64) * step


def histogram(values: FloatArray, name: str, *, title: str = "") -> Figure:
    """Draw how often an outcome takes which value over draws.

    Parameters
    ----------
    values : shape (draw,)
        The outcome.
    name
        Its name; the ending is its unit.
    title
        Of the figure; the heading of the name where nothing is said.
    """
    table = bins(values, name)
    known = values[np.isfinite(values)]
    says = "No draw has a value."
    if known.size:
        middle, low, high = (float(q) for q in np.quantile(known, [0.5, 0.05, 0.95]))
        highest = table.row(int(table["draws_count"].arg_max() or 0), named=True)
        start, end = (show_cell(highest[f"{end}_{name}"], name) for end in ("from", "to"))
        says = (
            f"Median {show_cell(middle, name)}, 90 % of draws from {show_cell(low, name)} to "
            f"{show_cell(high, name)}; most often between {start} and {end} "
            f"({percent(highest['draws_share'])} of draws)."
        )
    return Figure(
        name=f"histogram-{name.replace('_', '-').lower()}",
        title=title or heading(name),
        draw=lambda width: histogram_chart(table, name, width),
        says=says,
        table="bins",
    )


def histogram_chart(table: pl.DataFrame, name: str, width: int) -> alt.TopLevelMixin:
    """Draw a bar for each step."""
    room = width - 70
    values: list[dict[str, Any]] = [
        {
            "from": row[f"from_{name}"],
            "to": row[f"to_{name}"],
            "draws_share": row["draws_share"],
            "says": f"{show_cell(row[f'from_{name}'], name)} to "
            f"{show_cell(row[f'to_{name}'], name)}: {percent(row['draws_share'])} of draws",
        }
        for row in table.to_dicts()
    ]
    x = alt.X("from:Q", axis=x_axis(name, room), scale=alt.Scale(zero=False, nice=False))
    y = alt.Y(
        "draws_share:Q",
        axis=alt.Axis(
            title=None, labelExpr="format(100 * datum.value, '.3~g') + ' %'", tickCount=4
        ),
        scale=alt.Scale(zero=True, nice=True),
    )
    base = alt.Chart(data(values), title="Share of draws", width=room, height=160)
    return alt.layer(
        base.mark_bar(fillOpacity=0.6, color=BLUE, stroke=PAGE, strokeWidth=1).encode(
            x, y, x2=alt.X2("to:Q"), y2=alt.Y2Datum(0), tooltip=alt.Tooltip("says:N")
        )
    )
