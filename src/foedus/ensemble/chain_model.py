"""The chain of an option as a model of designs: outcomes over draws, and the events in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foedus.engines import Bargaining, Consent, Guarantee, Spending, SustainedForce
from foedus.engines.protocol import Outcome
from foedus.engines.settings import configured
from foedus.ensemble.attempts import tried
from foedus.ensemble.chained import AT_LEAST, Chain, chain_of
from foedus.errors import SettingsError
from foedus.runs import Request, Seen, in_order
from foedus.scenario.draws import Draws, stream
from foedus.scenario.scenario import Scenario, unknown

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

BACKING: Final = "consent/backing"
"""The event that the guarantor stands behind the force."""
IN_CHAIN: Final = (Consent, SustainedForce, Spending, Bargaining, Guarantee)


@dataclass(frozen=True)
class ChainModel:
    """One option of a scenario, run as far as an outcome needs it."""

    scenario: Scenario
    request: Request
    """Its option, seed and cells that were set."""
    engines: tuple[str, ...] | None = None
    """Engines whose outcomes are wanted; all of the chain if None."""

    @property
    def chain(self) -> Chain:
        """What draws do not change."""
        return chain_of(self.scenario, self.request)

    def chance(self, block: int) -> Callable[[str], np.random.Generator]:
        """Return the engines' own chance of a block."""
        return lambda name: stream(self.request.seed, block, name)

    def __call__(
        self, draws: Draws, *, block: int, chance_block: int | None = None
    ) -> Mapping[str, FloatArray]:
        """Return outcomes by `<engine>/<outcome>`, shape (draw,), NaN where a draw failed.

        Raises
        ------
        MissingDataError
            If the scenario lacks what the engines need.
        SettingsError
            If too many draws fail.
        """
        number = block if chance_block is None else chance_block
        model = partial(self.chain.outcomes, engines=self.engines)
        return tried(model, draws, self.chance(number)).outcomes

    def events(self, draws: Draws, *, block: int) -> dict[str, BoolArray]:
        """Return what chance in the model decides, shape (draw,) each.

        Whether the guarantor stands behind the force (`consent/backing`), and for each contributor
        whether it joins (`consent/FRA/level`).
        """
        fixed = self.request.fixed
        consent = configured(Consent(), self.scenario, fixed)
        inputs = consent.inputs(in_order(Seen(self.scenario, fixed)), draws)
        joined = consent.solve(inputs, self.chance(block)(Consent.name))
        backing = {BACKING: np.broadcast_to(joined.backing, draws.n)}
        return backing | {
            f"consent/{code}/level": joined.joins[:, place]
            for place, code in enumerate(joined.codes)
        }


def followed_outcomes() -> dict[str, Outcome]:
    """Return every outcome that the chain may follow, by `<engine>/<outcome>`."""
    found = {
        f"{engine.name}/{outcome.name}": outcome
        for engine in IN_CHAIN
        for outcome in engine.follows
    }
    sizes = {
        f"{SustainedForce.name}/{name}": Outcome(
            name, f"At least {size:,} in balance on land", True
        )
        for name, size in AT_LEAST.items()
    }
    return found | sizes


def outcome_named(name: str) -> tuple[str, Outcome]:
    """Return an outcome of the chain by its name in full, or by the part behind the engine.

    Raises
    ------
    SettingsError
        If there is none, or several engines have one of this name.

    Examples
    --------
    >>> outcome_named("balanced_persons")[0]
    'forces/balanced_persons'
    """
    known = followed_outcomes()
    fits = [one for one in known if name in (one, one.partition("/")[2])]
    if not fits:
        raise SettingsError(unknown("there is no outcome", name, known))
    if len(fits) > 1:
        raise SettingsError(
            f"{name!r} is an outcome of several engines. Write {' or '.join(fits)}."
        )
    return fits[0], known[fits[0]]
