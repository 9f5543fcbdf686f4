"""What must hold of rules and ballots: a broken one of each is found, and said once."""

from typing import Any

import pytest
from tests.scenario.broken import Change, changed, told, with_table, without_where

from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.cells import read_settings
from foedus.scenario.checks import Places, faults
from foedus.scenario.uncertainties import Uncertainty
from foedus.scenario.voting import RuleGame
from foedus.scenario.voting_checks import VOTING_CHECKS, voting_tables

HEADS_HALF = "league-majority:double-majority:heads"
WEALTH = "league-majority:double-majority:budgets.gdp_usd_bn"
ALL_BUT = "league-majority:all-but-one:heads"
SOLDIERS = "force-carried:together:pledged_persons"
DRAWN_QUOTA = Uncertainty(
    table="rule_games",
    cell_key=SOLDIERS,
    field="quota_value",
    distribution="triangular",
    low_value=0.7,
    mode_value=0.8,
    high_value=0.9,
    source=("invented",),
)
IN_UNIT = "write it in the issue's unit, thousand soldiers, and cut it at the end"
OF_BUDGETS = (
    *("data_year", "debt_limit_share", "defence_share", "defence_usd_bn", "defence_year"),
    *("deficit_limit_share", "gdp_usd_bn", "growth_share", "ramp_share"),
)
OTHERS = (
    *("delegations.adversary_border_km", "delegations.host_border_km"),
    "hosting.hosted_persons",
)
"""Other columns of numbers of tables with one row for each delegation."""


def both(*changes: Change) -> Change:
    """Return what makes several changes, one after the other."""

    def change(scenario: Scenario) -> Scenario:
        for each in changes:
            scenario = each(scenario)
        return scenario

    return change


def weighed_by(weight: str, **values: Any) -> Change:
    """Return what lets the wealth of the double majority count by something else."""
    return changed("rule_games", WEALTH, weight=weight, **values)


def by(weight: str, clause: str = "double-majority", rule: str = "league-majority") -> str:
    """Return the key of a game."""
    return f"{rule}:{clause}:{weight}"


