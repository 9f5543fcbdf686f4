"""Payoffs that a game takes: one a draw, finite, and in the order that makes it that game."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, common_draws

# As far as probabilities that were rounded on the way may miss 1 together.
SUM_SLACK: Final = 1e-9


def take_columns(values: Mapping[str, ArrayLike]) -> tuple[dict[str, FloatArray], int]:
    """Return numbers, or one a draw, as packed arrays, and the count of draws they have together.

    Returns
    -------
    Each array has shape (draw,), or (1,) where one number serves every draw.

    Raises
    ------
    ValueError
        If an array has more than one axis, or two have different counts of draws.

    Examples
    --------
    >>> columns, draws = take_columns({"c_sq": [0.0, 0.1], "c_dc": 1})
    >>> columns["c_dc"].tolist(), draws
    ([1.0], 2)
    """
    columns = {
        name: np.ascontiguousarray(np.atleast_1d(np.asarray(value, dtype=np.float64)))
        for name, value in values.items()
    }
    deep = [name for name, column in columns.items() if column.ndim != 1]
    if deep:
        raise ValueError(f"{', '.join(deep)}: one number, or one a draw, and no more axes")
    return columns, common_draws(**columns)


def order_faults(columns: Mapping[str, FloatArray], falling: Sequence[str]) -> list[str]:
    """Return a sentence for each inequality that fails, with the first draw that fails it.

    Parameters
    ----------
    columns
        As `take_columns` gives them.
    falling
        Names from the best to the worst; each must be above the next.

    Examples
    --------
    >>> columns, _ = take_columns({"c_dc": 1.0, "c_sq": [0.0, 2.0, 3.0]})
    >>> order_faults(columns, ["c_dc", "c_sq"])
    ['c_dc must be above c_sq: draw 1 has 1 and 2 (2 draws fail)']
    """
    faults = []
    for above, below in pairwise(falling):
        high, low = columns[above], columns[below]
        # Written so that NaN fails.
        holds = high > low
        if not holds.all():
            pair = [column[_first(~holds) if column.size > 1 else 0] for column in (high, low)]
            faults.append(
                f"{above} must be above {below}: "
                f"{_where(~holds)} {pair[0]:.6g} and {pair[1]:.6g}{_count(~holds)}"
            )
    # What lies between two finite ends is finite.
    for name in (falling[0], falling[-1]):
        wild = ~np.isfinite(columns[name])
        if wild.any():
            value = columns[name][_first(wild)]
            faults.append(f"{name} must be finite: {_where(wild)} {value:g}{_count(wild)}")
    return faults


def cost_faults(columns: Mapping[str, FloatArray], names: Sequence[str]) -> list[str]:
    """Return a sentence for each cost that is negative or not finite, with the first draw."""
    faults = []
    for name in names:
        column = columns[name]
        wrong = ~((column >= 0.0) & np.isfinite(column))
        if wrong.any():
            faults.append(
                f"{name} must be at least 0 and finite: {_where(wrong)} "
                f"{column[_first(wrong)]:.6g}{_count(wrong)}"
            )
    return faults


def share_faults(columns: Mapping[str, FloatArray], names: Sequence[str]) -> list[str]:
    """Return a sentence for each probability that is not one, with the first draw."""
    faults = []
    for name in names:
        column = columns[name]
        wrong = ~((column >= 0.0) & (column <= 1.0))
        if wrong.any():
            faults.append(
                f"{name} must be from 0 to 1: {_where(wrong)} {column[_first(wrong)]:.6g}"
                f"{_count(wrong)}"
            )
    return faults


def refuse(faults: Sequence[str]) -> None:
    """Raise ValueError with all faults, if there is one."""
    if faults:
        raise ValueError("; ".join(faults))


def _first(wrong: BoolArray) -> int:
    return int(np.argmax(wrong))


def _where(wrong: BoolArray) -> str:
    return f"draw {_first(wrong)} has"


def _count(wrong: BoolArray) -> str:
    count = int(wrong.sum())
    return f" ({count} draws fail)" if count > 1 else ""
