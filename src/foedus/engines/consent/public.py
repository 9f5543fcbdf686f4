"""What the public thinks: a poll average that borrows strength across nations and surveys."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROUNDING_SHARE = 0.0101
"""By so much may two published whole percentages, each rounded up, exceed the whole."""

CHUNK_ENTRIES = 4_000_000
"""Covariance entries held at once: about 32 MB."""


def fill_sides(
    support_share: FloatArray,
    oppose_share: FloatArray,
    undecided_share: FloatArray | float,
) -> tuple[FloatArray, FloatArray]:
    """Return support and opposition, with a side that was not published filled in.

    The missing side is what the known side and an assumed share of undecided
    leave, and at least 0. Where both sides are known the assumption plays no part.

    Parameters
    ----------
    support_share, oppose_share : shape (poll,)
        Fractions of those asked; NaN where not published.
    undecided_share : shape (draw,) or (1,), or one number, or shape (draw, poll)
        Fraction of undecided in a poll that published one side.

    Returns
    -------
    support, oppose : each shape (draw, poll)

    Raises
    ------
    ValueError
        If a poll has neither side, a share is outside 0 and 1, or the two sides
        of a poll exceed 1 together.

    Examples
    --------
    A poll that reports 53 % for, with a fifth assumed undecided:

    >>> support, oppose = fill_sides(np.array([0.53]), np.array([np.nan]), 0.2)
    >>> round(oppose.item(), 2)
    0.27
    """
    undecided = np.asarray(undecided_share, dtype=np.float64)
    undecided = undecided if undecided.ndim == 2 else undecided.reshape(-1, 1)
    if not ((undecided >= 0) & (undecided <= 1)).all():
        raise ValueError("undecided_share holds a number that is not between 0 and 1")
    known = np.stack([support_share, oppose_share])
    if np.isnan(known).all(axis=0).any():
        raise ValueError("a poll has neither support nor opposition")
    if ((known < 0) | (known > 1)).any():
        raise ValueError("a share of support or opposition is not between 0 and 1")
    if (np.nan_to_num(known).sum(axis=0) > 1 + ROUNDING_SHARE).any():
        raise ValueError("support and opposition of a poll exceed 1 together")
    support = np.where(
        np.isnan(support_share), np.maximum(1 - undecided - oppose_share, 0), support_share
    )
    oppose = np.where(
        np.isnan(oppose_share), np.maximum(1 - undecided - support_share, 0), oppose_share
    )
    return support, oppose


def margin_sampling_variance(
    support_share: FloatArray, oppose_share: FloatArray, n_persons: FloatArray | float
) -> FloatArray:
    """Return the sampling variance of a margin in a simple random sample.

    Support and opposition come from the same persons, so one falls when the other
    rises: (s + o - (s - o)²) / n, and not the sum of two binomial variances.

    Parameters
    ----------
    support_share, oppose_share : any one shape
        Fractions of those asked.
    n_persons : same shape, or one number
        Persons asked, above 0.

    Returns
    -------
    same shape
        Variance of support less opposition, never below 0.

    Raises
    ------
    ValueError
        If a share is NaN or outside 0 and 1, or nobody was asked.

    Examples
    --------
    Of 1,000 asked half are for and half against: a standard error of 3 points.

    >>> variance = margin_sampling_variance(np.array([0.5]), np.array([0.5]), 1000.0)
    >>> np.sqrt(variance).round(4).tolist()
    [0.0316]
    """
    for share in (support_share, oppose_share):
        if not ((share >= 0) & (share <= 1)).all():
            raise ValueError("a share of support or opposition is NaN or not between 0 and 1")
    if not (np.asarray(n_persons) > 0).all():
        raise ValueError("n_persons holds a number that is not above 0")
    margin = support_share - oppose_share
    # Rounded shares may sum to a little more than 1; that must not go below 0 at a margin of 1.
    variance: FloatArray = np.maximum(support_share + oppose_share - margin**2, 0) / n_persons
    return variance


@dataclass(frozen=True, kw_only=True)
class Polls:
    """Polls on one topic. The arrays of numbers have 1 row for all draws or one a draw.

    Raises ValueError if the shapes do not go together, a margin is outside -1 and 1 or
    NaN, a sampling variance is not above 0, or an age is negative.
    """

    nation: IntArray
    """Shape (poll,); index of the nation asked."""
    survey: IntArray
    """Shape (poll,); rows with the same number share house and wording."""
    margin_share: FloatArray
    """Shape (draw, poll); support less opposition."""
    sampling_variance: FloatArray
    """Shape (draw, poll); of the margin, above 0."""
    age_months: FloatArray
    """Shape (draw, poll); from fieldwork to the day asked about."""

    def __post_init__(self) -> None:
        polls = self.nation.shape
        if len(polls) != 1 or self.survey.shape != polls:
            raise ValueError(f"nation has shape {polls} and survey {self.survey.shape}")
        for name in ("margin_share", "sampling_variance", "age_months"):
            shape = getattr(self, name).shape
            if shape[1:] != polls:
                raise ValueError(f"{name} has shape {shape}: wants (draw, {polls[0]})")
        if not (np.abs(self.margin_share) <= 1).all():
            raise ValueError("margin_share holds a number that is NaN or not between -1 and 1")
        if not (np.isfinite(self.sampling_variance) & (self.sampling_variance > 0)).all():
            raise ValueError("sampling_variance holds a number that is not above 0 and finite")
        if not (np.isfinite(self.age_months) & (self.age_months >= 0)).all():
            raise ValueError("age_months holds a number that is negative or not finite")


@dataclass(frozen=True, kw_only=True)
class PollEffects:
    """How polls err and nations differ: assumptions, each one number or shape (draw,).

    Raises ValueError if a standard deviation is negative or a half-life not above 0.
    """

    house_sd: FloatArray | float
    """Of house and wording, on the scale of the margin; about 0.06."""
    between_sd: FloatArray | float
    """Of nations around the mean of the topic, on the scale of the margin."""
    half_life_months: FloatArray | float
    """Age at which a poll's whole error variance has doubled; infinite for never."""

    def __post_init__(self) -> None:
        for name in ("house_sd", "between_sd"):
            values = np.asarray(getattr(self, name))
            if not (np.isfinite(values) & (values >= 0)).all():
                raise ValueError(f"{name} holds a number that is negative or not finite")
        if not (np.asarray(self.half_life_months) > 0).all():
            raise ValueError("half_life_months holds a number that is not above 0")


