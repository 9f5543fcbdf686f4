"""The inputs of brokerage: how much each tie carries in each draw, and which camps would speak."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario.brokerage import TOGETHER, Tie
from foedus.scenario.draws import Draws, point
from foedus.scenario.office import office_prob, principals_of
from foedus.scenario.scenario import Scenario, unknown

if TYPE_CHECKING:
    from foedus.engines.brokerage.engine import Brokerage

NO_ROW: Final = -1
CARRIES_NOTHING: Final = ("adversary",)
"""Roles over which nobody sends a message to a friend."""
ALONE: Final = -1
"""Group of a node that stands in no camp."""


class TieAbout(NamedTuple):
    """A tie of one kind, as one of the two has it."""

    delegation: str
    partner: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Network:
    """Ties with what each carries. The draw axis may be 1 where nothing is drawn."""

    nodes: int
    ties: tuple[TieAbout, ...]
    ends: IntArray
    """Shape (tie, 2): places of the two."""
    is_personal: BoolArray
    """Shape (tie,)."""
    weight: FloatArray
    """Shape (draw or 1, principal, tie): what it carries if the sitting government of its first
    delegation decides, if the second principal does, and so on."""
    highest_weight: FloatArray
    """The same if its strength were at the high end of its range."""
    owner: IntArray
    """Shape (tie,): place of its first delegation among those that may change government."""
    office_prob: FloatArray
    """Shape (draw or 1, delegation, principal)."""

    def under(self, government: IntArray, weight: FloatArray) -> FloatArray:
        """Return what each tie carries under who governs, shape (draw, tie).

        Parameters
        ----------
        government : shape (draw, delegation)
            Place of the principal in office.
        weight
            `weight` or `highest_weight`.
        """
        wide = np.broadcast_to(weight, (len(government), *weight.shape[1:]))
        chosen = np.take_along_axis(wide, government[:, np.newaxis, self.owner], axis=1)
        return np.asarray(chosen[:, 0], dtype=np.float64)

    def expected(self, weight: FloatArray) -> FloatArray:
        """Return what each tie carries on average over who may govern, shape (draw or 1, tie)."""
        chance = self.office_prob[:, self.owner].transpose(0, 2, 1)
        return np.asarray((chance * weight).sum(axis=1), dtype=np.float64)

    def matrix(self, carried: FloatArray) -> FloatArray:
        """Return what there is between each two, ties side by side added.

        Parameters
        ----------
        carried : shape (draw, tie)

        Returns
        -------
        shape (draw, node, node), symmetric
        """
        order, starts, first, second = self.side_by_side
        found = np.zeros((len(carried), self.nodes, self.nodes))
        if len(order):
            summed = np.add.reduceat(carried[:, order], starts, axis=1)
            found[:, first, second] = found[:, second, first] = summed
        return found

    @cached_property
    def side_by_side(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Ties ordered by pair, where each pair begins in that order, and the two of each pair."""
        low, high = self.ends.min(axis=1), self.ends.max(axis=1)
        pair = low * self.nodes + high
        order = np.argsort(pair, kind="stable")
        pairs, starts = np.unique(pair[order], return_index=True)
        return order, starts, pairs // self.nodes, pairs % self.nodes


@dataclass(frozen=True, kw_only=True)
class BrokerageInputs:
    """All that brokerage needs."""

    n: int
    """Number of draws."""
    codes: tuple[str, ...]
    """Delegations that have a tie, sorted: the nodes."""
    network: Network
    hostile: BoolArray
    """Shape (node,): over whom nothing is sent."""
    group: IntArray
    """Shape (node,): camp of each; `ALONE` for none."""
    addressed_camp: str
    addressed: BoolArray
    """Shape (node,)."""
    sides: tuple[str, ...]
    """Camps that send; before them `TOGETHER` if there are several."""
    senders: BoolArray
    """Shape (side, node)."""
    side: int
    """Place of the side that is looked at."""
    candidates: IntArray
    """Shape (candidate,): places of those who could be sent."""
    without_ties: tuple[str, ...]
    """Members of camps that have no tie, sorted."""
    at_point: "BrokerageInputs | None"
    """The same where the assumptions stand; None if this is that already."""

    @cached_property
    def candidate_codes(self) -> tuple[str, ...]:
        """Codes of those who could be sent."""
        return tuple(self.codes[place] for place in self.candidates)


