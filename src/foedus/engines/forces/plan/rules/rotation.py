"""Rotation: no unit starts a tour before its last one and the rest after it are over."""

import numpy as np
from scipy import sparse

from foedus.engines.forces.plan.columns import Variables
from foedus.engines.forces.plan.rules.rows import RuleRows, over_all_columns, rule_rows
from foedus.engines.forces.plan.starts import each_period, place_before


def rotation(variables: Variables) -> RuleRows:
    """No more units of a class are away or at rest than there are."""
    problem, starts, pool = variables.problem, variables.starts, variables.pool
    periods = problem.periods
    spans = np.minimum(starts.occupied, periods - starts.start)
    column, period = each_period(starts.start, spans)
    row = starts.unit_class[column] * periods + period
    table = sparse.csr_matrix(
        (np.ones(row.size), (row, column)),
        (len(problem.classes) * periods, starts.start.size),
    )
    # A row matters only if some tour ends its rest with that period: otherwise the next row of
    # the class has the same tours and perhaps more.
    last = starts.unit_class * periods + starts.start + spans - 1
    kept = np.unique(last)
    owner = kept // periods
    return rule_rows(
        "rotation",
        over_all_columns(variables, starts=table[kept]),
        -np.inf,
        pool.count[owner],
        nations=pool.nation[owner],
        entities=owner,
        periods=kept % periods,
    )


def flow(variables: Variables) -> RuleRows:
    """Make what is in place what was, and what comes, less what goes.

    For the state form alone, in which what is in place is a variable of its own.
    """
    places = variables.places
    identity = sparse.identity(places.period.size, format="csr")
    # Differences of neighbouring periods keep each row short.
    before = place_before(places)
    follows = np.flatnonzero(before >= 0)
    shift = sparse.csr_matrix((np.ones(follows.size), (follows, before[follows])), identity.shape)
    change = identity - shift
    return rule_rows(
        "flow",
        over_all_columns(variables, in_place=change, starts=-(change @ variables.covers)),
        0.0,
        0.0,
        entities=places.unit_class,
        periods=places.period,
    )
