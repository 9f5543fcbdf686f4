"""What must hold between issues, positions, options and the formats in which they meet."""

from collections.abc import Iterator, Mapping
from typing import Final

from foedus.scenario.bargaining import EQUAL, STATED, Issue, Position
from foedus.scenario.faults import Fault
from foedus.scenario.scenario import Scenario, near_names
from foedus.scenario.spending_checks import sizes_by_key

WITHOUT_A_VIEW: Final = ("pool",)
"""Roles of those that want nothing of their own."""
FEWEST: Final = 2
"""Delegations without which there is nobody to agree with."""


def scales_are_whole(scenario: Scenario) -> Iterator[Fault]:
    """Check that every scale has a width, and that what an issue names lies on it."""
    for number, issue in enumerate(scenario.issues):
        low, high = issue.scale_from_value, issue.scale_to_value
        if low >= high:
            says = f"the scale runs from {low:g} to {high:g}"
            hint = "write a lower end in scale_from_value than in scale_to_value"
            yield Fault("issues", number, "scale_to_value", says, hint)
            continue
        for field in ("reference_value", "feasible_from_value", "feasible_to_value"):
            if (value := getattr(issue, field)) is not None and not low <= value <= high:
                says = f"{value:g} lies off the scale, {low:g} to {high:g}"
                yield Fault("issues", number, field, says, "mend it, or widen the scale")
        least, most = issue.feasible_from_value, issue.feasible_to_value
        if least is not None and most is not None and least > most:
            says = f"nothing is feasible: the lowest outcome, {least:g}, is above the highest"
            yield Fault("issues", number, "feasible_from_value", says, f"write {most:g} or less")


def values_lie_on_their_scale(scenario: Scenario) -> Iterator[Fault]:
    """Check that positions and thresholds, with their ranges, lie on the scale of their issue."""
    issues = {row.issue: row for row in scenario.issues}
    for table, stem in (("positions", "position_value"), ("thresholds", "threshold_value")):
        for number, row in enumerate(scenario.table(table)):
            issue = issues.get(row.issue)
            if issue is None or issue.scale_from_value >= issue.scale_to_value:
                continue  # said elsewhere
            low, high = issue.scale_from_value, issue.scale_to_value
            for field in (stem, f"{stem}_low", f"{stem}_high"):
                if (value := getattr(row, field)) is not None and not low <= value <= high:
                    says = f"{value:g} lies off the scale of {issue.issue}, {low:g} to {high:g}"
                    hint = f"write it in the issue's unit, {issue.unit}, and cut it at the end"
                    yield Fault(table, number, field, says, hint, ("issues",))


