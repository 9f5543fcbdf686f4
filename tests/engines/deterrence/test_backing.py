"""The guarantor's choice, the share that brings it there, and what kept promises say of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from foedus.engines.deterrence.backing import (
    advantage_at,
    backing_prob,
    kept_beta,
    least_share,
)

slopes = st.floats(1, 100)
shares = st.floats(0, 1)
probs = st.floats(0.01, 0.99)


@given(shares, probs, slopes, slopes)
def test_the_advantage_gives_back_the_belief_it_was_fixed_by(
    share: float, prob: float, slope: float, shock: float
) -> None:
    advantage = advantage_at(share, prob, slope, shock)
    assert float(backing_prob(share, advantage, slope, shock)) == pytest.approx(prob)


@given(probs, shares, probs, slopes, slopes)
def test_the_least_share_brings_just_the_backing_that_is_needed(
    wanted: float, share: float, prob: float, slope: float, shock: float
) -> None:
    advantage = advantage_at(share, prob, slope, shock)
    least = float(least_share(wanted, advantage, slope, shock))
    if np.isinf(least):
        assert backing_prob(1.0, advantage, slope, shock) < wanted + 1e-9
    elif least > 0:
        assert float(backing_prob(least, advantage, slope, shock)) == pytest.approx(wanted)
    else:
        assert backing_prob(0.0, advantage, slope, shock) >= wanted - 1e-9


@given(shares, shares, slopes, slopes)
def test_backing_rises_with_the_share(one: float, other: float, slope: float, shock: float) -> None:
    little, much = sorted((one, other))
    assert backing_prob(little, -10, slope, shock) <= backing_prob(much, -10, slope, shock)


def test_what_needs_no_backing_needs_no_share_and_certainty_is_never_bought() -> None:
    found = least_share([0.0, 1.0, np.inf], -20, 40, 10)
    assert found.tolist() == [0.0, np.inf, np.inf]


@pytest.mark.parametrize(("low", "high"), [(0.22, 0.75), (0.41, 0.5), (0.05, 0.9)])
def test_kept_promises_have_their_mean_and_their_width(low: float, high: float) -> None:
    a, b = kept_beta(0.45, low, high, mass=0.95)
    found = beta(a, b)
    assert found.mean() == pytest.approx(0.45)
    assert found.cdf(high) - found.cdf(low) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ((0.45, 0.5, 0.75), "0 < low < centre < high < 1"),
        ((0.45, 0.2, 1.0), "0 < low < centre < high < 1"),
        ((0.45, 0.01, 0.99, 0.5), "ask for a larger mass"),
        ((0.45, 0.2, 0.7, 1.0), "mass is 1"),
    ],
)
def test_rates_that_no_distribution_fits_are_refused(numbers: tuple[float, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        kept_beta(*numbers)


def test_numbers_out_of_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="slope_points"):
        backing_prob(0.5, 0, 0, 1)
    with pytest.raises(ValueError, match="shock_points"):
        least_share(0.5, 0, 1, 0)
    with pytest.raises(ValueError, match="prob must lie between"):
        advantage_at(0.5, 1.0, 1, 1)
    with pytest.raises(ValueError, match="least_backing_prob"):
        least_share(np.nan, 0, 1, 1)
