"""`foedus spend`: what targets cost by nation and year, and what an option's force adds."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import click
import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.afford import (
    HEADLINE_TARGET,
    OWN,
    force_table,
    nations_table,
    programmes_table,
    targets_table,
)
from foedus.briefing.burden import burden_table, measures_table
from foedus.briefing.findings import Findings
from foedus.briefing.questions import warnings_of
from foedus.briefing.reads import spending_evidence
from foedus.briefing.sentences import count_of
from foedus.briefing.wording import NOTHING, Column, show_cell
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, say, verb
from foedus.cli.page import FAINT, Page
from foedus.cli.progress import shown_progress
from foedus.cli.run_documents import run_document
from foedus.cli.sections import (
    printed_names,
    put_command,
    put_head,
    put_rests_on,
    put_warnings,
    readable,
)
from foedus.engines import Spending
from foedus.engines.spending.engine import SpendingResult
from foedus.errors import SettingsError
from foedus.runs import check_needs, make_request
from foedus.scenario.scenario import unknown

FloatArray = NDArray[np.float64]

MET: Final = "met"
NEVER: Final = "after"


@verb("run", "set", "strict", "tables", "json", draws=2000)
@click.option(
    "--nation",
    "nations",
    multiple=True,
    metavar="CODE",
    help="Print the rows of this nation only, such as GBR. Repeatable.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Print years for this target only: 2, 2.5, 3, 3.5, 5 or own. Repeatable.",
)
@click.option("--no-options", is_flag=True, help="Leave out what the other options cost: faster.")
def spend(
    asked: Asked, nations: tuple[str, ...], targets: tuple[str, ...], no_options: bool
) -> None:
    """Find what targets of defence spending cost, and what an option adds.

    SCENARIO is a shipped name or a folder. Printed are, by nation: what each share of GDP costs and
    in which year it can be reached, spending year by year, what the force of each option costs, and
    burdens side by side. Money is in constant US dollars; numbers are medians over draws unless a
    table says otherwise, and --json has their ranges.
    """
    scenario = asked.load()
    check_needs(scenario, Spending())
    request = make_request(scenario, **asked.run_arguments())
    if request.draws < 1:
        raise SettingsError("draws: 0 draws no future in which to join. Write 1 or more.")
    findings = Findings(scenario, request)
    with shown_progress():
        run = findings.spending
        options = None if no_options else option_costs(findings)
    result = run.result
    shown = Shown(chosen_nations(findings, nations), chosen_targets(result, targets))
    evidence = spending_evidence(findings)
    warnings = warnings_of(findings, strict=asked.strict)
    say(f"run {run.run_id}: {count_of(request.draws, 'draw')}, seed {request.seed}")
    if asked.json:
        document = run_document(scenario, run, evidence.sources, warnings)
        beside = {"burden": burden_table(findings), "burden_measures": measures_table(findings)}
        beside |= {} if options is None else {"force_by_option": options}
        print_json(document | {"tables": document["tables"] | beside})
        return
    page = Page()
    option = findings.option
    year = scenario.about.price_year
    put_head(page, scenario, [f"Option {option.option}: {option.title}."])
    put_warnings(page, warnings)
    page.gap()
    page.paragraph(
        f"Money in bn US dollars of {year}; medians over draws where nothing else is said. Totals "
        "count contributors, and not the guarantor.",
        FAINT,
    )
    put_targets(page, findings, shown)
    put_years(page, findings, shown)
    put_force(page, findings, shown.nations, options)
    put_burdens(page, findings, shown.nations)
    put_rests_on(page, evidence, f"foedus ask {asked.scenario} afford")
    more = [word for code in nations for word in ("--nation", code)]
    more += [word for name in targets for word in ("--target", name)]
    more += ["--no-options"] if no_options else []
    ids = [*run.provenance.identity.fed_by, run.run_id]
    put_command(page, asked.again("spend", request.option, *more), ids)
    page.show()


class Shown(NamedTuple):
    """Places of the nations and of the targets that are printed."""

    nations: list[int]
    """By printed name."""
    targets: list[int]


def chosen_nations(findings: Findings, asked: Sequence[str]) -> list[int]:
    """Return the places of the nations that are asked for, by printed name; all if none is.

    Raises
    ------
    SettingsError
        If one has no budget here, with the nearest names.
    """
    codes = findings.spending.result.codes
    places = chosen(codes, [code.strip().upper() for code in asked], "there is no budget of")
    return sorted(places, key=lambda n: findings.titles[codes[n]])


def chosen_targets(result: SpendingResult, asked: Sequence[str]) -> list[int]:
    """Return the places of the targets that are asked for, as they are printed; all if none is.

    Raises
    ------
    SettingsError
        If there is no such target, with those there are.
    """
    names = [title.removesuffix(" %") for title in result.target_titles]
    wanted = [plain(name.strip().removesuffix("%").strip()) for name in asked]
    return chosen(names, wanted, "there is no target")


def plain(number: str) -> str:
    """Return a number without needless zeros, and a word as it is.

    >>> plain("3.50"), plain("own")
    ('3.5', 'own')
    """
    try:
        return f"{float(number):g}"
    except ValueError:
        return number


def chosen(known: Sequence[str], asked: Sequence[str], says: str) -> list[int]:
    """Return the places of what is asked for."""
    faults = [unknown(says, name, known) for name in asked if name not in known]
    if faults:
        raise SettingsError("\n".join(faults))
    return [i for i, name in enumerate(known) if not asked or name in asked]


def option_costs(findings: Findings) -> pl.DataFrame:
    """Return what the force of each option costs each nation over its mission, mean over draws.

    As it would be sent, and its fair share of it if it were sent in full. Means, because they add
    up over nations, and the median of a nation that seldom joins is 0.
    """
    rows = []
    for runs, run in zip(findings.options, findings.spending_by_option or (), strict=True):
        result = run.result
        mean, full = result.force_usd_bn.mean(axis=0), result.full_usd_bn.mean(axis=0)
        rows += [
            {
                "option": runs.option,
                "delegation": code,
                "expected_usd_bn": float(mean[n]),
                "expected_full_usd_bn": float(full[n]),
            }
            for n, code in enumerate(result.codes)
        ]
    return pl.DataFrame(rows)


def put_targets(page: Page, findings: Findings, shown: Shown) -> None:
    """Put what each target costs all contributors and each nation, and when it can be reached."""
    result = findings.spending.result
    page.heading(f"What shares of GDP cost in {result.target_year}")
    page.label("All contributors: needed beyond today's share, within reach, and who is in time")
    page.table(readable(targets_table(result), printed_names(findings.scenario)))
    names = row_names(findings, shown.nations)
    today = [show_cell(v, "today_share") for v in percents(result, shown.nations)]
    page.label(f"Needed in {result.target_year} beyond today's share, bn USD")
    needed = np.median(result.needed_usd_bn, axis=0)
    page.table([names, Column("Today", today, True), *by_target(result, shown, needed, money)])
    page.paragraph(f"{NOTHING}: nothing, or no target of its own.", FAINT)
    page.label("First year in which it can be reached, at a pace that was kept up before")
    page.table([names, Column("Today", today, True), *by_target_years(result, shown)])
    page.paragraph(
        f"'{MET}': today's share suffices. '{NEVER} {int(result.years[-1])}': in none of the years "
        f"looked at, in the median. {NOTHING}: no target of its own.",
        FAINT,
    )
    put_finances(page, findings, shown)


def put_finances(page: Page, findings: Findings, shown: Shown) -> None:
    """Put deficit and debt of those that are printed.

    Where all nations and all targets are, on the path to one target only.
    """
    result = findings.spending.result
    targets = shown.targets
    if len(targets) == len(result.targets) and len(shown.nations) == len(result.codes):
        targets = [result.targets.index(HEADLINE_TARGET)]
    codes = [result.codes[n] for n in shown.nations]
    table = nations_table(findings, result).filter(
        pl.col("delegation").is_in(codes),
        pl.col("target").is_in([result.target_titles[t] for t in targets]),
    )
    page.label("Public finances if the path is borrowed, and the force and the programmes too")
    if table.is_empty():
        page.paragraph("Nobody who is printed has such a target.")
        return
    columns = (
        *("title", "delegation", "target", "deficit_after_share", "over_deficit_prob"),
        *("debt_added_all_share", "debt_after_share", "over_debt_prob", "budget_all_share"),
    )
    page.table(readable(table.select(columns), printed_names(findings.scenario)))
    page.paragraph(
        f"Deficit in {result.target_year}, debt by {int(result.years[-1])}; a negative deficit is "
        f"a surplus. {NOTHING}: not known, or no rule binds. Part of the budget in "
        f"{result.target_year}, if nothing is borrowed.",
        FAINT,
    )


def row_names(findings: Findings, nations: list[int]) -> Column:
    """Return the names of the nations that are printed, as the first column."""
    codes = findings.spending.result.codes
    return Column("Delegation", [findings.titles[codes[n]] for n in nations], False)


def percents(result: SpendingResult, nations: list[int]) -> list[float]:
    """Return today's shares of GDP."""
    return [float(share) for share in np.median(result.today_share, axis=0)[nations]]


