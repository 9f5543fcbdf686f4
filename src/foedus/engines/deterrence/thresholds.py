"""The least backing and the least force that deter: how good a promise, how large a force.

Both ask for the smallest number at which no type of adversary would violate any target. More
backing makes war worse for the adversary and better for the governments, so more of them fight
whatever happens and less of that is needed; more force does the same and ties hands as well. So at
each target there is one crossing at most.

**The least backing** has a closed form. Adversary and governments believe alike in backing u.
Governments of type t in state k fight for sure from

    u_tk = (-(loss + tied_k) - e_alone_t) / (e_backed_t - e_alone_t)    on,

so the probability of a fight takes at most five values y over u. At each of them Hard is deterred
once max(w_hard(u), -stop_cost) <= -prize (1 - y) / y, w_hard being a line in u. The smallest u for
any of the five is the one asked for. There is one way more: from the u on at which Hard would
sooner stop than press, governments need not fear war and fight wherever loss + tied >= clash_cost.

**The least force** is found by halving. One exception to its law: a target that is the force itself
is not there without one, so that a small force may be worse than none.

Least backing of 1 means that nothing short of certainty will do; `inf` that not even that does.
"""

from math import inf
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.deterrence.cells import Cells, fill_cell
from foedus.engines.deterrence.dispute import Dispute, game_at
from foedus.engines.deterrence.guarantee import (
    ALONE_HARD,
    BACKED_HARD,
    CLASH_COST,
    E_ALONE_HARD,
    E_ALONE_SOFT,
    E_BACKED_HARD,
    E_BACKED_SOFT,
    LOSS,
    OPEN,
    PRIZE,
    STOP_COST,
    TIED_CLEAR,
    TIED_CONTACT,
    Four,
    GuaranteeGame,
    checked,
    is_cell_deterred,
    least_fought,
    mean_fought,
)
from foedus.engines.deterrence.threads import run_in_threads

FORCE_TOLERANCE_PERSONS: Final = 1e-4


class Least(NamedTuple):
    """The smallest number that deters."""

    least: FloatArray
    """Shape (draw,); 0 where nothing is needed, infinite where nothing deters."""
    by_target: FloatArray
    """Shape (draw, target); what it takes at each. A target that is not open takes nothing."""

    @property
    def always(self) -> BoolArray:
        """Shape (draw,): deterred without any."""
        found: BoolArray = self.least <= 0.0
        return found

    @property
    def never(self) -> BoolArray:
        """Shape (draw,): not deterred by all there is."""
        found: BoolArray = np.isinf(self.least)
        return found


def least_backing(game: GuaranteeGame, *, threads: int = 1) -> Least:
    """Return the smallest probability of backing, believed by both sides, that deters.

    Parameters
    ----------
    game
        Its own beliefs are not read.
    threads
        How many threads share the draws; the result is the same for any.

    Raises
    ------
    ValueError
        As `guarantee.solve`.

    Examples
    --------
    A line worth 100. Alone war is worth 5 to a Hard adversary, with the guarantor it costs 95; Soft
    governments never fight for sure. With 3 in 10 governments Hard it takes a belief at which Hard
    would sooner stop than press, with 6 in 10 less, and less again where war costs more anyway. The
    last draw is the first with twice the cost of stopping: now Hard presses, and nothing deters it.

    >>> game = GuaranteeGame(
    ...     prize_points=100,
    ...     loss_points=30,
    ...     tied_clear_points=0,
    ...     tied_contact_points=0,
    ...     contact_prob=0,
    ...     stop_cost_points=[80, 80, 80, 160],
    ...     clash_cost_points=5,
    ...     alone_hard_points=[5, 5, -40, 5],
    ...     alone_soft_points=-80,
    ...     backed_hard_points=-95,
    ...     backed_soft_points=-140,
    ...     alone_governments_hard_points=-25,
    ...     alone_governments_soft_points=-80,
    ...     backed_governments_hard_points=-20,
    ...     backed_governments_soft_points=-70,
    ...     adversary_hard_prob=0.4,
    ...     governments_hard_prob=[0.3, 0.6, 0.6, 0.3],
    ...     adversary_belief_prob=0,
    ...     governments_belief_prob=0,
    ...     backing_prob=0,
    ... )
    >>> found = least_backing(game)
    >>> found.least.round(3).tolist(), found.never.tolist()
    ([0.85, 0.717, 0.485, inf], [False, False, False, True])
    """
    cells = checked(game)
    found = np.empty((cells.draws, cells.targets))
    run_in_threads(
        lambda first, last: fill_least_backing(cells.flat, cells.places, (first, last), found),
        cells.draws,
        threads,
    )
    return Least(found.max(axis=1), found)


def is_deterred(game: GuaranteeGame) -> BoolArray:
    """Return where nobody violates, shape (draw, target); a target that is not open counts as so.

    Raises
    ------
    ValueError
        As `guarantee.solve`.
    """
    return _are_deterred(checked(game))


