"""Factors: what a variance decomposition tells apart among very many inputs.

Cells that hang together are one factor, as an index of one of them by itself would have no meaning.
So are cells that are too many to be told apart one by one. Every cell is in one factor and in no
other, and the chance inside the engines is one more, so that nothing that varies is left out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from foedus.ensemble.sampled import GROUP, Sampled, is_grouped
from foedus.scenario.addresses import Cell

FactorKind = Literal["cell", "group", "column", "table", "chance", "unmoved"]
"""`cell`: one cell; `group`: a correlation group; `column`: cells of one column; `table`: what a
table has besides; `chance`: that of the engines; `unmoved`: what moved nothing in a pilot."""

CHANCE: Final = "chance"
UNMOVED: Final = "unmoved"
MOST_BY_CELL: Final = 100
"""A table with no more uncertain cells is taken apart cell by cell, a larger one by column."""


@dataclass(frozen=True)
class Factor:
    """Inputs that are drawn anew together."""

    name: str
    """Address of a cell or column, `group/NAME`, `TABLE/*`, `chance` or `unmoved`."""
    kind: FactorKind
    cells: tuple[Cell, ...] = ()
    """Cells in it, by address."""


def cells_and_tables(sampled: Sampled, picked: Collection[Cell]) -> tuple[Factor, ...]:
    """Return factors: picked cells, correlation groups, the rest table by table, and chance.

    Parameters
    ----------
    sampled
        All inputs.
    picked
        Cells that are told apart. One that is in a group stays in it.
    """
    free = [one.cell for one in sampled.cells if not is_grouped(one)]
    wanted = set(picked)
    left: dict[str, list[Cell]] = {}
    for cell in free:
        if cell not in wanted:
            left.setdefault(cell.table, []).append(cell)
    return (
        *(Factor(str(cell), "cell", (cell,)) for cell in free if cell in wanted),
        *group_factors(sampled),
        *(Factor(f"{table}/*", "table", tuple(cells)) for table, cells in left.items()),
        Factor(CHANCE, "chance"),
    )


def fine_factors(sampled: Sampled) -> tuple[Factor, ...]:
    """Return many factors: cells of small tables, columns of large ones, groups, and chance."""
    tables: dict[str, list[Cell]] = {}
    for one in sampled.cells:
        if not is_grouped(one):
            tables.setdefault(one.cell.table, []).append(one.cell)
    found: list[Factor] = []
    for cells in tables.values():
        if len(cells) <= MOST_BY_CELL:
            found += [Factor(str(cell), "cell", (cell,)) for cell in cells]
            continue
        columns: dict[Cell, list[Cell]] = {}
        for cell in cells:
            columns.setdefault(Cell(cell.table, "*", cell.field), []).append(cell)
        found += [Factor(str(name), "column", tuple(some)) for name, some in columns.items()]
    return (*found, *group_factors(sampled), Factor(CHANCE, "chance"))


def group_factors(sampled: Sampled) -> list[Factor]:
    """Return the correlation groups, each with its cells."""
    cells: dict[str, list[Cell]] = {group: [] for group in sampled.groups}
    for one in sampled.cells:
        if is_grouped(one):
            cells[one.group].append(one.cell)
    return [Factor(f"{GROUP}{group}", "group", tuple(some)) for group, some in cells.items()]


def put_together(factors: Iterable[Factor], unmoved: Collection[str]) -> tuple[Factor, ...]:
    """Return factors with those that are named put together in one, at the end.

    Examples
    --------
    >>> some = [Factor(name, "table", (Cell(name, "k", "f"),)) for name in ("a", "b", "c")]
    >>> [(one.name, len(one.cells)) for one in put_together(some, {"a", "c"})]
    [('b', 1), ('unmoved', 2)]
    """
    kept = [one for one in factors if one.name not in unmoved]
    cells = sorted(cell for one in factors if one.name in unmoved for cell in one.cells)
    return (*kept, Factor(UNMOVED, "unmoved", tuple(cells))) if cells else tuple(kept)
