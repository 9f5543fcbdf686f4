"""The plan as a mixed-integer programme: classes of like units, whole numbers of tours begun.

Units of a class need no names: tours of a class with their rests are intervals, and intervals of
which never more than m overlap can be shared out among m units. So one whole number for each class,
sector, first period and length says it all, and the size does not grow with the count of units.

Two forms have the same solutions. *Window*: rows on what is in place are written in tours. *State*:
what is in place is a variable of its own, which makes for far fewer entries.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray, IntArray
from foedus.engines.forces.plan.columns import (
    Form,
    Variables,
    largest_values,
    variables_of,
    whole_columns,
)
from foedus.engines.forces.plan.objectives import cost_weights, excess_weights, shortfall_weights
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.rules.ceilings import ceilings, lift
from foedus.engines.forces.plan.rules.command import (
    acceptance,
    headquarters,
    lead_changes,
    one_lead,
    span_of_control,
)
from foedus.engines.forces.plan.rules.contributions import fair_burden, floors, least_contribution
from foedus.engines.forces.plan.rules.requirement import needs, needs_under_a_lead, service
from foedus.engines.forces.plan.rules.rotation import flow, rotation
from foedus.engines.forces.plan.rules.rows import RuleRows


@dataclass(frozen=True)
class Formulation(Variables):
    """A problem as rows and columns, with what each means."""

    rows: Rows
    row_kind: NDArray[np.str_]
    """What each row is for: the policy groups of an explanation."""
    row_nation: IntArray
    """The nation a row is about; -1 for none."""
    row_line: IntArray
    """The requirement line a row is about; -1 for none."""
    row_entity: IntArray
    """Rows of one kind and entity say the same of different periods."""
    row_period: IntArray
    """The period a row is about; -1 for none."""
    shortfall: FloatArray
    """Weighted unit-months short, for each column."""
    excess: FloatArray
    """Person-months above target, for each column."""
    cost: FloatArray
    """Thousand euros, for each column."""

    def priority_shortfall(self, priority: int) -> FloatArray:
        """Return the part of the shortfall that is of one class of priority."""
        part = np.zeros_like(self.shortfall)
        for place, (line, _) in enumerate(self.needs):
            if self.problem.lines[line].priority == priority:
                column = self.columns.short.start + place
                part[column] = self.shortfall[column]
        return part


def formulate(problem: PlanProblem, form: Form = "window") -> Formulation:
    """Return a problem as rows and columns.

    Parameters
    ----------
    problem
        What is asked for.
    form
        `window` has one variable for each tour begun; `state` adds what is in place.

    Returns
    -------
    Formulation
        With an upper bound on every variable, and ceilings lowered to what units can reach.
    """
    variables = variables_of(problem, form)
    rules = [rule for rule in every_rule(variables) if rule.count]
    nothing = sparse.csr_matrix((0, variables.columns.count))
    return Formulation(
        problem=problem,
        form=form,
        columns=variables.columns,
        pool=variables.pool,
        starts=variables.starts,
        places=variables.places,
        covers=variables.covers,
        leads=variables.leads,
        serves=variables.serves,
        needs=variables.needs,
        rows=Rows(
            matrix=sparse.vstack([nothing, *(rule.entries for rule in rules)], format="csr"),
            lower=np.concatenate([np.empty(0), *(rule.lower for rule in rules)]),
            upper=np.concatenate([np.empty(0), *(rule.upper for rule in rules)]),
            column_lower=np.zeros(variables.columns.count),
            column_upper=largest_values(variables),
            whole=whole_columns(variables.columns),
        ),
        row_kind=np.array([rule.kind for rule in rules for _ in range(rule.count)], dtype=np.str_),
        row_nation=_joined([rule.nations for rule in rules]),
        row_line=_joined([rule.lines for rule in rules]),
        row_entity=_joined([rule.entities for rule in rules]),
        row_period=_joined([rule.periods for rule in rules]),
        shortfall=shortfall_weights(variables),
        excess=excess_weights(variables),
        cost=cost_weights(variables),
    )


def every_rule(variables: Variables) -> tuple[RuleRows, ...]:
    """Return the rows of all rules in the order of the programme."""
    return (
        rotation(variables),
        *((flow(variables),) if variables.form == "state" else ()),
        *ceilings(variables),
        floors(variables),
        one_lead(variables),
        headquarters(variables),
        acceptance(variables),
        span_of_control(variables),
        needs(variables),
        service(variables),
        needs_under_a_lead(variables),
        *fair_burden(variables),
        *lead_changes(variables),
        *least_contribution(variables),
        *lift(variables),
    )


def _joined(parts: list[IntArray]) -> IntArray:
    """Return the parts one after the other, also where there are none."""
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
