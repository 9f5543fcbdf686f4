"""The nucleolus: shares that make the largest complaint small, then the next, and so on.

The excess of a coalition is what it is worth beyond what its members get. The prenucleolus is the
one division of v(N) whose excesses, sorted from the largest down, come first in the order of a
dictionary; the nucleolus is the same among the divisions that give no player less than it is worth
alone. They agree where nobody is paid less than that in the prenucleolus, so in every game with a
core. Schmeidler (1969), *SIAM Journal on Applied Mathematics* 17(6), 1163-1170,
doi:10.1137/0117107 (recalled, not checked).

Stage by stage a linear programme makes the largest excess of the coalitions not yet settled as
small as can be. A stage has many solutions as a rule, and a coalition that happens to be tight in
the one that the solver names may be better off in another: to settle it there gives wrong shares.
Whichever has a price above 0 is tight in all of them (complementary slackness), and there always is
one. So these are settled, and with them all whose sums they determine. What was tight everywhere
but had no price is found by the next stage, at the same excess. Each stage determines at least one
more direction of the shares, so that there are fewer stages than players.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.voting.sharing.games import (
    checked_values,
    coalition_sums,
    members,
    players_of,
)
from foedus.engines.voting.sharing.programme import Settled, smallest_excess

SPANNED: Final = 1e-9
"""Far below the distance of a coalition from others that do not determine it, with 15 players."""


def prenucleolus(values: ArrayLike) -> FloatArray:
    """Return the prenucleolus of a game.

    Parameters
    ----------
    values : shape (coalition,)
        As in `games`; of a game of costs times -1, and so are the shares then.

    Returns
    -------
    shape (player,)
        To about 1e-9 of the largest difference between a coalition and its members.

    Raises
    ------
    ValueError
        As `checked_values`.

    Examples
    --------
    Two that gain 2 together, and one of them 4 alone, share what is lost:

    >>> prenucleolus([0, 4, 0, 2]).round(6).tolist()
    [3.0, -1.0]
    """
    block = checked_values(values)
    return _lexicographic(block, from_alone=False)


def nucleolus(values: ArrayLike) -> FloatArray:
    """Return the nucleolus of a game: nobody gets less than it is worth alone.

    Parameters
    ----------
    values : shape (coalition,)
        As in `games`; of a game of costs times -1, and so are the shares then.

    Returns
    -------
    shape (player,)
        To about 1e-9 of the largest difference between a coalition and its members.

    Raises
    ------
    ValueError
        As `checked_values`, or if players are worth more alone than all together.

    Examples
    --------
    A runway that costs 1, 2 and 3 for each of three users:

    >>> costs = np.array([0, 1, 2, 2, 3, 3, 3, 3])
    >>> (-nucleolus(-costs)).round(6).tolist()
    [0.5, 0.75, 1.75]
    """
    block = checked_values(values)
    players = players_of(block)
    alone = float(block[1 << np.arange(players)].sum())
    if alone > block[-1] + 1e-12 * np.abs(block).max():
        raise ValueError(
            f"players are worth {alone:g} alone and {block[-1]:g} together: there is no division "
            "that all accept, only a prenucleolus"
        )
    return _lexicographic(block, from_alone=True)


def _lexicographic(values: FloatArray, *, from_alone: bool) -> FloatArray:
    """Return the shares with the least sorted excesses, of all divisions or of those from alone."""
    players = players_of(values)
    alone: FloatArray = values[1 << np.arange(players)]
    # What players are worth alone changes shares by as much, and the unit of values as well, so
    # that the programme sees a game of the size of 1.
    gains = values - coalition_sums(alone)
    scale = float(np.abs(gains).max())
    if scale <= 1e-14 * np.abs(values).max():
        # To within rounding nobody gains by the others.
        return alone
    gains /= scale
    if from_alone:
        gains[-1] = max(gains[-1], 0.0)
    settled = Settled(np.ones((1, players)), gains[-1:])
    while len(settled.rows) < players:
        settled = _with_next(gains, settled, from_alone=from_alone)
    shares: FloatArray = alone + scale * np.linalg.solve(settled.rows, settled.sums)
    return shares


def _with_next(values: FloatArray, settled: Settled, *, from_alone: bool) -> Settled:
    """Settle the coalitions that determine the next stage."""
    rows = members(settled.rows.shape[1])
    stage = smallest_excess(values, settled, ~_spanned(rows, settled.rows), from_0=from_alone)
    found = [(rows[place], values[place] - stage.excess) for place in stage.tight]
    found += [(rows[1 << player], 0.0) for player in stage.tight_players]
    for row, total in found:
        if not _spanned(row[None], settled.rows)[0]:
            settled = Settled(np.vstack([settled.rows, row]), np.append(settled.sums, total))
    return settled


def _spanned(rows: FloatArray, settled: FloatArray) -> BoolArray:
    """Say which coalitions' sums the settled ones determine. Shape (coalition,)."""
    basis = np.linalg.qr(settled.T)[0]
    apart = np.abs(rows - (rows @ basis) @ basis.T).max(axis=1)
    spanned: BoolArray = apart < SPANNED
    return spanned
