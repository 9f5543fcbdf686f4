"""What must hold between the tables of money: prices, targets, costs and who pays them."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from foedus.scenario.faults import Fault, RowFault, nearest
from foedus.scenario.scenario import ABOUT, Scenario
from foedus.scenario.spending import Cost, Payer

DOLLARS: Final = "USD"
UNIT_OF_KIND: Final = {"deployed": "person_year", "set_up": "person", "programme": "bn"}
MAY_PAY: Final = ("contributor", "guarantor", "observer")
"""Roles of the states that may carry a part of a programme; a body may, through its members."""
OF_STATES: Final = ("budgets", "finances", "targets", "hosting")
"""Tables whose rows are of states: what a body has, its members have."""
CLOSE: Final = 1e-6
WITHIN_FACTOR: Final = 2.0
"""How far dollars and share of GDP may disagree: exchange rates and two years move them, a slip of
a decimal place moves them more."""
WITHIN_YEARS: Final = 2


def money_converts(scenario: Scenario) -> Iterator[Fault]:
    """Check that every amount can be turned into dollars of the scenario's price year."""
    year = scenario.about.price_year
    if year is None and (scenario.budgets or scenario.costs):
        says = "there is money in the tables, and no year is named whose dollars it is told in"
        hint = "write price_year = 2024, or another year"
        yield Fault(ABOUT, None, "price_year", says, hint, (ABOUT,))
    known = {(row.currency, row.data_year) for row in scenario.deflators}
    currencies = {currency for currency, _ in known}
    missing: set[tuple[str, int]] = set()
    strange: set[str] = set()
    for table, number, field, currency, wanted in money_rates(scenario, year):
        if (currency, wanted) in known | missing or currency in strange:
            continue
        missing.add((currency, wanted))  # one row is missing, however many rows ask for it
        says = f"deflators.csv has no row of {currency} in {wanted}"
        hint = f"add a row to deflators.csv with the currency {currency} and year {wanted}"
        if currencies and currency not in currencies:
            strange.add(currency)
            years = " and ".join(str(each) for each in dict.fromkeys([wanted, year or wanted]))
            says = f"{says}, nor in any other year"
            hint = f"write one of {', '.join(sorted(currencies))}, or add rows of {years}"
        place = "currency" if currency in strange and table == "costs" else field
        yield Fault(table, number, place, says, hint, ("deflators", ABOUT))
    for number, row in enumerate(scenario.deflators):
        if row.currency == DOLLARS and row.usd_value != 1:
            says = f"one US dollar is said to buy {row.usd_value:g} US dollars"
            yield Fault("deflators", number, "usd_value", says, "write 1")


def money_rates(
    scenario: Scenario, price_year: int | None
) -> Iterator[tuple[str, int, str, str, int]]:
    """Name the deflators that amounts ask for: table, row, field, currency and year."""
    for number, budget in enumerate(scenario.budgets):
        yield "budgets", number, "data_year", DOLLARS, budget.data_year
        if price_year is not None:
            yield "budgets", number, "data_year", DOLLARS, price_year
    for number, cost in enumerate(scenario.costs):
        yield "costs", number, "price_year", cost.currency, cost.price_year
        if price_year is not None:
            yield "costs", number, "currency", cost.currency, price_year


def money_is_of_states(scenario: Scenario) -> Iterator[Fault]:
    """Check that nobody's money is counted twice, as a body's and as its members'."""
    roles = {row.delegation: row.role for row in scenario.delegations}
    for table in OF_STATES:
        for number, row in enumerate(scenario.table(table)):
            role = roles.get(row.delegation)
            if role in ("body", "pool"):
                says = f"{row.delegation} is {role}, and what it has its members have"
                hint = "take the row out, and give its members theirs"
                yield Fault(table, number, "delegation", says, hint)


def money_was_known(scenario: Scenario) -> Iterator[Fault]:
    """Check that no figures are of a year that had not begun."""
    until = scenario.about.evidence_until
    for table in ("budgets", "finances"):
        for number, row in enumerate(scenario.table(table)):
            if row.data_year > until.year and not row.later:
                says = f"figures of {row.data_year} were not known by evidence_until, {until}"
                hint = "mend the year, or write 1 in the column 'later'"
                yield Fault(table, number, "data_year", says, hint, (ABOUT,))


def budgets_add_up(scenario: Scenario) -> Iterator[Fault]:
    """Check that defence spending in dollars is about its share of GDP."""
    for number, row in enumerate(scenario.budgets):
        if (row.defence_usd_bn > 0) != (row.defence_share > 0):
            says = (
                f"{row.defence_usd_bn:g} bn dollars are said to be {row.defence_share:.2%} of GDP"
            )
            yield Fault("budgets", number, "defence_usd_bn", says, "both are 0, or neither is")
            continue
        by_share = row.defence_share * row.gdp_usd_bn
        far = not by_share / WITHIN_FACTOR <= row.defence_usd_bn <= by_share * WITHIN_FACTOR
        if far and abs(row.defence_year - row.data_year) <= WITHIN_YEARS:
            says = (
                f"{row.defence_usd_bn:g} bn dollars are {row.defence_usd_bn / row.gdp_usd_bn:.2%} "
                f"of GDP, and defence_share says {row.defence_share:.2%}"
            )
            hint = "mend one of defence_usd_bn, defence_share and gdp_usd_bn: amounts are in bn"
            yield Fault("budgets", number, "defence_usd_bn", says, hint)


