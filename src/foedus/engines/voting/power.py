"""The power that a rule gives its voters, counted in whichever way its shape allows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Final, NamedTuple, TypeVar

from foedus.engines.voting.counting import MOST_HALVED_VOTERS, Counts, swing_counts
from foedus.engines.voting.indices import PowerIndices, power_indices
from foedus.engines.voting.many import count_swings_by_size
from foedus.engines.voting.minimal import MinimalCoalitions, minimal_blocking, minimal_winning
from foedus.engines.voting.minimal_indices import Shares, deegan_packel, holler_packel, johnston
from foedus.engines.voting.rules import VotingRule
from foedus.engines.voting.shapes import without_idle

T = TypeVar("T")

MOST_LISTED: Final = 1000


class Fewest(NamedTuple):
    """The smallest coalitions that can do something."""

    members_count: int
    ways_count: int
    """How many coalitions of so few can."""


@dataclass(frozen=True)
class Power:
    """What a rule gives its voters; what was not or could not be counted is None."""

    counts: Counts | None
    winning: MinimalCoalitions | None = None
    """Minimal winning coalitions."""
    blocking: MinimalCoalitions | None = None
    """Minimal blocking coalitions."""
    deegan_packel: Shares | None = None
    holler_packel: Shares | None = None
    johnston: Shares | None = None
    remarks: tuple[tuple[str, str], ...] = ()
    """What could not be counted, each with why."""

    @cached_property
    def indices(self) -> PowerIndices | None:
        """Indices that rest on swings."""
        return None if self.counts is None else power_indices(self.counts)

    @property
    def fewest_to_win(self) -> Fewest | None:
        """The smallest coalitions that win; of such a size all are minimal."""
        if self.counts is None:
            return smallest_of(self.winning)
        by_size = enumerate(self.counts.winning_count.tolist())
        return next(Fewest(size, count) for size, count in by_size if count)

    @property
    def fewest_to_block(self) -> Fewest | None:
        """The smallest coalitions that block: those without whom the others do not win."""
        if self.counts is None:
            return smallest_of(self.blocking)
        voters = self.counts.voters_count
        wins = self.counts.winning_count.tolist()
        by_size = ((size, comb(voters, size) - wins[voters - size]) for size in range(voters + 1))
        return next(Fewest(size, count) for size, count in by_size if count)


def power(rule: VotingRule, *, in_full: bool = True, most_listed: int = MOST_LISTED) -> Power:
    """Return what a rule gives its voters, as far as it can be counted.

    Parameters
    ----------
    rule
        Between yes and no alone.
    in_full
        Whether minimal coalitions are counted, and the indices that rest on them and on critical
        members: most of the work. Without them there are the indices that rest on swings.
    most_listed
        Most minimal coalitions to list, whole sizes from the smallest on.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> found = power(weighted([4, 3, 2, 1], 6))
    >>> [str(share) for share in found.indices.shapley_shubik.exact]
    ['5/12', '1/4', '1/4', '1/12']
    >>> found.fewest_to_block, found.blocking.smallest_listed
    (Fewest(members_count=2, ways_count=4), ((0, 3), (1, 2), (0, 2), (0, 1)))
    """
    remarks: list[tuple[str, str]] = []

    def unless_too_many(what: str, count: Callable[[], T]) -> T | None:
        try:
            return count()
        except ValueError as error:
            remarks.append((what, str(error)))
            return None

    counts = unless_too_many("swings", lambda: swings_of(rule))
    if not in_full:
        return Power(counts, remarks=tuple(remarks))
    winning = unless_too_many(
        "minimal winning coalitions", lambda: minimal_winning(rule, most_listed=most_listed)
    )
    return Power(
        counts,
        winning=winning,
        blocking=unless_too_many(
            "minimal blocking coalitions", lambda: minimal_blocking(rule, most_listed=most_listed)
        ),
        deegan_packel=None if winning is None else deegan_packel(winning),
        holler_packel=None if winning is None else holler_packel(winning),
        johnston=unless_too_many("Johnston's index", lambda: johnston(rule)),
        remarks=tuple(remarks),
    )


def smallest_of(minimal: MinimalCoalitions | None) -> Fewest | None:
    """Return the smallest of some coalitions, if these are known."""
    return None if minimal is None else Fewest(minimal.smallest_size, minimal.smallest_count)


def swings_of(rule: VotingRule) -> Counts:
    """Return winning coalitions and swings by size, by halves or by sums.

    Raises
    ------
    ValueError
        If neither can count the rule, with what could be counted.
    """
    is_one_game = len(rule.any_of) == 1 and len(rule.any_of[0]) == 1
    if is_one_game and without_idle(rule)[0].voters_count > MOST_HALVED_VOTERS:
        return count_swings_by_size(rule.any_of[0][0])
    return swing_counts(rule)
