import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plots.drawn import HOSTILE, assert_sound, parsed, texts_of

from foedus.plots import map  # noqa: A004 - a map is a map
from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.map import SHAPES, Point, Sheet, lands, projected

TABLE = pl.DataFrame(
    {
        "title": ["France", "Germany", "Malta", "Canada", "A pool"],
        "delegation": ["FRA", "DEU", "MLT", "CAN", "POOL"],
        "join_prob": [0.7, 0.2, None, 0.5, 0.1],
        "expected_persons": [4000.0, 700.0, 0.0, 900.0, float("nan")],
    }
)


def holds(code: str, point: Point) -> bool:
    """Tell whether a place lies in a state: by the turns that its borders make around it."""
    turns = 0.0
    for ring in lands()[code].rings:
        angles = [math.atan2(y - point[1], x - point[0]) for x, y in ring]
        for one, two in zip(angles, angles[1:] + angles[:1], strict=True):
            turns += math.remainder(two - one, 2 * math.pi)
    return abs(turns) > math.pi


def whose(point: Point) -> set[str]:
    return {code for code in lands() if holds(code, point)}


def drawn(table: pl.DataFrame = TABLE, **roles: str) -> Figure:
    figure = map.contributions(table, roles)
    assert figure is not None
    return figure


@pytest.mark.parametrize(
    "place",
    [(34.10, 44.95), (33.55, 44.58), (37.80, 48.00), (39.3, 48.57), (35.2, 47.8), (36.3, 45.3)],
    ids=["Simferopol", "Sevastopol", "Donetsk", "Luhansk", "Zaporizhzhia", "Kerch peninsula"],
)
def test_the_land_that_russia_occupies_is_ukraine(place: Point) -> None:
    assert whose(place) == {"UKR"}


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("RUS", (37.62, 55.75)),
        ("RUS", (20.5, 54.7)),
        ("FRA", (2.35, 48.86)),
        ("DEU", (13.4, 52.5)),
        ("GBR", (-1.5, 52.5)),
        ("GBR", (-6.5, 54.6)),
        ("IRL", (-7.5, 53.3)),
        ("POL", (21.0, 52.2)),
        ("CYP", (33.4, 35.3)),
        ("XKX", (21.0, 42.6)),
        ("TUR", (32.8, 39.9)),
        ("NOR", (25.0, 70.0)),
    ],
)
def test_a_place_lies_in_its_state_and_in_no_other(code: str, place: Point) -> None:
    assert whose(place) == {code}


def test_the_sea_is_nobodys() -> None:
    assert whose((3.0, 56.5)) == whose((34.0, 43.2)) == set()


def test_the_file_of_shapes_is_small() -> None:
    assert SHAPES.stat().st_size < 200_000
    assert json.loads(SHAPES.read_text(encoding="utf-8"))["per_degree"] > 0


def test_each_label_lies_in_its_state() -> None:
    small = {"AND", "LIE", "MLT", "SMR"}  # a step of the shapes is a good part of them
    assert [
        code for code in lands() if code not in small and not holds(code, lands()[code].label)
    ] == []


@given(st.floats(-25, 45), st.floats(34, 72))
def test_a_square_kilometre_is_as_large_anywhere(east: float, north: float) -> None:
    step = 1e-3
    x0, y0 = projected((east, north))
    x1, y1 = projected((east + step, north))
    x2, y2 = projected((east, north + step))
    area = abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    assert area == pytest.approx(math.radians(step) ** 2 * math.cos(math.radians(north)), rel=1e-3)


def test_the_map_draws_its_table() -> None:
    assert_sound(drawn(UKR="Ukraine\n(host)", RUS="Russia\n(adversary)"), {"contributions": TABLE})


def test_who_is_not_on_the_map_is_listed_under_it() -> None:
    assert "Not on this map: Canada 900, A pool 0" in texts_of(parsed(drawn()))


def test_the_point_of_view_stands_under_the_map() -> None:
    assert "Crimea, Sevastopol and Donbas are Ukraine" in drawn().note


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_circle_is_as_large_as_the_number_it_stands_for(width: int) -> None:
    root = parsed(drawn(), width)
    paths = [e.attrib["d"] for e in root.iter() if e.attrib.get("fill") == "#D55E00"]
    radii = sorted(float(d[1:].split(",")[0]) for d in paths if "A" in d)
    largest = {WIDE: 26.0, NARROW: 15.0}[width]
    assert any(abs(r - largest) < 0.02 for r in radii)
    assert any(abs(r - largest * math.sqrt(700 / 4000)) < 0.02 for r in radii)


def test_the_host_is_named_on_its_land() -> None:
    text = texts_of(parsed(drawn(UKR="Ukraine\n(host)")))
    assert "Ukraine" in text
    assert "(host)" in text


def test_without_anybody_on_the_map_there_is_none() -> None:
    assert map.contributions(TABLE.filter(pl.col("delegation") == "CAN")) is None
    assert map.contributions(TABLE.clear()) is None


def test_one_nation_alone_and_nothing_sent_are_drawn() -> None:
    assert_sound(drawn(TABLE.head(1)), {"contributions": TABLE})
    nothing = TABLE.with_columns(expected_persons=pl.lit(None, pl.Float64))
    assert_sound(drawn(nothing), {"contributions": nothing})


def test_hostile_names_are_drawn() -> None:
    codes = ["FRA", "DEU", "POL", "ESP", *[f"X{place}" for place in range(len(HOSTILE) - 4)]]
    table = pl.DataFrame(
        {
            "title": HOSTILE,
            "delegation": codes,
            "join_prob": [0.5] * len(HOSTILE),
            "expected_persons": [1000.0] * len(HOSTILE),
        }
    )
    assert_sound(drawn(table, UKR=HOSTILE[0]), {"contributions": table})


def test_the_sheet_holds_the_middle_of_europe_and_not_america() -> None:
    assert Sheet(WIDE).holds((15.0, 50.0))
    assert not Sheet(WIDE).holds((-75.0, 45.0))
