"""Laws that the Shapley value, the prenucleolus and the nucleolus have in common."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.sharing.games import coalition_sums, players_of, without
from foedus.engines.voting.sharing.nucleolus import nucleolus, prenucleolus
from foedus.engines.voting.sharing.shapley import exact_shapley_value, shapley_value

Solution = Callable[[FloatArray], FloatArray]


def shapley(values: FloatArray) -> FloatArray:
    value: FloatArray = shapley_value(values[None])[0]
    return value


SOLUTIONS = pytest.mark.parametrize("solve", [shapley, prenucleolus, nucleolus])


@st.composite
def games(draw: st.DrawFn, most: int = 4) -> FloatArray:
    """Draw games with few different values, so that many coalitions are tight at once."""
    count = 2 ** draw(st.integers(1, most)) - 1
    value = st.integers(-1, 3)
    return np.array([0, *draw(st.lists(value, min_size=count, max_size=count))], dtype=float)


def made_solvable(solve: Solution, values: FloatArray) -> FloatArray:
    """Make all worth as much together as alone, which the nucleolus asks for."""
    alone = float(values[1 << np.arange(players_of(values))].sum())
    if solve is nucleolus and players_of(values) > 1:
        values[-1] = max(values[-1], alone)
    return values


@SOLUTIONS
@given(values=games())
def test_all_that_players_are_worth_together_is_given_out(
    solve: Solution, values: FloatArray
) -> None:
    values = made_solvable(solve, values)
    assert solve(values).sum() == pytest.approx(values[-1], abs=1e-9)


@SOLUTIONS
@given(values=games(), data=st.data())
def test_shares_follow_the_names_of_players(
    solve: Solution, values: FloatArray, data: st.DataObject
) -> None:
    values = made_solvable(solve, values)
    order = data.draw(st.permutations(range(players_of(values))))
    places = np.arange(values.size)
    old = sum((((places >> new) & 1) << player for new, player in enumerate(order)), 0 * places)
    assert solve(values[old]) == pytest.approx(solve(values)[list(order)], abs=1e-7)


@SOLUTIONS
@given(values=games(), data=st.data())
def test_a_unit_and_what_players_bring_change_shares_by_as_much(
    solve: Solution, values: FloatArray, data: st.DataObject
) -> None:
    values = made_solvable(solve, values)
    unit = data.draw(st.sampled_from([1e-6, 0.25, 3.0, 1e9]))
    players = players_of(values)
    brought = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=players, max_size=players)))
    found = solve(unit * (values + coalition_sums(brought.astype(float))))
    assert found / unit == pytest.approx(solve(values) + brought, abs=1e-7)


@SOLUTIONS
@given(values=games(most=3), own=st.integers(-2, 2), player=st.integers(0, 3))
def test_who_adds_the_same_to_every_coalition_gets_that(
    solve: Solution, values: FloatArray, own: int, player: int
) -> None:
    values = made_solvable(solve, values)
    players = players_of(values) + 1
    player %= players
    others = without(player, players)
    joined = np.zeros(2 * values.size)
    joined[others] = values
    joined[others + (1 << player)] = values + own
    expected = np.insert(solve(values), player, own)
    assert solve(joined)[player] == pytest.approx(own, abs=1e-7)
    if solve is shapley:
        assert solve(joined) == pytest.approx(expected, abs=1e-7)


@SOLUTIONS
@pytest.mark.parametrize("parts", [[2.0], [0.0, 0.0], [3.0, -1.0], [0.1, 0.2, 0.7], [1.0] * 6])
def test_where_nobody_gains_by_the_others_all_get_their_own(
    solve: Solution, parts: list[float]
) -> None:
    assert solve(coalition_sums(np.array(parts))) == pytest.approx(parts, abs=1e-12)


@SOLUTIONS
@given(first=st.integers(-5, 5), second=st.integers(-5, 5), gain=st.integers(0, 9))
def test_two_players_share_the_gain_equally(
    solve: Solution, first: int, second: int, gain: int
) -> None:
    values = np.array([0, first, second, first + second + gain], dtype=float)
    assert solve(values) == pytest.approx([first + gain / 2, second + gain / 2], abs=1e-9)


@given(games())
def test_the_shapley_value_is_the_average_over_all_orders(values: FloatArray) -> None:
    players = players_of(values)
    orders = list(permutations(range(players)))
    expected = np.zeros(players)
    for order in orders:
        coalition = 0
        for player in order:
            expected[player] += values[coalition | 1 << player] - values[coalition]
            coalition |= 1 << player
    expected /= len(orders)
    assert shapley(values) == pytest.approx(expected, abs=1e-12)
    exact = exact_shapley_value([int(value) for value in values])
    assert [float(share) for share in exact] == pytest.approx(expected, abs=1e-12)
    assert sum(exact) == values[-1]


def test_the_shapley_value_of_many_games_is_that_of_each() -> None:
    many = np.random.default_rng(3).normal(size=(5, 32))
    many[:, 0] = 0
    assert shapley_value(many) == pytest.approx(np.array([shapley(values) for values in many]))


def test_the_exact_shapley_value_takes_a_game_only() -> None:
    with pytest.raises(ValueError, match="nobody is worth something"):
        exact_shapley_value([1, 2])
    with pytest.raises(ValueError, match="3 values are no game"):
        exact_shapley_value([0, 1, 2])
