"""A backtest as tables and as sections of a page: errors by model, and issue by issue."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from foedus.briefing.sentences import count_of, listed
from foedus.briefing.wording import Column, fold_ranges
from foedus.cli.backtest_file import CaseFile
from foedus.cli.bargain_sections import capital
from foedus.cli.page import FAINT, STRONG, Page
from foedus.engines.bargaining.backtest import (
    BASELINE,
    Backtest,
    ExpertError,
    difference,
    summary,
)
from foedus.engines.bargaining.result import MODELS as FORECASTS
from foedus.provenance import foedus_version

TITLES: Final[dict[str, str]] = FORECASTS | {
    "plain_mean": "mean of all positions, unweighted",
    "no_change": "no change: the reference point",
}
LEAST_PROPOSALS: Final = 10
"""With fewer a bootstrap's range is far too narrow: a judgement."""
MOST_ISSUES: Final = 20
"""Issues that are printed one by one."""


def models_table(found: Backtest, seed: int) -> pl.DataFrame:
    """Return a row a model: how far off it was, and how much worse than the baseline.

    `model`, `title`; `issues_count`; `mean_error_score`, `median_error_score`,
    `root_mean_square_score`; `mean_crps_score`; `covered_share`; `worse_score` with `_low` and
    `_high`, its mean absolute error less that of the baseline on the issues of both; and
    `better_share`, the issues on which its error is the smaller. None for the baseline, and for a
    model that had nothing to say.
    """
    rows = []
    for place, model in enumerate(found.models):
        row: dict[str, Any] = {"model": model, "title": TITLES[model], "issues_count": 0}
        if found.is_scored[place].any():
            row |= summary(found, model)._asdict()
            if model != BASELINE:
                against = difference(found, model, seed=seed)
                row |= {
                    "worse_score": against.difference_score,
                    "worse_score_low": against.low_score,
                    "worse_score_high": against.high_score,
                    "better_share": against.better_share,
                }
        rows.append(row)
    return pl.DataFrame(rows, schema=MODELS_SCHEMA).with_columns(pl.col(pl.Float64).fill_nan(None))


def issues_table(found: Backtest) -> pl.DataFrame:
    """Return a row an issue and model that had something to say about it.

    `issue`, `proposal`, `model`; `outcome_score`; `forecast_score` with `_low` and `_high`, 5 % and
    95 % points over draws; `error_score`; `crps_score`; `is_covered`.
    """
    rows = [
        {
            "issue": issue,
            "proposal": found.proposals[at],
            "model": model,
            "outcome_score": found.outcome_score[at],
            "forecast_score": found.forecast_score[place, at],
            "forecast_score_low": found.low_score[place, at],
            "forecast_score_high": found.high_score[place, at],
            "error_score": found.error_score[place, at],
            "crps_score": found.crps_score[place, at],
            "is_covered": bool(found.is_covered[place, at]),
        }
        for at, issue in enumerate(found.issues)
        for place, model in enumerate(found.models)
        if found.is_scored[place, at]
    ]
    return pl.DataFrame(rows, schema=ISSUES_SCHEMA)


def backtest_document(
    file: str, read: CaseFile, found: Backtest, expert: ExpertError
) -> dict[str, Any]:
    """Return a backtest as JSON."""
    return {
        "foedus": foedus_version(),
        "file": file,
        "layout": read.layout,
        "has_capability": read.has_capability,
        "position_sd_score": expert.position_sd_score,
        "salience_sd_share": expert.salience_sd_share,
        "seed": expert.seed,
        "draws": expert.draws,
        "baseline": BASELINE,
        "models": models_table(found, expert.seed),
        "issues": issues_table(found),
        "unscored": read.unscored,
        "left_out_count": read.left_out_count,
    }


def put_backtest(
    page: Page, file: str, read: CaseFile, found: Backtest, expert: ExpertError
) -> None:
    """Put the file, the errors of each model, and the issues one by one."""
    page.title("Models of negotiation against what was agreed")
    proposals = count_of(len(set(found.proposals)), "proposal")
    page.paragraph(
        f"{file}: {count_of(len(found.issues), 'issue')} of {proposals}, in the layout "
        f"'{read.layout}'. foedus {foedus_version()}.",
        FAINT,
    )
    put_left_out(page, read)
    page.heading("How far off each model was")
    table = models_table(found, expert.seed)
    page.paragraph(verdict(found, table), STRONG)
    page.gap()
    first, *rest = fold_ranges(table.drop("model"))
    page.table([first._replace(heading="Model", cells=[*map(capital, first.cells)]), *rest])
    page.paragraph(
        "Errors are absolute, in points of a scale of 100, from the numbers as they were recorded; "
        f"the scale of each model's spread comes from {count_of(expert.draws, 'draw')} in which "
        "each actor's position is off by a standard deviation of "
        f"{expert.position_sd_score:g} points and its salience by "
        f"{100 * expert.salience_sd_share:g}: a judgement, not an estimate. CRPS is the error of "
        "such a spread, and 90 % of the outcomes should lie within its range.",
        FAINT,
    )
    page.paragraph(
        "Worse than the baseline: mean difference of absolute errors on the issues of both, with "
        "a 90 % range over 4,000 samples of proposals (bootstrap, each proposal with all its "
        "issues). Where the range holds 0, the file does not tell the two apart.",
        FAINT,
    )
    put_issues(page, found)


