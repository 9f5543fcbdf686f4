"""The report opens from a disk in a real browser, whole and quiet, whatever is in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from unicodedata import normalize

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pypdf import PdfReader
from tests.browser.watched import (
    SCHEMES,
    SILENT,
    WIDTHS,
    WIDTHS_UNFOLDED,
    Watched,
    Written,
    enlivened,
    opened,
    turned,
)


@dataclass(frozen=True)
class View:
    """A report in a window, every figure of it passed by."""

    written: Written
    watched: Watched
    width: int
    scheme: str


@pytest.fixture(scope="module")
def minimal_page(browser: Browser, minimal: Written) -> Iterator[Watched]:
    with opened(browser, minimal) as watched:
        yield watched


@pytest.fixture(scope="module")
def paris_page(browser: Browser, paris: Written) -> Iterator[Watched]:
    with opened(browser, paris) as watched:
        yield watched


VIEWS: Final = [
    (name, width, scheme)
    for name in ("minimal", "paris")
    for width, scheme in zip(WIDTHS, SCHEMES, strict=True)
]
"""Each report is opened once and then turned, as a reader turns a telephone."""


@pytest.fixture(scope="module", params=VIEWS, ids=lambda view: "-".join(map(str, view)))
def view(request: pytest.FixtureRequest) -> View:
    name, width, scheme = request.param
    found: Written = request.getfixturevalue(name)
    watched: Watched = request.getfixturevalue(f"{name}_page")
    turned(watched.page, width, scheme)
    enlivened(watched.page)
    return View(found, watched, width, scheme)


def test_the_page_is_quiet_and_asks_for_nothing(view: View) -> None:
    assert view.watched.said == []
    assert view.watched.asked == [view.written.address]


def test_every_figure_answers_to_a_pointer(view: View) -> None:
    assert view.watched.page.locator("figure.chart").count() >= 10
    assert view.watched.page.evaluate(SILENT) == []
    assert view.watched.said == []


def test_the_page_keeps_to_the_colours_that_are_asked_for(view: View) -> None:
    ground = view.watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(re.findall(r"\d+", ground)[0])
    assert red > 240 if view.scheme == "light" else red < 40


def test_every_headline_number_is_in_the_text_of_the_page(view: View) -> None:
    text = " ".join(view.watched.page.locator("main").inner_text().split())
    for answer in view.written.brief.to_json()["answers"]:
        assert " ".join(answer["headline"].split()) in text
        for number in re.findall(r"\d[\d,.]*\d|\d", answer["headline"]):
            assert number in text


def test_the_page_does_not_scroll_sideways(view: View) -> None:
    assert max(view.watched.page.evaluate(WIDTHS_UNFOLDED)) <= view.width


def test_every_figure_stands_drawn_before_a_script_draws_it_again(view: View) -> None:
    assert view.watched.page.evaluate(UNDRAWN) == []


UNDRAWN: Final = """() => {
  const live = document.querySelectorAll('figure.chart.is-live');
  live.forEach((figure) => figure.classList.remove('is-live'));
  const isSeen = (still) => {
    const { width, height } = still?.getBoundingClientRect() ?? { width: 0, height: 0 };
    return still?.childElementCount > 0 && width > 100 && height > 20;
  };
  const undrawn = [...document.querySelectorAll('figure.chart')]
    .filter((figure) => !isSeen(figure.querySelector('.still svg')));
  live.forEach((figure) => figure.classList.add('is-live'));
  return undrawn.map((figure) => figure.id);
}"""
"""Ids of figures that nobody sees while no script has come to them."""


@pytest.mark.parametrize(("width", "scheme"), list(zip(WIDTHS, SCHEMES, strict=True)))
def test_axe_finds_nothing(browser: Browser, short: Written, width: int, scheme: str) -> None:
    # The policy would refuse the script of the checker itself.
    with opened(browser, short, width=width, color_scheme=scheme, bypass_csp=True) as watched:
        enlivened(watched.page)
        found = Axe().run(watched.page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    "deed",
    [
        (
            "const made = document.createElement('script'); made.textContent = 'window.ran = true';"
            "document.head.append(made);"
        ),
        "document.body.setAttribute('onclick', 'window.ran = true'); document.body.click();",
        (
            "const made = document.createElement('style'); made.textContent = 'body { width: 0 }';"
            "document.head.append(made); window.ran = document.body.offsetWidth < 10;"
        ),
        (
            "document.body.setAttribute('style', 'width: 1px');"
            "window.ran = document.body.offsetWidth < 10;"
        ),
        (
            "window.refused = fetch('https://example.org/').then(() => { window.ran = true },"
            " () => true);"
        ),
        (
            "const made = new Image(); made.src = 'https://example.org/a.png';"
            "document.body.append(made);"
        ),
        "try { window.ran = (0, eval)('true') } catch { }",
    ],
)
def test_the_policy_refuses_what_it_does_not_name(guarded: Watched, deed: str) -> None:
    page = guarded.page
    page.evaluate("window.refusals = []; window.ran = undefined; window.refused = undefined")
    # A trusted hand in the page would be exempt from its policy; a timer is not.
    page.evaluate(
        "new Promise((done, failed) => setTimeout(async () => {"
        f"try {{ {deed} await window.refused; done() }} catch (fault) {{ failed(fault) }} }}))"
    )
    page.wait_for_function("refusals.length > 0", polling=20, timeout=20_000)
    assert page.evaluate("window.ran") is not True
    assert len(page.evaluate("refusals")) == 1
    assert guarded.got == guarded.asked[:1]


@pytest.fixture(scope="module")
def guarded(browser: Browser, short: Written) -> Iterator[Watched]:
    """Return a page that counts what its policy refuses."""
    with opened(browser, short) as watched:
        watched.page.evaluate(
            "document.addEventListener('securitypolicyviolation',"
            " (event) => refusals.push(event.effectiveDirective))"
        )
        yield watched


def test_without_scripts_every_figure_can_be_seen(browser: Browser, minimal: Written) -> None:
    with opened(browser, minimal, java_script_enabled=False) as watched:
        figures = watched.page.locator("figure.chart")
        stills = figures.locator(".still svg")
        assert figures.count() >= 10
        assert stills.count() == stills.filter(visible=True).count() == figures.count()
        assert watched.said == []


def test_the_page_can_be_walked_by_keyboard(browser: Browser, short: Written) -> None:
    with opened(browser, short) as watched:
        page = watched.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.url.endswith("#answers")
        page.keyboard.press("Tab")
        first = short.brief.answers[0]
        assert page.evaluate("document.activeElement.textContent") == first.question
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        reached = page.evaluate(
            "[...document.querySelectorAll('.scroll')].every((part) => part.tabIndex === 0)"
        )
        assert reached


def test_the_page_prints_whole_on_white(browser: Browser, short: Written) -> None:
    with opened(browser, short, color_scheme="dark") as watched:
        page = watched.page
        enlivened(page)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
            "rgb(255, 255, 255)",
            "rgba(0, 0, 0, 0)",
        )
        assert not any(live.is_visible() for live in page.locator(".live").all())
        document = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    box = document.pages[0].mediabox
    assert float(box.width) == pytest.approx(595.3, abs=1)
    assert float(box.height) == pytest.approx(841.9, abs=1)
    text = normalize("NFKC", "".join(sheet.extract_text() for sheet in document.pages))
    closed_up = "".join(text.split())
    for answer in short.brief.answers:
        assert "".join(answer.headline.split()) in closed_up
