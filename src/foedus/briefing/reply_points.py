"""Points of a form filled in from the runs: what each nation would write, and what all would.

What a nation would write is its likeliest answer: what it does with a chance of one half or more.
Every number is that of the runs which the other answers are written from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.briefing.alone import alone_headline
from foedus.briefing.backstop import needed_words
from foedus.briefing.ballots import (
    BallotFound,
    ballot_sentence,
    ballots_on,
    opposed_sentence,
    voting_picks,
)
from foedus.briefing.breach import rungs
from foedus.briefing.consent import LOCATION_WORDS, weight_table
from foedus.briefing.contributions import can_persons, contribution_table, people, sent_persons
from foedus.briefing.duration import kept_months
from foedus.briefing.evidence import Pick
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import (
    both,
    finite,
    guarantee_picks,
    mission_words,
    within,
)
from foedus.briefing.reads import (
    ALL_BESIDE,
    BEFORE_MONEY,
    consent_picks,
    force_picks,
    merged,
    options_picks,
)
from foedus.briefing.reply_meetings import some
from foedus.briefing.rooms import some_of
from foedus.briefing.sanctions import ISSUE
from foedus.briefing.sentences import (
    count_of,
    in_a_sentence,
    listed,
    months,
    percent,
    percent_range,
    persons,
    spread,
)
from foedus.briefing.size import settled_month
from foedus.briefing.strength import force_name, force_number, named, show_force, show_force_range
from foedus.engines import Guarantee, Voting
from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.inputs import WITH
from foedus.engines.deterrence.result import HORIZON_MONTHS, GuaranteeResult
from foedus.engines.deterrence.situations import GOES_TO
from foedus.engines.voting.result import VotingResult
from foedus.scenario.deterrence import LOCATIONS
from foedus.scenario.options import Option
from foedus.scenario.voting_rules import rules_of

LIKELY: Final = 0.5
"""What is as likely as this, or likelier, is what a nation would write."""
NOT_TOLD: Final = "not told"
NOBODY: Final = "nobody"
FIGHT: Final = "lets them fight"
ONLY_WITH: Final = "only with it"
PLACES: Final = {
    "air_sea": "air and sea",
    "reserve": "in reserve",
    "rear": "behind the line",
    "line": "on the line",
}
RUNGS: Final = ("no part", "support from outside", *(PLACES[name] for name in LOCATIONS))
"""Levels of consent as a nation would write them."""

Number = float | str | None


@dataclass(frozen=True)
class Written:
    """What one nation would write on a point."""

    answer: str
    """In words that all have in common who answer alike; empty where nothing tells."""
    says: str
    """The same with its number, as it stands in a cell."""
    numbers: Mapping[str, Number] = field(default_factory=dict)
    """Its numbers, by the names of columns."""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A point filled in, by nation and together."""

    written: Mapping[str, Written]
    """By code of those asked."""
    together: str
    """What all of them could write: sentences."""
    in_short: str = ""
    """The same as a clause; empty where nothing tells."""
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    """Numbers of the clause."""
    picks: Mapping[str, Pick]
    """The rows that it rests on."""
    engines: tuple[str, ...] = BEFORE_MONEY
    """Names of the engines whose settings count."""


def chances(findings: Findings) -> dict[str, float]:
    """Return how likely each contributor joins the option, by code."""
    result = findings.consent
    return dict(zip(result.codes, result.join_chance.mean(axis=0).tolist(), strict=True))


def why_no_game(findings: Findings) -> str:
    """Say why the game of a ceasefire is not played, as a clause."""
    missing = [f"{name}.csv" for name in Guarantee.needs if not findings.as_set.table(name)]
    return f"{listed(missing)} has no rows" if missing else "its game cannot be played as it is set"


