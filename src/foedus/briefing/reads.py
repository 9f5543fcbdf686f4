"""Which rows an answer rests on: those that the engines read for the option it speaks of."""

from collections.abc import Iterator
from typing import Final, Literal

from foedus.briefing.evidence import Evidence, Pick, every, gather
from foedus.briefing.findings import Findings
from foedus.engines import Consent, Spending, SustainedForce
from foedus.engines.forces.inputs import lines_of_option, months_after
from foedus.engines.settings import configured
from foedus.engines.spending.inputs import DOLLARS
from foedus.scenario.cells import ENGINES_TABLE, Cell, expand
from foedus.scenario.consent import Poll
from foedus.scenario.delegations import ShareKey
from foedus.scenario.draws import Draws
from foedus.scenario.forces import Capability, Ceiling, Commitment, RequirementLine, Unit
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import Uncertainty

LAND: Final = "land"
BURDEN_KEYS: Final = ("gdp", "population", "active")
"""Measures of `share_keys.csv` that burdens are held against."""
BEFORE_MONEY: Final = (Consent.name, SustainedForce.name)
"""Engines that say who joins and what they send."""
Beside = frozenset[Literal["services", "other lines", "fair shares"]]
"""What an answer on the force may speak of beside its size: services that have no units,
headquarters and the lines that are not counted, and who sends which part."""
ALL_BESIDE: Final[Beside] = frozenset(["services", "other lines", "fair shares"])


def force_evidence(
    findings: Findings,
    *,
    beside: Beside = ALL_BESIDE,
    more: dict[str, Pick] | None = None,
    engines: tuple[str, ...] = BEFORE_MONEY,
) -> Evidence:
    """Return the rows that say what those who join can send, and those that say who joins.

    Parameters
    ----------
    beside
        Of what the answer speaks beside the force whose size it tells.
    more
        Rows that it reads beyond these, by table.
    engines
        Names of the engines whose drawn settings count.
    """
    picks = consent_picks(findings) | force_picks(findings, beside)
    return rests_on(findings, merged(picks, more or {}), engines=engines)


def consent_evidence(findings: Findings) -> Evidence:
    """Return the rows that say who would join, and which share of GDP that is."""
    return rests_on(findings, merged(consent_picks(findings), {"share_keys": by_gdp}))


def weighed_evidence(findings: Findings) -> Evidence:
    """Return the rows that say who would join, what would unlock more, and what each brings.

    A mission that only observes is among what might unlock more, so polls on a peace force count.
    Nobody is weighed by what it brings where no land force is asked for.
    """
    more: dict[str, Pick] = {
        "polls": is_poll_on(findings, consent_engine(findings).peace_topic),
        "share_keys": by_gdp,
    }
    if findings.asks_land:
        return force_evidence(findings, beside=frozenset(["fair shares"]), more=more)
    return rests_on(findings, merged(consent_picks(findings), more))


def alone_evidence(findings: Findings, beside: dict[str, Pick] | None = None) -> Evidence:
    """Return the rows on every option without the guarantor, and on how nations depend on it.

    Parameters
    ----------
    beside
        Rows that it reads beyond these, by table.
    """
    return rests_on(findings, merged(options_picks(findings), beside or {}))


def options_picks(findings: Findings) -> dict[str, Pick]:
    """Return what is read of every option: who joins, what they send, how they depend on it."""
    services = [row for row in findings.as_set.capabilities if row.domain == "service"]
    shares = {row.us_dependence for row in services}
    engine = consent_engine(findings)
    more: dict[str, Pick] = dict.fromkeys(
        ["options", "requirement", "capabilities", "commitments", "ceilings"], every
    )
    more["units"] = lendable(findings)
    more["polls"] = either(
        is_poll_on(findings, engine.peace_topic), is_poll_on(findings, engine.war_topic)
    )
    more["dependence"] = either(
        lambda row: row.scope_kind == "nation",
        lambda row: row.indicator == "us_share" and row.scope in shares,
    )
    picks = consent_picks(findings) | force_picks(findings, ALL_BESIDE)
    return merged(picks, more)


def plan_evidence(findings: Findings) -> Evidence:
    """Return the rows that a force plan reads beyond those of the force: command, and costs."""
    chain = findings.option.command
    more: dict[str, Pick] = {
        "headquarters": lambda row: chain in row.chains,
        "partnerships": lambda row: row.kind != "pool",
        "costs": lambda row: row.kind == "deployed",
    }
    return force_evidence(findings, more=more)


def by_gdp(row: ShareKey) -> bool:
    """Pick sizes by GDP."""
    return row.share_key == "gdp"


def spending_evidence(findings: Findings) -> Evidence:
    """Return the rows on money, and those that say what force there is to be paid for."""
    picks = consent_picks(findings) | force_picks(findings, ALL_BESIDE)
    more = spending_picks(findings)
    return rests_on(findings, merged(picks, more), engines=(*BEFORE_MONEY, Spending.name))


