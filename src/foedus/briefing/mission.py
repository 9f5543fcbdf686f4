"""What the mission statement should be: the three side by side, and when each is best."""

from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.consent import LOCATION_WORDS, MISSION_WORDS
from foedus.briefing.evidence import every
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import (
    CANNOT_SAY,
    MONTHS_ASSUMED,
    SEEN,
    assumptions,
    both,
    guarantee_evidence,
    in_words,
    input_title,
    mean,
    rates_of,
    rates_table,
    reaches,
)
from foedus.briefing.sentences import count_of, listed, percent, spread_of_counts
from foedus.briefing.strength import one_row
from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.inputs import WITH
from foedus.engines.deterrence.result import (
    EQUALLY_GOOD_POINTS,
    HORIZON_MONTHS,
    MOST_TOLD_APART,
    GuaranteeResult,
)
from foedus.engines.deterrence.telling_apart import rank_auc, strongest
from foedus.quantities import show_number
from foedus.scenario.deterrence import LOCATIONS, MISSIONS

MOST_NAMED: Final = 2
NOTHING_TELLS: Final = (
    "No single input tells the futures in which one mission is best from the others by more than "
    "chance."
)
RATES: Final = ("success_prob",)


def answer_mission(findings: Findings, question: str) -> Answer:
    """Answer under which mission the governments fare best, and what each leads to."""
    result = findings.guarantee.result
    often = best_shares(result)
    best = int(np.argmax(often))
    told_apart = apart_table(result)
    joined = joined_table(findings)
    evidence = guarantee_evidence(findings, {"options": every, "stances": every})
    return Answer(
        id="mission",
        question=question,
        kind="choice",
        headline=mission_headline(result),
        value=MISSION_WORDS[MISSIONS[best]],
        unit="mission with which the governments of the force fare best in the game",
        interval_note="A choice has no range: shares say in how many draws each is best.",
        shares={MISSION_WORDS[name]: float(often[m]) for m, name in enumerate(MISSIONS)},
        more=(
            regret_sentence(result),
            *apart_sentence(told_apart),
            places_sentence(result),
            *joined_sentences(joined),
            *rates_sentence(result),
        ),
        drivers=findings.guarantee_drivers.strongest(
            best_share_of_draws(result)[:, best],
            "best_prob",
            moves=f"chance that it is best to {MISSION_WORDS[MISSIONS[best]]}",
        ),
        assumes=(
            *assumptions(result),
            (
                "Best is the mission under which the governments lose least by the payoffs of the "
                "game, what not acting costs them taken off; missions that do as well share a draw."
            ),
            *((MONTHS_ASSUMED,) if result.has_hazard else ()),
            *evidence.remarks,
        ),
        cannot_say=(
            "What a mission is worth beyond the payoffs of the game, to the host or to anybody.",
            (
                "Who would join the option under another mission: the game is played with the same "
                "people, and who joins is told only of options that there are."
            ),
            *CANNOT_SAY,
            *reaches(result, *RATES),
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "mission_here": missions_here(result),
            "mission_grid": grid_table(result),
            "mission_apart": in_words(told_apart),
            "mission_joined": in_words(joined),
            "mission_equilibria": equilibria_table(result),
            "mission_base_rates": rates_table(result, *RATES),
            "headline_numbers": headline_numbers(result),
        },
        run=findings.guarantee.run_id,
    )


def points_here(result: GuaranteeResult) -> FloatArray:
    """Return what governments expect under each mission at the option's place, (draw, mission)."""
    points: FloatArray = result.governments_points[:, :, result.own[1], WITH]
    return points


def best_share_of_draws(result: GuaranteeResult) -> FloatArray:
    """Return each mission's part in being best, draw by draw; those as good share it.

    Shape (draw, mission), each row of which sums to 1.
    """
    points = points_here(result)
    is_best = points >= points.max(axis=1, keepdims=True) - EQUALLY_GOOD_POINTS
    shared: FloatArray = is_best / is_best.sum(axis=1, keepdims=True)
    return shared


def best_shares(result: GuaranteeResult) -> FloatArray:
    """Return in how many draws each mission is best at the option's place, shape (mission,)."""
    shares: FloatArray = best_share_of_draws(result).mean(axis=0)
    return shares


def regret_points(result: GuaranteeResult) -> FloatArray:
    """Return what each mission costs against the best of each draw, shape (draw, mission)."""
    points = points_here(result)
    regret: FloatArray = points.max(axis=1, keepdims=True) - points
    return regret


def by_share(result: GuaranteeResult) -> list[int]:
    """Return the missions, that which is best most often first."""
    order: list[int] = np.argsort(-best_shares(result), kind="stable").tolist()
    return order


