"""Rows of one rule over all columns, each with what it is about, and how such rows are written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray, IntArray
from foedus.engines.forces.plan.columns import Variables


@dataclass(frozen=True)
class RuleRows:
    """Rows of one rule, lower <= entries @ x <= upper, and what each is about; -1 for nothing."""

    kind: str
    """What the rows are for: the policy groups of an explanation."""
    entries: sparse.csr_matrix
    """By row and column, over all columns."""
    lower: FloatArray
    upper: FloatArray
    nations: IntArray
    lines: IntArray
    """The requirement line."""
    entities: IntArray
    """Rows of one kind and entity say the same of different periods."""
    periods: IntArray

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.lower.size


def rule_rows(  # noqa: PLR0913  what a row says and what it is about
    kind: str,
    entries: sparse.spmatrix,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    nations: ArrayLike = -1,
    lines: ArrayLike = -1,
    entities: ArrayLike = -1,
    periods: ArrayLike = -1,
) -> RuleRows:
    """Return rows given over all columns; one number stands for the same in each row."""
    count = entries.shape[0]

    def of_each(numbers: ArrayLike) -> IntArray:
        return np.broadcast_to(np.asarray(numbers, dtype=np.int64), count)

    return RuleRows(
        kind,
        sparse.csr_matrix(entries),
        np.broadcast_to(np.asarray(lower, dtype=np.float64), count),
        np.broadcast_to(np.asarray(upper, dtype=np.float64), count),
        of_each(nations),
        of_each(lines),
        of_each(entities),
        of_each(periods),
    )


def over_all_columns(variables: Variables, **parts: sparse.spmatrix) -> sparse.csr_matrix:
    """Return rows over all columns from rows over kinds of variable.

    Parameters
    ----------
    variables
        What the columns are.
    parts : shape (row, variable of the kind)
        By the kind's name in `Columns`. Rows `in_place` are written in tours where what is in
        place is no variable.
    """
    count = next(iter(parts.values())).shape[0]
    whole = sparse.csr_matrix((count, variables.columns.count))
    for name, part in parts.items():
        kind = name
        block = sparse.csr_matrix(part)
        if kind == "in_place" and variables.form == "window":
            kind, block = "starts", block @ variables.covers
        at = getattr(variables.columns, kind)
        entries = block.tocoo()
        whole = whole + sparse.csr_matrix(
            (entries.data, (entries.row, entries.col + at.start)), whole.shape
        )
    return sparse.csr_matrix(whole)


def summed_by_group(group: IntArray, count: int, weight: ArrayLike = 1.0) -> sparse.csr_matrix:
    """Return rows that sum what is in place by group.

    Parameters
    ----------
    group : shape (place,)
        The row that each place is summed in; -1 for none.
    count
        How many rows there are.
    weight : shape (place,) or one number
        What one unit at a place counts.

    Examples
    --------
    >>> summed_by_group(np.array([1, -1, 1]), 2, [2.0, 3.0, 4.0]).toarray().tolist()
    [[0.0, 0.0, 0.0], [2.0, 0.0, 4.0]]
    """
    inside = np.flatnonzero(group >= 0)
    weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), group.shape)[inside]
    return sparse.csr_matrix((weights, (group[inside], inside)), (count, group.size))


Entry = tuple[int, int, float]
"""Row, column, value."""


def table_of(entries: Sequence[Entry], rows: int, columns: int) -> sparse.csr_matrix:
    """Return a table of single entries; it may have none.

    Examples
    --------
    >>> table_of([(0, 1, 2.5)], 1, 2).toarray().tolist()
    [[0.0, 2.5]]
    """
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_matrix((value, (row, column)), (rows, columns), dtype=np.float64)
