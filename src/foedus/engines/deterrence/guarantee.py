"""The guarantee game: whether a force deters, and what follows where it does not.

**Who moves.** The adversary, the governments that send the force (one actor) and, as a chance, the
guarantor that may come to their help. The adversary and the governments are Hard or Soft, each
knows its own type only. One draw goes like this:

1. The adversary plans for one of several targets, before it is known how resolute it will be.
2. Knowing its type it complies (0, 0) or violates.
3. Chance: the violation hits the force (contact) or not (clear). Both sides see it.
4. The governments concede (adversary +prize, governments -loss - tied) or, if their chain of
   command lets them, fight. The tied price of not acting is larger where own soldiers were hit.
   Where the chain does not authorise, they concede.
5. Fought, the adversary stops (-stop_cost, governments -clash_cost) or presses: war.
6. In war the guarantor comes in or does not. What each side expects of it is a belief of its own.

Mission statements enter through the tied price, locations through contact and through the war.

**What each wants.** A war is worth w to the adversary and e to the governments, by type, at their
own beliefs. Let m = max(w, -stop_cost), r the probability that a violation comes from Hard, s that
it will be pressed if fought, y that it is fought. Then

    a type violates while y < c,     c = prize / (prize - m) for m <= 0, and at any y for m > 0
    governments fight while s <= d,  d = (loss + tied - clash_cost) / (-clash_cost - e)

with two c (c_soft <= c_hard) and four d: by the governments' type, contact and clear. So y(s) is a
falling step function: authorise_prob times the share of governments and states with s <= d.

**Equilibrium.** If Hard presses and Soft stops (w_soft <= -stop_cost < w_hard), s = r and

    deterred      y(1) >= c_hard               nobody violates
    separating    c_soft <= y(1) < c_hard      Hard violates, Soft does not
    bluff         y(1) < c_soft <= y(p+)       Hard violates, Soft just often enough to make r = d*,
                                               the step at which y falls below c_soft, where
                                               governments fight so often that y = c_soft
    attack        y(p+) < c_soft               both violate

with p the probability of Hard and y(p+) the share with p < d. If both press, s = 1, and if neither
does, s = 0, whoever violates: then it is deterred, separating or attack by the same comparisons at
that s, and there is nothing to bluff with. A Hard that gains by war itself (w_hard > 0) violates
whatever is threatened.

**Selection.** In the normal order there may be another equilibrium: nobody violates, because a
violation would be put down to Soft and fought, y(0) >= c_hard > y(1). It fails D1: whatever answer
makes a violation worth while for Soft (y <= c_soft) makes it more than worth while for Hard, so a
violation is put down to Hard, and Hard gains. It is reported as steadfast, "holds if everyone
believes it does", and never chosen. D1 leaves one equilibrium for each target where no threshold
is met exactly: as Soft violates more, r falls, y rises and Soft gains less. The targets are games
of their own, since the plan is seen and is made before types are known, and the adversary plans for
the one that is worth most to it.

**At equality** an adversary that gains nothing by a violation complies, and stops if war is worth
just -stop_cost; governments that gain nothing by fighting fight where they know for sure whether
the violation will be pressed, and otherwise concede; of two targets worth the same the first is
planned for. Where nobody would violate any target, the one named is that at which Hard would lose
least. With a type that has probability 0 its play is the limit of its play as it gets rare.

With one target, one state of contact (0 or 1) and authorise_prob 1 it is the game of `unilateral`.

Sources: Zagare and Kilgour (2000), *Perfect Deterrence*, doi:10.1017/CBO9780511491788 (types and
thresholds; the book's data were checked); Fearon (1997), "Signaling foreign policy interests",
*Journal of Conflict Resolution* 41(1), 68-90, doi:10.1177/0022002797041001004 (tied hands); Cho and
Kreps (1987), "Signaling games and stable equilibria", *Quarterly Journal of Economics* 102(2),
179-221 (D1). Ours: the governments as one actor, contact, authorisation, the choice of a target,
D1 as the rule of selection, a host that fights but does not move, one shot.
"""

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.deterrence.cells import (
    Cells,
    Inequality,
    costs,
    fill_cell,
    probabilities,
    refuse_disorder,
    take_cells,
)
from foedus.engines.deterrence.threads import run_in_threads

OUTCOMES: Final = ("complied", "unanswered", "stopped", "war_backed", "war_alone")
"""Nothing is violated; conceded; fought and stopped; war with the guarantor; war without it."""

