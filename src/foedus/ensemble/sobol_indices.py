"""Sobol' indices: which inputs the variance of an outcome comes from.

The first index of a factor is the share of the variance that goes if the factor alone is known; the
total index is the share that stays if all but the factor is known. Both hold for inputs that are
drawn independently: inputs that move together are made one factor of several columns.

All that the estimators need are sums over draws. They are taken block by block, together with the
same sums over resampled draws, so that memory does not grow with the draws.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from foedus.ensemble.design import Arrangement, blocks, mixed, stream, two_samples

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Estimator = Literal["saltelli", "jansen", "janon"]
Model = Callable[[FloatArray, np.random.Generator], FloatArray]
"""Takes points, shape (draw, input), and chance; returns outcomes, shape (draw, outcome), NaN where
it failed."""

RESAMPLES: Final = 1000
LEVEL_SHARE: Final = 0.95
FLAT: Final = 8 * np.finfo(np.float64).eps
"""A variance of a smaller part of the mean square is rounding."""


@dataclass(frozen=True)
class Sums:
    """Sums over draws; those of two blocks add up.

    The sample at place 0 is the draws themselves; the others are drawn from them with replacement,
    within each block.
    """

    centre: FloatArray
    """Shape (outcome,): taken off all outcomes before they are squared."""
    alone: FloatArray
    """Shape (sample, outcome, 5): of 1, a, b, a² and b²."""
    with_factor: FloatArray
    """Shape (sample, outcome, 5, factor): of m - a, b (m - a), (m - a)², (m - b)² and m²."""
    failed_count: IntArray
    """Shape (outcome,): base draws that were left out."""

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums over both blocks."""
        if not np.array_equal(self.centre, other.centre):
            raise ValueError("sums about different centres")
        return Sums(
            self.centre,
            self.alone + other.alone,
            self.with_factor + other.with_factor,
            self.failed_count + other.failed_count,
        )


@dataclass(frozen=True)
class SobolIndices:
    """Indices with intervals, outcome by outcome.

    NaN where an outcome does not vary; intervals are NaN too where a resample does not vary, and
    where nothing was resampled.
    """

    first: FloatArray
    """Shape (outcome, factor)."""
    first_low: FloatArray
    first_high: FloatArray
    total: FloatArray
    """Shape (outcome, factor)."""
    total_low: FloatArray
    total_high: FloatArray
    mean: FloatArray
    """Shape (outcome,)."""
    variance: FloatArray
    """Shape (outcome,): of both samples together."""
    used_count: IntArray
    """Shape (outcome,): base draws that the indices rest on."""
    failed_count: IntArray
    """Shape (outcome,): base draws left out, as one of their runs failed."""


def resampling(n: int, resamples: int, chance: np.random.Generator) -> FloatArray:
    """Return how often each draw counts, shape (sample, draw); once each in the first sample.

    >>> resampling(3, 2, np.random.default_rng(1)).sum(axis=1).tolist()
    [3.0, 3.0, 3.0]
    """
    weight = np.ones((resamples + 1, n))
    for sample in range(resamples):
        weight[sample + 1] = np.bincount(chance.integers(n, size=n), minlength=n)
    return weight


