"""A plan in stages: least shortfall, then least unfair burden, then least cost, each with a bound.

A later stage may not spoil an earlier one by more than a tolerance that the caller names. There is
no hidden weight between the stages.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Final, Literal

import numpy as np

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.bounding import Teller
from foedus.engines.forces.plan.checker import Verdict, check
from foedus.engines.forces.plan.cpsat import solve_by_cpsat
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.growing import grow, repaired
from foedus.engines.forces.plan.points import plan_of, values_of
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.search import Search, improve, search_shortfall, without_burden
from foedus.engines.forces.plan.solve import (
    FEASIBILITY,
    Effort,
    Outcome,
    Progress,
    gap_within,
    largest_violation,
    solve_relaxed,
    solve_whole,
    with_row,
)
from foedus.engines.forces.plan.tours import ForcePlan, empty_plan

ROUNDING: Final = 1e-6
"""Units of an objective below which two values are the same."""


@dataclass(frozen=True)
class Stage:
    """What one stage came to."""

    name: str
    value: float
    bound: float
    tolerance: float
    """How much of it later stages may give away."""
    stopped: str
    nodes: int
    iterations: int

    @property
    def proved(self) -> bool:
        """Whether no plan is better."""
        return self.value - self.bound <= ROUNDING * max(1.0, abs(self.value))


@dataclass(frozen=True)
class Settings:
    """How to plan."""

    effort: Effort = field(default_factory=Effort)
    """Most work for each stage of a problem that is solved as a whole."""
    later_effort: Effort | None = None
    """The same for fairness and cost; that of the shortfall if None."""
    search: Search = field(default_factory=Search)
    """How a large problem is searched."""
    largest_exact: int = 4_000
    """Most tours to choose from for which the whole model is solved at once."""
    searched_first: int = 300
    """Tours to choose from above which a problem that is solved as a whole is searched before: the
    solver then begins from a good plan and only has to prove it, or to mend it."""
    shortfall_tolerance_points: float = 0.0
    """Shortfall that may be given away for a fairer or cheaper plan."""
    excess_tolerance_person_months: float = 0.0
    """Unfair burden that may be given away for a cheaper plan."""
    strict_priorities: bool = False
    """Whether no line of a lower class of priority may gain at the cost of a higher one."""
    stages: int = 3
    """1 for the shortfall alone, 2 with fairness, 3 with cost."""
    second_solver: Literal["none", "cpsat"] = "none"
    """Whether CP-SAT is asked too, in a process of its own, where the shortfall is not proved. It
    pays on problems of some thousand tours; where HiGHS has to search it finds nothing better."""
    second_work: float = 30.0
    """How much of it, in CP-SAT's own count: about a second of a processor each."""

    @classmethod
    def quick(cls) -> "Settings":
        """Return settings for a plan in seconds, where a point of gap will do. All work is counted.

        Measured on the division of `paris-2025` for 24 months (2,400 tours): a gap of 0.2 points
        after 3 processor seconds if everybody joins, of 2.1 after some 6 for the likely coalition.
        Fairness and cost get a few seconds more and are not proved.
        """
        return cls(
            effort=Effort(nodes=20, checks=60),
            later_effort=Effort(nodes=1, checks=15),
            search=Search(
                part=Effort(nodes=10, checks=30),
                parts=20,
                patience=10,
                rounds=0,
                branches=0,
                held=Effort(nodes=1, checks=60),
                later_parts=8,
                later_patience=4,
            ),
        )

    @classmethod
    def usual(cls) -> "Settings":
        """Return settings for a plan that is near its bound, where a minute or so does not matter.

        All work is counted.
        """
        return cls(
            effort=Effort(nodes=3_000, checks=3_000),
            later_effort=Effort(nodes=300, checks=300),
            search=Search(later_parts=15, later_patience=5),
        )

    @classmethod
    def thorough(cls) -> "Settings":
        """Return settings for a plan and a bound that some minutes find. All work is counted.

        Measured on the corps of `paris-2025` for 60 months (13,500 tours) with 8 branches in the
        place of 20: a gap of 1.8 points after 430 processor seconds of two threads; 2.3 were left
        after 150.
        """
        return cls(
            effort=Effort(nodes=5_000, checks=10_000),
            search=Search(parts=120, branches=20, later_parts=60, later_patience=20),
        )


@dataclass(frozen=True)
class Planned:
    """A plan and what is known of it."""

    plan: ForcePlan
    stages: tuple[Stage, ...]
    gap_points: float
    """Weighted shortfall of the plan less the least that is possible, in points of what is asked
    for. With strict priorities the least is that under the strict order."""
    verdict: Verdict
    repeatable: bool
    """Whether the same call gives the same plan again: false after a stop by the clock or hand."""
    interrupted: bool


Report = Callable[[str, float, float], None]
"""Called with the name of the stage, the best value and the best bound so far."""


