"""A brief of few draws, whose tables the charts of a topic are drawn from."""

import pytest
from tests import kept

from foedus import Brief


@pytest.fixture(scope="session")
def brief() -> Brief:
    """Return it: `tests/test_plots.py` draws every figure of it."""
    return kept.brief()
