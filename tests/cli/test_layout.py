"""Tables keep every number whole and every line within the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from foedus.briefing.wording import Column
from foedus.cli.layout import GAP, blocks, fitted, lay_out, narrowest, wrap

WORDS = st.text(st.sampled_from("abcdefgh ijklé"), max_size=60)
NUMBERS = st.integers(0, 10**9).map(lambda n: f"{n:,}")
RANGES = st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda n: f"{n[0]} ({n[1]} to {n[2]})")


@st.composite
def tables(draw: st.DrawFn) -> list[Column]:
    rows = draw(st.integers(1, 4))
    columns = [Column("Nation", draw(st.lists(WORDS, min_size=rows, max_size=rows)), False)]
    for i in range(draw(st.integers(0, 8))):
        is_numeric = draw(st.booleans())
        cell = st.one_of(NUMBERS, RANGES) if is_numeric else WORDS
        cells = draw(st.lists(cell, min_size=rows, max_size=rows))
        columns.append(Column(f"{i} {draw(WORDS)}", cells, is_numeric))
    return columns


@given(tables(), st.integers(60, 120))
def test_every_number_is_printed_whole(table: list[Column], width: int) -> None:
    text = "\n".join(lay_out(table, width))
    for column in table:
        if column.is_numeric:
            for cell in column.cells:
                assert cell.split(" (")[0] in text
                if "(" in cell:
                    assert cell[cell.index("(") :] in text


@given(tables(), st.integers(80, 120))
def test_no_line_is_wider_than_the_page(table: list[Column], width: int) -> None:
    assert all(cell_len(line) <= width for line in lay_out(table, width))


@given(tables(), st.integers(60, 120))
def test_every_column_is_printed_in_its_place_and_the_first_in_every_block(
    table: list[Column], width: int
) -> None:
    found = blocks(table, width)
    assert all(block[0].heading == "Nation" for block in found)
    seen = dict.fromkeys(column.heading for block in found for column in block)
    assert list(seen) == [" ".join(column.heading.split()) for column in table]


@given(tables(), st.integers(60, 120))
def test_no_column_is_squeezed_below_its_least(table: list[Column], width: int) -> None:
    for block in blocks(table, width):
        widths = fitted(block, width)
        assert all(w >= narrowest(c) for w, c in zip(widths, block, strict=True))


def test_values_stand_under_each_other_whatever_their_ranges() -> None:
    column = Column("Sent", ["1,200 (900 to 1,500)", "12 (8 to 9)", "7"], True)
    lines = lay_out([Column("N", ["a", "b", "c"], False), column], 60)
    ends = [
        line.index(value) + len(value)
        for line, value in zip(lines[1:], ["1,200", "12", "7"], strict=True)
    ]
    assert len(set(ends)) == 1


def test_a_table_too_wide_goes_on_below_with_its_first_column() -> None:
    table = [
        Column("Nation", ["Aldmark"], False),
        *(Column(f"Figure {i}", ["1,000,000 (900,000 to 1,100,000)"], True) for i in range(3)),
    ]
    lines = lay_out(table, 80)
    assert sum("Nation" in line for line in lines) == 3 - 1
    assert "" in lines


def test_wide_letters_count_double() -> None:
    lines = lay_out([Column("A", ["日本", "x"], False), Column("B", ["1", "2"], True)], 40)
    assert lines[1:] == [f"日本{GAP}1", f"x   {GAP}2"]


def test_a_steering_cell_is_printed_as_its_code() -> None:
    lines = lay_out([Column("A", ["red \x1b[31m\u202e"], False)], 60)
    assert lines == ["A", "red \\x1b[31m\\u202e"]


@pytest.mark.parametrize("width", [6, 10, 40])
def test_a_number_and_its_percent_sign_stay_together(width: int) -> None:
    lines = wrap("with 12 % and rear-8k-backed, 34 % more", width)
    assert not any(line.startswith("%") for line in lines)
    assert width < 14 or any("rear-8k-backed" in line for line in lines)


@given(text=st.text(st.sampled_from("ab/_: "), max_size=60), width=st.integers(1, 30))
def test_a_long_name_is_parted_without_losing_a_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= width for line in lines)


def test_a_name_is_parted_at_its_seams_and_only_if_it_must_be() -> None:
    assert wrap("set_up_land/cost_value", 21) == ["set_up_land/cost_", "value"]
    assert wrap("of set_up_land/cost_value", 22) == ["of", "set_up_land/cost_value"]
