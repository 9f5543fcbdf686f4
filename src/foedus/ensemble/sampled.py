"""The uncertain cells of a scenario as inputs of a design.

Each cell that is uncertain and not set is an input, and so is the common factor of each correlation
group: a design has independent columns, and what hangs together comes about here. A Monte Carlo
design holds the numbers of an ordinary run, to the last bit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from foedus.ensemble.design import Kind, moved_together, two_samples, unit_cube
from foedus.runs import Request
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import Drawn, Draws, group_factor, uncertain_cells
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import quantiles

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GROUP: Final = "group/"
"""Before the name of a group, where its common factor is named as an input."""
SECOND: Final = "/second"
"""Behind the name of an input, where its numbers are those of the second sample."""


@dataclass(frozen=True)
class Sampled:
    """Inputs of a design, and how a point of it becomes cells."""

    option: str
    """Key of the option that is run."""
    cells: tuple[Drawn, ...]
    """What is drawn, sorted by address."""
    fixed: Mapping[Cell, Any] = field(default_factory=dict)
    """What is set."""

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Correlation groups of the cells."""
        return tuple(dict.fromkeys(one.group for one in self.cells if is_grouped(one)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """One an input: addresses of the cells, then the factors of the groups."""
        return (*(str(one.cell) for one in self.cells), *(f"{GROUP}{g}" for g in self.groups))

    @cached_property
    def hanging(self) -> tuple[IntArray, FloatArray]:
        """Place of each cell's group, -1 for none, and its correlation there."""
        places = [self.groups.index(one.group) if is_grouped(one) else -1 for one in self.cells]
        return np.array(places, dtype=np.int64), np.array([one.correlation for one in self.cells])

    def at(self, points: FloatArray) -> Draws:
        """Return the draws that points of the unit cube stand for.

        Parameters
        ----------
        points : shape (draw, input)
            Above 0 and below 1, in the order of `names`.
        """
        if points.ndim != 2 or points.shape[1] != len(self.names):
            raise ValueError(f"points have the shape {points.shape}, of {len(self.names)} inputs")
        own, common = np.split(points, [len(self.cells)], axis=1)
        return self.drawn(own, ndtri(common))

    def drawn(self, own: FloatArray, normal: FloatArray) -> Draws:
        """Return draws.

        Parameters
        ----------
        own : shape (draw, cell)
            Uniform numbers of the cells themselves.
        normal : shape (draw, group)
            Standard normal factors of the groups.
        """
        uniform = moved_together(own, normal, *self.hanging)
        values = {}
        for column, about in enumerate(self.cells):
            values[about.cell] = quantiles(
                about.distribution, uniform[:, column], about.low, about.mode, about.high
            )
            values[about.cell].flags.writeable = False
        return Draws(option=self.option, n=len(own), fixed=self.fixed, drawn=values)

    def sample(self, kind: Kind, *, seed: int, block: int, n: int) -> Draws:
        """Return one block of a design.

        Parameters
        ----------
        kind, seed, block, n
            As for `design.unit_cube`. Of `monte-carlo` these are the draws of an ordinary run.
        """
        if kind == "monte-carlo":
            own, normal = self.independent(seed, block, n, "")
            return self.drawn(own, normal)
        return self.at(unit_cube(kind, self.names, seed=seed, block=block, n=n))

    def samples(self, kind: Kind, *, seed: int, block: int, n: int) -> tuple[Draws, Draws]:
        """Return one block of two samples that know nothing of each other.

        Parameters
        ----------
        kind, seed, block, n
            As for `sample`; of `monte-carlo` the first is what `sample` returns.
        """
        if kind == "monte-carlo":
            second = self.independent(seed, block, n, SECOND)
            return self.sample(kind, seed=seed, block=block, n=n), self.drawn(*second)
        first, other = two_samples(kind, self.names, seed=seed, block=block, n=n)
        return self.at(first), self.at(other)

    def independent(
        self, seed: int, block: int, n: int, behind: str
    ) -> tuple[FloatArray, FloatArray]:
        """Return uniform numbers of cells and normal ones of groups, each from its own stream."""
        names = [f"{one.cell}{behind}" for one in self.cells]
        own = unit_cube("monte-carlo", names, seed=seed, block=block, n=n)
        normal = [group_factor(seed, block, f"{group}{behind}", n) for group in self.groups]
        return own, np.stack(normal, axis=1) if normal else np.zeros((n, 0))


def is_grouped(about: Drawn) -> bool:
    """Tell whether a cell moves together with others."""
    return bool(about.group) and about.correlation > 0


def sampled_cells(scenario: Scenario, request: Request) -> Sampled:
    """Return the uncertain cells of a request as inputs; what is set is none."""
    drawn = tuple(one for one in uncertain_cells(scenario) if one.cell not in request.fixed)
    return Sampled(request.option, drawn, request.fixed)


def exchanged(first: Draws, second: Draws, cells: Iterable[Cell]) -> Draws:
    """Return the first draws with some cells of the second: a mixture of two samples.

    A whole correlation group, or a cell of none, has in the mixture the values that it has in the
    second.
    """
    return replace(first, drawn={**first.drawn, **{cell: second.drawn[cell] for cell in cells}})
