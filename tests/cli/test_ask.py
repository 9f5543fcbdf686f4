"""`foedus ask` prints one answer in full."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from tests import kept

import foedus as fd
from foedus.briefing import QUESTIONS
from foedus.briefing.questions import answerable
from foedus.briefing.wording import table_title
from foedus.cli.page import Page
from foedus.cli.sections import put_answer

Foedus = Callable[..., Result]

QUICK = ("--draws", kept.FEW)


@pytest.mark.parametrize("question", [q.id for q in answerable(fd.load("minimal"))])
def test_an_answer_is_printed_with_every_table_and_source(question: str, foedus: Foedus) -> None:
    outcome = foedus("ask", "minimal", question, *QUICK)
    assert outcome.exit_code == 0
    answer = kept.brief(plan=True)[question]
    flat = " ".join(outcome.stdout.split())
    assert " ".join(answer.headline.split()) in flat
    for name in answer.tables:
        assert f"\n{table_title(name)}\n" in outcome.stdout
    for key in answer.sources:
        assert fd.load("minimal").row("sources", key).title in flat
    for driver in answer.drivers:
        assert " ".join(driver.says.split()) in flat
    assert answer.run in outcome.stdout
    assert f"foedus ask minimal {question} --option rear-8k-backed" in flat
    assert f"answered from {kept.FEW} draws" in outcome.stderr


def test_every_row_of_a_long_table_is_printed() -> None:
    """A brief prints the first twelve; here the nations of a large scenario are all there."""
    paris = fd.load("paris-2025")
    page = Page()
    put_answer(page, paris, kept.brief("paris-2025")["consent"])
    out = "\n".join(line.plain for line in page.lines)
    names = {row.delegation for row in paris.stances}
    assert len(names) > 12
    titles = paris.titles("delegations")
    assert all(titles[code] in out for code in names)


def test_the_document_is_a_brief_with_one_answer(foedus: Foedus) -> None:
    outcome = foedus("ask", "minimal", "duration", *QUICK, "--json")
    document = json.loads(outcome.stdout)
    assert [answer["id"] for answer in document["answers"]] == ["duration"]
    assert document["settings"]["draws"] == kept.FEW


def test_an_unknown_question_is_refused_with_the_nearest_and_the_list(foedus: Foedus) -> None:
    outcome = foedus("ask", "minimal", "sizes")
    assert outcome.exit_code == 1
    assert "there is no question 'sizes'. Did you mean size?" in outcome.stderr
    for question in QUESTIONS:
        assert f"{question.id} " in outcome.stderr
        assert question.question in outcome.stderr
    assert outcome.stdout == ""


def test_a_question_is_needed(foedus: Foedus) -> None:
    assert foedus("ask", "minimal").exit_code == 2
