from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.extensive import ExtensiveGame, agent_regret, follow, regret
from foedus.engines.deterrence.qre import logit_limit
from foedus.engines.deterrence.unilateral import (
    ATTACK,
    BLUFF,
    CERTAIN,
    FAMILIES,
    OUTCOMES,
    READINGS,
    SEPARATING,
    STEADFAST,
    Equilibria,
    UnilateralGame,
    equilibria,
    solve,
    thresholds,
    tree,
    tree_profile,
)

Rows = list[dict[str, str]]

# c_t = 1/2, c_s = 1/3, d_t = 1/2.
EXAMPLE = UnilateralGame(1, 0, -1, -2, -3, 0, -1, -2, -3, -5, 0.3, 0.1)

shares = st.integers(0, 100).map(lambda percent: percent / 100)


@st.composite
def games(draw: st.DrawFn) -> UnilateralGame:
    payoffs: list[float] = []
    for side in (draw(st.floats(-2, 2)), draw(st.floats(-2, 2))):
        steps = draw(st.lists(st.floats(0.05, 4), min_size=4, max_size=4))
        payoffs += [side, *(side - np.cumsum(steps))]
    return UnilateralGame._make([*payoffs, draw(shares), draw(shares)])


def random_games(count: int, seed: int = 3) -> UnilateralGame:
    rng = np.random.default_rng(seed)
    columns = [
        column for _ in range(2) for column in -np.cumsum(rng.uniform(0.05, 3, (5, count)), axis=0)
    ]
    return UnilateralGame._make([*columns, *rng.uniform(0, 1, (2, count))])


def beliefs(game: ExtensiveGame, found: Equilibria, family: int) -> dict[str, FloatArray]:
    """Return what Defender's types think of a demand that is never made."""
    told = {}
    for members in game.sets:
        if members.name.startswith("Defender"):
            hard = float(found.belief_prob[0, family])
            told[members.name] = np.array([hard, 1 - hard])
        elif members.name.endswith("fight"):
            told[members.name] = np.full(len(members.nodes), 1 / len(members.nodes))
    return told


@given(games())
def test_thresholds_lie_between_0_and_1_and_soft_gives_way_first(game: UnilateralGame) -> None:
    found = thresholds(game)
    assert 0 < found.soft_prob[0] < found.hard_prob[0] < 1
    assert 0 < found.belief_prob[0] < 1


def test_the_thresholds_of_the_example_are_worked_by_hand() -> None:
    found = thresholds(EXAMPLE)
    assert [float(part[0]) for part in found] == pytest.approx([1 / 2, 1 / 3, 1 / 2])


@given(games())
def test_every_listed_equilibrium_has_no_regret_in_the_tree_on_and_off_the_path(
    game: UnilateralGame,
) -> None:
    found = equilibria(game)
    whole = tree(game)
    every_type = 0 < float(np.asarray(game.challenger_hard_prob, dtype=np.float64).min()) < 1
    for family in np.flatnonzero(found.exists[0]):
        profile = tree_profile(whole, found.play_prob[0, family], (1, 0))
        assert regret(whole, profile).max() < 1e-9
        told = follow(whole, profile).outcome_prob
        for name, prob in zip(OUTCOMES, found.outcome_prob[0, family], strict=True):
            assert told[name] == pytest.approx(prob, abs=1e-12)
        # With a type missing nobody can think a demand comes from it.
        if every_type:
            off_path = beliefs(whole, found, int(family))
            assert agent_regret(whole, profile, off_path).max() < 1e-9


def test_every_kind_of_equilibrium_is_met_in_the_draws_and_at_least_one_everywhere() -> None:
    found = equilibria(random_games(20_000))
    assert (found.exists.sum(axis=0) > 500).all()
    assert found.exists.any(axis=1).all()
    # Off the boundaries: one where the threat deters for sure, two everywhere else.
    np.testing.assert_array_equal(found.exists.sum(axis=1), 2 - found.exists[:, CERTAIN])
    assert (found.selected != STEADFAST).all()
    assert found.exists[np.arange(20_000), found.selected].all()


