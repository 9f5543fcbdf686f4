"""Agent logit equilibrium of the guarantee game, over many draws at once.

Everybody plays each action with a probability proportional to exp(lambda times its payoff): the
adversary as it plans, each of its types as it violates and as it presses, each type of the
governments clear and in contact. At 0 all is chance; the larger lambda, the nearer to the closed
form of `guarantee`.

At a target all hangs on one number, y, the probability that a violation is fought:

    y  ->  violations of both types  ->  r, that it comes from Hard  ->  s, that it will be pressed
       ->  answers of the governments  ->  y again

**Unique or not.** A fight is worth M = P(press) w - P(stop) stop_cost to a type. Where M of Hard is
at least that of Soft, as it is in the normal order, r rises in y, so s rises, governments fight
less, the round trip falls and meets y once. Where both would sooner stop, small mistakes may turn
the two round; then another equilibrium cannot be excluded, and `is_unique` says so. The one given
is the same for the same numbers.

**The limit** is the equilibrium that D1 leaves, where no threshold is met exactly and the adversary
is not torn between targets; as for `unilateral_logit`, since violations of Soft vanish
exponentially faster than those of Hard where y is above c_soft.

McKelvey and Palfrey (1998), "Quantal response equilibria for extensive form games", *Experimental
Economics* 1, 9-41 (abstract checked); Signorino (1999), "Strategic interaction and the statistical
analysis of international conflict", *American Political Science Review* 93(2), 279-297 (recalled,
not checked).
"""

from math import exp
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.deterrence.cells import (
    costs,
    fill_cell,
    refuse_disorder,
    take_cells,
)
from foedus.engines.deterrence.guarantee import (
    ALONE_HARD,
    BACKED_HARD,
    CLASH_COST,
    E_ALONE_HARD,
    E_BACKED_HARD,
    LOSS,
    OPEN,
    OUTCOMES,
    P_HARD,
    PRIZE,
    STOP_COST,
    TIED_CLEAR,
    U_ADVERSARY,
    U_GOVERNMENTS,
    U_TRUE,
    GuaranteeGame,
    checked,
    fill_outcome,
    mean_fought,
)
from foedus.engines.deterrence.logit import logistic, posterior
from foedus.engines.deterrence.threads import run_in_threads

_STEPS: Final = 200
# The round trip is met this closely where lambda allows, well below the promised 1e-8.
_CLOSE: Final = 1e-13


class NoisyPlay(NamedTuple):
    """The logit equilibrium of each draw."""

    target_prob: FloatArray
    """Shape (draw, target): how likely each is planned for; 0 if it is not open."""
    violate_prob: FloatArray
    """Shape (draw, target, 2): of Hard and Soft, once planned for."""
    fight_prob: FloatArray
    """Shape (draw, target, 4): if authorised; Hard governments clear and in contact, then Soft."""
    press_prob: FloatArray
    """Shape (draw, target, 2): of Hard and Soft, once fought."""
    outcome_prob: FloatArray
    """Shape (draw, 5), in the order of `guarantee.OUTCOMES`."""
    war_given_violation_prob: FloatArray
    """Shape (draw,)."""
    fight_given_violation_prob: FloatArray
    """Shape (draw,)."""
    residual: FloatArray
    """Shape (draw,); the largest gap between a probability and the logit response to the others.
    Below 1e-8 while lambda times the width of the payoffs is below some 10,000; beyond that
    rounding shows in it."""
    is_unique: BoolArray
    """Shape (draw,); whether it is known to be the only one."""


