"""The inputs of command: headquarters, habits of serving and who joins, draw by draw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.errors import MissingDataError
from foedus.scenario.command import Headquarters
from foedus.scenario.draws import Draws
from foedus.scenario.forces import RequirementLine
from foedus.scenario.scenario import Scenario

if TYPE_CHECKING:
    from foedus.engines.command.engine import Command

DAYS_PER_MONTH: Final = 365.25 / 12
MOST_LEVEL: Final = 5
SERVING_LEVEL: Final = {"air_sea": 2, "reserve": 3, "rear": 4, "line": 5}
"""Level of consent from which a nation serves in a force at a location, and may lead it."""
HQ_OF_ECHELON: Final = {"corps": "corps_hq", "division": "division_hq", "brigade": "brigade_hq"}
"""Capability that a headquarters of each echelon is, the highest first."""
USUAL_CHAINS: Final = ("nato", "coalition", "eu")
"""Chains that are compared if any headquarters may stand in them."""
FURTHER_CHAINS: Final = ("national", "un")
"""Chains that are compared if a headquarters of the highest echelon asked for may."""
BODY_OF_CHAIN: Final = {"nato": "NATO", "eu": "EU", "un": "UN"}
"""Body in whose chain its members accept each other's lead, and which acts by consensus."""
POOLED: Final = "pool"
"""The kind of partnership that shares aircraft and serves under no command on land."""

Lead = tuple[str, ...]
"""Codes of those who lead together or by turns, sorted."""


@dataclass(frozen=True, kw_only=True)
class CommandInputs:
    """All that command needs. `draw` may be 1 where nothing is drawn.

    Candidates are the headquarters of the echelons asked for; a lead is who leads one of them.
    """

    n: int
    """Number of futures: one a draw, or the engine's `least_futures` at a point."""
    codes: tuple[str, ...]
    """Contributors, sorted."""
    every: tuple[Headquarters, ...]
    """Every headquarters of the scenario, sorted by key."""
    echelons: tuple[str, ...]
    """Echelons of which a headquarters is asked for, the highest first."""
    needed_count: IntArray
    """Shape (echelon,): headquarters asked for."""
    asked_brigades_count: FloatArray
    """Shape (draw,): brigades to be commanded."""
    candidates: IntArray
    """Shape (candidate,): places in `every`."""
    echelon: IntArray
    """Shape (candidate,): place in `echelons`."""
    chains: tuple[str, ...]
    """Chains that are compared."""
    in_chain: BoolArray
    """Shape (candidate, chain)."""
    leads: tuple[Lead, ...]
    lead: IntArray
    """Shape (candidate,): place in `leads`."""
    pairs: tuple[tuple[int, int], ...]
    """Chain and lead of each option compared: whoever may lead the highest headquarters there."""
    strength_share: FloatArray
    """Shape (draw, nation, lead): how used each is to serving under each; 1 under its own."""
    formation: tuple[tuple[str, ...], ...]
    """By nation and lead: where its strongest habit comes from; empty for none."""
    stated_share: FloatArray
    """Shape (nation, lead): how strong that habit is as the rows stand; 1 under its own lead."""
    in_body: BoolArray
    """Shape (chain, nation): who is a member of the body of the chain."""
    lead_in_body: BoolArray
    """Shape (chain, lead): whether all who lead are, or the body leads itself."""
    needs_consent: tuple[bool | None, ...]
    """By chain: whether the guarantor sits where it is decided by consensus; None if its body is
    not in the tables."""
    blessing: FloatArray
    """Shape (draw,): whether the option has the guarantor's consent; above 0 for yes."""
    own_chain: str
    """Chain that the option names."""
    leading: BoolArray
    """Shape (lead, nation): who leads."""
    never_leads: BoolArray
    """Shape (lead,): led by one that sends nobody on land, such as the guarantor."""
    joins: BoolArray
    """Shape (draw, nation): who joins at the level that the location asks for."""
    sent_persons: FloatArray
    """Shape (draw, nation): soldiers on land that each sends."""
    span_count: FloatArray
    """Shape (draw, headquarters)."""
    available_prob: FloatArray
    """Shape (draw, headquarters)."""
    notice_days: FloatArray
    """Shape (draw, headquarters)."""
    tour_months: FloatArray
    """Shape (draw, candidate)."""
    dwell_ratio: FloatArray
    """Shape (draw, candidate)."""
    us_share: FloatArray
    """Shape (draw, echelon): the guarantor's share of what such a headquarters works with."""
    duration_months: FloatArray
    """Shape (draw,)."""
    least_acceptance_share: FloatArray
    """Shape (draw,)."""


