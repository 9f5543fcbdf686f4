from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.escalation import (
    CHALLENGERS,
    DEFENDERS,
    OUTCOMES,
    EscalationGame,
    complete_information,
    logit_outcome,
    pair_tree,
    tree,
)
from foedus.engines.deterrence.extensive import (
    Decision,
    ExtensiveGame,
    Node,
    Terminal,
    agent_regret,
    follow,
    regret,
)

Rows = list[dict[str, str]]

EXAMPLE = EscalationGame(6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0, 0.5, [0.25] * 4)


@st.composite
def games(draw: st.DrawFn) -> EscalationGame:
    steps = st.lists(st.floats(0.1, 3), min_size=8, max_size=8)
    c, d = -np.cumsum(draw(steps))[:7], -np.cumsum(draw(steps))
    weight = draw(st.lists(st.integers(1, 9), min_size=4, max_size=4))
    prob = [part / sum(weight) for part in weight]
    return EscalationGame._make([*c, *d, draw(st.floats(0.05, 0.95)), prob])


def subgame_perfect_outcomes(game: ExtensiveGame) -> set[str]:
    """Return the outcomes of all pure plans that are best at every node, by trying all plans."""
    nodes = [node for node in game.nodes if isinstance(node, Decision)]

    def end(node: Node, plan: dict[str, int]) -> Terminal:
        while isinstance(node, Decision):
            node = node.moves[plan[node.information]].node
        assert isinstance(node, Terminal)
        return node

    found = set()
    for ways in product(*[range(len(node.moves)) for node in nodes]):
        plan = {node.information: way for node, way in zip(nodes, ways, strict=True)}
        is_best = all(
            end(node, plan).payoffs[game.players.index(node.player)]
            >= max(
                end(move.node, plan).payoffs[game.players.index(node.player)] for move in node.moves
            )
            for node in nodes
        )
        if is_best:
            found.add(end(game.root, plan).outcome)
    return found


@given(games())
def test_all_eight_pairs_play_the_one_plan_that_is_best_at_every_node(game: EscalationGame) -> None:
    plays = complete_information(game)
    for c, challenger in enumerate(CHALLENGERS):
        for d, defender in enumerate(DEFENDERS):
            told = plays[c][d].outcome_prob
            assert subgame_perfect_outcomes(pair_tree(game, challenger, defender)) == {
                name for name, prob in told.items() if prob == 1.0
            }


def test_gambit_found_the_same_outcome_for_all_eight_pairs(
    stored: Callable[[str], Rows],
) -> None:
    plays = complete_information(EXAMPLE)
    rows = stored("escalation_pairs")
    assert len(rows) == 8
    for row in rows:
        play = plays[CHALLENGERS.index(row["challenger"])][DEFENDERS.index(row["defender"])]
        assert play.outcome_prob[row["outcome"]] == 1.0
        assert float(row["prob"]) > 0.99


def test_one_type_on_each_side_gives_the_tree_of_the_pair() -> None:
    for d, defender in enumerate(DEFENDERS):
        known = EXAMPLE._replace(challenger_hard_prob=1.0, defender_prob=np.eye(4)[d])
        (branch,) = tree(known).root.branches  # type: ignore[union-attr]
        assert branch.node == pair_tree(EXAMPLE, "Hard", defender).root


def stored_game(row: dict[str, str]) -> EscalationGame:
    numbers = [float(row[name]) for name in EscalationGame._fields[:-1]]
    return EscalationGame._make([*numbers, [float(row[f"defender_{name}"]) for name in DEFENDERS]])


def test_six_limits_are_those_that_gambit_traced(stored: Callable[[str], Rows]) -> None:
    rows = stored("escalation_limits")
    assert len(rows) == 6
    mixed = 0
    for row in rows:
        found = logit_outcome(stored_game(row))
        theirs = [float(row[f"logit_{name}"]) for name in OUTCOMES]
        np.testing.assert_allclose(found.outcome_prob, theirs, atol=1e-3, err_msg=str(row))
        assert regret(tree(stored_game(row)), found.equilibrium.profile).max() < 1e-5
        mixed += int(found.outcome_prob.max() < 0.999)
    assert mixed >= 3


def test_the_limit_is_sequentially_rational_at_every_information_set() -> None:
    whole = tree(EXAMPLE)
    found = logit_outcome(EXAMPLE)
    # The reported regret counts the sets that are hardly reached too, with beliefs of the limit.
    assert found.equilibrium.regret < 1e-5
    assert np.nanmax(agent_regret(whole, found.equilibrium.profile)) < 1e-5
    assert found.outcome_prob.sum() == pytest.approx(1.0)
    told = follow(whole, found.equilibrium.profile).outcome_prob
    assert found.outcome_prob.tolist() == [told[name] for name in OUTCOMES]


def test_draws_are_told_apart() -> None:
    two = EXAMPLE._replace(
        c_dc=[6.0, 60.0], defender_prob=[[0.9, 0.05, 0.03, 0.02], [0.05, 0.05, 0.05, 0.85]]
    )
    first, second = (logit_outcome(two, draw).outcome_prob for draw in (0, 1))
    assert first[0] > 0.999
    assert second[0] < 0.5
    assert tree(two, 1).layout.payoff[:, 0].max() == 60.0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"c_ed": 5.5}, "c_sq must be above c_ed: draw 0 has 5 and 5.5"),
        ({"d_ed": [1.0, 2.0]}, "d_ee_hard must be above d_ed: draw 1"),
        ({"defender_prob": [0.5, 0.5, 0.5, -0.5]}, "Soft-Soft must be from 0 to 1"),
        ({"defender_prob": [0.5, 0.5, 0.5, 0.5]}, "must add up to 1"),
        ({"defender_prob": [0.5, 0.5]}, "four probabilities"),
        ({"challenger_hard_prob": -0.1}, "challenger_hard_prob must be"),
    ],
)
def test_a_game_that_is_none_is_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        tree(EXAMPLE._replace(**changed))


def test_a_type_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no pair of types"):
        pair_tree(EXAMPLE, "Hard", "Hard")


def test_gambit_traces_two_of_the_limits_again(gambit: Any, stored: Callable[[str], Rows]) -> None:
    for row in stored("escalation_limits")[:2]:
        whole = tree(stored_game(row))
        theirs = follow(whole, gambit.logit_limit(whole)).outcome_prob
        for name in OUTCOMES:
            assert theirs[name] == pytest.approx(float(row[f"logit_{name}"]), abs=1e-6)
