"""Coalitions in which a voter is critical, counted by how many of their members are heavier.

For rules with one quota for each size of coalition. A member is critical if the coalition wins and
would lose without it; then so is every heavier member, so the critical members are always the
heaviest few. A coalition is minimal if even its lightest member is critical.

Counting meets in the middle: the other voters are cut into two halves, the subsets of each half are
listed, sorted by sum, and pairs that fall between two quotas are counted by walking both lists
once. That is exact for any weights that fit 64 bits (Horowitz & Sahni 1974, *Journal of the ACM*
21, 277-292; recalled, not checked).
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from foedus.engines.arrays import IntArray
from foedus.engines.voting.shapes import Shape

MOST_HALVED: Final = 36
"""Voters; each half then has some 2**18 subsets, and no count passes 2**36."""


class Ranked(NamedTuple):
    """A rule with one quota for each size of coalition, its voters from the heaviest on."""

    places: tuple[int, ...]
    """Of each voter in the rule."""
    weights: IntArray
    """Shape (voter,): falling, at least 0. Of two voters with equal weights the first counts as
    heavier."""
    quotas: IntArray
    """Shape (voter + 1,): for each size, never rising."""

    @property
    def voters_count(self) -> int:
        """Count of voters."""
        return len(self.places)


def ranked(shape: Shape) -> Ranked | None:
    """Return a rule with its voters in falling order, or None if it weighs them in several ways.

    Raises
    ------
    ValueError
        If the weights sum to more than 64 bits hold.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> from foedus.engines.voting.shapes import shape_of
    >>> rule = ranked(shape_of(weighted([1, 3, 2], 4)))
    >>> rule.places, rule.weights.tolist(), rule.quotas.tolist()
    ((1, 2, 0), [3, 2, 1], [4, 4, 4, 4])
    """
    if len(shape.weights) > 1:
        return None
    if not shape.fits_64_bits:
        raise ValueError("the weights sum to 2**62 or more: that does not fit 64 bits")
    # Where heads alone decide nobody weighs anything. A size at which none wins asks for more than
    # there is, a size at which all win for nothing.
    weights = shape.weights[0] if shape.weights else (0,) * shape.voters_count
    quotas = [
        max(alternatives[0], default=0) if alternatives else sum(weights) + 1
        for alternatives in shape.quotas
    ]
    places = tuple(sorted(range(len(weights)), key=lambda i: (-weights[i], i)))
    return Ranked(
        places,
        np.array([weights[i] for i in places], dtype=np.int64),
        np.array(quotas, dtype=np.int64),
    )


class Half(NamedTuple):
    """The subsets of some voters, in blocks of equal count of heavier and lighter members."""

    sums: IntArray
    """Shape (subset,): sums of weights, rising within a block."""
    masks: IntArray
    """Shape (subset,): the members, bit by bit in the order of the voters."""
    starts: IntArray
    """Shape (block + 1,): where each block begins. Block p * (lighter + 1) + l has p heavier
    members and l lighter ones."""
    heavier: int
    """Count of voters of the half that stand before the voter in question; they come first."""
    lighter: int
    """Count of those that stand behind."""


def critical_by_rank(rule: Ranked, at: int, *, among: int | None = None) -> IntArray:
    """Return in how many coalitions a voter is critical, by rank and by who is heavier.

    Parameters
    ----------
    rule
        Of at most `MOST_HALVED` voters.
    at
        The voter, counted from the heaviest.
    among
        Count of the heaviest voters from which the members are taken; all if None. With at + 1
        nobody is lighter than the voter, and the coalitions are minimal.

    Returns
    -------
    shape (at + 1, at + 1)
        Row p counts coalitions in which p members are heavier than the voter: column i those that
        hold the heavier voter i, the last column all of them.

    Examples
    --------
    Weights 3, 2, 1 and a quota of 4. The heaviest is critical in {3, 2}, {3, 1} and {3, 2, 1}; the
    second only in {3, 2}, beside the heaviest:

    >>> from foedus.engines.voting.rules import weighted
    >>> from foedus.engines.voting.shapes import shape_of
    >>> rule = ranked(shape_of(weighted([3, 2, 1], 4)))
    >>> critical_by_rank(rule, 0).tolist()
    [[3]]
    >>> critical_by_rank(rule, 1).tolist()
    [[0, 0], [1, 1]]
    """
    left, right = _halves(rule.weights[:among], at)
    return _count(left, right, int(rule.weights[at]), rule.quotas)


def minimal_with_lightest(rule: Ranked, at: int, size: int) -> IntArray:
    """Return the minimal winning coalitions of a size in which a voter is the lightest.

    Parameters
    ----------
    rule
        Of at most `MOST_HALVED` voters.
    at
        The voter, counted from the heaviest.
    size
        Of the coalitions.

    Returns
    -------
    shape (coalition,)
        The members, bit by bit from the heaviest voter on.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> from foedus.engines.voting.shapes import shape_of
    >>> rule = ranked(shape_of(weighted([3, 2, 1], 4)))
    >>> minimal_with_lightest(rule, at=2, size=2).tolist()
    [5]
    """
    left, right = _halves(rule.weights[: at + 1], at)
    low, high = rule.quotas[size] - rule.weights[at], rule.quotas[size - 1]
    found = [np.zeros(0, dtype=np.int64)]
    # Nobody is lighter, so a block is all subsets of one size.
    for p in range(left.heavier + 1):
        rest = size - 1 - p
        if not 0 <= rest <= right.heavier:
            continue
        x, y = slice(*left.starts[p : p + 2]), slice(*right.starts[rest : rest + 2])
        first = np.searchsorted(right.sums[y], low - left.sums[x])
        counts = np.maximum(np.searchsorted(right.sums[y], high - left.sums[x]) - first, 0)
        # The pairs of the first subset on the left, then of the second, and so on.
        begin = np.cumsum(counts) - counts
        partner = np.arange(counts.sum()) + np.repeat(first - begin, counts)
        found.append(
            np.repeat(left.masks[x], counts) | right.masks[y][partner] << left.heavier | 1 << at
        )
    return np.concatenate(found)


def _halves(weights: IntArray, at: int) -> tuple[Half, Half]:
    """Return the subsets of the first and of the second half of all voters but one."""
    others = np.delete(weights, at)
    middle = others.size // 2
    return _half(others[:middle], min(at, middle)), _half(others[middle:], max(at - middle, 0))


def _half(weights: IntArray, heavier: int) -> Half:
    """Return the subsets of voters of whom the first `heavier` stand before the one in question."""
    lighter = weights.size - heavier
    sums = np.zeros(1, dtype=np.int64)
    blocks = np.zeros(1, dtype=np.int16)
    for i, weight in enumerate(weights):
        sums = np.concatenate([sums, sums + weight])
        step = np.int16(lighter + 1 if i < heavier else 1)
        blocks = np.concatenate([blocks, blocks + step])
    order = np.argsort(sums)
    # Small whole numbers are sorted by counting, so two sorts cost less than one by both keys.
    order = order[np.argsort(blocks[order], kind="stable")]
    starts = np.zeros((heavier + 1) * (lighter + 1) + 1, dtype=np.int64)
    np.cumsum(np.bincount(blocks, minlength=starts.size - 1), out=starts[1:])
    return Half(sums[order], order.astype(np.int64), starts, heavier, lighter)


@njit(cache=True, nogil=True, error_model="numpy")
def _count(left: Half, right: Half, own: int, quotas: IntArray) -> IntArray:
    """Return what `critical_by_rank` does, of the subsets of the two halves."""
    at = left.heavier + right.heavier
    counts = np.zeros((at + 1, at + 1), dtype=np.int64)
    by_left = np.zeros((left.sums.size, right.heavier + 1), dtype=np.int64)
    by_right = np.zeros((right.sums.size, left.heavier + 1), dtype=np.int64)
    steps = np.zeros(right.sums.size + 1, dtype=np.int64)
    for a in range(left.starts.size - 1):
        p, x_lighter = divmod(a, left.lighter + 1)
        for b in range(right.starts.size - 1):
            q, y_lighter = divmod(b, right.lighter + 1)
            size = p + x_lighter + q + y_lighter + 1
            low, high = quotas[size] - own, quotas[size - 1]
            begin, end = right.starts[b], right.starts[b + 1]
            first, last = end, end
            is_found = False
            for x in range(left.starts[a], left.starts[a + 1]):
                while first > begin and right.sums[first - 1] + left.sums[x] >= low:
                    first -= 1
                while last > begin and right.sums[last - 1] + left.sums[x] >= high:
                    last -= 1
                if last > first:
                    by_left[x, q] += last - first
                    # Each subset on the right from `first` until `last` has one partner more.
                    steps[first] += 1
                    steps[last] -= 1
                    is_found = True
            if is_found:
                partners = 0
                for y in range(begin, end):
                    partners += steps[y]
                    steps[y] = 0
                    by_right[y, p] += partners
                steps[end] = 0
    _add_members(left, by_left, 0, counts)
    _add_members(right, by_right, left.heavier, counts)
    # Each coalition is a pair, so the totals are counted on one side only.
    for a in range(left.starts.size - 1):
        for x in range(left.starts[a], left.starts[a + 1]):
            for q in range(right.heavier + 1):
                counts[a // (left.lighter + 1) + q, at] += by_left[x, q]
    return counts


@njit(cache=True, nogil=True, error_model="numpy")
def _add_members(half: Half, by_subset: IntArray, shift: int, counts: IntArray) -> None:
    """Add the coalitions of each subset to its heavier members, from column `shift` on."""
    width = by_subset.shape[1]
    held = np.zeros((half.heavier, width), dtype=np.int64)
    for a in range(half.starts.size - 1):
        p = a // (half.lighter + 1)
        held[:] = 0
        for x in range(half.starts[a], half.starts[a + 1]):
            for i in range(half.heavier):
                if (half.masks[x] >> i) & 1:
                    for q in range(width):
                        held[i, q] += by_subset[x, q]
        for i in range(half.heavier):
            for q in range(width):
                counts[p + q, shift + i] += held[i, q]
