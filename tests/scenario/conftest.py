"""The shipped scenarios, read once."""

import pytest
from tests.shipped import load

from foedus.scenario import TABLES, Scenario


@pytest.fixture(scope="session")
def minimal() -> Scenario:
    return load("minimal")


@pytest.fixture(scope="session")
def paris() -> Scenario:
    return load("paris-2025")


@pytest.fixture(scope="session")
def few_tables(minimal: Scenario) -> Scenario:
    """`minimal` without the tables that it can do without, for tests that write it often."""
    kept = {"delegations", "principals", "options", "share_keys", "sources"}
    return minimal.replace(**{name: () for name in TABLES if name not in kept})
