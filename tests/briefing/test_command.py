"""Under whose command: chains told side by side, each number that of the run."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.command import answer_command, consent_words, shown_chains
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent
from foedus.chain import run_command
from foedus.engines.command.result import CRITERIA

Find = Callable[..., Findings]

PARIS = "paris-2025"
QUESTION = "Under whose command?"


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_command(find(name, **words), QUESTION)


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_the_value_is_how_often_the_options_chain_fields_all(find: Find, name: str) -> None:
    found, result = answer(find, name), find(name).command.result
    assert found.kind == "probability"
    assert found.value == pytest.approx(result.fields("coalition").mean())
    assert (found.low, found.high) == (None, None)
    assert f"is at hand in the coalition in {percent(found.value)} of futures" in found.headline
    assert found.run == find(name).command.run_id


def test_the_headline_tells_chains_side_by_side(find: Find) -> None:
    headline, result = answer(find, PARIS).headline, find(PARIS).command.result
    assert shown_chains(result) == ["coalition", "nato", "eu"]
    for chain, words in (("nato", "NATO's chain"), ("eu", "the EU's chain")):
        there = result.has_lead(chain)
        accepts = np.median(result.of_chain(chain, "acceptance_share")[there])
        fields = percent(result.fields(chain).mean())
        assert f"in {words} in {fields} of futures ({percent(accepts)} of soldiers" in headline
    assert headline.count("the guarantor must agree") == 1
    assert headline.count("the guarantor is not asked") == 2
    assert "(1 corps and 1 division)" in headline


def test_a_body_that_is_not_known_is_not_said_to_ask_anybody(find: Find) -> None:
    result = find().command.result
    assert consent_words(result, "nato") == ""
    assert consent_words(result, "coalition") == "the guarantor is not asked"


def test_no_number_is_made_of_several_criteria(find: Find) -> None:
    found = answer(find, PARIS)
    columns = set(found.tables["command_options"].columns)
    assert set(CRITERIA) <= columns
    assert not any("index" in name or "score" in name for name in columns)
    asked = {f"{echelon}_needed_count" for echelon in ("corps", "division")}
    assert set(found.tables["headline_numbers"].columns) - asked == {
        f"{chain}_{name}"
        for chain in ("coalition", "nato", "eu")
        for name in ("fields_prob", "acceptance_share")
    }


def test_leads_are_named_with_how_often_they_could_lead(find: Find) -> None:
    found, result = answer(find, PARIS), find(PARIS).command.result
    (says,) = [text for text in found.more if text.startswith("Who could lead the coalition")]
    pair = result.pairs.index((result.chains.index("coalition"), result.leads.index(("FRA",))))
    there = result.is_there[:, pair]
    accepts = percent(float(np.median(result.acceptance_share[there, pair])))
    assert f"France {percent(float(there.mean()))} ({accepts}, " in says
    (never,) = [text for text in found.more if text.startswith("In hardly any future")]
    assert "Belgium, Germany, Spain, France, Luxembourg and Poland" in never


def test_a_chain_that_the_guarantor_does_not_let_act_is_said_to_be_closed(find: Find) -> None:
    closed = answer(find, PARIS, option="rear-30k-alone")
    assert any("so NATO's chain is closed" in text for text in closed.more)
    assert not any("closed" in text for text in answer(find, PARIS).more)


def test_the_chain_of_the_option_comes_first(find: Find) -> None:
    cells = {"options/rear-30k-us/command": "eu"}
    found = answer(find, PARIS, set=cells)
    assert "is at hand in the EU's chain in " in found.headline
    assert found.unit.endswith("the EU's chain can field every headquarters asked for")


def test_dependence_is_that_of_the_capability_whatever_the_chain(find: Find) -> None:
    (says,) = [text for text in answer(find, PARIS).more if text.startswith("Whatever the chain")]
    share = find(PARIS).command.result.us_share[:, 0]
    assert f"the guarantor provides {percent(float(np.median(share)))} (90 %" in says
    assert not any(text.startswith("Whatever") for text in answer(find).more)


@pytest.mark.parametrize(
    ("name", "bodies"),
    [("minimal", ""), (PARIS, "NATO, European Union"), ("sfor-1998", "NATO, EU")],
)
def test_bodies_whose_members_serve_under_each_other_are_those_of_the_scenario(
    find: Find, name: str, bodies: str
) -> None:
    assumes = answer(find, name, draws=40).assumes
    (says,) = [text for text in assumes if "serves under a lead" in text]
    within = f"; members of one body accept each other's lead in its chain ({bodies})"
    assert (within in says) == bool(bodies)
    assert bodies or "NATO" not in says


def test_it_hangs_on_who_joins_and_what_is_free(find: Find) -> None:
    drivers = answer(find, draws=120).drivers
    cells = {driver.cell for driver in drivers}
    assert {"headquarters/ald-division/available_prob", "consent/ALD/level"} <= cells
    assert all(driver.is_event for driver in drivers[:2])


def test_an_option_without_headquarters_has_no_value(find: Find) -> None:
    found = answer(find, option="air-sea-backed")
    assert found.value is None
    assert found.headline == "No headquarters is asked for, so no chain of command is compared."
    assert (found.more, found.drivers) == ((), ())
    assert found.tables["command_options"].is_empty()


def test_a_chain_without_any_lead_is_told_without_its_criteria(find: Find) -> None:
    found = answer(find, set={"headquarters/*/available_prob": 0})
    assert found.value == 0
    assert found.headline.endswith(
        "in the coalition in 0 % of futures (the guarantor is not asked)."
    )
    assert all("Where there is a lead" not in text for text in found.more)


def test_rows_that_it_rests_on_are_there(find: Find) -> None:
    found, scenario = answer(find, PARIS), find(PARIS).scenario
    rows = set(found.rows)
    for address in rows:
        table, _, key = address.partition("/")
        assert key in scenario.row_numbers[table]
    assert {
        "headquarters/arrc",
        "partnerships/EST:GBR:jef",
        "delegations/NATO",
        "capabilities/corps_hq",
        "requirement/div-01",
        "units/FRA:division_hq",
        "dependence/command_and_control_theatre:us_share",
    } <= rows
    assert "partnerships/DEU:NLD:mmf" not in rows
    assert "requirement/cor-01" not in rows
    json.dumps(found.to_json(), allow_nan=False)


def test_rows_of_the_table_have_names_of_their_own(find: Find) -> None:
    table = answer(find, PARIS).tables["command_options"]
    assert table["way"].is_unique().all()
    row = table.filter(way="coalition:DEU+NLD").row(0, named=True)
    assert row["title"] == "The coalition under Germany and Netherlands"
    assert (table["title"].str.len_chars() > 0).all()
    acceptance = answer(find, PARIS).tables["command_acceptance"]
    row = acceptance.filter(lead="GBR", delegation="NLD").row(0, named=True)
    assert row["formation_title"] == "UK-Netherlands amphibious force"


def test_the_run_is_fed_by_who_joins_and_what_they_send(find: Find) -> None:
    found = find()
    runs = found.headline
    assert found.command.provenance.identity.fed_by == (runs.consent.run_id, runs.forces.run_id)
    again = run_command(found.scenario, found.request, runs)
    assert again.run_id == found.command.run_id
    result = found.command.result
    joins = runs.consent.result.level >= 4
    assert result.joins.tolist() == joins.tolist()
    assert found.command.run_id in found.made()
