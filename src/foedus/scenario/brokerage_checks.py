"""What must hold of ties, their kinds, and the camps between which a message is carried."""

from collections.abc import Iterator
from typing import Final

from foedus.scenario.brokerage import TOGETHER
from foedus.scenario.faults import Fault
from foedus.scenario.scenario import Scenario

WITHOUT_TIES: Final = ("pool",)
"""Roles of those that speak to nobody."""


def nobody_is_tied_to_itself(scenario: Scenario) -> Iterator[Fault]:
    """Check that a tie is between two."""
    for number, row in enumerate(scenario.ties):
        if row.partner == row.delegation:
            says = f"{row.delegation} is said to be tied to itself"
            yield Fault("ties", number, "partner", says, "name the other")


def ties_are_told_once(scenario: Scenario) -> Iterator[Fault]:
    """Check that a tie does not stand in both directions, unless its kind is one-sided."""
    one_sided = {row.kind for row in scenario.tie_kinds if row.is_one_sided}
    seen: set[tuple[str, str, str]] = set()
    for number, row in enumerate(scenario.ties):
        if (row.partner, row.delegation, row.kind) in seen and row.kind not in one_sided:
            says = f"the tie {row.kind} of {row.partner} and {row.delegation} stands the other way"
            hint = "keep one of them: a tie carries both ways; or set is_one_sided of the kind to 1"
            yield Fault("ties", number, "partner", f"{says} round too", hint, ("tie_kinds",))
        seen.add((row.delegation, row.partner, row.kind))


def tied_can_speak(scenario: Scenario) -> Iterator[Fault]:
    """Check that whoever has a tie or stands in a camp can carry a message."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for number, row in enumerate(scenario.ties):
        for field in ("delegation", "partner"):
            code = getattr(row, field)
            if roles.get(code) in WITHOUT_TIES:
                says = f"{code} is {roles[code]} and speaks to nobody"
                yield Fault("ties", number, field, says, "take the row out")
    for number, camp in enumerate(scenario.camps):
        for code in dict.fromkeys(camp.members):
            if roles.get(code) in WITHOUT_TIES:
                says = f"{code} is {roles[code]} and speaks to nobody"
                yield Fault("camps", number, "members", says, "take it out")


def camps_do_not_overlap(scenario: Scenario) -> Iterator[Fault]:
    """Check that nobody is in two camps, or in one twice."""
    camp_of: dict[str, str] = {}
    for number, row in enumerate(scenario.camps):
        for code in dict.fromkeys(row.members):
            if row.members.count(code) > 1:
                says = f"{code} is named {row.members.count(code)} times"
                yield Fault("camps", number, "members", says, "name it once")
            if code in camp_of:
                says = f"{code} is in the camp {camp_of[code]} already"
                yield Fault("camps", number, "members", says, "keep it in one of the two")
            camp_of.setdefault(code, row.camp)


def camps_have_two_sides(scenario: Scenario) -> Iterator[Fault]:
    """Check that exactly one camp is addressed, and that some camp addresses it."""
    if not scenario.camps:
        return
    because = ("camps",)
    addressed = [number for number, row in enumerate(scenario.camps) if row.part == "addressed"]
    if not addressed:
        says = "no camp is addressed, so nobody is to be reached"
        yield Fault("camps", None, "part", says, "write addressed for one of them", because)
    for number in addressed[1:]:
        first = scenario.camps[addressed[0]].camp
        says = f"{first} is addressed already, and there is one such camp"
        yield Fault("camps", number, "part", says, "write sends, or take the row out")
    if len(addressed) == len(scenario.camps):
        says = "nobody addresses it: no camp sends"
        yield Fault("camps", addressed[0], "part", says, "add a camp with the part sends", because)
    for number, row in enumerate(scenario.camps):
        if row.camp == TOGETHER:
            says = f"{TOGETHER!r} stands for all camps that send"
            yield Fault("camps", number, "camp", says, "give the camp another name")


BROKERAGE_CHECKS: Final = (
    nobody_is_tied_to_itself,
    ties_are_told_once,
    tied_can_speak,
    camps_do_not_overlap,
    camps_have_two_sides,
)
"""Every check of the tables of brokerage."""
