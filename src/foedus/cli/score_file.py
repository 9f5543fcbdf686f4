"""A file that says what happened: one line a delegation, 1 if it joined, 0 if not."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from foedus.cli.csv_file import Fault, Record, read_records, refuse_file
from foedus.errors import Problem
from foedus.scenario import Scenario

COLUMNS: Final = ("delegation", "outcome")
REMARKS: Final = ("note", "source")
"""Columns that a file may have beside, which are not read."""


def read_outcomes(file: Path, scenario: Scenario) -> dict[str, int]:
    """Read `delegation, outcome`, in the order of the file.

    A spreadsheet's export is understood: a byte order mark, semicolons between the cells.

    Raises
    ------
    SettingsError
        With everything that is wrong in the file.
    """
    problems: list[Problem] = []
    outcomes: dict[str, int] = {}
    seen: dict[str, int] = {}
    for line, record in read_records(file, problems, header_faults):
        faults = list(record_faults(record, scenario, seen))
        problems += [Problem(str(file), line, *fault) for fault in faults]
        seen.setdefault(record["delegation"], line)
        if not faults:
            outcomes[record["delegation"]] = int(record["outcome"])
    if not problems and not outcomes:
        problems.append(Problem(str(file), None, "", "it has no rows", "write a line a delegation"))
    refuse_file(problems, "the score file")
    return outcomes


def header_faults(header: list[str]) -> Iterator[Fault]:
    """Find columns that are missing, stand twice, or are not known."""
    wanted = f"write a header with {' and '.join(COLUMNS)}"
    for column in COLUMNS:
        if column not in header:
            yield column, "the column is missing", wanted
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            yield column, "the column stands twice", "keep one of them"
        if column and column not in (*COLUMNS, *REMARKS):
            yield column, "the file has no such column", f"take it out, or {wanted}"


def record_faults(record: Record, scenario: Scenario, seen: dict[str, int]) -> Iterator[Fault]:
    """Find what is wrong in one line.

    Parameters
    ----------
    seen
        Lines of the delegations above.
    """
    code, outcome = record["delegation"], record["outcome"]
    contributors = scenario.of_role("contributor")
    if not code:
        yield "delegation", "the cell is empty", "write a code of delegations.csv"
    elif code not in scenario.row_numbers["delegations"]:
        near = get_close_matches(code, contributors, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(contributors)}"
        yield "delegation", f"{code!r} is not in delegations.csv", hint
    elif code not in contributors:
        role = scenario.row("delegations", code).role
        yield "delegation", f"{code} is {role}; only a contributor can join", "take the line out"
    elif code in seen:
        yield "delegation", f"{code} stands in line {seen[code]} too", "keep one of them"
    if outcome not in ("0", "1"):
        says = f"{outcome!r} is neither 0 nor 1" if outcome else "the cell is empty"
        yield "outcome", says, "write 1 if it joined, 0 if it did not"