def make_plan(
    problem: PlanProblem,
    settings: Settings | None = None,
    *,
    start: ForcePlan | None = None,
    report: Report | None = None,
) -> Planned:
    """Return the best plan that the effort finds, stage by stage, with its bounds and a check.

    Parameters
    ----------
    problem
        What is asked for.
    settings
        Effort, tolerances and stages.
    start
        A plan to begin with, such as that of a problem that differs a little. Where it breaks a
        rule of this problem, its tours are taken out until it does not.
    report
        Called whenever there is news. If it raises KeyboardInterrupt, or Ctrl-C is pressed,
        the best plan so far comes out with its bound.

    Raises
    ------
    RuntimeError
        If the independent checker refuses the plan: then model and checker disagree, and nothing
        that either says can be used.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> planned = make_plan(instance("tiny"))
    >>> [stage.proved for stage in planned.stages], planned.verdict.holds
    ([True, True, True], True)
    """
    chosen = settings or Settings()
    return _Staircase(problem, chosen, report).climb(start)


def shortfall_step(problem: PlanProblem) -> float:
    """Return a number of which every possible shortfall is a whole multiple; 0 if none is known.

    A bound can be raised to the next multiple.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> shortfall_step(instance("mid"))
    3.0
    """
    parts: list[Fraction] = []
    for line in problem.lines:
        for number in (line.needed_units, *(worth for _, worth in line.asks)):
            exact = Fraction(number).limit_denominator(1000)
            if float(exact) != float(number):
                return 0.0
            if line.weight and exact:
                parts.append(exact * line.weight * problem.period_months)
    return float(reduce(_common_divisor, parts)) if parts else 0.0


def _common_divisor(one: Fraction, other: Fraction) -> Fraction:
    shared = math.lcm(one.denominator, other.denominator)
    return Fraction(
        math.gcd(int(one * shared), int(other * shared)),
        shared,
    )


