import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.challenge.powers import raise_all


def powers(numbers: FloatArray, exponents: FloatArray) -> FloatArray:
    """Return the powers, the arguments left alone."""
    raised = numbers.copy()
    raise_all(raised, exponents, np.empty_like(numbers))
    return raised


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_powers_are_those_of_numpy(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    # Down to the smallest distances on a scale, and often close to 1.
    numbers = rng.random(count) ** rng.choice([0.01, 1.0, 20.0], count)
    exponents = rng.uniform(0.5, 2.0, count)
    np.testing.assert_allclose(powers(numbers, exponents), numbers**exponents, rtol=1e-12)


@pytest.mark.parametrize("number", [1.0, 0.5, 2.0**-0.5, np.nextafter(2.0**-0.5, 0), 0.25, 1 / 3])
def test_where_the_mantissa_wraps_powers_keep_their_precision(number: float) -> None:
    exponents = np.array([0.5, 1.0, 1.5, 2.0])
    raised = powers(np.full(4, number), exponents)
    np.testing.assert_allclose(raised, number**exponents, rtol=4e-15)


def test_one_stays_one_and_nothing_stays_next_to_nothing() -> None:
    exponents = np.array([0.5, 0.9, 2.0])
    assert powers(np.ones(3), exponents).tolist() == [1.0, 1.0, 1.0]
    nothing = powers(np.zeros(3), exponents)
    assert ((nothing >= 0) & (nothing < 1e-150)).all()