def money(value: float) -> str:
    """Print an amount; none at all is a dash, so that the eye finds the others.

    >>> money(12.345), money(1234.5), money(0.0) == NOTHING
    ('12.3', '1,234', True)
    """
    return show_cell(float(value), "any_usd_bn") if value > 0 else NOTHING


def by_target(
    result: SpendingResult,
    shown: Shown,
    values: FloatArray,
    show: Callable[[float], str],
) -> list[Column]:
    """Return a column a target; a dash where a nation has set itself none."""
    return [
        Column(
            result.target_titles[t],
            [show(values[n, t]) if result.has_target[n, t] else NOTHING for n in shown.nations],
            True,
        )
        for t in shown.targets
    ]


def by_target_years(result: SpendingResult, shown: Shown) -> list[Column]:
    """Return the median first year of each target, by nation."""
    median = np.quantile(result.earliest_year, 0.5, axis=0, method="inverted_cdf")
    met = result.is_met.mean(axis=0) >= 0.5
    last = int(result.years[-1])

    def year(n: int, t: int) -> str:
        if not result.has_target[n, t]:
            return NOTHING
        if met[n, t]:
            return MET
        return f"{median[n, t]:.0f}" if np.isfinite(median[n, t]) else f"{NEVER} {last}"

    return [
        Column(result.target_titles[t], [year(n, t) for n in shown.nations], True)
        for t in shown.targets
    ]


