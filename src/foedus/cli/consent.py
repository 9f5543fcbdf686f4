"""`foedus consent`: who would join, and how good that was in the light of what happened."""

from dataclasses import replace
from pathlib import Path

import click
import polars as pl

from foedus.briefing.consent import LOCATION_WORDS
from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import consent_evidence
from foedus.briefing.sentences import count_of, listed, middle_and_range
from foedus.briefing.wording import Column, fold_ranges
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import FAINT, STRONG, Page
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.score_file import read_outcomes
from foedus.cli.scores import CERTAINTY, Score, reasons_unscored, score
from foedus.cli.sections import (
    printed_names,
    put_command,
    put_head,
    put_rests_on,
    put_warnings,
    readable,
)
from foedus.engines import Consent
from foedus.engines.consent.engine import LEVEL_TITLES, ConsentResult
from foedus.runs import make_request, run_request
from foedus.scenario import Scenario, load
from foedus.scenario.options import Option


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--score",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Score against a CSV of delegation and outcome (1 joined, 0 not).",
)
def consent(asked: Asked, file: Path | None) -> None:
    """Find who would join an option, and score that against what happened.

    SCENARIO is a shipped name, a folder or a workbook. Printed are the chances of each delegation
    with and without the guarantor's backing, and how many join if those who wait trust each other
    or not.
    --score is always strict: what was known only later is left out.
    """
    whole = load(asked.scenario)
    asked = replace(asked, strict=asked.strict or file is not None)
    scenario = asked.load()
    outcomes = None if file is None else read_outcomes(file, whole)
    request = make_request(scenario, **asked.run_arguments())
    with shown_progress():
        run = run_request(scenario, Consent(), request)
    scored = None
    if outcomes is not None:
        scored = score(run.result, outcomes, reasons_unscored(whole, scenario))
    findings = Findings(scenario, request)
    warnings = warnings_of(findings, strict=asked.strict)
    evidence = consent_evidence(findings)
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if asked.json:
        document = run_document(scenario, run, evidence.sources, warnings)
        if scored is not None:
            document["score"] = scored.to_json(str(file))
        print_json(document)
        return
    page = Page()
    option = findings.option
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    put_joining(page, scenario, option, run.result)
    if scored is not None:
        put_score(page, scenario, scored)
    put_rests_on(page, evidence, f"foedus ask {asked.scenario} consent")
    more = () if file is None else ("--score", str(file))
    put_command(page, asked.again("consent", option.option, *more), [run.run_id])
    page.show()


def put_joining(page: Page, scenario: Scenario, option: Option, result: ConsentResult) -> None:
    """Put who joins: sentences, and chances by delegation."""
    tables = result.tables()
    found = result.outcomes()
    middle, low, high = middle_and_range(found["joiners_count"])
    of_all = count_of(len(result.codes), "contributor")
    page.heading("Who joins")
    page.paragraph(
        f"Joining: {middle:.0f} of {of_all} (90 %: {low:.0f} to {high:.0f}), "
        f"{LOCATION_WORDS[option.location]}: at level '{LEVEL_TITLES[result.option_level]}' or "
        "above.",
        STRONG,
    )
    at = result.option_level
    backed, unbacked = (
        float(reach[:, :, at].sum(axis=1).mean())
        for reach in (result.reach_backed, result.reach_unbacked)
    )
    least, greatest = (
        float(found[name].mean()) for name in ("joiners_count", "joiners_greatest_count")
    )
    page.paragraph(
        f"On average {backed:.1f} join with the guarantor's backing and {unbacked:.1f} without it; "
        f"{least:.1f} if those who wait for others move last (the least coalition), "
        f"{greatest:.1f} if they trust each other (the greatest)."
    )
    names = printed_names(scenario)
    shown = tables["consent"].with_columns(
        title=pl.col("delegation").replace_strict(names["delegation"])
    )
    page.label("Chances by delegation")
    page.table(readable(shown.select("title", pl.exclude("title")), names))
    page.label("How many join")
    counts = tables["coalition"].filter((pl.col("least_prob") > 0) | (pl.col("greatest_prob") > 0))
    page.table(fold_ranges(counts))


def put_score(page: Page, scenario: Scenario, scored: Score) -> None:
    """Put how good the chances were."""
    names = printed_names(scenario)
    page.heading("Scored against what happened")
    page.paragraph(
        f"{count_of(len(scored.delegations), 'delegation')} scored on what was known by "
        f"{scenario.about.evidence_until}; every later row is left out. Smaller scores are better, "
        "0 is perfect; one half for everyone earns 0.250 and 0.693."
    )
    by_reason: dict[str, list[str]] = {}
    for code, reason in scored.unscored.items():
        by_reason.setdefault(reason, []).append(names["delegation"][code])
    for reason, titles in by_reason.items():
        page.paragraph(f"Not scored, as {reason}: {listed(titles)}.")
    page.gap()
    page.table(score_columns(scored.scores()))
    page.put(
        f"  For the log score chances are kept within {CERTAINTY:g} and {1 - CERTAINTY:g}.", FAINT
    )
    page.label("Of those with about the same chance, how many joined")
    page.table(fold_ranges(scored.calibration()))
    page.put("  Ranges: Wilson's interval at 90 %.", FAINT)
    page.label("Case by case")
    page.table(readable(scored.cases(), names))


def score_columns(scores: pl.DataFrame) -> list[Column]:
    """Return the scores as columns, to three places: they are compared with each other."""
    headings = {
        "brier_ratio": "Brier score",
        "log_ratio": "Log score",
        "brier_skill_ratio": "Skill of foedus over it, Brier",
        "log_skill_ratio": "Skill of foedus over it, log",
    }
    return [
        Column("Forecast", scores["forecast"].to_list(), False),
        *(
            Column(
                heading,
                ["" if value is None else f"{value:.3f}" for value in scores[name]],
                True,
            )
            for name, heading in headings.items()
        ),
    ]
