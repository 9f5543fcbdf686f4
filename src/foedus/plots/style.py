"""How every chart looks: colours, shapes and fonts, labels in words and numbers with units."""

import math
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import polars as pl

from foedus.briefing.wording import heading, show_range
from foedus.quantities import quantity
from foedus.scenario.scenario import Scenario

INK: Final = "#1a1f25"
"""Text, and marks that need no colour."""
QUIET: Final = "#55606c"
"""Axis titles and what stands back."""
LINE: Final = "#d3d9df"
"""Grid, and land without a number."""
PAGE: Final = "#ffffff"
"""What a chart stands on."""

BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
YELLOW: Final = "#F0E442"
HUES: Final = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, YELLOW)
"""Colours that readers with each kind of colour vision tell apart (Okabe & Ito 2008, recalled, not
checked). Their black is the ink. Those that are pale on white come last."""

SHAPES: Final = ("circle", "diamond", "triangle-up", "square", "cross", "triangle-down", "stroke")
DASHES: Final = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3))

STRENGTHS: Final = (0, 14, 32, 52, 74, 100)
"""Per cent of blue, from none to most, for what has an order."""


def mixed(strength: int) -> str:
    """Return so many per cent of blue on white.

    >>> mixed(0), mixed(100)
    ('#ffffff', '#0072b2')
    """
    parts = (int(BLUE[start : start + 2], 16) for start in (1, 3, 5))
    mix = (round(255 + (part - 255) * strength / 100) for part in parts)
    return "#" + "".join(f"{part:02x}" for part in mix)


DEPTHS: Final = tuple(mixed(strength) for strength in STRENGTHS)
"""Colours for what has an order: the stronger, the more."""

ON_PAGE: Final[dict[str, str]] = {
    BLUE: f"var(--plot-blue, {BLUE})",
    INK: "var(--text, #1a1f25)",
    QUIET: "var(--quiet, #55606c)",
    LINE: "var(--line, #d3d9df)",
    PAGE: "var(--page, #ffffff)",
    **{
        colour: f"color-mix(in srgb, var(--plot-blue, {BLUE}) {strength}%, var(--page, {PAGE}))"
        for colour, strength in zip(DEPTHS[1:], STRENGTHS[1:], strict=True)
    },
}
"""What colours become on a page, which knows whether it is light or dark. The same colours that the
page has are used where it has none of its own."""

FONT: Final = "system-ui, sans-serif"
FONT_SIZE: Final = 12
LETTER: Final = 6.9
"""Mean width of a letter in pixels, a little on the safe side."""

LONGEST: Final = 400
"""A longer text of a chart is cut."""


@dataclass(frozen=True)
class Look:
    """How one delegation, or one series, is told from others: never by colour alone."""

    colour: str
    shape: str
    dash: tuple[int, ...]


def look_of(place: int) -> Look:
    """Return the look of the thing at a place in an order, from 0.

    >>> look_of(0)
    Look(colour='#0072B2', shape='circle', dash=(1, 0))
    >>> look_of(8).colour == look_of(0).colour, look_of(8).shape
    (True, 'diamond')
    """
    colours = (*HUES, INK)
    again, place = divmod(place, len(colours))
    return Look(
        colours[place],
        SHAPES[(place + again) % len(SHAPES)],
        DASHES[again % len(DASHES)],
    )


def delegation_looks(scenario: Scenario) -> dict[str, Look]:
    """Return the look of every delegation, the same in every chart of a scenario.

    Those at the table come first, then the others, each in the scenario's order: the few that most
    charts are about have a colour of their own. After eight, colours come again with another shape
    and dash.
    """
    first = sorted(scenario.delegations, key=lambda row: not row.at_table)
    return {row.delegation: look_of(place) for place, row in enumerate(first)}


def config() -> dict[str, Any]:
    """Return the Vega-Lite config of every chart."""
    axis = {
        "labelColor": INK,
        "labelFontSize": FONT_SIZE,
        "titleColor": QUIET,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": "normal",
        "titleLineHeight": 15,
        "gridColor": LINE,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "labelOverlap": "greedy",
        "labelSeparation": 10,
    }
    return {
        "aria": False,  # the chart has a text alternative as a whole
        "background": PAGE,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": axis,
        "legend": {
            "labelColor": INK,
            "labelFontSize": FONT_SIZE,
            "labelLimit": 0,
            "titleColor": QUIET,
            "titleFontSize": FONT_SIZE,
            "titleFontWeight": "normal",
            "titleLimit": 0,
            "symbolStrokeColor": QUIET,
            "symbolFillColor": QUIET,
            "columnPadding": 28,
        },
        "title": {
            "color": INK,
            "fontSize": 13,
            "fontWeight": "bold",
            "anchor": "start",
            "frame": "group",
            "subtitleColor": QUIET,
            "subtitleFontSize": FONT_SIZE,
        },
        "header": {
            "labelColor": INK,
            "labelFontSize": FONT_SIZE,
            "titleColor": QUIET,
            "labelFontWeight": "bold",
        },
        "text": {"color": INK, "fontSize": FONT_SIZE},
        "rule": {"color": INK},
        "concat": {"spacing": 16},
    }


