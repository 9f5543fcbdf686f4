"""Tours that could be begun: how long each ties a unit up, and where it has the unit in place."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import Capability, PlanProblem, UnitClass
from foedus.engines.forces.plan.starts import coverage, every_start, occupied_periods


@given(
    st.integers(1, 4),
    st.sampled_from((0.0, 1.0, 1.3, 2.0, 3.0, 3.3)),
    st.sampled_from((1, 3)),
    st.sampled_from((0.0, 0.5, 2.0)),
    st.sampled_from((0.0, 0.5)),
)
def test_a_unit_starts_again_in_the_first_period_by_which_its_months_are_over(
    length: int, ratio: float, months: int, overlap: float, grace: float
) -> None:
    one = UnitClass("u", 0, 0, 1, 1, (length,), ratio, (0,), overlap_months=overlap)
    problem = PlanProblem(
        months, (1,), ("A",), ("s",), (Capability("c"),), (one,), (), dwell_grace_months=grace
    )
    away = length * months
    first = next(
        period
        for period in range(length, 99)
        if period * months + 1e-6 >= away + ratio * away + overlap - grace
    )
    assert occupied_periods(problem, one, length) == first


def test_a_tour_has_its_unit_in_place_in_each_of_its_periods_and_no_other() -> None:
    tiny = instance("tiny")
    starts = every_start(tiny)
    places, covers = coverage(starts, tiny)
    told = {
        (int(start), int(places.unit_class[at]), int(places.sector[at]), int(places.period[at]))
        for at, start in zip(*covers.nonzero(), strict=True)
    }
    assert told == {
        (at, int(starts.unit_class[at]), int(starts.sector[at]), period)
        for at in range(starts.start.size)
        for period in range(
            int(starts.start[at]), min(int(starts.start[at] + starts.length[at]), tiny.periods)
        )
    }


def test_a_tour_out_of_time_or_against_a_caveat_or_of_no_use_is_no_choice() -> None:
    tiny = instance("tiny")
    nothing = replace(tiny, lines=(), lead_sectors=(), candidates=())
    assert every_start(nothing).start.size == 0
    narrow = replace(
        tiny,
        classes=tuple(replace(one, sectors=(1,), earliest=2, latest=9) for one in tiny.classes),
    )
    starts = every_start(narrow)
    assert starts.start.size > 0
    assert set(starts.sector.tolist()) == {1}
    assert int(starts.start.min()) == 2
    assert int((starts.start + starts.length).max()) == 9
