"""The one way in which anything changes: cells, and the values they take over draws.

A point run is one draw. `--set`, uncertain cells and links between engines all write here; engines
read columns from here and nowhere else, with a leading draw axis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from foedus.scenario.addresses import ENGINES_TABLE, FAIR, LEVEL, SENT, Cell, expand, named_parts
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, Scenario
from foedus.scenario.triangular import turn_triangular
from foedus.scenario.uncertainties import TRIANGULAR, Distribution, Uncertainty, quantiles

FloatArray = NDArray[np.float64]

BLOCK: Final = 4096
"""Draws are made in blocks of this size, each from its own seed, so that neither the number of
workers nor the order of the blocks can be seen in the result."""


@dataclass(frozen=True)
class Draws:
    """What an engine is run on: an option, and the cells that differ from the files.

    Arrays have shape (draw,); a fixed value stands for all draws.
    """

    option: str
    """Key of the option that is run."""
    n: int = 1
    """Number of draws."""
    fixed: Mapping[Cell, Any] = field(default_factory=dict)
    """Cells that have one value in every draw, as `--set` asks."""
    drawn: Mapping[Cell, FloatArray] = field(default_factory=dict)
    """Cells that have a value for each draw."""
    is_point: bool = False
    """True for the one draw in which every cell has the value of the files."""

    def numbers(self, scenario: Scenario, table: str, column: str) -> FloatArray:
        """Return a numeric column, shape (draw or 1, row).

        An empty cell is NaN. The first axis is 1 where no cell of the column is drawn.
        """
        settled, places, drawn = self.settled_and_drawn(scenario, table, column)
        if not places:
            return settled[np.newaxis, :]
        columns = np.repeat(settled[np.newaxis, :], self.n, axis=0)
        columns[:, places] = drawn.T
        return columns

    def settled_and_drawn(
        self, scenario: Scenario, table: str, column: str
    ) -> tuple[FloatArray, list[int], FloatArray]:
        """Return a numeric column in two parts: one value a row, and the rows that are drawn.

        Returns
        -------
        settled : shape (row,)
            What stands in the files or was set, also where the cell is drawn.
        places
            Rows whose cell is drawn.
        drawn : shape (place, draw)
            Their values.
        """
        settled = self.settled(scenario, table, column)
        places = scenario.row_numbers[table]
        moving = self.drawn_of_column.get((table, column), {})
        drawn = np.stack(list(moving.values())) if moving else np.zeros((0, self.n))
        return settled, [places[key] for key in moving], drawn

    def settled(self, scenario: Scenario, table: str, column: str) -> FloatArray:
        """Return what stands in the files or was set in a numeric column, shape (row,).

        Also where the cell is drawn.
        """
        numbers = self.values(scenario, table, column)
        return np.array([np.nan if value is None else float(value) for value in numbers])

    def number_by_row(self, scenario: Scenario, table: str, column: str) -> list[FloatArray]:
        """Return a numeric column as an array a row, of shape (draw,), or (1,) if it is not drawn.

        For tables whose rows are numbers of different kinds, which nobody adds up. Not a copy of
        what is drawn.
        """
        settled = self.settled(scenario, table, column)
        numbers = list(settled[:, np.newaxis])
        for key, drawn in self.drawn_of_column.get((table, column), {}).items():
            numbers[scenario.row_numbers[table][key]] = drawn
        return numbers

    @cached_property
    def drawn_of_column(self) -> dict[tuple[str, str], dict[str, FloatArray]]:
        """Values of the cells that are drawn, by table and column and then by key."""
        columns: dict[tuple[str, str], dict[str, FloatArray]] = {}
        for cell, values in self.drawn.items():
            columns.setdefault((cell.table, cell.field), {})[cell.key] = values
        return columns

    def values(self, scenario: Scenario, table: str, column: str) -> list[Any]:
        """Return a column that is not drawn, such as a word or a date, row by row."""
        values = list(column_of(scenario, table, column))
        for cell, value in self.fixed.items():
            if (cell.table, cell.field) == (table, column):
                values[scenario.row_numbers[table][cell.key]] = value
        return values

    def of_option(self, scenario: Scenario, column: str) -> Any:
        """Return a word or date of the option that is run."""
        place = scenario.row_numbers["options"][self.option]
        return self.values(scenario, "options", column)[place]

    def number_of_option(self, scenario: Scenario, column: str) -> FloatArray:
        """Return a number of the option that is run, shape (draw or 1,)."""
        place = scenario.row_numbers["options"][self.option]
        return self.numbers(scenario, "options", column)[:, place]

    def setting(self, engine: str, name: str, value: float) -> FloatArray:
        """Return a setting of an engine, shape (draw or 1,): drawn, fixed, or as given."""
        cell = Cell(ENGINES_TABLE, engine, name)
        if cell in self.drawn:
            return self.drawn[cell]
        return np.array([float(self.fixed.get(cell, value))])

    def levels(self, codes: Sequence[str], default: int) -> FloatArray:
        """Return the level at which each contributor joins, shape (draw or 1, contributor).

        Where nothing was linked or set, every one joins at the default.
        """
        return self.linked(LEVEL, codes, default)

    def sent(self, codes: Sequence[str], domain: str) -> FloatArray:
        """Return how many soldiers of a domain each sends, shape (draw or 1, delegation).

        Where nothing was linked or set, nobody sends any.
        """
        return self.linked(SENT[domain], codes, 0)

    def fair(self, codes: Sequence[str], domain: str) -> FloatArray:
        """Return how many soldiers of a domain would be each one's fair share of the requirement.

        Shape (draw or 1, delegation); none where nothing was linked or set.
        """
        return self.linked(FAIR[domain], codes, 0)

    def linked(self, place: tuple[str, str], codes: Sequence[str], default: float) -> FloatArray:
        """Return what a link filled in for each delegation, shape (draw or 1, delegation)."""
        cells = [Cell(place[0], code, place[1]) for code in codes]
        columns = [
            self.drawn.get(cell, np.array([float(self.fixed.get(cell, default))])) for cell in cells
        ]
        together = np.stack(np.broadcast_arrays(*columns), axis=1)
        return together.astype(np.float64, copy=False)

    def with_links(self, links: Mapping[Cell, FloatArray]) -> "Draws":
        """Return draws with cells that another engine's outcomes fill; what is set stays set."""
        free = {cell: values for cell, values in links.items() if cell not in self.fixed}
        return replace(self, drawn={**self.drawn, **free})

    def with_fixed(self, cells: Mapping[Cell, Any]) -> "Draws":
        """Return draws in which some cells have one value, whatever was drawn for them."""
        drawn = {cell: values for cell, values in self.drawn.items() if cell not in cells}
        return replace(self, fixed={**self.fixed, **cells}, drawn=drawn)


