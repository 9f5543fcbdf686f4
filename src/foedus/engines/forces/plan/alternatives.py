"""Other plans that are as good: who can be replaced, and who stands in every plan looked at.

Hop, skip and jump, after Brill, Chang and Hopkins (1982), *Modeling to Generate Alternatives: The
HSJ Approach and an Illustration Using a Problem in Land Use Planning*, Management Science 28(3),
221-235: the goal becomes a limit, and the use of what earlier plans used is made small instead; and
again. Here what is used is a nation with a capability: its unit-months as a share of the most that
an earlier plan has of them, once for every earlier plan that has any. So doing without a hospital
counts as much as doing without a brigade, and what stands in every plan so far is what the next one
tries hardest to replace.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.checker import Verdict
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.goal import LITTLE_WORK, checked, towards
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.search import without_burden
from foedus.engines.forces.plan.solve import with_row
from foedus.engines.forces.plan.stages import ROUNDING, Planned, Settings
from foedus.engines.forces.plan.tours import ForcePlan

WHOLE: Final = 10_000.0
"""What all that an earlier plan has of a nation and capability costs."""
LITTLE: Final = 0.001
"""What all units of a nation and capability that no plan has used cost, over that."""
NEAR: Final = 0.01
"""How near to the least cost is near enough, over that."""
ALIKE_SHARE: Final = 0.005
"""Share of person-months below which two plans send the same."""

Told = Callable[[str, int], None]
"""Called with what was finished and how many plans were made."""


@dataclass(frozen=True)
class Alternative:
    """A plan that is nearly as good as the best known."""

    plan: ForcePlan
    verdict: Verdict
    shortfall_points: float
    sent_person_months: tuple[tuple[int, ...], ...]
    """By nation and capability, within the time of the plan."""
    different_share: float
    """Share of person-months sent by others than in the earlier plan that is most like it, from 0
    for the same to 1 for a wholly different force; 0 for the first plan."""
    nodes: int
    iterations: int


@dataclass(frozen=True)
class NationRange:
    """What one nation sends in the plans that were looked at."""

    nation: int
    name: str
    least_person_months: int
    most_person_months: int

    @property
    def is_replaceable(self) -> bool:
        """Whether a plan was found that does without it."""
        return self.least_person_months == 0

    @property
    def in_every_plan(self) -> bool:
        """Whether it stands in every plan that was looked at; there may be others."""
        return self.least_person_months > 0


@dataclass(frozen=True)
class Alternatives:
    """Plans within a tolerance of the best known, and the range of what each nation sends."""

    plans: tuple[Alternative, ...]
    """The plan that was given comes first."""
    nations: tuple[NationRange, ...]
    """Those that send anything in any of them, the largest least first."""
    within_points: float
    limit_points: float
    """Largest shortfall that a plan could have."""
    stopped: str
    """`enough` plans, `alike` (the next sent what an earlier one did) or `interrupted`."""


def alternatives(
    problem: PlanProblem,
    planned: Planned,
    *,
    within_points: float = 1.0,
    most: int = 4,
    settings: Settings | None = None,
    report: Told | None = None,
) -> Alternatives:
    """Return plans that are nearly as good as a plan and send other units.

    Parameters
    ----------
    problem
        What is asked for.
    planned
        A plan of it.
    within_points
        By how much their shortfall may be larger, in points: per cent of the weighted requirement,
        not of the shortfall. It is counted from the plan that is given, whatever its bound.
    most
        How many to find at most, besides the plan that is given.
    settings
        Work for each; little, counted work if None. Stages and tolerances do not matter.
    report
        Called after each plan. Where it raises KeyboardInterrupt, what is finished comes out.

    Raises
    ------
    ValueError
        If `within_points` is below 0 or `most` below 1.
    RuntimeError
        If the independent checker refuses a plan.
    """
    if within_points < 0:
        raise ValueError(f"within_points is {within_points}: at least 0")
    if most < 1:
        raise ValueError(f"most is {most}: at least 1")
    chosen = settings or LITTLE_WORK
    model = formulate(problem)
    limit = planned.verdict.shortfall + within_points * problem.required_weight / 100.0
    rows = with_row(without_burden(model, model.rows), model.shortfall, limit + ROUNDING)
    values = values_of(model, planned.plan)
    found = [_alternative(model, values, (), 0, 0)]
    points = [values]
    stopped = "enough"
    try:
        for place in range(most):
            cost = _use(model, found)
            known = min(points, key=lambda point: float(cost @ point))
            outcome = towards(model, rows, cost, known, chosen, NEAR * WHOLE)
            one = _alternative(
                model, outcome.values, tuple(found), outcome.nodes, outcome.iterations
            )
            if one.different_share < ALIKE_SHARE:
                stopped = "interrupted" if outcome.interrupted else "alike"
                break
            found.append(one)
            points.append(outcome.values)
            if report is not None:
                report(f"alternative {place + 1}", len(found) - 1)
            if outcome.interrupted:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        stopped = "interrupted"
    return Alternatives(
        plans=tuple(found),
        nations=_ranges(problem, found),
        within_points=within_points,
        limit_points=problem.points(limit),
        stopped=stopped,
    )


def unit_months(problem: PlanProblem, plan: ForcePlan, *, persons: bool = False) -> FloatArray:
    """Return what each nation sends of each capability within the time of the plan.

    Parameters
    ----------
    problem, plan
        What was asked for, and a plan of it.
    persons
        True for person-months.

    Returns
    -------
    shape (nation, capability)
    """
    sent = np.zeros((len(problem.nations), len(problem.capabilities)))
    for tour in plan.tours:
        one = problem.classes[tour.unit_class]
        inside = min(tour.length, problem.periods - tour.start) * problem.period_months
        counted = one.strength_persons if persons else 1
        sent[one.nation, one.capability] += tour.count * inside * counted
    return sent


def _use(model: Formulation, found: list[Alternative]) -> FloatArray:
    """Return what a tour costs: its share of what earlier plans have of its nation and kind.

    Units that no plan has used cost a little too, so that nobody is sent for nothing.
    """
    starts, pool, problem = model.starts, model.pool, model.problem
    sent = np.array([unit_months(problem, one.plan) for one in found])
    held = np.zeros(sent.shape[1:])
    np.add.at(held, (pool.nation, pool.capability), pool.count)
    held *= problem.periods * problem.period_months
    each = (sent > 0).sum(axis=0) / np.maximum(sent.max(axis=0), 1.0)
    each += LITTLE / np.maximum(held, 1.0)
    inside = np.minimum(starts.length, problem.periods - starts.start) * problem.period_months
    of_tour = each[pool.nation[starts.unit_class], pool.capability[starts.unit_class]]
    cost = np.zeros(model.columns.count)
    cost[model.columns.starts] = np.ceil(WHOLE * of_tour * inside)
    return cost


def _alternative(
    model: Formulation,
    values: FloatArray,
    earlier: tuple[Alternative, ...],
    nodes: int,
    iterations: int,
) -> Alternative:
    plan, _, verdict = checked(model, values)
    sent = unit_months(model.problem, plan, persons=True)
    apart = [_different(sent, np.asarray(other.sent_person_months)) for other in earlier]
    return Alternative(
        plan=plan,
        verdict=verdict,
        shortfall_points=model.problem.points(verdict.shortfall),
        sent_person_months=tuple(tuple(int(part) for part in row) for row in sent),
        different_share=min(apart, default=0.0),
        nodes=nodes,
        iterations=iterations,
    )


def _different(one: FloatArray, other: FloatArray) -> float:
    """Return the share of person-months in which two plans differ.

    >>> _different(np.array([[4.0, 0.0]]), np.array([[0.0, 4.0]]))
    1.0
    """
    total = float(one.sum() + other.sum())
    return float(np.abs(one - other).sum()) / total if total > 0 else 0.0


def _ranges(problem: PlanProblem, found: list[Alternative]) -> tuple[NationRange, ...]:
    sent = np.array([np.asarray(one.sent_person_months).sum(axis=1) for one in found])
    ranges = [
        NationRange(nation, name, int(sent[:, nation].min()), int(sent[:, nation].max()))
        for nation, name in enumerate(problem.nations)
        if sent[:, nation].any()
    ]
    return tuple(
        sorted(ranges, key=lambda r: (-r.least_person_months, -r.most_person_months, r.nation))
    )
