"""Games of the challenge model, compiled: the work of a round grows with the square of the actors.

The plain form asks every third party about every pair, which is a cube. But whoever stands nearer
to one of the two votes for it, so with the actors in order of position those who vote for the
higher one are all that stand above the midpoint. With sums from the lowest actor up, kept for
every position, the votes for either side are differences of two sums, and one pointer finds all
midpoints. The chances under "all-pairs" need the sum over all pairs only once.

One thing stays a cube: a reading that compares an actor's security with that in other positions
("positions") asks for every actor, position and challenger. There are no powers in it, as the first
pass is linear.

All that is compiled stands in this one file, powers apart: a compiled loop that is kept on disk is
not made anew when only a file changes from which it calls.

Inside a round actors are numbered by position, the lowest first; `order` leads back.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from foedus.engines.arrays import FloatArray, IntArray
from foedus.engines.bargaining.challenge.powers import raise_all
from foedus.engines.bargaining.challenge.readings import Reading

NO_OFFER: Final = 0
CONFRONTATION: Final = 1
COMPROMISE: Final = 2
CAPITULATION: Final = 3

ROUNDS, SETTLED, CYCLE = range(3)
"""Why a draw was not played on."""

EQUAL_SECURITY: Final = 1e-12
"""Securities count as equal where they differ by less than this share of the largest."""
HALF: Final = 0.5 - 1e-12
"""The share of the weight that makes a median; rounding alone does not lift it to the next."""

LOWEST, NEAREST_OF_KIND, NEAREST = range(3)
CHOICES: Final = {
    "kind-then-lowest": LOWEST,
    "kind-then-nearest": NEAREST_OF_KIND,
    "nearest": NEAREST,
}


class Rules(NamedTuple):
    """A reading and Q, as the compiled loops take them."""

    all_pairs: bool
    own_exponent: bool
    by_position: bool
    capitulates: bool
    choice: int
    q: float


class Games(NamedTuple):
    """Many draws, in the order of the input. The middle two may have one row for all."""

    positions: FloatArray
    """Shape (draw, actor)."""
    capability: FloatArray
    salience: FloatArray
    width: FloatArray
    """Shape (draw,)."""


class Ends(NamedTuple):
    """What playing them fills in."""

    positions: FloatArray
    """Shape (draw, actor): after the last round."""
    medians: FloatArray
    """Shape (draw, round + 1)."""
    means: FloatArray
    """Shape (draw, round + 1)."""
    played: IntArray
    """Shape (draw,): rounds until it was stopped."""
    reason: IntArray
    """Shape (draw,): `ROUNDS`, `SETTLED` or `CYCLE`."""
    cycle: IntArray
    """Shape (draw,): length of the cycle, or 0."""


class Until(NamedTuple):
    """When a draw is stopped early."""

    move_share: float
    quiet_count: int
    cycles: bool


class Table(NamedTuple):
    """What one draw holds and the room to work in. All of it is in order of position."""

    place: FloatArray
    """Shape (actor,): where each stands."""
    weight: FloatArray
    """Shape (actor,): capability times salience."""
    salience: FloatArray
    exponent: FloatArray
    security: FloatArray
    target: FloatArray
    """Shape (actor,): where each goes."""
    row: FloatArray
    """Shape (actor,): room."""
    votes: FloatArray
    """Shape (actor, actor): weighted votes for the first over the second."""
    cast: FloatArray
    """Shape (actor, actor): weighted votes for either."""
    chance: FloatArray
    """Shape (actor, actor): that a challenge of the first to the second succeeds."""
    prefix: FloatArray
    """Shape (actor + 1, actor): weighted distance of all below an actor to each position."""
    power: FloatArray
    """Shape (slab, actor, actor), slabs being distance, its success and failure terms and, where Q
    is below 1, the terms of what happens otherwise in the eyes of challenger and challenged. The
    first pass fills in the numbers, the second raises them to the power of the row's exponent."""
    exponents: FloatArray
    """Shape (actor * actor,): the exponent of each row, once for each number in it."""
    room: FloatArray
    """Same shape."""
    order: IntArray
    """Shape (actor,): number of each in the order of the input."""
    challenger: IntArray
    """Shape (actor,): to whom each gives way; itself where it stays."""
    offer: IntArray
    """Shape (actor,): kind of the offer that each takes."""
    own_utility: FloatArray
    """Shape (actor,): of challenging that challenger, in the actor's eyes."""
    other_utility: FloatArray
    """Shape (actor,): the challenger's, of challenging the actor, in the actor's eyes."""


def rules_of(reading: Reading, q: float) -> Rules:
    """Return a reading as numbers."""
    return Rules(
        reading.chance == "all-pairs",
        reading.votes == "own-exponent",
        reading.extrema == "positions",
        reading.capitulates,
        CHOICES[reading.choice],
        q,
    )


