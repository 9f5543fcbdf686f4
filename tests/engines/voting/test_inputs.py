"""Inputs of voting: rules in whole numbers, what is put to the vote, and what voters want."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from foedus.engines.voting.inputs import (
    RuleOfVote,
    VotingInputs,
    in_integers,
    read_inputs,
    rule_of_vote,
)
from foedus.engines.voting.rules import WeightedGame
from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.addresses import SENT, Cell
from foedus.scenario.cells import read_settings
from foedus.scenario.draws import draw_block, point
from foedus.scenario.voting_rules import Game, Quota

OPTIONS = {"minimal": "rear-8k-backed", "paris-2025": "rear-30k-us"}
LEAGUE = ("ALD", "BRK", "CST", "ELM")


def rule(
    scenario: Scenario,
    name: str,
    cells: Mapping[str, Any] | None = None,
    sent: Mapping[str, float] | None = None,
) -> RuleOfVote:
    draws = point(OPTIONS[scenario.name], read_settings(scenario, cells or {}))
    table, field = SENT["land"]
    links = {Cell(table, code, field): np.array([n]) for code, n in (sent or {}).items()}
    return rule_of_vote(scenario, name, draws.with_links(links))


def quotas(found: RuleOfVote) -> list[list[tuple[int, int]]]:
    """Return quota and total of every game, clause by clause, of what those in favour must win."""
    assert found.procedure.yes_rule is not None
    return [
        sorted((game.quota, sum(game.weights)) for game in clause)
        for clause in found.procedure.yes_rule.any_of
    ]


def read(
    scenario: Scenario, cells: Mapping[str, Any] | None = None, *, name: str = "", draws: int = 0
) -> VotingInputs:
    option = OPTIONS[scenario.name]
    fixed = read_settings(scenario, cells or {})
    drawn = (
        draw_block(scenario, option, seed=3, block=0, n=draws, fixed=fixed)
        if draws
        else point(option, fixed)
    )
    return read_inputs(name, scenario, drawn)


class TestRulesOfTheUnion:
    PERSONS = (293_168_773, 451_028_881)

    def test_fifteen_of_27_with_65_per_cent_of_the_persons_or_all_but_three(
        self, paris: Scenario
    ) -> None:
        found = rule(paris, "eu-qmv")
        assert quotas(found) == [[(15, 27), self.PERSONS], [(24, 27)]]
        assert found.procedure.yes_rule == found.power_rule
        assert len(found.voters) == 27

    def test_without_a_proposal_of_the_commission_it_takes_twenty(self, paris: Scenario) -> None:
        assert quotas(rule(paris, "eu-qmv-without-proposal")) == [[(20, 27), self.PERSONS]]

    def test_fewer_than_a_third_must_abstain_and_two_thirds_exactly_do_not_do(
        self, paris: Scenario
    ) -> None:
        found = rule(paris, "eu-unanimity")
        # Two thirds of 27 are 18, and of the persons 300,685,920 and two thirds.
        assert quotas(found) == [[(19, 27)], [(300_685_921, 451_028_881)]]
        assert found.procedure.against_stops_count == 1
        assert found.power_rule is not None
        assert found.power_rule.wins(range(27))
        assert not any(found.power_rule.wins(set(range(27)) - {i}) for i in range(27))

    def test_among_allies_who_keeps_silent_consents(self, paris: Scenario) -> None:
        found = rule(paris, "nato-consensus")
        assert quotas(found) == [[(1, 32)]]
        assert found.power_rule is not None
        assert not found.power_rule.wins(range(31))

    def test_a_quota_that_is_set_counts(self, paris: Scenario) -> None:
        cells = {"rule_games/eu-qmv:double-majority:heads/quota_value": 0.72}
        assert quotas(rule(paris, "eu-qmv", cells)) == [[(20, 27), self.PERSONS], [(24, 27)]]

    def test_gdp_is_counted_in_the_decimals_of_the_table(self, paris: Scenario) -> None:
        found = rule(paris, "wealth-carried")
        assert found.power_rule is not None
        ((game,),) = found.power_rule.any_of
        exact = found.worked_out.clauses["wealth"][0].weights
        ratios = {Fraction(w) / e for w, e in zip(game.weights, exact, strict=True)}
        assert len(ratios) == 1
        assert 3 * game.quota >= 2 * sum(game.weights) > 3 * (game.quota - 1)


class TestPledges:
    def test_where_nobody_pledges_the_rule_cannot_be_won(self, minimal: Scenario) -> None:
        found = rule(minimal, "force-carried")
        assert found.procedure.yes_rule is None
        assert found.power_rule is None
        assert found.weighs_pledges

    def test_pledges_are_whole_soldiers_at_their_mean(self, minimal: Scenario) -> None:
        table, field = SENT["land"]
        sent = {"ALD": [3000.0, 3001.0], "CST": [700.4, 700.4], "BRK": [0.0, 600.0]}
        draws = draw_block(minimal, OPTIONS["minimal"], seed=1, block=0, n=2, fixed={})
        links = {Cell(table, code, field): np.array(n) for code, n in sent.items()}
        found = rule_of_vote(minimal, "force-carried", draws.with_links(links))
        (games,) = found.worked_out.clauses.values()
        soldiers = next(game for game in games if game.weight == "pledged_persons")
        assert dict(zip(found.voters, soldiers.weights, strict=True)) == {
            "ALD": 3000,
            "BRK": 300,
            "CST": 700,
            "DUN": 0,
            "ELM": 0,
        }
        # Four fifths of 4000, with two who carry it.
        assert found.power_rule is not None
        assert found.power_rule.wins({0, 1})
        assert not found.power_rule.wins({0})
        assert not found.power_rule.wins({1, 2, 3, 4})

    def test_heads_are_no_pledges(self, minimal: Scenario) -> None:
        assert not rule(minimal, "league-majority").weighs_pledges


class TestWholeNumbers:
    ONES = (Fraction(1),) * 3

    def test_a_clause_that_all_together_lose_is_void(self) -> None:
        too_much = Game("heads", self.ONES, Quota(Fraction(4), is_strict=False))
        two = Game("heads", self.ONES, Quota(Fraction(2), is_strict=False))
        found = in_integers([(too_much, two), (two,)])
        assert found is not None
        assert found.any_of == ((WeightedGame((1, 1, 1), 2),),)
        assert in_integers([(too_much,)]) is None

    def test_a_game_that_nobody_wins_already_is_no_condition(self) -> None:
        nothing = Game("gdp", (Fraction(5), Fraction(1), Fraction(0)), Quota(Fraction(0), False))
        two = Game("heads", self.ONES, Quota(Fraction(2), is_strict=False))
        found = in_integers([(nothing, two)])
        assert found is not None
        assert found.any_of == ((WeightedGame((1, 1, 1), 2),),)

    def test_a_quota_that_must_be_passed_goes_one_further_where_it_is_met_exactly(self) -> None:
        thirds = Game("heads", self.ONES, Quota(Fraction(2), is_strict=True))
        found = in_integers([(thirds,)])
        assert found is not None
        assert found.any_of[0][0].quota == 3


class TestWhoIsAsked:
    def test_who_votes_and_who_has_a_position_of_its_own(self, minimal: Scenario) -> None:
        found = read(minimal)
        assert found.codes == (*LEAGUE, "PTN")
        assert [ballot.ballot for ballot in found.ballots] == ["raise", "keep"]
        assert [each.rule for each in found.rules] == [row.rule for row in minimal.rules]

    def test_bodies_and_the_adversary_do_not_decide_for_themselves(self, minimal: Scenario) -> None:
        views = tuple(
            minimal.row("positions", "force:PTN:PTN").model_copy(
                update={"delegation": code, "principal": code}
            )
            for code in ("VRG", "LEAGUE", "HOV")
        )
        found = read(minimal.replace(positions=(*minimal.positions, *views)))
        assert found.codes == (*LEAGUE[:3], "ELM", "HOV", "PTN")

    def test_a_rule_is_read_with_the_ballots_that_name_it_and_their_other_rules(
        self, minimal: Scenario
    ) -> None:
        found = read(minimal, name="league-majority")
        assert {each.rule for each in found.rules} == {"league-majority", "league-unanimity"}
        assert len(found.ballots) == 2
        alone = read(minimal, name="force-carried")
        assert [each.rule for each in alone.rules] == ["force-carried"]
        assert (alone.ballots, alone.codes) == ((), ())
        assert alone.position_value.shape[2:] == (0, 0)

    def test_an_unknown_rule_is_told_with_the_near_ones(self, minimal: Scenario) -> None:
        with pytest.raises(SettingsError, match="league-majority"):
            read(minimal, name="league-majorty")


class TestWhatTheyWant:
    def test_each_principal_has_its_own_view_and_others_that_of_the_sitting_one(
        self, minimal: Scenario
    ) -> None:
        found = read(minimal)
        assert found.position_value.shape == (2, 1, 2, 5)
        wants = {code: found.position_value[:, 0, 0, i] for i, code in enumerate(found.codes)}
        assert wants["CST"].tolist() == [6, 3]
        assert wants["ALD"].tolist() == [10, 10]
        place = found.codes.index("CST")
        assert found.office_prob[0, place].tolist() == pytest.approx([0.6, 0.4])

    def test_who_has_no_position_wants_nothing(self, minimal: Scenario) -> None:
        without = tuple(row for row in minimal.positions if row.delegation != "ELM")
        found = read(minimal.replace(positions=without))
        assert np.isnan(found.position_value[..., found.codes.index("ELM")]).all()
        assert not np.isnan(found.position_value[..., found.codes.index("ALD")]).any()

    def test_what_is_put_to_the_vote_is_drawn_within_its_range(self, minimal: Scenario) -> None:
        found = read(minimal, draws=200)
        place = [ballot.ballot for ballot in found.ballots].index("raise")
        for values, low, high in (
            (found.proposal_value, 10, 12),
            (found.default_value, 7.5, 8),
            (found.stop_prob, 0, 0.3),
        ):
            drawn = values[:, place]
            assert drawn.shape == (200,)
            assert ((low <= drawn) & (drawn <= high)).all()
            assert len(set(drawn)) > 100

    def test_at_a_point_it_is_what_the_tables_say(self, minimal: Scenario) -> None:
        found = read(minimal)
        assert found.is_point
        assert found.proposal_value.tolist() == [[11, 8]]
        assert found.default_value.tolist() == [[8, 2]]
        assert found.stop_prob.tolist() == [[0.1, 0.1]]
