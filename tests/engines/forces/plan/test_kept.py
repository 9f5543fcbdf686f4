"""A plan is kept as text and taken up again, whole or as far as the problem knows it."""

import json
from dataclasses import replace

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.kept import about_kept, kept, taken_up
from foedus.engines.forces.plan.stages import make_plan

TINY = instance("tiny")
PLANNED = made_plan(TINY)
TEXT = kept(TINY, PLANNED.plan, {"run": "abc"})


def test_what_is_kept_is_taken_up_whole() -> None:
    plan, unknown = taken_up(TINY, TEXT)
    assert unknown == ()
    assert plan.tours == tuple(sorted(PLANNED.plan.tours))
    assert plan.leads == PLANNED.plan.leads
    assert about_kept(TEXT) == {"run": "abc"}


def test_a_plan_that_begins_from_itself_is_as_good() -> None:
    again = make_plan(TINY, start=taken_up(TINY, TEXT)[0])
    assert again.verdict.shortfall == PLANNED.verdict.shortfall


def test_names_that_the_problem_does_not_know_are_left_out_and_told() -> None:
    gone = TINY.classes[PLANNED.plan.tours[0].unit_class].name
    other = replace(
        TINY,
        classes=tuple(
            replace(one, name="other") if one.name == gone else one for one in TINY.classes
        ),
    )
    plan, unknown = taken_up(other, TEXT)
    assert unknown == (gone,)
    assert 0 < len(plan.tours) < len(PLANNED.plan.tours)
    begun = make_plan(other, start=plan)
    assert check(other, begun.plan).holds


def test_a_shorter_problem_takes_what_begins_in_it() -> None:
    short = replace(
        TINY,
        phases=TINY.phases[:1],
        lines=tuple(
            replace(
                line,
                end=min(line.end, TINY.phases[0]),
                start=min(line.start, TINY.phases[0]),
            )
            for line in TINY.lines
        ),
        ceilings=tuple(row[: TINY.phases[0]] for row in TINY.ceilings),
    )
    plan, _ = taken_up(short, TEXT)
    assert all(tour.start < short.periods for tour in plan.tours)
    assert {len(row) for row in plan.leads} == {1}
    assert make_plan(short, start=plan).verdict.holds


def spoilt(**cells: object) -> str:
    return json.dumps(json.loads(TEXT) | cells)


def with_tour(**cells: object) -> str:
    told = json.loads(TEXT)
    told["tours"][0] |= cells
    return json.dumps(told)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "it is no JSON"),
        ("[]", "no plan of version 1"),
        (spoilt(version=2), "no plan of version 1"),
        (spoilt(tours=None), "tours is missing"),
        (spoilt(leads=[]), "leads is missing"),
        (spoilt(period_months=6), "periods of 6 months"),
        (spoilt(tours=[{}]), "tour 1 has not the cells"),
        (with_tour(count=0), "tour 1: start, length and count"),
        (with_tour(start=-1), "tour 1: start, length and count"),
        (with_tour(length="long"), "tour 1: start, length and count"),
        (with_tour(units=3), "tour 1: units and sector"),
        (spoilt(leads={"s": "FRA"}), "leads of s"),
    ],
)
def test_what_is_no_kept_plan_is_refused_by_place(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        taken_up(TINY, text)
