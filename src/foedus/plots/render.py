"""Charts as pictures: SVG that stands in a page or a print, and specs for a page that answers."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal
from xml.etree import ElementTree as ET

import altair as alt
from altair.utils.schemapi import debug_mode

from foedus.plots.figure import WIDE, Figure
from foedus.plots.style import FONT, LONGEST, ON_PAGE, config, seen

Mode = Literal["page", "print"]
"""`page`: colours of the page's light or dark theme, and its font; `print`: dark on white."""

SVG: Final = "http://www.w3.org/2000/svg"
LONG_FRACTION: Final = re.compile(r"(\.\d\d)\d+")
REFERENCE: Final = re.compile(r"url\(#([^)]*)\)")

NUMBERED: Final = frozenset({"d", "transform", "x2", "y2", "width", "height", "viewBox"})
"""Attributes made of coordinates."""

UNUSED: Final = frozenset(
    {
        *("aria-hidden", "aria-roledescription", "aria-label", "role", "pointer-events"),
        *("class", "style", "version"),
    }
)
"""Attributes that a still picture with one text alternative does without; a strict page refuses
`style`."""

DEFAULTS: Final = {"opacity": "1", "stroke-width": "1"}
"""Attributes left out where they say what holds anyway."""

PLACES: Final = "place_"
"""Fields that begin so say where something stands on paper: the code made them, not a scenario."""

ET.register_namespace("", SVG)


def spec(figure: Figure, *, mode: Mode = "page", width: int = WIDE) -> dict[str, Any]:
    """Return a chart as Vega-Lite JSON: what a page needs to let it answer to a pointer.

    Unseen characters of texts are written out and long texts are cut, whatever the maker of the
    chart did. Under `page`, colours are variables of the page: they need Vega's renderer `svg`.

    Parameters
    ----------
    figure
        What to draw.
    mode
        Whose colours it takes.
    width
        In pixels; what is drawn is no wider.
    """
    with debug_mode(False):  # every chart is checked against the schema by the tests
        return dressed(figure.draw(width).to_dict(validate=False), mode)


def dressed(drawn: dict[str, Any], mode: Mode = "page") -> dict[str, Any]:
    """Return a chart as altair writes it, harmless, with the style of all charts.

    Parameters
    ----------
    drawn
        As `to_dict` returns it.
    mode
        As for `spec`.
    """
    styled = drawn | {"config": config() | {"background": None}}  # what it stands on shows through
    colours = ON_PAGE if mode == "page" else {}
    return {
        key: harmless(value) if key in ("datasets", "data") else recoloured(value, colours)
        for key, value in styled.items()
    }


def svg(figure: Figure, *, mode: Mode = "page", width: int = WIDE) -> str:
    """Return a chart as an SVG element with its text alternative.

    It has no `style` attribute or element, no script and no reference to anything outside itself,
    so that it can stand in a page under the strictest policy; its ids begin with the figure's name.

    Parameters
    ----------
    figure
        What to draw.
    mode
        `page` takes the page's colours and font; `print` has its own, dark on white.
    width
        In pixels; what is drawn is no wider.
    """
    return picture(spec(figure, mode=mode, width=width), figure, mode=mode)


def picture(drawn: dict[str, Any], figure: Figure, *, mode: Mode = "page") -> str:
    """Return the SVG of a figure from its spec, for a page that holds both.

    Parameters
    ----------
    drawn
        As `spec` returns it for the same mode.
    figure
        Whose spec it is.
    mode
        As for `svg`.
    """
    import vl_convert  # noqa: PLC0415 - starts an engine, which specs do not need

    text = vl_convert.vegalite_to_svg(drawn, vl_version=vegalite(), allowed_base_urls=[])
    return tidied(text, figure, mode)


def printed(drawn: str) -> str:
    """Return the picture of a page in colours of its own, dark on white, without a new drawing.

    >>> printed('<rect fill="var(--page, #ffffff)" />')
    '<rect fill="#ffffff" />'
    """
    for colour, on_page in ON_PAGE.items():
        drawn = drawn.replace(f'"{on_page}"', f'"{colour}"')
    return drawn


@cache
def vegalite() -> str:
    """Return the version of Vega-Lite that draws: altair's, or the newest of the same kind."""
    import vl_convert  # noqa: PLC0415 - as above

    wanted = alt.SCHEMA_VERSION.removeprefix("v").split(".")
    known = [str(version).split(".") for version in vl_convert.get_vegalite_versions()]
    same = [version for version in known if version[0] == wanted[0]]
    if wanted[:2] in same:
        return ".".join(wanted[:2])
    return ".".join(max(same or known, key=lambda version: [int(part) for part in version]))


def recoloured(value: Any, colours: Mapping[str, str]) -> Any:
    """Return a piece of a spec with colours replaced and texts made harmless.

    >>> recoloured({"mark": {"color": "#fff"}}, {"#fff": "var(--page)"})
    {'mark': {'color': 'var(--page)'}}
    """
    match value:
        case str():
            return colours.get(value) or harmless(value)
        case Mapping():
            return {
                key: harmless(part) if key in ("datasets", "data") else recoloured(part, colours)
                for key, part in value.items()
            }
        case list() | tuple():
            return [recoloured(part, colours) for part in value]
        case _:
            return value


def harmless(value: Any) -> Any:
    """Return data with unseen characters written out and long texts cut; places are left alone."""
    match value:
        case str():
            return seen(value if len(value) <= LONGEST else f"{value[:LONGEST]}…")
        case Mapping():
            return {
                key: part if str(key).startswith(PLACES) else harmless(part)
                for key, part in value.items()
            }
        case list() | tuple():
            return [harmless(part) for part in value]
        case _:
            return value


def tidied(drawn: str, figure: Figure, mode: Mode) -> str:
    """Return the SVG of a chart, lighter, with ids of its own and its text alternative."""
    root = ET.fromstring(drawn)
    prune(root)
    # The engine numbers ids on and on: counted anew, the same chart is the same picture.
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    own = {name: f"{figure.name}-{place}" for place, name in enumerate(ids)}
    for element in root.iter():
        attributes = element.attrib
        for name in UNUSED & attributes.keys():
            del attributes[name]
        for name, usual in DEFAULTS.items():
            if attributes.get(name) == usual:
                del attributes[name]
        for name, value in list(attributes.items()):
            if name in NUMBERED:
                attributes[name] = LONG_FRACTION.sub(r"\1", value)
            elif name == "id":
                attributes[name] = own[value]
            elif "url(#" in value:
                attributes[name] = REFERENCE.sub(lambda match: f"url(#{own[match[1]]})", value)
            elif name == "font-family" and value == FONT and mode == "page":
                del attributes[name]
    root.set("role", "img")
    root.set("aria-label", seen(figure.says))
    return ET.tostring(root, encoding="unicode")


def prune(element: ET.Element) -> None:
    """Take out what draws nothing: paths without paint, and groups that hold nothing else."""
    for child in list(element):
        prune(child)
        unpainted = child.tag == f"{{{SVG}}}path" and not {"fill", "stroke"} & set(child.keys())
        nothing = unpainted or child.get("display") == "none" or child.get("opacity") == "0"
        hollow = child.tag == f"{{{SVG}}}g" and not len(child)
        if nothing or hollow:
            element.remove(child)
