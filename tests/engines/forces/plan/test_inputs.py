from collections import defaultdict
from datetime import date
from math import floor, inf
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.forces.plan.made import made_plan
from tests.examples import few
from tests.shipped import load

from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.inputs import (
    Readings,
    areas,
    leading_headquarters,
    plan_problem,
)
from foedus.engines.forces.plan.problem import (
    NO_LIMIT,
    PlanProblem,
    UnitClass,
    from_json,
    to_json,
)
from foedus.engines.forces.plan.stages import Planned, make_plan
from foedus.engines.forces.plan.tours import empty_plan
from foedus.engines.forces.rotation import units_per_slot
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario.draws import point
from foedus.scenario.scenario import Scenario

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
BACKED: Final = "rear-8k-backed"
ALONE: Final = "rear-8k-alone"
DIVISION: Final = "rear-30k-us"
CORPS: Final = "rear-100k-us"


def read(scenario: Scenario = MINIMAL, option: str = BACKED, **choices: Any) -> PlanProblem:
    """Return a problem; whatever is no argument of the reader is a reading."""
    own = {"levels", "period_months", "horizon_months", "phase_months", "share_key"}
    given_ = {name: choices.pop(name) for name in own & set(choices)}
    return plan_problem(scenario, option, readings=Readings(**choices), **given_)


def changed(table: str, key: str, scenario: Scenario = MINIMAL, **cells: Any) -> Scenario:
    rows = tuple(
        row.model_copy(update=cells) if row.key == key else row for row in scenario.table(table)
    )
    return scenario.replace(**{table: rows})


def without(*tables: str) -> Scenario:
    """Return `minimal` without some tables, as an engine that is given no others sees it."""
    fields = {name: getattr(MINIMAL, name) for name in Scenario.model_fields}
    return Scenario.model_construct(**{**fields, **dict.fromkeys(tables, ())})


def the(problem: PlanProblem, name: str) -> UnitClass:
    (found,) = [one for one in problem.classes if one.name == name]
    return found


def names(problem: PlanProblem) -> set[str]:
    return {one.name for one in problem.classes}


def floor_of(problem: PlanProblem, name: str) -> int:
    one = the(problem, name)
    kept = {(nation, kind): units for nation, kind, units in problem.floors}
    return kept.get((one.nation, one.capability), 0)


def at_once(problem: PlanProblem, name: str) -> int:
    return the(problem, name).count - floor_of(problem, name)


def line(problem: PlanProblem, name: str) -> Any:
    (found,) = [one for one in problem.lines if one.name == name]
    return found


