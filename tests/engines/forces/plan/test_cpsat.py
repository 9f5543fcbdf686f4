"""The second solver, written apart and run in another process: it proves what the first proves."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan import cpsat
from foedus.engines.forces.plan.cpsat import WORKER, cpsat_is_installed, solve_by_cpsat
from foedus.engines.forces.plan.cpsat_worker import scale_of
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import (
    Candidate,
    Capability,
    Line,
    PlanProblem,
    UnitClass,
    from_json,
)
from foedus.engines.forces.plan.solve import Effort
from foedus.engines.forces.plan.stages import Settings, make_plan

installed = pytest.mark.skipif(
    not cpsat_is_installed(), reason="OR-Tools is not installed: NO SECOND OPINION ON ANY PLAN"
)

HQ, HEAVY, LIGHT = range(3)


def every_rule() -> PlanProblem:
    """Return a small problem in which every rule on request says something."""
    kinds = (
        Capability("hq", is_headquarters=True, under_ceiling=False),
        Capability("heavy", span_load=1.0),
        Capability("light", span_load=0.5),
    )
    return PlanProblem(
        period_months=3,
        phases=(2, 2, 2),
        nations=("A", "B", "C"),
        sectors=("east", "sea"),
        capabilities=kinds,
        classes=(
            UnitClass("A hq", 0, HQ, 1, 100, (2,), 1.0, (0,), cost_per_tour=5),
            UnitClass("B hq", 1, HQ, 1, 120, (1, 2), 1.0, (0,), earliest=1, cost_per_tour=4),
            UnitClass("A heavy", 0, HEAVY, 2, 900, (1, 2), 2.0, (0,), 0, 5, 0.5, 9, 2),
            UnitClass("B heavy", 1, HEAVY, 2, 800, (2,), 1.0, (0,), cost_per_tour=8),
            UnitClass("B light", 1, LIGHT, 3, 400, (2,), 1.5, (0, 1), cost_per_period=3),
            UnitClass("C light", 2, LIGHT, 3, 350, (1,), 1.0, (0, 1), cost_per_period=4),
        ),
        lines=(
            Line("hq", 0, ((HQ, 1.0),), 0, 6, 1.0, 4),
            Line("heavy", 0, ((HEAVY, 1.0), (LIGHT, 0.5)), 0, 6, 2.0, 3),
            Line("light", 0, ((LIGHT, 1.0),), 1, 6, 2.0, 2),
            Line("boats", 1, ((LIGHT, 1.0),), 0, 6, 1.0, 1),
        ),
        lead_sectors=(0,),
        candidates=(Candidate(0, 0, 2.5), Candidate(0, 1, 2.0)),
        accepts=((True, False, True), (True, True, True), (True, False, True)),
        ceilings=((1000,) * 6, (1700,) * 6, (-1,) * 6),
        floors=((1, LIGHT, 1),),
        target_person_months=(2000, 9000, -1),
        lead_changes_most=1,
        least_contribution_persons=(0, 500, 700),
        lift_persons=(1500, -1, 2000, 1500, -1, 900),
        dwell_grace_months=0.5,
    )


@installed
@pytest.mark.parametrize("name", ["tiny", "small", "medium"])
def test_two_solvers_with_models_written_apart_prove_the_same_values(name: str) -> None:
    file = Path(__file__).parent / "instances" / f"{name}.json"
    problem = from_json(instance_text(file))
    # The later stages of the third take either solver long.
    stages = 1 if name == "medium" else 3
    first = made_plan(problem, Settings(stages=stages))
    second = solve_by_cpsat(problem, work=120.0, stages=stages)
    assert all(stage.proved for stage in second.stages)
    assert [stage.value for stage in first.stages] == pytest.approx(
        [stage.value for stage in second.stages]
    )
    assert all(stage.bound == pytest.approx(stage.value) for stage in second.stages)


def instance_text(file: Path) -> str:
    told = json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(told.get("problem", told))


@installed
def test_two_solvers_agree_where_every_rule_on_request_binds() -> None:
    problem = every_rule()
    first, second = made_plan(problem), solve_by_cpsat(problem, work=60.0)
    assert first.verdict.shortfall > 0
    assert first.verdict.excess_person_months > 0
    assert [stage.value for stage in first.stages] == pytest.approx(
        [stage.value for stage in second.stages]
    )


@installed
def test_the_second_solver_takes_up_a_plan_and_ends_with_its_work() -> None:
    small = instance("small")
    known = made_plan(small, Settings(stages=1)).plan
    begun = solve_by_cpsat(small, start=known, work=1e-6, stages=1)
    again = solve_by_cpsat(small, start=known, work=1e-6, stages=1)
    assert begun.plan == again.plan
    assert begun.bound <= made_plan(small, Settings(stages=1)).verdict.shortfall + 1e-6


def test_the_worker_loads_nothing_of_the_first_solver_and_nothing_of_the_second_until_asked() -> (
    None
):
    code = f"import sys, {WORKER}; print({{'highspy', 'ortools'}} & set(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "set()"


def test_without_the_second_solver_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cpsat, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"pip install 'foedus\[cpsat\]'"):
        solve_by_cpsat(instance("tiny"))


@installed
def test_a_plan_that_the_first_solver_left_open_is_proved_by_the_second() -> None:
    small = instance("small")
    little = Settings(stages=1, effort=Effort(nodes=0, checks=0))
    alone = made_plan(small, little)
    both = make_plan(small, replace(little, second_solver="cpsat"))
    assert not alone.stages[0].proved
    assert both.stages[0].proved
    assert both.stages[0].value == made_plan(small, Settings(stages=1)).verdict.shortfall
    assert both.repeatable


@installed
def test_limits_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="seconds is -1"):
        solve_by_cpsat(instance("tiny"), seconds=-1)
    with pytest.raises(ValueError, match="workers is 0"):
        solve_by_cpsat(instance("tiny"), workers=0)


def test_a_worth_without_a_small_denominator_is_refused() -> None:
    assert scale_of([0.575, 3.0], "worths") == 40
    with pytest.raises(ValueError, match=r"needs: 0\.12345"):
        scale_of([0.12345], "needs")


def test_a_worker_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "slow_worker.py").write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(cpsat, "find_spec", lambda _: True)
    monkeypatch.setattr(cpsat, "WORKER", "slow_worker")
    monkeypatch.setattr(cpsat, "GRACE_SECONDS", 0.0)
    outcome = solve_by_cpsat(instance("tiny"), seconds=0.5)
    assert outcome.plan is None
    assert outcome.status == "unknown"
    assert outcome.bound == 0.0