def add_up(
    first: FloatArray,
    second: FloatArray,
    mixture: FloatArray,
    *,
    weight: FloatArray,
    centre: FloatArray,
) -> Sums:
    """Return the sums over one block of draws.

    Parameters
    ----------
    first, second : shape (draw, outcome)
        Outcomes a and b of the two samples; NaN where a run failed.
    mixture : shape (draw, factor, outcome)
        Outcomes m of the first sample with one factor of the second.
    weight : shape (sample, draw)
        How often each draw counts, as `resampling` returns it.
    centre : shape (outcome,)
        Some value about the middle of the outcome, the same for all blocks. It changes no index;
        the nearer it is, the less is lost to rounding.

    Raises
    ------
    ValueError
        If shapes do not fit, or an outcome is infinite.

    Notes
    -----
    A base draw in which any run failed is left out whole for that outcome, so that all factors are
    compared on the same draws.
    """
    n, factors, outcomes = mixture.shape if mixture.ndim == 3 else (-1, -1, -1)
    if first.shape != (n, outcomes) or second.shape != (n, outcomes):
        raise ValueError(
            f"outcomes of the shapes {first.shape}, {second.shape} and {mixture.shape} are not "
            "(draw, outcome) twice and (draw, factor, outcome)"
        )
    if weight.ndim != 2 or weight.shape[1] != n or centre.shape != (outcomes,):
        raise ValueError(f"weight has the shape {weight.shape} and centre {centre.shape}")
    if any(np.isinf(one).any() for one in (first, second, mixture)):
        raise ValueError("an outcome is infinite")
    alone = np.empty((len(weight), outcomes, 5))
    with_factor = np.empty((len(weight), outcomes, 5, factors))
    failed_count = np.empty(outcomes, dtype=np.int64)
    for outcome in range(outcomes):
        a, b, m = first[:, outcome], second[:, outcome], mixture[:, :, outcome]
        fine = ~(np.isnan(a) | np.isnan(b) | np.isnan(m).any(axis=1))
        failed_count[outcome] = n - fine.sum()
        a, b, m = (one[fine] - centre[outcome] for one in (a, b, m))
        # Differences are taken draw by draw: a factor that does nothing has exactly nothing.
        step, apart = m - a[:, np.newaxis], m - b[:, np.newaxis]
        terms = [np.stack([np.ones_like(a), a, b, a * a, b * b], axis=1)]
        terms += [step, b[:, np.newaxis] * step, step**2, apart**2, m**2]
        counts = weight if fine.all() else weight[:, fine]
        total = counts @ np.concatenate(terms, axis=1)
        alone[:, outcome] = total[:, :5]
        with_factor[:, outcome] = total[:, 5:].reshape(len(weight), 5, factors)
    return Sums(centre, alone, with_factor, failed_count)