def read_inputs(engine: "Command", scenario: Scenario, draws: Draws) -> CommandInputs:
    """Gather the cells of the scenario as they stand in each draw.

    Numbers are read through `draws`; words and the count of headquarters asked for are read from
    the rows, in which what was set for the run stands already.
    """
    codes = scenario.of_role("contributor")
    lines = lines_of_option(scenario, draws)
    needed = headquarters_needed(lines)
    echelons = tuple(needed)
    every = scenario.headquarters
    places = [i for i, row in enumerate(every) if row.echelon in echelons]
    rows = [every[i] for i in places]
    own_chain = str(draws.of_option(scenario, "command"))
    chains = chains_compared(every, echelons)
    leads = tuple(sorted({tuple(sorted(row.framework)) for row in rows}))
    habits = Habits(scenario, draws, codes, leads)
    bodies = Bodies(scenario, chains)
    lead = [leads.index(tuple(sorted(row.framework))) for row in rows]
    may_lead = leaders(scenario, leads, codes)
    tour, dwell = turns_of(scenario, draws, rows)
    location = draws.of_option(scenario, "location")
    return CommandInputs(
        n=engine.least_futures if draws.is_point else draws.n,
        codes=codes,
        every=every,
        echelons=echelons,
        needed_count=np.array(list(needed.values()), dtype=np.int64),
        asked_brigades_count=brigades_asked(scenario, draws, lines),
        candidates=np.array(places, dtype=np.int64),
        echelon=np.array([echelons.index(row.echelon) for row in rows], dtype=np.int64),
        chains=chains,
        in_chain=table_of([[chain in row.chains for chain in chains] for row in rows], len(chains)),
        leads=leads,
        lead=np.array(lead, dtype=np.int64),
        pairs=tuple(pairs_of(rows, echelons, chains, lead)),
        strength_share=habits.strength_share,
        formation=habits.formation,
        stated_share=habits.stated_share,
        in_body=bodies.holds(codes),
        lead_in_body=bodies.lets_lead(leads),
        needs_consent=bodies.needs_consent,
        blessing=draws.number_of_option(scenario, "us_blessing"),
        own_chain=own_chain,
        leading=table_of([[code in who for code in codes] for who in leads], len(codes)),
        never_leads=~np.array(may_lead, dtype=np.bool_),
        joins=draws.levels(codes, default=MOST_LEVEL) >= SERVING_LEVEL[location],
        sent_persons=draws.sent(codes, "land"),
        span_count=draws.numbers(scenario, "headquarters", "span_count"),
        available_prob=draws.numbers(scenario, "headquarters", "available_prob"),
        notice_days=draws.numbers(scenario, "headquarters", "notice_days"),
        tour_months=tour,
        dwell_ratio=dwell,
        us_share=guarantor_shares(scenario, draws, echelons),
        duration_months=draws.number_of_option(scenario, "duration_months"),
        least_acceptance_share=draws.setting(
            engine.name, "least_acceptance_share", engine.least_acceptance_share
        ),
    )


def table_of(rows: list[list[bool]], width: int) -> BoolArray:
    """Return yes and no by row and column, also where there is no row."""
    return np.array(rows, dtype=np.bool_).reshape(len(rows), width)


def side_by_side(columns: Sequence[FloatArray]) -> FloatArray:
    """Return columns of shape (draw or 1,) as one array, shape (draw or 1, column)."""
    if not columns:
        return np.zeros((1, 0))
    return np.stack(np.broadcast_arrays(*columns), axis=1)


