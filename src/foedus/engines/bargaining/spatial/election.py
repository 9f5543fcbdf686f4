"""Probabilistic Condorcet elections: how likely each option is to win, given who backs it.

Every actor votes between each two options with its weight; the votes for an option against
another are its coalition; the stronger coalition is the likelier to win; and from these
chances of pairs follows a chance for each option. With proportional votes, linear chances
and the conditional election this is what the KAPSARC toolkit (KTAB) does by default.

Sources: B. Efird, L. Lester and B. Wise (2016), Analyzing coalitions in China's policy
formulation, Journal of East Asian Studies 16 (its DOI, 10.1017/jea.2015.4, is taken from a
bibliography of others); the public source of KTAB, MIT licence, read for its rules, from
which no code is taken. B. Wise, L. Lester and B. Efird (2015), KAPSARC discussion papers on
the toolkit: recalled, not checked.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numba import njit

from foedus.engines.arrays import FloatArray

LEAST_STRENGTH = 1e-8
"""What every coalition has at least, so that no chance is 0 / 0."""

UNIFORM_TOLERANCE = 1e-6
INCENTIVE_TOLERANCE = 1e-8
"""The Markov elections stop once no chance changes by more."""

STAY_INCENTIVE = 1e-10
"""What an option adds to its incentive to challenge itself, so that some challenge exists."""

BINARY_STEP = 1e-8
"""A binary vote is full from this difference of utility on, and in proportion below it."""

THRESHOLD = 1.1
"""Under the threshold rule a coalition this many times the other's strength is sure to win."""

ALMOST_NONE = 1e-6
"""Chance, relative to the winner's, that the threshold rule leaves the loser."""


class Vote(Enum):
    """How many of its votes an actor casts for a given difference of utility.

    The source's sixth rule, after prospect theory, is not offered: there a gain counts for
    two thirds of a loss, but the vote between two options is taken once only, in the order
    in which they are listed, so that the order of the actors decides the result.
    """

    PROPORTIONAL = 0
    BINARY = 1
    """All of them for the better option."""
    CUBIC = 2
    """The cube of the difference: the nearly indifferent hardly vote."""
    PROPORTIONAL_BINARY = 3
    """Four parts proportional, one binary."""
    PROPORTIONAL_CUBIC = 4
    """Half and half."""


class Victory(Enum):
    """The chance that a coalition wins, given its strength and the other's."""

    LINEAR = 1
    """In proportion to the strengths."""
    SQUARE = 2
    QUARTIC = 4
    OCTIC = 8
    THRESHOLD = 0
    """All but certain from 1.1 times the other's strength on, and a straight line between."""


class Kind(Enum):
    """How the chances of pairs make a chance of each option."""

    CONDITIONAL = 0
    """That the option beats each other, given that one option does."""
    MARKOV_UNIFORM = 1
    """Long-run share of turns as the favourite, when every option challenges equally often."""
    MARKOV_INCENTIVE = 2
    """The same, when options challenge in proportion to strength times chance."""


@dataclass(frozen=True, kw_only=True)
class ElectionRules:
    """The rules of one election."""

    vote: Vote = Vote.PROPORTIONAL
    victory: Victory = Victory.LINEAR
    kind: Kind = Kind.CONDITIONAL


def coalition_strengths(
    weights: FloatArray, utilities: FloatArray, vote: Vote = Vote.PROPORTIONAL
) -> FloatArray:
    """Return the votes for each option against each other.

    Parameters
    ----------
    weights : shape (draw, actor) or (1, actor)
        Votes of each actor, not negative, not all 0.
    utilities : shape (draw, actor, option) or (1, actor, option)
        What each option is worth to each actor, by convention 0 to 1.
    vote
        How many votes a difference of utility calls up.

    Returns
    -------
    shape (draw, option, option)
        `[:, a, b]` is the strength of a against b: `LEAST_STRENGTH` and the votes of those
        who like a better.

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Examples
    --------
    Two of three votes prefer the first option, each by 0.5:

    >>> utilities = np.array([[[1.0, 0.5], [1.0, 0.5], [0.5, 1.0]]])
    >>> coalition_strengths(np.ones((1, 3)), utilities)[0].round(6).tolist()
    [[0.0, 1.0], [0.5, 0.0]]
    """
    _refuse(_wrong_with_votes(weights, utilities))
    draws = np.broadcast_shapes(weights.shape[:1], utilities.shape[:1])[0]
    options = utilities.shape[2]
    found = np.empty((draws, options, options))
    for draw in range(draws):
        fill_strengths(
            vote.value,
            np.ascontiguousarray(weights[draw if weights.shape[0] > 1 else 0]),
            np.ascontiguousarray(utilities[draw if utilities.shape[0] > 1 else 0]),
            found[draw],
        )
    return found


