"""What must hold within a row, between the rows of a table, and between tables.

Each check yields `(table, row number or None, field, what is wrong, what to write instead)`; the
loader turns row numbers into lines. All checks run, so that every fault is seen at once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from foedus.errors import Problem, ScenarioError, SettingsError
from foedus.scenario.consent import Condition
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, Scenario, unknown
from foedus.scenario.sources import ASSUMED
from foedus.scenario.uncertainties import Uncertainty, shape_fault

Fault = tuple[str, int | None, str, str, str]
RowFault = tuple[str, str, str]

CLOSE: Final = 1e-6

REFERENCES: Final[tuple[tuple[str, str, str], ...]] = (
    ("principals", "delegation", "delegations"),
    ("share_keys", "delegation", "delegations"),
    ("stances", "delegation", "delegations"),
    ("stances", "needs_partners", "delegations"),
    ("polls", "delegation", "delegations"),
    ("approvals", "delegation", "delegations"),
    ("units", "delegation", "delegations"),
    ("units", "capability", "capabilities"),
    ("commitments", "delegation", "delegations"),
    ("commitments", "capability", "capabilities"),
    ("ceilings", "delegation", "delegations"),
    ("requirement", "capability", "capabilities"),
    ("delegations", "members", "delegations"),
)
"""Columns that name rows of another table."""

HAVE_UNITS: Final = ("contributor", "pool", "guarantor")


@dataclass(frozen=True)
class Places:
    """Where the rows of a scenario stand in its files."""

    shown: str
    """The scenario's folder as the user knows it."""
    lines: Mapping[str, Sequence[int]] | dict[str, list[int]]
    """Line of every row, by table."""

    def problem(self, fault: Fault) -> Problem:
        """Say a fault with its file and line."""
        table, number, field, says, fix = fault
        lines = self.lines.get(table, ())
        line = lines[number] if number is not None and number < len(lines) else None
        return Problem(f"{self.shown}/{table}.csv", line, field, says, fix)


def faults(scenario: Scenario, places: Places) -> list[Problem]:
    """Return everything that is wrong with a scenario whose rows are each well-formed."""
    return [places.problem(fault) for check in CHECKS for fault in check(scenario)]


def refuse_faults(scenario: Scenario) -> None:
    """Raise ScenarioError if anything is wrong; for scenarios that were not read from files."""
    problems = faults(scenario, Places(scenario.name, {}))
    if problems:
        raise ScenarioError(problems)


def faults_of_row(row: Row) -> Iterator[RowFault]:
    """Find what does not hold within one row."""
    for name in row.ranged_fields():
        value, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
        if (low is None) != (high is None):
            missing = f"{name}_{'low' if low is None else 'high'}"
            yield missing, "one end of the range is missing", "write both ends, or neither"
        elif low is not None and low > high:
            yield f"{name}_low", f"low {low:g} is above high {high:g}", "swap them"
        elif low is not None and value is not None and not low <= value <= high:
            says = f"{value:g} lies outside its range, {low:g} to {high:g}"
            yield name, says, "widen the range or mend the value"
    for pair in (("home_floor_count", "held_count"), ("available_count", "held_count")):
        part, whole = (getattr(row, field, None) for field in pair)
        if part is not None and whole is not None and part > whole:
            yield pair[0], f"{part:g} is more than the {whole:g} held", f"write {whole:g} or less"
    shares = [getattr(row, f"{side}_share", None) or 0 for side in ("support", "oppose", "undecided")]
    if sum(shares) > 1 + 0.011:  # printed shares are rounded to whole points
        yield "support_share", f"the shares sum to {sum(shares):g}, more than 1", "mend them"
    seats = [getattr(row, field, None) or 0 for field in ("gov_seats_share", "support_seats_share")]
    if sum(seats) > 1 + CLOSE:
        says = f"government and support hold {sum(seats):g} of the seats, more than 1"
        yield "support_seats_share", says, "count only seats outside the government"


