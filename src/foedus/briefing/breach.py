"""If the ceasefire is broken: what follows, and whether the force's soldiers are then at war."""

from itertools import product
from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.consent import LOCATION_WORDS, MISSION_WORDS
from foedus.briefing.dispute_words import TARGET_NAMES
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import (
    CANNOT_SAY,
    MONTHS_ASSUMED,
    SEEN,
    SEEN_MONTHS,
    assumptions,
    both,
    guarantee_evidence,
    in_words,
    mean,
    mission_words,
    rates_of,
    rates_table,
    reaches,
    within,
)
from foedus.briefing.sentences import count_of, listed, percent, percent_range, spread
from foedus.briefing.strength import one_row
from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.inputs import WITH, WITHOUT
from foedus.engines.deterrence.result import HORIZON_MONTHS, NO_FORCE, GuaranteeResult
from foedus.scenario.deterrence import LOCATIONS, MISSIONS, TARGETS

RATES: Final = (
    *("hazard_per_month", "hazard_ratio", "relapse_prob"),
    *("deaths_per_month", "deaths_ratio", "direction"),
)
NO_MONTHS: Final = (
    "How likely a violation or a war is within months is not told: no base rate says how often "
    "such a ceasefire breaks."
)


def answer_breach(findings: Findings, question: str) -> Answer:
    """Answer how likely direct war is once the ceasefire is broken, and within months."""
    result = findings.guarantee.result
    evidence = guarantee_evidence(findings)
    return Answer(
        id="breach",
        question=question,
        kind="probability",
        headline=breach_headline(result),
        value=mean(result, "war_given_violation_prob"),
        unit="probability of direct war if the ceasefire is violated",
        interval_note="A chance over all futures drawn has no range; what happens within months "
        "ranges with how often such ceasefires broke.",
        more=(
            ladder_sentence(result),
            now_sentence(result),
            *(months_sentences(result) or (NO_MONTHS,)),
            target_sentence(result),
            extremes_sentence(result),
            *rates_sentence(result),
        ),
        drivers=findings.guarantee_drivers.strongest(
            result.of("war_given_violation_prob"), "war_given_violation_prob"
        ),
        assumes=(
            *assumptions(result),
            (
                "What follows a violation is told also where nobody would violate: it is what both "
                "sides then expect."
            ),
            *((MONTHS_ASSUMED,) if result.has_hazard else ()),
            *evidence.remarks,
        ),
        cannot_say=(
            "How long a war would last, who would win it, or how many would fall.",
            "What the law of the mission, or of an alliance, makes of a soldier who is hit.",
            *CANNOT_SAY,
            *reaches(result, *RATES),
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "breach_ladder": ladder_table(result),
            "breach_months": months_table(result),
            "breach_targets": targets_table(result),
            "breach_base_rates": rates_table(result, *RATES),
            "headline_numbers": headline_numbers(result),
        },
        run=findings.guarantee.run_id,
    )


def rungs(result: GuaranteeResult, situation: int = WITH) -> dict[str, float]:
    """Return what follows a violation of the option, each with its chance; they sum to 1."""
    fought, war = (
        mean(result, f"{name}_given_violation_prob", situation) for name in ("fight", "war")
    )
    return {"unanswered": 1.0 - fought, "stopped": fought - war, "war": war}


def breach_headline(result: GuaranteeResult) -> str:
    """Say how likely war is once it is broken, what else follows, and what comes within months."""
    after = rungs(result)
    said = (
        f"If the ceasefire is broken, soldiers of a force that is to {mission_words(result)} are "
        f"directly at war with a chance of {percent(after['war'])}; with "
        f"{percent(after['unanswered'])} nobody answers, and with {percent(after['stopped'])} it "
        "is fought and the adversary stops"
    )
    war, violated = within(result, "direct_war_prob"), within(result, "violation_prob")
    if war is None or violated is None:
        return f"{said}."
    return (
        f"{said}; within {SEEN_MONTHS} months direct war comes with a chance of "
        f"{percent_range(war[:, SEEN])}, a violation with {percent_range(violated[:, SEEN])}."
    )


