"""Who serves under whom: which kinds of partnership say so."""

from typing import Final, get_args

import pytest
from tests.shipped import load

from foedus.engines.forces.plan.inputs import Readings, plan_problem
from foedus.engines.forces.plan.inputs.commands import accepted_leads
from foedus.errors import SettingsError
from foedus.scenario.command import PartnershipKind

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
BACKED: Final = "rear-8k-backed"
ALL_KINDS: Final = Readings(acceptance_kinds=get_args(PartnershipKind))


def test_aircraft_owned_together_are_no_habit_of_serving_on_land() -> None:
    row = MINIMAL.partnerships[0].model_copy(
        update={"delegation": "DUN", "partner": "ALD", "kind": "pool"}
    )
    scenario = MINIMAL.replace(partnerships=(*MINIMAL.partnerships, row))
    codes = scenario.of_role("contributor")
    assert ("DUN", "ALD") not in accepted_leads(scenario, BACKED, codes, Readings())
    assert ("DUN", "ALD") in accepted_leads(scenario, BACKED, codes, ALL_KINDS)


def test_other_kinds_can_be_left_out_too() -> None:
    codes = MINIMAL.of_role("contributor")
    only = Readings(acceptance_kinds=("integration",))
    pairs = accepted_leads(MINIMAL, BACKED, codes, only)
    assert {pair for pair in pairs if pair[0] != pair[1]} == {("ELM", "ALD")}


def test_an_unknown_kind_is_named_with_a_near_one() -> None:
    readings = Readings(acceptance_kinds=("pol",))  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"no kind 'pol'\. Did you mean pool"):
        plan_problem(MINIMAL, BACKED, readings=readings)


def test_in_paris_italy_alone_loses_leads_for_having_shared_no_more_than_aircraft() -> None:
    def under_leads(readings: Readings) -> set[tuple[str, str]]:
        problem = plan_problem(PARIS, "rear-30k-us", readings=readings)
        leads = {problem.classes[one.unit_class].nation for one in problem.candidates}
        return {
            (code, problem.nations[lead])
            for nation, code in enumerate(problem.nations)
            for lead in leads
            if problem.accepts_lead(nation, lead)
        }

    assert under_leads(ALL_KINDS) - under_leads(Readings()) == {("ITA", "DEU"), ("ITA", "FRA")}
    assert under_leads(Readings()) < under_leads(ALL_KINDS)
