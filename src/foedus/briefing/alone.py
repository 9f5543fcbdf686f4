"""If the guarantor says no: what can still be done, and what fails first."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer, Driver
from foedus.briefing.backstop import force_sentences, needed_words
from foedus.briefing.drivers import DriverSearch, drawn_inputs, joining_events
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import both, in_words, mean, met_median, picks_of_games
from foedus.briefing.reads import alone_evidence
from foedus.briefing.sentences import (
    count_of,
    in_a_sentence,
    listed,
    percent,
    persons,
    points,
    spread_of_counts,
)
from foedus.briefing.strength import (
    FORCE_ASSUMPTIONS,
    binding_words,
    force_name,
    force_number,
    force_unit,
    named,
    one_row,
    show_force,
    show_force_range,
    tell,
)
from foedus.engines.deterrence.inputs import SITUATIONS, WITH, WITHOUT
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]


HELD_ASSUMED: Final = (
    "Whether it deters: the game of the question on the backstop, whose payoffs are judged."
)


def answer_alone(findings: Findings, question: str) -> Answer:
    """Answer what stands without the guarantor's backing, blessing and enablers."""
    result = findings.alone.forces.result
    final = force_number(findings, result)
    told = tell(findings, final)
    services = service_table(findings)
    run = findings.guarantee_if_any
    held = run.result if run else None
    evidence = alone_evidence(findings, picks_of_games() if held else None)
    return Answer(
        id="alone",
        question=question,
        kind="number",
        headline=alone_headline(findings, final),
        value=told.value,
        unit=force_unit(findings, more=" without the guarantor"),
        low=told.low,
        high=told.high,
        interval_note=told.note,
        more=(
            *loss_sentence(findings),
            *binding_sentence(findings),
            *service_sentence(services),
            *(held_sentences(held) if held else ()),
        ),
        drivers=alone_drivers(findings, final),
        assumes=(
            (
                "No backing in war, no blessing, none of its units and services; everything else "
                "as in the option."
            ),
            (
                "Services have no units: what others supply is one less the guarantor's share of "
                "what would be used, whoever joins."
            ),
            *FORCE_ASSUMPTIONS,
            *((HELD_ASSUMED,) if held else ()),
            *evidence.remarks,
        ),
        cannot_say=(
            "How soon gaps could be closed, and at what price.",
            "What the guarantor would still lend in silence, or withhold from the adversary.",
            "Which nation's satellites and services stand behind the shares of a service.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "alone_services": services,
            "alone_capabilities": named(result.tables()["capabilities"], findings),
            "alone_options": alone_options(findings),
            **({"alone_deterrence": held_table(held)} if held else {}),
            "dependence_by_nation": dependence_table(findings.as_set, findings.titles),
            "headline_numbers": headline_numbers(findings, final),
        },
        run=findings.alone.forces.run_id,
    )


def service_table(findings: Findings) -> pl.DataFrame:
    """Return the share of each service without the guarantor, thinnest first, beside that with it.

    What is needed is the same in both runs: only what the guarantor gives is set in one.
    """
    helped, alone = (
        result.service_table() for result in (findings.forces, findings.alone.forces.result)
    )
    beside = alone.update(helped.select("service", "fill_share"), on="service")
    return named(beside, findings, "service").sort(["alone_share", "service"])


def joiners(findings: Findings) -> tuple[float, float]:
    """Return how many join without the guarantor and with it, in medians."""
    alone, helped = (
        spread_of_counts(result.outcomes()["joiners_count"]).middle
        for result in (findings.alone.consent.result, findings.consent)
    )
    return alone, helped


def headline_numbers(findings: Findings, final: FloatArray) -> pl.DataFrame:
    """Return the numbers of the headline."""
    alone, helped = joiners(findings)
    return one_row(
        **{
            force_name(findings, "with_guarantor"): float(
                np.median(force_number(findings, findings.forces))
            )
        },
        no_force_prob=none_share(findings, final),
        joiners_count=alone,
        joiners_with_guarantor_count=helped,
    )


