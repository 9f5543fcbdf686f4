"""Currents: what flows in flows out, and together it is what the conductance says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.brokerage.conductance import effective_conductance
from foedus.engines.brokerage.currents import current_share, potentials, reached

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


SOURCE, TARGET = only(0, 1), only(5)


def test_a_message_between_two_goes_by_the_stronger_tie_more_often() -> None:
    """Node 1 passes three of four messages back to 0, as gamblers with fortunes 3 to 1 know."""
    chain = symmetric(np.diag([3.0, 1.0], 1))
    ends = only(0, nodes=3), only(2, nodes=3)
    assert potentials(chain, *ends).tolist() == [1, 0.75, 0]


def test_what_is_not_linked_has_no_potential_and_no_current() -> None:
    weight = np.zeros((4, 4))
    weight[1, 2] = weight[2, 1] = 1
    ends = only(0, nodes=4), only(3, nodes=4)
    assert potentials(weight, *ends).tolist() == [1, 0, 0, 0]
    assert not current_share(weight, *ends).any()


def test_chains_lead_to_all_of_a_part_and_no_further() -> None:
    weight = symmetric(np.diag([1.0, 1.0, 0.0, 1.0], 1))
    assert reached(weight, only(0, nodes=5)).tolist() == [True, True, True, False, False]


@given(networks)
def test_all_that_leaves_the_source_comes_to_the_target_and_nothing_stays_between(
    weight: FloatArray,
) -> None:
    flow = current_share(weight, SOURCE, TARGET)
    linked = effective_conductance(weight[None], SOURCE, TARGET)[0] > 0
    net = flow.sum(axis=1)
    assert net[SOURCE].sum() == pytest.approx(float(linked), abs=1e-9)
    assert net[TARGET].sum() == pytest.approx(-float(linked), abs=1e-9)
    np.testing.assert_allclose(net[2:5], 0, atol=1e-9)
    np.testing.assert_array_equal(flow, -flow.T)


@given(networks)
def test_the_energy_of_unit_potential_is_the_conductance(weight: FloatArray) -> None:
    """Thomson's principle at its minimum."""
    level = potentials(weight, SOURCE, TARGET)
    energy = 0.5 * (weight * (level[:, None] - level[None, :]) ** 2).sum()
    found = effective_conductance(weight[None], SOURCE, TARGET)[0]
    assert energy == pytest.approx(found, rel=1e-7, abs=1e-12)
