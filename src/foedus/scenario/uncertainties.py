"""Which cells are uncertain, and how: distributions by their quantile functions."""

from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import betaincinv, ndtri

from foedus.scenario.rows import Number, Row

FloatArray = NDArray[np.float64]

Distribution = Literal["pert", "triangular", "uniform", "normal", "lognormal", "bernoulli", "range"]
"""`pert`, `triangular`, `uniform`: between low and high; `normal`, `lognormal`: low and high are
the 5 % and 95 % points, and mode the median; `bernoulli`: 1 with probability `mode`, else 0;
`range`: every matching row is drawn between its own `_low` and `_high`, and the row here only sets
how these draws hang together."""

TRIANGULAR: Final = ("triangular", "range")
"""Distributions that are drawn alike."""
Z90: Final = float(ndtri(0.95))
LEAST_PROB: Final = 1e-100
"""Of smaller probabilities scipy's inverse of the beta distribution makes NaN."""


class Uncertainty(Row):
    """A cell of the scenario, or many, and how it is drawn."""

    key_fields = ("table", "cell_key", "field")

    table: str
    """A table of the scenario, or `engines` for a setting of an engine."""
    cell_key: str
    """Key of the row (parts joined by `:`, `*` for any), or the engine's name."""
    field: str
    """Column, or the engine's setting."""
    distribution: Distribution
    low_value: Number | None = None
    mode_value: Number | None = None
    high_value: Number | None = None
    group: str = ""
    """Cells of one group move together."""
    group_correlation: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Correlation between any two cells of the group, on the normal scale (one-factor copula)."""


def quantiles(
    distribution: Distribution,
    uniform: FloatArray,
    low: FloatArray | float,
    mode: FloatArray | float,
    high: FloatArray | float,
) -> FloatArray:
    """Return the values at given probabilities.

    Parameters
    ----------
    distribution
        `range` is drawn as `triangular`, its row's own value being the mode.
    uniform : any shape
        Probabilities between 0 and 1.
    low, mode, high
        Broadcast against `uniform`; their meaning is that of `Distribution`.

    Returns
    -------
    same shape as `uniform`

    Notes
    -----
    PERT is the beta distribution on [low, high] with mean (low + 4 mode + high) / 6, as in Malcolm,
    Roseboom, Clark and Fazar (1959), *Operations Research* 7(5), doi:10.1287/opre.7.5.646
    (recalled, not checked).

    Examples
    --------
    >>> quantiles("triangular", np.array([0.0, 0.5, 1.0]), 0.0, 1.0, 2.0).tolist()
    [0.0, 1.0, 2.0]
    """
    u = np.asarray(uniform, dtype=np.float64)
    low, mode, high = (np.asarray(end, dtype=np.float64) for end in (low, mode, high))
    width: FloatArray = high - low
    match distribution:
        case "uniform":
            drawn = low + u * width
        case "triangular" | "range":
            with np.errstate(invalid="ignore", divide="ignore"):
                peak = np.where(width > 0, (mode - low) / width, 0.0)
                rising = low + np.sqrt(u * width * (mode - low))
                falling = high - np.sqrt((1 - u) * width * (high - mode))
            drawn = np.where(u < peak, rising, falling)
        case "pert":
            with np.errstate(invalid="ignore", divide="ignore"):
                peak = np.where(width > 0, (mode - low) / width, 0.5)
            reached = np.where(u < LEAST_PROB, 0.0, u)
            drawn = low + width * betaincinv(1 + 4 * peak, 5 - 4 * peak, reached)
        case "normal":
            below = mode + (mode - low) / Z90 * ndtri(u)
            above = mode + (high - mode) / Z90 * ndtri(u)
            drawn = np.where(u < 0.5, below, above)
        case "lognormal":
            drawn = np.exp(quantiles("normal", u, np.log(low), np.log(mode), np.log(high)))
        case "bernoulli":
            drawn = (u < mode).astype(np.float64)
    values: FloatArray = np.asarray(drawn, dtype=np.float64)
    return values


def shape_fault(row: Uncertainty) -> str | None:
    """Say what is wrong with the numbers of a row, or None."""
    low, mode, high = row.low_value, row.mode_value, row.high_value
    match row.distribution:
        case "range":
            return None if low is mode is high is None else "a range takes no numbers of its own"
        case "bernoulli":
            if mode is None or not 0 <= mode <= 1:
                return f"a bernoulli needs mode_value between 0 and 1 (got {mode})"
            return None
        case "uniform":
            if low is None or high is None:
                return "a uniform needs low_value and high_value"
            return None if low <= high else f"low {low:g} is above high {high:g}"
        case _:
            if low is None or mode is None or high is None:
                return f"a {row.distribution} needs low_value, mode_value and high_value"
            if not low <= mode <= high:
                return f"low {low:g}, mode {mode:g}, high {high:g} are not in order"
            if row.distribution == "lognormal" and low <= 0:
                return f"a lognormal needs low_value above 0 (got {low:g})"
            return None
