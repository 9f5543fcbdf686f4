"""Voting rules: what wins, what blocks, and fractions made whole."""

from fractions import Fraction
from itertools import combinations
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.voting.drawn_rules import rules

from foedus.engines.voting.rules import VotingRule, WeightedGame, in_whole_numbers, weighted

PARTS = st.fractions(min_value=0, max_value=50, max_denominator=12)


def coalitions(voters: int) -> list[set[int]]:
    return [set(c) for size in range(voters + 1) for c in combinations(range(voters), size)]


@given(rules())
def test_nobody_loses_all_together_win_and_one_more_never_spoils_a_win(rule: VotingRule) -> None:
    everybody = set(range(rule.voters_count))
    assert not rule.wins(set())
    assert rule.wins(everybody)
    for coalition in filter(rule.wins, coalitions(rule.voters_count)):
        assert all(rule.wins(coalition | {i}) for i in everybody)


@given(rules())
def test_the_dual_is_won_by_those_without_whom_the_rule_is_lost(rule: VotingRule) -> None:
    everybody, dual = set(range(rule.voters_count)), rule.dual()
    for coalition in coalitions(rule.voters_count):
        assert dual.wins(coalition) is not rule.wins(everybody - coalition)


@given(rules())
def test_the_dual_of_the_dual_decides_like_the_rule(rule: VotingRule) -> None:
    again = rule.dual().dual()
    for coalition in coalitions(rule.voters_count):
        assert again.wins(coalition) is rule.wins(coalition)


def test_the_european_rule_is_blocked_by_four_members_with_over_35_per_cent_or_by_thirteen() -> (
    None
):
    heads, persons = (1,) * 27, tuple(range(27, 0, -1))
    total = sum(persons)
    rule = VotingRule(
        any_of=(
            (WeightedGame(heads, 15), WeightedGame(persons, ceil(0.65 * total))),
            (WeightedGame(heads, 24),),
        )
    )
    blocks = rule.dual().wins
    assert sum(persons[:6]) > 0.35 * total > sum(persons[:5])
    assert blocks(range(6))
    assert not blocks(range(5))
    assert blocks(range(14, 27))
    assert not blocks(range(15, 27))
    assert not blocks({0, 1, 2})


@given(st.lists(PARTS, min_size=1, max_size=6).filter(any), st.data())
def test_whole_numbers_win_where_fractions_do(weights: list[Fraction], data: st.DataObject) -> None:
    quota = sum(weights) * data.draw(st.fractions(Fraction(1, 60), Fraction(59, 60)))
    reached, passed = (
        in_whole_numbers(weights, quota),
        in_whole_numbers(weights, quota, more_than=True),
    )
    for coalition in coalitions(len(weights)):
        weight = sum((weights[i] for i in coalition), Fraction(0))
        assert reached.wins(coalition) == (weight >= quota)
        assert passed.wins(coalition) == (weight > quota)


def test_a_quota_met_to_the_last_fraction_is_reached_and_not_passed() -> None:
    weights = [Fraction("0.1"), Fraction("0.2"), Fraction("0.7")]
    assert in_whole_numbers(weights, Fraction("0.3")).wins({0, 1})
    assert not in_whole_numbers(weights, Fraction("0.3"), more_than=True).wins({0, 1})


@pytest.mark.parametrize(
    ("weights", "quota", "message"),
    [
        ((), 1, "needs voters"),
        ((1, 2.0), 2, "whole numbers"),
        ((1, 2), 1.5, "whole numbers"),
        ((3, -1), 2, "negative: -1"),
        ((1, 2), 4, "quota 4 is not between 1 and the total 3"),
        ((1, 2), 0, "quota 0"),
        ((0, 0), 1, "the total 0"),
    ],
)
def test_what_is_no_game_is_refused(weights: tuple[int, ...], quota: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WeightedGame(weights, quota)


@pytest.mark.parametrize("clauses", [(), ((),), ((WeightedGame((1,), 1),), ())])
def test_a_rule_without_a_game_is_refused(clauses: tuple[tuple[WeightedGame, ...], ...]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        VotingRule(any_of=clauses)


def test_games_of_different_voters_make_no_rule() -> None:
    with pytest.raises(ValueError, match=r"differ in their voters: \[2, 3\]"):
        VotingRule(any_of=((WeightedGame((1, 1), 1), WeightedGame((1, 1, 1), 1)),))


def test_a_quota_that_fractions_cannot_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="not between 1"):
        in_whole_numbers([Fraction(1, 2)] * 2, Fraction(1), more_than=True)


def test_a_weighted_rule_has_one_game() -> None:
    assert weighted([2, 1], 2).any_of == ((WeightedGame((2, 1), 2),),)
