"""Acceptance: who serves under whose command, and how used the joiners are to a lead."""

from typing import Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, common_draws

# A strength of 0.5 that was drawn as 0.49999… still is half.
HAIR: Final = 1e-9


def serves(
    strength_share: FloatArray,
    least_share: FloatArray,
    in_body: BoolArray,
    lead_in_body: BoolArray,
) -> BoolArray:
    """Return who serves under whose command.

    A nation does whose strongest partnership with the lead reaches the least strength. In the chain
    of a body its members accept each other's lead.

    Parameters
    ----------
    strength_share : shape (draw, nation, lead)
        How used each nation is to serving under each lead, 0 to 1; 1 under its own.
    least_share : shape (draw,)
        Strength from which a nation serves.
    in_body : shape (nation,)
        Whether the nation is a member of the body of the chain; of none if the chain has no body.
    lead_in_body : shape (lead,)
        Whether all who lead are.

    Returns
    -------
    shape (draw, nation, lead)

    Raises
    ------
    ValueError
        If the counts of draws do not go together.

    Examples
    --------
    >>> strength = np.array([[[0.5], [0.4], [0.0]]])
    >>> half, nobody = np.array([0.5]), np.zeros(3, dtype=np.bool_)
    >>> serves(strength, half, nobody, np.array([True]))[0, :, 0].tolist()
    [True, False, False]
    >>> serves(strength, half, np.array([False, False, True]), np.array([True]))[0, :, 0].tolist()
    [True, False, True]
    """
    common_draws(strength_share=strength_share, least_share=least_share)
    used: BoolArray = strength_share >= least_share[:, None, None] - HAIR
    return used | (in_body[:, None] & lead_in_body[None, :])


def joiner_weights(persons: FloatArray, joins: BoolArray) -> FloatArray:
    """Return what part of the force each joiner is, by the soldiers it sends.

    Where those who join send nobody, each of them counts alike.

    Parameters
    ----------
    persons : shape (draw, nation)
        Soldiers that each sends, at least 0.
    joins : shape (draw, nation)

    Returns
    -------
    shape (draw, nation)
        Sums to 1, or to 0 where nobody joins.

    Raises
    ------
    ValueError
        If there are fewer than no soldiers, or the counts of draws do not go together.

    Examples
    --------
    >>> joined = np.array([[True, True, False]])
    >>> joiner_weights(np.array([[300.0, 100.0, 600.0]]), joined).tolist()
    [[0.75, 0.25, 0.0]]
    >>> joiner_weights(np.zeros((1, 3)), joined).tolist()
    [[0.5, 0.5, 0.0]]
    """
    common_draws(persons=persons, joins=joins)
    if (persons < 0).any():
        raise ValueError(f"persons holds {persons.min():g}: it must be at least 0")
    sent = np.where(joins, persons, 0.0)
    alike = np.broadcast_to(joins, sent.shape).astype(np.float64)
    counted = np.where(sent.sum(axis=1, keepdims=True) > 0, sent, alike)
    total = counted.sum(axis=1, keepdims=True)
    weight: FloatArray = np.divide(counted, total, out=np.zeros_like(counted), where=total > 0)
    return weight


def weighted_share(values: FloatArray | BoolArray, weight: FloatArray) -> FloatArray:
    """Return the mean over nations by weight.

    Parameters
    ----------
    values : shape (draw, nation, lead)
    weight : shape (draw, nation)

    Returns
    -------
    shape (draw, lead)

    Examples
    --------
    >>> accepts = np.array([[[True, True], [True, False]]])
    >>> weighted_share(accepts, np.array([[0.75, 0.25]])).tolist()
    [[1.0, 0.75]]
    """
    common_draws(values=values, weight=weight)
    share: FloatArray = np.einsum("dnl,dn->dl", *together(values, weight))
    return share


def together(values: FloatArray | BoolArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return two arrays with one count of draws, as doubles."""
    n = max(values.shape[0], weight.shape[0])
    return (
        np.broadcast_to(values, (n, *values.shape[1:])).astype(np.float64, copy=False),
        np.broadcast_to(weight, (n, *weight.shape[1:])),
    )
