"""Agent logit equilibrium of the unilateral deterrence game, over many draws at once.

Every type at every move plays each action with a probability proportional to exp(lambda times its
payoff). In the end Challenger's types choose between known payoffs, so what they do follows from
lambda alone. What is left hangs on one number, y, the probability that a demand is defied:

    y  ->  demands of both types  ->  r, that a demand comes from Hard  ->  answers  ->  y again

**The equilibrium is unique at every lambda.** To be defied is worth less to Soft than to Hard,
so as y rises the demands of Soft fall faster, relative to what they are, than those of Hard: r
rises. Conflict is worse for Defender than a Challenger that backs down, and Hard fights more often,
so as r rises both Defender's types defy less. The round trip falls in y and meets y once. There is
no second branch to choose from, and the search is safe in any bracket.

**The limit** as lambda grows is the equilibrium that `unilateral` selects by D1, where no threshold
is met exactly. Suppose nobody demanded in the limit while q < c_t. Then y >= c_t > c_s there, the
demands of Soft would vanish exponentially faster than those of Hard, r would go to 1, Soft Defender
would concede, and y would be q, which is less than c_t. At a threshold itself the limit may mix
where the closed form takes a side.

McKelvey and Palfrey (1998), "Quantal response equilibria for extensive form games", *Experimental
Economics* 1, 9-41 (abstract checked); used on deterrence by Signorino (1999), "Strategic
interaction and the statistical analysis of international conflict", *American Political Science
Review* 93(2), 279-297 (recalled, not checked). Both proofs above are ours.
"""

from math import inf
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray, IntArray
from foedus.engines.deterrence.logit import logistic, posterior
from foedus.engines.deterrence.ordering import refuse, take_columns
from foedus.engines.deterrence.threads import run_in_threads
from foedus.engines.deterrence.unilateral import UnilateralGame, checked, fill_outcome

_STEPS: Final = 200
# The round trip is met this closely where lambda allows, well below the promised 1e-8.
_CLOSE: Final = 1e-13


class LogitPlay(NamedTuple):
    """The logit equilibrium of each draw."""

    play_prob: FloatArray
    """Shape (draw, 4): Hard and Soft Challenger demand, Hard and Soft Defender defy."""
    fight_prob: FloatArray
    """Shape (draw, 2): Hard and Soft Challenger fight in the end."""
    outcome_prob: FloatArray
    """Shape (draw, 4), in the order of `unilateral.OUTCOMES`."""
    residual: FloatArray
    """Shape (draw,); the largest gap between a probability and the logit response to the others.
    Below 1e-8 while lambda times the width of the payoffs is below some 1,000; rounding shows in it
    beyond that."""


def logit_play(game: UnilateralGame, precision: ArrayLike, *, threads: int = 1) -> LogitPlay:
    """Return the agent logit equilibrium of each draw.

    Parameters
    ----------
    precision
        lambda, at least 0, per unit of payoff; one number or shape (draw,).
    threads
        How many threads share the draws; the result is the same for any.

    Raises
    ------
    ValueError
        As `unilateral.solve`, or if a precision is negative or not finite.

    Examples
    --------
    All is chance at 0; at 100 play is near the closed form, which has 0.4, 0.4, 0.1 and 0.1:

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
    >>> logit_play(game, [0.0, 100.0]).outcome_prob.round(2).tolist()
    [[0.5, 0.25, 0.12, 0.12], [0.4, 0.4, 0.1, 0.1]]
    """
    columns, _ = checked(game)
    names = dict(zip(UnilateralGame._fields, columns, strict=True))
    extended, draws = take_columns({**names, "precision": precision})
    steep = extended["precision"]
    if not ((steep >= 0.0) & (steep < inf)).all():
        refuse(["precision must be at least 0 and finite"])
    blocks = tuple(extended.values())
    steps = np.array([block.size > 1 for block in blocks], dtype=np.int64)
    found = LogitPlay(
        np.empty((draws, 4)), np.empty((draws, 2)), np.empty((draws, 4)), np.empty(draws)
    )
    kernel_out = (found.play_prob, found.fight_prob, found.outcome_prob, found.residual)
    run_in_threads(
        lambda first, last: _fill(blocks, steps, (first, last), kernel_out), draws, threads
    )
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _answer(
    y: float, demand: FloatArray, defy: FloatArray, p: float, q: float, play: FloatArray
) -> tuple[float, float]:
    """Return the defiance that expected defiance brings about, and its slope; fill in all play.

    Parameters
    ----------
    demand : shape (4,)
        lambda times what a demand gains over the status quo if it is conceded, and what defiance
        takes off that: of Hard, then of Soft.
    defy : shape (4,)
        lambda times what defiance gains over concession if the demand comes from Hard, and from
        Soft: of Hard, then of Soft.
    """
    hard = demand[0] - y * demand[1]
    soft = demand[2] - y * demand[3]
    play[0] = logistic(hard)
    play[1] = logistic(soft)
    r = posterior(p, hard, soft)
    play[2] = logistic(r * defy[0] + (1.0 - r) * defy[1])
    play[3] = logistic(r * defy[2] + (1.0 - r) * defy[3])
    rise = r * (1.0 - r) * (demand[3] * (1.0 - play[1]) - demand[1] * (1.0 - play[0]))
    slope = q * play[2] * (1.0 - play[2]) * (defy[0] - defy[1])
    slope += (1.0 - q) * play[3] * (1.0 - play[3]) * (defy[2] - defy[3])
    return q * play[2] + (1.0 - q) * play[3], slope * rise


