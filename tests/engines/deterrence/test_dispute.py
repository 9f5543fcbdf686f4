"""What a size of force does to a dispute."""

from typing import Any

import numpy as np
import pytest

from foedus.engines.deterrence.authorising import authorise_prob
from foedus.engines.deterrence.contest import win_prob
from foedus.engines.deterrence.dispute import Dispute, game_at
from foedus.engines.deterrence.guarantee import solve

EXAMPLE = Dispute(
    prize_points=[[10, 100, 60]],
    loss_points=[[5, 40, 30]],
    war_prize_points=[[30, 100, 80]],
    war_loss_points=[[20, 60, 50]],
    tied_clear_points=[[0, 5, 0]],
    tied_contact_points=[[20, 30, 40]],
    contact_prob=[[0.1, 0.6, 1.0]],
    half_force_persons=10_000,
    stop_cost_points=60,
    clash_cost_points=5,
    adversary_hard_cost_points=60,
    adversary_soft_cost_points=110,
    adversary_backed_cost_points=50,
    governments_hard_cost_points=20,
    governments_soft_cost_points=60,
    adversary_hard_prob=0.4,
    governments_hard_prob=0.5,
    adversary_strength_persons=90_000,
    host_strength_persons=60_000,
    presence_ratio=0.5,
    guarantor_strength_persons=60_000,
    decisiveness_ratio=2,
    adversary_belief_prob=0.3,
    governments_belief_prob=0.3,
    backing_prob=0.3,
    needs_force=[[False, False, True]],
)


def test_a_force_of_nobody_ties_no_hands_is_not_hit_and_is_no_target() -> None:
    game = game_at(EXAMPLE, 0)
    assert not np.any(game.tied_clear_points)
    assert not np.any(game.tied_contact_points)
    assert not np.any(game.contact_prob)
    assert np.asarray(game.is_open).tolist() == [[1, 1, 0]]
    assert np.asarray(game_at(EXAMPLE, 1).is_open).tolist() == [[1, 1, 1]]


def test_hands_are_tied_half_at_the_half_force_and_at_once_if_that_is_nobody() -> None:
    half = np.asarray(game_at(EXAMPLE, [10_000, 30_000]).tied_contact_points)
    np.testing.assert_allclose(half, np.array([[10, 15, 20], [15, 22.5, 30]]))
    at_once = EXAMPLE._replace(half_force_persons=0)
    once = np.asarray(game_at(at_once, [0, 1]).tied_contact_points)
    np.testing.assert_allclose(once, np.array([[0, 0, 0], [20, 30, 40]]))


def test_war_payoffs_are_the_contest_less_its_costs() -> None:
    game = game_at(EXAMPLE, 20_000)
    alone, backed = win_prob(90_000, 70_000, 2), win_prob(90_000, 130_000, 2)
    line = 1
    assert np.asarray(game.alone_hard_points)[0, line] == pytest.approx(100 * alone - 60)
    assert np.asarray(game.backed_soft_points)[0, line] == pytest.approx(100 * backed - 110 - 50)
    assert np.asarray(game.alone_governments_hard_points)[0, line] == pytest.approx(
        -60 * alone - 20
    )
    assert np.asarray(game.backed_governments_soft_points)[0, line] == pytest.approx(
        -60 * backed - 60
    )


def test_deterrence_never_falls_in_the_force_at_targets_that_are_there_anyway() -> None:
    rng = np.random.default_rng(4)
    count = 500
    dispute = EXAMPLE._replace(
        presence_ratio=rng.uniform(0, 3, count),
        adversary_hard_cost_points=rng.uniform(20, 110, count),
        governments_hard_prob=rng.uniform(0, 1, count),
        stop_cost_points=rng.uniform(0, 150, count),
        is_open=[[1, 1, 0]],
    )
    before = np.zeros(count, dtype=bool)
    shares = []
    for force in (0, 1_000, 10_000, 30_000, 100_000, 300_000):
        after = solve(game_at(dispute, force)).is_deterred
        assert (after | ~before).all()
        before = after
        shares.append(after.mean())
    assert shares[-1] > shares[0]


def test_it_may_fall_where_a_larger_force_has_more_who_must_agree() -> None:
    """Each contributor brings 10,000 and agrees 19 times in 20; all must.

    The balance gets better and the deterrent worse: the third contributor is one too many.
    """
    counts = np.arange(1, 9)
    chain = np.concatenate(
        [
            authorise_prob(np.full((1, n), 0.95), np.full((1, n), 10), "consensus")
            for n in counts.tolist()
        ]
    )
    dispute = EXAMPLE._replace(
        contact_prob=1,
        tied_contact_points=200,
        half_force_persons=0,
        presence_ratio=1,
        is_open=[[0, 1, 0]],
        adversary_hard_cost_points=64,
        decisiveness_ratio=0.5,
        adversary_belief_prob=0,
    )
    core = solve(game_at(dispute, 10_000 * counts)).is_deterred
    held = solve(game_at(dispute._replace(authorise_prob=chain), 10_000 * counts)).is_deterred
    assert core.all()
    assert held.tolist() == [True, True, *[False] * 6]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("adversary_strength_persons", 0, "adversary_strength_persons must be above 0"),
        (
            "adversary_soft_cost_points",
            [110, 50],
            "adversary_soft_cost_points must be at least adversary_hard_cost_points: draw 1",
        ),
        (
            "governments_hard_cost_points",
            5,
            "governments_hard_cost_points must be above clash_cost_points",
        ),
        ("half_force_persons", -1, "half_force_persons must be at least 0"),
    ],
)
def test_numbers_out_of_order_are_refused(name: str, value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        game_at(EXAMPLE._replace(**{name: value}), 1_000)


def test_less_than_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="force_persons must be at least 0"):
        game_at(EXAMPLE, -1)
