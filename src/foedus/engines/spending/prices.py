"""Prices: amounts in money of any currency and year, and constant US dollars of one year.

Domestic prices come first, the exchange rate second: an amount is carried to the price year by the
price level of its own currency, and there changed into dollars at that year's average rate. A rate
that moved between the two years so moves the result once, and not twice.
"""

from numpy.typing import ArrayLike

from foedus.engines.spending.blocks import FloatArray, packed


def constant_usd(
    amount: ArrayLike, own_level: ArrayLike, price_level: ArrayLike, usd_value: ArrayLike
) -> FloatArray:
    """Return amounts of money in constant US dollars of the price year.

    Parameters
    ----------
    amount : shape (draw,)
        In the currency and prices of its own year.
    own_level : shape (draw,)
        Price level of that currency in the amount's year, above 0.
    price_level : shape (draw,)
        Its price level in the price year, in the same base.
    usd_value : shape (draw,)
        US dollars that one unit bought in the price year.

    The draw axis of each may be 1 and then serves every draw.

    Returns
    -------
    shape (draw,)

    Raises
    ------
    ValueError
        If a number is not finite, or a level or value is not above 0.

    Examples
    --------
    100 euros of a year since which prices rose by a quarter, at 1.10 dollars a euro today:

    >>> constant_usd([100.0], [80.0], [100.0], [1.1]).round(2).tolist()
    [137.5]
    """
    own, then, rate = factors(own_level, price_level, usd_value)
    converted: FloatArray = packed(amount, 1, "amount") * (then / own) * rate
    return converted


def own_money(
    amount_usd: ArrayLike, own_level: ArrayLike, price_level: ArrayLike, usd_value: ArrayLike
) -> FloatArray:
    """Return constant US dollars in the money of a currency and year: `constant_usd` backwards.

    Parameters
    ----------
    amount_usd : shape (draw,)
        In constant US dollars of the price year.
    own_level, price_level, usd_value
        As in `constant_usd`.

    Returns
    -------
    shape (draw,)

    Raises
    ------
    ValueError
        As `constant_usd`.

    Examples
    --------
    >>> own_money([137.5], [80.0], [100.0], [1.1]).round(2).tolist()
    [100.0]
    """
    own, then, rate = factors(own_level, price_level, usd_value)
    back: FloatArray = packed(amount_usd, 1, "amount_usd") / rate * (own / then)
    return back


def factors(
    own_level: ArrayLike, price_level: ArrayLike, usd_value: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return price levels and rate as arrays, all of them above 0."""
    return (
        packed(own_level, 1, "own_level", above=0),
        packed(price_level, 1, "price_level", above=0),
        packed(usd_value, 1, "usd_value", above=0),
    )
