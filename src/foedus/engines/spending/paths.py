"""Paths of defence spending: GDP times a share that rises to a target as fast as it can.

The plan is a straight line from today's share to the target in the year it is due, and constant
from then on. Real spending grows by no more than the ramp a year until it has caught up with the
plan, and never falls below today's share: a target at or below it is met already, and no cut. As
the plan's growth only slows down, a nation that has caught up stays there, so the share has a
closed form: in year k, counted from the last year of today's share,

    share_k = min(plan_k, today * rise^k),    rise = max(1, (1 + ramp) / (1 + growth)).

Where the economy grows faster than spending can, `rise` is 1: the share is kept, and no higher one
is ever reached.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.spending.blocks import BoolArray, FloatArray, IntArray, common_draws, packed

SLACK: Final = 1e-12
"""A target that is missed by rounding alone counts as reached."""


class Economies(NamedTuple):
    """Where nations stand in the base year. Arrays have shape (draw, nation).

    The draw axis of each may be 1 and then serves every draw.
    """

    gdp_usd_bn: FloatArray
    """At least 0."""
    growth_share: FloatArray
    """Real growth of GDP a year, above -1."""
    today_share: FloatArray
    """Spending as a share of GDP, at least 0."""
    ramp_share: FloatArray
    """Largest real rise of spending a year."""


class PathSums(NamedTuple):
    """What a path comes to. Arrays have shape (draw, nation, target)."""

    extra_usd_bn: FloatArray
    """Spending less that at today's share, in the year that is looked at."""
    total_usd_bn: FloatArray
    """The same summed over all years."""
    earliest_count: FloatArray
    """Years until growth at the ramp's limit reaches the target: 0 if it is met today, infinity if
    that takes longer than the years that are looked at."""
    debt_share: FloatArray
    """What the extra spending adds to debt over GDP by the last year if all of it is borrowed."""


def gdp_path(gdp_usd_bn: ArrayLike, growth_share: ArrayLike, year_count: int) -> FloatArray:
    """Return GDP in the years after the base year.

    Parameters
    ----------
    gdp_usd_bn : shape (draw, nation)
        In the base year, at least 0.
    growth_share : shape (draw, nation)
        Real growth a year, above -1.
    year_count
        How many years.

    Returns
    -------
    shape (draw, nation, year)

    Raises
    ------
    ValueError
        If an economy would vanish, or a number is not finite.

    Examples
    --------
    >>> gdp_path([[1000.0]], [[0.1]], 2).round(6).tolist()
    [[[1100.0, 1210.0]]]
    """
    base = packed(gdp_usd_bn, 2, "gdp_usd_bn", least=0)
    growth = packed(growth_share, 2, "growth_share", above=-1)
    common_draws(gdp_usd_bn=base, growth_share=growth)
    # Year after year, as the sums are taken too: powers are several times slower.
    larger = np.repeat(1 + growth[:, :, None], year_count, axis=2)
    path: FloatArray = base[:, :, None] * np.multiply.accumulate(larger, axis=2)
    return path


def rise_ratio(ramp_share: ArrayLike, growth_share: ArrayLike) -> FloatArray:
    """Return how fast the share of GDP can rise in a year, at least 1.

    Parameters
    ----------
    ramp_share : shape (draw, nation)
        Largest real rise of spending a year. Any number: one below growth lifts no share.
    growth_share : shape (draw, nation)
        Real growth of GDP a year, above -1.

    Returns
    -------
    shape (draw, nation)

    Raises
    ------
    ValueError
        If an economy would vanish, or a number is not finite.

    Examples
    --------
    >>> rise_ratio([[0.10, 0.01, -2.0]], [[0.0, 0.02, 0.02]]).round(3).tolist()
    [[1.1, 1.0, 1.0]]
    """
    ramp = packed(ramp_share, 2, "ramp_share")
    growth = packed(growth_share, 2, "growth_share", above=-1)
    ratio: FloatArray = np.maximum((1 + ramp) / (1 + growth), 1.0)
    return ratio


def share_path(
    today_share: ArrayLike,
    target_share: ArrayLike,
    due_count: ArrayLike,
    rise: ArrayLike,
    year_count: int,
) -> FloatArray:
    """Return spending as a share of GDP in the years after the base year.

    Parameters
    ----------
    today_share : shape (draw, nation)
        In the base year, at least 0.
    target_share : shape (draw, nation)
    due_count : shape (nation,)
        Years from the base year to that in which the target is due, at least 1. It may lie after
        the last year.
    rise : shape (draw, nation)
        As `rise_ratio` returns it.
    year_count
        How many years.

    Returns
    -------
    shape (draw, nation, year)

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    From 2 to 3 % in two years by plan, but spending may only grow 10 % faster than GDP:

    >>> share_path([[0.02]], [[0.03]], [2], [[1.1]], 5).round(4).tolist()
    [[[0.022, 0.0242, 0.0266, 0.0293, 0.03]]]
    """
    today = packed(today_share, 2, "today_share", least=0)
    target = packed(target_share, 2, "target_share", least=0)
    limit = packed(rise, 2, "rise", least=1)
    due = np.asarray(due_count, dtype=np.float64)
    if (due < 1).any():
        raise ValueError(f"due_count holds {due.min():g}: it must be at least 1")
    common_draws(today_share=today, target_share=target, rise=limit)
    years = np.arange(1, year_count + 1)
    goal = np.maximum(target, today)[:, :, None]
    start = today[:, :, None]
    part = np.minimum(years / due[:, None], 1.0)
    # As a weighted mean, so that the plan ends on the target to the last bit.
    plan = np.where(part < 1, start + (goal - start) * part, goal)
    with np.errstate(over="ignore", invalid="ignore"):
        most = np.where(start > 0, start * limit[:, :, None] ** years, 0.0)
    path: FloatArray = np.minimum(plan, most)
    return path


