from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    Decision,
    ExtensiveGame,
    Move,
    Node,
    Terminal,
    action_values,
    agent_regret,
    backward_induction,
    follow,
    reach_prob,
    regret,
    take_profile,
    uniform_profile,
)

WON, LOST = Terminal("won", (1.0, -1.0)), Terminal("lost", (-1.0, 1.0))


def choice(player: str, information: str, *ways: tuple[str, Node]) -> Decision:
    return Decision(player, information, tuple(Move(label, node) for label, node in ways))


def poker() -> ExtensiveGame:
    """Return Myerson's card game: A bets on a red or black card that B does not see."""
    branches = []
    for card, sign in (("red", 1.0), ("black", -1.0)):
        called = Terminal("called", (2.0 * sign, -2.0 * sign))
        answer = choice("B", "B", ("pass", WON), ("meet", called))
        folded = Terminal("folded", (sign, -sign))
        branches.append(
            Branch(card, 0.5, choice("A", f"A {card}", ("fold", folded), ("bet", answer)))
        )
    return ExtensiveGame("cards", ("A", "B"), Chance("card", tuple(branches)))


@st.composite
def games(draw: st.DrawFn) -> ExtensiveGame:
    """Draw games of two players in which only B's ignorance varies."""
    payoff = st.integers(-9, 9).map(float)
    count = 2
    sees = draw(st.booleans())
    weight = draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    branches = []
    for kind, share in enumerate(weight):
        ways = []
        for act in range(2):
            ends = [Terminal(f"end {answer}", (draw(payoff), draw(payoff))) for answer in range(3)]
            known = f"B after {act} of {kind}" if sees else f"B after {act}"
            last = choice("A", f"A {kind} {act}", ("stop", ends[1]), ("go", ends[2]))
            ways.append((f"act {act}", choice("B", known, ("yield", ends[0]), ("stand", last))))
        branches.append(
            Branch(f"kind {kind}", share / sum(weight), choice("A", f"A {kind}", *ways))
        )
    return ExtensiveGame("drawn", ("A", "B"), Chance("kind", tuple(branches)))


@st.composite
def played(draw: st.DrawFn, least: float = 0.0) -> tuple[ExtensiveGame, FloatArray]:
    game = draw(games())
    probs = np.empty(game.actions)
    for members in game.sets:
        # Actions that are never taken matter: what would follow on them is weighed all the same.
        sure = st.sampled_from([least, 1.0 - least])
        share = draw(st.one_of(sure, st.floats(least, 1.0 - least)))
        probs[members.at] = [share, 1.0 - share]
    return game, probs


def slow_payoffs(game: ExtensiveGame, node: Node, probs: FloatArray) -> FloatArray:
    """Return expected payoffs from a node on by the definition."""
    if isinstance(node, Terminal):
        return np.array(node.payoffs)
    if isinstance(node, Chance):
        parts = [branch.prob * slow_payoffs(game, branch.node, probs) for branch in node.branches]
    else:
        own = probs[game.information_set(node.information).at]
        parts = [
            share * slow_payoffs(game, move.node, probs)
            for share, move in zip(own, node.moves, strict=True)
        ]
    total: FloatArray = np.sum(parts, axis=0)
    return total


@given(played())
def test_expected_payoffs_are_the_sum_over_all_ends(case: tuple[ExtensiveGame, FloatArray]) -> None:
    game, probs = case
    play = follow(game, probs)
    np.testing.assert_allclose(play.payoffs, slow_payoffs(game, game.root, probs), atol=1e-12)
    assert sum(play.outcome_prob.values()) == pytest.approx(1.0)


@given(played())
def test_regret_is_what_the_best_of_all_pure_strategies_gains(
    case: tuple[ExtensiveGame, FloatArray],
) -> None:
    game, probs = case
    kept = follow(game, probs).payoffs
    for player in range(2):
        own = [members for members in game.sets if members.player == player]
        best = -np.inf
        for ways in product(*[range(len(members.actions)) for members in own]):
            tried = probs.copy()
            for members, way in zip(own, ways, strict=True):
                tried[members.at] = np.eye(len(members.actions))[way]
            best = max(best, float(follow(game, tried).payoffs[player]))
        assert regret(game, probs)[player] == pytest.approx(best - kept[player], abs=1e-9)


@given(played(least=0.01))
def test_an_action_is_worth_what_certainly_taking_it_adds(
    case: tuple[ExtensiveGame, FloatArray],
) -> None:
    game, probs = case
    values = action_values(game, probs)
    kept = follow(game, probs).payoffs
    reach = reach_prob(game, probs)
    for members in game.sets:
        reached = reach[list(members.nodes)].sum()
        for way in range(len(members.actions)):
            tried = probs.copy()
            tried[members.at] = np.eye(len(members.actions))[way]
            gained = follow(game, tried).payoffs[members.player] - kept[members.player]
            told = values[members.at][way] - probs[members.at] @ values[members.at]
            assert told * reached == pytest.approx(gained, abs=1e-9)


