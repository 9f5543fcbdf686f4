"""Claims by themselves: only the questions that they need are answered."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from foedus.briefing.brief import Brief
from foedus.briefing.claims import hold
from foedus.briefing.measures import AnswerBook
from foedus.briefing.questions import (
    DEFAULT_DRAWS,
    QUESTIONS,
    Progress,
    finish,
    start,
    why_unanswered,
    write_answer,
)
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario.claims import Claim
from foedus.scenario.scenario import Scenario, unknown


def check_claims(  # noqa: PLR0913 - the arguments of `brief`, and which claims
    scenario: Scenario,
    claims: Sequence[str] = (),
    *,
    option: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    strict: bool = False,
    progress: Progress | None = None,
) -> Brief:
    """Hold claims against the numbers; arguments as for `brief`.

    Parameters
    ----------
    claims
        Names of those wanted; all of the scenario if none are given.

    Returns
    -------
    Brief
        With the verdicts, and of the answers those that they needed for the brief's own option.

    Raises
    ------
    SettingsError, MissingDataError
        If there is no such claim or none at all, or an argument cannot be taken.
    """
    findings = start(scenario, option=option, draws=draws, seed=seed, set=set, strict=strict)
    book = AnswerBook(findings, write_answer, why_unanswered)
    found = []
    chosen = choose(findings.as_set, claims)
    for i, claim in enumerate(chosen):
        if progress is not None:
            progress(claim.statement, i / len(chosen))
        found.append(hold(claim, book))
    if progress is not None:
        progress("Done", 1.0)
    needed = {question for question, of in book.answers if of == book.option}
    answers = tuple(book.answer(q.id) for q in QUESTIONS if q.id in needed)
    none = pl.DataFrame()
    asked = dict(set or {})
    return finish(findings, answers, none, asked, strict=strict, book=book, claims=tuple(found))


def choose(scenario: Scenario, names: Sequence[str]) -> tuple[Claim, ...]:
    """Return the claims of these names, in the scenario's order; all if none are named."""
    if not scenario.claims:
        raise MissingDataError(f"{scenario.name}: nothing is claimed. Add claims.csv.")
    known = [row.claim for row in scenario.claims]
    for name in names:
        if name not in known:
            raise SettingsError(unknown("there is no claim", name, known))
    return tuple(row for row in scenario.claims if not names or row.claim in names)
