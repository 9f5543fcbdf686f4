"""Charts of who bares its own flank."""

import polars as pl
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn

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


def test_the_chart_of_a_brief_draws_numbers_of_its_table(brief: Brief) -> None:
    answer = brief["exposure"]
    (figure,) = of_answer(answer, brief)
    assert_sound(figure, answer.tables)


def test_what_is_held_kept_and_sent_is_drawn_and_the_ends_are_told() -> None:
    figure = exposure.kept(table())
    assert numbers_drawn(figure) == {8000.0, 4000.0, 6000.0, 0.75, 0.25, 37.5}
    assert "most for Aland (75 %), least for Bland (25 %)" in figure.says


def test_what_is_left_out_is_said() -> None:
    assert "The other 14 rows are in the table." in exposure.kept(pl.concat([table()] * 15)).says


def test_hostile_names_stay_text() -> None:
    rows = pl.concat([table(name) for name in HOSTILE])
    assert_sound(exposure.kept(rows), {"exposure": rows})


def test_one_row_is_enough() -> None:
    assert_sound(exposure.kept(table().head(1)), {"exposure": table().head(1)})
