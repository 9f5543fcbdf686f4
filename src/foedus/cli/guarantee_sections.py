"""The guarantee as sections of a page: the grid, the option, what it would take, and leverage."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import polars as pl

from foedus.briefing.sentences import percent, persons
from foedus.briefing.wording import Column, show_cell, show_range
from foedus.cli.page import FAINT, STRONG, Page
from foedus.engines.deterrence.inputs import SITUATIONS, WITH
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.scenario import Scenario
from foedus.scenario.deterrence import PARAMETERS

MISSION_WORDS: Final = {
    "observe": "observe and report",
    "self_defence": "self-defence",
    "fight_back": "fight back",
    "none": "no force, no guarantor",
}
LOCATION_WORDS: Final = {
    "air_sea": "air and sea",
    "reserve": "on allied ground",
    "rear": "behind the line",
    "line": "on the line",
    "none": "",
}
TARGET_WORDS: Final = {"probe": "a probe", "line": "the line", "force": "the force"}
STEP_WORDS: Final = {
    "unanswered": "unanswered",
    "stopped": "fought and stopped",
    "war_backed": "war, with the guarantor",
    "war_alone": "war, without it",
}
RULE_WORDS: Final = {
    "lead": "the nation with most soldiers in the force lets it fight",
    "heads": "more than half of the nations in the force let it fight",
    "persons": "nations with more than half of its soldiers let it fight",
    "consensus": "all nations in the force let it fight",
    "always": "nobody need be asked whether the force may fight",
}
PRINTED: Final = (
    *("grid", "regret", "leverage", "best_when", "thresholds", "burden", "offers"),
    *("ladder", "targets", "months", "equilibria", "base_rates"),
)
"""Tables of which something is printed, about in the order of the time that they take."""
AT_A_TIME: Final = 2
"""Tables that are made side by side."""
NEVER: Final = "never"
MOST_REASONS: Final = 3
MOST_RATES: Final = 10
NEAREST: Final = ("kept_prob", "success_prob", "hazard_ratio", "relapse_prob")
"""Quantities of base rates that are printed first: those nearest to what the game tells."""
BETTER_WORDS: Final = {
    "loss_points": "what the governments lose by a violation that nobody answers",
    "war_loss_points": "what the governments lose if they lose the war",
    "clash_cost_points": "what a clash that the adversary stops costs the governments",
    "authorise_prob": "how likely a contributor authorises fighting",
}
"""Words for parameters whose own lean on the row before them, or say more than fits."""


@dataclass(frozen=True)
class Shown:
    """What is printed of a run."""

    scenario: Scenario
    result: GuaranteeResult

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table of which something is printed; made side by side, since most is sorting."""
        makers = self.result.makers()
        with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
            return dict(zip(PRINTED, pool.map(lambda name: makers[name](), PRINTED), strict=True))


def put_what_it_is(page: Page, shown: Shown) -> None:
    """Say what is printed, and that it foretells nothing."""
    result = shown.result
    choices = (
        f"choices follow payoffs with {result.lambda_ratio:g} a point"
        if result.lambda_ratio
        else "choices follow payoffs exactly"
    )
    page.paragraph(
        "A game of threats, solved for payoffs that are judged, not measured: it says what follows "
        "from them, and is no prophecy.",
        STRONG,
    )
    page.paragraph(
        f"The people of the option stand in every cell of the grid; {choices}; "
        f"{RULE_WORDS[result.authorisation]}. Deterred: nobody violates, in so many draws. Other "
        "chances are means over draws of one decision, with 5 % and 95 % points over draws.",
        FAINT,
    )


