"""What the force plan of the headline option says, as sentences and tables for answers and pages.

The plan is one proposal for one coalition, found at a point. Each sentence names what it holds for,
and where it differs from the sustained force, which is drawn over all futures but knows neither
whole units nor leads.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.briefing.sentences import count_of, in_a_sentence, listed, percent, persons
from foedus.engines.arrays import FloatArray
from foedus.engines.forces.inputs import LAND_LEVEL, MOST_LEVEL
from foedus.engines.forces.plan.result import LAND, PlanResult
from foedus.engines.forces.result import ForceResult
from foedus.quantities import without_zeros

Titles = Mapping[str, str]

MOST_NAMED: Final = 5
"""Nations or capabilities that a sentence names."""
PLAN_ASSUMPTIONS: Final = (
    (
        "The plan is one proposal for one coalition: each nation at the highest level that it "
        "reaches in at least half of all futures, looked at by itself. It has no range."
    ),
    (
        "It sends whole units and halves of them by quarters, lets them rest at home after a tour, "
        "and lets nobody stand where no framework nation leads whom it accepts. A lead changes "
        "after whole phases of twelve months."
    ),
)
PLAN_LIMITS: Final = (
    "Which nation would agree to its part of the plan: it proposes, and assigns nobody.",
)


def points(number: float) -> str:
    """Print points of the weighted requirement: no finer than hundredths.

    >>> points(67.5889), points(0.574), points(2.0), points(0.0)
    ('67.6', '0.57', '2', '0')
    """
    return without_zeros(f"{number:z,.{1 if abs(number) >= 10 else 2}f}")


def gap_sentence(result: PlanResult) -> str:
    """Say what the plan fills, and how much better any plan could be."""
    filled, gap = result.filled_points, result.planned.gap_points
    said = f"The plan fills {points(filled)} of 100 points of the weighted requirement"
    if gap <= 0.005:
        return f"{said}, and it is proved that no plan fills more."
    return (
        f"{said}; no plan could fill more than {points(filled + gap)} (proved gap: {points(gap)} "
        "points)."
    )


def stop_sentence(result: PlanResult) -> tuple[str, ...]:
    """Say if the search was broken off, as the same call may then end elsewhere."""
    if result.planned.interrupted:
        return ("The search was broken off by hand: the plan is the best found until then.",)
    if not result.planned.repeatable:
        return ("The search was ended by the clock: the same call may end with another plan.",)
    return ()


def coalition_sentence(result: PlanResult, titles: Titles, location: str) -> str:
    """Say on whom the plan counts."""
    levels = result.inputs.levels
    if not levels:
        return "It counts on every contributor, as if all joined at every level."
    least = LAND_LEVEL.get(location, MOST_LEVEL + 1)
    on_land = [titles.get(code, code) for code, level in levels.items() if level >= least]
    others = [
        titles.get(code, code)
        for code, level in levels.items()
        if level >= 2 and (least > MOST_LEVEL or level < least)
    ]
    said = []
    if least <= MOST_LEVEL:
        named = listed(sorted(on_land)) or "nobody"
        said.append(f"soldiers on land from {named}")
    if others:
        said.append(f"ships, aircraft and their like from {listed(sorted(others))}")
    return f"It counts on {'; '.join(said) or 'nobody'}."


def strength_sentence(result: PlanResult) -> str:
    """Say how many soldiers stand on land, and when they are most and fewest."""
    land = result.land_persons
    if not land.any():
        return "It puts no soldier on land."
    end, peak = float(land[-1]), float(land.max())
    first, after = result.months_of(int(np.argmax(land)))
    said = f"On land {persons(end)} soldiers stand at the end"
    if peak > end * 1.02:
        said += f", {persons(peak)} at the peak (months {first} to {after})"
    balanced = float(result.balanced_persons[-1])
    return f"{said}; {persons(balanced)} of them in balance."


def off_sentence(result: PlanResult, sustained: ForceResult) -> str:
    """Say how far the sustained force of the same coalition is from the plan.

    Parameters
    ----------
    sustained
        At the point, for the same levels of consent.
    """
    gross, ours = float(sustained.gross_persons[0, -1]), float(result.land_persons[-1])
    balanced = float(sustained.standing_balanced_persons[0])
    planned = float(result.balanced_persons[-1])
    return (
        f"For the same coalition the sustained force has {persons(gross)} soldiers gross and "
        f"{persons(balanced)} in balance at the end: {off_by(gross, ours)} and "
        f"{off_by(balanced, planned)}. It knows no whole units, no quarters and no leads; the plan "
        "is made to fill the weighted requirement, not to be in balance."
    )


def off_by(told: float, planned: float) -> str:
    """Say by how much a number is above or below that of the plan.

    >>> off_by(12000.0, 10000.0), off_by(9000.0, 10000.0), off_by(10010.0, 10000.0)
    ('2,000 above the plan', '1,000 below the plan', 'as in the plan')
    """
    off = told - planned
    if persons(abs(off)) == "0" or abs(off) < 0.005 * max(told, planned):
        return "as in the plan"
    return f"{persons(abs(off))} {'above' if off > 0 else 'below'} the plan"


def lead_sentences(result: PlanResult, titles: Titles) -> tuple[str, ...]:
    """Say who leads where and when, and for how long the headquarters itself is there."""
    said = []
    for row in result.tables()["plan_leads"].to_dicts():
        span = f"{area_words(row['area'])}, months {row['from_month']} to {row['to_month']}"
        if row["delegation"] is None:
            said.append(f"{capital(span)}: nobody leads, so nobody stands there.")
            continue
        nation = titles.get(row["delegation"], row["delegation"])
        about = f"{capital(span)}: {nation} leads with {row['headquarters']} ({row['authority']})"
        about += in_place_words(row)
        refused = row["do_not_serve_under_it"]
        if refused:
            names = [titles.get(code, code) for code in refused.split(", ")]
            about += f"; not under it: {shortened(names)}"
        said.append(f"{about}.")
    return tuple(said)


def in_place_words(row: Mapping[str, Any]) -> str:
    """Say for how long the headquarters of a lead is in place, where that is not all the time."""
    there, length = row["in_place_months"], row["to_month"] - row["from_month"]
    if there >= length:
        return ""
    asks = row["asked_under_it_count"] > 0
    if there <= 0:
        return ", which is never in place" + (": no brigade can stand there" if asks else "")
    said = f", in place for {there:g} of {length:g} months"
    return said + (": no brigade stands there in the others" if asks else "")


def shortened(names: Sequence[str]) -> str:
    """List names, the first few in words and the rest as a number.

    >>> shortened(["Italy", "Spain"]), shortened(list("abcdefg"))
    ('Italy and Spain', 'a, b, c, d, e and 2 more')
    """
    if len(names) <= MOST_NAMED + 1:
        return listed(names)
    return listed([*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"])


def area_words(area: str) -> str:
    """Return the name of an area in words.

    >>> area_words("centre+south+west"), area_words("centre/corps_hq+rear"), area_words("air")
    ('centre, south and west', 'centre (corps hq) and rear', 'air')
    """
    parts = []
    for part in area.split("+"):
        sector, slash, kind = part.partition("/")
        parts.append(f"{sector} ({kind.replace('_', ' ')})" if slash else sector)
    return listed(parts)


def capital(words: str) -> str:
    """Return words with a capital letter in front."""
    return words[:1].upper() + words[1:]


def contributions_sentence(result: PlanResult, titles: Titles) -> str:
    """Say who has how many soldiers on land in the mean of the periods, most first."""
    means = land_means(result)
    if not means:
        return "In the plan nobody sends soldiers on land."
    named = [f"{titles.get(code, code)} {persons(mean)}" for code, mean in means[:MOST_NAMED]]
    rest = sum(mean for _, mean in means[MOST_NAMED:])
    if rest >= 5:
        named.append(f"others {persons(rest)}")
    return f"In the plan there are on land, in the mean of all quarters: {listed(named)}."


def land_means(result: PlanResult) -> list[tuple[str, float]]:
    """Return the mean number of soldiers on land of each nation that has any, most first."""
    by_nation = result.nation_persons.get(LAND)
    if by_nation is None:
        return []
    means = zip(result.problem.nations, by_nation.mean(axis=1).tolist(), strict=True)
    return sorted(((code, mean) for code, mean in means if mean > 0), key=lambda one: -one[1])


def excess_sentence(result: PlanResult, titles: Titles) -> tuple[str, ...]:
    """Say who carries more than its fair share in the plan."""
    rows = [
        row
        for row in result.tables()["plan_burden"].to_dicts()
        if (row["excess_person_months"] or 0) > 0
    ]
    if not rows:
        return ()
    rows.sort(key=lambda row: -row["excess_person_months"])
    named = [
        f"{titles.get(row['delegation'], row['delegation'])} ("
        + (f"{row['burden_ratio']:.1f} times" if row["burden_ratio"] else "no fair share")
        + ")"
        for row in rows
    ]
    return (f"Beyond its fair share of what is asked for: {shortened(named)}.",)


def duration_sentences(result: PlanResult) -> tuple[str, ...]:
    """Say between which months the plan has how many soldiers in balance."""
    share, asked = result.balanced_share, result.required_persons
    if not asked.any():
        return ()
    spells = []
    begin = 0
    for period in range(1, len(share) + 1):
        if period < len(share) and abs(share[period] - share[begin]) < 0.02:
            continue
        months = f"months {begin * result.problem.period_months}"
        months += f" to {period * result.problem.period_months}"
        mean = float(result.balanced_persons[begin:period].mean())
        spells.append(f"{persons(mean)} in {months}")
        begin = period
    if len(spells) > 2 * MOST_NAMED:
        low, high = float(share.min()), float(share.max())
        return (
            (
                "In the plan the part of the requirement that is in balance changes from quarter "
                f"to quarter, between {percent(low)} and {percent(high)}."
            ),
        )
    return (f"In the plan soldiers in balance are {listed(spells)}.",)


def thin_sentence(result: PlanResult, titles: Titles) -> tuple[str, ...]:
    """Name the capabilities of which the plan is most short, by points."""
    lines = result.tables()["plan_lines"]
    short = (
        lines.group_by("capability")
        .agg(pl.col("short_points").sum())
        .filter(pl.col("short_points") >= 0.05)
        .sort(["short_points", "capability"], descending=[True, False])
        .to_dicts()
    )
    if not short:
        return ()
    named = [
        f"{in_a_sentence(titles.get(row['capability'], row['capability']))} "
        f"({points(row['short_points'])})"
        for row in short[:MOST_NAMED]
    ]
    return (f"Most short, in points: {listed(named)}.",)


def nation_periods(result: PlanResult, domain: str = LAND) -> pl.DataFrame:
    """Return people in place of each nation that has any, a column a period, most first."""
    by_nation = result.nation_persons.get(domain)
    columns = period_columns(result)
    if by_nation is None:
        return pl.DataFrame(schema={"delegation": pl.String, **dict.fromkeys(columns, pl.Float64)})
    order = [
        place
        for place in np.argsort(-by_nation.sum(axis=1), kind="stable").tolist()
        if by_nation[place].any()
    ]
    rows: list[dict[str, Any]] = [
        {"delegation": result.problem.nations[place], **in_columns(columns, by_nation[place])}
        for place in order
    ]
    return pl.DataFrame(
        rows, schema={"delegation": pl.String, **dict.fromkeys(columns, pl.Float64)}
    )


def fill_periods(result: PlanResult) -> pl.DataFrame:
    """Return what is filled of each capability, a column a period, in the order of the problem."""
    columns = period_columns(result, "share")
    by_kind: dict[int, list[int]] = {}
    for line, kind in enumerate(result.line_capability):
        by_kind.setdefault(kind, []).append(line)
    rows: list[dict[str, Any]] = []
    for kind in sorted(by_kind):
        needed = result.needed_units[by_kind[kind]].sum(axis=0)
        served = result.served_units[by_kind[kind]].sum(axis=0)
        share = np.divide(served, needed, out=np.full_like(served, np.nan), where=needed > 0)
        rows.append(
            {
                "capability": result.problem.capabilities[kind].name,
                "needed_count": float(needed.max()),
                **{
                    name: None if np.isnan(cell) else float(cell)
                    for name, cell in in_columns(columns, share).items()
                },
            }
        )
    schema = {"capability": pl.String, "needed_count": pl.Float64}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(columns, pl.Float64))


def balance_periods(result: PlanResult) -> pl.DataFrame:
    """Return strength on land period by period: asked for, in place, and in balance."""
    periods = range(result.problem.periods)
    return pl.DataFrame(
        {
            "from_month": [result.months_of(period)[0] for period in periods],
            "to_month": [result.months_of(period)[1] for period in periods],
            "required_persons": result.required_persons,
            "land_persons": result.land_persons,
            "balanced_persons": result.balanced_persons,
            "balanced_share": result.balanced_share,
        }
    )


def period_columns(result: PlanResult, unit: str = "persons") -> list[str]:
    """Return a column name for each period, such as `from_month_3_persons`."""
    return [
        f"from_month_{result.months_of(period)[0]}_{unit}"
        for period in range(result.problem.periods)
    ]


def in_columns(columns: Sequence[str], numbers: FloatArray) -> dict[str, float]:
    """Return numbers by the name of their column."""
    return dict(zip(columns, numbers.tolist(), strict=True))


def away_sentence(result: PlanResult, codes: Sequence[str], titles: Titles) -> tuple[str, ...]:
    """Say how many soldiers of some nations the plan has away at most."""
    by_nation = result.nation_persons.get(LAND)
    if by_nation is None:
        return ()
    most = {
        code: float(by_nation[place].max())
        for place, code in enumerate(result.problem.nations)
        if code in codes and by_nation[place].max() > 0
    }
    if not most:
        return ("The plan takes no soldier on land from a state at the border.",)
    named = [
        f"{titles.get(code, code)} {persons(number)}"
        for code, number in sorted(most.items(), key=lambda one: -one[1])
    ]
    count = count_of(len(named), "state")
    return (f"The plan has soldiers of {count} at the border away, at most {listed(named)}.",)
