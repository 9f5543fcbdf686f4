"""`foedus sensitivity`: what an outcome of the whole chain hangs on, and when it falls short."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import click
import numpy as np
from scipy.special import ndtr

from foedus.briefing.evidence import Evidence, gather
from foedus.briefing.factor_words import FactorWords
from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.sentences import count_of
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import Report, shown_progress
from foedus.cli.run_documents import points_of
from foedus.cli.sections import put_command, put_head, put_rests_on, put_warnings
from foedus.cli.sensitivity_progress import with_time_left
from foedus.cli.sensitivity_sections import Analysis, put_analysis
from foedus.ensemble.across_options import AcrossOptions, across_options
from foedus.ensemble.boxes import Discovery, Question, discover, parse_question
from foedus.ensemble.chain_model import BoolArray, ChainModel, FloatArray, outcome_named
from foedus.ensemble.design import blocks, stream
from foedus.ensemble.events import event_shares
from foedus.ensemble.sampled import GROUP, Sampled, sampled_cells
from foedus.ensemble.sensitivity import (
    Effects,
    Sensitivity,
    at_least_two,
    decompose,
    effects,
    ordinary,
)
from foedus.ensemble.sobol_indices import resampling
from foedus.ensemble.swings import Swings, swings
from foedus.errors import SettingsError
from foedus.provenance import foedus_version
from foedus.runs import Request, make_request
from foedus.scenario.addresses import ENGINES_TABLE, Cell, expand
from foedus.scenario.draws import Draws, group_factor
from foedus.scenario.scenario import Scenario, unknown
from foedus.scenario.uncertainties import Uncertainty

Method = Literal["sobol", "morris", "tornado"]

METHODS: Final[tuple[Method, ...]] = ("sobol", "morris", "tornado")
DEFAULT_OUTCOME: Final = "forces/balanced_persons"
DRAWS: Final = 4096
TOP: Final = 12
RESAMPLES_OF_EVENTS: Final = 500
DRAWS_A_PLACE: Final = 64
"""Morris's screening takes so many times fewer places than draws are asked for."""
FEWEST_PLACES: Final = 8


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the verb's own options ask for."""

    outcome: str | None
    method: Method
    question: Question | None
    across: bool
    top: int

    @property
    def words(self) -> list[str]:
        """The options as they stand on the command line."""
        given = {
            "--outcome": self.outcome,
            "--method": self.method if self.method != METHODS[0] else None,
            "--discover": None if self.question is None else str(self.question),
            "--top": str(self.top) if self.top != TOP else None,
        }
        words = [word for name, value in given.items() if value for word in (name, value)]
        return [*words, *(["--across"] if self.across else [])]


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
    default=TOP,
    show_default=True,
    metavar="K",
    help="Lines to print, and cells to be told apart.",
)
@click.option("--csv", "csv", metavar="TABLE", help="Print this table as CSV and nothing else.")
def sensitivity(
    asked: Asked, csv: str | None, discover: str | None, outcome: str | None, **given: Any
) -> None:
    """Find what an outcome of the whole chain hangs on.

    SCENARIO is a shipped name, a folder or a workbook. Every uncertain cell is drawn through the
    chain of an option, from who joins to whether it deters. Printed are shares of the outcome's
    variance: what each factor makes by itself and together with others, with 90 % intervals. Cells
    that a screening does not pick out are counted together, so that nothing that varies is left
    out. Then what hangs on events that chance decides, such as who joins.

    --discover tells in which part of the inputs the cases of a question lie. --across shows what
    each option costs or spares on the same futures.
    """
    scenario = asked.load()
    at_least_two(asked.draws)
    question = None if discover is None else parse_question(discover)
    if question is not None:
        question = replace(question, outcome=outcome_named(question.outcome)[0])
    wanted = Wanted(outcome=outcome, question=question, **given)
    request = make_request(scenario, **asked.run_arguments())
    findings = Findings(scenario, request)
    words = FactorWords(scenario, request)
    with shown_progress() as bar:
        told = None if bar is None else with_time_left(bar, words.running)
        found = analysed(scenario, request, words, wanted, told)
    warnings = warnings_of(findings, strict=asked.strict)
    evidence = evidence_of(scenario, found.moving)
    runs = f"{found.runs_count:,} runs of the chain"
    say(f"{found.name}: {count_of(request.draws, 'draw')}, {runs}, seed {request.seed}")
    if csv is not None:
        tables = found.tables()
        if csv not in tables:
            raise SettingsError(unknown("there is no table", csv, tables))
        click.echo(tables[csv].write_csv(), nl=False)
        return
    if asked.json:
        print_json(document(scenario, request, found, evidence, warnings))
        return
    page = Page()
    option = findings.option
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    page.gap()
    put_analysis(page, found)
    if evidence.rows:
        put_rests_on(page, evidence, f"foedus show {asked.scenario}")
    put_command(page, asked.again("sensitivity", request.option, *wanted.words), [])
    page.show()


def analysed(
    scenario: Scenario,
    request: Request,
    words: FactorWords,
    wanted: Wanted,
    report: Report | None,
) -> Analysis:
    """Return all that is printed."""
    question = wanted.question
    about_it = question.outcome if question is not None else DEFAULT_OUTCOME
    name, about = outcome_named(wanted.outcome or about_it)
    engines = engines_of(name, question)
    model = ChainModel(scenario, request, engines)
    model.chain.to_run(engines)  # so that what is missing is told before anything is run
    sampled = sampled_cells(scenario, request)
    result = by_method(name, wanted, sampled, model, report)
    draws, outcomes = ordinary(
        sampled, model, seed=request.seed, draws=request.draws, report=report
    )
    events = happened(model, draws)
    weight = resampling(draws.n, RESAMPLES_OF_EVENTS, stream(request.seed, 0, "resampling"))
    return Analysis(
        words=words,
        name=name,
        about=about,
        top=wanted.top,
        result=result,
        sample=outcomes[name],
        events=event_shares(events, outcomes[name], weight),
        discovery=None
        if question is None
        else boxes_of(question, outcomes, inputs_of(sampled, draws, events, request.seed)),
        across=compared(scenario, request, name, wanted, sampled, report)
        if wanted.across
        else None,
    )


