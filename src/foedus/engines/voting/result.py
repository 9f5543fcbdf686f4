"""What voting finds: the power that rules give, what passes, and whose vote stops it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.protocol import drawn
from foedus.engines.voting.ballots import Procedure, Votes, blocks_alone, decides, outcome
from foedus.engines.voting.inputs import RuleOfVote
from foedus.engines.voting.leanings import chances
from foedus.engines.voting.power import Power, power
from foedus.scenario.voting import PLEDGED, Ballot

EXACT: Final = (
    "shapley_shubik_share",
    "banzhaf_prob",
    "banzhaf_share",
    "prevent_share",
    "initiate_share",
    "pass_if_yes_prob",
    "pass_if_no_prob",
    "deegan_packel_share",
    "holler_packel_share",
    "johnston_share",
)
"""Indices by voter; each stands in the table as a float, and as a fraction in `power_exact`."""


@dataclass(frozen=True)
class VotingResult:
    """What rules give their voters, and what would pass, draw by draw."""

    rules: tuple[RuleOfVote, ...]
    ballots: tuple[Ballot, ...]
    codes: tuple[str, ...]
    """Who votes in a ballot, or decides on its issue for itself; sorted."""
    looked_at: str
    """The rule that is looked at; empty for all."""
    most_listed_count: int
    wants_value: FloatArray = drawn()
    """Shape (draw, ballot, delegation); NaN for no position."""
    favours: BoolArray = drawn()
    """Shape (draw, ballot, delegation): who prefers the proposal to its default."""
    opposed: BoolArray = drawn()
    """Shape (draw, ballot, delegation): who has a position and does not."""
    stops: BoolArray = drawn()
    """Shape (draw, ballot, delegation): who of them would use its vote to stop it."""
    passed_views: BoolArray = drawn()
    """Shape (draw, ballot): whether it passes if all who are opposed vote against."""
    passed_used: BoolArray = drawn()
    """Shape (draw, ballot): whether it passes if those vote against who use their vote so."""

    @property
    def draws(self) -> int:
        """Count of draws."""
        return len(self.favours)

    def outcomes(self) -> dict[str, FloatArray]:
        """Return by draw the share of ballots that pass; none where nothing is put to the vote."""
        if not self.ballots:
            return {name: np.full(self.draws, np.nan) for name in FOLLOWED}
        return {
            "passed_views_share": self.passed_views.mean(axis=1),
            "passed_used_share": self.passed_used.mean(axis=1),
        }

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return rules, power, weights, minimal coalitions, ballots, votes and who is outside."""
        return {
            "rules": self.rule_table(),
            "power": self.power_table(),
            "power_exact": self.exact_table(),
            "weights": self.weight_table(),
            "minimal": self.minimal_table(),
            "blocking": self.blocking_table(),
            "ballots": self.ballot_table(),
            "votes": self.vote_table(),
            "outside": self.outside_table(),
        }

    def rule_of(self, name: str) -> RuleOfVote:
        """Return a rule by its key."""
        return next(rule for rule in self.rules if rule.rule == name)

    @cached_property
    def powers(self) -> dict[str, Power | None]:
        """A priori power by rule, counted when first asked for; None where nobody can win.

        Of all rules together only what rests on swings; minimal coalitions, and the indices that
        rest on them or on critical members, are counted of a rule that is looked at.
        """
        return {
            rule.rule: None
            if rule.power_rule is None
            else power(
                rule.power_rule,
                in_full=bool(self.looked_at),
                most_listed=self.most_listed_count,
            )
            for rule in self.told
        }

    @property
    def told(self) -> tuple[RuleOfVote, ...]:
        """The rules whose power is told: the one that is looked at, or all."""
        return tuple(rule for rule in self.rules if self.looked_at in ("", rule.rule))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What could not be counted; of all rules together only of which, of one rule why."""
        said = []
        in_part = []
        for rule in self.told:
            found = self.powers[rule.rule]
            if found is None:
                said.append(self.cannot_win(rule))
            elif self.looked_at:
                reasons: dict[str, list[str]] = {}
                for what, why in found.remarks:
                    reasons.setdefault(why, []).append(what)
                said += [
                    f"Not counted: {', '.join(whats)}. {reason[:1].upper()}{reason[1:]}."
                    for reason, whats in reasons.items()
                ]
            elif found.remarks:
                in_part.append(rule.rule)
        if in_part:
            said.append(
                f"The power of voters under {', '.join(in_part)} was not counted. Look at one rule "
                "to see why."
            )
        return tuple(said)

    @staticmethod
    def cannot_win(rule: RuleOfVote) -> str:
        """Say why all voters of a rule together do not win it."""
        if rule.weighs_pledges and not any(
            sum(game.weights)
            for games in rule.worked_out.clauses.values()
            for game in games
            if game.weight == PLEDGED
        ):
            return f"{rule.rule} cannot be won: none of its voters pledges any soldiers."
        return f"{rule.rule} cannot be won, not even by all its voters together."

    def rule_table(self) -> pl.DataFrame:
        """Return a row a rule: how easily it acts, and its minimal coalitions."""
        rows = []
        for rule in self.told:
            found = self.powers[rule.rule]
            indices = found and found.indices
            wins, blocks = (found.fewest_to_win, found.fewest_to_block) if found else (None, None)
            rows.append(
                {
                    "rule": rule.rule,
                    "voters_count": len(rule.voters),
                    "against_stops_count": rule.worked_out.against_stops_count,
                    "act_prob": indices and float(indices.act_prob),
                    "winning_exact": indices and str(indices.winning_count),
                    "coalitions_exact": indices and str(indices.coalitions_count),
                    "smallest_winning_count": wins and wins.members_count,
                    "smallest_blocking_count": blocks and blocks.members_count,
                    "ways_to_block_count": blocks and in_64_bits(blocks.ways_count),
                    "minimal_winning_count": found and found.winning and found.winning.count,
                    "minimal_blocking_count": found and found.blocking and found.blocking.count,
                }
            )
        return pl.DataFrame(rows, schema=RULE_SCHEMA)

    def power_table(self) -> pl.DataFrame:
        """Return a row a rule and voter: every index, as a float."""
        rows = []
        for rule, found in self.counted():
            shares = shares_of(found)
            indices, blocking = found.indices, found.blocking
            for i, code in enumerate(rule.voters):
                rows.append(
                    {
                        "rule": rule.rule,
                        "delegation": code,
                        **{name: each and float(each[i]) for name, each in shares.items()},
                        "has_veto": None if indices is None else bool(indices.has_veto[i]),
                        "is_dummy": None if indices is None else bool(indices.is_dummy[i]),
                        "in_smallest_blocking_count": blocking and blocking.smallest_holding[i],
                        "in_minimal_winning_count": found.winning and found.winning.holding[i],
                    }
                )
        return pl.DataFrame(rows, schema=POWER_SCHEMA)

    def exact_table(self) -> pl.DataFrame:
        """Return the same indices as fractions of whole numbers, such as `421/2145`."""
        rows = []
        for rule, found in self.counted():
            shares = shares_of(found)
            for i, code in enumerate(rule.voters):
                exact = {name: each and str(each[i]) for name, each in shares.items()}
                rows.append({"rule": rule.rule, "delegation": code, **exact})
        schema = dict.fromkeys(("rule", "delegation", *EXACT), pl.String)
        return pl.DataFrame(rows, schema=schema)

    def weight_table(self) -> pl.DataFrame:
        """Return a row a rule, voter and weight: how much it counts, and its part of the whole."""
        rows = []
        for rule in self.told:
            games = {g.weight: g for games in rule.worked_out.clauses.values() for g in games}
            for name, game in games.items():
                total = sum(game.weights, Fraction(0))
                for code, size in zip(rule.voters, game.weights, strict=True):
                    rows.append(
                        {
                            "rule": rule.rule,
                            "delegation": code,
                            "weight": name,
                            "size_weight": float(size),
                            "of_all_share": float(size / total) if total else None,
                        }
                    )
        schema = {
            "rule": pl.String,
            "delegation": pl.String,
            "weight": pl.String,
            "size_weight": pl.Float64,
            "of_all_share": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema)

    def minimal_table(self) -> pl.DataFrame:
        """Return how many minimal winning and blocking coalitions there are of each size."""
        rows = [
            {"rule": rule.rule, "does": does, "members_count": size, "coalitions_count": count}
            for rule, found in self.counted()
            for does, each in (("wins", found.winning), ("blocks", found.blocking))
            if each is not None
            for size, count in enumerate(each.count_by_size)
            if count
        ]
        schema = {
            "rule": pl.String,
            "does": pl.String,
            "members_count": pl.Int64,
            "coalitions_count": pl.Int64,
        }
        return pl.DataFrame(rows, schema=schema)

    def blocking_table(self) -> pl.DataFrame:
        """Return the smallest coalitions that block each rule, by name, where they are few."""
        rows = [
            {
                "rule": rule.rule,
                "members_count": len(members),
                "members": ";".join(rule.voters[i] for i in members),
            }
            for rule, found in self.counted()
            if found.blocking is not None
            for members in found.blocking.smallest_listed
        ]
        schema = {"rule": pl.String, "members_count": pl.Int64, "members": pl.String}
        return pl.DataFrame(rows, schema=schema)

    def counted(self) -> Iterator[tuple[RuleOfVote, Power]]:
        """Yield the rules that can be won, with the power that they give."""
        for rule in self.told:
            found = self.powers[rule.rule]
            if found is not None:
                yield rule, found

    def ballot_table(self) -> pl.DataFrame:
        """Return a row a ballot and rule: how often it passes as views lie, and as votes are used.

        The first row of a ballot is of its own rule, the others are for comparison.
        """
        rows = []
        for place, ballot in enumerate(self.ballots):
            for name in (ballot.rule, *ballot.compare_rules):
                views, used = self.votes(place, name, used=False), self.votes(place, name)
                procedure = self.rule_of(name).procedure
                favour = views.yes.mean(axis=0)
                rows.append(
                    {
                        "ballot": ballot.ballot,
                        "rule": name,
                        "decides": name == ballot.rule,
                        "pass_views_prob": float(outcome(procedure, views).mean()),
                        "pass_used_prob": float(outcome(procedure, used).mean()),
                        "independent_prob": independent_prob(procedure, favour),
                        "favour_count": float(favour.sum()),
                        "opposed_count": float(views.against.mean(axis=0).sum()),
                        "voters_count": len(favour),
                    }
                )
        return pl.DataFrame(rows, schema=BALLOT_SCHEMA)

    def votes(self, place: int, rule: str, *, used: bool = True) -> Votes:
        """Return how voters vote on a ballot under a rule.

        Parameters
        ----------
        place
            Of the ballot.
        used
            Whether only those vote against who use their vote so, or all who are opposed.
        """
        voters = [self.codes.index(code) for code in self.rule_of(rule).voters]
        against = self.stops if used else self.opposed
        return Votes(self.favours[:, place, voters], against[:, place, voters])

    def vote_table(self) -> pl.DataFrame:
        """Return a row a ballot, rule and voter: what it wants, and what its vote does."""
        rows: list[dict[str, Any]] = []
        for place, ballot in enumerate(self.ballots):
            mean = means_of(self.wants_value[:, place])
            for name in (ballot.rule, *ballot.compare_rules):
                rule = self.rule_of(name)
                at = [self.codes.index(code) for code in rule.voters]
                views, used = self.votes(place, name, used=False), self.votes(place, name)
                columns = {
                    "wants_value": mean[at],
                    "favours_prob": views.yes.mean(axis=0),
                    "opposed_prob": views.against.mean(axis=0),
                    "against_prob": used.against.mean(axis=0),
                    "decides_prob": decides(rule.procedure, views).mean(axis=0),
                    "blocks_alone_views_prob": blocks_alone(rule.procedure, views).mean(axis=0),
                    "blocks_alone_used_prob": blocks_alone(rule.procedure, used).mean(axis=0),
                }
                for i, code in enumerate(rule.voters):
                    numbers = {key: number(values[i]) for key, values in columns.items()}
                    key = {"ballot": ballot.ballot, "rule": name, "delegation": code}
                    rows.append(key | numbers)
        names = [key for key in VOTE_SCHEMA if key not in ("ballot", "rule", "delegation")]
        return pl.DataFrame(rows, schema=VOTE_SCHEMA).select("ballot", "rule", "delegation", *names)

    def outside_table(self) -> pl.DataFrame:
        """Return who has no vote on a ballot and decides on its issue for itself."""
        rows = []
        for place, ballot in enumerate(self.ballots):
            voters = self.rule_of(ballot.rule).voters
            mean = means_of(self.wants_value[:, place])
            favours = self.favours[:, place].mean(axis=0)
            for i, code in enumerate(self.codes):
                if code not in voters and not np.isnan(mean[i]):
                    rows.append(
                        {
                            "ballot": ballot.ballot,
                            "delegation": code,
                            "wants_value": float(mean[i]),
                            "favours_prob": float(favours[i]),
                        }
                    )
        schema = {
            "ballot": pl.String,
            "delegation": pl.String,
            "wants_value": pl.Float64,
            "favours_prob": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema).sort(
            "ballot", "favours_prob", descending=[False, True], maintain_order=True
        )


LARGEST_COUNT: Final = 2**63
FOLLOWED: Final = ("passed_views_share", "passed_used_share")
RULE_SCHEMA: Final = {
    "rule": pl.String,
    "voters_count": pl.Int64,
    "against_stops_count": pl.Int64,
    "act_prob": pl.Float64,
    "winning_exact": pl.String,
    "coalitions_exact": pl.String,
    "smallest_winning_count": pl.Int64,
    "smallest_blocking_count": pl.Int64,
    "ways_to_block_count": pl.Int64,
    "minimal_winning_count": pl.Int64,
    "minimal_blocking_count": pl.Int64,
}
POWER_SCHEMA: Final = {
    "rule": pl.String,
    "delegation": pl.String,
    **dict.fromkeys(EXACT, pl.Float64),
    "has_veto": pl.Boolean,
    "is_dummy": pl.Boolean,
    "in_smallest_blocking_count": pl.Int64,
    "in_minimal_winning_count": pl.Int64,
}
BALLOT_SCHEMA: Final = {
    "ballot": pl.String,
    "rule": pl.String,
    "decides": pl.Boolean,
    "pass_views_prob": pl.Float64,
    "pass_used_prob": pl.Float64,
    "independent_prob": pl.Float64,
    "favour_count": pl.Float64,
    "opposed_count": pl.Float64,
    "voters_count": pl.Int64,
}
VOTE_SCHEMA: Final = {
    **dict.fromkeys(("ballot", "rule", "delegation"), pl.String),
    **dict.fromkeys(
        (
            "wants_value",
            "favours_prob",
            "opposed_prob",
            "against_prob",
            "decides_prob",
            "blocks_alone_views_prob",
            "blocks_alone_used_prob",
        ),
        pl.Float64,
    ),
}


def independent_prob(procedure: Procedure, favour_prob: FloatArray) -> float | None:
    """Return how often a measure passes if each voter is in favour by itself.

    Parameters
    ----------
    favour_prob
        Shape (voter,).

    Returns
    -------
    None where votes against stop it, or the voters are too many for the rule to be worked out.

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> two_of_three = Procedure(weighted([1, 1, 1], 2), against_stops_count=None)
    >>> independent_prob(two_of_three, np.array([0.5, 0.5, 1.0]))
    0.75
    """
    if procedure.yes_rule is None or procedure.against_stops_count is not None:
        return None
    try:
        return float(chances(procedure.yes_rule, favour_prob[np.newaxis]).pass_prob[0])
    except ValueError:  # too many voters: the chance over draws stands beside it
        return None


def shares_of(found: Power) -> dict[str, Sequence[Fraction] | None]:
    """Return every index by voter; None for one that could not be counted."""
    indices = found.indices
    of_swings = (
        dict.fromkeys(EXACT[:7])
        if indices is None
        else {
            "shapley_shubik_share": indices.shapley_shubik.exact,
            "banzhaf_prob": indices.banzhaf.exact,
            "banzhaf_share": indices.banzhaf_share.exact,
            "prevent_share": indices.prevent.exact,
            "initiate_share": indices.initiate.exact,
            "pass_if_yes_prob": indices.pass_if_yes_prob.exact,
            "pass_if_no_prob": indices.pass_if_no_prob.exact,
        }
    )
    return {
        **of_swings,
        "deegan_packel_share": found.deegan_packel,
        "holler_packel_share": found.holler_packel,
        "johnston_share": found.johnston,
    }


def in_64_bits(count: int) -> int | None:
    """Return a count that a column can hold; None for one of more than 64 bits.

    >>> in_64_bits(514), in_64_bits(2**63)
    (514, None)
    """
    return count if count < LARGEST_COUNT else None


def means_of(values: FloatArray) -> FloatArray:
    """Return means over draws, shape (delegation,); NaN where there is no position."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    mean: FloatArray = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return mean


def number(value: float) -> float | None:
    """Return a number of a table; None for NaN."""
    return None if np.isnan(value) else float(value)