def fill_guarantee(findings: Findings, asked: Sequence[str]) -> Filled:
    """Fill in which of the options each would put its name to, and how far any of them deters.

    Of the options that a nation joins with a chance of one half or more it writes the one nearest
    to the line; of equally near ones one without the guarantor, then the one it joins most surely.
    """
    options = findings.as_set.options
    joined = [chances_of(findings, option) for option in options]
    runs = findings.guarantee_by_option
    held = None if runs is None else [run.result for run in runs]
    written = {code: signed(code, options, joined, held) for code in asked}
    if held is None:
        return Filled(
            written=written,
            together=f"Whether any guarantee deters is not told: {why_no_game(findings)}.",
            picks=options_picks(findings),
        )
    pairs = [both(result) for result in held]
    best = max(range(len(pairs)), key=lambda i: (pairs[i].deterred_prob, -pairs[i].direct_war_prob))
    own = findings.guarantee.result
    two, most = both(own), pairs[best]
    name = findings.as_set.option(findings.request.option).title
    return Filled(
        written=written,
        together=(
            f"Of the {count_of(len(options), 'option')} the one that deters most often is"
            f" '{options[best].title}' ({most.brief}); '{name}': {two.brief}. "
            f"{'; '.join(needed_words(own))}."
        ),
        in_short=f"the adversary is {two.words}",
        numbers={**two._asdict()},
        picks=merged(options_picks(findings), guarantee_picks(findings)),
        engines=(*BEFORE_MONEY, Guarantee.name),
    )


def chances_of(findings: Findings, option: Option) -> dict[str, float]:
    """Return how likely each contributor joins an option, by code."""
    request = replace(findings.request, option=option.option)
    result = findings.coalitions.of(request).result
    return dict(zip(result.codes, result.join_chance.mean(axis=0).tolist(), strict=True))


def is_alone(option: Option) -> bool:
    """Tell whether an option asks neither backing nor units of the guarantor."""
    return option.us_backing_prob == 0 and option.us_enablers_share == 0


def signed(
    code: str,
    options: Sequence[Option],
    joined: Sequence[Mapping[str, float]],
    held: Sequence[GuaranteeResult] | None,
) -> Written:
    """Return which option a nation would put its name to."""
    likely = [i for i in range(len(options)) if joined[i][code] >= LIKELY]
    if not likely:
        most = max(chance[code] for chance in joined)
        return Written("none of them", f"none of them: at most {percent(most)}")
    place = max(
        likely,
        key=lambda i: (
            LOCATIONS.index(options[i].location),
            is_alone(options[i]),
            joined[i][code],
            -i,
        ),
    )
    option, chance = options[place], joined[place][code]
    answer = f"{PLACES[option.location]}, {'alone' if is_alone(option) else 'backed'}"
    numbers: dict[str, Number] = {"signed_prob": chance}
    if held is not None:
        result = held[place]
        numbers |= both(result)._asdict()
        needed = result.needed_backing_prob[:, *result.own]
        numbers["no_backing_enough_prob"] = float(np.isinf(needed).mean())
    numbers["signed_option"] = option.option
    return Written(answer, f"{answer}: {percent(chance)}", numbers)


def fill_participants(findings: Findings, asked: Sequence[str]) -> Filled:
    """Fill in how far each would go, who would join, and whether any one is indispensable."""
    result, joins, weights = findings.consent, chances(findings), weight_table(findings)
    added = dict(weights.select("delegation", "added_persons").iter_rows())
    reach = dict(zip(result.codes, result.reach.mean(axis=0), strict=True))
    likely = [code for code in asked if joins[code] >= LIKELY]
    others = [code for code in result.codes if code not in asked and joins[code] >= LIKELY]
    where = LOCATION_WORDS[findings.option.location]
    beside = f"; as likely and not asked: {named_chances(findings, others)}" if others else ""
    of_all = float(result.joins.sum(axis=1).mean())
    return Filled(
        written={code: willing(reach[code], joins[code], added.get(code)) for code in asked},
        together=(
            f"Of the {len(asked)} asked, {none_or(len(likely))} would join {where} more likely "
            f"than not{f': {named_chances(findings, likely)}' if likely else ''}{beside}; "
            f"{of_all:.1f} of all {count_of(len(result.codes), 'contributor')} do so on average."
            f"{indispensable_sentence(findings, weights)}"
        ),
        in_short=f"{none_or(len(likely), ' of them')} likely to join {where}",
        numbers={"likely_count": float(len(likely))},
        picks=merged(consent_picks(findings), force_picks(findings, frozenset(["fair shares"]))),
    )


