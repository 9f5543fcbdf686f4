"""Forecasts held against what was agreed: how far off each model was, over issues that are settled.

Every model is asked twice about an issue. Once from positions and salience as they were recorded:
that forecast has an error. And once for each of many draws in which the recorded numbers are
somewhat off, as an expert's are: those forecasts make an interval and a score of the whole spread.
Nothing is fitted: no model is told an outcome.

All scales run from 0 to 100, as in the data that these models are usually tried on.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.bargaining.challenge.play import challenge
from foedus.engines.bargaining.compromise import compromise_mean
from foedus.engines.bargaining.median import weighted_median
from foedus.engines.bargaining.nash import nash_outcome
from foedus.engines.bargaining.stances import refuse

SCALE: Final = (0.0, 100.0)
BASELINE: Final = "mean"
"""What every model is compared with: the compromise mean."""
LEAST_ACTORS: Final = 2
COVERED_SHARE: Final = 0.9
"""What an interval should cover."""
RESAMPLES: Final = 4000
"""Samples of proposals behind the interval of a difference."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One issue that is settled.

    Raises ValueError, with all faults at once, if fewer than two actors are there, a number is
    missing or out of range, or nobody has any weight.
    """

    issue: str
    proposal: str
    """What it was negotiated in. Issues of one proposal are not independent of each other."""
    position_score: FloatArray
    """Shape (actor,): those who have a position and a salience, and nobody else."""
    salience_share: FloatArray
    """Shape (actor,)."""
    capability_weight: FloatArray
    """Shape (actor,): in any unit; all the same for equal influence."""
    outcome_score: float
    reference_score: float = np.nan
    """Where things stay if nothing is agreed; NaN if that is not known."""

    def __post_init__(self) -> None:
        spans = {
            "position_score": (self.position_score, SCALE[1]),
            "salience_share": (self.salience_share, 1.0),
            "capability_weight": (self.capability_weight, np.finfo(np.float64).max),
            "outcome_score": (np.array([self.outcome_score]), SCALE[1]),
        }
        if not np.isnan(self.reference_score):
            spans["reference_score"] = (np.array([self.reference_score]), SCALE[1])
        count = self.position_score.shape
        problems = [
            f"{name} has shape {numbers.shape}: position_score has {count}"
            for name, (numbers, _) in list(spans.items())[:3]
            if numbers.shape != count or numbers.ndim != 1
        ]
        if self.position_score.size < LEAST_ACTORS:
            problems.append(
                f"it has {self.position_score.size} actors: it needs at least {LEAST_ACTORS}"
            )
        for name, (numbers, most) in spans.items():
            wrong = numbers[~((numbers >= 0) & (numbers <= most))]
            if wrong.size:
                problems.append(f"{name} holds {wrong[0]:g}, which is out of range")
        if not problems and not (self.salience_share * self.capability_weight).sum() > 0:
            problems.append("nobody has any weight")
        refuse([f"issue {self.issue}: {problem}" for problem in problems])


@dataclass(frozen=True, kw_only=True)
class ExpertError:
    """How far off the recorded numbers may be: settings that somebody judged, not estimates.

    Each number of each actor is drawn by itself from a normal distribution around what was
    recorded; what falls off the scale is put at its end. An error that all judgements of one
    expert share would make intervals wider than these.

    Raises ValueError if a deviation is negative or not finite, or there is no draw.
    """

    position_sd_score: float = 10.0
    """Standard deviation, in points of the scale."""
    salience_sd_share: float = 0.1
    draws: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {value:g}: it must be at least 0 and finite"
            for name, value in (
                ("position_sd_score", self.position_sd_score),
                ("salience_sd_share", self.salience_sd_share),
            )
            if not 0 <= value < np.inf
        ]
        if self.draws < 1:
            problems.append(f"draws is {self.draws}: it must be at least 1")
        if self.seed < 0:
            problems.append(f"seed is {self.seed}: it must be at least 0")
        refuse(problems)


class Stand(NamedTuple):
    """What a model is told about an issue."""

    position_score: FloatArray
    """Shape (draw, actor)."""
    salience_share: FloatArray
    """Shape (draw, actor)."""
    capability_weight: FloatArray
    """Shape (1, actor)."""
    reference_score: float
    """NaN if it is not known."""

    @property
    def weight(self) -> FloatArray:
        """Capability times salience, shape (draw, actor)."""
        return self.salience_share * self.capability_weight


class Model(NamedTuple):
    """A way to forecast."""

    forecast: Callable[[Stand], FloatArray]
    """Returns the outcome in each draw, shape (draw,)."""
    needs_reference: bool = False
    """Whether it cannot say anything where it is not known what happens without a deal."""


def _challenge_model(reading: str) -> Model:
    def forecast(stand: Stand) -> FloatArray:
        played = challenge(
            stand.position_score,
            stand.capability_weight,
            stand.salience_share,
            scale_width=SCALE[1] - SCALE[0],
            reading=reading,
        )
        return np.clip(played.forecast, *SCALE)  # positions drift by rounding

    return Model(forecast)


def _nash_at_reference(stand: Stand) -> FloatArray:
    stays = np.full(len(stand.position_score), stand.reference_score)
    return nash_outcome(
        stand.position_score, stand.weight, SCALE, no_deal_score=stays
    ).outcome_score


MODELS: Final[Mapping[str, Model]] = MappingProxyType(
    {
        BASELINE: Model(lambda stand: compromise_mean(stand.position_score, stand.weight)),
        "median": Model(lambda stand: weighted_median(stand.position_score, stand.weight)),
        "nash_zero": Model(
            lambda stand: nash_outcome(stand.position_score, stand.weight, SCALE).outcome_score
        ),
        "nash_reference": Model(_nash_at_reference, needs_reference=True),
        "challenge_as_coded": _challenge_model("scholz-as-coded"),
        "challenge_paper": _challenge_model("scholz-paper"),
        "challenge_intent": _challenge_model("bdm-intent"),
        "plain_mean": Model(lambda stand: np.asarray(stand.position_score.mean(axis=1))),
        "no_change": Model(
            lambda stand: np.full(len(stand.position_score), stand.reference_score),
            needs_reference=True,
        ),
    }
)
"""What can be scored, by the names of `result.MODELS`: the baseline first. The last two are plain
guesses, which a model that has earned its keep must beat: the mean of all positions, whoever holds
them, and the reference point.

