"""`foedus plan`: the force that an option can sustain."""

import click
import numpy as np
import polars as pl

from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import force_evidence
from foedus.briefing.sentences import count_of, listed, middle_and_range, percent, persons
from foedus.briefing.wording import fold_ranges
from foedus.chain import OptionRuns, run_option
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import STRONG, Page
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import (
    printed_names,
    put_command,
    put_head,
    put_rests_on,
    put_warnings,
    readable,
)
from foedus.engines import SustainedForce
from foedus.engines.arrays import FloatArray
from foedus.engines.forces.engine import ForceResult
from foedus.errors import SettingsError
from foedus.runs import Request, Run, make_request, run_request
from foedus.scenario import Scenario

EVERYONE = "As if every contributor joined at every level: what could be sent, not what would be."
MOST_NAMED = 4
"""Capabilities that are named of what a nation sends."""


@verb("run", "set", "strict", "json", draws=2000)
@click.option(
    "--everyone", is_flag=True, help="As if every contributor joined; consent is not asked."
)
def plan(asked: Asked, everyone: bool) -> None:
    """Find the force that an option can sustain, fed by consent.

    SCENARIO is a shipped name, a folder or a workbook. Printed are strength by month and by length
    of the mission, what binds, what each nation sends, and the services that are left open.
    """
    scenario = asked.load()
    request = make_request(scenario, **asked.run_arguments())
    with shown_progress():
        forces, chain = run_forces(scenario, request, everyone=everyone)
    findings = Findings(scenario, request)
    evidence = force_evidence(findings)
    warnings = [*warnings_of(findings, strict=asked.strict), *([EVERYONE] if everyone else [])]
    say(f"run {forces.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if asked.json:
        print_json(run_document(scenario, forces, evidence.sources, warnings))
        return
    page = Page()
    option = findings.option
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    put_force(page, scenario, forces.result, chain)
    put_rests_on(page, evidence, f"foedus ask {asked.scenario} size")
    more = ("--everyone",) if everyone else ()
    ids = [*forces.provenance.identity.fed_by, forces.run_id]
    put_command(page, asked.again("plan", request.option, *more), ids)
    page.show()


def run_forces(
    scenario: Scenario, request: Request, *, everyone: bool
) -> tuple[Run[ForceResult], OptionRuns | None]:
    """Run the force, alone or behind consent.

    Raises
    ------
    SettingsError
        If consent is asked but no future is drawn.
    """
    if everyone:
        return run_request(scenario, SustainedForce(), request), None
    if request.draws == 0:
        raise SettingsError(
            "draws: 0 draws no future in which to join. Write 1 or more, or add --everyone."
        )
    chain = run_option(scenario, request)
    return chain.forces, chain


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


def in_a_sentence(title: str) -> str:
    """Return a title as it stands within a sentence; letters that stand for words stay capitals.

    >>> in_a_sentence("Field hospital"), in_a_sentence("ISR regiment")
    ('field hospital', 'ISR regiment')
    """
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


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
