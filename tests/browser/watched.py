"""A page in a browser: how it is opened, how its figures wake up, and what it says and asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

from foedus import Brief
from foedus.report import REPORT_FILE
from foedus.report.html import render
from foedus.report.sections import Report
from foedus.report.tables import csv_files

WIDTHS: Final = (1280, 390)
SCHEMES: Final = ("light", "dark")

MANY: Final = 100
"""Draws of a brief that names what its answers hang on, for which fewer are too few."""

PATIENCE_MS: Final = 180_000
"""Longest wait for anything that a page should do; none lasts so long unless something is broken.
On a slow machine it is the same tests that take longer."""


@dataclass(frozen=True)
class Written:
    """A brief and the page that tells it."""

    brief: Brief
    path: Path

    @property
    def address(self) -> str:
        """Address at which a browser opens it from the disk."""
        return self.path.as_uri()


class Watched:
    """A page in a browser, with everything it says, asks for or is refused."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        self.got: list[str] = []
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", self.dismiss)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfinished", lambda request: self.got.append(request.url))

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what a page writes on the console."""
        self.said.append(f"{message.type}: {message.text}")

    def dismiss(self, dialog: Dialog) -> None:
        """Keep that a page asked something of its reader."""
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def rendered(report: Report, folder: Path) -> Written:
    """Put a report's page alone into a folder, to the letter as it is written with all else."""
    files = frozenset(csv_files(report.brief, report.annex))
    path = folder / REPORT_FILE
    path.write_bytes(render(report, files=files).encode())
    return Written(report.brief, path)


@contextmanager
def opened(browser: Browser, written: Written, **context: Any) -> Iterator[Watched]:
    """Open a report; hand out the page with all it says."""
    width = context.pop("width", WIDTHS[0])
    context.setdefault("viewport", {"width": width, "height": 900})
    with browser.new_context(**context) as room:
        room.set_default_timeout(PATIENCE_MS)
        watched = Watched(room.new_page())
        watched.page.goto(written.address, wait_until="load")
        yield watched


def enlivened(page: Page) -> None:
    """Bring every figure into the window, and wait until each answers to a pointer."""
    page.evaluate(PASS_BY, PATIENCE_MS)


PASS_BY: Final = """async (patience) => {
  const end = performance.now() + patience;
  const isLive = (figure) =>
    figure.classList.contains('is-live') && figure.querySelector('.live svg:not(.former)');
  for (const figure of document.querySelectorAll('figure.chart')) {
    figure.scrollIntoView({ block: 'center', behavior: 'instant' });
    while (!isLive(figure)) {
      if (performance.now() > end) throw new Error(`${figure.id} does not come to life`);
      await new Promise((later) => setTimeout(later, 5));
    }
  }
}"""
"""Scrolls as a reader does: what watches the window hears of it between two pictures. It waits by
the clock, as a browser without a screen may draw no picture for as long as it likes."""


def turned(page: Page, width: int, scheme: str) -> None:
    """Give an open page another width and colours; what was drawn for another width is marked."""
    window = page.viewport_size
    assert window
    if window["width"] != width:
        page.evaluate(
            "document.querySelectorAll('.live svg').forEach((old) => old.classList.add('former'))"
        )
        page.set_viewport_size({"width": width, "height": window["height"]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")


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

WIDTHS_UNFOLDED: Final = """() => {
  const folded = document.querySelectorAll('details:not([open])');
  folded.forEach((part) => { part.open = true });
  const widths = [document.documentElement.scrollWidth, document.body.scrollWidth];
  folded.forEach((part) => { part.open = false });
  return widths;
}"""
"""How wide the page and its body are when everything is unfolded."""
