"""Cells that a run has set are seen in the problem, whoever calls the reader and how."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from tests.shipped import load

from foedus.engines.forces.plan.inputs import areas, leading_headquarters, plan_problem
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.runs import Seen, in_order
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.scenario import Scenario

MINIMAL: Final = load("minimal")
BACKED: Final = "rear-8k-backed"
AIR: Final = "air-sea-backed"

Set = Callable[..., Scenario]


def copied(**cells: Any) -> Scenario:
    """Return the scenario with cells changed in its rows."""
    return with_cells(MINIMAL, read_settings(MINIMAL, cells))


def as_a_run_sees_it(**cells: Any) -> Scenario:
    """Return the scenario that a run hands to its engine."""
    return in_order(Seen(MINIMAL, read_settings(MINIMAL, cells)))


both_ways = pytest.mark.parametrize("set_", [copied, as_a_run_sees_it])


def first(problem: PlanProblem, name: str) -> Any:
    """Return a class or a line by its name."""
    found: list[Any] = [*problem.classes, *problem.lines]
    return next(one for one in found if one.name == name)


def changed(set_: Set, cell: str, value: Any, option: str = BACKED) -> PlanProblem:
    """Return the problem with a cell set; the same as when the file itself had held the value."""
    problem = plan_problem(set_(**{cell: value}), option)
    assert problem != plan_problem(MINIMAL, option)
    table, key, column = cell.split("/")
    rows = tuple(
        row.model_copy(update={column: value, f"{column}_low": None, f"{column}_high": None})
        if row.key == key
        else row
        for row in MINIMAL.table(table)
    )
    assert problem == plan_problem(MINIMAL.model_copy(update={table: rows}), option)
    return problem


@both_ways
def test_units_that_are_set_are_held(set_: Set) -> None:
    assert first(changed(set_, "units/ALD:brigade/held_count", 8), "ALD:brigade").count == 12
    problem = changed(set_, "units/CST:brigade/notice_days", 200)
    assert first(problem, "CST:brigade").earliest == 2
    assert first(plan_problem(MINIMAL, BACKED), "CST:brigade").earliest == 1


@both_ways
def test_counts_that_are_set_are_needed(set_: Set) -> None:
    problem = changed(set_, "requirement/s-04/needed_count", 4)
    assert first(problem, "s-04").needed_units == 4
    problem = changed(set_, "requirement/s-04/start_month", 6)
    assert first(problem, "s-04").start == 2


@both_ways
def test_an_option_that_is_set_is_planned(set_: Set) -> None:
    assert changed(set_, f"options/{BACKED}/duration_months", 12.0).periods == 4
    problem = changed(set_, f"options/{BACKED}/us_enablers_share", 0.0)
    assert not [one for one in problem.classes if one.name.startswith("PTN")]
    assert not changed(set_, f"options/{BACKED}/command", "nato").candidates
    assert changed(set_, f"options/{BACKED}/sectors", ("air",)).sectors == ("air",)


@both_ways
def test_a_headquarters_that_is_set_leads(set_: Set) -> None:
    problem = changed(set_, "headquarters/ald-division/span_count", 5.0)
    assert [one.span_brigades for one in problem.candidates] == [5.0]
    cell = {"headquarters/ald-division/available_prob": 0.1}
    assert not changed(set_, *cell.popitem()).candidates
    seen = set_(**{"headquarters/ald-division/available_prob": 0.1})
    assert ("ALD", "division_hq") not in leading_headquarters(seen, BACKED)
    assert areas(seen, BACKED) == areas(MINIMAL, BACKED)


@both_ways
def test_a_ceiling_that_is_set_holds(set_: Set) -> None:
    problem = changed(set_, "ceilings/ALD:2030-06-01/ceiling_persons", 1000.0)
    assert set(problem.ceilings[problem.nations.index("ALD")]) == {1000}


@both_ways
def test_a_partnership_that_is_set_is_accepted(set_: Set) -> None:
    problem = changed(set_, "partnerships/CST:ALD:league-corps/strength_share", 0.1)
    place = {code: i for i, code in enumerate(problem.nations)}
    assert not problem.accepts_lead(place["CST"], place["ALD"])


@both_ways
def test_a_second_mission_sees_them_too(set_: Set) -> None:
    seen = set_(**{f"options/{AIR}/decision_date": "2031-04-01"})
    problem = plan_problem(seen, BACKED, also=(AIR,))
    assert {line.start for line in problem.lines if line.mission == 1} == {2}
