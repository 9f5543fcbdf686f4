"""What must hold within a row, between the rows of a table, and between tables.

Each check yields faults; the loader turns their row numbers into lines. All checks run, so that
every fault is seen at once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from foedus.errors import Problem, ScenarioError, SettingsError
from foedus.scenario.addresses import ENGINES_TABLE, LINKED, Cell, as_value, expand, named_parts
from foedus.scenario.bargaining_checks import BARGAINING_CHECKS, BARGAINING_TABLES
from foedus.scenario.brokerage_checks import BROKERAGE_CHECKS
from foedus.scenario.claim_checks import claims_fit
from foedus.scenario.command_checks import COMMAND_CHECKS
from foedus.scenario.consent import Condition
from foedus.scenario.deterrence_checks import DETERRENCE_CHECKS, DETERRENCE_TABLES
from foedus.scenario.faults import Fault, RowFault, nearest
from foedus.scenario.questionnaire_checks import QUESTIONNAIRE_CHECKS
from foedus.scenario.rows import Row
from foedus.scenario.scenario import ABOUT, TABLES, Scenario
from foedus.scenario.sources import ASSUMED
from foedus.scenario.spending_checks import MONEY_TABLES, SLIPS_OF_THE_PEN, SPENDING_CHECKS
from foedus.scenario.uncertainties import Uncertainty, shape_fault
from foedus.scenario.voting_checks import VOTING_CHECKS, voting_tables
from foedus.scenario.wording import FILE_REFERENCE

CLOSE: Final = 1e-6
PRINTED: Final = 0.011
"""Shares of a poll are printed in whole points, so their sum may be one too many."""
ADDRESS_MARKS: Final = "/:*"

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
    ("headquarters", "framework", "delegations"),
    ("headquarters", "participants", "delegations"),
    ("partnerships", "delegation", "delegations"),
    ("partnerships", "partner", "delegations"),
    ("partnerships", "framework", "delegations"),
    ("delegations", "members", "delegations"),
    ("budgets", "delegation", "delegations"),
    ("finances", "delegation", "delegations"),
    ("targets", "delegation", "delegations"),
    ("payers", "delegation", "delegations"),
    ("payers", "cost", "costs"),
    ("hosting", "delegation", "delegations"),
    ("positions", "issue", "issues"),
    ("positions", "delegation", "delegations"),
    ("thresholds", "issue", "issues"),
    ("thresholds", "option", "options"),
    ("attendance", "format", "formats"),
    ("attendance", "delegation", "delegations"),
    ("attendance", "speaks_for", "delegations"),
    ("rules", "voters", "delegations"),
    ("rule_games", "rule", "rules"),
    ("ballots", "issue", "issues"),
    ("ballots", "rule", "rules"),
    ("ballots", "compare_rules", "rules"),
    ("ties", "delegation", "delegations"),
    ("ties", "partner", "delegations"),
    ("ties", "kind", "tie_kinds"),
    ("camps", "members", "delegations"),
)
"""Columns that name rows of another table."""

HAVE_UNITS: Final = ("contributor", "pool", "guarantor")
HAVE_MEMBERS: Final = ("body", "pool")


@dataclass(frozen=True)
class Places:
    """Where the rows of a scenario stand in its files."""

    shown: str
    """The scenario's folder as the user knows it."""
    lines: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Line of every row, by table."""
    incomplete: frozenset[str] = frozenset()
    """Tables that could not be read in full: what only their rows would show is not said."""

    def problem(self, fault: Fault) -> Problem:
        """Say a fault with its file and line."""
        lines = self.lines.get(fault.table, ())
        number = fault.number
        line = lines[number] if number is not None and number < len(lines) else None
        path = f"{self.shown}/{fault.table}.{'toml' if fault.table == ABOUT else 'csv'}"
        return Problem(path, line, fault.field, fault.says, fault.fix)


def all_faults(scenario: Scenario) -> Iterator[Fault]:
    """Find everything that is wrong with a scenario whose rows are each well-formed."""
    for check in CHECKS:
        yield from check(scenario)


def faults_once_set(scenario: Scenario) -> Iterator[Fault]:
    """Find everything that is wrong with a sound scenario in which cells were set."""
    for check in CHECKS:
        if check not in SLIPS_OF_THE_PEN:
            yield from check(scenario)


def faults_of_numbers(scenario: Scenario, tables: Collection[str]) -> Iterator[Fault]:
    """Find what no longer holds between rows once numbers of these tables were set.

    A year of prices asks for a deflator, parts of one programme may pass the whole, a position may
    leave its scale, a quota may pass what all have together, payoffs may leave their order, and a
    number that was claimed may be of another unit than what it is held against.
    """
    if not MONEY_TABLES.isdisjoint(tables):
        for check in SPENDING_CHECKS:
            if check not in SLIPS_OF_THE_PEN:
                yield from check(scenario)
    if not BARGAINING_TABLES.isdisjoint(tables):
        for bargaining_check in BARGAINING_CHECKS:
            yield from bargaining_check(scenario)
    if not voting_tables(scenario).isdisjoint(tables):
        for voting_check in VOTING_CHECKS:
            yield from voting_check(scenario)
    if not DETERRENCE_TABLES.isdisjoint(tables):
        for deterrence_check in DETERRENCE_CHECKS:
            yield from deterrence_check(scenario)
    if "claims" in tables:
        yield from claims_fit(scenario)


def faults(scenario: Scenario, places: Places) -> list[Problem]:
    """Return everything that is wrong with a scenario, with its place in the files."""
    return [
        places.problem(fault)
        for fault in all_faults(scenario)
        if places.incomplete.isdisjoint(fault.because)
    ]


def refuse_faults(scenario: Scenario) -> None:
    """Raise ScenarioError if anything is wrong; for scenarios that were not read from files."""
    problems = faults(scenario, Places(scenario.name))
    if problems:
        raise ScenarioError(problems)


def faults_of_row(row: Row) -> Iterator[RowFault]:
    """Find what does not hold within one row."""
    for name in row.ranged_fields():
        value, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
        if low is None and high is None:
            continue
        if low is None or high is None:
            missing = f"{name}_{'low' if low is None else 'high'}"
            yield missing, "one end of the range is missing", "write both ends, or neither"
        elif low > high:
            yield f"{name}_low", f"low {low:g} is above high {high:g}", "swap them"
        elif value is None:
            yield name, "there is a range and no value", "write the value, or leave out the range"
        elif not low <= value <= high:
            says = f"{value:g} lies outside its range, {low:g} to {high:g}"
            yield name, says, "widen the range or mend the value"
    cells = vars(row)  # to ask a row for a field that it does not have takes long
    whole = cells.get("held_count")
    for name in ("home_floor_count", "available_count", "available_count_high"):
        part = cells.get(name)
        if part is not None and whole is not None and part > whole:
            yield name, f"{part:g} is more than the {whole:g} held", f"write {whole:g} or less"
    sides = [cells.get(f"{side}_share") for side in ("support", "oppose", "undecided")]
    asked = sum(share or 0 for share in sides)
    if asked > 1 + PRINTED:
        yield "support_share", f"the shares sum to {asked:g}, more than 1", "mend them"
    benches = [cells.get(name) for name in ("gov_seats_share", "support_seats_share")]
    seats = sum(share or 0 for share in benches)
    if seats > 1 + CLOSE:
        says = f"government and support hold {seats:g} of the seats, more than 1"
        yield "support_seats_share", says, "count only seats outside the government"


def within_rows(scenario: Scenario) -> Iterator[Fault]:
    """Check every row by itself."""
    for table in TABLES:
        for number, row in enumerate(scenario.table(table)):
            if isinstance(row, Row):
                for fault in faults_of_row(row):
                    yield Fault(table, number, *fault)


def one_row_a_key(scenario: Scenario) -> Iterator[Fault]:
    """Check that no key stands twice, and that every key can be addressed."""
    for table, model in TABLES.items():
        name = ", ".join(model.key_fields)
        seen: set[str] = set()
        for number, row in enumerate(scenario.table(table)):
            if row.key in seen:
                says = f"{row.key!r} stands in an earlier row too"
                yield Fault(table, number, name, says, "keep one")
            seen.add(row.key)
            if isinstance(row, Uncertainty):  # its key is an address itself
                continue
            for field_ in model.key_fields:
                part = str(getattr(row, field_))
                if marks := sorted(set(part) & set(ADDRESS_MARKS)):
                    says = f"{part!r} holds {' '.join(marks)}, which addresses of cells are made of"
                    yield Fault(table, number, field_, says, "name it without")


def references_resolve(scenario: Scenario) -> Iterator[Fault]:
    """Check that codes and names point to rows that exist."""
    for table, name, target in REFERENCES:
        known = {row.key for row in scenario.table(target)}
        for number, row in enumerate(scenario.table(table)):
            value = getattr(row, name)
            for word in value if isinstance(value, tuple) else (value,):
                if word not in known:
                    says = f"{word!r} is not in {target}.csv"
                    hint = nearest(word, known, target)
                    yield Fault(table, number, name, says, hint, (target,))
    if not scenario.requirement:
        return
    because = ("requirement",)
    statements = {line.requirement for line in scenario.requirement}
    sectors = {line.sector for line in scenario.requirement} | {"all"}
    for number, option in enumerate(scenario.options):
        if option.requirement not in statements:
            says = f"{option.requirement!r} is no statement of requirement.csv"
            hint = nearest(option.requirement, statements, "requirement")
            yield Fault("options", number, "requirement", says, hint, because)
        for sector in option.sectors:
            if sector not in sectors:
                says = f"no line of requirement.csv has the sector {sector!r}"
                hint = nearest(sector, sectors, "requirement")
                yield Fault("options", number, "sectors", says, hint, because)


def sources_resolve(scenario: Scenario) -> Iterator[Fault]:
    """Check that every row names sources that exist."""
    known = {source.source for source in scenario.sources} | {ASSUMED}
    for table in TABLES:
        for number, row in enumerate(scenario.table(table)):
            if isinstance(row, Row):
                for name in row.source:
                    if name not in known:
                        says = f"{name!r} is not in sources.csv"
                        hint = nearest(name, known, "sources")
                        yield Fault(table, number, "source", says, hint, ("sources",))


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
                hint = "write 1 in the column 'later', or take the row out"
                yield Fault(table, number, "known_from", says, hint, (ABOUT,))
            elif known_from <= until and row.later:
                says = f"the row is marked later, but was known on {known_from}"
                yield Fault(table, number, "later", says, "write 0, or mend known_from", (ABOUT,))
    for number, poll in enumerate(scenario.polls):
        if poll.fieldwork_end > until and not poll.later:
            says = f"fieldwork ended on {poll.fieldwork_end}, after evidence_until, {until}"
            hint = "write 1 in the column 'later'"
            yield Fault("polls", number, "fieldwork_end", says, hint, (ABOUT,))


def dates_in_order(scenario: Scenario) -> Iterator[Fault]:
    """Check dates against the scenario's own."""
    for number, option in enumerate(scenario.options):
        if option.decision_date < scenario.about.date:
            says = f"{option.decision_date} is before the scenario's date, {scenario.about.date}"
            yield Fault("options", number, "decision_date", says, "write a later day", (ABOUT,))
    for number, poll in enumerate(scenario.polls):
        if poll.fieldwork_start is not None and poll.fieldwork_start > poll.fieldwork_end:
            says = f"fieldwork starts on {poll.fieldwork_start}, after its end"
            hint = "swap the dates or leave it empty"
            yield Fault("polls", number, "fieldwork_start", says, hint)


