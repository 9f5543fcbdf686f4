"""Whether the chain of command lets a force fight: many contributors, one rule.

Each contributor lets its soldiers fight with a probability of its own, independently of the others;
a rule says what follows:

    consensus   all must agree
    heads       more than half of the contributors
    persons     contributors with more than half of the persons
    lead        the lead nation alone: the one named, or the one with most persons

This is the multilinear extension of the rule at those probabilities (Owen 1972, "Multilinear
extensions of games", *Management Science* 18(5), P64-P79, doi:10.1287/mnsc.18.5.64; recalled, not
checked), by going from contributor to contributor through the sums that the votes can have.

**More may deter less.** A larger force deters by what it adds to the balance. If it is larger for
having more contributors and all must agree, it is also less likely to be let fight, and where each
agrees nine times in ten, the eighth contributor takes a probability below one half.
"""

from typing import Final, Literal

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from foedus.engines.arrays import FloatArray, IntArray, common_draws

Rule = Literal["consensus", "heads", "persons", "lead"]

LARGEST_SUM: Final = 1_000_000
"""Of the weights of a draw: beyond it, count in hundreds or thousands."""


def authorise_prob(
    yes_prob: ArrayLike, weight: ArrayLike, rule: Rule, lead: int | None = None
) -> FloatArray:
    """Return the probability that the force may fight.

    Parameters
    ----------
    yes_prob : shape (draw, contributor)
        That the contributor lets its soldiers fight.
    weight : shape (draw, contributor)
        Its persons as whole numbers, in whatever unit; who has 0 is not in the force and has no
        say. Either array may have one draw for all.
    lead
        Place of the lead nation, for the rule of that name; without it the contributor with most
        persons leads, the first of equals.

    Returns
    -------
    shape (draw,)
        1 where nobody is in the force: no chain stands between governments and what they decide.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is out of its range, weights add up to more than
        `LARGEST_SUM`, there is no such rule, or the lead nation is not in a force that others are
        in.

    Examples
    --------
    Three contributors of different sizes and minds:

    >>> rules = ("consensus", "heads", "persons", "lead")
    >>> chance = [[0.9, 0.8, 0.3]]
    >>> [authorise_prob(chance, [[2, 2, 6]], rule).round(3).tolist()[0] for rule in rules]
    [0.216, 0.798, 0.3, 0.3]

    The first with nine tenths of the votes, then another like it, and so on: consensus wears off.

    >>> [float(authorise_prob([[0.9] * n], [[1] * n], "consensus").round(2)[0]) for n in (1, 4, 7)]
    [0.9, 0.66, 0.48]
    """
    prob, persons = (np.asarray(value, dtype=np.float64) for value in (yes_prob, weight))
    if prob.ndim != 2 or persons.ndim != 2 or prob.shape[1] != persons.shape[1]:
        raise ValueError(
            "yes_prob and weight must be by draw and contributor, "
            f"not of shapes {prob.shape} and {persons.shape}"
        )
    if not ((prob >= 0.0) & (prob <= 1.0)).all():
        raise ValueError("yes_prob must be from 0 to 1")
    if not ((persons >= 0.0) & (persons == np.floor(persons)) & np.isfinite(persons)).all():
        raise ValueError("weight must hold whole numbers of at least 0")
    if persons.sum(axis=1).max(initial=0.0) > LARGEST_SUM:
        raise ValueError(f"weights add up to more than {LARGEST_SUM:,}: take a larger unit")
    shape = (common_draws(yes_prob=prob, weight=persons), prob.shape[1])
    prob, persons = np.broadcast_to(prob, shape), np.broadcast_to(persons, shape)
    there = persons > 0.0
    match rule:
        case "consensus":
            found = np.where(there, prob, 1.0).prod(axis=1)
        case "heads":
            found = _majority_prob(prob.copy(), there.astype(np.int64))
        case "persons":
            found = _majority_prob(prob.copy(), persons.astype(np.int64))
        case "lead":
            found = _lead_prob(prob, persons, lead)
        case _:
            raise ValueError(f"there is no rule {rule!r}")
    return np.where(there.any(axis=1), found, 1.0)


def _lead_prob(prob: FloatArray, persons: FloatArray, lead: int | None) -> FloatArray:
    draws = np.arange(len(prob))
    if lead is None:
        first: FloatArray = prob[draws, persons.argmax(axis=1)]
        return first
    if not 0 <= lead < prob.shape[1]:
        raise ValueError(f"there is no contributor {lead} to lead")
    absent = np.flatnonzero((persons[:, lead] <= 0.0) & (persons > 0.0).any(axis=1))
    if absent.size:
        raise ValueError(f"contributor {lead} leads and is not in the force: draw {absent[0]}")
    return prob[:, lead].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _majority_prob(prob: FloatArray, weight: IntArray) -> FloatArray:
    """Return how likely more than half of the weight says yes, shape (draw,)."""
    draws, voters = prob.shape
    found = np.empty(draws)
    for i in range(draws):
        # Sums above half are all alike and are kept in the last place.
        quota = weight[i].sum() // 2 + 1
        reach = np.zeros(quota + 1)
        reach[0] = 1.0
        for k in range(voters):
            step, p = weight[i, k], prob[i, k]
            if step > 0:
                for place in range(quota - 1, -1, -1):
                    moved = reach[place] * p
                    reach[place] -= moved
                    reach[min(place + step, quota)] += moved
        found[i] = reach[quota]
    return found
