"""Counts of winning coalitions by meeting in the middle: exact, however large the weights.

The voters are parted in two halves. All coalitions of a half are listed by size and weight, and
for each of them the coalitions of the other half are counted with which it wins. Of n voters only
2 ** (n / 2) coalitions are ever listed.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from foedus.engines.arrays import IntArray
from foedus.engines.voting.shapes import Quotas, Shape

Sums = NDArray[Any]
"""Sums of weights: 64-bit, or Python's integers where those would not hold them."""


class Half(NamedTuple):
    """All coalitions of some voters, by size; within a size by their sum of the first weight."""

    sums: Sums
    """Shape (coalition, kind)."""
    members: IntArray
    """Shape (coalition,): bit i is set if voter i of the half is in."""
    starts: IntArray
    """Shape (size + 1,): where the coalitions of each size start, and the end."""

    @property
    def voters_count(self) -> int:
        """Count of voters in the half."""
        return len(self.starts) - 2


class Asked(NamedTuple):
    """What is asked of coalitions by size, as rows of quotas."""

    quotas: Sums
    """Shape (row, kind)."""
    signs: IntArray
    """Shape (row,): 1 if coalitions that reach the row are counted, -1 if taken away again."""
    starts: IntArray
    """Shape (size + 1,): where the rows of each size start, and the end."""


def halves_of(shape: Shape) -> tuple[Half, Half]:
    """List the coalitions of the first half of the voters, and of the others.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> from foedus.engines.voting.shapes import shape_of
    >>> first, second = halves_of(shape_of(weighted([4, 1, 3, 2], 6)))
    >>> second.sums[:, 0].tolist(), second.members.tolist(), second.starts.tolist()
    ([0, 2, 3, 5], [0, 2, 1, 3], [0, 1, 3, 4])
    """
    kind = np.int64 if shape.fits_64_bits else object
    weights = np.array(shape.weights, dtype=kind)
    middle = shape.voters_count // 2
    list_coalitions = _list_coalitions if shape.fits_64_bits else _list_coalitions.py_func
    return (
        Half(*list_coalitions(weights[:, :middle])),
        Half(*list_coalitions(weights[:, middle:])),
    )


def count_by_halves(shape: Shape) -> tuple[IntArray, IntArray]:
    """Count winning coalitions and swings of a rule that weighs voters by more than heads.

    Any number of kinds of weight can be taken. One is counted in about 2 ** (n / 2) steps times
    the count of voters squared; two in some twenty times as many; with three or more all pairs of
    the two halves are tried. Sums that do not fit 64 bits are counted a hundred times slower.

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
    >>> winning, swings = count_by_halves(shape_of(weighted([4, 2, 1], 5)))
    >>> winning.tolist(), swings[0].tolist()
    ([0, 0, 2, 1], [0, 0, 2, 1])
    """
    first, second = halves_of(shape)
    match len(shape.weights):
        case 1:
            with_first = partners_by_size(first, second, shape)
            with_second = partners_by_size(second, first, shape)
        case 2:
            with_first, with_second = _meet_on_two(first, second, shape)
        case _:
            with_first, with_second = _meet_on_all(first, second, shape)
    winning, winning_with_first = _tally(with_first, first.members, first.voters_count)
    _, winning_with_second = _tally(with_second, second.members, second.voters_count)
    winning_with = np.concatenate([winning_with_first, winning_with_second])
    # A winning coalition without the voter also wins once the voter has joined: that is no swing.
    swings = winning_with.copy()
    swings[:, 1:] -= winning[:-1] - winning_with[:, :-1]
    return winning, swings


def partners_by_size(half: Half, other: Half, shape: Shape) -> IntArray:
    """Count the partners with which each coalition of a half wins under one kind of weight.

    Returns
    -------
    shape (coalition, size)
        By the size of the partners; they are the heaviest of their size in the other half.
    """
    unreachable = sum(shape.weights[0]) + 1
    quota = np.array(
        [alternatives[0][0] if alternatives else unreachable for alternatives in shape.quotas],
        dtype=half.sums.dtype,
    )
    meet = _partners_on_one if shape.fits_64_bits else _partners_on_one.py_func
    counts: IntArray = meet(half, other, quota)
    return counts


