"""A model in forty lines: how often enough of the economy stands behind an option."""

# --8<-- [start:engine]
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl

import foedus as fd


@dataclass(frozen=True)
class WeightResult:
    """What stands behind an option, draw by draw."""

    gdp_share: np.ndarray
    """Shape (draw,): share of the contributors' GDP."""

    def outcomes(self) -> dict[str, np.ndarray]:
        """Return the number that is followed from draw to draw."""
        return {"gdp_share": self.gdp_share}

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return it as a table."""
        return {"weight": pl.DataFrame({"gdp_share": self.gdp_share})}


@dataclass(frozen=True, kw_only=True)
class Weight:
    """A government stands behind an option if its score, give or take an error, passes a bar."""

    name: ClassVar[str] = "weight"
    title: ClassVar[str] = "Weight behind an option"
    needs: ClassVar[tuple[str, ...]] = ("stances", "share_keys")
    follows: ClassVar[tuple[Any, ...]] = ()

    bar_score: float = 52.0
    error_score: float = 15.0

    def inputs(self, scenario: fd.Scenario, draws: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return scores, shape (draw, government), and shares of GDP, shape (government,)."""
        sitting = [row.principal == row.delegation for row in scenario.stances]
        score = draws.numbers(scenario, "stances", "willingness_score")[:, sitting]
        sizes = {row.key: row.size_weight for row in scenario.share_keys}
        codes = [row.delegation for row in scenario.stances if row.principal == row.delegation]
        gdp = np.array([sizes[f"gdp:{code}"] for code in codes])
        return np.repeat(score, draws.n // len(score), axis=0), gdp / gdp.sum()

    def solve(
        self, inputs: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
    ) -> WeightResult:
        """Draw an error for every score; all chance comes from `rng`."""
        score, share = inputs
        willing = score + self.error_score * rng.standard_normal(score.shape) >= self.bar_score
        return WeightResult(willing @ share)


# --8<-- [end:engine]

# --8<-- [start:run]
run = fd.run(fd.load("minimal"), Weight(error_score=10.0), draws=500, seed=7)
share = run.result.gdp_share
print(f"GDP behind it: {share.mean():.0%} on average; more than half in {(share > 0.5).mean():.0%}")
# --8<-- [end:run]