@njit(cache=True, nogil=True, error_model="numpy")
def play_block(game: Games, rules: Rules, until: Until, first: int, last: int, ends: Ends) -> None:
    """Play the draws from `first` up to `last`, each to its end."""
    actors, rounds = game.positions.shape[1], ends.medians.shape[1] - 1
    table = new_table(actors, rules.q)
    trail = np.empty((rounds + 1, actors))
    for draw in range(first, last):
        salience = game.salience[draw if game.salience.shape[0] > 1 else 0]
        capability = game.capability[draw if game.capability.shape[0] > 1 else 0]
        weight, width = capability * salience, game.width[draw]
        medians, means = ends.medians[draw], ends.means[draw]
        trail[0] = game.positions[draw]
        played, quiet, reason, cycle = 0, 0, ROUNDS, 0
        while True:
            line_up(table, trail[played], weight, salience)
            medians[played], means[played] = centre(table)
            if played > 0:
                cycle = _same_before(trail, played, until.cycles)
                step = max(
                    abs(medians[played] - medians[played - 1]),
                    abs(means[played] - means[played - 1]),
                )
                quiet = quiet + 1 if step < until.move_share * width else 0
                if cycle > 1:
                    reason = CYCLE
                elif cycle == 1 or quiet >= until.quiet_count:
                    reason, cycle = SETTLED, 0
            if played == rounds or reason != ROUNDS:
                break
            play_round(table, width, medians[played], rules)
            played += 1
            for i in range(actors):
                trail[played, table.order[i]] = table.target[i]
        # What has settled stays where it was last, and what goes round in a cycle goes on.
        back = max(cycle, 1)
        for later in range(played + 1, rounds + 1):
            trail[later] = trail[later - back]
            medians[later], means[later] = medians[later - back], means[later - back]
        ends.positions[draw] = trail[rounds]
        ends.played[draw], ends.reason[draw], ends.cycle[draw] = played, reason, cycle


@njit(cache=True, nogil=True)
def _same_before(trail: FloatArray, played: int, cycles: bool) -> int:
    """Return how many rounds ago all stood where they stand now, 0 if never."""
    furthest = played if cycles else 1
    for back in range(1, furthest + 1):
        if np.all(trail[played - back] == trail[played]):
            return back
    return 0


