"""Factors: every cell is in one of them, and in no other."""

from hypothesis import given
from hypothesis import strategies as st
from tests.ensemble.analytic import cell, sampled, together, uniforms

from foedus.ensemble.factors import (
    CHANCE,
    MOST_BY_CELL,
    UNMOVED,
    Factor,
    cells_and_tables,
    fine_factors,
    put_together,
)

SOME = sampled(
    uniforms(4), uniforms(2, table="more"), together(3, "all", 0.4, table="tied"),
    together(1, "all", 0.4, table="tied_too"),
)  # fmt: skip


def held(factors: tuple[Factor, ...]) -> list[str]:
    return sorted(str(one) for factor in factors for one in factor.cells)


@given(picked=st.sets(st.integers(0, 3)), unmoved=st.sets(st.sampled_from(["group/all", "more/*"])))
def test_every_cell_is_in_one_factor(picked: set[int], unmoved: set[str]) -> None:
    factors = cells_and_tables(SOME, [cell(place) for place in picked])
    for some in (factors, put_together(factors, unmoved), fine_factors(SOME)):
        assert held(some) == [str(one.cell) for one in SOME.cells]
        assert len({factor.name for factor in some}) == len(some)
        assert [f for f in some if f.name == CHANCE] == [Factor(CHANCE, "chance")]


def test_picked_cells_stand_alone_groups_whole_and_the_rest_by_table() -> None:
    factors = cells_and_tables(SOME, [cell(1), cell(0, "tied")])
    sizes = [(factor.name, factor.kind, len(factor.cells)) for factor in factors]
    assert sizes == [
        ("inputs/x001/any_value", "cell", 1),
        ("group/all", "group", 4),
        ("inputs/*", "table", 3),
        ("more/*", "table", 2),
        ("chance", "chance", 0),
    ]


def test_what_moved_nothing_is_one_factor_at_the_end() -> None:
    factors = put_together(cells_and_tables(SOME, []), {"more/*", "group/all"})
    assert [factor.name for factor in factors] == ["inputs/*", CHANCE, UNMOVED]
    assert len(factors[-1].cells) == 6
    assert put_together(factors[:2], set()) == factors[:2]


def test_a_large_table_is_taken_by_column_and_a_small_one_by_cell() -> None:
    large = sampled(uniforms(MOST_BY_CELL + 1, table="large"), uniforms(MOST_BY_CELL))
    kinds = [(factor.kind, len(factor.cells)) for factor in fine_factors(large)]
    assert kinds == [*[("cell", 1)] * MOST_BY_CELL, ("column", MOST_BY_CELL + 1), ("chance", 0)]
    assert "large/*/any_value" in {factor.name for factor in fine_factors(large)}
