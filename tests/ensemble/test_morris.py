"""Elementary effects: exact on linear models, as SALib has them, and trajectories as they say."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.ensemble.morris import Screening, elementary_effects, screening, trajectories

# Of Sobol's G function: the larger, the less the input matters.
WEIGHTS = np.array([0, 1, 4.5, 9, 99, 99])


def ishigami(points: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * points - 1)
    found = (
        np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])
    )
    return np.asarray(found[..., np.newaxis])


def sobol_g(points: np.ndarray) -> np.ndarray:
    found = ((np.abs(4 * points - 2) + WEIGHTS) / (1 + WEIGHTS)).prod(axis=-1)
    return np.asarray(found[..., np.newaxis])


def grid_trajectories(inputs: int) -> np.ndarray:
    """Return trajectories on the grid of four levels from 0 to 1, with steps of two thirds."""
    chance = np.random.default_rng(7)
    found = []
    for _ in range(30):
        levels = chance.integers(4, size=inputs)
        points = [levels / 3]
        for moved in chance.permutation(inputs):
            levels = levels.copy()
            levels[moved] += 2 if levels[moved] < 2 else -2
            points.append(levels / 3)
        found.append(np.stack(points))
    return np.stack(found)


def screened(points: np.ndarray, outcomes: np.ndarray) -> Screening:
    return screening(elementary_effects(points, outcomes))


@given(slopes=arrays(np.float64, (5, 2), elements=st.floats(-100, 100)), seed=st.integers(0, 99))
def test_of_a_linear_model_every_effect_is_the_slope(slopes: np.ndarray, seed: int) -> None:
    points = trajectories(5, count=4, seed=seed)
    found = screened(points, points @ slopes)
    assert found.mu == pytest.approx(slopes.T, abs=1e-9)
    assert found.mu_star == pytest.approx(np.abs(slopes.T), abs=1e-9)
    assert found.sigma == pytest.approx(np.zeros((2, 5)), abs=1e-9)


@given(inputs=st.integers(1, 8), seed=st.integers(0, 99))
def test_a_trajectory_moves_each_input_once_and_never_by_little(inputs: int, seed: int) -> None:
    points = trajectories(inputs, count=3, seed=seed)
    moves = np.diff(points, axis=1)
    assert ((moves != 0).sum(axis=1) == 1).all()
    assert ((moves != 0).sum(axis=2) == 1).all()
    moved = np.abs(moves[moves != 0])
    assert moved.min() > 0.25 - 1e-9
    assert moved.max() < 0.75 + 1e-9
    assert points.min() > 0
    assert points.max() < 1


def test_inputs_are_uniform_before_and_after_their_step() -> None:
    points = trajectories(4, count=1000, seed=2)
    for end in (points[:, 0], points[:, -1]):
        counts, _ = np.histogram(end, bins=8, range=(0, 1))
        assert counts == pytest.approx(np.full(8, 500), rel=0.15)


def test_more_trajectories_begin_with_the_fewer() -> None:
    few, many = (trajectories(3, count=count, seed=5) for count in (4, 9))
    assert np.array_equal(many[:4], few)
    assert not np.array_equal(many[4], many[5])


def test_what_inputs_do_together_shows_in_sigma() -> None:
    points = trajectories(3, count=50, seed=1)
    found = screened(points, points[..., :1] * points[..., 1:2] + points[..., 2:])
    assert (found.sigma[0, :2] > 0.1).all()
    assert found.sigma[0, 2] < 1e-9


def test_effects_of_both_signs_cancel_in_mu_and_not_in_mu_star() -> None:
    points = trajectories(1, count=200, seed=1)
    found = screened(points, (points - 0.5) ** 2)
    assert abs(found.mu[0, 0]) < 0.1
    assert found.mu_star[0, 0] > 0.2


def test_an_input_that_acts_with_a_period_is_not_overlooked() -> None:
    """On a grid of four even parts the second input of this function would do nothing."""
    found = screened(points := trajectories(3, count=50, seed=1), ishigami(points))
    assert found.mu_star[0, 1] > 5


def test_inputs_of_the_g_function_come_in_the_order_of_their_weights() -> None:
    found = screened(points := trajectories(6, count=200, seed=1), sobol_g(points))
    assert found.mu_star[0].argsort()[::-1][:4].tolist() == [0, 1, 2, 3]
    assert (found.mu_star[0, 4:] < 0.1 * found.mu_star[0, 2]).all()


def test_effects_are_what_a_plain_loop_finds() -> None:
    points = trajectories(4, count=6, seed=3)
    outcomes = np.concatenate(
        [np.sin(points.sum(axis=2))[..., None], points.prod(axis=2)[..., None]], 2
    )
    found = elementary_effects(points, outcomes)
    for trajectory, path in enumerate(points):
        for at in range(4):
            (moved,) = np.flatnonzero(path[at + 1] != path[at])
            change = outcomes[trajectory, at + 1] - outcomes[trajectory, at]
            effect = change / (path[at + 1, moved] - path[at, moved])
            assert found[trajectory, :, moved] == pytest.approx(effect)
    summed = screening(found)
    assert summed.mu == pytest.approx(found.mean(axis=0))
    assert summed.mu_star == pytest.approx(np.abs(found).mean(axis=0))
    assert summed.sigma == pytest.approx(found.std(axis=0, ddof=1))


def test_a_failed_run_spoils_the_two_steps_that_touch_it_and_is_counted() -> None:
    points = trajectories(3, count=5, seed=1)
    outcomes = points @ np.array([[1.0], [2.0], [3.0]])
    outcomes[2, 1] = np.nan
    found = screened(points, outcomes)
    assert sorted(found.used_count[0].tolist()) == [4, 4, 5]
    assert found.mu[0] == pytest.approx([1, 2, 3])


def test_nothing_is_said_of_an_outcome_that_always_failed() -> None:
    points = trajectories(2, count=3, seed=1)
    found = screened(points, np.full((3, 3, 1), np.nan))
    assert found.used_count.tolist() == [[0, 0]]
    assert np.isnan([found.mu, found.mu_star, found.sigma]).all()


def test_one_trajectory_has_no_spread() -> None:
    points = trajectories(2, count=1, seed=1)
    assert np.isnan(screened(points, points[..., :1]).sigma).all()


@pytest.mark.parametrize(("name", "model"), [("ishigami", ishigami), ("sobol_g", sobol_g)])
def test_measures_are_those_that_salib_printed(name: str, model: object) -> None:
    assert callable(model)
    with (Path(__file__).parent / "salib.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["function"] == name]
    points = grid_trajectories(len(rows))
    found = screened(points, model(points))
    for measure in ("mu", "mu_star", "sigma"):
        printed = [float(row[measure]) for row in rows]
        assert getattr(found, measure)[0] == pytest.approx(printed, abs=1e-9)


def test_what_makes_no_trajectory_is_refused() -> None:
    with pytest.raises(ValueError, match="0 trajectories"):
        trajectories(3, count=0, seed=1)
    points = trajectories(2, count=2, seed=1)
    with pytest.raises(ValueError, match="once"):
        elementary_effects(points[:, [0, 2, 1]], np.zeros((2, 3, 1)))
    with pytest.raises(ValueError, match="outcomes"):
        elementary_effects(points, np.zeros((2, 2, 1)))
    with pytest.raises(ValueError, match="points"):
        elementary_effects(points[:, :2], np.zeros((2, 2, 1)))
