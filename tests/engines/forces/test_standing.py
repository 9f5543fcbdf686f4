from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from foedus.engines.forces.blocks import BoolArray, FloatArray
from foedus.engines.forces.rotation import standing_units, units_per_slot
from foedus.engines.forces.standing import Contingents, checked, stand, standing_persons

COUNTS = st.integers(0, 200).map(lambda tenth: tenth / 10)
SHARES = st.integers(0, 4).map(lambda quarter: quarter / 4)
SOLDIERS = st.integers(0, 90).map(lambda fifty: 50.0 * fifty)
TOURS = st.sampled_from([1.0, 3.0, 4.0, 6.0, 9.0, 12.0])
RATIOS = st.sampled_from([0.0, 0.5, 1.0, 2.0, 2.7, 3.0, 5.0])
DURATIONS = st.sampled_from([0.5, 1.0, 5.0, 6.0, 6.5, 12.0, 24.0, 48.0, np.inf])


def army(**changes: Any) -> Contingents:
    """Return two nations with two kinds of unit, four deep at six months, all given and here."""
    plain: dict[str, Any] = {
        "available_count": np.full((1, 2, 2), 9.0),
        "pool_count": np.array([[[10.0, 4.0], [6.0, 2.0]]]),
        "giving_share": np.ones((1, 2, 2)),
        "strength_persons": np.array([[[800.0, 100.0], [600.0, 100.0]]]),
        "tour_months": np.full((1, 2, 2), 6.0),
        "dwell_ratio": np.full((1, 2, 2), 3.0),
        "overlap_months": np.zeros(1),
        "is_detached": np.zeros((2, 2), dtype=np.bool_),
        "group_of": np.array([0, 1]),
    }
    return Contingents(**(plain | changes))


@st.composite
def armies(draw: st.DrawFn, *, draws: int = 2) -> tuple[Contingents, int]:
    """Return units and a count of groups; any array may have one draw for all."""
    nations, capabilities, groups = draw(st.tuples(*[st.integers(1, 4)] * 3))

    def block(numbers: st.SearchStrategy[float]) -> FloatArray:
        shape = (draw(st.sampled_from([1, draws])), nations, capabilities)
        return draw(hnp.arrays(np.float64, shape, elements=numbers))

    units = Contingents(
        available_count=block(COUNTS),
        pool_count=block(COUNTS),
        giving_share=block(SHARES),
        strength_persons=block(SOLDIERS),
        tour_months=block(TOURS),
        dwell_ratio=block(RATIOS),
        overlap_months=draw(hnp.arrays(np.float64, draws, elements=st.floats(0, 2))),
        strength_ratio=draw(hnp.arrays(np.float64, draws, elements=st.floats(0.5, 2))),
        dwell_scale_ratio=draw(hnp.arrays(np.float64, draws, elements=st.floats(0, 2))),
        is_detached=draw(hnp.arrays(np.bool_, (nations, capabilities))),
        group_of=draw(hnp.arrays(np.int64, capabilities, elements=st.integers(-1, groups - 1))),
    )
    return units, groups


def blockwise(units: Contingents, change: Callable[[FloatArray], FloatArray]) -> Contingents:
    """Return units in which every array by draw, nation and capability is changed alike."""
    names = Contingents._fields[:6]
    blocks: dict[str, Any] = {name: change(getattr(units, name)) for name in names}
    return units._replace(**blocks)


def only_draw(units: Contingents, draw: int) -> Contingents:
    """Return the units of one draw of two."""
    alone = blockwise(units, lambda block: block[[min(draw, block.shape[0] - 1)]])
    return alone._replace(
        overlap_months=units.overlap_months[[draw]],
        strength_ratio=units.strength_ratio[[draw]],
        dwell_scale_ratio=units.dwell_scale_ratio[[draw]],
    )


def by_plain_steps(
    units: Contingents, duration: float, here: BoolArray | None, groups: int
) -> FloatArray:
    """Return the same from `units_per_slot` and `standing_units`, group by group."""
    overlap, stronger, longer = (
        ratio[:, None, None]
        for ratio in (units.overlap_months, units.strength_ratio, units.dwell_scale_ratio)
    )
    per_slot = units_per_slot(duration, units.tour_months, units.dwell_ratio * longer, overlap)
    standing = standing_units(units.available_count, units.pool_count, per_slot)
    soldiers = standing * units.giving_share * (units.strength_persons * stronger)
    if here is not None:
        soldiers = soldiers * here
    persons = np.zeros((*soldiers.shape[:2], groups))
    for draw in range(soldiers.shape[0]):
        for nation in range(soldiers.shape[1]):
            for group in range(groups):
                members = np.flatnonzero(units.group_of == group)
                apart = [k for k in members if units.is_detached[nation, k]]
                whole = [k for k in members if not units.is_detached[nation, k]]
                persons[draw, nation, group] = max(
                    soldiers[draw, nation, apart].sum(), soldiers[draw, nation, whole].sum()
                )
    return persons


