"""Nash bargaining: the outcome with the largest product of gains over no deal.

Each actor's gain is what the outcome gives it beyond what it has without a deal; its weight is the
exponent. On a line of width R and with x at a distance d from its own position, an actor has

    linear:     u = 1 - d / R
    quadratic:  u = 1 - (d / R)^2

so its gain over any fallback is positive within some reach of its position, and to maximise is

    linear:     sum of w log(reach - d)
    quadratic:  sum of w log(reach^2 - d^2)

which is concave, with kinks at the positions in the linear case. The kinks are looked through
first, so that an outcome which is somebody's position is that position to the last bit.
"""

from typing import Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, common_draws
from foedus.engines.bargaining.median import sort_present
from foedus.engines.bargaining.stances import Stances, checked, refuse, refuse_shapes
from foedus.engines.bargaining.zone import Zone, take_zone

Utility: TypeAlias = Literal["linear", "quadratic"]

# An interval of gains that is narrower than this share of the numbers on the scale is rounding.
SLACK_SHARE: Final = 1e-12
STEPS: Final = 200


class NashOutcome(NamedTuple):
    """What Nash bargaining gives. Arrays have shape (draw,)."""

    outcome_score: FloatArray
    """The outcome. Where no outcome leaves everybody with a gain: the no-deal point, if there is
    one on the scale, and NaN otherwise."""
    is_empty: BoolArray
    """True where no outcome leaves everybody with a gain, so that there is nothing to agree on."""


def nash_outcome(
    position_score: ArrayLike,
    weight: ArrayLike,
    scale: tuple[float, float],
    *,
    utility: Utility = "linear",
    no_deal_score: ArrayLike | None = None,
    cost_share: ArrayLike | None = None,
    zone: Zone | None = None,
) -> NashOutcome:
    """Return the outcome that maximises the weighted product of gains over no deal.

    What no deal means is one of three readings:

    - a point on the scale, `no_deal_score`: things stay as they are there. As all care about one
      line only, there is something to gain for everybody only if all stand on the same side of it;
    - a cost to each, `cost_share`: no deal is to an actor as an outcome would be that takes this
      share off the best it can have, so in the linear case one that many widths of the scale away;
    - neither given: no deal leaves everybody with utility 0, as bad as an outcome a whole scale
      away. This is a cost of 1.

    Parameters
    ----------
    position_score : shape (draw, actor)
        Positions on the scale; what an actor of weight 0 has there is never read.
    weight : shape (draw, actor)
        At least 0; 0 for an actor that is absent, and has no say in what is acceptable.
    scale
        Least and largest outcome there is.
    utility
        How utility falls with distance.
    no_deal_score : shape (draw,) or one number
        The point on the scale where things stay without a deal.
    cost_share : shape (draw, actor)
        What no deal costs each, at least 0; may be above 1.
    zone
        Outcomes that are left of the scale; all of it if None.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    NashOutcome

    Raises
    ------
    ValueError
        With all faults at once: a point and a cost given together, an unknown utility, a scale of
        no width, numbers out of range, or as `stances.checked`.

    Notes
    -----
    Nash (1950), "The bargaining problem", *Econometrica* 18(2), 155-162, doi:10.2307/1907266;
    unequal weights: Harsanyi and Selten (1972), "A generalized Nash solution for two-person
    bargaining games with incomplete information", *Management Science* 18(5, part 2), 80-106
    (bibliographic data of both checked). Both are about two; that the product is taken over all
    who are present is the usual extension.

    Examples
    --------
    Two at the ends of the scale share it by weight; a third that would sooner have no deal than one
    more than 5 away draws the outcome to itself:

    >>> nash_outcome([[0.0, 100.0]], [[3.0, 1.0]], (0, 100)).outcome_score.round(6).tolist()
    [25.0]
    >>> cost = [[1.0, 1.0, 0.05]]
    >>> three = nash_outcome([[0.0, 100.0, 60.0]], [[3.0, 1.0, 1.0]], (0, 100), cost_share=cost)
    >>> three.outcome_score.round(2).tolist()
    [60.0]

    Nothing can be agreed on if some want more and some want less than there is:

    >>> nash_outcome([[20.0, 70.0]], [[1.0, 1.0]], (0, 100), no_deal_score=30.0)
    NashOutcome(outcome_score=array([30.]), is_empty=array([ True]))
    """
    problems = []
    if utility not in get_args(Utility):
        known = ", ".join(get_args(Utility))
        problems.append(f"utility is {utility!r}: it must be one of {known}")
    if no_deal_score is not None and cost_share is not None:
        problems.append("no_deal_score and cost_share are both given: no deal means one of them")
    low, high = float(scale[0]), float(scale[1])
    if not -np.inf < low < high < np.inf:
        problems.append(
            f"the scale runs from {low:g} to {high:g}: both ends must be finite, the first lower"
        )
    refuse(problems)
    stances = checked(position_score, weight, scale=(low, high))
    point, cost = _checked_no_deal(stances, no_deal_score, cost_share, (low, high))
    left = take_zone(low, high) if zone is None else zone
    draws = common_draws(
        position_score=stances.position_score,
        weight=stances.weight,
        no_deal_score=point,
        cost_share=cost,
        zone=left.low_score,
    )
    reach = (high - low) * (np.sqrt(cost) if utility == "quadratic" else cost)
    inside = Zone(np.maximum(left.low_score, low), np.minimum(left.high_score, high))
    outcome, is_empty = _bargain(
        stances,
        reach,
        point,
        inside,
        max(high - low, abs(low), abs(high)) * SLACK_SHARE,
        utility == "quadratic",
        draws,
    )
    return NashOutcome(outcome, is_empty)


