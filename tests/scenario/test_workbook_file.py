"""A file of others is read as cells or refused in words, whatever its bytes are."""

import sys
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import Problem, ScenarioError
from foedus.scenario import load, workbook_file
from foedus.scenario.workbook_file import (
    ENCRYPTED,
    OLD_FORMAT,
    Odd,
    Sheet,
    cell_name,
    open_workbook,
    split_name,
)

FIRST = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a workbook of one sheet: two words, a number, a formula and a date."""
    file = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(file)) as made:
        sheet = made.add_worksheet("units")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_number(1, 0, 0.5)
        sheet.write_formula(1, 1, "=A2*2", None, 1)
        day = made.add_format({"num_format": "mmm-yy"})
        sheet.write_datetime(2, 1, date(2025, 2, 1), day)
    return file


def rewrite(file: Path, part: str, old: bytes, new: bytes) -> None:
    """Replace bytes in one part of a workbook."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts[part].count(old) == 1, f"{old!r} stands {parts[part].count(old)} times"
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def read(file: Path) -> Sheet:
    opened = open_workbook(file, file.name)
    return opened.read(opened.listed[0])


def refusal(file: Path) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        read(file)
    (problem,) = caught.value.problems
    assert problem.path == file.name
    return problem


def test_cells_arrive_from_the_first_row_and_column_on(book: Path) -> None:
    sheet = read(book)
    assert sheet.rows == (("a", "b"), (0.5, 1.0), ("", date(2025, 2, 1)))
    assert sheet.odd == {1: {1: Odd("formula", "A2*2")}, 2: {1: Odd("format")}}
    assert sheet.merged == ()


def test_an_error_is_known_by_its_name(book: Path) -> None:
    rewrite(book, FIRST, b'<c r="A2"><v>0.5</v></c>', b'<c r="A2" t="e"><v>#N/A</v></c>')
    assert read(book).odd[1][0] == Odd("error", "#N/A")


def test_an_array_formula_is_known_in_every_cell_that_it_fills(book: Path) -> None:
    rewrite(book, FIRST, b"<f>A2*2</f>", b'<f t="array" ref="B2:C3">A2*2</f>')
    odd = read(book).odd
    assert {(row, column) for row in odd for column in odd[row]} == {(1, 1), (1, 2), (2, 1), (2, 2)}


def test_cells_that_do_not_say_where_they_are_follow_each_other(book: Path) -> None:
    rewrite(book, FIRST, b'<row r="2" spans="1:2"><c r="A2">', b"<row><c>")
    rewrite(book, FIRST, b'<c r="B2"><f>', b"<c><f>")
    sheet = read(book)
    assert sheet.rows[1] == (0.5, 1.0)
    assert sheet.odd[1] == {1: Odd("formula", "A2*2")}


def test_what_is_said_below_the_cells_is_no_cell(book: Path) -> None:
    rewrite(book, FIRST, b"</sheetData>", b"</sheetData><extLst><f>1</f></extLst>")
    assert set(read(book).odd) == {1, 2}


