"""Designs: which points of the unit cube to run a model on.

A point has one uniform number an input, to be mapped by the input's quantile function; so every
design serves every distribution. Points are made in blocks, each from its own seed, so that neither
the order of the blocks nor the count of workers can be seen in the result. No number is exactly 0
or 1: the quantile there may be infinite.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Kind = Literal["monte-carlo", "latin-hypercube", "sobol"]

BLOCK: Final = 4096
"""Points in a block, but for the last."""
SOBOL_BITS: Final = 30
LEAST: Final = 2.0**-54
MOST: Final = 1 - 2.0**-53
"""The smallest and the largest number that a design holds."""


@dataclass(frozen=True)
class Arrangement:
    """Points for a variance decomposition: two samples, and one mixture of them a factor."""

    names: Sequence[str]
    """One an input, in the order of the columns."""
    draws: int
    """Base draws: the points of one sample. For `sobol`, a power of two."""
    seed: int
    """Explains every number."""
    kind: Kind = "sobol"
    factors: Sequence[Sequence[int]] | None = None
    """Columns that make a factor; each input by itself if None. Inputs that hang together belong in
    one factor, with the column of their common factor."""

    @property
    def columns(self) -> Sequence[Sequence[int]]:
        """Columns of each factor."""
        if self.factors is None:
            return [[place] for place in range(len(self.names))]
        return self.factors


def blocks(draws: int) -> list[tuple[int, int]]:
    """Return number and size of each block of a design.

    >>> blocks(5000)
    [(0, 4096), (1, 904)]
    """
    if draws < 1:
        raise ValueError(f"a design of {draws} points")
    return [(start // BLOCK, min(BLOCK, draws - start)) for start in range(0, draws, BLOCK)]


def stream(seed: int, block: int, name: str) -> np.random.Generator:
    """Return the generator of one name in one block.

    The same as the draws of a scenario have: a Monte Carlo design of inputs that are named by their
    cells holds the numbers of an ordinary run.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(block, crc32(name.encode())))
    return np.random.Generator(np.random.PCG64DXSM(sequence))


def unit_cube(kind: Kind, names: Sequence[str], *, seed: int, block: int, n: int) -> FloatArray:
    """Return one block of a design.

    Parameters
    ----------
    kind
        `monte-carlo`: independent points. `latin-hypercube`: each input has one number in each of
        `n` equal strata of a block; blocks are independent replicates of each other. `sobol`: a
        scrambled Sobol' sequence, which runs on from block to block.
    names
        One an input, all different. But for `sobol`, an input's numbers hang on its own name only,
        so that an input more or less leaves the others as they were.
    seed
        Explains every number.
    block, n
        As `blocks` returns them. For `sobol`, `n` is a power of two, and `BLOCK` beyond the first.

    Returns
    -------
    shape (draw, input)
        Above 0 and below 1.

    Raises
    ------
    ValueError
        If a name is given twice, or the size of the block does not serve.

    Notes
    -----
    McKay, Beckman and Conover (1979), "A comparison of three methods for selecting values of input
    variables in the analysis of output from a computer code", *Technometrics* 21(2),
    doi:10.1080/00401706.1979.10489755. Why the sequence keeps its first point, and why its length
    is a power of two: Owen (2022), "On dropping the first Sobol' point",
    doi:10.1007/978-3-030-98319-2_4. (Bibliographic data of both checked.)

    Examples
    --------
    >>> points = unit_cube("latin-hypercube", ["a", "b"], seed=1, block=0, n=4)
    >>> np.sort(np.floor(4 * points), axis=0).T.tolist()
    [[0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 3.0]]
    """
    if len(set(names)) < len(names):
        raise ValueError("two inputs have one name")
    if n < 1 or block < 0:
        raise ValueError(f"block {block} of {n} points")
    if kind == "sobol":
        return scrambled_sobol(len(names), seed=seed, block=block, n=n)
    points = np.empty((n, len(names)))
    for column, name in enumerate(names):
        chance = stream(seed, block, name)
        within = chance.random(n)
        if kind == "latin-hypercube":
            within = (chance.permutation(n) + within) / n
        points[:, column] = within
    return np.clip(points, LEAST, MOST, out=points)


