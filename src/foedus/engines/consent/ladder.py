"""The ladder of consent: from doing nothing to troops on the line, in six ordered levels.

Willingness is a number on 0-100; five ascending cut-points divide it into levels. The
chance of each level is known in closed form; the joint draw of all delegations, which
waiting for others and the sum of forces need, is made by one compiled loop.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]
LevelArray = NDArray[np.int8]
BoolArray = NDArray[np.bool_]


class Level(IntEnum):
    """What a delegation gives, lowest first; a higher level includes those below it."""

    NONE = 0
    OUTSIDE = 1
    """Support from outside the host: bases, logistics, money, training."""
    AIR_AND_SEA = 2
    RESERVE = 3
    """Land units kept ready on allied territory."""
    REAR = 4
    """Land units in the host, away from the line."""
    LINE = 5


CUTS_COUNT = len(Level) - 1
"""Cut-points between the levels."""

MOST_SCORE = 100.0

RELIANCE_REFERENCE_SCORE = 95.0
"""The reliance at which `fall_prob` equals its base: no part without US backing."""


def ascending_cuts(cuts: FloatArray) -> FloatArray:
    """Return cut-points with each raised to the highest before it.

    Cut-points drawn from ranges that overlap may cross. The lower level then
    wins: the higher cut-point is raised to the lower one's place, so a stance
    that reaches the lower level reaches the higher one with it, and the lower
    level is skipped.

    Parameters
    ----------
    cuts : shape (draw, 5)
        Points of willingness where levels 1 to 5 begin.

    Returns
    -------
    shape (draw, 5)
        Ascending, perhaps with ties.

    Examples
    --------
    >>> ascending_cuts(np.array([[8.0, 37.0, 36.0, 52.0, 80.0]])).tolist()
    [[8.0, 37.0, 37.0, 52.0, 80.0]]
    """
    ascending: FloatArray = np.maximum.accumulate(cuts, axis=-1)
    return ascending


def level_of(willingness: FloatArray, cuts: FloatArray) -> LevelArray:
    """Return the highest level that each willingness reaches.

    Parameters
    ----------
    willingness : shape (draw, delegation)
        Points; may lie outside 0-100. Exactly at a cut-point, the level is reached.
    cuts : shape (draw, 5) or (1, 5)
        Ascending points where levels 1 to 5 begin.

    Returns
    -------
    shape (draw, delegation)
        Levels 0 to 5.

    Raises
    ------
    ValueError
        If there are not five ascending cut-points, or a willingness is NaN.

    Examples
    --------
    >>> cuts = np.array([[8.0, 35.0, 40.0, 52.0, 80.0]])
    >>> level_of(np.array([[5.0, 35.0, 51.9, 90.0]]), cuts).tolist()
    [[0, 2, 3, 5]]
    """
    _check_cuts(cuts)
    if np.isnan(willingness).any():
        raise ValueError("willingness holds NaN")
    rows = np.broadcast_shapes(willingness.shape[:1], cuts.shape[:1])
    levels: LevelArray = np.zeros(rows + willingness.shape[1:], dtype=np.int8)
    for cut in range(CUTS_COUNT):
        levels += willingness >= cuts[:, cut, None]
    return levels


def reach_prob(mean_score: FloatArray, sd_score: FloatArray, cuts: FloatArray) -> FloatArray:
    """Return the chance that a normal willingness reaches each level.

    Parameters
    ----------
    mean_score : shape (draw, delegation) or (1, delegation)
        Centre of the willingness, in points.
    sd_score : same
        Its standard deviation; where it is 0 the chance is exactly 0 or 1, and a
        mean exactly at a cut-point has reached it.
    cuts : shape (draw, 5) or (1, 5)
        Ascending points where levels 1 to 5 begin.

    Returns
    -------
    shape (draw, delegation, 6)
        P(level >= l) for l = 0 to 5: the first is 1 and the rest never rise.

    Raises
    ------
    ValueError
        If there are not five ascending cut-points, a mean is not finite, or a
        standard deviation is negative or not finite.

    Examples
    --------
    >>> cuts = np.array([[8.0, 35.0, 40.0, 52.0, 80.0]])
    >>> reach_prob(np.array([[52.0]]), np.array([[12.0]]), cuts).round(3).tolist()
    [[[1.0, 1.0, 0.922, 0.841, 0.5, 0.01]]]
    """
    _check_cuts(cuts)
    _check_stances(mean_score, sd_score)
    above, spread = np.broadcast_arrays(
        mean_score[..., None] - cuts[:, None, :], np.asarray(sd_score)[..., None]
    )
    certain = np.where(above >= 0, np.inf, -np.inf)
    # A spread far below the distance overflows to infinity, which is the right limit.
    with np.errstate(over="ignore"):
        distance = np.divide(above, spread, out=certain, where=spread > 0)
    reached: FloatArray = ndtr(distance)
    return np.concatenate([np.ones((*reached.shape[:-1], 1)), reached], axis=-1)


def fall_prob(
    reliance_score: FloatArray,
    base: FloatArray | float,
    exponent: FloatArray | float,
) -> FloatArray:
    """Return the chance that a delegation falls back to support from outside without backing.

    g(r) = base * (r / 95) ** exponent, kept within 0 and 1: nothing hangs on the
    guarantor at r = 0, and at r = 95 ("no participation without it") the chance is the base.

    Parameters
    ----------
    reliance_score : shape (draw, delegation) or (1, delegation)
        How far the stance hangs on the guarantor's backing, 0 to 100.
    base : shape (draw,) or (1,), or one number
        Chance at a reliance of 95, not negative; 0.9 is the usual assumption.
    exponent : shape (draw,) or (1,), or one number
        Above 0; 1 is proportional, 2 spares the half-hearted. Usually 1 to 2.

    Returns
    -------
    shape (draw, delegation)

    Raises
    ------
    ValueError
        If a reliance is outside 0-100, a base negative or an exponent not above 0.

    Examples
    --------
    >>> fall_prob(np.array([[0.0, 47.5, 95.0]]), base=0.9, exponent=2.0).round(3).tolist()
    [[0.0, 0.225, 0.9]]
    """
    base_column, exponent_column = _column(base), _column(exponent)
    if not ((reliance_score >= 0) & (reliance_score <= MOST_SCORE)).all():
        raise ValueError("reliance_score holds a number that is not between 0 and 100")
    if not (base_column >= 0).all():
        raise ValueError("base holds a number that is negative or NaN")
    if not (exponent_column > 0).all():
        raise ValueError("exponent holds a number that is not above 0")
    power = (reliance_score / RELIANCE_REFERENCE_SCORE) ** exponent_column
    falls: FloatArray = np.clip(base_column * power, 0.0, 1.0)
    return falls


def without_backing(
    reach: FloatArray,
    reliance_score: FloatArray,
    base: FloatArray | float,
    exponent: FloatArray | float,
) -> FloatArray:
    """Return the chances of each level when the guarantor does not stand behind the force.

    Every level above support from outside loses the share `fall_prob`; nothing and
    support from outside keep theirs.

    Parameters
    ----------
    reach : shape (draw, delegation, 6)
        P(level >= l) with backing, as `reach_prob` returns it.
    reliance_score, base, exponent
        As in `fall_prob`.

    Returns
    -------
    shape (draw, delegation, 6)
        P(level >= l) without backing.

    Raises
    ------
    ValueError
        As `fall_prob`.

    Examples
    --------
    >>> reach = np.array([[[1.0, 0.9, 0.8, 0.7, 0.6, 0.2]]])
    >>> without_backing(reach, np.array([[95.0]]), 0.9, 1.0).round(3).tolist()
    [[[1.0, 0.9, 0.08, 0.07, 0.06, 0.02]]]
    """
    stays = 1 - fall_prob(reliance_score, base, exponent)[..., None]
    above_outside = np.arange(len(Level)) > Level.OUTSIDE
    return np.where(above_outside, reach * stays, reach)


def mix_backing(
    backed: FloatArray, unbacked: FloatArray, backing_prob: FloatArray | float
) -> FloatArray:
    """Return the chances of each level when backing itself is uncertain.

    Parameters
    ----------
    backed, unbacked : shape (draw, delegation, 6)
        P(level >= l) with and without backing.
    backing_prob : shape (draw,) or (1,), or one number
        Chance that the guarantor stands behind the force.

    Returns
    -------
    shape (draw, delegation, 6)

    Raises
    ------
    ValueError
        If a chance is not between 0 and 1.

    Examples
    --------
    >>> mix_backing(np.full((1, 1, 6), 0.8), np.full((1, 1, 6), 0.4), 0.25)[0, 0, 0].item()
    0.5
    """
    prob = _column(backing_prob)[..., None]
    if not ((prob >= 0) & (prob <= 1)).all():
        raise ValueError("backing_prob holds a number that is not between 0 and 1")
    mixed: FloatArray = prob * backed + (1 - prob) * unbacked
    return mixed


def drop_without_backing(levels: LevelArray, falls: BoolArray) -> LevelArray:
    """Return drawn levels after those that fall back have gone to support from outside.

    The drawn counterpart of `without_backing`: with `falls` true with chance
    `fall_prob`, independently of the level, the shares agree with it.

    Parameters
    ----------
    levels : shape (draw, delegation)
        Levels with backing.
    falls : shape (draw, delegation)
        True where the delegation gives up what lies above support from outside.

    Returns
    -------
    shape (draw, delegation)

    Examples
    --------
    >>> levels = np.array([[0, 1, 4, 5]], dtype=np.int8)
    >>> drop_without_backing(levels, np.array([[True, True, True, False]])).tolist()
    [[0, 1, 1, 5]]
    """
    return np.where(falls, np.minimum(levels, np.int8(Level.OUTSIDE)), levels)


@dataclass(frozen=True, kw_only=True)
class JointStances:
    """What a joint draw of levels needs. Each array has 1 row for all draws or one a draw.

    Raises ValueError if there are not five ascending cut-points, a mean or a shift is not
    finite, a standard deviation is negative or not finite, a correlation lies outside 0
    and 1, or the rows do not go together.
    """

    mean_score: FloatArray
    """Shape (draw, delegation); points."""
    sd_score: FloatArray
    """Shape (draw, delegation); points."""
    cuts: FloatArray
    """Shape (draw, 5); ascending points."""
    shift_score: FloatArray
    """Shape (draw,); points added to every willingness: a blessing, a milder mission."""
    correlation: FloatArray
    """Shape (draw,); between any two delegations, 0 to 1."""

    def __post_init__(self) -> None:
        _check_cuts(self.cuts)
        _check_stances(self.mean_score, self.sd_score)
        if not np.isfinite(self.shift_score).all():
            raise ValueError("shift_score holds a number that is not finite")
        if not ((self.correlation >= 0) & (self.correlation <= 1)).all():
            raise ValueError("correlation holds a number that is not between 0 and 1")
        if self.mean_score.shape[1] != self.sd_score.shape[1]:
            raise ValueError(
                f"mean_score has {self.mean_score.shape[1]} delegations, "
                f"sd_score {self.sd_score.shape[1]}"
            )
        rows = {array.shape[0] for array in self.arrays()} - {1}
        if len(rows) > 1:
            raise ValueError(f"the arrays have {sorted(rows)} rows: not one number of draws")

    def arrays(self) -> tuple[FloatArray, ...]:
        """Return the five arrays in the order in which they are declared."""
        return self.mean_score, self.sd_score, self.cuts, self.shift_score, self.correlation

    @property
    def draw_count(self) -> int:
        """Number of draws that the arrays hold; 1 fits any number."""
        return max(int(array.shape[0]) for array in self.arrays())


def joint_levels(stances: JointStances, own: FloatArray, common: FloatArray) -> LevelArray:
    """Return the levels of all delegations, draw by draw, from given normals.

    In one pass what `correlated_normals` and `level_of` do in several, with the
    same bits: willingness = (mean + shift) + sd * (root of correlation * common +
    root of the rest * own), against the cut-points of its draw. All in double precision.

    Parameters
    ----------
    stances
        With 1 row or as many as `own`.
    own : shape (draw, delegation)
        Independent standard normals.
    common : shape (draw,)
        Independent standard normals.

    Returns
    -------
    shape (draw, delegation)
        Levels 0 to 5.

    Raises
    ------
    ValueError
        If the shapes do not go together, or a normal is not finite.

    Examples
    --------
    >>> stances = JointStances(
    ...     mean_score=np.array([[50.0, 50.0]]),
    ...     sd_score=np.array([[10.0, 0.0]]),
    ...     cuts=np.array([[8.0, 35.0, 40.0, 52.0, 80.0]]),
    ...     shift_score=np.array([3.0]),
    ...     correlation=np.array([0.0]),
    ... )
    >>> joint_levels(stances, np.array([[-2.0, 0.0], [3.0, 0.0]]), np.zeros(2)).tolist()
    [[1, 4], [5, 4]]
    """
    delegation_count = stances.mean_score.shape[1]
    if common.ndim != 1 or own.shape != (common.size, delegation_count):
        raise ValueError(
            f"own has shape {own.shape} and common {common.shape}: "
            f"wants (draw, {delegation_count}) and (draw,)"
        )
    if stances.draw_count not in (1, own.shape[0]):
        raise ValueError(f"{stances.draw_count} rows of stances for {own.shape[0]} draws")
    # One sum finds a NaN or an infinity in a fraction of the time of an element-wise test.
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(own.sum() + common.sum())
    if not finite:
        raise ValueError("own or common holds a number that is not finite")
    # One layout and type for all, so that one compiled version serves.
    mean, sd, cuts, shift, correlation = (
        np.ascontiguousarray(array, dtype=np.float64) for array in stances.arrays()
    )
    own, common = (np.ascontiguousarray(array, dtype=np.float64) for array in (own, common))
    return _levels(own, common, mean, sd, cuts, shift, correlation)


@njit(cache=True, nogil=True)
def _levels(
    own: FloatArray,
    common: FloatArray,
    mean_score: FloatArray,
    sd_score: FloatArray,
    cuts: FloatArray,
    shift_score: FloatArray,
    correlation: FloatArray,
) -> LevelArray:
    levels = np.empty(own.shape, dtype=np.int8)
    # Rows are picked by hand: a zero-stride broadcast would cost the vector loop.
    for draw in range(own.shape[0]):
        mean = mean_score[draw if mean_score.shape[0] > 1 else 0]
        sd = sd_score[draw if sd_score.shape[0] > 1 else 0]
        cut = cuts[draw if cuts.shape[0] > 1 else 0]
        shift = shift_score[draw if shift_score.shape[0] > 1 else 0]
        share = correlation[draw if correlation.shape[0] > 1 else 0]
        shared = np.sqrt(share) * common[draw]
        own_weight = np.sqrt(1 - share)
        outside, air_and_sea, reserve, rear, line = cut[0], cut[1], cut[2], cut[3], cut[4]
        for delegation in range(own.shape[1]):
            latent = (mean[delegation] + shift) + sd[delegation] * (
                shared + own_weight * own[draw, delegation]
            )
            levels[draw, delegation] = (
                np.int8(latent >= outside)
                + np.int8(latent >= air_and_sea)
                + np.int8(latent >= reserve)
                + np.int8(latent >= rear)
                + np.int8(latent >= line)
            )
    return levels


def _column(per_draw: FloatArray | float) -> FloatArray:
    return np.reshape(np.asarray(per_draw, dtype=np.float64), (-1, 1))


def _check_cuts(cuts: FloatArray) -> None:
    if cuts.shape[1:] != (CUTS_COUNT,):
        raise ValueError(f"cuts has shape {cuts.shape}: wants (draw, {CUTS_COUNT})")
    if not (np.isfinite(cuts).all() and (np.diff(cuts) >= 0).all()):
        raise ValueError("cuts do not ascend: put them through ascending_cuts")


def _check_stances(mean_score: FloatArray, sd_score: FloatArray) -> None:
    if not np.isfinite(mean_score).all():
        raise ValueError("mean_score holds a number that is not finite")
    if not (np.isfinite(sd_score) & (sd_score >= 0)).all():
        raise ValueError("sd_score holds a number that is negative or not finite")