def verdict(found: Backtest, table: pl.DataFrame) -> str:
    """Return what the table says: who is least off on all issues, and whether that tells."""
    everywhere = table.filter(pl.col("issues_count") == len(found.issues))
    best = everywhere.sort("mean_error_score", maintain_order=True).row(0, named=True)
    baseline = table.filter(pl.col("model") == BASELINE)["mean_error_score"].item()
    said = f"The {TITLES[BASELINE]} is off by {baseline:.1f} points on average"
    if best["model"] != BASELINE:
        said += f"; least off on all issues is: {best['title']}, {best['mean_error_score']:.1f}"
    proposals = len(set(found.proposals))
    if proposals < LEAST_PROPOSALS:
        count = count_of(proposals, "proposal")
        return f"{said}. {count} are too few to tell models apart: ranges are too narrow."
    better = table.filter(pl.col("worse_score_high") < 0)["title"].to_list()
    if not better:
        return f"{said}. No model beats it by more than the range."
    return f"{said}. By the whole of the range it is beaten by: {listed(better)}."


def put_left_out(page: Page, read: CaseFile) -> None:
    """Put what is not scored and why, and what stands in for capability."""
    if not read.has_capability:
        page.paragraph("The file has no capability, so every actor has the same influence.")
    by_reason: dict[str, list[str]] = {}
    for issue, reason in read.unscored.items():
        by_reason.setdefault(reason, []).append(issue)
    for reason, issues in by_reason.items():
        shown = issues[:MOST_ISSUES]
        rest = len(issues) - len(shown)
        names = [*shown, *([f"{rest} more"] if rest else [])]
        page.paragraph(f"Not scored, as {reason}: {listed(names)}.")
    if read.left_out_count:
        which = count_of(read.left_out_count, "position has", "positions have")
        page.paragraph(f"{which} no salience and so no weight that is known: left out.")


def put_issues(page: Page, found: Backtest) -> None:
    """Put the forecasts on the issues on which the baseline was furthest off."""
    table = issues_table(found)
    worst = table.filter(pl.col("model") == BASELINE).sort(
        "error_score", descending=True, maintain_order=True
    )
    issues = worst["issue"].to_list()[:MOST_ISSUES]
    page.heading("Issue by issue")
    if len(issues) < len(found.issues):
        page.paragraph(
            f"The {len(issues)} on which the compromise mean was furthest off; --json has all "
            f"{len(found.issues)}.",
            FAINT,
        )
    outcome = dict(worst.select("issue", "outcome_score").iter_rows())
    columns = [
        Column("Issue", issues, False),
        Column("Outcome", [f"{outcome[issue]:.1f}" for issue in issues], True),
    ]
    for model in found.models:
        by_issue = dict(
            table.filter(pl.col("model") == model).select("issue", "forecast_score").iter_rows()
        )
        cells = [f"{by_issue[name]:.1f}" if name in by_issue else "" for name in issues]
        columns.append(Column(capital(TITLES[model]), cells, True))
    page.gap()
    page.table(columns)


def floats(names: Sequence[str]) -> dict[str, type[pl.Float64]]:
    """Return columns of numbers."""
    return dict.fromkeys(names, pl.Float64)


MODELS_SCHEMA: Final[dict[str, Any]] = {
    "model": pl.String,
    "title": pl.String,
    "issues_count": pl.Int64,
    **floats(["mean_error_score", "median_error_score", "root_mean_square_score"]),
    **floats(["mean_crps_score", "covered_share"]),
    **floats(["worse_score", "worse_score_low", "worse_score_high", "better_share"]),
}
ISSUES_SCHEMA: Final[dict[str, Any]] = {
    **dict.fromkeys(["issue", "proposal", "model"], pl.String),
    **floats(["outcome_score", "forecast_score", "forecast_score_low", "forecast_score_high"]),
    **floats(["error_score", "crps_score"]),
    "is_covered": pl.Boolean,
}