def test_prefixes_of_names_do_not_count(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        xml = archive.read(FIRST)
    for name in (b"sheetData", b"row", b"c", b"v", b"f"):
        for end in (b" ", b">"):
            xml = xml.replace(b"<" + name + end, b"<x:" + name + end)
        xml = xml.replace(b"</" + name + b">", b"</x:" + name + b">")
    xml = xml.replace(b"<worksheet ", b'<worksheet xmlns:x="x" ')
    with zipfile.ZipFile(book) as archive:
        old = archive.read(FIRST)
    rewrite(book, FIRST, old, xml)
    assert read(book).odd[1] == {1: Odd("formula", "A2*2")}


def test_formatted_cells_without_a_value_take_no_room(tmp_path: Path) -> None:
    file = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(str(file)) as made:
        sheet = made.add_worksheet("units")
        bold = made.add_format({"bold": True})
        for row in range(2_000):
            for column in range(20):
                sheet.write_blank(row, column, None, bold)
        sheet.write_string(0, 0, "a")
    opened = open_workbook(file, "wide.xlsx")
    assert b"<c " not in opened.parts[FIRST].replace(b'<c r="A1"', b"")
    assert opened.read(opened.listed[0]).rows == (("a",),)


def test_names_of_cells_come_back() -> None:
    for place in [(0, 0), (13, 25), (13, 26), (1_048_575, 16_383)]:
        assert split_name(cell_name(*place)) == place
    assert cell_name(1_048_575, 16_383) == "XFD1048576"


class TestWhatIsNoWorkbook:
    @pytest.mark.parametrize(
        ("content", "says", "fix"),
        [
            (b"", "the file is empty", "save it again as .xlsx"),
            (b"a,b\n1,2\n", "it is no workbook", "saved as .xlsx"),
            (OLD_FORMAT, "it is of the old format .xls", "save it as .xlsx"),
            (OLD_FORMAT + ENCRYPTED, "it is locked by a password", "without a password"),
            (b"PK\x03\x04", "it is cut off or damaged", "copy it again"),
        ],
    )  # fmt: skip
    def test_other_bytes_are_refused(
        self, content: bytes, says: str, fix: str, tmp_path: Path
    ) -> None:
        (tmp_path / "a.xlsx").write_bytes(content)
        problem = refusal(tmp_path / "a.xlsx")
        assert problem.says == says
        assert fix in problem.fix

    def test_an_archive_of_something_else_is_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", "<x/>")
        assert refusal(tmp_path / "a.xlsx").says == "there is no workbook in it"

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", FIRST])
    def test_a_part_that_is_missing_is_said(self, part: str, book: Path) -> None:
        with zipfile.ZipFile(book) as archive:
            parts = {name: archive.read(name) for name in archive.namelist() if name != part}
        with zipfile.ZipFile(book, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        assert refusal(book).says.startswith(("there is no workbook", "it cannot be read"))

    def test_a_locked_part_is_said(self, book: Path) -> None:
        content = bytearray(book.read_bytes())
        with zipfile.ZipFile(BytesIO(content)) as archive:
            start = archive.getinfo("xl/workbook.xml").header_offset
        content[start + 6] |= 1
        where = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/workbook.xml"))
        content[where + 8] |= 1
        book.write_bytes(content)
        assert refusal(book).says == "it is locked by a password"

    def test_a_file_that_is_cut_off_is_refused_wherever_it_ends(self, book: Path) -> None:
        content = book.read_bytes()
        for end in range(4, len(content) - 22, 301):
            book.write_bytes(content[:end])
            assert refusal(book).says == "it is cut off or damaged"

    def test_a_file_that_vanished_is_refused(self, tmp_path: Path) -> None:
        problem = refusal(tmp_path / "a.xlsx")
        assert problem.says == "it cannot be read (No such file or directory)"

    def test_a_file_that_another_program_holds_is_refused(
        self, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def held(_self: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", held)
        problem = refusal(book)
        assert problem.says == "it cannot be read (Permission denied)"
        assert problem.fix.startswith("close it in other programs")

    def test_without_the_package_it_says_how_to_get_it(
        self, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "python_calamine", None)
        assert refusal(book).fix == "install it with: pip install 'foedus[xlsx]'"


class TestWhatIsMadeToHarm:
    def test_what_unpacks_without_end_is_refused(
        self, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook_file, "LARGEST_CONTENT", 2**20)
        blank = b" " * 2**21
        rewrite(book, FIRST, b"<sheetData>", blank + b"<sheetData>")
        assert book.stat().st_size < 2**15
        assert refusal(book).says == "it unpacks to more than 1 MB"

    def test_a_part_that_is_larger_than_it_says_is_refused(self, book: Path) -> None:
        rewrite(book, FIRST, b"<sheetData>", b" " * 2**20 + b"<sheetData>")
        content = bytearray(book.read_bytes())
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = archive.getinfo(FIRST).file_size.to_bytes(4, "little")
        assert content.count(size) == 2
        book.write_bytes(bytes(content).replace(size, (500).to_bytes(4, "little")))
        assert refusal(book).says == "it is cut off or damaged"

    def test_a_large_file_is_refused_unread(
        self, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook_file, "LARGEST_FILE", 100)
        assert "MB large" in refusal(book).says

    @pytest.mark.parametrize("part", [FIRST, "xl/workbook.xml", "xl/sharedStrings.xml"])
    def test_entities_are_refused(self, part: str, book: Path) -> None:
        with zipfile.ZipFile(book) as archive:
            start = archive.read(part).split(b"?>")[0] + b"?>"
        entities = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;">]>'
        rewrite(book, part, start, start + entities)
        assert "it declares a document type" in refusal(book).says

    def test_a_cell_far_outside_is_refused_before_room_is_made(self, book: Path) -> None:
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        rewrite(book, FIRST, b"</sheetData>", far)
        problem = refusal(book)
        assert problem.says == "the cells reach further out than those of any table could"
        assert (problem.sheet, problem.cell) == ("units", "XFD1048576")

    @pytest.mark.parametrize("cell", [b"", b"A", b"1", b"A0", b"AAAA1", b"a2", b"A-1"])
    def test_a_cell_that_is_nowhere_is_refused(self, cell: bytes, book: Path) -> None:
        rewrite(book, FIRST, b'<c r="A2">', b'<c r="' + cell + b'">')
        assert "is no cell" in refusal(book).says

    def test_a_text_that_is_not_there_is_no_crash(self, book: Path) -> None:
        rewrite(book, FIRST, b'<c r="A2"><v>0.5</v>', b'<c r="A2" t="s"><v>99</v>')
        assert "cannot be read" in refusal(book).says

    @given(data=st.data())
    def test_a_damaged_part_is_read_or_refused_and_never_a_crash(
        self, data: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        with zipfile.ZipFile(self.sound(tmp_path_factory)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        names = sorted(name for name in parts if name.startswith("xl/") and "theme" not in name)
        name = data.draw(st.sampled_from(names))
        content = bytearray(parts[name])
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 12))
        content[place : place + length] = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"9" * 20, b"-1", b'"', b"<", b""]))
        )
        file = tmp_path_factory.mktemp("damaged") / "book.xlsx"
        with zipfile.ZipFile(file, "w") as archive:
            for part, whole in parts.items():
                archive.writestr(part, bytes(content) if part == name else whole)
        with pytest.raises(ScenarioError):  # it is no scenario even if nothing was damaged
            load(file)

    @staticmethod
    def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
        file = tmp_path_factory.mktemp("sound") / "book.xlsx"
        with xlsxwriter.Workbook(str(file)) as made:
            day = made.add_format({"num_format": "yyyy-mm-dd"})
            sheet = made.add_worksheet("units")
            sheet.write_row(0, 0, ["delegation", "capability", 5])
            sheet.write_datetime(1, 0, date(2025, 2, 1), day)
            sheet.merge_range("A3:B4", "merged")
            sheet.write_formula(4, 0, "=1", None, 1)
        return file
