"""foedus: an open workbench for the questions that a security summit leaves open.

The public surface is below, and nothing else is promised. Names are loaded when they are first
used, so that `import foedus` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foedus import plots, report
    from foedus.briefing import Answer, Brief, ask, brief
    from foedus.briefing.comparing import compare
    from foedus.briefing.sensitivity import sensitivity
    from foedus.briefing.verifying import verify
    from foedus.engines import (
        ENGINES,
        Bargaining,
        Brokerage,
        Command,
        Consent,
        Guarantee,
        PlannedForce,
        Room,
        Spending,
        SustainedForce,
        Voting,
    )
    from foedus.ensemble.running import open_ensemble, run_ensemble
    from foedus.errors import (
        FoedusError,
        MissingDataError,
        NotConvergedError,
        ScenarioError,
        SettingsError,
        SolverError,
    )
    from foedus.runs import Run, make_request, run
    from foedus.scenario import Scenario, load, save, shipped, with_tables

_HOMES = {
    "ENGINES": "foedus.engines",
    "Answer": "foedus.briefing",
    "Bargaining": "foedus.engines",
    "Brief": "foedus.briefing",
    "Brokerage": "foedus.engines",
    "Command": "foedus.engines",
    "Consent": "foedus.engines",
    "FoedusError": "foedus.errors",
    "Guarantee": "foedus.engines",
    "MissingDataError": "foedus.errors",
    "NotConvergedError": "foedus.errors",
    "PlannedForce": "foedus.engines",
    "Room": "foedus.engines",
    "Run": "foedus.runs",
    "Scenario": "foedus.scenario",
    "ScenarioError": "foedus.errors",
    "SettingsError": "foedus.errors",
    "SolverError": "foedus.errors",
    "Spending": "foedus.engines",
    "SustainedForce": "foedus.engines",
    "Voting": "foedus.engines",
    "ask": "foedus.briefing",
    "brief": "foedus.briefing",
    "compare": "foedus.briefing.comparing",
    "load": "foedus.scenario",
    "make_request": "foedus.runs",
    "open_ensemble": "foedus.ensemble.running",
    "plots": "foedus.plots",
    "report": "foedus.report",
    "run": "foedus.runs",
    "run_ensemble": "foedus.ensemble.running",
    "save": "foedus.scenario",
    "sensitivity": "foedus.briefing.sensitivity",
    "shipped": "foedus.scenario",
    "verify": "foedus.briefing.verifying",
    "with_tables": "foedus.scenario",
}

_MODULES = {"plots", "report"}
"""Public names that are modules."""

__all__ = [
    "Answer",
    "Bargaining",
    "Brief",
    "Brokerage",
    "Command",
    "Consent",
    "ENGINES",
    "FoedusError",
    "Guarantee",
    "MissingDataError",
    "NotConvergedError",
    "PlannedForce",
    "Room",
    "Run",
    "Scenario",
    "ScenarioError",
    "SettingsError",
    "SolverError",
    "Spending",
    "SustainedForce",
    "Voting",
    "ask",
    "brief",
    "compare",
    "load",
    "make_request",
    "open_ensemble",
    "plots",
    "report",
    "run",
    "run_ensemble",
    "save",
    "sensitivity",
    "shipped",
    "verify",
    "with_tables",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'foedus' has no attribute {name!r}")
    module = import_module(_HOMES[name])
    return module if name in _MODULES else getattr(module, name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