def pairwise_prob(strengths: FloatArray, victory: Victory = Victory.LINEAR) -> FloatArray:
    """Return the chance that each option beats each other.

    Parameters
    ----------
    strengths : shape (draw, option, option)
        As `coalition_strengths` returns them: above 0.
    victory
        How strengths make chances.

    Returns
    -------
    shape (draw, option, option)
        `[:, a, b]` and `[:, b, a]` add up to 1; the diagonal is 0.5.

    Raises
    ------
    ValueError
        If the matrices are not square or hold a number that is not above 0 and finite.

    Examples
    --------
    Twice the strength wins two times in three, or sixteen in seventeen:

    >>> twice = np.array([[[1.0, 2.0], [1.0, 1.0]]])
    >>> pairwise_prob(twice)[0, 0, 1].round(4).item()
    0.6667
    >>> pairwise_prob(twice, Victory.QUARTIC)[0, 0, 1].round(4).item()
    0.9412
    """
    _refuse(_wrong_with_strengths(strengths))
    chances = np.empty(strengths.shape)
    for draw in range(strengths.shape[0]):
        fill_pairwise(victory.value, np.ascontiguousarray(strengths[draw]), chances[draw])
    return chances


def election_prob(
    strengths: FloatArray, victory: Victory = Victory.LINEAR, kind: Kind = Kind.CONDITIONAL
) -> FloatArray:
    """Return the chance of each option, given the strength of each against each other.

    Parameters
    ----------
    strengths : shape (draw, option, option)
        As `coalition_strengths` returns them: above 0.
    victory, kind
        How strengths make chances of pairs, and those chances of options.

    Returns
    -------
    shape (draw, option)
        They add up to 1.

    Raises
    ------
    ValueError
        If the matrices are not square or hold a number that is not above 0 and finite.

    Notes
    -----
    The Markov elections are iterated from equal chances, each step halfway to the next
    distribution, until no chance changes by more than 1e-6 (uniform) or 1e-8 (incentive):
    the source's tolerances, so results are the source's and a little short of the limit.

    Examples
    --------
    Between two options the conditional election sharpens nothing:

    >>> election_prob(np.array([[[1.0, 2.0], [1.0, 1.0]]]))[0].round(4).tolist()
    [0.6667, 0.3333]
    """
    _refuse(_wrong_with_strengths(strengths))
    chances = np.empty(strengths.shape[:2])
    pairwise = np.empty(strengths.shape[1:])
    for draw in range(strengths.shape[0]):
        matrix = np.ascontiguousarray(strengths[draw])
        fill_pairwise(victory.value, matrix, pairwise)
        fill_election(kind.value, matrix, pairwise, chances[draw])
    return chances


def elect(
    weights: FloatArray, utilities: FloatArray, rules: ElectionRules | None = None
) -> FloatArray:
    """Return the chance of each option, given what the options are worth to whom.

    Parameters
    ----------
    weights, utilities
        As `coalition_strengths` takes them.
    rules
        The source's own when None.

    Returns
    -------
    shape (draw, option)
        They add up to 1.

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Notes
    -----
    Only the ratios of weights matter, save for `LEAST_STRENGTH`, which is meant for weights
    of about 1 to 100. Options should differ: one listed twice is counted twice.

    Examples
    --------
    The middle of a line has the fewest votes of its own, but is nobody's worst:

    >>> utilities = 1 - np.abs(np.array([[[0.0], [0.5], [1.0]]]) - np.array([0.0, 0.5, 1.0]))
    >>> elect(np.array([[5.0, 2.0, 3.0]]), utilities)[0].round(3).tolist()
    [0.403, 0.452, 0.145]
    """
    rules = ElectionRules() if rules is None else rules
    strengths = coalition_strengths(weights, utilities, rules.vote)
    return election_prob(strengths, rules.victory, rules.kind)


