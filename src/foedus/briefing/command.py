"""Under whose command: who can field the headquarters, who serves under it, and who must agree."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer, Driver
from foedus.briefing.drivers import Candidate, DriverSearch, joining_events
from foedus.briefing.evidence import Evidence, Pick, every
from foedus.briefing.findings import Findings
from foedus.briefing.reads import (
    BEFORE_MONEY,
    consent_picks,
    force_picks,
    merged,
    rests_on,
)
from foedus.briefing.sentences import (
    count_of,
    listed,
    months,
    percent,
    percent_range,
    spread,
    spread_of_counts,
)
from foedus.briefing.strength import one_row
from foedus.engines import Command
from foedus.engines.command.inputs import BODY_OF_CHAIN, HQ_OF_ECHELON, POOLED
from foedus.engines.command.result import CommandResult
from foedus.scenario.command import Partnership
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]

CHAIN_WORDS: Final = {
    "nato": "NATO's chain",
    "coalition": "the coalition",
    "eu": "the EU's chain",
    "national": "a national chain",
    "un": "the UN's chain",
}
NONE_ASKED: Final = "No headquarters is asked for."
SELDOM: Final = 0.005
"""A lead that is there in fewer futures than this is said to be there in none."""
MOST_NAMED: Final = 3


def answer_command(findings: Findings, question: str) -> Answer:
    """Answer which chain could command the force, and under whose lead."""
    result = findings.command.result
    own = result.own_chain
    fields = result.fields(own)
    evidence = command_evidence(findings)
    return Answer(
        id="command",
        question=question,
        kind="probability",
        headline=command_headline(result),
        value=float(fields.mean()) if result.asks else None,
        unit=f"probability that {CHAIN_WORDS[own]} can field every headquarters asked for",
        interval_note="A chance over all futures drawn has no range."
        if result.asks
        else NONE_ASKED,
        more=command_sentences(findings, result),
        drivers=command_drivers(findings, result),
        assumes=(
            (
                "A headquarters is at hand if it is free, drawn in each future by the chance that "
                "headquarters.csv gives it, and if all who lead it join."
            ),
            acceptance_words(findings),
            (
                "For a chain stands, in each future, the lead that fields all that is asked for; "
                "of several the one under whom most soldiers serve, and then the one that they are "
                "most used to. Criteria are never added up."
            ),
            (
                "Headquarters serve and rest by the rules of units.csv, and others of the chain "
                "take over; the joiners are those of the option as it is, whichever chain is "
                "looked at."
            ),
            *evidence.remarks,
        ),
        cannot_say=(
            "Who would join if another chain were chosen.",
            "Rules of engagement and caveats: which tasks a nation refuses under any command.",
            "Whether staffs are filled, and whether their networks work together.",
            "What operation headquarters at home add: the requirement asks for none.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "command_options": options_table(findings, result),
            "command_headquarters": result.headquarters_table(),
            "command_acceptance": acceptance_table(findings, result),
            "headline_numbers": headline_numbers(result),
        },
        run=findings.command.run_id,
    )


def asked_words(result: CommandResult) -> str:
    """Say which headquarters are asked for."""
    return listed(
        [
            count_of(needed, echelon, echelon if echelon.endswith("s") else None)
            for echelon, needed in zip(result.echelons, result.needed_count, strict=True)
        ]
    )


def shown_chains(result: CommandResult) -> list[str]:
    """Return the chains that sentences speak of, that of the option first."""
    others = [chain for chain in result.chains if chain != result.own_chain]
    usual = [chain for chain in others if chain in ("nato", "coalition", "eu")]
    return [result.own_chain, *usual]


def command_headline(result: CommandResult) -> str:
    """Say side by side how often each chain fields all, who serves under it, who must agree."""
    if not result.asks:
        return "No headquarters is asked for, so no chain of command is compared."
    own, *others = (chain_words(result, chain) for chain in shown_chains(result))
    said = f"Every headquarters asked for ({asked_words(result)}) is at hand in {own}"
    return f"{'; in '.join([said, *others])}."


def chain_words(result: CommandResult, chain: str) -> str:
    """Say of one chain how often it fields all, who serves under its lead, and who must agree.

    Such as `the coalition in 62 % of futures (78 % of soldiers serve under its lead, and the
    guarantor is not asked)`.
    """
    fields = percent(float(result.fields(chain).mean()))
    said = f"{CHAIN_WORDS[chain]} in {fields} of futures"
    there = result.has_lead(chain)
    parts = []
    if there.any():
        accepts = float(np.median(result.of_chain(chain, "acceptance_share")[there]))
        parts.append(f"{percent(accepts)} of soldiers serve under its lead")
    consent = consent_words(result, chain)
    if consent:
        parts.append(consent)
    return f"{said} ({', and '.join(parts)})" if parts else said


def consent_words(result: CommandResult, chain: str) -> str:
    """Say whether the guarantor must agree; nothing where that is not known."""
    if chain not in result.chains:
        return ""
    match result.needs_consent[result.chains.index(chain)]:
        case None:
            return ""
        case True:
            return "the guarantor must agree"
        case False:
            return "the guarantor is not asked"


def command_sentences(findings: Findings, result: CommandResult) -> tuple[str, ...]:
    """Say who could lead, what they can command, for how long, and on what they depend."""
    if not result.asks:
        return ()
    return (
        *lead_sentences(findings, result),
        *capacity_sentence(result),
        *continuity_sentence(result),
        *speed_sentence(result),
        *dependence_sentence(result),
        *closed_sentence(result),
    )


def lead_title(findings: Findings, result: CommandResult, lead: int) -> str:
    """Return who leads, in words."""
    return listed([findings.titles.get(code, code) for code in result.leads[lead]])


def lead_sentences(findings: Findings, result: CommandResult) -> tuple[str, ...]:
    """Say who could lead in the option's chain, and who is there in no future."""
    where = CHAIN_WORDS[result.own_chain]
    able, never = [], []
    for pair in result.by_chance(result.own_chain):
        there = result.is_there[:, pair]
        who = lead_title(findings, result, result.pairs[pair][1])
        if there.mean() < SELDOM:
            never.append(who)
            continue
        accepts, used = (
            percent(float(np.median(values[there, pair])))
            for values in (result.acceptance_share, result.interoperability_share)
        )
        able.append(f"{who} {percent(float(there.mean()))} ({accepts}, {used})")
    said = []
    if able:
        said.append(
            f"Who could lead {where}, in how many futures, and in brackets how many soldiers then "
            "serve under it and how used the joiners are to it, 100 % being one force: "
            f"{listed(able[:MOST_NAMED])}."
        )
    if never:
        said.append(
            f"In hardly any future can {where} be led by {'; or by '.join(never)}: all who lead "
            "must join, and their headquarters be free."
        )
    return tuple(said)


