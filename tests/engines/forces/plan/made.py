"""Plans that many tests ask about, each made once by a worker."""

from functools import cache

from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.stages import Planned, Settings, make_plan

_made = cache(make_plan)


def made_plan(problem: PlanProblem, settings: Settings | None = None) -> Planned:
    """Return the plan of a problem, where a test is not about how it is made."""
    return _made(problem, settings or Settings())
