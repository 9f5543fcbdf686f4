"""What answers on bargaining share: rows they rest on, what they assume, and outcomes in words."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.evidence import Evidence, Pick, every
from foedus.briefing.findings import Findings
from foedus.briefing.reads import rests_on
from foedus.briefing.sentences import listed, percent
from foedus.engines import Bargaining
from foedus.engines.bargaining.result import BASELINE, BargainingResult

FloatArray = NDArray[np.float64]

ALONE: Final = "alone"
SLOWER: Final = {
    "the challenge model": "challenge_paper",
    "the spatial model": "spatial_expected",
    "position exchange": "exchange",
}


def bargaining_picks(findings: Findings) -> dict[str, Pick]:
    """Return the rows that bargaining reads: all issues hang together by trades."""
    scenario = findings.as_set
    parties = {row.delegation for row in scenario.positions}
    keys = {row.influence_key for row in scenario.issues}
    picks: dict[str, Pick] = dict.fromkeys(
        ["issues", "positions", "thresholds", "formats", "attendance"], every
    )
    return picks | {
        "principals": lambda row: row.delegation in parties,
        "share_keys": lambda row: row.share_key in keys,
    }


def bargaining_evidence(findings: Findings, more: dict[str, Pick] | None = None) -> Evidence:
    """Return the rows that bargaining reads, and others by table."""
    return rests_on(findings, bargaining_picks(findings) | (more or {}), engines=(Bargaining.name,))


def assumptions(findings: Findings) -> tuple[str, ...]:
    """Say what every forecast of bargaining takes for granted."""
    settings = findings.bargaining.provenance.identity.settings
    least, base = settings["least_reach_score"], settings["base_reach_score"]
    result = findings.bargaining.result
    runs = {
        name: int(result.was_run[:, result.models.index(model)].sum())
        for name, model in SLOWER.items()
    }
    counts = [f"{name} on {count:,}" for name, count in runs.items() if count < result.draws]
    some = f" Of the draws the slower models are run on fewer: {listed(counts)}." if counts else ""
    return (
        (
            "A deal is possible where some outcome lies within reach of every member whose consent "
            "the rule asks for. Where nobody judged how far one would go, it is assumed to go "
            f"{least:g} hundredths of the scale, and up to {base:g} more the less it cares: the "
            "chance of no deal hangs on this as much as on any position."
        ),
        (
            "Views weigh by influence times salience, influence being what issues.csv names for "
            "each issue; guests are heard and not asked, and so are those for whom a member "
            "speaks. Who governs is drawn by the chances of principals.csv."
        ),
        f"All models take the same views; the compromise mean is the baseline.{some}",
    )


CANNOT_SAY: Final = (
    "What threats outside the room, such as leaving it or going alone, would change.",
    "Whether what is agreed is kept, and what a vote by weight or by parliaments would bring.",
)


def room_title(findings: Findings, format_: str) -> str:
    """Return the printed name of a format."""
    return findings.as_set.titles("formats")[format_]


def issue_title(findings: Findings, issue: str) -> str:
    """Return the printed name of an issue; many begin with the name of a country."""
    return findings.as_set.titles("issues")[issue]


def sized(value: float, unit: str) -> str:
    """Return an outcome with the unit of its issue.

    >>> sized(2.456, "percent of GDP"), sized(42.9, "points"), sized(9.04, "thousand soldiers")
    ('2.5 % of GDP', '43 points', '9 thousand soldiers')
    """
    number = bare(value)
    if unit.startswith("percent"):
        return f"{number} %{unit.removeprefix('percent')}"
    return f"{number} {unit}"


def bare(value: float) -> str:
    """Return an outcome without its unit: one place below ten, none above.

    >>> bare(2.456), bare(42.9), bare(3.0)
    ('2.5', '43', '3')
    """
    text = f"{value:z.1f}" if abs(value) < 9.95 else f"{value:z.0f}"
    return text.removesuffix(".0")


def signed(shift: float, unit: str) -> str:
    """Return how far an outcome moves, with its sign.

    >>> signed(7.1, "points"), signed(-0.25, "percent of GDP")
    ('+7.1 points', '\N{MINUS SIGN}0.2 % of GDP')
    """
    return f"{'+' if shift >= 0 else chr(0x2212)}{sized(abs(shift), unit)}"


def sized_range(values: FloatArray, unit: str) -> str:
    """Return the median of an outcome with its 90 % range.

    >>> sized_range(np.array([40.0, 43.0, 46.0]), "points")
    '43 points (90 %: 40 to 46)'
    """
    known = values[~np.isnan(values)]
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    if known.size == 1:
        return sized(middle, unit)
    return f"{sized(middle, unit)} (90 %: {bare(low)} to {bare(high)})"


def baseline(result: BargainingResult, issue: str, *, deal: bool = False) -> FloatArray:
    """Return the compromise mean in the room, shape (draw,); within the zone for a deal."""
    values = result.deal_value if deal else result.forecast_value
    return values[:, result.issues.index(issue), result.models.index(BASELINE)]


def fails_words(result: BargainingResult, format_: str, issue: str) -> str:
    """Say how often a format finds no deal, such as `no deal in 12 % of futures`."""
    fails = result.no_deal_prob(format_, issue)
    return f"no deal in {percent(0.0 if fails is None else fails)} of futures"


def with_titles(findings: Findings, table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with printed names in the place of keys of issues, formats, delegations."""
    scenario = findings.as_set
    names = {
        **dict.fromkeys(("issue", "first_issue", "second_issue"), scenario.titles("issues")),
        **dict.fromkeys(("format", "smaller", "larger"), scenario.titles("formats")),
        **dict.fromkeys(
            ("delegation", "mover", "challenger", "first", "second", "most_hurt"),
            scenario.titles("delegations"),
        ),
        "option": scenario.titles("options"),
    }
    return table.with_columns(
        pl.col(column).replace(titles)
        for column, titles in names.items()
        if column in table.columns
    )