def spending_picks(findings: Findings) -> dict[str, Pick]:
    """Return the rows on money.

    Of public finances the last year known counts, of targets every one that was known on the day:
    they compete for a nation's own.
    """
    scenario = findings.as_set
    contributors = set(scenario.of_role("contributor"))
    paying = contributors.union(scenario.of_role("guarantor"))
    budgets = {row.delegation for row in scenario.budgets if row.delegation in paying}
    last = last_years(scenario)
    needed = deflators_needed(scenario, budgets)
    bodies = bodies_that_pay(scenario)

    def is_size(row: ShareKey) -> bool:
        measured = row.share_key in BURDEN_KEYS and row.delegation in contributors
        return measured or any(
            row.share_key == key and row.delegation in members for key, members in bodies.items()
        )

    return {
        "budgets": lambda row: row.delegation in budgets,
        "finances": lambda row: row.delegation in budgets and row.data_year == last[row.delegation],
        "targets": lambda row: row.delegation in budgets and not row.later,
        "costs": every,
        "payers": every,
        "deflators": lambda row: (row.currency, row.data_year) in needed,
        "hosting": lambda row: row.delegation in budgets & contributors,
        "share_keys": is_size,
        "delegations": lambda row: row.delegation in paid_by(scenario) or row.role == "contributor",
    }


def last_years(scenario: Scenario) -> dict[str, int]:
    """Return the last year of which public finances are known, by delegation."""
    last: dict[str, int] = {}
    for row in scenario.finances:
        last[row.delegation] = max(last.get(row.delegation, row.data_year), row.data_year)
    return last


def deflators_needed(scenario: Scenario, budgets: set[str]) -> set[tuple[str, int]]:
    """Return currency and year of every deflator that amounts are turned with.

    Each amount needs that of its own year and that of the year in which money is told.
    """
    priced = {(row.currency, row.price_year) for row in scenario.costs}
    priced |= {(DOLLARS, row.data_year) for row in scenario.budgets if row.delegation in budgets}
    told = scenario.about.price_year
    return priced | {(currency, told) for currency, _ in priced if told is not None}


def paid_by(scenario: Scenario) -> set[str]:
    """Return who is named to pay for programmes."""
    return {row.delegation for row in scenario.payers}


def bodies_that_pay(scenario: Scenario) -> dict[str, set[str]]:
    """Return the members of bodies that pay for programmes, by the measure they share by."""
    members = {row.delegation: row.members for row in scenario.delegations if row.role == "body"}
    found: dict[str, set[str]] = {}
    for row in scenario.payers:
        found.setdefault(row.share_key, set()).update(members.get(row.delegation, ()))
    return found


def rests_on(
    findings: Findings, picks: dict[str, Pick], *, engines: tuple[str, ...] = BEFORE_MONEY
) -> Evidence:
    """Collect the picked rows, and the uncertainties that say how their cells are drawn.

    Those of the settings of the engines that are named count too.
    """
    scenario = findings.scenario
    chosen = {(t, row.key) for t, pick in picks.items() for row in scenario.table(t) if pick(row)}

    def is_drawn(about: Uncertainty) -> bool:
        if about.table == ENGINES_TABLE:
            return about.cell_key in engines
        cells = expand(scenario, Cell(about.table, about.cell_key, about.field))
        return any((cell.table, cell.key) in chosen for cell in cells)

    return gather(scenario, {**picks, "uncertainties": is_drawn})


def merged(picks: dict[str, Pick], more: dict[str, Pick]) -> dict[str, Pick]:
    """Return picks that pick what any of two does, table by table."""
    both = {table: either(picks[table], pick) for table, pick in more.items() if table in picks}
    return picks | more | both


def either(one: Pick, other: Pick) -> Pick:
    """Pick what one of two picks."""
    return lambda row: one(row) or other(row)


def consent_picks(findings: Findings) -> dict[str, Pick]:
    """Return what is read to find who joins: stances, who holds office, votes, publics."""
    scenario, option = findings.as_set, findings.option
    engine = consent_engine(findings)
    topic = engine.war_topic if option.mission == "fight_back" else engine.peace_topic
    voices = {stance.principal for stance in scenario.stances}
    known = {row.key for row in scenario.approvals}
    votes = {
        stance.key if stance.key in known else f"{stance.delegation}:{stance.delegation}"
        for stance in scenario.stances
    }
    return {
        "stances": every,
        "principals": lambda row: row.principal in voices,
        "approvals": lambda row: row.key in votes,
        "polls": is_poll_on(findings, topic),
        "options": lambda row: row.option == option.option,
    }


def is_poll_on(findings: Findings, topic: str) -> Pick:
    """Pick the polls of a topic that say something of a contributor."""
    nations = {stance.delegation for stance in findings.as_set.stances}

    def is_used(row: Poll) -> bool:
        says_something = row.support_share is not None or row.oppose_share is not None
        return row.topic == topic and row.delegation in nations and says_something

    return is_used


