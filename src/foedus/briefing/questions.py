"""The questions, in order, and the brief that answers them."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from foedus.briefing.afford import answer_afford
from foedus.briefing.agreement import answer_agreement
from foedus.briefing.alone import answer_alone
from foedus.briefing.answer import Answer
from foedus.briefing.backstop import answer_backstop
from foedus.briefing.breach import answer_breach
from foedus.briefing.bridge import answer_bridge
from foedus.briefing.brief import Brief
from foedus.briefing.claims import Verdict, verdicts
from foedus.briefing.command import answer_command
from foedus.briefing.consent import answer_consent
from foedus.briefing.contributions import answer_contributions
from foedus.briefing.duration import answer_duration
from foedus.briefing.exposure import answer_exposure
from foedus.briefing.findings import Findings
from foedus.briefing.leverage import answer_leverage
from foedus.briefing.measures import AnswerBook
from foedus.briefing.messages import answer_messages
from foedus.briefing.mission import answer_mission
from foedus.briefing.options import options_table
from foedus.briefing.plan_answers import plan_beside, with_plan
from foedus.briefing.pledge import PLEDGES, answer_pledge
from foedus.briefing.reply import answer_reply
from foedus.briefing.sanctions import ISSUE as SANCTIONS
from foedus.briefing.sanctions import answer_sanctions
from foedus.briefing.seat import answer_seat
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
    issues: tuple[str, ...] = ()
    """Keys of `issues.csv` of which it needs one; none where it speaks of any."""
    tables: tuple[str, ...] = ()
    """Tables that it needs beside those of its engines."""

    def answer(self, findings: Findings) -> Answer:
        """Return the answer, written from the runs.

        Raises
        ------
        MissingDataError
            If the scenario lacks what the question is about, or a table that an engine needs.
        """
        missing = missing_of(self, findings.scenario)
        if missing:
            raise MissingDataError(
                f"{findings.scenario.name}: the question '{self.id}' needs {listed(missing)}."
            )
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
    Question("command", "Under whose command?", ("consent", "forces", "command"), answer_command),
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
    Question("agreement", "What can they agree on?", ("bargaining",), answer_agreement),
    Question(
        "spending-pledge",
        "More money, or better coordination?",
        ("bargaining",),
        answer_pledge,
        PLEDGES,
    ),
    Question(
        "sanctions",
        "Who would tighten sanctions, and would it pass?",
        ("bargaining",),
        answer_sanctions,
        (SANCTIONS,),
    ),
    Question(
        "seat",
        "What is a seat at the table worth, and who must be in the room?",
        ("bargaining",),
        answer_seat,
    ),
    Question(
        "leverage",
        "Will the guarantor listen: can the contributors force a seat?",
        ("consent", "forces", "deterrence"),
        answer_leverage,
    ),
    Question(
        "bridge",
        "Who can be the bridge to the guarantor: whom to send?",
        ("brokerage",),
        answer_bridge,
    ),
    Question(
        "mission",
        "What should the mission statement be?",
        ("consent", "forces", "deterrence"),
        answer_mission,
    ),
    Question(
        "breach",
        "If the ceasefire is broken, are the force's soldiers at war?",
        ("consent", "forces", "deterrence"),
        answer_breach,
    ),
    Question(
        "backstop",
        "Would the guarantor have their back, and how sure must it be?",
        ("consent", "forces", "deterrence"),
        answer_backstop,
    ),
    Question(
        "alone",
        "If the guarantor says no, what can still be done?",
        ("consent", "forces"),
        answer_alone,
    ),
    Question(
        "messages",
        "Does the force say what it should: to the host, the guarantor and the adversary?",
        ("consent", "forces", "deterrence"),
        answer_messages,
    ),
    Question(
        "reply",
        "What would those asked write on the form?",
        ("consent", "forces"),
        answer_reply,
        tables=("questionnaire",),
    ),
)
"""Every question, in the order of the brief."""


def brief(  # noqa: PLR0913 - the documented surface
    scenario: Scenario,
    *,
    option: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    strict: bool = False,
    plan: bool = True,
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
    plan
        Set the force plan beside the answers that it speaks to; without it a brief is faster.
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
    steps = len(questions) + 3

    def tell(done: str, step: int) -> None:
        if progress is not None:
            progress(done, step / steps)

    with plan_beside(findings) if plan else nullcontext():
        for i, question in enumerate(questions):
            tell(question.question, i)
            try:
                answers.append(question.answer(findings))
            except MissingDataError as error:  # one question less is better than no brief
                left_out.append(f"The question '{question.id}' is left out: {error}")
        if not answers and left_out:
            raise MissingDataError("\n".join(left_out))
        tell("All options side by side", steps - 3)
        options = options_table(findings)
        tell("What was claimed", steps - 2)
        # Claims are held against the answers over all futures, whatever a plan says beside them.
        book = AnswerBook(findings, write_answer, why_unanswered, answers)
        claims = verdicts(book)
        tell("The force plan", steps - 1)
    told = tuple(with_plan(answer, findings) if plan else answer for answer in answers)
    tell("Done", steps)
    asked = dict(set or {})
    made = finish(
        findings, told, options, asked, strict=strict, plan=plan, book=book, claims=claims
    )
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
    plan: bool = True,
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
    answer = with_plan(answer, findings) if plan else answer
    if progress is not None:
        progress("Done", 1.0)
    return finish(findings, (answer,), pl.DataFrame(), dict(set or {}), strict=strict, plan=plan)


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
    return tuple(question for question in QUESTIONS if not missing_of(question, scenario))


def missing_of(question: Question, scenario: Scenario) -> list[str]:
    """Return the tables that a question lacks, and the issue if it is about one of its own."""
    of_engines = (name for engine in question.engines for name in ENGINES[engine].needs)
    needs = dict.fromkeys((*of_engines, *question.tables))
    missing = [f"{name}.csv" for name in needs if not scenario.table(name)]
    bargained = {row.issue for row in scenario.positions}
    if question.issues and not missing and bargained.isdisjoint(question.issues):
        missing = [f"positions on the issue {question.issues[0]} in positions.csv"]
    return missing


def why_unanswered(question: str, scenario: Scenario) -> str:
    """Say why a question is not answered, as a clause; nothing where it is."""
    by_id = {q.id: q for q in QUESTIONS}
    if question not in by_id:
        return f"this version does not answer the question '{question}'"
    missing = missing_of(by_id[question], scenario)
    return f"the question '{question}' needs {listed(missing)}" if missing else ""


def write_answer(question: str, findings: Findings) -> Answer:
    """Return the answer to a question, by its id."""
    return next(q for q in QUESTIONS if q.id == question).answer(findings)


def finish(  # noqa: PLR0913 - all that a brief holds
    findings: Findings,
    answers: tuple[Answer, ...],
    options: pl.DataFrame,
    asked: dict[str, Any],
    *,
    strict: bool,
    plan: bool = False,
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
        plan=plan,
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
