"""Readings of the challenge model: where papers and code part ways, each choice has a name.

The model goes back to Bueno de Mesquita; its own program was never published. Scholz, Calbert and
Smith wrote it out from his papers, and the program that makes their table does not do what their
equations say. Small differences change forecasts, so a run names its reading.

What all readings share: weights are capability times salience; the target's salience is the chance
that it resists; the risk exponent is 1 again at the start of every round; all moves of a round are
made at once; ties between offers go to the challenger that comes first in the list; of several
medians (the weight is cut exactly in half) the lowest counts. With Q < 1 all of them take the
"better" and "worse" terms of the paper; the public programs leave these out, so below Q = 1 none
of the readings is what those print.

Sources: B. Bueno de Mesquita (1985), "The War Trap Revisited: A Revised Expected Utility Model",
*American Political Science Review* 79(1), 156-177 (bibliographic data checked); B. Bueno de
Mesquita (1994), "Political Forecasting: An Expected Utility Method", chapter 4 (from p. 71) of
B. Bueno de Mesquita and F. N. Stokman (eds.), *European Community Decision Making*, Yale
University Press, ISBN 0-300-05759-8 (bibliographic data checked); J. B. Scholz, G. J. Calbert and
G. A. Smith (2011), "Unravelling Bueno De Mesquita's group decision model", *Journal of Theoretical
Politics* 23(4), 510-531, doi:10.1177/0951629811418142 (bibliographic data checked; equations as
two public programs that were written from the paper quote them).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

Chance = Literal["all-pairs", "two-sides"]
Votes = Literal["own-exponent", "linear"]
Extrema = Literal["actors", "positions"]
Choice = Literal["kind-then-lowest", "kind-then-nearest", "nearest"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read the challenge model.

    Raises ValueError if a choice is unknown, or if `extrema` is "positions" with `chance`
    "all-pairs", which nobody has proposed.
    """

    name: str
    chance: Chance
    """What the votes for a challenge are held against. "two-sides": all votes cast on the two
    positions, so that P_ij + P_ji = 1. "all-pairs": the votes on all ordered pairs of actors, a far
    larger number, so that every chance is small."""
    votes: Votes
    """How third parties vote in the second pass: "own-exponent", by distance to the power of their
    own risk exponent, or "linear", by distance alone, as everybody does in the first pass."""
    extrema: Extrema
    """What security is compared with for the risk exponent: "actors", the most and the least secure
    of all actors, or "positions", what the same actor's security would be in each position that
    somebody holds."""
    capitulates: bool
    """Whether an actor that has more to lose from a challenge than its challenger has to gain gives
    in. If not, it stays where it is."""
    choice: Choice
    """Which of its offers an actor takes. "kind-then-nearest": confrontations before compromises
    before capitulations, and the least movement among those of one kind. "kind-then-lowest": the
    same, but among compromises the one with the lowest mean of the two positions, weighted with the
    size of each one's expected utility. "nearest": the least movement of all; the kind decides only
    between equal ones."""

    def __post_init__(self) -> None:
        known: dict[str, tuple[str, ...]] = {
            "chance": get_args(Chance),
            "votes": get_args(Votes),
            "extrema": get_args(Extrema),
            "choice": get_args(Choice),
        }
        faults = [
            f"{field} is {getattr(self, field)!r}: it must be one of {', '.join(options)}"
            for field, options in known.items()
            if getattr(self, field) not in options
        ]
        if self.extrema == "positions" and self.chance == "all-pairs":
            faults.append('extrema "positions" needs chance "two-sides"')
        if faults:
            raise ValueError("; ".join(faults))


SCHOLZ_AS_CODED: Final = Reading(
    name="scholz-as-coded",
    chance="all-pairs",
    votes="own-exponent",
    extrema="actors",
    capitulates=False,
    choice="kind-then-lowest",
)
"""What the program does that makes the table of Scholz, Calbert and Smith.

Chances of success are shares of the votes on all ordered pairs and so very small; third parties
vote with their own exponent in the second pass; security is compared among actors. The branch for
capitulations compares a number with its own size and is never reached, so nobody capitulates. Among
compromises the lowest weighted position is taken, which pulls every outcome towards the lower end
of the scale: a slip, as turning the scale round changes the forecast.
"""

SCHOLZ_PAPER: Final = Reading(
    name="scholz-paper",
    chance="two-sides",
    votes="linear",
    extrema="actors",
    capitulates=True,
    choice="kind-then-nearest",
)
"""What the equations of Scholz, Calbert and Smith say.

The chances of two sides sum to 1; third parties vote by plain distance in both passes; security is
compared among actors; whoever has more to lose than the challenger to gain capitulates. The most
enforceable offer is taken, read here as confrontation before compromise before capitulation, and
among those of one kind the one that asks for the least movement.
"""

BDM_INTENT: Final = Reading(
    name="bdm-intent",
    chance="two-sides",
    votes="own-exponent",
    extrema="positions",
    capitulates=True,
    choice="nearest",
)
"""What Bueno de Mesquita's papers seem to mean: a judgement, as he published no program.

The chances of two sides sum to 1; third parties vote with their own exponent in the second pass; an
actor's security is compared with its security in every position held by somebody, the others and
the median staying where they are; capitulations happen; the offer that asks for the least movement
is taken, of whatever kind.
"""

READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {reading.name: reading for reading in (SCHOLZ_AS_CODED, SCHOLZ_PAPER, BDM_INTENT)}
)
"""The named readings."""


def reading_named(reading: str | Reading) -> Reading:
    """Return a reading by its name; a reading returns itself.

    Raises
    ------
    ValueError
        If no reading has that name.

    Examples
    --------
    >>> reading_named("scholz-paper").chance
    'two-sides'
    """
    if isinstance(reading, Reading):
        return reading
    if reading not in READINGS:
        raise ValueError(f"reading is {reading!r}: it must be one of {', '.join(READINGS)}")
    return READINGS[reading]