def none_share(findings: Findings, final: FloatArray) -> float:
    """Return how often there is no force at all: less than a soldier, or no share of anything."""
    none = final < 1 if findings.asks_land else final <= 0
    return float(none.mean())


def alone_headline(findings: Findings, final: FloatArray) -> str:
    """Say what stands without the guarantor, against the option as it is, and who joins."""
    alone, helped = joiners(findings)
    who = f"{count_of(alone, 'contributor')} {'joins' if alone == 1 else 'join'}"
    compared = "as many as with it" if alone == helped else f"against {helped:.0f}"
    if not findings.asked_groups.any():
        return f"Without the guarantor {who} in the median, {compared}; no unit is asked for."
    none = none_share(findings, final)
    never = f", and none at all in {percent(none)} of futures" if none >= 0.01 else ""
    helped_by = show_force(findings, float(np.median(force_number(findings, findings.forces))))
    is_same = helped_by == show_force(findings, float(np.median(final)))
    with_help = "as" if is_same else f"against {helped_by}"
    what = (
        "soldiers stand in balance"
        if findings.asks_land
        else "of what is asked for in the air and at sea is filled"
    )
    return (
        f"Without the guarantor {show_force_range(findings, final)} {what}{never}, {with_help} "
        f"under the option as it is; {who} in the median, {compared}."
    )


def alone_drivers(findings: Findings, final: FloatArray) -> tuple[Driver, ...]:
    """Return what drives the force without the guarantor."""
    joining = joining_events(findings.alone.consent.result, findings.titles)
    inputs = drawn_inputs(findings.scenario, findings.request_alone, findings.all_inputs)
    search = DriverSearch([*joining, *inputs])
    return search.strongest(final, force_name(findings, "alone"))


def loss_sentence(findings: Findings) -> tuple[str, ...]:
    """Say how much of the loss is units that are not lent, and how much nations that do not join.

    The coalition is held as it is for the first; then those who do not join alone are taken away.
    """
    if not findings.asked_groups.any():
        return ()
    helped, same_coalition, alone = (
        float(force_number(findings, result).mean())
        for result in (
            findings.forces,
            findings.coalition_alone.result,
            findings.alone.forces.result,
        )
    )
    if helped <= alone:
        return ("The guarantor adds nothing to the strength of the option as it is.",)
    show, none = (persons, persons(0)) if findings.asks_land else (points, points(0))
    pools = " and of the pools that its blessing frees" if blessed_pools(findings) else ""
    parts = [
        f"{show(part)} for want of {what}"
        for part, what in (
            (helped - same_coalition, f"its units{pools}"),
            (same_coalition - alone, "those who do not join without it"),
        )
        if show(part) != none
    ]
    return (f"On average {show(helped - alone)} fewer: {', and '.join(parts)}.",) if parts else ()


def blessed_pools(findings: Findings) -> bool:
    """Tell whether a pool that the guarantor's blessing frees has any of the units asked for."""
    scenario, groups = findings.as_set, findings.forces.groups
    asked = {
        name for name, is_asked in zip(groups.names, findings.asked_groups, strict=True) if is_asked
    }
    blessed = {row.delegation for row in scenario.delegations if row.freed_by == "blessing"}
    group = {
        row.capability: row.substitution_group or row.capability for row in scenario.capabilities
    }
    return any(
        unit.delegation in blessed and group[unit.capability] in asked for unit in scenario.units
    )


def binding_sentence(findings: Findings) -> tuple[str, ...]:
    """Say what fails first on land."""
    result = findings.alone.forces.result
    words = binding_words(result, result.binding_shares(result.binding))
    return (f"What fails first on land: {words}.",) if words else ()


def service_sentence(services: pl.DataFrame) -> tuple[str, ...]:
    """Say which services are thinnest."""
    thin = [
        f"{in_a_sentence(row['title'])} ({percent(row['alone_share'])})"
        for row in services.head(3).iter_rows(named=True)
    ]
    return (f"Services left, of what is needed: {listed(thin)}.",) if thin else ()


