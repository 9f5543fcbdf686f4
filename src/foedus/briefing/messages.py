"""Whether the force says what it should: to the host, to the guarantor, to the adversary.

Three measured quantities, side by side and never combined.
"""

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.evidence import Evidence, Pick
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import (
    CANNOT_SAY,
    assumptions,
    both,
    guarantee_picks,
    in_words,
    mean,
    mission_words,
)
from foedus.briefing.options import own_share
from foedus.briefing.reads import (
    ALL_BESIDE,
    BEFORE_MONEY,
    force_picks,
    merged,
    rests_on,
    spending_picks,
)
from foedus.briefing.sentences import listed, percent, usd_bn
from foedus.briefing.strength import one_row
from foedus.engines import Guarantee, Spending
from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.inputs import SITUATIONS, WITH, WITHOUT
from foedus.engines.forces.engine import ForceResult
from foedus.engines.spending.engine import STATED, SpendingResult

ISSUE: Final = "spending"
"""The issue on which the guarantor says what share of GDP it wants to be spent on defence."""
PERCENT: Final = 100.0
NO_MONEY: Final = (
    "What contributors pay and spend is not told: a table or row on money is missing, so of the "
    "message to the guarantor only people and services are measured."
)


class Effort(NamedTuple):
    """What the contributors do themselves, so that the guarantor can see it; None if not known."""

    own_share: float | None
    """Of the people sent."""
    own_enablers_share: float | None
    """Of the people sent in enablers."""
    own_services_share: float | None
    """Of the services supplied, on average."""
    own_cost_share: float | None
    """Of what the force costs."""
    today_share: float | None
    """Of GDP, spent on defence today."""
    asked_share: float | None
    """Of GDP, asked for."""
    missing_usd_bn: float | None
    """What is missing to that, a year."""


def answer_messages(findings: Findings, question: str) -> Answer:
    """Answer what the force can be measured to say to each of three who listen."""
    result = findings.guarantee.result
    money = findings.spending_if_any
    effort = effort_of(findings, money)
    table = messages_table(findings, effort)
    evidence = messages_evidence(findings, with_money=money is not None)
    return Answer(
        id="messages",
        question=question,
        kind="table",
        headline=messages_headline(findings, effort),
        value=table.row(0, named=True),
        unit="three measured quantities, side by side",
        interval_note="No range: chances are over all futures drawn, other numbers are medians.",
        more=(
            host_sentence(findings),
            guarantor_sentence(findings, effort, money),
            *(() if money else (NO_MONEY,)),
            adversary_sentence(findings),
        ),
        drivers=findings.guarantee_drivers.strongest(
            result.of("fight_given_violation_prob"),
            "fight_given_violation_prob",
            moves="chance that somebody fights beside the host",
        ),
        assumes=(
            *assumptions(result),
            (
                "The guarantor is taken to look at what others do themselves: people, enablers, "
                "services and money of the force, and what they spend on defence. Parts are of "
                "what is sent, supplied and paid, not of what is asked for."
            ),
            *evidence.remarks,
        ),
        cannot_say=(
            "Whether those who are spoken to listen, or believe what they hear.",
            "What the three are worth against each other: they are never added up.",
            *CANNOT_SAY,
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "messages": table,
            "headline_numbers": one_row(
                fight_given_violation_prob=mean(result, "fight_given_violation_prob"),
                **both(result)._asdict(),
                **effort._asdict(),
            ),
        },
        run=findings.guarantee.run_id,
    )


def messages_evidence(findings: Findings, *, with_money: bool) -> Evidence:
    """Return the rows on the game, on all that is sent and supplied, and on money where it counts.

    What the guarantor asks for is among those on money.
    """
    picks = merged(guarantee_picks(findings), force_picks(findings, ALL_BESIDE))
    engines = (*BEFORE_MONEY, Guarantee.name)
    if not with_money:
        return rests_on(findings, picks, engines=engines)
    guarantors = findings.as_set.of_role("guarantor")
    more: dict[str, Pick] = {
        **spending_picks(findings),
        "positions": lambda row: row.issue == ISSUE and row.delegation in guarantors,
    }
    return rests_on(findings, merged(picks, more), engines=(*engines, Spending.name))


def effort_of(findings: Findings, money: SpendingResult | None) -> Effort:
    """Return what the contributors do themselves."""
    forces = findings.forces
    people = (own_share(forces), enablers_share(findings), services_share(forces))
    if money is None:
        return Effort(*people, None, None, None, None)
    who, asked = money.contributes, asked_share(findings)
    gdp = money.gdp_usd_bn[:, who]
    spent = (money.today_share[:, who] * gdp).sum(axis=1) / gdp.sum(axis=1)
    missing = np.maximum(asked - money.today_share[:, who], 0.0)
    total = money.force_usd_bn.sum(axis=1)
    paid = total > 0
    part = money.force_usd_bn[:, who].sum(axis=1)[paid] / total[paid]
    return Effort(
        *people,
        float(np.median(part)) if paid.any() else None,
        float(np.median(spent)),
        asked,
        float(np.median((missing * money.gdp_by_year[:, who, money.seen]).sum(axis=1))),
    )


def enablers_share(findings: Findings) -> float | None:
    """Return which share of the people sent in enablers is not the guarantor's; None if none is."""
    enablers = {
        row.substitution_group or row.capability
        for row in findings.as_set.capabilities
        if row.is_enabler
    }
    forces = findings.forces
    sent = forces.sent_persons[:, :, [name in enablers for name in forces.groups.names]]
    own = [role != "guarantor" for role in forces.roles]
    return median_share(sent[:, own].sum(axis=(1, 2)), sent.sum(axis=(1, 2)))


