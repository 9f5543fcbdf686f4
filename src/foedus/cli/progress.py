"""A progress bar on a terminal, for what takes more than a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from foedus.cli.inert import inert

PATIENCE_SECONDS: Final = 1.0
"""A bar that is gone before it is read only flickers."""

Report = Callable[[str, float], None]
"""Called with what is being done, and the fraction of all that is done."""


class Bar:
    """A bar on stderr that appears once the work has taken a while.

    It beats without saying how far the work is, until it is told.
    """

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.progress = Progress(
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(file=sys.stderr, highlight=False),
            transient=True,
        )
        self.task = self.progress.add_task("", total=None)
        self.lock = Lock()
        self.is_closed = False
        self.timer = Timer(patience_seconds, self.appear)
        self.timer.daemon = True
        self.timer.start()

    def appear(self) -> None:
        """Show the bar, unless the work is done."""
        with self.lock:
            if not self.is_closed:
                self.progress.start()

    def __call__(self, done: str, fraction: float) -> None:
        """Move the bar."""
        self.progress.update(self.task, total=1.0, completed=fraction, description=inert(done))

    def close(self) -> None:
        """Take the bar away."""
        self.timer.cancel()
        with self.lock:
            self.is_closed = True
            self.progress.stop()


@contextmanager
def shown_progress() -> Iterator[Report | None]:
    """Give a function to report to, or None where stderr is no terminal.

    The bar is gone before anything else is printed, also when the work is broken off.
    """
    if not sys.stderr.isatty():
        yield None
        return
    bar = Bar()
    try:
        yield bar
    finally:
        bar.close()
