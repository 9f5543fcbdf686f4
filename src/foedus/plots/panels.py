"""Rows of names beside aligned panels of dots, ranges and bars: a panel a quantity."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import altair as alt
import polars as pl

from foedus.briefing.wording import heading, show_range
from foedus.plots.figure import WIDE
from foedus.plots.layers import layered
from foedus.plots.style import (
    HUES,
    LETTER,
    PAGE,
    SHAPES,
    data,
    labels_of,
    number,
    width_of,
    x_axis,
)
from foedus.quantities import suffix_of

MARGIN: Final = 22
"""Room at both ends for what sticks out of a panel: half a dot, half a number."""
GAP: Final = 20
"""Between panels."""
LEAST_PANEL: Final = 104
"""A panel is no narrower: rather fewer stand beside each other."""
ROW: Final = 17
LINE_HEIGHT: Final = 14
"""Of a line of a name that is broken."""
KEY_WIDTH: Final = 34
"""For the numbers that stand for names."""
MANY_PANELS: Final = 3
"""On a telephone, names stand before so many panels; before more, numbers stand for them."""

LINES_OF: Final = "length(split(datum.value, '\\n'))"
RAISED: Final = {
    "condition": [
        {"test": f"{LINES_OF} === {lines}", "value": -LINE_HEIGHT / 2 * (lines - 1)}
        for lines in (2, 3)
    ],
    "value": 0,
}
"""How far a name is raised, so that the middle of its lines is the middle of its row."""

Mark = Literal["dot", "bar"]


@dataclass(frozen=True)
class Series:
    """One column of a table drawn in a panel, with its range where the table has one."""

    column: str
    label: str = ""
    """As in the legend; the column's heading where nothing is said."""
    mark: Mark = "dot"
    low: str = ""
    """Column of the range's lower end; `x_low` where nothing is said."""
    high: str = ""

    @property
    def words(self) -> str:
        """What the legend calls it."""
        return self.label or heading(self.column)

    @property
    def ends(self) -> tuple[str, str]:
        """The columns of its range."""
        return self.low or f"{self.column}_low", self.high or f"{self.column}_high"


@dataclass(frozen=True)
class Panel:
    """One quantity beside the names of rows."""

    series: tuple[Series, ...]
    """Columns of the same unit."""
    title: str = ""
    """The first column's heading where nothing is said."""
    domain: tuple[float, float] | None = None
    """Ends of the axis; all of 0 to 100 % for probabilities where nothing is said."""
    zero: bool = True
    """Whether the axis begins at nothing."""


def one(column: str, title: str = "", mark: Mark = "dot") -> Panel:
    """Return a panel of a single column."""
    return Panel((Series(column, mark=mark),), title)


@dataclass(frozen=True)
class Rows:
    """The rows of a chart: their labels, and the room that these take."""

    labels: list[str]
    names: list[str]
    height: float
    """Of a row, in pixels."""
    left: float
    """Room for the labels, in pixels."""


