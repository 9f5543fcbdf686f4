"""Read a scenario from a folder or workbook; every problem at once, with place, field and fix."""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from foedus.errors import Problem, ScenarioError
from foedus.scenario.checks import Places, faults
from foedus.scenario.scenario import ABOUT, ALWAYS_NEEDED, TABLES, About, Scenario
from foedus.scenario.wording import DECIMAL_COMMA, fix, says

SHIPPED: Final = Path(__file__).parent.parent / "scenarios"
SETTINGS_FILE: Final = f"{ABOUT}.toml"
SAVED_SCENARIO: Final = "scenario"
"""Folder in a saved brief or run that holds the scenario as it was used."""
LONGEST_CELL: Final = 20_000
NOT_OF_THE_USER: Final = (".", "~$")
"""Beginnings of files that systems and spreadsheets leave behind."""
WORKBOOK: Final = ".xlsx"
"""How the name of a workbook ends."""
OF_EVERY_TABLE: Final = ("note", "known_from", "later", "verified", "source")
"""Columns that stand behind a table's own."""
OTHER_WORKBOOKS: Final = (".ods", ".xls", ".xlsm", ".xlsb", ".xltx", ".fods", ".numbers")
"""How the names of files end that a spreadsheet program can save as `WORKBOOK`."""


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with foedus."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob(f"*/{SETTINGS_FILE}")))


def find(scenario: str | Path) -> tuple[Path, str]:
    """Return the folder or the workbook of a scenario, and how it is named in messages.

    A shipped name wins over a folder of the same name; write `./name` for the folder.

    Raises
    ------
    ScenarioError
        If there is neither.
    """
    text = str(scenario)
    if text in shipped():
        return SHIPPED / text, text
    place = Path(scenario)
    try:
        if (place / SETTINGS_FILE).is_file():
            return place, text.rstrip("/")
        is_folder, is_file = place.is_dir(), place.is_file()
    except OSError as error:  # a name that no disk takes, or a folder that may not be entered
        says_ = f"it cannot be read ({error.strerror})"
        fix_ = "name a folder that you may read"
        raise ScenarioError([Problem(text, None, "", says_, fix_)]) from None
    if is_file and place.suffix.lower() == WORKBOOK and not place.name.startswith(NOT_OF_THE_USER):
        return place, text
    raise ScenarioError([no_scenario(place, text, is_folder=is_folder, is_file=is_file)])


def no_scenario(place: Path, text: str, *, is_folder: bool, is_file: bool) -> Problem:
    """Say why a path is no scenario, and what to name instead."""
    ending = place.suffix.lower()
    if is_folder and (place / SAVED_SCENARIO / SETTINGS_FILE).is_file():
        says_ = "this is a saved brief, not a scenario"
        fix_ = f"point to the scenario in it, {text.rstrip('/')}/{SAVED_SCENARIO}"
    elif is_folder:
        says_ = f"the folder has no {SETTINGS_FILE}, so it is not a scenario"
        fix_ = f"point to the folder that holds {SETTINGS_FILE}, or make one: foedus new NAME"
    elif is_file and ending in OTHER_WORKBOOKS:
        says_ = f"workbooks of the kind {ending} are not read"
        fix_ = f"save it as {WORKBOOK} in your spreadsheet program"
    elif is_file and ending == WORKBOOK:
        says_ = "this is what a spreadsheet program leaves beside a workbook that is open"
        fix_ = "name the workbook itself"
    elif is_file:
        says_ = "this is a file, and a scenario is a folder"
        fix_ = (
            f"point to the folder that holds {SETTINGS_FILE} and the tables, or to a workbook "
            f"with a sheet for each ({WORKBOOK})"
        )
    elif ending in (WORKBOOK, *OTHER_WORKBOOKS):
        says_, fix_ = "there is no file of this name", "name a workbook that is there"
    else:
        says_ = "there is no shipped scenario and no folder of this name"
        near = get_close_matches(text, shipped(), n=1, cutoff=0.5)
        fix_ = f"did you mean {near[0]}?" if near else f"shipped are: {', '.join(shipped())}"
    return Problem(text, None, "", says_, fix_)


def load(scenario: str | Path) -> Scenario:
    """Return a scenario by the name of a shipped one, or by its folder or workbook.

    Raises
    ------
    ScenarioError
        If anything in it is wrong; `problems` holds everything found.
    """
    place, shown = find(scenario)
    if place.suffix.lower() == WORKBOOK and not place.is_dir():
        from foedus.scenario.workbook_read import load_workbook  # noqa: PLC0415 - rarely needed

        return load_workbook(place, shown)
    return load_folder(place, shown)