def column_of(scenario: Scenario, table: str, column: str) -> list[Any]:
    """Return one column of a table as it stands in the files."""
    return [getattr(row, column) for row in scenario.table(table)]


@dataclass(frozen=True)
class Drawn:
    """An uncertain cell with its distribution."""

    cell: Cell
    distribution: Distribution
    low: float
    mode: float
    high: float
    group: str = ""
    correlation: float = 0.0


@lru_cache(maxsize=32)
def uncertain_cells(scenario: Scenario) -> tuple[Drawn, ...]:
    """Return every uncertain cell, sorted by address.

    A cell is uncertain if its row has a low and a high beside it, or if `uncertainties.csv` names
    it; the latter wins, and there the row that names more parts of the key.
    """
    beside: dict[Cell, Drawn] = {}
    for table, model in TABLES.items():
        for name in model.ranged_fields():
            if name not in model.latent_fields:
                beside.update(ranges_beside(table, name, scenario.table(table)))
    cells = dict(beside)
    for row in sorted(scenario.uncertainties, key=lambda row: named_parts(row.cell_key)):
        for cell in expand(scenario, Cell(row.table, row.cell_key, row.field)):
            if row.distribution != "range":
                cells[cell] = from_row(cell, row)
            elif cell in beside:
                group, correlation = row.group, row.group_correlation
                cells[cell] = replace(beside[cell], group=group, correlation=correlation)
            else:
                cells.pop(cell, None)
    return tuple(cells[cell] for cell in sorted(cells))


