from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.bargaining.exchange import (
    ExchangePath,
    best_trades,
    exchange,
    exchange_draws,
)

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Position, salience and capability of a few actors on a few issues."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 8), rng.integers(1, 6)
    return rng.uniform(0, 100, shape), rng.uniform(0, 1, shape), rng.uniform(1, 100, shape)


def all_but_some(seed: int, shape: tuple[int, ...]) -> BoolArray:
    """Who takes part in what: each issue keeps two actors at least."""
    present = np.random.default_rng(seed).uniform(size=shape) < 0.7
    present[:2] = True
    return present


def mean_of(vote: FloatArray, salience: FloatArray, capability: FloatArray) -> FloatArray:
    """The weighted mean of each issue."""
    weight = salience * capability
    mean: FloatArray = (weight * vote).sum(axis=0) / weight.sum(axis=0)
    return mean


def replay(path: ExchangePath, salience: FloatArray, capability: FloatArray) -> list[Any]:
    """For each trade of the first round: it, and the outcomes before and after it."""
    vote = path.preference_score[0].copy()
    steps = []
    for trade in (trade for trade in path.trades if trade.round_index == 0):
        before = mean_of(vote, salience, capability)
        vote[trade.second_actor, trade.first_issue] = trade.second_actor_to_score
        vote[trade.first_actor, trade.second_issue] = trade.first_actor_to_score
        steps.append((trade, before, mean_of(vote, salience, capability)))
    return steps


def round_by_words(x: Any, s: Any, c: Any) -> tuple[list[tuple[Any, ...]], Any]:
    """One round in plain Python: trades as (i, j, p, q, gain), and the votes at its end."""
    n, m = range(len(x)), range(len(x[0]))
    y = [list(row) for row in x]

    def mean(p: int) -> float:
        return float(sum(s[k][p] * c[k][p] * y[k][p] for k in n) / total(p))

    def total(p: int) -> float:
        return float(sum(s[k][p] * c[k][p] for k in n))

    start = [mean(p) for p in m]

    def side(k: int, p: int, outcome: float) -> int:
        apart = x[k][p] - outcome
        return 0 if abs(apart) <= 1e-9 else 1 if apart > 0 else -1

    def is_open(i: int, j: int, p: int) -> bool:
        """Opposite sides to begin with, and neither has changed sides."""
        sides = side(i, p, start[p]), side(j, p, start[p])
        now = side(i, p, mean(p)), side(j, p, mean(p))
        return sides[0] * sides[1] == -1 and sides[0] != -now[0] and sides[1] != -now[1]

    def offer(i: int, j: int, p: int, q: int) -> tuple[float, float, float]:
        """The gain, and by how much j moves on p and i on q."""
        if s[i][p] * s[j][q] <= s[j][p] * s[i][q] or not (is_open(i, j, p) and is_open(i, j, q)):
            return (0.0, 0.0, 0.0)
        # As far as the payer goes to the position of the one who is paid; and as far as
        # the outcome may go, which is to that position too.
        most_p = min(
            max(0, (x[i][p] - y[j][p]) * (1 if x[i][p] > start[p] else -1))
            * (s[j][p] * c[j][p] / total(p)),
            abs(x[i][p] - mean(p)),
        )
        most_q = min(
            max(0, (x[j][q] - y[i][q]) * (1 if x[j][q] > start[q] else -1))
            * (s[i][q] * c[i][q] / total(q)),
            abs(x[j][q] - mean(q)),
        )
        # Full move on p first; where q cannot follow, full move on q.
        on_p, on_q = most_p, most_p * (s[i][p] + s[j][p]) / (s[i][q] + s[j][q])
        if on_q > most_q:
            on_p, on_q = most_q * (s[i][q] + s[j][q]) / (s[i][p] + s[j][p]), most_q
        gain = s[i][p] * on_p - s[i][q] * on_q
        return gain, on_p * total(p) / (s[j][p] * c[j][p]), on_q * total(q) / (s[i][q] * c[i][q])

    left = [(i, j, p, q) for i in n for j in n if i < j for p in m for q in m if p != q]
    trades = []
    while offers := [(*offer(*deal), deal) for deal in left]:
        gain, move_j, move_i, (i, j, p, q) = max(offers, key=lambda found: found[0])
        if gain <= 1e-9:
            break
        y[j][p] += move_j if x[i][p] > start[p] else -move_j
        y[i][q] += move_i if x[j][q] > start[q] else -move_i
        trades.append((i, j, p, q, gain))
        left.remove((i, j, p, q))
    return trades, y


