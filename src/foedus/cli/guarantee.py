"""`foedus guarantee`: whether the force deters, what follows if not, and what it would take."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args

import click

from foedus.briefing.evidence import Evidence, every
from foedus.briefing.findings import AT_ONCE, Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import BEFORE_MONEY, consent_picks, force_picks, rests_on
from foedus.briefing.sentences import count_of
from foedus.chain import OptionRuns, point_game_of, run_guarantee, run_option
from foedus.cli.documents import print_json
from foedus.cli.guarantee_sections import (
    Shown,
    put_base_rates,
    put_burden,
    put_cell,
    put_equilibria,
    put_grid,
    put_ladder,
    put_leverage,
    put_months,
    put_option,
    put_regret,
    put_what_it_is,
)
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.engines import Consent, Guarantee, SustainedForce
from foedus.engines.deterrence.efg import write_efg
from foedus.engines.deterrence.guarantee_tree import tree
from foedus.engines.deterrence.situations import Rule
from foedus.errors import SettingsError
from foedus.runs import check_needs, make_request
from foedus.scenario.deterrence import LOCATIONS, MISSIONS, TARGETS
from foedus.scenario.folders import draft_folder
from foedus.scenario.scenario import unknown

MOST_DRAWS_OF_FORCE: Final = 2000
"""Draws in which a force is found; those of the game take them again and again."""


@verb("run", "set", "strict", "tables", "json", draws=100_000)
@click.option(
    "--authorisation",
    type=click.Choice(get_args(Rule)),
    help="Who lets the force fight; lead, the nation with most soldiers in it, if not given.",
)
@click.option(
    "--lambda",
    "precision",
    type=click.FloatRange(0),
    metavar="X",
    help="Let choices follow payoffs only so closely, per point; exactly if not given or 0.",
)
@click.option(
    "--cell",
    metavar="MISSION.LOCATION",
    help="Open a cell of the grid to its assumptions: print every number it is played with.",
)
@click.option(
    "--efg",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the option's game at a point as a new Gambit file, for others to check.",
)
@click.option("--csv", "csv", metavar="TABLE", help="Print this table as CSV and nothing else.")
def guarantee(
    asked: Asked,
    authorisation: str | None,
    precision: float | None,
    cell: str | None,
    efg: Path | None,
    csv: str | None,
) -> None:
    """Find whether the force deters, and what follows if the ceasefire breaks.

    SCENARIO is a shipped name, a folder or a workbook. Printed are, for every mission at every
    location, with the guarantor and without: in how many draws nobody violates the ceasefire, how
    likely it is violated and comes to direct war, and the backing or the force that it would take.
    Then the option: what follows a violation, within how many months, what each mission costs the
    governments, what would have to be true for each to be best, and leverage on the guarantor. The
    force itself is found in no more than 2,000 draws, which come again and again.
    """
    scenario = asked.load()
    for engine in (Guarantee(), Consent(), SustainedForce()):
        check_needs(scenario, engine)
    opened = None if cell is None else named_cell(cell)
    if efg is not None and efg.exists():
        raise SettingsError(f"--efg {efg}: there is such a file already. Name a new one.")
    given = {"authorisation": authorisation, "lambda_ratio": precision}
    settings = {
        f"engines/{Guarantee.name}/{name}": value
        for name, value in given.items()
        if value is not None
    }
    request = make_request(scenario, **asked.run_arguments() | {"set": settings | asked.set})
    findings = Findings(scenario, replace(request, draws=min(request.draws, MOST_DRAWS_OF_FORCE)))
    with shown_progress():
        run = run_guarantee(scenario, request, *both_forces(findings))
    result = run.result
    evidence = evidence_of(findings)
    warnings = warnings_of(findings, strict=asked.strict)
    drawn = count_of(findings.request.draws, "draw")
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}; force: {drawn}")
    if efg is not None:
        game = point_game_of(scenario, request, run)
        write_new(efg, write_efg(tree(game, targets=TARGETS)))
        say(f"{efg}: the game of {request.option} at a point")
    if csv is not None:
        makers = result.makers()
        if csv not in makers:
            raise SettingsError(unknown("there is no table", csv, makers))
        click.echo(makers[csv]().write_csv(), nl=False)
        return
    if asked.json:
        print_json(run_document(scenario, run, evidence.sources, warnings))
        return
    shown = Shown(findings.as_set, result)
    page = Page()
    option = findings.option
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    page.gap()
    put_what_it_is(page, shown)
    if opened:
        put_cell(page, shown, *opened)
    else:
        for put in (
            *(put_grid, put_option, put_ladder, put_months, put_regret, put_burden),
            *(put_leverage, put_equilibria, put_base_rates),
        ):
            put(page, shown)
    put_rests_on(page, evidence, f"foedus show {asked.scenario} disputes")
    ids = [*run.provenance.identity.fed_by, run.run_id]
    more = words_of(authorisation=authorisation, **{"lambda": precision}, cell=cell)
    put_command(page, asked.again("guarantee", request.option, *more), ids)
    page.show()


def both_forces(findings: Findings) -> tuple[OptionRuns, OptionRuns]:
    """Return the force of the option with the guarantor and without, found side by side."""
    # The draws are made once, before two threads ask for them.
    findings.request.drawn(findings.scenario, *findings.request.blocks()[0], {})
    with ThreadPoolExecutor(max_workers=1) as pool:
        alone = pool.submit(lambda: findings.alone)
        helped = run_option(
            findings.scenario, findings.request, consent=findings.coalitions, forces=AT_ONCE
        )
        return helped, alone.result()


def named_cell(cell: str) -> tuple[str, str]:
    """Return mission and location of a cell.

    Raises
    ------
    SettingsError
        If there is no such cell.

    Examples
    --------
    >>> named_cell("fight_back.line")
    ('fight_back', 'line')
    """
    mission, _, location = cell.partition(".")
    if mission not in MISSIONS or location not in LOCATIONS:
        known = [f"{mission}.{location}" for mission in MISSIONS for location in LOCATIONS]
        raise SettingsError(unknown("there is no cell", cell, known))
    return mission, location


def evidence_of(findings: Findings) -> Evidence:
    """Return the rows of the games and base rates, and those that say what force there is."""
    picks = consent_picks(findings) | force_picks(findings, frozenset())
    picks |= {"disputes": every, "base_rates": every}
    return rests_on(findings, picks, engines=(*BEFORE_MONEY, Guarantee.name))


def words_of(**given: Any) -> list[str]:
    """Return settings that were given as they stand on the command line.

    >>> words_of(authorisation="heads", cell=None)
    ['--authorisation', 'heads']
    """
    return [
        word
        for name, value in given.items()
        if value is not None
        for word in (f"--{name}", str(value))
    ]


def write_new(file: Path, text: str) -> None:
    """Write a file that was not there, whole or not at all.

    Raises
    ------
    SettingsError
        If it cannot be written.
    """
    try:
        with draft_folder(file) as draft:
            written = draft / file.name
            written.write_text(text, encoding="utf-8")
            # A link, unlike a move, is refused where a file has come about meanwhile.
            file.hardlink_to(written)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(f"--efg {file}: cannot be written ({reason}).") from None
