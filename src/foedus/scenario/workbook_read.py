"""Read a scenario from a workbook; every problem at once, with sheet, cell, field and fix.

Cells become the words that a CSV file would hold, and are checked by the same rules. What is no
plain value is refused: a formula, an error, merged cells, a date that a spreadsheet made of
something else. Rows and columns that are hidden count like any other, because a filter hides rows;
a hidden sheet is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from foedus.errors import Problem, ScenarioError
from foedus.scenario.checks import Places, faults
from foedus.scenario.faults import Fault
from foedus.scenario.load import LONGEST_CELL, NOT_READ, header_faults
from foedus.scenario.save import column_order
from foedus.scenario.scenario import ABOUT, ALWAYS_NEEDED, TABLES, About, Scenario
from foedus.scenario.wording import fix, quoted, says
from foedus.scenario.workbook_columns import GUIDE, SETTING_HEADER, Holds, holds, of_sheets
from foedus.scenario.workbook_file import (
    Listed,
    Odd,
    Place,
    Sheet,
    Value,
    Workbook,
    cell_name,
    open_workbook,
    split_name,
)
from foedus.scenario.workbook_settings import read_scalar, read_words, setting_path

PASSED_OVER: Final = ("_", GUIDE)
"""Beginnings of the names of sheets that are not read: the analyst's own, and the guide."""
TEXT: Final = Holds("text")
SERIAL_DAY: Final = re.compile("[1-6][0-9]{4}")
"""The number by which a spreadsheet knows a day, if the cell is not formatted as a date."""
SETTINGS_WIDTH: Final = 2
"""Columns of the sheet of settings that are read: name and value."""
EXACT: Final = 1e15
"""Below it every whole number is held exactly, and written without an exponent."""


class Refusal(NamedTuple):
    """Why a cell is not read."""

    says: str
    fix: str


@dataclass(frozen=True)
class CellPlaces:
    """Where the cells of one sheet stand."""

    shown: str
    """The workbook as the user knows it."""
    sheet: str
    header: Sequence[str] = ()

    def problem(self, line: int | None, column: str, says_: str, fix_: str) -> Problem:
        """Say what is wrong in a row, or in the cell of a column that the header names."""
        cell = ""
        if line is not None and column in self.header:
            cell = cell_name(line - 1, list(self.header).index(column))
        words = of_sheets(says_), of_sheets(fix_)
        return Problem(self.shown, line, column, *words, sheet=self.sheet, cell=cell)

    def at(self, place: Place, column: str, says_: str, fix_: str) -> Problem:
        """Say what is wrong in a cell."""
        problem = self.problem(place[0] + 1, column, says_, fix_)
        return replace(problem, cell=cell_name(*place))


