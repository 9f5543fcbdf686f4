"""Numbers by draw and target: how they go together and what is said of those out of order."""

import numpy as np
import pytest
from numpy.typing import ArrayLike

from foedus.engines.deterrence.cells import (
    Inequality,
    costs,
    fill_cell,
    probabilities,
    refuse_disorder,
    take_cells,
)


def test_compiled_code_finds_the_number_of_every_draw_and_target() -> None:
    blocks: dict[str, ArrayLike] = {
        "all": np.float64(7),
        "draw": np.arange(3.0),
        "target": np.arange(2.0)[None] + 10,
        "both": np.arange(6.0).reshape(3, 2) + 20,
    }
    cells = take_cells(blocks)
    assert (cells.draws, cells.targets) == (3, 2)
    cell = np.empty(4)
    for draw in range(3):
        for target in range(2):
            fill_cell(cells.flat, cells.places, draw, target, cell)
            assert cell.tolist() == [7, draw, 10 + target, 20 + 2 * draw + target]


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        ({"a": np.zeros((1, 1, 1))}, "a: by draw and target, and no more axes"),
        ({"a": np.zeros(3), "b": np.zeros(2)}, "count of draws: a 3, b 2"),
        ({"a": np.zeros((1, 3)), "b": np.zeros((4, 2))}, "count of targets: a 3, b 2"),
    ],
)
def test_arrays_that_do_not_go_together_are_refused(
    blocks: dict[str, np.ndarray], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        take_cells(blocks)


def test_every_inequality_that_fails_is_named_with_its_first_cell_and_their_count() -> None:
    cells = take_cells({"a": [[1.0, 2.0]], "b": [1.0, 3.0], "c": np.nan})
    rules = (
        Inequality("a", ">", "b"),
        Inequality("a", ">=", "b"),
        Inequality("-b", ">", "a"),
        *probabilities(("c",)),
        *costs(("b",)),
    )
    with pytest.raises(ValueError, match="a must be above b") as caught:
        refuse_disorder(cells, ("a", "b", "c"), rules)
    assert str(caught.value).split("; ") == [
        "a must be above b: draw 0, target 0 has 1 and 1 (3 cells fail)",
        "a must be at least b: draw 1, target 0 has 1 and 3 (2 cells fail)",
        "-b must be above a: draw 0, target 0 has -1 and 1 (4 cells fail)",
        "c must be at least 0: draw 0, target 0 has nan (4 cells fail)",
        "c must be at most 1: draw 0, target 0 has nan (4 cells fail)",
    ]