def force_picks(findings: Findings, beside: Beside) -> dict[str, Pick]:
    """Return what is read to find what those who join can send, and who of them sends what."""
    scenario, option = findings.as_set, findings.option
    lines = lines_of(findings) if "other lines" in beside else counted_lines(findings)
    wanted = capabilities_wanted(scenario, {line.capability for line in lines})
    keys = {line.key for line in lines}
    pools = {unit.delegation for unit in scenario.units if unit.capability in wanted}
    in_force = ceilings_in_force(findings) if asks_land(findings, wanted) else set()
    needed = services_needed(findings) if "services" in beside else []
    wanted_or_needed = wanted | {row.capability for row in needed}
    shares = {row.us_dependence for row in needed}
    is_lendable = lendable(findings)

    def is_running(promise: Commitment) -> bool:
        over = promise.until is not None and promise.until < option.decision_date
        return promise.capability in wanted and not over

    picks: dict[str, Pick] = {
        "units": lambda row: row.capability in wanted and is_lendable(row),
        "commitments": lambda row: is_running(scenario.row("commitments", row.key)),
        "ceilings": lambda row: row.key in in_force,
        "requirement": lambda row: row.key in keys,
        "capabilities": lambda row: row.capability in wanted_or_needed,
        "delegations": lambda row: row.role == "pool" and row.delegation in pools,
        "dependence": lambda row: row.indicator == "us_share" and row.scope in shares,
    }
    return picks | ({"share_keys": measures(findings)} if "fair shares" in beside else {})


def services_needed(findings: Findings) -> list[Capability]:
    """Return the services that a force with the option's mission needs any of."""
    fights = findings.option.mission == "fight_back"
    return [
        row
        for row in findings.as_set.capabilities
        if row.domain == "service" and (row.fight_back_need_share if fights else row.need_share) > 0
    ]


def lendable(findings: Findings) -> Pick:
    """Pick the units that may be sent: all but those of the guarantor that it never lends."""
    guarantor = findings.scenario.of_role("guarantor")
    enablers = {row.capability for row in findings.as_set.capabilities if row.is_enabler}

    def may_be_sent(unit: Unit) -> bool:
        return unit.delegation not in guarantor or unit.capability in enablers

    return may_be_sent


def lines_of(findings: Findings) -> list[RequirementLine]:
    """Return the lines of the requirement that the option asks for."""
    scenario = findings.scenario
    now = Draws(findings.request.option, fixed=findings.request.fixed)
    return [scenario.requirement[i] for i in lines_of_option(scenario, now)]


def counted_lines(findings: Findings) -> list[RequirementLine]:
    """Return the lines that the size of the force counts: on land, else in the air and at sea."""
    domain = {row.capability: row.domain for row in findings.as_set.capabilities}
    units = [line for line in lines_of(findings) if domain[line.capability] != "hq"]
    on_land = [line for line in units if domain[line.capability] == LAND]
    return on_land or units


def capabilities_wanted(scenario: Scenario, asked: set[str]) -> set[str]:
    """Return the capabilities whose units count: those asked for and what may stand in for them.

    Where any is on land all on land count, as they do in the gross strength.
    """
    by_name = {row.capability: row for row in scenario.capabilities}
    groups = {by_name[name].substitution_group for name in asked} - {""}
    land = any(by_name[name].domain == LAND for name in asked)
    return {
        name
        for name, row in by_name.items()
        if name in asked or row.substitution_group in groups or (land and row.domain == LAND)
    }


def asks_land(findings: Findings, wanted: set[str]) -> bool:
    """Tell whether units on land are among those that count."""
    return any(
        row.domain == LAND and row.capability in wanted for row in findings.as_set.capabilities
    )


def ceilings_in_force(findings: Findings) -> set[str]:
    """Return the keys of the ceilings that hold at some time of the longest mission looked at."""
    day, last_month = findings.option.decision_date, force_engine(findings).longest_months
    by_nation: dict[str, list[tuple[int, Ceiling]]] = {}
    for row in sorted(findings.as_set.ceilings, key=lambda row: row.valid_from):
        start = months_after(day, row.valid_from)
        if start <= last_month:
            by_nation.setdefault(row.delegation, []).append((start, row))
    return {row.key for rows in by_nation.values() for row in ever_in_force(rows)}


def ever_in_force(rows: list[tuple[int, Ceiling]]) -> Iterator[Ceiling]:
    """Yield the ceiling with which a nation begins, and those that replace it later."""
    begun = [row for start, row in rows if start == 0]
    yield from begun[-1:]
    yield from (row for start, row in rows if start > 0)


def consent_engine(findings: Findings) -> Consent:
    """Return the consent engine with the settings that were made."""
    return configured(Consent(), findings.scenario, findings.request.fixed)


def force_engine(findings: Findings) -> SustainedForce:
    """Return the force engine with the settings that were made."""
    return configured(SustainedForce(), findings.scenario, findings.request.fixed)


def measures(findings: Findings) -> Pick:
    """Pick the sizes by which fair shares are found."""
    key = force_engine(findings).share_key
    used = ("gdp", "population") if key == "mix" else (key,)
    contributors = findings.scenario.of_role("contributor")

    def is_used(row: ShareKey) -> bool:
        return row.share_key in used and row.delegation in contributors

    return is_used