def is_reached(
    today_share: FloatArray, target_share: FloatArray, rise: FloatArray, due_count: IntArray
) -> BoolArray:
    """Tell whether growth at the ramp's limit reaches a target by the year in which it is due.

    Parameters
    ----------
    today_share, rise : shape (draw, nation)
    target_share : shape (draw, nation, target)
    due_count : shape (nation, target)
        Years from the base year, at least 0; at 0 only what is met today is reached.

    Returns
    -------
    shape (draw, nation, target)

    Examples
    --------
    >>> two_years = np.array([[2]])
    >>> is_reached(np.array([[0.02]]), np.array([[[0.024]]]), np.array([[1.1]]), two_years).item()
    True
    """
    with np.errstate(over="ignore", invalid="ignore"):
        grown = today_share[:, :, None] * rise[:, :, None] ** due_count
    most = np.where(today_share[:, :, None] > 0, grown, 0.0)
    reached: BoolArray = most >= target_share * (1 - SLACK)
    return reached


def sum_paths(
    economies: Economies,
    target_share: ArrayLike,
    due_count: ArrayLike,
    interest_growth_share: ArrayLike,
    seen_count: int,
    year_count: int,
) -> PathSums:
    """Return what the paths to several targets come to, without keeping their years.

    Parameters
    ----------
    economies
        Where the nations stand in the base year.
    target_share : shape (draw, nation, target)
        At least 0.
    due_count : shape (nation, target)
        Years from the base year, at least 1.
    interest_growth_share : shape (draw,)
        Real interest less growth: what debt rolls over at.
    seen_count
        The year that is looked at, counted from the base year; 1 to `year_count`.
    year_count
        How many years.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    PathSums, with shape (draw, nation, target)

    Raises
    ------
    ValueError
        If shapes do not fit together, or a number is out of range.

    Examples
    --------
    A thousand billions that do not grow, from 2 to 3 % at once; then at 10 % a year:

    >>> for ramp in (1.0, 0.1):
    ...     nation = Economies(*(np.array([[x]]) for x in (1000.0, 0.0, 0.02, ramp)))
    ...     found = sum_paths(nation, [[[0.03]]], [[1]], [0], seen_count=1, year_count=5)
    ...     print([round(float(part.item()), 3) for part in found])
    [10.0, 50.0, 1.0, 0.05]
    [2.0, 32.102, 5.0, 0.032]
    """
    ready = Economies(
        packed(economies.gdp_usd_bn, 2, "gdp_usd_bn", least=0),
        packed(economies.growth_share, 2, "growth_share", above=-1),
        packed(economies.today_share, 2, "today_share", least=0),
        packed(economies.ramp_share, 2, "ramp_share"),
    )
    target = packed(target_share, 3, "target_share", least=0)
    differential = packed(interest_growth_share, 1, "interest_growth_share")
    due = np.require(due_count, np.int64, ["C", "W"])
    blocks = {**ready._asdict(), "target_share": target}
    draws = common_draws(**blocks, interest_growth_share=differential)
    for name, block in blocks.items():
        if block.shape[1] != target.shape[1]:
            raise ValueError(
                f"{name} has {block.shape[1]} nations: target_share has {target.shape[1]}"
            )
    if due.shape != target.shape[1:]:
        raise ValueError(f"due_count has shape {due.shape}: it must have {target.shape[1:]}")
    if (due < 1).any():
        raise ValueError(f"due_count holds {due.min()}: it must be at least 1")
    if not 1 <= seen_count <= year_count:
        raise ValueError(f"seen_count is {seen_count}: it must be 1 to {year_count}")
    return PathSums(*_sum(ready, target, due, differential, seen_count, year_count, draws))


@njit(cache=True, nogil=True, error_model="numpy")
def _sum(
    economies: Economies,
    target: FloatArray,
    due: IntArray,
    differential: FloatArray,
    seen: int,
    year_count: int,
    draws: int,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Walk every path once; an array with one draw serves all."""
    gdp, growth, today, ramp = economies
    nations, targets = due.shape
    extra = np.zeros((draws, nations, targets))
    total = np.zeros((draws, nations, targets))
    earliest = np.zeros((draws, nations, targets))
    debt = np.zeros((draws, nations, targets))
    for draw in range(draws):
        sizes = gdp[draw if gdp.shape[0] > 1 else 0]
        growths = growth[draw if growth.shape[0] > 1 else 0]
        shares = today[draw if today.shape[0] > 1 else 0]
        ramps = ramp[draw if ramp.shape[0] > 1 else 0]
        goals = target[draw if target.shape[0] > 1 else 0]
        spread = differential[draw if differential.shape[0] > 1 else 0]
        for n in range(nations):
            larger = 1.0 + growths[n]
            rise = max((1.0 + ramps[n]) / larger, 1.0)
            rolls = 1.0 + spread / larger
            start = shares[n]
            for t in range(targets):
                goal = goals[n, t]
                if goal <= start:
                    continue
                slope = (goal - start) / due[n, t]
                economy, most = sizes[n], start
                reached, summed, owed = np.inf, 0.0, 0.0
                for k in range(1, year_count + 1):
                    economy *= larger
                    if start > 0.0:
                        most *= rise
                    if most >= goal * (1.0 - SLACK) and reached == np.inf:
                        reached = float(k)
                    plan = goal if k >= due[n, t] else start + slope * k
                    more = min(plan, most) - start
                    summed += more * economy
                    owed = owed * rolls + more
                    if k == seen:
                        extra[draw, n, t] = more * economy
                total[draw, n, t] = summed
                earliest[draw, n, t] = reached
                debt[draw, n, t] = owed
    return extra, total, earliest, debt