class TestHandChecked:
    def test_ten_battalions_four_deep_keep_two_and_a_half_standing(self) -> None:
        found = standing_persons(army(), 24.0, group_count=2)
        assert found.tolist() == [[[2.5 * 800, 100], [1.5 * 600, 0.5 * 100]]]

    def test_a_mission_of_one_tour_needs_no_turns(self) -> None:
        found = standing_persons(army(), 6.0, group_count=2)
        assert found.tolist() == [[[9 * 800, 4 * 100], [6 * 600, 2 * 100]]]

    def test_what_is_there_at_once_is_not_charged_for_turns_again(self) -> None:
        units = army(available_count=np.full((1, 2, 2), 0.25))
        found = standing_persons(units, 24.0, group_count=2)
        assert found.tolist() == [[[0.25 * 800, 25], [0.25 * 600, 25]]]

    def test_reliefs_stand_beside_those_they_relieve(self) -> None:
        # 0.75 of 6 months: an eighth of a unit more in every place, from the second tour on.
        units = army(overlap_months=np.array([0.75]))
        assert standing_persons(units, 24.0, group_count=2)[0, 0, 0] == 10 / 4.125 * 800
        assert standing_persons(units, 6.0, group_count=2)[0, 0, 0] == 9 * 800

    def test_no_tour_too_many_hangs_on_rounding(self) -> None:
        # In binary (0.1 + 0.2) / 0.1 is a hair more than 3.
        units = army(tour_months=np.full((1, 2, 2), 0.1), dwell_ratio=np.full((1, 2, 2), 9.0))
        assert standing_persons(units, 0.1 + 0.2, group_count=2)[0, 0, 0] == 10 / 3 * 800

    def test_brigades_and_the_battalions_made_of_them_count_once(self) -> None:
        # 2,000 in the first kind, 100 in the second; 900 and 50 in the other nation.
        both = army(group_of=np.array([0, 0]))
        assert standing_persons(both, 24.0, group_count=1)[0, :, 0].tolist() == [2100, 950]
        detached = np.array([[False, True], [True, False]])
        either = both._replace(is_detached=detached)
        assert standing_persons(either, 24.0, group_count=1)[0, :, 0].tolist() == [2000, 900]

    def test_units_that_are_not_there_yet_do_not_count(self) -> None:
        here = np.array([[True, False], [False, True]])
        found = standing_persons(army(), 24.0, here, group_count=2)
        assert found.tolist() == [[[2000, 0], [0, 50]]]

    def test_detached_units_stand_in_until_the_others_arrive(self) -> None:
        units = army(group_of=np.array([0, 0]), is_detached=np.array([[False, True]] * 2))
        early = np.array([[False, True], [True, True]])
        found = standing_persons(units, 24.0, early, group_count=1)
        assert found[0, :, 0].tolist() == [100, 900]

    def test_a_capability_of_no_group_counts_nowhere(self) -> None:
        found = standing_persons(army(group_of=np.array([-1, 0])), 24.0, group_count=2)
        assert found.tolist() == [[[100, 0], [50, 0]]]

    def test_nations_give_the_share_that_they_give(self) -> None:
        giving = np.array([[[0.0, 0.5], [1.0, 0.25]]])
        found = standing_persons(army(giving_share=giving), 24.0, group_count=2)
        assert found.tolist() == [[[0, 50], [900, 12.5]]]


@given(armies(), DURATIONS, st.data())
def test_the_single_pass_agrees_with_its_steps(
    case: tuple[Contingents, int], duration: float, data: st.DataObject
) -> None:
    units, groups = case
    here = data.draw(st.none() | hnp.arrays(np.bool_, units.is_detached.shape))
    found = standing_persons(units, duration, here, group_count=groups)
    expected = by_plain_steps(units, duration, here, groups)
    assert found.shape == (2, *expected.shape[1:])
    np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), rtol=1e-12, atol=0)


@given(armies(), DURATIONS, st.data())
def test_more_of_anything_a_nation_brings_never_means_less(
    case: tuple[Contingents, int], duration: float, data: st.DataObject
) -> None:
    units, groups = case
    name = data.draw(
        st.sampled_from(["available_count", "pool_count", "giving_share", "strength_persons"])
    )
    brought = getattr(units, name)
    more = brought + data.draw(hnp.arrays(np.float64, brought.shape, elements=st.floats(0, 50)))
    before = standing_persons(units, duration, group_count=groups)
    after = standing_persons(units._replace(**{name: more}), duration, group_count=groups)
    assert (after >= before).all()


@given(armies(), DURATIONS, st.floats(0, 4), st.floats(0, 2))
def test_more_rest_or_longer_reliefs_never_mean_more(
    case: tuple[Contingents, int], duration: float, more_rest: float, more_overlap: float
) -> None:
    units, groups = case
    before = standing_persons(units, duration, group_count=groups)
    rested = units._replace(dwell_ratio=units.dwell_ratio + more_rest)
    assert (standing_persons(rested, duration, group_count=groups) <= before).all()
    relieved = units._replace(overlap_months=units.overlap_months + more_overlap)
    assert (standing_persons(relieved, duration, group_count=groups) <= before).all()


