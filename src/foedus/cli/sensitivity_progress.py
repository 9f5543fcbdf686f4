"""How far a sensitivity analysis is, in words, and how long it will still take."""

from time import monotonic
from typing import Final

from foedus.cli.progress import Report

SOONEST_SECONDS: Final = 1.0
"""How long a part of the work must have gone on before it is told how long it will take."""


def with_time_left(bar: Report) -> Report:
    """Return a report that moves a bar, and tells what is run and how long its part still takes.

    The work has several parts, each of which is reported from nothing to all.

    Parameters
    ----------
    bar
        Is told what is being done and the fraction that is done.
    """
    began = before = monotonic()
    last = 0.0

    def tell(what: str, fraction: float) -> None:
        nonlocal began, before, last
        now = monotonic()
        if last == 0 or fraction < last:  # what is reported first of a part began before it
            began = before
        text = what
        if fraction > 0 and now - began >= SOONEST_SECONDS:
            text = f"{text}, about {(now - began) * (1 - fraction) / fraction:.0f} s left"
        before, last = now, fraction
        bar(text, fraction)

    return tell
