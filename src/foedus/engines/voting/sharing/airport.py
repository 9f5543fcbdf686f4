"""The airport game: all use one facility, and it costs what its most demanding user needs.

A runway for the largest aeroplane, a hospital for the largest contingent: c(S) is the largest cost
of a member of S. Both ways to share have closed forms.
"""

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.sharing.games import MOST_PLAYERS


def airport_game(costs: ArrayLike) -> FloatArray:
    """Return what each coalition costs.

    Parameters
    ----------
    costs : shape (draw, player)
        What each would cost alone, finite and at least 0; at most `MOST_PLAYERS` players.

    Returns
    -------
    shape (draw, coalition)
        Costs: take them times -1 where values are asked for.

    Raises
    ------
    ValueError
        If a cost is negative or not finite, or there are no players or too many.

    Examples
    --------
    >>> airport_game([[1, 2]]).tolist()
    [[0.0, 1.0, 2.0, 2.0]]
    """
    block = _checked(costs)
    if block.shape[1] > MOST_PLAYERS:
        raise ValueError(f"{block.shape[1]} players: their coalitions are too many to list")
    values = np.zeros((block.shape[0], 1))
    for player in range(block.shape[1]):
        values = np.hstack([values, np.maximum(values, block[:, player, None])])
    return values


def airport_shapley(costs: ArrayLike) -> FloatArray:
    """Return the Shapley value: each step of the cost is shared equally by all who need it.

    Littlechild & Owen (1973), *Management Science* 20(3), 370-372, doi:10.1287/mnsc.20.3.370
    (the result checked in later papers, the reference recalled).

    Parameters
    ----------
    costs : shape (draw, player)
        What each would cost alone, finite and at least 0.

    Returns
    -------
    shape (draw, player)
        What each pays.

    Raises
    ------
    ValueError
        If a cost is negative or not finite, or there are no players.

    Examples
    --------
    >>> airport_shapley([[3, 1, 2]]).round(4).tolist()
    [[1.8333, 0.3333, 0.8333]]
    """
    block = _checked(costs)
    order = np.argsort(block, axis=1, kind="stable")
    steps = np.diff(np.take_along_axis(block, order, axis=1), axis=1, prepend=0.0)
    paid = np.cumsum(steps / np.arange(block.shape[1], 0, -1), axis=1)
    shares = np.empty_like(block)
    np.put_along_axis(shares, order, paid, axis=1)
    return shares


def airport_nucleolus(costs: ArrayLike) -> FloatArray:
    """Return the nucleolus: users in the order of their costs, group by group.

    Where users up to i have been dealt with and pay s together, the next ones pay the same each:
    the least over users k after i of (c_k - s) / (k - i + 1), for the last user of all
    (c_n - s) / (n - i), and those up to the k that has it are dealt with.

    Littlechild (1974), *International Journal of Game Theory* 3, 21-29 (the reference checked, the
    rule recalled and tested against a general solver).

    Parameters
    ----------
    costs : shape (draw, player)
        What each would cost alone, finite and at least 0.

    Returns
    -------
    shape (draw, player)
        What each pays.

    Raises
    ------
    ValueError
        If a cost is negative or not finite, or there are no players.

    Examples
    --------
    >>> airport_nucleolus([[1, 1.5, 4, 4, 10]]).tolist()
    [[0.5, 0.5, 1.0, 1.0, 7.0]]
    """
    block = _checked(costs)
    draws, players = block.shape
    order = np.argsort(block, axis=1, kind="stable")
    ordered = np.take_along_axis(block, order, axis=1)
    places = np.arange(players)
    # One more would share a step with those after a user; nobody comes after the last.
    also = np.where(places < players - 1, 1, 0)
    done = np.zeros((draws, 1), dtype=np.int64)
    paid = np.zeros((draws, players))
    while (done < players).any():
        left = places >= done
        heads = np.where(left, places + 1 - done + also, 1)
        each = np.where(left, (ordered - paid.sum(axis=1, keepdims=True)) / heads, np.inf)
        until = each.argmin(axis=1)[:, None]
        least = np.take_along_axis(each, until, axis=1)
        paid = np.where(left & (places <= until), least, paid)
        done = np.maximum(done, until + 1)
    shares = np.empty_like(block)
    np.put_along_axis(shares, order, paid, axis=1)
    return shares


def _checked(costs: ArrayLike) -> FloatArray:
    """Return costs as floats of shape (draw, player)."""
    block = np.asarray(costs, dtype=np.float64)
    if block.ndim != 2 or not block.shape[1]:
        raise ValueError("costs must have the axes draw and player, and at least one player")
    if not np.isfinite(block).all() or (block < 0).any():
        raise ValueError("a cost is negative or not finite")
    return block
