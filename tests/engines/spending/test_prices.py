import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.spending.prices import constant_usd, own_money

AMOUNTS = st.floats(0, 1e12)
LEVELS = st.floats(1e-3, 1e6)


def dollars(amount: float, own: float, then: float, usd: float) -> float:
    return float(constant_usd([amount], [own], [then], [usd])[0])


def test_domestic_prices_come_first_and_the_rate_of_the_price_year_second() -> None:
    # 90 euros of a year with prices at 90 are 100 of the price year, at 1.08 dollars each.
    assert dollars(90, 90, 100, 1.08) == pytest.approx(108)
    # Had the rate of the old year, 1.30, been taken and American prices, it would be another sum.
    assert dollars(90, 90, 100, 1.08) != pytest.approx(90 * 1.30 * 104 / 95)


@given(AMOUNTS)
def test_dollars_of_the_price_year_stay_what_they_are(amount: float) -> None:
    assert dollars(amount, 104.5, 104.5, 1.0) == amount


@given(AMOUNTS, LEVELS, LEVELS, LEVELS)
def test_there_and_back_is_where_it_began(
    amount: float, own: float, then: float, usd: float
) -> None:
    there = constant_usd([amount], [own], [then], [usd])
    assert own_money(there, [own], [then], [usd])[0] == pytest.approx(amount, rel=1e-12)


@given(AMOUNTS, LEVELS, LEVELS, LEVELS, st.floats(0.1, 10))
def test_the_base_of_the_price_index_does_not_count(
    amount: float, own: float, then: float, usd: float, base: float
) -> None:
    rebased = dollars(amount, own * base, then * base, usd)
    assert rebased == pytest.approx(dollars(amount, own, then, usd), rel=1e-12)


def test_a_draw_axis_of_one_serves_all() -> None:
    assert constant_usd([1.0, 2.0], [100.0], [100.0, 200.0], [1.0]).tolist() == [1.0, 4.0]


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_a_level_or_rate_that_is_none_is_refused(place: int, value: float) -> None:
    given_ = [[1.0], [1.0], [1.0], [1.0]]
    given_[place] = [value]
    for convert in (constant_usd, own_money):
        with pytest.raises(ValueError, match="holds"):
            convert(*given_)
