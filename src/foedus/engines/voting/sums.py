"""Counts of coalitions by size and sum of weights: for many voters whose weights are small.

A table holds how many coalitions of each size have each sum. To leave a voter out, nothing is
taken away from it: the table is filled anew without the voter, and voters share what they can.
Nothing is subtracted, so nothing can cancel.
"""

from collections.abc import Iterator
from itertools import groupby
from math import log2, prod
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from foedus.engines.voting.shapes import Shape

Table = NDArray[Any]
"""Shape (size, sum, ...): an axis of sums for each kind of weight; the last place holds all sums
from there on."""

MOST_64_BIT_VOTERS: Final = 62
"""Of how many voters the coalitions can be counted in 64 bits."""


class Ask(NamedTuple):
    """What a table must tell apart."""

    caps: tuple[int, ...]
    """By kind of weight: no quota asks for more."""
    wins: NDArray[np.bool_]
    """As a table: whether coalitions of that size and those sums win."""


def cells_count(shape: Shape) -> int:
    """Return how many cells a table for a rule has."""
    return (shape.voters_count + 1) * prod(cap + 1 for cap in _caps(shape))


def passes_count(shape: Shape) -> float:
    """Return about how often a table is gone through to count a rule."""
    kinds = len(set(_by_voter(shape)))
    return shape.voters_count * (2 + log2(kinds))


def ask_of(shape: Shape) -> Ask:
    """Return what a table for a rule must tell apart."""
    caps = _caps(shape)
    wins = np.zeros((shape.voters_count + 1, *(cap + 1 for cap in caps)), dtype=np.bool_)
    for size, alternatives in enumerate(shape.quotas):
        for quotas in alternatives:
            reached: tuple[int | slice, ...] = (size, *(slice(quota, None) for quota in quotas))
            wins[reached] = True
    return Ask(caps, wins)


def count_by_sums(shape: Shape) -> tuple[Table, Table]:
    """Count the winning coalitions and the swings of a rule.

    Voters with the same weights are counted once. Of more than 62 voters the counts are Python's
    integers.

    Returns
    -------
    winning_count : shape (size,)
        Winning coalitions by size, from nobody to all.
    swings_count : shape (voter, size)
        Those that the voter is in and that lose without it.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> from foedus.engines.voting.shapes import shape_of
    >>> winning, swings = count_by_sums(shape_of(weighted([4, 2, 1], 5)))
    >>> winning.tolist(), swings.tolist()
    ([0, 0, 2, 1], [[0, 0, 2, 1], [0, 0, 1, 0], [0, 0, 1, 0]])
    """
    ask = ask_of(shape)
    sums_axes = tuple(range(1, ask.wins.ndim))
    kind = np.int64 if shape.voters_count <= MOST_64_BIT_VOTERS else object
    empty = np.zeros(ask.wins.shape, dtype=kind)
    empty[(0,) * empty.ndim] = 1
    by_voter = _by_voter(shape)
    swings: dict[tuple[int, ...], NDArray[Any]] = {}
    for weights, table in _each_left_out(_as_groups(by_voter), empty):
        swing = _after_joining(ask, weights) & ~ask.wins[:-1]
        by_size = np.where(swing, table[:-1], 0).sum(axis=sums_axes)
        swings[weights] = np.concatenate([np.zeros(1, dtype=kind), by_size])
        full = _with_voter(table, weights)
    winning = np.where(ask.wins, full, 0).sum(axis=sums_axes)
    return winning, np.array([swings[weights] for weights in by_voter], dtype=kind)


def _caps(shape: Shape) -> tuple[int, ...]:
    return tuple(
        max(quotas[kind] for alternatives in shape.quotas for quotas in alternatives)
        for kind in range(len(shape.weights))
    )


def _by_voter(shape: Shape) -> list[tuple[int, ...]]:
    """Return each voter's weights."""
    return [tuple(kind[i] for kind in shape.weights) for i in range(shape.voters_count)]


def _as_groups(by_voter: list[tuple[int, ...]]) -> list[tuple[tuple[int, ...], int]]:
    """Return the different voters, and how many there are of each."""
    return [(weights, len(list(group))) for weights, group in groupby(sorted(by_voter))]


def _each_left_out(
    groups: list[tuple[tuple[int, ...], int]], table: Table
) -> Iterator[tuple[tuple[int, ...], Table]]:
    """Yield for each group the table to which all voters are added but one of the group."""
    if len(groups) == 1:
        weights, count = groups[0]
        yield weights, _with_groups(table, [(weights, count - 1)])
        return
    middle = len(groups) // 2
    yield from _each_left_out(groups[:middle], _with_groups(table, groups[middle:]))
    yield from _each_left_out(groups[middle:], _with_groups(table, groups[:middle]))


def _with_groups(table: Table, groups: list[tuple[tuple[int, ...], int]]) -> Table:
    for weights, count in groups:
        for _ in range(count):
            table = _with_voter(table, weights)
    return table


def _with_voter(table: Table, weights: tuple[int, ...]) -> Table:
    """Add to each coalition the one that the voter has joined."""
    joined = table[:-1]
    for axis, weight in enumerate(weights, start=1):
        if weight:
            joined = _heavier(joined, axis, weight)
    added = table.copy()
    added[1:] += joined
    return added


def _heavier(table: Table, axis: int, weight: int) -> Table:
    """Move counts up an axis; what passes its end is counted at the end."""
    source, heavier = np.moveaxis(table, axis, 0), np.zeros_like(table)
    target = np.moveaxis(heavier, axis, 0)
    passing = max(len(source) - weight, 0)
    target[len(source) - passing :] = source[:passing]
    target[-1] += source[passing:].sum(axis=0)
    return heavier


def _after_joining(ask: Ask, weights: tuple[int, ...]) -> NDArray[np.bool_]:
    """Say of each size but the last and each sum whether it wins with the voter in addition."""
    wins = ask.wins[1:]
    for axis, (weight, cap) in enumerate(zip(weights, ask.caps, strict=True), start=1):
        wins = np.take(wins, np.minimum(np.arange(cap + 1) + min(weight, cap), cap), axis=axis)
    return wins
