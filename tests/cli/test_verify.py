"""`foedus verify` repeats what was saved, and says what was compared and what differs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from tests.cli.few import few_tables

import foedus as fd
from foedus.cli import verify
from foedus.scenario.folders import MANIFEST_FILE, read_manifest, write_manifest

Foedus = Callable[..., Result]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("kept")
    summit = fd.load(few_tables(place / "summit"))
    fd.brief(summit, draws=30, seed=2).save(place / "saved")
    return place / "saved"


@pytest.fixture
def saved(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept, tmp_path / "saved")


def nudge(folder: Path) -> str:
    """Double every outcome of one run under a manifest that fits; return the run's id."""
    run = str(read_manifest(folder)["runs"][0]["run"])
    path = folder / "outcomes" / f"{run}.parquet"
    pl.read_parquet(path).with_columns(pl.all() * 2 + 1).write_parquet(path)
    content = read_manifest(folder)
    (folder / MANIFEST_FILE).unlink()
    write_manifest(folder, {k: v for k, v in content.items() if k not in ("format", "files")})
    return run


def test_a_saved_brief_is_identical_to_the_last_bit(saved: Path, foedus: Foedus) -> None:
    outcome = foedus("verify", saved)
    assert outcome.exit_code == 0, outcome.stderr
    flat = " ".join(outcome.stdout.split())
    assert flat.startswith(f"{saved}: identical to the last bit") or "identical" in flat
    found = fd.verify(saved)
    assert f"Compared: {found.runs_count} runs, {found.outcomes_count} outcomes, " in flat
    assert f"{found.numbers_count:,} numbers in all." in flat
    assert "Brief of summit, option rear-8k-backed, saved 2" in flat


def test_the_document_is_that_of_the_library(saved: Path, foedus: Foedus) -> None:
    outcome = foedus("verify", saved, "--json")
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout) == fd.verify(saved).to_json()
    assert json.loads(outcome.stdout)["identical"] is True


def test_what_differs_is_listed_and_is_a_fault(saved: Path, foedus: Foedus) -> None:
    run = nudge(saved)
    outcome = foedus("verify", saved)
    assert outcome.exit_code == 1
    flat = " ".join(outcome.stdout.split())
    assert "it differs" in flat
    assert f"run {run} (consent, rear-8k-backed), joiners_count: 30 of 30 draws differ" in flat
    assert "first draw 0" in flat
    assert "largest difference" in flat
    assert "the numbers differ on the platform" in outcome.stderr


def test_the_document_of_what_differs_is_printed_too(saved: Path, foedus: Foedus) -> None:
    nudge(saved)
    outcome = foedus("verify", saved, "--json")
    assert outcome.exit_code == 1
    document = json.loads(outcome.stdout)
    assert (document["identical"], document["agrees"]) == (False, False)
    assert document["outcomes"][0]["first_draw"] == 0


def test_long_lists_are_cut_and_counted(
    saved: Path, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudge(saved)
    count = len(fd.verify(saved).outcomes)
    monkeypatch.setattr(verify, "MOST_DIFFERENCES", 1)
    assert f"{count - 1} more: --json" in foedus("verify", saved).stdout


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "scenario" / "units.csv").unlink(), "units.csv: it is missing"),
        (
            lambda folder: (folder / MANIFEST_FILE).write_text("{", encoding="utf-8"),
            "manifest.json: it is no JSON; it was cut short or changed",
        ),
        (lambda folder: (folder / MANIFEST_FILE).unlink(), "so it is no saved brief"),
    ],
    ids=["missing", "cut", "none"],
)
def test_a_spoilt_folder_is_a_fault_with_place_and_fix(
    spoil: Callable[[Path], object], says: str, saved: Path, foedus: Foedus
) -> None:
    spoil(saved)
    outcome = foedus("verify", saved)
    assert outcome.exit_code == 1
    assert says in outcome.stderr
    assert outcome.stdout == ""


def test_a_single_run_is_repeated_too(tmp_path: Path, foedus: Foedus) -> None:
    minimal = fd.load("minimal")
    fd.run(minimal, fd.Consent(), draws=20).save(tmp_path / "run", minimal)
    outcome = foedus("verify", tmp_path / "run")
    assert outcome.exit_code == 0
    assert "Run of minimal, option rear-8k-backed" in outcome.stdout


def test_an_interruption_harms_nothing(
    saved: Path, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    monkeypatch.setattr("foedus.briefing.verifying.brief", stop)
    outcome = foedus("verify", saved)
    assert outcome.exit_code == 130
    assert "Nothing was written." in outcome.stderr
    assert {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()} == before


def test_text_of_a_saved_brief_cannot_steer_the_terminal(saved: Path, foedus: Foedus) -> None:
    content = read_manifest(saved)
    (saved / MANIFEST_FILE).unlink()
    bare = {k: v for k, v in content.items() if k not in ("format", "files")}
    write_manifest(saved, {**bare, "scenario": {**bare["scenario"], "name": "\x1b[31mred"}})
    outcome = foedus("verify", saved)
    assert "\x1b" not in outcome.stdout + outcome.stderr
