"""How large a force can be with every critical capability in proportion.

Soldiers without air defence or hospitals are not a force. The balanced share is the largest part of
the requirement, the same part of every line, that the nations can fill when each may send no more
than its ceiling. It is a maximum flow from nations to capabilities, and with few capabilities the
narrowest cut can be found by looking at all of them.
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

MOST_CAPABILITIES: Final = 12

# Sums over nations differ in the last bits with the order of the nations; cuts nearer to each
# other than this count as tied, so that the order does not choose which one is named.
TIE_SHARE: Final = 1e-12


class Contingents(NamedTuple):
    """The units of each nation, and what they count for.

    The draw axis of an array may be 1 and then serves every draw.
    """

    available_count: FloatArray
    """Shape (draw, nation, capability): units that may be in theatre at once, finite."""
    pool_count: FloatArray
    """Shape (draw, nation, capability): units that may take turns, finite; below 0 is none."""
    units_per_slot: FloatArray
    """Shape (draw, nation, capability): units that one place ties up, above 0."""
    strength_persons: FloatArray
    """Shape (nation, capability): soldiers a unit counts for, finite and at least 0."""
    line_of: IntArray
    """Shape (capability,): line of the requirement that it serves; -1 for none."""
    on_land: BoolArray
    """Shape (capability,): whether it counts in the gross strength."""


class SustainedStrength(NamedTuple):
    """What a coalition can keep in theatre, gross and in proportion."""

    gross_persons: FloatArray
    """Shape (draw,): soldiers on land under each nation's ceiling, whatever they can do."""
    balanced_share: FloatArray
    """Shape (draw,): as in `balanced_share`."""
    balanced_persons: FloatArray
    """Shape (draw,): that share of the whole requirement; 0 where nothing is required."""
    binding: IntArray
    """Shape (draw,): as in `balanced_share`."""


def balanced_share(
    supply_persons: ArrayLike, ceiling_persons: ArrayLike, required_persons: ArrayLike
) -> tuple[FloatArray, IntArray]:
    """Return the largest share of the requirement that can be filled evenly, and what limits it.

    By the theorem of maximum flow and minimum cut the share is the smallest, over all sets K of
    required capabilities, of

        sum over nations of min(ceiling, supply in K) / requirement in K.

    All 2**C sets are tried, with one pass per nation over a table of subset sums, so the answer is
    exact and costs nations times 2**C steps a draw.

    Parameters
    ----------
    supply_persons : shape (draw, nation, capability)
        Soldiers each nation could keep in place, finite and at least 0; at most
        `MOST_CAPABILITIES` capabilities.
    ceiling_persons : shape (draw, nation)
        Most soldiers of a nation over all capabilities, at least 0; infinity for no ceiling.
    required_persons : shape (draw, capability)
        Requirement, finite and at least 0. Where it is 0 the capability is not asked for, its
        supply does not count, and it limits nothing.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    share : shape (draw,)
        Share of the requirement that can be filled, not capped at 1: 1.5 means half as much again.
        Infinity where nothing is required, as nothing can be done any number of times; never NaN.
    binding : shape (draw,)
        The capabilities that limit it together, as a bit mask: bit k for capability k. Among
        sets that tie (within `TIE_SHARE`) it is the one with the fewest capabilities, then the
        one with the smallest mask. 0 where nothing is required.

    Raises
    ------
    ValueError
        If shapes do not fit together, there are too many capabilities, or a number is out of range.

    Notes
    -----
    Ford and Fulkerson (1956), "Maximal flow through a network", *Canadian Journal of Mathematics*
    8, 399-404. Swapping the order of nations changes the share in its last bits at most.

    Examples
    --------
    Two nations, brigades and hospitals. Hospitals reach for half of the requirement:

    >>> supply = [[[8000, 100], [4000, 50]]]
    >>> share, binding = balanced_share(supply, [[np.inf, np.inf]], [[10_000, 300]])
    >>> share.tolist(), binding.tolist()
    ([0.5], [2])

    With a ceiling of 2,000 each, it is the number of soldiers that binds, so both together:

    >>> share, binding = balanced_share(supply, [[2000, 2000]], [[10_000, 300]])
    >>> share.round(3).tolist(), binding.tolist()
    ([0.388], [3])
    """
    supply = packed(supply_persons, 3, "supply_persons", "finite and at least 0")
    ceiling = packed(ceiling_persons, 2, "ceiling_persons", "at least 0")
    required = packed(required_persons, 2, "required_persons", "finite and at least 0")
    draws = common_draws(supply_persons=supply, ceiling_persons=ceiling, required_persons=required)
    nations, capabilities = supply.shape[1:]
    refuse_unless_fits(1, "nations", nations, ceiling_persons=ceiling)
    refuse_unless_fits(1, "capabilities", capabilities, required_persons=required)
    _refuse_too_many(capabilities)
    share, binding = _balance(supply, ceiling, required, draws)
    return share, binding


