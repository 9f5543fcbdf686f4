"""What must hold between the tables of money: a broken one of each is found, and said once."""

from datetime import date
from typing import Any

import pytest
from tests.scenario.broken import Change, changed, told, with_table, without

from foedus.errors import ScenarioError
from foedus.scenario import Scenario, load
from foedus.scenario.checks import Places, faults
from foedus.scenario.load import SHIPPED
from foedus.scenario.scenario import ABOUT
from foedus.scenario.spending_checks import SPENDING_CHECKS, budgets_add_up


def without_price_year(scenario: Scenario) -> Scenario:
    fields: dict[str, Any] = {name: getattr(scenario, name) for name in Scenario.model_fields}
    about = scenario.about.model_copy(update={"price_year": None})
    return Scenario.model_construct(**{**fields, "about": about})


def no_population(scenario: Scenario) -> Scenario:
    """Every population of a member of the League is 0."""
    rows = tuple(
        row.model_copy(update={"size_weight": 0.0}) if row.share_key == "population" else row
        for row in scenario.share_keys
    )
    return with_table(scenario, "share_keys", rows)


BROKEN: dict[str, list[tuple[Change, str, str, str, str, str]]] = {
    "money_converts": [
        (without_price_year, ABOUT, "", "price_year",
         "there is money in the tables, and no year is named whose dollars it is told in",
         "write price_year = 2024, or another year"),
        (without("deflators", "USD:2029"), "budgets", "ALD", "data_year",
         "deflators.csv has no row of USD in 2029",
         "add a row to deflators.csv with the currency USD and year 2029"),
        (without("deflators", "USD:2030"), "budgets", "ALD", "data_year",
         "deflators.csv has no row of USD in 2030",
         "add a row to deflators.csv with the currency USD and year 2030"),
        (without("deflators", "ALC:2028"), "costs", "deployed_land", "price_year",
         "deflators.csv has no row of ALC in 2028",
         "add a row to deflators.csv with the currency ALC and year 2028"),
        (without("deflators", "ALC:2030"), "costs", "deployed_land", "currency",
         "deflators.csv has no row of ALC in 2030",
         "add a row to deflators.csv with the currency ALC and year 2030"),
        (changed("costs", "deployed_land", currency="ALQ"), "costs", "deployed_land", "currency",
         "deflators.csv has no row of ALQ in 2028, nor in any other year",
         "write one of ALC, USD, or add rows of 2028 and 2030"),
        (changed("deflators", "USD:2029", usd_value=1.1), "deflators", "USD:2029", "usd_value",
         "one US dollar is said to buy 1.1 US dollars", "write 1"),
    ],
    "money_is_of_states": [
        (changed("budgets", "DUN", delegation="LEAGUE"), "budgets", "LEAGUE", "delegation",
         "LEAGUE is body, and what it has its members have",
         "take the row out, and give its members theirs"),
        (changed("hosting", "ELM", delegation="AIRPOOL"), "hosting", "AIRPOOL", "delegation",
         "AIRPOOL is pool, and what it has its members have",
         "take the row out, and give its members theirs"),
    ],
    "money_was_known": [
        (changed("finances", "ELM:2029", data_year=2031), "finances", "ELM:2031", "data_year",
         "figures of 2031 were not known by evidence_until, 2030-06-05",
         "mend the year, or write 1 in the column 'later'"),
    ],
    "budgets_add_up": [
        (changed("budgets", "DUN", defence_usd_bn=2000.0), "budgets", "DUN", "defence_usd_bn",
         "2000 bn dollars are 500.00% of GDP, and defence_share says 0.50%",
         "mend one of defence_usd_bn, defence_share and gdp_usd_bn: amounts are in bn"),
        (changed("budgets", "ALD", defence_usd_bn=16.0), "budgets", "ALD", "defence_usd_bn",
         "16 bn dollars are 0.80% of GDP, and defence_share says 1.80%",
         "mend one of defence_usd_bn, defence_share and gdp_usd_bn: amounts are in bn"),
        (changed("budgets", "DUN", defence_usd_bn=0.0), "budgets", "DUN", "defence_usd_bn",
         "0 bn dollars are said to be 0.50% of GDP", "both are 0, or neither is"),
        (changed("budgets", "DUN", defence_share=0.0), "budgets", "DUN", "defence_usd_bn",
         "2 bn dollars are said to be 0.00% of GDP", "both are 0, or neither is"),
    ],
    "targets_fit": [
        (changed("targets", "CST:pledge", target_year=2029), "targets", "CST:pledge",
         "target_year", "2029 is before the scenario's date, 2030-06-01",
         "write 2030 or later, or leave it empty where no year was named"),
        (changed("targets", "ALD:defence-act", target_year=None), "targets", "ALD:defence-act",
         "target_year", "a law or a voted budget names the year of its target, and none is here",
         "write the year, or the status announced"),
    ],
    "costs_fit": [
        (changed("costs", "deployed_air", unit="person"), "costs", "deployed_air", "unit",
         "a deployed cost is counted by person_year, not by person", "write person_year"),
        (changed("costs", "set_up_land", unit="person_year"), "costs", "set_up_land", "unit",
         "a set_up cost is counted by person, not by person_year", "write person"),
        (changed("costs", "hovany_forces", unit="person"), "costs", "hovany_forces", "unit",
         "a programme cost is counted by bn, not by person", "write bn"),
        (changed("costs", "hovany_forces", domain="land"), "costs", "hovany_forces", "domain",
         "a programme is paid whoever joins, and has no domain", "leave it empty"),
        (changed("costs", "set_up_land", domain=None), "costs", "set_up_land", "domain",
         "a set_up cost needs a domain", "write land, air or sea"),
        (changed("costs", "set_up_land", start_year=2031), "costs", "set_up_land", "start_year",
         "a set_up cost follows the force, not a calendar", "leave it empty"),
        (changed("costs", "deployed_air", over_years_count=2), "costs", "deployed_air",
         "over_years_count", "a deployed cost follows the force, not a calendar",
         "leave it empty"),
    ],
    "payers_fit": [
        (changed("payers", "hovany_forces:PTN", cost="deployed_land"), "payers",
         "deployed_land:PTN", "cost", "deployed_land is deployed: who joins pays it",
         "take the row out, or name a programme of costs.csv"),
        (changed("payers", "reconstruction:DUN", delegation="HOV"), "payers",
         "reconstruction:HOV", "delegation", "HOV is host and pays no part of a programme",
         "name a body with members, or one of the roles contributor, guarantor, observer"),
        (changed("payers", "reconstruction:DUN", delegation="AIRPOOL"), "payers",
         "reconstruction:AIRPOOL", "delegation",
         "AIRPOOL is pool and pays no part of a programme",
         "name a body with members, or one of the roles contributor, guarantor, observer"),
        (changed("payers", "reconstruction:PTN", paid_share=0.55, paid_share_high=0.7), "payers",
         "reconstruction:PTN", "paid_share",
         "up to here 1.2 of reconstruction may be paid, more than 1",
         "lower the shares, or the high ends of their ranges; what is open needs no row"),
        (changed("payers", "reconstruction:LEAGUE", share_key="gpd"), "payers",
         "reconstruction:LEAGUE", "share_key", "share_keys.csv has no measure 'gpd'",
         "Did you mean gdp?"),
        (without("share_keys", "population:CST", "population:ELM"), "payers",
         "hovany_forces:LEAGUE", "share_key",
         "LEAGUE pays by population, and of these members there is none: CST, ELM",
         "add their population to share_keys.csv"),
        (no_population, "payers", "hovany_forces:LEAGUE", "share_key",
         "the population of all members of LEAGUE is 0", "name another measure of share_keys.csv"),
    ],
}  # fmt: skip
"""By check: how the scenario is broken, and the table, row, column, clause and fix that tell it."""

