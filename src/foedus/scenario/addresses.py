"""Addresses of cells: `table/key/field`, with `*` for any key or part of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from foedus.errors import SettingsError
from foedus.scenario.scenario import TABLES, Scenario, unknown
from foedus.scenario.wording import advice, fix, quoted, says, stem

ENGINES_TABLE: Final = "engines"
"""The table name under which settings of engines are addressed: `engines/consent/drift_score`."""

LEVEL: Final = ("consent", "level")
"""A cell that the consent engine fills and the forces engine reads, `consent/GBR/level`: the level
at which a contributor joins, 0 to 5. It can be set: a nation is then in, or out, in every draw."""

DOMAINS: Final = ("land", "air", "sea")

SENT: Final[Mapping[str, tuple[str, str]]] = {
    domain: ("forces", f"sent_{domain}_persons") for domain in DOMAINS
}
"""Cells that the forces engine fills and the spending engine reads, `forces/GBR/sent_land_persons`:
how many soldiers a delegation sends, by domain. They can be set, and are 0 where they are not."""

FAIR: Final[Mapping[str, tuple[str, str]]] = {
    domain: ("forces", f"fair_{domain}_persons") for domain in DOMAINS
}
"""Cells of the same kind, `forces/GBR/fair_land_persons`: how many it would send if the requirement
were filled in full, each by its fair share."""


@dataclass(frozen=True)
class Linked:
    """What stands between two engines as if it were a table: one fills it, the other reads it."""

    fields: tuple[str, ...]
    roles: tuple[str, ...]
    """Roles of the delegations that have a row."""
    who: str
    """Such a delegation, as printed."""


LINKED: Final[Mapping[str, Linked]] = {
    LEVEL[0]: Linked((LEVEL[1],), ("contributor",), "contributor"),
    SENT["land"][0]: Linked(
        tuple(field for _, field in (*SENT.values(), *FAIR.values())),
        ("contributor", "pool", "guarantor"),
        "delegation with units",
    ),
}
"""Cells that links between engines fill, by their table. No file holds them; they can be set."""

OF_THE_FILES: Final[Mapping[str, str]] = {
    "uncertainties": "says how cells are drawn",
    "sources": "says where rows come from",
}
"""Tables that no run reads cells of."""


@dataclass(frozen=True, order=True)
class Cell:
    """One cell of a scenario, or one setting of an engine."""

    table: str
    key: str
    field: str

    def __str__(self) -> str:
        return f"{self.table}/{self.key}/{self.field}"


def parse_address(address: str) -> Cell:
    """Read `table/key/field`; the key may hold `*`.

    Raises
    ------
    SettingsError
        If the address does not have three parts.

    Examples
    --------
    >>> parse_address("units/GBR:*/home_floor_count")
    Cell(table='units', key='GBR:*', field='home_floor_count')
    """
    parts = address.strip().split("/")
    if len(parts) != 3 or not all(parts):
        raise SettingsError(
            f"{quoted(address)} is not a cell. Write TABLE/KEY/FIELD, such as "
            "options/my-option/us_backing_prob or units/GBR:*/home_floor_count."
        )
    return Cell(*parts)


def key_matches(pattern: str, key: str) -> bool:
    """Tell whether a key fits a pattern, part by part; a lone `*` fits every key.

    >>> key_matches("GBR:*", "GBR:fires"), key_matches("*", "GBR:fires"), key_matches("*:f", "a:g")
    (True, True, False)
    """
    if pattern == "*":
        return True
    wanted, parts = pattern.split(":"), key.split(":")
    return len(wanted) == len(parts) and all(
        want in ("*", part) for want, part in zip(wanted, parts, strict=True)
    )


def named_parts(pattern: str) -> int:
    """Return how many parts of a key a pattern names: of two that fit, the one with more is meant.

    >>> named_parts("*"), named_parts("GBR:*"), named_parts("GBR:fires")
    (0, 1, 2)
    """
    return sum(part != "*" for part in pattern.split(":"))


def expand(scenario: Scenario, cell: Cell) -> list[Cell]:
    """Return the cells that an address names.

    A setting of an engine is returned as it stands: the engines know theirs.

    Raises
    ------
    SettingsError
        If the table, the field or every key is unknown, or the field is none that a run reads.
    """
    if cell.table == ENGINES_TABLE:
        return [cell]
    if cell.table in LINKED:
        return linked_cells(scenario, cell)
    if cell.table not in TABLES:
        tables = [*TABLES, ENGINES_TABLE, *LINKED]
        raise SettingsError(unknown("there is no table", cell.table, tables))
    if cell.table in OF_THE_FILES:
        about = OF_THE_FILES[cell.table]
        raise SettingsError(f"{cell}: {cell.table}.csv {about}. Change it in the file.")
    model = TABLES[cell.table]
    if cell.field not in model.model_fields:
        raise SettingsError(
            unknown(f"{cell.table}.csv has no column", cell.field, model.model_fields)
        )
    if cell.field in model.key_fields:
        raise SettingsError(f"{cell}: {cell.field} names the row. Change it in the file.")
    if cell.field != stem(cell.field) and stem(cell.field) in model.ranged_fields():
        raise SettingsError(
            f"{cell}: it says how {stem(cell.field)} is drawn. Name {stem(cell.field)} itself, "
            "or change the range in the file."
        )
    keys = scenario.row_numbers[cell.table]
    matching = [key for key in keys if key_matches(cell.key, key)]
    if not matching:
        raise SettingsError(unknown(f"{cell.table}.csv has no row", cell.key, keys))
    return [Cell(cell.table, key, cell.field) for key in matching]


def linked_cells(scenario: Scenario, cell: Cell) -> list[Cell]:
    """Return the cells between two engines that an address names."""
    linked = LINKED[cell.table]
    if cell.field not in linked.fields:
        raise SettingsError(unknown(f"{cell.table} has no field", cell.field, linked.fields))
    codes = scenario.of_role(*linked.roles)
    matching = [code for code in codes if key_matches(cell.key, code)]
    if not matching:
        raise SettingsError(unknown(f"there is no {linked.who}", cell.key, codes))
    return [Cell(cell.table, code, cell.field) for code in matching]


def as_value(cell: Cell, value: Any) -> Any:
    """Return a value as its cell takes it; a setting of an engine stays as it is.

    Raises
    ------
    SettingsError
        If the cell does not take it.
    """
    if cell.table == ENGINES_TABLE:
        return value
    if cell.table == LEVEL[0]:
        return as_level(cell, value)
    return as_persons(cell, value) if cell.table in LINKED else as_field(cell, value)


def as_level(cell: Cell, value: Any) -> int:
    """Return a level as a whole number from 0 to 5."""
    try:
        level = int(str(value))
    except ValueError:
        level = -1
    if not 0 <= level <= 5:
        raise SettingsError(
            f"{cell}: {quoted(value)} is not a level. Write 0 none, 1 support outside, "
            "2 air and sea, 3 reserve, 4 rear or 5 line."
        )
    return level


def as_persons(cell: Cell, value: Any) -> float:
    """Return a number of soldiers: finite, and at least 0."""
    try:
        persons = float(str(value))
    except ValueError:
        persons = -1.0
    if not (isfinite(persons) and persons >= 0):
        raise SettingsError(
            f"{cell}: {quoted(value)} is not a number of soldiers. Write a number from 0 up."
        )
    return persons


def as_field(cell: Cell, value: Any) -> Any:
    """Return a value as the type of its column."""
    text = str(int(value)) if isinstance(value, bool) else value
    try:
        return column_type(cell.table, cell.field).validate_python(text)
    except ValidationError as error:
        details = error.errors()[0]
        details["loc"] = (cell.field,)
        hint = fix(details, TABLES[cell.table].model_fields)
        raise SettingsError(f"{cell}: {advice(says(details), hint)}") from None


@cache
def column_type(table: str, column: str) -> TypeAdapter[Any]:
    """Return what checks the cells of a column."""
    annotation: Any = TABLES[table].model_fields[column].rebuild_annotation()
    return TypeAdapter(annotation)
