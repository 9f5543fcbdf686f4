"""`foedus plan`: who sends which units when, under whose lead, and why there is a gap."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import click
import polars as pl

from foedus.briefing.findings import AT_ONCE, Findings
from foedus.briefing.plan_reasons import Reasons
from foedus.briefing.planned import shortened, stop_sentence
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import force_evidence, plan_evidence
from foedus.briefing.sentences import count_of, percent
from foedus.chain import OptionRuns, likely_levels, run_option, run_plan
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.plan_progress import plan_progress
from foedus.cli.plan_sections import put_plan, put_reasons, told_reasons
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.cli.sustained import put_force
from foedus.documents import plain
from foedus.engines import PlannedForce, SustainedForce
from foedus.engines.arrays import FloatArray
from foedus.engines.forces.engine import ForceResult
from foedus.engines.forces.inputs import AIR_AND_SEA_LEVEL
from foedus.engines.forces.plan.kept import about_kept
from foedus.engines.forces.plan.result import PlanResult
from foedus.engines.forces.plan.schedule import gantt
from foedus.errors import SettingsError
from foedus.runs import Request, Run, make_request, run_request
from foedus.scenario import Scenario
from foedus.scenario.cells import ENGINES_TABLE, Cell
from foedus.scenario.folders import new_folder

EVERYONE: Final = (
    "As if every contributor joined at every level: what could be sent, not what would be."
)
PLAN_FILE: Final = "plan.json"
GANTT_FILE: Final = "plan_gantt.csv"
BROKEN_OFF: Final = 130
"""What a command that was broken off by hand returns."""
ID_DIGITS: Final = 12
MEDIAN: Final = 0.5
USUAL: Final = "usual"


@dataclass(frozen=True, kw_only=True)
class PlanAsked:
    """The verb's own options."""

    everyone: bool
    likely: float
    also: tuple[str, ...]
    work: str
    plan_seconds: float | None
    begin: str | None
    why: tuple[str, ...]
    """Reasons that are asked for beside the ledger."""
    units: bool
    no_plan: bool

    def engine(self, fixed: Mapping[Cell, Any]) -> PlannedForce:
        """Return the planner as the options ask; what --set says, more exact, wins over them."""
        chosen: dict[str, Any] = {"work": self.work, "also": ";".join(self.also)}
        if self.plan_seconds is not None:
            chosen["stop_seconds"] = self.plan_seconds
        free = {
            name: value
            for name, value in chosen.items()
            if Cell(ENGINES_TABLE, PlannedForce.name, name) not in fixed
        }
        return PlannedForce(**free)

    @property
    def words(self) -> list[str]:
        """The options as they are written, to repeat the command; nothing is written again."""
        words = ["--everyone"] if self.everyone else []
        if self.likely != MEDIAN:
            words += ["--likely", f"{self.likely:g}"]
        words += ["--no-plan"] if self.no_plan else []
        words += [word for name in self.also for word in ("--also", name)]
        words += ["--work", self.work] if self.work != USUAL else []
        if self.plan_seconds is not None:
            words += ["--plan-seconds", f"{self.plan_seconds:g}"]
        words += ["--from", self.begin] if self.begin else []
        words += [f"--{name}" for name in self.why]
        return [*words, *(["--units"] if self.units else [])]


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--everyone", is_flag=True, help="As if every contributor joined; consent is not asked."
)
@click.option(
    "--likely",
    type=click.FloatRange(0, 1, min_open=True),
    default=MEDIAN,
    show_default=True,
    metavar="SHARE",
    help="Count on each contributor at the highest level it reaches in this share of futures.",
)
@click.option(
    "--also",
    multiple=True,
    metavar="NAME",
    help="Another option that runs beside it and draws on the same units. Repeatable.",
)
@click.option(
    "--work",
    type=click.Choice(["quick", "usual", "thorough"]),
    default=USUAL,
    show_default=True,
    help="How much is searched. It is counted, so that the same plan is found again.",
)
@click.option(
    "--plan-seconds",
    type=click.FloatRange(0, min_open=True),
    metavar="S",
    help="End the search after about so long, with the best plan and its bound.",
)
@click.option(
    "--from",
    "begin",
    type=click.Path(),
    metavar="PLAN",
    help="Begin from a plan that --out wrote: its folder, or its plan.json.",
)
@click.option(
    "--out",
    type=click.Path(),
    metavar="DIR",
    help="Write the plan and all its tables into a new folder.",
)
@click.option("--enablers", is_flag=True, help="What is filled without each provider's enablers.")
@click.option("--one-more", is_flag=True, help="What one more unit of each kind would be worth.")
@click.option(
    "--frontier", is_flag=True, help="What fairness costs: from the fullest to the fairest."
)
@click.option("--alternatives", is_flag=True, help="Plans as good that differ most.")
@click.option("--units", is_flag=True, help="Print which named unit is where, and when.")
@click.option("--no-plan", is_flag=True, help="Only the sustained force over futures: faster.")
def plan(  # noqa: PLR0913 - each is an option of the command line
    asked: Asked,
    everyone: bool,
    likely: float,
    also: tuple[str, ...],
    work: str,
    plan_seconds: float | None,
    begin: str | None,
    out: str | None,
    enablers: bool,
    one_more: bool,
    frontier: bool,
    alternatives: bool,
    units: bool,
    no_plan: bool,
) -> None:
    """Plan the force of an option: who sends which units when, under whose lead.

    SCENARIO is a shipped name, a folder or a workbook. Printed are the plan by nation and quarter
    with its proved gap, who leads, what is filled of each capability, and why there is a gap; then
    what the sustained force says over all futures. Ctrl-C ends the search and prints the best plan
    found so far, with its bound.
    """
    wanted = PlanAsked(
        everyone=everyone,
        likely=likely,
        also=also,
        work=work,
        plan_seconds=plan_seconds,
        begin=begin,
        why=tuple(
            name
            for name, is_asked in (
                ("enablers", enablers),
                ("one-more", one_more),
                ("frontier", frontier),
                ("alternatives", alternatives),
            )
            if is_asked
        ),
        units=units,
        no_plan=no_plan,
    )
    scenario = asked.load()
    request = make_request(scenario, **asked.run_arguments())
    findings = Findings(scenario, request)
    with shown_progress():
        forces, chain = run_forces(scenario, request, everyone=everyone)
    if no_plan:
        page_of_force(asked, wanted, findings, forces, chain)
        return
    found = find_plan(scenario, request, wanted, chain)
    result = found.run.result
    with shown_progress() as bar:
        reasons = Reasons(
            scenario,
            request,
            result,
            found.coalition,
            engine=wanted.engine(request.fixed),
            report=None if bar is None else lambda done, _: bar(done, 0.0),
            titles=findings.titles,
        )
        told = told_reasons(reasons, wanted.why)
    tables = {name: table for part in told for name, table in part.tables.items()}
    if out:
        write_plan(Path(out), scenario, found.run, tables)
        say(f"written: {out}")
    warnings = plan_warnings(asked, findings, wanted, result)
    say(f"run {found.run.run_id}: the plan")
    say(f"run {forces.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    evidence = plan_evidence(findings)
    if asked.json:
        document = run_document(scenario, found.run, evidence.sources, warnings)
        beside = run_document(scenario, forces, evidence.sources, warnings)
        print_json(document | {"tables": document["tables"] | tables, "sustained": beside})
    else:
        page = Page()
        option = findings.option
        put_head(page, scenario, [f"Option {option.option}: {option.title}."])
        put_warnings(page, warnings)
        put_plan(
            page,
            findings,
            result,
            found.sustained,
            began_at_points=found.began_at_points,
            units=units,
        )
        put_reasons(page, findings, told)
        put_force(page, scenario, forces.result, chain)
        put_rests_on(page, evidence, f"foedus ask {asked.scenario} size")
        ids = [*found.run.provenance.identity.fed_by, found.run.run_id, forces.run_id]
        put_command(page, asked.again("plan", request.option, *wanted.words), ids)
        page.show()
    if result.planned.interrupted:
        raise SystemExit(BROKEN_OFF)


@dataclass(frozen=True)
class Found:
    """A plan, and what it is held against."""

    run: Run[PlanResult]
    coalition: dict[Cell, FloatArray] | None
    """Who joins; None for everybody."""
    sustained: ForceResult
    """What the closed form finds for the same coalition."""
    began_at_points: float | None
    """What the plan that it began from filled, where that was written down."""


def find_plan(
    scenario: Scenario, request: Request, wanted: PlanAsked, chain: OptionRuns | None
) -> Found:
    """Make the plan, and the sustained force of the same coalition at the point."""
    levels = None if chain is None else likely_levels(scenario, chain.consent, wanted.likely)
    fed_by = () if chain is None else (chain.consent.run_id,)
    begin = read_kept(wanted.begin) if wanted.begin else None
    # The text decides what is found, whatever run it says that it came from.
    before = () if begin is None else (hashlib.sha256(begin.encode()).hexdigest()[:ID_DIGITS],)
    with plan_progress() as report:
        run = run_plan(
            scenario,
            request,
            levels,
            fed_by=(*fed_by, *before),
            engine=wanted.engine(request.fixed),
            begin=begin,
            report=report,
        )
    sustained = run_request(
        scenario, AT_ONCE, replace(request, draws=0), links=levels, fed_by=fed_by
    )
    began_at = None if begin is None else about_kept(begin).get("filled_points")
    return Found(run, levels, sustained.result, began_at if isinstance(began_at, float) else None)


def read_kept(place: str) -> str:
    """Return the text of a plan that was written before.

    Raises
    ------
    SettingsError
        If there is none in the file or folder.
    """
    path = Path(place)
    path = path / PLAN_FILE if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
        about_kept(text)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SettingsError(
            f"--from {place}: {error}. Give a folder that foedus plan --out wrote, or its "
            f"{PLAN_FILE}."
        ) from error
    return text


def write_plan(
    folder: Path, scenario: Scenario, run: Run[PlanResult], told: dict[str, pl.DataFrame]
) -> None:
    """Write a plan, its tables and its Gantt chart into a new folder, whole or not at all."""
    result = run.result
    months = result.problem.periods * result.problem.period_months
    numbered = {posting.unit: result.unit_name(posting) for posting in result.postings}
    rows = [(numbered[row[0]], *row[1:]) for row in gantt(result.problem, result.postings)]
    chart = pl.DataFrame(
        rows, schema=["unit", *(f"month_{month}" for month in range(months))], orient="row"
    )
    with new_folder(folder) as draft:
        text = result.kept(run=run.run_id, scenario=scenario.name, digest=scenario.digest)
        (draft / PLAN_FILE).write_text(text + "\n", encoding="utf-8")
        document = json.dumps(plain(asdict(run.provenance)), indent=2, default=str)
        (draft / "provenance.json").write_text(document + "\n", encoding="utf-8")
        for name, table in (result.tables() | told).items():
            table.write_csv(draft / f"{name}.csv")
        chart.write_csv(draft / GANTT_FILE)


def plan_warnings(
    asked: Asked, findings: Findings, wanted: PlanAsked, result: PlanResult
) -> list[str]:
    """Return what a reader must know before using the plan."""
    warnings = [
        *warnings_of(findings, strict=asked.strict),
        *([EVERYONE] if wanted.everyone else []),
        *stop_sentence(result),
    ]
    levels = result.inputs.levels
    if levels and max(levels.values()) < AIR_AND_SEA_LEVEL:
        warnings.append(
            f"In {percent(wanted.likely)} of futures no contributor joins at a level at which it "
            "sends anything. A lower --likely, or --everyone, counts on more."
        )
    if result.left_out:
        names = shortened(result.left_out)
        warnings.append(f"The plan that this began from names what is not known here: {names}.")
    return warnings


def page_of_force(
    asked: Asked,
    wanted: PlanAsked,
    findings: Findings,
    forces: Run[ForceResult],
    chain: OptionRuns | None,
) -> None:
    """Print the sustained force alone."""
    scenario, request = findings.scenario, findings.request
    evidence = force_evidence(findings)
    warnings = [
        *warnings_of(findings, strict=asked.strict),
        *([EVERYONE] if wanted.everyone else []),
    ]
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
    ids = [*forces.provenance.identity.fed_by, forces.run_id]
    put_command(page, asked.again("plan", request.option, *wanted.words), ids)
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
