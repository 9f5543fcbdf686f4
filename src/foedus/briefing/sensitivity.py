"""Find what an outcome of the whole chain hangs on, and in which futures it falls short."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from foedus.briefing.analysis import Analysis, Method
from foedus.briefing.factor_words import FactorWords
from foedus.briefing.findings import Findings
from foedus.briefing.questions import Progress, warnings_of
from foedus.ensemble.across_options import AcrossOptions, across_options, way_of
from foedus.ensemble.boxes import Question, parse_question
from foedus.ensemble.boxes import discover as discovery
from foedus.ensemble.chain_model import ChainModel, outcome_named
from foedus.ensemble.design import blocks, stream
from foedus.ensemble.events import event_shares
from foedus.ensemble.sampled import GROUP, Sampled, sampled_cells
from foedus.ensemble.sensitivity import (
    DRAWS,
    MOST_CELLS,
    Effects,
    Report,
    Sensitivity,
    at_least_two,
    decompose,
    effects,
    ordinary,
)
from foedus.ensemble.sobol_indices import resampling
from foedus.ensemble.swings import Swings, swings
from foedus.errors import SettingsError
from foedus.runs import make_request, whole_number
from foedus.scenario.draws import Draws, group_factor
from foedus.scenario.scenario import Scenario, unknown

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

METHODS: Final[tuple[Method, ...]] = get_args(Method)
DEFAULT_OUTCOME: Final = "forces/balanced_persons"
RESAMPLES_OF_EVENTS: Final = 500
DRAWS_A_PLACE: Final = 64
"""Morris's screening takes so many times fewer places than draws are asked for."""
FEWEST_PLACES: Final = 8


def sensitivity(  # noqa: PLR0913 - the documented surface
    scenario: Scenario,
    *,
    outcome: str | None = None,
    method: Method = "sobol",
    option: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    strict: bool = False,
    discover: str | None = None,
    across: bool = False,
    top: int = MOST_CELLS,
    progress: Progress | None = None,
) -> Analysis:
    """Find what an outcome of the whole chain hangs on.

    Every uncertain cell is drawn through the chain of an option, from who joins to whether it
    deters. `foedus sensitivity` prints what is returned, and `foedus.plots.of_sensitivity` draws
    it.

    Parameters
    ----------
    scenario
        As `foedus.load` returns it.
    outcome
        Such as `deterrence/deterred_prob`; the engine in front may be left out where no other has
        an outcome of the name. If None, that of the question, or `forces/balanced_persons`.
    method
        `sobol`, shares of variance; `morris`, a screening of hundreds of inputs; or `tornado`, bars
        of one input at a time.
    option
        Key of the option; the headline option if None.
    draws
        Futures to draw, at least 2; a method makes more runs of the chain from them.
    seed
        Explains every draw.
    set
        Cells to change: `{"options/rear-30k-us/us_backing_prob": 0.9}`. They are no factors.
    strict
        Leave out rows that became known only later.
    discover
        Tell in which part of the inputs an outcome is below or above a limit:
        `"forces/balanced_persons < 10000"`.
    across
        Hold all options against each other on the same futures.
    top
        Cells to be told apart, and factors to be told, at most.
    progress
        Called with what is being done and the share of it that is done; each part of the work goes
        from 0 to 1.

    Raises
    ------
    SettingsError, MissingDataError
        If an argument cannot be taken, or the scenario lacks what the outcome is computed from.
    """
    at_least_two(whole_number("draws", draws))
    if method not in METHODS:
        raise SettingsError(unknown("there is no method", method, METHODS))
    if whole_number("top", top) < 1:
        raise SettingsError(f"top: {top} would tell nothing. Write 1 or more.")
    question = None if discover is None else question_of(discover)
    used = scenario.strict() if strict else scenario
    request = make_request(used, option=option, draws=draws, seed=seed, set=set)
    findings = Findings(used, request)
    name, about = outcome_named(
        outcome or (question.outcome if question is not None else DEFAULT_OUTCOME)
    )
    if across:
        way_of(name, about.more_is_better)  # refused before anything is run
    report = None if progress is None else in_words(progress, FactorWords(used, request))
    engines = engines_of(name, question)
    model = ChainModel(used, request, engines)
    model.chain.to_run(engines)  # so that what is missing is told before anything is run
    sampled = sampled_cells(used, request)
    result = by_method(method, name, top, sampled, model, report)
    futures, outcomes = ordinary(
        sampled, model, seed=request.seed, draws=request.draws, report=report
    )
    events = happened(model, futures)
    weight = resampling(futures.n, RESAMPLES_OF_EVENTS, stream(request.seed, 0, "resampling"))
    boxes = None
    if question is not None:
        inputs = inputs_of(sampled, futures, events, request.seed)
        boxes = discovery(question, outcomes[question.outcome], inputs)
    return Analysis(
        scenario=used,
        request=request,
        outcome=name,
        about=about,
        top=top,
        result=result,
        sample=outcomes[name],
        events=event_shares(events, outcomes[name], weight),
        discovery=boxes,
        across=compared(model, name, question, sampled, report) if across else None,
        warnings=warnings_of(findings, strict=strict),
    )


def question_of(text: str) -> Question:
    """Read a question, with the name of its outcome in full."""
    question = parse_question(text)
    return replace(question, outcome=outcome_named(question.outcome)[0])


def in_words(progress: Progress, words: FactorWords) -> Report:
    """Return a report that tells of factors in words."""
    return lambda what, fraction: progress(words.running(what), fraction)


def engines_of(name: str, question: Question | None) -> tuple[str, ...]:
    """Return the engines whose outcomes are read."""
    read = (name,) if question is None else (name, question.outcome)
    return tuple(dict.fromkeys(one.partition("/")[0] for one in read))


def by_method(
    method: Method, name: str, top: int, sampled: Sampled, model: ChainModel, report: Report | None
) -> Sensitivity | Effects | Swings:
    """Return what the method that is asked for finds."""
    seed, draws = model.request.seed, model.request.draws
    match method:
        case "sobol":
            return decompose(
                *(sampled, model, [name]), seed=seed, draws=draws, most_cells=top, report=report
            )
        case "morris":
            places = min(draws, max(draws // DRAWS_A_PLACE, FEWEST_PLACES))
            return effects(sampled, model, [name], seed=seed, draws=places, report=report)
        case "tornado":
            return swings(
                *(sampled, model, name), seed=seed, draws=draws, most_inputs=top, report=report
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


def compared(
    model: ChainModel,
    name: str,
    question: Question | None,
    sampled: Sampled,
    report: Report | None,
) -> AcrossOptions:
    """Return all options on the same futures."""
    scenario, request = model.scenario, model.request
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
