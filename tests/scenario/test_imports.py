"""A table from elsewhere takes the place of a scenario's own, and everything is checked again."""

import csv
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import Problem, ScenarioError, SettingsError
from foedus.scenario import Scenario, with_tables
from foedus.scenario.load import SHIPPED
from foedus.scenario.save import save
from foedus.scenario.workbook_write import save_workbook

MINIMAL = SHIPPED / "minimal"
SOURCE = "source,title,publisher,verified\n"


def spoiled(folder: Path, table: str, old: str, new: str) -> Path:
    """Return a copy of a table of `minimal` in which some text differs."""
    text = (MINIMAL / f"{table}.csv").read_text(encoding="utf-8")
    assert old in text
    file = folder / f"my-{table}.csv"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def problems(scenario: Scenario, **tables: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        with_tables(scenario, tables)
    return caught.value.problems


def test_a_table_is_replaced_whole_and_the_others_stay(minimal: Scenario, tmp_path: Path) -> None:
    file = spoiled(
        tmp_path, "requirement", "s-04,small,air_defence,3,2,4", "s-04,small,signals,5,,"
    )
    changed = with_tables(minimal, {"requirement": file})
    assert changed.row("requirement", "s-04").needed_count == 5
    assert len(changed.requirement) == len(minimal.requirement)
    others = set(type(minimal).model_fields) - {"requirement"}
    assert all(getattr(changed, name) == getattr(minimal, name) for name in others)
    assert changed.name == "minimal"
    assert changed.digest != minimal.digest


def test_the_scenarios_own_tables_change_nothing(minimal: Scenario, tmp_path: Path) -> None:
    files = {name: MINIMAL / f"{name}.csv" for name in ("units", "requirement", "sources")}
    assert with_tables(minimal, files) == minimal
    assert with_tables(minimal, {}) == minimal
    book = tmp_path / "minimal.xlsx"
    save_workbook(minimal, book)
    assert with_tables(minimal, {"units": book, "requirement": book}) == minimal


def test_it_is_as_if_the_file_had_lain_in_the_folder(minimal: Scenario, tmp_path: Path) -> None:
    from foedus.scenario import load  # noqa: PLC0415

    file = spoiled(tmp_path, "units", "ALD,brigade,brigade,6", "ALD,brigade,brigade,8")
    save(minimal, tmp_path / "minimal")
    (tmp_path / "minimal" / "units.csv").write_bytes(file.read_bytes())
    assert with_tables(minimal, {"units": str(file)}) == load(tmp_path / "minimal")


def test_a_sheet_of_the_name_is_taken_from_a_workbook(minimal: Scenario, tmp_path: Path) -> None:
    file = spoiled(tmp_path, "units", "ALD,brigade,brigade,6", "ALD,brigade,brigade,8")
    book = tmp_path / "mission.xlsx"
    save_workbook(with_tables(minimal, {"units": file}), book)
    changed = with_tables(minimal, {"units": book})
    assert changed.row("units", "ALD:brigade").held_count == 8


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_every_fault_is_told_at_once_with_file_and_line(
    ending: str, minimal: Scenario, tmp_path: Path
) -> None:
    units = spoiled(tmp_path, "units", "ALD,brigade,brigade,6", "ALX,brigade,brigade,-6")
    lines = spoiled(tmp_path, "requirement", "s-02,small,brigade", "s-02,small,brigad")
    if ending == ".xlsx":
        units, lines = (in_a_book(file, tmp_path) for file in (units, lines))
    found = problems(minimal, requirement=lines, units=units)
    places = [(Path(p.path).name, p.line, p.field, p.sheet, p.cell) for p in found]
    if ending == ".csv":
        assert places == [
            ("my-units.csv", 3, "held_count", "", ""),
            ("my-requirement.csv", 3, "capability", "", ""),
        ]
    else:
        assert places == [
            ("my-units.xlsx", 3, "held_count", "units", "D3"),
            ("my-requirement.xlsx", 3, "capability", "requirement", "C3"),
        ]
    assert "Did you mean brigade" in found[1].fix


def in_a_book(file: Path, folder: Path) -> Path:
    """Write a CSV as the one sheet of a workbook, numbers as numbers."""
    import xlsxwriter  # noqa: PLC0415

    name = file.stem.removeprefix("my-")
    place = folder / f"{file.stem}.xlsx"
    with xlsxwriter.Workbook(place) as book:
        sheet = book.add_worksheet(name)
        with file.open(encoding="utf-8", newline="") as text:
            for number, row in enumerate(csv.reader(text)):
                for column, cell in enumerate(row):
                    is_number = cell.removeprefix("-").replace(".", "", 1).isdecimal()
                    sheet.write(number, column, float(cell) if is_number else cell)
    return place


def test_rows_between_tables_must_agree(minimal: Scenario, tmp_path: Path) -> None:
    lines = spoiled(tmp_path, "requirement", ",small,", ",sahel,")
    found = problems(minimal, requirement=lines)
    assert {(p.path, p.line, p.field) for p in found} == {
        ("minimal/options.csv", None, "requirement")
    }
    assert found[0].says.startswith("row rear-8k-backed: 'small' is no statement")
    assert found[0].fix.endswith("Or give options too, with rows that fit")
    options = spoiled(tmp_path, "options", ",small,", ",sahel,")
    changed = with_tables(minimal, {"requirement": lines, "options": options})
    assert {row.requirement for row in changed.options} == {"sahel"}


class TestSources:
    def test_they_are_added_to_those_there_are(self, minimal: Scenario, tmp_path: Path) -> None:
        units = spoiled(tmp_path, "units", "1,0,1,0,,assumed,invented", "1,0,1,0,,assumed,paper")
        sources = written(tmp_path / "sources.csv", SOURCE + "paper,A paper,A ministry,memory\n")
        changed = with_tables(minimal, {"units": units, "sources": sources})
        assert [row.source for row in changed.sources] == ["invented", "paper"]
        assert changed.row("units", "ALD:brigade").source == ("paper",)

    def test_a_source_that_nobody_has_is_told_with_the_table_that_is_missing(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        units = spoiled(
            tmp_path,
            "units",
            "4000,30,6,3,2,1,0,1,0,,assumed,invented",
            "4000,30,6,3,2,1,0,1,0,,assumed,paper",
        )
        (found,) = problems(minimal, units=units)
        assert (found.path, found.line, found.field) == (str(units), 3, "source")
        assert found.says == "'paper' is not in sources.csv"
        assert "give sources too, whose rows are added" in found.fix

    def test_a_key_that_stands_for_something_else_is_refused(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        sources = written(tmp_path / "sources.csv", SOURCE + "invented,A paper,A ministry,memory\n")
        (found,) = problems(minimal, sources=sources)
        assert (found.path, found.line) == (str(sources), 2)
        assert "says otherwise" in found.says

    def test_a_fault_in_one_that_is_added_has_its_own_line(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        row = "paper,A paper,A ministry,memory\n"
        sources = written(tmp_path / "sources.csv", SOURCE + row + row)
        found = problems(minimal, sources=sources)
        assert [(problem.path, problem.line) for problem in found] == [(str(sources), 3)]


class TestFiles:
    def test_an_unknown_table_is_named_with_a_near_one(self, minimal: Scenario) -> None:
        with pytest.raises(SettingsError, match=r"'unit'. Did you mean units") as caught:
            with_tables(minimal, {"unit": "a.csv", "sorces": "b.csv"})
        assert "Did you mean sources" in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("nowhere.csv", "there is no file of this name"),
            ("nowhere.xlsx", "there is no file of this name"),
            ("book.ods", "workbooks of the kind .ods are not read"),
            ("bare.xlsx", "the file is empty"),
            ("bare.csv", "the file is empty"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_told(
        self, name: str, says: str, minimal: Scenario, tmp_path: Path
    ) -> None:
        file = tmp_path / name
        if not name.startswith("nowhere"):
            file.write_text("", encoding="utf-8")
        found = problems(minimal, units=file)
        assert found[0].path == str(file)
        assert says in found[0].says

    def test_a_workbook_without_the_sheet_is_told_what_it_has(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        book = in_a_book(spoiled(tmp_path, "units", "ALD", "ALD"), tmp_path)
        found = problems(minimal, requirement=book)
        assert (found[0].sheet, found[0].says) == ("requirement", "the sheet is missing")
        assert "There are: units" in found[0].fix

    def test_a_missing_file_makes_no_other_table_faulty(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        found = problems(minimal, capabilities=tmp_path / "nowhere.csv")
        assert [problem.path for problem in found] == [str(tmp_path / "nowhere.csv")]


def test_what_is_later_is_left_out_under_strict(minimal: Scenario, tmp_path: Path) -> None:
    header, *rows = (MINIMAL / "units.csv").read_text(encoding="utf-8").splitlines()
    cells: list[Any] = [f"{header},later,known_from", *(f"{row},0," for row in rows)]
    cells[2] = f"{rows[1]},1,2030-07-01"
    file = written(tmp_path / "units.csv", "\n".join(cells))
    changed = with_tables(minimal, {"units": file})
    assert len(changed.strict().units) == len(minimal.units) - 1
