"""Stances: who wants what, how strong it is and how much it cares, checked before any model runs.

Every model of this topic takes positions and weights of shape (draw, actor). A weight of 0 means
that the actor is absent in that draw: its position is never read and may be NaN, so that a missing
position never counts as 0.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, common_draws

NAMED_DRAWS: Final = 5
"""So many draws are named in an error before it only counts the rest."""

WHOLE_LINE: Final = (-np.inf, np.inf)


class Stances(NamedTuple):
    """Positions and weights that a kernel takes as they are: packed, finite where they count."""

    position_score: FloatArray
    """Shape (draw, actor); may be NaN where the weight is 0."""
    weight: FloatArray
    """Shape (draw, actor), at least 0; 0 for an actor that is absent."""

    @property
    def draws(self) -> int:
        """How many draws the two have together; the draw axis of either may be 1."""
        return common_draws(position_score=self.position_score, weight=self.weight)


def take_stances(
    position_score: ArrayLike,
    salience_share: ArrayLike,
    capability_weight: ArrayLike | None = None,
    *,
    present: ArrayLike | None = None,
    scale: tuple[float, float] = WHOLE_LINE,
    least_count: int = 1,
) -> Stances:
    """Return positions and weights, capability times salience, or all that is wrong with them.

    Parameters
    ----------
    position_score : shape (draw, actor)
        Positions on one issue; NaN for an actor that has none.
    salience_share : shape (draw, actor)
        How much each cares, 0 to 1.
    capability_weight : shape (draw, actor)
        How strong each is, at least 0, in any one unit. None for equal influence: the weights are
        the salience alone.
    present : shape (draw, actor)
        Whom the issue has. If None, all that have a position.
    scale
        Least and largest position there is.
    least_count
        Fewest actors that a draw must have.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    Stances
        The weight is 0, and nothing else about the actor counts, where it is not present.

    Raises
    ------
    ValueError
        With all faults at once: shapes, salience outside 0 and 1, negative capability, a position
        that is missing or off the scale, and draws of too few actors or with no weight.

    Examples
    --------
    The third has no position, so neither its strength nor its salience counts:

    >>> stances = take_stances([[10.0, 60.0, np.nan]], [[0.5, 1.0, 0.9]], [[4.0, 1.0, 7.0]])
    >>> stances.weight.tolist()
    [[2.0, 1.0, 0.0]]
    >>> take_stances([[10.0, 120.0]], [[0.5, 1.5]], scale=(0, 100))
    Traceback (most recent call last):
    ValueError: salience_share holds 1.5: it must be 0 to 1; position_score holds 120: it must be on
    the scale, 0 to 100
    """
    blocks = {
        "position_score": np.asarray(position_score, dtype=np.float64),
        "salience_share": np.asarray(salience_share, dtype=np.float64),
    }
    if capability_weight is not None:
        blocks["capability_weight"] = np.asarray(capability_weight, dtype=np.float64)
    if present is not None:
        blocks["present"] = np.asarray(present, dtype=np.bool_)
    refuse_shapes(**blocks)
    position, salience = blocks["position_score"], blocks["salience_share"]
    there = blocks["present"].astype(np.bool_) if present is not None else ~np.isnan(position)
    problems = []
    for name, most in (("salience_share", 1.0), ("capability_weight", np.finfo(np.float64).max)):
        if name in blocks:
            seen = np.where(there, blocks[name], 0.0)
            wrong = seen[~((seen >= 0) & (seen <= most))]
            if wrong.size:
                span = "0 to 1" if most == 1.0 else "finite and at least 0"
                problems.append(f"{name} holds {wrong[0]:g}: it must be {span}")
    weight = salience if capability_weight is None else salience * blocks["capability_weight"]
    # A fault named above must not come back as one of the weight that was made from it.
    sound_weight = np.where(there & (weight > 0) & (weight < np.inf), weight, 0.0)
    problems += _faults(position, sound_weight, scale, least_count, needed=there)
    refuse(problems)
    return Stances(
        np.require(position, np.float64, ["C", "W"]),
        np.require(sound_weight, np.float64, ["C", "W"]),
    )


def checked(
    position_score: ArrayLike,
    weight: ArrayLike,
    *,
    scale: tuple[float, float] = WHOLE_LINE,
    least_count: int = 1,
) -> Stances:
    """Return positions and weights as the kernels take them, or all that is wrong with them.

    One pass finds out whether anything is wrong; only then are the faults looked for.

    Raises
    ------
    ValueError
        With all faults at once, the draws named: shapes, a weight that is negative or not finite,
        a position that is missing or off the scale, too few actors, no weight at all.

    Examples
    --------
    >>> checked([[10.0, np.nan]], [[1.0, 0.0]]).draws
    1
    >>> checked([[10.0, np.nan]] * 2, [[0.0, 0.0], [1.0, -2.0]])
    Traceback (most recent call last):
    ValueError: weight holds -2 in draw 1: it must be finite and at least 0; the weights are all 0
    in draw 0
    """
    position = np.require(position_score, np.float64, ["C", "W"])
    mass = np.require(weight, np.float64, ["C", "W"])
    refuse_shapes(position_score=position, weight=mass)
    stances = Stances(position, mass)
    low, high = float(scale[0]), float(scale[1])
    if not _are_sound(position, mass, low, high, least_count, stances.draws):
        refuse(_faults(position, mass, scale, least_count))
    return stances


def refuse(problems: list[str]) -> None:
    """Raise ValueError with all problems in one message, if there are any."""
    if problems:
        raise ValueError("; ".join(problems))


def refuse_shapes(**blocks: FloatArray | BoolArray) -> None:
    """Raise ValueError unless all arrays are (draw, actor) with the same actors.

    Examples
    --------
    >>> refuse_shapes(position_score=np.zeros((1, 3)), weight=np.zeros((5, 2)))
    Traceback (most recent call last):
    ValueError: weight has 2 actors: position_score has 3
    """
    first, reference = next(iter(blocks.items()))
    problems = [
        f"{name} has {block.ndim} axes: it must have 2, draw and actor"
        for name, block in blocks.items()
        if block.ndim != 2
    ]
    if not problems:
        problems = [
            f"{name} has {block.shape[1]} actors: {first} has {reference.shape[1]}"
            for name, block in blocks.items()
            if block.shape[1] != reference.shape[1]
        ]
    refuse(problems)
    common_draws(**blocks)


def name_draws(is_meant: BoolArray) -> str:
    """Name the draws in which a mask is True anywhere, the first few by number.

    Its shape is (draw,) or (draw, actor).

    Examples
    --------
    >>> name_draws(np.array([False, True])), name_draws(np.ones(8, dtype=bool))
    ('draw 1', 'draws 0, 1, 2, 3, 4 and 3 more')
    """
    meant = np.flatnonzero(is_meant.reshape(len(is_meant), -1).any(axis=1))
    numbers = ", ".join(map(str, meant[:NAMED_DRAWS]))
    rest = len(meant) - NAMED_DRAWS
    return f"draw{'' if len(meant) == 1 else 's'} {numbers}{f' and {rest} more' * (rest > 0)}"


def _faults(
    position: FloatArray,
    weight: FloatArray,
    scale: tuple[float, float],
    least_count: int,
    *,
    needed: BoolArray | None = None,
) -> list[str]:
    """Return what is wrong, in words; `needed` tells who must have a position, if not by weight."""
    problems = []
    is_weight = (weight >= 0) & (weight < np.inf)
    if not is_weight.all():
        where = name_draws(~is_weight)
        problems.append(
            f"weight holds {weight[~is_weight][0]:g} in {where}: it must be finite and at least 0"
        )
    wanted, where_is = np.broadcast_arrays(weight > 0 if needed is None else needed, position)
    missing = wanted & ~np.isfinite(where_is)
    if missing.any():
        problems.append(
            f"position_score has none for an actor that is present in {name_draws(missing)}"
        )
    low, high = scale
    if not low <= high:
        problems.append(f"the scale runs from {low:g} to {high:g}: the first must be the lower")
    off = wanted & ~missing & ~((where_is >= low) & (where_is <= high))
    if off.any():
        problems.append(
            f"position_score holds {where_is[off][0]:g}: it must be on the scale, "
            f"{low:g} to {high:g}"
        )
    count = (weight > 0).sum(axis=1)
    if (count == 0).any():
        problems.append(f"the weights are all 0 in {name_draws(count == 0)}")
    few = (count > 0) & (count < least_count)
    if few.any():
        problems.append(
            f"only {count[few].min()} of at least {least_count} actors have a weight in "
            f"{name_draws(few)}"
        )
    with np.errstate(over="ignore"):
        huge: BoolArray = np.where(is_weight, weight, 0.0).sum(axis=1) == np.inf
    if huge.any():
        problems.append(f"the weights have no finite sum in {name_draws(huge)}")
    return problems


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _are_sound(
    position: FloatArray, weight: FloatArray, low: float, high: float, least_count: int, draws: int
) -> bool:
    """Tell whether `_faults` would find none; without branches inside, it runs several at once."""
    for draw in range(draws):
        where = position[draw if position.shape[0] > 1 else 0]
        mass = weight[draw if weight.shape[0] > 1 else 0]
        wrong, count, total = 0, 0, 0.0
        for i in range(mass.size):
            m, x = mass[i], where[i]
            total += m
            count += m > 0.0
            on_scale = (x >= low) & (x <= high) & (x > -np.inf) & (x < np.inf)
            wrong += not ((m == 0.0) | ((m > 0.0) & on_scale))
        if wrong or count < max(least_count, 1) or not 0.0 < total < np.inf:
            return False
    return True
