"""Plans made tour by tour: the one that fills most first, or those of a plan that was.

No solver is asked, so this takes no time to speak of, and what comes out keeps every rule.
"""

import math
from typing import Final

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.points import completed, plan_of
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import FEASIBILITY, largest_violation
from foedus.engines.forces.plan.starts import start_columns
from foedus.engines.forces.plan.tours import ForcePlan, Tour

HAIR: Final = 1e-7
"""Units, persons or weighted unit-months below which a difference is a rounding."""


def grow(model: Formulation, rows: Rows, known: FloatArray) -> FloatArray:
    """Return a point with tours added one by one, the one that fills most first.

    Parameters
    ----------
    model
        The window form.
    rows
        Its rows, or more of them.
    known : shape (column,)
        A feasible point; its leads and tours stay.
    """
    problem, columns = model.problem, model.columns
    if any(problem.least_contribution_persons):
        # A first unit alone may be too small a contribution, so nothing can be added one by one.
        return known
    begun = known[columns.starts].copy()
    limited = np.flatnonzero(np.isfinite(rows.upper))
    table = sparse.csc_matrix(rows.matrix[limited][:, columns.starts])
    held = known.copy()
    held[columns.serves] = 0.0
    held[columns.short] = 0.0
    held[columns.excess] = rows.column_upper[columns.excess]
    room = rows.upper[limited] - rows.matrix[limited] @ held
    short = _Short(model, known)
    # Room only shrinks, so what does not fit once never will.
    fits = np.ones(begun.size, dtype=np.bool_)
    while True:
        gains = np.where(fits, short.gains(), 0.0)
        added = False
        # Most for each period that the unit is tied up comes first.
        order = np.argsort(-gains / model.starts.occupied, kind="stable")
        for column in order.tolist():
            if gains[column] <= HAIR:
                break
            inside = slice(table.indptr[column], table.indptr[column + 1])
            at, weight = table.indices[inside], table.data[inside]
            if (weight > room[at] + HAIR).any():
                fits[column] = False
                continue
            now = short.gain(int(column))
            # Others may have filled the need since the order was made.
            if now < gains[column] * 0.7:
                continue
            room[at] -= weight
            begun[column] += 1
            short.serve(int(column))
            added = True
        if not added:
            break
    full = known.copy()
    full[columns.starts] = begun
    full = _served(model, full)
    return full if largest_violation(rows, full) <= FEASIBILITY else known


def repaired(model: Formulation, rows: Rows, plan: ForcePlan) -> FloatArray:
    """Return a feasible point that keeps as many tours of a plan as the rules allow.

    Headquarters come first, then tours by start. Tours that the model does not know are left out.
    """
    problem, columns = model.problem, model.columns
    at_start = start_columns(model.starts)
    full = np.zeros(columns.count)
    for at, (sector, phase, nation) in enumerate(model.leads):
        fits = sector < len(plan.leads) and phase < len(plan.leads[sector])
        full[columns.leads.start + at] = fits and plan.leads[sector][phase] == nation
    full = completed(model, full, ())
    if largest_violation(rows, full) > FEASIBILITY:
        full[columns.leads] = 0.0
        full = completed(model, full, ())
    limited = np.flatnonzero(np.isfinite(rows.upper))
    table = sparse.csc_matrix(rows.matrix[limited][:, columns.starts])
    held = full.copy()
    held[columns.excess] = rows.column_upper[columns.excess]
    room = rows.upper[limited] - rows.matrix[limited] @ held

    def first_headquarters(tour: Tour) -> tuple[bool, int]:
        kind = problem.classes[tour.unit_class].capability
        return (not problem.capabilities[kind].is_headquarters, tour.start)

    for tour in sorted(plan.tours, key=first_headquarters):
        column = at_start.get((tour.unit_class, tour.sector, tour.start, tour.length))
        if column is None:
            continue
        inside = slice(table.indptr[column], table.indptr[column + 1])
        at, weight = table.indices[inside], table.data[inside]
        for _ in range(tour.count):
            if np.any(weight > room[at] + HAIR):
                break
            room[at] -= weight
            full[columns.starts.start + column] += 1
    return _served(model, full)