@dataclass(frozen=True)
class BookPlaces(Places):
    """Where the rows of a scenario stand in a workbook."""

    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Columns of every sheet."""

    def problem(self, fault: Fault) -> Problem:
        """Say a fault with its sheet and cell."""
        line = super().problem(fault).line
        places = CellPlaces(self.shown, fault.table, self.headers.get(fault.table, ()))
        return places.problem(line, fault.field, fault.says, fault.fix)


def load_workbook(file: Path, shown: str) -> Scenario:
    """Return the scenario that a workbook holds, named like the file.

    Raises
    ------
    ScenarioError
        If anything in it is wrong; `problems` holds everything found.
    """
    book = open_workbook(file, shown)
    problems = list(sheet_faults(book))
    listed = {sheet.name: sheet for sheet in book.listed if not sheet.is_chart}
    sheets = dict(read_sheets(book, listed, problems))
    about = read_about(sheets[ABOUT], shown, problems) if ABOUT in sheets else None
    tables: dict[str, tuple[BaseModel, ...]] = dict.fromkeys(TABLES, ())
    lines: dict[str, list[int]] = {}
    headers: dict[str, tuple[str, ...]] = {}
    for name in TABLES:
        if name in sheets:
            tables[name], lines[name], headers[name] = read_table(sheets[name], shown, problems)
    fields: dict[str, Any] = {"name": file.stem, "about": about or NOT_READ, **tables}
    whole = Scenario.model_construct(**fields)
    faulty = {problem.sheet for problem in problems}
    meant = {near for name in faulty if name not in TABLES and (near := meant_sheet(name))}
    incomplete = faulty | meant | (set() if about else {ABOUT})
    places = BookPlaces(shown, lines, frozenset(incomplete), headers)
    problems.extend(faults(whole, places))
    if problems:
        order = {name: place for place, name in enumerate((ABOUT, *TABLES))}
        problems.sort(key=lambda p: (order.get(p.sheet, -1), p.line or 0, column_of(p.cell)))
        raise ScenarioError(problems)
    return whole


def column_of(cell: str) -> int:
    """Return the column of a cell, from 0; -1 where a problem names none."""
    return split_name(cell)[1] if cell and ":" not in cell else -1


def sheet_faults(book: Workbook) -> Iterator[Problem]:
    """Find sheets that are missing, and sheets whose names no table has."""
    known = (ABOUT, *TABLES)
    there = {sheet.name for sheet in book.listed}
    for name in (ABOUT, *ALWAYS_NEEDED):
        if name not in there:
            fix_ = f"add a sheet of the name {name}"
            yield CellPlaces(book.shown, name).problem(None, "", "the sheet is missing", fix_)
    for sheet in book.listed:
        if sheet.name not in known and not sheet.is_chart and not is_passed_over(sheet.name):
            near = meant_sheet(sheet.name)
            own = f"begin its name with _ if it is your own: _{sheet.name}"
            fix_ = f"rename it to {near}, or {own}" if near else own
            says_ = "no table has this name"
            yield CellPlaces(book.shown, sheet.name).problem(None, "", says_, fix_)


def meant_sheet(name: str) -> str | None:
    """Return the sheet that one of an unknown name is likely to be.

    >>> meant_sheet("Budgets 2025"), meant_sheet("my notes")
    ('budgets', None)
    """
    near = get_close_matches(name.strip().lower(), (ABOUT, *TABLES), n=1, cutoff=0.6)
    return near[0] if near else None


def is_passed_over(name: str) -> bool:
    """Tell whether a sheet is not read."""
    return name.lower().startswith(PASSED_OVER)


def read_sheets(
    book: Workbook, listed: Mapping[str, Listed], problems: list[Problem]
) -> Iterator[tuple[str, Sheet]]:
    """Read the sheets of settings and tables that can be read."""
    for name in (ABOUT, *TABLES):
        if name not in listed:
            continue
        places = CellPlaces(book.shown, name)
        if listed[name].is_hidden:
            says_ = "the sheet is hidden, and what nobody sees must not count"
            fix_ = "show it, or copy it to a new sheet if the menu does not list it; or delete it"
            problems.append(places.problem(None, "", says_, fix_))
            continue
        try:
            sheet = book.read(listed[name])
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        for cells in sheet.merged:
            merged = places.problem(None, "", "cells are merged", "unmerge them, and fill each one")
            problems.append(replace(merged, cell=cells))
        if not sheet.merged:
            yield name, sheet


def read_table(
    sheet: Sheet, shown: str, problems: list[Problem]
) -> tuple[tuple[BaseModel, ...], list[int], tuple[str, ...]]:
    """Return the rows of a table, the line of each, and the header."""
    model = TABLES[sheet.name]
    lines = filled_lines(sheet)
    header = header_of(sheet, lines[0]) if lines else ()
    places = CellPlaces(shown, sheet.name, header)
    faulty = list(faults_of_header(places, lines, model))
    problems.extend(faulty)
    if faulty:
        return (), [], header
    rows: list[BaseModel] = []
    of_rows: list[int] = []
    for line in lines[1:]:
        record, refused = read_row(sheet, line, model, places)
        problems.extend(refused)
        skip = {problem.field for problem in refused}
        if record == {name: name for name in header if name}:
            again = "it repeats the header", "delete the row"
            problems.append(places.problem(line, "", *again))
            continue
        try:
            row = model.model_validate(record)
        except ValidationError as error:
            for details in error.errors():
                name = str(details["loc"][0]) if details["loc"] else ""
                if name not in skip:
                    fix_ = fix_of_cell(details, model)
                    problems.append(places.problem(line, name, says(details), fix_))
            continue
        if not refused:
            rows.append(row)
            of_rows.append(line)
    return tuple(rows), of_rows, header


def filled_lines(sheet: Sheet) -> list[int]:
    """Return the rows that hold anything, from 1; an error is no value and holds something."""
    filled = {place for place, row in enumerate(sheet.rows) if any(map(is_filled, row))}
    filled |= {
        row
        for row, cells in sheet.odd.items()
        if any(odd.kind != "format" for odd in cells.values())
    }
    return [place + 1 for place in sorted(filled)]


def is_filled(value: Value) -> bool:
    """Tell whether a cell holds more than spaces."""
    return bool(value.strip()) if isinstance(value, str) else True


def cells_of(sheet: Sheet, line: int) -> Iterator[tuple[Place, Value, Odd | None]]:
    """Return the cells of a row that hold anything."""
    row = sheet.rows[line - 1] if line <= len(sheet.rows) else ()
    odd = sheet.odd.get(line - 1, {})
    for column in range(max([len(row), *(place + 1 for place in odd)])):
        value = row[column] if column < len(row) else ""
        why = odd.get(column)
        if is_filled(value) or (why is not None and why.kind != "format"):
            yield (line - 1, column), value, why


def header_of(sheet: Sheet, line: int) -> tuple[str, ...]:
    """Return the names of a sheet's columns; empty for a column without one."""
    names = {place[1]: read_cell(value, None, TEXT) for place, value, _ in cells_of(sheet, line)}
    texts = {column: name for column, name in names.items() if isinstance(name, str)}
    return tuple(texts.get(column, "") for column in range(max(texts, default=-1) + 1))


