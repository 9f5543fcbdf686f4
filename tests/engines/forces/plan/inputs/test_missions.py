"""Options that are planned together: their own lines, leads and calendar, and one pool of units."""

from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few
from tests.shipped import load

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.inputs import Readings, plan_problem
from foedus.engines.forces.plan.problem import PlanProblem, UnitClass
from foedus.engines.forces.plan.stages import Planned, Settings, make_plan
from foedus.engines.forces.plan.tours import empty_plan
from foedus.errors import SettingsError
from foedus.scenario.scenario import Scenario

MINIMAL: Final = load("minimal")
BACKED: Final = "rear-8k-backed"
AIR: Final = "air-sea-backed"
TWIN: Final = "twin"
"""A second option with lines of the first requirement, made for a test."""


def with_twin(of: str = BACKED, scenario: Scenario = MINIMAL, **cells: Any) -> Scenario:
    """Return a scenario with a copy of an option in which some cells differ."""
    twin = scenario.option(of).model_copy(update={"option": TWIN, "is_headline": False, **cells})
    return scenario.replace(options=(*scenario.options, twin))


def the(problem: PlanProblem, name: str) -> UnitClass:
    (found,) = [one for one in problem.classes if one.name == name]
    return found


def names_of_sectors(problem: PlanProblem, name: str) -> set[str]:
    """Return where a class may serve."""
    return {problem.sectors[sector] for sector in the(problem, name).sectors}


def lines_of(problem: PlanProblem, mission: int) -> list[Any]:
    return [line for line in problem.lines if line.mission == mission]


def least_short(problem: PlanProblem) -> Planned:
    planned = make_plan(problem, Settings(stages=1))
    assert planned.stages[0].proved
    return planned


class TestLines:
    def test_a_mission_has_lines_and_sectors_of_its_own(self) -> None:
        problem = plan_problem(MINIMAL, BACKED, also=(AIR,))
        assert problem.sectors == ("north+rear+south", "air", f"{AIR}:air")
        assert [(line.name, line.sector) for line in lines_of(problem, 1)] == [
            (f"{AIR}:s-08", 2),
            (f"{AIR}:s-09", 2),
        ]
        assert problem.lead_sectors == (0,)

    def test_the_first_mission_is_what_it_is_alone(self) -> None:
        alone = plan_problem(MINIMAL, BACKED)
        both = plan_problem(MINIMAL, BACKED, also=(AIR,))
        assert tuple(lines_of(both, 0)) == alone.lines
        assert both.candidates == alone.candidates
        assert (both.accepts, both.ceilings) == (alone.accepts, alone.ceilings)
        assert [one.count for one in both.classes] == [one.count for one in alone.classes]

    def test_three_missions_are_numbered_in_their_order(self) -> None:
        problem = plan_problem(with_twin(), AIR, also=(BACKED, TWIN))
        assert [len(lines_of(problem, mission)) for mission in range(3)] == [2, 9, 9]
        assert len({line.name for line in problem.lines}) == 20
        assert problem.lead_sectors == (1, 3)

    def test_a_scale_is_that_of_the_own_option(self) -> None:
        problem = plan_problem(with_twin(AIR, scale_ratio=2.0), AIR, also=(TWIN,))
        assert [line.needed_units for line in problem.lines] == [2, 3, 4, 6]

    def test_fair_shares_are_of_all_that_is_required_together(self) -> None:
        def shares(option: str, *also: str) -> list[int]:
            targets = plan_problem(MINIMAL, option, also=also).target_person_months
            return [target for target in targets if target >= 0]

        added = [a + b for a, b in zip(shares(BACKED), shares(AIR), strict=True)]
        assert shares(BACKED, AIR) == pytest.approx(added, abs=1)

    def test_no_plan_at_all_breaks_no_rule(self) -> None:
        paris = load("paris-2025")
        problem = plan_problem(paris, "rear-30k-us", also=("air-sea-us", "monitor-10k-us"))
        verdict = check(problem, empty_plan(len(problem.sectors), len(problem.phases)))
        assert verdict.holds
        assert verdict.shortfall == pytest.approx(problem.required_weight)


