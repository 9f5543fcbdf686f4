"""`foedus brief`: the main job."""

import os
import time
from pathlib import Path

import click

from foedus import briefing, report
from foedus.cli.documents import print_json
from foedus.cli.faults import keep
from foedus.cli.options import Asked, counted, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.sections import put_brief
from foedus.errors import SettingsError


@verb("run", "set", "strict", "json", draws=2000)
@click.option(
    "--out",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Write report.html and the tables as CSV into this folder.",
)
def brief(asked: Asked, out: Path | None) -> None:
    """Answer every question for an option, and compare the options.

    SCENARIO is a shipped name or a folder. The answers are printed; with --out they are also
    written as a page that opens in a browser, with every table as CSV.
    """
    if out is not None:
        refuse_unwritable(out)
    scenario = asked.load()
    started = time.monotonic()
    with shown_progress() as progress:
        found = briefing.brief(
            scenario, **asked.run_arguments(), strict=asked.strict, progress=progress
        )
    seconds = time.monotonic() - started
    answers, draws = counted(len(found.answers), "answer"), counted(found.draws, "draw")
    say(f"{answers} from {draws}, {seconds:.1f} s")
    if out is not None:
        for path in report.write(found, out):
            keep(str(path))
            say(f"wrote {path}")
    if asked.json:
        print_json(found.to_json())
        return
    page = Page()
    put_brief(page, found, asked)
    page.show()


def refuse_unwritable(out: Path) -> None:
    """Refuse a folder that cannot be written, before anything is computed.

    Raises
    ------
    SettingsError
        If it is a file, lies under one, or may not be written to.
    """
    place = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not place.is_dir():
        raise SettingsError(f"{place}: this is a file. Name another folder with --out.")
    if not os.access(place, os.W_OK | os.X_OK):
        raise SettingsError(f"{place}: it may not be written to. Name another folder with --out.")
