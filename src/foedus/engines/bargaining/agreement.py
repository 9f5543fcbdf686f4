"""Agreement: whether any outcome is acceptable to all whose consent is needed, and which.

Every member has limits beyond which it would rather have no deal. What lies within the limits of
all whose consent the rule needs is the zone of agreement; where it is empty there is no deal.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, IntArray, common_draws
from foedus.engines.bargaining.compromise import compromise_mean
from foedus.engines.bargaining.median import TIE_SHARE, Ties, weighted_median
from foedus.engines.bargaining.stances import checked, name_draws, refuse, refuse_shapes
from foedus.engines.bargaining.zone import Zone, restrict, take_zone

Kind: TypeAlias = Literal["unanimity", "weight", "heads"]


class Limits(NamedTuple):
    """The outcomes that each actor would accept, ends included. Arrays have shape (draw, actor)."""

    low_score: FloatArray
    """May be NaN for an actor whose consent is not asked, and minus infinity for no limit."""
    high_score: FloatArray


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Whose consent a deal needs.

    Raises ValueError for a kind that is not known or a quota that is not above 0 and up to 1.
    """

    kind: Kind
    """`unanimity`: of all that are named; `weight`: of actors with enough of the weight present;
    `heads`: of enough of those present."""
    quota_share: float = 0.5
    """Share of the weight or heads present that must accept; means nothing under unanimity."""
    needs_more: bool = False
    """Whether the quota must be passed and not only reached: with a half, a simple majority."""
    named: BoolArray | None = None
    """Shape (actor,) or (draw, actor): whose consent is needed in any case. If None, of all who
    are present under unanimity, and of nobody in particular under a majority."""

    def __post_init__(self) -> None:
        problems = []
        if self.kind not in get_args(Kind):
            known = ", ".join(get_args(Kind))
            problems.append(f"the rule is {self.kind!r}: it must be one of {known}")
        if not 0 < self.quota_share <= 1:
            problems.append(f"quota_share is {self.quota_share:g}: it must be above 0 and up to 1")
        elif self.needs_more and self.quota_share == 1 and self.kind != "unanimity":
            problems.append("quota_share is 1 and must be passed: that can never be")
        refuse(problems)


class MajorityZone(NamedTuple):
    """Outcomes that a majority accepts: one or more pieces. Arrays have shape (draw,)."""

    zone: Zone
    """The piece nearest to the target; of two as near, the lower one."""
    width_score: FloatArray
    """Width of all pieces together; a piece may be a single point."""
    piece_count: IntArray


class Agreement(NamedTuple):
    """What is agreed in each draw. Arrays have shape (draw,)."""

    has_deal: BoolArray
    zone: Zone
    """The zone of agreement; of several pieces the one nearest to the compromise mean."""
    width_score: FloatArray
    """Width of all that could be agreed; 0 for a single point and where there is no deal."""
    mean_score: FloatArray
    """The compromise mean as if nobody could walk away."""
    median_score: FloatArray
    """The weighted median as if nobody could walk away."""
    deal_mean_score: FloatArray
    """The compromise mean within the zone; NaN where there is no deal."""
    deal_median_score: FloatArray
    """The weighted median within the zone; NaN where there is no deal."""

    @property
    def no_deal_prob(self) -> float:
        """Share of draws in which there is no deal."""
        return float(1 - self.has_deal.mean())


def limits_within(position_score: ArrayLike, reach_score: ArrayLike) -> Limits:
    """Return limits that lie as far from each actor's position as it would go.

    Parameters
    ----------
    position_score : shape (draw, actor)
        NaN for an actor that has none.
    reach_score : shape (draw, actor)
        Largest distance from its position that an actor accepts, at least 0; infinity for one that
        accepts anything.

    Returns
    -------
    Limits
        NaN where there is no position.

    Raises
    ------
    ValueError
        If a reach is negative, or NaN where there is a position.

    Examples
    --------
    >>> limits = limits_within([[20.0, 50.0]], [[10.0, np.inf]])
    >>> limits.low_score.tolist(), limits.high_score.tolist()
    ([[10.0, -inf]], [[30.0, inf]])
    """
    position = np.asarray(position_score, dtype=np.float64)
    reach = np.asarray(reach_score, dtype=np.float64)
    refuse_shapes(position_score=position, reach_score=reach)
    wrong = ~((reach >= 0) | np.isnan(position))
    if wrong.any():
        raise ValueError(
            f"reach_score is negative or NaN in {name_draws(wrong)}: it must be at least 0"
        )
    return Limits(position - reach, position + reach)


