"""`foedus check` finds everything that is wrong, at its place, and says what to write instead."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from foedus.scenario import load

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

SPOILED = {
    "an unknown code": (
        "units.csv",
        "ELM,signals,company",
        "ELN,signals,company",
        "delegation: 'ELN' is not in delegations.csv",
        "Did you mean ELM?",
    ),
    "a negative count": (
        "units.csv",
        "BRK,brigade,brigade,2,",
        "BRK,brigade,brigade,-2,",
        "held_count: -2 is less than 0",
        "write 0 or more",
    ),
    "a share in per cent": (
        "polls.csv",
        "Hovany,0.22,0.66,0.12,",
        "Hovany,22,0.66,0.12,",
        "support_share: 22 is more than 1",
        "shares and probabilities are fractions: write 0.22",
    ),
    "a share with its sign": (
        "polls.csv",
        "Hovany,0.22,0.66,0.12,",
        "Hovany,22 %,0.66,0.12,",
        "support_share: '22 %' is not a number",
        "write 0.22",
    ),
    "high below low": (
        "units.csv",
        "2,2,1,3,0,,assumed",
        "2,2,3,1,0,,assumed",
        "available_count_low: low 3 is above high 1",
        "swap them",
    ),
    "a poll above 100 %": (
        "polls.csv",
        "Hovany,0.22,0.66,0.12,",
        "Hovany,0.52,0.66,0.12,",
        "support_share: the shares sum to 1.3, more than 1",
        "mend them",
    ),
    "a line break in a cell": (
        "polls.csv",
        "brek-2030-04,BRK,troops-war,Soldiers to fight",
        'brek-2030-04,BRK,troops-war,"Soldiers\n to fight',
        "question: the cell holds a line break",
        "write it in one line",
    ),
    "an unknown requirement": (
        "options.csv",
        "guarantor,small,all",
        "guarantor,smal,all",
        "requirement: 'smal' is no statement of requirement.csv",
        "Did you mean small?",
    ),
    "a date that does not exist": (
        "polls.csv",
        "2030-04-20,2030-04-22",
        "2030-02-30,2030-04-22",
        "fieldwork_start: '2030-02-30' is not a date of the calendar",
        "see `fieldwork_start` in the file reference",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_fault_is_told_with_file_line_and_fix(
    name: str, spoil: Spoil, folder: Path, foedus: Foedus
) -> None:
    file, old, new, says, fix = SPOILED[name]
    if name == "a line break in a cell":
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(
            text.replace("fight beside Hovany,0.22", 'fight beside Hovany",0.22'), encoding="utf-8"
        )
    line = spoil(file, old, new)
    outcome = foedus("check", folder)
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    assert f"{folder}/{file}:{line}: {says}" in outcome.stderr
    assert f"    fix: {fix}" in outcome.stderr


def test_every_fault_is_told_at_once_in_the_order_of_the_files(
    spoil: Spoil, folder: Path, foedus: Foedus
) -> None:
    lines = {file: spoil(file, old, new) for file, old, new, _, _ in list(SPOILED.values())[1:3]}
    document = json.loads(foedus("check", folder, "--json").stdout)
    places = [(Path(p["path"]).name, p["line"]) for p in document["problems"]]
    assert places == sorted(lines.items())


def test_a_missing_table_is_told(folder: Path, foedus: Foedus) -> None:
    (folder / "options.csv").unlink()
    outcome = foedus("check", folder)
    assert outcome.exit_code == 1
    assert f"{folder}/options.csv: the table is missing\n    fix: add options.csv" in outcome.stderr


def test_a_row_that_stands_twice_is_told(folder: Path, foedus: Foedus) -> None:
    path = folder / "units.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    outcome = foedus("check", folder)
    assert outcome.exit_code == 1
    key = ":".join(lines[1].split(",")[:2])
    assert f"{path}:{len(lines) + 1}: delegation, capability: '{key}'" in outcome.stderr
    assert "fix: keep one" in outcome.stderr


def test_a_circle_of_waits_is_told(folder: Path, spoil: Spoil, foedus: Foedus) -> None:
    line = spoil("stances.csv", ",,0,,2030-05-28,", ",,0,DUN,2030-05-28,")
    outcome = foedus("check", folder)
    assert outcome.exit_code == 1
    assert f"{folder}/stances.csv:{line}: needs_partners: ALD waits for DUN waits for ALD" in (
        outcome.stderr
    )
    assert "fix: name a number in needs_partners_count instead" in outcome.stderr


def test_a_folder_without_settings_is_no_scenario(tmp_path: Path, foedus: Foedus) -> None:
    outcome = foedus("check", tmp_path)
    assert outcome.exit_code == 1
    assert f"{tmp_path}: the folder has no scenario.toml" in outcome.stderr
    assert "foedus new NAME" in outcome.stderr


def as_a_spreadsheet_saves_it(path: Path) -> None:
    """Save a table with semicolons, decimal commas, a byte order mark and other line ends."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    swapped = [
        [cell.replace(".", ",") if cell.replace(".", "", 1).isdigit() else cell for cell in row]
        for row in rows
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(swapped)


