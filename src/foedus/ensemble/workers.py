"""Worker processes on this machine: one thread each, and none whose end costs more than its block.

This process is one of them: it begins at once, while the others still load.

Which worker does which block, and in which order, cannot be seen in the result: every block has its
own draws and its own chance.
"""

import os
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from foedus.errors import SolverError

if TYPE_CHECKING:  # a worker loads what its job needs
    from foedus.ensemble.job import Job

AHEAD: Final = 2
"""Blocks that are handed out for each worker: one in work, one waiting."""
MOST_LOST: Final = 3
"""Times in a row that workers may end before any block is done."""
ONE_THREAD: Final = dict.fromkeys(
    (
        *("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
        *("POLARS_MAX_THREADS", "VECLIB_MAXIMUM_THREADS"),
    ),
    "1",
)

Block = tuple[int, int]
"""Number and size of a block."""

Finished = Generator[tuple[int, pl.DataFrame], None, None]
"""Yields number and rows of each block as it is done; to be closed."""

_job: "Job | None" = None


def in_this_process(job: "Job", blocks: Sequence[Block]) -> Finished:
    """Yield number and rows of each block, done here, one after the other."""
    for block, n in blocks:
        yield block, job.rows(block, n)


def in_processes(job: "Job", blocks: Sequence[Block], workers: int) -> Finished:
    """Yield number and rows of each block as it is done, by this process and others.

    A process that is killed takes nothing with it but the blocks it was at: they are done again by
    new ones.

    Parameters
    ----------
    workers
        Processes that work, this one among them.

    Raises
    ------
    SolverError
        If processes end again and again before a block is done.
    """
    waiting = deque(blocks)
    lost = 0
    while waiting:
        done: set[int] = set()
        try:
            for block, rows in by_pool(job, list(waiting), workers - 1):
                done.add(block)
                yield block, rows
        except BrokenProcessPool:
            lost = 0 if done else lost + 1
            if lost > MOST_LOST:
                raise SolverError(
                    f"worker processes ended {lost} times in a row before a block was done. The "
                    "memory may not suffice for so many: ask for fewer with --workers."
                ) from None
        waiting = deque(each for each in waiting if each[0] not in done)


def by_pool(job: "Job", blocks: Sequence[Block], others: int) -> Finished:
    """Yield blocks as one set of processes and this one do them.

    Raises
    ------
    BrokenProcessPool
        If one of the processes ended; what was done by then was yielded.
    """
    waiting = deque(blocks)
    # New interpreters: a copy of this one would share its threads' locks, and not the threads.
    pool = ProcessPoolExecutor(others, get_context("spawn"), initializer=begin, initargs=(job,))
    running: dict[Future[pl.DataFrame], int] = {}
    try:
        with one_thread():
            while waiting or running:
                while waiting and len(running) < AHEAD * others:
                    block, n = waiting.popleft()
                    running[pool.submit(rows_of, block, n)] = block
                if waiting:
                    # From the end, so that what is handed out goes on in order.
                    block, n = waiting.pop()
                    yield block, job.rows(block, n)
                done, _ = wait(running, timeout=0 if waiting else None, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=running.__getitem__):
                    rows = future.result()
                    yield running.pop(future), rows
    finally:
        end(pool)


def begin(job: "Job") -> None:
    """Make ready in a worker process; whoever started it decides when it stops."""
    global _job  # noqa: PLW0603 - what a process is told once
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _job = job


def rows_of(block: int, n: int) -> pl.DataFrame:
    """Return the rows of a block, in a worker process."""
    assert _job is not None
    return _job.rows(block, n)


def end(pool: ProcessPoolExecutor) -> None:
    """Let go of the processes at once; blocks that were begun are dropped."""
    # There is no public way to end a process that is at work.
    processes: dict[int, Any] = dict(pool._processes or {})  # noqa: SLF001
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        process.join()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes that are started meanwhile use one thread each."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
