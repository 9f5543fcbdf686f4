"""Numbers of a game by draw and target, and the inequalities that they must keep."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray, IntArray

_CONSTANTS: Final = {"0": 0.0, "1": 1.0, "inf": np.inf, "-inf": -np.inf}


class Cells(NamedTuple):
    """Numbers that go together; each array has shape (draw or 1, target or 1), in one piece."""

    columns: tuple[FloatArray, ...]
    flat: FloatArray
    """All of them one after another, which is how compiled code reads them fastest."""
    places: IntArray
    """Shape (field, 3): where a field begins, and the steps from draw to draw and from target to
    target, 0 where one number serves all."""
    draws: int
    targets: int


class Inequality(NamedTuple):
    """What must hold in every draw and at every target.

    A side is the name of a field, the name with a minus before it, or one of 0, 1 and inf.
    """

    above: str
    relation: str
    """`>` or `>=`."""
    below: str


def take_cells(values: Mapping[str, ArrayLike]) -> Cells:
    """Return numbers, numbers by draw and numbers by draw and target as arrays of two axes.

    Raises
    ------
    ValueError
        If an array has more than two axes, or two do not go together.

    Examples
    --------
    >>> cells = take_cells({"prize": [[5, 100]], "belief": [0.1, 0.2, 0.3]})
    >>> cells.draws, cells.targets, [column.shape for column in cells.columns]
    (3, 2, [(1, 2), (3, 1)])
    """
    columns: list[FloatArray] = []
    wrong = []
    for name, value in values.items():
        column = np.asarray(value, dtype=np.float64)
        if column.ndim > 2:
            wrong.append(name)
        # A single axis counts draws.
        column = column.reshape(column.shape + (1,) * (2 - column.ndim))
        columns.append(column if column.flags.forc else np.ascontiguousarray(column))
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: by draw and target, and no more axes")
    counts = []
    for axis, what in enumerate(("draws", "targets")):
        sizes = {
            name: column.shape[axis]
            for name, column in zip(values, columns, strict=True)
            if column.shape[axis] != 1
        }
        if len(set(sizes.values())) > 1:
            seen = ", ".join(f"{name} {size}" for name, size in sizes.items())
            raise ValueError(f"the arrays differ in their count of {what}: {seen}")
        counts.append(next(iter(sizes.values()), 1))
    starts = np.cumsum([0, *(column.size for column in columns)])
    places = [
        (
            start,
            *(
                step // column.itemsize if size > 1 else 0
                for step, size in zip(column.strides, column.shape, strict=True)
            ),
        )
        for start, column in zip(starts, columns, strict=False)
    ]
    flat = np.concatenate([column.ravel(order="K") for column in columns])
    return Cells(tuple(columns), flat, np.array(places, dtype=np.int64), *counts)


def refuse_disorder(cells: Cells, names: Sequence[str], inequalities: Iterable[Inequality]) -> None:
    """Raise ValueError with a sentence for each inequality that fails, and where it first does.

    Examples
    --------
    >>> cells = take_cells({"prize": [[5, -1]], "belief": [0.1, 0.2]})
    >>> refuse_disorder(cells, ["prize", "belief"], [Inequality("prize", ">", "0")])
    Traceback (most recent call last):
    ValueError: prize must be above 0: draw 0, target 1 has -1 (2 cells fail)
    """
    faults = []
    for rule in inequalities:
        above, below = (_side(cells, names, side) for side in (rule.above, rule.below))
        # Written so that NaN fails.
        holds = above > below if rule.relation == ">" else above >= below
        if holds.all():
            continue
        shape = (cells.draws, cells.targets)
        wrong = np.broadcast_to(~holds, shape)
        draw, target = np.argwhere(wrong)[0]
        seen = [
            f"{np.broadcast_to(column, shape)[draw, target]:.6g}"
            for side, column in ((rule.above, above), (rule.below, below))
            if side not in _CONSTANTS
        ]
        count = int(wrong.sum())
        faults.append(
            f"{_said(rule)}: draw {draw}, target {target} has {' and '.join(seen)}"
            + (f" ({count} cells fail)" if count > 1 else "")
        )
    if faults:
        raise ValueError("; ".join(faults))


def probabilities(names: Iterable[str]) -> list[Inequality]:
    """Return what makes each of the fields a probability."""
    return [
        rule
        for name in names
        for rule in (Inequality(name, ">=", "0"), Inequality("1", ">=", name))
    ]


def costs(names: Iterable[str]) -> list[Inequality]:
    """Return what makes each of the fields at least 0 and finite."""
    return [
        rule
        for name in names
        for rule in (Inequality(name, ">=", "0"), Inequality("inf", ">", name))
    ]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_cell(flat: FloatArray, places: IntArray, draw: int, target: int, cell: FloatArray) -> None:
    """Fill in all fields of one draw and target, shape (field,)."""
    for field in range(cell.size):
        cell[field] = flat[places[field, 0] + draw * places[field, 1] + target * places[field, 2]]


def _side(cells: Cells, names: Sequence[str], side: str) -> FloatArray:
    if side in _CONSTANTS:
        return np.array([[_CONSTANTS[side]]])
    column = cells.columns[names.index(side.removeprefix("-"))]
    return -column if side.startswith("-") else column


def _said(rule: Inequality) -> str:
    if rule.above == "inf" or rule.below == "-inf":
        return f"{rule.below if rule.above == 'inf' else rule.above} must be finite"
    if rule.above == "1":
        return f"{rule.below} must be at most 1"
    return f"{rule.above} must be {'above' if rule.relation == '>' else 'at least'} {rule.below}"
