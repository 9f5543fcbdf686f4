"""Bars whose parts add up to a whole, each part printed where it has room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from foedus.briefing.wording import show_cell
from foedus.plots.layers import layered
from foedus.plots.panels import names_axis
from foedus.plots.style import INK, LETTER, PAGE, data, labels_of, number, width_of, x_axis

NAMES_SHARE: Final = 0.4
"""Of the width, at most, for the names of bars."""
OPAQUE: Final = 0.6
"""Of the parts' colours: text stays readable on them, light and dark."""
MARGIN: Final = 24


@dataclass(frozen=True)
class Part:
    """One part of every bar."""

    column: str
    label: str
    colour: str
    from_right: bool = False
    """Whether it begins at the right end of the scale, so that what lies between stays open."""


def stack_chart(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    parts: Sequence[Part],
    width: int,
    *,
    title: str,
    bold: Sequence[bool] = (),
) -> alt.TopLevelMixin:
    """Draw a bar for each row; parts stand behind each other in their order, 0 to 100 %.

    Parameters
    ----------
    rows
        Shares by column.
    names
        Of the rows, from the top; several lines where they are long.
    parts
        From the left.
    width
        Of all of it, in pixels.
    title
        Of the axis.
    bold
        For each row whether a pointer stands before its name.
    """
    marked = [
        f"{'▸ ' if at < len(bold) and bold[at] else ''}{name}" for at, name in enumerate(names)
    ]
    labels = labels_of(marked, int(NAMES_SHARE * width / LETTER), 3)
    left = width_of(labels)
    room = max(60.0, width - left - MARGIN)
    height = 15 * max((label.count("\n") + 1 for label in labels), default=1) + 8
    values = []
    for row, label in zip(rows, labels, strict=True):
        begin, end = 0.0, 1.0
        for part in parts:
            share = number(row.get(part.column))
            size = min(1.0, max(0.0, share or 0.0))
            place = end - size if part.from_right else begin
            text = show_cell(share, part.column)
            values.append(
                {
                    "label": label,
                    "part": part.label,
                    part.column: share,
                    "text": text if size * room >= LETTER * len(text) + 2 else "",
                    "says": f"{' '.join(label.split())}: {part.label} {text}",
                    "place_from": place,
                    "place_to": place + size,
                    "place_middle": place + size / 2,
                }
            )
            begin, end = (begin, place) if part.from_right else (place + size, end)
    scale = alt.Scale(domain=[0, 1], nice=False, clamp=True)
    y = alt.Y(
        "label:N",
        sort=None,
        axis=names_axis(left, grid=False),
    )
    key = alt.Legend(
        title=None,
        orient="top",
        columns=max(1, int(room // (width_of([part.label for part in parts]) + 44))),
        columnPadding=24,
        symbolType="square",
        symbolOpacity=OPAQUE,
    )
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(
            domain=[part.label for part in parts], range=[part.colour for part in parts]
        ),
        legend=key,
    )
    base = alt.Chart(data(values)).encode(y=y)
    return layered(
        base.mark_bar(
            fillOpacity=OPAQUE, stroke=PAGE, strokeWidth=1.5, height={"band": 0.74}
        ).encode(
            x=alt.X(
                "place_from:Q",
                scale=scale,
                axis=x_axis("any_share", room, title=title, orient="top"),
            ),
            x2=alt.X2("place_to:Q"),
            color=colour,
            tooltip=alt.Tooltip("says:N"),
        ),
        base.mark_text(color=INK, fontSize=11).encode(
            x=alt.X("place_middle:Q", scale=scale), text=alt.Text("text:N")
        ),
    ).properties(width=room, height=max(1, len(labels)) * height)
