"""Who would tighten sanctions: what passes by the treaty's rules, and what all could agree on."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from foedus.briefing.ballots import ballots_on
from foedus.briefing.findings import Findings
from foedus.briefing.sanctions import answer_by_agreement, answer_sanctions, room_of_voters
from foedus.briefing.sentences import percent
from foedus.runs import make_request

Find = Callable[..., Findings]

PARIS = "paris-2025"
WILLING = {
    f"positions/sanctions:{code}:{code}/walk_away_score": 100 for code in ("SVK", "CYP", "MLT")
}


def test_the_value_is_how_often_the_first_ballot_passes_as_votes_were_used(find: Find) -> None:
    findings = find(PARIS)
    found, result = answer_sanctions(findings, "?"), findings.voting.result
    assert result.ballots[0].ballot == "new-measures"
    assert found.value == result.passed_used[:, 0].mean()
    assert found.run == findings.voting.run_id
    assert found.kind == "probability"
    assert (found.low, found.high) == (None, None)
    assert f"New measures: passed in {percent(found.value)} of futures" in found.headline
    assert "; Renewal of the measures in force: passed in " in found.headline
    assert "New measures" in found.unit


def test_ballots_come_before_what_all_could_agree_on(find: Find) -> None:
    found = answer_sanctions(find(PARIS), "?")
    agreed = answer_by_agreement(find(PARIS), "?")
    assert agreed.headline in found.more
    place = found.more.index(agreed.headline)
    assert found.more[place + 1 :] == agreed.more
    before = " ".join(found.more[:place])
    assert "New measures: opposed, in how many futures: Hungary (100 %)" in before
    assert "would pass by Qualified majority of the EU" in before
    assert "who have no vote and decide for themselves" in before
    assert [name for name in found.tables if name != "headline_numbers"] == [
        *("sanctions_ballots", "sanctions_opposed", "sanctions_outside"),
        *(name for name in agreed.tables if name != "headline_numbers"),
    ]


def test_what_votes_answer_is_no_longer_left_open(find: Find) -> None:
    with_votes, without = (
        " ".join(answer(find(PARIS), "?").cannot_say)
        for answer in (answer_sanctions, answer_by_agreement)
    )
    assert "qualified majority" in without
    assert "qualified majority" not in with_votes
    assert "What a government would take for its vote" in with_votes
    assert "which is national" in with_votes


def test_the_numbers_of_every_ballot_stand_beside_those_of_the_agreement(find: Find) -> None:
    found, result = answer_sanctions(find(PARIS), "?"), find(PARIS).voting.result
    numbers = found.tables["headline_numbers"].row(0, named=True)
    for held in ballots_on(result, "sanctions"):
        name = held.ballot.ballot.replace("-", "_")
        assert numbers[f"{name}_used_prob"] == held.pass_used_prob
        assert numbers[f"{name}_views_prob"] == held.pass_views_prob
    assert numbers["deal_prob"] == answer_by_agreement(find(PARIS), "?").value


def test_tables_of_ballots_are_of_this_issue_and_in_words(find: Find) -> None:
    found, result = answer_sanctions(find(PARIS), "?"), find(PARIS).voting.result
    opposed = found.tables["sanctions_opposed"]
    assert set(opposed["ballot"]) == {"New measures", "Renewal of the measures in force"}
    assert opposed["delegation"][0] == "Hungary"
    votes = result.vote_table().filter(rule="eu-unanimity")
    assert len(opposed) == (votes["opposed_prob"] > 0).sum()
    assert set(found.tables["sanctions_ballots"]["rule"]) == {
        "Unanimity of the EU in foreign policy",
        "Qualified majority of the EU",
    }
    for table in found.tables.values():
        json.dumps(table.to_dicts(), allow_nan=False)


def test_a_ballot_on_something_else_is_no_answer_on_sanctions(find: Find) -> None:
    scenario = find(PARIS).scenario
    rows = tuple(
        row.model_copy(update={"issue": "troops"}) if row.ballot == "new-measures" else row
        for row in scenario.ballots
    )
    changed = scenario.model_copy(update={"ballots": rows})
    findings = Findings(changed, make_request(scenario, draws=5))
    found = answer_sanctions(findings, "?")
    assert found.headline.startswith("Renewal of the measures in force: passed in ")
    assert "New measures" not in found.headline
    assert set(found.tables["sanctions_ballots"]["ballot"]) == {"Renewal of the measures in force"}
    assert found.value == findings.voting.result.passed_used[:, 1].mean()


@pytest.mark.parametrize("table", ["rules", "ballots"])
def test_without_rules_or_ballots_the_answer_is_that_by_agreement(find: Find, table: str) -> None:
    scenario = find(PARIS).scenario
    bare = scenario.model_copy(update={table: ()})
    findings = Findings(bare, find(PARIS, draws=2).request)
    assert answer_sanctions(findings, "?").headline == (answer_by_agreement(findings, "?").headline)


def test_rows_are_those_of_votes_and_of_the_negotiation(find: Find) -> None:
    rows = set(answer_sanctions(find(PARIS), "?").rows)
    assert set(answer_by_agreement(find(PARIS), "?").rows) <= rows
    assert {"ballots/renewal", "rules/eu-unanimity", "rules/eu-qmv"} <= rows
    assert "rules/nato-consensus" not in rows


def test_the_value_is_how_often_all_members_agree(find: Find) -> None:
    found, result = answer_by_agreement(find(PARIS), "?"), find(PARIS).bargaining.result
    place = room_of_voters(find(PARIS), result)
    assert result.formats[place] == "eu27"
    at = result.issues.index("sanctions")
    assert found.value == pytest.approx(result.has_deal[:, place, at].mean())
    assert f"accept in {percent(found.value)} of futures" in found.headline
    assert "27" in str(result.consents[place, at].sum())


def test_who_is_in_the_way_only_together_is_named(find: Find) -> None:
    found = answer_by_agreement(find(PARIS), "?")
    assert "no single member is in the way, and without Hungary" in found.headline
    steps = found.tables["sanctions_left_out"].filter(format="European Council")
    assert steps["left_out"].to_list()[0] == "HUN"
    assert steps["no_deal_without_prob"].is_sorted(descending=True)


def test_who_is_in_the_way_by_itself_is_named(find: Find) -> None:
    find_one = find(PARIS, set=WILLING, draws=20)
    found, result = answer_by_agreement(find_one, "?"), find_one.bargaining.result
    table = result.blocker_table().filter(format="eu27", issue="sanctions")
    hungary = table.filter(delegation="HUN")["freed_prob"].item()
    assert hungary > 0.5
    assert f"in the way by itself, in how many futures: Hungary ({percent(hungary)})" in (
        found.headline
    )


def test_what_holds_without_a_deal_and_who_wants_least_is_said(find: Find) -> None:
    more = " ".join(answer_by_agreement(find(PARIS), "?").more)
    assert "without a deal 50 points stays" in more
    assert "Least is wanted by Hungary" in more


def test_the_room_is_that_of_whoever_votes_on_it(find: Find) -> None:
    scenario = find(PARIS).scenario
    other = tuple(row.model_copy(update={"rule": "nato-consensus"}) for row in scenario.ballots)
    findings = Findings(scenario.replace(ballots=other), find(PARIS, draws=2).request)
    result = findings.bargaining.result
    assert result.formats[room_of_voters(findings, result)] == "nato32"
    rows = set(answer_by_agreement(findings, "?").rows)
    assert {"delegations/NATO", "rules/nato-consensus", "ballots/renewal"} <= rows
    assert not {"delegations/EU", "rules/eu-unanimity"} & rows


def test_where_nothing_says_who_votes_the_widest_room_counts(find: Find) -> None:
    findings = Findings(find(PARIS).scenario.replace(ballots=()), find(PARIS, draws=2).request)
    result = findings.bargaining.result
    place = room_of_voters(findings, result)
    asked = result.consents[:, result.issues.index("sanctions")].sum(axis=1)
    talks = np.array(["alone" not in rules for rules in result.rules])
    assert asked[place] == asked[talks].max()


def test_without_a_room_of_the_voters_the_widest_counts(find: Find) -> None:
    scenario = find(PARIS).scenario
    none = scenario.replace(
        attendance=tuple(
            row for row in scenario.attendance if (row.format, row.delegation) != ("eu27", "MLT")
        )
    )
    findings = Findings(none, find(PARIS, draws=2).request)
    result = findings.bargaining.result
    place = room_of_voters(findings, result)
    asked = result.consents[:, result.issues.index("sanctions")].sum(axis=1)
    talks = np.array(["alone" not in rules for rules in result.rules])
    assert asked[place] == asked[talks].max()