def put_grid(page: Page, shown: Shown) -> None:
    """Put mission by location, with the guarantor and without."""
    page.heading("Missions and locations")
    force = ["needed_force_persons", "alone_needed_force_persons"]
    for situation, name in enumerate(SITUATIONS):
        table = shown.tables["grid"].filter(guarantor=name)
        page.label(f"{name.capitalize()} the guarantor")
        columns = [
            *place_columns(table),
            numbers(table, "deterred_prob", "Deterred"),
            numbers(table, "direct_war_prob", "Direct war"),
            ranged(table, "violation_prob", "Violated"),
            ranged(table, "war_given_violation_prob", "War if violated"),
        ]
        if situation == WITH:
            columns.append(
                least(shown.tables["thresholds"], "needed_backing_prob", "Backing needed")
            )
        columns.append(least(shown.tables["thresholds"], force[situation], "Force needed"))
        page.table(columns)
    most = persons(shown.result.largest_force_persons)
    page.paragraph(
        "* the option. Backing needed: the least, believed by both sides, with which the force of "
        f"the option deters; force needed: the least up to {most} that deters with the backing of "
        "the option, or without any. Medians, with ranges; never: not by any.",
        FAINT,
    )


def put_option(page: Page, shown: Shown) -> None:
    """Put the option's own line, and what the adversary would aim at."""
    page.heading("The option")
    for name in SITUATIONS:
        row = own_row(shown.tables["grid"], name)
        page.paragraph(
            f"{name.capitalize()} the guarantor: "
            f"{whole_range(row, 'force_persons')} soldiers in place, backing of "
            f"{percent(row['backing_prob'])}, let fight in {percent(row['authorise_prob'])}. "
            f"Deterred in {percent(row['deterred_prob'])} of draws, with direct war in "
            f"{percent(row['direct_war_prob'])}; if the ceasefire is violated, somebody fights "
            f"beside the host in {percent(row['fight_given_violation_prob'])}, and it comes to "
            f"direct war in {percent(row['war_given_violation_prob'])}.",
            STRONG if name == SITUATIONS[WITH] else "",
        )
    targets = shown.tables["targets"].filter(is_option=True)
    for name in SITUATIONS:
        aimed = targets.filter(guarantor=name).to_dicts()
        parts = ", ".join(
            f"{TARGET_WORDS[row['target']]} {percent(row['planned_prob'])}" for row in aimed
        )
        page.paragraph(f"Aimed at {name} it: {parts}.")


def put_ladder(page: Page, shown: Shown) -> None:
    """Put what follows a violation of the option, rung by rung."""
    page.label("What follows, rung by rung")
    table = shown.tables["ladder"]
    rows = [own_row(table, name) for name in SITUATIONS]
    rungs = ["not violated", *STEP_WORDS.values()]
    columns = [Column("", rungs, False)]
    for row, name in zip(rows, SITUATIONS, strict=True):
        cells = [row["complied_prob"], *(row[f"{step}_prob"] for step in STEP_WORDS)]
        given = [None, *(row[f"{step}_given_violation_prob"] for step in STEP_WORDS)]
        for head, values in (
            (name.capitalize(), cells),
            (f"{name.capitalize()}, if violated", given),
        ):
            columns.append(Column(head, [show_cell(v, "any_prob") for v in values], True))
    page.table(columns)


def put_months(page: Page, shown: Shown) -> None:
    """Put violation and war within months, beside those of no force at all."""
    table = shown.tables["months"]
    if table.is_empty():
        return
    page.label("Within months")
    table = table.filter(pl.col("is_option") | (pl.col("mission") == "none"))
    names = [
        "no force, no guarantor" if row["mission"] == "none" else f"the option {row['guarantor']}"
        for row in table.to_dicts()
    ]
    page.table(
        [
            Column("", names, False),
            numbers(table, "horizon_months", "Months", whole=True),
            ranged(table, "violation_prob", "Violated"),
            ranged(table, "direct_war_prob", "Direct war"),
        ]
    )
    page.paragraph(
        "The hazard of the baseline below, times the ratio of the option to no force, which is all "
        "that the game says. Ranges are those of the baseline.",
        FAINT,
    )


