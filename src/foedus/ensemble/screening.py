"""Screening by a sample: which of very many inputs move an outcome by themselves.

All draws are parted into ten equal parts by an input, from its lowest values to its highest, and
the outcome's means in the parts are compared. So an input is also seen where the outcome rises and
falls again, and one sample serves any number of inputs. What an input does only together with
others is not seen here.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, ndtr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

PARTS: Final = 10
NOISE_SIGMAS: Final = 4.0
"""What chance reaches in fewer than one input in ten thousand is not told from it."""
FEWEST_DRAWS: Final = 10 * PARTS


@dataclass(frozen=True)
class Moves:
    """How far an outcome moves with each input by itself. All of shape (input,)."""

    trend_share: FloatArray
    """Part of the variance that a straight line over the parts explains."""
    parts_share: FloatArray
    """Part of the variance that lies between the parts."""
    alone_share: FloatArray
    """Part of the variance that goes if the input is known, less what chance makes of it."""
    stands_out: BoolArray
    """Whether it is told from chance."""


def moves(x: FloatArray, outcome: FloatArray) -> Moves:
    """Return how far an outcome moves with each of many inputs.

    Parameters
    ----------
    x : shape (draw, input)
        Values of the inputs; how they are spread does not count, only their order.
    outcome : shape (draw,)
        NaN where the run failed.

    Raises
    ------
    ValueError
        If shapes do not fit.

    Notes
    -----
    The part of variance between equal parts of an input is Pearson's correlation ratio, which is
    the first Sobol' index of an input cut into steps. Two measures are tested, as each misses what
    the other sees: the trend, against four standard errors; and the ratio, against the chance of a
    chi-squared variable of nine degrees of freedom that is as small. Of a thousand inputs that do
    nothing, about one in eight searches lets one through.

    Examples
    --------
    >>> x = np.arange(1000.0)[:, np.newaxis] % [[10, 7]]
    >>> found = moves(x, (x[:, 0] - 4.5) ** 2)
    >>> found.stands_out.tolist(), found.alone_share.round(2).tolist()
    ([True, False], [1.0, 0.0])
    """
    if x.ndim != 2 or outcome.shape != x.shape[:1]:
        raise ValueError(f"x has the shape {x.shape} and the outcome {outcome.shape}")
    fine = np.isfinite(outcome)
    y = outcome[fine] - outcome[fine].mean() if fine.any() else outcome[fine]
    inputs, n = x.shape[1], y.size
    variance = float(y @ y) / n if n else 0.0
    trend, parts = np.zeros(inputs), np.zeros(inputs)
    if n >= FEWEST_DRAWS and variance > 0:
        edges = np.arange(PARTS + 1) * n // PARTS
        counts = np.diff(edges)
        place = np.repeat(np.arange(PARTS), counts)
        line = place - place.mean()
        line = line / np.sqrt(line @ line)
        for column in range(inputs):
            values = x[fine, column]
            if np.ptp(values) == 0:
                continue
            in_order = untied(y[np.argsort(values, kind="stable")], np.sort(values))
            sums = np.add.reduceat(in_order, edges[:-1])
            parts[column] = (sums**2 / counts).sum() / n / variance
            trend[column] = (line @ in_order) ** 2 / n / variance
    rare = 2 * float(ndtr(-NOISE_SIGMAS))
    stands_out = (n * trend > NOISE_SIGMAS**2) | (n * parts > float(chdtri(PARTS - 1, rare)))
    by_chance = (PARTS - 1) / max(n - 1, 1)
    alone = np.clip((parts - by_chance) / (1 - by_chance) if n > PARTS else parts, 0, 1)
    return Moves(trend, parts, np.maximum(alone, np.where(stands_out, trend, 0)), stands_out)


def untied(outcome: FloatArray, values: FloatArray) -> FloatArray:
    """Return outcomes in the order of an input's values, each tie in it at its mean.

    Which of several draws with one value comes first is then of no account.

    >>> untied(np.array([3.0, 1.0, 8.0]), np.array([0.0, 0.0, 1.0])).tolist()
    [2.0, 2.0, 8.0]
    """
    begins = np.flatnonzero(np.diff(values, prepend=-np.inf))
    if begins.size == values.size:
        return outcome
    counts = np.diff(begins, append=values.size)
    means: FloatArray = np.repeat(np.add.reduceat(outcome, begins) / counts, counts)
    return means


def strongest(alone_share: FloatArray, stands_out: BoolArray, most: int) -> list[int]:
    """Return the inputs that stand out, the strongest first, so many at most.

    Parameters
    ----------
    alone_share, stands_out : shape (outcome, input)
        Of several outcomes an input counts by the one that it moves most.
    most
        How many are returned.

    Examples
    --------
    >>> share = np.array([[0.1, 0.3, 0.2]])
    >>> strongest(share, np.array([[True, True, False]]), 5)
    [1, 0]
    """
    strength = np.where(stands_out, alone_share, -1).max(axis=0)
    order = np.argsort(-strength, kind="stable")
    return [int(place) for place in order[:most] if strength[place] >= 0]
