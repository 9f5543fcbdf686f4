"""Who would tighten sanctions: what would pass, who is opposed, and where all could meet."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.ballots import (
    BallotFound,
    ballot_sentence,
    ballots_on,
    compared_sentence,
    opposed_sentence,
    outside_sentence,
    voting_evidence,
)
from foedus.briefing.bargained import (
    ALONE,
    CANNOT_SAY,
    assumptions,
    bargaining_picks,
    issue_title,
    room_title,
    sized,
    sized_range,
    with_titles,
)
from foedus.briefing.evidence import Pick
from foedus.briefing.findings import Findings
from foedus.briefing.pledge import widest
from foedus.briefing.reads import merged, rests_on
from foedus.briefing.sentences import listed, percent
from foedus.briefing.strength import one_row
from foedus.engines import Bargaining
from foedus.engines.bargaining.result import BargainingResult, LeftOut
from foedus.engines.voting.result import VotingResult
from foedus.errors import MissingDataError
from foedus.runs import Run
from foedus.scenario.voting import Ballot, Rule
from foedus.scenario.voting_rules import voters_of

ISSUE: Final = "sanctions"
MOST_NAMED: Final = 3
SELDOM: Final = 0.005
BALLOT_ASSUMES: Final = (
    (
        "A voter prefers the proposal if it lies nearer to its position than what holds if the "
        "vote fails; one without a position abstains. Positions are drawn each by itself."
    ),
    (
        "Where one vote against stops a measure and an abstention does not, how often those "
        "opposed use theirs is read off earlier votes, with its range: ballots.csv says which."
    ),
)
ONE_LEVEL: Final = "All whose consent counts must accept one level of pressure on the whole scale."
BALLOT_CANNOT_SAY: Final = (
    "What a government would take for its vote, or what others would do to one that stands alone.",
    "When a vote is taken, and how far a proposal is thinned out before.",
    "How well measures are enforced, which is national.",
)


def answer_sanctions(findings: Findings, question: str) -> Answer:
    """Answer what would pass on sanctions, who is opposed, and what all could agree on.

    Where something is put to the vote the ballots lead, and the negotiation stands behind them.
    """
    agreed = answer_by_agreement(findings, question)
    voting = findings.voting_if_any
    held = ballots_on(voting.result, ISSUE) if voting is not None else []
    return agreed if voting is None or not held else with_ballots(findings, agreed, voting, held)


def with_ballots(
    findings: Findings, agreed: Answer, voting: Run[VotingResult], held: list[BallotFound]
) -> Answer:
    """Return the answer led by what is put to the vote; the value is that of the first ballot."""
    result = voting.result
    ballots = [found.ballot for found in held]
    first = result.ballots.index(ballots[0])
    evidence = voting_evidence(
        findings, result, ballots, more=agreement_picks(findings), engines=(Bargaining.name,)
    )
    opposed = [opposed_sentence(findings, result, ballot) for ballot in ballots]
    compared = [compared_sentence(findings, result, ballot) for ballot in ballots]
    outside = [outside_sentence(findings, result, ballot) for ballot in ballots[:1]]
    passed = result.passed_used[:, first].astype(np.float64)
    numbers = {
        f"{found.ballot.ballot.replace('-', '_')}_{how}_prob": chance
        for found in held
        for how, chance in (("used", found.pass_used_prob), ("views", found.pass_views_prob))
    }
    tables = {
        "sanctions_ballots": of_ballots(result.ballot_table(), ballots).drop("voters_count"),
        "sanctions_opposed": opposed_table(result, ballots),
        "sanctions_outside": of_ballots(result.outside_table(), ballots),
    }
    titles = {
        "rule": findings.as_set.titles("rules"),
        "ballot": findings.as_set.titles("ballots"),
        "delegation": findings.titles,
    }
    return replace(
        agreed,
        headline=f"{'; '.join(ballot_sentence(found) for found in held)}.",
        value=held[0].pass_used_prob,
        unit=f"probability that it passes as votes were used: {ballots[0].title}",
        more=(
            *opposed,
            *(sentence for sentence in (*compared, *outside) if sentence),
            agreed.headline,
            *agreed.more,
        ),
        drivers=findings.voting_drivers.strongest(
            passed, "pass_used_prob", moves="chance that it passes"
        ),
        assumes=(*BALLOT_ASSUMES, *assumptions(findings), ONE_LEVEL, *evidence.remarks),
        cannot_say=BALLOT_CANNOT_SAY,
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            **{
                name: table.with_columns(
                    pl.col(column).replace(words)
                    for column, words in titles.items()
                    if column in table.columns
                )
                for name, table in tables.items()
            },
            **agreed.tables,
            "headline_numbers": one_row(
                **numbers, **agreed.tables["headline_numbers"].row(0, named=True)
            ),
        },
        run=voting.run_id,
    )


def of_ballots(table: pl.DataFrame, ballots: Sequence[Ballot]) -> pl.DataFrame:
    """Return the rows of some ballots."""
    return table.filter(pl.col("ballot").is_in([ballot.ballot for ballot in ballots]))


def opposed_table(result: VotingResult, ballots: Sequence[Ballot]) -> pl.DataFrame:
    """Return who is ever opposed on a ballot under its own rule, the likeliest first."""
    decides = result.ballot_table().filter("decides").select("ballot", "rule")
    columns = ("wants_value", "opposed_prob", "against_prob", "blocks_alone_used_prob")
    return (
        of_ballots(result.vote_table(), ballots)
        .join(decides, on=["ballot", "rule"], how="semi", maintain_order="left")
        .filter(pl.col("opposed_prob") > 0)
        .sort("ballot", "opposed_prob", descending=[False, True], maintain_order=True)
        .select("ballot", "delegation", *columns)
    )


def deciding_rule(findings: Findings) -> Rule | None:
    """Return the rule by which the first ballot on it is decided; None if none is put to a vote."""
    scenario = findings.as_set
    rules = {row.rule: row for row in scenario.rules}
    found = (rules.get(row.rule) for row in scenario.ballots if row.issue == ISSUE)
    return next(found, None)


def agreement_picks(findings: Findings) -> dict[str, Pick]:
    """Return the rows that say who decides on it, and what all want."""
    picks, rule = bargaining_picks(findings), deciding_rule(findings)
    if rule is None:
        return picks
    return merged(
        picks,
        {
            "delegations": lambda row: row.delegation in rule.voters,
            "rules": lambda row: row.rule == rule.rule,
            "ballots": lambda row: row.issue == ISSUE,
        },
    )


def answer_by_agreement(findings: Findings, question: str) -> Answer:
    """Answer whether all who decide on sanctions could agree on them, and who would block."""
    result = findings.bargaining.result
    if ISSUE not in result.issues:
        raise MissingDataError(
            f"{findings.scenario.name}: positions.csv has no two parties on {ISSUE}. Add rows."
        )
    place = room_of_voters(findings, result)
    name, at = result.formats[place], result.issues.index(ISSUE)
    fails = result.no_deal_prob(name, ISSUE)
    blockers = result.blocker_table().filter(issue=ISSUE)
    here = blockers.filter(format=name)
    rooms = result.room_table().filter(issue=ISSUE)
    evidence = rests_on(findings, agreement_picks(findings), engines=(Bargaining.name,))
    deals = result.has_deal[:, place, at].astype(np.float64)
    return Answer(
        id="sanctions",
        question=question,
        kind="probability",
        headline=sanctions_headline(findings, result, place, here),
        value=None if fails is None else 1 - fails,
        unit=f"probability that {room_title(findings, name)} finds a deal on "
        f"{issue_title(findings, ISSUE)}",
        interval_note="A chance over all futures drawn has no range.",
        more=(
            *zone_sentence(result, place),
            *wants_sentence(findings, result, place),
        ),
        drivers=findings.bargaining_drivers.strongest(deals, "deal_prob", moves="chance of a deal"),
        assumes=(
            *assumptions(findings),
            ONE_LEVEL,
            *evidence.remarks,
        ),
        cannot_say=(
            *CANNOT_SAY,
            (
                "Votes as rules count them: renewal and new measures have opposite "
                "defaults, a member may abstain without blocking, and what a qualified majority "
                "would pass."
            ),
            "How well measures are enforced, which is national.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "sanctions_blockers": with_titles(findings, blockers),
            "sanctions_left_out": with_titles(
                findings, result.left_out_table().filter(issue=ISSUE)
            ),
            "sanctions_rooms": with_titles(findings, rooms),
            "headline_numbers": one_row(
                deal_prob=None if fails is None else 1 - fails,
                **{f"{code}_freed_prob": often for code, often in blockers_of(here)[:MOST_NAMED]},
                **{
                    f"without_{row.left_out.replace(';', '_')}_deal_prob": 1
                    - row.no_deal_without_prob
                    for row in steps_of(result, name)
                },
            ),
        },
        run=findings.bargaining.run_id,
    )


def room_of_voters(findings: Findings, result: BargainingResult) -> int:
    """Return the format of those who vote on it and nobody else, or that in which most are asked.

    Where nothing on it is put to a vote, the scenario does not say who decides.
    """
    scenario, rule = findings.as_set, deciding_rule(findings)
    voters = set(voters_of(scenario, rule)) if rule else set()
    for place, name in enumerate(result.formats):
        seated = {
            row.delegation
            for row in scenario.attendance
            if row.format == name and row.part == "member"
        }
        if voters and seated == voters and ALONE not in result.rules[place]:
            return place
    return widest(result, ISSUE)


def blockers_of(here: pl.DataFrame) -> list[tuple[str, float]]:
    """Return who is in the way by itself, the likeliest first."""
    found = here.filter(pl.col("freed_prob") > SELDOM)
    return [(row["delegation"], row["freed_prob"]) for row in found.iter_rows(named=True)]


def sanctions_headline(
    findings: Findings, result: BargainingResult, place: int, here: pl.DataFrame
) -> str:
    """Say how often all could agree, and whose consent is missing."""
    name = result.formats[place]
    fails = result.no_deal_prob(name, ISSUE)
    if fails is None:
        return f"{room_title(findings, name)} does not deal with {issue_title(findings, ISSUE)}."
    said = (
        f"{room_title(findings, name)} finds a level of {issue_title(findings, ISSUE)} that all "
        f"accept in {percent(1 - fails)} of futures"
    )
    who = blockers_of(here)[:MOST_NAMED]
    if not who:
        return f"{said}{together(findings, result, name)}."
    parts = [f"{findings.titles[code]} ({percent(often)})" for code, often in who]
    return f"{said}; in the way by itself, in how many futures: {listed(parts)}."


def steps_of(result: BargainingResult, format_: str) -> list[LeftOut]:
    """Return whom to leave out in turn for a deal on the issue in a format."""
    return [row for row in result.left_out if (row.format, row.issue) == (format_, ISSUE)]


def together(findings: Findings, result: BargainingResult, format_: str) -> str:
    """Say without whom, taken together, all others could agree; nothing where that is not known."""
    steps = steps_of(result, format_)
    if not steps:
        return ""
    best = min(steps, key=lambda row: (row.no_deal_without_prob, len(row.left_out)))
    names = listed([findings.titles[code] for code in best.left_out.split(";")])
    often = percent(1 - best.no_deal_without_prob)
    return f"; no single member is in the way, and without {names} all others could in {often}"


def zone_sentence(result: BargainingResult, place: int) -> tuple[str, ...]:
    """Say where the mean lies, what can be agreed at all, and what holds if nothing is."""
    at = result.issues.index(ISSUE)
    if not result.is_dealt[place, at]:
        return ()
    unit = result.units[at]
    mean = sized_range(result.room_mean_value[:, place, at], unit)
    said = f"The compromise mean, if nobody could walk away, is {mean}"
    deal = result.room_deal_value[:, place, at]
    if not np.isnan(deal).all():
        said += f"; what all accept is nearest to it at {sized_range(deal, unit)}"
    today = result.reference_value[at]
    if not np.isnan(today):
        said += f"; without a deal {sized(float(today), unit)} stays"
    return (f"{said}.",)


def wants_sentence(findings: Findings, result: BargainingResult, place: int) -> tuple[str, ...]:
    """Say who of those asked wants least and who most."""
    at = result.issues.index(ISSUE)
    position = result.over_blocks(result.position_value)[at]
    asked = np.flatnonzero(result.consents[place, at])
    if len(asked) < 2 * MOST_NAMED:
        return ()
    order = asked[np.argsort(position[asked], kind="stable")]
    names = [f"{findings.titles[result.codes[i]]} ({position[i]:.0f})" for i in order.tolist()]
    return (
        (
            f"Least is wanted by {listed(names[:MOST_NAMED])}, most by "
            f"{listed(names[::-1][:MOST_NAMED])}, on average over all futures."
        ),
    )
