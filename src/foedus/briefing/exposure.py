"""Who bares its own flank: what stays at home, what it costs the force, whose border is near."""

from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.bargained import ALONE, bargaining_picks, room_title
from foedus.briefing.findings import Findings
from foedus.briefing.reads import BEFORE_MONEY, force_evidence
from foedus.briefing.sentences import (
    count_of,
    listed,
    percent,
    persons,
    persons_range,
    points,
    points_range,
)
from foedus.briefing.strength import (
    force_name,
    force_number,
    force_unit,
    one_row,
    tell,
    within_range,
)
from foedus.engines import Bargaining
from foedus.scenario.forces import Unit
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]

POSTURE: Final = "flank_posture"
"""The issue on which troops at the frontline are bargained over."""
POSTURE_UNKNOWN: Final = "What frontline states lose if posture at their borders is traded away."


def answer_exposure(findings: Findings, question: str) -> Answer:
    """Answer what home defence keeps back, and what that costs the force."""
    kept, free = (
        force_number(findings, result)
        for result in (findings.forces, findings.without_floors.result)
    )
    # Sums over nations differ in their last bits, and a cost of none must not print as below 0.
    cost = np.round(free - kept, 9) + 0.0
    told = tell(findings, cost, "draws, the same coalition with and without floors")
    table = exposure_table(findings)
    posture = posture_table(findings)
    land = {row.capability for row in findings.scenario.capabilities if row.domain == "land"}
    contributors = findings.scenario.of_role("contributor")
    evidence = force_evidence(
        findings,
        beside=frozenset(["fair shares"]),
        more={
            "units": lambda row: row.capability in land and row.delegation in contributors,
            "commitments": lambda row: row.capability in land and is_running(findings, row.key),
            "delegations": lambda row: (
                row.role == "contributor" or (posture.height > 0 and row.role == "guarantor")
            ),
            **({} if posture.is_empty() else bargaining_picks(findings)),
        },
        engines=BEFORE_MONEY if posture.is_empty() else (*BEFORE_MONEY, Bargaining.name),
    )
    return Answer(
        id="exposure",
        question=question,
        kind="number",
        headline=exposure_headline(findings, table, cost),
        value=told.value,
        unit=force_unit(findings, more=" that home floors cost the force"),
        low=told.low,
        high=told.high,
        interval_note=told.note,
        more=(*exposure_sentences(findings, table), *posture_sentence(findings, posture)),
        drivers=findings.drivers.strongest(
            cost, force_name(findings, "cost"), moves="cost of the floors"
        ),
        assumes=(
            floor_words(findings),
            (
                "Strength counts every land unit in the order of battle, but units that are made "
                "of a nation's larger ones only where it has none of those."
            ),
            *evidence.remarks,
        ),
        cannot_say=(
            "Whether the units that stay would be enough at home.",
            *(() if posture.height else (POSTURE_UNKNOWN,)),
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "exposure": table,
            **({"exposure_posture": posture} if posture.height else {}),
            "headline_numbers": one_row(
                kept_share=kept_share(table),
                border_kept_share=kept_share(at_border(table)),
                **{force_name(findings, "mean_cost"): float(cost.mean())},
            ),
        },
        run=findings.without_floors.run_id,
    )


def posture_table(findings: Findings) -> pl.DataFrame:
    """Return how far each format leaves frontline states from the posture that they want.

    A row a format that deals with it and a state that borders the adversary: whether the guarantor
    is there, where the outcome lies, what the state wants, how far the two are apart on average.
    """
    schema = {
        **dict.fromkeys(("title", "format"), pl.String),
        "has_guarantor": pl.Boolean,
        **dict.fromkeys(("outcome_value", "wanted_value", "distance_value"), pl.Float64),
    }
    result = findings.bargaining_if_any
    if result is None or POSTURE not in result.issues:
        return pl.DataFrame(schema=schema)
    scenario, at = findings.as_set, result.issues.index(POSTURE)
    guarantors = set(scenario.of_role("guarantor"))
    borders = {
        row.delegation
        for row in scenario.delegations
        if row.role == "contributor" and row.adversary_border_km > 0
    }
    wanted = result.over_blocks(result.position_value)[at]
    apart = result.over_blocks(result.distance_value)[:, at]
    rows = [
        {
            "title": findings.titles[code],
            "format": room_title(findings, name),
            "has_guarantor": not guarantors.isdisjoint(result.at_table(place)),
            "outcome_value": float(np.median(result.room_mean_value[:, place, at])),
            "wanted_value": float(wanted[i]),
            "distance_value": float(apart[place, i]),
        }
        for place, name in enumerate(result.formats)
        if result.is_dealt[place, at] and ALONE not in result.rules[place]
        for i, code in enumerate(result.codes)
        if code in borders and not np.isnan(wanted[i])
    ]
    return pl.DataFrame(rows, schema=schema)


