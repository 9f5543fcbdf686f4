"""The requirement: a unit serves one line, and half a lead fills no more than half of a need."""

import numpy as np
import pytest

from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.solve import largest_violation, solve_relaxed, solve_whole
from foedus.engines.forces.plan.tours import Fill, ForcePlan, Tour


def test_rows_on_needs_under_a_lead_sharpen_the_relaxation_and_lose_no_plan() -> None:
    model = formulate(instance("tiny"), "state")
    freed = np.where(model.row_kind == "led", -np.inf, model.rows.lower)
    without = model.rows._replace(lower=freed)
    sharp, blunt = (
        solve_relaxed(rows, model.shortfall, exact=True).objective for rows in (model.rows, without)
    )
    assert sharp > 1.01 * blunt
    best, other = (solve_whole(rows, model.shortfall).objective for rows in (model.rows, without))
    assert best == pytest.approx(other)


@pytest.mark.parametrize(("served", "feasible"), [((1, 0), True), ((0, 1), True), ((1, 1), False)])
def test_a_unit_that_two_lines_ask_for_serves_one_of_them(
    served: tuple[int, int], feasible: bool
) -> None:
    problem = PlanProblem(
        period_months=3,
        phases=(1,),
        nations=("A",),
        sectors=("s",),
        capabilities=(Capability("engineers"),),
        classes=(UnitClass("A engineers", 0, 0, 1, 500, (1,), 1.0, (0,)),),
        lines=tuple(Line(name, 0, ((0, 1.0),), 0, 1, 1.0) for name in ("bridge", "road")),
    )
    fills = tuple(Fill(line, 0, 0, units) for line, units in enumerate(served) if units)
    model = formulate(problem)
    point = values_of(model, ForcePlan((Tour(0, 0, 0, 1, 1),), ((-1,),), fills))
    assert (largest_violation(model.rows, point) == 0.0) == feasible
