"""Exact counts of one weighted game with many voters: 51 states, 190 members, single votes.

The coalitions lighter than the quota are counted by weight, voter by voter: of the first voters,
c(x) coalitions weigh x, and a voter of weight w adds c(x - w) to c(x). The voters come in
increasing weight, so that the table stays narrow for long. To leave a voter out again is to
subtract, c(x) - c(x - w) + c(x - 2 w) - ..., and summed over the window of weights in which the
voter swings, from q - w to q - 1, only the sums P(x) of the counts up to x are left:

    swings of a voter of weight w = P(q-1) - 2 P(q-1-w) + 2 P(q-1-2w) - ...,

some q/w terms. Where sizes are told apart too, the same holds with one voter less in each term.

A count of coalitions of n voters has up to n bits. It is held in limbs of 64 bits, k of them with
64 k > n: additions carry, subtractions borrow, and as the result lies between 0 and 2^n, arithmetic
modulo 2^(64 k) gives it exactly. No count is ever a float.

Tables of this kind are the standard way (Brams & Affuso 1976; recalled, not checked); the survey of
Matsui & Matsui (2000), *Journal of the Operations Research Society of Japan* 43(1), has the
arguments (volume recalled, not checked).
"""

from dataclasses import dataclass
from math import comb, gcd
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from foedus.engines.arrays import IntArray
from foedus.engines.voting.counting import Counts
from foedus.engines.voting.rules import WeightedGame
from foedus.engines.voting.sums import MOST_64_BIT_VOTERS

LIMB_BITS: Final = 64
WORDS_LIMIT: Final = 2**26
"""Limbs that a table may have: 512 MB."""
WORK_LIMIT: Final = 10**10
"""Additions of limbs that a count may take: some ten seconds of one core."""
BLOCK: Final = 1024
"""Weights that are added at a time, so that their carries stay in the fastest memory."""

TOGETHER: Final = 2**16
"""Weights over which voters that are added together may be apart, so that the part of the table
between them stays in fast memory."""

LimbArray = NDArray[np.uint64]


@dataclass(frozen=True)
class SwingCounts:
    """How many coalitions win, and in how many a voter decides."""

    winning_count: int
    losing_count: int
    swings_count: tuple[int, ...]
    """Of each voter: winning coalitions that lose without it."""


def count_swings(game: WeightedGame) -> SwingCounts:
    """Count winning coalitions and the swings of each voter.

    Parameters
    ----------
    game
        Of any number of voters.

    Raises
    ------
    ValueError
        If the table would pass `WORDS_LIMIT` or the additions `WORK_LIMIT`: the message says in
        what units the weights could be counted.

    Examples
    --------
    The European Economic Community of 1958: the smallest member never decides.

    >>> count_swings(WeightedGame((4, 4, 4, 2, 2, 1), 12))
    SwingCounts(winning_count=14, losing_count=50, swings_count=(10, 10, 10, 6, 6, 0))
    """
    small = _smallest(game)
    limbs = _limbs(len(small.weights))
    steps = np.minimum(np.cumsum(small.weights), small.quota)
    _refuse_if_too_large(small.quota * limbs, int(steps.sum()) * limbs, small)
    table = np.zeros((1, limbs, small.quota), dtype=np.uint64)
    _fill_by_weight(table, small.weights)
    _sum_up(table)
    found = _whole(_swings(table, small.distinct))
    swings = {int(weight): n for weight, (n,) in zip(small.distinct, found, strict=True)}
    ((lighter,),) = _whole(table[:, :, -1][None])
    everybody = 2 ** len(game.weights)
    return SwingCounts(
        winning_count=lighter if small.is_dual else everybody - lighter,
        losing_count=everybody - lighter if small.is_dual else lighter,
        swings_count=tuple(swings[weight] for weight in small.by_voter),
    )