def put_regret(page: Page, shown: Shown) -> None:
    """Put what each choice costs the governments, and what would make it the best."""
    page.heading("Which is best for the governments")
    table = shown.tables["regret"].filter(guarantor=SITUATIONS[WITH])
    page.table(
        [
            *place_columns(table),
            numbers(table, "deterred_prob", "Deterred"),
            numbers(table, "direct_war_prob", "Direct war"),
            ranged(table, "governments_points", "Expected"),
            ranged(table, "regret_points", "Regret among missions"),
            numbers(table, "best_share", "Best mission here"),
            numbers(table, "best_of_grid_share", "Best of all"),
        ]
    )
    page.paragraph(
        "In points, 100 being what the adversary would gain by taking the line unanswered. Regret: "
        "what the best mission at the same location would have brought more. Best: in so many "
        "draws, ties counted for each.",
        FAINT,
    )
    page.label("What would have to be true for each to be the best of all")
    page.bullets(true_sentences(shown))


def true_sentences(shown: Shown) -> list[str]:
    """Say which inputs are larger or smaller in the draws in which a cell is best."""
    table = shown.tables["best_when"]
    sentences = []
    for (mission, location), rows in table.group_by("mission", "location", maintain_order=True):
        reasons = [
            f"{input_words(row['input'])}: {sized(row, 'when_best_value')}, not "
            f"{sized(row, 'otherwise_value')}"
            for row in rows.head(MOST_REASONS).to_dicts()
        ]
        share = percent(rows["best_of_grid_share"][0])
        sentences.append(f"{place_words(mission, location)} ({share}): {'; '.join(reasons)}.")
    return sentences


def sized(row: dict[str, Any], column: str) -> str:
    """Return the median of an input in the unit of its name."""
    value = row[column]
    name = row["input"].split("/")[-1 if "disputes" in row["input"] else 0]
    parameter = name.split(":")[1] if ":" in name else name
    return show_cell(value, parameter)


def input_words(name: str) -> str:
    """Say what an input is.

    >>> input_words("disputes/ceasefire:prize_points:probe")
    'what the adversary gains by a violation that nobody answers (probe)'
    >>> input_words("authorise_prob/fight_back"), input_words("force_persons")
    ('the chain of command lets it fight (fight back)', 'soldiers in place')
    """
    if name.startswith("disputes/"):
        dispute, parameter, at = name.removeprefix("disputes/").split(":")
        where = "" if at == "all" else f" ({at.replace('.', ', ').replace('_', ' ')})"
        return f"{means_of(dispute, parameter)}{where}"
    if name.startswith("authorise_prob/"):
        mission = MISSION_WORDS[name.removeprefix("authorise_prob/")]
        return f"the chain of command lets it fight ({mission})"
    return "soldiers in place"


def put_burden(page: Page, shown: Shown) -> None:
    """Put how backing moves with the share of the burden."""
    table = shown.tables["burden"]
    if table.is_empty():
        return
    page.heading("Backing, and who carries the burden")
    own = shown.tables["thresholds"].filter("is_option").row(0, named=True)
    page.paragraph(
        f"As promises of its kind were kept, backing would be enough for the option in "
        f"{percent(own['kept_enough_prob'])} of draws. Share of the burden at which it would be: "
        f"{threshold_words(own, 'needed_share')}; no share is enough in "
        f"{percent(own['no_share_enough_prob'])}."
    )
    page.table(
        [
            Column(
                "",
                ["today" if is_today else "" for is_today in table["is_today"]],
                False,
            ),
            ranged(table, "burden_share", "Share carried"),
            ranged(table, "backing_prob", "Backing"),
            numbers(table, "backing_enough_prob", "Enough for the option"),
        ]
    )


