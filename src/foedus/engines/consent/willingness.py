"""Willingness of a principal: how far a stance may be from its score on the day that counts."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def stance_sd(
    error_score: FloatArray | float,
    drift_score: FloatArray | float,
    months: FloatArray | float,
) -> FloatArray:
    """Return the standard deviation of willingness around its score.

    Two independent errors add: that of reading the stance today, and that of a
    random walk from today to the decision, whose variance grows with the months.

    Parameters
    ----------
    error_score : shape (draw, delegation) or anything that broadcasts
        Standard deviation of the score itself, in points of 0-100.
    drift_score : same
        Standard deviation of one month's movement, in points per root month.
    months : same
        Months from the stance to the decision; 0 leaves the score's own error.

    Returns
    -------
    shape (draw, delegation), as the arguments broadcast
        In points.

    Raises
    ------
    ValueError
        If an error, a drift or a time is negative or not a finite number.

    Examples
    --------
    A score that is 10 points uncertain today and drifts 8 points a root month is,
    after nine months, mostly drift:

    >>> stance_sd(10.0, 8.0, 9.0).item()
    26.0
    """
    given = {"error_score": error_score, "drift_score": drift_score, "months": months}
    for name, values in given.items():
        if not (np.isfinite(values) & (np.asarray(values) >= 0)).all():
            raise ValueError(f"{name} holds a number that is negative or not finite")
    sd: FloatArray = np.sqrt(
        np.square(np.asarray(error_score, dtype=np.float64))
        + np.square(np.asarray(drift_score, dtype=np.float64)) * months
    )
    return sd


def correlated_normals(
    own: FloatArray, common: FloatArray, correlation: FloatArray | float
) -> FloatArray:
    """Return standard normals of which every two share one correlation.

    One common factor: a shock that moves every government alike, beside each
    one's own. It stands for shared shocks only; that governments wait for each
    other is another mechanism and belongs to `waiting`.

    Parameters
    ----------
    own : shape (draw, delegation)
        Independent standard normals, one for each delegation.
    common : shape (draw,)
        Independent standard normals, one for each draw.
    correlation : shape (draw,) or (1,), or one number
        Correlation between any two delegations, 0 to 1.

    Returns
    -------
    shape (draw, delegation)
        Standard normal in every column.

    Raises
    ------
    ValueError
        If a correlation is not between 0 and 1. A negative one cannot be shared
        by many delegations at once.

    Examples
    --------
    >>> own, common = np.array([[1.0, -1.0]]), np.array([2.0])
    >>> correlated_normals(own, common, 0.0).tolist()
    [[1.0, -1.0]]
    >>> correlated_normals(own, common, 1.0).tolist()
    [[2.0, 2.0]]
    """
    share = np.reshape(np.asarray(correlation, dtype=np.float64), (-1, 1))
    if not ((share >= 0) & (share <= 1)).all():
        raise ValueError("correlation holds a number that is not between 0 and 1")
    normals: FloatArray = np.sqrt(share) * common[:, None] + np.sqrt(1 - share) * own
    return normals