def faults_of_header(
    places: CellPlaces, lines: Sequence[int], model: type[BaseModel]
) -> Iterator[Problem]:
    """Find what is wrong with the first row of a table."""
    columns = model.model_fields
    in_order = ", ".join(column_order(model))
    if not lines:
        rest = "" if places.sheet in ALWAYS_NEEDED else ", or delete the sheet"
        fix_ = f"write the header into row 1{rest}; columns are: {in_order}"
        yield places.problem(None, "", "the sheet is empty", fix_)
    elif not set(places.header) & set(columns):
        says_ = "its first row is no header: it names no column of the table"
        yield places.problem(lines[0], "", says_, f"write the columns there: {in_order}")
    else:
        for problem in header_faults(list(places.header), places.shown, lines[0], columns):
            found = places.problem(lines[0], problem.field, problem.says, problem.fix)
            if places.header.count(problem.field) > 1:
                last = len(places.header) - 1 - places.header[::-1].index(problem.field)
                found = replace(found, cell=cell_name(lines[0] - 1, last))
            yield found


def read_row(
    sheet: Sheet, line: int, model: type[BaseModel], places: CellPlaces
) -> tuple[dict[str, str], list[Problem]]:
    """Return the words of a row by column, and what is wrong with its cells."""
    record: dict[str, str] = {}
    problems: list[Problem] = []
    for place, value, odd in cells_of(sheet, line):
        name = places.header[place[1]] if place[1] < len(places.header) else ""
        found = read_cell(value, odd, holds(model, name) if name else TEXT)
        if found == "":
            continue
        if not name:
            says_ = "a cell stands in a column without a name"
            found = Refusal(says_, "name the column in the first row, or clear the cell")
        if isinstance(found, str) and (wrong := fault_of_text(found)) is not None:
            found = wrong
        if isinstance(found, Refusal):
            problems.append(places.at(place, name, *found))
        else:
            record[name] = found
    return record, problems