BROKEN: dict[str, list[tuple[Change, str, str, str, str, str]]] = {
    "rules_have_games": [
        (without_where("rule_games", rule="league-unanimity"), "rules", "league-unanimity", "rule",
         "nothing says how league-unanimity is passed: it has no games",
         "add rows to rule_games.csv, or take the rule out"),
    ],
    "voters_can_vote": [
        (changed("rules", "force-carried", voters=("ALD", "BRK", "AIRPOOL")), "rules",
         "force-carried", "voters", "AIRPOOL is pool and has no vote of its own",
         "name its owners"),
        (both(changed("delegations", "LEAGUE", members=()), lambda s: with_table(s, "payers", ()),
              without_where("rules", rule="league-unanimity"),
              without_where("rule_games", rule="league-unanimity"),
              lambda s: with_table(s, "ballots", ())), "rules", "league-majority", "voters",
         "LEAGUE is a body without members, so nobody votes for it",
         "list its members in delegations.csv, or name the voters themselves"),
        (changed("rules", "force-carried", voters=("ALD", "BRK", "ALD")), "rules",
         "force-carried", "voters", "ALD is named 2 times", "name it once"),
        (changed("rules", "league-unanimity", against_stops_count=5), "rules",
         "league-unanimity", "against_stops_count", "5 votes against cannot be cast by 4 voters",
         "write a number from 1 to 4, or leave it empty"),
    ],
    "weights_are_known": [
        (weighed_by("populaton"), "rule_games", by("populaton"), "weight",
         "share_keys.csv has no measure 'populaton'", "Did you mean population?"),
        (weighed_by("budget.gdp_usd_bn"), "rule_games", by("budget.gdp_usd_bn"), "weight",
         "there is no table 'budget'",
         "Did you mean budgets.gdp_usd_bn or budgets.defence_usd_bn or budgets.ramp_share?"),
        (weighed_by("budgets.gdp_usd"), "rule_games", by("budgets.gdp_usd"), "weight",
         "budgets.csv has no column of numbers 'gdp_usd'", "Did you mean gdp_usd_bn?"),
        (weighed_by("budgets.definition"), "rule_games", by("budgets.definition"), "weight",
         "budgets.csv has no column of numbers 'definition'",
         f"There are: {', '.join(OF_BUDGETS)}."),
        (weighed_by("units.held_count"), "rule_games", by("units.held_count"), "weight",
         "units.csv has not one row for each delegation",
         f"There are: {', '.join((*(f'budgets.{name}' for name in OF_BUDGETS), *OTHERS))}."),
        (both(weighed_by("population"), without_where("share_keys", key="population:ELM"),
              lambda s: with_table(s, "payers", ())),
         "rule_games", by("population"), "weight",
         "population is not known of ELM",
         "add the rows to share_keys.csv, or take them from the voters of league-majority"),
        (weighed_by("hosting.hosted_persons"), "rule_games", by("hosting.hosted_persons"),
         "weight", "hosting.hosted_persons is not known of ALD, CST",
         "add the rows to hosting.csv, or take them from the voters of league-majority"),
        (both(weighed_by("budgets.growth_share"),
              changed("budgets", "CST", growth_share=-0.001)),
         "rule_games", by("budgets.growth_share"), "weight",
         "CST counts -0.001 by budgets.growth_share, less than nothing",
         "mend it in budgets.csv, or name another weight"),
        (changed("rules", "force-carried", voters=("HOV", "VRG")), "rule_games", SOLDIERS,
         "weight", "none of the voters of force-carried can send soldiers",
         "name delegations of the roles contributor, pool, guarantor, or another weight"),
    ],
    "quotas_can_be_met": [
        (changed("rule_games", HEADS_HALF, quota_value=50.0), "rule_games", HEADS_HALF,
         "quota_value", "50 is no fraction of 1", "write 0.5"),
        (changed("rule_games", HEADS_HALF, quota_value=-0.5), "rule_games", HEADS_HALF,
         "quota_value", "-0.5 is no fraction of 1", "write a number from 0 to 1"),
        (changed("rule_games", SOLDIERS, quota_value=1.2), "rule_games", SOLDIERS,
         "quota_value", "1.2 is no fraction of 1", "write 0.012"),
        (changed("rule_games", HEADS_HALF, quota_value=0.0), "rule_games", HEADS_HALF,
         "quota_value", "the quota is 0, which is reached without a single vote",
         "write a quota above 0"),
        (changed("rule_games", ALL_BUT, quota_value=4.0), "rule_games", ALL_BUT,
         "quota_value", "the quota is 0, which is reached without a single vote",
         "write a quota above 0"),
        (changed("rule_games", ALL_BUT, quota_value=-1.0), "rule_games", ALL_BUT,
         "quota_value", "the quota is 5 of 4, so that not even all together reach it",
         "write a lower quota"),
        (changed("rule_games", ALL_BUT, quota_kind="more_than", quota_value=4.0), "rule_games",
         ALL_BUT, "quota_value",
         "the quota is more than 4 of 4, so that not even all together reach it",
         "write a lower quota"),
        (changed("rule_games", WEALTH, quota_kind="at_least", quota_value=3600.5), "rule_games",
         WEALTH, "quota_value",
         "the quota is 3,600.5 of 3,600, so that not even all together reach it",
         "write a lower quota"),
        (changed("rule_games", SOLDIERS, quota_kind="more_than_share", quota_value=1.0),
         "rule_games", SOLDIERS, "quota_value",
         "the quota is more than 1 of 1, so that not even all together reach it",
         "write a lower quota"),
        (changed("rule_games", SOLDIERS, quota_kind="all_but", quota_value=-1.0),
         "rule_games", SOLDIERS, "quota_value", "not even all together have more than all",
         "write 0 or more"),
        (both(weighed_by("delegations.host_border_km"),
              changed("delegations", "BRK", host_border_km=0.0)), "rule_games",
         by("delegations.host_border_km"), "weight",
         "the voters of league-majority count nothing by delegations.host_border_km, all together",
         "name another weight"),
    ],
    "rules_are_not_drawn": [
        (lambda s: with_table(s, "uncertainties", (*s.uncertainties, DRAWN_QUOTA)),
         "uncertainties", DRAWN_QUOTA.key, "field",
         "quota_value of rule_games is the same in all draws",
         "take the row out; --set rule_games/KEY/quota_value shows what follows"),
    ],
    "ballots_compare_rules": [
        (changed("ballots", "raise", compare_rules=("league-unanimity",)), "ballots", "raise",
         "compare_rules", "raise is decided by league-unanimity itself", "name other rules"),
        (changed("ballots", "raise", compare_rules=("league-majority", "league-majority")),
         "ballots", "raise", "compare_rules", "league-majority is named 2 times", "name it once"),
    ],
    "ballots_lie_on_their_scale": [
        (changed("ballots", "raise", proposal_value_high=21.0), "ballots", "raise",
         "proposal_value_high", "21 lies off the scale of force, 0 to 20", IN_UNIT),
        (changed("ballots", "keep", default_value_low=-1.0), "ballots", "keep",
         "default_value_low", "-1 lies off the scale of force, 0 to 20", IN_UNIT),
        (changed("ballots", "keep", proposal_value=2.0, proposal_value_low=None,
                 proposal_value_high=None), "ballots", "keep", "proposal_value",
         "the proposal is the default, 2: there is nothing to decide",
         "write in default_value what holds if the vote fails"),
        (changed("ballots", "raise", default_value_high=10.0), "ballots", "raise",
         "proposal_value",
         "the ranges of proposal and default meet, so that some draws change their places",
         "keep the two ranges apart"),
    ],
    "voters_have_positions": [
        (both(changed("rules", "force-carried", voters=("DUN", "VRG")),
              changed("ballots", "keep", rule="force-carried")),
         "ballots", "keep", "rule", "none of the voters of force-carried has a position on force",
         "add rows to positions.csv, or name another rule or issue"),
    ],
}  # fmt: skip
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
    found = [place for place in told(broken) if place[3] == says]
    assert found == [(table, key, field, says, fix)]
    assert [each.__name__ for each in VOTING_CHECKS if list(each(broken))] == [check]


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in VOTING_CHECKS]
    assert all(BROKEN.values())