def held_sentences(result: GuaranteeResult) -> tuple[str, ...]:
    """Say whether the force deters without the guarantor, and what it would take."""
    two, helped = both(result, WITHOUT), both(result, WITH)
    return (
        (
            f"Without the guarantor the adversary is {two.words}; under the option as it is "
            f"{helped.words}."
        ),
        f"{'; '.join(needed_words(result))}.",
        force_sentences(result)[WITHOUT],
    )


def held_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return deterrence and direct war with and without the guarantor, and the force it takes.

    Beside the row without it stands the backing that it would take.
    """
    backing = result.needed_backing_prob[:, *result.own]
    rows = []
    for situation, name in enumerate(SITUATIONS):
        force = result.needed_force_persons[:, *result.own, situation]
        rows.append(
            {
                "guarantor": name,
                **both(result, situation)._asdict(),
                **{
                    column: mean(result, column, situation)
                    for column in ("violation_prob", "war_given_violation_prob")
                },
                "force_persons": float(np.median(result.force_persons[:, situation])),
                "needed_force_persons": met_median(force),
                "no_force_enough_prob": float(np.isinf(force).mean()),
                "needed_backing_prob": met_median(backing) if situation == WITHOUT else None,
                "no_backing_enough_prob": (
                    float(np.isinf(backing).mean()) if situation == WITHOUT else None
                ),
            }
        )
    numbers = dict.fromkeys((name for name in rows[0] if name != "guarantor"), pl.Float64)
    return in_words(pl.DataFrame(rows, schema={"guarantor": pl.String, **numbers}))


def alone_options(findings: Findings) -> pl.DataFrame:
    """Return every option with the guarantor's units and services left out, the same coalition."""
    rows = []
    for runs in findings.options:
        result = runs.forces.result
        outcomes = result.outcomes()
        shares = result.binding_shares(result.alone_binding)
        binds = int(np.argmax(shares))
        service = np.median(result.service_alone_share, axis=0)
        needed = np.flatnonzero(result.service_need_share > 0)
        thin = int(needed[np.argmin(service[needed])]) if needed.size else None
        rows.append(
            {
                "option": runs.option,
                "balanced_persons": float(np.median(outcomes["balanced_persons"])),
                "alone_persons": float(np.median(outcomes["alone_persons"])),
                "fails_first": result.groups.titles[binds] if shares[binds] > 0 else "",
                "fails_first_share": float(shares[binds]) if shares[binds] > 0 else None,
                "thinnest_service": "" if thin is None else findings.titles[result.services[thin]],
                "thinnest_fill_share": None if thin is None else float(service[thin]),
            }
        )
    schema_overrides = {"fails_first_share": pl.Float64, "thinnest_fill_share": pl.Float64}
    return pl.DataFrame(rows, schema_overrides=schema_overrides)


def dependence_table(scenario: Scenario, titles: dict[str, str]) -> pl.DataFrame:
    """Return how far each nation hangs on the guarantor, a column an indicator.

    An indicator all of whose rows became known only later is marked with †.
    """
    rows = [row for row in scenario.dependence if row.scope_kind == "nation"]
    indicators = sorted({row.indicator for row in rows})
    marked = {
        name: f"{name} †" if all(r.later for r in rows if r.indicator == name) else name
        for name in indicators
    }
    by_nation: dict[str, dict[str, float]] = {}
    for row in rows:
        by_nation.setdefault(row.scope, {})[marked[row.indicator]] = row.dependence_value
    table = [
        {"title": titles.get(code, code), "delegation": code}
        | {column: values.get(column) for column in marked.values()}
        for code, values in sorted(by_nation.items())
    ]
    schema = {
        "title": pl.String,
        "delegation": pl.String,
        **dict.fromkeys(marked.values(), pl.Float64),
    }
    return pl.DataFrame(table, schema=schema)
