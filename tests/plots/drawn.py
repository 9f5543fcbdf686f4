"""What any figure must keep to, and how its numbers are read back from what it draws."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
from altair.utils.schemapi import debug_mode

from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.render import PLACES, dressed, picture, spec, svg
from foedus.plots.style import FONT
from foedus.report.sections import PlacedFigure

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=HYPERLINK(1)",
    "right\u202eleft",
    "nul\x00bell\x07",
    "line\u2028end\n\\n'\"]}",
    "x" * 10_000,
    "url(#clip0) id=clip0",
    "",
)
"""Names that must be drawn as what they are: text."""


def of_hostile(make: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """Return a table in which each hostile name names a row: whole for the first of them.

    `make` returns a table in which a name names the first row. More rows that are alike would take
    longer to draw and show nothing new.
    """
    first, *others = HOSTILE
    return pl.concat([make(first), *(make(name).head(1) for name in others)])


def rows_drawn(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of all data of a spec."""
    if isinstance(value, list):
        for part in value:
            yield from rows_drawn(part)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key == "datasets":
                for rows in part.values():
                    yield from rows
            elif key == "data" and "values" in part:
                yield from part["values"]
            else:
                yield from rows_drawn(part)


def numbers_drawn(figure: Figure, width: int = WIDE) -> set[float]:
    """Return the numbers that a figure draws, without those that only say where on paper."""
    return numbers_in(spec(figure, width=width))


def numbers_in(drawn: Mapping[str, Any]) -> set[float]:
    """Return the numbers that a spec draws."""
    return {
        float(value)
        for row in rows_drawn(drawn)
        for field, value in row.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and not field.startswith(PLACES)
    }


def numbers_of(table: pl.DataFrame) -> set[float]:
    """Return the finite numbers of a table."""
    values = (
        value for name in table.columns if table[name].dtype.is_numeric() for value in table[name]
    )
    return {float(value) for value in values if value is not None and math.isfinite(value)}


def parsed(figure: Figure, width: int = WIDE, *, mode: Any = "page") -> ET.Element:
    """Return the SVG of a figure, which is well-formed."""
    return ET.fromstring(svg(figure, mode=mode, width=width))


def texts_of(root: ET.Element) -> str:
    """Return all text of a picture."""
    return "\n".join(text for text in root.itertext() if text)


def assert_sound(
    figure: Figure, tables: Mapping[str, pl.DataFrame], placed: PlacedFigure | None = None
) -> None:
    """Hold a figure to what all figures keep to.

    `tables` are those of its answer; `placed` is the figure in a report that keeps its drawing,
    which this one must then be the same as.
    """
    with debug_mode(False):  # its parts are checked with it
        drawn = figure.draw(WIDE).to_dict()  # checked against the schema of Vega-Lite
    wide = dressed(drawn)
    if placed is not None:
        assert wide == placed.spec
    pictures = {
        WIDE: placed.svg if placed else picture(wide, figure),
        NARROW: svg(figure, width=NARROW),
    }
    for width, text in pictures.items():
        root = ET.fromstring(text)
        assert float(root.attrib["width"]) <= width + 1, f"{figure.name} at {width}"
        assert_still(root, figure)
    assert figure.says.strip()
    assert figure.title.strip()
    twins = [tables[name] for name in (figure.table, *figure.also) if name in tables]
    assert figure.table in tables
    strangers = numbers_in(drawn) - set().union(*map(numbers_of, twins))
    assert strangers == set(), f"{figure.name} draws what no table of it has"


def assert_still(root: ET.Element, figure: Figure) -> None:
    """Hold a picture to what a page under a strict policy takes."""
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        assert tag in {"svg", "g", "path", "line", "text", "tspan", "defs", "clipPath", "rect"}
        for name, value in element.attrib.items():
            assert name not in {"style", "class", "href"}
            assert not name.startswith("on")
            assert FONT not in value
            if name == "id":
                assert value.startswith(f"{figure.name}-")
