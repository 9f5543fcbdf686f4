"""From one decision to months: how likely a violation, and a war, is within a time.

The game tells how much likelier a violation is under one option than without force or backing. How
often ceasefires break without either is counted, not modelled: the baseline hazard a month. The two
multiplied are the hazard of the option, the same every month and independent from month to month:

    P(violation within T months) = 1 - (1 - hazard)^T

The ratio is one of means over draws. In a single draw of the closed form the adversary violates
surely, never, or when it is Hard, so that a ratio draw by draw would be all or nothing.
"""

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray


def risk_ratio(option_prob: ArrayLike, without_prob: ArrayLike) -> float:
    """Return the mean probability under an option over that with neither force nor backing.

    Parameters
    ----------
    option_prob, without_prob : shape (draw,)
        Of a violation; for the hazard of a war, `option_prob` is that of a war.

    Raises
    ------
    ValueError
        If a number is no probability, there is none, or nobody violates without force or backing:
        then there is no risk to compare with.

    Examples
    --------
    >>> risk_ratio([0.0, 0.5, 0.5, 0.0], [1.0, 0.5, 0.5, 0.0])
    0.5
    """
    means = []
    for name, given in (("option_prob", option_prob), ("without_prob", without_prob)):
        prob = np.asarray(given, dtype=np.float64)
        if prob.size == 0 or not ((prob >= 0.0) & (prob <= 1.0)).all():
            raise ValueError(f"{name} must hold probabilities from 0 to 1, one or more")
        means.append(float(prob.mean()))
    if means[1] == 0.0:
        raise ValueError(
            "without_prob is 0 in every draw: where nobody violates anyway, no ratio can be taken"
        )
    return means[0] / means[1]


def monthly_hazard(baseline_prob: ArrayLike, ratio: ArrayLike) -> FloatArray:
    """Return the hazard of an option a month, shape (draw,).

    Parameters
    ----------
    baseline_prob
        Hazard a month with neither force nor backing; one number or shape (draw,).
    ratio
        As `risk_ratio`; one number or shape (draw,).

    Raises
    ------
    ValueError
        If a number is out of its range, or the two multiply past 1, with values and draws.

    Examples
    --------
    >>> monthly_hazard([0.02, 0.03], 0.4).tolist()
    [0.008, 0.012]
    >>> monthly_hazard([0.02, 0.6], 2.0)
    Traceback (most recent call last):
    ValueError: a hazard of 0.6 times a ratio of 2 is 1.2, past 1: draw 1
    """
    baseline, times = (
        np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in (baseline_prob, ratio)
    )
    if not ((baseline >= 0.0) & (baseline <= 1.0)).all():
        raise ValueError("baseline_prob must be from 0 to 1")
    if not ((times >= 0.0) & np.isfinite(times)).all():
        raise ValueError("ratio must be at least 0 and finite")
    hazard: FloatArray = baseline * times
    past = np.flatnonzero(hazard > 1.0)
    if past.size:
        first = past[0]
        values = [np.broadcast_to(column, hazard.shape)[first] for column in (baseline, times)]
        shown = ", ".join(str(draw) for draw in past[:5]) + (", ..." if past.size > 5 else "")
        raise ValueError(
            f"a hazard of {values[0]:g} times a ratio of {values[1]:g} is {hazard[first]:g}, "
            f"past 1: draw{'s' if past.size > 1 else ''} {shown}"
        )
    return hazard


def within_prob(hazard_prob: ArrayLike, months: ArrayLike) -> FloatArray:
    """Return the probability that it happens within some months.

    Parameters
    ----------
    hazard_prob : shape (draw,)
    months : shape (horizon,)
        At least 0.

    Returns
    -------
    shape (draw, horizon)

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> within_prob([0.0, 0.01, 1.0], [12, 24]).round(3).tolist()
    [[0.0, 0.0], [0.114, 0.214], [1.0, 1.0]]
    """
    hazard = np.atleast_1d(np.asarray(hazard_prob, dtype=np.float64))
    times = np.atleast_1d(np.asarray(months, dtype=np.float64))
    if not ((hazard >= 0.0) & (hazard <= 1.0)).all():
        raise ValueError("hazard_prob must be from 0 to 1")
    if not ((times >= 0.0) & np.isfinite(times)).all():
        raise ValueError("months must be at least 0 and finite")
    kept: FloatArray = (1.0 - hazard)[:, None] ** times
    return 1.0 - kept
