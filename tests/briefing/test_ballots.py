"""Ballots in words: every number is that of the run, and every name that of who it is about."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from foedus.briefing.ballots import (
    BallotFound,
    ballot_sentence,
    ballots_on,
    compared_sentence,
    opposed_sentence,
    outside_sentence,
    voting_evidence,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent
from foedus.engines.voting.result import VotingResult
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.voting import Ballot

Find = Callable[..., Findings]

PARIS = "paris-2025"


def voted(find: Find, name: str = PARIS, **words: Any) -> VotingResult:
    return find(name, **words).voting.result


def ballot(find: Find, key: str, name: str = PARIS) -> Ballot:
    return next(row for row in voted(find, name).ballots if row.ballot == key)


def found(used: float, views: float, find: Find) -> BallotFound:
    return BallotFound(ballot(find, "renewal"), views, used)


class TestWhatPasses:
    def test_ballots_on_an_issue_are_found_under_their_own_rule(self, find: Find) -> None:
        result = voted(find)
        held = ballots_on(result, "sanctions")
        assert [each.ballot.ballot for each in held] == ["new-measures", "renewal"]
        for place, each in enumerate(held):
            assert each.pass_used_prob == result.passed_used[:, place].mean()
            assert each.pass_views_prob == result.passed_views[:, place].mean()
        assert ballots_on(result, "lead") == []

    def test_both_chances_are_told_where_they_differ(self, find: Find) -> None:
        said = ballot_sentence(found(0.83, 0.1, find))
        assert said == (
            "Renewal of the measures in force: passed in 83 % of futures if those opposed use "
            "their vote as often as before, in 10 % if all of them do"
        )

    def test_one_chance_is_told_where_it_is_the_same(self, find: Find) -> None:
        said = ballot_sentence(found(0.83, 0.829, find))
        assert said == "Renewal of the measures in force: passed in 83 % of futures"


class TestWhoIsOpposed:
    def test_each_is_named_with_how_often_the_likeliest_first(self, find: Find) -> None:
        said = opposed_sentence(find(PARIS), voted(find), ballot(find, "renewal"))
        assert said == (
            "Renewal of the measures in force: opposed, in how many futures: Hungary (100 %) and "
            "Slovakia (100 %)."
        )

    def test_of_many_the_first_are_named_and_the_others_counted(self, find: Find) -> None:
        result = voted(find)
        said = opposed_sentence(find(PARIS), result, ballot(find, "new-measures"))
        votes = result.vote_table().filter(ballot="new-measures", rule="eu-unanimity")
        opposed = votes.filter(pl.col("opposed_prob") > 0.005)
        assert said.endswith(f"and {len(opposed) - 4} more.")
        assert said.count("(") == 4

    def test_where_nobody_is_that_is_said(self, find: Find) -> None:
        cells = {"positions/sanctions:*:*/position_value": 75}
        result = voted(find, set=cells)
        said = opposed_sentence(find(PARIS, set=cells), result, ballot(find, "new-measures"))
        assert said == "New measures: nobody who votes is opposed."


class TestOtherRules:
    def test_what_another_rule_would_say_is_told_with_whose_vote_decides(self, find: Find) -> None:
        result = voted(find)
        said = compared_sentence(find(PARIS), result, ballot(find, "new-measures"))
        row = result.ballot_table().filter(ballot="new-measures", rule="eu-qmv").row(0, named=True)
        often = percent(row["pass_views_prob"])
        assert said.startswith(
            f"New measures would pass by Qualified majority of the EU in {often} of futures, where "
            "the vote of Germany ("
        )
        assert said.endswith(" decides most often.")

    def test_where_no_single_vote_decides_none_is_named(self, find: Find) -> None:
        said = compared_sentence(find(PARIS), voted(find), ballot(find, "renewal"))
        assert said == (
            "Renewal of the measures in force would pass by Qualified majority of the EU in 100 % "
            "of futures."
        )

    def test_a_ballot_that_is_not_compared_says_nothing(self, minimal: Scenario) -> None:
        rows = tuple(row.model_copy(update={"compare_rules": ()}) for row in minimal.ballots)
        scenario = minimal.replace(ballots=rows)
        findings = Findings(scenario, make_request(scenario, draws=20))
        result = findings.voting.result
        assert compared_sentence(findings, result, result.ballots[0]) == ""


class TestOutside:
    def test_who_goes_along_is_told_from_who_does_not(self, find: Find) -> None:
        result = voted(find)
        said = outside_sentence(find(PARIS), result, ballot(find, "new-measures"))
        along, rest = said.split("; in fewer: ")
        table = result.outside_table().filter(ballot="new-measures")
        titles = find(PARIS).titles
        for code, often in table.select("delegation", "favours_prob").iter_rows():
            assert (titles[code] in along) == (often >= 0.5)
            assert (titles[code] in rest) == (often < 0.5)

    def test_where_nobody_does_that_is_said(self, find: Find) -> None:
        cells = {"positions/force:PTN:PTN/position_value": 0}
        result = voted(find, "minimal", set=cells)
        said = outside_sentence(find(set=cells), result, ballot(find, "raise", "minimal"))
        assert said.endswith("half of all futures or more: nobody; in fewer: Patronia.")

    def test_where_all_have_a_vote_nothing_is_said(self, minimal: Scenario) -> None:
        rows = tuple(row for row in minimal.positions if row.key != "force:PTN:PTN")
        scenario = minimal.replace(positions=rows)
        findings = Findings(scenario, make_request(scenario, draws=20))
        result = findings.voting.result
        assert outside_sentence(findings, result, result.ballots[0]) == ""


class TestEvidence:
    def test_it_is_the_rows_of_the_ballots_their_rules_and_those_who_vote(self, find: Find) -> None:
        findings = find(PARIS)
        rows = set(voting_evidence(findings, voted(find), [ballot(find, "renewal")]).rows)
        assert {"ballots/renewal", "rules/eu-unanimity", "rules/eu-qmv"} <= rows
        assert "positions/sanctions:HUN:HUN" in rows
        assert "share_keys/council_population:HUN" in rows
        assert {row.split("/")[0] for row in rows} == {
            *("ballots", "rules", "rule_games", "issues", "positions", "share_keys"),
            "principals",
        }
        assert not {"ballots/new-measures", "rules/nato-consensus"} & rows

    def test_of_a_rule_that_counts_pledges_those_on_the_force_are_among_them(
        self, find: Find
    ) -> None:
        result = voted(find, "minimal")
        findings = find()
        plain = voting_evidence(findings, result, [], rules=["league-majority"]).rows
        fed = voting_evidence(findings, result, [], rules=["force-carried"]).rows
        of_the_force = {"units", "stances"}
        assert not of_the_force & {row.split("/")[0] for row in plain}
        assert of_the_force <= {row.split("/")[0] for row in fed}
        assert "budgets/ALD" in plain


class TestRuns:
    def test_a_ballot_that_pledges_decide_is_fed_by_the_force(self, minimal: Scenario) -> None:
        rows = tuple(
            row.model_copy(update={"compare_rules": ("force-carried",)}) for row in minimal.ballots
        )
        scenario = minimal.replace(ballots=rows)
        findings = Findings(scenario, make_request(scenario, draws=60))
        assert findings.voting.provenance.identity.fed_by == (findings.headline.forces.run_id,)
        carried = findings.voting.result.rule_of("force-carried")
        assert carried.procedure.yes_rule is not None

    def test_no_other_is(self, find: Find) -> None:
        assert find().voting.provenance.identity.fed_by == ()
        assert find().pledges_for(["league-majority"]) is None

    def test_without_the_tables_of_a_force_nobody_pledges_anything(self, minimal: Scenario) -> None:
        scenario = minimal.replace(stances=())
        findings = Findings(scenario, make_request(scenario, draws=5))
        assert findings.pledges_for(["force-carried"]) is None

    @pytest.mark.parametrize("table", ["rules", "rule_games", "ballots"])
    def test_without_a_table_there_is_no_run(self, minimal: Scenario, table: str) -> None:
        bare = minimal.model_copy(update={table: ()})
        findings = Findings(bare, make_request(minimal, draws=5))
        assert findings.voting_if_any is None
