"""Two halves that meet: the same as a look at every coalition, however large the weights."""

from itertools import combinations
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.halves import count_by_halves, halves_of, partners_by_size
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted
from foedus.engines.voting.shapes import shape_of

BEYOND_64_BITS: Final = 2**70


@st.composite
def rules(draw: st.DrawFn, kinds: int) -> VotingRule:
    """Heads and as many other weights, with many ties and zeros; the first voters differ."""
    voters = draw(st.integers(3, 7))
    all_weights = [(1,) * voters] + [
        (7 + kind, *draw(st.lists(st.integers(0, 4), min_size=voters - 1, max_size=voters - 1)))
        for kind in range(kinds)
    ]
    games = [
        [
            WeightedGame(weights, draw(st.integers(1, sum(weights))))
            for weights in draw(st.permutations(all_weights))
        ]
        for _ in range(draw(st.integers(1, 3)))
    ]
    return VotingRule(any_of=tuple(tuple(clause[: kinds + 1]) for clause in games))


def slow_counts(rule: VotingRule) -> tuple[list[int], list[list[int]]]:
    voters = rule.voters_count
    winning, swings = [0] * (voters + 1), [[0] * (voters + 1) for _ in range(voters)]
    for size in range(voters + 1):
        for members in combinations(range(voters), size):
            if rule.wins(members):
                winning[size] += 1
                for i in members:
                    swings[i][size] += not rule.wins(set(members) - {i})
    return winning, swings


@pytest.mark.parametrize("kinds", [1, 2, 3])
@given(data=st.data())
def test_counts_are_those_of_a_look_at_every_coalition(kinds: int, data: st.DataObject) -> None:
    rule = data.draw(rules(kinds))
    winning, swings = count_by_halves(shape_of(rule))
    assert (winning.tolist(), swings.tolist()) == slow_counts(rule)


@pytest.mark.parametrize("kinds", [1, 2, 3])
@given(data=st.data())
def test_weights_beyond_64_bits_are_counted_exactly(kinds: int, data: st.DataObject) -> None:
    rule = data.draw(rules(kinds))
    # One more unit for everybody is not enough to make up for one of the large units.
    large = VotingRule(
        any_of=tuple(
            tuple(
                WeightedGame(
                    tuple(BEYOND_64_BITS * w + 1 for w in game.weights), BEYOND_64_BITS * game.quota
                )
                for game in clause
            )
            for clause in rule.any_of
        )
    )
    shape = shape_of(large)
    assert not shape.fits_64_bits
    winning, swings = count_by_halves(shape)
    assert (winning.tolist(), swings.tolist()) == slow_counts(rule)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=8).filter(lambda w: len(set(w)) > 1))
def test_a_half_lists_every_coalition_once_by_size_and_weight(weights: list[int]) -> None:
    shape = shape_of(weighted(weights, 1))
    middle = len(weights) // 2
    for half, own in zip(
        halves_of(shape), (shape.weights[0][:middle], shape.weights[0][middle:]), strict=True
    ):
        assert sorted(half.members.tolist()) == list(range(2 ** len(own)))
        for size in range(half.voters_count + 1):
            at = slice(half.starts[size], half.starts[size + 1])
            assert [m.bit_count() for m in half.members[at].tolist()] == [size] * len(
                half.members[at]
            )
            assert (np.diff(half.sums[at, 0]) >= 0).all()
        for total, members in zip(half.sums[:, 0].tolist(), half.members.tolist(), strict=True):
            assert total == sum(w for i, w in enumerate(own) if members >> i & 1)


def test_partners_of_a_size_at_which_nobody_wins_are_none() -> None:
    heads, weights = (1, 1, 1), (3, 2, 1)
    rule = VotingRule(any_of=((WeightedGame(heads, 3), WeightedGame(weights, 1)),))
    shape = shape_of(rule)
    assert partners_by_size(*halves_of(shape), shape).tolist() == [[0, 0, 0], [0, 0, 1]]
