"""How many troops each country should send: fair share, what it can, and what it would."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.reads import force_evidence
from foedus.briefing.sentences import (
    listed,
    middle_and_range,
    percent,
    percent_range,
    persons,
    range_note,
)
from foedus.briefing.strength import (
    FORCE_ASSUMPTIONS,
    FORCE_LIMITS,
    NOTHING_ASKED,
    named,
    one_row,
)
from foedus.engines.forces.engine import ForceResult

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

TOO_MUCH = 1.5
"""A nation whose soldiers, given that it joins, are more than this many times its fair share."""
WORTH_NAMING_PERSONS = 100
SELDOM = 0.1


def answer_contributions(findings: Findings, question: str) -> Answer:
    """Answer what each country should, can and would send."""
    result, option = findings.forces, findings.option
    table = contribution_table(findings)
    lead = table.row(0, named=True)
    evidence = force_evidence(findings, beside=frozenset(["other lines", "fair shares"]))
    place = result.codes.index(lead["delegation"])
    joined = int(joins_of(findings).get(lead["delegation"], np.zeros(0)).sum())
    note = range_note(joined, "the draws in which the nation joins")
    has_range = joined > 1 and findings.asked_groups.any()
    return Answer(
        id="contributions",
        question=question,
        kind="table",
        headline=contributions_headline(findings, lead),
        value=lead,
        unit=f"{people(findings)} if it joins",
        low=lead["sent_persons_low"] if has_range else None,
        high=lead["sent_persons_high"] if has_range else None,
        interval_note=note if findings.asked_groups.any() else NOTHING_ASKED,
        more=contribution_sentences(findings, table),
        drivers=findings.drivers.strongest(
            sent_persons(findings)[:, place],
            "sent_persons",
            moves=f"sent by {lead['title']}, whether it joins or not",
        ),
        assumes=(
            (
                f"Fair shares are {key_words(findings.settings['share_key'])} among all "
                "contributors; the requirement is shared out by priority, and within a priority to "
                "those furthest below their share first."
            ),
            "The guarantor's and pooled units are used last.",
            f"The option is '{option.option}'; headquarters are counted apart.",
            *FORCE_ASSUMPTIONS[:1],
            *evidence.remarks,
        ),
        cannot_say=(
            "What a nation would trade its soldiers for: money, hosting and lift are burdens too.",
            *FORCE_LIMITS[1:],
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "contributions": table,
            "contributions_by_capability": by_capability(findings),
            "headquarters": headquarters_table(findings),
            "headline_numbers": one_row(
                asked_persons=findings.asked_persons, draws_joined_count=float(joined)
            ),
        },
        run=findings.headline.forces.run_id,
    )


def key_words(key: str) -> str:
    """Say by what fair shares are measured.

    >>> key_words("mix"), key_words("gdp")
    ("half by 'gdp' and half by 'population'", "by 'gdp'")
    """
    return "half by 'gdp' and half by 'population'" if key == "mix" else f"by '{key}'"


def people(findings: Findings) -> str:
    """Return whom contributions count."""
    return "soldiers on land" if findings.asks_land else "people in the air and at sea"


def sent_persons(findings: Findings, result: ForceResult | None = None) -> FloatArray:
    """Return the people each sends of what is counted, shape (draw, nation)."""
    sent = (result or findings.forces).sent_persons[:, :, findings.counted_groups]
    total: FloatArray = sent.sum(axis=2)
    return total


def can_persons(findings: Findings, result: ForceResult) -> FloatArray:
    """Return the people each could keep in place under its ceiling, shape (draw, nation)."""
    can: FloatArray = result.standing_persons[:, :, findings.counted_groups].sum(axis=2)
    return np.minimum(can, result.ceiling_persons) if findings.asks_land else can


def joins_of(findings: Findings) -> dict[str, BoolArray]:
    """Return in which draws each contributor joins, by code."""
    consent = findings.consent
    return dict(zip(consent.codes, consent.joins.T, strict=True))


def contributions_headline(findings: Findings, lead: dict[str, Any]) -> str:
    """Say who would carry most."""
    if not findings.asked_groups.any():
        return "No unit is asked for on land, in the air or at sea, so nobody has to send any."
    if lead["expected_persons"] < 1:
        return f"In no future drawn does a contributor send {people(findings)}."
    spread = (
        f" (90 %: {persons(lead['sent_persons_low'])} to {persons(lead['sent_persons_high'])})"
        if lead["sent_persons_low"] < lead["sent_persons_high"]
        else ""
    )
    return (
        f"{lead['title']} would carry most, {persons(lead['expected_persons'])} {people(findings)} "
        f"on average over all futures: {persons(lead['sent_persons'])}{spread} if it joins, which "
        f"it does with probability {percent(lead['join_prob'])}, against a fair share of "
        f"{persons(lead['fair_persons'])}."
    )


def contribution_table(findings: Findings) -> pl.DataFrame:
    """Return a row a contributor: chance, fair share, can, would; largest expected part first.

    `sent_persons` is the median over the draws in which the nation joins, null if there are none;
    `expected_persons` is the mean over all draws. `fair_persons` is the nation's fair share of the
    whole requirement, whoever joins. People on land are counted, or those in the air and at sea
    where no land force is asked for.
    """
    result, everyone, consent = findings.forces, findings.everyone.result, findings.consent
    chance = dict(zip(consent.codes, consent.join_chance.mean(axis=0), strict=True))
    joins = joins_of(findings)
    can = np.median(can_persons(findings, everyone), axis=0)
    sent = sent_persons(findings)
    rows = []
    for i, code in enumerate(result.codes):
        if result.roles[i] != "contributor":
            continue
        given = sent[joins[code], i] if code in joins else sent[:0, i]
        middle, low, high = middle_and_range(given) if given.size else (None, None, None)
        fair = float(result.key_share[i]) * findings.asked_persons
        rows.append(
            {
                "title": findings.titles[code],
                "delegation": code,
                "join_prob": float(chance.get(code, 0.0)),
                "fair_share": float(result.key_share[i]),
                "fair_persons": fair,
                "can_persons": float(can[everyone.codes.index(code)]),
                "sent_persons": middle,
                "sent_persons_low": low,
                "sent_persons_high": high,
                "expected_persons": float(sent[:, i].mean()),
                "burden_ratio": middle / fair if middle is not None and fair > 0 else None,
            }
        )
    numbers = [name for name in rows[0] if name not in ("title", "delegation")]
    schema = {"title": pl.String, "delegation": pl.String, **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, schema=schema).sort(
        ["expected_persons", "delegation"], descending=[True, False]
    )


def contribution_sentences(findings: Findings, table: pl.DataFrame) -> tuple[str, ...]:
    """Say how much is filled, who carries too much, and whose fair share is missing."""
    if not findings.asked_groups.any():
        return ()
    required = findings.forces.required_persons[:, findings.asked_groups].sum(axis=1)
    total = sent_persons(findings).sum(axis=1)
    filled = np.divide(total, required, out=np.ones_like(total), where=required > 0)
    where = "on land" if findings.asks_land else "in the air and at sea"
    balanced = ", balanced or not" if findings.asks_land else ""
    return (
        (
            f"The requirement {where} is filled to {percent_range(filled)}{balanced}, units of "
            "pools and of the guarantor included."
        ),
        *heavy_sentence(table),
        *missing_sentence(table),
    )


def heavy_sentence(table: pl.DataFrame) -> tuple[str, ...]:
    """Say who carries far more than a fair share."""
    heavy = table.filter(
        (pl.col("burden_ratio") > TOO_MUCH)
        & (pl.col("sent_persons") >= WORTH_NAMING_PERSONS)
        & (pl.col("join_prob") > SELDOM)
    ).sort(["burden_ratio", "delegation"], descending=[True, False])
    names = [
        f"{row['title']} ({row['burden_ratio']:.1f} times)"
        for row in heavy.head(4).iter_rows(named=True)
    ]
    if not names:
        return ()
    if len(names) == 1:
        return (f"If it joins, {names[0]} carries far more than a fair share.",)
    return (f"If they join, {listed(names)} carry far more than a fair share.",)


def missing_sentence(table: pl.DataFrame) -> tuple[str, ...]:
    """Say who is furthest below a fair share, on average over all futures."""
    missing = (
        table.with_columns(gap=pl.col("fair_persons") - pl.col("expected_persons"))
        .filter(pl.col("gap") >= WORTH_NAMING_PERSONS)
        .sort(["gap", "delegation"], descending=[True, False])
    )
    gaps = [
        f"{row['title']} ({persons(row['fair_persons'])} fair, {persons(row['expected_persons'])} "
        "expected)"
        for row in missing.head(3).iter_rows(named=True)
    ]
    if not gaps:
        return ()
    return (f"Furthest below a fair share, over all futures: {listed(gaps)}.",)


def by_capability(findings: Findings) -> pl.DataFrame:
    """Return what each nation sends of each capability in the draws in which it sends anything."""
    result = findings.forces
    rows = [row for i in range(len(result.codes)) for row in capability_rows(findings, i)]
    schema = {
        "delegation": pl.String,
        "nation": pl.String,
        "capability": pl.String,
        **dict.fromkeys(
            ["sent_persons", "sent_persons_low", "sent_persons_high", "expected_persons"],
            pl.Float64,
        ),
        "rows": pl.String,
    }
    table = pl.DataFrame(rows, schema=schema)
    return named(table, findings).rename({"title": "capability_title"})


def capability_rows(findings: Findings, place: int) -> list[dict[str, Any]]:
    """Return what one nation sends, a row a group of which it ever sends at least one."""
    result = findings.forces
    code, sent = result.codes[place], result.sent_persons[:, place, :]
    gives = sent.sum(axis=1) > 0
    if not gives.any():
        return []
    low, middle, high = np.quantile(sent[gives], [0.05, 0.5, 0.95], axis=0)
    mean = sent.mean(axis=0)
    return [
        {
            "delegation": code,
            "nation": findings.titles[code],
            "capability": result.groups.names[group],
            "sent_persons": float(middle[group]),
            "sent_persons_low": float(low[group]),
            "sent_persons_high": float(high[group]),
            "expected_persons": float(mean[group]),
            "rows": "; ".join(unit_rows(findings, code, result.groups.names[group])),
        }
        for group in np.flatnonzero(high >= 1)
    ]


def unit_rows(findings: Findings, code: str, group: str) -> list[str]:
    """Return the addresses of the units that a nation's part of a group comes from."""
    members = {
        row.capability
        for row in findings.scenario.capabilities
        if group == (row.substitution_group or row.capability)
    }
    return sorted(
        f"units/{row.key}"
        for row in findings.scenario.units
        if row.delegation == code and row.capability in members
    )


def headquarters_table(findings: Findings) -> pl.DataFrame:
    """Return which headquarters the option needs and how often enough of them stand."""
    result = findings.forces
    rows = [
        {
            "title": findings.titles[name],
            "capability": name,
            "needed_count": float(np.median(result.hq_needed_count[:, i])),
            "sent_count": float(np.median(result.hq_sent_count[:, i])),
            "enough_prob": float(
                (result.hq_sent_count[:, i] >= result.hq_needed_count[:, i]).mean()
            ),
        }
        for i, name in enumerate(result.headquarters)
        if result.hq_needed_count[:, i].max() > 0
    ]
    schema = {
        "title": pl.String,
        "capability": pl.String,
        "needed_count": pl.Float64,
        "sent_count": pl.Float64,
        "enough_prob": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)
