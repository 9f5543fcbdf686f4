"""Every room of a size: by hand, every subset looked at, and a search that gives up."""

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import BoolArray
from foedus.engines.voting.room.of_a_size import rooms_of_size

ANY_COUNT = 100_000


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw whole parts, so that edges are met often, and who sits, may sit and speaks for whom."""
    nations, measures = draw(st.integers(1, 9)), draw(st.integers(1, 4))

    def flags(count: int) -> BoolArray:
        return np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=bool)

    part = st.lists(st.integers(0, 8), min_size=nations, max_size=nations)
    share = np.array(draw(st.lists(part, min_size=measures, max_size=measures)), dtype=float) / 8
    least = draw(st.lists(st.integers(0, 16), min_size=measures, max_size=measures))
    speaks = (flags(nations**2) & flags(nations**2) & flags(nations**2)).reshape(nations, nations)
    return {
        "share": share,
        "least_share": np.array(least) / 8,
        "carries": speaks | np.eye(nations, dtype=bool),
        "fixed": flags(nations) & flags(nations),
        "among": flags(nations) | flags(nations),
    }


def every_room(asked: dict[str, Any], seats: int) -> list[tuple[int, ...]]:
    """Look at every choice of so many seats."""
    nations = range(asked["share"].shape[1])
    found = []
    for who in combinations(nations, seats):
        allowed = all(asked["fixed"][n] or asked["among"][n] for n in who)
        carried = [n for n in nations if any(asked["carries"][seat, n] for seat in who)]
        enough = asked["share"][:, carried].sum(axis=1) >= asked["least_share"]
        if allowed and set(np.flatnonzero(asked["fixed"])) <= set(who) and enough.all():
            found.append(who)
    return found


def found_rooms(
    asked: dict[str, Any], seats: int, most_rooms: int = ANY_COUNT
) -> list[tuple[int, ...]]:
    """Return the rooms as the places of their seats."""
    found = rooms_of_size(seats=seats, most_rooms=most_rooms, **asked)
    assert found is not None
    return sorted(tuple(np.flatnonzero(room).tolist()) for room in found)


@given(questions(), st.integers(0, 9))
def test_all_rooms_of_a_size_are_found_and_no_other(asked: dict[str, Any], seats: int) -> None:
    assert found_rooms(asked, seats) == every_room(asked, seats)


@given(questions(), st.integers(0, 9), st.integers(1, 4))
def test_of_many_those_are_kept_that_carry_most_of_the_first_measure(
    asked: dict[str, Any], seats: int, most_rooms: int
) -> None:
    def first(rooms: list[tuple[int, ...]]) -> list[float]:
        carried = [asked["carries"][list(room)].any(axis=0) for room in rooms]
        return sorted((float(asked["share"][0, who].sum()) for who in carried), reverse=True)

    kept = found_rooms(asked, seats, most_rooms)
    every = every_room(asked, seats)
    assert set(kept) <= set(every)
    np.testing.assert_allclose(first(kept), first(every)[:most_rooms])


def equals(nations: int) -> dict[str, Any]:
    """Return the question who of equals carries half."""
    everybody = np.ones(nations, dtype=bool)
    return {
        "share": np.full((1, nations), 1 / nations),
        "least_share": np.array([0.5 - 1e-9]),
        "carries": np.eye(nations, dtype=bool),
        "fixed": ~everybody,
        "among": everybody,
    }


def test_equals_are_counted_as_the_binomial_says() -> None:
    assert len(found_rooms(equals(12), 6)) == comb(12, 6)


def test_a_list_of_few_among_very_many_equals_ends_at_once() -> None:
    # There are 137,846,528,820 such rooms.
    assert len(found_rooms(equals(40), 20, most_rooms=3)) == 3


def test_a_search_that_would_take_too_long_gives_up() -> None:
    asked = equals(12)
    assert rooms_of_size(seats=6, most_rooms=ANY_COUNT, most_steps=50, **asked) is None
