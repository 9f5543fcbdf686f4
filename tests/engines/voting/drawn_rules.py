"""Voting rules drawn at random, and every coalition of one looked at."""

from functools import cached_property

import numpy as np
from hypothesis import strategies as st

from foedus.engines.arrays import BoolArray
from foedus.engines.voting.rules import VotingRule, WeightedGame


@st.composite
def rules(draw: st.DrawFn, least_voters: int = 1, most_voters: int = 7) -> VotingRule:
    """Draw one or two clauses of heads and up to two weights, with ties, zeros and dictators."""
    voters = draw(st.integers(least_voters, most_voters))
    weights = st.lists(st.integers(0, 6), min_size=voters, max_size=voters).filter(any).map(tuple)
    all_weights = [(1,) * voters, *draw(st.lists(weights, min_size=1, max_size=2))]
    games = st.sampled_from(all_weights).flatmap(
        lambda w: st.builds(WeightedGame, st.just(w), st.integers(1, sum(w)))
    )
    clauses = st.lists(games, min_size=1, max_size=2).map(tuple)
    return VotingRule(any_of=tuple(draw(st.lists(clauses, min_size=1, max_size=2))))


class EveryCoalition:
    """What a rule says of every coalition: row m holds the voters whose bits are set in m."""

    def __init__(self, rule: VotingRule) -> None:
        self.voters = rule.voters_count
        places = np.arange(2**self.voters)
        self.members: BoolArray = (places[:, np.newaxis] >> np.arange(self.voters) & 1) > 0
        """Shape (coalition, voter)."""
        self.wins = np.zeros(len(places), dtype=np.bool_)
        """Shape (coalition,)."""
        for clause in rule.any_of:
            won = [self.members @ np.array(game.weights) >= game.quota for game in clause]
            self.wins |= np.all(won, axis=0)

    @cached_property
    def critical(self) -> BoolArray:
        """Shape (coalition, voter): members without whom a coalition that wins would lose."""
        places = np.arange(len(self.wins))
        found = np.zeros_like(self.members)
        for voter in range(self.voters):
            without = self.wins[places & ~(1 << voter)]
            found[:, voter] = self.members[:, voter] & self.wins & ~without
        return found

    @cached_property
    def is_minimal(self) -> BoolArray:
        """Shape (coalition,): those that win, and need every member."""
        found: BoolArray = self.wins & (self.critical == self.members).all(axis=1)
        return found