def there_in(result: CommandResult, chain: str, criterion: str) -> FloatArray:
    """Return a criterion of a chain over the futures in which it has a lead."""
    return result.of_chain(chain, criterion)[result.has_lead(chain)]


def capacity_sentence(result: CommandResult) -> tuple[str, ...]:
    """Say how many of the brigades asked for can be commanded, chain by chain."""
    parts = [
        f"{percent_range(there_in(result, chain, 'capacity_share'))} in {CHAIN_WORDS[chain]}"
        for chain in shown_chains(result)
        if result.has_lead(chain).any()
    ]
    if not parts:
        return ()
    return (
        (
            "Where there is a lead, the brigades that can be commanded are, of those asked for: "
            f"{listed(parts)}."
        ),
    )


def continuity_sentence(result: CommandResult) -> tuple[str, ...]:
    """Say for how long places stay filled, and how often the lead is handed over."""
    duration = float(np.median(result.duration_months))
    parts = []
    for chain in shown_chains(result):
        if not result.has_lead(chain).any():
            continue
        filled = spread(there_in(result, chain, "filled_months")).middle
        handed = spread_of_counts(there_in(result, chain, "handovers_count")).middle
        parts.append(
            f"{filled:.0f} in {CHAIN_WORDS[chain]} with {count_of(handed, 'hand-over')} of the lead"
        )
    if not parts:
        return ()
    return (
        (
            f"Of the {months(duration)} of the mission, with rest between tours, headquarters are "
            f"filled for {listed(parts)}, in the median."
        ),
    )


def speed_sentence(result: CommandResult) -> tuple[str, ...]:
    """Say how soon the highest headquarters is in place in the option's chain."""
    if not result.has_lead(result.own_chain).any():
        return ()
    days = spread(there_in(result, result.own_chain, "notice_days")).middle
    echelon = result.echelons[0]
    return (f"The {echelon} headquarters is in place {count_of(days, 'day')} after the order.",)


def dependence_sentence(result: CommandResult) -> tuple[str, ...]:
    """Say how far the headquarters depend on what the guarantor provides, in whatever chain."""
    place = int(np.argmax(np.median(result.us_share, axis=0)))
    share = result.us_share[:, place]
    if not share.any():
        return ()
    return (
        (
            f"Whatever the chain, the guarantor provides {percent_range(share)} of the command and "
            f"control that a {result.echelons[place]} headquarters works with."
        ),
    )


def closed_sentence(result: CommandResult) -> tuple[str, ...]:
    """Say which chains are closed because the option lacks the guarantor's consent."""
    if (result.blessing > 0).all():
        return ()
    often = float((result.blessing <= 0).mean())
    closed = [
        CHAIN_WORDS[chain]
        for chain, needs in zip(result.chains, result.needs_consent, strict=True)
        if needs
    ]
    if not closed:
        return ()
    when = "In this option" if often == 1 else f"In {percent(often)} of futures"
    return (
        (
            f"{when} the guarantor does not approve, so {listed(closed)} is closed, whoever could "
            "lead in it."
        ),
    )


