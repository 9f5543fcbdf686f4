"""Arrays as the maths of this topic takes them: finite doubles, with the draws in front."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


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


def common_draws(**blocks: FloatArray) -> int:
    """Return the count of draws of arrays that go together; one draw serves any count.

    Raises
    ------
    ValueError
        If two arrays have different counts, neither of them 1.

    Examples
    --------
    >>> common_draws(gdp_usd_bn=np.zeros((500, 3)), ramp_share=np.zeros((1, 3)))
    500
    """
    counts = {name: block.shape[0] for name, block in blocks.items() if block.shape[0] != 1}
    if len(set(counts.values())) > 1:
        seen = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ValueError(f"the arrays differ in their count of draws: {seen}")
    return next(iter(counts.values()), 1)
