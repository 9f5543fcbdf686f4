from typing import Any

import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, parsed, texts_of

from foedus.plots.figure import Figure
from foedus.plots.grid import grid_chart

TABLE = pl.DataFrame({"a_prob": [0.0, 0.25, 1.0], "b_prob": [0.004, None, float("nan")]})


def figure(table: pl.DataFrame = TABLE, names: Any = ("one", "two", "three")) -> Figure:
    def draw(width: int) -> Any:
        return grid_chart(table, names, [("a_prob", "A"), ("b_prob", "B")], width, title="When")

    return Figure("grid", "Grid", draw, "Says.", "t")


def test_each_cell_prints_its_number_as_tables_do() -> None:
    text = texts_of(parsed(figure())).split("\n")
    cells = ("0 %", "25 %", "100 %", "<1 %", "\N{EN DASH}")
    assert [text.count(cell) for cell in cells] == [1, 1, 1, 1, 2]


def test_the_stronger_the_number_the_stronger_the_shade() -> None:
    shades = [
        float(e.attrib["opacity"])
        for e in parsed(figure(TABLE.select("a_prob"))).iter()
        if e.tag.endswith("path") and "opacity" in e.attrib
    ]
    assert shades == sorted(shades)
    assert len(set(shades)) == TABLE.height


def test_a_grid_draws_the_numbers_of_its_table_and_no_others() -> None:
    assert_sound(figure(), {"t": TABLE})


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_of_no_row_and_of_one_is_drawn(rows: int) -> None:
    assert_sound(figure(TABLE.head(rows), ("one",)[:rows]), {"t": TABLE})


def test_hostile_names_are_drawn() -> None:
    table = pl.DataFrame({"a_prob": [0.5] * len(HOSTILE), "b_prob": [0.5] * len(HOSTILE)})
    assert_sound(figure(table, HOSTILE), {"t": table})
