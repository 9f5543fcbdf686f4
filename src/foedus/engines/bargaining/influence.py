"""Influence: what a forecast would be without one of the actors, and whether models agree.

Leave one out, look at what changes. It is the same question for every model, so it takes any; for
the mean and the median it is answered without running them again.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.bargaining.median import Ties, median_of_sorted, sort_present, tie_number
from foedus.engines.bargaining.stances import checked, refuse

Model: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]
"""Takes positions and weights of shape (draw, actor) and returns a forecast of shape (draw,)."""

INTERVAL: Final = (0.05, 0.95)
"""Quantiles between which 90 % of the draws lie."""


class ModelSpread(NamedTuple):
    """How far several models, or readings of one model, disagree about one issue."""

    between_score: float
    """Largest less smallest of the models' median forecasts."""
    within_score: float
    """Width of the interval that holds 90 % of a model's draws, averaged over models."""
    opposed_share: float
    """Share of draws in which one model is above the reference point and another below it. NaN if
    in no draw two models give a forecast."""
    without_score: FloatArray
    """Shape (model,); what `between_score` would be without each model."""
    outlier: int
    """Index of the model without which the spread is least; of several, the first."""

    @property
    def rests_on_choice_of_model(self) -> bool:
        """Whether the models differ by more than the draws of one do.

        Of several published models, the answer then rests on which is believed; of several
        readings of one model, it is an accident of how the model was coded.
        """
        return self.between_score > self.within_score

    @property
    def rests_on_one_model(self) -> bool:
        """Whether that would be no longer so if one model, the outlier, were left out."""
        left = float(self.without_score[self.outlier])
        return (
            self.rests_on_choice_of_model
            and len(self.without_score) > 2
            and (left <= self.within_score)
        )


def mean_without(position_score: ArrayLike, weight: ArrayLike) -> FloatArray:
    """Return by how much the compromise mean would move if an actor were not there.

    Parameters
    ----------
    position_score, weight : shape (draw, actor)
        As in `compromise_mean`. Salience alone as weights gives the same under equal influence.

    Returns
    -------
    shape (draw, actor)
        Forecast without the actor less the forecast with it: 0 for an actor that is absent, NaN
        where nobody else is there.

    Raises
    ------
    ValueError
        As `compromise_mean`.

    Examples
    --------
    >>> mean_without([[0.0, 100.0, 50.0]], [[1.0, 1.0, 2.0]]).round(2).tolist()
    [[16.67, -16.67, 0.0]]
    """
    stances = checked(position_score, weight)
    return _means_without(*stances, stances.draws)


def median_without(
    position_score: ArrayLike, weight: ArrayLike, *, ties: Ties = "lower"
) -> FloatArray:
    """Return by how much the weighted median would move if an actor were not there.

    Parameters
    ----------
    position_score, weight : shape (draw, actor)
        As in `weighted_median`.
    ties
        As in `weighted_median`.

    Returns
    -------
    shape (draw, actor)
        As `mean_without`.

    Raises
    ------
    ValueError
        As `weighted_median`.

    Examples
    --------
    >>> median_without([[0.0, 50.0, 100.0]], [[2.0, 2.0, 1.0]]).tolist()
    [[0.0, -50.0, -50.0]]
    """
    choice = tie_number(ties)
    stances = checked(position_score, weight)
    return _medians_without(*stances, choice, stances.draws)


def forecast_without(model: Model, position_score: ArrayLike, weight: ArrayLike) -> FloatArray:
    """Return by how much any model's forecast would move if an actor were not there.

    The model is run once with everybody and once without each, by a weight of 0, over all draws in
    which the actor is present and not alone.

    Parameters
    ----------
    model
        Takes positions and weights and returns a forecast of shape (draw,). Whatever else it needs
        must serve every draw, as it is handed some draws only.
    position_score, weight : shape (draw, actor)
        As in `compromise_mean`.

    Returns
    -------
    shape (draw, actor)
        As `mean_without`; NaN as well where the model gives no forecast.

    Raises
    ------
    ValueError
        As `compromise_mean`, and whatever the model raises.

    Examples
    --------
    >>> from foedus.engines.bargaining.compromise import compromise_mean
    >>> forecast_without(compromise_mean, [[0.0, 100.0]], [[1.0, 3.0]]).tolist()
    [[25.0, -75.0]]
    """
    stances = checked(position_score, weight)
    shape = (stances.draws, stances.weight.shape[1])
    position, mass = (np.broadcast_to(block, shape).copy() for block in stances)
    with_all = model(position, mass)
    is_present = mass > 0
    moved = np.where(is_present, np.nan, 0.0)
    is_alone = is_present.sum(axis=1) == 1
    for actor in range(shape[1]):
        asked = np.flatnonzero(is_present[:, actor] & ~is_alone)
        if asked.size:
            others = mass[asked]
            others[:, actor] = 0.0
            moved[asked, actor] = model(position[asked], others) - with_all[asked]
    return moved


