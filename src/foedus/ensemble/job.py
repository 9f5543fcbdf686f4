"""What a worker is told once, and then block by block: it has everything else in itself."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from foedus.ensemble.attempts import tried
from foedus.ensemble.chained import READ_BY_CHAIN, chain_of
from foedus.ensemble.design import Kind
from foedus.ensemble.ensemble import CELL, DRAW, STATUS
from foedus.ensemble.sampled import Sampled, sampled_cells
from foedus.runs import Request
from foedus.scenario.draws import BLOCK, Draws, draw_block, stream
from foedus.scenario.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """One option of a scenario, to be drawn block by block by a design."""

    scenario: Scenario
    request: Request
    design: Kind
    keeps_inputs: bool = False
    """Whether the drawn cells stand beside the outcomes."""

    def rows(self, block: int, n: int) -> pl.DataFrame:
        """Return the rows of one block: see `Ensemble` for its columns.

        Parameters
        ----------
        block, n
            Number and size of the block.

        Raises
        ------
        FoedusError
            As `tried` does.
        """
        draws = self.drawn(block, n)

        def chance(name: str) -> np.random.Generator:
            return stream(self.request.seed, block, name)

        found = tried(chain_of(self.scenario, self.request).outcomes, draws, chance)
        columns = {DRAW: np.arange(block * BLOCK, block * BLOCK + n), **found.outcomes}
        if self.keeps_inputs:
            columns |= {f"{CELL}{cell}": values for cell, values in draws.drawn.items()}
        return pl.DataFrame(columns).with_columns(pl.Series(STATUS, found.status.tolist()))

    def drawn(self, block: int, n: int) -> Draws:
        """Return the cells of one block, of those that anything in the chain reads."""
        if self.design == "monte-carlo":
            request = self.request
            return draw_block(
                self.scenario,
                request.option,
                seed=request.seed,
                block=block,
                n=n,
                fixed=request.fixed,
                tables=READ_BY_CHAIN,
            )
        return self.sampled.sample(self.design, seed=self.request.seed, block=block, n=n)

    @cached_property
    def sampled(self) -> Sampled:
        """The cells as inputs of a design."""
        every = sampled_cells(self.scenario, self.request)
        read = tuple(about for about in every.cells if about.cell.table in READ_BY_CHAIN)
        return Sampled(every.option, read, every.fixed)
