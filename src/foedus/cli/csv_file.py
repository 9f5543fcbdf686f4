"""A CSV file of the user's, as spreadsheets write it: byte order marks, semicolons, tabs."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from foedus.errors import Problem, SettingsError

DELIMITERS: Final = ",;\t"

Record = dict[str, str]
Fault = tuple[str, str, str]
"""Field, what is wrong, and what to write instead."""


def read_records(
    file: Path,
    problems: list[Problem],
    header_faults: Callable[[list[str]], Iterable[Fault]],
) -> Iterator[tuple[int, Record]]:
    """Return the lines that hold anything, by column, with their numbers.

    What is wrong with the file as a whole is added to the problems; no line is returned where the
    header is at fault.
    """
    try:
        yield from _records(file, problems, header_faults)
    except UnicodeDecodeError as error:
        says = f"it is not UTF-8 (byte {error.start})"
        problems.append(Problem(str(file), None, "", says, "save it as CSV UTF-8"))
    except csv.Error as error:
        problems.append(Problem(str(file), None, "", f"it is not CSV ({error})", "mend the quotes"))
    except OSError as error:
        says = f"it cannot be read ({error.strerror})"
        problems.append(Problem(str(file), None, "", says, "name a file that can be read"))


def refuse_file(problems: list[Problem], what: str) -> None:
    """Raise SettingsError with every problem in one message, if there are any."""
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        raise SettingsError("\n".join([f"{count} in {what}", *map(str, problems)]))


def _records(
    file: Path,
    problems: list[Problem],
    header_faults: Callable[[list[str]], Iterable[Fault]],
) -> Iterator[tuple[int, Record]]:
    text = file.read_bytes().decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
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
