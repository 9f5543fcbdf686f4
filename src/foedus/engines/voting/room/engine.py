"""The smallest rooms: who must sit there so that what is agreed can also be done.

At the average of what each would send: whole seats have no median. How often a room carries what is
wanted is then told over the draws.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, ClassVar, Final, NamedTuple

import numpy as np
from annotated_types import Ge, Le

from foedus.engines.arrays import BoolArray
from foedus.engines.protocol import Outcome
from foedus.engines.voting.room.balance import balanced_persons, strength_of_groups
from foedus.engines.voting.room.covering import (
    Cover,
    Rooms,
    best_room,
    fewest_seats,
    smallest_rooms,
)
from foedus.engines.voting.room.inputs import FORCE, LEAST_PERSONS, RoomInputs, read_inputs
from foedus.engines.voting.room.judging import Verdict, judge
from foedus.engines.voting.room.pivots import capacity_power
from foedus.engines.voting.room.result import (
    BestRoom,
    CurvePoint,
    JudgedFormat,
    Players,
    RoomResult,
)
from foedus.engines.voting.sharing.games import MOST_PLAYERS
from foedus.engines.voting.sharing.shapley import shapley_value
from foedus.errors import MissingDataError
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

__all__ = ["Room", "RoomResult"]

Fraction = Annotated[float, Ge(0), Le(1)]

LEVELS: Final = tuple(percent / 100 for percent in range(50, 100, 5))
"""Shares of everything at once for which the smallest room is found."""
MOST_CHOICES: Final = 12
"""Choices of seats that would mend a format, listed at most."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """The smallest rooms whose members carry what a force needs."""

    name: ClassVar[str] = "room"
    title: ClassVar[str] = "Smallest rooms"
    needs: ClassVar[tuple[str, ...]] = ("capabilities", "share_keys")
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("format_force_share", "Force carried by the format looked at", True),
        Outcome("format_least_share", "Least share carried by the format looked at", True),
        Outcome("smallest_force_share", "Force carried by the first smallest room", True),
        Outcome("smallest_least_share", "Least share carried by the first smallest room", True),
    )

    force_share: Fraction = 0.8
    """Share of the soldiers that a room must carry; assumed."""
    capability_share: Fraction = 0.8
    """Share of every critical capability that anybody sends; assumed."""
    gdp_share: Fraction = 0.67
    """Share of the contributors' GDP; assumed. 0 asks for none."""
    population_share: Fraction = 0.0
    """Share of their population; 0 asks for none."""
    representation: bool = True
    """Whether a seat also carries those for whom its holder speaks in any format."""
    format: str = ""
    """The format that is looked at, a key of `formats.csv`; empty for the first that meets and has
    a contributor in it."""
    most_rooms_count: Annotated[int, Ge(1)] = 50
    """Smallest rooms that are listed at most."""
    most_seats_count: Annotated[int, Ge(1)] = 12
    """Seats up to which the best room of so many is found."""
    most_players_count: Annotated[int, Ge(1), Le(MOST_PLAYERS)] = 15
    """Largest contributors among whom balanced strength is shared out."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> RoomInputs:
        """Gather what each sends, its size, and who sits where and for whom."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: RoomInputs, _rng: np.random.Generator, /) -> RoomResult:
        """Find the smallest rooms and hold every format against them, without chance.

        Raises
        ------
        MissingDataError
            If nothing of which a share is wanted is there.
        SolverError
            If the solver gives up.
        """
        totals = inputs.amount.sum(axis=1, keepdims=True)
        share = np.divide(inputs.amount, totals, out=np.zeros_like(inputs.amount), where=totals > 0)
        wanted = np.array([measure.wanted_share for measure in inputs.measures])
        counted = np.flatnonzero((totals[:, 0] > 0) & (wanted > 0))
        if not counted.size:
            raise MissingDataError(
                "room: nobody sends or has anything of which a share is wanted. Feed it with a "
                "force that is sent, as `foedus room` does, or want another share."
            )
        cover = Cover(share[counted], wanted[counted], inputs.carries)
        alone = replace(cover, carries=np.eye(len(inputs.codes), dtype=np.bool_))
        smallest = smallest_rooms(cover, self.most_rooms_count)
        sits = who_sits(cover, smallest)
        best, best_alone = best_rooms(cover), best_rooms(alone)
        most_choices = min(self.most_rooms_count, MOST_CHOICES)
        verdict, verdict_alone = verdicts(cover, most_choices), verdicts(alone, 1)
        everything = range(len(counted))
        last = min(self.most_seats_count, len(inputs.codes))
        return RoomResult(
            codes=inputs.codes,
            measures=inputs.measures,
            amount=inputs.amount,
            share=share,
            counted=counted,
            left_out=inputs.left_out,
            cover=cover,
            smallest=smallest,
            is_needed=sits.is_needed,
            is_in_one=sits.is_in_one,
            seats_alone=tuple(seats_for(cover, [m]) for m in everything),
            seats_without=tuple(
                seats_for(cover, [k for k in everything if k != m]) for m in everything
            ),
            seats_if_alone=seats_for(alone, everything),
            curve=tuple(
                CurvePoint(level, seats_at(cover, level), seats_at(alone, level))
                for level in LEVELS
            ),
            best=tuple(best(seats) for seats in range(1, last + 1)),
            formats=tuple(
                JudgedFormat(
                    seating,
                    verdict(seating.seated, seating.carries),
                    verdict_alone(seating.seated, alone.carries),
                    best(int(seating.seated.sum())),
                    best_alone(int(seating.seated.sum())),
                )
                for seating in inputs.formats
            ),
            looked_at=inputs.looked_at,
            players=self.players(inputs),
            sent_persons=inputs.sent_persons,
        )

    def players(self, inputs: RoomInputs) -> Players:
        """Return what each is worth to groups that must send soldiers, or a force in proportion."""
        persons = inputs.amount[FORCE]
        nothing = np.zeros(len(persons))
        if round(persons.sum()) < 1:
            return Players(nothing, nothing, np.full(len(persons), np.nan), 0.0, 0.0)
        power = capacity_power(persons, self.force_share)
        order = np.argsort(-persons, kind="stable")[: self.most_players_count]
        largest = np.sort(order[persons[order] > LEAST_PERSONS])
        asked = inputs.required_persons, inputs.is_critical
        values = strength_of_groups(inputs.group_persons[largest], *asked)
        added = np.full(len(persons), np.nan)
        added[largest] = shapley_value(values[np.newaxis])[0]
        return Players(
            power.prevent.rounded,
            power.shapley_shubik.rounded,
            added,
            float(values[-1]),
            float(balanced_persons(inputs.group_persons.sum(axis=0), *asked)),
        )


