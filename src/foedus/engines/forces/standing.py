"""Soldiers that stand: what units amount to when they take turns, by groups that may stand in.

One pass over draws, nations and capabilities, with no array in between. It is `units_per_slot` and
`standing_units` of the module `rotation`, times strength, summed over the capabilities of a group.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.forces.blocks import (
    BoolArray,
    FloatArray,
    IntArray,
    common_draws,
    packed,
    refuse_unless_fits,
)
from foedus.engines.forces.rotation import ROUNDING

ONE: Final = np.ones(1)
BY_DRAW: Final = (
    "available_count",
    "pool_count",
    "giving_share",
    "strength_persons",
    "tour_months",
    "dwell_ratio",
    "overlap_months",
    "strength_ratio",
    "dwell_scale_ratio",
)
"""Fields of `Contingents` that have a draw axis."""


class Contingents(NamedTuple):
    """The units of each nation, and the rules by which they take turns.

    The draw axis of an array may be 1 and then serves every draw.
    """

    available_count: FloatArray
    """Shape (draw, nation, capability): units that may be in theatre at once, at least 0."""
    pool_count: FloatArray
    """Shape (draw, nation, capability): units that may take turns, at least 0."""
    giving_share: FloatArray
    """Shape (draw, nation, capability): share of what stands that the nation gives, at least 0."""
    strength_persons: FloatArray
    """Shape (draw, nation, capability): soldiers in a unit, at least 0."""
    tour_months: FloatArray
    """Shape (draw, nation, capability), more than 0."""
    dwell_ratio: FloatArray
    """Shape (draw, nation, capability): dwell over tour, at least 0."""
    overlap_months: FloatArray
    """Shape (draw,): length of a relief in place, at least 0."""
    is_detached: BoolArray
    """Shape (nation, capability): whether the unit is made of the same soldiers as the nation's
    other units of the group, so that either the one or the others count."""
    group_of: IntArray
    """Shape (capability,): group of each capability, from 0; -1 for none, such as headquarters."""
    strength_ratio: FloatArray = ONE
    """Shape (draw,): multiplies every strength, at least 0."""
    dwell_scale_ratio: FloatArray = ONE
    """Shape (draw,): multiplies every dwell ratio, at least 0."""


def standing_persons(
    contingents: Contingents,
    duration_months: float,
    in_place: ArrayLike | None = None,
    *,
    group_count: int,
) -> FloatArray:
    """Return the soldiers that stand for a whole mission, by nation and group.

    Parameters
    ----------
    contingents
        Units by nation and capability.
    duration_months
        Length of the mission, more than 0; infinity asks for the steady state.
    in_place : shape (nation, capability)
        Which units are there yet; all of them if None.
    group_count
        Number of groups.

    Returns
    -------
    shape (draw, nation, group)
        Soldiers. Of detached units and the others of their group, whichever are more.

    Raises
    ------
    ValueError
        If shapes do not go together, or a number is out of range.

    Examples
    --------
    Ten battalions of 800 take turns four deep and none is kept back: two and a half stand.

    >>> one = np.ones((1, 1, 1))
    >>> nation = Contingents(
    ...     available_count=9 * one,
    ...     pool_count=10 * one,
    ...     giving_share=one,
    ...     strength_persons=800 * one,
    ...     tour_months=6 * one,
    ...     dwell_ratio=3 * one,
    ...     overlap_months=np.zeros(1),
    ...     is_detached=np.array([[False]]),
    ...     group_of=np.array([0]),
    ... )
    >>> standing_persons(nation, 24.0, group_count=1).tolist()
    [[[2000.0]]]
    """
    shape = contingents.is_detached.shape
    present = np.ones(shape, dtype=np.bool_) if in_place is None else np.asarray(in_place)
    if present.shape != shape:
        raise ValueError(
            f"in_place has shape {present.shape}: the units have {shape[0]} nations and "
            f"{shape[1]} capabilities"
        )
    units = checked(contingents, group_count)
    persons: FloatArray = stand(units, duration_months, present[np.newaxis], group_count)[0]
    return persons


def checked(contingents: Contingents, group_count: int) -> Contingents:
    """Return the units as the kernel takes them, once and for all missions that they are asked for.

    Raises
    ------
    ValueError
        If shapes do not go together, or a number is out of range.
    """
    names = Contingents._fields[:6]
    blocks = {
        name: packed(
            block,
            3,
            name,
            "finite and more than 0" if name == "tour_months" else "finite and at least 0",
        )
        for name, block in zip(names, contingents[:6], strict=True)
    }
    by_draw = {
        name: packed(getattr(contingents, name), 1, name, "finite and at least 0")
        for name in ("overlap_months", "strength_ratio", "dwell_scale_ratio")
    }
    common_draws(**blocks, **by_draw)
    for name, array, axes in (
        ("is_detached", contingents.is_detached, 2),
        ("group_of", contingents.group_of, 1),
    ):
        if array.ndim != axes:
            raise ValueError(f"{name} has {array.ndim} axes: it must have {axes}")
    nations, capabilities = contingents.is_detached.shape
    refuse_unless_fits(1, "nations", nations, **blocks)
    refuse_unless_fits(2, "capabilities", capabilities, **blocks)
    refuse_unless_fits(0, "capabilities", capabilities, group_of=contingents.group_of)
    groups = np.require(contingents.group_of, np.int64, ["C", "W"])
    if groups.size and not -1 <= groups.min() <= groups.max() < group_count:
        raise ValueError(
            f"group_of runs from {groups.min()} to {groups.max()}: it must be -1 or one of the "
            f"{group_count} groups, from 0"
        )
    return Contingents(
        **blocks,
        **by_draw,
        is_detached=np.require(contingents.is_detached, np.bool_, ["C", "W"]),
        group_of=groups,
    )


def stand(
    units: Contingents, duration_months: float, in_place: BoolArray, group_count: int
) -> FloatArray:
    """Return what `standing_persons` does at several times, of units that `checked` has seen.

    Parameters
    ----------
    in_place : shape (time, nation, capability)
        Which units are there at each time.

    Returns
    -------
    shape (time, draw, nation, group)
    """
    if not duration_months > 0:
        raise ValueError(f"duration_months is {duration_months}: it must be more than 0")
    draws = common_draws(**{name: getattr(units, name) for name in BY_DRAW})
    is_present = np.require(in_place, np.bool_, ["C", "W"])
    return _stand(units, is_present, float(duration_months), draws, group_count)


@njit(cache=True, nogil=True, error_model="numpy")
def _stand(
    units: Contingents, present: BoolArray, duration: float, draws: int, group_count: int
) -> FloatArray:
    """Return soldiers by time, draw, nation and group; an array with one draw serves all."""
    nations, capabilities = units.is_detached.shape
    times = present.shape[0]
    persons = np.zeros((times, draws, nations, group_count))
    apart = np.empty(group_count)
    soldiers = np.empty(capabilities)
    kinds, counts = _kinds(units)
    is_as_before = _as_before(present)
    for draw in range(draws):
        available = units.available_count[draw if units.available_count.shape[0] > 1 else 0]
        pool = units.pool_count[draw if units.pool_count.shape[0] > 1 else 0]
        giving = units.giving_share[draw if units.giving_share.shape[0] > 1 else 0]
        strength = units.strength_persons[draw if units.strength_persons.shape[0] > 1 else 0]
        tour = units.tour_months[draw if units.tour_months.shape[0] > 1 else 0]
        dwell = units.dwell_ratio[draw if units.dwell_ratio.shape[0] > 1 else 0]
        overlap = units.overlap_months[draw if units.overlap_months.shape[0] > 1 else 0]
        stronger = units.strength_ratio[draw if units.strength_ratio.shape[0] > 1 else 0]
        longer = units.dwell_scale_ratio[draw if units.dwell_scale_ratio.shape[0] > 1 else 0]
        for nation in range(nations):
            # Most nations stay away from most forces.
            if not giving[nation].any():
                continue
            # A loop of its own: with no branch in it, it runs several numbers at a time.
            for k in range(capabilities):
                turns = max(np.ceil(duration / tour[nation, k] * (1 - ROUNDING)), 1.0)
                relief = overlap / tour[nation, k] if turns > 1.0 else 0.0
                per_slot = min(turns, 1.0 + dwell[nation, k] * longer) + relief
                standing = min(available[nation, k], pool[nation, k] / per_slot)
                soldiers[k] = standing * giving[nation, k] * (strength[nation, k] * stronger)
            for time in range(times):
                own = persons[time, draw, nation]
                if is_as_before[time, nation]:
                    own[:] = persons[time - 1, draw, nation]
                    continue
                apart[:] = 0.0
                for i in range(counts[nation]):
                    k = kinds[nation, i]
                    if present[time, nation, k]:
                        if units.is_detached[nation, k]:
                            apart[units.group_of[k]] += soldiers[k]
                        else:
                            own[units.group_of[k]] += soldiers[k]
                for group in range(group_count):
                    own[group] = max(own[group], apart[group])
    return persons


@njit(cache=True, nogil=True, error_model="numpy")
def _kinds(units: Contingents) -> tuple[IntArray, IntArray]:
    """Return the capabilities of a group of which each nation has any, and how many they are."""
    nations, capabilities = units.is_detached.shape
    kinds = np.empty((nations, capabilities), dtype=np.int64)
    counts = np.zeros(nations, dtype=np.int64)
    for nation in range(nations):
        for k in range(capabilities):
            has_any = units.strength_persons[:, nation, k].any()
            if units.group_of[k] >= 0 and has_any:
                kinds[nation, counts[nation]] = k
                counts[nation] += 1
    return kinds, counts


@njit(cache=True, nogil=True, error_model="numpy")
def _as_before(present: BoolArray) -> BoolArray:
    """Tell for each time and nation whether the same units are there as at the time before."""
    times, nations = present.shape[:2]
    same = np.zeros((times, nations), dtype=np.bool_)
    for time in range(1, times):
        for nation in range(nations):
            same[time, nation] = (present[time, nation] == present[time - 1, nation]).all()
    return same