def parties_have_views(scenario: Scenario) -> Iterator[Fault]:
    """Check that whoever wants something, or is in a room, can want something of its own."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for table in ("positions", "attendance"):
        for number, row in enumerate(scenario.table(table)):
            role = roles.get(row.delegation)
            if role in WITHOUT_A_VIEW:
                says = f"{row.delegation} is {role} and wants nothing of its own"
                yield Fault(table, number, "delegation", says, "take the row out")


def sitting_governments_have_positions(scenario: Scenario) -> Iterator[Fault]:
    """Check that who may govern later is not the only one with a position."""
    known = {row.key for row in scenario.positions}
    for number, row in enumerate(scenario.positions):
        if (
            row.principal != row.delegation
            and f"{row.issue}:{row.delegation}:{row.delegation}" not in known
        ):
            says = f"the sitting government of {row.delegation} has no position on {row.issue}"
            hint = f"add a row with the principal {row.delegation}, or take this one out"
            yield Fault("positions", number, "principal", says, hint, ("positions",))


def issues_have_parties(scenario: Scenario) -> Iterator[Fault]:
    """Check that there are at least two to agree on each issue.

    In a scenario without what came later there may be fewer, and without any positions there are
    none: nothing can then be said of the issue.
    """
    if scenario.about.later_left_out or not scenario.positions:
        return
    parties: dict[str, set[str]] = {}
    for row in scenario.positions:
        parties.setdefault(row.issue, set()).add(row.delegation)
    for number, issue in enumerate(scenario.issues):
        count = len(parties.get(issue.issue, ()))
        if count < FEWEST:
            who = "one delegation alone has" if count else "nobody has"
            says = f"{who} a position on {issue.issue}"
            hint = "add rows to positions.csv, or take the issue out"
            yield Fault("issues", number, "issue", says, hint, ("positions",))


def influence_is_known(scenario: Scenario) -> Iterator[Fault]:
    """Check that influence can be told on every issue, and that somebody who cares has some.

    In a scenario without what came later a size may be missing: the party is then left out.
    """
    sizes = sizes_by_key(scenario)
    for number, issue in enumerate(scenario.issues if scenario.positions else ()):
        key = issue.influence_key
        if key not in (EQUAL, STATED, *sizes):
            says = f"share_keys.csv has no measure {key!r}"
            hint = near_names(key, (EQUAL, STATED, *sizes))
            yield Fault("issues", number, "influence_key", says, hint, ("share_keys",))
            continue
        parties = {
            place: (row, influence_of(row, issue, sizes))
            for place, row in enumerate(scenario.positions)
            if row.issue == issue.issue
        }
        without = [place for place, (_, influence) in parties.items() if influence is None]
        if without and not scenario.about.later_left_out:
            yield from (no_influence(place, parties[place][0], issue) for place in without)
        elif parties and all(
            row.salience_share * (known or 0) == 0 for row, known in parties.values()
        ):
            says = f"nobody who cares has influence on {issue.issue}: all weights are 0"
            hint = "mend salience_share or influence_score, or name another measure"
            because = ("positions", "share_keys")
            yield Fault("issues", number, "influence_key", says, hint, because)


def no_influence(number: int, position: Position, issue: Issue) -> Fault:
    """Say that nothing tells how strong a delegation is on an issue."""
    says = f"nothing says how much influence {position.delegation} has on {issue.issue}"
    hint = "write its influence_score"
    if issue.influence_key != STATED:
        hint += f", or add its {issue.influence_key} to share_keys.csv"
    return Fault("positions", number, "influence_score", says, hint, ("share_keys", "issues"))


def influence_of(
    position: Position, issue: Issue, sizes: Mapping[str, Mapping[str, float]]
) -> float | None:
    """Return the influence of a party to an issue, on a scale that all its parties share.

    None where nothing tells it.
    """
    if issue.influence_key == EQUAL:
        return 1.0
    if position.influence_score is not None:
        return position.influence_score
    of_measure = sizes.get(issue.influence_key, {})
    size = of_measure.get(position.delegation)
    if size is None:
        return None
    largest = max(of_measure.values())
    return 100 * size / largest if largest else 0.0


def formats_have_members(scenario: Scenario) -> Iterator[Fault]:
    """Check that somebody's consent counts in every format."""
    filled = {row.format for row in scenario.attendance if row.part == "member"}
    for number, row in enumerate(scenario.formats):
        if row.format not in filled and not scenario.about.later_left_out:
            says = f"{row.format} has no members"
            hint = "add rows to attendance.csv with the part member, or take the format out"
            yield Fault("formats", number, "format", says, hint, ("attendance",))


def voices_are_heard_once(scenario: Scenario) -> Iterator[Fault]:
    """Check that who is spoken for is not there, and has one voice."""
    present: dict[str, set[str]] = {}
    for row in scenario.attendance:
        present.setdefault(row.format, set()).add(row.delegation)
    spoken_by: dict[tuple[str, str], str] = {}
    for number, row in enumerate(scenario.attendance):
        if row.speaks_for and row.part == "observer":
            says = f"{row.delegation} is an observer and speaks for nobody"
            hint = "leave it empty, or write member or guest in the column 'part'"
            yield Fault("attendance", number, "speaks_for", says, hint)
        for code in row.speaks_for:
            speaker = spoken_by.setdefault((row.format, code), row.delegation)
            if code == row.delegation:
                says, hint = f"{code} is said to speak for itself", "take it out: it does anyhow"
            elif code in present[row.format]:
                says, hint = f"{code} is in {row.format} and speaks for itself", "take one out"
            elif row.speaks_for.count(code) > 1:
                says, hint = f"{code} is named {row.speaks_for.count(code)} times", "name it once"
            elif speaker != row.delegation:
                says, hint = f"{speaker} speaks for {code} in {row.format} too", "take one out"
            else:
                continue
            yield Fault("attendance", number, "speaks_for", says, hint)
            break


BARGAINING_CHECKS: Final = (
    scales_are_whole,
    values_lie_on_their_scale,
    parties_have_views,
    sitting_governments_have_positions,
    issues_have_parties,
    influence_is_known,
    formats_have_members,
    voices_are_heard_once,
)
"""Every check of the tables of bargaining."""

BARGAINING_TABLES: Final = frozenset({"issues", "positions", "thresholds", "share_keys"})
"""Tables whose numbers these checks read."""
