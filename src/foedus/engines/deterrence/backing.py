"""A guarantor that weighs: when it backs the force, and what share of the burden brings it there.

The guarantor backs if abandoning costs it more than backing. Abandoning gets dearer as its partners
carry more of the burden, for they are then worth more to it:

    abandon = base + slope * share,   backs if abandon + shock >= cost,   shock ~ Logistic(0, scale)

so that it backs with probability 1 / (1 + exp(-(base + slope * share - cost) / scale)). Only
base - cost is needed, and a belief held at the share of today fixes it (`advantage_at`).

The belief held today comes from how alliances have been kept: a Beta distribution with the kept
share as its mean and as wide as the rates that have been counted lie apart (`kept_beta`).

The logistic choice is the random utility model of McFadden (1974), "Conditional logit analysis of
qualitative choice behavior" (recalled, not checked). That abandoning gets dearer in a straight line
is ours.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, expit, logit

from foedus.engines.arrays import FloatArray

_HALVINGS: Final = 200


class KeptBeta(NamedTuple):
    """A Beta distribution of the probability that a promise is kept."""

    a: float
    b: float


def backing_prob(
    share: ArrayLike, advantage_points: ArrayLike, slope_points: ArrayLike, shock_points: ArrayLike
) -> FloatArray:
    """Return the probability that the guarantor backs.

    Parameters
    ----------
    share
        Of the burden that its partners carry.
    advantage_points
        base - cost: what abandoning costs more than backing while partners carry nothing.
    slope_points
        What a share of 1 adds; above 0.
    shock_points
        Scale of the shock; above 0.

    Raises
    ------
    ValueError
        If a number is not in its range.

    Examples
    --------
    >>> backing_prob([0.2, 0.5, 0.8], -20, 40, 10).round(3).tolist()
    [0.231, 0.5, 0.769]
    """
    _need_positive(slope_points=slope_points, shock_points=shock_points)
    lead = np.asarray(advantage_points) + np.asarray(slope_points) * np.asarray(share)
    found: FloatArray = np.asarray(expit(lead / np.asarray(shock_points)), dtype=np.float64)
    return found


def advantage_at(
    share: ArrayLike, prob: ArrayLike, slope_points: ArrayLike, shock_points: ArrayLike
) -> FloatArray:
    """Return the advantage at which the guarantor backs with a probability at a share.

    Raises
    ------
    ValueError
        If a number is not in its range; a probability must lie between 0 and 1.

    Examples
    --------
    >>> advantage_at(0.2, 0.231, 40, 10).round(1).tolist()
    -20.0
    """
    _need_positive(slope_points=slope_points, shock_points=shock_points)
    held = np.asarray(prob, dtype=np.float64)
    if not ((held > 0.0) & (held < 1.0)).all():
        raise ValueError("prob must lie between 0 and 1")
    lead: FloatArray = np.asarray(shock_points) * logit(held) - np.asarray(
        slope_points
    ) * np.asarray(share)
    return lead


def least_share(
    least_backing_prob: ArrayLike,
    advantage_points: ArrayLike,
    slope_points: ArrayLike,
    shock_points: ArrayLike,
) -> FloatArray:
    """Return the smallest share at which the guarantor backs as often as it takes to deter.

    Parameters
    ----------
    least_backing_prob
        As `thresholds.least_backing` gives it: 0 where none is needed, infinite where none will do.

    Returns
    -------
    the common shape
        0 where no share is needed, infinite where not even the whole burden brings it there.

    Raises
    ------
    ValueError
        If a number is not in its range.

    Examples
    --------
    >>> least_share([0.0, 0.5, 0.99, np.inf], -20, 40, 10).tolist()
    [0.0, 0.5, inf, inf]
    """
    _need_positive(slope_points=slope_points, shock_points=shock_points)
    wanted = np.asarray(least_backing_prob, dtype=np.float64)
    if not (wanted >= 0.0).all():
        raise ValueError("least_backing_prob must be at least 0")
    lead = np.asarray(shock_points) * logit(np.minimum(wanted, 1.0))
    share = (lead - np.asarray(advantage_points)) / np.asarray(slope_points)
    found: FloatArray = np.where(share > 1.0, np.inf, np.maximum(share, 0.0))
    return found


def kept_beta(centre_prob: float, low_prob: float, high_prob: float, mass: float = 0.9) -> KeptBeta:
    """Return the Beta distribution with a mean that puts a mass between two rates.

    Raises
    ------
    ValueError
        If not 0 < low < centre < high < 1, or no Beta with a peak inside puts so little there.

    Examples
    --------
    >>> found = kept_beta(0.45, 0.22, 0.75)
    >>> [round(shape, 2) for shape in found]
    [4.07, 4.98]
    """
    if not 0.0 < low_prob < centre_prob < high_prob < 1.0:
        raise ValueError(
            "it takes 0 < low < centre < high < 1, "
            f"not {low_prob:g}, {centre_prob:g} and {high_prob:g}"
        )
    if not 0.0 < mass < 1.0:
        raise ValueError(f"mass is {mass:g}: it must lie between 0 and 1")

    def inside(size: float) -> float:
        a, b = centre_prob * size, (1.0 - centre_prob) * size
        return float(betainc(a, b, high_prob) - betainc(a, b, low_prob))

    # Below this one of the two shapes is under 1 and the peak is at an end.
    low, high = 1.0 / min(centre_prob, 1.0 - centre_prob), 1e6
    if inside(low) > mass:
        raise ValueError(
            f"a Beta with its mean at {centre_prob:g} and a peak inside puts {inside(low):.2f} or "
            f"more between {low_prob:g} and {high_prob:g}: ask for a larger mass"
        )
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if inside(middle) < mass else (low, middle)
    return KeptBeta(centre_prob * high, (1.0 - centre_prob) * high)


def _need_positive(**values: ArrayLike) -> None:
    wrong = [
        name
        for name, value in values.items()
        if not ((np.asarray(value) > 0.0) & np.isfinite(value)).all()
    ]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: must be above 0 and finite")