def scrambled_sobol(inputs_count: int, *, seed: int, block: int, n: int) -> FloatArray:
    """Return one block of a scrambled Sobol' sequence, shape (draw, input).

    Each point stands in the middle of its cell of the sequence's own grid, so that none is 0.
    """
    if n & (n - 1) or (block > 0 and n != BLOCK):
        raise ValueError(
            f"block {block} of a Sobol' sequence has {n} points, not a power of two"
            + (f", {BLOCK}" if block else "")
        )
    from scipy.stats import qmc  # noqa: PLC0415 - takes a second, which few commands need

    sequence = qmc.Sobol(
        inputs_count, scramble=True, bits=SOBOL_BITS, rng=stream(seed, 0, "sobol sequence")
    )
    if block:
        sequence.fast_forward(block * BLOCK)
    points: FloatArray = sequence.random(n) + 0.5**SOBOL_BITS / 2
    return points


def two_samples(
    kind: Kind, names: Sequence[str], *, seed: int, block: int, n: int
) -> tuple[FloatArray, FloatArray]:
    """Return two samples that know nothing of each other: A and B of an arrangement.

    Parameters
    ----------
    kind, names, seed, block, n
        As for `unit_cube`. But for `sobol`, A is what `unit_cube` returns.

    Returns
    -------
    first, second : shape (draw, input)
    """
    both = unit_cube(
        kind, [*names, *(f"{name}/second" for name in names)], seed=seed, block=block, n=n
    )
    return both[:, : len(names)], both[:, len(names) :]


def mixed(first: FloatArray, second: FloatArray, columns: Sequence[int]) -> FloatArray:
    """Return the first sample with some columns of the second: A_B^i of an arrangement.

    Parameters
    ----------
    first, second : shape (draw, input)
    columns
        Inputs that move together; one for an ordinary index.

    Notes
    -----
    Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), "Variance based sensitivity
    analysis of model output. Design and estimator for the total sensitivity index", *Computer
    Physics Communications* 181(2), doi:10.1016/j.cpc.2009.09.018 (bibliographic data checked).

    Examples
    --------
    >>> mixed(np.zeros((1, 3)), np.ones((1, 3)), [1]).tolist()
    [[0.0, 1.0, 0.0]]
    """
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError(f"samples of the shapes {first.shape} and {second.shape}")
    points = first.copy()
    points[:, columns] = second[:, columns]
    return points


def correlated(
    own: FloatArray, common: FloatArray, group: IntArray, correlation: FloatArray
) -> FloatArray:
    """Return uniform numbers of inputs that move together in groups.

    A one-factor normal copula, as the draws of a scenario have it. The factor of a group is an
    input of the design like any other, so that the design itself has independent columns.

    Parameters
    ----------
    own : shape (draw, input)
        What is drawn for each input by itself, above 0 and below 1.
    common : shape (draw, group)
        What is drawn for each group, above 0 and below 1.
    group : shape (input,)
        Place of an input's group; -1 for none.
    correlation : shape (input,)
        Between any two inputs of a group on the normal scale, from 0 to 1; not read where there is
        no group.

    Returns
    -------
    shape (draw, input)

    Raises
    ------
    ValueError
        If shapes do not fit, a group does not exist, or a correlation is not between 0 and 1.

    Examples
    --------
    >>> own, common = np.array([[0.2, 0.6, 0.6]]), np.array([[0.9]])
    >>> correlated(own, common, np.array([-1, 0, 0]), np.array([0.0, 0.0, 1.0])).round(12).tolist()
    [[0.2, 0.6, 0.9]]
    """
    return moved_together(own, ndtri(common), group, correlation)


def moved_together(
    own: FloatArray, normal: FloatArray, group: IntArray, correlation: FloatArray
) -> FloatArray:
    """Return the same as `correlated`, of factors that are standard normal.

    The draws of a scenario have them so: from the same numbers this makes the same, to the last
    bit.

    Parameters
    ----------
    own : shape (draw, input)
    normal : shape (draw, group)
    group, correlation : shape (input,)
        As for `correlated`.
    """
    if own.ndim != 2 or normal.ndim != 2 or own.shape[0] != normal.shape[0]:
        raise ValueError(f"own has the shape {own.shape} and common {normal.shape}")
    if group.shape != own.shape[1:] or correlation.shape != own.shape[1:]:
        raise ValueError("group and correlation need one entry an input")
    if ((group < -1) | (group >= normal.shape[1])).any():
        raise ValueError(f"a group is none of the {normal.shape[1]}")
    share = np.where(group >= 0, correlation, 0.0)
    if not ((share >= 0) & (share <= 1)).all():
        raise ValueError("a correlation is not between 0 and 1")
    moved = own.copy()
    for column in np.flatnonzero(share > 0):
        together = np.sqrt(share[column]) * normal[:, group[column]]
        moved[:, column] = ndtr(together + np.sqrt(1 - share[column]) * ndtri(own[:, column]))
    return moved
