"""Programmes: sums over years such as reconstruction, who carries which part, what stays open."""

from typing import NamedTuple

import numpy as np

from foedus.engines.spending.blocks import BoolArray, FloatArray, IntArray


class ProgrammeShares(NamedTuple):
    """Who carries which part of each programme; the three sum to 1 in every draw."""

    nations: FloatArray
    """Shape (draw, nation, programme)."""
    others: FloatArray
    """Shape (draw, programme): carried by somebody who is none of the nations."""
    open: FloatArray
    """Shape (draw, programme): nobody is named for it."""


def programme_shares(
    paid_share: FloatArray, programme_of: IntArray, parts: FloatArray, programme_count: int
) -> ProgrammeShares:
    """Share programmes out to nations.

    Parameters
    ----------
    paid_share : shape (draw, payer)
        Part of its programme that a payer carries, 0 to 1. Where the parts of one programme sum to
        more than 1 in a draw they are scaled down to 1 together: it costs no more than it costs.
    programme_of : shape (payer,)
        Which programme, from 0.
    parts : shape (payer, nation)
        How a payer's part falls to nations; a row sums to at most 1, and the rest falls to others.
    programme_count
        How many programmes.

    Returns
    -------
    ProgrammeShares

    Raises
    ------
    ValueError
        If a part is negative or NaN, or a row sums to more than 1.

    Examples
    --------
    One nation carries half by itself, and a body of two a quarter:

    >>> parts = np.array([[1.0, 0.0], [0.6, 0.4]])
    >>> shares = programme_shares(np.array([[0.5, 0.25]]), np.array([0, 0]), parts, 1)
    >>> shares.nations[0, :, 0].round(3).tolist(), shares.open.tolist()
    ([0.65, 0.1], [[0.25]])
    """
    if not ((paid_share >= 0).all() and (parts >= 0).all()):
        raise ValueError("a paid part is negative or NaN")
    if parts.size and parts.sum(axis=1).max() > 1 + 1e-9:
        raise ValueError(f"the parts of a payer sum to {parts.sum(axis=1).max():g}, more than 1")
    is_of = (programme_of[:, None] == np.arange(programme_count)).astype(np.float64)
    named = paid_share @ is_of
    scale = 1 / np.maximum(named, 1.0)
    nations = np.einsum("dp,pn,pk->dnk", paid_share, parts, is_of) * scale[:, None, :]
    carried = nations.sum(axis=1)
    others = np.maximum(named * scale - carried, 0.0)
    return ProgrammeShares(nations, others, np.maximum(1 - carried - others, 0.0))


def key_parts(weights: FloatArray) -> FloatArray:
    """Return the parts in which members share by size, summing to 1.

    Parameters
    ----------
    weights : shape (member,)
        Sizes, at least 0.

    Returns
    -------
    same shape

    Raises
    ------
    ValueError
        If a size is negative or NaN, or all of them are 0.

    Examples
    --------
    >>> key_parts(np.array([3.0, 1.0])).tolist()
    [0.75, 0.25]
    """
    if not (weights >= 0).all() or not weights.sum() > 0:
        raise ValueError("sizes to share by must be at least 0, and one of them more")
    parts: FloatArray = weights / weights.sum()
    return parts


def years_paid(start_year: IntArray, over_count: IntArray, years: IntArray) -> BoolArray:
    """Tell in which years a programme is paid for.

    Parameters
    ----------
    start_year, over_count : shape (programme,)
        First year, and the number of years with equal parts.
    years : shape (year,)
        Calendar years.

    Returns
    -------
    shape (programme, year)

    Examples
    --------
    >>> years_paid(np.array([2026]), np.array([2]), np.array([2025, 2026, 2027, 2028])).tolist()
    [[False, True, True, False]]
    """
    since = years[None, :] - start_year[:, None]
    paid: BoolArray = (since >= 0) & (since < over_count[:, None])
    return paid
