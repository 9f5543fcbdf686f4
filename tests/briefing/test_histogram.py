"""Every draw stands in one step of a histogram, and steps are of a round size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.briefing.histogram import BINS, bins


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_every_draw_stands_in_one_step(values: list[float]) -> None:
    table = bins(np.array(values), "x_value")
    assert table["draws_count"].sum() == len(values)
    assert table["draws_share"].sum() == pytest.approx(1.0)
    assert table["from_x_value"][0] <= min(values)
    assert table["to_x_value"][-1] >= max(values)
    assert table.height <= 2 * BINS


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=60))
def test_a_few_whole_numbers_have_a_step_each(values: list[int]) -> None:
    table = bins(np.array(values, dtype=float), "x_count")
    middles = (table["from_x_count"] + table["to_x_count"]) / 2
    counted = dict(zip(middles, table["draws_count"], strict=True))
    whole = range(min(values), max(values) + 1)
    assert counted == {number: values.count(number) for number in whole}


def test_what_is_no_number_is_left_out() -> None:
    table = bins(np.array([np.nan, 1.5, np.inf]), "x_value")
    assert table["draws_count"].to_list() == [1]
    assert bins(np.array([]), "x_value")["draws_count"].sum() == 0
