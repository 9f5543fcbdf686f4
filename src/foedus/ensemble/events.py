"""Events: how much of an outcome's variance is known once it is known whether something happened.

What chance inside a model decides is no input, so that no design can draw it anew by itself. Read
off the sample, an event still shows what hangs on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class EventShares:
    """What an outcome does with each event. All of shape (event,) but the names."""

    names: tuple[str, ...]
    happens_share: FloatArray
    if_so: FloatArray
    """Mean of the outcome where it happens; NaN where it never does."""
    if_not: FloatArray
    share: FloatArray
    """Part of the variance that goes if it is known whether it happens."""
    share_low: FloatArray
    share_high: FloatArray

    def table(self) -> pl.DataFrame:
        """Return a row an event, the largest share first."""
        columns = {
            "event": list(self.names),
            "happens_share": self.happens_share,
            "if_so_value": self.if_so,
            "if_not_value": self.if_not,
            "known_share": self.share,
            "known_share_low": self.share_low,
            "known_share_high": self.share_high,
        }
        table = pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))
        return table.sort("known_share", descending=True, nulls_last=True, maintain_order=True)


def event_shares(
    events: Mapping[str, BoolArray],
    outcome: FloatArray,
    weight: FloatArray,
    *,
    level_share: float = 0.9,
) -> EventShares:
    """Return how much of an outcome's variance each event tells.

    Parameters
    ----------
    events
        Shape (draw,) each.
    outcome : shape (draw,)
        NaN where the run failed.
    weight : shape (sample, draw)
        How often each draw counts; one each in the first sample, then resampled, for intervals.
    level_share
        Of the intervals.

    Notes
    -----
    With one event it is p (1 - p) (m1 - m0)² / V: the correlation ratio, or first Sobol' index, of
    an input of two values. Events hang together, so their shares overlap and do not add up. Chance
    alone makes a share of about 1 / n.

    Examples
    --------
    >>> happens = np.array([True, True, False, False])
    >>> found = event_shares({"it": happens}, np.array([3.0, 3.0, 1.0, 1.0]), np.ones((1, 4)))
    >>> found.share.tolist(), found.if_so.tolist()
    ([1.0], [3.0])
    """
    fine = ~np.isnan(outcome)
    y = outcome[fine]
    centre = y.mean() if y.size else 0.0
    y = y - centre
    happens = np.stack([values[fine] for values in events.values()], axis=1).astype(np.float64)
    counts = weight[:, fine]
    columns = [np.ones((y.size, 1)), y[:, None], y[:, None] ** 2, happens, happens * y[:, None]]
    sums = counts @ np.concatenate(columns, axis=1)
    n, y_sum, y_square = (sums[:, place, np.newaxis] for place in range(3))
    so, so_y = np.split(sums[:, 3:], 2, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = y_square / n - (y_sum / n) ** 2
        if_so, if_not = so_y / so, (y_sum - so_y) / (n - so)
        p = so / n
        between = np.where((so > 0) & (so < n), p * (1 - p) * (if_so - if_not) ** 2, 0.0)
        share = np.where(variance > 0, between / variance, np.nan)
    low = high = np.full(len(events), np.nan)
    if len(weight) > 1:
        low, high = np.quantile(share[1:], [(1 - level_share) / 2, (1 + level_share) / 2], axis=0)
    return EventShares(
        names=tuple(events),
        happens_share=p[0],
        if_so=if_so[0] + centre,
        if_not=if_not[0] + centre,
        share=share[0],
        share_low=low,
        share_high=high,
    )
