from typing import Any

import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, parsed, texts_of

from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.panels import Panel, Series, one, panel_chart

TABLE = pl.DataFrame(
    {
        "title": ["Aldmark", "Castria", "Dunmere"],
        "sent_persons": [4000.0, float("nan"), 0.0],
        "sent_persons_low": [3000.0, None, 0.0],
        "sent_persons_high": [5000.0, None, None],
        "fair_persons": [1000.0, 2000.0, None],
        "join_prob": [0.9, None, 0.1],
    }
)
PANELS = (
    Panel((Series("sent_persons", "Sends"), Series("fair_persons", "Fair", mark="bar"))),
    one("join_prob"),
)


def figure(table: pl.DataFrame = TABLE, panels: Any = PANELS, **more: Any) -> Figure:
    return Figure("panels", "T", lambda w: panel_chart(table, "title", panels, w, **more), "S", "t")


def test_all_numbers_of_the_table_are_drawn_and_no_others() -> None:
    assert_sound(figure(), {"t": TABLE})
    assert numbers_drawn(figure()) == {4000, 3000, 5000, 0, 1000, 2000, 0.9, 0.1}


def test_a_row_without_a_number_stays_a_row() -> None:
    assert "Castria" in texts_of(parsed(figure(panels=(one("join_prob"),))))


def test_rows_keep_the_order_of_the_table() -> None:
    text = texts_of(parsed(figure(TABLE.reverse())))
    assert text.index("Dunmere") < text.index("Castria") < text.index("Aldmark")


def test_series_of_a_panel_are_named_and_differ_in_colour_and_shape() -> None:
    root = parsed(figure())
    assert {"Sends", "Fair"} <= set(texts_of(root).split("\n"))
    points = [e for e in root.iter() if e.attrib.get("stroke") == "var(--page, #ffffff)"]
    assert len({e.attrib["d"][:20] for e in points}) >= 1
    spec = figure().draw(WIDE).to_dict()
    layers = spec["concat"][0]["layer"]
    looks = [layers[-1]["encoding"][channel]["scale"]["range"] for channel in ("color", "shape")]
    assert all(len(set(look)) == 2 for look in looks)


def test_a_single_series_needs_no_legend() -> None:
    assert "Sends" not in texts_of(
        parsed(figure(panels=(Panel((Series("fair_persons", "Sends"),), "T"),)))
    )


def test_probabilities_lie_on_an_axis_from_none_to_certain() -> None:
    assert "100 %" in texts_of(parsed(figure(panels=(one("join_prob"),))))


def test_the_row_that_is_marked_has_a_pointer_before_its_name() -> None:
    text = texts_of(parsed(figure(marked=[False, True])))
    assert "▸ Castria" in text
    assert text.count("▸") == 1


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 9])
def test_any_number_of_panels_keeps_the_width(many: int, width: int) -> None:
    names = ["A state with a name far longer than most of the others have", "B", "C"]
    table = TABLE.with_columns(pl.Series("title", names))
    root = parsed(figure(table, [one("join_prob")] * many), width)
    assert float(root.attrib["width"]) <= width + 1


def test_on_a_telephone_numbers_stand_for_names_before_many_panels() -> None:
    text = texts_of(parsed(figure(panels=[one("join_prob")] * 5), NARROW))
    assert text.count("Aldmark") == 1
    assert text.split("\n").count("1") >= 4


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_of_no_row_and_of_one_is_drawn(rows: int) -> None:
    assert_sound(figure(TABLE.head(rows)), {"t": TABLE})


def test_hostile_names_are_drawn_each_in_a_row() -> None:
    table = pl.DataFrame({"title": [*HOSTILE, *HOSTILE], "x_prob": [0.5] * 2 * len(HOSTILE)})
    hostile = figure(table, (one("x_prob"),))
    assert_sound(hostile, {"t": table})
    assert texts_of(parsed(hostile)).count("<script>alert(1)</script>") == 2


def test_a_range_may_have_columns_of_its_own() -> None:
    panel = Panel((Series("join_prob", low="fair_persons", high="sent_persons"),))
    assert {1000.0, 4000.0} <= numbers_drawn(figure(TABLE.head(1), (panel,)))
