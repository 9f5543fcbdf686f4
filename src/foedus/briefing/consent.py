"""Would voters and parliaments carry it: who joins, at which level, and on what it hangs."""

from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.reads import weighed_evidence
from foedus.briefing.sentences import (
    count_of,
    listed,
    percent,
    persons,
    range_note,
    spread_of_counts,
)
from foedus.briefing.strength import one_row
from foedus.chain import changed
from foedus.engines import Consent
from foedus.runs import run_request
from foedus.scenario.consent import Condition
from foedus.scenario.options import Option
from foedus.scenario.scenario import Scenario

LOCATION_WORDS = {
    "air_sea": "in the air and at sea",
    "reserve": "in a reserve on allied territory",
    "rear": "behind the line",
    "line": "on the line",
}
MISSION_WORDS = {
    "observe": "observe and report",
    "self_defence": "defend itself",
    "fight_back": "fight back beside the host",
}
MANDATE_WORDS = {
    "none": "with no legal basis named",
    "invitation": "at the host's invitation",
    "eu": "with a mandate of the EU",
    "un": "with a mandate of the UN",
}
NATO_COMMAND: Final[Condition] = "nato_command"
MOST_WEIGHED = 8
"""Delegations whose joining is weighed: those that bring the most."""


def answer_consent(findings: Findings, question: str) -> Answer:
    """Answer how many would join, and who."""
    result = findings.consent
    joins = result.outcomes()["joiners_count"]
    middle, low, high = spread_of_counts(joins)
    unlocks = unlock_table(findings)
    weights = weight_table(findings)
    evidence = weighed_evidence(findings)
    return Answer(
        id="consent",
        question=question,
        kind="number",
        headline=consent_headline(findings),
        value=middle,
        unit="delegations",
        low=low,
        high=high,
        interval_note=f"{range_note(joins.size)} A range of P(join) is over the assumptions.",
        more=(
            backing_sentence(findings),
            *public_sentence(findings),
            waiting_sentence(findings),
            *unlock_sentence(unlocks),
            *weight_sentence(weights),
        ),
        drivers=findings.consent_drivers.strongest(joins, "joiners_count", moves="how many join"),
        assumes=(*assumptions(findings), *evidence.remarks),
        cannot_say=(
            "What a government would do under a crisis that changes minds overnight.",
            "Votes inside a coalition or a second chamber; only seats for and against are counted.",
            "How far a poll's wording, and not opinion, made its number.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "consent": consent_table(findings),
            "unlocks": unlocks,
            "weights": weights,
            "coalition": result.tables()["coalition"],
            "headline_numbers": one_row(contributors_count=float(contributors_count(findings))),
        },
        run=findings.headline.consent.run_id,
    )


def contributors_count(findings: Findings) -> int:
    """Return how many contributors there are, those without a known stance included."""
    return len(findings.scenario.of_role("contributor"))


def consent_headline(findings: Findings) -> str:
    """Say how many join, and who more likely than not."""
    middle, low, high = spread_of_counts(findings.consent.outcomes()["joiners_count"])
    likely = [
        findings.titles[row["delegation"]]
        for row in findings.consent.tables()["consent"].iter_rows(named=True)
        if row["join_prob"] > 0.5
    ]
    span = "" if low is None or high is None else f" (90 %: {low:.0f} to {high:.0f})"
    of_all = count_of(contributors_count(findings), "contributor")
    who = f"more likely than not: {listed(likely)}" if likely else "none is more likely than not to"
    where = LOCATION_WORDS[findings.option.location]
    return f"{middle:.0f} of {of_all}{span} would join {where}; {who}."


def assumptions(findings: Findings) -> tuple[str, ...]:
    """Say what the option asks of those who join, and how their will is found."""
    option = findings.option
    return (
        (
            f"The force is to {MISSION_WORDS[option.mission]}, {LOCATION_WORDS[option.location]}, "
            f"{MANDATE_WORDS[option.legal_mandate]}, decided on {option.decision_date}."
        ),
        (
            f"The guarantor stands behind it with probability {percent(option.us_backing_prob)}: a "
            "lever of the option, not a forecast."
        ),
        (
            "Willingness lies around the stated score with the error of its confidence, and drifts "
            "until the decision; every cut-point and error is assumed."
        ),
        (
            "Where one delegation is weighed, in or out, the others stay as they are, even those "
            "who wait for it."
        ),
        *elections_before(findings),
    )