def test_no_other_pair_of_mixtures_is_an_equilibrium() -> None:
    """Look through a grid of all play for whatever has no regret: it is near a listed one."""
    grid = np.linspace(0, 1, 11)
    for p, q in ((0.3, 0.1), (0.8, 0.1), (0.3, 0.4), (0.3, 0.6)):
        game = EXAMPLE._replace(challenger_hard_prob=p, defender_hard_prob=q)
        found = equilibria(game)
        near = found.play_prob[0, found.exists[0]]
        # y by y_soft; the gains from a demand and from defiance, as the definitions have them.
        for x_hard in grid:
            for x_soft in grid:
                for y_soft in grid:
                    y = q + (1 - q) * y_soft
                    hard, soft = 1 - 2 * y, 1 - 3 * y
                    mass = p * x_hard + (1 - p) * x_soft
                    r = p * x_hard / mass if mass > 0 else 0.0
                    defy = (r * -5 + (1 - r) * -1) + 3
                    gap = max(
                        max(hard, 0) - x_hard * hard,
                        max(soft, 0) - x_soft * soft,
                        max(defy, 0) - y_soft * defy if mass > 0 else 0.0,
                    )
                    if gap < 1e-9:
                        quiet = mass == 0 and y >= 0.5
                        play = np.array([x_hard, x_soft, 1.0, y_soft])
                        assert quiet or np.abs(near - play).max(axis=1).min() < 1e-9


def test_d1_leaves_the_steadfast_equilibrium_no_belief_to_rest_on() -> None:
    found = equilibria(EXAMPLE)
    whole = tree(EXAMPLE)
    profile = tree_profile(whole, found.play_prob[0, STEADFAST], (1, 0))
    off_path = beliefs(whole, found, STEADFAST)
    assert agent_regret(whole, profile, off_path).max() < 1e-9
    # D1 puts the demand down to Hard; then Soft Defender would rather concede.
    for name in ("Defender Hard: defy", "Defender Soft: defy"):
        off_path[name] = np.array([1.0, 0.0])
    assert agent_regret(whole, profile, off_path).max() == pytest.approx(2.0)
    assert READINGS["steadfast"] == "holds if everyone believes it does"


def test_the_least_defiance_of_the_steadfast_family_just_deters() -> None:
    found = equilibria(EXAMPLE)
    least = float(found.least_defiance_prob[0])
    whole = tree(EXAMPLE)
    for readiness, gains in ((least, False), (least - 0.01, True)):
        profile = tree_profile(whole, [0, 0, 1, readiness], (1, 0))
        assert bool(regret(whole, profile)[0] > 1e-9) is gains


@pytest.mark.parametrize(
    ("p", "q", "family"),
    [
        (0.3, 0.5, CERTAIN),
        (0.3, 1 / 3, SEPARATING),
        (0.5, 0.1, ATTACK),
        (0.5, 1 / 3, SEPARATING),
        (0.49999, 0.1, BLUFF),
    ],
)
def test_at_a_threshold_who_gains_nothing_keeps_the_peace_or_concedes(
    p: float, q: float, family: int
) -> None:
    game = EXAMPLE._replace(challenger_hard_prob=p, defender_hard_prob=q)
    assert FAMILIES[solve(game).family[0]] == FAMILIES[family]


@given(games(), shares)
def test_a_type_that_is_missing_leaves_the_outcome_of_the_limit(
    game: UnilateralGame, share: float
) -> None:
    for p, q in ((0.0, share), (1.0, share), (share, 0.0), (share, 1.0), (0.0, 0.0), (1.0, 1.0)):
        case = game._replace(challenger_hard_prob=p, defender_hard_prob=q)
        play = solve(case)
        assert np.isfinite(play.play_prob).all()
        profile = tree_profile(tree(case), play.play_prob[0], (1, 0))
        assert regret(tree(case), profile).max() < 1e-9
        if q == 1.0 or p == 0.0:
            assert play.outcome_prob[0].tolist() == [1.0, 0.0, 0.0, 0.0]


@given(games())
def test_probabilities_add_up_and_the_status_quo_never_gets_rarer_with_credibility(
    game: UnilateralGame,
) -> None:
    play = solve(game._replace(defender_hard_prob=np.linspace(0, 1, 201)))
    np.testing.assert_allclose(play.outcome_prob.sum(axis=1), 1.0, atol=1e-12)
    assert (play.outcome_prob >= 0).all()
    assert (np.diff(play.outcome_prob[:, 0]) >= -1e-12).all()


