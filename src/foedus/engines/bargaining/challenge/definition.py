"""One round of the challenge model as it is defined, in plain array steps.

Every third party is asked about every pair, so work and memory grow with the cube of the actors.
`passes` does the same faster; this is what it is held against, and the place to read the model.
"""

from typing import NamedTuple

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.bargaining.challenge.passes import (
    CAPITULATION,
    COMPROMISE,
    CONFRONTATION,
    EQUAL_SECURITY,
    HALF,
    NO_OFFER,
)
from foedus.engines.bargaining.challenge.readings import Reading


class Round(NamedTuple):
    """What happens in a round. Arrays have shape (draw, actor) unless said otherwise."""

    exponent: FloatArray
    """Risk exponents, 0.5 to 2; above 1 for the secure."""
    target: FloatArray
    """Where each stands after the round."""
    offer: IntArray
    """0 none, 1 confrontation, 2 compromise, 3 capitulation."""
    challenger: IntArray
    """To whom each gives way; itself where it stays."""
    own_utility: FloatArray
    """Shape (draw, actor, other): of challenging the other, in the actor's eyes."""
    other_utility: FloatArray
    """Shape (draw, actor, other): the other's, of challenging the actor, in the actor's eyes."""
    margin: FloatArray
    """Shape (draw,): how far the closest decision of the round was from going the other way, in
    utilities or in scale widths. Where it is near 0 rounding may decide where the game goes."""


