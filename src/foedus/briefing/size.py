"""How large the force can be, and by when."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.reads import force_evidence
from foedus.briefing.sentences import (
    in_a_sentence,
    listed,
    percent,
    percent_range,
    persons,
    persons_range,
    spread,
)
from foedus.briefing.strength import (
    FORCE_ASSUMPTIONS,
    FORCE_LIMITS,
    binding_words,
    force_name,
    force_number,
    force_unit,
    named,
    one_row,
    tell,
)
from foedus.engines.forces.engine import ForceResult
from foedus.scenario.forces import Site

FloatArray = NDArray[np.float64]

SIZES_PERSONS = (10_000, 30_000, 100_000)
BY_MONTHS = (1, 3, 6, 12, 24)
WIDE = 3.0
"""A range whose upper end is more than this many times its lower end is said as a range."""


def answer_size(findings: Findings, question: str) -> Answer:
    """Answer how large the force can be, and by when."""
    result = findings.forces
    final = force_number(findings, result)
    told = tell(findings, final)
    sites = {"sites": lambda row: row in front_of(findings)}
    evidence = force_evidence(findings, more=sites if findings.asks_land else None)
    drivers = findings.drivers.strongest(final, force_name(findings, "strength"))
    hangs = f": it hangs most on {drivers[0].subject}" if drivers else ""
    return Answer(
        id="size",
        question=question,
        kind="number",
        headline=land_headline(findings, hangs) if findings.asks_land else other_headline(findings),
        value=told.value,
        unit=force_unit(findings),
        low=told.low,
        high=told.high,
        interval_note=told.note,
        more=land_sentences(findings) if findings.asks_land else headquarters_sentence(findings),
        drivers=drivers,
        assumes=(requirement_words(findings), *FORCE_ASSUMPTIONS, *evidence.remarks),
        cannot_say=FORCE_LIMITS,
        sources=evidence.sources,
        rows=evidence.rows,
        tables=size_tables(findings),
        run=findings.headline.forces.run_id,
    )


def land_headline(findings: Findings, hangs: str) -> str:
    """Say the balanced strength; as a range where the range is what matters."""
    result = findings.forces
    final = result.standing_balanced_persons
    middle, low, high = spread(final)
    asked = f"against {persons(findings.asked_persons)} asked for"
    by_when = f", in place by month {settled_month(result)}" if middle > 0 else ""
    if low is None or high is None or is_said_as_one(low, high):
        return f"{persons_range(final)} soldiers in balance{by_when}, {asked}."
    return (
        f"Between {persons(low)} and {persons(high)} soldiers in balance (median "
        f"{persons(middle)}){by_when}, {asked}{hangs}."
    )


def is_said_as_one(low: float, high: float) -> bool:
    """Tell whether a range is narrow enough, or small enough, for its median to stand first."""
    return high <= WIDE * low or persons(low) == persons(high)


def other_headline(findings: Findings) -> str:
    """Say how far the lines in the air and at sea are filled."""
    kinds = int(findings.asked_groups.sum())
    if not kinds:
        return "No unit is asked for on land, in the air or at sea."
    over = f", the mean over {kinds} kinds of unit" if kinds > 1 else ""
    filled = percent_range(force_number(findings, findings.forces))
    return f"No land force is asked for; in the air and at sea {filled} of it is filled{over}."


def requirement_words(findings: Findings) -> str:
    """Say which requirement is meant, and from when months are counted."""
    option = findings.option
    sectors = "" if "all" in option.sectors else f" (sectors: {listed(option.sectors)})"
    return (
        f"The requirement is '{option.requirement}'{sectors} times {option.scale_ratio:g}; "
        f"headquarters staffs come on top; nations decide on {option.decision_date} and month 0 is "
        "the order that follows."
    )


def settled_month(result: ForceResult) -> int:
    """Return the first month from which median balanced strength is what it will be, or more."""
    median = np.median(result.balanced_persons, axis=0)
    still_below = np.flatnonzero(median < median[-1] - 0.5)
    return int(result.months[still_below[-1] + 1 if still_below.size else 0])


def size_tables(findings: Findings) -> dict[str, pl.DataFrame]:
    """Return the tables of the answer; those on balance only where a land force is asked for."""
    result, tables = findings.forces, findings.forces.tables()
    asked = {"asked_persons": findings.asked_persons}
    capabilities = {
        "capabilities": named(tables["capabilities"], findings),
        "services": named(tables["services"], findings, "service"),
    }
    if not findings.asks_land:
        asked["asked_kinds_count"] = float(findings.asked_groups.sum())
        return {**capabilities, "headline_numbers": one_row(**asked)}
    asked["settled_month"] = float(settled_month(result))
    return {
        "at_least": at_least_table(result),
        "strength": tables["strength"],
        **capabilities,
        "headline_numbers": one_row(**asked),
    }


def land_sentences(findings: Findings) -> tuple[str, ...]:
    """Say gross strength, chances of sizes, what binds and which headquarters stand."""
    result = findings.forces
    whole = float((result.balanced_share[:, -1] >= 1).mean())
    binds = binding_words(result, result.binding_shares(result.binding))
    return (
        f"Gross strength, whatever the mix, is {persons_range(result.gross_persons[:, -1])}.",
        chances_sentence(result.standing_balanced_persons),
        (
            "The whole requirement, which is drawn too (as it stands: "
            f"{persons(findings.asked_persons)}), is met in balance with probability "
            f"{percent(whole)}."
        ),
        *nothing_sentence(result),
        *([f"What binds most often: {binds}."] if binds else []),
        *front_sentence(findings),
        *headquarters_sentence(findings),
    )


def chances_sentence(final: FloatArray) -> str:
    """Say the chance of at least so many soldiers; no size beyond the first that is never met."""
    parts = []
    for size in SIZES_PERSONS:
        chance = float((final >= size).mean())
        if chance == 0:
            parts.append(f"at least {size:,} in no future drawn")
            break
        parts.append(f"at least {size:,} with probability {percent(chance)}")
    return f"In balance there are {listed(parts)}."


def nothing_sentence(result: ForceResult) -> tuple[str, ...]:
    """Say how often there is no balanced force at all, and why."""
    nothing = float((result.standing_balanced_persons < 1).mean())
    if nothing < 0.01:
        return ()
    return (
        (
            f"In {percent(nothing)} of futures there is none at all in balance: nobody who joins "
            "can send some critical capability."
        ),
    )


def front_of(findings: Findings) -> tuple[Site, ...]:
    """Return the line along which the force is spread in words, or nothing.

    Only a force in the host country stands along it. Of several lines known on the date it is the
    one with the widest range about its length: stated as a reference, and not as of one day.
    """
    if findings.option.location not in ("rear", "line"):
        return ()
    lines = [s for s in findings.scenario.sites if s.kind == "line" and s.length_km and not s.later]
    widest = sorted(lines, key=lambda s: ((s.length_km_low or 0) - (s.length_km_high or 0), s.site))
    return tuple(widest[:1])


def front_sentence(findings: Findings) -> tuple[str, ...]:
    """Say how thin the force is along the line, where the scenario has one."""
    return tuple(
        f"Over {line.length_km:,.0f} km ({in_a_sentence(line.title)}) the median comes to "
        f"{density_words(float(np.median(findings.forces.standing_balanced_persons)), line)}."
        for line in (findings.as_set.row("sites", row.site) for row in front_of(findings))
        if line.length_km
    )


def density_words(soldiers: float, line: Site) -> str:
    """Say how many soldiers there are to a kilometre."""
    density = soldiers / (line.length_km or 1)
    number = f"{density:.0f}" if density >= 10 or density == 0 else f"{density:.1f}"
    return f"{number} soldiers a kilometre"


def headquarters_sentence(findings: Findings) -> tuple[str, ...]:
    """Say which headquarters stand; they are yes or no and outside the balance."""
    result = findings.forces
    parts = []
    for i, name in enumerate(result.headquarters):
        needed = result.hq_needed_count[:, i]
        if needed.max() > 0:
            enough = float((result.hq_sent_count[:, i] >= needed).mean())
            parts.append(
                f"{in_a_sentence(findings.titles[name])} ({np.median(needed):g} needed) in "
                f"{percent(enough)} of futures"
            )
    return (f"Enough headquarters stand: {listed(parts)}.",) if parts else ()


def at_least_table(result: ForceResult) -> pl.DataFrame:
    """Return the chance of at least so many soldiers in balance by month."""
    last = int(result.months[-1])
    columns = {
        f"by_month_{month}_prob": [
            float((result.balanced_persons[:, month] >= n).mean()) for n in SIZES_PERSONS
        ]
        for month in [m for m in BY_MONTHS if m <= last] or [last]
    }
    return pl.DataFrame({"at_least_persons": SIZES_PERSONS, **columns})
