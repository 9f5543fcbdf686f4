"""Reports in a real browser: one browser and two reports for all tests."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.browser.browsers import NONE_FOUND, REQUIRED, browser_arguments, browser_path
from tests.browser.watched import Written, written

import foedus


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser without a screen."""
    path = browser_path()
    if path is None:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(NONE_FOUND)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=browser_arguments())
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def minimal(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return the report of the small invented scenario."""
    assert browser.is_connected()
    made = foedus.brief(foedus.load("minimal"), draws=100, plan=True)
    return written(made, tmp_path_factory.mktemp("minimal"))


@pytest.fixture(scope="session")
def short(minimal: Written, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return a report with a part of each kind and few rows: what looks at every one takes long."""
    few = replace(minimal.brief, answers=minimal.brief.answers[:2], claims=minimal.brief.claims[:2])
    return written(few, tmp_path_factory.mktemp("short"))


@pytest.fixture(scope="session")
def paris(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return the report of the largest scenario there is; from few draws, for speed."""
    assert browser.is_connected()
    made = foedus.brief(foedus.load("paris-2025"), draws=60, plan=False)
    return written(made, tmp_path_factory.mktemp("paris"))


@pytest.fixture(scope="session", params=["minimal", "paris"])
def one(request: pytest.FixtureRequest) -> Written:
    """Return each report in turn."""
    found: Written = request.getfixturevalue(request.param)
    return found