FAMILIES: Final = ("deterred", "separating", "bluff", "attack")
DETERRED, SEPARATING, BLUFF, ATTACK = range(4)

READINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "deterred": "fighting is likely enough to deter every adversary",
        "separating": "only a Hard adversary violates",
        "bluff": "a Hard adversary violates and a Soft one sometimes pretends to be Hard",
        "attack": "every adversary violates",
        "steadfast": "holds if everyone believes it does",
    }
)

ORDERS: Final = ("normal", "both_press", "neither_presses")
"""Which types of the adversary would sooner have war than stop: Hard alone, both, none."""
NORMAL, BOTH_PRESS, NEITHER_PRESSES = range(3)

TYPES: Final = ("Hard", "Soft")
STATES: Final = ("clear", "contact")


class GuaranteeGame(NamedTuple):
    """Payoffs in points and beliefs. Each is one number, or has shape (draw,) or (draw, target).

    The first axis may be 1 where there are targets only. Targets stand in the order of the ladder,
    lowest first.
    """

    prize_points: ArrayLike
    """The adversary's gain from a violation that nobody answers; above 0."""
    loss_points: ArrayLike
    """The governments' loss then; at least 0."""
    tied_clear_points: ArrayLike
    """What conceding costs the governments on top where the force was not hit; at least 0."""
    tied_contact_points: ArrayLike
    """The same where it was hit; at least as much."""
    contact_prob: ArrayLike
    stop_cost_points: ArrayLike
    """The adversary's cost if it is fought and stops; at least 0."""
    clash_cost_points: ArrayLike
    """The governments' cost then; at least 0."""
    alone_hard_points: ArrayLike
    """What war is worth to a Hard adversary if the guarantor stays out."""
    alone_soft_points: ArrayLike
    backed_hard_points: ArrayLike
    """The same if the guarantor comes in; no more."""
    backed_soft_points: ArrayLike
    alone_governments_hard_points: ArrayLike
    """What war is worth to Hard governments if the guarantor stays out."""
    alone_governments_soft_points: ArrayLike
    backed_governments_hard_points: ArrayLike
    """The same if the guarantor comes in; no less, and still worse than a clash."""
    backed_governments_soft_points: ArrayLike
    adversary_hard_prob: ArrayLike
    governments_hard_prob: ArrayLike
    adversary_belief_prob: ArrayLike
    """How likely the adversary thinks it that the guarantor comes in: this deters."""
    governments_belief_prob: ArrayLike
    """How likely the governments think it: this decides whether they fight."""
    backing_prob: ArrayLike
    """How likely it is: this parts wars with the guarantor from wars without."""
    authorise_prob: ArrayLike = 1.0
    """That the chain of command lets governments fight that want to."""
    is_open: ArrayLike = True
    """Whether the target is there to be violated."""


class GuaranteePlay(NamedTuple):
    """What comes of each draw."""

    is_deterred: BoolArray
    """Shape (draw,); no target would be violated."""
    is_steadfast: BoolArray
    """Shape (draw,); not deterred, but would be if everyone believed it."""
    target: NDArray[np.int8]
    """Shape (draw,); the one planned for, -1 if none is open."""
    family: NDArray[np.int8]
    """Shape (draw,); place in `FAMILIES` of the equilibrium at that target."""
    outcome_prob: FloatArray
    """Shape (draw, 5), in the order of `OUTCOMES`."""
    war_given_violation_prob: FloatArray
    """Shape (draw,); also where nobody violates: what would follow."""
    fight_given_violation_prob: FloatArray
    """Shape (draw,); that the governments fight, whether or not it comes to war."""
    adversary_points: FloatArray
    """Shape (draw,); expected, at its own belief and before it knows its type."""
    governments_points: FloatArray
    """Shape (draw,); expected, at their own belief, the price of not acting taken off."""


class TargetPlay(NamedTuple):
    """The equilibrium at every target."""

    family: NDArray[np.int8]
    """Shape (draw, target); place in `FAMILIES`, -1 where the target is not open."""
    order: NDArray[np.int8]
    """Shape (draw, target); place in `ORDERS`."""
    is_steadfast: BoolArray
    """Shape (draw, target)."""
    violate_prob: FloatArray
    """Shape (draw, target, 2): of Hard and Soft, once planned for."""
    fight_prob: FloatArray
    """Shape (draw, target, 4): if authorised; Hard governments clear and in contact, then Soft."""
    belief_prob: FloatArray
    """Shape (draw, target); that a violation comes from Hard."""
    press_prob: FloatArray
    """Shape (draw, target); that a violation is pressed if fought."""
    fought_prob: FloatArray
    """Shape (draw, target); that a violation is fought."""
    value_points: FloatArray
    """Shape (draw, target); what planning for it is worth to the adversary."""
    least_fought_prob: FloatArray
    """Shape (draw, target, 2): what deters Hard and Soft; above 1 and infinite if nothing does."""


