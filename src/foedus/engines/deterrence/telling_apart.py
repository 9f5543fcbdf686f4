"""Which inputs tell draws of one kind from the others.

The measure is the area under the curve of Mann and Whitney: the chance that an input is larger in a
draw of the one kind than in a draw of the other, ties counting half. One half is nothing told
apart, 0 and 1 are all.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray

NOISE_SIGMAS: Final = 4.0
"""Nearer to a half than so many standard errors, under no difference, is chance."""


def rank_auc(values: FloatArray, kinds: BoolArray) -> FloatArray:
    """Return how likely each input is larger in a draw of a kind than in another.

    Parameters
    ----------
    values : shape (draw, input)
    kinds : shape (draw, kind)
        Which draws are of each kind.

    Returns
    -------
    shape (kind, input)
        NaN where all draws or none are of the kind. Exactly one half where the difference is no
        more than chance.

    Examples
    --------
    The input is larger in every draw of the kind than in every other:

    >>> kind = np.arange(100)[:, None] < 50
    >>> rank_auc(np.where(kind, 2.0, 1.0) + np.arange(100)[:, None] / 1000, kind).tolist()
    [[1.0]]
    """
    draws = len(values)
    ranks = np.stack([mean_ranks(column) for column in values.T], axis=1) if values.size else values
    of = kinds.sum(axis=0).astype(np.float64)[:, None]
    others = draws - of
    pairs = of * others
    sums = kinds.T.astype(np.float64) @ ranks
    with np.errstate(divide="ignore", invalid="ignore"):
        area = (sums - of * (of + 1.0) / 2.0) / pairs
        error = np.sqrt((draws + 1.0) / (12.0 * pairs))
    is_chance = np.abs(area - 0.5) <= NOISE_SIGMAS * error
    found: FloatArray = np.where(is_chance & (pairs > 0), 0.5, area)
    return found


def mean_ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 1 on; equal values share the mean of theirs.

    >>> mean_ranks(np.array([5.0, 1.0, 5.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: FloatArray = (last - (count - 1) / 2.0)[place]
    return ranks


def strongest(areas: FloatArray, most: int) -> Iterable[int]:
    """Return the inputs that tell most apart, the strongest first; none that tells nothing.

    >>> list(strongest(np.array([0.5, 0.1, np.nan, 0.7]), 3))
    [1, 3]
    """
    apart = np.nan_to_num(np.abs(areas - 0.5))
    order: IntArray = np.argsort(-apart, kind="stable")[:most]
    return (int(i) for i in order if apart[i] > 0)
