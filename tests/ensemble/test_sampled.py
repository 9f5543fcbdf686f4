"""Cells as inputs of a design: the numbers of an ordinary run, whatever is grouped or set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr
from tests.ensemble.analytic import cell, sampled, together, uniforms
from tests.examples import few
from tests.shipped import load

from foedus.ensemble.design import Kind, unit_cube
from foedus.ensemble.sampled import Sampled, exchanged, is_grouped, sampled_cells
from foedus.runs import make_request
from foedus.scenario.draws import Drawn, draw_block, group_factor, uncertain_cells

MINIMAL = load("minimal")


def inputs(**changes: float) -> Sampled:
    return sampled_cells(MINIMAL, make_request(MINIMAL, draws=10, set=changes))


@pytest.mark.parametrize(("block", "n"), [(0, 300), (7, 25)])
@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_a_monte_carlo_design_holds_the_numbers_of_an_ordinary_run(
    name: str, block: int, n: int
) -> None:
    scenario = load(name)
    request = make_request(scenario, draws=n, seed=5)
    found = sampled_cells(scenario, request).sample("monte-carlo", seed=5, block=block, n=n)
    option = request.option
    ordinary = draw_block(scenario, option, seed=5, block=block, n=n, fixed=request.fixed)
    assert found.drawn.keys() == ordinary.drawn.keys()
    assert any(is_grouped(one) for one in uncertain_cells(scenario))
    for one, values in ordinary.drawn.items():
        assert np.array_equal(found.drawn[one], values), one
    assert (found.option, found.n) == (ordinary.option, ordinary.n)


def test_a_cell_that_is_set_is_no_input_and_leaves_the_others_as_they_were() -> None:
    free = inputs()
    grouped = next(str(one.cell) for one in free.cells if is_grouped(one))
    bound = inputs(**{grouped: 0.01})
    assert set(free.names) - set(bound.names) == {grouped}
    before, after = (one.sample("monte-carlo", seed=1, block=0, n=40) for one in (free, bound))
    assert all(np.array_equal(before.drawn[one], values) for one, values in after.drawn.items())
    assert [str(one) for one in after.fixed] == [grouped]


def test_the_common_factor_of_a_group_is_an_input_of_its_own() -> None:
    some = sampled(uniforms(1), together(2, "all", 1.0, table="tied"))
    assert some.names == ("inputs/x000/any_value", *(f"tied/x00{i}/any_value" for i in (0, 1)),
                          "group/all")  # fmt: skip
    draws = some.at(np.array([[0.2, 0.4, 0.6, 0.9]]))
    values = [float(draws.drawn[one.cell][0]) for one in some.cells]
    assert values == pytest.approx([0.2, 0.9, 0.9])


@pytest.mark.parametrize("kind", ["monte-carlo", "latin-hypercube", "sobol"])
def test_two_samples_know_nothing_of_each_other_and_the_first_is_the_sample(kind: Kind) -> None:
    some = sampled(uniforms(2), together(3, "all", 0.5, table="tied"))
    first, second = some.samples(kind, seed=4, block=0, n=1024)
    for one in first.drawn:
        correlation = np.corrcoef(first.drawn[one], second.drawn[one])[0, 1]
        assert abs(correlation) < 0.12
    if kind != "sobol":
        alone = some.sample(kind, seed=4, block=0, n=1024)
        assert all(np.array_equal(alone.drawn[one], values) for one, values in first.drawn.items())


def test_both_samples_hang_together_as_the_group_says() -> None:
    some = sampled(together(2, "all", 0.6, table="tied"))
    for draws in some.samples("monte-carlo", seed=2, block=0, n=4096):
        x, y = draws.drawn.values()
        # Of a normal copula: 6 / pi asin(r / 2) between ranks.
        assert np.corrcoef(x, y)[0, 1] == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.03)


def test_the_factor_of_a_group_is_that_of_the_draws() -> None:
    some = sampled(together(1, "all", 1.0, table="tied"))
    draws = some.sample("monte-carlo", seed=9, block=3, n=50)
    (values,) = draws.drawn.values()
    assert values == pytest.approx(ndtr(group_factor(9, 3, "all", 50)), abs=1e-12)


@given(places=st.sets(st.integers(0, 4)))
@few
def test_a_mixture_has_the_second_values_of_some_cells_and_the_first_of_all_others(
    places: set[int],
) -> None:
    first, second = sampled(uniforms(5)).samples("monte-carlo", seed=1, block=0, n=8)
    found = exchanged(first, second, [cell(place) for place in places])
    for place in range(5):
        source = second if place in places else first
        assert np.array_equal(found.drawn[cell(place)], source.drawn[cell(place)])


def test_a_cell_named_in_a_group_without_correlation_is_drawn_by_itself() -> None:
    loose = Drawn(cell(0), "uniform", 0.0, 0.5, 1.0, "all", 0.0)
    some = Sampled("some", (loose,))
    assert some.groups == ()
    draws = some.sample("monte-carlo", seed=1, block=0, n=5)
    points = unit_cube("monte-carlo", [str(cell(0))], seed=1, block=0, n=5)
    assert np.array_equal(draws.drawn[cell(0)], points[:, 0])


def test_points_of_another_number_of_inputs_are_refused() -> None:
    with pytest.raises(ValueError, match="of 2 inputs"):
        sampled(uniforms(2)).at(np.full((3, 1), 0.5))
