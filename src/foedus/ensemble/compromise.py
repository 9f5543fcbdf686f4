"""Bargaining in its array form: what the compromise model makes of the room, draw by draw.

The room, who governs and who may say no are those of the engine, on the same chance; what takes
more than an array for each issue, such as the challenge and the spatial model, is left out.
"""

from typing import Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.bargaining.agreement import unanimity_zone
from foedus.engines.bargaining.compromise import compromise_mean, weighted_spread
from foedus.engines.bargaining.engine import drawn_views, table_of
from foedus.engines.bargaining.inputs import BargainingInputs
from foedus.engines.bargaining.meeting import Table, by_votes
from foedus.engines.bargaining.result import SLACK_SHARE, within
from foedus.engines.bargaining.zone import Zone

OUTCOMES: Final = ("deal_share", "all_deals_prob", "spread_share", "agreed_mean_prob")


def compromise_outcomes(
    inputs: BargainingInputs, chance: np.random.Generator
) -> dict[str, FloatArray]:
    """Return deals, agreement on the option and how far apart the room is, shape (draw,) each.

    Parameters
    ----------
    inputs
        Of one block of draws.
    chance
        Who governs.

    Returns
    -------
    dict
        As `BargainingResult.outcomes` has them under these names. NaN where the room can deal with
        no issue in every draw of the block.
    """
    views = drawn_views(inputs, chance)
    seating = inputs.seating
    deals: dict[int, BoolArray] = {}
    inside: dict[int, FloatArray] = {}
    spreads: list[FloatArray] = []
    for issue in range(len(inputs.issues)):
        heard = seating.heard_share[inputs.room, issue] > 0
        who = np.flatnonzero(heard | seating.consents[inputs.room, issue])
        table = table_of(inputs, views, inputs.room, issue, who) if who.size else None
        if table is None or not table.is_dealt:
            continue
        stances = table.position_score, table.weight
        mean = compromise_mean(*stances)
        low, high = (inputs.value(end, issue) for end in zone_of(table, mean))
        with np.errstate(invalid="ignore"):
            deals[issue] = low <= high
        inside[issue] = within(inputs.value(mean, issue), low, high)
        from_value, to_value = inputs.scale_from_value[issue], inputs.scale_to_value[issue]
        spread = inputs.value(weighted_spread(*stances), issue) - from_value
        spreads.append(spread / (to_value - from_value))
    if not deals:
        return {name: np.full(inputs.n, np.nan) for name in OUTCOMES}
    dealt = np.stack(list(deals.values()), axis=1)
    return {
        "deal_share": dealt.mean(axis=1),
        "all_deals_prob": dealt.all(axis=1).astype(np.float64),
        # Added up issue after issue, as the engine does: the last bit hangs on the order.
        "spread_share": np.stack(spreads).mean(axis=0),
        "agreed_mean_prob": agreed(inputs, inside).astype(np.float64),
    }


def zone_of(table: Table, mean: FloatArray) -> Zone:
    """Return what can be agreed under the rule of a table; NaN where everybody answers alone."""
    if table.rule == "alone":
        nothing = np.full(len(mean), np.nan)
        return Zone(nothing, nothing)
    if table.rule == "consensus":
        return unanimity_zone(table.limits, table.asks, table.feasible)
    return by_votes(table, table.asks.astype(np.float64), mean)


def agreed(inputs: BargainingInputs, inside: dict[int, FloatArray]) -> BoolArray:
    """Return whether the option is agreed on, shape (draw,).

    Parameters
    ----------
    inside
        By issue that is dealt with: the mean within the zone, NaN where there is no deal.
    """
    found = np.ones(inputs.n, dtype=np.bool_)
    width = inputs.scale_to_value - inputs.scale_from_value
    for place, (issue, option) in enumerate(inputs.thresholds):
        if option == inputs.option:
            at = inputs.issues.index(issue)
            # What the files hold to two places must not be missed by the last bit.
            reached = inside.get(at, np.full(1, np.nan)) + SLACK_SHARE * width[at]
            found &= np.asarray(reached >= inputs.threshold_value[:, place])
    return found