def sustained_strength(
    contingents: Contingents, ceiling_persons: ArrayLike, required_persons: ArrayLike
) -> SustainedStrength:
    """Return gross and balanced strength straight from units, with no array of persons between.

    The standing units of a nation and capability are min(available, pool / units per slot), never
    below 0. It is `standing_units` and `balanced_share` in one pass over the draws.

    Parameters
    ----------
    contingents
        Units by nation and capability. Several capabilities may serve one line, as heavy and light
        brigades do; one may serve none, as headquarters do.
    ceiling_persons : shape (draw, nation)
        Most soldiers of a nation on land, at least 0; infinity for no ceiling.
    required_persons : shape (draw, line)
        As in `balanced_share`, for at most `MOST_CAPABILITIES` lines.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    SustainedStrength

    Raises
    ------
    ValueError
        If shapes do not fit together, there are too many lines, or a number is out of range.

    Examples
    --------
    One nation with ten brigades and two hospitals, four units to a slot, no more than three
    brigades at once; a division needs three brigades and four hospitals:

    >>> nation = Contingents(
    ...     available_count=np.array([[[3.0, 2.0]]]),
    ...     pool_count=np.array([[[10.0, 2.0]]]),
    ...     units_per_slot=np.array([[[4.0, 4.0]]]),
    ...     strength_persons=np.array([[4000.0, 150.0]]),
    ...     line_of=np.array([0, 1]),
    ...     on_land=np.array([True, True]),
    ... )
    >>> found = sustained_strength(nation, [[np.inf]], [[12_000, 600]])
    >>> found.gross_persons.tolist(), found.balanced_persons.tolist(), found.binding.tolist()
    ([10075.0], [1575.0], [2])
    """
    units = Contingents(
        packed(contingents.available_count, 3, "available_count", "finite"),
        packed(contingents.pool_count, 3, "pool_count", "finite"),
        packed(contingents.units_per_slot, 3, "units_per_slot", "finite and more than 0"),
        packed(contingents.strength_persons, 2, "strength_persons", "finite and at least 0"),
        np.require(contingents.line_of, np.int64, ["C", "W"]),
        np.require(contingents.on_land, np.bool_, ["C", "W"]),
    )
    ceiling = packed(ceiling_persons, 2, "ceiling_persons", "at least 0")
    required = packed(required_persons, 2, "required_persons", "finite and at least 0")
    counts = dict(zip(Contingents._fields[:3], units[:3], strict=True))
    draws = common_draws(**counts, ceiling_persons=ceiling, required_persons=required)
    nations, capabilities = units.strength_persons.shape
    lines = required.shape[1]
    refuse_unless_fits(1, "nations", nations, **counts, ceiling_persons=ceiling)
    refuse_unless_fits(
        -1, "capabilities", capabilities, **counts, line_of=units.line_of, on_land=units.on_land
    )
    _refuse_too_many(lines)
    if capabilities and not -1 <= units.line_of.min() <= units.line_of.max() < lines:
        raise ValueError(
            f"line_of runs from {units.line_of.min()} to {units.line_of.max()}: it must be -1 or "
            f"name one of the {lines} lines of required_persons, from 0"
        )
    gross, share, binding = _sustain(units, ceiling, required, draws)
    needed = required.sum(axis=1)
    return SustainedStrength(gross, share, np.where(needed > 0, share, 0.0) * needed, binding)


@njit(cache=True, nogil=True, error_model="numpy")
def _balance(
    supply: FloatArray, ceiling: FloatArray, required: FloatArray, draws: int
) -> tuple[FloatArray, IntArray]:
    """Return share and binding set; an array with one draw serves all."""
    nations, capabilities = supply.shape[1:]
    share = np.empty(draws)
    binding = np.empty(draws, dtype=np.int64)
    asked = np.empty(capabilities, dtype=np.int64)
    sums = np.empty(1 << capabilities)
    need = np.empty(1 << capabilities)
    cut = np.empty(1 << capabilities)
    for draw in range(draws):
        from_supply = draw if supply.shape[0] > 1 else 0
        from_ceiling = draw if ceiling.shape[0] > 1 else 0
        needs = required[draw if required.shape[0] > 1 else 0]
        count = _find_asked(needs, asked)
        cut[: 1 << count] = 0.0
        for nation in range(nations):
            _sum_subsets(supply[from_supply, nation], asked, count, sums)
            _add_up_to(ceiling[from_ceiling, nation], sums, count, cut)
        _sum_subsets(needs, asked, count, need)
        share[draw], binding[draw] = _narrowest(cut, need, asked, count)
    return share, binding


