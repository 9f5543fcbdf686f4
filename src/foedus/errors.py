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
    """File as the user knows it, such as `my-summit/units.csv` or `my-summit.xlsx`."""
    line: int | None
    """Line of the file or row of the sheet, from 1; None where the whole of it is meant."""
    field: str
    """Column or setting; empty where the whole row or file is meant."""
    says: str
    """What is wrong, with the value seen, in one clause."""
    fix: str
    """What to write instead."""
    sheet: str = ""
    """Sheet of the workbook; empty for any other file."""
    cell: str = ""
    """Cell of the sheet, such as `D14`, or cells, such as `B2:B5`; empty where no one is meant."""

    def __str__(self) -> str:
        return f"{self.place} {self.says}\n    fix: {self.fix}"

    @property
    def place(self) -> str:
        """Where it is: as editors write it for a file of text, in words for a workbook."""
        if not self.sheet:
            place = self.path if self.line is None else f"{self.path}:{self.line}"
            return f"{place}: {self.field}:" if self.field else f"{place}:"
        parts = [self.path, f"sheet {self.sheet}"]
        if self.cell:
            parts.append(f"{'cells' if ':' in self.cell else 'cell'} {self.cell}")
        elif self.line is not None:
            parts.append(f"row {self.line}")
        return f"{', '.join(parts)}{f' ({self.field})' if self.field else ''}:"


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
