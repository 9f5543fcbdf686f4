from typing import Any

import polars as pl
import pytest
from tests.plots.drawn import assert_sound, numbers_drawn, parsed, texts_of

from foedus.plots.figure import Figure
from foedus.plots.lines import Line, is_near, line_chart

TABLE = pl.DataFrame(
    {
        "mission_month": [0, 1, 2],
        "balanced_persons": [0.0, 500.0, 800.0],
        "balanced_persons_low": [0.0, 300.0, float("nan")],
        "balanced_persons_high": [0.0, 700.0, 900.0],
        "asked_persons": [1000.0, 1000.0, None],
    }
)
LINES = (Line("balanced_persons", "Stands", band=True), Line("asked_persons", "Asked for"))


def figure(table: pl.DataFrame = TABLE, lines: Any = LINES, **more: Any) -> Figure:
    def draw(width: int) -> Any:
        return line_chart(table, "mission_month", lines, width, **more)

    return Figure("lines", "Lines", draw, "Says.", "t", also=("levels",))


def test_lines_draw_the_numbers_of_the_table_and_no_others() -> None:
    levels = pl.DataFrame({"level_persons": [950]})
    assert_sound(figure(levels=[950]), {"t": TABLE, "levels": levels})


def test_a_band_is_drawn_only_where_both_ends_are_known() -> None:
    assert {300.0, 700.0} <= numbers_drawn(figure())
    assert 900.0 not in numbers_drawn(figure())


def test_a_line_without_a_band_draws_no_range() -> None:
    assert 700.0 not in numbers_drawn(figure(lines=(Line("balanced_persons"),)))


def test_lines_differ_in_colour_and_dash_and_are_named() -> None:
    root = parsed(figure())
    assert {"Stands", "Asked for"} <= set(texts_of(root).split("\n"))
    looks = {
        (e.attrib["stroke"], e.attrib.get("stroke-dasharray"))
        for e in root.iter()
        if e.attrib.get("stroke-width") == "2.2"
    }
    assert len({colour for colour, _ in looks}) == len({dash for _, dash in looks}) == 2


def test_a_level_is_named_by_its_number() -> None:
    assert "950" in texts_of(parsed(figure(levels=[950])))


@pytest.mark.parametrize(("level", "near"), [(900, True), (1100, True), (5000, False)])
def test_a_level_far_above_all_lines_is_not_near(level: float, near: bool) -> None:
    assert is_near(level, TABLE, ["balanced_persons_high", "asked_persons"]) is near


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_of_no_row_and_of_one_is_drawn(rows: int) -> None:
    assert_sound(figure(TABLE.head(rows)), {"t": TABLE})
