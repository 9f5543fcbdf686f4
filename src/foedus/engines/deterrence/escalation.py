"""The asymmetric escalation game: answer in kind or escalate, and what each threat is worth.

Challenger keeps the status quo (SQ) or makes a demand. Defender concedes (DC), answers in kind or
escalates. Answered in kind, Challenger leaves it at a limited conflict (DD) or escalates, and then
Defender backs down (ED) or escalates too (EE, all-out conflict). Faced with escalation, Challenger
backs down (DE) or escalates too (EE).

Challenger is strategically Hard or Soft: it would, or would not, sooner fight to the end than back
down. Defender is that too, and besides tactically Hard or Soft: it would, or would not, sooner
answer in kind than concede. Its four types are named tactical first:

    c_dc > c_sq > c_ed > c_dd > c_ee_hard > c_de > c_ee_soft
    d_sq > d_de > d_dd_hard > d_dc > d_dd_soft > d_ee_hard > d_ed > d_ee_soft

With complete information these orders alone settle the outcome, by backward induction. With each
side's type private, equilibria are many; here the limit of agent logit equilibria picks one, see
`qre`.

Zagare and Kilgour (1995), "Assessing competing defense postures: the strategic implications of
'flexible response'", *World Politics* 47(3), 373-417, and (2000) *Perfect Deterrence*, chapters 6
to 9 and appendix 8, Cambridge University Press, doi:10.1017/CBO9780511491788 (abstracts checked:
the orders and the types are those of appendix 8; the tree is recalled, and its outcomes are the
ones named there). Departure: appendix 8 lists the perfect Bayesian equilibria by family; those
conditions are not reproduced, the logit limit is our choice.
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
    Play,
    Terminal,
    backward_induction,
    follow,
)
from foedus.engines.deterrence.ordering import (
    SUM_SLACK,
    order_faults,
    refuse,
    share_faults,
    take_columns,
)
from foedus.engines.deterrence.qre import LogitEquilibrium, logit_limit

OUTCOMES: Final = ("SQ", "DC", "DD", "ED", "EE", "DE")
"""Status quo; Defender concedes; limited conflict; Challenger prevails by escalation; all-out
conflict; Defender prevails by escalation."""

PLAYERS: Final = ("Challenger", "Defender")
CHALLENGERS: Final = ("Hard", "Soft")
DEFENDERS: Final = ("Hard-Hard", "Hard-Soft", "Soft-Hard", "Soft-Soft")
"""Tactical, then strategic."""


class EscalationGame(NamedTuple):
    """Payoffs and types. Each is one number or has shape (draw,), but for the last."""

    c_dc: ArrayLike
    c_sq: ArrayLike
    c_ed: ArrayLike
    c_dd: ArrayLike
    c_ee_hard: ArrayLike
    c_de: ArrayLike
    c_ee_soft: ArrayLike
    d_sq: ArrayLike
    d_de: ArrayLike
    d_dd_hard: ArrayLike
    d_dc: ArrayLike
    d_dd_soft: ArrayLike
    d_ee_hard: ArrayLike
    d_ed: ArrayLike
    d_ee_soft: ArrayLike
    challenger_hard_prob: ArrayLike
    defender_prob: ArrayLike
    """Shape (4,) or (draw, 4), in the order of `DEFENDERS`; adds up to 1."""


class EscalationLimit(NamedTuple):
    """What the fading of noise selects in one draw."""

    equilibrium: LogitEquilibrium
    """A profile of the `tree`, and how near it is to an equilibrium."""
    outcome_prob: FloatArray
    """Shape (6,), in the order of `OUTCOMES`."""


def complete_information(game: EscalationGame) -> list[list[Play]]:
    """Return what is played when both types are known, by backward induction.

    The payoffs of the first draw are taken; given their order no other draw could differ in what
    is played.

    Returns
    -------
    A play of `pair_tree` for each Challenger in the order of `CHALLENGERS`, and for each of these
    one for each Defender in the order of `DEFENDERS`.

    Raises
    ------
    ValueError
        Naming every inequality that fails and its first draw.

    Examples
    --------
    A Soft Challenger never dares; a Hard one has its way unless Defender is Hard in both senses:

    >>> game = EscalationGame(
    ...     c_dc=6,
    ...     c_sq=5,
    ...     c_ed=4,
    ...     c_dd=3,
    ...     c_ee_hard=2,
    ...     c_de=1,
    ...     c_ee_soft=0,
    ...     d_sq=7,
    ...     d_de=6,
    ...     d_dd_hard=5,
    ...     d_dc=4,
    ...     d_dd_soft=3,
    ...     d_ee_hard=2,
    ...     d_ed=1,
    ...     d_ee_soft=0,
    ...     challenger_hard_prob=0.5,
    ...     defender_prob=[0.25, 0.25, 0.25, 0.25],
    ... )
    >>> [
    ...     [max(play.outcome_prob, key=play.outcome_prob.get) for play in plays]
    ...     for plays in complete_information(game)
    ... ]
    [['SQ', 'DC', 'DC', 'DC'], ['SQ', 'SQ', 'SQ', 'SQ']]
    """
    return [
        [backward_induction(pair_tree(game, challenger, defender)) for defender in DEFENDERS]
        for challenger in CHALLENGERS
    ]


def logit_outcome(game: EscalationGame, draw: int = 0) -> EscalationLimit:
    """Return the limit of agent logit equilibria of one draw; some hundredths of a second.

    Raises
    ------
    ValueError
        As `complete_information`.
    foedus.errors.NotConvergedError
        If the branch of logit equilibria could not be followed to its end.

    Examples
    --------
    >>> game = EscalationGame(
    ...     c_dc=6,
    ...     c_sq=5,
    ...     c_ed=4,
    ...     c_dd=3,
    ...     c_ee_hard=2,
    ...     c_de=1,
    ...     c_ee_soft=0,
    ...     d_sq=7,
    ...     d_de=6,
    ...     d_dd_hard=5,
    ...     d_dc=4,
    ...     d_dd_soft=3,
    ...     d_ee_hard=2,
    ...     d_ed=1,
    ...     d_ee_soft=0,
    ...     challenger_hard_prob=0.5,
    ...     defender_prob=[0.9, 0.05, 0.03, 0.02],
    ... )
    >>> float(logit_outcome(game).outcome_prob[0].round(4))
    1.0
    """
    whole = tree(game, draw)
    equilibrium = logit_limit(whole)
    probs = follow(whole, equilibrium.profile).outcome_prob
    return EscalationLimit(equilibrium, np.array([probs.get(name, 0.0) for name in OUTCOMES]))


def tree(game: EscalationGame, draw: int = 0) -> ExtensiveGame:
    """Return the game of one draw in extensive form, each side's type known to itself alone.

    One move of chance gives both types, so that nobody forgets; what has probability 0 is left
    out.

    Raises
    ------
    ValueError
        As `complete_information`.
    """
    payoffs, defender_prob = _at_draw(game, draw)
    p = payoffs["challenger_hard_prob"]
    branches = []
    for challenger, c_prob in zip(CHALLENGERS, (p, 1.0 - p), strict=True):
        for defender, d_prob in zip(DEFENDERS, defender_prob.tolist(), strict=True):
            if c_prob * d_prob > 0.0:
                node = _cell(payoffs, challenger, defender)
                branches.append(Branch(f"{challenger}, {defender}", c_prob * d_prob, node))
    return ExtensiveGame(
        "Asymmetric escalation game",
        PLAYERS,
        Chance("types of Challenger and Defender", tuple(branches)),
    )


def pair_tree(game: EscalationGame, challenger: str, defender: str, draw: int = 0) -> ExtensiveGame:
    """Return the game between two types that know each other.

    Parameters
    ----------
    challenger, defender
        Of `CHALLENGERS` and `DEFENDERS`.

    Raises
    ------
    ValueError
        As `complete_information`, or if there is no such type.
    """
    if challenger not in CHALLENGERS or defender not in DEFENDERS:
        raise ValueError(f"there is no pair of types {challenger!r} and {defender!r}")
    payoffs, _ = _at_draw(game, draw)
    return ExtensiveGame(
        f"Asymmetric escalation game, {challenger} against {defender}",
        PLAYERS,
        _cell(payoffs, challenger, defender),
    )


def _at_draw(game: EscalationGame, draw: int) -> tuple[dict[str, float], FloatArray]:
    """Return the payoffs of one draw, after all draws were checked."""
    given = game._asdict()
    defender_prob = np.atleast_2d(np.asarray(given.pop("defender_prob"), dtype=np.float64))
    if defender_prob.ndim > 2 or defender_prob.shape[1] != len(DEFENDERS):
        raise ValueError(
            f"defender_prob: four probabilities, or four a draw: {defender_prob.shape}"
        )
    parts = {f"defender_prob of {name}": defender_prob[:, k] for k, name in enumerate(DEFENDERS)}
    columns, _ = take_columns({**given, **parts})
    fields = EscalationGame._fields
    faults = [
        *order_faults(columns, fields[:7]),
        *order_faults(columns, fields[7:15]),
        *share_faults(columns, ("challenger_hard_prob", *parts)),
    ]
    missed = np.abs(defender_prob.sum(axis=1) - 1.0)
    if not (missed <= SUM_SLACK).all():
        faults.append(f"defender_prob must add up to 1: draw {np.argmax(missed)} does not")
    refuse(faults)
    at = {name: float(column[draw if column.size > 1 else 0]) for name, column in columns.items()}
    return at, defender_prob[draw if defender_prob.shape[0] > 1 else 0]


def _cell(at: dict[str, float], challenger: str, defender: str) -> Decision:
    """Return the game between two types; whoever knows the other's names no more in its sets."""
    tactical, strategic = defender.lower().split("-")
    conflict = Terminal("EE", (at[f"c_ee_{challenger.lower()}"], at[f"d_ee_{strategic}"]))
    limited = Terminal("DD", (at["c_dd"], at[f"d_dd_{tactical}"]))
    last = Decision(
        "Defender",
        f"Defender {defender}: answer to escalation",
        (
            Move("back down", Terminal("ED", (at["c_ed"], at["d_ed"]))),
            Move("escalate", conflict),
        ),
    )
    in_kind = Decision(
        "Challenger",
        f"Challenger {challenger}: answered in kind",
        (Move("leave it", limited), Move("escalate", last)),
    )
    escalated = Decision(
        "Challenger",
        f"Challenger {challenger}: faced with escalation",
        (
            Move("back down", Terminal("DE", (at["c_de"], at["d_de"]))),
            Move("escalate", conflict),
        ),
    )
    answer = Decision(
        "Defender",
        f"Defender {defender}: answer",
        (
            Move("concede", Terminal("DC", (at["c_dc"], at["d_dc"]))),
            Move("in kind", in_kind),
            Move("escalate", escalated),
        ),
    )
    keep = Terminal("SQ", (at["c_sq"], at["d_sq"]))
    return Decision(
        "Challenger",
        f"Challenger {challenger}: demand",
        (Move("keep", keep), Move("demand", answer)),
    )
