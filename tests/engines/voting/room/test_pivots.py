"""The game of sending enough soldiers: by hand, and every group looked at."""

from itertools import permutations

import numpy as np
import pytest

from foedus.engines.voting.room.pivots import capacity_power


def test_three_of_whom_one_is_needed() -> None:
    power = capacity_power(np.array([50.2, 29.8, 20.0, 0.3]), 0.6)
    assert power.prevent.rounded.tolist() == pytest.approx([1, 1 / 3, 1 / 3, 0])
    assert power.shapley_shubik.rounded.tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6, 0])


def test_every_order_of_joining_says_the_same() -> None:
    persons, wanted = [40, 25, 20, 10, 5], 0.7
    turned = np.zeros(5)
    for order in permutations(range(5)):
        sent = np.cumsum([persons[n] for n in order])
        turned[order[int(np.argmax(sent >= 70))]] += 1
    power = capacity_power(np.array(persons, dtype=np.float64), wanted)
    assert power.shapley_shubik.rounded == pytest.approx(turned / turned.sum())


def test_a_share_is_met_in_whole_soldiers() -> None:
    # 0.07 of 100 is 7, though the floats multiply to a hair above it: either is enough alone.
    assert 0.07 * 100 > 7
    assert capacity_power(np.array([7.0, 93.0]), 0.07).winning_count == 3


def test_where_no_share_is_wanted_one_soldier_is_enough() -> None:
    assert capacity_power(np.array([3.0, 1.0]), 0.0).winning_count == 3


def test_where_nobody_sends_there_is_no_game() -> None:
    with pytest.raises(ValueError, match="no soldier"):
        capacity_power(np.array([0.2, 0.3]), 0.8)