_RULES: Final = (
    Inequality("prize_points", ">", "0"),
    Inequality("inf", ">", "prize_points"),
    *costs(("loss_points", "tied_clear_points", "stop_cost_points", "clash_cost_points")),
    Inequality("tied_contact_points", ">=", "tied_clear_points"),
    Inequality("inf", ">", "tied_contact_points"),
    Inequality("inf", ">", "alone_hard_points"),
    Inequality("alone_hard_points", ">=", "alone_soft_points"),
    Inequality("backed_hard_points", ">=", "backed_soft_points"),
    Inequality("alone_hard_points", ">=", "backed_hard_points"),
    Inequality("alone_soft_points", ">=", "backed_soft_points"),
    Inequality("backed_soft_points", ">", "-inf"),
    Inequality("-clash_cost_points", ">", "backed_governments_hard_points"),
    Inequality("backed_governments_hard_points", ">=", "backed_governments_soft_points"),
    Inequality("alone_governments_hard_points", ">=", "alone_governments_soft_points"),
    Inequality("backed_governments_hard_points", ">=", "alone_governments_hard_points"),
    Inequality("backed_governments_soft_points", ">=", "alone_governments_soft_points"),
    Inequality("alone_governments_soft_points", ">", "-inf"),
    *probabilities(
        (
            "contact_prob",
            "adversary_hard_prob",
            "governments_hard_prob",
            "adversary_belief_prob",
            "governments_belief_prob",
            "backing_prob",
            "authorise_prob",
            "is_open",
        )
    ),
)

_FIELDS: Final = len(GuaranteeGame._fields)

# Compiled code reads a cell by place: these are the places.
PRIZE, LOSS, TIED_CLEAR, TIED_CONTACT, CONTACT, STOP_COST, CLASH_COST = range(7)
ALONE_HARD, ALONE_SOFT, BACKED_HARD, BACKED_SOFT = range(7, 11)
E_ALONE_HARD, E_ALONE_SOFT, E_BACKED_HARD, E_BACKED_SOFT = range(11, 15)
P_HARD, Q_HARD, U_ADVERSARY, U_GOVERNMENTS, U_TRUE, AUTHORISE, OPEN = range(15, 22)

# Places in what `_solve_cell` fills in.
_FAMILY, _ORDER, _STEADFAST, _X_HARD, _X_SOFT, _BELIEF, _PRESS, _FOUGHT = range(8)
_VALUE, _GAIN_HARD, _C_HARD, _C_SOFT, _E_VALUE = range(8, 13)
_FACTS: Final = 13


def solve(game: GuaranteeGame, *, threads: int = 1) -> GuaranteePlay:
    """Return the equilibrium that D1 selects, the target planned for, and what comes of it.

    Parameters
    ----------
    threads
        How many threads share the draws; the result is the same for any.

    Raises
    ------
    ValueError
        Naming every inequality that fails and where it first does, or if there is no thread.

    Examples
    --------
    A line worth 100 and an adversary that war would cost 30. Hard governments fight, Soft ones only
    where their soldiers are hit; contact is ever more likely:

    >>> game = GuaranteeGame(
    ...     prize_points=100,
    ...     loss_points=30,
    ...     tied_clear_points=0,
    ...     tied_contact_points=60,
    ...     contact_prob=[0.0, 0.5, 0.9],
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
    >>> play = solve(game)
    >>> [FAMILIES[family] for family in play.family]
    ['attack', 'separating', 'deterred']
    >>> play.outcome_prob.round(3).tolist()[1]
    [0.6, 0.14, 0.0, 0.052, 0.208]
    >>> play.war_given_violation_prob.round(3).tolist()
    [0.12, 0.65, 0.93]
    """
    cells = checked(game)
    draws = cells.draws
    play = empty_play(draws)
    run_in_threads(
        lambda first, last: fill_play(cells.flat, cells.places, cells.targets, (first, last), play),
        draws,
        threads,
    )
    return play


