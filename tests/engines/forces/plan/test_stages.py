import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.forces.plan.made import made_plan
from tests.examples import few

from foedus.engines.forces.plan.checker import Verdict, check
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
from foedus.engines.forces.plan.stages import Planned, Settings, make_plan, shortfall_step
from foedus.engines.forces.plan.tours import NOBODY, Fill, ForcePlan, Tour, empty_plan

INSTANCES = Path(__file__).parent / "instances"

HQ, HEAVY, LIGHT = range(3)
KINDS = (
    Capability("hq", is_headquarters=True),
    Capability("heavy", span_load=1.0),
    Capability("light", span_load=0.5),
)


@st.composite
def problems(draw: st.DrawFn, *, led: bool | None = None) -> PlanProblem:
    """Draw a problem of two nations and one sector, with few enough plans to list."""
    with_lead = draw(st.booleans()) if led is None else led
    periods = 2 if with_lead else 3
    classes: list[UnitClass] = []
    for nation in range(2):
        kinds = (HQ, draw(st.sampled_from((HEAVY, LIGHT)))) if with_lead else (HEAVY + nation,)
        classes += [
            UnitClass(
                name=f"{'AB'[nation]} {KINDS[kind].name}",
                nation=nation,
                capability=kind,
                count=1 if with_lead else draw(st.integers(1, 2)),
                strength_persons=(100, 900, 400)[kind] + 10 * nation,
                tours=(draw(st.integers(1, 2)),),
                dwell_ratio=float(draw(st.sampled_from((0, 0.5, 1, 2)))),
                sectors=(0,),
                earliest=draw(st.integers(0, 1)),
                overlap_months=float(draw(st.sampled_from((0, 0.5)))),
                cost_per_tour=draw(st.integers(1, 9)),
                cost_per_period=draw(st.integers(0, 5)),
            )
            for kind in kinds
        ]
    lines = [
        Line(
            "heavy", 0, ((HEAVY, 1.0), (LIGHT, 0.5)), 0, periods, float(draw(st.integers(1, 2))), 3
        ),
        Line("light", 0, ((LIGHT, 1.0),), draw(st.integers(0, 1)), periods, 1.0, 2),
    ]
    if with_lead:
        lines.append(Line("hq", 0, ((HQ, 1.0),), 0, periods, 1.0, draw(st.integers(0, 4))))
    return PlanProblem(
        period_months=draw(st.sampled_from((1, 3))),
        phases=(1, periods - 1),
        nations=("A", "B"),
        sectors=("s",),
        capabilities=KINDS,
        classes=tuple(classes),
        lines=tuple(lines),
        lead_sectors=(0,) if with_lead else (),
        candidates=(Candidate(0, 0, 1.0), Candidate(0, 2, draw(st.sampled_from((0.5, 2.0)))))
        if with_lead
        else (),
        accepts=((True, draw(st.booleans())), (draw(st.booleans()), True)) if with_lead else (),
        ceilings=tuple((draw(st.sampled_from((-1, 300, 450, 1000))),) * periods for _ in range(2)),
        floors=((0, HEAVY, 1),) if draw(st.booleans()) else (),
        target_person_months=(draw(st.sampled_from((0, 500, 2000))), -1),
        lead_changes_most=draw(st.sampled_from((-1, 0))),
        least_contribution_persons=draw(st.sampled_from(((), (0, 800)))),
        lift_persons=draw(st.sampled_from(((), (1000,) * periods))),
        dwell_grace_months=float(draw(st.sampled_from((0, 0.5)))),
    )


def listed_best(problem: PlanProblem) -> tuple[float, float, int]:
    """Return the best three values of all plans there are, judged by the checker alone."""
    best: tuple[float, float, int] | None = None
    for verdict in every_verdict(problem):
        values = (verdict.shortfall, verdict.excess_person_months, verdict.cost)
        if best is None or values < best:
            best = values
    assert best is not None
    return best


