"""A saved brief holds everything it takes to do it again, and is read only as it was saved."""

import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.briefing import Brief
from foedus.briefing.saving import Saved, is_saved, open_saved
from foedus.documents import plain
from foedus.engines import Consent
from foedus.errors import ScenarioError, SettingsError
from foedus.runs import run
from foedus.scenario import Scenario, load
from foedus.scenario.folders import MANIFEST_FILE, read_manifest, write_manifest
from foedus.scenario.save import save

Briefed = Callable[..., Brief]

CELLS = {"options/rear-8k-backed/us_backing_prob": 0.25}


@pytest.fixture(scope="module")
def made(briefed: Briefed) -> Brief:
    return briefed(draws=40, seed=5, set=CELLS, plan=True)


@pytest.fixture(scope="module")
def kept(made: Brief, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "saved"
    made.save(folder)
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept, tmp_path / "saved")


def test_the_manifest_says_what_was_asked(made: Brief, kept: Path) -> None:
    read = open_saved(kept).manifest
    assert read["kind"] == "brief"
    assert read["scenario"] == {"name": "minimal", "digest": made.scenario.digest}
    asked = {name: read[name] for name in ("option", "draws", "seed", "set", "strict", "question")}
    assert asked == {
        "option": "rear-8k-backed",
        "draws": 40,
        "seed": 5,
        "set": CELLS,
        "strict": False,
        "question": None,
    }
    assert {"utc", "seconds", "python", "platform", "processor", "libraries"} == set(
        read["circumstance"]
    )


def test_every_run_behind_an_answer_or_option_is_kept(made: Brief, kept: Path) -> None:
    saved = open_saved(kept)
    assert {answer.run for answer in made.answers} <= set(saved.identities)
    ran = {(identity.engine, identity.option) for identity in saved.identities.values()}
    for option in made.scenario.options:
        assert {("consent", option.option), ("forces", option.option)} <= ran
    assert all(identity.run_id == run_id for run_id, identity in saved.identities.items())


def test_outcomes_are_kept_to_the_last_bit(made: Brief, kept: Path) -> None:
    saved = open_saved(kept)
    assert made.runs
    for run_id, record in made.runs.items():
        read = saved.outcomes(run_id)
        assert list(read) == list(record.outcomes)
        for name, values in record.outcomes.items():
            assert read[name].tobytes() == np.asarray(values, dtype=np.float64).tobytes()
            assert values.size in (1, 40)


def test_numbers_of_every_kind_keep_their_bits(made: Brief, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    bits = chance.integers(0, 2**64, size=500, dtype=np.uint64)
    bits[:5] = [1 << 63, 0, 1, 0x7FF8000000000001, 0x7FF0000000000000]
    run_id, record = next(iter(made.runs.items()))
    odd = replace(record, outcomes={"odd_ratio": bits.view(np.float64)})
    replace(made, runs={run_id: odd}).save(tmp_path / "odd")
    read = open_saved(tmp_path / "odd").outcomes(run_id)["odd_ratio"]
    np.testing.assert_array_equal(read.view(np.uint64), bits)


def test_the_scenario_is_a_scenario_and_has_its_name_again(made: Brief, kept: Path) -> None:
    assert load(kept / "scenario") == made.scenario
    assert open_saved(kept).scenario.name == "minimal"


def test_it_is_no_scenario_itself_and_says_where_the_scenario_is(made: Brief, kept: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(kept)
    (problem,) = caught.value.problems
    assert problem.says == "this is a saved brief, not a scenario"
    place = problem.fix.removeprefix("point to the scenario in it, ")
    assert load(place).digest == made.scenario.digest


def test_the_document_is_that_of_the_brief(made: Brief, kept: Path) -> None:
    assert open_saved(kept).document == json.loads(json.dumps(plain(made.to_json())))


def test_no_user_host_or_path_is_in_any_file(
    made: Brief, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = "anna-who-saves-it"
    for name in ("USER", "LOGNAME", "HOME", "HOSTNAME", "PWD"):
        monkeypatch.setenv(name, f"/{secret}")
    monkeypatch.setattr(socket, "gethostname", lambda: secret)
    folder = tmp_path / secret / "saved"
    made.save(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret.encode() not in content
            assert str(tmp_path).encode() not in content


def test_a_folder_that_holds_files_is_left_alone(made: Brief, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(SettingsError, match="it exists already"):
        made.save(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_interrupted_save_leaves_nothing(
    made: Brief, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pl.DataFrame, "write_parquet", stop)
    with pytest.raises(KeyboardInterrupt):
        made.save(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", ["scenario/units.csv", "scenario/scenario.toml", "brief.json"])
def test_a_changed_text_is_named(file: str, folder: Path) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + " \n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        open_saved(folder).refuse_changes()
    assert f"{path}: it was changed or cut short" in str(caught.value)


def test_a_cut_or_missing_outcome_is_named(folder: Path) -> None:
    first, second, *_ = sorted((folder / "outcomes").iterdir())
    first.write_bytes(first.read_bytes()[:-10])
    second.unlink()
    with pytest.raises(SettingsError) as caught:
        open_saved(folder).refuse_changes()
    assert f"{first}: it was changed or cut short" in str(caught.value)
    assert f"{second}: it is missing." in str(caught.value)
    for path in (first, second):
        with pytest.raises(SettingsError, match="cannot be read as Parquet"):
            open_saved(folder).outcomes(path.stem)


def resealed(folder: Path, **changed: object) -> Saved:
    """Write another manifest with a seal that fits, as somebody might who means to deceive."""
    content = read_manifest(folder)
    (folder / MANIFEST_FILE).unlink()
    bare = {name: value for name, value in content.items() if name not in ("format", "files")}
    write_manifest(folder, {**bare, **changed})
    return open_saved(folder)


def test_another_scenario_under_a_new_seal_is_found_by_its_digest(
    folder: Path, minimal: Scenario
) -> None:
    shutil.rmtree(folder / "scenario")
    about = minimal.about.model_copy(update={"title": "Another"})
    save(minimal.replace(about=about), folder / "scenario")
    saved = resealed(folder)
    saved.refuse_changes()
    with pytest.raises(SettingsError, match="and the manifest says"):
        _ = saved.scenario


def test_another_identity_under_a_new_seal_is_found_by_its_id(folder: Path) -> None:
    runs = open_saved(folder).manifest["runs"]
    runs[0]["identity"]["seed"] += 1
    with pytest.raises(SettingsError, match=f"run {runs[0]['run']} has an identity that gives"):
        resealed(folder, runs=runs).refuse_changes()


def test_a_scenario_that_a_later_version_does_not_read_is_told(folder: Path) -> None:
    path = folder / "scenario" / "units.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("tour_months", "turn_months"), "utf-8")
    with pytest.raises(SettingsError, match="turn_months"):
        _ = resealed(folder).scenario


def test_what_is_no_saved_brief_is_told_apart(tmp_path: Path, minimal: Scenario) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    run(minimal, Consent()).save(tmp_path / "bare")
    said = {
        "none": "there is no such folder",
        "file": "this is a file",
        "empty": "the folder has no manifest.json",
        "bare": "saved without its scenario",
        "x" * 300: "there is no such folder|it cannot be read",
    }
    for name, says in said.items():
        assert not is_saved(tmp_path / name)
        with pytest.raises(SettingsError, match=says):
            open_saved(tmp_path / name)
    write_manifest(tmp_path / "empty", {"kind": "cake"})
    with pytest.raises(SettingsError, match="no manifest of a saved brief or run"):
        open_saved(tmp_path / "empty")
