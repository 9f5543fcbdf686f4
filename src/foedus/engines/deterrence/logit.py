"""The logistic function, and what an act says of a type if types act with logit probabilities."""

from math import exp

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)) without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    grown = exp(x)
    return grown / (1.0 + grown)


@njit(cache=True, nogil=True, error_model="numpy")
def posterior(p: float, hard: float, soft: float) -> float:
    """Return how likely an act comes from Hard, from lambda times what both gain by it.

    The ratio of the two logistic functions is taken in logs where they vanish: both may be far
    too small to divide.
    """
    if p <= 0.0 or p >= 1.0:
        return p
    ratio = (1.0 + exp(-abs(hard))) / (1.0 + exp(-abs(soft)))
    if hard < 0.0 or soft < 0.0:
        ratio *= exp(max(-hard, 0.0) - max(-soft, 0.0))
    return 1.0 / (1.0 + (1.0 - p) / p * ratio)
