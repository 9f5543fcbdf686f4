"""Power indices that share out each coalition among the members it needs.

Deegan-Packel and Holler-Packel look at minimal winning coalitions only, Johnston at every winning
coalition with a critical member. All three sum to 1 and give nothing to a voter that is never
needed; none is monotone in the weights in general, so a heavier voter may have less.
"""

from fractions import Fraction

from foedus.engines.voting.critical import MOST_HALVED, Ranked, critical_by_rank, ranked
from foedus.engines.voting.minimal import MinimalCoalitions
from foedus.engines.voting.rules import VotingRule
from foedus.engines.voting.shapes import shape_of, without_idle
from foedus.engines.voting.sweep import critical_by_company, winning_words

Shares = tuple[Fraction, ...]
"""Of each voter; they sum to 1."""


def deegan_packel(minimal: MinimalCoalitions) -> Shares:
    """Return the Deegan-Packel index: every minimal winning coalition shares one prize evenly.

    Parameters
    ----------
    minimal
        The minimal winning coalitions of a rule.

    Returns
    -------
    Each voter's share.

    Notes
    -----
    Deegan & Packel (1978), "A new index of power for simple n-person games", *International Journal
    of Game Theory* 7(2), 113-123 (recalled, not checked).

    Examples
    --------
    >>> from foedus.engines.voting.minimal import minimal_winning
    >>> from foedus.engines.voting.rules import weighted
    >>> minimal = minimal_winning(weighted([35, 20, 15, 15, 15], 51))
    >>> [int(share * 60) for share in deegan_packel(minimal)]
    [18, 9, 11, 11, 11]
    """
    sizes = enumerate(minimal.holding_by_size[1:], start=1)
    shares = [[Fraction(held, size) for held in holding] for size, holding in sizes]
    return _in_parts([sum(by_size, Fraction()) for by_size in zip(*shares, strict=True)])


def holler_packel(minimal: MinimalCoalitions) -> Shares:
    """Return the Holler-Packel or public good index: in proportion to the coalitions that hold one.

    What a coalition wins is a good that each member enjoys whole, so each counts it once.

    Parameters
    ----------
    minimal
        The minimal winning coalitions of a rule.

    Returns
    -------
    Each voter's share.

    Notes
    -----
    Holler & Packel (1983), "Power, luck and the right index", *Zeitschrift für Nationalökonomie*
    43, 21-29 (recalled, not checked).

    Examples
    --------
    >>> from foedus.engines.voting.minimal import minimal_winning
    >>> from foedus.engines.voting.rules import weighted
    >>> minimal = minimal_winning(weighted([35, 20, 15, 15, 15], 51))
    >>> [int(share * 15) for share in holler_packel(minimal)]
    [4, 2, 3, 3, 3]
    """
    return _in_parts([Fraction(held) for held in minimal.holding])


def johnston(rule: VotingRule) -> Shares:
    """Return the Johnston index: each winning coalition shares a prize among critical members.

    A rule that is one quota for each size of coalition is counted in halves, for up to
    `MOST_HALVED` voters of the module `critical`; of any other rule all coalitions are looked at,
    up to `MOST_SWEPT` voters of the module `sweep`. Voters that weigh nothing do not count against
    these limits.

    Raises
    ------
    ValueError
        If there are too many voters, or weights sum to more than 64 bits hold.

    Notes
    -----
    Johnston (1978), "On the measurement of power: some reactions to Laver", *Environment and
    Planning A* 10(8), 907-914 (recalled, not checked).

    Critical members are the heaviest few. With r the rank of a voter and c the count of critical
    members, 1/c = 1/r + the sum of 1/s - 1/(s-1) over the ranks s from r+1 to c, and a rank s is
    reached where the member of that rank is critical. So it is enough to know for each voter in how
    many coalitions it is critical with a rank, and which heavier voters these hold.

    Examples
    --------
    Weights 3, 2, 1 and a quota of 4: the heaviest has half of two coalitions, and one for itself.

    >>> from foedus.engines.voting.rules import weighted
    >>> [str(share) for share in johnston(weighted([3, 2, 1], 4))]
    ['2/3', '1/6', '1/6']
    """
    busy, places = without_idle(rule)
    by_rank = ranked(shape_of(busy))
    parts = [Fraction()] * rule.voters_count
    found = _swept(busy) if by_rank is None else _halved(by_rank)
    for place, part in zip(places, found, strict=True):
        parts[place] = part
    return _in_parts(parts)


def _halved(rule: Ranked) -> list[Fraction]:
    """Return each voter's part of the prizes, counted by halves."""
    if rule.voters_count > MOST_HALVED:
        raise ValueError(
            f"the rule has {rule.voters_count} voters with weight: the coalitions of at most "
            f"{MOST_HALVED} can be counted by who is critical"
        )
    parts = [Fraction()] * rule.voters_count
    for at, place in enumerate(rule.places):
        for p, counts in enumerate(critical_by_rank(rule, at).tolist()):
            parts[place] += Fraction(counts[at], p + 1)
            if p:
                step = Fraction(1, p + 1) - Fraction(1, p)
                for i, heavier in enumerate(rule.places[:at]):
                    parts[heavier] += counts[i] * step
    return parts


def _swept(rule: VotingRule) -> list[Fraction]:
    """Return each voter's part of the prizes, by a look at all coalitions."""
    counts = critical_by_company(winning_words(rule), rule.voters_count).tolist()
    return [
        sum((Fraction(count, c) for c, count in enumerate(own) if c), Fraction()) for own in counts
    ]


def _in_parts(parts: list[Fraction]) -> Shares:
    """Return parts as shares of their sum."""
    total = sum(parts, Fraction())
    return tuple(part / total for part in parts)
