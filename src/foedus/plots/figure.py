"""One chart of a brief: how it is drawn, what it shows in words, and the table that it shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from altair import TopLevelMixin

from foedus.plots.style import config

NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
"""A name that an id of a page and a file can have."""

WIDE: Final = 720
"""Width of a chart on a page, in pixels."""

NARROW: Final = 340
"""Width of a chart on a telephone, in pixels."""

Draw = Callable[[int], TopLevelMixin]
"""Draws a chart no wider than so many pixels."""


@dataclass(frozen=True)
class Figure:
    """A chart, its text alternative and its table twin.

    Raises
    ------
    ValueError
        If the name could not stand in an id or a file name.

    Examples
    --------
    >>> import altair as alt
    >>> def draw(width: int) -> alt.TopLevelMixin:
    ...     return alt.Chart(alt.Data(values=[]), width=width).mark_bar()
    >>> Figure("empty", "Nothing", draw, "Nothing is drawn.", "strength").name
    'empty'
    >>> Figure("a b", "Nothing", draw, "Nothing is drawn.", "strength")
    Traceback (most recent call last):
    ValueError: name: 'a b' is not lower case letters, digits and hyphens
    """

    name: str
    """Unique in a brief; lower case letters, digits and hyphens."""
    title: str
    draw: Draw
    """Draws it for a width. Drawn anew for each width, so that nothing is merely shrunk."""
    says: str
    """Its text alternative: a sentence or two, written from the data."""
    table: str
    """Name of the answer's table that holds the numbers drawn; `options` for the brief's own."""
    also: tuple[str, ...] = ()
    """Names of further tables of the same answer of which numbers are drawn."""
    note: str = ""
    """What stands under it: how to read it, what is left out, whose point of view it takes."""

    def __post_init__(self) -> None:
        """Refuse a name that would break an id or a file name."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"name: {self.name!r} is not lower case letters, digits and hyphens")

    @property
    def chart(self) -> TopLevelMixin:
        """The chart as wide as a page, as a notebook shows it."""
        chart: TopLevelMixin = self.draw(WIDE).configure(**config())
        return chart