def test_all_faults_are_told_at_once(minimal: Scenario) -> None:
    broken = minimal
    changes = [
        changed("rules", "league-unanimity", against_stops_count=5),
        changed("rule_games", HEADS_HALF, quota_value=50.0),
        changed("rule_games", WEALTH, weight="gdpp"),
        changed("ballots", "raise", proposal_value_high=21.0),
        changed("ballots", "keep", compare_rules=("league-unanimity",)),
    ]
    for change in changes:
        broken = change(broken)
    assert len(told(broken)) == len(changes)


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "target"),
    [
        ("rules", "force-carried", "voters", ("ZZZ", "ALD"), "delegations"),
        ("rule_games", ALL_BUT, "rule", "ZZZ", "rules"),
        ("ballots", "raise", "issue", "ZZZ", "issues"),
        ("ballots", "raise", "rule", "ZZZ", "rules"),
        ("ballots", "raise", "compare_rules", ("ZZZ",), "rules"),
    ],
)
def test_a_name_that_nobody_has_is_told_and_nothing_else(
    minimal: Scenario, table: str, key: str, column: str, value: Any, target: str
) -> None:
    broken = changed(table, key, **{column: value})(minimal)
    assert [place[2:4] for place in told(broken)] == [(column, f"'ZZZ' is not in {target}.csv")]


