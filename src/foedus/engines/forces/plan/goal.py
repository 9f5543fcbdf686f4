"""One goal more for a plan that is there: least of any cost under rows of the caller's, checked.

What comes after a plan (a fairer one, another one as good) is a programme with rows and a goal of
its own. It starts from a known plan, so it always has a result, and what it finds is checked by the
same independent program as every plan.
"""

from typing import Final, NamedTuple

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.checker import Verdict, check
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.points import plan_of, values_of
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.search import Search, improve
from foedus.engines.forces.plan.solve import Effort, gap_within, solve_whole
from foedus.engines.forces.plan.stages import ROUNDING, Settings
from foedus.engines.forces.plan.tours import ForcePlan

LITTLE_WORK: Final = Settings(
    effort=Effort(nodes=200, checks=400),
    search=Search(parts=16, patience=12),
    largest_exact=1_500,
    stages=1,
)
"""For each of many plans that start from a good one. All of it is counted, so it repeats."""


class Reached(NamedTuple):
    """The best point that was found and what it took."""

    values: FloatArray
    bound: float
    nodes: int
    iterations: int
    interrupted: bool


def towards(
    model: Formulation,
    rows: Rows,
    cost: FloatArray,
    known: FloatArray,
    settings: Settings,
    step: float = 1.0,
) -> Reached:
    """Return the point of least cost that the effort finds, from a known one.

    Parameters
    ----------
    model
        The window form.
    rows
        Its rows, or more of them.
    cost : shape (column,)
        What to make small.
    known : shape (column,)
        A feasible point; what comes out is at least as good.
    settings
        How much work; the whole model is solved at once where it is small enough, else in parts.
    step
        Every possible value is a whole multiple of it; 0 if no such number is known.

    Returns
    -------
    Reached
        Where parts were solved the bound is none: minus infinity.
    """
    if model.starts.start.size > settings.largest_exact:
        outcome = improve(model, rows, cost, known, settings.search, step)
    else:
        outcome = solve_whole(rows, cost, known=known, effort=settings.effort, gap=gap_within(step))
    return Reached(
        known if outcome.values is None else outcome.values,
        outcome.bound,
        outcome.nodes,
        outcome.iterations,
        outcome.stopped == "interrupted",
    )


def checked(model: Formulation, values: FloatArray) -> tuple[ForcePlan, FloatArray, Verdict]:
    """Return the plan a point stands for, the point without needless shortfall, and its check.

    Raises
    ------
    RuntimeError
        If the independent checker refuses the plan or finds another shortfall or excess than the
        model.
    """
    plan = plan_of(model, values)
    tidy = values_of(model, plan)
    verdict = check(model.problem, plan)
    wrong = list(verdict.violations)
    for name, weights, found in (
        ("shortfall", model.shortfall, verdict.shortfall),
        ("excess", model.excess, verdict.excess_person_months),
    ):
        told = float(weights @ tidy)
        if abs(told - found) > ROUNDING * max(1.0, abs(found)):
            wrong.append(f"{name}: the model says {told:g}, the check {found:g}")
    if wrong:
        raise RuntimeError(f"model and check disagree: {'; '.join(wrong)}")
    return plan, tidy, verdict
