"""Rooms as sections of a page: the smallest, sizes, formats, and what each seat adds."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from foedus.briefing.rooms import (
    chance_sentence,
    format_sentences,
    names_of,
    smallest_sentences,
    speaks,
    wanted_sentence,
)
from foedus.briefing.sentences import count_of, percent
from foedus.briefing.wording import NOTHING, Column, show_cell
from foedus.cli.page import FAINT, STRONG, Page
from foedus.engines.voting.room.inputs import SIZES
from foedus.engines.voting.room.result import RoomResult
from foedus.scenario import Scenario

MOST_ROOMS: Final = 12
MOST_SEATS: Final = 15
"""Rooms and delegations that are printed; --json and --csv have all."""


@dataclass(frozen=True)
class Shown:
    """What is printed of a run."""

    scenario: Scenario
    result: RoomResult

    @cached_property
    def delegations(self) -> dict[str, str]:
        """Printed names of delegations."""
        return self.scenario.titles("delegations")

    @cached_property
    def formats(self) -> dict[str, str]:
        """Printed names of formats."""
        return self.scenario.titles("formats")

    @cached_property
    def measures(self) -> dict[str, str]:
        """Printed names of measures."""
        return {measure.name: measure.title for measure in self.result.measures}

    def names(self, codes: str) -> str:
        """Return codes between semicolons as printed names."""
        return ", ".join(self.delegations.get(code, code) for code in codes.split(";") if code)

    def least(self, row: dict[str, object]) -> str:
        """Return the capability of which is carried least, and how much."""
        name = row["least_capability"]
        if not isinstance(name, str) or row["seats_count"] == 0:
            return NOTHING
        share = show_cell(row["least_capability_share"], "any_share")
        return f"{share} {self.measures[name]}"


def cells(table: pl.DataFrame, name: str, heading: str, unit: str = "any_share") -> Column:
    """Return a numeric column under a short heading."""
    return Column(heading, [show_cell(value, unit) for value in table[name]], True)


def put_wanted(page: Page, shown: Shown) -> None:
    """Put what a room must carry, and who speaks for whom."""
    result = shown.result
    page.paragraph(wanted_sentence(result))
    for code, carries in zip(result.codes, result.cover.carries, strict=True):
        others = [c for c, is_carried in zip(result.codes, carries, strict=True) if is_carried]
        others.remove(code)
        if others:
            names = names_of(";".join(others), shown.delegations)
            page.paragraph(
                f"{shown.delegations[code]} speaks for {names}: its seat carries them too."
            )
    page.paragraph(
        "The shares wanted are assumed; --force-share, --capability-share, --gdp-share and "
        "--population-share change them. Rooms are found for averages over all futures: a point, "
        "without a range.",
        FAINT,
    )


def put_smallest(page: Page, shown: Shown) -> None:
    """Put the smallest rooms: who sits in all, and what each of the others beside them carries."""
    result = shown.result
    first, *more = smallest_sentences(result, shown.delegations)
    page.heading("The smallest rooms")
    page.paragraph(first, STRONG)
    for sentence in more:
        page.paragraph(sentence)
    for sentence in chance_sentence(result, shown.formats):
        page.paragraph(sentence)
    table = result.room_table()
    some = table.head(MOST_ROOMS)
    needed = {code for n, code in enumerate(result.codes) if result.is_needed[n]}
    beside = [
        shown.names(";".join(c for c in members.split(";") if c not in needed)) or NOTHING
        for members in some["members"]
    ]
    page.gap()
    page.table(
        [
            Column("Beside those in all" if needed else "Members", beside, False),
            cells(some, "force_share", "Force"),
            Column("Least of a capability", [shown.least(r) for r in some.to_dicts()], False),
            cells(some, "gdp_share", "GDP"),
            cells(some, "population_share", "Population"),
            cells(some, "carried_prob", "Enough"),
        ]
    )
    if len(table) > len(some):
        page.put(f"  {len(table) - len(some)} more: --csv rooms", FAINT)
    page.paragraph("Enough: share of futures in which it carries all that is wanted.", FAINT)


def put_sizes(page: Page, shown: Shown) -> None:
    """Put how many seats each measure, each share of everything and each size is good for."""
    result = shown.result
    page.heading("How many seats")
    table = result.measure_table()
    page.label("What makes a room large")
    page.table(
        [
            Column("Of", table["title"].to_list(), False),
            cells(table, "wanted_share", "Wanted"),
            cells(table, "seats_alone_count", "Seats for it", "any_count"),
            cells(table, "seats_without_count", "Seats without it", "any_count"),
        ]
    )
    page.paragraph("Seats for it alone, and seats if all but it were asked for.", FAINT)
    curve = result.curve_table()
    page.label("Seats for one share of everything that counts")
    page.table(
        [
            cells(curve, "wanted_share", "Share"),
            cells(curve, "seats_count", "Seats", "any_count"),
            cells(curve, "alone_count", "Each for itself", "any_count"),
        ]
    )
    page.paragraph("Each for itself: if nobody speaks for another.", FAINT)
    best = result.best_table()
    page.label("The best room of so many seats: largest least share of everything")
    page.table(
        [
            cells(best, "seats_count", "Seats", "any_count"),
            cells(best, "least_share", "Least share"),
            Column("Of", [shown.measures.get(m, NOTHING) for m in best["least_measure"]], False),
            Column("Members", [codes.replace(";", " ") for codes in best["members"]], False),
        ]
    )


def put_format(page: Page, shown: Shown) -> None:
    """Put what the format looked at carries, lacks and could spare."""
    result = shown.result
    about = result.format
    if about is None:
        return
    page.heading(f"The format: {shown.formats[about.seating.format]}")
    first, *more = format_sentences(result, shown.delegations, shown.formats)
    page.paragraph(first, STRONG)
    for sentence in more:
        page.paragraph(sentence)
    seats = count_of(about.best.seats_count, "seat")
    page.paragraph(
        f"The best room of {seats} carries at least {percent(about.best.least_share)} of all "
        f"that counts; this one {percent(about.verdict.least_share)}."
    )
    table = result.format_share_table().filter(pl.col("format") == about.seating.format)
    columns = [
        Column("Of", table.filter("is_represented")["title"].to_list(), False),
        cells(table.filter("is_represented"), "wanted_share", "Wanted"),
        cells(table.filter("is_represented"), "carried_share", "Carried"),
    ]
    if speaks(about):
        columns.append(
            cells(table.filter(~pl.col("is_represented")), "carried_share", "Each for itself")
        )
    page.gap()
    page.table(columns)


def put_formats(page: Page, shown: Shown) -> None:
    """Put all formats side by side, and what would mend those that fall short."""
    result = shown.result
    table = result.format_table().filter("is_represented")
    if table.is_empty():
        return
    page.heading("Every format")
    page.table(
        [
            Column("Format", [shown.formats[name] for name in table["format"]], False),
            cells(table, "seats_count", "Seats", "any_count"),
            cells(table, "force_share", "Force"),
            Column("Least of a capability", [shown.least(r) for r in table.to_dicts()], False),
            cells(table, "gdp_share", "GDP"),
            Column("All", [show_cell(v, "") for v in table["is_carried"]], False),
            cells(table, "carried_prob", "Enough"),
            cells(table, "added_count", "Lacks", "any_count"),
            cells(table, "spare_count", "Spares", "any_count"),
            cells(table, "least_share", "Least"),
            cells(table, "best_least_share", "Best least"),
        ]
    )
    page.paragraph(
        "Seats: contributors that are members; shares count those for whom they speak there. All: "
        "whether it carries all that is wanted on average; enough: in which share of futures, none "
        "where sizes such as GDP fall short. Lacks: fewest seats more that would mend it. Spares: "
        "most that could leave at once without making anything short, or shorter. Least share of "
        "all that counts, beside that of the best room of as many seats.",
        FAINT,
    )
    mends = result.mend_table().group_by("format", maintain_order=True).first()
    told = result.format.seating.format if result.format else ""
    seated = table.filter(pl.col("seats_count") > 0)["format"]
    others = mends.filter((pl.col("format") != told) & pl.col("format").is_in(seated.implode()))
    if len(others):
        page.label("Fewest seats more that would mend those that fall short")
        page.bullets(
            f"{shown.formats[name]}: {shown.names(added)}"
            for name, added in others.select("format", "added").iter_rows()
        )
        page.put("  One choice of each; all: --csv mends", FAINT)


def put_seats(page: Page, shown: Shown) -> None:
    """Put what each seat adds: what is lost without it, and whether rooms need it."""
    result = shown.result
    table = result.seat_table()
    some = table.filter((pl.col("place") != "none") | (pl.int_range(pl.len()) < MOST_SEATS))
    page.heading("What each seat adds")
    capabilities = [
        f"{show_cell(share, 'any_share')} {shown.measures[name]}" if name else NOTHING
        for name, share in some.select("most_capability", "most_capability_share").iter_rows()
    ]
    page.table(
        [
            Column("Delegation", [shown.delegations[code] for code in some["delegation"]], False),
            cells(some, "expected_persons", "Sends", "any_persons"),
            cells(some, "force_share", "Force"),
            Column("Most of a capability", capabilities, False),
            cells(some, "gdp_share", SIZES["gdp"]),
            Column("In smallest rooms", some["place"].to_list(), False),
            cells(some, "prevent_share", "Prevents"),
            cells(some, "pivot_share", "Decides"),
            cells(some, "balanced_added_persons", "Adds in balance", "any_persons"),
        ]
    )
    players = result.players
    page.paragraph(
        "Shares are lost to the whole if it is left out. Prevents: of the groups that send the "
        "wanted share of the force, those that would not without it. Decides: how often it is the "
        "one that makes a group send so much, in any order of joining. Adds in balance: soldiers "
        "that it adds to the force in proportion, on average over all orders, among the largest "
        f"contributors, who would sustain {show_cell(players.largest_persons, 'any_persons')} of "
        f"all {show_cell(players.all_persons, 'any_persons')} together.",
        FAINT,
    )
    if len(table) > len(some):
        page.put(f"  {len(table) - len(some)} more: --csv seats", FAINT)
