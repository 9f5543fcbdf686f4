"""The bound raised by cases: who leads in a sector and phase, this nation or any other.

The relaxation puts half a headquarters of each of two nations into one place, so that units serve
that accept the one or the other alone. No cut of the headquarters' own rows forbids that, as each
of the two rosters is possible. So cases are told apart, the one with the lowest bound first. Every
plan is in one of the cases that are open; the lowest of their bounds is a bound on all.
"""

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np

from foedus.engines.forces.blocks import BoolArray, FloatArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.leads import of_headquarters
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.rosters import SHARED, Relax
from foedus.engines.forces.plan.solve import Outcome

WORKERS: Final = 2
"""The two cases of a branch are solved side by side; what comes out does not depend on it."""


class Case(NamedTuple):
    """A case that is open: leads and tours that are ruled out in it, or must be."""

    bound: float
    number: int
    lower: FloatArray
    upper: FloatArray
    values: FloatArray | None


def bound_by_cases(
    state: Formulation,
    rows: Rows,
    root: Outcome,
    relax: Relax,
    branches: int,
    tell: Callable[[float], None],
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Tell of better and better bounds; return the iterations that it took.

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
    branches
        How many cases are split in two.
    tell
        Called with the bound whenever it is better.
    stop
        Asked before each branch.
    """
    splits = _Splits(state)
    heap = [Case(root.bound, 0, rows.column_lower, rows.column_upper, root.values)]
    spent, number, best = 0, 0, root.bound
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in range(branches):
            if stop():
                break
            case = heapq.heappop(heap)
            split = splits.of(case)
            if split is None:
                # Nothing is left to tell apart by; the case keeps its bound.
                break
            halves = [(lower, upper) for lower, upper in split]
            outcomes = list(
                pool.map(
                    lambda ends: relax(rows._replace(column_lower=ends[0], column_upper=ends[1])),
                    halves,
                )
            )
            for (lower, upper), outcome in zip(halves, outcomes, strict=True):
                number += 1
                spent += outcome.iterations
                bound = max(case.bound, outcome.bound)
                heapq.heappush(heap, Case(bound, number, lower, upper, outcome.values))
            if heap[0].bound > best:
                best = heap[0].bound
                tell(best)
    return spent


class _Splits:
    """Says by what a case is split."""

    def __init__(self, state: Formulation) -> None:
        problem, starts, places = state.problem, state.starts, state.places
        self.state = state
        self.at_place = np.flatnonzero(
            np.isin(places.unit_class, np.unique(starts.unit_class[of_headquarters(state)]))
            & np.isin(places.sector, problem.lead_sectors)
        )
        self.phase_of = np.asarray(problem.phase_of)
        self.leading: BoolArray = of_headquarters(state)
        # What hangs on the headquarters of a sector and phase: the need of formations, and its own.
        self.weight = np.zeros((len(problem.sectors), len(problem.phases)))
        for line in problem.lines:
            asked = [problem.capabilities[kind] for kind, _ in line.asks]
            if all(kind.is_manoeuvre or kind.is_headquarters for kind in asked):
                for period in range(line.start, line.end):
                    where = line.sector, problem.phase_of[period]
                    self.weight[where] += line.weight * line.needed_units

    def of(self, case: Case) -> list[tuple[FloatArray, FloatArray]] | None:
        """Return ends of the columns in each half of a case; None where it is not to be split."""
        if case.values is None:
            return None
        return self._by_lead(case) or self._by_tour(case)

    def _by_lead(self, case: Case) -> list[tuple[FloatArray, FloatArray]] | None:
        """Split by who leads where headquarters of two nations are mixed most."""
        assert case.values is not None
        state, places = self.state, self.state.places
        shape = (*self.weight.shape, len(state.problem.nations))
        there = np.zeros(shape)
        at = self.at_place
        np.add.at(
            there,
            (places.sector[at], self.phase_of[places.period[at]], state.place_nation[at]),
            case.values[state.columns.in_place][at],
        )
        ordered = np.sort(there, axis=2)
        mixed = ordered[..., :-1].sum(axis=2)
        if mixed.max(initial=0.0) <= SHARED:
            return None
        score = np.where(mixed > SHARED, mixed * self.weight, 0.0)
        sector, phase = divmod(int(np.argmax(score)), score.shape[1])
        first = int(np.argmax(there[sector, phase]))
        halves = []
        for leads_first in (True, False):
            upper = case.upper.copy()
            for place, key in enumerate(state.leads):
                if key[:2] == (sector, phase) and (key[2] == first) != leads_first:
                    upper[state.columns.leads.start + place] = 0.0
            halves.append((case.lower, upper))
        return halves

    def _by_tour(self, case: Case) -> list[tuple[FloatArray, FloatArray]] | None:
        """Split by whether the tour of a headquarters is begun that is furthest from whole."""
        assert case.values is not None
        begun = case.values[self.state.columns.starts]
        away = np.where(self.leading, np.abs(begun - np.rint(begun)), 0.0)
        column = int(np.argmax(away))
        if away[column] <= SHARED:
            return None
        at = self.state.columns.starts.start + column
        upper, lower = case.upper.copy(), case.lower.copy()
        upper[at] = np.floor(begun[column])
        lower[at] = np.floor(begun[column]) + 1
        return [(case.lower, upper), (lower, case.upper)]
