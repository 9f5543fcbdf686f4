"""Charts of who can be the bridge."""

import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, rows_drawn

from foedus import Brief
from foedus.plots import brokerage, of_answer
from foedus.plots.figure import Figure

CAMPS = {"Aland": "the League", "Bland": "the League", "Cland": "the Union", "Goal": "the Goal"}


def carrier_table(first: str = "Aland") -> pl.DataFrame:
    return pl.DataFrame(
        [
            (first, "Goal", "access", "from it", 0.3, 0.6),
            (first, "Goal", "trade", "from it", 0.1, 0.2),
            (first, "Bland", "access", "to it", 0.2, 0.5),
            ("Bland", first, "access", "to it", 0.15, 0.5),
            ("Bland", "Cland", "treaty", "to it", 0.05, 0.1),
            ("Bland", "Dland", "treaty", "from it", 0.05, 0.3),
        ],
        schema=["delegation", "partner", "tie_kind", "flow", "current_share", "tie_weight"],
        orient="row",
    )


def network(table: pl.DataFrame, strained: frozenset[frozenset[str]] = frozenset()) -> Figure:
    return brokerage.network(table, CAMPS, "the Goal", strained)


def test_the_charts_of_a_brief_are_these(brief: Brief) -> None:
    assert {figure.name for figure in of_answer(brief["bridge"], brief)} == {
        "bridge-envoys",
        "bridge-network",
        "bridge-gone",
    }


def test_a_tie_is_the_sum_of_its_kinds_and_each_pair_is_one() -> None:
    ties = brokerage.ties_of(carrier_table(), frozenset())
    found = {frozenset((tie.first, tie.second)): tie.weight for tie in ties}
    assert found == {
        frozenset(("Aland", "Goal")): pytest.approx(0.8),
        frozenset(("Aland", "Bland")): 0.5,
        frozenset(("Bland", "Dland")): 0.3,
        frozenset(("Bland", "Cland")): 0.1,
    }
    assert [tie.weight for tie in ties] == sorted(found.values(), reverse=True)


def test_stronger_ties_are_wider_and_strained_ones_dashed() -> None:
    figure = network(carrier_table(), frozenset({frozenset(("Aland", "Bland"))}))
    lines = {row["text"]: row for row in rows_drawn(figure.chart.to_dict()) if "place_width" in row}
    weights = [row["place_weight"] for row in lines.values()]
    widths = [row["place_width"] for row in lines.values()]
    assert sorted(weights) == [
        weight for weight, _ in sorted(zip(weights, widths, strict=True), key=lambda pair: pair[1])
    ]
    dashed = [text for text, row in lines.items() if row["is_strained"]]
    assert dashed == ["Aland and Bland: access"]
    assert "1 of 4 drawn are strained" in figure.says


def test_who_sends_stands_left_and_who_is_addressed_right() -> None:
    ties = brokerage.ties_of(carrier_table(), frozenset())
    columns = brokerage.columns_of(ties, ["Aland", "Bland"], CAMPS, "the Goal")
    assert columns == (["Cland"], ["Aland", "Bland"], ["Dland"], ["Goal"])


def test_places_are_the_same_whenever_it_is_drawn() -> None:
    table = carrier_table()
    assert network(table).chart.to_dict() == network(table).chart.to_dict()


def test_all_nodes_stand_within_the_picture() -> None:
    for width in (720, 340):
        drawn = network(carrier_table()).draw(width).to_dict()
        for row in rows_drawn(drawn):
            assert 0 <= row["place_x"] <= width - 8
            assert 0 <= row["place_y"] <= drawn["height"]


def test_hostile_names_stay_text() -> None:
    table = pl.concat([carrier_table(name) for name in HOSTILE])
    assert_sound(network(table), {"bridge_carriers": table})


def test_few_rows_and_no_number_are_drawn_too() -> None:
    for table in (
        carrier_table().head(1),
        carrier_table().head(0),
        carrier_table().with_columns(tie_weight=float("nan")),
    ):
        assert_sound(network(table), {"bridge_carriers": table})
    assert network(carrier_table().head(0)).says == "No tie carries anything."


def test_what_hangs_on_the_first_is_told_with_its_range() -> None:
    table = pl.DataFrame(
        {
            "camp": ["all together", "all together", "the League"],
            "delegation": ["Aland", "Bland", "Aland"],
            "best_share": [1.0, 0.0, 1.0],
            "hangs_share": [0.5, 0.25, 0.75],
            "hangs_share_low": [0.4, None, None],
            "hangs_share_high": [0.6, None, None],
        }
    )
    figure = brokerage.envoys(table)
    assert_sound(figure, {"bridge_envoys": table})
    assert figure.says == (
        "Of the link between them hangs on Aland 50 % (40 % to 60 %), on Bland 25 %."
    )
    assert 0.75 not in {row.get("value") for row in rows_drawn(figure.chart.to_dict())}
