"""Who sends how many: needs filled in order of priority, and within a need by fair share.

Each step of the requirement is shared out like water poured into vessels: it first reaches the
nation that carries least for its key, then the next joins in, and a vessel that is full (supply or
ceiling used up) takes no more. What a nation carries from earlier steps counts.
"""

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


def share_out(
    need_persons: ArrayLike,
    step_group: ArrayLike,
    supply_persons: ArrayLike,
    ceiling_persons: ArrayLike,
    key_share: ArrayLike,
    on_land: ArrayLike,
) -> FloatArray:
    """Return what each nation sends of each group, step by step and by fair share within a step.

    In a step there is one level for all nations: each is filled up until its burden is the level
    times its key, but sends nothing if it carries more already, and no more than it still has. The
    level is the one at which the step's need is met. It is found exactly, by sorting the burdens
    at which a nation joins in or is used up and solving the straight line between two of them.

    The burden is the soldiers sent in all earlier steps: those on land count for the steps on
    land, all others (at sea, in the air) for the steps that are not.

    Parameters
    ----------
    need_persons : shape (draw, step)
        What each step asks for, in order of priority; finite and at least 0.
    step_group : shape (step,)
        The group each step asks for, from 0. Several steps may ask for one group.
    supply_persons : shape (draw, nation, group)
        What each nation has to send, finite and at least 0.
    ceiling_persons : shape (draw, nation)
        Most soldiers of a nation over all groups on land, at least 0; infinity for no ceiling.
    key_share : shape (draw, nation)
        Fair share of the burden, finite and at least 0. Only the ratios count, so the keys of the
        nations that take part need not be scaled to a sum of 1. A nation with a key of 0 sends
        only what the others cannot: such nations share that in proportion to what each has left.
    on_land : shape (group,)
        Whether the group falls under the ceiling.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw, nation, group)
        Soldiers sent. A step that is short leaves no nation with anything to send of its group, so
        the sum over nations fills the steps of a group in their order.

    Raises
    ------
    ValueError
        If shapes do not fit together, or a number is out of range.

    Notes
    -----
    In one step from zero burdens this is the weighted max-min fair division, found by water
    filling: no nation could send less for its key without another that sends no less for its own
    sending more. See Radunović and Le Boudec (2007), "A unified framework for max-min and min-max
    fairness with applications", *IEEE/ACM Transactions on Networking* 15(5), 1073-1083 (abstract
    read; journal and pages recalled, not checked). Over several steps it is greedy: a step
    takes what it needs even where a later one would then fall short.

    Examples
    --------
    Three nations share 9,000 soldiers by keys of a half, a quarter and a quarter; the first has
    only 3,000, so the others make it up:

    >>> sent = share_out(
    ...     need_persons=[[9000]],
    ...     step_group=[0],
    ...     supply_persons=[[[3000], [8000], [8000]]],
    ...     ceiling_persons=[[np.inf, np.inf, np.inf]],
    ...     key_share=[[0.5, 0.25, 0.25]],
    ...     on_land=[True],
    ... )
    >>> sent[0, :, 0].tolist()
    [3000.0, 3000.0, 3000.0]
    """
    need = packed(need_persons, 2, "need_persons", "finite and at least 0")
    supply = packed(supply_persons, 3, "supply_persons", "finite and at least 0")
    ceiling = packed(ceiling_persons, 2, "ceiling_persons", "at least 0")
    key = packed(key_share, 2, "key_share", "finite and at least 0")
    asks = np.require(step_group, np.int64, ["C", "W"])
    land = np.require(on_land, np.bool_, ["C", "W"])
    draws = common_draws(
        need_persons=need, supply_persons=supply, ceiling_persons=ceiling, key_share=key
    )
    nations, groups = supply.shape[1:]
    refuse_unless_fits(1, "nations", nations, ceiling_persons=ceiling, key_share=key)
    refuse_unless_fits(0, "groups", groups, on_land=land)
    refuse_unless_fits(0, "steps", need.shape[1], step_group=asks)
    if asks.size and not 0 <= asks.min() <= asks.max() < groups:
        raise ValueError(
            f"step_group runs from {asks.min()} to {asks.max()}: it must name one of the "
            f"{groups} groups of supply_persons, from 0"
        )
    sent: FloatArray = _share(need, asks, supply, ceiling, key, land, draws)
    return sent