@njit(cache=True, nogil=True, error_model="numpy")
def _cross(demand: FloatArray, defy: FloatArray, p: float, q: float, play: FloatArray) -> None:
    """Fill in how all play where the round trip gives back the y it began with.

    The round trip falls, so Newton's steps are kept in a bracket, which is halved where they would
    leave it or come on too slowly.
    """
    low, high = 0.0, 1.0
    y, last = 0.5, 1.0
    for _ in range(_STEPS):
        back, slope = _answer(y, demand, defy, p, q, play)
        gap = back - y
        if abs(gap) <= _CLOSE:
            return
        if gap > 0.0:
            low = y
        else:
            high = y
        following = y + gap / (1.0 - slope)
        if not low < following < high or abs(gap) > 0.5 * last:
            following = 0.5 * (low + high)
            if following in (low, high):
                return
        y, last = following, abs(gap)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(
    columns: tuple[FloatArray, ...],
    steps: IntArray,
    span: tuple[int, int],
    found: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> None:
    c_dc, c_sq, c_dd, c_cd, c_dd_soft, _s, d_cd, d_dd, d_dc, d_dd_soft = columns[:10]
    hards, stands, precision = columns[10:]
    plays, fights, outcomes, residual = found
    demand, defy, check = np.empty(4), np.empty(4), np.empty(4)
    for i in range(span[0], span[1]):
        steep = precision[i * steps[12]]
        p, q = hards[i * steps[10]], stands[i * steps[11]]
        won, back = c_dc[i * steps[0]], c_cd[i * steps[3]]
        yield_, stood = d_dc[i * steps[8]], d_cd[i * steps[6]]
        for k in range(2):
            conflict = c_dd[i * steps[2]] if k == 0 else c_dd_soft[i * steps[4]]
            fight = logistic(steep * (conflict - back))
            fights[i, k] = fight
            demand[2 * k] = steep * (won - c_sq[i * steps[1]])
            demand[2 * k + 1] = steep * (won - (fight * conflict + (1.0 - fight) * back))
        for k in range(2):
            conflict = d_dd[i * steps[7]] if k == 0 else d_dd_soft[i * steps[9]]
            for kind in range(2):
                fight = fights[i, kind]
                meets = fight * conflict + (1.0 - fight) * stood
                defy[2 * k + kind] = steep * (meets - yield_)
        _cross(demand, defy, p, q, plays[i])
        # Defenders have answered the demands in hand; the demands were made to y.
        _answer(q * plays[i, 2] + (1.0 - q) * plays[i, 3], demand, defy, p, q, check)
        residual[i] = max(abs(check[0] - plays[i, 0]), abs(check[1] - plays[i, 1]))
        fill_outcome(p, q, plays[i], (fights[i, 0], fights[i, 1]), outcomes[i])
