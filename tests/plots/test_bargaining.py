"""Charts of what could be agreed."""

import polars as pl
import pytest
from tests.plots.drawn import (
    HOSTILE,
    assert_sound,
    numbers_drawn,
    of_hostile,
    parsed,
    rows_drawn,
    texts_of,
)

from foedus import Brief
from foedus.plots import bargaining, of_answer
from foedus.plots.figure import Figure
from foedus.scenario.bargaining import Issue


def issue(title: str = "Troops", low: float = 0.0, high: float = 100.0) -> Issue:
    return Issue.model_construct(
        issue="troops",
        title=title,
        unit="points",
        scale_from_value=low,
        scale_to_value=high,
        scale_from_means="none",
        scale_to_means="all",
    )


def forecast_table(title: str = "Troops", value: float | None = 40.0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "issue": [title] * 2,
            "unit": ["points"] * 2,
            "model": ["mean", "median"],
            "title": ["compromise mean", "weighted median"],
            "forecast_value": [value, 50.0],
            "forecast_value_low": [30.0, None],
            "forecast_value_high": [60.0, None],
        }
    )


def party_table(title: str = "Troops") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "issue": [title] * 2,
            "delegation": ["France", "Italy"],
            "consents": [True, False],
            "position_value": [60.0, 18.0],
        }
    )


def room_table(issue_title: str = "Troops") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "format": ["Paris", "Berlin"],
            "issue": [issue_title] * 2,
            "unit": ["points"] * 2,
            "mean_value": [40.0, 70.0],
            "mean_value_low": [35.0, None],
            "mean_value_high": [45.0, None],
            "no_deal_prob": [0.25, 1.0],
        }
    )


def test_a_brief_has_all_charts_of_agreement_and_of_seats(brief: Brief) -> None:
    for question in ("agreement", "seat"):
        assert len(of_answer(brief[question], brief)) == 3


def test_a_position_stands_where_it_lies_on_the_scale_of_its_issue() -> None:
    spending = issue(low=1.0, high=5.0)
    assert bargaining.placed(1.0, spending) == 0
    assert bargaining.placed(3.0, spending) == 50
    assert bargaining.placed(9.0, spending) == 100
    assert bargaining.placed(None, spending) is None
    assert bargaining.placed(2.0, issue(low=2.0, high=2.0)) == 50


def test_models_and_parties_of_an_issue_are_drawn_and_told() -> None:
    figure = bargaining.forecasts(forecast_table(), party_table(), [issue()])
    assert numbers_drawn(figure) == {40.0, 50.0, 30.0, 60.0, 18.0}
    assert figure.says == (
        "Medians of 2 models, from the lowest to the highest: Troops 40 to 50 points."
    )
    said = {str(row.get("text")) for row in rows_drawn(figure.chart.to_dict())}
    assert "France wants 60 points, and must consent" in said
    assert "Italy wants 18 points" in said


def test_the_tall_marks_are_those_whose_consent_counts() -> None:
    figure = bargaining.forecasts(forecast_table(), party_table(), [issue()])
    tall = {
        row["delegation"]: row["place_y"] - row["place_y_to"]
        for row in rows_drawn(figure.chart.to_dict())
        if "delegation" in row
    }
    assert tall["France"] > tall["Italy"]


def test_of_each_kind_of_model_one_reading_is_drawn() -> None:
    extra = forecast_table().with_columns(model=pl.lit("mean_equal"), forecast_value=99.0)
    table = pl.concat([forecast_table(), extra])
    figure = bargaining.forecasts(table, party_table(), [issue()])
    assert 99.0 not in numbers_drawn(figure)
    assert 99.0 in numbers_drawn(bargaining.by_model(table, name="agreement_forecasts"))


def test_wants_are_printed_as_finely_as_their_scale() -> None:
    figure = bargaining.positions(party_table(), [issue(low=0, high=100)])
    assert "60" in texts_of(parsed(figure)).split()
    assert "Troops from Italy 18 to France 60 points" in figure.says


def test_a_chart_of_options_tells_the_most_and_the_least_agreed() -> None:
    table = pl.DataFrame(
        {
            "option": ["rear", "rear", "line", "line"],
            "model": ["mean", "median"] * 2,
            "title": ["compromise mean", "weighted median"] * 2,
            "agreed_prob": [0.5, 0.75, 0.0, None],
        }
    )
    figure = bargaining.by_option(table)
    assert_sound(figure, {"agreement_by_option": table})
    assert figure.says == (
        "Agreed most often is rear (50 % to 75 % of futures by model); "
        "least often is line (0 % to 0 % of futures by model)."
    )


def test_rooms_are_told_from_the_lowest_to_the_highest_with_their_chance_of_no_deal() -> None:
    table = room_table()
    figure = bargaining.rooms(table, name="rooms", of="Troops")
    assert_sound(figure, {"rooms": table})
    assert figure.says == (
        "From Paris 40 (35 to 45) points, no deal in 25 %, to Berlin 70 points, no deal in 100 % "
        "of futures. In no future is there a deal in Berlin."
    )


def test_no_deal_is_told_where_it_is_least_and_most_likely() -> None:
    table = room_table()
    figure = bargaining.no_deal(table, name="seat_rooms")
    assert_sound(figure, {"seat_rooms": table})
    assert "least often in Paris (25 %" in figure.says
    assert "most often in Berlin (100 %)" in figure.says


def hostile() -> list[tuple[Figure, dict[str, pl.DataFrame]]]:
    forecasts = of_hostile(forecast_table)
    parties = of_hostile(
        lambda name: party_table(name).with_columns(delegation=pl.Series([name, "Italy"]))
    )
    rooms = of_hostile(lambda name: room_table().with_columns(format=pl.Series([name, f"{name}."])))
    issues = [issue(name) for name in HOSTILE]
    agreement = {"agreement_forecasts": forecasts, "agreement_parties": parties}
    return [
        (bargaining.forecasts(forecasts, parties, issues), agreement),
        (bargaining.positions(parties, issues), agreement),
        (bargaining.no_deal(rooms, name="rooms"), {"rooms": rooms}),
        (bargaining.rooms(rooms, name="rooms"), {"rooms": rooms}),
        (bargaining.by_model(forecasts.head(4), name="agreement_forecasts"), agreement),
    ]


@pytest.mark.parametrize("place", range(5))
def test_hostile_names_stay_text(place: int) -> None:
    assert_sound(*hostile()[place])


def test_one_row_and_no_number_are_drawn_too() -> None:
    one = forecast_table(value=None).head(1)
    nobody = party_table().head(0)
    for figure in (
        bargaining.forecasts(one, nobody, [issue()]),
        bargaining.by_model(one, name="agreement_forecasts"),
        bargaining.positions(nobody, [issue()]),
        bargaining.forecasts(one.head(0), nobody, [issue()]),
    ):
        assert_sound(figure, {"agreement_forecasts": one, "agreement_parties": nobody})
    gaps = room_table().head(1).with_columns(no_deal_prob=float("nan"), mean_value=float("nan"))
    assert_sound(bargaining.rooms(gaps, name="rooms"), {"rooms": gaps})
    assert_sound(bargaining.no_deal(gaps, name="rooms"), {"rooms": gaps})
