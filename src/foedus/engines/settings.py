"""Settings of engines: where their values come from, and whether they are allowed.

What the caller wrote wins over `--set`, that over `scenario.toml`, that over the engine's default.
Settings that the caller or `--set` fixed are not drawn, even if `uncertainties.csv` names them.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from foedus.engines.protocol import AnyEngine
from foedus.errors import SettingsError
from foedus.scenario.cells import ENGINES_TABLE, Cell
from foedus.scenario.scenario import Scenario, unknown

E = TypeVar("E", bound=AnyEngine)


def settings_of(engine: AnyEngine) -> dict[str, Any]:
    """Return an engine's settings by name."""
    return asdict(engine)  # type: ignore[call-overload, no-any-return]


def chosen_by_caller(engine: AnyEngine) -> dict[str, Any]:
    """Return the settings that differ from the engine's defaults."""
    defaults = settings_of(type(engine)())
    return {name: v for name, v in settings_of(engine).items() if v != defaults[name]}


def configured(engine: E, scenario: Scenario, fixed: Mapping[Cell, Any]) -> E:
    """Return the engine with the settings of the scenario and of `--set`.

    Raises
    ------
    SettingsError
        If a setting is unknown or its value is not allowed.
    """
    asked = dict(scenario.about.engines.get(engine.name, {}))
    asked |= {
        cell.field: value
        for cell, value in fixed.items()
        if (cell.table, cell.key) == (ENGINES_TABLE, engine.name)
    }
    known = {about.name for about in fields(engine)}  # type: ignore[arg-type]
    for name in asked:
        if name not in known:
            raise SettingsError(unknown(f"the engine {engine.name} has no setting", name, known))
    return replace(engine, **allowed(type(engine), asked | chosen_by_caller(engine)))  # type: ignore[type-var]


def allowed(engine: type[AnyEngine], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as the types of the engine's fields.

    Raises
    ------
    SettingsError
        With every value that is not allowed.
    """
    try:
        checked = TypeAdapter(engine).validate_python(dict(settings))
    except ValidationError as error:
        lines = [
            f"setting {engine.name}.{'.'.join(map(str, details['loc']))}: {details['msg']} "
            f"(got {details['input']!r})."
            for details in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None
    return {name: getattr(checked, name) for name in settings}
