"""Text of others is printed without steering the terminal."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from foedus.cli.inert import inert


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    left = [letter for letter in inert(text) if letter != "\n"]
    steering = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert [letter for letter in left if unicodedata.category(letter) in steering] == []


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_printed_letters_are_left_as_they_are(text: str) -> None:
    assert inert(text) == text


@given(st.text())
def test_making_inert_twice_changes_nothing_more(text: str) -> None:
    assert inert(inert(text)) == inert(text)


def test_lines_stay_lines() -> None:
    assert inert("a\nb\r\tc") == "a\nb\\r\\tc"
