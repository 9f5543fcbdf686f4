"""A brief of few draws, whose tables the charts of a topic are drawn from."""

import pytest

import foedus
from foedus import Brief


@pytest.fixture(scope="session")
def brief() -> Brief:
    return foedus.brief(foedus.load("minimal"), draws=40, plan=False)
