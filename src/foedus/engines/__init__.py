"""The engines: one a topic, each a frozen dataclass whose fields are its settings."""

from typing import Final

from foedus.engines.consent.engine import Consent
from foedus.engines.forces.engine import SustainedForce
from foedus.engines.protocol import AnyEngine
from foedus.engines.spending.engine import Spending

ENGINES: Final[dict[str, type[AnyEngine]]] = {
    Consent.name: Consent,
    SustainedForce.name: SustainedForce,
    Spending.name: Spending,
}
"""Every engine by name."""

__all__ = ["ENGINES", "Consent", "Spending", "SustainedForce"]
