"""Worker processes: the same rows for any number, and nothing lost with one that is killed."""

import os
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from tests.ensemble.fakes import FakeJob, Faulty, Killed, Threads

from foedus.ensemble import workers
from foedus.ensemble.workers import in_processes, in_this_process
from foedus.errors import SettingsError, SolverError

BLOCKS = [(block, 100) for block in range(7)]


def sorted_rows(finished: Iterable[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    found = dict(finished)
    return pl.concat([found[block] for block in sorted(found)])


@pytest.mark.parametrize("count", [2, 4])
def test_the_rows_are_the_same_for_any_number_of_workers(count: int) -> None:
    alone = sorted_rows(in_this_process(FakeJob(), BLOCKS))  # type: ignore[arg-type]
    shared = sorted_rows(in_processes(FakeJob(), BLOCKS, count))  # type: ignore[arg-type]
    assert shared.equals(alone)


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    job = Killed(notes=str(tmp_path), at=0, times=2)
    found = sorted_rows(in_processes(job, BLOCKS, 2))  # type: ignore[arg-type]
    assert len(list(tmp_path.iterdir())) == 2
    assert found.equals(sorted_rows(in_this_process(FakeJob(), BLOCKS)))  # type: ignore[arg-type]


def test_workers_that_are_killed_again_and_again_stop_the_run(tmp_path: Path) -> None:
    job = Killed(notes=str(tmp_path), at=0, times=99)
    with pytest.raises(SolverError, match="--workers"):
        list(in_processes(job, BLOCKS[:1], 2))  # type: ignore[arg-type]
    assert len(list(tmp_path.iterdir())) == workers.MOST_LOST + 1


def test_what_a_block_raises_comes_out() -> None:
    with pytest.raises(SettingsError, match="cannot be taken"):
        list(in_processes(Faulty(), BLOCKS, 2))  # type: ignore[arg-type]


def test_workers_have_one_thread_each_and_this_process_works_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", "2")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    rows = sorted_rows(in_processes(Threads(), BLOCKS, 3))  # type: ignore[arg-type]
    assert set(rows["limits"]) == {"1,1"}
    assert os.getpid() in rows["pid"].to_list()
    assert 2 <= rows["pid"].n_unique() <= 3
    assert os.environ["NUMBA_NUM_THREADS"] == "2"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_workers_are_gone_once_nobody_asks_for_more() -> None:
    finished = in_processes(Threads(), BLOCKS, 2)  # type: ignore[arg-type]
    other = next(rows["pid"][0] for _, rows in finished if rows["pid"][0] != os.getpid())
    finished.close()
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)
