"""Plans to points of the model and back."""

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import plan_of, values_of
from foedus.engines.forces.plan.solve import largest_violation
from foedus.engines.forces.plan.stages import Settings
from foedus.engines.forces.plan.tours import ForcePlan, Tour, empty_plan


@pytest.mark.parametrize("name", ["tiny", "small", "mid"])
def test_a_plan_survives_the_way_there_and_back_and_keeps_every_row(name: str) -> None:
    problem = instance(name)
    plan = empty_plan(len(problem.sectors), len(problem.phases))
    if name != "mid":
        plan = made_plan(problem, Settings(stages=1)).plan
    for model in (formulate(problem, "window"), formulate(problem, "state")):
        point = values_of(model, plan)
        assert largest_violation(model.rows, point) < 1e-6
        assert plan_of(model, point) == plan


def test_a_tour_that_the_model_does_not_know_is_refused() -> None:
    model = formulate(instance("tiny"))
    with pytest.raises(ValueError, match="knows no tour"):
        values_of(model, ForcePlan((Tour(0, 0, 0, 1, 1),), ((-1, -1),) * 2, ()))
