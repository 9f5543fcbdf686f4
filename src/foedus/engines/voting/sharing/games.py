"""Games with side payments: what every coalition of players is worth.

A game of n players is an array of 2^n values, one for each coalition; player i is in the coalition
of place p if bit i of p is set. So the values of two players are those of nobody, of the first, of
the second, of both. A game of costs is the game of its values times -1.
"""

from collections.abc import Sized
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray, IntArray

MOST_PLAYERS: Final = 15


def players_of(values: Sized) -> int:
    """Return the count of players of a game by the count of its values.

    Raises
    ------
    ValueError
        If the count of values is not two to the 1 to `MOST_PLAYERS`.

    Examples
    --------
    >>> players_of([0, 0, 0, 1])
    2
    """
    players = len(values).bit_length() - 1
    if len(values) != 2**players or not 1 <= players <= MOST_PLAYERS:
        raise ValueError(
            f"{len(values)} values are no game: it has 2^n for n from 1 to {MOST_PLAYERS} players"
        )
    return players


def checked_values(values: ArrayLike, axes: int = 1) -> FloatArray:
    """Return the values of a game, or of many, as floats.

    Parameters
    ----------
    values : shape (coalition,) or (draw, coalition)
    axes
        How many of the two.

    Raises
    ------
    ValueError
        If there are other axes, no game of at most `MOST_PLAYERS` has so many values, one is not
        finite, or the coalition of nobody is worth something.
    """
    block = np.asarray(values, dtype=np.float64)
    if block.ndim != axes:
        raise ValueError(f"values have {block.ndim} axes: they must have {axes}")
    players_of(range(block.shape[-1]))
    if not np.isfinite(block).all():
        raise ValueError("a value is not finite")
    if block[..., 0].any():
        raise ValueError("the coalition of nobody is worth something")
    return block


def coalition_sums(parts: FloatArray) -> FloatArray:
    """Return what each coalition has if each player has a part.

    Parameters
    ----------
    parts : shape (..., player)

    Returns
    -------
    shape (..., coalition)

    Examples
    --------
    >>> coalition_sums(np.array([1.0, 20.0])).tolist()
    [0.0, 1.0, 20.0, 21.0]
    """
    sums = np.zeros((*parts.shape[:-1], 1))
    for player in range(parts.shape[-1]):
        sums = np.concatenate([sums, sums + parts[..., player, None]], axis=-1)
    return sums


def members_of(places: IntArray, players: int) -> FloatArray:
    """Return who is in the coalitions of some places, 1 or 0. Shape (coalition, player)."""
    return ((places[:, None] >> np.arange(players)) & 1).astype(np.float64)


def members(players: int) -> FloatArray:
    """Return who is in each coalition, 1 or 0. Shape (coalition, player)."""
    return members_of(np.arange(2**players), players)


def without(player: int, players: int) -> IntArray:
    """Return the places of the coalitions that a player is not in, increasing."""
    places: IntArray = np.arange(2**players)
    found: IntArray = places[(places >> player) & 1 == 0]
    return found


def checked_shares(shares: ArrayLike, players: int) -> FloatArray:
    """Return the shares of the players of a game as floats.

    Raises
    ------
    ValueError
        If they are not one finite number for each player.
    """
    block = np.asarray(shares, dtype=np.float64)
    if block.shape != (players,) or not np.isfinite(block).all():
        raise ValueError(f"shares must be a finite number for each of {players} players")
    return block
