"""What takes long to make and no test changes: made once by a worker, for all its tests."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from tests.shipped import load as scenario

import foedus
from foedus import Brief
from foedus.briefing import Answer
from foedus.briefing.analysis import Analysis
from foedus.briefing.findings import Findings
from foedus.report.annex import collect
from foedus.report.sections import Report, report_of
from foedus.runs import make_request

__all__ = ["FEW", "analysis", "answer", "brief", "findings", "report", "scenario"]

Cells = tuple[tuple[str, Any], ...]
"""Cells that are set, as a cache can hold them."""

FEW: Final = 60
"""Draws of a brief where a test asks what it says and how it looks, and not how sure it is."""


def brief(
    name: str = "minimal",
    draws: int = FEW,
    *,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as `foedus.brief` has it
    **asked: Any,
) -> Brief:
    """Return the brief on a shipped scenario, without a plan unless it is asked for.

    Other words as `foedus.brief` takes them.
    """
    return _brief(name, draws, cells_of(set), tuple(sorted({"plan": False, **asked}.items())))


def answer(question: str, name: str = "minimal", draws: int = FEW, **asked: Any) -> Answer:
    """Return an answer: that of the brief, or where cells are set one asked for by itself."""
    if not asked.get("set"):
        return brief(name, draws, **asked)[question]
    cells = cells_of(asked.pop("set"))
    return _answer(question, name, draws, cells, tuple(sorted({"plan": False, **asked}.items())))


def report(name: str = "minimal", draws: int = FEW, *, plan: bool = False) -> Report:
    """Return all parts of its report, whose charts keep how they were drawn."""
    return _report(name, draws, plan)


def findings(
    name: str = "minimal",
    draws: int = FEW,
    *,
    option: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as above
) -> Findings:
    """Return findings, whose runs are made as they are asked for."""
    return _findings(name, draws, option, cells_of(set))


@cache
def analysis(draws: int = FEW, **asked: Any) -> Analysis:
    """Return what an outcome hangs on in `minimal`; words as `foedus.sensitivity` takes them."""
    return foedus.sensitivity(scenario("minimal"), draws=draws, **asked)


def cells_of(given: Mapping[str, Any] | None) -> Cells:
    """Return cells as a cache can hold them."""
    return tuple((given or {}).items())


@cache
def _brief(name: str, draws: int, cells: Cells, asked: Cells) -> Brief:
    return foedus.brief(scenario(name), draws=draws, set=dict(cells), **dict(asked))


@cache
def _answer(question: str, name: str, draws: int, cells: Cells, asked: Cells) -> Answer:
    made = foedus.ask(scenario(name), question, draws=draws, set=dict(cells), **dict(asked))
    return made[question]


@cache
def _report(name: str, draws: int, plan: bool) -> Report:
    made = brief(name, draws, plan=plan)
    return report_of(made, collect(made))


@cache
def _findings(name: str, draws: int, option: str | None, cells: Cells) -> Findings:
    used = scenario(name)
    return Findings(used, make_request(used, option=option, draws=draws, set=dict(cells)))
