"""The rows an answer names are those it rests on: a row it does not name cannot change it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.shipped import load

from foedus.briefing import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.questions import answerable
from foedus.briefing.reads import consent_evidence, force_evidence, spending_evidence
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.scenario import TABLES

Find = Callable[..., Findings]
Asked = Callable[..., Answer]

IDS = [question.id for question in answerable(load("minimal"))]
MANY = 120
"""Draws of the briefs that tests of the questions share."""
OF_THE_FILES = ("sources", "uncertainties")
NOT_SIZES = ("_low", "_high", "_year", "years_count")
"""Endings of what is drawn, or has no half."""
NOT_READ = (
    *("latitude_deg", "longitude_deg", "fill_priority", "start_month", "n_persons"),
    "rounds_before_count",
)


def halved(scenario: Scenario, skipped: set[str]) -> Iterator[tuple[str, float]]:
    """Yield half of every number in the rows that are not skipped, by the address of its cell."""
    for table in TABLES:
        for row in scenario.table(table) if table not in OF_THE_FILES else ():
            if f"{table}/{row.key}" in skipped:
                continue
            if table == "base_rates" and row.role == "prior":
                continue  # a half would leave its ends
            for field, value in row:
                is_size = isinstance(value, int | float) and not isinstance(value, bool)
                if field == "usd_value" and row.currency == "USD":
                    continue  # a dollar is a dollar: nothing else is taken
                if is_size and field not in NOT_READ and not field.endswith(NOT_SIZES):
                    yield f"{table}/{row.key}/{field}", value / 2


def said(answer: Answer) -> dict[str, Any]:
    """Return what an answer says, without what it rests on."""
    found = answer.to_json()
    return {key: found[key] for key in ("headline", "more", "value", "low", "high", "tables")}


@pytest.mark.parametrize("option", ["rear-8k-backed", "air-sea-backed"])
@pytest.mark.parametrize("question", IDS)
def test_rows_that_are_not_named_cannot_change_an_answer(
    asked: Asked, minimal: Scenario, question: str, option: str
) -> None:
    answer = asked(question, option=option, draws=MANY, plan=True)
    cells = {
        address: value
        for address, value in halved(minimal, set(answer.rows))
        if not address.endswith(("needs_partners_count", "against_stops_count"))
    }
    assert cells
    again = asked(question, option=option, draws=MANY, plan=True, set=cells)
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
    asked: Asked, question: str, cell: str, value: float | None
) -> None:
    answer = asked(question)
    assert cell.rpartition("/")[0] in answer.rows
    cells = {"principals/CST/in_office_prob": 1.0, "principals/CST_OPP/in_office_prob": 0.0}
    changed = asked(question, set=cells if value is None else {cell: value})
    assert said(changed) != said(answer)


@pytest.mark.parametrize("question", IDS)
def test_every_row_and_source_that_is_named_is_there(
    asked: Asked, minimal: Scenario, question: str
) -> None:
    answer = asked(question, draws=MANY, plan=True)
    assert list(answer.rows) == sorted(set(answer.rows))
    for address in answer.rows:
        table, _, key = address.partition("/")
        assert key in minimal.row_numbers[table]
    for source in answer.sources:
        assert source in minimal.row_numbers["sources"]


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


def money(scenario: Scenario, **words: Any) -> dict[str, list[str]]:
    """Return the keys of the rows that an answer on money names, by table."""
    found = spending_evidence(Findings(scenario, make_request(scenario, **words)))
    keys: dict[str, list[str]] = {}
    for address in found.rows:
        table, _, key = address.partition("/")
        keys.setdefault(table, []).append(key)
    return keys


def test_of_public_finances_the_last_row_is_named(minimal: Scenario) -> None:
    named = money(minimal)["finances"]
    assert "ALD:2029" in named
    assert "ALD:2028" not in named
    assert named == sorted(f"{row.delegation}:2029" for row in minimal.budgets)


def test_all_targets_compete_but_those_that_came_later(minimal: Scenario) -> None:
    assert money(minimal)["targets"] == sorted(row.key for row in minimal.targets)
    after = {"later": True, "known_from": minimal.about.evidence_until.replace(month=7)}
    late = tuple(
        row.model_copy(update=after if row.target == "pledge" else {}) for row in minimal.targets
    )
    named = money(minimal.replace(targets=late))["targets"]
    assert set(named) == {row.key for row in minimal.targets} - {"CST:pledge"}


def test_only_deflators_that_money_is_turned_with_are_named(minimal: Scenario) -> None:
    named = money(minimal)["deflators"]
    assert named == ["ALC:2028", "ALC:2030", "USD:2029", "USD:2030"]
    dollars = tuple(row for row in minimal.costs if row.currency == "USD")
    payers = tuple(row for row in minimal.payers if row.cost in {cost.cost for cost in dollars})
    without = minimal.replace(costs=dollars, payers=payers)
    assert money(without)["deflators"] == ["USD:2029", "USD:2030"]


def test_no_deflator_of_another_currency_is_named(paris: Scenario) -> None:
    named = money(paris)["deflators"]
    assert not [key for key in named if key.startswith("GBP")]
    assert {key.partition(":")[2] for key in named} == {"2015", "2023", "2024"}


def test_budgets_are_named_of_who_pays(minimal: Scenario) -> None:
    vargia = minimal.budgets[-1].model_copy(update={"delegation": "VRG", "data_year": 2028})
    deflator = minimal.deflators[-1].model_copy(update={"data_year": 2028})
    more = minimal.replace(
        budgets=(*minimal.budgets, vargia), deflators=(*minimal.deflators, deflator)
    )
    named = money(more)
    assert named["budgets"] == ["ALD", "BRK", "CST", "DUN", "ELM", "PTN"]
    assert "USD:2028" not in named["deflators"]


def test_sizes_are_named_of_contributors_and_of_members_that_share(paris: Scenario) -> None:
    named = money(paris)["share_keys"]
    contributors = set(paris.of_role("contributor"))
    (union,) = [row for row in paris.delegations if row.delegation == "EU"]
    assert set(union.members) <= {key.partition(":")[2] for key in named if key[:4] == "gdp:"}
    for key in named:
        measure, _, code = key.partition(":")
        assert code in contributors or (measure == "gdp" and code in union.members)
    assert f"active:{paris.of_role('guarantor')[0]}" not in named


def test_hosts_that_contribute_are_named(minimal: Scenario) -> None:
    guarantor = minimal.hosting[0].model_copy(update={"delegation": "PTN"})
    more = minimal.replace(hosting=(*minimal.hosting, guarantor))
    assert money(more)["hosting"] == ["BRK", "ELM"]


def test_what_money_rests_on_names_its_settings_too(minimal: Scenario) -> None:
    named = money(minimal)["uncertainties"]
    assert "engines:spending:ramp_ratio" in named
    assert "budgets:*:growth_share" in named
    assert "engines:forces:overlap_months" in named


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("budgets/DUN/ramp_share", 0.2),
        ("budgets/ELM/deficit_limit_share", 0.001),
        ("finances/ALD:2029/debt_share", 0.1),
        ("finances/CST:2029/outlays_share", 0.2),
        ("targets/BRK:budget-2031/target_share", 0.05),
        ("targets/CST:pledge/status", "ambition"),
        ("costs/deployed_air/cost_value", 1e6),
        ("costs/reconstruction/over_years_count", 3),
        ("payers/hovany_forces:LEAGUE/paid_share", 0.1),
        ("payers/hovany_forces:LEAGUE/share_key", "gdp"),
        ("deflators/ALC:2028/deflator_value", 50),
        ("deflators/ALC:2030/usd_value", 2),
        ("deflators/USD:2029/deflator_value", 50),
        ("hosting/BRK/hosted_persons", 9),
        ("share_keys/gdp:ELM/size_weight", 9000),
        ("share_keys/population:DUN/size_weight", 9e8),
        ("delegations/BRK/adversary_border_km", 1),
        ("options/rear-8k-backed/duration_months", 3),
    ],
)
def test_rows_on_money_that_are_named_change_the_answer(
    asked: Asked, cell: str, value: float | str
) -> None:
    answer = asked("afford")
    assert cell.rpartition("/")[0] in answer.rows
    changed = asked("afford", set={cell: value})
    assert said(changed) != said(answer)
