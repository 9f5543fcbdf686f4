import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.sharing.airport import airport_game
from foedus.engines.voting.sharing.games import coalition_sums, members, players_of
from foedus.engines.voting.sharing.least_core import has_core, is_in_core, least_core
from foedus.engines.voting.sharing.nucleolus import nucleolus, prenucleolus

NEAR = 1e-7


@st.composite
def games(draw: st.DrawFn, most: int = 4, highest: int = 3) -> FloatArray:
    """Draw games with few different values, so that many coalitions are tight at once."""
    count = 2 ** draw(st.integers(2, most)) - 1
    value = st.integers(0, highest)
    return np.array([0, *draw(st.lists(value, min_size=count, max_size=count))], dtype=float)


def voting_game(weights: list[int], quota: int) -> FloatArray:
    return (coalition_sums(np.array(weights, dtype=float)) >= quota).astype(float)


def meets_kohlberg(values: FloatArray, shares: FloatArray, *, from_alone: bool) -> bool:
    """Say whether shares pass the criterion of Kohlberg (1971).

    The coalitions of at least some excess must be balanced, for each excess that occurs: with a
    weight above 0 for each, every player is in coalitions of weight 1. Players who get only what
    they are worth alone may have a weight of 0 or more of their own, where nobody may get less.
    """
    players = players_of(values)
    rows, excess = members(players), values - coalition_sums(shares)
    least = values[1 << np.arange(players)]
    if abs(excess[-1]) > NEAR or (from_alone and (shares < least - NEAR).any()):
        return False
    helped = np.flatnonzero((np.abs(shares - least) < NEAR) & from_alone)
    proper = np.arange(1, values.size - 1)
    for level in np.unique(excess[proper].round(6)):
        chosen = rows[proper[excess[proper] > level - 5e-6]]
        count = len(chosen)
        single = np.eye(players)[helped]
        columns = np.vstack([chosen, single, np.zeros((1, players))]).T
        # Each weight of a coalition is at least t, and t as large as it can be.
        above = np.hstack([-np.eye(count), np.zeros((count, len(single))), np.ones((count, 1))])
        solved = linprog(
            np.append(np.zeros(columns.shape[1] - 1), -1.0),
            A_ub=above,
            b_ub=np.zeros(count),
            A_eq=columns,
            b_eq=np.ones(players),
        )
        if solved.status != 0 or solved.x[-1] < 1e-7:
            return False
    return True


@given(games())
def test_the_prenucleolus_meets_the_criterion_of_kohlberg(values: FloatArray) -> None:
    assert meets_kohlberg(values, prenucleolus(values), from_alone=False)


@given(games())
def test_the_nucleolus_meets_the_criterion_of_kohlberg(values: FloatArray) -> None:
    values[-1] = max(values[-1], values[1 << np.arange(players_of(values))].sum())
    assert meets_kohlberg(values, nucleolus(values), from_alone=True)


