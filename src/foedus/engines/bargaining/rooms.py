"""Rooms: the same positions in the order of formats in which a matter is talked over.

Before anybody meets each may have answered a form alone. Then a room of some, another of others,
and each leaves a forecast, a spread and a chance that there is no deal. That a room moves those who
sat in it is an assumption with a number of its own; by default nobody is moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, common_draws
from foedus.engines.bargaining.agreement import Agreement, Limits, Rule, agree, checked_limits
from foedus.engines.bargaining.compromise import weighted_spread
from foedus.engines.bargaining.median import Ties
from foedus.engines.bargaining.stances import Stances, checked, refuse
from foedus.engines.bargaining.zone import Zone


@dataclass(frozen=True, kw_only=True)
class Room:
    """Who sits in one format, for whom each speaks, and what a deal needs there.

    Raises ValueError with all faults at once if nobody is a member, or the shares of weight do not
    go from actors outside to members.
    """

    members: BoolArray
    """Shape (actor,)."""
    rule: Rule
    speaks_for_share: FloatArray | None = None
    """Shape (actor, actor); at [i, j] the share of j's weight that counts at i's position. Only a
    member speaks, only for one who is not in the room, and for no more than the whole of it. None
    if nobody speaks for others."""

    def __post_init__(self) -> None:
        problems = []
        if not self.members.any():
            problems.append("a room has no members")
        share = self.speaks_for_share
        if share is not None:
            actors = len(self.members)
            if share.shape != (actors, actors):
                raise ValueError(
                    f"speaks_for_share has shape {share.shape}: it must be ({actors}, {actors})"
                )
            if not (share >= 0).all():
                problems.append("speaks_for_share holds a number that is not at least 0")
            if (share.sum(axis=0) > 1 + 1e-12).any():
                problems.append("more than the whole of an actor's weight is spoken for")
            if (share[~self.members] != 0).any():
                problems.append("an actor that is not in the room speaks for another")
            if (share[:, self.members] != 0).any():
                problems.append("an actor that is in the room is spoken for by another")
        refuse(problems)


class FormRound(NamedTuple):
    """What answers on a form show before anybody meets. Arrays have shape (draw,)."""

    spread_score: FloatArray
    """Weighted standard deviation of the positions."""
    pair_share: FloatArray
    """Share of pairs in which each already accepts the other's position; NaN with fewer than two
    present."""


class RoomRound(NamedTuple):
    """What one room leaves behind."""

    agreement: Agreement
    spread_score: FloatArray
    """Shape (draw,); weighted standard deviation of the positions in the room, before it moves
    anybody."""
    position_score: FloatArray
    """Shape (draw, actor); positions after the room, of everybody."""


def answer_alone(position_score: ArrayLike, weight: ArrayLike, limits: Limits) -> FormRound:
    """Return how far apart those who answer a form are; there is no outcome.

    Parameters
    ----------
    position_score, weight : shape (draw, actor)
        As in `compromise_mean`; a weight of 0 for all who are not asked.
    limits
        What each accepts.

    Returns
    -------
    FormRound

    Raises
    ------
    ValueError
        As `compromise_mean`, or if the limits do not go with the positions.

    Examples
    --------
    The first two accept each other's position, the third accepts nobody else's:

    >>> from foedus.engines.bargaining.agreement import limits_within
    >>> position = [[40.0, 50.0, 90.0]]
    >>> limits = limits_within(position, [[10.0, 60.0, 30.0]])
    >>> found = answer_alone(position, [[1.0, 1.0, 1.0]], limits)
    >>> found.pair_share.round(3).tolist(), found.spread_score.round(1).tolist()
    ([0.333], [21.6])
    """
    stances = checked(position_score, weight)
    low, high = checked_limits(limits, stances.weight > 0, "that answers")
    draws = common_draws(
        position_score=stances.position_score, weight=stances.weight, limits=low, other_limits=high
    )
    spread = weighted_spread(*stances)
    return FormRound(np.broadcast_to(spread, draws).copy(), _pairs(stances, low, high, draws))


def weight_in_room(weight: ArrayLike, room: Room) -> FloatArray:
    """Return the weights that count in a room: the members' own, and what they speak for.

    Parameters
    ----------
    weight : shape (draw, actor)
        Weights of everybody, at least 0.
    room
        Its members and for whom they speak.

    Returns
    -------
    shape (draw, actor)
        0 for whoever is not in the room. A member that is absent itself speaks for nobody.

    Raises
    ------
    ValueError
        If the room was made for another count of actors.

    Examples
    --------
    The second speaks for half of the third:

    >>> share = np.zeros((3, 3))
    >>> share[1, 2] = 0.5
    >>> members = np.array([True, True, False])
    >>> room = Room(members=members, rule=Rule(kind="unanimity"), speaks_for_share=share)
    >>> weight_in_room([[1.0, 2.0, 4.0]], room).tolist()
    [[1.0, 4.0, 0.0]]
    """
    masses = np.asarray(weight, dtype=np.float64)
    if masses.ndim != 2 or masses.shape[1] != len(room.members):
        raise ValueError(f"weight has shape {masses.shape}: it must be (draw, {len(room.members)})")
    inside = np.where(room.members, masses, 0.0)
    if room.speaks_for_share is None:
        return inside
    spoken = masses @ room.speaks_for_share.T
    counted: FloatArray = np.where(inside > 0, inside + spoken, 0.0)
    return counted


def hold_rooms(
    position_score: ArrayLike,
    weight: ArrayLike,
    limits: Limits,
    rooms: Sequence[Room],
    feasible: Zone,
    *,
    pull_share: ArrayLike = 0.0,
    ties: Ties = "lower",
) -> list[RoomRound]:
    """Return what each of several rooms, one after the other, would leave behind.

    Parameters
    ----------
    position_score, weight : shape (draw, actor)
        Of everybody, before the first room; as in `compromise_mean`.
    limits
        What each accepts. Red lines stay where they are while positions move.
    rooms
        In the order in which they meet.
    feasible
        Outcomes that there are at all.
    pull_share : shape (draw,) or one number
        Part of the way to the outcome, the compromise mean within the zone of agreement, that the
        members go after each room; 0 to 1. It is an assumption, and no source is known for a
        number: 0 says that rooms move nobody. Without a deal nobody moves, and nobody outside.
    ties
        As in `weighted_median`.

    Returns
    -------
    list of RoomRound
        One for each room.

    Raises
    ------
    ValueError
        If there is no room, a pull is not 0 to 1, or as `agree`.

    Notes
    -----
    Under unanimity that names nobody the members who are present must consent. In a vote by heads
    each member has one vote, whomever else it speaks for; by weight it votes with that too.

    Examples
    --------
    A first room of two moves both half of the way, so that the second begins nearer to them:

    >>> from foedus.engines.bargaining.agreement import limits_within
    >>> from foedus.engines.bargaining.zone import take_zone
    >>> position, weight = [[20.0, 60.0, 100.0]], [[1.0, 1.0, 2.0]]
    >>> limits = limits_within(position, [[90.0, 90.0, 90.0]])
    >>> rule = Rule(kind="unanimity")
    >>> two = Room(members=np.array([True, True, False]), rule=rule)
    >>> all_three = Room(members=np.array([True, True, True]), rule=rule)
    >>> rounds = hold_rooms(
    ...     position, weight, limits, [two, all_three], take_zone(0.0, 100.0), pull_share=0.5
    ... )
    >>> [room.agreement.deal_mean_score.tolist() for room in rounds]
    [[40.0], [70.0]]
    >>> [room.position_score.tolist() for room in rounds]
    [[[30.0, 50.0, 100.0]], [[50.0, 60.0, 85.0]]]
    """
    pull = np.atleast_1d(np.asarray(pull_share, dtype=np.float64))
    problems = []
    if not rooms:
        problems.append("there is no room")
    if pull.ndim != 1 or not ((pull >= 0) & (pull <= 1)).all():
        problems.append("pull_share holds a number that is not 0 to 1")
    refuse(problems)
    position, masses = checked(position_score, weight)
    rounds = []
    for room in rooms:
        counted = weight_in_room(masses, room)
        agreement = agree(position, counted, limits, room.rule, feasible, ties=ties)
        spread = weighted_spread(position, counted)
        # Without a deal the outcome is NaN, and the way to it counts as none.
        way = np.nan_to_num(agreement.deal_mean_score[:, np.newaxis] - position)
        position = np.where(counted > 0, position + pull[:, np.newaxis] * way, position)
        rounds.append(RoomRound(agreement, spread, position))
    return rounds


@njit(cache=True, nogil=True, error_model="numpy")
def _pairs(stances: Stances, low: FloatArray, high: FloatArray, draws: int) -> FloatArray:
    """Return the share of pairs within each other's limits."""
    position, weight = stances
    share = np.full(draws, np.nan)
    for draw in range(draws):
        where = position[draw if position.shape[0] > 1 else 0]
        mass = weight[draw if weight.shape[0] > 1 else 0]
        lows = low[draw if low.shape[0] > 1 else 0]
        highs = high[draw if high.shape[0] > 1 else 0]
        pairs, near = 0, 0
        for i in range(mass.size):
            for j in range(i):
                if mass[i] > 0.0 and mass[j] > 0.0:
                    pairs += 1
                    i_accepts = lows[i] <= where[j] <= highs[i]
                    j_accepts = lows[j] <= where[i] <= highs[j]
                    near += i_accepts and j_accepts
        if pairs:
            share[draw] = near / pairs
    return share
