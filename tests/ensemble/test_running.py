"""Running an ensemble: whole blocks or none, taken up again where it stopped, in flat memory."""

import errno
import json
import os
import resource
import tracemalloc
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.ensemble.fakes import BLOCK, Failing, FakeJob, drawn
from tests.shipped import load

from foedus.chain import run_option
from foedus.ensemble import running
from foedus.ensemble.chained import READ_BY_CHAIN
from foedus.ensemble.ensemble import block_file, scan_blocks
from foedus.ensemble.running import open_ensemble, run_ensemble
from foedus.errors import SettingsError
from foedus.runs import Request, make_request
from foedus.scenario.draws import uncertain_cells
from foedus.scenario.folders import read_manifest, seal
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import quantiles

DRAWS = 3 * BLOCK + 100


@pytest.fixture(scope="module")
def minimal() -> Scenario:
    return load("minimal")


@pytest.fixture
def request_(minimal: Scenario) -> Request:
    return make_request(minimal, draws=DRAWS)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "Job", FakeJob)


def all_rows(folder: Path) -> pl.DataFrame:
    return scan_blocks(folder).collect()


def stop_after(blocks: int) -> Any:
    """Return a report that stops the run as Ctrl-C does, once some blocks are done."""

    def report(done: int, _of: int) -> None:
        if done >= blocks * BLOCK:
            raise KeyboardInterrupt

    return report


