"""Why there is a gap: rules relaxed alone and in pairs, line by line, and one more unit."""

from dataclasses import replace

import numpy as np
import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.explain import (
    RESOLUTION_POINTS,
    Ledger,
    gap_ledger,
    mandates,
    one_more,
    rules,
    short_in_fractions,
    without_units,
)
from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.search import Search
from foedus.engines.forces.plan.solve import Effort, solve_relaxed
from foedus.engines.forces.plan.stages import Settings

FIRST = Settings(stages=1)


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


def twice_held() -> PlanProblem:
    """Two engineer units: the ceiling holds one back, and so does availability at once."""
    return replace(capped(), floors=((0, 0, 1),))


def ledger_of(problem: PlanProblem, **choices: object) -> Ledger:
    return gap_ledger(problem, made_plan(problem, FIRST), **choices)  # type: ignore[arg-type]


def test_the_ledger_names_for_each_line_the_rules_that_fill_it_and_by_how_much() -> None:
    ledger = ledger_of(capped())
    engineers, fires = ledger.lines
    assert (engineers.name, fires.name) == ("engineers", "fires")
    assert engineers.unfilled_unit_months == engineers.unfilled_in_fractions_unit_months == 12.0
    assert [one.rule for one in engineers.bought] == [
        "all mandates: ceilings of land soldiers",
        "mandate of A: ceiling of land soldiers",
    ]
    assert [one.unit_months for one in engineers.bought] == pytest.approx([12.0, 12.0])
    assert [one.points for one in engineers.bought] == pytest.approx([40.0, 40.0])
    (notice,) = fires.bought
    assert notice.rule == "notice to move"
    assert (notice.unit_months, notice.points) == pytest.approx((3.0, 5.0))


def test_lines_add_up_to_the_shortfall_of_the_plan_and_to_what_each_rule_buys() -> None:
    for problem in (capped(), instance("tiny")):
        ledger = ledger_of(problem)
        in_lines = sum(line.unfilled_points for line in ledger.lines)
        assert in_lines == pytest.approx(ledger.unfilled_points)
        assert ledger.rules
        for rule in ledger.rules:
            assert sum(rule.by_line_points) == pytest.approx(rule.gain_points)


def test_what_a_rule_buys_is_the_difference_of_two_relaxations() -> None:
    tiny = instance("tiny")
    ledger = ledger_of(tiny)
    before = relaxed(tiny)
    changes = {rule.name: rule.change for rule in (*rules(tiny), *mandates(tiny))}
    for one in ledger.rules:
        gained = before - relaxed(changes[one.rule](tiny))
        assert one.gain_points == pytest.approx(tiny.points(gained), abs=RESOLUTION_POINTS)


def test_a_rule_that_is_said_to_buy_nothing_buys_nothing() -> None:
    tiny = instance("tiny")
    ledger = ledger_of(tiny)
    before = relaxed(tiny)
    changes = {rule.name: rule.change for rule in (*rules(tiny), *mandates(tiny))}
    assert ledger.buys_nothing
    for name in ledger.buys_nothing:
        gained = before - relaxed(changes[name](tiny))
        assert tiny.points(gained) < 2 * RESOLUTION_POINTS


def test_rules_without_a_price_are_not_solved_for() -> None:
    ledger = ledger_of(capped())
    named = len(ledger.rules) + len(ledger.buys_nothing)
    # As it stands, all mandates, that of A, dwell or notice: that of B has no price.
    assert "mandate of B: ceiling of land soldiers" in ledger.buys_nothing
    assert ledger.solves < named


def test_two_rules_that_do_nothing_alone_and_much_together_are_found_as_a_pair() -> None:
    ledger = ledger_of(twice_held())
    engineers = next(line for line in ledger.lines if line.name == "engineers")
    assert not engineers.bought
    (pair,) = engineers.bought_by_pairs
    assert pair.rule == "all mandates: ceilings of land soldiers and availability at once"
    assert pair.unit_months == pytest.approx(12.0)


def test_pairs_are_tried_no_more_often_than_is_allowed_and_the_rest_is_counted() -> None:
    ledger = ledger_of(twice_held(), pairs_most=0)
    assert not ledger.pairs
    tried = []
    few = ledger_of(twice_held(), pairs_most=1, report=lambda what, _: tried.append(what))
    assert sum(" and " in what for what in tried) == 1
    assert bool(few.pairs) or few.pairs_left > 0


