"""Reports in a real browser: one browser and a few reports for all tests."""

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from threading import Timer

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests import kept
from tests.browser import browsers
from tests.browser.watched import MANY, PATIENCE_MS, Written, rendered

from foedus.report.annex import collect
from foedus.report.sections import report_of


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Let no test in a browser wait for ever."""
    limit = Timer(browsers.LONGEST_S, browsers.end_browsers)
    limit.daemon = True
    limit.start()
    try:
        return (yield)
    finally:
        limit.cancel()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser without a screen."""
    path = browsers.browser_path()
    if path is None:
        (pytest.fail if os.environ.get(browsers.REQUIRED) else pytest.skip)(browsers.NONE_FOUND)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=path, args=browsers.browser_arguments(), timeout=PATIENCE_MS
        )
        browsers.OPEN.add(process := browsers.process_of(opened))
        yield opened
        browsers.OPEN.discard(process)
        opened.close()


@pytest.fixture(scope="session")
def minimal(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return the report of the small invented scenario."""
    assert browser.is_connected()
    return rendered(kept.report(), tmp_path_factory.mktemp("minimal"))


@pytest.fixture(scope="session")
def short(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return a report with an answer of each kind and few rows: to look at every one takes long."""
    assert browser.is_connected()
    brief = kept.brief(draws=MANY)
    answers = tuple(
        replace(answer, rows=answer.rows[::10])
        for answer in brief.answers
        if answer.id in ("contributions", "duration", "exposure", "leverage", "bridge")
    )
    assert any(answer.drivers for answer in answers)
    few = replace(brief, answers=answers, claims=brief.claims[:2])
    return rendered(report_of(few, collect(few)), tmp_path_factory.mktemp("short"))


@pytest.fixture(scope="session")
def paris(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Return the report of the largest scenario there is."""
    assert browser.is_connected()
    return rendered(kept.report("paris-2025"), tmp_path_factory.mktemp("paris"))
