"""`foedus show`: a scenario's tables as they stand in its files, or all of them in a workbook."""

import csv
import io
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from foedus.briefing.wording import NOTHING, Column
from foedus.cli.documents import print_json
from foedus.cli.faults import keep
from foedus.cli.inert import inert
from foedus.cli.options import Asked, counted, say, verb
from foedus.cli.page import FAINT, Page
from foedus.cli.sections import LATER_MARK, put_head
from foedus.errors import SettingsError
from foedus.scenario import TABLES, Scenario
from foedus.scenario.cells import key_matches, read_settings, with_cells
from foedus.scenario.save import as_cell, ordered_columns
from foedus.scenario.scenario import unknown
from foedus.scenario.sources import ASSUMED

LONGEST_TEXT: Final = 40
"""A column with a longer cell is prose: printed with its row, not in the table."""


@verb("set", "tables", "strict", "json")
@click.argument("table", required=False)
@click.option("--key", metavar="PATTERN", help="Only rows of this key; * for any part of it.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV.")
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, readable=False),
    metavar="BOOK",
    help="Write the whole scenario as a workbook with a sheet for each table.",
)
def show(asked: Asked, table: str | None, key: str | None, as_csv: bool, xlsx: Path | None) -> None:
    """Print a scenario's tables, or the rows of one.

    SCENARIO is a shipped name, a folder or a workbook. Without TABLE its tables are listed; with
    one its rows are printed as in the file, those known only later marked. A single row is printed
    whole, with its sources. Columns are named as in the file, for --set and for --key.

    --xlsx writes a new workbook, which every command reads in the place of a folder.
    """
    if xlsx is not None and (table is not None or as_csv or key is not None):
        raise click.UsageError("--xlsx writes the whole scenario, without TABLE, --csv and --key.")
    if table is None and (as_csv or key is not None):
        raise click.UsageError("--csv and --key need a TABLE.")
    if as_csv and asked.json:
        raise click.UsageError("--csv and --json exclude each other.")
    if table is not None and table not in TABLES:
        raise SettingsError(unknown("there is no table", table, TABLES))
    scenario = asked.load()
    if xlsx is not None:
        write_book(asked, scenario, xlsx)
        return
    if table is None:
        asked.checked(scenario)
        show_all(scenario, as_json=asked.json)
        return
    if not scenario.table(table):
        raise SettingsError(f"{scenario.name} has no rows in {table}.csv.")
    rows = picked(with_cells(scenario, read_settings(scenario, asked.set)), table, key)
    if as_csv:
        print_csv(table, rows)
    elif asked.json:
        print_json(
            {"scenario": scenario.name, "table": table, "rows": [dumped(row) for row in rows]}
        )
    elif len(rows) == 1:
        show_row(scenario, table, rows[0])
    else:
        show_rows(scenario, table, rows)


def write_book(asked: Asked, scenario: Scenario, file: Path) -> None:
    """Write the scenario as it is asked for to a workbook, and say so.

    Raises
    ------
    SettingsError
        If a cell is set that stands in no table, or the file cannot be written.
    """
    from foedus.scenario.workbook_write import save_workbook  # noqa: PLC0415 - rarely needed

    cells = read_settings(scenario, asked.set)
    if other := [str(cell) for cell in cells if cell.table not in TABLES]:
        raise SettingsError(
            f"{', '.join(other)}: stands in no table. Leave it out, and set it when you run the "
            "workbook."
        )
    changed = with_cells(scenario, cells)
    save_workbook(changed, file)
    keep(str(file))
    rows = sum(len(changed.table(name)) for name in TABLES)
    say(f"wrote {file}: {counted(len(TABLES), 'table')}, {counted(rows, 'row')}")
    if asked.json:
        print_json({"scenario": scenario.name, "workbook": str(file), "digest": changed.digest})


def picked(scenario: Scenario, table: str, pattern: str | None) -> tuple[Any, ...]:
    """Return the rows of a table whose key fits the pattern.

    Raises
    ------
    SettingsError
        If none does.
    """
    rows = scenario.table(table)
    if pattern is None:
        return rows
    found = tuple(row for row in rows if key_matches(pattern, row.key))
    if not found:
        raise SettingsError(
            unknown(f"{table}.csv has no row", pattern, scenario.row_numbers[table])
        )
    return found


def show_all(scenario: Scenario, *, as_json: bool) -> None:
    """Print what the scenario is, and its tables."""
    tables = [counts_of(scenario, table) for table in TABLES if scenario.table(table)]
    if as_json:
        about = scenario.about.model_dump(mode="json")
        print_json(
            {"scenario": scenario.name, "digest": scenario.digest, "about": about, "tables": tables}
        )
        return
    page = Page()
    summary = scenario.about.summary
    invented = "Invented: no state, person or poll in it is real." * scenario.about.invented
    put_head(page, scenario, [text for text in (summary, invented) if text])
    page.gap()
    marks = [name for name in tables[0]["verified"] if any(t["verified"][name] for t in tables)]
    page.table(
        [
            Column("Table", [counts["table"] for counts in tables], False),
            Column("Rows", [f"{counts['rows']:,}" for counts in tables], True),
            Column(
                f"Known later {LATER_MARK}", [number(counts["later"]) for counts in tables], True
            ),
            *(
                Column(
                    mark.capitalize(),
                    [number(counts["verified"][mark]) for counts in tables],
                    True,
                )
                for mark in marks
            ),
        ]
    )
    page.gap()
    page.paragraph(
        "Rows of one: foedus show SCENARIO TABLE. Options: "
        + ", ".join(
            f"{option.option}{' (headline)' if option.option == scenario.headline_option else ''}"
            for option in scenario.options
        )
        + "."
    )
    page.show()


