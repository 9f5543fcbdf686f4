"""Numbers of a dispute in words: what each is, and for which mission, place, target or type."""

from typing import Final

from foedus.scenario.deterrence import ALL, HIT, LOCATIONS, MISSIONS, OFFERS, TARGETS, TYPES

MISSION_NAMES: Final = {
    "observe": "observing",
    "self_defence": "self-defence",
    "fight_back": "fighting back",
}
LOCATION_NAMES: Final = {
    "air_sea": "in the air and at sea",
    "reserve": "on allied territory",
    "rear": "behind the line",
    "line": "on the line",
}
TARGET_NAMES: Final = {
    "probe": "a probe",
    "line": "an attack on the line",
    "force": "an attack on the force",
}
TYPE_NAMES: Final = {"hard": "the harder type", "soft": "the softer type"}
HIT_NAMES: Final = {"clear": "own soldiers not hit", "contact": "own soldiers hit"}

_NAMES: Final = {
    MISSIONS: MISSION_NAMES,
    LOCATIONS: LOCATION_NAMES,
    TARGETS: TARGET_NAMES,
    TYPES: TYPE_NAMES,
    HIT: HIT_NAMES,
}

PARAMETER_NAMES: Final = {
    "prize_points": "what an unanswered violation gains the adversary",
    "loss_points": "what an unanswered violation costs the governments",
    "war_prize_points": "what winning the war gains the adversary",
    "war_loss_points": "what losing the war costs the governments",
    "tied_points": "the price of not acting",
    "half_force_persons": "the size of force at which half of the price of not acting is felt",
    "contact_prob": "the chance that a violation hits the force",
    "stop_cost_points": "what it costs the adversary to be fought and stop",
    "clash_cost_points": "what a clash costs the governments",
    "adversary_war_cost_points": "what war costs the adversary",
    "adversary_backed_cost_points": "what it costs the adversary on top if the guarantor comes in",
    "governments_war_cost_points": "what war costs the governments",
    "adversary_hard_prob": "the chance that the adversary is of the harder type",
    "governments_hard_prob": "the chance that the governments are of the harder type",
    "adversary_strength_persons": "the adversary's strength",
    "host_strength_persons": "the host's strength",
    "presence_ratio": "what a soldier of the force counts for in the war",
    "guarantor_strength_persons": "the strength that the guarantor adds",
    "decisiveness_ratio": "how surely the stronger wins",
    "adversary_belief_prob": "the adversary's belief in backing",
    "governments_belief_prob": "the governments' belief in backing",
    "authorise_prob": "the chance that a contributor lets its soldiers fight",
    "burden_share": "the share of the burden carried today",
    "abandoning_slope_points": "how much dearer abandoning gets with the share carried",
    "backing_shock_points": "what else moves the guarantor",
    "saved_points": "what leaving the governments out saves the guarantor",
    "help_worth_points": "the worth of help to the guarantor",
    "withholding_cost_points": "what withholding costs the governments",
    "unseated_loss_points": "what helping unseated costs the governments",
    "leverage_shock_points": "what else moves the governments",
}
_KINDS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    **dict.fromkeys(
        ("prize_points", "loss_points", "war_prize_points", "war_loss_points"), (TARGETS,)
    ),
    "tied_points": (MISSIONS, TARGETS, HIT),
    "contact_prob": (LOCATIONS, TARGETS),
    **dict.fromkeys(("adversary_war_cost_points", "governments_war_cost_points"), (TYPES,)),
    "presence_ratio": (LOCATIONS,),
    "authorise_prob": (MISSIONS, LOCATIONS),
}
"""What the words of the column `at` are, in their order."""


def dispute_title(key: str) -> str:
    """Return a number of a dispute in words, from the key of its row.

    >>> dispute_title("ceasefire:stop_cost_points:all")
    'what it costs the adversary to be fought and stop'
    >>> dispute_title("ceasefire:tied_points:fight_back.line.contact")
    'the price of not acting (fighting back, an attack on the line, own soldiers hit)'
    >>> dispute_title("leverage:help_worth_points:troops")
    'the worth of help to the guarantor (by an offer of troops)'
    """
    _, parameter, at = key.split(":")
    words = PARAMETER_NAMES[parameter]
    if at == ALL:
        return words
    if at in OFFERS:
        return f"{words} (by an offer of {at})"
    kinds = _KINDS[parameter]
    parts = [_NAMES[kind][part] for kind, part in zip(kinds, at.split("."), strict=True)]
    return f"{words} ({', '.join(parts)})"
