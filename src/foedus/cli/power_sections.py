"""Voting as sections of a page: rules, power by voter, who blocks, and what would pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any, Final

import polars as pl

from foedus.briefing.sentences import count_of, in_a_sentence, listed, percent
from foedus.briefing.wording import Column, fold_ranges, heading, show_cell
from foedus.cli.page import FAINT, STRONG, Page
from foedus.cli.sections import printed_names
from foedus.engines.voting.inputs import RuleOfVote
from foedus.engines.voting.result import VotingResult
from foedus.quantities import without_zeros
from foedus.scenario import Scenario
from foedus.scenario.voting import HEADS, PLEDGED
from foedus.scenario.voting_rules import Game

MOST_TOLD: Final = 5
"""Voters that are named of each rule where all rules stand side by side."""
MOST_SIMPLE: Final = 2
"""Sizes of coalitions that need no table."""
SELDOM: Final = 0.005
SUMS_TO_ONE: Final = "shapley_shubik_share"
FIRST_INDICES: Final = (
    SUMS_TO_ONE,
    "banzhaf_share",
    "banzhaf_prob",
    "prevent_share",
    "initiate_share",
)
OTHER_INDICES: Final = ("johnston_share", "deegan_packel_share", "holler_packel_share")
WEIGHT_WORDS: Final = {HEADS: "heads", PLEDGED: "soldiers pledged"}


@dataclass(frozen=True)
class Shown:
    """What is printed of a run."""

    scenario: Scenario
    result: VotingResult
    listed: int
    """Coalitions that are listed by name."""

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Tables of the run, by name."""
        return self.result.tables()

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Printed names by column."""
        return printed_names(self.scenario) | {
            "rule": self.scenario.titles("rules"),
            "ballot": self.scenario.titles("ballots"),
        }

    def title(self, column: str, key: str) -> str:
        """Return the printed name of a key."""
        return self.names[column].get(key, key)

    def columns(self, table: pl.DataFrame) -> list[Column]:
        """Return a table's columns for readers."""
        return fold_ranges(table, self.names)


def put_overview(page: Page, shown: Shown, command: str) -> None:
    """Put all rules side by side, and who has most power under each.

    Parameters
    ----------
    command
        What tells more of one rule, such as `foedus power minimal --rule NAME`.
    """
    page.heading("Rules")
    page.table(
        shown.columns(
            shown.tables["rules"].select(
                *("rule", "voters_count", "act_prob", "smallest_winning_count"),
                *("smallest_blocking_count", "ways_to_block_count"),
            )
        )
    )
    page.label("Who has most power, by Shapley and Shubik")
    page.bullets(leaders_sentence(shown, rule) for rule in shown.result.told)
    page.paragraph(
        "A priori power: every coalition is as likely as any other, whatever its members want. "
        f"`{command}` tells it by voter, NAME being what stands in brackets.",
        FAINT,
    )


def leaders_sentence(shown: Shown, rule: RuleOfVote) -> str:
    """Say who has most power under a rule, or that all have the same."""
    power = shown.tables["power"].filter(rule=rule.rule).drop_nulls(SUMS_TO_ONE)
    title = f"{shown.title('rule', rule.rule)} ({rule.rule})"
    if power.is_empty():
        return f"{title}: not counted."
    if power[SUMS_TO_ONE].n_unique() == 1:
        return (
            f"{title}: all {len(power)} the same, {show_cell(power[SUMS_TO_ONE][0], SUMS_TO_ONE)}."
        )
    top = power.sort(SUMS_TO_ONE, descending=True, maintain_order=True).head(MOST_TOLD)
    parts = [
        f"{shown.title('delegation', code)} {show_cell(share, SUMS_TO_ONE)}"
        for code, share in top.select("delegation", SUMS_TO_ONE).iter_rows()
    ]
    return f"{title}: {', '.join(parts)}."


def put_rule(page: Page, shown: Shown, name: str) -> None:
    """Put one rule at length: what it asks, power by voter, and who can stop it."""
    rule = shown.result.rule_of(name)
    about = shown.scenario.row("rules", name)
    page.heading(about.title)
    put_clauses(page, rule)
    if about.note:
        page.paragraph(sentence_of(about.note[:1].upper() + about.note[1:]), FAINT)
    row = shown.tables["rules"].filter(rule=name).row(0, named=True)
    if row["act_prob"] is not None:
        page.paragraph(
            f"{show_cell(row['act_prob'], 'act_prob')} of all coalitions pass it: "
            f"{int(row['winning_exact']):,} of {int(row['coalitions_exact']):,}.",
            STRONG,
        )
    power = shown.tables["power"].filter(rule=name)
    if not power.is_empty():
        put_power(page, shown, rule, power)
        put_blocking(page, shown, row, power)


