"""The rows an answer names are those it rests on: a row it does not name cannot change it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foedus.briefing import QUESTIONS, Answer, ask
from foedus.briefing.findings import Findings
from foedus.briefing.reads import consent_evidence, force_evidence
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.scenario import TABLES

Find = Callable[..., Findings]

IDS = [question.id for question in QUESTIONS]
OF_THE_FILES = ("sources", "uncertainties")
NOT_READ = ("latitude_deg", "longitude_deg", "fill_priority", "start_month", "n_persons")


def halved(scenario: Scenario, skipped: set[str]) -> Iterator[tuple[str, float]]:
    """Yield half of every number in the rows that are not skipped, by the address of its cell."""
    for table in TABLES:
        for row in scenario.table(table) if table not in OF_THE_FILES else ():
            if f"{table}/{row.key}" in skipped:
                continue
            for field, value in row:
                is_size = isinstance(value, int | float) and not isinstance(value, bool)
                if is_size and field not in NOT_READ and not field.endswith(("_low", "_high")):
                    yield f"{table}/{row.key}/{field}", value / 2


def said(answer: Answer) -> dict[str, Any]:
    """Return what an answer says, without what it rests on."""
    found = answer.to_json()
    return {key: found[key] for key in ("headline", "more", "value", "low", "high", "tables")}


@pytest.mark.parametrize("option", ["rear-8k-backed", "air-sea-backed"])
@pytest.mark.parametrize("question", IDS)
def test_rows_that_are_not_named_cannot_change_an_answer(
    minimal: Scenario, question: str, option: str
) -> None:
    answer = ask(minimal, question, option=option, draws=40)[question]
    cells = {
        address: value
        for address, value in halved(minimal, set(answer.rows))
        if not address.endswith("needs_partners_count")
    }
    assert cells
    again = ask(minimal, question, option=option, draws=40, set=cells)[question]
    assert said(again) == said(answer)


@pytest.mark.parametrize(
    ("question", "cell", "value"),
    [
        ("size", "stances/ALD:ALD/willingness_score", 10.0),
        ("size", "approvals/CST:CST/gov_seats_share", 0.1),
        ("size", "polls/league-2030-05:CST/oppose_share", 0.0),
        ("size", "principals/CST/in_office_prob", None),
        ("size", "units/ALD:brigade/available_count", 3),
        ("size", "units/AIRPOOL:tanker_aircraft/available_count", 4),
        ("exposure", "commitments/island-watch/committed_count", 4),
        ("size", "ceilings/ELM:2031-06-01/ceiling_persons", 5),
        ("size", "requirement/s-05/needed_count", 9),
        ("size", "capabilities/brigade/reference_strength_persons", 3000),
        ("size", "dependence/sead:us_share/dependence_value", 0.1),
        ("size", "sites/front/length_km", 100),
        ("contributions", "share_keys/gdp:CST/size_weight", 9000),
        ("exposure", "delegations/BRK/adversary_border_km", 1),
        ("alone", "dependence/ALD:us_intelligence_integration/dependence_value", 0.1),
        ("alone", "options/rear-8k-alone/duration_months", 6),
        ("consent", "options/rear-8k-backed/us_backing_prob", 1),
    ],
)
def test_rows_that_change_an_answer_are_named(
    minimal: Scenario, question: str, cell: str, value: float | None
) -> None:
    answer = ask(minimal, question, draws=120)[question]
    assert cell.rpartition("/")[0] in answer.rows
    cells = {"principals/CST/in_office_prob": 1.0, "principals/CST_OPP/in_office_prob": 0.0}
    changed = ask(minimal, question, draws=120, set=cells if value is None else {cell: value})
    assert said(changed[question]) != said(answer)


@pytest.mark.parametrize("question", IDS)
def test_every_row_and_source_that_is_named_is_there(minimal: Scenario, question: str) -> None:
    answer = ask(minimal, question, draws=10)[question]
    assert list(answer.rows) == sorted(set(answer.rows))
    for address in answer.rows:
        table, _, key = address.partition("/")
        assert key in minimal.positions[table]
    for source in answer.sources:
        assert source in minimal.positions["sources"]


def test_only_the_ceilings_of_the_mission_are_named(minimal: Scenario) -> None:
    early = minimal.ceilings[0].model_copy(
        update={"valid_from": minimal.about.date.replace(year=2029)}
    )
    more = minimal.replace(ceilings=(*minimal.ceilings, early))
    named = force_evidence(Findings(more, make_request(more))).rows
    held = [address for address in named if address.startswith("ceilings/")]
    assert f"ceilings/{early.key}" not in held
    assert len(held) == len(minimal.ceilings)


def test_promises_that_are_over_are_not_named(find: Find) -> None:
    later = find(set={"options/*/decision_date": "2032-06-01"})
    assert "commitments/island-watch" in force_evidence(find()).rows
    assert "commitments/island-watch" not in force_evidence(later).rows


def test_units_that_the_guarantor_never_lends_are_not_named(paris: Scenario) -> None:
    named = force_evidence(Findings(paris, make_request(paris))).rows
    lent = {row.capability for row in paris.capabilities if row.is_enabler}
    own = [row for row in paris.units if row.delegation == "USA"]
    assert any(row.capability not in lent for row in own)
    for row in own:
        assert (f"units/{row.key}" in named) <= (row.capability in lent)


def test_sectors_that_are_left_out_are_not_named(find: Find, minimal: Scenario) -> None:
    named = force_evidence(find(option="air-sea-backed")).rows
    lines = [address for address in named if address.startswith("requirement/")]
    air = [f"requirement/{row.line}" for row in minimal.requirement if row.sector == "air"]
    assert lines == sorted(air)


def test_who_joins_rests_on_no_unit(find: Find) -> None:
    tables = {address.partition("/")[0] for address in consent_evidence(find()).rows}
    assert tables == {
        "approvals",
        "options",
        "polls",
        "principals",
        "share_keys",
        "stances",
        "uncertainties",
    }


def test_uncertainties_are_named_where_their_cells_are(find: Find) -> None:
    about_units = "uncertainties/units:*:available_count"
    assert about_units in force_evidence(find()).rows
    assert about_units not in consent_evidence(find()).rows
    assert "uncertainties/engines:consent:drift_score" in consent_evidence(find()).rows