def noisy_play(game: GuaranteeGame, precision: ArrayLike, *, threads: int = 1) -> NoisyPlay:
    """Return the agent logit equilibrium of each draw.

    Parameters
    ----------
    precision
        lambda, at least 0, per point of payoff; one number or shape (draw,).
    threads
        How many threads share the draws; the result is the same for any.

    Raises
    ------
    ValueError
        As `guarantee.solve`, or if a precision is negative or not finite, or no target is open.

    Examples
    --------
    The example of `guarantee.solve` with contact in every other violation: all is chance at 0, and
    at 2 a point nearly what the closed form has, 0.6, 0.14, 0, 0.052 and 0.208:

    >>> game = GuaranteeGame(
    ...     prize_points=100,
    ...     loss_points=30,
    ...     tied_clear_points=0,
    ...     tied_contact_points=60,
    ...     contact_prob=0.5,
    ...     stop_cost_points=60,
    ...     clash_cost_points=5,
    ...     alone_hard_points=-30,
    ...     alone_soft_points=-80,
    ...     backed_hard_points=-90,
    ...     backed_soft_points=-140,
    ...     alone_governments_hard_points=-25,
    ...     alone_governments_soft_points=-80,
    ...     backed_governments_hard_points=-20,
    ...     backed_governments_soft_points=-70,
    ...     adversary_hard_prob=0.4,
    ...     governments_hard_prob=0.3,
    ...     adversary_belief_prob=0.2,
    ...     governments_belief_prob=0.2,
    ...     backing_prob=0.2,
    ... )
    >>> noisy_play(game, [0.0, 2.0]).outcome_prob.round(3).tolist()
    [[0.5, 0.25, 0.125, 0.025, 0.1], [0.6, 0.14, 0.0, 0.052, 0.208]]
    """
    whole = checked(game)
    names = (*GuaranteeGame._fields, "precision")
    cells = take_cells({**game._asdict(), "precision": precision})
    column = cells.columns[-1]
    if column.shape[1] > 1:
        raise ValueError("precision: one number, or one a draw")
    refuse_disorder(cells, names, costs(("precision",)))
    shut = ~np.broadcast_to(cells.columns[OPEN] > 0.0, (cells.draws, whole.targets)).any(axis=1)
    if shut.any():
        raise ValueError(f"is_open: no target is open in draw {shut.argmax()}")
    shape = (cells.draws, cells.targets)
    play = NoisyPlay(
        np.empty(shape),
        np.empty((*shape, 2)),
        np.empty((*shape, 4)),
        np.empty((*shape, 2)),
        np.zeros((cells.draws, len(OUTCOMES))),
        np.empty(cells.draws),
        np.empty(cells.draws),
        np.zeros(cells.draws),
        np.ones(cells.draws, dtype=np.bool_),
    )
    run_in_threads(
        lambda first, last: _fill(cells.flat, cells.places, (first, last), play),
        cells.draws,
        threads,
    )
    return play


# What `_prepare` works out of a cell: lambda times what an unanswered violation gains, and what a
# fight takes off that for Hard and Soft; then lambda times what fighting gains each of the four if
# the adversary will stop, and what it takes off that if it presses.
_GAIN, _OFF_HARD, _OFF_SOFT = range(3)
_IF_STOPPED, _OFF_PRESSED = 3, 7
_FACTS: Final = 11


@njit(cache=True, nogil=True, error_model="numpy")
def _prepare(cell: FloatArray, steep: float, press: FloatArray, facts: FloatArray) -> bool:
    """Fill in how both types press and what gains hang on; return whether the play is unique."""
    stop, belief = cell[STOP_COST], cell[U_ADVERSARY]
    facts[_GAIN] = steep * cell[PRIZE]
    for kind in range(2):
        alone = cell[ALONE_HARD + kind]
        war = alone + belief * (cell[BACKED_HARD + kind] - alone)
        press[kind] = logistic(steep * (war + stop))
        fought = press[kind] * war - (1.0 - press[kind]) * stop
        facts[_OFF_HARD + kind] = steep * (cell[PRIZE] - fought)
    belief = cell[U_GOVERNMENTS]
    for kind in range(2):
        alone = cell[E_ALONE_HARD + kind]
        war = alone + belief * (cell[E_BACKED_HARD + kind] - alone)
        for state in range(2):
            place = 2 * kind + state
            conceded = cell[LOSS] + cell[TIED_CLEAR + state]
            facts[_IF_STOPPED + place] = steep * (conceded - cell[CLASH_COST])
            facts[_OFF_PRESSED + place] = steep * (-cell[CLASH_COST] - war)
    return bool(facts[_OFF_HARD] <= facts[_OFF_SOFT])


