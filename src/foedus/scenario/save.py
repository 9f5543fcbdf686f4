"""Write a scenario as a folder of CSV tables and one TOML file."""

import csv
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from foedus.errors import ScenarioError, SettingsError
from foedus.scenario.folders import draft_folder
from foedus.scenario.load import SETTINGS_FILE, in_order, load
from foedus.scenario.scenario import ABOUT, ALWAYS_NEEDED, TABLES, About, Scenario


def save(scenario: Scenario, folder: str | Path) -> None:
    """Write a scenario to a new folder: whole, or not at all.

    What was written is read back before it is put in place, so that no file says something else
    than the scenario.

    Notes
    -----
    Text is written as it is, also where it begins with `=`, `+`, `-` or `@`: what is saved and what
    is loaded stay the same to the letter, whoever reads the files. A spreadsheet may take such text
    of a CSV file for a formula. Save a scenario of people you do not know as a workbook, in which
    text is marked as text; in the tables of a report such cells get an apostrophe in front.

    Raises
    ------
    SettingsError
        If the folder exists and is not empty, cannot be written, or holds text that no file of a
        scenario can hold, such as a line break.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SettingsError(f"{target}: it exists already. Name a folder that does not exist.")
    try:
        with draft_folder(target) as temporary:
            draft = temporary / "scenario"
            draft.mkdir()
            write_tables(scenario, draft)
            refuse_difference(scenario, draft, target, file_of)
            if target.exists():
                target.rmdir()
            shutil.move(draft, target)
    except OSError as error:
        raise SettingsError(f"{target}: cannot be written ({error.strerror}).") from None


def file_of(name: str) -> str:
    """Return the file of a table or of the settings."""
    return SETTINGS_FILE if name == ABOUT else f"{name}.csv"


def refuse_difference(
    scenario: Scenario, draft: Path, target: Path, place_of: Callable[[str], str]
) -> None:
    """Raise SettingsError if what was written does not say what the scenario says.

    Parameters
    ----------
    place_of
        Names the place of a table, or of the settings, in a message.
    """
    try:
        read = load(draft)
    except ScenarioError as error:
        problems = "\n".join(map(str, error.problems)).replace(str(draft), str(target))
        raise SettingsError(f"{target}: it could not be read again.\n{problems}") from None
    if read != scenario:
        differing = [
            name
            for name in TABLES
            if [row.model_dump() for row in read.table(name)]
            != [row.model_dump() for row in scenario.table(name)]
        ]
        places = ", ".join(map(place_of, differing or [ABOUT]))
        raise SettingsError(
            f"{target}: {places} would be read differently. Take out spaces at the ends of words."
        )


def write_tables(scenario: Scenario, folder: Path) -> None:
    """Write the files of a scenario into a folder."""
    (folder / SETTINGS_FILE).write_text(as_toml(scenario.about), encoding="utf-8")
    for name, model in TABLES.items():
        rows = scenario.table(name)
        if not rows and name not in ALWAYS_NEEDED:
            continue
        columns = ordered_columns(model, rows)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            for row in rows:
                values = row.model_dump(mode="json")
                writer.writerow([as_cell(values[column]) for column in columns])


def ordered_columns(model: type[BaseModel], rows: tuple[Any, ...]) -> list[str]:
    """Return the columns that hold anything, in their order."""
    return [
        field
        for field in column_order(model)
        if model.model_fields[field].is_required()
        or field == "verified"
        or any(getattr(row, field) != model.model_fields[field].default for row in rows)
    ]


def column_order(model: type[BaseModel]) -> list[str]:
    """Return all columns of a table: the row's own first, then note, check and source."""
    return in_order(model.model_fields)


def as_cell(value: Any) -> str:
    """Return a value as the text of a cell."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float():
            return repr(value).removesuffix(".0")
        case _:
            return str(value)


def as_toml(about: About) -> str:
    """Return the settings of a scenario as TOML."""
    values = about.model_dump(mode="python")
    lines = []
    for name, value in values.items():
        if name != "engines" and value is not None:
            lines.append(f"{name} = {toml_value(value)}")
    for engine, settings in values["engines"].items():
        lines += ["", f"[engines.{toml_key(engine)}]"]
        lines += [f"{toml_key(name)} = {toml_value(value)}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


def toml_key(name: str) -> str:
    """Return a name as a key of TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_text(name)


def toml_text(text: str) -> str:
    """Return a word as TOML: as JSON, but for the one control character that JSON lets through."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Any) -> str:
    """Return a scalar as TOML; dates are written as text, as they are read."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case Mapping() | list() | tuple():
            raise SettingsError(f"{value!r} is not one number or word.")
        case _:
            return toml_text(str(value))
