import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.challenge.definition import (
    expected_utility,
    play_round_plainly,
    risk_exponent,
    success_prob,
    weighted_median,
)
from foedus.engines.bargaining.challenge.readings import (
    BDM_INTENT,
    SCHOLZ_AS_CODED,
    SCHOLZ_PAPER,
    Reading,
)


def distances(places: list[float]) -> FloatArray:
    """Return distances of each to each for one draw."""
    x = np.array(places)
    apart: FloatArray = np.abs(x[:, None] - x[None, :])
    return apart[None]


class TestHandChecked:
    def test_votes_go_to_the_nearer_by_how_much_nearer_it_is(self) -> None:
        """At 0, 0.25 and 1 with weights 1, 1 and 2, exponents 1.

        Between 0 and 1: the first gains 1 from 0, the second 0.5, the third 2 x 1 from 1.
        """
        apart, weight = distances([0.0, 0.25, 1.0]), np.array([[1.0, 1.0, 2.0]])
        chance = success_prob(apart, weight, np.ones((1, 3)), SCHOLZ_PAPER)[0]
        assert chance[0, 2] == pytest.approx(1.5 / 3.5)
        assert chance[2, 0] == pytest.approx(2.0 / 3.5)

    def test_as_coded_the_same_votes_are_held_against_those_on_all_ordered_pairs(self) -> None:
        """The pair 0, 0.25 has 1.0 votes, 0.25 and 1 has 3.0, 0 and 1 has 3.5; each twice."""
        apart, weight = distances([0.0, 0.25, 1.0]), np.array([[1.0, 1.0, 2.0]])
        chance = success_prob(apart, weight, np.ones((1, 3)), SCHOLZ_AS_CODED)[0]
        total = 2 * (1.0 + 3.0 + 3.5)
        assert chance[0, 2] == pytest.approx(1.5 / total)
        assert chance[2, 0] == pytest.approx(2.0 / total)

    def test_third_parties_vote_with_their_own_exponent(self) -> None:
        apart, weight = distances([0.0, 0.25, 1.0]), np.array([[1.0, 1.0, 2.0]])
        exponent = np.array([[1.0, 2.0, 0.5]])
        chance = success_prob(apart, weight, exponent, BDM_INTENT)[0]
        for_zero = 1.0 + (0.75**2 - 0.25**2)
        assert chance[0, 2] == pytest.approx(for_zero / (for_zero + 2.0))

    def test_a_challenge_is_resisted_as_often_as_the_target_cares(self) -> None:
        """Exponent 1, half a scale apart, chance 0.25, salience 0.4: 2 d (1 - 2 s (1 - P))."""
        apart = np.array([[[0.0, 0.5], [0.5, 0.0]]])
        expected = expected_utility(
            apart,
            np.zeros((1, 2)),
            np.array([[0.9, 0.4]]),
            np.full((1, 2, 2), 0.25),
            np.ones(()),
            1.0,
        )
        assert expected[0, 0, 1] == pytest.approx(2 * 0.5 * (1 - 2 * 0.4 * 0.75))

    def test_what_happens_otherwise_is_better_where_the_median_is_nearer_than_the_other(
        self,
    ) -> None:
        """Exponent 1: the term is a quarter of the way to the median and to the other, times 4."""
        apart = np.array([[[0.0, 0.5], [0.5, 0.0]]])
        near, far = np.array([[0.2, 0.0]]), np.array([[0.8, 0.0]])
        rest = (np.full((1, 2), 0.5), np.full((1, 2, 2), 0.5), np.ones(()))
        certain = expected_utility(apart, near, *rest, 1.0)[0, 0, 1]
        better = expected_utility(apart, near, *rest, 0.6)[0, 0, 1]
        worse = expected_utility(apart, far, *rest, 0.6)[0, 0, 1]
        assert better == pytest.approx(certain - 0.4 * (0.2 + 0.5))
        assert worse == pytest.approx(certain + 0.4 * (0.8 + 0.5))

    def test_two_who_care_for_nothing_else_get_the_ends_of_the_risk_scale(self) -> None:
        """The stronger is the more secure: exponent 2 bends utility towards taking risks."""
        after = play_round_plainly(
            np.array([[0.0, 1.0]]),
            np.array([[3.0, 1.0]]),
            np.array([[1.0, 1.0]]),
            np.ones(1),
            SCHOLZ_PAPER,
        )
        assert after.exponent[0].tolist() == pytest.approx([2.0, 0.5])

    def test_the_more_danger_the_lower_the_exponent(self) -> None:
        least, most = np.zeros(3), np.full(3, 4.0)
        exponents = risk_exponent(np.array([0.0, 2.0, 4.0]), least, most)
        assert exponents.tolist() == pytest.approx([2.0, 1.0, 0.5])

    def test_where_all_are_equally_secure_nobody_is_bent_by_risk(self) -> None:
        assert (
            risk_exponent(np.full(3, 0.7), np.full(3, 0.7), np.full(3, 0.7)).tolist() == [1.0] * 3
        )


