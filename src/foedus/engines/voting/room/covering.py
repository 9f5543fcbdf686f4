"""The smallest rooms: fewest seats whose holders carry a wanted share of everything that counts.

A weighted set cover, solved exactly: HiGHS finds how many seats it takes, and a compiled search all
rooms of that size, or HiGHS again, one after the other, where the search would take too long. The
solver's word is not taken at the edge: whatever room it names is summed up again, and one that only
its tolerance let through is shut out and asked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.voting.room.of_a_size import rooms_of_size
from foedus.errors import SolverError

if TYPE_CHECKING:  # loads the solver
    import highspy

HAIR: Final = 1e-9
"""A share that falls short by less counts as carried: sums differ in their last bits."""
TIE_WEIGHT: Final = 0.5
"""What the whole of the first measure weighs against one seat: less than one, so that it only
decides between rooms of equal size."""

NOTHING: Final = (np.empty(0, np.int32), np.empty(0))
"""Places and values of the entries of a column that stands in no row yet."""


@dataclass(frozen=True)
class Cover:
    """What a room must carry, and who carries whom.

    Raises
    ------
    ValueError
        If shapes do not fit, or a share is not 0 to 1.
    """

    share: FloatArray
    """Shape (measure, nation): each nation's part of the whole; rows sum to 1."""
    wanted_share: FloatArray
    """Shape (measure,): from 0 to 1. The first measure decides between rooms of equal size."""
    carries: BoolArray
    """Shape (seat, nation): whose part comes along with a seat; its own always does."""

    def __post_init__(self) -> None:
        measures, nations = self.share.shape
        if self.wanted_share.shape != (measures,) or self.carries.shape != (nations, nations):
            raise ValueError(
                f"{measures} measures of {nations} nations do not go with wanted_share of shape "
                f"{self.wanted_share.shape} and carries of shape {self.carries.shape}"
            )
        for name in ("share", "wanted_share"):
            values = getattr(self, name)
            if not ((values >= 0) & (values <= 1)).all():
                raise ValueError(f"{name} holds a number that is not 0 to 1")
        if not self.carries.diagonal().all():
            raise ValueError("carries leaves out a nation's own part")

    def spoken_for(self, seated: BoolArray) -> BoolArray:
        """Return whose parts come along with seats, shape (..., nation)."""
        carried: BoolArray = seated.astype(np.int64) @ self.carries.astype(np.int64) > 0
        return carried

    def carried_share(self, seated: BoolArray) -> FloatArray:
        """Return what a room carries of each measure, shape (..., measure).

        Examples
        --------
        >>> own = Cover(np.array([[0.5, 0.3, 0.2]]), np.array([0.6]), np.eye(3, dtype=np.bool_))
        >>> own.carried_share(np.array([True, False, True])).round(9).tolist()
        [0.7]
        """
        return self.spoken_for(seated).astype(np.float64) @ self.share.T

    def is_carried(self, seated: BoolArray) -> BoolArray:
        """Return whether a room carries every wanted share, shape (...)."""
        enough = self.carried_share(seated) >= self.wanted_share - HAIR
        return np.asarray(enough.all(axis=-1), dtype=np.bool_)


@dataclass(frozen=True)
class Rooms:
    """Rooms of the fewest seats; none where no room does."""

    seated: BoolArray
    """Shape (room, nation): what carries most of the first measure comes first."""
    is_complete: bool
    """False if there are more of this size than were listed."""

    @property
    def seats_count(self) -> int | None:
        """Seats of each room; None where no room does."""
        return int(self.seated[0].sum()) if len(self.seated) else None


