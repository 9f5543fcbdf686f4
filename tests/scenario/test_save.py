"""What is saved is read again as it was: whole, or nothing is there."""

import csv
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import ScenarioError, SettingsError
from foedus.scenario import Scenario, load, save
from foedus.scenario.save import as_cell, as_toml, toml_value
from foedus.scenario.scenario import TABLES, About

# `foedus.scenario.save` is the function; the module of this name has to be asked for.
MODULE = import_module("foedus.scenario.save")

# What a spreadsheet may hold in a cell: no control characters, no line breaks.
WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1).filter(
    lambda text: text == text.strip()
)
SHARES = st.floats(0, 1)


@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_a_shipped_scenario_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    scenario = load(name)
    save(scenario, tmp_path / "copy")
    again = load(tmp_path / "copy")
    assert again.digest == scenario.digest
    assert again.name == "copy"
    for table in TABLES:
        assert again.table(table) == scenario.table(table)


@given(
    title=WORDS,
    note=WORDS,
    source=WORDS.filter(lambda text: not set(text) & set("/:*;")),
    backing=SHARES,
    size=st.floats(0, 1e300),
    engine=st.dictionaries(
        WORDS, st.one_of(WORDS, st.integers(), st.booleans(), st.floats(allow_nan=False))
    ),
)
def test_any_words_and_numbers_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory,
    few_tables: Scenario,
    title: str,
    note: str,
    source: str,
    backing: float,
    size: float,
    engine: dict[str, Any],
) -> None:
    pattern = few_tables
    option = pattern.options[0].model_copy(
        update={"title": title, "note": note, "us_backing_prob": backing, "source": (source,)}
    )
    key = pattern.share_keys[0].model_copy(update={"size_weight": size})
    listed = pattern.sources[0].model_copy(update={"source": source, "title": title})
    changed = pattern.replace(
        options=(option, *pattern.options[1:]),
        share_keys=(key, *pattern.share_keys[1:]),
        sources=(*pattern.sources, listed) if source != "invented" else pattern.sources,
        about=pattern.about.model_copy(update={"title": title, "engines": {title: engine}}),
    )
    folder = tmp_path_factory.mktemp("saved") / "summit"
    save(changed, folder)
    again = load(folder)
    assert again.digest == changed.digest
    assert again.options[0] == option
    assert again.about == changed.about


def test_a_table_that_all_need_is_written_even_if_empty(minimal: Scenario, tmp_path: Path) -> None:
    bare = Scenario(
        name="bare",
        about=minimal.about,
        delegations=tuple(
            row.model_copy(update={"source": ("assumed",)})
            for row in minimal.delegations
            if row.role == "host"
        ),
        options=tuple(
            row.model_copy(update={"source": ("assumed",)}) for row in minimal.options[:1]
        ),
    )
    save(bare, tmp_path / "bare")
    assert sorted(path.name for path in (tmp_path / "bare").iterdir()) == [
        *("delegations.csv", "options.csv", "scenario.toml", "sources.csv"),
    ]
    assert load(tmp_path / "bare").digest == bare.digest


def test_a_folder_may_be_named_by_text_and_its_parents_are_made(
    minimal: Scenario, tmp_path: Path
) -> None:
    save(minimal, f"{tmp_path}/a/b/copy")
    assert load(tmp_path / "a/b/copy") == minimal


