"""Every tour that could be begun: when its unit is in place, and when it can start again.

A tour is a variable only if it is in time, allowed where it goes, and of some use there; so all
that forbids a single tour (notice to move, caveats, the last day) needs no row.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import IntArray
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem, UnitClass

ROUNDING: Final = 1e-9
"""By how much binary fractions of a unit or a period may be off."""


@dataclass(frozen=True)
class Starts:
    """Every tour that could be begun, a variable each; arrays of one length."""

    unit_class: IntArray
    sector: IntArray
    start: IntArray
    length: IntArray
    occupied: IntArray
    """Periods from the start until the unit can start again."""


@dataclass(frozen=True)
class Places:
    """Where units of a class can be in a period; arrays of one length."""

    unit_class: IntArray
    sector: IntArray
    period: IntArray


def occupied_periods(problem: PlanProblem, unit_class: UnitClass, length: int) -> int:
    """Return the periods from the start of a tour until the unit can start another.

    Tour, relief in place and time at home are added up in months and rounded up to whole periods,
    less the grace.

    Examples
    --------
    Six months away and eighteen at home, in quarters; a relief of two weeks would cost another
    quarter unless half a month of grace is given:

    >>> one = UnitClass("b", 0, 0, 1, 800, (2,), 3.0, (0,), overlap_months=0.5)
    >>> from foedus.engines.forces.plan.problem import Capability
    >>> def rules(grace):
    ...     return PlanProblem(
    ...         3, (8,), ("A",), ("s",), (Capability("c"),), (one,), (), dwell_grace_months=grace
    ...     )
    >>> [occupied_periods(rules(grace), one, 2) for grace in (0.0, 0.5)]
    [9, 8]
    """
    away_months = length * problem.period_months
    months = away_months * (1.0 + unit_class.dwell_ratio) + unit_class.overlap_months
    months -= problem.dwell_grace_months
    return max(length, math.ceil(months / problem.period_months - ROUNDING))


def every_start(problem: PlanProblem) -> Starts:
    """Return every tour worth a variable: in time, allowed there, and of use there."""
    wanted = np.zeros(
        (len(problem.sectors), len(problem.capabilities), problem.periods), dtype=np.bool_
    )
    for line in problem.lines:
        for capability, _ in line.asks:
            wanted[line.sector, capability, line.start : line.end] |= line.needed_units > 0
    may_lead = {(candidate.sector, candidate.unit_class) for candidate in problem.candidates}
    rows: list[tuple[int, int, int, int, int]] = []
    for place, unit_class in enumerate(problem.classes):
        headquarters = problem.capabilities[unit_class.capability].is_headquarters
        lengths = sorted(unit_class.tours)
        occupied = {length: occupied_periods(problem, unit_class, length) for length in lengths}
        for sector in unit_class.sectors if unit_class.count else ():
            leads = headquarters and sector in problem.lead_sectors
            if leads and (sector, place) not in may_lead:
                continue
            use = wanted[sector, unit_class.capability]
            for start in range(unit_class.earliest, problem.periods):
                for length in lengths:
                    end = start + length
                    if unit_class.latest != NO_LIMIT and end > unit_class.latest:
                        break
                    # A headquarters is of use even where no line asks for it: others stand
                    # under it.
                    if leads or use[start:end].any():
                        rows.append((place, sector, start, length, occupied[length]))
                    # A longer tour past the end would be the same tour.
                    if end >= problem.periods:
                        break
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Starts(*(np.ascontiguousarray(table[:, axis]) for axis in range(5)))


def start_columns(starts: Starts) -> dict[tuple[int, int, int, int], int]:
    """Return where among the starts each class, sector, first period and length stands."""
    keys = zip(
        starts.unit_class.tolist(),
        starts.sector.tolist(),
        starts.start.tolist(),
        starts.length.tolist(),
        strict=True,
    )
    return {key: at for at, key in enumerate(keys)}


def coverage(starts: Starts, problem: PlanProblem) -> tuple[Places, sparse.csr_matrix]:
    """Return where units can be, and which tours put them there.

    Returns
    -------
    Places
        By class, sector and period, in this order.
    shape (place, start)
        1 where a tour has its unit in place.
    """
    periods, sectors = problem.periods, len(problem.sectors)
    column, period = each_period(starts.start, np.minimum(starts.length, periods - starts.start))
    key = (starts.unit_class[column] * sectors + starts.sector[column]) * periods + period
    names, row = np.unique(key, return_inverse=True)
    covers = sparse.csr_matrix((np.ones(row.size), (row, column)), (names.size, starts.start.size))
    places = Places(names // periods // sectors, names // periods % sectors, names % periods)
    return places, covers


def each_period(start: IntArray, spans: IntArray) -> tuple[IntArray, IntArray]:
    """Return each interval's place as often as it is long, and each of its periods.

    Examples
    --------
    >>> interval, period = each_period(np.array([4, 7]), np.array([3, 1]))
    >>> interval.tolist(), period.tolist()
    ([0, 0, 0, 1], [4, 5, 6, 7])
    """
    interval = np.repeat(np.arange(start.size), spans)
    offset = np.arange(interval.size) - np.repeat(np.cumsum(spans) - spans, spans)
    return interval, start[interval] + offset


def place_before(places: Places) -> IntArray:
    """Return the place of the same class and sector one period before; -1 where there is none."""
    same = (
        (places.unit_class[1:] == places.unit_class[:-1])
        & (places.sector[1:] == places.sector[:-1])
        & (places.period[1:] == places.period[:-1] + 1)
    )
    before = np.full(places.period.size, -1, dtype=np.int64)
    before[1:][same] = np.flatnonzero(same)
    return before