def smallest_rooms(
    cover: Cover,
    most_rooms: int,
    *,
    fixed: BoolArray | None = None,
    among: BoolArray | None = None,
) -> Rooms:
    """Return every room of the fewest seats that carries what is wanted, up to a number of them.

    Parameters
    ----------
    cover
        What is wanted.
    most_rooms
        Rooms that are listed at most, at least 1; those that carry most of the first measure, and
        any of those that carry as much as the last one.
    fixed : shape (nation,)
        Who sits there anyway; nobody if None.
    among : shape (nation,)
        Who may sit there; all if None.

    Raises
    ------
    ValueError
        If no room may be listed.
    SolverError
        If the solver gives up.

    Examples
    --------
    Either of two small ones does beside the large one, and the larger of them comes first:

    >>> share = np.array([[0.5, 0.3, 0.2]])
    >>> cover = Cover(share, np.array([0.65]), np.eye(3, dtype=np.bool_))
    >>> smallest_rooms(cover, 10).seated.tolist()
    [[True, True, False], [True, False, True]]
    >>> smallest_rooms(cover, 1).is_complete
    False
    """
    if most_rooms < 1:
        raise ValueError(f"most_rooms is {most_rooms}: it must be at least 1")
    everybody = np.ones(cover.share.shape[1], dtype=np.bool_)
    seats = fewest_seats(cover, fixed=fixed, among=among)
    if seats is None:
        return Rooms(~everybody[np.newaxis][:0], is_complete=True)
    found = rooms_of_size(
        cover.share,
        cover.wanted_share - HAIR,
        cover.carries,
        seats,
        most_rooms + 1,
        fixed=~everybody if fixed is None else fixed,
        among=everybody if among is None else among,
    )
    if found is None:
        found = smallest_in_turn(cover, most_rooms + 1, fixed, among)
    return Rooms(in_order(cover, found)[:most_rooms], is_complete=len(found) <= most_rooms)


def smallest_in_turn(
    cover: Cover, most_rooms: int, fixed: BoolArray | None, among: BoolArray | None
) -> BoolArray:
    """Return the smallest rooms as the solver finds them, one after the other."""
    found: list[BoolArray] = []
    for seated in enough_in_turn(cover, fixed, among):
        if len(found) == most_rooms or (found and seated.sum() > found[0].sum()):
            break
        found.append(seated)
    return np.array(found, dtype=np.bool_)


def fewest_seats(
    cover: Cover, *, fixed: BoolArray | None = None, among: BoolArray | None = None
) -> int | None:
    """Return how many seats carry what is wanted; None where no room does.

    Arguments and errors as for `smallest_rooms`.

    Examples
    --------
    >>> cover = Cover(np.array([[0.5, 0.3, 0.2]]), np.array([0.65]), np.eye(3, dtype=np.bool_))
    >>> fewest_seats(cover)
    2
    """
    first = next(enough_in_turn(cover, fixed, among), None)
    return None if first is None else int(first.sum())


def enough_in_turn(
    cover: Cover, fixed: BoolArray | None, among: BoolArray | None
) -> Iterator[BoolArray]:
    """Yield every room that carries what is wanted, fewest seats first, then by first measure."""
    solver = seats_solver(cover, fixed, among)
    columns = carried_columns(cover)
    for measure, wanted in zip(cover.share, cover.wanted_share, strict=True):
        add_row(solver, wanted - HAIR, np.inf, columns, measure)
    while (seated := solved(solver, cover.share.shape[1])) is not None:
        if cover.is_carried(seated):
            yield seated
        shut_out(solver, seated)


def in_order(cover: Cover, rooms: BoolArray) -> BoolArray:
    """Return rooms by what they carry of the first measure, most first; equals by place."""
    first = cover.carried_share(rooms)[:, 0].round(12)
    ranked = sorted(range(len(rooms)), key=lambda r: (-first[r], (~rooms[r]).tolist()))
    return rooms[ranked]


