"""What nations can pay: size, debts and promises, and what a force and a peace cost.

Money stands in the currency and the prices of its source; `deflators.csv` turns it into constant US
dollars of the scenario's `price_year` when an engine gathers its inputs.
"""

from typing import Annotated, Literal

from pydantic import Field

from foedus.scenario.rows import Code, Name, PartialDate, Row, Share, Size

Year = Annotated[int, Field(ge=1900, le=2200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217 code of a currency."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Growth = Annotated[float, Field(ge=-0.5, le=0.5, allow_inf_nan=False)]
"""Growth a year, a fraction of 1."""
Ramp = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
"""Largest rise a year, a fraction of 1."""
Debt = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
"""Debt as a fraction of GDP."""
Balance = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
"""Balance of a budget as a fraction of GDP; a deficit is negative."""


class Budget(Row):
    """What a delegation earns and spends on defence, and how fast the latter can be raised."""

    key_fields = ("delegation",)

    delegation: Code
    gdp_usd_bn: Positive
    """Gross domestic product, in US dollars and prices of `data_year`."""
    data_year: Year
    """Year of the GDP."""
    growth_share: Growth
    """Real growth of GDP a year, from `data_year` on."""
    growth_share_low: Growth | None = None
    growth_share_high: Growth | None = None
    defence_share: Share
    """Defence spending as a share of GDP in `defence_year`, as published."""
    defence_usd_bn: Size
    """Defence spending in US dollars of `defence_year`, as published. Paths are share times GDP;
    this column is for totals and for comparison."""
    defence_year: Year
    """Year of the defence spending."""
    definition: Literal["nato", "sipri", "national"]
    """What counts as defence."""
    ramp_share: Ramp
    """Largest real rise of defence spending a year that can be kept up: at best that of the best
    single year there was, at worst the mean of many."""
    ramp_share_low: Ramp | None = None
    ramp_share_high: Ramp | None = None
    debt_limit_share: Debt | None = None
    """Debt above which a fiscal rule that binds it takes note; empty where none does."""
    deficit_limit_share: Share | None = None
    """Deficit above which a fiscal rule that binds it takes note; empty where none does."""


class Finance(Row):
    """Public finances of a year; of several years known the last one counts."""

    key_fields = ("delegation", "data_year")

    delegation: Code
    data_year: Year
    debt_share: Debt
    """Gross debt of general government as a share of GDP."""
    balance_share: Balance
    """Balance of general government as a share of GDP; a deficit is negative."""
    outlays_share: Share | None = None
    """All spending of general government as a share of GDP."""


class Target(Row):
    """A share of GDP that a government has set itself for defence."""

    key_fields = ("delegation", "target")

    delegation: Code
    target: Name
    """Name of the target within the delegation, such as `budget-2025`."""
    target_share: Share
    """Share of GDP."""
    target_year: Year | None = None
    """Year in which it is to be reached; empty where none was named."""
    status: Literal["law", "announced", "ambition"]
    """In law or a voted budget; announced by the government; spoken of."""


class Cost(Row):
    """What something costs, as its source has it."""

    key_fields = ("cost",)

    cost: Name
    title: str
    """Name as printed."""
    kind: Literal["deployed", "set_up", "programme"]
    """`deployed`: extra cost of one person in theatre for a year, beside pay that is paid anyway;
    `set_up`: cost of putting one person in place, once; `programme`: a sum over years, whoever
    joins, such as reconstruction."""
    domain: Literal["land", "air", "sea"] | None = None
    """For `deployed` and `set_up`: of whom."""
    cost_value: Size
    """Amount in `unit` of `currency`."""
    cost_value_low: Size | None = None
    cost_value_high: Size | None = None
    unit: Literal["person_year", "person", "bn"]
    """`person_year` for `deployed`, `person` for `set_up`; `bn`, a thousand million in all, for a
    `programme`."""
    currency: Currency
    price_year: Year
    """Year whose prices the amount is in."""
    start_year: Year | None = None
    """First year of a programme."""
    over_years_count: Annotated[int, Field(ge=1, le=50)] | None = None
    """Years over which a programme is paid, in equal parts."""


class Payer(Row):
    """Who carries which part of a programme. What nobody is named for stays open."""

    key_fields = ("cost", "delegation")

    cost: Name
    """A programme of `costs.csv`."""
    delegation: Code
    """A state, or a body whose members pay by `share_key`."""
    paid_share: Share
    """Part of the programme that it carries."""
    paid_share_low: Share | None = None
    paid_share_high: Share | None = None
    share_key: str = Field(default="gdp", pattern=r"^[a-z_]+$")
    """For a body: the measure of `share_keys.csv` by which its members pay."""


class Deflator(Row):
    """Price level and exchange rate of a currency in a year."""

    key_fields = ("currency", "data_year")

    currency: Currency
    data_year: Year
    deflator_value: Positive
    """Price level of GDP, in any base that all years of the currency share."""
    usd_value: Positive
    """US dollars that one unit bought, average of the year."""


class Hosting(Row):
    """Allied soldiers whom a delegation hosts on its own ground."""

    key_fields = ("delegation",)

    delegation: Code
    hosted_persons: Size
    """Soldiers hosted."""
    as_of: PartialDate
    """Day of the count."""


class Estimate(Row):
    """A figure that others published on what no row of this scenario measures."""

    key_fields = ("estimate",)
    latent_fields = frozenset({"estimate_value"})

    estimate: Name
    title: str
    """Whose figure it is, in a few words, as printed."""
    quantity: Name
    """What it is a figure of, such as `force_size`."""
    scope: str
    """Of what exactly, as its author meant it."""
    estimate_value: Size
    """The figure, or the middle of its range."""
    estimate_value_low: Size | None = None
    estimate_value_high: Size | None = None
    unit: str
    """Unit of the figure."""
    as_of: PartialDate | None = None
    """When it was given."""
