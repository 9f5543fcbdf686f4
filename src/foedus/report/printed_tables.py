"""Tables as they stand in a report: columns in words, ranges beside values, rows that lead on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from foedus.briefing.brief import Brief
from foedus.briefing.wording import Column, fold_ranges
from foedus.report import numbers
from foedus.report.annex import Annex, titles_by_code

FOLD_ABOVE: Final = 12
"""A table of more rows is folded on the screen."""

CLOSE_ABOVE: Final = 7
"""A table of more columns is set closer, ranges below their values."""

FIRST_COST: Final = "force_usd_bn"
"""First column of the table of options that is about money."""

ADDRESS: Final = re.compile(r"[a-z_]+/[^\s,;()'\"]+")

OPTIONS_TABLE: Final = "options-table"
"""Id of the table of options and what they come to."""


@dataclass(frozen=True)
class Segment:
    """A piece of text, and the address of the row that it names, if any."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class PrintedCell:
    """A cell of a table: a number and its range, or text in pieces."""

    segments: list[Segment]
    ends: str = ""
    """The range of a number, in brackets."""


@dataclass(frozen=True)
class PrintedTable:
    """A table as it stands in the report."""

    id: str
    title: str
    columns: list[Column]
    rows: list[list[PrintedCell]]
    file: str
    has_ranges: bool

    @property
    def is_long(self) -> bool:
        """Whether it is folded on the screen."""
        return len(self.rows) > FOLD_ABOVE

    @property
    def is_wide(self) -> bool:
        """Whether it is set closer."""
        return len(self.columns) > CLOSE_ABOVE


def printed_table(
    table: pl.DataFrame,
    *,
    titles: Mapping[str, Mapping[str, str]],
    annex: Annex,
    place: tuple[str, str, str],
) -> PrintedTable:
    """Return a table as it is printed.

    Parameters
    ----------
    table
        With codes and names; a code whose name stands beside it is left out.
    titles
        By column: printed names of codes.
    annex
        Rows that the cells may name.
    place
        Id, title and file of the table.
    """
    shown = numbers.without_codes(table)
    columns = fold_ranges(shown, titles)
    rows = [
        [
            printed_cell(text, annex, is_numeric=column.is_numeric)
            for text, column in zip(row, columns, strict=True)
        ]
        for row in zip(*(column.cells for column in columns), strict=True)
    ]
    return PrintedTable(*place[:2], columns, rows, place[2], len(columns) < len(shown.columns))


def printed_cell(text: str, annex: Annex, *, is_numeric: bool) -> PrintedCell:
    """Return a cell in pieces: a number and its range, or text with the rows it names."""
    value, bracket, ends = text.partition(" (")
    if is_numeric and bracket:
        return PrintedCell([Segment(value)], f"({ends}")
    return PrintedCell([Segment(text)] if is_numeric else linked(text, annex))


def linked(text: str, annex: Annex) -> list[Segment]:
    """Return text in pieces, those that name a row of the annex with its address."""
    segments = []
    start = 0
    for match in ADDRESS.finditer(text):
        named = match[0].rstrip(".:")
        address = next((a for a in (named, named.rpartition("/")[0]) if a in annex.rows), "")
        if address:
            segments += [Segment(text[start : match.start()]), Segment(named, address)]
            start = match.start() + len(named)
    return [segment for segment in [*segments, Segment(text[start:])] if segment.text]


def option_keys(brief: Brief) -> list[Any]:
    """Return the keys of the options that the brief compares."""
    return brief.options["option"].to_list() if "option" in brief.options.columns else []


def options_tables(brief: Brief, annex: Annex) -> list[PrintedTable]:
    """Return the options side by side: what they come to, and beneath it what they cost.

    One table of all columns would be wider than a page, and its costs out of sight.
    """
    columns = brief.options.columns
    if not columns:
        return []
    cut = columns.index(FIRST_COST) if FIRST_COST in columns else len(columns)
    named = [name for name in ("option", "title") if name in columns[:cut]]
    parts = {
        (OPTIONS_TABLE, "Options and what they come to"): columns[:cut],
        ("options-costs", "Options and what they cost contributors"): named + columns[cut:],
    }
    return [
        printed_table(
            brief.options.select(part),
            titles=column_titles(brief),
            annex=annex,
            place=(*place, "options.csv"),
        )
        for place, part in parts.items()
        if part != named
    ]


def column_titles(brief: Brief) -> dict[str, dict[str, str]]:
    """Return the printed names of codes by column."""
    groups = {row.substitution_group for row in brief.scenario.capabilities} - {""}
    words = {group: group.replace("_", " ").capitalize() for group in groups}
    titles = words | titles_by_code(brief.scenario)
    coded = ("delegation", "principal", "capability", "option", "binding", "service")
    return dict.fromkeys(coded, titles)
