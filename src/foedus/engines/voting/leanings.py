"""Rules and known leanings: what passes, who decides, when each voter says yes with a probability.

A power index lets everybody toss a coin. Where something is known of how a voter leans, the
multilinear extension of the rule takes its probability instead: voters decide independently of
each other, each with a probability of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.voting.counting import MOST_HALVED_VOTERS, MOST_STEPS
from foedus.engines.voting.halves import halves_of, partners_by_size
from foedus.engines.voting.rules import VotingRule
from foedus.engines.voting.shapes import LARGEST_SUM, Shape, shape_of, without_idle
from foedus.engines.voting.sums import ask_of, cells_count

MOST_PAIRED_VOTERS: Final = 30
MOST_CELLS: Final = 5e7
"""Of a table by voters and sums."""

BLOCK_PAIRS: Final = 2**22
"""Pairs of the halves' coalitions that are looked at together."""


@dataclass(frozen=True)
class Chances:
    """What becomes of a vote in which each voter says yes with a probability of its own."""

    pass_prob: FloatArray
    """Shape (draw,): that the rule is passed."""
    pivot_prob: FloatArray
    """Shape (draw, voter): that the others leave the outcome to the voter."""


def passes(rule: VotingRule, yes: ArrayLike) -> BoolArray:
    """Say whether those who say yes pass a rule; weights are added exactly.

    Parameters
    ----------
    rule
        Of as many voters.
    yes : shape (draw, voter)
        Whether each says yes.

    Returns
    -------
    shape (draw,)

    Raises
    ------
    ValueError
        If `yes` is not an array of truth values with a column for each voter.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> passes(weighted([4, 2, 1], 5), [[True, False, True], [False, True, True]]).tolist()
    [True, False]
    """
    votes = _votes(rule, yes)
    return _outcome(rule, {weights: votes @ _exact(weights) for weights in _all_weights(rule)})


def pivotal(rule: VotingRule, yes: ArrayLike) -> BoolArray:
    """Say whose change of mind, with all others as they are, would change the outcome.

    Parameters
    ----------
    rule, yes
        As in `passes`.

    Returns
    -------
    shape (draw, voter)

    Raises
    ------
    ValueError
        As in `passes`.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> pivotal(weighted([4, 2, 1], 5), [[True, False, True], [True, True, True]]).tolist()
    [[True, False, True], [True, False, False]]
    """
    votes = _votes(rule, yes)
    sums = {weights: votes @ _exact(weights) for weights in _all_weights(rule)}
    changed = {
        weights: total[:, None] + np.where(votes, -1, 1) * _exact(weights)
        for weights, total in sums.items()
    }
    return np.not_equal(_outcome(rule, changed), _outcome(rule, sums)[:, None])


def chances(rule: VotingRule, yes_prob: ArrayLike) -> Chances:
    """Return the probabilities that a rule is passed and that each voter decides.

    Parameters
    ----------
    rule
        Its weights may be of any size.
    yes_prob : shape (draw, voter)
        Probability that the voter says yes, independently of the others.

    Returns
    -------
    Chances
        The pivot probability is the derivative of the pass probability in the voter's own; at one
        half for all it is the absolute Banzhaf index, and its mean over all common probabilities
        from 0 to 1 is the Shapley-Shubik index.

    Raises
    ------
    ValueError
        If `yes_prob` has not a column for each voter or holds what is no probability, or if the
        work would take more than about a minute: with one kind of weight beside heads more than
        40 voters, with several more than 30, unless weights are small; or too many draws.

    Notes
    -----
    Owen (1972), "Multilinear extensions of games", *Management Science* 18(5), P64-P79,
    doi:10.1287/mnsc.18.5.64; recalled, not checked.

    Examples
    --------
    Two of three; the third is of two minds, and the vote is the third's unless the others agree:

    >>> from foedus.engines.voting.rules import weighted
    >>> found = chances(weighted([1, 1, 1], 2), [[0.9, 0.2, 0.5]])
    >>> found.pass_prob.round(6).tolist(), found.pivot_prob.round(6).tolist()
    ([0.55], [[0.5, 0.5, 0.74]])
    """
    prob = np.ascontiguousarray(yes_prob, dtype=np.float64)
    if prob.ndim != 2 or prob.shape[1] != rule.voters_count:
        raise ValueError(
            f"yes_prob must have the shape (draw, {rule.voters_count}), not {prob.shape}"
        )
    if not ((prob >= 0) & (prob <= 1)).all():
        raise ValueError("yes_prob holds a number that is not from 0 to 1")
    busy, places = without_idle(rule)
    pivot_prob = np.zeros_like(prob)
    pass_prob, pivot_prob[:, places] = _chances(busy, np.ascontiguousarray(prob[:, places]))
    return Chances(pass_prob, pivot_prob)


