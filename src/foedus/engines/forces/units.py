"""What units a nation has, owes and gives, kept small: most of their cells are not drawn.

Kernels take arrays by draw, nation and capability. These are made for some of the draws at a time.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray, Rule, packed
from foedus.engines.forces.standing import Contingents


def part_of(values: FloatArray, place: slice) -> FloatArray:
    """Return some draws of an array; one draw stands for all.

    >>> part_of(np.arange(5.0), slice(2, 4)).tolist(), part_of(np.ones(1), slice(2, 4)).tolist()
    ([2.0, 3.0], [1.0])
    """
    return values[place] if values.shape[0] > 1 else values


@dataclass(frozen=True)
class UnitColumn:
    """A number of each unit; only where it is drawn is there one for each draw."""

    settled: FloatArray
    """Shape (nation, capability)."""
    nation: IntArray
    """Shape (cell,): nations of the cells that are drawn."""
    capability: IntArray
    """Shape (cell,)."""
    drawn: FloatArray
    """Shape (cell, draw)."""

    @property
    def numbers(self) -> FloatArray:
        """Shape (draw or 1, nation, capability)."""
        if not self.nation.size:
            return self.settled[np.newaxis]
        wide = np.empty((self.drawn.shape[1], *self.settled.shape))
        wide[:] = self.settled
        wide[:, self.nation, self.capability] = self.drawn.T
        return wide

    def part(self, place: slice) -> "UnitColumn":
        """Return the column in some of the draws."""
        return replace(self, drawn=self.drawn[:, place])


@dataclass(frozen=True, kw_only=True)
class Giving:
    """What share of its units each nation gives."""

    land_share: FloatArray
    """Shape (draw, nation): of units on land and of headquarters."""
    other_share: FloatArray
    """Shape (draw, nation): of those in the air and at sea."""
    on_land: BoolArray
    """Shape (capability,)."""
    is_lent: BoolArray
    """Shape (nation, capability): False for what a lender does not lend at all."""

    @property
    def numbers(self) -> FloatArray:
        """Shape (draw or 1, nation, capability)."""
        giving = np.where(self.on_land, self.land_share[:, :, None], self.other_share[:, :, None])
        giving[:, ~self.is_lent] = 0.0
        return giving

    def part(self, place: slice) -> "Giving":
        """Return what is given in some of the draws."""
        return replace(
            self,
            land_share=part_of(self.land_share, place),
            other_share=part_of(self.other_share, place),
        )


@dataclass(frozen=True, kw_only=True)
class Units:
    """The units of every nation, as small as they can be kept: most cells are not drawn."""

    available_count: UnitColumn
    held_count: UnitColumn
    home_floor_count: UnitColumn
    committed_count: UnitColumn
    strength_persons: UnitColumn
    tour_months: UnitColumn
    dwell_ratio: UnitColumn
    giving: Giving
    is_detached: BoolArray
    """Shape (nation, capability)."""
    group_of: IntArray
    """Shape (capability,)."""
    home_floor_ratio: FloatArray
    """Shape (draw or 1,), as the next three."""
    strength_ratio: FloatArray
    dwell_scale_ratio: FloatArray
    overlap_months: FloatArray

    def refuse_wrong(self) -> None:
        """Raise ValueError if a number is out of range, so that kernels need not look again."""
        for about in fields(self):
            values = getattr(self, about.name)
            rule: Rule = "finite and at least 0"
            if about.name == "tour_months":
                rule = "finite and more than 0"
            if isinstance(values, UnitColumn):
                parts = {"": values.settled, " as drawn": values.drawn}
            elif isinstance(values, Giving):
                parts = {" on land": values.land_share, " elsewhere": values.other_share}
            else:
                parts = {}
            for which, numbers in parts.items():
                packed(numbers, numbers.ndim, f"{about.name}{which}", rule)

    def part(self, place: slice) -> "Units":
        """Return the units in some of the draws."""
        changes: dict[str, Any] = {}
        for about in fields(self):
            values = getattr(self, about.name)
            if isinstance(values, UnitColumn | Giving):
                changes[about.name] = values.part(place)
            elif values.dtype == np.float64:
                changes[about.name] = part_of(values, place)
        return replace(self, **changes)

    @property
    def contingents(self) -> Contingents:
        """The units as kernels take them."""
        pool = self.home_floor_count.numbers * -self.home_floor_ratio[:, None, None]
        left = self.held_count.numbers - self.committed_count.numbers
        pool = np.add(pool, left, out=pool) if pool.shape[0] >= left.shape[0] else pool + left
        return Contingents(
            available_count=self.available_count.numbers,
            pool_count=np.maximum(pool, 0.0, out=pool),
            giving_share=self.giving.numbers,
            strength_persons=self.strength_persons.numbers,
            tour_months=self.tour_months.numbers,
            dwell_ratio=self.dwell_ratio.numbers,
            overlap_months=self.overlap_months,
            is_detached=self.is_detached,
            group_of=self.group_of,
            strength_ratio=self.strength_ratio,
            dwell_scale_ratio=self.dwell_scale_ratio,
        )
