"""How many units, and how many soldiers, it takes to keep one in place.

A unit serves a tour and then stays out for the dwell, so a place held for long needs several units
that take turns. A short mission needs fewer: nobody has to come back.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray

DAYS_PER_MONTH: Final = 365.25 / 12

# (0.1 + 0.2) / 0.1 is a hair more than 3 in binary: no tour too many may hang on that.
ROUNDING: Final = 1e-9


def units_per_slot(
    duration_months: ArrayLike,
    tour_months: ArrayLike,
    dwell_ratio: ArrayLike,
    overlap_months: ArrayLike = 0.0,
) -> FloatArray:
    """Return the units that one place in theatre ties up over a whole mission.

    With tours of L months and a dwell ratio of r, a mission of D months has ⌈D/L⌉ tours in each
    place. One unit each would do for them; after 1 + r tours the first unit is rested and takes its
    second turn, so the count is min(⌈D/L⌉, 1 + r). Once there is a relief, overlap/L is added for
    the weeks in which the old and the new unit are both there.

    Parameters
    ----------
    duration_months : any shape
        Length of the mission D, more than 0; infinity asks for the steady state.
    tour_months : shape that broadcasts
        Length of a tour L, more than 0.
    dwell_ratio : shape that broadcasts
        Dwell over tour r, at least 0. It is *not* the count of units: 3 means four units in all.
    overlap_months : shape that broadcasts
        Length of one relief in place, at least 0.

    Returns
    -------
    broadcast shape
        Units per place, at least 1; never falls as the mission grows longer.

    Raises
    ------
    ValueError
        If a duration or a tour is not above 0, or a ratio or an overlap is below 0.

    Notes
    -----
    For a whole r and tours that follow one another without a break the count is exact. For any
    other r it is the average over many places whose tours start at different times: at r = 3.3 a
    unit comes back every 4.3 tours, so 43 units hold ten places, but a single place, or places that
    all change on one day, need ⌈1 + r⌉ = 5 once the mission has five tours. The last tour may be
    cut short by the end of the mission; it still costs a unit.

    A mission of one tour has no relief, so no overlap is charged. From the second tour on the
    steady state's overlap/L is charged in full: for a mission of few tours that is on the safe
    side, by less than one relief.

    The arithmetic is that of force planning staffs: 6 months out and 18 at home make four units,
    12 and 24 make three.

    Examples
    --------
    Six-month tours with three times as long at home, for half a year, a year, two years, for good:

    >>> units_per_slot([6, 12, 24, np.inf], tour_months=6, dwell_ratio=3).tolist()
    [1.0, 2.0, 4.0, 4.0]

    A relief in place of half a month:

    >>> units_per_slot([6, 24], 6, 3, overlap_months=0.5).round(3).tolist()
    [1.0, 4.083]
    """
    duration = np.asarray(duration_months, dtype=np.float64)
    tour = np.asarray(tour_months, dtype=np.float64)
    ratio = np.asarray(dwell_ratio, dtype=np.float64)
    overlap = np.asarray(overlap_months, dtype=np.float64)
    _refuse_unless(duration > 0, duration, "duration_months", "more than 0")
    _refuse_unless((tour > 0) & np.isfinite(tour), tour, "tour_months", "more than 0 and finite")
    _refuse_unless(ratio >= 0, ratio, "dwell_ratio", "at least 0")
    _refuse_unless(overlap >= 0, overlap, "overlap_months", "at least 0")
    tours = np.maximum(np.ceil(duration / tour * (1 - ROUNDING)), 1.0)
    return np.asarray(
        np.minimum(tours, 1 + ratio) + np.where(tours > 1, overlap / tour, 0.0), dtype=np.float64
    )


def standing_units(available: ArrayLike, pool: ArrayLike, per_slot: ArrayLike) -> FloatArray:
    """Return the units that can stand in theatre for the whole mission.

    Two limits hold: what may be there at once, and what the pool carries when its units take
    turns. `available` already leaves out units at rest, so the turns are not charged to it again.

    Parameters
    ----------
    available : any shape
        Units that may be in theatre at the same time.
    pool : shape that broadcasts
        Units that may take turns: count less home floor less commitments. Below 0 (more promised
        than is there) counts as none.
    per_slot : shape that broadcasts
        Units that one place ties up, from `units_per_slot`; more than 0.

    Returns
    -------
    broadcast shape
        Units, not rounded: 0.5 of a regiment is half of one. Never below 0.

    Raises
    ------
    ValueError
        If a number is not a number, or `per_slot` is not above 0.

    Examples
    --------
    Ten brigades that take turns four deep carry two and a half; only two are ready at once:

    >>> standing_units(available=[2, 9], pool=10, per_slot=4).tolist()
    [2.0, 2.5]
    """
    at_once = np.asarray(available, dtype=np.float64)
    in_turn = np.asarray(pool, dtype=np.float64)
    divisor = np.asarray(per_slot, dtype=np.float64)
    _refuse_unless(~np.isnan(at_once), at_once, "available", "a number")
    _refuse_unless(~np.isnan(in_turn), in_turn, "pool", "a number")
    _refuse_unless(divisor > 0, divisor, "per_slot", "more than 0")
    return np.asarray(np.maximum(np.minimum(at_once, in_turn / divisor), 0.0), dtype=np.float64)


def troops_tied_up(
    standing_persons: ArrayLike,
    duration_months: ArrayLike,
    tour_months: ArrayLike,
    dwell_ratio: ArrayLike,
    overlap_months: ArrayLike = 0.0,
) -> FloatArray:
    """Return the soldiers that a force of constant size takes out of the army over a mission.

    Parameters
    ----------
    standing_persons : any shape
        Soldiers in theatre at any time, at least 0.
    duration_months, tour_months, dwell_ratio, overlap_months : shapes that broadcast
        As for `units_per_slot`.

    Returns
    -------
    broadcast shape
        Soldiers deployed, preparing or resting.

    Raises
    ------
    ValueError
        If the force is below 0, or as `units_per_slot` does.

    Notes
    -----
    Two sums from the press of 2025. The Times (30 April, as cited by Caliber): 64,000 in Ukraine
    need 256,000 over two years. R. Dannatt to the BBC (15 February): 10,000 British soldiers on
    six-month tours tie up 30,000 to 40,000.

    Examples
    --------
    >>> float(troops_tied_up(64_000, duration_months=24, tour_months=6, dwell_ratio=3))
    256000.0
    >>> troops_tied_up(10_000, 24, 6, [2, 3]).tolist()
    [30000.0, 40000.0]
    """
    standing = np.asarray(standing_persons, dtype=np.float64)
    _refuse_unless(standing >= 0, standing, "standing_persons", "at least 0")
    per_slot = units_per_slot(duration_months, tour_months, dwell_ratio, overlap_months)
    return np.asarray(standing * per_slot, dtype=np.float64)


def notice_months(notice_days: ArrayLike) -> IntArray:
    """Return the whole months after the order until a unit is in place.

    Parameters
    ----------
    notice_days : any shape
        Notice to move, at least 0, counted from the order that starts month 0. The journey is not
        in it.

    Returns
    -------
    same shape
        Months, rounded up with 30.4375 days to the month: a month that is begun counts, as
        strength is reported at the start of a month.

    Raises
    ------
    ValueError
        If a notice is below 0 or infinite.

    Examples
    --------
    >>> notice_months([0, 10, 30, 45, 180]).tolist()
    [0, 1, 1, 2, 6]
    """
    days = np.asarray(notice_days, dtype=np.float64)
    _refuse_unless((days >= 0) & np.isfinite(days), days, "notice_days", "finite and at least 0")
    return np.asarray(np.ceil(days / DAYS_PER_MONTH), dtype=np.int64)


def in_place(notice_days: ArrayLike, month: ArrayLike) -> BoolArray:
    """Tell whether a unit is in place at the start of a month of the mission.

    Parameters
    ----------
    notice_days : any shape
        Notice to move, at least 0.
    month : shape that broadcasts
        Month of the mission; the order is given at the start of month 0.

    Returns
    -------
    broadcast shape
        True from the month that `notice_months` names, and for good.

    Raises
    ------
    ValueError
        As `notice_months` does.

    Examples
    --------
    >>> in_place(45, [0, 1, 2, 3]).tolist()
    [False, False, True, True]
    """
    return np.asarray(np.asarray(month) >= notice_months(notice_days), dtype=np.bool_)


def _refuse_unless(sound: BoolArray, seen: FloatArray, name: str, rule: str) -> None:
    """Raise ValueError with the first value that breaks the rule."""
    if not np.all(sound):
        culprit = seen[~np.asarray(sound)].flat[0]
        raise ValueError(f"{name} holds {culprit:g}: it must be {rule}")