@njit(cache=True, nogil=True, error_model="numpy")
def _sustain(
    units: Contingents, ceiling: FloatArray, required: FloatArray, draws: int
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return gross strength, share and binding set; an array with one draw serves all."""
    nations, capabilities = units.strength_persons.shape
    lines = required.shape[1]
    gross = np.zeros(draws)
    share = np.empty(draws)
    binding = np.empty(draws, dtype=np.int64)
    standing = np.empty(capabilities)
    supply = np.empty(lines)
    asked = np.empty(lines, dtype=np.int64)
    sums = np.empty(1 << lines)
    need = np.empty(1 << lines)
    cut = np.empty(1 << lines)
    for draw in range(draws):
        available = units.available_count[draw if units.available_count.shape[0] > 1 else 0]
        pool = units.pool_count[draw if units.pool_count.shape[0] > 1 else 0]
        per_slot = units.units_per_slot[draw if units.units_per_slot.shape[0] > 1 else 0]
        from_ceiling = draw if ceiling.shape[0] > 1 else 0
        needs = required[draw if required.shape[0] > 1 else 0]
        count = _find_asked(needs, asked)
        cut[: 1 << count] = 0.0
        for nation in range(nations):
            # A loop of its own: with no branch in it, it runs four numbers at a time.
            for k in range(capabilities):
                in_turn = pool[nation, k] / per_slot[nation, k]
                standing[k] = max(min(available[nation, k], in_turn), 0.0)
                standing[k] *= units.strength_persons[nation, k]
            supply[:] = 0.0
            land = 0.0
            for k in range(capabilities):
                if units.on_land[k]:
                    land += standing[k]
                if units.line_of[k] >= 0:
                    supply[units.line_of[k]] += standing[k]
            most = ceiling[from_ceiling, nation]
            gross[draw] += min(land, most)
            _sum_subsets(supply, asked, count, sums)
            _add_up_to(most, sums, count, cut)
        _sum_subsets(needs, asked, count, need)
        share[draw], binding[draw] = _narrowest(cut, need, asked, count)
    return gross, share, binding


@njit(cache=True, nogil=True, error_model="numpy")
def _find_asked(required: FloatArray, asked: IntArray) -> int:
    """Put the capabilities that are asked for into `asked`, in order, and return their count."""
    count = 0
    for k in range(required.size):
        if required[k] > 0.0:
            asked[count] = k
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_subsets(row: FloatArray, asked: IntArray, count: int, sums: FloatArray) -> None:
    """Fill `sums` with the sum of the asked part of `row` over every set, by mask.

    Each capability doubles the table: the sets with it are the sets without it, plus one number.
    The two halves are taken as arrays of their own, so that the compiler sees that they do not
    overlap and adds four numbers at a time: half of the whole kernel's time hangs on it.
    """
    sums[0] = 0.0
    for i in range(count):
        size = 1 << i
        without = sums[:size]
        with_it = sums[size : 2 * size]
        more = row[asked[i]]
        for j in range(size):
            with_it[j] = without[j] + more


@njit(cache=True, nogil=True, error_model="numpy")
def _add_up_to(most: float, sums: FloatArray, count: int, cut: FloatArray) -> None:
    """Add what one nation can send into every set, its ceiling kept.

    The choice is spelt out because `min` also minds NaN and signed zeros, at twice the time.
    """
    for j in range(1 << count):
        sent = sums[j]
        cut[j] += sent if sent < most else most  # noqa: FURB136


@njit(cache=True, nogil=True, error_model="numpy")
def _narrowest(cut: FloatArray, need: FloatArray, asked: IntArray, count: int) -> tuple[float, int]:
    """Return the smallest cut over need and its set, in the numbering of all capabilities."""
    least = np.inf
    for j in range(1, 1 << count):
        least = min(least, cut[j] / need[j])
    chosen = 0
    members = count + 1
    for j in range(1, 1 << count):
        if cut[j] <= least * (1.0 + TIE_SHARE) * need[j]:
            size = 0
            for i in range(count):
                size += (j >> i) & 1
            # Masks come in rising order, so a later one must be smaller to be taken.
            if size < members:
                chosen, members = j, size
    mask = 0
    for i in range(count):
        if (chosen >> i) & 1:
            mask |= 1 << asked[i]
    return least, mask


def _refuse_too_many(capabilities: int) -> None:
    """Raise ValueError where the table of sets would grow too large."""
    if capabilities > MOST_CAPABILITIES:
        raise ValueError(
            f"required_persons has {capabilities} capabilities: at most {MOST_CAPABILITIES} can "
            "be kept in proportion, as every set of them is looked at"
        )