def _meet_on_two(first: Half, second: Half, shape: Shape) -> tuple[IntArray, IntArray]:
    asked = _asked([_as_corners(alternatives) for alternatives in shape.quotas], first.sums)
    meet = _partners_on_two if shape.fits_64_bits else _partners_on_two.py_func
    return (
        meet(first, second, *_by_second_sum(second), asked),
        meet(second, first, *_by_second_sum(first), asked),
    )


def _meet_on_all(first: Half, second: Half, shape: Shape) -> tuple[IntArray, IntArray]:
    asked = _asked([[(row, 1) for row in rows] for rows in shape.quotas], first.sums)
    meet = _partners_on_all if shape.fits_64_bits else _partners_on_all.py_func
    counts: tuple[IntArray, IntArray] = meet(first, second, asked)
    return counts


def _as_corners(alternatives: tuple[Quotas, ...]) -> list[tuple[Quotas, int]]:
    """Write a union of quadrants as quadrants added and taken away.

    In the order of the first quota the second falls, so a coalition that reaches several
    alternatives reaches a run of them, and one overlap of neighbours fewer.
    """
    added = [(quotas, 1) for quotas in alternatives]
    overlaps = [((after, before), -1) for (_, before), (after, _) in pairwise(alternatives)]
    return added + overlaps


def _asked(by_size: list[list[tuple[Quotas, int]]], sums: Sums) -> Asked:
    """Put the quotas and signs of all sizes in arrays, quotas in the kind of the sums."""
    rows = [row for at_size in by_size for row in at_size]
    return Asked(
        quotas=np.array([quotas for quotas, _ in rows], dtype=sums.dtype),
        signs=np.array([sign for _, sign in rows], dtype=np.int64),
        starts=np.cumsum([0, *map(len, by_size)], dtype=np.int64),
    )


def _by_second_sum(half: Half) -> tuple[IntArray, Sums]:
    """Return, within each size, the rank of each second sum and those sums in order."""
    second_sums = half.sums[:, 1]
    rank, ordered = np.empty(len(second_sums), dtype=np.int64), np.empty_like(second_sums)
    for start, end in pairwise(half.starts):
        order = np.argsort(second_sums[start:end], kind="stable")
        rank[start + order] = np.arange(end - start)
        ordered[start:end] = second_sums[start:end][order]
    return rank, ordered


@njit(cache=True, nogil=True)
def _list_coalitions(weights: Sums) -> tuple[Sums, IntArray, IntArray]:
    """List the coalitions of the voters, adding one after the other: two sorted lists merge."""
    kinds, voters = weights.shape
    sums = np.zeros((1, kinds), weights.dtype)
    members = np.zeros(1, np.int64)
    starts = np.array([0, 1])
    for i in range(voters):
        new_sums = np.empty((2 * len(sums), kinds), weights.dtype)
        new_members = np.empty(2 * len(sums), np.int64)
        new_starts = np.empty(i + 3, np.int64)
        at = 0
        for size in range(i + 2):
            new_starts[size] = at
            # Coalitions of the size without the voter, and of one less to which it is added.
            out, out_end = (starts[size], starts[size + 1]) if size <= i else (0, 0)
            add, add_end = (starts[size - 1], starts[size]) if size > 0 else (0, 0)
            while out < out_end or add < add_end:
                if add == add_end or (
                    out < out_end and sums[out, 0] <= sums[add, 0] + weights[0, i]
                ):
                    for kind in range(kinds):
                        new_sums[at, kind] = sums[out, kind]
                    new_members[at] = members[out]
                    out += 1
                else:
                    for kind in range(kinds):
                        new_sums[at, kind] = sums[add, kind] + weights[kind, i]
                    new_members[at] = members[add] | (1 << i)
                    add += 1
                at += 1
        new_starts[i + 2] = at
        sums, members, starts = new_sums, new_members, new_starts
    return sums, members, starts


