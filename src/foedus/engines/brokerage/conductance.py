"""Ties as conductances: how well two camps are linked, and how much of that hangs on one between.

Ties between the same two add, as resistors side by side do; ties one after another add as
resistances. What lies between two camps is taken out node by node by the star-mesh transform: a
node with conductances g_i to its neighbours leaves g_i g_j / sum(g) between each two of them. Only
sums, products and quotients of what is not negative occur, so nothing cancels, and camps that are
not linked at all come out with a conductance of exactly 0.
"""

import numpy as np
from numba import njit

from foedus.engines.arrays import BoolArray, FloatArray, IntArray

NOBODY = -1

Ties = tuple[IntArray, IntArray, FloatArray]
"""The two nodes of each tie, and its weight."""


def effective_conductance(weight: FloatArray, source: BoolArray, target: BoolArray) -> FloatArray:
    """Return how well two groups of nodes are linked: one over the effective resistance.

    Each group is contracted to one point: within it nothing resists.

    Parameters
    ----------
    weight : shape (draw, node, node)
        Conductances, symmetric, at least 0; the diagonal is not read.
    source, target : shape (node,)
        The two groups, which share no node.

    Returns
    -------
    shape (draw,)
        0 where no chain of ties leads from one to the other.

    Raises
    ------
    ValueError
        If shapes do not fit, a conductance is negative or not finite, weights are not symmetric, or
        a group is empty or shares a node with the other.

    Examples
    --------
    Two ties of 1 in a row, and beside them one of 0.5:

    >>> weight = np.array([[[0, 1, 0.5], [1, 0, 1], [0.5, 1, 0]]])
    >>> ends = np.eye(3, dtype=np.bool_)
    >>> effective_conductance(weight, ends[0], ends[2]).tolist()
    [1.0]
    """
    refuse_network(weight, source, target)
    if not source.any() or not target.any():
        raise ValueError("each of the two groups needs a node")
    found = np.empty(len(weight))
    _conductance_of_each(np.ascontiguousarray(weight), place_in(source, target), found)
    return found


def hanging_share(
    weight: FloatArray, source: BoolArray, target: BoolArray, candidates: IntArray
) -> FloatArray:
    """Return what part of the link between two groups hangs on each candidate.

    A candidate of the source group is split off from it first, so that it stands between the others
    of its group and the target. Then all its ties are taken out: the share of the conductance that
    is lost is s = 1 - R / R', with R the effective resistance with it and R' without it. So the
    resistance rises by s / (1 - s) of what it was.

    Parameters
    ----------
    weight : shape (draw, node, node)
        Conductances, symmetric, at least 0; the diagonal is not read.
    source, target : shape (node,)
        The two groups, which share no node; each is contracted to one point.
    candidates : shape (candidate,)
        Places of nodes outside the target.

    Returns
    -------
    shape (draw, candidate)
        From 0, nothing is lost, to 1, the groups are cut off from each other without it. NaN where
        there is nothing to lose: the groups are not linked even with it, or it is all of its group.

    Raises
    ------
    ValueError
        As for `effective_conductance`, or if a candidate is no node or is in the target.

    Examples
    --------
    The second node is the only way, the third a dead end:

    >>> weight = np.zeros((1, 4, 4))
    >>> for i, j in ((0, 1), (1, 3), (0, 2)):
    ...     weight[0, i, j] = weight[0, j, i] = 1.0
    >>> ends = np.eye(4, dtype=np.bool_)
    >>> hanging_share(weight, ends[0], ends[3], np.array([1, 2])).tolist()
    [[1.0, 0.0]]
    """
    refuse_network(weight, source, target)
    nodes = len(source)
    if not target.any():
        raise ValueError("nobody is in the target")
    if ((candidates < 0) | (candidates >= nodes)).any():
        raise ValueError(f"a candidate is none of the {nodes} nodes")
    if target[candidates].any():
        raise ValueError("a candidate is in the target itself")
    found = np.empty((len(weight), len(candidates)))
    place = place_in(source, target)
    _hanging_on_each(np.ascontiguousarray(weight), place, candidates.astype(np.int64), found)
    return found


