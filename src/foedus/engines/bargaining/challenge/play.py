"""The challenge model played round after round, for many draws at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray, IntArray
from foedus.engines.bargaining.challenge.definition import play_round_plainly
from foedus.engines.bargaining.challenge.passes import (
    CAPITULATION,
    COMPROMISE,
    CONFRONTATION,
    CYCLE,
    ROUNDS,
    SETTLED,
    Ends,
    Games,
    Until,
    line_up,
    new_table,
    play_block,
    play_round,
    rules_of,
)
from foedus.engines.bargaining.challenge.readings import (
    SCHOLZ_AS_CODED,
    Reading,
    reading_named,
)

BLOCK: Final = 256
"""Draws that a thread takes at a time."""
ON_SCALE: Final = 1e-9
"""Share of the scale by which rounding may carry positions past its ends."""


class Reason(IntEnum):
    """Why a draw was not played on."""

    ROUNDS = ROUNDS
    """All rounds were played."""
    SETTLED = SETTLED
    """Nobody moved, or median and mean had nearly stopped, as `Stop` asks for."""
    CYCLE = CYCLE
    """All stood exactly where they had stood two or more rounds before: it goes round for ever."""


class Offer(IntEnum):
    """How an actor gives way."""

    CONFRONTATION = CONFRONTATION
    """Both expect to gain from a challenge, the other more: the actor loses and goes to it."""
    COMPROMISE = COMPROMISE
    """The other expects to gain more than the actor to lose: it is met part of the way."""
    CAPITULATION = CAPITULATION
    """The actor expects to lose more than the other to gain, and goes to it."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """When a draw is stopped before its last round. The sources state no rule.

    A draw in which nobody moves is always stopped, as it would stand still for ever. With
    `cycles` so is one that has come back to where it was. Neither changes what is forecast. Only
    `move_share` does.

    Raises ValueError if the share is negative or not finite, or the count below 1.
    """

    move_share: float = 0.0
    """Share of the scale's width: median and mean must both move by less. 0 never stops."""
    quiet_count: int = 2
    """For so many rounds running."""
    cycles: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.move_share < np.inf:
            raise ValueError(f"move_share is {self.move_share:g}: it must be at least 0 and finite")
        if self.quiet_count < 1:
            raise ValueError(f"quiet_count is {self.quiet_count}: it must be at least 1")


EVERY_ROUND_COUNTS: Final = Stop()
"""Stops only where nothing is lost by it."""


@dataclass(frozen=True, kw_only=True)
class ChallengeResult:
    """Where the draws end.

    After a draw settled, later rounds repeat where it stood; after it was found to go round in a
    cycle, they go on round it, as if it had been played on.
    """

    reading: Reading
    positions: FloatArray
    """Shape (draw, actor): after the last round."""
    medians: FloatArray
    """Shape (draw, round + 1): weighted median before the first round and after each; of several
    the lowest."""
    means: FloatArray
    """Shape (draw, round + 1): weighted mean, likewise."""
    played_count: IntArray
    """Shape (draw,): rounds that were played before it stopped."""
    reason: IntArray
    """Shape (draw,): a `Reason` each."""
    cycle_count: IntArray
    """Shape (draw,): rounds that it takes to go round, 0 where no cycle was found."""

    @property
    def forecast(self) -> FloatArray:
        """The weighted median after the last round, shape (draw,).

        In a draw that goes round in a cycle this hangs on the number of rounds: look at
        `cycle_count` and at `medians` before one number is printed.
        """
        last: FloatArray = self.medians[:, -1]
        return last


class Move(NamedTuple):
    """One actor gives way to another."""

    round: int
    """From 1."""
    mover: int
    challenger: int
    offer: Offer
    start: float
    end: float
    own_utility: float
    """What the mover would expect from challenging the challenger; below 0 a loss."""
    other_utility: float
    """What the challenger expects from challenging the mover, in the mover's eyes."""


