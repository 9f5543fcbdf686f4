"""What must hold of a form: points in order, on topics that can be filled in, from and to somebody.

A point that stands twice, and a date that is later than the scenario knows, are found with those of
every table.
"""

from collections.abc import Iterator
from typing import Final

from foedus.scenario.faults import Fault, nearest
from foedus.scenario.questionnaire import TOPICS_OF_POINTS
from foedus.scenario.scenario import Scenario, near_names

SILENT: Final = ("pool",)
"""Roles of those that ask nobody anything."""


def points_are_counted(scenario: Scenario) -> Iterator[Fault]:
    """Check that points are numbered from 1 on, without a gap."""
    numbers = {int(row.point): place for place, row in enumerate(scenario.questionnaire)}
    before = 0
    for number in sorted(numbers):
        if number > before + 1:
            left = f"point {before + 1}" + (f" to {number - 1}" if number > before + 2 else "")
            says = f"{left} {'are' if number > before + 2 else 'is'} missing before it"
            hint = f"write {before + 1} for this one, or add what is missing"
            yield Fault("questionnaire", numbers[number], "point", says, hint, ("questionnaire",))
        before = number


def topics_can_be_filled_in(scenario: Scenario) -> Iterator[Fault]:
    """Check that something fills in every point."""
    for number, row in enumerate(scenario.questionnaire):
        if row.topic not in TOPICS_OF_POINTS:
            says = f"{row.topic!r} is no topic that can be filled in"
            hint = near_names(row.topic, TOPICS_OF_POINTS)
            yield Fault("questionnaire", number, "topic", says, hint)


def somebody_asks(scenario: Scenario) -> Iterator[Fault]:
    """Check that whoever asks is there and can ask."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for number, row in enumerate(scenario.questionnaire):
        if row.asked_by not in roles:
            says = f"{row.asked_by!r} is not in delegations.csv"
            hint = nearest(row.asked_by, roles, "delegations")
            yield Fault("questionnaire", number, "asked_by", says, hint, ("delegations",))
        elif roles[row.asked_by] in SILENT:
            says = f"{row.asked_by} is {roles[row.asked_by]} and asks nobody"
            yield Fault("questionnaire", number, "asked_by", says, "name who sent the form")


def somebody_is_asked(scenario: Scenario) -> Iterator[Fault]:
    """Check that the format whose members are asked is there, and has contributors in it."""
    formats = {row.format for row in scenario.formats}
    contributors = set(scenario.of_role("contributor"))
    because = ("formats", "attendance", "delegations")
    for number, row in enumerate(scenario.questionnaire):
        if not row.asked_of:
            continue
        if row.asked_of not in formats:
            says = f"{row.asked_of!r} is not in formats.csv"
            hint = nearest(row.asked_of, formats, "formats")
            yield Fault("questionnaire", number, "asked_of", says, hint, because)
        elif contributors.isdisjoint(members_of(scenario, row.asked_of)):
            says = f"no contributor is a member of {row.asked_of}, so nobody would answer"
            hint = "name another format, or leave it empty to ask every contributor"
            yield Fault("questionnaire", number, "asked_of", says, hint, because)


def asked_in_time(scenario: Scenario) -> Iterator[Fault]:
    """Check that what was asked after the scenario's evidence says so."""
    until = scenario.about.evidence_until
    for number, row in enumerate(scenario.questionnaire):
        if row.asked_on > until and not row.later:
            says = f"it was asked on {row.asked_on}, after evidence_until, {until}"
            hint = "write 1 in the column 'later', or mend the day"
            yield Fault("questionnaire", number, "asked_on", says, hint, ("scenario",))


def members_of(scenario: Scenario, format_: str) -> set[str]:
    """Return the codes of those who are members of a format."""
    return {
        row.delegation
        for row in scenario.attendance
        if row.format == format_ and row.part == "member"
    }


QUESTIONNAIRE_CHECKS: Final = (
    points_are_counted,
    topics_can_be_filled_in,
    somebody_asks,
    somebody_is_asked,
    asked_in_time,
)
"""Every check of the form."""
