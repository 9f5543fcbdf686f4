"""What differs in what two briefs were made from: settings, rows, cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from foedus.briefing.differences import Difference, Figure, between, by_size, row_differences
from foedus.engines import ENGINES
from foedus.engines.settings import configured, read_engine_settings, settings_of
from foedus.scenario.addresses import ENGINES_TABLE, LEVEL, Cell
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.scenario import ABOUT, ORDERED, TABLES, Scenario

REMARKS: Final = frozenset({"title", "summary", "note", "source", "verified", "known_from"})
"""Columns and settings that say something about a row, and move no number."""
OF_REMARKS: Final = frozenset({"sources"})
"""Tables all of whose columns do."""
CHANGED_ORDER: Final = "order"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a brief is made from."""

    scenario: Scenario
    """As it is used: without later rows if `strict`; what is set is not yet in it."""
    option: str
    draws: int
    seed: int
    strict: bool
    set: Mapping[str, Any]
    plan: bool = False
    """Whether the force plan stands beside the answers."""

    @property
    def fixed(self) -> dict[Cell, Any]:
        """Cells that are set, as their columns and engines take them."""
        return read_engine_settings(self.scenario, read_settings(self.scenario, self.set))


@dataclass(frozen=True, kw_only=True)
class InputDifferences:
    """What differs in the inputs; the biggest first."""

    settings: tuple[Difference, ...]
    """Option, draws, seed, strictness, settings of the scenario and of engines, levels; where two
    options are compared also the cells of their rows."""
    only_a: tuple[str, ...]
    """Addresses `table/key` of rows that only A has."""
    only_b: tuple[str, ...]
    cells: tuple[Difference, ...]
    """Cells of rows that both have; what was set counts as the value of its cell."""
    remarks: tuple[Difference, ...]
    """The same of titles, notes, sources and such, which move no number."""

    @property
    def count(self) -> int:
        """How many things differ."""
        parts = (self.settings, self.only_a, self.only_b, self.cells, self.remarks)
        return sum(map(len, parts))

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {
            "settings": [each.to_json() for each in self.settings],
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
            "cells": [each.to_json() for each in self.cells],
            "remarks": [each.to_json() for each in self.remarks],
        }


def input_differences(a: Setup, b: Setup) -> InputDifferences:
    """Return what differs in what two briefs are made from."""
    one, other = (with_cells(side.scenario, side.fixed) for side in (a, b))
    cells: list[Difference] = []
    only_a: list[str] = []
    only_b: list[str] = []
    for table in TABLES:
        here, there = one.row_numbers[table], other.row_numbers[table]
        only_a += [f"{table}/{key}" for key in here if key not in there]
        only_b += [f"{table}/{key}" for key in there if key not in here]
        for key in here:
            if key in there:
                cells += cell_differences(one, other, table, key)
    moving = [each for each in cells if not is_remark(each)]
    remarks = [each for each in cells if is_remark(each)]
    settings = [*asked(a, b), *about(one, other), *of_engines(a, b), *of_levels(a, b)]
    settings += [*order_of_rows(one, other), *of_options(a.option, b.option, one, other)]
    return InputDifferences(
        settings=by_size(settings),
        only_a=tuple(only_a),
        only_b=tuple(only_b),
        cells=by_size(moving),
        remarks=by_size(remarks),
    )


def cell_differences(a: Scenario, b: Scenario, table: str, key: str) -> list[Difference]:
    """Return the cells of a row that are not the same on both sides."""
    one, other = a.row(table, key), b.row(table, key)
    if one == other:
        return []
    return row_differences(
        f"{table}/{key}", one.model_dump(mode="json"), other.model_dump(mode="json")
    )


def is_remark(found: Difference) -> bool:
    """Tell whether a cell moves no number."""
    return found.name in REMARKS or found.place.split("/")[0] in OF_REMARKS


def asked(a: Setup, b: Setup) -> Iterator[Difference]:
    """Find what was asked for in other words."""
    for name in ("option", "draws", "seed", "strict"):
        found = between(name, name, Figure(getattr(a, name)), Figure(getattr(b, name)))
        if found is not None:
            yield found


def about(a: Scenario, b: Scenario) -> list[Difference]:
    """Return settings of the scenarios that differ; those of engines are found with the engines."""
    one, other = (side.about.model_dump(mode="json", exclude={ENGINES_TABLE}) for side in (a, b))
    return row_differences(ABOUT, one, other)


def of_engines(a: Setup, b: Setup) -> Iterator[Difference]:
    """Find settings of engines that differ, wherever they were written."""
    for name, engine in ENGINES.items():
        one, other = (settings_of(configured(engine(), s.scenario, s.fixed)) for s in (a, b))
        yield from row_differences(f"{ENGINES_TABLE}/{name}", one, other)
        # A setting that is set is not drawn: at its default it is another input all the same.
        held_a, held_b = (
            {c.field for c in s.fixed if (c.table, c.key) == (ENGINES_TABLE, name)} for s in (a, b)
        )
        for setting in sorted(held_a ^ held_b):
            if one[setting] == other[setting]:
                place = f"{ENGINES_TABLE}/{name}/{setting}"
                words = [
                    f"{one[setting]}, set" if setting in held else str(one[setting])
                    for held in (held_a, held_b)
                ]
                found = between(place, setting, Figure(words[0]), Figure(words[1]))
                if found is not None:
                    yield found


def of_levels(a: Setup, b: Setup) -> Iterator[Difference]:
    """Find contributors whose level is set on one side, or set otherwise."""
    one, other = (
        {str(cell): value for cell, value in side.fixed.items() if cell.table == LEVEL[0]}
        for side in (a, b)
    )
    for place in dict.fromkeys([*one, *other]):
        found = between(place, LEVEL[1], Figure(one.get(place)), Figure(other.get(place)))
        if found is not None:
            yield found


def order_of_rows(a: Scenario, b: Scenario) -> Iterator[Difference]:
    """Find tables whose common rows stand in another order, where the order counts."""
    for table in sorted(ORDERED):
        one, other = a.row_numbers[table], b.row_numbers[table]
        orders = [", ".join(k for k in s if k in one and k in other) for s in (one, other)]
        found = between(f"{table}/*", CHANGED_ORDER, Figure(orders[0]), Figure(orders[1]))
        if found is not None:
            yield found


def of_options(one: str, other: str, a: Scenario, b: Scenario) -> list[Difference]:
    """Return how the rows of two options differ, where two are compared."""
    if one == other:
        return []
    rows = [
        side.option(name).model_dump(mode="json", exclude={"option", "is_headline", *REMARKS})
        for side, name in ((a, one), (b, other))
    ]
    return row_differences("option", rows[0], rows[1])
