"""Scores of probability forecasts: how good an answer was, once the outcome is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def brier_score(prob: FloatArray, outcome: FloatArray) -> float:
    """Return the mean squared distance of forecasts from what happened.

    0 is perfect, 0.25 is what "one half" always earns, 1 is certain and always wrong.

    Parameters
    ----------
    prob : shape (case,)
        Forecast chances that the event happens.
    outcome : shape (case,)
        1 (or True) where it happened, 0 where not.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is no case, the shapes differ, a chance is outside 0 and 1, or an
        outcome is neither 0 nor 1: what is not known cannot be scored.

    Notes
    -----
    Brier (1950), "Verification of forecasts expressed in terms of probability",
    *Monthly Weather Review* 78(1), 1-3, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
    (bibliographic data checked). His sum runs over both classes and is twice this one.

    Examples
    --------
    >>> round(brier_score(np.array([0.7]), np.array([1.0])), 4)
    0.09
    """
    chance, happened = _checked_cases(prob, outcome)
    return float(np.mean(np.square(chance - happened)))


def log_score(prob: FloatArray, outcome: FloatArray, *, clip: float | None = None) -> float:
    """Return the mean of minus the natural logarithm of the chance given to what happened.

    0 is perfect, ln 2 = 0.693 is what "one half" always earns. A forecast of exactly
    0 or 1 that goes wrong makes the score infinite: it claimed to be certain.

    Parameters
    ----------
    prob, outcome
        As in `brier_score`.
    clip
        If given, chances are first brought into [clip, 1 - clip]: above 0 and below
        0.5. Report it with the score, since it caps the price of false certainty.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As `brier_score`, or if `clip` is out of range.

    Notes
    -----
    Strictly proper, as the Brier score: Gneiting and Raftery (2007), "Strictly proper
    scoring rules, prediction, and estimation", *Journal of the American Statistical
    Association* 102(477), 359-378, doi:10.1198/016214506000001437 (bibliographic data
    checked).

    Examples
    --------
    >>> round(log_score(np.array([0.5, 0.5]), np.array([1.0, 0.0])), 3)
    0.693
    >>> log_score(np.array([0.0]), np.array([1.0]))
    inf
    >>> round(log_score(np.array([0.0]), np.array([1.0]), clip=0.01), 3)
    4.605
    """
    chance, happened = _checked_cases(prob, outcome)
    if clip is not None:
        if not 0 < clip < 1 - clip:
            raise ValueError(f"clip {clip} is not above 0 and below 0.5")
        chance = np.clip(chance, clip, 1 - clip)
    given = np.where(happened == 1, chance, 1 - chance)
    with np.errstate(divide="ignore"):
        # The sum with 0 turns a perfect score's -0 into 0.
        return float(np.mean(-np.log(given))) + 0.0


def skill(score: float, baseline: float) -> float:
    """Return the part of a baseline's score that a forecast does away with.

    1 is perfect, 0 no better than the baseline, below 0 worse. For scores where less
    is better and 0 is perfect, as both above.

    Parameters
    ----------
    score
        Of the forecast.
    baseline
        Of what it is measured against, on the same cases.

    Returns
    -------
    float
        1 - score / baseline.

    Raises
    ------
    ValueError
        If the baseline is not above 0 and finite, or the score is negative or NaN.

    Examples
    --------
    >>> skill(0.1, 0.25)
    0.6
    """
    if not 0 < baseline < np.inf:
        raise ValueError(
            f"baseline {baseline} is not above 0 and finite: nothing to measure against"
        )
    if not score >= 0:
        raise ValueError(f"score {score} is negative or NaN")
    return 1 - score / baseline


@dataclass(frozen=True)
class CalibrationTable:
    """Forecasts in bins beside what happened. Every array has shape (bin,)."""

    low_prob: FloatArray
    """Where the bin begins; included."""
    high_prob: FloatArray
    """Where it ends; included in the last bin only."""
    case_count: IntArray
    mean_prob: FloatArray
    """Mean forecast of the cases in the bin; NaN in an empty bin."""
    observed_share: FloatArray
    """Share of them that happened; NaN in an empty bin."""
    observed_low_share: FloatArray
    """Lower end of the Wilson interval of the observed share; NaN in an empty bin."""
    observed_high_share: FloatArray


def calibration_table(
    prob: FloatArray, outcome: FloatArray, edges: FloatArray, *, confidence: float = 0.9
) -> CalibrationTable:
    """Return how often the event happened among forecasts of about the same chance.

    Parameters
    ----------
    prob, outcome
        As in `brier_score`.
    edges : shape (bin + 1,)
        Where bins begin and end, strictly ascending from 0 to 1. A forecast on an
        inner edge belongs to the bin above it.
    confidence
        Of the interval around each observed share, above 0 and below 1.

    Returns
    -------
    CalibrationTable

    Raises
    ------
    ValueError
        As `brier_score`, or if the edges or the confidence are out of range.

    Notes
    -----
    Interval: Wilson (1927), "Probable inference, the law of succession, and statistical
    inference", *Journal of the American Statistical Association* 22(158), 209-212,
    doi:10.1080/01621459.1927.10502953 (bibliographic data checked).

    Examples
    --------
    >>> table = calibration_table(
    ...     np.array([0.1, 0.2, 0.5, 1.0]),
    ...     np.array([0.0, 1.0, 1.0, 1.0]),
    ...     np.array([0.0, 0.5, 1.0]),
    ... )
    >>> table.case_count.tolist(), table.mean_prob.round(2).tolist()
    ([2, 2], [0.15, 0.75])
    >>> table.observed_share.tolist()
    [0.5, 1.0]
    """
    chance, happened = _checked_cases(prob, outcome)
    if edges.ndim != 1 or edges.size == 0 or not (np.diff(edges) > 0).all():
        raise ValueError("edges do not ascend strictly")
    if edges[0] != 0 or edges[-1] != 1:
        raise ValueError(f"edges run from {edges[0]:g} to {edges[-1]:g}, not from 0 to 1")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not above 0 and below 1")
    bins = edges.size - 1
    place = np.minimum(np.searchsorted(edges, chance, side="right") - 1, bins - 1)
    cases = np.bincount(place, minlength=bins).astype(np.int64)
    events = np.bincount(place, weights=happened, minlength=bins).astype(np.float64)
    total_prob = np.bincount(place, weights=chance, minlength=bins)
    filled: FloatArray = np.where(cases > 0, cases, np.nan)
    low, high = _wilson_interval(events, filled, confidence)
    return CalibrationTable(
        low_prob=edges[:-1].astype(np.float64),
        high_prob=edges[1:].astype(np.float64),
        case_count=cases,
        mean_prob=total_prob / filled,
        observed_share=events / filled,
        observed_low_share=low,
        observed_high_share=high,
    )


def _wilson_interval(
    events: FloatArray, cases: FloatArray, confidence: float
) -> tuple[FloatArray, FloatArray]:
    z = ndtri((1 + confidence) / 2)
    centre = (events + z**2 / 2) / (cases + z**2)
    half = z / (cases + z**2) * np.sqrt(events * (cases - events) / cases + z**2 / 4)
    # At no or only events the end is 0 or 1 exactly; rounding must not carry it past.
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def _checked_cases(prob: FloatArray, outcome: FloatArray) -> tuple[FloatArray, FloatArray]:
    chance, happened = np.asarray(prob, np.float64), np.asarray(outcome, np.float64)
    if chance.ndim != 1 or chance.shape != happened.shape:
        raise ValueError(
            f"prob has shape {chance.shape}, outcome {happened.shape}: want one (case,)"
        )
    if chance.size == 0:
        raise ValueError("there is no case to score")
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("prob holds a number that is NaN or not between 0 and 1")
    if not ((happened == 0) | (happened == 1)).all():
        raise ValueError("outcome holds a number that is neither 0 nor 1")
    return chance, happened