CASES = [(check, *case) for check, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(("check", "break_it", "table", "key", "field", "says", "fix"), CASES)
def test_what_does_not_hold_is_told_once_with_its_place_and_its_mending(
    minimal: Scenario,
    check: str,
    break_it: Change,
    table: str,
    key: str,
    field: str,
    says: str,
    fix: str,
) -> None:
    broken = break_it(minimal)
    assert told(broken) == [(table, key, field, says, fix)]
    (found_by,) = [each for each in SPENDING_CHECKS if list(each(broken))]
    assert found_by.__name__ == check


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in SPENDING_CHECKS]
    assert all(BROKEN.values())


def test_all_faults_are_told_at_once(minimal: Scenario) -> None:
    broken = minimal
    changes = [cases[-1][0] for cases in BROKEN.values()]
    for change in changes:
        broken = change(broken)
    assert len(told(broken)) == len(changes)


def test_a_body_without_members_cannot_pay(minimal: Scenario) -> None:
    broken = changed("delegations", "LEAGUE", members=())(minimal)
    assert [place[:4] for place in told(broken) if place[0] == "payers"] == [
        ("payers", f"{cost}:LEAGUE", "delegation",
         "LEAGUE is a body without members, so nobody would pay")
        for cost in ("hovany_forces", "reconstruction")
    ]  # fmt: skip


