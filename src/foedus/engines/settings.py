"""Settings of engines: where their values come from, and whether they are allowed.

What the caller wrote wins over `--set`, that over `scenario.toml`, that over the engine's default.
Settings that the caller or `--set` fixed are not drawn, even if `uncertainties.csv` names them.
What the caller wrote is told from the default by its value: to hold a setting at its default, set
it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from math import isfinite
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from foedus.engines import ENGINES
from foedus.engines.protocol import AnyEngine
from foedus.errors import SettingsError
from foedus.scenario.addresses import ENGINES_TABLE, Cell
from foedus.scenario.scenario import Scenario, unknown
from foedus.scenario.uncertainties import Uncertainty
from foedus.scenario.wording import advice, fix, says

E = TypeVar("E", bound=AnyEngine)


def settings_of(engine: AnyEngine) -> dict[str, Any]:
    """Return an engine's settings by name."""
    return {about.name: getattr(engine, about.name) for about in fields(engine)}  # type: ignore[arg-type]


def defaults_of(engine: type[AnyEngine]) -> dict[str, Any]:
    """Return an engine's default settings by name."""
    return settings_of(engine())


def chosen_by_caller(engine: AnyEngine) -> dict[str, Any]:
    """Return the settings that differ from the engine's defaults."""
    defaults = defaults_of(type(engine))
    return {name: v for name, v in settings_of(engine).items() if v != defaults[name]}


def configured(engine: E, scenario: Scenario, fixed: Mapping[Cell, Any]) -> E:
    """Return the engine with the settings of the scenario and of `--set`.

    Raises
    ------
    SettingsError
        With every setting that is unknown or whose value is not allowed.
    """
    asked = dict(scenario.about.engines.get(engine.name, {}))
    asked |= {
        cell.field: value
        for cell, value in fixed.items()
        if (cell.table, cell.key) == (ENGINES_TABLE, engine.name)
    }
    settings = allowed(type(engine), asked | chosen_by_caller(engine))
    return replace(engine, **settings)  # type: ignore[type-var]


def allowed(engine: type[AnyEngine], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as the types of the engine's fields.

    Raises
    ------
    SettingsError
        With every setting that is unknown or whose value is not allowed.
    """
    known = {about.name for about in fields(engine)}  # type: ignore[arg-type]
    faults = [
        unknown(f"the engine {engine.name} has no setting", name, known)
        for name in settings
        if name not in known
    ]
    given = {name: value for name, value in settings.items() if name in known}
    try:
        checked = adapter(engine).validate_python(given)
    except ValidationError as error:
        for details in error.errors():
            place = "/".join([ENGINES_TABLE, engine.name, *map(str, details["loc"])])
            hint = fix(details, known, reference="see the settings of the engine")
            faults.append(f"{place}: {advice(says(details, 'setting'), hint)}")
        raise SettingsError("\n".join(faults)) from None
    found = {name: getattr(checked, name) for name in given}
    for name, value in found.items():
        if isinstance(value, float) and not isfinite(value):
            faults.append(f"{ENGINES_TABLE}/{engine.name}/{name}: {value} is not a number.")
    if faults:
        raise SettingsError("\n".join(faults))
    return found


@cache
def adapter(engine: type[AnyEngine]) -> TypeAdapter[AnyEngine]:
    """Return what checks an engine's settings."""
    return TypeAdapter(engine)


def engine_of(name: str) -> type[AnyEngine]:
    """Return an engine by name.

    Raises
    ------
    SettingsError
        If there is none, with the nearest names.
    """
    if name not in ENGINES:
        raise SettingsError(unknown("there is no engine", name, ENGINES))
    return ENGINES[name]


def read_engine_settings(scenario: Scenario, fixed: Mapping[Cell, Any]) -> dict[Cell, Any]:
    """Return cells that are set, those of engines as their engines take them.

    Settings that the scenario names, in `scenario.toml` or `uncertainties.csv`, are checked too:
    one that no engine has would otherwise change nothing, and nobody would know.

    Raises
    ------
    SettingsError
        With every setting that no engine has, or that its engine does not take.
    """
    read = dict(fixed)
    faults: list[str] = []
    for cell, value in fixed.items():
        if cell.table == ENGINES_TABLE:
            try:
                read[cell] = allowed(engine_of(cell.key), {cell.field: value})[cell.field]
            except SettingsError as error:
                faults.append(f"{cell}: {error}" if str(cell) not in str(error) else str(error))
    faults += setting_faults(scenario)
    if faults:
        raise SettingsError("\n".join(faults))
    return read


def setting_faults(scenario: Scenario) -> Iterator[str]:
    """Find settings in a scenario's files that no engine has or takes."""
    for name, settings in scenario.about.engines.items():
        try:
            allowed(engine_of(name), settings)
        except SettingsError as error:
            for line in str(error).splitlines():
                yield f"{scenario.name}/scenario.toml: [engines.{name}]: {line}"
    for row in scenario.uncertainties:
        if row.table == ENGINES_TABLE:
            try:
                check_uncertain(row)
            except SettingsError as error:
                for line in str(error).splitlines():
                    yield f"{scenario.name}/uncertainties.csv: row {row.key}: {line}"


def check_uncertain(row: Uncertainty) -> None:
    """Raise SettingsError if an engine cannot draw a setting as a row says."""
    engine = engine_of(row.cell_key)
    defaults = defaults_of(engine)
    if row.field not in defaults:
        raise SettingsError(
            unknown(f"the engine {engine.name} has no setting", row.field, defaults)
        )
    if not isinstance(defaults[row.field], float):
        raise SettingsError(f"{row.field} is not a measured number, and is not drawn. Set it.")
    for value in (row.low_value, row.mode_value, row.high_value):
        if value is not None:
            allowed(engine, {row.field: value})
