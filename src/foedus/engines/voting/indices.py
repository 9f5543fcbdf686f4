"""Power indices that rest on swings: how often a voter turns a losing coalition into a winner.

All take every coalition, or every order of the voters, for equally likely: they say what a rule
gives, before anything is known of who agrees with whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import factorial

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.voting.counting import Counts


@dataclass(frozen=True)
class PerVoter:
    """A number for each voter, exact and as a float.

    Examples
    --------
    >>> PerVoter((Fraction(7, 30), Fraction(0))).rounded.round(4).tolist()
    [0.2333, 0.0]
    """

    exact: tuple[Fraction, ...]

    @cached_property
    def rounded(self) -> FloatArray:
        """Shape (voter,): each fraction to the nearest float."""
        numbers = np.array([number.numerator / number.denominator for number in self.exact])
        numbers.flags.writeable = False
        return numbers


@dataclass(frozen=True, kw_only=True)
class PowerIndices:
    """What a rule gives its voters, as `power_indices` explains."""

    coalitions_count: int
    """Of all sizes, nobody and all included: 2 to the count of voters."""
    winning_count: int
    swings_count: tuple[int, ...]
    """Of each voter: winning coalitions that lose without it."""
    shapley_shubik: PerVoter
    """Share of all orders of the voters in which the voter is the one that turns the vote."""
    banzhaf: PerVoter
    """Absolute: probability that the voter decides, when each other says yes or no by a coin."""
    banzhaf_share: PerVoter
    """Normalised: the voter's share of all swings."""
    act_prob: Fraction
    """Coleman's power of a collectivity to act: share of all coalitions that win."""
    prevent: PerVoter
    """Coleman's power to prevent action: share of winning coalitions that the voter can break."""
    initiate: PerVoter
    """Coleman's power to initiate action: share of losing coalitions that the voter can save."""
    pass_if_yes_prob: PerVoter
    """Probability that the rule is passed if the voter says yes and the others toss coins."""
    pass_if_no_prob: PerVoter
    """The same if the voter says no; the difference of the two is the absolute Banzhaf index."""

    @property
    def has_veto(self) -> BoolArray:
        """Shape (voter,): whether the voter is in every winning coalition."""
        return np.array([count == self.winning_count for count in self.swings_count])

    @property
    def is_dummy(self) -> BoolArray:
        """Shape (voter,): whether the voter never changes an outcome."""
        return np.array([count == 0 for count in self.swings_count])


def power_indices(counts: Counts) -> PowerIndices:
    """Return the power indices of a rule whose coalitions are counted.

    Notes
    -----
    Shapley and Shubik (1954), "A method for evaluating the distribution of power in a committee
    system", *American Political Science Review* 48(3), 787-792, doi:10.2307/1951053. Banzhaf
    (1965), "Weighted voting doesn't work", *Rutgers Law Review* 19, 317-343; absolute: Penrose
    (1946). Coleman (1971), "Control of collectivities and the power of a collectivity to act", in
    Lieberman (ed.), *Social Choice*, 269-300. All recalled, not checked.

    Examples
    --------
    Four, three, two and one votes, of which six decide:

    >>> from foedus.engines.voting.counting import swing_counts
    >>> from foedus.engines.voting.rules import weighted
    >>> indices = power_indices(swing_counts(weighted([4, 3, 2, 1], 6)))
    >>> [str(share) for share in indices.shapley_shubik.exact]
    ['5/12', '1/4', '1/4', '1/12']
    >>> [str(share) for share in indices.banzhaf_share.exact]
    ['5/12', '1/4', '1/4', '1/12']
    >>> str(indices.act_prob)
    '7/16'
    """
    coalitions = 2**counts.voters_count
    winning = sum(counts.winning_count.tolist())
    swings = [sum(by_size) for by_size in counts.swings_count.tolist()]
    # Half of all coalitions hold the voter, and those that win are its swings and as many as win
    # without it.
    winning_with = [(winning + count) // 2 for count in swings]
    return PowerIndices(
        coalitions_count=coalitions,
        winning_count=winning,
        swings_count=tuple(swings),
        shapley_shubik=shapley_shubik(counts),
        banzhaf=_shares(swings, coalitions // 2),
        banzhaf_share=_shares(swings, sum(swings)),
        act_prob=Fraction(winning, coalitions),
        prevent=_shares(swings, winning),
        initiate=_shares(swings, coalitions - winning),
        pass_if_yes_prob=_shares(winning_with, coalitions // 2),
        pass_if_no_prob=_shares([winning - count for count in winning_with], coalitions // 2),
    )


def shapley_shubik(counts: Counts) -> PerVoter:
    """Return the Shapley-Shubik index of each voter.

    A swing of a coalition of k voters is met in (k - 1)! (n - k)! of the n! orders.

    Examples
    --------
    >>> from foedus.engines.voting.counting import swing_counts
    >>> from foedus.engines.voting.rules import weighted
    >>> [str(x) for x in shapley_shubik(swing_counts(weighted([4, 4, 4, 2, 2, 1], 12))).exact]
    ['7/30', '7/30', '7/30', '3/20', '3/20', '0']
    """
    voters = counts.voters_count
    orders = [factorial(size - 1) * factorial(voters - size) for size in range(1, voters + 1)]
    met = [
        sum(count * order for count, order in zip(by_size[1:], orders, strict=True))
        for by_size in counts.swings_count.tolist()
    ]
    return _shares(met, factorial(voters))


def _shares(parts: Sequence[int], whole: int) -> PerVoter:
    return PerVoter(tuple(Fraction(part, whole) for part in parts))
