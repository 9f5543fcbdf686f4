"""Charts of who bares its own flank."""

import polars as pl
from tests.plots.drawn import assert_sound, numbers_drawn, of_hostile

from foedus import Brief
from foedus.plots import exposure, of_answer


def table(name: str = "Aland") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "title": [name, "Bland"],
            "held_persons": [8000.0, 4000.0],
            "kept_persons": [6000.0, None],
            "kept_share": [0.75, 0.25],
            "expected_persons": [37.5, float("nan")],
        }
    )


def test_a_brief_has_one_chart_of_it(brief: Brief) -> None:
    assert len(of_answer(brief["exposure"], brief)) == 1


def test_what_is_held_kept_and_sent_is_drawn_and_the_ends_are_told() -> None:
    figure = exposure.kept(table())
    assert numbers_drawn(figure) == {8000.0, 4000.0, 6000.0, 0.75, 0.25, 37.5}
    assert "most for Aland (75 %), least for Bland (25 %)" in figure.says


def test_what_is_left_out_is_said() -> None:
    assert "The other 14 rows are in the table." in exposure.kept(pl.concat([table()] * 15)).says


def test_hostile_names_stay_text() -> None:
    rows = of_hostile(table)
    assert_sound(exposure.kept(rows), {"exposure": rows})


def test_one_row_is_enough() -> None:
    assert_sound(exposure.kept(table().head(1)), {"exposure": table().head(1)})