class TestUnits:
    def test_a_class_counts_halves_of_what_is_held_less_floor(self) -> None:
        brigade = the(read(), "ALD:brigade")
        assert (brigade.count, brigade.strength_persons) == (8, 2000)

    def test_whole_units_are_counted_if_asked_for(self) -> None:
        problem = read(parts_count=1)
        brigade = the(problem, "ALD:brigade")
        assert (brigade.count, brigade.strength_persons) == (4, 4000)
        assert dict(line(problem, "s-02").asks)[brigade.capability] == 1.0
        assert problem.capabilities[brigade.capability].span_load == 1.0

    def test_what_may_be_there_at_once_is_a_floor_and_leaves_the_pool_its_turns(self) -> None:
        problem = read()
        assert at_once(problem, "ALD:brigade") == 2
        assert at_once(problem, "ALD:logistics") == 4
        assert at_once(problem, "CST:brigade") == 1

    def test_headquarters_are_never_parted(self) -> None:
        problem = read(
            changed("units", "ALD:division_hq", available_count=0.5, available_count_low=0)
        )
        staff = the(problem, "ALD:division_hq")
        assert (staff.count, staff.strength_persons) == (3, 600)
        assert at_once(problem, "ALD:division_hq") == 1

    def test_promises_elsewhere_come_off_the_pool(self) -> None:
        row = MINIMAL.commitments[0].model_copy(
            update={
                "commitment": "more",
                "capability": "logistics",
                "committed_count": 2.5,
                "committed_count_high": 3.0,
            }
        )
        promised = MINIMAL.replace(commitments=(*MINIMAL.commitments, row))
        assert the(read(), "ALD:logistics").count == 16
        assert the(read(promised), "ALD:logistics").count == 11

    def test_a_promise_that_has_run_out_does_not(self) -> None:
        row = MINIMAL.commitments[0].model_copy(
            update={
                "commitment": "more",
                "capability": "logistics",
                "committed_count": 2.5,
                "committed_count_high": 3.0,
                "until": date(2030, 9, 30),
            }
        )
        promised = MINIMAL.replace(commitments=(*MINIMAL.commitments, row))
        assert the(read(promised), "ALD:logistics").count == 16

    def test_a_floor_of_none_gives_the_whole_order_of_battle(self) -> None:
        assert the(read(home_floor_ratio=0.0), "ALD:brigade").count == 12

    def test_the_guarantor_lends_enablers_by_its_share_and_never_land_combat(self) -> None:
        combat = next(row for row in MINIMAL.units if row.key == "ALD:brigade")
        scenario = MINIMAL.replace(
            units=(*MINIMAL.units, combat.model_copy(update={"delegation": "PTN"}))
        )
        assert the(read(scenario), "PTN:air_defence").count == 6
        assert "PTN:brigade" not in names(read(scenario))
        half = changed("options", BACKED, us_enablers_share=0.5)
        assert the(read(half), "PTN:air_defence").count == 3
        assert not {name for name in names(read(option=ALONE)) if name.startswith("PTN")}

    def test_a_pool_gives_what_its_members_free(self) -> None:
        assert the(read(), "AIRPOOL:tanker_aircraft").count == 3
        assert the(read(levels={"ALD": 0}), "AIRPOOL:tanker_aircraft").count == 2

    def test_who_joins_below_the_rear_sends_nothing_on_land(self) -> None:
        some = names(read(levels={"ALD": 3, "CST": 1}))
        assert {name for name in some if name[:3] in ("ALD", "CST")} == {"ALD:fighter_squadron"}

    def test_on_the_line_everybody_is_taken_to_join_there(self) -> None:
        line_option = changed("options", BACKED, location="line")
        assert names(read(line_option)) == names(read())

    def test_of_brigades_and_battlegroups_of_the_same_soldiers_one_kind_goes(self) -> None:
        for problem in (read(), read(PARIS, DIVISION), read(PARIS, CORPS)):
            kinds = defaultdict(set)
            for name in names(problem):
                code, capability = name.split(":")
                if capability == "brigade" or capability.startswith("manoeuvre"):
                    kinds[code].add("battlegroup" in capability)
                elif capability == "battlegroup":
                    kinds[code].add(True)
            assert kinds
            assert all(len(kind) == 1 for kind in kinds.values())

    def test_the_kind_that_fits_under_the_ceiling_goes(self) -> None:
        assert "ALD:brigade" in names(read())
        low = changed("ceilings", "ALD:2030-06-01", ceiling_persons=1900, ceiling_persons_low=0)
        assert "ALD:brigade" not in names(read(low))
        assert "ALD:battlegroup" in names(read(low))

    def test_either_kind_can_be_asked_for(self) -> None:
        assert {"ALD:battlegroup", "CST:battlegroup"} < names(read(detached="detached"))
        assert "ALD:battlegroup" not in names(read(detached="units"))

    def test_what_no_line_asks_for_is_left_out(self) -> None:
        assert names(read(option="air-sea-backed")) == {
            "AIRPOOL:tanker_aircraft",
            "ALD:fighter_squadron",
            "CST:fighter_squadron",
            "PTN:tanker_aircraft",
        }


