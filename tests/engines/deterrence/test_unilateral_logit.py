from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.extensive import follow
from foedus.engines.deterrence.qre import logit_equilibrium, logit_response
from foedus.engines.deterrence.unilateral import (
    OUTCOMES,
    UnilateralGame,
    solve,
    thresholds,
    tree,
    tree_profile,
)
from foedus.engines.deterrence.unilateral_logit import LogitPlay, logit_play

EXAMPLE = UnilateralGame(1, 0, -1, -2, -3, 0, -1, -2, -3, -5, 0.3, 0.1)

shares = st.integers(1, 99).map(lambda percent: percent / 100)


@st.composite
def games(draw: st.DrawFn) -> UnilateralGame:
    payoffs: list[float] = []
    for side in (draw(st.floats(-2, 2)), draw(st.floats(-2, 2))):
        steps = draw(st.lists(st.floats(0.1, 3), min_size=4, max_size=4))
        payoffs += [side, *(side - np.cumsum(steps))]
    return UnilateralGame._make([*payoffs, draw(shares), draw(shares)])


def random_games(count: int) -> UnilateralGame:
    rng = np.random.default_rng(5)
    columns = [
        column for _ in range(2) for column in -np.cumsum(rng.uniform(0.3, 2, (5, count)), axis=0)
    ]
    return UnilateralGame._make([*columns, *rng.uniform(0.05, 0.95, (2, count))])


def slow_response(game: UnilateralGame, found: LogitPlay, precision: float) -> list[float]:
    """Return the logit answers to a play from the table of all sixteen ends, by the definition."""
    at = {name: float(np.min(value)) for name, value in game._asdict().items()}
    demand = dict(zip("HS", found.play_prob[0, :2], strict=True))
    defy = dict(zip("HS", found.play_prob[0, 2:], strict=True))
    fight = dict(zip("HS", found.fight_prob[0], strict=True))
    p = {"H": at["challenger_hard_prob"], "S": 1 - at["challenger_hard_prob"]}
    q = {"H": at["defender_hard_prob"], "S": 1 - at["defender_hard_prob"]}
    kind = {"H": "hard", "S": "soft"}

    def choose(one: float, other: float) -> float:
        return 1 / (1 + exp(-precision * (one - other)))

    answers = []
    for c in "HS":
        war = at[f"c_dd_{kind[c]}"]
        gains = 0.0
        for d in "HS":
            end = fight[c] * war + (1 - fight[c]) * at["c_cd"]
            gains += q[d] * (defy[d] * end + (1 - defy[d]) * at["c_dc"])
        answers.append(choose(gains, at["c_sq"]))
    for d in "HS":
        war = at[f"d_dd_{kind[d]}"]
        weight = {c: p[c] * demand[c] for c in "HS"}
        met = sum(weight[c] * (fight[c] * war + (1 - fight[c]) * at["d_cd"]) for c in "HS")
        answers.append(choose(met / sum(weight.values()), at["d_dc"]))
    return answers + [choose(at[f"c_dd_{kind[c]}"], at["c_cd"]) for c in "HS"]


@pytest.mark.parametrize("precision", np.linspace(0.5, 10, 12).tolist())
def test_twelve_fixed_points_meet_the_values_of_an_independent_table(precision: float) -> None:
    rng = np.random.default_rng(int(precision * 100))
    steps = rng.uniform(0.2, 1.5, (2, 4))
    payoffs = [value for row in steps for value in (0.0, *-np.cumsum(row))]
    game = UnilateralGame._make([*payoffs, *rng.uniform(0.1, 0.9, 2)])
    found = logit_play(game, precision)
    ours = [*found.play_prob[0], *found.fight_prob[0]]
    np.testing.assert_allclose(ours, slow_response(game, found, precision), atol=1e-10)
    assert found.residual[0] < 1e-10
    # The same profile answers itself in the tree, and the branch through the tree leads to it.
    whole = tree(game)
    profile = tree_profile(whole, found.play_prob[0], found.fight_prob[0])
    np.testing.assert_allclose(logit_response(whole, profile, precision), profile, atol=1e-10)
    np.testing.assert_allclose(logit_equilibrium(whole, precision).profile, profile, atol=1e-8)
    told = follow(whole, profile).outcome_prob
    np.testing.assert_allclose(found.outcome_prob[0], [told[name] for name in OUTCOMES], atol=1e-12)


