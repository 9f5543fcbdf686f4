"""Every cell of the grid over one block of draws, in compiled code.

What `dispute.game_at`, `guarantee.solve`, `thresholds.least_backing` and `thresholds.least_force`
find cell by cell, found from columns that cells share: nothing is copied or checked twice.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.deterrence.cells import (
    Inequality,
    costs,
    fill_cell,
    probabilities,
    refuse_disorder,
    take_cells,
)
from foedus.engines.deterrence.dispute import TINY, Dispute
from foedus.engines.deterrence.guarantee import (
    AUTHORISE,
    OPEN,
    TIED_CLEAR,
    TIED_CONTACT,
    GuaranteeGame,
    is_cell_deterred,
    play_draw,
)
from foedus.engines.deterrence.situations import Columns, names_at
from foedus.engines.deterrence.thresholds import least_in_cell

FORCE_TOLERANCE_PERSONS: Final = 1.0

_AT: Final = len(Dispute._fields) + 1
_FIELDS: Final = len(GuaranteeGame._fields)
_PRIZE, _LOSS, _WAR_PRIZE, _WAR_LOSS, _TIED_CLEAR, _TIED_CONTACT, _CONTACT, _HALF = range(8)
_STOP, _CLASH, _R_HARD, _R_SOFT, _R_BACKED, _E_HARD, _E_SOFT = range(8, 15)
_P_HARD, _Q_HARD, _ADVERSARY, _HOST, _PRESENCE, _GUARANTOR, _DECISIVE = range(15, 22)
_U_ADVERSARY, _U_GOVERNMENTS, _U_TRUE, _AUTHORISE, _OPEN, _NEEDS_FORCE, _FORCE = range(22, 29)

_RULES: Final = {
    "prize_points": (Inequality("prize_points", ">", "0"), Inequality("inf", ">", "prize_points")),
    "adversary_strength_persons": (Inequality("adversary_strength_persons", ">", "0"),),
    "decisiveness_ratio": (Inequality("decisiveness_ratio", ">", "0"),),
}
"""What single columns must keep beyond being costs or probabilities."""
_ORDERS: Final = (
    Inequality("adversary_soft_cost_points", ">=", "adversary_hard_cost_points"),
    Inequality("governments_soft_cost_points", ">=", "governments_hard_cost_points"),
    Inequality("governments_hard_cost_points", ">", "clash_cost_points"),
)


class GridPlay(NamedTuple):
    """What comes of each draw in some cells of the grid. Arrays of shape (mission, draw)."""

    holds: BoolArray
    """Whether nobody violates."""
    steadfast: BoolArray
    family: NDArray[np.int8]
    target: NDArray[np.int8]
    violation_prob: FloatArray
    fight_given_violation_prob: FloatArray
    war_given_violation_prob: FloatArray
    adversary_points: FloatArray
    governments_points: FloatArray


def empty_grid(shape: tuple[int, ...]) -> GridPlay:
    """Return room for what comes of cells and draws; the last axis is the draw."""
    return GridPlay(
        np.empty(shape, dtype=np.bool_),
        np.empty(shape, dtype=np.bool_),
        np.empty(shape, dtype=np.int8),
        np.empty(shape, dtype=np.int8),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape),
    )


class Batch:
    """One block of draws, from which the game of every cell is filled.

    Raises
    ------
    ValueError
        Naming every inequality that fails and where it first does.
    """

    def __init__(self, columns: Columns) -> None:
        self.cells = take_cells(columns)
        self.place = {name: i for i, name in enumerate(columns)}
        refuse_disorder(self.cells, list(columns), rules_of(columns))

    def places(self, mission: str, location: str, name: str) -> IntArray:
        """Return where the numbers of a cell stand, shape (field, 3); arguments as `names_at`."""
        names = names_at(mission, location, name).values()
        found: IntArray = self.cells.places[[self.place[column] for column in names]]
        return found

    def games(self, places: IntArray) -> FloatArray:
        """Return the games of a cell, shape (draw, target, field of `GuaranteeGame`)."""
        games = np.empty((self.cells.draws, self.cells.targets, _FIELDS))
        _fill_games(self.cells.flat, places, games)
        return games

    def play(self, cells: Sequence[IntArray], found: GridPlay, least: FloatArray) -> None:
        """Fill in what comes of each mission at a location, and the least backing that deters.

        Parameters
        ----------
        cells
            As `places` gives them, a mission each; they differ in nothing but what a mission
            changes: tied prices, and how likely the force is let fight.
        least : shape (mission, draw)
            The smallest backing that deters at every target; not looked for where it has no rows.
        """
        _fill_grid(self.cells.flat, np.stack(cells), self.cells.targets, found, least)

    def least_force(self, places: IntArray, draws: int, largest_persons: float) -> FloatArray:
        """Return the smallest force that deters in the first draws, within a person.

        Returns
        -------
        shape (draws,)
            0 where none is needed, infinite where the largest does not deter.
        """
        found = np.empty(draws)
        _search(self.cells.flat, places, self.cells.targets, largest_persons, found)
        return found


def as_game(games: FloatArray) -> GuaranteeGame:
    """Return games field by field."""
    return GuaranteeGame(*np.moveaxis(games, 2, 0))


def rules_of(columns: Columns) -> list[Inequality]:
    """Return what the columns must keep, so that every cell is a game."""
    rules = list(_ORDERS)
    for name in columns:
        stem = name.partition("/")[0]
        rules += _RULES.get(stem, ())
        if stem in ("is_open", "needs_force") or stem.endswith("_prob"):
            rules += probabilities([name])
        else:
            rules += costs([name])
        if stem == "tied_contact_points":
            rules.append(Inequality(name, ">=", name.replace("contact", "clear")))
    return rules


@njit(cache=True, nogil=True, error_model="numpy")
def _win_probs(at: FloatArray, force: float) -> tuple[float, float]:
    """Return how likely the adversary wins a war alone and one with the guarantor."""
    strength, decisive = at[_ADVERSARY], at[_DECISIVE]
    others = at[_HOST] + at[_PRESENCE] * force
    alone = 1.0 / (1.0 + (others / strength) ** decisive)
    return alone, 1.0 / (1.0 + ((others + at[_GUARANTOR]) / strength) ** decisive)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_mission(at: FloatArray, felt: float, game: FloatArray) -> None:
    """Fill in what a mission changes, tied prices being felt by so much."""
    game[TIED_CLEAR], game[TIED_CONTACT] = felt * at[_TIED_CLEAR], felt * at[_TIED_CONTACT]
    game[AUTHORISE] = at[_AUTHORISE]


@njit(cache=True, nogil=True, error_model="numpy")
def _felt(at: FloatArray, force: float) -> float:
    return float(force / max(force + at[_HALF], TINY))


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_settled(at: FloatArray, game: FloatArray) -> None:
    """Fill in what hangs neither on the size of the force nor on the mission."""
    game[0], game[1] = at[_PRIZE], at[_LOSS]
    game[5], game[6] = at[_STOP], at[_CLASH]
    game[15], game[16] = at[_P_HARD], at[_Q_HARD]
    game[17], game[18], game[19] = at[_U_ADVERSARY], at[_U_GOVERNMENTS], at[_U_TRUE]


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_forced(at: FloatArray, force: float, wins: tuple[float, float], game: FloatArray) -> None:
    """Fill in what hangs on the size of the force, as `dispute.game_at` does."""
    alone, backed = wins
    _fill_mission(at, _felt(at, force), game)
    game[4] = at[_CONTACT] if force > 0.0 else 0.0
    game[7] = alone * at[_WAR_PRIZE] - at[_R_HARD]
    game[8] = alone * at[_WAR_PRIZE] - at[_R_SOFT]
    game[9] = backed * at[_WAR_PRIZE] - (at[_R_HARD] + at[_R_BACKED])
    game[10] = backed * at[_WAR_PRIZE] - (at[_R_SOFT] + at[_R_BACKED])
    game[11] = -alone * at[_WAR_LOSS] - at[_E_HARD]
    game[12] = -alone * at[_WAR_LOSS] - at[_E_SOFT]
    game[13] = -backed * at[_WAR_LOSS] - at[_E_HARD]
    game[14] = -backed * at[_WAR_LOSS] - at[_E_SOFT]
    game[OPEN] = at[_OPEN] if force > 0.0 or at[_NEEDS_FORCE] <= 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_targets(
    flat: FloatArray, places: IntArray, draw: int, at: FloatArray, games: FloatArray
) -> None:
    """Fill in the numbers and the games of one draw, a row a target."""
    # Where strengths are the same at every target, one contest serves them all.
    is_shared = True
    for field in (_ADVERSARY, _HOST, _PRESENCE, _GUARANTOR, _DECISIVE, _FORCE):
        is_shared = is_shared and places[field, 2] == 0
    wins = (0.0, 0.0)
    for j in range(at.shape[0]):
        fill_cell(flat, places, draw, j, at[j])
        if j == 0 or not is_shared:
            wins = _win_probs(at[j], at[j, _FORCE])
        _fill_settled(at[j], games[j])
        _fill_forced(at[j], at[j, _FORCE], wins, games[j])


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_games(flat: FloatArray, places: IntArray, games: FloatArray) -> None:
    at = np.empty((games.shape[1], _AT))
    for i in range(games.shape[0]):
        _fill_targets(flat, places, i, at, games[i])


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_grid(
    flat: FloatArray, places: IntArray, targets: int, found: GridPlay, least: FloatArray
) -> None:
    """Fill in what comes of each draw under each mission, places being of shape (mission, ...)."""
    at, games = np.empty((targets, _AT)), np.empty((targets, _FIELDS))
    for i in range(found.holds.shape[1]):
        for m in range(places.shape[0]):
            if m == 0:
                _fill_targets(flat, places[0], i, at, games)
            else:
                for j in range(targets):
                    for field in (_TIED_CLEAR, _TIED_CONTACT, _AUTHORISE):
                        start, by_draw, by_target = places[m, field]
                        at[j, field] = flat[start + i * by_draw + j * by_target]
                    _fill_mission(at[j], _felt(at[j], at[j, _FORCE]), games[j])
            one = play_draw(games)
            found.holds[m, i], found.steadfast[m, i] = one.is_deterred, one.is_steadfast
            found.family[m, i], found.target[m, i] = one.family, one.target
            # As the distribution of outcomes has it: what is left of complying.
            found.violation_prob[m, i] = 1.0 - (1.0 - one.violate_prob)
            found.fight_given_violation_prob[m, i] = one.fought_prob
            found.war_given_violation_prob[m, i] = one.fought_prob * one.press_prob
            found.adversary_points[m, i] = one.adversary_points
            found.governments_points[m, i] = one.governments_points
            if m < least.shape[0]:
                most = 0.0
                for j in range(targets):
                    most = max(most, least_in_cell(games[j]))
                least[m, i] = most


@njit(cache=True, nogil=True, error_model="numpy")
def _holds(at: FloatArray, force: float, game: FloatArray) -> bool:
    """Tell whether a force of a size deters; what does not hang on it stands in the game."""
    _fill_forced(at, force, _win_probs(at, force), game)
    return bool(game[OPEN] <= 0.0 or is_cell_deterred(game))


@njit(cache=True, nogil=True, error_model="numpy")
def _search(
    flat: FloatArray, places: IntArray, targets: int, largest: float, found: FloatArray
) -> None:
    """Fill in the least force of each draw.

    No target is searched below what those before it need, as that does not change the largest.
    """
    at, games = np.empty((targets, _AT)), np.empty((targets, _FIELDS))
    for i in range(found.size):
        at_none, least = True, 0.0
        for j in range(targets):
            fill_cell(flat, places, i, j, at[j])
            _fill_settled(at[j], games[j])
            at_none = at_none and _holds(at[j], 0.0, games[j])
        for j in range(targets):
            if at_none or least == np.inf:
                break
            if not _holds(at[j], largest, games[j]):
                least = np.inf
            elif not _holds(at[j], least, games[j]) or least == 0.0:
                low, high = least, largest
                while high - low > FORCE_TOLERANCE_PERSONS:
                    middle = 0.5 * (low + high)
                    if _holds(at[j], middle, games[j]):
                        high = middle
                    else:
                        low = middle
                least = high
        found[i] = least
