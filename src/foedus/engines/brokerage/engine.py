"""Brokerage: who can be the bridge to a camp, by what of the link to it hangs on each.

Ties are conductances. What decides is the effective resistance between those who send and those
addressed: how far it rises when all ties of a candidate are taken out.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.brokerage.centrality import standing
from foedus.engines.brokerage.conductance import NOBODY, effective_conductance, hanging_share
from foedus.engines.brokerage.currents import current_share
from foedus.engines.brokerage.inputs import BrokerageInputs, read_inputs
from foedus.engines.brokerage.result import BrokerageResult, Carrier, LeftOut, Raised
from foedus.engines.brokerage.roles import brokerage_counts
from foedus.engines.protocol import Outcome
from foedus.errors import MissingDataError
from foedus.scenario.draws import Draws
from foedus.scenario.office import governs
from foedus.scenario.scenario import Scenario

Fraction = Annotated[float, Ge(0), Le(1)]


@dataclass(frozen=True, kw_only=True)
class Brokerage:
    """Who can be the bridge to a camp, by what of the link to it hangs on each."""

    name: ClassVar[str] = "brokerage"
    title: ClassVar[str] = "Brokerage"
    needs: ClassVar[tuple[str, ...]] = ("tie_kinds", "ties", "camps")
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("bridge_share", "Part of the link that hangs on whoever is best"),
        Outcome("runner_up_share", "Part of the link that hangs on the second best"),
        Outcome("lead_share", "How much more hangs on the envoy chosen than on any other"),
        Outcome("link_weight", "Conductance between those who send and those addressed"),
    )

    camp: str = ""
    """Camp whose envoy is looked for; empty for all that send together."""
    strained_share: Fraction = 0.5
    """Part of its strength with which a strained tie counts."""
    least_tie_weight: Annotated[float, Ge(0)] = 0.25
    """Conductance from which two count as tied when roles of brokers are counted."""
    contenders_count: Annotated[int, Ge(1)] = 5
    """Candidates of whom it is asked what one tie stronger or their leader gone would change."""
    what_if_draws_count: Annotated[int, Ge(1)] = 500
    """Draws of each block of 4,096 on which that is asked."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> BrokerageInputs:
        """Gather ties, their weights and the camps as they stand in each draw."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: BrokerageInputs, rng: np.random.Generator, /) -> BrokerageResult:
        """Draw who governs, and find what hangs on each candidate.

        Raises
        ------
        MissingDataError
            If no chain of ties leads from those who send to those addressed, or all that leads
            there is direct.
        """
        network = inputs.network
        at_point = inputs.at_point or inputs
        if inputs.at_point is None:
            carried, highest = (
                network.expected(weight) for weight in (network.weight, network.highest_weight)
            )
        else:
            uniform = rng.random((inputs.n, network.office_prob.shape[1]))
            government = governs(network.office_prob, uniform)
            carried, highest = (
                network.under(government, weight)
                for weight in (network.weight, network.highest_weight)
            )
        look = Look(inputs)
        first = Look(at_point)
        expected = at_point.network.expected(at_point.network.weight)
        at_first = first.hangs(expected)
        refuse_unlinked(at_point, first, expected, at_first[0])
        contenders = in_front(at_first[0], self.contenders_count)
        whole = network.matrix(carried)
        hangs = np.stack([look.hangs(carried, side) for side in range(len(inputs.sides))], axis=1)
        asked = carried[: self.what_if_draws_count]
        after_stronger, stronger = look.one_tie_stronger(
            asked, highest[: len(asked)], [first.strongest_tie(expected, who) for who in contenders]
        )
        return BrokerageResult(
            codes=inputs.codes,
            candidates=inputs.candidates,
            sides=inputs.sides,
            side=inputs.side,
            addressed_camp=inputs.addressed_camp,
            camp_members=inputs.senders,
            group=inputs.group,
            without_ties=inputs.without_ties,
            hangs_share=hangs,
            link_weight=np.stack(
                [
                    effective_conductance(look.friends(whole), senders, inputs.addressed)
                    for senders in inputs.senders
                ],
                axis=1,
            ),
            addressed_weight=whole[:, inputs.candidates][:, :, inputs.addressed].sum(axis=2),
            senders_weight=look.to_senders(whole),
            hostile_weight=whole[:, inputs.candidates][:, :, inputs.hostile].sum(axis=2),
            contenders=contenders,
            stronger=tuple(None if tie is None else network.ties[tie] for tie in stronger),
            best_as_it_is=best(hangs[: len(asked), inputs.side]),
            best_if_stronger=after_stronger,
            best_if_gone=look.leaders_gone(asked, contenders),
            standing=standing(
                first.friends(at_point.network.matrix(expected))[0],
                at_point.senders[at_point.side],
                at_point.addressed,
            ),
            roles_count=self.roles(at_point, first, expected),
            carriers=first.carriers(expected, contenders),
            raised=first.raised(expected),
            left_out=first.kinds_left_out(expected),
        )

    def roles(self, at_point: BrokerageInputs, look: "Look", expected: FloatArray) -> IntArray:
        """Return how often each node stands in each role, shape (node, role)."""
        weight = look.friends(at_point.network.matrix(expected))[0]
        tied = (weight >= self.least_tie_weight) & (weight > 0)
        # Who stands in no camp is a group of its own.
        own = at_point.group.max() + 1 + np.arange(len(at_point.group))
        return brokerage_counts(tied, np.where(at_point.group < 0, own, at_point.group))


class Look:
    """The questions that are asked of a network under one reading of its ties."""

    def __init__(self, inputs: BrokerageInputs) -> None:
        self.inputs = inputs
        self.network = inputs.network

    def friends(self, weight: FloatArray) -> FloatArray:
        """Return a network without the ties of those over whom nothing is sent."""
        kept: FloatArray = weight.copy()
        kept[:, self.inputs.hostile] = 0.0
        kept[:, :, self.inputs.hostile] = 0.0
        return kept

    def hangs(self, carried: FloatArray, side: int | None = None) -> FloatArray:
        """Return what hangs on each candidate, shape (draw, candidate).

        Parameters
        ----------
        carried : shape (draw, tie)
        side
            That which is looked at if None.
        """
        return hanging_share(
            self.friends(self.network.matrix(carried)),
            self.inputs.senders[self.inputs.side if side is None else side],
            self.inputs.addressed,
            self.inputs.candidates,
        )

    def to_senders(self, weight: FloatArray) -> FloatArray:
        """Return what ties each candidate to those who send, shape (draw, candidate)."""
        senders = self.inputs.senders[self.inputs.side]
        found: FloatArray = weight[:, self.inputs.candidates][:, :, senders].sum(axis=2)
        return found

    def touches(self, candidate: int) -> BoolArray:
        """Return which ties are a candidate's, shape (tie,)."""
        found: BoolArray = (self.network.ends == self.inputs.candidates[candidate]).any(axis=1)
        return found

    def strongest_tie(self, expected: FloatArray, candidate: int) -> int | None:
        """Return the tie of a candidate that carries most to those addressed; None for none."""
        there = self.inputs.addressed[self.network.ends].any(axis=1) & self.touches(candidate)
        carried = np.where(there, expected[0], 0.0)
        return int(np.argmax(carried)) if carried.any() else None

    def one_tie_stronger(
        self, carried: FloatArray, highest: FloatArray, ties: list[int | None]
    ) -> tuple[IntArray, list[int | None]]:
        """Return who is best once a tie is at its high end, shape (draw, tie), and the ties."""
        found = []
        for tie in ties:
            changed = carried.copy()
            if tie is not None:
                changed[:, tie] = np.maximum(carried[:, tie], highest[:, tie])
            found.append(best(self.hangs(changed)))
        return np.stack(found, axis=1), ties

    def leaders_gone(self, carried: FloatArray, contenders: IntArray) -> IntArray:
        """Return who is best once the personal ties of one are gone, shape (draw, contender)."""
        found = []
        for who in contenders.tolist():
            gone = self.network.is_personal & self.touches(who)
            found.append(best(self.hangs(np.where(gone, 0.0, carried))))
        return np.stack(found, axis=1)

    def carriers(self, expected: FloatArray, contenders: IntArray) -> tuple[Carrier, ...]:
        """Return what flows over each tie of each contender, as part of all that flows."""
        weight = self.friends(self.network.matrix(expected))[0]
        found = []
        for who in contenders.tolist():
            place = int(self.inputs.candidates[who])
            others = self.inputs.senders[self.inputs.side].copy()
            others[place] = False
            flow = current_share(weight, others, self.inputs.addressed)
            carried: dict[tuple[int, str], float] = {}
            for tie in np.flatnonzero(self.touches(who)).tolist():
                i, j = self.network.ends[tie].tolist()
                key = (j if i == place else i, self.network.ties[tie].kind)
                carried[key] = carried.get(key, 0.0) + float(expected[0, tie])
            for (other, kind), own in carried.items():
                if weight[place, other] > 0:
                    share = float(flow[place, other]) * own / float(weight[place, other])
                    found.append(Carrier(who, other, kind, own, share))
        return tuple(found)

    def raised(self, expected: FloatArray) -> tuple[Raised, ...]:
        """Return the single ties that change who is best if they are at their high end.

        Each is raised by itself, where the assumptions stand.
        """
        highest = self.network.expected(self.network.highest_weight)[0]
        before = int(best(self.hangs(expected))[0])
        found = []
        for tie in np.flatnonzero(highest > expected[0]).tolist():
            changed = expected.copy()
            changed[0, tie] = highest[tie]
            after = int(best(self.hangs(changed))[0])
            if after != before:
                i, j = self.network.ends[tie].tolist()
                about = self.network.ties[tie]
                found.append(
                    Raised(i, j, about.kind, float(expected[0, tie]), float(highest[tie]), after)
                )
        return tuple(found)

    def kinds_left_out(self, expected: FloatArray) -> tuple[LeftOut, ...]:
        """Return who is best if ties of one kind do not count, kind by kind."""
        found = []
        for kind in sorted({about.kind for about in self.network.ties}):
            counts = np.array([about.kind != kind for about in self.network.ties])
            hangs = self.hangs(np.where(counts, expected, 0.0))
            who = int(best(hangs)[0])
            found.append(LeftOut(kind, who, 0.0 if who == NOBODY else float(hangs[0, who])))
        return tuple(found)