def every_verdict(problem: PlanProblem) -> Iterator[Verdict]:
    """Yield the verdict on every plan that breaks no rule."""
    tours = [
        [
            Tour(place, sector, start, length, 0)
            for sector in unit_class.sectors
            for start in range(unit_class.earliest, problem.periods)
            for length in unit_class.tours
        ]
        for place, unit_class in enumerate(problem.classes)
    ]
    by_class = [
        list(_counted(problem, options, problem.classes[place].count))
        for place, options in enumerate(tours)
    ]
    nations = range(len(problem.nations))
    rows = [
        list(product((NOBODY, *nations), repeat=len(problem.phases)))
        if sector in problem.lead_sectors
        else [(NOBODY,) * len(problem.phases)]
        for sector in range(len(problem.sectors))
    ]
    for chosen in product(*by_class):
        sent = tuple(tour for part in chosen for tour in part)
        for leads in product(*rows):
            if not check(problem, ForcePlan(sent, leads, ())).holds:
                continue
            for fills in _every_service(problem, sent):
                verdict = check(problem, ForcePlan(sent, leads, fills))
                assert verdict.holds
                yield verdict


def _counted(problem: PlanProblem, options: list[Tour], count: int) -> Iterator[tuple[Tour, ...]]:
    """Yield every way of sending up to `count` units on each tour that the rests allow."""
    for counts in product(range(count + 1), repeat=len(options)):
        sent = tuple(
            Tour(tour.unit_class, tour.sector, tour.start, tour.length, units)
            for tour, units in zip(options, counts, strict=True)
            if units
        )
        alone = check(problem, ForcePlan(sent, ((NOBODY,) * len(problem.phases),), ()))
        if not any("is ready" in words for words in alone.violations):
            yield sent


def _every_service(problem: PlanProblem, sent: tuple[Tour, ...]) -> Iterator[tuple[Fill, ...]]:
    """Yield fills: for each capability and period every split between the lines that ask for it."""
    choices = []
    for period in range(problem.periods):
        for kind in range(len(problem.capabilities)):
            there = sum(
                tour.count
                for tour in sent
                if problem.classes[tour.unit_class].capability == kind
                and tour.start <= period < tour.start + tour.length
            )
            lines = [
                place
                for place, line in enumerate(problem.lines)
                if line.start <= period < line.end and kind in dict(line.asks)
            ]
            if there and lines:
                choices.append(
                    [
                        tuple(
                            Fill(line, period, kind, units)
                            for line, units in zip(lines, split, strict=True)
                            if units
                        )
                        for split in product(range(there + 1), repeat=len(lines))
                        if sum(split) == there
                    ]
                )
    for parts in product(*choices):
        yield tuple(sorted(fill for part in parts for fill in part))


def values(planned: Planned) -> tuple[float, ...]:
    return tuple(stage.value for stage in planned.stages)


def least_shortfall(problem: PlanProblem) -> float:
    planned = made_plan(problem, Settings(stages=1))
    assert planned.stages[0].proved
    return planned.verdict.shortfall


@given(problems())
def test_all_three_stages_agree_with_a_listing_of_every_plan(problem: PlanProblem) -> None:
    planned = make_plan(problem)
    assert all(stage.proved for stage in planned.stages)
    assert values(planned) == pytest.approx(listed_best(problem))


@pytest.mark.parametrize("name", ["tiny", "small", "medium"])
def test_the_shipped_problems_have_the_values_that_two_solvers_found(name: str) -> None:
    told = json.loads((INSTANCES / f"{name}.json").read_text(encoding="utf-8"))
    problem = from_json(json.dumps(told["problem"]))
    assert problem == instance(name)
    stages = 1 if name == "medium" else 3
    planned = made_plan(problem, Settings(stages=stages))
    assert all(stage.proved for stage in planned.stages)
    assert planned.gap_points == pytest.approx(0.0)
    assert values(planned) == pytest.approx(
        [told["proven"][stage] for stage in ("shortfall", "excess", "cost")][:stages]
    )


