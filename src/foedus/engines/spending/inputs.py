"""The inputs of spending: cells of the scenario as arrays with a leading draw axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from foedus.engines.spending.blocks import BoolArray, FloatArray, IntArray
from foedus.engines.spending.force_cost import month_of, months_by_year
from foedus.engines.spending.paths import Economies
from foedus.engines.spending.prices import constant_usd
from foedus.engines.spending.programmes import (
    ProgrammeShares,
    key_parts,
    programme_shares,
    years_paid,
)
from foedus.errors import MissingDataError, Problem, ScenarioError, SettingsError
from foedus.scenario.addresses import DOMAINS
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario
from foedus.scenario.spending import Target

if TYPE_CHECKING:
    from foedus.engines.spending.engine import Spending

DOLLARS: Final = "USD"
PAYING: Final = ("contributor", "guarantor")
SENDING: Final = ("contributor", "pool", "guarantor")
USUAL_YEARS: Final = 5
"""Years from the scenario's own to that in which targets are due, unless one is set."""
OWN: Final = "own"
FURTHER: Final = "further"
STATUS_ORDER: Final = ("law", "announced", "ambition")
"""Of a nation's targets the first of these counts."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The shares of GDP that are asked about."""

    names: tuple[str, ...]
    """As in names of outcomes: `3_5`, `further`, `own`."""
    titles: tuple[str, ...]
    """As printed: `3.5 %`, `own`."""
    target_share: FloatArray
    """Shape (draw, nation, target); today's share where a nation has set itself none."""
    has_target: BoolArray
    """Shape (nation, target): False where a nation has set itself none."""
    due_year: IntArray
    """Shape (nation, target)."""


@dataclass(frozen=True, kw_only=True)
class Force:
    """Who sends whom, and what that costs. Amounts are in constant US dollars."""

    senders: tuple[str, ...]
    persons: FloatArray
    """Shape (draw, sender, domain)."""
    fair_persons: FloatArray
    """Shape (draw, nation, domain): each one's fair share of the whole requirement."""
    person_year_usd: FloatArray
    """Shape (draw, domain): extra cost of one person in theatre for a year."""
    set_up_usd: FloatArray
    """Shape (draw, domain): cost of putting one person in place."""
    pays_for: BoolArray
    """Shape (sender, nation): who pays for whom, by GDP."""
    is_common: BoolArray
    """Shape (sender,): whether a part of its cost is common; the guarantor's is not."""
    common_share: FloatArray
    """Shape (draw,)."""
    duration_months: FloatArray
    """Shape (draw,)."""
    months: FloatArray
    """Shape (draw, year): months of the mission in each year."""
    first_year: int
    """Calendar year of the decision, in which the force is put in place."""


@dataclass(frozen=True, kw_only=True)
class Programmes:
    """Sums over years, and who carries which part."""

    names: tuple[str, ...]
    total_usd_bn: FloatArray
    """Shape (draw, programme)."""
    over_count: IntArray
    """Shape (programme,): years over which it is paid, in equal parts."""
    is_paid: BoolArray
    """Shape (programme, year)."""
    shares: ProgrammeShares


@dataclass(frozen=True, kw_only=True)
class PublicFinances:
    """Public finances of the last year known; NaN for what is not. Shape (draw, nation)."""

    debt_share: FloatArray
    balance_share: FloatArray
    outlays_share: FloatArray
    debt_limit_share: FloatArray
    deficit_limit_share: FloatArray


@dataclass(frozen=True, kw_only=True)
class SpendingInputs:
    """All that spending needs. `draw` may be 1 where nothing is drawn."""

    n: int
    """Number of draws."""
    codes: tuple[str, ...]
    """Contributors and the guarantor that have a budget, sorted."""
    contributes: BoolArray
    """Shape (nation,): False for the guarantor."""
    years: IntArray
    """Shape (year,): from the scenario's year on."""
    target_year: int
    """The year that is looked at."""
    economies: Economies
    """In the year before the first."""
    targets: Targets
    force: Force
    programmes: Programmes
    finances: PublicFinances
    interest_growth_share: FloatArray
    """Shape (draw,)."""
    equipment_share: FloatArray
    joint_now_share: FloatArray
    joint_goal_share: FloatArray
    saving_share: FloatArray