def best(hangs: FloatArray) -> IntArray:
    """Return on whom most hangs, shape (draw,); the first of equals, `NOBODY` if on none.

    Parameters
    ----------
    hangs : shape (draw, candidate)
        NaN for one of whom it cannot be asked.

    Examples
    --------
    >>> best(np.array([[0.1, 0.3, np.nan], [0.0, np.nan, 0.0]])).tolist()
    [1, -1]
    """
    known = np.nan_to_num(hangs, nan=0.0)
    found: IntArray = np.where(known.max(axis=1, initial=0.0) > 0, known.argmax(axis=1), NOBODY)
    return found


def in_front(hangs: FloatArray, count: int) -> IntArray:
    """Return the candidates on whom most hangs, most first; none on whom nothing does.

    >>> in_front(np.array([0.1, 0.0, 0.3, np.nan]), 5).tolist()
    [2, 0]
    """
    known = np.nan_to_num(hangs, nan=0.0)
    order = np.argsort(-known, kind="stable")[:count]
    found: IntArray = order[known[order] > 0]
    return found


def refuse_unlinked(
    inputs: BrokerageInputs, look: Look, expected: FloatArray, hangs: FloatArray
) -> None:
    """Raise MissingDataError where nobody could be a bridge, and say why."""
    if in_front(hangs, 1).size:
        return
    weight = look.friends(inputs.network.matrix(expected))
    linked = effective_conductance(weight, inputs.senders[inputs.side], inputs.addressed)
    side = inputs.sides[inputs.side]
    if linked[0] > 0:
        raise MissingDataError(
            f"ties.csv: all that links the camp {side!r} to {inputs.addressed_camp!r} is a tie "
            "between the two themselves, so there is no bridge to choose. Add ties of others."
        )
    raise MissingDataError(
        f"ties.csv: no chain of ties leads from the camp {side!r} to {inputs.addressed_camp!r}, so "
        "nobody can be a bridge. Add ties between those who have one to either."
    )
