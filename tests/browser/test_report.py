"""The report opens from a disk in a real browser, whole and quiet, whatever is in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any, Final
from unicodedata import normalize

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from tests.browser.watched import SCHEMES, WIDTHS, Watched, Written


@contextmanager
def opened(browser: Browser, written: Written, **context: Any) -> Iterator[Watched]:
    """Open a report; hand out the page with all it says."""
    width = context.pop("width", WIDTHS[0])
    context.setdefault("viewport", {"width": width, "height": 900})
    with browser.new_context(**context) as room:
        watched = Watched(room.new_page())
        watched.page.goto(written.address, wait_until="load")
        yield watched


def enlivened(page: Page) -> None:
    """Bring every figure into the window, and wait until each answers to a pointer."""
    page.evaluate(PASS_BY)
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure.chart')]"
        ".every((figure) => figure.classList.contains('is-live'))",
        timeout=60_000,
    )


PASS_BY: Final = """async () => {
  for (const figure of document.querySelectorAll('figure.chart')) {
    figure.scrollIntoView({ block: 'center', behavior: 'instant' });
    await new Promise((shown) => setTimeout(shown, 40));
  }
}"""
"""Scrolls as a reader does: what watches the window hears of it between two pictures. It waits by
the clock, as a browser without a screen may draw no picture for as long as it likes."""


@dataclass(frozen=True)
class View:
    """A report in a window, every figure of it passed by."""

    written: Written
    watched: Watched
    width: int
    scheme: str


VIEWS: Final = [
    *product(("minimal",), WIDTHS, SCHEMES),
    ("paris", WIDTHS[0], SCHEMES[0]),
    ("paris", WIDTHS[1], SCHEMES[1]),
]
"""The large report takes long to bring to life, so it is looked at in half of all ways."""


@pytest.fixture(scope="module", params=VIEWS, ids=lambda view: "-".join(map(str, view)))
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[View]:
    name, width, scheme = request.param
    found: Written = request.getfixturevalue(name)
    with opened(browser, found, width=width, color_scheme=scheme) as watched:
        enlivened(watched.page)
        yield View(found, watched, width, scheme)


def test_the_page_is_quiet_and_asks_for_nothing(view: View) -> None:
    assert view.watched.said == []
    assert view.watched.asked == [view.written.address]


def test_every_figure_answers_to_a_pointer(view: View) -> None:
    assert view.watched.page.locator("figure.chart").count() >= 10
    assert view.watched.page.evaluate(SILENT) == []
    assert view.watched.said == []


SILENT: Final = """
[...document.querySelectorAll('figure.chart')].filter((figure) => {
  const marks = figure.querySelectorAll('.live svg :is(path, text, line, rect, circle)');
  return ![...marks].some((mark) => {
    const { x, y, width, height } = mark.getBoundingClientRect();
    const at = { bubbles: true, clientX: x + width / 2, clientY: y + height / 2 };
    mark.dispatchEvent(new PointerEvent('pointermove', at));
    mark.dispatchEvent(new MouseEvent('mousemove', at));
    const told = document.querySelector('#vg-tooltip-element.visible')?.textContent;
    mark.dispatchEvent(new PointerEvent('pointerout', at));
    mark.dispatchEvent(new MouseEvent('mouseout', at));
    return told;
  });
}).map((figure) => figure.id)
"""
"""Ids of figures of which no mark brings up its numbers when a pointer comes over it."""


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
    page = view.watched.page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width
    assert page.evaluate("document.body.scrollWidth") <= view.width


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
def test_the_policy_refuses_what_it_does_not_name(
    browser: Browser, minimal: Written, deed: str
) -> None:
    with opened(browser, minimal) as watched:
        page = watched.page
        page.evaluate(
            "window.refusals = []; document.addEventListener('securitypolicyviolation',"
            " (event) => refusals.push(event.effectiveDirective))"
        )
        # A trusted hand in the page would be exempt from its policy; a timer is not.
        page.evaluate(
            f"new Promise((done) => setTimeout(async () => {{ {deed} await window.refused;"
            "setTimeout(done, 50) }))"
        )
        assert page.evaluate("window.ran") is not True
        assert len(page.evaluate("refusals")) == 1
        assert watched.got == [minimal.address]


def test_without_scripts_every_figure_is_drawn(browser: Browser, one: Written) -> None:
    with opened(browser, one, java_script_enabled=False) as watched:
        stills = watched.page.locator("figure.chart .still svg")
        assert stills.count() == watched.page.locator("figure.chart").count() >= 10
        assert all(still.is_visible() for still in stills.all())
        assert watched.said == []


def test_the_page_can_be_walked_by_keyboard(browser: Browser, minimal: Written) -> None:
    with opened(browser, minimal) as watched:
        page = watched.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.url.endswith("#answers")
        page.keyboard.press("Tab")
        first = minimal.brief.answers[0]
        assert page.evaluate("document.activeElement.textContent") == first.question
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        reached = page.evaluate(
            "[...document.querySelectorAll('.scroll')].every((part) => part.tabIndex === 0)"
        )
        assert reached


def test_the_page_prints_whole_on_white(browser: Browser, minimal: Written) -> None:
    with opened(browser, minimal, color_scheme="dark") as watched:
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
    for answer in minimal.brief.answers:
        assert "".join(answer.headline.split()) in closed_up
