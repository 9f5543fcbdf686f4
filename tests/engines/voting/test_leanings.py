"""Votes and probabilities of votes: by hand, by a look at every vote, and in the limits."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.voting import leanings
from foedus.engines.voting.counting import swing_counts
from foedus.engines.voting.indices import power_indices
from foedus.engines.voting.leanings import chances, passes, pivotal
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted
from foedus.engines.voting.shapes import shape_of

LARGE = st.sampled_from([10**6, 10**6 + 1, 83_402_164, 2**63])


@st.composite
def rules(draw: st.DrawFn) -> VotingRule:
    """One to three clauses over heads and up to three weights, some of them beyond 64 bits."""
    voters = draw(st.integers(1, 6))
    weights = st.lists(st.integers(0, 9) | LARGE, min_size=voters, max_size=voters)
    kinds = draw(st.lists(weights.filter(any).map(tuple), min_size=1, max_size=3))
    games = st.sampled_from([*kinds, (1,) * voters]).flatmap(
        lambda w: st.builds(WeightedGame, st.just(w), st.integers(1, sum(w)))
    )
    clauses = st.lists(games, min_size=1, max_size=3).map(tuple)
    return VotingRule(any_of=tuple(draw(st.lists(clauses, min_size=1, max_size=3))))


def probs(rule: VotingRule, draws: int) -> st.SearchStrategy[FloatArray]:
    """Probabilities for each draw and voter, often 0 or 1."""
    prob = st.sampled_from([0.0, 1.0, 0.5]) | st.floats(0, 1)
    count = draws * rule.voters_count
    return st.lists(prob, min_size=count, max_size=count).map(
        lambda numbers: np.reshape(numbers, (draws, rule.voters_count))
    )


def slow_chances(rule: VotingRule, prob: list[float]) -> tuple[float, list[float]]:
    voters = range(len(prob))
    pass_prob, pivot_prob = 0.0, [0.0 for _ in voters]
    for votes in product([False, True], repeat=len(prob)):
        chance = [p if yes else 1 - p for yes, p in zip(votes, prob, strict=True)]
        yes = {i for i in voters if votes[i]}
        pass_prob += rule.wins(yes) * prod(chance)
        for i in voters:
            if not votes[i] and rule.wins(yes | {i}) and not rule.wins(yes):
                pivot_prob[i] += prod(chance[:i] + chance[i + 1 :])
    return pass_prob, pivot_prob


class TestVotes:
    @given(rules())
    def test_a_vote_passes_if_those_who_say_yes_win(self, rule: VotingRule) -> None:
        votes = np.array(list(product([False, True], repeat=rule.voters_count)))
        coalitions = [np.flatnonzero(yes).tolist() for yes in votes]
        assert passes(rule, votes).tolist() == [rule.wins(coalition) for coalition in coalitions]

    @given(rules())
    def test_who_is_pivotal_changes_the_outcome_by_a_change_of_mind(self, rule: VotingRule) -> None:
        votes = np.array(list(product([False, True], repeat=rule.voters_count)))
        found, outcome = pivotal(rule, votes), passes(rule, votes)
        for i in range(rule.voters_count):
            changed = votes.copy()
            changed[:, i] ^= True
            assert found[:, i].tolist() == (passes(rule, changed) != outcome).tolist()

    def test_weights_that_floats_cannot_tell_apart_are_told_apart(self) -> None:
        rule = weighted([2**60 + 1, 2**60, 2**60], 2**61 + 1)
        assert passes(rule, [[True, True, False], [False, True, True]]).tolist() == [True, False]

    @pytest.mark.parametrize("yes", [[True, False, True], [[True, False]], [[1, 0, 1]]])
    def test_what_is_no_vote_of_all_is_refused(self, yes: list[list[bool]]) -> None:
        for decide in (passes, pivotal):
            with pytest.raises(ValueError, match=r"truth values of the shape \(draw, 3\)"):
                decide(weighted([1, 1, 1], 2), yes)


class TestChances:
    @given(rules(), st.data())
    def test_they_are_those_of_a_look_at_every_vote(
        self, rule: VotingRule, data: st.DataObject
    ) -> None:
        prob = data.draw(probs(rule, draws=2))
        found = chances(rule, prob)
        for draw in range(2):
            pass_prob, pivot_prob = slow_chances(rule, prob[draw].tolist())
            assert found.pass_prob[draw] == pytest.approx(pass_prob, abs=1e-12)
            assert found.pivot_prob[draw] == pytest.approx(pivot_prob, abs=1e-12)

    @given(st.lists(st.integers(0, 5), min_size=2, max_size=9), st.data())
    def test_all_ways_to_them_lead_to_the_same(
        self, weights: list[int], data: st.DataObject
    ) -> None:
        heads, kind = (1,) * (len(weights) + 1), (7, *weights)
        rule = VotingRule(
            any_of=(
                (
                    WeightedGame(kind, data.draw(st.integers(1, sum(kind)))),
                    WeightedGame(heads, data.draw(st.integers(1, len(heads)))),
                ),
                (WeightedGame(heads, data.draw(st.integers(1, len(heads)))),),
            )
        )
        prob = data.draw(probs(rule, draws=3))
        shape = shape_of(rule)
        ways = [leanings._by_sums(shape, prob), leanings._by_pairs(rule, prob)]
        if shape.weights:
            ways.append(leanings._by_halves(shape, prob))
        for pass_prob, pivot_prob in ways[1:]:
            np.testing.assert_allclose(pass_prob, ways[0][0], atol=1e-12)
            np.testing.assert_allclose(pivot_prob, ways[0][1], atol=1e-12)

    @given(rules())
    def test_with_coins_they_are_the_power_to_act_and_the_absolute_banzhaf_index(
        self, rule: VotingRule
    ) -> None:
        found = chances(rule, np.full((1, rule.voters_count), 0.5))
        indices = power_indices(swing_counts(rule))
        assert found.pass_prob[0] == pytest.approx(float(indices.act_prob), abs=1e-12)
        np.testing.assert_allclose(found.pivot_prob[0], indices.banzhaf.rounded, atol=1e-12)

    @given(rules())
    def test_over_all_common_probabilities_the_mean_pivot_is_the_shapley_shubik_index(
        self, rule: VotingRule
    ) -> None:
        nodes, node_weights = np.polynomial.legendre.leggauss(8)
        prob = np.repeat((nodes[:, None] + 1) / 2, rule.voters_count, axis=1)
        mean = node_weights / 2 @ chances(rule, prob).pivot_prob
        exact = power_indices(swing_counts(rule)).shapley_shubik.rounded
        np.testing.assert_allclose(mean, exact, atol=1e-12)

    def test_the_shapley_shubik_index_of_27_members_in_persons_comes_out_too(self) -> None:
        persons = tuple(83_402_164 // (1 + place) + 7 * place for place in range(27))
        heads = (1,) * 27
        rule = VotingRule(
            any_of=(
                (WeightedGame(heads, 15), WeightedGame(persons, sum(persons) * 65 // 100 + 1)),
                (WeightedGame(heads, 24),),
            )
        )
        nodes, node_weights = np.polynomial.legendre.leggauss(14)
        prob = np.repeat((nodes[:, None] + 1) / 2, 27, axis=1)
        mean = node_weights / 2 @ chances(rule, prob).pivot_prob
        exact = power_indices(swing_counts(rule)).shapley_shubik.rounded
        np.testing.assert_allclose(mean, exact, atol=1e-12)

    @given(rules(), st.data())
    def test_a_pivot_is_what_a_sure_yes_adds_to_a_sure_no(
        self, rule: VotingRule, data: st.DataObject
    ) -> None:
        prob = data.draw(probs(rule, draws=1))
        voter = data.draw(st.integers(0, rule.voters_count - 1))
        yes, no = prob.copy(), prob.copy()
        yes[:, voter], no[:, voter] = 1, 0
        gain = chances(rule, yes).pass_prob - chances(rule, no).pass_prob
        np.testing.assert_allclose(chances(rule, prob).pivot_prob[:, voter], gain, atol=1e-12)

    @given(rules(), st.data())
    def test_certain_votes_are_votes(self, rule: VotingRule, data: st.DataObject) -> None:
        votes = data.draw(probs(rule, draws=4)) >= 0.5
        found = chances(rule, votes.astype(np.float64))
        np.testing.assert_array_equal(found.pass_prob, passes(rule, votes))
        np.testing.assert_array_equal(found.pivot_prob, pivotal(rule, votes))

    @pytest.mark.parametrize(
        ("prob", "message"),
        [
            ([0.5, 0.5], r"shape \(draw, 2\), not \(2,\)"),
            ([[0.5]], r"not \(1, 1\)"),
            ([[0.5, 1.01]], "not from 0 to 1"),
            ([[0.5, float("nan")]], "not from 0 to 1"),
        ],
    )
    def test_what_is_no_probability_is_refused(self, prob: list[list[float]], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            chances(weighted([2, 1], 2), prob)

    def test_what_takes_more_than_a_minute_is_refused(self) -> None:
        weights = tuple(10**6 + place**2 for place in range(45))
        rule = weighted(weights, sum(weights) // 2)
        with pytest.raises(ValueError, match=r"1 draws of 45 voters .* up to 40 voters"):
            chances(rule, np.full((1, 45), 0.5))
