"""Blocks of which some draws cannot be taken: those fail by themselves, and nothing else does.

A block that raises is run again in halves until the draws that raise are alone. The other draws
keep the chance they have in the whole block, so that their numbers are those of a block in which
nothing failed, but for the last place of some sums.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from foedus.engines.arrays import FloatArray
from foedus.ensemble.chained import Chance
from foedus.errors import FoedusError, MissingDataError, SettingsError
from foedus.scenario.draws import Draws

MOST_FAILED_SHARE: Final = 0.05
"""Where more draws of a block fail than this, the run stops."""
LOOKED_AT: Final = 40
"""Draws of a block that raised which are run alone first: is it a rare fault, or a common one?"""
COMMON_SHARE: Final = 0.2
"""Where more of these fail, far more than `MOST_FAILED_SHARE` of the block would."""
DONE: Final = "ok"
"""Status of a draw that did not fail."""
FAULTS: Final = (FoedusError, ValueError, ArithmeticError, np.linalg.LinAlgError)
"""What a draw may raise; anything else is a bug."""

Model = Callable[[Draws, Chance], dict[str, FloatArray]]


@dataclass(frozen=True)
class Tried:
    """What came of a block."""

    outcomes: dict[str, FloatArray]
    """Shape (draw,) each; NaN where a draw failed."""
    status: NDArray[np.str_]
    """Shape (draw,): `ok`, or what was wrong in one line."""

    @property
    def failed_count(self) -> int:
        """How many draws failed."""
        return int((self.status != DONE).sum())


class PartOfChance:
    """The chance of some draws of a block, as it is in the whole block.

    It answers as a generator does, to those ways of drawing that engines of the chain know.
    """

    def __init__(self, chance: np.random.Generator, n: int, rows: slice) -> None:
        self.chance = chance
        self.n = n
        self.rows = rows

    def whole(self, size: int | tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape that is drawn for the whole block; its first axis is the draw."""
        return (self.n, *(size[1:] if isinstance(size, tuple) else ()))

    def random(self, size: int | tuple[int, ...]) -> FloatArray:
        """Return uniform numbers."""
        return self.chance.random(self.whole(size))[self.rows]

    def standard_normal(self, size: int | tuple[int, ...]) -> FloatArray:
        """Return standard normal numbers."""
        return self.chance.standard_normal(self.whole(size))[self.rows]

    def beta(self, a: float, b: float, size: int | tuple[int, ...]) -> FloatArray:
        """Return numbers of a beta distribution."""
        return self.chance.beta(a, b, self.whole(size))[self.rows]


def part_of_draws(draws: Draws, rows: slice) -> Draws:
    """Return some of the draws of a block."""
    drawn = {cell: values[rows] for cell, values in draws.drawn.items()}
    return replace(draws, n=len(range(*rows.indices(draws.n))), drawn=drawn)


def tried(model: Model, draws: Draws, chance: Chance) -> Tried:
    """Run a block; draws that cannot be taken become NaN, with the reason beside them.

    Parameters
    ----------
    model
        Such as `Chain.outcomes`.
    draws
        Cells of one block.
    chance
        The engines' own chance in this block.

    Raises
    ------
    MissingDataError
        As the model does: no draw is to blame for it.
    SettingsError
        If more than 5 % of the block failed, with what was wrong most often.
    """
    try:
        outcomes = model(draws, chance)
    except MissingDataError:
        raise
    except FAULTS as error:
        try:
            return one_by_one(model, draws, chance)
        except SettingsError as refused:
            raise refused from error
    return Tried(outcomes, np.full(draws.n, DONE))


def one_by_one(model: Model, draws: Draws, chance: Chance) -> Tried:
    """Run a block that raised in parts, down to single draws where it must be."""
    n = draws.n

    def of_part(rows: slice) -> dict[str, FloatArray]:
        def part_of_chance(name: str) -> np.random.Generator:
            return cast(np.random.Generator, PartOfChance(chance(name), n, rows))

        return model(part_of_draws(draws, rows), part_of_chance)

    def fault_of(rows: slice) -> str:
        """Return what is wrong with a single draw; empty if nothing is."""
        try:
            of_part(rows)
        except FAULTS as error:
            return worded(error)
        return ""

    places = np.unique(np.linspace(0, n - 1, min(n, LOOKED_AT)).astype(np.int64)).tolist()
    faults = [fault for place in places if (fault := fault_of(slice(place, place + 1)))]
    if len(faults) > COMMON_SHARE * len(places):
        refuse(faults, len(places))
    found: dict[int, dict[str, FloatArray]] = {}
    failed: dict[int, str] = {}
    waiting = [slice(0, n)] if n == 1 else [slice(n // 2, n), slice(0, n // 2)]
    while waiting:
        rows = waiting.pop()
        try:
            found[rows.start] = of_part(rows)
        except FAULTS as error:
            if rows.stop - rows.start > 1:
                middle = (rows.start + rows.stop) // 2
                waiting += [slice(middle, rows.stop), slice(rows.start, middle)]
                continue
            failed[rows.start] = worded(error)
            if len(failed) > MOST_FAILED_SHARE * n:
                refuse(list(failed.values()), n)
    return put_together(found, failed, n)


def put_together(found: dict[int, dict[str, FloatArray]], failed: dict[int, str], n: int) -> Tried:
    """Put parts of a block into their places, by the draw they begin with."""
    names = next(iter(found.values())).keys()
    outcomes = {name: np.full(n, np.nan) for name in names}
    for start, part in found.items():
        for name, values in part.items():
            outcomes[name][start : start + len(values)] = values
    status = np.full(n, DONE, dtype=object)
    for place, says in failed.items():
        status[place] = says
    return Tried(outcomes, status.astype(np.str_))


def worded(error: Exception) -> str:
    """Return what was wrong, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")


def refuse(faults: list[str], of: int) -> None:
    """Stop a run in which too much fails.

    Raises
    ------
    SettingsError
        With what was wrong most often.
    """
    most = max(sorted(set(faults)), key=faults.count)
    raise SettingsError(
        f"{len(faults):,} of {of:,} draws failed, more than {MOST_FAILED_SHARE:.0%}. Most often: "
        f"{most.removesuffix('.')}. Narrow the range of the cells that lead there, or set them."
    )
