"""Scenarios that are broken on purpose, and everything that is then told of them."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import Problem, ScenarioError
from foedus.scenario import Scenario, load
from foedus.scenario.checks import all_faults
from foedus.scenario.load import SHIPPED

Change = Callable[[Scenario], Scenario]


def with_table(scenario: Scenario, table: str, rows: tuple[Any, ...]) -> Scenario:
    """Return a scenario with another table; nothing is checked."""
    fields: dict[str, Any] = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return Scenario.model_construct(**{**fields, table: rows})


def changed(table: str, key: str, **values: Any) -> Change:
    """Return what changes some cells of one row."""

    def change(scenario: Scenario) -> Scenario:
        rows = tuple(
            row.model_copy(update=values) if row.key == key else row
            for row in scenario.table(table)
        )
        assert rows != scenario.table(table)
        return with_table(scenario, table, rows)

    return change


def without(table: str, *keys: str) -> Change:
    """Return what takes some rows out."""

    def change(scenario: Scenario) -> Scenario:
        rows = tuple(row for row in scenario.table(table) if row.key not in keys)
        assert len(rows) == len(scenario.table(table)) - len(keys)
        return with_table(scenario, table, rows)

    return change


def without_where(table: str, **values: Any) -> Change:
    """Return what takes out the rows whose cells have these values."""

    def change(scenario: Scenario) -> Scenario:
        rows = tuple(
            row
            for row in scenario.table(table)
            if any(getattr(row, name) != value for name, value in values.items())
        )
        assert rows != scenario.table(table)
        return with_table(scenario, table, rows)

    return change


def told(scenario: Scenario) -> list[tuple[str, str, str, str, str]]:
    """Return table, key, field, what is wrong and what to write, of everything that is wrong."""
    return [
        (
            fault.table,
            "" if fault.number is None else scenario.table(fault.table)[fault.number].key,
            fault.field,
            fault.says,
            fault.fix,
        )
        for fault in all_faults(scenario)
    ]


def told_of_cell(tmp_path: Path, table: str, key: str, column: str, value: str) -> Problem:
    """Return what is told of one cell of the small scenario when this is written into it."""
    folder = tmp_path / "minimal-2"
    shutil.copytree(SHIPPED / "minimal", folder)
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    place = [row.key for row in load("minimal").table(table)].index(key)
    rows[place][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    (problem,) = [p for p in caught.value.problems if p.field == column]
    assert (problem.path, problem.line) == (f"{folder}/{table}.csv", place + 2)
    return problem
