"""Currents: which ties carry what flows from one camp to another."""

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.brokerage.conductance import refuse_network


def potentials(weight: FloatArray, source: BoolArray, target: BoolArray) -> FloatArray:
    """Return the potential of every node when the source is held at 1 and the target at 0.

    A node's potential is the chance that a message that goes from neighbour to neighbour, each
    chosen in proportion to the tie, comes to the source before the target.

    Parameters
    ----------
    weight : shape (node, node)
        Conductances of one network, symmetric, at least 0; the diagonal is not read.
    source, target : shape (node,)
        The two groups, which share no node.

    Returns
    -------
    shape (node,)
        0 for nodes that no chain of ties leads to either of the groups.

    Raises
    ------
    ValueError
        As for `effective_conductance`.

    Examples
    --------
    >>> chain = np.array([[0, 3, 0], [3, 0, 1], [0, 1, 0]], dtype=np.float64)
    >>> ends = np.eye(3, dtype=np.bool_)
    >>> potentials(chain, ends[0], ends[2]).tolist()
    [1.0, 0.75, 0.0]
    """
    refuse_network(weight[np.newaxis], source, target)
    held = source | target
    inner = np.flatnonzero(~held & reached(weight, held))
    ties = np.where(np.eye(len(weight), dtype=np.bool_), 0.0, weight)
    found = source.astype(np.float64)
    if inner.size:
        degrees = ties[inner].sum(axis=1)
        laplacian = np.diag(degrees) - ties[np.ix_(inner, inner)]
        found[inner] = np.linalg.solve(laplacian, ties[np.ix_(inner, source)].sum(axis=1))
    return found


def reached(weight: FloatArray, start: BoolArray) -> BoolArray:
    """Return which nodes a chain of ties leads to from any of some, shape (node,).

    >>> ties = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=np.float64)
    >>> reached(ties, np.array([True, False, False])).tolist()
    [True, True, False]
    """
    found = start.copy()
    while True:
        more: BoolArray = found | (weight[found] > 0).any(axis=0)
        if (more == found).all():
            return found
        found = more


def current_share(weight: FloatArray, source: BoolArray, target: BoolArray) -> FloatArray:
    """Return what flows from node to node, as part of all that flows from source to target.

    Parameters
    ----------
    weight, source, target
        As for `potentials`.

    Returns
    -------
    shape (node, node)
        Positive from the first to the second, and its negative the other way; 0 within a group, and
        0 everywhere where the two are not linked.

    Examples
    --------
    >>> chain = np.array([[0, 3, 0], [3, 0, 1], [0, 1, 0]], dtype=np.float64)
    >>> ends = np.eye(3, dtype=np.bool_)
    >>> current_share(chain, ends[0], ends[2])[[0, 1], [1, 2]].tolist()
    [1.0, 1.0]
    """
    level = potentials(weight, source, target)
    flow: FloatArray = weight * (level[:, np.newaxis] - level[np.newaxis, :])
    total = flow[:, target].sum()
    return flow / total if total > 0 else np.zeros_like(flow)
