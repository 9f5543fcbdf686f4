"""A Dask cluster does the same blocks with the same rows, and loses none with a worker."""

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.ensemble.fakes import BLOCK, FakeJob, Faulty, Killed
from tests.shipped import load

from foedus.ensemble import cluster
from foedus.ensemble.cluster import on_cluster
from foedus.ensemble.running import run_ensemble
from foedus.ensemble.workers import in_this_process
from foedus.errors import SettingsError
from foedus.runs import make_request

distributed = pytest.importorskip("distributed")

SMALL = [(block, 100) for block in range(8)]


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    """A scheduler with two worker processes on this machine."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
    ) as found:
        yield found


def sorted_rows(finished: Iterable[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    found = dict(finished)
    return pl.concat([found[block] for block in sorted(found)])


def test_the_chain_gives_the_numbers_of_this_machine(local: Any, tmp_path: Path) -> None:
    minimal = load("minimal")
    request = make_request(minimal, draws=BLOCK + 50, seed=3)
    here = run_ensemble(minimal, request, out=tmp_path / "here")
    there = run_ensemble(
        minimal, request, out=tmp_path / "there", scheduler=local.scheduler_address
    )
    assert there.scan().collect().equals(here.scan().collect())


def test_the_rows_are_those_of_this_machine(local: Any) -> None:
    there = sorted_rows(on_cluster(FakeJob(), SMALL, local.scheduler_address))  # type: ignore[arg-type]
    assert there.equals(sorted_rows(in_this_process(FakeJob(), SMALL)))  # type: ignore[arg-type]


def test_a_worker_that_kills_itself_loses_nothing(local: Any, tmp_path: Path) -> None:
    job = Killed(notes=str(tmp_path), at=3)
    there = sorted_rows(on_cluster(job, SMALL, local.scheduler_address))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir())
    assert there.equals(sorted_rows(in_this_process(FakeJob(), SMALL)))  # type: ignore[arg-type]


def test_a_worker_that_is_killed_midway_loses_nothing(local: Any) -> None:
    with distributed.Client(local.scheduler_address, set_as_default=False) as client:
        victim = next(iter(client.run(os.getpid).values()))
    finished = on_cluster(FakeJob(), SMALL, local.scheduler_address)  # type: ignore[arg-type]
    found = dict([next(finished)])
    os.kill(victim, signal.SIGKILL)
    found |= dict(finished)
    there = pl.concat([found[block] for block in sorted(found)])
    assert there.equals(sorted_rows(in_this_process(FakeJob(), SMALL)))  # type: ignore[arg-type]


def test_what_a_block_raises_comes_out(local: Any) -> None:
    with pytest.raises(SettingsError, match="cannot be taken"):
        list(on_cluster(Faulty(), SMALL, local.scheduler_address))  # type: ignore[arg-type]


def test_workers_of_other_versions_are_refused(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "foedus_version", lambda: "99.0")
    with pytest.raises(SettingsError, match=r"foedus .* and here 99\.0"):
        list(on_cluster(FakeJob(), SMALL, local.scheduler_address))  # type: ignore[arg-type]


def test_a_scheduler_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 4)
    with (
        distributed.LocalCluster(
            n_workers=0, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as empty,
        pytest.raises(SettingsError, match="no workers"),
    ):
        list(on_cluster(FakeJob(), SMALL, empty.scheduler_address))  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_a_scheduler_that_does_not_answer_is_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 1)
    with pytest.raises(SettingsError, match="does not answer"):
        list(on_cluster(FakeJob(), SMALL, address))  # type: ignore[arg-type]


def test_without_dask_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(cluster, "import_module", missing)
    with pytest.raises(SettingsError, match=r"foedus\[cluster\]"):
        list(on_cluster(FakeJob(), SMALL, "tcp://127.0.0.1:1"))  # type: ignore[arg-type]
