"""What a force plan is: tours of units, who leads where, and which unit serves which line."""

from dataclasses import dataclass
from typing import Final

NOBODY: Final = -1
"""Stands for the lead of a sector that nobody leads."""


@dataclass(frozen=True, order=True)
class Tour:
    """Units of one class that go to one sector on one day for one length."""

    unit_class: int
    sector: int
    start: int
    length: int
    """Periods; a tour may run past the end of the plan."""
    count: int


@dataclass(frozen=True, order=True)
class Fill:
    """Units of a capability that serve one line in one period."""

    line: int
    period: int
    capability: int
    units: int


@dataclass(frozen=True)
class ForcePlan:
    """A proposal: nobody is bound by it."""

    tours: tuple[Tour, ...]
    leads: tuple[tuple[int, ...], ...]
    """By sector and phase: the framework nation, or -1. A sector that needs no lead has -1."""
    fills: tuple[Fill, ...]


def empty_plan(sectors: int, phases: int) -> ForcePlan:
    """Return the plan in which nobody sends anything; it breaks no rule of any problem.

    Examples
    --------
    >>> empty_plan(2, 1)
    ForcePlan(tours=(), leads=((-1,), (-1,)), fills=())
    """
    return ForcePlan((), ((NOBODY,) * phases,) * sectors, ())
