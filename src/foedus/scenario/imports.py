"""Tables from elsewhere put in the place of a scenario's own, checked as if they had been there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from foedus.errors import Problem, ScenarioError, SettingsError
from foedus.scenario.checks import Places, faults
from foedus.scenario.faults import Fault
from foedus.scenario.load import OTHER_WORKBOOKS, WORKBOOK, read_rows
from foedus.scenario.scenario import TABLES, Scenario, near_names, unknown
from foedus.scenario.sources import Source

SOURCES: Final = "sources"
"""The table that is added to and not replaced."""


def with_tables(scenario: Scenario, tables: Mapping[str, str | Path]) -> Scenario:
    """Return a scenario in which tables are replaced by those of other files.

    So the requirement and the units of any other mission can be planned with the delegations of
    this one. Rows of `sources` are added to the scenario's own, because its other tables go on
    naming those; every other table is replaced whole. The whole is checked as when it is loaded.

    The name stays that of the scenario. The digest is that of the new content, so that a run on it
    is never taken for one on the scenario as it was.

    Parameters
    ----------
    scenario
        As `foedus.load` returns it.
    tables
        A file by name of the table: a CSV with the columns of the scenario's own, or a workbook
        with a sheet of the table's name.

    Raises
    ------
    SettingsError
        If there is no table of a name.
    ScenarioError
        If a file cannot be read, or the scenario does not hold together with it; `problems` holds
        everything found, with the file and line of what was imported.

    Examples
    --------
    >>> from foedus import load
    >>> with_tables(load("minimal"), {"unit": "mali.csv"})
    Traceback (most recent call last):
    ...
    foedus.errors.SettingsError: there is no table 'unit'. Did you mean units?
    """
    wrong = [unknown("there is no table", name, TABLES) for name in tables if name not in TABLES]
    if wrong:
        raise SettingsError("\n".join(wrong))
    problems: list[Problem] = []
    in_order = [name for name in TABLES if name in tables]
    imported = {name: read_import(Path(tables[name]), name, problems) for name in in_order}
    rows = {name: table.rows for name, table in imported.items()}
    if SOURCES in imported:
        own = scenario.sources
        problems.extend(clashes(own, imported[SOURCES]))
        known = {row.source for row in own}
        new = [row.source not in known for row in imported[SOURCES].rows]
        imported[SOURCES] = imported[SOURCES].behind(len(own), new)
        rows[SOURCES] = (*own, *imported[SOURCES].rows)
    changed = scenario.model_copy(update=rows)
    faulty = {name for name, table in imported.items() if any(map(table.holds, problems))}
    places = ImportPlaces(
        scenario.name, incomplete=frozenset(faulty), scenario=changed, imported=imported
    )
    problems.extend(faults(changed, places))
    if problems:
        order = {table.place: number for number, table in enumerate(imported.values())}
        problems.sort(key=lambda p: (order.get((p.path, p.sheet), -1), p.line or 0))
        raise ScenarioError(problems)
    return changed


@dataclass(frozen=True)
class Imported:
    """A table that was read from elsewhere."""

    name: str
    path: str
    """The file as the user knows it."""
    rows: tuple[Any, ...] = ()
    lines: Sequence[int] = ()
    """Line of each row."""
    header: tuple[str, ...] = ()
    """Columns of a sheet."""
    is_sheet: bool = False
    first: int = 0
    """Place of its first row in the table of the scenario."""

    @property
    def place(self) -> tuple[str, str]:
        """Path and sheet, as problems name them."""
        return self.path, self.name if self.is_sheet else ""

    def holds(self, problem: Problem) -> bool:
        """Tell whether a problem lies in this table."""
        return (problem.path, problem.sheet) == self.place

    def behind(self, first: int, kept: Sequence[bool]) -> "Imported":
        """Return those of the rows that are kept, as they stand behind others."""
        left = [i for i, is_kept in enumerate(kept) if is_kept]
        rows = tuple(self.rows[i] for i in left)
        return replace(self, rows=rows, lines=[self.lines[i] for i in left], first=first)

    def problem(self, number: int | None, column: str, says: str, fix: str) -> Problem:
        """Say what is wrong in a row, or in the whole table."""
        line = None if number is None else self.lines[number]
        if not self.is_sheet:
            return Problem(self.path, line, column, says, fix)
        from foedus.scenario.workbook_read import CellPlaces  # noqa: PLC0415 - rarely needed

        return CellPlaces(self.path, self.name, self.header).problem(line, column, says, fix)


@dataclass(frozen=True)
class ImportPlaces(Places):
    """Where rows stand of which some were imported."""

    scenario: Scenario = field(kw_only=True)
    imported: Mapping[str, Imported] = field(kw_only=True)

    def problem(self, fault: Fault) -> Problem:
        """Say a fault with its file and line, and which other table would mend it.

        The scenario's own rows are named by their key: no file of the user's holds them.
        """
        fix = fault.fix
        if fault.field == "source" and SOURCES not in self.imported:
            fix = either(fix, f"give {SOURCES} too, whose rows are added to the scenario's own")
        table = self.imported.get(fault.table)
        if table is not None and (fault.number is None or fault.number >= table.first):
            number = None if fault.number is None else fault.number - table.first
            return table.problem(number, fault.field, fault.says, fix)
        problem = super().problem(fault)
        if fault.number is None:
            return problem
        key = self.scenario.table(fault.table)[fault.number].key
        fix = either(fix, f"give {fault.table} too, with rows that fit")
        return replace(problem, says=f"row {key}: {fault.says}", fix=fix)


def either(fix: str, other: str) -> str:
    """Return two ways to put a thing right.

    >>> either("mend it", "leave it out"), either("Did you mean a?", "leave it out")
    ('mend it; or leave it out', 'Did you mean a? Or leave it out')
    """
    return f"{fix} Or {other}" if fix.endswith((".", "?")) else f"{fix}; or {other}"


def read_import(file: Path, name: str, problems: list[Problem]) -> Imported:
    """Read a table from a file of CSV or from a sheet of its name."""
    path = str(file)
    ending = file.suffix.lower()
    if not file.is_file():
        says, fix = "there is no file of this name", f"name a file with the rows of {name}"
        problems.append(Problem(path, None, "", says, fix))
    elif ending == WORKBOOK:
        return read_sheet(file, name, problems)
    elif ending in OTHER_WORKBOOKS:
        says = f"workbooks of the kind {ending} are not read"
        problems.append(Problem(path, None, "", says, f"save it as {WORKBOOK}, or as CSV UTF-8"))
    else:
        rows, lines = read_rows(file, path, TABLES[name], problems)
        return Imported(name, path, tuple(rows), lines)
    return Imported(name, path)


def read_sheet(file: Path, name: str, problems: list[Problem]) -> Imported:
    """Read a table from the sheet of its name."""
    from foedus.scenario.workbook_file import open_workbook  # noqa: PLC0415 - rarely needed
    from foedus.scenario.workbook_read import read_sheets, read_table  # noqa: PLC0415

    path = str(file)
    nothing = Imported(name, path, is_sheet=True)
    try:
        book = open_workbook(file, path)
    except ScenarioError as error:
        problems.extend(replace(problem, sheet=name) for problem in error.problems)
        return nothing
    listed = {sheet.name: sheet for sheet in book.listed if not sheet.is_chart}
    if name not in listed:
        problems.append(nothing.problem(None, "", "the sheet is missing", near_names(name, listed)))
        return nothing
    for _, sheet in read_sheets(book, {name: listed[name]}, problems):
        rows, lines, header = read_table(sheet, path, problems)
        return replace(nothing, rows=rows, lines=lines, header=header)
    return nothing


def clashes(own: Sequence[Source], imported: Imported) -> Iterator[Problem]:
    """Find imported sources whose key the scenario has for another one."""
    known = {row.source: row for row in own}
    for number, row in enumerate(imported.rows):
        if row.source in known and row != known[row.source]:
            says = f"the scenario has a source {row.source!r} that says otherwise"
            fix = "give it another key, here and in the column 'source' of what names it"
            yield imported.problem(number, "source", says, fix)
