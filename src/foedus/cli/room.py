"""`foedus room`: who must be in the room, what formats lack or could spare, what each seat adds."""

from collections.abc import Mapping
from typing import Any

import click
import polars as pl

from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import BEFORE_MONEY, rests_on
from foedus.briefing.rooms import room_picks
from foedus.briefing.sentences import count_of
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.room_sections import (
    Shown,
    put_format,
    put_formats,
    put_seats,
    put_sizes,
    put_smallest,
    put_wanted,
)
from foedus.cli.run_documents import run_document
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.engines import Room
from foedus.errors import SettingsError
from foedus.runs import check_needs, make_request
from foedus.scenario.scenario import unknown


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--force-share",
    type=float,
    metavar="SHARE",
    help="Share wanted of the soldiers; 0.8 if not given.",
)
@click.option(
    "--capability-share",
    type=float,
    metavar="SHARE",
    help="Share wanted of every critical capability that anybody sends; 0.8 if not given.",
)
@click.option(
    "--gdp-share", type=float, metavar="SHARE", help="Share wanted of GDP; 0.67 if not given."
)
@click.option(
    "--population-share",
    type=float,
    metavar="SHARE",
    help="Share wanted of the population; none if not given.",
)
@click.option(
    "--format",
    "format_",
    metavar="NAME",
    help="Look at this format; if not given, the first that meets.",
)
@click.option(
    "--no-representation", is_flag=True, help="Count seats alone: nobody speaks for another."
)
@click.option(
    "--seats", type=int, metavar="N", help="Find the best rooms of up to N seats; 12 if not given."
)
@click.option("--csv", "csv", metavar="TABLE", help="Print this table as CSV and nothing else.")
def room(  # noqa: PLR0913 - the options of the verb
    asked: Asked,
    force_share: float | None,
    capability_share: float | None,
    gdp_share: float | None,
    population_share: float | None,
    format_: str | None,
    no_representation: bool,
    seats: int | None,
    csv: str | None,
) -> None:
    """Find who must be in the room so that an option can be carried out.

    SCENARIO is a shipped name, a folder or a workbook. Printed are the smallest rooms whose members
    carry a wanted share of the soldiers, of every critical capability and of GDP; what the format
    looked at lacks, who would mend it and whom it could spare; every other format beside it; and
    what each seat adds. Shares are fractions of 1, and are assumed.
    """
    scenario = asked.load()
    check_needs(scenario, Room())
    given = {
        "force_share": force_share,
        "capability_share": capability_share,
        "gdp_share": gdp_share,
        "population_share": population_share,
        "format": format_,
        "representation": False if no_representation else None,
        "most_seats_count": seats,
    }
    settings = {
        f"engines/{Room.name}/{name}": value for name, value in given.items() if value is not None
    }
    request = make_request(scenario, **asked.run_arguments() | {"set": settings | asked.set})
    findings = Findings(scenario, request)
    with shown_progress():
        run = findings.room
    result = run.result
    evidence = rests_on(findings, room_picks(findings), engines=(*BEFORE_MONEY, Room.name))
    warnings = warnings_of(findings, strict=asked.strict)
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if csv is not None:
        print_table(result.tables(), csv)
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
    put_wanted(page, shown)
    put_smallest(page, shown)
    put_sizes(page, shown)
    put_format(page, shown)
    put_formats(page, shown)
    put_seats(page, shown)
    put_rests_on(page, evidence, f"foedus ask {asked.scenario} seat")
    ids = [*run.provenance.identity.fed_by, run.run_id]
    put_command(page, asked.again("room", request.option, *words_of(given)), ids)
    page.show()


def words_of(given: Mapping[str, Any]) -> list[str]:
    """Return settings that were given as they stand on the command line.

    >>> words_of({"gdp_share": 0.5, "format": None, "representation": False})
    ['--gdp-share', '0.5', '--no-representation']
    """
    words: list[str] = []
    for name, value in given.items():
        if name == "representation" and value is not None:
            words.append("--no-representation")
        elif value is not None:
            option = "seats" if name == "most_seats_count" else name.replace("_", "-")
            words += [f"--{option}", str(value)]
    return words


def print_table(tables: Mapping[str, pl.DataFrame], name: str) -> None:
    """Print one table as CSV.

    Raises
    ------
    SettingsError
        If there is no such table, with those there are.
    """
    if name not in tables:
        raise SettingsError(unknown("there is no table", name, tables))
    click.echo(tables[name].write_csv(), nl=False)