def none_or(count: int, more: str = "") -> str:
    """Return a number of nations, or that it is none.

    >>> none_or(0, " of them"), none_or(3, " of them"), none_or(0)
    ('none of them', '3 of them', 'none')
    """
    return f"{count or 'none'}{more}"


def willing(reach: FloatArray, join: float, added: float | None) -> Written:
    """Return how far a nation would go.

    Parameters
    ----------
    reach
        Shape (level,): how likely it goes as far as each level or farther.
    added
        What it adds to the force in balance; None where it is not weighed.
    """
    rung = int(np.flatnonzero(reach >= LIKELY)[-1])
    chance = float(reach[rung]) if rung else 1.0 - float(reach[1])
    numbers = {"join_prob": join, "goes_prob": chance, "added_persons": added}
    return Written(RUNGS[rung], f"{RUNGS[rung]}: {percent(chance)}", numbers)


def named_chances(findings: Findings, codes: Sequence[str]) -> str:
    """Return nations with how likely each joins, the likeliest first; of many the first."""
    joins = chances(findings)
    order = sorted(codes, key=lambda code: (-joins[code], code))
    return some_of([f"{findings.titles[code]} ({percent(joins[code])})" for code in order])


def indispensable_sentence(findings: Findings, weights: pl.DataFrame) -> str:
    """Say without whom what is asked for is missed, and on whom the force hangs most."""
    if weights.is_empty():
        return ""
    needed = weights.filter((pl.col("full_in_prob") >= LIKELY) & (pl.col("full_out_prob") < LIKELY))
    most = weights.row(0, named=True)
    hangs = (
        f"the force hangs most on {most['title']}: {persons(most['balanced_in_persons'])} soldiers "
        f"in balance on average with it, {persons(most['balanced_out_persons'])} without"
    )
    if needed.is_empty():
        often = percent(float(str(weights["full_in_prob"].max())))
        return (
            f" Nobody alone decides whether the {persons(findings.asked_persons)} soldiers asked "
            f"for are met: of the {len(weights)} that could send most, whichever is in for "
            f"certain, they are met in {often} of futures at most; {hangs}."
        )
    names = listed(needed["title"].to_list())
    return (
        f" Indispensable, as the {persons(findings.asked_persons)} soldiers asked for are met with "
        f"it more likely than not, and missed without it: {names}; {hangs}."
    )


def fill_force(findings: Findings, asked: Sequence[str]) -> Filled:
    """Fill in what each would send, and how large the force is, by when, where and how long."""
    table = contribution_table(findings)
    rows = {row["delegation"]: row for row in table.iter_rows(named=True)}
    written = {code: sends(rows[code]) for code in asked}
    picks = merged(consent_picks(findings), force_picks(findings, ALL_BESIDE))
    if not findings.asked_groups.any():
        return Filled(written=written, together="No unit is asked for.", picks=picks)
    final = force_number(findings, findings.forces)
    option, land = findings.option, findings.asks_land
    long_enough = float((kept_months(findings) >= option.duration_months).mean())
    size = (
        f"{show_force_range(findings, final)} soldiers in balance, in place by month "
        f"{settled_month(findings.forces)}, against {persons(findings.asked_persons)} asked for"
        if land
        else f"{show_force_range(findings, final)} of what is asked for"
    )
    lead = table.filter(pl.col("delegation").is_in(list(asked))).row(0, named=True)
    middle = spread(final).middle
    name = force_name(findings, "offered")
    shown = show_force(findings, middle)
    against = f" soldiers of {persons(findings.asked_persons)}" if land else " of what is"
    return Filled(
        written=written,
        together=(
            f"{size}, {LOCATION_WORDS[option.location]}, for {months(option.duration_months)}; all "
            f"of it is kept up so long in {percent(long_enough)} of futures. Of those asked "
            f"{lead['title']} sends most: {persons(lead['expected_persons'])} "
            f"{people(findings)} on average over all futures."
        ),
        in_short=f"{shown}{against} asked for",
        numbers={name: middle, "asked_persons": findings.asked_persons},
        picks=picks,
    )