def test_draws_do_not_depend_on_each_other_or_on_threads() -> None:
    many = random_games(140_000)
    one, two = solve(many), solve(many, threads=2)
    for ours, theirs in zip(one, two, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for draw in (0, 70_001, 139_999):
        alone = solve(UnilateralGame(*[np.asarray(column)[draw] for column in many]))
        np.testing.assert_array_equal(alone.outcome_prob[0], one.outcome_prob[draw])


@pytest.mark.parametrize("q", [0.05, 0.2, 0.28, 0.4, 0.45, 0.6, 0.9])
@pytest.mark.parametrize("p", [0.1, 0.4, 0.6, 0.9])
def test_fading_noise_leads_to_what_d1_selects(p: float, q: float) -> None:
    game = EXAMPLE._replace(challenger_hard_prob=p, defender_hard_prob=q)
    whole = tree(game)
    told = follow(whole, logit_limit(whole).profile).outcome_prob
    chosen = solve(game).outcome_prob[0]
    np.testing.assert_allclose([told[name] for name in OUTCOMES], chosen, atol=1e-5)


def test_noise_and_d1_part_where_a_threshold_is_met() -> None:
    """At q = c_t a Hard Challenger is indifferent: D1 allows peace, the limit goes on mixing."""
    game = EXAMPLE._replace(defender_hard_prob=0.5)
    whole = tree(game)
    told = follow(whole, logit_limit(whole).profile).outcome_prob
    assert solve(game).outcome_prob[0, 0] == 1.0
    assert told["SQ"] < 0.99


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("c_sq", 2.0, "c_dc must be above c_sq: draw 0 has 1 and 2"),
        ("c_cd", [-2.0, -1.0], "c_dd_hard must be above c_cd: draw 1 has -1 and -1"),
        ("d_dc", float("nan"), "d_dd_hard must be above d_dc: draw 0 has -2 and nan"),
        ("d_dd_soft", -np.inf, "d_dd_soft must be finite"),
        ("defender_hard_prob", 1.1, "defender_hard_prob must be from 0 to 1: draw 0 has 1.1"),
    ],
)
def test_payoffs_out_of_order_are_refused_by_inequality_and_draw(
    name: str, value: Any, says: str
) -> None:
    wrong = EXAMPLE._replace(**{name: value})
    for work in (solve, equilibria, thresholds, tree):
        with pytest.raises(ValueError, match=says):
            work(wrong)


def test_no_thread_is_refused() -> None:
    with pytest.raises(ValueError, match="threads is 0"):
        solve(EXAMPLE, threads=0)


def stored_game(row: dict[str, str]) -> UnilateralGame:
    return UnilateralGame(*[float(row[name]) for name in UnilateralGame._fields])


def test_gambit_found_no_regret_and_the_same_limit(stored: Callable[[str], Rows]) -> None:
    rows = stored("unilateral")
    seen = set()
    for row in rows:
        found = equilibria(stored_game(row))
        seen.add(int(found.selected[0]))
        for family, name in enumerate(FAMILIES):
            assert found.exists[0, family] == bool(row[f"regret_{name}"])
            assert not found.exists[0, family] or float(row[f"regret_{name}"]) < 1e-9
        theirs = [float(row[f"logit_{name}"]) for name in OUTCOMES]
        np.testing.assert_allclose(
            solve(stored_game(row)).outcome_prob[0], theirs, atol=1e-5, err_msg=str(row)
        )
    assert seen == {CERTAIN, SEPARATING, BLUFF, ATTACK}


def test_gambit_finds_again_what_is_stored(gambit: Any, stored: Callable[[str], Rows]) -> None:
    for row in stored("unilateral"):
        game = stored_game(row)
        whole = tree(game)
        found = equilibria(game)
        for family in np.flatnonzero(found.exists[0]):
            profile = tree_profile(whole, found.play_prob[0, family], (1, 0))
            assert float(gambit.profile(whole, profile).max_regret()) < 1e-9
        theirs = follow(whole, gambit.logit_limit(whole)).outcome_prob
        for name in OUTCOMES:
            assert theirs[name] == pytest.approx(float(row[f"logit_{name}"]), abs=1e-6)
