"""The price of fairness: plans from the fullest to the fairest."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.frontier import (
    Frontier,
    burden_ratios,
    fairness_frontier,
    weighted_gini,
)
from foedus.engines.forces.plan.goal import LITTLE_WORK
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.stages import Settings


def shared(target_a: int, target_b: int) -> PlanProblem:
    """Two of A's units and one of B's could fill a line of three for a year, quarter by quarter."""
    return PlanProblem(
        period_months=3,
        phases=(4,),
        nations=("A", "B"),
        sectors=("s",),
        capabilities=(Capability("engineers"),),
        classes=(
            UnitClass("A engineers", 0, 0, 2, 500, (1,), 0.0, (0,), cost_per_period=1),
            UnitClass("B engineers", 1, 0, 1, 400, (1,), 0.0, (0,), cost_per_period=1),
        ),
        lines=(Line("engineers", 0, ((0, 1.0),), 0, 4, 3.0, 2),),
        target_person_months=(target_a, target_b),
    )


def least_excess(problem: PlanProblem, shortfall_most: float) -> float:
    """Return the least excess by going through every count of quarters each nation serves."""
    a, b = problem.target_person_months
    return min(
        max(0, one * 1500 - a) + max(0, other * 1200 - b)
        for one, other in product(range(9), range(5))
        if 2 * 3 * (12 - one - other) <= shortfall_most + 1e-6
    )


def frontier_of(problem: PlanProblem, **choices: object) -> Frontier:
    return fairness_frontier(problem, made_plan(problem), **choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("targets", [(6000, 2400), (3000, 4800), (0, 0), (7000, 100)])
def test_every_plan_is_the_fairest_within_its_limit(targets: tuple[int, int]) -> None:
    problem = shared(*targets)
    told = frontier_of(problem, points=5)
    assert len(told.points) > 1
    for point in told.points[:-1]:
        limit = point.limit_points * problem.required_weight / 100
        assert point.excess_person_months == least_excess(problem, limit)
        assert point.excess_bound_person_months <= point.excess_person_months


@pytest.mark.parametrize("targets", [(6000, 2400), (3000, 4800), (0, 0), (7000, 100)])
def test_the_fairest_is_the_fullest_within_all_fair_shares(targets: tuple[int, int]) -> None:
    problem = shared(*targets)
    told = frontier_of(problem)
    fairest = told.points[-1]
    assert told.reached_fairest
    assert fairest.excess_person_months == 0
    quarters = min(8, targets[0] // 1500) + min(4, targets[1] // 1200)
    assert fairest.verdict.shortfall == pytest.approx(2 * 3 * (12 - quarters))
    price = 1 - quarters / 12
    assert fairest.price_share == pytest.approx(price)
    assert told.price_least_share <= price + 1e-9
    assert told.price_most_share >= price - 1e-9


@pytest.mark.parametrize("largest_exact", [0, 4_000])
def test_along_the_frontier_the_shortfall_grows_and_the_excess_falls(largest_exact: int) -> None:
    tiny = replace(
        instance("tiny"),
        target_person_months=tuple(target // 2 for target in instance("tiny").target_person_months),
    )
    told = frontier_of(tiny, points=4, settings=replace(LITTLE_WORK, largest_exact=largest_exact))
    assert len(told.points) > 2
    for one, other in pairwise(told.points):
        assert one.verdict.shortfall < other.verdict.shortfall
        assert one.excess_person_months > other.excess_person_months
        assert one.price_share <= other.price_share
    for point in told.points:
        assert check(tiny, point.plan).holds
        assert point.shortfall_points <= point.limit_points + 1e-6
        assert point.shortfall_bound_points <= point.shortfall_points + 1e-9
        assert point.excess_bound_person_months <= point.excess_person_months
    assert told.price_least_share <= told.points[-1].price_share <= told.price_most_share + 1e-9


def test_the_first_plan_is_as_full_and_as_fair_as_the_one_that_is_given() -> None:
    tiny = instance("tiny")
    planned = made_plan(tiny, Settings(stages=2))
    first = fairness_frontier(tiny, planned, points=2).points[0]
    assert first.verdict.shortfall == pytest.approx(planned.verdict.shortfall)
    assert first.excess_person_months <= planned.verdict.excess_person_months


def test_where_nobody_carries_too_much_fairness_has_no_price() -> None:
    told = frontier_of(shared(12_000, 4_800))
    (only,) = told.points
    assert only.excess_person_months == 0
    assert told.price_least_share == told.price_most_share == 0


def test_plans_that_another_betters_are_left_out_and_counted() -> None:
    # One unit too many or none: all limits between give the plan of the first.
    problem = replace(
        shared(6000, 4800),
        classes=(
            UnitClass("A engineers", 0, 0, 1, 1000, (4,), 0.0, (0,), latest=4),
            UnitClass("B engineers", 1, 0, 1, 400, (4,), 0.0, (0,), latest=4),
        ),
    )
    told = frontier_of(problem, points=5)
    assert [point.excess_person_months for point in told.points] == [6000, 0]
    assert told.dominated_count == 3


def test_with_three_stages_the_cost_is_made_small_at_no_expense_to_the_rest() -> None:
    problem = replace(shared(6000, 4800), lines=(replace(shared(0, 0).lines[0], needed_units=1.0),))
    problem = replace(
        problem,
        classes=(replace(problem.classes[0], cost_per_period=9), problem.classes[1]),
    )
    padded = made_plan(problem, Settings(stages=1))
    told = fairness_frontier(problem, padded, settings=replace(LITTLE_WORK, stages=3))
    assert told.points[0].verdict.shortfall == 0
    # B alone fills the line within its share, at one a quarter.
    assert told.points[0].cost == 4


def test_ratios_tell_who_carries_most_for_his_share() -> None:
    told = frontier_of(shared(3000, 4800), points=2)
    assert told.points[0].largest_ratio == pytest.approx(4.0)
    assert told.points[0].largest_ratio_nation == "A"
    assert told.points[-1].largest_ratio == pytest.approx(1.0)
    nobody = shared(0, -1)
    verdict = made_plan(nobody).verdict
    assert burden_ratios(nobody, verdict) == {0: np.inf}


@given(
    st.lists(st.tuples(st.floats(0, 9), st.integers(1, 5)), min_size=1, max_size=6),
    st.floats(0.1, 10),
)
def test_the_gini_is_that_of_as_many_equals_as_each_weighs(
    pairs: list[tuple[float, int]], factor: float
) -> None:
    values, weights = np.array(pairs).T
    each = np.repeat(values, weights.astype(int))
    apart = sum(abs(one - other) for one in each for other in each)
    plain = apart / (2 * each.size * each.sum()) if each.sum() > 0 else 0.0
    assert weighted_gini(values, weights) == pytest.approx(plain, abs=1e-9)
    assert weighted_gini(values * factor, weights) == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize("finished", [1, 2])
def test_an_interrupt_keeps_what_is_finished_and_says_nothing_of_the_rest(finished: int) -> None:
    def stop(_: str, done: int) -> None:
        if done == finished:
            raise KeyboardInterrupt

    told = frontier_of(shared(3000, 4800), report=stop)
    assert told.interrupted
    assert len(told.points) == finished
    # The second that is made is the other end.
    assert told.reached_fairest == (finished == 2)
    assert (told.price_most_share == 1.0) == (finished == 1)


def test_what_has_no_fair_shares_or_too_few_plans_is_refused() -> None:
    problem = shared(1, 1)
    with pytest.raises(ValueError, match="at least 2"):
        frontier_of(problem, points=1)
    with pytest.raises(ValueError, match="no fair shares"):
        frontier_of(replace(problem, target_person_months=()))
