"""What the tests of the briefing share: scenarios that are read once, and runs that are kept."""

from collections.abc import Callable

import pytest
from tests import kept
from tests.cli.few import TABLES as FEW_TABLES

from foedus.briefing import Answer, Brief
from foedus.briefing.findings import Findings
from foedus.scenario import Scenario
from foedus.scenario.scenario import TABLES


@pytest.fixture(scope="session")
def minimal() -> Scenario:
    """Return the invented scenario."""
    return kept.scenario("minimal")


@pytest.fixture(scope="session")
def paris() -> Scenario:
    """Return the scenario of Paris, 17 February 2025."""
    return kept.scenario("paris-2025")


@pytest.fixture(scope="session")
def find() -> Callable[..., Findings]:
    """Return findings by scenario, option, draws and cells that are set."""
    return kept.findings


@pytest.fixture(scope="session")
def briefed() -> Callable[..., Brief]:
    """Return a brief by scenario, option, draws, strictness and cells that are set."""
    return kept.brief


@pytest.fixture(scope="session")
def asked() -> Callable[..., Answer]:
    """Return one answer."""
    return kept.answer


@pytest.fixture(scope="session")
def few() -> Scenario:
    """Return a scenario of which a brief is quick: it answers six questions."""
    whole = kept.scenario("minimal")
    absent = {name for name in TABLES if name not in FEW_TABLES}
    return whole.replace(**dict.fromkeys(absent, ()))
