"""`foedus ask`: one answer in full."""

import time

import click

from foedus import briefing
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, counted, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.sections import put_answer, put_head, put_repeat, put_warnings
from foedus.errors import SettingsError
from foedus.scenario.scenario import unknown


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.argument("question")
@click.option("--no-plan", is_flag=True, help="Leave out the force plan: faster.")
def ask(asked: Asked, question: str, no_plan: bool) -> None:
    """Answer one question in full.

    SCENARIO is a shipped name or a folder, QUESTION one of the ids that `foedus brief` prints.
    Every table is printed whole, with all drivers, assumptions and sources.
    """
    refuse_unknown(question)
    scenario = asked.load()
    started = time.monotonic()
    with shown_progress() as progress:
        found = briefing.ask(
            scenario,
            question,
            **asked.run_arguments(),
            strict=asked.strict,
            plan=not no_plan,
            progress=progress,
        )
    say(f"answered from {counted(found.draws, 'draw')}, {time.monotonic() - started:.1f} s")
    if asked.json:
        print_json(found.to_json())
        return
    page = Page()
    option = found.scenario.option(found.option)
    put_head(page, found.scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, found.warnings)
    for answer in found.answers:
        put_answer(page, found.scenario, answer)
    put_repeat(
        page, found, asked.again("ask", found.option, question, *(["--no-plan"] if no_plan else []))
    )
    page.show()


def refuse_unknown(question: str) -> None:
    """Refuse a question that foedus does not know, with the nearest ids and the list of all.

    Raises
    ------
    SettingsError
        If there is no such question.
    """
    ids = [known.id for known in briefing.QUESTIONS]
    if question not in ids:
        hint = unknown("there is no question", question, ids)
        width = max(map(len, ids))
        lines = [f"  {known.id:<{width}}  {known.question}" for known in briefing.QUESTIONS]
        raise SettingsError("\n".join([hint, *lines]))
