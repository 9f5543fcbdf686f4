"""What a game of threats is played with, and how often such threats and such peace held before.

The payoffs of a game are judged, in points of one scale for both sides; `PARAMETERS` says which a
game needs, in which unit, and for which missions, locations, targets, types or offers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from foedus.scenario.options import Location, Mission
from foedus.scenario.rows import Name, Number, Row

Dispute = Literal["ceasefire", "leverage"]
"""A game. `ceasefire`: the adversary violates a ceasefire or complies, the governments of the force
fight or concede, and the guarantor may come in; 100 points are what the adversary would gain by
taking the line unanswered. `leverage`: the guarantor seats those governments or settles without
them, and they help all the same or withhold; 100 points are what the settlement is worth to it."""
Target = Literal["probe", "line", "force"]
"""What a violation is aimed at: a place below what the mandate answers; the line; the force."""
Basis = Literal["literature", "assumption", "record"]
"""What a number rests on: `literature`: a published model or study; `record`: what happened or was
counted; `assumption`: judgement, which no publication carries."""
Quantity = Literal[
    "hazard_per_month",
    "hazard_ratio",
    "kept_prob",
    "success_prob",
    "relapse_prob",
    "deaths_per_month",
    "deaths_ratio",
    "direction",
]
"""`hazard_per_month`: chance that a peace breaks within a month; `hazard_ratio`: such a chance over
that of the comparison; `kept_prob`: share of commitments that were kept; `success_prob`: share of
threats that deterred; `relapse_prob`: chance of renewed war over years; `deaths_per_month`: mean
count; `deaths_ratio`: such a mean over that of the comparison; `direction`: no number was read, and
the title says which way it points."""
Role = Literal["prior", "baseline", "check", "warning"]
"""What a base rate is for. `baseline`: the hazard that a game's ratio multiplies; `prior`: where a
belief in backing starts; `check`: printed beside a result, and never multiplied in; `warning`: says
where others must not be trusted."""

ALL: Final = "all"
"""Place of a parameter that is one number; in `leverage` also of what no single offer adds."""
MISSIONS: Final[tuple[str, ...]] = get_args(Mission)
LOCATIONS: Final[tuple[str, ...]] = get_args(Location)
TARGETS: Final[tuple[str, ...]] = get_args(Target)
TYPES: Final = ("hard", "soft")
OFFERS: Final = ("money", "troops", "reconstruction", "spending")
HIT: Final = ("clear", "contact")
"""Whether a violation misses the force or physically hits it."""
ELSEWHERE: Final = ("probe", "line")
"""Targets that may miss the force. At the target `force` it is hit, so nothing is said of that."""

Unit = Literal["points", "probability", "persons", "ratio", "share"]


def places(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return every joining of one word of each part, as they stand in the column `at`.

    >>> places(("observe", "fight_back"), ("line",))
    ('observe.line', 'fight_back.line')
    """
    joined: tuple[str, ...] = ("",)
    for words in parts:
        joined = tuple(
            f"{before}.{word}" if before else word for before in joined for word in words
        )
    return joined


@dataclass(frozen=True)
class Parameter:
    """What a game needs to know."""

    means: str
    unit: Unit
    at: tuple[str, ...] = (ALL,)
    """Words of the column `at`, each of which needs a row."""
    is_positive: bool = False
    """True where 0 is too little."""
    is_optional: bool = False
    """True where it may be left out as a whole."""


