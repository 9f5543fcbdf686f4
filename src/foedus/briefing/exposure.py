"""Who bares its own flank: what stays at home, what it costs the force, and whose border is near."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.evidence import gather
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import listed, middle_and_range, percent, persons, persons_range
from foedus.scenario.draws import Draws
from foedus.scenario.forces import Unit
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]


def answer_exposure(findings: Findings) -> Answer:
    """Answer what home defence keeps back, and what that costs the force."""
    result, free = findings.forces, findings.without_floors.result
    cost = free.standing_balanced_persons - result.standing_balanced_persons
    middle, low, high = middle_and_range(cost)
    table = exposure_table(findings)
    kept, held = table["kept_persons"].sum(), table["held_persons"].sum()
    border = table.filter(pl.col("adversary_border_km") > 0)
    near_kept = border["kept_persons"].sum() / max(border["held_persons"].sum(), 1.0)
    evidence = gather(
        findings.scenario,
        {
            "units": lambda row: row.home_floor_count > 0,
            "commitments": lambda _row: True,
            "delegations": lambda row: row.role == "contributor",
            "ceilings": lambda _row: True,
        },
    )
    headline = (
        f"Home floors keep {percent(kept / max(held, 1.0))} of contributors' land strength at home"
        + (f" ({percent(near_kept)} in states that border the adversary)" if len(border) else "")
        + (
            f"; without any floor the force in balance would be {persons_range(cost)} larger."
            if findings.asked_persons > 0
            else "; no land force is asked for, so floors on land cost it nothing."
        )
    )
    return Answer(
        id="exposure",
        question="Who bares its own flank?",
        kind="number",
        headline=headline,
        value=middle,
        unit="soldiers in balance that home floors cost the force",
        low=low,
        high=high,
        interval_note="5 % and 95 % points over draws, the same coalition with and without floors.",
        more=exposure_sentences(findings, table),
        drivers=findings.drivers.strongest(cost, "cost_persons"),
        assumes=(
            "Floors are judgement by class of exposure, drawn 15 % up or down together; what may be in "
            "theatre at once is judged apart and does not rise when a floor falls.",
            "Strength counts every land unit in the order of battle, but battlegroups that are made of a "
            "nation's brigades only where it has none.",
            *evidence.remarks,
        ),
        cannot_say=(
            "Whether the units that stay would be enough at home.",
            "What frontline states lose if force posture on the eastern flank is traded away.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={"exposure": table},
        run=findings.without_floors.run_id,
    )


def exposure_table(findings: Findings) -> pl.DataFrame:
    """Return a row a contributor with units: borders, what it holds, keeps, has promised and sends."""
    scenario = findings.scenario
    land = {c.capability for c in scenario.capabilities if c.domain == "land"}
    fixed = findings.request.fixed
    now = Draws(findings.request.option, fixed=fixed)
    columns = {
        name: now.numbers(scenario, "units", name)[0]
        for name in ("held_count", "home_floor_count", "strength_persons")
    }
    ratio = float(now.setting("forces", "home_floor_ratio", 1.0)[0])
    held: dict[str, float] = {}
    kept: dict[str, float] = {}
    strength: dict[tuple[str, str], float] = {}
    have_whole = {row.delegation for row in scenario.units if is_whole(row, scenario)}
    for i, row in enumerate(scenario.units):
        counts_twice = row.is_detached and row.delegation in have_whole
        if row.capability in land and not counts_twice:
            soldiers = columns["strength_persons"][i]
            floor = min(columns["home_floor_count"][i] * ratio, columns["held_count"][i])
            held[row.delegation] = held.get(row.delegation, 0) + columns["held_count"][i] * soldiers
            kept[row.delegation] = kept.get(row.delegation, 0) + floor * soldiers
        strength[row.delegation, row.capability] = columns["strength_persons"][i]
    promised: dict[str, float] = {}
    committed = now.numbers(scenario, "commitments", "committed_count")[0]
    for i, row in enumerate(scenario.commitments):
        soldiers = committed[i] * strength.get((row.delegation, row.capability), 0.0)
        promised[row.delegation] = promised.get(row.delegation, 0) + soldiers
    result, free = findings.forces, findings.without_floors.result
    sent = result.sent_land_persons.mean(axis=0)
    freed = (free.standing_persons - result.standing_persons)[:, :, result.groups.on_land]
    gain = freed.sum(axis=2).mean(axis=0)
    rows = []
    for d in scenario.delegations:
        if d.role != "contributor" or held.get(d.delegation, 0) <= 0:
            continue
        place = result.codes.index(d.delegation)
        rows.append(
            {
                "title": d.title,
                "delegation": d.delegation,
                "adversary_border_km": d.adversary_border_km,
                "host_border_km": d.host_border_km,
                "held_persons": held[d.delegation],
                "kept_persons": kept[d.delegation],
                "kept_share": kept[d.delegation] / held[d.delegation],
                "promised_persons": promised.get(d.delegation, 0.0),
                "expected_persons": float(sent[place]),
                "sent_of_held_share": float(sent[place]) / held[d.delegation],
                "floor_costs_persons": float(gain[place]),
            }
        )
    return pl.DataFrame(rows).sort(
        ["adversary_border_km", "host_border_km", "delegation"], descending=[True, True, False]
    )


def is_whole(row: Unit, scenario: Scenario) -> bool:
    """Tell whether a unit is one that a nation's detached units may be taken from."""
    capability = scenario.row("capabilities", row.capability)
    return bool(capability.substitution_group) and not row.is_detached and row.held_count > 0


def exposure_sentences(findings: Findings, table: pl.DataFrame) -> tuple[str, ...]:
    """Say who is near, who sends the largest part of its army, and whose floor costs most."""
    sentences = []
    border = table.filter(pl.col("adversary_border_km") > 0)
    if len(border):
        near = [
            f"{r['title']} ({r['adversary_border_km']:,.0f} km)"
            for r in border.iter_rows(named=True)
        ]
        expected = border["expected_persons"].sum()
        sentences.append(
            f"Contributors that border the adversary or ground it uses: {listed(near)}; together they "
            f"send {persons(expected)} soldiers on average."
        )
    barest = table.sort(["sent_of_held_share", "delegation"], descending=[True, False]).row(
        0, named=True
    )
    if barest["sent_of_held_share"] > 0.001:
        sentences.append(
            f"The largest part of its own land strength is sent by {barest['title']}: "
            f"{barest['sent_of_held_share']:.1%} on average.".replace("%", " %")
        )
    dearest = table.sort(["floor_costs_persons", "delegation"], descending=[True, False]).row(
        0, named=True
    )
    if dearest["floor_costs_persons"] >= 10:
        sentences.append(
            f"The floor that costs most is that of {dearest['title']}: "
            f"{persons(dearest['floor_costs_persons'])} more of its soldiers could stand, on average "
            "over all futures."
        )
    return tuple(sentences)
