"""For how long the force can be kept up."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.reads import force_evidence, lendable
from foedus.briefing.sentences import (
    count_of,
    in_a_sentence,
    middle_and_range,
    months,
    percent,
    persons,
    range_note,
    spread,
)
from foedus.briefing.strength import (
    FORCE_ASSUMPTIONS,
    NOTHING_ASKED,
    force_name,
    one_row,
    show_force,
    show_force_range,
    within_range,
)
from foedus.engines.forces.engine import ForceResult
from foedus.engines.forces.rotation import units_per_slot

FloatArray = NDArray[np.float64]


def answer_duration(findings: Findings, question: str) -> Answer:
    """Answer for how long the force can be kept up."""
    result, option = findings.forces, findings.option
    kept = kept_months(findings)
    longest = int(result.durations[-1])
    ends = kept[(kept > 0) & (kept < longest)]
    is_asked = bool(findings.asked_groups.any())
    middle, low, high = spread(ends) if ends.size else (None, None, None)
    strength = strength_by_duration(findings)
    lost = strength[:, 0] - strength_at(result, option.duration_months, strength)
    evidence = force_evidence(findings, beside=frozenset())
    return Answer(
        id="duration",
        question=question,
        kind="threshold",
        headline=duration_headline(findings, strength, kept),
        value=middle,
        unit="months for which the whole requirement is kept up",
        low=low,
        high=high,
        interval_note=ends_note(ends, longest) if is_asked else NOTHING_ASKED,
        never_prob=float((kept == 0).mean()) if is_asked else None,
        always_prob=float((kept == longest).mean()) if is_asked else None,
        more=duration_sentences(findings),
        drivers=findings.drivers.strongest(
            lost,
            force_name(findings, "lost"),
            moves=f"lost between one month and {option.duration_months:g}",
        ),
        assumes=(
            rest_words(findings),
            "A longer mission is the same coalition for longer: no nation leaves or tires.",
            *FORCE_ASSUMPTIONS[:1],
            *evidence.remarks,
        ),
        cannot_say=(
            "Whether governments would still want it: elections after the decision are not played.",
            "Recruitment and wear of equipment.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "duration": duration_table(findings, strength),
            "first_short": first_short_table(findings),
            "rotation": rotation_table(findings),
            "turns": turns_table(findings),
            "headline_numbers": headline_numbers(findings, strength, kept),
        },
        run=findings.headline.forces.run_id,
    )


def headline_numbers(findings: Findings, strength: FloatArray, kept: FloatArray) -> pl.DataFrame:
    """Return the numbers of the headline."""
    length = findings.option.duration_months
    middle, low, high = middle_and_range(strength_at(findings.forces, length, strength))
    in_place, single = force_name(findings, "in_place"), force_name(findings, "one_month")
    return one_row(
        duration_months=length,
        **{in_place: middle, f"{in_place}_low": low, f"{in_place}_high": high},
        **{single: float(np.median(strength[:, 0]))},
        asked_persons=findings.asked_persons,
        long_enough_prob=float((kept >= length).mean()),
    )


def strength_by_duration(findings: Findings) -> FloatArray:
    """Return the number that tells the size of the force, shape (draw, duration).

    Each length of mission has the lowest ceiling that holds in its time.
    """
    result = findings.forces
    if findings.asks_land:
        strength: FloatArray = result.duration_persons
        return strength
    return mean_fill(findings)


def kept_months(findings: Findings) -> FloatArray:
    """Return the longest mission for which all that is asked for is kept up, shape (draw,).

    0 where it is for none; where a land force is asked for, it is that force in balance.
    """
    result = findings.forces
    holds = result.duration_share >= 1 if findings.asks_land else least_fill(findings) >= 1
    longest: FloatArray = np.where(holds, result.durations, 0).max(axis=1).astype(np.float64)
    return longest


def asked_fill(findings: Findings) -> FloatArray:
    """Return fill, at most 1, of the groups asked for, shape (draw, duration, group asked for)."""
    fill: FloatArray = findings.forces.duration_fill[:, :, findings.asked_groups]
    return np.minimum(fill, 1.0)


def least_fill(findings: Findings) -> FloatArray:
    """Return the fill of the emptiest group by length of mission, shape (draw, duration)."""
    least: FloatArray = asked_fill(findings).min(axis=2, initial=1.0)
    return least


def mean_fill(findings: Findings) -> FloatArray:
    """Return the mean fill of the groups asked for by length of mission, shape (draw, duration)."""
    fill = asked_fill(findings)
    mean: FloatArray = fill.mean(axis=2) if fill.shape[2] else np.ones(fill.shape[:2])
    return mean


def strength_at(result: ForceResult, length: float, strength: FloatArray) -> FloatArray:
    """Return strength for a mission of some length; a month that is begun counts whole."""
    at_length: FloatArray = strength[:, int(np.ceil(length)) - int(result.durations[0])]
    return at_length


def duration_headline(findings: Findings, strength: FloatArray, kept: FloatArray) -> str:
    """Say what can be kept up for the option's duration, and how often all that is asked for is."""
    length = findings.option.duration_months
    if not findings.asked_groups.any():
        return "No unit is asked for on land, in the air or at sea, so none has to be kept up."
    asked = strength_at(findings.forces, length, strength)
    single = show_force(findings, float(np.median(strength[:, 0])))
    if findings.asks_land:
        what = f"{show_force_range(findings, asked)} soldiers in balance can be kept in place"
        whole = f"the whole requirement (as it stands: {persons(findings.asked_persons)})"
    else:
        filled = show_force_range(findings, asked)
        what = f"{filled} of what is asked for in the air and at sea can be kept in place"
        whole = "all of it"
    compared = f", for a single month {single}" if length > 1 else ""
    return f"For {months(length)} {what}{compared}; {whole} {whole_words(kept, length)}."


