"""Command: who could lead, in whose chain, and what speaks for and against each.

Every criterion stands by itself. There is no index: nobody has a rate at which months of relief are
worth soldiers who would refuse to serve.
"""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, Final, NamedTuple

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.command.acceptance import joiner_weights, serves, weighted_share
from foedus.engines.command.choosing import first_by
from foedus.engines.command.inputs import (
    DAYS_PER_MONTH,
    USUAL_CHAINS,
    CommandInputs,
    read_inputs,
)
from foedus.engines.command.result import CommandResult
from foedus.engines.command.spans import brigades_commanded
from foedus.engines.command.turns import Bench, take_turns
from foedus.engines.protocol import Outcome
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

Fraction = Annotated[float, Ge(0), Le(1)]

HIGHEST: Final = 0
"""Place of the highest echelon."""
CHAIN_WORDS: Final = {"nato": "NATO's chain", "coalition": "the coalition", "eu": "the EU's chain"}
FOLLOWED: Final = (
    ("headquarters_share", "Headquarters asked for that {chain} can field", True),
    ("capacity_share", "Brigades that {chain} can command over those asked for", True),
    ("acceptance_share", "Soldiers who serve under the lead of {chain}", True),
    ("interoperability_share", "How used the joiners are to the lead of {chain}", True),
    ("filled_months", "Months for which {chain} keeps its headquarters filled", True),
    ("handovers_count", "Hand-overs of the lead in {chain}", False),
)


class Found(NamedTuple):
    """One chain under one lead, shape (draw,) each."""

    is_there: BoolArray
    fields_all: BoolArray
    headquarters_share: FloatArray
    capacity_share: FloatArray
    acceptance_share: FloatArray
    interoperability_share: FloatArray
    own_months: FloatArray
    filled_months: FloatArray
    handovers_count: FloatArray
    notice_days: FloatArray


@dataclass(frozen=True)
class Future:
    """What came to pass in each draw."""

    free: BoolArray
    """Shape (draw, headquarters)."""
    led: BoolArray
    """Shape (draw, candidate): whether all who lead it join."""
    there: BoolArray
    """Shape (draw, candidate): whether it is free, too."""
    weight: FloatArray
    """Shape (draw, nation): part of the joiners' soldiers that each sends."""
    serves: BoolArray
    """Shape (draw, nation, lead): who serves under whom by habit."""
    used_to: FloatArray
    """Shape (draw, lead): how used the joiners are to each lead."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """Who could lead, in whose chain, and what speaks for and against each."""

    name: ClassVar[str] = "command"
    title: ClassVar[str] = "Command"
    needs: ClassVar[tuple[str, ...]] = (
        "capabilities",
        "units",
        "requirement",
        "headquarters",
        "partnerships",
    )
    follows: ClassVar[tuple[Outcome, ...]] = tuple(
        Outcome(f"{chain}_{criterion}", title.format(chain=CHAIN_WORDS[chain]), better)
        for chain in USUAL_CHAINS
        for criterion, title, better in FOLLOWED
    )

    least_acceptance_share: Fraction = 0.5
    """Strength of a partnership from which a nation serves under another's command."""
    least_futures: Annotated[int, Ge(1)] = 4096
    """Futures that are played where the assumptions are a single point."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> CommandInputs:
        """Gather headquarters, habits and who joins as they stand in each draw."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: CommandInputs, rng: np.random.Generator, /) -> CommandResult:
        """Draw which headquarters are free, and find every criterion of every chain and lead."""
        future = play(inputs, rng)
        found = [compare(inputs, future, chain, lead) for chain, lead in inputs.pairs]
        wide = partial(widened, n=inputs.n)
        columns: dict[str, NDArray[Any]] = {
            name: np.stack([getattr(one, name) for one in found], axis=1)
            if found
            else np.zeros((inputs.n, 0), dtype=kind)
            for name, kind in KINDS.items()
        }
        return CommandResult(
            codes=inputs.codes,
            echelons=inputs.echelons,
            needed_count=inputs.needed_count,
            every=inputs.every,
            candidates=inputs.candidates,
            lead_of=inputs.lead,
            chains=inputs.chains,
            leads=inputs.leads,
            pairs=inputs.pairs,
            own_chain=inputs.own_chain,
            needs_consent=inputs.needs_consent,
            formation=inputs.formation,
            stated_share=inputs.stated_share,
            in_body=inputs.in_body,
            lead_in_body=inputs.lead_in_body,
            **columns,
            chosen=stands_for_chain(inputs, columns),
            us_share=wide(inputs.us_share),
            blessing=wide(inputs.blessing),
            duration_months=wide(inputs.duration_months),
            weight=future.weight,
            joins=wide(inputs.joins),
            serves=future.serves,
            free=future.free,
            led=future.led,
            span_count=wide(inputs.span_count),
        )