class TestHandWorkedValues:
    def test_two_equals_who_care_for_different_issues(self) -> None:
        """Weights 0.9 and 0.3: outcomes 25 and 75. Each moves all the way on the issue it
        cares less for, which moves that outcome by 100 * 0.3 / 1.2 = 25, to the other's
        wish; each gains 0.9 * 25 - 0.3 * 25 = 15.
        """
        salience = np.array([[0.9, 0.3], [0.3, 0.9]])
        path = exchange(np.array([[0.0, 0.0], [100.0, 100.0]]), salience, np.ones((2, 2)))
        (trade,) = path.trades
        assert (trade.first_actor, trade.second_actor) == (0, 1)
        assert (trade.first_issue, trade.second_issue) == (0, 1)
        assert (trade.first_actor_to_score, trade.second_actor_to_score) == (100.0, 0.0)
        assert trade.first_shift_score == pytest.approx(-25.0, abs=1e-12)
        assert trade.second_shift_score == pytest.approx(25.0, abs=1e-12)
        assert trade.gain == pytest.approx(15.0, abs=1e-12)
        assert trade.externality == (0.0, 0.0)
        np.testing.assert_allclose(path.outcome_score, [[25, 75], [0, 100]], atol=1e-12)

    def test_a_move_that_overshoots_is_swapped_for_the_full_move_on_the_other_issue(self) -> None:
        """Weights 0.8 and 0.4 on the first issue, outcome 100 / 3; 0.2 and 0.4 on the
        second, outcome 200 / 3. The second actor's full move on the first issue shifts it by
        100 / 3, for which the rate, 1.2 / 0.6, asks 200 / 3 on the second; the first
        actor's full move is worth 100 / 3 there. So that is made, for 50 / 3 on the first:
        half the second actor's way. Gains: 0.8 * 50 / 3 - 0.2 * 100 / 3 = 20 / 3.
        """
        salience = np.array([[0.8, 0.2], [0.4, 0.4]])
        path = exchange(np.array([[0.0, 0.0], [100.0, 100.0]]), salience, np.ones((2, 2)))
        (trade,) = path.trades
        assert trade.first_shift_score == pytest.approx(-50 / 3, abs=1e-12)
        assert trade.second_shift_score == pytest.approx(100 / 3, abs=1e-12)
        assert trade.first_actor_to_score == 100.0
        assert trade.second_actor_to_score == pytest.approx(50.0, abs=1e-12)
        assert trade.gain == pytest.approx(20 / 3, abs=1e-12)

    def test_an_outcome_stops_at_the_wish_of_the_one_who_is_paid(self) -> None:
        """Weights 0.5, 2 and 1 at 20, 40 and 0 on the first issue: an outcome of 90 / 3.5.
        It stops at 20, where the first actor wants it, after 40 / 7; the second's full move,
        from 40 to 20, would have shifted it by 20 * 2 / 3.5 = 80 / 7.
        """
        position = np.array([[20.0, 0.0], [40.0, 100.0], [0.0, 50.0]])
        salience = np.array([[0.5, 0.1], [0.5, 0.9], [1.0, 0.0]])
        capability = np.array([[1.0, 900.0], [4.0, 100.0], [1.0, 1.0]])
        trade = exchange(position, salience, capability).trades[0]
        assert (trade.first_actor, trade.second_actor) == (0, 1)
        assert trade.first_shift_score == pytest.approx(-40 / 7, abs=1e-12)
        # It votes 20 - 40 / 7 * 3.5 / 2 = 10 lower than it did.
        assert trade.second_actor_to_score == pytest.approx(30.0, abs=1e-12)
        # The rate is (0.5 + 0.5) / (0.1 + 0.9), and both gain 0.4 of the shift.
        assert trade.second_shift_score == pytest.approx(40 / 7, abs=1e-12)
        assert trade.gain == pytest.approx(0.4 * 40 / 7, abs=1e-12)
        # The third, at 0 on the first issue, is glad of it and cares for nothing else.
        np.testing.assert_allclose(trade.externality, [0, 0, 40 / 7], atol=1e-12)

    def test_preferences_are_pulled_towards_votes_between_rounds(self) -> None:
        """By (1 - 0.3) * 0.4 + 0.1 = 0.38 of the way that each went in the first case."""
        salience = np.array([[0.9, 0.3], [0.3, 0.9]])
        position = np.array([[0.0, 0.0], [100.0, 100.0]])
        path = exchange(position, salience, np.ones((2, 2)), rounds_count=2)
        np.testing.assert_allclose(path.preference_score[1], [[0, 38], [62, 100]], atol=1e-12)
        # Weights 0.9 and 0.3: from 62 / 4 = 15.5 and 84.5 the outcomes go to 0 and 100.
        np.testing.assert_allclose(path.outcome_score[2], [0, 100], atol=1e-12)
        assert [trade.round_index for trade in path.trades] == [0, 1]
        assert path.trades[1].gain == pytest.approx(0.6 * 15.5, abs=1e-12)

    def test_a_party_to_some_issues_is_paid_in_those(self) -> None:
        """Spending, troops, a seat: an outside power that sends no troops wants spending and
        can give the seat; it has no vote and no trade on troops."""
        position = np.array([[100.0, np.nan, 0.0], [10.0, 60.0, 100.0], [20.0, 40.0, 90.0]])
        salience = np.array([[0.9, np.nan, 0.2], [0.4, 0.5, 0.9], [0.3, 0.5, 0.8]])
        capability = np.array([[60.0, np.nan, 60.0], [30.0, 30.0, 30.0], [20.0, 20.0, 20.0]])
        present = np.isfinite(position)
        path = exchange(position, salience, capability, present)
        assert path.trades
        assert all(0 in (trade.first_actor, trade.second_actor) for trade in path.trades)
        assert all({trade.first_issue, trade.second_issue} == {0, 2} for trade in path.trades)
        assert np.isnan(path.vote_score[0, 0, 1])
        spending, troops, seat = path.outcome_score[-1] - path.outcome_score[0]
        assert spending > 0
        assert troops == 0
        assert seat > 0


