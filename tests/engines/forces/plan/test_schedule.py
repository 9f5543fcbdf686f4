"""The schedule: named units, month by month, against a simulation that knows only the calendar."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.schedule import RESTING, gantt, schedule
from foedus.engines.forces.plan.solve import largest_violation
from foedus.engines.forces.plan.stages import Settings
from foedus.engines.forces.plan.tours import ForcePlan, Tour


def rotating(count: int, tours: tuple[int, ...], ratio: float, months: int) -> PlanProblem:
    return PlanProblem(
        period_months=months,
        phases=(9,),
        nations=("A",),
        sectors=("s",),
        capabilities=(Capability("c"),),
        classes=(UnitClass("A c", 0, 0, count, 800, tours, ratio, (0,), overlap_months=0.5),),
        lines=(),
        dwell_grace_months=0.5,
    )


def month_by_month(problem: PlanProblem, tours: tuple[Tour, ...]) -> bool:
    """Tell whether units can serve the tours: step through the months, with a state for each."""
    (unit_class,) = problem.classes
    away = [0.0] * unit_class.count
    rest = [0.0] * unit_class.count
    for month in range(problem.periods * problem.period_months):
        for unit in range(unit_class.count):
            if away[unit] > 0:
                away[unit] -= 1
            elif rest[unit] > 0:
                rest[unit] -= 1
        for tour in tours:
            if tour.start * problem.period_months == month:
                for _ in range(tour.count):
                    ready = [
                        unit
                        for unit in range(unit_class.count)
                        if away[unit] <= 0 and rest[unit] <= 1e-9
                    ]
                    if not ready:
                        return False
                    away[ready[0]] = tour.length * problem.period_months
                    rest[ready[0]] = away[ready[0]] * unit_class.dwell_ratio
    return True


@st.composite
def rotations(draw: st.DrawFn) -> tuple[PlanProblem, tuple[Tour, ...]]:
    lengths = tuple(sorted(draw(st.sets(st.integers(1, 3), min_size=1))))
    ratio = draw(st.sampled_from((0.0, 0.5, 1.0, 1.3, 2.0, 3.0)))
    problem = rotating(draw(st.integers(1, 3)), lengths, ratio, draw(st.sampled_from((1, 3))))
    keys = draw(
        st.lists(st.tuples(st.integers(0, 8), st.sampled_from(lengths)), unique=True, max_size=5)
    )
    return problem, tuple(
        sorted(Tour(0, 0, start, length, draw(st.integers(1, 2))) for start, length in keys)
    )


@given(rotations())
def test_rests_are_kept_exactly_as_a_simulation_of_every_month_keeps_them(
    drawn: tuple[PlanProblem, tuple[Tour, ...]],
) -> None:
    problem, tours = drawn
    plan = ForcePlan(tours, ((-1,),), ())
    possible = month_by_month(problem, tours)
    assert check(problem, plan).holds == possible
    if possible:
        assert sum(one.count for one in tours) == len(schedule(problem, plan))
    else:
        with pytest.raises(ValueError, match="nobody is ready"):
            schedule(problem, plan)


@given(rotations())
def test_the_rows_of_the_model_allow_just_what_the_simulation_allows(
    drawn: tuple[PlanProblem, tuple[Tour, ...]],
) -> None:
    problem, tours = drawn
    # A tour is a variable only where somebody asks for the unit; tours cut short by the end of the
    # plan are left to the shortest, so the plan is looked at well before its end.
    asked = replace(problem, phases=(14,), lines=(Line("l", 0, ((0, 1.0),), 0, 14, 9.0),))
    model = formulate(asked)
    point = values_of(model, ForcePlan(tours, ((-1,),), ()))
    counts = max((tour.count for tour in tours), default=0)
    possible = month_by_month(asked, tours) and counts <= problem.classes[0].count
    assert (largest_violation(model.rows, point) < 1e-6) == possible


def test_the_schedule_has_each_unit_in_one_place_at_a_time_and_as_many_as_the_plan() -> None:
    small = instance("small")
    plan = made_plan(small, Settings(stages=1)).plan
    postings = schedule(small, plan)
    there: dict[tuple[str, int], str] = {}
    for posting in postings:
        for month in range(posting.from_month, posting.home_until_month):
            assert (posting.unit, month) not in there
            there[posting.unit, month] = posting.sector
    assert len(postings) == sum(tour.count for tour in plan.tours)
    for month in range(small.periods * small.period_months):
        at = sum(posting.from_month <= month < posting.to_month for posting in postings)
        period = month // small.period_months
        assert at == sum(
            tour.count for tour in plan.tours if tour.start <= period < tour.start + tour.length
        )


def test_a_unit_relieves_one_that_leaves_its_place_that_month() -> None:
    problem = rotating(2, (2,), 1.0, 3)
    plan = ForcePlan((Tour(0, 0, 0, 2, 1), Tour(0, 0, 2, 2, 1)), ((-1,),), ())
    first, second = schedule(problem, plan)
    assert (first.unit, first.relieves, first.overlap_months) == ("A c 1", "", 0.0)
    assert (second.unit, second.relieves, second.overlap_months) == ("A c 2", "A c 1", 0.5)
    assert (second.from_month, second.to_month, second.home_until_month) == (6, 12, 18)


def test_the_gantt_table_says_where_each_unit_is_in_each_month() -> None:
    problem = rotating(1, (1,), 1.0, 3)
    plan = ForcePlan((Tour(0, 0, 1, 1, 1),), ((-1,),), ())
    (row,) = gantt(problem, schedule(problem, plan))
    assert row == ("A c 1", "", "", "", *("s",) * 3, *(RESTING,) * 3, *("",) * 18)
