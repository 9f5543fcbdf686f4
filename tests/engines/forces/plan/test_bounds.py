"""Bounds: sharper than the relaxation where headquarters are short, and never above the optimum."""

from dataclasses import replace

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.bounds import roster_columns, sharpened_bound
from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import SIZES, draw, instance
from foedus.engines.forces.plan.problem import (
    Candidate,
    Capability,
    Line,
    PlanProblem,
    UnitClass,
)
from foedus.engines.forces.plan.search import without_burden
from foedus.engines.forces.plan.solve import Effort
from foedus.engines.forces.plan.stages import Settings


def bounds(problem: PlanProblem, rounds: int, effort: Effort) -> tuple[float, float, list[float]]:
    told: list[float] = []
    model = formulate(problem, "state")
    rows = without_burden(model, model.rows)
    found = sharpened_bound(model, rows, model.shortfall, rounds, effort, told.append)
    return found.value, found.relaxed, told


@pytest.mark.parametrize("seed", [101, 102])
def test_the_bound_is_never_above_the_optimum_whatever_work_it_took(seed: int) -> None:
    problem = draw(replace(SIZES["tiny"], seed=seed))
    optimum = made_plan(problem, Settings(stages=1)).verdict.shortfall
    for checks in (0, 100):
        value, relaxed, told = bounds(problem, 2, Effort(checks=checks))
        assert relaxed <= value <= optimum + 1e-6
        assert told == sorted(told)
        assert told[-1] == value


def test_two_half_headquarters_do_not_make_a_whole_one() -> None:
    # Each headquarters serves one of the two periods, and one nation leads in both.
    problem = PlanProblem(
        period_months=3,
        phases=(2,),
        nations=("A", "B"),
        sectors=("west",),
        capabilities=(Capability("hq", is_headquarters=True),),
        classes=tuple(
            UnitClass(f"{name} hq", nation, 0, 1, 100, (1,), 1.0, (0,))
            for nation, name in enumerate("AB")
        ),
        lines=(Line("hq", 0, ((0, 1.0),), 0, 2, 1.0),),
        lead_sectors=(0,),
        candidates=(Candidate(0, 0, 4.0), Candidate(0, 1, 4.0)),
    )
    value, relaxed, _ = bounds(problem, 3, Effort())
    optimum = made_plan(problem, Settings(stages=1)).verdict.shortfall
    assert relaxed == pytest.approx(0.0, abs=1e-3)
    assert optimum == 3.0
    assert 2.5 < value <= optimum + 1e-6


def test_headquarters_and_leads_are_the_roster() -> None:
    model = formulate(instance("tiny"), "state")
    block = roster_columns(model)
    assert block[model.columns.leads].all()
    assert not block[model.columns.short].any()
    assert 0 < block[model.columns.starts].sum() < model.starts.start.size
