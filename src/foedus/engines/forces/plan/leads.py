"""A first guess at who leads where: what each lead could bring together, weighed in a small model.

Only headquarters and leads are chosen, exactly as the rules of rotation and command have it. What
the other units would fill under a lead is estimated by plain arithmetic, so the guess proves
nothing; the search that follows corrects it.
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import BoolArray, FloatArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.parts import solve_part
from foedus.engines.forces.plan.points import completed
from foedus.engines.forces.plan.problem import NO_LIMIT
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import Effort, Outcome


def guess_leads(model: Formulation, rows: Rows, effort: Effort) -> tuple[FloatArray, Outcome]:
    """Return a point with leads and headquarters only, and the solve that chose them.

    Parameters
    ----------
    model
        The window form.
    rows
        Its rows, or more of them.
    effort
        Work for the small model.
    """
    columns = model.columns
    headquarters = of_headquarters(model)
    free = np.zeros(columns.count, dtype=np.bool_)
    free[columns.starts] = headquarters
    for kind in (columns.leads, columns.short, columns.serves, columns.changes):
        free[kind] = True
    free[columns.excess] = free[columns.takes_part] = True
    cost = model.shortfall.copy()
    brought, commanded = _worth(model)
    cost[columns.leads] -= [brought[sector, phase, lead] for sector, phase, lead in model.leads]
    begun = cost[columns.starts]
    starts, problem = model.starts, model.problem
    span = {(c.sector, c.unit_class): c.span_brigades for c in problem.candidates}
    for column in np.flatnonzero(headquarters):
        place, sector = int(starts.unit_class[column]), int(starts.sector[column])
        start = int(starts.start[column])
        end = min(start + int(starts.length[column]), problem.periods)
        for period in range(start, end):
            load, value = commanded[sector, period]
            if load > 0:
                begun[column] -= value * min(1.0, span.get((sector, place), 0.0) / load)
    cost[columns.starts] = begun
    best = completed(model, np.zeros(columns.count), ())
    matrix = sparse.csc_matrix(rows.matrix)
    nodes = iterations = 0
    outcome = Outcome(best, float(cost @ best), -np.inf, 0, 0, "work")
    for part in _turns(model):
        outcome = solve_part(rows, matrix, cost, best, free & part, effort, 0.0)
        nodes, iterations = nodes + outcome.nodes, iterations + outcome.iterations
        if outcome.values is not None and outcome.objective <= cost @ best:
            best = outcome.values
        if outcome.stopped == "interrupted":
            break
    return best, replace(outcome, nodes=nodes, iterations=iterations, bound=-np.inf)


def _turns(model: Formulation) -> list[BoolArray]:
    """Return parts to choose in turn: phases, pairs of phases, sectors."""
    problem, columns, starts = model.problem, model.columns, model.starts
    phase_of = np.asarray(problem.phase_of)[starts.start]
    led_sector, led_phase = np.array([key[:2] for key in model.leads]).reshape(-1, 2).T
    phases = len(problem.phases)
    chosen: list[tuple[BoolArray, BoolArray]] = []
    for first, last in (
        *((phase, phase) for phase in range(phases)),
        *((phase, phase + 1) for phase in range(phases - 1)),
    ):
        chosen.append(
            (
                (phase_of >= first) & (phase_of <= last),
                (led_phase >= first) & (led_phase <= last),
            )
        )
    chosen += [(starts.sector == sector, led_sector == sector) for sector in problem.lead_sectors]
    parts = []
    for mine, leads in chosen:
        part = np.ones(columns.count, dtype=np.bool_)
        part[columns.starts] = mine
        part[columns.leads] = leads
        parts.append(part)
    return parts


def of_headquarters(model: Formulation) -> BoolArray:
    """Return which tours are of headquarters that lead."""
    problem = model.problem
    may = {candidate.unit_class for candidate in problem.candidates}
    by_class = np.array([place in may for place in range(len(problem.classes))], dtype=np.bool_)
    return np.asarray(by_class[model.starts.unit_class], dtype=np.bool_)


def _worth(model: Formulation) -> tuple[FloatArray, FloatArray]:
    """Return what a lead brings and what a headquarters commands.

    Returns
    -------
    shape (sector, phase, nation)
        Weighted need that units of nations that accept the lead could fill.
    shape (sector, period, 2)
        Formations needed, and their weight.
    """
    problem = model.problem
    nations, kinds = len(problem.nations), len(problem.capabilities)
    standing = np.zeros((nations, kinds))
    for unit_class in problem.classes:
        standing[unit_class.nation, unit_class.capability] += unit_class.count / (
            1.0 + unit_class.dwell_ratio
        )
    strength = np.zeros(nations)
    for unit_class in problem.classes:
        strength[unit_class.nation] += (
            unit_class.count * unit_class.strength_persons / (1.0 + unit_class.dwell_ratio)
        )
    if problem.ceilings:
        most = np.array([np.median(row) for row in problem.ceilings])
        capped = np.where(most == NO_LIMIT, np.inf, most)
        standing *= np.minimum(1.0, capped / np.maximum(strength, 1.0))[:, np.newaxis]
    accepts = np.array(
        [
            [problem.accepts_lead(nation, lead) for lead in range(nations)]
            for nation in range(nations)
        ]
    )
    under = accepts.T.astype(np.float64) @ standing
    needed = np.zeros((kinds, problem.periods))
    for line in problem.lines:
        needed[line.asks[0][0], line.start : line.end] += line.needed_units
    brought = np.zeros((len(problem.sectors), len(problem.phases), nations))
    commanded = np.zeros((len(problem.sectors), problem.periods, 2))
    phase_of = problem.phase_of
    for line in problem.lines:
        kind = line.asks[0][0]
        if problem.capabilities[kind].is_headquarters:
            continue
        load = problem.capabilities[kind].span_load
        weight = line.weight * problem.period_months
        for period in range(line.start, line.end):
            part = line.needed_units / max(needed[kind, period], line.needed_units)
            filled = np.minimum(line.needed_units, part * under[:, kind])
            if load > 0:
                commanded[line.sector, period] += (
                    load * line.needed_units,
                    weight * float(filled.max()),
                )
            brought[line.sector, phase_of[period]] += weight * filled
    return brought, commanded
