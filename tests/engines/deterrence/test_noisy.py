"""The logit equilibrium: chance at 0, the closed form in the limit, its own answer in between."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.deterrence.guarantees import random_guarantees

from foedus.engines.deterrence.extensive import follow
from foedus.engines.deterrence.guarantee import (
    NORMAL,
    OUTCOMES,
    by_target,
    solve,
)
from foedus.engines.deterrence.guarantee_tree import tree, tree_profile
from foedus.engines.deterrence.noisy import noisy_play
from foedus.engines.deterrence.qre import logit_equilibrium, logit_response

TARGETS = ("probe", "line")


@given(st.integers(0, 10_000), st.floats(0.0, 10.0))
def test_all_play_is_the_logit_response_to_itself_in_the_tree(seed: int, precision: float) -> None:
    """An oracle that knows the tree alone; beliefs of both sides differ."""
    game = random_guarantees(seed, 2, 2)
    # A type of probability 0 is not in the tree.
    p = np.clip(np.asarray(game.adversary_hard_prob), 0.05, 0.95)
    game = game._replace(adversary_hard_prob=p)
    play = noisy_play(game, precision)
    assert (play.residual < 1e-8).all()
    for draw in range(2):
        whole = tree(game, draw, targets=TARGETS)
        profile = tree_profile(
            whole,
            TARGETS,
            play.target_prob[draw],
            play.violate_prob[draw],
            play.fight_prob[draw],
            play.press_prob[draw],
        )
        # Where play underflows to 0, the tree knows no belief; it must be seldom.
        answer = logit_response(whole, profile, precision) if (profile > 0).all() else profile
        np.testing.assert_allclose(answer, profile, atol=1e-7)
        told = follow(whole, profile).outcome_prob
        complied = play.outcome_prob[draw, 0]
        assert told["complied"] == pytest.approx(complied, abs=1e-9)
        stopped = play.outcome_prob[draw, OUTCOMES.index("stopped")]
        assert told.get("stopped", 0.0) == pytest.approx(stopped, abs=1e-9)


def test_it_is_the_point_that_the_branch_leads_to() -> None:
    game = random_guarantees(3, 6, 1)._replace(
        adversary_hard_prob=0.4, governments_hard_prob=0.3, authorise_prob=0.9, contact_prob=0.5
    )
    for precision in (0.02, 0.1):
        play = noisy_play(game, precision)
        for draw in range(6):
            whole = tree(game, draw, targets=TARGETS[:1])
            profile = tree_profile(
                whole,
                TARGETS[:1],
                play.target_prob[draw],
                play.violate_prob[draw],
                play.fight_prob[draw],
                play.press_prob[draw],
            )
            branch = logit_equilibrium(whole, precision).profile
            np.testing.assert_allclose(profile, branch, atol=1e-7)


def test_without_precision_all_is_chance() -> None:
    game = random_guarantees(4, 50, 3)._replace(authorise_prob=1)
    play = noisy_play(game, 0.0)
    np.testing.assert_allclose(play.target_prob, 1 / 3)
    for block in (play.violate_prob, play.fight_prob, play.press_prob):
        np.testing.assert_array_equal(block, 0.5)
    np.testing.assert_allclose(play.outcome_prob[:, :3], [[0.5, 0.25, 0.125]] * 50)
    np.testing.assert_allclose(play.war_given_violation_prob, 0.25)
    np.testing.assert_allclose(play.fight_given_violation_prob, 0.5)


def test_as_noise_fades_it_becomes_the_closed_form() -> None:
    draws = 2_000
    game = random_guarantees(5, draws, 2)
    play, sharp, each = solve(game), noisy_play(game, 300.0), by_target(game)
    gap = np.abs(play.outcome_prob - sharp.outcome_prob).max(axis=1)
    # Near a threshold the noise still shows, and no one play is right.
    least, fought = each.least_fought_prob, each.fought_prob
    with np.errstate(invalid="ignore"):
        near = np.abs(least - fought[:, :, None]).min(axis=(1, 2)) < 0.02
    assert (gap[~near] < 0.02).mean() > 0.97
    np.testing.assert_allclose(
        play.outcome_prob.mean(axis=0), sharp.outcome_prob.mean(axis=0), atol=0.01
    )


def test_outcomes_add_up_and_the_play_is_unique_in_the_normal_order() -> None:
    game = random_guarantees(6, 2_000, 2)
    play = noisy_play(game, np.linspace(0, 20, 2_000))
    np.testing.assert_allclose(play.outcome_prob.sum(axis=1), 1.0)
    np.testing.assert_allclose(play.target_prob.sum(axis=1), 1.0)
    assert (play.residual < 1e-8).all()
    assert play.is_unique[(by_target(game).order == NORMAL).all(axis=1)].all()
    assert not play.is_unique.all()


def test_threads_and_closed_targets_change_nothing_that_is_left() -> None:
    game = random_guarantees(7, 100_000, 2)
    one, two = noisy_play(game, 0.5), noisy_play(game, 0.5, threads=2)
    np.testing.assert_array_equal(one.outcome_prob, two.outcome_prob)
    shut = noisy_play(game._replace(is_open=[[1, 0]]), 0.5)
    np.testing.assert_array_equal(shut.target_prob, [[1.0, 0.0]] * 100_000)
    np.testing.assert_array_equal(shut.violate_prob[:, 0], one.violate_prob[:, 0])


@pytest.mark.parametrize("precision", [-1.0, np.inf, np.nan])
def test_a_precision_that_is_none_is_refused(precision: float) -> None:
    with pytest.raises(ValueError, match="precision must be"):
        noisy_play(random_guarantees(1, 2, 1), precision)


def test_a_precision_by_target_and_a_game_without_targets_are_refused() -> None:
    game = random_guarantees(1, 2, 2)
    with pytest.raises(ValueError, match="precision: one number"):
        noisy_play(game, [[1.0, 2.0]])
    with pytest.raises(ValueError, match="no target is open in draw 1"):
        noisy_play(game._replace(is_open=[[1, 1], [0, 0]]), 1.0)
