"""Every room of a given size that carries what is wanted, by a compiled search.

Where many rooms are equal, a solver has to prove for each that it is the next best. Here they are
found in one pass: nations are taken in or left out in turn, and a branch ends where even the
largest parts that are left, each measure by itself, do not carry what is wanted.
"""

from typing import Final

import numpy as np
from numba import njit

from foedus.engines.arrays import BoolArray, FloatArray, IntArray

MOST_STEPS: Final = 2_000_000
"""Branches after which the search gives up: a tenth of a second or two."""
EQUAL: Final = 1e-12
"""What rooms carry of the first measure counts as equal if it differs by less."""

IN: Final = 1
OUT: Final = 2


def rooms_of_size(  # noqa: PLR0913 - a cover in its parts, and what is asked of it
    share: FloatArray,
    least_share: FloatArray,
    carries: BoolArray,
    seats: int,
    most_rooms: int,
    *,
    fixed: BoolArray,
    among: BoolArray,
    most_steps: int = MOST_STEPS,
) -> BoolArray | None:
    """Return rooms of so many seats that carry enough, those with most of the first measure.

    Parameters
    ----------
    share : shape (measure, nation)
        Each nation's part of the whole, at least 0.
    least_share : shape (measure,)
        What must be carried.
    carries : shape (seat, nation)
        Whose part comes along with a seat.
    seats
        Of each room, with those of `fixed`.
    most_rooms
        Rooms that are returned at most. Of more that carry as much of the first measure as the
        last of them, those are returned that are found first.
    fixed, among : shape (nation,)
        Who sits there anyway, and who may sit there beside them.
    most_steps
        Branches that are looked at; the same call always looks at as many.

    Returns
    -------
    shape (room, nation), or None
        In no order; None if the search gave up.

    Examples
    --------
    >>> share = np.array([[0.4, 0.3, 0.3]])
    >>> who = np.ones(3, dtype=np.bool_)
    >>> found = rooms_of_size(share, np.array([0.7]), np.eye(3) > 0, 2, 9, fixed=~who, among=who)
    >>> sorted(np.flatnonzero(room).tolist() for room in found)
    [[0, 1], [0, 2]]
    """
    brought = carries.astype(np.float64) @ share.T
    free = np.flatnonzero(among & ~fixed)
    # Who brings most is decided on first, so that branches end soon.
    free = free[np.argsort(-brought[free].sum(axis=1), kind="stable")]
    wanted = seats - int(fixed.sum())
    if not 0 <= wanted <= len(free):
        return np.zeros((0, len(fixed)), dtype=np.bool_)
    spoken_for: BoolArray = np.asarray(carries[fixed].any(axis=0))
    rooms, is_whole = _search(
        np.ascontiguousarray(share.T),
        least_share,
        carries[free],
        most_brought(brought[free], wanted),
        spoken_for,
        wanted,
        most_rooms,
        most_steps,
    )
    if not is_whole:
        return None
    seated = np.repeat(fixed[np.newaxis], len(rooms), axis=0)
    seated[:, free] |= rooms
    return seated


def most_brought(brought: FloatArray, seats: int) -> FloatArray:
    """Return the most that so many of the nations from a place on can bring, measure by measure.

    Parameters
    ----------
    brought : shape (nation, measure)
        What comes along with the seat of each.

    Returns
    -------
    shape (place, seats from 0, measure)

    Examples
    --------
    >>> most_brought(np.array([[0.1], [0.4], [0.2]]), 2)[..., 0].round(9).tolist()
    [[0.0, 0.4, 0.6], [0.0, 0.4, 0.6], [0.0, 0.2, 0.2], [0.0, 0.0, 0.0]]
    """
    nations, measures = brought.shape
    most = np.zeros((nations + 1, seats + 1, measures))
    for place in range(nations):
        largest = -np.sort(-brought[place:], axis=0)[:seats]
        most[place, 1 : len(largest) + 1] = largest.cumsum(axis=0)
        most[place, len(largest) + 1 :] = most[place, len(largest)]
    return most


@njit(cache=True, nogil=True, error_model="numpy")
def _search(  # noqa: C901, PLR0912, PLR0913 - one loop, which the compiler wants whole
    share: FloatArray,
    least: FloatArray,
    carries: BoolArray,
    most: FloatArray,
    spoken_for: BoolArray,
    seats: int,
    most_rooms: int,
    most_steps: int,
) -> tuple[BoolArray, bool]:
    """Return the rooms, as who of the free nations is in, and whether all branches were seen."""
    nations, measures = share.shape
    free = len(carries)
    rooms = np.zeros((most_rooms, free), dtype=np.bool_)
    first: FloatArray = np.empty(most_rooms)
    count = 0
    # By how many nations are decided on: what is carried then, for whom, and seats still open.
    carried = np.zeros((free + 1, measures))
    spoken = np.zeros((free + 1, nations), dtype=np.bool_)
    spoken[0] = spoken_for
    for nation in range(nations):
        if spoken_for[nation]:
            carried[0] += share[nation]
    open_seats: IntArray = np.zeros(free + 1, dtype=np.int64)
    open_seats[0] = seats
    choice = np.zeros(free, dtype=np.int8)
    place = 0
    steps = 0
    while True:
        steps += 1
        if steps > most_steps:
            return rooms[:0], False
        left = open_seats[place]
        goes_on = left <= free - place
        if goes_on:
            for measure in range(measures):
                if carried[place, measure] + most[place, left, measure] < least[measure]:
                    goes_on = False
                    break
        if goes_on and count == most_rooms:
            goes_on = carried[place, 0] + most[place, left, 0] > first.min() + EQUAL
        if goes_on and left == 0:
            worst = count if count < most_rooms else int(first.argmin())
            count = min(count + 1, most_rooms)
            first[worst] = carried[place, 0]
            for nation in range(free):
                rooms[worst, nation] = nation < place and choice[nation] == IN
            goes_on = False
        if goes_on:
            choice[place] = IN
        else:
            # Back to the last that was taken in, to leave it out.
            place -= 1
            while place >= 0 and choice[place] == OUT:
                place -= 1
            if place < 0:
                return rooms[:count], True
            choice[place] = OUT
        carried[place + 1] = carried[place]
        spoken[place + 1] = spoken[place]
        open_seats[place + 1] = open_seats[place]
        if choice[place] == IN:
            open_seats[place + 1] -= 1
            for nation in range(nations):
                if carries[place, nation] and not spoken[place, nation]:
                    spoken[place + 1, nation] = True
                    carried[place + 1] += share[nation]
        place += 1
