"""`foedus new` makes a sound scenario, whole or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from foedus.scenario import Scenario, load
from foedus.scenario.save import save

Foedus = Callable[..., Result]


def test_a_new_scenario_is_sound_and_says_what_to_do(tmp_path: Path, foedus: Foedus) -> None:
    made = tmp_path / "my-next_summit"
    outcome = foedus("new", made)
    assert outcome.exit_code == 0
    assert f"foedus check {made}" in outcome.stdout
    scenario = load(made)
    assert scenario.about.title == "My next summit"
    assert scenario.about.invented
    assert scenario.units == load("minimal").units
    readme = (made / "README.txt").read_text(encoding="utf-8")
    assert readme.startswith("My next summit\n==============\n")
    assert f"foedus brief {made}" in readme
    assert foedus("check", made).exit_code == 0


def test_the_document_names_the_folder(tmp_path: Path, foedus: Foedus) -> None:
    outcome = foedus("new", tmp_path / "a", "--json")
    document = json.loads(outcome.stdout)
    assert document == {
        "folder": str(tmp_path / "a"),
        "title": "A",
        "digest": load(tmp_path / "a").digest,
    }


def test_an_empty_folder_is_filled(tmp_path: Path, foedus: Foedus) -> None:
    (tmp_path / "empty").mkdir()
    assert foedus("new", tmp_path / "empty").exit_code == 0
    assert load(tmp_path / "empty").about.title == "Empty"


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path, foedus: Foedus) -> None:
    made = tmp_path / "full"
    made.mkdir()
    (made / "notes.txt").write_text("mine", encoding="utf-8")
    outcome = foedus("new", made)
    assert outcome.exit_code == 1
    assert f"{made}: it exists already." in outcome.stderr
    assert [path.name for path in made.iterdir()] == ["notes.txt"]


def test_a_place_under_a_file_is_refused(tmp_path: Path, foedus: Foedus) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    outcome = foedus("new", tmp_path / "file" / "summit")
    assert outcome.exit_code == 1
    assert "cannot be written" in outcome.stderr


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(scenario: Scenario, folder: Path) -> None:
        save(scenario, folder)
        raise KeyboardInterrupt

    monkeypatch.setattr("foedus.cli.new.save", pressed)
    outcome = foedus("new", tmp_path / "summit")
    assert outcome.exit_code == 130
    assert "Nothing was written." in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_named_as_a_shipped_scenario_is_called_by_its_path(
    tmp_path: Path, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bare name would be read as the shipped scenario."""
    monkeypatch.chdir(tmp_path)
    outcome = foedus("new", "minimal")
    assert outcome.exit_code == 0
    assert "foedus check ./minimal" in outcome.stdout
    assert json.loads(foedus("check", "./minimal", "--json").stdout)["title"] == "Minimal"


def test_a_name_with_blanks_is_quoted_in_the_next_steps(tmp_path: Path, foedus: Foedus) -> None:
    outcome = foedus("new", tmp_path / "my summit")
    assert f"foedus check '{tmp_path / 'my summit'}'" in outcome.stdout