def load_folder(folder: Path, shown: str) -> Scenario:
    """Return the scenario that a folder holds, named like it."""
    problems: list[Problem] = []
    about = read_about(folder, shown, problems)
    problems.extend(unexpected_files(folder, shown))
    tables: dict[str, tuple[BaseModel, ...]] = {}
    lines: dict[str, list[int]] = {}
    for name in TABLES:
        rows, lines[name] = read_table(folder / f"{name}.csv", shown, name, problems)
        tables[name] = tuple(rows)
    fields: dict[str, Any] = {"name": folder.resolve().name, "about": about or NOT_READ, **tables}
    whole = Scenario.model_construct(**fields)
    faulty = {problem.path for problem in problems}
    incomplete = {name for name in TABLES if f"{shown}/{name}.csv" in faulty}
    incomplete |= {near for name in csv_names(folder) if (near := meant_table(name))}
    incomplete |= set() if about else {ABOUT}
    problems.extend(faults(whole, Places(shown, lines, frozenset(incomplete))))
    if problems:
        order = {f"{shown}/{name}.csv": place for place, name in enumerate(TABLES)}
        problems.sort(key=lambda p: (order.get(p.path, -1), p.line or 0))
        raise ScenarioError(problems)
    return whole


NOT_READ: Final = About(title="", date=date.min, evidence_until=date.max)
"""Stands for settings that could not be read, so that the tables can be checked all the same."""


def read_about(folder: Path, shown: str, problems: list[Problem]) -> About | None:
    """Read `scenario.toml`."""
    path = f"{shown}/{SETTINGS_FILE}"
    text = read_text(folder / SETTINGS_FILE, path, problems, save_as="UTF-8")
    if text is None:
        return None
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)$", str(error))
        line = int(place[1]) if place else None
        says_ = f"it is not TOML ({error})"
        fix_ = (
            'write NAME = VALUE a line, with words and dates in double quotes: title = "My summit"'
        )
        problems.append(Problem(path, line, "", says_, fix_))
        return None
    try:
        return About.model_validate(settings)
    except ValidationError as error:
        for details in error.errors():
            field = ".".join(map(str, details["loc"]))
            fix_ = fix(details, About.model_fields)
            problems.append(Problem(path, None, field, says(details, "setting"), fix_))
        return None


def unexpected_files(folder: Path, shown: str) -> Iterator[Problem]:
    """Find tables that are missing, and files whose names no table has."""
    names = csv_names(folder)
    for table in ALWAYS_NEEDED:
        if f"{table}.csv" not in names:
            path = f"{shown}/{table}.csv"
            yield Problem(path, None, "", "the table is missing", f"add {table}.csv")
    for name in names:
        if name not in {f"{table}.csv" for table in TABLES}:
            near = meant_table(name)
            fix_ = f"rename it to {near}.csv" if near else f"tables are: {', '.join(TABLES)}"
            yield Problem(f"{shown}/{name}", None, "", "no table has this name", fix_)


