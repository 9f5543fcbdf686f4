"""What voting tells: tables of rules, power, coalitions, ballots and votes, and what it leaves."""

import json
from fractions import Fraction
from math import comb
from typing import Any, Final

import numpy as np
import polars as pl
import pytest

from foedus.engines.voting.engine import Voting
from foedus.engines.voting.result import EXACT, VotingResult, in_64_bits, means_of
from foedus.runs import run
from foedus.scenario import Scenario

LEAGUE: Final = ("ALD", "BRK", "CST", "ELM")


@pytest.fixture(scope="module")
def majority(minimal: Scenario) -> VotingResult:
    """Return a run that looks at the double majority of the League."""
    return run(minimal, Voting(rule="league-majority"), draws=200, seed=5).result


@pytest.fixture(scope="module")
def every(minimal: Scenario) -> VotingResult:
    """Return a run that looks at all rules."""
    return run(minimal, Voting(), draws=200, seed=5).result


def line(table: pl.DataFrame, **key: Any) -> dict[str, Any]:
    found = table.filter(**key)
    assert found.height == 1
    return found.row(0, named=True)


class TestPower:
    def test_six_coalitions_of_the_league_pass_its_double_majority(
        self, majority: VotingResult
    ) -> None:
        """Aldmark with Castria has the wealth; and any three pass it."""
        found = line(majority.rule_table())
        assert (found["winning_exact"], found["coalitions_exact"]) == ("6", "16")
        assert found["act_prob"] == 6 / 16
        assert (found["smallest_winning_count"], found["minimal_winning_count"]) == (2, 3)
        # Any two block it but Brekland with Elmland, as the other two pass it.
        assert (found["smallest_blocking_count"], found["ways_to_block_count"]) == (2, 5)
        assert found["minimal_blocking_count"] == 5

    def test_fractions_are_the_floats(self, majority: VotingResult) -> None:
        floats, exact = majority.power_table(), majority.exact_table()
        assert floats["delegation"].to_list() == exact["delegation"].to_list() == [*LEAGUE]
        for name in EXACT:
            texts = exact[name].to_list()
            assert [float(Fraction(text)) for text in texts] == floats[name].to_list()
        assert exact["shapley_shubik_share"].to_list() == ["1/3", "1/6", "1/3", "1/6"]
        for name in ("shapley_shubik_share", "banzhaf_share", "johnston_share"):
            assert sum(Fraction(text) for text in exact[name]) == 1

    def test_a_swing_is_the_difference_of_passing_with_and_without(
        self, majority: VotingResult
    ) -> None:
        for row in majority.exact_table().iter_rows(named=True):
            with_, without = Fraction(row["pass_if_yes_prob"]), Fraction(row["pass_if_no_prob"])
            assert with_ - without == Fraction(row["banzhaf_prob"])
            assert (with_ + without) / 2 == Fraction(6, 16)

    def test_all_rules_together_are_told_by_what_rests_on_swings(
        self, every: VotingResult, majority: VotingResult
    ) -> None:
        rules = every.rule_table()
        # Nobody is linked to send anything, so that nobody can carry the force.
        assert rules["rule"].to_list() == ["force-carried", "league-majority", "league-unanimity"]
        assert rules["minimal_winning_count"].null_count() == 3
        assert rules["smallest_winning_count"].to_list() == [None, 2, 4]
        mine = every.power_table().filter(rule="league-majority")
        alone = majority.power_table()
        for name in EXACT[:7]:
            assert mine[name].to_list() == alone[name].to_list()
        for name in EXACT[7:]:
            assert mine[name].null_count() == 4
        assert every.minimal_table().is_empty()
        assert every.blocking_table().is_empty()

    def test_who_cannot_be_won_is_said_and_why(
        self, every: VotingResult, minimal: Scenario
    ) -> None:
        assert every.remarks == (
            "force-carried cannot be won: none of its voters pledges any soldiers.",
        )
        game = minimal.row("rule_games", "league-unanimity:half-vote-for-it:heads")
        beyond = tuple(
            row.model_copy(update={"quota_kind": "at_least", "quota_value": 5})
            if row.key == game.key
            else row
            for row in minimal.rule_games
        )
        scenario = minimal.model_copy(update={"rule_games": beyond})
        result = run(scenario, Voting(rule="league-unanimity"), draws=5).result
        assert result.remarks == (
            "league-unanimity cannot be won, not even by all its voters together.",
        )
        assert result.power_table().is_empty()
        assert set(result.ballot_table().filter("decides")["pass_used_prob"]) == {0}

    def test_weights_are_told_as_parts_of_the_whole(self, majority: VotingResult) -> None:
        table = majority.weight_table()
        assert set(table["weight"]) == {"heads", "budgets.gdp_usd_bn"}
        for weight in ("heads", "budgets.gdp_usd_bn"):
            assert table.filter(weight=weight)["of_all_share"].sum() == pytest.approx(1)
        wealth = line(table, weight="budgets.gdp_usd_bn", delegation="ALD")
        assert (wealth["size_weight"], wealth["of_all_share"]) == (2000, 2000 / 3600)


