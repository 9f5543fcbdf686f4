"""Position exchange: pairs of actors who trade votes across two issues, each gaining alike.

Without trade the outcome of an issue is the mean of the positions, weighted by capability
times salience. Two actors on opposite sides of the outcome on two issues may do better: each
gives way on the issue it cares for less, relative to the other, and is paid on the other
issue. The rate of exchange is the one at which both gain alike. What a trade does to third
parties, its externality, is reported and plays no part in which trades are made.

Issues linked at a summit are such issues too: spending and troops against a seat and a
backstop. A party that takes no part in one of them is absent there: it has no position, no
weight and no trade on it.

Source: F. N. Stokman and R. Van Oosten (1994), The exchange of voting positions: an
object-oriented model of policy networks, chapter 5 of B. Bueno de Mesquita and F. N. Stokman
(eds), European Community Decision Making, Yale University Press, ISBN 0-300-05759-8: the
title and place were checked, the text was not at hand. The outcome without trade goes back
to J. M. M. Van den Bos (1991): recalled, not checked. The rules follow a summary of the model
and of a public program for it, which is published under another licence and from which
nothing was taken.

Where these leave a choice, this module reads it so:

* Within a round an actor's preference and its side of each outcome are those of the start of
  the round; trades move its vote. A trade is made only while neither partner has been
  passed by an outcome, so that no trade harms a partner, and no actor is ever moved two
  ways on an issue. Giving way on an issue in one trade and being paid on it in another is
  allowed.
* An actor that starts a round exactly at an outcome is on neither side and does not trade
  there.
* A vote moves at most to the partner's preference, and an outcome at most to it too; where
  one of the four limits cuts a move, the other move shrinks with it, gains staying equal.
  (The program seems to take the position that limits an outcome for the move itself.)
* The trade with the highest gain is made first. Of gains closer than 1e-9 the one listed
  first counts: by the pair's lower index, its higher one, the issue on which the lower is
  paid, then the other issue. The source tosses a coin.
* Each pair trades the same two issues at most once a round; a round ends when no trade gains
  more than 1e-9.
* Between rounds every preference moves towards the vote by (1 - salience) 0.4 + 0.1.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from foedus.engines.arrays import BoolArray, FloatArray, IntArray

MOST_SCORE = 100.0

LEAST_GAIN = 1e-9
"""A trade must gain more; and must gain this much more than one listed before it."""

SAME_SCORE = 1e-9
"""Points nearer to each other than this are one, lest rounding put an actor on a side."""

SALIENCE_PULL = 0.4
FIXED_PULL = 0.1


@dataclass(frozen=True, kw_only=True)
class Trade:
    """One exchange. The first actor is paid on the first issue, the second on the second.

    The first is the one with the lower index.
    """

    round_index: int
    """From 0."""
    first_actor: int
    second_actor: int
    first_issue: int
    """The second actor gives way here."""
    second_issue: int
    """The first actor gives way here."""
    first_shift_score: float
    """How far the outcome of the first issue moves, up or down."""
    second_shift_score: float
    first_actor_to_score: float
    """Where the first actor votes afterwards, on the second issue."""
    second_actor_to_score: float
    """Where the second actor votes afterwards, on the first issue."""
    gain: float
    """Points of outcome times salience, the same for both."""
    externality: tuple[float, ...]
    """What every other actor gains, in the same unit; below 0 a loss. 0 for the two."""


@dataclass(frozen=True, kw_only=True)
class ExchangePath:
    """One set of issues, trade by trade."""

    trades: tuple[Trade, ...]
    """In the order in which they are made."""
    preference_score: FloatArray
    """Shape (round, actor, issue); at the start of each round, NaN for the absent."""
    vote_score: FloatArray
    """Shape (round, actor, issue); at its end."""
    outcome_score: FloatArray
    """Shape (round + 1, issue); row 0 is the outcome without any trade."""


@dataclass(frozen=True, kw_only=True)
class ExchangeOutcomes:
    """The ends of many sets of issues."""

    start_score: FloatArray
    """Shape (draw, issue); the outcome without any trade."""
    outcome_score: FloatArray
    """Shape (draw, issue); after the last round."""
    vote_score: FloatArray
    """Shape (draw, actor, issue); NaN for the absent."""
    gain: FloatArray
    """Shape (draw, actor); sum over the actor's own trades."""
    externality: FloatArray
    """Shape (draw, actor); sum over the trades of others."""
    trades_count: IntArray
    """Shape (draw,)."""

    @property
    def shift_score(self) -> FloatArray:
        """How far trade moves each outcome; shape (draw, issue)."""
        return self.outcome_score - self.start_score


