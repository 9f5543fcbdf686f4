from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray
from foedus.engines.forces.sharing import share_out

UNLIMITED = [[np.inf, np.inf]]


class Case(NamedTuple):
    need: FloatArray
    step_group: IntArray
    supply: FloatArray
    ceiling: FloatArray
    key: FloatArray
    on_land: BoolArray


@st.composite
def cases(draw: st.DrawFn, *, draws: int = 1, most_steps: int = 5) -> Case:
    nations, groups = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    steps = draw(st.integers(1, most_steps))
    persons = st.one_of(st.integers(0, 6), st.integers(0, 9000)).map(float)
    limit = st.one_of(persons, st.just(np.inf))
    # Few values, so that nations often join in or are used up at the same level.
    key = st.sampled_from([0.0, 0.05, 0.1, 0.1, 0.3])
    return Case(
        draw(hnp.arrays(np.float64, (draws, steps), elements=persons)),
        draw(hnp.arrays(np.int64, steps, elements=st.integers(0, groups - 1))),
        draw(hnp.arrays(np.float64, (draws, nations, groups), elements=persons)),
        draw(hnp.arrays(np.float64, (draws, nations), elements=limit)),
        draw(hnp.arrays(np.float64, (draws, nations), elements=key)),
        draw(hnp.arrays(np.bool_, groups)),
    )


def pour_by_bisection(
    amount: float, key: list[float], burden: list[float], cap: list[float]
) -> list[float]:
    """Raise the level until the amount is met, by halving an interval two hundred times."""

    def sent_at(level: float) -> list[float]:
        return [
            min(max(level * k - b, 0.0), c) if k > 0 else 0.0
            for k, b, c in zip(key, burden, cap, strict=True)
        ]

    keyed = sum(c for k, c in zip(key, cap, strict=True) if k > 0)
    if amount >= keyed:
        others = sum(cap) - keyed
        part = min((amount - keyed) / others, 1.0) if others > 0 else 0.0
        return [c if k > 0 else part * c for k, c in zip(key, cap, strict=True)]
    low, high = 0.0, 1e9
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(sent_at(middle)) < amount else (low, middle)
    return sent_at(high)


def share_out_slowly(case: Case, draw: int = 0) -> FloatArray:
    """Walk through the steps with plain lists and the definition of a step."""
    supply, ceiling = case.supply[draw], case.ceiling[draw].tolist()
    key = case.key[draw].tolist()
    sent: FloatArray = np.zeros_like(supply)
    for group, need in zip(case.step_group, case.need[draw], strict=True):
        land = case.on_land[group]
        burden = sent[:, case.on_land == land].sum(axis=1)
        cap = supply[:, group] - sent[:, group]
        if land:
            cap = np.maximum(np.minimum(cap, ceiling - burden), 0.0)
        sent[:, group] += pour_by_bisection(float(need), key, burden.tolist(), cap.tolist())
    return sent


class TestHandChecked:
    def test_ample_supply_is_shared_by_the_keys(self) -> None:
        sent = share_out([[10_000]], [0], [[[9000], [9000]]], UNLIMITED, [[0.7, 0.3]], [True])
        np.testing.assert_allclose(sent[0, :, 0], [7000, 3000], rtol=1e-15)

    def test_what_one_cannot_send_the_others_make_up_by_their_keys(self) -> None:
        supply = [[[1000], [9000], [9000]]]
        ceiling = [[np.inf] * 3]
        sent = share_out([[10_000]], [0], supply, ceiling, [[0.5, 0.3, 0.2]], [True])
        np.testing.assert_allclose(sent[0, :, 0], [1000, 5400, 3600], rtol=1e-14)

    def test_a_ceiling_counts_over_all_groups_on_land(self) -> None:
        supply = [[[3000, 3000, 3000], [9000, 9000, 9000]]]
        sent = share_out(
            need_persons=[[4000, 4000, 4000]],
            step_group=[0, 1, 2],
            supply_persons=supply,
            ceiling_persons=[[2500, np.inf]],
            key_share=[[0.5, 0.5]],
            on_land=[True, True, False],
        )
        np.testing.assert_allclose(sent[0], [[2000, 500, 2000], [2000, 3500, 2000]])

    def test_who_carried_an_earlier_step_alone_is_spared_in_the_next(self) -> None:
        supply = [[[1000, 9000], [0, 9000]]]
        sent = share_out([[1000, 1600]], [0, 1], supply, UNLIMITED, [[0.5, 0.5]], [True, True])
        np.testing.assert_allclose(sent[0], [[1000, 300], [0, 1300]])

    def test_burdens_at_sea_and_on_land_are_kept_apart(self) -> None:
        supply = [[[1000, 9000], [0, 9000]]]
        sent = share_out([[1000, 1600]], [0, 1], supply, UNLIMITED, [[0.5, 0.5]], [True, False])
        np.testing.assert_allclose(sent[0], [[1000, 800], [0, 800]])

    def test_nations_without_a_key_fill_only_the_rest_by_what_they_have(self) -> None:
        supply = [[[500], [300], [900]]]
        ceiling = [[np.inf] * 3]
        key = [[1.0, 0.0, 0.0]]
        within = share_out([[400]], [0], supply, ceiling, key, [True])
        beyond = share_out([[900]], [0], supply, ceiling, key, [True])
        assert within[0, :, 0].tolist() == [400, 0, 0]
        np.testing.assert_allclose(beyond[0, :, 0], [500, 100, 300])

    def test_steps_come_in_the_order_given(self) -> None:
        supply, key = [[[600, 600]]], [[1.0]]
        first = share_out([[600, 600]], [0, 1], supply, [[800]], key, [True, True])
        second = share_out([[600, 600]], [1, 0], supply, [[800]], key, [True, True])
        assert first[0, 0].tolist() == [600, 200]
        assert second[0, 0].tolist() == [200, 600]