def _chances(rule: VotingRule, prob: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Take the way that costs least; all voters have weight."""
    shape, (draws, voters) = shape_of(rule), prob.shape
    listed = 2.0 ** (voters - voters // 2)
    slow = 1 if shape.fits_64_bits else 50
    ways: list[tuple[float, Callable[[], tuple[FloatArray, FloatArray]]]] = []
    cells = cells_count(shape) // (1 if shape.counts_heads else voters + 1)
    if cells * voters <= MOST_CELLS:
        ways.append((4.0 * draws * voters * cells, lambda: _by_sums(shape, prob)))
    if len(shape.weights) == 1 and voters <= MOST_HALVED_VOTERS:
        ways.append((listed * voters * (2.0 * draws + slow), lambda: _by_halves(shape, prob)))
    if voters <= MOST_PAIRED_VOTERS and draws * listed <= MOST_CELLS:
        games = sum(map(len, rule.any_of))
        ways.append((2.0**voters * (2 * slow * games + draws / 4), lambda: _by_pairs(rule, prob)))
    steps, find = min(ways, key=lambda way: way[0], default=(np.inf, None))
    if find is None or steps > MOST_STEPS:
        raise ValueError(
            f"{draws} draws of {voters} voters with weight under a rule of {len(shape.weights)} "
            "different weights beside heads are too many: it takes up to "
            f"{MOST_HALVED_VOTERS} voters with one kind of weight, {MOST_PAIRED_VOTERS} with more, "
            "or small weights; and fewer draws take less time"
        )
    return find()


def _votes(rule: VotingRule, yes: ArrayLike) -> BoolArray:
    votes = np.asarray(yes)
    if votes.dtype != np.bool_ or votes.ndim != 2 or votes.shape[1] != rule.voters_count:
        raise ValueError(
            f"yes must be truth values of the shape (draw, {rule.voters_count}), "
            f"not {votes.dtype} of {votes.shape}"
        )
    return votes


def _all_weights(rule: VotingRule) -> set[tuple[int, ...]]:
    return {game.weights for clause in rule.any_of for game in clause}


def _exact(weights: tuple[int, ...]) -> NDArray[Any]:
    """Return weights as numbers that can be added without overflow."""
    return np.array(weights, dtype=np.int64 if sum(weights) < LARGEST_SUM else object)


def _outcome(rule: VotingRule, sums: Mapping[tuple[int, ...], NDArray[Any]]) -> BoolArray:
    """Say whether a rule is passed, given the sums of each of its weights in any shape."""
    passed: BoolArray = np.logical_or.reduce(
        [
            np.logical_and.reduce([sums[game.weights] >= game.quota for game in clause])
            for clause in rule.any_of
        ]
    ).astype(np.bool_)
    return passed


def _by_sums(shape: Shape, prob: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Go from voter to voter through the states that sums of small weights can be in."""
    ask = ask_of(shape)
    wins = ask.wins if shape.counts_heads else ask.wins[0]
    states = np.arange(wins.size).reshape(wins.shape)
    after_yes = np.empty((shape.voters_count, wins.size), dtype=np.int64)
    for i in range(shape.voters_count):
        steps = [kind[i] for kind in shape.weights]
        if shape.counts_heads:
            steps.insert(0, 1)
        after = states
        for axis, step in enumerate(steps):
            last = wins.shape[axis] - 1
            after = np.take(after, np.minimum(np.arange(last + 1) + min(step, last), last), axis)
        after_yes[i] = after.ravel()
    return _chances_by_sums(prob, after_yes, wins.ravel())


def _by_halves(shape: Shape, prob: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Look up, for each coalition of a half, how likely the others are to make it win."""
    first, second = halves_of(shape)
    partners = partners_by_size(first, second, shape)
    return _chances_by_halves(prob, first.members, second.members, second.starts, partners)


def _by_pairs(rule: VotingRule, prob: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Try all pairs of coalitions of two halves, in blocks."""
    middle = prob.shape[1] // 2
    sums = {
        weights: (_subset_sums(_exact(weights)[:middle]), _subset_sums(_exact(weights)[middle:]))
        for weights in _all_weights(rule)
    }
    first_prob, second_prob = _coalition_prob(prob[:, :middle]), _coalition_prob(prob[:, middle:])
    win_first, win_second = np.empty_like(first_prob), np.zeros_like(second_prob)
    rows = max(BLOCK_PAIRS // second_prob.shape[1], 1)
    for start in range(0, first_prob.shape[1], rows):
        block = slice(start, start + rows)
        passed = _outcome(
            rule, {weights: a[block, None] + b for weights, (a, b) in sums.items()}
        ).astype(np.float64)
        win_first[:, block] = second_prob @ passed.T
        win_second += first_prob[:, block] @ passed
    pass_prob, pivot_prob = np.empty(len(prob)), np.empty_like(prob)
    for draw, p in enumerate(prob):
        pass_prob[draw] = _fold(win_first[draw], first_prob[draw], p[:middle], pivot_prob[draw])
        _fold(win_second[draw], second_prob[draw], p[middle:], pivot_prob[draw, middle:])
    return pass_prob, pivot_prob


def _subset_sums(weights: NDArray[Any]) -> NDArray[Any]:
    """Return the weight of each coalition; bit i of its place is set if voter i is in."""
    sums = np.zeros(1, dtype=weights.dtype)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums


def _coalition_prob(prob: FloatArray) -> FloatArray:
    """Return, by draw, the probability that each coalition says yes and nobody else does."""
    found = np.ones((len(prob), 1))
    for p in prob.T[:, :, None]:
        found = np.concatenate([found * (1 - p), found * p], axis=1)
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _chances_by_sums(
    prob: FloatArray, after_yes: IntArray, wins: BoolArray
) -> tuple[FloatArray, FloatArray]:
    draws, voters = prob.shape
    states = wins.size
    pass_prob, pivot_prob = np.empty(draws), np.zeros((draws, voters))
    # How likely a win is from each state, once the first i voters have spoken.
    win = np.empty((voters + 1, states))
    for s in range(states):
        win[voters, s] = 1.0 if wins[s] else 0.0
    for draw in range(draws):
        for i in range(voters - 1, -1, -1):
            p = prob[draw, i]
            for s in range(states):
                win[i, s] = (1.0 - p) * win[i + 1, s] + p * win[i + 1, after_yes[i, s]]
        pass_prob[draw] = win[0, 0]
        reached = np.zeros(states)
        reached[0] = 1.0
        for i in range(voters):
            p = prob[draw, i]
            following = np.zeros(states)
            for s in range(states):
                if reached[s] > 0.0:
                    yes = after_yes[i, s]
                    pivot_prob[draw, i] += reached[s] * (win[i + 1, yes] - win[i + 1, s])
                    following[s] += (1.0 - p) * reached[s]
                    following[yes] += p * reached[s]
            reached = following
            pivot_prob[draw, i] = max(pivot_prob[draw, i], 0.0)
    return pass_prob, pivot_prob


@njit(cache=True, nogil=True, error_model="numpy")
def _chances_by_halves(
    prob: FloatArray,
    first_members: IntArray,
    members: IntArray,
    starts: IntArray,
    partners: IntArray,
) -> tuple[FloatArray, FloatArray]:
    draws, voters = prob.shape
    middle, sizes = voters // 2, len(starts) - 1
    pass_prob, pivot_prob = np.empty(draws), np.zeros((draws, voters))
    first_prob, second_prob = np.empty(1 << middle), np.empty(1 << voters - middle)
    win_first, win_second = np.empty_like(first_prob), np.empty_like(second_prob)
    # Of the others' coalitions of one size, those from a place on, and beyond the last nothing.
    heaviest_prob = np.empty(len(members) + sizes)
    asked_prob = np.empty(len(members) + sizes)
    for draw in range(draws):
        _fill_coalition_prob(prob[draw, :middle], first_prob)
        _fill_coalition_prob(prob[draw, middle:], second_prob)
        for size in range(sizes):
            heaviest_prob[starts[size + 1] + size] = 0.0
            for b in range(starts[size + 1] - 1, starts[size] - 1, -1):
                heaviest_prob[b + size] = heaviest_prob[b + size + 1] + second_prob[members[b]]
        asked_prob[:] = 0.0
        for a in range(len(first_members)):
            found, own = 0.0, first_prob[first_members[a]]
            for size in range(sizes):
                place = starts[size + 1] - partners[a, size] + size
                found += heaviest_prob[place]
                asked_prob[place] += own
            win_first[first_members[a]] = found
        for size in range(sizes):
            found = 0.0
            for b in range(starts[size], starts[size + 1]):
                found += asked_prob[b + size]
                win_second[members[b]] = found
        pass_prob[draw] = _fold(win_first, first_prob, prob[draw, :middle], pivot_prob[draw])
        _fold(win_second, second_prob, prob[draw, middle:], pivot_prob[draw, middle:])
    return pass_prob, pivot_prob


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_coalition_prob(prob: FloatArray, found: FloatArray) -> None:
    """Do as `_coalition_prob` for one draw."""
    found[0] = 1.0
    for i in range(prob.size):
        for a in range(1 << i):
            found[a | 1 << i] = found[a] * prob[i]
            found[a] *= 1.0 - prob[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _fold(win: FloatArray, own: FloatArray, prob: FloatArray, pivot: FloatArray) -> float:
    """Take the mean over the votes of a half, last voter first, and fill in how often each decides.

    Parameters
    ----------
    win : shape (coalition,)
        How likely the other half makes each coalition win; what is left in it is of no use.
    own : shape (coalition,)
        How likely each coalition is; likewise.
    prob : shape (voter,)
        Of a yes.
    pivot : shape (at least voter,)
        Filled.
    """
    for i in range(prob.size - 1, -1, -1):
        decides = 0.0
        for a in range(1 << i):
            gain = win[a | 1 << i] - win[a]
            own[a] += own[a | 1 << i]
            decides += own[a] * gain
            win[a] += prob[i] * gain
        # A gain of nothing may come out a rounding error below.
        pivot[i] = max(decides, 0.0)
    return float(win[0])