def exchange(
    position_score: FloatArray,
    salience_share: FloatArray,
    capability: FloatArray,
    is_present: BoolArray | None = None,
    *,
    rounds_count: int = 1,
) -> ExchangePath:
    """Trade one set of issues and return every trade.

    Parameters
    ----------
    position_score : shape (actor, issue)
        0 to 100; not read where the actor is absent.
    salience_share : same
        0 to 1.
    capability : same
        Not negative.
    is_present : same
        False where an actor has no part in an issue; all take part in all when None.
    rounds_count
        How often the trading starts again from preferences drawn towards the votes.

    Returns
    -------
    ExchangePath

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Examples
    --------
    Two equals want opposite things on two issues, and each cares for another one most:

    >>> wishes = np.array([[0.0, 0.0], [100.0, 100.0]])
    >>> path = exchange(wishes, np.array([[0.9, 0.3], [0.3, 0.9]]), np.ones((2, 2)))
    >>> path.outcome_score.round(6).tolist()
    [[25.0, 75.0], [0.0, 100.0]]
    >>> [round(trade.gain, 6) for trade in path.trades]
    [15.0]
    """
    present = _all_present(position_score, is_present)
    _check(position_score[None], salience_share[None], capability[None], present, rounds_count)
    wants, cares, weighs = _prepared(position_score, salience_share, capability, present)
    actors, issues = wants.shape
    trades: list[Trade] = []
    starts: list[FloatArray] = []
    ends: list[FloatArray] = []
    outcomes: list[FloatArray] = []
    for index in range(rounds_count):
        if index:
            _pull(wants, ends[-1], cares)
        table = _open(wants, cares, weighs)
        if not index:
            outcomes.append(table.outcome.copy())
        log = _empty_log(actors, actors * (actors - 1) // 2 * (issues * (issues - 1) // 2))
        count = _trade_round(table, log)
        trades += [_trade(index, log, row) for row in range(count)]
        starts.append(wants.copy())
        ends.append(table.vote)
        outcomes.append(table.outcome)
    return ExchangePath(
        trades=tuple(trades),
        preference_score=np.where(present, np.stack(starts), np.nan),
        vote_score=np.where(present, np.stack(ends), np.nan),
        outcome_score=np.stack(outcomes),
    )


def exchange_draws(
    position_score: FloatArray,
    salience_share: FloatArray,
    capability: FloatArray,
    is_present: BoolArray | None = None,
    *,
    rounds_count: int = 1,
) -> ExchangeOutcomes:
    """Trade one set of issues for each draw and return how each ends.

    Parameters
    ----------
    position_score : shape (draw, actor, issue) or (1, actor, issue)
        0 to 100; not read where the actor is absent.
    salience_share : same
        0 to 1.
    capability : same
        Not negative.
    is_present : shape (actor, issue)
        False where an actor has no part in an issue; all take part in all when None.
    rounds_count
        As in `exchange`.

    Returns
    -------
    ExchangeOutcomes

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Notes
    -----
    Draws are traded one after the other by compiled rounds that hold no lock, so that parts of a
    batch may run in threads. The cost of a draw grows with the squares of both
    the actors and the issues, and with the number of trades. Measured on one core of a busy
    machine: about 0.5 ms a draw with 10 actors on 5 issues (32 trades), 20 ms with 30 on 5
    (143 trades) or 15 on 13 (178 trades).

    Examples
    --------
    >>> wishes = np.array([[[0.0, 0.0], [100.0, 100.0]]])
    >>> salience = np.array([[[0.9, 0.3], [0.3, 0.9]], [[0.5, 0.5], [0.5, 0.5]]])
    >>> ends = exchange_draws(wishes, salience, np.ones((1, 2, 2)))
    >>> ends.shift_score.round(6).tolist()
    [[-25.0, 25.0], [0.0, 0.0]]
    >>> ends.trades_count.tolist()
    [1, 0]
    """
    present = _all_present(position_score, is_present)
    _check(position_score, salience_share, capability, present, rounds_count)
    draws = max(len(position_score), len(salience_share), len(capability))
    arrays = _prepared(position_score, salience_share, capability, present)
    actors, issues = present.shape
    start, outcome = np.empty((draws, issues)), np.empty((draws, issues))
    votes = np.empty((draws, actors, issues))
    gain, external = np.zeros((draws, actors)), np.zeros((draws, actors))
    trades = np.zeros(draws, dtype=np.int64)
    no_rows = np.empty((0, LOG_COLUMNS))
    # Not compiled: a round takes far longer than the call.
    for draw in range(draws):
        wants, cares, weighs = (array[draw if len(array) > 1 else 0] for array in arrays)
        preference = wants.copy()
        log = _Log(gain[draw], external[draw], no_rows, no_rows)
        for index in range(rounds_count):
            if index:
                _pull(preference, votes[draw], cares)
            table = _open(preference, cares, weighs)
            if not index:
                start[draw] = table.outcome
            trades[draw] += _trade_round(table, log)
            votes[draw], outcome[draw] = table.vote, table.outcome
    return ExchangeOutcomes(
        start_score=start,
        outcome_score=outcome,
        vote_score=np.where(present, votes, np.nan),
        gain=gain,
        externality=external,
        trades_count=trades,
    )


def best_trades(
    position_score: FloatArray,
    salience_share: FloatArray,
    capability: FloatArray,
    is_present: BoolArray | None = None,
) -> tuple[Trade, ...]:
    """Return the best trade that each pair of actors could make now, highest gain first.

    Each is worked out as if it were the only one, so they do not add up; `exchange` tells
    which would be made one after the other.

    Parameters
    ----------
    position_score, salience_share, capability, is_present
        As `exchange` takes them.

    Returns
    -------
    At most one trade for each pair; none for a pair that has nothing to trade.

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Examples
    --------
    >>> wishes = np.array([[0.0, 0.0], [100.0, 100.0], [100.0, 50.0]])
    >>> salience = np.array([[0.9, 0.3], [0.3, 0.9], [0.4, 0.6]])
    >>> [
    ...     (trade.first_actor, trade.second_actor, round(trade.gain, 2))
    ...     for trade in best_trades(wishes, salience, np.ones((3, 2)))
    ... ]
    [(0, 1, 10.0)]
    """
    present = _all_present(position_score, is_present)
    _check(position_score[None], salience_share[None], capability[None], present, 1)
    arrays = _prepared(position_score, salience_share, capability, present)
    actors = len(present)
    table = _open(*arrays)
    best: dict[tuple[int, int], tuple[float, IntArray]] = {}
    for deal in _candidates(table):
        pair = int(deal[0]), int(deal[1])
        gain = _gain(table, deal)
        if gain > LEAST_GAIN + (best[pair][0] if pair in best else 0.0):
            best[pair] = gain, deal
    found = []
    for _, deal in best.values():
        log = _empty_log(actors, 1)
        _make_deal(_open(*arrays), deal, log, 0)
        found.append(_trade(0, log, 0))
    found.sort(key=lambda trade: (-trade.gain, trade.first_actor, trade.second_actor))
    return tuple(found)


class _Table(NamedTuple):
    """How things stand within a round. The arrays are changed in place."""

    preference: FloatArray
    salience: FloatArray
    weight: FloatArray
    totals: FloatArray
    """Sum of weights by issue."""
    sides: FloatArray
    """-1, 0 or 1: below the first outcome of the round, at it, or above."""
    vote: FloatArray
    outcome: FloatArray


class _Log(NamedTuple):
    """What is written down of trades. The arrays are changed in place."""

    gain: FloatArray
    """Shape (actor,); added to."""
    external: FloatArray
    """Same."""
    rows: FloatArray
    """Shape (trade, `LOG_COLUMNS`); trades for which there is no row are not written down."""
    others: FloatArray
    """Shape (trade, actor); the externalities of each."""


LOG_COLUMNS = 9
"""Of a trade: both actors, both issues, both shifts, both new votes, and the gain."""


@njit(cache=True, nogil=True, error_model="numpy")
def _open(preference: FloatArray, salience: FloatArray, weight: FloatArray) -> _Table:
    """Return how things stand before any trade of a round."""
    actors, issues = preference.shape
    totals, outcome = np.zeros(issues), np.zeros(issues)
    for actor in range(actors):
        for issue in range(issues):
            totals[issue] += weight[actor, issue]
            outcome[issue] += weight[actor, issue] * preference[actor, issue]
    outcome /= totals
    sides = np.zeros((actors, issues))
    for actor in range(actors):
        for issue in range(issues):
            if abs(preference[actor, issue] - outcome[issue]) > SAME_SCORE:
                sides[actor, issue] = np.sign(preference[actor, issue] - outcome[issue])
    return _Table(preference, salience, weight, totals, sides, preference.copy(), outcome)


@njit(cache=True, nogil=True, error_model="numpy")
def _trade_round(table: _Table, log: _Log) -> int:
    """Make all trades of a round and return their count."""
    deals = _candidates(table)
    gains = np.empty(len(deals))
    for at in range(len(deals)):
        gains[at] = _gain(table, deals[at])
    count = 0
    while True:
        best, highest = -1, 0.0
        for at in range(len(deals)):
            if gains[at] > highest + LEAST_GAIN:
                best, highest = at, gains[at]
        if best < 0:
            return count
        _make_deal(table, deals[best], log, count)
        count += 1
        _, _, p, q = deals[best]
        for at in range(len(deals)):
            if gains[at] >= 0.0 and (deals[at, 2] in (p, q) or deals[at, 3] in (p, q)):
                gains[at] = _gain(table, deals[at])
        # What was made once is not made again this round.
        gains[best] = -1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _candidates(table: _Table) -> IntArray:
    """Return the trades that sides and saliences allow, in order; shape (trade, 4).

    Columns: the lower actor, the higher, the issue on which the lower is paid, the other.
    """
    actors, issues = table.vote.shape
    cares, sides = table.salience, table.sides
    # A pair trades two issues one way at most.
    most = actors * (actors - 1) // 2 * (issues * (issues - 1) // 2)
    found = np.empty((most, 4), dtype=np.int64)
    count = 0
    for i in range(actors):
        for j in range(i + 1, actors):
            for p in range(issues):
                if sides[i, p] * sides[j, p] >= 0.0:
                    continue
                for q in range(issues):
                    if sides[i, q] * sides[j, q] >= 0.0:
                        continue
                    # The one who cares less for p, relative to q, gives way on it.
                    if cares[i, p] * cares[j, q] > cares[j, p] * cares[i, q]:
                        found[count, 0], found[count, 1] = i, j
                        found[count, 2], found[count, 3] = p, q
                        count += 1
    return found[:count]


@njit(cache=True, nogil=True, error_model="numpy")
def _gain(table: _Table, deal: IntArray) -> float:
    """Return what each partner of a trade gains; 0 if there is none to be made."""
    on_p, on_q = _shifts(table, deal)
    i, _, p, q = deal
    return float(table.salience[i, p] * on_p - table.salience[i, q] * on_q)


@njit(cache=True, nogil=True, error_model="numpy")
def _shifts(table: _Table, deal: IntArray) -> tuple[float, float]:
    """Return how far the outcomes of p and q move when i is paid on p and j on q."""
    i, j, p, q = deal
    wants, cares, sides = table.preference, table.salience, table.sides
    # How far each outcome is from the preference of the one who is paid, and from that of
    # the one who pays, which must not lie ahead of it.
    ahead_p = sides[i, p] * (wants[i, p] - table.outcome[p])
    ahead_q = sides[j, q] * (wants[j, q] - table.outcome[q])
    behind_p = sides[i, p] * (table.outcome[p] - wants[j, p])
    behind_q = sides[j, q] * (table.outcome[q] - wants[i, q])
    if min(ahead_p, ahead_q) <= 0.0 or min(behind_p, behind_q) < -SAME_SCORE:
        return 0.0, 0.0
    reach_p = sides[i, p] * (wants[i, p] - table.vote[j, p]) * table.weight[j, p]
    reach_q = sides[j, q] * (wants[j, q] - table.vote[i, q]) * table.weight[i, q]
    most_p = min(reach_p / table.totals[p], ahead_p)
    most_q = min(reach_q / table.totals[q], ahead_q)
    if min(most_p, most_q) <= 0.0:
        return 0.0, 0.0
    rate = (cares[i, p] + cares[j, p]) / (cares[i, q] + cares[j, q])
    if most_p * rate <= most_q:
        return most_p, most_p * rate
    return most_q / rate, most_q


@njit(cache=True, nogil=True, error_model="numpy")
def _make_deal(table: _Table, deal: IntArray, log: _Log, row: int) -> None:
    """Move votes and outcomes by a trade and write it down."""
    i, j, p, q = deal
    wants, cares, totals = table.preference, table.salience, table.totals
    on_p, on_q = _shifts(table, deal)
    won = cares[i, p] * on_p - cares[i, q] * on_q
    vote, outcome = table.vote, table.outcome
    vote[j, p] = _towards(vote[j, p], on_p * totals[p] / table.weight[j, p], wants[i, p])
    vote[i, q] = _towards(vote[i, q], on_q * totals[q] / table.weight[i, q], wants[j, q])
    to_p = _towards(outcome[p], on_p, wants[i, p])
    to_q = _towards(outcome[q], on_q, wants[j, q])
    is_written = row < log.rows.shape[0]
    if is_written:
        log.rows[row, 0], log.rows[row, 1], log.rows[row, 2], log.rows[row, 3] = i, j, p, q
        log.rows[row, 4], log.rows[row, 5] = to_p - outcome[p], to_q - outcome[q]
        log.rows[row, 6], log.rows[row, 7], log.rows[row, 8] = vote[i, q], vote[j, p], won
    for actor in range(wants.shape[0]):
        effect = 0.0
        if actor in (i, j):
            log.gain[actor] += won
        else:
            # The absent care for nothing here.
            nearer_p = abs(outcome[p] - wants[actor, p]) - abs(to_p - wants[actor, p])
            nearer_q = abs(outcome[q] - wants[actor, q]) - abs(to_q - wants[actor, q])
            effect = cares[actor, p] * nearer_p + cares[actor, q] * nearer_q
            log.external[actor] += effect
        if is_written:
            log.others[row, actor] = effect
    outcome[p], outcome[q] = to_p, to_q


@njit(cache=True, nogil=True, error_model="numpy")
def _towards(start: float, step: float, goal: float) -> float:
    """Return a number moved towards a goal by a step, and never past it."""
    if goal >= start:
        return min(start + step, goal)
    return max(start - step, goal)


@njit(cache=True, nogil=True, error_model="numpy")
def _pull(preference: FloatArray, vote: FloatArray, salience: FloatArray) -> None:
    """Move preferences towards votes, as between two rounds."""
    for actor in range(preference.shape[0]):
        for issue in range(preference.shape[1]):
            pull = (1.0 - salience[actor, issue]) * SALIENCE_PULL + FIXED_PULL
            preference[actor, issue] += pull * (vote[actor, issue] - preference[actor, issue])


def _empty_log(actors: int, trades: int) -> _Log:
    """Return a log with room for some trades."""
    rows, others = np.empty((trades, LOG_COLUMNS)), np.empty((trades, actors))
    return _Log(np.zeros(actors), np.zeros(actors), rows, others)


def _trade(index: int, log: _Log, row: int) -> Trade:
    """Return a trade from what was written down of it."""
    first, second, on_first, on_second = (int(x) for x in log.rows[row, :4])
    *shifts, first_to, second_to, won = log.rows[row, 4:].tolist()
    return Trade(
        round_index=index,
        first_actor=first,
        second_actor=second,
        first_issue=on_first,
        second_issue=on_second,
        first_shift_score=shifts[0],
        second_shift_score=shifts[1],
        first_actor_to_score=first_to,
        second_actor_to_score=second_to,
        gain=won,
        externality=tuple(log.others[row].tolist()),
    )


def _all_present(position: FloatArray, is_present: BoolArray | None) -> BoolArray:
    """Return who takes part in what; all in all when nothing is said."""
    return np.ones(position.shape[-2:], dtype=np.bool_) if is_present is None else is_present


def _prepared(
    position: FloatArray, salience: FloatArray, capability: FloatArray, present: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return positions, saliences and weights, all 0 for the absent."""
    wants, cares, power = (
        np.ascontiguousarray(np.where(present, array, 0.0), dtype=np.float64)
        for array in (position, salience, capability)
    )
    return wants, cares, cares * power


def _check(
    position: FloatArray,
    salience: FloatArray,
    capability: FloatArray,
    present: BoolArray,
    rounds: int,
) -> None:
    """Refuse arrays that make no set of issues, with all that is wrong with them."""
    arrays = {"position_score": position, "salience_share": salience, "capability": capability}
    shapes = {x.shape[1:] for x in arrays.values()} | {present.shape}
    if any(x.ndim != 3 for x in arrays.values()) or len(shapes) > 1:
        raise ValueError(
            "position_score, salience_share, capability and is_present must have the same "
            "axes actor and issue, the first three after the draws where there are many"
        )
    problems = _wrong_with_sizes(present, {len(x) for x in arrays.values()}, rounds)
    if not ((position >= 0) & (position <= MOST_SCORE) | ~present).all():
        problems.append("position_score holds a number that is not between 0 and 100")
    if not ((salience >= 0) & (salience <= 1) | ~present).all():
        problems.append("salience_share holds a number that is not between 0 and 1")
    if not ((capability >= 0) & np.isfinite(capability) | ~present).all():
        problems.append("capability holds a number that is negative or not finite")
    if not problems:
        *_, weight = _prepared(position, salience, capability, present)
        empty = np.unique(np.nonzero(weight.sum(axis=1) == 0)[1]).tolist()
        if empty:
            problems.append(f"capability times salience adds up to 0 on the issues {empty}")
    if problems:
        raise ValueError("; ".join(problems))


def _wrong_with_sizes(present: BoolArray, draws: set[int], rounds: int) -> list[str]:
    """Return what is wrong with the counts of actors, issues, draws and rounds."""
    problems = []
    actors, issues = present.shape
    counts = draws - {1}
    if len(counts) > 1:
        problems.append(f"the arrays differ in their count of draws: {sorted(counts)}")
    elif 0 in counts:
        problems.append("the arrays have no draw")
    if actors < 2:
        problems.append(f"a negotiation needs two actors, not {actors}")
    if not issues:
        problems.append("position_score has no issue")
    if rounds < 1:
        problems.append(f"rounds_count must be at least 1, not {rounds}")
    return problems
