"""Other plans that are as good, and who can be replaced."""

from dataclasses import replace

import numpy as np
import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.alternatives import alternatives, unit_months
from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.goal import LITTLE_WORK
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.stages import Settings

FIRST = Settings(stages=1)


def replaceable() -> PlanProblem:
    """A, B and C can each send the engineers; nobody but D has a hospital."""
    return PlanProblem(
        period_months=3,
        phases=(4,),
        nations=("A", "B", "C", "D"),
        sectors=("s",),
        capabilities=(Capability("engineers"), Capability("hospital")),
        classes=(
            UnitClass("A engineers", 0, 0, 1, 500, (4,), 0.0, (0,), cost_per_period=1),
            UnitClass("B engineers", 1, 0, 1, 800, (4,), 0.0, (0,), cost_per_period=1),
            UnitClass("C engineers", 2, 0, 1, 600, (4,), 0.0, (0,), cost_per_period=1),
            UnitClass("D hospital", 3, 1, 1, 300, (4,), 0.0, (0,), cost_per_period=1),
        ),
        lines=(
            Line("engineers", 0, ((0, 1.0),), 0, 4, 1.0, 1),
            Line("hospital", 0, ((1, 1.0),), 0, 4, 1.0, 1),
        ),
    )


def test_those_who_can_stand_in_for_each_other_are_all_found() -> None:
    problem = replaceable()
    told = alternatives(problem, made_plan(problem), within_points=0.0, most=2)
    engineers = {
        tuple(np.flatnonzero(np.array(one.sent_person_months)[:, 0]).tolist()) for one in told.plans
    }
    assert engineers == {(0,), (1,), (2,)}
    ranges = {one.name: one for one in told.nations}
    assert all(ranges[name].is_replaceable for name in "ABC")
    assert ranges["D"].in_every_plan
    assert (ranges["D"].least_person_months, ranges["D"].most_person_months) == (3600, 3600)
    assert (ranges["B"].least_person_months, ranges["B"].most_person_months) == (0, 9600)


def test_nobody_is_sent_for_nothing() -> None:
    problem = replaceable()
    told = alternatives(problem, made_plan(problem), within_points=0.0, most=2)
    for one in told.plans:
        assert unit_months(problem, one.plan).sum() == 24


def test_a_search_ends_where_the_next_plan_sends_what_an_earlier_one_did() -> None:
    problem = replace(replaceable(), classes=replaceable().classes[2:])
    told = alternatives(problem, made_plan(problem, FIRST), within_points=0.0)
    assert len(told.plans) == 1
    assert told.stopped == "alike"


def test_a_tolerance_lets_go_who_could_not_be_spared_without_it() -> None:
    problem = replaceable()
    planned = made_plan(problem, FIRST)
    told = alternatives(problem, planned, within_points=50.0, most=4)
    assert {one.name for one in told.nations if one.is_replaceable} >= {"D"}
    assert told.limit_points == 50.0


@pytest.mark.parametrize("largest_exact", [0, 4_000])
@pytest.mark.parametrize("within", [0.0, 1.0, 5.0])
def test_every_plan_keeps_the_rules_and_the_tolerance(within: float, largest_exact: int) -> None:
    tiny = instance("tiny")
    planned = made_plan(tiny, FIRST)
    told = alternatives(
        tiny,
        planned,
        within_points=within,
        most=3,
        settings=replace(LITTLE_WORK, largest_exact=largest_exact),
    )
    best = tiny.points(planned.verdict.shortfall)
    assert told.plans[0].verdict.shortfall == pytest.approx(planned.verdict.shortfall)
    for one in told.plans:
        assert check(tiny, one.plan).holds
        assert one.shortfall_points <= best + within + 1e-6
        assert one.shortfall_points == pytest.approx(tiny.points(check(tiny, one.plan).shortfall))
    for one in told.plans[1:]:
        assert one.different_share > 0


def test_the_first_alternative_uses_as_little_as_can_be_of_what_the_plan_uses() -> None:
    problem = instance("tiny")
    planned = made_plan(problem, FIRST)
    used = unit_months(problem, planned.plan)
    exact = Settings(largest_exact=10**9)
    told = alternatives(problem, planned, within_points=5.0, most=1, settings=exact)
    sent = unit_months(problem, told.plans[1].plan)
    share = np.divide(sent, used, out=np.zeros_like(used), where=used > 0).sum()
    # By parts nothing better is found than by the whole model at once.
    by_parts = alternatives(
        problem,
        planned,
        within_points=5.0,
        most=1,
        settings=replace(LITTLE_WORK, largest_exact=0),
    )
    other = unit_months(problem, by_parts.plans[-1].plan)
    assert share <= np.divide(other, used, out=np.zeros_like(used), where=used > 0).sum() + 0.02
    assert share < (used > 0).sum()


def test_ranges_hold_what_each_nation_sends_in_every_plan() -> None:
    tiny = instance("tiny")
    told = alternatives(tiny, made_plan(tiny, FIRST), within_points=5.0, most=2)
    sent = np.array([unit_months(tiny, one.plan, persons=True).sum(axis=1) for one in told.plans])
    for one in told.nations:
        assert one.least_person_months == sent[:, one.nation].min()
        assert one.most_person_months == sent[:, one.nation].max()
        assert one.is_replaceable != one.in_every_plan
    assert {one.nation for one in told.nations} == set(np.flatnonzero(sent.any(axis=0)))


def test_the_same_call_gives_the_same_plans() -> None:
    tiny = instance("tiny")
    planned = made_plan(tiny, FIRST)
    parts = replace(LITTLE_WORK, largest_exact=0)
    assert alternatives(tiny, planned, most=2, settings=parts) == alternatives(
        tiny, planned, most=2, settings=parts
    )


def test_an_interrupt_keeps_the_plans_that_are_finished() -> None:
    def stop(_: str, __: int) -> None:
        raise KeyboardInterrupt

    problem = replaceable()
    told = alternatives(problem, made_plan(problem, FIRST), within_points=0.0, report=stop)
    assert told.stopped == "interrupted"
    assert len(told.plans) == 2


def test_a_tolerance_below_nothing_and_no_plans_at_all_are_refused() -> None:
    problem = replaceable()
    planned = made_plan(problem, FIRST)
    with pytest.raises(ValueError, match="within_points is -1"):
        alternatives(problem, planned, within_points=-1)
    with pytest.raises(ValueError, match="most is 0"):
        alternatives(problem, planned, most=0)