def csv_names(folder: Path) -> list[str]:
    """Return the names of a folder's CSV files, without those that systems leave behind."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() == ".csv")
    return [name for name in names if not name.startswith(NOT_OF_THE_USER)]


def meant_table(file: str) -> str | None:
    """Return the table that a file of an unknown name is likely to be; None of a known name.

    >>> meant_table("Budget.csv"), meant_table("budgets.csv"), meant_table("mine.csv")
    ('budgets', None, None)
    """
    if file in {f"{table}.csv" for table in TABLES}:
        return None
    near = get_close_matches(Path(file).stem.strip().lower(), TABLES, n=1, cutoff=0.6)
    return near[0] if near else None


def read_table(
    file: Path, shown: str, name: str, problems: list[Problem]
) -> tuple[list[BaseModel], list[int]]:
    """Read one CSV file of a folder into rows, and remember the line of each."""
    if not file.exists():
        return [], []
    return read_rows(file, f"{shown}/{name}.csv", TABLES[name], problems)


def read_rows(
    file: Path, path: str, model: type[BaseModel], problems: list[Problem]
) -> tuple[list[BaseModel], list[int]]:
    """Read a CSV file that is there into rows of a table, and remember the line of each."""
    text = read_text(file, path, problems, save_as="'CSV UTF-8 (comma delimited)'")
    if text is None:
        return [], []
    rows: list[BaseModel] = []
    lines: list[int] = []
    for line, record in split_records(text, path, model, problems):
        try:
            rows.append(model.model_validate(record))
            lines.append(line)
        except ValidationError as error:
            for details in error.errors():
                field = str(details["loc"][0]) if details["loc"] else ""
                fix_ = fix(details, model.model_fields)
                problems.append(Problem(path, line, field, says(details), fix_))
    return rows, lines


def read_text(file: Path, path: str, problems: list[Problem], *, save_as: str) -> str | None:
    """Read a file as UTF-8, with or without a byte order mark; None if it is not."""
    try:
        content = file.read_bytes()
    except OSError as error:
        says_ = f"it cannot be read ({error.strerror})"
        problems.append(Problem(path, None, "", says_, "make it a file that you may read"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem(path, line, "", "it is not UTF-8", f"save it as {save_as}"))
        return None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        says_ = "it holds NUL bytes, so it is not text"
        problems.append(Problem(path, line, "", says_, f"save it as {save_as}"))
        return None
    return text


def split_records(
    text: str, path: str, model: type[BaseModel], problems: list[Problem]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Split text into records by line. Semicolons of a spreadsheet's export are understood.

    In a file separated by semicolons a number may have a decimal comma.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    semicolons = first.count(";") > first.count(",")
    header: list[str] | None = None
    for line, cells in split_lines(text, ";" if semicolons else ",", path, problems):
        if header is None:
            width = max(place for place, name in enumerate(cells, start=1) if name)
            header = cells[:width]  # spreadsheets leave separators behind the last column
            faulty = list(header_faults(header, path, line, model.model_fields))
            problems.extend(faulty)
            if faulty:
                return
            continue
        broken = list(cell_faults(header, cells, path, line))
        problems.extend(broken)
        if broken:
            continue
        record = {field: cell for field, cell in zip(header, cells, strict=False) if cell}
        if semicolons:
            record = {
                field: cell.replace(",", ".") if DECIMAL_COMMA.match(cell) else cell
                for field, cell in record.items()
            }
        yield line, record
    if header is None and not any(problem.path == path for problem in problems):
        problems.append(Problem(path, None, "", "the file is empty", "write at least the header"))


def split_lines(
    text: str, delimiter: str, path: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """Split text into cells, and tell the line on which each record starts; empty ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(path, line, "", f"it is not CSV ({error})", "mend the quotes"))
            return
        if any(cells):
            yield line, cells


def header_faults(
    header: list[str], path: str, line: int, columns: Mapping[str, Any]
) -> Iterator[Problem]:
    """Find columns that are unknown, doubled or missing."""
    for column in dict.fromkeys(header):
        if column and header.count(column) > 1:
            yield Problem(path, line, column, "the column stands twice", "keep one of them")
        if column and column not in columns:
            near = get_close_matches(column.lower(), columns, n=1, cutoff=0.6)
            known = f"columns are: {', '.join(in_order(columns))}"
            fix_ = f"rename it to {near[0]}" if near else known
            yield Problem(path, line, column, "the table has no such column", fix_)
    for column, about in columns.items():
        if about.is_required() and column not in header:
            yield Problem(path, line, column, "the column is missing", "add it to the header")


def in_order(columns: Iterable[str]) -> list[str]:
    """Return columns as they stand in a file: the row's own first, then note, check and source.

    >>> in_order(["verified", "note", "source", "gdp_usd_bn"])
    ['gdp_usd_bn', 'note', 'verified', 'source']
    """
    columns = list(columns)
    if columns[:1] == ["source"]:  # the table of sources, of which it is the key
        return columns
    own = [column for column in columns if column not in OF_EVERY_TABLE]
    return [*own, *(column for column in OF_EVERY_TABLE if column in columns)]


def cell_faults(header: list[str], cells: list[str], path: str, line: int) -> Iterator[Problem]:
    """Find what no field of any table may hold."""
    if any(cells[len(header) :]):
        extra = len(cells) - len(header)
        says_ = f"{extra} more cell{'s' if extra > 1 else ''} than the header has columns"
        yield Problem(path, line, "", says_, "put text that holds a comma in double quotes")
    elif len(cells) < len(header):
        says_ = f"the row has {len(cells)} of the {len(header)} cells of the header"
        yield Problem(path, line, "", says_, "write a separator for every empty cell too")
    for field, cell in zip(header, cells, strict=False):
        if "\n" in cell or "\r" in cell:
            fix_ = "write it in one line, and close its quotes"
            yield Problem(path, line, field, "the cell holds a line break", fix_)
        elif len(cell) > LONGEST_CELL:
            says_ = f"the cell holds {len(cell):,} characters"
            yield Problem(path, line, field, says_, f"shorten it to {LONGEST_CELL:,}")
        elif cell and not field:
            yield Problem(path, line, "", "a cell stands in a column without a name", "name it")
