"""A against B is B against A with the sides changed, and like against like is no difference."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foedus.briefing import Brief, brief, comparing
from foedus.briefing.comparing import compare
from foedus.engines import Consent
from foedus.errors import ScenarioError, SettingsError
from foedus.runs import run
from foedus.scenario import Scenario
from foedus.scenario.save import save

Briefed = Callable[..., Brief]

BACKING = "options/rear-8k-backed/us_backing_prob"
FEW: dict[str, Any] = {"draws": 40}


@pytest.fixture(scope="module")
def made(few: Scenario) -> Brief:
    return brief(few, draws=40, seed=5, plan=False)


@pytest.fixture(scope="module")
def other(few: Scenario) -> Brief:
    cells = {"consent/ALD/level": 4}
    return brief(few, option="rear-8k-alone", draws=40, seed=5, set=cells, plan=False)


@pytest.fixture(scope="module")
def folder(few: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a scenario, whose name has an `@` in it."""
    folder = tmp_path_factory.mktemp("folders") / "few@rear-8k-alone"
    save(few, folder)
    return folder


@pytest.fixture(scope="module")
def kept(made: Brief, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "saved"
    made.save(folder)
    return folder


NAMES = {"a": "b", "a_low": "b_low", "a_high": "b_high", "only_a": "only_b"}
NAMES |= {"headline_a": "headline_b"}
CHANGED = NAMES | {there: here for here, there in NAMES.items()}
PROSE = ("says", "notes")


def turned(value: Any, *, sides: bool = True) -> Any:
    """Return the JSON of a comparison with its sides changed; prose and orders left out."""
    if isinstance(value, list):
        parts = [turned(part, sides=sides) for part in value]
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
    if not isinstance(value, dict):
        return value
    found = {name: turned(part, sides=sides) for name, part in value.items() if name not in PROSE}
    if sides:
        found = {CHANGED.get(name, name): part for name, part in found.items()}
        if found.get("difference") is not None:
            found["difference"] = 0.0 - found["difference"]
    return found


def assert_sides_can_be_changed(a: Brief, b: Brief) -> None:
    there, back = compare(a, b), compare(b, a)
    assert there.answers
    assert turned(there.to_json()) == turned(back.to_json(), sides=False)
    for one, other in ((there.options, back.options), (there.inputs.cells, back.inputs.cells)):
        assert [each.place for each in one] == [each.place for each in other]
    assert [each.size for each in there.answers] == [each.size for each in back.answers]


class TestLaws:
    def test_a_brief_does_not_differ_from_itself(self, briefed: Briefed) -> None:
        found = compare(briefed(draws=120, plan=True), briefed(draws=120, plan=True))
        assert found.is_same
        assert found.says_the_same
        assert found.inputs.count == 0

    def test_identical_inputs_give_no_difference(
        self, kept: Path, few: Scenario, minimal: Scenario
    ) -> None:
        assert compare("minimal", minimal, **FEW).is_same
        assert compare(kept, few).is_same  # the draws and seed of the saved brief

    def test_a_against_b_is_minus_b_against_a(
        self, made: Brief, other: Brief, briefed: Briefed
    ) -> None:
        assert_sides_can_be_changed(made, other)
        assert_sides_can_be_changed(briefed(set={BACKING: 0}), briefed())

    def test_two_summits_can_be_compared(self, briefed: Briefed) -> None:
        found = compare(briefed(), briefed("paris-2025"))
        assert found.inputs.only_a
        assert "options/rear-30k-us" in found.only_b
        assert "options/rear-8k-backed" in found.only_a
        json.dumps(found.to_json(), allow_nan=False)


class TestSides:
    def test_settings_of_one_side_win_over_those_of_both(self, few: Scenario) -> None:
        found = compare(few, few, set={BACKING: 0.25}, set_b={BACKING: 0}, **FEW)
        (difference,) = found.inputs.cells
        assert (difference.a.value, difference.b.value) == (0.25, 0)
        assert found.answers

    def test_an_option_behind_an_at_wins_over_the_one_for_both(self, folder: Path) -> None:
        found = compare(f"{folder}@rear-8k-alone", folder, option="air-sea-backed", **FEW)
        assert (found.a.setup.option, found.b.setup.option) == ("rear-8k-alone", "air-sea-backed")

    def test_a_folder_with_an_at_in_its_name_is_a_folder(self, few: Scenario, folder: Path) -> None:
        found = compare(folder, few, **FEW)
        assert found.a.setup.option == "rear-8k-backed"
        assert found.says_the_same

    def test_option_draws_and_seed_are_those_of_the_brief_that_was_made_before(
        self, other: Brief, few: Scenario
    ) -> None:
        found = compare(other, few)
        setup = found.b.setup
        assert (setup.option, setup.draws, setup.seed) == ("rear-8k-alone", 40, 5)
        assert found.has_common_chance
        assert [d.place for d in found.inputs.settings] == ["consent/ALD/level"]

    def test_other_draws_are_told(self, made: Brief, few: Scenario) -> None:
        found = compare(made, few, seed=6)
        assert not found.has_common_chance
        assert found.chance.endswith("the differences include chance.")
        assert "not from chance" in compare(made, made).chance

    def test_another_version_is_told(self, made: Brief) -> None:
        side = comparing.side_of("x", made, is_saved=True)
        older = {**side.document, "foedus": "0.0.1"}
        found = comparing.between_sides(
            side, comparing.Side(name="y", is_saved=True, setup=side.setup, document=older)
        )
        assert found.versions.startswith("A was made by foedus")
        assert "0.0.1" in found.versions

    def test_progress_runs_once_over_both(self, few: Scenario) -> None:
        told: list[float] = []
        compare(few, few, **FEW, progress=lambda _, share: told.append(share))
        assert told == sorted(told)
        assert told[-1] == 1.0


class TestFaults:
    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            ({"set_a": {BACKING: 0}}, "set_a: A is a brief that was made before"),
            ({"set": {BACKING: 0}}, "set: A was made before"),
        ],
    )
    def test_cells_of_a_brief_that_was_made_before_cannot_be_set(
        self, asked: dict[str, Any], says: str, made: Brief
    ) -> None:
        with pytest.raises(SettingsError, match=says):
            compare(made, "minimal", **asked)

    @pytest.mark.parametrize(
        "asked", [{"seed": 0}, {"draws": 0}, {"option": "x"}, {"strict": True}], ids=str
    )
    def test_nothing_can_be_asked_of_two_that_were_made_before(
        self, asked: dict[str, Any], made: Brief
    ) -> None:
        with pytest.raises(SettingsError, match="both briefs were made before"):
            compare(made, made, **asked)

    def test_what_is_not_there_is_told(self, minimal: Scenario, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="no folder of this name"):
            compare("minimal", "minimul")
        with pytest.raises(SettingsError, match="there is no option 'rear'"):
            compare("minimal@rear", "minimal")
        run(minimal, Consent()).save(tmp_path / "run", minimal)
        with pytest.raises(SettingsError, match="the run of one engine"):
            compare(tmp_path / "run", "minimal")

    def test_a_changed_saved_brief_is_refused(self, made: Brief, tmp_path: Path) -> None:
        made.save(tmp_path / "saved")
        path = tmp_path / "saved" / "brief.json"
        path.write_text(path.read_text("utf-8").replace("size", "sise", 1), encoding="utf-8")
        with pytest.raises(SettingsError, match=r"brief\.json: it was changed"):
            compare(tmp_path / "saved", made)
