"""Bargaining in the shadow of war: the range both prefer to war, and the risk a demand takes.

Two states divide something of size 1. War gives A the whole with probability p and costs A c_A and
B c_B, in the same unit. Peace that leaves A a share between p - c_A and p + c_B is better for both
than war.

If A knows of c_B only that it lies between 0 and C, each value as likely, and makes one demand that
B takes or fights over, a demand of x above p is refused when c_B < x - p. The demand that is worth
most to A is p + (C - c_A) / 2, and the probability of war (C - c_A) / (2 C). In the corners: a cost
c_A of C or more makes A demand p, which nobody refuses; no demand can pass 1, so where that binds
A demands all and war is less likely, (1 - p) / C; with C = 0, A demands p.

Fearon (1995), "Rationalist explanations for war", *International Organization* 49(3), 379-414
(bibliographic data and abstract checked; the uniform case was derived anew). Departure: the article
lets A's utility be any concave function; here both care for shares as such.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    Decision,
    ExtensiveGame,
    Move,
    Terminal,
)
from foedus.engines.deterrence.ordering import cost_faults, refuse, share_faults, take_columns

PLAYERS: Final = ("A", "B")


class WarBargaining(NamedTuple):
    """Power and costs. Each is one number, or has shape (draw,)."""

    a_wins_prob: ArrayLike
    a_cost_share: ArrayLike
    """What war costs A, at least 0, as a share of what is divided."""
    most_b_cost_share: ArrayLike
    """The most that war may cost B, at least 0."""


class Demand(NamedTuple):
    """A's best demand in each draw. Arrays of shape (draw,)."""

    demand_share: FloatArray
    war_prob: FloatArray
    a_payoff_share: FloatArray
    """What A expects of the demand."""


class BargainingRange(NamedTuple):
    """Shares of A that both prefer to war. Arrays of shape (draw,), within 0 and 1."""

    low_share: FloatArray
    high_share: FloatArray


def bargaining_range(
    a_wins_prob: ArrayLike, a_cost_share: ArrayLike, b_cost_share: ArrayLike
) -> BargainingRange:
    """Return the shares of A that both prefer to war when both costs are known.

    Raises
    ------
    ValueError
        If the probability is not from 0 to 1, or a cost is negative or not finite.

    Examples
    --------
    >>> low, high = bargaining_range(0.6, 0.1, [0.2, 0.5])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.5, 0.5], [0.8, 1.0])
    """
    columns, draws = take_columns(
        {"a_wins_prob": a_wins_prob, "a_cost_share": a_cost_share, "b_cost_share": b_cost_share}
    )
    _check(columns, ("a_cost_share", "b_cost_share"))
    low = np.maximum(columns["a_wins_prob"] - columns["a_cost_share"], 0.0)
    high = np.minimum(columns["a_wins_prob"] + columns["b_cost_share"], 1.0)
    return BargainingRange(np.broadcast_to(low, draws).copy(), np.broadcast_to(high, draws).copy())


def solve(game: WarBargaining) -> Demand:
    """Return A's best demand when it knows only the most that war may cost B.

    Raises
    ------
    ValueError
        As `bargaining_range`.

    Examples
    --------
    War costs A 0.1 and B anything up to 0.5. A takes a risk of two in five for a larger share;
    if it were to lose more by war than B possibly can, it would take none:

    >>> demand = solve(WarBargaining(0.4, [0.1, 0.6], 0.5))
    >>> demand.demand_share.round(3).tolist(), demand.war_prob.round(3).tolist()
    ([0.6, 0.4], [0.4, 0.0])
    """
    columns, draws = take_columns(game._asdict())
    _check(columns, ("a_cost_share", "most_b_cost_share"))
    wins, cost, most = (np.broadcast_to(column, draws) for column in columns.values())
    raised = np.clip((most - cost) / 2.0, 0.0, 1.0 - wins)
    # Where B's cost is known to be 0 nothing is raised, and nothing risked.
    war = np.divide(raised, most, out=np.zeros(draws), where=raised > 0.0)
    demand = wins + raised
    return Demand(demand, war, (1.0 - war) * demand + war * (wins - cost))


def tree(
    game: WarBargaining, draw: int = 0, *, demands: ArrayLike, b_types: int = 4
) -> ExtensiveGame:
    """Return one draw in extensive form, with a few demands and a few types of B.

    The game has a continuum of both, which no tree holds: here B's cost is one of some equally
    likely values, the middles of equal slices, and A picks from a list.

    Parameters
    ----------
    demands : shape (demand,)
        From 0 to 1, at least two, all different.
    b_types
        How many values B's cost may have.

    Raises
    ------
    ValueError
        As `solve`, or if the demands or types are not such.
    """
    columns, _ = take_columns(game._asdict())
    _check(columns, ("a_cost_share", "most_b_cost_share"))
    wins, cost, most = (float(c[draw if c.size > 1 else 0]) for c in columns.values())
    asked = np.asarray(demands, dtype=np.float64)
    if asked.ndim != 1 or asked.size < 2 or not ((asked >= 0.0) & (asked <= 1.0)).all():
        raise ValueError("demands: at least two shares from 0 to 1")
    if b_types < 1:
        raise ValueError(f"b_types is {b_types}: B must have at least one")
    branches = []
    for kind in range(b_types):
        b_cost = most * (kind + 0.5) / b_types
        war = Terminal("war", (wins - cost, 1.0 - wins - b_cost))
        moves = [
            Move(
                f"demand {share:.6g}",
                Decision(
                    "B",
                    f"B of cost {b_cost:.6g}: asked for {share:.6g}",
                    (
                        Move("accept", Terminal(f"peace at {share:.6g}", (share, 1.0 - share))),
                        Move("fight", war),
                    ),
                ),
            )
            for share in asked.tolist()
        ]
        branches.append(
            Branch(f"cost {b_cost:.6g}", 1.0 / b_types, Decision("A", "A: demand", tuple(moves)))
        )
    return ExtensiveGame(
        "Bargaining in the shadow of war", PLAYERS, Chance("cost of war to B", tuple(branches))
    )


def _check(columns: dict[str, FloatArray], costs: tuple[str, str]) -> None:
    refuse([*share_faults(columns, ("a_wins_prob",)), *cost_faults(columns, costs)])
