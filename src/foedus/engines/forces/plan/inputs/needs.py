"""What must be there before a plan can be read: tables with rows, and levels of contributors."""

from collections.abc import Iterable, Mapping

from foedus.engines.forces.inputs import LAND_LEVEL, MOST_LEVEL
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario.scenario import Scenario, unknown


def refuse_missing(scenario: Scenario, *tables: str) -> None:
    """Raise MissingDataError if a table is absent or empty."""
    missing = [name for name in tables if not scenario.table(name)]
    if missing:
        files = ", ".join(f"{name}.csv" for name in missing)
        them = "the table" if len(missing) == 1 else "the tables"
        raise MissingDataError(f"{scenario.name}: a plan needs {files}. Add {them}.")


def levels_of(
    scenario: Scenario, options: Iterable[str], given: Mapping[str, int] | None
) -> dict[str, int]:
    """Return the level at which each contributor joins, the same for all options.

    Raises
    ------
    SettingsError
        If there is no such option or contributor, or a level is none.
    """
    contributors = scenario.of_role("contributor")
    here = [LAND_LEVEL[scenario.option(option).location] for option in options]
    default = max(LAND_LEVEL["rear"], *(level for level in here if level <= MOST_LEVEL), 0)
    for code, level in (given or {}).items():
        if code not in contributors:
            raise SettingsError(unknown("setting plan.levels: no contributor", code, contributors))
        if not 0 <= level <= MOST_LEVEL:
            raise SettingsError(
                f"setting plan.levels: {code} joins at {level}. Write a level from 0 to "
                f"{MOST_LEVEL}."
            )
    return dict.fromkeys(contributors, default) | dict(given or {})
