import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.spatial.election import (
    ElectionRules,
    Kind,
    Victory,
    Vote,
    coalition_strengths,
    elect,
    election_prob,
    pairwise_prob,
)

# The case of car emission standards in the European Community: capability, position in
# years, salience, from B. Bueno de Mesquita (1994), chapter 4 of European Community Decision
# Making, as reprinted by J. Scholz, G. Calbert and G. Smith (2011), table 1.
EMISSION = np.array(
    [
        [0.08, 4, 0.80],
        [0.08, 7, 0.40],
        [0.03, 4, 0.20],
        [0.16, 4, 0.80],
        [0.16, 10, 0.60],
        [0.16, 10, 0.60],
        [0.16, 10, 0.90],
        [0.05, 7, 0.10],
        [0.05, 4, 1.00],
        [0.08, 7, 0.70],
    ]
)
YEARS = np.array([4.0, 7.0, 10.0])

SEEDS = st.integers(0, 2**32 - 1)
RULES = st.builds(
    ElectionRules,
    vote=st.sampled_from(Vote),
    victory=st.sampled_from(Victory),
    kind=st.sampled_from(Kind),
)


def drawn(seed: int, options: int | None = None) -> tuple[FloatArray, FloatArray]:
    """Weights and utilities of a few actors for a few options, in some draws."""
    rng = np.random.default_rng(seed)
    draws, actors = rng.integers(1, 4), rng.integers(1, 7)
    count = rng.integers(1, 7) if options is None else options
    return rng.uniform(0.5, 100, (draws, actors)), rng.uniform(0, 1, (draws, actors, count))


def votes_by_words(rule: Vote, weight: float, gain: float) -> float:
    """The votes cast for an option that is worth `gain` more."""
    binary = max(-1.0, min(1.0, gain / 1e-8))
    return (
        weight
        * {
            Vote.PROPORTIONAL: gain,
            Vote.BINARY: binary,
            Vote.CUBIC: gain**3,
            Vote.PROPORTIONAL_BINARY: 0.8 * gain + 0.2 * binary,
            Vote.PROPORTIONAL_CUBIC: (gain + gain**3) / 2,
        }[rule]
    )


def chance_by_words(victory: Victory, mine: float, theirs: float) -> float:
    """The chance that the one coalition beats the other."""
    if victory is Victory.THRESHOLD:
        if mine >= 1.1 * theirs:
            return 1 / (1 + 1e-6)
        if theirs >= 1.1 * mine:
            return 1e-6 / (1 + 1e-6)
        # A line from 0 where the other is 1.1 times as strong to 1 where the one is.
        return (mine / (mine + theirs) - 1 / 2.1) / (1.1 / 2.1 - 1 / 2.1)
    power: int = victory.value
    return float(mine**power / (mine**power + theirs**power))


def elect_by_words(weights: Any, utilities: Any, rules: ElectionRules) -> list[float]:
    """One election, slowly, in plain Python."""
    options = range(len(utilities[0]))

    def strength(a: int, b: int) -> float:
        cast = (
            votes_by_words(rules.vote, weight, worth[a] - worth[b])
            for weight, worth in zip(weights, utilities, strict=True)
        )
        return 1e-8 + math.fsum(votes for votes in cast if votes > 0)

    C = [[1e-8 if a == b else strength(a, b) for b in options] for a in options]
    P = [[chance_by_words(rules.victory, C[a][b], C[b][a]) for b in options] for a in options]
    if rules.kind is Kind.CONDITIONAL:
        wins = [math.prod(0.5 if a == b else P[a][b] for b in options) for a in options]
        return [win / math.fsum(wins) for win in wins]
    share = [[1 / len(options)] * len(options) for _ in options]
    if rules.kind is Kind.MARKOV_INCENTIVE:
        urge = [[C[a][b] * P[a][b] + 1e-10 * (a == b) for b in options] for a in options]
        columns = [math.fsum(urge[a][b] for a in options) for b in options]
        share = [[urge[a][b] / columns[b] for b in options] for a in options]
    p = [1 / len(options)] * len(options)
    tolerance = 1e-8 if rules.kind is Kind.MARKOV_INCENTIVE else 1e-6
    change = math.inf
    while change > tolerance:
        q = [
            math.fsum(P[a][b] * (p[a] * share[b][a] + p[b] * share[a][b]) for b in options)
            for a in options
        ]
        change = max(abs(x - y) for x, y in zip(p, q, strict=True))
        p = [(x + y) / 2 for x, y in zip(p, q, strict=True)]
    return p