@njit(cache=True, nogil=True, error_model="numpy")
def cast(rule: int, weight: float, gain: float) -> float:
    """Return the votes an actor casts for an option that is worth `gain` more to it."""
    if rule == 0:
        return weight * gain
    binary = min(max(gain / BINARY_STEP, -1.0), 1.0)
    if rule == 1:
        return weight * binary
    if rule == 2:
        return weight * gain * gain * gain
    if rule == 3:
        return weight * (0.8 * gain + 0.2 * binary)
    return weight * (0.5 * gain + 0.5 * gain * gain * gain)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_strengths(
    rule: int, weights: FloatArray, utilities: FloatArray, strengths: FloatArray
) -> None:
    """Put into `strengths` what `coalition_strengths` returns of one draw."""
    options = utilities.shape[1]
    strengths[:, :] = LEAST_STRENGTH
    for actor in range(utilities.shape[0]):
        weight, worth = weights[actor], utilities[actor]
        # Each pair is looked at from both sides, so that no loop has a choice in it; the votes for
        # one side are those against the other, to the last bit.
        for a in range(options):
            if rule == 0:
                for b in range(options):
                    strengths[a, b] += max(weight * (worth[a] - worth[b]), 0.0)
            else:
                for b in range(options):
                    strengths[a, b] += max(cast(rule, weight, worth[a] - worth[b]), 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_pairwise(victory: int, strengths: FloatArray, pairwise: FloatArray) -> None:
    """Put into `pairwise` what `pairwise_prob` returns of one draw."""
    for a in range(strengths.shape[0]):
        pairwise[a, a] = 0.5
        for b in range(a):
            share = strengths[a, b] / (strengths[a, b] + strengths[b, a])
            if victory == 0:
                if strengths[a, b] >= THRESHOLD * strengths[b, a]:
                    chance = 1.0 / (1.0 + ALMOST_NONE)
                elif strengths[b, a] >= THRESHOLD * strengths[a, b]:
                    chance = ALMOST_NONE / (1.0 + ALMOST_NONE)
                else:
                    chance = (share * (THRESHOLD + 1.0) - 1.0) / (THRESHOLD - 1.0)
            else:
                for_a, for_b = share, 1.0 - share
                if victory > 1:
                    for_a, for_b = for_a**victory, for_b**victory
                chance = for_a / (for_a + for_b)
            pairwise[a, b] = chance
            pairwise[b, a] = 1.0 - chance


@njit(cache=True, nogil=True, error_model="numpy")
def fill_election(kind: int, strengths: FloatArray, pairwise: FloatArray, prob: FloatArray) -> None:
    """Put into `prob` what `election_prob` returns of one draw."""
    options = pairwise.shape[0]
    if kind == 0:
        # In logarithms, so that many options do not multiply down to 0.
        highest = -np.inf
        for a in range(options):
            prob[a] = 0.0
            for b in range(options):
                prob[a] += np.log(pairwise[a, b])
            highest = max(highest, prob[a])
        for a in range(options):
            prob[a] = np.exp(prob[a] - highest)
        _add_up_to_one(prob)
        return
    # Share of turns in which `a` challenges the favourite `b`.
    challenge = np.full((options, options), 1.0 / options)
    if kind == 2:
        for b in range(options):
            for a in range(options):
                challenge[a, b] = strengths[a, b] * pairwise[a, b]
            challenge[b, b] += STAY_INCENTIVE
            _add_up_to_one(challenge[:, b])
    tolerance = INCENTIVE_TOLERANCE if kind == 2 else UNIFORM_TOLERANCE
    prob[:] = 1.0 / options
    following = np.empty(options)
    change = 1.0
    # A step halfway to the next distribution of a Markov chain always dies out.
    while change > tolerance:
        change = 0.0
        for a in range(options):
            total = 0.0
            for b in range(options):
                meets = prob[a] * challenge[b, a] + prob[b] * challenge[a, b]
                total += pairwise[a, b] * meets
            following[a] = total
            change = max(change, abs(total - prob[a]))
        for a in range(options):
            prob[a] = 0.5 * (prob[a] + following[a])


@njit(cache=True, nogil=True, error_model="numpy")
def _add_up_to_one(numbers: FloatArray) -> None:
    """Divide numbers by their sum, in place."""
    total = 0.0
    for i in range(numbers.size):
        total += numbers[i]
    for i in range(numbers.size):
        numbers[i] /= total


def _wrong_with_votes(weights: FloatArray, utilities: FloatArray) -> list[str]:
    """Return all that makes the arrays of `coalition_strengths` unfit."""
    if weights.ndim != 2 or utilities.ndim != 3:
        return ["weights must have the axes draw and actor, utilities draw, actor and option"]
    problems = []
    if weights.shape[1] != utilities.shape[1]:
        counts = f"weights has {weights.shape[1]} actors, utilities {utilities.shape[1]}"
        problems.append(counts)
    if 1 not in {weights.shape[0], utilities.shape[0]} and len(weights) != len(utilities):
        problems.append(f"weights has {len(weights)} draws, utilities {len(utilities)}")
    if not weights.size or not utilities.size:
        problems.append("there is no draw, no actor or no option")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        problems.append("weights holds a number that is negative or not finite")
    elif not (weights.sum(axis=1) > 0).all():
        problems.append("the weights of a draw are all 0")
    if not np.isfinite(utilities).all():
        problems.append("utilities holds a number that is not finite")
    return problems


def _wrong_with_strengths(strengths: FloatArray) -> list[str]:
    """Return all that makes a stack of matrices unfit as strengths."""
    if strengths.ndim != 3 or strengths.shape[1] != strengths.shape[2] or not strengths.size:
        return [f"strengths must be a stack of square matrices, not of shape {strengths.shape}"]
    if not (np.isfinite(strengths) & (strengths > 0)).all():
        return ["strengths holds a number that is not above 0 and finite"]
    return []


def _refuse(problems: list[str]) -> None:
    """Raise what is wrong, all of it at once."""
    if problems:
        raise ValueError("; ".join(problems))