def read_inputs(engine: "Spending", scenario: Scenario, draws: Draws) -> SpendingInputs:
    """Gather the cells of the scenario as they stand in each draw.

    Raises
    ------
    MissingDataError
        If the price year, a deflator, a budget of a nation that sends soldiers, a cost of such
        soldiers, or a size to share by is missing.
    SettingsError
        If the year that is looked at is none of the run's.
    ScenarioError
        If an economy would vanish.
    """
    years = scenario.about.date.year + np.arange(engine.horizon_years_count)
    target_year = engine.target_year or min(int(years[0]) + USUAL_YEARS, int(years[-1]))
    refuse_year_outside(target_year, years)
    with_budget = scenario.row_numbers["budgets"]
    codes = tuple(code for code in scenario.of_role(*PAYING) if code in with_budget)
    contributors = scenario.of_role("contributor")
    contributes = np.array([code in contributors for code in codes], dtype=np.bool_)
    if not contributes.any():
        raise MissingDataError(
            f"{scenario.name}: budgets.csv has no row of a contributor. Add one for each."
        )
    prices = Prices(scenario, draws)
    budgets = Columns(scenario, draws, "budgets", codes)
    setting = {
        name: draws.setting(engine.name, name, getattr(engine, name))
        for name in (
            *("ramp_ratio", "common_share", "interest_growth_share"),
            *("equipment_share", "joint_now_share", "joint_goal_share", "saving_share"),
        )
    }
    economies = economies_of(scenario, budgets, prices, int(years[0]), setting["ramp_ratio"])
    return SpendingInputs(
        n=draws.n,
        codes=codes,
        contributes=contributes,
        years=years,
        target_year=target_year,
        economies=economies,
        targets=targets_of(engine, scenario, draws, codes, economies.today_share, target_year),
        force=force_of(scenario, draws, codes, prices, setting["common_share"], years),
        programmes=programmes_of(scenario, draws, codes, prices, years),
        finances=finances_of(scenario, draws, codes, budgets),
        interest_growth_share=setting["interest_growth_share"],
        equipment_share=setting["equipment_share"],
        joint_now_share=setting["joint_now_share"],
        joint_goal_share=setting["joint_goal_share"],
        saving_share=setting["saving_share"],
    )


def refuse_year_outside(target_year: int, years: IntArray) -> None:
    """Raise SettingsError if the year that is looked at is none of the run's."""
    first, last = int(years[0]), int(years[-1])
    if not first <= target_year <= last:
        raise SettingsError(
            f"engines/spending/target_year: {target_year} is not among the years of the run, "
            f"{first} to {last}. Write one of them, or change horizon_years_count."
        )


class Columns:
    """Columns of a table with one row a delegation, for some delegations in their order."""

    def __init__(self, scenario: Scenario, draws: Draws, table: str, keys: Sequence[str]) -> None:
        self.scenario = scenario
        self.draws = draws
        self.table = table
        self.keys = tuple(keys)
        self.rows = [scenario.row_numbers[table][key] for key in keys]

    def numbers(self, column: str) -> FloatArray:
        """Return a numeric column, shape (draw or 1, key)."""
        return self.draws.numbers(self.scenario, self.table, column)[:, self.rows]

    def values(self, column: str) -> list[Any]:
        """Return a column of words or years, by key."""
        values = self.draws.values(self.scenario, self.table, column)
        return [values[row] for row in self.rows]


class Prices:
    """Turns money of any currency and year into constant US dollars of the price year."""

    def __init__(self, scenario: Scenario, draws: Draws) -> None:
        if scenario.about.price_year is None:
            raise MissingDataError(
                f"{scenario.name}: scenario.toml has no price_year, the year whose US dollars "
                "money is told in. Write price_year = 2024, or another year."
            )
        self.name = scenario.name
        self.year = scenario.about.price_year
        self.places = scenario.row_numbers["deflators"]
        self.levels = draws.numbers(scenario, "deflators", "deflator_value")
        self.usd = draws.numbers(scenario, "deflators", "usd_value")

    def factor(self, currency: str, year: int, asked_by: str) -> FloatArray:
        """Return what one unit of a currency in a year is in constant dollars, shape (draw,).

        Raises
        ------
        MissingDataError
            If `deflators.csv` lacks a row; `asked_by` says what needs it.
        """
        own, then = (self.place(currency, each, asked_by) for each in (year, self.year))
        return constant_usd(
            np.ones(1), self.levels[:, own], self.levels[:, then], self.usd[:, then]
        )

    def place(self, currency: str, year: int, asked_by: str) -> int:
        """Return the row of a currency in a year."""
        key = f"{currency}:{year}"
        if key not in self.places:
            raise MissingDataError(
                f"{self.name}: deflators.csv has no row {key}, which {asked_by} needs. Add it."
            )
        return self.places[key]