Of the challenge model the forecast is the weighted median after ten rounds with Q = 1, on the whole
scale. Trades between the issues of one proposal are not scored, as they need every actor on every
issue; nor is the spatial model, which is slow.
"""


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """Forecasts beside outcomes. NaN where a model had nothing to say about an issue."""

    models: tuple[str, ...]
    """The baseline is always the first."""
    issues: tuple[str, ...]
    proposals: tuple[str, ...]
    outcome_score: FloatArray
    """Shape (issue,)."""
    forecast_score: FloatArray
    """Shape (model, issue): from the numbers as they were recorded."""
    low_score: FloatArray
    """Shape (model, issue): 5 % point over draws."""
    high_score: FloatArray
    """Shape (model, issue): 95 % point over draws."""
    crps_score: FloatArray
    """Shape (model, issue): of the draws, as `crps`."""

    @property
    def error_score(self) -> FloatArray:
        """Absolute errors of the forecasts, shape (model, issue)."""
        return np.abs(self.forecast_score - self.outcome_score)

    @property
    def is_scored(self) -> BoolArray:
        """Shape (model, issue): whether the model had something to say."""
        return ~np.isnan(self.forecast_score)

    @property
    def is_covered(self) -> BoolArray:
        """Shape (model, issue): whether the outcome lies within the interval, its ends included."""
        covered: BoolArray = (self.low_score <= self.outcome_score) & (
            self.outcome_score <= self.high_score
        )
        return covered


class Summary(NamedTuple):
    """How good one model was over all issues that it had something to say about."""

    issues_count: int
    mean_error_score: float
    median_error_score: float
    root_mean_square_score: float
    mean_crps_score: float
    covered_share: float
    """Share of the issues whose outcome lies within the interval; it should be 0.9."""


class Difference(NamedTuple):
    """How much worse one model's errors are than another's, over the issues of both."""

    issues_count: int
    proposals_count: int
    difference_score: float
    """Mean of its absolute errors less the other's: below 0 it is the better."""
    low_score: float
    """5 % point over samples of proposals; NaN if there is only one proposal."""
    high_score: float
    better_share: float
    """Share of the issues on which its error is the smaller; ties count for half."""


