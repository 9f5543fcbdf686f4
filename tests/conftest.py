"""What every test stands on: how hypothesis draws its examples, and which tests run together."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # has none

# A run is the same on every machine and never fails for being slow: no deadline, no new examples by
# chance, no complaint about a busy processor. `HYPOTHESIS_PROFILE=thorough` looks for new examples.
settings.register_profile(
    "default",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    derandomize=False,
    deadline=None,
    max_examples=1_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ORDER = (
    "tests/briefing/",
    # Needs no kernel, so that those which the tests of the briefing compile are not compiled twice.
    "tests/scenario/",
    "tests/engines/forces/plan/",
    "tests/test_docs.py",
    "tests/test_examples.py",
    "tests/cli/",
    "tests/engines/",
)
"""What is run first; the rest follows as it is found. What takes long must not come last, where one
worker would do it while others have nothing to do."""
TOGETHER = {
    "tests/briefing/": "briefs and runs that are kept",
    "tests/scenario/": "scenarios that are kept",
    "tests/test_docs.py": "what commands print",
    "tests/test_examples.py": "what commands print",
    "src/": "examples in docstrings",
}
"""Tests that one worker runs, because they share what is costly; other files by themselves."""


def part_of(nodeid: str) -> str:
    """Return the part of all tests that a test is run with, by one worker."""
    parts = (part for place, part in TOGETHER.items() if nodeid.startswith(place))
    return next(parts, nodeid.partition("::")[0])


def turn_of(item: pytest.Item) -> int:
    """Return where a test stands in the order."""
    return next((n for n, place in enumerate(ORDER) if item.nodeid.startswith(place)), len(ORDER))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first."""
    items.sort(key=turn_of)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole parts, in the order of the tests; any other `--dist` does as it does."""
    if config.getvalue("dist") != "load":
        return None
    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = part_of
    return scheduler