class TestPublishedValues:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (Kind.CONDITIONAL, [0.2046, 0.4198, 0.3756]),
            (Kind.MARKOV_UNIFORM, [0.2459, 0.3920, 0.3620]),
            (Kind.MARKOV_INCENTIVE, [0.2371, 0.3467, 0.4162]),
        ],
    )
    def test_the_emission_case_among_its_three_positions(
        self, kind: Kind, expected: list[float]
    ) -> None:
        """What KTAB's three elections give among 4, 7 and 10 years.

        The numbers come from running that program's rules on the emission data. They hold
        for weights of capability times salience and utilities that fall linearly with
        distance; the width of the scale drops out.
        """
        capability, position, salience = EMISSION.T
        utilities = 1 - np.abs(position[:, None] - YEARS) / 6
        found = elect((capability * salience)[None], utilities[None], ElectionRules(kind=kind))
        np.testing.assert_allclose(found[0], expected, atol=5e-5)

    @pytest.mark.parametrize(
        ("ratio", "victory", "expected"),
        [
            (2.0, Victory.LINEAR, 2 / 3),
            (2.0, Victory.SQUARE, 4 / 5),
            (2.0, Victory.QUARTIC, 16 / 17),
            (2.0, Victory.OCTIC, 256 / 257),
            (3.0, Victory.LINEAR, 3 / 4),
            (3.0, Victory.SQUARE, 9 / 10),
            (3.0, Victory.QUARTIC, 81 / 82),
            (3.0, Victory.OCTIC, 6561 / 6562),
        ],
    )
    def test_the_chances_that_the_source_names_for_twice_and_three_times_the_strength(
        self, ratio: float, victory: Victory, expected: float
    ) -> None:
        strengths = np.array([[[1.0, ratio], [1.0, 1.0]]])
        assert pairwise_prob(strengths, victory)[0, 0, 1] == pytest.approx(expected, rel=1e-13)

    @pytest.mark.parametrize(
        ("victory", "percent"),
        [
            (Victory.LINEAR, 52.4),
            (Victory.SQUARE, 54.8),
            (Victory.QUARTIC, 59.4),
            (Victory.OCTIC, 68.2),
            (Victory.THRESHOLD, 100.0),
        ],
    )
    def test_the_chances_that_the_source_names_for_a_tenth_more_strength(
        self, victory: Victory, percent: float
    ) -> None:
        strengths = np.array([[[1.0, 1.1], [1.0, 1.0]]])
        assert 100 * pairwise_prob(strengths, victory)[0, 0, 1] == pytest.approx(percent, abs=0.05)

    def test_under_the_threshold_rule_even_strength_is_an_even_chance(self) -> None:
        even = np.full((1, 2, 2), 3.0)
        assert pairwise_prob(even, Victory.THRESHOLD)[0, 0, 1] == pytest.approx(0.5, abs=1e-14)

    def test_five_votes_for_a_half_against_three_for_a_whole(self) -> None:
        """2.5 votes for the first option, 3 for the second, when votes are proportional."""
        weights, utilities = np.array([[5.0, 3.0]]), np.array([[[0.75, 0.25], [0.0, 1.0]]])
        found = {vote: coalition_strengths(weights, utilities, vote)[0] for vote in Vote}
        assert found[Vote.PROPORTIONAL][0, 1] == pytest.approx(2.5 + 1e-8, abs=1e-13)
        assert found[Vote.PROPORTIONAL][1, 0] == pytest.approx(3.0 + 1e-8, abs=1e-13)
        assert found[Vote.BINARY][0, 1] == pytest.approx(5.0 + 1e-8, abs=1e-13)
        assert found[Vote.CUBIC][0, 1] == pytest.approx(0.625 + 1e-8, abs=1e-13)
        assert found[Vote.PROPORTIONAL_BINARY][0, 1] == pytest.approx(3.0 + 1e-8, abs=1e-13)
        assert found[Vote.PROPORTIONAL_CUBIC][0, 1] == pytest.approx(1.5625 + 1e-8, abs=1e-13)


