"""Whether nations can afford more defence and have the troops: targets, the force, debt, burden."""

from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.burden import burden_sentences, burden_table, measures_table
from foedus.briefing.findings import Findings
from foedus.briefing.reads import spending_evidence
from foedus.briefing.sentences import (
    count_of,
    in_a_sentence,
    listed,
    percent,
    persons,
    points_range,
    range_note,
    spread,
    spread_of_counts,
    usd_bn,
    usd_bn_range,
)
from foedus.briefing.strength import binding_words, one_row
from foedus.engines.spending.debt import deficit_after, is_over
from foedus.engines.spending.engine import SpendingResult
from foedus.quantities import LEAST_FIGURE

FloatArray = NDArray[np.float64]

HEADLINE_TARGET: Final = "3_5"
"""The share of GDP that the headline speaks of: the middle of those asked for above today's."""
OWN: Final = "own"
ACTIVE_KEY: Final = "active"
MOST_NAMED: Final = 3
HEADS_ENOUGH: Final = 0.25
"""While no more than this part of those under arms is sent, heads are not what is short: a force
that takes turns ties up several times the people it has in place."""


def answer_afford(findings: Findings, question: str) -> Answer:
    """Answer what targets cost, who can reach them, and what the force adds."""
    result = findings.spending.result
    target = result.targets.index(HEADLINE_TARGET)
    needed = result.needed_usd_bn[:, result.contributes, target].sum(axis=1)
    middle, low, high = spread(needed)
    evidence = spending_evidence(findings)
    year = result.target_year
    return Answer(
        id="afford",
        question=question,
        kind="number",
        headline=afford_headline(findings, result, target),
        value=middle,
        unit=f"bn US dollars of {price_year(findings)} more in {year} than at today's shares",
        low=low,
        high=high,
        interval_note=range_note(needed.size),
        more=(
            *target_sentence(result, target),
            *own_sentence(findings, result),
            *force_sentence(findings, result),
            *troops_sentence(findings),
            *programme_sentence(findings, result),
            *debt_sentence(result, target),
            *saving_sentence(result, target),
            *burden_sentences(findings),
        ),
        drivers=findings.drivers.strongest(
            result.extra_usd_bn[:, result.contributes, target].sum(axis=1),
            "extra_usd_bn",
            moves=f"of it within reach by {year}",
        ),
        assumes=(
            (
                "Shares of GDP rise in a straight line to the target and are kept; real spending "
                "grows no faster than each nation's fastest lasting rise, as budgets.csv has it; "
                "GDP grows at one rate, and a target below today's share is no cut."
            ),
            (
                "The force costs what it costs beside pay and upkeep at home, which are paid "
                "anyway; "
                + (
                    "costs lie where they fall, and a pool's with its members."
                    if findings.spending.provenance.identity.settings["common_share"] == 0
                    else "a part of it is paid in common, by GDP."
                )
            ),
            (
                "Debt: everything extra is borrowed each year, and the rest of the budget stays as "
                "it is; limits are those of a fiscal rule that binds the nation."
            ),
            *evidence.remarks,
        ),
        cannot_say=(
            (
                "Whether money turns into forces: industry, recruiting and training set limits of "
                "their own."
            ),
            "What more defence does to growth, taxes or other spending.",
            "What losses, wear beyond upkeep, or years after the mission would cost.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "afford_targets": targets_table(result),
            "targets_by_nation": nations_table(findings, result),
            "burden": burden_table(findings),
            "burden_measures": measures_table(findings),
            "force_cost_by_nation": force_table(findings, result),
            "programmes": programmes_table(findings, result),
            "coordination": result.coordination_table(),
            "headline_numbers": headline_numbers(findings, result, target),
        },
        run=findings.spending.run_id,
    )


def price_year(findings: Findings) -> int | None:
    """Return the year whose dollars all money is in."""
    return findings.as_set.about.price_year


