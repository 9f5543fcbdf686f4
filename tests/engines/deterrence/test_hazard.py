"""Hazards over months: against a month-by-month count, and where they multiply past one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.hazard import monthly_hazard, risk_ratio, within_prob


@given(st.floats(0, 1), st.integers(0, 60))
def test_it_happens_in_the_first_month_or_in_one_of_the_rest(hazard: float, months: int) -> None:
    left, found = 1.0, 0.0
    for _ in range(months):
        found += left * hazard
        left *= 1 - hazard
    assert within_prob(hazard, months)[0, 0] == pytest.approx(found, abs=1e-12)


def test_more_months_are_more_likely_to_see_it() -> None:
    found = within_prob([0.0, 0.01, 0.2], [12, 24, 60])
    assert found.shape == (3, 3)
    assert (np.diff(found, axis=1) >= 0).all()


def test_the_ratio_is_one_of_means_and_not_a_mean_of_ratios() -> None:
    assert risk_ratio([0, 1, 0, 0], [1, 1, 1, 0.2]) == pytest.approx(1 / 3.2)
    assert risk_ratio([0.0], [0.5]) == 0.0


def test_where_nobody_violates_anyway_there_is_no_ratio() -> None:
    with pytest.raises(ValueError, match="without_prob is 0 in every draw"):
        risk_ratio([0.1], [0.0])


@pytest.mark.parametrize("wrong", [[], [1.1], [np.nan], [-0.1]])
def test_what_is_no_probability_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="option_prob"):
        risk_ratio(wrong, [1.0])


def test_hazards_that_multiply_past_one_are_named_with_their_draws() -> None:
    assert monthly_hazard([0.5, 0.25], 2.0).tolist() == [1.0, 0.5]
    with pytest.raises(ValueError, match=r"hazard of 0.7 times a ratio of 2 is 1.4.*: draws 1, 2"):
        monthly_hazard([0.5, 0.7, 0.8], [2.0, 2.0, 2.0])


def test_numbers_out_of_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="baseline_prob"):
        monthly_hazard(1.5, 0.1)
    with pytest.raises(ValueError, match="ratio"):
        monthly_hazard(0.5, -1)
    with pytest.raises(ValueError, match="hazard_prob"):
        within_prob(1.5, 12)
    with pytest.raises(ValueError, match="months"):
        within_prob(0.5, -1)
