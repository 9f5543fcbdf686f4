"""The linear programme behind the core and the nucleolus: make the largest complaint small.

The excess of a coalition is what it is worth beyond what its members get: its complaint. The
programme finds shares that make the largest excess of the coalitions that are not settled yet as
small as can be, where settled coalitions keep theirs. With 15 players there are 32,766 coalitions
and only a few matter: the programme starts with single players and all others together, and adds
the coalitions that complain more than it knew until there are none.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.voting.sharing.games import coalition_sums, members_of
from foedus.errors import SolverError

if TYPE_CHECKING:
    import highspy

TOLERANCE: Final = 1e-9
"""By which an excess may pass the largest one, of a game whose values are of the size of 1."""
SOLVER_TOLERANCE: Final = 1e-10
"""The finest that the solver takes."""
PRICE: Final = 1e-6
"""A coalition of a higher price is tight in every solution. The prices of coalitions add up to 1
and not more than the players plus one are not 0, so the highest is never near."""


class Settled(NamedTuple):
    """Coalitions that keep what they have; linearly independent, the grand coalition first."""

    rows: FloatArray
    """Who is in them: shape (coalition, player)."""
    sums: FloatArray
    """What their members get together: shape (coalition,)."""


class Smallest(NamedTuple):
    """Shares whose largest excess is as small as can be."""

    excess: float
    shares: FloatArray
    tight: IntArray
    """Places of coalitions that have this excess in every solution, the highest price first."""
    tight_players: IntArray
    """Who gets the lower bound in every solution."""


def smallest_excess(
    values: FloatArray, settled: Settled, candidates: BoolArray, *, from_0: bool
) -> Smallest:
    """Make the largest excess of the candidates as small as can be.

    Parameters
    ----------
    values : shape (coalition,)
        A game whose values are of the size of 1.
    settled
        What is given already.
    candidates : shape (coalition,)
        Whose excess counts; of a coalition and its complement both or none, and at least one.
    from_0
        Whether nobody may get less than 0.

    Raises
    ------
    SolverError
        If the solver gives up.
    """
    import highspy  # noqa: PLC0415 - loaded where something is shared

    players = settled.rows.shape[1]
    singles = 1 << np.arange(players)
    active = np.concatenate([singles, values.size - 1 - singles])
    active = np.unique(active[candidates[active]])
    solver = _solver(players, from_0=from_0)
    free = np.zeros(len(settled.rows))
    _add_rows(solver, np.column_stack([settled.rows, free]), settled.sums, settled.sums)
    added = active
    while True:
        content = np.column_stack([members_of(added, players), np.ones(added.size)])
        _add_rows(solver, content, values[added], np.full(added.size, np.inf))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            told = solver.modelStatusToString(solver.getModelStatus())
            raise SolverError(f"the programme of shares was not solved: {told}")
        solution = solver.getSolution()
        shares, excess = np.array(solution.col_value[:players]), solution.col_value[players]
        beyond = np.where(candidates, values - coalition_sums(shares) - excess, -np.inf)
        beyond[active] = -np.inf
        if beyond.max() <= TOLERANCE:
            break
        added = np.argsort(-beyond, kind="stable")[: 4 * players]
        added = added[beyond[added] > TOLERANCE]
        active = np.concatenate([active, added])
    prices = np.array(solution.row_dual[len(settled.rows) :])
    ordered = np.argsort(-prices, kind="stable")
    bounds = np.array(solution.col_dual[:players])
    return Smallest(
        excess,
        shares,
        active[ordered[prices[ordered] > PRICE]],
        np.flatnonzero(bounds > PRICE),
    )


def _solver(players: int, *, from_0: bool) -> "highspy.Highs":
    """Return a programme of the shares and the largest excess, which is to be small."""
    import highspy  # noqa: PLC0415 - as above

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        # What was found before more rows came is near, and presolving would forget it.
        ("presolve", "off"),
        ("primal_feasibility_tolerance", SOLVER_TOLERANCE),
        ("dual_feasibility_tolerance", SOLVER_TOLERANCE),
    ):
        solver.setOptionValue(name, value)
    infinite = np.full(players + 1, np.inf)
    lower = -infinite
    if from_0:
        lower[:players] = 0.0
    solver.addVars(players + 1, lower, infinite)
    solver.changeColCost(players, 1.0)
    return solver


def _add_rows(
    solver: "highspy.Highs", rows: FloatArray, lower: FloatArray, upper: FloatArray
) -> None:
    """Add rows, given in full, to a programme."""
    row, column = np.nonzero(rows)
    starts = np.searchsorted(row, np.arange(len(rows))).astype(np.int32)
    solver.addRows(
        len(rows), lower, upper, row.size, starts, column.astype(np.int32), rows[row, column]
    )