def lines_of_option(scenario: Scenario, draws: Draws) -> list[RequirementLine]:
    """Return the lines of `requirement.csv` that the option asks for."""
    statement = draws.of_option(scenario, "requirement")
    sectors = draws.of_option(scenario, "sectors")
    return [
        line
        for line in scenario.requirement
        if line.requirement == statement and ("all" in sectors or line.sector in sectors)
    ]


def headquarters_needed(lines: list[RequirementLine]) -> dict[str, int]:
    """Return how many headquarters of each echelon are asked for, the highest first.

    As the statement stands, rounded half up: whether a planner would do without one is not drawn,
    so that all options are compared on one structure.
    """
    found = {}
    for echelon, capability in HQ_OF_ECHELON.items():
        asked = sum(
            int(np.floor(line.needed_count + 0.5))
            for line in lines
            if line.capability == capability
        )
        if asked:
            found[echelon] = asked
    return found


def brigades_asked(scenario: Scenario, draws: Draws, lines: list[RequirementLine]) -> FloatArray:
    """Return the brigades that the option asks for, shape (draw or 1,).

    What fights on land is what is no enabler there, and `group_weight_ratio` is its part of a
    brigade: 1 where the largest units of its group are brigades, 0.25 for one of four battalions.
    """
    needed = draws.numbers(scenario, "requirement", "needed_count")
    weights = draws.numbers(scenario, "capabilities", "group_weight_ratio")
    scale = draws.number_of_option(scenario, "scale_ratio")
    place = scenario.row_numbers
    total = np.zeros(1)
    for line in lines:
        about = scenario.row("capabilities", line.capability)
        if about.domain == "land" and not about.is_enabler:
            weight = weights[:, place["capabilities"][line.capability]]
            total = total + needed[:, place["requirement"][line.key]] * weight * scale
    return total


