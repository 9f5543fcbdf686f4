import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.spending.debt import budget_share, debt_effect, deficit_after, is_over

EXTRAS = st.lists(st.floats(0, 0.1), min_size=1, max_size=12)
GROWTH = st.floats(-0.2, 0.2)
SPREAD = st.floats(-0.05, 0.05)


def owed(extra: list[float], growth: float, spread: float) -> float:
    return float(debt_effect([[extra]], [[growth]], [spread])[0, 0])


def by_hand(extra: list[float], growth: float, spread: float) -> float:
    """Borrow in money, and divide by GDP at the end: the definition, without ratios."""
    gdp, debt = 100.0, 0.0
    for share in extra:
        gdp *= 1 + growth
        debt = debt * (1 + growth + spread) + share * gdp
    return debt / gdp


def test_two_years_by_hand() -> None:
    # At growth 0 and interest 2 %: a per cent borrowed twice is 1.02 + 1.
    assert owed([0.01, 0.01], 0.0, 0.02) == pytest.approx(0.0202)
    assert owed([0.0, 0.01], 0.05, 0.02) == pytest.approx(0.01)


@given(EXTRAS, GROWTH, SPREAD)
def test_it_is_debt_in_money_over_gdp(extra: list[float], growth: float, spread: float) -> None:
    assert owed(extra, growth, spread) == pytest.approx(by_hand(extra, growth, spread), abs=1e-12)


@given(EXTRAS, GROWTH)
def test_where_interest_is_growth_it_is_the_sum(extra: list[float], growth: float) -> None:
    assert owed(extra, growth, 0.0) == pytest.approx(sum(extra), abs=1e-12)


@given(EXTRAS, GROWTH, SPREAD, st.floats(0, 10))
def test_it_is_linear_in_what_is_borrowed(
    extra: list[float], growth: float, spread: float, times: float
) -> None:
    more = owed([times * share for share in extra], growth, spread)
    assert more == pytest.approx(times * owed(extra, growth, spread), abs=1e-12)


@given(EXTRAS, GROWTH, SPREAD, SPREAD)
def test_dearer_debt_never_adds_less(
    extra: list[float], growth: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert owed(extra, growth, low) <= owed(extra, growth, high) + 1e-12


def test_an_economy_that_vanishes_is_refused() -> None:
    with pytest.raises(ValueError, match="growth_share holds -1: it must be more than -1"):
        owed([0.01], -1.0, 0.0)


def test_a_deficit_grows_by_what_is_borrowed_and_a_surplus_shrinks() -> None:
    after = deficit_after(np.array([[-0.058, 0.02, np.nan]]), np.array([[0.01, 0.01, 0.01]]))
    assert after[0, :2] == pytest.approx([0.068, -0.01])
    assert np.isnan(after[0, 2])


def test_a_limit_is_passed_above_it_and_not_at_it() -> None:
    limit = np.array([[0.03, 0.03, np.nan]])
    assert is_over(np.array([[0.03, 0.031, 1.0]]), limit).tolist() == [[False, True, False]]


def test_a_part_of_no_budget_is_not_known() -> None:
    parts = budget_share(np.array([[0.02, 0.02, 0.02]]), np.array([[0.4, 0.0, np.nan]]))
    assert parts[0, 0] == pytest.approx(0.05)
    assert np.isnan(parts[0, 1:]).all()
