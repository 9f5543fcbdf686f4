"""`foedus sensitivity`: what an outcome of the whole chain hangs on, and when it falls short."""

from typing import Any

import click

from foedus.briefing.analysis import Analysis, names_of_tables
from foedus.briefing.sensitivity import DEFAULT_OUTCOME, METHODS
from foedus.briefing.sensitivity import sensitivity as analysed
from foedus.briefing.sentences import count_of
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.cli.sensitivity_progress import with_time_left
from foedus.cli.sensitivity_sections import put_analysis
from foedus.ensemble.sensitivity import DRAWS, MOST_CELLS
from foedus.errors import SettingsError
from foedus.scenario.cells import with_cells
from foedus.scenario.scenario import unknown


@verb("run", "set", "strict", "tables", "json", draws=DRAWS)
@click.option(
    "--outcome",
    metavar="NAME",
    help=f"Outcome to look at, such as deterrence/deterred_prob; {DEFAULT_OUTCOME} if not given.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="Shares of variance; a screening of hundreds of inputs; or bars of one at a time.",
)
@click.option(
    "--discover",
    metavar="QUESTION",
    help="Tell when an outcome is below or above a limit: 'forces/balanced_persons < 10000'.",
)
@click.option("--across", is_flag=True, help="Hold all options against each other: regret.")
@click.option(
    "--top",
    type=click.IntRange(1),
    default=MOST_CELLS,
    show_default=True,
    metavar="K",
    help="Lines to print, and cells to be told apart.",
)
@click.option("--csv", "csv", metavar="TABLE", help="Print this table as CSV and nothing else.")
def sensitivity(asked: Asked, csv: str | None, outcome: str | None, **given: Any) -> None:
    """Find what an outcome of the whole chain hangs on.

    SCENARIO is a shipped name, a folder or a workbook. Every uncertain cell is drawn through the
    chain of an option, from who joins to whether it deters. Printed are shares of the outcome's
    variance: what each factor makes by itself and together with others, with 90 % intervals. Cells
    that a screening does not pick out are counted together, so that nothing that varies is left
    out. Then what hangs on events that chance decides, such as who joins.

    --discover tells in which part of the inputs the cases of a question lie. --across shows what
    each option costs or spares on the same futures.
    """
    tables = names_of_tables(discover=bool(given["discover"]), across=given["across"])
    if csv is not None and csv not in tables:
        raise SettingsError(unknown("there is no table", csv, tables))
    scenario = asked.load()
    with shown_progress() as bar:
        found = analysed(
            scenario,
            outcome=outcome,
            **given,
            **asked.run_arguments(),
            strict=asked.strict,
            progress=None if bar is None else with_time_left(bar),
        )
    draws, seed = count_of(found.request.draws, "draw"), found.request.seed
    say(f"{found.outcome}: {draws}, {found.runs_count:,} runs of the chain, seed {seed}")
    if csv is not None:
        click.echo(found.tables()[csv].write_csv(), nl=False)
    elif asked.json:
        print_json(found.to_json())
    else:
        page = Page()
        put_page(page, asked, outcome, found)
        page.show()


def put_page(page: Page, asked: Asked, outcome: str | None, found: Analysis) -> None:
    """Put all that was found, what it rests on, and the command that repeats it."""
    option = with_cells(found.scenario, found.request.fixed).option(found.request.option)
    put_head(page, found.scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, found.warnings)
    page.gap()
    put_analysis(page, found)
    if found.evidence.rows:
        put_rests_on(page, found.evidence, f"foedus show {asked.scenario}")
    put_command(page, asked.again("sensitivity", option.option, *words_of(found, outcome)), [])


def words_of(found: Analysis, outcome: str | None) -> list[str]:
    """Return the verb's own options as they stand on the command line.

    Parameters
    ----------
    outcome
        As it was asked for.
    """
    given = {
        "--outcome": outcome,
        "--method": found.method if found.method != METHODS[0] else None,
        "--discover": None if found.discovery is None else str(found.discovery.question),
        "--top": str(found.top) if found.top != MOST_CELLS else None,
    }
    words = [word for name, value in given.items() if value for word in (name, value)]
    return [*words, *([] if found.across is None else ["--across"])]
