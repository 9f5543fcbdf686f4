"""What every test stands on: how hypothesis draws its examples, and which tests run together."""

import gc
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests.browser.browsers import NONE_FOUND
from tests.turns import part_of, turn_of
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # has none

# A run is the same on every machine and never fails for being slow: no deadline, no new examples by
# chance, no complaint about a busy processor. `HYPOTHESIS_PROFILE=thorough` looks for new examples.
settings.register_profile(
    "default",
    derandomize=True,
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    derandomize=False,
    deadline=None,
    max_examples=500,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first."""
    items.sort(key=turn_of)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by the thousands of things that stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say so as the last thing where the report was not opened in a browser."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if report.nodeid.startswith("tests/browser/")
    ]
    if skipped:
        terminalreporter.section("NOT TESTED IN A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests did not run: {NONE_FOUND}.", red=True)
        terminalreporter.line("Install Chromium or Chrome, then: make test-browser", red=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole parts, in the order of the tests; any other `--dist` does as it does."""
    if config.getvalue("dist") != "load":
        return None
    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = part_of
    return scheduler