def refuse_network(weight: FloatArray, source: BoolArray, target: BoolArray) -> None:
    """Raise ValueError for arrays that are no network with two groups."""
    nodes = weight.shape[-1]
    if weight.ndim != 3 or weight.shape[1] != nodes:
        raise ValueError(f"weight has the shape {weight.shape}, not (draw, node, node)")
    for name, group in (("source", source), ("target", target)):
        if group.shape != (nodes,):
            raise ValueError(f"{name} has the shape {group.shape}, not ({nodes},)")
    if (source & target).any():
        raise ValueError("a node is in both groups")
    off = weight[:, ~np.eye(nodes, dtype=np.bool_)]
    if not (np.isfinite(off).all() and (off >= 0).all()):
        raise ValueError("a conductance is negative or not a number")
    if not (weight == weight.transpose(0, 2, 1)).all():
        raise ValueError("weights are not symmetric: a tie carries both ways")


def place_in(source: BoolArray, target: BoolArray) -> IntArray:
    """Return the place of each node once the groups are contracted.

    0 for the source, 1 for the target, and 2 and more for the nodes between them, in order.
    """
    place = np.zeros(len(source), dtype=np.int64)
    place[target] = 1
    between = ~(source | target)
    place[between] = 2 + np.arange(int(between.sum()))
    return place


@njit(cache=True, nogil=True, error_model="numpy")
def _conductance_of_each(weight: FloatArray, place: IntArray, found: FloatArray) -> None:
    """Fill in the conductance of each draw."""
    count = max(2, int(place.max()) + 1)
    mesh = np.empty((count, count))
    ties = _room_for_ties(len(place))
    for draw in range(len(weight)):
        many = _gather(weight[draw], ties)
        _contract(ties, many, place, count, NOBODY, mesh)
        found[draw] = _take_out(count, mesh)


@njit(cache=True, nogil=True, error_model="numpy")
def _hanging_on_each(
    weight: FloatArray, place: IntArray, candidates: IntArray, found: FloatArray
) -> None:
    """Fill in what hangs on each candidate, draw by draw."""
    between = max(2, int(place.max()) + 1)
    mesh = np.empty((between + 1, between + 1))
    own = place.copy()
    ties = _room_for_ties(len(place))
    for draw in range(len(weight)):
        many = _gather(weight[draw], ties)
        _contract(ties, many, place, between, NOBODY, mesh)
        whole = _take_out(between, mesh)
        for k in range(len(candidates)):
            who = candidates[k]
            linked, count = whole, between
            if place[who] == 0:
                own[who], count = between, between + 1
                _contract(ties, many, own, count, NOBODY, mesh)
                linked = _take_out(count, mesh)
            _contract(ties, many, own, count, who, mesh)
            rest = _take_out(count, mesh)
            own[who] = place[who]
            # Rounding must not make of nothing lost a little gained; who is all of its group leaves
            # nobody at the source, so that nothing is linked.
            found[draw, k] = max(0.0, 1.0 - rest / linked) if linked > 0.0 else np.nan


@njit(cache=True, nogil=True, error_model="numpy")
def _room_for_ties(nodes: int) -> Ties:
    """Return room for the two nodes and the weight of every tie that there may be."""
    most = nodes * (nodes - 1) // 2
    return np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty(most)


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(weight: FloatArray, ties: Ties) -> int:
    """List the ties of one draw, and return how many there are.

    Most pairs have none, and a draw's ties are added up anew for each candidate.
    """
    first, second, carried = ties
    many = 0
    for i in range(len(weight)):
        for j in range(i):
            if weight[i, j] > 0.0:
                first[many], second[many], carried[many] = i, j, weight[i, j]
                many += 1
    return many


@njit(cache=True, nogil=True, error_model="numpy")
def _contract(
    ties: Ties, many: int, place: IntArray, count: int, without: int, mesh: FloatArray
) -> None:
    """Add up ties by place into the lower triangle of `mesh`; `without` has none."""
    for p in range(count):
        for q in range(p):
            mesh[p, q] = 0.0
    first, second, carried = ties
    for tie in range(many):
        i, j = first[tie], second[tie]
        p, q = max(place[i], place[j]), min(place[i], place[j])
        if without not in (i, j) and p != q:
            mesh[p, q] += carried[tie]


@njit(cache=True, nogil=True, error_model="numpy")
def _take_out(count: int, mesh: FloatArray) -> float:
    """Return the conductance between places 0 and 1 once all others are taken out, last first."""
    for k in range(count - 1, 1, -1):
        total = mesh[k, :k].sum()
        if total > 0.0:
            for i in range(1, k):
                part = mesh[k, i] / total
                for j in range(i):
                    mesh[i, j] += part * mesh[k, j]
    linked: float = mesh[1, 0]
    return linked