PARAMETERS: Final[Mapping[str, Mapping[str, Parameter]]] = {
    "ceasefire": {
        "prize_points": Parameter(
            "what the adversary gains by a violation that nobody answers",
            "points",
            TARGETS,
            is_positive=True,
        ),
        "loss_points": Parameter("what the governments lose by it", "points", TARGETS),
        "war_prize_points": Parameter(
            "what the adversary gains by winning the war that follows", "points", TARGETS
        ),
        "war_loss_points": Parameter("what the governments lose by that", "points", TARGETS),
        "tied_points": Parameter(
            "what it costs the governments on top not to act, with a force of any size",
            "points",
            (*places(MISSIONS, ELSEWHERE, HIT), *places(MISSIONS, ("force",), ("contact",))),
        ),
        "half_force_persons": Parameter(
            "size of the force at which half of that is felt", "persons"
        ),
        "contact_prob": Parameter(
            "how often a violation there physically hits the force",
            "probability",
            places(LOCATIONS, ELSEWHERE),
        ),
        "stop_cost_points": Parameter(
            "what it costs the adversary to be fought and stop", "points"
        ),
        "clash_cost_points": Parameter("what that costs the governments", "points"),
        "adversary_war_cost_points": Parameter(
            "what war costs the adversary, by type", "points", TYPES
        ),
        "adversary_backed_cost_points": Parameter(
            "what it costs on top if the guarantor comes in", "points"
        ),
        "governments_war_cost_points": Parameter(
            "what war costs the governments, by type", "points", TYPES
        ),
        "adversary_hard_prob": Parameter(
            "how likely the adversary is of the type to which war costs less", "probability"
        ),
        "governments_hard_prob": Parameter(
            "how likely the governments are of the type to which war costs less", "probability"
        ),
        "adversary_strength_persons": Parameter(
            "the adversary's strength in the war", "persons", is_positive=True
        ),
        "host_strength_persons": Parameter("the host's own", "persons"),
        "presence_ratio": Parameter(
            "how many of the host's one soldier of the force is worth in the war, by location",
            "ratio",
            LOCATIONS,
        ),
        "guarantor_strength_persons": Parameter(
            "what the guarantor adds if it comes in, in the host's soldiers", "persons"
        ),
        "decisiveness_ratio": Parameter(
            "exponent of the ratio of strengths in the chance to win", "ratio", is_positive=True
        ),
        "adversary_belief_prob": Parameter(
            "how likely the adversary thinks it that the guarantor comes in; that of the option "
            "where it is left out",
            "probability",
            is_optional=True,
        ),
        "governments_belief_prob": Parameter(
            "how likely the governments think it; that of the option where it is left out",
            "probability",
            is_optional=True,
        ),
        "authorise_prob": Parameter(
            "how likely one contributor authorises fighting, by mission and how far it would go "
            "itself; always where it is left out",
            "probability",
            places(MISSIONS, LOCATIONS),
            is_optional=True,
        ),
        "burden_share": Parameter(
            "share of the common burden that the governments carry today", "share"
        ),
        "abandoning_slope_points": Parameter(
            "how much dearer it gets to abandon them from none of the burden to all",
            "points",
            is_positive=True,
        ),
        "backing_shock_points": Parameter(
            "scale of what else moves the guarantor", "points", is_positive=True
        ),
    },
    "leverage": {
        "saved_points": Parameter(
            "what the guarantor saves by leaving them out if they help all the same",
            "points",
            is_positive=True,
        ),
        "help_worth_points": Parameter(
            "what their help is worth to it: without any offer, and by what each offer adds",
            "points",
            (ALL, *OFFERS),
        ),
        "withholding_cost_points": Parameter(
            "what withholding costs themselves: without any offer, and by what each offer adds",
            "points",
            (ALL, *OFFERS),
        ),
        "unseated_loss_points": Parameter("what they lose by helping though left out", "points"),
        "leverage_shock_points": Parameter(
            "scale of what else moves them", "points", is_positive=True
        ),
    },
}
"""What each game needs, in the order in which tables are best read."""

ROLE_OF: Final[Mapping[str, Quantity]] = {"baseline": "hazard_per_month", "prior": "kept_prob"}
"""Roles that the game of a ceasefire takes one base rate each for, and what such a rate is."""


class DisputeRow(Row):
    """A number that a game is played with."""

    key_fields = ("dispute", "parameter", "at")

    dispute: Dispute
    """The game."""
    parameter: Name
    """What the number is, such as `prize_points`; docs/models/deterrence.md lists what each game
    needs."""
    at: Name
    """Where it holds: a target, location, type or offer, or several such words joined by `.`, as in
    `fight_back.line.contact`; `all` where the parameter is one number."""
    parameter_value: Number
    """The number."""
    parameter_value_low: Number | None = None
    parameter_value_high: Number | None = None
    unit: Unit
    """Unit of the number, which follows from the parameter; a probability is a number from 0 to 1,
    and persons who are not the host's count as so many of the host's."""
    basis: Basis
    """What the number rests on."""


class BaseRate(Row):
    """How often something of the kind happened elsewhere or before."""

    key_fields = ("rate",)

    rate: Name
    title: str
    """What was found, in a few words, as printed."""
    quantity: Quantity
    """What it is a rate of."""
    rate_value: Number | None = None
    """The number; empty for a `direction`."""
    rate_value_low: Number | None = None
    rate_value_high: Number | None = None
    unit: str = ""
    """Unit of the number, and what it is compared with; empty for a `direction`."""
    population: str
    """What it was found in: which cases, which years."""
    role: Role
    """What it is for."""
    reach: str
    """Beyond what it must not be stretched."""
