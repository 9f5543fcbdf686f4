"""The engines: one a topic, each a frozen dataclass whose fields are its settings."""

from typing import Final

from foedus.engines.bargaining.engine import Bargaining
from foedus.engines.command.engine import Command
from foedus.engines.consent.engine import Consent
from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.plan.engine import PlannedForce
from foedus.engines.protocol import AnyEngine
from foedus.engines.spending.engine import Spending

ENGINES: Final[dict[str, type[AnyEngine]]] = {
    Consent.name: Consent,
    SustainedForce.name: SustainedForce,
    PlannedForce.name: PlannedForce,
    Spending.name: Spending,
    Command.name: Command,
    Bargaining.name: Bargaining,
}
"""Every engine by name."""

__all__ = [
    "ENGINES",
    "Bargaining",
    "Command",
    "Consent",
    "PlannedForce",
    "Spending",
    "SustainedForce",
]