def posture_sentence(findings: Findings, table: pl.DataFrame) -> tuple[str, ...]:
    """Say how far outcomes lie from what frontline states want, with the guarantor and without."""
    parts = []
    for has, words in ((False, "without the guarantor"), (True, "with it")):
        of = table.filter(has_guarantor=has)
        if of.height:
            mean = of.group_by("format").agg(pl.col("distance_value").mean())
            mean = mean.sort(["distance_value", "format"])  # two rooms may be as far
            least, most = mean.row(0), mean.row(-1)
            far = (
                f"{least[1]:.0f} points ({least[0]})"
                if least[0] == most[0]
                else f"{least[1]:.0f} ({least[0]}) to {most[1]:.0f} points ({most[0]})"
            )
            parts.append(f"{far} in rooms {words}")
    if not parts:
        return ()
    who = count_of(table["title"].n_unique(), "state")
    title = findings.as_set.titles("issues")[POSTURE]
    return (
        (
            f"{title}: from what the {who} that border the adversary want, the outcome lies on "
            f"average {'; '.join(parts)}."
        ),
    )


def floor_words(findings: Findings) -> str:
    """Say where floors come from and what they leave as it is."""
    drawn = within_range(findings, "home_floor_ratio")
    size = f", all drawn together {drawn} as large" if drawn else ""
    return (
        f"Home floors are those of units.csv{size}; what may be in theatre at once is judged apart "
        "and does not rise when a floor falls."
    )


def is_running(findings: Findings, key: str) -> bool:
    """Tell whether a promise still holds when governments decide."""
    until = findings.as_set.row("commitments", key).until
    return until is None or until >= findings.option.decision_date