class TestAgainstTheDescription:
    @given(SEEDS)
    def test_a_round_is_what_the_rules_say_in_words(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        trades, votes = round_by_words(position.tolist(), salience.tolist(), capability.tolist())
        path = exchange(position, salience, capability)
        found = [
            (t.first_actor, t.second_actor, t.first_issue, t.second_issue) for t in path.trades
        ]
        assert found == [trade[:4] for trade in trades]
        gains = [trade.gain for trade in path.trades]
        np.testing.assert_allclose(gains, [trade[4] for trade in trades], atol=1e-9)
        np.testing.assert_allclose(path.vote_score[0], votes, atol=1e-8)


class TestLaws:
    @given(SEEDS)
    def test_both_partners_of_every_trade_gain_alike(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        for trade in exchange(position, salience, capability).trades:
            i, j, p, q = (
                trade.first_actor,
                trade.second_actor,
                trade.first_issue,
                trade.second_issue,
            )
            on_p, on_q = abs(trade.first_shift_score), abs(trade.second_shift_score)
            first = salience[i, p] * on_p - salience[i, q] * on_q
            second = salience[j, q] * on_q - salience[j, p] * on_p
            assert first == pytest.approx(second, abs=1e-12)
            assert trade.gain == pytest.approx(first, abs=1e-12)
            assert trade.gain > 0

    @given(SEEDS)
    def test_no_trade_harms_a_partner_by_the_outcomes_it_leads_to(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        path = exchange(position, salience, capability)
        for trade, before, after in replay(path, salience, capability):
            nearer = np.abs(before - position) - np.abs(after - position)
            effect = (salience * nearer).sum(axis=1)
            pair = [trade.first_actor, trade.second_actor]
            np.testing.assert_allclose(effect[pair], trade.gain, atol=1e-9)
            others = np.delete(np.arange(len(effect)), pair)
            np.testing.assert_allclose(
                effect[others], np.array(trade.externality)[others], atol=1e-9
            )
            assert [trade.externality[actor] for actor in pair] == [0.0, 0.0]

    @given(SEEDS, st.integers(1, 4))
    def test_votes_stay_on_the_scale_and_make_the_outcome(self, seed: int, rounds: int) -> None:
        position, salience, capability = drawn(seed)
        path = exchange(position, salience, capability, rounds_count=rounds)
        assert path.vote_score.shape == (rounds, *position.shape)
        for votes in (path.vote_score, path.preference_score):
            assert (votes >= position.min(axis=0)).all()
            assert (votes <= position.max(axis=0)).all()
        for vote, outcome in zip(path.vote_score, path.outcome_score[1:], strict=True):
            np.testing.assert_allclose(mean_of(vote, salience, capability), outcome, atol=1e-9)
        compromise = mean_of(position, salience, capability)
        np.testing.assert_allclose(path.outcome_score[0], compromise, atol=1e-9)

    @given(SEEDS)
    def test_a_pair_trades_two_issues_once_and_nobody_moves_two_ways(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        path = exchange(position, salience, capability)
        deals = [
            (t.first_actor, t.second_actor, frozenset((t.first_issue, t.second_issue)))
            for t in path.trades
        ]
        assert len(set(deals)) == len(deals)
        vote = position.copy()
        ways = np.zeros_like(vote)
        for t in path.trades:
            assert t.first_actor < t.second_actor
            for at, to in (
                ((t.second_actor, t.first_issue), t.second_actor_to_score),
                ((t.first_actor, t.second_issue), t.first_actor_to_score),
            ):
                way = np.sign(to - vote[at])
                assert way * ways[at] >= 0
                ways[at], vote[at] = way, to
        assert vote.tolist() == path.vote_score[0].tolist()

    @given(SEEDS)
    def test_where_all_stand_at_one_point_nothing_moves(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        path = exchange(np.full_like(position, 37.5), salience, capability)
        assert path.trades == ()
        assert (path.vote_score == 37.5).all()

    @given(SEEDS)
    def test_where_all_care_alike_nothing_is_traded(self, seed: int) -> None:
        """And the outcome is the mean that no trade leads to."""
        position, salience, capability = drawn(seed)
        alike = np.broadcast_to(salience[0], salience.shape).copy()
        path = exchange(position, alike, capability)
        assert path.trades == ()
        np.testing.assert_allclose(
            path.outcome_score[-1], mean_of(position, alike, capability), atol=1e-9
        )

    @given(SEEDS)
    def test_gains_die_out_as_saliences_become_alike(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        gains = []
        for apart in (1.0, 1e-3, 1e-6):
            nearly = 0.5 + apart * (salience - 0.5)
            trades = exchange(position, nearly, capability).trades
            gains.append(max((trade.gain for trade in trades), default=0.0))
        assert gains[1] <= max(gains[0], 0.2)
        assert gains[2] < 1e-3

    @given(SEEDS, st.floats(0.01, 1000))
    def test_only_the_ratios_of_capabilities_matter(self, seed: int, factor: float) -> None:
        position, salience, capability = drawn(seed)
        once = exchange(position, salience, capability)
        again = exchange(position, salience, factor * capability)
        np.testing.assert_allclose(again.outcome_score, once.outcome_score, atol=1e-6)

    @given(SEEDS)
    def test_the_order_of_actors_and_issues_changes_nothing(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        rng = np.random.default_rng(seed)
        order = np.ix_(*(rng.permutation(size) for size in position.shape))
        listed = exchange(position, salience, capability)
        shuffled = exchange(position[order], salience[order], capability[order])
        np.testing.assert_allclose(shuffled.vote_score[0], listed.vote_score[0][order], atol=1e-6)

    @given(SEEDS)
    def test_the_mirror_of_the_scales_is_the_mirror_of_the_trades(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        path = exchange(position, salience, capability)
        mirror = exchange(100 - position, salience, capability)
        np.testing.assert_allclose(mirror.vote_score, 100 - path.vote_score, atol=1e-6)

    def test_of_two_equal_gains_the_pair_that_is_listed_first_trades_first(self) -> None:
        """The first two are twins: either could trade with the third, for the same gain."""
        position = np.array([[0.0, 0.0], [0.0, 0.0], [100.0, 100.0]])
        salience = np.array([[0.9, 0.3], [0.9, 0.3], [0.3, 0.9]])
        first = exchange(position, salience, np.ones((3, 2))).trades[0]
        assert (first.first_actor, first.second_actor) == (0, 2)


class TestBatch:
    @given(SEEDS, st.integers(1, 3))
    def test_each_draw_ends_as_it_does_by_itself(self, seed: int, rounds: int) -> None:
        position, salience, capability = drawn(seed)
        present = all_but_some(seed, position.shape)
        positions = np.stack([position, 100 - position, position[::-1]])
        ends = exchange_draws(
            positions, salience[None], capability[None], present, rounds_count=rounds
        )
        for draw in range(3):
            path = exchange(positions[draw], salience, capability, present, rounds_count=rounds)
            assert ends.start_score[draw].tolist() == path.outcome_score[0].tolist()
            assert ends.outcome_score[draw].tolist() == path.outcome_score[-1].tolist()
            np.testing.assert_array_equal(ends.vote_score[draw], path.vote_score[-1])
            assert ends.trades_count[draw] == len(path.trades)
            gain = np.zeros(len(position))
            for trade in path.trades:
                gain[[trade.first_actor, trade.second_actor]] += trade.gain
            np.testing.assert_allclose(ends.gain[draw], gain, atol=1e-12)
            external = np.zeros(len(position))
            for trade in path.trades:
                external += trade.externality
            np.testing.assert_allclose(ends.externality[draw], external, atol=1e-12)
        assert ends.shift_score.tolist() == (ends.outcome_score - ends.start_score).tolist()

    @given(SEEDS)
    def test_the_absent_are_as_if_they_did_not_exist(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        with_ghost = [np.vstack([array, np.full_like(array[:1], np.nan)]) for array in (
            position, salience, capability)]  # fmt: skip
        present = np.ones(with_ghost[0].shape, dtype=np.bool_)
        present[-1] = False
        ghost = exchange(with_ghost[0], with_ghost[1], with_ghost[2], present)
        path = exchange(position, salience, capability)
        np.testing.assert_array_equal(ghost.vote_score[:, :-1], path.vote_score)
        assert np.isnan(ghost.vote_score[:, -1]).all()
        assert [trade.externality[-1] for trade in ghost.trades] == [0.0] * len(ghost.trades)


class TestBestTrades:
    @given(SEEDS)
    def test_the_best_of_all_is_the_first_that_is_made(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        best = best_trades(position, salience, capability)
        made = exchange(position, salience, capability).trades
        assert bool(best) == bool(made)
        if best:
            assert best[0] == made[0]

    @given(SEEDS)
    def test_each_pair_is_named_once_and_the_list_falls(self, seed: int) -> None:
        best = best_trades(*drawn(seed))
        pairs = [(trade.first_actor, trade.second_actor) for trade in best]
        assert len(set(pairs)) == len(pairs)
        gains = [trade.gain for trade in best]
        assert gains == sorted(gains, reverse=True)

    @given(SEEDS)
    def test_a_pair_by_itself_could_do_no_better(self, seed: int) -> None:
        position, salience, capability = drawn(seed)
        named = {(t.first_actor, t.second_actor): t.gain for t in best_trades(*drawn(seed))}
        trades, _ = round_by_words(position.tolist(), salience.tolist(), capability.tolist())
        # What is made later meets outcomes that moved; the first of all is the best of its
        # pair, and no pair that trades first is missing.
        for i, j, _, _, gain in trades[:1]:
            assert named[i, j] == pytest.approx(gain, abs=1e-9)


class TestRefusals:
    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        says = r"two actors, not 1.*rounds_count.*0 and 100.*0 and 1.*capability.*not finite"
        with pytest.raises(ValueError, match=says):
            exchange(np.array([[120.0]]), np.array([[1.5]]), np.array([[np.inf]]), rounds_count=0)

    @pytest.mark.parametrize(
        ("position", "salience", "capability", "says"),
        [
            (np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 2)), "same axes"),
            (np.ones(2), np.ones(2), np.ones(2), "same axes"),
            (np.ones((2, 0)), np.ones((2, 0)), np.ones((2, 0)), "no issue"),
            (np.full((2, 2), np.nan), np.ones((2, 2)), np.ones((2, 2)), "position_score"),
            (np.ones((2, 2)), np.full((2, 2), np.nan), np.ones((2, 2)), "salience_share"),
            (np.ones((2, 2)), np.ones((2, 2)), -np.ones((2, 2)), "negative"),
            (np.ones((2, 2)), np.eye(2), 1 - np.eye(2), r"0 on the issues \[0, 1\]"),
        ],
        ids=["shapes", "flat", "no issue", "NaN", "salience", "negative", "no weight"],
    )
    def test_arrays_that_make_no_issues_are_refused(
        self, position: FloatArray, salience: FloatArray, capability: FloatArray, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            exchange(position, salience, capability)
        with pytest.raises(ValueError, match=says):
            best_trades(position, salience, capability)

    def test_batches_of_different_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"count of draws: \[2, 3\]"):
            exchange_draws(np.ones((2, 2, 2)), np.ones((3, 2, 2)), np.ones((1, 2, 2)))
        with pytest.raises(ValueError, match="no draw"):
            exchange_draws(np.ones((0, 2, 2)), np.ones((1, 2, 2)), np.ones((1, 2, 2)))