def whole_words(kept: FloatArray, length: float) -> str:
    """Say how often the whole requirement is kept up for so long, and how often not at all."""
    never = float((kept == 0).mean())
    if never > 0.95:
        return f"is kept up for no length of mission in {percent(never)} of futures"
    long_enough = percent(float((kept >= length).mean()))
    return (
        f"is kept up that long with probability {long_enough}, and for no length of mission in "
        f"{percent(never)} of futures"
    )


def ends_note(ends: FloatArray, longest: int) -> str:
    """Say over which draws the range is, or why there is none."""
    which = f"the whole requirement is met for some time, but not for {months(longest)}"
    if not ends.size:
        return f"There is no draw in which {which}."
    if ends.size == 1:
        return f"The one draw in which {which}: no range."
    return range_note(ends.size, f"the {count_of(ends.size, 'draw')} in which {which}")


def rest_words(findings: Findings) -> str:
    """Say where tours, rest and floors come from."""
    drawn = within_range(findings, "dwell_scale_ratio")
    times = f", all times at home drawn together {drawn} as long" if drawn else ""
    return f"Tours, dwell and home floors are those of units.csv; rest rules are kept{times}."


def duration_table(findings: Findings, strength: FloatArray) -> pl.DataFrame:
    """Return strength by length of mission, where it changes."""
    result = findings.forces
    if findings.asks_land:
        return duration_steps(result.tables()["duration"])
    points = [middle_and_range(strength[:, i]) for i in range(result.durations.size)]
    return duration_steps(
        pl.DataFrame(
            {
                "duration_months": result.durations,
                "filled_share": [middle for middle, _, _ in points],
                "filled_share_low": [low for _, low, _ in points],
                "filled_share_high": [high for _, _, high in points],
            }
        )
    )


def duration_steps(table: pl.DataFrame) -> pl.DataFrame:
    """Return only the lengths of mission at which something changes, and the longest."""
    number = pl.exclude("duration_months", "binding", "binding_share")
    same = pl.all_horizontal(number == number.shift(1)).fill_null(value=False)
    is_last = pl.int_range(pl.len()) == pl.len() - 1
    return table.filter(~same | is_last)


def first_short(findings: Findings) -> tuple[FloatArray, FloatArray]:
    """Return which group is first short, and from which length of mission.

    Critical groups count, or all that are asked for where the option asks for no land force.
    Ceilings are set aside: what is short lacks units.

    Returns
    -------
    first : shape (draw, group)
        1 where the group is the first to be short, ties shared; all 0 where none ever is.
    month : shape (draw,)
        First length, in months, at which any is short; NaN where none ever is.
    """
    result = findings.forces
    counts = result.groups.is_critical if findings.asks_land else findings.asked_groups
    short = (result.duration_fill < 1) & counts
    any_short = np.asarray(short.any(axis=2))
    when = np.argmax(any_short, axis=1)
    at_once = np.take_along_axis(short, when[:, None, None], 1)[:, 0, :]
    fill = np.take_along_axis(result.duration_fill, when[:, None, None], 1)[:, 0, :]
    least = np.where(at_once, fill, np.inf).min(axis=1, keepdims=True)
    first = (at_once & (fill <= least)).astype(np.float64)
    is_ever = np.asarray(any_short.any(axis=1))
    month = np.where(is_ever, result.durations[when], np.nan)
    return first / np.maximum(first.sum(axis=1, keepdims=True), 1), month