def mission_headline(result: GuaranteeResult) -> str:
    """Say in how many futures each mission is best, with deterrence and direct war beside it."""
    often, place = best_shares(result), result.own[1]
    parts = [
        f"{percent(float(often[m]))} with the mission to {MISSION_WORDS[MISSIONS[m]]} "
        f"({both(result, WITH, (m, place)).brief})"
        for m in by_share(result)
    ]
    where = LOCATION_WORDS[result.location]
    return (
        f"{where[:1].upper()}{where[1:]} the governments of the force fare best in the game in "
        f"this part of futures: {listed(parts)}."
    )


def headline_numbers(result: GuaranteeResult) -> pl.DataFrame:
    """Return the numbers of the headline, mission by mission."""
    often = best_shares(result)
    numbers: dict[str, float | None] = {}
    for m, name in enumerate(MISSIONS):
        two = both(result, WITH, (m, result.own[1]))
        numbers |= {
            f"{name}_best_share": float(often[m]),
            f"{name}_deterred_prob": two.deterred_prob,
            f"{name}_direct_war_prob": two.direct_war_prob,
        }
    return one_row(**numbers)


def regret_sentence(result: GuaranteeResult) -> str:
    """Say what it costs to choose one mission for all futures."""
    regret = regret_points(result).mean(axis=0)
    order = np.argsort(regret, kind="stable").tolist()
    parts = [f"{regret[m]:.0f} with the mission to {MISSION_WORDS[MISSIONS[m]]}" for m in order]
    return (
        "Against the best of each future, one mission for all futures costs the governments on "
        f"average, in points of which the line is worth 100 to the adversary: {listed(parts)}."
    )


def apart_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return which inputs tell the draws in which a mission is best here from the others."""
    is_best = best_share_of_draws(result)[result.is_searched] > 0
    ahead = rank_auc(result.input_values, is_best)
    rows = [
        {
            "mission": name,
            "best_share": float(is_best[:, m].mean()),
            "input": result.input_names[i],
            "larger_when_best_prob": float(ahead[m, i]),
            "when_best_value": float(np.median(result.input_values[is_best[:, m], i])),
            "otherwise_value": float(np.median(result.input_values[~is_best[:, m], i])),
        }
        for m, name in enumerate(MISSIONS)
        for i in strongest(ahead[m], MOST_TOLD_APART)
    ]
    numbers = ("larger_when_best_prob", "when_best_value", "otherwise_value")
    return pl.DataFrame(
        rows,
        schema={
            "mission": pl.String,
            "best_share": pl.Float64,
            "input": pl.String,
            **dict.fromkeys(numbers, pl.Float64),
        },
    )


def apart_sentence(table: pl.DataFrame) -> tuple[str, ...]:
    """Say what would have to be true for each mission to be best."""
    said = []
    for mission in MISSIONS:
        rows = table.filter(mission=mission).head(MOST_NAMED).to_dicts()
        parts = [
            f"{input_title(row['input'])} is "
            f"{'larger' if row['larger_when_best_prob'] > 0.5 else 'smaller'} "
            f"({shown(row['input'], row['when_best_value'])} against "
            f"{shown(row['input'], row['otherwise_value'])})"
            for row in rows
        ]
        if parts:
            said.append(f"to {MISSION_WORDS[mission]} where {listed(parts)}")
    if not said:
        return (NOTHING_TELLS,)
    return (f"What tells most where each is best, in medians: {'; '.join(said)}.",)


def shown(name: str, value: float) -> str:
    """Print a value of an input, in the unit of its name.

    >>> shown("force_persons", 14566.3), shown("authorise_prob/observe", 0.25)
    ('14,566', '25 %')
    >>> shown("disputes/ceasefire:loss_points:line", 61.93)
    '61.9'
    """
    parameter = name.split(":")[1] if ":" in name else name.split("/", maxsplit=1)[0]
    return show_number(value, parameter)


def places_sentence(result: GuaranteeResult) -> str:
    """Say which mission is best most often at the other places."""
    table = result.regret_table().filter(guarantor="with")
    parts = []
    for place, location in enumerate(LOCATIONS):
        if location == result.location:
            continue
        here = table.filter(location=location).sort("best_share", descending=True)
        row = here.row(0, named=True)
        two = both(result, WITH, (MISSIONS.index(row["mission"]), place))
        parts.append(
            f"{LOCATION_WORDS[location]} to {MISSION_WORDS[row['mission']]} "
            f"({percent(row['best_share'])} of futures; {two.brief})"
        )
    return f"Elsewhere the mission that is best most often: {'; '.join(parts)}."


def joined_table(findings: Findings) -> pl.DataFrame:
    """Return who joins the options there are, with mission and place of each."""
    rows = []
    for option in findings.as_set.options:
        request = replace(findings.request, option=option.option)
        joined = findings.coalitions.of(request).result.outcomes()
        count = spread_of_counts(joined["joiners_count"])
        gdp = joined.get("joiners_gdp_share")
        rows.append(
            {
                "option": option.option,
                "title": option.title,
                "mission": option.mission,
                "location": option.location,
                "joiners_count": count.middle,
                "joiners_count_low": count.low,
                "joiners_count_high": count.high,
                "joiners_gdp_share": None if gdp is None else float(np.median(gdp)),
            }
        )
    ends = ("joiners_count_low", "joiners_count_high", "joiners_gdp_share")
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(ends, pl.Float64))


def joined_sentences(table: pl.DataFrame) -> tuple[str, ...]:
    """Say how many join the options with each mission, and of which mission nothing is told."""
    parts, missing = [], []
    for mission in MISSIONS:
        counts = table.filter(mission=mission)["joiners_count"]
        if counts.is_empty():
            missing.append(f"to {MISSION_WORDS[mission]}")
            continue
        ends = sorted(counts.to_list())
        least, most = (f"{value:.0f}" for value in (ends[0], ends[-1]))
        number = count_of(len(counts), "option")
        joiners = least if least == most else f"{least} to {most}"
        parts.append(f"{joiners} with the mission to {MISSION_WORDS[mission]} ({number})")
    said = [f"Of the options there are, so many contributors join in the median: {listed(parts)}."]
    if missing:
        said.append(
            f"No option has the mission {' or '.join(missing)}, so who would join under it is not "
            "told."
        )
    return tuple(said)


def rates_sentence(result: GuaranteeResult) -> tuple[str, ...]:
    """Say how often threats for others held elsewhere."""
    held = [row.rate_value for row in rates_of(result, "success_prob") if row.rate_value]
    if not held:
        return ()
    low, high = percent(min(held)), percent(max(held))
    often = low if low == high else f"{low} to {high}"
    where = listed(list(dict.fromkeys(row.population for row in rates_of(result, "success_prob"))))
    return (
        (
            f"Beside it: threats on another's behalf held in {often} of the crises that were "
            f"counted ({where}), all of them crises in which a threat had been made."
        ),
    )


def missions_here(result: GuaranteeResult) -> pl.DataFrame:
    """Return the missions at the option's place, in the order of how often each is best."""
    often, regret = best_shares(result), regret_points(result).mean(axis=0)
    rows = []
    for m in by_share(result):
        place = (m, result.own[1])
        rows.append(
            {
                "mission": MISSION_WORDS[MISSIONS[m]],
                "is_option": place == result.own,
                **cell_row(result, place),
                "best_share": float(often[m]),
                "regret_points": float(regret[m]),
            }
        )
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(MONTH_COLUMNS, pl.Float64))


