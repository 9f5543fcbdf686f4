"""The compromise mean: everybody pulls the outcome to its own position, by weight.

It is the plainest of all forecasts and the one that the others are held against: the outcome that
minimises the weighted squares of what each would have to give up.
"""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.stances import checked
from foedus.engines.bargaining.zone import Zone, restrict


def compromise_mean(
    position_score: ArrayLike, weight: ArrayLike, *, zone: Zone | None = None
) -> FloatArray:
    """Return the weighted mean of the positions, sum(w x) / sum(w).

    Parameters
    ----------
    position_score : shape (draw, actor)
        Positions; what an actor of weight 0 has there is never read.
    weight : shape (draw, actor)
        Capability times salience, at least 0; 0 for an actor that is absent.
    zone
        Outcomes that are left; all of them if None. The best outcome in an interval, by weighted
        squares, is the mean moved to the nearer end where it lies outside.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw,)
        NaN where the zone is empty.

    Raises
    ------
    ValueError
        If the weights of a draw are all 0, or as `stances.checked`.

    Notes
    -----
    Achen (2006), "Institutional realism and bargaining models", chapter 4 of Thomson, Stokman,
    Achen and König (eds.), *The European Union Decides*, Cambridge University Press (title and
    chapter checked), finds it to approximate Nash bargaining where no deal is far worse than any
    (recalled, not checked). The model is named in Van den Bos (1991), *Dutch EC Policy Making*
    (recalled, not checked).

    Examples
    --------
    >>> compromise_mean([[4.0, 7.0, 10.0]], [[0.2, 0.2, 0.6]]).round(6).tolist()
    [8.2]
    """
    stances = checked(position_score, weight)
    mean = _means(*stances, stances.draws)
    return mean if zone is None else restrict(mean, zone)


def weighted_spread(position_score: ArrayLike, weight: ArrayLike) -> FloatArray:
    """Return the weighted standard deviation of the positions: how far apart a room is.

    Parameters
    ----------
    position_score, weight : shape (draw, actor)
        As in `compromise_mean`.

    Returns
    -------
    shape (draw,)
        In units of the scale; 0 where all that are present stand at one point.

    Raises
    ------
    ValueError
        As `compromise_mean`.

    Examples
    --------
    >>> weighted_spread([[0.0, 100.0, np.nan]], [[1.0, 1.0, 0.0]]).tolist()
    [50.0]
    """
    stances = checked(position_score, weight)
    return _spreads(*stances, stances.draws)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _means(position: FloatArray, weight: FloatArray, draws: int) -> FloatArray:
    means = np.empty(draws)
    for draw in range(draws):
        means[draw] = _mean(
            position[draw if position.shape[0] > 1 else 0],
            weight[draw if weight.shape[0] > 1 else 0],
        )
    return means


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _mean(where: FloatArray, mass: FloatArray) -> float:
    """Return one mean. Both numbers are read before the choice, so that several run at once."""
    total, moment = 0.0, 0.0
    for i in range(mass.size):
        m = mass[i]
        x = where[i]
        pull = m * x
        total += m
        moment += pull if m > 0.0 else 0.0
    return moment / total


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _spreads(position: FloatArray, weight: FloatArray, draws: int) -> FloatArray:
    """Return deviations in a second pass: a mean of squares less a square would lose digits."""
    spreads = np.empty(draws)
    for draw in range(draws):
        where = position[draw if position.shape[0] > 1 else 0]
        mass = weight[draw if weight.shape[0] > 1 else 0]
        mean = _mean(where, mass)
        total, moment = 0.0, 0.0
        for i in range(mass.size):
            m = mass[i]
            x = where[i] - mean
            pull = m * x * x
            total += m
            moment += pull if m > 0.0 else 0.0
        spreads[draw] = np.sqrt(moment / total)
    return spreads
