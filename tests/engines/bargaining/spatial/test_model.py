import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.spatial.election import ElectionRules, Kind, Victory, Vote
from foedus.engines.bargaining.spatial.model import (
    Commitment,
    RiskRange,
    SpatialPath,
    SpatialRules,
    Stop,
    _distances,
    _utility,
    play,
    play_draws,
)

# Two of the games that the KAPSARC toolkit ships with the outputs of reference runs of May
# 2017 (public repository, MIT licence): capability, then position and salience (%) by
# dimension. The first is the reform of state-owned enterprises in China, after B. Efird,
# L. Lester and B. Wise (2016); the second is made up.
ENTERPRISES = np.array(
    [
        [100.0, 30, 24.0, 20, 48.0],
        [60.2, 45, 44.7, 65, 41.3],
        [35.0, 30, 28.9, 15, 65.1],
        [35.0, 45, 20.6, 45, 49.4],
        [40.0, 50, 44.7, 65, 47.8],
        [20.0, 15, 32.0, 10, 32.0],
        [15.0, 20, 32.0, 15, 32.0],
        [25.0, 60, 43.9, 50, 50.1],
        [20.0, 30, 26.4, 15, 17.6],
        [35.0, 45, 35.9, 40, 46.6],
        [20.0, 50, 44.7, 50, 47.8],
        [20.0, 20, 47.4, 30, 40.6],
        [40.0, 15, 49.0, 60, 46.0],
    ]
)
MADE_UP = np.array(
    [
        [102.543, 75.79, 49.53, 6.37, 5.91, 70.45, 28.15],
        [53.393, 82.72, 30.33, 73.50, 21.22, 64.00, 24.79],
        [129.643, 82.45, 48.47, 90.89, 13.55, 0.07, 34.62],
        [75.920, 62.52, 20.76, 50.82, 39.24, 62.33, 22.21],
        [63.224, 82.34, 40.96, 45.77, 25.43, 73.31, 22.59],
        [120.048, 84.48, 22.92, 33.70, 39.35, 88.11, 15.42],
        [54.178, 70.96, 31.75, 33.46, 27.93, 90.36, 26.03],
    ]
)

SEEDS = st.integers(0, 2**32 - 1)


def numbers(text: str) -> FloatArray:
    """Numbers as a run prints them."""
    return np.array(text.split(), dtype=np.float64)


