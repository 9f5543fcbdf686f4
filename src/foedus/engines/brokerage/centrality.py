"""Where a node stands in a network: between two groups, and among its own neighbours.

All of it is networkx's work on one network; the library is loaded when it is first needed.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.brokerage.conductance import refuse_network
from foedus.engines.brokerage.currents import reached

Graph: TypeAlias = Any
"""A graph of networkx, which has no types of its own."""


class Standing(NamedTuple):
    """Measures of every node, shape (node,) each; NaN where a measure has no meaning."""

    betweenness_share: FloatArray
    """Shortest ways from source to target that lead over it, of those it is no end of; a tie is as
    long as one over its conductance."""
    current_flow_share: FloatArray
    """Of a unit that flows from a node of the source to one of the target, how much passes through
    it, as the mean over pairs that it is no end of."""
    constraint_ratio: FloatArray
    """Burt's constraint: how far its ties lead to those who are tied to each other."""
    effective_count: FloatArray
    """Burt's effective size: its neighbours, less what they repeat of each other."""


def standing(weight: FloatArray, source: BoolArray, target: BoolArray) -> Standing:
    """Return where each node stands.

    Parameters
    ----------
    weight : shape (node, node)
        Conductances of one network, symmetric, at least 0; the diagonal is not read.
    source, target : shape (node,)
        The two groups between which ways and flows lead. They are not contracted here: ways run
        between each two of their nodes.

    Raises
    ------
    ValueError
        As for `effective_conductance`.

    Notes
    -----
    Freeman (1977), *Sociometry* 40(1), 35-41, doi:10.2307/3033543, of the ways between two groups;
    Newman (2005), *Social Networks* 27(1), 39-54, doi:10.1016/j.socnet.2004.11.009, and Brandes and
    Fleischer (2005), doi:10.1007/978-3-540-31856-9_44, for flows; Burt (1992), *Structural Holes*
    (all recalled; the second doi read in networkx's pages).

    Examples
    --------
    A chain of three, of which the middle one carries all:

    >>> chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=np.float64)
    >>> ends = np.eye(3, dtype=np.bool_)
    >>> found = standing(chain, ends[0], ends[2])
    >>> float(found.betweenness_share[1]), float(found.current_flow_share[1])
    (1.0, 1.0)
    """
    refuse_network(weight[np.newaxis], source, target)
    import networkx as nx  # noqa: PLC0415 - half a second that most runs need not spend

    graph = graph_of(weight)
    constraint, effective = (
        in_order(measure(graph, weight="weight"), len(weight))
        for measure in (nx.constraint, nx.effective_size)
    )
    linked = reached(weight, target)
    starts, ends = (np.flatnonzero(group & linked).tolist() for group in (source, target))
    nothing = np.full(len(weight), np.nan)
    if not starts or not ends:
        return Standing(nothing, nothing, constraint, effective)
    part = graph.subgraph(np.flatnonzero(linked).tolist())
    ways = nx.betweenness_centrality_subset(graph, starts, ends, weight="length")
    # Of a graph without direction networkx counts each way half.
    over = pairs_of_others(2.0 * in_order(ways, len(weight)), starts, ends)
    return Standing(over, flow_share(part, starts, ends, len(weight)), constraint, effective)


def flow_share(part: Graph, starts: list[int], ends: list[int], nodes: int) -> FloatArray:
    """Return the mean flow through each node, shape (node,); NaN beyond what is linked."""
    import networkx as nx  # noqa: PLC0415

    if len(part) < 3:  # nobody stands between
        return np.full(nodes, np.nan)
    flows = nx.current_flow_betweenness_centrality_subset(
        part, starts, ends, weight="weight", normalized=False, solver="full"
    )
    # networkx halves the sum over pairs, and subtracts the ends of all pairs of the whole network,
    # whatever the pairs are. Its sum has half a unit for each pair that the node is an end of.
    summed = 2.0 * (in_order(flows, nodes) + 1.0 / (len(part) - 2))
    own = np.zeros(nodes)
    own[starts] += 0.5 * len(ends)
    own[ends] += 0.5 * len(starts)
    return pairs_of_others(np.maximum(summed - own, 0.0), starts, ends)


def pairs_of_others(summed: FloatArray, starts: list[int], ends: list[int]) -> FloatArray:
    """Return a sum over pairs as the mean over those that each node is no end of."""
    pairs = np.full(len(summed), float(len(starts) * len(ends)))
    pairs[starts] -= len(ends)
    pairs[ends] -= len(starts)
    mean: FloatArray = np.full(len(summed), np.nan)
    np.divide(summed, pairs, out=mean, where=pairs > 0)
    return mean


def graph_of(weight: FloatArray) -> Graph:
    """Return a network as a graph, of nodes by place; ties of no conductance are none."""
    import networkx as nx  # noqa: PLC0415

    graph: Graph = nx.Graph()
    graph.add_nodes_from(range(len(weight)))
    for i, j in zip(*np.nonzero(np.triu(weight, 1)), strict=True):
        size = float(weight[i, j])
        graph.add_edge(int(i), int(j), weight=size, length=1.0 / size)
    return graph


def in_order(values: dict[int, float], nodes: int) -> FloatArray:
    """Return values by node as an array, NaN where there is none."""
    return np.array([values.get(node, np.nan) for node in range(nodes)], dtype=np.float64)
