"""Conductance between groups: textbook circuits, laws, and linear systems solved node by node."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.brokerage.conductance import effective_conductance, hanging_share

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


def resistance(weight: FloatArray, i: int, j: int) -> float:
    """Return the effective resistance between two nodes."""
    nodes = len(weight)
    found = effective_conductance(weight[None], only(i, nodes=nodes), only(j, nodes=nodes))[0]
    return np.inf if found == 0 else float(1 / found)


def by_linear_system(weight: FloatArray, source: BoolArray, target: BoolArray) -> float:
    """Return the conductance between two contracted groups by the Laplacian's pseudo-inverse."""
    group = np.where(source, 0, np.where(target, 1, 0))
    between = np.flatnonzero(~(source | target))
    group[between] = 2 + np.arange(len(between))
    contracted = np.zeros((2 + len(between),) * 2)
    for i in range(len(weight)):
        for j in range(len(weight)):
            if group[i] != group[j]:
                contracted[group[i], group[j]] += weight[i, j]
    laplacian = np.diag(contracted.sum(axis=1)) - contracted
    inverse = np.linalg.pinv(laplacian, hermitian=True)
    between_the_two = inverse[0, 0] + inverse[1, 1] - 2 * inverse[0, 1]
    return float(1 / between_the_two)


class TestValues:
    @pytest.mark.parametrize("nodes", [2, 3, 5, 10])
    def test_between_two_of_a_complete_graph_it_is_two_over_n(self, nodes: int) -> None:
        weight = of_graph(nx.complete_graph(nodes))
        assert resistance(weight, 0, 1) == pytest.approx(2 / nodes)

    def test_ties_in_a_row_add_their_resistances(self) -> None:
        weight = symmetric(np.diag([2.0, 4.0, 5.0], 1))
        assert resistance(weight, 0, 3) == pytest.approx(1 / 2 + 1 / 4 + 1 / 5)

    def test_ways_side_by_side_add_their_conductances(self) -> None:
        weight = np.zeros((4, 4))
        weight[0, 1] = weight[1, 3] = 2.0
        weight[0, 2] = weight[2, 3] = 6.0
        found = effective_conductance(symmetric(weight)[None], only(0, nodes=4), only(3, nodes=4))
        assert found[0] == pytest.approx(1 + 3)

    def test_across_a_side_of_a_cube_of_unit_resistors_it_is_seven_twelfths(self) -> None:
        """As textbooks have it: 7/12 along an edge, 3/4 across a face, 5/6 through the cube."""
        cube = nx.convert_node_labels_to_integers(nx.hypercube_graph(3), ordering="sorted")
        weight = of_graph(cube)
        assert [resistance(weight, 0, end) for end in (1, 3, 7)] == pytest.approx(
            [7 / 12, 3 / 4, 5 / 6]
        )

    def test_a_long_ladder_of_ones_has_the_golden_resistance(self) -> None:
        """Between the two first nodes, seen from the end: the square root of 3 less 1."""
        ladder = of_graph(nx.ladder_graph(30))
        assert resistance(ladder, 0, 30) == pytest.approx(np.sqrt(3) - 1)

    def test_who_is_the_only_way_carries_all_and_a_dead_end_nothing(self) -> None:
        weight = symmetric(np.diag([1.0, 1.0, 1.0], 1))
        found = hanging_share(weight[None], only(0, nodes=4), only(2, nodes=4), np.array([1, 3]))
        assert found.tolist() == [[1.0, 0.0]]

    def test_of_two_ways_each_carries_its_part(self) -> None:
        weight = np.zeros((4, 4))
        weight[0, 1] = weight[1, 3] = 2.0
        weight[0, 2] = weight[2, 3] = 6.0
        found = hanging_share(
            symmetric(weight)[None], only(0, nodes=4), only(3, nodes=4), np.array([1, 2])
        )
        np.testing.assert_allclose(found, [[0.25, 0.75]])

    def test_a_member_of_the_source_stands_between_the_others_and_the_target(self) -> None:
        """Nodes 0 and 1 send to 2; 1 is tied to 0 by 2 and to 2 by 2, and 0 to 2 by 1."""
        weight = symmetric(np.array([[0, 2, 1], [0, 0, 2], [0, 0, 0.0]]))
        found = hanging_share(weight[None], only(0, 1, nodes=3), only(2, nodes=3), np.array([0, 1]))
        np.testing.assert_allclose(found, [[1 - 2 / (2 + 2 / 3), 1 - 1 / (1 + 1)]])

    def test_of_a_group_of_one_it_is_not_asked(self) -> None:
        weight = symmetric(np.diag([1.0, 1.0], 1))
        found = hanging_share(weight[None], only(0, nodes=3), only(2, nodes=3), np.array([0, 1]))
        assert np.isnan(found[0, 0])
        assert found[0, 1] == 1

    def test_groups_that_are_not_linked_have_no_conductance_and_nothing_to_lose(self) -> None:
        weight = np.zeros((1, 4, 4))
        weight[0, 0, 1] = weight[0, 1, 0] = 1.0
        ends = only(0, nodes=4), only(3, nodes=4)
        assert effective_conductance(weight, *ends)[0] == 0
        assert np.isnan(hanging_share(weight, *ends, np.array([1, 2]))).all()


