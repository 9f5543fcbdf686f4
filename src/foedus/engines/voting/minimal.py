"""Minimal winning and minimal blocking coalitions: those in which every member is needed.

A coalition blocks if the others cannot pass the rule without it, so the minimal blocking coalitions
are the minimal winning ones of the dual rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from foedus.engines.arrays import IntArray
from foedus.engines.voting.critical import (
    Ranked,
    critical_by_rank,
    minimal_with_lightest,
    ranked,
)
from foedus.engines.voting.rules import VotingRule
from foedus.engines.voting.shapes import shape_of, without_idle
from foedus.engines.voting.sweep import (
    coalitions_up_to,
    members_by_size,
    minimal_words,
    winning_words,
)

Coalition = tuple[int, ...]
"""Places of the members, rising."""

MOST_HALVED: Final = 38
"""Voters; the lists of both halves then take a third of a gigabyte."""
MOST_TABLED: Final = 62
"""Voters; no count of coalitions then passes 64 bits."""
MOST_STEPS: Final = 5_000_000_000
"""Additions in tables of sums by size: well under a minute."""


@dataclass(frozen=True)
class MinimalCoalitions:
    """Coalitions in which every member is needed, counted, and listed when they are few."""

    count_by_size: tuple[int, ...]
    """For each size from 0 to all voters."""
    holding_by_size: tuple[tuple[int, ...], ...]
    """For each size and then each voter: how many hold it."""
    listed: tuple[Coalition, ...]
    """By size, then by weight in the games of the rule, one after the other, lightest first, then
    by places. All of a size or none, from the smallest size on, as many sizes as were asked for."""

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.count_by_size)

    @property
    def holding(self) -> tuple[int, ...]:
        """How many hold each voter."""
        return tuple(map(sum, zip(*self.holding_by_size, strict=True)))

    @property
    def smallest_size(self) -> int:
        """Members of the smallest."""
        return next(size for size, count in enumerate(self.count_by_size) if count)

    @property
    def smallest_count(self) -> int:
        """How many have the smallest size."""
        return self.count_by_size[self.smallest_size]

    @property
    def smallest_holding(self) -> tuple[int, ...]:
        """How many of the smallest hold each voter."""
        return self.holding_by_size[self.smallest_size]

    @property
    def smallest_listed(self) -> tuple[Coalition, ...]:
        """All of the smallest size; none if they are too many to be listed."""
        return tuple(one for one in self.listed if len(one) == self.smallest_size)


def minimal_winning(rule: VotingRule, *, most_listed: int = 1000) -> MinimalCoalitions:
    """Return the coalitions that win, and would lose if any one member left.

    Three ways, all exact. A rule that is one quota for each size of coalition, as head counts and
    one list of weights are, is counted in halves for up to `MOST_HALVED` voters, whatever the
    weights; beyond, for up to `MOST_TABLED` voters, in a table of sums by size, if the weights are
    small. For any other rule all coalitions are looked at, up to `MOST_SWEPT` voters of the module
    `sweep`. Voters that weigh nothing do not count against these limits.

    Parameters
    ----------
    rule
        Who passes what.
    most_listed
        Most coalitions to list: whole sizes from the smallest on, while they fit. Nothing is
        listed where a table of sums is used, which knows counts only.

    Raises
    ------
    ValueError
        If there are too many voters or too large weights for each way.

    Notes
    -----
    The table follows the idea of Staudacher et al. (2021), *Operations Research and Decisions*
    31(2) (recalled, not checked): go through voters from the heaviest to the lightest, so that
    the lightest member of a coalition is the one that comes last.

    Examples
    --------
    Three large voters of weight 4, two middling of 2 and a small one of 1, with a quota of 12: the
    large ones together, or two of them with both middling ones; the small one is never needed.

    >>> from foedus.engines.voting.rules import weighted
    >>> found = minimal_winning(weighted([4, 4, 4, 2, 2, 1], 12))
    >>> found.listed
    ((0, 1, 2), (0, 1, 3, 4), (0, 2, 3, 4), (1, 2, 3, 4))
    >>> found.count_by_size, found.holding
    ((0, 0, 0, 1, 3, 0, 0), (3, 3, 3, 3, 3, 0))
    """
    busy, places = without_idle(rule)
    by_rank = ranked(shape_of(busy))
    if by_rank is None:
        counts, masks = _swept(busy, most_listed)
    elif by_rank.voters_count > MOST_HALVED:
        counts, masks = _tabled(by_rank), []
    else:
        counts, masks = _halved(by_rank, most_listed)
    by_size = np.zeros((rule.voters_count + 1, rule.voters_count + 1), dtype=np.int64)
    by_size[: len(places) + 1, [*places, rule.voters_count]] = counts
    return MinimalCoalitions(
        count_by_size=tuple(by_size[:, -1].tolist()),
        holding_by_size=tuple(map(tuple, by_size[:, :-1].tolist())),
        listed=_in_order(
            rule, (tuple(place for i, place in enumerate(places) if m >> i & 1) for m in masks)
        ),
    )


def minimal_blocking(rule: VotingRule, *, most_listed: int = 1000) -> MinimalCoalitions:
    """Return the coalitions that can block, and could not if any one member left.

    As `minimal_winning`, of the dual rule.

    Examples
    --------
    Two of the three large voters block together, or one of them with both middling ones:

    >>> from foedus.engines.voting.rules import weighted
    >>> found = minimal_blocking(weighted([4, 4, 4, 2, 2, 1], 12))
    >>> found.smallest_listed
    ((0, 3), (0, 4), (1, 3), (1, 4), (2, 3), (2, 4), (0, 1), (0, 2), (1, 2))
    """
    return minimal_winning(rule.dual(), most_listed=most_listed)


def _swept(rule: VotingRule, most_listed: int) -> tuple[IntArray, list[int]]:
    """Return counts by size and voter, and the smallest coalitions, by a look at all coalitions.

    Returns
    -------
    counts : shape (voter + 1, voter + 1)
        Row k counts coalitions of k: column i those that hold voter i, the last column all.
    masks
        The smallest coalitions, bit by bit, in any order.
    """
    minimal = minimal_words(winning_words(rule), rule.voters_count)
    counts = members_by_size(minimal, rule.voters_count)
    largest = _largest_listed(counts[:, -1], most_listed)
    some = coalitions_up_to(minimal, largest, int(counts[: largest + 1, -1].sum()))
    return counts, some.tolist()


def _halved(rule: Ranked, most_listed: int) -> tuple[IntArray, list[int]]:
    """Return what `_swept` does, by halves."""
    voters = rule.voters_count
    counts = np.zeros((voters + 1, voters + 1), dtype=np.int64)
    for at in range(voters):
        found = critical_by_rank(rule, at, among=at + 1)
        # With p heavier members and no lighter one, the size is p + 1.
        rows = counts[1 : at + 2]
        rows[:, :at] += found[:, :at]
        rows[:, [at, voters]] += found[:, [at]]
    masks = [
        sum(1 << place for i, place in enumerate(rule.places) if mask >> i & 1)
        for size in range(1, _largest_listed(counts[:, -1], most_listed) + 1)
        if counts[size, -1]
        for at in range(size - 1, voters)
        for mask in minimal_with_lightest(rule, at, size).tolist()
    ]
    return _in_place(rule, counts), masks


def _tabled(rule: Ranked) -> IntArray:
    """Return the counts of `_swept`, from tables of how many coalitions have a size and a sum.

    Once for each voter: the coalitions of heavier voters, each joined by the voter, are carried on
    through the lighter ones, and whatever is completed there holds the voter.
    """
    voters, weights, quotas = rule.voters_count, rule.weights, rule.quotas
    # A minimal coalition loses before its lightest member joins: the sum is below some quota.
    top = int(min(weights.sum(), quotas.max() - 1))
    steps = voters**2 // 2 * (voters + 1) * (top + 1)
    if voters > MOST_TABLED or steps > MOST_STEPS:
        raise ValueError(
            f"{voters} voters with weights up to a sum of {weights.sum()} are too many to count: "
            f"up to {MOST_HALVED} may have any weights, up to {MOST_TABLED} such that tables of "
            f"sums take at most {MOST_STEPS:.0e} additions, and not {steps:.0e}"
        )
    counts = np.zeros((voters + 1, voters + 1), dtype=np.int64)
    before = np.zeros((voters + 1, top + 1), dtype=np.int64)
    before[0, 0] = 1
    for held in range(voters):
        completed = _completed(before, weights[held], quotas)
        counts[:, held] += completed
        counts[:, -1] += completed
        joined = _joined(before, weights[held])
        after = joined.copy()
        for at in range(held + 1, voters):
            counts[:, held] += _completed(after, weights[at], quotas)
            after += _joined(after, weights[at])
        before += joined
    return _in_place(rule, counts)


def _joined(table: IntArray, weight: int) -> IntArray:
    """Return the table of coalitions, by size and sum, after a voter has joined each of them."""
    joined = np.zeros_like(table)
    joined[1:, weight:] = table[:-1, : max(table.shape[1] - weight, 0)]
    return joined


def _completed(table: IntArray, weight: int, quotas: IntArray) -> IntArray:
    """Return how many coalitions of each size win only since a voter lighter than all joined."""
    found = np.zeros(quotas.size, dtype=np.int64)
    for size in range(1, quotas.size):
        low, high = max(int(quotas[size] - weight), 0), int(quotas[size - 1])
        found[size] = table[size - 1, low:high].sum()
    return found


def _largest_listed(count_by_size: IntArray, most_listed: int) -> int:
    """Return the largest size up to which there are no more coalitions than may be listed."""
    totals = accumulate(count_by_size.tolist())
    return max((size for size, total in enumerate(totals) if total <= most_listed), default=0)


def _in_place(rule: Ranked, counts: IntArray) -> IntArray:
    """Return counts with the columns of voters in falling order put back to their places."""
    back = np.empty_like(counts)
    back[:, [*rule.places, rule.voters_count]] = counts
    return back


def _in_order(rule: VotingRule, coalitions: Iterable[Coalition]) -> tuple[Coalition, ...]:
    """Return coalitions by size, then weight in one game after the other, then places."""
    lists = dict.fromkeys(game.weights for clause in rule.any_of for game in clause)

    def key(members: Coalition) -> tuple[int, list[int], Coalition]:
        return len(members), [sum(weights[i] for i in members) for weights in lists], members

    return tuple(sorted(coalitions, key=key))
