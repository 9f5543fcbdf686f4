"""The whole path from cells to shares of variance: known functions, chance, groups, many cells."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.ensemble.analytic import (
    Function,
    ishigami,
    ishigami_indices,
    matrix,
    model_of,
    of_points,
    sampled,
    sobol_g,
    sobol_g_indices,
    together,
    uniforms,
)
from tests.examples import few
from tests.shipped import load

from foedus.ensemble.sampled import sampled_cells
from foedus.ensemble.sensitivity import (
    MOST_CELLS,
    Sensitivity,
    between_fifths,
    decompose,
    effects,
    ordinary,
)
from foedus.errors import SettingsError
from foedus.runs import make_request
from foedus.scenario.draws import BLOCK, Draws, draw_block

KNOWN = [
    pytest.param(ishigami, ishigami_indices(), id="ishigami"),
    pytest.param(sobol_g, sobol_g_indices(), id="sobol-g"),
]
Indices = tuple[np.ndarray, np.ndarray]


def by_name(found: Sensitivity, outcome: str = "y") -> dict[str, Any]:
    return {row["factor"]: row for row in found.table(outcome).to_dicts()}


@pytest.mark.parametrize("kind", ["monte-carlo", "latin-hypercube", "sobol"])
@pytest.mark.parametrize(("function", "truth"), KNOWN)
def test_indices_of_known_functions(function: Function, truth: Indices, kind: Any) -> None:
    first, total = truth
    found = decompose(
        sampled(uniforms(first.size)), of_points(y=function), ["y"],
        seed=1, draws=2 * BLOCK, kind=kind, resamples=50,
    )  # fmt: skip
    assert [factor.kind for factor in found.factors] == [*["cell"] * first.size, "chance"]
    assert found.indices.first[0, :-1] == pytest.approx(first, abs=0.04)
    assert found.indices.total[0, :-1] == pytest.approx(total, abs=0.04)
    assert found.indices.total[0, -1] == 0
    assert found.runs_count == 2 * BLOCK * (first.size + 3)
    assert found.screened_count == 0


@pytest.mark.parametrize(("function", "truth"), KNOWN)
def test_intervals_hold_the_truth_as_often_as_they_say(function: Function, truth: Indices) -> None:
    """Sixty samples; ninety in a hundred are promised."""
    first, total = truth
    some, model = sampled(uniforms(first.size)), of_points(y=function)
    held = []
    for seed in range(60):
        found = decompose(some, model, ["y"], seed=seed, draws=256, resamples=120).indices
        for index, low, high in (
            (first, found.first_low, found.first_high),
            (total, found.total_low, found.total_high),
        ):
            held.append((low[0, :-1] <= index + 1e-9) & (index - 1e-9 <= high[0, :-1]))
    assert 0.83 < np.mean(held) < 0.96


def test_indices_are_those_of_salib_on_the_same_runs() -> None:
    salib: Any = pytest.importorskip("SALib.analyze.sobol")
    some, n, columns = sampled(uniforms(3)), 512, []

    def kept(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        columns.append(ishigami(matrix(draws)))
        return {"y": columns[-1]}

    found = decompose(some, model_of(kept), ["y"], seed=6, draws=n, resamples=20)
    a, b, *mixtures, _chance = columns
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    in_order = np.stack([a, *mixtures, b], axis=1).ravel()
    theirs = salib.analyze(problem, in_order, calc_second_order=False, seed=1)
    assert found.indices.total[0, :3] == pytest.approx(theirs["ST"], abs=1e-10)
    assert found.indices.first[0, :3] == pytest.approx(theirs["S1"], abs=0.02)


def test_of_an_additive_model_the_totals_account_for_all_variance() -> None:
    """Picked cells, a group, two tables, cells that do nothing, and chance."""
    many = sampled(
        uniforms(30), uniforms(20, table="more"), uniforms(5, table="idle"),
        uniforms(4, table="idle_too"), together(6, "all", 0.5, table="tied"),
    )  # fmt: skip
    weights = np.array([4.0, 3.0, *np.full(28, 0.4)])

    def additive(draws: Draws, chance: np.ndarray) -> Mapping[str, np.ndarray]:
        main, more, tied = matrix(draws), matrix(draws, "more"), matrix(draws, "tied")
        y = main @ weights + 0.5 * more.sum(axis=1) + tied.sum(axis=1) + 2 * chance
        return {"y": y, "is_large_prob": (y > np.median(y)).astype(float)}

    found = decompose(many, model_of(additive), ["y"], seed=2, draws=BLOCK, resamples=50)
    rows = by_name(found)
    assert found.screened_count == 59
    cells = [name for name, row in rows.items() if row["kind"] == "cell"]
    assert {"inputs/x000/any_value", "inputs/x001/any_value"} <= set(cells)
    assert len(cells) <= MOST_CELLS
    assert {"inputs/*", "more/*", "group/all", "chance", "unmoved"} <= rows.keys()
    assert rows["unmoved"]["cells_count"] == 9
    assert sum(row["total_share"] for row in rows.values()) == pytest.approx(1, abs=0.05)
    assert found.first_sum[0] == pytest.approx(1, abs=0.08)
    assert rows["unmoved"]["total_share"] == pytest.approx(0, abs=1e-12)
    # Of the ranks of a one-factor normal copula with 0.5 between any two.
    between = 6 / np.pi * np.arcsin(0.25)
    parts = {
        "inputs/x000/any_value": 16 / 12,
        "group/all": (6 + 30 * between) / 12,
        "chance": 4 / 12,
    }
    whole = (weights @ weights + 20 * 0.25 + 6 + 30 * between + 4) / 12
    for name, part in parts.items():
        assert rows[name]["total_share"] == pytest.approx(part / whole, abs=0.03)
        assert rows[name]["first_share"] == pytest.approx(part / whole, abs=0.05)


def test_an_outcome_of_yes_and_no_is_decomposed_like_any_other() -> None:
    """Of "x and y are both above one half": alone a third each, in total two thirds."""
    found = decompose(
        sampled(uniforms(2)),
        of_points(y=lambda x: (x > 0.5).all(axis=1).astype(float)),
        *(["y"],),
        seed=1,
        draws=BLOCK,
        resamples=20,
    )
    assert found.indices.first[0, :2] == pytest.approx(1 / 3, abs=0.04)
    assert found.indices.total[0, :2] == pytest.approx(2 / 3, abs=0.04)


def test_chance_in_the_model_is_a_factor_like_any_other() -> None:
    """Of x e with e uniform: 3/7 alone and 4/7 in total for each."""
    model = model_of(lambda draws, chance: {"y": matrix(draws)[:, 0] * chance})
    found = decompose(sampled(uniforms(1)), model, ["y"], seed=1, draws=2 * BLOCK, resamples=20)
    assert [factor.name for factor in found.factors] == ["inputs/x000/any_value", "chance"]
    assert found.indices.first[0] == pytest.approx([3 / 7, 3 / 7], abs=0.03)
    assert found.indices.total[0] == pytest.approx([4 / 7, 4 / 7], abs=0.03)


def test_two_outcomes_share_the_runs_and_keep_their_own_indices() -> None:
    some = sampled(uniforms(2))
    model = of_points(y=lambda x: x[:, 0], z=lambda x: x[:, 1])
    both = decompose(some, model, ["y", "z"], seed=3, draws=256, resamples=10)
    for outcome in ("y", "z"):
        alone = decompose(some, model, [outcome], seed=3, draws=256, resamples=10)
        assert_frame_equal(both.table(outcome), alone.table(outcome))
    assert both.runs_count == 256 * 5


@given(seed=st.integers(0, 100))
@few
def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(seed: int) -> None:
    some, model = sampled(uniforms(3)), of_points(y=ishigami)
    one, again, other = (
        decompose(some, model, ["y"], seed=s, draws=64, resamples=10).table("y")
        for s in (seed, seed, seed + 1)
    )
    assert one.equals(again)
    assert not one.equals(other)


def test_fifths_tell_which_way_a_cell_and_a_group_move_the_outcome() -> None:
    some = sampled(uniforms(1), together(2, "all", 1.0, table="tied"))

    def model(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        return {"y": matrix(draws, "tied").sum(axis=1) - 3 * matrix(draws)[:, 0]}

    found = decompose(some, model_of(model), ["y"], seed=1, draws=2 * BLOCK, resamples=5)
    rows = by_name(found)
    # Means of the upper and the lower fifth of a uniform number lie 0.8 apart.
    assert rows["inputs/x000/any_value"]["fifths_value"] == pytest.approx(-2.4, abs=0.1)
    assert rows["group/all"]["fifths_value"] == pytest.approx(1.6, abs=0.1)
    assert rows["chance"]["fifths_value"] is None


def test_nothing_is_between_the_fifths_of_an_input_of_one_value() -> None:
    assert np.isnan(between_fifths(np.ones(9), np.ones((9, 2)))).all()


def test_draws_that_fail_or_have_no_end_are_left_out_and_counted() -> None:
    def model(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        x = matrix(draws)
        y = x[:, 0] + x[:, 1]
        return {"y": np.where(x[:, 0] > 0.98, np.inf, np.where(x[:, 1] > 0.98, np.nan, y))}

    found = decompose(
        sampled(uniforms(2)), model_of(model), ["y"], seed=1, draws=2000, resamples=10
    )
    assert 2000 * 0.05 < found.indices.failed_count[0] < 2000 * 0.11
    assert found.indices.first[0, :2] == pytest.approx(0.5, abs=0.07)


def test_of_an_outcome_that_never_varies_no_share_is_made_up() -> None:
    found = decompose(
        sampled(uniforms(2)), of_points(y=lambda x: np.ones(len(x))), ["y"],
        seed=1, draws=50, resamples=5,
    )  # fmt: skip
    assert found.table("y")["total_share"].to_list() == [None] * 3


def test_morris_gives_the_mean_size_of_changes_as_they_are_defined() -> None:
    """Of 3 x a change between two uniform numbers is 1 in size on average."""
    some = sampled(uniforms(3), together(2, "all", 1.0, table="tied"))

    def model(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        x = matrix(draws)
        return {"y": 3 * x[:, 0] + x[:, 1] + 3 * matrix(draws, "tied").mean(axis=1)}

    found = effects(some, model_of(model), ["y"], seed=1, draws=3000, resamples=50)
    rows = {row["factor"]: row for row in found.table("y").to_dicts()}
    sizes = [rows[f"inputs/x00{i}/any_value"]["change_value"] for i in range(3)]
    assert sizes == pytest.approx([1, 1 / 3, 0], abs=0.05)
    assert rows["group/all"]["change_value"] == pytest.approx(1, abs=0.05)
    assert rows["chance"]["change_value"] == 0
    assert rows["group/all"]["change_value_low"] < 1 < rows["group/all"]["change_value_high"]
    changes = found.table("y")["change_value"].to_list()
    assert changes == sorted(changes, reverse=True)
    assert found.runs_count == 3000 * 6


def test_morris_leaves_failed_draws_out_of_its_means() -> None:
    def model(draws: Draws, _: np.ndarray) -> Mapping[str, np.ndarray]:
        x = matrix(draws)[:, 0]
        return {"y": np.where(x > 0.95, np.nan, x)}

    found = effects(sampled(uniforms(1)), model_of(model), ["y"], seed=1, draws=500, resamples=20)
    row = found.table("y").row(0, named=True)
    assert row["change_value"] == pytest.approx(0.95 / 3, abs=0.03)
    assert row["change_value_low"] < row["change_value"] < row["change_value_high"]


def test_an_ordinary_sample_is_that_of_an_ordinary_run_block_after_block() -> None:
    minimal = load("minimal")
    request = make_request(minimal, draws=BLOCK + 10, seed=3)
    cells = sampled_cells(minimal, request)
    cell = cells.cells[0].cell
    draws, outcomes = ordinary(
        cells, lambda draws, **_: {"y": draws.drawn[cell]}, seed=3, draws=BLOCK + 10
    )
    parts = [
        draw_block(minimal, request.option, seed=3, block=block, n=n, fixed={}).drawn[cell]
        for block, n in request.blocks()
    ]
    assert np.array_equal(draws.drawn[cell], np.concatenate(parts))
    assert np.array_equal(outcomes["y"], draws.drawn[cell])
    assert draws.n == BLOCK + 10


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[tuple[str, float]] = []
    decompose(
        sampled(uniforms(30), uniforms(2, table="more")),
        of_points(y=lambda x: x[:, 0]),
        ["y"],
        seed=1,
        draws=20,
        resamples=2,
        report=lambda what, part: told.append((what, part)),
    )
    parts = [part for _, part in told]
    assert parts[0] == 0
    assert parts[-1] == 1
    assert parts == sorted(parts)
    assert told[0][0] == "screening"


def test_bad_input_is_told_in_a_sentence() -> None:
    some, model = sampled(uniforms(1)), of_points(strength_persons=lambda x: x[:, 0])
    with pytest.raises(
        SettingsError, match=r"no outcome 'strenght_persons'\. Did you mean strength"
    ):
        decompose(some, model, ["strenght_persons"], seed=1, draws=4)
    for run in (decompose, effects):
        with pytest.raises(SettingsError, match="Write 2 or more"):
            run(some, model, ["strength_persons"], seed=1, draws=1)