def backtest(
    cases: Sequence[Case],
    models: Sequence[str] = tuple(MODELS),
    expert: ExpertError | None = None,
    *,
    threads: int = 1,
    report: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Ask models about issues that are settled.

    Parameters
    ----------
    cases
        At least one. What is drawn for an issue does not depend on the others.
    models
        Names of `MODELS`. The baseline is put first whether named or not.
    expert
        How far off the recorded numbers may be; as `ExpertError` has it if None.
    threads
        How many issues are worked on at once. The result does not depend on it.
    report
        Called with the issues done and their count.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        If there is no case, an issue stands twice, or a model is not known.

    Examples
    --------
    >>> case = Case(
    ...     issue="tax",
    ...     proposal="budget",
    ...     position_score=np.array([0.0, 100.0]),
    ...     salience_share=np.array([0.5, 0.5]),
    ...     capability_weight=np.array([1.0, 3.0]),
    ...     outcome_score=70.0,
    ... )
    >>> found = backtest([case], ["median"], ExpertError(draws=50))
    >>> found.models, found.error_score.tolist()
    (('mean', 'median'), [[5.0], [30.0]])
    """
    expert = ExpertError() if expert is None else expert
    names = tuple(dict.fromkeys([BASELINE, *models]))
    issues = [case.issue for case in cases]
    problems = [f"there is no model {name!r}" for name in names if name not in MODELS]
    problems += [f"issue {name} stands twice" for name in issues if issues.count(name) > 1]
    if not cases:
        problems.append("there is no issue to score")
    refuse(list(dict.fromkeys(problems)))
    with ThreadPoolExecutor(threads) as pool:
        # The kernels let go of the interpreter, and each issue has draws of its own.
        scored = pool.map(lambda case: _score(case, names, expert), cases)
        blocks = []
        for done, block in enumerate(scored, start=1):
            blocks.append(block)
            if report is not None:
                report(done, len(cases))
    forecast, low, high, score = np.stack(blocks, axis=-1)
    return Backtest(
        models=names,
        issues=tuple(issues),
        proposals=tuple(case.proposal for case in cases),
        outcome_score=np.array([case.outcome_score for case in cases]),
        forecast_score=forecast,
        low_score=low,
        high_score=high,
        crps_score=score,
    )


def _score(case: Case, names: Sequence[str], expert: ExpertError) -> FloatArray:
    """Return forecast, interval and score of each model on one issue, shape (4, model)."""
    recorded, drawn = _recorded(case), _drawn(case, expert)
    tail = (1 - COVERED_SHARE) / 2
    found = np.full((4, len(names)), np.nan)
    for place, name in enumerate(names):
        model = MODELS[name]
        if model.needs_reference and np.isnan(case.reference_score):
            continue
        spread = model.forecast(drawn)
        low, high = np.quantile(spread, [tail, 1 - tail])
        score = crps(spread[:, None], [case.outcome_score])[0]
        found[:, place] = model.forecast(recorded)[0], low, high, score
    return found


def _recorded(case: Case) -> Stand:
    """Return the issue as it was recorded."""
    return Stand(
        case.position_score[None],
        case.salience_share[None],
        case.capability_weight[None],
        case.reference_score,
    )


def _drawn(case: Case, expert: ExpertError) -> Stand:
    """Return draws of the issue. They follow from the seed and its name, not from its place."""
    rng = np.random.default_rng([expert.seed, *case.issue.encode()])
    shape = (expert.draws, case.position_score.size)
    position = case.position_score + expert.position_sd_score * rng.standard_normal(shape)
    salience = case.salience_share + expert.salience_sd_share * rng.standard_normal(shape)
    salience = np.clip(salience, 0, 1)
    # Where nobody is left who cares, the draw says nothing: it keeps what was recorded.
    is_void = ~((salience * case.capability_weight).sum(axis=1) > 0)
    salience[is_void] = case.salience_share
    return Stand(
        np.clip(position, *SCALE), salience, case.capability_weight[None], case.reference_score
    )


def crps(drawn_score: ArrayLike, outcome_score: ArrayLike) -> FloatArray:
    """Return the continuous ranked probability score of draws: 0 is perfect, in their own unit.

    For one draw it is the absolute error, so that spreads and plain numbers can be compared.

    Parameters
    ----------
    drawn_score : shape (draw, case)
        The forecast: each draw as likely as the other.
    outcome_score : shape (case,)

    Returns
    -------
    shape (case,)
        Mean distance of draws from the outcome, less half the mean distance of two draws, a draw
        and itself included.

    Raises
    ------
    ValueError
        If there is no draw, the shapes do not go together, or a number is not finite.

    Notes
    -----
    Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and estimation",
    *Journal of the American Statistical Association* 102(477), 359-378,
    doi:10.1198/016214506000001437 (bibliographic data checked).

    Examples
    --------
    >>> crps([[40.0], [60.0]], [50.0]).tolist()
    [5.0]
    """
    drawn, outcome = (np.asarray(block, np.float64) for block in (drawn_score, outcome_score))
    if drawn.ndim != 2 or not drawn.shape[0] or outcome.shape != drawn.shape[1:]:
        raise ValueError(
            f"drawn_score has shape {drawn.shape}, outcome_score {outcome.shape}: they must be "
            "(draw, case) with a draw, and (case,)"
        )
    if not (np.isfinite(drawn).all() and np.isfinite(outcome).all()):
        raise ValueError("a draw or an outcome is not finite")
    draws = drawn.shape[0]
    away = np.abs(drawn - outcome).mean(axis=0)
    # Of n sorted numbers the i-th is the larger of i pairs and the smaller of n - 1 - i.
    rank = 2 * np.arange(draws) + 1 - draws
    apart = (rank[:, None] * np.sort(drawn, axis=0)).sum(axis=0) / draws**2
    return np.asarray(away - apart)


def summary(found: Backtest, model: str) -> Summary:
    """Return how good a model was.

    Raises
    ------
    ValueError
        If the model was not asked, or had nothing to say.
    """
    place = _place(found, model)
    scored = found.is_scored[place]
    if not scored.any():
        raise ValueError(f"{model} had nothing to say about any issue")
    error = found.error_score[place, scored]
    return Summary(
        issues_count=int(scored.sum()),
        mean_error_score=float(error.mean()),
        median_error_score=float(np.median(error)),
        root_mean_square_score=float(np.sqrt(np.square(error).mean())),
        mean_crps_score=float(found.crps_score[place, scored].mean()),
        covered_share=float(found.is_covered[place, scored].mean()),
    )


def difference(found: Backtest, model: str, other: str = BASELINE, *, seed: int = 0) -> Difference:
    """Return how much worse a model's errors are than another's, issue by issue.

    The interval is a bootstrap: proposals are drawn with replacement, each with all its issues, as
    these were settled together; its ends are the 5 % and 95 % points of the mean difference over
    4,000 samples. With few proposals such an interval is too narrow.

    Raises
    ------
    ValueError
        If a model was not asked, or the two share no issue.

    Notes
    -----
    Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, Chapman and Hall (recalled,
    not checked).
    """
    first, second = _place(found, model), _place(found, other)
    both = found.is_scored[first] & found.is_scored[second]
    if not both.any():
        raise ValueError(f"{model} and {other} share no issue")
    gap = found.error_score[first, both] - found.error_score[second, both]
    names = [name for name, is_both in zip(found.proposals, both, strict=True) if is_both]
    proposal, count = _numbered(names)
    low = high = np.nan
    if count > 1:
        sums = np.bincount(proposal, weights=gap, minlength=count)
        sizes = np.bincount(proposal, minlength=count)
        rng = np.random.default_rng(seed)
        times = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
        low, high = np.quantile((times @ sums) / (times @ sizes), [0.05, 0.95])
    return Difference(
        issues_count=int(both.sum()),
        proposals_count=count,
        difference_score=float(gap.mean()),
        low_score=float(low),
        high_score=float(high),
        better_share=float(((gap < 0) + 0.5 * (gap == 0)).mean()),
    )


def _place(found: Backtest, model: str) -> int:
    if model not in found.models:
        raise ValueError(f"{model} was not asked: {', '.join(found.models)}")
    return found.models.index(model)


def _numbered(names: Sequence[str]) -> tuple[IntArray, int]:
    """Return names as numbers from 0, and how many different ones there are."""
    known = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([known[name] for name in names]), len(known)
