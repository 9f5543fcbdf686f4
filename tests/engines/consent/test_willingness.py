import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.consent.willingness import FloatArray, correlated_normals, stance_sd

POINTS = st.floats(0, 50)
MONTHS = st.floats(0, 60)


def one(values: FloatArray) -> float:
    return float(values.item())


class TestHandWorkedValues:
    """Squares add: 6² + 4² · 4 = 10² and 10² + 8² · 9 = 26²."""

    def test_two_errors_add_as_squares(self) -> None:
        assert one(stance_sd(6.0, 4.0, 4.0)) == 10
        assert one(stance_sd(10.0, 8.0, 9.0)) == 26

    def test_a_quarter_common_variance_weighs_the_factor_by_a_half(self) -> None:
        own, common = np.array([[0.0, 2.0]]), np.array([3.0])
        np.testing.assert_allclose(
            correlated_normals(own, common, 0.25), [[1.5, 1.5 + np.sqrt(3)]], rtol=1e-15
        )


@given(POINTS, POINTS)
def test_without_time_only_the_error_of_the_score_is_left(error: float, drift: float) -> None:
    assert one(stance_sd(error, drift, 0.0)) == pytest.approx(error, abs=1e-150)


@given(POINTS, POINTS, MONTHS, MONTHS)
def test_drift_over_two_spans_is_drift_over_their_sum(
    error: float, drift: float, first: float, second: float
) -> None:
    in_two_steps = stance_sd(stance_sd(error, drift, first), drift, second)
    assert one(in_two_steps) == pytest.approx(one(stance_sd(error, drift, first + second)))


def test_draws_and_delegations_broadcast() -> None:
    error = np.array([[10.0, 15.0, 25.0]])
    drift = np.array([[4.0], [12.0]])
    sd = stance_sd(error, drift, np.array([[1.0], [4.0]]))
    assert sd.shape == (2, 3)
    assert sd[1, 0] == np.sqrt(100 + 144 * 4)


@pytest.mark.parametrize(
    ("error", "drift", "months", "name"),
    [
        (-1.0, 8.0, 1.0, "error_score"),
        (10.0, -8.0, 1.0, "drift_score"),
        (10.0, 8.0, -1.0, "months"),
        (10.0, 8.0, np.nan, "months"),
    ],
)
def test_what_is_negative_or_unknown_is_refused(
    error: float, drift: float, months: float, name: str
) -> None:
    with pytest.raises(ValueError, match=f"{name} holds a number that is negative or not finite"):
        stance_sd(error, drift, months)


def test_drawn_normals_have_the_asked_correlation() -> None:
    rng = np.random.default_rng(11)
    draws, correlation = 200_000, 0.36
    normals = correlated_normals(
        rng.standard_normal((draws, 3)), rng.standard_normal(draws), correlation
    )
    found = np.cov(normals, rowvar=False)
    expected = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    # Four standard errors of a sample covariance of standard normals.
    error = np.sqrt((1 + expected**2) / draws)
    assert (np.abs(found - expected) < 4 * error).all()


def test_each_draw_keeps_its_own_correlation() -> None:
    own, common = np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([5.0, 5.0])
    normals = correlated_normals(own, common, np.array([0.0, 1.0]))
    assert normals.tolist() == [[1.0, -1.0], [5.0, 5.0]]


@pytest.mark.parametrize("correlation", [-0.1, 1.1, np.nan])
def test_a_correlation_that_cannot_be_shared_is_refused(correlation: float) -> None:
    with pytest.raises(ValueError, match="correlation holds a number"):
        correlated_normals(np.zeros((1, 2)), np.zeros(1), correlation)
