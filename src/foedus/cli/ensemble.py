"""`foedus ensemble`: one option drawn many times through the whole chain."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import click
import polars as pl

from foedus.briefing.bargained import bargaining_evidence
from foedus.briefing.evidence import Evidence
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import guarantee_evidence
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import force_evidence, spending_evidence
from foedus.briefing.sentences import count_of
from foedus.briefing.wording import Column
from foedus.cli.documents import print_json
from foedus.cli.ensemble_progress import ensemble_progress
from foedus.cli.faults import keep
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import FAINT, WARNING, Page
from foedus.cli.sections import put_command, put_head, put_warnings
from foedus.engines import ENGINES, Bargaining, Guarantee, Spending, SustainedForce
from foedus.ensemble.attempts import DONE
from foedus.ensemble.chained import OUTCOMES
from foedus.ensemble.design import Kind
from foedus.ensemble.ensemble import STATUS, Ensemble
from foedus.ensemble.running import is_one, kept_words, run_ensemble
from foedus.quantities import quantity, show_number
from foedus.runs import Request, make_request

HEADINGS: Final = {"mean": "Mean", "low": "5 %", "median": "Median", "high": "95 %"}
"""What is told of each outcome, as columns."""
PERCENT: Final = ("percent", "fine_percent")
MOST_PLACES: Final = 4
MOST_STATUSES: Final = 5
MOST_BY_ITSELF: Final = 4
"""Processes that are begun unasked; each takes some 750 megabytes."""
BLOCKS_EACH: Final = 4
"""Blocks that make it worth beginning a process."""

EVIDENCE: Final[Mapping[str, Callable[[Findings], Evidence]]] = {
    SustainedForce.name: force_evidence,
    Spending.name: spending_evidence,
    Bargaining.name: bargaining_evidence,
    Guarantee.name: guarantee_evidence,
}
"""The rows that engines read; those of consent are among those of the force."""


@verb("run", "set", "strict", "tables", "json", draws=100_000)
@click.option(
    "--design",
    type=click.Choice(get_args(Kind)),
    default="monte-carlo",
    show_default=True,
    help="How cells are drawn; sobol takes a power of two up to 4,096, or a multiple of it.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help=f"Processes on this machine, of one thread each, with the same numbers for any; if not "
    f"given, one a processor up to {MOST_BY_ITSELF} where there is work enough.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Send blocks to the Dask cluster at this address, in the place of --workers.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="New folder for all draws, as Parquet; only the summary is printed if not given.",
)
@click.option("--resume", is_flag=True, help="Go on in that folder from the blocks it holds.")
@click.option("--inputs", is_flag=True, help="Keep the drawn cells too; ten kilobytes a draw.")
def ensemble(
    asked: Asked,
    design: Kind,
    workers: int | None,
    scheduler: str | None,
    out: Path | None,
    resume: bool,
    inputs: bool,
) -> None:
    """Draw an option many times through the chain, and tell how its outcomes spread.

    SCENARIO is a shipped name, a folder or a workbook. Every draw goes from consent to the force,
    what it costs, what the compromise model of bargaining makes of it, and the guarantee. Blocks of
    4,096 draws are written as they are done: what was stopped, by Ctrl-C or a full disk, goes on
    with --resume. Force plans, rooms, votes and brokerage are not drawn.
    """
    scenario = asked.load()
    request = make_request(scenario, **asked.run_arguments())
    try:
        with ensemble_progress() as report:
            found = run_ensemble(
                scenario,
                request,
                design=design,
                workers=usual_workers(request) if workers is None else workers,
                scheduler=scheduler,
                out=out,
                resume=resume,
                keep_inputs=inputs,
                report=report,
            )
    except KeyboardInterrupt:
        if out is not None and is_one(out):
            keep(kept_words(out, request))
        raise
    findings = Findings(scenario, request)
    warnings = warnings_of(findings, strict=asked.strict)
    say(f"run {found.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}, {design}")
    if out is not None:
        say(f"{out}: a row a draw, in Parquet files of 4,096")
    if asked.json:
        print_json(document_of(findings, found, warnings))
        return
    page = Page()
    option = findings.option
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    put_failures(page, found)
    put_outcomes(page, found)
    more = [] if design == "monte-carlo" else ["--design", design]
    put_command(page, asked.again("ensemble", option.option, *more), [found.run_id])
    page.show()


def put_failures(page: Page, found: Ensemble) -> None:
    """Put how many draws failed and why, if any did."""
    if not found.failed_count:
        return
    page.gap()
    page.paragraph(
        f"! {found.failed_count:,} of {found.identity.draws:,} draws failed and are counted in no "
        "number below:",
        WARNING,
        indent=2,
    )
    failed = found.statuses.filter(pl.col(STATUS) != DONE).head(MOST_STATUSES)
    page.bullets(f"{count:,}: {status}" for status, count in failed.iter_rows())


def put_outcomes(page: Page, found: Ensemble) -> None:
    """Put a table an engine, a row an outcome."""
    for name, engine in ENGINES.items():
        rows = found.summary.filter(pl.col("outcome").str.starts_with(f"{name}/"))
        if rows.is_empty():
            continue
        page.heading(engine.title)
        page.table(columns_of(rows.to_dicts()))
    page.gap()
    page.paragraph(
        f"Over {count_of(found.identity.draws - found.failed_count, 'draw')}. What stands behind ± "
        "is one standard error: how far the number would move if other futures were drawn. It says "
        "nothing of what the model leaves out. Outcomes that happen or do not have their share of "
        "draws as mean.",
        FAINT,
    )


def columns_of(rows: list[dict[str, Any]]) -> list[Column]:
    """Return outcomes as columns for readers."""
    titles = [titled(row["outcome"]) for row in rows]
    columns = [Column("Outcome", titles, False)]
    for name, heading in HEADINGS.items():
        cells = [
            # Of what happens or does not the share says all.
            ""
            if row["is_event"] and name != "mean"
            else with_error(row[name], row[f"{name}_error"], row["outcome"])
            for row in rows
        ]
        columns.append(Column(heading, cells, True))
    return columns


def titled(outcome: str) -> str:
    """Return what an outcome is called, with its unit where a number does not show it.

    >>> titled("forces/balanced_persons")
    'Balanced strength on land (persons)'
    """
    unit = quantity(outcome).unit
    return f"{OUTCOMES[outcome].title} ({unit})" if unit else OUTCOMES[outcome].title


def with_error(value: float | None, error: float | None, name: str) -> str:
    """Print a number with its standard error, to the places that the error leaves.

    >>> with_error(7658.26, 57.48, "balanced_persons")
    '7,658 ± 57'
    >>> with_error(0.39331, 0.0054, "at_least_10000_prob")
    '39.3 ± 0.5 %'
    >>> with_error(1.0, 0.0, "deterred_prob"), with_error(None, None, "deterred_prob")
    ('100 %', '')
    """
    if value is None:
        return ""
    if not error:
        return show_number(value, name)
    is_percent = quantity(name).rule in PERCENT
    scale = 100 if is_percent else 1
    places = next((p for p in range(MOST_PLACES) if scale * error >= 10.0**-p), MOST_PLACES)
    text = f"{scale * value:z,.{places}f} ± {scale * error:,.{places}f}"
    return f"{text} %" if is_percent else text


def usual_workers(request: Request) -> int:
    """Return how many processes serve a request where nobody says."""
    worth = len(request.blocks()) // BLOCKS_EACH
    return max(1, min(os.cpu_count() or 1, MOST_BY_ITSELF, worth))


def document_of(findings: Findings, found: Ensemble, warnings: Sequence[str]) -> dict[str, Any]:
    """Return an ensemble in the published shape of a run, with the draws that failed beside it."""
    identity, rows = found.identity, found.summary.to_dicts()
    scenario = findings.scenario
    titles = {source.source: source.model_dump(mode="json") for source in scenario.sources}
    return {
        "foedus": identity.foedus,
        "scenario": {"name": scenario.name, "digest": scenario.digest},
        "engine": identity.engine,
        "option": identity.option,
        "settings": dict(identity.settings),
        "set": dict(identity.set),
        "seed": identity.seed,
        "draws": identity.draws,
        "run": found.run_id,
        "fed_by": list(identity.fed_by),
        "outcomes": {row["outcome"]: row["median"] for row in rows},
        "outcomes_low": {row["outcome"]: row["low"] for row in rows},
        "outcomes_high": {row["outcome"]: row["high"] for row in rows},
        "tables": {"summary": found.summary},
        "failed_count": found.failed_count,
        "failed_share": found.failed_share,
        "statuses": found.statuses,
        "sources": [titles[key] for key in sources_of(findings, found) if key in titles],
        "warnings": list(warnings),
    }


def sources_of(findings: Findings, found: Ensemble) -> list[str]:
    """Return the keys of the sources of all rows that the engines of an ensemble read."""
    engines = {outcome.partition("/")[0] for outcome in found.outcomes}
    keys = {
        key for name, rows in EVIDENCE.items() if name in engines for key in rows(findings).sources
    }
    return sorted(keys)
