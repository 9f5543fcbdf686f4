"""Problems: what is refused is named, and JSON loses nothing."""

import json
from dataclasses import replace

import pytest

from foedus.engines.forces.plan.instances import SIZES, instance
from foedus.engines.forces.plan.problem import Candidate, PlanProblem, from_json, to_json

TINY = instance("tiny")


@pytest.mark.parametrize("name", sorted(SIZES))
def test_json_brings_every_problem_back_as_it_was(name: str) -> None:
    problem = instance(name)
    assert from_json(to_json(problem)) == problem


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"period_months": 0}, "period_months is 0"),
        ({"phases": ()}, "phases is empty"),
        ({"phases": (6, 0)}, "phase 1 is 0 periods long"),
        ({"nations": ("A",) * 5}, "nations names one twice"),
        ({"dwell_grace_months": -1.0}, "dwell_grace_months is -1.0"),
        ({"lead_sectors": (2,)}, "lead_sectors: sector 2 does not exist"),
        ({"lead_sectors": (0,)}, "candidate 1: sector 1 is none that needs a lead"),
        ({"candidates": (Candidate(0, 99, 1.0),)}, "candidate 0: unit_class 99 does not exist"),
        ({"candidates": (Candidate(0, 1, 1.0),)}, "is no headquarters"),
        ({"candidates": (Candidate(0, 0, -1.0),)}, "span_brigades is -1.0"),
        ({"accepts": ((True,) * 5,)}, "accepts is not 5 by 5"),
        ({"ceilings": ((1,) * 11,) * 5}, "ceilings is not 5 nations by 12 periods"),
        ({"ceilings": ((-2,) * 12,) * 5}, "ceilings: nation 0"),
        ({"floors": ((0, 1, 1), (0, 1, 2))}, "floors names a nation and capability twice"),
        ({"floors": ((0, 1, -1),)}, "floors: nation 0 keeps -1"),
        ({"target_person_months": (1,)}, "target_person_months has not 5"),
        ({"lift_persons": (-2,) * 12}, "lift_persons has one below -1"),
        ({"lead_changes_most": -2}, "lead_changes_most is -2"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(TINY, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nation": 5}, r"class 0 \(.*\): nation 5 does not exist"),
        ({"capability": 8}, "capability 8 does not exist"),
        ({"sectors": (0, 2)}, "sector 2 does not exist"),
        ({"sectors": (0, 0)}, "names a sector twice"),
        ({"count": -1}, "count is -1"),
        ({"strength_persons": 0}, "strength_persons is 0"),
        ({"tours": ()}, "has no length of tour"),
        ({"tours": (0,)}, "a tour of less than one period"),
        ({"dwell_ratio": float("nan")}, "dwell_ratio is nan"),
        ({"cost_per_tour": -1}, "cost_per_tour is -1"),
        ({"earliest": -1}, "earliest is -1"),
    ],
)
def test_a_wrong_cell_of_a_class_is_named(change: dict[str, object], words: str) -> None:
    wrong = replace(TINY.classes[0], **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        replace(TINY, classes=(wrong, *TINY.classes[1:]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sector": 2}, r"line 0 \(.*\): sector 2 does not exist"),
        ({"asks": ()}, "asks for no capability"),
        ({"asks": ((0, 0.0),)}, "a unit is worth 0.0"),
        ({"asks": ((0, 1.0), (0, 0.5))}, "names a capability twice"),
        ({"start": 5, "end": 4}, "runs from 5 to 4"),
        ({"end": 13}, "must lie in 0 to 12"),
        ({"needed_units": float("inf")}, "needed_units is inf"),
        ({"weight": -1}, "weight is -1"),
    ],
)
def test_a_wrong_cell_of_a_line_is_named(change: dict[str, object], words: str) -> None:
    wrong = replace(TINY.lines[0], **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        replace(TINY, lines=(wrong, *TINY.lines[1:]))


def test_json_with_a_field_too_many_or_too_few_is_refused() -> None:
    told = json.loads(to_json(TINY))
    for spoilt, words in (
        ({**told, "colour": 1}, "no field colour"),
        ({key: cell for key, cell in told.items() if key != "phases"}, "cannot be read"),
        ([told], "JSON object"),
    ):
        with pytest.raises(ValueError, match=words):
            from_json(json.dumps(spoilt))


def test_points_are_per_cent_of_what_is_asked_for() -> None:
    assert TINY.points(TINY.required_weight) == 100.0
    assert replace(TINY, lines=()).points(0.0) == 0.0


def test_a_nation_always_accepts_its_own_command() -> None:
    nobody = replace(TINY, accepts=((False,) * 5,) * 5)
    assert [nobody.accepts_lead(2, lead) for lead in range(5)] == [False, False, True, False, False]
    assert replace(TINY, accepts=()).accepts_lead(0, 4)


def test_an_empty_problem_is_a_problem() -> None:
    nothing = PlanProblem(1, (1,), (), (), (), (), ())
    assert (nothing.periods, nothing.required_weight) == (1, 0)