class TestMedian:
    @pytest.mark.parametrize(
        ("weights", "median"),
        [
            ([1.0, 1.0, 1.0, 1.0], 20.0),  # cut exactly in half: the lower of 20 and 30
            ([0.1, 0.2, 0.3, 0.6], 30.0),  # cut in half but for rounding
            ([0.0, 1.0, 0.0, 0.0], 20.0),
            ([1.0, 0.0, 0.0, 1.1], 40.0),
        ],
    )
    def test_it_is_the_lowest_position_with_half_of_the_weight(
        self, weights: list[float], median: float
    ) -> None:
        # Not in order, so that it must be sought.
        places, order = np.array([[40.0, 20.0, 10.0, 30.0]]), [3, 1, 0, 2]
        assert weighted_median(places, np.array([weights])[:, order]).tolist() == [median]

    @given(st.integers(0, 10_000), st.integers(2, 7))
    def test_it_beats_every_other_position_in_a_vote_by_distance(
        self, seed: int, actors: int
    ) -> None:
        rng = np.random.default_rng(seed)
        places, weight = rng.uniform(0, 100, (1, actors)), rng.uniform(0, 1, (1, actors))
        median = weighted_median(places, weight)[0]
        cost = (weight[0] * np.abs(places[0] - median)).sum()
        others = (weight[0] * np.abs(places[0] - places[0][:, None])).sum(axis=1)
        assert cost <= others.min() + 1e-9


@given(st.integers(0, 10_000), st.integers(2, 7), st.sampled_from([SCHOLZ_PAPER, BDM_INTENT]))
def test_the_chances_of_two_sides_sum_to_one(seed: int, actors: int, reading: Reading) -> None:
    rng = np.random.default_rng(seed)
    places = rng.choice([0.0, 0.3, 0.7, 1.0], actors) if seed % 2 else rng.random(actors)
    weight = rng.choice(np.array([0.0, 0.5, 2.0]), (1, actors))
    exponent = rng.uniform(0.5, 2.0, (1, actors))
    chance = success_prob(distances(list(places)), weight, exponent, reading)[0]
    np.testing.assert_allclose(chance + chance.T, 1.0, rtol=1e-12)


@given(st.integers(0, 10_000), st.integers(2, 7))
def test_as_coded_all_chances_of_all_pairs_together_are_one_half(seed: int, actors: int) -> None:
    """Each vote on a pair counts for one of its sides, and the total has every pair twice."""
    rng = np.random.default_rng(seed)
    apart, weight = distances(list(rng.random(actors))), rng.uniform(0.1, 1, (1, actors))
    exponent = rng.uniform(0.5, 2.0, (1, actors))
    chance = success_prob(apart, weight, exponent, SCHOLZ_AS_CODED)[0]
    assert chance.sum() == pytest.approx(0.5)


@pytest.mark.parametrize("reading", [SCHOLZ_PAPER, BDM_INTENT], ids=lambda reading: reading.name)
def test_a_mirrored_tie_shows_in_the_margin(reading: Reading) -> None:
    """The one in the middle is as far from either side, so which it goes to hangs on nothing."""
    positions, even = np.array([[0.0, 50.0, 100.0]]), np.array([[1.0, 0.2, 1.0]])
    tied = play_round_plainly(positions, even, even, np.array([100.0]), reading)
    apart = play_round_plainly(
        np.array([[0.0, 30.0, 100.0]]),
        np.array([[1.0, 0.2, 0.7]]),
        even,
        np.array([100.0]),
        reading,
    )
    assert tied.margin[0] < 1e-12
    assert apart.margin[0] > 1e-4
