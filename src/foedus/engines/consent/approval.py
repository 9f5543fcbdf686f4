"""Approval: how likely a parliament that must consent is to give it."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]


def approval_prob(
    gov_share: FloatArray,
    support_share: FloatArray,
    majority_share: FloatArray | float,
    tau: FloatArray | float,
    beta: FloatArray | float,
    public_margin: FloatArray,
    *,
    public_margin_sd: FloatArray | float = 0.0,
) -> FloatArray:
    """Return the chance that parliament approves, given its seats and its public.

    Φ((government + support - majority) / τ + β · margin): the side that votes for is
    counted against the majority it needs, with an error τ for absence, rebels and
    crossing over, and the public pulls by β. When the margin is itself uncertain,
    normal around `public_margin`, the expectation over it is exact:
    E Φ(x + β M) = Φ((x + β m) / √(1 + β² s²)).

    Parameters
    ----------
    gov_share : shape (draw, delegation) or (1, delegation)
        Share of all seats on the government's side.
    support_share : same
        Share of all seats outside it that would vote for.
    majority_share : same, or one number
        Share of seats needed: 0.5 for a simple majority, 2/3 for a qualified one.
    tau : shape (draw,) or (1,), or one number
        Standard deviation of the share of votes for, above 0.
    beta : shape (draw,) or (1,), or one number
        Pull of the public, in standard deviations per unit of margin (from even to
        all for).
    public_margin : same as `gov_share`
        Support less opposition, -1 to 1.
    public_margin_sd : same, or one number
        Standard deviation of that margin, not negative; 0 takes it as known.

    Returns
    -------
    shape (draw, delegation)

    Raises
    ------
    ValueError
        If τ is not above 0, a standard deviation is negative, or the result is NaN.

    Notes
    -----
    Who must consent, and whether the parliament decides at all, is the caller's to say.

    Examples
    --------
    A government with 45 % of the seats and 5 % from outside stands exactly at half;
    a public 20 points in favour tips it:

    >>> seats = np.array([[0.45]]), np.array([[0.05]])
    >>> approval_prob(*seats, 0.5, 0.05, 2.0, np.array([[0.0]])).tolist()
    [[0.5]]
    >>> approval_prob(*seats, 0.5, 0.05, 2.0, np.array([[0.2]])).round(3).tolist()
    [[0.655]]
    """
    error, pull = (np.reshape(np.asarray(x, dtype=np.float64), (-1, 1)) for x in (tau, beta))
    spread = np.asarray(public_margin_sd, dtype=np.float64)
    if not (error > 0).all():
        raise ValueError("tau holds a number that is not above 0")
    if not (spread >= 0).all():
        raise ValueError("public_margin_sd holds a number that is negative or NaN")
    lead = (gov_share + support_share - majority_share) / error + pull * public_margin
    prob: FloatArray = ndtr(lead / np.sqrt(1 + np.square(pull * spread)))
    if np.isnan(prob).any():
        raise ValueError("a share of seats, a margin or beta is NaN")
    return prob
