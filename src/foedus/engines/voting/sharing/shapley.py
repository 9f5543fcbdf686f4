"""The Shapley value: what a player adds, on average over all orders in which players come.

Shapley (1953), "A value for n-person games", in *Contributions to the Theory of Games* II,
Princeton University Press, pages 307-317 (recalled, not checked).
"""

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, lcm

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.sharing.games import checked_values, players_of, without


def shapley_value(values: ArrayLike) -> FloatArray:
    """Return the Shapley value of games.

    Parameters
    ----------
    values : shape (draw, coalition)
        Of each coalition, as in `games`; costs may be given as they are.

    Returns
    -------
    shape (draw, player)

    Raises
    ------
    ValueError
        As `checked_values`.

    Examples
    --------
    A left glove and two right ones, worth something only as a pair:

    >>> shapley_value([[0, 0, 0, 1, 0, 1, 0, 1]]).round(4).tolist()
    [[0.6667, 0.1667, 0.1667]]
    """
    block = checked_values(values, axes=2)
    players = players_of(range(block.shape[1]))
    orders = np.array(_orders(players)) / factorial(players)
    value = np.empty((block.shape[0], players))
    for player in range(players):
        others = without(player, players)
        added = block[:, others + (1 << player)] - block[:, others]
        value[:, player] = added @ orders[np.bitwise_count(others)]
    return value


def exact_shapley_value(values: Sequence[Fraction | int]) -> tuple[Fraction, ...]:
    """Return the Shapley value of one game in fractions.

    Parameters
    ----------
    values
        Of each coalition, as in `games`, exact.

    Raises
    ------
    ValueError
        If no game of at most `MOST_PLAYERS` has so many values, or the coalition of nobody is worth
        something.

    Examples
    --------
    >>> exact_shapley_value([0, 0, 0, 1, 0, 1, 0, 1])
    (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))
    """
    players = players_of(values)
    if values[0] != 0:
        raise ValueError("the coalition of nobody is worth something")
    scale = lcm(*(value.denominator for value in values))
    whole = [value.numerator * (scale // value.denominator) for value in values]
    orders = _orders(players)
    found = []
    for player in range(players):
        added = sum(
            orders[others.bit_count()] * (whole[others | 1 << player] - whole[others])
            for others in without(player, players).tolist()
        )
        found.append(Fraction(added, factorial(players) * scale))
    return tuple(found)


def _orders(players: int) -> list[int]:
    """Return in how many orders a player finds a coalition of so many others before it."""
    return [factorial(size) * factorial(players - 1 - size) for size in range(players)]
