"""What a plan is measured by: shortfall, excess above fair shares, and cost, as weights of columns.

Each is a goal of its own, one after the other; no weight mixes them.
"""

import numpy as np

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.columns import Variables
from foedus.engines.forces.plan.pool import whole_numbers


def shortfall_weights(variables: Variables) -> FloatArray:
    """Return weighted unit-months short, for each column."""
    problem, columns = variables.problem, variables.columns
    weights = np.zeros(columns.count)
    weights[columns.short] = [
        problem.lines[line].weight * problem.period_months for line, _ in variables.needs
    ]
    return weights


def excess_weights(variables: Variables) -> FloatArray:
    """Return person-months above target, for each column."""
    weights = np.zeros(variables.columns.count)
    weights[variables.columns.excess] = 1.0
    return weights


def cost_weights(variables: Variables) -> FloatArray:
    """Return thousand euros, for each column: a whole tour, and each period up to the end."""
    problem, columns, starts = variables.problem, variables.columns, variables.starts
    per_tour = whole_numbers(c.cost_per_tour for c in problem.classes)
    per_period = whole_numbers(c.cost_per_period for c in problem.classes)
    inside = np.minimum(starts.length, problem.periods - starts.start)
    weights = np.zeros(columns.count)
    weights[columns.starts] = per_tour[starts.unit_class] + per_period[starts.unit_class] * inside
    return weights