def _checked_no_deal(
    stances: Stances,
    no_deal_score: ArrayLike | None,
    cost_share: ArrayLike | None,
    scale: tuple[float, float],
) -> tuple[FloatArray, FloatArray]:
    """Return the no-deal point, NaN for none, and the cost of no deal, 1 where none is given."""
    point = np.full(1, np.nan)
    cost = np.ones((1, stances.weight.shape[1]))
    if no_deal_score is not None:
        point = np.require(np.atleast_1d(no_deal_score), np.float64, ["C", "W"])
        if not ((point >= scale[0]) & (point <= scale[1])).all():
            raise ValueError(
                f"no_deal_score holds a number off the scale, {scale[0]:g} to {scale[1]:g}"
            )
    if cost_share is not None:
        cost = np.require(cost_share, np.float64, ["C", "W"])
        refuse_shapes(weight=stances.weight, position=stances.position_score, cost_share=cost)
        if not (((cost >= 0) & (cost < np.inf)) | (stances.weight == 0)).all():
            raise ValueError("cost_share holds a number that is not finite and at least 0")
    return point, cost


@njit(cache=True, nogil=True, error_model="numpy")
def _bargain(
    stances: Stances,
    reach: FloatArray,
    point: FloatArray,
    zone: Zone,
    slack: float,
    is_quadratic: bool,
    draws: int,
) -> tuple[FloatArray, BoolArray]:
    position, weight = stances
    actors = weight.shape[1]
    outcome, is_empty = np.empty(draws), np.empty(draws, dtype=np.bool_)
    spans = np.empty(actors)
    at, mass = np.empty(actors), np.empty(actors)
    for draw in range(draws):
        where = position[draw if position.shape[0] > 1 else 0]
        masses = weight[draw if weight.shape[0] > 1 else 0]
        q = point[draw if point.shape[0] > 1 else 0]
        given = reach[draw if reach.shape[0] > 1 else 0]
        closed_low = zone.low_score[draw if zone.low_score.size > 1 else 0]
        closed_high = zone.high_score[draw if zone.high_score.size > 1 else 0]
        # The gains are positive strictly between these two.
        low, high = -np.inf, np.inf
        for i in range(actors):
            if masses[i] > 0.0:
                spans[i] = given[i] if np.isnan(q) else abs(where[i] - q)
                low = max(low, where[i] - spans[i])
                high = min(high, where[i] + spans[i])
        has_gains = high - low > slack and closed_low < high - slack and closed_high > low + slack
        is_empty[draw] = not (has_gains and closed_low <= closed_high)
        if is_empty[draw]:
            outcome[draw] = q
            continue
        count = sort_present(where, masses, at, mass)
        outcome[draw] = _best(
            (where, masses, spans, is_quadratic),
            at[:count],
            (low, high),
            (closed_low, closed_high),
        )
    return outcome, is_empty


