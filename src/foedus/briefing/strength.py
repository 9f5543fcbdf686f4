"""How large the force can be, by when, and for how long."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.evidence import Evidence, gather
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import (
    count_of,
    listed,
    middle_and_range,
    percent,
    persons,
    persons_range,
)
from foedus.engines.forces.engine import ForceResult, finite

FloatArray = NDArray[np.float64]

SIZES_PERSONS = (10_000, 30_000, 100_000)
BY_MONTHS = (1, 3, 6, 12, 24)
WIDE = 3.0
"""A range whose upper end is more than this many times its lower end is said as a range."""

FORCE_ASSUMPTIONS = (
    "Units that turn about stand in theatre as min(available, (held - home floor - commitments) / "
    "units per slot), fractions of a unit allowed.",
    "Balanced strength is in the requirement's proportion: no more soldiers than every critical "
    "capability carries. It is not capped at the requirement.",
    "Who joins is drawn anew in each future; nobody is replaced or persuaded later.",
)
FORCE_LIMITS = (
    "Losses, and what fighting would ask for.",
    "Whether units of different nations work together: interoperability is not in this number.",
    "Transport: notice to move is counted, the journey and lift are not.",
)


def force_evidence(findings: Findings) -> Evidence:
    """Return the rows that every answer on the force reads."""
    scenario, option = findings.scenario, findings.option
    asked = {
        line.capability for line in scenario.requirement if line.requirement == option.requirement
    }
    groups = {c.substitution_group for c in scenario.capabilities if c.capability in asked} - {""}
    asked |= {c.capability for c in scenario.capabilities if c.substitution_group in groups}
    indicators = {c.us_dependence for c in scenario.capabilities if c.domain == "service"}
    return gather(
        scenario,
        {
            "units": lambda row: row.capability in asked,
            "commitments": lambda row: row.capability in asked,
            "ceilings": lambda _row: True,
            "requirement": lambda row: row.requirement == option.requirement,
            "capabilities": lambda row: row.capability in asked or row.domain == "service",
            "dependence": lambda row: row.indicator == "us_share" and row.scope in indicators,
            "options": lambda row: row.option == option.option,
            "stances": lambda _row: True,
            "uncertainties": lambda row: row.table == "engines",
        },
    )


def binding_words(findings: Findings, result: ForceResult, shares: FloatArray) -> str:
    """Name the groups that bind most often, with how often."""
    order = np.argsort(-shares, kind="stable")
    named = [
        f"{result.groups.titles[i].lower()} ({percent(float(shares[i]))} of futures)"
        for i in order[:2]
        if shares[i] > 0.05
    ]
    return listed(named)


def answer_size(findings: Findings) -> Answer:
    """Answer how large the force can be, and by when."""
    result, option = findings.forces, findings.option
    final = result.standing_balanced_persons
    required = findings.asked_persons
    middle, low, high = middle_and_range(final)
    drivers = findings.drivers.strongest(final, "balanced_persons")
    settled = settled_month(result)
    asks_land = required > 0
    if not asks_land:
        fill = result.fill_share[:, result.required_persons[0] > 0]
        share = float(np.median(fill.mean(axis=1))) if fill.size else 1.0
        headline = (
            "No land force is asked for; the lines in the air and at sea are filled to "
            f"{percent(share)} on average."
        )
    elif low <= 0 or high > WIDE * low:
        hangs = f": it hangs most on {drivers[0].subject}" if drivers else ""
        by_when = f", in place by month {settled}" if middle > 0 else ""
        headline = (
            f"Between {persons(low)} and {persons(high)} soldiers in balance (median "
            f"{persons(middle)}){by_when}, against {persons(required)} asked for{hangs}."
        )
    else:
        headline = (
            f"{persons(middle)} soldiers in balance (90 %: {persons(low)} to {persons(high)}), in "
            f"place by month {settled}, against {persons(required)} asked for."
        )
    evidence = force_evidence(findings)
    tables = result.tables()
    return Answer(
        id="size",
        question="How large can the force be, and by when?",
        kind="number",
        headline=headline,
        value=middle,
        unit="soldiers in balance",
        low=low,
        high=high,
        interval_note="5 % and 95 % points over draws.",
        more=size_sentences(findings, required) if asks_land else headquarters_sentence(findings),
        drivers=drivers,
        assumes=(
            f"The requirement is '{option.requirement}' times {option.scale_ratio:g}; headquarters staffs "
            f"come on top; nations decide on "
            f"{option.decision_date} and month 0 is the order that follows.",
            *FORCE_ASSUMPTIONS,
            *evidence.remarks,
        ),
        cannot_say=FORCE_LIMITS,
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "at_least": at_least_table(result),
            "strength": tables["strength"],
            "capabilities": named(tables["capabilities"], findings),
            "services": named(tables["services"], findings, "service"),
        },
        run=findings.headline.forces.run_id,
    )


def settled_month(result: ForceResult) -> int:
    """Return the first month in which median balanced strength is what it will be."""
    median = np.median(result.balanced_persons, axis=0)
    return int(result.months[int(np.argmax(median >= median[-1] - 0.5))])


def size_sentences(findings: Findings, required: float) -> tuple[str, ...]:
    """Say gross strength, chances of sizes, what binds and which headquarters stand."""
    result = findings.forces
    final = result.standing_balanced_persons
    chances = [
        f"at least {size:,} with probability {percent(float((final >= size).mean()))}"
        for size in SIZES_PERSONS
    ]
    whole = float((result.balanced_share[:, -1] >= 1).mean())
    binds = binding_words(findings, result, result.binding_shares(result.binding))
    return (
        f"Gross strength, whatever the mix, is {persons_range(result.gross_persons[:, -1])}.",
        f"In balance there are {listed(chances)}; the whole requirement (it is drawn too, around "
        f"{persons(required)}) with probability {percent(whole)}.",
        *nothing_sentence(result),
        f"What binds: {binds}." if binds else "Nothing on land binds.",
        *front_sentence(findings, final),
        *headquarters_sentence(findings),
    )


def nothing_sentence(result: ForceResult) -> tuple[str, ...]:
    """Say how often there is no balanced force at all, and why."""
    nothing = float((result.standing_balanced_persons < 1).mean())
    if nothing < 0.01:
        return ()
    return (
        f"In {percent(nothing)} of futures there is none at all: some critical capability is wholly "
        "missing among those who join.",
    )


def front_sentence(findings: Findings, final: FloatArray) -> tuple[str, ...]:
    """Say how thin the force is along the line, where the scenario has one."""
    lines = [s for s in findings.scenario.sites if s.kind == "line" and s.length_km and not s.later]
    if not lines:
        return ()
    line = next((s for s in lines if s.length_km_low != s.length_km_high), lines[0])
    density = float(np.median(final)) / (line.length_km or 1)
    return (
        f"Over {line.title} ({line.length_km:,.0f} km) that is {density:.0f} soldiers a kilometre.",
    )


def headquarters_sentence(findings: Findings) -> tuple[str, ...]:
    """Say which headquarters stand; they are yes or no and outside the balance."""
    result = findings.forces
    parts = []
    for i, name in enumerate(result.headquarters):
        needed = result.hq_needed_count[:, i]
        if needed.max() > 0:
            enough = float((result.hq_sent_count[:, i] >= needed).mean())
            parts.append(
                f"{findings.titles[name].lower()} ({np.median(needed):.0f} needed) in "
                f"{percent(enough)} of futures"
            )
    return (f"Headquarters stand: {listed(parts)}.",) if parts else ()


def at_least_table(result: ForceResult) -> pl.DataFrame:
    """Return the chance of at least so many soldiers in balance by month."""
    months = [m for m in BY_MONTHS if m <= result.months[-1]] or [int(result.months[-1])]
    columns = {
        f"by_month_{month}_prob": [
            float(
                (result.balanced_persons[:, int(np.searchsorted(result.months, month))] >= n).mean()
            )
            for n in SIZES_PERSONS
        ]
        for month in months
    }
    return pl.DataFrame({"at_least_persons": SIZES_PERSONS, **columns})


def named(table: pl.DataFrame, findings: Findings, column: str = "capability") -> pl.DataFrame:
    """Return a table with the printed names of its first column in front."""
    groups = findings.forces.groups
    titles = findings.titles | dict(zip(groups.names, groups.titles, strict=True))
    return table.with_columns(
        title=pl.col(column).replace_strict(titles, default=pl.col(column), return_dtype=pl.String)
    ).select("title", pl.exclude("title"))


def answer_duration(findings: Findings) -> Answer:
    """Answer for how long the force can be kept up."""
    result, option = findings.forces, findings.option
    durations = result.durations
    asks_land = findings.asked_persons > 0
    holds = result.duration_share >= 1 if asks_land else least_fill(result) >= 1
    months = np.where(holds, durations, 0).max(axis=1).astype(np.float64)
    never = float((months == 0).mean())
    always = float((months == durations[-1]).mean())
    within = months[(months > 0) & (months < durations[-1])]
    exists = within.size > 0
    middle, low, high = middle_and_range(within) if exists else (None, None, None)
    if asks_land:
        strength = finite(result.duration_share) * result.required_land_persons[:, None]
        one_tour, asked = strength[:, 0], strength_at(result, option.duration_months, strength)
        kept = (
            f"{persons_range(asked)} soldiers in balance can be kept in place, for a single month "
            f"{persons(float(np.median(one_tour)))}"
        )
        whole = f"the whole {persons(findings.asked_persons)} asked for"
    else:
        fills = mean_fill(result)
        one_tour, asked = fills[:, 0], strength_at(result, option.duration_months, fills)
        kept = (
            f"the lines in the air and at sea can be kept {percent(float(np.median(asked)))} full on "
            f"average, for a single month {percent(float(np.median(one_tour)))}"
        )
        whole = "all of them"
    loss = asked - one_tour
    evidence = force_evidence(findings)
    headline = f"For {option.duration_months:g} months {kept}; " + whole_words(
        whole, months, option.duration_months
    )
    return Answer(
        id="duration",
        question="For how long?",
        kind="threshold",
        headline=headline,
        value=middle,
        unit="months for which the whole requirement is kept up",
        low=low,
        high=high,
        interval_note=f"Over the {within.size} draws in which the whole requirement is met for some "
        f"time, but not for {durations[-1]} months."
        if exists
        else "In no draw is the whole requirement met for some time, and then no longer, within "
        f"{durations[-1]} months.",
        never_prob=never,
        always_prob=always,
        more=duration_sentences(findings),
        drivers=findings.drivers.strongest(loss, "change_persons" if asks_land else "change_share"),
        assumes=(
            "Tours, dwell and home floors as in units.csv; rest rules are kept, and drawn a quarter up "
            "or down together.",
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
            "duration": duration_steps(result.tables()["duration"]),
            "first_short": first_short_table(findings),
            "rotation": rotation_table(findings),
        },
        run=findings.headline.forces.run_id,
    )


def whole_words(whole: str, months: FloatArray, wanted_months: float) -> str:
    """Say for how long the whole requirement is kept up."""
    never = float((months == 0).mean())
    if never > 0.95:
        return f"{whole} are kept up for no length of mission in {percent(never)} of futures."
    long_enough = float((months >= wanted_months).mean())
    return (
        f"{whole} are kept up that long with probability {percent(long_enough)}, and for no length of "
        f"mission in {percent(never)} of futures."
    )


def asked_fill(result: ForceResult) -> FloatArray:
    """Return fill, at most 1, of the groups asked for, shape (draw, duration, group asked for)."""
    asked = result.required_persons.max(axis=0) > 0
    fill: FloatArray = np.minimum(result.duration_fill[:, :, asked], 1.0)
    return fill


def least_fill(result: ForceResult) -> FloatArray:
    """Return the fill of the emptiest group by length of mission, shape (draw, duration)."""
    return asked_fill(result).min(axis=2)


def mean_fill(result: ForceResult) -> FloatArray:
    """Return the mean fill of the groups asked for by length of mission, shape (draw, duration)."""
    return asked_fill(result).mean(axis=2)


def strength_at(result: ForceResult, months: float, strength: FloatArray) -> FloatArray:
    """Return balanced strength for a mission of some length, the longest found if it is longer."""
    place = min(int(np.ceil(months)), int(result.durations[-1])) - 1
    return strength[:, place]


def duration_steps(table: pl.DataFrame) -> pl.DataFrame:
    """Return only the lengths at which something changes."""
    changed = table["balanced_persons"] != table["balanced_persons"].shift(1)
    keep = changed.fill_null(value=True) | (pl.int_range(len(table), eager=True) == len(table) - 1)
    return table.filter(keep)


def first_short(result: ForceResult) -> tuple[FloatArray, FloatArray]:
    """Return which group is first short, and from which length of mission.

    Critical groups count, or all that are asked for where the option asks for no land force.

    Returns
    -------
    first : shape (draw, group)
        1 where the group is the first to be short, ties shared; all 0 where none ever is.
    month : shape (draw,)
        First length, in months, at which any is short; NaN where none ever is.
    """
    required = result.required_persons.max(axis=0) > 0
    counts = result.groups.is_critical if (required & result.groups.on_land).any() else required
    short = (result.duration_fill < 1) & counts
    any_short = short.any(axis=2)
    when = np.argmax(any_short, axis=1)
    at_once = np.take_along_axis(short, when[:, None, None], 1)[:, 0, :]
    fill = np.take_along_axis(result.duration_fill, when[:, None, None], 1)[:, 0, :]
    least = np.where(at_once, fill, np.inf).min(axis=1, keepdims=True)
    first = (at_once & (fill <= least)).astype(np.float64)
    month = np.where(any_short.any(axis=1), result.durations[when], np.nan)
    return first / np.maximum(first.sum(axis=1, keepdims=True), 1), month


def first_short_table(findings: Findings) -> pl.DataFrame:
    """Return how often each capability is the first to be short, and whose turns cost it most."""
    result = findings.forces
    first, month = first_short(result)
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
                "from_months": float(np.nanmedian(month[draws])),
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
    table = first_short_table(findings)
    _, month = first_short(findings.forces)
    if table.is_empty():
        return (f"Nothing is short within {findings.forces.durations[-1]} months.",)
    worst = table.row(0, named=True)
    whose = (
        f"; taking turns costs {worst['whose_turns_cost_most']} most "
        f"({worst['their_turns_cost_persons']:,.0f} soldiers on average)"
        if worst["whose_turns_cost_most"]
        else ""
    )
    start = percent(worst["from_the_start_share"])
    sentence = (
        f"First to be short: {worst['title'].lower()}, in {percent(worst['first_short_share'])} of "
        f"futures; there it is short from the first month in {start}{whose}."
    )
    none = float(np.isnan(month).mean())
    if none < 0.005:
        return (sentence,)
    span = count_of(findings.forces.durations[-1], "month")
    return (sentence, f"Nothing is short within {span} in {percent(none)} of futures.")


def rotation_table(findings: Findings) -> pl.DataFrame:
    """Return what taking turns costs each nation over the option's duration, on average."""
    result = findings.forces
    land = result.groups.on_land
    standing = result.standing_persons[:, :, land].sum(axis=2).mean(axis=0)
    cost = result.rotation_persons[:, :, land].sum(axis=2).mean(axis=0)
    worst = [
        result.groups.titles[int(np.argmax(np.where(land, row, -1.0)))]
        for row in result.rotation_persons.mean(axis=0)
    ]
    return (
        pl.DataFrame(
            {
                "title": [findings.titles[code] for code in result.codes],
                "delegation": result.codes,
                "one_tour_persons": standing + cost,
                "standing_persons": standing,
                "turns_cost_persons": cost,
                "most_in": worst,
            }
        )
        .filter(pl.col("turns_cost_persons") >= 1)
        .sort(["turns_cost_persons", "delegation"], descending=[True, False])
    )
