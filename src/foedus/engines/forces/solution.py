"""The way from units to strength: by month, by length of mission, alone, and shared out.

Large arrays are by draw, nation and group. They are solved a few draws at a time: what is written
for one part of the draws is taken up again for the next, and stays in the processor's own memory.
Draws know nothing of each other, so that the size of a part cannot be seen in the result.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from foedus.engines.forces.balanced import land_strength, narrowest_cut
from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray
from foedus.engines.forces.inputs import ForcesInputs
from foedus.engines.forces.result import ForceResult
from foedus.engines.forces.rotation import ROUNDING, units_per_slot
from foedus.engines.forces.sharing import share_out
from foedus.engines.forces.standing import stand
from foedus.engines.forces.units import part_of

HALF: Final = 0.5
PART: Final = 128
"""Draws that are solved at a time, at most."""

NumberT = TypeVar("NumberT", np.float64, np.int64)


@dataclass(frozen=True)
class Course:
    """What every draw of a mission shares: when strength may change, and lengths to look at."""

    months: IntArray
    """Shape (month,): months that are asked for."""
    changes: IntArray
    """Shape (change,): months from which another strength stands."""
    in_place: BoolArray
    """Shape (change + 1, nation, capability): units that have arrived by then, and in the end."""
    durations: IntArray
    """Shape (duration,): lengths of mission that are asked for."""
    distinct: tuple[float, ...]
    """The shortest of all lengths of equal strength."""
    place: IntArray
    """Shape (duration,): the distinct length that stands for each length."""


@dataclass(frozen=True)
class Solution:
    """What is found draw by draw, named as in `ForceResult`; one draw may stand for all."""

    gross_persons: FloatArray
    balanced_share: FloatArray
    balanced_persons: FloatArray
    binding: IntArray
    alone_share: FloatArray
    alone_persons: FloatArray
    alone_binding: IntArray
    duration_share: FloatArray
    duration_persons: FloatArray
    duration_binding: IntArray
    duration_fill: FloatArray
    standing_persons: FloatArray
    rotation_persons: FloatArray
    ceiling_persons: FloatArray
    sent_persons: FloatArray
    hq_sent_count: FloatArray


def solved(
    inputs: ForcesInputs, longest_months: int, *, by_month: bool, part: int = PART
) -> ForceResult:
    """Return what can be kept in place.

    Parameters
    ----------
    inputs
        All draws of a block.
    longest_months
        Longest mission for which strength is found by duration; 0 for none.
    by_month
        Whether every month is looked at, or only the last.
    part
        Draws that are solved at a time, at least 3; it cannot be seen in the result.
    """
    course = course_of(inputs, longest_months, by_month=by_month)
    required = inputs.required_persons
    critical_share = share_of_critical(inputs, required)
    parts = (
        (
            place,
            solution(
                inputs.part(place), course, part_of(required, place), part_of(critical_share, place)
            ),
        )
        for place in places(inputs.n, part)
    )
    found = gathered(parts, inputs.n)

    def wide(values: NDArray[NumberT]) -> NDArray[NumberT]:
        """Return the array with all draws, also where it does not depend on the draw."""
        return np.broadcast_to(values, (inputs.n, *values.shape[1:]))

    rest: dict[str, Any] = {about.name: wide(getattr(found, about.name)) for about in fields(found)}
    return ForceResult(
        codes=inputs.codes,
        roles=inputs.roles,
        groups=inputs.groups,
        headquarters=tuple(inputs.capabilities[i] for i in inputs.hq_index),
        services=inputs.services,
        months=course.months,
        durations=course.durations,
        key_share=inputs.key_share,
        service_need_share=inputs.service_need_share,
        asked_persons=wide(asked_by_month(inputs, course.months)),
        required_persons=wide(required),
        hq_needed_count=wide(inputs.hq_needed_count),
        service_fill_share=wide(service_fill(inputs, inputs.us_enablers_share)),
        service_alone_share=wide(service_fill(inputs, np.zeros(1))),
        **rest,
    )


def course_of(inputs: ForcesInputs, longest_months: int, *, by_month: bool) -> Course:
    """Return when strength may change in the course of a mission, and which lengths differ."""
    months = np.arange(int(np.ceil(inputs.duration_months)) + 1)[None if by_month else -1 :]
    changes = np.unique(np.concatenate([[0], inputs.notice_months.ravel(), inputs.epoch_month]))
    changes = changes[np.unique(np.searchsorted(changes, months, side="right") - 1)]
    in_place = inputs.notice_months <= changes[:, None, None]
    if not in_place[-1].all():
        # Units that come after the mission's end count as standing, though never in a month.
        in_place = np.concatenate([in_place, np.ones_like(in_place[:1])])
    durations = np.arange(1, longest_months + 1)
    lengths = [turns_of(inputs, float(duration)) for duration in durations]
    distinct = list(dict.fromkeys(lengths))
    return Course(
        months=months,
        changes=changes,
        in_place=in_place,
        durations=durations,
        distinct=tuple(float(durations[lengths.index(turns)]) for turns in distinct),
        place=np.array([distinct.index(turns) for turns in lengths], dtype=np.int64),
    )


def turns_of(inputs: ForcesInputs, duration: float) -> tuple[float, ...]:
    """Return what a mission's length decides: the turns of each tour length, and the ceilings.

    Two lengths with the same turns have the same strength, so that it is found once.
    """
    # More turns than two change nothing where nobody rests; the second brings a relief.
    units = inputs.units
    most = max(np.ceil(1 + units.dwell_ratio.numbers.max() * units.dwell_scale_ratio.max()), 2.0)
    tours = np.unique(units.tour_months.numbers)
    turns = np.minimum(np.ceil(duration / tours * (1 - ROUNDING)), most)
    return (*turns.tolist(), float((inputs.epoch_month < duration).sum()))


def share_of_critical(inputs: ForcesInputs, required: FloatArray) -> FloatArray:
    """Return the critical part of the requirement on land, shape (draw, 1)."""
    asked = required[:, inputs.groups.is_critical].sum(axis=1)
    whole = required[:, inputs.groups.on_land].sum(axis=1)
    # Where nothing critical is asked for there is nothing to leave room beside.
    share: FloatArray = np.divide(asked, whole, out=np.ones_like(whole), where=asked > 0)
    return share[:, None]


def places(n: int, part: int) -> Iterator[slice]:
    """Yield draws in parts of nearly one size, none of a single draw unless there is but one.

    A single draw would be taken for one that stands for all. Parts are of 3 or more, so that a rest
    can be shared out.

    >>> list(places(7, 3)), list(places(1, 3))
    ([slice(0, 3, None), slice(3, 5, None), slice(5, 7, None)], [slice(0, 1, None)])
    """
    count = -(-n // part)
    size, more = divmod(n, count)
    start = 0
    for i in range(count):
        stop = start + size + (i < more)
        yield slice(start, stop)
        start = stop


def gathered(parts: Iterable[tuple[slice, Solution]], n: int) -> Solution:
    """Put parts into their places in arrays of all draws, one after the other.

    What has a single draw depends on none, and is the same in every part.
    """
    whole: dict[str, NDArray[Any]] = {}
    for place, part in parts:
        for about in fields(part):
            values = getattr(part, about.name)
            if place == slice(0, n) or values.shape[0] == 1:
                whole[about.name] = values
            else:
                if about.name not in whole:
                    whole[about.name] = np.empty((n, *values.shape[1:]), values.dtype)
                whole[about.name][place] = values
    return Solution(**whole)


def solution(
    inputs: ForcesInputs, course: Course, required: FloatArray, critical_share: FloatArray
) -> Solution:
    """Solve some draws.

    Parameters
    ----------
    required : shape (draw, group)
    critical_share : shape (draw, 1)
    """
    arrived = persons_of(inputs, inputs.duration_months, course.in_place)
    persons = arrived[-1]
    ceilings = [ceiling_in(inputs, month) for month in course.changes]
    found = [
        strength_of(inputs, there, required, ceiling, critical_share)
        for there, ceiling in zip(arrived[: len(ceilings)], ceilings, strict=True)
    ]
    month_place = np.searchsorted(course.changes, course.months, side="right") - 1
    strength = side_by_side(found).at(month_place)
    alone = strength_alone(
        inputs, arrived[len(ceilings) - 1], required, ceilings[-1], critical_share
    )
    lowest = lowest_ceiling(inputs, inputs.duration_months)
    by_duration, duration_fill = strength_by_duration(inputs, course, required, critical_share)
    sent = share_out(
        inputs.step_persons,
        inputs.step_group,
        persons,
        lowest,
        inputs.key_share[None, :],
        inputs.groups.on_land,
    )
    if course.durations.size:
        once = persons_of(inputs, 1.0)[0]
        rotation = np.maximum(np.subtract(once, persons, out=once), 0.0, out=once)
    else:
        rotation = np.zeros((1, *persons.shape[1:]))
    return Solution(
        gross_persons=strength.gross_persons,
        balanced_share=strength.share,
        balanced_persons=strength.persons,
        binding=strength.binding[:, -1],
        alone_share=alone.share[:, 0],
        alone_persons=alone.persons[:, 0],
        alone_binding=alone.binding[:, 0],
        duration_share=by_duration.share,
        duration_persons=by_duration.persons,
        duration_binding=by_duration.binding,
        duration_fill=duration_fill,
        standing_persons=persons,
        rotation_persons=rotation,
        ceiling_persons=lowest,
        sent_persons=sent,
        hq_sent_count=headquarters_sent(inputs),
    )


def persons_of(
    inputs: ForcesInputs, duration_months: float, in_place: BoolArray | None = None
) -> FloatArray:
    """Return the soldiers that stand for a mission of some length, of units in place by some times.

    Parameters
    ----------
    in_place : shape (time, nation, capability)
        All units at one time if None.

    Returns
    -------
    shape (time, draw, nation, group)
    """
    if in_place is None:
        in_place = np.ones((1, *inputs.notice_months.shape), dtype=np.bool_)
    return stand(inputs.contingents, duration_months, in_place, len(inputs.groups.names))


def ceiling_in(inputs: ForcesInputs, month: int) -> FloatArray:
    """Return the ceilings that hold in a month, shape (draw, nation)."""
    epoch = int(np.searchsorted(inputs.epoch_month, month, side="right")) - 1
    return np.ascontiguousarray(inputs.ceiling_persons[:, :, epoch])


def lowest_ceiling(inputs: ForcesInputs, duration_months: float) -> FloatArray:
    """Return the lowest ceilings over a mission, shape (draw, nation)."""
    lowest: FloatArray = inputs.ceiling_persons[:, :, inputs.epoch_month < duration_months].min(
        axis=2
    )
    return np.ascontiguousarray(lowest)


@dataclass(frozen=True)
class Strength:
    """Gross and balanced strength over months or durations."""

    gross_persons: FloatArray
    """Shape (draw, month)."""
    share: FloatArray
    """Shape (draw, month): the balanced share."""
    persons: FloatArray
    """Shape (draw, month): balanced strength."""
    binding: IntArray
    """Shape (draw, month): the groups that bind, as bits of all groups."""

    def at(self, places: IntArray) -> "Strength":
        """Return the strength at some of the months, in the order asked for."""
        return Strength(
            self.gross_persons[:, places],
            self.share[:, places],
            self.persons[:, places],
            self.binding[:, places],
        )


def strength_of(
    inputs: ForcesInputs,
    persons: FloatArray,
    required: FloatArray,
    ceiling: FloatArray,
    critical_share: FloatArray,
) -> Strength:
    """Return gross and balanced strength of what stands at one time, with a single month.

    A nation's ceiling is shared between critical groups and the rest of the land force in the
    requirement's proportion, so that a share of 1 leaves room for all lines and not only for the
    critical ones. Balanced strength counts the balanced share of the critical groups, and of the
    others what there is, up to the same share: it is never more than gross strength.
    """
    critical = inputs.groups.is_critical
    room = ceiling * critical_share
    draws = max(persons.shape[0], required.shape[0], room.shape[0])
    share, binding = narrowest_cut(persons, room, required, np.flatnonzero(critical), draws)
    gross, balanced = land_strength(
        persons, ceiling, required, share, critical, inputs.groups.on_land
    )
    columns = np.broadcast_arrays(gross, share, balanced, binding)
    return Strength(*(column[:, None] for column in columns))


def side_by_side(parts: list[Strength]) -> Strength:
    """Put strengths at several times next to each other."""
    columns = zip(*((p.gross_persons, p.share, p.persons, p.binding) for p in parts), strict=True)
    return Strength(*(np.concatenate(np.broadcast_arrays(*column), axis=1) for column in columns))


def strength_alone(
    inputs: ForcesInputs,
    persons: FloatArray,
    required: FloatArray,
    ceiling: FloatArray,
    critical_share: FloatArray,
) -> Strength:
    """Return the strength of what stands at one time without the guarantor's units."""
    own = [role != "guarantor" for role in inputs.roles]
    left, under = (np.compress(own, values, axis=1) for values in (persons, ceiling))
    return strength_of(inputs, left, required, under, critical_share)


