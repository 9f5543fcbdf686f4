"""Cells that are changed for a run: what `--set` asks for, read and checked as a file would be."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_origin

from foedus.errors import SettingsError
from foedus.scenario.addresses import (
    ENGINES_TABLE,
    LEVEL,
    LINKED,
    SENT,
    Cell,
    as_value,
    expand,
    key_matches,
    named_parts,
    parse_address,
)
from foedus.scenario.checks import faults_of_numbers, faults_of_row, faults_once_set
from foedus.scenario.faults import Fault
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, Scenario
from foedus.scenario.wording import advice

__all__ = [
    "ENGINES_TABLE",
    "LEVEL",
    "LINKED",
    "SENT",
    "Cell",
    "expand",
    "key_matches",
    "parse_address",
    "read_settings",
    "with_cells",
]


def read_settings(scenario: Scenario, settings: Mapping[str, Any]) -> dict[Cell, Any]:
    """Return what `--set` or a `set=` argument asks for, cell by cell, checked as a file would be.

    Where two addresses name one cell, the one that names more parts of its key is meant, whatever
    their order. Settings of engines are returned as they stand; the engine checks them.

    Raises
    ------
    SettingsError
        With every fault in one message.
    """
    values: dict[Cell, Any] = {}
    named_by: dict[Cell, str] = {}
    faults: list[str] = []
    addresses = sorted(settings, key=lambda a: (named_parts(a.partition("/")[2]), a.strip()))
    for address in addresses:
        try:
            asked = parse_address(address)
            for cell in expand(scenario, asked):
                value = as_value(cell, settings[address])
                other = named_by.get(cell)
                if (
                    other is not None
                    and named_parts(other) == named_parts(asked.key)
                    and values[cell] != value
                ):
                    raise SettingsError(
                        f"{cell} is set to {values[cell]} by the key {other} and to {value} by "
                        f"{asked.key}. Name the cell itself."
                    )
                values[cell], named_by[cell] = value, asked.key
        except SettingsError as error:
            faults.append(str(error))
    faults = faults or list(dict.fromkeys(change_faults(scenario, values)))
    if faults:
        raise SettingsError("\n".join(faults))
    return values


def change_faults(scenario: Scenario, values: Mapping[Cell, Any]) -> Iterator[str]:
    """Find what no longer holds once cells are changed.

    Numbers, and words of an option's closed lists, are checked within their rows, and those of
    money and of claims against the rows that they must agree with. Another word, such as the name
    of a requirement, may point to nothing, so then everything is checked.
    """
    changed = with_cells(scenario, values)
    point_nowhere = all(
        isinstance(value, int | float | None) or is_closed_choice(cell)
        for cell, value in values.items()
    )
    if not point_nowhere:
        yield from (words_of(changed, fault) for fault in faults_once_set(changed))
        return
    rows = sorted({(cell.table, cell.key) for cell in values if cell.table in TABLES})
    for table, key in rows:
        for field, says, fix in faults_of_row(changed.row(table, key)):
            yield f"{table}/{key}/{field}: {advice(says, fix)}"
    for fault in faults_of_numbers(changed, {table for table, _ in rows}):
        yield words_of(changed, fault)


def words_of(scenario: Scenario, fault: Fault) -> str:
    """Say a fault with the address of its cell."""
    row = None if fault.number is None else scenario.table(fault.table)[fault.number]
    place = "/".join([fault.table, *([] if row is None else [row.key]), fault.field])
    return f"{place}: {advice(fault.says, fault.fix)}"


def is_closed_choice(cell: Cell) -> bool:
    """Tell whether a cell holds one of a few words that stand for themselves, as a mission does."""
    return (
        cell.table == "options"
        and get_origin(TABLES["options"].model_fields[cell.field].annotation) is Literal
    )


def with_cells(scenario: Scenario, values: Mapping[Cell, Any]) -> Scenario:
    """Return a scenario in whose rows cells are changed; a changed number has no range beside it.

    Nothing is checked: values are those that `read_settings` returns. Cells that no row holds, such
    as settings of engines, are left out.
    """
    by_row: dict[tuple[str, str], dict[str, Any]] = {}
    for cell, value in values.items():
        if cell.table in TABLES:
            by_row.setdefault((cell.table, cell.key), {})[cell.field] = value
    if not by_row:
        return scenario
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    for table in {table for table, _ in by_row}:
        rows = list(scenario.table(table))
        for (owner, key), changes in by_row.items():
            if owner == table:
                place = scenario.row_numbers[table][key]
                rows[place] = with_values(rows[place], changes)
        fields[table] = tuple(rows)
    return Scenario.model_construct(**fields)


def with_values(row: Row, changes: Mapping[str, Any]) -> Row:
    """Return a row with changed values, and without the ranges that were drawn around them."""
    loose = {
        f"{field}{end}": None
        for field in changes
        for end in ("_low", "_high")
        if f"{field}{end}" in type(row).model_fields
    }
    return row.model_copy(update={**loose, **changes})