@given(problems(), st.data())
@few
def test_more_units_never_raise_the_shortfall(problem: PlanProblem, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(problem.classes) - 1))
    more = tuple(
        replace(one, count=one.count + (at == place)) for at, one in enumerate(problem.classes)
    )
    assert least_shortfall(replace(problem, classes=more)) <= least_shortfall(problem) + 1e-6


@given(problems(), st.integers(1, 800))
@few
def test_wider_ceilings_never_raise_the_shortfall(problem: PlanProblem, by: int) -> None:
    wider = tuple(
        tuple(most if most < 0 else most + by for most in row) for row in problem.ceilings
    )
    assert least_shortfall(replace(problem, ceilings=wider)) <= least_shortfall(problem) + 1e-6


@given(problems())
@few
def test_lower_floors_never_raise_the_shortfall(problem: PlanProblem) -> None:
    assert least_shortfall(replace(problem, floors=())) <= least_shortfall(problem) + 1e-6


@given(problems())
@few
def test_units_that_are_ready_sooner_and_later_never_raise_the_shortfall(
    problem: PlanProblem,
) -> None:
    ready = tuple(replace(one, earliest=0, latest=-1) for one in problem.classes)
    tight = tuple(replace(one, latest=problem.periods) for one in problem.classes)
    assert (
        least_shortfall(replace(problem, classes=ready))
        <= least_shortfall(problem) + 1e-6
        <= least_shortfall(replace(problem, classes=tight)) + 2e-6
    )


@given(problems())
@few
def test_the_order_of_nations_changes_nothing(problem: PlanProblem) -> None:
    turned = replace(
        problem,
        nations=problem.nations[::-1],
        classes=tuple(replace(one, nation=1 - one.nation) for one in problem.classes),
        accepts=tuple(row[::-1] for row in problem.accepts[::-1]),
        ceilings=problem.ceilings[::-1],
        floors=tuple((1 - nation, kind, units) for nation, kind, units in problem.floors),
        target_person_months=problem.target_person_months[::-1],
        least_contribution_persons=problem.least_contribution_persons[::-1],
    )
    assert values(make_plan(turned)) == pytest.approx(values(make_plan(problem)))


@given(problems())
@few
def test_every_shortfall_is_a_multiple_of_the_step(problem: PlanProblem) -> None:
    parts = make_plan(problem).verdict.shortfall / shortfall_step(problem)
    assert parts == pytest.approx(round(parts))


def test_a_weight_that_is_no_fraction_leaves_no_step() -> None:
    tiny = instance("tiny")
    odd = replace(tiny, lines=(replace(tiny.lines[0], needed_units=2**0.5),))
    assert shortfall_step(odd) == 0.0


def test_a_tolerance_is_given_away_for_a_fairer_plan_and_no_more() -> None:
    tiny = instance("tiny")
    strict = made_plan(tiny, Settings(stages=2))
    points = 10.0
    easy = made_plan(tiny, Settings(stages=2, shortfall_tolerance_points=points))
    assert easy.stages[0].value == strict.stages[0].value
    assert easy.verdict.excess_person_months < strict.verdict.excess_person_months
    given_away = tiny.points(easy.verdict.shortfall - strict.verdict.shortfall)
    assert 0 < given_away <= points


def test_strict_priorities_fill_the_first_class_before_the_second() -> None:
    small = instance("small")
    planned = made_plan(small, Settings(strict_priorities=True, stages=1))
    first = tuple(replace(one, weight=one.weight * (one.priority == 1)) for one in small.lines)
    assert [stage.name for stage in planned.stages] == [
        "shortfall of priority 1",
        "shortfall of priority 2",
    ]
    assert planned.stages[0].value == pytest.approx(least_shortfall(replace(small, lines=first)))
    assert planned.verdict.shortfall == pytest.approx(sum(values(planned)))


def test_the_same_call_gives_the_same_plan() -> None:
    tiny = instance("tiny")
    first, second = make_plan(tiny), make_plan(tiny)
    assert first == second
    assert first.repeatable


