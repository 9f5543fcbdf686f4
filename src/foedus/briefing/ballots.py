"""Ballots in words: what passes as views lie and as votes were used, and who is in the way."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import polars as pl

from foedus.briefing.evidence import Evidence, Pick
from foedus.briefing.findings import Findings
from foedus.briefing.reads import BEFORE_MONEY, force_evidence, merged, rests_on
from foedus.briefing.sentences import listed, percent
from foedus.engines import Voting
from foedus.engines.voting.result import VotingResult
from foedus.scenario.voting import HEADS, PLEDGED, Ballot
from foedus.scenario.voting_rules import counts_pledges, is_column, parts_of, rules_of

MOST_NAMED: Final = 4
SELDOM: Final = 0.005
AS_LIKELY_AS_NOT: Final = 0.5


class BallotFound(NamedTuple):
    """A ballot under its own rule."""

    ballot: Ballot
    pass_views_prob: float
    """If all who are opposed vote against."""
    pass_used_prob: float
    """If they vote against as often as votes were used so."""


def ballots_on(result: VotingResult, issue: str) -> list[BallotFound]:
    """Return the ballots on an issue, in the order of the file."""
    table = result.ballot_table().filter("decides")
    found = []
    for ballot in result.ballots:
        row = table.filter(ballot=ballot.ballot).row(0, named=True)
        if ballot.issue == issue:
            found.append(BallotFound(ballot, row["pass_views_prob"], row["pass_used_prob"]))
    return found


def ballot_sentence(found: BallotFound) -> str:
    """Say how often a ballot passes, such as `New measures pass in 94 % of futures, ...`."""
    title = found.ballot.title
    if abs(found.pass_used_prob - found.pass_views_prob) < SELDOM:
        return f"{title}: passed in {percent(found.pass_used_prob)} of futures"
    return (
        f"{title}: passed in {percent(found.pass_used_prob)} of futures if those opposed use their "
        f"vote as often as before, in {percent(found.pass_views_prob)} if all of them do"
    )


def opposed_sentence(findings: Findings, result: VotingResult, ballot: Ballot) -> str:
    """Say who is opposed, and in how many futures."""
    votes = result.vote_table().filter(ballot=ballot.ballot, rule=ballot.rule)
    some = votes.filter(pl.col("opposed_prob") > SELDOM).sort(
        "opposed_prob", descending=True, maintain_order=True
    )
    if some.is_empty():
        return f"{ballot.title}: nobody who votes is opposed."
    names = [
        f"{findings.titles[code]} ({percent(often)})"
        for code, often in some.select("delegation", "opposed_prob").iter_rows()
    ]
    rest = len(names) - MOST_NAMED
    told = [*names[:MOST_NAMED], f"{rest} more"] if rest > 1 else names
    return f"{ballot.title}: opposed, in how many futures: {listed(told)}."


def compared_sentence(findings: Findings, result: VotingResult, ballot: Ballot) -> str:
    """Say what other rules would say to the same views, and whose vote would decide there."""
    table = result.ballot_table().filter(pl.col("ballot") == ballot.ballot, ~pl.col("decides"))
    votes = result.vote_table().filter(ballot=ballot.ballot)
    titles = findings.as_set.titles("rules")
    parts = []
    for row in table.iter_rows(named=True):
        pivots = votes.filter(pl.col("rule") == row["rule"], pl.col("decides_prob") > SELDOM).sort(
            "decides_prob", descending=True, maintain_order=True
        )
        names = [
            f"{findings.titles[code]} ({percent(often)})"
            for code, often in pivots.select("delegation", "decides_prob").iter_rows()
        ]
        whose = f", where the vote of {listed(names[:MOST_NAMED])} decides most often"
        parts.append(
            f"by {titles[row['rule']]} in {percent(row['pass_views_prob'])} of futures"
            f"{whose if names else ''}"
        )
    return f"{ballot.title} would pass {'; '.join(parts)}." if parts else ""


def outside_sentence(findings: Findings, result: VotingResult, ballot: Ballot) -> str:
    """Say which states that have no vote would go along by themselves."""
    table = result.outside_table().filter(ballot=ballot.ballot)
    if table.is_empty():
        return ""
    going = table.filter(pl.col("favours_prob") >= AS_LIKELY_AS_NOT)["delegation"].to_list()
    rest = [code for code in table["delegation"].to_list() if code not in going]
    along = listed([findings.titles[code] for code in going]) if going else "nobody"
    other = f"; in fewer: {listed([findings.titles[code] for code in rest])}" if rest else ""
    return (
        f"{ballot.title}: of those who have no vote and decide for themselves, for it in half of "
        f"all futures or more: {along}{other}."
    )


def voting_evidence(
    findings: Findings,
    result: VotingResult,
    ballots: Sequence[Ballot],
    *,
    rules: Collection[str] = (),
    more: dict[str, Pick] | None = None,
    engines: tuple[str, ...] = (),
) -> Evidence:
    """Return the rows that say how bodies decide, what is put to the vote and who wants what.

    Where a rule counts the soldiers that are pledged, what is said of these is among them.

    Parameters
    ----------
    ballots
        Of which is told, each with all its rules.
    rules
        Of which is told beside them.
    more
        Rows that are read beyond these, by table.
    engines
        Names of other engines whose drawn settings count.
    """
    told = {*rules, *rules_of(ballots)}
    picks = merged(more or {}, voting_picks(findings, result, ballots, told))
    names = (*engines, Voting.name)
    if counts_pledges(findings.as_set, told):
        engines = (*BEFORE_MONEY, *names)
        return force_evidence(findings, beside=frozenset(), more=picks, engines=engines)
    return rests_on(findings, picks, engines=names)


def voting_picks(
    findings: Findings, result: VotingResult, ballots: Sequence[Ballot], rules: set[str]
) -> dict[str, Pick]:
    """Return the rows of rules, of ballots, and of those who vote or decide for themselves."""
    scenario = findings.as_set
    names = {row.ballot for row in ballots}
    issues = {row.issue for row in ballots}
    weights = {row.weight for row in scenario.rule_games if row.rule in rules} - {HEADS, PLEDGED}
    voters = {code for rule in result.rules if rule.rule in rules for code in rule.voters}
    picks: dict[str, Pick] = {
        "rules": lambda row: row.rule in rules,
        "rule_games": lambda row: row.rule in rules,
        "ballots": lambda row: row.ballot in names,
        "issues": lambda row: row.issue in issues,
        "positions": lambda row: row.issue in issues and row.delegation in result.codes,
        "principals": lambda row: bool(names) and row.delegation in result.codes,
        "share_keys": lambda row: row.share_key in weights and row.delegation in voters,
    }
    weighed = {parts_of(weight)[0] for weight in weights if is_column(weight)}
    return picks | dict.fromkeys(weighed, lambda row: row.delegation in voters)