def put_clauses(page: Page, rule: RuleOfVote) -> None:
    """Put what a rule asks for, game by game."""
    worked = rule.worked_out
    asked = [
        (name, listed([game_words(g) for g in games])) for name, games in worked.clauses.items()
    ]
    stops = worked.against_stops_count
    unopposed = ""
    if stops is not None:
        unopposed = " and no vote against" if stops == 1 else f" and fewer than {stops} against"
    voters = f"{count_of(len(rule.voters), 'voter')} pass it together"
    if len(asked) == 1:
        page.paragraph(f"{voters}. It takes {asked[0][1]}{unopposed}.")
    else:
        page.paragraph(f"{voters}. It takes one of these{unopposed}:")
        page.bullets(f"{name}: {words}" for name, words in asked)
    if stops is not None:
        page.paragraph(
            "An abstention is no vote against. Power is told between yes and no alone, as if "
            "nobody abstained."
        )


def game_words(game: Game) -> str:
    """Say what a game asks for, such as `at least 15 of 27 heads`."""
    total = sum(game.weights, Fraction(0))
    words = weight_words(game.weight)
    if not total:
        return f"{words}, of which there are none"
    level, is_strict = game.quota.level, game.quota.is_strict
    share = show_cell(float(level / total), "of_all_share")
    if all(weight.denominator == 1 for weight in game.weights):
        # The first sum that is enough, as sums are whole.
        level, is_strict = Fraction(floor(level) + 1 if is_strict else ceil(level)), False
    how = "more than" if is_strict else "at least"
    if game.weight == HEADS:
        return f"{how} {amount(level)} of {amount(total)} heads"
    return f"{how} {amount(level)} of {amount(total)} by {words} ({share})"


def weight_words(weight: str) -> str:
    """Return a weight in words.

    >>> weight_words("pledged_persons"), weight_words("council_population"), weight_words("gdp")
    ('soldiers pledged', 'council population', 'GDP')
    """
    name = heading(weight.rpartition(".")[2]).partition(" (")[0]
    return WEIGHT_WORDS.get(weight) or in_a_sentence(name)


def amount(value: Fraction) -> str:
    """Return an amount with no more than two places.

    >>> amount(Fraction(293168773)), amount(Fraction("632.25")), amount(Fraction("632.50"))
    ('293,168,773', '632.25', '632.5')
    """
    return without_zeros(f"{float(value):,.2f}")


def put_power(page: Page, shown: Shown, rule: RuleOfVote, power: pl.DataFrame) -> None:
    """Put the indices of every voter, or those of all where they are the same."""
    page.label("Power by voter")
    indices = (*FIRST_INDICES, *OTHER_INDICES)
    if len(power) > 1 and power.select(indices).n_unique() == 1:
        page.paragraph(f"All {len(power)} have the same:")
        page.table(shown.columns(power.head(1).select(indices)))
        page.gap()
    else:
        order = power.sort(SUMS_TO_ONE, descending=True, maintain_order=True)
        first, *rest = shown.columns(order.select("delegation", *FIRST_INDICES))
        page.table([first, *parts_of_weight(shown, rule, order["delegation"]), *rest])
        page.gap()
        others = order.select(*OTHER_INDICES, "in_smallest_blocking_count")
        known = [name for name in others.columns if others[name].null_count() < len(others)]
        if known:
            page.table(shown.columns(order.select("delegation", *known)))
        page.paragraph(
            "Shapley-Shubik, normalised Banzhaf, Johnston, Deegan-Packel and Holler-Packel sum to "
            "100 % each. Exact fractions are in --json under power_exact.",
            FAINT,
        )
    dummies = [shown.title("delegation", code) for code in power.filter("is_dummy")["delegation"]]
    if dummies:
        page.paragraph(f"No outcome ever hangs on the vote of: {listed(dummies)}.")


def parts_of_weight(shown: Shown, rule: RuleOfVote, codes: pl.Series) -> list[Column]:
    """Return a column a weight but heads: what part of the whole each voter has."""
    weights = shown.tables["weights"].filter(pl.col("rule") == rule.rule, pl.col("weight") != HEADS)
    found = []
    for weight in weights["weight"].unique(maintain_order=True).to_list():
        part = pl.DataFrame({"delegation": codes}).join(
            weights.filter(weight=weight), on="delegation", how="left", maintain_order="left"
        )
        (column,) = shown.columns(part.select("of_all_share"))
        found.append(column._replace(heading=f"Part of {weight_words(weight)}"))
    return found