def weighted_median(positions: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the lowest position at which half of the weight is reached.

    Parameters
    ----------
    positions, weight : shape (draw, actor)

    Returns
    -------
    shape (draw,)

    Examples
    --------
    >>> weighted_median(np.array([[4.0, 10.0, 7.0]]), np.array([[1.0, 2.0, 1.0]])).tolist()
    [7.0]
    """
    order = np.argsort(positions, axis=1, kind="stable")
    so_far = np.cumsum(np.take_along_axis(weight, order, axis=1), axis=1)
    at = np.argmax(so_far >= HALF * so_far[:, -1:], axis=1)
    in_order = np.take_along_axis(positions, order, axis=1)
    median: FloatArray = np.take_along_axis(in_order, at[:, None], axis=1)[:, 0]
    return median


def success_prob(
    apart: FloatArray, weight: FloatArray, exponent: FloatArray, reading: Reading
) -> FloatArray:
    """Return the chance that each actor's challenge of each other succeeds.

    Parameters
    ----------
    apart : shape (draw, actor, actor)
        Distance in scale widths.
    weight : shape (draw, actor)
        Capability times salience.
    exponent : shape (draw, actor)
        With which each votes.
    reading
        Says what votes are held against.

    Returns
    -------
    shape (draw, challenger, target)
        Between two at one point 0 under "all-pairs" and one half under "two-sides"; nothing hangs
        on it. One half also where nobody with weight prefers either side.
    """
    way = apart ** exponent[:, :, None]
    votes = weight[:, :, None, None] * (way[:, :, None, :] - way[:, :, :, None])
    won = np.maximum(votes, 0.0).sum(axis=1)
    cast = np.abs(votes).sum(axis=1)
    if reading.chance == "all-pairs":
        total = cast.sum(axis=(1, 2), keepdims=True)
        return np.asarray(np.divide(won, total, out=np.zeros_like(won), where=total > 0))
    return np.asarray(np.divide(won, cast, out=np.full_like(won, 0.5), where=cast > 0))


def expected_utility(
    apart: FloatArray,
    way: FloatArray,
    salience: FloatArray,
    chance: FloatArray,
    exponent: FloatArray,
    q: float,
) -> FloatArray:
    """Return what challengers expect from challenging others, less what they expect otherwise.

    Parameters
    ----------
    apart : shape (draw, challenger, target)
        Distance in scale widths.
    way : shape (draw, challenger)
        Distance of the challenger to the median, in scale widths.
    salience : shape (draw, target)
        The chance that the target resists.
    chance : shape (draw, challenger, target)
        That the challenge succeeds if it is resisted.
    exponent : goes with the shape (draw, challenger, target)
        Of the one in whose eyes it is.
    q
        Chance that nothing changes for the challenger without a challenge, above 0 to 1.

    Returns
    -------
    shape (draw, challenger, target)
        -4 to 4.
    """

    def utility(loss: FloatArray | float) -> FloatArray:
        return np.asarray(2.0 - 4.0 * np.maximum(loss, 0.0) ** exponent)

    success, failure = utility(0.5 - 0.5 * apart), utility(0.5 + 0.5 * apart)
    resists = salience[:, None, :]
    challenged = resists * (chance * success + (1 - chance) * failure) + (1 - resists) * success
    step = 0.25 * (way[:, :, None] + apart)
    better = way[:, :, None] < apart
    otherwise = np.where(better, utility(0.5 - step), utility(0.5 + step))
    return np.asarray(challenged - q * utility(0.5) - (1 - q) * otherwise)


def risk_exponent(security: FloatArray, least: FloatArray, most: FloatArray) -> FloatArray:
    """Return risk exponents: 2 for the most secure (least sum), 0.5 for the least, 1 if all equal.

    Parameters
    ----------
    security : any shape
        What all others expect from challenging the actor: large where it is in danger.
    least, most : same
        What it is compared with.

    Returns
    -------
    same shape

    Examples
    --------
    >>> risk_exponent(np.array([0.0, 1.0, 2.0]), np.zeros(3), np.full(3, 2.0)).round(9).tolist()
    [2.0, 1.0, 0.5]
    """
    spread = most - least
    tells = spread > EQUAL_SECURITY * np.maximum(np.abs(most), np.abs(least))
    risk = np.divide(2 * security - most - least, spread, out=np.zeros_like(security), where=tells)
    return np.asarray((1 - risk / 3) / (1 + risk / 3))


def play_round_plainly(
    positions: FloatArray,
    capability: FloatArray,
    salience: FloatArray,
    scale_width: FloatArray,
    reading: Reading,
    q: float = 1.0,
) -> Round:
    """Return what happens in one round.

    Parameters
    ----------
    positions, capability, salience : shape (draw, actor)
    scale_width : shape (draw,)
        Above 0.
    reading, q
        As in `challenge`.

    Examples
    --------
    The one at the top is the strongest and cares most, so the others fear its challenge:

    >>> from foedus.engines.bargaining.challenge.readings import SCHOLZ_PAPER
    >>> positions, salience = np.array([[0.0, 30.0, 100.0]]), np.array([[0.5, 0.8, 0.9]])
    >>> capability, width = np.array([[1.0, 2.0, 3.0]]), np.array([100.0])
    >>> after = play_round_plainly(positions, capability, salience, width, SCHOLZ_PAPER)
    >>> after.exponent.round(2).tolist(), after.challenger.tolist(), after.target.round(1).tolist()
    ([[0.5, 1.34, 2.0]], [[2, 2, 2]], [[100.0, 86.1, 100.0]])
    """
    weight, width = capability * salience, scale_width[:, None]
    apart = _apart(positions, scale_width)
    way = np.abs(positions - weighted_median(positions, weight)[:, None]) / width
    ones = np.ones_like(positions)
    chance = success_prob(apart, weight, ones, reading)
    expected = expected_utility(apart, way, salience, chance, ones[:, :, None], q)
    others = 1.0 - np.eye(positions.shape[1])
    security = (expected * others).sum(axis=1)
    if reading.extrema == "positions":
        elsewhere = _security_elsewhere(positions, weight, salience, scale_width, way, q)
        least, most = elsewhere.min(axis=2), elsewhere.max(axis=2)
    else:
        least = np.broadcast_to(security.min(axis=1, keepdims=True), ones.shape)
        most = np.broadcast_to(security.max(axis=1, keepdims=True), ones.shape)
    exponent = risk_exponent(security, least, most)
    if reading.votes == "own-exponent":
        chance = success_prob(apart, weight, exponent, reading)
    own = expected_utility(apart, way, salience, chance, exponent[:, :, None], q)
    other = expected_utility(apart, way, salience, chance, exponent[:, None, :], q)
    other = other.transpose(0, 2, 1)
    offer = _offers(apart, own, other, reading)
    challenger, target, choice_gap = _choose(positions, offer, own, other, width, reading)
    taken = np.take_along_axis(offer, challenger[:, :, None], axis=2)[:, :, 0]
    largest = np.maximum(np.abs(most), np.abs(least))
    spread = np.divide(most - least, largest, out=np.full_like(most, np.inf), where=largest > 0)
    margin = np.minimum(
        np.minimum(spread.min(axis=1), choice_gap),
        _offer_gap(apart, own, other).min(axis=(1, 2)),
    )
    if q < 1:
        turn = np.abs(way[:, :, None] - apart)
        margin = np.minimum(margin, np.where(turn > 0, turn, np.inf).min(axis=(1, 2)))
    return Round(exponent, target, taken, challenger, own, other, margin)


def _apart(positions: FloatArray, scale_width: FloatArray) -> FloatArray:
    """Return the distance of each to each in scale widths; shape (draw, actor, actor)."""
    apart: FloatArray = np.abs(positions[:, :, None] - positions[:, None, :])
    return apart / scale_width[:, None, None]


def _security_elsewhere(
    positions: FloatArray,
    weight: FloatArray,
    salience: FloatArray,
    scale_width: FloatArray,
    way: FloatArray,
    q: float,
) -> FloatArray:
    """Return what all others expect from challenging each actor in each position that is held.

    Shape (draw, actor, position). The actor votes from where it would stand, exponents are 1, and
    the chances of two sides sum to 1.
    """
    draws, actors = positions.shape
    security = np.zeros((draws, actors, actors))
    one = np.ones((draws, actors, 1))
    for actor in range(actors):
        others = np.arange(actors) != actor
        for place in range(actors):
            moved = positions.copy()
            moved[:, actor] = positions[:, place]
            apart = _apart(moved, scale_width)
            to_actor = apart[:, :, actor, None]
            votes = weight[:, :, None] * (to_actor - apart)
            won, cast = np.maximum(votes, 0.0).sum(axis=1), np.abs(votes).sum(axis=1)
            chance = np.divide(won, cast, out=np.full_like(won, 0.5), where=cast > 0)[:, :, None]
            target = salience[:, actor, None]
            expected = expected_utility(to_actor, way, target, chance, one, q)
            security[:, actor, place] = expected[:, others, 0].sum(axis=1)
    return security


def _offers(apart: FloatArray, own: FloatArray, other: FloatArray, reading: Reading) -> IntArray:
    """Return the kind of offer that each actor has from each other; shape (draw, actor, other)."""
    met = (apart > 0) & (other > 0)
    offer = np.full(apart.shape, NO_OFFER)
    offer[met & (own > 0) & (other > own)] = CONFRONTATION
    offer[met & (own < 0) & (other > -own)] = COMPROMISE
    if reading.capitulates:
        # Where both are equal a compromise would go the whole way too.
        offer[met & (own < 0) & (other <= -own)] = CAPITULATION
    return offer


def _offer_gap(apart: FloatArray, own: FloatArray, other: FloatArray) -> FloatArray:
    """Return how far each offer is from being of another kind; shape (draw, actor, other)."""
    crossing = np.where(own > 0, np.abs(other - own), np.abs(other + own))
    within = np.minimum(np.minimum(other, np.abs(own)), crossing)
    gap = np.where(other > 0, within, -other)
    return np.where(apart > 0, gap, np.inf)


def _choose(
    positions: FloatArray,
    offer: IntArray,
    own: FloatArray,
    other: FloatArray,
    width: FloatArray,
    reading: Reading,
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return whose offer each actor takes, where it goes, and the closest choice of each draw."""
    here, there = positions[:, :, None], positions[:, None, :]
    compromise = offer == COMPROMISE
    part = np.divide(-own, other, out=np.ones_like(own), where=compromise)
    low, high = np.minimum(here, there), np.maximum(here, there)
    target = np.where(compromise, np.clip(here + part * (there - here), low, high), there)
    key = part * np.abs(there - here)
    if reading.choice == "kind-then-lowest":
        mean = np.divide(
            other * there - own * here, other - own, out=np.zeros_like(own), where=compromise
        )
        key = np.where(compromise, mean, key)
    rank = np.zeros_like(offer) if reading.choice == "nearest" else offer
    left: BoolArray = offer != NO_OFFER
    left &= rank == np.where(left, rank, 9).min(axis=2, keepdims=True)
    least = np.where(left, key, np.inf).min(axis=2, keepdims=True)
    first = left & (key == least)
    first &= offer == np.where(first, offer, 9).min(axis=2, keepdims=True)
    itself = np.arange(positions.shape[1])[None, :]
    challenger = np.where(first.any(axis=2), first.argmax(axis=2), itself)
    taken = np.take_along_axis(target, challenger[:, :, None], axis=2)
    elsewhere = left & (np.abs(target - taken) > 1e-9 * width[:, :, None])
    gap = np.where(elsewhere, key, np.inf).min(axis=2) - np.where(
        np.isfinite(least[:, :, 0]), least[:, :, 0], 0.0
    )
    return challenger, taken[:, :, 0], (gap / width).min(axis=1)
