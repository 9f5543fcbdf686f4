"""Arrays as the kernels of this topic take them: checked, packed, with the draws in front."""

from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray, common_draws

__all__ = [
    "BoolArray",
    "FloatArray",
    "IntArray",
    "Rule",
    "common_draws",
    "packed",
    "refuse_unless_fits",
]

Rule: TypeAlias = Literal["at least 0", "finite and at least 0", "finite and more than 0"]

_LARGEST: Final = float(np.finfo(np.float64).max)
_SMALLEST: Final = float(np.finfo(np.float64).smallest_normal)


def packed(numbers: ArrayLike, axes: int, name: str, rule: Rule) -> FloatArray:
    """Return the numbers as doubles, packed and writable.

    Kernels are compiled for that one kind. An array that is so already is not copied.

    Parameters
    ----------
    numbers : any shape
        Numbers to check.
    axes
        Count of axes they must have.
    name
        What to call them in an error.
    rule
        What every number must be. Infinity is let through by `at least 0` alone, NaN by none.

    Returns
    -------
    same shape

    Raises
    ------
    ValueError
        If the count of axes is another, or a number breaks the rule.

    Examples
    --------
    >>> packed([[1, 2]], 2, "need_persons", "finite and at least 0").tolist()
    [[1.0, 2.0]]
    """
    block: FloatArray = np.require(numbers, np.float64, ["C", "W"])
    if block.ndim != axes:
        raise ValueError(f"{name} has {block.ndim} axes: it must have {axes}")
    if block.size == 0:
        return block
    # A minimum and a maximum take no second array, and NaN fails every comparison.
    low, high = float(block.min()), float(block.max())
    least = _SMALLEST if rule == "finite and more than 0" else 0.0
    most = np.inf if rule == "at least 0" else _LARGEST
    if not (least <= low and high <= most):
        culprit = high if least <= low else low
        raise ValueError(f"{name} holds {culprit:g}: it must be {rule}")
    return block


def refuse_unless_fits(axis: int, what: str, size: int, **arrays: NDArray[np.generic]) -> None:
    """Raise ValueError unless an axis of every array has one entry for each of `what`.

    Examples
    --------
    >>> refuse_unless_fits(1, "nations", 35, ceiling_persons=np.zeros((1, 34)))
    Traceback (most recent call last):
    ValueError: ceiling_persons has 34 nations: the other arrays have 35
    """
    for name, array in arrays.items():
        if array.shape[axis] != size:
            raise ValueError(f"{name} has {array.shape[axis]} {what}: the other arrays have {size}")
