"""Plans as points of the model, and points as plans."""

import math

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.problem import NO_LIMIT
from foedus.engines.forces.plan.starts import ROUNDING, start_columns
from foedus.engines.forces.plan.tours import NOBODY, Fill, ForcePlan, Tour


def plan_of(formulation: Formulation, values: ArrayLike) -> ForcePlan:
    """Return the plan that values of the variables stand for.

    Parameters
    ----------
    formulation
        The rows and columns the values are of.
    values : shape (column,)
        A solution; whole numbers may be off by a rounding.
    """
    problem, columns = formulation.problem, formulation.columns
    numbers = np.asarray(values, dtype=np.float64)
    begun = np.rint(numbers[columns.starts]).astype(np.int64)
    starts = formulation.starts
    tours = tuple(
        sorted(
            Tour(
                int(starts.unit_class[at]),
                int(starts.sector[at]),
                int(starts.start[at]),
                int(starts.length[at]),
                int(begun[at]),
            )
            for at in np.flatnonzero(begun)
        )
    )
    leads = [[NOBODY] * len(problem.phases) for _ in problem.sectors]
    for (sector, phase, nation), value in zip(
        formulation.leads, numbers[columns.leads], strict=True
    ):
        if value > 0.5:
            leads[sector][phase] = nation
    return ForcePlan(tours, tuple(tuple(row) for row in leads), _fills(formulation, tours, numbers))


def _fills(
    formulation: Formulation, tours: tuple[Tour, ...], numbers: FloatArray
) -> tuple[Fill, ...]:
    """Return which units serve which line: what the model says, or the line that alone asks."""
    problem = formulation.problem
    shape = (len(problem.sectors), len(problem.capabilities), problem.periods)
    there = np.zeros(shape, dtype=np.int64)
    for tour in tours:
        kind = problem.classes[tour.unit_class].capability
        there[tour.sector, kind, tour.start : tour.start + tour.length] += tour.count
    served = np.rint(numbers[formulation.columns.serves]).astype(np.int64)
    shared = {key: int(units) for key, units in zip(formulation.serves, served, strict=True)}
    fills = []
    for line_at, period in formulation.needs:
        line = problem.lines[line_at]
        left = line.needed_units
        # The worthier unit first, so that a substitute stands only for what is still short.
        for kind, worth in sorted(line.asks, key=lambda ask: (-ask[1], ask[0])):
            units = shared.get((line_at, period, kind), int(there[line.sector, kind, period]))
            units = min(units, math.ceil(left / worth - ROUNDING))
            if units > 0:
                fills.append(Fill(line_at, period, kind, units))
                left = max(0.0, left - units * worth)
    return tuple(sorted(fills))


def values_of(formulation: Formulation, plan: ForcePlan) -> FloatArray:
    """Return values of the variables that stand for a plan.

    Raises
    ------
    ValueError
        If the plan has a tour that the formulation has no variable for.
    """
    columns = formulation.columns
    values = np.zeros(columns.count)
    at_start = start_columns(formulation.starts)
    for tour in plan.tours:
        key = (tour.unit_class, tour.sector, tour.start, tour.length)
        if key not in at_start:
            raise ValueError(f"the model knows no tour {tour}")
        values[columns.starts.start + at_start[key]] += tour.count
    for at, (sector, phase, nation) in enumerate(formulation.leads):
        values[columns.leads.start + at] = plan.leads[sector][phase] == nation
    return completed(formulation, values, plan.fills)


def completed(formulation: Formulation, values: FloatArray, fills: tuple[Fill, ...]) -> FloatArray:
    """Return values in which all that follows from tours, leads and service is worked out."""
    problem, columns = formulation.problem, formulation.columns
    full = values.copy()
    there = formulation.covers @ full[columns.starts]
    if formulation.form == "state":
        full[columns.in_place] = there
    at_need = {key: at for at, key in enumerate(formulation.needs)}
    at_serve = {key: at for at, key in enumerate(formulation.serves)}
    short = np.array([problem.lines[line].needed_units for line, _ in formulation.needs])
    for fill in fills:
        worth = dict(problem.lines[fill.line].asks)[fill.capability]
        at = at_need.get((fill.line, fill.period))
        if at is not None:
            short[at] -= worth * fill.units
        at = at_serve.get((fill.line, fill.period, fill.capability))
        if at is not None:
            full[columns.serves.start + at] = fill.units
    full[columns.short] = np.maximum(short, 0.0)
    nation = formulation.place_nation
    if problem.target_person_months:
        burden = np.bincount(nation, there * formulation.place_persons, len(problem.nations))
        burden *= problem.period_months
        target = np.asarray(problem.target_person_months, dtype=np.float64)
        full[columns.excess] = np.where(target == NO_LIMIT, 0.0, np.maximum(burden - target, 0.0))
    if columns.takes_part.stop > columns.takes_part.start:
        key = nation * problem.periods + formulation.places.period
        present = np.bincount(key, there, len(problem.nations) * problem.periods)
        full[columns.takes_part] = present > 0.5
    if columns.changes.stop > columns.changes.start:
        lead = {key: full[columns.leads.start + at] for at, key in enumerate(formulation.leads)}
        later = len(problem.phases) - 1
        for place, sector in enumerate(problem.lead_sectors):
            for phase in range(1, later + 1):
                full[columns.changes.start + place * later + phase - 1] = max(
                    (
                        lead[sector, phase, n] - lead[sector, phase - 1, n]
                        for s, p, n in formulation.leads
                        if s == sector and p == phase
                    ),
                    default=0.0,
                )
    full[columns.changes] = np.maximum(full[columns.changes], 0.0)
    return full
