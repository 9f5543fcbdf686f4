"""Text and columns set for a page: numbers are never cut, and stand under each other.

What does not fit beside the first columns goes on below, with these repeated.
"""

import re
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len

from foedus.briefing.wording import Column
from foedus.cli.inert import inert

GAP: Final = "  "
TALLEST_HEADING: Final = 4
"""Lines that a heading may take over a narrow column of numbers."""
NARROWEST_TEXT: Final = 16
"""A column of prose is not squeezed below this."""
RANGE: Final = re.compile(r"^(\S.*?) (\(.*\))$")
NUMBER_AND_UNIT: Final = re.compile(r"(?<=\d) (?=%)")
PARTS_OF_NAME: Final = re.compile("[^/_:]+[/_:]*|[/_:]+")
UNBROKEN: Final = "\N{NO-BREAK SPACE}"


class Wrapper(textwrap.TextWrapper):
    """Breaks lines as the standard one does, and long names where they have a seam."""

    def _split(self, text: str) -> list[str]:
        return [
            part
            for word in super()._split(text)
            for part in (PARTS_OF_NAME.findall(word) if len(word) > self.width else [word])
        ]


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines; neither words with hyphens nor a number and its % are parted.

    A word that is too long for a line is parted behind a `/`, `_` or `:`, as names have them.

    >>> wrap("in about 26 % of draws", 11)
    ['in about', '26 % of', 'draws']
    >>> wrap("deployed_air/currency", 16)
    ['deployed_air/', 'currency']
    """
    held = NUMBER_AND_UNIT.sub(UNBROKEN, text)
    lines = Wrapper(max(width, 1), break_on_hyphens=False).wrap(held)
    return [line.replace(UNBROKEN, " ") for line in lines]


def lay_out(columns: Sequence[Column], width: int) -> list[str]:
    """Return the lines of a table, at most `width` wide where its numbers allow.

    >>> table = [Column("Nation", ["Aldmark", "Dunmere"], False), Column("Sent", ["9", "12"], True)]
    >>> for line in lay_out(table, 40):
    ...     print(line)
    Nation   Sent
    Aldmark     9
    Dunmere    12
    """
    lines: list[str] = []
    for block in blocks(columns, width):
        if lines:
            lines.append("")
        lines += block_lines(block, width)
    return lines


def tidy(column: Column) -> Column:
    """Return a column with inert cells of one line; values and their ranges are aligned apart."""
    cells = [inert(" ".join(cell.split())) for cell in column.cells]
    heading = inert(" ".join(column.heading.split()))
    if column.is_numeric:
        parts = [
            (found.group(1), found.group(2)) if (found := RANGE.match(cell)) else (cell, "")
            for cell in cells
        ]
        value_width = max((cell_len(value) for value, _ in parts), default=0)
        range_width = max((cell_len(ends) for _, ends in parts), default=0)
        if range_width:
            cells = [
                f"{flush_right(value, value_width)} {flush_left(ends, range_width)}"
                for value, ends in parts
            ]
    return Column(heading, cells, column.is_numeric)


def blocks(columns: Sequence[Column], width: int) -> list[list[Column]]:
    """Return groups of tidy columns that fit the page, each with the first columns in front.

    The text columns before the first number, two at most, name the rows and are repeated.
    """
    columns = [tidy(column) for column in columns]
    first = next((i for i, column in enumerate(columns) if column.is_numeric), 1)
    front = list(columns[: max(1, min(first, 2))])
    rest = list(columns[len(front) :])
    if sum(map(narrowest, front)) > width // 2:
        front, rest = list(columns[:1]), list(columns[1:])
    groups: list[list[Column]] = [[]]
    for column in rest:
        row = [*front, *groups[-1], column]
        if groups[-1] and sum(map(narrowest, row)) + len(GAP) * (len(row) - 1) > width:
            groups.append([])
        groups[-1].append(column)
    return [[*front, *group] for group in groups]


def narrowest(column: Column) -> int:
    """Return the width below which a column cannot go: a number whole, prose at a few words."""
    if column.is_numeric:
        return widest(column)
    return min(widest(column), max(NARROWEST_TEXT, heading_width(column.heading)))


def widest(column: Column) -> int:
    """Return the width at which every cell stands on one line."""
    return max([heading_width(column.heading), *map(cell_len, column.cells)])


def heading_width(heading: str) -> int:
    """Return the width at which a heading takes a few lines, and no word or number is broken."""
    words = NUMBER_AND_UNIT.sub(UNBROKEN, heading).split(" ")
    width = max(map(cell_len, words), default=1)
    while len(wrap(heading, width)) > TALLEST_HEADING:
        width += 1
    return width


def block_lines(columns: Sequence[Column], width: int) -> list[str]:
    """Return the lines of one group of columns."""
    widths = fitted(columns, width)
    headings = [wrap(c.heading, w) for c, w in zip(columns, widths, strict=True)]
    tallest = max(map(len, headings))
    # Headings stand on the line above the cells, so that a short one is near its column.
    lines = side_by_side([[""] * (tallest - len(h)) + h for h in headings], columns, widths)
    for row in zip(*(column.cells for column in columns), strict=True):
        cells = [
            [cell] if column.is_numeric else wrap(cell, w) or [""]
            for cell, column, w in zip(row, columns, widths, strict=True)
        ]
        lines += side_by_side(cells, columns, widths)
    return lines


def fitted(columns: Sequence[Column], width: int) -> list[int]:
    """Return the width of each column; where room is short, the widest prose gives way first."""
    widths = [widest(column) for column in columns]
    least = [narrowest(column) for column in columns]
    room = width - len(GAP) * (len(columns) - 1)
    while sum(widths) > room:
        loose = [i for i in range(len(columns)) if widths[i] > least[i]]
        if not loose:
            break
        widths[max(loose, key=lambda i: widths[i])] -= 1
    return widths


def side_by_side(
    cells: Sequence[list[str]], columns: Sequence[Column], widths: Sequence[int]
) -> list[str]:
    """Return the lines of one row whose cells take several lines each."""
    lines = []
    for parts in zip_longest(*cells, fillvalue=""):
        aligned = [
            flush_right(part, w) if column.is_numeric else flush_left(part, w)
            for part, column, w in zip(parts, columns, widths, strict=True)
        ]
        lines.append(GAP.join(aligned).rstrip())
    return lines


def flush_left(text: str, width: int) -> str:
    """Fill up with blanks behind; wide letters count double."""
    return text + " " * (width - cell_len(text))


def flush_right(text: str, width: int) -> str:
    """Fill up with blanks in front."""
    return " " * (width - cell_len(text)) + text
