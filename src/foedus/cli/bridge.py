"""`foedus bridge`: whom to send to those addressed, why, and what would change it."""

import click

from foedus.briefing.bridge import Names, bridge_evidence
from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.sentences import count_of
from foedus.cli.bridge_sections import put_bridge
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.engines import Brokerage
from foedus.errors import SettingsError
from foedus.runs import check_needs, make_request
from foedus.scenario.scenario import unknown


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--camp",
    metavar="NAME",
    help="Look for the envoy of this camp; if not given, of all that send together.",
)
@click.option("--csv", "csv", metavar="TABLE", help="Print this table as CSV and nothing else.")
def bridge(asked: Asked, camp: str | None, csv: str | None) -> None:
    """Find who can be the bridge to those addressed: whom to send.

    SCENARIO is a shipped name, a folder or a workbook. Printed are, camp by camp, how much of the
    link to those addressed hangs on each that could be sent and in how many futures it is best;
    which ties carry it; where each stands in the network; and what one tie stronger, or one leader
    gone, would change. The option does not count, but for who governs when it is decided.
    """
    scenario = asked.load()
    check_needs(scenario, Brokerage())
    chosen = {} if camp is None else {f"engines/{Brokerage.name}/camp": camp}
    request = make_request(scenario, **asked.run_arguments() | {"set": chosen | asked.set})
    findings = Findings(scenario, request)
    with shown_progress():
        run = findings.brokerage
    warnings = warnings_of(findings, strict=asked.strict)
    evidence = bridge_evidence(findings)
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if csv is not None:
        tables = run.result.tables()
        if csv not in tables:
            raise SettingsError(unknown("there is no table", csv, tables))
        click.echo(tables[csv].write_csv(), nl=False)
        return
    if asked.json:
        print_json(run_document(scenario, run, evidence.sources, warnings))
        return
    page = Page()
    put_head(page, scenario, [])
    put_warnings(page, warnings)
    put_bridge(page, run.result, Names(findings.as_set, run.result))
    put_rests_on(page, evidence, f"foedus ask {asked.scenario} bridge")
    more = () if camp is None else ("--camp", camp)
    put_command(page, asked.again("bridge", request.option, *more), [run.run_id])
    page.show()