def economies_of(
    scenario: Scenario, budgets: Columns, prices: Prices, first_year: int, ramp_ratio: FloatArray
) -> Economies:
    """Return the nations in the year before the first.

    GDP is carried there from its own year by its growth. The share of GDP is that of the last year
    published, whichever it is.
    """
    growth = budgets.numbers("growth_share")
    if (growth <= -1).any():
        nation = int(np.flatnonzero((growth <= -1).any(axis=0))[0])
        says = f"the economy of {budgets.keys[nation]} would vanish ({growth[:, nation].min():g})"
        path = f"{scenario.name}/budgets.csv"
        raise ScenarioError([Problem(path, None, "growth_share", says, "write more than -1")])
    data_years = budgets.values("data_year")
    factors = [
        prices.factor(DOLLARS, year, f"budgets/{code}/gdp_usd_bn")
        for code, year in zip(budgets.keys, data_years, strict=True)
    ]
    since = first_year - 1 - np.array(data_years)
    in_prices = budgets.numbers("gdp_usd_bn") * np.stack(np.broadcast_arrays(*factors), axis=1)
    return Economies(
        gdp_usd_bn=in_prices * (1 + growth) ** since,
        growth_share=growth,
        today_share=budgets.numbers("defence_share"),
        ramp_share=budgets.numbers("ramp_share") * ramp_ratio[:, None],
    )


def share_name(share: float) -> str:
    """Return a share of GDP as it stands in names.

    >>> share_name(0.02), share_name(0.035)
    ('2', '3_5')
    """
    return f"{100 * share:g}".replace(".", "_")


def targets_of(
    engine: "Spending",
    scenario: Scenario,
    draws: Draws,
    codes: tuple[str, ...],
    today_share: FloatArray,
    target_year: int,
) -> Targets:
    """Return what is asked of everybody, and what each has set itself."""
    asked = [(share_name(share), share) for share in engine.STATED_SHARES]
    if engine.further_share > 0 and engine.further_share not in engine.STATED_SHARES:
        asked.append((FURTHER, engine.further_share))
    further = draws.setting(engine.name, "further_share", engine.further_share)
    nations = len(codes)
    columns = [
        np.repeat((further if name == FURTHER else np.array([share]))[:, None], nations, axis=1)
        for name, share in asked
    ]
    own, due_year, has_own = own_targets(scenario, draws, codes, target_year)
    columns.append(np.where(has_own, own, today_share))
    names = (*(name for name, _ in asked), OWN)
    due = np.full((nations, len(names)), target_year, dtype=np.int64)
    due[:, -1] = due_year
    has = np.ones((nations, len(names)), dtype=np.bool_)
    has[:, -1] = has_own
    return Targets(
        names=names,
        titles=(*(f"{100 * share:g} %" for _, share in asked), OWN),
        target_share=np.stack(np.broadcast_arrays(*columns), axis=2),
        has_target=has,
        due_year=due,
    )