def with_title(table: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return a table by delegation with the printed names in front."""
    title = pl.col("delegation").replace_strict(findings.titles, return_dtype=pl.String)
    return table.with_columns(title=title).select("title", pl.exclude("title"))


def afford_headline(findings: Findings, result: SpendingResult, target: int) -> str:
    """Say what the target costs, how much of it is within reach, and what the force adds."""
    who = result.contributes
    needed = usd_bn_range(result.needed_usd_bn[:, who, target].sum(axis=1))
    within = float(np.median(result.extra_usd_bn[:, who, target].sum(axis=1)))
    there = count_in_middle(result.in_time[:, who, target])
    title, year = result.target_titles[target], result.target_year
    said = (
        f"To spend {title} of GDP in {year} would cost contributors "
        f"{needed.replace(' bn', ' bn US dollars', 1)} a year more than today's shares; raised at "
        f"a pace that each has kept up before, {usd_bn(within)} of it is reached by then, and "
        f"{there:.0f} of {count_of(int(who.sum()), 'contributor')} "
        f"{'is' if there == 1 else 'are'} there."
    )
    if not sent_by_contributors(findings).any():
        return f"{said} Contributors send nobody in any future drawn, so the force adds nothing."
    return f"{said} The force itself adds {usd_bn_range(yearly_force(result))} a year."


def count_in_middle(flags: NDArray[np.bool_]) -> float:
    """Return how many nations are flagged in the middle one of all draws, a whole number."""
    return spread_of_counts(flags.sum(axis=1, dtype=np.float64)).middle


def yearly_force(result: SpendingResult) -> FloatArray:
    """Return what twelve months of the force cost contributors, shape (draw,)."""
    cost: FloatArray = result.force_yearly_usd_bn[:, result.contributes].sum(axis=1)
    return cost


def force_of_defence(result: SpendingResult) -> float | None:
    """Return twelve months of the force as a part of what contributors spend on defence today.

    None where they spend nothing.
    """
    spent = (result.today_share * result.gdp_usd_bn)[:, result.contributes].sum(axis=1)
    return float(np.median(yearly_force(result) / spent)) if (spent > 0).all() else None


def headline_numbers(findings: Findings, result: SpendingResult, target: int) -> pl.DataFrame:
    """Return the other numbers of the headline and of the sentences below it.

    Numbers that a sentence says with its range have it here too.
    """
    who = result.contributes
    active = active_persons(findings)
    sent = float(np.median(sent_by_contributors(findings)))
    debt, flags = debt_added(result, target), deficit_flags(result, target)
    return one_row(
        target_year=float(result.target_year),
        target_share=float(np.median(result.target_share[:, who, target])),
        within_reach_usd_bn=float(np.median(result.extra_usd_bn[:, who, target].sum(axis=1))),
        in_time_count=count_in_middle(result.in_time[:, who, target]),
        contributors_count=float(who.sum()),
        **with_range("force_yearly_usd_bn", yearly_force(result)),
        **with_range("force_usd_bn", result.force_usd_bn[:, who].sum(axis=1)),
        **with_range("full_usd_bn", result.full_usd_bn[:, who].sum(axis=1)),
        guarantor_usd_bn=float(np.median(result.force_usd_bn[:, ~who].sum(axis=1))),
        force_of_defence_share=force_of_defence(result),
        sent_persons=sent,
        active_persons=active,
        sent_of_active_share=sent / active if active else None,
        **with_range("debt_added_all_share", debt),
        limit_bound_count=float(flags.bound),
        over_limit_now_count=flags.now,
        over_limit_then_count=flags.then,
    )


def with_range(name: str, values: FloatArray) -> dict[str, float | None]:
    """Return a median and its 90 % range as columns."""
    found = spread(values)
    return {name: found.middle, f"{name}_low": found.low, f"{name}_high": found.high}


def targets_table(result: SpendingResult) -> pl.DataFrame:
    """Return a row a target: what it costs all contributors, and how many can be there in time."""
    who = result.contributes
    rows = []
    for t, title in enumerate(result.target_titles):
        asked = who & result.has_target[:, t]
        needed = spread(result.needed_usd_bn[:, asked, t].sum(axis=1))
        extra = spread(result.extra_usd_bn[:, asked, t].sum(axis=1))
        rows.append(
            {
                "target": title,
                "asked_count": int(asked.sum()),
                "met_count": count_in_middle(result.is_met[:, asked, t]),
                "needed_usd_bn": needed.middle,
                "needed_usd_bn_low": needed.low,
                "needed_usd_bn_high": needed.high,
                "extra_usd_bn": extra.middle,
                "extra_usd_bn_low": extra.low,
                "extra_usd_bn_high": extra.high,
                "total_usd_bn": float(np.median(result.total_usd_bn[:, asked, t].sum(axis=1))),
                "in_time_count": count_in_middle(result.in_time[:, asked, t]),
            }
        )
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(RANGE_ENDS, pl.Float64))


RANGE_ENDS: Final = tuple(
    f"{stem}_usd_bn_{end}" for stem in ("needed", "extra") for end in ("low", "high")
)


def nations_table(findings: Findings, result: SpendingResult) -> pl.DataFrame:
    """Return what each target asks of each nation; who has furthest to go comes first."""
    table = with_title(result.target_table(), findings)
    headline = result.target_titles[result.targets.index(HEADLINE_TARGET)]
    order = table.filter(pl.col("target") == headline).sort(
        ["needed_usd_bn", "delegation"], descending=[True, False]
    )["delegation"]
    place = {code: i for i, code in enumerate(order)}
    return (
        table.with_columns(place=pl.col("delegation").replace_strict(place, return_dtype=pl.Int64))
        .sort("place", maintain_order=True)
        .drop("place")
    )


def force_table(findings: Findings, result: SpendingResult) -> pl.DataFrame:
    """Return what the force costs each nation that pays, with its mean over all futures.

    The mean says more than the median of a nation that seldom joins, and means add up.
    """
    mean = dict(zip(result.codes, result.force_usd_bn.mean(axis=0).tolist(), strict=True))
    table = with_title(result.force_table(), findings)
    expected = pl.col("delegation").replace_strict(mean, return_dtype=pl.Float64)
    front = ("title", "delegation", "expected_usd_bn")
    return table.with_columns(expected_usd_bn=expected).select(*front, pl.exclude(*front))


def programmes_table(findings: Findings, result: SpendingResult) -> pl.DataFrame:
    """Return each programme, what contributors carry of it a year, and what stays open."""
    table = result.open_table()
    titles = findings.as_set.titles("costs")
    yearly = result.programme_yearly_usd_bn[:, result.contributes].sum(axis=1)
    total = result.programme_total_usd_bn
    is_open = np.divide(
        result.programme_open_usd_bn, total, out=np.zeros(total.shape), where=total > 0
    )
    return table.with_columns(
        pl.Series("title", [titles[name] for name in result.programmes], dtype=pl.String),
        pl.Series("contributors_yearly_usd_bn", np.median(yearly, axis=0)),
        pl.Series("open_share", np.median(is_open, axis=0)),
    ).select("title", pl.exclude("title"))


def target_sentence(result: SpendingResult, headline: int) -> tuple[str, ...]:
    """Say what the other stated shares cost, and who could be there in time."""
    said = (result.target_titles[headline], OWN)
    rows = [row for row in targets_table(result).to_dicts() if row["target"] not in said]
    parts = []
    for i, row in enumerate(rows):
        there = f"{row['in_time_count']:.0f}"
        if i == 0:
            there = f"{there} of {count_of(row['asked_count'], 'contributor')} in time"
        parts.append(f"{usd_bn(row['needed_usd_bn'])} for {row['target']} ({there})")
    return (f"Beyond today's shares {result.target_year} would take {listed(parts)}.",)


def own_sentence(findings: Findings, result: SpendingResult) -> tuple[str, ...]:
    """Say how far the nations' own targets go, and who is not on the way to its own."""
    if OWN not in result.targets:
        return ()
    t = result.targets.index(OWN)
    asked = result.contributes & result.has_target[:, t]
    number = int(asked.sum())
    if not number:
        return ("No contributor has a target of its own.",)
    has = "has a target of its own" if number == 1 else "have targets of their own"
    who = f"{count_of(number, 'contributor')} {has}"
    if not result.needed_usd_bn[:, asked, t].any():
        return (f"{who}, and today's {'share meets' if number == 1 else 'shares meet'} all of it.",)
    needed = float(np.median(result.needed_usd_bn[:, asked, t].sum(axis=1)))
    late = [
        findings.titles[code]
        for n, code in enumerate(result.codes)
        if asked[n] and result.in_time[:, n, t].mean() < 0.5
    ]
    behind = f"; more likely late than in time: {listed(late)}" if late else ""
    together = "" if number == 1 else "together "
    return (
        (
            f"{who}, which {together}would cost {usd_bn(needed)} a year more in "
            f"{result.target_year}{behind}."
        ),
    )


def force_sentence(findings: Findings, result: SpendingResult) -> tuple[str, ...]:
    """Say what the force costs over the mission, how that compares, and who pays most."""
    who = result.contributes
    total = result.force_usd_bn[:, who].sum(axis=1)
    full = result.full_usd_bn[:, who].sum(axis=1)
    helper = float(np.median(result.force_usd_bn[:, ~who].sum(axis=1)))
    said = []
    if total.any():
        part = force_of_defence(result)
        compared = "" if part is None else f"; a year of it is {share_of(part)} of what they spend"
        placed = ", set-up included" if result.force_set_up_usd_bn[:, who].any() else ""
        said.append(
            f"Over the mission the force costs contributors {usd_bn_range(total)}{placed}"
            f"{compared}{' on defence' if compared else ''}."
        )
        said += most_paid(findings, result)
    if helper >= LEAST_FIGURE:
        said.append(f"The guarantor's own part comes to {usd_bn(helper)}.")
    if full.any():
        said.append(
            f"Sent in full, as the option asks for it, the force would cost {usd_bn_range(full)}."
        )
    return (" ".join(said),) if said else ()


def most_paid(findings: Findings, result: SpendingResult) -> list[str]:
    """Say who pays most on average over all futures; nothing where it would print as none."""
    mean = result.force_usd_bn.mean(axis=0)
    most = [n for n in np.argsort(-mean, kind="stable") if result.contributes[n]][:MOST_NAMED]
    payers = [
        f"{findings.titles[result.codes[n]]} ({usd_bn(float(mean[n]))})"
        for n in most
        if mean[n] >= LEAST_FIGURE
    ]
    return [f"On average most is paid by {listed(payers)}."] if payers else []


def share_of(part: float) -> str:
    """Print a small share with a decimal.

    >>> share_of(0.0123), share_of(0.25), share_of(0.0002), share_of(0.0)
    ('1.2 %', '25 %', 'under 0.1 %', '0 %')
    """
    if part < 0.1:
        return "under 0.1 %" if 0 < part < 0.0005 else f"{100 * part:.1f} %" if part else "0 %"
    return percent(part)


def sent_by_contributors(findings: Findings) -> FloatArray:
    """Return the people that contributors and their pools send, shape (draw,)."""
    forces = findings.forces
    own = np.array([role != "guarantor" for role in forces.roles])
    sent: FloatArray = forces.sent_persons[:, own].sum(axis=(1, 2))
    return sent


def active_persons(findings: Findings) -> float | None:
    """Return the contributors' active personnel; None unless the scenario has it of each."""
    contributors = findings.as_set.of_role("contributor")
    sizes = {
        row.delegation: row.size_weight
        for row in findings.as_set.share_keys
        if row.share_key == ACTIVE_KEY
    }
    known = [sizes[code] for code in contributors if code in sizes]
    return float(sum(known)) if len(known) == len(contributors) else None


def troops_sentence(findings: Findings) -> tuple[str, ...]:
    """Say how large the force is against those under arms, and what is short instead of heads."""
    active = active_persons(findings)
    sent = float(np.median(sent_by_contributors(findings)))
    if not active or sent < 1:
        return ()
    forces = findings.forces
    binds = binding_words(forces, forces.binding_shares(forces.binding))
    short = ""
    if binds:
        few = sent <= HEADS_ENOUGH * active
        short = f"; what is short is {'not heads but ' if few else ''}{binds}"
    return (
        (
            f"Have they the troops? Contributors have {persons(active)} people under arms and send "
            f"{persons(sent)}, {share_of(sent / active)} of them{short}."
        ),
    )


def programme_sentence(findings: Findings, result: SpendingResult) -> tuple[str, ...]:
    """Say what programmes beside the force would cost contributors, and what stays open."""
    parts = [
        f"{usd_bn(row['contributors_yearly_usd_bn'])} a year over "
        f"{count_of(row['over_years_count'], 'year')} for {in_a_sentence(row['title'])} "
        f"({percent(row['open_share'])} of it is open)"
        for row in programmes_table(findings, result).to_dicts()
        if row["contributors_yearly_usd_bn"] >= LEAST_FIGURE
    ]
    if not parts:
        nothing = ("No part of the programmes beside the force falls to contributors.",)
        return nothing if result.programmes else ()
    return (f"Programmes beside the force would cost contributors {listed(parts)}.",)


def debt_added(result: SpendingResult, target: int) -> FloatArray:
    """Return what all of it adds to the contributors' debt over their GDP, shape (draw,)."""
    who = result.contributes
    weights = result.gdp_by_year[:, who, -1]
    owed = (result.debt_all_share[:, who, target] * weights).sum(axis=1)
    added: FloatArray = owed / weights.sum(axis=1)
    return added


class DeficitFlags(NamedTuple):
    """How many contributors stand above a limit on deficits that binds them."""

    bound: int
    """Those that a limit binds and whose balance is known."""
    now: float | None
    """In the middle one of all draws; None where none is bound."""
    then: float | None
    """The same in the year looked at, if all of it is borrowed."""


def deficit_flags(result: SpendingResult, target: int) -> DeficitFlags:
    """Count contributors above their limit on deficits, now and in the year looked at."""
    limit, balance = result.deficit_limit_share, result.balance_share
    bound = result.contributes & ~np.isnan(limit + balance).any(axis=0)
    if not bound.any():
        return DeficitFlags(0, None, None)
    extra = result.extra_all_share[:, bound, target]
    now = is_over(-balance[:, bound], limit[:, bound])
    then = is_over(deficit_after(balance[:, bound], extra), limit[:, bound])
    return DeficitFlags(int(bound.sum()), count_in_middle(now), count_in_middle(then))


def debt_sentence(result: SpendingResult, target: int) -> tuple[str, ...]:
    """Say what borrowing all of it adds to debt, and who would stand above a limit."""
    who = result.contributes
    parts = [f"the path to {result.target_titles[target]} of GDP"]
    parts += ["the force"] if result.force_debt_share[:, who].any() else []
    parts += ["the programmes"] if result.programme_debt_share[:, who].any() else []
    together = " together" if len(parts) > 1 else ""
    said = (
        f"Borrowed, {listed(parts)}{together} would add "
        f"{points_of_gdp(debt_added(result, target))} to the contributors' debt over GDP by "
        f"{int(result.years[-1])}"
    )
    flags = deficit_flags(result, target)
    if flags.now is None or flags.then is None:
        return (f"{said}.",)
    bound = f"{count_of(flags.bound, 'contributor')} bound by a limit on deficits"
    now = f"{flags.now:.0f} {'is' if flags.now == 1 else 'are'}"
    then = f"{flags.then:.0f} would be in {result.target_year}"
    return (f"{said}; of {bound} {now} above it now and {then}.",)


def points_of_gdp(values: FloatArray) -> str:
    """Print a difference of shares in points with its 90 % range; a decimal where they are few.

    >>> points_of_gdp(np.array([0.004])), points_of_gdp(np.array([0.15, 0.2, 0.25]))
    ('0.4 points', '20 points (90 %: 16 to 24)')
    """
    middle, low, high = spread(100 * values)
    if middle >= 9.95:
        return points_range(values)
    shown = "under 0.1" if 0 < middle < 0.05 else f"{middle:z.1f}"
    if low is None or high is None:
        return f"{shown} points"
    return f"{shown} points (90 %: {low:z.1f} to {high:z.1f})"


def saving_sentence(result: SpendingResult, target: int) -> tuple[str, ...]:
    """Say what buying together would save; nothing where that would print as none."""
    saving = result.saving_usd_bn(target)
    if np.median(saving) < LEAST_FIGURE:
        return ()
    return (
        (
            f"Buying more of it together would save {usd_bn_range(saving)} a year on the path to "
            f"{result.target_titles[target]}."
        ),
    )
