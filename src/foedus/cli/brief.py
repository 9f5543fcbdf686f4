"""`foedus brief`: the main job."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from foedus import briefing, report
from foedus.cli.documents import print_json
from foedus.cli.faults import keep
from foedus.cli.options import Asked, counted, say, verb
from foedus.cli.page import Page
from foedus.cli.progress import shown_progress
from foedus.cli.sections import put_brief
from foedus.errors import SettingsError

PLAN_SECONDS: Final = "engines/plan/stop_seconds"


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--out",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Write report.html, report.pdf and tables as CSV here.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Write all it takes to repeat and to compare the brief into this new folder.",
)
@click.option(
    "--plan-seconds",
    type=click.FloatRange(0, min_open=True),
    metavar="S",
    help="End the search for the force plan after about so long. It may then not repeat.",
)
@click.option("--no-plan", is_flag=True, help="Leave out the force plan: faster.")
def brief(
    asked: Asked, out: Path | None, save: Path | None, plan_seconds: float | None, no_plan: bool
) -> None:
    """Answer every question for an option, and compare the options.

    SCENARIO is a shipped name, a folder or a workbook. The answers are printed; with --out they are
    also written as a page that opens in a browser, with every table as CSV; with --save they are
    kept for `foedus verify` and `foedus compare`.
    """
    if out is not None:
        refuse_unwritable(out)
    if save is not None:
        refuse_taken(save)
    if plan_seconds is not None:
        asked = replace(asked, set={PLAN_SECONDS: f"{plan_seconds:g}", **asked.set})
    scenario = asked.load()
    started = time.monotonic()
    with shown_progress() as progress:
        found = briefing.brief(
            scenario,
            **asked.run_arguments(),
            strict=asked.strict,
            plan=not no_plan,
            progress=progress,
        )
    seconds = time.monotonic() - started
    answers, draws = counted(len(found.answers), "answer"), counted(found.draws, "draw")
    say(f"{answers} from {draws}, {seconds:.1f} s")
    if save is not None:  # first, as a report may go into the same folder
        found.save(save)
        keep(str(save))
        say(f"saved {save}")
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


def refuse_unwritable(out: Path, option: str = "--out") -> None:
    """Refuse a folder that cannot be written, before anything is computed.

    Raises
    ------
    SettingsError
        If it is a file, lies under one, or may not be written to.
    """
    place = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not place.is_dir():
        raise SettingsError(f"{place}: this is a file. Name another folder with {option}.")
    if not os.access(place, os.W_OK | os.X_OK):
        raise SettingsError(
            f"{place}: it may not be written to. Name another folder with {option}."
        )


def refuse_taken(folder: Path) -> None:
    """Refuse to save over anything, before anything is computed.

    Raises
    ------
    SettingsError
        If the folder holds files already, or cannot be written.
    """
    refuse_unwritable(folder, "--save")
    if folder.is_dir() and any(folder.iterdir()):
        raise SettingsError(f"{folder}: it holds files already. Name a new folder with --save.")
