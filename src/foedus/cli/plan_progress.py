"""Progress of a plan: the stage, what the best plan so far fills, and what is proved of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from foedus.cli.progress import shown_progress

Report = Callable[[str, float, float], None]
"""Called with the stage, the best value and the best bound."""


@contextmanager
def plan_progress() -> Iterator[Report | None]:
    """Give a function to report to, or None where stderr is no terminal.

    The bar has no end: how much better a plan can become is what the bound says.
    """
    with shown_progress() as bar:
        if bar is None:
            yield None
            return

        def report(stage: str, value: float, bound: float) -> None:
            bar(told(stage, value, bound), proved_share(value, bound))

        yield report


def told(stage: str, value: float, bound: float) -> str:
    """Say how far a stage is.

    >>> told("shortfall", 182491.5, 179251.5), told("cost", 10.0, float("-inf"))
    ('shortfall: best 182,492, no plan below 179,252', 'cost: best 10, nothing proved yet')
    """
    proved = "nothing proved yet" if bound <= 0 else f"no plan below {bound:,.0f}"
    return f"{stage}: best {value:,.0f}, {proved}"


def proved_share(value: float, bound: float) -> float:
    """Return the part of a value that is proved, from 0 to 1.

    >>> proved_share(10.0, 8.0), proved_share(0.0, 0.0), proved_share(10.0, float("-inf"))
    (0.8, 1.0, 0.0)
    """
    return 1.0 if value <= 0 else max(0.0, min(1.0, bound / value))
