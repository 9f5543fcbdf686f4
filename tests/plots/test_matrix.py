"""Cells of rows by columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plots.drawn import parsed, rows_drawn, texts_of

from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.matrix import MOST_OPAQUE, Matrix, depth_of, matrix_chart, on_one_line, stacked


def figure_of(*matrices: Matrix) -> Figure:
    return Figure("cells", "Cells", lambda width: stacked(matrices, width), "Cells.", "cells")


def matrix_of(rows: list[str], columns: list[str], **more: object) -> Matrix:
    cells = {
        (at, place): {"x_share": (at + place) / 10}
        for at in range(len(rows))
        for place in range(len(columns))
    }
    depths = {place: numbers["x_share"] for place, numbers in cells.items()}
    return Matrix(rows, columns, cells, "x_share", depths, **more)  # type: ignore[arg-type]


def drawn_rows(matrix: Matrix, width: int = WIDE) -> list[dict[str, object]]:
    return [dict(row) for row in rows_drawn(matrix_chart(matrix, width).to_dict())]


def test_every_cell_is_there_with_its_number_and_the_others_stay_empty() -> None:
    matrix = Matrix(["A", "B"], ["c", "d"], {(0, 1): {"x_share": 0.25}}, "x_share", {(0, 1): 0.25})
    found = {(row["row"], row["column"]): row for row in drawn_rows(matrix)}
    assert len(found) == 4
    assert found["A", "d"]["text"] == "25 %"
    assert [row["is_there"] for row in found.values()].count(True) == 1
    assert "25 %" in texts_of(parsed(figure_of(matrix)))


@given(depth=st.floats(-2, 3))
def test_no_colour_is_so_strong_that_text_could_not_be_read(depth: float) -> None:
    matrix = Matrix(["A"], ["c"], {(0, 0): {"x_share": 0.5}}, "x_share", {(0, 0): depth})
    assert 0 <= float(str(drawn_rows(matrix)[0]["place_depth"])) <= MOST_OPAQUE


def test_a_stronger_colour_is_a_larger_number() -> None:
    shades = [row["place_depth"] for row in drawn_rows(matrix_of(["A"], list("cdef")))]
    assert shades == sorted(shades, key=lambda shade: float(str(shade)))
    assert depth_of(2.0, 4.0) < depth_of(3.0, 4.0) <= 1.0


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_headings_that_do_not_fit_are_turned_and_the_picture_keeps_its_width(width: int) -> None:
    names = [f"Incomprehensibilities {place}" for place in range(9)]
    root = parsed(figure_of(matrix_of(["A", "B"], names)), width)
    assert float(root.attrib["width"]) <= width + 1
    assert any("rotate(270)" in part.get("transform", "") for part in root.iter())


def test_bare_shares_are_printed_without_their_sign() -> None:
    assert [row["text"] for row in drawn_rows(matrix_of(["A"], ["c", "d"], bare=True))] == [
        "0",
        "10",
    ]


def test_what_is_printed_can_be_told_for_a_cell() -> None:
    matrix = matrix_of(["A"], ["c", "d"], texts={(0, 1): "ten"})
    assert [row["text"] for row in drawn_rows(matrix)] == ["0 %", "ten"]


def test_rows_of_the_same_name_stay_two_rows() -> None:
    assert len({row["row"] for row in drawn_rows(matrix_of(["A", "A"], ["c"]))}) == 2


def test_nothing_to_draw_draws_nothing() -> None:
    assert parsed(figure_of(Matrix([], [], {}, "x_share", {}))).attrib["role"] == "img"


def test_headings_end_on_one_line() -> None:
    assert {label.count("\n") for label in on_one_line(["a", "b\nc\nd", "e\nf"])} == {2}
