"""The shipped scenarios, read once."""

import pytest
from tests.shipped import load

from foedus.scenario import Scenario


@pytest.fixture(scope="session")
def minimal() -> Scenario:
    """Return the invented scenario."""
    return load("minimal")


@pytest.fixture(scope="session")
def paris() -> Scenario:
    """Return the scenario of Paris, 17 February 2025."""
    return load("paris-2025")
