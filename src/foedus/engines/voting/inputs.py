"""The inputs of voting: rules worked out, what is put to the vote, and what voters want."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.engines.voting.ballots import Procedure
from foedus.engines.voting.rules import Clause, VotingRule, in_whole_numbers
from foedus.errors import SettingsError
from foedus.scenario.draws import Draws
from foedus.scenario.office import office_prob, principals_of
from foedus.scenario.scenario import Scenario, unknown
from foedus.scenario.voting import PLEDGED, Ballot
from foedus.scenario.voting_rules import Game, WorkedOut, ballots_of, rules_of, worked_out

NOT_ASKED: Final = ("adversary", "body")
"""Roles of those who do not decide for themselves on a measure, or are its target."""


@dataclass(frozen=True)
class RuleOfVote:
    """A rule as the tables have it, and in whole numbers."""

    worked_out: WorkedOut
    procedure: Procedure
    """What those in favour must win, and what votes against do."""
    power_rule: VotingRule | None
    """The rule between yes and no alone, on which a priori power is measured; None where nobody
    can win it."""

    @property
    def rule(self) -> str:
        """Key of the rule."""
        return self.worked_out.rule

    @property
    def voters(self) -> tuple[str, ...]:
        """Codes, sorted."""
        return self.worked_out.voters

    @property
    def weighs_pledges(self) -> bool:
        """Whether any of its games counts the soldiers that are pledged."""
        return any(
            game.weight == PLEDGED for games in self.worked_out.clauses.values() for game in games
        )


@dataclass(frozen=True, kw_only=True)
class VotingInputs:
    """All that voting needs. The draw axis may be 1 where nothing is drawn."""

    n: int
    """Number of draws."""
    codes: tuple[str, ...]
    """Who votes in a ballot, or decides on its issue for itself; sorted."""
    rules: tuple[RuleOfVote, ...]
    ballots: tuple[Ballot, ...]
    position_value: FloatArray
    """Shape (principal, draw or 1, ballot, delegation): what each wants on the ballot's issue under
    each of its principals; NaN for no position."""
    office_prob: FloatArray
    """Shape (draw or 1, delegation, principal)."""
    proposal_value: FloatArray
    """Shape (draw or 1, ballot)."""
    default_value: FloatArray
    """Shape (draw or 1, ballot)."""
    stop_prob: FloatArray
    """Shape (draw or 1, ballot): how often who is opposed uses its vote against."""
    is_point: bool
    """Whether the assumptions are a single point: the sitting governments decide."""


def read_inputs(rule: str, scenario: Scenario, draws: Draws) -> VotingInputs:
    """Gather rules and ballots as they stand in each draw.

    Parameters
    ----------
    rule
        The rule that is looked at, with the ballots that name it; empty for all.

    Raises
    ------
    SettingsError
        If there is no rule of the name.
    MissingDataError
        If nothing says how much a voter counts.
    """
    names = [row.rule for row in scenario.rules]
    if rule and rule not in names:
        raise SettingsError(unknown("there is no rule", rule, names))
    ballots = ballots_of(scenario, rule)
    needed = {rule} | rules_of(ballots)
    kept = [name for name in names if not rule or name in needed]
    rules = tuple(rule_of_vote(scenario, name, draws) for name in kept)
    codes = voices(scenario, ballots, rules)
    governing = [governors(scenario, code) for code in codes]
    places = [scenario.row_numbers["ballots"][row.key] for row in ballots]

    def column(field: str) -> FloatArray:
        return draws.numbers(scenario, "ballots", field)[:, places]

    return VotingInputs(
        n=draws.n,
        codes=codes,
        rules=rules,
        ballots=ballots,
        position_value=positions(scenario, draws, ballots, codes, governing),
        office_prob=office_prob(scenario, draws, governing),
        proposal_value=column("proposal_value"),
        default_value=column("default_value"),
        stop_prob=column("stop_when_opposed_prob"),
        is_point=draws.is_point,
    )


def rule_of_vote(scenario: Scenario, name: str, draws: Draws) -> RuleOfVote:
    """Return a rule worked out; pledges count at their mean over the draws."""
    codes = [row.delegation for row in scenario.delegations]
    sent = draws.sent(codes, "land").mean(axis=0)
    # Whole soldiers: a mean has more places than anybody could mean.
    pledged = {code: float(round(each)) for code, each in zip(codes, sent.tolist(), strict=True)}
    found = worked_out(scenario, name, partial(draws.values, scenario), pledged)
    return RuleOfVote(
        worked_out=found,
        procedure=Procedure(in_integers(tuple(found.clauses.values())), found.against_stops_count),
        power_rule=in_integers(tuple(found.if_nobody_abstains().values())),
    )


def in_integers(clauses: Sequence[tuple[Game, ...]]) -> VotingRule | None:
    """Return clauses of games in whole numbers; None if none of them can be won.

    A clause with a game that all voters together lose is void. A game that nobody's weight wins
    already, as when all of a weight's quota was set to 0, is no condition.
    """
    kept: list[Clause] = []
    for games in clauses:
        if not all(game.quota.is_met_by(sum(game.weights, Fraction(0))) for game in games):
            continue
        whole = tuple(
            in_whole_numbers(game.weights, game.quota.level, more_than=game.quota.is_strict)
            for game in games
            if not game.quota.is_met_by(Fraction(0))
        )
        if whole:
            kept.append(whole)
    return VotingRule(any_of=tuple(kept)) if kept else None


def voices(
    scenario: Scenario, ballots: Sequence[Ballot], rules: Sequence[RuleOfVote]
) -> tuple[str, ...]:
    """Return who votes in a ballot, or is a state of its own with a position on its issue."""
    voters = {rule.rule: rule.voters for rule in rules}
    issues = {row.issue for row in ballots}
    roles = {row.delegation: row.role for row in scenario.delegations}
    known = {
        row.delegation
        for row in scenario.positions
        if row.issue in issues and roles[row.delegation] not in NOT_ASKED
    }
    voting = {code for name in rules_of(ballots) for code in voters[name]}
    return tuple(sorted(known | voting))


def governors(scenario: Scenario, code: str) -> list[str]:
    """Return who may govern a delegation, the sitting government first."""
    named = {row.principal for row in scenario.positions if row.delegation == code}
    return principals_of(scenario, code, named)


def positions(
    scenario: Scenario,
    draws: Draws,
    ballots: Sequence[Ballot],
    codes: Sequence[str],
    governing: Sequence[Sequence[str]],
) -> FloatArray:
    """Return what each wants on the issue of each ballot under each principal.

    Who has no row under a principal wants what its sitting government does.
    """
    values = draws.numbers(scenario, "positions", "position_value")
    number = scenario.row_numbers["positions"]
    most = max((len(who) for who in governing), default=1)
    found = np.full((most, len(values), len(ballots), len(codes)), np.nan)
    for b, ballot in enumerate(ballots):
        for i, code in enumerate(codes):
            for place in range(most):
                who = governing[i][place] if place < len(governing[i]) else code
                keys = [f"{ballot.issue}:{code}:{name}" for name in (who, code)]
                key = next((key for key in keys if key in number), None)
                if key is not None:
                    found[place, :, b, i] = values[:, number[key]]
    return found
