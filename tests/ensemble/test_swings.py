"""One at a time over common futures: swings of straight, bent and grouped inputs."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from tests.ensemble.analytic import cell, matrix, model_of, of_points, sampled, together, uniforms
from tests.examples import few

from foedus.ensemble.swings import MOST_INPUTS, swings
from foedus.scenario.draws import BLOCK, Drawn, Draws


@given(slopes=st.lists(st.floats(-10, 10), min_size=3, max_size=3))
@few
def test_a_linear_outcome_swings_by_nine_tenths_of_its_range(slopes: list[float]) -> None:
    model = of_points(y=lambda x: x @ np.array(slopes))
    found = swings(sampled(uniforms(3)), model, "y", seed=1, draws=10)
    assert found.change == pytest.approx(0.9 * np.array(slopes), abs=1e-9)
    assert found.bars.base[0] == pytest.approx(0.5 * sum(slopes), abs=1e-9)
    widths = found.table()["change_value"].abs().to_list()
    assert widths == pytest.approx(sorted(widths, reverse=True), abs=1e-9)


def test_bars_stand_at_the_points_of_each_cell() -> None:
    lopsided = Drawn(cell(0), "normal", 0.0, 1.0, 5.0)
    found = swings(sampled((lopsided,)), of_points(y=lambda x: x[:, 0]), "y", seed=1, draws=4)
    assert found.values[0] == pytest.approx([0, 1, 5])
    row = found.table().row(0, named=True)
    ends = [row[name] for name in ("at_low_value", "base_value", "at_high_value")]
    assert ends == pytest.approx([0, 1, 5])


def test_of_a_group_what_its_cells_have_in_common_is_moved() -> None:
    """Of the sum of two normal numbers with correlation 0.64: 0.8 of the common factor each."""
    tied = tuple(
        Drawn(cell(i, "tied"), "normal", *(-ndtri(0.95), 0.0, ndtri(0.95)), "all", 0.64)
        for i in range(2)
    )

    def model(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        return {"y": matrix(draws, "tied").sum(axis=1)}

    found = swings(sampled(tied), model_of(model), "y", seed=1, draws=500)
    assert found.inputs == ("group/all",)
    assert found.change[0] == pytest.approx(2 * 0.8 * 2 * ndtri(0.95), abs=1e-9)
    assert np.isnan(found.values).all()


def test_all_bars_rest_on_the_same_futures() -> None:
    """Chance cancels in a change to which it only adds, and widens one that it multiplies."""
    added = model_of(lambda draws, chance: {"y": matrix(draws)[:, 0] + 100 * chance})
    found = swings(sampled(uniforms(1)), added, "y", seed=1, draws=50)
    assert found.change[0] == pytest.approx(0.9)
    assert found.change_high[0] - found.change_low[0] < 1e-9
    times = model_of(lambda draws, chance: {"y": matrix(draws)[:, 0] * chance})
    found = swings(sampled(uniforms(1)), times, "y", seed=1, draws=400)
    assert found.change_low[0] < 0.45 < found.change_high[0]
    assert found.change_high[0] - found.change_low[0] == pytest.approx(
        2 * ndtri(0.95) * 0.9 / np.sqrt(12 * 400), rel=0.1
    )


def test_of_many_inputs_those_are_moved_that_stand_out() -> None:
    some = sampled(uniforms(40), together(3, "all", 0.9, table="tied"))

    def model(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        return {"y": 2 * matrix(draws)[:, 7] + matrix(draws, "tied").sum(axis=1)}

    found = swings(some, model_of(model), "y", seed=1, draws=20)
    assert set(found.inputs) == {"inputs/x007/any_value", "group/all"}
    assert found.runs_count == BLOCK + 20 * 5
    assert len(found.inputs) <= MOST_INPUTS


def test_a_future_in_which_a_run_fails_is_in_no_bar() -> None:
    def model(draws: Draws, chance: np.ndarray) -> Mapping[str, np.ndarray]:
        x = matrix(draws)[:, 0]
        return {"y": np.where((x > 0.9) & (chance > 0.5), np.nan, x + 1000 * (chance > 0.5))}

    found = swings(sampled(uniforms(1)), model_of(model), "y", seed=1, draws=40)
    assert found.bars.base[0] == pytest.approx(0.5)
    assert found.change[0] == pytest.approx(0.9)
