"""Lines over months or lengths: a band of futures, what is asked for, and levels that matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import altair as alt
import polars as pl

from foedus.briefing.wording import heading, is_finite_number, show_cell, show_range
from foedus.plots.figure import WIDE
from foedus.plots.layers import layered
from foedus.plots.style import (
    DASHES,
    HUES,
    INK,
    LETTER,
    QUIET,
    data,
    label_expr,
    number,
    x_axis,
)
from foedus.quantities import quantity

MARGIN: Final = 16
LEFT: Final = 62
"""Room for the numbers of the vertical axis."""
FEW_ROWS: Final = 12
"""Points of so many rows are told apart."""
ABOVE: Final = 1.25
"""A level is near where it is no higher than so many times what else is drawn."""


@dataclass(frozen=True)
class Line:
    """One column of a table drawn as a line, with a band where it has a range and is to show it."""

    column: str
    label: str = ""
    """As in the legend; the column's heading where nothing is said."""
    band: bool = False

    @property
    def words(self) -> str:
        """What the legend calls it."""
        return self.label or heading(self.column)


def line_chart(
    table: pl.DataFrame,
    along: str,
    lines: Sequence[Line],
    width: int,
    *,
    levels: Sequence[float] = (),
    stepped: bool = True,
    title: str = "",
) -> alt.LayerChart | alt.FacetChart:
    """Return a chart of columns along a column, with a legend, bands and level lines.

    Lines differ in colour and dash; points stand on them where the table has few rows.

    Parameters
    ----------
    table
        One row a place along the axis.
    along
        Column of the horizontal axis.
    lines
        Columns of the same unit, the most telling first.
    width
        In pixels.
    levels
        Numbers of the same unit at which a thin line is drawn.
    stepped
        Whether a number holds until the next row, rather than changing evenly up to it.
    title
        Of the vertical axis; the heading of the first line's column where nothing is said.
    """
    name = lines[0].column
    rows = line_rows(table, along, lines)
    room = width - LEFT - MARGIN
    words = [line.words for line in lines]
    letters = sum(map(len, words)) + 8 * len(words)
    legend = (
        None
        if len(lines) == 1
        else alt.Legend(
            title=None,
            orient="top",
            direction="vertical" if letters * LETTER > room else "horizontal",
            symbolType="stroke",
            symbolStrokeWidth=2.5,
            symbolSize=400,
            offset=6,
        )
    )
    colours = [*HUES[: len(lines) - 1], INK] if len(lines) > 2 else [*HUES[: len(lines)]]
    color = alt.Color("series:N", scale=alt.Scale(domain=words, range=colours), legend=legend)
    dash = alt.StrokeDash(
        "series:N",
        scale=alt.Scale(domain=words, range=[[*DASHES[i]] for i in range(len(lines))]),
        legend=legend,
    )
    x = alt.X("along:Q", axis=x_axis(along, room, grid=False), scale=alt.Scale(nice=False))
    y = alt.Y("value:Q", axis=y_axis(name, title), scale=alt.Scale(zero=True))
    shape: Literal["step-after", "linear"] = "step-after" if stepped else "linear"
    base = alt.Chart(data(rows), width=room, height=240 if width >= WIDE else 220)
    layers: list[alt.Chart] = [
        base.transform_filter("datum.low !== null")
        .mark_area(opacity=0.22, interpolate=shape)
        .encode(x, alt.Y("low:Q", axis=y_axis(name, title)), color, y2=alt.Y2("high:Q")),
        base.mark_line(strokeWidth=2.2, interpolate=shape, point=False).encode(x, y, color, dash),
        # Where there are many they would bead the line: unseen, they still answer to a pointer.
        base.mark_point(filled=True, size=40, opacity=float(table.height <= FEW_ROWS)).encode(
            x, y, color, tooltip=alt.Tooltip("says:N")
        ),
    ]
    if levels:
        marks = [{"level": level, "says": show_cell(level, name)} for level in levels]
        rule = alt.Chart(data(marks)).encode(alt.Y("level:Q", axis=y_axis(name, title)))
        layers += [
            rule.mark_rule(color=QUIET, strokeDash=[1, 3]),
            rule.mark_text(align="right", baseline="bottom", dy=-2, color=QUIET).encode(
                x=alt.value(room), text=alt.Text("says:N")
            ),
        ]
    return layered(*layers)


def line_rows(table: pl.DataFrame, along: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the data of a line chart: a row for each number of each line."""
    found = []
    for line in lines:
        for row in table.to_dicts():
            value = number(row.get(line.column))
            low, high = (number(row.get(f"{line.column}_{end}")) for end in ("low", "high"))
            place = show_cell(row[along], along)
            text = show_range(value, low, high, line.column)
            found.append(
                {
                    "along": number(row[along]),
                    "series": line.words,
                    "value": value,
                    "low": low if line.band and high is not None else None,
                    "high": high if line.band and low is not None else None,
                    "says": f"{heading(along)} {place}: {line.words} {text}",
                }
            )
    return found


def is_near(level: float, table: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell whether a level is near what some columns hold; with a far one, all else would be flat.

    >>> table = pl.DataFrame({"x_persons": [0.0, 9_500.0]})
    >>> is_near(10_000, table, ["x_persons"]), is_near(30_000, table, ["x_persons"])
    (True, False)
    """
    drawn = [v for name in columns for v in table[name].to_list() if is_finite_number(v)]
    return level <= ABOVE * max(drawn, default=0.0)


def y_axis(name: str, title: str) -> dict[str, Any]:
    """Return the vertical axis: its title above it, not turned."""
    whole = {"tickMinStep": 1} if quantity(name).rule in ("whole", "plain") else {}
    return {
        "title": title or heading(name),
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleX": 8 - LEFT,
        "titleY": -12,
        "titleBaseline": "bottom",
        "labelExpr": label_expr(name),
        "tickCount": 5,
        "domain": False,
        "ticks": False,
        "minExtent": LEFT - 12,
        "maxExtent": LEFT - 12,
        **whole,
    }
