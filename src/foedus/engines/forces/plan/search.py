"""A plan for a large problem: a bound with leads free, leads from the phases, then neighbourhoods.

The whole model is too large to be solved at once. Four steps find a good plan and say how good:

1. the relaxation with leads free bounds every plan; rosters of headquarters sharpen the bound, and
   cases of who leads raise it, in a thread of its own while the plan is searched;
2. a small model guesses leads and headquarters, and a dive into the relaxation finds others; the
   roster with which least can be short is kept;
3. units are added one tour at a time where they fill most, and what is left under the roster is
   solved as one model as far as its work goes;
4. a part of the plan is set free and solved as a small model of its own, all else being held: a
   capability, some nations, a sector with its leads, a stretch of time; again and again.

All work is counted, and the thread of the bound tells the search nothing that it goes by, so a
search repeats; seconds are a safety stop.
"""

import time
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.bounding import Bounding, Clock, Teller
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.growing import HAIR, grow
from foedus.engines.forces.plan.leads import guess_leads
from foedus.engines.forces.plan.parts import Parts, solve_part
from foedus.engines.forces.plan.points import completed, plan_of
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.rosters import dive, led_by, with_roster
from foedus.engines.forces.plan.solve import (
    FEASIBILITY,
    UNLIMITED,
    Effort,
    Outcome,
    Progress,
    gap_within,
    largest_violation,
    solve_whole,
)


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
    """Whether to work out the bound with leads free; without it there is none, and no dive."""
    rounds: int = 1
    """How often the bound is sharpened by rosters of whole headquarters."""
    roster: Effort = field(default_factory=lambda: Effort(nodes=10, checks=40))
    """For each such roster."""
    branches: int = 8
    """How many cases of who leads are split in two to raise the bound; two relaxations each."""
    dive: bool = True
    """Whether to look for a roster by following the relaxation."""
    held: Effort = field(default_factory=lambda: Effort(nodes=1, checks=150))
    """For all units under the roster that is kept, solved as one model: before the parts and
    when half of them are done."""
    largest_held: int = 16_000
    """Most tours to choose from for which that is done."""
    later_parts: int = 30
    """As `parts`, for fairness and for cost."""
    later_patience: int = 10
    """As `patience`, for fairness and for cost."""
    seed: int = 0
    seconds: float = UNLIMITED
    """Safety stop between two parts and inside relaxations; a search that it ends does not
    repeat."""


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
    clock = Clock(search.seconds)
    told = Teller(progress, float(model.shortfall @ known))
    hunt = _Hunt(model, rows, known, search, step, told, clock)
    state = formulate(model.problem, "state")
    bounding = Bounding(state, without_burden(state, state.rows), told, clock)
    try:
        if search.bound:
            bounding.start(search.rounds, search.roster, search.branches)
        hunt.guess()
        if search.bound:
            bounding.wait_for_root()
        hunt.tell()
        if search.bound and search.dive:
            hunt.dive(bounding)
        hunt.hold()
        stopped = hunt.improve(search.parts - search.parts // 2, search.seed)
        if stopped == "work" and search.parts > 1:
            # What was far from good at first is nearer now, and the solver finds more beside it.
            hunt.begun = hunt.best
            hunt.hold()
            stopped = hunt.improve(search.parts // 2, search.seed + 1)
        if search.bound and stopped != "solved":
            bounding.wait()
    except KeyboardInterrupt:
        stopped = "interrupted"
    finally:
        bounding.end()
    if clock.over() and stopped == "work":
        stopped = "seconds"
    return told.outcome(hunt.best, hunt.nodes, hunt.iterations + bounding.iterations, stopped)


class _Hunt:
    """The search for a plan: the best point so far, and the work it took."""

    def __init__(
        self,
        model: Formulation,
        rows: Rows,
        known: FloatArray,
        search: Search,
        step: float,
        told: Teller,
        clock: Clock,
    ) -> None:
        self.model, self.rows, self.best = model, rows, known
        self.search, self.step, self.told, self.clock = search, step, told, clock
        self.begun = known
        """From where the next step goes on; short of more than the best, maybe."""
        self.nodes = self.iterations = 0

    def tell(self) -> None:
        """Tell the value of the best point."""
        self.told.best(float(self.model.shortfall @ self.best))

    def guess(self) -> None:
        """Guess leads and add units one by one, with these leads and with those that were there."""
        led, outcome = guess_leads(self.model, self.rows, self.search.leads)
        self._count(outcome)
        for first in (led, self.best):
            self._take(grow(self.model, self.rows, first))
        self.begun = self.best

    def dive(self, bounding: Bounding) -> None:
        """Go on from the roster of a dive if less can be short under it than under the present."""
        if self.clock.over():
            return
        state, limits = bounding.state, bounding.rows
        assert bounding.root is not None
        present = bounding.relax(with_roster(state, limits, self.best[self.model.columns.starts]))
        self.iterations += present.iterations
        found = dive(state, limits, bounding.root, bounding.relax, present.bound)
        if found is None:
            return
        self.iterations += found.iterations
        led = led_by(self.model, found.begun)
        if largest_violation(self.rows, led) <= FEASIBILITY:
            self.begun = grow(self.model, self.rows, led)
            self._take(self.begun)
            self.tell()

    def hold(self) -> None:
        """Solve for all other units at once under the roster as it is."""
        if self.model.starts.start.size > self.search.largest_held or self.clock.over():
            return
        outcome = solve_whole(
            with_roster(self.model, self.rows, self.begun[self.model.columns.starts]),
            self.model.shortfall,
            known=self.begun,
            effort=self.clock.within(self.search.held),
            gap=gap_within(self.step),
            progress=lambda value, _: self.told.best(value),
        )
        if outcome.values is not None:
            self._take(tidied(self.model, self.rows, self.model.shortfall, outcome.values))
        self._count(outcome)

    def improve(self, parts: int, seed: int) -> str:
        """Set so many parts free; return why that ended."""
        outcome = improve(
            self.model,
            self.rows,
            self.model.shortfall,
            self.best,
            replace(self.search, parts=parts, seed=seed),
            self.step,
            self.told,
            seconds=self.clock.left(),
        )
        self.nodes, self.iterations = (
            self.nodes + outcome.nodes,
            self.iterations + outcome.iterations,
        )
        if outcome.values is not None:
            self._take(outcome.values)
        return outcome.stopped

    def _count(self, outcome: Outcome) -> None:
        self.nodes, self.iterations = (
            self.nodes + outcome.nodes,
            self.iterations + outcome.iterations,
        )
        if outcome.stopped == "interrupted":
            raise KeyboardInterrupt

    def _take(self, point: FloatArray | None) -> None:
        if point is not None and (
            self.model.shortfall @ point < self.model.shortfall @ self.best - HAIR
        ):
            self.best = point


def tidied(
    model: Formulation, rows: Rows, cost: FloatArray, values: FloatArray
) -> FloatArray | None:
    """Return a point with all that follows from its whole numbers worked out anew.

    A solver's whole numbers are off by a rounding. None where the point is no longer feasible.
    """
    tidy = completed(model, values, plan_of(model, values).fills)
    good = cost @ tidy <= cost @ values + HAIR and largest_violation(rows, tidy) <= FEASIBILITY
    return tidy if good else None


def improve(  # noqa: PLR0913  a point, what to make small, and how long
    model: Formulation,
    rows: Rows,
    cost: FloatArray,
    known: FloatArray,
    search: Search,
    step: float,
    told: Teller | None = None,
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
        if value - teller.settled <= max(HAIR, gap_within(step)):
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
                tidy = tidied(model, rows, cost, outcome.values)
                best = best if tidy is None else tidy
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
