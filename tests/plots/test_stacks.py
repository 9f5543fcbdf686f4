"""Bars whose parts add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plots.drawn import parsed, rows_drawn, texts_of

from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.stacks import Part, stack_chart
from foedus.plots.style import BLUE, GREEN, ORANGE

PARTS = (Part("a_share", "first", BLUE), Part("b_share", "second", GREEN))
ENDS = (Part("a_share", "always", BLUE), Part("b_share", "never", ORANGE, from_right=True))


def drawn_rows(
    rows: list[dict[str, float | None]], parts: tuple[Part, ...] = PARTS
) -> list[dict[str, object]]:
    chart = stack_chart(rows, [f"row {at}" for at in range(len(rows))], parts, WIDE, title="Share")
    return [dict(row) for row in rows_drawn(chart.to_dict())]


@given(first=st.floats(0, 1))
def test_parts_stand_behind_each_other_and_end_where_the_whole_ends(first: float) -> None:
    found = drawn_rows([{"a_share": first, "b_share": 1 - first}])
    assert found[0]["place_from"] == 0
    assert found[0]["place_to"] == found[1]["place_from"]
    assert found[1]["place_to"] == pytest.approx(1.0)


def test_a_part_from_the_right_leaves_the_middle_open() -> None:
    first, last = drawn_rows([{"a_share": 0.1, "b_share": 0.6}], ENDS)
    assert (first["place_from"], first["place_to"]) == (0, 0.1)
    assert (last["place_from"], last["place_to"]) == (0.4, 1.0)


def test_a_part_without_a_number_takes_no_room() -> None:
    found = drawn_rows([{"a_share": None, "b_share": float("nan")}])
    assert [row["place_to"] for row in found] == [0, 0]
    assert [row["a_share"] for row in found if "a_share" in row] == [None]


def test_numbers_are_printed_where_they_have_room() -> None:
    found = drawn_rows([{"a_share": 0.98, "b_share": 0.02}])
    assert [row["text"] for row in found] == ["98 %", ""]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_picture_keeps_its_width_and_names_its_rows(width: int) -> None:
    names = ["A rather long name of a row that has to be broken", "B"]
    rows = [{"a_share": 0.5, "b_share": 0.5}] * 2
    figure = Figure(
        "bars", "Bars", lambda w: stack_chart(rows, names, PARTS, w, title="S"), "Bars.", "t"
    )
    root = parsed(figure, width)
    assert float(root.attrib["width"]) <= width + 1
    assert "rather long" in " ".join(texts_of(root).split())