def seen(text: str) -> str:
    r"""Return text with every unseen character written out, so that it can do nothing to a chart.

    Line breaks stay: the labels that charts break themselves have them.

    >>> seen("abc\u202edef\x00"), seen("Zürich\nWest")
    ('abc[U+202E]def[U+0000]', 'Zürich\nWest')
    """
    if text.isprintable():
        return text
    unseen = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return "".join(
        f"[U+{ord(letter):04X}]"
        if letter != "\n" and unicodedata.category(letter) in unseen
        else letter
        for letter in text
    )


def broken(text: str, letters: int, lines: int = 2) -> str:
    r"""Return text broken into a few lines of so many letters; what is left over is cut.

    >>> broken("A brigade as tripwire, with a backstop", 22)
    'A brigade as tripwire,\nwith a backstop'
    >>> broken("x" * 99, 10, lines=1)
    'xxxxxxxxx…'
    """
    parts = textwrap.wrap(" ".join(seen(text[:LONGEST]).split()), letters)
    if len(parts) > lines:
        parts = [*parts[: lines - 1], f"{parts[lines - 1][: letters - 1].rstrip()}…"]
    return "\n".join(parts) or "\N{EN DASH}"


def labels_of(names: Sequence[str], letters: int, lines: int = 2) -> list[str]:
    r"""Return a label for each name, broken into lines; no two are the same.

    >>> labels_of(["Alpha", "Beta", "Alpha"], 10)
    ['Alpha', 'Beta', 'Alpha (2)']
    """
    taken: dict[str, int] = {}
    labels = []
    for name in names:
        label = broken(name, letters, lines)
        while label in taken:
            taken[label] += 1
            label = f"{label} ({taken[label]})"
        taken[label] = 1
        labels.append(label)
    return labels


def width_of(labels: Sequence[str], most: float = math.inf) -> float:
    r"""Return about how many pixels wide the widest line of some labels is.

    >>> width_of(["Alpha\nBeta", "B"])
    42.5
    """
    widest = max((len(line) for label in labels for line in label.split("\n")), default=0)
    return min(LETTER * widest + 8, most)


def number(value: Any) -> Any:
    """Return a cell as a chart takes it: what is not a finite number is none.

    >>> number(float("nan")), number(1.5), number("France")
    (None, 1.5, 'France')
    """
    return None if isinstance(value, float) and not math.isfinite(value) else value


def rows_of(table: pl.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return some columns of a table as rows of a chart; a column that is not there is none.

    >>> rows_of(pl.DataFrame({"a": [1.0, float("nan")]}), ["a", "b"])
    [{'a': 1.0, 'b': None}, {'a': None, 'b': None}]
    """
    there = [name for name in columns if name in table.columns]
    nothing = {name: None for name in columns if name not in there}
    return [
        {name: number(value) for name, value in row.items()} | nothing
        for row in table.select(there).to_dicts()
    ]


def data(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as the data of a chart.

    As a tuple: altair copies lists whenever a chart becomes part of another.
    """
    return alt.InlineData(values=tuple(dict(row) for row in rows))


def label_expr(name: str) -> str:
    """Return the Vega expression that prints the numbers of an axis as the ending of a name asks.

    >>> label_expr("join_prob"), label_expr("sent_persons")
    ("format(100 * datum.value, '.3~g') + ' %'", "format(datum.value, ',.0f')")
    """
    match quantity(name).rule:
        case "percent" | "fine_percent":
            return "format(100 * datum.value, '.3~g') + ' %'"
        case "whole":
            return "format(datum.value, ',.0f')"
        case "plain":
            return "format(datum.value, '.0f')"
        case _:
            return "format(datum.value, ',.4~g')"


def x_axis(name: str, width: float, *, title: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a horizontal axis for numbers: heading in words with the unit, few ticks.

    A plain mapping: altair copies each part of a chart many times, an `Axis` with all that it
    leaves open.

    Parameters
    ----------
    name
        Column that it measures; its ending is its unit.
    width
        Of the plot in pixels: decides how many ticks and how long a line of the title may be.
    title
        In place of the column's heading.
    **more
        Further properties of the axis.
    """
    text = heading(name) if title is None else title
    lines = broken(text, max(12, int(width / LETTER)), lines=3).split("\n")
    about = quantity(name)
    if about.rule in ("whole", "plain"):
        more = {"tickMinStep": 1, **more}
    return {
        "title": lines,
        "titleAnchor": "start",
        "titleAlign": "left",
        "labelExpr": label_expr(name),
        "tickCount": max(2, int(width // (55 if "percent" in about.rule else 90))),
        "labelFlush": True,
        **more,
    }


def printed(row: Mapping[str, Any], name: str) -> str:
    """Return a number of a row with its range, as tables print it.

    >>> printed({"join_prob": 0.5, "join_prob_low": 0.4, "join_prob_high": 0.6}, "join_prob")
    '50 % (40 % to 60 %)'
    """
    return show_range(row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high"), name)
