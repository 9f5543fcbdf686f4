"""Read a scenario from a folder; every problem at once, with file, line, field and fix."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from foedus.errors import Problem, ScenarioError
from foedus.scenario.checks import Places, faults
from foedus.scenario.scenario import ALWAYS_NEEDED, TABLES, About, Scenario

SHIPPED: Final = Path(__file__).parent.parent / "scenarios"
SETTINGS_FILE: Final = "scenario.toml"
LONGEST_CELL: Final = 20_000
DECIMAL_COMMA: Final = re.compile(r"^-?\d+,\d+$")
PERCENT: Final = re.compile(r"^\s*-?\d+([.,]\d+)?\s*%\s*$")


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with foedus."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob(f"*/{SETTINGS_FILE}")))


def find(scenario: str | Path) -> tuple[Path, str]:
    """Return the folder of a scenario and how it is named in messages.

    A shipped name wins over a folder of the same name; write `./name` for the folder.

    Raises
    ------
    ScenarioError
        If there is neither.
    """
    text = str(scenario)
    if text in shipped():
        return SHIPPED / text, text
    folder = Path(scenario)
    if (folder / SETTINGS_FILE).is_file():
        return folder, text.rstrip("/")
    if folder.is_dir():
        says = f"the folder has no {SETTINGS_FILE}, so it is not a scenario"
        fix = f"point to the folder that holds {SETTINGS_FILE}, or make one: foedus new NAME"
    elif folder.is_file():
        says = "this is a file, and a scenario is a folder"
        fix = f"point to the folder that holds {SETTINGS_FILE} and the tables"
    else:
        says = "there is no shipped scenario and no folder of this name"
        near = get_close_matches(text, shipped(), n=1, cutoff=0.5)
        fix = f"did you mean {near[0]}?" if near else f"shipped are: {', '.join(shipped())}"
    raise ScenarioError([Problem(text, None, "", says, fix)])


def load(scenario: str | Path) -> Scenario:
    """Return a scenario by the name of a shipped one or by its folder.

    Raises
    ------
    ScenarioError
        If anything in it is wrong; `problems` holds everything found.
    """
    folder, shown = find(scenario)
    problems: list[Problem] = []
    about = read_about(folder, shown, problems)
    problems.extend(unexpected_files(folder, shown))
    tables: dict[str, list[BaseModel]] = {}
    places = Places(shown, {})
    for name in TABLES:
        rows, lines = read_table(folder / f"{name}.csv", shown, name, problems)
        tables[name] = rows
        places.lines[name] = lines
    if about is None:
        raise ScenarioError(problems)
    whole = Scenario.model_construct(
        name=folder.name, about=about, **{name: tuple(rows) for name, rows in tables.items()}
    )
    problems.extend(faults(whole, places))
    if problems:
        order = {f"{shown}/{name}.csv": place for place, name in enumerate(TABLES)}
        problems.sort(key=lambda p: (order.get(p.path, -1), p.line or 0))
        raise ScenarioError(problems)
    return whole


def read_about(folder: Path, shown: str, problems: list[Problem]) -> About | None:
    """Read `scenario.toml`."""
    path = f"{shown}/{SETTINGS_FILE}"
    try:
        settings = tomllib.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(path, None, "", f"it is not TOML ({error})", "see docs, files"))
        return None
    except OSError as error:
        problems.append(Problem(path, None, "", f"it cannot be read ({error.strerror})", "allow it"))
        return None
    try:
        return About.model_validate(settings)
    except ValidationError as error:
        for details in error.errors():
            field = ".".join(map(str, details["loc"]))
            problems.append(Problem(path, None, field, says(details), fix(details, About)))
        return None


def unexpected_files(folder: Path, shown: str) -> Iterator[Problem]:
    """Find tables that are missing, and files whose names no table has."""
    present = {path.stem for path in folder.glob("*.csv")}
    for name in ALWAYS_NEEDED:
        if name not in present:
            yield Problem(
                f"{shown}/{name}.csv", None, "", "the table is missing", f"add {name}.csv"
            )
    for stem in sorted(present - set(TABLES)):
        near = get_close_matches(stem, TABLES, n=1, cutoff=0.6)
        yield Problem(
            f"{shown}/{stem}.csv",
            None,
            "",
            "no table has this name",
            f"rename it to {near[0]}.csv" if near else f"tables are: {', '.join(TABLES)}",
        )


def read_table(
    file: Path, shown: str, name: str, problems: list[Problem]
) -> tuple[list[BaseModel], list[int]]:
    """Read one CSV file into rows, and remember the line of each."""
    path = f"{shown}/{name}.csv"
    if not file.exists():
        return [], []
    text = read_text(file, path, problems)
    if text is None:
        return [], []
    model = TABLES[name]
    records = split_records(text, path, set(model.model_fields), problems)
    rows: list[BaseModel] = []
    lines: list[int] = []
    for line, record in records:
        try:
            rows.append(model.model_validate(record))
            lines.append(line)
        except ValidationError as error:
            for details in error.errors():
                field = str(details["loc"][0]) if details["loc"] else ""
                problems.append(Problem(path, line, field, says(details), fix(details, model)))
    return rows, lines


def read_text(file: Path, path: str, problems: list[Problem]) -> str | None:
    """Read a file as UTF-8, with or without a byte order mark."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        says_ = f"it is not UTF-8 (byte {error.start})"
        fix_ = "save it as 'CSV UTF-8 (comma delimited)'"
        problems.append(Problem(path, None, "", says_, fix_))
        return None
    except OSError as error:
        problems.append(Problem(path, None, "", f"it cannot be read ({error.strerror})", "allow it"))
        return None
    if "\0" in text:
        problems.append(
            Problem(path, None, "", "it holds NUL bytes, so it is not text", "save it as CSV UTF-8")
        )
        return None
    return text