def targets_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that targets lie ahead, and that a law names its year."""
    today = scenario.about.date
    for number, row in enumerate(scenario.targets):
        if row.target_year is not None and row.target_year < today.year:
            says = f"{row.target_year} is before the scenario's date, {today}"
            hint = f"write {today.year} or later, or leave it empty where no year was named"
            yield Fault("targets", number, "target_year", says, hint, (ABOUT,))
        elif row.target_year is None and row.status == "law":
            says = "a law or a voted budget names the year of its target, and none is here"
            hint = "write the year, or the status announced"
            yield Fault("targets", number, "target_year", says, hint)


def costs_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that each cost has what its kind needs."""
    for number, row in enumerate(scenario.costs):
        for fault in faults_of_cost(row):
            yield Fault("costs", number, *fault)


def faults_of_cost(row: Cost) -> Iterator[RowFault]:
    """Find what a cost has that its kind does not take, or lacks."""
    unit = UNIT_OF_KIND[row.kind]
    if row.unit != unit:
        yield "unit", f"a {row.kind} cost is counted by {unit}, not by {row.unit}", f"write {unit}"
    is_programme = row.kind == "programme"
    if is_programme and row.domain is not None:
        yield "domain", "a programme is paid whoever joins, and has no domain", "leave it empty"
    elif not is_programme and row.domain is None:
        yield "domain", f"a {row.kind} cost needs a domain", "write land, air or sea"
    for name in ("start_year", "over_years_count"):
        if not is_programme and getattr(row, name) is not None:
            yield name, f"a {row.kind} cost follows the force, not a calendar", "leave it empty"


def payers_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that programmes have payers that can pay, and are not paid more than once."""
    kinds = {row.cost: row.kind for row in scenario.costs}
    about = {row.delegation: row for row in scenario.delegations}
    at_most: dict[str, float] = {}
    reported: set[str] = set()
    for number, row in enumerate(scenario.payers):
        kind = kinds.get(row.cost)
        if kind not in (None, "programme"):
            says = f"{row.cost} is {kind}: who joins pays it"
            hint = "take the row out, or name a programme of costs.csv"
            yield Fault("payers", number, "cost", says, hint)
        if (payer := about.get(row.delegation)) is not None:
            for fault in chain(faults_of_role(payer), faults_of_body(scenario, row, payer.members)):
                yield Fault("payers", number, *fault)
        high = row.paid_share if row.paid_share_high is None else row.paid_share_high
        at_most[row.cost] = at_most.get(row.cost, 0.0) + high
        if at_most[row.cost] > 1 + CLOSE and row.cost not in reported:
            reported.add(row.cost)
            says = f"up to here {at_most[row.cost]:g} of {row.cost} may be paid, more than 1"
            hint = "lower the shares, or the high ends of their ranges; what is open needs no row"
            yield Fault("payers", number, "paid_share", says, hint)


Finding = tuple[str, str, str, tuple[str, ...]]
"""Field, what is wrong, what to write instead, tables that would explain it."""


def faults_of_role(payer: Any) -> Iterator[Finding]:
    """Find what keeps a delegation from paying."""
    if payer.role == "body":
        if not payer.members:
            says = f"{payer.delegation} is a body without members, so nobody would pay"
            hint = "list its members in delegations.csv, or name the states that pay"
            yield "delegation", says, hint, ("delegations",)
    elif payer.role not in MAY_PAY:
        says = f"{payer.delegation} is {payer.role} and pays no part of a programme"
        hint = f"name a body with members, or one of the roles {', '.join(MAY_PAY)}"
        yield "delegation", says, hint, ()


def faults_of_body(scenario: Scenario, row: Payer, members: tuple[str, ...]) -> Iterator[Finding]:
    """Find what is missing to share a body's part among its members."""
    roles = {d.delegation: d.role for d in scenario.delegations}
    if roles.get(row.delegation) != "body" or not members:
        return
    because = ("share_keys", "delegations")
    sizes = sizes_by_key(scenario)
    if row.share_key not in sizes:
        says = f"share_keys.csv has no measure {row.share_key!r}"
        yield "share_key", says, nearest(row.share_key, sizes, "share_keys"), because
        return
    measured = sizes[row.share_key]
    without = [code for code in members if code not in measured]
    if without:
        says = f"{row.delegation} pays by {row.share_key}, and of these members there is none: "
        hint = f"add their {row.share_key} to share_keys.csv"
        yield "share_key", says + ", ".join(without), hint, because
    elif sum(measured[code] for code in members) == 0:
        says = f"the {row.share_key} of all members of {row.delegation} is 0"
        yield "share_key", says, "name another measure of share_keys.csv", because


def sizes_by_key(scenario: Scenario) -> Mapping[str, Mapping[str, float]]:
    """Return the size of each delegation by each measure."""
    sizes: dict[str, dict[str, float]] = {}
    for row in scenario.share_keys:
        sizes.setdefault(row.share_key, {})[row.delegation] = row.size_weight
    return sizes


SPENDING_CHECKS: Final = (
    money_converts,
    money_is_of_states,
    money_was_known,
    budgets_add_up,
    targets_fit,
    costs_fit,
    payers_fit,
)
"""Every check of the tables of money."""

MONEY_TABLES: Final = frozenset(
    {"budgets", "finances", "targets", "costs", "payers", "deflators", "share_keys"}
)
"""Tables whose numbers these checks read."""
SLIPS_OF_THE_PEN: Final = (budgets_add_up,)
"""Checks that two columns tell the same fact. Who sets one of them to see what follows is not asked
to set the other."""
