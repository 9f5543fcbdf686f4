"""Text alternatives: what a chart shows, in words and numbers taken from its table."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from foedus.briefing.sentences import listed, persons, usd_bn
from foedus.briefing.wording import is_finite_number, show_cell
from foedus.plots.style import broken
from foedus.quantities import quantity, suffix_of

MOST_ROWS: Final = 24
"""Rows that a chart takes before the later ones are left to the table."""
SHORT: Final = 80
"""Letters of a name that a sentence takes."""


def size_of(value: float | None, column: str) -> str:
    """Print a number as a sentence does: soldiers and money rounded, others as in tables.

    >>> size_of(21639.1, "sent_persons"), size_of(0.256, "join_prob"), size_of(87.3, "cost_usd_bn")
    ('21,600', '26 %', '87 bn US dollars')
    """
    if value is None or not is_finite_number(value):
        return "no number"
    if suffix_of(column) == "persons":
        return persons(value)
    if suffix_of(column) == "bn":
        return f"{usd_bn(value)} US dollars"
    unit = quantity(column).unit
    return f"{show_cell(value, column)}{f' {unit}' if unit else ''}"


def ranked(table: pl.DataFrame, name: str, column: str) -> list[tuple[str, float]]:
    """Return the named numbers of a column, largest first; what is no number is left out.

    >>> ranked(pl.DataFrame({"title": ["A", "B"], "x_share": [None, 1.0]}), "title", "x_share")
    [('B', 1.0)]
    """
    pairs = zip(table[name].to_list(), table[column].to_list(), strict=True)
    found = [(broken(str(title), SHORT, 1), float(v)) for title, v in pairs if is_finite_number(v)]
    return sorted(found, key=lambda pair: -pair[1])


def ends_of(table: pl.DataFrame, name: str, column: str) -> str:
    """Say which row has the most of a column, and which the least.

    >>> table = pl.DataFrame({"title": ["A", "B", "C"], "join_prob": [0.5, 0.9, 0.1]})
    >>> ends_of(table, "title", "join_prob")
    'most for B (90 %), least for C (10 %)'
    """
    rows = ranked(table, name, column)
    if not rows:
        return "no number at all"
    (most, least) = (end_of(rows, value, column) for _, value in (rows[0], rows[-1]))
    return most if most == least else f"most for {most}, least for {least}"


def end_of(rows: Sequence[tuple[str, float]], value: float, column: str) -> str:
    """Say who has a number that prints as one does: by name, or how many of all."""
    text = size_of(value, column)
    same = [name for name, other in rows if size_of(other, column) == text]
    who = same[0] if len(same) == 1 else f"{len(same)} of {len(rows)}"
    return f"{who} ({text})"


def leaders(table: pl.DataFrame, name: str, column: str, most: int = 3) -> str:
    """Say which few rows have the most of a column.

    >>> table = pl.DataFrame({"title": ["A", "B", "C"], "join_prob": [0.5, 0.9, 0.1]})
    >>> leaders(table, "title", "join_prob", 2)
    'B (90 %) and A (50 %)'
    """
    rows = [(title, value) for title, value in ranked(table, name, column) if value > 0]
    return listed([f"{t} ({size_of(v, column)})" for t, v in rows[:most]]) or "none"


def first_rows(table: pl.DataFrame, most: int = MOST_ROWS) -> pl.DataFrame:
    """Return the first rows of a table, as many as a chart takes; all where few would be left out.

    >>> table = pl.DataFrame({"a": [1, 2, 3, 4]})
    >>> first_rows(table, 1).height, first_rows(table, 2).height
    (1, 4)
    """
    return table if table.height <= most + 2 else table.head(most)


def left_out(table: pl.DataFrame, shown: pl.DataFrame) -> str:
    """Say how many rows of a table a chart leaves out, as a sentence behind others.

    >>> table = pl.DataFrame({"a": [1, 2, 3]})
    >>> left_out(table, table.head(1)), left_out(table, table)
    (' The other 2 rows are in the table.', '')
    """
    others = table.height - shown.height
    return f" The other {others} rows are in the table." if others else ""
