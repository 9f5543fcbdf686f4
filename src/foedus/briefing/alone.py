"""If the guarantor says no: what can still be done, and what fails first."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer, Driver
from foedus.briefing.drivers import DriverSearch, drawn_inputs, joining_events
from foedus.briefing.evidence import gather
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import (
    count_of,
    listed,
    middle_and_range,
    percent,
    persons,
    persons_range,
)
from foedus.briefing.strength import FORCE_ASSUMPTIONS, binding_words, force_evidence, named
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]


def answer_alone(findings: Findings) -> Answer:
    """Answer what stands without the guarantor's backing, blessing and enablers."""
    result, helped = findings.alone.forces.result, findings.forces
    final = result.standing_balanced_persons
    middle, low, high = middle_and_range(final)
    with_help = helped.standing_balanced_persons
    services = named(result.tables()["services"], findings, "service").sort("fill_share")
    evidence = force_evidence(findings)
    nations = gather(findings.scenario, {"dependence": lambda row: row.scope_kind == "nation"})
    joiners = findings.alone.consent.result.outcomes()["joiners_count"]
    join, before = (
        float(np.median(count)) for count in (joiners, findings.consent.outcomes()["joiners_count"])
    )
    none = float((final < 1).mean())
    asks_land = helped.required_land_persons.max() > 0
    headline = (
        f"Without the guarantor {persons_range(final)} soldiers stand in balance"
        + (f", and none at all in {percent(none)} of futures" if none >= 0.01 else "")
        + f", against {persons(float(np.median(with_help)))} under the option "
        f"as it is; {count_of(join, 'contributor')} "
        f"{'joins' if join == 1 else 'join'} instead of {before:.0f}."
        if asks_land
        else f"Without the guarantor {count_of(join, 'contributor')} "
        f"{'joins' if join == 1 else 'join'} instead of {before:.0f}; no land force is asked for."
    )
    return Answer(
        id="alone",
        question="If the guarantor says no, what can still be done?",
        kind="number",
        headline=headline,
        value=middle,
        unit="soldiers in balance without the guarantor",
        low=low,
        high=high,
        interval_note="5 % and 95 % points over draws.",
        more=alone_sentences(findings, services),
        drivers=alone_drivers(findings, final),
        assumes=(
            "No backing in war, no blessing, none of its units and services; everything else as in the "
            "option.",
            "Services have no units: what others supply is one less the guarantor's share of what "
            "would be used, whoever joins.",
            *FORCE_ASSUMPTIONS,
            *evidence.remarks,
        ),
        cannot_say=(
            "How soon gaps could be closed, and at what price.",
            "What the guarantor would still lend in silence, or withhold from the adversary.",
            "Which nation's satellites and services stand behind the shares of a service.",
        ),
        sources=tuple(sorted({*evidence.sources, *nations.sources})),
        rows=tuple(sorted({*evidence.rows, *nations.rows})),
        tables={
            "alone_services": services,
            "alone_capabilities": named(result.tables()["capabilities"], findings),
            "alone_options": alone_options(findings),
            "dependence_by_nation": dependence_table(findings.scenario, findings.titles),
        },
        run=findings.alone.forces.run_id,
    )


def alone_drivers(findings: Findings, final: FloatArray) -> tuple[Driver, ...]:
    """Return what drives the force without the guarantor."""
    joining = joining_events(findings.alone.consent.result, findings.titles)
    search = DriverSearch([*joining, *drawn_inputs(findings.scenario, findings.request)])
    return search.strongest(final, "alone_persons")


def alone_sentences(findings: Findings, services: pl.DataFrame) -> tuple[str, ...]:
    """Say what of the loss is consent and what enablers, what fails first, and which service is thinnest."""
    result, helped = findings.alone.forces.result, findings.forces
    sentences = []
    if helped.required_land_persons.max() > 0:
        with_help = helped.standing_balanced_persons
        enablers = with_help - np.minimum(helped.outcomes()["alone_persons"], with_help)
        loss = float(with_help.mean() - result.standing_balanced_persons.mean())
        of_enablers = float(enablers.mean())
        sentences.append(
            f"On average {persons(max(loss, 0.0))} fewer: {persons(of_enablers)} for want of its units, "
            f"the rest for want of those who do not join without it."
        )
        words = binding_words(findings, result, result.binding_shares(result.binding))
        if words:
            sentences.append(f"What fails first on land: {words}.")
    if len(services):
        thin = [
            f"{r['title'].lower()} ({percent(r['fill_share'])})"
            for r in services.head(3).iter_rows(named=True)
        ]
        sentences.append(f"Services left, of what is needed: {listed(thin)}.")
    return tuple(sentences)


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
                "fails_first_share": float(shares[binds]),
                "thinnest_service": "" if thin is None else findings.titles[result.services[thin]],
                "thinnest_fill_share": None if thin is None else float(service[thin]),
            }
        )
    return pl.DataFrame(rows)


def dependence_table(scenario: Scenario, titles: dict[str, str]) -> pl.DataFrame:
    """Return how far each nation hangs on the guarantor, an indicator a column; † known only later."""
    rows = [row for row in scenario.dependence if row.scope_kind == "nation"]
    indicators = list(dict.fromkeys(row.indicator for row in rows))
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
