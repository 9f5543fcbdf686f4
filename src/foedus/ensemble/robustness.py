"""Robustness of choices: how each holds up over draws in which all are tried.

Several criteria, each by itself: they answer different questions and can name different choices.
Nothing here weighs one against another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

HIGH_SHARE: Final = 0.9


@dataclass(frozen=True)
class Robustness:
    """What each criterion makes of each lever. All of shape (lever,), but for the counts.

    Only draws count in which every lever has a number, so that all are compared on the same ones.
    NaN if there are none.
    """

    mean: FloatArray
    worst: FloatArray
    """The worst outcome of any draw (Wald)."""
    regret_mean: FloatArray
    regret_high: FloatArray
    """A high quantile of the regret, less at the mercy of one draw than the greatest."""
    regret_worst: FloatArray
    """The greatest regret of any draw (Savage)."""
    best_share: FloatArray
    """Draws in which no lever is better; ties count for each."""
    satisficing_share: FloatArray
    """Draws in which what is asked for is met (Starr)."""
    used_count: int
    failed_count: int
    """Draws in which some lever has no number."""


LESS_IS_BETTER: Final = ("regret_mean", "regret_high", "regret_worst")
AS_OUTCOME: Final = ("mean", "worst")
MORE_IS_BETTER: Final = ("best_share", "satisficing_share")


def regret(outcomes: FloatArray, *, more_is_better: bool) -> FloatArray:
    """Return by how much each lever falls short of the best in the same draw.

    Parameters
    ----------
    outcomes : shape (draw, lever)
        One outcome under each lever, on common draws; NaN where a run failed.
    more_is_better
        Else less is.

    Returns
    -------
    shape (draw, lever)
        At least 0; NaN throughout a draw in which a run failed.

    Examples
    --------
    >>> regret(np.array([[3.0, 5.0], [4.0, np.nan]]), more_is_better=True).tolist()
    [[2.0, 0.0], [nan, nan]]
    """
    refuse(outcomes)
    gains = outcomes if more_is_better else -outcomes
    short: FloatArray = gains.max(axis=1, keepdims=True) - gains
    return short


def robustness(
    outcomes: FloatArray,
    met: BoolArray,
    *,
    more_is_better: bool,
    high_share: float = HIGH_SHARE,
) -> Robustness:
    """Return how each lever holds up by each criterion.

    Parameters
    ----------
    outcomes : shape (draw, lever)
        One outcome under each lever, on common draws; NaN where a run failed.
    met : shape (draw, lever)
        Where what is asked for is met: a threshold of this outcome, or several demands at once.
    more_is_better
        Else less is.
    high_share
        Quantile of the regret that is reported beside the greatest.

    Raises
    ------
    ValueError
        If shapes do not fit, an outcome is infinite or `high_share` is not between 0 and 1.

    Notes
    -----
    Greatest regret: Savage (1951), "The theory of statistical decision", *Journal of the American
    Statistical Association* 46(253), doi:10.1080/01621459.1951.10500768. Satisficing: Starr (1963),
    *Product Design and Decision Theory*, Prentice-Hall. Both, and why criteria disagree: McPhail
    and others (2018), "Robustness metrics: how are they calculated, when should they be used and
    why do they give different results?", *Earth's Future* 6(2), doi:10.1002/2017EF000649.
    (Bibliographic data checked.)

    The worst outcome and the greatest regret rest on single draws, and grow with their count; a
    lever that is put beside the others can change the regret of all.

    Examples
    --------
    >>> outcomes = np.array([[10.0, 6.0], [0.0, 5.0], [9.0, 6.0]])
    >>> found = robustness(outcomes, outcomes >= 5, more_is_better=True)
    >>> found.regret_worst.tolist(), found.satisficing_share.round(2).tolist()
    ([5.0, 4.0], [0.67, 1.0])
    """
    refuse(outcomes)
    if met.shape != outcomes.shape:
        raise ValueError(f"met has the shape {met.shape}, outcomes {outcomes.shape}")
    if not 0 <= high_share <= 1:
        raise ValueError(f"high_share {high_share} is not between 0 and 1")
    short = regret(outcomes, more_is_better=more_is_better)
    fine = ~np.isnan(short).any(axis=1)
    used = int(fine.sum())
    if not used:
        unknown = np.full(outcomes.shape[1], np.nan)
        return Robustness(*(unknown,) * 7, used_count=0, failed_count=len(outcomes))
    short, values = short[fine], outcomes[fine]
    return Robustness(
        mean=values.mean(axis=0),
        worst=values.min(axis=0) if more_is_better else values.max(axis=0),
        regret_mean=short.mean(axis=0),
        regret_high=np.quantile(short, high_share, axis=0),
        regret_worst=short.max(axis=0),
        best_share=(short == 0).mean(axis=0),
        satisficing_share=met[fine].mean(axis=0),
        used_count=used,
        failed_count=len(outcomes) - used,
    )


def choose(found: Robustness, *, more_is_better: bool) -> Mapping[str, tuple[int, ...]]:
    """Return which levers each criterion names, all of them where some tie.

    Parameters
    ----------
    found
        As `robustness` returns it.
    more_is_better
        Of the outcome.

    Returns
    -------
    By the name of the criterion, places of levers; none where nothing is known. No criterion is
    weighed against another.

    Examples
    --------
    >>> outcomes = np.array([[10.0, 6.0], [0.0, 5.0], [9.0, 6.0]])
    >>> found = robustness(outcomes, outcomes >= 5, more_is_better=True)
    >>> named = choose(found, more_is_better=True)
    >>> named["best_share"], named["worst"], named["regret_worst"]
    ((0,), (1,), (1,))
    """
    named: dict[str, tuple[int, ...]] = {}
    for criterion in (*AS_OUTCOME, *LESS_IS_BETTER, *MORE_IS_BETTER):
        values: FloatArray = getattr(found, criterion)
        is_more = criterion in MORE_IS_BETTER or (criterion in AS_OUTCOME and more_is_better)
        best = values.max() if is_more else values.min()
        named[criterion] = tuple(np.flatnonzero(values == best).tolist())
    return named


def refuse(outcomes: FloatArray) -> None:
    """Raise ValueError for arrays that are no outcomes of levers over draws."""
    if outcomes.ndim != 2 or outcomes.shape[1] == 0:
        raise ValueError(f"outcomes have the shape {outcomes.shape}, not (draw, lever)")
    if np.isinf(outcomes).any():
        raise ValueError("an outcome is infinite")
