"""Who gives way to whom, and what could be traded, where the assumptions stand.

One draw says little of a model whose steps hang on close calls; it shows how the model reasons.
"""

from typing import Final, NamedTuple

import numpy as np

from foedus.engines.bargaining.challenge.play import challenge_path
from foedus.engines.bargaining.exchange import best_trades
from foedus.engines.bargaining.forecasts import READING_OF, SCALE, Choices, RoomViews

MOVES_BY: Final = "challenge_paper"
"""The reading whose moves are told: what is published, and the same if a scale is turned round."""


class Moved(NamedTuple):
    """One gives way to another: a row of the table of moves."""

    issue: str
    unit: str
    model: str
    round_count: int
    mover: str
    challenger: str
    offer: str
    from_value: float
    to_value: float


class Traded(NamedTuple):
    """What a pair could trade: a row of the table of trades."""

    first: str
    second: str
    first_issue: str
    second_issue: str
    first_shift_value: float
    second_shift_value: float
    gain_score: float
    others_gain_score: float
    most_hurt: str


class Names(NamedTuple):
    """What the places of issues and parties stand for, and the units of the issues."""

    issues: tuple[str, ...]
    units: tuple[str, ...]
    codes: tuple[str, ...]
    scale_from_value: tuple[float, ...]
    scale_to_value: tuple[float, ...]

    def value(self, score: float, issue: int) -> float:
        """Return a score of 0 to 100 in the unit of an issue."""
        low, high = self.scale_from_value[issue], self.scale_to_value[issue]
        return low + score / SCALE[1] * (high - low)

    def shift(self, score: float, issue: int) -> float:
        """Return a difference of scores in the unit of an issue."""
        return score / SCALE[1] * (self.scale_to_value[issue] - self.scale_from_value[issue])


def moves_at(views: RoomViews, names: Names, choices: Choices) -> tuple[Moved, ...]:
    """Return every move of the challenge model as `MOVES_BY` reads it, of views of one draw."""
    found = []
    for issue in np.flatnonzero(views.is_dealt).tolist():
        weight = views.influence[0, issue] * views.salience_share[0, issue]
        who = np.flatnonzero(weight > 0)
        path = challenge_path(
            views.position_score[0, issue, who],
            views.influence[0, issue, who],
            views.salience_share[0, issue, who],
            scale_width=SCALE[1],
            reading=READING_OF[MOVES_BY],
            q=choices.challenge_stay_prob,
            rounds=choices.challenge_rounds_count,
        )
        found += [
            Moved(
                issue=names.issues[issue],
                unit=names.units[issue],
                model=MOVES_BY,
                round_count=move.round,
                mover=names.codes[who[move.mover]],
                challenger=names.codes[who[move.challenger]],
                offer=move.offer.name.lower(),
                from_value=names.value(move.start, issue),
                to_value=names.value(move.end, issue),
            )
            for move in path.moves
        ]
    return tuple(found)


def trades_at(views: RoomViews, names: Names) -> tuple[Traded, ...]:
    """Return the best trade of each pair, of views of one draw, the highest gain first."""
    dealt = np.flatnonzero(views.is_dealt)
    position, salience, influence = (
        block[0, dealt].T for block in (views.position_score, views.salience_share, views.influence)
    )
    present = salience * influence > 0
    who = np.flatnonzero(present.any(axis=1))
    trades = best_trades(position[who], salience[who], influence[who], present[who])
    found = []
    for trade in trades:
        first_issue, second_issue = (
            int(dealt[place]) for place in (trade.first_issue, trade.second_issue)
        )
        others = np.array(trade.externality)
        worst = int(others.argmin())
        found.append(
            Traded(
                first=names.codes[who[trade.first_actor]],
                second=names.codes[who[trade.second_actor]],
                first_issue=names.issues[first_issue],
                second_issue=names.issues[second_issue],
                first_shift_value=names.shift(trade.first_shift_score, first_issue),
                second_shift_value=names.shift(trade.second_shift_score, second_issue),
                gain_score=trade.gain,
                others_gain_score=float(others.sum()),
                most_hurt=names.codes[who[worst]] if others[worst] < 0 else "",
            )
        )
    return tuple(found)