MONTH_COLUMNS: Final = tuple(
    f"{what}_in_{HORIZON_MONTHS[SEEN]}_months_prob" for what in ("violation", "direct_war")
)


def cell_row(result: GuaranteeResult, place: tuple[int, int]) -> dict[str, float | None]:
    """Return what comes of one mission at one place: deterrence beside war, and within months."""
    two = both(result, WITH, place)
    months = dict.fromkeys(MONTH_COLUMNS)
    if result.has_hazard:
        months = {
            column: float(np.median(result.within_months(name, (*place, WITH))[:, SEEN]))
            for column, name in zip(
                MONTH_COLUMNS, ("violation_prob", "direct_war_prob"), strict=True
            )
        }
    return {
        "deterred_prob": two.deterred_prob,
        "direct_war_prob": two.direct_war_prob,
        "violation_prob": mean(result, "violation_prob", WITH, place),
        "fight_given_violation_prob": mean(result, "fight_given_violation_prob", WITH, place),
        "war_given_violation_prob": mean(result, "war_given_violation_prob", WITH, place),
        **months,
        "governments_points": mean(result, "governments_points", WITH, place),
    }


def grid_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return every mission at every place."""
    best = result.regret_table().filter(guarantor="with")["best_of_grid_share"]
    rows = [
        {
            "mission": MISSION_WORDS[MISSIONS[cell[0]]],
            "location": LOCATION_WORDS[LOCATIONS[cell[1]]],
            "is_option": cell == result.own,
            **cell_row(result, cell),
        }
        for cell in product(range(len(MISSIONS)), range(len(LOCATIONS)))
    ]
    overrides = dict.fromkeys(MONTH_COLUMNS, pl.Float64)
    return pl.DataFrame(rows, schema_overrides=overrides).with_columns(best_of_grid_share=best)


def equilibria_table(result: GuaranteeResult) -> pl.DataFrame:
    """Return in how many draws each equilibrium holds at the option's place, mission by mission."""
    table = result.equilibrium_table().filter(location=result.location, guarantor="with")
    columns = ("mission", "equilibrium", "reading", "refinement", "is_selected", "draws_share")
    return in_words(table.select(columns))
