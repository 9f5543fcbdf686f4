"""How often a number takes which value over draws, in steps of a round size."""

import math
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

BINS: Final = 24


def bins(values: FloatArray, name: str) -> pl.DataFrame:
    """Return how many draws lie between which ends, in steps of a round size.

    Parameters
    ----------
    values : shape (draw,)
        What is not a number is left out.
    name
        Of the number; columns are `from_` and `to_` with it, `draws_count` and `draws_share`.

    Examples
    --------
    >>> table = bins(np.array([1.0, 1.0, 3.0]), "x_value")
    >>> table["draws_count"].sum(), table.columns
    (3, ['from_x_value', 'to_x_value', 'draws_count', 'draws_share'])
    """
    known = values[np.isfinite(values)]
    counts, edges = np.histogram(known, steps_of(known))
    total = max(1, known.size)
    return pl.DataFrame(
        {
            f"from_{name}": edges[:-1],
            f"to_{name}": edges[1:],
            "draws_count": counts,
            "draws_share": counts / total,
        }
    )


def steps_of(values: FloatArray) -> FloatArray:
    """Return the edges of about `BINS` steps of a round size that hold all values.

    A few whole numbers stand in the middle of a step each.

    >>> steps_of(np.array([0.0, 2.0])).tolist(), steps_of(np.array([0.0, 0.5]))[:3].tolist()
    ([-0.5, 0.5, 1.5, 2.5], [0.0, 0.025, 0.05])
    """
    if values.size == 0:
        return np.array([0.0, 1.0])
    low, high = float(values.min()), float(values.max())
    if low == high or (high - low < BINS and bool((values % 1 == 0).all())):
        return np.arange(low - 0.5, high + 1)
    rough = (high - low) / BINS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough)
    first = math.floor(low / step)
    last = max(first + 1, math.ceil(high / step))
    return np.arange(first, last + 1, dtype=np.float64) * step