class TestCalendar:
    def test_a_later_decision_puts_off_lines_and_end(self) -> None:
        later = with_twin(AIR, decision_date=date(2031, 4, 1), duration_months=12.0)
        problem = plan_problem(later, BACKED, also=(TWIN,))
        assert {(line.start, line.end) for line in lines_of(problem, 1)} == {(2, 6)}
        assert problem.periods == 8

    def test_the_plan_ends_with_the_last_mission(self) -> None:
        later = with_twin(AIR, decision_date=date(2031, 4, 1))
        problem = plan_problem(later, BACKED, also=(TWIN,))
        assert (problem.periods, problem.phases) == (10, (4, 4, 2))
        assert {line.end for line in lines_of(problem, 0)} == {8}
        assert {line.end for line in lines_of(problem, 1)} == {10}

    def test_an_earlier_decision_is_told_from_the_first_month(self) -> None:
        earlier = with_twin(AIR, decision_date=date(2030, 7, 1))
        problem = plan_problem(earlier, BACKED, also=(TWIN,))
        assert {(line.start, line.end) for line in lines_of(problem, 1)} == {(0, 8)}

    def test_notice_runs_from_the_decision_of_the_own_mission(self) -> None:
        scenario = with_twin(decision_date=date(2031, 4, 1))
        problem = plan_problem(scenario, AIR, also=(TWIN,))
        # The brigade is asked for by the later mission alone, the squadron by both.
        assert the(problem, "CST:brigade").earliest == 3
        assert the(problem, "ALD:fighter_squadron").earliest == 0

    def test_a_length_that_is_given_ends_all_missions(self) -> None:
        problem = plan_problem(with_twin(AIR), BACKED, also=(TWIN,), horizon_months=30)
        assert {line.end for line in problem.lines} == {10} == {problem.periods}


class TestUnits:
    def test_a_unit_may_serve_wherever_it_is_given_and_asked_for(self) -> None:
        problem = plan_problem(MINIMAL, BACKED, also=(AIR,))
        assert names_of_sectors(problem, "ALD:fighter_squadron") == {"air", f"{AIR}:air"}
        assert names_of_sectors(problem, "ALD:brigade") == {"north+rear+south"}

    def test_a_guarantor_that_backs_one_mission_lends_to_that_alone(self) -> None:
        scenario = with_twin(AIR, us_enablers_share=0.0)
        problem = plan_problem(scenario, BACKED, also=(TWIN,))
        assert names_of_sectors(problem, "PTN:tanker_aircraft") == {"air"}
        assert names_of_sectors(problem, "AIRPOOL:tanker_aircraft") == {"air", f"{TWIN}:air"}

    def test_of_two_shares_that_it_lends_the_least_goes_to_both(self) -> None:
        scenario = with_twin(AIR, us_enablers_share=0.5)
        alone = plan_problem(scenario, BACKED)
        both = plan_problem(scenario, BACKED, also=(TWIN,))
        name = "PTN:tanker_aircraft"
        assert the(both, name).count * 2 == the(alone, name).count
        # What the other mission does not ask for is lent as before.
        assert the(both, "PTN:air_defence").count == the(alone, "PTN:air_defence").count

    def test_who_joins_for_one_place_only_serves_only_there(self) -> None:
        scenario = with_twin(location="reserve")
        problem = plan_problem(scenario, BACKED, also=(TWIN,), levels={"CST": 3})
        assert names_of_sectors(problem, "CST:brigade") == {f"{TWIN}:north+rear+south"}
        assert len(names_of_sectors(problem, "ALD:brigade")) == 2

    def test_all_join_on_the_line_if_one_mission_stands_there(self) -> None:
        scenario = with_twin(location="line")
        problem = plan_problem(scenario, BACKED, also=(TWIN,))
        assert len(names_of_sectors(problem, "ALD:brigade")) == 2


class TestCommand:
    def test_a_headquarters_leads_only_in_the_chains_in_which_it_stands(self) -> None:
        scenario = with_twin(command="nato")
        problem = plan_problem(scenario, BACKED, also=(TWIN,))
        assert problem.lead_sectors == (0, 2)
        assert {one.sector for one in problem.candidates} == {0}
        assert names_of_sectors(problem, "ALD:division_hq") == {"north+rear+south"}

    def test_a_lead_in_two_chains_is_followed_by_who_accepts_it_in_both(self) -> None:
        rows = tuple(
            row.model_copy(update={"chains": ("coalition", "nato")}) for row in MINIMAL.headquarters
        )
        scenario = with_twin(command="nato", scenario=MINIMAL.replace(headquarters=rows))
        readings = Readings(body_of_chain={"nato": "LEAGUE"})

        def under_ald(*options: str) -> set[str]:
            first, *also = options
            problem = plan_problem(scenario, first, also=tuple(also), readings=readings)
            lead = problem.nations.index("ALD")
            return {code for i, code in enumerate(problem.nations) if problem.accepts_lead(i, lead)}

        assert "BRK" in under_ald(TWIN)
        assert "BRK" not in under_ald(BACKED)
        assert under_ald(TWIN, BACKED) == under_ald(BACKED, TWIN) == under_ald(BACKED)
        # A mission in which nobody leads has no say.
        assert under_ald(TWIN, AIR) == under_ald(TWIN)


