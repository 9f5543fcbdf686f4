"""Whether the guarantor will listen: whether help withheld buys a seat, and what offers add."""

from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.reads import rests_on
from foedus.briefing.sentences import listed, percent, percent_range, points
from foedus.briefing.strength import one_row
from foedus.engines import Guarantee
from foedus.engines.deterrence.result import OFFERS_MADE, GuaranteeResult
from foedus.errors import MissingDataError
from foedus.scenario.deterrence import OFFERS

NOTHING: Final = 0
ALL_OFFERS: Final = len(OFFERS_MADE) - 1


def answer_leverage(findings: Findings, question: str) -> Answer:
    """Answer how often the threat to withhold help is believed enough to be seated."""
    result = findings.guarantee.result
    if not result.has_leverage:
        raise MissingDataError(
            f"{findings.scenario.name}: disputes.csv has no rows of the dispute leverage. Add them."
        )
    picks = {"disputes": lambda row: row.dispute == "leverage"}
    evidence = rests_on(findings, picks, engines=(Guarantee.name,))
    margin = result.leverage_credible_prob - result.leverage_needed_prob
    return Answer(
        id="leverage",
        question=question,
        kind="probability",
        headline=leverage_headline(result),
        value=seated(result, NOTHING),
        unit="probability that the contributors are seated without an offer",
        interval_note="A chance over all futures drawn has no range.",
        more=(
            offers_sentence(result),
            together_sentence(result),
            left_out_sentence(result),
        ),
        drivers=findings.guarantee_drivers.strongest(
            margin[:, NOTHING],
            "margin_prob",
            moves="credibility beyond what is needed, without an offer",
        ),
        assumes=(
            (
                "A game: the guarantor seats the contributors or leaves them out; left out, they "
                "help all the same or withhold their help. It seats them where the threat to "
                "withhold is believed at least as often as what leaving them out saves, over that "
                "and what help is worth."
            ),
            (
                "The threat is meant where withholding costs them less than helping unseated; how "
                "much less is known only up to a logistic spread."
            ),
            (
                "An offer adds to the worth of help and to what withholding it costs those who "
                "make it, since it is their security too. What offers add is summed."
            ),
            (
                "Payoffs are judged, in points of which 100 are what the settlement is worth to "
                "the guarantor, and drawn anew in each future; disputes.csv has them."
            ),
            *evidence.remarks,
        ),
        cannot_say=(
            "What the contributors would gain by the seat: that is the question of the seat.",
            "Whether they would hold together in withholding: they are one actor here.",
            "What a threat does to trust, and what is remembered: the game is played once.",
            "Whether a leader decides by such costs at all.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "leverage_offers": offers_table(result),
            "leverage_added": result.offer_table(),
            "headline_numbers": headline_numbers(result),
        },
        run=findings.guarantee.run_id,
    )


def seated(result: GuaranteeResult, place: int) -> float:
    """Return how often a set of offers brings a seat."""
    return float(result.is_seated[:, place].mean())


def best_offer(result: GuaranteeResult) -> str:
    """Return the offer that by itself brings a seat most often."""
    return max(OFFERS, key=lambda offer: seated(result, OFFERS_MADE.index(offer)))


def leverage_headline(result: GuaranteeResult) -> str:
    """Say how often they are seated without an offer, with the best one and with all."""
    needed, credible = (
        percent_range(values[:, NOTHING])
        for values in (result.leverage_needed_prob, result.leverage_credible_prob)
    )
    best = best_offer(result)
    return (
        f"Without an offer the contributors can force a seat in {percent(seated(result, NOTHING))} "
        f"of futures: their threat to withhold help must be believed with {needed}, and is with "
        f"{credible}; an offer of {best} alone makes it "
        f"{percent(seated(result, OFFERS_MADE.index(best)))}, all {len(OFFERS)} offers together "
        f"{percent(seated(result, ALL_OFFERS))}."
    )


def headline_numbers(result: GuaranteeResult) -> pl.DataFrame:
    """Return the numbers of the headline."""
    numbers: dict[str, float | None] = {}
    for what in ("needed", "credible"):
        values = getattr(result, f"leverage_{what}_prob")[:, NOTHING]
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        name = f"{what}_prob"
        numbers |= {name: middle, f"{name}_low": low, f"{name}_high": high}
    return one_row(
        **numbers,
        **{f"{offer}_seated_prob": seated(result, OFFERS_MADE.index(offer)) for offer in OFFERS},
        offers_count=float(len(OFFERS)),
        all_seated_prob=seated(result, ALL_OFFERS),
    )


def offers_sentence(result: GuaranteeResult) -> str:
    """Say what each offer alone does to the credibility needed, to that at hand, to the seat."""
    parts = []
    for offer in OFFERS:
        place = OFFERS_MADE.index(offer)
        needed, credible = (
            float(np.median(values[:, NOTHING] - values[:, place]))
            for values in (result.leverage_needed_prob, result.leverage_credible_prob)
        )
        parts.append(
            f"{offer} by {points(needed)} and by {points(credible)} (seated in "
            f"{percent(seated(result, place))})"
        )
    return (
        "Each offer alone lowers the credibility that the threat needs, and that which it has: "
        f"{'; '.join(parts)}."
    )


def together_sentence(result: GuaranteeResult) -> str:
    """Say what becomes of the threat once all is offered, and what leaving one out does."""
    needed, credible = (
        percent(float(np.median(values[:, ALL_OFFERS])))
        for values in (result.leverage_needed_prob, result.leverage_credible_prob)
    )
    parts = [
        f"{percent(seated(result, OFFERS_MADE.index(f'all but {offer}')))} without {offer}"
        for offer in OFFERS
    ]
    return (
        f"With all offered a credibility of {needed} would do, and the threat to withhold so much "
        f"has {credible}: seated in {percent(seated(result, ALL_OFFERS))} of futures; with all but "
        f"one in {listed(parts)}."
    )


def left_out_sentence(result: GuaranteeResult) -> str:
    """Say what follows where they are left out: help all the same, or help withheld."""
    is_out = ~result.is_seated[:, NOTHING]
    if not is_out.any():
        return "Without an offer they are seated in every future."
    withheld = float(result.leverage_credible_prob[is_out, NOTHING].mean())
    return (
        f"Where they are left out without an offer, they withhold with a chance of "
        f"{percent(withheld)}, and help all the same with {percent(1.0 - withheld)}."
    )


def offers_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return what each set of offers brings."""
    return result.leverage_table().select(
        "offers",
        "seated_prob",
        *(f"{name}_prob{end}" for name in ("needed", "credible") for end in ("", "_low", "_high")),
        *(f"{name}_points" for name in ("guarantor", "governments")),
    )