@njit(cache=True, nogil=True, error_model="numpy")
def _answer(
    y: float, cell: FloatArray, facts: FloatArray, press: FloatArray, fights: FloatArray
) -> tuple[float, float, float]:
    """Return the fighting that expected fighting brings about, and the gains of both types.

    The gains are times lambda. How the governments answer is filled in.
    """
    hard = facts[_GAIN] - y * facts[_OFF_HARD]
    soft = facts[_GAIN] - y * facts[_OFF_SOFT]
    r = posterior(cell[P_HARD], hard, soft)
    pressed = r * press[0] + (1.0 - r) * press[1]
    for place in range(4):
        fights[place] = logistic(facts[_IF_STOPPED + place] - pressed * facts[_OFF_PRESSED + place])
    return mean_fought(cell, fights), hard, soft


@njit(cache=True, nogil=True, error_model="numpy")
def _cross(cell: FloatArray, facts: FloatArray, press: FloatArray, fights: FloatArray) -> float:
    """Return the y that the round trip gives back: in a bracket, by secants and halving."""
    low, high = 0.0, 1.0
    at_low = _answer(low, cell, facts, press, fights)[0] - low
    at_high = _answer(high, cell, facts, press, fights)[0] - high
    y = low
    for step in range(_STEPS):
        if at_low <= 0.0 or step % 3 == 2:
            y = 0.5 * (low + high) if at_low > 0.0 else low
        else:
            y = low + (high - low) * at_low / (at_low - at_high)
        gap = _answer(y, cell, facts, press, fights)[0] - y
        if abs(gap) <= _CLOSE or y <= low or y >= high:
            return y
        if gap > 0.0:
            low, at_low = y, gap
            at_high *= 0.5
        else:
            high, at_high = y, gap
            at_low *= 0.5
    return y


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(flat: FloatArray, places: IntArray, span: tuple[int, int], play: NoisyPlay) -> None:
    # The last field is lambda.
    cell, facts = np.empty(places.shape[0]), np.empty(_FACTS)
    targets = play.target_prob.shape[1]
    values, fought = np.empty(targets), np.empty(targets)
    check, outcome = np.empty(4), np.empty(5)
    for i in range(span[0], span[1]):
        best = -np.inf
        for j in range(targets):
            fill_cell(flat, places, i, j, cell)
            steep, p = cell[-1], cell[P_HARD]
            press, fights, x = play.press_prob[i, j], play.fight_prob[i, j], play.violate_prob[i, j]
            is_single = _prepare(cell, steep, press, facts)
            y = _cross(cell, facts, press, fights)
            fought[j], hard, soft = _answer(y, cell, facts, press, fights)
            x[0], x[1] = logistic(hard), logistic(soft)
            values[j] = -np.inf
            if cell[OPEN] > 0.0:
                # The governments have answered these violations; the violations were made for y.
                _, hard, soft = _answer(fought[j], cell, facts, press, check)
                gap = max(abs(logistic(hard) - x[0]), abs(logistic(soft) - x[1]))
                play.residual[i] = max(play.residual[i], gap)
                play.is_unique[i] = play.is_unique[i] and is_single
                values[j] = p * x[0] * hard + (1.0 - p) * x[1] * soft
                best = max(best, values[j])
        total = 0.0
        for j in range(targets):
            values[j] = exp(values[j] - best)
            total += values[j]
        for j in range(targets):
            fill_cell(flat, places, i, j, cell)
            planned = values[j] / total
            play.target_prob[i, j] = planned
            hard = cell[P_HARD] * play.violate_prob[i, j, 0]
            soft = (1.0 - cell[P_HARD]) * play.violate_prob[i, j, 1]
            violates = hard + soft
            pressed = 0.0
            if violates > 0.0:
                pressed = hard * play.press_prob[i, j, 0] + soft * play.press_prob[i, j, 1]
                pressed /= violates
            fill_outcome(violates, fought[j], pressed, cell[U_TRUE], outcome)
            for place in range(5):
                play.outcome_prob[i, place] += planned * outcome[place]
        some = play.outcome_prob[i, 1:].sum()
        war = play.outcome_prob[i, 3] + play.outcome_prob[i, 4]
        play.war_given_violation_prob[i] = war / some if some > 0.0 else 0.0
        fight = war + play.outcome_prob[i, 2]
        play.fight_given_violation_prob[i] = fight / some if some > 0.0 else 0.0