def elections_before(findings: Findings) -> tuple[str, ...]:
    """Say where an election lies before the decision, and no other government is played."""
    scenario, option = findings.as_set, findings.option
    played = {principal.delegation for principal in scenario.principals}
    voting = sorted(
        findings.titles[row.delegation]
        for row in scenario.approvals
        if row.next_election is not None
        and scenario.about.date < row.next_election <= option.decision_date
        and row.delegation not in played
    )
    if not voting:
        return ()
    return (
        f"{listed(list(dict.fromkeys(voting)))} vote before the decision; the government in office "
        "is taken to speak for them all the same."
        if len(voting) > 1
        else f"{voting[0]} votes before the decision; the government in office is taken to speak "
        "for it all the same.",
    )


def consent_table(findings: Findings) -> pl.DataFrame:
    """Return chances by delegation, with names."""
    return (
        findings.consent.tables()["consent"]
        .with_columns(
            title=pl.col("delegation").replace_strict(findings.titles, return_dtype=pl.String)
        )
        .select("title", pl.exclude("title"))
    )


def backing_sentence(findings: Findings) -> str:
    """Say how many would join with and without the guarantor's backing."""
    result = findings.consent
    backed, unbacked = (
        reach[:, :, result.option_level].mean(axis=0)
        for reach in (result.reach_backed, result.reach_unbacked)
    )
    most = int(np.argmax(backed - unbacked))
    if backed[most] - unbacked[most] < 0.005:
        return f"With or without the guarantor's backing, {backed.sum():.1f} join on average."
    return (
        f"With the guarantor's backing {backed.sum():.1f} join on average, without it "
        f"{unbacked.sum():.1f}; it matters most to {findings.titles[result.codes[most]]} "
        f"({percent(backed[most])} against {percent(unbacked[most])})."
    )


def public_sentence(findings: Findings) -> tuple[str, ...]:
    """Say on how many polls the publics rest, and where the public is against."""
    result = findings.consent
    if not result.poll_count:
        return (f"No poll on the topic '{result.topic}' is known: publics are drawn around even.",)
    polled = int(result.polled.sum())
    against = [
        findings.titles[code]
        for code, margin, asked in zip(
            result.codes, result.margin.mean(axis=0), result.polled, strict=True
        )
        if asked and margin < 0
    ]
    rest = len(result.codes) - polled
    others = (
        f"; the other {rest} {'takes' if rest == 1 else 'take'} the topic's mean with a wide error"
        if rest
        else ""
    )
    opposed = f"; polled and against: {listed(against)}" if against else ""
    return (
        (
            f"Public opinion rests on {count_of(result.poll_count, 'result')} of polls in "
            f"{count_of(polled, 'country', 'countries')} (topic '{result.topic}'){others}{opposed}."
        ),
    )


def waiting_sentence(findings: Findings) -> str:
    """Say how much waiting for others matters: least and greatest coalition."""
    found = findings.consent.outcomes()
    least = float(found["joiners_count"].mean())
    greatest = float(found["joiners_greatest_count"].mean())
    if greatest - least < 0.05:
        return (
            "Waiting for partners hardly matters: about as many join whether those who wait move "
            "last or trust each other."
        )
    return (
        f"If those who wait for partners move last, {least:.1f} join on average (the least "
        f"coalition that holds); if they trust each other, {greatest:.1f} (the greatest)."
    )


def what_ifs(scenario: Scenario, option: Option) -> list[tuple[str, str, object]]:
    """Return the conditions that the option does not meet yet: in words, field and value.

    A chain of command matters only to who names it, so it is left out where nobody does.
    """
    named = {word for row in scenario.stances for word in row.conditions}
    wishes: list[tuple[str, str, object]] = [
        ("the guarantor's backing is certain", "us_backing_prob", 1.0),
        ("the guarantor blesses the force", "us_blessing", 1),
        ("there is a UN mandate", "legal_mandate", "un"),
        ("it stands in NATO's chain of command", "command", "nato"),
        ("it only observes", "mission", "observe"),
        ("it stands in a reserve outside", "location", "reserve"),
    ]
    return [
        wish
        for wish in wishes
        if getattr(option, wish[1]) != wish[2] and (wish[1] != "command" or NATO_COMMAND in named)
    ]


