"""What answers on the guarantee share: its words, its limits, and the rows it rests on.

How often the adversary is deterred is never told without how often there is direct war.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from foedus.briefing.consent import LOCATION_WORDS, MISSION_WORDS
from foedus.briefing.dispute_words import MISSION_NAMES, TARGET_NAMES, dispute_title
from foedus.briefing.evidence import Evidence, Pick, every
from foedus.briefing.findings import Findings
from foedus.briefing.reads import BEFORE_MONEY, consent_picks, force_picks, merged, rests_on
from foedus.briefing.sentences import percent
from foedus.engines import Guarantee
from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.inputs import WITH
from foedus.engines.deterrence.result import HORIZON_MONTHS, GuaranteeResult
from foedus.scenario.deterrence import BaseRate

SEEN_MONTHS: Final = 24
"""The time that headlines and the comparison of options speak of."""
SEEN: Final = HORIZON_MONTHS.index(SEEN_MONTHS)

CANNOT_SAY: Final = (
    "Nuclear coercion: what a threat with nuclear weapons does is in no payoff of its own.",
    "Attribution: a violation that can be denied is taken to be seen for what it is.",
    "What emboldens the host: it fights if attacked, and moves by itself in nothing.",
    "What one violation teaches for the next: the game is played once.",
    "How the force's governments differ: they are one actor, but for who lets the force fight.",
)
AUTHORISED_BY: Final = {
    "lead": "The nation with most soldiers in the force lets it fight or does not",
    "heads": "More than half of the nations in the force must let it fight",
    "persons": "Nations with more than half of the soldiers must let the force fight",
    "consensus": "Every nation in the force must let it fight",
    "always": "Nobody need be asked before the force fights",
}
NO_FORCE_WORDS: Final = {"none": "no force"}
GUARANTOR_WORDS: Final = {"none": "without"}


class Both(NamedTuple):
    """How often the adversary is deterred, and how often there is direct war; never one alone."""

    deterred_prob: float
    direct_war_prob: float

    @property
    def words(self) -> str:
        """The two in words."""
        return (
            f"deterred in {percent(self.deterred_prob)} of futures, direct war in "
            f"{percent(self.direct_war_prob)}"
        )

    @property
    def brief(self) -> str:
        """The two, to stand in brackets where it was said what they are of."""
        return f"deterred {percent(self.deterred_prob)}, direct war {percent(self.direct_war_prob)}"


def both(
    result: GuaranteeResult, situation: int = WITH, cell: tuple[int, int] | None = None
) -> Both:
    """Return the two in one cell of the grid, that of the option if none is named."""
    place = (*(cell or result.own), situation)
    return Both(
        float(result.deterred_prob_of(place).mean()), float(result.direct_war_prob_of(place).mean())
    )


def mean(
    result: GuaranteeResult,
    name: str,
    situation: int = WITH,
    cell: tuple[int, int] | None = None,
) -> float:
    """Return the mean over all futures of an array of the grid in one cell."""
    return float(result.of(name, situation, cell).mean())


def within(result: GuaranteeResult, name: str, situation: int = WITH) -> FloatArray | None:
    """Return the chance within each horizon under the option; None where there is no baseline.

    Shape (draw, horizon).
    """
    return result.within_months(name, (*result.own, situation)) if result.has_hazard else None


def mission_words(result: GuaranteeResult) -> str:
    """Return the option's mission and place in words, to stand behind `a force that is to`."""
    return f"{MISSION_WORDS[result.mission]} {LOCATION_WORDS[result.location]}"