def headline_numbers(result: GuaranteeResult) -> pl.DataFrame:
    """Return the numbers of the headline, and how often it is deterred beside direct war."""
    after, two = rungs(result), both(result)
    numbers: dict[str, float | None] = {
        f"{name}_given_violation_prob": chance for name, chance in after.items()
    }
    for name in ("direct_war_prob", "violation_prob"):
        found = within(result, name)
        stem = f"{name.removesuffix('_prob')}_in_{SEEN_MONTHS}_months_prob"
        middle, low, high = (None, None, None) if found is None else spread(found[:, SEEN])
        numbers |= {stem: middle, f"{stem}_low": low, f"{stem}_high": high}
    return one_row(
        seen_months=float(SEEN_MONTHS),
        **numbers,
        deterred_prob=two.deterred_prob,
        direct_war_prob=two.direct_war_prob,
    )


def ladder_sentence(result: GuaranteeResult) -> str:
    """Say how wars part into those with and without the guarantor, and what is without it."""
    war, backed = result.of("war_given_violation_prob"), result.backing_prob[:, WITH]
    helped, left = float((war * backed).mean()), float((war * (1.0 - backed)).mean())
    alone = rungs(result, WITHOUT)
    return (
        f"Such a war is fought with the guarantor's help with a chance of {percent(helped)}, "
        f"without it with {percent(left)}. If the guarantor says no to everything, a violation "
        f"leads to war with {percent(alone['war'])} and goes unanswered with "
        f"{percent(alone['unanswered'])}."
    )


def now_sentence(result: GuaranteeResult) -> str:
    """Say how often it would be violated at all, with deterrence and war side by side."""
    two, alone = both(result), both(result, WITHOUT)
    often = percent(mean(result, "violation_prob"))
    return (
        f"Where it comes to a decision, the adversary violates with a chance of {often}: it is "
        f"{two.words}; without the guarantor {alone.words}."
    )


def months_sentences(result: GuaranteeResult) -> tuple[str, ...]:
    """Say what comes within each horizon, with the force and without any."""
    war, violated = within(result, "direct_war_prob"), within(result, "violation_prob")
    if war is None or violated is None:
        return ()
    nobody = nobody_violated(result)
    times = listed([str(months) for months in HORIZON_MONTHS])
    parts = [
        listed([percent(float(np.median(found[:, at]))) for at in range(len(HORIZON_MONTHS))])
        for found in (war, violated, nobody)
    ]
    return (
        (
            f"Within {times} months direct war comes with a chance of {parts[0]}, a violation with "
            f"{parts[1]}; with neither force nor guarantor a violation comes with {parts[2]}."
        ),
    )


def target_sentence(result: GuaranteeResult) -> str:
    """Say what the adversary would plan for."""
    planned = result.of("target")
    shares = {name: float((planned == place).mean()) for place, name in enumerate(TARGETS)}
    named = sorted((name for name in shares if shares[name] > 0), key=lambda name: -shares[name])
    parts = [f"{TARGET_NAMES[name]} in {percent(shares[name])}" for name in named]
    if not parts:
        return "There is nothing that the adversary could plan for."
    return f"It would plan for {listed(parts)} of futures."


def extremes_sentence(result: GuaranteeResult) -> str:
    """Say at which mission and place a violation leads to war least often, and most often."""
    chances = result.war_given_violation_prob[:, :, :, WITH].mean(axis=0)
    ends = [divmod(int(at), len(LOCATIONS)) for at in (np.argmin(chances), np.argmax(chances))]
    least, most = (
        f"{percent(float(chances[cell]))} where the force is to {MISSION_WORDS[MISSIONS[cell[0]]]} "
        f"{LOCATION_WORDS[LOCATIONS[cell[1]]]} ({both(result, WITH, cell).brief})"
        for cell in ends
    )
    return (
        f"Of all missions and places, a violation leads to direct war least often, with {least}, "
        f"and most often with {most}."
    )


