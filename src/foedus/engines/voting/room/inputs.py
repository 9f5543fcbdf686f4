"""The inputs of rooms: what each would send, how large it is, who sits where and for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.errors import SettingsError
from foedus.scenario.addresses import ENGINES_TABLE, SENT, Cell
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario, unknown

if TYPE_CHECKING:
    from foedus.engines.voting.room.engine import Room

LINKS: Final = "room"
"""Table of the cells that a link fills; nobody can set them, as nothing else would know."""
LEAST_PERSONS: Final = 0.5
"""Of what fewer are sent on average than half a soldier, nothing is there."""
FORCE: Final = 0
"""Place of the force among the measures."""
LAND: Final = "land"
ALONE: Final = "alone"
MEMBER: Final = "member"
SIZES: Final = {"gdp": "GDP", "population": "Population"}


class Group(NamedTuple):
    """Capabilities of units that may stand in for each other."""

    name: str
    title: str
    domain: str
    is_critical: bool


class Measure(NamedTuple):
    """Something of which a room carries a part."""

    name: str
    """`force`, the name of a group of capabilities, `gdp` or `population`."""
    title: str
    is_sent: bool
    """Whether it is made of soldiers, and differs from draw to draw."""
    wanted_share: float
    """0 where it is told and not asked for."""


class Seating(NamedTuple):
    """Who sits in a format, and for whom it speaks there."""

    format: str
    seated: BoolArray
    """Shape (nation,): contributors that are members."""
    carries: BoolArray
    """Shape (seat, nation)."""
    others_count: int
    """Members that contribute nothing, guests and observers."""


@dataclass(frozen=True, kw_only=True)
class RoomInputs:
    """All that rooms need."""

    codes: tuple[str, ...]
    """Contributors, sorted."""
    measures: tuple[Measure, ...]
    amount: FloatArray
    """Shape (measure, nation): soldiers sent on average over all draws, or size."""
    sent_persons: FloatArray
    """Shape (draw, nation, sent measure): of each measure that is sent."""
    left_out: tuple[str, ...]
    """Titles of what is asked for and sent by nobody."""
    group_persons: FloatArray
    """Shape (nation, group): soldiers sent on average, of each group that counts to the force."""
    required_persons: FloatArray
    """Shape (group,): what is asked for of it, on average."""
    is_critical: BoolArray
    """Shape (group,): of which a share is wanted and something is sent."""
    carries: BoolArray
    """Shape (seat, nation): who speaks for whom in any format; nobody for others if
    representation is off."""
    formats: tuple[Seating, ...]
    """In the order of their rounds; those of one round by name."""
    looked_at: int
    """Place of the format that is looked at; -1 where there is none."""


def sent_field(group: str) -> tuple[str, str]:
    """Return table and field of the cells that hold what each sends of a group, by draw."""
    return LINKS, f"{group}_sent_persons"


def mean_field(group: str) -> tuple[str, str]:
    """Return table and field of the cells that hold the same on average over all draws."""
    return LINKS, f"{group}_mean_persons"


def required_cell(group: str) -> Cell:
    """Return the cell that holds what is asked for of a group, on average."""
    return Cell(LINKS, "all", f"{group}_required_persons")


def groups_of(scenario: Scenario) -> tuple[Group, ...]:
    """Return the groups of capabilities that units have, in the scenario's order.

    Headquarters and services have no soldiers that are shared out.
    """
    found: dict[str, Group] = {}
    members: dict[str, int] = {}
    for row in scenario.capabilities:
        if row.domain in ("hq", "service"):
            continue
        name = row.substitution_group or row.capability
        members[name] = members.get(name, 0) + 1
        found.setdefault(name, Group(name, row.title, row.domain, row.is_critical))
    return tuple(
        group if members[name] == 1 else group._replace(title=name.replace("_", " ").capitalize())
        for name, group in found.items()
    )


def read_inputs(engine: "Room", scenario: Scenario, draws: Draws) -> RoomInputs:
    """Gather what each sends, its size, and who sits where.

    Raises
    ------
    SettingsError
        If a share wanted is drawn, soldiers are set by domain, nothing that is wanted is there, or
        the format is not known.
    """
    refuse_unreadable(engine, draws)
    codes = scenario.of_role("contributor")
    groups = groups_of(scenario)
    required = np.array([read_mean(draws, required_cell(group.name)) for group in groups])
    mean = side_by_side([draws.linked(mean_field(g.name), codes, 0)[0] for g in groups], codes)
    force, wanted = counted_groups(groups, required)
    there = [place for place in wanted if mean[:, place].sum() > LEAST_PERSONS]
    measures = [Measure("force", force_title(groups, force), True, engine.force_share)]
    measures += [
        Measure(groups[g].name, groups[g].title, True, engine.capability_share) for g in there
    ]
    wanted_sizes = (engine.gdp_share, engine.population_share)
    measures += [
        Measure(name, title, False, share)
        for (name, title), share in zip(SIZES.items(), wanted_sizes, strict=True)
    ]
    amount = [mean[:, force].sum(axis=1), *(mean[:, g] for g in there)]
    amount += [sizes_of(scenario, draws, name, codes) for name in SIZES]
    sent = [draws.linked(sent_field(groups[g].name), codes, 0) for g in range(len(groups))]
    by_measure = [sum((sent[g] for g in force), start=np.zeros((1, len(codes))))]
    by_measure += [sent[g] for g in there]
    full = [np.broadcast_to(block, (draws.n, len(codes))) for block in by_measure]
    lacking = [groups[g].title for g in wanted if g not in there]
    lacking += [
        measure.title
        for measure, sizes in zip(measures, amount, strict=True)
        if measure.wanted_share > 0 and not sizes.sum() > 0
    ]
    formats = tuple(seatings(scenario, codes, speaks=engine.representation))
    return RoomInputs(
        codes=codes,
        measures=tuple(measures),
        amount=np.stack(amount),
        sent_persons=np.stack(full, axis=2),
        left_out=tuple(lacking),
        group_persons=mean[:, force],
        required_persons=required[force],
        is_critical=np.isin(force, there),
        carries=np.any([np.eye(len(codes)) > 0, *(f.carries for f in formats)], axis=0),
        formats=formats,
        looked_at=looked_at(engine, scenario, formats),
    )


def refuse_unreadable(engine: "Room", draws: Draws) -> None:
    """Refuse what would change nothing here although it was asked for.

    Raises
    ------
    SettingsError
        With every cell of that kind.
    """
    faults = [
        f"{cell}: a share that is wanted is a choice and is not drawn. Set it."
        for cell in draws.drawn
        if (cell.table, cell.key) == (ENGINES_TABLE, engine.name)
    ]
    faults += [
        f"{cell}: rooms are found from soldiers by capability, and not by domain. Set units, or "
        "the level at which a contributor joins."
        for cell in draws.fixed
        if (cell.table, cell.field) in SENT.values()
    ]
    if faults:
        raise SettingsError("\n".join(faults))


def read_mean(draws: Draws, cell: Cell) -> float:
    """Return what a link filled in alike for all draws; 0 where there is no link."""
    return float(draws.drawn[cell][0]) if cell in draws.drawn else 0.0


def side_by_side(columns: list[FloatArray], codes: tuple[str, ...]) -> FloatArray:
    """Return columns by nation as one array, also where there are none."""
    return np.stack(columns, axis=1) if columns else np.zeros((len(codes), 0))


def counted_groups(groups: tuple[Group, ...], required: FloatArray) -> tuple[list[int], list[int]]:
    """Return which groups the force is made of, and of which a share is wanted.

    The force is all that is on land, and what is asked for in the air and at sea where no land
    force is. Of it the critical groups that are asked for are wanted, and all that are asked for
    where none is critical.
    """
    on_land = [g for g, group in enumerate(groups) if group.domain == LAND]
    asked = [g for g in range(len(groups)) if required[g] > 0]
    force = on_land if required[on_land].sum() > 0 else asked
    in_force = [g for g in asked if g in force]
    return force, [g for g in in_force if groups[g].is_critical] or in_force


def force_title(groups: tuple[Group, ...], force: list[int]) -> str:
    """Return what the force is made of."""
    on_land = all(groups[g].domain == LAND for g in force)
    return "Soldiers on land" if on_land else "People in the air and at sea"


def sizes_of(scenario: Scenario, draws: Draws, measure: str, codes: tuple[str, ...]) -> FloatArray:
    """Return sizes by a measure of `share_keys.csv` as they stand; 0 for one that has no row."""
    place = scenario.row_numbers["share_keys"]
    sizes = draws.settled_and_drawn(scenario, "share_keys", "size_weight")[0]
    keys = [f"{measure}:{code}" for code in codes]
    return np.array([float(sizes[place[key]]) if key in place else 0.0 for key in keys])


def seatings(scenario: Scenario, codes: tuple[str, ...], *, speaks: bool) -> Iterator[Seating]:
    """Yield who sits in each format, in the order of rounds.

    A seat is that of a contributor that is a member: guests and observers commit to nothing.
    """
    place = {code: i for i, code in enumerate(codes)}
    for about in sorted(scenario.formats, key=lambda row: (row.rounds_before_count, row.format)):
        rows = [row for row in scenario.attendance if row.format == about.format]
        seats = [row for row in rows if row.part == MEMBER and row.delegation in place]
        seated = np.zeros(len(codes), dtype=np.bool_)
        carries = np.eye(len(codes), dtype=np.bool_)
        for row in seats:
            seated[place[row.delegation]] = True
            for code in row.speaks_for if speaks else ():
                if code in place:
                    carries[place[row.delegation], place[code]] = True
        yield Seating(about.format, seated, carries, len(rows) - len(seats))


def looked_at(engine: "Room", scenario: Scenario, formats: tuple[Seating, ...]) -> int:
    """Return the place of the format that is looked at; -1 where there is none.

    The first that meets and has a contributor in it: fewest rounds before it, but above none.
    Without one the first in which not everybody answers alone, and else the first.

    Raises
    ------
    SettingsError
        If there is none of the name that is asked for.
    """
    names = [seating.format for seating in formats]
    if engine.format:
        if engine.format not in names:
            raise SettingsError(unknown("there is no format", engine.format, names))
        return names.index(engine.format)
    about = {row.format: row for row in scenario.formats}
    places = [place for place, seating in enumerate(formats) if seating.seated.any()]
    later = [p for p in places if about[names[p]].rounds_before_count > 0]
    talking = [p for p in places if about[names[p]].rule != ALONE]
    return (later or talking or places or [-1])[0]
