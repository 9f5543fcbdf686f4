import math

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.plots.drawn import HOSTILE

from foedus.plots.words import ends_of, first_rows, leaders, left_out, ranked, size_of

CHANCES = st.lists(st.one_of(st.none(), st.floats(0, 1), st.just(float("nan"))), max_size=8)


def table(chances: list[float | None]) -> pl.DataFrame:
    names = [f"Nation {place}" for place in range(len(chances))]
    schema = {"title": pl.String, "join_prob": pl.Float64}
    return pl.DataFrame({"title": names, "join_prob": chances}, schema=schema)


@given(CHANCES)
def test_the_ends_are_the_largest_and_the_smallest(chances: list[float | None]) -> None:
    says = ends_of(table(chances), "title", "join_prob")
    numbers = [value for value in chances if value is not None and not math.isnan(value)]
    if not numbers:
        assert says == "no number at all"
        return
    assert size_of(max(numbers), "x_prob") in says
    assert size_of(min(numbers), "x_prob") in says


def test_who_shares_an_end_is_counted_not_named() -> None:
    assert ends_of(table([0.9, 0.0, 0.0]), "title", "join_prob") == (
        "most for Nation 0 (90 %), least for 2 of 3 (0 %)"
    )


def test_leaders_are_those_with_the_most_and_none_has_nothing() -> None:
    assert (
        leaders(table([0.1, 0.0, 0.7]), "title", "join_prob")
        == "Nation 2 (70 %) and Nation 0 (10 %)"
    )
    assert leaders(table([0.0, None]), "title", "join_prob") == "none"


@given(CHANCES)
def test_ranked_numbers_fall(chances: list[float | None]) -> None:
    values = [value for _, value in ranked(table(chances), "title", "join_prob")]
    assert values == sorted(values, reverse=True)


def test_a_hostile_name_is_short_and_seen() -> None:
    names = pl.DataFrame({"title": list(HOSTILE), "x_prob": [0.5] * len(HOSTILE)})
    for name, _ in ranked(names, "title", "x_prob"):
        assert len(name) <= 80
        assert name.isprintable()


@given(st.integers(0, 40), st.integers(1, 20))
def test_rows_that_a_chart_leaves_out_are_counted(rows: int, most: int) -> None:
    whole = pl.DataFrame({"a": range(rows)})
    shown = first_rows(whole, most)
    assert shown.height + 2 >= min(rows, most + 2)
    others = rows - shown.height
    assert left_out(whole, shown) == (
        f" The other {others} rows are in the table." if others else ""
    )
    assert others == 0 or others > 2
