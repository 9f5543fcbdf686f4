"""Two figures lie as far apart from either side, in every unit, and print as people say it."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foedus.briefing.differences import (
    MINUS,
    WHOLE,
    Difference,
    Figure,
    apart,
    between,
    by_size,
    figures_of,
    is_fraction,
    row_differences,
    show,
    signed,
    significant,
    size_of,
)
from foedus.briefing.wording import NOTHING

NUMBERS = st.floats(-1e12, 1e12).map(lambda value: value + 0.0)
VALUES = st.one_of(st.none(), NUMBERS, st.booleans(), st.sampled_from(["FRA", "GBR", ""]))


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    value = draw(VALUES)
    if isinstance(value, float) and draw(st.booleans()):
        low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
        return Figure(value, low, high)
    return Figure(value)


def of(name: str, a: object, b: object) -> Difference:
    found = between("x", name, Figure(a), Figure(b))
    assert found is not None
    return found


class TestSize:
    @given(figures(), figures(), st.booleans())
    def test_it_does_not_tell_the_sides_apart(self, a: Figure, b: Figure, points: bool) -> None:
        assert size_of(a, b, is_fraction=points) == size_of(b, a, is_fraction=points)

    @given(figures(), figures(), st.booleans())
    def test_it_is_nothing_where_nothing_differs_and_only_there(
        self, a: Figure, b: Figure, points: bool
    ) -> None:
        assert size_of(a, a, is_fraction=points) == 0
        same = a.ends == b.ends if a.ends and b.ends else a == b
        assert (size_of(a, b, is_fraction=points) == 0) == same

    @given(figures(), figures())
    def test_numbers_are_at_most_twice_the_largest_apart(self, a: Figure, b: Figure) -> None:
        assert 0 <= size_of(a, b, is_fraction=False) <= 2 * (1 + 1e-12)

    @given(NUMBERS, NUMBERS, st.sampled_from([0.001, 8.0, 1e6]))
    def test_it_does_not_hang_on_the_unit(self, a: float, b: float, factor: float) -> None:
        assume(max(abs(a), abs(b)) > 1e-6)
        bare = size_of(Figure(a), Figure(b), is_fraction=False)
        scaled = size_of(Figure(a * factor), Figure(b * factor), is_fraction=False)
        assert scaled == pytest.approx(bare, abs=1e-12)

    def test_values_that_can_be_checked_by_hand(self) -> None:
        wide = size_of(Figure(10.0, 0.0, 40.0), Figure(20.0, 0.0, 40.0), is_fraction=False)
        assert wide == pytest.approx(10 / 3 / 40)
        assert size_of(Figure(10.0), Figure(20.0), is_fraction=False) == 0.5
        assert size_of(Figure(0.2), Figure(0.5), is_fraction=True) == pytest.approx(0.3)
        assert size_of(Figure(None), Figure(3.0), is_fraction=False) == WHOLE

    def test_a_range_that_is_lost_is_a_difference(self) -> None:
        assert size_of(Figure(4.0, 2.0, 6.0), Figure(4.0), is_fraction=False) == pytest.approx(
            2 / 9
        )


class TestDifference:
    @given(figures(), figures())
    def test_b_less_a_is_minus_a_less_b(self, a: Figure, b: Figure) -> None:
        there, back = between("x", "any_count", a, b), between("x", "any_count", b, a)
        if there is None or back is None:
            assert there is back is None
            return
        assert (there.a, there.b, there.size) == (back.b, back.a, back.size)
        if there.difference is None or back.difference is None:
            assert there.difference is back.difference is None
        else:
            assert there.difference == -back.difference

    def test_the_biggest_comes_first_and_places_break_ties(self) -> None:
        found = [of("a_count", 1.0, 2.0), of("b_count", 1.0, 10.0), of("c_count", 1.0, 2.0)]
        assert [each.name for each in by_size(found)] == ["b_count", "a_count", "c_count"]
        assert by_size(found) == by_size(reversed(found))

    def test_json_has_both_sides_with_their_ranges(self) -> None:
        found = between("units/A:b", "x_count", Figure(2.0, 1.0, 3.0), Figure(4.0))
        assert found is not None
        assert found.to_json() == {
            "place": "units/A:b",
            "name": "x_count",
            "a": 2.0,
            "a_low": 1.0,
            "a_high": 3.0,
            "b": 4.0,
            "b_low": None,
            "b_high": None,
            "difference": 2.0,
            "size": pytest.approx((2 + 3 + 1) / 3 / 4),
        }


class TestRows:
    def test_ends_of_a_range_are_no_cells_of_their_own(self) -> None:
        row = {"x_count": 2, "x_count_low": 1, "x_count_high": 3, "is_low": True, "y_low": 4}
        assert figures_of(row) == {
            "x_count": Figure(2, 1, 3),
            "is_low": Figure(True),
            "y_low": Figure(4),
        }

    def test_only_cells_that_differ_are_found(self) -> None:
        one = {"x_count": 2, "x_count_low": 1, "x_count_high": 3, "word": "a", "flag": True}
        other = {**one, "x_count_high": 4, "flag": False}
        found = row_differences("t/k", one, other)
        assert [each.place for each in found] == ["t/k/x_count", "t/k/flag"]
        assert row_differences("t/k", one, dict(one)) == []

    def test_a_cell_that_one_side_lacks_is_empty_there(self) -> None:
        (found,) = row_differences("t/k", {"a": 1}, {"a": 1, "b": 2})
        assert (found.a.value, found.b.value) == (None, 2)


class TestWords:
    @pytest.mark.parametrize(
        ("name", "a", "b", "says", "sign"),
        [
            ("soldiers in balance", 12300.0, 8900.0, "3,400 fewer", "-3,400"),
            ("balanced_persons", 8900.0, 12300.0, "3,400 more", "+3,400"),
            ("join_prob", 0.25, 0.31, "6 points more", "+6 points"),
            ("join_prob", 0.26, 0.25, "1 point less", "-1 point"),
            ("gap_usd", 4500.0, 2000.0, "2,500 less", "-2,500"),
            ("share of GDP", 0.02, 0.035, "1.5 points more", "+1.5 points"),
            ("strength_persons", 10.0, 10.2, "0.2 more", "+0"),
            ("nation", "FRA", "GBR", "", ""),
        ],
    )
    def test_how_much_more_or_less(
        self, name: str, a: object, b: object, says: str, sign: str
    ) -> None:
        found = of(name, a, b)
        assert apart(found) == says
        assert signed(found) == (sign.replace("-", MINUS) or NOTHING)

    def test_a_range_alone_that_differs_is_told(self) -> None:
        found = between("x", "months", Figure(9.0, 8.0, 9.0), Figure(9.0, 9.0, 10.0))
        assert found is not None
        assert apart(found) == "the same value over another range"

    @given(st.floats(1e-6, 1e12))
    def test_three_figures_are_near_enough(self, value: float) -> None:
        assert significant(value) == pytest.approx(value, rel=0.051)
        assert math.isclose(significant(-value), -significant(value))

    def test_numbers_print_by_unit_or_in_three_figures(self) -> None:
        assert show(Figure(0.256, 0.1, 0.5), "join_prob") == "26 % (10 % to 50 %)"
        assert show(Figure(7765.5, 0.0, 15438.9), "soldiers") == "7,770 (0 to 15,400)"
        assert show(Figure(None), "soldiers") == NOTHING
        assert show(Figure("France"), "soldiers") == "France"

    def test_shares_are_known_by_name(self) -> None:
        names = ("join_prob", "own_share", "share of GDP", "soldiers", "x_count")
        assert [is_fraction(name) for name in names] == [True, True, True, False, False]