def within_rows(scenario: Scenario) -> Iterator[Fault]:
    """Check every row by itself."""
    for table in TABLES:
        for number, row in enumerate(scenario.table(table)):
            if isinstance(row, Row):
                for field, says, fix in faults_of_row(row):
                    yield table, number, field, says, fix


def one_row_a_key(scenario: Scenario) -> Iterator[Fault]:
    """Check that no key stands twice."""
    for table, model in TABLES.items():
        keys = [row.key for row in scenario.table(table)]
        doubled = {key for key, times in Counter(keys).items() if times > 1}
        first: set[str] = set()
        for number, key in enumerate(keys):
            if key in doubled and key in first:
                field = ", ".join(model.key_fields)
                yield table, number, field, f"{key!r} stands in an earlier row too", "keep one"
            first.add(key)


def references_resolve(scenario: Scenario) -> Iterator[Fault]:
    """Check that codes and names point to rows that exist."""
    for table, field, target in REFERENCES:
        known = {row.key for row in scenario.table(target)}
        for number, row in enumerate(scenario.table(table)):
            value = getattr(row, field)
            for name in value if isinstance(value, tuple) else (value,):
                if name not in known:
                    says = f"{name!r} is not in {target}.csv"
                    yield table, number, field, says, nearest(name, known, target)
    requirements = {line.requirement for line in scenario.requirement}
    sectors = {line.sector for line in scenario.requirement} | {"all"}
    for number, option in enumerate(scenario.options):
        if scenario.requirement and option.requirement not in requirements:
            says = f"{option.requirement!r} is no statement of requirement.csv"
            hint = nearest(option.requirement, requirements, "requirement")
            yield "options", number, "requirement", says, hint
        for sector in option.sectors:
            if scenario.requirement and sector not in sectors:
                says = f"no line of requirement.csv has the sector {sector!r}"
                yield "options", number, "sectors", says, nearest(sector, sectors, "requirement")


def nearest(name: str, known: set[str], table: str) -> str:
    """Say which known name was probably meant."""
    return unknown("", name, known).split(". ", 1)[1] if known else f"add a row to {table}.csv"


def sources_resolve(scenario: Scenario) -> Iterator[Fault]:
    """Check that every row names sources that exist."""
    known = {source.source for source in scenario.sources} | {ASSUMED}
    for table in TABLES:
        for number, row in enumerate(scenario.table(table)):
            if isinstance(row, Row):
                for name in row.source:
                    if name not in known:
                        says = f"{name!r} is not in sources.csv"
                        fix = nearest(name, known, "sources")
                        yield table, number, "source", says, fix


def later_rows_are_marked(scenario: Scenario) -> Iterator[Fault]:
    """Check that what became known after the scenario's date says so."""
    until = scenario.about.evidence_until
    for table in TABLES:
        for number, row in enumerate(scenario.table(table)):
            known_from = getattr(row, "known_from", None)
            if known_from is None:
                continue
            if known_from > until and not row.later:
                says = f"{known_from} is after the scenario's evidence_until, {until}"
                fix = "write 1 in the column 'later', or take the row out"
                yield table, number, "known_from", says, fix
            elif known_from <= until and row.later:
                says = f"the row is marked later, but was known on {known_from}"
                yield table, number, "later", says, "write 0, or mend known_from"
    for number, poll in enumerate(scenario.polls):
        if poll.fieldwork_end > until and not poll.later:
            says = f"fieldwork ended on {poll.fieldwork_end}, after evidence_until, {until}"
            yield "polls", number, "fieldwork_end", says, "write 1 in the column 'later'"


def dates_in_order(scenario: Scenario) -> Iterator[Fault]:
    """Check dates against the scenario's own."""
    for number, option in enumerate(scenario.options):
        if option.decision_date < scenario.about.date:
            says = f"{option.decision_date} is before the scenario's date, {scenario.about.date}"
            yield "options", number, "decision_date", says, "write a later day"
    for number, poll in enumerate(scenario.polls):
        if poll.fieldwork_start is not None and poll.fieldwork_start > poll.fieldwork_end:
            says = f"fieldwork starts on {poll.fieldwork_start}, after its end"
            yield "polls", number, "fieldwork_start", says, "swap the dates or leave it empty"


