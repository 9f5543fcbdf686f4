"""One at a time: how far each input alone moves an outcome between two values of it.

What inputs do together is not seen here: see `sobol_indices`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Tornado:
    """Bars of a tornado chart, outcome by outcome. NaN where a run failed."""

    base: FloatArray
    """Shape (outcome,): with every input at its middle."""
    at_low: FloatArray
    """Shape (outcome, input): with the input alone at its low value."""
    at_high: FloatArray
    """Shape (outcome, input): with the input alone at its high value."""
    swing: FloatArray
    """Shape (outcome, input): from the least to the greatest of the three."""
    order: IntArray
    """Shape (outcome, input): inputs, the widest swing first, failed ones last."""
    turns: NDArray[np.bool_]
    """Shape (outcome, input): both ends lie on one side of the base, off it."""
    failed_count: IntArray
    """Shape (outcome,): runs that failed."""


def one_at_a_time(base: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the points to run: the base, then for each input its low and its high value.

    Parameters
    ----------
    base, low, high : shape (input,)
        Such as 0.5, 0.05 and 0.95 of the unit cube.

    Returns
    -------
    shape (2 input + 1, input)

    Examples
    --------
    >>> middle = np.full(2, 0.5)
    >>> one_at_a_time(middle, middle - 0.25, middle + 0.25).tolist()
    [[0.5, 0.5], [0.25, 0.5], [0.75, 0.5], [0.5, 0.25], [0.5, 0.75]]
    """
    if base.ndim != 1 or low.shape != base.shape or high.shape != base.shape:
        raise ValueError("base, low and high need one entry an input")
    points = np.repeat(base[np.newaxis, :], 2 * base.size + 1, axis=0)
    place = np.arange(base.size)
    points[1 + 2 * place, place] = low
    points[2 + 2 * place, place] = high
    return points


def tornado(outcomes: FloatArray) -> Tornado:
    """Return the bars.

    Parameters
    ----------
    outcomes : shape (2 input + 1, outcome)
        In the order of `one_at_a_time`; NaN where a run failed.

    Raises
    ------
    ValueError
        If the count of runs is not odd.

    Examples
    --------
    >>> points = one_at_a_time(np.zeros(2), -np.ones(2), np.ones(2))
    >>> bars = tornado(points @ np.array([[1.0], [3.0]]))
    >>> bars.swing.tolist(), bars.order.tolist()
    ([[2.0, 6.0]], [[1, 0]])
    """
    if outcomes.ndim != 2 or len(outcomes) % 2 == 0:
        raise ValueError(f"outcomes have the shape {outcomes.shape}, not (2 input + 1, outcome)")
    base, at_low, at_high = outcomes[0], outcomes[1::2].T, outcomes[2::2].T
    three = np.stack([np.broadcast_to(base[:, np.newaxis], at_low.shape), at_low, at_high])
    swing = three.max(axis=0) - three.min(axis=0)
    return Tornado(
        base=base,
        at_low=at_low,
        at_high=at_high,
        swing=swing,
        order=np.argsort(-swing, axis=1, kind="stable"),  # what is not a number stands last
        turns=(at_low - base[:, np.newaxis]) * (at_high - base[:, np.newaxis]) > 0,
        failed_count=np.isnan(outcomes).sum(axis=0),
    )
