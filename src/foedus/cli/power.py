"""`foedus power`: who decides under a rule, who can stop it, and what would pass as views lie."""

from typing import Final

import click

from foedus.briefing.ballots import voting_evidence
from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.sentences import count_of
from foedus.chain import run_voting
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.power_sections import Shown, put_ballots, put_overview, put_rule
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.engines import Voting
from foedus.runs import check_needs, make_request
from foedus.scenario.voting_rules import ballots_of, rules_of

USUAL_LISTED: Final = 12


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option("--rule", metavar="NAME", help="Look at this rule only, and at length.")
@click.option(
    "--list",
    "listed",
    type=click.IntRange(0),
    default=USUAL_LISTED,
    show_default=True,
    metavar="N",
    help="With --rule: print so many of the smallest coalitions that block it.",
)
def power(asked: Asked, rule: str | None, listed: int) -> None:
    """Tell who decides under a rule, and what would pass.

    SCENARIO is a shipped name, a folder or a workbook. With --rule: every index of power, exact in
    whole numbers, how many coalitions win, who blocks, and the ballots that the rule decides or is
    compared on. Without it: all rules side by side, and all ballots. A rule that counts the
    soldiers pledged is looked at with what each would send to the option.
    """
    scenario = asked.load()
    check_needs(scenario, Voting())
    setting = {f"engines/{Voting.name}/rule": rule} if rule else {}
    arguments = asked.run_arguments()
    request = make_request(scenario, **arguments | {"set": setting | asked.set})
    findings = Findings(scenario, request)
    with shown_progress():
        looked_at = [rule] if rule else [row.rule for row in scenario.rules]
        needed = {*looked_at, *rules_of(ballots_of(findings.as_set, rule or ""))}
        run = run_voting(scenario, request, findings.pledges_for(needed))
        shown = Shown(scenario=findings.as_set, result=run.result, listed=listed)
        tables = shown.tables
    evidence = voting_evidence(findings, run.result, run.result.ballots, rules=looked_at)
    warnings = [*warnings_of(findings, strict=asked.strict), *run.result.remarks]
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if asked.json:
        document = run_document(scenario, run, evidence.sources, warnings)
        print_json(document | {"tables": tables})
        return
    page = Page()
    put_head(page, scenario, [])
    put_warnings(page, warnings)
    if rule:
        put_rule(page, shown, rule)
    else:
        put_overview(page, shown, f"foedus power {asked.scenario} --rule NAME")
    put_ballots(page, shown)
    put_rests_on(page, evidence, f"foedus show {asked.scenario} rules")
    more = ["--rule", rule] if rule else []
    more += ["--list", str(listed)] if rule and listed != USUAL_LISTED else []
    put_command(page, asked.again("power", request.option, *more), [run.run_id])
    page.show()
