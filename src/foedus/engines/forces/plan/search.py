"""A plan for a large problem: a bound with leads free, leads from the phases, then neighbourhoods.

The whole model is too large to be solved at once. Four steps find a good plan and say how good:

1. the relaxation with leads free, sharpened by rosters of headquarters, bounds every plan;
2. a small model guesses leads and headquarters;
3. units are added one tour at a time where they fill most;
4. a part of the plan is set free and solved as a small model of its own, all else being held: a
   capability, some nations, a sector with its leads, a stretch of time; again and again.

All work is counted, so a search repeats; seconds are a safety stop.
"""

import math
import time
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.bounds import sharpened_bound
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.leads import guess_leads
from foedus.engines.forces.plan.parts import Parts, solve_part
from foedus.engines.forces.plan.points import completed, plan_of
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import (
    FEASIBILITY,
    UNLIMITED,
    Effort,
    Outcome,
    Progress,
    gap_within,
    largest_violation,
)
from foedus.engines.forces.plan.starts import start_columns
from foedus.engines.forces.plan.tours import ForcePlan, Tour

HAIR: Final = 1e-7
"""Units, persons or weighted unit-months below which a difference is a rounding."""


@dataclass(frozen=True)
class Search:
    """How much work a search may take."""

    leads: Effort = field(default_factory=lambda: Effort(nodes=20, checks=60))
    """For the first guess at leads."""
    part: Effort = field(default_factory=lambda: Effort(nodes=30, checks=60))
    """For each part that is set free."""
    parts: int = 60
    """How many parts are set free, one after the other."""
    patience: int = 30
    """The search ends after so many parts in a row that gained nothing."""
    bound: bool = True
    """Whether to work out the bound with leads free; without it there is none."""
    rounds: int = 1
    """How often the bound is sharpened by rosters of whole headquarters."""
    roster: Effort = field(default_factory=lambda: Effort(nodes=10, checks=40))
    """For each such roster."""
    seed: int = 0
    seconds: float = UNLIMITED
    """Safety stop between two parts; a search that it ends does not repeat."""


def search_shortfall(
    model: Formulation,
    rows: Rows,
    known: FloatArray,
    search: Search,
    step: float,
    progress: Progress | None = None,
) -> Outcome:
    """Return the plan of least shortfall that the search finds, with its bound.

    Parameters
    ----------
    model
        The window form.
    rows
        Its rows, or more of them.
    known : shape (column,)
        A feasible point.
    search
        Work.
    step
        Every possible shortfall is a whole multiple of it; 0 if no such number is known.
    progress
        Called with value and bound when there is news. Where it raises KeyboardInterrupt the best
        point so far comes out.
    """
    started = time.monotonic()
    told = Teller(progress, float(model.shortfall @ known))
    best, nodes, iterations = known, 0, 0
    try:
        if search.bound:
            state = formulate(model.problem, "state")
            found = sharpened_bound(
                state,
                without_burden(state, state.rows),
                state.shortfall,
                search.rounds,
                search.roster,
                told.bound,
            )
            iterations += found.iterations
        led, guess = guess_leads(model, rows, search.leads)
        nodes, iterations = guess.nodes, iterations + guess.iterations
        if guess.stopped == "interrupted":
            raise KeyboardInterrupt
        for first in (led, known):
            grown = grow(model, rows, first)
            if model.shortfall @ grown < model.shortfall @ best - HAIR:
                best = grown
        told.best(float(model.shortfall @ best))
    except KeyboardInterrupt:
        return told.outcome(best, nodes, iterations, "interrupted")
    left = search.seconds - (time.monotonic() - started)
    better = improve(model, rows, model.shortfall, best, search, step, told, seconds=left)
    return told.outcome(
        better.values if better.values is not None else best,
        nodes + better.nodes,
        iterations + better.iterations,
        better.stopped,
    )