def ranges_beside(table: str, name: str, rows: tuple[Row, ...]) -> dict[Cell, Drawn]:
    """Return the cells of a column that have a low and a high beside them, and are not certain."""
    found: dict[Cell, Drawn] = {}
    for row in rows:
        low, mode, high = (getattr(row, f"{name}{end}") for end in ("_low", "", "_high"))
        if low is not None and high is not None and mode is not None and low < high:
            cell = Cell(table, row.key, name)
            found[cell] = Drawn(cell, "range", float(low), float(mode), float(high))
    return found


def from_row(cell: Cell, row: Uncertainty) -> Drawn:
    """Return the cell that a row of `uncertainties.csv` describes."""
    low, mode, high = (
        np.nan if value is None else float(value)
        for value in (row.low_value, row.mode_value, row.high_value)
    )
    return Drawn(cell, row.distribution, low, mode, high, row.group, row.group_correlation)


def stream(seed: int, block: int, name: str) -> np.random.Generator:
    """Return the generator of one name in one block.

    Each uncertain cell and each engine has a stream of its own, so that a cell that is fixed or a
    nation that is added leaves all other draws as they were (common random numbers).
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(block, crc32(name.encode())))
    return np.random.Generator(np.random.PCG64DXSM(sequence))


def draw_block(
    scenario: Scenario,
    option: str,
    *,
    seed: int,
    block: int,
    n: int,
    fixed: Mapping[Cell, Any],
    tables: frozenset[str] | None = None,
) -> Draws:
    """Draw every uncertain cell for one block.

    Parameters
    ----------
    seed
        Chosen by the user.
    block
        Number of the block, from 0.
    n
        Draws wanted, at most `BLOCK`. A shorter block is the beginning of a longer one.
    fixed
        Cells that are not drawn, with their values.
    tables
        Draw the cells of these tables only, to save time: they come out the same. All if None.
    """
    drawn = dict(draw_cells(scenario, seed, block, n, tables))
    for cell in fixed:  # few beside those that are drawn
        drawn.pop(cell, None)
    return Draws(option=option, n=n, fixed=fixed, drawn=drawn)


@lru_cache(maxsize=2)
def draw_cells(
    scenario: Scenario, seed: int, block: int, n: int, tables: frozenset[str] | None = None
) -> dict[Cell, FloatArray]:
    """Return values of every uncertain cell, or of those of some tables, over one block's draws.

    The last two blocks are kept: engines and options that run on the same draws share them.
    """
    cells = [
        about for about in uncertain_cells(scenario) if tables is None or about.cell.table in tables
    ]
    values = np.empty((len(cells), n))
    common: dict[str, FloatArray] = {}
    for about, uniform in zip(cells, values, strict=True):
        stream(seed, block, str(about.cell)).random(out=uniform)
        if about.group and about.correlation > 0:
            if about.group not in common:
                common[about.group] = group_factor(seed, block, about.group, n)
            share = about.correlation
            normal = np.sqrt(share) * common[about.group] + np.sqrt(1 - share) * ndtri(uniform)
            ndtr(normal, out=uniform)
    turn_into_values(values, cells)
    values.flags.writeable = False
    return {about.cell: drawn for about, drawn in zip(cells, values, strict=True)}


def turn_into_values(uniform: FloatArray, cells: Sequence[Drawn]) -> None:
    """Turn probabilities into the values of cells, in place; `uniform` has the shape (cell, draw).

    Nearly all cells are triangular, and are turned together.
    """
    rows = [row for row, about in enumerate(cells) if about.distribution in TRIANGULAR]
    ends = np.array([(about.low, about.mode, about.high) for about in cells]).reshape(-1, 3)
    turn_triangular(uniform, np.array(rows, dtype=np.int64), ends)
    for about, row in zip(cells, uniform, strict=True):
        if about.distribution not in TRIANGULAR:
            row[:] = quantiles(about.distribution, row, about.low, about.mode, about.high)


def group_factor(seed: int, block: int, group: str, n: int) -> FloatArray:
    """Return the common factor of a correlation group, standard normal, shape (draw,)."""
    return stream(seed, block, f"group/{group}").standard_normal(n)


def point(option: str, fixed: Mapping[Cell, Any]) -> Draws:
    """Return the one draw in which every cell has its most likely value, as in the files."""
    return Draws(option=option, n=1, fixed=fixed, is_point=True)
