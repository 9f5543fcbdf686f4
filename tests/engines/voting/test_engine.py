"""The engine of voting: every ballot held draw by draw, by sitting governments and their rivals."""

import os
from collections.abc import Mapping
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from tests.shipped import load

from foedus.engines.protocol import join_blocks
from foedus.engines.voting.ballots import Votes, outcome
from foedus.engines.voting.engine import Voting
from foedus.engines.voting.inputs import VotingInputs
from foedus.engines.voting.result import VotingResult
from foedus.errors import MissingDataError, SettingsError
from foedus.quantities import SUFFIXES, suffix_of
from foedus.runs import run
from foedus.scenario import Scenario
from foedus.scenario.cells import read_settings
from foedus.scenario.draws import BLOCK, draw_block, stream

GOLDEN: Final = Path(__file__).with_name("golden_minimal.csv")
OPTION: Final = "rear-8k-backed"
MAJORITY: Final = Voting(rule="league-majority")
STILL: Final = {
    "ballots/raise/proposal_value": 11,
    "ballots/raise/default_value": 8,
    "ballots/raise/stop_when_opposed_prob": 0.4,
}
"""With these the voters have nothing in common, so that each is for it or not by itself."""


def vote(
    scenario: Scenario,
    changes: Mapping[str, Any] | None = None,
    engine: Voting = MAJORITY,
    **wanted: Any,
) -> VotingResult:
    return run(scenario, engine, seed=5, set=changes, **wanted).result


def row(table: pl.DataFrame, **key: Any) -> dict[str, Any]:
    found = table.filter(**key)
    assert found.height == 1
    return found.row(0, named=True)


def favours(result: VotingResult, ballot: str) -> dict[str, float]:
    """Return how often each voter is in favour."""
    votes = result.vote_table().filter(ballot=ballot, rule="league-unanimity")
    return dict(votes.select("delegation", "favours_prob").iter_rows())


def inputs_of(
    scenario: Scenario, changes: Mapping[str, Any] | None = None, n: int = 60
) -> VotingInputs:
    fixed = read_settings(scenario, changes or {})
    draws = draw_block(scenario, OPTION, seed=5, block=0, n=n, fixed=fixed)
    return Voting().inputs(scenario, draws)


class TestByHand:
    CERTAIN: Final = {
        **STILL,
        "positions/*/position_value": 10,
        "positions/force:ELM:ELM/position_value": 9,
    }

    def test_one_who_is_opposed_stops_it_as_often_as_it_uses_its_vote(
        self, minimal: Scenario
    ) -> None:
        """Between 8 and 11 the middle is 9.5: who wants 9 is opposed, and who wants 10 is not."""
        result = vote(minimal, self.CERTAIN, draws=4000)
        assert favours(result, "raise") == {"ALD": 1, "BRK": 1, "CST": 1, "ELM": 0}
        own = row(result.ballot_table(), ballot="raise", decides=True)
        assert own["pass_views_prob"] == 0
        assert own["pass_used_prob"] == pytest.approx(0.6, abs=0.03)
        assert (own["favour_count"], own["opposed_count"]) == (3, 1)
        assert row(result.ballot_table(), ballot="raise", decides=False)["pass_views_prob"] == 1

    def test_a_voter_without_a_position_neither_favours_nor_stops(self, minimal: Scenario) -> None:
        without = tuple(r for r in minimal.positions if r.key != "force:ELM:ELM")
        changes = {k: v for k, v in self.CERTAIN.items() if "ELM" not in k}
        result = vote(minimal.replace(positions=without), changes, draws=20)
        mine = row(result.vote_table(), ballot="raise", rule="league-unanimity", delegation="ELM")
        assert mine["favours_prob"] == mine["opposed_prob"] == mine["against_prob"] == 0
        assert mine["wants_value"] is None
        own = row(result.ballot_table(), ballot="raise", decides=True)
        assert (own["pass_views_prob"], own["pass_used_prob"]) == (1, 1)

    def test_whoever_is_in_office_decides_on_all_ballots_of_a_draw(self, minimal: Scenario) -> None:
        cells = {
            "positions/force:CST:CST/position_value": 10,
            "positions/force:CST:CST_OPP/position_value": 1,
            "principals/CST/in_office_prob": 0.7,
            "principals/CST_OPP/in_office_prob": 0.3,
        }
        result = vote(minimal, cells, draws=4000)
        castria = result.wants_value[:, :, result.codes.index("CST")]
        assert set(castria.ravel()) == {1, 10}
        np.testing.assert_array_equal(castria[:, 0], castria[:, 1])
        assert (castria[:, 0] == 10).mean() == pytest.approx(0.7, abs=0.03)

    def test_at_a_point_the_sitting_governments_decide_and_a_likely_use_is_made(
        self, minimal: Scenario
    ) -> None:
        """Castria wants 6, and its opposition 3; Aldmark wants 10 and Elmland 8."""
        for prob, stopped in ((0.4, False), (0.6, True)):
            changes = {"ballots/raise/stop_when_opposed_prob": prob}
            results = [run(minimal, MAJORITY, draws=0, seed=s, set=changes).result for s in (1, 2)]
            for result in results:
                place = [ballot.ballot for ballot in result.ballots].index("raise")
                assert result.wants_value[0, place].tolist() == [10, 14, 6, 8, 8]
                assert result.stops[0, place, 2:4].tolist() == [stopped, stopped]
                assert result.draws == 1