@dataclass(frozen=True, kw_only=True)
class ChallengePath:
    """One draw round by round, for a table. Rounds after it stopped are left out."""

    reading: Reading
    positions: FloatArray
    """Shape (round + 1, actor): before the first round and after each."""
    medians: FloatArray
    """Shape (round + 1,)."""
    means: FloatArray
    """Shape (round + 1,)."""
    exponents: FloatArray
    """Shape (round, actor): risk exponents, 0.5 to 2."""
    margins: FloatArray
    """Shape (round,): how far the closest decision was from going the other way, in utilities or
    scale widths. Near 0, such as below 1e-9, the path from there on is an accident of rounding."""
    moves: tuple[Move, ...]
    """All that give way, by round and mover."""
    reason: Reason
    cycle_count: int


def challenge(  # noqa: PLR0913 - what is bargained over, and named choices
    positions: ArrayLike,
    capability: ArrayLike,
    salience: ArrayLike,
    *,
    scale_width: ArrayLike | None = None,
    reading: str | Reading = "scholz-as-coded",
    q: float = 1.0,
    rounds: int = 10,
    stop: Stop = EVERY_ROUND_COUNTS,
    threads: int = 1,
) -> ChallengeResult:
    """Play the challenge model.

    Each round every actor weighs, in its own eyes, what it and each other would gain from
    challenging the other, and gives way to one whose challenge it must fear, if any. Utilities
    are bent by a risk exponent that follows from how much all others would gain from challenging
    it. What differs between sources is in `readings`.

    An actor that has no position on an issue must be left out. One of weight 0 decides no vote,
    but it is challenged and moves as others do; under "all-pairs" its position is also counted
    among the pairs, so it is not the same as absent. Where all stand at one point nobody
    challenges anybody, and the draw is settled. Where all are equally secure, nobody is bent to
    or away from risk: all exponents are 1.

    Parameters
    ----------
    positions : shape (draw, actor)
        In any unit, finite; at least two actors.
    capability : shape (draw, actor) or (1, actor)
        At least 0, in any unit.
    salience : shape (draw, actor) or (1, actor)
        Shares of 1. Some capability times salience must be above 0.
    scale_width : shape (draw,) or one number, optional
        From one end of the scale to the other, in the unit of positions; the range of the
        positions if left out, as in the sources. It stays the same in all rounds.
    reading
        A name of `READINGS`, or a reading.
    q
        Chance that things stay as they are for a challenger that does not challenge: above 0, at
        most 1. The rest is the chance of a change towards the median, for better or worse.
    rounds
        At least 1.
    stop
        When to stop earlier.
    threads
        How many work at once. The result does not depend on it.

    Returns
    -------
    ChallengeResult

    Raises
    ------
    ValueError
        If anything cannot be taken; all that is wrong is named.

    Notes
    -----
    Who moves where is decided by comparing numbers, so close calls make results jump. Report the
    spread over draws, and never one path alone. Sources are named in `readings`.

    Examples
    --------
    Years until emission standards for cars apply, as ten governments wanted them in the European
    Community (Bueno de Mesquita 1994, p. 78; figures as later papers quote them):

    >>> years = [[4, 7, 4, 4, 10, 10, 10, 7, 4, 7]]
    >>> capability = [[0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]]
    >>> salience = [[0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]]
    >>> after = challenge(years, capability, salience, rounds=4)
    >>> after.medians.round(2).tolist()
    [[7.0, 8.42, 9.61, 9.96, 9.96]]
    >>> Reason(int(after.reason[0])).name
    'ROUNDS'
    """
    faults: list[str] = []
    game = _game(positions, capability, salience, scale_width, faults, "draw, actor")
    named = _reading(reading, faults)
    _check_numbers(q, rounds, threads, faults)
    if faults:
        raise ValueError("; ".join(faults))
    return _play(game, named, q, rounds, stop, threads)


