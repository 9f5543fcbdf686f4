"""The weighted median: the outcome that no other beats when all vote with their weight.

With single-peaked preferences on one line it is the Condorcet winner, and the point from which the
weighted sum of distances is least.
"""

from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.stances import checked
from foedus.engines.bargaining.zone import Zone, restrict

Ties: TypeAlias = Literal["lower", "upper", "midpoint"]

# Sums of weights differ in the last bits with the order of the actors; a half that is missed by
# less than this counts as reached, so that the order does not choose the outcome.
TIE_SHARE: Final = 1e-12


def weighted_median(
    position_score: ArrayLike,
    weight: ArrayLike,
    *,
    ties: Ties = "lower",
    zone: Zone | None = None,
) -> FloatArray:
    """Return the position at which half of the weight is reached.

    Parameters
    ----------
    position_score : shape (draw, actor)
        Positions; what an actor of weight 0 has there is never read.
    weight : shape (draw, actor)
        At least 0; 0 for an actor that is absent.
    ties
        What to take where exactly half of the weight stands on either side of a gap, in which
        every outcome ties with every other: its lower end, its upper end, or its middle.
    zone
        Outcomes that are left; all of them if None. Sums of distances rise with the distance from
        the median, so the best outcome in an interval is the median moved to the nearer end.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw,)
        NaN where the zone is empty.

    Raises
    ------
    ValueError
        If the rule for ties is not known, or as `stances.checked`.

    Notes
    -----
    Black (1948), "On the rationale of group decision-making", *Journal of Political Economy*
    56(1), 23-34, doi:10.1086/256633 (bibliographic data checked).

    Examples
    --------
    >>> for ties in ("lower", "upper", "midpoint"):
    ...     weighted_median([[4.0, 10.0, 7.0]], [[0.5, 0.2, 0.3]], ties=ties).tolist()
    [4.0]
    [7.0]
    [5.5]
    """
    choice = tie_number(ties)
    stances = checked(position_score, weight)
    median = _medians(*stances, choice, stances.draws)
    return median if zone is None else restrict(median, zone)


def tie_number(ties: str) -> int:
    """Return the number by which the kernels know a rule for ties.

    Raises
    ------
    ValueError
        If the rule is not known.

    Examples
    --------
    >>> tie_number("midpoint")
    2
    """
    known = get_args(Ties)
    if ties not in known:
        raise ValueError(f"ties is {ties!r}: it must be one of {', '.join(known)}")
    return known.index(ties)


@njit(cache=True, nogil=True, error_model="numpy")
def _medians(position: FloatArray, weight: FloatArray, ties: int, draws: int) -> FloatArray:
    medians = np.empty(draws)
    at, mass = np.empty(weight.shape[1]), np.empty(weight.shape[1])
    for draw in range(draws):
        count = sort_present(
            position[draw if position.shape[0] > 1 else 0],
            weight[draw if weight.shape[0] > 1 else 0],
            at,
            mass,
        )
        medians[draw] = median_of_sorted(at, mass, count, -1, ties)
    return medians


@njit(cache=True, nogil=True, error_model="numpy")
def sort_present(position: FloatArray, weight: FloatArray, at: FloatArray, mass: FloatArray) -> int:
    """Fill `at` and `mass` with those present, by position, and return how many they are.

    By insertion: with the few actors of a summit nothing is faster.
    """
    count = 0
    for i in range(weight.size):
        if weight[i] > 0.0:
            k = count
            while k > 0 and at[k - 1] > position[i]:
                at[k], mass[k] = at[k - 1], mass[k - 1]
                k -= 1
            at[k], mass[k] = position[i], weight[i]
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def median_of_sorted(
    at: FloatArray, mass: FloatArray, count: int, left_out: int, ties: int
) -> float:
    """Return the median without the actor at one place, or NaN if nobody else is there."""
    total = 0.0
    for k in range(count):
        if k != left_out:
            total += mass[k]
    if total <= 0.0:
        return np.nan
    half, slack = total / 2, total * TIE_SHARE
    lower = upper = np.nan
    reached = 0.0
    for k in range(count):
        if k != left_out:
            reached += mass[k]
            upper = at[k]
            if np.isnan(lower) and reached >= half - slack:
                lower = at[k]
            if reached > half + slack:
                break
    if ties == 0:
        return lower
    return upper if ties == 1 else lower + (upper - lower) / 2