@pytest.mark.parametrize("seed", range(4))
def test_games_of_five_and_six_meet_it_too(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(0, 4, 2 ** (5 + seed % 2)).astype(float)
    values[0] = 0
    assert meets_kohlberg(values, prenucleolus(values), from_alone=False)
    values[-1] = 12
    assert meets_kohlberg(values, nucleolus(values), from_alone=True)


def test_the_criterion_tells_other_shares_apart() -> None:
    values = -airport_game([[1, 2, 3, 4, 5, 6]])[0]
    right = nucleolus(values)
    assert meets_kohlberg(values, right, from_alone=True)
    # What comes out if coalitions are settled that are tight in one solution only.
    assert not meets_kohlberg(values, -np.array([0.5, 1, 1, 1, 1, 1.5]), from_alone=True)
    for give, take in ((0, 1), (4, 5)):
        other = right.copy()
        other[give] -= 0.01
        other[take] += 0.01
        assert not meets_kohlberg(values, other, from_alone=True)


@given(games(), st.lists(st.floats(-1, 1), min_size=4, max_size=4))
def test_no_other_division_has_lower_excesses_from_the_largest_down(
    values: FloatArray, moves: list[float]
) -> None:
    players = players_of(values)
    best = prenucleolus(values)
    moved = np.array(moves[:players])
    other = best + moved - moved.mean()
    assume(np.abs(other - best).max() > 1e-3)
    lines = [np.sort(values - coalition_sums(shares))[::-1] for shares in (best, other)]
    apart = np.flatnonzero(np.abs(lines[0] - lines[1]) > NEAR)
    assert lines[0][apart[0]] < lines[1][apart[0]]


def test_who_would_be_paid_less_than_alone_tells_the_two_apart() -> None:
    # Two players make 3, and the third must make good for it as all together make nothing.
    values = np.array([0, 0, 0, 3, 0, 0, 0, 0.0])
    assert prenucleolus(values) == pytest.approx([0.75, 0.75, -1.5])
    assert nucleolus(values) == pytest.approx([0, 0, 0])


def test_without_a_division_that_all_accept_there_is_only_a_prenucleolus() -> None:
    values = np.array([0, 4, 0, 2.0])
    with pytest.raises(ValueError, match="worth 4 alone and 2 together"):
        nucleolus(values)
    assert prenucleolus(values) == pytest.approx([3, -1])


@pytest.mark.parametrize(
    ("weights", "quota"),
    [([1, 1, 1], 2), ([2, 1, 1, 1], 3), ([3, 1, 1, 1, 1], 4), ([2, 2, 1, 1, 1], 4), ([1, 0, 0], 1)],
)
def test_weights_of_a_homogeneous_majority_are_the_nucleolus(
    weights: list[int], quota: int
) -> None:
    # Of two opposite coalitions one wins, and all smallest winning ones weigh the quota: Peleg
    # (1968), recalled.
    expected = np.array(weights) / sum(weights)
    assert nucleolus(voting_game(weights, quota)) == pytest.approx(expected, abs=1e-9)


def test_fifteen_players_are_solved() -> None:
    # Homogeneous too: the large one and any other, or all the others.
    found = nucleolus(voting_game([13, *[1] * 14], 14))
    assert found == pytest.approx(np.array([13, *[1] * 14]) / 27, abs=1e-9)


@given(games(highest=4))
def test_the_least_core_holds_the_prenucleolus_and_tells_of_the_core(values: FloatArray) -> None:
    found = least_core(values)
    shares = prenucleolus(values)
    excess = (values - coalition_sums(shares))[1:-1].max()
    assert found.excess == pytest.approx(excess, abs=NEAR)
    assert found.shares.sum() == pytest.approx(values[-1])
    assert (values - coalition_sums(found.shares))[1:-1].max() <= found.excess + NEAR
    # In a game with a core the nucleolus is in it.
    assert has_core(values) == is_in_core(values, shares)
    if has_core(values):
        assert nucleolus(values) == pytest.approx(shares, abs=NEAR)


def test_the_core_of_three_gloves_gives_all_to_who_is_scarce() -> None:
    glove = [0, 0, 0, 1, 0, 1, 0, 1]
    assert has_core(glove)
    assert is_in_core(glove, [1, 0, 0])
    assert not is_in_core(glove, [0.9, 0.1, 0])
    assert not is_in_core(glove, [1.1, 0, 0])
    assert nucleolus(glove) == pytest.approx([1, 0, 0], abs=1e-9)


def test_a_majority_of_three_has_no_core() -> None:
    majority = voting_game([1, 1, 1], 2)
    assert not has_core(majority)
    assert least_core(majority).excess == pytest.approx(1 / 3)


def test_one_player_gets_all() -> None:
    assert prenucleolus([0, 5]).tolist() == nucleolus([0, 5]).tolist() == [5]
    assert least_core([0, -5]).excess == -np.inf
    assert has_core([0, -5])
    assert is_in_core([0, 5], [5])
    assert not is_in_core([0, 5], [4])