def number(count: int) -> str:
    """Return a count; none at all is a dash, so that the eye finds the others."""
    return f"{count:,}" if count else NOTHING


def counts_of(scenario: Scenario, table: str) -> dict[str, Any]:
    """Return a table's rows, how many were known only later, and how far they were checked."""
    rows = scenario.table(table)
    found = Counter(row.verified for row in rows)
    marks = ("found", "found-rounded", "calc", "memory", "judgement", "assumed")
    return {
        "table": table,
        "rows": len(rows),
        "later": sum(getattr(row, "later", False) for row in rows),
        "verified": {mark: found[mark] for mark in marks},
    }


def dumped(row: Any) -> dict[str, Any]:
    """Return a row as JSON knows it."""
    values: dict[str, Any] = row.model_dump(mode="json")
    return values


def print_csv(table: str, rows: tuple[Any, ...]) -> None:
    """Print rows as the file would hold them: the text is the scenario's own.

    Only on a terminal are control characters printed as their codes.
    """
    out = io.StringIO()
    columns = ordered_columns(TABLES[table], rows)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        values = dumped(row)
        writer.writerow([as_cell(values[column]) for column in columns])
    text = out.getvalue()
    click.echo(inert(text) if sys.stdout.isatty() else text, nl=False)


def show_rows(scenario: Scenario, table: str, rows: tuple[Any, ...]) -> None:
    """Print rows under each other, without columns of prose."""
    model = TABLES[table]
    dump = [dumped(row) for row in rows]
    names = ordered_columns(model, rows)
    cells = {name: [as_cell(row[name]) for row in dump] for name in names}
    prose = [
        name
        for name in names
        if name not in (*model.key_fields, "title") and max(map(len, cells[name])) > LONGEST_TEXT
    ]
    shown = [
        Column(name, with_range(cells, name), holds_numbers(rows, name))
        for name in names
        if name not in (*prose, "later") and not is_folded(name, names)
    ]
    later = [getattr(row, "later", False) for row in rows]
    marked = [
        f"{text} {LATER_MARK}" if is_later else text
        for text, is_later in zip(shown[0].cells, later, strict=True)
    ]
    page = Page()
    page.table([shown[0]._replace(cells=marked), *shown[1:]])
    page.gap()
    page.put(f"{counted(len(rows), 'row')} of {table}.csv", FAINT)
    if any(later):
        page.put(f"{LATER_MARK} known only after {scenario.about.evidence_until}", FAINT)
    if prose:
        page.paragraph(
            f"Not shown for their length: {', '.join(prose)}. See one row whole with --key, all of "
            "it with --csv.",
            FAINT,
        )
    page.show()


def with_range(cells: dict[str, list[str]], name: str) -> list[str]:
    """Return a column's cells with the ends of their ranges, if it has any."""
    ends = [cells.get(f"{name}_{end}", [""] * len(cells[name])) for end in ("low", "high")]
    return [
        f"{text or NOTHING} ({low or NOTHING} to {high or NOTHING})"
        if low or high
        else text or NOTHING
        for text, low, high in zip(cells[name], *ends, strict=True)
    ]


def is_folded(name: str, columns: list[str]) -> bool:
    """Tell whether a column is one end of the range of another."""
    stem = name.removesuffix("_low").removesuffix("_high")
    return stem != name and stem in columns


def holds_numbers(rows: tuple[Any, ...], name: str) -> bool:
    """Tell whether a column holds numbers and nothing else."""
    values = [value for row in rows if (value := getattr(row, name)) is not None]
    return bool(values) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )


def show_row(scenario: Scenario, table: str, row: Any) -> None:
    """Print one row whole: a line a field, and its sources spelled out."""
    values = dumped(row)
    columns = ordered_columns(TABLES[table], (row,))
    mark = f" {LATER_MARK}" if getattr(row, "later", False) else ""
    page = Page()
    page.title(f"{table}/{row.key}{mark}")
    page.table(
        [
            Column("Field", columns, False),
            Column("Value", [as_cell(values[name]) or NOTHING for name in columns], False),
        ]
    )
    if mark:
        page.gap()
        page.put(f"{LATER_MARK} known only after {scenario.about.evidence_until}", FAINT)
    for key in getattr(row, "source", ()) if table != "sources" else ():
        page.gap()
        put_source(page, scenario, key)
    page.show()


def put_source(page: Page, scenario: Scenario, key: str) -> None:
    """Put all that is known of a source."""
    if key == ASSUMED:
        page.paragraph(f"Source {ASSUMED}: a choice of the scenario's authors.")
        return
    source = scenario.row("sources", key)
    parts = [source.title, source.publisher, source.date, source.reference, source.note]
    page.paragraph(
        f"Source {key} ({source.verified}): {'. '.join(part for part in parts if part)}."
    )