def split_records(
    text: str, path: str, columns: set[str], problems: list[Problem]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Split text into records by line. Semicolons of a spreadsheet's export are understood.

    In a file separated by semicolons a number may have a decimal comma.
    """
    first = text.split("\n", 1)[0]
    semicolons = first.count(";") > first.count(",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolons else ",")
    try:
        header = [cell.strip() for cell in next(reader)]
    except StopIteration:
        problems.append(Problem(path, None, "", "the file is empty", "write at least the header"))
        return
    except csv.Error as error:
        problems.append(Problem(path, 1, "", f"the header is not CSV ({error})", "mend the quotes"))
        return
    faulty_columns = list(header_faults(header, path, columns))
    problems.extend(faulty_columns)
    if faulty_columns:
        return
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(path, line, "", f"it is not CSV ({error})", "mend the quotes"))
            return
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        record = dict(zip(header, cells, strict=False))
        broken = list(cell_faults(header, cells, path, line))
        problems.extend(broken)
        if broken:
            continue
        if semicolons:
            record = {
                field: cell.replace(",", ".") if DECIMAL_COMMA.match(cell) else cell
                for field, cell in record.items()
            }
        yield line, {field: cell for field, cell in record.items() if cell}


def header_faults(header: list[str], path: str, columns: set[str]) -> Iterator[Problem]:
    """Find columns that are unknown, doubled or without a name."""
    for column in sorted({column for column in header if header.count(column) > 1}):
        yield Problem(path, 1, column, "the column stands twice", "keep one of them")
    for column in header:
        if column and column not in columns:
            near = get_close_matches(column, columns, n=1, cutoff=0.6)
            hint = f"rename it to {near[0]}" if near else f"columns are: {', '.join(sorted(columns))}"
            yield Problem(path, 1, column, "the table has no such column", hint)


def cell_faults(header: list[str], cells: list[str], path: str, line: int) -> Iterator[Problem]:
    """Find what no field of any table may hold."""
    if len(cells) > len(header) and any(cells[len(header) :]):
        extra = len(cells) - len(header)
        says_ = f"{extra} more cell{'s' if extra > 1 else ''} than the header has columns"
        yield Problem(path, line, "", says_, "put text that holds a comma in double quotes")
    for field, cell in zip(header, cells, strict=False):
        if "\n" in cell or "\r" in cell:
            yield Problem(path, line, field, "the cell holds a line break", "write it in one line")
        elif len(cell) > LONGEST_CELL:
            yield Problem(
                path, line, field, f"the cell holds {len(cell):,} characters", "shorten it"
            )
        elif cell and not field:
            yield Problem(path, line, "", "a cell stands in a column without a name", "name it")


def says(error: ErrorDetails) -> str:
    """Say in one clause what is wrong with a cell."""
    seen = error["input"]
    match error["type"]:
        case "missing":
            return "the cell is empty or the column is missing"
        case "less_than_equal":
            return f"{seen} is more than {error['ctx']['le']:g}"
        case "greater_than_equal":
            return f"{seen} is less than {error['ctx']['ge']:g}"
        case "greater_than":
            return f"{seen} is not more than {error['ctx']['gt']:g}"
        case "string_pattern_mismatch":
            return f"{seen!r} is not of the form {error['ctx']['pattern']}"
        case "literal_error":
            return f"{seen!r} is not one of {error['ctx']['expected']}"
        case "float_parsing" | "int_parsing" | "int_from_float" | "finite_number":
            return f"{seen!r} is not a{' whole' if 'int' in error['type'] else ''} number"
        case "extra_forbidden":
            return "no such setting is known"
        case "value_error":
            return str(error["ctx"]["error"])
        case "too_short":
            return "the cell is empty"
        case _:
            return f"{error['msg']} (got {seen!r})"


def fix(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Say what to write instead."""
    field = str(error["loc"][0]) if error["loc"] else ""
    seen = error["input"]
    word = field.removesuffix("_low").removesuffix("_high")
    fraction = word.endswith(("_share", "_prob"))
    if fraction and error["type"] == "less_than_equal":
        return f"shares and probabilities are fractions: write {float(str(seen)) / 100:g}"
    if error["type"] == "float_parsing" and PERCENT.match(str(seen)):
        bare = float(str(seen).strip().rstrip("%").strip().replace(",", "."))
        return f"write {bare / 100 if fraction else bare:g}"
    if error["type"] == "float_parsing" and DECIMAL_COMMA.match(str(seen)):
        return f"numbers have a decimal point: write {str(seen).replace(',', '.')}"
    if error["type"] == "extra_forbidden":
        near = get_close_matches(field, model.model_fields, n=1, cutoff=0.6)
        return f"did you mean {near[0]}?" if near else "take it out"
    if field in ("source", "") and error["type"] in ("missing", "too_short"):
        return "name a key of sources.csv, or write 'assumed'"
    return f"see `{field}` in the file reference (docs/reference/files.md)"