def checked_limits(limits: Limits, needed: BoolArray, whose: str) -> Limits:
    """Return limits as the kernels take them.

    Parameters
    ----------
    limits
        What each accepts.
    needed : shape (draw, actor)
        True where the limits of an actor must be known.
    whose
        Who these actors are, for the error.

    Raises
    ------
    ValueError
        If shapes do not go together, or a limit that must be known is NaN.

    Examples
    --------
    >>> limits = limits_within([[20.0, np.nan]], [[5.0, 5.0]])
    >>> checked_limits(limits, np.array([[True, True]]), "that votes")
    Traceback (most recent call last):
    ValueError: the limits of an actor that votes are not known in draw 0
    """
    low, high = (np.require(side, np.float64, ["C", "W"]) for side in limits)
    refuse_shapes(needed=needed, limits_low=low, limits_high=high)
    unknown = needed & (np.isnan(low) | np.isnan(high))
    if unknown.any():
        raise ValueError(f"the limits of an actor {whose} are not known in {name_draws(unknown)}")
    return Limits(low, high)


def unanimity_zone(limits: Limits, named: BoolArray, feasible: Zone) -> Zone:
    """Return the outcomes within the limits of all that are named.

    Parameters
    ----------
    limits
        What each accepts.
    named : shape (actor,) or (draw, actor)
        Whose consent is needed.
    feasible
        Outcomes that there are at all.

    Returns
    -------
    Zone
        Empty where no outcome is acceptable to all. Where nobody is named it is all that is
        feasible.

    Raises
    ------
    ValueError
        If shapes do not go together, or a limit of somebody named is NaN.

    Examples
    --------
    >>> limits = limits_within([[20.0, 50.0, 90.0]], [[20.0, 20.0, 20.0]])
    >>> unanimity_zone(limits, np.array([True, True, False]), take_zone(0.0, 100.0))
    Zone(low_score=array([30.]), high_score=array([40.]))
    """
    must = _rows(named)
    known = checked_limits(limits, must, "whose consent is needed")
    common_draws(limits=known.low_score, named=must, feasible=feasible.low_score)
    low = np.where(must, known.low_score, -np.inf).max(axis=1, initial=-np.inf)
    high = np.where(must, known.high_score, np.inf).min(axis=1, initial=np.inf)
    return take_zone(np.maximum(low, feasible.low_score), np.minimum(high, feasible.high_score))


def majority_zone(
    limits: Limits,
    weight: ArrayLike,
    rule: Rule,
    feasible: Zone,
    target_score: ArrayLike,
) -> MajorityZone:
    """Return the outcomes that enough of the weight accepts, exactly, by a sweep over the limits.

    Parameters
    ----------
    limits
        What each accepts.
    weight : shape (draw, actor)
        Votes, at least 0; ones for a vote by heads. Actors of weight 0 do not vote.
    rule
        Its quota is a share of the weight of the draw. Who is named plays no part here.
    feasible
        Outcomes that there are at all.
    target_score : shape (draw,)
        Of several pieces, the one nearest to it is returned.

    Returns
    -------
    MajorityZone

    Raises
    ------
    ValueError
        If shapes do not go together, the weights are all 0, or the limits of a voter are NaN.

    Examples
    --------
    Two of three suffice, and there are two ways to find them:

    >>> limits = limits_within([[10.0, 50.0, 90.0]], [[20.0, 20.0, 20.0]])
    >>> two = Rule(kind="heads", quota_share=2 / 3)
    >>> found = majority_zone(limits, np.ones((1, 3)), two, take_zone(0.0, 100.0), [60.0])
    >>> found.zone, found.piece_count.tolist()
    (Zone(low_score=array([70.]), high_score=array([70.])), [2])
    """
    votes = np.require(weight, np.float64, ["C", "W"])
    # Positions play no part: this looks at the votes alone.
    checked(np.zeros_like(votes), votes)
    target = np.require(np.atleast_1d(target_score), np.float64, ["C", "W"])
    low, high = checked_limits(limits, votes > 0, "that votes")
    draws = common_draws(
        weight=votes, low=low, high=high, feasible=feasible.low_score, target=target
    )
    # What rounding leaves below the quota still reaches it, and does not pass it.
    needed = rule.quota_share * (1 + TIE_SHARE if rule.needs_more else 1 - TIE_SHARE)
    found = _sweep(low, high, votes, needed, feasible, target, draws)
    return MajorityZone(Zone(found[0], found[1]), found[2], found[3])