def count_swings_by_size(game: WeightedGame) -> Counts:
    """Count winning coalitions and the swings of each voter, by size.

    The table is as many times larger as coalitions below the quota can have voters.

    Parameters
    ----------
    game
        Of any number of voters.

    Raises
    ------
    ValueError
        As `count_swings`.

    Examples
    --------
    >>> counts = count_swings_by_size(WeightedGame((3, 2, 1), 4))
    >>> counts.winning_count.tolist(), counts.swings_count.tolist()
    ([0, 0, 2, 1], [[0, 0, 2, 1], [0, 0, 1, 0], [0, 0, 1, 0]])
    """
    small = _smallest(game)
    voters = len(game.weights)
    limbs = _limbs(voters)
    least = np.concatenate([[0], np.cumsum(small.weights)])
    sizes = int(np.searchsorted(least, small.quota))  # that a lighter coalition can have
    steps = np.minimum(least[1:], small.quota) * np.minimum(np.arange(voters) + 1, sizes)
    _refuse_if_too_large(sizes * small.quota * limbs, int(steps.sum()) * limbs, small)
    table = np.zeros((sizes, limbs, small.quota), dtype=np.uint64)
    _fill_by_size(table, small.weights, least)
    _sum_up(table)
    beyond = [0] * (voters + 1 - sizes)
    lighter = _whole(table[:, :, -1][None])[0] + beyond
    swings = {}
    for weight, row in zip(small.distinct, _whole(_swings(table, small.distinct)), strict=True):
        of_others = (row + beyond)[:voters]
        swings[int(weight)] = [0, *(of_others[::-1] if small.is_dual else of_others)]
    kind = np.int64 if voters <= MOST_64_BIT_VOTERS else object
    winning = [
        lighter[voters - size] if small.is_dual else comb(voters, size) - lighter[size]
        for size in range(voters + 1)
    ]
    return Counts(
        np.array(winning, dtype=kind),
        np.array([swings[weight] for weight in small.by_voter], dtype=kind),
    )


class _Small(NamedTuple):
    """A game with the same swings and a quota that is easier to count to."""

    weights: IntArray
    """Shape (voter), in increasing order."""
    quota: int
    unit: int
    """By what the weights of the game were divided."""
    is_dual: bool
    """Whether coalitions lighter than the quota stand for those that win the game: the complement
    of one is the other."""
    by_voter: tuple[int, ...]
    """The weights in the order of the voters."""

    @property
    def distinct(self) -> IntArray:
        """The weights that occur."""
        return np.unique(self.weights)


