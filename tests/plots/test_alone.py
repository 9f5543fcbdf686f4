"""Charts of what falls away without the guarantor."""

import polars as pl
from tests.plots.drawn import assert_sound, numbers_drawn, of_hostile

from foedus import Brief
from foedus.plots import alone, of_answer


def service_table(name: str = "Satellites") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "title": [name, "Tankers"],
            "need_share": [1.0, 0.5],
            "alone_share": [0.125, 0.25],
            "alone_share_low": [0.0625, None],
            "alone_share_high": [0.1875, None],
        }
    )


def option_table() -> pl.DataFrame:
    return pl.DataFrame(
        {"option": ["rear", "sea"], "balanced_persons": [7000.0, 0.0], "alone_persons": [6500.0, 0]}
    )


def plan_table(name: str = "Frigate") -> pl.DataFrame:
    return pl.DataFrame(
        {"title": [name, "Hospital"], "fill_share": [1.0, 0.5], "alone_share": [0.25, 0.5]}
    )


def test_the_charts_of_a_brief_are_these(brief: Brief) -> None:
    names = {figure.name for figure in of_answer(brief["alone"], brief)}
    assert names == {"alone-strength", "alone-services", "alone-deterrence"}


def test_the_widest_and_the_narrowest_gap_are_told() -> None:
    assert alone.services(service_table()).says == (
        "The gap is widest for Satellites: 100 % needed, 12 % there; narrowest for Tankers: 50 % "
        "and 25 %."
    )
    assert alone.planned(plan_table()).says == (
        "The gap is widest for Frigate: 100 % with it, 25 % without; narrowest for Hospital: 50 % "
        "and 50 %."
    )


def test_options_are_named_by_their_titles() -> None:
    figure = alone.strength(option_table(), {"rear": "Behind the line"})
    assert_sound(figure, {"alone_options": option_table()})
    assert "Behind the line: 7,000 as it is, 6,500 there" in figure.says
    assert numbers_drawn(figure) == {7000.0, 6500.0, 0.0}


def test_hostile_names_stay_text() -> None:
    table = of_hostile(service_table)
    assert_sound(alone.services(table), {"alone_services": table})


def test_one_row_and_no_number_are_drawn_too() -> None:
    one = service_table().head(1)
    assert_sound(alone.services(one), {"alone_services": one})
    gaps = plan_table().with_columns(fill_share=float("nan"))
    assert_sound(alone.planned(gaps), {"plan_alone": gaps})
    assert alone.planned(gaps).says == "Nothing is known of what falls away."
