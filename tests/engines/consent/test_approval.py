import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from foedus.engines.consent.approval import FloatArray, approval_prob

SHARES = st.floats(0, 1)
MARGINS = st.floats(-1, 1)


def at(
    gov: float,
    support: float,
    margin: float,
    *,
    majority: float = 0.5,
    tau: float = 0.1,
    beta: float = 1.0,
    margin_sd: float = 0.0,
) -> float:
    prob = approval_prob(
        np.array([[gov]]),
        np.array([[support]]),
        majority,
        tau,
        beta,
        np.array([[margin]]),
        public_margin_sd=margin_sd,
    )
    return float(prob.item())


class TestHandWorkedValues:
    """Φ(1) = 0.8413447, Φ(0.8) = 0.7881446, Φ(-0.5) = 0.3085375."""

    def test_ten_points_over_half_with_an_error_of_ten(self) -> None:
        assert at(0.45, 0.15, 0.0) == pytest.approx(0.8413447, abs=5e-8)

    def test_two_thirds_needed(self) -> None:
        assert at(2 / 3, 0.0, -0.25, majority=2 / 3, beta=2.0) == pytest.approx(0.3085375, abs=5e-8)

    def test_an_uncertain_public_draws_the_chance_towards_a_half(self) -> None:
        """A distance of 1 over the root of 1 + 2² · 0.375² = 1.25²."""
        assert at(0.6, 0.0, 0.0, beta=2.0, margin_sd=0.375) == pytest.approx(0.7881446, abs=5e-8)


@given(SHARES, MARGINS, st.floats(0.02, 1), st.floats(0, 5))
def test_a_half_of_the_seats_and_an_even_public_are_a_coin(
    gov: float, margin: float, tau: float, beta: float
) -> None:
    assert at(gov, 0.5 - gov, 0.0, tau=tau, beta=beta) == pytest.approx(0.5)
    mirrored = at(1 - gov, 0.0, -margin, tau=tau, beta=beta)
    assert at(gov, 0.0, margin, tau=tau, beta=beta) == pytest.approx(1 - mirrored)


@given(SHARES, SHARES, MARGINS, MARGINS)
def test_more_seats_and_more_support_never_hurt(
    one: float, other: float, margin: float, second_margin: float
) -> None:
    low, high = sorted([one, other])
    worse, better = sorted([margin, second_margin])
    assert at(low, 0.1, worse) <= at(high, 0.1, worse) <= at(high, 0.1, better)


@given(SHARES, MARGINS, st.floats(0.05, 1), st.floats(-3, 3), st.floats(0.01, 0.5))
def test_the_closed_form_is_the_integral_over_the_margin(
    gov: float, margin: float, tau: float, beta: float, margin_sd: float
) -> None:
    # Gauss-Hermite for the weight exp(-z² / 2).
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    known = norm.cdf((gov - 0.5) / tau + beta * (margin + margin_sd * nodes))
    integral = float(weights @ known / weights.sum())
    found = at(gov, 0.0, margin, tau=tau, beta=beta, margin_sd=margin_sd)
    assert found == pytest.approx(integral, abs=1e-9)


def test_draws_and_delegations_broadcast() -> None:
    tau, beta = np.array([0.05, 0.1]), np.array([0.0, 1.0])
    gov, margin = np.array([[0.55, 0.45, 0.5]]), np.array([[0.2, 0.5, 0.0]])
    majority = np.array([[0.5, 0.5, 0.6]])
    prob = approval_prob(gov, np.zeros((1, 3)), majority, tau, beta, margin)
    np.testing.assert_allclose(
        prob, norm.cdf([[1.0, -1.0, -2.0], [0.5 + 0.2, -0.5 + 0.5, -1.0]]), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("tau", "margin_sd", "margin", "says"),
    [
        (0.0, 0.0, 0.0, "tau"),
        (np.nan, 0.0, 0.0, "tau"),
        (0.1, -0.1, 0.0, "public_margin_sd"),
        (0.1, 0.0, np.nan, "is NaN"),
    ],
)
def test_what_cannot_be_is_refused(tau: float, margin_sd: float, margin: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        at(0.5, 0.0, margin, tau=tau, margin_sd=margin_sd)


def test_one_draw_of_a_bad_error_is_refused_among_good_ones() -> None:
    tau: FloatArray = np.array([0.1, -0.1])
    with pytest.raises(ValueError, match="tau"):
        approval_prob(np.ones((1, 1)), np.zeros((1, 1)), 0.5, tau, 1.0, np.zeros((1, 1)))