class _Staircase:
    """Climbs the stages of one problem."""

    def __init__(self, problem: PlanProblem, settings: Settings, report: Report | None) -> None:
        self.problem = problem
        self.settings = settings
        self.report = report
        self.model = formulate(problem)
        self.rows = self.model.rows
        self.stages: list[Stage] = []
        self.step = shortfall_step(problem)
        self.begun = False
        self.large = self.model.starts.start.size > settings.largest_exact
        self.best = self._values(empty_plan(len(problem.sectors), len(problem.phases)))

    def climb(self, start: ForcePlan | None) -> Planned:
        if start is not None:
            self._start_from(start)
        for name, cost, tolerance in self._goals():
            try:
                outcome = self._stage(name, cost)
            except KeyboardInterrupt:
                outcome = Outcome(self.best, 0.0, -math.inf, 0, 0, "interrupted")
            if outcome.values is not None:
                self.best = self._tidied(outcome.values)
            if name == "shortfall" and outcome.stopped not in {"solved", "interrupted"}:
                outcome = self._second_opinion(outcome)
            value = float(cost @ self.best)
            self.stages.append(
                Stage(
                    name,
                    value,
                    min(value, self._raised(name, outcome.bound)),
                    tolerance,
                    outcome.stopped,
                    outcome.nodes,
                    outcome.iterations,
                )
            )
            if outcome.stopped == "interrupted":
                break
            self.rows = with_row(self.rows, cost, value + tolerance + ROUNDING)
        return self._planned()

    def _goals(self) -> list[tuple[str, FloatArray, float]]:
        """Return name, weights and tolerance of each stage."""
        model, settings = self.model, self.settings
        allowed = settings.shortfall_tolerance_points * self.problem.required_weight / 100.0
        goals = [("shortfall", model.shortfall, allowed)]
        if settings.strict_priorities:
            classes = sorted({line.priority for line in self.problem.lines})
            goals = [
                (f"shortfall of priority {priority}", model.priority_shortfall(priority), allowed)
                for priority in classes
            ]
        if settings.stages > 1 and self.problem.target_person_months:
            goals.append(("excess", model.excess, settings.excess_tolerance_person_months))
        if settings.stages > 2:
            goals.append(("cost", model.cost, 0.0))
        return goals

    def _stage(self, name: str, cost: FloatArray) -> Outcome:
        progress = None
        if self.report is not None:
            told = self.report

            def progress(value: float, bound: float) -> None:
                told(name, value, bound)

        rows = self.rows
        if "excess" not in {stage.name for stage in self.stages} and name != "excess":
            rows = without_burden(self.model, rows)
        if self.large:
            if name == "shortfall":
                return search_shortfall(
                    self.model, rows, self.best, self.settings.search, self.step, progress
                )
            return self._improved(rows, cost, progress)
        # Soldiers, months and thousands of euros are whole numbers.
        first = name.startswith("shortfall")
        gap = gap_within(self.step) if first else 0.999
        effort = self.settings.effort
        if not first and self.settings.later_effort is not None:
            effort = self.settings.later_effort
        known, proved = self.best, -math.inf
        tours = self.model.starts.start.size
        if name == "shortfall" and self.begun:
            # A plan to begin with is good already where the problem has changed but a little.
            known = grow(self.model, rows, known)
        elif name == "shortfall" and tours > self.settings.searched_first:
            found = search_shortfall(
                self.model, rows, known, self.settings.search, self.step, progress
            )
            if found.values is None or found.stopped in {"solved", "interrupted"}:
                return found
            known, proved = found.values, found.bound
        outcome = solve_whole(
            rows,
            cost,
            known=known,
            effort=effort,
            gap=gap,
            progress=progress,
        )
        if outcome.stopped == "solved":
            return outcome
        # A solve that is cut short may not have come to its first bound.
        proved = max(proved, outcome.bound, solve_relaxed(rows, cost).bound)
        return replace(outcome, bound=proved)

    def _second_opinion(self, outcome: Outcome) -> Outcome:
        """Ask the second solver, if it is wanted, and keep the better of each."""
        if self.settings.second_solver == "none":
            return outcome
        second = solve_by_cpsat(
            self.problem,
            start=plan_of(self.model, self.best),
            work=self.settings.second_work,
            stages=1,
        )
        if second.plan is not None:
            # Tours that are of no use it may have, and the model has not.
            values = repaired(self.model, self.rows, second.plan)
            better = self.model.shortfall @ values < self.model.shortfall @ self.best - ROUNDING
            if better and largest_violation(self.rows, values) <= FEASIBILITY:
                self.best = values
        return replace(
            outcome,
            bound=max(outcome.bound, second.bound),
            stopped="solved" if second.status == "optimal" else outcome.stopped,
        )

    def _improved(self, rows: Rows, cost: FloatArray, progress: Progress | None) -> Outcome:
        """Search for a later stage of a large problem."""
        state = formulate(self.problem, "state")
        limits = state.rows
        for stage, (_, weights, _) in zip(self.stages, self._goals(), strict=False):
            in_state = _in_state_columns(self.model, state, weights)
            limits = with_row(limits, in_state, stage.value + stage.tolerance + ROUNDING)
        search = self.settings.search
        floor = solve_relaxed(
            limits, _in_state_columns(self.model, state, cost), seconds=search.seconds
        )
        told = Teller(progress, float(cost @ self.best))
        try:
            told.bound(max(0.0, floor.bound))
        except KeyboardInterrupt:
            return told.outcome(self.best, 0, floor.iterations, "interrupted")
        less = replace(search, parts=search.later_parts, patience=search.later_patience)
        return improve(self.model, rows, cost, self.best, less, 1.0, told)

    def _values(self, plan: ForcePlan) -> FloatArray:
        return values_of(self.model, plan)

    def _tidied(self, values: FloatArray) -> FloatArray:
        """Return a point in which nothing is short, or in excess, that need not be."""
        return self._values(plan_of(self.model, values))

    def _start_from(self, plan: ForcePlan) -> None:
        """Begin with as much of a plan as the rules allow."""
        self.begun = True
        values = repaired(self.model, self.rows, plan)
        if largest_violation(self.rows, values) <= FEASIBILITY:
            self.best = values

    def _raised(self, name: str, bound: float) -> float:
        """Return a bound raised to the next value that is possible."""
        step = self.step if name.startswith("shortfall") else 1.0
        if step <= 0 or not math.isfinite(bound):
            return max(0.0, bound)
        return max(0.0, math.ceil(bound / step - ROUNDING) * step)

    def _planned(self) -> Planned:
        plan = plan_of(self.model, self.best)
        verdict = check(self.problem, plan)
        wrong = list(verdict.violations)
        for name, told, found in (
            ("shortfall", self.model.shortfall, verdict.shortfall),
            ("excess", self.model.excess, verdict.excess_person_months),
            ("cost", self.model.cost, float(verdict.cost)),
        ):
            value = float(told @ self.best)
            if abs(value - found) > ROUNDING * max(1.0, abs(found)):
                wrong.append(f"{name}: the model says {value:g}, the check {found:g}")
        if wrong:
            raise RuntimeError(f"model and check disagree: {'; '.join(wrong)}")
        first = [stage for stage in self.stages if stage.name.startswith("shortfall")]
        bound = sum(stage.bound for stage in first)
        return Planned(
            plan=plan,
            stages=tuple(self.stages),
            gap_points=self.problem.points(max(0.0, verdict.shortfall - bound)),
            verdict=verdict,
            repeatable=all(stage.stopped in {"solved", "work"} for stage in self.stages),
            interrupted=any(stage.stopped == "interrupted" for stage in self.stages),
        )


def _in_state_columns(model: Formulation, state: Formulation, weights: FloatArray) -> FloatArray:
    """Return weights of the window form's columns as weights of the state form's."""
    moved = np.zeros(state.columns.count)
    for kind in ("starts", "leads", "serves", "short", "excess", "changes", "takes_part"):
        moved[getattr(state.columns, kind)] = weights[getattr(model.columns, kind)]
    return moved
