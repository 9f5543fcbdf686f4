import numpy as np
import pytest

from foedus.engines.voting.sharing.games import (
    MOST_PLAYERS,
    checked_shares,
    checked_values,
    coalition_sums,
    members,
    players_of,
    without,
)


def test_players_are_counted_by_the_values() -> None:
    assert [players_of(range(2**players)) for players in (1, 2, MOST_PLAYERS)] == [1, 2, 15]
    for count in (0, 1, 3, 2 ** (MOST_PLAYERS + 1)):
        with pytest.raises(ValueError, match=f"{count} values are no game"):
            players_of(range(count))


def test_the_place_of_a_coalition_says_who_is_in_it() -> None:
    assert members(3)[0b101].tolist() == [1, 0, 1]
    assert coalition_sums(np.array([1.0, 20.0, 300.0])).tolist() == [
        *[0, 1, 20, 21],
        *[300, 301, 320, 321],
    ]
    assert without(1, 3).tolist() == [0b000, 0b001, 0b100, 0b101]
    parts = np.random.default_rng(1).normal(size=(2, 4))
    assert coalition_sums(parts) == pytest.approx(parts @ members(4).T)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([[0, 1]], "have 2 axes: they must have 1"),
        ([0, 1, 2], "3 values are no game"),
        ([0, np.nan], "not finite"),
        ([1, 2], "nobody is worth something"),
    ],
)
def test_values_that_are_no_game_are_refused(values: list[float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        checked_values(values)


def test_shares_are_one_number_for_each_player() -> None:
    assert checked_shares([1, 2], 2).tolist() == [1, 2]
    for shares in ([1.0], [1.0, np.inf]):
        with pytest.raises(ValueError, match="for each of 2 players"):
            checked_shares(shares, 2)
