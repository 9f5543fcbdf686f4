"""Critical voters by rank: by hand, by a look at every coalition, and at the edge of 64 bits."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.critical import critical_by_rank, minimal_with_lightest, ranked
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted
from foedus.engines.voting.shapes import shape_of


@st.composite
def rules(draw: st.DrawFn) -> VotingRule:
    """Head counts and one list of weights, with many ties and zeros, in one or two clauses."""
    weights = tuple(draw(st.lists(st.integers(0, 4), min_size=1, max_size=7).filter(any)))
    heads = (1,) * len(weights)

    def game(lists: tuple[int, ...]) -> st.SearchStrategy[WeightedGame]:
        return st.integers(1, sum(lists)).map(lambda quota: WeightedGame(lists, quota))

    both = st.tuples(game(heads), game(weights))
    return VotingRule(any_of=(draw(both), draw(st.one_of(both, st.tuples(game(heads))))))


def test_the_count_by_hand_of_three_voters_holds_in_any_order_of_places() -> None:
    rule = ranked(shape_of(weighted([1, 3, 2], 4)))
    assert rule is not None
    assert rule.places == (1, 2, 0)
    # {3, 2}, {3, 1} and {3, 2, 1} need the heaviest; {3, 2} the second; {3, 1} the lightest.
    assert [critical_by_rank(rule, at)[:, -1].tolist() for at in range(3)] == [
        [3],
        [0, 1],
        [0, 1, 0],
    ]


@given(rules())
def test_counts_are_those_of_a_look_at_every_coalition(rule: VotingRule) -> None:
    voters = rule.voters_count
    by_rank = ranked(shape_of(rule))
    assert by_rank is not None
    for at, voter in enumerate(by_rank.places):
        heavier = by_rank.places[:at]
        expected = np.zeros((at + 1, at + 1), dtype=np.int64)
        for size in range(1, voters + 1):
            for members in combinations(range(voters), size):
                together = set(members)
                if voter in together and rule.wins(together) and not rule.wins(together - {voter}):
                    rank = len(together.intersection(heavier))
                    expected[rank] += [*(place in together for place in heavier), True]
        assert critical_by_rank(by_rank, at).tolist() == expected.tolist()


@given(rules())
def test_the_coalitions_listed_with_a_lightest_member_are_those_counted(rule: VotingRule) -> None:
    by_rank = ranked(shape_of(rule))
    assert by_rank is not None
    for at in range(rule.voters_count):
        counts = critical_by_rank(by_rank, at, among=at + 1)[:, -1]
        for size in range(1, at + 2):
            masks = minimal_with_lightest(by_rank, at, size).tolist()
            assert len(set(masks)) == len(masks) == counts[size - 1]
            assert all(mask.bit_length() == at + 1 and mask.bit_count() == size for mask in masks)


def test_weights_near_the_edge_of_64_bits_are_told_apart_to_the_last_unit() -> None:
    # Any fifteen reach the quota and no fourteen do, by the last digits alone.
    weights = [10**17 + i for i in range(27)]
    rule = ranked(shape_of(weighted(weights, 15 * 10**17 + sum(range(15)))))
    assert rule is not None
    counts = critical_by_rank(rule, 0)
    assert counts.tolist() == [[comb(26, 14)]]
    lightest = critical_by_rank(rule, 26)
    assert lightest[14, -1] == lightest.sum(axis=0)[-1] == comb(26, 14)
    assert set(lightest[14, :-1].tolist()) == {comb(25, 13)}


def test_weights_of_two_kinds_are_not_ranked() -> None:
    games = (WeightedGame((3, 2, 1), 3), WeightedGame((1, 2, 3), 3))
    assert ranked(shape_of(VotingRule(any_of=(games,)))) is None


def test_weights_that_do_not_fit_64_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="64 bits"):
        ranked(shape_of(weighted([2**62, 1], 2**62)))
