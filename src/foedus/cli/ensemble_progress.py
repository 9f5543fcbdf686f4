"""Progress of an ensemble: how many draws are done, and how long the rest may take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from foedus.cli.progress import shown_progress

Report = Callable[[int, int], None]
"""Called with how many draws are done, and how many there are."""


@contextmanager
def ensemble_progress() -> Iterator[Report | None]:
    """Give a function to report to, or None where stderr is no terminal."""
    with shown_progress() as bar:
        if bar is None:
            yield None
            return
        begun: list[tuple[float, int]] = []

        def report(done: int, of: int) -> None:
            # What stood there before is no measure of how fast it goes.
            begun.append((monotonic(), done)) if not begun else None
            started, before = begun[0]
            left = seconds_left(monotonic() - started, done - before, of - done)
            bar(told(done, of, left), done / of)

        yield report


def seconds_left(seconds: float, done: int, left: int) -> float | None:
    """Return how long the rest takes at the speed so far; None where nothing was done yet.

    >>> seconds_left(10.0, 4096, 8192), seconds_left(1.0, 0, 8192)
    (20.0, None)
    """
    return None if done == 0 else seconds * left / done


def told(done: int, of: int, left: float | None) -> str:
    """Say how far it is.

    >>> told(4096, 100000, 150.0), told(0, 8192, None)
    ('4,096 of 100,000 draws, about 2:30 minutes left', '0 of 8,192 draws')
    """
    if left is None:
        return f"{done:,} of {of:,} draws"
    minutes, seconds = divmod(round(left), 60)
    time = f"{minutes}:{seconds:02} minutes" if minutes else f"{seconds} s"
    return f"{done:,} of {of:,} draws, about {time} left"
