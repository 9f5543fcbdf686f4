"""The inputs of a force plan: rows of the scenario and its options as a `PlanProblem`.

Units, floors, commitments, what consent frees, ceilings and fair shares are read by the sustained
force's own reader, at the values of the cells as they stand, so that plan and closed form speak of
the same units. What the plan needs beside it, a grid of periods, whole units, commands and weights,
is chosen here, and every choice is a field of `Readings`.

Two limits on a class, the pool that takes turns and what may be in theatre at once, become:

- its `count`, the pool: held less home floor less commitments, times the share that is given;
- a floor of `count` less what may be there at once. In a plan a floor keeps back units that are in
  place at the same time as the rest and lets all of them take turns. So it says just this:
  availability is a cap on who is there together, and dwell is not applied to it again.

The home floor itself is out of the count already. To ask what it costs, read the problem again with
`home_floor_ratio=0`; to relax the floors of the problem frees availability instead.
"""

from foedus.engines.forces.plan.inputs.commands import Area, areas, leading_headquarters
from foedus.engines.forces.plan.inputs.planned import plan_problem
from foedus.engines.forces.plan.inputs.readings import Readings

__all__ = ["Area", "Readings", "areas", "leading_headquarters", "plan_problem"]
