"""What an engine is, and what it returns."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final, Protocol, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.engines.arrays import FloatArray
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario


@dataclass(frozen=True)
class Outcome:
    """A number that is followed from draw to draw."""

    name: str
    """Ends in its unit, such as `balanced_persons`."""
    title: str
    more_is_better: bool | None = None
    """None where neither is."""


class Result(Protocol):
    """What an engine found."""

    def outcomes(self) -> dict[str, FloatArray]:
        """Return an array over draws for each outcome that the engine declares."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the engine's tables, by name."""


InputsT = TypeVar("InputsT")
ResultT = TypeVar("ResultT", bound=Result)
ResultT_co = TypeVar("ResultT_co", bound=Result, covariant=True)


class Engine(Protocol[InputsT, ResultT_co]):
    """A model: a frozen dataclass whose fields are its settings."""

    name: ClassVar[str]
    title: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    """Tables without which it cannot run."""
    follows: ClassVar[tuple[Outcome, ...]]

    def inputs(self, scenario: Scenario, draws: Draws, /) -> InputsT:
        """Turn the scenario's cells into arrays with a leading draw axis."""

    def solve(self, inputs: InputsT, rng: np.random.Generator, /) -> ResultT_co:
        """Find the result. All chance comes from `rng`; nothing is changed."""


AnyEngine = Engine[Any, Any]

DRAWN: Final = {"drawn": True}


def drawn() -> Any:
    """Mark a field of a result as an array whose first axis is the draw."""
    return field(metadata=DRAWN)


def join_blocks(parts: Iterable[ResultT], blocks: int | None = None) -> ResultT:
    """Put results of several blocks of draws end to end.

    Parameters
    ----------
    parts
        At least one. Each is let go of as soon as it is copied.
    blocks
        How many there are, of which none has more rows than the first; if None they are counted.
    """
    if blocks is None:
        parts = list(parts)
        blocks = len(parts)
    rest = iter(parts)
    first = next(rest)
    if blocks == 1:
        return first
    about = fields(first)  # type: ignore[arg-type]
    joined = {
        each.name: Column(getattr(first, each.name), blocks)
        for each in about
        if each.metadata.get("drawn")
    }
    for part in rest:
        for name, column in joined.items():
            column.add(getattr(part, name))
    return type(first)(
        **{
            each.name: joined[each.name].values
            if each.name in joined
            else getattr(first, each.name)
            for each in about
        }
    )


class Column:
    """Arrays that are put end to end as they come, in room that is made once.

    Parameters
    ----------
    first
        The first of them.
    blocks
        How many there will be.
    """

    def __init__(self, first: NDArray[Any], blocks: int) -> None:
        # Laid out in memory as the first is, so that it is copied in long runs.
        shape = (len(first) * blocks, *first.shape[1:])
        self.room = np.empty_like(first, shape=shape, subok=False)
        self.filled = 0
        self.add(first)

    def add(self, values: NDArray[Any]) -> None:
        """Put an array behind those that are there."""
        end = self.filled + len(values)
        if end > len(self.room) or values.dtype != self.room.dtype:
            self.room = np.concatenate([self.values, values])
        else:
            self.room[self.filled : end] = values
        self.filled = end

    @property
    def values(self) -> NDArray[Any]:
        """All that was put there."""
        return self.room[: self.filled]
