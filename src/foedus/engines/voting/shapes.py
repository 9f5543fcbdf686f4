"""What a voting rule asks of a coalition of each size: the form in which it is counted.

A game in which all voters weigh the same counts heads. Once the size of a coalition is known,
games of that kind are won or lost, and what is left of the rule is a choice of quotas on the other
weights. The rule of the Council of the European Union, for one, is left with a single quota of
persons at each size, though it is made of three games.
"""

from dataclasses import dataclass
from math import gcd
from typing import Final

from foedus.engines.voting.rules import Clause, VotingRule, WeightedGame

Quotas = tuple[int, ...]

LARGEST_SUM: Final = 2**62
"""Sums below this can be added in pairs and still fit 64 bits."""


@dataclass(frozen=True)
class Shape:
    """A voting rule sorted by what it weighs and by the size of coalitions."""

    weights: tuple[tuple[int, ...], ...]
    """Shape (kind, voter): the different weights beside heads, in lowest terms."""
    quotas: tuple[tuple[Quotas, ...], ...]
    """By size, from nobody to all: the alternatives, each a quota for every kind of weight.

    A coalition of that size wins if it reaches all quotas of one of them. None of them asks for
    as much as another or more; there is none if no coalition of that size can win.
    """

    @property
    def voters_count(self) -> int:
        """Count of voters."""
        return len(self.quotas) - 1

    @property
    def fits_64_bits(self) -> bool:
        """Whether all sums of weights can be held and compared in 64 bits."""
        return all(sum(kind) < LARGEST_SUM for kind in self.weights)

    @property
    def counts_heads(self) -> bool:
        """Whether what is asked differs by the size of the coalition."""
        return len(set(self.quotas)) > 1


def shape_of(rule: VotingRule) -> Shape:
    """Return the shape of a rule.

    Examples
    --------
    Two of three voters with half of the weight, or all three:

    >>> heads, weight = (1, 1, 1), (60, 30, 10)
    >>> shape = shape_of(
    ...     VotingRule(
    ...         any_of=(
    ...             (WeightedGame(heads, 2), WeightedGame(weight, 50)),
    ...             (WeightedGame(heads, 3),),
    ...         )
    ...     )
    ... )
    >>> shape.weights
    ((6, 3, 1),)
    >>> shape.quotas
    ((), (), ((5,),), ((0,),))
    """
    clauses = [[_in_lowest_terms(game) for game in clause] for clause in rule.any_of]
    heads = (1,) * rule.voters_count
    kinds = dict.fromkeys(game.weights for clause in clauses for game in clause)
    kinds.pop(heads, None)
    asked = [
        (_quota(clause, heads), tuple(_quota(clause, kind) for kind in kinds)) for clause in clauses
    ]
    return Shape(
        weights=tuple(kinds),
        quotas=tuple(
            _least({quotas for heads_count, quotas in asked if heads_count <= size})
            for size in range(rule.voters_count + 1)
        ),
    )


def without_idle(rule: VotingRule) -> tuple[VotingRule, tuple[int, ...]]:
    """Return a rule without the voters that have weight in none of its games.

    Returns
    -------
    rule
        Among the other voters, in their order.
    places
        Those voters' places in the rule that was given.

    Examples
    --------
    >>> rule = VotingRule(any_of=((WeightedGame((3, 0, 2), 3),),))
    >>> without_idle(rule)[1]
    (0, 2)
    """
    games = [game for clause in rule.any_of for game in clause]
    places = tuple(
        i for i in range(rule.voters_count) if any(game.weights[i] > 0 for game in games)
    )
    clauses: list[Clause] = [
        tuple(WeightedGame(tuple(game.weights[i] for i in places), game.quota) for game in clause)
        for clause in rule.any_of
    ]
    return VotingRule(any_of=tuple(clauses)), places


def _in_lowest_terms(game: WeightedGame) -> WeightedGame:
    """Divide the weights by what they have in common; the quota is met by the same coalitions."""
    scale = gcd(*game.weights)
    return WeightedGame(tuple(w // scale for w in game.weights), -(-game.quota // scale))


def _quota(clause: list[WeightedGame], weights: tuple[int, ...]) -> int:
    """Return the highest quota that a clause sets on some weights; 0 if none."""
    return max((game.quota for game in clause if game.weights == weights), default=0)


def _least(alternatives: set[Quotas]) -> tuple[Quotas, ...]:
    """Leave out alternatives that ask for as much as another or more."""
    return tuple(
        quotas
        for quotas in sorted(alternatives)
        if not any(
            other != quotas and all(a <= b for a, b in zip(other, quotas, strict=True))
            for other in alternatives
        )
    )
