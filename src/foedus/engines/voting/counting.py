"""How many coalitions win, and how many win only because of a voter: exact, by size."""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from foedus.engines.voting.halves import count_by_halves
from foedus.engines.voting.rules import Clause, VotingRule, WeightedGame
from foedus.engines.voting.shapes import Shape, shape_of, without_idle
from foedus.engines.voting.sums import (
    MOST_64_BIT_VOTERS,
    cells_count,
    count_by_sums,
    passes_count,
)

MOST_HALVED_VOTERS: Final = 40
"""Of more, the lists of the halves' coalitions would not fit a common computer's memory."""

MOST_CELLS: Final = 2e7
"""Of a table of sums, of which about ten are held at once."""

MOST_STEPS: Final = 6e10
"""About a minute, a step being a nanosecond on a processor of 2024."""

# Measured, in steps: what one cell, one listed coalition or one pair costs.
OBJECT_STEPS: Final = 40
TWO_STEPS: Final = 80
SLOW_STEPS: Final = 100


@dataclass(frozen=True)
class Counts:
    """Winning coalitions and swings of a rule; 64-bit integers up to 62 voters, then Python's."""

    winning_count: NDArray[Any]
    """Shape (size,), from nobody to all."""
    swings_count: NDArray[Any]
    """Shape (voter, size): winning coalitions of that size, with the voter, that lose without."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        self.winning_count.flags.writeable = False
        self.swings_count.flags.writeable = False

    @property
    def voters_count(self) -> int:
        """Count of voters."""
        return len(self.swings_count)

    @property
    def winning_with_count(self) -> NDArray[Any]:
        """Shape (voter, size): winning coalitions of that size that the voter is in.

        A winning coalition that the voter is in is a swing, or wins without it as well and is
        then one of those, one smaller, that it is not in.
        """
        winning_with = np.zeros_like(self.swings_count)
        for size in range(1, len(self.winning_count)):
            without = self.winning_count[size - 1] - winning_with[:, size - 1]
            winning_with[:, size] = self.swings_count[:, size] + without
        return winning_with


class _Way(NamedTuple):
    """A way to count a rule, and what it costs."""

    steps: float
    run: Callable[[Shape], tuple[NDArray[Any], NDArray[Any]]]


def swing_counts(rule: VotingRule) -> Counts:
    """Count the winning coalitions of a rule, and each voter's swings, by size.

    Every number is exact: weights are whole numbers of any size and are never rounded. Voters
    without weight in any game are counted for what they are, members who change nothing; those who
    have a veto are put aside first, as no coalition wins without them.

    Raises
    ------
    ValueError
        If there are too many voters for the rule to be counted in about a minute: more than 40 with
        one or two kinds of weight beside heads, or than about 33 with more, unless the table of all
        sizes and sums up to the quotas has less than 20 million cells.

    Notes
    -----
    Horowitz and Sahni (1974), "Computing partitions with applications to the knapsack problem",
    *Journal of the ACM* 21(2), 277-292, doi:10.1145/321812.321823, list the sums of two halves as
    is done here; recalled, not checked.

    Examples
    --------
    The six founders of the European Economic Community; the last has no swing:

    >>> from foedus.engines.voting.rules import weighted
    >>> counts = swing_counts(weighted([4, 4, 4, 2, 2, 1], 12))
    >>> counts.winning_count.tolist()
    [0, 0, 0, 1, 6, 6, 1]
    >>> counts.swings_count.sum(axis=1).tolist()
    [10, 10, 10, 6, 6, 0]
    """
    busy, places = without_idle(rule)
    rest, others = without_vetoes(busy)
    if rest is None:
        counts = _with_vetoes(_unconditional(len(others)), others, busy.voters_count)
    elif rest == busy:
        counts = _count(shape_of(busy))
    else:
        counts = _with_vetoes(swing_counts(rest), others, busy.voters_count)
    return counts if busy == rule else _with_idle(counts, places, rule.voters_count)


def without_vetoes(rule: VotingRule) -> tuple[VotingRule | None, tuple[int, ...]]:
    """Return what a rule asks of the others once all who have a veto are in favour.

    Each voter less halves the coalitions that must be listed.

    Returns
    -------
    rule
        Among the others, in their order; None if none of them is needed.
    places
        Those voters' places in the rule that was given.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> rest, places = without_vetoes(weighted([5, 1, 2], 6))
    >>> rest == weighted([1, 2], 1), places
    (True, (1, 2))
    """
    everybody = set(range(rule.voters_count))
    places = tuple(i for i in sorted(everybody) if rule.wins(everybody - {i}))
    clauses: list[Clause] = []
    for clause in rule.any_of:
        games = []
        for game in clause:
            kept = tuple(game.weights[i] for i in places)
            missing = game.quota - (sum(game.weights) - sum(kept))
            if missing > 0:
                games.append(WeightedGame(kept, missing))
        if not games:
            return None, places
        clauses.append(tuple(games))
    return VotingRule(any_of=tuple(clauses)), places


def _count(shape: Shape) -> Counts:
    """Count in the way that costs least."""
    ways = _ways(shape)
    best = min(ways, key=lambda way: way.steps, default=None)
    if best is None or best.steps > MOST_STEPS:
        kinds = len(shape.weights)
        raise ValueError(
            f"{shape.voters_count} voters with weight under a rule of {kinds} different weights "
            f"beside heads are too many to count exactly: it takes up to {MOST_HALVED_VOTERS} "
            "voters with one or two weights and about 33 with more, or else weights so small that "
            f"sizes times sums up to the quotas are at most {MOST_CELLS:.0e}, where here they are "
            f"{cells_count(shape):.0e}"
        )
    return Counts(*best.run(shape))


def _ways(shape: Shape) -> list[_Way]:
    """Return the ways in which a rule can be counted, with about how many steps each takes."""
    voters, kinds = shape.voters_count, len(shape.weights)
    ways = []
    cells = cells_count(shape)
    if cells <= MOST_CELLS:
        dear = 1 if voters <= MOST_64_BIT_VOTERS else OBJECT_STEPS
        ways.append(_Way(cells * passes_count(shape) * dear, count_by_sums))
    if kinds and voters <= MOST_HALVED_VOTERS:
        alternatives = max(map(len, shape.quotas))
        listed = 2.0 ** -(-voters // 2) * (voters + 2)
        match kinds:
            case 1:
                steps = listed * voters
            case 2:
                steps = listed * TWO_STEPS * alternatives
            case _:
                steps = 2.0**voters * kinds * alternatives
        slow = 1 if shape.fits_64_bits else SLOW_STEPS
        ways.append(_Way(steps * slow, count_by_halves))
    return ways


def _unconditional(voters_count: int) -> Counts:
    """Count for voters of whom none is needed."""
    sizes = range(voters_count + 1)
    kind = _kind_for(voters_count)
    winning: NDArray[Any] = np.array([comb(voters_count, size) for size in sizes], dtype=kind)
    return Counts(winning, np.zeros((voters_count, voters_count + 1), dtype=kind))


def _with_vetoes(counts: Counts, places: tuple[int, ...], voters_count: int) -> Counts:
    """Let those who have a veto join all coalitions that were counted without them."""
    more = voters_count - len(places)
    kind = _kind_for(voters_count)
    winning: NDArray[Any] = np.zeros(voters_count + 1, dtype=kind)
    winning[more:] = counts.winning_count
    swings = np.tile(winning, (voters_count, 1))
    for place, by_size in zip(places, counts.swings_count, strict=True):
        swings[place, :more] = 0
        swings[place, more:] = by_size
    return Counts(winning, swings)


def _kind_for(voters_count: int) -> np.dtype[Any]:
    """Return the kind of number that holds every count of coalitions of so many voters."""
    return np.dtype(np.int64 if voters_count <= MOST_64_BIT_VOTERS else object)


def _with_idle(counts: Counts, places: tuple[int, ...], voters_count: int) -> Counts:
    """Let voters who change nothing join the coalitions that were counted without them."""
    kind = _kind_for(voters_count)
    idle = voters_count - len(places)
    joined = np.array([comb(idle, count) for count in range(idle + 1)], dtype=kind)
    swings = np.zeros((voters_count, voters_count + 1), dtype=kind)
    for place, by_size in zip(places, counts.swings_count, strict=True):
        swings[place] = np.convolve(by_size.astype(kind), joined)
    return Counts(np.convolve(counts.winning_count.astype(kind), joined), swings)