def own_targets(
    scenario: Scenario, draws: Draws, codes: tuple[str, ...], target_year: int
) -> tuple[FloatArray, IntArray, BoolArray]:
    """Return each nation's own target, the year it is due, and who has one.

    Of several the law counts before what was announced, and that before an ambition; then the one
    that is due last, then the highest. A target without a year is due in the year that is looked
    at. One that became known later is none.

    Returns
    -------
    target : shape (draw, nation)
        NaN for none.
    due_year : shape (nation,)
    has_target : shape (nation,)
    """
    shares = draws.numbers(scenario, "targets", "target_share")
    target = np.full((shares.shape[0], len(codes)), np.nan)
    due = np.full(len(codes), target_year, dtype=np.int64)
    has = np.zeros(len(codes), dtype=np.bool_)
    for nation, code in enumerate(codes):
        rows = [row for row in scenario.targets if row.delegation == code and not row.later]
        if rows:
            row = min(rows, key=lambda row: binding_order(row, target_year))
            target[:, nation] = shares[:, scenario.row_numbers["targets"][row.key]]
            due[nation] = target_year if row.target_year is None else row.target_year
            has[nation] = True
    return target, due, has


def binding_order(row: Target, target_year: int) -> tuple[int, int, float, str]:
    """Return what targets of one nation are ordered by; the first counts."""
    due = target_year if row.target_year is None else row.target_year
    return STATUS_ORDER.index(row.status), -due, -row.target_share, row.target


def force_of(
    scenario: Scenario,
    draws: Draws,
    codes: tuple[str, ...],
    prices: Prices,
    common_share: FloatArray,
    years: IntArray,
) -> Force:
    """Return who sends whom, what a person costs, and who pays."""
    senders = scenario.of_role(*SENDING)
    persons = np.stack(
        np.broadcast_arrays(*(draws.sent(senders, domain) for domain in DOMAINS)), axis=2
    )
    fair = np.stack(np.broadcast_arrays(*(draws.fair(codes, domain) for domain in DOMAINS)), axis=2)
    contributors = scenario.of_role("contributor")
    by_code = {row.delegation: row for row in scenario.delegations}
    pays_for = np.zeros((len(senders), len(codes)), dtype=np.bool_)
    for i, code in enumerate(senders):
        owners = [m for m in by_code[code].members if m in contributors and m in codes]
        for payer in (owners or contributors) if by_code[code].role == "pool" else (code,):
            if payer in codes:
                pays_for[i, codes.index(payer)] = True
    sends = (persons > 0).any(axis=(0, 2))
    for i in np.flatnonzero(sends & ~pays_for.any(axis=1)).tolist():
        raise MissingDataError(
            f"{scenario.name}: budgets.csv has no row of {senders[i]}, which sends soldiers and "
            "pays for them. Add it."
        )
    in_domain: BoolArray = np.logical_or.reduce(persons > 0, axis=(0, 1))
    in_domain = in_domain | np.logical_or.reduce(fair > 0, axis=(0, 1))
    duration = draws.number_of_option(scenario, "duration_months")
    day = draws.of_option(scenario, "decision_date")
    return Force(
        senders=senders,
        persons=persons,
        fair_persons=fair,
        person_year_usd=person_costs(scenario, draws, prices, "deployed", in_domain),
        set_up_usd=person_costs(scenario, draws, prices, "set_up", np.zeros_like(in_domain)),
        pays_for=pays_for,
        is_common=np.array([by_code[code].role != "guarantor" for code in senders]),
        common_share=common_share,
        duration_months=duration,
        months=months_by_year(month_of(day), duration, years),
        first_year=day.year,
    )


def person_costs(
    scenario: Scenario, draws: Draws, prices: Prices, kind: str, needed: BoolArray
) -> FloatArray:
    """Return what one person costs by domain, shape (draw, domain); 0 where no row says.

    Raises
    ------
    MissingDataError
        If a cost that is needed is missing.
    """
    values = draws.numbers(scenario, "costs", "cost_value")
    columns = []
    for place, domain in enumerate(DOMAINS):
        rows = [row for row in scenario.costs if (row.kind, row.domain) == (kind, domain)]
        if not rows and needed[place]:
            raise MissingDataError(
                f"{scenario.name}: costs.csv has no row of the kind {kind} for {domain}, and "
                "soldiers of that domain are sent or asked for. Add it."
            )
        column = np.zeros(1)
        for row in rows:
            factor = prices.factor(row.currency, row.price_year, f"costs/{row.cost}")
            column = column + values[:, scenario.row_numbers["costs"][row.key]] * factor
        columns.append(column)
    return np.stack(np.broadcast_arrays(*columns), axis=1)


