"""Why a force plan has a gap, and what else could be done: tables and sentences of the reasons.

Everything here is a re-solve with something changed. What is worked out with fractions of units,
and what by planning again in whole ones, is said each time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import polars as pl

from foedus.briefing.planned import points, shortened
from foedus.briefing.sentences import count_of, in_a_sentence, listed, percent
from foedus.chain import plan_inputs
from foedus.engines import PlannedForce
from foedus.engines.arrays import FloatArray
from foedus.engines.forces.plan.alternatives import Alternatives, alternatives
from foedus.engines.forces.plan.explain import (
    Bought,
    Ledger,
    OneMore,
    Relaxed,
    gap_ledger,
    one_more,
)
from foedus.engines.forces.plan.frontier import Frontier, fairness_frontier
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.providers import Providers, providers
from foedus.engines.forces.plan.result import PlanResult
from foedus.errors import SettingsError
from foedus.runs import Request
from foedus.scenario.cells import Cell
from foedus.scenario.scenario import Scenario

HOME_FLOORS: Final = "home floors"
WHO_DOES_NOT_JOIN: Final = "those who do not join"
ONE_MANDATE: Final = "mandate of "
MOST_RULES: Final = 2
"""Rules that are named for a line."""
NEGLIGIBLE_POINTS: Final = 0.005
Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Reasons:
    """What may be asked of a plan; each is found when it is first asked for."""

    scenario: Scenario
    request: Request
    result: PlanResult
    coalition: Mapping[Cell, FloatArray] | None
    """Who joins; None for everybody."""
    engine: PlannedForce = field(default_factory=PlannedForce)
    """The planner, with the settings of its own that the plan was made with."""
    report: Told | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> PlanProblem:
        """What was asked for."""
        return self.result.problem

    @cached_property
    def ledger(self) -> Ledger:
        """What is short, and what relaxing each rule alone would fill."""
        return gap_ledger(
            self.problem, self.result.planned, more=self.relaxed(), report=self.report
        )

    def relaxed(self) -> dict[str, PlanProblem]:
        """Return the problem with rules relaxed that are in the counts of its units already."""
        no_floors = replace(self.engine, home_floor_ratio=0.0)
        more = {HOME_FLOORS: no_floors, WHO_DOES_NOT_JOIN: self.engine}
        joins = {HOME_FLOORS: self.coalition, WHO_DOES_NOT_JOIN: None}
        found = {}
        for name, changed in more.items():
            if name == WHO_DOES_NOT_JOIN and self.coalition is None:
                continue
            found[name] = plan_inputs(self.scenario, self.request, joins[name], changed).problem
        return found

    @cached_property
    def providers(self) -> Providers:
        """What is filled less without the enablers of each who sends any."""
        enablers = [row.capability for row in self.result.inputs.capabilities if row.is_enabler]
        return providers(
            self.problem,
            self.result.planned,
            capabilities=enablers,
            line_capability=self.result.line_capability,
            report=self.report,
        )

    @cached_property
    def one_more(self) -> tuple[OneMore, ...]:
        """What one more unit of the most promising classes is worth."""
        return one_more(self.problem, self.result.planned, report=self.report)

    @cached_property
    def frontier(self) -> Frontier:
        """Plans between the fullest and the fairest."""
        if not self.problem.target_person_months:
            raise SettingsError("a frontier needs fair shares, and this plan has none.")
        return fairness_frontier(self.problem, self.result.planned, report=self.report)

    @cached_property
    def alternatives(self) -> Alternatives:
        """Plans nearly as good that send other units."""
        return alternatives(self.problem, self.result.planned, report=self.report)

    def words(self, rule: str) -> str:
        """Return the name of a rule with printed names in the place of codes."""
        return re.sub(
            r"[A-Za-z][A-Za-z_0-9]+",
            lambda found: self.named(found.group(0)),
            rule,
        )

    def named(self, word: str) -> str:
        """Return the printed name of a code as it stands within a sentence."""
        title = self.titles.get(word)
        if title is None:
            return word
        return in_a_sentence(title) if word.islower() else title


def rules_table(reasons: Reasons) -> pl.DataFrame:
    """Return what relaxing each rule alone buys, most first, and for which lines."""
    rows = [
        {
            "relaxed_rule": reasons.words(relaxed.rule),
            "gain_points": relaxed.gain_points,
            "lines_helped": shortened(helped_lines(reasons, relaxed)),
        }
        for relaxed in (*reasons.ledger.rules, *reasons.ledger.pairs)
    ]
    return table(rows, relaxed_rule=pl.String, gain_points=pl.Float64, lines_helped=pl.String)


def helped_lines(reasons: Reasons, relaxed: Relaxed) -> list[str]:
    """Name the lines for which relaxing a rule buys anything, most first."""
    gains = zip(relaxed.by_line_points, reasons.problem.lines, strict=True)
    helped = [(gain, line.name) for gain, line in gains if gain > NEGLIGIBLE_POINTS]
    return [name for _, name in sorted(helped, key=lambda one: (-one[0], one[1]))]


def lines_table(reasons: Reasons) -> pl.DataFrame:
    """Return each line that is short, and which rule relaxed alone would fill most of it."""
    lines = {row["line"]: row for row in reasons.result.tables()["plan_lines"].to_dicts()}
    rows: list[dict[str, Any]] = []
    for gap in sorted(reasons.ledger.lines, key=lambda gap: -gap.unfilled_points):
        if gap.unfilled_unit_months > 0:
            line = lines[gap.name]
            rows.append(
                {
                    "line": gap.name,
                    "capability": line["capability"],
                    "fill_priority": line["fill_priority"],
                    "needed_count": line["needed_count"],
                    "fill_share": line["fill_share"],
                    "short_points": gap.unfilled_points,
                    "short_unit_months": gap.unfilled_unit_months,
                    "would_fill": bought_words(reasons, gap.bought or gap.bought_by_pairs),
                }
            )
    return table(
        rows,
        line=pl.String,
        capability=pl.String,
        fill_priority=pl.Int64,
        needed_count=pl.Float64,
        fill_share=pl.Float64,
        short_points=pl.Float64,
        short_unit_months=pl.Float64,
        would_fill=pl.String,
    )


def bought_words(reasons: Reasons, bought: Sequence[Bought]) -> str:
    """Name the rules that buy most for a line, with how many unit-months."""
    most = sorted(bought, key=lambda one: -one.unit_months)[:MOST_RULES]
    return "; ".join(f"{reasons.words(one.rule)} ({one.unit_months:.3g})" for one in most)


def ledger_sentences(reasons: Reasons) -> tuple[str, ...]:
    """Say what buys most, and what buys nothing."""
    ledger = reasons.ledger
    said = []
    if ledger.rules:
        best = [
            f"{reasons.words(one.rule)} {points(one.gain_points)}"
            for one in sorted(ledger.rules, key=lambda one: -one.gain_points)[:3]
        ]
        said.append(
            "Relaxed alone, most points of the requirement would be bought by: "
            f"{'; '.join(best)}. Effects do not add up."
        )
    elif ledger.unfilled_points > NEGLIGIBLE_POINTS:
        said.append("No rule relaxed alone fills anything: what is short is not held.")
    # That no mandate of all would buy anything is said by the rule that takes all of them away.
    idle = [rule for rule in ledger.buys_nothing if not rule.startswith(ONE_MANDATE)]
    if idle:
        said.append(
            f"Relaxed alone these buy nothing: {'; '.join(reasons.words(rule) for rule in idle)}."
        )
    said.append(
        f"Worked out with fractions of units ({count_of(ledger.solves, 're-solve')}): they leave "
        f"{points(ledger.unfilled_in_fractions_points)} points short where the plan leaves "
        f"{points(ledger.unfilled_points)}."
    )
    if ledger.interrupted:
        said.append("The ledger was broken off by hand; rules that are not named were not tried.")
    return tuple(said)


def providers_table(reasons: Reasons) -> pl.DataFrame:
    """Return what is filled less without each provider's enablers, by capability."""
    rows = [
        {
            "delegation": one.name,
            "capability": loss.capability,
            "filled_unit_months": loss.filled_unit_months,
            "lost_unit_months": loss.lost_unit_months,
            "lost_points": loss.lost_points,
        }
        for one in reasons.providers.providers
        for loss in one.losses
        if loss.lost_points > NEGLIGIBLE_POINTS
    ]
    return table(
        sorted(rows, key=lambda row: (-float(row["lost_points"]), str(row["delegation"]))),
        delegation=pl.String,
        capability=pl.String,
        filled_unit_months=pl.Float64,
        lost_unit_months=pl.Float64,
        lost_points=pl.Float64,
    )


