"""Spans of command: how many brigades the headquarters at hand can lead."""

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray, common_draws


def brigades_commanded(
    span_count: FloatArray, there: BoolArray, goes_first: BoolArray, needed_count: int
) -> tuple[FloatArray, IntArray]:
    """Return the brigades that headquarters of one echelon can command, and how many take part.

    No more take part than are asked for: those that go first, and then those of the largest span.
    What is left over is no further span; it can take turns.

    Parameters
    ----------
    span_count : shape (draw, headquarters)
        Brigades that each can command at once, at least 0.
    there : shape (draw, headquarters)
        Which are at hand.
    goes_first : shape (headquarters,)
        Which are taken before the others, such as those of the lead.
    needed_count
        How many are asked for, at least 1.

    Returns
    -------
    brigades : shape (draw,)
    taken : shape (draw,)

    Raises
    ------
    ValueError
        If a span is below 0, none is asked for, or the counts of draws do not go together.

    Examples
    --------
    Three are at hand, two are asked for, and the smallest goes first:

    >>> brigades, taken = brigades_commanded(
    ...     np.array([[9.0, 4.0, 3.0, 5.0]]),
    ...     np.array([[False, True, True, True]]),
    ...     np.array([False, False, True, False]),
    ...     2,
    ... )
    >>> brigades.tolist(), taken.tolist()
    ([8.0], [2])
    """
    n = common_draws(span_count=span_count, there=there)
    if needed_count < 1:
        raise ValueError(f"needed_count is {needed_count}: it must be at least 1")
    if span_count.size and span_count.min() < 0:
        raise ValueError(f"span_count holds {span_count.min():g}: it must be at least 0")
    at_hand = np.broadcast_to(there, (n, there.shape[1]))
    span = np.where(at_hand, span_count, 0.0)
    order = np.lexsort((-span, np.broadcast_to(~goes_first, span.shape), ~at_hand), axis=1)
    taken = order[:, :needed_count]
    brigades: FloatArray = np.take_along_axis(span, taken, axis=1).sum(axis=1)
    count = np.take_along_axis(at_hand, taken, axis=1).sum(axis=1).astype(np.int64)
    return brigades, count
