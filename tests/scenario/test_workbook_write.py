"""What is written to a workbook is read again as it was: whole, or nothing is there."""

import sys
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.examples import few

from foedus.errors import ScenarioError, SettingsError
from foedus.scenario import Scenario, load
from foedus.scenario.save import column_order, save
from foedus.scenario.scenario import ABOUT, TABLES
from foedus.scenario.workbook_columns import GUIDE, holds
from foedus.scenario.workbook_file import cell_name
from foedus.scenario.workbook_write import note_of, save_workbook

# What a cell of a table may hold: no control characters, no line breaks, no spaces at its ends.
WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).filter(
    lambda text: text == text.strip()
)
TRICKY = st.sampled_from(
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "=cmd|' /C calc'!A0", "007", "1E5", "TRUE"),
        *("2025-02", "1/2", "#N/A", "_x0041_", "_x005F_", "x005F_", "<&>\"'", "é😀"),
        *("{=1}", "1,5", "0.1", "http://example.org", "50%"),
    ]
)
TEXT = st.one_of(TRICKY, WORDS)
NAMESPACE = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("written") / "minimal.xlsx"
    save_workbook(load("minimal"), file)
    return file


def sheet_xml(file: Path, name: str) -> ET.Element:
    """Return the XML of a sheet; settings and tables stand in their order."""
    place = [ABOUT, *TABLES, GUIDE].index(name) + 1
    with zipfile.ZipFile(file) as archive:
        return ET.fromstring(archive.read(f"xl/worksheets/sheet{place}.xml"))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_a_shipped_scenario_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    scenario = load(name)
    save_workbook(scenario, tmp_path / "copy.xlsx")
    again = load(tmp_path / "copy.xlsx")
    assert again.digest == scenario.digest
    assert again.name == "copy"
    for table in TABLES:
        assert again.table(table) == scenario.table(table)
    save(again, tmp_path / "folder")
    assert load(tmp_path / "folder").digest == scenario.digest


@few
@given(
    title=TEXT,
    note=TEXT,
    summary=st.text(st.characters(exclude_categories=["Cs"])),
    source=TEXT.filter(lambda text: not set(text) & set("/:*;")),
    backing=st.floats(0, 1),
    notes=st.lists(TEXT, min_size=10, max_size=10),
    sizes=st.lists(st.floats(0, 1e300, exclude_min=True), min_size=10, max_size=10),
    engine=st.dictionaries(
        WORDS, st.one_of(TEXT, st.integers(), st.booleans(), st.floats(allow_nan=False))
    ),
)
def test_any_words_and_numbers_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory,
    few_tables: Scenario,
    title: str,
    note: str,
    summary: str,
    source: str,
    backing: float,
    notes: list[str],
    sizes: list[float],
    engine: dict[str, Any],
) -> None:
    pattern = few_tables
    option = pattern.options[0].model_copy(
        update={"title": title, "note": note, "us_backing_prob": backing, "source": (source,)}
    )
    keys = tuple(
        row.model_copy(update={"size_weight": size, "note": note})
        for row, size, note in zip(pattern.share_keys, sizes, notes, strict=True)
    )
    listed = pattern.sources[0].model_copy(update={"source": source, "title": title})
    about = {"title": title, "summary": summary, "engines": {title: engine}}
    changed = pattern.replace(
        options=(option, *pattern.options[1:]),
        share_keys=keys,
        sources=(*pattern.sources, listed) if source != "invented" else pattern.sources,
        about=pattern.about.model_copy(update=about),
    )
    file = tmp_path_factory.mktemp("saved") / "summit.xlsx"
    save_workbook(changed, file)
    again = load(file)
    assert again.digest == changed.digest
    assert again.options[0] == option
    assert again.share_keys == keys
    assert again.about == changed.about


def test_the_same_scenario_makes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    save_workbook(load("minimal"), tmp_path / "minimal.xlsx")
    assert (tmp_path / "minimal.xlsx").read_bytes() == written.read_bytes()


