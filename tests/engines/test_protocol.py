"""Results of several blocks are put end to end where they are drawn."""

from dataclasses import dataclass, fields

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines import ENGINES
from foedus.engines.arrays import FloatArray
from foedus.engines.protocol import AnyEngine, Column, drawn, join_blocks
from foedus.scenario.scenario import TABLES


@dataclass(frozen=True)
class Found:
    """A result with a name, an array of no draw, and two that are drawn."""

    codes: tuple[str, ...]
    shares: FloatArray
    total: FloatArray = drawn()
    by_code: FloatArray = drawn()

    def outcomes(self) -> dict[str, FloatArray]:
        return {"total": self.total}

    def tables(self) -> dict[str, pl.DataFrame]:
        return {}


def found(values: list[float]) -> Found:
    column = np.array(values)
    return Found(("A", "B"), np.array([0.5, 0.5]), column, np.stack([column, -column], axis=1))


@given(
    st.lists(st.lists(st.floats(-1, 1), min_size=1, max_size=4), min_size=1, max_size=4),
    st.booleans(),
)
def test_blocks_that_are_joined_are_one_run(blocks: list[list[float]], one_by_one: bool) -> None:
    """Also where they come one by one, and where later ones are longer than the first."""
    parts = (found(block) for block in blocks)
    joined = join_blocks(parts, len(blocks)) if one_by_one else join_blocks(list(parts))
    whole = found([value for block in blocks for value in block])
    assert joined.codes == whole.codes
    for name in ("shares", "total", "by_code"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(whole, name), strict=True)


def test_a_single_block_is_left_as_it_is() -> None:
    part = found([1.0])
    assert join_blocks([part]) is part
    assert join_blocks(iter([part]), 1) is part


@pytest.mark.parametrize("order", ["C", "F"])
def test_what_is_joined_lies_in_memory_as_its_parts_do(order: str) -> None:
    parts = [np.asarray(found([1.0, 2.0, 3.0]).by_code, order=order) for _ in range(3)]  # type: ignore[call-overload]
    column = Column(parts[0], 3)
    for part in parts[1:]:
        column.add(part)
    flags = column.values.flags
    assert (flags.c_contiguous, flags.f_contiguous) == (order == "C", order == "F")
    assert column.values.base is column.room
    np.testing.assert_array_equal(column.values, np.concatenate(parts))


def test_numbers_of_another_kind_are_not_cut_down() -> None:
    column = Column(np.array([1, 2]), 2)
    column.add(np.array([0.5]))
    assert column.values.tolist() == [1.0, 2.0, 0.5]


@pytest.mark.parametrize(("name", "engine"), ENGINES.items())
def test_every_engine_says_what_it_is_needs_and_follows(name: str, engine: type[AnyEngine]) -> None:
    assert engine.name == name
    assert engine.title
    assert engine.title[0].isupper()
    assert engine.needs
    assert set(engine.needs) <= set(TABLES)
    assert len({outcome.name for outcome in engine.follows}) == len(engine.follows) > 0
    assert engine.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(about.kw_only for about in fields(engine))  # type: ignore[arg-type]