def sends(row: Mapping[str, Any]) -> Written:
    """Return what a nation would send.

    Parameters
    ----------
    row
        Of the table of contributions.
    """
    sent, ratio = row["sent_persons"], row["burden_ratio"]
    some = sent is not None and sent >= 1
    columns = ("sent_persons", "sent_persons_low", "sent_persons_high", "expected_persons")
    numbers = {name: row[name] for name in (*columns, "fair_persons", "burden_ratio")}
    if row["join_prob"] < LIKELY or not some:
        return Written(
            NOBODY, f"{NOBODY}; {persons(sent)} if it joins" if some else NOBODY, numbers
        )
    if ratio is None:
        return Written("some", persons(sent), numbers)
    answer = "its fair share or more" if ratio >= 1 else "less than its fair share"
    return Written(answer, f"{persons(sent)}: {ratio:.1f} times its fair share", numbers)


def fill_response(findings: Findings, asked: Sequence[str]) -> Filled:
    """Fill in who would let its soldiers fight, and what follows if the force is attacked."""
    run = findings.guarantee_if_any
    if run is None:
        return Filled(
            written=dict.fromkeys(asked, Written("", NOT_TOLD)),
            together=f"What follows an attack is not told: {why_no_game(findings)}.",
            picks=consent_picks(findings),
        )
    result, joins = run.result, chances(findings)
    let = let_fight(findings, result)
    written = {code: answers(joins[code], let.get(code)) for code in asked}
    after, war = rungs(result), within(result, "direct_war_prob")
    within_words = "; how likely it is within months is not told, for want of a base rate"
    if war is not None:
        often = [percent(float(np.median(war[:, at]))) for at in range(len(HORIZON_MONTHS))]
        times = listed([str(length) for length in HORIZON_MONTHS])
        within_words = f"; within {times} months direct war comes with {listed(often)}"
    fight = [code for code in asked if written[code].answer == FIGHT]
    allowed = float(result.authorise_prob[:, result.own[0], WITH].mean())
    return Filled(
        written=written,
        together=(
            f"If the ceasefire is broken while the force is to {mission_words(result)}, nobody "
            f"answers with a chance of {percent(after['unanswered'])}, it is fought and the "
            f"adversary stops with {percent(after['stopped'])}, and it comes to direct war with "
            f"{percent(after['war'])}{within_words}. The force as a whole is let fight with a "
            f"chance of {percent(allowed)}; of those asked, {none_or(len(fight))} would likely be "
            f"there and let their soldiers fight"
            f"{f': {some(findings, fight)}' if fight else ''}."
        ),
        in_short=f"nobody answers a breach with {percent(after['unanswered'])}",
        numbers={"unanswered_given_violation_prob": after["unanswered"]},
        picks=guarantee_picks(findings),
        engines=(*BEFORE_MONEY, Guarantee.name),
    )


def let_fight(findings: Findings, result: GuaranteeResult) -> dict[str, float]:
    """Return how likely each lets its soldiers fight where it joins, by code; absent if never.

    It hangs on the mission and on how far the nation would go itself, as the game takes it.
    """
    consent = findings.consent
    chance = np.array([allowed_at(findings, result, place) for place in LOCATIONS])
    goes = chance[np.array(GOES_TO)[consent.level]]
    there = consent.joins
    return {
        code: float(goes[there[:, i], i].mean())
        for i, code in enumerate(consent.codes)
        if there[:, i].any()
    }


def allowed_at(findings: Findings, result: GuaranteeResult, place: str) -> float:
    """Return how likely a contributor that would go to a place lets its soldiers fight.

    1 where nobody need be asked. The mean over draws where it is drawn.
    """
    key = f"ceasefire:authorise_prob:{result.mission}.{place}"
    rows = {row.key: row for row in result.rows}
    if result.authorisation == "always" or key not in rows:
        return 1.0
    address = f"disputes/{key}"
    if address in result.input_names:
        return float(result.input_values[:, result.input_names.index(address)].mean())
    value: float = findings.as_set.row("disputes", key).parameter_value
    return value


def answers(join: float, let: float | None) -> Written:
    """Return whether a nation would let its soldiers fight."""
    numbers = {"let_fight_prob": let}
    if let is None:
        return Written("no soldiers there", "no soldiers there", numbers)
    if join < LIKELY:
        return Written(
            "no soldiers there", f"no soldiers there; {percent(let)} if it joins", numbers
        )
    answer = FIGHT if let >= LIKELY else "does not let them fight"
    return Written(answer, f"{answer}: {percent(let)}", numbers)