def empty_play(draws: int) -> GuaranteePlay:
    """Return room for what comes of so many draws."""
    return GuaranteePlay(
        np.empty(draws, dtype=np.bool_),
        np.empty(draws, dtype=np.bool_),
        np.empty(draws, dtype=np.int8),
        np.empty(draws, dtype=np.int8),
        np.empty((draws, len(OUTCOMES))),
        *(np.empty(draws) for _ in range(4)),
    )


def by_target(game: GuaranteeGame) -> TargetPlay:
    """Return the equilibrium at every target, whether it is planned for or not.

    Raises
    ------
    ValueError
        As `solve`.
    """
    cells = checked(game)
    shape = (cells.draws, cells.targets)
    facts, fights = np.empty((*shape, _FACTS)), np.empty((*shape, 4))
    _fill_targets(cells.flat, cells.places, facts, fights)
    return TargetPlay(
        facts[:, :, _FAMILY].astype(np.int8),
        facts[:, :, _ORDER].astype(np.int8),
        facts[:, :, _STEADFAST] > 0.0,
        facts[:, :, [_X_HARD, _X_SOFT]],
        fights,
        facts[:, :, _BELIEF].copy(),
        facts[:, :, _PRESS].copy(),
        facts[:, :, _FOUGHT].copy(),
        facts[:, :, _VALUE].copy(),
        facts[:, :, [_C_HARD, _C_SOFT]],
    )


def fight_limits(game: GuaranteeGame) -> FloatArray:
    """Return up to which probability that a violation is pressed governments fight.

    Returns
    -------
    shape (draw, target, 4)
        Hard governments clear and in contact, then Soft. Below 0 they never fight, from 1 on
        always.

    Raises
    ------
    ValueError
        As `solve`.
    """
    cells = checked(game)
    limits = np.empty((cells.draws, cells.targets, 4))
    _fill_limits(cells.flat, cells.places, limits)
    return limits


def checked(game: GuaranteeGame) -> Cells:
    """Return the fields as arrays by draw and target.

    Raises
    ------
    ValueError
        Naming every inequality that fails and where it first does.
    """
    cells = take_cells(game._asdict())
    refuse_disorder(cells, GuaranteeGame._fields, _RULES)
    return cells


@njit(cache=True, nogil=True, error_model="numpy")
def least_fought(prize: float, fought_points: float) -> float:
    """Return how likely a fight must be to deter a type to which one is worth so much."""
    return inf if fought_points > 0.0 else prize / (prize - fought_points)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_cell_limits(cell: FloatArray, belief: float, limits: FloatArray) -> None:
    """Fill in up to which probability of being pressed governments fight, shape (4,)."""
    clash = -cell[CLASH_COST]
    for kind in range(2):
        alone = cell[E_ALONE_HARD + kind]
        war = alone + belief * (cell[E_BACKED_HARD + kind] - alone)
        for state in range(2):
            yielded = -(cell[LOSS] + cell[TIED_CLEAR + state])
            limits[2 * kind + state] = (clash - yielded) / (clash - war)


@njit(cache=True, nogil=True, error_model="numpy")
def mean_fought(cell: FloatArray, fights: FloatArray) -> float:
    """Return how likely a violation is fought, given how likely each type does in each state."""
    hard, contact = cell[Q_HARD], cell[CONTACT]
    clear = fights[2] + hard * (fights[0] - fights[2])
    hit = fights[3] + hard * (fights[1] - fights[3])
    return float(cell[AUTHORISE] * (clear + contact * (hit - clear)))


@njit(cache=True, nogil=True, error_model="numpy")
def fought_at(
    cell: FloatArray, limits: FloatArray, press: float, at_equality: bool, fights: FloatArray
) -> float:
    """Fill in who fights at a probability of being pressed, and return how likely that is."""
    for place in range(4):
        limit = limits[place]
        fights[place] = 1.0 if limit > press or (at_equality and limit == press) else 0.0
    return mean_fought(cell, fights)


@njit(cache=True, nogil=True, error_model="numpy")
def _order(war_hard: float, war_soft: float, stop: float) -> int:
    if war_soft > -stop:
        return BOTH_PRESS
    return NORMAL if war_hard > -stop else NEITHER_PRESSES