class Sits(NamedTuple):
    """Who sits in the smallest rooms, shape (nation,) each."""

    is_needed: BoolArray
    """In every one of them."""
    is_in_one: BoolArray
    """In at least one."""


def who_sits(cover: Cover, smallest: Rooms) -> Sits:
    """Return who sits in all of the smallest rooms and who in any, also if not all are listed."""
    in_all: BoolArray = np.asarray(smallest.seated.all(axis=0))
    in_one: BoolArray = np.asarray(smallest.seated.any(axis=0))
    if smallest.is_complete:
        return Sits(in_all, in_one)
    nations = np.eye(len(in_all), dtype=np.bool_)
    size = smallest.seats_count
    for place in np.flatnonzero(in_all):
        in_all[place] = fewest_seats(cover, among=~nations[place]) != size
    for place in np.flatnonzero(~in_one):
        in_one[place] = fewest_seats(cover, fixed=nations[place]) == size
    return Sits(in_all, in_one)


def best_rooms(cover: Cover) -> Callable[[int], BestRoom]:
    """Return what finds the best room of so many seats, each once."""

    @cache
    def best(seats: int) -> BestRoom:
        return BestRoom(seats, *best_room(cover, seats))

    return best


def verdicts(cover: Cover, most_choices: int) -> Callable[[BoolArray, BoolArray], Verdict]:
    """Return what judges a format by who sits there and who speaks for whom, each case once."""
    made: dict[tuple[bytes, bytes], Verdict] = {}

    def verdict(seated: BoolArray, own: BoolArray) -> Verdict:
        key = seated.tobytes(), own[seated].tobytes()
        if key not in made:
            made[key] = judge(cover, seated, own, most_choices)
        return made[key]

    return verdict


def seats_for(cover: Cover, measures: Sequence[int]) -> int:
    """Return the fewest seats that carry what is wanted of some of the measures."""
    if not measures:
        return 0
    some = replace(cover, share=cover.share[measures], wanted_share=cover.wanted_share[measures])
    return fewest_seats(some) or 0


def seats_at(cover: Cover, level: float) -> int:
    """Return the fewest seats that carry one share of everything that counts."""
    everything = replace(cover, wanted_share=np.full_like(cover.wanted_share, level))
    return fewest_seats(everything) or 0