def challenge_path(  # noqa: PLR0913 - as `challenge`
    positions: ArrayLike,
    capability: ArrayLike,
    salience: ArrayLike,
    *,
    scale_width: float | None = None,
    reading: str | Reading = "scholz-as-coded",
    q: float = 1.0,
    rounds: int = 10,
    stop: Stop = EVERY_ROUND_COUNTS,
) -> ChallengePath:
    """Play one draw and tell who gave way to whom.

    Parameters
    ----------
    positions, capability, salience : shape (actor,)
    scale_width, reading, q, rounds, stop
        As in `challenge`.

    Returns
    -------
    ChallengePath

    Raises
    ------
    ValueError
        As `challenge`.

    Examples
    --------
    >>> path = challenge_path([0, 30, 100], [1, 2, 3], [0.5, 0.8, 0.9], reading="scholz-paper")
    >>> [(move.round, move.mover, move.challenger, move.offer.name) for move in path.moves]
    [(1, 0, 2, 'CONFRONTATION'), (1, 1, 2, 'COMPROMISE'), (2, 1, 0, 'CONFRONTATION')]
    >>> path.reason.name, path.positions[-1].tolist()
    ('SETTLED', [100.0, 100.0, 100.0])
    """
    faults: list[str] = []
    game = _game(positions, capability, salience, scale_width, faults, "actor")
    named = _reading(reading, faults)
    _check_numbers(q, rounds, 1, faults)
    if faults:
        raise ValueError("; ".join(faults))
    return _follow(game, named, q, _play(game, named, q, rounds, stop, 1))


def _game(
    positions: ArrayLike,
    capability: ArrayLike,
    salience: ArrayLike,
    scale_width: ArrayLike | None,
    faults: list[str],
    axes: str,
) -> Games:
    """Return the inputs with a draw axis, and add to `faults` what is wrong with them."""
    blocks: dict[str, FloatArray] = {
        "positions": np.require(positions, np.float64, ["C"]),
        "capability": np.require(capability, np.float64, ["C"]),
        "salience": np.require(salience, np.float64, ["C"]),
    }
    misshapen = [
        f"{name} has shape {block.shape}: it must be ({axes})"
        for name, block in blocks.items()
        if block.ndim != len(axes.split(", "))
    ]
    place, strength, care = (np.atleast_2d(block) for block in blocks.values())
    if misshapen:
        faults += misshapen
        return Games(place, strength, care, np.ones(1))
    faults += [
        f"{name} holds a number that is not finite"
        for name, block in blocks.items()
        if not np.isfinite(block).all()
    ]
    if (strength < 0).any():
        faults.append(f"capability holds {np.nanmin(strength):g}: it must be at least 0")
    outside = (care < 0) | (care > 1)
    if outside.any():
        faults.append(f"salience holds {care[outside][0]:g}: it must be between 0 and 1")
    draws, actors = place.shape
    if actors < 2 or draws < 1:
        faults.append(
            f"positions has {draws} draws of {actors} actors: there must be a draw and two actors"
        )
    unfit = [
        f"{name} has shape {blocks[name].shape}, which does not go with positions, "
        f"{blocks['positions'].shape}"
        for name, block in (("capability", strength), ("salience", care))
        if block.shape not in {(draws, actors), (1, actors)}
    ]
    faults += unfit
    if not unfit:
        total = np.einsum("da,da->d", *np.broadcast_arrays(strength, care))
        if (total <= 0).any():
            faults.append(
                f"capability times salience sums to 0 in draw {np.argmax(total <= 0)}: somebody "
                "must have weight"
            )
    return Games(place, strength, care, _width(place, scale_width, faults))


def _width(positions: FloatArray, scale_width: ArrayLike | None, faults: list[str]) -> FloatArray:
    """Return the width of each draw's scale, and add to `faults` what is wrong with it."""
    if not positions.size or not np.isfinite(positions).all():
        return np.ones(1)
    span = positions.max(axis=1) - positions.min(axis=1)
    if scale_width is None:
        # Where all stand at one point any width will do: nobody is apart from anybody.
        return np.asarray(np.where(span > 0, span, 1.0))
    given = np.asarray(scale_width, dtype=np.float64)
    if given.shape not in {(), span.shape}:
        faults.append(f"scale_width has shape {given.shape}: it must be one number or {span.shape}")
        return np.asarray(span)
    width = np.broadcast_to(given, span.shape).copy()
    if not (np.isfinite(width) & (width > 0)).all():
        seen = width[~(np.isfinite(width) & (width > 0))][0]
        faults.append(f"scale_width holds {seen:g}: it must be above 0 and finite")
    elif (span > width * (1 + ON_SCALE)).any():
        draw = int(np.argmax(span > width * (1 + ON_SCALE)))
        faults.append(
            f"positions of draw {draw} lie {span[draw]:g} apart on a scale of {width[draw]:g}"
        )
    return width