def first_short_table(findings: Findings) -> pl.DataFrame:
    """Return how often each capability is the first to be short, and whose turns cost it most."""
    result = findings.forces
    first, month = first_short(findings)
    losses = result.rotation_persons.mean(axis=0)
    rows = []
    for group in np.flatnonzero(first.sum(axis=0) > 0):
        draws = first[:, group] > 0
        whose = int(np.argmax(losses[:, group]))
        rows.append(
            {
                "title": result.groups.titles[group],
                "capability": result.groups.names[group],
                "first_short_share": float(first[:, group].mean()),
                "from_months": float(np.median(month[draws])),
                "from_the_start_share": float((month[draws] <= 1).mean()),
                "whose_turns_cost_most": findings.titles[result.codes[whose]]
                if losses[whose, group] >= 1
                else "",
                "their_turns_cost_persons": float(losses[whose, group]),
            }
        )
    schema = {
        "title": pl.String,
        "capability": pl.String,
        "first_short_share": pl.Float64,
        "from_months": pl.Float64,
        "from_the_start_share": pl.Float64,
        "whose_turns_cost_most": pl.String,
        "their_turns_cost_persons": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema).sort(
        ["first_short_share", "capability"], descending=[True, False]
    )


def duration_sentences(findings: Findings) -> tuple[str, ...]:
    """Say what fails first, when and whose."""
    if not findings.asked_groups.any():
        return ()
    table = first_short_table(findings)
    _, month = first_short(findings)
    longest = months(int(findings.forces.durations[-1]))
    if table.is_empty():
        return (f"Ceilings set aside, nothing is short within {longest}.",)
    worst = table.row(0, named=True)
    whom = "soldiers" if findings.asks_land else "people"
    whose = (
        f"; over the whole mission, taking turns costs {worst['whose_turns_cost_most']} most of "
        f"it ({persons(worst['their_turns_cost_persons'])} {whom} on average)"
        if worst["their_turns_cost_persons"] >= 5
        else ""
    )
    sentence = (
        f"First to be short, ceilings set aside: {in_a_sentence(worst['title'])}, in "
        f"{percent(worst['first_short_share'])} of futures; where it is, it is short from the "
        f"first month in {percent(worst['from_the_start_share'])}{whose}."
    )
    none = float(np.isnan(month).mean())
    if none < 0.005:
        return (sentence,)
    return (sentence, f"Nothing is short within {longest} in {percent(none)} of futures.")


def rotation_table(findings: Findings) -> pl.DataFrame:
    """Return what taking turns costs each nation over the option's duration, on average."""
    result, counted = findings.forces, findings.counted_groups
    standing = result.standing_persons[:, :, counted].sum(axis=2).mean(axis=0)
    lost = result.rotation_persons.mean(axis=0) * counted
    cost = lost.sum(axis=1)
    return (
        pl.DataFrame(
            {
                "title": [findings.titles[code] for code in result.codes],
                "delegation": result.codes,
                "one_tour_persons": standing + cost,
                "standing_persons": standing,
                "turns_cost_persons": cost,
                "most_in": [result.groups.titles[int(np.argmax(row))] for row in lost],
            }
        )
        .filter(pl.col("turns_cost_persons") >= 1)
        .sort(["turns_cost_persons", "delegation"], descending=[True, False])
    )


def counted_capabilities(findings: Findings) -> set[str]:
    """Return the capabilities whose groups are counted."""
    groups = zip(findings.forces.groups.names, findings.counted_groups, strict=True)
    counted = {name for name, is_counted in groups if is_counted}
    return {
        row.capability
        for row in findings.as_set.capabilities
        if (row.substitution_group or row.capability) in counted
    }


def turns_table(findings: Findings) -> pl.DataFrame:
    """Return the rules by which each nation's units take turns, and the units of one place.

    Units on land, or those asked for in the air and at sea where no land force is. What the
    guarantor never lends is left out. `units_per_slot_ratio` is how many units one place in theatre
    ties up over the option's length.
    """
    scenario, settings = findings.as_set, findings.settings
    may_be_sent = lendable(findings)
    counted = counted_capabilities(findings)
    rules: dict[tuple[str, float, float], list[str]] = {}
    for unit in sorted(scenario.units, key=lambda unit: unit.key):
        if unit.capability in counted and unit.held_count > 0 and may_be_sent(unit):
            rest = unit.dwell_ratio * settings["dwell_scale_ratio"]
            rule = (unit.delegation, unit.tour_months, rest)
            rules.setdefault(rule, []).append(findings.titles[unit.capability])
    rows = [
        {
            "title": findings.titles[code],
            "delegation": code,
            "tour_months": tour,
            "dwell_ratio": rest,
            "units_per_slot_ratio": float(
                units_per_slot(
                    findings.option.duration_months, tour, rest, settings["overlap_months"]
                )
            ),
            "kinds": ", ".join(kinds),
        }
        for (code, tour, rest), kinds in sorted(rules.items())
    ]
    schema = {
        "title": pl.String,
        "delegation": pl.String,
        "tour_months": pl.Float64,
        "dwell_ratio": pl.Float64,
        "units_per_slot_ratio": pl.Float64,
        "kinds": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)
