"""What must hold of rules and of what is voted on: who votes, what counts, how much is enough."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from foedus.scenario.addresses import LINKED, SENT
from foedus.scenario.bargaining import Issue
from foedus.scenario.faults import Fault
from foedus.scenario.scenario import TABLES, Scenario, near_names
from foedus.scenario.spending_checks import sizes_by_key
from foedus.scenario.voting import HEADS, PLEDGED, SHARES, Ballot, RuleGame
from foedus.scenario.voting_rules import (
    columns_of_delegations,
    is_column,
    parts_of,
    quota_of,
    voters_of,
    weights_of,
)

WITHOUT_A_VOTE: Final = ("pool",)
"""Roles of those that vote on nothing: their owners do."""
MAY_SEND: Final = LINKED[SENT["land"][0]].roles
"""Roles of those that may pledge soldiers."""
FIXED: Final = ("rules", "rule_games")
"""Tables of which nothing is drawn."""
ENDS: Final = ("", "_low", "_high")


def rules_have_games(scenario: Scenario) -> Iterator[Fault]:
    """Check that every rule says how it is passed."""
    filled = {row.rule for row in scenario.rule_games}
    for number, row in enumerate(scenario.rules):
        if row.rule not in filled:
            says = f"nothing says how {row.rule} is passed: it has no games"
            hint = "add rows to rule_games.csv, or take the rule out"
            yield Fault("rules", number, "rule", says, hint, ("rule_games",))


def voters_can_vote(scenario: Scenario) -> Iterator[Fault]:
    """Check that voters vote, that bodies have members who do, and that nobody is named twice."""
    delegations = {row.delegation: row for row in scenario.delegations}
    for number, row in enumerate(scenario.rules):
        for code in dict.fromkeys(row.voters):
            about = delegations.get(code)
            if about is None:
                continue  # said elsewhere
            if about.role in WITHOUT_A_VOTE:
                says = f"{code} is {about.role} and has no vote of its own"
                yield Fault("rules", number, "voters", says, "name its owners")
            elif about.role == "body" and not about.members:
                says = f"{code} is a body without members, so nobody votes for it"
                hint = "list its members in delegations.csv, or name the voters themselves"
                yield Fault("rules", number, "voters", says, hint, ("delegations",))
            elif row.voters.count(code) > 1:
                says = f"{code} is named {row.voters.count(code)} times"
                yield Fault("rules", number, "voters", says, "name it once")
        count = len(known_voters(scenario, row.rule))
        stops = row.against_stops_count
        if stops is not None and count and stops > count:
            says = f"{stops} votes against cannot be cast by {count} voters"
            hint = f"write a number from 1 to {count}, or leave it empty"
            yield Fault("rules", number, "against_stops_count", says, hint, ("delegations",))


def weights_are_known(scenario: Scenario) -> Iterator[Fault]:
    """Check that something says how much each voter counts, and that nobody counts less than 0.

    A table that is left out as a whole is not asked for, and in a scenario without what came later
    a row may be missing: the rule can then not be worked out.
    """
    rules = {row.rule for row in scenario.rules}
    for number, game in enumerate(scenario.rule_games):
        table = source_of(game.weight)
        if unknown := unknown_weight(scenario, game.weight):
            because = (table,) if table in TABLES else ()
            yield Fault("rule_games", number, "weight", *unknown, because)
            continue
        if game.rule not in rules or (table and not scenario.table(table)):
            continue
        voters = known_voters(scenario, game.rule)
        weights = weights_of(scenario, game.weight)
        without = [code for code in voters if code not in weights]
        if without and not scenario.about.later_left_out:
            says = f"{game.weight} is not known of {', '.join(without)}"
            hint = f"add the rows to {table}.csv, or take them from the voters of {game.rule}"
            yield Fault("rule_games", number, "weight", says, hint, (table, "rules"))
        for code in voters:
            if (found := weights.get(code, Fraction(0))) < 0:
                says = f"{code} counts {shown(found)} by {game.weight}, less than nothing"
                hint = f"mend it in {table}.csv, or name another weight"
                yield Fault("rule_games", number, "weight", says, hint)
        if game.weight == PLEDGED and voters and not may_send(scenario, voters):
            says = f"none of the voters of {game.rule} can send soldiers"
            hint = f"name delegations of the roles {', '.join(MAY_SEND)}, or another weight"
            yield Fault("rule_games", number, "weight", says, hint, ("delegations",))


def quotas_can_be_met(scenario: Scenario) -> Iterator[Fault]:
    """Check that all together reach every quota, and that nobody at all does not."""
    for number, game in enumerate(scenario.rule_games):
        total = total_of(scenario, game)
        if total == 0:
            says = f"the voters of {game.rule} count nothing by {game.weight}, all together"
            yield Fault("rule_games", number, "weight", says, "name another weight")
            continue
        if wrong := quota_fault(game, game.quota_value, total):
            yield Fault("rule_games", number, "quota_value", *wrong, ("delegations",))


def rules_are_not_drawn(scenario: Scenario) -> Iterator[Fault]:
    """Check that no rule is said to be uncertain: it is one rule in all draws."""
    for number, row in enumerate(scenario.uncertainties):
        if row.table in FIXED:
            says = f"{row.field} of {row.table} is the same in all draws"
            hint = f"take the row out; --set {row.table}/KEY/{row.field} shows what follows"
            yield Fault("uncertainties", number, "field", says, hint)


def ballots_compare_rules(scenario: Scenario) -> Iterator[Fault]:
    """Check that a ballot is compared with other rules than its own, each once."""
    for number, row in enumerate(scenario.ballots):
        for name in dict.fromkeys(row.compare_rules):
            if name == row.rule:
                says = f"{row.ballot} is decided by {name} itself"
                yield Fault("ballots", number, "compare_rules", says, "name other rules")
            elif row.compare_rules.count(name) > 1:
                says = f"{name} is named {row.compare_rules.count(name)} times"
                yield Fault("ballots", number, "compare_rules", says, "name it once")


def ballots_lie_on_their_scale(scenario: Scenario) -> Iterator[Fault]:
    """Check that proposal and default lie on the scale, and apart from each other."""
    issues = {row.issue: row for row in scenario.issues}
    for number, row in enumerate(scenario.ballots):
        issue = issues.get(row.issue)
        if issue is None or issue.scale_from_value >= issue.scale_to_value:
            continue  # said elsewhere
        yield from off_the_scale(number, row, issue)
        if row.proposal_value == row.default_value:
            says = f"the proposal is the default, {row.default_value:g}: there is nothing to decide"
            hint = "write in default_value what holds if the vote fails"
            yield Fault("ballots", number, "proposal_value", says, hint)
        elif ranges_meet(row):
            says = "the ranges of proposal and default meet, so that some draws change their places"
            yield Fault("ballots", number, "proposal_value", says, "keep the two ranges apart")


def voters_have_positions(scenario: Scenario) -> Iterator[Fault]:
    """Check that somebody who votes has a position on the issue.

    Without any positions, or without what came later, nothing can be said of the vote.
    """
    if scenario.about.later_left_out or not scenario.positions:
        return
    issues = {row.issue for row in scenario.issues}
    holders = {(row.issue, row.delegation) for row in scenario.positions}
    for number, row in enumerate(scenario.ballots):
        voters = known_voters(scenario, row.rule)
        if (
            row.issue in issues
            and voters
            and not any((row.issue, code) in holders for code in voters)
        ):
            says = f"none of the voters of {row.rule} has a position on {row.issue}"
            hint = "add rows to positions.csv, or name another rule or issue"
            because = ("positions", "rules", "delegations")
            yield Fault("ballots", number, "rule", says, hint, because)


def known_voters(scenario: Scenario, rule: str) -> tuple[str, ...]:
    """Return the voters of a rule that are delegations; none of an unknown rule."""
    known = {row.delegation for row in scenario.delegations}
    rows = [row for row in scenario.rules if row.rule == rule]
    return tuple(code for row in rows[:1] for code in voters_of(scenario, row) if code in known)


def may_send(scenario: Scenario, voters: tuple[str, ...]) -> bool:
    """Tell whether one of the voters may pledge soldiers."""
    return not set(scenario.of_role(*MAY_SEND)).isdisjoint(voters)


def source_of(weight: str) -> str:
    """Return the table that says how much a voter counts; empty where none does."""
    if weight in (HEADS, PLEDGED):
        return ""
    return parts_of(weight)[0] if is_column(weight) else "share_keys"


def unknown_weight(scenario: Scenario, weight: str) -> tuple[str, str] | None:
    """Say why a weight is none and what to write instead; None where it is one."""
    columns = columns_of_delegations()
    addresses = [f"{table}.{name}" for table, names in columns.items() for name in names]
    if is_column(weight):
        table, name = parts_of(weight)
        if name in columns.get(table, ()):
            return None
        if table not in TABLES:
            return f"there is no table {table!r}", near_names(weight, addresses)
        if table not in columns:
            says = f"{table}.csv has not one row for each delegation"
            return says, near_names(weight, addresses)
        says = f"{table}.csv has no column of numbers {name!r}"
        return says, near_names(name, columns[table])
    measures = set(sizes_by_key(scenario))
    if weight in (HEADS, PLEDGED, *measures) or not measures:
        return None
    says = f"share_keys.csv has no measure {weight!r}"
    return says, near_names(weight, (HEADS, PLEDGED, *measures, *addresses))


def total_of(scenario: Scenario, game: RuleGame) -> Fraction | None:
    """Return what all voters count together; None where it cannot be told."""
    voters = [code for row in scenario.rules if row.rule == game.rule for code in row.voters]
    is_known = set(voters) <= {row.delegation for row in scenario.delegations}
    if game.weight == PLEDGED or not is_known or unknown_weight(scenario, game.weight):
        return None
    weights = weights_of(scenario, game.weight)
    counted = [weights.get(code) for code in known_voters(scenario, game.rule)]
    known = [weight for weight in counted if weight is not None]
    if not known or len(known) < len(counted) or min(known) < 0:
        return None  # said elsewhere
    return sum(known, Fraction(0))


def quota_fault(game: RuleGame, value: float, total: Fraction | None) -> tuple[str, str] | None:
    """Say why a quota is none and what to write instead; None where it is one.

    Parameters
    ----------
    total
        What all voters count together. Where it is not known a share is judged by itself, and a
        weight by whether it is above 0.
    """
    if game.quota_kind in SHARES and not 0 <= value <= 1:
        hint = f"write {value / 100:g}" if 1 < value <= 100 else "write a number from 0 to 1"
        return f"{value:g} is no fraction of 1", hint
    if total is None and game.quota_kind == "all_but":
        return (
            None if value >= 0 else ("not even all together have more than all", "write 0 or more")
        )
    whole = Fraction(1) if total is None else total
    quota = quota_of(game.quota_kind, value, whole)
    asked = f"{'more than ' if quota.is_strict else ''}{shown(quota.level)}"
    if quota.is_met_by(Fraction(0)):
        says = f"the quota is {asked}, which is reached without a single vote"
        return says, "write a quota above 0"
    is_known = total is not None or game.quota_kind in SHARES
    if is_known and not quota.is_met_by(whole):
        says = f"the quota is {asked} of {shown(whole)}, so that not even all together reach it"
        return says, "write a lower quota"
    return None


def off_the_scale(number: int, row: Ballot, issue: Issue) -> Iterator[Fault]:
    """Find values of a ballot that lie off the scale of its issue."""
    low, high = issue.scale_from_value, issue.scale_to_value
    for stem in ("proposal_value", "default_value"):
        for field in (f"{stem}{end}" for end in ENDS):
            if (value := getattr(row, field)) is not None and not low <= value <= high:
                says = f"{value:g} lies off the scale of {issue.issue}, {low:g} to {high:g}"
                hint = f"write it in the issue's unit, {issue.unit}, and cut it at the end"
                yield Fault("ballots", number, field, says, hint, ("issues",))


def ranges_meet(row: Ballot) -> bool:
    """Tell whether what is drawn of proposal and default may be the same."""
    ends: Mapping[str, list[float]] = {
        stem: [value for end in ENDS if (value := getattr(row, f"{stem}{end}")) is not None]
        for stem in ("proposal_value", "default_value")
    }
    proposal, default = ends["proposal_value"], ends["default_value"]
    return min(proposal) <= max(default) and min(default) <= max(proposal)


def shown(number: Fraction) -> str:
    """Return an exact number as a message shows it.

    >>> shown(Fraction(451028881)), shown(Fraction(297, 20))
    ('451,028,881', '14.85')
    """
    return f"{float(number):,.12g}"


VOTING_CHECKS: Final = (
    rules_have_games,
    voters_can_vote,
    weights_are_known,
    quotas_can_be_met,
    rules_are_not_drawn,
    ballots_compare_rules,
    ballots_lie_on_their_scale,
    voters_have_positions,
)
"""Every check of the tables of votes."""


def voting_tables(scenario: Scenario) -> frozenset[str]:
    """Return the tables whose numbers these checks read."""
    read = {source_of(game.weight) for game in scenario.rule_games}
    return frozenset({"rules", "rule_games", "ballots", "issues", *read})
