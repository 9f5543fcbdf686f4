"""Turns: for how long headquarters that serve and rest keep their places filled."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray, common_draws

# A tour that ends a hair before the mission does is no reason for one more hand-over.
HAIR: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Headquarters that take turns."""

    there: BoolArray
    """Shape (draw, headquarters): which are at hand."""
    goes_first: BoolArray
    """Shape (headquarters,): which serve before others that are ready as soon."""
    lead: IntArray
    """Shape (headquarters,): who leads each; going on under the same lead is no hand-over."""
    notice_months: FloatArray
    """Shape (draw, headquarters): months from the order until it can first serve."""
    tour_months: FloatArray
    """Shape (draw, headquarters): longest turn, more than 0."""
    dwell_ratio: FloatArray
    """Shape (draw, headquarters): rest after a turn, over the turn."""


def take_turns(
    bench: Bench, places: int, duration_months: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return for how long places are filled over a mission, and how often the lead is handed over.

    Whenever a place falls empty the headquarters that can be there soonest takes it, of several
    those that go first, and of these the one that has been ready for longest. It stays for its
    tour, or to the end of the mission, and then rests. The very first turn is one of theirs that go
    first, if any is at hand. Each tour that is begun is charged its full rest.

    Parameters
    ----------
    bench
        Who can serve.
    places
        How many are to be filled at the same time, at least 1.
    duration_months : shape (draw,)
        Length of the mission from the order on, at least 0.

    Returns
    -------
    filled_months : shape (draw,)
        Summed over the places, so at most `places` times the duration.
    handovers : shape (draw,)
        Turns after the first of a place whose lead is another than that of the turn before.

    Raises
    ------
    ValueError
        If no place is to be filled, a tour is not above 0, a notice or rest is below 0, or the
        counts of draws do not go together.

    Notes
    -----
    This is list scheduling. Where tours and rests are alike no order fills more; where they differ
    another order might, by a little.

    Examples
    --------
    One headquarters that serves a year and rests two, over four years; and three of them:

    >>> def bench(count):
    ...     row = np.ones((1, count))
    ...     return Bench(
    ...         there=row > 0,
    ...         goes_first=np.zeros(count, dtype=np.bool_),
    ...         lead=np.arange(count),
    ...         notice_months=0 * row,
    ...         tour_months=12 * row,
    ...         dwell_ratio=2 * row,
    ...     )
    >>> [part.tolist() for part in take_turns(bench(1), 1, np.array([48.0]))]
    [[24.0], [0]]
    >>> [part.tolist() for part in take_turns(bench(3), 1, np.array([48.0]))]
    [[48.0], [3]]
    """
    n = common_draws(
        there=bench.there,
        notice_months=bench.notice_months,
        tour_months=bench.tour_months,
        dwell_ratio=bench.dwell_ratio,
        duration_months=duration_months,
    )
    refuse_wrong(bench, places)
    size = (n, bench.lead.size)
    tour, dwell = (np.broadcast_to(part, size) for part in (bench.tour_months, bench.dwell_ratio))
    ready = np.where(bench.there, bench.notice_months, np.inf) + np.zeros(size)
    end = np.broadcast_to(duration_months, (n,))
    free = np.zeros((n, places))
    last_lead = np.full((n, places), -1, dtype=np.int64)
    filled, handovers = np.zeros(n), np.zeros(n, dtype=np.int64)
    if not bench.lead.size:
        return filled, handovers
    draw = np.arange(n)
    is_first = True
    while True:
        place = free.argmin(axis=1)
        since = free[draw, place]
        if not (since < end - HAIR).any():
            return filled, handovers
        who, start = next_to_serve(ready, since, bench.goes_first, must_go_first=is_first)
        is_first = False
        begins = start < end - HAIR
        until = np.where(begins, np.minimum(start + tour[draw, who], end), end)
        filled += np.where(begins, until - start, 0.0)
        lead, before = bench.lead[who], last_lead[draw, place]
        handovers += begins & (before >= 0) & (before != lead)
        last_lead[draw, place] = np.where(begins, lead, before)
        rested = start + tour[draw, who] * (1 + dwell[draw, who])
        ready[draw, who] = np.where(begins, rested, ready[draw, who])
        free[draw, place] = until


def next_to_serve(
    ready: FloatArray, since: FloatArray, goes_first: BoolArray, *, must_go_first: bool
) -> tuple[IntArray, FloatArray]:
    """Return which headquarters fills a place that is free since a month, and when it comes.

    Parameters
    ----------
    ready : shape (draw, headquarters)
        Month from which each can serve; infinite for one that cannot.
    since : shape (draw,)
    goes_first : shape (headquarters,)
    must_go_first
        Whether one of these is taken even if another could come sooner.

    Returns
    -------
    who : shape (draw,)
    start : shape (draw,)
        Infinite where nobody can come.
    """
    can = ready < np.inf
    if must_go_first:
        theirs = can & goes_first
        can = np.where(theirs.any(axis=1, keepdims=True), theirs, can)
    start = np.where(can, np.maximum(ready, since[:, None]), np.inf)
    soonest = start.min(axis=1)
    best = can & (start == soonest[:, None])
    ahead = best & goes_first
    best = np.where(ahead.any(axis=1, keepdims=True), ahead, best)
    who = np.where(best, ready, np.inf).argmin(axis=1)
    return who.astype(np.int64), soonest


def refuse_wrong(bench: Bench, places: int) -> None:
    """Raise ValueError if a number is out of range."""
    if places < 1:
        raise ValueError(f"places is {places}: it must be at least 1")
    if bench.tour_months.size and not bench.tour_months.min() > 0:
        raise ValueError(f"tour_months holds {bench.tour_months.min():g}: it must be more than 0")
    for name in ("notice_months", "dwell_ratio"):
        numbers: FloatArray = getattr(bench, name)
        if numbers.size and not numbers.min() >= 0:
            raise ValueError(f"{name} holds {numbers.min():g}: it must be at least 0")
