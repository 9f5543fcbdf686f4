"""Tables read as sentences do: words for names, units for numbers, ranges beside values."""

import math
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.briefing.wording import (
    HEADINGS,
    NOTHING,
    TABLE_TITLES,
    fold_ranges,
    heading,
    show_cell,
    show_range,
    table_title,
)
from foedus.quantities import SUFFIXES
from foedus.scenario.scenario import TABLES


def test_no_heading_of_a_scenario_is_in_snake_case() -> None:
    names = {name for model in TABLES.values() for name in model.model_fields}
    assert len(names) > 50
    for name in names | set(HEADINGS):
        assert "_" not in heading(name)
        assert heading(name)[0].isupper()


def test_no_heading_names_the_guarantor_of_one_summit() -> None:
    names = {name for model in TABLES.values() for name in model.model_fields} | set(HEADINGS)
    assert any(name.startswith("us_") for name in names)
    printed = [heading(name) for name in names] + list(TABLE_TITLES.values())
    assert [text for text in printed if {"US", "USA"} & set(re.split(r"\W+", text))] == []


def test_headings_are_told_apart_within_every_table() -> None:
    for model in TABLES.values():
        headings = [heading(name) for name in model.model_fields]
        assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("strength_persons", "Strength (persons)"),
        ("us_reliance_score", "Reliance on the guarantor, score"),
        ("needs_us_consent", "Needs the guarantor's consent"),
        ("us_share_low", "Guarantor's share, low"),
        ("us_arms_share", "Guarantor's arms, share"),
        ("latitude_deg", "Latitude (°)"),
        ("month_3_persons", "Month 3 (persons)"),
        ("sent_persons_high", "Sends (persons), high"),
        ("persons", "Persons"),
        ("is_detached", "Detached"),
        ("", ""),
    ],
)
def test_a_heading_is_words_and_a_unit(name: str, words: str) -> None:
    assert heading(name) == words


def test_a_table_without_a_title_of_its_own_is_named_by_its_name() -> None:
    assert table_title("by_month") == "By month"
    assert all(table_title(name) == title for name, title in TABLE_TITLES.items())


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (0.0, "join_prob", "0 %"),
        (0.004, "join_prob", "<1 %"),
        (0.005, "join_prob", "<1 %"),
        (0.996, "join_prob", ">99 %"),
        (1.0, "join_prob", "100 %"),
        (-0.001, "margin_share", "0 %"),
        (-0.3, "left_persons", "0"),
        (-1250.0, "left_persons", "-1,250"),
        (0.5, "held_count", "0.5"),
        (7.0, "held_count", "7"),
        (2025, "since_year", "2025"),
        (math.nan, "join_prob", NOTHING),
        (-math.inf, "x", "-∞"),
        (1234.5678, "nothing_known", "1,235"),
        (False, "is_critical", "no"),
        ("", "note", NOTHING),
        ([], "codes", NOTHING),
        ({"a": 0.5}, "x_share", "a: 50 %"),
    ],
)
def test_a_cell_is_printed_as_its_column_asks(value: object, name: str, text: str) -> None:
    assert show_cell(value, name) == text


def test_counts_of_a_column_have_the_same_number_of_places() -> None:
    (column,) = fold_ranges(pl.DataFrame({"held_count": [1.0, 0.5]}))
    assert column.cells == ["1.0", "0.5"]
    (column,) = fold_ranges(pl.DataFrame({"held_count": [1.0, None, 3.0]}))
    assert column.cells == ["1", NOTHING, "3"]


def test_ranges_fold_into_their_value_and_orphans_stay() -> None:
    table = pl.DataFrame(
        {
            "join_prob_low": [0.1, 0.2],
            "join_prob": [0.25, 0.2],
            "join_prob_high": [0.5, 0.2],
            "kept_share_low": [0.1, 0.1],
        }
    )
    columns = fold_ranges(table)
    assert [column.heading for column in columns] == [
        "Joins, probability",
        "Kept, share, low",
    ]
    assert columns[0].cells == ["25 % (10 % to 50 %)", "20 %"]


@given(
    st.lists(
        st.tuples(*[st.none() | st.floats(-1e6, 1e6, allow_nan=False)] * 3), min_size=1, max_size=5
    ),
    st.sampled_from(sorted(SUFFIXES)),
)
def test_every_row_has_a_cell_in_every_column(
    rows: list[tuple[float | None, ...]], suffix: str
) -> None:
    names = [f"x_{suffix}", f"x_{suffix}_low", f"x_{suffix}_high"]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Float64), orient="row")
    (column,) = fold_ranges(table)
    assert len(column.cells) == len(rows)
    assert column.is_numeric
    assert all(column.cells)


@given(*[st.floats(0, 1e6)] * 3)
def test_a_range_prints_both_its_ends_or_neither(value: float, low: float, high: float) -> None:
    text = show_range(value, low, high, "x_persons")
    ends = [show_cell(end, "x_persons") for end in (low, high)]
    middle = show_cell(value, "x_persons")
    assert text in (f"{middle} ({ends[0]} to {ends[1]})", middle)
    assert (text == middle) == (set(ends) == {middle})


def test_codes_are_printed_by_name_and_unknown_ones_as_they_are() -> None:
    table = pl.DataFrame({"delegation": ["FRA", "XXX"], "other": ["FRA", "FRA"]})
    first, second = fold_ranges(table, {"delegation": {"FRA": "France"}})
    assert first.cells == ["France", "XXX"]
    assert second.cells == ["FRA", "FRA"]
    assert not first.is_numeric


def test_an_empty_table_has_headings_and_no_cells() -> None:
    assert [tuple(column) for column in fold_ranges(pl.DataFrame(schema={"x_days": pl.Int64}))] == [
        ("X (days)", [], True)
    ]
    assert fold_ranges(pl.DataFrame()) == []
