"""Who turns a group that cannot send a wanted number of soldiers into one that can."""

from fractions import Fraction
from math import ceil

import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.counting import swing_counts
from foedus.engines.voting.indices import PowerIndices, power_indices
from foedus.engines.voting.rules import weighted


def capacity_power(persons: FloatArray, wanted_share: float) -> PowerIndices:
    """Return what each is worth in the game that groups win by sending enough soldiers.

    Every group counts alike, whoever would form it.

    Parameters
    ----------
    persons : shape (nation,)
        Soldiers each sends, rounded to whole ones.
    wanted_share
        Part of all of them that wins, from 0 to 1; one soldier wins if it is 0.

    Raises
    ------
    ValueError
        If nobody sends a soldier, or there are too many nations to be counted.

    Examples
    --------
    >>> power = capacity_power(np.array([50.0, 30.0, 20.0]), 0.6)
    >>> power.prevent.rounded.round(3).tolist(), power.shapley_shubik.rounded.round(3).tolist()
    ([1.0, 0.333, 0.333], [0.667, 0.167, 0.167])
    """
    weights: list[int] = np.rint(persons).astype(np.int64).tolist()
    total = sum(weights)
    if total < 1:
        raise ValueError("persons holds no soldier: no group can be told from another")
    # In whole numbers, as a product of floats may lie a hair above the number that is meant.
    quota = max(ceil(Fraction(str(wanted_share)) * total), 1)
    return power_indices(swing_counts(weighted(weights, quota)))