def best_room(
    cover: Cover, seats: int, *, among: BoolArray | None = None
) -> tuple[BoolArray, float]:
    """Return the room of so many seats, or fewer, whose least share carried is largest.

    Parameters
    ----------
    cover
        What counts; the shares wanted do not.
    seats
        At least 0.
    among : shape (nation,)
        Who may sit there; all if None.

    Returns
    -------
    seated : shape (nation,)
        Of several such rooms one that carries most of the first measure.
    least_share
        Of the measure of which it carries least.

    Raises
    ------
    SolverError
        If the solver gives up.

    Examples
    --------
    >>> share = np.array([[0.6, 0.3, 0.1], [0.1, 0.4, 0.5]])
    >>> cover = Cover(share, np.zeros(2), np.eye(3, dtype=np.bool_))
    >>> seated, least = best_room(cover, 2)
    >>> seated.tolist(), round(least, 9)
    ([True, False, True], 0.6)
    """
    nations = cover.share.shape[1]
    solver = seats_solver(cover, None, among)
    columns = carried_columns(cover)
    least = solver.getNumCol()
    solver.addCol(-1.0, 0.0, 1.0, 0, *NOTHING)
    for column in range(least):
        solver.changeColCost(column, 0.0)
    add_row(solver, -np.inf, seats, np.arange(nations), np.ones(nations))
    for measure in cover.share:
        add_row(solver, 0.0, np.inf, np.append(columns, least), np.append(measure, -1.0))
    seated = solved(solver, nations)
    if seated is None:  # nobody seated always is a room
        raise SolverError("the solver found no room at all, not even an empty one.")
    share = float(cover.carried_share(seated).min(initial=1.0))
    # Of rooms with this least share the one that carries most of the first measure.
    solver.changeColCost(least, 0.0)
    solver.changeColBounds(least, max(share - HAIR, 0.0), 1.0)
    for column, part in zip(columns.tolist(), cover.share[0].tolist(), strict=True):
        solver.changeColCost(column, -part)
    larger = solved(solver, nations)
    if larger is not None and cover.carried_share(larger).min(initial=1.0) >= share - HAIR:
        return larger, float(cover.carried_share(larger).min(initial=1.0))
    return seated, share


def carried_columns(cover: Cover) -> IntArray:
    """Return the column that says whether a nation's part is carried, shape (nation,).

    That of its own seat where nobody speaks for it; else one behind all seats.
    """
    nations = cover.share.shape[1]
    is_spoken_for = cover.carries.sum(axis=0) > 1
    behind = nations + np.cumsum(is_spoken_for) - 1
    return np.where(is_spoken_for, behind, np.arange(nations))


def seats_solver(cover: Cover, fixed: BoolArray | None, among: BoolArray | None) -> "highspy.Highs":
    """Return a solver that makes seats few, and the first measure large among as few."""
    import highspy  # noqa: PLC0415 - loaded where a room is sought

    nations = cover.share.shape[1]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    # HiGHS returns without solving if a second solver in a process asks for another count.
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    for nation in range(nations):
        low = float(fixed is not None and fixed[nation])
        high = float(among is None or among[nation])
        solver.addCol(1.0, low, max(low, high), 0, *NOTHING)
        solver.changeColIntegrality(nation, highspy.HighsVarType.kInteger)
    for nation, column in enumerate(carried_columns(cover).tolist()):
        gain = -TIE_WEIGHT * float(cover.share[0, nation])
        if column < nations:
            solver.changeColCost(column, 1.0 + gain)
            continue
        solver.addCol(gain, 0.0, 1.0, 0, *NOTHING)
        speakers = np.flatnonzero(cover.carries[:, nation])
        add_row(
            solver,
            0.0,
            np.inf,
            np.append(speakers, column),
            np.append(np.ones(len(speakers)), -1.0),
        )
    return solver


def add_row(solver: Any, low: float, high: float, columns: Any, values: FloatArray) -> None:
    """Add a row of a few columns."""
    solver.addRow(low, high, len(columns), np.asarray(columns, dtype=np.int32), values)


def shut_out(solver: Any, seated: BoolArray) -> None:
    """Shut out one room, and no other."""
    columns = np.arange(len(seated))
    add_row(solver, -np.inf, seated.sum() - 1.0, columns, np.where(seated, 1.0, -1.0))


def solved(solver: Any, nations: int) -> BoolArray | None:
    """Return who sits in the best room that is left; None where there is none.

    Raises
    ------
    SolverError
        If the solver gives up.
    """
    import highspy  # noqa: PLC0415 - as above

    solver.run()
    status = solver.getModelStatus()
    statuses = highspy.HighsModelStatus
    if status == statuses.kInfeasible:
        return None
    if status != statuses.kOptimal:
        said = solver.modelStatusToString(status)
        raise SolverError(f"the solver stopped at a room and said: {said}.")
    values = np.asarray(solver.getSolution().col_value[:nations])
    seated: BoolArray = values > 0.5
    return seated