def test_a_plan_made_before_is_a_start_that_is_not_lost() -> None:
    tiny = instance("tiny")
    before = made_plan(tiny)
    stuck = Settings(effort=Effort(nodes=0, checks=0), stages=1)
    assert made_plan(tiny, stuck).verdict.shortfall > before.verdict.shortfall
    again = make_plan(tiny, stuck, start=before.plan)
    assert again.verdict.shortfall <= before.verdict.shortfall + 1e-6


def test_a_start_that_breaks_a_rule_is_cut_down_to_what_keeps_it() -> None:
    tiny = instance("tiny")
    before = made_plan(tiny)
    fewer = replace(
        tiny, classes=tuple(replace(one, count=min(1, one.count)) for one in tiny.classes)
    )
    assert not check(fewer, before.plan).holds
    again = make_plan(fewer, Settings(stages=1), start=before.plan)
    assert again.verdict.holds
    assert again.verdict.shortfall == least_shortfall(fewer)


@pytest.mark.parametrize("name", ["tiny", "small"])
def test_a_bound_that_took_no_work_is_still_below_the_optimum(name: str) -> None:
    problem = instance(name)
    (lazy,) = made_plan(problem, Settings(effort=Effort(nodes=0, checks=0), stages=1)).stages
    assert 0 < lazy.bound <= least_shortfall(problem) < lazy.value
    assert not lazy.proved


def test_an_interrupt_brings_out_the_best_plan_so_far_with_its_bound() -> None:
    def interrupt(_stage: str, _value: float, _bound: float) -> None:
        raise KeyboardInterrupt

    tiny = instance("tiny")
    planned = make_plan(tiny, report=interrupt)
    assert planned.interrupted
    assert not planned.repeatable
    assert planned.verdict.holds
    assert planned.stages[-1].bound <= planned.stages[-1].value
    assert len(planned.stages) == 1


@pytest.mark.parametrize("largest_exact", [0, 4_000])
def test_the_interrupt_key_brings_out_the_best_plan_so_far(largest_exact: int) -> None:
    pressed: list[str] = []

    def press(stage: str, _value: float, _bound: float) -> None:
        if not pressed:
            pressed.append(stage)
            signal.raise_signal(signal.SIGINT)

    planned = make_plan(instance("tiny"), Settings(largest_exact=largest_exact), report=press)
    assert planned.interrupted
    assert planned.verdict.holds
    assert [stage.name for stage in planned.stages] == pressed


def test_news_tell_of_values_that_fall_and_bounds_that_rise() -> None:
    news: list[tuple[str, float, float]] = []
    planned = make_plan(instance("tiny"), report=lambda *told: news.append(told))
    for stage in planned.stages:
        mine = [(value, bound) for name, value, bound in news if name == stage.name]
        assert [value for value, _ in mine] == sorted((v for v, _ in mine), reverse=True)
        assert [bound for _, bound in mine] == sorted(bound for _, bound in mine)


def test_two_missions_share_one_pool() -> None:
    tiny = instance("tiny")
    second = tuple(
        replace(line, name=f"second {line.name}", mission=1, sector=1)
        for line in tiny.lines
        if line.sector == 0
    )
    both = replace(tiny, lines=tuple(line for line in tiny.lines if line.sector == 0) + second)
    one = replace(tiny, lines=both.lines[: -len(second)])
    other = replace(tiny, lines=second)
    assert least_shortfall(both) >= least_shortfall(one) + least_shortfall(other) - 1e-6


def test_without_needs_or_units_the_empty_plan_comes_out() -> None:
    tiny = instance("tiny")
    nothing = empty_plan(len(tiny.sectors), len(tiny.phases))
    for bare in (
        replace(tiny, lines=()),
        replace(tiny, classes=(), candidates=()),
    ):
        planned = made_plan(bare)
        assert planned.plan.tours == nothing.tours
        assert planned.gap_points == 0.0
