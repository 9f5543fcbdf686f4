"""A setting written into a cell is read as it was, kind and all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.scenario.workbook_settings import (
    keeps,
    read_scalar,
    read_words,
    scalar,
    setting_name,
    setting_path,
    words,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), TEXT))
def test_a_setting_comes_back_with_its_kind(value: bool | float | str) -> None:
    written = scalar(value)
    read = read_scalar(written) if isinstance(written, str) else written
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text", ["", "9", "9.0", "true", "inf", '"9"', "9 # nine", "2025-02-17", "[1]", "a\nb", " a"]
)
def test_a_word_that_looks_like_something_else_stays_a_word(text: str) -> None:
    written = scalar(text)
    assert isinstance(written, str)
    assert read_scalar(written) == text


@given(TEXT)
def test_words_come_back_and_stand_in_one_line(text: str) -> None:
    written = words(text)
    assert read_words(written.strip()) == text
    assert "\n" not in written
    assert "\r" not in written


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_a_name_comes_back_whatever_its_parts_hold(path: list[str]) -> None:
    assert setting_path(setting_name(*path)) == tuple(path)


@pytest.mark.parametrize("name", ["", "two words", "a = 1 #", "a..b", "a.", "=1+1", "a\nb = 1"])
def test_what_is_no_name_is_none(name: str) -> None:
    assert setting_path(name) is None


@given(st.floats(allow_nan=False))
def test_a_number_that_is_kept_survives_fifteen_digits(value: float) -> None:
    if keeps(value):
        assert float(f"{value:.15g}") == value
    else:
        assert abs(value) >= 1e15 or float(f"{value:.15g}") != value