def fill_support(findings: Findings, asked: Sequence[str]) -> Filled:
    """Fill in who joins only with the guarantor, and what falls away without it."""
    table = findings.consent.tables()["consent"]
    rows = {row["delegation"]: row for row in table.iter_rows(named=True)}
    lost = lost_persons(findings)
    reliance = {
        row.delegation: row.us_reliance_score
        for row in findings.as_set.stances
        if row.principal == row.delegation
    }
    written = {code: leans(rows[code], lost[code], reliance.get(code)) for code in asked}
    only = [code for code in asked if written[code].answer == ONLY_WITH]
    alone = findings.alone.forces.result
    run = findings.guarantee_if_any
    picks = options_picks(findings)
    return Filled(
        written=written,
        together=(
            f"{alone_headline(findings, force_number(findings, alone))} Of those asked, "
            f"{none_or(len(only))} would join only with it"
            f"{f': {some(findings, only)}' if only else ''}.{at_once_words(findings)}"
            f"{for_long_words(findings)}"
        ),
        in_short=f"{none_or(len(only), ' of them')} likely to join only with the guarantor",
        numbers={"only_with_count": float(len(only))},
        picks=merged(picks, guarantee_picks(findings)) if run else picks,
        engines=(*BEFORE_MONEY, Guarantee.name) if run else BEFORE_MONEY,
    )


def at_once_words(findings: Findings) -> str:
    """Say which of the services that the guarantor lends are thinnest without it."""
    table = named(findings.alone.forces.result.tables()["services"], findings, "service")
    thin = [
        f"{in_a_sentence(row['title'])} ({percent(row['fill_share'])})"
        for row in table.sort(["fill_share", "service"]).head(3).iter_rows(named=True)
    ]
    return f" Needed at once, with what is left without it: {listed(thin)}." if thin else ""


def for_long_words(findings: Findings) -> str:
    """Say how sure its backing must be for the force to deter."""
    run = findings.guarantee_if_any
    if run is None:
        return f" Which backing is needed for long is not told: {why_no_game(findings)}."
    result = run.result
    needed = result.needed_backing_prob[:, *result.own]
    there, never, none = finite(needed), np.isinf(needed).mean(), (needed <= 0).mean()
    parts = []
    if never:
        parts.append(f"none is enough for the force to deter in {percent(float(never))} of futures")
    if none:
        parts.append(f"none is needed in {percent(float(none))} of futures")
    if there.size:
        rest = "in the others it" if parts else "it"
        parts.append(f"{rest} must be believed with a chance of {percent_range(there)}")
    return f" Needed for long, its backing: {'; '.join(parts)}."


def lost_persons(findings: Findings) -> dict[str, float]:
    """Return how many fewer people each sends on average if the guarantor gives nothing."""
    helped = sent_persons(findings).mean(axis=0)
    alone = sent_persons(findings, findings.alone.forces.result).mean(axis=0)
    return dict(zip(findings.forces.codes, (helped - alone).tolist(), strict=True))


def leans(row: Mapping[str, Any], lost: float, reliance: float | None) -> Written:
    """Return whether a nation joins with the guarantor only.

    Parameters
    ----------
    row
        Of the table of consent.
    """
    backed, unbacked = row["backed_prob"], row["unbacked_prob"]
    numbers: dict[str, Number] = {
        "backed_prob": backed,
        "unbacked_prob": unbacked,
        "us_reliance_score": reliance,
        "lost_persons": lost,
    }
    if unbacked >= LIKELY:
        return Written("without it too", f"without it too: {percent(unbacked)}", numbers)
    if backed >= LIKELY:
        says = f"{ONLY_WITH}: {percent(backed)}, else {percent(unbacked)}"
        return Written(ONLY_WITH, says, numbers)
    return Written("not even with it", f"not even with it: {percent(backed)}", numbers)


