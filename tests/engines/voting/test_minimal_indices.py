"""Indices on minimal coalitions and critical members: published values, laws, slow sums."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.voting.drawn_rules import EveryCoalition, rules

from foedus.engines.voting.minimal import minimal_winning
from foedus.engines.voting.minimal_indices import Shares, deegan_packel, holler_packel, johnston
from foedus.engines.voting.rules import VotingRule, WeightedGame, weighted

SECURITY_COUNCIL = weighted([7] * 5 + [1] * 10, 39)


def indices(rule: VotingRule) -> dict[str, Shares]:
    minimal = minimal_winning(rule)
    return {
        "deegan_packel": deegan_packel(minimal),
        "holler_packel": holler_packel(minimal),
        "johnston": johnston(rule),
    }


def slow_indices(rule: VotingRule) -> dict[str, Shares]:
    """Return the three indices as they are defined, coalition by coalition."""
    every = EveryCoalition(rule)
    prizes = {
        name: [Fraction()] * every.voters for name in ("deegan_packel", "holler_packel", "johnston")
    }
    for critical, is_minimal in zip(every.critical, every.is_minimal, strict=True):
        members = np.flatnonzero(critical).tolist()
        for i in members:
            prizes["johnston"][i] += Fraction(1, len(members))
            if is_minimal:
                prizes["deegan_packel"][i] += Fraction(1, len(members))
                prizes["holler_packel"][i] += 1
    return {name: tuple(own / sum(all_) for own in all_) for name, all_ in prizes.items()}


def test_the_security_council_has_its_published_values() -> None:
    found = indices(SECURITY_COUNCIL)
    for name in ("deegan_packel", "holler_packel"):
        assert found[name] == (Fraction(1, 9),) * 5 + (Fraction(4, 90),) * 10
    assert round(float(found["johnston"][0]), 5) == 0.17799
    assert round(float(found["johnston"][5]), 6) == 0.011006


def test_holler_and_illing_give_the_second_voter_least() -> None:
    # Holler & Illing, chapter 6.3.3: the index does not follow the weights.
    found = deegan_packel(minimal_winning(weighted([35, 20, 15, 15, 15], 51)))
    assert found == tuple(Fraction(share, 60) for share in (18, 9, 11, 11, 11))


def test_johnston_gives_the_heaviest_of_three_two_thirds() -> None:
    assert johnston(weighted([3, 2, 1], 4)) == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))


@given(rules(most_voters=12))
def test_indices_are_those_of_their_definitions(rule: VotingRule) -> None:
    assert indices(rule) == slow_indices(rule)


@given(rules(), st.integers(0, 3))
def test_shares_sum_to_one_and_a_voter_without_weight_has_none(rule: VotingRule, more: int) -> None:
    wider = VotingRule(
        any_of=tuple(
            tuple(WeightedGame((*game.weights, *[0] * more), game.quota) for game in clause)
            for clause in rule.any_of
        )
    )
    before = indices(rule)
    for name, shares in indices(wider).items():
        assert sum(shares) == 1
        assert shares == (*before[name], *[Fraction()] * more)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=8).filter(any), st.data())
def test_voters_with_equal_weights_have_equal_shares(
    weights: list[int], data: st.DataObject
) -> None:
    rule = weighted(weights, data.draw(st.integers(1, sum(weights))))
    for shares in indices(rule).values():
        assert len(set(zip(weights, shares, strict=True))) == len(set(weights))


@given(st.integers(2, 8), st.data())
def test_a_dictator_has_all_and_under_unanimity_all_have_the_same(
    voters: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, voters - 1))
    dictated = weighted([voters if i == place else 1 for i in range(voters)], voters)
    unanimous = weighted([1] * voters, voters)
    for shares in indices(dictated).values():
        assert shares == tuple(Fraction(i == place) for i in range(voters))
    for shares in indices(unanimous).values():
        assert shares == (Fraction(1, voters),) * voters


@given(st.lists(st.integers(1, 30), min_size=8, max_size=13), st.data())
def test_johnston_by_halves_is_johnston_by_a_look_at_all_coalitions(
    weights: list[int], data: st.DataObject
) -> None:
    heads = (1,) * len(weights)
    count = data.draw(st.integers(1, len(weights)))
    clause = (
        WeightedGame(heads, count),
        WeightedGame(tuple(weights), data.draw(st.integers(1, sum(weights)))),
    )
    # A game that anyone wins changes nothing, but no single quota can stand for three games.
    anyone = WeightedGame(tuple(range(7, 7 + len(weights))), 1)
    swept = johnston(VotingRule(any_of=((*clause, anyone),)))
    assert johnston(VotingRule(any_of=(clause,))) == swept


def test_johnston_of_voters_that_differ_in_their_last_digits_alone_is_equal() -> None:
    # Any thirteen pass and no twelve do: the weights differ, but nobody's part does.
    rule = weighted([10**15 + i for i in range(24)], 13 * 10**15)
    assert johnston(rule) == (Fraction(1, 24),) * 24


def test_johnston_of_too_many_voters_is_refused() -> None:
    with pytest.raises(ValueError, match="37 voters with weight"):
        johnston(weighted([2] + [1] * 36, 20))