def at_border(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of states that border the adversary."""
    return table.filter(pl.col("adversary_border_km") > 0)


def kept_share(table: pl.DataFrame) -> float:
    """Return the share of land strength that stays at home; 0 where there is none."""
    held = float(table["held_persons"].sum())
    return float(table["kept_persons"].sum()) / held if held > 0 else 0.0


def exposure_headline(findings: Findings, table: pl.DataFrame, cost: FloatArray) -> str:
    """Say which part of land strength floors keep at home, and what they cost the force."""
    if table.is_empty():
        return "No contributor holds a unit on land, so none stays at home."
    if not table["kept_persons"].sum() > 0:
        return "No home floor keeps a unit on land at home."
    border = at_border(table)
    near = (
        f" ({percent(kept_share(border))} in states that border the adversary)"
        if len(border)
        else ""
    )
    kept = f"Home floors keep {percent(kept_share(table))} of contributors' land strength at home"
    return f"{kept}{near}; {cost_words(findings, cost)}."


def cost_words(findings: Findings, cost: FloatArray) -> str:
    """Say what floors cost the force."""
    if not findings.asked_groups.any():
        return "no unit is asked for, so they cost the force nothing"
    show, show_range = (persons, persons_range) if findings.asks_land else (points, points_range)
    mean = show(float(cost.mean()))
    # Where floors cost nothing in most futures the median hides what they cost in the others.
    also = f", {mean} on average" if np.median(cost) <= 0 and mean != show(0.0) else ""
    if findings.asks_land:
        if np.max(cost) <= 0:
            return "without any floor the force in balance would be no larger in any future drawn"
        return f"without any floor the force in balance would be larger by {show_range(cost)}{also}"
    if np.max(cost) <= 0:
        return "no land force is asked for, and in the air and at sea they cost nothing"
    return (
        "no land force is asked for, and in the air and at sea they lower the share that is filled "
        f"by {show_range(cost)}{also}"
    )


class Holding(NamedTuple):
    """What one nation has on land, in soldiers."""

    held: float = 0.0
    kept: float = 0.0
    promised: float = 0.0


def holdings(findings: Findings) -> dict[str, Holding]:
    """Return what each nation holds, keeps at home and has promised elsewhere, as it was set."""
    scenario = findings.as_set
    land = {c.capability for c in scenario.capabilities if c.domain == "land"}
    floors, strength = (findings.settings[f"{name}_ratio"] for name in ("home_floor", "strength"))
    found: dict[str, Holding] = {}
    soldiers = {(u.delegation, u.capability): u.strength_persons * strength for u in scenario.units}
    whole = {(u.delegation, group_of(u, scenario)) for u in scenario.units if is_whole(u)}
    for unit in scenario.units:
        counts_twice = unit.is_detached and (unit.delegation, group_of(unit, scenario)) in whole
        if unit.capability in land and not counts_twice:
            each = soldiers[unit.delegation, unit.capability]
            kept = min(unit.home_floor_count * floors, unit.held_count)
            so_far = found.get(unit.delegation, Holding())
            found[unit.delegation] = so_far._replace(
                held=so_far.held + unit.held_count * each, kept=so_far.kept + kept * each
            )
    for promise in scenario.commitments:
        if promise.capability in land and is_running(findings, promise.key):
            each = soldiers.get((promise.delegation, promise.capability), 0.0)
            so_far = found.get(promise.delegation, Holding())
            promised = so_far.promised + promise.committed_count * each
            found[promise.delegation] = so_far._replace(promised=promised)
    return found


def group_of(unit: Unit, scenario: Scenario) -> str:
    """Return the group in which a unit may stand in for others."""
    capability = scenario.row("capabilities", unit.capability)
    return str(capability.substitution_group or capability.capability)


def is_whole(unit: Unit) -> bool:
    """Tell whether a unit is one that a nation's detached units may be taken from."""
    return not unit.is_detached and unit.held_count > 0


def exposure_table(findings: Findings) -> pl.DataFrame:
    """Return a row a contributor with units: borders, what it holds, keeps, promised and sends."""
    counted = findings.counted_groups
    result, free = findings.forces, findings.without_floors.result
    sent = result.sent_persons[:, :, counted].sum(axis=2).mean(axis=0)
    gain = (free.standing_persons - result.standing_persons)[:, :, counted]
    freed = gain.sum(axis=2).mean(axis=0)
    has = holdings(findings)
    rows = []
    for delegation in findings.as_set.delegations:
        holding = has.get(delegation.delegation, Holding())
        if delegation.role != "contributor" or holding.held <= 0:
            continue
        place = result.codes.index(delegation.delegation)
        rows.append(
            {
                "title": delegation.title,
                "delegation": delegation.delegation,
                "adversary_border_km": delegation.adversary_border_km,
                "host_border_km": delegation.host_border_km,
                "held_persons": holding.held,
                "kept_persons": holding.kept,
                "kept_share": holding.kept / holding.held,
                "promised_persons": holding.promised,
                "expected_persons": float(sent[place]),
                "sent_of_held_share": float(sent[place]) / holding.held
                if findings.asks_land
                else None,
                "floor_costs_persons": float(freed[place]),
            }
        )
    schema = {
        "title": pl.String,
        "delegation": pl.String,
        **dict.fromkeys(
            [
                "adversary_border_km",
                "host_border_km",
                "held_persons",
                "kept_persons",
                "kept_share",
                "promised_persons",
                "expected_persons",
                "sent_of_held_share",
                "floor_costs_persons",
            ],
            pl.Float64,
        ),
    }
    return pl.DataFrame(rows, schema=schema).sort(
        ["adversary_border_km", "host_border_km", "delegation"], descending=[True, True, False]
    )


def exposure_sentences(findings: Findings, table: pl.DataFrame) -> tuple[str, ...]:
    """Say who is near, who sends the largest part of its army, and whose floor costs most."""
    if table.is_empty():
        return ()
    sentences = []
    border = at_border(table)
    if len(border):
        near = [
            f"{row['title']} ({row['adversary_border_km']:,.0f} km)"
            for row in border.iter_rows(named=True)
        ]
        who = "it sends" if len(near) == 1 else "together they send"
        one = "Contributor that borders" if len(near) == 1 else "Contributors that border"
        whom = "soldiers" if findings.asks_land else "people in the air and at sea"
        sentences.append(
            f"{one} the adversary or ground it uses: {listed(near)}; {who} "
            f"{persons(float(border['expected_persons'].sum()))} {whom} on average."
        )
    barest = most(table, "sent_of_held_share")
    if (barest["sent_of_held_share"] or 0.0) > 0.001:
        share = f"{100 * barest['sent_of_held_share']:.1f} %"
        sentences.append(
            f"The largest part of its own land strength is sent by {barest['title']}: {share} on "
            "average over all futures."
        )
    dearest = most(table, "floor_costs_persons")
    if dearest["floor_costs_persons"] >= 10:
        sentences.append(
            f"The floor that costs most is that of {dearest['title']}: ceilings set aside, "
            f"{persons(dearest['floor_costs_persons'])} more of its people could stand, on "
            "average over all futures."
        )
    return tuple(sentences)


def most(table: pl.DataFrame, column: str) -> dict[str, float]:
    """Return the row with the largest number in a column, the first by code among equals."""
    ordered = table.sort([column, "delegation"], descending=[True, False], nulls_last=True)
    return ordered.row(0, named=True)