class TestCalendar:
    def test_the_plan_is_as_long_as_the_option(self) -> None:
        assert read().phases == (4, 4)
        assert read(horizon_months=60).phases == (4,) * 5
        assert read(horizon_months=31).phases == (4, 4, 3)
        assert read(period_months=1, phase_months=6).phases == (6,) * 4

    def test_notice_and_first_months_go_to_the_nearest_quarter(self) -> None:
        problem = read()
        assert the(problem, "ALD:brigade").earliest == 0
        assert the(problem, "CST:brigade").earliest == 1
        assert [line(problem, name).start for name in ("s-01", "s-02", "s-03")] == [0, 0, 1]

    def test_they_can_be_put_off_to_the_next(self) -> None:
        problem = read(dates="later")
        assert the(problem, "ALD:brigade").earliest == 1
        assert [line(problem, name).start for name in ("s-01", "s-02", "s-03")] == [0, 1, 1]

    def test_by_month_nothing_is_rounded(self) -> None:
        problem = read(period_months=1)
        assert the(problem, "ALD:brigade").earliest == 1
        assert the(problem, "CST:brigade").earliest == 2
        assert line(problem, "s-03").start == 2
        assert the(problem, "ALD:fighter_squadron").tours == (4,)

    def test_a_tour_is_that_of_the_row_unless_others_are_asked_for(self) -> None:
        assert the(read(), "ALD:brigade").tours == (2,)
        assert the(read(), "PTN:air_defence").tours == (3,)
        assert the(read(tour_ratios=(0.5, 1, 2)), "ALD:brigade").tours == (1, 2, 4)

    def test_a_headquarters_may_hand_over_before_its_year_is_over(self) -> None:
        assert the(read(), "ALD:division_hq").tours == (2, 3, 4)
        assert the(read(), "ALD:division_hq").overlap_months == 0.0

    def test_a_relief_of_some_weeks_costs_no_quarter(self) -> None:
        problem = read()
        brigade = the(problem, "ALD:brigade")
        assert brigade.overlap_months == problem.dwell_grace_months == 0.75
        assert read(dwell_grace_months=0.0).dwell_grace_months == 0.0

    def test_a_ceiling_holds_from_its_day(self) -> None:
        problem = read()
        by_code = dict(zip(problem.nations, problem.ceilings, strict=True))
        # June 2031 is the ninth month after the decision, in the third quarter.
        assert by_code["ELM"] == (300, 300, 300, 500, 500, 500, 500, 500)
        assert set(by_code["ALD"]) == {5500}
        assert set(by_code["AIRPOOL"]) == set(by_code["PTN"]) == {NO_LIMIT}

    def test_one_that_falls_within_a_quarter_holds_for_all_of_it(self) -> None:
        falling = changed("ceilings", "ELM:2031-06-01", ceiling_persons=100, ceiling_persons_low=0)
        row = dict(zip(read().nations, read(falling).ceilings, strict=True))["ELM"]
        assert row == (300, 300, 100, 100, 100, 100, 100, 100)

    def test_without_the_table_there_is_no_ceiling(self) -> None:
        assert read(without("ceilings")).ceilings == ()


