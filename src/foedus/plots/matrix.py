"""Rows by columns, a number in each cell: the stronger the colour, the more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import altair as alt

from foedus.briefing.wording import NOTHING, heading, show_cell
from foedus.plots.layers import layered
from foedus.plots.panels import names_axis
from foedus.plots.style import BLUE, FONT_SIZE, INK, LETTER, LINE, data, labels_of, width_of

MOST_OPAQUE: Final = 0.6
"""Of a cell's colour: text of the page's own colour stays readable on it, light and dark."""
NAMES_SHARE: Final = 0.38
"""Of the width, at most, for the names of rows."""
ROOM_OF_TWO: Final = 28
"""A column narrower than this has room for one line of a turned heading only."""
TURNED_LETTERS: Final = 22
HEAD_LINE: Final = 13
GAP: Final = 8
SMALL: Final = 10
"""Size of numbers where cells are narrow."""

Layers = alt.LayerChart | alt.FacetChart
"""What altair makes of layers."""


@dataclass(frozen=True)
class Matrix:
    """Numbers of one column of a table, placed by two others."""

    rows: Sequence[str]
    """Names of the rows, from the top."""
    columns: Sequence[str]
    """Names of the columns, from the left."""
    cells: Mapping[tuple[int, int], Mapping[str, Any]]
    """By place of row and column: the numbers that stand there, by name."""
    name: str
    """Of the number that is printed; its ending is its unit."""
    depths: Mapping[tuple[int, int], float]
    """By place: how strong the colour is, 0 to 1."""
    framed: frozenset[tuple[int, int]] = frozenset()
    """Cells with a frame."""
    bold: frozenset[tuple[int, int]] = frozenset()
    """Cells printed in bold."""
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """What is printed in a cell in the place of its number as tables print it."""
    title: str = ""
    """What stands over it; nothing where the figure's own title says all."""
    colour: str = BLUE
    bare: bool = False
    """Whether the sign of per cent is left out, since the title says it."""


def matrix_chart(matrix: Matrix, width: int, *, letters: int = 22) -> Layers:
    """Draw a matrix no wider than so many pixels.

    Parameters
    ----------
    matrix
        What to draw.
    width
        Of all of it, in pixels.
    letters
        Of a line of a row's name, at most.
    """
    rows = labels_of(matrix.rows, min(letters, int(NAMES_SHARE * width / LETTER)), 3)
    left = width_of(rows)
    room = max(8.0, (width - left - 2 * GAP) / max(1, len(matrix.columns)))
    turned = room < width_of([word for name in matrix.columns for word in name.split()])
    heads = (
        labels_of(matrix.columns, TURNED_LETTERS, 2 if room >= ROOM_OF_TWO else 1)
        if turned
        else on_one_line(labels_of(matrix.columns, int(room / LETTER), 4))
    )
    printed = {
        place: show_cell(numbers.get(matrix.name), matrix.name)
        for place, numbers in matrix.cells.items()
    }
    if matrix.bare:
        printed = {place: text.removesuffix(" %") for place, text in printed.items()}
    printed |= matrix.texts
    longest = max((len(text) for text in printed.values()), default=0)
    size = FONT_SIZE if longest * LETTER + 4 <= room else SMALL
    fits = longest * LETTER * size / FONT_SIZE <= room - 2
    height = 15 * max((label.count("\n") + 1 for label in rows), default=1) + 5
    values = [
        {
            "row": row,
            "column": head,
            "text": printed.get((at, place), ""),
            "is_there": (at, place) in matrix.cells,
            "is_framed": (at, place) in matrix.framed,
            "is_bold": (at, place) in matrix.bold,
            "place_depth": MOST_OPAQUE * min(1.0, max(0.0, matrix.depths.get((at, place), 0.0))),
            **matrix.cells.get((at, place), {}),
        }
        for at, row in enumerate(rows)
        for place, head in enumerate(heads)
    ]
    over = alt.Axis(
        orient="top",
        title=None,
        labelAngle=-90 if turned else 0,
        labelAlign="left" if turned else "center",
        labelBaseline="middle" if turned else "alphabetic",
        labelExpr="split(datum.label, '\\n')",
        labelLineHeight=HEAD_LINE,
        labelLimit=0,
        minExtent=width_of(heads) if turned else 0,
        labelPadding=4 if turned else 4 + HEAD_LINE * heads[0].count("\n") if heads else 4,
        labelOverlap=False,
        ticks=False,
        domain=False,
    )
    placed = alt.Chart(data(values)).encode(
        x=alt.X("column:O", sort=None, axis=over, scale=alt.Scale(padding=0.04)),
        y=alt.Y(
            "row:O", sort=None, axis=names_axis(left, grid=False), scale=alt.Scale(padding=0.06)
        ),
        tooltip=[
            alt.Tooltip("row:N", title="Row"),
            alt.Tooltip("column:N", title="Column"),
            alt.Tooltip("text:N", title=heading(matrix.name)),
        ],
    )
    there = placed.transform_filter("datum.is_there")
    layers = [
        there.mark_rect(color=matrix.colour, stroke=LINE, strokeWidth=1).encode(
            fillOpacity=alt.FillOpacity(
                "place_depth:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None
            ),
        )
    ]
    if matrix.framed:
        framed = there.transform_filter("datum.is_framed")
        layers.append(framed.mark_rect(filled=False, stroke=INK, strokeWidth=2))
    if fits:
        plain = there.transform_filter("!datum.is_bold") if matrix.bold else there
        layers.append(plain.mark_text(color=INK, fontSize=size).encode(text=alt.Text("text:N")))
    if fits and matrix.bold:
        bold = there.transform_filter("datum.is_bold")
        text = bold.mark_text(color=INK, fontSize=size, fontWeight="bold")
        layers.append(text.encode(text=alt.Text("text:N")))
    sized = layered(*layers).properties(
        width=room * max(1, len(matrix.columns)), height=height * max(1, len(rows))
    )
    return sized.properties(title=matrix.title) if matrix.title else sized


def on_one_line(labels: Sequence[str]) -> list[str]:
    r"""Return labels with empty lines before those of fewer lines, so that all end on one line.

    >>> on_one_line(["a", "b\nc"])
    ['\na', 'b\nc']
    """
    most = max((label.count("\n") for label in labels), default=0)
    return ["\n" * (most - label.count("\n")) + label for label in labels]


def stacked(matrices: Sequence[Matrix], width: int, *, letters: int = 22) -> alt.TopLevelMixin:
    """Draw matrices one under the other."""
    return alt.vconcat(
        *(matrix_chart(matrix, width, letters=letters) for matrix in matrices), spacing=18
    )


def depth_of(value: Any, most: float, least: float = 0.0) -> float:
    """Return how strong the colour of a number is, between the least and the most there is.

    >>> depth_of(5.0, 10.0), depth_of(None, 10.0), depth_of(3.0, 0.0)
    (0.5, 0.0, 0.0)
    """
    if value is None or most <= least:
        return 0.0
    return float((value - least) / (most - least))


def words_of(value: Any, name: str) -> str:
    """Return a number in words of a sentence; nothing known is said so.

    >>> words_of(0.5, "join_prob"), words_of(None, "join_prob")
    ('50 %', 'not known')
    """
    text = show_cell(value, name)
    return "not known" if text == NOTHING else text