def fault_of_text(text: str) -> Refusal | None:
    """Find what no cell of a table may hold."""
    if "\n" in text or "\r" in text:
        return Refusal("the cell holds a line break", "write it in one line")
    if len(text) > LONGEST_CELL:
        says_ = f"the cell holds {len(text):,} characters"
        return Refusal(says_, f"shorten it to {LONGEST_CELL:,}")
    return None


def read_cell(value: Value, odd: Odd | None, column: Holds) -> str | Refusal:
    """Return a cell as the words that a CSV file would hold, or why it is not read.

    >>> read_cell(0.25, None, TEXT), read_cell(7.0, None, TEXT), read_cell(" a ", None, TEXT)
    ('0.25', '7', 'a')
    >>> read_cell(date(2025, 2, 17), None, Holds("date"))
    '2025-02-17'
    """
    if odd is not None and odd.kind == "error":
        return Refusal(f"the cell holds the error {odd.text}", "write its value")
    if odd is not None and odd.kind == "formula":
        formula = f" ={odd.text}" if odd.text else ""
        result = f", which shows {quoted(value)}" if value != "" else ""
        says_ = f"the cell holds a formula{formula[:80]}{result}"
        return Refusal(says_, "copy it, and paste it in place as a value")
    match value:
        case str():
            return value.strip()
        case bool():
            return read_truth(value, column)
        case int() | float():
            is_whole = float(value).is_integer() and abs(value) < EXACT
            return str(int(value)) if is_whole else repr(float(value))
        case date():  # a `datetime` is one too
            return read_day(value, odd, column)
        case _:
            return Refusal(f"the cell became a time of day, {value}", write_again(column))


def read_truth(value: bool, column: Holds) -> str | Refusal:
    """Return a truth value as a flag is written."""
    if column.kind == "flag":
        return str(int(value))
    word = "TRUE" if value else "FALSE"
    return Refusal(f"the cell became the truth value {word}", write_again(column))


def read_day(value: date, odd: Odd | None, column: Holds) -> str | Refusal:
    """Return a date as it is written; only where a date belongs, and shows its day."""
    day = value.date() if isinstance(value, datetime) else value
    if column.kind != "date":
        return Refusal(f"the cell became a date, {day}", write_again(column))
    if isinstance(value, datetime) and value != datetime(value.year, value.month, value.day):  # noqa: DTZ001 - a cell knows no zone
        return Refusal(f"the cell holds a time of day, {value}", f"write {day}")
    if odd is not None:
        says_ = f"the cell became the date {day} and does not show its year, month and day"
        return Refusal(says_, f"format it as text, and write {day:%Y-%m}, {day:%Y} or {day}")
    return day.isoformat()


def write_again(column: Holds) -> str:
    """Say how to write what a spreadsheet took for something else."""
    form = "text" if column.is_text else "a number"
    return f"format the cell as {form}, and write it again: {column}"


def fix_of_cell(details: ErrorDetails, model: type[BaseModel]) -> str:
    """Say what to write instead."""
    name = str(details["loc"][0]) if details["loc"] else ""
    if name not in model.model_fields:
        return fix(details, model.model_fields)
    column = holds(model, name)
    if column.kind == "date" and details["type"] == "value_error":
        if SERIAL_DAY.fullmatch(str(details["input"])):
            return "format the cell as a date with year, month and day, or write it as 2025-02-17"
        return "write it as 2025-02-17, or partly, as 2025-02 or 2025"
    explained = f"the cell takes: {column}"
    return fix(details, model.model_fields, reference=explained)


