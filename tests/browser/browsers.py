"""Which browser is on the machine, how to say that there is none, and how to end one."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REQUIRED: Final = "FOEDUS_BROWSER_REQUIRED"
"""Set in the environment, it makes tests fail that find no browser."""

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES: Final = (
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NONE_FOUND: Final = (
    "no Chromium or Chrome was found on the PATH or in the usual places: the report was not opened "
    "in a browser"
)

LONGEST_S: Final = 900
"""A test that lasts longer waits for what never comes: much of what a browser is asked to do has no
time limit of its own."""

OPEN: Final[set[int]] = set()
"""Processes of the browsers that are open."""


def browser_path() -> str | None:
    """Return the browser on this machine, if there is one; none is ever downloaded."""
    named = filter(None, map(shutil.which, NAMES))
    return next(named, None) or next((place for place in PLACES if Path(place).is_file()), None)


def browser_arguments() -> list[str]:
    """Return what a browser without a screen needs; as root it cannot shut itself in."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--disable-gpu", *(["--no-sandbox"] if is_root else [])]


def process_of(browser: "Browser") -> int:
    """Return the number of a browser's own process."""
    talk = browser.new_browser_cdp_session()
    processes = talk.send("SystemInfo.getProcessInfo")["processInfo"]
    talk.detach()
    (number,) = (process["id"] for process in processes if process["type"] == "browser")
    return int(number)


def end_browsers() -> None:
    """End the browsers at once: what waits for one then fails, and says where it waited."""
    for process in OPEN:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
