"""Every cell of the grid over one block of draws, in compiled code.

What `dispute.game_at`, `guarantee.solve`, `thresholds.least_backing` and `thresholds.least_force`
find cell by cell, found from columns that cells share: nothing is copied or checked twice.
"""

from typing import Final

import numpy as np
from numba import njit

from foedus.engines.arrays import FloatArray, IntArray
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
    GuaranteePlay,
    empty_play,
    fill_play,
    is_cell_deterred,
)
from foedus.engines.deterrence.situations import Columns, names_at
from foedus.engines.deterrence.thresholds import fill_least_backing

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

    def change_mission(self, places: IntArray, games: FloatArray) -> None:
        """Turn games into those of another mission at the same location, in the same situation."""
        _fill_missions(self.cells.flat, places, games)

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


def play(games: FloatArray) -> GuaranteePlay:
    """Return what comes of each draw of games, shape (draw, target, field)."""
    found = empty_play(len(games))
    fill_play(games.reshape(-1), _places_of(games), games.shape[1], (0, len(games)), found)
    return found


def least_backing(games: FloatArray) -> FloatArray:
    """Return the smallest backing that deters at every target, shape (draw,)."""
    found = np.empty(games.shape[:2])
    fill_least_backing(games.reshape(-1), _places_of(games), (0, len(games)), found)
    most: FloatArray = found.max(axis=1)
    return most


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


def _places_of(games: FloatArray) -> IntArray:
    """Return where the fields of games stand, shape (field, 3)."""
    _, targets, fields = games.shape
    found: IntArray = np.stack(
        [np.arange(fields), np.full(fields, targets * fields), np.full(fields, fields)], axis=1
    )
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_mission(at: FloatArray, force: float, game: FloatArray) -> None:
    """Fill in what a mission changes."""
    felt = force / max(force + at[_HALF], TINY)
    game[TIED_CLEAR], game[TIED_CONTACT] = felt * at[_TIED_CLEAR], felt * at[_TIED_CONTACT]
    game[AUTHORISE] = at[_AUTHORISE]


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_game(at: FloatArray, force: float, game: FloatArray) -> None:
    """Fill in the game to which a force of a size leads, as `dispute.game_at` does."""
    strength, decisive = at[_ADVERSARY], at[_DECISIVE]
    others = at[_HOST] + at[_PRESENCE] * force
    alone = 1.0 / (1.0 + (others / strength) ** decisive)
    backed = 1.0 / (1.0 + ((others + at[_GUARANTOR]) / strength) ** decisive)
    _fill_mission(at, force, game)
    game[0], game[1] = at[_PRIZE], at[_LOSS]
    game[4] = at[_CONTACT] if force > 0.0 else 0.0
    game[5], game[6] = at[_STOP], at[_CLASH]
    game[7] = alone * at[_WAR_PRIZE] - at[_R_HARD]
    game[8] = alone * at[_WAR_PRIZE] - at[_R_SOFT]
    game[9] = backed * at[_WAR_PRIZE] - (at[_R_HARD] + at[_R_BACKED])
    game[10] = backed * at[_WAR_PRIZE] - (at[_R_SOFT] + at[_R_BACKED])
    game[11] = -alone * at[_WAR_LOSS] - at[_E_HARD]
    game[12] = -alone * at[_WAR_LOSS] - at[_E_SOFT]
    game[13] = -backed * at[_WAR_LOSS] - at[_E_HARD]
    game[14] = -backed * at[_WAR_LOSS] - at[_E_SOFT]
    game[15], game[16] = at[_P_HARD], at[_Q_HARD]
    game[17], game[18], game[19] = at[_U_ADVERSARY], at[_U_GOVERNMENTS], at[_U_TRUE]
    game[OPEN] = at[_OPEN] if force > 0.0 or at[_NEEDS_FORCE] <= 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_games(flat: FloatArray, places: IntArray, games: FloatArray) -> None:
    at = np.empty(_AT)
    for i in range(games.shape[0]):
        for j in range(games.shape[1]):
            fill_cell(flat, places, i, j, at)
            _fill_game(at, at[_FORCE], games[i, j])


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_missions(flat: FloatArray, places: IntArray, games: FloatArray) -> None:
    at = np.empty(_AT)
    for i in range(games.shape[0]):
        for j in range(games.shape[1]):
            for field in (_HALF, _TIED_CLEAR, _TIED_CONTACT, _AUTHORISE, _FORCE):
                at[field] = flat[places[field, 0] + i * places[field, 1] + j * places[field, 2]]
            _fill_mission(at, at[_FORCE], games[i, j])


@njit(cache=True, nogil=True, error_model="numpy")
def _holds(
    at: FloatArray, force: float, game: FloatArray, limits: FloatArray, fights: FloatArray
) -> bool:
    _fill_game(at, force, game)
    return bool(game[OPEN] <= 0.0 or is_cell_deterred(game, limits, fights))


@njit(cache=True, nogil=True, error_model="numpy")
def _search(
    flat: FloatArray, places: IntArray, targets: int, largest: float, found: FloatArray
) -> None:
    """Fill in the least force of each draw.

    No target is searched below what those before it need, as that does not change the largest.
    """
    at, game = np.empty(_AT), np.empty(_FIELDS)
    limits, fights = np.empty(4), np.empty(4)
    for i in range(found.size):
        at_none, least = True, 0.0
        for j in range(targets):
            fill_cell(flat, places, i, j, at)
            at_none = at_none and _holds(at, 0.0, game, limits, fights)
        for j in range(targets):
            if at_none or least == np.inf:
                break
            fill_cell(flat, places, i, j, at)
            if not _holds(at, largest, game, limits, fights):
                least = np.inf
            elif not _holds(at, least, game, limits, fights) or least == 0.0:
                low, high = least, largest
                while high - low > FORCE_TOLERANCE_PERSONS:
                    middle = 0.5 * (low + high)
                    if _holds(at, middle, game, limits, fights):
                        high = middle
                    else:
                        low = middle
                least = high
        found[i] = least