def indices_of(
    sums: Sums, *, estimator: Estimator = "saltelli", level_share: float = LEVEL_SHARE
) -> SobolIndices:
    """Return the indices that the sums of all blocks make.

    Parameters
    ----------
    sums
        As `add_up` returns them, added up.
    estimator
        `saltelli`: first index by Saltelli and others' mean of b (m - a), total by Jansen's half
        mean of (m - a)². `jansen`: both by half mean squares. `janon`: both by the symmetric
        correlation of a pair that shares what the index is about.
    level_share
        Of the bootstrap percentile intervals.

    Notes
    -----
    Saltelli and others (2010), doi:10.1016/j.cpc.2009.09.018, table 2 (b) and (f). Jansen (1999),
    "Analysis of variance designs for model output", *Computer Physics Communications* 117(1-2),
    doi:10.1016/S0010-4655(98)00154-4. Janon, Klein, Lagnoux, Nodet and Prieur (2014), "Asymptotic
    normality and efficiency of two Sobol index estimators", *ESAIM: Probability and Statistics* 18,
    doi:10.1051/ps/2013040, for the first index; for the total index the same form is used on the
    pair that shares all but the factor. (Bibliographic data checked.)

    Estimates are not forced into [0, 1]: a small negative index says how large chance is.
    Resampling takes the draws as independent. For a Latin hypercube or a Sobol' sequence they are
    better than that, and the intervals are too wide rather than too narrow.
    """
    if not 0 < level_share < 1:
        raise ValueError(f"level_share {level_share} is not between 0 and 1")
    n, a, b, aa, bb = (sums.alone[:, :, place, np.newaxis] for place in range(5))
    step, b_step, total_square, first_square, mm = (
        sums.with_factor[:, :, place] for place in range(5)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, square = (a + b) / (2 * n), (aa + bb) / (2 * n)
        variance = square - mean**2
        variance = np.where(variance > FLAT * square, variance, np.nan)
        match estimator:
            case "saltelli":
                # Taking the mean off b leaves what is expected and lessens chance.
                first = (b_step - mean * step) / n / variance
                total = total_square / (2 * n) / variance
            case "jansen":
                first = 1 - first_square / (2 * n) / variance
                total = total_square / (2 * n) / variance
            case "janon":
                m = a + step
                first = 1 - unlike(b, bb, m, mm, first_square, n)
                total = unlike(a, aa, m, mm, total_square, n)
                first, total = (np.where(variance > 0, one, np.nan) for one in (first, total))
    ends = [(1 - level_share) / 2, (1 + level_share) / 2]
    first_low, first_high = interval(first[1:], ends)
    total_low, total_high = interval(total[1:], ends)
    known = np.isfinite(variance[0, :, 0])
    return SobolIndices(
        first=first[0],
        first_low=first_low,
        first_high=first_high,
        total=total[0],
        total_low=total_low,
        total_high=total_high,
        mean=mean[0, :, 0] + sums.centre,
        variance=np.where(known, variance[0, :, 0], np.where(n[0, :, 0] > 0, 0.0, np.nan)),
        used_count=n[0, :, 0].astype(np.int64),
        failed_count=sums.failed_count,
    )


def unlike(
    x: FloatArray,
    xx: FloatArray,
    y: FloatArray,
    yy: FloatArray,
    difference_square: FloatArray,
    n: FloatArray,
) -> FloatArray:
    """Return 1 less the symmetric correlation of two arrays, from their sums.

    The common mean m is that of both; the correlation is mean((x - m)(y - m)) over
    mean((x - m)² + (y - m)²) / 2, so 1 less it is the mean of (x - y)² over twice that variance.
    """
    centre = (x + y) / (2 * n)
    apart: FloatArray = difference_square / (2 * n) / ((xx + yy) / (2 * n) - centre**2)
    return apart


def interval(resampled: FloatArray, ends: list[float]) -> tuple[FloatArray, FloatArray]:
    """Return low and high over the samples, NaN without samples or where one is NaN."""
    if len(resampled) == 0:
        nothing = np.full(resampled.shape[1:], np.nan)
        return nothing, nothing
    low, high = np.quantile(resampled, ends, axis=0)
    return low, high


def indices_of_model(
    model: Model,
    arrangement: Arrangement,
    *,
    estimator: Estimator = "saltelli",
    resamples: int = RESAMPLES,
    level_share: float = LEVEL_SHARE,
) -> SobolIndices:
    """Run a model over an arrangement of points, block by block, and return its indices.

    Parameters
    ----------
    model
        Is called with the points of one block at a time, twice and once a factor. Chance inside it
        goes with the first sample: a mixture is run on the same chance as the first sample, the
        second sample on another. So chance adds to the variance, and to no factor's first index.
    arrangement
        Which points.
    estimator, level_share
        As for `indices_of`.
    resamples
        For the intervals; 0 for none.

    Examples
    --------
    Of 3 x + y, nine tenths of the variance come from x:

    >>> def plane(points, chance):
    ...     return points @ np.array([[3.0], [1.0]])
    >>> found = indices_of_model(plane, Arrangement(["x", "y"], draws=1024, seed=1))
    >>> found.first.round(2).tolist(), found.total.round(2).tolist()
    ([[0.9, 0.1]], [[0.9, 0.1]])
    """
    parts = sums_of_blocks(model, arrangement, resamples)
    return indices_of(reduce(add, parts), estimator=estimator, level_share=level_share)


def sums_of_blocks(model: Model, arrangement: Arrangement, resamples: int) -> Iterator[Sums]:
    """Yield the sums over each block, about the middle of the first."""
    seed, kind, names = arrangement.seed, arrangement.kind, arrangement.names
    centre: FloatArray | None = None
    for block, n in blocks(arrangement.draws):
        first, second = two_samples(kind, names, seed=seed, block=block, n=n)
        a = model(first, stream(seed, block, "chance/first"))
        b = model(second, stream(seed, block, "chance/second"))
        mixture = np.stack(
            [
                model(mixed(first, second, columns), stream(seed, block, "chance/first"))
                for columns in arrangement.columns
            ],
            axis=1,
        )
        centre = middle_of(a) if centre is None else centre
        weight = resampling(n, resamples, stream(seed, block, "resampling"))
        yield add_up(a, b, mixture, weight=weight, centre=centre)


def middle_of(outcomes: FloatArray) -> FloatArray:
    """Return the mean of each outcome where it is a number, 0 where it never is."""
    fine = ~np.isnan(outcomes)
    total = np.where(fine, outcomes, 0.0).sum(axis=0)
    middle: FloatArray = total / np.maximum(fine.sum(axis=0), 1)
    return middle
