"""Minimal winning and blocking coalitions: published counts, laws, every coalition tried."""

from fractions import Fraction
from itertools import combinations
from math import comb
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.voting.drawn_rules import EveryCoalition, rules

from foedus.engines.voting.critical import ranked
from foedus.engines.voting.minimal import (
    MinimalCoalitions,
    _halved,
    _tabled,
    minimal_blocking,
    minimal_winning,
)
from foedus.engines.voting.rules import VotingRule, WeightedGame, in_whole_numbers, weighted
from foedus.engines.voting.shapes import shape_of

SECURITY_COUNCIL = weighted([7] * 5 + [1] * 10, 39)

# The electors of the fifty states and the District of Columbia from 1992 to 2000.
ELECTORS = (
    [54, 33, 32, 25, 23, 22, 21, 18, 15, 14, 13, 13, 12, 12]
    + [11] * 4
    + [10] * 2
    + [9] * 2
    + [8] * 6
    + [7] * 3
    + [6] * 2
    + [5] * 4
    + [4] * 6
    + [3] * 8
)

# Persons of the 27 members of the European Union, the largest first, from Germany, France and Italy
# to Malta: eurostat-pop-2024-07, or what the share in agence-qmv-2025 comes to where that differs.
PERSONS = (
    *(83402164, 68401997, 59678045, 48610458, 37577630, 19064409, 18093182, 11832049, 10900555),
    *(10639726, 10551707, 10397193, 9584627, 9117708, 6445481, 5961249, 5644785, 5464374),
    *(5374168, 3861967, 2885891, 2123949, 1871882, 1374687, 933505, 672050, 563443),
)
HEADS = (1,) * 27
COUNCIL = VotingRule(
    any_of=(
        (
            WeightedGame(HEADS, 15),
            in_whole_numbers([Fraction(p) for p in PERSONS], Fraction("0.65") * sum(PERSONS)),
        ),
        (WeightedGame(HEADS, 24),),
    )
)


def subsets(voters: int) -> list[tuple[int, ...]]:
    return [one for size in range(voters + 1) for one in combinations(range(voters), size)]


def all_minimal(rule: VotingRule) -> set[tuple[int, ...]]:
    """Return the minimal winning coalitions, found by trying every one."""
    return {
        members
        for members in subsets(rule.voters_count)
        if rule.wins(members) and not any(rule.wins(set(members) - {i}) for i in members)
    }


def agrees(found: MinimalCoalitions, expected: set[tuple[int, ...]], voters: int) -> bool:
    """Tell whether list and counts are those of the coalitions."""
    by_size = [[one for one in expected if len(one) == size] for size in range(voters + 1)]
    return (
        len(found.listed) == found.count == len(expected)
        and set(found.listed) == expected
        and found.count_by_size == tuple(map(len, by_size))
        and found.holding_by_size
        == tuple(tuple(sum(i in one for one in of) for i in range(voters)) for of in by_size)
    )


def with_idle_game(rule: VotingRule) -> VotingRule:
    """Add a game that anyone wins, so that the voters have weights of one kind more."""
    anyone = WeightedGame(tuple(range(7, 7 + rule.voters_count)), 1)
    return VotingRule(any_of=tuple((*clause, anyone) for clause in rule.any_of))


def test_the_security_council_passes_with_all_permanent_and_four_elected_members() -> None:
    found = minimal_winning(SECURITY_COUNCIL)
    assert found.count == found.smallest_count == comb(10, 4)
    assert found.smallest_size == 9
    assert found.holding == (210,) * 5 + (84,) * 10
    blocking = minimal_blocking(SECURITY_COUNCIL)
    assert blocking.smallest_listed == ((0,), (1,), (2,), (3,), (4,))
    assert blocking.count == 5 + comb(10, 7)


def test_the_electoral_college_of_the_nineties_has_the_published_count() -> None:
    assert len(ELECTORS) == 51
    assert sum(ELECTORS) == 538
    found = minimal_winning(weighted(ELECTORS, 270))
    assert f"{found.count:.3e}" == "5.148e+13"
    assert found.listed == ()
    # The ten largest and one of the two with thirteen electors had 270 to the vote.
    assert found.smallest_size == 11
    assert found.smallest_holding == (2,) * 10 + (1, 1) + (0,) * 39


def test_founders_of_the_economic_community_never_needed_luxembourg() -> None:
    found = minimal_winning(weighted([4, 4, 4, 2, 2, 1], 12))
    assert found.listed == ((0, 1, 2), (0, 1, 3, 4), (0, 2, 3, 4), (1, 2, 3, 4))
    assert found.holding[5] == 0


def test_a_blocking_minority_of_the_council_needs_four_members() -> None:
    found = minimal_blocking(COUNCIL)
    assert found.smallest_size == 4
    everyone = set(range(27))
    assert all(COUNCIL.wins(everyone - set(three)) for three in combinations(range(27), 3))
    blocking = [
        four for four in combinations(range(27), 4) if not COUNCIL.wins(everyone - set(four))
    ]
    assert sorted(found.smallest_listed) == blocking
    assert found.smallest_count == len(blocking) == 514
    assert found.smallest_holding == tuple(sum(i in four for four in blocking) for i in range(27))


def test_the_three_largest_block_the_council_with_anyone_at_all() -> None:
    listed = set(minimal_blocking(COUNCIL).smallest_listed)
    assert all((0, 1, 2, other) in listed for other in range(3, 27))


def test_thirteen_members_block_the_council_whatever_their_size() -> None:
    counts = minimal_blocking(COUNCIL).count_by_size
    assert counts[13] > 0
    assert not any(counts[14:])


