"""Triangular distributions by their quantile function, many cells in one pass of compiled code."""

from math import sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def turn_triangular(values: FloatArray, rows: NDArray[np.int64], ends: FloatArray) -> None:
    """Turn probabilities into the values at them, in place.

    To the last bit what `uncertainties.quantiles` finds cell by cell.

    Parameters
    ----------
    values : shape (cell, draw)
        Probabilities between 0 and 1.
    rows : shape (triangular cell,)
        Places of the cells that are turned; others are left alone.
    ends : shape (cell, 3)
        Low, mode and high.

    Examples
    --------
    >>> values = np.array([[0.0, 0.5, 1.0], [0.0, 0.5, 1.0]])
    >>> turn_triangular(values, np.array([1]), np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 2.0]]))
    >>> values.tolist()
    [[0.0, 0.5, 1.0], [0.0, 1.0, 2.0]]
    """
    for row in rows:
        low, mode, high = ends[row, 0], ends[row, 1], ends[row, 2]
        width, up, down = high - low, mode - low, high - mode
        peak = up / width if width > 0.0 else 0.0
        for i in range(values.shape[1]):
            u = values[row, i]
            rises = u < peak
            away = sqrt(u * width * up if rises else (1.0 - u) * width * down)
            values[row, i] = low + away if rises else high - away
