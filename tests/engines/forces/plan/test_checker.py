"""The checker: it accepts sound plans and refuses every plan that one wrong cell spoils."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import (
    Candidate,
    Capability,
    Line,
    PlanProblem,
    UnitClass,
)
from foedus.engines.forces.plan.tours import NOBODY, Fill, ForcePlan, Tour, empty_plan

# Every rule is tight here: change any one cell of the plan and some rule is broken.
TIGHT = PlanProblem(
    period_months=3,
    phases=(2, 2),
    nations=("Arland", "Borland"),
    sectors=("west", "rear"),
    capabilities=(
        Capability("hq", is_headquarters=True),
        Capability("brigade", span_load=1.0),
        Capability("engineers"),
    ),
    classes=(
        UnitClass("A hq", 0, 0, 1, 100, (2,), 1.0, (0,)),
        UnitClass("B hq", 1, 0, 1, 100, (2,), 1.0, (0,), earliest=2),
        UnitClass("B brigade", 1, 1, 2, 900, (2,), 1.0, (0,), latest=4),
        UnitClass("A engineers", 0, 2, 1, 300, (4,), 0.0, (1,)),
    ),
    lines=(
        Line("hq", 0, ((0, 1.0),), 0, 4, 1.0),
        Line("brigades", 0, ((1, 1.0),), 0, 4, 1.0),
        Line("engineers", 1, ((2, 1.0),), 0, 4, 1.0),
    ),
    lead_sectors=(0,),
    candidates=(Candidate(0, 0, 1.0), Candidate(0, 1, 1.0)),
    accepts=((True, False), (True, True)),
    ceilings=((400,) * 4, (1000,) * 4),
    floors=((1, 1, 1),),
    target_person_months=(0, 0),
    lead_changes_most=1,
    least_contribution_persons=(100, 900),
    lift_persons=(1300, 0, 1000, 0),
)
SOUND = ForcePlan(
    tours=(
        Tour(0, 0, 0, 2, 1),
        Tour(1, 0, 2, 2, 1),
        Tour(2, 0, 0, 2, 1),
        Tour(2, 0, 2, 2, 1),
        Tour(3, 1, 0, 4, 1),
    ),
    leads=((0, 1), (NOBODY, NOBODY)),
    fills=tuple(sorted(Fill(line, period, line, 1) for line in range(3) for period in range(4))),
)


def spoilt_tours() -> Iterator[ForcePlan]:
    for at, tour in enumerate(SOUND.tours):
        for cell in ("unit_class", "sector", "start", "length", "count"):
            for by in (-1, 1):
                changed = replace(tour, **{cell: getattr(tour, cell) + by})
                yield replace(SOUND, tours=(*SOUND.tours[:at], changed, *SOUND.tours[at + 1 :]))


def spoilt_leads() -> Iterator[ForcePlan]:
    for phase in range(2):
        for nation in (NOBODY, 0, 1, 2):
            row = list(SOUND.leads[0])
            if row[phase] != nation:
                row[phase] = nation
                yield replace(SOUND, leads=(tuple(row), SOUND.leads[1]))


def spoilt_fills() -> Iterator[ForcePlan]:
    for at, fill in enumerate(SOUND.fills):
        for cell in ("line", "period", "capability", "units"):
            for by in (-1, 1):
                changed = replace(fill, **{cell: getattr(fill, cell) + by})
                yield replace(SOUND, fills=(*SOUND.fills[:at], changed, *SOUND.fills[at + 1 :]))


def test_a_sound_plan_holds_and_is_measured() -> None:
    verdict = check(TIGHT, SOUND)
    assert verdict.violations == ()
    assert verdict.shortfall == 0
    assert verdict.burden_person_months == (100 * 6 + 300 * 12, 100 * 6 + 900 * 12)
    assert verdict.excess_person_months == sum(verdict.burden_person_months)


@pytest.mark.parametrize("spoilt", [spoilt_tours, spoilt_leads, spoilt_fills])
def test_no_single_cell_of_a_tight_plan_can_be_changed(spoilt: object) -> None:
    assert callable(spoilt)
    plans = list(spoilt())
    assert len(plans) > 5
    assert [plan for plan in plans if check(TIGHT, plan).holds] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ceilings": ((399,) * 4, (1000,) * 4)}, "ceiling 399"),
        ({"floors": ((1, 1, 2),)}, "2 must stay"),
        ({"accepts": ((True, False), (False, True))}, "does not serve under Arland"),
        ({"candidates": (Candidate(0, 0, 1.0),)}, "is no candidate"),
        ({"candidates": (Candidate(0, 0, 0.9), Candidate(0, 1, 1.0))}, "headquarters for 0.9"),
        ({"lead_changes_most": 0}, "1 changes of lead"),
        ({"least_contribution_persons": (401, 900)}, "at least 401"),
        ({"lift_persons": (1299, 0, 1000, 0)}, "lift for 1299"),
    ],
)
def test_each_limit_that_is_drawn_tighter_is_named(change: dict[str, object], words: str) -> None:
    tighter = replace(TIGHT, **change)  # type: ignore[arg-type]
    assert any(words in violation for violation in check(tighter, SOUND).violations)


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (1, {"earliest": 3}, "is not there before period 3"),
        (1, {"latest": 3}, "must be out by period 3"),
        (2, {"count": 1}, "none of 1 is ready"),
        (3, {"tours": (3,)}, "none of (3,)"),
        (3, {"sectors": (0,)}, "may not serve in rear"),
    ],
)
def test_each_class_that_is_drawn_tighter_is_named(
    place: int, change: dict[str, object], words: str
) -> None:
    classes = list(TIGHT.classes)
    classes[place] = replace(classes[place], **change)  # type: ignore[arg-type]
    tighter = replace(TIGHT, classes=tuple(classes))
    assert any(words in violation for violation in check(tighter, SOUND).violations)


def test_the_empty_plan_holds_whatever_is_asked() -> None:
    for name in ("tiny", "mid"):
        problem = instance(name)
        nothing = empty_plan(len(problem.sectors), len(problem.phases))
        verdict = check(problem, nothing)
        assert verdict.holds
        assert verdict.shortfall == problem.required_weight
        assert (verdict.excess_person_months, verdict.cost) == (0, 0)


def test_a_plan_of_the_wrong_shape_is_refused_and_counts_as_empty() -> None:
    for plan in (
        replace(SOUND, leads=SOUND.leads[:1]),
        replace(SOUND, leads=((0,), (NOBODY,))),
        replace(SOUND, tours=SOUND.tours + SOUND.tours[:1]),
        replace(SOUND, fills=SOUND.fills + SOUND.fills[:1]),
    ):
        verdict = check(TIGHT, plan)
        assert not verdict.holds
        assert verdict.shortfall == TIGHT.required_weight


def test_a_plan_of_the_planner_is_spoilt_by_any_further_tour_of_a_class_that_is_used_up() -> None:
    tiny = instance("tiny")
    plan = made_plan(tiny).plan
    for tour in plan.tours:
        many = replace(tour, count=tiny.classes[tour.unit_class].count + 1)
        more = replace(plan, tours=tuple(many if one == tour else one for one in plan.tours))
        assert any("is ready" in words for words in check(tiny, more).violations)


def test_a_lead_has_one_headquarters_in_a_sector_at_a_time() -> None:
    classes = (replace(TIGHT.classes[0], count=2), *TIGHT.classes[1:])
    two = replace(TIGHT, classes=classes, least_contribution_persons=())
    twice = replace(SOUND, tours=(Tour(0, 0, 0, 2, 2), *SOUND.tours[1:]))
    wide = replace(two, ceilings=(), lift_persons=())
    assert check(wide, SOUND).holds
    assert any("2 headquarters of one lead" in words for words in check(wide, twice).violations)