def _reading(reading: str | Reading, faults: list[str]) -> Reading:
    """Return a reading, and add to `faults` if there is none of that name."""
    try:
        return reading_named(reading)
    except ValueError as fault:
        faults.append(str(fault))
        return SCHOLZ_AS_CODED


def _check_numbers(q: float, rounds: int, threads: int, faults: list[str]) -> None:
    """Add to `faults` what is wrong with single numbers."""
    if not 0 < q <= 1:
        faults.append(f"q is {q:g}: it must be above 0 and at most 1")
    faults += [
        f"{name} is {count}: it must be at least 1"
        for name, count in (("rounds", rounds), ("threads", threads))
        if count < 1
    ]


def _play(
    game: Games, reading: Reading, q: float, rounds: int, stop: Stop, threads: int
) -> ChallengeResult:
    """Play all draws, block by block."""
    draws = game.positions.shape[0]
    ends = Ends(
        game.positions.copy(),
        np.empty((draws, rounds + 1)),
        np.empty((draws, rounds + 1)),
        *(np.zeros(draws, dtype=np.int64) for _ in range(3)),
    )
    rules = rules_of(reading, float(q))
    until = Until(float(stop.move_share), stop.quiet_count, stop.cycles)

    def play_from(first: int) -> None:
        play_block(game, rules, until, first, min(first + BLOCK, draws), ends)

    starts = range(0, draws, BLOCK)
    if threads == 1:
        for first in starts:
            play_from(first)
    else:
        # The loops let go of the interpreter, and each block writes to rows of its own.
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(play_from, starts))
    return ChallengeResult(
        reading=reading,
        positions=ends.positions,
        medians=ends.medians,
        means=ends.means,
        played_count=ends.played,
        reason=ends.reason,
        cycle_count=ends.cycle,
    )


def _follow(game: Games, reading: Reading, q: float, result: ChallengeResult) -> ChallengePath:
    """Play the first draw again, as far as it went, and keep what happened on the way."""
    played, rules = int(result.played_count[0]), rules_of(reading, float(q))
    salience, width = game.salience[0], float(game.width[0])
    weight = game.capability[0] * salience
    table = new_table(salience.size, rules.q)
    positions, exponents, margins = [game.positions[0]], [], []
    moves: list[Move] = []
    for number in range(1, played + 1):
        here = positions[-1]
        line_up(table, here, weight, salience)
        play_round(table, width, float(result.medians[0, number - 1]), rules)
        back = np.argsort(table.order)
        positions.append(table.target[back])
        exponents.append(table.exponent[back])
        plain = play_round_plainly(
            here[None], game.capability[:1], game.salience[:1], game.width[:1], reading, q
        )
        margins.append(plain.margin[0])
        moves += [
            Move(
                round=number,
                mover=actor,
                challenger=int(table.order[table.challenger[at]]),
                offer=Offer(int(table.offer[at])),
                start=float(here[actor]),
                end=float(table.target[at]),
                own_utility=float(table.own_utility[at]),
                other_utility=float(table.other_utility[at]),
            )
            for actor, at in enumerate(back)
            if table.offer[at]
        ]
    return ChallengePath(
        reading=reading,
        positions=np.array(positions),
        medians=result.medians[0, : played + 1],
        means=result.means[0, : played + 1],
        exponents=np.array(exponents),
        margins=np.array(margins),
        moves=tuple(moves),
        reason=Reason(int(result.reason[0])),
        cycle_count=int(result.cycle_count[0]),
    )
