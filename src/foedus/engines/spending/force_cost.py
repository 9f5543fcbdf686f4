"""What a force costs beside what is paid anyway: by sender, by year, and by who pays.

Marginal cost only: pay and upkeep at home go on whether a battalion is at home or abroad. Each
person in theatre costs an extra amount a year, and an amount once for being put in place.
"""

from datetime import date
from typing import Final

import numpy as np
from numba import njit

from foedus.engines.spending.blocks import BoolArray, FloatArray, IntArray, common_draws, packed

MONTHS_PER_YEAR: Final = 12
USD_PER_BN: Final = 1e9


def month_of(day: date) -> float:
    """Return a day as months since the year 0, with a day as its part of its own month.

    >>> month_of(date(2025, 1, 1)) / 12, month_of(date(2025, 6, 16)) % 12
    (2025.0, 5.5)
    """
    next_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    length = (next_month - day.replace(day=1)).days
    return day.year * MONTHS_PER_YEAR + day.month - 1 + (day.day - 1) / length


def months_by_year(start_month: float, duration_months: FloatArray, years: IntArray) -> FloatArray:
    """Return how many months of a mission fall into each calendar year.

    Parameters
    ----------
    start_month
        As `month_of` returns it.
    duration_months : shape (draw,)
        Length of the mission, at least 0.
    years : shape (year,)
        Calendar years. Months outside all of them are in none.

    Returns
    -------
    shape (draw, year)
        From 0 to 12.

    Examples
    --------
    Two years from the middle of 2025 on:

    >>> years = np.array([2025, 2026, 2027, 2028])
    >>> months_by_year(month_of(date(2025, 7, 1)), np.array([24.0]), years).tolist()
    [[6.0, 12.0, 6.0, 0.0]]
    """
    begins = years * float(MONTHS_PER_YEAR)
    end = start_month + packed(duration_months, 1, "duration_months", least=0)
    upto = np.minimum(end[:, None], begins + MONTHS_PER_YEAR)
    months: FloatArray = np.maximum(upto - np.maximum(start_month, begins), 0.0)
    return months


def sender_cost(persons: FloatArray, usd_per_person: FloatArray) -> FloatArray:
    """Return what the persons of each sender cost.

    Parameters
    ----------
    persons : shape (draw, sender, domain)
    usd_per_person : shape (draw, domain)
        A year, or once.

    Returns
    -------
    shape (draw, sender)
        In billions of US dollars, a year or once.

    Examples
    --------
    >>> persons, usd = np.array([[[5000.0, 300.0]]]), np.array([[150_000.0, 200_000.0]])
    >>> sender_cost(persons, usd).round(4).tolist()
    [[0.81]]
    """
    cost: FloatArray = persons[:, :, 0] * (usd_per_person[:, :1] / USD_PER_BN)
    for domain in range(1, persons.shape[2]):
        cost = cost + persons[:, :, domain] * (usd_per_person[:, domain, None] / USD_PER_BN)
    return cost


def payments(
    cost: FloatArray,
    pays_for: BoolArray,
    size: FloatArray,
    is_common: BoolArray,
    contributes: BoolArray,
    common_share: FloatArray,
) -> FloatArray:
    """Return what each nation pays of the senders' costs. Nothing is lost on the way.

    Those who pay for a sender share its cost by size: a nation pays for itself, the members of a
    pool for the pool. A part of the cost may be common: all contributors share it by size.

    Parameters
    ----------
    cost : shape (draw, sender)
    pays_for : shape (sender, nation)
        Who pays for whom; nobody's row may be empty if it costs anything.
    size : shape (draw, nation)
        Size that shares are by, such as GDP; above 0.
    is_common : shape (sender,)
        Whether a part of this sender's cost is common.
    contributes : shape (nation,)
        Who shares the common part.
    common_share : shape (draw,)
        The common part, 0 to 1.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw, nation)

    Raises
    ------
    ValueError
        If a sender that costs something has nobody to pay for it, a cost is negative, or a size is
        not above 0.

    Examples
    --------
    The first nation sends for 4, the second for nothing; a pool of both costs 2, by size:

    >>> pays_for = np.array([[True, False], [False, True], [True, True]])
    >>> size, everybody = np.array([[3.0, 1.0]]), np.array([True, True])
    >>> for common in (0.0, 1.0):
    ...     payments(
    ...         np.array([[4.0, 0.0, 2.0]]),
    ...         pays_for,
    ...         size,
    ...         np.ones(3, bool),
    ...         everybody,
    ...         np.array([common]),
    ...     ).tolist()
    [[5.5, 0.5]]
    [[4.5, 1.5]]
    """
    costs = packed(cost, 2, "cost", least=0)
    sizes = packed(size, 2, "size", above=0)
    common = packed(common_share, 1, "common_share", least=0)
    draws = common_draws(cost=costs, size=sizes, common_share=common[:, None])
    costly = (costs > 0).any(axis=0)
    orphans = ~pays_for.any(axis=1) & costly
    if orphans.any():
        raise ValueError(f"sender {int(np.flatnonzero(orphans)[0])} has nobody to pay for it")
    if (is_common & costly).any() and common.any() and not contributes.any():
        raise ValueError("there is a common part, and nobody who shares it")
    paid: FloatArray = _pay(
        costs,
        np.ascontiguousarray(pays_for, dtype=np.bool_),
        sizes,
        np.ascontiguousarray(is_common, dtype=np.bool_),
        np.ascontiguousarray(contributes, dtype=np.bool_),
        common,
        draws,
    )
    return paid


@njit(cache=True, nogil=True, error_model="numpy")
def _share(amount: float, who: BoolArray, size: FloatArray, paid: FloatArray) -> None:
    """Add an amount to what some have paid, by size."""
    whole = 0.0
    for n in range(who.size):
        if who[n]:
            whole += size[n]
    for n in range(who.size):
        if who[n]:
            paid[n] += amount * (size[n] / whole)


@njit(cache=True, nogil=True, error_model="numpy")
def _pay(
    cost: FloatArray,
    pays_for: BoolArray,
    size: FloatArray,
    is_common: BoolArray,
    contributes: BoolArray,
    common_share: FloatArray,
    draws: int,
) -> FloatArray:
    """Return what each nation pays by draw; an array with one draw serves all."""
    senders, nations = pays_for.shape
    paid = np.zeros((draws, nations))
    for draw in range(draws):
        costs = cost[draw if cost.shape[0] > 1 else 0]
        sizes = size[draw if size.shape[0] > 1 else 0]
        part = common_share[draw if common_share.shape[0] > 1 else 0]
        together = 0.0
        for s in range(senders):
            own = costs[s]
            if own == 0.0:
                continue
            if is_common[s]:
                together += own * part
                own *= 1.0 - part
            _share(own, pays_for[s], sizes, paid[draw])
        if together > 0.0:
            _share(together, contributes, sizes, paid[draw])
    return paid