def in_words(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with words in the place of missions, locations, targets and inputs."""
    words: Mapping[str, Mapping[str, str]] = {
        "mission": MISSION_WORDS | NO_FORCE_WORDS,
        "location": LOCATION_WORDS | {"none": ""},
        "guarantor": GUARANTOR_WORDS,
        "target": TARGET_NAMES,
    }
    found = table.with_columns(
        pl.col(column).replace(names) for column, names in words.items() if column in table.columns
    )
    if "input" in found.columns:
        found = found.with_columns(
            pl.Series("input", [input_title(name) for name in found["input"]], pl.String)
        )
    return found


def input_title(name: str) -> str:
    """Return an input that differs from draw to draw in words.

    >>> input_title("force_persons"), input_title("authorise_prob/fight_back")
    ('the number of soldiers in place', 'the chance that the force is let fight (fighting back)')
    >>> input_title("disputes/ceasefire:loss_points:line")
    'what an unanswered violation costs the governments (an attack on the line)'
    """
    if name == "force_persons":
        return "the number of soldiers in place"
    kind, _, key = name.partition("/")
    if kind == "authorise_prob":
        return f"the chance that the force is let fight ({MISSION_NAMES[key]})"
    return dispute_title(key)


def assumptions(result: GuaranteeResult) -> tuple[str, ...]:
    """Say what every number of the game takes for granted."""
    loosely = (
        f" Choices follow payoffs loosely, with a precision of {result.lambda_ratio:g} a point."
        if result.lambda_ratio
        else ""
    )
    return (
        (
            "A game: the adversary violates or complies, the governments that send the force, as "
            "one actor, fight or concede, and the adversary stops or presses, which is direct war; "
            "each knows only its own type, harder or softer, and the guarantor comes in by chance."
            f"{loosely}"
        ),
        (
            "Of several equilibria stands the one that D1 selects: a violation that nobody "
            "expected is put down to the harder type. What holds only if everyone believes it does "
            "is not counted as deterred."
        ),
        (
            "Payoffs are judged, in points of which 100 are what the adversary gains by taking the "
            "line unanswered, and drawn anew in each future; disputes.csv has them."
        ),
        (
            "The adversary plans for what is worth most to it, a probe, the line or the force "
            "itself, before it is known how resolute it will be."
        ),
        (
            f"{AUTHORISED_BY[result.authorisation]}; every mission and place is looked at with the "
            "same people, those in place under the option."
        ),
    )


MONTHS_ASSUMED: Final = (
    "Within so many months: how often such a ceasefire broke with neither force nor guarantor, as "
    "base_rates.csv has it, times how much likelier or less likely the game makes it; the same "
    "every month. The range is that of the first alone."
)


def guarantee_evidence(findings: Findings, more: dict[str, Pick] | None = None) -> Evidence:
    """Return the rows that the game of a ceasefire rests on, and those that say who is in place."""
    engines = (*BEFORE_MONEY, Guarantee.name)
    return rests_on(findings, merged(guarantee_picks(findings), more or {}), engines=engines)


def guarantee_picks(findings: Findings) -> dict[str, Pick]:
    """Return what is read to find whether the force of an option deters."""
    return (
        consent_picks(findings)
        | force_picks(findings, frozenset(["fair shares"]))
        | picks_of_games()
    )


def picks_of_games() -> dict[str, Pick]:
    """Return the rows of the game of a ceasefire, and the base rates beside it."""
    return {"disputes": lambda row: row.dispute == "ceasefire", "base_rates": every}


def rates_of(result: GuaranteeResult, *quantities: str) -> list[BaseRate]:
    """Return the base rates of some kinds, in the order of the file."""
    return [row for row in result.base_rates if row.quantity in quantities]


def rates_table(result: GuaranteeResult, *quantities: str) -> pl.DataFrame:
    """Return base rates of some kinds, each with what it was found in and its reach."""
    names = [row.rate for row in rates_of(result, *quantities)]
    columns = ("title", "rate_value", "rate_value_low", "rate_value_high", "unit")
    return (
        result.base_rate_table()
        .filter(pl.col("rate").is_in(names))
        .select(*columns, "role", "population", "reach")
    )


def reaches(result: GuaranteeResult, *quantities: str) -> tuple[str, ...]:
    """Say beyond what base rates of some kinds must not be stretched."""
    found = dict.fromkeys(
        row.reach for row in rates_of(result, *quantities) if row.role in ("check", "baseline")
    )
    if not found:
        return ()
    return (f"More than the base rates beside it can tell. Their reach: {'. '.join(found)}.",)


def finite(values: FloatArray) -> FloatArray:
    """Return the thresholds that are there: neither without need nor out of reach."""
    there: FloatArray = values[np.isfinite(values) & (values > 0)]
    return there


def met_median(values: FloatArray) -> float | None:
    """Return the median of a threshold over all draws; None where it is never met in most."""
    middle = float(np.quantile(values, 0.5, method="inverted_cdf"))
    return middle if np.isfinite(middle) else None
