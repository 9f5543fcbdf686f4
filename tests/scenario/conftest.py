"""The shipped scenarios, read once."""

import pytest

from foedus.scenario import Scenario, load


@pytest.fixture(scope="session")
def minimal() -> Scenario:
    return load("minimal")


@pytest.fixture(scope="session")
def paris() -> Scenario:
    return load("paris-2025")
