"""Rules worked out: who votes, what each counts, exactly, and how much is enough."""

from fractions import Fraction
from functools import partial
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenario.broken import with_table

from foedus.errors import MissingDataError, SettingsError
from foedus.scenario import Scenario
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import point
from foedus.scenario.voting import HEADS, PLEDGED, STRICT, QuotaKind
from foedus.scenario.voting_rules import (
    AS_GOOD_AS,
    PLAIN_DENOMINATOR,
    Quota,
    WorkedOut,
    as_share,
    ballots_of,
    columns_of_delegations,
    counts_pledges,
    exact,
    quota_of,
    rules_of,
    voters_of,
    weights_of,
    worked_out,
)

LEAGUE = ("ALD", "BRK", "CST", "ELM")


def wins(rule: WorkedOut, *codes: str, abstaining: tuple[str, ...] = ()) -> bool:
    """Say whether those for it pass a rule, the others being against it or abstaining."""
    against = len(rule.voters) - len(codes) - len(abstaining)
    if rule.against_stops_count is not None and against >= rule.against_stops_count:
        return False
    return any(
        all(
            game.quota.is_met_by(
                sum(
                    (w for w, c in zip(game.weights, rule.voters, strict=True) if c in codes),
                    Fraction(0),
                )
            )
            for game in games
        )
        for games in rule.clauses.values()
    )


class TestVoters:
    def test_members_vote_for_their_body_sorted_and_once(self, minimal: Scenario) -> None:
        rule = minimal.row("rules", "league-majority")
        assert voters_of(minimal, rule) == LEAGUE
        both = rule.model_copy(update={"voters": ("PTN", "LEAGUE", "BRK")})
        assert voters_of(minimal, both) == (*LEAGUE, "PTN")

    def test_owners_do_not_vote_for_their_pool(self, minimal: Scenario) -> None:
        rule = minimal.row("rules", "league-majority").model_copy(update={"voters": ("AIRPOOL",)})
        assert voters_of(minimal, rule) == ("AIRPOOL",)


class TestWeights:
    def test_they_are_the_decimals_of_the_files(self, minimal: Scenario) -> None:
        rows = tuple(
            row.model_copy(update={"gdp_usd_bn": 632.2}) if row.delegation == "CST" else row
            for row in minimal.budgets
        )
        found = weights_of(with_table(minimal, "budgets", rows), "budgets.gdp_usd_bn")
        assert found["CST"] == Fraction(6322, 10)
        assert found["CST"] != Fraction(632.2)
        assert "HOV" not in found

    def test_a_measure_counts_whoever_has_a_size(self, minimal: Scenario) -> None:
        found = weights_of(minimal, "population")
        assert found["ALD"] == 60_000_000
        assert set(found) == {"ALD", "BRK", "CST", "DUN", "ELM"}

    def test_heads_count_one_each(self, minimal: Scenario) -> None:
        assert set(weights_of(minimal, HEADS).values()) == {Fraction(1)}

    def test_who_is_not_said_to_pledge_pledges_nothing(self, minimal: Scenario) -> None:
        found = weights_of(minimal, PLEDGED, pledged_persons={"ALD": 4000.0, "BRK": 1000.0})
        assert [found[code] for code in ("ALD", "BRK", "CST")] == [4000, 1000, 0]
        assert set(weights_of(minimal, PLEDGED).values()) == {Fraction(0)}

    def test_an_empty_cell_counts_as_not_known(self, minimal: Scenario) -> None:
        found = weights_of(minimal, "budgets.debt_limit_share")
        assert "ALD" in found
        assert "DUN" not in found

    def test_columns_are_numbers_of_tables_with_a_row_for_each(self) -> None:
        columns = columns_of_delegations()
        assert set(columns) == {"delegations", "budgets", "hosting"}
        assert "gdp_usd_bn" in columns["budgets"]
        for name in ("growth_share_low", "definition", "delegation", "later", "verified"):
            assert name not in columns["budgets"]
        assert "at_table" not in columns["delegations"]


class TestQuotas:
    @pytest.mark.parametrize(
        ("kind", "value", "least"),
        [
            ("at_least_share", 0.55, 15),
            ("at_least_share", 0.72, 20),
            ("at_least_share", 0.666666667, 18),
            ("more_than_share", 0.666666667, 19),
            ("more_than_share", 0.5, 14),
            ("at_least", 9, 9),
            ("more_than", 9, 10),
            ("all_but", 3, 24),
            ("all_but", 0, 27),
        ],
    )
    def test_the_fewest_of_27_who_meet_it(self, kind: QuotaKind, value: float, least: int) -> None:
        quota = quota_of(kind, value, Fraction(27))
        assert [n for n in range(28) if quota.is_met_by(Fraction(n))] == list(range(least, 28))

    @given(
        st.sampled_from(get_args(QuotaKind)),
        st.integers(1, 10**12),
        st.integers(0, 100),
    )
    def test_a_share_written_in_decimals_is_the_fraction_it_stands_for(
        self, kind: QuotaKind, total: int, percent: int
    ) -> None:
        if not kind.endswith("_share"):
            return
        quota = quota_of(kind, percent / 100, Fraction(total))
        assert quota == Quota(Fraction(percent * total, 100), is_strict=kind in STRICT)

    @given(
        st.integers(1, PLAIN_DENOMINATOR).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n))
        )
    )
    def test_nine_decimals_are_enough_for_a_plain_fraction(self, parts: tuple[int, int]) -> None:
        assert as_share(round(parts[0] / parts[1], 9)) == Fraction(*parts)

    @given(st.floats(0, 1))
    def test_other_decimals_stay_as_they_are(self, value: float) -> None:
        found = as_share(value)
        assert abs(found - exact(value)) <= AS_GOOD_AS
        assert found == exact(value) or found.denominator <= PLAIN_DENOMINATOR

    def test_of_nothing_nothing_is_enough(self) -> None:
        for kind in get_args(QuotaKind):
            assert not quota_of(kind, 0.5, Fraction(0)).is_met_by(Fraction(0))