def unlock_table(findings: Findings) -> pl.DataFrame:
    """Return what meeting each single condition would add, most first; others left as they are."""
    base = findings.small_coalition.result
    rows = []
    for words, field, value in what_ifs(findings.as_set, findings.option):
        cell = f"options/{findings.option.option}/{field}"
        request = changed(findings.scenario, findings.less_deep, {cell: value})
        result = run_request(findings.scenario, Consent(), request).result
        gain = result.join_chance.mean(axis=0) - base.join_chance.mean(axis=0)
        share = result.outcomes().get("joiners_gdp_share")
        before = base.outcomes().get("joiners_gdp_share")
        most = int(np.argmax(gain))
        rows.append(
            {
                "condition": words,
                "cell": f"{cell}={value}",
                "added_joiners_count": float(gain.sum()),
                "added_gdp_share": None
                if share is None or before is None
                else float(share.mean() - before.mean()),
                "gains_most": findings.titles[result.codes[most]] if gain[most] > 0.01 else "",
                "gains_most_prob": float(gain[most]),
            }
        )
    schema = {
        "condition": pl.String,
        "cell": pl.String,
        "added_joiners_count": pl.Float64,
        "added_gdp_share": pl.Float64,
        "gains_most": pl.String,
        "gains_most_prob": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema).sort(
        ["added_joiners_count", "condition"], descending=[True, False]
    )


def unlock_sentence(unlocks: pl.DataFrame) -> tuple[str, ...]:
    """Say which single condition unlocks most."""
    if unlocks.is_empty() or unlocks["added_joiners_count"][0] < 0.1:
        return ()
    best = unlocks.row(0, named=True)
    more = f"{best['added_joiners_count']:.1f} more join on average"
    return (f"The single change that unlocks most: if {best['condition']}, {more}.",)


_WEIGHED: Final[WeakKeyDictionary[Findings, pl.DataFrame]] = WeakKeyDictionary()


def weight_table(findings: Findings) -> pl.DataFrame:
    """Return how the force changes when one delegation is in, or out, in every draw.

    Two answers print it; it is made once for them.
    """
    made = _WEIGHED.get(findings)
    if made is None:
        made = _WEIGHED[findings] = weigh(findings)
    return made


def weigh(findings: Findings) -> pl.DataFrame:
    """Make that table."""
    sent = findings.everyone.result.sent_land_persons.mean(axis=0) * findings.asks_land
    codes = findings.everyone.result.codes
    chance = dict(
        zip(findings.consent.codes, findings.consent.join_chance.mean(axis=0), strict=True)
    )
    candidates = [i for i in np.argsort(-sent, kind="stable") if codes[i] in chance and sent[i] > 0]
    rows = []
    for i in candidates[:MOST_WEIGHED]:
        inside, outside = (
            findings.force_with(codes[i], level)
            for level in (max(findings.consent.option_level, 4), 0)
        )
        force = [float(f.standing_balanced_persons.mean()) for f in (inside, outside)]
        full = [float((f.balanced_share[:, -1] >= 1).mean()) for f in (inside, outside)]
        rows.append(
            {
                "title": findings.titles[codes[i]],
                "delegation": codes[i],
                "join_prob": float(chance[codes[i]]),
                "balanced_in_persons": force[0],
                "balanced_out_persons": force[1],
                "added_persons": force[0] - force[1],
                "full_in_prob": full[0],
                "full_out_prob": full[1],
            }
        )
    schema = {
        "title": pl.String,
        "delegation": pl.String,
        **dict.fromkeys(
            [
                "join_prob",
                "balanced_in_persons",
                "balanced_out_persons",
                "added_persons",
                "full_in_prob",
                "full_out_prob",
            ],
            pl.Float64,
        ),
    }
    return pl.DataFrame(rows, schema=schema).sort(
        ["added_persons", "delegation"], descending=[True, False]
    )


def weight_sentence(weights: pl.DataFrame) -> tuple[str, ...]:
    """Say whose consent matters most to the force, of those that are weighed."""
    if len(weights) < 2 or weights["added_persons"][0] < 1:
        return ()
    best = weights.row(0, named=True)
    inside, outside = (persons(best[f"balanced_{way}_persons"]) for way in ("in", "out"))
    full = (
        "; the whole requirement is met in balance with probability "
        f"{percent(best['full_in_prob'])} against {percent(best['full_out_prob'])}"
        if best["full_in_prob"] >= 0.005
        else ""
    )
    return (
        (
            f"Of the {len(weights)} that could send most, the one whose consent matters most to "
            f"the force is {best['title']}: if it joins, {inside} soldiers stand in balance on "
            f"average, if it does not, {outside}{full}."
        ),
    )
