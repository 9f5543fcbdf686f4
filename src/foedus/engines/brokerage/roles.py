"""Roles of brokers by the groups that they stand between, after Gould and Fernandez."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foedus.engines.arrays import BoolArray, IntArray

ROLES: Final = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
"""`coordinator`: all three are of one group; `itinerant`: the two ends are of one group and the
broker is not; `gatekeeper`: lets in to its own group what comes from another; `representative`:
carries out of its own group; `liaison`: all three are of different groups."""


def brokerage_counts(tied: BoolArray, groups: Sequence[int] | IntArray) -> IntArray:
    """Return how often each node stands in each role.

    A node brokers between two others, in this order, if the first is tied to it, it is tied to the
    second, and the first is not tied to the second.

    Parameters
    ----------
    tied : shape (node, node)
        Who is tied to whom. Where ties have no direction the matrix is symmetric, each pair counts
        both ways round, and a node is as often a gatekeeper as a representative.
    groups : shape (node,)
        Group of each, as a whole number; equal for the same group.

    Returns
    -------
    shape (node, role)
        In the order of `ROLES`.

    Raises
    ------
    ValueError
        If the shapes do not go together.

    Notes
    -----
    Gould, R. V. and Fernandez, R. M. (1989), "Structures of mediation: a formal approach to
    brokerage in transaction networks", *Sociological Methodology* 19, 89-126 (recalled, not
    checked). A pair that several could broker for counts for each of them in full.

    Examples
    --------
    A chain of three, from group 0 over group 0 to group 1: the middle one represents its group.

    >>> chain = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=np.bool_)
    >>> dict(zip(ROLES, brokerage_counts(chain, [0, 0, 1])[1].tolist()))["representative"]
    1
    """
    group: NDArray[np.int64] = np.asarray(groups, dtype=np.int64)
    nodes = len(group)
    if tied.shape != (nodes, nodes):
        raise ValueError(f"tied has the shape {tied.shape}, and there are {nodes} groups")
    same = group[:, np.newaxis] == group[np.newaxis, :]
    off = ~np.eye(nodes, dtype=np.bool_)
    found = np.zeros((nodes, len(ROLES)), dtype=np.int64)
    for broker in range(nodes):
        into = tied[:, broker] & off[:, broker]
        out = tied[broker] & off[broker]
        pairs = into[:, np.newaxis] & out[np.newaxis, :] & ~tied & off
        with_first, with_second = same[broker][:, np.newaxis], same[broker][np.newaxis, :]
        cases = (
            same & with_first,
            same & ~with_first,
            ~same & with_second,
            ~same & with_first,
            ~same & ~with_first & ~with_second,
        )
        found[broker] = [int((pairs & case).sum()) for case in cases]
    return found
