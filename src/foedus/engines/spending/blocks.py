"""Arrays as the maths of this topic takes them: finite doubles, with the draws in front."""

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, IntArray, common_draws

__all__ = ["BoolArray", "FloatArray", "IntArray", "common_draws", "packed"]


def packed(
    numbers: ArrayLike, axes: int, name: str, *, least: float = -np.inf, above: float = -np.inf
) -> FloatArray:
    """Return the numbers as packed doubles, which is the one kind that kernels are compiled for.

    Parameters
    ----------
    numbers : any shape
        Finite numbers.
    axes
        Count of axes they must have.
    name
        What to call them in an error.
    least, above
        Every number is at least the one and more than the other.

    Returns
    -------
    same shape

    Raises
    ------
    ValueError
        If the count of axes is another, or a number is not finite or too small.

    Examples
    --------
    >>> packed([[1, 2]], 2, "gdp_usd_bn", above=0).tolist()
    [[1.0, 2.0]]
    """
    block: FloatArray = np.require(numbers, np.float64, ["C", "W"])
    if block.ndim != axes:
        raise ValueError(f"{name} has {block.ndim} axes: it must have {axes}")
    if block.size:
        # A minimum and a maximum take no second array, and NaN fails every comparison.
        low, high = float(block.min()), float(block.max())
        if not (-np.inf < low <= high < np.inf):
            raise ValueError(f"{name} holds a number that is not finite")
        if low < least:
            raise ValueError(f"{name} holds {low:g}: it must be at least {least:g}")
        if low <= above:
            raise ValueError(f"{name} holds {low:g}: it must be more than {above:g}")
    return block
