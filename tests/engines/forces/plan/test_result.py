"""A plan as numbers and tables: each is what tours, leads and fills of the plan come to."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.shipped import load

import foedus as fd
from foedus.chain import run_plan
from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.result import PlanResult
from foedus.engines.forces.plan.tours import NOBODY
from foedus.runs import make_request

MINIMAL = load("minimal")


def made(option: str = "rear-8k-backed", **settings: object) -> PlanResult:
    request = make_request(MINIMAL, option=option)
    engine = fd.PlannedForce(**settings)  # type: ignore[arg-type]
    return run_plan(MINIMAL, request, engine=engine).result


@pytest.fixture(scope="module")
def result() -> PlanResult:
    return made()


def test_people_in_place_are_those_of_the_tours(result: PlanResult) -> None:
    problem = result.problem
    months = problem.period_months
    total = sum(persons.sum() for persons in result.nation_persons.values()) * months
    assert total == sum(result.planned.verdict.burden_person_months)
    for place, code in enumerate(problem.nations):
        own = sum(persons[place].sum() for persons in result.nation_persons.values()) * months
        assert own == result.planned.verdict.burden_person_months[place], code


def test_what_is_served_leaves_the_shortfall_of_the_check(result: PlanResult) -> None:
    problem = result.problem
    missing = (result.needed_units - result.served_units).sum(axis=1) * problem.period_months
    weights = np.array([line.weight for line in problem.lines])
    assert weights @ missing == pytest.approx(result.planned.verdict.shortfall)
    lines = result.tables()["plan_lines"]
    assert lines["short_points"].sum() == pytest.approx(100.0 - result.filled_points)


def test_a_line_is_of_the_capability_that_the_requirement_names(result: PlanResult) -> None:
    lines = result.tables()["plan_lines"]
    named = {row.line: row.capability for row in MINIMAL.requirement}
    assert {row["line"]: row["capability"] for row in lines.to_dicts()} == {
        line: named[line] for line in lines["line"]
    }
    first_asked = [
        result.problem.capabilities[line.asks[0][0]].name for line in result.problem.lines
    ]
    assert lines["capability"].to_list() != first_asked, "a substitute may stand first in a line"


def test_a_nation_is_never_above_its_ceiling(result: PlanResult) -> None:
    table = result.tables()["plan_by_nation"].drop_nulls("ceiling_persons")
    assert (table["land_persons"] <= table["ceiling_persons"]).all()


def test_the_outcomes_are_value_bound_and_gap(result: PlanResult) -> None:
    found = {name: float(values[0]) for name, values in result.outcomes().items()}
    assert found["filled_points"] + found["gap_points"] == pytest.approx(
        found["most_filled_points"]
    )
    assert found["peak_persons"] >= found["end_persons"]
    assert set(found) == {outcome.name for outcome in fd.PlannedForce.follows}


def test_balance_is_that_of_the_critical_group_least_filled(result: PlanResult) -> None:
    row = {row.capability: row for row in MINIMAL.capabilities}
    asked: dict[str, float] = {}
    there: dict[str, float] = {}
    last = result.problem.periods - 1
    for place, line in enumerate(result.problem.lines):
        about = row[next(r.capability for r in MINIMAL.requirement if r.line == line.name)]
        if about.domain != "land" or not about.is_critical:
            continue
        group = about.substitution_group or about.capability
        weight = about.reference_strength_persons or 0.0
        asked[group] = asked.get(group, 0.0) + weight * line.needed_units
        served = sum(
            dict(line.asks)[fill.capability] * fill.units
            for fill in result.planned.plan.fills
            if fill.line == place and fill.period == last
        )
        there[group] = there.get(group, 0.0) + weight * min(served, line.needed_units)
    assert result.balanced_share[last] == pytest.approx(
        min(there[group] / asked[group] for group in asked)
    )


def test_phases_in_which_the_same_nation_leads_are_told_as_one(result: PlanResult) -> None:
    leads = result.tables()["plan_leads"]
    for name, about in leads.group_by("area"):
        ends = about.sort("from_month")
        assert ends["from_month"][0] == 0, name
        assert ends["to_month"][-1] == result.problem.periods * result.problem.period_months
        assert ends["from_month"].to_list()[1:] == ends["to_month"].to_list()[:-1]
        told = ends["delegation"].to_list()
        assert all(one != other for one, other in pairwise(told))


def test_nobody_leads_an_empty_plan() -> None:
    silent = {f"consent/{code}/level": 0 for code in MINIMAL.of_role("contributor")}
    request = make_request(MINIMAL, set=silent)
    nothing = run_plan(MINIMAL, request).result
    assert {nation for row in nothing.planned.plan.leads for nation in row} == {NOBODY}
    assert nothing.tables()["plan_leads"]["headquarters"].to_list() == [None]
    assert not nothing.land_persons.any()


def test_halves_of_units_on_land_have_letters_and_others_none(result: PlanResult) -> None:
    domain = {row.capability: row.domain for row in MINIMAL.capabilities}
    seen = set()
    for row in result.tables()["plan_units"].to_dicts():
        number = row["unit"].rsplit(":", 1)[1]
        on_land = domain[row["capability"]] == "land"
        assert (number[-1] in "ab") == on_land, row["unit"]
        seen.add(domain[row["capability"]])
    assert seen >= {"land", "hq", "air"}


def test_a_named_unit_is_in_one_place_at_a_time_and_rests_between(result: PlanResult) -> None:
    for _, rows in result.tables()["plan_units"].group_by("unit"):
        own = rows.sort("from_month").to_dicts()
        assert all(one["home_until_month"] <= other["from_month"] for one, other in pairwise(own))


def test_months_without_rest_fill_no_less(result: PlanResult) -> None:
    assert made(dwell_scale_ratio=0.0).filled_points >= result.filled_points - 1e-9


def test_what_is_set_for_the_force_holds_for_the_plan_unless_it_is_set_there() -> None:
    def overlap(**cells: float) -> float:
        request = make_request(MINIMAL, set={f"engines/{at}": v for at, v in cells.items()})
        return float(run_plan(MINIMAL, request).provenance.identity.settings["overlap_months"])

    assert overlap() == 0.75
    assert overlap(**{"forces/overlap_months": 0.25}) == 0.25
    assert overlap(**{"forces/overlap_months": 0.25, "plan/overlap_months": 0.5}) == 0.5


def test_a_plan_is_made_at_a_point() -> None:
    with pytest.raises(fd.SettingsError, match="made at a point"):
        fd.run(MINIMAL, fd.PlannedForce(), draws=3)


def test_a_plan_taken_up_again_is_as_good_and_names_where_it_came_from(
    result: PlanResult,
) -> None:
    request = make_request(MINIMAL, set={"options/rear-8k-backed/us_enablers_share": 0.0})
    again = run_plan(MINIMAL, request, begin=result.kept(run="abc"), fed_by=("abc",))
    assert again.result.planned.verdict.holds
    assert again.provenance.identity.fed_by == ("abc",)
    assert again.result.filled_points <= result.filled_points + result.planned.gap_points + 1e-9
    assert check(again.result.problem, again.result.planned.plan).holds


def test_a_plan_that_cannot_be_read_is_refused(result: PlanResult) -> None:
    request = make_request(MINIMAL, set={"engines/plan/period_months": 6})
    with pytest.raises(fd.SettingsError, match="periods of 3 months, and 6"):
        run_plan(MINIMAL, request, begin=result.kept())


def test_the_same_call_makes_the_same_plan(result: PlanResult) -> None:
    assert made().planned.plan == result.planned.plan


def test_each_bad_setting_is_told() -> None:
    with pytest.raises(fd.SettingsError) as told:
        fd.run(
            MINIMAL,
            replace(fd.PlannedForce(), stop_seconds=0.0, stages=4, work="hard"),  # type: ignore[arg-type]
        )
    for name in ("stop_seconds", "stages", "work"):
        assert f"engines/plan/{name}" in str(told.value)
