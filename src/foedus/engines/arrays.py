"""Arrays that the maths of every topic takes: their kinds, and draws that go together."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def common_draws(**blocks: NDArray[np.generic]) -> int:
    """Return the count of draws of arrays that go together; one draw serves any count.

    Raises
    ------
    ValueError
        If two arrays have different counts, neither of them 1.

    Examples
    --------
    >>> common_draws(supply_persons=np.zeros((500, 3)), ceiling_persons=np.zeros((1, 3)))
    500
    """
    counts = {name: block.shape[0] for name, block in blocks.items() if block.shape[0] != 1}
    if len(set(counts.values())) > 1:
        seen = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ValueError(f"the arrays differ in their count of draws: {seen}")
    return next(iter(counts.values()), 1)