@njit(cache=True, nogil=True, error_model="numpy")
def is_cell_deterred(cell: FloatArray, limits: FloatArray, fights: FloatArray) -> bool:
    """Tell whether nobody violates this target. The last two are room to work in, shape (4,)."""
    alone = cell[ALONE_HARD]
    war = alone + cell[U_ADVERSARY] * (cell[BACKED_HARD] - alone)
    fill_cell_limits(cell, cell[U_GOVERNMENTS], limits)
    press = 1.0 if war > -cell[STOP_COST] else 0.0
    least = least_fought(cell[PRIZE], max(war, -cell[STOP_COST]))
    return fought_at(cell, limits, press, True, fights) >= least


@njit(cache=True, nogil=True, error_model="numpy")
def _bluff_at(cell: FloatArray, limits: FloatArray, least: float, fights: FloatArray) -> float:
    """Return the belief at which fighting falls below a least, and fill in who fights there."""
    step = float(cell[P_HARD])
    for place in range(4):
        limit = limits[place]
        if step < limit < 1.0 and fought_at(cell, limits, limit, True, fights) >= least:
            step = limit
    most = fought_at(cell, limits, step, True, fights)
    sure = fought_at(cell, limits, step, False, fights)
    for place in range(4):
        if limits[place] == step:
            fights[place] = (least - sure) / (most - sure)
    return step


@njit(cache=True, nogil=True, error_model="numpy")
def _play_normal(
    cell: FloatArray, limits: FloatArray, facts: FloatArray, fights: FloatArray
) -> None:
    """Fill in the equilibrium where y(1) deters nobody and Hard alone presses."""
    hard = cell[P_HARD]
    # Where Hard is certain, nobody is in doubt, and governments that gain nothing fight.
    fought = fought_at(cell, limits, hard, hard >= 1.0, fights)
    facts[_X_HARD] = facts[_X_SOFT] = 1.0
    if fought < facts[_C_SOFT]:
        facts[_FAMILY] = ATTACK
        facts[_BELIEF] = facts[_PRESS] = hard
        facts[_FOUGHT] = fought
        return
    facts[_FAMILY] = BLUFF
    step = _bluff_at(cell, limits, facts[_C_SOFT], fights)
    facts[_BELIEF] = facts[_PRESS] = step
    facts[_FOUGHT] = facts[_C_SOFT]
    facts[_X_SOFT] = hard * (1.0 - step) / (step * (1.0 - hard))


@njit(cache=True, nogil=True, error_model="numpy")
def _solve_cell(
    cell: FloatArray, limits: FloatArray, facts: FloatArray, fights: FloatArray
) -> None:
    """Fill in the equilibrium at one target."""
    prize, stop, belief, hard = cell[PRIZE], cell[STOP_COST], cell[U_ADVERSARY], cell[P_HARD]
    war_hard = cell[ALONE_HARD] + belief * (cell[BACKED_HARD] - cell[ALONE_HARD])
    war_soft = cell[ALONE_SOFT] + belief * (cell[BACKED_SOFT] - cell[ALONE_SOFT])
    order = _order(war_hard, war_soft, stop)
    gain_hard, gain_soft = max(war_hard, -stop), max(war_soft, -stop)
    c_hard, c_soft = least_fought(prize, gain_hard), least_fought(prize, gain_soft)
    fill_cell_limits(cell, cell[U_GOVERNMENTS], limits)
    facts[_ORDER], facts[_C_HARD], facts[_C_SOFT] = order, c_hard, c_soft
    facts[_STEADFAST] = 0.0
    if order == NORMAL:
        facts[_STEADFAST] = fought_at(cell, limits, 0.0, True, fights) >= c_hard
    press = 0.0 if order == NEITHER_PRESSES else 1.0
    fought = fought_at(cell, limits, press, True, fights)
    facts[_FOUGHT], facts[_PRESS], facts[_BELIEF] = fought, press, 1.0
    facts[_X_HARD] = facts[_X_SOFT] = 0.0
    if fought >= c_hard:
        facts[_FAMILY], facts[_STEADFAST] = DETERRED, 0.0
    elif fought >= c_soft:
        facts[_FAMILY], facts[_X_HARD] = SEPARATING, 1.0
    elif order == NORMAL:
        _play_normal(cell, limits, facts, fights)
    else:
        facts[_FAMILY], facts[_X_HARD], facts[_X_SOFT] = ATTACK, 1.0, 1.0
        facts[_BELIEF] = hard
    fought = facts[_FOUGHT]
    facts[_GAIN_HARD] = prize - fought * (prize - gain_hard)
    # A Soft adversary that bluffs gains nothing by it.
    gain = 0.0 if facts[_FAMILY] == BLUFF else prize - fought * (prize - gain_soft)
    facts[_VALUE] = hard * facts[_X_HARD] * facts[_GAIN_HARD]
    facts[_VALUE] += (1.0 - hard) * facts[_X_SOFT] * gain
    facts[_E_VALUE] = _governments_value(cell, fights, facts[_PRESS])