def asked_by_month(inputs: ForcesInputs, months: IntArray) -> FloatArray:
    """Return the requirement on land that is needed by each month, shape (draw, month)."""
    started = inputs.start_month[:, None] <= months[None, :]
    asked: FloatArray = inputs.start_persons @ started.astype(np.float64)
    return asked


def strength_by_duration(
    inputs: ForcesInputs, course: Course, required: FloatArray, critical_share: FloatArray
) -> tuple[Strength, FloatArray]:
    """Return strength of missions of each length, and supply over requirement by group.

    Returns
    -------
    strength : with a duration in the place of the month
    fill : shape (draw, duration, group)
    """
    if not course.distinct:
        none = np.zeros((1, 0))
        no_fill = np.zeros((1, 0, required.shape[1]))
        return Strength(none, none, none, none.astype(np.int64)), no_fill
    found: list[Strength] = []
    fills: list[FloatArray] = []
    for duration in course.distinct:
        persons = persons_of(inputs, duration)[0]
        ceiling = lowest_ceiling(inputs, duration)
        found.append(strength_of(inputs, persons, required, ceiling, critical_share))
        total = persons.sum(axis=1)
        full = np.full(np.broadcast_shapes(total.shape, required.shape), np.inf)
        fills.append(np.divide(total, required, out=full, where=required > 0))
    return side_by_side(found).at(course.place), np.stack(fills, axis=1)[:, course.place]