@given(cases())
def test_sharing_agrees_with_the_definition_walked_through_slowly(case: Case) -> None:
    np.testing.assert_allclose(share_out(*case)[0], share_out_slowly(case), atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_large_case_in_fractions_of_soldiers_agrees_with_the_slow_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nations, groups, steps = 35, 12, 30
    case = Case(
        rng.uniform(500, 6000, (1, steps)),
        rng.integers(0, groups, steps),
        rng.gamma(0.4, 900, (1, nations, groups)),
        rng.uniform(300, 6000, (1, nations)),
        rng.dirichlet(np.full(nations, 0.5))[None],
        rng.random(groups) < 0.7,
    )
    np.testing.assert_allclose(share_out(*case)[0], share_out_slowly(case), atol=1e-6)


@given(cases(), st.sampled_from([1.0, 1 / 3]))
def test_nobody_sends_more_than_it_has_or_may(case: Case, unit: float) -> None:
    case = case._replace(
        need=unit * case.need, supply=unit * case.supply, ceiling=unit * case.ceiling
    )
    sent = share_out(*case)
    assert (sent >= 0).all()
    assert (sent <= case.supply).all()
    on_land = sent[:, :, case.on_land].sum(axis=2)
    assert (on_land <= case.ceiling * (1 + 1e-12)).all()


@given(cases())
def test_a_group_gets_no_more_than_its_steps_need(case: Case) -> None:
    sent = share_out(*case)[0].sum(axis=0)
    needed = np.bincount(case.step_group, case.need[0], minlength=sent.size)
    assert (sent <= needed * (1 + 1e-12)).all()


@given(cases(most_steps=1))
def test_a_step_is_filled_as_far_as_supply_and_ceilings_reach(case: Case) -> None:
    group = case.step_group[0]
    cap = case.supply[0, :, group]
    if case.on_land[group]:
        cap = np.minimum(cap, case.ceiling[0])
    expected = min(case.need[0, 0], cap.sum())
    assert share_out(*case)[0, :, group].sum() == pytest.approx(expected, rel=1e-12)


@given(cases())
def test_a_group_that_is_short_has_used_up_every_nation(case: Case) -> None:
    sent = share_out(*case)[0]
    needed = np.bincount(case.step_group, case.need[0], minlength=sent.shape[1])
    short = sent.sum(axis=0) < needed * (1 - 1e-9)
    room = case.ceiling[0] - sent[:, case.on_land].sum(axis=1)
    for group in np.flatnonzero(short):
        left = case.supply[0, :, group] - sent[:, group]
        usable = np.minimum(left, room) if case.on_land[group] else left
        assert usable.max() <= 1e-6


@given(cases(most_steps=1))
def test_nobody_carries_more_for_its_key_than_one_who_could_send_more(case: Case) -> None:
    group = case.step_group[0]
    cap = case.supply[0, :, group]
    if case.on_land[group]:
        cap = np.minimum(cap, case.ceiling[0])
    sent, key = share_out(*case)[0, :, group], case.key[0]
    has_room = (sent < cap * (1 - 1e-9)) & (key > 0)
    if has_room.any():
        assert not sent[key == 0].any()
        level = (sent[has_room] / key[has_room]).min()
        assert (sent[key > 0] <= level * key[key > 0] * (1 + 1e-9)).all()


@given(
    hnp.arrays(np.float64, st.integers(1, 6), elements=st.floats(0.01, 1)),
    hnp.arrays(np.float64, st.integers(1, 5), elements=st.floats(1, 9000)),
)
def test_with_ample_supply_every_step_is_shared_by_the_keys(
    key: FloatArray, need: FloatArray
) -> None:
    ample = np.full((1, key.size, 1), 1e7)
    steps = np.zeros(need.size, dtype=np.int64)
    sent = share_out(need[None], steps, ample, np.full((1, key.size), np.inf), key[None], [True])
    np.testing.assert_allclose(sent[0, :, 0], need.sum() * key / key.sum(), rtol=1e-12)


@given(cases(), st.data())
def test_the_order_of_nations_changes_nothing(case: Case, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(case.key.size)))
    moved = case._replace(
        supply=case.supply[:, order], ceiling=case.ceiling[:, order], key=case.key[:, order]
    )
    np.testing.assert_allclose(share_out(*moved), share_out(*case)[:, order], atol=1e-8)


