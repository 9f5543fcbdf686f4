"""`foedus bargain`: what a room agrees on, model by model; and models against what was agreed."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from foedus.briefing.evidence import Evidence, Pick, every
from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import rests_on
from foedus.briefing.sentences import count_of
from foedus.cli.backtest_file import read_cases
from foedus.cli.backtest_sections import backtest_document, put_backtest
from foedus.cli.bargain_sections import (
    Shown,
    model_warnings,
    put_agreed,
    put_issues,
    put_room,
    put_rooms,
    put_trades,
    with_baseline,
)
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.engines import Bargaining
from foedus.engines.bargaining.backtest import MODELS as SCORED_MODELS
from foedus.engines.bargaining.backtest import ExpertError, backtest
from foedus.engines.bargaining.result import MODELS
from foedus.errors import SettingsError
from foedus.runs import check_needs, make_request
from foedus.scenario.scenario import unknown

BACKTEST_DRAWS: Final = 200
"""Draws of an issue of a backtest unless asked otherwise: there are hundreds of issues."""
OF_A_SCENARIO: Final = ("option", "set", "tables", "strict", "issues", "formats")
OF_A_BACKTEST: Final = ("position_error", "salience_error")
"""Options that say nothing without a file, or without a scenario."""


@verb("run", "set", "strict", "tables", "json", draws=2000, on_scenario=False)
@click.argument("scenario", default="")
@click.option(
    "--issue", "issues", multiple=True, metavar="NAME", help="Print this issue only. Repeatable."
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="Look at this room. Repeatable: the first is looked at, the others stand beside it.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="Print this model beside the compromise mean only. Repeatable.",
)
@click.option(
    "--backtest",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="In the place of SCENARIO: score the models against settled issues in a CSV of your own, "
    "on 200 draws of each unless --draws says otherwise.",
)
@click.option(
    "--position-error",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    metavar="POINTS",
    help="With --backtest: how far off recorded positions are, as a standard deviation.",
)
@click.option(
    "--salience-error",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    metavar="POINTS",
    help="With --backtest: the same of salience.",
)
def bargain(
    asked: Asked,
    issues: tuple[str, ...],
    formats: tuple[str, ...],
    models: tuple[str, ...],
    file: Path | None,
    position_error: float,
    salience_error: float,
) -> None:
    """Forecast what a room agrees on, and score such forecasts.

    SCENARIO is a shipped name, a folder or a workbook. Printed are, by issue, all models side by
    side with 90 % ranges, the chance of no deal, who matters and who gives way; then rooms and
    rounds, what seats change, what could be traded, and whether an option is agreed on.
    With --backtest FILE there is no SCENARIO: the same models are scored against what was agreed,
    as in DEU III (doi:10.34810/data53), which you have to fetch yourself.
    """
    refuse_mixture(asked, file)
    if file is not None:
        given = is_given("draws")
        try:
            expert = ExpertError(
                position_sd_score=position_error,
                salience_sd_share=salience_error / 100,
                draws=asked.draws if given else BACKTEST_DRAWS,
                seed=asked.seed,
            )
        except ValueError as error:
            raise SettingsError(f"{error}.") from error
        score_models(asked, file, models, expert)
    else:
        forecast(asked, issues, formats, models)


def is_given(name: str) -> bool:
    """Tell whether an option stands on the command line."""
    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def refuse_mixture(asked: Asked, file: Path | None) -> None:
    """Refuse what is neither a scenario nor a backtest, or half of each.

    Raises
    ------
    click.UsageError
        With what to leave out.
    """
    if file is None and not asked.scenario:
        raise click.UsageError("Missing argument 'SCENARIO', or --backtest FILE in its place.")
    if file is not None and asked.scenario:
        raise click.UsageError("--backtest reads no scenario. Leave out SCENARIO or --backtest.")
    parameters = {param.name: param for param in click.get_current_context().command.params}
    strange = OF_A_BACKTEST if file is None else OF_A_SCENARIO
    given = [parameters[name].opts[0] for name in strange if is_given(name)]
    if given:
        without = "is for --backtest" if file is None else "is for a scenario"
        raise click.UsageError(f"{', '.join(given)} {without} only. Leave it out.")


def forecast(
    asked: Asked, issues: Sequence[str], formats: Sequence[str], models: Sequence[str]
) -> None:
    """Print what a room agrees on."""
    scenario = asked.load()
    check_needs(scenario, Bargaining())
    refuse_unknown(
        ("there is no issue", issues, [row.issue for row in scenario.issues]),
        ("there is no format", formats, [row.format for row in scenario.formats]),
        ("there is no model", models, list(MODELS)),
    )
    room = {f"engines/{Bargaining.name}/format": formats[0]} if formats else {}
    arguments = asked.run_arguments()
    request = make_request(scenario, **arguments | {"set": room | asked.set})
    findings = Findings(scenario, request)
    with shown_progress():
        run = findings.bargaining
    result = run.result
    shown = Shown(
        scenario=findings.as_set,
        result=result,
        issues=tuple(name for name in result.issues if not issues or name in issues),
        formats=tuple(name for name in result.formats if not formats or name in formats),
        models=with_baseline(models),
        at_length=bool(issues),
    )
    evidence = bargaining_evidence(findings)
    warnings = [*warnings_of(findings, strict=asked.strict), *model_warnings(shown)]
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if asked.json:
        document = run_document(scenario, run, evidence.sources, warnings)
        print_json(document | {"tables": shown.tables})
        return
    page = Page()
    option = findings.option
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    put_room(page, shown)
    put_issues(page, shown)
    put_rooms(page, shown)
    put_trades(page, shown)
    put_agreed(page, shown)
    put_rests_on(page, evidence, f"foedus show {asked.scenario} positions")
    more = [word for name in issues for word in ("--issue", name)]
    more += [word for name in formats for word in ("--format", name)]
    more += [word for name in models for word in ("--model", name)]
    put_command(page, asked.again("bargain", request.option, *more), [run.run_id])
    page.show()


def bargaining_evidence(findings: Findings) -> Evidence:
    """Return the rows that say who wants what, how strong it is, and who sits where."""
    scenario, result = findings.as_set, findings.bargaining.result
    keys = {row.influence_key for row in scenario.issues if row.issue in result.issues}
    picks: dict[str, Pick] = {
        **dict.fromkeys(
            ["issues", "positions", "thresholds"], lambda row: row.issue in result.issues
        ),
        **dict.fromkeys(["formats", "attendance"], every),
        "principals": lambda row: row.delegation in result.codes,
        "share_keys": lambda row: row.share_key in keys and row.delegation in result.codes,
    }
    return rests_on(findings, picks, engines=(Bargaining.name,))


def score_models(asked: Asked, file: Path, models: Sequence[str], expert: ExpertError) -> None:
    """Print how far off models were on issues that are settled."""
    refuse_unknown(("there is no model to score", models, list(SCORED_MODELS)))
    read = read_cases(file)
    with shown_progress() as bar:
        found = backtest(
            read.cases,
            models or tuple(SCORED_MODELS),
            expert,
            threads=os.cpu_count() or 1,
            report=None if bar is None else lambda done, of: bar("issues", done / of),
        )
    say(
        f"{count_of(len(read.cases), 'issue')}, {count_of(expert.draws, 'draw')} of each, seed "
        f"{expert.seed}"
    )
    if asked.json:
        print_json(backtest_document(str(file), read, found, expert))
        return
    page = Page()
    put_backtest(page, str(file), read, found, expert)
    words = ["foedus", "bargain", "--backtest", str(file)]
    words += [word for name in models for word in ("--model", name)]
    words += ["--position-error", f"{expert.position_sd_score:g}"]
    words += ["--salience-error", f"{100 * expert.salience_sd_share:g}"]
    words += ["--draws", str(expert.draws), "--seed", str(expert.seed)]
    put_command(page, shlex.join(words), [])
    page.show()


def refuse_unknown(*asked: tuple[str, Sequence[str], Sequence[str]]) -> None:
    """Refuse names that are not known, all at once.

    Raises
    ------
    SettingsError
        With those there are.
    """
    faults = [
        unknown(says, name, known)
        for says, names, known in asked
        for name in names
        if name not in known
    ]
    if faults:
        raise SettingsError("\n".join(faults))