@njit(cache=True, nogil=True)
def _partners_on_one(half: Half, other: Half, quota: Sums) -> IntArray:
    """Count for each coalition, by the partner's size, the partners with which it wins."""
    counts = np.empty((len(half.sums), len(other.starts) - 1), np.int64)
    for size in range(len(half.starts) - 1):
        for other_size in range(len(other.starts) - 1):
            asked = quota[size + other_size]
            start, end = other.starts[other_size], other.starts[other_size + 1]
            lightest = end
            # The heavier the coalition, the lighter a partner will do.
            for a in range(half.starts[size], half.starts[size + 1]):
                own = half.sums[a, 0]
                while lightest > start and own + other.sums[lightest - 1, 0] >= asked:
                    lightest -= 1
                counts[a, other_size] = end - lightest
    return counts


@njit(cache=True, nogil=True)
def _partners_on_two(
    half: Half, other: Half, rank: IntArray, ordered: Sums, asked: Asked
) -> IntArray:
    """Do as `_partners_on_one` where both of two quotas must be reached.

    Partners that are heavy enough by the first weight enter a tree of counts (Fenwick 1994) at
    their rank by the second.
    """
    counts = np.zeros((len(half.sums), len(other.starts) - 1), np.int64)
    tree = np.empty(len(other.sums) + 1, np.int64)
    for size in range(len(half.starts) - 1):
        for other_size in range(len(other.starts) - 1):
            start, end = other.starts[other_size], other.starts[other_size + 1]
            for q in range(asked.starts[size + other_size], asked.starts[size + other_size + 1]):
                first_quota, second_quota = asked.quotas[q, 0], asked.quotas[q, 1]
                tree[: end - start + 1] = 0
                lightest = end
                for a in range(half.starts[size], half.starts[size + 1]):
                    first, second = half.sums[a, 0], half.sums[a, 1]
                    while lightest > start and first + other.sums[lightest - 1, 0] >= first_quota:
                        lightest -= 1
                        node = rank[lightest] + 1
                        while node <= end - start:
                            tree[node] += 1
                            node += node & -node
                    low, high = start, end
                    while low < high:
                        middle = (low + high) // 2
                        if second + ordered[middle] >= second_quota:
                            high = middle
                        else:
                            low = middle + 1
                    found = end - lightest
                    node = low - start
                    while node > 0:
                        found -= tree[node]
                        node -= node & -node
                    counts[a, other_size] += asked.signs[q] * found
    return counts


@njit(cache=True, nogil=True)
def _partners_on_all(half: Half, other: Half, asked: Asked) -> tuple[IntArray, IntArray]:
    """Do as `_partners_on_one`, for both halves at once, by trying all pairs."""
    counts = np.zeros((len(half.sums), len(other.starts) - 1), np.int64)
    other_counts = np.zeros((len(other.sums), len(half.starts) - 1), np.int64)
    for size in range(len(half.starts) - 1):
        for other_size in range(len(other.starts) - 1):
            first, last = asked.starts[size + other_size], asked.starts[size + other_size + 1]
            for a in range(half.starts[size], half.starts[size + 1]):
                for b in range(other.starts[other_size], other.starts[other_size + 1]):
                    for q in range(first, last):
                        wins = True
                        for kind in range(half.sums.shape[1]):
                            if half.sums[a, kind] + other.sums[b, kind] < asked.quotas[q, kind]:
                                wins = False
                                break
                        if wins:
                            counts[a, other_size] += 1
                            other_counts[b, size] += 1
                            break
    return counts, other_counts


@njit(cache=True, nogil=True)
def _tally(counts: IntArray, members: IntArray, voters: int) -> tuple[IntArray, IntArray]:
    """Add up the partners of each coalition of a half: in all, and by its members."""
    coalitions, other_sizes = counts.shape
    sizes = voters + other_sizes
    winning = np.zeros(sizes, np.int64)
    winning_with = np.zeros((voters, sizes), np.int64)
    for a in range(coalitions):
        size = 0
        for i in range(voters):
            size += members[a] >> i & 1
        for other_size in range(other_sizes):
            winning[size + other_size] += counts[a, other_size]
        for i in range(voters):
            if members[a] >> i & 1:
                for other_size in range(other_sizes):
                    winning_with[i, size + other_size] += counts[a, other_size]
    return winning, winning_with
