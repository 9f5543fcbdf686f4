"""`foedus claims`: what was claimed, held against the numbers."""

import time

import click

from foedus.briefing.check_claims import check_claims
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, counted, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.sections import (
    MOST_SOURCES,
    put_claims_in_full,
    put_command,
    put_head,
    put_warnings,
)


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--claim",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this claim, with all sources. Repeatable.",
)
def claims(asked: Asked, names: tuple[str, ...]) -> None:
    """Hold what was claimed against the numbers: holds, does not hold, cannot tell.

    SCENARIO is a shipped name, a folder or a workbook. Only the questions that the claims need are
    answered. A claim holds if every value of its range satisfies the comparison, it does not hold
    if none does, and cannot be told otherwise.
    """
    scenario = asked.load()
    started = time.monotonic()
    with shown_progress() as progress:
        found = check_claims(
            scenario, names, **asked.run_arguments(), strict=asked.strict, progress=progress
        )
    checked, seconds = counted(len(found.claims), "claim"), time.monotonic() - started
    say(f"{checked} checked with {counted(found.draws, 'draw')}, {seconds:.1f} s")
    if asked.json:
        print_json(found.to_json())
        return
    page = Page()
    option = found.scenario.option(found.option)
    put_head(page, found.scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, found.warnings)
    in_full = f"foedus claims {asked.scenario}"
    most = None if names else MOST_SOURCES
    put_claims_in_full(page, found.scenario, found.claims, most, in_full)
    runs = dict.fromkeys(run for verdict in found.claims for run in verdict.grounds.runs)
    chosen = [word for name in names for word in ("--claim", name)]
    put_command(page, asked.again("claims", found.option, *chosen), list(runs))
    page.show()