class TestRules:
    def test_a_rule_is_passed_by_either_of_its_clauses(self, minimal: Scenario) -> None:
        rule = worked_out(minimal, "league-majority")
        assert rule.voters == LEAGUE
        assert list(rule.clauses) == ["double-majority", "all-but-one"]
        # 2000 + 1200 of 3600 are two thirds and more; 2000 + 300 are less; three always pass.
        assert wins(rule, "ALD", "CST")
        assert not wins(rule, "ALD", "BRK")
        assert wins(rule, "BRK", "CST", "ELM")

    def test_under_unanimity_an_abstention_is_no_vote_against(self, minimal: Scenario) -> None:
        rule = worked_out(minimal, "league-unanimity")
        assert not wins(rule, "ALD", "BRK", "CST")
        assert wins(rule, "ALD", "BRK", "CST", abstaining=("ELM",))
        assert not wins(rule, "ALD", "BRK", abstaining=("CST", "ELM"))

    def test_if_nobody_abstains_unanimity_takes_all(self, minimal: Scenario) -> None:
        rule = worked_out(minimal, "league-unanimity")
        for games in rule.if_nobody_abstains().values():
            unopposed = games[-1]
            assert list(unopposed.weights) == [1, 1, 1, 1]
            assert [n for n in range(5) if unopposed.quota.is_met_by(Fraction(n))] == [4]
        majority = worked_out(minimal, "league-majority")
        assert majority.if_nobody_abstains() == majority.clauses

    def test_pledges_are_counted_as_they_are_given(self, minimal: Scenario) -> None:
        pledged = {"ALD": 4000.0, "BRK": 1000.0, "CST": 600.0}
        rule = worked_out(minimal, "force-carried", pledged_persons=pledged)
        soldiers, heads = rule.clauses["together"]
        assert list(soldiers.weights) == [4000, 1000, 600, 0, 0]
        assert [soldiers.quota.level, heads.quota.level] == [4480, 2]
        assert wins(rule, "ALD", "BRK")
        assert not wins(rule, "BRK", "CST", "DUN", "ELM")

    def test_where_nobody_pledges_nobody_carries_it(self, minimal: Scenario) -> None:
        rule = worked_out(minimal, "force-carried")
        assert not wins(rule, *rule.voters)

    def test_what_is_set_for_a_run_counts(self, minimal: Scenario) -> None:
        cells = {
            Cell("rule_games", "league-majority:double-majority:heads", "quota_value"): 0.75,
            Cell("budgets", "CST", "gdp_usd_bn"): 2400.0,
            Cell("rules", "league-majority", "against_stops_count"): 2,
        }
        draws = point("rear-8k-backed", cells)
        rule = worked_out(minimal, "league-majority", partial(draws.values, minimal))
        heads, wealth = rule.clauses["double-majority"]
        assert heads.quota.level == 3
        assert sum(wealth.weights) == 4800
        assert rule.against_stops_count == 2

    def test_a_voter_without_a_weight_is_named(self, minimal: Scenario) -> None:
        bare = with_table(
            minimal, "budgets", tuple(r for r in minimal.budgets if r.delegation != "ELM")
        )
        says = "budgets.gdp_usd_bn, by which voters count in the rule league-majority, is not known"
        with pytest.raises(MissingDataError, match=f"{says} of ELM"):
            worked_out(bare, "league-majority")

    def test_an_unknown_rule_is_told_with_the_near_ones(self, minimal: Scenario) -> None:
        with pytest.raises(SettingsError, match="mean league-majority"):
            worked_out(minimal, "league-majorty")


class TestBallots:
    def test_those_of_a_rule_are_decided_by_it_or_compared_on_it(self, minimal: Scenario) -> None:
        assert ballots_of(minimal, "league-majority") == minimal.ballots
        assert ballots_of(minimal, "league-unanimity") == minimal.ballots
        assert ballots_of(minimal, "force-carried") == ()
        assert ballots_of(minimal, "") == minimal.ballots

    def test_their_rules_are_those_that_decide_and_those_compared(self, minimal: Scenario) -> None:
        assert rules_of(minimal.ballots) == {"league-unanimity", "league-majority"}
        assert rules_of(()) == set()

    def test_a_rule_counts_pledges_if_one_of_its_games_does(self, minimal: Scenario) -> None:
        assert counts_pledges(minimal, ["league-majority", "force-carried"])
        assert not counts_pledges(minimal, rules_of(minimal.ballots))
