"""Coordination: what buying together would save.

Of what is spent on defence a part buys equipment; of that a part is bought together with others
now, and a larger one could be. What moves from the one to the other becomes cheaper by the saving.
"""

import numpy as np

from foedus.engines.spending.blocks import FloatArray


def joint_saving(
    spending_usd_bn: FloatArray,
    equipment_share: FloatArray,
    joint_now_share: FloatArray,
    joint_goal_share: FloatArray,
    saving_share: FloatArray,
) -> FloatArray:
    """Return what joint procurement would save in a year, never less than nothing.

    Parameters
    ----------
    spending_usd_bn : shape (draw,)
        Defence spending of all who coordinate, in one year.
    equipment_share : shape (draw,)
        Part of it that buys equipment.
    joint_now_share, joint_goal_share : shape (draw,)
        Part of equipment that is bought together now, and would be.
    saving_share : shape (draw,)
        How much cheaper what is bought together is.

    Returns
    -------
    shape (draw,)

    Notes
    -----
    It leaves out what a common army would save on bases and staffs, and what waiting for partners
    costs. Published totals are larger: they count more than procurement.

    Examples
    --------
    >>> one = np.ones(1)
    >>> joint_saving(500 * one, 0.3 * one, 0.18 * one, 0.35 * one, 0.2 * one).round(2).tolist()
    [5.1]
    """
    moved = np.maximum(joint_goal_share - joint_now_share, 0.0)
    saved: FloatArray = spending_usd_bn * equipment_share * moved * saving_share
    return saved
