"""Claims on an estate that does not cover them, and the Talmud's rule to share it.

Aumann & Maschler (1985), *Journal of Economic Theory* 36, 195-213,
doi:10.1016/0022-0531(85)90102-4 (its first page checked, the identifier recalled): the rule is the
nucleolus of the game in which a coalition is worth what is left when all others are paid in full.
"""

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray, common_draws
from foedus.engines.voting.sharing.games import MOST_PLAYERS, coalition_sums


def bankruptcy_game(estate: ArrayLike, claims: ArrayLike) -> FloatArray:
    """Return what is left to each coalition when all others are paid in full.

    Parameters
    ----------
    estate : shape (draw,)
        Finite, from 0 to the sum of the claims.
    claims : shape (draw, player)
        Finite and at least 0; at most `MOST_PLAYERS` players. The draw axis of each may be 1 and
        then serves every draw.

    Returns
    -------
    shape (draw, coalition)

    Raises
    ------
    ValueError
        If an amount is negative or not finite, an estate covers more than the claims, or there are
        no players or too many.

    Examples
    --------
    >>> bankruptcy_game([100], [[60, 80]]).tolist()
    [[0.0, 20.0, 40.0, 100.0]]
    """
    left, claimed = _checked(estate, claims)
    if claimed.shape[1] > MOST_PLAYERS:
        raise ValueError(f"{claimed.shape[1]} players: their coalitions are too many to list")
    # The others of a coalition are its complement, and places of complements run backwards.
    game = np.maximum(0.0, left[:, None] - coalition_sums(claimed)[:, ::-1])
    game[:, 0] = 0.0
    return game


def talmud_shares(estate: ArrayLike, claims: ArrayLike) -> FloatArray:
    """Share an estate: equal awards up to half of a claim, and equal losses from there.

    Parameters
    ----------
    estate : shape (draw,)
        Finite, from 0 to the sum of the claims.
    claims : shape (draw, player)
        Finite and at least 0. The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw, player)

    Raises
    ------
    ValueError
        If an amount is negative or not finite, an estate covers more than the claims, or there are
        no players.

    Examples
    --------
    The three estates of the Mishnah:

    >>> talmud_shares([100, 200, 300], [[100, 200, 300]]).round(4).tolist()
    [[33.3333, 33.3333, 33.3333], [50.0, 75.0, 75.0], [50.0, 100.0, 150.0]]
    """
    left, claimed = _checked(estate, claims)
    total = claimed.sum(axis=1)
    over_half = left > total / 2
    awarded = _equal_awards(np.where(over_half, total - left, left), claimed / 2)
    shares: FloatArray = np.where(over_half[:, None], claimed - awarded, awarded)
    return shares


def _equal_awards(estate: FloatArray, limits: FloatArray) -> FloatArray:
    """Share an estate equally, nobody above its limit. The limits cover the estate."""
    ordered = np.sort(limits, axis=1)
    players = ordered.shape[1]
    # What is shared if the award is the limit of each in turn: those below have theirs.
    below = np.cumsum(ordered, axis=1) - ordered
    heads = players - np.arange(players)
    full = (below + ordered * heads >= estate[:, None]).argmax(axis=1)[:, None]
    rest = estate[:, None] - np.take_along_axis(below, full, axis=1)
    awarded: FloatArray = np.minimum(limits, np.maximum(rest, 0.0) / heads[full])
    return awarded


def _checked(estate: ArrayLike, claims: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return estate and claims as floats of as many draws."""
    left = np.asarray(estate, dtype=np.float64)
    claimed = np.asarray(claims, dtype=np.float64)
    if left.ndim != 1 or claimed.ndim != 2 or not claimed.shape[1]:
        raise ValueError("estates have the axis draw; claims the axes draw and player, not empty")
    draws = common_draws(estate=left, claims=claimed)
    left = np.broadcast_to(left, (draws,))
    claimed = np.broadcast_to(claimed, (draws, claimed.shape[1]))
    if not (np.isfinite(left).all() and np.isfinite(claimed).all()):
        raise ValueError("an estate or a claim is not finite")
    if (left < 0).any() or (claimed < 0).any():
        raise ValueError("an estate or a claim is negative")
    total = claimed.sum(axis=1)
    if (left > total * (1 + 1e-12)).any():
        raise ValueError("an estate covers more than the claims")
    return np.minimum(left, total), claimed
