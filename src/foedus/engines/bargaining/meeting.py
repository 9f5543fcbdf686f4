"""One format on one issue: how far apart views are, whether there is a deal, and who is in its way.

Views weigh by influence times salience. Consent is another matter: a member without any influence
can still say no, and one that does not care at all never does.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.bargaining.agreement import Limits, Rule, majority_zone
from foedus.engines.bargaining.compromise import compromise_mean, weighted_spread
from foedus.engines.bargaining.median import weighted_median
from foedus.engines.bargaining.rooms import answer_alone
from foedus.engines.bargaining.zone import Zone, restrict

MORE_THAN_HALF: Final = Rule(kind="heads", quota_share=0.5, needs_more=True)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Who is heard in a format on an issue, and who must consent. Shape (draw, party) each.

    All numbers are on a scale of 0 to 100.
    """

    position_score: FloatArray
    weight: FloatArray
    """Influence times salience, 0 for one that is not heard."""
    reach_score: FloatArray
    asks: BoolArray
    """Whose consent is asked in each draw."""
    rule: str
    """`alone`, `consensus` or `majority`."""
    feasible: Zone

    @property
    def limits(self) -> Limits:
        """What each accepts."""
        return Limits(
            self.position_score - self.reach_score, self.position_score + self.reach_score
        )

    @property
    def is_dealt(self) -> bool:
        """Whether at least two weigh something in every draw."""
        return bool(((self.weight > 0).sum(axis=1) > 1).all())


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What a format makes of an issue. Shape (draw,) each."""

    mean_score: FloatArray
    median_score: FloatArray
    spread_score: FloatArray
    pair_share: FloatArray
    zone: Zone
    """NaN at both ends where everybody answers alone."""
    freed_prob: FloatArray
    """Shape (party,): chance that there is no deal and would be one without asking for its
    consent."""

    @property
    def has_deal(self) -> BoolArray:
        """Whether anything can be agreed on."""
        with np.errstate(invalid="ignore"):
            found: BoolArray = self.zone.low_score <= self.zone.high_score
        return found

    @property
    def outcome_score(self) -> FloatArray:
        """The compromise mean: within the zone where there is a deal, and as it is elsewhere."""
        inside = restrict(self.mean_score, self.zone)
        found: FloatArray = np.where(self.has_deal, inside, self.mean_score)
        return found


def hold(table: Table) -> Meeting:
    """Return what a format makes of an issue that it deals with.

    Raises
    ------
    ValueError
        If numbers cannot be taken, as the models that are called say.
    """
    stances = table.position_score, table.weight
    mean = compromise_mean(*stances)
    alone = answer_alone(*stances, table.limits)
    zone, freed = agree_by_rule(table, mean)
    return Meeting(
        mean_score=mean,
        median_score=weighted_median(*stances),
        spread_score=weighted_spread(*stances),
        pair_share=alone.pair_share,
        zone=zone,
        freed_prob=freed,
    )


def agree_by_rule(table: Table, mean: FloatArray) -> tuple[Zone, FloatArray]:
    """Return what can be agreed under the rule, and how often each is in the way of all."""
    if table.rule == "alone":
        nothing = np.full(len(mean), np.nan)
        return Zone(nothing, nothing), np.zeros(table.weight.shape[1])
    if table.rule == "consensus":
        return agree_by_all(table)
    return agree_by_heads(table, mean)


def agree_by_all(table: Table) -> tuple[Zone, FloatArray]:
    """Return the outcomes that all accept, and how often each is in the way of all others.

    Without one of them the zone reaches as far as the next lower and the next higher limit.
    """
    low = np.where(table.asks, table.limits.low_score, -np.inf)
    high = np.where(table.asks, table.limits.high_score, np.inf)
    least, most = table.feasible
    starts, ends = without_each(low), -without_each(-high)
    zone = Zone(np.maximum(low.max(axis=1), least), np.minimum(high.min(axis=1), most))
    freed = np.maximum(starts, least[:, None]) <= np.minimum(ends, most[:, None])
    return zone, (zone.is_empty[:, None] & freed & table.asks).mean(axis=0)


def without_each(values: FloatArray) -> FloatArray:
    """Return the largest of the others for each, along the last axis.

    >>> without_each(np.array([[3.0, 7.0, 5.0]])).tolist()
    [[7.0, 5.0, 7.0]]
    """
    if values.shape[-1] == 1:
        return np.full_like(values, -np.inf)
    second, first = np.moveaxis(np.partition(values, -2, axis=-1)[..., -2:], -1, 0)
    is_first = np.arange(values.shape[-1]) == values.argmax(axis=-1)[..., None]
    others: FloatArray = np.where(is_first, second[..., None], first[..., None])
    return others


def agree_by_heads(table: Table, mean: FloatArray) -> tuple[Zone, FloatArray]:
    """Return the outcomes that more than half accept, and how often each is in the way.

    Where nobody's consent is asked in a draw, anything feasible can be agreed.
    """
    votes = table.asks.astype(np.float64)
    zone = by_votes(table, votes, mean)
    freed = np.zeros(votes.shape[1])
    for i in np.flatnonzero(table.asks.any(axis=0)):
        others = votes.copy()
        others[:, i] = 0.0
        without = by_votes(table, others, mean)
        freed[i] = (zone.is_empty & ~without.is_empty & table.asks[:, i]).mean()
    return zone, freed


def left_out_in_turn(table: Table, most: int) -> list[tuple[int, float]]:
    """Return whom to leave out first, second and so on, and how often there is no deal then.

    Each time the one without whom most is possible; of those alike the one whose limit lies
    outermost most often. For a rule by which all must consent; ends once there is always a deal.
    """
    asks = table.asks.copy()
    found: list[tuple[int, float]] = []
    zone, freed = agree_by_all(table)
    for _ in range(most):
        fails = zone.is_empty
        if not fails.any() or not asks.any():
            break
        low = np.where(asks, table.limits.low_score, -np.inf).argmax(axis=1)
        high = np.where(asks, table.limits.high_score, np.inf).argmin(axis=1)
        outermost = np.bincount(low[fails], minlength=asks.shape[1]) + np.bincount(
            high[fails], minlength=asks.shape[1]
        )
        first = int(np.lexsort((-outermost, -freed))[0])
        asks[:, first] = False
        zone, freed = agree_by_all(replace(table, asks=asks))
        found.append((first, float(zone.is_empty.mean())))
    return found


def by_votes(table: Table, votes: FloatArray, mean: FloatArray) -> Zone:
    """Return the zone of a majority of votes, in draws without any vote all that is feasible."""
    voted = votes.sum(axis=1) > 0
    low, high = (np.broadcast_to(end, voted.shape).copy() for end in table.feasible)
    if voted.any():
        limits = Limits(*(side[voted] for side in np.broadcast_arrays(*table.limits)))
        feasible = Zone(low[voted], high[voted])
        found = majority_zone(limits, votes[voted], MORE_THAN_HALF, feasible, mean[voted])
        low[voted], high[voted] = found.zone
    return Zone(low, high)
