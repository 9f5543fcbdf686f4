"""The report: a brief as one page that opens from a disk, and its tables as CSV."""

from pathlib import Path

from foedus.briefing.brief import Brief
from foedus.report.annex import collect
from foedus.report.files import put_in_place
from foedus.report.html import render
from foedus.report.tables import csv_files

__all__ = ["REPORT_FILE", "TABLES_FOLDER", "write"]

REPORT_FILE = "report.html"
TABLES_FOLDER = "tables"


def write(brief: Brief, out: str | Path) -> list[Path]:
    """Write `report.html` and `tables/*.csv` into a folder: all of them, or none.

    What an earlier brief wrote there is replaced; other files are left alone. The same brief gives
    the same bytes.

    Parameters
    ----------
    brief
        As `foedus.brief` returns it.
    out
        The folder; made if it does not exist.

    Returns
    -------
    list of Path
        What was written, the report first.

    Raises
    ------
    SettingsError
        If the folder cannot be written; it then holds what it held before.
    """
    annex = collect(brief)
    tables = csv_files(brief, annex)
    contents = {
        REPORT_FILE: render(brief, annex, files=frozenset(tables)).encode("utf-8"),
        **{f"{TABLES_FOLDER}/{name}": content for name, content in tables.items()},
    }
    return put_in_place(Path(out), contents, folder=TABLES_FOLDER)