def put_leverage(page: Page, shown: Shown) -> None:
    """Put what offers do to the threat to withhold."""
    result = shown.result
    if not result.has_leverage:
        return
    page.heading("Leverage: a seat, or help withheld")
    table = shown.tables["leverage"]
    page.table(
        [
            Column("Offered", table["offers"].to_list(), False),
            ranged(table, "needed_prob", "Credibility needed"),
            ranged(table, "credible_prob", "Threat credible"),
            numbers(table, "seated_prob", "Seated"),
        ]
    )
    page.paragraph(
        "What is offered makes help worth more to the guarantor, and harder to withhold. Medians; "
        "seated: in so many draws.",
        FAINT,
    )
    offers = shown.tables["offers"]
    page.label("What each offer adds")
    page.table(
        [
            Column("Offer", offers["offer"].to_list(), False),
            points(offers, "alone_needed_added_prob", "Credibility needed"),
            points(offers, "alone_credible_added_prob", "Threat credible"),
            points(offers, "alone_seated_added_prob", "Seated, made alone"),
            points(offers, "last_seated_added_prob", "Seated, made last"),
        ]
    )
    page.paragraph("In points of a hundred.", FAINT)


def put_equilibria(page: Page, shown: Shown) -> None:
    """Put which equilibria the option has, by name, and what selects them."""
    page.heading("Equilibria of the option")
    table = shown.tables["equilibria"].filter(is_option=True)
    first, other = (table.filter(guarantor=name) for name in SITUATIONS)
    page.table(
        [
            Column("Name", first["equilibrium"].to_list(), False),
            Column("Where", first["reading"].to_list(), False),
            numbers(first, "draws_share", "With the guarantor"),
            numbers(other, "draws_share", "Without"),
            Column(
                "Selected by",
                [
                    r if s else f"fails {r}"
                    for r, s in first.select("refinement", "is_selected").rows()
                ],
                False,
            ),
        ]
    )
    page.paragraph(
        "D1: a violation is put down to the type that gains by it from more answers. Steadfast is "
        "counted beside the others and never chosen.",
        FAINT,
    )


def put_base_rates(page: Page, shown: Shown) -> None:
    """Put what is known of such promises and such peace, and how far it reaches."""
    table = shown.tables["base_rates"]
    if table.is_empty():
        return
    page.heading("How often such promises and such peace held")
    used = table.filter(pl.col("role").is_in(["prior", "baseline"]))
    checks = table.filter(role="check").drop_nulls("rate_value")
    nearest = pl.col("quantity").replace_strict({q: i for i, q in enumerate(NEAREST)}, default=99)
    checks = checks.sort(nearest, maintain_order=True)
    for label, some in (("In the numbers above", used), ("Beside them", checks.head(MOST_RATES))):
        if some.is_empty():
            continue
        page.label(label)
        page.table(
            [
                Column("Found", some["title"].to_list(), False),
                Column("", [rate_words(row) for row in some.to_dicts()], True),
                Column("Not to be stretched beyond", some["reach"].to_list(), False),
            ]
        )
    if (left := len(checks) - MOST_RATES) > 0:
        page.put(f"  {left} more: --csv base_rates", FAINT)
    warned = table.filter(role="warning").to_dicts()
    if warned:
        page.label("Warnings")
        page.bullets(f"{row['title']}. {row['reach']}." for row in warned)


def rate_words(row: dict[str, Any]) -> str:
    """Return a base rate as printed."""
    name = f"any_{row['quantity'].rpartition('_')[2]}"
    if row["quantity"] == "hazard_per_month":
        name = "act_prob"
    elif not name.endswith(("prob", "ratio")):
        name = "any_value"
    return show_range(row["rate_value"], row["rate_value_low"], row["rate_value_high"], name)


def put_cell(page: Page, shown: Shown, mission: str, location: str) -> None:
    """Put every number that a mission at a location is played with, with its row."""
    page.heading(f"Assumptions of {place_words(mission, location)}")
    table = shown.result.cell_table().filter(mission=mission, location=location)
    page.table(
        [
            Column("What", [parameter_words(row) for row in table.to_dicts()], False),
            Column("Number", [value_words(row) for row in table.to_dicts()], True),
            Column("Basis", table["basis"].to_list(), False),
            Column("Row of disputes", [r.removeprefix("disputes/") for r in table["row"]], False),
        ]
    )


