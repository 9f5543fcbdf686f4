"""Grids of shares: each cell is shaded by its number, and the number stands in it."""

from collections.abc import Sequence
from typing import Final

import altair as alt
import polars as pl

from foedus.briefing.wording import show_cell
from foedus.plots.figure import WIDE
from foedus.plots.layers import layered
from foedus.plots.style import BLUE, LETTER, data, labels_of, number, width_of

CELL: Final = 30
"""Height of a cell in pixels."""
MARGIN: Final = 16


def grid_chart(
    table: pl.DataFrame,
    names: Sequence[str],
    columns: Sequence[tuple[str, str]],
    width: int,
    *,
    title: str = "",
) -> alt.LayerChart | alt.FacetChart:
    """Return a grid of the shares or probabilities of a table, a row for each of its rows.

    Parameters
    ----------
    table
        With the columns.
    names
        Of the rows.
    columns
        Name of each column, and what stands above it.
    width
        In pixels.
    title
        Above all columns.
    """
    labels = labels_of([*names], int((0.36 if width >= WIDE else 0.4) * width / LETTER))
    left = width_of(labels)
    room = min(width - left - MARGIN, 110 * len(columns))
    rows = [
        {
            "row": label,
            "column": head,
            "value": number(row.get(column)),
            "text": show_cell(row.get(column), column),
            "says": f"{' '.join(label.split())}, {head}: {show_cell(row.get(column), column)}",
        }
        for label, row in zip(labels, table.to_dicts(), strict=True)
        for column, head in columns
    ]
    heads = list(dict.fromkeys(head for _, head in columns))
    height = max(CELL, 14 * (1 + max((label.count("\n") for label in labels), default=0)) + 6)
    x = alt.X(
        "column:N",
        scale=alt.Scale(domain=heads, paddingInner=0.04),
        axis=alt.Axis(
            orient="top",
            title=title or None,
            titleAnchor="start",
            titleAlign="left",
            labelAngle=0,
            ticks=False,
            domain=False,
            labelOverlap=False,
        ),
    )
    y = alt.Y(
        "row:N",
        scale=alt.Scale(domain=labels, paddingInner=0.1),
        axis=alt.Axis(
            title=None,
            ticks=False,
            domain=False,
            labelExpr="split(datum.label, '\\n')",
            labelLineHeight=14,
            labelLimit=left,
            minExtent=left,
            maxExtent=left,
        ),
    )
    base = alt.Chart(data(rows), width=room, height=alt.Step(height)).encode(x, y)
    shade = alt.Opacity("value:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.5]), legend=None)
    return layered(
        base.mark_rect(color=BLUE, stroke=BLUE, strokeWidth=0.6).encode(
            shade, tooltip=alt.Tooltip("says:N")
        ),
        base.mark_text().encode(text=alt.Text("text:N")),
    )