class TestCoalitions:
    def test_minimal_ones_are_counted_by_size(self, majority: VotingResult) -> None:
        rows = majority.minimal_table().select(pl.exclude("rule")).rows()
        # Aldmark with Castria; either of the two with Brekland and Elmland.
        assert rows == [("wins", 2, 1), ("wins", 3, 2), ("blocks", 2, 5)]

    def test_the_smallest_that_block_are_listed_the_lightest_first(
        self, majority: VotingResult
    ) -> None:
        wealth = {"ALD": 2000, "BRK": 300, "CST": 1200, "ELM": 100}
        listed = majority.blocking_table()["members"].to_list()
        assert set(listed) == {"ALD;BRK", "ALD;CST", "ALD;ELM", "BRK;CST", "CST;ELM"}
        sums = [sum(wealth[code] for code in members.split(";")) for members in listed]
        assert sums == sorted(sums)

    def test_no_more_than_asked_for_are_listed(self, minimal: Scenario) -> None:
        engine = Voting(rule="league-majority", most_listed_count=4)
        assert run(minimal, engine, draws=2).result.blocking_table().is_empty()

    def test_a_count_of_more_than_64_bits_is_left_out(self) -> None:
        assert in_64_bits(comb(66, 33)) is not None
        assert in_64_bits(comb(70, 35)) is None


class TestBallots:
    def test_a_row_a_ballot_and_rule_the_one_that_decides_first(self, every: VotingResult) -> None:
        table = every.ballot_table()
        assert table.select("ballot", "rule", "decides").rows() == [
            ("keep", "league-unanimity", True),
            ("keep", "league-majority", False),
            ("raise", "league-unanimity", True),
            ("raise", "league-majority", False),
        ]
        assert set(table["voters_count"]) == {4}
        own = line(table, ballot="raise", decides=True)
        place = [ballot.ballot for ballot in every.ballots].index("raise")
        assert own["pass_used_prob"] == every.passed_used[:, place].mean()
        assert own["pass_views_prob"] == every.passed_views[:, place].mean()

    def test_votes_against_count_for_nothing_where_only_votes_for_it_do(
        self, every: VotingResult
    ) -> None:
        for row in every.ballot_table().filter(~pl.col("decides")).iter_rows(named=True):
            assert row["pass_views_prob"] == row["pass_used_prob"]

    def test_who_is_for_it_or_opposed_is_all_who_have_a_position(self, every: VotingResult) -> None:
        votes = every.vote_table()
        np.testing.assert_allclose(votes["favours_prob"] + votes["opposed_prob"], 1)
        assert (votes["against_prob"] <= votes["opposed_prob"]).all()
        assert (votes["blocks_alone_views_prob"] <= votes["opposed_prob"]).all()
        sums = votes.group_by("ballot", "rule").agg(pl.col("favours_prob").sum())
        counted = every.ballot_table().join(sums, on=["ballot", "rule"])
        np.testing.assert_allclose(counted["favour_count"], counted["favours_prob"])

    def test_who_has_no_vote_decides_for_itself(self, every: VotingResult) -> None:
        table = every.outside_table()
        assert table.select("ballot", "delegation").rows() == [("keep", "PTN"), ("raise", "PTN")]
        place = every.codes.index("PTN")
        assert table["favours_prob"].to_list() == every.favours[:, :, place].mean(axis=0).tolist()
        assert table["wants_value"][0] == pytest.approx(every.wants_value[:, 0, place].mean())

    def test_too_many_voters_with_two_weights_have_no_chance_by_themselves(
        self, paris: Scenario
    ) -> None:
        """The chance over the draws stands, and the one that would be worked out is left empty."""
        ballots = tuple(
            row.model_copy(update={"compare_rules": ("force-and-wealth-carried",)})
            for row in paris.ballots
        )
        rows = tuple(
            row.model_copy(update={"weight": "population"})
            if row.weight == "pledged_persons"
            else row
            for row in paris.rule_games
        )
        scenario = paris.replace(ballots=ballots, rule_games=rows)
        result = run(scenario, Voting(rule="force-and-wealth-carried"), draws=20).result
        assert len(result.rule_of("force-and-wealth-carried").voters) == 38
        compared = result.ballot_table().filter(rule="force-and-wealth-carried")
        assert compared["independent_prob"].null_count() == 2
        assert compared["pass_views_prob"].null_count() == 0


class TestTables:
    def test_all_tables_can_be_written_as_text(self, majority: VotingResult) -> None:
        tables = majority.tables()
        assert list(tables) == [
            *("rules", "power", "power_exact", "weights", "minimal", "blocking"),
            *("ballots", "votes", "outside"),
        ]
        for table in tables.values():
            assert not table.is_empty()
            json.dumps(table.to_dicts(), allow_nan=False)

    def test_a_table_without_rows_has_its_columns(
        self, every: VotingResult, majority: VotingResult
    ) -> None:
        empty = every.tables()
        for name, table in majority.tables().items():
            assert empty[name].schema == table.schema

    def test_means_are_over_the_draws_with_a_position(self) -> None:
        values = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
        np.testing.assert_array_equal(means_of(values), [2.0, 5.0, np.nan])
