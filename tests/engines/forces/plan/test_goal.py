"""One goal more for a plan that is there."""

from dataclasses import replace

import numpy as np
import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.goal import LITTLE_WORK, checked, towards
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.solve import with_row
from foedus.engines.forces.plan.stages import Settings, shortfall_step


@pytest.mark.parametrize("largest_exact", [0, 10**9])
def test_what_is_found_is_no_worse_and_keeps_the_rows(largest_exact: int) -> None:
    tiny = instance("tiny")
    model = formulate(tiny)
    planned = made_plan(tiny, Settings(stages=1))
    known = values_of(model, planned.plan)
    rows = with_row(model.rows, model.shortfall, planned.verdict.shortfall + 1e-6)
    chosen = replace(LITTLE_WORK, largest_exact=largest_exact)
    found = towards(model, rows, model.cost, known, chosen)
    assert model.cost @ found.values < model.cost @ known
    assert model.shortfall @ found.values <= planned.verdict.shortfall + 1e-6


def test_solved_at_once_it_finds_the_plan_of_least_shortfall() -> None:
    tiny = instance("tiny")
    model = formulate(tiny)
    least = made_plan(tiny, Settings(stages=1)).verdict.shortfall
    empty = np.zeros(model.columns.count)
    known = checked(model, empty)[1]
    found = towards(model, model.rows, model.shortfall, known, Settings(), shortfall_step(tiny))
    assert model.shortfall @ found.values == pytest.approx(least)


def test_a_point_that_breaks_a_rule_is_refused_by_the_checker() -> None:
    tiny = instance("tiny")
    model = formulate(tiny)
    values = np.zeros(model.columns.count)
    values[model.columns.starts] = 1.0
    with pytest.raises(RuntimeError, match="model and check disagree"):
        checked(model, values)