def roles_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check who has units and who has members, and that pools have owners."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for table in ("units", "commitments"):
        for number, row in enumerate(scenario.table(table)):
            role = roles.get(row.delegation)
            if role is not None and role not in HAVE_UNITS:
                says = f"{row.delegation} is {role} and gives no units"
                hint = f"take the row out, or give it one of the roles {', '.join(HAVE_UNITS)}"
                yield Fault(table, number, "delegation", says, hint)
    for number, row in enumerate(scenario.delegations):
        if row.role == "pool" and row.freed_by is None:
            says = "a pool needs a rule that frees it"
            yield Fault("delegations", number, "freed_by", says, "write members or blessing")
        elif row.role == "pool" and row.freed_by == "members" and not row.members:
            says = "a pool that its members free has no members"
            yield Fault("delegations", number, "members", says, "list their codes")
        if row.members and row.role not in HAVE_MEMBERS:
            says = f"a {row.role} has no members"
            hint = f"leave it empty; of the roles, {' and '.join(HAVE_MEMBERS)} have members"
            yield Fault("delegations", number, "members", says, hint)
        if row.freed_by and row.role != "pool":
            says = f"a {row.role} is no pool"
            yield Fault("delegations", number, "freed_by", says, "leave it empty")
    for number, row in enumerate(scenario.stances):
        role = roles.get(row.delegation)
        if role not in (None, "contributor"):
            says = f"{row.delegation} is {role}; only a contributor has a stance on joining"
            hint = "take the row out, or mend its role"
            yield Fault("stances", number, "delegation", says, hint)