class _Short:
    """What is still short, and what a tour would fill of it."""

    def __init__(self, model: Formulation, known: FloatArray) -> None:
        problem = model.problem
        starts = model.starts
        self.model = model
        self.kind = model.pool.capability[starts.unit_class]
        self.end = np.minimum(starts.start + starts.length, problem.periods)
        self.left = np.zeros((len(problem.lines), problem.periods))
        for line, period in model.needs:
            self.left[line, period] = problem.lines[line].needed_units
        self.weight = np.array([line.weight for line in problem.lines], dtype=np.float64)
        self.asked: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for at, asking in enumerate(problem.lines):
            for kind, worth in asking.asks:
                self.asked.setdefault((asking.sector, kind), []).append((at, worth))
        # What one more unit would fill, by sector, capability and period.
        self.filled = np.zeros((len(problem.sectors), len(problem.capabilities), problem.periods))
        for sector, kind in self.asked:
            self._refresh(sector, kind, 0, problem.periods)
        for column in np.flatnonzero(known[model.columns.starts] > 0.5):
            for _ in range(round(float(known[model.columns.starts][column]))):
                self.serve(int(column))

    def gain(self, column: int) -> float:
        """Return the weighted need that one more unit would fill."""
        starts = self.model.starts
        where = self.filled[starts.sector[column], self.kind[column]]
        return float(where[starts.start[column] : self.end[column]].sum())

    def gains(self) -> FloatArray:
        """Return the gain of every tour."""
        starts = self.model.starts
        until = np.concatenate(
            [np.zeros((*self.filled.shape[:2], 1)), self.filled.cumsum(axis=2)], axis=2
        )
        gains: FloatArray = (
            until[starts.sector, self.kind, self.end]
            - until[starts.sector, self.kind, starts.start]
        )
        return gains

    def serve(self, column: int) -> None:
        """Take one more unit off what is short."""
        starts = self.model.starts
        sector, start, end = int(starts.sector[column]), int(starts.start[column]), self.end[column]
        asked = self.asked.get((sector, int(self.kind[column])), [])
        touched: set[int] = set()
        for period in range(start, end):
            line, worth = max(
                asked,
                key=lambda ask: self.weight[ask[0]] * min(self.left[ask[0], period], ask[1]),
                default=(-1, 0.0),
            )
            if line >= 0:
                self.left[line, period] = max(0.0, self.left[line, period] - worth)
                touched.update(kind for kind, _ in self.model.problem.lines[line].asks)
        for kind in touched:
            self._refresh(sector, kind, start, end)

    def _refresh(self, sector: int, kind: int, start: int, end: int) -> None:
        """Work out again what a unit of a capability would fill in a stretch of time."""
        self.filled[sector, kind, start:end] = np.max(
            [
                self.weight[line] * np.minimum(self.left[line, start:end], worth)
                for line, worth in self.asked[sector, kind]
            ],
            axis=0,
        )


def _served(model: Formulation, full: FloatArray) -> FloatArray:
    """Return a point in which units that several lines ask for serve where they count most."""
    problem, columns = model.problem, model.columns
    there: dict[tuple[int, int, int], int] = {}
    starts = model.starts
    for column in np.flatnonzero(full[columns.starts] > 0.5):
        kind = problem.classes[int(starts.unit_class[column])].capability
        start = int(starts.start[column])
        for period in range(start, min(start + int(starts.length[column]), problem.periods)):
            key = (int(starts.sector[column]), kind, period)
            there[key] = there.get(key, 0) + round(float(full[columns.starts][column]))
    left = {need: problem.lines[need[0]].needed_units for need in model.needs}
    shared = set(model.serves)
    for line, period in model.needs:
        for kind, worth in problem.lines[line].asks:
            if (line, period, kind) not in shared:
                units = there.get((problem.lines[line].sector, kind, period), 0)
                left[line, period] = max(0.0, left[line, period] - worth * units)
    values = dict.fromkeys(model.serves, 0.0)
    by_gain = sorted(
        model.serves,
        key=lambda s: (
            -problem.lines[s[0]].weight * dict(problem.lines[s[0]].asks)[s[2]],
            s,
        ),
    )
    for line, period, kind in by_gain:
        worth = dict(problem.lines[line].asks)[kind]
        key = (problem.lines[line].sector, kind, period)
        wanted = math.ceil(left[line, period] / worth - HAIR)
        units = max(0, min(wanted, there.get(key, 0)))
        values[line, period, kind] = units
        there[key] = there.get(key, 0) - units
        left[line, period] = max(0.0, left[line, period] - worth * units)
    out = full.copy()
    out[columns.serves] = [values[key] for key in model.serves]
    return completed(model, out, plan_of(model, out).fills)