@given(armies(), DURATIONS, DURATIONS)
def test_a_longer_mission_never_has_more_standing(
    case: tuple[Contingents, int], one: float, other: float
) -> None:
    units, groups = case
    short = standing_persons(units, min(one, other), group_count=groups)
    long = standing_persons(units, max(one, other), group_count=groups)
    assert (long <= short).all()


@given(armies(), DURATIONS, st.data())
def test_the_order_of_nations_and_the_numbering_of_groups_change_nothing(
    case: tuple[Contingents, int], duration: float, data: st.DataObject
) -> None:
    units, groups = case
    before = standing_persons(units, duration, group_count=groups)
    order = data.draw(st.permutations(range(units.is_detached.shape[0])))
    numbers = np.array(data.draw(st.permutations(range(groups))))
    moved = blockwise(units, lambda block: block[:, order])._replace(
        is_detached=units.is_detached[order],
        group_of=np.where(units.group_of < 0, -1, numbers[units.group_of]),
    )
    after = standing_persons(moved, duration, group_count=groups)
    assert after[:, :, numbers].tolist() == before[:, order].tolist()


@given(armies(), DURATIONS)
def test_draws_do_not_know_each_other(case: tuple[Contingents, int], duration: float) -> None:
    units, groups = case
    together = standing_persons(units, duration, group_count=groups)
    for draw in range(2):
        found = standing_persons(only_draw(units, draw), duration, group_count=groups)
        assert found[0].tolist() == together[draw].tolist()


@given(armies(), DURATIONS, st.integers(1, 4), st.data())
def test_several_times_are_found_as_one_by_one(
    case: tuple[Contingents, int], duration: float, times: int, data: st.DataObject
) -> None:
    units, groups = case
    here = data.draw(hnp.arrays(np.bool_, (times, *units.is_detached.shape)))
    together = stand(checked(units, groups), duration, here, groups)
    for found, present in zip(together, here, strict=True):
        alone = standing_persons(units, duration, present, group_count=groups)
        assert found.tolist() == alone.tolist()


@given(armies(), DURATIONS)
def test_detached_units_add_nothing_to_what_is_larger_than_they(
    case: tuple[Contingents, int], duration: float
) -> None:
    units, groups = case
    apart, whole = (
        standing_persons(
            units._replace(is_detached=np.zeros_like(units.is_detached)),
            duration,
            units.is_detached == detached,
            group_count=groups,
        )
        for detached in (True, False)
    )
    found = standing_persons(units, duration, group_count=groups)
    assert found.tolist() == np.maximum(apart, whole).tolist()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pool_count": np.ones((2, 2))}, "pool_count has 2 axes"),
        ({"pool_count": np.ones((1, 3, 2))}, "pool_count has 3 nations: the other arrays have 2"),
        ({"dwell_ratio": np.ones((1, 2, 3))}, "dwell_ratio has 3 capabilities"),
        ({"available_count": -np.ones((1, 2, 2))}, "available_count holds -1"),
        ({"giving_share": np.full((1, 2, 2), np.nan)}, "giving_share holds nan"),
        ({"strength_persons": np.full((1, 2, 2), np.inf)}, "strength_persons holds inf"),
        ({"tour_months": np.zeros((1, 2, 2))}, "tour_months holds 0: it must be finite and more"),
        ({"overlap_months": np.array([-1.0])}, "overlap_months holds -1"),
        ({"overlap_months": np.array(0.0)}, "overlap_months has 0 axes"),
        ({"pool_count": np.ones((3, 2, 2)), "overlap_months": np.ones(2)}, "count of draws"),
        ({"group_of": np.array([0, 2])}, "group_of runs from 0 to 2"),
        ({"group_of": np.array([-2, 0])}, "group_of runs from -2 to 0"),
        ({"group_of": np.array([0, 1, 1])}, "group_of has 3 capabilities"),
        ({"group_of": np.array([[0, 1]])}, "group_of has 2 axes: it must have 1"),
        ({"is_detached": np.array([True, False])}, "is_detached has 1 axes: it must have 2"),
    ],
)
def test_units_that_do_not_fit_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        standing_persons(army(**change), 24.0, group_count=2)


@pytest.mark.parametrize("duration", [0.0, -1.0, np.nan])
def test_a_mission_has_a_length(duration: float) -> None:
    with pytest.raises(ValueError, match="duration_months is"):
        standing_persons(army(), duration, group_count=2)


@pytest.mark.parametrize("shape", [(2,), (1, 2), (2, 3)])
def test_what_is_in_place_has_a_word_on_every_unit(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="in_place has shape"):
        standing_persons(army(), 24.0, np.ones(shape, dtype=np.bool_), group_count=2)
