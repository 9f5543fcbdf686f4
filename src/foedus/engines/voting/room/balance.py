"""What groups of nations could keep in proportion, and what each nation adds to it.

Soldiers without hospitals or air defence are no force. What counts of a group is the largest part
of the requirement of which it has every critical capability, and beside it the other soldiers on
land up to the same part.
"""

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.voting.sharing.games import coalition_sums


def balanced_persons(
    supply_persons: FloatArray, required_persons: FloatArray, is_critical: BoolArray
) -> FloatArray:
    """Return the soldiers of the largest force that is in proportion.

    The critical capability of which there is least of what is required sets the part; of the others
    counts what there is, up to that part. Nobody's ceiling is asked: what nations would send is
    within theirs already.

    Parameters
    ----------
    supply_persons : shape (..., capability)
        Soldiers sent, at least 0.
    required_persons : shape (capability,)
        At least 0; where it is 0 the capability is not asked for and nothing of it counts.
    is_critical : shape (capability,)

    Returns
    -------
    shape (...)
        0 where nothing critical is asked for.

    Examples
    --------
    Hospitals reach for half of the force, and of the police half is counted:

    >>> need, critical = np.array([4000.0, 150.0, 120.0]), np.array([True, True, False])
    >>> float(balanced_persons(np.array([3000.0, 75.0, 100.0]), need, critical))
    2135.0
    """
    asked = is_critical & (required_persons > 0)
    if not asked.any():
        return np.zeros(supply_persons.shape[:-1])
    part = (supply_persons[..., asked] / required_persons[asked]).min(axis=-1)
    others = required_persons * ~is_critical
    beside = np.minimum(supply_persons, part[..., np.newaxis] * others).sum(axis=-1)
    persons: FloatArray = part * required_persons[asked].sum() + beside
    return persons


def strength_of_groups(
    supply_persons: FloatArray, required_persons: FloatArray, is_critical: BoolArray
) -> FloatArray:
    """Return the balanced strength of every group of nations, by mask.

    Parameters
    ----------
    supply_persons : shape (nation, capability)
        Of few nations: every group of them is looked at.
    required_persons, is_critical : shape (capability,)

    Returns
    -------
    shape (2 ** nations,)
        Bit i of the place stands for nation i; nobody has none.

    Examples
    --------
    >>> need, critical = np.array([100.0, 10.0]), np.array([True, True])
    >>> strength_of_groups(np.array([[100.0, 0.0], [0.0, 5.0]]), need, critical).tolist()
    [0.0, 0.0, 0.0, 55.0]
    """
    return balanced_persons(coalition_sums(supply_persons.T).T, required_persons, is_critical)