def test_at_precision_0_everything_is_as_likely_as_not() -> None:
    found = logit_play(EXAMPLE, 0.0)
    assert (found.play_prob == 0.5).all()
    assert (found.fight_prob == 0.5).all()
    assert found.outcome_prob[0].tolist() == pytest.approx([0.5, 0.25, 0.125, 0.125])


@given(games(), st.floats(0.01, 300))
def test_the_residual_is_small_and_outcomes_add_up(game: UnilateralGame, precision: float) -> None:
    found = logit_play(game, precision)
    assert found.residual[0] < 1e-8
    assert found.outcome_prob[0].sum() == pytest.approx(1.0)
    if precision < 40:  # beyond, the slow definition divides what is too small
        ours = [*found.play_prob[0], *found.fight_prob[0]]
        np.testing.assert_allclose(ours, slow_response(game, found, precision), atol=1e-8)


@given(games(), st.floats(0.1, 30))
def test_expected_defiance_falls_back_on_itself_once_only(
    game: UnilateralGame, precision: float
) -> None:
    """The round trip from defiance to defiance, written out, falls everywhere."""
    at = {name: float(np.min(value)) for name, value in game._asdict().items()}
    p, q = at["challenger_hard_prob"], at["defender_hard_prob"]

    def logistic(x: ArrayLike) -> FloatArray:
        return np.asarray(0.5 * (1 + np.tanh(np.asarray(x) / 2)))

    y = np.linspace(0, 1, 401)
    fight = [logistic(precision * (at[f"c_dd_{k}"] - at["c_cd"])) for k in ("hard", "soft")]
    ends = [
        f * at[f"c_dd_{k}"] + (1 - f) * at["c_cd"]
        for f, k in zip(fight, ("hard", "soft"), strict=True)
    ]
    gains = [precision * ((1 - y) * at["c_dc"] + y * end - at["c_sq"]) for end in ends]
    odds = np.log(p / (1 - p)) - np.logaddexp(0, -gains[0]) + np.logaddexp(0, -gains[1])
    r = logistic(odds)
    back = np.zeros_like(y)
    for share, kind in ((q, "hard"), (1 - q, "soft")):
        meets = [f * at[f"d_dd_{kind}"] + (1 - f) * at["d_cd"] for f in fight]
        value = r * meets[0] + (1 - r) * meets[1] - at["d_dc"]
        back += share * logistic(precision * value)
    assert (np.diff(back) <= 1e-12).all()
    found = logit_play(game, precision).play_prob[0]
    met = q * found[2] + (1 - q) * found[3]
    crossing = y[np.flatnonzero(back >= y)[-1]]
    assert crossing - 1e-9 <= met <= crossing + 1 / 400 + 1e-9


def test_great_precision_leads_to_what_d1_selects_away_from_the_thresholds() -> None:
    game = random_games(4_000)
    hard, soft, doubt = thresholds(game)
    p, q = np.asarray(game.challenger_hard_prob), np.asarray(game.defender_hard_prob)
    clear = np.minimum(np.minimum(abs(q - hard), abs(q - soft)), abs(p - doubt)) > 0.02
    assert clear.sum() > 2_000
    gaps = [
        np.abs(logit_play(game, precision).outcome_prob - solve(game).outcome_prob)[clear].max()
        for precision in (300, 3_000)
    ]
    assert gaps[1] < 5e-3
    # What mixes is missed like 1 / lambda.
    assert gaps[1] < gaps[0] / 5


def test_a_missing_type_does_not_hinder() -> None:
    for p, q in ((0, 0.2), (1, 0.2), (0.3, 0), (0.3, 1)):
        game = EXAMPLE._replace(challenger_hard_prob=p, defender_hard_prob=q)
        found = logit_play(game, 4.0)
        assert found.residual[0] < 1e-10
        whole = tree(game)
        profile = tree_profile(whole, found.play_prob[0], found.fight_prob[0])
        np.testing.assert_allclose(logit_response(whole, profile, 4.0), profile, atol=1e-10)


def test_draws_do_not_depend_on_threads_and_one_precision_serves_all() -> None:
    game = random_games(70_000)
    one, two = logit_play(game, 3.0), logit_play(game, np.full(70_000, 3.0), threads=2)
    for ours, theirs in zip(one, two, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert one.residual.max() < 1e-10


@pytest.mark.parametrize("precision", [-1.0, float("nan"), float("inf")])
def test_a_precision_that_is_none_is_refused(precision: float) -> None:
    with pytest.raises(ValueError, match="precision must be at least 0"):
        logit_play(EXAMPLE, precision)