def least_force(dispute: Dispute, largest_persons: float) -> Least:
    """Return the smallest force that deters, up to a largest one, within 1e-4 persons.

    Raises
    ------
    ValueError
        As `dispute.game_at` and `guarantee.solve`, or if the largest is not above 0 and finite.

    Examples
    --------
    >>> dispute = Dispute(
    ...     prize_points=100,
    ...     loss_points=40,
    ...     war_prize_points=100,
    ...     war_loss_points=40,
    ...     tied_clear_points=0,
    ...     tied_contact_points=30,
    ...     contact_prob=0.8,
    ...     half_force_persons=10_000,
    ...     stop_cost_points=60,
    ...     clash_cost_points=5,
    ...     adversary_hard_cost_points=60,
    ...     adversary_soft_cost_points=110,
    ...     adversary_backed_cost_points=50,
    ...     governments_hard_cost_points=20,
    ...     governments_soft_cost_points=60,
    ...     adversary_hard_prob=0.4,
    ...     governments_hard_prob=[0.3, 0.7],
    ...     adversary_strength_persons=90_000,
    ...     host_strength_persons=60_000,
    ...     presence_ratio=1,
    ...     guarantor_strength_persons=60_000,
    ...     decisiveness_ratio=1,
    ...     adversary_belief_prob=0.3,
    ...     governments_belief_prob=0.3,
    ...     backing_prob=0.3,
    ... )
    >>> least_force(dispute, 200_000).least.round().tolist()
    [inf, 114467.0]
    """
    if not 0.0 < largest_persons < np.inf:
        raise ValueError(f"largest_persons is {largest_persons:g}: it must be above 0 and finite")
    most = checked(game_at(dispute, largest_persons))
    at_none = _are_deterred(checked(game_at(dispute, 0.0)))
    high = np.where(_are_deterred(most), largest_persons, np.inf)
    low = np.zeros_like(high)
    while True:
        open_ended = np.isinf(high)
        if np.where(open_ended, 0.0, high - low).max() <= FORCE_TOLERANCE_PERSONS:
            break
        middle = np.where(open_ended, largest_persons, (low + high) / 2.0)
        held = _are_deterred(checked(game_at(dispute, middle)))
        high = np.where(held, middle, high)
        low = np.where(held, low, middle)
    # A target that holds without any force may fail with little if it is the force itself.
    by_target = np.where((high <= FORCE_TOLERANCE_PERSONS) & at_none, 0.0, high)
    return Least(np.where(at_none.all(axis=1), 0.0, by_target.max(axis=1)), by_target)


def _are_deterred(cells: Cells) -> BoolArray:
    held = np.empty((cells.draws, cells.targets), dtype=np.bool_)
    _fill_deterred(cells.flat, cells.places, held)
    return held


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_deterred(flat: FloatArray, places: IntArray, held: BoolArray) -> None:
    cell = np.empty(places.shape[0])
    for i in range(held.shape[0]):
        for j in range(held.shape[1]):
            fill_cell(flat, places, i, j, cell)
            held[i, j] = cell[OPEN] <= 0.0 or is_cell_deterred(cell)


@njit(cache=True, nogil=True, error_model="numpy")
def _falls_to(alone: float, backed: float, wanted: float) -> float:
    """Return the least backing at which a war worth so much alone and backed is worth no more."""
    if alone <= wanted:
        return 0.0
    return inf if backed > wanted else (alone - wanted) / (alone - backed)


@njit(cache=True, nogil=True, error_model="numpy")
def _deters_with(cell: FloatArray, fought: float) -> float:
    """Return the least backing at which a fight of so much probability deters Hard."""
    if fought <= 0.0:
        return inf
    wanted = -cell[PRIZE] * (1.0 - fought) / fought
    if -cell[STOP_COST] > wanted:
        return inf
    return _falls_to(cell[ALONE_HARD], cell[BACKED_HARD], wanted)


@njit(cache=True, nogil=True, error_model="numpy")
def _least_from(cell: FloatArray, sure_from: Four, backing: float) -> float:
    """Return the least backing with those fighting that fight for sure at a backing."""
    fights = (
        1.0 if sure_from[0] <= backing else 0.0,
        1.0 if sure_from[1] <= backing else 0.0,
        1.0 if sure_from[2] <= backing else 0.0,
        1.0 if sure_from[3] <= backing else 0.0,
    )
    return max(backing, _deters_with(cell, mean_fought(cell, fights)))


@njit(cache=True, nogil=True, error_model="numpy")
def least_in_cell(cell: FloatArray) -> float:
    """Return the least backing that deters at one target, 0 where it is not open."""
    if cell[OPEN] <= 0.0:
        return 0.0
    stop, clash = cell[STOP_COST], cell[CLASH_COST]
    clear, contact = cell[LOSS] + cell[TIED_CLEAR], cell[LOSS] + cell[TIED_CONTACT]
    hard, soft = -cell[E_ALONE_HARD], -cell[E_ALONE_SOFT]
    hard_backed, soft_backed = -cell[E_BACKED_HARD], -cell[E_BACKED_SOFT]
    # From here on war is no worse than to concede.
    sure_from = (
        _falls_to(hard, hard_backed, clear),
        _falls_to(hard, hard_backed, contact),
        _falls_to(soft, soft_backed, clear),
        _falls_to(soft, soft_backed, contact),
    )
    if_clear, if_hit = (1.0 if clear >= clash else 0.0), (1.0 if contact >= clash else 0.0)
    least = inf
    if mean_fought(cell, (if_clear, if_hit, if_clear, if_hit)) >= least_fought(cell[PRIZE], -stop):
        least = _falls_to(cell[ALONE_HARD], cell[BACKED_HARD], -stop)
    least = min(least, _least_from(cell, sure_from, 0.0))
    for backing in sure_from:
        if backing < least:
            least = min(least, _least_from(cell, sure_from, backing))
    return least


@njit(cache=True, nogil=True, error_model="numpy")
def fill_least_backing(
    flat: FloatArray, places: IntArray, span: tuple[int, int], found: FloatArray
) -> None:
    """Fill in the least backing of each draw in a span and target; numbers as `Cells` has them."""
    cell = np.empty(places.shape[0])
    for i in range(span[0], span[1]):
        for j in range(found.shape[1]):
            fill_cell(flat, places, i, j, cell)
            found[i, j] = least_in_cell(cell)
