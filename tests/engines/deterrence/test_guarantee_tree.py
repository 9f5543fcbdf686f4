"""The tree of the guarantee game: its equilibria there, on and off the path, and in Gambit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.deterrence.guarantees import random_guarantees
from tests.examples import few

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.efg import read_efg, write_efg
from foedus.engines.deterrence.extensive import ExtensiveGame, agent_regret, follow, regret
from foedus.engines.deterrence.guarantee import (
    ATTACK,
    BLUFF,
    DETERRED,
    FAMILIES,
    OUTCOMES,
    SEPARATING,
    GuaranteeGame,
    by_target,
    solve,
)
from foedus.engines.deterrence.guarantee_tree import PLAN, tree, tree_profile
from foedus.engines.deterrence.qre import logit_limit

Rows = list[dict[str, str]]
TARGETS = ("probe", "line", "force")

EXAMPLE = GuaranteeGame(
    prize_points=100,
    loss_points=30,
    tied_clear_points=0,
    tied_contact_points=60,
    contact_prob=[0.9, 0.5, 0.3, 0.3],
    stop_cost_points=60,
    clash_cost_points=5,
    alone_hard_points=-30,
    alone_soft_points=-80,
    backed_hard_points=-90,
    backed_soft_points=-140,
    alone_governments_hard_points=-25,
    alone_governments_soft_points=-80,
    backed_governments_hard_points=-20,
    backed_governments_soft_points=-70,
    adversary_hard_prob=[0.4, 0.4, 0.2, 0.4],
    governments_hard_prob=0.3,
    adversary_belief_prob=0.2,
    governments_belief_prob=0.2,
    backing_prob=0.2,
    authorise_prob=[1.0, 1.0, 1.0, 0.9],
)
"""One draw of each family."""


def closed_form(game: GuaranteeGame, draw: int, whole: ExtensiveGame) -> FloatArray:
    """Return the equilibrium as a profile of the tree."""
    play, each = solve(game), by_target(game)
    targets = TARGETS[: each.family.shape[1]]
    presses = [
        [float(war[t] > -stop) for t in range(2)]
        for war, stop in (pressing(game, draw, j) for j in range(len(targets)))
    ]
    return tree_profile(
        whole,
        targets,
        np.eye(len(targets))[play.target[draw]],
        each.violate_prob[draw],
        each.fight_prob[draw],
        presses,
    )


def pressing(game: GuaranteeGame, draw: int, target: int) -> tuple[list[float], float]:
    """Return what war is worth to both types, and what it costs to stop."""
    shape = by_target(game).family.shape

    def at(name: str) -> float:
        column = np.asarray(getattr(game, name), dtype=float)
        column = column.reshape(column.shape + (1,) * (2 - column.ndim))
        return float(np.broadcast_to(column, shape)[draw, target])

    belief = at("adversary_belief_prob")
    wars = [
        at(f"alone_{t}_points") + belief * (at(f"backed_{t}_points") - at(f"alone_{t}_points"))
        for t in ("hard", "soft")
    ]
    return wars, at("stop_cost_points")


def beliefs(whole: ExtensiveGame, game: GuaranteeGame, draw: int) -> dict[str, FloatArray]:
    """Return what is thought at information sets that may not be reached."""
    each = by_target(game)
    told = {}
    for members in whole.sets:
        count = len(members.nodes)
        told[members.name] = np.full(count, 1 / count)
        if members.name.startswith("Governments") and count == 2:
            hard = each.belief_prob[draw, TARGETS.index(members.name.split(", ")[1])]
            told[members.name] = np.array([hard, 1 - hard])
        elif members.name.endswith("violate") and count == 2:
            hard = np.ravel(game.governments_hard_prob)[draw]
            told[members.name] = np.array([hard, 1 - hard])
    return told


@given(st.integers(0, 10_000))
def test_the_closed_form_has_no_regret_in_the_tree_on_and_off_the_path(seed: int) -> None:
    game = random_guarantees(seed, 3, 3)
    for draw in range(3):
        whole = tree(game, draw, targets=TARGETS)
        profile = closed_form(game, draw, whole)
        assert regret(whole, profile).max() < 1e-9
        # With a type missing nobody can think a violation comes from it.
        if 0 < np.ravel(game.adversary_hard_prob)[draw] < 1:
            assert np.nanmax(agent_regret(whole, profile, beliefs(whole, game, draw))) < 1e-9
        told = follow(whole, profile).outcome_prob
        ours = dict(zip(OUTCOMES, solve(game).outcome_prob[draw], strict=True))
        wars = ours.pop("war_backed") + ours.pop("war_alone")
        assert {name: told.get(name, 0.0) for name in ours} == pytest.approx(ours, abs=1e-9)
        assert sum(prob for name, prob in told.items() if name.startswith("war")) == pytest.approx(
            wars, abs=1e-9
        )


@given(st.integers(0, 10_000))
@few
def test_expected_payoffs_are_those_of_the_tree(seed: int) -> None:
    game = random_guarantees(seed, 3, 2)
    play = solve(game)
    for draw in range(3):
        whole = tree(game, draw, targets=TARGETS[:2])
        payoffs = follow(whole, closed_form(game, draw, whole)).payoffs
        ours = [play.adversary_points[draw], play.governments_points[draw]]
        assert payoffs == pytest.approx(ours, abs=1e-9)


def test_the_example_has_one_draw_of_each_family_and_the_limit_of_noise_is_the_closed_form() -> (
    None
):
    play = solve(EXAMPLE)
    assert play.family.tolist() == [DETERRED, SEPARATING, BLUFF, ATTACK]
    for draw in range(4):
        whole = tree(EXAMPLE, draw)
        told = follow(whole, logit_limit(whole).profile).outcome_prob
        ours = play.outcome_prob[draw]
        assert [told[name] for name in OUTCOMES] == pytest.approx(ours.tolist(), abs=1e-4)


def test_a_plan_is_made_only_where_there_is_a_choice_of_targets() -> None:
    game = EXAMPLE._replace(prize_points=[[10, 100, 60]])
    assert PLAN in {members.name for members in tree(game, targets=TARGETS).sets}
    one = game._replace(is_open=[[0, 1, 0]])
    names = {members.name for members in tree(one, targets=TARGETS).sets}
    assert PLAN not in names
    assert all("line" in name for name in names)


def test_where_beliefs_differ_war_is_one_end_that_each_side_expects_its_own_of() -> None:
    apart = tree(EXAMPLE._replace(adversary_belief_prob=0.5))
    assert "war" in apart.outcomes
    assert not {"war_backed", "war_alone"} & set(apart.outcomes)
    assert {"war_backed", "war_alone"} <= set(tree(EXAMPLE).outcomes)


def test_the_written_game_reads_back_as_it_was() -> None:
    whole = tree(EXAMPLE._replace(prize_points=[[10, 100, 60]]), 3, targets=TARGETS)
    assert read_efg(write_efg(whole)).layout.parent.tolist() == whole.layout.parent.tolist()
    np.testing.assert_allclose(read_efg(write_efg(whole)).layout.payoff, whole.layout.payoff)


@pytest.mark.parametrize(
    ("targets", "draw", "says"),
    [
        (("line", "force"), 0, "targets must be 1 different names"),
        (("line",), 4, "there is no draw 4 of 4"),
    ],
)
def test_names_and_draws_that_are_not_there_are_refused(
    targets: tuple[str, ...], draw: int, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        tree(EXAMPLE, draw, targets=targets)


def test_a_game_without_a_target_has_no_tree() -> None:
    with pytest.raises(ValueError, match="no target is open in draw 0"):
        tree(EXAMPLE._replace(is_open=0))


def test_gambit_found_the_same_outcomes(stored: Callable[[str], Rows]) -> None:
    play = solve(EXAMPLE)
    rows = stored("guarantee")
    assert [row["family"] for row in rows] == list(FAMILIES)
    for draw, row in enumerate(rows):
        assert float(row["max_regret"]) < 1e-9
        theirs = [float(row[f"logit_{name}"]) for name in OUTCOMES]
        assert theirs == pytest.approx(play.outcome_prob[draw].tolist(), abs=1e-3)


def test_gambit_finds_again_what_is_stored(gambit: Any, stored: Callable[[str], Rows]) -> None:
    for draw, row in enumerate(stored("guarantee")):
        whole = tree(EXAMPLE, draw, targets=TARGETS[:1])
        profile = closed_form(EXAMPLE, draw, whole)
        assert float(gambit.profile(whole, profile).max_regret()) < 1e-9
        theirs = follow(whole, gambit.logit_limit(whole)).outcome_prob
        for name in OUTCOMES:
            assert theirs[name] == pytest.approx(float(row[f"logit_{name}"]), abs=1e-6)
