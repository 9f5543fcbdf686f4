"""The inputs of the guarantee: the numbers of a dispute, the force in place and who leads it.

Two situations stand side by side throughout: with the guarantor as the option counts on it, and
without, when it says no to everything. The force differs between them, since fewer join and what
the guarantor lends is missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.errors import MissingDataError
from foedus.scenario.addresses import DOMAINS, LEVEL, SENT, Cell
from foedus.scenario.deterrence import (
    ALL,
    PARAMETERS,
    BaseRate,
    DisputeRow,
    Parameter,
)
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

SITUATIONS: Final = ("with", "without")
"""With the guarantor as the option counts on it, and without."""
WITH, WITHOUT = range(2)
ALONE: Final = "guarantee"
"""Table of cells that a link fills with who joins and what is sent without the guarantor; nobody
can set them, as nothing else would know."""
ALONE_LEVEL: Final = (ALONE, "alone_level")
ALONE_SENT: Final = {domain: (ALONE, f"alone_{field}") for domain, (_, field) in SENT.items()}
SENDING: Final = ("contributor", "pool")
"""Roles of those whose soldiers are the force. The guarantor's own are counted with its help."""
GAMES: Final = ("ceasefire", "leverage")
MOST_LEVEL: Final = 5
VALUE: Final = "parameter_value"


@dataclass(frozen=True, kw_only=True)
class GuaranteeInputs:
    """All that the guarantee needs. `draw` may be 1 where nothing is drawn."""

    n: int
    """Number of draws."""
    is_point: bool
    """Whether the assumptions are a single point."""
    mission: str
    """That of the option."""
    location: str
    """That of the option."""
    codes: tuple[str, ...]
    """Those who may send, sorted."""
    contributes: tuple[bool, ...]
    """By code: False for a pool, which decides nothing."""
    rows: tuple[DisputeRow, ...]
    """Every number that is played with."""
    values: Mapping[tuple[str, str, str], FloatArray]
    """The same by dispute, parameter and place, shape (draw,) each."""
    backing_prob: FloatArray
    """Shape (draw,): as the option counts on it."""
    level: tuple[FloatArray, FloatArray]
    """With and without the guarantor, shape (draw, code): at which level each joins."""
    sent_persons: tuple[FloatArray, FloatArray]
    """With and without the guarantor, shape (draw, code)."""
    base_rates: tuple[BaseRate, ...]
    baseline_prob: FloatArray | None
    """Shape (draw,): chance a month that the ceasefire breaks with neither force nor backing; None
    where no base rate is the baseline."""
    prior: BaseRate | None
    """What the belief in backing starts from."""

    def number(self, parameter: str, at: str = ALL, dispute: str = "ceasefire") -> FloatArray:
        """Return one number of a game, shape (draw,)."""
        return self.values[(dispute, parameter, at)]

    def has(self, parameter: str, dispute: str = "ceasefire") -> bool:
        """Tell whether an optional parameter was given."""
        return (dispute, parameter, PARAMETERS[dispute][parameter].at[0]) in self.values

    def side_by_side(
        self, parameter: str, at: Sequence[str], dispute: str = "ceasefire"
    ) -> FloatArray:
        """Return one parameter at several places, shape (draw, place).

        Draws of a place lie next to each other, as they do in what is drawn.
        """
        columns = [self.number(parameter, place, dispute) for place in at]
        return np.stack(np.broadcast_arrays(*columns)).T

    @property
    def plays_leverage(self) -> bool:
        """Whether the scenario has the numbers of the game of leverage."""
        return any(dispute == "leverage" for dispute, _, _ in self.values)

    @property
    def force_persons(self) -> tuple[FloatArray, FloatArray]:
        """With and without the guarantor, shape (draw,): the force in place."""
        one, other = (sent.sum(axis=1) for sent in self.sent_persons)
        return one, other

    @property
    def uncertain(self) -> dict[str, FloatArray]:
        """Numbers that differ from draw to draw, by the address of their row."""
        return {
            f"disputes/{':'.join(place)}": values
            for place, values in self.values.items()
            if values.size > 1 and values.min() < values.max()
        }


