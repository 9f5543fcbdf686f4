"""CSV files hold every number exactly, and no spreadsheet runs what stands in them."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus import Answer, Brief
from foedus.report.annex import collect
from foedus.report.tables import FORMULA_STARTS, as_cell, as_csv, csv_files, table_files


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def files(brief: Brief) -> dict[str, bytes]:
    return csv_files(brief, collect(brief))


def test_each_file_is_listed_with_what_it_is(files: dict[str, bytes]) -> None:
    listed = {line["file"]: line["what"] for line in lines_of(files["contents.csv"])}
    assert set(listed) == set(files) - {"contents.csv"}
    assert all(listed.values())


def test_each_table_of_each_answer_has_its_file(brief: Brief, files: dict[str, bytes]) -> None:
    for answer in brief.answers:
        for name, table in answer.tables.items():
            lines = lines_of(files[table_files(answer)[name]])
            assert list(lines[0]) == table.columns
            assert [float(line["balanced_persons"]) for line in lines] == table[
                "balanced_persons"
            ].to_list()


def test_answers_have_a_line_each(brief: Brief, files: dict[str, bytes]) -> None:
    lines = lines_of(files["answers.csv"])
    assert [line["answer"] for line in lines] == [answer.id for answer in brief.answers]
    assert lines[0]["value"] == "4321.0"
    assert lines[2]["low"] == ""


def test_rows_have_their_fields_check_mark_and_sources(files: dict[str, bytes]) -> None:
    rows = {line["row"]: line for line in lines_of(files["rows.csv"])}
    stance, poll = rows["stances/ALD:ALD"], rows["polls/elm-2030-07:ELM"]
    assert stance["willingness_score"] == "85.0"
    assert stance["verified"] == "assumed"
    assert stance["source"] == "invented"
    assert stance["answers"].split(";")[0] == "a-number"
    assert stance["support_share"] == ""
    assert (stance["later"], poll["later"]) == ("0", "1")
    assert poll["support_share"] == "0.61"


def test_sources_of_all_rows_are_listed(brief: Brief, files: dict[str, bytes]) -> None:
    listed = {line["source"] for line in lines_of(files["sources.csv"])}
    assert {key for row in collect(brief).rows.values() for key in row.row.source} <= listed


def test_names_of_files_do_not_say_the_answer_twice(answer: Callable[..., Answer]) -> None:
    one = pl.DataFrame({"x": [1]})
    made = answer("number", id="alone", tables={"alone": one, "alone_services": one, "hq": one})
    assert list(table_files(made).values()) == ["alone.csv", "alone_services.csv", "alone_hq.csv"]
    clash = answer("number", id="alone", tables={"alone_hq": one, "hq": one})
    assert len(set(table_files(clash).values())) == 2


def test_the_name_of_a_file_cannot_leave_its_folder(
    brief: Brief, answer: Callable[..., Answer]
) -> None:
    one = pl.DataFrame({"x": [1]})
    made = replace(brief, answers=(answer("number", id="../up", tables={"/etc/x": one}),))
    names = list(csv_files(made, collect(made)))
    assert ".2e..2e..2f.up_.2f.etc.2f.x.csv" in names
    assert [name for name in names if "/" in name or "\\" in name] == []


@given(st.text(max_size=20))
def test_no_text_begins_as_a_formula(text: str) -> None:
    cell = as_cell(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == f"'{text}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_disarmed_in_cells_and_in_headings(start: str) -> None:
    content = as_csv([f"{start}a"], [[f"{start}HYPERLINK(1)"]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline=""))) == [
        [f"'{start}a"],
        [f"'{start}HYPERLINK(1)"],
    ]


@given(st.floats(allow_nan=False))
def test_a_number_is_written_with_all_its_digits_and_no_apostrophe(number: float) -> None:
    assert float(as_cell(number)) == number


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "1"),
        (-3, "-3"),
        (date(2030, 6, 1), "2030-06-01"),
        (["-a", "b"], "'-a;b"),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_each_kind_of_value_has_one_form(value: Any, cell: str) -> None:
    assert as_cell(value) == cell


@given(st.lists(st.text(max_size=8), min_size=1, max_size=3))
def test_any_text_comes_back_from_its_cell(texts: list[str]) -> None:
    content = as_csv(["x"] * len(texts), [texts]).decode("utf-8-sig")
    _, cells = csv.reader(io.StringIO(content, newline=""))
    assert [cell.removeprefix("'") for cell in cells] == [text.removeprefix("'") for text in texts]
