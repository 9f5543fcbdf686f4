"""What can they agree on: every model by issue, how often there is no deal, and what trades add."""

from typing import Final

import numpy as np

from foedus.briefing.answer import Answer
from foedus.briefing.bargained import (
    CANNOT_SAY,
    assumptions,
    bargaining_evidence,
    baseline,
    issue_title,
    room_title,
    signed,
    sized,
    sized_range,
    with_titles,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import count_of, listed, percent
from foedus.briefing.strength import one_row
from foedus.engines.bargaining.result import EQUAL_MODELS, MODELS, BargainingResult

MOST_NAMED: Final = 3
SELDOM: Final = 0.01
"""What fails less often than this is not named among what is hard."""


def answer_agreement(findings: Findings, question: str) -> Answer:
    """Answer on which issues the room finds a deal, and where it would lie."""
    result = findings.bargaining.result
    all_deals = result.outcomes()["all_deals_prob"]
    evidence = bargaining_evidence(findings, {"options": lambda row: row.option == result.option})
    return Answer(
        id="agreement",
        question=question,
        kind="probability",
        headline=agreement_headline(findings, result),
        value=float(all_deals.mean()),
        unit=f"probability of a deal on every issue in {room_title(findings, result.format)}",
        interval_note="A chance over all futures drawn has no range.",
        more=(
            forecasts_sentence(findings, result),
            models_sentence(findings, result),
            *option_sentence(findings, result),
            *trade_sentence(findings, result),
            *pull_sentence(findings, result),
        ),
        drivers=findings.bargaining_drivers.strongest(
            result.outcomes()["deal_share"], "deal_share", moves="issues with a deal"
        ),
        assumes=(*assumptions(findings), *evidence.remarks),
        cannot_say=(
            *CANNOT_SAY,
            "What several issues must add up to: the tables hold no budget that issues share.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "agreement_forecasts": with_titles(findings, result.forecast_table()),
            "agreement_by_option": with_titles(findings, result.agreed_table()),
            "agreement_models": with_titles(findings, result.spread_table()),
            "agreement_parties": with_titles(findings, result.party_table()),
            "agreement_trades": with_titles(findings, result.trade_table()),
            "agreement_moves": with_titles(findings, result.move_table()),
            "headline_numbers": one_row(
                all_deals_prob=float(all_deals.mean()),
                deal_share=float(result.outcomes()["deal_share"].mean()),
                issues_count=float(result.is_dealt[result.room].sum()),
                **{
                    f"{issue}_no_deal_prob": result.no_deal_prob(result.format, issue)
                    for _, issue in result.dealt_issues()
                },
            ),
        },
        run=findings.bargaining.run_id,
    )


def hardest(result: BargainingResult) -> list[tuple[float, str]]:
    """Return how often there is no deal by issue, the hardest first."""
    fails = [
        (result.no_deal_prob(result.format, issue) or 0.0, issue)
        for _, issue in result.dealt_issues()
    ]
    return sorted(fails, key=lambda found: (-found[0], found[1]))


def agreement_headline(findings: Findings, result: BargainingResult) -> str:
    """Say how often there is a deal on all issues, and which are hardest."""
    fails = hardest(result)
    all_deals = percent(float(result.outcomes()["all_deals_prob"].mean()))
    where = room_title(findings, result.format)
    said = (
        f"{where}: a deal is possible on every one of {count_of(len(fails), 'issue')} in "
        f"{all_deals} of futures"
    )
    hard = [
        f"{issue_title(findings, issue)} (no deal in {percent(often)})"
        for often, issue in fails[:MOST_NAMED]
        if often >= SELDOM
    ]
    return f"{said}; hardest: {listed(hard)}." if hard else f"{said}."


def forecasts_sentence(findings: Findings, result: BargainingResult) -> str:
    """Say where the compromise mean lies on each issue."""
    parts = [
        f"{issue_title(findings, issue)} {sized_range(baseline(result, issue), result.units[at])}"
        for at, issue in result.dealt_issues()
    ]
    return f"By the compromise mean, if nobody could walk away: {'; '.join(parts)}."


def models_sentence(findings: Findings, result: BargainingResult) -> str:
    """Say where it matters which model is believed, or how one was written down."""
    table = result.spread_table().filter("rests_on_choice")
    said = []
    for row in table.iter_rows(named=True):
        why = "families of models" if row["among"] == "families" else "readings of one model"
        alone = f", {MODELS[row['outlier']]} alone apart" if row["rests_on_one"] else ""
        apart = sized(row["between_value"], row["unit"])
        said.append(f"{issue_title(findings, row['issue'])} ({why}, {apart}{alone})")
    if not said:
        return (
            "On no issue do models, or readings of one model, differ by more than the draws of one."
        )
    return f"Forecasts that rest on which model is believed: {listed(said)}."


def option_sentence(findings: Findings, result: BargainingResult) -> tuple[str, ...]:
    """Say how often the room agrees on the option, model by model."""
    issues = result.issues_of(result.option)
    if not issues:
        return ()
    table = result.agreed_table().filter(option=result.option).drop_nulls("agreed_prob")
    given = table.filter(~table["model"].is_in(EQUAL_MODELS)).sort("agreed_prob")
    least, most = given.row(0, named=True), given.row(-1, named=True)
    usual = float(given.filter(model="mean")["agreed_prob"].item())
    on = listed([issue_title(findings, issue) for issue in issues])
    said = f"What the option needs on {on} is agreed in {percent(usual)} of futures"
    if percent(least["agreed_prob"]) == percent(most["agreed_prob"]):
        return (f"{said}, whichever model is asked.",)
    return (
        (
            f"{said} by the compromise mean; the models say from {percent(least['agreed_prob'])} "
            f"({least['title']}) to {percent(most['agreed_prob'])} ({most['title']})."
        ),
    )


def trade_sentence(findings: Findings, result: BargainingResult) -> tuple[str, ...]:
    """Say which trade across issues gains a pair most, and what all trades would move."""
    if not result.trades:
        return ("No pair has anything to trade across issues where the assumptions stand.",)
    best = result.trades[0]
    names = findings.titles
    on_first, on_second = (
        f"{issue_title(findings, issue)} "
        f"({'up' if shift > 0 else 'down'} {sized(abs(shift), unit_of(result, issue))})"
        for issue, shift in (
            (best.first_issue, best.first_shift_value),
            (best.second_issue, best.second_shift_value),
        )
    )
    said = (
        "The trade that gains a pair most, where the assumptions stand: "
        f"{names[best.second]} gives way on {on_first} and {names[best.first]} on {on_second}; all "
        "others together "
        f"{'lose' if best.others_gain_score < 0 else 'gain'} by it."
    )
    moved = exchange_shifts(result)
    parts = [
        f"{issue_title(findings, issue)} by {signed(shift, unit_of(result, issue))}"
        for _, issue, shift in moved[:MOST_NAMED]
    ]
    if not parts:
        return (said,)
    return said, f"Trades by all move outcomes most on {listed(parts)}, in the median."


def unit_of(result: BargainingResult, issue: str) -> str:
    """Return the unit of an issue."""
    return result.units[result.issues.index(issue)]


def exchange_shifts(result: BargainingResult) -> list[tuple[float, str, float]]:
    """Return how far trades move each outcome, the furthest of its scale first.

    Part of the scale, issue, and the median shift in its unit; issues that do not move left out.
    """
    traded = result.forecast_value[:, :, result.models.index("exchange")]
    mean = result.forecast_value[:, :, result.models.index("mean")]
    found = []
    for at, issue in result.dealt_issues():
        known = ~np.isnan(traded[:, at])
        shift = float(np.median((traded - mean)[known, at]))
        if abs(shift) > SELDOM * result.width_value[at]:
            found.append((abs(shift) / result.width_value[at], issue, shift))
    return sorted(found, reverse=True)


def pull_sentence(findings: Findings, result: BargainingResult) -> tuple[str, ...]:
    """Say who moves the compromise mean most, over all issues, by its scale."""
    shifts = np.abs(result.over_blocks(result.mean_shift_value)) / result.width_value[:, np.newaxis]
    dealt = result.is_dealt[result.room]
    mean = np.nansum(shifts[dealt], axis=0) / dealt.sum()
    order = np.argsort(-mean, kind="stable")[:MOST_NAMED].tolist()
    parts = [f"{findings.titles[result.codes[i]]} ({percent(float(mean[i]))})" for i in order]
    return (
        (
            "Without one of them outcomes would move most, in hundredths of their scale and on "
            f"average over issues, without {listed(parts)}."
        ),
    )