def test_the_known_equilibrium_of_the_card_game_has_no_regret() -> None:
    game = poker()
    third: dict[str, list[float] | dict[str, float]] = {
        "A red": [0, 1],
        "A black": [2 / 3, 1 / 3],
        "B": {"meet": 2 / 3, "pass": 1 / 3},
    }
    probs = take_profile(game, third)
    assert regret(game, probs).max() < 1e-12
    assert agent_regret(game, probs).max() < 1e-12
    assert follow(game, probs).payoffs[0] == pytest.approx(1 / 3)
    assert regret(game, uniform_profile(game)).min() > 0.1


def test_off_the_path_a_belief_says_what_an_action_gives_and_without_one_nothing_does() -> None:
    game = poker()
    probs = take_profile(game, {"A red": [1, 0], "A black": [1, 0], "B": [1, 0]})
    at = game.information_set("B").at
    assert np.isnan(action_values(game, probs)[at]).all()
    assert np.isnan(agent_regret(game, probs)[game.sets.index(game.information_set("B"))])
    assert action_values(game, probs, {"B": [0.25, 0.75]})[at].tolist() == [-1.0, 1.0]
    with pytest.raises(ValueError, match="belief at B must be 2"):
        action_values(game, probs, {"B": [0.25, 0.25]})


def test_a_belief_is_not_read_where_play_says_it() -> None:
    game = poker()
    probs = uniform_profile(game)
    np.testing.assert_array_equal(
        action_values(game, probs), action_values(game, probs, {"B": [1.0, 0.0]})
    )


def test_backward_induction_takes_the_first_of_equal_actions() -> None:
    same = Terminal("same", (1.0, 5.0))
    game = ExtensiveGame("tie", ("A", "B"), choice("A", "a", ("keep", WON), ("go", same)))
    assert backward_induction(game).profile.tolist() == [1.0, 0.0]


def test_backward_induction_averages_over_chance() -> None:
    draw = Chance("coin", (Branch("won", 0.4, WON), Branch("lost", 0.6, LOST)))
    sure = Terminal("sure", (-0.1, 0.0))
    game = ExtensiveGame("coin", ("A", "B"), choice("A", "a", ("toss", draw), ("not", sure)))
    assert backward_induction(game).outcome_prob == {"won": 0.0, "lost": 0.0, "sure": 1.0}


def test_backward_induction_refuses_a_mover_that_does_not_know_where_it_is() -> None:
    with pytest.raises(ValueError, match="perfect information"):
        backward_induction(poker())


def coin(*probs: float) -> Chance:
    return Chance("coin", tuple(Branch(f"{k}", prob, WON) for k, prob in enumerate(probs)))


@pytest.mark.parametrize(
    ("root", "says"),
    [
        (coin(0.5, 0.4), "add up to 1"),
        (coin(1.0, 0.0), "above 0"),
        (coin(), "the ways on from 'coin'"),
        (Terminal("won", (1.0,)), "2 finite payoffs"),
        (Terminal("won", (1.0, float("nan"))), "2 finite payoffs"),
        (Terminal('"won"', (1.0, 1.0)), "quotation marks"),
        (choice("C", "c", ("x", WON)), "'C' is no player"),
        (choice("A", "a", ("x", WON), ("x", LOST)), "not all different"),
        (
            choice("A", "a", ("x", choice("B", "a", ("x", WON), ("y", LOST))), ("y", LOST)),
            "differ in who moves",
        ),
        (
            choice("A", "a", ("x", choice("A", "a", ("x", WON), ("y", LOST))), ("y", LOST)),
            "has forgotten",
        ),
        (
            choice(
                "A",
                "a",
                ("x", choice("A", "b", ("x", WON), ("y", LOST))),
                ("y", choice("A", "b", ("x", LOST), ("y", WON))),
            ),
            "A has forgotten",
        ),
    ],
)
def test_a_tree_that_is_no_game_of_perfect_recall_is_refused(root: Node, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ExtensiveGame("g", ("A", "B"), root)


@pytest.mark.parametrize(
    ("play", "says"),
    [
        ({"A red": [0, 1], "B": [0, 1]}, "missing: \\['A black'\\]"),
        ({"A red": [0, 1], "A black": [0, 1], "B": [0, 1], "C": [1]}, "not in the game: \\['C'\\]"),
        ({"A red": [0, 1], "A black": [0.5, 0.6], "B": [0, 1]}, "A black: .* no probabilities"),
        ({"A red": [0, 1], "A black": {"raise": 1.0}, "B": [0, 1]}, "no action raise"),
    ],
)
def test_a_table_that_is_no_profile_is_refused(play: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        take_profile(poker(), play)


def test_a_profile_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="has shape \\(6,\\)"):
        follow(poker(), [0.5, 0.5])


def test_the_layout_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        poker().layout.payoff[0, 0] = 1.0


@given(played())
def test_gambit_gives_the_same_payoffs_and_regret(
    gambit: Any, case: tuple[ExtensiveGame, FloatArray]
) -> None:
    game, probs = case
    theirs = gambit.profile(game, probs)
    ours = follow(game, probs).payoffs
    for player, payoff in zip(game.players, ours, strict=True):
        assert float(theirs.payoff(player)) == pytest.approx(payoff, abs=1e-9)
    assert float(theirs.max_regret()) == pytest.approx(regret(game, probs).max(), abs=1e-9)
