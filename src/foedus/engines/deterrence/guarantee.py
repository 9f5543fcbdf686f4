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

Four = tuple[float, float, float, float]
"""A number for each type of the governments and state: Hard clear and in contact, then Soft."""


class CellPlay(NamedTuple):
    """The equilibrium at one target in one draw."""

    family: int
    """Place in `FAMILIES`."""
    order: int
    """Place in `ORDERS`."""
    is_steadfast: bool
    violate_hard_prob: float
    violate_soft_prob: float
    belief_prob: float
    press_prob: float
    fought_prob: float
    fights: Four
    """How likely each fights, if authorised."""
    gain_points: float
    """What Hard gains by a violation."""
    value_points: float
    least_hard_prob: float
    least_soft_prob: float


class DrawPlay(NamedTuple):
    """What comes of one draw; fields as of `GuaranteePlay`, and what outcomes are made of."""

    is_deterred: bool
    is_steadfast: bool
    target: int
    family: int
    violate_prob: float
    fought_prob: float
    press_prob: float
    backing_prob: float
    adversary_points: float
    governments_points: float


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
    play = TargetPlay(
        np.empty(shape, dtype=np.int8),
        np.empty(shape, dtype=np.int8),
        np.empty(shape, dtype=np.bool_),
        np.empty((*shape, 2)),
        np.empty((*shape, 4)),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape),
        np.empty((*shape, 2)),
    )
    _fill_targets(cells.flat, cells.places, play)
    return play


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
def cell_limits(cell: FloatArray, belief: float) -> Four:
    """Return up to which probability of being pressed governments fight."""
    clash = -cell[CLASH_COST]
    clear = clash + (cell[LOSS] + cell[TIED_CLEAR])
    contact = clash + (cell[LOSS] + cell[TIED_CONTACT])
    hard = clash - war_at(cell[E_ALONE_HARD], cell[E_BACKED_HARD], belief)
    soft = clash - war_at(cell[E_ALONE_SOFT], cell[E_BACKED_SOFT], belief)
    return clear / hard, contact / hard, clear / soft, contact / soft


@njit(cache=True, nogil=True, error_model="numpy")
def war_at(alone: float, backed: float, belief: float) -> float:
    """Return what a war is worth to one who believes so much in backing."""
    return alone + belief * (backed - alone)


@njit(cache=True, nogil=True, error_model="numpy")
def mean_fought(cell: FloatArray, fights: FloatArray | Four) -> float:
    """Return how likely a violation is fought, given how likely each type does in each state."""
    hard, contact = cell[Q_HARD], cell[CONTACT]
    clear = fights[2] + hard * (fights[0] - fights[2])
    hit = fights[3] + hard * (fights[1] - fights[3])
    return float(cell[AUTHORISE] * (clear + contact * (hit - clear)))


