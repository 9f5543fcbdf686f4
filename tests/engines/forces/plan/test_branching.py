"""Cases of who leads: their bound rises, never above the optimum, and is the same in every run."""

from dataclasses import replace

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.branching import bound_by_cases
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.instances import SIZES, draw, instance
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.search import without_burden
from foedus.engines.forces.plan.solve import Outcome, solve_relaxed
from foedus.engines.forces.plan.stages import Settings


def told_bounds(problem: PlanProblem, branches: int) -> tuple[float, list[float]]:
    state: Formulation = formulate(problem, "state")
    rows = without_burden(state, state.rows)

    def relax(limits: Rows) -> Outcome:
        return solve_relaxed(limits, state.shortfall)

    root = relax(rows)
    told: list[float] = []
    bound_by_cases(state, rows, root, relax, branches, told.append)
    return root.bound, told


# Among these are problems in which the best plan follows the other nation's lead.
@pytest.mark.parametrize("seed", [101, 106, 115, 119])
def test_cases_raise_the_bound_and_never_above_the_optimum(seed: int) -> None:
    problem = draw(replace(SIZES["tiny"], seed=seed))
    optimum = made_plan(problem, Settings(stages=1)).verdict.shortfall
    root, told = told_bounds(problem, 12)
    assert told == sorted(told)
    assert all(root < bound <= optimum + 1e-6 for bound in told)


def test_cases_close_much_of_what_the_relaxation_leaves_open() -> None:
    small = instance("small")
    optimum = made_plan(small, Settings(stages=1)).verdict.shortfall
    root, told = told_bounds(small, 12)
    assert told[-1] - root > 0.1 * (optimum - root)


def test_the_same_cases_are_told_apart_in_every_run() -> None:
    tiny = instance("tiny")
    assert told_bounds(tiny, 6) == told_bounds(tiny, 6)


def test_no_case_is_opened_once_somebody_says_stop() -> None:
    state = formulate(instance("tiny"), "state")
    rows = without_burden(state, state.rows)
    root = solve_relaxed(rows, state.shortfall)

    def relax(_: Rows) -> Outcome:
        raise AssertionError("a case was solved")

    told: list[float] = []
    assert bound_by_cases(state, rows, root, relax, 5, told.append, lambda: True) == 0
    assert told == []