@njit(cache=True, nogil=True, error_model="numpy")
def _best(
    actors: tuple[FloatArray, FloatArray, FloatArray, bool],
    kinks: FloatArray,
    open_ends: tuple[float, float],
    closed_ends: tuple[float, float],
) -> float:
    """Return where the slope of the sum changes sign: at an end, at a kink, or between two."""
    low, high = max(open_ends[0], closed_ends[0]), min(open_ends[1], closed_ends[1])
    if closed_ends[0] > open_ends[0] and _slope(actors, low, 1)[0] <= 0.0:
        return low
    if closed_ends[1] < open_ends[1] and _slope(actors, high, -1)[0] >= 0.0:
        return high
    if not actors[3]:
        # The slope only falls, so the kinks can be halved until one is left.
        first, last = 0, kinks.size
        while first < last:
            middle = (first + last) // 2
            kink = kinks[middle]
            if kink <= low or (kink < high and _slope(actors, kink, 1)[0] > 0.0):
                first = middle + 1
            else:
                last = middle
        if first < kinks.size and kinks[first] < high:
            if _slope(actors, kinks[first], -1)[0] >= 0.0:
                return float(kinks[first])
            high = kinks[first]
        if first > 0:
            low = max(low, kinks[first - 1])
    return _root(actors, low, high)


@njit(cache=True, nogil=True, error_model="numpy")
def _root(
    actors: tuple[FloatArray, FloatArray, FloatArray, bool], low: float, high: float
) -> float:
    """Return where the slope is 0 between two points without a kink: Newton, kept in a bracket."""
    # A few times what doubles can tell apart.
    tiny = 4e-15 * max(high - low, abs(low), abs(high))
    x = low + (high - low) / 2
    for step in range(STEPS):
        slope, bend = _slope(actors, x, 1)
        if slope == 0.0 or high - low <= tiny:
            return x
        if slope > 0.0:
            low = x
        else:
            high = x
        following = x - slope / bend
        # Beside a pole Newton creeps, so that every third step halves the bracket.
        if not low < following < high or step % 3 == 2:
            following = low + (high - low) / 2
        elif abs(following - x) <= tiny:
            return following
        x = following
    return x


@njit(cache=True, nogil=True, error_model="numpy")
def _slope(
    actors: tuple[FloatArray, FloatArray, FloatArray, bool], x: float, side: int
) -> tuple[float, float]:
    """Return the first and second derivative at x, at a kink as seen from one side of it."""
    where, masses, spans, is_quadratic = actors
    slope, bend = 0.0, 0.0
    for i in range(masses.size):
        if masses[i] > 0.0:
            away = x - where[i]
            is_right = away > 0.0 or (away == 0.0 and side > 0)
            near, far = spans[i] - abs(away), spans[i] + abs(away)
            if near <= 0.0:
                return (-np.inf if is_right else np.inf), -np.inf
            if is_quadratic:
                part = 1.0 / near - 1.0 / far
                bend -= masses[i] * (1.0 / near**2 + 1.0 / far**2)
            else:
                part = 1.0 / near
                bend -= masses[i] / near**2
            slope += -masses[i] * part if is_right else masses[i] * part
    return slope, bend