def _smallest(game: WeightedGame) -> _Small:
    """Return the game in the largest unit, as itself or its dual, whichever has the lower quota."""
    unit = gcd(*game.weights)
    weights = [weight // unit for weight in game.weights]
    quota = -(-game.quota // unit)
    # Whoever wins alone needs no more weight than the quota. Then the total is lower, and with it
    # the quota of the dual.
    weights = [min(weight, quota) for weight in weights]
    dual = sum(weights) - quota + 1
    is_dual = dual < quota
    if is_dual:
        quota = dual
        weights = [min(weight, quota) for weight in weights]
    if quota > WORDS_LIMIT:
        # Said before the weights become machine integers, which they might not fit.
        raise ValueError(_too_large(quota / WORDS_LIMIT, unit))
    return _Small(np.array(sorted(weights), dtype=np.int64), quota, unit, is_dual, tuple(weights))


def _limbs(voters: int) -> int:
    """Return how many limbs hold every count of coalitions, 2^voters too."""
    return voters // LIMB_BITS + 1


def _refuse_if_too_large(words: int, work: int, small: _Small) -> None:
    """Raise ValueError if a count needs too much memory or time."""
    excess = max(words / WORDS_LIMIT, work / WORK_LIMIT)
    if excess > 1:
        raise ValueError(_too_large(excess, small.unit))


def _too_large(excess: float, unit: int) -> str:
    """Say by what a count is too large, and which unit is feasible."""
    feasible = unit
    while feasible < excess * unit:
        feasible *= 10
    return (
        f"the count is {excess:,.1f} times larger than feasible: "
        f"it can be done with weights and quota rounded to units of {feasible:,}"
    )


def _whole(limbs: LimbArray) -> list[list[int]]:
    """Return numbers in limbs, least first, as whole numbers. Shape (row, column, limb)."""
    little = np.ascontiguousarray(limbs, dtype="<u8")
    return [[int.from_bytes(n.tobytes(), "little") for n in row] for row in little]


@njit(cache=True, nogil=True, error_model="numpy")
def _add(
    to: LimbArray, of: LimbArray, weight: int, first: int, last: int, limbs: int
) -> None:  # pragma: no cover
    """Add of[x - weight] to to[x] for x from first to last; both have shape (limb, weight).

    Where both are one table, each weight is read before it is written: weights go down block by
    block, and a block is written when it has been read.
    """
    carry = np.empty(BLOCK, dtype=np.uint64)
    total = np.empty(BLOCK, dtype=np.uint64)
    end = last + 1
    while end > first:
        start = max(first, end - BLOCK)
        count = end - start
        for x in range(count):
            carry[x] = 0
        for limb in range(limbs):
            mine, other = to[limb, start:end], of[limb, start - weight : end - weight]
            for x in range(count):
                plain = mine[x] + other[x]
                carried = plain + carry[x]
                carry[x] = np.uint64(plain < other[x]) | np.uint64(carried < plain)
                total[x] = carried
            for x in range(count):
                mine[x] = total[x]
        end = start


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_by_weight(table: LimbArray, weights: IntArray) -> None:  # pragma: no cover
    """Count coalitions by weight. The table has shape (1, limb, weight) and is empty.

    Memory sets the pace, so several voters go down the table together, each so far above the one
    before that what it reads is done: the table is fetched once for all of them.
    """
    counts = table[0]
    quota = counts.shape[1]
    counts[0, 0] = 1
    heaviest = np.cumsum(weights)
    first = 0
    while first < weights.size:
        last, above = first, 0
        while last + 1 < weights.size and above + weights[last + 1] <= TOGETHER:
            last += 1
            above += weights[last]
        start = quota
        while start > -above:
            start -= BLOCK
            low = start
            for voter in range(first, last + 1):
                if voter > first:
                    low += weights[voter]
                # Counts of so many voters have not reached the higher limbs yet.
                limbs = (voter + 1) // 64 + 1
                top = min(low + BLOCK, quota, heaviest[voter] + 1) - 1
                _add(counts, counts, weights[voter], max(low, weights[voter]), top, limbs)
        first = last + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_by_size(table: LimbArray, weights: IntArray, least: IntArray) -> None:  # pragma: no cover
    """Count coalitions by size and weight. The table has shape (size, limb, weight)."""
    sizes, _, quota = table.shape
    table[0, 0, 0] = 1
    for voter in range(weights.size):
        weight = weights[voter]
        for size in range(min(voter + 1, sizes - 1), 0, -1):
            # Weights of size - 1 of the voters before: of the lightest, of the heaviest.
            low, high = least[size - 1], least[voter] - least[voter - size + 1]
            last = min(high + weight, quota - 1)
            _add(table[size], table[size - 1], weight, low + weight, last, (voter + 1) // 64 + 1)


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_up(table: LimbArray) -> None:  # pragma: no cover
    """Turn counts of coalitions of a weight into those of a weight or less."""
    sizes, limbs, quota = table.shape
    for size in range(sizes):
        for x in range(1, quota):
            carry = np.uint64(0)
            for limb in range(limbs):
                before = table[size, limb, x - 1]
                plain = table[size, limb, x] + before
                carried = plain + carry
                carry = np.uint64(plain < before) | np.uint64(carried < plain)
                table[size, limb, x] = carried


@njit(cache=True, nogil=True, error_model="numpy")
def _swings(sums: LimbArray, distinct: IntArray) -> LimbArray:  # pragma: no cover
    """Return the swings of voters of each weight. Shape (weight, size of the others, limb).

    With one size in the table, sizes are not told apart.
    """
    sizes, limbs, quota = sums.shape
    swings = np.zeros((distinct.size, sizes, limbs), dtype=np.uint64)
    for place in range(distinct.size):
        weight = distinct[place]
        if weight == 0:
            continue
        for size in range(sizes):
            at, added = quota - 1, True
            fewer = size
            while at >= 0 and fewer >= 0:
                _gather(swings[place, size], sums[fewer, :, at], added)
                if at >= weight:
                    _gather(swings[place, size], sums[fewer, :, at - weight], not added)
                at -= weight
                added = not added
                if sizes > 1:
                    fewer -= 1
    return swings


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(to: LimbArray, number: LimbArray, added: bool) -> None:  # pragma: no cover
    """Add a number to another or subtract it, modulo the two to the bits of all limbs."""
    carry = np.uint64(0)
    for limb in range(number.size):
        before, other = to[limb], number[limb]
        if added:
            plain = before + other
            full = plain + carry
            carry = np.uint64(plain < other) | np.uint64(full < plain)
        else:
            plain = before - other
            full = plain - carry
            carry = np.uint64(before < other) | np.uint64(plain < carry)
        to[limb] = full
