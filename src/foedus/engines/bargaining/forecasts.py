"""Every model on the issues of one room, side by side.

Models take the same positions, salience and influence; each says what is agreed if nobody could
walk away. The limits of what is acceptable are put on afterwards, on all models alike.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.bargaining.challenge.play import challenge
from foedus.engines.bargaining.compromise import compromise_mean
from foedus.engines.bargaining.exchange import exchange_draws
from foedus.engines.bargaining.median import weighted_median
from foedus.engines.bargaining.nash import nash_outcome
from foedus.engines.bargaining.spatial.model import play_draws

SCALE: Final = (0.0, 100.0)
AT_A_TIME: Final = 2
"""Issues that are worked on side by side."""
READING_OF: Final = {
    "challenge_as_coded": "scholz-as-coded",
    "challenge_paper": "scholz-paper",
    "challenge_intent": "bdm-intent",
}
"""Reading of the challenge model that each name stands for."""


@dataclass(frozen=True, kw_only=True)
class RoomViews:
    """The views that are heard in one room. Shape (draw, issue, party), scores of 0 to 100."""

    position_score: FloatArray
    salience_share: FloatArray
    influence: FloatArray
    """0 for one that is not heard on the issue."""
    reach_score: FloatArray
    reference_score: FloatArray
    """Shape (draw, issue); NaN where nobody can say."""
    is_dealt: BoolArray
    """Shape (issue,)."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """How models are played."""

    challenge_rounds_count: int
    challenge_stay_prob: float
    challenge_draws_most: int
    spatial_draws_most: int
    exchange_draws_most: int
    exchange_rounds_count: int


def forecast_all(views: RoomViews, models: tuple[str, ...], choices: Choices) -> FloatArray:
    """Return the forecasts of all models, shape (draw, issue, model), scores of 0 to 100.

    NaN where a model gives none, or was not run: the issue is not dealt with, or the draw is
    beyond those on which slow models are run.
    """
    draws, issues, _ = views.position_score.shape
    found = np.full((draws, issues, len(models)), np.nan)

    def fill(issue: int) -> None:
        """Write the forecasts on one issue; each issue has a part of its own."""
        of_issue = by_model(views, issue, choices)
        for place, model in enumerate(models):
            if model in of_issue:
                forecast = of_issue[model]()
                found[: len(forecast), issue, place] = forecast

    def fill_exchange() -> None:
        """Write what position exchange makes of all issues together."""
        traded = exchanged(views, choices)
        dealt = np.flatnonzero(views.is_dealt)
        found[: len(traded), dealt, models.index("exchange")] = traded

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        # Compiled loops let go of the interpreter.
        work = [pool.submit(fill_exchange)]
        work += [pool.submit(fill, issue) for issue in np.flatnonzero(views.is_dealt).tolist()]
        for part in work:
            part.result()
    return found


def by_model(views: RoomViews, issue: int, choices: Choices) -> dict[str, Callable[[], FloatArray]]:
    """Return what finds the forecast of each model on one issue, position exchange apart.

    Whoever weighs nothing in any draw is left out, as if it were not there.
    """
    weight = views.influence[:, issue] * views.salience_share[:, issue]
    heard = (weight > 0).any(axis=0)
    position, salience, influence, reach = (
        np.ascontiguousarray(block[:, issue, heard])
        for block in (
            views.position_score,
            views.salience_share,
            views.influence,
            views.reach_score,
        )
    )
    weight = np.ascontiguousarray(weight[:, heard])
    equal = np.where(weight > 0, salience, 0.0)
    reference = views.reference_score[:, issue]
    has_reference = not np.isnan(reference).any()

    def challenged(name: str) -> FloatArray:
        most = choices.challenge_draws_most
        return challenge(
            position[:most],
            influence[:most],
            salience[:most],
            scale_width=SCALE[1],
            reading=READING_OF[name],
            q=choices.challenge_stay_prob,
            rounds=choices.challenge_rounds_count,
        ).forecast

    def spatial() -> tuple[FloatArray, FloatArray]:
        most = choices.spatial_draws_most
        ends = play_draws(
            position[:most, :, np.newaxis], salience[:most, :, np.newaxis], influence[:most]
        )
        return ends.expected_score[:, 0], ends.most_probable_score[:, 0]

    def nash(
        no_deal_score: FloatArray | None = None, cost_share: FloatArray | None = None
    ) -> FloatArray:
        found = nash_outcome(
            position, weight, SCALE, no_deal_score=no_deal_score, cost_share=cost_share
        )
        return found.outcome_score

    ends: list[tuple[FloatArray, FloatArray]] = []

    def spatial_part(place: int) -> FloatArray:
        if not ends:
            ends.append(spatial())
        return ends[0][place]

    found: dict[str, Callable[[], FloatArray]] = {
        "mean": lambda: compromise_mean(position, weight),
        "median": lambda: weighted_median(position, weight),
        "mean_equal": lambda: compromise_mean(position, equal),
        "median_equal": lambda: weighted_median(position, equal),
        "nash_zero": nash,
        "nash_cost": lambda: nash(cost_share=reach / SCALE[1]),
        "spatial_expected": lambda: spatial_part(0),
        "spatial_probable": lambda: spatial_part(1),
    }
    if has_reference:
        found["nash_reference"] = lambda: nash(no_deal_score=reference)
    for name in READING_OF:
        found[name] = lambda name=name: challenged(name)  # type: ignore[misc]
    return found


def exchanged(views: RoomViews, choices: Choices) -> FloatArray:
    """Return the outcomes of position exchange over all issues that are dealt with.

    Shape (draw, issue that is dealt with), of the first draws alone.
    """
    most = choices.exchange_draws_most
    dealt = np.flatnonzero(views.is_dealt)
    blocks = tuple(
        np.moveaxis(block[:most, dealt], 1, 2)
        for block in (views.position_score, views.salience_share, views.influence)
    )
    position, salience, influence = blocks
    present: BoolArray = np.asarray(((salience * influence) > 0).any(axis=0))
    heard = np.asarray(present.any(axis=1))
    return exchange_draws(
        position[:, heard],
        salience[:, heard],
        influence[:, heard],
        present[heard],
        rounds_count=choices.exchange_rounds_count,
    ).outcome_score
