"""The map of Europe, with what each nation would send."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import altair as alt
import polars as pl
from altair import TopLevelMixin

from foedus.briefing.sentences import persons
from foedus.briefing.wording import show_cell
from foedus.plots.figure import WIDE, Figure
from foedus.plots.layers import layered
from foedus.plots.style import (
    BLUE,
    INK,
    LETTER,
    LINE,
    PAGE,
    QUIET,
    VERMILLION,
    broken,
    data,
    number,
    rows_of,
    width_of,
)
from foedus.plots.words import leaders

SHAPES: Final = Path(__file__).parent / "shapes" / "europe.json"

POINT_OF_VIEW: Final = (
    "Borders are those that the United Nations recognise: Crimea, Sevastopol and Donbas are "
    "Ukraine. Shapes: Natural Earth, in the public domain."
)

MIDDLE: Final = (15.0, 53.0)
"""Longitude and latitude of the middle of the projection."""
FRAME: Final = (-0.385, 0.385, -0.315, 0.345)
"""West, east, south and north end of the map, in radii of the earth from the middle."""
NORTH: Final = 50.0
"""Latitude above which a name stands over its circle: below it stands another's."""
PATH_SIZE: Final = 4
"""Size at which a symbol's path is drawn as it is: a length is scaled by half the root of it."""
AMOUNT: Final = "expected_persons"
ON_PAPER: Final = {
    "x": alt.X("place_x:Q", scale=None, axis=None),
    "y": alt.Y("place_y:Q", scale=None, axis=None),
}

Point = tuple[float, float]


@dataclass(frozen=True)
class Land:
    """A state's shape, in degrees: longitude before latitude."""

    label: Point
    """A point well within its largest part."""
    rings: tuple[tuple[Point, ...], ...]


@cache
def lands() -> Mapping[str, Land]:
    """Return the shapes of Europe and its neighbours, by ISO 3166-1 alpha-3 code."""
    file = json.loads(SHAPES.read_text(encoding="utf-8"))
    per_degree = file["per_degree"]

    def ring(steps: list[int]) -> tuple[Point, ...]:
        xs, ys = accumulate(steps[::2]), accumulate(steps[1::2])
        return tuple((x / per_degree, y / per_degree) for x, y in zip(xs, ys, strict=True))

    return {
        code: Land(
            (state["label"][0] / per_degree, state["label"][1] / per_degree),
            tuple(ring(steps) for steps in state["rings"]),
        )
        for code, state in file["states"].items()
    }


def projected(point: Point) -> Point:
    """Return where a place lies on the map, in radii of the earth from its middle.

    Lambert's azimuthal equal-area projection: a square kilometre is as large anywhere.

    >>> projected((15.0, 53.0))
    (0.0, 0.0)
    >>> x, y = projected((15.0, 54.0))
    >>> round(x, 6), round(y, 4)
    (0.0, 0.0175)
    """
    east, north = (math.radians(degrees) for degrees in point)
    east0, north0 = (math.radians(degrees) for degrees in MIDDLE)
    turn = east - east0
    near = math.sin(north0) * math.sin(north) + math.cos(north0) * math.cos(north) * math.cos(turn)
    stretch = math.sqrt(2 / (1 + near))
    return (
        stretch * math.cos(north) * math.sin(turn),
        stretch
        * (
            math.cos(north0) * math.sin(north) - math.sin(north0) * math.cos(north) * math.cos(turn)
        ),
    )


@dataclass(frozen=True)
class Sheet:
    """The paper that a map is drawn on."""

    width: float
    """In pixels."""

    @property
    def height(self) -> float:
        """In pixels."""
        west, east, south, north = FRAME
        return round(self.width * (north - south) / (east - west))

    def place(self, point: Point) -> Point:
        """Return where a place of the earth lies, in pixels from the upper left corner."""
        x, y = projected(point)
        west, east, _, north = FRAME
        per_radius = self.width / (east - west)
        return round((x - west) * per_radius, 1), round((north - y) * per_radius, 1)

    def holds(self, point: Point) -> bool:
        """Tell whether a place of the earth lies on it."""
        x, y = self.place(point)
        return 0 <= x <= self.width and 0 <= y <= self.height


def is_on_map(code: str) -> bool:
    """Tell whether a delegation has a shape on the map.

    >>> is_on_map("FRA"), is_on_map("CAN"), is_on_map("NATO")
    (True, False, False)
    """
    return code in lands() and Sheet(WIDE).holds(lands()[code].label)


