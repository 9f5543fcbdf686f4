"""A file that says what happened: one line a delegation, 1 if it joined, 0 if not."""

import csv
import io
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from foedus.errors import Problem, SettingsError
from foedus.scenario import Scenario

COLUMNS: Final = ("delegation", "outcome")
REMARKS: Final = ("note", "source")
"""Columns that a file may have beside, which are not read."""

Record = dict[str, str]
Fault = tuple[str, str, str]
"""Field, what is wrong, and what to write instead."""


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
    try:
        for line, record in records(file, problems):
            faults = list(record_faults(record, scenario, seen))
            problems += [Problem(str(file), line, *fault) for fault in faults]
            seen.setdefault(record["delegation"], line)
            if not faults:
                outcomes[record["delegation"]] = int(record["outcome"])
    except UnicodeDecodeError as error:
        says = f"it is not UTF-8 (byte {error.start})"
        problems.append(Problem(str(file), None, "", says, "save it as CSV UTF-8"))
    except csv.Error as error:
        problems.append(Problem(str(file), None, "", f"it is not CSV ({error})", "mend the quotes"))
    except OSError as error:
        says = f"it cannot be read ({error.strerror})"
        problems.append(Problem(str(file), None, "", says, "name a file that can be read"))
    if not problems and not outcomes:
        problems.append(Problem(str(file), None, "", "it has no rows", "write a line a delegation"))
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        raise SettingsError("\n".join([f"{count} in the score file", *map(str, problems)]))
    return outcomes


def records(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Record]]:
    """Return the lines that hold anything, by column; none if the header is at fault."""
    text = file.read_bytes().decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    faults = list(header_faults(header))
    problems += [Problem(str(file), 1, *fault) for fault in faults]
    if faults:
        return
    while True:
        line = reader.line_num + 1
        cells = next(reader, None)
        if cells is None:
            return
        cells = [cell.strip() for cell in cells]
        if any(cells[len(header) :]):
            says = f"{len(cells) - len(header)} more cells than the header has columns"
            fix = "put text that holds a comma in double quotes"
            problems.append(Problem(str(file), line, "", says, fix))
        elif any(cells):
            record = dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
            yield line, record


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
    elif code not in scenario.positions["delegations"]:
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
