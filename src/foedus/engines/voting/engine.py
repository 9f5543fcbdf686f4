"""Voting: who decides under a rule, what would pass as views lie, and whose vote would stop it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

import numpy as np
from annotated_types import Ge

from foedus.engines.arrays import FloatArray
from foedus.engines.protocol import Outcome
from foedus.engines.voting.ballots import Votes, outcome, prefers
from foedus.engines.voting.inputs import VotingInputs, read_inputs
from foedus.engines.voting.result import VotingResult
from foedus.scenario.draws import Draws
from foedus.scenario.office import governs
from foedus.scenario.scenario import Scenario

EVEN: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Voting:
    """Who decides under each rule, and what would pass as views lie."""

    name: ClassVar[str] = "voting"
    title: ClassVar[str] = "Voting"
    needs: ClassVar[tuple[str, ...]] = ("rules", "rule_games")
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("passed_views_share", "Ballots that pass if all vote as they think", None),
        Outcome("passed_used_share", "Ballots that pass as votes have been used", None),
    )

    rule: str = ""
    """The rule that is looked at, a key of `rules.csv`, with the ballots that name it: its minimal
    coalitions are counted too, and all indices. Empty for all rules, of which power is told by the
    indices that rest on swings."""
    most_listed_count: Annotated[int, Ge(0)] = 1000
    """Most minimal coalitions of the rule that is looked at that are listed, from the smallest
    on."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> VotingInputs:
        """Work out the rules, and gather what is put to the vote and what voters want."""
        return read_inputs(self.rule, scenario, draws)

    def solve(self, inputs: VotingInputs, rng: np.random.Generator, /) -> VotingResult:
        """Draw who governs and who uses a vote to stop a measure, and hold every ballot.

        Where the assumptions are a single point the sitting governments decide, and who is opposed
        uses its vote if that is likelier than not.
        """
        n, codes = inputs.n, inputs.codes
        # Draw by draw, so that a shorter run is the beginning of a longer one.
        uniform = rng.random((n, 1 + len(inputs.ballots), len(codes)))
        use = np.full_like(uniform[:, 1:], EVEN) if inputs.is_point else uniform[:, 1:]
        wants = wanted(inputs, uniform[:, 0])
        favours = np.zeros(wants.shape, dtype=np.bool_)
        for place in range(len(inputs.ballots)):
            favours[:, place] = prefers(
                wants[:, place], inputs.proposal_value[:, place], inputs.default_value[:, place]
            )
        opposed = ~favours & ~np.isnan(wants)
        stops = opposed & (use < inputs.stop_prob[:, :, np.newaxis])
        rules = {rule.rule: rule for rule in inputs.rules}
        passed_views = np.zeros((n, len(inputs.ballots)), dtype=np.bool_)
        passed_used = passed_views.copy()
        for place, ballot in enumerate(inputs.ballots):
            rule = rules[ballot.rule]
            voters = [codes.index(code) for code in rule.voters]
            yes = favours[:, place, voters]
            for passed, against in ((passed_views, opposed), (passed_used, stops)):
                votes = Votes(yes, against[:, place, voters])
                passed[:, place] = outcome(rule.procedure, votes)
        return VotingResult(
            rules=inputs.rules,
            ballots=inputs.ballots,
            codes=codes,
            looked_at=self.rule,
            most_listed_count=self.most_listed_count,
            wants_value=wants,
            favours=favours,
            opposed=opposed,
            stops=stops,
            passed_views=passed_views,
            passed_used=passed_used,
        )


def wanted(inputs: VotingInputs, uniform: FloatArray) -> FloatArray:
    """Return what each wants by who governs, shape (draw, ballot, delegation); NaN for nothing.

    A delegation has one government for all ballots of a draw.
    """
    shape = (inputs.n, *inputs.position_value.shape[2:])
    found = np.broadcast_to(inputs.position_value[0], shape).copy()
    if inputs.is_point:
        return found
    office = governs(inputs.office_prob, uniform)
    for place in range(1, len(inputs.position_value)):
        in_office = np.broadcast_to((office == place)[:, np.newaxis, :], shape)
        np.copyto(found, np.broadcast_to(inputs.position_value[place], shape), where=in_office)
    return found