@pytest.mark.usefixtures("fake")
def test_the_folder_has_a_row_a_draw_in_order(
    minimal: Scenario, request_: Request, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    found = run_ensemble(
        minimal, request_, out=tmp_path / "e", report=lambda *so_far: told.append(so_far)
    )
    rows = found.scan().collect()
    assert rows["draw"].to_list() == list(range(DRAWS))
    expected = np.concatenate([drawn(block, n) for block, n in request_.blocks()])
    assert np.array_equal(rows["forces/balanced_persons"].to_numpy(), expected)
    assert found.summary["mean"][0] == pytest.approx(expected.mean())
    assert told == [(0, DRAWS), *((k * BLOCK, DRAWS) for k in (1, 2, 3)), (DRAWS, DRAWS)]
    assert open_ensemble(tmp_path / "e").summary.equals(found.summary)


@pytest.mark.usefixtures("fake")
def test_without_a_folder_nothing_stays_but_the_summary(
    minimal: Scenario, request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = run_ensemble(minimal, request_)
    assert found.folder is None
    assert found.summary.height == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("blocks", [0, 2])
def test_what_was_stopped_goes_on_to_the_same_end(
    minimal: Scenario, request_: Request, tmp_path: Path, blocks: int
) -> None:
    whole = run_ensemble(minimal, request_, out=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run_ensemble(minimal, request_, out=tmp_path / "part", report=stop_after(blocks))
    assert all_rows_or_none(tmp_path / "part") == blocks * BLOCK
    with pytest.raises(SettingsError, match=f"{blocks} of 4 blocks"):
        open_ensemble(tmp_path / "part")
    done: list[int] = []
    resumed = run_ensemble(
        minimal,
        request_,
        out=tmp_path / "part",
        resume=True,
        report=lambda so_far, _of: done.append(so_far),
    )
    assert done[0] == blocks * BLOCK
    assert all_rows(tmp_path / "part").equals(all_rows(tmp_path / "whole"))
    assert resumed.summary.equals(whole.summary)


def all_rows_or_none(folder: Path) -> int:
    """Return how many rows stand in the blocks of a folder, which are all whole."""
    files = list((folder / "blocks").iterdir())
    assert {file.suffix for file in files} <= {".parquet"}
    return sum(pl.read_parquet(file).height for file in files)


@pytest.mark.usefixtures("fake")
def test_broken_and_half_written_blocks_are_done_again(
    minimal: Scenario, request_: Request, tmp_path: Path
) -> None:
    whole = run_ensemble(minimal, request_, out=tmp_path / "e")
    rows = all_rows(tmp_path / "e")
    file = block_file(tmp_path / "e", 1)
    file.write_bytes(file.read_bytes()[:1000])
    block_file(tmp_path / "e", 2).with_suffix(".part").write_bytes(b"half")
    block_file(tmp_path / "e", 2).unlink()
    again = run_ensemble(minimal, request_, out=tmp_path / "e", resume=True)
    assert again.summary.equals(whole.summary)
    assert all_rows(tmp_path / "e").equals(rows)
    assert all_rows_or_none(tmp_path / "e") == DRAWS


@pytest.mark.usefixtures("fake")
def test_another_ensemble_is_not_gone_on_with(
    minimal: Scenario, request_: Request, tmp_path: Path
) -> None:
    run_ensemble(minimal, request_, out=tmp_path / "e")
    other = make_request(
        minimal, draws=DRAWS, seed=9, set={"options/rear-8k-backed/us_backing_prob": 0.2}
    )
    with pytest.raises(SettingsError) as refused:
        run_ensemble(minimal, other, out=tmp_path / "e", resume=True, design="latin-hypercube")
    for text in (
        "settings design is latin-hypercube and was monte-carlo",
        "seed is 9 and was 0",
        "us_backing_prob is 0.2 and was not set",
    ):
        assert text in str(refused.value)
    changed = minimal.replace(stances=minimal.stances[:-1])
    with pytest.raises(SettingsError, match="scenario is"):
        run_ensemble(changed, request_, out=tmp_path / "e", resume=True)


@pytest.mark.usefixtures("fake")
def test_an_ensemble_that_another_version_wrote_in_another_way_is_told(
    minimal: Scenario, request_: Request, tmp_path: Path
) -> None:
    run_ensemble(minimal, request_, out=tmp_path / "e")
    manifest = read_manifest(tmp_path / "e")
    manifest["identity"]["soul"] = 1
    manifest["foedus"] = "99.0"
    manifest["seal"] = seal(manifest)
    (tmp_path / "e" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SettingsError, match=r"foedus 99\.0 wrote it"):
        open_ensemble(tmp_path / "e")


@pytest.mark.usefixtures("fake")
def test_a_folder_that_holds_something_is_left_alone(
    minimal: Scenario, request_: Request, tmp_path: Path
) -> None:
    run_ensemble(minimal, request_, out=tmp_path / "e")
    with pytest.raises(SettingsError, match="ask for --resume"):
        run_ensemble(minimal, request_, out=tmp_path / "e")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("ten years of work")
    for resume in (False, True):
        with pytest.raises(SettingsError):
            run_ensemble(minimal, request_, out=tmp_path / "other", resume=resume)
    assert [file.name for file in (tmp_path / "other").iterdir()] == ["thesis.txt"]


def test_what_cannot_be_asked_is_refused(minimal: Scenario, tmp_path: Path) -> None:
    ask = partial(run_ensemble, minimal)
    some = make_request(minimal, draws=10)
    for wrong, says in (
        (partial(ask, make_request(minimal)), "draws: 0"),
        (partial(ask, some, workers=0), "workers: 0"),
        (partial(ask, some, design="grid"), "no design 'grid'"),
        (partial(ask, some, design="sobol"), "power of two"),
        (partial(ask, make_request(minimal, draws=5000), design="sobol"), "such as 8,192"),
        (partial(ask, some, resume=True), "no folder"),
        (partial(ask, some, resume=True, out=tmp_path / "none"), "no ensemble"),
    ):
        with pytest.raises(SettingsError, match=says):
            wrong()


@pytest.mark.usefixtures("fake")
def test_a_full_disk_keeps_what_was_written_and_says_how_to_go_on(
    minimal: Scenario, request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = running.write_through

    def full(file: Path, content: bytes) -> None:
        if file.stem == "00002":
            file.write_bytes(content[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        through(file, content)

    with monkeypatch.context() as patch:
        patch.setattr(running, "write_through", full)
        with pytest.raises(SettingsError) as refused:
            run_ensemble(minimal, request_, out=tmp_path / "e")
    for text in ("No space left on device", "8,192 of 12,388 draws", "--resume"):
        assert text in str(refused.value)
    assert all_rows_or_none(tmp_path / "e") == 2 * BLOCK
    run_ensemble(minimal, request_, out=tmp_path / "e", resume=True)
    assert all_rows_or_none(tmp_path / "e") == DRAWS


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let the system refuse files of more than 50 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("fake", "small_files")
def test_a_file_that_the_system_cuts_short_does_not_stay(minimal: Scenario, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"File too large.*0 of 4,096 draws"):
        run_ensemble(minimal, make_request(minimal, draws=BLOCK), out=tmp_path / "e")
    assert all_rows_or_none(tmp_path / "e") == 0


def test_more_than_one_failed_draw_in_twenty_stops_the_run(
    minimal: Scenario, request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "Job", partial(Failing, failed=205))
    with pytest.raises(SettingsError, match="more than 5%"):
        run_ensemble(minimal, request_, out=tmp_path / "e")
    monkeypatch.setattr(running, "Job", partial(Failing, failed=100))
    found = run_ensemble(minimal, request_)
    assert found.failed_count == 400
    assert found.summary["draws_count"][0] == DRAWS - 400


def test_memory_does_not_grow_with_the_blocks(
    minimal: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[weakref.ref[pl.DataFrame]] = []
    most = 0

    class Watched(FakeJob):
        def rows(self, block: int, n: int) -> pl.DataFrame:
            nonlocal most
            found = super().rows(block, n)
            alive.append(weakref.ref(found))
            most = max(most, sum(each() is not None for each in alive))
            return found

    monkeypatch.setattr(running, "Job", Watched)
    peaks = []
    for place, blocks in enumerate((5, 60)):
        request = make_request(minimal, draws=blocks * BLOCK)
        tracemalloc.start()
        run_ensemble(minimal, request, out=tmp_path / str(place))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most <= 2
    # One column of all draws, sorted, is in memory for the summary: 16 bytes a draw and a little.
    assert peaks[1] - peaks[0] < 55 * BLOCK * 40


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
def test_every_design_draws_the_cells_that_the_chain_reads(
    minimal: Scenario, tmp_path: Path, design: Any
) -> None:
    request = make_request(minimal, draws=256, seed=3)
    found = run_ensemble(minimal, request, out=tmp_path / "e", design=design, keep_inputs=True)
    assert found.failed_count == 0
    read = {about.cell for about in uncertain_cells(minimal) if about.cell.table in READ_BY_CHAIN}
    assert set(found.inputs) == {str(cell) for cell in read}
    # Both designs have a number in each of 256 strata, whatever the distribution.
    cell = next(name for name in found.inputs if name.startswith("disputes/"))
    values = found.scan().collect()[f"cell:{cell}"]
    about = next(about for about in uncertain_cells(minimal) if str(about.cell) == cell)
    ends = quantiles(about.distribution, np.arange(257) / 256, about.low, about.mode, about.high)
    assert np.histogram(values, ends)[0].tolist() == [1] * 256


def test_workers_give_the_numbers_of_one_process_and_of_ordinary_runs(
    minimal: Scenario, tmp_path: Path
) -> None:
    request = make_request(minimal, draws=BLOCK + 50, seed=3)
    run_ensemble(minimal, request, out=tmp_path / "one")
    run_ensemble(minimal, request, out=tmp_path / "two", workers=2)
    rows = all_rows(tmp_path / "one")
    assert all_rows(tmp_path / "two").equals(rows)
    force = run_option(minimal, request).forces.result.outcomes()
    for name, values in force.items():
        assert np.array_equal(rows[f"forces/{name}"].to_numpy(), values)
