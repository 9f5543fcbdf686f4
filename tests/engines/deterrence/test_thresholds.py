"""The least backing and the least force against slow searches, and the laws they should keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.deterrence.guarantees import random_guarantees

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.deterrence.dispute import Dispute, game_at
from foedus.engines.deterrence.guarantee import DETERRED, GuaranteeGame, by_target, solve
from foedus.engines.deterrence.threads import CHUNK
from foedus.engines.deterrence.thresholds import is_deterred, least_backing, least_force

seeds = st.integers(0, 10_000)


def held_at(game: GuaranteeGame, backing: FloatArray | float) -> BoolArray:
    """Return where nobody violates if both believe so much."""
    column = np.reshape(backing, (-1, 1))
    play = solve(game._replace(adversary_belief_prob=column, governments_belief_prob=column))
    return play.is_deterred


@given(seeds, st.integers(1, 3))
def test_the_closed_form_is_where_a_search_by_halves_ends(seed: int, targets: int) -> None:
    game = random_guarantees(seed, 200, targets)
    found = least_backing(game)
    always, never = held_at(game, 0.0), ~held_at(game, 1.0)
    np.testing.assert_array_equal(found.always, always)
    np.testing.assert_array_equal(found.never, never)
    low, high = np.zeros(200), np.ones(200)
    for _ in range(40):
        middle = (low + high) / 2
        held = held_at(game, middle)
        low, high = np.where(held, low, middle), np.where(held, middle, high)
    between = ~always & ~never
    np.testing.assert_allclose(found.least[between], high[between], atol=1e-9)


def test_the_searches_have_something_to_find() -> None:
    found = least_backing(random_guarantees(0, 5_000, 1))
    between = ~found.always & ~found.never
    assert min(found.always.sum(), found.never.sum(), between.sum()) > 300


@given(seeds, st.floats(1.0, 5.0))
def test_a_larger_prize_takes_more_backing(seed: int, times: float) -> None:
    game = random_guarantees(seed, 200, 2)
    larger = game._replace(prize_points=np.multiply(game.prize_points, times))
    before, after = least_backing(game).least, least_backing(larger).least
    assert (after >= before - 1e-12).all()


@given(seeds, st.floats(0.0, 50.0))
def test_tied_hands_take_less_backing(seed: int, more: float) -> None:
    game = random_guarantees(seed, 200, 2)
    tied = game._replace(
        tied_clear_points=np.add(game.tied_clear_points, more),
        tied_contact_points=np.add(game.tied_contact_points, more),
    )
    assert (least_backing(tied).least <= least_backing(game).least + 1e-12).all()


def test_a_target_that_is_not_open_takes_nothing_and_each_has_its_own() -> None:
    game = random_guarantees(5, 300, 2)
    whole = least_backing(game)
    first = least_backing(game._replace(is_open=[[1, 0]]))
    np.testing.assert_array_equal(first.least, whole.by_target[:, 0])
    np.testing.assert_array_equal(first.by_target[:, 1], 0)
    np.testing.assert_array_equal(whole.least, whole.by_target.max(axis=1))
    assert is_deterred(game._replace(is_open=0)).all()


def test_whether_a_target_is_held_is_what_the_whole_game_says() -> None:
    game = random_guarantees(6, 3_000, 2)
    np.testing.assert_array_equal(is_deterred(game), by_target(game).family == DETERRED)


def test_threads_change_nothing() -> None:
    game = random_guarantees(7, 3 * CHUNK // 2, 1)
    one, two = least_backing(game), least_backing(game, threads=2)
    np.testing.assert_array_equal(one.by_target, two.by_target)


def random_dispute(seed: int, draws: int) -> Dispute:
    rng = np.random.default_rng(seed)
    hard = rng.uniform(40, 110, draws)
    governments = rng.uniform(10, 60, draws)
    return Dispute(
        prize_points=[[10, 100]],
        loss_points=[[10, 40]],
        war_prize_points=[[30, 100]],
        war_loss_points=[[20, 60]],
        tied_clear_points=0,
        tied_contact_points=[[20, 60]],
        contact_prob=rng.uniform(0, 1, (draws, 2)),
        half_force_persons=rng.uniform(0, 30_000, draws),
        stop_cost_points=rng.uniform(10, 150, draws),
        clash_cost_points=5,
        adversary_hard_cost_points=hard,
        adversary_soft_cost_points=hard + rng.uniform(0, 100, draws),
        adversary_backed_cost_points=40,
        governments_hard_cost_points=governments,
        governments_soft_cost_points=governments + rng.uniform(0, 60, draws),
        adversary_hard_prob=0.4,
        governments_hard_prob=rng.uniform(0, 1, draws),
        adversary_strength_persons=90_000,
        host_strength_persons=rng.uniform(20_000, 90_000, draws),
        presence_ratio=rng.uniform(0, 2, draws),
        guarantor_strength_persons=60_000,
        decisiveness_ratio=2,
        adversary_belief_prob=0.3,
        governments_belief_prob=0.3,
        backing_prob=0.3,
    )


LARGEST = 200_000.0


def test_with_the_least_force_it_holds_and_with_a_little_less_it_does_not() -> None:
    dispute = random_dispute(1, 400)
    found = least_force(dispute, LARGEST)
    between = ~found.always & ~found.never
    assert min(found.always.sum(), found.never.sum(), between.sum()) > 20
    at_none = solve(game_at(dispute, 0)).is_deterred
    at_most = solve(game_at(dispute, LARGEST)).is_deterred
    np.testing.assert_array_equal(found.always, at_none)
    np.testing.assert_array_equal(found.never, ~at_most)
    enough = np.where(between, found.least, LARGEST)
    assert solve(game_at(dispute, enough)).is_deterred[between].all()
    short = np.where(between, np.maximum(found.least - 1e-3, 0), 0)
    assert not solve(game_at(dispute, short)).is_deterred[between].any()


def test_a_force_that_is_a_target_itself_may_be_worse_than_none() -> None:
    base = random_dispute(1, 1)
    held = base._replace(
        contact_prob=1,
        tied_contact_points=0,
        adversary_hard_cost_points=300,
        adversary_soft_cost_points=400,
        stop_cost_points=400,
        governments_hard_prob=0.9,
        prize_points=[[10, 100]],
        loss_points=[[90, 0]],
        host_strength_persons=60_000,
        presence_ratio=1,
    )
    alone = held._replace(needs_force=[[False, True]])
    assert least_force(alone, LARGEST).always.tolist() == [True]
    assert not solve(game_at(alone, 1_000)).is_deterred.any()
    assert np.isinf(least_force(alone, LARGEST).by_target[0, 1])


@pytest.mark.parametrize("largest", [0.0, -1.0, np.inf, np.nan])
def test_a_largest_force_that_is_none_is_refused(largest: float) -> None:
    with pytest.raises(ValueError, match="largest_persons"):
        least_force(random_dispute(1, 1), largest)