@pytest.mark.parametrize("weight", ["heads", "gdp", "population", "pledged_persons"])
def test_every_sort_of_weight_may_be_named(minimal: Scenario, weight: str) -> None:
    game = minimal.row("rule_games", HEADS_HALF).model_copy(
        update={"weight": weight, "clause": "other"}
    )
    assert isinstance(game, RuleGame)
    assert told(with_table(minimal, "rule_games", (*minimal.rule_games, game))) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [("at_least_share", 1.0), ("more_than_share", 0.0), ("at_least", 4.0), ("more_than", 0.0),
     ("more_than", 3.0), ("all_but", 0.0), ("all_but", 3.0)],
)  # fmt: skip
def test_the_first_and_the_last_quota_that_can_be_met_are_taken(
    minimal: Scenario, kind: str, value: float
) -> None:
    change = changed("rule_games", ALL_BUT, quota_kind=kind, quota_value=value)
    assert told(change(minimal)) == []


@pytest.mark.parametrize("value", [1.0, 5000.0])
@pytest.mark.parametrize("kind", ["at_least", "more_than", "all_but"])
def test_of_pledges_no_total_is_known_beforehand(
    minimal: Scenario, kind: str, value: float
) -> None:
    change = changed("rule_games", SOLDIERS, quota_kind=kind, quota_value=value)
    assert told(change(minimal)) == []


@pytest.mark.parametrize("table", ["budgets", "share_keys", "positions"])
def test_a_table_that_is_left_out_as_a_whole_is_not_asked_for(
    minimal: Scenario, table: str
) -> None:
    weighed = weighed_by("population")(minimal) if table == "share_keys" else minimal
    bare = with_table(weighed, table, ())
    assert not [fault for check in VOTING_CHECKS for fault in check(bare)]


def test_a_strict_reading_may_lose_the_weight_of_a_voter(minimal: Scenario) -> None:
    late = tuple(
        row.model_copy(update={"later": True, "known_from": None})
        if row.delegation == "ELM"
        else row
        for row in minimal.budgets
    )
    strict = minimal.replace(budgets=late).strict()
    assert "ELM" not in {row.delegation for row in strict.budgets}
    assert strict.rules == minimal.rules


@pytest.mark.parametrize(
    ("break_it", "table"),
    [
        (without_where("rule_games", rule="league-unanimity"), "rule_games"),
        (without_where("issues", issue="force"), "issues"),
        (weighed_by("population"), "share_keys"),
    ],
)
def test_what_a_missing_row_would_explain_is_not_said_of_a_table_read_in_part(
    minimal: Scenario, break_it: Change, table: str
) -> None:
    small = with_table(minimal, "share_keys", minimal.share_keys[:5])  # no populations
    broken = break_it(with_table(small, "payers", ()) if table == "share_keys" else minimal)
    assert faults(broken, Places("x"))
    found = faults(broken, Places("x", incomplete=frozenset({table})))
    assert [p for p in found if p.path.split("/")[1] in ("rules.csv", "rule_games.csv")] == []
    assert [p for p in found if p.path == "x/ballots.csv"] == []


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        (f"rule_games/{HEADS_HALF}/quota_value", 1.5, "1.5 is no fraction of 1"),
        ("ballots/keep/default_value", 8, "the proposal is the default, 8"),
        ("ballots/keep/proposal_value", 21, "21 lies off the scale of force, 0 to 20"),
        ("rules/league-unanimity/against_stops_count", 5, "5 votes against cannot be cast by 4"),
        ("issues/force/scale_to_value", 10, "11 lies off the scale of force, 0 to 10"),
    ],
)
def test_what_no_longer_holds_once_a_number_is_set_is_told(
    minimal: Scenario, address: str, value: float, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        read_settings(minimal, {address: value})


def test_a_sound_number_may_be_set(minimal: Scenario) -> None:
    assert read_settings(minimal, {f"rule_games/{SOLDIERS}/quota_value": 0.95})


def test_the_tables_whose_numbers_count_are_those_that_the_rules_name(minimal: Scenario) -> None:
    assert {"rules", "rule_games", "ballots", "issues", "budgets"} <= voting_tables(minimal)
    assert "share_keys" not in voting_tables(minimal)
    assert "share_keys" in voting_tables(weighed_by("gdp")(minimal))