def read_inputs(scenario: Scenario, draws: Draws) -> GuaranteeInputs:
    """Gather the numbers of the games and the force as they stand in each draw.

    Raises
    ------
    MissingDataError
        If a number that the game of a ceasefire needs has no row.
    """
    numbers = draws.number_by_row(scenario, "disputes", VALUE)
    values: dict[tuple[str, str, str], FloatArray] = {
        (row.dispute, row.parameter, row.at): number
        for row, number in zip(scenario.disputes, numbers, strict=True)
    }
    for dispute in GAMES:
        given = {place for place in values if place[0] == dispute}
        if dispute == "ceasefire" or given:
            refuse_gaps(scenario, dispute, given)
    codes, contributes = senders(scenario)
    domains = counted_domains(scenario, draws)

    def sent(fields: Mapping[str, tuple[str, str]]) -> FloatArray:
        total = np.zeros((1, len(codes)))
        for each in domains:
            total = total + draws.linked(fields[each], codes, 0)
        return total

    by_role = {row.role: row for row in scenario.base_rates if row.role in ("baseline", "prior")}
    baseline = by_role.get("baseline")
    return GuaranteeInputs(
        n=draws.n,
        is_point=draws.is_point,
        mission=draws.of_option(scenario, "mission"),
        location=draws.of_option(scenario, "location"),
        codes=codes,
        contributes=contributes,
        rows=scenario.disputes,
        values=values,
        backing_prob=draws.number_of_option(scenario, "us_backing_prob"),
        level=(draws.levels(codes, MOST_LEVEL), draws.linked(ALONE_LEVEL, codes, MOST_LEVEL)),
        sent_persons=(sent(SENT), sent(ALONE_SENT)),
        base_rates=scenario.base_rates,
        baseline_prob=None
        if baseline is None
        else draws.number_by_row(scenario, "base_rates", "rate_value")[
            scenario.row_numbers["base_rates"][baseline.key]
        ],
        prior=by_role.get("prior"),
    )


def refuse_gaps(scenario: Scenario, dispute: str, given: set[tuple[str, str, str]]) -> None:
    """Raise MissingDataError if a number that a game needs has no row.

    Only where rows known later are left out can one be missing in a scenario that was checked.
    """

    def is_left_out(name: str, about: Parameter) -> bool:
        return about.is_optional and not any((dispute, name, at) in given for at in about.at)

    missing = [
        f"{dispute}:{name}:{at}"
        for name, about in PARAMETERS[dispute].items()
        if not is_left_out(name, about)
        for at in about.at
        if (dispute, name, at) not in given
    ]
    if missing:
        some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if missing[3:] else "")
        raise MissingDataError(
            f"{scenario.name}: disputes.csv has no row {some}. "
            f"Add {'it' if len(missing) == 1 else 'them'}."
        )


def senders(scenario: Scenario) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """Return who may send, sorted, and which of them are contributors."""
    able = sorted(code for role in SENDING for code in scenario.of_role(role))
    contributors = set(scenario.of_role("contributor"))
    return tuple(able), tuple(code in contributors for code in able)


def counted_domains(scenario: Scenario, draws: Draws) -> tuple[str, ...]:
    """Return the domains whose soldiers are the force of the option."""
    return ("land",) if asks_land(scenario, draws) else DOMAINS[1:]


def asks_land(scenario: Scenario, draws: Draws) -> bool:
    """Tell whether the option asks for soldiers on land; if not, those in the air and at sea count.

    Staffs of headquarters are counted nowhere, and a force of which nothing is known is one on
    land.
    """
    statement = draws.of_option(scenario, "requirement")
    sectors = draws.of_option(scenario, "sectors")
    domain = {row.capability: row.domain for row in scenario.capabilities}
    asked = {
        domain[line.capability]
        for line in scenario.requirement
        if line.requirement == statement and ("all" in sectors or line.sector in sectors)
    }
    return "land" in asked or not asked.intersection(DOMAINS)


def alone_cells(code: str, domains: Iterable[str] = DOMAINS) -> dict[Cell, Cell]:
    """Return the cells of a delegation without the guarantor, by those with it."""
    pairs = {LEVEL: ALONE_LEVEL} | {SENT[domain]: ALONE_SENT[domain] for domain in domains}
    return {
        Cell(table, code, field): Cell(alone, code, other)
        for (table, field), (alone, other) in pairs.items()
    }