def services_share(forces: ForceResult) -> float | None:
    """Return which share of the services supplied is not the guarantor's; None if none is."""
    needed = forces.service_need_share > 0
    return median_share(
        forces.service_alone_share[:, needed].sum(axis=1),
        forces.service_fill_share[:, needed].sum(axis=1),
    )


def median_share(part: FloatArray, whole: FloatArray) -> float | None:
    """Return the median of a part of a whole, over the draws in which there is any."""
    there = whole > 0
    return float(np.median(part[there] / whole[there])) if there.any() else None


def asked_share(findings: Findings) -> float:
    """Return the share of GDP that the guarantor asks for; the highest stated if it names none."""
    guarantors = findings.as_set.of_role("guarantor")
    wanted = [
        row.position_value
        for row in findings.as_set.positions
        if row.issue == ISSUE and row.delegation in guarantors and row.principal == row.delegation
    ]
    return wanted[0] / PERCENT if wanted else max(STATED)


def messages_headline(findings: Findings, effort: Effort) -> str:
    """Say the three quantities one after another."""
    result = findings.guarantee.result
    fights = percent(mean(result, "fight_given_violation_prob"))
    return (
        f"To the host: somebody fights beside it with a chance of {fights} if the ceasefire is "
        f"violated; to the guarantor: {effort_words(effort, asked_words(findings))}; to the "
        f"adversary: it is "
        f"{both(result).words}."
    )


def effort_words(effort: Effort, asked_is: str) -> str:
    """Say what the contributors do themselves, as a clause."""
    shares = [
        (effort.own_share, "of the force"),
        (effort.own_enablers_share, "of its enablers"),
        (effort.own_cost_share, "of its cost"),
    ]
    carried = [f"{percent(share)} {what}" for share, what in shares if share is not None]
    parts = [f"contributors carry {listed(carried)}" if carried else "contributors send nobody"]
    if effort.today_share is not None and effort.asked_share is not None:
        today, asked = of_gdp(effort.today_share), of_gdp(effort.asked_share)
        parts.append(f"spend {today} of GDP on defence, {asked} being {asked_is}")
    return ", and ".join(parts)


def host_sentence(findings: Findings) -> str:
    """Say how the chance to be fought for changes without the guarantor, and what it leads to."""
    result = findings.guarantee.result
    with_it, alone = (
        mean(result, "fight_given_violation_prob", situation) for situation in (WITH, WITHOUT)
    )
    return (
        f"To the host: a force that is to {mission_words(result)} fights beside it with a chance "
        f"of {percent(with_it)} if the ceasefire is violated, without the guarantor with "
        f"{percent(alone)}; direct war follows with "
        f"{percent(mean(result, 'war_given_violation_prob'))} and "
        f"{percent(mean(result, 'war_given_violation_prob', WITHOUT))}."
    )


def guarantor_sentence(findings: Findings, effort: Effort, money: SpendingResult | None) -> str:
    """Say which services are the contributors' own, and how far it is to the spending asked."""
    services = (
        "no service is supplied"
        if effort.own_services_share is None
        else f"{percent(effort.own_services_share)} of the services supplied are not its own"
    )
    said = f"To the guarantor: {services}"
    if money is None or effort.missing_usd_bn is None or effort.asked_share is None:
        return f"{said}."
    return (
        f"{said}; from what contributors spend today to {of_gdp(effort.asked_share)} of GDP, which "
        f"is {asked_words(findings)}, {usd_bn(effort.missing_usd_bn)} US dollars a year are "
        f"missing in {money.target_year}."
    )


def of_gdp(share: float) -> str:
    """Print a share of GDP with two figures.

    >>> of_gdp(0.01934), of_gdp(0.05)
    ('1.9 %', '5 %')
    """
    return f"{PERCENT * share:.2g} %"


def asked_words(findings: Findings) -> str:
    """Say what the share of GDP is that spending is held against."""
    return "asked" if asks_spending(findings) else "the highest share looked at"


def asks_spending(findings: Findings) -> bool:
    """Tell whether the guarantor names a share of GDP."""
    guarantors = findings.as_set.of_role("guarantor")
    return any(
        row.issue == ISSUE and row.delegation in guarantors for row in findings.as_set.positions
    )


def adversary_sentence(findings: Findings) -> str:
    """Say how it stands with deterrence and war, with the guarantor and without."""
    result = findings.guarantee.result
    two, alone = both(result), both(result, WITHOUT)
    return f"To the adversary: it is {two.words}; without the guarantor {alone.words}."


def messages_table(findings: Findings, effort: Effort) -> pl.DataFrame:
    """Return the three quantities with the guarantor, and what is known of them without."""
    result = findings.guarantee.result
    efforts = (effort._asdict(), dict.fromkeys(Effort._fields))
    rows = [
        {
            "guarantor": name,
            "fight_given_violation_prob": mean(result, "fight_given_violation_prob", situation),
            **efforts[situation],
            **both(result, situation)._asdict(),
        }
        for situation, name in enumerate(SITUATIONS)
    ]
    numbers = {name: pl.Float64 for name in rows[0] if name != "guarantor"}
    return in_words(pl.DataFrame(rows, schema={"guarantor": pl.String, **numbers}))