def contributions(table: pl.DataFrame, roles: Mapping[str, str] | None = None) -> Figure | None:
    """Map what each nation would send: a circle's area is the number of soldiers.

    Land is shaded by how likely a nation joins. Who is not on the map is listed under it.

    Parameters
    ----------
    table
        `contributions` of the answer of that name.
    roles
        By code of a delegation: what is written on its land, such as `Ukraine (host)`.

    Returns
    -------
    Figure or None
        None where nobody in the table is on the map.
    """
    rows = rows_of(table, ["title", "delegation", "join_prob", AMOUNT])
    here = {row["delegation"]: row for row in rows if is_on_map(row["delegation"] or "")}
    if not here:
        return None
    away = [row for row in rows if row["delegation"] not in here]
    written = {code: text for code, text in (roles or {}).items() if is_on_map(code)}

    def draw(width: int) -> TopLevelMixin:
        return map_chart(here, away, written, width)

    says = (
        "Map of Europe. On average over all futures most soldiers are sent by "
        f"{leaders(table, 'title', AMOUNT, 5)}; most likely to join are "
        f"{leaders(table, 'title', 'join_prob')}."
    )
    note = (
        "A circle's area is the number of soldiers on land that a nation sends on average over all "
        f"futures; the stronger its land is coloured, the likelier it joins. {POINT_OF_VIEW}"
    )
    title = "What each nation would send"
    return Figure("map", title, draw, says, "contributions", note=note)


def map_chart(
    here: Mapping[str, Mapping[str, Any]],
    away: Sequence[Mapping[str, Any]],
    roles: Mapping[str, str],
    width: int,
) -> alt.VConcatChart:
    """Return the map, and under it the list of those who are not on it."""
    sheet = Sheet(width - 12)
    wide = width >= WIDE
    layers = [*land(here, roles, sheet), *circles(here, sheet, wide=wide), *written(roles, sheet)]
    parts: list[Any] = [layered(*layers)]
    lines = away_lines(away, int(sheet.width / LETTER))
    if lines:
        listed = [{"place_y": 8 + 16 * place, "text": line} for place, line in enumerate(lines)]
        parts.append(
            alt.Chart(data(listed), width=sheet.width, height=16 * len(lines))
            .mark_text(align="left", baseline="middle")
            .encode(x=alt.value(0), y=ON_PAPER["y"], text=alt.Text("text:N"))
        )
    return alt.vconcat(*parts, spacing=8)


def land(
    here: Mapping[str, Mapping[str, Any]], roles: Mapping[str, str], sheet: Sheet
) -> list[alt.Chart]:
    """Return the land of those in the table, shaded, and the land around it.

    A shape is a symbol whose path is in pixels: far less to write than a geographic feature.
    """
    known: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for code, shape in lands().items():
        path = path_of(shape, sheet)
        if path and code in here:
            row = here[code]
            chance = show_cell(row["join_prob"], "join_prob")
            says = f"{broken(row['title'], 40, 1)}: joins with {chance}"
            known.append({"place_path": path, "join": number(row["join_prob"]), "says": says})
        elif path:
            others.append({"place_path": path, "named": code in roles})
    scale = alt.Scale(domain=[0, 1], range=[0.06, 0.75])
    legend = alt.Legend(
        title="Joins, probability",
        orient="top",
        values=[0, 0.25, 0.5, 0.75, 1],
        labelExpr="format(100 * datum.value, '.0f') + ' %'",
        symbolFillColor=BLUE,
        symbolStrokeColor=QUIET,
        symbolType="square",
        symbolSize=160,
        columns=5,
        columnPadding=10,
    )

    def shapes(rows: list[dict[str, Any]], **mark: Any) -> alt.Chart:
        chart: alt.Chart = (
            alt.Chart(data(rows), width=sheet.width, height=sheet.height)
            .mark_point(size=PATH_SIZE, clip=True, opacity=1, **mark)
            .encode(alt.Shape("place_path:N", scale=None), x=alt.value(0), y=alt.value(0))
        )
        return chart

    named = [row for row in others if row["named"]]
    return [
        shapes(others, fill=LINE, stroke=PAGE, strokeWidth=0.6),
        shapes(known, fill=BLUE, stroke=QUIET, strokeWidth=0.5).encode(
            alt.FillOpacity("join:Q", scale=scale), tooltip=alt.Tooltip("says:N")
        ),
        # Vega-Lite has no legend for the opacity of a fill: this layer draws nothing but one.
        alt.Chart(data([]))
        .mark_square(color=BLUE)
        .encode(alt.Opacity("join:Q", scale=scale, legend=legend)),
        shapes(named, fill=None, stroke=INK, strokeWidth=1, strokeDash=[4, 2]),
    ]


