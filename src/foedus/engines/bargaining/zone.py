"""Zones: the outcomes within which a forecast must lie, one interval a draw."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, common_draws


class Zone(NamedTuple):
    """An interval of outcomes in each draw, its ends included; empty where low is above high."""

    low_score: FloatArray
    """Shape (draw,)."""
    high_score: FloatArray
    """Shape (draw,)."""

    @property
    def is_empty(self) -> BoolArray:
        """Shape (draw,); True where no outcome is left."""
        empty: BoolArray = ~(self.low_score <= self.high_score)
        return empty


def take_zone(low_score: ArrayLike, high_score: ArrayLike) -> Zone:
    """Return the zone between two numbers, or between two a draw.

    Raises
    ------
    ValueError
        If an end is NaN, or the ends have different counts of draws.

    Examples
    --------
    >>> take_zone(0.0, [100.0, -1.0]).is_empty.tolist()
    [False, True]
    """
    low, high = (
        np.atleast_1d(np.asarray(end, dtype=np.float64)) for end in (low_score, high_score)
    )
    common_draws(low_score=low, high_score=high)
    if np.isnan(low).any() or np.isnan(high).any():
        raise ValueError("an end of the zone is NaN")
    low, high = np.broadcast_arrays(low, high)
    return Zone(np.require(low, requirements=["C", "W"]), np.require(high, requirements=["C", "W"]))


def restrict(forecast_score: FloatArray, zone: Zone) -> FloatArray:
    """Return the outcome in a zone that is nearest to a forecast.

    For whatever is single-peaked about the forecast this is the best outcome in the zone: the
    weighted squares around the compromise mean, the weighted distances around the median, any
    concave sum around its maximum.

    Parameters
    ----------
    forecast_score : shape (draw,)
    zone
        Of as many draws, or one that serves all.

    Returns
    -------
    shape (draw,)
        NaN where the zone is empty.

    Examples
    --------
    >>> restrict(np.array([10.0, 50.0, 50.0]), take_zone([40.0, 40.0, 70.0], 60.0)).tolist()
    [40.0, 50.0, nan]
    """
    common_draws(forecast_score=forecast_score, zone=zone.low_score)
    nearest = np.minimum(np.maximum(forecast_score, zone.low_score), zone.high_score)
    within: FloatArray = np.where(zone.is_empty, np.nan, nearest)
    return within