def providers_sentence(reasons: Reasons) -> str:
    """Name those whose enablers can go without a loss."""
    spared = [
        reasons.named(one.name)
        for one in reasons.providers.providers
        if all(loss.lost_points <= NEGLIGIBLE_POINTS for loss in one.losses)
    ]
    said = "With fractions of units, each provider's enablers taken away alone."
    return said + (f" Nothing is lost without those of {listed(spared)}." if spared else "")


def one_more_table(reasons: Reasons) -> pl.DataFrame:
    """Return what one more unit is worth, for certain and at most."""
    rows = [
        {
            "delegation": one.nation,
            "capability": one.capability,
            "certain_points": reasons.problem.points(one.gain_least),
            "at_most_points": reasons.problem.points(one.gain_most),
            "says": "below the resolution of the plan's gap" if one.below_resolution else "",
        }
        for one in reasons.one_more
    ]
    return table(
        rows,
        delegation=pl.String,
        capability=pl.String,
        certain_points=pl.Float64,
        at_most_points=pl.Float64,
        says=pl.String,
    )


def frontier_table(reasons: Reasons) -> pl.DataFrame:
    """Return plans between the fullest and the fairest."""
    rows = [
        {
            "filled_points": 100.0 - one.shortfall_points,
            "most_filled_points": 100.0 - one.shortfall_bound_points,
            "excess_person_months": one.excess_person_months,
            "least_excess_person_months": one.excess_bound_person_months,
            "most_burdened_ratio": one.largest_ratio,
            "delegation": one.largest_ratio_nation,
            "burden_gini_ratio": one.gini,
            "price_share": one.price_share,
        }
        for one in reasons.frontier.points
    ]
    return table(
        rows,
        filled_points=pl.Float64,
        most_filled_points=pl.Float64,
        excess_person_months=pl.Float64,
        least_excess_person_months=pl.Float64,
        most_burdened_ratio=pl.Float64,
        delegation=pl.String,
        burden_gini_ratio=pl.Float64,
        price_share=pl.Float64,
    )