def headquarters_sent(inputs: ForcesInputs) -> FloatArray:
    """Return how many headquarters of each kind stand: yes or no, so whole numbers.

    Nations that have one ready take turns with those of the others, as a force headquarters hands
    over after its tour; no time is charged for the relief.

    Returns
    -------
    shape (draw, headquarters)
    """
    index, units = inputs.hq_index, inputs.contingents
    ready = np.floor(units.available_count[:, :, index] * units.giving_share[:, :, index] + HALF)
    per_slot = units_per_slot(
        inputs.duration_months,
        units.tour_months[:, :, index],
        units.dwell_ratio[:, :, index] * units.dwell_scale_ratio[:, None, None],
    )
    turns = np.where(ready > 0, units.pool_count[:, :, index] / per_slot, 0.0).sum(axis=1)
    sent: FloatArray = np.minimum(
        np.minimum(ready.sum(axis=1), np.floor(turns + ROUNDING)), inputs.hq_needed_count
    )
    return sent


def service_fill(inputs: ForcesInputs, lent_share: FloatArray) -> FloatArray:
    """Return what is supplied of each service that is needed, at most 1, shape (draw, service)."""
    supplied = 1 - inputs.service_us_share * (1 - lent_share[:, None])
    need = inputs.service_need_share[None, :]
    wide = np.ones(np.broadcast_shapes(supplied.shape, need.shape))
    fill: FloatArray = np.minimum(np.divide(supplied, need, out=wide, where=need > 0), 1.0)
    return fill