def roles_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that only those who may give units have units, and that pools have owners."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for table in ("units", "commitments"):
        for number, row in enumerate(scenario.table(table)):
            role = roles.get(row.delegation)
            if role is not None and role not in HAVE_UNITS:
                says = f"{row.delegation} is {role} and gives no units"
                fix = f"take the row out, or give it one of the roles {', '.join(HAVE_UNITS)}"
                yield table, number, "delegation", says, fix
    for number, row in enumerate(scenario.delegations):
        if row.role == "pool" and row.freed_by is None:
            says = "a pool needs a rule that frees it"
            yield "delegations", number, "freed_by", says, "write members or blessing"
        elif row.role == "pool" and row.freed_by == "members" and not row.members:
            says = "a pool that its members free has no members"
            yield "delegations", number, "members", says, "list their codes"
        elif row.role != "pool" and (row.members or row.freed_by):
            field = "members" if row.members else "freed_by"
            yield "delegations", number, field, f"a {row.role} is no pool", "leave it empty"
    for number, row in enumerate(scenario.stances):
        if roles.get(row.delegation) not in (None, "contributor"):
            role = roles[row.delegation]
            says = f"{row.delegation} is {role}; only a contributor has a stance on joining"
            yield "stances", number, "delegation", says, "take the row out, or mend its role"


def principals_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that chances of office sum to one, and that whoever may govern has a stance."""
    by_delegation: dict[str, list[tuple[int, Any]]] = {}
    for number, principal in enumerate(scenario.principals):
        by_delegation.setdefault(principal.delegation, []).append((number, principal))
    for delegation, group in by_delegation.items():
        total = sum(principal.in_office_prob for _, principal in group)
        if abs(total - 1) > CLOSE:
            says = f"the chances of {delegation} sum to {total:g}, not to 1"
            yield "principals", group[-1][0], "in_office_prob", says, "mend them"
    known = {p.principal: p.delegation for p in scenario.principals}
    codes = {d.delegation for d in scenario.delegations}
    for table in ("stances", "approvals"):
        for number, row in enumerate(scenario.table(table)):
            owner = known.get(row.principal, row.principal if row.principal in codes else None)
            if owner is None:
                says = f"{row.principal!r} is neither in principals.csv nor a delegation"
                yield table, number, "principal", says, "add it, or write the delegation's code"
            elif owner != row.delegation:
                says = f"{row.principal} speaks for {owner}, not for {row.delegation}"
                yield table, number, "principal", says, "mend one of the two"
    stances = {row.key for row in scenario.stances}
    strict = {row.delegation for row in scenario.stances}
    for delegation, group in by_delegation.items():
        for number, principal in group:
            if delegation in strict and f"{delegation}:{principal.principal}" not in stances:
                says = f"{principal.principal} may hold office but has no stance"
                yield "principals", number, "principal", says, "add a row to stances.csv"


def conditions_are_known(scenario: Scenario) -> Iterator[Fault]:
    """Check the words in which stances name their conditions."""
    known = set(get_args(Condition))
    for number, stance in enumerate(scenario.stances):
        for word in stance.conditions:
            if word not in known:
                says = f"{word!r} is not a condition that the model knows"
                yield "stances", number, "conditions", says, f"write of: {', '.join(sorted(known))}"


def nobody_waits_in_a_circle(scenario: Scenario) -> Iterator[Fault]:
    """Check that named partners do not wait for each other."""
    waits: dict[str, set[str]] = {}
    rows: dict[str, int] = {}
    for number, stance in enumerate(scenario.stances):
        waits.setdefault(stance.delegation, set()).update(stance.needs_partners)
        rows.setdefault(stance.delegation, number)
    reported: set[frozenset[str]] = set()
    for start in sorted(waits):
        circle = find_circle(start, waits)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            path = " waits for ".join([*circle, circle[0]])
            says = f"{path}: none of them would ever join first"
            fix = "name a number in needs_partners_count instead, which has a first mover"
            yield "stances", rows[start], "needs_partners", says, fix


def find_circle(start: str, waits: Mapping[str, set[str]]) -> list[str]:
    """Return a circle of waits that leads back to `start`, or nothing."""
    path: list[str] = []
    done: set[str] = set()

    def walk(code: str) -> bool:
        path.append(code)
        done.add(code)
        for other in sorted(waits.get(code, ())):
            if other == start or (other not in done and walk(other)):
                return True
        path.pop()
        return False

    return path if walk(start) else []


def capabilities_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that what is required can be counted."""
    for number, row in enumerate(scenario.capabilities):
        if row.domain != "service" and not row.reference_strength_persons:
            says = "a unit needs the strength at which it is counted"
            yield "capabilities", number, "reference_strength_persons", says, "write the persons"
        if row.is_critical and row.domain != "land":
            says = f"only land capabilities bound the balanced strength, and this is {row.domain}"
            yield "capabilities", number, "is_critical", says, "write 0"
    known = {(row.scope, row.indicator) for row in scenario.dependence}
    for number, row in enumerate(scenario.capabilities):
        if row.us_dependence and (row.us_dependence, "us_share") not in known:
            says = f"dependence.csv has no us_share of {row.us_dependence!r}"
            yield "capabilities", number, "us_dependence", says, "add the row, or leave it empty"
    domain = {row.capability: row.domain for row in scenario.capabilities}
    for table in ("units", "requirement"):
        for number, row in enumerate(scenario.table(table)):
            if domain.get(row.capability) == "service":
                says = f"{row.capability} is a service and has no units"
                yield table, number, "capability", says, "take the row out"


