from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.asymmetric import AsymmetricGame
from foedus.engines.deterrence.asymmetric import tree as asymmetric_tree
from foedus.engines.deterrence.efg import read_efg, write_efg
from foedus.engines.deterrence.escalation import EscalationGame
from foedus.engines.deterrence.escalation import tree as escalation_tree
from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    ExtensiveGame,
    Terminal,
    follow,
    uniform_profile,
)
from foedus.engines.deterrence.tied_hands import TiedHandsGame
from foedus.engines.deterrence.tied_hands import tree as tied_tree
from foedus.engines.deterrence.unilateral import UnilateralGame
from foedus.engines.deterrence.unilateral import tree as unilateral_tree
from foedus.engines.deterrence.war_bargaining import WarBargaining
from foedus.engines.deterrence.war_bargaining import tree as bargaining_tree

GAMES = [
    asymmetric_tree(AsymmetricGame(1, 0, -3, 0, -2.5, -3, -4, 0.2)),
    unilateral_tree(UnilateralGame(1, 0, -1, -2, -3, 0, -1, -2, -3, -5, 0.3, 0.1)),
    escalation_tree(
        EscalationGame._make([*range(7, 0, -1), *range(8, 0, -1), 0.4, [0.1, 0.2, 0.3, 0.4]])
    ),
    bargaining_tree(WarBargaining(0.4, 0.1, 0.5), demands=[0.4, 0.5, 0.6], b_types=3),
    tied_tree(TiedHandsGame(1, 0, -1, 0, -2, -5, -1, 1 / 3, 1e-7)),
]


def test_the_games_have_the_size_they_should() -> None:
    sizes = [
        (len(game.sets), sum(isinstance(node, Terminal) for node in game.nodes)) for game in GAMES
    ]
    assert sizes == [(3, 6), (6, 16), (14, 56), (10, 18), (5, 12)]


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.title)
def test_a_game_comes_back_as_it_was_written(game: ExtensiveGame) -> None:
    back = read_efg(write_efg(game))
    assert back.players == game.players
    assert back.sets == game.sets
    assert back.outcomes == game.outcomes
    np.testing.assert_array_equal(back.layout.payoff, game.layout.payoff)
    # The largest probability of a chance move takes what rounding left over.
    np.testing.assert_allclose(back.layout.chance_prob, game.layout.chance_prob, rtol=4e-16)
    assert write_efg(back) == write_efg(game)


@given(st.lists(st.floats(1e-6, 1.0), min_size=2, max_size=6))
def test_written_probabilities_add_up_to_1_exactly(weights: list[float]) -> None:
    from fractions import Fraction  # noqa: PLC0415  nothing else here needs it

    total = sum(weights)
    ways = tuple(
        Branch(f"{k}", weight / total, Terminal("end", (0.0,))) for k, weight in enumerate(weights)
    )
    text = write_efg(ExtensiveGame("chance", ("A",), Chance("c", ways)))
    line = next(line for line in text.splitlines() if line.startswith("c "))
    fractions = [Fraction(word) for word in line.split("{")[1].split() if "/" in word]
    assert len(fractions) == len(weights)
    assert sum(fractions) == 1


@given(st.floats(-1e12, 1e12))
def test_a_payoff_comes_back_to_the_last_bit(payoff: float) -> None:
    game = ExtensiveGame("end", ("A",), Terminal("end", (payoff,)))
    text = write_efg(game)
    assert "e-" not in text.splitlines()[-1].split("{")[1]
    assert read_efg(text).layout.payoff[0, 0] == payoff


def test_labels_of_outcomes_are_unique_in_the_file_and_the_same_again_when_read() -> None:
    text = write_efg(GAMES[1])
    labels = {
        line.split('"')[3]: line.split('"', 4)[4] for line in text.splitlines() if line[0:2] == "t "
    }
    assert sorted(labels) == ["CD", "DC", "DD", "DD #2", "DD #3", "DD #4", "SQ"]
    assert read_efg(text).outcomes == ("SQ", "DC", "CD", "DD")


def test_a_name_that_looks_like_an_addition_is_refused() -> None:
    with pytest.raises(ValueError, match="war #2"):
        write_efg(ExtensiveGame("g", ("A",), Terminal("war #2", (0.0,))))


def test_files_of_other_hands_are_read() -> None:
    text = """EFG 2 R "two coins, one unseen" { "One" "Two" }
    "a comment"
    c "" 1 "" { "H" 1/2 "T" .5 } 0
    p "left" 1 1 "" { "h" "t" } 0
    t "" 1 "hit" { 1 -1 }
    t "" 2 "miss" { -2.5e-1, 1/4 }
    p "right" 1 1 "" { "h" "t" } 0
    t "" 2 "miss" { -2.5e-1, 1/4 }
    t "" 0
    """
    game = read_efg(text)
    assert [members.name for members in game.sets] == ["(1,1)"]
    assert game.layout.payoff[-2:].tolist() == [[-0.25, 0.25], [0.0, 0.0]]
    assert game.outcomes == ("hit", "miss", "no outcome")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('NFG 1 R "g" { "A" }', "begins with"),
        ('EFG 2 R "g" { "A" } "" p "" 1 1 "" { "x" } 0', "ends before the tree"),
        ('EFG 2 R "g" { "A" } "" q "" 1', "begins with c, p or t"),
        ('EFG 2 R "g" { "A" } "" p "" 2 1 "" { "x" } 0 t "" 0', "no player 2"),
        ('EFG 2 R "g" { "A" } "" p "" 1 1 "" { "x" } 1 "o" { 1 } t "" 0', "ends of a game only"),
        ('EFG 2 R "g" { "A" } "" t "" 3', "outcome 3 is not told"),
        ('EFG 2 R "g" { "A" } "" t "" 1 "o" { x }', "'x' is not a number"),
        ('EFG 2 R "g" { "A" } "" t "" 1 "o" { 1 } t', "follows after the end"),
        ('EFG 2 R "g" { "A" } "" t "" 1 "o" 1', "begins with a brace"),
        ('EFG 2 R "g" { A }', "quotation marks must"),
    ],
)
def test_a_text_that_is_no_game_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_efg(text)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.title)
def test_gambit_reads_the_same_game(gambit: Any, game: ExtensiveGame) -> None:
    loaded = gambit.load(game)
    assert loaded.is_perfect_recall
    assert [player.label for player in loaded.players] == list(game.players)
    assert sum(len(player.infosets) for player in loaded.players) == len(game.sets)
    theirs = gambit.profile(game, uniform_profile(game))
    ours = follow(game, uniform_profile(game)).payoffs
    for player, payoff in zip(game.players, ours, strict=True):
        assert float(theirs.payoff(player)) == pytest.approx(payoff, abs=1e-12)
