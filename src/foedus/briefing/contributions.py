"""How many troops each country should send: fair share, what it can, and what it would."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import listed, percent, persons
from foedus.briefing.strength import FORCE_ASSUMPTIONS, FORCE_LIMITS, force_evidence, named
from foedus.engines.forces.engine import ForceResult

FloatArray = NDArray[np.float64]

TOO_MUCH = 1.5
"""A nation whose soldiers, given that it joins, are more than this many times its fair share."""


def answer_contributions(findings: Findings) -> Answer:
    """Answer what each country should, can and would send."""
    result, option = findings.forces, findings.option
    table = contribution_table(findings)
    evidence = force_evidence(findings)
    lead = table.row(0, named=True)
    if lead["expected_persons"] >= 1:
        headline = (
            f"{lead['title']} would carry most: {persons(lead['sent_persons'])} soldiers if it joins "
            f"({persons(lead['sent_persons_low'])} to {persons(lead['sent_persons_high'])}), against a "
            f"fair share of {persons(lead['fair_persons'])}; it joins with probability "
            f"{percent(lead['join_prob'])}."
        )
    elif findings.asked_persons > 0:
        headline = "Nobody would send soldiers on land under this option."
    else:
        headline = air_and_sea_headline(findings)
    expected = result.sent_land_persons.sum(axis=1)
    place = result.codes.index(lead["delegation"])
    return Answer(
        id="contributions",
        question="How many troops should each country send?",
        kind="table",
        headline=headline,
        value=lead,
        unit="soldiers on land if it joins",
        low=lead["sent_persons_low"],
        high=lead["sent_persons_high"],
        interval_note="5 % and 95 % points over the draws in which the nation joins.",
        more=contribution_sentences(findings, table, expected),
        drivers=findings.drivers.strongest(result.sent_land_persons[:, place], "sent_persons"),
        assumes=(
            f"Fair shares follow the key '{findings.headline.forces.provenance.identity.settings['share_key']}' "
            "among all contributors; the requirement is shared out by priority, and within a priority "
            "to those furthest below their share first.",
            "The guarantor's and pooled units are used last.",
            f"The option '{option.option}' as it stands; headquarters are counted apart.",
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
        },
        run=findings.headline.forces.run_id,
    )


def air_and_sea_headline(findings: Findings) -> str:
    """Say who would carry most where no land force is asked for."""
    result = findings.forces
    sent = result.sent_persons.sum(axis=2).mean(axis=0)
    order = np.argsort(-sent, kind="stable")[:3]
    named_ = [
        f"{findings.titles[result.codes[i]]} ({persons(float(sent[i]))})"
        for i in order
        if sent[i] > 0
    ]
    return (
        "No land force is asked for; in the air and at sea most would come from "
        f"{listed(named_)}, in people on average."
    )


def can_persons(result: ForceResult) -> FloatArray:
    """Return the soldiers on land each could keep in place under its ceiling, shape (draw, nation)."""
    land = result.standing_persons[:, :, result.groups.on_land].sum(axis=2)
    can: FloatArray = np.minimum(land, result.ceiling_persons)
    return can


def contribution_table(findings: Findings) -> pl.DataFrame:
    """Return a row a contributor: chance, fair share, can, would; largest expected part first.

    `sent_persons` is the median over the draws in which the nation joins, `expected_persons` the mean
    over all. `fair_persons` is the nation's fair share of the whole requirement on land, whoever joins.
    """
    result, everyone, consent = findings.forces, findings.everyone.result, findings.consent
    chance = dict(zip(consent.codes, consent.join_chance.mean(axis=0), strict=True))
    joins = dict(zip(consent.codes, consent.joins.T, strict=True))
    can = np.median(can_persons(everyone), axis=0)
    sent = result.sent_land_persons
    asked = findings.asked_persons
    rows = []
    for i, code in enumerate(result.codes):
        if result.roles[i] != "contributor":
            continue
        joined = joins.get(code, np.zeros(sent.shape[0], dtype=np.bool_))
        given = sent[joined, i] if joined.any() else np.zeros(1)
        low, middle, high = np.quantile(given, [0.05, 0.5, 0.95])
        fair = float(result.key_share[i]) * asked
        rows.append(
            {
                "title": findings.titles[code],
                "delegation": code,
                "join_prob": float(chance.get(code, 0.0)),
                "fair_share": float(result.key_share[i]),
                "fair_persons": fair,
                "can_persons": float(can[everyone.codes.index(code)]),
                "sent_persons": float(middle),
                "sent_persons_low": float(low),
                "sent_persons_high": float(high),
                "expected_persons": float(sent[:, i].mean()),
                "burden_ratio": float(middle) / fair if fair > 0 else None,
            }
        )
    return pl.DataFrame(rows).sort(["expected_persons", "delegation"], descending=[True, False])


def contribution_sentences(
    findings: Findings, table: pl.DataFrame, expected: FloatArray
) -> tuple[str, ...]:
    """Say who carries too much, whose fair share is missing, and how much is filled."""
    required = findings.forces.required_land_persons
    if required.max() <= 0:
        return ("The option asks for no land force: soldiers on land are not shared out.",)
    heavy = table.filter(
        (pl.col("burden_ratio") > TOO_MUCH)
        & (pl.col("sent_persons") >= 100)
        & (pl.col("join_prob") > 0.1)
    ).sort("burden_ratio", descending=True)
    names = [
        f"{row['title']} ({row['burden_ratio']:.1f} times)"
        for row in heavy.head(4).iter_rows(named=True)
    ]
    missing = table.with_columns(gap=pl.col("fair_persons") - pl.col("expected_persons")).sort(
        "gap", descending=True
    )
    gaps = [
        f"{row['title']} ({persons(row['fair_persons'])} fair, {persons(row['expected_persons'])} "
        "expected)"
        for row in missing.head(3).iter_rows(named=True)
    ]
    filled = np.divide(expected, required, out=np.ones_like(expected), where=required > 0)
    sentences = [
        f"Those who join fill {percent(float(np.median(filled)))} of the requirement on land "
        f"(90 %: {percent(float(np.quantile(filled, 0.05)))} to "
        f"{percent(float(np.quantile(filled, 0.95)))}), balanced or not.",
        f"Furthest below their fair share: {listed(gaps)}.",
    ]
    if names:
        verb = "carries" if len(names) == 1 else "carry"
        sentences.insert(1, f"If they join, {listed(names)} {verb} far more than a fair share.")
    return tuple(sentences)


def by_capability(findings: Findings) -> pl.DataFrame:
    """Return what each nation sends of each capability in the draws in which it sends anything."""
    result = findings.forces
    titles = findings.titles
    rows = []
    for i, code in enumerate(result.codes):
        gives = result.sent_persons[:, i, :].sum(axis=1) > 0
        if not gives.any():
            continue
        low, middle, high = np.quantile(result.sent_persons[gives, i, :], [0.05, 0.5, 0.95], axis=0)
        mean = result.sent_persons[:, i, :].mean(axis=0)
        for group in np.flatnonzero(high >= 1):
            rows.append(
                {
                    "delegation": code,
                    "nation": titles[code],
                    "capability": result.groups.names[group],
                    "sent_persons": float(middle[group]),
                    "sent_persons_low": float(low[group]),
                    "sent_persons_high": float(high[group]),
                    "expected_persons": float(mean[group]),
                    "rows": "; ".join(unit_rows(findings, code, result.groups.names[group])),
                }
            )
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


def unit_rows(findings: Findings, code: str, group: str) -> list[str]:
    """Return the addresses of the units that a nation's part of a group comes from."""
    members = {
        row.capability
        for row in findings.scenario.capabilities
        if group in (row.substitution_group, row.capability)
    }
    return [
        f"units/{row.key}"
        for row in findings.scenario.units
        if row.delegation == code and row.capability in members
    ]


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
