"""Tables as people read them: headings in words, numbers with their units, ranges beside values.

Report and command line print tables through this one place, so a column reads the same in both.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl

from foedus.quantities import SUFFIXES, show_number, suffix_of

NOTHING: Final = "\N{EN DASH}"
"""Printed where a cell is empty."""

CAPITALS: Final[dict[str, str]] = {
    **{word: word.upper() for word in ("us", "eu", "un", "uk", "gdp", "hq", "id")},
    "nato": "NATO",
    "usd": "USD",
}
"""Words that are printed in capitals wherever they stand."""

UNIT_IN_BRACKETS: Final[dict[str, str]] = {
    "persons": "persons",
    "count": "number",
    "days": "days",
    "months": "months",
    "km": "km",
    "deg": "°",
}
"""Endings that become a unit behind the heading; other endings are words of the heading."""

ENDING_WORDS: Final[dict[str, str]] = {"prob": "probability"}
"""Endings that are cut short in names."""

HEADINGS: Final[dict[str, str]] = {
    "join_prob": "Joins, probability",
    "backed_prob": "Joins if backed, probability",
    "unbacked_prob": "Joins if not backed, probability",
    "trusting_prob": "Joins if those who wait trust each other, probability",
    "joiners_count": "Nations that join",
    "joiners_greatest_count": "Nations that join if those who wait trust each other",
    "joiners_gdp_share": "Joiners' share of GDP",
    "level_none_prob": "No part, probability",
    "level_support_outside_prob": "Supports from outside, probability",
    "level_air_and_sea_prob": "Air and sea, probability",
    "level_reserve_prob": "Reserve, probability",
    "level_rear_prob": "Behind the line, probability",
    "level_line_prob": "On the line, probability",
    "gross_persons": "Gross strength (persons)",
    "balanced_persons": "Balanced strength (persons)",
    "balanced_share": "Balanced share of the requirement",
    "alone_persons": "Balanced strength without the guarantor (persons)",
    "fill_share": "Share filled",
    "alone_share": "Share filled without the guarantor",
    "need_share": "Share needed",
    "own_share": "Share that is not the guarantor's",
    "is_critical": "Critical",
    "is_polled": "Public was polled",
}
"""Headings of names that do not read well word by word."""


class Column(NamedTuple):
    """A column as it is printed."""

    heading: str
    cells: list[str]
    is_numeric: bool
    """Whether it is set flush right."""


def heading(name: str) -> str:
    """Return a column's name in words, with its unit.

    >>> heading("notice_days"), heading("us_backing_prob"), heading("capability")
    ('Notice (days)', 'US backing probability', 'Capability')
    >>> heading("needed_count_low"), heading("is_detached"), heading("balanced_persons")
    ('Needed (number), low', 'Detached', 'Balanced strength (persons)')
    """
    for end in ("low", "high"):
        if name.endswith(f"_{end}"):
            return f"{heading(name.removesuffix(f'_{end}'))}, {end}"
    if name in HEADINGS:
        return HEADINGS[name]
    words = name.removeprefix("is_").split("_")
    unit = ""
    if len(words) > 1 and words[-1] in UNIT_IN_BRACKETS:
        unit = f" ({UNIT_IN_BRACKETS[words.pop()]})"
    words[-1] = ENDING_WORDS.get(words[-1], words[-1])
    text = " ".join(CAPITALS.get(word, word) for word in words if word)
    return text[:1].upper() + text[1:] + unit


def show_cell(value: Any, name: str) -> str:
    """Return one cell as text; numbers as the ending of the column's name asks.

    >>> show_cell(0.256, "join_prob"), show_cell(True, "is_critical")
    ('26 %', 'yes')
    >>> show_cell(None, "note") == NOTHING
    True
    >>> show_cell(["a", "b"], "codes"), show_cell(1250, "draws"), show_cell(float("inf"), "x_ratio")
    ('a; b', '1,250', '∞')
    """
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return show_size(value, name)
        case date():
            return value.isoformat()
        case str():
            return value
        case Mapping():
            parts = (f"{key}: {show_cell(part, name)}" for key, part in value.items())
            return "; ".join(parts) or NOTHING
        case Sequence() | pl.Series():
            return "; ".join(show_cell(part, name) for part in value) or NOTHING
        case _:
            return str(value)


def show_size(value: float, name: str) -> str:
    """Return a number as text, also where its name ends in no unit."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if suffix_of(name) in SUFFIXES:
        return show_number(value, name)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def show_range(value: Any, low: Any, high: Any, name: str) -> str:
    """Return a value with its range behind it; without one where both ends print as the value.

    >>> show_range(1200.0, 900.0, 1500.4, "sent_persons")
    '1,200 (900 to 1,500)'
    >>> show_range(0.5, 0.5, 0.5, "join_prob"), show_range(0.5, None, None, "join_prob")
    ('50 %', '50 %')
    >>> show_range(2.0, 1.0, None, "needed_count")
    '2.0 (from 1.0)'
    """
    middle, start, end = (show_cell(part, name) for part in (value, low, high))
    if {start, end} <= {middle, NOTHING}:
        return middle
    if end == NOTHING:
        return f"{middle} (from {start})"
    if start == NOTHING:
        return f"{middle} (to {end})"
    return f"{middle} ({start} to {end})"


def fold_ranges(
    table: pl.DataFrame, titles: Mapping[str, Mapping[str, str]] | None = None
) -> list[Column]:
    """Return a table column by column as text, `x_low` and `x_high` folded into `x`.

    A `_low` or `_high` without its value stays a column of its own.

    Parameters
    ----------
    table
        Any table of a run or an answer.
    titles
        By column name: what to print for each of its values, such as
        `{"delegation": {"FRA": "France"}}`; a value that is not named there is printed as it is.

    Examples
    --------
    >>> table = pl.DataFrame(
    ...     {
    ...         "nation": ["FRA"],
    ...         "sent_persons": [8.0],
    ...         "sent_persons_low": [6.0],
    ...         "sent_persons_high": [9.0],
    ...     }
    ... )
    >>> for column in fold_ranges(table, {"nation": {"FRA": "France"}}):
    ...     print(column)
    Column(heading='Nation', cells=['France'], is_numeric=False)
    Column(heading='Sent (persons)', cells=['8 (6 to 9)'], is_numeric=True)
    """
    named = titles or {}
    columns = []
    for name in table.columns:
        stem = name.removesuffix("_low").removesuffix("_high")
        if stem != name and stem in table.columns:
            continue
        values = table[name].to_list()
        low, high = (
            table[end].to_list() if end in table.columns else [None] * len(values)
            for end in (f"{name}_low", f"{name}_high")
        )
        shown = named.get(name, {})
        cells = [
            show_range(
                shown.get(value, value) if isinstance(value, str) else value, start, end, name
            )
            for value, start, end in zip(values, low, high, strict=True)
        ]
        columns.append(Column(heading(name), cells, table[name].dtype.is_numeric()))
    return columns