def panel_chart(
    table: pl.DataFrame,
    label: str,
    panels: Sequence[Panel],
    width: int,
    *,
    marked: Sequence[bool] = (),
) -> alt.ConcatChart | alt.VConcatChart:
    """Return the chart: a row for each row of the table, in its order, a panel for each quantity.

    As many panels stand beside each other as the width takes; the others follow below, with the
    names again. Where several series share a panel they differ in colour and shape, and a legend
    names them.

    Parameters
    ----------
    table
        With the columns of the series, and `x_low` and `x_high` where a range is to be drawn.
    label
        Column of the names.
    panels
        From left to right.
    width
        Of all, in pixels.
    marked
        For each row whether a pointer stands before its name.
    """
    pointers = [*marked, *[False] * (table.height - len(marked))]
    names = [
        f"{'▸ ' if pointer else ''}{name or ''}"
        for pointer, name in zip(pointers, table[label].to_list(), strict=True)
    ]
    numbered = width < WIDE and len(panels) > MANY_PANELS
    rows = numbered_rows(names) if numbered else named_rows(names, width)
    across = min(len(panels), int((width - rows.left - MARGIN) // (LEAST_PANEL + GAP)))
    across = -(-len(panels) // -(-len(panels) // max(1, across)))  # lines as even as can be
    room = (width - rows.left - 2 * MARGIN - GAP * (across - 1)) / across
    drawn = [
        one_panel(table, panel, rows, room=room, named=place % across == 0)
        for place, panel in enumerate(panels)
    ]
    # Panels have different series: each has its own colours, shapes and legend.
    apart = {"scale": {"color": "independent", "shape": "independent"}}
    spacing = {"row": 22, "column": GAP}
    chart = alt.concat(*drawn, columns=across, spacing=spacing, resolve=apart)
    return alt.vconcat(key_of(names, width), chart, spacing=22) if numbered else chart


def named_rows(names: Sequence[str], width: int) -> Rows:
    """Return rows whose labels are their names, broken so that panels have most of the width."""
    share, lines = (0.36, 2) if width >= WIDE else (0.42, 3)
    labels = labels_of(names, int(share * width / LETTER), lines)
    longest = max((label.count("\n") for label in labels), default=0)
    height = max(ROW, LINE_HEIGHT * (1 + longest) + 2)
    return Rows(labels, [*names], height, width_of(labels))


def numbered_rows(names: Sequence[str]) -> Rows:
    """Return rows whose labels are numbers; a key says which name is which."""
    labels = [numbered(place, name) for place, name in enumerate(names)]
    return Rows(labels, [*names], ROW, width_of(labels))


def numbered(place: int, name: str) -> str:
    """Return the number that stands for a name, with its pointer.

    >>> numbered(0, "▸ France"), numbered(1, "Spain")
    ('▸ 1', '2')
    """
    return f"{'▸ ' if name.startswith('▸') else ''}{place + 1}"


def key_of(names: Sequence[str], width: int) -> alt.Chart:
    """Return the key of numbered rows: each number and its name."""
    labels = labels_of(names, int((width - KEY_WIDTH - MARGIN) / LETTER))
    rows = [
        {"number": numbered(place, name), "name": label.removeprefix("▸ ")}
        for place, (name, label) in enumerate(zip(names, labels, strict=True))
    ]
    lines = 1 + max((label.count("\n") for label in labels), default=0)
    y = alt.Y("number:N", sort=None, axis=names_axis(KEY_WIDTH, grid=False))
    step = alt.Step(LINE_HEIGHT * lines + 4)
    key: alt.Chart = (
        alt.Chart(data(rows), width=width - KEY_WIDTH - MARGIN, height=step)
        .mark_text(align="left", lineBreak="\n", lineHeight=LINE_HEIGHT, baseline="middle")
        .encode(y, x=alt.value(0), text=alt.Text("name:N"))
    )
    return key


def one_panel(
    table: pl.DataFrame, panel: Panel, rows: Rows, *, room: float, named: bool
) -> alt.LayerChart | alt.FacetChart:
    """Return one panel of the chart."""
    name = panel.series[0].column
    axis = x_axis(name, room, title=panel.title or heading(name), orient="top")
    scale: dict[str, Any] = {"zero": panel.zero, "nice": True}
    if panel.domain is not None:
        scale = {"domain": [*panel.domain], "clamp": True}
    elif suffix_of(name) == "prob":
        scale = {"domain": [0, 1]}
    y = alt.Y(
        "label:N",
        scale={"domain": rows.labels},  # a row without a number stays a row
        axis=names_axis(rows.left if named else 0),
    )
    x = alt.X("value:Q", axis=axis, scale=scale)
    color, shape = looks(panel, room)
    base = alt.Chart(data(panel_rows(table, panel, rows)), width=room, height=alt.Step(rows.height))
    layers = [
        base.transform_filter("datum.mark === 'bar'")
        .mark_bar(height={"band": 0.6}, opacity=0.5)
        .encode(x, y, color, tooltip=alt.Tooltip("says:N")),
        base.mark_rule(strokeWidth=3, opacity=0.5).encode(
            alt.X("low:Q", axis=axis, scale=scale), y, color, x2=alt.X2("high:Q")
        ),
        base.transform_filter("datum.mark === 'dot'")
        .mark_point(filled=True, size=58, opacity=1, stroke=PAGE, strokeWidth=0.7)
        .encode(x, y, color, shape, tooltip=alt.Tooltip("says:N")),
    ]
    bars = any(series.mark == "bar" for series in panel.series)
    return layered(*layers if bars else layers[1:])


def looks(panel: Panel, room: float) -> tuple[alt.Color, alt.Shape]:
    """Return colour and shape of the series of a panel, with their legend where there are two."""
    words = [series.words for series in panel.series]
    shapes = ["square" if s.mark == "bar" else SHAPES[i] for i, s in enumerate(panel.series)]
    legend = legend_of(words, room) if len(words) > 1 else None
    color = {"domain": words, "range": [*HUES[: len(words)]]}
    shape = {"domain": words, "range": shapes}
    return (
        alt.Color("series:N", scale=color, legend=legend),
        alt.Shape("series:N", scale=shape, legend=legend),
    )


def legend_of(words: Sequence[str], room: float) -> dict[str, Any]:
    """Return a legend above a chart, in one line where there is room."""
    letters = sum(map(len, words)) + 7 * len(words)
    return {
        "title": None,
        "orient": "top",
        "direction": "vertical" if letters * LETTER > room else "horizontal",
        "symbolSize": 70,
        "offset": 4,
    }


def panel_rows(table: pl.DataFrame, panel: Panel, rows: Rows) -> list[dict[str, Any]]:
    """Return the data of a panel: a row for each number of each series."""
    found = []
    for label, name, row in zip(rows.labels, rows.names, table.to_dicts(), strict=True):
        for series in panel.series:
            value, low, high = (number(row.get(column)) for column in (series.column, *series.ends))
            text = show_range(value, low, high, series.column)
            found.append(
                {
                    "label": label,
                    "series": series.words,
                    "mark": series.mark,
                    "value": value,
                    "low": low,
                    "high": high,
                    "says": f"{name.removeprefix('▸ ')}: {series.words} {text}",
                }
            )
    return found


def names_axis(left: float, *, grid: bool = True) -> dict[str, Any]:
    """Return the axis of the rows, with room for their labels; without any where there is none."""
    bare = {"title": None, "ticks": False, "domain": False, "grid": grid}
    if left == 0:
        return {**bare, "labels": False}
    return {
        **bare,
        "labelExpr": "split(datum.label, '\\n')",
        "labelLineHeight": LINE_HEIGHT,
        "labelOffset": RAISED,
        "labelLimit": left,
        "labelPadding": 6,
        "labelOverlap": False,
        "minExtent": left,
        "maxExtent": left,
    }
