"""Waiting for others: who joins when some join only if others do.

Each delegation that is willing joins once enough partners have joined, and those it
names. This can settle in more than one way. The least coalition is reached by moving
first and seeing who follows; the greatest by everybody who is willing trusting the rest
and leaving only where the needs are not met. All that can last lies between the two.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


def least_coalition(
    willing: BoolArray, needs_count: IntArray, needs_named: BoolArray, counts: BoolArray
) -> BoolArray:
    """Return who joins when nobody has joined yet and each waits to see the others move.

    From nobody upward: whoever is willing and has its needs met joins, until nobody
    more does. The result is the smallest coalition that can last; it does not depend
    on the order.

    Parameters
    ----------
    willing : shape (draw, delegation)
        True where the delegation would join if its needs were met.
    needs_count : shape (delegation,) or (draw, delegation)
        Number of *other* partners that must have joined; 0 for no need.
    needs_named : shape (delegation, delegation)
        True at [i, j] where i waits for j by name. A named delegation satisfies by
        joining, whether or not it counts as a partner.
    counts : shape (delegation,)
        True where joining makes a delegation a partner in others' count: contributors.

    Returns
    -------
    shape (draw, delegation)

    Raises
    ------
    ValueError
        If the shapes do not go together, a count is negative, or a delegation waits
        for itself by name.

    Notes
    -----
    Granovetter (1978), "Threshold models of collective behavior", *American Journal of
    Sociology* 83(6), 1420-1443, doi:10.1086/226707 (bibliographic data checked); the
    named waits and the greatest coalition are additions.

    Examples
    --------
    A chain: one joins alone, the next wants one partner, the next two. Without the
    first, nobody moves, though the other two would keep each other company:

    >>> needs, named, counts = np.array([0, 1, 1]), np.zeros((3, 3), bool), np.ones(3, bool)
    >>> willing = np.array([[True, True, True], [False, True, True]])
    >>> least_coalition(willing, needs, named, counts).tolist()
    [[True, True, True], [False, False, False]]
    """
    return _settled(_least, willing, needs_count, needs_named, counts)


def greatest_coalition(
    willing: BoolArray, needs_count: IntArray, needs_named: BoolArray, counts: BoolArray
) -> BoolArray:
    """Return who stays when all that are willing start together.

    From all willing downward: whoever has its needs not met leaves, until nobody more
    does. The result is the largest coalition that can last; what it has beyond
    `least_coalition` is what trust or a common announcement is worth.

    Parameters
    ----------
    willing, needs_count, needs_named, counts
        As in `least_coalition`.

    Returns
    -------
    shape (draw, delegation)

    Raises
    ------
    ValueError
        As `least_coalition`.

    Examples
    --------
    >>> needs, named, counts = np.array([0, 1, 1]), np.zeros((3, 3), bool), np.ones(3, bool)
    >>> greatest_coalition(np.array([[False, True, True]]), needs, named, counts).tolist()
    [[False, True, True]]
    """
    return _settled(_greatest, willing, needs_count, needs_named, counts)


def needs_met(
    coalition: BoolArray, needs_count: IntArray, needs_named: BoolArray, counts: BoolArray
) -> BoolArray:
    """Return whose needs the others in a coalition meet, willing or not.

    Parameters
    ----------
    coalition : shape (draw, delegation)
        Who has joined. A delegation's own joining never meets its own need.
    needs_count, needs_named, counts
        As in `least_coalition`.

    Returns
    -------
    shape (draw, delegation)

    Raises
    ------
    ValueError
        As `least_coalition`.

    Examples
    --------
    >>> needs, named, counts = np.array([0, 1, 2]), np.zeros((3, 3), bool), np.ones(3, bool)
    >>> needs_met(np.array([[False, True, False]]), needs, named, counts).tolist()
    [[True, False, False]]
    """
    needs_rows = _checked_needs(coalition, needs_count, needs_named, counts)
    partners = coalition & counts
    others = partners.sum(axis=1, keepdims=True) - partners
    absent_named = (~coalition).astype(np.int64) @ needs_named.T.astype(np.int64)
    met: BoolArray = (others >= needs_rows) & (absent_named == 0)
    return met


def _settled(
    settle: Callable[..., BoolArray],
    willing: BoolArray,
    needs_count: IntArray,
    needs_named: BoolArray,
    counts: BoolArray,
) -> BoolArray:
    needs_rows = _checked_needs(willing, needs_count, needs_named, counts)
    # Names are few: the loop walks a list of them, i's from named_start[i] to the next one's.
    waits, named = np.nonzero(needs_named)
    named_start = np.searchsorted(waits, np.arange(len(counts) + 1))
    return settle(
        np.ascontiguousarray(willing, dtype=np.bool_),
        np.ascontiguousarray(needs_rows, dtype=np.int64),
        named_start.astype(np.int64),
        named.astype(np.int64),
        np.ascontiguousarray(counts, dtype=np.bool_),
    )


def _checked_needs(
    coalition: BoolArray, needs_count: IntArray, needs_named: BoolArray, counts: BoolArray
) -> IntArray:
    """Return the needs with a draw axis of 1 or as many as there are draws."""
    if counts.ndim != 1 or coalition.shape[1:] != counts.shape:
        raise ValueError(
            f"a coalition has shape {coalition.shape} and counts {counts.shape}: "
            "wants (draw, delegation) and (delegation,)"
        )
    draws, delegations = coalition.shape
    needs_rows = needs_count[None, :] if needs_count.ndim == 1 else needs_count
    if needs_rows.shape not in ((1, delegations), (draws, delegations)):
        raise ValueError(
            f"needs_count has shape {needs_count.shape}: wants ({delegations},) "
            f"or ({draws}, {delegations})"
        )
    if needs_named.shape != (delegations, delegations):
        raise ValueError(
            f"needs_named has shape {needs_named.shape}: wants ({delegations}, {delegations})"
        )
    if (needs_rows < 0).any():
        raise ValueError("needs_count holds a negative number")
    if needs_named.diagonal().any():
        raise ValueError("needs_named has a delegation that waits for itself")
    return needs_rows


@njit(cache=True, nogil=True)
def _least(
    willing: BoolArray,
    needs_count: IntArray,
    named_start: IntArray,
    named: IntArray,
    counts: BoolArray,
) -> BoolArray:
    draws, delegations = willing.shape
    joined = np.empty(willing.shape, dtype=np.bool_)
    for draw in range(draws):
        needs = needs_count[draw if needs_count.shape[0] > 1 else 0]
        inside = joined[draw]
        inside[:] = False
        partners = 0
        moved = True
        while moved:
            moved = False
            for i in range(delegations):
                # Not yet inside, so all partners are others.
                if inside[i] or not willing[draw, i] or partners < needs[i]:
                    continue
                named_inside = True
                for place in range(named_start[i], named_start[i + 1]):
                    if not inside[named[place]]:
                        named_inside = False
                        break
                if named_inside:
                    inside[i] = True
                    moved = True
                    if counts[i]:
                        partners += 1
    return joined


@njit(cache=True, nogil=True)
def _greatest(
    willing: BoolArray,
    needs_count: IntArray,
    named_start: IntArray,
    named: IntArray,
    counts: BoolArray,
) -> BoolArray:
    draws, delegations = willing.shape
    joined = np.empty(willing.shape, dtype=np.bool_)
    for draw in range(draws):
        needs = needs_count[draw if needs_count.shape[0] > 1 else 0]
        inside = joined[draw]
        partners = 0
        for i in range(delegations):
            inside[i] = willing[draw, i]
            if inside[i] and counts[i]:
                partners += 1
        moved = True
        while moved:
            moved = False
            for i in range(delegations):
                if not inside[i]:
                    continue
                others = partners - 1 if counts[i] else partners
                stays = others >= needs[i]
                if stays:
                    for place in range(named_start[i], named_start[i + 1]):
                        if not inside[named[place]]:
                            stays = False
                            break
                if not stays:
                    inside[i] = False
                    moved = True
                    if counts[i]:
                        partners -= 1
    return joined
