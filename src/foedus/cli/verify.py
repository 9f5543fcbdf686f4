"""`foedus verify`: a saved brief done again, and compared bit by bit."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from foedus.briefing.verifying import (
    DocumentDifference,
    OutcomeDifference,
    Verification,
    refuse_disagreement,
)
from foedus.briefing.verifying import (
    verify as repeat,
)
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, counted, say, verb
from foedus.cli.page import STRONG, WARNING, Page
from foedus.cli.progress import shown_progress

MOST_DIFFERENCES: Final = 20
"""Differences of either kind that are printed; `--json` has all."""
LONGEST_VALUE: Final = 60


@verb("json", on_scenario=False)
@click.argument("run", type=click.Path(path_type=Path, readable=False))
def verify(asked: Asked, run: Path) -> None:
    """Repeat a saved brief and compare it bit by bit.

    RUN is a folder that `foedus brief --save` wrote, or `Run.save` with a scenario. The brief is
    done again from the scenario in the folder; nothing is written. On the platform and with the
    versions it was saved on, any bit that differs is a fault; elsewhere a billionth is let pass.
    """
    started = time.monotonic()
    with shown_progress() as progress:
        found = repeat(run, progress=progress)
    say(f"repeated {run}, {time.monotonic() - started:.1f} s")
    if asked.json:
        print_json(found.to_json())
    else:
        page = Page()
        put_verification(page, run, found)
        page.show()
    refuse_disagreement(found)


def put_verification(page: Page, folder: Path, found: Verification) -> None:
    """Put what was repeated, what was compared, and what differs."""
    page.title(f"{folder}: {verdict(found)}")
    what = "Brief" if found.is_brief else "Run"
    page.paragraph(
        f"{what} of {found.scenario}, option {found.option}, saved {found.saved_utc} by foedus "
        f"{found.saved_by}."
    )
    page.paragraph(compared(found))
    if found.changed:
        page.label("Not as it was saved")
        page.bullets(f"{each.what}: {each.saved}, now {each.now}" for each in found.changed)
        page.paragraph(
            f"Numbers that differ by less than {found.tolerance:g} of the larger one count as the "
            f"same; {counted(found.bits_differ_count, 'number')} differ in any bit."
        )
    put_some(page, "Outcomes that differ", [outcome_line(each) for each in found.outcomes])
    put_some(page, "Values of answers that differ", [value_line(each) for each in found.document])


def verdict(found: Verification) -> str:
    """Return what came out, in two or three words."""
    if found.is_identical:
        return "identical to the last bit"
    return "the same within rounding" if found.agrees else "it differs"


def compared(found: Verification) -> str:
    """Say what was compared."""
    parts = [
        counted(found.runs_count, "run"),
        counted(found.outcomes_count, "outcome"),
        *([counted(found.answers_count, "answer")] if found.is_brief else []),
    ]
    return f"Compared: {', '.join(parts)}; {counted(found.numbers_count, 'number')} in all."


def outcome_line(found: OutcomeDifference) -> str:
    """Return an outcome's difference as a line."""
    outcome = f", {found.outcome}" if found.outcome else ""
    return f"run {found.run} ({found.engine}, {found.option}){outcome}: {found.says}"


def value_line(found: DocumentDifference) -> str:
    """Return the difference of one value as a line."""
    return f"{found.place}: saved {shortened(found.saved)}, now {shortened(found.repeated)}"


def shortened(value: Any) -> str:
    """Return a value as text that is not too long."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}\N{HORIZONTAL ELLIPSIS}"


def put_some(page: Page, label: str, lines: Sequence[str]) -> None:
    """Put the first lines of a list, and say how many are left."""
    if not lines:
        return
    page.gap()
    page.put(f"{label} ({len(lines):,})", STRONG)
    page.bullets(lines[:MOST_DIFFERENCES], WARNING)
    if len(lines) > MOST_DIFFERENCES:
        page.put(f"  {len(lines) - MOST_DIFFERENCES:,} more: --json")