def put_blocking(page: Page, shown: Shown, row: Mapping[str, Any], power: pl.DataFrame) -> None:
    """Put how many coalitions are just enough to block a rule or to pass it.

    Parameters
    ----------
    row
        Of the rule in the table `rules`.
    power
        Rows of the rule in the table `power`.
    """
    blocking = shown.tables["blocking"].filter(rule=row["rule"])
    minimal = shown.tables["minimal"].filter(rule=row["rule"])
    page.label("Who can stop it")
    size, ways = row["smallest_blocking_count"], row["ways_to_block_count"]
    members = [
        [shown.title("delegation", code) for code in line.split(";")]
        for line in blocking["members"].to_list()
    ]
    vetoes = [shown.title("delegation", code) for code in power.filter("has_veto")["delegation"]]
    if vetoes and len(vetoes) == len(power):
        page.paragraph("Any one voter blocks it alone.")
    elif len(vetoes) > 1:
        page.paragraph(f"Each of these blocks it alone: {listed(vetoes)}.")
    elif vetoes:
        page.paragraph(f"{vetoes[0]} blocks it alone.")
    elif size is not None:
        page.paragraph(
            f"The fewest that block it are {count_of(size, 'member')}"
            + (f", in {count_of(ways, 'way')}." if ways else ".")
        )
        put_listed(page, shown, members)
    else:
        page.paragraph("Not counted.")
    if minimal.height > MOST_SIMPLE:
        page.label("Coalitions of which no member can be spared, by size")
        page.table(shown.columns(by_size(minimal)))


def put_listed(page: Page, shown: Shown, members: Sequence[Sequence[str]]) -> None:
    """Put the smallest coalitions that block, and how many more there are."""
    page.bullets(listed(names) for names in members[: shown.listed])
    rest = len(members) - shown.listed
    if rest > 0 and shown.listed:
        page.paragraph(
            f"and {rest:,} more, the lightest first; --list {len(members)} prints all, and "
            "--json has them.",
            FAINT,
        )


def by_size(minimal: pl.DataFrame) -> pl.DataFrame:
    """Return counts of minimal coalitions by size, those that win beside those that block."""
    wins, blocks = (
        minimal.filter(does=does).select(
            "members_count", pl.col("coalitions_count").alias(f"{does}_count")
        )
        for does in ("wins", "blocks")
    )
    joined = wins.join(blocks, on="members_count", how="full", coalesce=True)
    return joined.sort("members_count").with_columns(
        pl.col("wins_count", "blocks_count").fill_null(0)
    )


def put_ballots(page: Page, shown: Shown) -> None:
    """Put what would pass as views lie, and whose vote is in the way."""
    for ballot in shown.result.ballots:
        rows = shown.tables["ballots"].filter(ballot=ballot.ballot)
        page.heading(f"Ballot: {ballot.title}")
        page.paragraph(
            f"Passed: {sentence_of(ballot.means_passed)} Failed: {sentence_of(ballot.means_failed)}"
        )
        page.gap()
        page.table(
            shown.columns(
                rows.select(
                    *("rule", "pass_views_prob", "pass_used_prob", "independent_prob"),
                    *("favour_count", "opposed_count"),
                )
            )
        )
        for row in rows.iter_rows(named=True):
            for sentence in ballot_sentences(shown, ballot.ballot, row["rule"]):
                page.paragraph(sentence)
        outside = shown.tables["outside"].filter(ballot=ballot.ballot)
        if not outside.is_empty():
            page.label("They decide for themselves")
            who, wants, favours = shown.columns(outside.drop("ballot"))
            unit = shown.scenario.row("issues", ballot.issue).unit
            page.table([who, wants._replace(heading=f"Wants ({unit})"), favours])


def sentence_of(words: str) -> str:
    """Return words with one full stop at their end.

    >>> sentence_of("Nothing is added"), sentence_of("Nothing is added.")
    ('Nothing is added.', 'Nothing is added.')
    """
    return f"{words.removesuffix('.')}."


def ballot_sentences(shown: Shown, ballot: str, rule: str) -> list[str]:
    """Say who is opposed and whose vote decides under a rule."""
    votes = shown.tables["votes"].filter(ballot=ballot, rule=rule)
    title = shown.title("rule", rule)
    said = []
    decides = rule == shown.scenario.row("ballots", ballot).rule
    for column, words, wanted in (
        ("opposed_prob", "Opposed, in how many futures", decides),
        ("blocks_alone_used_prob", "Whose yes alone is missing, as votes were used", decides),
        ("decides_prob", f"How often a vote decides by {title}", not decides),
    ):
        some = votes.filter(pl.col(column) > SELDOM).sort(column, descending=True)
        if wanted and not some.is_empty():
            parts = [
                f"{shown.title('delegation', code)} {percent(often)}"
                for code, often in some.select("delegation", column).iter_rows()
            ]
            said.append(f"{words}: {listed(parts)}.")
    return said
