"""Most soldiers: how many a parliament lets go, and how many can be moved in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from foedus.engines.forces.blocks import BoolArray, FloatArray
from foedus.engines.forces.plan.columns import Variables
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.rules.rows import (
    RuleRows,
    over_all_columns,
    rule_rows,
    summed_by_group,
)


class _Limits(NamedTuple):
    """Ceilings as low as they can be made without losing a plan."""

    persons: FloatArray
    """By nation and period, in one row; infinity where a ceiling cannot bind."""
    divisors: list[tuple[int, int, int]]
    """Nation, period and strength where dividing the ceiling by the strength says more."""


def ceilings(variables: Variables) -> tuple[RuleRows, ...]:
    """No more soldiers of a nation are in place than its ceiling allows."""
    problem = variables.problem
    if not problem.ceilings:
        return ()
    periods = problem.periods
    size = len(problem.nations) * periods
    pair = variables.place_nation * periods + variables.places.period
    group = np.where(_under_ceiling(problem)[variables.place_capability], pair, -1)
    soldiers = summed_by_group(group, size, variables.place_persons)
    limits = _lowered(variables)
    kept = np.flatnonzero(np.isfinite(limits.persons) & (np.diff(soldiers.indptr) > 0))
    plain = rule_rows(
        "ceiling",
        over_all_columns(variables, in_place=soldiers[kept]),
        -np.inf,
        limits.persons[kept],
        nations=kept // periods,
        entities=kept // periods,
        periods=kept % periods,
    )
    return (plain, *_rounded_down(variables, soldiers, limits))


def lift(variables: Variables) -> tuple[RuleRows, ...]:
    """No more soldiers are moved in than can be carried."""
    problem, starts, pool = variables.problem, variables.starts, variables.pool
    if not problem.lift_persons:
        return ()
    limit = np.asarray(problem.lift_persons, dtype=np.float64)
    unit_class = starts.unit_class
    carried = _under_ceiling(problem)[pool.capability[unit_class]]
    moved = pool.strength_persons[unit_class] * carried
    rows = sparse.csr_matrix(
        (moved.astype(np.float64), (starts.start, np.arange(unit_class.size))),
        (problem.periods, unit_class.size),
    )
    kept = np.flatnonzero(limit != NO_LIMIT)
    return (
        rule_rows("lift", over_all_columns(variables, starts=rows[kept]), -np.inf, limit[kept]),
    )


def reachable_sum(strengths: ArrayLike, counts: ArrayLike, most: int) -> int:
    """Return the largest sum of strengths, each taken so many times or fewer, up to `most`.

    A ceiling can be lowered to it without losing a plan.

    Examples
    --------
    >>> reachable_sum([4000, 900], [2, 3], 7000)
    6700
    """
    # Bit n is set where n soldiers can be reached. Counts are split into powers of two, so that a
    # class takes few steps however many units it has.
    reached = 1
    mask = (1 << (most + 1)) - 1
    for strength, count in zip(np.asarray(strengths), np.asarray(counts), strict=True):
        left = min(int(count), most // int(strength))
        step = 1
        while left > 0:
            taken = min(step, left)
            reached |= (reached << (taken * int(strength))) & mask
            left -= taken
            step *= 2
    return reached.bit_length() - 1


def _lowered(variables: Variables) -> _Limits:
    """Return each ceiling lowered to what units can reach, and by what to divide it."""
    problem, pool = variables.problem, variables.pool
    periods = problem.periods
    under = _under_ceiling(problem)[pool.capability]
    persons = np.full(len(problem.nations) * periods, np.inf)
    divisors: list[tuple[int, int, int]] = []
    for nation in range(len(problem.nations)):
        members = np.flatnonzero((pool.nation == nation) & under)
        strengths, counts = pool.strength_persons[members], pool.count[members]
        held = int(strengths @ counts)
        known: dict[int, int] = {}
        for period in range(periods):
            ceiling = problem.ceiling(nation, period)
            if ceiling == NO_LIMIT or ceiling >= held:
                continue
            if ceiling not in known:
                known[ceiling] = reachable_sum(strengths, counts, ceiling)
            persons[nation * periods + period] = known[ceiling]
            divisors += [
                (nation, period, divisor)
                for divisor in sorted({int(strength) for strength in strengths})
                if known[ceiling] // divisor < int((strengths // divisor) @ counts)
            ]
    return _Limits(persons, divisors)


def _rounded_down(
    variables: Variables, soldiers: sparse.csr_matrix, limits: _Limits
) -> tuple[RuleRows, ...]:
    """Divide ceilings by a strength and round down.

    Whole units keep such a row, fractions of units break it.
    """
    if not limits.divisors:
        return ()
    periods = variables.problem.periods
    nation, period, divisor = np.array(limits.divisors).T
    chosen = soldiers[nation * periods + period]
    lengths = np.diff(chosen.indptr)
    shrunk = sparse.csr_matrix(
        (np.floor(chosen.data / np.repeat(divisor, lengths)), chosen.indices, chosen.indptr),
        chosen.shape,
    )
    shrunk.eliminate_zeros()
    kept = np.flatnonzero(np.diff(shrunk.indptr) > 0)
    return (
        rule_rows(
            "ceiling",
            over_all_columns(variables, in_place=shrunk[kept]),
            -np.inf,
            (limits.persons[nation * periods + period] // divisor)[kept],
            nations=nation[kept],
            entities=(divisor * len(variables.problem.nations) + nation)[kept],
            periods=period[kept],
        ),
    )


def _under_ceiling(problem: PlanProblem) -> BoolArray:
    """Return by capability whether its soldiers count."""
    return np.array([c.under_ceiling for c in problem.capabilities], dtype=np.bool_)
