"""Addresses of cells: `table/key/field`, with `*` for any key or part of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from foedus.errors import SettingsError
from foedus.scenario.scenario import TABLES, Scenario, unknown

if TYPE_CHECKING:
    from foedus.scenario.rows import Row

ENGINES_TABLE: Final = "engines"
"""The table name under which settings of engines are addressed: `engines/consent/drift_score`."""

LEVEL: Final = ("consent", "level")
"""A cell that the consent engine fills and the forces engine reads, `consent/GBR/level`: the level at
which a contributor joins, 0 to 5. It can be set: a nation is then in, or out, in every draw."""


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
            f"{address!r} is not a cell. Write TABLE/KEY/FIELD, such as "
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


def expand(scenario: Scenario, cell: Cell) -> list[Cell]:
    """Return the cells that an address names.

    Raises
    ------
    SettingsError
        If the table, the field or every key is unknown.
    """
    if cell.table == ENGINES_TABLE:
        return [cell]
    if (cell.table, cell.field) == LEVEL:
        return level_cells(scenario, cell)
    if cell.table not in TABLES:
        tables = [*TABLES, ENGINES_TABLE, LEVEL[0]]
        raise SettingsError(unknown("there is no table", cell.table, tables))
    fields = TABLES[cell.table].model_fields
    if cell.field not in fields:
        raise SettingsError(unknown(f"{cell.table}.csv has no column", cell.field, fields))
    if cell.field in TABLES[cell.table].key_fields:
        raise SettingsError(f"{cell}: {cell.field} names the row, so it cannot be set.")
    keys = scenario.positions[cell.table]
    matching = [key for key in keys if key_matches(cell.key, key)]
    if not matching:
        raise SettingsError(unknown(f"{cell.table}.csv has no row", cell.key, keys))
    return [Cell(cell.table, key, cell.field) for key in matching]


def level_cells(scenario: Scenario, cell: Cell) -> list[Cell]:
    """Return the level cells that an address names."""
    codes = scenario.of_role("contributor")
    matching = [code for code in codes if key_matches(cell.key, code)]
    if not matching:
        raise SettingsError(unknown("there is no contributor", cell.key, codes))
    return [Cell(cell.table, code, cell.field) for code in matching]


def as_level(cell: Cell, value: Any) -> int:
    """Return a level as a whole number from 0 to 5."""
    try:
        level = int(str(value))
    except ValueError:
        level = -1
    if not 0 <= level <= 5:
        raise SettingsError(
            f"{cell}: {value!r} is not a level. Write 0 none, 1 support outside, 2 air and sea, "
            "3 reserve, 4 rear or 5 line."
        )
    return level


def read_settings(scenario: Scenario, settings: Mapping[str, Any]) -> dict[Cell, Any]:
    """Return what `--set` or a `set=` argument asks for, cell by cell, checked as a file would be.

    Settings of engines are returned as they stand; the engine checks them.

    Raises
    ------
    SettingsError
        With every fault in one message.
    """
    values: dict[Cell, Any] = {}
    faults: list[str] = []
    for address, value in settings.items():
        try:
            for cell in expand(scenario, parse_address(address)):
                values[cell] = as_value(cell, value)
        except SettingsError as error:
            faults.append(str(error))
    for table, key in sorted({(cell.table, cell.key) for cell in values}):
        if table in TABLES:
            changed = {c.field: v for c, v in values.items() if (c.table, c.key) == (table, key)}
            faults.extend(row_faults(scenario.row(table, key), changed, f"{table}/{key}"))
    if faults:
        raise SettingsError("\n".join(faults))
    return values


def as_value(cell: Cell, value: Any) -> Any:
    """Return a value as its cell takes it."""
    if cell.table == ENGINES_TABLE:
        return value
    return as_level(cell, value) if (cell.table, cell.field) == LEVEL else as_field(cell, value)


def as_field(cell: Cell, value: Any) -> Any:
    """Return a value as the type of its column."""
    model = TABLES[cell.table]
    info = model.model_fields[cell.field]
    text = str(int(value)) if isinstance(value, bool) else value
    try:
        annotation: Any = info.rebuild_annotation()
        return TypeAdapter(annotation).validate_python(text)
    except ValidationError as error:
        from foedus.scenario.load import fix, says  # noqa: PLC0415 - only on the way to an error

        details = error.errors()[0]
        details["loc"] = (cell.field,)
        raise SettingsError(f"{cell}: {says(details)}. Fix: {fix(details, model)}.") from None


def row_faults(row: "Row", changed: Mapping[str, Any], place: str) -> list[str]:
    """Find what the table's own checks say of a changed row."""
    from foedus.scenario.checks import faults_of_row  # noqa: PLC0415 - only on the way to an error

    loose = {
        f"{field}{end}": None
        for field in changed
        for end in ("_low", "_high")
        if f"{field}{end}" in type(row).model_fields
    }
    after = row.model_copy(update={**loose, **changed})
    return [f"{place}/{field}: {says}. Fix: {fix}." for field, says, fix in faults_of_row(after)]