class TestLaws:
    @given(SEEDS, RULES)
    def test_chances_are_what_the_rules_say_in_words(self, seed: int, rules: ElectionRules) -> None:
        weights, utilities = drawn(seed)
        slowly = [
            elect_by_words(w, u, rules)
            for w, u in zip(weights.tolist(), utilities.tolist(), strict=True)
        ]
        np.testing.assert_allclose(elect(weights, utilities, rules), slowly, rtol=1e-6, atol=1e-11)

    @given(SEEDS, RULES)
    def test_chances_add_up_to_one(self, seed: int, rules: ElectionRules) -> None:
        found = elect(*drawn(seed), rules)
        assert (found >= 0).all()
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)

    @given(SEEDS, st.sampled_from(Vote), st.sampled_from(Victory))
    def test_of_two_options_one_wins(self, seed: int, vote: Vote, victory: Victory) -> None:
        chances = pairwise_prob(coalition_strengths(*drawn(seed), vote), victory)
        np.testing.assert_allclose(chances + chances.swapaxes(1, 2), 1, rtol=1e-15)

    @given(SEEDS, st.sampled_from(Victory))
    def test_the_conditional_election_of_two_options_is_the_chance_of_the_pair(
        self, seed: int, victory: Victory
    ) -> None:
        strengths = coalition_strengths(*drawn(seed, options=2))
        pair = pairwise_prob(strengths, victory)[:, [0, 1], [1, 0]]
        np.testing.assert_allclose(election_prob(strengths, victory), pair, rtol=1e-9)

    @given(SEEDS, RULES)
    def test_the_order_of_actors_and_options_changes_nothing(
        self, seed: int, rules: ElectionRules
    ) -> None:
        weights, utilities = drawn(seed)
        rng = np.random.default_rng(seed)
        actors, options = (rng.permutation(size) for size in utilities.shape[1:])
        shuffled = elect(weights[:, actors], utilities[:, actors][:, :, options], rules)
        expected = elect(weights, utilities, rules)[:, options]
        np.testing.assert_allclose(shuffled, expected, rtol=1e-6, atol=1e-11)

    @given(SEEDS, st.floats(0.5, 1000))
    def test_only_the_ratios_of_weights_matter(self, seed: int, factor: float) -> None:
        weights, utilities = drawn(seed)
        once, again = elect(weights, utilities), elect(factor * weights, utilities)
        # The least strength of a coalition does not grow with the weights.
        np.testing.assert_allclose(again, once, atol=1e-5)

    @given(SEEDS)
    def test_an_option_that_everyone_likes_better_is_likelier(self, seed: int) -> None:
        weights, utilities = drawn(seed, options=3)
        raised = utilities.copy()
        raised[:, :, 0] = 1 + utilities[:, :, 0]
        for kind in Kind:
            before = elect(weights, utilities, ElectionRules(kind=kind))[:, 0]
            after = elect(weights, raised, ElectionRules(kind=kind))[:, 0]
            assert (after > before - 1e-6).all()
            assert (after > 0.99).all()

    def test_each_draw_is_on_its_own(self) -> None:
        rng = np.random.default_rng(3)
        weights, utilities = rng.uniform(1, 9, (5, 4)), rng.uniform(0, 1, (5, 4, 6))
        for kind in Kind:
            rules = ElectionRules(kind=kind)
            together = elect(weights, utilities, rules)
            alone = [elect(weights[[d]], utilities[[d]], rules)[0] for d in range(5)]
            assert together.tolist() == np.stack(alone).tolist()
        shared = elect(weights[:1], utilities)
        assert shared[3].tolist() == elect(weights[:1], utilities[[3]])[0].tolist()

    def test_many_options_do_not_multiply_down_to_nothing(self) -> None:
        options = 1500
        found = elect(np.ones((1, 1)), np.ones((1, 1, options)))
        np.testing.assert_allclose(found, 1 / options, rtol=1e-9)


class TestRefusals:
    def test_all_that_is_wrong_with_votes_is_said_at_once(self) -> None:
        weights, utilities = np.array([[-1.0, 1.0]]), np.full((1, 3, 2), np.nan)
        with pytest.raises(ValueError, match=r"2 actors.*3.*negative.*not finite"):
            elect(weights, utilities)

    @pytest.mark.parametrize(
        ("weights", "utilities", "says"),
        [
            (np.zeros((1, 2)), np.ones((1, 2, 2)), "all 0"),
            (np.ones(2), np.ones((1, 2, 2)), "axes"),
            (np.ones((2, 2)), np.ones((3, 2, 2)), "2 draws, utilities 3"),
            (np.ones((1, 2)), np.ones((1, 2, 0)), "no option"),
            (np.ones((0, 2)), np.ones((1, 2, 2)), "no draw"),
            (np.full((1, 2), np.inf), np.ones((1, 2, 2)), "not finite"),
        ],
        ids=["no weight", "no draws", "draws differ", "no option", "no draw", "infinite"],
    )
    def test_votes_that_make_no_election_are_refused(
        self, weights: FloatArray, utilities: FloatArray, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            elect(weights, utilities)

    @pytest.mark.parametrize(
        "strengths", [np.ones((2, 2)), np.ones((1, 2, 3)), np.zeros((1, 2, 2))]
    )
    def test_strengths_that_make_no_chances_are_refused(self, strengths: FloatArray) -> None:
        with pytest.raises(ValueError, match="strengths"):
            pairwise_prob(strengths)
        with pytest.raises(ValueError, match="strengths"):
            election_prob(strengths)
