"""Whether the guarantor would have their back, and how sure that must be to deter."""

from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.consent import MISSION_WORDS
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import (
    CANNOT_SAY,
    assumptions,
    both,
    finite,
    guarantee_evidence,
    in_words,
    mission_words,
    rates_of,
    rates_table,
    reaches,
)
from foedus.briefing.sentences import (
    count_of,
    listed,
    percent,
    percent_range,
    persons,
    range_note,
    spread,
)
from foedus.briefing.strength import one_row
from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.backing import backing_prob
from foedus.engines.deterrence.inputs import WITH, WITHOUT
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.scenario.deterrence import MISSIONS, BaseRate

RATES: Final = ("kept_prob", "success_prob", "direction")
BURDEN_NOT_TOLD: Final = (
    "What the burden that they carry does to backing is not told: no base rate says how often such "
    "promises were kept."
)
MORE_SHARE: Final = 0.2
"""How much more of the burden the sentence on it has the governments carry."""


def answer_backstop(findings: Findings, question: str) -> Answer:
    """Answer how sure backing must be to deter, against how sure promises of the kind were."""
    result = findings.guarantee.result
    needed = result.needed_backing_prob[:, *result.own]
    there = finite(needed)
    middle, low, high = spread(there) if there.size else (None, None, None)
    never = float(np.isinf(needed).mean())
    evidence = guarantee_evidence(findings)
    return Answer(
        id="backstop",
        question=question,
        kind="threshold",
        headline=backstop_headline(result),
        value=middle,
        unit="probability of backing, believed by both sides, from which on it deters",
        low=low,
        high=high,
        interval_note=ends_note(there),
        never_prob=never,
        always_prob=float((needed <= 0).mean()) if there.size else 1.0 - never,
        more=(
            both_sentence(result),
            *force_sentences(result),
            missions_sentence(result),
            *burden_sentences(result),
            *kept_sentence(result),
        ),
        drivers=findings.guarantee_drivers.strongest(
            np.minimum(needed, 1.0),
            "needed_backing_prob",
            moves="backing that it takes to deter, 1 where none is enough",
        ),
        assumes=(
            (
                "Adversary and governments believe alike in backing: the one deters, the other "
                "decides whether the force fights."
            ),
            *assumptions(result),
            (
                f"The least force is looked for in {result.is_searched.sum()} of "
                f"{count_of(result.draws, 'draw')}, each time up to "
                f"{persons(result.largest_force_persons)} soldiers."
            ),
            *burden_assumed(result),
            *evidence.remarks,
        ),
        cannot_say=(
            "Whether this guarantor would keep this promise: base rates are of other promises.",
            "What backing would consist of, and how soon it would come.",
            *CANNOT_SAY,
            *reaches(result, *RATES),
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "backstop_thresholds": thresholds_table(result),
            "backstop_burden": result.burden_table(),
            "backstop_base_rates": rates_table(result, *RATES),
            "headline_numbers": headline_numbers(result),
        },
        run=findings.guarantee.run_id,
    )


def ends_note(there: FloatArray) -> str:
    """Say over which draws the range is, or why there is none."""
    which = "some backing is needed and some is enough"
    if not there.size:
        return f"There is no draw in which {which}."
    if there.size == 1:
        return f"The one draw in which {which}: no range."
    return range_note(there.size, f"the {count_of(there.size, 'draw')} in which {which}")


def backstop_headline(result: GuaranteeResult) -> str:
    """Say how often no backing is enough, how sure it must be else, and what is counted on."""
    counted = float(np.median(result.backing_prob[:, WITH]))
    parts = [*needed_words(result), f"the option counts on {percent(counted)}"]
    prior = prior_of(result)
    if prior is not None:
        parts.append(f"such promises are taken to have been kept in {kept_words(prior)}")
    return f"{'; '.join(parts)}."


def needed_words(result: GuaranteeResult) -> list[str]:
    """Say as clauses how often no backing is enough, how often none is needed, and how sure else.

    The first begins a sentence.
    """
    needed = result.needed_backing_prob[:, *result.own]
    force = f"a force that is to {mission_words(result)}"
    never, always, there = (
        float(np.isinf(needed).mean()),
        float((needed <= 0).mean()),
        finite(needed),
    )
    if never == 1:
        return [f"In no future is any backing, however sure, enough for {force} to deter"]
    if always == 1:
        return [f"In every future {force} deters without any backing"]
    parts = [
        f"In {percent(never)} of futures no backing, however sure, is enough for {force} to deter"
    ]
    if always:
        parts.append(f"in {percent(always)} none is needed")
    if there.size:
        rest = "in the others it" if never or always else "it"
        parts.append(f"{rest} must be believed with a chance of {percent_range(there)}")
    return parts


def prior_of(result: GuaranteeResult) -> BaseRate | None:
    """Return the base rate that a belief in backing starts from."""
    return next((row for row in result.base_rates if row.role == "prior"), None)


def kept_words(rate: BaseRate) -> str:
    """Return how often promises were kept, with its range; the range is the row's own."""
    value, low, high = rate.rate_value, rate.rate_value_low, rate.rate_value_high
    if value is None or low is None or high is None:
        return "an unknown part of cases"
    return f"{percent(value)} of cases ({percent(low)} to {percent(high)} by count)"