class TestChance:
    def test_independent_voters_pass_it_as_often_as_every_combination_of_them(
        self, minimal: Scenario
    ) -> None:
        result = vote(minimal, STILL, draws=BLOCK)
        chance = favours(result, "raise")
        majority, used = 0.0, 0.0
        rule = result.rule_of("league-majority").procedure.yes_rule
        assert rule is not None
        for yes in product([False, True], repeat=4):
            likely = prod([p if y else 1 - p for y, p in zip(yes, chance.values(), strict=True)])
            majority += likely * rule.wins(i for i in range(4) if yes[i])
            # Three of four must be for it, and the other must not use its vote.
            used += likely * (sum(yes) >= 3) * 0.6 ** (4 - sum(yes))
        compared = row(result.ballot_table(), ballot="raise", rule="league-majority")
        own = row(result.ballot_table(), ballot="raise", rule="league-unanimity")
        assert compared["independent_prob"] == pytest.approx(majority, abs=1e-12)
        noise = 4 * np.sqrt(0.25 / BLOCK)
        assert compared["pass_views_prob"] == pytest.approx(majority, abs=noise)
        assert own["pass_used_prob"] == pytest.approx(used, abs=noise)
        assert 0.03 < majority < 0.5
        assert own["independent_prob"] is None

    def test_each_draw_is_that_of_the_rule_written_out(self, minimal: Scenario) -> None:
        inputs = inputs_of(minimal)
        result = Voting().solve(inputs, stream(5, 0, "voting"))
        rules = {each.rule: each for each in inputs.rules}
        for draw in range(inputs.n):
            for b, ballot in enumerate(inputs.ballots):
                proposal, default = (
                    float(block[draw, b]) for block in (inputs.proposal_value, inputs.default_value)
                )
                rule = rules[ballot.rule]
                at = [inputs.codes.index(code) for code in rule.voters]
                wants = result.wants_value[draw, b, at]
                for_it = np.abs(wants - proposal) < np.abs(wants - default)
                np.testing.assert_array_equal(result.favours[draw, b, at], for_it)
                np.testing.assert_array_equal(result.opposed[draw, b, at], ~for_it)
                assert result.passed_views[draw, b] == for_it.all()
                stops = result.stops[draw, b, at]
                assert not (stops & for_it).any()
                assert result.passed_used[draw, b] == (for_it.sum() >= 3 and not stops.any())

    def test_a_vote_that_is_used_more_often_never_helps(self, minimal: Scenario) -> None:
        seldom, often = (
            vote(minimal, {"ballots/*/stop_when_opposed_prob": prob}, draws=300)
            for prob in (0.1, 0.6)
        )
        assert (seldom.stops <= often.stops).all()
        assert (often.passed_used <= seldom.passed_used).all()
        assert (often.passed_used < seldom.passed_used).any()
        np.testing.assert_array_equal(seldom.passed_views, often.passed_views)

    def test_nothing_passes_as_views_lie_that_would_not_as_votes_are_used(
        self, minimal: Scenario
    ) -> None:
        result = vote(minimal, draws=500)
        assert (result.passed_views <= result.passed_used).all()
        assert (result.stops <= result.opposed).all()

    def test_a_worse_fall_back_wins_over_whoever_wants_more(self, minimal: Scenario) -> None:
        shares = [
            row(
                vote(minimal, {"ballots/keep/default_value": at}, draws=400).ballot_table(),
                ballot="keep",
                decides=True,
            )["pass_views_prob"]
            for at in (5, 3, 1)
        ]
        assert shares == sorted(shares)
        assert shares[0] < shares[-1]