def fill_pressure(findings: Findings, asked: Sequence[str]) -> Filled:
    """Fill in what each could still keep in place, who tightens sanctions, and if it passes."""
    left, most = left_persons(findings)
    voting = findings.voting_if_any
    held = ballots_on(voting.result, ISSUE) if voting is not None else []
    wants = {} if voting is None or not held else wants_of(voting.result, held[0])
    title = in_a_sentence(held[0].ballot.title) if held else ""
    written = {code: presses(title, wants.get(code), left[code], most[code]) for code in asked}
    picks = merged(consent_picks(findings), force_picks(findings, ALL_BESIDE))
    total = sum(left[code] for code in asked)
    whom = people(findings)
    beside = (
        f"Beyond what they send, those asked could keep {persons(total)} more {whom} in place on "
        f"average."
    )
    if voting is None or not held:
        return Filled(
            written=written,
            together=f"{beside} Who would tighten sanctions is not told: ballots.csv puts nothing "
            f"on the issue '{ISSUE}' to the vote.",
            in_short=f"{persons(total)} more {whom} beyond what they send",
            numbers={"left_persons": total},
            picks=picks,
        )
    ballots = [found.ballot for found in held]
    rules = set(rules_of(ballots))
    result = voting.result
    chance = held[0].pass_used_prob
    return Filled(
        written=written,
        together=(
            f"{beside} {'; '.join(ballot_sentence(found) for found in held)}. "
            f"{opposed_sentence(findings, result, ballots[0])}"
        ),
        in_short=f"{title} passed in {percent(chance)} as votes were used before",
        numbers={"pass_used_prob": chance},
        picks=merged(picks, voting_picks(findings, result, ballots, rules)),
        engines=(*BEFORE_MONEY, Voting.name),
    )


def wants_of(result: VotingResult, found: BallotFound) -> dict[str, tuple[float, float]]:
    """Return what each wants and how likely it favours a proposal, by code.

    Those who have no vote and decide for themselves are among them.
    """
    votes = result.vote_table().filter(ballot=found.ballot.ballot, rule=found.ballot.rule)
    outside = result.outside_table().filter(ballot=found.ballot.ballot)
    columns = ("delegation", "wants_value", "favours_prob")
    return {
        code: (wants, favours)
        for table in (votes, outside)
        for code, wants, favours in table.select(columns).iter_rows()
        if wants is not None
    }


def left_persons(findings: Findings) -> tuple[dict[str, float], dict[str, str]]:
    """Return how many more each could keep in place than it sends, and most of them in what.

    On average over all futures, under its ceiling on land, whether it joins or not.
    """
    everyone = findings.everyone.result
    can = can_persons(findings, everyone).mean(axis=0)
    sent = sent_persons(findings).mean(axis=0)
    counted = findings.counted_groups
    groups = everyone.standing_persons.mean(axis=0) - findings.forces.sent_persons.mean(axis=0)
    groups = np.where(counted, groups, -np.inf)
    left = dict(zip(everyone.codes, np.maximum(can - sent, 0.0).tolist(), strict=True))
    titles = findings.forces.groups.titles
    most = {
        code: in_a_sentence(titles[int(np.argmax(groups[i]))]) if left[code] >= 1 else ""
        for i, code in enumerate(everyone.codes)
    }
    return left, most


def presses(title: str, wants: tuple[float, float] | None, left: float, most: str) -> Written:
    """Return what a nation would do on sanctions, and what it has left to give.

    Parameters
    ----------
    title
        Of what is put to the vote.
    wants
        Its position, and how likely it is for it; None where neither is known.
    """
    numbers: dict[str, Number] = {
        "favours_prob": wants[1] if wants else None,
        "wants_value": wants[0] if wants else None,
        "left_persons": left,
        "most_left_in": most,
    }
    rest = f"could keep {persons(left)} more" if left >= 1 else "could keep nobody more"
    if wants is None:
        return Written("", f"{rest}; sanctions {NOT_TOLD}", numbers)
    for_it = wants[1] >= LIKELY
    answer = f"{'for' if for_it else 'against'} {title}"
    chance = percent(wants[1] if for_it else 1.0 - wants[1])
    return Written(answer, f"{answer}: {chance}; {rest}", numbers)


Fill = Callable[[Findings, Sequence[str]], Filled]

FILL: Final[dict[str, Fill]] = {
    "guarantee": fill_guarantee,
    "participants": fill_participants,
    "force": fill_force,
    "response": fill_response,
    "us-support": fill_support,
    "capabilities-sanctions": fill_pressure,
}
"""What fills in each topic of a point."""
