"""What must hold of headquarters and partnerships: who leads, in which chain, over how much."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from foedus.scenario.command import Chain
from foedus.scenario.faults import Fault
from foedus.scenario.scenario import ABOUT, Scenario, near_names

MAY_LEAD: Final = ("contributor", "guarantor", "body")
"""Roles of those that may lead a headquarters or a formation."""
SPAN_COUNTS: Final[Mapping[str, tuple[float, float]]] = {
    "brigade": (0, 2),
    "division": (1, 8),
    "corps": (2, 24),
}
"""Fewest and most brigades that a headquarters on land may be said to command. Textbooks have three
to five for a division and six to twelve for a corps; these bounds are twice as wide, so that they
stop a slip and no army."""


def leaders_may_lead(scenario: Scenario) -> Iterator[Fault]:
    """Check that who leads could join the force, or is a body, and is named once."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for table in ("headquarters", "partnerships"):
        for number, row in enumerate(scenario.table(table)):
            for code in dict.fromkeys(row.framework):
                role = roles.get(code)
                if role is not None and role not in MAY_LEAD:
                    says = f"{code} is {role} and leads nobody"
                    hint = f"name delegations of the roles {', '.join(MAY_LEAD)}"
                    yield Fault(table, number, "framework", says, hint)
                if row.framework.count(code) > 1:
                    says = f"{code} is named {row.framework.count(code)} times"
                    yield Fault(table, number, "framework", says, "name it once")


def participants_stand_once(scenario: Scenario) -> Iterator[Fault]:
    """Check that who leads a headquarters is not listed among the others, and nobody twice."""
    for number, row in enumerate(scenario.headquarters):
        for code in dict.fromkeys(row.participants):
            if code in row.framework:
                says = f"{code} leads {row.headquarters} and is listed among the others too"
                yield Fault("headquarters", number, "participants", says, "take it out of one")
            elif row.participants.count(code) > 1:
                says = f"{code} is named {row.participants.count(code)} times"
                yield Fault("headquarters", number, "participants", says, "name it once")


def chains_are_known(scenario: Scenario) -> Iterator[Fault]:
    """Check the words that name chains of command."""
    known = get_args(Chain)
    for number, row in enumerate(scenario.headquarters):
        for word in row.chains:
            if word not in known:
                says = f"{word!r} is no chain of command"
                yield Fault("headquarters", number, "chains", says, near_names(word, known))


def spans_fit_echelons(scenario: Scenario) -> Iterator[Fault]:
    """Check that a headquarters on land commands about as many brigades as its kind can."""
    for number, row in enumerate(scenario.headquarters):
        if row.echelon not in SPAN_COUNTS:
            continue
        fewest, most = SPAN_COUNTS[row.echelon]
        if not fewest <= row.span_count <= most:
            says = f"a span of {row.span_count:g} is not that of a {row.echelon} headquarters"
            hint = f"write a number from {fewest:g} to {most:g}, or another echelon"
            yield Fault("headquarters", number, "span_count", says, hint)


def nobody_is_its_own_partner(scenario: Scenario) -> Iterator[Fault]:
    """Check that a partnership is between two."""
    for number, row in enumerate(scenario.partnerships):
        if row.partner == row.delegation:
            says = f"{row.delegation} is said to be its own partner"
            yield Fault("partnerships", number, "partner", says, "name the other")


def partnerships_have_begun(scenario: Scenario) -> Iterator[Fault]:
    """Check that nobody is used to what had not begun."""
    today = scenario.about.date
    for number, row in enumerate(scenario.partnerships):
        if row.since_year is not None and row.since_year > today.year and not row.later:
            says = f"{row.since_year} is after the scenario's date, {today}"
            hint = "mend the year, or write 1 in the column 'later'"
            yield Fault("partnerships", number, "since_year", says, hint, (ABOUT,))


def formations_are_told_alike(scenario: Scenario) -> Iterator[Fault]:
    """Check that all rows of a formation say the same of its name and of who leads it."""
    first: dict[str, int] = {}
    for number, row in enumerate(scenario.partnerships):
        earlier = scenario.partnerships[first.setdefault(row.formation, number)]
        if row.title != earlier.title:
            says = f"{row.formation} is called {earlier.title!r} in an earlier row"
            yield Fault("partnerships", number, "title", says, "call it the same in both")
        if set(row.framework) != set(earlier.framework):
            led = ", ".join(earlier.framework) or "nobody"
            says = f"{row.formation} is led by {led} in an earlier row"
            yield Fault("partnerships", number, "framework", says, "name the same in both")


COMMAND_CHECKS: Final = (
    leaders_may_lead,
    participants_stand_once,
    chains_are_known,
    spans_fit_echelons,
    nobody_is_its_own_partner,
    partnerships_have_begun,
    formations_are_told_alike,
)
"""Every check of the tables of command."""