class TestRefusals:
    @pytest.mark.parametrize("also", [(BACKED,), (AIR, AIR)])
    def test_an_option_is_planned_once(self, also: tuple[str, ...]) -> None:
        with pytest.raises(SettingsError, match=rf"{also[0]}' is planned already") as caught:
            plan_problem(MINIMAL, BACKED, also=also)
        assert "rear-8k-alone" in str(caught.value)

    def test_an_unknown_option_is_named_with_a_near_one(self) -> None:
        with pytest.raises(SettingsError, match=r"'air-sea-baked'\. Did you mean air-sea-backed"):
            plan_problem(MINIMAL, BACKED, also=("air-sea-baked",))

    def test_a_plan_that_is_over_before_a_mission_begins_is_refused(self) -> None:
        later = with_twin(AIR, decision_date=date(2031, 10, 1))
        with pytest.raises(SettingsError, match="twin is ordered in month 12"):
            plan_problem(later, BACKED, also=(TWIN,), horizon_months=12)


class TestSolved:
    def test_two_missions_share_one_pool(self) -> None:
        """Squadrons: 3 of 6 + 4 halves can stand at a time, and 2 + 2 whole ones are asked for."""
        problem = plan_problem(with_twin(AIR), AIR, also=(TWIN,))
        alone = least_short(plan_problem(MINIMAL, AIR)).verdict.shortfall_by_line
        both = least_short(problem).verdict.shortfall_by_line
        by_name = dict(zip([line.name for line in problem.lines], both, strict=True))
        fighters = by_name["s-08"] + by_name[f"{TWIN}:s-08"]
        # Whoever stands in one mission is missing in the other: two whole squadrons for 24 months.
        assert fighters == pytest.approx(alone[0] + 2 * 24)

    def test_missions_without_a_capability_in_common_fall_short_as_each_alone(self) -> None:
        land = with_twin(sectors=("north", "rear", "south"))
        both = least_short(plan_problem(land, TWIN, also=(AIR,))).verdict.shortfall
        apart = [least_short(plan_problem(land, option)) for option in (TWIN, AIR)]
        assert all(planned.verdict.shortfall > 0 for planned in apart)
        assert both == pytest.approx(sum(planned.verdict.shortfall for planned in apart))

    @few
    @given(
        levels=st.fixed_dictionaries(
            {code: st.sampled_from([0, 2, 3, 4]) for code in ("ALD", "CST", "DUN")}
        ),
        pair=st.permutations([AIR, "rear-8k-alone", TWIN]).map(lambda options: options[:2]),
        lent=st.sampled_from([0.0, 0.5, 1.0]),
        month=st.sampled_from([7, 10, 12]),
        location=st.sampled_from(["rear", "reserve"]),
    )
    def test_a_mission_more_never_lowers_a_shortfall(
        self,
        levels: dict[str, int],
        pair: list[str],
        lent: float,
        month: int,
        location: str,
    ) -> None:
        scenario = with_twin(
            us_enablers_share=lent,
            decision_date=date(2030, month, 1),
            location=location,
            sectors=("air", "rear"),
            duration_months=12.0,
        )
        first, second = pair
        alone = least_short(plan_problem(scenario, first, levels=levels)).verdict.shortfall
        whole = plan_problem(scenario, first, also=(second,), levels=levels)
        verdict = least_short(whole).verdict
        assert verdict.shortfall >= alone - 1e-6
        # What the whole plan does for the first mission is a plan for that alone.
        of_the_first = sum(
            line.weight * short
            for line, short in zip(whole.lines, verdict.shortfall_by_line, strict=True)
            if line.mission == 0
        )
        assert of_the_first >= alone - 1e-6
