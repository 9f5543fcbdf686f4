"""The pool of units as arrays: the classes, and what each nation holds in all."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from foedus.engines.forces.blocks import FloatArray, IntArray
from foedus.engines.forces.plan.problem import PlanProblem


@dataclass(frozen=True)
class Pool:
    """The classes of a problem, a place in each array for each."""

    nation: IntArray
    capability: IntArray
    count: IntArray
    strength_persons: IntArray


def pool_of(problem: PlanProblem) -> Pool:
    """Return the classes of a problem as arrays."""
    return Pool(
        nation=whole_numbers(c.nation for c in problem.classes),
        capability=whole_numbers(c.capability for c in problem.classes),
        count=whole_numbers(c.count for c in problem.classes),
        strength_persons=whole_numbers(c.strength_persons for c in problem.classes),
    )


def held_persons(problem: PlanProblem) -> FloatArray:
    """Return by nation the soldiers of all its units.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> held_persons(instance("tiny")).tolist()
    [7330.0, 1290.0, 8130.0, 710.0, 3140.0]
    """
    pool = pool_of(problem)
    held = np.zeros(len(problem.nations))
    np.add.at(held, pool.nation, pool.strength_persons * pool.count)
    return held


def releasable_units(problem: PlanProblem) -> IntArray:
    """Return how many units may be in place at once: those held less the floor.

    Returns
    -------
    shape (nation, capability)
        A nation that holds less than its floor can release none.
    """
    pool = pool_of(problem)
    most = np.zeros((len(problem.nations), len(problem.capabilities)), dtype=np.int64)
    np.add.at(most, (pool.nation, pool.capability), pool.count)
    for nation, capability, kept in problem.floors:
        most[nation, capability] = max(0, most[nation, capability] - kept)
    return most


def whole_numbers(numbers: Iterable[int]) -> IntArray:
    """Return whole numbers as an array, also where there are none."""
    return np.fromiter(numbers, dtype=np.int64)