def improve(  # noqa: PLR0913  a point, what to make small, and how long
    model: Formulation,
    rows: Rows,
    cost: FloatArray,
    known: FloatArray,
    search: Search,
    step: float,
    told: "Teller | None" = None,
    *,
    seconds: float | None = None,
) -> Outcome:
    """Return a point that is at least as good, by setting parts of the plan free one by one.

    The bound that comes out is that of the teller, or none.
    """
    teller = told or Teller(None, float(cost @ known))
    limit = search.seconds if seconds is None else seconds
    started = time.monotonic()
    parts = Parts(model, search.seed)
    columns = sparse.csc_matrix(rows.matrix)
    best = known
    nodes = iterations = idle = 0
    stopped = "work"
    for _ in range(search.parts):
        value = float(cost @ best)
        if value - teller.lower <= max(HAIR, gap_within(step)):
            stopped = "solved"
            break
        if idle >= search.patience:
            break
        if time.monotonic() - started > limit:
            stopped = "seconds"
            break
        try:
            outcome = solve_part(rows, columns, cost, best, parts.next(), search.part, step)
            nodes, iterations = nodes + outcome.nodes, iterations + outcome.iterations
            gained = outcome.objective < value - HAIR
            idle = 0 if gained else idle + 1
            parts.learn(gained, outcome.stopped == "solved", outcome.iterations)
            if outcome.values is not None and outcome.objective <= value + HAIR:
                # Whole numbers were off by a rounding: what follows from them is worked out anew.
                tidy = completed(model, outcome.values, plan_of(model, outcome.values).fills)
                if cost @ tidy <= value + HAIR and largest_violation(rows, tidy) <= FEASIBILITY:
                    best = tidy
            teller.best(float(cost @ best))
            if outcome.stopped == "interrupted":
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            stopped = "interrupted"
            break
    return Outcome(best, float(cost @ best), teller.lower, nodes, iterations, stopped)


def without_burden(model: Formulation, rows: Rows) -> Rows:
    """Return rows in which burdens are not counted.

    They cannot matter for the shortfall, and their large numbers spoil the prices.
    """
    upper = rows.upper.copy()
    upper[: model.row_kind.size][model.row_kind == "burden"] = np.inf
    return rows._replace(upper=upper)


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
    while True:
        gains = short.gains()
        added = False
        # Most for each period that the unit is tied up comes first.
        order = np.argsort(-gains / model.starts.occupied, kind="stable")
        for column in order.tolist():
            if gains[column] <= HAIR:
                break
            inside = slice(table.indptr[column], table.indptr[column + 1])
            at, weight = table.indices[inside], table.data[inside]
            if np.any(weight > room[at] + HAIR):
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
        self.model = model
        shape = (len(problem.lines), problem.periods)
        self.left = np.zeros(shape)
        for line, period in model.needs:
            self.left[line, period] = problem.lines[line].needed_units
        self.weight = np.array([line.weight for line in problem.lines], dtype=np.float64)
        self.asked: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for at, asking in enumerate(problem.lines):
            for kind, worth in asking.asks:
                self.asked.setdefault((asking.sector, kind), []).append((at, worth))
        for column in np.flatnonzero(known[model.columns.starts] > 0.5):
            for _ in range(round(float(known[model.columns.starts][column]))):
                self.serve(int(column))

    def _where(self, column: int) -> tuple[list[tuple[int, float]], int, int]:
        """Return which lines ask for the unit of a tour and its worth to each, start and end."""
        starts, problem = self.model.starts, self.model.problem
        kind = problem.classes[int(starts.unit_class[column])].capability
        start = int(starts.start[column])
        end = min(start + int(starts.length[column]), problem.periods)
        return self.asked.get((int(starts.sector[column]), kind), []), start, end

    def gain(self, column: int) -> float:
        """Return the weighted need that one more unit would fill."""
        asked, start, end = self._where(column)
        if not asked:
            return 0.0
        part = np.stack(
            [
                self.weight[line] * np.minimum(self.left[line, start:end], worth)
                for line, worth in asked
            ]
        )
        return float(part.max(axis=0).sum())

    def gains(self) -> FloatArray:
        """Return the gain of every tour."""
        return np.array([self.gain(column) for column in range(self.model.starts.occupied.size)])

    def serve(self, column: int) -> None:
        """Take one more unit off what is short."""
        asked, start, end = self._where(column)
        for period in range(start, end):
            line, worth = max(
                asked,
                key=lambda ask: self.weight[ask[0]] * min(self.left[ask[0], period], ask[1]),
                default=(-1, 0.0),
            )
            if line >= 0:
                self.left[line, period] = max(0.0, self.left[line, period] - worth)


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


class Teller:
    """Keeps the best value and bound and passes them on."""

    def __init__(self, progress: Progress | None, value: float) -> None:
        self.progress = progress
        self.upper = value
        self.lower = -UNLIMITED

    def bound(self, bound: float) -> None:
        """Take in a bound."""
        self.lower = max(self.lower, bound)
        self._tell()

    def best(self, value: float) -> None:
        """Take in the value of a plan."""
        self.upper = min(self.upper, value)
        self._tell()

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.upper, self.lower)

    def outcome(self, best: FloatArray, nodes: int, iterations: int, stopped: str) -> Outcome:
        """Return a point with the best value and bound."""
        return Outcome(best, self.upper, min(self.upper, self.lower), nodes, iterations, stopped)
