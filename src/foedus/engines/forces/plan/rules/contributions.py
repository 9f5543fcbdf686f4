"""What a nation gives: what it keeps at home, the least it comes with, and its fair share."""

import numpy as np
from scipy import sparse

from foedus.engines.forces.plan.columns import Variables
from foedus.engines.forces.plan.pool import held_persons, releasable_units
from foedus.engines.forces.plan.problem import NO_LIMIT
from foedus.engines.forces.plan.rules.rows import (
    RuleRows,
    over_all_columns,
    rule_rows,
    summed_by_group,
)


def floors(variables: Variables) -> RuleRows:
    """Keep at home of a capability what must stay."""
    problem = variables.problem
    capabilities, periods = len(problem.capabilities), problem.periods
    has_floor = np.zeros(len(problem.nations) * capabilities, dtype=np.bool_)
    for nation, capability, units in problem.floors:
        has_floor[nation * capabilities + capability] = units > 0
    pair = variables.place_nation * capabilities + variables.place_capability
    group = np.where(has_floor[pair], pair * periods + variables.places.period, -1)
    rows = summed_by_group(group, has_floor.size * periods)
    filled = np.flatnonzero(np.diff(rows.indptr) > 0)
    owner = filled // periods
    return rule_rows(
        "floor",
        over_all_columns(variables, in_place=rows[filled]),
        -np.inf,
        releasable_units(problem).ravel()[owner],
        nations=owner // capabilities,
        entities=owner,
        periods=filled % periods,
    )


def least_contribution(variables: Variables) -> tuple[RuleRows, ...]:
    """Make a nation that is there at all be there with its least contribution."""
    problem = variables.problem
    if not any(problem.least_contribution_persons):
        return ()
    nations, periods = len(problem.nations), problem.periods
    group = variables.place_nation * periods + variables.places.period
    soldiers = summed_by_group(group, nations * periods, variables.place_persons)
    least = np.repeat(np.asarray(problem.least_contribution_persons, np.float64), periods)
    most = np.repeat(held_persons(problem), periods)
    kept = np.flatnonzero((least > 0) & (np.diff(soldiers.indptr) > 0))
    takes_part = sparse.identity(nations * periods, format="csr")[kept]
    owner = kept // periods

    def soldiers_less(persons: sparse.csr_matrix) -> sparse.csr_matrix:
        return over_all_columns(variables, in_place=soldiers[kept], takes_part=-persons)

    return (
        rule_rows(
            "least",
            soldiers_less(sparse.diags(least[kept]) @ takes_part),
            0.0,
            np.inf,
            nations=owner,
        ),
        # Whoever does not take part has nobody there; for the others this is no limit.
        rule_rows(
            "least",
            soldiers_less(sparse.diags(most[kept]) @ takes_part),
            -np.inf,
            0.0,
            nations=owner,
        ),
    )


def fair_burden(variables: Variables) -> tuple[RuleRows, ...]:
    """Person-months above a nation's target are counted."""
    problem = variables.problem
    if not problem.target_person_months:
        return ()
    nations = len(problem.nations)
    person_months = variables.place_persons * problem.period_months
    rows = summed_by_group(variables.place_nation, nations, person_months)
    target = np.asarray(problem.target_person_months, dtype=np.float64)
    kept = np.flatnonzero(target != NO_LIMIT)
    excess = sparse.identity(nations, format="csr")[kept]
    return (
        rule_rows(
            "burden",
            over_all_columns(variables, in_place=rows[kept], excess=-excess),
            -np.inf,
            target[kept],
            nations=kept,
        ),
    )
