"""Scenario discovery: in which part of the inputs the cases of interest lie.

The patient rule induction method (PRIM). A box begins with all draws. Step by step a thin slice is
peeled off one side of it, the one that makes the rest richest in cases; the steps trade coverage
(how many of all cases are inside) for density (how many of those inside are cases). Which step to
stop at is a judgement, and is left to whoever asks.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import betainc

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

PEEL_SHARE: Final = 0.05
PASTE_SHARE: Final = 0.01
LEAST_MASS_SHARE: Final = 0.05


@dataclass(frozen=True)
class Box:
    """A box of inputs. Its limits belong to it; they are infinite where it is open."""

    low: FloatArray
    """Shape (input,)."""
    high: FloatArray
    """Shape (input,)."""

    @property
    def restricted(self) -> BoolArray:
        """Inputs that it limits on one side at least, shape (input,)."""
        return np.isfinite(self.low) | np.isfinite(self.high)

    def holds(self, x: FloatArray) -> BoolArray:
        """Tell which points lie inside, shape (draw,)."""
        inside: BoolArray = np.all((x >= self.low) & (x <= self.high), axis=1)
        return inside


@dataclass(frozen=True)
class Fit:
    """How well a box fits the cases of a sample."""

    inside_count: int
    inside_cases_count: int
    draws_count: int
    cases_count: int

    @property
    def coverage_share(self) -> float:
        """Part of all cases that lie inside; NaN without cases."""
        return self.inside_cases_count / self.cases_count if self.cases_count else np.nan

    @property
    def density_share(self) -> float:
        """Part of what lies inside that are cases; NaN for an empty box."""
        return self.inside_cases_count / self.inside_count if self.inside_count else np.nan

    @property
    def mass_share(self) -> float:
        """Part of all draws that lie inside."""
        return self.inside_count / self.draws_count


@dataclass(frozen=True)
class Trajectory:
    """The boxes of a peeling, from all draws to the smallest. Arrays have shape (step,).

    Step 0 is the box that holds all; each further one peels one side of the one before.
    """

    inputs_count: int
    cases_count: int
    peeled: IntArray
    """Input whose side was peeled; -1 at step 0."""
    is_low: BoolArray
    """True where the low side was."""
    limit: FloatArray
    """The new limit of that side: the outermost value that is kept. NaN at step 0."""
    inside_count: IntArray
    inside_cases_count: IntArray

    @cached_property
    def coverage_share(self) -> FloatArray:
        """Part of all cases that lie inside; it never rises."""
        shares: FloatArray = self.inside_cases_count / self.cases_count
        return shares

    @cached_property
    def density_share(self) -> FloatArray:
        """Part of what lies inside that are cases."""
        shares: FloatArray = self.inside_cases_count / self.inside_count
        return shares

    @cached_property
    def mass_share(self) -> FloatArray:
        """Part of all draws that lie inside."""
        shares: FloatArray = self.inside_count / self.inside_count[0]
        return shares

    @cached_property
    def restricted_count(self) -> IntArray:
        """Inputs that the box limits."""
        seen = np.zeros((self.peeled.size, self.inputs_count), dtype=np.bool_)
        seen[np.arange(1, self.peeled.size), self.peeled[1:]] = True
        counts: IntArray = np.logical_or.accumulate(seen, axis=0).sum(axis=1)
        return counts

    def box(self, step: int) -> Box:
        """Return the box of a step."""
        if not 0 <= step < self.peeled.size:
            raise ValueError(f"step {step} of a trajectory of {self.peeled.size}")
        low, high = np.full(self.inputs_count, -np.inf), np.full(self.inputs_count, np.inf)
        for at in range(1, step + 1):
            side = low if self.is_low[at] else high
            side[self.peeled[at]] = self.limit[at]
        return Box(low, high)

    def first_as_dense_as(self, density_share: float) -> int | None:
        """Return the first step whose box is as dense as asked, None if there is none."""
        dense = np.flatnonzero(self.density_share >= density_share)
        return int(dense[0]) if dense.size else None


def peel(
    x: FloatArray,
    cases: BoolArray,
    *,
    peel_share: float = PEEL_SHARE,
    least_mass_share: float = LEAST_MASS_SHARE,
) -> Trajectory:
    """Return the trajectory of boxes that peeling makes.

    Parameters
    ----------
    x : shape (draw, input)
        Inputs of each draw, finite; events as 0 and 1. Draws that failed are left out before.
    cases : shape (draw,)
        True for a case of interest, such as a force that falls short.
    peel_share
        Part of the draws inside that one step takes off, one draw at least. Equal values are taken
        off together or not at all: fewer go where a tie would be split, and more where the
        outermost values are all tied.
    least_mass_share
        No box holds a smaller part of all draws.

    Raises
    ------
    ValueError
        If shapes do not fit, an input is not finite, there is no case, or a share is not above 0
        and below 1.

    Notes
    -----
    Friedman and Fisher (1999), "Bump hunting in high-dimensional data", *Statistics and Computing*
    9(2), doi:10.1023/A:1008894516817; for scenarios Bryant and Lempert (2010), "Thinking inside the
    box: a participatory, computer-assisted approach to scenario discovery", *Technological
    Forecasting and Social Change* 77(1), doi:10.1016/j.techfore.2009.08.002. (Bibliographic data
    checked.)

    The side is peeled that gains most density for each draw taken off. Where every step takes off
    as many, that is the highest density of the rest; where ties make a step large, it keeps an
    event of 0 and 1 from winning because it takes off half of all draws. Of equal gains the first
    input wins, and its low side. Peeling stops at a density of 1, too.

    Examples
    --------
    >>> x = np.arange(100.0)[:, np.newaxis]
    >>> found = peel(x, x[:, 0] >= 90, peel_share=0.1)
    >>> step = found.first_as_dense_as(1.0)
    >>> float(found.box(step).low[0]), float(found.coverage_share[step])
    (90.0, 1.0)
    """
    refuse(x, cases)
    for name, share in (("peel_share", peel_share), ("least_mass_share", least_mass_share)):
        if not 0 < share < 1:
            raise ValueError(f"{name} {share} is not between 0 and 1")
    if not cases.any():
        raise ValueError("no draw is a case")
    columns = np.ascontiguousarray(x.T)
    order = np.argsort(columns, axis=1)  # how ties are ordered does not count
    least = max(1, int(np.ceil(least_mass_share * len(x) - 1e-9)))
    peeled, is_low, limit, inside, hits = _peel(columns, order, cases, peel_share, least)
    return Trajectory(x.shape[1], int(cases.sum()), peeled, is_low, limit, inside, hits)


@njit(cache=True, nogil=True, error_model="numpy")
def _peel(
    columns: FloatArray, order: IntArray, cases: BoolArray, peel_share: float, least: int
) -> tuple[IntArray, BoolArray, FloatArray, IntArray, IntArray]:
    """Return what `Trajectory` holds of each step."""
    inputs, draws = columns.shape
    inside = np.ones(draws, dtype=np.bool_)
    # Where the outermost draws inside stand in the order of each input: [input, low or high].
    outermost = np.zeros((inputs, 2), dtype=np.int64)
    outermost[:, 1] = draws - 1
    peeled = np.full(draws + 1, -1, dtype=np.int64)
    is_low = np.zeros(draws + 1, dtype=np.bool_)
    limit = np.full(draws + 1, np.nan)
    inside_count = np.zeros(draws + 1, dtype=np.int64)
    hits_count = np.zeros(draws + 1, dtype=np.int64)
    n, hits = draws, int(cases.sum())
    inside_count[0], hits_count[0] = n, hits
    step = 0
    while hits < n:
        want = max(1, int(peel_share * n + 1e-9))
        best_gain, best_input, best_side, best_off, best_hits_off = -np.inf, -1, 0, 0, 0
        best_limit = np.nan
        for i in range(inputs):
            for side in range(2):
                ahead = 1 - 2 * side
                while not inside[order[i, outermost[i, side]]]:
                    outermost[i, side] += ahead
                off, hits_off, kept = _slice(
                    columns[i], order[i], inside, cases, outermost[i, side], ahead, want
                )
                if off == 0 or n - off < least:
                    continue
                gain = ((hits - hits_off) / (n - off) - hits / n) / off
                if gain > best_gain:
                    best_gain, best_input, best_side = gain, i, side
                    best_off, best_hits_off, best_limit = off, hits_off, kept
        if best_input < 0:
            break
        at = outermost[best_input, best_side]
        left = best_off
        while left > 0:
            draw = order[best_input, at]
            if inside[draw]:
                inside[draw] = False
                left -= 1
            at += 1 - 2 * best_side
        n -= best_off
        hits -= best_hits_off
        step += 1
        peeled[step], is_low[step], limit[step] = best_input, best_side == 0, best_limit
        inside_count[step], hits_count[step] = n, hits
    end = step + 1
    return (
        peeled[:end].copy(),
        is_low[:end].copy(),
        limit[:end].copy(),
        inside_count[:end].copy(),
        hits_count[:end].copy(),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _slice(
    column: FloatArray,
    order: IntArray,
    inside: BoolArray,
    cases: BoolArray,
    at: int,
    ahead: int,
    want: int,
) -> tuple[int, int, float]:
    """Return draws and cases of the slice to take off one side, and the outermost value kept.

    No draw is taken off if all that are inside have one value.
    """
    below, hits_below = 0, 0  # of values before the one that is being counted
    tied, hits_tied = 0, 0
    value = column[order[at]]
    while 0 <= at < order.size:
        draw = order[at]
        at += ahead
        if not inside[draw]:
            continue
        if column[draw] != value:
            below += tied
            hits_below += hits_tied
            value, tied, hits_tied = column[draw], 0, 0
        tied += 1
        if cases[draw]:
            hits_tied += 1
        if below + tied > want and below > 0:
            return below, hits_below, value
    return 0, 0, value


def paste(x: FloatArray, cases: BoolArray, box: Box, *, paste_share: float = PASTE_SHARE) -> Box:
    """Return a box, widened again wherever that does not make it less dense.

    Parameters
    ----------
    x : shape (draw, input)
    cases : shape (draw,)
        As for `peel`.
    box
        Holds a draw.
    paste_share
        Draws that one step adds at one side, as a part of those inside; one at least, and all that
        are tied with the last.

    Returns
    -------
    Box
        A side is open where the other limits leave nothing beyond it.

    Raises
    ------
    ValueError
        As for `peel`, or if the box is empty.

    Notes
    -----
    As Friedman and Fisher paste, but that a step which leaves the density as it is counts as a
    gain, too: it adds coverage. The densest of the widened boxes wins, then the largest.
    """
    refuse(x, cases)
    if not 0 < paste_share < 1:
        raise ValueError(f"paste_share {paste_share} is not between 0 and 1")
    if not box.holds(x).any():
        raise ValueError("the box holds no draw")
    # A low side is the high side of the input turned round.
    turned = np.concatenate([x, -x], axis=1)
    limits = np.concatenate([box.high, -box.low])
    while True:
        beyond = turned > limits
        faults = beyond.sum(axis=1)
        n, hits = int((faults == 0).sum()), int(cases[faults == 0].sum())
        want = max(1, int(paste_share * n + 1e-9))
        best, widened = (hits / n, 0), limits
        for side in np.flatnonzero(np.isfinite(limits)):
            near = np.flatnonzero(beyond[:, side] & (faults == 1))
            wider = limits.copy()
            wider[side] = np.inf
            if near.size > want:
                wider[side] = np.partition(turned[near, side], want - 1)[want - 1]
                near = near[turned[near, side] <= wider[side]]
            reached = ((hits + int(cases[near].sum())) / (n + near.size), near.size)
            if reached > best or (wider[side] == np.inf and reached >= best):
                best, widened = reached, wider
        if widened is limits:
            return Box(-limits[x.shape[1] :], limits[: x.shape[1]])
        limits = widened


def fit(x: FloatArray, cases: BoolArray, box: Box) -> Fit:
    """Return how well a box fits a sample: of draws that it was not found on, an honest measure.

    Parameters
    ----------
    x : shape (draw, input)
    cases : shape (draw,)
    """
    refuse(x, cases)
    inside = box.holds(x)
    return Fit(int(inside.sum()), int(cases[inside].sum()), len(x), int(cases.sum()))


def quasi_p(x: FloatArray, cases: BoolArray, box: Box) -> FloatArray:
    """Return how easily chance would make the box so dense without each of its restrictions.

    Parameters
    ----------
    x : shape (draw, input)
    cases : shape (draw,)
    box
        Holds a draw.

    Returns
    -------
    shape (input,)
        The probability of as many cases inside, or more, if each draw inside were a case with the
        density of the box that lacks this input's limits. NaN for an input that is not limited.

    Notes
    -----
    Bryant and Lempert (2010), doi:10.1016/j.techfore.2009.08.002. Quasi, since the same draws chose
    the box: a small value is no proof, a large one tells that the restriction can go.

    Examples
    --------
    Four of four inside are cases, and half of all without the limit: 1 in 16.

    >>> x = np.arange(8.0)[:, np.newaxis]
    >>> quasi_p(x, x[:, 0] >= 4, Box(np.array([4.0]), np.array([np.inf]))).tolist()
    [0.0625]
    """
    refuse(x, cases)
    found = fit(x, cases, box)
    if not found.inside_count:
        raise ValueError("the box holds no draw")
    probabilities = np.full(x.shape[1], np.nan)
    for place in np.flatnonzero(box.restricted):
        low, high = box.low.copy(), box.high.copy()
        low[place], high[place] = -np.inf, np.inf
        free = fit(x, cases, Box(low, high))
        n, hits = found.inside_count, found.inside_cases_count
        tail = betainc(hits, n - hits + 1, free.density_share) if hits else 1.0
        probabilities[place] = tail
    return probabilities


def refuse(x: FloatArray, cases: BoolArray) -> None:
    """Raise ValueError for arrays that are no sample."""
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(f"x has the shape {x.shape}, not (draw, input)")
    if cases.shape != x.shape[:1] or cases.dtype != np.bool_:
        raise ValueError(f"cases are {cases.dtype} of the shape {cases.shape}, not bool (draw,)")
    if not np.isfinite(x).all():
        raise ValueError("an input is not finite")