KINDS: Final[dict[str, type[np.bool_] | type[np.float64]]] = {
    name: np.bool_ if name in ("is_there", "fields_all") else np.float64 for name in Found._fields
}


def widened(values: NDArray[Any], n: int) -> NDArray[Any]:
    """Return an array with n draws; one draw stands for all."""
    return np.broadcast_to(values, (n, *values.shape[1:]))


def play(inputs: CommandInputs, rng: np.random.Generator) -> Future:
    """Draw which headquarters are free, and tell who leads and who serves."""
    n = inputs.n
    free = rng.random((n, len(inputs.every))) < inputs.available_prob
    # A lead is there if nobody of those who lead stays out.
    stays_out = inputs.leading[None, :, :] & ~inputs.joins[:, None, :]
    can_lead = ~stays_out.any(axis=2) & ~inputs.never_leads
    led = widened(can_lead[:, inputs.lead], n)
    weight = widened(joiner_weights(inputs.sent_persons, inputs.joins), n)
    no_body = np.zeros(len(inputs.codes), dtype=np.bool_), np.zeros(len(inputs.leads), np.bool_)
    return Future(
        free=free,
        led=led,
        there=led & free[:, inputs.candidates],
        weight=weight,
        serves=widened(serves(inputs.strength_share, inputs.least_acceptance_share, *no_body), n),
        used_to=weighted_share(inputs.strength_share, weight),
    )


def compare(inputs: CommandInputs, future: Future, chain: int, lead: int) -> Found:
    """Return every criterion of one chain under one lead."""
    n = inputs.n
    in_body = inputs.in_body[chain] & inputs.lead_in_body[chain, lead]
    serving = future.serves[:, :, lead] | in_body
    own = inputs.lead == lead
    at_hand = future.there & inputs.in_chain[:, chain]
    under = at_hand & (own | leaders_serve(inputs, serving, chain, lead))
    is_there = (at_hand & own & (inputs.echelon == HIGHEST)).any(axis=1)
    fields, share, brigades = fielded(inputs, under, own)
    filled, handovers = kept_filled(inputs, at_hand, under, own)
    own_months, _ = take_turns(
        bench(inputs, at_hand & own & (inputs.echelon == HIGHEST), own),
        int(inputs.needed_count[HIGHEST]),
        inputs.duration_months,
    )
    asked = inputs.asked_brigades_count
    capacity = np.divide(brigades, asked, out=np.ones(n), where=widened(asked > 0, n))
    days = np.where(
        at_hand & own & (inputs.echelon == HIGHEST),
        inputs.notice_days[:, inputs.candidates],
        np.inf,
    ).min(axis=1, initial=np.inf)

    def where_there(values: NDArray[Any]) -> FloatArray:
        """Return 0 where the lead is not there, so that nothing is said of it."""
        return np.where(is_there, values, 0.0)

    return Found(
        is_there=is_there,
        fields_all=fields & is_there,
        headquarters_share=where_there(share),
        capacity_share=where_there(capacity),
        acceptance_share=where_there((serving * future.weight).sum(axis=1)),
        interoperability_share=where_there(future.used_to[:, lead]),
        own_months=where_there(own_months / inputs.needed_count[HIGHEST]),
        filled_months=where_there(filled),
        handovers_count=where_there(handovers),
        notice_days=where_there(days),
    )


