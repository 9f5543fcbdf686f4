"""The smallest rooms: published covers, laws, and every subset looked at."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.voting.room.covering import (
    HAIR,
    Cover,
    best_room,
    fewest_seats,
    in_order,
    smallest_in_turn,
    smallest_rooms,
)


def own(nations: int) -> BoolArray:
    """Return seats that carry nobody else."""
    return np.eye(nations, dtype=np.bool_)


def cover_of(
    amounts: Any, wanted: Any, carries: BoolArray | None = None, nations: int | None = None
) -> Cover:
    """Return a cover by amounts of each measure."""
    amount = np.asarray(amounts, dtype=np.float64)
    share = amount / amount.sum(axis=1, keepdims=True)
    level = np.broadcast_to(np.asarray(wanted, dtype=np.float64), len(share)).copy()
    return Cover(share, level, own(nations or share.shape[1]) if carries is None else carries)


def every_room(cover: Cover, seats: int) -> list[BoolArray]:
    """Return every room of so many seats, one after the other."""
    nations = cover.share.shape[1]
    return [np.isin(np.arange(nations), who) for who in combinations(range(nations), seats)]


def carried_slowly(cover: Cover, seated: BoolArray) -> FloatArray:
    """Add up what a room carries, nation by nation."""
    measures, nations = cover.share.shape
    found = np.zeros(measures)
    for nation in range(nations):
        if any(seated[seat] and cover.carries[seat, nation] for seat in range(nations)):
            found += cover.share[:, nation]
    return found


def smallest_slowly(cover: Cover) -> list[tuple[bool, ...]]:
    """Look at every room, the small ones first."""
    for seats in range(cover.share.shape[1] + 1):
        enough = [
            tuple(room.tolist())
            for room in every_room(cover, seats)
            if (carried_slowly(cover, room) >= cover.wanted_share - HAIR).all()
        ]
        if enough:
            return enough
    return []


@st.composite
def covers(draw: st.DrawFn, most: int = 8) -> Cover:
    """Draw covers of whole amounts, so that edges are met often."""
    nations, measures = draw(st.integers(1, most)), draw(st.integers(1, 4))
    whole = st.integers(0, 12)
    row = st.lists(whole, min_size=nations, max_size=nations).filter(any)
    amounts = draw(st.lists(row, min_size=measures, max_size=measures))
    wanted = draw(st.lists(st.integers(0, 10), min_size=measures, max_size=measures))
    flags = draw(st.lists(st.booleans(), min_size=nations**2, max_size=nations**2))
    rare = draw(st.lists(st.booleans(), min_size=nations**2, max_size=nations**2))
    speaks = (np.array(flags) & np.array(rare)).reshape(nations, nations) | own(nations)
    return cover_of(amounts, np.array(wanted) / 10, speaks)


class TestByHand:
    def test_karps_kind_of_cover_each_element_a_measure(self) -> None:
        # Sets {1,2,3}, {2,4}, {3,4}, {4,5} over five elements: two suffice, {1,2,3} with {4,5}.
        holds = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 1], [0, 0, 0, 1]]
        cover = cover_of(holds, 1 / 5)
        # Any share of an element is enough to carry something of it: as small as one of three.
        found = smallest_rooms(cover, 10)
        assert found.seated.tolist() == [[True, False, False, True]]
        assert found.is_complete

    def test_greedy_is_not_enough(self) -> None:
        # The largest holds most of each, and with it three are needed; without it two.
        amounts = [[5, 4, 4, 1], [5, 8, 0, 1], [5, 0, 8, 1]]
        found = smallest_rooms(cover_of(amounts, [0.57, 0.57, 0.57]), 10)
        assert found.seated.tolist() == [[False, True, True, False]]

    def test_one_who_speaks_for_others_takes_their_seats(self) -> None:
        speaks = own(4)
        speaks[3, [1, 2]] = True
        amounts = [[40, 25, 25, 10]]
        assert smallest_rooms(cover_of(amounts, 0.9), 9).seats_count == 3
        found = smallest_rooms(cover_of(amounts, 0.9, speaks), 9)
        assert found.seated.tolist() == [[True, False, False, True]]

    def test_equal_rooms_come_by_what_they_carry_of_the_first_measure(self) -> None:
        found = smallest_rooms(cover_of([[5, 1, 2, 3], [9, 1, 1, 1]], [0.5, 0.8]), 10)
        assert [np.flatnonzero(room).tolist() for room in found.seated] == [[0, 3], [0, 2], [0, 1]]

    def test_of_many_those_are_listed_that_carry_most(self) -> None:
        cover = cover_of([[5, 1, 2, 3], [9, 1, 1, 1]], [0.5, 0.8])
        found = smallest_rooms(cover, 2)
        assert not found.is_complete
        assert [np.flatnonzero(room).tolist() for room in found.seated] == [[0, 3], [0, 2]]
        assert smallest_rooms(cover, 3).is_complete

    def test_nothing_wanted_takes_nobody(self) -> None:
        found = smallest_rooms(cover_of([[1, 2]], 0.0), 5)
        assert (found.seats_count, found.seated.tolist()) == (0, [[False, False]])

    def test_where_nobody_may_sit_who_would_do_there_is_no_room(self) -> None:
        cover = cover_of([[9, 1]], 0.5)
        found = smallest_rooms(cover, 5, among=np.array([False, True]))
        assert (found.seats_count, len(found.seated), found.is_complete) == (None, 0, True)
        assert fewest_seats(cover, among=np.array([False, True])) is None

    def test_who_sits_there_anyway_is_counted(self) -> None:
        cover = cover_of([[9, 1, 1]], 0.8)
        found = smallest_rooms(cover, 5, fixed=np.array([False, True, False]))
        assert found.seated.tolist() == [[True, True, False]]

    def test_a_share_met_to_the_last_bit_is_carried(self) -> None:
        # Ten tenths are not one in floats.
        tenths = cover_of([[1] * 10], 0.7)
        assert fewest_seats(tenths) == 7

    def test_a_share_short_by_less_than_the_solver_sees_is_not(self) -> None:
        cover = cover_of([[800_000 - 0.2, 200_000, 0.2]], 0.8)
        assert smallest_rooms(cover, 5).seated.sum(axis=1).tolist() == [2, 2]

    @pytest.mark.parametrize(
        ("share", "wanted", "carries", "says"),
        [
            ([[0.5, 0.5]], [1.1], own(2), "wanted_share"),
            ([[-0.5, 1.5]], [0.5], own(2), "share"),
            ([[0.5, 0.5]], [0.5, 0.5], own(2), "do not go with"),
            ([[0.5, 0.5]], [0.5], own(3), "do not go with"),
            ([[0.5, 0.5]], [0.5], ~own(2), "own part"),
            ([[0.5, 0.5]], [np.nan], own(2), "wanted_share"),
        ],
    )
    def test_what_is_no_cover_is_refused(
        self, share: Any, wanted: Any, carries: BoolArray, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            Cover(np.array(share), np.array(wanted), carries)

    def test_a_list_of_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match="most_rooms is 0"):
            smallest_rooms(cover_of([[1, 2]], 0.5), 0)


class TestEverySubset:
    @given(covers())
    def test_all_smallest_rooms_are_found_and_no_other(self, cover: Cover) -> None:
        found = smallest_rooms(cover, 10_000)
        assert found.is_complete
        assert sorted(map(tuple, found.seated.tolist())) == sorted(smallest_slowly(cover))

    @given(covers(12))
    @few
    def test_their_size_is_right_with_up_to_twelve(self, cover: Cover) -> None:
        slowly = smallest_slowly(cover)
        found = smallest_rooms(cover, 3)
        assert found.seats_count == fewest_seats(cover) == sum(slowly[0])
        assert found.is_complete == (len(slowly) <= 3)
        assert len(found.seated) == min(len(slowly), 3)
        first = np.sort([-carried_slowly(cover, np.array(room))[0] for room in slowly])[:3]
        np.testing.assert_allclose(-cover.carried_share(found.seated)[:, 0], first, atol=1e-9)

    @given(covers(7))
    @few
    def test_the_solver_finds_the_same_one_after_the_other(self, cover: Cover) -> None:
        in_turn = in_order(cover, smallest_in_turn(cover, 1_000, None, None))
        assert in_turn.tolist() == smallest_rooms(cover, 1_000).seated.tolist()

    @given(covers(), st.integers(0, 8))
    def test_no_room_of_so_many_seats_has_a_larger_least_share(
        self, cover: Cover, seats: int
    ) -> None:
        most = min(seats, cover.share.shape[1])
        best = max(carried_slowly(cover, room).min() for room in every_room(cover, most))
        seated, least = best_room(cover, seats)
        assert least == pytest.approx(best, abs=1e-7)
        assert seated.sum() <= seats
        assert carried_slowly(cover, seated).min() == pytest.approx(least)

    @given(covers())
    @few
    def test_what_is_carried_is_added_up(self, cover: Cover) -> None:
        for room in every_room(cover, min(2, cover.share.shape[1])):
            np.testing.assert_allclose(cover.carried_share(room), carried_slowly(cover, room))


class TestLaws:
    @given(covers(), st.integers(0, 3))
    @few
    def test_who_wants_more_never_needs_fewer_seats(self, cover: Cover, measure: int) -> None:
        more = cover.wanted_share.copy()
        more[measure % len(more)] = 1.0
        larger = fewest_seats(replace(cover, wanted_share=more))
        assert (larger or 0) >= (fewest_seats(cover) or 0)

    @given(covers())
    @few
    def test_representation_never_needs_more_seats(self, cover: Cover) -> None:
        alone = replace(cover, carries=own(cover.share.shape[1]))
        assert (fewest_seats(cover) or 0) <= (fewest_seats(alone) or 0)

    @given(covers(6), st.integers(1, 9))
    @few
    def test_one_more_who_may_come_never_makes_a_given_amount_take_more_seats(
        self, cover: Cover, amount: int
    ) -> None:
        # The amounts wanted stay as they were; shares are of a larger whole.
        measures, nations = cover.share.shape
        share = np.hstack([cover.share, np.full((measures, 1), amount / 10)])
        scale = 1 + amount / 10
        carries = own(nations + 1)
        carries[:nations, :nations] = cover.carries
        wider = Cover(share / scale, cover.wanted_share / scale, carries)
        assert (fewest_seats(wider) or 0) <= (fewest_seats(cover) or 0)

    @given(covers())
    @few
    def test_the_smallest_room_and_the_best_of_its_size_say_the_same(self, cover: Cover) -> None:
        level = 0.8
        everything = replace(cover, wanted_share=np.full(len(cover.share), level))
        seats = fewest_seats(everything) or 0
        assert best_room(cover, seats)[1] >= level - 1e-7
        if seats:
            assert best_room(cover, seats - 1)[1] < level

    @given(covers(), st.randoms(use_true_random=False))
    @few
    def test_the_order_of_nations_does_not_count(self, cover: Cover, chance: Any) -> None:
        order = list(range(cover.share.shape[1]))
        chance.shuffle(order)
        mixed = Cover(cover.share[:, order], cover.wanted_share, cover.carries[order][:, order])
        found = smallest_rooms(cover, 500).seated[:, order]
        assert {*map(tuple, found.tolist())} == {
            *map(tuple, smallest_rooms(mixed, 500).seated.tolist())
        }
