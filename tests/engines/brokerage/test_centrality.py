"""Places in a network: values by hand and of the literature, and flows solved pair by pair."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.brokerage.centrality import standing
from foedus.engines.brokerage.currents import current_share

NODES = 6


def symmetric(upper: FloatArray) -> FloatArray:
    """Return a network from what stands above the diagonal."""
    above = np.triu(upper, 1)
    return above + above.T


networks = arrays(
    np.float64, (NODES, NODES), elements=st.one_of(st.just(0.0), st.floats(0.01, 10))
).map(symmetric)


def only(*places: int, nodes: int = NODES) -> BoolArray:
    """Return a group."""
    return np.isin(np.arange(nodes), places)


def of_graph(graph: "nx.Graph[int]") -> FloatArray:
    return np.asarray(nx.to_numpy_array(graph, weight="weight"))


def test_the_centre_of_a_star_lies_on_every_way_between_others() -> None:
    """As Freeman has it, no node can lie on more."""
    star = of_graph(nx.star_graph(5))
    found = standing(star, only(1, 2), only(3, 4, 5))
    assert found.betweenness_share.tolist() == [1, 0, 0, 0, 0, 0]
    np.testing.assert_allclose(found.current_flow_share, [1, 0, 0, 0, 0, 0], atol=1e-12)


def test_the_two_ways_round_a_square_share_what_is_carried() -> None:
    square = of_graph(nx.cycle_graph(4))
    found = standing(square, only(0, nodes=4), only(2, nodes=4))
    assert found.betweenness_share[[1, 3]].tolist() == [0.5, 0.5]
    np.testing.assert_allclose(found.current_flow_share[[1, 3]], 0.5)
    assert np.isnan(found.betweenness_share[[0, 2]]).all()  # ends of the only pair


def test_ways_are_short_where_ties_are_strong_and_flows_take_all() -> None:
    weight = np.zeros((4, 4))
    weight[0, 1] = weight[1, 3] = 2.0
    weight[0, 2] = weight[2, 3] = 6.0
    found = standing(symmetric(weight), only(0, nodes=4), only(3, nodes=4))
    assert found.betweenness_share[[1, 2]].tolist() == [0, 1]
    np.testing.assert_allclose(found.current_flow_share[[1, 2]], [0.25, 0.75])


@pytest.mark.parametrize("nodes", [2, 3, 6])
def test_burts_constraint_of_the_centre_of_a_star_is_one_over_its_neighbours(nodes: int) -> None:
    star = of_graph(nx.star_graph(nodes))
    ends = only(1, nodes=nodes + 1), only(2, nodes=nodes + 1)
    found = standing(star, *ends)
    assert found.constraint_ratio[0] == pytest.approx(1 / nodes)
    assert found.effective_count[0] == pytest.approx(nodes)


def test_burts_constraint_in_a_triangle_is_nine_eighths() -> None:
    found = standing(of_graph(nx.complete_graph(3)), only(0, nodes=3), only(1, nodes=3))
    np.testing.assert_allclose(found.constraint_ratio, 9 / 8)
    np.testing.assert_allclose(found.effective_count, 1)


def test_six_neighbours_with_four_ties_among_them_are_worth_four_and_two_thirds() -> None:
    """The example of Burt (1992) that Borgatti (1997) takes up: 6 - 2 * 4 / 6."""
    graph = nx.star_graph(6)
    graph.add_edges_from([(1, 2), (2, 3), (3, 4), (5, 6)])
    found = standing(of_graph(graph), only(1, nodes=7), only(5, nodes=7))
    assert found.effective_count[0] == pytest.approx(14 / 3)


@given(networks, st.floats(0.05, 1))
def test_flow_through_a_node_is_the_mean_over_pairs_solved_one_by_one(
    weight: FloatArray, least: float
) -> None:
    weight = weight + least * (1 - np.eye(NODES))
    starts, ends = (0, 1), (4, 5)
    found = standing(weight, only(*starts), only(*ends)).current_flow_share
    for node in range(NODES):
        through = [
            0.5 * np.abs(current_share(weight, only(s), only(t))[node]).sum()
            for s in starts
            for t in ends
            if node not in (s, t)
        ]
        assert found[node] == pytest.approx(np.mean(through), abs=1e-9)


def test_what_is_not_linked_has_no_place_between() -> None:
    weight = np.zeros((4, 4))
    weight[0, 1] = weight[1, 0] = 1
    found = standing(weight, only(0, nodes=4), only(3, nodes=4))
    assert np.isnan(found.betweenness_share).all()
    assert np.isnan(found.current_flow_share).all()


def test_who_is_beyond_what_is_linked_has_no_flow() -> None:
    weight = np.zeros((5, 5))
    weight[0, 1] = weight[1, 2] = weight[3, 4] = 1
    found = standing(symmetric(weight), only(0, 3, nodes=5), only(2, nodes=5))
    assert found.current_flow_share[1] == pytest.approx(1)
    assert np.isnan(found.current_flow_share[[3, 4]]).all()