def parameter_words(row: dict[str, Any]) -> str:
    """Say what a number of the game is, and where it holds."""
    where = "" if row["at"] == "all" else f" ({row['at'].replace('.', ', ').replace('_', ' ')})"
    return f"{means_of('ceasefire', row['parameter'])}{where}"


def means_of(dispute: str, parameter: str) -> str:
    """Return what a number of a game is, in words."""
    return BETTER_WORDS.get(parameter, PARAMETERS[dispute][parameter].means)


def value_words(row: dict[str, Any]) -> str:
    """Return a number of the game with its range."""
    value, low, high = (row[f"parameter_value{end}"] for end in ("", "_low", "_high"))
    return show_range(value, low, high, row["parameter"])


def own_row(table: pl.DataFrame, situation: str) -> dict[str, Any]:
    """Return the row of the option in a situation."""
    return table.filter(is_option=True, guarantor=situation).row(0, named=True)


def place_words(mission: str, location: str) -> str:
    """Return a mission at a location in words."""
    return f"{MISSION_WORDS[mission]} {LOCATION_WORDS[location]}".strip()


def place_columns(table: pl.DataFrame) -> list[Column]:
    """Return mission and location, the option marked."""
    marks = [" *" if is_own else "" for is_own in table["is_option"]]
    missions = [MISSION_WORDS[mission] for mission in table["mission"]]
    locations = [LOCATION_WORDS[where] for where in table["location"]]
    return [
        Column("Mission", missions, False),
        Column("Location", [f"{a}{b}" for a, b in zip(locations, marks, strict=True)], False),
    ]


def numbers(table: pl.DataFrame, name: str, title: str, *, whole: bool = False) -> Column:
    """Return a column of numbers without ranges."""
    cells = [str(v) if whole else show_cell(v, name) for v in table[name]]
    return Column(title, cells, True)


def ranged(table: pl.DataFrame, name: str, title: str) -> Column:
    """Return a column of numbers with their ranges."""
    ends = table.select(name, f"{name}_low", f"{name}_high").rows()
    return Column(title, [show_range(mid, low, high, name) for mid, low, high in ends], True)


def points(table: pl.DataFrame, name: str, title: str) -> Column:
    """Return a column of changes in points of a hundred."""
    return Column(title, [f"{100 * value:+.0f}" for value in table[name]], True)


def least(table: pl.DataFrame, name: str, title: str) -> Column:
    """Return a column of the least that deters."""
    return Column(title, [threshold_words(row, name) for row in table.to_dicts()], True)


def threshold_words(row: dict[str, Any], name: str) -> str:
    """Return the least that deters with its range; `never` for an end that is not met.

    >>> threshold_words({"x_prob": None, "x_prob_low": 0.8, "x_prob_high": None}, "x_prob")
    'never (from 80 %)'
    >>> threshold_words({"x_prob": 0.3, "x_prob_low": 0.0, "x_prob_high": None}, "x_prob")
    '30 % (0 % to never)'
    """
    middle, low, high = (
        NEVER if row[f"{name}{end}"] is None else least_words(row[f"{name}{end}"], name)
        for end in ("", "_low", "_high")
    )
    if low == middle == high:
        return middle
    return f"{middle} (from {low})" if middle == NEVER else f"{middle} ({low} to {high})"


def least_words(value: float, name: str) -> str:
    """Return one number of a threshold; soldiers rounded to what inputs carry."""
    return persons(value) if name.endswith("_persons") else show_cell(value, name)


def whole_range(row: dict[str, Any], name: str) -> str:
    """Return soldiers with their range."""
    middle, low, high = (persons(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return middle if low == high else f"{middle} ({low} to {high})"