def read_inputs(engine: "Brokerage", scenario: Scenario, draws: Draws) -> BrokerageInputs:
    """Gather the cells of the scenario as they stand in each draw.

    Raises
    ------
    MissingDataError
        If one of the two sides has no tie.
    SettingsError
        If no camp that sends has the name that is asked for.
    """
    codes = tuple(sorted({code for row in scenario.ties for code in (row.delegation, row.partner)}))
    place = {code: i for i, code in enumerate(codes)}
    camps = {row.camp: row for row in scenario.camps}
    members = {
        camp: np.array([code in row.members for code in codes], dtype=np.bool_)
        for camp, row in camps.items()
    }
    (target,) = (row.camp for row in scenario.camps if row.part == "addressed")
    senders = [row.camp for row in scenario.camps if row.part == "sends"]
    sending = [camp for camp in senders if members[camp].any()]
    if not members[target].any() or not sending:
        who = camps[target].title if sending else "a camp that sends"
        raise MissingDataError(
            f"{scenario.name}: no member of {who} has a tie in ties.csv, so nobody can be a "
            "bridge. Add rows: who is tied to whom."
        )
    sides = (TOGETHER, *sending) if len(sending) > 1 else tuple(sending)
    every: BoolArray = np.any([members[camp] for camp in sending], axis=0)
    hostile = [place[code] for code in scenario.of_role(*CARRIES_NOTHING) if code in place]
    is_hostile = np.zeros(len(codes), dtype=np.bool_)
    is_hostile[hostile] = True
    group = np.full(len(codes), ALONE, dtype=np.int64)
    for number, camp in enumerate(sorted(camps)):
        group[members[camp]] = number
    found = BrokerageInputs(
        n=draws.n,
        codes=codes,
        network=read_network(engine, scenario, draws, codes),
        hostile=is_hostile,
        group=group,
        addressed_camp=target,
        addressed=members[target],
        sides=sides,
        senders=np.stack([every if side == TOGETHER else members[side] for side in sides]),
        side=side_of(engine, sides),
        candidates=np.flatnonzero(~members[target] & ~is_hostile),
        without_ties=tuple(
            sorted({code for row in camps.values() for code in row.members if code not in place})
        ),
        at_point=None,
    )
    if draws.is_point:
        return found
    return replace(found, at_point=read_inputs(engine, scenario, point(draws.option, draws.fixed)))


def side_of(engine: "Brokerage", sides: Sequence[str]) -> int:
    """Return the place of the side that is looked at.

    Raises
    ------
    SettingsError
        If there is none of the name.
    """
    if not engine.camp:
        return 0
    if engine.camp not in sides:
        raise SettingsError(unknown("there is no camp that sends", engine.camp, sides))
    return sides.index(engine.camp)


def read_network(
    engine: "Brokerage", scenario: Scenario, draws: Draws, codes: Sequence[str]
) -> Network:
    """Return the ties with what each carries under each principal."""
    rows: dict[TieAbout, dict[str, int]] = {}
    for number, row in enumerate(scenario.ties):
        about = TieAbout(row.delegation, row.partner, row.kind)
        rows.setdefault(about, {})[row.principal] = number
    ties = tuple(rows)
    owners = sorted({about.delegation for about in ties})
    governing = [
        principals_of(scenario, code, {row.principal for row in scenario.ties if owns(row, code)})
        for code in owners
    ]
    by_owner = dict(zip(owners, governing, strict=True))
    most = max(len(who) for who in governing)
    number_of = np.full((most, len(ties)), NO_ROW, dtype=np.int64)
    for at, about in enumerate(ties):
        for which in range(most):
            # Who has no row of its own has the tie of the sitting government.
            who = by_owner[about.delegation][which : which + 1] or [about.delegation]
            sitting = rows[about].get(about.delegation, NO_ROW)
            number_of[which, at] = rows[about].get(who[0], sitting)
    # A tie that each of the two tells its own side of counts with the mean of the two.
    part = np.array(
        [
            0.5 if TieAbout(about.partner, about.delegation, about.kind) in rows else 1.0
            for about in ties
        ]
    )
    place = {code: i for i, code in enumerate(codes)}
    kinds = scenario.row_numbers["tie_kinds"]
    carried, highest = row_weights(engine, scenario, draws)

    def by_principal(column: FloatArray) -> FloatArray:
        """Return a column of rows by principal and tie; 0 for no row."""
        found: FloatArray = np.where(number_of == NO_ROW, 0.0, column[:, number_of]) * part
        return found

    return Network(
        nodes=len(codes),
        ties=ties,
        ends=np.array([(place[about.delegation], place[about.partner]) for about in ties]),
        is_personal=np.array(
            [scenario.tie_kinds[kinds[about.kind]].is_personal for about in ties], dtype=np.bool_
        ),
        weight=by_principal(carried),
        highest_weight=by_principal(highest),
        owner=np.array([owners.index(about.delegation) for about in ties], dtype=np.int64),
        office_prob=office_prob(scenario, draws, governing),
    )


def owns(row: Tie, code: str) -> bool:
    """Tell whether a row is of a delegation."""
    return row.delegation == code


def row_weights(
    engine: "Brokerage", scenario: Scenario, draws: Draws
) -> tuple[FloatArray, FloatArray]:
    """Return what each row of `ties.csv` carries, shape (draw or 1, row), and what at its highest.

    Strength times the weight of the kind; of a strained tie only a part.
    """
    kind = scenario.row_numbers["tie_kinds"]
    of_kind = [kind[row.kind] for row in scenario.ties]
    weight = draws.numbers(scenario, "tie_kinds", "weight_share")[:, of_kind]
    strength = draws.numbers(scenario, "ties", "strength_share")
    highest = draws.numbers(scenario, "ties", "strength_share_high")
    strained = np.array([row.valence == "strained" for row in scenario.ties], dtype=np.bool_)
    kept = draws.setting(engine.name, "strained_share", engine.strained_share)[:, np.newaxis]
    weight = weight * np.where(strained, kept, 1.0)
    return weight * strength, weight * np.fmax(strength, highest)
