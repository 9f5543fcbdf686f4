"""All coalitions as bits: each of them asked one by one, and what cannot be held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted
from foedus.engines.voting.sweep import (
    coalitions_up_to,
    critical_by_company,
    members_by_size,
    minimal_words,
    winning_words,
)


@st.composite
def rules(draw: st.DrawFn) -> VotingRule:
    """One to three clauses of one or two games, on both sides of a word of six voters."""
    voters = draw(st.integers(1, 9))
    lists = st.lists(st.integers(0, 4), min_size=voters, max_size=voters).filter(any)

    def game(weights: list[int]) -> st.SearchStrategy[WeightedGame]:
        quotas = st.integers(1, sum(weights))
        return quotas.map(lambda quota: WeightedGame(tuple(weights), quota))

    clause = st.lists(lists.flatmap(game), min_size=1, max_size=2).map(tuple)
    return VotingRule(any_of=tuple(draw(st.lists(clause, min_size=1, max_size=3))))


def members(coalition: int) -> set[int]:
    return {i for i in range(coalition.bit_length()) if coalition >> i & 1}


def coalitions(words: list[int]) -> set[int]:
    """Return the coalitions whose bits are set."""
    return {64 * w + b for w, word in enumerate(words) for b in range(64) if word >> b & 1}


@given(rules())
def test_every_coalition_is_judged_as_the_rule_judges_it(rule: VotingRule) -> None:
    voters = rule.voters_count
    wins = {c for c in range(1 << voters) if rule.wins(members(c))}
    # How many members are critical in each winning coalition, and who.
    critical = {c: [i for i in members(c) if c ^ (1 << i) not in wins] for c in wins}
    minimal = {c for c in wins if len(critical[c]) == c.bit_count()}

    words = winning_words(rule)
    assert coalitions(words.tolist()) == wins
    few = minimal_words(words, voters)
    assert coalitions(few.tolist()) == minimal

    counts = members_by_size(few, voters)
    for size in range(voters + 1):
        of_size = [c for c in minimal if c.bit_count() == size]
        assert counts[size].tolist() == [
            *(sum(c >> i & 1 for c in of_size) for i in range(voters)),
            len(of_size),
        ]
    up_to = [c for c in minimal if c.bit_count() <= 3]
    assert sorted(coalitions_up_to(few, 3, len(up_to)).tolist()) == sorted(up_to)

    company = critical_by_company(words, voters)
    for i in range(voters):
        with_i = [len(those) for those in critical.values() if i in those]
        assert company[i].tolist() == [with_i.count(c) for c in range(voters + 1)]


def test_the_last_bit_of_a_word_is_a_coalition_like_any_other() -> None:
    # Six voters fill one word; all of them together are its sign.
    words = winning_words(weighted([1] * 6, 6))
    assert coalitions(words.tolist()) == coalitions(minimal_words(words, 6).tolist()) == {63}
    assert critical_by_company(words, 6)[:, 6].tolist() == [1] * 6


def test_more_voters_than_can_be_swept_are_refused() -> None:
    with pytest.raises(ValueError, match="31 voters with weight"):
        winning_words(weighted([1] * 31, 16))


def test_weights_that_do_not_fit_64_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="64 bits"):
        winning_words(weighted([2**62, 1], 2**62))