class TestLines:
    def test_a_substitute_is_worth_its_reference_strength(self) -> None:
        problem = read()
        assert line(problem, "s-02").asks == ((1, 0.5), (2, 0.125))
        assert line(problem, "s-03").asks == ((1, 2.0), (2, 0.5))

    def test_it_may_be_worth_its_weight_in_the_group_or_nothing(self) -> None:
        by_weight = read(PARIS, DIVISION, substitute_worth="weight")
        kind = next(
            place
            for place, row in enumerate(by_weight.capabilities)
            if row.name == "manoeuvre_battlegroup"
        )
        # 0.286 to the nearest twentieth, by halves.
        assert dict(line(by_weight, "div-05").asks)[kind] == 0.15
        assert line(read(substitute_worth="none"), "s-02").asks == ((1, 0.5),)

    def test_a_penalty_makes_it_worth_less(self) -> None:
        assert line(read(substitute_ratio=0.8), "s-02").asks == ((1, 0.5), (2, 0.1))

    def test_a_weight_is_soldiers_over_the_square_of_the_priority(self) -> None:
        problem = read()
        assert line(problem, "s-02").weight == 4000
        assert line(problem, "s-03").weight == 250
        assert line(read(weight="unit"), "s-03").weight == 250
        assert line(read(weight="unit", priority_power=0.0), "s-03").weight == 1000

    def test_a_scaled_need_is_whole_and_its_total_is_kept(self) -> None:
        problem = read(PARIS, CORPS)
        kinds = {row.line: row for row in PARIS.requirement}
        needed: dict[str, float] = defaultdict(float)
        asked: dict[str, float] = defaultdict(float)
        for one in problem.lines:
            assert one.needed_units == int(one.needed_units)
            needed[kinds[one.name].capability] += one.needed_units
            asked[kinds[one.name].capability] += kinds[one.name].needed_count
        for capability, units in needed.items():
            scale = 1.0 if capability.endswith("_hq") else 1.3
            assert units == floor(asked[capability] * scale + 0.5 + 1e-9)
        assert needed["division_hq"] == 3

    def test_or_it_keeps_its_fraction(self) -> None:
        problem = read(PARIS, DIVISION, whole_needs=False)
        assert line(problem, "div-03").needed_units == pytest.approx(1.06)
        assert line(problem, "div-02").needed_units == 1

    def test_parts_change_neither_need_nor_fair_share(self) -> None:
        halves, whole = read(), read(parts_count=1)
        assert halves.required_weight == whole.required_weight
        assert halves.target_person_months == whole.target_person_months

    def test_fair_shares_sum_to_what_is_required(self) -> None:
        problem = read()
        strength = {row.capability: row.reference_strength_persons for row in MINIMAL.capabilities}
        kinds = {row.line: row.capability for row in MINIMAL.requirement}
        required = sum(
            one.needed_units * (one.end - one.start) * 3 * (strength[kinds[one.name]] or 0)
            for one in problem.lines
        )
        shares = dict(zip(problem.nations, problem.target_person_months, strict=True))
        assert shares.pop("AIRPOOL") == shares.pop("PTN") == NO_LIMIT
        assert sum(shares.values()) == pytest.approx(required, abs=len(shares))
        assert shares["ALD"] == pytest.approx(required * (2000 / 4000 + 60 / 124) / 2, abs=1)

    def test_the_shares_of_those_who_stay_away_can_be_shared_out(self) -> None:
        few = {"CST": 0, "DUN": 0, "BRK": 0, "ELM": 0}
        shares = read(levels=few, share_among="joined", share_key="gdp").target_person_months
        own = read(levels=few, share_key="gdp").target_person_months
        assert shares[1] == pytest.approx(own[1] * 2, abs=2)
        assert shares[2:6] == (0, 0, 0, 0)

    def test_a_person_in_the_air_costs_what_the_table_says(self) -> None:
        assert the(read(), "ALD:fighter_squadron").cost_per_period == 300 * 200 / 4
        assert the(read(), "ALD:division_hq").cost_per_period == 150 * 600 / 4
        assert the(read(without("costs")), "ALD:division_hq").cost_per_period == 600 * 3


