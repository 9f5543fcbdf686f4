"""A run as one JSON document, in the published shape."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.engines.protocol import Result
from foedus.runs import Run
from foedus.scenario import Scenario


def points_of(values: FloatArray) -> tuple[float | None, float, float | None]:
    """Return 5 % point, median and 95 % point; no range where only a point was found."""
    if values.size == 1:
        return None, float(values[0]), None
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)


def run_document(
    scenario: Scenario, run: Run[Any], sources: Sequence[str], warnings: Sequence[str]
) -> dict[str, Any]:
    """Return a run in the published shape: medians of its outcomes, with 5 % and 95 % points.

    Parameters
    ----------
    sources
        Keys of the sources of the rows that it rests on.
    """
    identity = run.provenance.identity
    result: Result = run.result
    points = {name: points_of(values) for name, values in result.outcomes().items()}
    titles = {source.source: source.model_dump(mode="json") for source in scenario.sources}
    return {
        "foedus": identity.foedus,
        "scenario": {"name": scenario.name, "digest": scenario.digest},
        "engine": identity.engine,
        "option": identity.option,
        "settings": dict(identity.settings),
        "set": dict(identity.set),
        "seed": identity.seed,
        "draws": identity.draws,
        "run": run.run_id,
        "fed_by": list(identity.fed_by),
        "outcomes": {name: middle for name, (_, middle, _) in points.items()},
        "outcomes_low": {name: low for name, (low, _, _) in points.items()},
        "outcomes_high": {name: high for name, (_, _, high) in points.items()},
        "tables": result.tables(),
        "sources": [titles[key] for key in sources if key in titles],
        "warnings": list(warnings),
    }