def test_an_observer_may_pay(minimal: Scenario) -> None:
    change = changed("delegations", "HOV", role="observer")
    paid = changed("payers", "reconstruction:DUN", delegation="HOV")(change(minimal))
    assert told(paid) == []


def test_shares_of_exactly_one_are_taken(minimal: Scenario) -> None:
    change = changed("payers", "reconstruction:PTN", paid_share=0.5, paid_share_high=0.5)
    assert told(change(minimal)) == []


def test_shares_that_exceed_one_are_told_once_a_programme(minimal: Scenario) -> None:
    rows = tuple(
        row.model_copy(update={"paid_share": 0.9, "paid_share_low": None, "paid_share_high": None})
        for row in minimal.payers
    )
    broken = with_table(minimal, "payers", rows)
    assert [place[:3] for place in told(broken)] == [
        ("payers", "hovany_forces:PTN", "paid_share"),
        ("payers", "reconstruction:DUN", "paid_share"),
    ]


def test_money_without_tables_of_money_needs_no_price_year(minimal: Scenario) -> None:
    bare = without_price_year(minimal)
    for table in ("budgets", "costs", "payers", "deflators", "uncertainties", "claims"):
        bare = with_table(bare, table, ())
    assert told(bare) == []


def test_a_programme_may_leave_its_calendar_open(minimal: Scenario) -> None:
    change = changed("costs", "reconstruction", start_year=None, over_years_count=None)
    assert told(change(minimal)) == []


def test_a_target_of_this_year_lies_ahead_enough(minimal: Scenario) -> None:
    assert told(changed("targets", "CST:pledge", target_year=2030)(minimal)) == []


def test_later_figures_may_be_of_a_later_year(minimal: Scenario) -> None:
    change = changed(
        "finances", "ELM:2029", data_year=2031, later=True, known_from=date(2032, 4, 20)
    )
    assert told(change(minimal)) == []


def test_figures_may_be_of_the_year_that_runs(minimal: Scenario) -> None:
    assert told(changed("finances", "ELM:2029", data_year=2030)(minimal)) == []


@pytest.mark.parametrize(("usd_bn", "sound"), [(18.0, True), (72.0, True), (73.0, False)])
def test_dollars_and_share_may_differ_by_a_factor_of_two(
    minimal: Scenario, usd_bn: float, sound: bool
) -> None:
    """Aldmark earns 2,000 bn and spends 1.8 percent of it: 36 bn."""
    broken = changed("budgets", "ALD", defence_usd_bn=usd_bn)(minimal)
    assert (list(budgets_add_up(broken)) == []) == sound


def test_dollars_of_years_far_apart_are_not_compared(minimal: Scenario) -> None:
    change = changed("budgets", "DUN", defence_usd_bn=8.0, defence_year=2020)
    assert told(change(minimal)) == []


def test_nothing_spent_is_no_fault(minimal: Scenario) -> None:
    change = changed("budgets", "DUN", defence_usd_bn=0.0, defence_share=0.0)
    assert told(change(minimal)) == []


def test_a_range_of_an_estimate_is_in_order(minimal: Scenario) -> None:
    change = changed("estimates", "institute-size", estimate_value_low=16_000.0)
    assert [place[:4] for place in told(change(minimal))] == [
        ("estimates", "institute-size", "estimate_value_low", "low 16000 is above high 15000")
    ]


@pytest.mark.parametrize(
    ("break_it", "table"),
    [
        (without("deflators", "USD:2029"), "deflators"),
        (without("share_keys", "population:CST"), "share_keys"),
        (changed("delegations", "LEAGUE", members=()), "delegations"),
        (changed("targets", "CST:pledge", target_year=2029), ABOUT),
        (changed("finances", "ELM:2029", data_year=2031), ABOUT),
        (without("deflators", "ALC:2030"), ABOUT),
        (without_price_year, ABOUT),
    ],
)
def test_what_a_missing_row_would_explain_is_not_said_of_a_table_read_in_part(
    minimal: Scenario, break_it: Change, table: str
) -> None:
    broken = break_it(minimal)
    assert faults(broken, Places("x"))
    assert faults(broken, Places("x", incomplete=frozenset({table}))) == []


def test_a_missing_price_year_is_told_of_the_settings(tmp_path: Any) -> None:
    for path in (SHIPPED / "minimal").iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace("price_year = 2030\n", "")
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path)
    (problem,) = caught.value.problems
    assert problem.path == f"{tmp_path}/scenario.toml"
    assert (problem.line, problem.field) == (None, "price_year")
