"""The rudimentary asymmetric deterrence game: one challenges or not, the other yields or fights.

A keeps the status quo or challenges; B, challenged, concedes or fights. A wants the concession more
than the status quo and that more than conflict. B is one of two types: Hard, which would sooner
fight than concede, or Soft. A knows only how likely it is to meet Hard:

    a_dc > a_sq > a_dd          b_sq > b_dd_hard > b_dc > b_dd_soft

B does what its type prefers, so A challenges if and only if the threat is not credible enough,

    p < (a_dc - a_sq) / (a_dc - a_dd),

and there is one equilibrium wherever the two sides differ. At equality A is indifferent, and is
taken to keep the status quo.

Zagare and Kilgour (2000), *Perfect Deterrence*, section 3.4 and appendix 3, Cambridge University
Press, doi:10.1017/CBO9780511491788 (the book's data were checked; the game and the order of payoffs
are worked from a summary, the threshold was derived anew). Departure: payoffs may differ by draw,
which the book has no need of.
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
from foedus.engines.deterrence.ordering import order_faults, refuse, share_faults, take_columns

OUTCOMES: Final = ("SQ", "DC", "DD")
"""Status quo; B concedes; conflict."""

PLAYERS: Final = ("A", "B")


class AsymmetricGame(NamedTuple):
    """Payoffs and belief. Each is one number, or has shape (draw,)."""

    a_dc: ArrayLike
    a_sq: ArrayLike
    a_dd: ArrayLike
    b_sq: ArrayLike
    b_dd_hard: ArrayLike
    b_dc: ArrayLike
    b_dd_soft: ArrayLike
    hard_prob: ArrayLike
    """How likely A thinks it that B is Hard."""


class AsymmetricPlay(NamedTuple):
    """What comes of it."""

    is_deterred: BoolArray
    """Shape (draw,)."""
    least_hard_prob: FloatArray
    """Shape (draw,); the credibility that it takes to deter, between 0 and 1."""
    outcome_prob: FloatArray
    """Shape (draw, 3), in the order of `OUTCOMES`."""


def solve(game: AsymmetricGame) -> AsymmetricPlay:
    """Return the equilibrium of each draw.

    Raises
    ------
    ValueError
        Naming every inequality that fails and its first draw.

    Examples
    --------
    A gains 1 by a concession and loses 3 in conflict, so a threat that is meant one time in four
    is enough:

    >>> game = AsymmetricGame(
    ...     1, 0, -3, b_sq=0, b_dd_hard=-2, b_dc=-3, b_dd_soft=-4, hard_prob=[0.2, 0.25]
    ... )
    >>> play = solve(game)
    >>> play.least_hard_prob.tolist(), play.is_deterred.tolist()
    ([0.25, 0.25], [False, True])
    >>> play.outcome_prob.tolist()
    [[0.0, 0.8, 0.2], [1.0, 0.0, 0.0]]
    """
    columns, draws = _checked(game)
    gain = columns["a_dc"] - columns["a_sq"]
    least = gain / (columns["a_dc"] - columns["a_dd"])
    hard = columns["hard_prob"]
    deterred = np.broadcast_to(hard >= least, draws).copy()
    outcome = np.zeros((draws, len(OUTCOMES)))
    outcome[:, 0] = deterred
    outcome[:, 1] = np.where(deterred, 0.0, 1.0 - hard)
    outcome[:, 2] = np.where(deterred, 0.0, hard)
    return AsymmetricPlay(deterred, np.broadcast_to(least, draws).copy(), outcome)


def tree(game: AsymmetricGame, draw: int = 0) -> ExtensiveGame:
    """Return the game of one draw in extensive form; a type of probability 0 is left out."""
    columns, _ = _checked(game)
    at = {name: float(column[draw if column.size > 1 else 0]) for name, column in columns.items()}
    branches = []
    for kind, prob in (("Hard", at["hard_prob"]), ("Soft", 1.0 - at["hard_prob"])):
        if prob > 0.0:
            fight = Terminal("DD", (at["a_dd"], at[f"b_dd_{kind.lower()}"]))
            concede = Terminal("DC", (at["a_dc"], at["b_dc"]))
            answer = Decision(
                "B", f"B {kind}: answer", (Move("concede", concede), Move("fight", fight))
            )
            keep = Terminal("SQ", (at["a_sq"], at["b_sq"]))
            moves = (Move("keep", keep), Move("challenge", answer))
            branches.append(Branch(kind, prob, Decision("A", "A: challenge", moves)))
    return ExtensiveGame(
        "Rudimentary asymmetric deterrence game", PLAYERS, Chance("type of B", tuple(branches))
    )


def _checked(game: AsymmetricGame) -> tuple[dict[str, FloatArray], int]:
    columns, draws = take_columns(game._asdict())
    refuse(
        [
            *order_faults(columns, ("a_dc", "a_sq", "a_dd")),
            *order_faults(columns, ("b_sq", "b_dd_hard", "b_dc", "b_dd_soft")),
            *share_faults(columns, ("hard_prob",)),
        ]
    )
    return columns, draws