def chains_compared(rows: Sequence[Headquarters], echelons: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chains that are compared."""
    highest = echelons[0] if echelons else None
    usual = [c for c in USUAL_CHAINS if any(c in row.chains for row in rows)]
    further = [
        c for c in FURTHER_CHAINS if any(c in row.chains and row.echelon == highest for row in rows)
    ]
    return (*usual, *further)


def pairs_of(
    rows: list[Headquarters], echelons: tuple[str, ...], chains: tuple[str, ...], lead: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield chain and lead of every option compared."""
    for place, chain in enumerate(chains):
        able = {
            who
            for row, who in zip(rows, lead, strict=True)
            if row.echelon == echelons[0] and chain in row.chains
        }
        for who in sorted(able):
            yield place, who


def leaders(scenario: Scenario, leads: tuple[Lead, ...], codes: tuple[str, ...]) -> list[bool]:
    """Return which leads can be: contributors, who must all join, and bodies."""
    able = {*codes, *scenario.of_role("body")}
    return [able.issuperset(who) for who in leads]


class Bodies:
    """Members of the body of each chain."""

    def __init__(self, scenario: Scenario, chains: tuple[str, ...]) -> None:
        about = {row.delegation: row for row in scenario.delegations if row.role == "body"}
        self.names = [BODY_OF_CHAIN.get(chain, "") for chain in chains]
        self.known = [name in about or not name for name in self.names]
        self.members = [set(about[n].members) if n in about else set() for n in self.names]
        self.guarantors = set(scenario.of_role("guarantor"))

    def holds(self, codes: Sequence[str]) -> BoolArray:
        """Return which of some delegations are members, shape (chain, code)."""
        return table_of([[c in members for c in codes] for members in self.members], len(codes))

    def lets_lead(self, leads: tuple[Lead, ...]) -> BoolArray:
        """Return whose lead members accept, shape (chain, lead)."""
        rows = [
            [members.union([name]).issuperset(lead) and bool(members) for lead in leads]
            for name, members in zip(self.names, self.members, strict=True)
        ]
        return table_of(rows, len(leads))

    @property
    def needs_consent(self) -> tuple[bool | None, ...]:
        """Whether the guarantor is a member, by chain; None for a body that is not known."""
        return tuple(
            not self.guarantors.isdisjoint(members) if known else None
            for members, known in zip(self.members, self.known, strict=True)
        )


class Habit(NamedTuple):
    """A formation in which a nation serves with another."""

    place: int
    """Row of `partnerships.csv`."""
    formation: str
    strength_share: float


class Habits:
    """How used nations are to serving under leads: the strongest of their partnerships counts.

    One counts that is with one of those who lead, or in a formation that one of them leads. What
    is pooled does not.
    """

    def __init__(
        self, scenario: Scenario, draws: Draws, codes: tuple[str, ...], leads: tuple[Lead, ...]
    ) -> None:
        found: dict[tuple[str, str], list[Habit]] = {}
        for place, row in enumerate(scenario.partnerships):
            if row.kind != POOLED:
                habit = Habit(place, row.formation, row.strength_share)
                for whom in {row.partner, *row.framework}:
                    found.setdefault((row.delegation, whom), []).append(habit)
        self.found = found
        drawn = draws.numbers(scenario, "partnerships", "strength_share")
        self.strength_share = np.zeros((drawn.shape[0], len(codes), len(leads)))
        self.stated_share = np.zeros((len(codes), len(leads)))
        names = []
        for nation, code in enumerate(codes):
            own = []
            for lead, who in enumerate(leads):
                habits = self.with_any(code, who)
                best = Habit(-1, "", float(code in who))
                if code in who:
                    self.strength_share[:, nation, lead] = 1.0
                elif habits:
                    rows = [habit.place for habit in habits]
                    self.strength_share[:, nation, lead] = drawn[:, rows].max(axis=1)
                    best = min(habits, key=lambda habit: (-habit.strength_share, habit.formation))
                self.stated_share[nation, lead] = best.strength_share
                own.append(best.formation)
            names.append(tuple(own))
        self.formation = tuple(names)

    def with_any(self, code: str, who: Lead) -> list[Habit]:
        """Return the habits of a nation with any of those who lead."""
        return [habit for whom in who for habit in self.found.get((code, whom), [])]


def turns_of(
    scenario: Scenario, draws: Draws, rows: list[Headquarters]
) -> tuple[FloatArray, FloatArray]:
    """Return tour and dwell ratio of each headquarters, shape (draw or 1, headquarters) each.

    Those of the unit of that kind of the first nation leading it that has one; the mean over all
    units of the kind where none has.

    Raises
    ------
    MissingDataError
        If no nation has a unit of the kind.
    """
    tour, dwell = (
        draws.numbers(scenario, "units", name) for name in ("tour_months", "dwell_ratio")
    )
    place = scenario.row_numbers["units"]
    tours, dwells = [], []
    for row in rows:
        kind = HQ_OF_ECHELON[row.echelon]
        keys = [f"{code}:{kind}" for code in row.framework if f"{code}:{kind}" in place][:1]
        of = [place[key] for key in keys] or [
            i for i, unit in enumerate(scenario.units) if unit.capability == kind
        ]
        if not of:
            raise MissingDataError(
                f"{scenario.name}: units.csv has no row of {kind}, which says how long "
                f"{row.headquarters} serves and rests. Add one."
            )
        tours.append(tour[:, of].mean(axis=1))
        dwells.append(dwell[:, of].mean(axis=1))
    return side_by_side(tours), side_by_side(dwells)


def guarantor_shares(scenario: Scenario, draws: Draws, echelons: tuple[str, ...]) -> FloatArray:
    """Return the guarantor's share of what headquarters work with, shape (draw or 1, echelon).

    That which the capability names in `dependence.csv`; 0 where it names nothing.
    """
    values = draws.numbers(scenario, "dependence", "dependence_value")
    columns = []
    for echelon in echelons:
        named = scenario.row("capabilities", HQ_OF_ECHELON[echelon]).us_dependence
        place = scenario.row_numbers["dependence"].get(f"{named}:us_share")
        columns.append(np.zeros(1) if place is None else values[:, place])
    return side_by_side(columns)