def rates_sentence(result: GuaranteeResult) -> tuple[str, ...]:
    """Say what changed such a hazard elsewhere, beside the game and never multiplied into it."""
    checks = [row for row in rates_of(result, "hazard_ratio") if row.role == "check"]
    ratios = [row.rate_value for row in checks if row.rate_value is not None]
    if not ratios:
        return ()
    low, high = percent(min(ratios)), percent(max(ratios))
    left = low if low == high else f"{low} to {high}"
    counted = count_of(len(ratios), "count")
    return (
        (
            f"By {counted} of what changed such a hazard elsewhere, {left} of it was left: they "
            "stand beside the game, and are never multiplied into it."
        ),
    )


def ladder_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return what follows a violation at every mission and place, the option's own first."""
    table = result.ladder_table().sort("is_option", descending=True, maintain_order=True)
    given = [name for name in table.columns if name.endswith("_given_violation_prob")]
    war = pl.col("war_backed_given_violation_prob") + pl.col("war_alone_given_violation_prob")
    return in_words(
        table.with_columns(war_given_violation_prob=war).select(
            *("mission", "location", "guarantor", "is_option"),
            *("deterred_prob", "direct_war_prob", "war_given_violation_prob"),
            *given,
        )
    )


def months_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return violation and direct war within each horizon, a row a mission and place.

    The option's own come first, and then neither force nor guarantor.
    """
    rows = []
    if result.has_hazard:
        nobody = {"mission": NO_FORCE, "location": NO_FORCE, "guarantor": NO_FORCE}
        rows = [
            nobody | {"is_option": False} | within_columns(nobody_violated(result), "violation"),
            *(
                {
                    **key,
                    **both_columns(result, cell),
                    **within_columns(result.within_months("violation_prob", cell), "violation"),
                    **within_columns(result.within_months("direct_war_prob", cell), "direct_war"),
                }
                for cell, key in result.cells()
            ),
        ]
        rows.sort(key=lambda row: (not row["is_option"], row["mission"] != NO_FORCE))
    numbers = [
        f"{stem}_in_{months}_months_prob{end}"
        for stem, months, end in product(
            ("violation", "direct_war"), HORIZON_MONTHS, ("", "_low", "_high")
        )
    ]
    schema = {
        **dict.fromkeys(("mission", "location", "guarantor"), pl.String),
        "is_option": pl.Boolean,
        **dict.fromkeys(("deterred_prob", "direct_war_prob", *numbers), pl.Float64),
    }
    return in_words(pl.DataFrame(rows, schema=schema))


def both_columns(result: GuaranteeResult, cell: tuple[int, int, int]) -> dict[str, float]:
    """Return how often it is deterred, and direct war, as columns."""
    mission, place, situation = cell
    return both(result, situation, (mission, place))._asdict()


def within_columns(found: FloatArray, stem: str) -> dict[str, float | None]:
    """Return chances within each horizon, shape (draw, horizon), as columns with their ranges."""
    columns: dict[str, float | None] = {}
    for at, months in enumerate(HORIZON_MONTHS):
        name = f"{stem}_in_{months}_months_prob"
        middle, low, high = spread(found[:, at])
        columns |= {name: middle, f"{name}_low": low, f"{name}_high": high}
    return columns


def nobody_violated(result: GuaranteeResult) -> FloatArray:
    """Return the chance of a violation with neither force nor guarantor: as often as counted.

    Shape (draw, horizon).
    """
    return result.within(result.baseline_prob, 1.0)


def targets_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return what the adversary plans for under the option, with the guarantor and without."""
    own = result.target_table().filter("is_option")
    columns = ("target", "guarantor", "planned_prob", "violation_prob", "direct_war_prob")
    return in_words(own.select(columns))
