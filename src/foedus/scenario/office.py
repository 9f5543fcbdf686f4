"""Who governs: the principals of a delegation, and how likely each is to be in office.

An election makes what a delegation wants a mixture: of what the sitting government wants, and of
what those want who may follow it.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from foedus.errors import SettingsError
from foedus.scenario.draws import Draws, FloatArray
from foedus.scenario.scenario import Scenario

IntArray: TypeAlias = NDArray[np.int64]


def principals_of(scenario: Scenario, code: str, named: Iterable[str] = ()) -> list[str]:
    """Return who may govern a delegation, the sitting government first.

    Parameters
    ----------
    code
        Of the delegation; its own code stands for the sitting government.
    named
        Principals that other tables name for it, beside those of `principals.csv`.
    """
    known = {row.principal for row in scenario.principals if row.delegation == code}
    return [code, *sorted((known | set(named)) - {code})]


def office_prob(scenario: Scenario, draws: Draws, governing: Sequence[Sequence[str]]) -> FloatArray:
    """Return the chance that each principal is in office.

    By `principals.csv`, scaled to sum to 1 over those who may govern the delegation; one that the
    file does not name counts 1 before that.

    Parameters
    ----------
    governing
        For each delegation who may govern it, the sitting government first.

    Returns
    -------
    array, shape (draw or 1, delegation, principal)
        0 beyond the last principal of a delegation.

    Raises
    ------
    SettingsError
        If the chances of all who may govern a delegation are 0.
    """
    chance = draws.numbers(scenario, "principals", "in_office_prob")
    place = scenario.row_numbers["principals"]
    most = max((len(who) for who in governing), default=1)
    found = np.zeros((len(chance), len(governing), most))
    for i, who in enumerate(governing):
        for at, name in enumerate(who):
            found[:, i, at] = chance[:, place[name]] if name in place else 1.0
        total = found[:, i].sum(axis=1, keepdims=True)
        if not (total > 0).all():
            raise SettingsError(
                f"principals/*/in_office_prob: the chances of {who[0]} are all 0, so nobody would "
                "decide. Set one of them above 0."
            )
        found[:, i] /= total
    return found


def governs(office_prob: FloatArray, uniform: FloatArray) -> IntArray:
    """Return the place of the principal that is in office.

    Parameters
    ----------
    office_prob
        Shape (draw or 1, delegation, principal), as `office_prob` gives it.
    uniform
        Shape (draw, delegation), from 0 to 1.

    Returns
    -------
    array, shape (draw, delegation)

    Examples
    --------
    >>> governs(np.array([[[0.7, 0.3]]]), np.array([[0.2], [0.9]])).tolist()
    [[0], [1]]
    """
    cumulative = np.cumsum(office_prob[..., :-1], axis=-1)
    return np.asarray((uniform[..., np.newaxis] >= cumulative).sum(axis=-1), dtype=np.int64)