@given(cases(), st.sampled_from([0.25, 3.0, 1000.0]))
def test_only_the_ratios_of_keys_count(case: Case, scale: float) -> None:
    scaled = case._replace(key=scale * case.key)
    np.testing.assert_allclose(share_out(*scaled), share_out(*case), atol=1e-8)


@given(cases())
def test_a_step_split_in_two_of_the_same_group_is_shared_alike(case: Case) -> None:
    """Water poured in two goes stands as high as poured in one."""
    case = case._replace(key=np.maximum(case.key, 0.05))
    halves = case._replace(
        need=np.repeat(case.need / 2, 2, axis=1), step_group=np.repeat(case.step_group, 2)
    )
    np.testing.assert_allclose(share_out(*halves), share_out(*case), atol=1e-6)


@given(cases(draws=3))
def test_draws_do_not_know_each_other(case: Case) -> None:
    together = share_out(*case)
    for draw in range(3):
        alone = case._replace(
            need=case.need[[draw]],
            supply=case.supply[[draw]],
            ceiling=case.ceiling[[draw]],
            key=case.key[[draw]],
        )
        assert share_out(*alone)[0].tolist() == together[draw].tolist()


@given(cases(draws=3))
def test_an_array_of_one_draw_serves_all_draws(case: Case) -> None:
    one = case._replace(key=case.key[:1], need=case.need[:1])
    repeated = case._replace(key=case.key[[0, 0, 0]], need=case.need[[0, 0, 0]])
    assert share_out(*one).tolist() == share_out(*repeated).tolist()


def test_keys_of_very_different_size_leave_no_need_unmet() -> None:
    key = [[1.0, 1e-9, 1e-18, 1e-300]]
    supply = [[[10.0], [10.0], [10.0], [10.0]]]
    sent = share_out([[35.0]], [0], supply, [[np.inf] * 4], key, [True])
    np.testing.assert_allclose(sent[0, :, 0], [10, 10, 10, 5], rtol=1e-12)


def test_sending_the_rest_of_a_supply_does_not_round_above_it() -> None:
    has, first = 2.359480113283802, 0.15769867595865672
    assert first + (has - first) > has, "the pair shows nothing: look for another"
    sent = share_out([[first, 9.0]], [0, 0], [[[has]]], [[np.inf]], [[1.0]], [True])
    assert sent[0, 0, 0] == has


def test_rounding_under_a_tiny_key_does_not_draw_in_who_carries_more() -> None:
    """The second need is a last bit more than what the third nation has; the first has done 10."""
    sent = share_out(
        need_persons=[[10.0, np.nextafter(0.1, 1.0)]],
        step_group=[0, 1],
        supply_persons=[[[10.0, 100.0], [0.0, 1.0], [0.0, 0.1]]],
        ceiling_persons=[[np.inf] * 3],
        key_share=[[1.0, 1e-18, 1.0]],
        on_land=[True, True],
    )
    np.testing.assert_allclose(sent[0, :, 1], [0.0, 0.0, 0.1], atol=1e-15)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"need": np.array([[-1.0]])}, "need_persons holds -1"),
        ({"need": np.array([[1.0, 2.0]])}, "step_group has 1 steps: the other arrays have 2"),
        ({"supply": np.full((1, 2, 1), np.inf)}, "supply_persons holds inf"),
        ({"ceiling": np.array([[1.0, np.nan]])}, "ceiling_persons holds nan"),
        ({"ceiling": np.array([[1.0]])}, "ceiling_persons has 1 nations"),
        ({"key": np.array([[0.5, -0.5]])}, "key_share holds -0.5"),
        ({"key": np.ones((1, 3))}, "key_share has 3 nations"),
        ({"on_land": np.array([True, False])}, "on_land has 2 groups"),
        ({"step_group": np.array([1])}, "step_group runs from 1 to 1"),
        ({"step_group": np.array([-1])}, "step_group runs from -1 to -1"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    change: dict[str, NDArray[np.generic]], says: str
) -> None:
    sound = Case(
        np.array([[5.0]]),
        np.array([0]),
        np.ones((1, 2, 1)),
        np.ones((1, 2)),
        np.full((1, 2), 0.5),
        np.array([True]),
    )
    with pytest.raises(ValueError, match=says):
        share_out(*sound._replace(**change))  # type: ignore[arg-type]
