"""Options side by side on common draws: regret, and how often each gives what is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.ensemble.boxes import Question
from foedus.ensemble.design import blocks
from foedus.ensemble.robustness import Robustness, choose, robustness
from foedus.ensemble.sampled import Sampled
from foedus.ensemble.sensitivity import Model, Report, Runs
from foedus.errors import SettingsError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class AcrossOptions:
    """How each option holds up, one outcome over common draws."""

    outcome: str
    options: tuple[str, ...]
    robustness: Robustness
    more_is_better: bool
    question: Question | None
    """What was asked about; the better side of it is what is asked for. None if nothing was."""
    draws: int

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Options that each criterion names, all of them where some tie."""
        chosen = choose(self.robustness, more_is_better=self.more_is_better)
        return {
            criterion: tuple(self.options[place] for place in places)
            for criterion, places in chosen.items()
            if criterion != "satisficing_share" or self.question is not None
        }

    def table(self) -> pl.DataFrame:
        """Return a row an option, in the order in which they were given."""
        found = self.robustness
        columns = {
            "option": list(self.options),
            "mean_value": found.mean,
            "worst_value": found.worst,
            "regret_mean_value": found.regret_mean,
            "regret_high_value": found.regret_high,
            "regret_worst_value": found.regret_worst,
            "best_share": found.best_share,
        }
        if self.question is not None:
            columns["satisficing_share"] = found.satisficing_share
        return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def across_options(  # noqa: PLR0913 - what a comparison is decided by
    sampled: Sampled,
    models: Mapping[str, Model],
    outcome: str,
    *,
    more_is_better: bool | None,
    seed: int,
    draws: int,
    question: Question | None = None,
    report: Report | None = None,
) -> AcrossOptions:
    """Return how options hold up on the same futures.

    Parameters
    ----------
    sampled
        The inputs, the same for all.
    models
        By option.
    outcome
        What is compared.
    more_is_better
        Of the outcome; None for one of which neither is.
    seed, draws, report
        As for `sensitivity.decompose`.
    question
        Splits the outcome at a limit: an option satisfices where it is on the better side.

    Raises
    ------
    SettingsError
        If neither more nor less of the outcome is better, or the question is about another.
    """
    is_good = way_of(outcome, more_is_better)
    if question is not None and question.outcome != outcome:
        raise SettingsError(f"{question}: options are compared by {outcome}. Ask about that.")
    every: list[FloatArray] = []
    runs = {option: Runs(model, (outcome,), None) for option, model in models.items()}
    done, whole = 0, draws * len(models)
    for block, n in blocks(draws):
        drawn = sampled.sample("monte-carlo", seed=seed, block=block, n=n)
        columns = []
        for option, run in runs.items():
            columns.append(run.of(replace(drawn, option=option), block, block, option))
            done += n
            if report is not None:
                report(option, done / whole)
        every.append(np.concatenate(columns, axis=1))
    outcomes = np.concatenate(every)
    met = np.zeros(outcomes.shape, dtype=np.bool_)
    if question is not None:
        cases = question.cases(outcomes)
        met = cases if question.is_above == is_good else ~cases
    return AcrossOptions(
        outcome=outcome,
        options=tuple(models),
        robustness=robustness(outcomes, met, more_is_better=is_good),
        more_is_better=is_good,
        question=question,
        draws=draws,
    )


def way_of(outcome: str, more_is_better: bool | None) -> bool:
    """Return whether more of an outcome is better, where it is one by which options compare.

    Raises
    ------
    SettingsError
        If neither more nor less of it is better.
    """
    if more_is_better is None:
        raise SettingsError(
            f"{outcome}: neither more nor less of it is better, so options cannot be compared by "
            "it. Name another outcome."
        )
    return more_is_better