def alternatives_table(reasons: Reasons) -> pl.DataFrame:
    """Return the range of each nation's person-months over plans nearly as good."""
    rows = [
        {
            "delegation": one.name,
            "least_person_months": float(one.least_person_months),
            "most_person_months": float(one.most_person_months),
        }
        for one in reasons.alternatives.nations
        if one.most_person_months > 0
    ]
    return table(
        sorted(rows, key=lambda row: -float(row["most_person_months"])),
        delegation=pl.String,
        least_person_months=pl.Float64,
        most_person_months=pl.Float64,
    )


def alternatives_sentences(reasons: Reasons) -> tuple[str, ...]:
    """Say how many plans were found, how they differ, who is in all of them and who in some."""
    found = reasons.alternatives
    most = max((one.different_share for one in found.plans[1:]), default=0.0)
    always = [reasons.named(one.name) for one in found.nations if one.least_person_months > 0]
    some = [
        reasons.named(one.name)
        for one in found.nations
        if one.least_person_months == 0 < one.most_person_months
    ]
    others = count_of(len(found.plans) - 1, "other plan")
    within = points(found.within_points)
    differs = f"the most different of which sends {percent(most)} of its unit-months otherwise"
    said = [f"Found: {others} within {within} points, {differs}."]
    if always:
        said.append(f"In every plan that was looked at: {shortened(always)}.")
    if some:
        said.append(f"Sends nothing in one of them: {shortened(some)}.")
    return tuple(said)


def table(rows: Sequence[Mapping[str, Any]], **columns: Any) -> pl.DataFrame:
    """Return rows as a table, also where there are none."""
    return pl.DataFrame(list(rows), schema=columns)
