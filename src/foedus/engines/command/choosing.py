"""Choosing one of several by one criterion after another, none of them traded for another."""

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray, common_draws


def first_by(eligible: BoolArray, *criteria: FloatArray | BoolArray) -> IntArray:
    """Return which one comes first: highest by the first criterion, of equals by the next.

    This is an order and no sum: however much better one is by a later criterion, it makes up for
    nothing in an earlier one.

    Parameters
    ----------
    eligible : shape (draw, one)
        Which may be chosen.
    criteria : shape (draw, one) each
        Higher comes first. Of those that are equal in all, the first in place is chosen.

    Returns
    -------
    shape (draw,)
        Place of the one that is chosen; -1 where none is eligible.

    Examples
    --------
    >>> may = np.array([[True, True, True], [False, True, True], [False, False, False]])
    >>> accepted = np.array([[0.9, 0.9, 0.2]])
    >>> used_to = np.array([[0.3, 0.4, 1.0]])
    >>> first_by(may, accepted, used_to).tolist()
    [1, 1, -1]
    """
    n = common_draws(eligible=eligible, **{f"criterion_{i}": c for i, c in enumerate(criteria)})
    left = np.broadcast_to(eligible, (n, eligible.shape[1]))
    if not eligible.shape[1]:
        return np.full(n, -1, dtype=np.int64)
    for criterion in criteria:
        seen = np.where(left, criterion, -np.inf)
        left = left & (seen == seen.max(axis=1, keepdims=True))
    return np.where(left.any(axis=1), left.argmax(axis=1), -1).astype(np.int64)