def engines_of(name: str, question: Question | None) -> tuple[str, ...]:
    """Return the engines whose outcomes are read."""
    read = (name,) if question is None else (name, question.outcome)
    return tuple(dict.fromkeys(one.partition("/")[0] for one in read))


def by_method(
    name: str, wanted: Wanted, sampled: Sampled, model: ChainModel, report: Report | None
) -> Sensitivity | Effects | Swings:
    """Return what the method that is asked for finds."""
    seed, draws = model.request.seed, model.request.draws
    match wanted.method:
        case "sobol":
            return decompose(
                *(sampled, model, [name]),
                seed=seed,
                draws=draws,
                most_cells=wanted.top,
                report=report,
            )
        case "morris":
            places = min(draws, max(draws // DRAWS_A_PLACE, FEWEST_PLACES))
            return effects(sampled, model, [name], seed=seed, draws=places, report=report)
        case "tornado":
            return swings(
                *(sampled, model, name),
                seed=seed,
                draws=draws,
                most_inputs=wanted.top,
                report=report,
            )


def compared(
    scenario: Scenario,
    request: Request,
    name: str,
    wanted: Wanted,
    sampled: Sampled,
    report: Report | None,
) -> AcrossOptions:
    """Return all options on the same futures."""
    question = wanted.question
    models = {
        option.option: ChainModel(
            scenario, replace(request, option=option.option), engines_of(name, None)
        )
        for option in scenario.options
    }
    return across_options(
        *(sampled, models, name),
        more_is_better=outcome_named(name)[1].more_is_better,
        seed=request.seed,
        draws=request.draws,
        question=question if question is not None and question.outcome == name else None,
        report=report,
    )


def happened(model: ChainModel, draws: Draws) -> dict[str, BoolArray]:
    """Return the events of an ordinary run, block by block."""
    parts = []
    start = 0
    for block, n in blocks(draws.n):
        rows = slice(start, start + n)
        some = {cell: values[rows] for cell, values in draws.drawn.items()}
        parts.append(model.events(replace(draws, n=n, drawn=some), block=block))
        start += n
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def inputs_of(
    sampled: Sampled, draws: Draws, events: Mapping[str, BoolArray], seed: int
) -> dict[str, FloatArray]:
    """Return all that a box may limit: cells, what groups have in common, and events."""
    common = {
        f"{GROUP}{group}": ndtr(
            np.concatenate([group_factor(seed, block, group, n) for block, n in blocks(draws.n)])
        )
        for group in sampled.groups
    }
    cells = {str(cell): values for cell, values in draws.drawn.items()}
    return cells | common | {name: values.astype(np.float64) for name, values in events.items()}


def boxes_of(
    question: Question, outcomes: Mapping[str, FloatArray], inputs: Mapping[str, FloatArray]
) -> Discovery:
    """Return the boxes of a question."""
    return discover(question, outcomes[question.outcome], inputs)


def evidence_of(scenario: Scenario, cells: frozenset[Cell]) -> Evidence:
    """Return the rows in which inputs stand that move the outcome, and how they are drawn."""
    keys: dict[str, set[str]] = {}
    for cell in cells:
        keys.setdefault(cell.table, set()).add(cell.key)
    settings = {(cell.key, cell.field) for cell in cells if cell.table == ENGINES_TABLE}

    def is_drawn(about: Uncertainty) -> bool:
        if about.table == ENGINES_TABLE:
            return (about.cell_key, about.field) in settings
        return not cells.isdisjoint(
            expand(scenario, Cell(about.table, about.cell_key, about.field))
        )

    rows = {
        table: lambda row, known=known: row.key in known
        for table, known in keys.items()
        if table != ENGINES_TABLE
    }
    return gather(scenario, {**rows, "uncertainties": is_drawn})


def document(
    scenario: Scenario,
    request: Request,
    found: Analysis,
    evidence: Evidence,
    warnings: tuple[str, ...],
) -> dict[str, Any]:
    """Return the analysis as one document."""
    titles = {source.source: source.model_dump(mode="json") for source in scenario.sources}
    low, middle, high = points_of(found.numbers)
    discovery = found.discovery
    return {
        "foedus": foedus_version(),
        "scenario": {"name": scenario.name, "digest": scenario.digest},
        "option": request.option,
        "set": dict(request.asked),
        "seed": request.seed,
        "draws": request.draws,
        "method": found.method,
        "runs_count": found.runs_count,
        "level_share": found.level_share,
        "outcome": found.name,
        "title": found.about.title,
        "mean": found.numbers.mean(),
        "median": middle,
        "low": low,
        "high": high,
        "first_sum_share": found.first_sum,
        "question": None
        if discovery is None
        else {
            "asks": str(discovery.question),
            "draws": discovery.draws_count,
            "cases_share": discovery.cases_share,
            "coverage_share": discovery.coverage_share,
            "density_share": discovery.density_share,
            "says": discovery.says,
        },
        "named": None if found.across is None else found.across.named,
        "tables": found.tables(),
        "sources": [titles[key] for key in evidence.sources if key in titles],
        "warnings": list(warnings),
    }
