"""The guarantee game of one draw in extensive form, to be solved or checked by other tools.

One move of chance gives the types of both sides, so that nobody forgets; whether the force is hit
and whether the chain of command lets it fight is another, after the violation. Where the chain
does not, there is nothing for the governments to decide. The guarantor comes in by chance where
everybody believes alike; where beliefs differ no one chance fits them all, and war is an end whose
payoffs each side expects at its own belief. What has probability 0 is left out.
Moves of chance have names of their own, which readers insist on.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.cells import fill_cell
from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    Decision,
    ExtensiveGame,
    Move,
    Node,
    Terminal,
    take_profile,
)
from foedus.engines.deterrence.guarantee import OUTCOMES, STATES, TYPES, GuaranteeGame, checked

PLAYERS: Final = ("Adversary", "Governments")

_COMPLIED, _UNANSWERED, _STOPPED, _WAR_BACKED, _WAR_ALONE = OUTCOMES
PLAN: Final = "Adversary: plan"


def tree(
    game: GuaranteeGame, draw: int = 0, *, targets: Sequence[str] = ("target",)
) -> ExtensiveGame:
    """Return the game of one draw.

    Parameters
    ----------
    targets
        Names of all targets in the order of the game; those that are not open are left out. With
        only one open there is no plan to make.

    Raises
    ------
    ValueError
        As `guarantee.solve`, if the names do not fit or no target is open.
    """
    cells = checked(game)
    if len(targets) != cells.targets or len(set(targets)) < len(targets):
        raise ValueError(f"targets must be {cells.targets} different names, not {list(targets)}")
    if not 0 <= draw < cells.draws:
        raise ValueError(f"there is no draw {draw} of {cells.draws}")
    ways = []
    for place, target in enumerate(targets):
        cell = np.empty(len(GuaranteeGame._fields))
        fill_cell(cells.flat, cells.places, draw, place, cell)
        at = dict(zip(GuaranteeGame._fields, cell.tolist(), strict=True))
        if at["is_open"] > 0.0:
            ways.append(Move(target, _types(at, target)))
    if not ways:
        raise ValueError(f"is_open: no target is open in draw {draw}")
    root = ways[0].node if len(ways) == 1 else Decision("Adversary", PLAN, tuple(ways))
    return ExtensiveGame("Guarantee game", PLAYERS, root)


def tree_profile(
    game: ExtensiveGame,
    targets: Sequence[str],
    target_prob: ArrayLike,
    violate_prob: ArrayLike,
    fight_prob: ArrayLike,
    press_prob: ArrayLike,
) -> FloatArray:
    """Return how one draw is played as a profile of its tree.

    Parameters
    ----------
    game, targets
        As `tree` gives and takes them.
    target_prob : shape (target,)
    violate_prob, press_prob : shape (target, 2)
        Of Hard and Soft.
    fight_prob : shape (target, 4)
        Hard governments clear and in contact, then Soft.

    Returns
    -------
    shape (action,)
    """
    plans, violates, fights, presses = (
        np.asarray(block, dtype=np.float64)
        for block in (target_prob, violate_prob, fight_prob, press_prob)
    )
    said: dict[str, ArrayLike | Mapping[str, float]] = {}
    for place, target in enumerate(targets):
        for kind, name in enumerate(TYPES):
            for act, block in (("violate", violates), ("press", presses)):
                prob = float(block[place, kind])
                said[_adversary_set(target, name, act)] = [1.0 - prob, prob]
            for state, seen in enumerate(STATES):
                prob = float(fights[place, 2 * kind + state])
                said[_governments_set(target, name, seen)] = [1.0 - prob, prob]
    there = {members.name for members in game.sets}
    if PLAN in there:
        open_targets = game.information_set(PLAN).actions
        said[PLAN] = [float(plans[list(targets).index(target)]) for target in open_targets]
    return take_profile(game, {name: probs for name, probs in said.items() if name in there})


def _adversary_set(target: str, kind: str, act: str) -> str:
    return f"Adversary {kind}, {target}: {act}"


def _governments_set(target: str, kind: str, state: str) -> str:
    return f"Governments {kind}, {target}, {state}: fight"


def _types(at: Mapping[str, float], target: str) -> Chance:
    branches = []
    for adversary, p in zip(TYPES, _both(at["adversary_hard_prob"]), strict=True):
        for governments, q in zip(TYPES, _both(at["governments_hard_prob"]), strict=True):
            if p * q > 0.0:
                node = Decision(
                    "Adversary",
                    _adversary_set(target, adversary, "violate"),
                    (
                        Move("comply", Terminal(_COMPLIED, (0.0, 0.0))),
                        Move("violate", _violated(at, target, adversary, governments)),
                    ),
                )
                branches.append(Branch(f"{adversary}, {governments}", p * q, node))
    return Chance(f"types, {target}", tuple(branches))


def _violated(at: Mapping[str, float], target: str, adversary: str, governments: str) -> Chance:
    """Return what follows a violation: whether the force is hit and may fight."""
    branches = []
    for state, prob in zip(STATES, reversed(_both(at["contact_prob"])), strict=True):
        loss = at["loss_points"] + at[f"tied_{state}_points"]
        conceded = Terminal(_UNANSWERED, (at["prize_points"], -loss))
        answer = Decision(
            "Governments",
            _governments_set(target, governments, state),
            (
                Move("concede", conceded),
                Move("fight", _fought(at, target, adversary, (governments, state))),
            ),
        )
        ways: tuple[tuple[str, Node], ...] = ((state, answer), (f"{state}, not allowed", conceded))
        branches += [
            Branch(label, prob * allowed, node)
            for (label, node), allowed in zip(ways, _both(at["authorise_prob"]), strict=True)
            if prob * allowed > 0.0
        ]
    place = f"{target}, {adversary}, {governments}"
    return Chance(f"contact and authority, {place}", tuple(branches))


def _fought(
    at: Mapping[str, float], target: str, adversary: str, governments: tuple[str, str]
) -> Decision:
    """Return what follows a fight with governments of a type in a state."""
    stopped = Terminal(_STOPPED, (-at["stop_cost_points"], -at["clash_cost_points"]))
    return Decision(
        "Adversary",
        _adversary_set(target, adversary, "press"),
        (Move("stop", stopped), Move("press", _war(at, target, adversary, governments))),
    )


def _war(
    at: Mapping[str, float], target: str, adversary: str, governments: tuple[str, str]
) -> Node:
    names = (adversary.lower(), f"governments_{governments[0].lower()}")
    alone, backed = (
        tuple(at[f"{way}_{name}_points"] for name in names) for way in ("alone", "backed")
    )
    beliefs = (at["adversary_belief_prob"], at["governments_belief_prob"])
    if beliefs[0] == beliefs[1] == at["backing_prob"]:
        ends = (Terminal(_WAR_BACKED, backed), Terminal(_WAR_ALONE, alone))
        ways = zip(("comes in", "stays out"), _both(beliefs[0]), ends, strict=True)
        place = ", ".join((target, adversary, *governments))
        return Chance(f"guarantor, {place}", tuple(Branch(*way) for way in ways if way[1] > 0.0))
    expected = tuple(
        out + belief * (helped - out)
        for out, helped, belief in zip(alone, backed, beliefs, strict=True)
    )
    return Terminal("war", expected)


def _both(prob: float) -> tuple[float, float]:
    return prob, 1.0 - prob
