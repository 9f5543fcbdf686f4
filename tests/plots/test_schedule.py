"""Charts of a force plan."""

import polars as pl
import pytest
from tests.plots.drawn import (
    assert_sound,
    numbers_drawn,
    of_hostile,
    parsed,
    rows_drawn,
    texts_of,
)

from foedus.plots import schedule
from foedus.plots.figure import Figure


def land_table(name: str = "France") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "title": [name, "Sweden"],
            "delegation": ["FRA", "SWE"],
            "from_month_0_persons": [2680.0, 505.0],
            "from_month_3_persons": [4740.0, 495.0],
        }
    )


def fill_table(name: str = "Heavy brigade") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "title": [name, "Fires regiment"],
            "needed_count": [1.0, 3.0],
            "from_month_0_share": [None, 0.0],
            "from_month_3_share": [0.5, 0.25],
        }
    )


def balance_table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "from_month": [0, 3],
            "to_month": [3, 6],
            "required_persons": [9700.0, 26640.0],
            "land_persons": [5290.0, 7350.0],
            "balanced_persons": [0.0, 5708.0],
        }
    )


def lead_table(name: str = "1st Corps") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "area": ["centre+south", "rear"],
            "echelon": ["division_hq", "corps_hq"],
            "from_month": [0, 12],
            "to_month": [12, 24],
            "delegation": ["FRA", None],
            "headquarters": [name, None],
        }
    )


def unit_table(name: str = "FRA:brigade:1") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "unit": [name, name, "SWE:brigade:1"],
            "delegation": ["FRA", "FRA", "SWE"],
            "capability": ["brigade"] * 3,
            "area": ["rear", "centre", "rear"],
            "from_month": [0, 12, 3],
            "to_month": [6, 18, 9],
            "home_until_month": [12, 24, 21],
            "strength_persons": [800.0, 800.0, 900.0],
        }
    )


TITLES = {"FRA": "France", "SWE": "Sweden", "brigade": "Brigade", "corps_hq": "Corps"}


def hostile() -> list[tuple[Figure, dict[str, pl.DataFrame]]]:
    land, fill, leads, units = map(of_hostile, (land_table, fill_table, lead_table, unit_table))
    return [
        (schedule.land(land), {"plan_land": land}),
        (schedule.fill(fill), {"plan_fill": fill}),
        (schedule.leads(leads, TITLES), {"plan_leads": leads}),
        (schedule.units(units, TITLES), {"plan_units": units}),
    ]


@pytest.mark.parametrize("place", range(4))
def test_every_chart_is_sound_whatever_things_are_called(place: int) -> None:
    assert_sound(*hostile()[place])


def test_soldiers_stand_in_the_column_of_their_month() -> None:
    figure = schedule.land(land_table())
    found = {(row["row"], row["column"]): row["text"] for row in rows_drawn(figure.chart.to_dict())}
    assert found["France", "3"] == "4,740"
    assert found["Sweden", "0"] == "505"
    assert figure.says == ("France 2,700 to 4,700 soldiers; Sweden 500 soldiers.")


def test_a_capability_that_is_not_asked_for_yet_is_an_empty_cell() -> None:
    figure = schedule.fill(fill_table())
    there = {
        (row["row"], row["column"]): row["is_there"] for row in rows_drawn(figure.chart.to_dict())
    }
    assert there == {
        ("Heavy brigade", "0"): False,
        ("Heavy brigade", "3"): True,
        ("Fires regiment", "0"): True,
        ("Fires regiment", "3"): True,
    }
    assert figure.says == (
        "Least filled over all periods: Fires regiment (12 %). Most filled over all periods: Heavy "
        "brigade (50 %)."
    )


def test_strength_holds_to_the_end_of_the_last_period() -> None:
    figure = schedule.balance(balance_table())
    assert_sound(figure, {"plan_balance": balance_table()})
    assert max(row["along"] for row in rows_drawn(figure.chart.to_dict())) == 6
    assert figure.says.startswith("On land 5,300 to 7,400 soldiers; in balance 0 to 5,700")


def test_a_bar_is_as_long_as_its_months_and_says_who() -> None:
    figure = schedule.leads(lead_table(), TITLES)
    first, second = rows_drawn(figure.chart.to_dict())
    assert (first["from_month"], first["to_month"], first["name"]) == (0, 12, "France")
    assert second["name"] == "nobody"
    assert "France with 1st Corps, months 0 to 12" in figure.says


def test_a_unit_is_one_row_with_its_tours_and_its_rest() -> None:
    figure = schedule.units(unit_table(), TITLES)
    rows = list(rows_drawn(figure.chart.to_dict()))
    assert len({row["label"] for row in rows}) == 2
    assert [row["letter"] for row in rows] == ["A", "B", "A"]
    assert numbers_drawn(figure) == {0, 6, 12, 18, 24, 3, 9, 21}
    assert figure.says == "2 units of 2 nations on 3 tours, the longest 6 months."
    assert "A" in texts_of(parsed(figure)).split()


def test_more_units_than_a_chart_takes_are_left_to_the_table() -> None:
    figure = schedule.units(unit_table(), TITLES, most=1)
    assert {row["label"] for row in rows_drawn(figure.chart.to_dict())} == {"Sweden, Brigade 1"}
    assert "Drawn: the largest 1; 1 more unit in the table" in figure.note


def test_parts_of_a_unit_are_explained_where_there_are_any() -> None:
    assert "part of a unit" not in schedule.units(unit_table(), TITLES).note
    assert "part of a unit" in schedule.units(unit_table("FRA:brigade:1a"), TITLES).note


def test_empty_tables_and_gaps_are_drawn_too() -> None:
    gaps = land_table().with_columns(from_month_0_persons=float("nan"))
    assert_sound(schedule.land(gaps), {"plan_land": gaps})
    for make, table, name in (
        (schedule.land, land_table(), "plan_land"),
        (schedule.fill, fill_table(), "plan_fill"),
        (lambda t: schedule.leads(t, TITLES), lead_table(), "plan_leads"),
        (lambda t: schedule.units(t, TITLES), unit_table(), "plan_units"),
    ):
        for poor in (table.head(1), table.head(0)):
            assert_sound(make(poor), {name: poor})
