"""The price of fairness: how much shortfall a fairer plan costs, from the fullest to the fairest.

Each plan of the frontier is the fairest that was found with no more than so much shortfall: the
excess over fair shares is made small under a row on the shortfall. The ends are

- *fullest*: the plan that is given, with its shortfall as the limit;
- *fairest*: the least shortfall among plans in which nobody sends more than his fair share. The
  empty plan has no excess either, so least excess alone would say nothing; instead fair shares
  become hard limits (the columns of excess may not be above 0) and the shortfall is made small.

Between them the limits on the shortfall are evenly spaced. Each plan starts from the one before,
which keeps within the wider limit, so excess never grows along the frontier.

The price of fairness is the share of what the fullest plan fills that a fair one gives up, after
Bertsimas, Farias and Trichakis (2011), *The Price of Fairness*, Operations Research 59(1), 17-31,
doi:10.1287/opre.1100.0865. There the system's worth is the sum of utilities and fair means
proportional or max-min fair; here it is the weighted requirement that is filled, and fair means
little excess over fixed shares.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.checker import Verdict
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.goal import LITTLE_WORK, Reached, checked, towards
from foedus.engines.forces.plan.growing import grow, repaired
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import (
    FEASIBILITY,
    largest_violation,
    solve_relaxed,
    with_row,
)
from foedus.engines.forces.plan.stages import ROUNDING, Planned, Settings, shortfall_step
from foedus.engines.forces.plan.tours import ForcePlan, empty_plan

LEAST_POINTS: Final = 2
"""The two ends."""
COST_STAGE: Final = 3
HAIR: Final = 0.01
"""Person-months by which the bound of a relaxation may be off."""


@dataclass(frozen=True)
class FairnessPoint:
    """One plan of the frontier and what is known of it."""

    plan: ForcePlan
    verdict: Verdict
    limit_points: float
    """Shortfall that was allowed."""
    shortfall_points: float
    shortfall_bound_points: float
    """No plan is short of less; for the fairest, no plan without excess."""
    excess_person_months: float
    excess_bound_person_months: float
    """No plan within the limit has less excess."""
    cost: int
    """Thousand euros. It is made small only where the settings ask for three stages."""
    largest_ratio: float
    """Burden over fair share of whoever carries most for his share; infinite where that is 0."""
    largest_ratio_nation: str
    """Empty where nobody has a fair share."""
    gini: float
    """Inequality of burden over fair share, each nation weighing as much as its share: 0 where all
    carry the same for it. Told, never made small."""
    price_share: float
    """Share of what the fullest plan fills that is given up: the price of fairness."""
    nodes: int
    iterations: int


@dataclass(frozen=True)
class Frontier:
    """Plans from the fullest to the fairest; none is at least as good as another in both."""

    points: tuple[FairnessPoint, ...]
    dominated_count: int
    """Plans that were made and left out, as another is no worse in shortfall and in excess."""
    price_least_share: float
    """The price of going all the way is at least this, whatever plans there are."""
    price_most_share: float
    """It is at most this."""
    reached_fairest: bool
    """Whether the last plan is within all fair shares."""
    interrupted: bool


Told = Callable[[str, int], None]
"""Called with what was finished and how many plans were made."""


def fairness_frontier(
    problem: PlanProblem,
    planned: Planned,
    *,
    points: int = 6,
    settings: Settings | None = None,
    report: Told | None = None,
) -> Frontier:
    """Return plans between the fullest and the fairest.

    Parameters
    ----------
    problem
        What is asked for, with fair shares.
    planned
        A plan of it. Its shortfall is the first limit, also where it gave some away, and its bound
        is taken over; one made with strict priorities has a bound under that order only.
    points
        How many plans to make, both ends counted.
    settings
        Work for each plan; little, counted work if None. With three stages the cost of each is
        made small too, at no expense to the rest; tolerances do not matter.
    report
        Called after each plan. Where it raises KeyboardInterrupt, what is finished comes out.

    Raises
    ------
    ValueError
        If the problem has no fair shares, or less than two plans are asked for.
    RuntimeError
        If the independent checker refuses a plan.

    Notes
    -----
    Bounds are those of the relaxation with the same rows. If the given plan is within all fair
    shares already, fairness has no price and the frontier is that plan alone.
    """
    if not problem.target_person_months:
        raise ValueError("the problem has no fair shares: target_person_months is empty")
    if points < LEAST_POINTS:
        raise ValueError(f"points is {points}: at least {LEAST_POINTS}")
    return _Frontier(problem, planned, settings or LITTLE_WORK, report).along(points)


def burden_ratios(problem: PlanProblem, verdict: Verdict) -> dict[int, float]:
    """Return burden over fair share, by nation that has one; infinite where the share is 0."""
    ratios = {}
    for nation, target in enumerate(problem.target_person_months):
        burden = verdict.burden_person_months[nation]
        if target != NO_LIMIT:
            ratios[nation] = burden / target if target else (np.inf if burden else 0.0)
    return ratios


def weighted_gini(values: FloatArray, weights: FloatArray) -> float:
    """Return the Gini coefficient of values that weigh differently; 0 if all are nothing.

    Parameters
    ----------
    values, weights : shape (nation,)
        At least 0.

    Examples
    --------
    Half of all carry everything:

    >>> weighted_gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    >>> weighted_gini(np.array([2.0, 2.0]), np.array([1.0, 7.0]))
    0.0
    """
    total = float(weights @ values) * float(weights.sum())
    if total <= 0:
        return 0.0
    apart = np.abs(values[:, np.newaxis] - values[np.newaxis, :])
    return float(weights @ apart @ weights) / (2.0 * total)


class _Frontier:
    """Goes from one end to the other."""

    def __init__(
        self, problem: PlanProblem, planned: Planned, settings: Settings, report: Told | None
    ) -> None:
        self.problem = problem
        self.planned = planned
        self.settings = settings
        self.report = report
        self.model = formulate(problem)
        self.state = formulate(problem, "state")
        self.full = planned.verdict.shortfall
        gap = planned.gap_points * problem.required_weight / 100.0
        self.full_bound = max(0.0, self.full - gap)
        # Until more is known: the empty plan is fair, and fairness costs nothing.
        self.fair_short, self.fair_bound = problem.required_weight, self.full_bound
        self.made: list[FairnessPoint] = []
        self.fairest: list[FairnessPoint] = []
        self.done = 0

    def along(self, points: int) -> Frontier:
        interrupted = False
        try:
            self._go(points)
        except KeyboardInterrupt:
            interrupted = True
        made = [*self.made, *self.fairest]
        kept = _not_dominated(made)
        required = self.problem.required_weight
        return Frontier(
            points=kept,
            dominated_count=len(made) - len(kept),
            price_least_share=_price(self.fair_bound, self.full, required),
            price_most_share=_price(self.fair_short, self.full_bound, required),
            reached_fairest=bool(kept) and kept[-1].excess_person_months <= ROUNDING,
            interrupted=interrupted,
        )

    def _go(self, points: int) -> None:
        values = values_of(self.model, self.planned.plan)
        values = self._within(values, self.full)
        if self.made[0].excess_person_months <= ROUNDING:
            self.fair_short = self.made[0].verdict.shortfall
            return
        self._go_all_the_way()
        for limit in np.linspace(self.full, self.fair_short, points)[1:-1].tolist():
            if limit <= self.full or self.made[-1].excess_person_months <= ROUNDING:
                break
            values = self._within(values, limit)

    def _within(self, known: FloatArray, limit: float) -> FloatArray:
        """Make the fairest plan that is short of no more than a limit."""
        model, state = self.model, self.state
        rows = with_row(model.rows, model.shortfall, limit + ROUNDING)
        outcome = self._cheaper(
            rows, model.excess, towards(model, rows, model.excess, known, self.settings)
        )
        limited = with_row(state.rows, state.shortfall, limit + ROUNDING)
        bound = max(outcome.bound, solve_relaxed(limited, state.excess).bound)
        # Soldiers and months are whole numbers, so the bound is raised to the next.
        point, values = self._point(outcome, limit, self.full_bound, math.ceil(bound - HAIR))
        self.made.append(point)
        self._tell(outcome, f"shortfall of at most {self.problem.points(limit):.2f} points")
        return values

    def _go_all_the_way(self) -> None:
        """Make the fullest plan in which nobody sends more than his fair share."""
        problem, model, state = self.problem, self.model, self.state
        rows = _without_excess(model)
        nothing = empty_plan(len(problem.sectors), len(problem.phases))
        begun = [
            grow(model, rows, point)
            for point in (
                repaired(model, rows, self.planned.plan),
                values_of(model, nothing),
            )
            if largest_violation(rows, point) <= FEASIBILITY
        ]
        known = min(begun, key=lambda point: float(model.shortfall @ point))
        step = shortfall_step(problem)
        outcome = self._cheaper(
            rows,
            model.shortfall,
            towards(model, rows, model.shortfall, known, self.settings, step),
        )
        relaxed = solve_relaxed(_without_excess(state), state.shortfall).bound
        self.fair_bound = max(self.full_bound, relaxed, outcome.bound)
        point, _ = self._point(outcome, problem.required_weight, self.fair_bound, 0.0)
        self.fair_short = point.verdict.shortfall
        self.fairest.append(point)
        self._tell(outcome, "nobody above his fair share")

    def _cheaper(self, rows: Rows, goal: FloatArray, reached: Reached) -> Reached:
        """Make the cost small at no expense to the goal, if it is asked for."""
        if self.settings.stages < COST_STAGE or reached.interrupted:
            return reached
        model = self.model
        held = with_row(rows, goal, float(goal @ reached.values) + ROUNDING)
        cheaper = towards(model, held, model.cost, reached.values, self.settings)
        return reached._replace(
            values=cheaper.values,
            nodes=reached.nodes + cheaper.nodes,
            iterations=reached.iterations + cheaper.iterations,
            interrupted=cheaper.interrupted,
        )

    def _point(
        self, outcome: Reached, limit: float, shortfall_bound: float, excess_bound: float
    ) -> tuple[FairnessPoint, FloatArray]:
        problem = self.problem
        plan, values, verdict = checked(self.model, outcome.values)
        ratios = burden_ratios(problem, verdict)
        worst = max(ratios, key=lambda nation: ratios[nation], default=-1)
        shares = np.array([problem.target_person_months[nation] for nation in ratios], np.float64)
        some = shares > 0
        point = FairnessPoint(
            plan=plan,
            verdict=verdict,
            limit_points=problem.points(limit),
            shortfall_points=problem.points(verdict.shortfall),
            shortfall_bound_points=problem.points(min(shortfall_bound, verdict.shortfall)),
            excess_person_months=verdict.excess_person_months,
            excess_bound_person_months=min(max(0.0, excess_bound), verdict.excess_person_months),
            cost=verdict.cost,
            largest_ratio=ratios.get(worst, 0.0),
            largest_ratio_nation=problem.nations[worst] if worst >= 0 else "",
            gini=weighted_gini(np.array(list(ratios.values()))[some], shares[some]),
            price_share=_price(verdict.shortfall, self.full, problem.required_weight),
            nodes=outcome.nodes,
            iterations=outcome.iterations,
        )
        return point, values

    def _tell(self, outcome: Reached, what: str) -> None:
        self.done += 1
        if self.report is not None:
            self.report(what, self.done)
        if outcome.interrupted:
            raise KeyboardInterrupt


def _without_excess(model: Formulation) -> Rows:
    """Return the rows with fair shares as hard limits."""
    upper = model.rows.column_upper.copy()
    upper[model.columns.excess] = 0.0
    return model.rows._replace(column_upper=upper)


def _not_dominated(made: list[FairnessPoint]) -> tuple[FairnessPoint, ...]:
    """Return the plans that no other equals or betters in shortfall and excess, fullest first."""
    kept: list[FairnessPoint] = []
    for point in sorted(made, key=lambda one: (one.verdict.shortfall, one.excess_person_months)):
        if not kept or point.excess_person_months < kept[-1].excess_person_months - ROUNDING:
            kept.append(point)
    return tuple(kept)


def _price(short: float, before: float, required: float) -> float:
    """Return the share of what is filled with a shortfall of `before` that is given up.

    >>> _price(30.0, 20.0, 100.0)
    0.125
    """
    return max(0.0, (short - before) / (required - before)) if required > before else 0.0
