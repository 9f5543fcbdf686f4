"""Linked issues: outcomes that must come to something together.

Contributions must add up to a need, and what they cost must stay within a budget. Zones that each
leave room for a deal may leave none together, and the compromise issue by issue may be out of
reach; the nearest that is within reach is found here.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, common_draws
from foedus.engines.bargaining.stances import name_draws, refuse

STEPS: Final = 200
# A sum that is missed by less than this share of its size is rounding.
SLACK_SHARE: Final = 1e-12


class Links(NamedTuple):
    """What the issues must come to. The draw axis of an array may be 1 and then serves every draw.

    Either condition may be left out: a need of minus infinity, a budget of infinity.
    """

    amount: FloatArray
    """Shape (draw, issue), at least 0: what one point of the issue adds to the need; 0 for an
    issue that adds nothing."""
    need: FloatArray
    """Shape (draw,): what the amounts must reach together."""
    price: FloatArray
    """Shape (draw, issue), at least 0: what one point of the issue costs."""
    budget: FloatArray
    """Shape (draw,): what the prices may come to."""


class LinkedFeasibility(NamedTuple):
    """Whether the zones leave room for the conditions. Arrays have shape (draw,)."""

    meets_need: BoolArray
    """Whether the need is reached with every issue at the top of its zone."""
    meets_budget: BoolArray
    """Whether the budget is kept with every issue at the bottom of its zone."""
    meets_both: BoolArray
    """Whether the cheapest way to the need keeps the budget."""
    least_cost: FloatArray
    """What the cheapest way costs; NaN where the need cannot be reached."""


class LinkedCompromise(NamedTuple):
    """The nearest outcomes within reach."""

    outcome_score: FloatArray
    """Shape (draw, issue); NaN where there is no deal."""
    has_deal: BoolArray
    """Shape (draw,)."""
    need_price: FloatArray
    """Shape (draw,): by how much half the weighted squares would grow for one more unit of need;
    0 where the need is met anyway."""
    budget_price: FloatArray
    """Shape (draw,): by how much half the weighted squares would fall for one more unit of
    budget; 0 where the budget is kept anyway."""


def linked_feasible(low_score: ArrayLike, high_score: ArrayLike, links: Links) -> LinkedFeasibility:
    """Tell whether zones, one an issue, leave room for a need and a budget.

    The cheapest way to the need starts with every issue at the bottom of its zone and raises
    those first that give most for their price.

    Parameters
    ----------
    low_score, high_score : shape (draw, issue)
        Zone of each issue; empty where low is above high.
    links
        What the issues must come to.

    Returns
    -------
    LinkedFeasibility
        False throughout where a zone is empty.

    Raises
    ------
    ValueError
        With all faults at once: shapes, ends of zones that are not finite, a negative or infinite
        amount or price, a need or budget that is NaN.

    Examples
    --------
    Two promises of at most 30 and 20 make 40, but not for less than 50:

    >>> links = Links(*map(np.array, ([[1.0, 1.0]], [40.0], [[1.0, 2.0]], [45.0])))
    >>> found = linked_feasible([[0.0, 0.0]], [[30.0, 20.0]], links)
    >>> [part.item() for part in found]
    [True, True, False, 50.0]
    """
    low, high, ready, draws = _checked(low_score, high_score, links)
    return LinkedFeasibility(*_cheapest(low, high, ready, draws)[:4])


def linked_compromise(
    centre_score: ArrayLike,
    pull: ArrayLike,
    low_score: ArrayLike,
    high_score: ArrayLike,
    links: Links,
) -> LinkedCompromise:
    """Return the outcomes within reach that are nearest to the compromise, by weighted squares.

    With the compromise mean m of an issue and the sum W of its weights, what all actors would give
    up at x is W (x - m)^2 more than at m. So the sum over issues of W (x - m)^2 is minimised within
    the zones and the conditions, and its multipliers are found by nested bisection: at the prices
    l of the need and b of the budget every issue has

        x = m + (l amount - b price) / W,    moved to the nearer end of its zone.

    Parameters
    ----------
    centre_score : shape (draw, issue)
        Compromise means, as if there were no conditions.
    pull : shape (draw, issue)
        Sums of weights, above 0. Issues on scales of different widths are made comparable by
        dividing by the square of the width.
    low_score, high_score : shape (draw, issue)
        Zone of each issue.
    links
        What the issues must come to.

    Returns
    -------
    LinkedCompromise

    Raises
    ------
    ValueError
        As `linked_feasible`, or if a centre is not finite or a pull not above 0.

    Examples
    --------
    Twenty are missing; the issue that is held half as firmly gives twice as much:

    >>> links = Links(*map(np.array, ([[1.0, 1.0]], [50.0], [[0.0, 0.0]], [np.inf])))
    >>> found = linked_compromise([[20.0, 10.0]], [[2.0, 1.0]], [[0.0, 0.0]], [[90.0, 90.0]], links)
    >>> found.outcome_score.round(4).tolist()
    [[26.6667, 23.3333]]
    """
    low, high, ready, draws = _checked(low_score, high_score, links)
    centre = np.require(centre_score, np.float64, ["C", "W"])
    firmness = np.require(pull, np.float64, ["C", "W"])
    problems = [
        f"{name} has shape {block.shape}: it must be (draw, {low.shape[1]})"
        for name, block in (("centre_score", centre), ("pull", firmness))
        if block.ndim != 2 or block.shape[1] != low.shape[1]
    ]
    if not np.isfinite(centre).all():
        problems.append("centre_score holds a number that is not finite")
    if not ((firmness > 0) & (firmness < np.inf)).all():
        problems.append("pull holds a number that is not finite and above 0")
    refuse(problems)
    draws = common_draws(zones=np.empty((draws, 0)), centre_score=centre, pull=firmness)
    feasible = _cheapest(low, high, ready, draws)
    return LinkedCompromise(*_project(centre, firmness, low, high, ready, feasible[2], feasible[4]))


def _checked(
    low_score: ArrayLike, high_score: ArrayLike, links: Links
) -> tuple[FloatArray, FloatArray, Links, int]:
    """Return the zones and conditions as the kernels take them, and the count of draws."""
    low, high, amount, price = (
        np.require(block, np.float64, ["C", "W"])
        for block in (low_score, high_score, links.amount, links.price)
    )
    need, budget = (
        np.require(np.atleast_1d(block), np.float64, ["C", "W"])
        for block in (links.need, links.budget)
    )
    tables = {"low_score": low, "high_score": high, "amount": amount, "price": price}
    problems = [
        f"{name} has shape {block.shape}: it must be (draw, {low.shape[-1]})"
        for name, block in tables.items()
        if block.ndim != 2 or block.shape[1] != low.shape[-1]
    ]
    refuse(problems)
    for name, block, least in (
        ("low_score", low, -np.inf),
        ("high_score", high, -np.inf),
        ("amount", amount, 0.0),
        ("price", price, 0.0),
    ):
        wrong = ~(np.isfinite(block) & (block >= least))
        if wrong.any():
            floor = " and at least 0" if least == 0 else ""
            problems.append(
                f"{name} holds {block[wrong][0]:g} in {name_draws(wrong)}: it must be finite{floor}"
            )
    for name, block in (("need", need), ("budget", budget)):
        if np.isnan(block).any():
            problems.append(f"{name} is NaN in {name_draws(np.isnan(block))}")
    refuse(problems)
    return (
        low,
        high,
        Links(amount, need, price, budget),
        common_draws(**tables, need=need, budget=budget),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _cheapest(
    low: FloatArray, high: FloatArray, links: Links, draws: int
) -> tuple[BoolArray, BoolArray, BoolArray, FloatArray, FloatArray]:
    """Return the parts of `LinkedFeasibility`, and the outcomes of the cheapest way."""
    issues = low.shape[1]
    meets_need, meets_budget = np.zeros(draws, np.bool_), np.zeros(draws, np.bool_)
    meets_both, least_cost = np.zeros(draws, np.bool_), np.full(draws, np.nan)
    outcome = np.full((draws, issues), np.nan)
    ratio = np.empty(issues)
    for draw in range(draws):
        lows = low[draw if low.shape[0] > 1 else 0]
        highs = high[draw if high.shape[0] > 1 else 0]
        amount = links.amount[draw if links.amount.shape[0] > 1 else 0]
        price = links.price[draw if links.price.shape[0] > 1 else 0]
        need = links.need[draw if links.need.size > 1 else 0]
        budget = links.budget[draw if links.budget.size > 1 else 0]
        if (lows > highs).any():
            continue
        reached, most, cost, size, spent = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(issues):
            reached += amount[k] * lows[k]
            most += amount[k] * highs[k]
            cost += price[k] * lows[k]
            size += amount[k] * max(abs(lows[k]), abs(highs[k]))
            spent += price[k] * max(abs(lows[k]), abs(highs[k]))
            ratio[k] = price[k] / amount[k] if amount[k] > 0.0 else np.inf
        # What a sum is off by rounding counts neither for nor against a deal.
        meets_need[draw] = most >= need - SLACK_SHARE * size
        meets_budget[draw] = cost <= budget + SLACK_SHARE * spent
        if not meets_need[draw]:
            continue
        at = outcome[draw]
        at[:] = lows
        for each in np.argsort(ratio, kind="mergesort"):
            k = int(each)
            if reached >= need or amount[k] == 0.0:
                break
            step = min((need - reached) / amount[k], highs[k] - lows[k])
            at[k] = min(lows[k] + step, highs[k])
            reached += amount[k] * step
            cost += price[k] * step
        least_cost[draw] = cost
        meets_both[draw] = cost <= budget + SLACK_SHARE * spent
    return meets_need, meets_budget, meets_both, least_cost, outcome


@njit(cache=True, nogil=True, error_model="numpy")
def _project(
    centre: FloatArray,
    pull: FloatArray,
    low: FloatArray,
    high: FloatArray,
    links: Links,
    has_deal: BoolArray,
    cheapest: FloatArray,
) -> tuple[FloatArray, BoolArray, FloatArray, FloatArray]:
    draws, issues = cheapest.shape
    outcome = np.full((draws, issues), np.nan)
    need_price, budget_price = np.full(draws, np.nan), np.full(draws, np.nan)
    dear, cheap = np.empty(issues), np.empty(issues)
    spare, other = np.empty(issues), np.empty(issues)
    for draw in range(draws):
        if not has_deal[draw]:
            continue
        issue = (
            centre[draw if centre.shape[0] > 1 else 0],
            pull[draw if pull.shape[0] > 1 else 0],
            low[draw if low.shape[0] > 1 else 0],
            high[draw if high.shape[0] > 1 else 0],
            links.amount[draw if links.amount.shape[0] > 1 else 0],
            links.price[draw if links.price.shape[0] > 1 else 0],
        )
        need = links.need[draw if links.need.size > 1 else 0]
        budget = links.budget[draw if links.budget.size > 1 else 0]
        price = issue[5]
        at = outcome[draw]
        below, above = 0.0, 0.0
        need_below = _meet_need(issue, need, below, at, spare, other)
        need_price[draw], budget_price[draw] = need_below, 0.0
        if (price * at).sum() <= budget:
            continue
        # Over the budget without a price on it: raise the price until it is kept.
        dear[:] = at
        above = _first_price(issue)
        need_above = _meet_need(issue, need, above, cheap, spare, other)
        for _ in range(STEPS):
            if (price * cheap).sum() <= budget:
                break
            dear[:] = cheap
            below, need_below = above, need_above
            above *= 2.0
            need_above = _meet_need(issue, need, above, cheap, spare, other)
        if (price * cheap).sum() > budget:
            # Only the cheapest way is left, but for rounding.
            at[:] = cheapest[draw]
            need_price[draw], budget_price[draw] = need_above, above
            continue
        for _ in range(STEPS):
            middle = below + (above - below) / 2
            if not below < middle < above:
                break
            need_middle = _meet_need(issue, need, middle, at, spare, other)
            if (price * at).sum() <= budget:
                cheap[:] = at
                above, need_above = middle, need_middle
            else:
                dear[:] = at
                below, need_below = middle, need_middle
            if (need_below > 0.0) == (need_above > 0.0) and _is_straight(issue, dear, cheap):
                break
        part = _part(price, cheap, dear, budget)
        for k in range(issues):
            at[k] = cheap[k] + part * (dear[k] - cheap[k])
        need_price[draw] = need_above + part * (need_below - need_above)
        budget_price[draw] = above + part * (below - above)
    return outcome, has_deal, need_price, budget_price


@njit(cache=True, nogil=True, error_model="numpy")
def _meet_need(
    issue: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray],
    need: float,
    budget_price: float,
    at: FloatArray,
    spare: FloatArray,
    other: FloatArray,
) -> float:
    """Fill `at` with the outcomes that meet the need at a price of the budget; return its price."""
    amount = issue[4]
    below, above = 0.0, 0.0
    _settle(issue, below, budget_price, at)
    if (amount * at).sum() >= need:
        return 0.0
    # At this price every issue that adds to the need is at the top of its zone.
    for k in range(amount.size):
        if amount[k] > 0.0:
            away = (issue[3][k] - issue[0][k]) * issue[1][k] + budget_price * issue[5][k]
            above = max(above, away / amount[k])
    above *= 1.0 + SLACK_SHARE
    spare[:] = at
    _settle(issue, above, budget_price, other)
    if (amount * other).sum() <= need:
        at[:] = other
        return above
    for _ in range(STEPS):
        middle = below + (above - below) / 2
        if not below < middle < above:
            break
        _settle(issue, middle, budget_price, at)
        if (amount * at).sum() >= need:
            other[:] = at
            above = middle
        else:
            spare[:] = at
            below = middle
        if _is_straight(issue, spare, other):
            break
    # Both ends lie on one straight piece, on which the need is met exactly somewhere between.
    part = _part(amount, spare, other, need)
    for k in range(amount.size):
        at[k] = spare[k] + part * (other[k] - spare[k])
    return below + part * (above - below)


@njit(cache=True, nogil=True, error_model="numpy")
def _settle(
    issue: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray],
    need_price: float,
    budget_price: float,
    at: FloatArray,
) -> None:
    """Fill `at` with the best outcome of every issue at the two prices."""
    centre, pull, low, high, amount, price = issue
    for k in range(at.size):
        x = centre[k] + (need_price * amount[k] - budget_price * price[k]) / pull[k]
        at[k] = min(max(x, low[k]), high[k])


@njit(cache=True, nogil=True, error_model="numpy")
def _is_straight(
    issue: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray],
    start: FloatArray,
    end: FloatArray,
) -> bool:
    """Tell whether the same issues are at an end of their zone in two outcomes.

    Prices with the same issues at the same ends form one interval, on which outcomes and prices
    are straight lines: what lies between the two is then known without looking further.
    """
    for k in range(start.size):
        for side in (issue[2], issue[3]):
            if (start[k] == side[k]) != (end[k] == side[k]):
                return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _first_price(
    issue: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray],
) -> float:
    """Return a price of the budget at which the first issue is at the bottom of its zone."""
    centre, pull, low, _, _, price = issue
    least = np.inf
    for k in range(price.size):
        if price[k] > 0.0 and centre[k] > low[k]:
            least = min(least, (centre[k] - low[k]) * pull[k] / price[k])
    return least if least < np.inf else 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _part(factor: FloatArray, start: FloatArray, end: FloatArray, wanted: float) -> float:
    """Return how far from one outcome to another a weighted sum takes the wanted value."""
    first, last = (factor * start).sum(), (factor * end).sum()
    return min(max((wanted - first) / (last - first), 0.0), 1.0) if last != first else 0.0
