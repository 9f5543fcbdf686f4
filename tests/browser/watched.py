"""What a browser opens, and what it hears of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import ConsoleMessage, Dialog, Page

from foedus import Brief, report

WIDTHS: Final = (1280, 390)
SCHEMES: Final = ("light", "dark")


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


def written(brief: Brief, folder: Path) -> Written:
    """Write a brief's report into a folder."""
    return Written(brief, report.write(brief, folder)[0])
