"""Settings in a scenario's files that no engine has or takes, with the place where they stand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from foedus.engines.settings import setting_faults
from foedus.errors import Problem
from foedus.scenario import Scenario
from foedus.scenario.load import find
from foedus.scenario.scenario import ABOUT

FIX = "see the settings of engines (docs/reference/settings.md)"


def engine_problems(scenario: Scenario, named: str) -> tuple[Problem, ...]:
    """Return every setting that no engine has, or that its engine does not take.

    Parameters
    ----------
    named
        The scenario as the user named it; of a workbook the sheet and cell are told.
    """
    faults = list(setting_faults(scenario))
    if not faults:
        return ()
    place, _ = find(named)
    if place.is_dir():
        return tuple(problem_of(fault) for fault in faults)
    return tuple(in_book(scenario, problem_of(fault), place, named) for fault in faults)


def problem_of(fault: str) -> Problem:
    """Return a fault as a problem of its file."""
    path, _, says = fault.partition(": ")
    return Problem(path, None, "", says, FIX)


def in_book(scenario: Scenario, problem: Problem, file: Path, named: str) -> Problem:
    """Return a problem of a file as one of the sheet that stands for it."""
    from foedus.scenario.workbook_read import setting_cells  # noqa: PLC0415 - on the way to an error

    sheet = Path(problem.path).stem
    cell = field = ""
    if sheet == ABOUT:
        cells = setting_cells(file, named)
        field = next((name for name in settings_named(scenario, problem.says) if name in cells), "")
        cell = cells.get(field, "")
    says = problem.says.partition("]: ")[2] if cell else problem.says  # the cell names the engine
    return replace(problem, path=named, says=says, field=field, sheet=sheet, cell=cell)


def settings_named(scenario: Scenario, says: str) -> Iterator[str]:
    """Return the settings that a fault names, as the sheet of settings has them."""
    for engine, settings in scenario.about.engines.items():
        for name in settings:
            if says.startswith(f"[engines.{engine}]: ") and (
                f"setting '{name}'" in says or f"engines/{engine}/{name}:" in says
            ):
                yield f"engines.{engine}.{name}"
