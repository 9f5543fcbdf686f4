"""Screening by elementary effects: which of many inputs matter at all, at few runs an input.

A trajectory goes from point to point and moves one input at a time, each once. What an outcome
changes by, over what the input was moved by, is an elementary effect.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foedus.ensemble.design import LEAST, MOST, stream

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_STEP: Final = 0.25
"""Part of its range that an input is moved by at least."""


@dataclass(frozen=True)
class Screening:
    """What the elementary effects of each input come to. All of shape (outcome, input).

    NaN where no trajectory has a number, and for `sigma` where only one has.
    """

    mu: FloatArray
    """Mean effect: 0 also where effects of both signs cancel."""
    mu_star: FloatArray
    """Mean size of the effect, whatever its sign: 0 only for an input that did nothing."""
    sigma: FloatArray
    """Standard deviation of the effect: large where the input is bent or hangs on others."""
    used_count: IntArray
    """Trajectories on which both points of the step have a number."""


def trajectories(inputs_count: int, *, count: int, seed: int) -> FloatArray:
    """Return trajectories through the unit cube.

    Each begins anywhere. An input is moved by between a quarter and three quarters of its range,
    round the end of it if need be, so that its values are uniform before and after.

    Parameters
    ----------
    inputs_count
        Inputs.
    count
        Trajectories. The first of many are the same as when fewer are asked for.
    seed
        Explains every number.

    Returns
    -------
    shape (trajectory, point, input)
        One point more than inputs; above 0 and below 1.

    Raises
    ------
    ValueError
        If there is no input or no trajectory.

    Notes
    -----
    Morris (1991), "Factorial sampling plans for preliminary computational experiments",
    *Technometrics* 33(2), doi:10.1080/00401706.1991.10484804 (bibliographic data checked), but
    without his grid. It reaches 0 and 1, whose quantiles may be infinite, and an input that acts
    with the period of the grid would seem to do nothing. No step is small: where an outcome jumps,
    a small step would make an effect of any size.
    """
    if inputs_count < 1 or count < 1:
        raise ValueError(f"{count} trajectories of {inputs_count} inputs")
    points = np.empty((count, inputs_count + 1, inputs_count))
    step = np.arange(inputs_count + 1)[:, np.newaxis]
    for trajectory in range(count):
        chance = stream(seed, trajectory, "morris")
        begins = chance.random(inputs_count)
        ends = (begins + chance.uniform(LEAST_STEP, 1 - LEAST_STEP, size=inputs_count)) % 1
        is_moved = chance.permutation(inputs_count) < step
        points[trajectory] = np.where(is_moved, ends, begins)
    return np.clip(points, LEAST, MOST, out=points)


def elementary_effects(points: FloatArray, outcomes: FloatArray) -> FloatArray:
    """Return what an outcome changes by where one input is moved, over what it is moved by.

    Parameters
    ----------
    points : shape (trajectory, point, input)
        As `trajectories` returns them, or others of the same make.
    outcomes : shape (trajectory, point, outcome)
        NaN where a run failed.

    Returns
    -------
    shape (trajectory, outcome, input)
        NaN where one of the two runs failed.

    Raises
    ------
    ValueError
        If shapes do not fit, or a trajectory does not move each input once and by itself.
    """
    if points.ndim != 3 or points.shape[1] != points.shape[2] + 1:
        raise ValueError(
            f"points have the shape {points.shape}, not (trajectory, input + 1, input)"
        )
    if outcomes.ndim != 3 or outcomes.shape[:2] != points.shape[:2]:
        raise ValueError(f"outcomes have the shape {outcomes.shape}, points {points.shape}")
    moves = np.diff(points, axis=1)
    is_moved = moves != 0
    if not ((is_moved.sum(axis=1) == 1).all() and (is_moved.sum(axis=2) == 1).all()):
        raise ValueError("a trajectory does not move each input once and by itself")
    changes = np.diff(outcomes, axis=1)
    step_of = is_moved.argmax(axis=1)
    moved_by = np.take_along_axis(moves, step_of[:, np.newaxis, :], axis=1)
    change: FloatArray = np.take_along_axis(changes, step_of[:, :, np.newaxis], axis=1)
    effects: FloatArray = change.transpose(0, 2, 1) / moved_by
    return effects


def screening(effects: FloatArray) -> Screening:
    """Return mean, mean size and standard deviation of elementary effects.

    Parameters
    ----------
    effects : shape (trajectory, outcome, input)

    Notes
    -----
    The mean size: Campolongo, Cariboni and Saltelli (2007), "An effective screening design for
    sensitivity analysis of large models", *Environmental Modelling & Software* 22(10),
    doi:10.1016/j.envsoft.2006.10.004 (bibliographic data checked).

    Examples
    --------
    >>> points = trajectories(2, count=5, seed=1)
    >>> outcomes = points @ np.array([[3.0], [-1.0]])
    >>> found = screening(elementary_effects(points, outcomes))
    >>> (
    ...     found.mu.round(12).tolist(),
    ...     found.mu_star.round(12).tolist(),
    ...     found.sigma.round(12).tolist(),
    ... )
    ([[3.0, -1.0]], [[3.0, 1.0]], [[0.0, 0.0]])
    """
    fine = ~np.isnan(effects)
    used = fine.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mu = np.where(fine, effects, 0.0).sum(axis=0) / used
        mu_star = np.where(fine, np.abs(effects), 0.0).sum(axis=0) / used
        square = np.where(fine, (effects - mu) ** 2, 0.0).sum(axis=0)
        sigma = np.where(used > 1, np.sqrt(square / (used - 1)), np.nan)
    return Screening(mu, mu_star, sigma, used.astype(np.int64))
