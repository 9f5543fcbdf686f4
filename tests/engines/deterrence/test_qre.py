from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.escalation import EscalationGame
from foedus.engines.deterrence.escalation import tree as escalation_tree
from foedus.engines.deterrence.extensive import (
    Decision,
    ExtensiveGame,
    Move,
    Terminal,
    follow,
    uniform_profile,
)
from foedus.engines.deterrence.qre import logit_equilibrium, logit_limit, logit_response
from foedus.engines.deterrence.unilateral import UnilateralGame
from foedus.engines.deterrence.unilateral import tree as unilateral_tree

ESCALATION = escalation_tree(
    EscalationGame._make([*range(7, 0, -1), *range(8, 0, -1), 0.4, [0.1, 0.2, 0.3, 0.4]])
)
UNILATERAL = unilateral_tree(UnilateralGame(1, 0, -1, -2, -3, 0, -1, -2, -3, -5, 0.3, 0.1))


def table(row: list[list[float]], column: list[list[float]]) -> ExtensiveGame:
    """Return a game in which both move without seeing the other."""
    moves = []
    for i in range(len(row)):
        ends = [
            Move(f"c{j}", Terminal(f"r{i} c{j}", (row[i][j], column[i][j])))
            for j in range(len(row[i]))
        ]
        moves.append(Move(f"r{i}", Decision("Column", "Column", tuple(ends))))
    return ExtensiveGame("table", ("Row", "Column"), Decision("Row", "Row", tuple(moves)))


def test_matching_pennies_with_a_prize_has_its_known_limit() -> None:
    game = table([[4, 0], [0, 1]], [[0, 1], [1, 0]])
    found = logit_limit(game)
    np.testing.assert_allclose(found.profile, [0.5, 0.5, 0.2, 0.8], atol=1e-5)
    assert found.regret < 1e-6


def test_the_principal_branch_of_a_coordination_game_ends_where_risk_dominance_says() -> None:
    """Turocy (2005): both meet at the safer of the two equilibria, though the other pays more."""
    game = table([[5, 0], [4, 2]], [[5, 4], [0, 2]])
    np.testing.assert_allclose(logit_limit(game).profile, [0, 1, 0, 1], atol=1e-6)


def test_a_branch_that_turns_round_is_followed_through_its_turn() -> None:
    """At the turn lambda falls for a while: what is first met on either side of it is far apart."""
    row = [[5.0, 2.0, 9.0], [5.0, 4.0, 6.0], [9.0, 8.0, 1.0]]
    column = [[1.0, 6.0, 4.0], [3.0, 2.0, 8.0], [3.0, 5.0, 2.0]]
    game = table(row, column)
    low, high = 0.1, 10.0
    ends = [logit_equilibrium(game, precision).profile for precision in (low, high)]
    while high - low > 1e-5:
        middle = (low + high) / 2
        found = logit_equilibrium(game, middle)
        assert found.residual < 1e-8
        nearer_low = np.abs(found.profile - ends[0]).max() < np.abs(found.profile - ends[1]).max()
        low, high = (middle, high) if nearer_low else (low, middle)
        ends[not nearer_low] = found.profile
    assert np.abs(ends[1] - ends[0]).max() > 0.2
    np.testing.assert_allclose(logit_limit(game).profile, [0, 0, 1, 0, 1, 0], atol=1e-6)


@pytest.mark.parametrize("game", [UNILATERAL, ESCALATION], ids=lambda game: game.title)
@pytest.mark.parametrize("precision", [0.0, 0.3, 1.0, 4.0, 20.0])
def test_the_equilibrium_at_a_precision_answers_itself(
    game: ExtensiveGame, precision: float
) -> None:
    found = logit_equilibrium(game, precision)
    assert found.precision == pytest.approx(precision)
    assert found.residual < 1e-8
    # Against values that `extensive` works out by another way.
    answer = logit_response(game, found.profile, precision)
    np.testing.assert_allclose(answer, found.profile, atol=1e-8)
    if precision == 0.0:
        np.testing.assert_allclose(found.profile, uniform_profile(game), atol=1e-12)


@pytest.mark.parametrize("game", [UNILATERAL, ESCALATION], ids=lambda game: game.title)
def test_answering_over_and_over_leads_to_the_same_point_at_little_precision(
    game: ExtensiveGame,
) -> None:
    profile = uniform_profile(game)
    for _ in range(400):
        profile = 0.7 * profile + 0.3 * logit_response(game, profile, 0.6)
    np.testing.assert_allclose(logit_equilibrium(game, 0.6).profile, profile, atol=1e-9)


@given(st.floats(0.1, 10), st.floats(-50, 50))
def test_a_unit_of_payoff_and_where_0_lies_do_not_matter(unit: float, zero: float) -> None:
    row, column = np.array([[4.0, 0], [1, 2]]), np.array([[1.0, 3], [2, 0]])
    one = logit_equilibrium(table(row.tolist(), column.tolist()), 2.0)
    scaled = table((row * unit + zero).tolist(), (column * unit + zero).tolist())
    other = logit_equilibrium(scaled, 2.0 / unit)
    np.testing.assert_allclose(one.profile, other.profile, atol=1e-8)


def test_regret_falls_along_the_branch() -> None:
    regrets = [logit_equilibrium(ESCALATION, precision).regret for precision in (1, 10, 100)]
    assert regrets[0] > regrets[1] > regrets[2] > 0


@given(
    st.lists(st.floats(0.3, 2), min_size=13, max_size=13),
    st.lists(st.integers(1, 5), min_size=4, max_size=4),
    st.floats(0.1, 0.9),
)
def test_the_limit_of_an_escalation_game_is_nearly_free_of_regret(
    steps: list[float], weights: list[int], share: float
) -> None:
    c, d = -np.cumsum(steps[:6]), -np.cumsum(steps[6:])
    prob = [weight / sum(weights) for weight in weights]
    game = escalation_tree(EscalationGame._make([0, *c, 0, *d, share, prob]))
    found = logit_limit(game)
    assert found.regret < 1e-5
    assert sum(follow(game, found.profile).outcome_prob.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("precision", [-1.0, float("inf"), float("nan")])
def test_a_precision_that_is_none_is_refused(precision: float) -> None:
    with pytest.raises(ValueError, match="precision is"):
        logit_equilibrium(UNILATERAL, precision)


def test_a_regret_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        logit_limit(UNILATERAL, 0.0)


@pytest.mark.parametrize("precision", [0.5, 3.0, 10.0])
@pytest.mark.parametrize("game", [UNILATERAL, ESCALATION], ids=lambda game: game.title)
def test_the_values_that_gambit_gives_to_actions_are_answered_too(
    gambit: Any, game: ExtensiveGame, precision: float
) -> None:
    found = logit_equilibrium(game, precision).profile
    theirs = gambit.profile(game, found)
    for player in theirs.game.players:
        for members in player.infosets:
            values = np.array([float(theirs.action_value(action)) for action in members.actions])
            weight = np.exp(precision * (values - values.max()))
            own = found[game.information_set(members.label).at]
            np.testing.assert_allclose(weight / weight.sum(), own, atol=1e-8)
