"""The tables of a brief as CSV files that a spreadsheet opens without harm."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.wording import table_title
from foedus.report.anchors import slug
from foedus.report.annex import OF_EVERY_ROW, Annex
from foedus.report.claims import CLAIM_COLUMNS, claim_lines
from foedus.report.files import CONTENTS_FILE
from foedus.scenario.sources import Source

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters at which a spreadsheet reads text as a formula."""


def csv_files(brief: Brief, annex: Annex) -> dict[str, bytes]:
    """Return every CSV file of a brief, by name.

    `answers.csv` has a line for each answer, `<answer>_<table>.csv` are the tables behind it,
    `options.csv` has the options side by side, `claims.csv` what was claimed with its verdicts,
    where anything was, `rows.csv` every row that the answers rest on,
    `sources.csv` their sources, and `contents.csv` says which file is what.

    Notes
    -----
    Text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in
    front: a spreadsheet would run it as a formula. Numbers are written as they are, with all their
    digits. Files are UTF-8 with a byte order mark, by which spreadsheets know it.
    """
    files: dict[str, tuple[str, Sequence[str], Iterable[Sequence[Any]]]] = {
        "answers.csv": ("Every answer in one line", ANSWER_COLUMNS, answer_lines(brief)),
    }
    for answer in brief.answers:
        names = table_files(answer)
        for name, table in answer.tables.items():
            says = f"{answer.question} {table_title(name)}"
            files[names[name]] = (says, table.columns, table.iter_rows())
    files["options.csv"] = (
        "Options and what they come to",
        brief.options.columns,
        brief.options.iter_rows(),
    )
    if brief.claims:
        files["claims.csv"] = (
            "What was claimed, and what the numbers say",
            CLAIM_COLUMNS,
            claim_lines(brief),
        )
    row_columns, row_lines = rows_table(annex)
    files["rows.csv"] = ("Every row that the answers rest on", row_columns, row_lines)
    source_fields = list(Source.model_fields)
    files["sources.csv"] = (
        "The sources of these rows",
        source_fields,
        [[getattr(s, field) for field in source_fields] for s in annex.sources.values()],
    )
    contents = [(name, says) for name, (says, _, _) in files.items()]
    files[CONTENTS_FILE] = ("Which file is what", ["file", "what"], contents)
    return {name: as_csv(columns, rows) for name, (_, columns, rows) in files.items()}


def table_files(answer: Answer) -> dict[str, str]:
    """Return the file of each table of an answer: its id and the table's name, not said twice."""
    shortened = {name: name.removeprefix(answer.id).lstrip("_") for name in answer.tables}
    if len(set(shortened.values())) < len(shortened):
        shortened = {name: name for name in answer.tables}
    return {
        name: f"{slug('_'.join(filter(None, (answer.id, short))))}.csv"
        for name, short in shortened.items()
    }


ANSWER_COLUMNS: Final = (
    *("answer", "question", "headline", "kind", "value", "unit", "low", "high", "interval_note"),
    *("never_prob", "always_prob", "run"),
)


def answer_lines(brief: Brief) -> list[list[Any]]:
    """Return a line for each answer."""
    return [
        [answer.id, *(getattr(answer, name) for name in ANSWER_COLUMNS[1:])]
        for answer in brief.answers
    ]


def rows_table(annex: Annex) -> tuple[list[str], list[list[Any]]]:
    """Return one line a row: where it stands, its fields, how far it was checked and its sources.

    Rows of different tables have different fields; each has a column of its own, empty elsewhere.
    """
    own = dict.fromkeys(
        name
        for row in annex.rows.values()
        for name in type(row.row).model_fields
        if name not in OF_EVERY_ROW and getattr(row.row, name) not in (None, "", ())
    )
    lines = [
        [
            *(row.address, row.table, row.key, row.title, row.answers),
            *map(vars(row.row).get, own),
            "; ".join(f"{field.heading} = {field.text}" for field in row.changed),
            *(getattr(row.row, name) for name in OF_EVERY_ROW),
        ]
        for row in annex.rows.values()
    ]
    first = ("row", "row_table", "row_key", "row_title", "answers")
    return [*first, *own, "set_for_this_brief", *OF_EVERY_ROW], lines


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as the bytes of a CSV file."""
    text = io.StringIO()
    # Lines end as RFC 4180 asks: with another ending a lone carriage return would not be quoted.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([inert(name) for name in columns])
    writer.writerows([as_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def as_cell(value: Any) -> str:
    """Return a value as the text of a cell: numbers exactly, yes and no as 1 and 0, lists by `;`.

    >>> as_cell(-0.1), as_cell(True), as_cell(("a", "b")), as_cell("-0.1"), as_cell(None)
    ('-0.1', '1', 'a;b', "'-0.1", '')
    """
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case int():
            return str(value)
        case float():
            return repr(value)
        case date():
            return value.isoformat()
        case Mapping():
            return inert(json.dumps(dict(value), ensure_ascii=False, default=str))
        case list() | tuple():
            return inert(";".join(map(str, value)))
        case _:
            return inert(str(value))


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> print(inert("=HYPERLINK(1)"), inert("plain = text"))
    '=HYPERLINK(1) plain = text
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