def headline_numbers(result: GuaranteeResult) -> pl.DataFrame:
    """Return the numbers of the headline, and how often it is deterred beside direct war."""
    two, prior = both(result), prior_of(result)
    return one_row(
        backing_prob=float(np.median(result.backing_prob[:, WITH])),
        kept_prob=prior.rate_value if prior else None,
        kept_prob_low=prior.rate_value_low if prior else None,
        kept_prob_high=prior.rate_value_high if prior else None,
        deterred_prob=two.deterred_prob,
        direct_war_prob=two.direct_war_prob,
    )


def both_sentence(result: GuaranteeResult) -> str:
    """Say how it stands with the backing that is counted on, with that as kept, and with none."""
    two, alone = both(result), both(result, WITHOUT)
    said = (
        f"With the backing that the option counts on the adversary is {two.words}; without the "
        f"guarantor {alone.words}."
    )
    if not result.has_prior:
        return said
    enough = float((result.prior_prob >= result.needed_backing_prob[:, *result.own]).mean())
    return (
        f"{said} A promise that is believed as often as such promises were kept would be enough in "
        f"{percent(enough)} of futures."
    )


def force_sentences(result: GuaranteeResult) -> tuple[str, ...]:
    """Say which force would deter at the backing counted on, and which without the guarantor."""
    largest = persons(result.largest_force_persons)
    said = []
    for situation, words in ((WITH, "with that backing"), (WITHOUT, "without the guarantor")):
        needed = result.needed_force_persons[:, *result.own, situation]
        in_place = float(np.median(result.force_persons[:, situation]))
        never, none = np.isinf(needed).mean(), (needed <= 0).mean()
        there = finite(needed)
        parts = []
        if never:
            parts.append(
                f"no force of up to {largest} soldiers is enough in {percent(float(never))} of "
                "futures"
            )
        if none:
            parts.append(f"none is needed in {percent(float(none))}")
        if there.size:
            low, high = spread(there)[1:]
            ends = (
                "" if low is None or high is None else f" (90 %: {persons(low)} to {persons(high)})"
            )
            rest = "in the others it takes" if parts else "it takes"
            parts.append(f"{rest} {persons(float(np.median(there)))} soldiers{ends}")
        said.append(
            f"Of the force alone, {words}: {listed(parts)}; {persons(in_place)} are in place."
        )
    return tuple(said)


def missions_sentence(result: GuaranteeResult) -> str:
    """Say how sure backing must be under the other missions at the same place."""
    parts = []
    for m, mission in enumerate(MISSIONS):
        place = (m, result.own[1])
        if place == result.own:
            continue
        needed = result.needed_backing_prob[:, *place]
        there = finite(needed)
        rest = f", and else it takes {percent(float(np.median(there)))}" if there.size else ""
        parts.append(
            f"to {MISSION_WORDS[mission]} none is enough in "
            f"{percent(float(np.isinf(needed).mean()))} of futures{rest} "
            f"({both(result, WITH, place).brief})"
        )
    return f"At the same place with the mission {'; '.join(parts)}."


def burden_sentences(result: GuaranteeResult) -> tuple[str, ...]:
    """Say what the governments' own part of the burden does to backing, and what it would take."""
    share = result.needed_share(result.needed_backing_prob[:, *result.own])
    if share is None:
        return (BURDEN_NOT_TOLD,)
    today = float(np.median(result.share_today))
    more = min(today + MORE_SHARE, 1.0)
    carried = np.full(result.draws, more)
    found = backing_prob(carried, result.advantage_points, result.slope_points, result.shock_points)
    there = finite(share)
    never, none = np.isinf(share).mean(), (share <= 0).mean()
    parts = [f"not even all of it would bring backing there in {percent(float(never))} of futures"]
    if none:
        parts.append(f"none of it is needed in {percent(float(none))}")
    if there.size:
        parts.append(f"in the others it takes {percent_range(there)} of it")
    return (
        (
            f"The governments carry {percent(today)} of the common burden today; with "
            f"{percent(more)} backing would rise from "
            f"{percent(float(np.median(result.prior_prob)))} to "
            f"{percent(float(np.median(found)))} in the median. To make it sure enough to deter, "
            f"{listed(parts)}."
        ),
    )


def burden_assumed(result: GuaranteeResult) -> tuple[str, ...]:
    """Say how the burden carried is taken to move the guarantor."""
    if not result.has_prior:
        return ()
    return (
        (
            "The guarantor backs where abandoning costs it more than backing; abandoning gets "
            "dearer in a straight line with the share of the burden that the governments carry, "
            "and today's share goes with how often such promises were kept."
        ),
    )


def kept_sentence(result: GuaranteeResult) -> tuple[str, ...]:
    """Say how far counts of promises kept lie apart."""
    counts = [row.rate_value for row in rates_of(result, "kept_prob") if row.role == "check"]
    kept = [value for value in counts if value is not None]
    if not kept:
        return ()
    low, high = percent(min(kept)), percent(max(kept))
    often = low if low == high else f"between {low} and {high}"
    counted = count_of(len(kept), "count")
    return (f"By the {counted} listed, {often} of promises to come to another's help were kept.",)


def thresholds_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return what it would take at every mission and place, the option's own first."""
    table = result.threshold_table().sort("is_option", descending=True, maintain_order=True)
    return in_words(table)
