import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import kept
from tests.plots.drawn import HOSTILE

from foedus.plots import style
from foedus.quantities import SUFFIXES
from foedus.scenario.scenario import Scenario


@pytest.fixture
def paris() -> Scenario:
    return kept.scenario("paris-2025")


def luminance(colour: str) -> float:
    """Return relative luminance as the WCAG defines it."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_hues_are_those_that_okabe_and_ito_published() -> None:
    published = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
    assert set(style.HUES) == published


def test_text_and_the_first_three_hues_stand_out_from_white() -> None:
    assert contrast(style.INK, style.PAGE) >= 7
    assert contrast(style.QUIET, style.PAGE) >= 4.5
    assert min(contrast(hue, style.PAGE) for hue in style.HUES[:3]) >= 3


def test_depths_run_from_the_page_to_full_blue_each_darker_than_the_last() -> None:
    lights = [luminance(colour) for colour in style.DEPTHS]
    assert lights == sorted(lights, reverse=True)
    assert len(set(lights)) == len(style.DEPTHS)


def test_no_two_of_the_first_looks_are_the_same() -> None:
    looks = [style.look_of(place) for place in range(40)]
    assert len(set(looks)) == 40
    assert len({look.colour for look in looks[:8]}) == 8


def test_delegations_at_the_table_are_told_apart_by_colour_where_there_are_no_more_than_eight(
    paris: Scenario,
) -> None:
    looks = style.delegation_looks(paris)
    states = [row.delegation for row in paris.delegations if row.at_table][:8]
    assert len({looks[code].colour for code in states}) == 8


def test_a_delegation_looks_the_same_whatever_else_changes_in_the_scenario(
    paris: Scenario,
) -> None:
    stances = paris.stances[:3]
    changed = paris.model_copy(update={"stances": stances})
    assert style.delegation_looks(changed) == style.delegation_looks(paris)


def test_every_delegation_has_a_look(paris: Scenario) -> None:
    assert set(style.delegation_looks(paris)) == {row.delegation for row in paris.delegations}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_unit_has_an_axis(suffix: str) -> None:
    axis = style.x_axis(f"x_{suffix}", 200)
    assert axis["labelExpr"].startswith("format(")
    assert axis["title"]


@given(st.text(max_size=60), st.integers(2, 30), st.integers(1, 3))
def test_a_broken_text_has_no_more_lines_and_letters_than_asked(
    text: str, letters: int, lines: int
) -> None:
    parts = style.broken(text, letters, lines).split("\n")
    assert 1 <= len(parts) <= lines
    assert max(map(len, parts)) <= letters


@given(st.lists(st.sampled_from(["A", "A (2)", "B", "", "A\n", *HOSTILE]), max_size=9))
def test_no_two_labels_are_the_same(names: list[str]) -> None:
    labels = style.labels_of(names, 12)
    assert len(set(labels)) == len(names)


@given(st.text())
def test_what_is_seen_holds_nothing_that_cannot_be_seen(text: str) -> None:
    shown = style.seen(text)
    assert all(letter.isprintable() or letter.isspace() for letter in shown)
    assert style.seen(shown) == shown


def test_what_is_no_number_and_what_is_not_there_is_none() -> None:
    table = pl.DataFrame({"a": [float("nan"), float("inf"), 1.0]})
    rows = style.rows_of(table, ["a", "b"])
    assert [row["a"] for row in rows] == [None, None, 1.0]
    assert {row["b"] for row in rows} == {None}
