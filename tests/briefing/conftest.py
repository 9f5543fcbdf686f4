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

FEW = 120


@cache
def scenario_of(name: str) -> Scenario:
    """Return a shipped scenario, read once."""
    return load(name)


@cache
def kept_findings(
    name: str, option: str | None, draws: int, settings: tuple[tuple[str, Any], ...]
) -> Findings:
    """Return findings whose runs are made once for all tests."""
    scenario = scenario_of(name)
    request = make_request(scenario, option=option, draws=draws, set=dict(settings))
    return Findings(scenario, request)


@cache
def kept_brief(
    name: str, option: str | None, draws: int, settings: tuple[tuple[str, Any], ...], strict: bool
) -> Brief:
    """Return a brief that is made once for all tests."""
    cells = dict(settings)
    return brief(scenario_of(name), option=option, draws=draws, set=cells, strict=strict)


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
    """Return findings by scenario, option and cells that are set."""

    def found(
        name: str = "minimal",
        *,
        option: str | None = None,
        draws: int = FEW,
        set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    ) -> Findings:
        return kept_findings(name, option, draws, tuple((set or {}).items()))

    return found


@pytest.fixture(scope="session")
def briefed() -> Briefed:
    """Return a brief by scenario, option and cells that are set."""

    def made(
        name: str = "minimal",
        *,
        option: str | None = None,
        draws: int = FEW,
        set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
        strict: bool = False,
    ) -> Brief:
        return kept_brief(name, option, draws, tuple((set or {}).items()), strict)

    return made


@pytest.fixture(scope="session")
def asked() -> Callable[..., Any]:
    """Return one answer, asked for by itself."""

    def answered(
        question: str,
        name: str = "minimal",
        *,
        option: str | None = None,
        draws: int = FEW,
        set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    ) -> Any:
        made = ask(scenario_of(name), question, option=option, draws=draws, set=set)
        return made[question]

    return answered
