"""Tying hands against sinking costs: what makes a threat to fight believable.

Defender may commit itself before it is challenged, in two ways. Tied hands: it pays a if it is
challenged and does not fight. Sunk cost: it pays k whatever comes. In the end it compares

    fight  against  concede - a        with its hands tied
    fight - k  against  concede - k    after a sunk cost

so a widens the range of types that fight, while k is on both sides and changes nothing. With the
value of fighting drawn evenly between two ends, Defender stands with probability

    (fight_high - (concede - a)) / (fight_high - fight_low), kept within 0 and 1,

and Challenger, as in the `asymmetric` game, is deterred once that reaches
(c_dc - c_sq) / (c_dc - c_dd).

Fearon (1994), "Domestic political audiences and the escalation of international disputes",
*American Political Science Review* 88(3), 577-592, and Fearon (1997), "Signaling foreign policy
interests: tying hands versus sinking costs", *Journal of Conflict Resolution* 41(1), 68-90,
doi:10.1177/0022002797041001004 (bibliographic data and abstracts of both checked). Departure: in
these articles a commitment is also a signal, chosen by each type and read as one, and in
equilibrium nobody bluffs. Here it is a cost that all types bear alike, a rule of engagement say, so
that only the mechanical part is left: what the cost does to the last choice.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    Decision,
    ExtensiveGame,
    Move,
    Terminal,
)
from foedus.engines.deterrence.ordering import cost_faults, order_faults, refuse, take_columns

PLAYERS: Final = ("Challenger", "Defender")


class TiedHandsGame(NamedTuple):
    """Payoffs and costs. Each is one number, or has shape (draw,)."""

    c_dc: ArrayLike
    c_sq: ArrayLike
    c_dd: ArrayLike
    d_sq: ArrayLike
    d_dc: ArrayLike
    """What it is worth to Defender to concede, before any cost; below the status quo."""
    fight_low: ArrayLike
    fight_high: ArrayLike
    """What fighting may be worth to Defender, each value as likely; below the status quo."""
    tied_cost: ArrayLike = 0.0
    """Paid if challenged and not fighting; at least 0."""
    sunk_cost: ArrayLike = 0.0
    """Paid in any case; at least 0."""


class TiedHands(NamedTuple):
    """What follows. Arrays of shape (draw,)."""

    stands_prob: FloatArray
    """That Defender fights if challenged."""
    is_deterred: BoolArray
    least_stands_prob: FloatArray
    """What it takes to deter."""
    least_tied_cost: FloatArray
    """The smallest cost of not fighting that deters; 0 if none is needed. No sunk cost does."""
    d_payoff: FloatArray
    """What Defender expects, all costs taken off."""


def solve(game: TiedHandsGame) -> TiedHands:
    """Return what the two kinds of cost do in each draw. At equality Challenger is deterred.

    Raises
    ------
    ValueError
        Naming every inequality that fails and its first draw.

    Examples
    --------
    Fighting is worth between -5 and -1 to Defender, conceding -2. Untied it stands one time in
    four, but half is needed. A cost of 1 for not fighting does it; the same cost sunk does not:

    >>> game = TiedHandsGame(
    ...     1,
    ...     0,
    ...     -1,
    ...     d_sq=0,
    ...     d_dc=-2,
    ...     fight_low=-5,
    ...     fight_high=-1,
    ...     tied_cost=[0, 1, 0],
    ...     sunk_cost=[0, 0, 1],
    ... )
    >>> found = solve(game)
    >>> found.stands_prob.tolist(), found.is_deterred.tolist(), found.least_tied_cost.tolist()
    ([0.25, 0.5, 0.25], [False, True, False], [1.0, 1.0, 1.0])
    """
    columns, draws = _checked(game)
    at = {name: np.broadcast_to(column, draws) for name, column in columns.items()}
    low, high, concede = at["fight_low"], at["fight_high"], at["d_dc"] - at["tied_cost"]
    least = (at["c_dc"] - at["c_sq"]) / (at["c_dc"] - at["c_dd"])
    stands = np.clip((high - concede) / (high - low), 0.0, 1.0)
    # Solved in costs and not in probabilities, so that the cost that is named deters to the last
    # digit.
    needed = np.maximum(at["d_dc"] - high + least * (high - low), 0.0)
    deterred = (at["tied_cost"] >= needed) | (stands >= least)
    fought = (high + np.maximum(low, concede)) / 2.0
    challenged = stands * np.minimum(fought, high) + (1.0 - stands) * concede
    payoff = np.where(deterred, at["d_sq"], challenged) - at["sunk_cost"]
    return TiedHands(stands, deterred, least, needed, payoff)


def tree(game: TiedHandsGame, draw: int = 0, *, d_types: int = 4) -> ExtensiveGame:
    """Return one draw in extensive form, Defender's value of fighting being one of a few.

    Parameters
    ----------
    d_types
        How many equally likely values it may have: the middles of equal slices.

    Raises
    ------
    ValueError
        As `solve`, or if there is no type.
    """
    if d_types < 1:
        raise ValueError(f"d_types is {d_types}: Defender must have at least one")
    columns, _ = _checked(game)
    at = {name: float(column[draw if column.size > 1 else 0]) for name, column in columns.items()}
    sunk = at["sunk_cost"]
    keep = Terminal("SQ", (at["c_sq"], at["d_sq"] - sunk))
    concede = Terminal("DC", (at["c_dc"], at["d_dc"] - at["tied_cost"] - sunk))
    branches = []
    for kind in range(d_types):
        worth = at["fight_low"] + (at["fight_high"] - at["fight_low"]) * (kind + 0.5) / d_types
        answer = Decision(
            "Defender",
            f"Defender of {worth:.6g}: answer",
            (
                Move("concede", concede),
                Move("fight", Terminal("DD", (at["c_dd"], worth - sunk))),
            ),
        )
        moves = (Move("keep", keep), Move("challenge", answer))
        branches.append(
            Branch(
                f"fighting worth {worth:.6g}",
                1.0 / d_types,
                Decision("Challenger", "Challenger: challenge", moves),
            )
        )
    return ExtensiveGame(
        "Tied hands and sunk costs", PLAYERS, Chance("value of fighting", tuple(branches))
    )


def _checked(game: TiedHandsGame) -> tuple[dict[str, FloatArray], int]:
    columns, draws = take_columns(game._asdict())
    refuse(
        [
            *order_faults(columns, ("c_dc", "c_sq", "c_dd")),
            *order_faults(columns, ("d_sq", "d_dc")),
            *order_faults(columns, ("d_sq", "fight_high", "fight_low")),
            *cost_faults(columns, ("tied_cost", "sunk_cost")),
        ]
    )
    return columns, draws