class TestCommand:
    def test_a_single_headquarters_leads_every_sector_on_land(self) -> None:
        led, air = areas(MINIMAL, BACKED)
        assert (led.name, led.headquarters) == ("north+rear+south", "division_hq")
        assert led.lines == ("s-01", "s-02", "s-03", "s-04", "s-05", "s-06", "s-07")
        assert (air.name, air.headquarters) == ("air", "")

    def test_a_corps_has_an_area_beside_its_divisions(self) -> None:
        found = {area.name: area for area in areas(PARIS, CORPS)}
        assert {name: area.headquarters for name, area in found.items()} == {
            "centre": "division_hq",
            "south": "division_hq",
            "west": "division_hq",
            "centre/corps_hq+rear": "corps_hq",
            "air": "",
            "sea": "",
        }
        assert found["centre/corps_hq+rear"].lines == ("cor-01", "cor-30", "cor-37")

    def test_every_line_of_an_option_has_one_area(self) -> None:
        for row in PARIS.options:
            lines = [key for area in areas(PARIS, row.option) for key in area.lines]
            asked = {
                one.line
                for one in PARIS.requirement
                if one.requirement == row.requirement
                and ("all" in row.sectors or one.sector in row.sectors)
            }
            assert len(lines) == len(set(lines))
            assert set(lines) == asked

    def test_sectors_can_stand_apart(self) -> None:
        problem = read(join_sectors=False)
        assert problem.sectors == ("rear", "air", "north", "south")
        assert problem.lead_sectors == (0,)

    def test_without_command_nobody_leads_and_no_table_is_needed(self) -> None:
        bare = without("headquarters", "partnerships")
        problem = read(bare, with_command=False)
        assert problem.sectors == ("air", "north", "rear", "south")
        assert (problem.lead_sectors, problem.candidates, problem.accepts) == ((), (), ())
        assert "ALD:division_hq" in names(problem)

    def test_a_candidate_has_the_span_of_its_row(self) -> None:
        problem = read()
        (candidate,) = problem.candidates
        assert problem.classes[candidate.unit_class].name == "ALD:division_hq"
        assert candidate.span_brigades == 4
        wider = changed("headquarters", "ald-division", span_count=5)
        assert read(wider).candidates[0].span_brigades == 5

    @pytest.mark.parametrize(
        "cells",
        [{"available_prob": 0.19}, {"chains": ("nato",)}, {"echelon": "other"}],
        ids=["hardly free", "another chain", "another echelon"],
    )
    def test_no_other_headquarters_leads(self, cells: dict[str, Any]) -> None:
        scenario = changed("headquarters", "ald-division", **cells)
        assert read(scenario).candidates == ()
        assert ("ALD", "division_hq") not in leading_headquarters(scenario, BACKED)

    def test_all_who_lead_it_must_join(self) -> None:
        shared = changed("headquarters", "ald-division", framework=("ALD", "CST"))
        assert read(shared).candidates
        assert not read(shared, levels={"CST": 3}).candidates
        assert read(shared, levels={"CST": 3}, framework_joins=False).candidates

    def test_a_nation_serves_under_partners_and_itself(self) -> None:
        problem = read()
        place = {code: i for i, code in enumerate(problem.nations)}
        under_ald = {code for code in place if problem.accepts_lead(place[code], place["ALD"])}
        assert under_ald == {"AIRPOOL", "ALD", "CST", "ELM", "PTN"}
        strict = read(least_acceptance_share=0.61, lent_accept_all=False)
        under_ald = {code for code in place if strict.accepts_lead(place[code], place["ALD"])}
        assert under_ald == {"ALD", "ELM"}

    def test_in_the_chain_of_a_body_its_members_accept_each_other(self) -> None:
        scenario = changed("options", BACKED, command="nato")
        problem = read(scenario, body_of_chain={"nato": "LEAGUE"})
        place = {code: i for i, code in enumerate(problem.nations)}
        assert problem.accepts_lead(place["BRK"], place["ALD"])
        assert not problem.accepts_lead(place["DUN"], place["ALD"])

    def test_what_fights_on_land_takes_up_span(self) -> None:
        load_of = {row.name: row.span_load for row in read().capabilities}
        assert load_of["brigade"] == 0.5
        assert load_of["battlegroup"] == 0.125
        assert {load_of[name] for name in load_of if name not in ("brigade", "battlegroup")} == {0}

    def test_only_land_units_count_towards_ceilings(self) -> None:
        under = {row.name for row in read().capabilities if row.under_ceiling}
        assert under == {"brigade", "battlegroup", "air_defence", "logistics", "medical", "signals"}
        assert read(hq_under_ceiling=True).capabilities[0].under_ceiling

    def test_limits_on_request_are_passed_on(self) -> None:
        problem = read(
            lead_changes_most=1, least_contribution_persons=200, lift_persons_per_month=500
        )
        assert problem.lead_changes_most == 1
        assert problem.least_contribution_persons == (0, 200, 200, 200, 200, 200, 0)
        assert problem.lift_persons == (1500,) * 8


