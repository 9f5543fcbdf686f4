"""Blocks sent to a Dask cluster: the same rows as on this machine, wherever they are done.

Dask is an extra, and is loaded only here, when a cluster is asked for.
"""

import platform
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from foedus.ensemble.workers import AHEAD, MOST_LOST, Block, Finished
from foedus.errors import SettingsError, SolverError
from foedus.provenance import LIBRARIES, foedus_version

if TYPE_CHECKING:  # a worker loads what its job needs
    from foedus.ensemble.job import Job

PATIENCE_SECONDS: Final = 10
"""How long a scheduler may take to answer."""
INSTALL: Final = "pip install 'foedus[cluster]'"


def on_cluster(job: "Job", blocks: Sequence[Block], address: str) -> Finished:
    """Yield number and rows of each block as it is done, by the workers of a Dask cluster.

    What a worker that goes was at is done again by another.

    Parameters
    ----------
    address
        Of the scheduler, such as `tcp://10.0.0.1:8786`.

    Raises
    ------
    SettingsError
        If Dask is not installed here, the scheduler does not answer, it has no workers, or a worker
        runs other versions than are run here: then the last bits would not be the same.
    SolverError
        If workers go again and again before a block is done.
    """
    dask = distributed()
    client = connected(dask, address)
    try:
        refuse_other_versions(client, address)
        yield from by_client(dask, client, job, blocks)
    finally:
        with suppress(Exception):  # a scheduler that is gone need not be told
            client.close(timeout=PATIENCE_SECONDS)


def distributed() -> Any:
    """Return the package `distributed`.

    Raises
    ------
    SettingsError
        If it is not installed.
    """
    try:
        return import_module("distributed")
    except ModuleNotFoundError:
        raise SettingsError(
            f"scheduler: Dask is not installed here. Install it: {INSTALL}"
        ) from None


def connected(dask: Any, address: str) -> Any:
    """Return a client of a scheduler.

    Raises
    ------
    SettingsError
        If nothing answers there as a scheduler does.
    """
    try:
        return dask.Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SettingsError(
            f"scheduler: {address} does not answer ({reason}). Start one with: dask scheduler"
        ) from None


def versions() -> dict[str, str]:
    """Return the versions of whatever decides the last bits of a number."""
    found = {"python": ".".join(platform.python_version_tuple()[:2]), "foedus": foedus_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def refuse_other_versions(client: Any, address: str) -> None:
    """Raise SettingsError unless there are workers, and all run what is run here."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except TimeoutError:
        raise SettingsError(
            f"scheduler: {address} has no workers. Start some with: dask worker {address} "
            "--nthreads 1"
        ) from None
    here = versions()
    try:
        there = client.run(versions)
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"scheduler: a worker of {address} has no {error.name}. Install foedus "
            f"{here['foedus']} there: {INSTALL}"
        ) from None
    for worker, found in sorted(there.items()):
        apart = [f"{n} {found.get(n)} and here {v}" for n, v in here.items() if found.get(n) != v]
        if apart:
            raise SettingsError(
                f"scheduler: the worker {worker} has {', '.join(apart)}. Give all the same "
                "versions: other ones have other last bits."
            )


def by_client(dask: Any, client: Any, job: "Job", blocks: Sequence[Block]) -> Finished:
    """Yield blocks as a cluster does them; what is lost is asked for again.

    Where all workers are gone it waits for new ones.
    """
    waiting = deque(blocks)
    told = told_to(client, job)
    running: dict[Any, Block] = {}
    lost: Counter[int] = Counter()
    try:
        while waiting or running:
            ahead = AHEAD * max(len(client.ncores()), 1)
            while waiting and len(running) < ahead:
                block, n = waiting.popleft()
                running[client.submit(rows_of, told, block, n, pure=False)] = (block, n)
            with client.as_current(), suppress(CancelledError):
                dask.wait(list(running), return_when="FIRST_COMPLETED")
            for future in [each for each in running if each.status != "pending"]:
                block, n = running.pop(future)
                try:
                    rows = future.result()
                except (CancelledError, dask.scheduler.KilledWorker):
                    lost[block] += 1
                    refuse_many(lost[block], block)
                    told = told_to(client, job)
                    waiting.append((block, n))
                else:
                    yield block, rows
    finally:
        with suppress(Exception):  # a scheduler that is gone has nothing to drop
            client.cancel(list(running), force=True)


def told_to(client: Any, job: "Job") -> Any:
    """Tell all workers of a cluster what the job is, as soon as there is one."""
    client.wait_for_workers(1)
    return client.scatter(job, broadcast=True, hash=False)


def refuse_many(lost: int, block: int) -> None:
    """Raise SolverError if a block was lost too often for chance."""
    if lost > MOST_LOST:
        raise SolverError(
            f"workers were lost {lost} times at block {block}. Their memory may not suffice: start "
            "them with more."
        )


def rows_of(job: "Job", block: int, n: int) -> pl.DataFrame:
    """Return the rows of a block, in a worker of a cluster."""
    return job.rows(block, n)