class TestLaws:
    @given(networks)
    def test_it_is_that_of_the_linear_system(self, weight: FloatArray) -> None:
        source, target = only(0, 1), only(5)
        linked = nx.from_numpy_array(weight)
        found = effective_conductance(weight[None], source, target)[0]
        if not any(nx.has_path(linked, start, 5) for start in (0, 1)):
            assert found == 0
            return
        assert found == pytest.approx(by_linear_system(weight, source, target), rel=1e-7)

    @given(networks)
    def test_between_two_nodes_it_is_one_over_the_distance_of_networkx(
        self, weight: FloatArray
    ) -> None:
        graph = nx.from_numpy_array(weight + 0.1 * (1 - np.eye(NODES)))
        far = nx.resistance_distance(graph, 0, 5, weight="weight", invert_weight=False)
        assert resistance(of_graph(graph), 0, 5) == pytest.approx(far, rel=1e-7)

    @given(networks)
    def test_what_hangs_on_each_is_found_by_taking_its_ties_out(self, weight: FloatArray) -> None:
        source, target = only(0, 1, 2), only(5)
        candidates = np.arange(5)
        found = hanging_share(weight[None], source, target, candidates)[0]
        for who in candidates.tolist():
            others = source & ~only(who)
            whole = effective_conductance(weight[None], others, target)[0]
            rest = weight.copy()
            rest[who] = rest[:, who] = 0
            left = effective_conductance(rest[None], others, target)[0]
            if whole == 0:
                assert np.isnan(found[who])
            else:
                assert found[who] == pytest.approx(1 - left / whole, abs=1e-9)

    @given(networks)
    def test_over_all_ties_conductance_times_resistance_sums_to_nodes_less_parts(
        self, weight: FloatArray
    ) -> None:
        """Foster's theorem."""
        parts = nx.number_connected_components(nx.from_numpy_array(weight))
        pairs = zip(*np.nonzero(np.triu(weight)), strict=True)
        total = sum(weight[i, j] * resistance(weight, i, j) for i, j in pairs)
        assert total == pytest.approx(NODES - parts)

    @given(networks, st.integers(0, 4), st.floats(0, 5))
    def test_a_tie_that_is_stronger_never_resists_more(
        self, weight: FloatArray, place: int, more: float
    ) -> None:
        """Rayleigh's law."""
        stronger = weight.copy()
        stronger[place, place + 1] += more
        stronger[place + 1, place] += more
        before, after = (
            effective_conductance(each[None], only(0), only(5))[0] for each in (weight, stronger)
        )
        assert after >= before * (1 - 1e-12)

    @given(networks, st.floats(0.1, 10))
    def test_what_hangs_on_each_does_not_depend_on_the_unit(
        self, weight: FloatArray, unit: float
    ) -> None:
        one, other = (
            hanging_share(each[None], only(0), only(5), np.arange(1, 5))
            for each in (weight, unit * weight)
        )
        np.testing.assert_allclose(one, other, atol=1e-9)

    @given(networks, networks)
    def test_draws_do_not_know_of_each_other(self, one: FloatArray, other: FloatArray) -> None:
        both = np.stack([one, other])
        found = hanging_share(both, only(0, 1), only(5), np.arange(5))
        alone = [hanging_share(w[None], only(0, 1), only(5), np.arange(5))[0] for w in both]
        np.testing.assert_array_equal(found, np.stack(alone))


class TestRefusals:
    @pytest.mark.parametrize(
        ("weight", "says"),
        [
            (np.ones((1, 2, 3)), "not \\(draw, node, node\\)"),
            (np.array([[[0, -1.0], [-1.0, 0]]]), "negative or not a number"),
            (np.array([[[0, np.nan], [np.nan, 0]]]), "negative or not a number"),
            (np.array([[[0, 1.0], [2.0, 0]]]), "not symmetric"),
        ],
    )
    def test_what_is_no_network_is_refused(self, weight: FloatArray, says: str) -> None:
        ends = only(0, nodes=weight.shape[-1]), only(1, nodes=weight.shape[-1])
        with pytest.raises(ValueError, match=says):
            effective_conductance(weight, *ends)

    def test_groups_that_share_a_node_or_have_none_are_refused(self) -> None:
        weight = np.zeros((1, 2, 2))
        with pytest.raises(ValueError, match="both groups"):
            effective_conductance(weight, only(0, nodes=2), only(0, nodes=2))
        with pytest.raises(ValueError, match="needs a node"):
            effective_conductance(weight, only(nodes=2), only(0, nodes=2))
        with pytest.raises(ValueError, match="source has the shape"):
            effective_conductance(weight, only(0, nodes=3), only(1, nodes=2))

    def test_a_candidate_must_be_a_node_outside_the_target(self) -> None:
        weight, ends = np.zeros((1, 2, 2)), (only(0, nodes=2), only(1, nodes=2))
        with pytest.raises(ValueError, match="in the target"):
            hanging_share(weight, *ends, np.array([1]))
        with pytest.raises(ValueError, match="none of the 2 nodes"):
            hanging_share(weight, *ends, np.array([2]))
        with pytest.raises(ValueError, match="nobody is in the target"):
            hanging_share(weight, only(0, nodes=2), only(nodes=2), np.array([0]))
