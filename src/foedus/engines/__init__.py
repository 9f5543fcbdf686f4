"""The engines: one a topic, each a frozen dataclass whose fields are its settings."""

from typing import Final

from foedus.engines.bargaining.engine import Bargaining
from foedus.engines.brokerage.engine import Brokerage
from foedus.engines.command.engine import Command
from foedus.engines.consent.engine import Consent
from foedus.engines.deterrence.engine import Guarantee
from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.plan.engine import PlannedForce
from foedus.engines.protocol import AnyEngine
from foedus.engines.spending.engine import Spending
from foedus.engines.voting.engine import Voting
from foedus.engines.voting.room.engine import Room

ENGINES: Final[dict[str, type[AnyEngine]]] = {
    Consent.name: Consent,
    SustainedForce.name: SustainedForce,
    PlannedForce.name: PlannedForce,
    Spending.name: Spending,
    Command.name: Command,
    Bargaining.name: Bargaining,
    Brokerage.name: Brokerage,
    Voting.name: Voting,
    Room.name: Room,
    Guarantee.name: Guarantee,
}
"""Every engine by name."""

__all__ = [
    "ENGINES",
    "Bargaining",
    "Brokerage",
    "Command",
    "Consent",
    "Guarantee",
    "PlannedForce",
    "Room",
    "Spending",
    "SustainedForce",
    "Voting",
]