def read_about(sheet: Sheet, shown: str, problems: list[Problem]) -> About | None:
    """Read the sheet of settings."""
    lines = filled_lines(sheet)
    header = header_of(sheet, lines[0])[:SETTINGS_WIDTH] if lines else ()
    places = CellPlaces(shown, ABOUT, header)
    if header != SETTING_HEADER[:SETTINGS_WIDTH]:
        says_ = "its first row does not begin with the columns setting and value"
        problems.append(places.problem(lines[0] if lines else None, "", says_, "write them there"))
        return None
    settings: dict[str, Any] = {}
    found: dict[str, int] = {}
    faulty: list[Problem] = []
    for line in lines[1:]:
        cells = {place[1]: (value, odd) for place, value, odd in cells_of(sheet, line)}
        named, given = (cells.get(column) for column in range(SETTINGS_WIDTH))
        if named is None and given is None:
            continue
        name = read_cell(*named, TEXT) if named else ""
        path = setting_path(name) if isinstance(name, str) else None
        wrong: Refusal | None
        if path is None or not isinstance(name, str):
            wrong = Refusal("this is not the name of a setting", "write one, such as date")
            faulty.append(places.at((line - 1, 0), "", *wrong))
            continue
        if name in found:
            wrong = Refusal(f"the setting {name} stands twice", "keep one of them")
        else:
            found[name] = line
            wrong = put_setting(settings, path, *(given or ("", None)))
        if wrong is not None:
            faulty.append(places.at((line - 1, 1), name, *wrong))
    problems.extend(faulty)
    skip = {problem.field for problem in faulty}
    try:
        about = About.model_validate(settings)
    except ValidationError as error:
        for details in error.errors():
            name = ".".join(map(str, details["loc"]))
            if name not in skip:
                fix_ = fix_of_cell(details, About)
                problem = places.problem(found.get(name), name, says(details, "setting"), fix_)
                cell = cell_name(found[name] - 1, 1) if name in found else ""
                problems.append(replace(problem, cell=cell))
        return None
    return None if faulty else about


def setting_cells(file: Path, shown: str) -> dict[str, str]:
    """Return the cells that hold the values of a workbook's settings, by setting.

    Raises
    ------
    ScenarioError
        If the workbook cannot be read.
    """
    book = open_workbook(file, shown)
    found = {}
    for sheet in (book.read(listed) for listed in book.listed if listed.name == ABOUT):
        for line in filled_lines(sheet)[1:]:
            for place, value, odd in cells_of(sheet, line):
                name = read_cell(value, odd, TEXT) if place[1] == 0 else ""
                if isinstance(name, str) and name:
                    found[name] = cell_name(line - 1, 1)
    return found


def put_setting(
    settings: dict[str, Any], path: tuple[str, ...], value: Value, odd: Odd | None
) -> Refusal | None:
    """Put one setting to the others; return why it cannot be read."""
    if path[0] == "engines":
        return put_engine_setting(settings, path[1:], value, odd)
    name = ".".join(path)
    column = holds(About, name) if name in About.model_fields else TEXT
    found = read_cell(value, odd, column)
    if isinstance(found, Refusal):
        return found
    if found:
        settings[name] = read_words(found)
    return None


def put_engine_setting(
    settings: dict[str, Any], path: tuple[str, ...], value: Value, odd: Odd | None
) -> Refusal | None:
    """Put the setting of an engine to the others; numbers and truth values stay what they are."""
    if len(path) not in (1, 2):
        return Refusal("this names no setting of an engine", "write engines.ENGINE.SETTING")
    of_engine = settings.setdefault("engines", {}).setdefault(path[0], {})
    found = read_cell(value, odd, Holds("flag") if isinstance(value, bool) else TEXT)
    if isinstance(found, Refusal):
        return found
    if len(path) == 1:
        wrong = Refusal("this names no setting of an engine", "write engines.ENGINE.SETTING")
        return wrong if found else None
    if not found:
        return Refusal("the setting has no value", "write it, or take the row out")
    of_engine[path[1]] = bool(value) if isinstance(value, bool) else read_scalar(found)
    return None
