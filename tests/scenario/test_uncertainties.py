"""Quantile functions against scipy's and against their laws; numbers that are none."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from foedus.scenario.uncertainties import (
    Z90,
    Distribution,
    FloatArray,
    Uncertainty,
    quantiles,
    shape_fault,
)

U = np.linspace(0.0005, 0.9995, 401)
ENDS = [(0.0, 1.0, 2.0), (-3.0, -1.0, 4.0), (2.0, 2.0, 5.0), (2.0, 5.0, 5.0), (0.1, 0.15, 0.9)]
BOUNDED: tuple[Distribution, ...] = ("uniform", "triangular", "pert", "range")
ANY: tuple[Distribution, ...] = get_args(Distribution)

FLOATS = st.floats(-1e6, 1e6)
PROBS = st.floats(0, 1)


@pytest.mark.parametrize(("low", "mode", "high"), ENDS)
class TestAgainstScipy:
    def test_triangular(self, low: float, mode: float, high: float) -> None:
        there = stats.triang((mode - low) / (high - low), low, high - low).ppf(U)
        np.testing.assert_allclose(quantiles("triangular", U, low, mode, high), there, rtol=1e-12)
        np.testing.assert_allclose(quantiles("range", U, low, mode, high), there, rtol=1e-12)

    def test_uniform(self, low: float, mode: float, high: float) -> None:
        there = stats.uniform(low, high - low).ppf(U)
        np.testing.assert_allclose(quantiles("uniform", U, low, mode, high), there, rtol=1e-12)

    def test_pert_is_a_beta_with_the_mean_of_its_name(
        self, low: float, mode: float, high: float
    ) -> None:
        a = 1 + 4 * (mode - low) / (high - low)
        there = stats.beta(a, 6 - a, low, high - low)
        assert there.mean() == pytest.approx((low + 4 * mode + high) / 6)
        drawn = quantiles("pert", U, low, mode, high)
        np.testing.assert_allclose(drawn, there.ppf(U), rtol=1e-9, atol=1e-9)


def test_normal_with_even_ends_is_the_normal() -> None:
    there = stats.norm(3.0, 2.0)
    low, high = there.ppf([0.05, 0.95])
    np.testing.assert_allclose(quantiles("normal", U, low, 3.0, high), there.ppf(U), rtol=1e-10)


def test_lognormal_with_even_ends_is_the_lognormal() -> None:
    there = stats.lognorm(0.7, scale=5.0)
    low, high = there.ppf([0.05, 0.95])
    np.testing.assert_allclose(quantiles("lognormal", U, low, 5.0, high), there.ppf(U), rtol=1e-10)


def test_normal_with_uneven_ends_has_its_three_points() -> None:
    assert stats.norm.ppf(0.95) == pytest.approx(Z90)
    points = quantiles("normal", np.array([0.05, 0.5, 0.95]), 1.0, 2.0, 10.0)
    np.testing.assert_allclose(points, [1.0, 2.0, 10.0])
    points = quantiles("lognormal", np.array([0.05, 0.5, 0.95]), 1.0, 2.0, 10.0)
    np.testing.assert_allclose(points, [1.0, 2.0, 10.0])


def test_normal_with_uneven_ends_is_half_of_one_normal_and_half_of_another() -> None:
    below = stats.norm(2.0, (2.0 - 1.0) / Z90).ppf(U[U < 0.5])
    above = stats.norm(2.0, (10.0 - 2.0) / Z90).ppf(U[U >= 0.5])
    drawn = quantiles("normal", U, 1.0, 2.0, 10.0)
    np.testing.assert_allclose(drawn, np.concatenate([below, above]), rtol=1e-10)


def test_bernoulli_is_1_with_its_probability() -> None:
    uniform = (np.arange(1000) + 0.5) / 1000
    drawn = quantiles("bernoulli", uniform, np.nan, 0.3, np.nan)
    assert set(drawn) == {0.0, 1.0}
    assert drawn.mean() == pytest.approx(0.3)
    assert quantiles("bernoulli", uniform, np.nan, 0.0, np.nan).max() == 0
    assert quantiles("bernoulli", uniform, np.nan, 1.0, np.nan).min() == 1


@given(st.sampled_from(BOUNDED), FLOATS, FLOATS, FLOATS, PROBS)
def test_values_keep_within_their_ends(
    distribution: Distribution, a: float, b: float, c: float, u: float
) -> None:
    low, mode, high = sorted((a, b, c))
    slack = 1e-9 * max(1.0, abs(low), abs(high))
    (value,) = quantiles(distribution, np.array([u]), low, mode, high)
    assert low - slack <= value <= high + slack


@given(st.sampled_from(BOUNDED), FLOATS, FLOATS, FLOATS)
def test_the_ends_are_reached(distribution: Distribution, a: float, b: float, c: float) -> None:
    low, mode, high = sorted((a, b, c))
    assume(high - low > 1e-6 * max(1.0, abs(low), abs(high)))
    ends = quantiles(distribution, np.array([0.0, 1.0]), low, mode, high)
    np.testing.assert_allclose(ends, [low, high], atol=1e-7 * (high - low))


@given(
    st.sampled_from([d for d in ANY if d != "bernoulli"]),
    st.floats(0.1, 1e3),
    st.floats(0, 1e3),
    st.floats(0, 1e3),
    st.lists(st.floats(1e-6, 1 - 1e-6), min_size=2, max_size=20),
)
def test_a_higher_probability_never_means_a_lower_value(
    distribution: Distribution, low: float, up: float, further: float, u: list[float]
) -> None:
    values = quantiles(distribution, np.sort(u), low, low + up, low + up + further)
    assert (np.diff(values) >= -1e-9 * (1 + np.abs(values[:-1]))).all()


@pytest.mark.parametrize("distribution", [d for d in ANY if d != "bernoulli"])
def test_a_range_without_width_is_a_number(distribution: Distribution) -> None:
    np.testing.assert_allclose(quantiles(distribution, U, 3.0, 3.0, 3.0), 3.0)


@pytest.mark.parametrize("distribution", [d for d in ANY if d != "uniform"])  # it has no mode
def test_ends_are_broadcast_against_draws(distribution: Distribution) -> None:
    modes = np.array([0.2, 0.5, 0.8])
    together: FloatArray = quantiles(distribution, U[:, None], 0.1, modes, 0.9)
    assert together.shape == (U.size, 3)
    for place, mode in enumerate(modes):
        alone = quantiles(distribution, U, 0.1, float(mode), 0.9)
        np.testing.assert_array_equal(together[:, place], alone)


def row(distribution: str, *values: float | None) -> Uncertainty:
    ends = dict(zip(("low_value", "mode_value", "high_value"), values, strict=False))
    cell: dict[str, Any] = {"table": "units", "cell_key": "*", "field": "held_count"}
    return Uncertainty.model_validate(
        {**cell, **ends, "distribution": distribution, "source": "assumed"}
    )


@pytest.mark.parametrize(
    "fits",
    [
        *[row(name, 1, 2, 3) for name in ("pert", "triangular", "normal", "lognormal", "uniform")],
        *[row(name, 2, 2, 2) for name in ("pert", "triangular", "normal", "lognormal")],
        row("uniform", 1, None, 1),
        row("normal", -3, 0, 3),
        row("bernoulli", None, 0),
        row("bernoulli", None, 1),
        row("range"),
    ],
)
def test_numbers_that_make_a_distribution_are_taken(fits: Uncertainty) -> None:
    assert shape_fault(fits) is None


@pytest.mark.parametrize("distribution", [d for d in ANY if d not in ("range", "bernoulli")])
@pytest.mark.parametrize("values", [(None, 1, 2), (0.5, 1, None), (3, 2, 1)])
def test_numbers_that_make_none_are_refused(
    distribution: str, values: tuple[float | None, ...]
) -> None:
    assert shape_fault(row(distribution, *values)) is not None


@pytest.mark.parametrize("values", [(1.0,), (None, 1.0), (None, None, 1.0)])
def test_a_range_takes_no_number(values: tuple[float | None, ...]) -> None:
    assert shape_fault(row("range", *values)) == "a range takes no numbers of its own"


def test_a_correlation_is_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="less than or equal to 1"):
        Uncertainty.model_validate(
            {
                **row("range").model_dump(exclude={"source"}),
                "source": "assumed",
                "group": "g",
                "group_correlation": 1.5,
            }
        )
