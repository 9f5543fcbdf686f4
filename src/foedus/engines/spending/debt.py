"""Debt: what extra spending does to public finances if it is borrowed, or paid from the budget.

Extra spending that is borrowed every year adds to debt over GDP

    owed_t = owed_(t-1) * (1 + r) / (1 + g) + extra_t / GDP_t,    r = g + differential,

with real interest r and real growth g. The rest of the budget is left as it is: debt and balance
as shares of GDP stay where they were without the extra spending. That is no forecast of either.
"""

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.spending.blocks import BoolArray, FloatArray, common_draws, packed


def debt_effect(
    extra_share: ArrayLike, growth_share: ArrayLike, interest_growth_share: ArrayLike
) -> FloatArray:
    """Return what borrowing adds to debt over GDP by the last year.

    Parameters
    ----------
    extra_share : shape (draw, nation, year)
        Extra spending over that year's GDP.
    growth_share : shape (draw, nation)
        Real growth of GDP a year, above -1.
    interest_growth_share : shape (draw,)
        Real interest less growth.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw, nation)
        As a share of GDP. Where interest is growth it is the sum over years.

    Raises
    ------
    ValueError
        If an economy would vanish, or a number is not finite.

    Notes
    -----
    The law of motion is that of textbooks; what it means where r is below g is discussed by
    Blanchard (2019), "Public Debt and Low Interest Rates", *American Economic Review* 109(4),
    1197-1229, doi:10.1257/aer.109.4.1197 (abstract read, bibliographic data checked).

    Examples
    --------
    One per cent of GDP each year for ten years; then at interest two points above growth:

    >>> [round(debt_effect([[[0.01] * 10]], [[0.0]], [d]).item(), 4) for d in (0.0, 0.02)]
    [0.1, 0.1095]
    """
    extra = packed(extra_share, 3, "extra_share")
    growth = packed(growth_share, 2, "growth_share", above=-1)
    differential = packed(interest_growth_share, 1, "interest_growth_share")
    common_draws(extra_share=extra, growth_share=growth, interest_growth_share=differential)
    rolls = 1 + differential[:, None] / (1 + growth)
    owed: FloatArray = np.zeros(np.broadcast_shapes(extra.shape[:2], rolls.shape))
    for year in range(extra.shape[2]):
        owed = owed * rolls + extra[:, :, year]
    return owed


def deficit_after(balance_share: FloatArray, extra_share: FloatArray) -> FloatArray:
    """Return the deficit over GDP once extra spending is borrowed.

    Parameters
    ----------
    balance_share : shape (draw, nation)
        Balance without it: a deficit is negative. NaN where it is not known.
    extra_share : shape (draw, nation)
        Extra spending of a year over that year's GDP.

    Returns
    -------
    shape (draw, nation)
        A deficit is positive; NaN where the balance is not known.

    Examples
    --------
    >>> deficit_after(np.array([[-0.028]]), np.array([[0.0138]])).round(4).tolist()
    [[0.0418]]
    """
    deficit: FloatArray = extra_share - balance_share
    return deficit


def is_over(amount_share: FloatArray, limit_share: FloatArray) -> BoolArray:
    """Tell where an amount lies above a limit; without a limit or an amount it does not.

    Parameters
    ----------
    amount_share, limit_share : shape (draw, nation)
        NaN for none.

    Returns
    -------
    shape (draw, nation)

    Examples
    --------
    >>> is_over(np.array([[0.04, 0.04, np.nan]]), np.array([[0.03, np.nan, 0.03]])).tolist()
    [[True, False, False]]
    """
    with np.errstate(invalid="ignore"):
        over: BoolArray = amount_share > limit_share
    return over


def budget_share(extra_share: FloatArray, outlays_share: FloatArray) -> FloatArray:
    """Return what part of all public spending would have to make room if nothing is borrowed.

    Parameters
    ----------
    extra_share : shape (draw, nation)
        Extra spending of a year over GDP.
    outlays_share : shape (draw, nation)
        All spending of general government over GDP; NaN where it is not known.

    Returns
    -------
    shape (draw, nation)
        NaN where outlays are not known or none.

    Examples
    --------
    >>> budget_share(np.array([[0.01]]), np.array([[0.5]])).tolist()
    [[0.02]]
    """
    known = np.where(outlays_share > 0, outlays_share, np.nan)
    part: FloatArray = extra_share / known
    return part