def model_spread(forecast_score: ArrayLike, reference_score: ArrayLike) -> ModelSpread:
    """Return how far models disagree, beside how far the draws of each lie apart.

    Parameters
    ----------
    forecast_score : shape (model, draw)
        Forecasts of at least two models on the same draws; NaN where a model gives none.
    reference_score : shape (draw,) or one number
        The point that the sign of a change is seen from, such as how things stand today.

    Returns
    -------
    ModelSpread

    Raises
    ------
    ValueError
        With all faults at once: shapes, fewer than two models, a model that forecasts no draw, an
        infinite forecast, or a reference that is not finite.

    Examples
    --------
    Two models that agree and one that sees a change the other way:

    >>> spread = model_spread([[52.0, 58.0], [51.0, 57.0], [20.0, 26.0]], 50.0)
    >>> spread.between_score, round(spread.within_score, 1), spread.opposed_share
    (32.0, 5.4, 1.0)
    >>> spread.rests_on_one_model, spread.outlier
    (True, 2)
    """
    forecast = np.asarray(forecast_score, dtype=np.float64)
    reference = np.atleast_1d(np.asarray(reference_score, dtype=np.float64))
    if forecast.ndim != 2 or not forecast.shape[1]:
        raise ValueError(f"forecast_score has shape {forecast.shape}: it must be (model, draw)")
    models, draws = forecast.shape
    is_given: BoolArray = ~np.isnan(forecast)
    problems = []
    if models < 2:
        problems.append("forecast_score has 1 model: at least 2 are needed to differ")
    silent = np.flatnonzero(~is_given.any(axis=1))
    if silent.size:
        problems.append(f"model {silent[0]} gives no forecast in any draw")
    if np.isinf(forecast).any():
        problems.append("forecast_score holds a number that is infinite")
    if reference.shape not in ((1,), (draws,)):
        problems.append(f"reference_score has shape {reference.shape}: it must be ({draws},)")
    if not np.isfinite(reference).all():
        problems.append("reference_score holds a number that is not finite")
    refuse(problems)
    low, middle, high = np.nanquantile(forecast, (INTERVAL[0], 0.5, INTERVAL[1]), axis=1)
    sides = np.where(is_given, np.sign(forecast - reference), 0.0)
    compared = is_given.sum(axis=0) > 1
    opposed = (sides.max(axis=0) > 0) & (sides.min(axis=0) < 0)
    without = np.array([np.ptp(np.delete(middle, model)) for model in range(models)])
    return ModelSpread(
        between_score=float(np.ptp(middle)),
        within_score=float((high - low).mean()),
        opposed_share=float(opposed[compared].mean()) if compared.any() else float("nan"),
        without_score=without,
        outlier=int(without.argmin()),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _means_without(position: FloatArray, weight: FloatArray, draws: int) -> FloatArray:
    """Add up the others from both sides: a total less one weight would lose a small rest."""
    actors = weight.shape[1]
    moved = np.zeros((draws, actors))
    before, pull_before = np.empty(actors), np.empty(actors)
    for draw in range(draws):
        where = position[draw if position.shape[0] > 1 else 0]
        mass = weight[draw if weight.shape[0] > 1 else 0]
        total, moment = 0.0, 0.0
        for i in range(actors):
            before[i], pull_before[i] = total, moment
            if mass[i] > 0.0:
                total += mass[i]
                moment += mass[i] * where[i]
        mean = moment / total
        after, pull_after = 0.0, 0.0
        for i in range(actors - 1, -1, -1):
            if mass[i] > 0.0:
                others = before[i] + after
                if others > 0.0:
                    moved[draw, i] = (pull_before[i] + pull_after) / others - mean
                else:
                    moved[draw, i] = np.nan
                after += mass[i]
                pull_after += mass[i] * where[i]
    return moved


@njit(cache=True, nogil=True, error_model="numpy")
def _medians_without(position: FloatArray, weight: FloatArray, ties: int, draws: int) -> FloatArray:
    actors = weight.shape[1]
    moved = np.zeros((draws, actors))
    at, mass = np.empty(actors), np.empty(actors)
    for draw in range(draws):
        where = position[draw if position.shape[0] > 1 else 0]
        masses = weight[draw if weight.shape[0] > 1 else 0]
        count = sort_present(where, masses, at, mass)
        median = median_of_sorted(at, mass, count, -1, ties)
        for i in range(actors):
            if masses[i] > 0.0:
                # Of those at one point with one weight any may go: the rest is the same.
                k = 0
                while at[k] != where[i] or mass[k] != masses[i]:
                    k += 1
                moved[draw, i] = median_of_sorted(at, mass, count, k, ties) - median
    return moved
