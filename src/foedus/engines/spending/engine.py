"""Spending: what targets cost by when, who has room, and what a force and a peace add.

Everything is in closed form, without chance of its own, so that it can be drawn a million times.
All money is in constant US dollars of the scenario's price year.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Final

import numpy as np
import polars as pl
from annotated_types import Ge, Le
from numpy.typing import NDArray

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.protocol import Outcome, drawn
from foedus.engines.spending.coordination import joint_saving
from foedus.engines.spending.debt import budget_share, debt_effect, deficit_after, is_over
from foedus.engines.spending.force_cost import MONTHS_PER_YEAR, payments, sender_cost
from foedus.engines.spending.inputs import SpendingInputs, read_inputs, share_name
from foedus.engines.spending.paths import gdp_path, is_reached, rise_ratio, share_path, sum_paths
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

Fraction = Annotated[float, Ge(0), Le(1)]

TODAY: Final = "today"
"""As a target in tables: today's share of GDP is kept."""
STATED: Final = (0.02, 0.025, 0.03, 0.035, 0.05)
FOLLOWED: Final = (*(share_name(share) for share in STATED), "own")


@dataclass(frozen=True)
class SpendingResult:
    """What spending comes to, draw by draw. Money is in constant dollars of the price year."""

    codes: tuple[str, ...]
    """Contributors and the guarantor that have a budget, sorted."""
    contributes: BoolArray
    """Shape (nation,): False for the guarantor, which no total counts."""
    years: IntArray
    """Shape (year,)."""
    target_year: int
    """The year that is looked at."""
    targets: tuple[str, ...]
    """Names, as in outcomes: `3_5`, `own`."""
    target_titles: tuple[str, ...]
    """As printed: `3.5 %`, `own`."""
    has_target: BoolArray
    """Shape (nation, target): False where a nation has set itself none."""
    due_year: IntArray
    """Shape (nation, target)."""
    programmes: tuple[str, ...]
    programme_count: IntArray
    """Shape (programme,): years over which each is paid, in equal parts."""
    programme_is_paid: BoolArray
    """Shape (programme, year)."""
    set_up_year: int
    """Calendar year in which the force is put in place."""
    gdp_usd_bn: FloatArray = drawn()
    """Shape (draw, nation): GDP in the year before the first."""
    growth_share: FloatArray = drawn()
    """Shape (draw, nation)."""
    today_share: FloatArray = drawn()
    """Shape (draw, nation): defence spending over GDP in the year before the first."""
    rise_ratio: FloatArray = drawn()
    """Shape (draw, nation): how fast that share can rise in a year."""
    target_share: FloatArray = drawn()
    """Shape (draw, nation, target)."""
    extra_usd_bn: FloatArray = drawn()
    """Shape (draw, nation, target): spending beyond today's share, in the year looked at."""
    total_usd_bn: FloatArray = drawn()
    """Shape (draw, nation, target): the same summed over the years."""
    earliest_year: FloatArray = drawn()
    """Shape (draw, nation, target): first year in which growth at the ramp's limit reaches the
    target; the first of all where it is met today, infinity for none of the years."""
    target_debt_share: FloatArray = drawn()
    """Shape (draw, nation, target): what the path adds to debt over GDP by the last year, if it is
    borrowed."""
    force_debt_share: FloatArray = drawn()
    """Shape (draw, nation): what the force adds."""
    programme_debt_share: FloatArray = drawn()
    """Shape (draw, nation): what the programmes add."""
    mission_months: FloatArray = drawn()
    """Shape (draw, year): months of the mission in each year."""
    duration_months: FloatArray = drawn()
    """Shape (draw,)."""
    force_yearly_usd_bn: FloatArray = drawn()
    """Shape (draw, nation): what a nation pays for twelve months of the force."""
    force_set_up_usd_bn: FloatArray = drawn()
    """Shape (draw, nation): what it pays once."""
    full_yearly_usd_bn: FloatArray = drawn()
    """Shape (draw, nation): what twelve months of its fair share of the whole requirement cost."""
    full_set_up_usd_bn: FloatArray = drawn()
    """Shape (draw, nation): what putting it in place costs."""
    programme_yearly_usd_bn: FloatArray = drawn()
    """Shape (draw, nation, programme): what it pays in a year in which the programme is paid."""
    programme_total_usd_bn: FloatArray = drawn()
    """Shape (draw, programme): all of it, over all its years."""
    programme_other_usd_bn: FloatArray = drawn()
    """Shape (draw, programme): what states beside the nations carry."""
    programme_open_usd_bn: FloatArray = drawn()
    """Shape (draw, programme): what nobody is named for."""
    debt_share: FloatArray = drawn()
    """Shape (draw, nation): debt over GDP in the last year known; NaN where none is."""
    balance_share: FloatArray = drawn()
    outlays_share: FloatArray = drawn()
    debt_limit_share: FloatArray = drawn()
    """Shape (draw, nation): NaN where no rule binds."""
    deficit_limit_share: FloatArray = drawn()
    saved_ratio: FloatArray = drawn()
    """Shape (draw,): what joint procurement saves of a dollar of defence spending."""

    @property
    def seen(self) -> int:
        """Place of the year that is looked at."""
        return self.target_year - int(self.years[0])

    @cached_property
    def gdp_by_year(self) -> FloatArray:
        """Shape (draw, nation, year): GDP."""
        return gdp_path(self.gdp_usd_bn, self.growth_share, len(self.years))

    def share_by_year(self, target: int) -> FloatArray:
        """Return spending over GDP on the path to one target, shape (draw, nation, year)."""
        return share_path(
            self.today_share,
            self.target_share[:, :, target],
            np.maximum(self.due_year[:, target] - (int(self.years[0]) - 1), 1),
            self.rise_ratio,
            len(self.years),
        )

    @property
    def spending_by_year(self) -> FloatArray:
        """Shape (draw, nation, target, year): spending on the path to every target."""
        paths = [self.share_by_year(t) * self.gdp_by_year for t in range(len(self.targets))]
        return np.stack(paths, axis=2)

    @property
    def extra_by_year(self) -> FloatArray:
        """Shape (draw, nation, target, year): the same less today's share of GDP."""
        kept = self.today_share[:, :, None] * self.gdp_by_year
        return self.spending_by_year - kept[:, :, None, :]

    @property
    def gap_usd_bn(self) -> FloatArray:
        """Shape (draw, nation, target): what is missing to each target if it had to be met at once.

        In GDP of the year before the first; 0 where the target is met.
        """
        missing = np.maximum(self.target_share - self.today_share[:, :, None], 0.0)
        return missing * self.gdp_usd_bn[:, :, None]

    @property
    def needed_usd_bn(self) -> FloatArray:
        """Shape (draw, nation, target): what a target costs beyond today's share in the year seen.

        Whether spending can rise as fast or not; 0 where the target is met.
        """
        missing = np.maximum(self.target_share - self.today_share[:, :, None], 0.0)
        return missing * self.gdp_by_year[:, :, self.seen, None]

    @property
    def is_met(self) -> BoolArray:
        """Shape (draw, nation, target): whether today's share suffices."""
        met: BoolArray = self.target_share <= self.today_share[:, :, None]
        return met

    @cached_property
    def in_time(self) -> BoolArray:
        """Shape (draw, nation, target): whether a target can be reached in the year it is due.

        This looks beyond the last year where the target is due later.
        """
        due = np.maximum(self.due_year - (int(self.years[0]) - 1), 1)
        return is_reached(self.today_share, self.target_share, self.rise_ratio, due)

    @property
    def force_by_year(self) -> FloatArray:
        """Shape (draw, nation, year): what the force costs each who pays; set-up in its year."""
        cost = (self.force_yearly_usd_bn / MONTHS_PER_YEAR)[:, :, None] * self.mission_months[
            :, None, :
        ]
        cost[:, :, self.years == self.set_up_year] += self.force_set_up_usd_bn[:, :, None]
        return cost

    @property
    def force_usd_bn(self) -> FloatArray:
        """Shape (draw, nation): the same over the whole mission, also beyond the last year."""
        running: FloatArray = self.force_yearly_usd_bn * (
            self.duration_months[:, None] / MONTHS_PER_YEAR
        )
        return running + self.force_set_up_usd_bn

    @property
    def full_usd_bn(self) -> FloatArray:
        """Shape (draw, nation): its fair share of a force that is sent in full, to the end."""
        running: FloatArray = self.full_yearly_usd_bn * (
            self.duration_months[:, None] / MONTHS_PER_YEAR
        )
        return running + self.full_set_up_usd_bn

    @property
    def force_beyond_usd_bn(self) -> FloatArray:
        """Shape (draw, nation): the part of it that falls into none of the years."""
        outside = self.duration_months - self.mission_months.sum(axis=1)
        running: FloatArray = self.force_yearly_usd_bn * (outside[:, None] / MONTHS_PER_YEAR)
        if self.set_up_year in self.years:
            return running
        return running + self.force_set_up_usd_bn

    @property
    def programme_by_year(self) -> FloatArray:
        """Shape (draw, nation, programme, year): what each pays of each programme."""
        paid = self.programme_is_paid[None, None].astype(np.float64)
        return self.programme_yearly_usd_bn[..., None] * paid

    @property
    def programme_usd_bn(self) -> FloatArray:
        """Shape (draw, nation, programme): the same over all its years, also after the last one."""
        total: FloatArray = self.programme_yearly_usd_bn * self.programme_count
        return total

    @property
    def debt_all_share(self) -> FloatArray:
        """Shape (draw, nation, target): what target, force and programmes add to debt together."""
        beside = self.force_debt_share + self.programme_debt_share
        return self.target_debt_share + beside[:, :, None]

    @cached_property
    def extra_share(self) -> FloatArray:
        """Shape (draw, nation, target): extra spending over GDP in the year looked at."""
        share: FloatArray = self.extra_usd_bn / self.gdp_by_year[:, :, self.seen, None]
        return share

    @cached_property
    def extra_all_share(self) -> FloatArray:
        """Shape (draw, nation, target): the same with what force and programmes cost that year."""
        beside = self.force_by_year[:, :, self.seen] + self.programme_by_year[..., self.seen].sum(
            axis=2
        )
        share: FloatArray = beside / self.gdp_by_year[:, :, self.seen]
        return self.extra_share + share[:, :, None]

    def spending_usd_bn(self, target: int | None) -> FloatArray:
        """Return what all contributors spend in the year looked at, shape (draw,).

        At today's shares if no target is named.
        """
        kept = self.today_share * self.gdp_by_year[:, :, self.seen]
        spent = kept if target is None else kept + self.extra_usd_bn[:, :, target]
        total: FloatArray = spent[:, self.contributes].sum(axis=1)
        return total

    def saving_usd_bn(self, target: int | None = None) -> FloatArray:
        """Return what joint procurement saves contributors in that year, shape (draw,)."""
        return self.spending_usd_bn(target) * self.saved_ratio

    def outcomes(self) -> dict[str, FloatArray]:
        """Return sums over contributors: by target, of the force, of programmes, of coordination.

        A nation that has set itself no target counts in none of the numbers of `own`.
        """
        who = self.contributes
        last = self.gdp_by_year[:, who, -1]
        found: dict[str, FloatArray] = {}
        for t, name in enumerate(self.targets):
            found[f"extra_{name}_usd_bn"] = self.extra_usd_bn[:, who, t].sum(axis=1)
        for t, name in enumerate(self.targets):
            reached = self.in_time[:, :, t] & self.has_target[:, t]
            found[f"reach_{name}_count"] = reached[:, who].sum(axis=1).astype(np.float64)
        for t, name in enumerate(self.targets):
            owed = (self.target_debt_share[:, who, t] * last).sum(axis=1)
            found[f"debt_{name}_share"] = owed / last.sum(axis=1)
        return {
            **found,
            "force_usd_bn": self.force_usd_bn[:, who].sum(axis=1),
            "full_force_usd_bn": self.full_usd_bn[:, who].sum(axis=1),
            "programmes_usd_bn": self.programme_usd_bn[:, who].sum(axis=(1, 2)),
            "programmes_open_usd_bn": self.programme_open_usd_bn.sum(axis=1),
            "saving_usd_bn": self.saving_usd_bn(),
        }

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return targets, paths, force, programmes and coordination, sorted by nation."""
        return {
            "targets": self.target_table(),
            "paths": self.path_table(),
            "force": self.force_table(),
            "force_by_year": self.force_year_table(),
            "programmes": self.programme_table(),
            "programmes_open": self.open_table(),
            "coordination": self.coordination_table(),
        }

    def target_table(self) -> pl.DataFrame:
        """Return what each target asks of each nation, and what it would do to public finances."""
        limits = self.debt_limit_share[:, :, None], self.deficit_limit_share[:, :, None]
        debt_after = self.debt_share[:, :, None] + self.debt_all_share
        deficit = deficit_after(self.balance_share[:, :, None], self.extra_all_share)
        earliest = ranges(self.earliest_year, method="inverted_cdf")
        columns = {
            "target_share": middle(self.target_share),
            "today_share": middle(np.broadcast_to(self.today_share[..., None], self.is_met.shape)),
            "met_prob": self.is_met.mean(axis=0),
            "gap_usd_bn": middle(self.gap_usd_bn),
            **spread("needed_usd_bn", self.needed_usd_bn),
            **spread("extra_usd_bn", self.extra_usd_bn),
            **spread("total_usd_bn", self.total_usd_bn),
            **whole_years(earliest),
            "in_time_prob": self.in_time.mean(axis=0),
            **spread("debt_added_share", self.target_debt_share),
            "debt_added_all_share": middle(self.debt_all_share),
            "debt_after_share": middle(debt_after),
            "deficit_after_share": middle(deficit),
            "over_debt_prob": known(
                is_over(debt_after, limits[0]).mean(axis=0), debt_after - limits[0]
            ),
            "over_deficit_prob": known(
                is_over(deficit, limits[1]).mean(axis=0), deficit - limits[1]
            ),
            "budget_share": middle(budget_share(self.extra_share, self.outlays_share[..., None])),
            "budget_all_share": middle(
                budget_share(self.extra_all_share, self.outlays_share[..., None])
            ),
        }
        asked = self.has_target
        nation, target = np.nonzero(asked)
        table = pl.DataFrame(
            {
                "delegation": [self.codes[n] for n in nation],
                "target": [self.target_titles[t] for t in target],
                "due_year": self.due_year[asked],
                **{name: np.asarray(values)[asked] for name, values in columns.items()},
            },
            schema_overrides={"delegation": pl.String, "target": pl.String},
        )
        years = pl.col("^earliest_year.*$")
        # A year that never comes and a number that nobody knows are both empty cells.
        return table.with_columns(pl.col(pl.Float64).fill_nan(None)).with_columns(
            years.cast(pl.Int64)
        )

    def path_table(self) -> pl.DataFrame:
        """Return spending and what is extra by nation, target and year; first at today's share."""
        gdp = middle(self.gdp_by_year)
        kept = self.today_share[:, :, None] * self.gdp_by_year
        parts = [self.path_rows(TODAY, np.ones(len(self.codes), np.bool_), gdp, kept, kept)]
        for t, title in enumerate(self.target_titles):
            spent = self.share_by_year(t) * self.gdp_by_year
            parts.append(self.path_rows(title, self.has_target[:, t], gdp, spent, kept))
        return pl.concat(parts)

    def path_rows(
        self, title: str, has: BoolArray, gdp: FloatArray, spent: FloatArray, kept: FloatArray
    ) -> pl.DataFrame:
        """Return the rows of one target for the nations that have it."""
        count = len(self.years)
        columns = {
            "gdp_usd_bn": gdp,
            "spending_share": middle(spent / self.gdp_by_year),
            **spread("spending_usd_bn", spent),
            **spread("extra_usd_bn", spent - kept),
        }
        codes = [code for code, there in zip(self.codes, has, strict=True) if there]
        return pl.DataFrame(
            {
                "delegation": [code for code in codes for _ in range(count)],
                "target": [title] * (len(codes) * count),
                "year": np.tile(self.years, len(codes)),
                **{name: values[has].ravel() for name, values in columns.items()},
            },
            schema_overrides={"delegation": pl.String, "target": pl.String},
        )

    def force_table(self) -> pl.DataFrame:
        """Return what the force costs each nation that pays anything, over the whole mission."""
        pays = (self.force_usd_bn > 0).any(axis=0) | (self.full_usd_bn > 0).any(axis=0)
        return pl.DataFrame(
            {
                "delegation": [self.codes[n] for n in np.flatnonzero(pays)],
                "set_up_usd_bn": middle(self.force_set_up_usd_bn)[pays],
                "yearly_usd_bn": middle(self.force_yearly_usd_bn)[pays],
                **{
                    name: values[pays]
                    for name, values in spread("force_usd_bn", self.force_usd_bn).items()
                },
                "beyond_usd_bn": middle(self.force_beyond_usd_bn)[pays],
                "full_usd_bn": middle(self.full_usd_bn)[pays],
                "debt_added_share": middle(self.force_debt_share)[pays],
            },
            schema_overrides={"delegation": pl.String},
        )

    def force_year_table(self) -> pl.DataFrame:
        """Return what the force costs by nation and year, where it costs anything."""
        cost = self.force_by_year
        pays = (cost > 0).any(axis=0)
        nation, year = np.nonzero(pays)
        return pl.DataFrame(
            {
                "delegation": [self.codes[n] for n in nation],
                "year": self.years[year],
                **{name: values[pays] for name, values in spread("force_usd_bn", cost).items()},
            },
            schema_overrides={"delegation": pl.String},
        )

    def programme_table(self) -> pl.DataFrame:
        """Return what each nation that pays carries of each programme, in all and in the years."""
        pays = (self.programme_yearly_usd_bn > 0).any(axis=0)
        nation, programme = np.nonzero(pays)
        columns = {
            "yearly_usd_bn": middle(self.programme_yearly_usd_bn),
            **spread("programme_usd_bn", self.programme_usd_bn),
            "within_usd_bn": middle(self.programme_by_year.sum(axis=3)),
        }
        return pl.DataFrame(
            {
                "programme": [self.programmes[p] for p in programme],
                "delegation": [self.codes[n] for n in nation],
                **{name: values[pays] for name, values in columns.items()},
            },
            schema_overrides={"programme": pl.String, "delegation": pl.String},
        ).sort("programme", "delegation")

    def open_table(self) -> pl.DataFrame:
        """Return each programme, what nations and others carry of it, and what stays open."""
        return pl.DataFrame(
            {
                "programme": self.programmes,
                "over_years_count": self.programme_count,
                **spread("programme_usd_bn", self.programme_total_usd_bn),
                "nations_usd_bn": middle(self.programme_usd_bn.sum(axis=1)),
                "others_usd_bn": middle(self.programme_other_usd_bn),
                **spread("open_usd_bn", self.programme_open_usd_bn),
            },
            schema_overrides={"programme": pl.String},
        )

    def coordination_table(self) -> pl.DataFrame:
        """Return what contributors spend in the year looked at, and what joint purchases save."""
        cases: list[int | None] = [None, *range(len(self.targets))]
        spent = np.stack([self.spending_usd_bn(case) for case in cases], axis=1)
        return pl.DataFrame(
            {
                "target": [TODAY, *self.target_titles],
                "year": [self.target_year] * len(cases),
                "spending_usd_bn": middle(spent),
                **spread("saving_usd_bn", spent * self.saved_ratio[:, None]),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What targets cost by when, who has room, and what a force and a peace add."""

    name: ClassVar[str] = "spending"
    title: ClassVar[str] = "Spending"
    needs: ClassVar[tuple[str, ...]] = ("budgets", "deflators")
    follows: ClassVar[tuple[Outcome, ...]] = (
        *(
            Outcome(
                f"extra_{name}_usd_bn",
                "Extra spending a year for "
                + (
                    "nations' own targets"
                    if name == "own"
                    else f"{name.replace('_', '.')} % of GDP"
                ),
            )
            for name in FOLLOWED
        ),
        Outcome("reach_3_5_count", "Contributors that can reach 3.5 % of GDP in time", True),
        Outcome("reach_own_count", "Contributors that can reach their own target in time", True),
        Outcome("debt_3_5_share", "Debt added by 3.5 % of GDP if borrowed", False),
        Outcome("force_usd_bn", "Extra cost of the force over the mission"),
        Outcome("full_force_usd_bn", "The same if the whole requirement were sent"),
        Outcome("programmes_usd_bn", "Programmes carried by contributors"),
        Outcome("programmes_open_usd_bn", "Programmes that nobody is named for", False),
        Outcome("saving_usd_bn", "Saving a year by joint procurement", True),
    )
    STATED_SHARES: ClassVar[tuple[float, ...]] = STATED
    """Shares of GDP that everybody is asked about."""

    horizon_years_count: Annotated[int, Ge(1), Le(50)] = 10
    """Years of the run, from the scenario's year on."""
    target_year: Annotated[int, Ge(0)] = 0
    """Year in which targets are due, and that is looked at; one of the years of the run. 0 for the
    fifth after the scenario's own."""
    further_share: Fraction = 0.0
    """One more share of GDP to ask about; 0 for none."""
    ramp_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every nation's largest real rise of spending."""
    common_share: Fraction = 0.0
    """Part of the force's cost that all contributors pay by GDP; 0 leaves costs where they fall."""
    interest_growth_share: Annotated[float, Ge(-0.2), Le(0.2)] = 0.0
    """Real interest on new debt less real growth."""
    equipment_share: Fraction = 0.3
    """Part of defence spending that buys equipment."""
    joint_now_share: Fraction = 0.18
    """Part of equipment that is bought together with others now."""
    joint_goal_share: Fraction = 0.35
    """Part of equipment that would be bought together."""
    saving_share: Fraction = 0.15
    """How much cheaper it is to buy together."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> SpendingInputs:
        """Gather budgets, targets, costs and soldiers sent as they stand in each draw."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: SpendingInputs, _rng: np.random.Generator, /) -> SpendingResult:
        """Find what paths, force and programmes cost, without chance."""
        nations, force, plans = inputs.economies, inputs.force, inputs.programmes
        targets = inputs.targets
        count = len(inputs.years)
        found = sum_paths(
            nations,
            targets.target_share,
            np.maximum(targets.due_year - (int(inputs.years[0]) - 1), 1),
            inputs.interest_growth_share,
            inputs.target_year - int(inputs.years[0]) + 1,
            count,
        )
        yearly, set_up = (
            payments(
                sender_cost(force.persons, usd),
                force.pays_for,
                nations.gdp_usd_bn,
                force.is_common,
                inputs.contributes,
                force.common_share,
            )
            for usd in (force.person_year_usd, force.set_up_usd)
        )
        full_yearly, full_set_up = (
            sender_cost(force.fair_persons, usd)
            for usd in (force.person_year_usd, force.set_up_usd)
        )
        gdp = gdp_path(nations.gdp_usd_bn, nations.growth_share, count)
        force_cost = (yearly / MONTHS_PER_YEAR)[:, :, None] * force.months[:, None, :]
        is_set_up = (inputs.years == force.first_year).astype(np.float64)
        force_cost = force_cost + set_up[:, :, None] * is_set_up
        each_year = plans.total_usd_bn / plans.over_count
        programmes = plans.shares.nations * each_year[:, None, :]
        programme_cost = programmes @ plans.is_paid.astype(np.float64)
        force_debt, programme_debt = (
            debt_effect(cost / gdp, nations.growth_share, inputs.interest_growth_share)
            for cost in (force_cost, programme_cost)
        )
        first = float(inputs.years[0])
        wide = Widener(inputs.n)
        return SpendingResult(
            codes=inputs.codes,
            contributes=inputs.contributes,
            years=inputs.years,
            target_year=inputs.target_year,
            targets=targets.names,
            target_titles=targets.titles,
            has_target=targets.has_target,
            due_year=targets.due_year,
            programmes=plans.names,
            programme_count=plans.over_count,
            programme_is_paid=plans.is_paid,
            set_up_year=force.first_year,
            gdp_usd_bn=wide(nations.gdp_usd_bn),
            growth_share=wide(nations.growth_share),
            today_share=wide(nations.today_share),
            rise_ratio=wide(rise_ratio(nations.ramp_share, nations.growth_share)),
            target_share=wide(targets.target_share),
            extra_usd_bn=wide(found.extra_usd_bn),
            total_usd_bn=wide(found.total_usd_bn),
            earliest_year=wide(np.maximum(found.earliest_count - 1, 0.0) + first),
            target_debt_share=wide(found.debt_share),
            force_debt_share=wide(force_debt),
            programme_debt_share=wide(programme_debt),
            mission_months=wide(force.months),
            duration_months=wide(force.duration_months),
            force_yearly_usd_bn=wide(yearly),
            force_set_up_usd_bn=wide(set_up),
            full_yearly_usd_bn=wide(full_yearly),
            full_set_up_usd_bn=wide(full_set_up),
            programme_yearly_usd_bn=wide(programmes),
            programme_total_usd_bn=wide(plans.total_usd_bn),
            programme_other_usd_bn=wide(plans.shares.others * plans.total_usd_bn),
            programme_open_usd_bn=wide(plans.shares.open * plans.total_usd_bn),
            debt_share=wide(inputs.finances.debt_share),
            balance_share=wide(inputs.finances.balance_share),
            outlays_share=wide(inputs.finances.outlays_share),
            debt_limit_share=wide(inputs.finances.debt_limit_share),
            deficit_limit_share=wide(inputs.finances.deficit_limit_share),
            saved_ratio=wide(
                joint_saving(
                    np.ones(1),
                    inputs.equipment_share,
                    inputs.joint_now_share,
                    inputs.joint_goal_share,
                    inputs.saving_share,
                )
            ),
        )


class Widener:
    """Repeats what does not depend on the draw, so that every array has all draws."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the array with n draws."""
        return np.broadcast_to(values, (self.n, *values.shape[1:]))


def ranges(values: FloatArray, method: str = "linear") -> FloatArray:
    """Return the 5 %, 50 % and 95 % points over draws."""
    points: FloatArray = np.quantile(values, [0.05, 0.5, 0.95], axis=0, method=method)  # type: ignore[call-overload]
    return points


def middle(values: FloatArray) -> FloatArray:
    """Return the median over draws; NaN where it is not known."""
    median: FloatArray = np.quantile(values, 0.5, axis=0)
    return median


def spread(name: str, values: FloatArray) -> dict[str, FloatArray]:
    """Return the median and the 90 % range over draws, as columns."""
    low, median, high = ranges(values)
    return {name: median, f"{name}_low": low, f"{name}_high": high}


def whole_years(points: FloatArray) -> dict[str, FloatArray]:
    """Return the 5 %, 50 % and 95 % points of a year as columns; NaN where it is never."""
    low, median, high = np.where(np.isfinite(points), points, np.nan)
    return {"earliest_year": median, "earliest_year_low": low, "earliest_year_high": high}


def known(chance: FloatArray, of: FloatArray) -> FloatArray:
    """Return a probability with NaN where what it speaks of is not known."""
    return np.where(np.isnan(of).all(axis=0), np.nan, chance)
