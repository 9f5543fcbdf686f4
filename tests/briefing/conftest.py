"""What the tests of the briefing share: scenarios that are read once, and runs that are kept."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from foedus.briefing import Brief, ask, brief
from foedus.briefing.findings import Findings
from foedus.runs import make_request
from foedus.scenario import Scenario, load

Find = Callable[..., Findings]
Briefed = Callable[..., Brief]
Cells = tuple[tuple[str, Any], ...]

FEW = 120

scenario_of = cache(load)


@cache
def kept_findings(name: str, option: str | None, draws: int, cells: Cells) -> Findings:
    """Return findings whose runs are made once for all tests."""
    scenario = scenario_of(name)
    return Findings(scenario, make_request(scenario, option=option, draws=draws, set=dict(cells)))


@cache
def kept_brief(name: str, draws: int, cells: Cells, **asked: Any) -> Brief:
    """Return a brief that is made once for all tests."""
    return brief(scenario_of(name), draws=draws, set=dict(cells), **asked)


def cells_of(words: dict[str, Any]) -> Cells:
    """Take the cells that are set out of a call's words, as a cache can hold them."""
    given: Mapping[str, Any] = words.pop("set", None) or {}
    return tuple(given.items())


@pytest.fixture(scope="session")
def minimal() -> Scenario:
    """Return the invented scenario."""
    return scenario_of("minimal")


@pytest.fixture(scope="session")
def paris() -> Scenario:
    """Return the scenario of Paris, 17 February 2025."""
    return scenario_of("paris-2025")


@pytest.fixture(scope="session")
def find() -> Find:
    """Return findings by scenario, option, draws and cells that are set."""
    return lambda name="minimal", *, option=None, draws=FEW, **words: kept_findings(
        name, option, draws, cells_of(words)
    )


@pytest.fixture(scope="session")
def briefed() -> Briefed:
    """Return a brief by scenario, option, draws, strictness and cells that are set."""
    return lambda name="minimal", *, draws=FEW, **words: kept_brief(
        name, draws, cells_of(words), **words
    )


@pytest.fixture(scope="session")
def asked() -> Callable[..., Any]:
    """Return one answer, asked for by itself."""
    return lambda question, name="minimal", *, draws=FEW, **words: ask(
        scenario_of(name), question, draws=draws, **words
    )[question]
