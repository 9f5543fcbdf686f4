"""The questions, in order, and the brief that answers them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from foedus.briefing.alone import answer_alone
from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.consent import answer_consent
from foedus.briefing.contributions import answer_contributions
from foedus.briefing.exposure import answer_exposure
from foedus.briefing.findings import Findings
from foedus.briefing.options import options_table
from foedus.briefing.sentences import count_of
from foedus.briefing.strength import answer_duration, answer_size
from foedus.engines import ENGINES
from foedus.errors import SettingsError
from foedus.runs import make_request
from foedus.scenario.scenario import Scenario, unknown

Progress = Callable[[str, float], None]

DEFAULT_DRAWS: Final = 2000


@dataclass(frozen=True)
class Question:
    """A question that foedus answers."""

    id: str
    question: str
    engines: tuple[str, ...]
    """Names of the engines whose runs it needs."""
    answer: Callable[[Findings], Answer]


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        "size", "How large can the force be, and by when?", ("consent", "forces"), answer_size
    ),
    Question(
        "contributions",
        "How many troops should each country send?",
        ("consent", "forces"),
        answer_contributions,
    ),
    Question("duration", "For how long?", ("consent", "forces"), answer_duration),
    Question(
        "consent",
        "Would voters and parliaments carry it: who would join?",
        ("consent", "forces"),
        answer_consent,
    ),
    Question("exposure", "Who bares its own flank?", ("consent", "forces"), answer_exposure),
    Question(
        "alone",
        "If the guarantor says no, what can still be done?",
        ("consent", "forces"),
        answer_alone,
    ),
)
"""Every question, in the order of the brief."""


def brief(
    scenario: Scenario,
    *,
    option: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    strict: bool = False,
    progress: Progress | None = None,
) -> Brief:
    """Answer every question that the scenario has the tables for, and compare its options.

    Parameters
    ----------
    scenario
        As `foedus.load` returns it.
    option
        Key of the option to answer for; the headline option if None.
    draws
        Futures to draw, at least 1.
    seed
        Explains every draw.
    set
        Cells to change: `{"options/rear-30k-us/us_backing_prob": 0.9}`.
    strict
        Leave out rows that became known only later.
    progress
        Called with what is being done and the share that is done.

    Raises
    ------
    SettingsError, MissingDataError
        If an argument cannot be taken, or no question can be answered.
    """
    findings = start(scenario, option=option, draws=draws, seed=seed, set=set, strict=strict)
    questions = answerable(findings.scenario)
    answers = []
    for i, question in enumerate(questions):
        if progress is not None:
            progress(question.question, i / (len(questions) + 1))
        answers.append(question.answer(findings))
    if progress is not None:
        progress("All options side by side", len(questions) / (len(questions) + 1))
    options = options_table(findings)
    if progress is not None:
        progress("Done", 1.0)
    return finish(findings, tuple(answers), options, dict(set or {}), strict=strict)


def ask(
    scenario: Scenario,
    question: str,
    *,
    option: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    strict: bool = False,
    progress: Progress | None = None,
) -> Brief:
    """Answer one question; arguments as for `brief`. The options are not compared.

    Raises
    ------
    SettingsError, MissingDataError
        If there is no such question, or an argument cannot be taken.
    """
    by_id = {q.id: q for q in QUESTIONS}
    if question not in by_id:
        raise SettingsError(unknown("there is no question", question, by_id))
    findings = start(scenario, option=option, draws=draws, seed=seed, set=set, strict=strict)
    if progress is not None:
        progress(by_id[question].question, 0.0)
    answer = by_id[question].answer(findings)
    if progress is not None:
        progress("Done", 1.0)
    return finish(findings, (answer,), pl.DataFrame(), dict(set or {}), strict=strict)


def start(
    scenario: Scenario,
    *,
    option: str | None,
    draws: int,
    seed: int,
    set: Mapping[str, Any] | None,  # noqa: A002 - the word of the command line
    strict: bool,
) -> Findings:
    """Check the arguments and return the runs to come."""
    if draws < 1:
        raise SettingsError(f"draws: {draws} is too few. A brief needs at least 1; 2000 is usual.")
    used = scenario.strict() if strict else scenario
    return Findings(used, make_request(used, option=option, draws=draws, seed=seed, set=set))


def answerable(scenario: Scenario) -> tuple[Question, ...]:
    """Return the questions that the scenario has the tables for."""
    return tuple(
        question
        for question in QUESTIONS
        if all(
            scenario.table(name) for engine in question.engines for name in ENGINES[engine].needs
        )
    )


def finish(
    findings: Findings,
    answers: tuple[Answer, ...],
    options: pl.DataFrame,
    asked: dict[str, Any],
    *,
    strict: bool,
) -> Brief:
    """Put answers and warnings together."""
    request = findings.request
    return Brief(
        scenario=findings.scenario,
        option=request.option,
        draws=request.draws,
        seed=request.seed,
        set=asked,
        strict=strict,
        answers=answers,
        options=options,
        warnings=warnings_of(findings, strict=strict),
    )


def warnings_of(findings: Findings, *, strict: bool) -> tuple[str, ...]:
    """Return what a reader must know before using the numbers."""
    scenario = findings.scenario
    warnings = []
    if scenario.about.invented:
        warnings.append("This scenario is invented: its numbers say nothing of any real state.")
    if scenario.later_rows:
        tables: dict[str, int] = {}
        for table, _ in scenario.later_rows:
            tables[table] = tables.get(table, 0) + 1
        parts = ", ".join(f"{count} of {table}" for table, count in tables.items())
        warnings.append(
            f"† {count_of(len(scenario.later_rows), 'row')} became known only after "
            f"{scenario.about.evidence_until} ({parts}): used, and marked; --strict leaves them out."
        )
    known = {stance.delegation for stance in scenario.stances}
    unknown_stances = [c for c in scenario.of_role("contributor") if c not in known]
    if unknown_stances:
        was = "was known on the date" if strict else "is known"
        warnings.append(
            f"No stance of {', '.join(unknown_stances)} {was}: they are counted as giving nothing."
        )
    if findings.request.draws < 500:
        warnings.append(f"Only {findings.request.draws} draws: ranges are rough. 2000 is usual.")
    return tuple(warnings)
