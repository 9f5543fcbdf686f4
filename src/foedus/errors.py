"""Everything foedus raises on purpose; anything else is a bug.

    FoedusError
    ├── ScenarioError       a scenario's files or cells are wrong; `problems` holds all of them
    ├── MissingDataError    an engine needs a table that the scenario does not have
    ├── SettingsError       an engine, an option or a command was given a value it cannot take
    ├── SolverError         a solver failed, or gave an answer that its checker refuses
    └── NotConvergedError   an iteration stopped before it settled

A message reads *place: what is wrong (value seen). What to write instead.* and needs no stack
trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class FoedusError(Exception):
    """A fault that the user can mend; its text says where and how."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place of a scenario, and how to put it right."""

    path: str
    """File as the user knows it, such as `my-summit/units.csv`."""
    line: int | None
    """Line of the file, from 1; None where the whole file or folder is meant."""
    field: str
    """Column or setting; empty where the whole row or file is meant."""
    says: str
    """What is wrong, with the value seen, in one clause."""
    fix: str
    """What to write instead."""

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        field = f" {self.field}:" if self.field else ""
        return f"{place}:{field} {self.says}\n    fix: {self.fix}"


class ScenarioError(FoedusError):
    """A scenario is wrong. `problems` holds every fault found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'' if len(self.problems) == 1 else 's'}"
        super().__init__("\n".join([f"{count} in the scenario", *map(str, self.problems)]))


class MissingDataError(FoedusError):
    """An engine needs a table or rows that the scenario does not have."""


class SettingsError(FoedusError):
    """An engine, an option or a command was given a value it cannot take."""


class SolverError(FoedusError):
    """A solver failed, or gave an answer that its checker refuses."""


class NotConvergedError(FoedusError):
    """An iteration stopped before it settled."""