class TestWhatTheBookHolds:
    def test_there_is_a_sheet_for_settings_every_table_and_the_guide(self, written: Path) -> None:
        assert CalamineWorkbook.from_path(written).sheet_names == [ABOUT, *TABLES, GUIDE]

    def test_every_column_stands_in_row_one_even_of_an_empty_table(self, written: Path) -> None:
        book = CalamineWorkbook.from_path(written)
        for name, model in TABLES.items():
            header = book.get_sheet_by_name(name).to_python()[0]
            assert sorted(map(str, header)) == sorted(model.model_fields)

    def test_no_cell_is_a_formula(self, few_tables: Scenario, tmp_path: Path) -> None:
        evil = few_tables.options[0].model_copy(update={"note": "=HYPERLINK(1)", "title": "+1"})
        changed = few_tables.replace(options=(evil, *few_tables.options[1:]))
        save_workbook(changed, tmp_path / "a.xlsx")
        with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
            for part in archive.namelist():
                xml = archive.read(part)
                assert b"<f>" not in xml
                assert b"<hyperlink" not in xml
                assert b"externalLink" not in xml

    def test_words_are_text_to_a_spreadsheet_too_when_they_are_typed_again(
        self, written: Path
    ) -> None:
        """A code or a date that is typed must not become a number: its cells have format `@`."""
        with zipfile.ZipFile(written) as archive:
            styles = ET.fromstring(archive.read("xl/styles.xml"))
        cells = styles.findall("./cellXfs/xf", NAMESPACE)
        is_text = [cell.get("numFmtId") == "49" for cell in cells]
        for name, model in TABLES.items():
            sheet = sheet_xml(written, name)
            header = CalamineWorkbook.from_path(written).get_sheet_by_name(name).to_python()[0]
            ends = {
                place: is_text[int(column.get("style", 0))]
                for column in sheet.findall("./cols/col", NAMESPACE)
                for place in range(int(column.get("min", 0)), int(column.get("max", 0)) + 1)
            }
            for place, field in enumerate(map(str, header), start=1):
                assert ends[place] == holds(model, field).is_text, f"{name}.{field}"

    def test_a_number_that_a_spreadsheet_would_cut_is_text(
        self, few_tables: Scenario, tmp_path: Path
    ) -> None:
        rows = [row.model_copy(update={"size_weight": 0.1 + 0.2}) for row in few_tables.share_keys]
        save_workbook(few_tables.replace(share_keys=tuple(rows)), tmp_path / "a.xlsx")
        book = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("share_keys")
        assert {row[2] for row in book.to_python()[1:]} == {"0.30000000000000004"}

    def test_closed_choices_flags_and_keys_of_other_tables_are_offered(self, written: Path) -> None:
        offered = {
            rule.get("sqref", ""): rule.findtext("formula1", None, NAMESPACE)
            for rule in sheet_xml(written, "delegations").iterfind(".//dataValidation", NAMESPACE)
        }
        assert '"0,1"' in offered.values()
        assert '"members,blessing"' in offered.values()
        units = sheet_xml(written, "units").iterfind(".//dataValidation", NAMESPACE)
        keys = {rule.findtext("formula1", None, NAMESPACE) for rule in units}
        assert any(key and key.startswith("delegations!$A$2:") for key in keys)
        assert any(key and key.startswith("capabilities!$A$2:") for key in keys)

    def test_the_header_stays_in_sight_and_can_be_filtered(self, written: Path) -> None:
        sheet = sheet_xml(written, "units")
        pane = sheet.find(".//pane", NAMESPACE)
        assert pane is not None
        assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
        assert sheet.find("autoFilter", NAMESPACE) is not None

    def test_the_columns_of_keys_stay_in_sight_beside_long_rows(self, written: Path) -> None:
        frozen = {}
        for table in ("units", "budgets", "sources"):
            (pane,) = sheet_xml(written, table).iterfind(".//pane", NAMESPACE)
            frozen[table] = pane.get("xSplit"), pane.get("ySplit")
        assert frozen == {"units": ("2", "1"), "budgets": ("1", "1"), "sources": ("1", "1")}

    def test_text_that_is_all_digits_is_not_marked_as_a_mistake(self, written: Path) -> None:
        (ignored,) = sheet_xml(written, "polls").iterfind(".//ignoredError", NAMESPACE)
        assert ignored.get("numberStoredAsText") == "1"
        columns = len(TABLES["polls"].model_fields)
        assert ignored.get("sqref") == f"A1:{cell_name(1_048_575, columns - 1)}"

    def test_headings_of_columns_that_must_be_filled_are_darker(self, written: Path) -> None:
        (header,) = sheet_xml(written, "units").iterfind(".//row[@r='1']", NAMESPACE)
        columns = column_order(TABLES["units"])
        forms: dict[bool, set[str | None]] = {True: set(), False: set()}
        for cell, field in zip(header, columns, strict=True):
            forms[TABLES["units"].model_fields[field].is_required()].add(cell.get("s"))
        assert len(forms[True]) == len(forms[False]) == 1
        assert forms[True] != forms[False]

    def test_a_long_list_is_wrapped_and_its_row_high_enough(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        sources = tuple(f"source-of-some-length-{n}" for n in range(8))
        units = (minimal.units[0].model_copy(update={"source": sources}), *minimal.units[1:])
        rows = [
            minimal.sources[0].model_copy(update={"source": source, "note": ""})
            for source in sources
        ]
        changed = minimal.model_copy(update={"units": units, "sources": (*minimal.sources, *rows)})
        file = tmp_path / "long.xlsx"
        save_workbook(changed, file)
        (row,) = sheet_xml(file, "units").iterfind(".//row[@r='2']", NAMESPACE)
        lines = len(";".join(sources)) / 40
        assert float(row.get("ht", "15")) >= 15 * lines

    def test_rows_that_a_reader_should_know_of_are_coloured(self, written: Path) -> None:
        rules = sheet_xml(written, "polls").iterfind(".//cfRule/formula", NAMESPACE)
        texts = [rule.text or "" for rule in rules]
        assert len(texts) == 3
        assert sum('"assumed"' in text and '"judgement"' in text for text in texts) == 1
        assert sum('"memory"' in text for text in texts) == 1
        assert sum(text.endswith("=1") for text in texts) == 1

    def test_every_heading_has_its_meaning_as_a_note(self, written: Path) -> None:
        with zipfile.ZipFile(written) as archive:
            place = list(TABLES).index("units") + 2  # the settings have the first
            notes = archive.read(f"xl/comments{place}.xml").decode()
        for field in TABLES["units"].model_fields:
            assert note_of(TABLES["units"], field).splitlines()[0].split("'")[0][:40] in notes

    def test_the_guide_explains_every_column_and_colour(self, written: Path) -> None:
        rows = CalamineWorkbook.from_path(written).get_sheet_by_name(GUIDE).to_python()
        listed = {(str(row[0]), str(row[1]).removesuffix(" *")) for row in rows}
        for name, model in TABLES.items():
            assert {(name, field) for field in model.model_fields} <= listed
        assert sum(row[0] == "this colour" for row in rows) == 3


class TestNothingIsLost:
    def test_a_file_that_is_there_is_left_alone(self, few_tables: Scenario, tmp_path: Path) -> None:
        (tmp_path / "mine.xlsx").write_bytes(b"mine")
        with pytest.raises(SettingsError, match=r"mine\.xlsx: it exists already"):
            save_workbook(few_tables, tmp_path / "mine.xlsx")
        assert tree(tmp_path) == {"mine.xlsx": b"mine"}

    def test_another_ending_is_refused(self, few_tables: Scenario, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"name a file that ends in \.xlsx"):
            save_workbook(few_tables, tmp_path / "mine.ods")
        assert tree(tmp_path) == {}

    def test_a_file_in_place_of_the_parent_is_said(
        self, few_tables: Scenario, tmp_path: Path
    ) -> None:
        (tmp_path / "mine").write_text("mine", encoding="utf-8")
        with pytest.raises(SettingsError, match="cannot be written"):
            save_workbook(few_tables, tmp_path / "mine" / "copy.xlsx")
        assert tree(tmp_path) == {"mine": b"mine"}

    def test_what_cannot_be_written_leaves_no_parents_behind(
        self, few_tables: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_args: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("foedus.scenario.workbook_write.write_workbook", full)
        with pytest.raises(SettingsError, match="No space left on device"):
            save_workbook(few_tables, tmp_path / "deep" / "down" / "book.xlsx")
        assert tree(tmp_path) == {}

    def test_a_disk_that_is_full_is_no_bug(
        self, few_tables: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_args: object, **_named: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("zipfile.ZipFile.writestr", full)
        monkeypatch.setattr("zipfile.ZipFile.write", full)
        with pytest.raises(SettingsError, match=r"cannot be written \(No space left on device\)"):
            save_workbook(few_tables, tmp_path / "book.xlsx")
        assert tree(tmp_path) == {}

    def test_parents_are_made(self, few_tables: Scenario, tmp_path: Path) -> None:
        save_workbook(few_tables, f"{tmp_path}/a/b/copy.XLSX")
        assert load(tmp_path / "a/b/copy.XLSX") == few_tables

    def test_a_move_that_fails_leaves_nothing_behind(
        self, few_tables: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing(_from: Path, _to: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("shutil.move", failing)
        with pytest.raises(SettingsError, match=r"cannot be written \(No space left on device\)"):
            save_workbook(few_tables, tmp_path / "copy.xlsx")
        assert tree(tmp_path) == {}

    @pytest.mark.parametrize(
        ("note", "says"),
        [
            ("two\nlines", r"copy.xlsx, sheet options, cell \w+ \(note\): the cell holds a line"),
            ("x" * 20_001, r"sheet options, cell \w+ \(note\): the cell holds 20,001 characters"),
            ("x" * 32_768, r"options/.*/note holds 32,768 characters, and a cell of a workbook at"),
            ("😀" * 16_384, r"options/.*/note holds 32,768 characters"),
            (" a space in front", r"the sheet options would be read differently"),
            ("a \0 byte", r"options/.*/note holds the character U\+0000, which no"),
            ("bell \a", r"options/.*/note holds the character U\+0007"),
            ("half \ud800", r"options/.*/note holds the character U\+D800"),
            ("_x005F_x0041_", r"options/.*/note holds _x005F_x0041_, which a workbook takes for"),
            ("none \ufffe", r"options/.*/note holds the character U\+FFFE"),
        ],
    )  # fmt: skip
    def test_words_that_no_cell_can_hold_are_refused(
        self, few_tables: Scenario, tmp_path: Path, note: str, says: str
    ) -> None:
        first = few_tables.options[0].model_copy(update={"note": note})
        changed = few_tables.replace(options=(first, *few_tables.options[1:]))
        with pytest.raises(SettingsError, match=says):
            save_workbook(changed, tmp_path / "copy.xlsx")
        assert tree(tmp_path) == {}

    def test_a_setting_that_is_no_single_value_is_refused(
        self, few_tables: Scenario, tmp_path: Path
    ) -> None:
        about = few_tables.about.model_copy(update={"engines": {"consent": {"cuts": [1, 2]}}})
        with pytest.raises(SettingsError, match=r"\[1, 2\] is not one number or word"):
            save_workbook(few_tables.replace(about=about), tmp_path / "copy.xlsx")
        assert tree(tmp_path) == {}

    def test_what_was_written_is_read_before_it_is_put_in_place(
        self, few_tables: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refusing(_folder: Path) -> Scenario:
            raise ScenarioError([])

        # `foedus.scenario.save` is the function; its module has to be asked for.
        monkeypatch.setattr(import_module("foedus.scenario.save"), "load", refusing)
        with pytest.raises(SettingsError, match="it could not be read again"):
            save_workbook(few_tables, tmp_path / "copy.xlsx")
        assert tree(tmp_path) == {}

    def test_without_the_package_it_says_how_to_get_it(
        self, few_tables: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "xlsxwriter", None)
        with pytest.raises(SettingsError, match=r"pip install 'foedus\[xlsx\]'"):
            save_workbook(few_tables, tmp_path / "copy.xlsx")
        assert tree(tmp_path) == {}
