"""The report: a brief as one page that opens from a disk, as fixed pages, and its tables as CSV."""

from pathlib import Path

from foedus.briefing.brief import Brief
from foedus.report.annex import collect
from foedus.report.files import put_in_place
from foedus.report.html import render
from foedus.report.pdf import has_typesetter, render_pdf
from foedus.report.script import made_beside
from foedus.report.sections import report_of
from foedus.report.tables import csv_files

__all__ = ["PDF_FILE", "REPORT_FILE", "TABLES_FOLDER", "has_typesetter", "write"]

PDF_FILE = "report.pdf"
REPORT_FILE = "report.html"
TABLES_FOLDER = "tables"


def write(brief: Brief, out: str | Path) -> list[Path]:
    """Write `report.html`, `report.pdf` and `tables/*.csv` into a folder: all of them, or none.

    The PDF needs the extra `pdf`; without it the rest is written. What an earlier brief wrote there
    is replaced; other files are left alone. The same brief gives the same bytes.

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
    with made_beside() as script:
        annex = collect(brief)
        tables = csv_files(brief, annex)
        report = report_of(brief, annex)
        page = render(report, files=frozenset(tables), script=script)
        pages = {PDF_FILE: render_pdf(report)} if has_typesetter() else {}
    contents = {
        REPORT_FILE: page.encode("utf-8"),
        **pages,
        **{f"{TABLES_FOLDER}/{name}": content for name, content in tables.items()},
    }
    return put_in_place(Path(out), contents, folder=TABLES_FOLDER)