def one_headline(scenario: Scenario) -> Iterator[Fault]:
    """Check that there are options, and at most one of them is the headline."""
    if not scenario.options:
        yield "options", None, "", "there is no option", "add at least one row"
    marked = [n for n, option in enumerate(scenario.options) if option.is_headline]
    for number in marked[1:]:
        yield "options", number, "is_headline", "another option is the headline too", "write 0"


def uncertainties_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that uncertain cells exist, are numbers, and have a proper distribution."""
    from foedus.scenario.cells import ENGINES_TABLE, Cell, expand  # noqa: PLC0415 - cells read this

    for number, row in enumerate(scenario.uncertainties):
        if (wrong := shape_fault(row)) is not None:
            yield "uncertainties", number, "distribution", wrong, "see the file reference"
        try:
            cells = expand(scenario, Cell(row.table, row.cell_key, row.field))
        except SettingsError as error:
            yield "uncertainties", number, "cell_key", str(error).rstrip("."), "mend the address"
            continue
        if row.table == ENGINES_TABLE:
            continue
        for cell in cells:
            value = getattr(scenario.row(cell.table, cell.key), cell.field)
            if not isinstance(value, int | float):
                says = f"{cell} holds {value!r}, not a number"
                yield "uncertainties", number, "field", says, "name a number"
                break
        yield from range_exists(scenario, number, row)


def range_exists(scenario: Scenario, number: int, row: Uncertainty) -> Iterator[Fault]:
    """Check that a `range` has ranges to draw from."""
    if row.distribution == "range" and row.field not in TABLES[row.table].ranged_fields():
        says = f"{row.table}.csv has no {row.field}_low and {row.field}_high"
        yield "uncertainties", number, "distribution", says, "give the numbers here"


CHECKS: Final = (
    one_row_a_key,
    within_rows,
    references_resolve,
    sources_resolve,
    later_rows_are_marked,
    dates_in_order,
    roles_fit,
    principals_fit,
    conditions_are_known,
    nobody_waits_in_a_circle,
    capabilities_fit,
    one_headline,
    uncertainties_fit,
)
"""Every check, in the order in which problems are listed within a file."""
