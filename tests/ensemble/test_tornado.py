"""One at a time: bars of linear, bent and failing models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.ensemble.tornado import one_at_a_time, tornado

SLOPES = arrays(np.float64, 4, elements=st.floats(-100, 100))


def runs(slopes: np.ndarray) -> np.ndarray:
    points = one_at_a_time(np.full(4, 0.5), np.full(4, 0.1), np.full(4, 0.9))
    return np.asarray(points @ slopes[:, np.newaxis])


@given(slopes=SLOPES)
def test_a_linear_model_swings_by_slope_times_range(slopes: np.ndarray) -> None:
    bars = tornado(runs(slopes))
    assert bars.swing[0] == pytest.approx(0.8 * np.abs(slopes), abs=1e-9)
    assert bars.at_high[0] - bars.at_low[0] == pytest.approx(0.8 * slopes, abs=1e-9)


@given(slopes=SLOPES)
def test_the_widest_bar_comes_first(slopes: np.ndarray) -> None:
    bars = tornado(runs(slopes))
    assert (np.diff(bars.swing[0][bars.order[0]]) <= 0).all()
    assert sorted(bars.order[0].tolist()) == [0, 1, 2, 3]


def test_each_point_moves_one_input_alone() -> None:
    base, low, high = np.array([0.5, 0.4]), np.array([0.1, 0.2]), np.array([0.9, 0.8])
    points = one_at_a_time(base, low, high)
    for place in range(2):
        moved = points[1 + 2 * place : 3 + 2 * place]
        assert moved[:, place].tolist() == [low[place], high[place]]
        assert (moved[:, 1 - place] == base[1 - place]).all()


def test_a_bend_at_the_base_is_told_and_swings_from_the_base() -> None:
    points = one_at_a_time(np.zeros(2), -np.ones(2), np.array([2.0, 1.0]))
    bars = tornado((points[:, :1] ** 2) + points[:, 1:])
    assert bars.turns.tolist() == [[True, False]]
    assert bars.swing.tolist() == [[4.0, 2.0]]


def test_a_failed_run_is_counted_and_stands_last() -> None:
    outcomes = runs(np.array([9.0, 1.0, 2.0, 3.0]))
    outcomes[2] = np.nan
    bars = tornado(outcomes)
    assert bars.failed_count.tolist() == [1]
    assert np.isnan(bars.swing[0, 0])
    assert bars.order.tolist() == [[3, 2, 1, 0]]


def test_arrays_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry"):
        one_at_a_time(np.zeros(2), np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="shape"):
        tornado(np.zeros((4, 1)))
