"""`foedus check`: tell whether a scenario is sound."""

from collections import Counter
from dataclasses import asdict, replace
from typing import Any

import click

from foedus.cli.documents import print_json
from foedus.cli.engine_faults import engine_problems
from foedus.cli.faults import MENDABLE
from foedus.cli.inert import inert
from foedus.cli.options import Asked, counted, verb
from foedus.errors import Problem, ScenarioError
from foedus.scenario import TABLES, Scenario, load

OWN_WORD = ("judgement", "assumed")
"""How a row is marked for which nothing was published."""


@verb("set", "tables", "strict", "json")
def check(asked: Asked) -> None:
    """Tell whether a scenario is sound, and list every problem in it.

    SCENARIO is a shipped name, a folder or a workbook. Each problem is listed with file and line,
    or sheet and cell, field, what is wrong and what to write instead. --strict also checks what is
    left without later rows, --set also checks the change.

    Exits with 0 if it is sound, and with 1 if it is not.
    """
    ctx = click.get_current_context()
    scenario, problems = read(asked)
    if scenario is not None:
        asked.checked(scenario.strict() if asked.strict and not problems else scenario)
    if asked.json:
        counts = {} if scenario is None else counts_of(scenario)
        document = {
            "scenario": asked.scenario,
            "sound": not problems,
            "problems": [asdict(problem) for problem in problems],
            **counts,
        }
        print_json(document)
    elif problems:
        click.echo(inert(str(ScenarioError(problems))), err=True)
    elif scenario is not None:
        click.echo(inert(verdict(scenario, strict=asked.strict)))
    ctx.exit(MENDABLE if problems else 0)


def read(asked: Asked) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """Return the scenario, if it can be read, and everything that is wrong with it."""
    try:
        scenario = asked.with_tables(load(asked.scenario))
    except ScenarioError as error:
        return None, error.problems
    problems = engine_problems(scenario, asked.scenario)
    if not asked.strict:
        return scenario, problems
    try:
        scenario.strict()
    except ScenarioError as error:
        return scenario, problems + tuple(without_later(problem) for problem in error.problems)
    return scenario, problems


def without_later(problem: Problem) -> Problem:
    """Say of a problem that it is there only without the later rows."""
    says = f"{problem.says} (once the rows marked later are left out)"
    return replace(problem, says=says)


def counts_of(scenario: Scenario) -> dict[str, Any]:
    """Return what the scenario holds, and how far it was checked."""
    rows = [row for table in TABLES for row in scenario.table(table)]
    return {
        "title": scenario.about.title,
        "digest": scenario.digest,
        "delegations": len(scenario.delegations),
        "options": len(scenario.options),
        "rows": len(rows),
        "later": len(scenario.later_rows),
        "verified": dict(sorted(Counter(row.verified for row in rows).items())),
    }


def verdict(scenario: Scenario, *, strict: bool) -> str:
    """Return one line: that it is sound, and what it holds."""
    counts = counts_of(scenario)
    own = sum(counts["verified"].get(word, 0) for word in OWN_WORD)
    parts = [
        counted(counts["delegations"], "delegation"),
        counted(counts["options"], "option"),
        counted(counts["rows"], "row"),
        f"{counts['later']:,} known only later",
        f"{own:,} judged or assumed",
    ]
    also = ", also without the later rows" if strict else ""
    return f"{scenario.about.title}: sound{also} ({', '.join(parts)})"