def principals_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that chances of office sum to one, and that whoever may govern has a stance."""
    by_delegation: dict[str, list[tuple[int, Any]]] = {}
    for number, principal in enumerate(scenario.principals):
        by_delegation.setdefault(principal.delegation, []).append((number, principal))
    for delegation, group in by_delegation.items():
        total = sum(principal.in_office_prob for _, principal in group)
        if abs(total - 1) > CLOSE:
            says = f"the chances of {delegation} sum to {total:g}, not to 1"
            last = group[-1][0]
            yield Fault("principals", last, "in_office_prob", says, "mend them", ("principals",))
    known = {p.principal: p.delegation for p in scenario.principals}
    codes = {d.delegation for d in scenario.delegations}
    for table in ("stances", "approvals", "positions", "ties"):
        for number, row in enumerate(scenario.table(table)):
            owner = known.get(row.principal, row.principal if row.principal in codes else None)
            if owner is None:
                says = f"{row.principal!r} is neither in principals.csv nor a delegation"
                hint = "add it, or write the delegation's code"
                because = ("principals", "delegations")
                yield Fault(table, number, "principal", says, hint, because)
            elif owner != row.delegation:
                says = f"{row.principal} speaks for {owner}, not for {row.delegation}"
                yield Fault(table, number, "principal", says, "mend one of the two")
    stances = {row.key for row in scenario.stances}
    have_stance = {row.delegation for row in scenario.stances}
    for delegation, group in by_delegation.items():
        for number, principal in group:
            if delegation in have_stance and f"{delegation}:{principal.principal}" not in stances:
                says = f"{principal.principal} may hold office but has no stance"
                hint = "add a row to stances.csv"
                yield Fault("principals", number, "principal", says, hint, ("stances",))


def conditions_are_known(scenario: Scenario) -> Iterator[Fault]:
    """Check the words in which stances name their conditions."""
    known = set(get_args(Condition))
    for number, stance in enumerate(scenario.stances):
        for word in stance.conditions:
            if word not in known:
                says = f"{word!r} is not a condition that the model knows"
                hint = f"write of: {', '.join(sorted(known))}"
                yield Fault("stances", number, "conditions", says, hint)


def nobody_waits_in_a_circle(scenario: Scenario) -> Iterator[Fault]:
    """Check that named partners do not wait for each other."""
    waits: dict[str, set[str]] = {}
    rows: dict[str, int] = {}
    for number, stance in enumerate(scenario.stances):
        if stance.needs_partners:
            waits.setdefault(stance.delegation, set()).update(stance.needs_partners)
            rows.setdefault(stance.delegation, number)
    reported: set[frozenset[str]] = set()
    for start in sorted(waits):
        circle = find_circle(start, waits)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            path = " waits for ".join([*circle, circle[0]])
            says = f"{path}: none of them would ever join first"
            hint = "name a number in needs_partners_count instead, which has a first mover"
            yield Fault("stances", rows[start], "needs_partners", says, hint)


def find_circle(start: str, waits: Mapping[str, set[str]]) -> list[str]:
    """Return a circle of waits that leads back to `start`, or nothing.

    >>> find_circle("A", {"A": {"B"}, "B": {"C"}, "C": {"A"}})
    ['A', 'B', 'C']
    """
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
    known = {(row.scope, row.indicator) for row in scenario.dependence}
    for number, row in enumerate(scenario.capabilities):
        if row.domain != "service" and not row.reference_strength_persons:
            says = "a unit needs the strength at which it is counted"
            hint = "write the persons"
            yield Fault("capabilities", number, "reference_strength_persons", says, hint)
        if row.is_critical and row.domain != "land":
            says = f"only land capabilities bound the balanced strength, and this is {row.domain}"
            yield Fault("capabilities", number, "is_critical", says, "write 0")
        if row.us_dependence and (row.us_dependence, "us_share") not in known:
            says = f"dependence.csv has no us_share of {row.us_dependence!r}"
            hint = "add the row, or leave it empty"
            yield Fault("capabilities", number, "us_dependence", says, hint, ("dependence",))
    domain = {row.capability: row.domain for row in scenario.capabilities}
    for table in ("units", "requirement"):
        for number, row in enumerate(scenario.table(table)):
            if domain.get(row.capability) == "service":
                says = f"{row.capability} is a service and has no units"
                yield Fault(table, number, "capability", says, "take the row out")


def one_headline(scenario: Scenario) -> Iterator[Fault]:
    """Check that there are options, and at most one of them is the headline."""
    if not scenario.options:
        says = "there is no option"
        yield Fault("options", None, "", says, "add at least one row", ("options",))
    marked = [n for n, option in enumerate(scenario.options) if option.is_headline]
    for number in marked[1:]:
        says = "another option is the headline too"
        yield Fault("options", number, "is_headline", says, "write 0")


def uncertainties_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that uncertain cells exist, are numbers, and have a proper distribution.

    What an engine takes for a setting is known to the engines alone, and checked when they run.
    """
    named: dict[Cell, Uncertainty] = {}
    for number, row in enumerate(scenario.uncertainties):
        if (wrong := shape_fault(row)) is not None:
            hint = f"see `distribution` in the file reference ({FILE_REFERENCE})"
            yield Fault("uncertainties", number, "distribution", wrong, hint)
        try:
            cells = cells_of(scenario, row)
        except SettingsError as error:
            says = str(error).rstrip(".")
            because = (row.table, "delegations") if row.table in LINKED else (row.table,)
            yield Fault("uncertainties", number, "cell_key", says, "mend the address", because)
            continue
        yield from (
            Fault("uncertainties", number, *f) for f in uncertain_faults(scenario, row, cells)
        )
        for cell in cells:
            other = named.setdefault(cell, row)
            if other is not row and named_parts(other.cell_key) == named_parts(row.cell_key):
                if other.key != row.key:  # that one key stands twice is said elsewhere
                    says = f"{cell} is named by the key {other.cell_key} just as exactly"
                    yield Fault("uncertainties", number, "cell_key", says, "name the cell itself")
                    break
            elif named_parts(row.cell_key) > named_parts(other.cell_key):
                named[cell] = row