def leaders_serve(inputs: CommandInputs, serving: BoolArray, chain: int, lead: int) -> BoolArray:
    """Return whether all who lead a headquarters serve under a lead, shape (draw, candidate).

    A body, which has no soldiers, serves where its own members accept the lead.
    """
    refuses = inputs.leading[None, :, :] & ~serving[:, None, :]
    by_nations = ~refuses.any(axis=2)
    has_nations = inputs.leading.any(axis=1)
    accepted = inputs.lead_in_body[chain] & inputs.lead_in_body[chain, lead]
    willing: BoolArray = np.where(has_nations, by_nations, accepted)
    return willing[:, inputs.lead]


def fielded(
    inputs: CommandInputs, under: BoolArray, own: BoolArray
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return whether all that is asked for is at hand, which share, and the brigades commanded.

    Every brigade stands under a headquarters of each echelon, so the echelon that can command
    fewest decides: spans of different echelons are never added.
    """
    span = inputs.span_count[:, inputs.candidates]
    taken, brigades = [], []
    for echelon, needed in enumerate(inputs.needed_count.tolist()):
        of = inputs.echelon == echelon
        commands, count = brigades_commanded(span[:, of], under[:, of], own[of], needed)
        brigades.append(commands)
        taken.append(count)
    counts = np.stack(taken, axis=1)
    share = counts.sum(axis=1) / inputs.needed_count.sum()
    is_all: BoolArray = np.asarray((counts >= inputs.needed_count).all(axis=1))
    return is_all, share, np.stack(brigades).min(axis=0)


def kept_filled(
    inputs: CommandInputs, at_hand: BoolArray, under: BoolArray, own: BoolArray
) -> tuple[FloatArray, IntArray]:
    """Return the months for which places are filled, and hand-overs of the lead.

    In the highest place every headquarters of the chain may take its turn, and with it the lead. In
    the others those do whose leaders serve under the first lead. Of several echelons the one that
    is filled least counts, and in each the mean of its places.
    """
    months = []
    handed = np.zeros(inputs.n, dtype=np.int64)
    for echelon, needed in enumerate(inputs.needed_count.tolist()):
        who = (at_hand if echelon == HIGHEST else under) & (inputs.echelon == echelon)
        filled, handovers = take_turns(bench(inputs, who, own), needed, inputs.duration_months)
        months.append(filled / needed)
        if echelon == HIGHEST:
            handed = handovers
    return np.stack(months).min(axis=0), handed


def bench(inputs: CommandInputs, who: BoolArray, own: BoolArray) -> Bench:
    """Return headquarters as they take turns, those of the lead first."""
    return Bench(
        there=who,
        goes_first=own,
        lead=inputs.lead,
        notice_months=inputs.notice_days[:, inputs.candidates] / DAYS_PER_MONTH,
        tour_months=inputs.tour_months,
        dwell_ratio=inputs.dwell_ratio,
    )


def stands_for_chain(inputs: CommandInputs, columns: dict[str, NDArray[Any]]) -> IntArray:
    """Return which pair stands for each chain, shape (draw, chain); -1 where no lead is there.

    Of the leads that are there one that fields all that is asked for comes before others; then the
    one under whom more soldiers serve; then the one they are more used to; then by code.
    """
    chosen = np.full((inputs.n, len(inputs.chains)), -1, dtype=np.int64)
    for chain in range(len(inputs.chains)):
        places = np.array([i for i, (c, _) in enumerate(inputs.pairs) if c == chain], np.int64)
        if places.size:
            best = first_by(
                columns["is_there"][:, places],
                columns["fields_all"][:, places],
                columns["acceptance_share"][:, places],
                columns["interoperability_share"][:, places],
            )
            chosen[:, chain] = np.where(best >= 0, places[best], -1)
    return chosen