def arrays_of(game: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Position, salience and capability, as `play` takes them."""
    return game[:, 1::2], game[:, 2::2] / 100, game[:, 0]


def prob_of_own_place(path: SpatialPath) -> FloatArray:
    """The chance of each actor's position, however many stand there."""
    return np.take_along_axis(path.prob, path.stands_with, axis=1)


def drawn(seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A game of a few actors in one to three dimensions."""
    rng = np.random.default_rng(seed)
    actors, dimensions = rng.integers(2, 8), rng.integers(1, 4)
    salience = rng.dirichlet(np.ones(dimensions + 1), actors)[:, :dimensions]
    return (
        rng.uniform(0, 100, (actors, dimensions)),
        salience,
        rng.uniform(5, 100, actors),
    )


class Slow:
    """The model in plain Python, straight from its description; one turn at a time."""

    def __init__(self, salience: Any, capability: Any) -> None:
        self.s = salience.tolist()
        self.c = (100 * capability / capability.max()).tolist()
        self.n = len(self.c)

    def distance(self, i: int, here: Any, there: Any) -> float:
        weights = [s**2 for s in self.s[i]]
        squares = [w * (a - b) ** 2 for w, a, b in zip(weights, here, there, strict=True)]
        return math.sqrt(sum(squares) / sum(weights))

    @staticmethod
    def worth(d: float, risk: float) -> float:
        return (1 - d) * (1 + d * risk)

    def election(self, u: list[list[float]]) -> list[float]:
        """`u[option][actor]`; conditional, linear, proportional."""
        wins = []
        for a in u:
            win = 1.0
            for b in u:
                pro = 1e-8 + sum(
                    max(0.0, c * (x - y)) for c, x, y in zip(self.c, a, b, strict=True)
                )
                con = 1e-8 + sum(
                    max(0.0, c * (y - x)) for c, x, y in zip(self.c, a, b, strict=True)
                )
                win *= pro / (pro + con)
            wins.append(win)
        return [win / sum(wins) for win in wins]

    def risks(self, x: Any) -> list[float]:
        n = range(self.n)
        p = self.election([[1 - self.distance(i, x[i], x[j]) for i in n] for j in n])
        low, high = min(p), max(p)
        if high - low < 1e-12:
            return [0.0] * self.n
        return [(3 * q - high - 2 * low) / (2 * (high - low)) for q in p]

    def challenge(self, x: Any, R: Any, i: int, j: int) -> tuple[float, float]:
        """The gain and the chance of i against j, as i sees them."""
        rest = [k for k in range(self.n) if k not in (i, j)]
        weight = [self.c[k] * sum(self.s[k]) for k in range(self.n)]

        def u(k: int, at: int) -> float:
            return self.worth(self.distance(k, x[k], x[at]), (2 * R[i] + R[k]) / 3)

        own_i = 1e-10 + weight[i] * (u(i, i) - u(i, j))
        own_j = 1e-10 + weight[j] * (u(j, j) - u(j, i))
        all_i, all_j = own_i, own_j
        for k in rest:
            vote = weight[k] * (u(k, i) - u(k, j))
            with_i, with_j = own_i + max(0, vote), own_j + max(0, -vote)
            P = with_i / (with_i + with_j)
            for_i = P * (2 * u(k, i) + u(k, k)) + (1 - P) * 3 * u(k, j)
            for_j = P * 3 * u(k, i) + (1 - P) * (2 * u(k, j) + u(k, k))
            vote = weight[k] * (for_i - for_j)
            all_i, all_j = all_i + max(0, vote), all_j + max(0, -vote)
        P = all_i / (all_i + all_j)
        win, lose, now = 2 * u(i, i), 2 * u(i, j), u(i, i) + u(i, j)
        cares = sum(self.s[j])
        return (1 - cares) * win + cares * (P * win + (1 - P) * lose) - now, P

    def turn(self, x: list[list[float]]) -> list[list[float]]:
        n = range(self.n)
        R = self.risks(x)
        deals: list[tuple[int, int, list[float], list[float]]] = []
        for i in n:
            seen = [(*self.challenge(x, R, i, j), j) for j in n if j != i]
            gain, P, j = max(seen, key=lambda found: (found[0], -found[2]))
            if gain > 1e-5:
                mine, yours = [], []
                for k, (a, b) in enumerate(zip(x[i], x[j], strict=True)):
                    v, w = (self.s[i][k] * P) ** 2, (self.s[j][k] * (1 - P)) ** 2
                    all_of = v + w + 1e-6
                    mine.append(round4(((v + 1e-6) * a + w * b) / all_of))
                    yours.append(round4((v * a + (w + 1e-6) * b) / all_of))
                deals.append((i, j, mine, yours))
        after = []
        for actor in n:
            states = [(actor, x[actor], x)]
            for i, j, mine, yours in deals:
                if actor in (i, j):
                    moved = [mine if k == i else yours if k == j else x[k] for k in n]
                    states.append((actor, moved[actor], moved))
            u = [
                [
                    sum(self.worth(self.distance(k, x[k], y), R[k]) for y in state) / self.n
                    for k in n
                ]
                for _, _, state in states
            ]
            p = self.election(u)
            after.append(states[p.index(max(p))][1])
        return after


def round4(number: float) -> float:
    return math.floor(0.5 + 10_000 * number) / 10_000


class TestReferenceRuns:
    """Positions to one decimal and chances to four are all that the runs print."""

    def test_the_enterprises_end_where_they_end_in_the_reference_run(self) -> None:
        path = play(*arrays_of(ENTERPRISES))
        assert (path.turns_count, path.stop) == (27, Stop.SETTLED)
        policy = numbers("43.2 43.2 38.7 38.6 38.7 38.6 38.7 38.7 38.7 38.8 38.8 38.8 15.0")
        opening = numbers("43.3 43.3 28.8 28.8 28.8 29.5 29.0 29.0 28.9 30.7 30.8 30.8 60.0")
        end = np.column_stack([policy, opening])
        np.testing.assert_allclose(path.position_score[-1], end, atol=0.0501)
        chances = [
            numbers(
                "0.0618 0.0156 0.0117 0.4340 0.0028 0.0000 0.0020 0.0013 0.0117 0.2481 0.1533"
                " 0.0689 0.0005"
            ),
            numbers(
                "0.1558 0.0000 0.0000 0.0794 0.1770 0.1095 0.1379 0.1603 0.1802 0.1802 0.0794"
                " 0.1770 0.0000"
            ),
            numbers(
                "0.2299 0.2299 0.1104 0.1104 0.1104 0.2202 0.2063 0.2063 0.2063 0.2330 0.2330"
                " 0.2330 0.0002"
            ),
        ]
        np.testing.assert_allclose(prob_of_own_place(path)[[0, 10, 27]], chances, atol=5.01e-5)

    def test_the_first_actor_of_the_enterprises_takes_the_way_of_the_reference_run(self) -> None:
        path = play(*arrays_of(ENTERPRISES))
        policy = numbers(
            "30.0 30.0 30.9 31.4 31.4 34.2 34.2 40.1 40.1 40.1 40.1 40.1 40.1 40.1"
            " 39.6 36.9 37.1 37.2 37.2 37.2 37.4 43.2 43.2 43.2 43.2 43.2 43.2 43.2"
        )
        np.testing.assert_allclose(path.position_score[:, 0, 0], policy, atol=0.0501)

    def test_the_risks_of_the_enterprises_are_those_of_the_reference_run(self) -> None:
        risks = numbers(
            "1.000 -0.498 -0.452 0.362 -0.500 -0.500 -0.497 -0.499 -0.452 0.643 -0.383"
            " -0.196 -0.500"
        )
        np.testing.assert_allclose(play(*arrays_of(ENTERPRISES)).risk[0], risks, atol=5.01e-4)

    def test_the_movements_of_the_enterprises_are_those_of_the_reference_run(self) -> None:
        """Its first and its last sum of moves, on a scale of 0 to 1: 4.47E-01 and 3.72E-03."""
        position = play(*arrays_of(ENTERPRISES)).position_score / 100
        moved = np.linalg.norm(np.diff(position, axis=0), axis=2).sum(axis=1)
        assert moved[0] == pytest.approx(0.447, abs=5.01e-4)
        assert moved[-1] == pytest.approx(3.72e-3, abs=5.01e-6)

    def test_the_made_up_game_of_three_dimensions_ends_as_in_the_reference_run(self) -> None:
        path = play(*arrays_of(MADE_UP))
        assert (path.turns_count, path.stop) == (10, Stop.SETTLED)
        end = [
            [78.6, 31.8, 74.1],
            [78.6, 31.8, 74.1],
            [82.5, 90.9, 0.1],
            [67.1, 50.1, 63.7],
            [78.6, 31.6, 74.1],
            [79.9, 34.4, 75.2],
            [78.6, 31.6, 74.1],
        ]
        np.testing.assert_allclose(path.position_score[-1], end, atol=0.0501)
        chances = [
            [0.0047, 0.0302, 0.0054, 0.1492, 0.6001, 0.1447, 0.0656],
            [0.6059, 0.0509, 0.0096, 0.1406, 0.6059, 0.1217, 0.0713],
            [0.3618, 0.3087, 0.0256, 0.1887, 0.1152, 0.3618, 0.3087],
            [0.3340, 0.3340, 0.0183, 0.0957, 0.1512, 0.4009, 0.1512],
        ]
        np.testing.assert_allclose(prob_of_own_place(path)[[0, 1, 2, 10]], chances, atol=5.01e-5)

    def test_the_first_proposals_of_the_made_up_game_are_those_of_the_reference_run(self) -> None:
        """The fourth actor takes up the first's: 65.820, 50.760 and 63.020."""
        path = play(*arrays_of(MADE_UP))
        np.testing.assert_allclose(path.position_score[1, 3], [65.82, 50.76, 63.02], atol=1e-9)


class TestAgainstTheDescription:
    @pytest.mark.parametrize("seed", range(12))
    def test_every_turn_is_what_the_rules_say_in_words(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        slow = Slow(salience, capability)
        path = play(position, salience, capability, SpatialRules(turns_most_count=6))
        for before, after in zip(path.position_score, path.position_score[1:], strict=False):
            slowly = np.array(slow.turn((before / 100).tolist()))
            np.testing.assert_allclose(after, 100 * slowly, atol=1e-9)

    @pytest.mark.parametrize("seed", range(12))
    def test_risks_and_chances_are_what_the_rules_say_in_words(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        slow = Slow(salience, capability)
        path = play(position, salience, capability, SpatialRules(turns_most_count=4))
        for turn, place in enumerate((path.position_score / 100).tolist()):
            R = slow.risks(place)
            np.testing.assert_allclose(path.risk[turn], R, atol=1e-6)
            firsts = sorted(set(path.stands_with[turn].tolist()))
            u = [
                [slow.worth(slow.distance(k, place[k], place[at]), R[k]) for k in range(slow.n)]
                for at in firsts
            ]
            np.testing.assert_allclose(path.prob[turn, firsts], slow.election(u), atol=1e-6)

    def test_utility_and_distance_at_values_worked_by_hand(self) -> None:
        """Half the way: 1/2 to the neutral, 3/4 at risk 1, 3/8 at risk -1/2."""
        assert [_utility(0.5, risk) for risk in (0.0, 1.0, -0.5)] == [0.5, 0.75, 0.375]
        # 3-4-5, weighted: (1 * 9 + 4 * 16) / 5 = 14.6, in tenths.
        apart = _distances(np.array([[0.0, 0.0], [0.3, 0.4]]), np.array([[0.1, 0.2], [0.5, 0.0]]))
        np.testing.assert_allclose(apart, [[0, math.sqrt(0.146)], [0.3, 0]], rtol=1e-14)


class TestLaws:
    @given(SEEDS)
    def test_chances_add_up_to_one_in_every_turn(self, seed: int) -> None:
        path = play(*drawn(seed))
        np.testing.assert_allclose(path.prob.sum(axis=1), 1, rtol=1e-12)
        assert (path.prob >= 0).all()
        apart = np.arange(path.prob.shape[1]) != path.stands_with
        assert (path.prob[apart] == 0).all()

    @given(SEEDS)
    def test_positions_stay_between_the_outermost(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        path = play(position, salience, capability)
        # Proposals are rounded to a hundredth of a point.
        assert (path.position_score >= position.min(axis=0) - 0.0051).all()
        assert (path.position_score <= position.max(axis=0) + 0.0051).all()
        low, high = path.position_score[-1].min(axis=0), path.position_score[-1].max(axis=0)
        assert (path.expected_score >= low - 1e-9).all()
        assert (path.expected_score <= high + 1e-9).all()
        assert path.most_probable_score.tolist() in path.position_score[-1].tolist()

    @given(SEEDS, st.floats(0, 100))
    def test_where_all_stand_at_one_point_nothing_moves(self, seed: int, point: float) -> None:
        position, salience, capability = drawn(seed)
        path = play(np.full_like(position, point), salience, capability)
        assert (path.turns_count, path.stop) == (2, Stop.SETTLED)
        np.testing.assert_allclose(path.position_score, point, rtol=1e-15, atol=1e-300)
        assert path.prob[-1].tolist() == [1.0] + [0.0] * (len(position) - 1)
        assert (path.risk == 0).all()

    @given(SEEDS)
    def test_twice_the_capability_of_everyone_changes_nothing(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        once, again = play(position, salience, capability), play(position, salience, 2 * capability)
        assert once.position_score.tolist() == again.position_score.tolist()
        assert once.prob.tolist() == again.prob.tolist()

    @pytest.mark.parametrize("seed", range(20))
    def test_the_order_of_actors_changes_nothing(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        order = np.random.default_rng(seed).permutation(len(capability))
        few = SpatialRules(turns_most_count=2)
        listed = play(position, salience, capability, few)
        shuffled = play(position[order], salience[order], capability[order], few)
        np.testing.assert_allclose(
            shuffled.position_score, listed.position_score[:, order], atol=1e-9
        )
        # Of positions that count as one, the first in the list is taken for all.
        np.testing.assert_allclose(
            prob_of_own_place(shuffled), prob_of_own_place(listed)[:, order], atol=1e-3
        )

    @pytest.mark.parametrize("seed", range(20))
    def test_a_mirrored_game_is_the_mirror_of_the_game(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        one = SpatialRules(turns_least_count=1, turns_most_count=1)
        path = play(position, salience, capability, one)
        mirror = play(100 - position, salience, capability, one)
        # Halves are rounded up, so a mirrored proposal may be a hundredth off.
        np.testing.assert_allclose(mirror.position_score, 100 - path.position_score, atol=0.0101)

    @given(SEEDS)
    def test_a_dimension_on_which_all_agree_changes_nothing(self, seed: int) -> None:
        """Halved saliences elsewhere would: the metric divides by all of them."""
        position, salience, capability = drawn(seed)
        position[:, 0] = 40.0
        path = play(position, salience, capability)
        np.testing.assert_allclose(path.position_score[:, :, 0], 40, rtol=1e-12)

    def test_the_strong_who_care_little_to_move_draw_the_weak_to_them(self) -> None:
        """Nine tenths of the power at one end: the first turn moves the other end only."""
        position = np.array([[10.0], [15.0], [90.0]])
        path = play(position, np.full((3, 1), 0.9), np.array([90.0, 80.0, 10.0]))
        assert path.position_score[-1, 2, 0] < 40
        assert path.expected_score[0] < 20


class TestBatch:
    def test_each_draw_ends_as_the_game_does_by_itself(self) -> None:
        rng = np.random.default_rng(5)
        position = rng.uniform(0, 100, (6, 5, 2))
        salience, capability = rng.uniform(0.1, 0.5, (1, 5, 2)), rng.uniform(1, 9, (6, 5))
        ends = play_draws(position, salience, capability)
        for draw in range(6):
            path = play(position[draw], salience[0], capability[draw])
            assert ends.position_score[draw].tolist() == path.position_score[-1].tolist()
            assert ends.prob[draw].tolist() == path.prob[-1].tolist()
            assert ends.turns_count[draw] == path.turns_count
            assert ends.is_settled[draw] == (path.stop is Stop.SETTLED)
            assert ends.most_probable_score[draw].tolist() == path.most_probable_score.tolist()
            np.testing.assert_allclose(ends.expected_score[draw], path.expected_score, rtol=1e-12)

    def test_a_game_that_is_cut_short_says_so(self) -> None:
        few = SpatialRules(turns_most_count=4)
        position, salience, capability = arrays_of(MADE_UP)
        path = play(position, salience, capability, few)
        assert (path.turns_count, path.stop) == (4, Stop.TURNS)
        ends = play_draws(position[None], salience[None], capability[None], few)
        assert ends.is_settled.tolist() == [False]


class TestRules:
    @pytest.mark.parametrize("seed", [1, 4, 9])
    def test_every_rule_makes_a_game(self, seed: int) -> None:
        arrays = drawn(seed)
        usual = play(*arrays, SpatialRules(turns_most_count=3)).prob[0]
        for vote in Vote:
            for victory in Victory:
                for kind in Kind:
                    election = ElectionRules(vote=vote, victory=victory, kind=kind)
                    rules = SpatialRules(election=election, turns_most_count=3)
                    path = play(*arrays, rules)
                    np.testing.assert_allclose(path.prob.sum(axis=1), 1, rtol=1e-12)
                    if election != ElectionRules():
                        assert path.prob[0].tolist() != usual.tolist()

    @pytest.mark.parametrize("risk_range", RiskRange)
    def test_risks_fill_their_range(self, risk_range: RiskRange) -> None:
        path = play(*arrays_of(ENTERPRISES), SpatialRules(risk_range=risk_range))
        assert path.risk.min() == pytest.approx(risk_range.value[0], abs=1e-12)
        assert path.risk.max() == pytest.approx(risk_range.value[1], abs=1e-12)

    def test_how_third_parties_are_bound_matters(self) -> None:
        ends = {
            commitment: play(*arrays_of(ENTERPRISES), SpatialRules(commitment=commitment))
            for commitment in Commitment
        }
        first = {c: path.position_score[2].round(6).tolist() for c, path in ends.items()}
        assert first[Commitment.NONE] != first[Commitment.SEMI] != first[Commitment.FULL]

    def test_all_that_is_wrong_with_rules_is_said_at_once(self) -> None:
        with pytest.raises(ValueError, match=r"own_risk_share.*quiet_share.*turns_least_count"):
            SpatialRules(own_risk_share=2, quiet_share=-1, turns_least_count=5, turns_most_count=4)


class TestRefusals:
    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        with pytest.raises(ValueError, match=r"two actors, not 1.*0 and 100.*more than 1.*all 0"):
            play(np.array([[101.0, np.nan]]), np.array([[0.6, 0.6]]), np.zeros(1))

    @pytest.mark.parametrize(
        ("position", "salience", "capability", "says"),
        [
            (np.ones((3, 1)), np.ones((3, 1)), np.ones(2), "capability 2 actors"),
            (np.ones((3, 1)), np.zeros((3, 1)), np.ones(3), "saliences of an actor are all 0"),
            (np.ones((3, 1)), np.full((3, 1), np.nan), np.ones(3), "not finite"),
            (np.ones((3, 1)), np.ones((3, 1)), np.array([1, 1, -1.0]), "negative"),
            (-np.ones((3, 1)), np.ones((3, 1)), np.ones(3), "0 and 100"),
            (np.ones((3, 0)), np.ones((3, 0)), np.ones(3), "no dimension"),
            (np.ones(3), np.ones(3), np.ones(3), "axes"),
        ],
        ids=["counts", "careless", "NaN", "negative", "off the scale", "no space", "flat"],
    )
    def test_arrays_that_make_no_game_are_refused(
        self, position: FloatArray, salience: FloatArray, capability: FloatArray, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            play(position, salience, capability)

    def test_batches_of_different_length_are_refused(self) -> None:
        ones = np.ones((2, 3, 1))
        with pytest.raises(ValueError, match=r"count of draws: \[2, 4\]"):
            play_draws(ones, ones, np.ones((4, 3)))
        with pytest.raises(ValueError, match="no draw"):
            play_draws(ones[:0], ones[:1], np.ones((1, 3)))