def programmes_of(
    scenario: Scenario, draws: Draws, codes: tuple[str, ...], prices: Prices, years: IntArray
) -> Programmes:
    """Return the programmes, and who carries which part.

    A programme without a first year begins with the run; without a number of years it is paid by
    the run's last.
    """
    rows = [row for row in scenario.costs if row.kind == "programme"]
    names = tuple(row.cost for row in rows)
    values = draws.numbers(scenario, "costs", "cost_value")
    starts = [int(years[0]) if row.start_year is None else row.start_year for row in rows]
    counts = [
        max(int(years[-1]) - start + 1, 1) if row.over_years_count is None else row.over_years_count
        for row, start in zip(rows, starts, strict=True)
    ]
    totals = [
        values[:, scenario.row_numbers["costs"][row.key]]
        * prices.factor(row.currency, row.price_year, f"costs/{row.cost}")
        for row in rows
    ]
    start_year = np.array(starts, dtype=np.int64)
    over_count = np.array(counts, dtype=np.int64)
    paid = draws.numbers(scenario, "payers", "paid_share")
    of = [i for i, payer in enumerate(scenario.payers) if payer.cost in names]
    parts = [payer_parts(scenario, draws, codes, i) for i in of]
    return Programmes(
        names=names,
        total_usd_bn=np.stack(np.broadcast_arrays(*totals), axis=1) if totals else np.zeros((1, 0)),
        over_count=over_count,
        is_paid=years_paid(start_year, over_count, years),
        shares=programme_shares(
            paid[:, of],
            np.array([names.index(scenario.payers[i].cost) for i in of], dtype=np.int64),
            np.stack(parts) if parts else np.zeros((0, len(codes))),
            len(names),
        ),
    )


def payer_parts(scenario: Scenario, draws: Draws, codes: tuple[str, ...], place: int) -> FloatArray:
    """Return how a payer's part falls to the nations, shape (nation,).

    What falls to a state that is none of them is left out: it counts as carried by others.

    Raises
    ------
    MissingDataError
        If a body's member has no size to share by.
    SettingsError
        If sizes are drawn.
    """
    payer = scenario.payers[place]
    about: Any = scenario.row("delegations", payer.delegation)
    parts = np.zeros(len(codes))
    if about.role != "body":
        if payer.delegation in codes:
            parts[codes.index(payer.delegation)] = 1.0
        return parts
    key = draws.values(scenario, "payers", "share_key")[place]
    sizes = draws.numbers(scenario, "share_keys", "size_weight")
    if sizes.shape[0] > 1:
        raise SettingsError(
            f"share_keys/{key}:*/size_weight is uncertain, and programmes are shared by one value "
            "of it. Take it out of uncertainties.csv, or set it."
        )
    places = scenario.row_numbers["share_keys"]
    missing = [member for member in about.members if f"{key}:{member}" not in places]
    if missing:
        raise MissingDataError(
            f"{scenario.name}: share_keys.csv has no row {key}:{missing[0]}, and the members of "
            f"{payer.delegation} share {payer.cost} by {key}. Add it."
        )
    weights = np.array([sizes[0, places[f"{key}:{member}"]] for member in about.members])
    for member, part in zip(about.members, key_parts(weights), strict=True):
        if member in codes:
            parts[codes.index(member)] = part
    return parts


def finances_of(
    scenario: Scenario, draws: Draws, codes: tuple[str, ...], budgets: Columns
) -> PublicFinances:
    """Return public finances of the last year known; NaN for what is not."""
    last: dict[str, tuple[int, int]] = {}
    for place, row in enumerate(scenario.finances):
        last[row.delegation] = max(last.get(row.delegation, (0, 0)), (row.data_year, place))

    def column(name: str) -> FloatArray:
        values = draws.numbers(scenario, "finances", name)
        folded = np.full((values.shape[0], len(codes)), np.nan)
        for nation, code in enumerate(codes):
            if code in last:
                folded[:, nation] = values[:, last[code][1]]
        return folded

    return PublicFinances(
        debt_share=column("debt_share"),
        balance_share=column("balance_share"),
        outlays_share=column("outlays_share"),
        debt_limit_share=budgets.numbers("debt_limit_share"),
        deficit_limit_share=budgets.numbers("deficit_limit_share"),
    )
