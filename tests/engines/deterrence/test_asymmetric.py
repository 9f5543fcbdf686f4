import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.asymmetric import OUTCOMES, AsymmetricGame, solve, tree
from foedus.engines.deterrence.extensive import follow, regret, take_profile
from foedus.engines.deterrence.qre import logit_limit

shares = st.integers(0, 100).map(lambda percent: percent / 100)
gaps = st.lists(st.integers(1, 50).map(lambda tenths: tenths / 10), min_size=5, max_size=5)


def game_of(steps: list[float], hard_prob: float) -> AsymmetricGame:
    """Return a game by how far apart its payoffs are."""
    a_dd, b_soft = -3.0, -7.0
    a_sq = a_dd + steps[0]
    b_dc = b_soft + steps[2]
    b_hard = b_dc + steps[3]
    return AsymmetricGame(
        a_sq + steps[1], a_sq, a_dd, b_hard + steps[4], b_hard, b_dc, b_soft, hard_prob
    )


# Worked by hand: challenging pays when (1 - p) a_dc + p a_dd > a_sq.
@pytest.mark.parametrize(
    ("a", "hard_prob", "least", "outcome"),
    [
        ((1, 0, -1), 0.4, 0.5, (0, 0.6, 0.4)),
        ((1, 0, -1), 0.5, 0.5, (1, 0, 0)),
        ((1, 0, -3), 0.2, 0.25, (0, 0.8, 0.2)),
        ((1, 0, -3), 0.3, 0.25, (1, 0, 0)),
        ((10, 0, -1), 0.9, 10 / 11, (0, 0.1, 0.9)),
        ((1, 0, -1), 0.0, 0.5, (0, 1, 0)),
        ((1, 0, -1), 1.0, 0.5, (1, 0, 0)),
    ],
)
def test_a_challenges_when_the_threat_is_less_credible_than_its_threshold(
    a: tuple[float, ...], hard_prob: float, least: float, outcome: tuple[float, ...]
) -> None:
    play = solve(AsymmetricGame._make([*a, 0, -2, -3, -4, hard_prob]))
    assert play.least_hard_prob[0] == pytest.approx(least)
    np.testing.assert_allclose(play.outcome_prob[0], outcome, atol=1e-15)
    assert play.is_deterred[0] == (outcome[0] == 1)


@given(gaps, shares)
def test_what_is_played_is_an_equilibrium_of_the_tree(steps: list[float], share: float) -> None:
    game = game_of(steps, share)
    play = solve(game)
    whole = tree(game)
    kept = float(play.is_deterred[0])
    said: dict[str, list[float]] = {
        "A: challenge": [kept, 1 - kept],
        "B Hard: answer": [0, 1],
        "B Soft: answer": [1, 0],
    }
    there = {members.name for members in whole.sets}
    profile = take_profile(whole, {name: said[name] for name in said if name in there})
    assert regret(whole, profile).max() < 1e-9
    told = follow(whole, profile).outcome_prob
    for name, prob in zip(OUTCOMES, play.outcome_prob[0], strict=True):
        assert told.get(name, 0.0) == pytest.approx(prob, abs=1e-12)


@given(gaps, shares)
def test_more_credibility_never_makes_the_status_quo_less_likely(
    steps: list[float], share: float
) -> None:
    found = solve(game_of(steps, share)._replace(hard_prob=np.linspace(0, 1, 101)))
    assert (np.diff(found.outcome_prob[:, 0]) >= 0).all()
    np.testing.assert_allclose(found.outcome_prob.sum(axis=1), 1.0)
    assert ((found.least_hard_prob > 0) & (found.least_hard_prob < 1)).all()


@pytest.mark.parametrize("hard_prob", [0.2, 0.45, 0.55, 0.9])
def test_fading_noise_leads_to_the_same_outcome(hard_prob: float) -> None:
    game = AsymmetricGame(1, 0, -1, 0, -2, -3, -4, hard_prob)
    whole = tree(game)
    told = follow(whole, logit_limit(whole).profile).outcome_prob
    for name, prob in zip(OUTCOMES, solve(game).outcome_prob[0], strict=True):
        assert told[name] == pytest.approx(prob, abs=1e-6)


def test_a_game_of_another_order_is_refused_with_every_inequality() -> None:
    with pytest.raises(ValueError, match=r"a_sq must be above a_dd: draw 1 .*b_dc must be above"):
        solve(AsymmetricGame(1, 0, [-1, 0.5], 0, -2, -3, -3, 0.5))
    with pytest.raises(ValueError, match=r"hard_prob must be from 0 to 1: draw 0 has 1\.2"):
        tree(AsymmetricGame(1, 0, -1, 0, -2, -3, -4, 1.2))
