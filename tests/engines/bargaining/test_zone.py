import numpy as np
import pytest

from foedus.engines.bargaining.zone import restrict, take_zone


def test_one_end_serves_all_draws_of_the_other() -> None:
    zone = take_zone(10.0, [20.0, 5.0])
    assert zone.low_score.tolist() == [10.0, 10.0]
    assert zone.is_empty.tolist() == [False, True]


def test_a_single_point_is_not_empty() -> None:
    assert not take_zone(3.0, 3.0).is_empty.any()


def test_a_forecast_is_moved_to_the_nearer_end_and_no_further() -> None:
    forecast = np.array([0.0, 15.0, 90.0])
    assert restrict(forecast, take_zone(10.0, 20.0)).tolist() == [10.0, 15.0, 20.0]


def test_an_empty_zone_has_no_forecast() -> None:
    assert np.isnan(restrict(np.array([15.0]), take_zone(20.0, 10.0))).all()


def test_an_end_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        take_zone(float("nan"), 1.0)


def test_counts_of_draws_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="count of draws"):
        take_zone([1.0, 2.0], [3.0, 4.0, 5.0])
    with pytest.raises(ValueError, match="count of draws"):
        restrict(np.zeros(3), take_zone([1.0, 2.0], 3.0))