def cells_of(scenario: Scenario, row: Uncertainty) -> list[Cell]:
    """Return the cells that a row names.

    Raises
    ------
    SettingsError
        If it names none, or one that is set and never drawn.
    """
    if row.table in LINKED:
        raise SettingsError(f"{row.field} of {row.table} follows from an engine and is not drawn")
    return expand(scenario, Cell(row.table, row.cell_key, row.field))


def uncertain_faults(
    scenario: Scenario, row: Uncertainty, cells: Sequence[Cell]
) -> Iterator[RowFault]:
    """Find what a row of `uncertainties.csv` asks of its cells that they do not take."""
    if row.distribution == "range":
        model = TABLES.get(row.table)
        if model is None or row.field not in model.ranged_fields():
            place = f"{row.table}.csv" if model else f"an engine's {row.field}"
            says = f"{place} has no {row.field}_low and {row.field}_high"
            yield "distribution", says, "give the numbers here"
        elif row.field in model.latent_fields:
            says = f"the engine draws {row.field} around the value of the row"
            yield "distribution", says, "take the row out"
    if row.table == ENGINES_TABLE:
        return
    for cell in cells:
        value = getattr(scenario.row(cell.table, cell.key), cell.field)
        if not isinstance(value, int | float):
            yield "field", f"{cell} holds {value!r}, not a number", "name a number"
            return
    for end in ("low_value", "mode_value", "high_value"):
        value = getattr(row, end)
        try:
            if value is not None and row.distribution != "bernoulli":
                as_value(cells[0], value)
        except SettingsError as error:
            yield end, str(error).rstrip("."), "keep to what the column takes"


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
    *COMMAND_CHECKS,
    *SPENDING_CHECKS,
    *BARGAINING_CHECKS,
    *VOTING_CHECKS,
    *BROKERAGE_CHECKS,
    *DETERRENCE_CHECKS,
    *QUESTIONNAIRE_CHECKS,
    claims_fit,
    uncertainties_fit,
)
"""Every check, in the order in which problems are listed within a file."""
