"""Who carries how much: shares against keys, and how unequal or how progressive they are.

Every function takes arrays whose last axis is nations; all axes before it are draws or cases, each
judged by itself. An array without draws serves every draw. A burden is of one kind, such as
soldiers or money: kinds are never summed here.

No function returns a chance that a correlation arose by accident. The nations of an alliance are
all there are and no sample of others, and what one sends depends on what its neighbour sends.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]

_ROUNDING: Final = 1e-9
"""How far the sum of shares may lie from 1 by rounding alone."""
_PAIR: Final = 2
"""Fewest nations that can be ranked against each other."""


def shares(amounts: ArrayLike) -> FloatArray:
    """Return what part of the total each nation carries.

    Parameters
    ----------
    amounts : shape (..., nation)
        What each carries, in any one unit; finite, at least 0, not all 0.

    Returns
    -------
    shape (..., nation)
        Fractions of 1 that sum to 1.

    Raises
    ------
    ValueError
        If there is no nation, an amount is negative, NaN or infinite, or all of a draw are 0:
        nothing has no parts.

    Examples
    --------
    >>> shares([30.0, 10.0, 0.0]).tolist()
    [0.75, 0.25, 0.0]
    """
    block = _amounts(amounts, "amounts")
    # Dividing by the largest first keeps sums of very large or very small numbers finite and exact.
    scaled = block / block.max(axis=-1, keepdims=True)
    parts: FloatArray = scaled / scaled.sum(axis=-1, keepdims=True)
    return parts


def fair_key(
    sizes: Mapping[str, ArrayLike], mix_weights: Mapping[str, float] | None = None
) -> FloatArray:
    """Return a fair-share key: the weighted mean of nations' shares in one or several sizes.

    ```text
    key_i = Σ over sizes s of weight_s · size_s,i / Σ_j size_s,j      weights brought to a sum of 1
    ```

    So `{"gdp": 1}` is a key by ability to pay, `{"population": 1}` one by heads,
    `{"active_forces": 1}` one by capability, and equal weights of GDP and population the half and
    half key. Mixed are shares, not the sizes themselves, whose units differ.

    Parameters
    ----------
    sizes : each of shape (..., nation)
        Sizes of the nations by name; of each, finite, at least 0, not all 0. Only those that the
        mix names are read.
    mix_weights
        Weight of each size, by name; finite, at least 0, not all 0. Without it all weigh the same.

    Returns
    -------
    shape (..., nation)
        Fractions of 1 that sum to 1.

    Raises
    ------
    ValueError
        If a size or a weight breaks its rule, the mix is empty or names a size that is not there,
        or two sizes are not of the same nations.

    Examples
    --------
    >>> sizes = {"gdp": [300.0, 100.0], "population": [10.0, 30.0]}
    >>> fair_key(sizes, {"gdp": 1}).tolist()
    [0.75, 0.25]
    >>> fair_key(sizes, {"gdp": 1, "population": 1}).tolist()
    [0.5, 0.5]
    """
    weights = dict.fromkeys(sizes, 1.0) if mix_weights is None else mix_weights
    unknown = sorted(set(weights) - set(sizes))
    if unknown:
        raise ValueError(f"the mix names {', '.join(unknown)}: there is no such size")
    if not weights:
        raise ValueError("the mix names no size")
    names = list(weights)
    part = shares(np.array([float(weights[name]) for name in names]))
    parts = [shares(sizes[name]) for name in names]
    _refuse_unless_same_nations(**dict(zip(names, parts, strict=True)))
    mixed = sum(
        (weight * share for weight, share in zip(part, parts, strict=True)),
        start=np.zeros(parts[0].shape[-1]),
    )
    return shares(mixed)


def owed(total: ArrayLike, key_share: ArrayLike, actual: ArrayLike) -> FloatArray:
    """Return what each nation still owes of a total under a key, or is owed if below 0.

    ```text
    owed_i = total · key_i - actual_i
    ```

    Over the nations it sums to the total less all that is carried: to 0 where the total is what
    they carry together.

    Parameters
    ----------
    total : shape (...) or a number
        What is to be carried, finite and at least 0; in the unit of `actual`.
    key_share : shape (..., nation)
        Fair share of each; at least 0, summing to 1.
    actual : shape (..., nation)
        What each carries; finite and at least 0. All may be 0.

    Returns
    -------
    shape (..., nation)
        In the unit of `total`.

    Raises
    ------
    ValueError
        If a number breaks its rule, or key and burden are not of the same nations.

    Examples
    --------
    >>> owed(100.0, [0.5, 0.25, 0.25], [60.0, 40.0, 0.0]).tolist()
    [-10.0, -15.0, 25.0]
    """
    key = _key(key_share, "key_share")
    carried = _not_negative(actual, "actual")
    _refuse_unless_same_nations(key_share=key, actual=carried)
    whole = np.asarray(total, dtype=np.float64)
    if not np.all(np.isfinite(whole) & (whole >= 0)):
        raise ValueError("total holds a number that is negative or not finite")
    return whole[..., np.newaxis] * key - carried


def hoover(actual_share: ArrayLike, key_share: ArrayLike) -> FloatArray:
    """Return what part of the burden would have to change hands for every share to meet its key.

    ```text
    H = ½ Σ |share_i - key_i|
    ```

    0 where each carries its key, 1 where all is carried by those whose key is 0. With equal keys
    it is the Robin Hood index. Hoover (1936), "The Measurement of Industrial Localization",
    *Review of Economic Statistics* 18(4), 162-171 (recalled, not checked).

    Parameters
    ----------
    actual_share, key_share : shape (..., nation)
        At least 0, each summing to 1.

    Returns
    -------
    shape (...)
        Fractions of 1.

    Raises
    ------
    ValueError
        If either is no share, or they are not of the same nations.

    Examples
    --------
    >>> float(hoover([0.75, 0.25], [0.5, 0.5]))
    0.25
    """
    actual, key = _key(actual_share, "actual_share"), _key(key_share, "key_share")
    _refuse_unless_same_nations(actual_share=actual, key_share=key)
    moved: FloatArray = np.asarray(np.abs(actual - key).sum(axis=-1) / 2)
    return moved


def gini(amounts: ArrayLike) -> FloatArray:
    """Return how unequal amounts are: the Gini coefficient, from the mean difference.

    ```text
    G = Σ_i Σ_j |x_i - x_j| / (2 n² mean)  =  Σ_i (2 i - n - 1) x_(i) / (n Σ x)     x_(i) sorted
    ```

    The divisor is n², not n (n - 1): the nations are all there are and no sample. So G lies
    between 0 (all alike) and (n - 1) / n (one carries all), and grows with n for "one carries
    all"; compare sets of different size with care. Equivalent forms: Yitzhaki (1998), "More than a
    dozen alternative ways of spelling Gini", *Research on Economic Inequality* 8, 13-30
    (bibliographic data checked).

    Parameters
    ----------
    amounts : shape (..., nation)
        Finite, at least 0, not all 0.

    Returns
    -------
    shape (...)

    Raises
    ------
    ValueError
        As `shares`.

    Examples
    --------
    >>> float(gini([1.0, 1.0, 1.0])), float(gini([0.0, 0.0, 4.0, 0.0]))
    (0.0, 0.75)
    """
    parts = np.sort(shares(amounts), axis=-1)
    count = parts.shape[-1]
    index: FloatArray = np.asarray(parts @ (2 * np.arange(1.0, count + 1) - count - 1) / count)
    # Equal shares sum to 0 but for their last bits, and inequality is never below 0.
    return np.asarray(np.maximum(index, 0.0))


def concentration(amounts: ArrayLike, ability: ArrayLike) -> FloatArray:
    """Return how far a burden is borne by the able: the concentration index.

    ```text
    C = Σ_i (2 r_i - n - 1) a_i / (n Σ a)      r_i rank by ability, smallest first, from 1
    ```

    It is the Gini coefficient with nations lined up by their ability, not by what they carry:
    above 0 where the able carry more, below 0 where they carry less. It lies between -G and G of
    the burden, and is G if the burden has the same order as ability. Nations of one ability share
    the mean of their ranks, so that the order in which they are listed does not count. Kakwani
    (1977), cited at `kakwani`.

    Parameters
    ----------
    amounts : shape (..., nation)
        What each carries; finite, at least 0, not all 0.
    ability : shape (..., nation)
        What it is lined up by, such as GDP; finite. Only its order counts.

    Returns
    -------
    shape (...)

    Raises
    ------
    ValueError
        If a number breaks its rule, or the two are not of the same nations.

    Examples
    --------
    >>> float(concentration([0.0, 4.0], [10.0, 20.0]))
    0.5
    >>> float(concentration([4.0, 0.0], [10.0, 20.0]))
    -0.5
    """
    parts, order = shares(amounts), _ranks(_finite(ability, "ability"))
    _refuse_unless_same_nations(amounts=parts, ability=order)
    count = parts.shape[-1]
    index: FloatArray = np.asarray(((2 * order - count - 1) * parts).sum(axis=-1) / count)
    return index


def kakwani(amounts: ArrayLike, ability: ArrayLike) -> FloatArray:
    """Return how progressive a burden is: above 0 the able carry more than in proportion.

    ```text
    K = C(burden, lined up by ability) - G(ability)
    ```

    0 where each carries in proportion to its ability. It falls below -1 where abilities differ much
    and the least able carry nearly all.

    Kakwani (1977), "Measurement of Tax Progressivity: An International Comparison", *The Economic
    Journal* 87(345), 71-80, JSTOR 2231833 (bibliographic data checked). He measures taxes of
    incomes; here nations stand for taxpayers, each counted once whatever its size.

    Parameters
    ----------
    amounts : shape (..., nation)
        What each carries; finite, at least 0, not all 0.
    ability : shape (..., nation)
        Such as GDP; finite, at least 0, not all 0.

    Returns
    -------
    shape (...)

    Raises
    ------
    ValueError
        If a number breaks its rule, or the two are not of the same nations.

    Examples
    --------
    >>> float(kakwani([1.0, 3.0], [1.0, 3.0])), float(kakwani([0.0, 4.0], [1.0, 3.0]))
    (0.0, 0.25)
    """
    return np.asarray(concentration(amounts, ability) - gini(ability))


def spearman(x: ArrayLike, y: ArrayLike) -> FloatArray:
    """Return the rank correlation of Spearman: 1 if both have one order, -1 if opposite ones.

    It is Pearson's correlation of the ranks; ties share the mean of their ranks. Of GDP and the
    share of GDP spent on defence it is the usual test of the exploitation hypothesis, by which in
    an alliance the large carry more than in proportion: Olson and Zeckhauser (1966), "An Economic
    Theory of Alliances", *The Review of Economics and Statistics* 48(3), 266-279, JSTOR 1927082
    (bibliographic data checked).

    Parameters
    ----------
    x, y : shape (..., nation)
        Finite numbers of either sign, of two nations or more.

    Returns
    -------
    shape (...)
        Between -1 and 1; NaN where all of `x` or all of `y` are alike, which have no order.

    Raises
    ------
    ValueError
        If a number is not finite, there are fewer than two nations, or the two are not of the same
        nations.

    Examples
    --------
    >>> float(spearman([1.0, 2.0, 3.0], [10.0, 1000.0, 20.0]))
    0.5
    """
    first, second = _finite(x, "x"), _finite(y, "y")
    _refuse_unless_same_nations(x=first, y=second)
    count = first.shape[-1]
    if count < _PAIR:
        raise ValueError(f"{count} nation: an order takes two")
    # The mean rank is the same with ties and without. Twice the distance from it is a whole
    # number, so that sums are exact and equal orders give exactly 1.
    left, right = (2 * _ranks(block) - count - 1 for block in (first, second))
    product = (left * right).sum(axis=-1)
    spread = np.sqrt(np.square(left).sum(axis=-1) * np.square(right).sum(axis=-1))
    with np.errstate(invalid="ignore"):  # nothing over nothing, where there is no order
        correlation: FloatArray = np.asarray(product / spread)
    return correlation


def _ranks(block: FloatArray) -> FloatArray:
    """Return ranks along the last axis, smallest 1; equals share the mean of theirs."""
    count = block.shape[-1]
    order = np.argsort(block, axis=-1, kind="stable")
    ordered = np.take_along_axis(block, order, axis=-1)
    place = np.broadcast_to(np.arange(count), block.shape)
    differs = ordered[..., 1:] != ordered[..., :-1]
    edge = np.ones((*block.shape[:-1], 1), dtype=np.bool_)
    # A run of equals reaches from its first place to its last; its mean rank lies between.
    begins = np.concatenate([edge, differs], axis=-1)
    ends = np.concatenate([differs, edge], axis=-1)
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, count)[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty(block.shape)
    np.put_along_axis(ranks, order, (first + last) / 2 + 1, axis=-1)
    return ranks


def _finite(numbers: ArrayLike, name: str) -> FloatArray:
    """Return numbers as doubles with an axis of nations, or raise ValueError."""
    block = np.asarray(numbers, dtype=np.float64)
    if block.ndim == 0 or block.shape[-1] == 0:
        raise ValueError(f"{name} has no nation")
    if not np.isfinite(block).all():
        raise ValueError(f"{name} holds a number that is NaN or infinite")
    return block


def _not_negative(numbers: ArrayLike, name: str) -> FloatArray:
    block = _finite(numbers, name)
    if (block < 0).any():
        raise ValueError(f"{name} holds {block.min():g}: it must be at least 0")
    return block


def _amounts(numbers: ArrayLike, name: str) -> FloatArray:
    block = _not_negative(numbers, name)
    if not (block > 0).any(axis=-1).all():
        raise ValueError(f"{name} are all 0: there is nothing to share")
    return block


def _key(numbers: ArrayLike, name: str) -> FloatArray:
    block = _not_negative(numbers, name)
    total = block.sum(axis=-1)
    if (np.abs(total - 1) > _ROUNDING).any():
        worst = total.flat[np.abs(total - 1).argmax()]
        raise ValueError(f"{name} sums to {worst:g}: shares must sum to 1")
    return block


def _refuse_unless_same_nations(**blocks: FloatArray) -> None:
    counts = {name: block.shape[-1] for name, block in blocks.items()}
    if len(set(counts.values())) > 1:
        seen = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ValueError(f"the arrays differ in their count of nations: {seen}")
