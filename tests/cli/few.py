"""A scenario of few tables: what is asked of every brief can be asked of a quick one."""

import shutil
from pathlib import Path
from typing import Final

from foedus.scenario.load import SETTINGS_FILE, SHIPPED

TABLES: Final = (
    *("delegations", "options", "sources", "principals", "stances", "polls"),
    *("capabilities", "units", "requirement", "share_keys", "dependence"),
)
"""Without these there is no brief; with them it answers six questions."""


def few_tables(folder: Path, *more: str) -> Path:
    """Make a folder of those tables of `minimal`, and of others that are named."""
    folder.mkdir()
    for file in (SETTINGS_FILE, *(f"{name}.csv" for name in (*TABLES, *more))):
        shutil.copy(SHIPPED / "minimal" / file, folder)
    return folder
