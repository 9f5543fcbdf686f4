"""The report as one page of HTML that needs nothing but itself."""

import base64
import hashlib
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.wording import Column, fold_ranges, heading, table_title
from foedus.provenance import foedus_version
from foedus.report import anchors, numbers
from foedus.report.annex import Annex, row_of_cell, titles_by_code
from foedus.report.claims import printed_claim
from foedus.report.tables import table_files

TEMPLATES: Final = Path(__file__).parent / "templates"
STYLE_FILE: Final = "report.css"

FOLD_ABOVE: Final = 12
"""A table of more rows is folded on the screen."""

CLOSE_ABOVE: Final = 7
"""A table of more columns is set closer, ranges below their values."""

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

CHECKED: Final[dict[str, tuple[str, str]]] = {
    "found": ("found", "read in a public page"),
    "found-rounded": ("found, rounded", "the public page gives a rounded figure"),
    "memory": ("recalled", "from a public source that was not read again"),
    "calc": ("computed", "from other rows"),
    "judgement": ("judged", "nobody has published it; a stated rule was followed"),
    "assumed": ("assumed", "a choice of the authors"),
}
"""How far a row was checked: in a word, and in words."""

UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Characters that show nothing and change how others are shown."""

ADDRESS: Final = re.compile(r"[a-z_]+/[^\s,;()'\"]+")


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


FIRST_COST: Final = "force_usd_bn"
"""First column of the table of options that is about money."""


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


@dataclass(frozen=True)
class RowGroup:
    """Rows of one table that an answer rests on."""

    title: str
    rows: list[tuple[str, str, bool]]
    """Address, key, and whether the row was known only later."""


def visible(value: Any) -> Any:
    r"""Return text with every unseen character written out; anything else as it is.

    Marks that turn the direction of writing could make a sentence read as another one.

    >>> visible("abc\u202edef"), visible("Zürich"), visible(3)
    ('abc[U+202E]def', 'Zürich', 3)
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", value)


def environment() -> Environment:
    """Return the templates' environment: text is always escaped, an unknown name is a fault."""
    made = Environment(
        autoescape=True,
        finalize=visible,
        loader=FileSystemLoader(TEMPLATES),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {
        "address": web_address,
        "day": day,
        "heading": heading,
        "number": lambda number: f"{number:,}",
    }
    return made


def render(brief: Brief, annex: Annex, *, files: frozenset[str] = frozenset()) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    brief
        What it reports.
    annex
        What the brief rests on, as `collect` returns it.
    files
        Names of the CSV files written beside it, to which its tables link.
    """
    style = (TEMPLATES / STYLE_FILE).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment().get_template("report.html.j2")
    return template.render(
        brief=brief,
        about=brief.scenario.about,
        option=brief.scenario.option(brief.option),
        annex=annex,
        answers=[printed_answer(answer, brief, annex) for answer in brief.answers],
        options=options_tables(brief, annex),
        option_keys=[str(key) for key in options_column(brief)],
        claims=[printed_claim(verdict, brief) for verdict in brief.claims],
        checked=CHECKED,
        sources=annex.sources.values(),
        anchors=anchors,
        linked=lambda text: linked(text, annex),
        files=files,
        version=foedus_version(),
        command=command_line(brief),
        style=Markup(style),
        style_hash=digest,
    )


def printed_answer(answer: Answer, brief: Brief, annex: Annex) -> dict[str, Any]:
    """Return what the template prints of an answer."""
    bars = numbers.driver_bars(answer.drivers)
    cells = [row_of_cell(brief.scenario, driver.cell) for driver in answer.drivers]
    files = table_files(answer)
    return {
        "answer": answer,
        "id": anchors.answer_id(answer.id),
        "value": numbers.printed_value(answer),
        "shares": sorted(answer.shares.items(), key=lambda item: (-item[1], item[0])),
        "drivers": list(zip(answer.drivers, bars, cells, strict=True)),
        "tables": [
            printed_table(
                table,
                titles=column_titles(brief),
                annex=annex,
                place=(anchors.table_id(answer.id, name), table_title(name), files[name]),
            )
            for name, table in answer.tables.items()
        ],
        "groups": row_groups(answer, annex),
    }


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


def options_column(brief: Brief) -> list[Any]:
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
        ("options-table", "Options and what they come to"): columns[:cut],
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


def row_groups(answer: Answer, annex: Annex) -> list[RowGroup]:
    """Return the rows that an answer rests on, by table in the order of the addresses."""
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for address in answer.rows:
        table, _, key = address.partition("/")
        groups.setdefault(table, []).append((address, key, address in annex.later_rows))
    return [RowGroup(table, rows) for table, rows in groups.items()]


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


def command_line(brief: Brief) -> str:
    """Return the command that makes the brief again."""
    words = ["foedus", "brief", brief.scenario.name, "--option", brief.option]
    words += ["--draws", str(brief.draws), "--seed", str(brief.seed)]
    for address, value in brief.set.items():
        shown = int(value) if isinstance(value, bool) else value
        words += ["--set", f"{address}={shown}"]
    words += ["--strict"] * brief.strict
    return shlex.join([*words, "--out", "out"])


def web_address(reference: str) -> str:
    """Return a reference if a browser may follow it, else nothing.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    if UNSEEN.search(reference) or any(letter.isspace() for letter in reference):
        return ""
    try:
        parts = urlsplit(reference)
    except ValueError:
        return ""
    return reference if parts.scheme in ("http", "https") and parts.netloc else ""


def day(value: date | None) -> str:
    """Return a day in words.

    >>> day(date(2025, 2, 17))
    '17 February 2025'
    """
    return "" if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"
