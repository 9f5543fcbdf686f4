"""Rosters of headquarters: which one is where when, found by following the relaxation.

Headquarters are few and everything stands under them, so the plan is nearly made once they are
chosen. The relaxation shares them out in fractions. Its largest shares are made whole, it is solved
again, and so on until every headquarters is whole: a dive. With the roster held, what is left is a
problem whose relaxation is close to its best plan.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.leads import of_headquarters
from foedus.engines.forces.plan.points import completed
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import Outcome

SHARED: Final = 0.05
"""A share of a tour above its whole part from which it counts as open."""
SURE: Final = 0.8
"""A share from which a tour is made whole at once."""
STEP: Final = 0.34
"""How much of all that is open is made whole before the relaxation is solved again."""

Relax = Callable[[Rows], Outcome]
"""Solves a relaxation."""


class Roster(NamedTuple):
    """Tours of headquarters, all whole."""

    begun: FloatArray
    """By start: how many units begin the tour; 0 for what is no headquarters."""
    bound: float
    """The relaxation's value where they are made."""
    iterations: int


def dive(
    state: Formulation,
    rows: Rows,
    root: Outcome,
    relax: Relax,
    worst: float = float("inf"),
) -> Roster | None:
    """Return the roster that the relaxation leads to.

    Parameters
    ----------
    state
        The state form.
    rows
        Its rows, or more of them.
    root
        The relaxation of these rows, solved.
    relax
        How a relaxation is solved.
    worst
        A roster is given up as soon as nothing below this value is possible with it.

    Returns
    -------
    Roster or None
        None if it was given up, or a relaxation came to no point.
    """
    tours = _Commands(state)
    begun = np.zeros(state.starts.start.size)
    outcome, spent = root, 0
    while outcome.values is not None and outcome.bound < worst:
        share = outcome.values[state.columns.starts] - begun
        if share.min(initial=0.0) < -SHARED:
            return None
        share[~tours.leading] = 0.0
        order = np.argsort(-share, kind="stable")
        order = order[share[order] > SHARED]
        if not order.size:
            return Roster(begun, outcome.bound, spent)
        wanted = max(1, round(STEP * float(share[order].sum())))
        made = 0
        for column in order.tolist():
            if made >= wanted and share[column] < SURE:
                break
            begun[column] += 1
            if tours.fit(begun):
                made += 1
            else:
                begun[column] -= 1
        if not made:
            return Roster(begun, outcome.bound, spent)
        lower = rows.column_lower.copy()
        lower[state.columns.starts] = np.maximum(lower[state.columns.starts], begun)
        outcome = relax(rows._replace(column_lower=lower))
        spent += outcome.iterations
    return None


def led_by(model: Formulation, begun: FloatArray) -> FloatArray:
    """Return a point with the headquarters of a roster and their leads, and nothing else.

    Examples
    --------
    >>> from foedus.engines.forces.plan.formulation import formulate
    >>> from foedus.engines.forces.plan.instances import instance
    >>> model = formulate(instance("tiny"))
    >>> led_by(model, np.zeros(model.starts.start.size))[model.columns.leads].any()
    np.False_
    """
    full = np.zeros(model.columns.count)
    full[model.columns.starts] = begun
    leads = _Commands(model).leads_of(begun)
    full[model.columns.leads] = [
        leads.get((sector, phase)) == nation for sector, phase, nation in model.leads
    ]
    return completed(model, full, ())


def with_roster(model: Formulation, rows: Rows, begun: FloatArray) -> Rows:
    """Return rows in which headquarters that lead do what a roster says; leads stay free."""
    held = np.flatnonzero(of_headquarters(model))
    lower, upper = rows.column_lower.copy(), rows.column_upper.copy()
    lower[model.columns.starts.start + held] = begun[held]
    upper[model.columns.starts.start + held] = begun[held]
    return rows._replace(column_lower=lower, column_upper=upper)


class _Commands:
    """What tours of headquarters must keep to among themselves."""

    def __init__(self, model: Formulation) -> None:
        problem, starts = model.problem, model.starts
        self.model = model
        self.leading: BoolArray = of_headquarters(model)
        self.nation: IntArray = model.pool.nation[starts.unit_class]
        self.in_lead_sector = np.isin(starts.sector, problem.lead_sectors)
        kept = np.flatnonzero(model.row_kind == "rotation")
        self.rows = model.rows.matrix[kept][:, model.columns.starts]
        self.upper = model.rows.upper[kept]

    def fit(self, begun: FloatArray) -> bool:
        """Tell whether the tours keep their rests and stand under one lead, one at a time.

        Other limits are left to the relaxation that follows.
        """
        return bool(np.all(self.rows @ begun <= self.upper + SHARED)) and self._led(begun)

    def leads_of(self, begun: FloatArray) -> dict[tuple[int, int], int]:
        """Return who leads by sector and phase: the first whose headquarters is there."""
        phase_of = self.model.problem.phase_of
        leads: dict[tuple[int, int], int] = {}
        for sector, nation, period, _ in self._places(begun):
            leads.setdefault((sector, phase_of[period]), nation)
        return leads

    def _led(self, begun: FloatArray) -> bool:
        phase_of = self.model.problem.phase_of
        leads = self.leads_of(begun)
        there: dict[tuple[int, int], int] = {}
        for sector, nation, period, units in self._places(begun):
            if leads[sector, phase_of[period]] != nation:
                return False
            there[sector, period] = there.get((sector, period), 0) + units
        return max(there.values(), default=0) <= 1

    def _places(self, begun: FloatArray) -> list[tuple[int, int, int, int]]:
        """Return sector, nation, period and units of all headquarters that lead."""
        starts, periods = self.model.starts, self.model.problem.periods
        return [
            (int(starts.sector[at]), int(self.nation[at]), period, round(float(begun[at])))
            for at in np.flatnonzero((begun > 0.5) & self.leading & self.in_lead_sector)
            for period in range(
                int(starts.start[at]), min(int(starts.start[at] + starts.length[at]), periods)
            )
        ]
