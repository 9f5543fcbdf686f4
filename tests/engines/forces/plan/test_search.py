"""The search for large problems, held to what the exact solve proves on small ones."""

from dataclasses import replace

import numpy as np
import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan import bounding
from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.growing import grow, repaired
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import plan_of, values_of
from foedus.engines.forces.plan.search import Search, without_burden
from foedus.engines.forces.plan.solve import Effort, largest_violation
from foedus.engines.forces.plan.stages import Settings, make_plan
from foedus.engines.forces.plan.tours import empty_plan

SEARCHED = Settings(
    largest_exact=0, search=Search(parts=10, part=Effort(nodes=20, checks=30)), stages=1
)


@pytest.mark.parametrize("name", ["tiny", "small"])
def test_the_search_is_never_better_than_the_optimum_nor_its_bound_above_it(name: str) -> None:
    problem = instance(name)
    exact = made_plan(problem, Settings(stages=1)).stages[0]
    found = make_plan(problem, SEARCHED).stages[0]
    assert found.bound - 1e-6 <= exact.value <= found.value + 1e-6
    assert problem.points(found.value - exact.value) < 5.0


def test_the_search_repeats() -> None:
    tiny = instance("tiny")
    first, second = make_plan(tiny, SEARCHED), make_plan(tiny, SEARCHED)
    assert first == second
    assert first.repeatable


def test_a_search_in_three_stages_gives_none_of_the_shortfall_away() -> None:
    tiny = instance("tiny")
    three = make_plan(
        tiny, Settings(largest_exact=0, search=Search(parts=12, part=Effort(nodes=20, checks=30)))
    )
    assert [stage.name for stage in three.stages] == ["shortfall", "excess", "cost"]
    assert three.verdict.shortfall <= three.stages[0].value + 1e-6
    assert all(stage.bound <= stage.value for stage in three.stages)


def test_an_interrupted_search_brings_out_a_plan_with_a_bound() -> None:
    told: list[float] = []

    def interrupt(_stage: str, value: float, _bound: float) -> None:
        told.append(value)
        if len(told) == 3:
            raise KeyboardInterrupt

    small = instance("small")
    planned = make_plan(small, SEARCHED, report=interrupt)
    assert planned.interrupted
    assert planned.verdict.holds
    assert 0 < planned.stages[0].bound <= planned.stages[0].value


def test_growing_keeps_every_rule_and_fills_more() -> None:
    mid = instance("mid")
    model = formulate(mid)
    rows = without_burden(model, model.rows)
    nothing = values_of(model, empty_plan(len(mid.sectors), len(mid.phases)))
    led = nothing.copy()
    led[model.columns.leads] = [nation == 0 for _, _, nation in model.leads]
    grown = grow(model, rows, led)
    assert largest_violation(rows, grown) < 1e-6
    assert check(mid, plan_of(model, grown)).holds
    assert model.shortfall @ grown < 0.8 * (model.shortfall @ nothing)
    added = (grown - led)[model.columns.starts] > 0.5
    # A short tour fills less than a long one, and ties its unit up for less.
    assert model.starts.length.min() in model.starts.length[added]


def test_what_keeps_the_rules_is_not_repaired_away() -> None:
    small = instance("small")
    model = formulate(small)
    plan = made_plan(small, Settings(stages=1)).plan
    point = values_of(model, plan)
    assert np.array_equal(
        repaired(model, model.rows, plan)[model.columns.starts], point[model.columns.starts]
    )


def test_a_quick_plan_of_a_problem_that_is_searched_repeats_with_its_bound_in_another_thread() -> (
    None
):
    small = instance("small")
    quick = replace(Settings.quick(), largest_exact=0, stages=1)
    quick = replace(quick, search=replace(quick.search, parts=4, rounds=1, branches=2))
    first, second = make_plan(small, quick), make_plan(small, quick)
    assert first == second
    assert first.repeatable
    relaxed = replace(quick, search=replace(quick.search, parts=1, rounds=0, branches=0))
    assert first.stages[0].bound >= made_plan(small, relaxed).stages[0].bound


def test_a_search_without_time_brings_out_a_plan_and_says_that_it_was_stopped() -> None:
    small = instance("small")
    stopped = replace(SEARCHED, search=replace(SEARCHED.search, seconds=0.0))
    planned = make_plan(small, stopped)
    assert planned.verdict.holds
    assert not planned.repeatable
    assert planned.stages[0].bound <= made_plan(small, Settings(stages=1)).verdict.shortfall


def test_a_fault_in_the_thread_of_the_bound_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("no bound")

    monkeypatch.setattr(bounding, "sharpened_bound", fail)
    with pytest.raises(ArithmeticError, match="no bound"):
        make_plan(instance("tiny"), SEARCHED)