def path_of(shape: Land, sheet: Sheet) -> str:
    """Return a shape as an SVG path in pixels; nothing where it is not on the sheet."""
    rings = [[sheet.place(point) for point in ring] for ring in shape.rings]
    return "".join(
        f"M{'L'.join(f'{x},{y}' for x, y in ring)}Z" for ring in rings if touches(ring, sheet)
    )


def touches(ring: Sequence[Point], sheet: Sheet) -> bool:
    """Tell whether the box around a ring meets the sheet."""
    xs, ys = zip(*ring, strict=True)
    return bool(max(xs) > 0 and min(xs) < sheet.width and max(ys) > 0 and min(ys) < sheet.height)


def circles(here: Mapping[str, Mapping[str, Any]], sheet: Sheet, *, wide: bool) -> list[alt.Chart]:
    """Return the circles of those who send soldiers, and the names of the largest."""
    largest, named_from = (26.0, 0.38) if wide else (15.0, 0.6)
    senders = [(code, row) for code, row in here.items() if (row[AMOUNT] or 0.0) > 0]
    most = max((row[AMOUNT] for _, row in senders), default=1.0)
    rows = []
    for code, row in sorted(senders, key=lambda sender: -sender[1][AMOUNT]):
        x, y = sheet.place(lands()[code].label)
        radius = largest * math.sqrt(row[AMOUNT] / most)
        is_north = lands()[code].label[1] > NORTH
        name, sends = broken(row["title"], 20, 1), persons(row[AMOUNT])
        chance = show_cell(row["join_prob"], "join_prob")
        rows.append(
            {
                "place_x": x,
                "place_y": y,
                "place_text": y - radius - 22 if is_north else y + radius + 9,
                "amount": row[AMOUNT],
                "text": f"{name}\n{sends}" if radius >= named_from * largest else "",
                "says": f"{name}: {sends} soldiers on average, joins with {chance}",
            }
        )
    size = alt.Size(
        "amount:Q",
        scale=alt.Scale(domain=[0, most], range=[0, (2 * largest) ** 2]),
        legend=alt.Legend(
            title="Soldiers on average",
            orient="top" if wide else "bottom",
            values=legend_values(most),
            labelExpr="format(datum.value, ',.0f')",
            symbolFillColor=VERMILLION,
            symbolStrokeColor=PAGE,
            symbolOpacity=0.8,
        ),
    )
    base = alt.Chart(data(rows)).encode(ON_PAPER["x"])
    texts = base.encode(alt.Y("place_text:Q", scale=None, axis=None), text=alt.Text("text:N"))
    style: dict[str, Any] = {"lineBreak": "\n", "lineHeight": 13}
    return [
        base.mark_circle(color=VERMILLION, opacity=0.8, stroke=PAGE, strokeWidth=0.8).encode(
            ON_PAPER["y"], size, tooltip=alt.Tooltip("says:N")
        ),
        texts.mark_text(stroke=PAGE, strokeWidth=3, strokeJoin="round", opacity=0.85, **style),
        texts.mark_text(**style),
    ]


def legend_values(most: float) -> list[float]:
    """Return two round numbers of soldiers for the key of circles.

    >>> legend_values(4239.6)
    [1000.0, 4000.0]
    """
    if most < 4:
        return [1.0]
    power = 10.0 ** math.floor(math.log10(most))
    large = math.floor(most / power) * power
    return [large / 4, large] if large > power else [power / 4, power]


def written(roles: Mapping[str, str], sheet: Sheet) -> list[alt.Chart]:
    """Return what is written on the land of some, such as who is the host."""
    rows = []
    for code, text in roles.items():
        x, y = sheet.place(lands()[code].label)
        half = width_of([text]) / 2
        rows.append({"place_x": min(x, sheet.width - half), "place_y": y, "text": text})
    base = alt.Chart(data(rows)).encode(ON_PAPER["x"], ON_PAPER["y"], text=alt.Text("text:N"))
    style: dict[str, Any] = {"lineBreak": "\n", "lineHeight": 13}
    return [base.mark_text(color=INK, fontStyle="italic", **style)]


def away_lines(away: Sequence[Mapping[str, Any]], letters: int) -> list[str]:
    """Return who is not on the map and what it sends, as lines of text."""
    parts = [
        f"{broken(str(row['title']), 30, 1)} {persons(row[AMOUNT] or 0.0)}"
        for row in sorted(away, key=lambda row: -(row[AMOUNT] or 0.0))
    ]
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 2 <= letters:
            lines[-1] += f", {part}"
        else:
            lines.append(part if lines else f"Not on this map: {part}")
    return lines
