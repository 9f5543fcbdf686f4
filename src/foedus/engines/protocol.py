"""What an engine is, and what it returns."""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final, Protocol, TypeVar

import numpy as np
import polars as pl

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


def join_blocks(parts: list[ResultT]) -> ResultT:
    """Put results of several blocks of draws end to end."""
    first = parts[0]
    if len(parts) == 1:
        return first
    values = {
        about.name: np.concatenate([getattr(part, about.name) for part in parts])
        if about.metadata.get("drawn")
        else getattr(first, about.name)
        for about in fields(first)  # type: ignore[arg-type]
    }
    return type(first)(**values)