class TestRefusals:
    @pytest.mark.parametrize("table", ["capabilities", "units", "requirement", "share_keys"])
    def test_a_table_of_the_force_must_be_there(self, table: str) -> None:
        with pytest.raises(MissingDataError, match=rf"a plan needs {table}\.csv"):
            read(without(table))

    def test_who_leads_must_be_known(self) -> None:
        with pytest.raises(MissingDataError, match=r"headquarters\.csv, partnerships\.csv"):
            read(without("headquarters", "partnerships"))

    @pytest.mark.parametrize(
        ("choices", "says"),
        [
            ({"levels": {"XXX": 4}}, "no contributor 'XXX'"),
            ({"levels": {"ALD": 6}}, "ALD joins at 6"),
            ({"period_months": 0}, "period_months: 0"),
            ({"phase_months": 10}, "phase_months: 10 is not whole periods"),
            ({"horizon_months": 0.0}, "horizon_months: 0"),
            ({"horizon_months": inf}, "horizon_months: inf"),
            ({"share_key": "steel"}, "share_key"),
            ({"parts_count": 0}, "parts_count: 0"),
            ({"tour_ratios": ()}, "tour_ratios"),
            ({"substitute_ratio": -1.0}, "substitute_ratio"),
            ({"deployed_cost": {"land": 1.0}}, "no cost for air"),
        ],
    )
    def test_a_setting_out_of_range_is_named(self, choices: dict[str, Any], says: str) -> None:
        with pytest.raises(SettingsError, match=says):
            read(**choices)

    def test_an_unknown_option_is_named(self) -> None:
        with pytest.raises(SettingsError, match="nowhere"):
            read(option="nowhere")


class TestParis:
    @pytest.mark.parametrize("option", [row.option for row in PARIS.options])
    def test_nobody_sending_anything_breaks_no_rule_of_any_option(self, option: str) -> None:
        problem = read(PARIS, option)
        verdict = check(problem, empty_plan(len(problem.sectors), len(problem.phases)))
        assert verdict.holds
        assert verdict.shortfall == pytest.approx(problem.required_weight)
        assert from_json(to_json(problem)) == problem

    def test_a_division_is_of_the_size_that_its_tables_say(self) -> None:
        problem = read(PARIS, DIVISION)
        assert (len(problem.lines), problem.periods, len(problem.sectors)) == (42, 8, 4)
        leads = {problem.classes[one.unit_class].name for one in problem.candidates}
        assert {"FRA:division_hq", "DEU:division_hq", "GBR:corps_hq"} < leads
        assert "GBR:division_hq" not in leads

    def test_the_units_are_those_of_the_sustained_force(self) -> None:
        problem = read(PARIS, DIVISION, detached="units")
        force = SustainedForce(by_month=False, longest_months=0)
        seen = force.inputs(PARIS.in_key_order, point(DIVISION, {}))
        standing = force.solve(seen, np.random.default_rng(0)).standing_persons[0]
        rows = {row.key: row for row in PARIS.units}
        detached = {row.delegation for row in PARIS.units if row.is_detached}
        found = np.zeros_like(standing)
        for one in problem.classes:
            group = int(seen.groups.of_capability[one.capability])
            if group < 0:
                continue
            per_slot = float(
                units_per_slot(24, rows[one.name].tour_months, one.dwell_ratio, one.overlap_months)
            )
            units = min(at_once(problem, one.name), one.count / per_slot)
            found[one.nation, group] += units * one.strength_persons
        compared = 0
        for nation, code in enumerate(seen.codes):
            for group, name in enumerate(seen.groups.names):
                if name == "manoeuvre" and code in detached:
                    continue
                compared += standing[nation, group] > 0
                # Soldiers of half a unit are rounded; in the air and at sea units are whole.
                largest = max(
                    (
                        one.strength_persons / 2
                        for one in problem.classes
                        if one.nation == nation
                        and seen.groups.of_capability[one.capability] == group
                        and seen.groups.domains[group] != "land"
                    ),
                    default=0.0,
                )
                assert found[nation, group] == pytest.approx(
                    standing[nation, group], rel=0.03, abs=largest
                )
        assert compared > 100


