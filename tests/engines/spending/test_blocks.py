import numpy as np
import pytest

from foedus.engines.spending.blocks import common_draws, packed


def test_numbers_are_packed_doubles() -> None:
    block = packed([[1, 2], [3, 4]], 2, "gdp_usd_bn")
    assert block.dtype == np.float64
    assert block.flags.c_contiguous
    assert packed(np.ones((3, 2)).T, 2, "gdp_usd_bn").flags.c_contiguous
    assert packed([], 1, "gdp_usd_bn", above=0).shape == (0,)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="gdp_usd_bn holds a number that is not finite"):
        packed([1.0, value], 1, "gdp_usd_bn")


def test_a_number_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="x holds -1: it must be at least 0"):
        packed([1.0, -1.0], 1, "x", least=0)
    with pytest.raises(ValueError, match="x holds 0: it must be more than 0"):
        packed([1.0, 0.0], 1, "x", above=0)
    assert packed([0.0], 1, "x", least=0).tolist() == [0.0]


def test_axes_are_counted() -> None:
    with pytest.raises(ValueError, match="x has 1 axes: it must have 2"):
        packed([1.0], 2, "x")


def test_one_draw_serves_any_count_and_two_counts_do_not_go_together() -> None:
    assert common_draws(a=np.zeros((1, 2)), b=np.zeros(7)) == 7
    assert common_draws(a=np.zeros((1, 2))) == 1
    with pytest.raises(ValueError, match="differ in their count of draws: a 3, b 7"):
        common_draws(a=np.zeros((3, 2)), b=np.zeros(7))