def pooled_margins(
    polls: Polls, effects: PollEffects, nation_count: int, no_poll_sd: float
) -> tuple[FloatArray, FloatArray]:
    """Return the margin of every nation, asked or not, with its error.

    The margin of poll j is mean + nation + survey + own error. Nations lie around
    the unknown mean of the topic (`between_sd`); rows of one survey share one error
    of house and wording (`house_sd`), so a survey in fifteen nations does not average
    its own wording away; the own error is that of sampling. The mean has a flat
    prior: it is the generalised least-squares estimate, and the nations are
    predicted around it with the mean's own error kept in (universal kriging).

    Age inflates the variance of a poll's whole error, sampling and house alike,
    by f = 2 ** (age / half-life); what is true of the nation does not age. Two rows
    of one survey share house_sd² times the *smaller* of their two f: what the older
    row has aged beyond the younger is its own. (With one age a survey this is f times
    the whole.) Hence an older row never gains weight by taking over a younger one's error.

    Parameters
    ----------
    polls
        Any number of rows, also none; meant for up to about 60.
    effects
        The assumed sizes of the errors.
    nation_count
        Nations to report on.
    no_poll_sd
        Standard deviation to report, around 0, when no nation at all was asked:
        the flat prior then has nothing to stand on. Wide, such as 0.5. With one poll
        or more it plays no part.

    Returns
    -------
    mean, sd : each shape (draw, nation)
        On the scale of the margin. A nation without a poll gets the mean of the
        topic with the widest sd of all.

    Raises
    ------
    ValueError
        If a nation's index is out of range, `no_poll_sd` is not above 0, a poll is more
        than a thousand half-lives old, or the rows of `polls` and `effects` do not go together.

    Notes
    -----
    Pollsters' house effects as errors shared within a house: Jackman (2005), "Pooling
    the polls over an election campaign", *Australian Journal of Political Science*
    40(4), 499-517, doi:10.1080/10361140500302472 (bibliographic data checked, text
    not read again). Partial pooling and universal kriging are textbook matter.

    Examples
    --------
    One poll in nation 0, at a margin of 0.2 with errors 0.03 and 0.04: nation 0 is
    known to 0.05. Nation 1 has the same mean and a further 0.12 of its own.

    >>> polls = Polls(
    ...     nation=np.array([0]),
    ...     survey=np.array([0]),
    ...     margin_share=np.array([[0.2]]),
    ...     sampling_variance=np.array([[0.03**2]]),
    ...     age_months=np.array([[0.0]]),
    ... )
    >>> effects = PollEffects(house_sd=0.04, between_sd=0.12, half_life_months=12.0)
    >>> mean, sd = pooled_margins(polls, effects, nation_count=2, no_poll_sd=0.5)
    >>> mean.round(3).tolist(), sd.round(3).tolist()
    ([[0.2, 0.2]], [[0.05, 0.177]])
    """
    if not no_poll_sd > 0:
        raise ValueError(f"no_poll_sd {no_poll_sd} is not above 0")
    if ((polls.nation < 0) | (polls.nation >= nation_count)).any():
        raise ValueError(f"nation holds an index that is not between 0 and {nation_count - 1}")
    per_draw = (effects.house_sd, effects.between_sd, effects.half_life_months)
    house, between, half_life = (
        np.reshape(np.asarray(values, dtype=np.float64), (-1, 1)) for values in per_draw
    )
    with np.errstate(over="ignore"):
        inflation = 2.0 ** (polls.age_months / half_life)
    if not np.isfinite(inflation).all():
        raise ValueError("a poll is more than a thousand half-lives old: leave it out")
    rows = (polls.margin_share, polls.sampling_variance, inflation, house, between)
    draw_count = np.broadcast_shapes(*((row.shape[0],) for row in rows))[0]
    poll_count = polls.nation.size
    mean = np.zeros((draw_count, nation_count))
    sd = np.full((draw_count, nation_count), no_poll_sd)
    if poll_count == 0:
        return mean, sd
    chunk = max(1, CHUNK_ENTRIES // (poll_count * (poll_count + nation_count)))
    for start in range(0, draw_count, chunk):
        part = slice(start, start + chunk)
        mean[part], sd[part] = _krige(
            polls, nation_count, *(row[part] if row.shape[0] > 1 else row for row in rows)
        )
    return mean, sd


def _krige(
    polls: Polls,
    nation_count: int,
    margin: FloatArray,
    sampling: FloatArray,
    inflation: FloatArray,
    house: FloatArray,
    between: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    same_survey = polls.survey[:, None] == polls.survey
    same_nation = polls.nation[:, None] == polls.nation
    shared_age = np.minimum(inflation[:, :, None], inflation[:, None, :])
    between_variance = np.square(between)[:, :, None]
    covariance = (
        same_nation * between_variance
        + same_survey * shared_age * np.square(house)[:, :, None]
        + np.eye(polls.nation.size) * (inflation * sampling)[:, :, None]
    )
    # What each poll tells of each nation's own departure: shape (draw, poll, nation).
    asked = (polls.nation[:, None] == np.arange(nation_count)) * between_variance
    ones = np.ones((asked.shape[0], polls.nation.size, 1))
    weights = np.linalg.solve(covariance, np.concatenate([ones, asked], axis=2))
    topic_weights, nation_weights = weights[:, :, 0], weights[:, :, 1:]
    precision = topic_weights.sum(axis=1, keepdims=True)
    topic = (topic_weights * margin).sum(axis=1, keepdims=True) / precision
    mean = topic + ((margin - topic)[:, None, :] @ nation_weights)[:, 0]
    # The last term is the error of the mean itself, as far as the nation leans on it.
    variance = (
        between_variance[:, 0]
        - (asked * nation_weights).sum(axis=1)
        + np.square(1 - nation_weights.sum(axis=1)) / precision
    )
    return mean, np.sqrt(np.maximum(variance, 0))
