"""Compiled code against the plain definition, bit by bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from foedus.scenario.triangular import turn_triangular
from foedus.scenario.uncertainties import quantiles

U = np.concatenate([np.linspace(0.0, 1.0, 301), np.random.default_rng(5).random(300)])
FLOATS = st.floats(-1e6, 1e6)


def sorted_ends(a: float, b: float, c: float) -> list[float]:
    return sorted((a, b, c))


ENDS = st.lists(
    st.builds(sorted_ends, FLOATS, FLOATS, FLOATS)
    | st.builds(lambda a, b: [min(a, b), min(a, b), max(a, b)], FLOATS, FLOATS)
    | st.builds(lambda a, b: [min(a, b), max(a, b), max(a, b)], FLOATS, FLOATS)
    | st.builds(lambda a: [a, a, a], FLOATS),
    min_size=1,
    max_size=6,
)


@given(ENDS)
def test_every_bit_is_that_of_the_plain_definition(ends: list[list[float]]) -> None:
    values = np.tile(U, (len(ends), 1))
    turn_triangular(values, np.arange(len(ends)), np.array(ends))
    for row, (low, mode, high) in zip(values, ends, strict=True):
        np.testing.assert_array_equal(row, quantiles("triangular", U, low, mode, high))


def test_cells_that_are_not_named_are_left_alone() -> None:
    values = np.tile(U, (3, 1))
    turn_triangular(values, np.array([2, 0]), np.array([[0.0, 1.0, 4.0]] * 3))
    np.testing.assert_array_equal(values[1], U)
    np.testing.assert_array_equal(values[0], values[2])
    assert values[0].max() == 4.0
