"""A rule by size of coalition decides as the rule does."""

from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted
from foedus.engines.voting.shapes import LARGEST_SUM, shape_of, without_idle

HEADS = (1, 1, 1, 1)
WEIGHTS = st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> VotingRule:
    kinds = [*draw(st.lists(WEIGHTS, min_size=1, max_size=2)), HEADS]
    games = st.sampled_from(kinds).flatmap(
        lambda w: st.builds(WeightedGame, st.just(w), st.integers(1, sum(w)))
    )
    clauses = st.lists(games, min_size=1, max_size=3).map(tuple)
    return VotingRule(any_of=tuple(draw(st.lists(clauses, min_size=1, max_size=3))))


@given(rules())
def test_the_alternatives_at_its_size_decide_every_coalition(rule: VotingRule) -> None:
    shape = shape_of(rule)
    for votes in range(16):
        members = [i for i in range(4) if votes >> i & 1]
        sums = [sum(kind[i] for i in members) for kind in shape.weights]
        wins = any(
            all(total >= quota for total, quota in zip(sums, quotas, strict=True))
            for quotas in shape.quotas[len(members)]
        )
        assert wins is rule.wins(members)


@given(rules(), st.integers(2, 9))
def test_the_unit_of_a_weight_leaves_no_trace(rule: VotingRule, scale: int) -> None:
    scaled = VotingRule(
        any_of=tuple(
            tuple(
                WeightedGame(
                    tuple(scale * w for w in game.weights), scale * game.quota - scale // 2
                )
                for game in clause
            )
            for clause in rule.any_of
        )
    )
    assert shape_of(scaled) == shape_of(rule)


def test_of_two_alternatives_the_one_that_asks_for_more_is_dropped() -> None:
    weights = (3, 2, 1)
    rule = VotingRule(any_of=((WeightedGame(weights, 4),), (WeightedGame(weights, 3),)))
    assert shape_of(rule).quotas == (((3,),),) * 4
    assert not shape_of(rule).counts_heads


def test_equal_weights_are_heads_of_whatever_weight() -> None:
    shape = shape_of(weighted([7, 7, 7], 8))
    assert shape.weights == ()
    assert shape.quotas == ((), (), ((),), ((),))
    assert shape.counts_heads


def test_sums_fit_64_bits_up_to_half_of_what_those_hold() -> None:
    assert shape_of(weighted([LARGEST_SUM - 2, 1], 5)).fits_64_bits
    assert not shape_of(weighted([LARGEST_SUM - 1, 1], 5)).fits_64_bits


def test_a_voter_is_idle_only_without_weight_in_every_game() -> None:
    first, second = WeightedGame((1, 0, 0, 2), 2), WeightedGame((0, 1, 0, 2), 3)
    rule, places = without_idle(VotingRule(any_of=((first,), (second,))))
    assert places == (0, 1, 3)
    assert rule.any_of == ((WeightedGame((1, 0, 2), 2),), (WeightedGame((0, 1, 2), 3),))