def put_years(page: Page, findings: Findings, shown: Shown) -> None:
    """Put spending beyond today's share, by nation and year, a table a target."""
    result = findings.spending.result
    page.heading("Year by year: bn USD beyond today's share on the path to each target")
    extra = np.median(result.extra_by_year, axis=0)
    names = row_names(findings, shown.nations)
    for t in shown.targets:
        total = np.median(result.extra_by_year[:, result.contributes, t].sum(axis=1), axis=0)
        title = result.target_titles[t]
        page.label("Each nation's own target" if title == OWN else f"{title} of GDP")
        page.table(
            [
                names._replace(cells=[*names.cells, "All contributors"]),
                *(
                    Column(
                        str(year),
                        [money(value) for value in [*extra[shown.nations, t, y], total[y]]],
                        True,
                    )
                    for y, year in enumerate(result.years)
                ),
            ]
        )


def put_force(
    page: Page, findings: Findings, nations: list[int], options: pl.DataFrame | None
) -> None:
    """Put what the force of the option costs by year, and what those of all options cost."""
    result = findings.spending.result
    page.heading(f"What the force costs: {findings.option.option}")
    codes = [result.codes[n] for n in nations]
    force = force_table(findings, result).filter(pl.col("delegation").is_in(codes)).sort("title")
    if force.is_empty():
        page.paragraph("Nobody who is printed pays anything.")
    else:
        page.table(readable(force, printed_names(findings.scenario)))
    if options is None:
        return
    page.paragraph("Below, every option over its mission: bn USD, mean over all futures.", FAINT)
    for label, column in (
        ("Every option as it would be sent", "expected_usd_bn"),
        ("Every option if it were sent in full, by fair shares", "expected_full_usd_bn"),
    ):
        page.label(f"{label} (bn USD)")
        page.table(by_option(findings, nations, options, column))


def by_option(
    findings: Findings, nations: list[int], options: pl.DataFrame, column: str
) -> list[Column]:
    """Return one cost of every option, a column an option, with the sum over contributors."""
    result = findings.spending.result
    own = [code for code, is_own in zip(result.codes, result.contributes, strict=True) if is_own]
    names = row_names(findings, nations)
    columns = [names._replace(cells=[*names.cells, "All contributors"])]
    for (option,), part in options.group_by("option", maintain_order=True):
        costs = dict(part.select("delegation", column).iter_rows())
        cells = [money(costs[result.codes[n]]) for n in nations]
        columns.append(Column(str(option), [*cells, money(sum(costs[code] for code in own))], True))
    return columns


def put_burdens(page: Page, findings: Findings, nations: list[int]) -> None:
    """Put troops, money, hosting and the front side by side, and the measures of burden."""
    names = printed_names(findings.scenario)
    result = findings.spending.result
    page.heading("Burdens side by side")
    codes = [result.codes[n] for n in nations]
    burdens = burden_table(findings).filter(pl.col("delegation").is_in(codes))
    if burdens.is_empty():
        page.paragraph("No contributor is printed.")
    else:
        page.table(readable(burdens, names))
        page.paragraph(
            f"Troops, force and programmes: mean over all futures. {NOTHING}: not known.", FAINT
        )
    measures = measures_table(findings)
    if not measures.is_empty():
        page.label("How unequal they are among all contributors, and how each key fits")
        page.table(readable(measures, names))
    programmes = programmes_table(findings, result)
    if not programmes.is_empty():
        page.label("Programmes beside the force")
        page.table(readable(programmes, names))
    page.label("What buying together would save")
    page.table(readable(result.coordination_table(), names))
