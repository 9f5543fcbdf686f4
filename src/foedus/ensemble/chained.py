"""The whole chain of one option over one block of draws: consent to force, money and guarantee.

What an ordinary run does engine by engine over all draws is done here block by block and without
tables: on cells that any design drew, and for outcomes only. On the draws of an ordinary run the
outcomes are those of ordinary runs, to the last bit.

What has no array form is not in it: force plans, rooms, votes, brokerage, and of bargaining all but
the compromise model. What happens within so many months is not in it either: a ratio of means over
all draws tells it.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from foedus.chain import OptionRuns, force_link, levels_link, sent_link, without_guarantor
from foedus.engines import Bargaining, Consent, Guarantee, Spending, SustainedForce
from foedus.engines.arrays import FloatArray
from foedus.engines.consent.engine import ConsentResult
from foedus.engines.consent.inputs import ConsentInputs, with_other_backing
from foedus.engines.protocol import AnyEngine, Outcome
from foedus.engines.settings import configured
from foedus.ensemble.compromise import compromise_outcomes
from foedus.errors import MissingDataError, SettingsError
from foedus.provenance import Circumstance, Provenance
from foedus.runs import Request, Run, Seen, check_needs, identity_of, in_order
from foedus.scenario.draws import Draws, point, stream
from foedus.scenario.scenario import Scenario, unknown

SIZES_PERSONS: Final = (10_000, 30_000, 100_000)
"""Sizes of a balanced force that are asked about, once all are in place."""
AT_LEAST: Final = {f"at_least_{size}_prob": size for size in SIZES_PERSONS}
"""Outcomes by which it is followed whether the force has them."""
FED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    Consent.name: (),
    SustainedForce.name: (Consent.name,),
    Spending.name: (Consent.name, SustainedForce.name),
    Bargaining.name: (),
    Guarantee.name: (Consent.name, SustainedForce.name),
}
"""Every engine of the chain in its order, and those that must be run before it."""
READ_BY_CHAIN: Final = frozenset(
    {
        *("approvals", "base_rates", "budgets", "capabilities", "ceilings", "commitments"),
        *("costs", "deflators", "dependence", "disputes", "engines", "finances", "issues"),
        *("options", "payers", "polls", "positions", "principals", "requirement", "share_keys"),
        *("stances", "targets", "thresholds", "units"),
    }
)
"""Tables of which anything in the chain reads drawn cells. A test watches it read."""
OUTCOMES: Final[Mapping[str, Outcome]] = {
    **{
        f"{engine.name}/{outcome.name}": outcome
        for engine in (Consent, SustainedForce, Spending, Bargaining, Guarantee)
        for outcome in engine.follows
    },
    **{
        f"{SustainedForce.name}/{name}": Outcome(name, f"At least {size:,} in balance", True)
        for name, size in AT_LEAST.items()
    },
}
"""What the outcomes of the chain are called; that an outcome stands here does not mean that a
scenario has it."""
CHAINS_KEPT: Final = 8

E = TypeVar("E", bound=AnyEngine)
Chance = Callable[[str], np.random.Generator]
"""Returns the chance of an engine by its name, from its beginning each time."""


def chained(
    scenario: Scenario,
    request: Request,
    draws: Draws,
    *,
    block: int,
    chance_block: int | None = None,
    engines: Collection[str] | None = None,
) -> dict[str, FloatArray]:
    """Run the chain of one option over one block of draws.

    Parameters
    ----------
    scenario
        As it stands in the files; what was set is in the request.
    request
        Its option, seed and cells that were set; how many draws it asks for is not read here.
    draws
        Cells of one block, as any design drew them.
    block
        Number of the block: it says where the engines' own chance comes from.
    chance_block
        Take the engines' own chance of this block, so that it can be held or changed while cells
        change or stay; that of `block` if None.
    engines
        Names of the engines whose outcomes are wanted; those that feed them are run too. All that
        the scenario has tables and rows for if None.

    Returns
    -------
    dict
        Each outcome by `<engine>/<outcome>`, such as `forces/balanced_persons`, shape (draw,):
        those that the engines follow, and whether the balanced force is at least so large
        (`forces/at_least_30000_prob`, 1 or 0).

    Raises
    ------
    MissingDataError
        If consent and the force cannot be found, or an engine that is asked for cannot.
    FoedusError, ValueError
        As the engines do for a block in which any draw cannot be taken; `tried` goes on without
        such draws.
    """
    number = block if chance_block is None else chance_block

    def chance(name: str) -> np.random.Generator:
        return stream(request.seed, number, name)

    return chain_of(scenario, request).outcomes(draws, chance, engines)


@dataclass(frozen=True)
class Side:
    """The option with the guarantor as it counts on it, or without."""

    request: Request
    seen: Scenario
    """The scenario as engines see it."""
    provenance: Provenance
    """Of no run that is kept: links pass runs on."""


class Chain:
    """One option of a scenario with its engines as they are set: all that draws do not change.

    Raises
    ------
    MissingDataError
        If the scenario lacks what consent or the force needs.
    SettingsError
        If an engine does not take its settings.
    """

    def __init__(self, scenario: Scenario, request: Request) -> None:
        self.scenario = scenario
        self.with_guarantor = self.side(request)
        self.without = self.side(without_guarantor(scenario, request))
        self.consent = self.ready(Consent())
        # Strength once all are in place, and nothing else.
        self.forces = self.ready(SustainedForce(longest_months=0, by_month=False))
        self.spending = self.able(Spending())
        self.bargaining = self.able(Bargaining())
        # One draw is the least for which the smallest force that deters can be searched.
        self.guarantee = self.able(Guarantee(searched_count=1))
        every = (self.consent, self.forces, self.spending, self.bargaining, self.guarantee)
        self.engines: tuple[AnyEngine, ...] = tuple(one for one in every if one is not None)
        """Those that can be run, in their order."""
        self.follows = {
            engine.name: {outcome.name for outcome in engine.follows} for engine in self.engines
        }
        """Outcomes that are followed, by engine."""
        self.follows[SustainedForce.name] |= AT_LEAST.keys()

    def side(self, request: Request) -> Side:
        """Return the option as a request sets it."""
        identity = identity_of(self.scenario, Consent(), request)
        seen = in_order(Seen(self.scenario, request.fixed))
        return Side(request, seen, Provenance(identity, Circumstance.now(0.0)))

    def ready(self, engine: E) -> E:
        """Return an engine with its settings; MissingDataError if a table is missing."""
        check_needs(self.scenario, engine)
        return configured(engine, self.scenario, self.with_guarantor.request.fixed)

    def able(self, engine: E) -> E | None:
        """Return an engine with its settings, None if tables or rows are missing."""
        side = self.with_guarantor
        try:
            found = self.ready(engine)
            found.inputs(side.seen, point(side.request.option, side.request.fixed))
        except MissingDataError:
            return None
        return found

    def to_run(self, engines: Collection[str] | None) -> set[str]:
        """Return the engines to run for the outcomes of some, with those that feed them.

        Raises
        ------
        SettingsError
            If one is not in the chain.
        MissingDataError
            If the scenario lacks what one of them needs.
        """
        asked = self.follows if engines is None else engines
        for name in asked:
            if name not in FED_BY:
                raise SettingsError(unknown("the chain has no engine", name, FED_BY))
            if name not in self.follows:
                raise MissingDataError(
                    f"{self.scenario.name}: tables or rows that {name} needs are missing, so that "
                    "nothing of it can be followed. Add them, or leave its outcomes out."
                )
        return {name for engine in asked for name in (engine, *FED_BY[engine])}

    def outcomes(
        self, draws: Draws, chance: Chance, engines: Collection[str] | None = None
    ) -> dict[str, FloatArray]:
        """Return every outcome by `<engine>/<outcome>`, shape (draw,) each; see `chained`."""
        run = self.to_run(engines)
        seen = self.with_guarantor.seen
        found: dict[str, dict[str, FloatArray]] = {}
        if Consent.name in run:
            inputs = self.consent.inputs(seen, draws)
            joined = self.joined(self.with_guarantor, inputs, chance)
            found[Consent.name] = joined.result.outcomes()
        if SustainedForce.name in run:
            option = self.sent(self.with_guarantor, draws, chance, joined)
            found[SustainedForce.name] = with_sizes(option.forces.result.outcomes())
        if self.spending is not None and Spending.name in run:
            sent = draws.with_links(sent_link(option.forces))
            money = self.spending.solve(self.spending.inputs(seen, sent), chance(Spending.name))
            found[Spending.name] = money.outcomes()
        if self.bargaining is not None and Bargaining.name in run:
            views = self.bargaining.inputs(seen, draws)
            found[Bargaining.name] = compromise_outcomes(views, chance(Bargaining.name))
        if self.guarantee is not None and Guarantee.name in run:
            alone = self.alone(draws, chance, inputs)
            found[Guarantee.name] = self.guaranteed(self.guarantee, draws, chance, option, alone)
        return {
            f"{name}/{outcome}": values
            for name in self.follows
            if name in found and (engines is None or name in engines)
            for outcome, values in found[name].items()
            if outcome in self.follows[name]
        }

    def joined(self, side: Side, inputs: ConsentInputs, chance: Chance) -> Run[ConsentResult]:
        """Return who joins."""
        return Run(self.consent.played(inputs, chance(Consent.name)), side.provenance)

    def sent(
        self, side: Side, draws: Draws, chance: Chance, joined: Run[ConsentResult]
    ) -> OptionRuns:
        """Return what those who join send."""
        linked = draws.with_links(levels_link(self.scenario, joined))
        result = self.forces.solve(self.forces.inputs(side.seen, linked), chance(self.forces.name))
        return OptionRuns(side.request.option, joined, Run(result, side.provenance))

    def alone(self, draws: Draws, chance: Chance, inputs: ConsentInputs) -> OptionRuns:
        """Return the option without the guarantor, on the same chance.

        Parameters
        ----------
        inputs
            Of consent, with the guarantor.
        """
        side = self.without
        left = draws.with_fixed(side.request.fixed)
        unbacked = with_other_backing(inputs, self.consent, side.seen, left)
        return self.sent(side, left, chance, self.joined(side, unbacked, chance))

    def guaranteed(
        self,
        engine: Guarantee,
        draws: Draws,
        chance: Chance,
        option: OptionRuns,
        alone: OptionRuns,
    ) -> dict[str, FloatArray]:
        """Return what the guarantee comes to; what hangs on all draws together is left out."""
        request = replace(self.with_guarantor.request, draws=draws.n)
        every = slice(0, draws.n)
        links = force_link(self.scenario, request, option, alone)
        linked = draws.with_links({cell: values[every] for cell, values in links.items()})
        inputs = engine.inputs(self.with_guarantor.seen, linked)
        result = engine.solve(inputs, chance(Guarantee.name))
        # Without a baseline nothing is told by month.
        by_draw = replace(result, baseline_prob=np.full(draws.n, np.nan)).outcomes()
        return {name: v for name, v in by_draw.items() if not name.endswith("_months_prob")}


def with_sizes(outcomes: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Return the outcomes of the force, and beside them whether it is so large, 1 or 0."""
    balanced = outcomes["balanced_persons"]
    return outcomes | {
        name: (balanced >= size).astype(np.float64) for name, size in AT_LEAST.items()
    }


_CHAINS: dict[Hashable, Chain] = {}


def chain_of(scenario: Scenario, request: Request) -> Chain:
    """Return the chain of an option, made once for requests that differ in seed or draws alone."""
    cells = frozenset((cell, type(value), value) for cell, value in request.fixed.items())
    key = (scenario.name, scenario.digest, request.option, cells)
    chain = _CHAINS.get(key)
    if chain is None:
        chain = _CHAINS[key] = Chain(scenario, request)
        while len(_CHAINS) > CHAINS_KEPT:
            _CHAINS.pop(next(iter(_CHAINS)))
    return chain