class TestRuns:
    def test_a_shorter_run_is_the_beginning_of_a_longer_one(self, minimal: Scenario) -> None:
        short, long = (vote(minimal, draws=n) for n in (70, BLOCK + 5))
        assert long.draws == BLOCK + 5
        for name in ("wants_value", "favours", "opposed", "stops", "passed_used"):
            np.testing.assert_array_equal(getattr(short, name), getattr(long, name)[:70])

    def test_blocks_are_put_end_to_end(self, minimal: Scenario) -> None:
        long = vote(minimal, draws=2 * BLOCK + 3)
        parts = [
            Voting().solve(inputs_of(minimal, n=60), stream(5, block, "voting"))
            for block in range(2)
        ]
        joined = join_blocks(parts)
        assert joined.passed_used.shape == (120, 2)
        assert joined.rules == parts[0].rules
        assert long.outcomes()["passed_used_share"].shape == (2 * BLOCK + 3,)
        assert (long.stops[:BLOCK] != long.stops[BLOCK : 2 * BLOCK]).any()

    def test_the_same_seed_is_the_same_future_and_another_is_another(
        self, minimal: Scenario
    ) -> None:
        one, again, other = (
            run(minimal, Voting(), draws=80, seed=seed).result for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(one.stops, again.stops)
        assert (one.stops != other.stops).any()

    def test_all_rules_together_hold_the_same_ballots_as_one(self, minimal: Scenario) -> None:
        np.testing.assert_array_equal(
            vote(minimal, draws=50).passed_used,
            vote(minimal, engine=Voting(), draws=50).passed_used,
        )

    def test_without_what_came_later_it_runs_too(self, paris: Scenario) -> None:
        result = run(paris.strict(), Voting(rule="eu-unanimity"), draws=50).result
        assert set(result.vote_table()["rule"]) == {"eu-unanimity", "eu-qmv"}

    def test_a_scenario_without_rules_is_told_what_is_missing(self, minimal: Scenario) -> None:
        bare = minimal.replace(rules=(), rule_games=(), ballots=())
        with pytest.raises(MissingDataError, match="rules"):
            run(bare, Voting(), draws=5)

    def test_rules_alone_are_enough(self, minimal: Scenario) -> None:
        result = run(minimal.replace(ballots=()), Voting(), draws=5).result
        assert all(np.isnan(values).all() for values in result.outcomes().values())
        assert result.ballot_table().is_empty()
        assert result.vote_table().is_empty()
        assert result.outside_table().is_empty()
        assert len(result.rule_table()) == 3

    def test_a_setting_that_is_none_is_refused(self, minimal: Scenario) -> None:
        with pytest.raises(SettingsError, match="most_listed_count"):
            run(minimal, Voting(most_listed_count=-1), draws=5)

    def test_outcomes_are_those_declared_and_end_in_their_unit(self, minimal: Scenario) -> None:
        result = vote(minimal, draws=20)
        assert [each.name for each in Voting.follows] == list(result.outcomes())
        for table in result.tables().values():
            numeric = [name for name, kind in table.schema.items() if kind.is_numeric()]
            assert {name for name in numeric if suffix_of(name) not in SUFFIXES} == set()

    def test_votes_and_outcomes_belong_together(self, minimal: Scenario) -> None:
        result = vote(minimal, draws=100)
        procedure = result.rule_of("league-unanimity").procedure
        for place in range(2):
            used = result.votes(place, "league-unanimity")
            assert isinstance(used, Votes)
            np.testing.assert_array_equal(outcome(procedure, used), result.passed_used[:, place])


def test_a_recorded_run_is_repeated() -> None:
    """On machines of another kind the last places may differ."""
    result = run(load("minimal"), MAJORITY, draws=500, seed=7).result
    found = pl.concat(
        [result.ballot_table(), result.vote_table(), result.outside_table(), result.power_table()],
        how="diagonal",
    )
    if os.environ.get("FOEDUS_RENEW_GOLDEN") == "1":
        found.write_csv(GOLDEN)
    recorded = pl.read_csv(GOLDEN, schema=found.schema)
    assert recorded.columns == found.columns
    for name, kind in found.schema.items():
        if kind.is_float():
            np.testing.assert_allclose(
                found[name].to_numpy(), recorded[name].to_numpy(), rtol=1e-9, atol=1e-9
            )
        else:
            assert found[name].to_list() == recorded[name].to_list()