def test_another_problem_counts_as_a_rule_of_its_name() -> None:
    more_units = replace(
        capped(), classes=(*capped().classes, UnitClass("B eng", 1, 0, 1, 400, (4,), 1.0, (0,)))
    )
    problem = replace(capped(), ceilings=((500,) * 4, (900,) * 4))
    joined = replace(more_units, ceilings=problem.ceilings)
    ledger = ledger_of(problem, more={"nations that did not join": joined})
    found = {one.rule: one for one in ledger.rules}["nations that did not join"]
    assert found.by_line_unit_months == pytest.approx((12.0, 0.0))


def test_another_problem_must_ask_for_the_same_lines() -> None:
    other = replace(capped(), lines=capped().lines[:1])
    with pytest.raises(ValueError, match="home floors: the other problem does not ask"):
        ledger_of(capped(), more={"home floors": other})


def test_an_interrupted_ledger_tells_what_it_has() -> None:
    def stop(_: str, solves: int) -> None:
        if solves == 3:
            raise KeyboardInterrupt

    ledger = ledger_of(capped(), report=stop)
    assert ledger.interrupted
    assert ledger.solves == 3
    assert sum(line.unfilled_points for line in ledger.lines) == pytest.approx(
        ledger.unfilled_points
    )


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
    extra = {rule.name for rule in rules(full)} - {rule.name for rule in rules(bare)}
    assert extra == {
        "availability at once",
        "acceptance of commands",
        "lift",
        "changes of lead",
        "least contribution",
    }
    assert {rule.name for rule in rules(instance("tiny"))} > {
        "span of control",
        "number of division_hq (one more in each nation that has one)",
    }


def test_relaxing_a_rule_never_makes_the_shortfall_larger() -> None:
    tiny = instance("tiny")
    before = made_plan(tiny, FIRST).verdict.shortfall
    fractions = short_in_fractions(tiny) @ [line.weight for line in tiny.lines]
    for rule in rules(tiny):
        relaxed_problem = rule.change(tiny)
        after = short_in_fractions(relaxed_problem) @ [line.weight for line in tiny.lines]
        assert after <= fractions + 0.01
        if rule.name.startswith(("span", "number", "all", "availability")):
            assert made_plan(relaxed_problem, FIRST).verdict.shortfall <= before + 1e-6


def test_a_span_without_end_still_needs_its_headquarters_in_place() -> None:
    tiny = instance("tiny")
    span = next(rule for rule in rules(tiny) if rule.name == "span of control")
    planned = made_plan(
        replace(
            span.change(tiny),
            classes=tuple(
                replace(one, count=0) if tiny.capabilities[one.capability].is_headquarters else one
                for one in tiny.classes
            ),
        ),
        FIRST,
    )
    sent = {tiny.classes[tour.unit_class].capability for tour in planned.plan.tours}
    assert not any(tiny.capabilities[kind].is_manoeuvre for kind in sent)


def test_one_more_unit_is_worth_what_a_new_plan_gains() -> None:
    open_ceiling = replace(
        capped(), ceilings=(), classes=(replace(capped().classes[0], count=1), capped().classes[1])
    )
    planned = made_plan(open_ceiling)
    best, *rest = one_more(open_ceiling, planned)
    assert (best.name, best.nation, best.capability) == ("A engineers", "A", "engineers")
    assert best.gain == best.gain_least == pytest.approx(24.0)
    assert best.gain_points == pytest.approx(40.0)
    assert not best.below_resolution
    assert all(one.gain == 0 for one in rest)


def test_an_effect_smaller_than_the_gap_is_not_told() -> None:
    small = instance("small")
    lazy = Settings(effort=Effort(nodes=0, checks=0), stages=1)
    planned = made_plan(small, lazy)
    assert planned.gap_points > 0
    found = one_more(small, planned, lazy, tried=2)
    assert len(found) == 2
    assert any(one.below_resolution for one in found)
    assert all(one.gain == 0 for one in found if one.below_resolution)


def test_the_work_of_one_more_unit_is_counted_and_repeats() -> None:
    tiny = instance("tiny")
    little = Settings(search=Search(parts=2), effort=Effort(nodes=5, checks=20), stages=1)
    planned = made_plan(tiny, little)
    first = one_more(tiny, planned, little, tried=2)
    assert first == one_more(tiny, planned, little, tried=2)
    assert sum(one.iterations for one in first) > 0


def test_a_nation_without_its_enablers_keeps_the_rest() -> None:
    tiny = instance("tiny")
    kind = tiny.classes[0].capability
    fewer = without_units(tiny, 0, (kind,))
    assert fewer.classes[0].count == 0
    assert fewer.classes[1:] == tiny.classes[1:]


def relaxed(problem: PlanProblem) -> float:
    """Return the relaxation's shortfall, by the simplex method in the other form."""
    model = formulate(problem, "window")
    value = solve_relaxed(model.rows, model.shortfall, exact=True).objective
    assert np.isfinite(value)
    return value
