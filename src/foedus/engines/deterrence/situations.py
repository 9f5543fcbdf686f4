"""What the tables make of one mission at one location, with the guarantor and without."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.deterrence.authorising import authorise_prob
from foedus.engines.deterrence.dispute import Dispute
from foedus.engines.deterrence.inputs import SITUATIONS, WITHOUT, GuaranteeInputs
from foedus.scenario.deterrence import ELSEWHERE, HIT, LOCATIONS, MISSIONS, TARGETS, places

Rule = Literal["always", "lead", "heads", "persons", "consensus"]

GOES_TO: Final = (*(0, 0), *range(len(LOCATIONS)))
"""Place among the locations of how far who joins at each level of consent would go."""
SOLDIERS_A_VOTE: Final = 100
"""Votes by soldiers are counted in hundreds."""
FORCE: Final = TARGETS.index("force")
CLOSED_AT: Final = "reserve"
"""On allied ground the force is not there to be driven out."""
BY_TARGET: Final = ("prize_points", "loss_points", "war_prize_points", "war_loss_points")
SINGLE: Final = (
    "half_force_persons",
    "stop_cost_points",
    "clash_cost_points",
    "adversary_backed_cost_points",
    "adversary_hard_prob",
    "governments_hard_prob",
    "adversary_strength_persons",
    "host_strength_persons",
    "guarantor_strength_persons",
    "decisiveness_ratio",
)
BY_TYPE: Final = {
    f"{side}_{kind}_cost_points": (f"{side}_war_cost_points", kind)
    for side in ("adversary", "governments")
    for kind in ("hard", "soft")
}
BELIEFS: Final = ("adversary_belief_prob", "governments_belief_prob")
BY_SITUATION: Final = ("force_persons", *BELIEFS, "backing_prob")

Columns = Mapping[str, FloatArray]
"""Numbers that the cells of the grid share, by name; each of shape (draw or 1,) or (draw or 1,
target)."""


class Situation(NamedTuple):
    """The force and the belief in backing, with the guarantor or without."""

    force_persons: FloatArray
    """Shape (draw,)."""
    adversary_belief_prob: FloatArray
    """Shape (draw,)."""
    governments_belief_prob: FloatArray
    backing_prob: FloatArray
    authorise_prob: FloatArray
    """Shape (draw, mission)."""


NONE: Final = np.zeros(1)


def situation(inputs: GuaranteeInputs, place: int, rule: Rule) -> Situation:
    """Return force, beliefs and chain of command.

    With the guarantor both sides believe what the option counts on, unless the tables say what each
    believes. Without it nobody believes in it.

    Parameters
    ----------
    place
        Of the situation.
    rule
        Who lets the force fight.
    """
    adversary, governments = (
        inputs.number(name) if inputs.has(name) else inputs.backing_prob for name in BELIEFS
    )
    backing = inputs.backing_prob
    if place == WITHOUT:
        adversary = governments = backing = NONE
    return Situation(
        inputs.force_persons[place],
        adversary,
        governments,
        backing,
        chain_of_command(inputs, place, rule),
    )


def chain_of_command(inputs: GuaranteeInputs, place: int, rule: Rule) -> FloatArray:
    """Return how likely the force is let fight under each mission, shape (draw, mission).

    Never where no contributor is in it: then there are no governments that could fight. How likely
    a contributor lets its soldiers fight hangs on the mission and on how far it would go itself,
    wherever the force is put.
    """
    asked = np.flatnonzero(inputs.contributes)
    sent, level = np.broadcast_arrays(
        inputs.sent_persons[place][:, asked], inputs.level[place][:, asked]
    )
    joins: BoolArray = sent > 0.0
    is_there: BoolArray = np.asarray(joins.any(axis=1))
    if rule == "always" or not inputs.has("authorise_prob"):
        return np.repeat(is_there[:, None], len(MISSIONS), axis=1).astype(np.float64)
    if rule == "lead":
        level = np.take_along_axis(level, sent.argmax(axis=1)[:, None], axis=1)
    else:
        votes = np.where(joins, np.maximum(np.round(sent / SOLDIERS_A_VOTE), 1.0), 0.0)
    goes = np.array(GOES_TO)[level.astype(np.int64)]
    columns = []
    for mission in MISSIONS:
        by_place = inputs.side_by_side("authorise_prob", places((mission,), LOCATIONS))
        draws = max(len(by_place), len(goes))
        own = np.take_along_axis(
            np.broadcast_to(by_place, (draws, by_place.shape[1])),
            np.broadcast_to(goes, (draws, goes.shape[1])),
            axis=1,
        )
        allowed = own[:, 0] if rule == "lead" else authorise_prob(own, votes, rule)
        columns.append(np.where(is_there, allowed, 0.0))
    return np.stack(columns, axis=1)


def columns_of(inputs: GuaranteeInputs, situations: tuple[Situation, ...]) -> Columns:
    """Return every number that any cell of the grid is played with.

    A force is always hit where it is itself the target, and cannot be one where it stands on allied
    ground.
    """
    is_force = (np.arange(len(TARGETS))[None, :] == FORCE).astype(np.float64)
    columns = {
        **{name: inputs.side_by_side(name, TARGETS) for name in BY_TARGET},
        **{name: inputs.number(name) for name in SINGLE},
        **{name: inputs.number(*place) for name, place in BY_TYPE.items()},
        "needs_force": is_force,
        "is_open": np.ones_like(is_force),
        f"is_open/{CLOSED_AT}": 1.0 - is_force,
    }
    for mission in MISSIONS:
        for state in HIT:
            at = (*places((mission,), ELSEWHERE, (state,)), f"{mission}.force.contact")
            columns[f"tied_{state}_points/{mission}"] = inputs.side_by_side("tied_points", at)
    for location in LOCATIONS:
        hit = inputs.side_by_side("contact_prob", places((location,), ELSEWHERE))
        columns[f"contact_prob/{location}"] = np.concatenate([hit, np.ones((len(hit), 1))], axis=1)
        columns[f"presence_ratio/{location}"] = inputs.number("presence_ratio", location)
    for about, name in zip(situations, SITUATIONS, strict=True):
        columns |= {f"{field}/{name}": getattr(about, field) for field in BY_SITUATION}
        for place, mission in enumerate(MISSIONS):
            columns[f"authorise_prob/{mission}.{name}"] = about.authorise_prob[:, place]
    return columns


def names_at(mission: str, location: str, name: str) -> dict[str, str]:
    """Return the columns that one cell is played with, by field of `Dispute` and the force.

    Parameters
    ----------
    name
        Of the situation.
    """
    closed = f"is_open/{CLOSED_AT}"
    special = {
        "tied_clear_points": f"tied_clear_points/{mission}",
        "tied_contact_points": f"tied_contact_points/{mission}",
        "contact_prob": f"contact_prob/{location}",
        "presence_ratio": f"presence_ratio/{location}",
        "is_open": closed if location == CLOSED_AT else "is_open",
        "authorise_prob": f"authorise_prob/{mission}.{name}",
        **{field: f"{field}/{name}" for field in BY_SITUATION},
    }
    return {field: special.get(field, field) for field in (*Dispute._fields, "force_persons")}


def dispute_at(columns: Columns, mission: str, location: str, name: str) -> Dispute:
    """Return all but the size of the force of one cell; arguments as for `names_at`."""
    names = names_at(mission, location, name)
    return Dispute(**{field: columns[names[field]] for field in Dispute._fields})