@njit(cache=True, nogil=True, error_model="numpy")
def _acts(limit: float, press: float, at_equality: bool) -> float:
    return 1.0 if limit > press or (at_equality and limit == press) else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def fighting_at(limits: Four, press: float, at_equality: bool) -> Four:
    """Return who fights at a probability of being pressed."""
    return (
        _acts(limits[0], press, at_equality),
        _acts(limits[1], press, at_equality),
        _acts(limits[2], press, at_equality),
        _acts(limits[3], press, at_equality),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def fought_at(cell: FloatArray, limits: Four, press: float, at_equality: bool) -> float:
    """Return how likely a violation is fought at a probability of being pressed."""
    return mean_fought(cell, fighting_at(limits, press, at_equality))


@njit(cache=True, nogil=True, error_model="numpy")
def _order(war_hard: float, war_soft: float, stop: float) -> int:
    if war_soft > -stop:
        return BOTH_PRESS
    return NORMAL if war_hard > -stop else NEITHER_PRESSES


@njit(cache=True, nogil=True, error_model="numpy")
def is_cell_deterred(cell: FloatArray) -> bool:
    """Tell whether nobody violates this target."""
    war = war_at(cell[ALONE_HARD], cell[BACKED_HARD], cell[U_ADVERSARY])
    press = 1.0 if war > -cell[STOP_COST] else 0.0
    least = least_fought(cell[PRIZE], max(war, -cell[STOP_COST]))
    return fought_at(cell, cell_limits(cell, cell[U_GOVERNMENTS]), press, True) >= least


@njit(cache=True, nogil=True, error_model="numpy")
def _bluff_at(cell: FloatArray, limits: Four, least: float) -> tuple[float, Four]:
    """Return the belief at which fighting falls below a least, and who fights there."""
    step = float(cell[P_HARD])
    for limit in limits:
        if step < limit < 1.0 and fought_at(cell, limits, limit, True) >= least:
            step = limit
    most, sure = fought_at(cell, limits, step, True), fought_at(cell, limits, step, False)
    torn = (least - sure) / (most - sure)
    a, b, c, d = fighting_at(limits, step, False)
    fights = (
        torn if limits[0] == step else a,
        torn if limits[1] == step else b,
        torn if limits[2] == step else c,
        torn if limits[3] == step else d,
    )
    return step, fights


@njit(cache=True, nogil=True, error_model="numpy")
def solve_cell(cell: FloatArray) -> CellPlay:
    """Return the equilibrium at one target."""
    prize, stop, belief, hard = cell[PRIZE], cell[STOP_COST], cell[U_ADVERSARY], cell[P_HARD]
    war_hard = war_at(cell[ALONE_HARD], cell[BACKED_HARD], belief)
    war_soft = war_at(cell[ALONE_SOFT], cell[BACKED_SOFT], belief)
    order = _order(war_hard, war_soft, stop)
    gain_hard, gain_soft = max(war_hard, -stop), max(war_soft, -stop)
    c_hard, c_soft = least_fought(prize, gain_hard), least_fought(prize, gain_soft)
    limits = cell_limits(cell, cell[U_GOVERNMENTS])
    press = 0.0 if order == NEITHER_PRESSES else 1.0
    fights = fighting_at(limits, press, True)
    fought = mean_fought(cell, fights)
    family, x_hard, x_soft, reached, steadfast = DETERRED, 0.0, 0.0, 1.0, False
    if fought < c_hard:
        family, x_hard = SEPARATING, 1.0
        steadfast = order == NORMAL and fought_at(cell, limits, 0.0, True) >= c_hard
    if fought < c_soft:
        family, x_soft, reached = ATTACK, 1.0, hard
        if order == NORMAL:
            # Where Hard is certain, nobody is in doubt, and governments that gain nothing fight.
            fights = fighting_at(limits, hard, hard >= 1.0)
            fought, press = mean_fought(cell, fights), hard
            if fought >= c_soft:
                step, fights = _bluff_at(cell, limits, c_soft)
                family, fought, press, reached = BLUFF, c_soft, step, step
                x_soft = hard * (1.0 - step) / (step * (1.0 - hard))
    gain = prize - fought * (prize - gain_hard)
    # A Soft adversary that bluffs gains nothing by it.
    gain_by_soft = 0.0 if family == BLUFF else prize - fought * (prize - gain_soft)
    value = hard * x_hard * gain + (1.0 - hard) * x_soft * gain_by_soft
    return CellPlay(
        family,
        order,
        steadfast,
        x_hard,
        x_soft,
        reached,
        press,
        fought,
        fights,
        gain,
        value,
        c_hard,
        c_soft,
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _answer_value(acts: float, fought: float, yielded: float) -> float:
    return acts * fought + (1.0 - acts) * yielded


@njit(cache=True, nogil=True, error_model="numpy")
def _governments_value(cell: FloatArray, fights: Four, press: float) -> float:
    """Return what the governments expect of a violation."""
    belief, clash, may = cell[U_GOVERNMENTS], cell[CLASH_COST], cell[AUTHORISE]
    contact, hard = cell[CONTACT], cell[Q_HARD]
    missed, soft = 1.0 - contact, 1.0 - hard
    clear, hit = -(cell[LOSS] + cell[TIED_CLEAR]), -(cell[LOSS] + cell[TIED_CONTACT])
    war_hard = war_at(cell[E_ALONE_HARD], cell[E_BACKED_HARD], belief)
    war_soft = war_at(cell[E_ALONE_SOFT], cell[E_BACKED_SOFT], belief)
    by_hard = press * war_hard - (1.0 - press) * clash
    by_soft = press * war_soft - (1.0 - press) * clash
    total = hard * missed * _answer_value(may * fights[0], by_hard, clear)
    total += hard * contact * _answer_value(may * fights[1], by_hard, hit)
    total += soft * missed * _answer_value(may * fights[2], by_soft, clear)
    total += soft * contact * _answer_value(may * fights[3], by_soft, hit)
    return float(total)


@njit(cache=True, nogil=True, error_model="numpy")
def play_draw(cells: FloatArray) -> DrawPlay:
    """Return what comes of one draw, from its fields by target, shape (target, field)."""
    chosen, deterred, steadfast = -1, True, True
    ahead, gain_ahead = -1.0, 0.0
    family, x_hard, x_soft, fought, press = 0, 0.0, 0.0, 0.0, 0.0
    fights = (0.0, 0.0, 0.0, 0.0)
    for j in range(cells.shape[0]):
        if cells[j, OPEN] <= 0.0:
            continue
        play = solve_cell(cells[j])
        held = play.family == DETERRED
        deterred = deterred and held
        steadfast = steadfast and (held or play.is_steadfast)
        value, gain = play.value_points, play.gain_points
        if value > ahead or (value == ahead == 0.0 and gain > gain_ahead):
            chosen, ahead, gain_ahead, family = j, value, gain, play.family
            x_hard, x_soft = play.violate_hard_prob, play.violate_soft_prob
            fought, press, fights = play.fought_prob, play.press_prob, play.fights
    if chosen < 0:
        return DrawPlay(deterred, steadfast and not deterred, -1, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    cell = cells[chosen]
    violates = cell[P_HARD] * x_hard + (1.0 - cell[P_HARD]) * x_soft
    governments = violates * _governments_value(cell, fights, press)
    return DrawPlay(
        deterred,
        steadfast and not deterred,
        chosen,
        family,
        violates,
        fought,
        press,
        cell[U_TRUE],
        ahead,
        governments,
    )


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
    cells = np.empty((targets, _FIELDS))
    for i in range(span[0], span[1]):
        for j in range(targets):
            fill_cell(flat, places, i, j, cells[j])
        one = play_draw(cells)
        play.is_deterred[i], play.is_steadfast[i] = one.is_deterred, one.is_steadfast
        play.target[i], play.family[i] = one.target, one.family
        fought, press = one.fought_prob, one.press_prob
        fill_outcome(one.violate_prob, fought, press, one.backing_prob, play.outcome_prob[i])
        play.war_given_violation_prob[i] = fought * press
        play.fight_given_violation_prob[i] = fought
        play.adversary_points[i] = one.adversary_points
        play.governments_points[i] = one.governments_points


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_targets(flat: FloatArray, places: IntArray, play: TargetPlay) -> None:
    cell = np.empty(_FIELDS)
    for i in range(play.family.shape[0]):
        for j in range(play.family.shape[1]):
            fill_cell(flat, places, i, j, cell)
            one = solve_cell(cell)
            play.family[i, j] = one.family if cell[OPEN] > 0.0 else -1
            play.order[i, j], play.is_steadfast[i, j] = one.order, one.is_steadfast
            play.violate_prob[i, j, 0] = one.violate_hard_prob
            play.violate_prob[i, j, 1] = one.violate_soft_prob
            for place in range(4):
                play.fight_prob[i, j, place] = one.fights[place]
            play.belief_prob[i, j], play.press_prob[i, j] = one.belief_prob, one.press_prob
            play.fought_prob[i, j], play.value_points[i, j] = one.fought_prob, one.value_points
            play.least_fought_prob[i, j, 0] = one.least_hard_prob
            play.least_fought_prob[i, j, 1] = one.least_soft_prob


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_limits(flat: FloatArray, places: IntArray, limits: FloatArray) -> None:
    cell = np.empty(_FIELDS)
    for i in range(limits.shape[0]):
        for j in range(limits.shape[1]):
            fill_cell(flat, places, i, j, cell)
            found = cell_limits(cell, cell[U_GOVERNMENTS])
            for place in range(4):
                limits[i, j, place] = found[place]
