"""Which browser is on the machine, and how to say that there is none."""

import os
import shutil
from pathlib import Path
from typing import Final

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


def browser_path() -> str | None:
    """Return the browser on this machine, if there is one; none is ever downloaded."""
    named = filter(None, map(shutil.which, NAMES))
    return next(named, None) or next((place for place in PLACES if Path(place).is_file()), None)


def browser_arguments() -> list[str]:
    """Return what a browser without a screen needs; as root it cannot shut itself in."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--disable-gpu", *(["--no-sandbox"] if is_root else [])]