def test_tables_saved_by_a_spreadsheet_are_read_as_they_were(folder: Path, foedus: Foedus) -> None:
    for path in folder.glob("*.csv"):
        as_a_spreadsheet_saves_it(path)
    outcome = foedus("check", folder, "--json")
    assert outcome.exit_code == 0, outcome.stderr
    assert json.loads(outcome.stdout)["digest"] == load("minimal").digest


def test_a_sound_scenario_is_one_line_of_counts(foedus: Foedus) -> None:
    outcome = foedus("check", "minimal")
    assert outcome.exit_code == 0
    minimal = load("minimal")
    assert outcome.stdout.count("\n") == 1
    assert f": sound ({len(minimal.delegations)} delegations, 3 options, " in outcome.stdout
    assert "1 known only later" in outcome.stdout
    assert outcome.stderr == ""


@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_what_is_shipped_is_sound_also_without_later_rows(name: str, foedus: Foedus) -> None:
    outcome = foedus("check", name, "--strict")
    assert outcome.exit_code == 0, outcome.stderr
    assert "sound, also without the later rows" in outcome.stdout


def test_strict_finds_what_only_later_rows_hold_up(folder: Path, foedus: Foedus) -> None:
    """The only option is known later: with it the scenario is sound, without it there is none."""
    (folder / "thresholds.csv").unlink()  # of the options that are taken out
    path = folder / "options.csv"
    head, first, *_ = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head},known_from,later\n{first},2030-06-20,1\n", encoding="utf-8")
    assert foedus("check", folder).exit_code == 0
    outcome = foedus("check", folder, "--strict")
    assert outcome.exit_code == 1
    assert "there is no option (once the rows marked later are left out)" in outcome.stderr
    assert "fix: add at least one row" in outcome.stderr


def test_a_sound_document_has_counts(foedus: Foedus) -> None:
    outcome = foedus("check", "minimal", "--json")
    document = json.loads(outcome.stdout)
    assert outcome.exit_code == 0
    assert document["sound"] is True
    assert document["problems"] == []
    assert document["rows"] == sum(document["verified"].values())
    assert outcome.stderr == ""


def test_an_unsound_document_has_problems_and_nothing_goes_to_stderr(
    folder: Path, foedus: Foedus
) -> None:
    shutil.copy(folder / "units.csv", folder / "unit.csv")
    outcome = foedus("check", folder, "--json")
    assert outcome.exit_code == 1
    assert outcome.stderr == ""
    document = json.loads(outcome.stdout)
    assert document["sound"] is False
    assert [set(problem) for problem in document["problems"]] == [
        {"path", "line", "field", "says", "fix", "sheet", "cell"}
    ]
    assert document["problems"][0]["fix"] == "rename it to units.csv"


def test_a_column_that_steers_the_terminal_is_told_inert(folder: Path, foedus: Foedus) -> None:
    path = folder / "sites.csv"
    path.write_text("\x1b[31msite,kind\n", encoding="utf-8")
    outcome = foedus("check", folder)
    assert "\x1b" not in outcome.stderr
    assert "\\x1b[31msite" in outcome.stderr


def test_a_change_is_checked_too(foedus: Foedus) -> None:
    assert foedus("check", "minimal", "--set", "options/*/us_backing_prob=0.2").exit_code == 0
    outcome = foedus("check", "minimal", "--set", "options/*/us_backing_prob=2")
    assert outcome.exit_code == 1
    assert "us_backing_prob" in outcome.stderr


def test_a_setting_that_no_engine_has_is_told(folder: Path, foedus: Foedus) -> None:
    settings = folder / "scenario.toml"
    text = settings.read_text(encoding="utf-8") + "\n[engines.consent]\ndrift = 3\n"
    settings.write_text(text, encoding="utf-8")
    told = foedus("check", folder)
    assert told.exit_code == 1
    assert "summit/scenario.toml: [engines.consent]: " in told.stderr
    assert "drift_score" in told.stderr


def test_an_uncertain_setting_that_no_engine_has_is_told(
    folder: Path, spoil: Spoil, foedus: Foedus
) -> None:
    spoil("uncertainties.csv", "engines,consent,drift_score", "engines,consent,drift_scor")
    told = foedus("check", folder, "--json")
    assert told.exit_code == 1
    (problem,) = json.loads(told.stdout)["problems"]
    assert problem["path"] == "summit/uncertainties.csv"
    assert "drift_score" in problem["says"]
