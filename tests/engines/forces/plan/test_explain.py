"""Why there is a gap: rules relaxed alone, and one more unit."""

from dataclasses import replace

import pytest

from foedus.engines.forces.plan.explain import gap_ledger, one_more, rules, without_units
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.solve import Effort
from foedus.engines.forces.plan.stages import Settings, make_plan


def capped() -> PlanProblem:
    """Two engineer units would fill the line; the ceiling of their nation lets one go."""
    return PlanProblem(
        period_months=3,
        phases=(4,),
        nations=("A", "B"),
        sectors=("s",),
        capabilities=(Capability("engineers"), Capability("fires")),
        classes=(
            UnitClass("A engineers", 0, 0, 2, 500, (4,), 1.0, (0,)),
            UnitClass("B fires", 1, 1, 1, 500, (4,), 1.0, (0,), earliest=1),
        ),
        lines=(
            Line("engineers", 0, ((0, 1.0),), 0, 4, 2.0, 2),
            Line("fires", 0, ((1, 1.0),), 0, 4, 1.0, 1),
        ),
        ceilings=((500,) * 4, (500,) * 4),
    )


def test_the_ledger_names_the_rules_that_bind_and_what_each_buys() -> None:
    engineers, fires = gap_ledger(capped())
    assert engineers.rule == "ceiling of A"
    assert engineers.gain == pytest.approx(2 * 12, abs=1e-3)
    assert engineers.by_line == pytest.approx((12.0, 0.0), abs=1e-3)
    assert fires.rule == "notice to move"
    assert fires.gain == pytest.approx(3.0, abs=1e-3)
    assert fires.gain_points == pytest.approx(100 * 3 / 60, abs=1e-2)


def test_every_rule_that_a_problem_has_is_tried() -> None:
    bare = capped()
    full = replace(
        bare,
        floors=((0, 0, 1),),
        accepts=((True, True), (True, True)),
        lift_persons=(500,) * 4,
        lead_changes_most=0,
        least_contribution_persons=(1, 1),
    )
    extra = {name for name, _ in rules(full)} - {name for name, _ in rules(bare)}
    assert extra == {
        "home floors",
        "acceptance of commands",
        "lift",
        "changes of lead",
        "least contribution",
    }


def test_relaxing_a_rule_never_makes_the_shortfall_larger() -> None:
    tiny = instance("tiny")
    before = make_plan(tiny, Settings(stages=1)).verdict.shortfall
    for _, relax in rules(tiny)[-6:]:
        assert make_plan(relax(tiny), Settings(stages=1)).verdict.shortfall <= before + 1e-6


def test_one_more_unit_is_worth_what_a_new_plan_gains() -> None:
    open_ceiling = replace(
        capped(), ceilings=(), classes=(replace(capped().classes[0], count=1), capped().classes[1])
    )
    planned = make_plan(open_ceiling)
    best, *rest = one_more(open_ceiling, planned)
    assert best.name == "A engineers"
    assert best.gain == best.gain_least == pytest.approx(24.0)
    assert not best.below_resolution
    assert all(one.gain == 0 for one in rest)


def test_an_effect_smaller_than_the_gap_is_not_told() -> None:
    small = instance("small")
    lazy = Settings(effort=Effort(nodes=0, checks=0), stages=1)
    planned = make_plan(small, lazy)
    assert planned.gap_points > 0
    found = one_more(small, planned, lazy, tried=2)
    assert any(one.below_resolution for one in found)
    assert all(one.gain == 0 for one in found if one.below_resolution)


def test_a_nation_without_its_enablers_keeps_the_rest() -> None:
    tiny = instance("tiny")
    kind = tiny.classes[0].capability
    fewer = without_units(tiny, 0, (kind,))
    assert fewer.classes[0].count == 0
    assert fewer.classes[1:] == tiny.classes[1:]
