"""The sustained force as sections of a page: what an option can keep in place, over futures."""

from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.sentences import (
    count_of,
    in_a_sentence,
    listed,
    middle_and_range,
    percent,
    persons,
)
from foedus.briefing.wording import fold_ranges
from foedus.chain import OptionRuns
from foedus.cli.page import STRONG, Page
from foedus.cli.sections import printed_names, readable
from foedus.engines.arrays import FloatArray
from foedus.engines.forces.engine import ForceResult
from foedus.scenario import Scenario

MOST_NAMED: Final = 4
"""Capabilities that are named of what a nation sends."""


def put_force(
    page: Page, scenario: Scenario, result: ForceResult, chain: OptionRuns | None
) -> None:
    """Put what the force comes to: sentences, then tables."""
    names = printed_names(scenario)
    tables = result.tables()
    page.heading("What can be sustained")
    for i, sentence in enumerate(sentences(scenario, result, chain)):
        page.paragraph(sentence, "" if i else STRONG)
    for label, table in (
        ("Strength by month of the mission, where it changes", steps(tables["strength"])),
        ("Balanced strength by length of the mission", steps(tables["duration"])),
        ("What is asked for, stands and is filled", tables["capabilities"]),
        ("Sent by nation", sent_by_nation(scenario, result, chain)),
        ("Services", tables["services"]),
    ):
        if not table.is_empty():
            page.label(label)
            page.table(readable(table, names))


def sentences(scenario: Scenario, result: ForceResult, chain: OptionRuns | None) -> list[str]:
    """Say strength, who joins, what binds and which headquarters stand."""
    titles = scenario.titles("capabilities")
    required = float(np.median(result.required_land_persons))
    found = result.outcomes()
    said = [
        f"In balance {ranged(found['balanced_persons'])} soldiers can be kept in place to the end, "
        f"of {persons(required)} asked for; gross {ranged(found['gross_persons'])}."
        if required > 0
        else "No land force is asked for."
    ]
    if chain is not None:
        joins = chain.consent.result.outcomes()["joiners_count"]
        middle, low, high = middle_and_range(joins)
        of_all = count_of(len(chain.consent.result.codes), "contributor")
        said.append(f"Joining: {middle:.0f} of {of_all} (90 %: {low:.0f} to {high:.0f}).")
    shares = result.binding_shares(result.binding)
    binds = [
        f"{in_a_sentence(result.groups.titles[i])} ({percent(float(shares[i]))} of futures)"
        for i in np.argsort(-shares, kind="stable")
        if shares[i] > 0
    ]
    if binds:
        said.append(f"What binds: {listed(binds)}.")
    for i, name in enumerate(result.headquarters):
        needed = float(np.median(result.hq_needed_count[:, i]))
        if needed > 0:
            stands = float((result.hq_sent_count[:, i] >= result.hq_needed_count[:, i]).mean())
            said.append(
                f"{titles[name]}: {needed:.0f} asked for, found in {percent(stands)} of futures."
            )
    return said


def ranged(values: FloatArray) -> str:
    """Print a median of soldiers, with its 90 % range where there is one."""
    middle, low, high = middle_and_range(values)
    ends = f" (90 %: {persons(low)} to {persons(high)})" if values.size > 1 else ""
    return f"{persons(middle)}{ends}"


def steps(table: pl.DataFrame) -> pl.DataFrame:
    """Return the months or lengths at which a printed strength changes, and the last."""
    columns = fold_ranges(table.select("^(gross|balanced)_persons.*$"))
    printed = list(zip(*(column.cells for column in columns), strict=True))
    last = len(printed) - 1
    kept = [i for i, row in enumerate(printed) if i in (0, last) or row != printed[i - 1]]
    return table[kept]


def sent_by_nation(
    scenario: Scenario, result: ForceResult, chain: OptionRuns | None
) -> pl.DataFrame:
    """Return what each nation sends over all futures, whether it joins or not, most first."""
    total = result.sent_persons.sum(axis=2)
    low, middle, high = np.quantile(total, [0.05, 0.5, 0.95], axis=0)
    medians = np.median(result.sent_persons, axis=0)
    titles = scenario.titles("delegations")
    chance = {}
    if chain is not None:
        consent = chain.consent.result
        chance = dict(zip(consent.codes, consent.join_chance.mean(axis=0), strict=True))
    rows = [
        {
            "title": titles[code],
            "delegation": code,
            "join_prob": chance.get(code),
            "fair_share": float(result.key_share[i]) if result.key_share[i] > 0 else None,
            "sent_persons": float(middle[i]),
            "sent_persons_low": float(low[i]),
            "sent_persons_high": float(high[i]),
            "of_which": of_which(result, medians[i]),
        }
        for i, code in enumerate(result.codes)
        if high[i] >= 1
    ]
    schema = {
        "title": pl.String,
        "delegation": pl.String,
        "join_prob": pl.Float64,
        "fair_share": pl.Float64,
        "sent_persons": pl.Float64,
        "sent_persons_low": pl.Float64,
        "sent_persons_high": pl.Float64,
        "of_which": pl.String,
    }
    table = pl.DataFrame(rows, schema=schema).sort(
        ["sent_persons", "sent_persons_high", "delegation"], descending=[True, True, False]
    )
    return table if chain is not None else table.drop("join_prob")


def of_which(result: ForceResult, medians: FloatArray) -> str:
    """Name the largest parts of what a nation sends, in medians."""
    order = [i for i in np.argsort(-medians, kind="stable") if medians[i] >= 1]
    named = [
        f"{in_a_sentence(result.groups.titles[i])} {medians[i]:,.0f}" for i in order[:MOST_NAMED]
    ]
    rest = len(order) - len(named)
    return ", ".join([*named, *([f"{rest} more"] if rest else [])])
