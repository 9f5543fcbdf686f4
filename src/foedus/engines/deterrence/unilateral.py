"""The unilateral deterrence game with types on both sides: every equilibrium, and what it gives.

Challenger keeps the status quo or makes a demand. Defender concedes or defies. Challenger, defied,
backs down or fights. Both are Hard or Soft, each knows its own type only:

    c_dc > c_sq > c_dd_hard > c_cd > c_dd_soft
    d_sq > d_cd > d_dd_hard > d_dc > d_dd_soft

so Hard fights in the end and Soft does not. With y the probability that the demand is defied and r
the probability that a demand comes from Hard, three thresholds between 0 and 1 say who does what:

    c_t = (c_dc - c_sq) / (c_dc - c_dd_hard)     Hard demands while y <= c_t
    c_s = (c_dc - c_sq) / (c_dc - c_cd)          Soft demands while y <= c_s; c_s < c_t
    d_t = (d_cd - d_dc) / (d_cd - d_dd_soft)     Soft defies while r <= d_t

and with p, q the probabilities of a Hard Challenger and Defender the perfect Bayesian equilibria
are these (Hard Defender always defies):

    certain      q >= c_t             nobody demands, whatever Soft Defender would do
    steadfast    q < c_t              nobody demands: Soft Defender would defy, which is best for it
                                      while it thinks r <= d_t of a demand that never comes
    separating   c_s <= q <= c_t      Hard demands, Soft does not, Soft Defender concedes
    bluff        q < c_s, p < d_t     Hard demands, Soft demands just often enough to make r = d_t,
                                      Soft Defender defies just often enough to make y = c_s
    attack       q <= c_s, p >= d_t   both demand, Soft Defender concedes

There are no others where no threshold is met exactly. Wherever q < c_t there are two: the steadfast
one and another.

**Selection.** Steadfast fails the refinement D1. Suppose nobody demands and q < c_t. For Hard a
demand pays at every y below c_t that Defender's best answers can bring about, for Soft only up to
c_s, which is less: whatever makes a demand worth while for Soft makes it more than worth while for
Hard. So D1 puts a demand down to Hard, r = 1. Soft Defender then concedes, y = q < c_t, and Hard
gains by demanding. The steadfast equilibrium is therefore never chosen here, and reads "holds if
everyone believes it does". The others survive: where somebody demands, every move is made and no
belief is free; the certain one holds with r = 1 too. The limit of agent logit equilibria
(`unilateral_logit`) selects the same one.

**At equality** a Challenger that gains nothing by a demand makes none and a Soft Defender that
gains nothing by defiance concedes: q = c_t is taken as certain, q = c_s as separating, p = d_t
(with q < c_s) as attack. With p or q at 0 or 1 a type is missing; what is said of its play then is
the limit of its play as it gets rare, and the distribution of outcomes is exact.

Zagare and Kilgour (1993), "Asymmetric deterrence", *International Studies Quarterly* 37(1), 1-27
(recalled, not checked), and (2000) *Perfect Deterrence*, chapter 5, Cambridge University Press,
doi:10.1017/CBO9780511491788 (the book's data were checked; the equilibria were derived anew). D1:
Cho and Kreps (1987), "Signaling games and stable equilibria", *Quarterly Journal of Economics*
102(2), 179-221 (bibliographic data checked); Banks and Sobel (1987), "Equilibrium selection in
signaling games", *Econometrica* 55(3), 647-661 (abstract checked).

Departures: the book describes the families, and prefers some on grounds of plausibility; D1 is our
choice. D1 was written for a receiver without a type: here the answer it weighs is y, the mean over
Defender's types. Our symbols are not the book's.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    Decision,
    ExtensiveGame,
    Move,
    Terminal,
    take_profile,
)
from foedus.engines.deterrence.ordering import order_faults, refuse, share_faults, take_columns
from foedus.engines.deterrence.threads import run_in_threads

OUTCOMES: Final = ("SQ", "DC", "CD", "DD")
"""Status quo; Defender concedes; Challenger backs down; conflict."""

FAMILIES: Final = ("certain", "steadfast", "separating", "bluff", "attack")

READINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "certain": "the threat is credible enough to deter everybody",
        "steadfast": "holds if everyone believes it does",
        "separating": "only a Hard Challenger makes the demand",
        "bluff": "a Hard Challenger makes the demand and a Soft one sometimes pretends to be Hard",
        "attack": "every Challenger makes the demand",
    }
)

PLAYERS: Final = ("Challenger", "Defender")
TYPES: Final = ("Hard", "Soft")

CERTAIN, STEADFAST, SEPARATING, BLUFF, ATTACK = range(5)


class UnilateralGame(NamedTuple):
    """Payoffs and types. Each is one number, or has shape (draw,)."""

    c_dc: ArrayLike
    c_sq: ArrayLike
    c_dd_hard: ArrayLike
    c_cd: ArrayLike
    c_dd_soft: ArrayLike
    d_sq: ArrayLike
    d_cd: ArrayLike
    d_dd_hard: ArrayLike
    d_dc: ArrayLike
    d_dd_soft: ArrayLike
    challenger_hard_prob: ArrayLike
    defender_hard_prob: ArrayLike


class Thresholds(NamedTuple):
    """Where behaviour turns. Arrays of shape (draw,), between 0 and 1."""

    hard_prob: FloatArray
    """c_t: defiance that deters a Hard Challenger."""
    soft_prob: FloatArray
    """c_s: defiance that deters a Soft Challenger; below c_t."""
    belief_prob: FloatArray
    """d_t: belief in a Hard Challenger from which on a Soft Defender concedes."""


class UnilateralPlay(NamedTuple):
    """The selected equilibrium of each draw."""

    family: NDArray[np.int8]
    """Shape (draw,); place in `FAMILIES`, never that of steadfast."""
    play_prob: FloatArray
    """Shape (draw, 4): Hard and Soft Challenger demand, Hard and Soft Defender defy."""
    outcome_prob: FloatArray
    """Shape (draw, 4), in the order of `OUTCOMES`."""


class Equilibria(NamedTuple):
    """All equilibria of each draw. What does not exist is NaN."""

    exists: BoolArray
    """Shape (draw, 5), in the order of `FAMILIES`."""
    selected: NDArray[np.int8]
    """Shape (draw,); the one that D1 leaves."""
    play_prob: FloatArray
    """Shape (draw, 5, 4), as in `UnilateralPlay`. In the steadfast family Soft Defender defies for
    sure, in the certain one not at all; both have others that differ off the path alone."""
    belief_prob: FloatArray
    """Shape (draw, 5); r, that a demand comes from Hard. Off the path: 1 in the certain family, as
    D1 has it, and 0 in the steadfast one, where anything up to d_t will do."""
    least_defiance_prob: FloatArray
    """Shape (draw,); how often Soft Defender must at least be ready to defy in the steadfast
    family."""
    outcome_prob: FloatArray
    """Shape (draw, 5, 4)."""


def thresholds(game: UnilateralGame) -> Thresholds:
    """Return the three thresholds of each draw.

    Raises
    ------
    ValueError
        As `solve`.
    """
    columns, draws = checked(game)
    at = dict(zip(UnilateralGame._fields, columns, strict=True))
    gain = at["c_dc"] - at["c_sq"]
    given = (
        gain / (at["c_dc"] - at["c_dd_hard"]),
        gain / (at["c_dc"] - at["c_cd"]),
        (at["d_cd"] - at["d_dc"]) / (at["d_cd"] - at["d_dd_soft"]),
    )
    return Thresholds(*(np.broadcast_to(column, draws).copy() for column in given))


def solve(game: UnilateralGame, *, threads: int = 1) -> UnilateralPlay:
    """Return the equilibrium that D1 selects, and what comes of it, for each draw.

    Parameters
    ----------
    threads
        How many threads share the draws; the result is the same for any.

    Raises
    ------
    ValueError
        Naming every inequality that fails and its first draw, or if there is no thread.

    Examples
    --------
    The same dispute with an ever more credible Defender. A demand that may gain 1 and cost 1 deters
    nobody, then the Soft, then everybody:

    >>> game = UnilateralGame(
    ...     c_dc=1,
    ...     c_sq=0,
    ...     c_dd_hard=-1,
    ...     c_cd=-2,
    ...     c_dd_soft=-3,
    ...     d_sq=0,
    ...     d_cd=-1,
    ...     d_dd_hard=-2,
    ...     d_dc=-3,
    ...     d_dd_soft=-5,
    ...     challenger_hard_prob=0.3,
    ...     defender_hard_prob=[0.1, 0.4, 0.6],
    ... )
    >>> play = solve(game)
    >>> [FAMILIES[family] for family in play.family]
    ['bluff', 'separating', 'certain']
    >>> play.outcome_prob.round(3).tolist()
    [[0.4, 0.4, 0.1, 0.1], [0.7, 0.18, 0.0, 0.12], [1.0, 0.0, 0.0, 0.0]]
    """
    columns, draws = checked(game)
    family = np.empty(draws, dtype=np.int8)
    play = np.empty((draws, 4))
    outcome = np.empty((draws, 4))
    run_in_threads(
        lambda first, last: _solve(columns, _steps(columns), (first, last), family, play, outcome),
        draws,
        threads,
    )
    return UnilateralPlay(family, play, outcome)


def equilibria(game: UnilateralGame) -> Equilibria:
    """Return every equilibrium of each draw, with what comes of it.

    Raises
    ------
    ValueError
        As `solve`.

    Examples
    --------
    Nobody need believe a Defender that is Hard one time in ten, but if everybody did, it would
    be deterrence all the same:

    >>> game = UnilateralGame(
    ...     c_dc=1,
    ...     c_sq=0,
    ...     c_dd_hard=-1,
    ...     c_cd=-2,
    ...     c_dd_soft=-3,
    ...     d_sq=0,
    ...     d_cd=-1,
    ...     d_dd_hard=-2,
    ...     d_dc=-3,
    ...     d_dd_soft=-5,
    ...     challenger_hard_prob=0.3,
    ...     defender_hard_prob=0.1,
    ... )
    >>> found = equilibria(game)
    >>> [(name, READINGS[name]) for name, there in zip(FAMILIES, found.exists[0]) if there][0]
    ('steadfast', 'holds if everyone believes it does')
    >>> FAMILIES[found.selected[0]], float(found.least_defiance_prob[0].round(3))
    ('bluff', 0.444)
    """
    columns, draws = checked(game)
    p, q = (np.broadcast_to(column, draws) for column in columns[-2:])
    hard, soft, doubt = thresholds(game)
    exists = np.stack(
        [
            q >= hard,
            q < hard,
            (soft <= q) & (q <= hard),
            (q < soft) & (p < doubt),
            (q <= soft) & (p >= doubt),
        ],
        axis=1,
    )
    play = np.empty((draws, len(FAMILIES), 4))
    outcome = np.empty_like(play)
    for family in range(len(FAMILIES)):
        play[:, family], outcome[:, family] = _play_all(family, p, q, soft, doubt)
    play[~exists] = np.nan
    outcome[~exists] = np.nan
    belief = np.stack([np.ones(draws), np.zeros(draws), np.ones(draws), doubt, p], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(exists[:, STEADFAST], (hard - q) / (1.0 - q), np.nan)
    return Equilibria(
        exists,
        solve(game).family,
        play,
        np.where(exists, belief, np.nan),
        least,
        outcome,
    )


def tree(game: UnilateralGame, draw: int = 0) -> ExtensiveGame:
    """Return the game of one draw in extensive form.

    One move of chance gives both types, so that nobody forgets; what has probability 0 is left
    out.

    Raises
    ------
    ValueError
        As `solve`.
    """
    columns, _ = checked(game)
    at = {
        name: float(column[draw if column.size > 1 else 0])
        for name, column in zip(UnilateralGame._fields, columns, strict=True)
    }
    p, q = at["challenger_hard_prob"], at["defender_hard_prob"]
    branches = []
    for challenger, c_prob in zip(TYPES, (p, 1.0 - p), strict=True):
        for defender, d_prob in zip(TYPES, (q, 1.0 - q), strict=True):
            if c_prob * d_prob > 0.0:
                node = _cell(at, challenger, defender)
                branches.append(Branch(f"{challenger}, {defender}", c_prob * d_prob, node))
    return ExtensiveGame(
        "Unilateral deterrence game",
        PLAYERS,
        Chance("types of Challenger and Defender", tuple(branches)),
    )


def tree_profile(game: ExtensiveGame, play_prob: ArrayLike, fight_prob: ArrayLike) -> FloatArray:
    """Return how one draw is played as a profile of its tree.

    Parameters
    ----------
    game
        As `tree` gives it.
    play_prob : shape (4,)
        Hard and Soft Challenger demand, Hard and Soft Defender defy.
    fight_prob : shape (2,)
        Hard and Soft Challenger fight in the end; (1, 0) in every equilibrium.
    """
    first, last = np.asarray(play_prob), np.asarray(fight_prob)
    said = dict(
        zip(
            [f"Challenger {kind}: {move}" for move in ("demand", "fight") for kind in TYPES],
            [first[0], first[1], last[0], last[1]],
            strict=True,
        )
    )
    said |= {f"Defender {kind}: defy": first[2 + k] for k, kind in enumerate(TYPES)}
    there = {members.name for members in game.sets}
    return take_profile(
        game, {name: [1.0 - prob, prob] for name, prob in said.items() if name in there}
    )


def checked(game: UnilateralGame) -> tuple[tuple[FloatArray, ...], int]:
    """Return the twelve fields as arrays of shape (draw,) or (1,), and the count of draws.

    Raises
    ------
    ValueError
        Naming every inequality that fails and its first draw.
    """
    columns, draws = take_columns(game._asdict())
    refuse(
        [
            *order_faults(columns, UnilateralGame._fields[:5]),
            *order_faults(columns, UnilateralGame._fields[5:10]),
            *share_faults(columns, UnilateralGame._fields[10:]),
        ]
    )
    return tuple(columns.values()), draws


def _steps(columns: tuple[FloatArray, ...]) -> IntArray:
    """Return 0 for an array of which one number serves all draws, 1 for the others."""
    return np.array([column.size > 1 for column in columns], dtype=np.int64)


def _cell(at: Mapping[str, float], challenger: str, defender: str) -> Decision:
    """Return the game between two types."""
    conflict = (at[f"c_dd_{challenger.lower()}"], at[f"d_dd_{defender.lower()}"])
    end = Decision(
        "Challenger",
        f"Challenger {challenger}: fight",
        (
            Move("back down", Terminal("CD", (at["c_cd"], at["d_cd"]))),
            Move("fight", Terminal("DD", conflict)),
        ),
    )
    answer = Decision(
        "Defender",
        f"Defender {defender}: defy",
        (Move("concede", Terminal("DC", (at["c_dc"], at["d_dc"]))), Move("defy", end)),
    )
    return Decision(
        "Challenger",
        f"Challenger {challenger}: demand",
        (Move("keep", Terminal("SQ", (at["c_sq"], at["d_sq"]))), Move("demand", answer)),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _select(p: float, q: float, hard: float, soft: float, doubt: float) -> int:
    """Return the family that D1 leaves."""
    if q >= hard:
        return CERTAIN
    if q >= soft:
        return SEPARATING
    return BLUFF if p < doubt else ATTACK


@njit(cache=True, nogil=True, error_model="numpy")
def _play(family: int, p: float, q: float, soft: float, doubt: float) -> tuple[float, float, float]:
    """Return how often Hard and Soft Challenger demand and Soft Defender defies."""
    if family == STEADFAST:
        return 0.0, 0.0, 1.0
    if family == SEPARATING:
        return 1.0, 0.0, 0.0
    if family == BLUFF:
        return 1.0, p * (1.0 - doubt) / (doubt * (1.0 - p)), (soft - q) / (1.0 - q)
    if family == ATTACK:
        return 1.0, 1.0, 0.0
    return 0.0, 0.0, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def fill_outcome(
    p: float, q: float, play: FloatArray, fight: tuple[float, float], outcome: FloatArray
) -> None:
    """Fill in the distribution of outcomes of one draw, shape (4,), from how it is played.

    Parameters
    ----------
    p, q
        How likely Challenger and Defender are Hard.
    play : shape (4,)
        As `UnilateralPlay.play_prob`.
    fight
        How likely Hard and Soft Challenger fight in the end.
    """
    hard, soft = p * play[0], (1.0 - p) * play[1]
    defy = q * play[2] + (1.0 - q) * play[3]
    outcome[0] = p * (1.0 - play[0]) + (1.0 - p) * (1.0 - play[1])
    outcome[1] = (hard + soft) * (1.0 - defy)
    outcome[2] = (hard * (1.0 - fight[0]) + soft * (1.0 - fight[1])) * defy
    outcome[3] = (hard * fight[0] + soft * fight[1]) * defy


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(
    columns: tuple[FloatArray, ...],
    steps: IntArray,
    span: tuple[int, int],
    family: NDArray[np.int8],
    play: FloatArray,
    outcome: FloatArray,
) -> None:
    c_dc, c_sq, c_dd, c_cd, _c, _s, d_cd, _d, d_dc, d_dd, hards, stands = columns
    for i in range(span[0], span[1]):
        best = c_dc[i * steps[0]]
        gain = best - c_sq[i * steps[1]]
        hard = gain / (best - c_dd[i * steps[2]])
        soft = gain / (best - c_cd[i * steps[3]])
        won = d_cd[i * steps[6]]
        doubt = (won - d_dc[i * steps[8]]) / (won - d_dd[i * steps[9]])
        p, q = hards[i * steps[10]], stands[i * steps[11]]
        kind = _select(p, q, hard, soft, doubt)
        family[i] = kind
        play[i, 0], play[i, 1], play[i, 3] = _play(kind, p, q, soft, doubt)
        play[i, 2] = 1.0
        fill_outcome(p, q, play[i], (1.0, 0.0), outcome[i])


@njit(cache=True, nogil=True, error_model="numpy")
def _play_all(
    family: int, p: FloatArray, q: FloatArray, soft: FloatArray, doubt: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return play and outcomes of one family in every draw, whether it exists there or not."""
    play = np.ones((p.size, 4))
    outcome = np.empty((p.size, 4))
    for i in range(p.size):
        play[i, 0], play[i, 1], play[i, 3] = _play(family, p[i], q[i], soft[i], doubt[i])
        fill_outcome(p[i], q[i], play[i], (1.0, 0.0), outcome[i])
    return play, outcome
