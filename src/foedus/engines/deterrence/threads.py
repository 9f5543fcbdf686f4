"""Draws shared out among threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

CHUNK: Final = 65_536
"""Draws that a thread takes at a time."""


def run_in_threads(work: Callable[[int, int], None], draws: int, threads: int) -> None:
    """Run work over all draws, a chunk at a time; it must leave the interpreter free.

    Raises
    ------
    ValueError
        If there is no thread.
    """
    if threads < 1:
        raise ValueError(f"threads is {threads}: it must be at least 1")
    if threads == 1 or draws <= CHUNK:
        work(0, draws)
        return
    starts = range(0, draws, CHUNK)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda first: work(first, min(first + CHUNK, draws)), starts))
