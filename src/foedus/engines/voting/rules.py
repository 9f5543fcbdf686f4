"""Voting rules as AND and OR of weighted games, in whole numbers.

A weighted game is won by a coalition whose weights add up to a quota or more. A rule is passed by
a coalition that wins every game of at least one of its clauses: an OR of ANDs, in which every
monotone rule can be written (Taylor & Zwicker 1999, *Simple Games*; recalled, not checked).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

Clause = tuple["WeightedGame", ...]


@dataclass(frozen=True)
class WeightedGame:
    """A coalition wins whose weights sum to the quota or more.

    Examples
    --------
    >>> WeightedGame(weights=(4, 2, 1), quota=5).wins({0, 2})
    True
    """

    weights: tuple[int, ...]
    """Of each voter; whole numbers of 0 or more."""
    quota: int
    """From 1 to the sum of the weights, so that all together win and nobody alone does for
    nothing."""

    def __post_init__(self) -> None:
        """Refuse a game that is none.

        Raises
        ------
        ValueError
            If there are no voters, a weight is negative or not whole, or the quota is out of reach
            or already met by nobody.
        """
        if not self.weights:
            raise ValueError("a weighted game needs voters")
        if any(not isinstance(weight, int) for weight in (*self.weights, self.quota)):
            raise ValueError("weights and quota must be whole numbers; see `in_whole_numbers`")
        if min(self.weights) < 0:
            raise ValueError(f"a weight is negative: {min(self.weights)}")
        if not 0 < self.quota <= sum(self.weights):
            raise ValueError(
                f"the quota {self.quota} is not between 1 and the total {sum(self.weights)}"
            )

    def wins(self, coalition: Iterable[int]) -> bool:
        """Say whether voters, named by place, reach the quota together."""
        return sum(self.weights[i] for i in set(coalition)) >= self.quota


@dataclass(frozen=True)
class VotingRule:
    """A rule that is passed by whoever wins every game of one of its clauses.

    Examples
    --------
    Two of three voters that hold half of the weight, or all three:

    >>> heads, weight = (1, 1, 1), (6, 3, 1)
    >>> rule = VotingRule(
    ...     any_of=(
    ...         (WeightedGame(heads, 2), WeightedGame(weight, 5)),
    ...         (WeightedGame(heads, 3),),
    ...     )
    ... )
    >>> rule.wins({0, 2}), rule.wins({1, 2})
    (True, False)
    """

    any_of: tuple[Clause, ...]

    def __post_init__(self) -> None:
        """Refuse a rule without clauses or games, or with games of different voters.

        Raises
        ------
        ValueError
            If it has no clause, an empty clause, or games of different counts of voters.
        """
        if not self.any_of or not all(self.any_of):
            raise ValueError("a rule needs at least one clause, and a clause at least one game")
        counts = {len(game.weights) for clause in self.any_of for game in clause}
        if len(counts) > 1:
            raise ValueError(f"the games of a rule differ in their voters: {sorted(counts)}")

    @property
    def voters_count(self) -> int:
        """Count of voters."""
        return len(self.any_of[0][0].weights)

    def wins(self, coalition: Iterable[int]) -> bool:
        """Say whether voters, named by place, pass it together."""
        together = set(coalition)
        return any(all(game.wins(together) for game in clause) for clause in self.any_of)

    def dual(self) -> "VotingRule":
        """Return the rule under which a coalition wins if the others cannot pass this one.

        Its winning coalitions are those that block this rule. The dual of a weighted game has the
        quota total - quota + 1; AND and OR change places, which is then written as an OR of ANDs
        again. One clause for each way to pick a game from every clause: a rule of a few clauses
        stays small.
        """
        clauses: list[Clause] = [()]
        for clause in self.any_of:
            blocking = [
                WeightedGame(game.weights, sum(game.weights) - game.quota + 1) for game in clause
            ]
            clauses = [(*taken, game) for taken in clauses for game in blocking]
        return VotingRule(any_of=tuple(clauses))


def weighted(weights: Sequence[int], quota: int) -> VotingRule:
    """Return the rule of one weighted game.

    Examples
    --------
    >>> weighted([4, 4, 4, 2, 2, 1], 12).wins({0, 1, 2})
    True
    """
    return VotingRule(any_of=((WeightedGame(tuple(weights), quota),),))


def in_whole_numbers(
    weights: Sequence[Fraction], quota: Fraction, *, more_than: bool = False
) -> WeightedGame:
    """Return the game of fractions as one of whole numbers with the same winning coalitions.

    Parameters
    ----------
    weights
        Exact, such as `Fraction("632.2")`; a binary float would carry its own rounding in.
    quota
        In the same unit.
    more_than
        Whether the quota must be passed and not only reached.

    Examples
    --------
    Fifty-five per cent of 27 heads are 15:

    >>> in_whole_numbers([Fraction(1)] * 27, Fraction("0.55") * 27).quota
    15
    """
    scale = lcm(*(weight.denominator for weight in weights))
    whole = tuple(int(weight * scale) for weight in weights)
    level = quota * scale
    return WeightedGame(whole, floor(level) + 1 if more_than else ceil(level))
