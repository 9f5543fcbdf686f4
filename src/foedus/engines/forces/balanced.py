"""How large a force can be with every critical capability in proportion.

Soldiers without air defence or hospitals are not a force. The balanced share is the largest part of
the requirement, the same part of every line, that the nations can fill when each may send no more
than its ceiling. It is a maximum flow from nations to capabilities, and with few capabilities the
narrowest cut can be found by looking at all of them.
"""

from typing import Final

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
    share, binding = narrowest_cut(supply, ceiling, required, np.arange(capabilities), draws)
    return share, binding


@njit(cache=True, nogil=True, error_model="numpy")
def land_strength(
    persons: FloatArray,
    ceiling: FloatArray,
    required: FloatArray,
    share: FloatArray,
    is_critical: BoolArray,
    on_land: BoolArray,
) -> tuple[FloatArray, FloatArray]:
    """Return gross strength, and the strength of the force that is in balance.

    The balanced force is the balanced share of every critical group, and of the other groups on
    land what there is, up to the same share, in the room that ceilings leave beside the critical
    part of the requirement. It is never more than gross strength.

    Parameters
    ----------
    persons : shape (draw, nation, group)
        Soldiers that stand; at least 0.
    ceiling : shape (draw, nation)
        Most soldiers of a nation on land; infinity for no ceiling.
    required : shape (draw, group)
        Requirement; at least 0.
    share : shape (draw,)
        The balanced share; infinite where nothing critical is asked for, and then taken as 0.
    is_critical, on_land : shape (group,)
        Critical groups are on land.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    gross, balanced : each shape (draw,)
    """
    draws = max(persons.shape[0], ceiling.shape[0], required.shape[0], share.shape[0])
    nations, groups = persons.shape[1:]
    gross = np.zeros(draws)
    balanced = np.zeros(draws)
    others = np.empty(groups)
    for draw in range(draws):
        stands = persons[draw if persons.shape[0] > 1 else 0]
        most = ceiling[draw if ceiling.shape[0] > 1 else 0]
        need = required[draw if required.shape[0] > 1 else 0]
        part = share[draw if share.shape[0] > 1 else 0]
        part = part if np.isfinite(part) else 0.0
        critical = 0.0
        whole = 0.0
        for group in range(groups):
            if on_land[group]:
                whole += need[group]
                if is_critical[group]:
                    critical += need[group]
        left = 1.0 - critical / whole if critical > 0.0 else 0.0
        others[:] = 0.0
        beside = 0.0
        for nation in range(nations):
            land = 0.0
            other = 0.0
            for group in range(groups):
                if on_land[group]:
                    land += stands[nation, group]
                    if not is_critical[group]:
                        other += stands[nation, group]
                        others[group] += stands[nation, group]
            gross[draw] += min(land, most[nation])
            # No ceiling times no room is no room.
            beside += min(other, most[nation] * left) if left > 0.0 else 0.0
        filled = 0.0
        for group in range(groups):
            filled += min(others[group], part * need[group])
        balanced[draw] = min(part * critical + min(filled, beside), gross[draw])
    return gross, balanced


@njit(cache=True, nogil=True, error_model="numpy")
def narrowest_cut(
    supply: FloatArray, ceiling: FloatArray, required: FloatArray, among: IntArray, draws: int
) -> tuple[FloatArray, IntArray]:
    """Return what `balanced_share` does of arrays that were checked, among some capabilities.

    Parameters
    ----------
    supply, ceiling, required
        As `balanced_share` takes them, but of any number of capabilities.
    among : shape (critical,)
        Those that are kept in proportion, rising; at most `MOST_CAPABILITIES`.
    draws
        Count of draws; an array with one draw serves all.

    Returns
    -------
    share, binding : each shape (draw,)
        Bits of the mask count all capabilities, not only those among which was searched.
    """
    nations = supply.shape[1]
    share = np.empty(draws)
    binding = np.empty(draws, dtype=np.int64)
    asked = np.empty(among.size, dtype=np.int64)
    sums = np.empty(1 << among.size)
    need = np.empty(1 << among.size)
    cut = np.empty(1 << among.size)
    for draw in range(draws):
        from_supply = draw if supply.shape[0] > 1 else 0
        from_ceiling = draw if ceiling.shape[0] > 1 else 0
        needs = required[draw if required.shape[0] > 1 else 0]
        count = _find_asked(needs, among, asked)
        cut[: 1 << count] = 0.0
        for nation in range(nations):
            # Most nations stay away from most forces, and then add nothing to any set.
            if _has_any(supply[from_supply, nation], asked, count):
                _sum_subsets(supply[from_supply, nation], asked, count, sums)
                _add_up_to(ceiling[from_ceiling, nation], sums, count, cut)
        _sum_subsets(needs, asked, count, need)
        share[draw], binding[draw] = _narrowest(cut, need, sums, asked, count)
    return share, binding


@njit(cache=True, nogil=True, error_model="numpy")
def _find_asked(required: FloatArray, among: IntArray, asked: IntArray) -> int:
    """Put the capabilities that are asked for into `asked`, in order, and return their count."""
    count = 0
    for i in range(among.size):
        if required[among[i]] > 0.0:
            asked[count] = among[i]
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _has_any(row: FloatArray, asked: IntArray, count: int) -> bool:
    """Tell whether a nation has anything of what is asked for."""
    for i in range(count):  # noqa: SIM110 - a generator is slower once compiled
        if row[asked[i]] > 0.0:
            return True
    return False


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
def _narrowest(
    cut: FloatArray, need: FloatArray, share: FloatArray, asked: IntArray, count: int
) -> tuple[float, int]:
    """Return the smallest cut over need and its set, in the numbering of all capabilities."""
    # Divisions in a loop of their own run several at a time.
    for j in range(1, 1 << count):
        share[j] = cut[j] / need[j]
    least = np.inf
    for j in range(1, 1 << count):
        if share[j] < least:  # noqa: PLR1730 - `min` also minds NaN, at three times the time
            least = share[j]
    chosen = 0
    members = count + 1
    tied = least * (1.0 + TIE_SHARE)
    for j in range(1, 1 << count):
        if cut[j] <= tied * need[j]:
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