def agree(
    position_score: ArrayLike,
    weight: ArrayLike,
    limits: Limits,
    rule: Rule,
    feasible: Zone,
    *,
    ties: Ties = "lower",
) -> Agreement:
    """Return what is agreed under a rule: whether there is a deal, and the forecasts of it.

    Parameters
    ----------
    position_score, weight : shape (draw, actor)
        As in `compromise_mean`; those of weight 0 are absent and do not vote.
    limits
        What each accepts.
    rule
        Whose consent is needed.
    feasible
        Outcomes that there are at all.
    ties
        As in `weighted_median`.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        As `compromise_mean`, `unanimity_zone` and `majority_zone`.

    Notes
    -----
    Within one interval the mean and the median moved to the nearer end are the best outcomes by
    weighted squares and weighted distances. Where a majority leaves several pieces, both are taken
    within the piece nearest to the mean. For Nash bargaining hand the zone to `nash_outcome`.

    Examples
    --------
    In the second draw the second member would not go as far:

    >>> position, weight = [[20.0, 70.0]], [[3.0, 1.0]]
    >>> limits = limits_within(position, [[30.0, 30.0], [30.0, 10.0]])
    >>> deal = agree(position, weight, limits, Rule(kind="unanimity"), take_zone(0.0, 100.0))
    >>> deal.has_deal.tolist(), deal.mean_score.tolist(), deal.deal_mean_score.tolist()
    ([True, False], [32.5, 32.5], [40.0, nan])
    >>> deal.no_deal_prob
    0.5
    """
    mean = compromise_mean(position_score, weight)
    median = weighted_median(position_score, weight, ties=ties)
    masses = np.asarray(weight, dtype=np.float64)
    named = rule.named
    if named is None:
        named = masses > 0 if rule.kind == "unanimity" else np.zeros(masses.shape[1], np.bool_)
    zone = unanimity_zone(limits, named, feasible)
    if rule.kind == "unanimity":
        width = zone.high_score - zone.low_score
    else:
        votes = (masses > 0).astype(np.float64) if rule.kind == "heads" else masses
        zone, width, _ = majority_zone(limits, votes, rule, zone, mean)
    draws = common_draws(mean=mean, zone=zone.low_score)
    mean, median, low, high, width = (
        np.broadcast_to(array, draws).copy() for array in (mean, median, *zone, width)
    )
    zone = Zone(low, high)
    return Agreement(
        has_deal=~zone.is_empty,
        zone=zone,
        width_score=np.where(zone.is_empty, 0.0, width),
        mean_score=mean,
        median_score=median,
        deal_mean_score=restrict(mean, zone),
        deal_median_score=restrict(median, zone),
    )


def _rows(mask: BoolArray) -> BoolArray:
    """Return a mask with a draw axis of its own, if it has none."""
    rows = np.asarray(mask, dtype=np.bool_)
    return rows[np.newaxis] if rows.ndim == 1 else rows


@njit(cache=True, nogil=True, error_model="numpy")
def _sweep(
    low: FloatArray,
    high: FloatArray,
    weight: FloatArray,
    needed_share: float,
    feasible: Zone,
    target: FloatArray,
    draws: int,
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Walk up the limits of each draw and keep the nearest piece, the width and the count."""
    actors = weight.shape[1]
    nearest_low, nearest_high = np.full(draws, np.inf), np.full(draws, -np.inf)
    width, pieces = np.zeros(draws), np.zeros(draws, dtype=np.int64)
    starts, ends = np.empty(actors), np.empty(actors)
    rising, falling = np.empty(actors), np.empty(actors)
    for draw in range(draws):
        least = feasible.low_score[draw if feasible.low_score.size > 1 else 0]
        most = feasible.high_score[draw if feasible.high_score.size > 1 else 0]
        lows = low[draw if low.shape[0] > 1 else 0]
        highs = high[draw if high.shape[0] > 1 else 0]
        masses = weight[draw if weight.shape[0] > 1 else 0]
        goal = target[draw if target.size > 1 else 0]
        total, voters = 0.0, 0
        for i in range(actors):
            total += masses[i]
            # Who accepts nothing that there is has a vote that counts, but is never won.
            if masses[i] > 0.0 and max(lows[i], least) <= min(highs[i], most):
                _insert(starts, rising, voters, max(lows[i], least), masses[i])
                _insert(ends, falling, voters, min(highs[i], most), masses[i])
                voters += 1
        needed, accepting, away = needed_share * total, 0.0, np.inf
        begun, k = np.nan, 0
        for j in range(voters):
            # At one point who begins to accept comes before who ceases: both accept it.
            while k < voters and starts[k] <= ends[j]:
                accepting += rising[k]
                if accepting >= needed and np.isnan(begun):
                    begun = starts[k]
                k += 1
            accepting -= falling[j]
            is_over = j + 1 == voters or ends[j + 1] > ends[j]
            if is_over and accepting < needed and not np.isnan(begun):
                pieces[draw] += 1
                width[draw] += ends[j] - begun
                gap = max(begun - goal, goal - ends[j], 0.0)
                if gap < away:
                    away = gap
                    nearest_low[draw], nearest_high[draw] = begun, ends[j]
                begun = np.nan
    return nearest_low, nearest_high, width, pieces


@njit(cache=True, nogil=True, error_model="numpy")
def _insert(at: FloatArray, mass: FloatArray, count: int, place: float, weight: float) -> None:
    """Put one more into two arrays that are sorted by place."""
    k = count
    while k > 0 and at[k - 1] > place:
        at[k], mass[k] = at[k - 1], mass[k - 1]
        k -= 1
    at[k], mass[k] = place, weight
