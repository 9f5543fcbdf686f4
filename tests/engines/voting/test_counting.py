"""Counts of winning coalitions and swings: every shape of rule against a look at all coalitions."""

from itertools import combinations
from math import comb
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.counting import Counts, swing_counts
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted

PERSONS = st.integers(0, 9) | st.sampled_from([10**6, 10**6 + 1, 2 * 10**6, 83_402_164])


@st.composite
def rules(draw: st.DrawFn) -> VotingRule:
    """One to three clauses of one to three games over heads and up to three weights."""
    voters = draw(st.integers(1, 7))
    weights = st.lists(PERSONS, min_size=voters, max_size=voters).filter(any).map(tuple)
    all_weights = [*draw(st.lists(weights, min_size=1, max_size=3)), (1,) * voters]
    games = st.sampled_from(all_weights).flatmap(
        lambda w: st.builds(WeightedGame, st.just(w), st.integers(1, sum(w)))
    )
    clauses = st.lists(games, min_size=1, max_size=3).map(tuple)
    return VotingRule(any_of=tuple(draw(st.lists(clauses, min_size=1, max_size=3))))


def assert_as_looked_up(counts: Counts, rule: VotingRule) -> None:
    voters = rule.voters_count
    winning = np.zeros(voters + 1, dtype=np.int64)
    winning_with, swings = np.zeros((2, voters, voters + 1), dtype=np.int64)
    for size in range(voters + 1):
        for members in combinations(range(voters), size):
            if rule.wins(members):
                winning[size] += 1
                for i in members:
                    winning_with[i, size] += 1
                    swings[i, size] += not rule.wins(set(members) - {i})
    np.testing.assert_array_equal(counts.winning_count, winning)
    np.testing.assert_array_equal(counts.swings_count, swings)
    np.testing.assert_array_equal(counts.winning_with_count, winning_with)


@given(rules())
def test_counts_are_those_of_a_look_at_every_coalition(rule: VotingRule) -> None:
    assert_as_looked_up(swing_counts(rule), rule)


@pytest.mark.parametrize(
    "rule",
    [
        weighted([1] * 12, 12),  # unanimity
        weighted([1] * 11, 6),
        weighted([9, 1, 1, 1, 1, 1, 1, 1, 1, 1], 10),  # a veto
        weighted([20, 1, 1, 1, 1, 1, 1, 1, 1, 1], 10),  # a dictator, and dummies with weight
        weighted([4, 4, 4, 2, 2, 1, 0, 0, 0], 12),
        weighted([0, 0, 1], 1),
        weighted([5], 3),
        weighted([3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1], 9),
    ],
)
def test_unanimity_vetoes_dictators_and_dummies_are_counted_right(rule: VotingRule) -> None:
    assert_as_looked_up(swing_counts(rule), rule)


@given(rules(), st.integers(1, 70))
def test_idle_voters_join_in_every_number_and_never_swing(rule: VotingRule, idle: int) -> None:
    longer = VotingRule(
        any_of=tuple(
            tuple(WeightedGame((*game.weights, *[0] * idle), game.quota) for game in clause)
            for clause in rule.any_of
        )
    )
    before, after = swing_counts(rule), swing_counts(longer)
    voters = rule.voters_count
    assert not after.swings_count[voters:].any()
    for size in range(voters + idle + 1):
        assert after.winning_count[size] == sum(
            int(before.winning_count[busy]) * comb(idle, size - busy)
            for busy in range(min(size, voters) + 1)
        )
    assert [sum(swings) for swings in after.swings_count[:voters].tolist()] == [
        sum(swings) * 2**idle for swings in before.swings_count.tolist()
    ]


@given(rules(), st.randoms(use_true_random=False))
def test_who_sits_where_does_not_matter(rule: VotingRule, random: Random) -> None:
    order = list(range(rule.voters_count))
    random.shuffle(order)
    moved = VotingRule(
        any_of=tuple(
            tuple(
                WeightedGame(tuple(game.weights[i] for i in order), game.quota) for game in clause
            )
            for clause in rule.any_of
        )
    )
    before, after = swing_counts(rule), swing_counts(moved)
    np.testing.assert_array_equal(after.winning_count, before.winning_count)
    np.testing.assert_array_equal(after.swings_count, before.swings_count[order])


@given(rules())
def test_a_coalition_wins_the_rule_or_the_others_win_its_dual(rule: VotingRule) -> None:
    own, dual = swing_counts(rule), swing_counts(rule.dual())
    sizes = np.array([comb(rule.voters_count, size) for size in range(rule.voters_count + 1)])
    np.testing.assert_array_equal(own.winning_count + dual.winning_count[::-1], sizes)
    # Who turns k voters into a winner keeps the n - k others and itself from blocking.
    np.testing.assert_array_equal(own.swings_count[:, 1:], dual.swings_count[:, :0:-1])


def test_two_weights_in_persons_are_counted_like_small_ones_that_decide_alike() -> None:
    small = (5, 4, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1)
    other = (1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 1, 1, 1, 1, 2)
    counts = [
        swing_counts(
            VotingRule(
                any_of=(
                    (
                        WeightedGame(tuple(unit * w + 1 for w in small), unit * 17),
                        WeightedGame(tuple(unit * w + 1 for w in other), unit * 18),
                    ),
                    (WeightedGame((1,) * 15, 13),),
                )
            )
        )
        for unit in (16, 10**9 + 7)
    ]
    np.testing.assert_array_equal(counts[0].winning_count, counts[1].winning_count)
    np.testing.assert_array_equal(counts[0].swings_count, counts[1].swings_count)


def test_what_cannot_be_counted_in_a_minute_is_refused_with_what_can() -> None:
    games = tuple(
        WeightedGame(tuple(range(start, start + 200)), 9_999) for start in (1, 1_000, 50_000)
    )
    with pytest.raises(ValueError, match=r"200 voters .* 3 different weights .* up to 40"):
        swing_counts(VotingRule(any_of=(games,)))


def test_counts_cannot_be_changed() -> None:
    counts = swing_counts(weighted([2, 1], 2))
    with pytest.raises(ValueError, match="read-only"):
        counts.swings_count[0, 0] = 1