def test_an_empty_folder_is_filled(minimal: Scenario, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    save(minimal, tmp_path / "copy")
    assert load(tmp_path / "copy") == minimal


def test_columns_in_which_nothing_stands_are_left_out(minimal: Scenario, tmp_path: Path) -> None:
    save(minimal, tmp_path / "copy")
    with (tmp_path / "copy" / "options.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert "scale_ratio" not in header
    assert header[0] == "option"
    assert header[-2:] == ["verified", "source"]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


class TestNothingIsLost:
    def test_a_folder_that_holds_files_is_left_alone(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("mine", encoding="utf-8")
        before = tree(tmp_path)
        with pytest.raises(SettingsError, match="mine: it exists already"):
            save(minimal, tmp_path / "mine")
        assert tree(tmp_path) == before

    def test_a_file_of_this_name_is_left_alone(self, minimal: Scenario, tmp_path: Path) -> None:
        (tmp_path / "mine").write_text("mine", encoding="utf-8")
        with pytest.raises(SettingsError, match="it exists already"):
            save(minimal, tmp_path / "mine")
        assert tree(tmp_path) == {"mine": b"mine"}

    def test_a_file_in_place_of_the_parent_is_said(self, minimal: Scenario, tmp_path: Path) -> None:
        (tmp_path / "mine").write_text("mine", encoding="utf-8")
        with pytest.raises(SettingsError, match="cannot be written"):
            save(minimal, tmp_path / "mine" / "copy")
        assert tree(tmp_path) == {"mine": b"mine"}

    def test_a_write_that_fails_leaves_nothing_behind(
        self, minimal: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[str] = []

        def failing(value: object) -> str:
            written.append(str(value))
            if len(written) > 500:
                raise OSError(28, "No space left on device")
            return as_cell(value)

        monkeypatch.setattr(MODULE, "as_cell", failing)
        with pytest.raises(SettingsError, match=r"cannot be written \(No space left on device\)"):
            save(minimal, tmp_path / "copy")
        assert len(written) > 500
        assert tree(tmp_path) == {}

    def test_a_move_that_fails_leaves_nothing_behind(
        self, few_tables: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing(_from: Path, _to: Path) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr("shutil.move", failing)
        with pytest.raises(SettingsError, match="Input/output error"):
            save(few_tables, tmp_path / "copy")
        assert tree(tmp_path) == {}

    @pytest.mark.parametrize(
        ("note", "says"),
        [
            ("two\nlines", r"copy/options.csv:2: note: the cell holds a line break"),
            ("x" * 20_001, r"copy/options.csv:2: note: the cell holds 20,001 characters"),
            (" a space in front", r"options.csv would be read differently"),
            ("a \0 byte", r"copy/options.csv:2: it holds NUL bytes"),
        ],
    )
    def test_words_that_no_file_can_hold_are_refused(
        self, few_tables: Scenario, tmp_path: Path, note: str, says: str
    ) -> None:
        first = few_tables.options[0].model_copy(update={"note": note})
        changed = few_tables.replace(options=(first, *few_tables.options[1:]))
        with pytest.raises(SettingsError, match=says):
            save(changed, tmp_path / "copy")
        assert tree(tmp_path) == {}

    def test_a_setting_that_is_no_single_value_is_refused(
        self, few_tables: Scenario, tmp_path: Path
    ) -> None:
        about = few_tables.about.model_copy(update={"engines": {"consent": {"cuts": [1, 2]}}})
        with pytest.raises(SettingsError, match=r"\[1, 2\] is not one number or word"):
            save(few_tables.replace(about=about), tmp_path / "copy")
        assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(None, ""), (True, "1"), (False, "0"), (1.0, "1"), (0.1, "0.1"), (1e300, "1e+300")],
        *[(-0.5, "-0.5"), (7, "7"), ("a,b", "a,b"), ("", "")],
    ],
)
def test_a_cell_is_written_as_short_as_it_is_read(value: object, text: str) -> None:
    assert as_cell(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_every_bit(value: float) -> None:
    assert float(as_cell(value)) == value


@pytest.mark.parametrize("text", ['say "a"', "back\\slash", "tab\t", "del\x7f", "a\nb", "é", "=1"])
def test_words_in_the_settings_keep_every_mark(text: str) -> None:
    about = About.model_validate(
        {"title": text, "date": "2030", "evidence_until": "2030", "engines": {text: {text: text}}}
    )
    read = tomllib.loads(as_toml(about))
    assert read["title"] == text
    assert read["engines"] == {text: {text: text}}


def test_values_in_the_settings_keep_their_kind() -> None:
    assert [toml_value(v) for v in (True, 1, 1.0, "1")] == ["true", "1", "1.0", '"1"']


def test_what_was_written_is_read_before_it_is_put_in_place(
    minimal: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(_folder: Path) -> Scenario:
        raise ScenarioError([])

    monkeypatch.setattr(MODULE, "load", refusing)
    with pytest.raises(SettingsError, match="it could not be read again"):
        save(minimal, tmp_path / "copy")
    assert tree(tmp_path) == {}