@given(rules())
def test_lists_and_counts_are_those_of_every_coalition_tried(rule: VotingRule) -> None:
    assert agrees(minimal_winning(rule), all_minimal(rule), rule.voters_count)


@given(rules())
def test_minimal_blocking_coalitions_are_the_minimal_sets_that_meet_every_minimal_winning_one(
    rule: VotingRule,
) -> None:
    winning = [set(one) for one in minimal_winning(rule).listed]
    meeting = {
        one for one in subsets(rule.voters_count) if all(not way.isdisjoint(one) for way in winning)
    }
    minimal = {
        one
        for one in meeting
        if not any(one[:i] + one[i + 1 :] in meeting for i in range(len(one)))
    }
    assert agrees(minimal_blocking(rule), minimal, rule.voters_count)


@given(rules(least_voters=8, most_voters=12))
def test_what_wins_and_what_blocks_is_minimal_as_a_look_at_every_coalition_says(
    rule: VotingRule,
) -> None:
    for found, every in (
        (minimal_winning(rule), EveryCoalition(rule)),
        (minimal_blocking(rule), EveryCoalition(rule.dual())),
    ):
        members = every.members[every.is_minimal]
        assert found.count_by_size == tuple(
            np.bincount(members.sum(axis=1), minlength=rule.voters_count + 1).tolist()
        )
        assert found.holding == tuple(members.sum(axis=0).tolist())


@given(rules(most_voters=6))
def test_what_blocks_the_blocking_is_what_wins(rule: VotingRule) -> None:
    again, found = minimal_blocking(rule.dual()), minimal_winning(rule)
    assert again.holding_by_size == found.holding_by_size
    assert set(again.listed) == set(found.listed)


@given(rules(most_voters=6), st.randoms(use_true_random=False))
def test_the_order_of_voters_changes_nothing_but_their_places(
    rule: VotingRule, random: Random
) -> None:
    places = list(range(rule.voters_count))
    random.shuffle(places)
    moved = VotingRule(
        any_of=tuple(
            tuple(WeightedGame(tuple(game.weights[i] for i in places), game.quota) for game in of)
            for of in rule.any_of
        )
    )
    found, again = minimal_winning(rule), minimal_winning(moved)
    assert {tuple(sorted(places[i] for i in one)) for one in again.listed} == set(found.listed)
    assert tuple(found.holding[i] for i in places) == again.holding


@given(st.lists(st.integers(0, 30), min_size=8, max_size=13).filter(any), st.data())
def test_halves_tables_and_a_look_at_all_coalitions_agree(
    weights: list[int], data: st.DataObject
) -> None:
    heads = data.draw(st.integers(1, len(weights)))
    quota = data.draw(st.integers(1, sum(weights)))
    more = data.draw(st.integers(heads, len(weights)))
    rule = VotingRule(
        any_of=(
            (WeightedGame((1,) * len(weights), heads), WeightedGame(tuple(weights), quota)),
            (WeightedGame((1,) * len(weights), more),),
        )
    )
    found, swept = minimal_winning(rule), minimal_winning(with_idle_game(rule))
    assert found.holding_by_size == swept.holding_by_size
    assert set(found.listed) == set(swept.listed)
    by_rank = ranked(shape_of(rule))
    assert by_rank is not None
    assert _tabled(by_rank).tolist() == _halved(by_rank, 0)[0].tolist()


def test_lists_hold_whole_sizes_from_the_smallest_on_lightest_first() -> None:
    rule = weighted([5, 4, 3, 2, 1, 1], 9)
    pair = ((0, 1),)
    triples = ((0, 2, 4), (0, 2, 5), (1, 2, 3), (0, 2, 3))
    fours = ((0, 3, 4, 5), (1, 2, 4, 5))
    assert minimal_winning(rule).listed == pair + triples + fours
    # The weights of the added game, which rise with the place, come second.
    triples = ((0, 2, 4), (1, 2, 3), (0, 2, 5), (0, 2, 3))
    rule = with_idle_game(rule)
    assert minimal_winning(rule).listed == pair + triples + fours


def test_no_size_is_listed_in_part() -> None:
    # One coalition of two members, four of three and two of four.
    rule = weighted([5, 4, 3, 2, 1, 1], 9)
    for any_rule in (rule, with_idle_game(rule)):
        sizes = [len(minimal_winning(any_rule, most_listed=most).listed) for most in range(8)]
        assert sizes == [0, 1, 1, 1, 1, 5, 5, 7]
    none = minimal_winning(rule, most_listed=0)
    assert none.smallest_listed == ()
    assert none.smallest_count == 1


def test_voters_without_weight_take_no_room() -> None:
    # Forty more than all coalitions could be looked at for.
    idle = (0,) * 40
    games = (WeightedGame((3, 2, 1, *idle), 4), WeightedGame((1, 2, 3, *idle), 4))
    found = minimal_winning(VotingRule(any_of=(games,)))
    assert found.listed == ((0, 2),)
    assert found.holding == (1, 0, 1, *idle)


def test_too_many_voters_for_every_way_are_refused() -> None:
    with pytest.raises(ValueError, match="up to 38 may have any weights"):
        minimal_winning(weighted([10**9 + i for i in range(39)], 20 * 10**9))
    with pytest.raises(ValueError, match="63 voters with weights up to a sum of 64"):
        minimal_winning(weighted([2] + [1] * 62, 32))
    with pytest.raises(ValueError, match="at most 30 can be looked at"):
        minimal_winning(with_idle_game(weighted([2] + [1] * 30, 16)))