@njit(cache=True, nogil=True, error_model="numpy")
def _share(
    need: FloatArray,
    step_group: IntArray,
    supply: FloatArray,
    ceiling: FloatArray,
    key: FloatArray,
    on_land: BoolArray,
    draws: int,
) -> FloatArray:
    """Return soldiers sent by draw, nation and group; an array with one draw serves all."""
    nations, groups = supply.shape[1:]
    sent = np.zeros((draws, nations, groups))
    burden = np.empty((2, nations))
    # Only nations that have any of what a step asks for are looked at, in their order.
    takes_part = np.empty(nations, dtype=np.int64)
    who = np.empty(nations, dtype=np.int64)
    keys = np.empty(nations)
    carries = np.empty(nations)
    cap = np.empty(nations)
    gives = np.empty(nations)
    vessels = np.empty((5, nations))
    edges = np.empty(2 * nations)
    for draw in range(draws):
        from_need = draw if need.shape[0] > 1 else 0
        has = supply[draw if supply.shape[0] > 1 else 0]
        most = ceiling[draw if ceiling.shape[0] > 1 else 0]
        fair = key[draw if key.shape[0] > 1 else 0]
        burden[:] = 0.0
        parties = 0
        for n in range(nations):
            if has[n].any():
                takes_part[parties] = n
                parties += 1
        for step in range(step_group.size):
            group = step_group[step]
            carried = burden[1 if on_land[group] else 0]
            size = 0
            for n in takes_part[:parties]:
                if has[n, group] > 0.0:
                    left = has[n, group] - sent[draw, n, group]
                    if on_land[group]:
                        left = max(min(left, most[n] - carried[n]), 0.0)
                    who[size], cap[size] = n, left
                    keys[size], carries[size] = fair[n], carried[n]
                    size += 1
            amount = need[from_need, step]
            _pour(amount, keys[:size], carries[:size], cap[:size], vessels, edges, gives)
            for i in range(size):
                n = who[i]
                # Adding back what was taken off can pass the supply by one rounding.
                sent[draw, n, group] = min(sent[draw, n, group] + gives[i], has[n, group])
                carried[n] += gives[i]
    return sent


@njit(cache=True, nogil=True, error_model="numpy")
def _pour(
    amount: float,
    key: FloatArray,
    burden: FloatArray,
    cap: FloatArray,
    vessels: FloatArray,
    edges: FloatArray,
    gives: FloatArray,
) -> None:
    """Fill `gives` with what each nation sends towards one amount."""
    keyed_cap = 0.0
    other_cap = 0.0
    for n in range(cap.size):
        gives[n] = 0.0
        if key[n] > 0.0:
            keyed_cap += cap[n]
        else:
            other_cap += cap[n]
    if amount < keyed_cap:
        if amount > 0.0:
            level = _level(amount, key, burden, cap, vessels, edges)
            for n in range(cap.size):
                if key[n] > 0.0:
                    gives[n] = min(max(level * key[n] - burden[n], 0.0), cap[n])
        return
    rest = amount - keyed_cap
    # Where nothing is left over, `rest` and `other_cap` may both be 0.
    part = rest / other_cap if rest < other_cap else 1.0
    for n in range(cap.size):
        gives[n] = cap[n] if key[n] > 0.0 else part * cap[n]


@njit(cache=True, nogil=True, error_model="numpy")
def _level(
    amount: float,
    key: FloatArray,
    burden: FloatArray,
    cap: FloatArray,
    vessels: FloatArray,
    edges: FloatArray,
) -> float:
    """Return the burden for a key of 1 at which nations with a key send `amount` together.

    The amount must be above 0 and below the sum of the caps of the nations with a key.
    """
    keys, floors, caps, joins, leaves = vessels
    size = 0
    for n in range(key.size):
        if key[n] > 0.0 and cap[n] > 0.0:
            keys[size], floors[size], caps[size] = key[n], burden[n], cap[n]
            joins[size] = burden[n] / key[n]
            leaves[size] = (burden[n] + cap[n]) / key[n]
            edges[2 * size], edges[2 * size + 1] = joins[size], leaves[size]
            size += 1
    edges[: 2 * size].sort()
    # The amount sent rises with the level, so halving the list of edges finds the pair of
    # neighbours that encloses the answer; between them the rise is a straight line.
    below, above = 0, 2 * size - 1
    while above - below > 1:
        middle = (below + above) // 2
        sent = 0.0
        for i in range(size):
            sent += min(max(edges[middle] * keys[i] - floors[i], 0.0), caps[i])
        if sent < amount:
            below = middle
        else:
            above = middle
    slope = 0.0
    rest = amount
    for i in range(size):
        if leaves[i] <= edges[below]:
            rest -= caps[i]
        elif joins[i] <= edges[below]:
            slope += keys[i]
            rest += floors[i]
    # No slope is left only where rounding has put the amount on an edge; and where keys differ by
    # many orders of magnitude, rounding in `rest` must not carry the level past a neighbour.
    level = rest / slope if slope > 0.0 else edges[above]
    return float(min(max(level, edges[below]), edges[above]))
