"""Power under a rule: the way that fits its shape is taken, and what cannot be counted is said."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from tests.engines.voting.drawn_rules import rules

from foedus.engines.voting.counting import swing_counts, without_vetoes
from foedus.engines.voting.many import count_swings_by_size
from foedus.engines.voting.minimal import minimal_blocking, minimal_winning
from foedus.engines.voting.power import Fewest, power, swings_of
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted


def two_weights(voters: int, scale: int) -> VotingRule:
    """Return a rule of two unlike weights: one falls from voter to voter, the other rises."""
    falling = tuple(scale + voters - i for i in range(voters))
    rising = tuple(scale + i * i for i in range(voters))
    games = tuple(WeightedGame(w, sum(w) * 2 // 3) for w in (falling, rising))
    return VotingRule(any_of=(games,))


class TestDispatch:
    def test_a_game_of_more_than_forty_is_counted_by_weight(self) -> None:
        found = power(weighted([3] + [1] * 44, 24), in_full=False).indices
        assert found is not None
        with_heavy = sum(comb(44, k) for k in range(21, 45))
        without = sum(comb(44, k) for k in range(24, 45))
        assert found.winning_count == with_heavy + without
        assert found.banzhaf.exact[0] == Fraction(with_heavy - without, 2**44)

    def test_voters_without_weight_do_not_make_a_game_too_large(self) -> None:
        """Counted by weight alone these would not fit; thirty voters in halves do."""
        weights = [10**9 + 7**i % 1000 for i in range(30)] + [0] * 20
        rule = weighted(weights, sum(weights) * 2 // 3)
        with pytest.raises(ValueError, match="larger than feasible"):
            count_swings_by_size(rule.any_of[0][0])
        found = power(rule, in_full=False)
        assert found.remarks == ()
        assert found.indices is not None
        assert found.indices.is_dummy.sum() == 20

    @given(rules())
    def test_both_ways_count_the_same(self, rule: VotingRule) -> None:
        one = VotingRule(any_of=((rule.any_of[0][0],),))
        by_weight, by_halves = count_swings_by_size(one.any_of[0][0]), swing_counts(one)
        assert by_weight.winning_count.tolist() == by_halves.winning_count.tolist()
        assert by_weight.swings_count.tolist() == by_halves.swings_count.tolist()
        assert swings_of(rule).winning_count.tolist() == swing_counts(rule).winning_count.tolist()


class TestVetoes:
    def test_thirty_of_fifty_with_a_veto_leave_twenty_to_count(self) -> None:
        """All of thirty, and two thirds of the others' weight by both of two unlike weights."""
        rest = two_weights(20, 10**12)
        vetoes = 30
        games = tuple(
            WeightedGame(
                (sum(game.weights),) * vetoes + game.weights,
                sum(game.weights) * vetoes + game.quota,
            )
            for game in rest.any_of[0]
        )
        rule = VotingRule(any_of=(games,))
        left, places = without_vetoes(rule)
        assert left == rest
        assert places == tuple(range(vetoes, 50))
        counts, fewer = swing_counts(rule), swing_counts(rest)
        assert counts.winning_count.tolist() == [0] * vetoes + fewer.winning_count.tolist()
        assert counts.swings_count[0].tolist() == counts.winning_count.tolist()
        assert counts.swings_count[-1].tolist() == [0] * vetoes + fewer.swings_count[-1].tolist()

    def test_where_all_have_a_veto_one_coalition_wins(self) -> None:
        found = power(weighted([1] * 100, 100), in_full=False)
        assert found.indices is not None
        assert found.indices.winning_count == 1
        assert found.indices.has_veto.all()
        assert set(found.indices.shapley_shubik.exact) == {Fraction(1, 100)}

    def test_who_is_enough_alone_needs_nobody(self) -> None:
        rest, places = without_vetoes(weighted([5, 1, 2], 5))
        assert rest is None
        assert places == (1, 2)


class TestInFull:
    @given(rules())
    def test_without_minimal_coalitions_the_rest_is_the_same(self, rule: VotingRule) -> None:
        full, short = power(rule), power(rule, in_full=False)
        left_out = (short.winning, short.blocking, short.johnston, short.deegan_packel)
        assert (*left_out, short.holler_packel) == (None,) * 5
        assert short.indices == full.indices
        assert (short.fewest_to_win, short.fewest_to_block) == (
            full.fewest_to_win,
            full.fewest_to_block,
        )

    @given(rules())
    def test_the_fewest_are_the_smallest_minimal_coalitions(self, rule: VotingRule) -> None:
        found, wins, blocks = power(rule), minimal_winning(rule), minimal_blocking(rule)
        assert found.fewest_to_win == Fewest(wins.smallest_size, wins.smallest_count)
        assert found.fewest_to_block == Fewest(blocks.smallest_size, blocks.smallest_count)

    def test_no_more_are_listed_than_asked_for(self) -> None:
        found = power(weighted([1] * 6, 4), most_listed=3)
        assert found.blocking is not None
        assert found.blocking.listed == ()
        assert found.blocking.count == comb(6, 3)


class TestWhatCannotBeCounted:
    def test_minimal_coalitions_of_too_many_are_left_out_with_the_reason(self) -> None:
        found = power(two_weights(31, 1000))
        assert [what for what, _ in found.remarks] == [
            "minimal winning coalitions",
            "minimal blocking coalitions",
            "Johnston's index",
        ]
        (why,) = {why for _, why in found.remarks}
        assert why.startswith("the rule has 31 voters with weight, in games with different weights")
        assert why.endswith("all coalitions of at most 30 can be looked at")
        assert found.indices is not None
        assert (found.winning, found.deegan_packel, found.johnston) == (None,) * 3
        assert found.fewest_to_win is not None

    def test_of_two_hundred_under_a_compound_rule_it_is_said_what_is_feasible(self) -> None:
        found = power(two_weights(200, 10**6))
        assert (found.counts, found.indices) == (None, None)
        assert (found.fewest_to_win, found.fewest_to_block) == (None, None)
        (what, why), *_ = found.remarks
        assert what == "swings"
        assert why.startswith("200 voters with weight under a rule of 2 different weights")
        assert "up to 40 voters with one or two weights" in why

    def test_two_hundred_with_small_weights_are_counted(self) -> None:
        heads = WeightedGame((1,) * 200, 101)
        three = WeightedGame((1,) * 190 + (3,) * 10, 130)
        found = power(VotingRule(any_of=((heads, three),)), in_full=False)
        assert found.remarks == ()
        assert found.indices is not None
        assert sum(found.indices.shapley_shubik.exact) == 1
