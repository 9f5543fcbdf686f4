"""Counts by sums agree with counts by halves, and go on where 64 bits end."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.halves import count_by_halves
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted
from foedus.engines.voting.shapes import shape_of
from foedus.engines.voting.sums import cells_count, count_by_sums


@st.composite
def rules(draw: st.DrawFn) -> VotingRule:
    voters, kinds = draw(st.integers(2, 12)), draw(st.integers(1, 3))
    all_weights = [
        (5 + kind, *draw(st.lists(st.integers(0, 3), min_size=voters - 1, max_size=voters - 1)))
        for kind in range(kinds)
    ] + [(1,) * voters]
    games = st.sampled_from(all_weights).flatmap(
        lambda w: st.builds(WeightedGame, st.just(w), st.integers(1, sum(w)))
    )
    clauses = st.lists(games, min_size=1, max_size=3).map(tuple)
    return VotingRule(
        any_of=(*draw(st.lists(clauses, max_size=2)), (WeightedGame(all_weights[0], 5),))
    )


@given(rules())
def test_a_table_of_sums_and_two_halves_count_the_same(rule: VotingRule) -> None:
    shape = shape_of(rule)
    for by_sums, by_halves in zip(count_by_sums(shape), count_by_halves(shape), strict=True):
        np.testing.assert_array_equal(by_sums, by_halves)


@pytest.mark.parametrize("voters", [1, 62, 63, 70, 193])
def test_a_majority_of_heads_is_counted_by_binomials(voters: int) -> None:
    needed = voters // 2 + 1
    winning, swings = count_by_sums(shape_of(weighted([1] * voters, needed)))
    assert winning.tolist() == [
        comb(voters, size) if size >= needed else 0 for size in range(voters + 1)
    ]
    assert (
        swings.tolist()
        == [[comb(voters - 1, size - 1) if size == needed else 0 for size in range(voters + 1)]]
        * voters
    )


def test_a_weight_above_every_quota_decides_alone() -> None:
    rule = weighted([9, 1, 1], 2)
    _, swings = count_by_sums(shape_of(rule))
    assert swings.tolist() == [[0, 1, 2, 0], [0, 0, 1, 0], [0, 0, 1, 0]]


@pytest.mark.parametrize(("weights", "quota", "cells"), [([3, 2, 1], 4, 4 * 5), ([2, 2], 4, 3)])
def test_a_table_has_a_cell_for_each_size_and_sum_up_to_the_quota(
    weights: list[int], quota: int, cells: int
) -> None:
    assert cells_count(shape_of(weighted(weights, quota))) == cells
