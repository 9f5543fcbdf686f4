from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.spending.blocks import BoolArray, FloatArray
from foedus.engines.spending.force_cost import month_of, months_by_year, payments, sender_cost

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
COSTS = st.lists(st.floats(0, 100), min_size=3, max_size=3)
SIZES = st.lists(st.floats(0.1, 1e4), min_size=3, max_size=3)

OWN = np.eye(3, dtype=np.bool_)
EVERYBODY = np.ones(3, dtype=np.bool_)


def paid(
    cost: list[float], pays_for: BoolArray, size: list[float], common: float = 0.0
) -> FloatArray:
    found: FloatArray = payments(
        np.array([cost]),
        pays_for,
        np.array([size]),
        np.ones(len(cost), np.bool_),
        EVERYBODY,
        np.array([common]),
    )[0]
    return found


class TestMonths:
    def test_a_mission_from_17_june_by_hand(self) -> None:
        # 14 of 30 days of June are left, and six months: 6.466667 in the first year.
        years = np.array([2025, 2026, 2027])
        months = months_by_year(month_of(date(2025, 6, 17)), np.array([24.0, 3.0]), years)
        first = 6 + 14 / 30
        assert months[0] == pytest.approx([first, 12, 24 - 12 - first])
        assert months[1] == pytest.approx([3, 0, 0])

    @given(DAYS, st.floats(0, 60))
    def test_all_months_fall_into_years(self, day: date, duration: float) -> None:
        years = np.arange(day.year, day.year + 7)
        months = months_by_year(month_of(day), np.array([duration]), years)
        assert months.sum() == pytest.approx(duration, abs=1e-9)
        assert (months >= 0).all()
        assert (months <= 12).all()

    @given(DAYS)
    def test_days_move_on_without_a_leap(self, day: date) -> None:
        step = month_of(day + timedelta(days=1)) - month_of(day)
        assert 1 / 31 - 1e-9 <= step <= 1 / 28 + 1e-9
        assert month_of(day.replace(month=1, day=1)) == 12 * day.year

    def test_months_before_and_after_the_years_are_in_none(self) -> None:
        start = month_of(date(2024, 7, 1))
        months = months_by_year(start, np.array([24.0]), np.array([2025]))
        assert months.tolist() == [[12.0]]


class TestCost:
    def test_persons_of_each_domain_have_their_own_cost(self) -> None:
        persons = np.array([[[1000.0, 0.0, 100.0], [0.0, 500.0, 0.0]]])
        cost = sender_cost(persons, np.array([[1e5, 2e5, 3e5]]))
        assert cost[0] == pytest.approx([0.13, 0.1])

    @given(COSTS, SIZES)
    def test_costs_lie_where_they_fall(self, cost: list[float], size: list[float]) -> None:
        assert paid(cost, OWN, size) == pytest.approx(cost)

    @given(COSTS, SIZES, st.floats(0, 1))
    def test_nothing_is_lost_whatever_is_common(
        self, cost: list[float], size: list[float], common: float
    ) -> None:
        assert paid(cost, OWN, size, common).sum() == pytest.approx(sum(cost), abs=1e-9)

    @given(COSTS, SIZES)
    def test_what_is_all_common_is_shared_by_size(
        self, cost: list[float], size: list[float]
    ) -> None:
        expected = sum(cost) * np.array(size) / sum(size)
        assert paid(cost, OWN, size, 1.0) == pytest.approx(expected, abs=1e-9)

    def test_a_pool_is_paid_by_its_members_by_size(self) -> None:
        pool = np.array([[True, False, True]])
        assert paid([10.0], pool, [3.0, 5.0, 1.0]) == pytest.approx([7.5, 0, 2.5])

    def test_a_sender_outside_the_common_part_pays_for_itself(self) -> None:
        found = payments(
            np.array([[4.0, 6.0]]),
            np.array([[True, False], [False, True]]),
            np.array([[1.0, 9.0]]),
            np.array([True, False]),
            np.array([True, False]),
            np.array([0.5]),
        )
        assert found[0] == pytest.approx([4.0, 6.0])

    def test_a_cost_that_nobody_pays_is_refused(self) -> None:
        with pytest.raises(ValueError, match="sender 1 has nobody to pay for it"):
            paid([1.0, 2.0], np.array([[True, False, False], [False] * 3]), [1.0, 1.0, 1.0])
        assert paid([1.0, 0.0], np.array([[True, False, False], [False] * 3]), [1.0, 1.0, 1.0])[0]

    def test_every_draw_has_its_own(self) -> None:
        cost = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
        found = payments(cost, OWN, np.ones((1, 3)), EVERYBODY, EVERYBODY, np.zeros(1))
        assert found.tolist() == cost.tolist()
