"""The questions, in order, and the brief that answers them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from foedus.briefing.afford import answer_afford
from foedus.briefing.alone import answer_alone
from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.claims import Verdict, verdicts
from foedus.briefing.consent import answer_consent
from foedus.briefing.contributions import answer_contributions
from foedus.briefing.duration import answer_duration
from foedus.briefing.exposure import answer_exposure
from foedus.briefing.findings import Findings
from foedus.briefing.measures import AnswerBook
from foedus.briefing.options import options_table
from foedus.briefing.sentences import count_of, listed
from foedus.briefing.size import answer_size
from foedus.engines import ENGINES
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import make_request
from foedus.scenario.scenario import Scenario, unknown

Progress = Callable[[str, float], None]

DEFAULT_DRAWS: Final = 2000
FEW_DRAWS: Final = 500
"""With fewer draws a reader is warned."""


@dataclass(frozen=True)
class Question:
    """A question that foedus answers."""

    id: str
    question: str
    engines: tuple[str, ...]
    """Names of the engines whose runs it needs."""
    write: Callable[[Findings, str], Answer]
    """Writes the answer, given the question in words."""

    def answer(self, findings: Findings) -> Answer:
        """Return the answer, written from the runs."""
        return self.write(findings, self.question)


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
        "afford",
        "Can they afford more defence, and have they the troops?",
        ("consent", "forces", "spending"),
        answer_afford,
    ),
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
    left_out = []
    for i, question in enumerate(questions):
        if progress is not None:
            progress(question.question, i / (len(questions) + 2))
        try:
            answers.append(question.answer(findings))
        except MissingDataError as error:  # one question less is better than no brief
            left_out.append(f"The question '{question.id}' is left out: {error}")
    if not answers and left_out:
        raise MissingDataError("\n".join(left_out))
    if progress is not None:
        progress("All options side by side", len(questions) / (len(questions) + 2))
    options = options_table(findings)
    if progress is not None:
        progress("What was claimed", (len(questions) + 1) / (len(questions) + 2))
    book = AnswerBook(findings, write_answer, why_unanswered, answers)
    claims = verdicts(book)
    if progress is not None:
        progress("Done", 1.0)
    asked = dict(set or {})
    made = finish(findings, tuple(answers), options, asked, strict=strict, book=book, claims=claims)
    return replace(made, warnings=(*made.warnings, *left_out))


def ask(  # noqa: PLR0913 - the arguments of `brief`, and which question: the documented surface
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


def why_unanswered(question: str, scenario: Scenario) -> str:
    """Say why a question is not answered, as a clause; nothing where it is."""
    by_id = {q.id: q for q in QUESTIONS}
    if question not in by_id:
        return f"this version does not answer the question '{question}'"
    needs = dict.fromkeys(name for e in by_id[question].engines for name in ENGINES[e].needs)
    missing = [f"{name}.csv" for name in needs if not scenario.table(name)]
    return f"the question '{question}' needs {listed(missing)}" if missing else ""


def write_answer(question: str, findings: Findings) -> Answer:
    """Return the answer to a question, by its id."""
    return next(q for q in QUESTIONS if q.id == question).answer(findings)


def finish(
    findings: Findings,
    answers: tuple[Answer, ...],
    options: pl.DataFrame,
    asked: dict[str, Any],
    *,
    strict: bool,
    book: AnswerBook | None = None,
    claims: tuple[Verdict, ...] = (),
) -> Brief:
    """Put answers, verdicts and warnings together; the book has the runs behind the verdicts."""
    request = findings.request
    made = [found.made() for found in (book.all_found if book else [findings])]
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
        claims=claims,
        runs={run_id: run for runs in made for run_id, run in runs.items()},
    )


def warnings_of(findings: Findings, *, strict: bool) -> tuple[str, ...]:
    """Return what a reader must know before using the numbers."""
    scenario = findings.scenario
    warnings = []
    if scenario.about.invented:
        warnings.append("This scenario is invented: its numbers say nothing of any real state.")
    if scenario.later_rows:
        warnings.append(later_warning(scenario))
    known = {stance.delegation for stance in scenario.stances}
    unknown_stances = [c for c in scenario.of_role("contributor") if c not in known]
    if unknown_stances:
        was = "was known on the date" if strict else "is known"
        counted = "it is counted" if len(unknown_stances) == 1 else "they are counted"
        names = listed([findings.titles[code] for code in unknown_stances])
        warnings.append(f"No stance of {names} {was}: {counted} as giving nothing.")
    if findings.request.draws < FEW_DRAWS:
        draws = count_of(findings.request.draws, "draw")
        warnings.append(f"Only {draws}: ranges are rough. {DEFAULT_DRAWS} is usual.")
    return tuple(warnings)


def later_warning(scenario: Scenario) -> str:
    """Say how many rows became known only later, table by table."""
    tables = Counter(table for table, _ in scenario.later_rows)
    parts = ", ".join(f"{count} of {table}" for table, count in tables.items())
    return (
        f"† {count_of(len(scenario.later_rows), 'row')} became known only after "
        f"{scenario.about.evidence_until} ({parts}): used, and marked; --strict leaves "
        f"{'it' if len(scenario.later_rows) == 1 else 'them'} out."
    )