def acceptance_words(findings: Findings) -> str:
    """Say what makes a nation serve under a lead."""
    about = [row for row in findings.as_set.delegations if row.role == "body" and row.members]
    titles = {row.delegation: row.title for row in about}
    bodies = [
        titles[body]
        for chain, body in BODY_OF_CHAIN.items()
        if chain in findings.command.result.chains and body in titles
    ]
    within = (
        f"; members of one body accept each other's lead in its chain ({', '.join(bodies)})"
        if bodies
        else ""
    )
    least = findings.command.provenance.identity.settings["least_acceptance_share"]
    return (
        f"A nation serves under a lead if its strongest partnership with it is at least {least:g} "
        f"of 1, drawn in each future{within}. Pools of aircraft do not count. Soldiers are those "
        "that each would send; where nobody sends any, all joiners count alike."
    )


def command_drivers(findings: Findings, result: CommandResult) -> tuple[Driver, ...]:
    """Return what decides whether the option's chain fields all: who joins, what is free."""
    if not result.asks:
        return ()
    free = [
        Candidate(
            f"headquarters/{result.every[place].headquarters}/available_prob",
            f"{result.every[place].title} is free",
            result.free[:, place].astype(np.float64),
            is_event=True,
        )
        for place in result.candidates.tolist()
    ]
    joining = joining_events(findings.consent, findings.titles)
    search = DriverSearch([*joining, *free, *findings.inputs_and_backing])
    fields = result.fields(result.own_chain).astype(np.float64)
    moves = f"chance that {CHAIN_WORDS[result.own_chain]} fields all"
    return search.strongest(fields, "fields_prob", moves=moves)


def options_table(findings: Findings, result: CommandResult) -> pl.DataFrame:
    """Return chains and leads with printed names; `way` names the row."""
    titles = {
        name: lead_title(findings, result, lead) for lead, name in enumerate(result.lead_titles)
    }
    table = result.option_table()
    ways = [
        f"{chain}:{lead.replace(';', '+')}" if lead else chain
        for chain, lead in zip(table["chain"], table["lead"], strict=True)
    ]
    printed = [
        f"{CHAIN_WORDS[chain][0].upper()}{CHAIN_WORDS[chain][1:]}"
        + (f" under {titles[lead]}" if lead else "")
        for chain, lead in zip(table["chain"], table["lead"], strict=True)
    ]
    named = table.with_columns(
        pl.Series("title", printed, pl.String), pl.Series("way", ways, pl.String)
    )
    return named.select("title", "way", pl.exclude("title", "way"))


def acceptance_table(findings: Findings, result: CommandResult) -> pl.DataFrame:
    """Return who serves under whom, with the printed names of nation and formation."""
    formations = {row.formation: row.title for row in findings.as_set.partnerships}
    table = result.acceptance_table()
    return table.with_columns(
        title=pl.col("delegation").replace_strict(findings.titles, return_dtype=pl.String),
        formation_title=pl.col("formation").replace_strict(
            formations, default="", return_dtype=pl.String
        ),
    ).select("title", "delegation", pl.exclude("title", "delegation"))


def headline_numbers(result: CommandResult) -> pl.DataFrame:
    """Return the numbers of the headline: what is asked for, and then chain by chain."""
    numbers: dict[str, float | None] = {
        f"{echelon}_needed_count": float(needed)
        for echelon, needed in zip(result.echelons, result.needed_count, strict=True)
    }
    for chain in shown_chains(result) if result.asks else []:
        accepts = there_in(result, chain, "acceptance_share")
        numbers[f"{chain}_fields_prob"] = float(result.fields(chain).mean())
        numbers[f"{chain}_acceptance_share"] = float(np.median(accepts)) if accepts.size else None
    return one_row(**numbers)


def command_evidence(findings: Findings) -> Evidence:
    """Return the rows on headquarters and habits, and those that say who joins with what."""
    scenario, result = findings.as_set, findings.command.result
    kinds = {HQ_OF_ECHELON[echelon] for echelon in result.echelons}
    named = {row.us_dependence for row in scenario.capabilities if row.capability in kinds}
    statement = findings.option.requirement
    more: dict[str, Pick] = {
        "headquarters": every,
        "partnerships": is_habit(scenario, result),
        "delegations": lambda row: row.role in ("contributor", "body"),
        "capabilities": lambda row: row.capability in kinds,
        "requirement": lambda row: row.requirement == statement and row.capability in kinds,
        "units": lambda row: row.capability in kinds,
        "dependence": lambda row: row.indicator == "us_share" and row.scope in named,
    }
    picks = consent_picks(findings) | force_picks(findings, frozenset(["fair shares"]))
    return rests_on(findings, merged(picks, more), engines=(*BEFORE_MONEY, Command.name))


def is_habit(scenario: Scenario, result: CommandResult) -> Pick:
    """Pick the partnerships of contributors with any who may lead."""
    leaders = {code for lead in result.leads for code in lead}
    contributors = set(scenario.of_role("contributor"))

    def counts(row: Partnership) -> bool:
        with_leader = not leaders.isdisjoint({row.partner, *row.framework})
        return row.kind != POOLED and row.delegation in contributors and with_leader

    return counts
