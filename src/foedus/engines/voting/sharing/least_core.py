"""The core: divisions that no coalition can better by going alone."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.sharing.games import (
    checked_shares,
    checked_values,
    coalition_sums,
    players_of,
)
from foedus.engines.voting.sharing.programme import Settled, smallest_excess

SLACK: Final = 1e-9
"""What a coalition may miss, over the largest value of the game, and still be content."""


class LeastCore(NamedTuple):
    """How far a game is from having a core, or how much room is in it."""

    excess: float
    """The least that the largest excess of a coalition can be, nobody and all apart: at most 0 if
    there is a core. Minus infinity with one player, who has nobody to leave."""
    shares: FloatArray
    """A division with this excess; there may be others. Shape (player,)."""


def least_core(values: ArrayLike) -> LeastCore:
    """Return the least that the largest complaint of a coalition can be.

    Maschler, Peleg & Shapley (1979), *Mathematics of Operations Research* 4(4), 303-338 (recalled,
    not checked).

    Parameters
    ----------
    values : shape (coalition,)
        As in `games`; of a game of costs times -1, and so are the shares then.

    Raises
    ------
    ValueError
        As `checked_values`.

    Examples
    --------
    Any two of three win all: to keep every two content a third more is needed.

    >>> round(least_core([0, 0, 0, 1, 0, 1, 1, 1]).excess, 6)
    0.333333
    """
    block = checked_values(values)
    players = players_of(block)
    if players == 1:
        return LeastCore(-np.inf, block[1:])
    alone = block[1 << np.arange(players)]
    gains = block - coalition_sums(alone)
    scale = float(np.abs(gains).max()) or 1.0
    gains /= scale
    proper = np.ones(block.size, dtype=np.bool_)
    proper[[0, -1]] = False
    settled = Settled(np.ones((1, players)), gains[-1:])
    found = smallest_excess(gains, settled, proper, from_0=False)
    return LeastCore(scale * found.excess, alone + scale * found.shares)


def has_core(values: ArrayLike) -> bool:
    """Say whether there is a division that no coalition can better.

    Parameters
    ----------
    values : shape (coalition,)
        As in `games`; of a game of costs times -1.

    Raises
    ------
    ValueError
        As `checked_values`.

    Examples
    --------
    >>> has_core([0, 0, 0, 1, 0, 1, 1, 1]), has_core([0, 0, 0, 1, 0, 1, 1, 1.5])
    (False, True)
    """
    block = checked_values(values)
    return least_core(block).excess <= SLACK * float(np.abs(block).max())


def is_in_core(values: ArrayLike, shares: ArrayLike) -> bool:
    """Say whether a division gives out what all are worth and no coalition can better it.

    Parameters
    ----------
    values : shape (coalition,)
        As in `games`; of a game of costs times -1, and so the shares.
    shares : shape (player,)

    Raises
    ------
    ValueError
        As `checked_values` and `checked_shares`.

    Examples
    --------
    >>> glove = [0, 0, 0, 1, 0, 1, 0, 1]
    >>> is_in_core(glove, [1, 0, 0]), is_in_core(glove, [0.8, 0.1, 0.1])
    (True, False)
    """
    block = checked_values(values)
    excess = block - coalition_sums(checked_shares(shares, players_of(block)))
    slack = SLACK * float(np.abs(block).max())
    return bool(excess.max() <= slack and abs(excess[-1]) <= slack)
