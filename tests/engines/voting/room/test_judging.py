"""Formats held against what is wanted: every subset of who could come or go is looked at."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import BoolArray
from foedus.engines.voting.room.covering import HAIR, Cover
from foedus.engines.voting.room.judging import Verdict, judge

NATIONS = 6
ALONE = np.eye(NATIONS, dtype=np.bool_)


def cover_of(amounts: Any, wanted: Any, carries: BoolArray = ALONE) -> Cover:
    """Return a cover by amounts of each measure."""
    amount = np.asarray(amounts, dtype=np.float64)
    return Cover(
        amount / amount.sum(axis=1, keepdims=True), np.array(wanted, dtype=np.float64), carries
    )


def room(*seats: int) -> BoolArray:
    """Return who sits there."""
    return np.isin(np.arange(NATIONS), seats)


AMOUNTS = [[40, 30, 15, 10, 5, 0], [20, 30, 30, 0, 10, 10]]


class TestByHand:
    def test_what_is_short_and_who_mends_it(self) -> None:
        found = judge(cover_of(AMOUNTS, [0.8, 0.7]), room(0, 1), ALONE, 9)
        assert found.carried_share.round(9).tolist() == [0.7, 0.5]
        assert found.short_share.round(9).tolist() == [0.1, 0.2]
        assert not found.is_carried
        assert [np.flatnonzero(seats).tolist() for seats in found.added.seated] == [[2]]
        assert found.least_share == pytest.approx(0.5)

    def test_two_seats_where_one_is_not_enough(self) -> None:
        found = judge(cover_of(AMOUNTS, [0.8, 0.75]), room(0, 2), ALONE, 9)
        assert [np.flatnonzero(seats).tolist() for seats in found.added.seated] == [[1]]
        found = judge(cover_of(AMOUNTS, [0.6, 0.75]), room(0, 4), ALONE, 9)
        assert [np.flatnonzero(seats).tolist() for seats in found.added.seated] == [[1, 2]]

    def test_what_is_carried_needs_no_seat(self) -> None:
        found = judge(cover_of(AMOUNTS, [0.8, 0.7]), room(0, 1, 2), ALONE, 9)
        assert found.is_carried
        assert found.added.seats_count == 0
        assert not found.short_share.any()

    def test_who_could_leave_alone_need_not_be_able_to_leave_together(self) -> None:
        found = judge(cover_of(AMOUNTS, [0.55, 0.2]), room(0, 1, 2, 5), ALONE, 9)
        assert np.flatnonzero(found.spared).tolist() == [1, 2, 5]
        # With the first the second or the third must stay: the larger does.
        assert np.flatnonzero(found.seated & ~found.spared_together).tolist() == [0, 1]
        assert not found.is_only_choice

    def test_who_carries_nothing_of_what_is_short_could_leave(self) -> None:
        amounts = [[50, 50, 0, 0, 0, 0], [10, 10, 30, 30, 10, 10]]
        found = judge(cover_of(amounts, [0.9, 0.3]), room(0, 2, 3), ALONE, 9)
        # The first measure is short by half; of the second one of two is enough.
        assert np.flatnonzero(found.spared).tolist() == [2, 3]
        assert found.spared_together.sum() == 1

    def test_in_a_format_its_own_speak_and_whoever_is_added_speaks_as_anywhere(self) -> None:
        standing = ALONE.copy()
        standing[0, 3] = True
        standing[4, 5] = True
        cover = cover_of([[40, 30, 0, 20, 5, 5]], [0.8], standing)
        # Nobody speaks for the fourth in this format, though the first does elsewhere.
        here = judge(cover, room(0, 1), ALONE, 9)
        assert here.carried_share.round(9).tolist() == [0.7]
        assert [np.flatnonzero(s).tolist() for s in here.added.seated] == [[3], [4]]
        assert judge(cover, room(0, 1), standing, 9).is_carried

    def test_an_empty_room_needs_the_smallest_and_spares_nobody(self) -> None:
        found = judge(cover_of(AMOUNTS, [0.6, 0.4]), room(), ALONE, 9)
        assert found.added.seated.tolist() == [room(0, 1).tolist()]
        assert not found.spared.any()
        assert not found.spared_together.any()


def holds(cover: Cover, seated: BoolArray, floor: Any) -> bool:
    """Tell whether a room carries as much as a floor."""
    return bool((cover.share[:, seated].sum(axis=1) >= floor - HAIR).all())


whole = st.lists(st.integers(0, 9), min_size=NATIONS, max_size=NATIONS).filter(any)


class TestEverySubset:
    @given(
        st.lists(whole, min_size=1, max_size=3),
        st.integers(0, 9),
        st.sets(st.integers(0, NATIONS - 1)),
    )
    def test_fewest_come_and_most_go(self, amounts: Any, wanted: int, seats: set[int]) -> None:
        cover = cover_of(amounts, [wanted / 10] * len(amounts))
        seated = room(*seats)
        found: Verdict = judge(cover, seated, ALONE, 1000)
        others = [place for place in range(NATIONS) if place not in seats]
        for more in range(len(others) + 1):
            mends = list(combinations(others, more))
            mends = [w for w in mends if holds(cover, seated | room(*w), cover.wanted_share)]
            if mends:
                break
        assert {tuple(np.flatnonzero(s)) for s in found.added.seated} == set(mends)
        floor = np.minimum(cover.wanted_share, cover.share[:, seated].sum(axis=1))
        for place in range(NATIONS):
            leaves = seated & ~room(place)
            assert found.spared[place] == (seated[place] and holds(cover, leaves, floor))
        most = max(
            n
            for n in range(len(seats) + 1)
            for who in combinations(sorted(seats), n)
            if holds(cover, seated & ~room(*who), floor)
        )
        choices = [
            who
            for who in combinations(sorted(seats), most)
            if holds(cover, seated & ~room(*who), floor)
        ]
        assert tuple(np.flatnonzero(found.spared_together)) in choices
        assert found.is_only_choice == (len(choices) == 1)
