"""A bound with leads free, sharpened by what whole headquarters can do.

The relaxation shares a headquarters out in fractions and so covers more than any roster of whole
ones could. Given prices of all other rows, the best roster of headquarters and leads alone is a
small problem that can be solved in whole numbers. Its value is a bound on what any plan pays there.
It is added as a row, which makes the relaxation dearer, and so on in turns.

This is the decomposition of Dantzig and Wolfe (1960) for one block, seen from its dual, with the
cutting planes of Kelley (1960) (both recalled, not checked).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from foedus.engines.forces.blocks import BoolArray, FloatArray
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import (
    Effort,
    Outcome,
    bound_from_prices,
    solve_relaxed,
    solve_whole,
    with_row,
)


@dataclass(frozen=True)
class Bound:
    """A bound on the shortfall of every plan, and what it took."""

    value: float
    relaxed: float
    """What the relaxation alone proves."""
    rounds: int
    iterations: int
    rows: Rows
    """The rows that were added stand after the others; every plan keeps them."""
    outcome: Outcome
    """The relaxation with them."""


def sharpened_bound(  # noqa: PLR0913  the programme, how long, and whom to tell
    model: Formulation,
    rows: Rows,
    cost: FloatArray,
    rounds: int,
    effort: Effort,
    tell: Callable[[float], None] | None = None,
    *,
    root: Outcome | None = None,
    relax: Callable[[Rows], Outcome] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Bound:
    """Return the best bound that so many rounds find.

    Parameters
    ----------
    model
        The state form.
    rows
        Its rows.
    cost : shape (column,)
        What is made small.
    rounds
        How often headquarters and relaxation take turns; 0 for the relaxation alone.
    effort
        Work for each roster; what a roster's own bound proves is enough.
    tell
        Called with the bound whenever it is better.
    root
        The relaxation of the rows, where it is solved already.
    relax
        How a relaxation is solved; `solve_relaxed` if None.
    stop
        Asked now and then whether to end.

    Raises
    ------
    KeyboardInterrupt
        If the interrupt key is pressed, or a roster was to stop; what was told until then holds.

    Notes
    -----
    Every value is a bound whatever the solvers' status, as `bound_from_prices` is.
    """
    block = roster_columns(model)
    inside = np.flatnonzero(_rows_within(rows, block))
    roster = Rows(
        rows.matrix[inside][:, np.flatnonzero(block)],
        rows.lower[inside],
        rows.upper[inside],
        rows.column_lower[block],
        rows.column_upper[block],
        rows.whole[block],
    )
    solved = relax or (lambda limits: solve_relaxed(limits, cost))
    outcome = root or solved(rows)
    relaxed = best = outcome.bound
    told = tell or (lambda _: None)

    def watched(_value: float, _bound: float) -> None:
        if stop():
            raise KeyboardInterrupt

    told(best)
    iterations = 0 if root else outcome.iterations
    sharper = rows
    done = 0
    for done in range(1, rounds + 1):  # noqa: B007  how many there were is told
        if stop():
            break
        assert outcome.prices is not None
        prices = outcome.prices.copy()
        # The block keeps its own rows; all others, earlier cuts among them, are paid for.
        prices[inside] = 0.0
        prices[rows.lower.size :] = 0.0
        reduced = cost - rows.matrix.T @ prices[: rows.lower.size]
        pays = np.where(block, reduced, 0.0)
        least = solve_whole(
            roster,
            pays[block],
            known=np.zeros(roster.column_lower.size),
            effort=effort,
            progress=watched,
        )
        iterations += least.iterations
        if least.stopped == "interrupted":
            raise KeyboardInterrupt
        outside = bound_from_prices(rows, cost - pays, prices[: rows.lower.size])
        best = max(best, outside + least.bound)
        sharper = with_row(sharper, -pays, -least.bound)
        outcome = solved(sharper)
        iterations += outcome.iterations
        best = max(best, outcome.bound)
        told(best)
    return Bound(best, relaxed, done, iterations, sharper, outcome)


def roster_columns(model: Formulation) -> BoolArray:
    """Return which columns are about headquarters and leads."""
    problem, columns = model.problem, model.columns
    of_headquarters = np.array(
        [problem.capabilities[c.capability].is_headquarters for c in problem.classes],
        dtype=np.bool_,
    )
    block = np.zeros(columns.count, dtype=np.bool_)
    block[columns.starts] = of_headquarters[model.starts.unit_class]
    if model.form == "state":
        block[columns.in_place] = of_headquarters[model.places.unit_class]
    block[columns.leads] = block[columns.changes] = True
    return block


def _rows_within(rows: Rows, block: BoolArray) -> BoolArray:
    """Return which rows are about the block alone."""
    outside = abs(rows.matrix) @ (~block).astype(np.float64)
    return np.asarray(outside == 0, dtype=np.bool_)
