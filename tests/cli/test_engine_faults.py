"""A setting that no engine takes is named where it stands, by every verb alike."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from foedus.cli import main
from foedus.cli.engine_faults import engine_problems
from foedus.scenario import Scenario, load
from foedus.scenario.save import save
from foedus.scenario.workbook_write import save_workbook


@pytest.fixture(scope="module")
def faulty() -> Scenario:
    """Return a scenario with one setting that is unknown, one that is too large, one sound."""
    minimal = load("minimal")
    settings = {"consent": {"drift_scor": 1.0, "house_effect_share": 7.5, "shock_correlation": 0.1}}
    about = minimal.about.model_copy(update={"engines": settings})
    return minimal.model_copy(update={"about": about})


@pytest.fixture(scope="module")
def book(faulty: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of it."""
    file = tmp_path_factory.mktemp("faulty") / "made.xlsx"
    save_workbook(faulty, file)
    return file


def test_a_sound_scenario_has_none() -> None:
    assert engine_problems(load("minimal"), "minimal") == ()


def test_in_a_folder_the_file_is_named(faulty: Scenario, tmp_path: Path) -> None:
    save(faulty, tmp_path / "made")
    found = engine_problems(load(tmp_path / "made"), str(tmp_path / "made"))
    assert [problem.path for problem in found] == ["made/scenario.toml"] * len(found)
    assert any("drift_scor'" in problem.says for problem in found)


@pytest.mark.parametrize("verb", ["check", "brief", "claims", "spend", "show"])
def test_in_a_workbook_every_verb_names_the_cell(verb: str, book: Path) -> None:
    result = CliRunner().invoke(main, [verb, str(book)])
    assert result.exit_code == 1
    assert f"{book}, sheet scenario, cell B" in result.stderr
    assert "(engines.consent.drift_scor): the engine consent has no setting" in result.stderr
    assert "scenario.toml" not in result.stderr


def test_the_cell_is_that_of_the_setting(faulty: Scenario, book: Path) -> None:
    (problem, *_) = engine_problems(load(book), str(book))
    settings = [name for name in faulty.about.model_dump() if name != "engines"]
    place = (
        2
        + len(settings)
        + ["drift_scor", "house_effect_share"].index(problem.field.rpartition(".")[2])
    )
    assert problem.cell == f"B{place}"
