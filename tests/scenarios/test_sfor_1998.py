"""Bosnia in January 1998: another summit, by which is seen that no model knows the first."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.shipped import load

from foedus.briefing import Brief, brief
from foedus.engines import ENGINES
from foedus.runs import make_request, run_request
from foedus.scenario import TABLES, Scenario

SENT_FILE = Path(__file__).parents[2] / "docs" / "data" / "mission_contributions.csv"
OPTIONS = ("deter-20k-us", "europe-20k-alone", "sfor-33k-us")
ABLE = ("consent", "forces", "command")
"""Engines that it has the tables for. A plan is made too, in seconds that a test has not."""
QUESTIONS = ("size", "contributions", "duration", "command", "consent", "exposure", "alone")
ELSEWHERE = ("Paris", "Kyiv", "Kiev", "Ukrain", "Russia", "Moscow", "Brussels", "Crimea", "Donbas")
VOLUNTEERS = {"BEL", "CAN", "GBR", "IRL", "JOR", "LUX", "MYS", "NLD", "USA_ARMY"}


@pytest.fixture(scope="module")
def bosnia() -> Scenario:
    return load("sfor-1998")


@pytest.fixture(scope="module")
def told(bosnia: Scenario) -> Brief:
    """Return a brief in which the two contributors whose names speak elsewhere have others."""
    renamed = {"RUS": "Contributor R", "UKR": "Contributor U"}
    rows = [
        row.model_copy(update={"title": renamed.get(row.delegation, row.title)})
        for row in bosnia.delegations
    ]
    return brief(bosnia.replace(delegations=tuple(rows)), draws=40, seed=7, plan=False)


def sent_persons(scenario: Scenario) -> dict[str, float]:
    rows = [row for row in scenario.estimates if row.quantity == "troops_sent"]
    return {row.estimate.removeprefix("sent-").upper(): row.estimate_value for row in rows}


def as_state(code: str) -> str:
    return "USA" if code == "USA_ARMY" else code


def test_it_speaks_of_the_end_of_january_1998(bosnia: Scenario) -> None:
    assert str(bosnia.about.date) == str(bosnia.about.evidence_until) == "1998-01-31"
    assert not bosnia.about.invented
    assert bosnia.later_rows == ()
    spoken = {row.as_of for row in bosnia.stances}
    assert max(spoken) <= bosnia.about.date


def test_everyone_who_was_there_may_stay(bosnia: Scenario) -> None:
    with SENT_FILE.open(encoding="utf-8") as file:
        kept = {
            row["iso3"]: float(row["troops_persons"])
            for row in csv.DictReader(file)
            if row["mission"] == "SFOR"
        }
    assert sent_persons(bosnia) == kept
    assert sum(kept.values()) == 34_806
    assert {as_state(code) for code in bosnia.of_role("contributor")} == set(kept)


def test_what_was_sent_is_read_by_no_model(bosnia: Scenario) -> None:
    """The models are held against it, so it must not be among what they know."""
    without = bosnia.replace(estimates=())
    for engine in ABLE:
        request = make_request(bosnia, draws=20)
        found, again = (
            run_request(each, ENGINES[engine](), request).result.outcomes()
            for each in (bosnia, without)
        )
        assert all(np.array_equal(found[name], again[name], equal_nan=True) for name in found)


def test_one_rule_of_judgement_made_all_units(bosnia: Scenario) -> None:
    active = {
        row.delegation: row.size_weight for row in bosnia.share_keys if row.share_key == "active"
    }
    for row in bosnia.ceilings:
        part = 0.03 if row.delegation in VOLUNTEERS else 0.01
        assert row.ceiling_persons == pytest.approx(part * active[row.delegation], abs=0.5)
        on_land = sum(
            unit.available_count * unit.strength_persons
            for unit in bosnia.units
            if unit.delegation == row.delegation and unit.unit_kind != "headquarters"
        )
        assert on_land == pytest.approx(part * active[row.delegation], rel=0.01)
    assert set(active) - {row.delegation for row in bosnia.ceilings} == {"ISL"}  # has no army


def test_judged_numbers_have_ranges_and_say_so(bosnia: Scenario) -> None:
    for unit in bosnia.units:
        assert unit.verified == "judgement"
        assert unit.available_count_low is not None
    for line in bosnia.requirement:
        is_headquarters = line.capability.endswith("_hq")
        assert is_headquarters or line.needed_count_low is not None
    assert {row.verified for row in bosnia.stances} == {"judgement"}
    assert {row.verified for row in bosnia.share_keys} <= {"found", "found-rounded"}


def test_the_requirement_is_as_large_as_the_force_was(bosnia: Scenario) -> None:
    strength = {row.capability: row.reference_strength_persons for row in bosnia.capabilities}
    asked = sum(line.needed_count * (strength[line.capability] or 0) for line in bosnia.requirement)
    assert asked == pytest.approx(34_000, rel=0.05)
    small = bosnia.option("deter-20k-us").scale_ratio * asked
    assert 15_000 <= small <= 25_000  # what the German minister spoke of


def test_the_guarantor_is_one_state_in_two_parts(bosnia: Scenario) -> None:
    assert bosnia.of_role("guarantor") == ("USA",)
    assert bosnia.of_role("host") == ("BIH",)
    assert bosnia.of_role("adversary") == ("ENTITY_ARMIES",)
    lent = {row.capability for row in bosnia.units if row.delegation == "USA"}
    enabling = {row.capability for row in bosnia.capabilities if row.is_enabler}
    assert lent <= enabling
    assert "infantry" in {row.capability for row in bosnia.units if row.delegation == "USA_ARMY"}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("engine", ABLE)
def test_every_option_can_be_run(bosnia: Scenario, option: str, engine: str) -> None:
    request = make_request(bosnia, option=option, draws=20)
    outcomes = run_request(bosnia, ENGINES[engine](), request).result.outcomes()
    assert all(np.isfinite(values).all() for values in outcomes.values())


def test_tables_that_no_answer_needs_are_left_out(bosnia: Scenario, told: Brief) -> None:
    assert tuple(answer.id for answer in told.answers) == QUESTIONS
    absent = {name for name in TABLES if not bosnia.table(name)}
    assert {"polls", "positions", "disputes", "budgets", "ties", "rules"} <= absent


def test_no_word_of_another_summit_is_in_its_brief(told: Brief) -> None:
    text = json.dumps(told.to_json(), ensure_ascii=False)
    assert [word for word in ELSEWHERE if word in text.replace("Brussels, ", "")] == []
    assert re.findall(r"\b20[12]\d-\d\d", text) == []
    assert "2025" not in re.sub(r"\d*\.\d+|\d{5,}", "", text)


def test_no_delegation_of_another_summit_is_in_its_brief(bosnia: Scenario, told: Brief) -> None:
    here = {row.delegation for row in bosnia.delegations}
    others = {row.delegation for row in load("paris-2025").delegations} - here
    assert len(others) > 5
    words = Counter(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", json.dumps(told.to_json())))
    assert others & set(words) == set()


def test_who_breaks_the_peace_is_no_state(bosnia: Scenario) -> None:
    roles = {row.delegation: row.role for row in bosnia.delegations}
    assert roles["RUS"] == roles["UKR"] == "contributor"


def test_without_the_americans_fewer_stay(bosnia: Scenario) -> None:
    """Ministers said so in 1997, and the stances say it again."""
    chances = {}
    for option in ("deter-20k-us", "europe-20k-alone"):
        request = make_request(bosnia, option=option, draws=200, seed=7)
        result = run_request(bosnia, ENGINES["consent"](), request).result
        table = result.tables()["consent"]
        chances[option] = dict(table.select("delegation", "join_prob").iter_rows())
    allies = [row.delegation for row in bosnia.stances if row.us_reliance_score >= 85]
    assert len(allies) == 16
    for code in allies:
        assert chances["europe-20k-alone"][code] < 0.5 < chances["deter-20k-us"][code]
