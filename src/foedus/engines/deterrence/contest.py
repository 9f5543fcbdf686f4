"""What a war is worth to both sides: a contest of strengths, and what winning and losing weigh.

The adversary wins with probability R^g / (R^g + S^g): R is its strength, S that of all who stand
against it, g how decisive a difference in strength is. S is the host's strength, what the force
adds where it stands, and the guarantor's strength if the guarantor comes in.

The ratio form: Tullock (1980), "Efficient rent seeking"; Hirshleifer (1989), "Conflict and
rent-seeking success functions: ratio vs. difference models of relative success", *Public Choice*
63, 101-112 (both recalled, not checked).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray


class WarPayoffs(NamedTuple):
    """What war is worth with and without the guarantor. All of one shape, in points."""

    adversary_hard: FloatArray
    adversary_soft: FloatArray
    governments_hard: FloatArray
    governments_soft: FloatArray


def win_prob(
    adversary_strength: ArrayLike, other_strength: ArrayLike, decisiveness_ratio: ArrayLike
) -> FloatArray:
    """Return the probability that the adversary wins.

    Parameters
    ----------
    adversary_strength
        Above 0; in the unit of the other strength.
    other_strength
        At least 0.
    decisiveness_ratio
        g, above 0: at 1 chances go with strengths, the larger it is the surer the stronger wins.

    Raises
    ------
    ValueError
        If a number is not in its range.

    Examples
    --------
    >>> win_prob(2.0, [0.0, 1.0, 2.0, 4.0], 2.0).tolist()
    [1.0, 0.8, 0.5, 0.2]
    """
    own, other, power = (
        np.asarray(value, dtype=np.float64)
        for value in (adversary_strength, other_strength, decisiveness_ratio)
    )
    if not ((own > 0.0) & (own < np.inf)).all():
        raise ValueError("adversary_strength must be above 0 and finite")
    if not ((other >= 0.0) & (other < np.inf)).all():
        raise ValueError("other_strength must be at least 0 and finite")
    if not ((power > 0.0) & (power < np.inf)).all():
        raise ValueError("decisiveness_ratio must be above 0 and finite")
    # Where the power overflows the stronger wins for sure, which is what comes out.
    with np.errstate(over="ignore"):
        chance: FloatArray = 1.0 / (1.0 + (other / own) ** power)
    return chance


def war_payoffs(
    adversary_wins_prob: ArrayLike,
    prize_points: ArrayLike,
    loss_points: ArrayLike,
    adversary_cost_points: tuple[ArrayLike, ArrayLike],
    governments_cost_points: tuple[ArrayLike, ArrayLike],
) -> WarPayoffs:
    """Return what war is worth: the chance of the prize or the loss, and its cost to each type.

    Parameters
    ----------
    prize_points, loss_points
        What the adversary gains and the governments lose if the adversary wins.
    adversary_cost_points, governments_cost_points
        Of the Hard and of the Soft type.

    Examples
    --------
    >>> war = war_payoffs(0.5, 100.0, 80.0, (60.0, 90.0), (20.0, 50.0))
    >>> [float(payoff) for payoff in war]
    [-10.0, -40.0, -60.0, -90.0]
    """
    chance = np.asarray(adversary_wins_prob, dtype=np.float64)
    gain = chance * np.asarray(prize_points, dtype=np.float64)
    loss = chance * np.asarray(loss_points, dtype=np.float64)
    adversary = [gain - np.asarray(cost, dtype=np.float64) for cost in adversary_cost_points]
    governments = [-loss - np.asarray(cost, dtype=np.float64) for cost in governments_cost_points]
    return WarPayoffs(*adversary, *governments)
