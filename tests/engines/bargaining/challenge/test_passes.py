"""The fast round against the plain one."""

import numpy as np
import pytest

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.challenge.definition import play_round_plainly, weighted_median
from foedus.engines.bargaining.challenge.passes import centre, line_up, new_table
from foedus.engines.bargaining.challenge.play import challenge
from foedus.engines.bargaining.challenge.readings import READINGS, Reading

GAMES, ACTORS, ROUNDS = 100, 6, 8
NEAR_TIE = 1e-9


def games(seed: int, spread: str) -> tuple[FloatArray, ...]:
    """Return positions, capability and salience of many games; on a grid ties are frequent."""
    rng = np.random.default_rng(seed)
    shape = (GAMES, ACTORS)
    if spread == "grid":
        return (
            rng.choice(np.arange(0.0, 101.0, 20.0), shape),
            rng.choice(np.array([0.0, 1.0, 2.0]), shape) + np.eye(GAMES, ACTORS, k=-1),
            rng.choice(np.array([0.25, 0.5, 1.0]), shape),
        )
    return rng.uniform(0, 100, shape), rng.lognormal(0, 1, shape), rng.uniform(0, 1, shape)


@pytest.mark.parametrize("q", [1.0, 0.5])
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
@pytest.mark.parametrize("spread", ["random", "grid"])
def test_games_go_as_by_definition_unless_a_decision_was_a_near_tie(
    reading: Reading, q: float, spread: str
) -> None:
    """Rounding differs between the two, so where a decision is that close they may part."""
    positions, capability, salience = games(5, spread)
    width = np.full(GAMES, 100.0)
    fast = challenge(
        positions, capability, salience, scale_width=width, reading=reading, q=q, rounds=ROUNDS
    )
    margin, here = np.full(GAMES, np.inf), positions
    for _ in range(ROUNDS):
        after = play_round_plainly(here, capability, salience, width, reading, q)
        margin, here = np.minimum(margin, after.margin), after.target
    parted = np.abs(fast.positions - here).max(axis=1) > 1e-6
    assert (margin[parted] < NEAR_TIE).all()
    clear = margin >= NEAR_TIE
    # Were all games near ties, nothing would have been compared.
    assert clear.sum() >= (0.9 * GAMES if spread == "random" else 0.05 * GAMES)
    np.testing.assert_allclose(fast.positions[clear], here[clear], atol=1e-6)
    median = weighted_median(here, capability * salience)
    np.testing.assert_allclose(fast.forecast[clear], median[clear], atol=1e-6)


@pytest.mark.parametrize("q", [1.0, 0.7])
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_one_round_of_many_actors_is_that_of_the_definition_to_ten_places(
    reading: Reading, q: float
) -> None:
    rng = np.random.default_rng(8)
    positions = rng.uniform(0, 1, (6, 23))
    capability, salience = rng.lognormal(0, 1, (6, 23)), rng.uniform(0, 1, (6, 23))
    width = np.full(6, 1.2)
    fast = challenge(
        positions, capability, salience, scale_width=width, reading=reading, q=q, rounds=1
    )
    plain = play_round_plainly(positions, capability, salience, width, reading, q)
    assert plain.margin.min() > NEAR_TIE
    np.testing.assert_allclose(fast.positions, plain.target, atol=1e-10)


def test_actors_are_lined_up_by_position_and_then_by_place_in_the_list() -> None:
    table = new_table(5, 1.0)
    places = np.array([7.0, 3.0, 7.0, 1.0, 3.0])
    weight = np.arange(1.0, 6.0)
    for _ in range(2):  # the second time from where the first left off
        line_up(table, places, weight, weight / 10)
        assert table.order.tolist() == [3, 1, 4, 0, 2]
    assert table.place.tolist() == [1.0, 3.0, 3.0, 7.0, 7.0]
    assert table.weight.tolist() == [4.0, 2.0, 5.0, 1.0, 3.0]
    assert table.salience.tolist() == [0.4, 0.2, 0.5, 0.1, 0.3]
    line_up(table, places[::-1].copy(), weight, weight)
    assert table.order.tolist() == [1, 0, 3, 2, 4]


def test_the_centre_is_the_weighted_median_and_mean() -> None:
    table = new_table(4, 1.0)
    places, weight = np.array([40.0, 20.0, 10.0, 30.0]), np.array([1.0, 2.0, 1.0, 0.0])
    line_up(table, places, weight, weight)
    median, mean = centre(table)
    assert median == 20.0
    assert mean == pytest.approx(90 / 4)
