"""Parts of a plan that are set free one after the other while all else is held."""

from typing import Final

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import Effort, Outcome, gap_within, solve_whole

EASY_ITERATIONS: Final = 2_000
"""Simplex iterations below which a part was too easy to be worth its turn."""


def solve_part(
    rows: Rows,
    matrix: sparse.csc_matrix,
    cost: FloatArray,
    known: FloatArray,
    free: BoolArray,
    effort: Effort,
    step: float,
) -> Outcome:
    """Return the best point that differs from a known one only in the free columns.

    Parameters
    ----------
    rows
        The whole programme.
    matrix
        That of the rows, by column: it is cut so many times that it is turned once.
    cost, known, free : shape (column,)
        What to make small, a feasible point, and which columns may differ from it.
    effort
        Most work.
    step
        Every possible value is a whole multiple of it; 0 if no such number is known.
    """
    chosen: IntArray = np.flatnonzero(free)
    fixed = np.where(free, 0.0, known)
    activity = matrix @ fixed
    part = sparse.csr_matrix(matrix[:, chosen])
    touched = np.flatnonzero(np.diff(part.indptr) > 0)
    small = Rows(
        part[touched],
        rows.lower[touched] - activity[touched],
        rows.upper[touched] - activity[touched],
        rows.column_lower[chosen],
        rows.column_upper[chosen],
        rows.whole[chosen],
    )
    base = float(cost @ fixed)
    outcome = solve_whole(
        small, cost[chosen], known=known[chosen], effort=effort, gap=gap_within(step)
    )
    if outcome.values is None:
        return outcome
    full = known.copy()
    full[chosen] = outcome.values
    return Outcome(
        full,
        float(cost @ full),
        outcome.bound + base,
        outcome.nodes,
        outcome.iterations,
        outcome.stopped,
    )


class Parts:
    """Says which part of the plan is set free next: the same parts for the same seed.

    Each kind of part has a size of its own, a share of what could be freed. It grows where parts
    are solved at once and gain nothing, and shrinks where the work runs out.
    """

    def __init__(self, model: Formulation, seed: int) -> None:
        self.model = model
        self.rng = np.random.default_rng(seed)
        self.nation = model.pool.nation[model.starts.unit_class]
        self.capability = model.pool.capability[model.starts.unit_class]
        self.size = {"capability": 0.0, "sector": 0.4, "time": 0.3, "nations": 0.2}
        self.waiting: list[tuple[str, int]] = []
        self.last = ""

    def next(self) -> BoolArray:
        """Return which columns are free."""
        if not self.waiting:
            self._plan_round()
        name, which = self.waiting.pop(0)
        self.last = name
        return self._free(name, which)

    def learn(self, gained: bool, solved: bool, iterations: int) -> None:
        """Make parts of the last kind larger or smaller."""
        if not solved:
            self.size[self.last] = max(0.0, self.size[self.last] - 0.1)
        elif not gained and iterations < EASY_ITERATIONS:
            self.size[self.last] = min(0.9, self.size[self.last] + 0.05)

    def _plan_round(self) -> None:
        """Line up every capability and sector once, and some nations and times."""
        problem = self.model.problem
        asked = sorted({kind for line in problem.lines for kind, _ in line.asks})
        first = [("capability", kind) for kind in asked]
        others = [("sector", sector) for sector in range(len(problem.sectors))]
        others += [(name, turn) for name in ("nations", "time") for turn in range(4)]
        if self.last:
            first, others = [], first + others
        order = self.rng.permutation(len(others))
        self.waiting = first + [others[at] for at in order]

    def _some(self, name: str, count: int, which: int) -> IntArray:
        """Return one place of a count and as many more as the size of such parts asks for."""
        wanted = max(1, round(self.size[name] * count))
        order = self.rng.permutation(count)
        others = order[order != which]
        return np.append(others[: wanted - 1], which).astype(np.int64)

    def _free(self, name: str, which: int) -> BoolArray:
        model = self.model
        columns, starts, problem = model.columns, model.starts, model.problem
        free = np.ones(columns.count, dtype=np.bool_)
        free[columns.leads] = False
        if name == "capability":
            mine = np.isin(self.capability, self._some(name, len(problem.capabilities), which))
        elif name == "nations":
            count = len(problem.nations)
            mine = np.isin(self.nation, self._some(name, count, int(self.rng.integers(count))))
        elif name == "sector":
            chosen = set(self._some(name, len(problem.sectors), which).tolist())
            mine = np.isin(starts.sector, list(chosen))
            free[columns.leads] = [sector in chosen for sector, _, _ in model.leads]
        else:
            length = max(2, round(self.size[name] * problem.periods))
            first = int(self.rng.integers(0, max(1, problem.periods - length + 1)))
            mine = (starts.start >= first) & (starts.start < first + length)
            phases = set(problem.phase_of[first : first + length])
            free[columns.leads] = [phase in phases for _, phase, _ in model.leads]
        free[columns.starts] = mine
        return free
