"""Analytic models of made-up cells, in the shape of the chain."""

from collections.abc import Callable, Mapping

import numpy as np

from foedus.ensemble.sampled import Sampled
from foedus.ensemble.sensitivity import Model
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import Drawn, Draws, stream

Function = Callable[[np.ndarray], np.ndarray]

WEIGHTS = np.array([0, 1, 4.5, 9, 99, 99])


def cell(number: int, table: str = "inputs") -> Cell:
    return Cell(table, f"x{number:03}", "any_value")


def uniforms(count: int, *, table: str = "inputs") -> tuple[Drawn, ...]:
    """Return cells that are uniform from 0 to 1."""
    return tuple(Drawn(cell(i, table), "uniform", 0.0, 0.5, 1.0) for i in range(count))


def together(count: int, group: str, correlation: float, *, table: str) -> tuple[Drawn, ...]:
    """Return cells that move together."""
    return tuple(
        Drawn(cell(i, table), "uniform", 0.0, 0.5, 1.0, group, correlation) for i in range(count)
    )


def sampled(*cells: tuple[Drawn, ...]) -> Sampled:
    """Return cells as the inputs of an option."""
    some = sorted((one for part in cells for one in part), key=lambda one: one.cell)
    return Sampled("some", tuple(some))


def matrix(draws: Draws, table: str = "inputs") -> np.ndarray:
    """Return the values of the cells of a table, shape (draw, cell)."""
    columns = [draws.drawn[one] for one in sorted(draws.drawn) if one.table == table]
    return np.stack(columns, axis=1)


def model_of(function: Callable[[Draws, np.ndarray], Mapping[str, np.ndarray]]) -> Model:
    """Return a model whose chance is one uniform number a draw."""

    def model(
        draws: Draws, *, block: int, chance_block: int | None = None
    ) -> Mapping[str, np.ndarray]:
        chance = stream(3, block if chance_block is None else chance_block, "noise")
        return function(draws, chance.random(draws.n))

    return model


def of_points(**functions: Function) -> Model:
    """Return a model whose outcomes are functions of the cells of `inputs`."""
    return model_of(lambda draws, _: {name: f(matrix(draws)) for name, f in functions.items()})


def ishigami(points: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990), doi:10.1109/ISUMA.1990.151285, with 7 and 0.1."""
    x = np.pi * (2 * points - 1)
    return np.asarray(
        np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    )


def ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    """First and total indices, by integrals done by hand."""
    one = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2
    two = 7**2 / 8
    both = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = one + two + both
    return np.array([one, two, 0]) / variance, np.array([one + both, two, both]) / variance


def sobol_g(points: np.ndarray) -> np.ndarray:
    """The G function of Archer, Saltelli and Sobol' (1997), doi:10.1080/00949659708811825."""
    return np.asarray(((np.abs(4 * points - 2) + WEIGHTS) / (1 + WEIGHTS)).prod(axis=1))


def sobol_g_indices() -> tuple[np.ndarray, np.ndarray]:
    """First and total indices: a product of independent factors."""
    alone = 1 / (3 * (1 + WEIGHTS) ** 2)
    variance = np.prod(1 + alone) - 1
    total = alone * np.prod(1 + alone) / (1 + alone)
    return alone / variance, total / variance