@njit(cache=True, nogil=True, error_model="numpy")
def _governments_value(cell: FloatArray, fights: FloatArray, press: float) -> float:
    """Return what the governments expect of a violation."""
    total, belief = 0.0, cell[U_GOVERNMENTS]
    for kind in range(2):
        kind_prob = cell[Q_HARD] if kind == 0 else 1.0 - cell[Q_HARD]
        alone = cell[E_ALONE_HARD + kind]
        war = alone + belief * (cell[E_BACKED_HARD + kind] - alone)
        fought = press * war - (1.0 - press) * cell[CLASH_COST]
        for state in range(2):
            prob = kind_prob * (cell[CONTACT] if state == 1 else 1.0 - cell[CONTACT])
            yielded = -(cell[LOSS] + cell[TIED_CLEAR + state])
            acts = cell[AUTHORISE] * fights[2 * kind + state]
            total += prob * (acts * fought + (1.0 - acts) * yielded)
    return float(total)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_outcome(
    violates: float, fought: float, press: float, backing: float, outcome: FloatArray
) -> None:
    """Fill in the distribution of outcomes of one draw, shape (5,)."""
    outcome[0] = 1.0 - violates
    outcome[1] = violates * (1.0 - fought)
    outcome[2] = violates * fought * (1.0 - press)
    war = violates * fought * press
    outcome[3] = war * backing
    outcome[4] = war * (1.0 - backing)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_play(
    flat: FloatArray, places: IntArray, targets: int, span: tuple[int, int], play: GuaranteePlay
) -> None:
    """Fill in what comes of each draw in a span; numbers as `Cells` has them."""
    cell, limits, fights = np.empty(_FIELDS), np.empty(4), np.empty(4)
    facts, best = np.empty(_FACTS), np.empty(_FACTS)
    for i in range(span[0], span[1]):
        chosen, deterred, steadfast, violates, backing = -1, True, True, 0.0, 0.0
        for j in range(targets):
            fill_cell(flat, places, i, j, cell)
            if cell[OPEN] <= 0.0:
                continue
            _solve_cell(cell, limits, facts, fights)
            held = facts[_FAMILY] == DETERRED
            deterred = deterred and held
            steadfast = steadfast and (held or facts[_STEADFAST] > 0.0)
            gain, ahead = facts[_VALUE], -1.0 if chosen < 0 else best[_VALUE]
            if gain > ahead or (gain == ahead == 0.0 and facts[_GAIN_HARD] > best[_GAIN_HARD]):
                chosen, best[:], backing = j, facts, cell[U_TRUE]
                violates = cell[P_HARD] * facts[_X_HARD] + (1.0 - cell[P_HARD]) * facts[_X_SOFT]
        if chosen < 0:
            best[:] = 0.0
        play.is_deterred[i] = deterred
        play.is_steadfast[i] = steadfast and not deterred
        play.target[i] = chosen
        play.family[i] = int(best[_FAMILY])
        fill_outcome(violates, best[_FOUGHT], best[_PRESS], backing, play.outcome_prob[i])
        play.war_given_violation_prob[i] = best[_FOUGHT] * best[_PRESS]
        play.fight_given_violation_prob[i] = best[_FOUGHT]
        play.adversary_points[i] = best[_VALUE]
        play.governments_points[i] = violates * best[_E_VALUE]


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_targets(
    flat: FloatArray, places: IntArray, facts: FloatArray, fights: FloatArray
) -> None:
    cell, limits = np.empty(_FIELDS), np.empty(4)
    for i in range(facts.shape[0]):
        for j in range(facts.shape[1]):
            fill_cell(flat, places, i, j, cell)
            _solve_cell(cell, limits, facts[i, j], fights[i, j])
            if cell[OPEN] <= 0.0:
                facts[i, j, _FAMILY] = -1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_limits(flat: FloatArray, places: IntArray, limits: FloatArray) -> None:
    cell = np.empty(_FIELDS)
    for i in range(limits.shape[0]):
        for j in range(limits.shape[1]):
            fill_cell(flat, places, i, j, cell)
            fill_cell_limits(cell, cell[U_GOVERNMENTS], limits[i, j])