def standing(problem: PlanProblem, planned: Planned, place: int) -> int:
    """Return the units of a class in place in every period from its first on."""
    first = problem.classes[place].earliest
    there = [0] * problem.periods
    for tour in planned.plan.tours:
        if tour.unit_class == place:
            for period in range(tour.start, min(tour.start + tour.length, problem.periods)):
                there[period] += tour.count
    return min(there[first:], default=0)


class TestSolved:
    def test_all_stages_of_the_small_scenario_are_proved(self) -> None:
        for option in (BACKED, ALONE, "air-sea-backed"):
            planned = made_plan(read(option=option))
            assert [stage.name for stage in planned.stages] == ["shortfall", "excess", "cost"]
            assert all(stage.proved for stage in planned.stages)
            assert planned.verdict.holds
            assert planned.gap_points == 0.0

    def test_the_only_nation_with_a_headquarters_leads(self) -> None:
        problem = read()
        assert made_plan(problem).plan.leads == ((1, 1), (-1, -1))
        assert problem.nations[1] == "ALD"

    def test_nobody_stands_on_land_where_nobody_can_lead(self) -> None:
        problem = read(MINIMAL, levels={"ALD": 3})
        planned = made_plan(problem)
        assert planned.plan.tours
        assert {problem.sectors[tour.sector] for tour in planned.plan.tours} == {"air"}

    def test_without_the_guarantor_or_with_more_kept_at_home_more_is_short(self) -> None:
        def short(**choices: Any) -> float:
            return made_plan(read(**choices)).verdict.shortfall

        base = short()
        assert short(option=ALONE) > base
        assert short(home_floor_ratio=1.5) > base
        assert short(with_command=False) <= base

    @few
    @given(
        levels=st.fixed_dictionaries(
            {code: st.sampled_from([0, 2, 4]) for code in ("ALD", "BRK", "CST", "DUN", "ELM")}
        ),
        floor_ratio=st.sampled_from([0.0, 0.5, 1.0]),
        horizon=st.sampled_from([12, 24, 30]),
        parts=st.sampled_from([1, 2, 3]),
    )
    def test_no_more_stands_throughout_than_the_closed_form_says(
        self, levels: dict[str, int], floor_ratio: float, horizon: int, parts: int
    ) -> None:
        """On average more may be there: nobody has to rest after his last tour.

        What is there in every period, though, is flown by tours end to end, of which a unit serves
        one in 1 + ratio: never more than the closed form for that stretch with a whole ratio and
        no relief, and never more than may be there at once.
        """
        problem = read(
            with_command=False,
            levels=levels,
            horizon_months=horizon,
            home_floor_ratio=floor_ratio,
            parts_count=parts,
        )
        planned = make_plan(problem)
        for place, one in enumerate(problem.classes):
            if len(one.tours) > 1:
                continue
            stretch = (problem.periods - one.earliest) * 3
            per_slot = float(units_per_slot(stretch, one.tours[0] * 3, floor(one.dwell_ratio)))
            stands = standing(problem, planned, place)
            assert stands <= min(at_once(problem, one.name), one.count / per_slot)

    def test_it_is_met_where_the_need_is_more_than_can_stand(self) -> None:
        problem = read(option="air-sea-backed")
        planned = made_plan(problem)
        names_ = [one.name for one in problem.classes]
        place = names_.index("ALD:fighter_squadron")
        # Three squadrons, which take turns in one place.
        assert standing(problem, planned, place) == problem.classes[place].count / 3 == 1
        # Castria's two stand in the second place for six of eight quarters.
        assert planned.verdict.shortfall_by_line[0] == 2 * 3