@njit(cache=True, nogil=True)
def new_table(actors: int, q: float) -> Table:
    """Return room for a draw of so many actors."""
    slabs = 3 if q == 1.0 else 5
    return Table(
        np.empty(actors),
        np.empty(actors),
        np.empty(actors),
        np.ones(actors),
        np.empty(actors),
        np.empty(actors),
        np.empty(actors),
        np.zeros((actors, actors)),
        np.zeros((actors, actors)),
        np.zeros((actors, actors)),
        np.zeros((actors + 1, actors)),
        np.empty((slabs, actors, actors)),
        np.empty(actors * actors),
        np.empty(actors * actors),
        np.arange(actors),
        np.empty(actors, dtype=np.int64),
        np.empty(actors, dtype=np.int64),
        np.empty(actors),
        np.empty(actors),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def line_up(table: Table, place: FloatArray, weight: FloatArray, salience: FloatArray) -> None:
    """Put the actors in order of position; those at one point in the order of the input."""
    order = table.order
    # Few change places from round to round, and then an insertion sort does nearly nothing.
    for i in range(order.size):
        actor = order[i]
        j = i
        while j > 0 and (
            place[order[j - 1]] > place[actor]
            or (place[order[j - 1]] == place[actor] and order[j - 1] > actor)
        ):
            order[j] = order[j - 1]
            j -= 1
        order[j] = actor
    for i in range(order.size):
        table.place[i] = place[order[i]]
        table.weight[i] = weight[order[i]]
        table.salience[i] = salience[order[i]]


@njit(cache=True, nogil=True, error_model="numpy")
def centre(table: Table) -> tuple[float, float]:
    """Return the weighted median, of several the lowest, and the weighted mean."""
    total, moment = 0.0, 0.0
    for i in range(table.place.size):
        total += table.weight[i]
        moment += table.weight[i] * (table.place[i] - table.place[0])
    so_far, i = table.weight[0], 0
    while so_far < HALF * total:
        i += 1
        so_far += table.weight[i]
    return table.place[i], table.place[0] + moment / total


@njit(cache=True, nogil=True, error_model="numpy")
def play_round(table: Table, width: float, median: float, rules: Rules) -> None:
    """Fill in where everybody goes in one round: `exponent`, `target`, `challenger`, `offer`."""
    _measure(table, width, median, rules.q)
    _count_votes(table)
    _weigh_chances(table, rules.all_pairs)
    if rules.by_position:
        _set_exponents_by_position(table, width, median, rules.q)
    else:
        _set_exponents_by_actor(table, width, median, rules.q)
    _raise_to_exponents(table)
    if rules.own_exponent:
        _count_votes(table)
        _weigh_chances(table, rules.all_pairs)
    for actor in range(table.place.size):
        _answer(table, actor, rules)


@njit(cache=True, nogil=True, error_model="numpy")
def _measure(table: Table, width: float, median: float, q: float) -> None:
    """Fill in the slabs with numbers of which the second pass takes powers."""
    place, power = table.place, table.power
    for i in range(place.size):
        for j in range(place.size):
            apart = abs(place[i] - place[j]) / width
            power[0, i, j] = apart
            power[1, i, j] = 0.5 - 0.5 * apart if apart < 1.0 else 0.0
            power[2, i, j] = 0.5 + 0.5 * apart
    if q < 1.0:
        for i in range(place.size):
            own_way = abs(place[i] - median) / width
            for j in range(place.size):
                way = abs(place[j] - median) / width
                power[3, i, j] = _otherwise(own_way, power[0, i, j])
                power[4, i, j] = _otherwise(way, power[0, i, j])


@njit(cache=True, nogil=True, error_model="numpy")
def _otherwise(way: float, apart: float) -> float:
    """Return the term of what happens to a challenger if it challenges nobody, Q aside.

    Things get better for it where the median is nearer than the other, else worse.
    """
    step = 0.25 * (way + apart)
    return max(0.5 - step, 0.0) if way < apart else 0.5 + step


@njit(cache=True, nogil=True, error_model="numpy")
def _count_votes(table: Table) -> None:
    """Count the votes on every pair, by distances as they stand in the first slab."""
    place, prefix, votes = table.place, table.prefix, table.votes
    actors = place.size
    for k in range(actors):
        for i in range(actors):
            prefix[k + 1, i] = prefix[k, i] + table.weight[k] * table.power[0, k, i]
    for j in range(actors):
        middle = j
        for i in range(j + 1, actors):
            between = 0.5 * (place[i] + place[j])
            while middle < actors and place[middle] <= between:
                middle += 1
            below = prefix[middle, i] - prefix[middle, j]
            above = (prefix[actors, j] - prefix[middle, j]) - (
                prefix[actors, i] - prefix[middle, i]
            )
            votes[i, j] = max(above, 0.0)
            votes[j, i] = max(below, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _weigh_chances(table: Table, all_pairs: bool) -> None:
    """Turn votes into chances. Where nobody has a vote, either side has an even chance."""
    votes, cast, chance = table.votes, table.cast, table.chance
    actors = votes.shape[0]
    total = 0.0
    for i in range(actors):
        for j in range(actors):
            cast[i, j] = votes[i, j] + votes[j, i]
            total += cast[i, j]
    share = 1.0 / total if total > 0.0 else 0.0
    for i in range(actors):
        for j in range(actors):
            if all_pairs:
                chance[i, j] = votes[i, j] * share
            else:
                chance[i, j] = votes[i, j] / cast[i, j] if cast[i, j] > 0.0 else 0.5


@njit(cache=True, nogil=True, error_model="numpy")
def _set_exponents_by_actor(table: Table, width: float, median: float, q: float) -> None:
    """Set risk exponents by how secure each is among all: the spread of all is one to all."""
    security, apart = table.security, table.power[0]
    actors = security.size
    security[:] = 0.0
    for j in range(actors):
        for i in range(actors):
            resisted = table.salience[i] * (1.0 - table.chance[j, i])
            security[i] += 2.0 * apart[j, i] * (1.0 - 2.0 * resisted)
    if q < 1.0:
        for j in range(actors):
            way = abs(table.place[j] - median) / width
            for i in range(actors):
                if i != j:
                    security[i] += (1.0 - q) * _linear_otherwise(way, apart[j, i])
    least, most = security.min(), security.max()
    for i in range(actors):
        table.exponent[i] = _exponent(security[i], least, most)


@njit(cache=True, nogil=True, error_model="numpy")
def _set_exponents_by_position(table: Table, width: float, median: float, q: float) -> None:
    """Set risk exponents by how secure each is among all positions that it could take."""
    security, apart = table.row, table.power[0]
    actors = security.size
    for i in range(actors):
        security[:] = 0.0
        for j in range(actors):
            if j != i:
                _add_danger(table, apart, i, j)
                if q < 1.0:
                    way = abs(table.place[j] - median) / width
                    for y in range(actors):
                        security[y] += (1.0 - q) * _linear_otherwise(way, apart[j, y])
        table.security[i] = security[i]
        table.exponent[i] = _exponent(security[i], security.min(), security.max())


@njit(cache=True, nogil=True, error_model="numpy")
def _add_danger(table: Table, apart: FloatArray, actor: int, other: int) -> None:
    """Add to `row` what one other would expect from challenging an actor in every position.

    The actor's own vote goes with it: it is taken out where the actor stands and put in where it
    would stand.
    """
    security, votes, cast = table.row, table.votes, table.cast
    weight, salience, between = table.weight[actor], table.salience[actor], apart[actor, other]
    for y in range(security.size):
        nearer = apart[actor, y] - between
        lost = weight * nearer if nearer > 0.0 else 0.0
        won = votes[other, y] - lost if votes[other, y] > lost else 0.0
        total = cast[other, y] + weight * (apart[other, y] - abs(nearer))
        chance = won / total if total > 0.0 else 0.5
        security[y] += 2.0 * apart[other, y] * (1.0 - 2.0 * salience * (1.0 - chance))


@njit(cache=True, nogil=True, error_model="numpy")
def _linear_otherwise(way: float, apart: float) -> float:
    """Return the loss of a challenger, exponent 1, if it challenges nobody; less than 0 a gain."""
    return -(way + apart) if way < apart else way + apart


@njit(cache=True, nogil=True, error_model="numpy")
def _exponent(security: float, least: float, most: float) -> float:
    """Return the risk exponent, 0.5 to 2; 1 where all are equally secure."""
    if most - least <= EQUAL_SECURITY * max(abs(most), abs(least)):
        return 1.0
    risk = (2.0 * security - most - least) / (most - least)
    return (1.0 - risk / 3.0) / (1.0 + risk / 3.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _raise_to_exponents(table: Table) -> None:
    """Raise all slabs to the power of the exponent of their row's actor."""
    actors = table.exponent.size
    for i in range(actors):
        for j in range(actors):
            table.exponents[i * actors + j] = table.exponent[i]
    for slab in range(table.power.shape[0]):
        raise_all(table.power[slab].ravel(), table.exponents, table.room)


@njit(cache=True, nogil=True, error_model="numpy")
def _answer(table: Table, actor: int, rules: Rules) -> None:
    """Fill in which offer an actor takes and where it goes."""
    place, power, chance = table.place, table.power, table.chance
    own_place, own_salience, still = place[actor], table.salience[actor], power[1, actor, actor]
    table.target[actor] = own_place
    table.offer[actor] = NO_OFFER
    table.challenger[actor] = actor
    best_rank, best_key, best_order = 9, np.inf, place.size
    for j in range(place.size):
        if place[j] == own_place:
            continue
        gain = 4.0 * (still - power[1, actor, j])
        stake = 4.0 * (power[2, actor, j] - power[1, actor, j])
        own = gain - table.salience[j] * (1.0 - chance[actor, j]) * stake
        other = gain - own_salience * (1.0 - chance[j, actor]) * stake
        if rules.q < 1.0:
            own += (1.0 - rules.q) * 4.0 * (power[3, actor, j] - still)
            other += (1.0 - rules.q) * 4.0 * (power[4, actor, j] - still)
        kind = _kind(own, other, rules.capitulates)
        if kind == NO_OFFER:
            continue
        way = place[j] - own_place
        key = abs(way)
        target = place[j]
        if kind == COMPROMISE:
            part = -own / other
            key *= part
            target = own_place + part * way
            # Rounding must not carry an actor past the other.
            target = min(target, place[j]) if way > 0.0 else max(target, place[j])
            if rules.choice == LOWEST:
                key = (other * place[j] - own * own_place) / (other - own)
        rank = 0 if rules.choice == NEAREST else kind
        if _comes_first(
            rank, key, kind, table.order[j], best_rank, best_key, table.offer[actor], best_order
        ):
            best_rank, best_key, best_order = rank, key, table.order[j]
            table.offer[actor], table.challenger[actor], table.target[actor] = kind, j, target
            table.own_utility[actor], table.other_utility[actor] = own, other


@njit(cache=True, nogil=True, error_model="numpy")
def _kind(own: float, other: float, capitulates: bool) -> int:
    """Return what an actor is offered, by its own and the challenger's utility in its eyes."""
    if other <= 0.0:
        return NO_OFFER
    if own > 0.0:
        return CONFRONTATION if other > own else NO_OFFER
    if own == 0.0:
        return NO_OFFER
    if other > -own:
        return COMPROMISE
    return CAPITULATION if capitulates else NO_OFFER


@njit(cache=True, nogil=True, error_model="numpy")
def _comes_first(  # noqa: PLR0913 - two offers of four marks each, and a tuple is not inlined
    rank: int,
    key: float,
    kind: int,
    order: int,
    best_rank: int,
    best_key: float,
    best_kind: int,
    best_order: int,
) -> bool:
    """Tell whether an offer is taken before the best so far."""
    if rank != best_rank:
        return rank < best_rank
    if key != best_key:
        return key < best_key
    if kind != best_kind:
        return kind < best_kind
    return order < best_order
