"""Options side by side: measured quantities in a row each, never one combined score."""

import numpy as np
import polars as pl

from foedus.briefing.afford import force_of_defence
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import SEEN, SEEN_MONTHS, both, within
from foedus.briefing.sentences import spread_of_counts
from foedus.chain import OptionRuns
from foedus.engines.bargaining.result import BASELINE, EQUAL_MODELS, BargainingResult
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.engines.forces.engine import ForceResult
from foedus.engines.spending.engine import SpendingResult

MONTHS = (1, 3, 12)

TEXTS = ("option", "title", "binds", "pays_most")


def options_table(findings: Findings) -> pl.DataFrame:
    """Return a row an option: who joins, what stands by when, how much is its own, what binds."""
    rows = [option_row(findings, runs) for runs in findings.options]
    if findings.bargaining_if_any is not None:
        agreed = agreed_columns(findings.bargaining_if_any)
        rows = [row | agreed[str(row["option"])] for row in rows]
    if findings.spending_by_option is not None:
        costs = [cost_columns(findings, run.result) for run in findings.spending_by_option]
        rows = [row | cost for row, cost in zip(rows, costs, strict=True)]
    if findings.guarantee_by_option is not None:
        held = [held_columns(run.result) for run in findings.guarantee_by_option]
        rows = [row | column for row, column in zip(rows, held, strict=True)]
    schema = {name: pl.String if name in TEXTS else pl.Float64 for name in rows[0]}
    return pl.DataFrame(rows, schema=schema)


def option_row(findings: Findings, runs: OptionRuns) -> dict[str, str | float | None]:
    """Return the outcomes of one option; medians over draws with 90 % ranges."""
    consent, forces = runs.consent.result, runs.forces.result
    joined, found = consent.outcomes(), forces.outcomes()
    joiners = spread_of_counts(joined["joiners_count"])
    low, middle, high = np.quantile(found["balanced_persons"], [0.05, 0.5, 0.95])
    gdp = joined.get("joiners_gdp_share")
    shares = forces.binding_shares(forces.binding)
    binds = int(np.argmax(shares))
    service = np.median(forces.service_fill_share, axis=0)[forces.service_need_share > 0]
    return {
        "option": runs.option,
        "title": findings.as_set.option(runs.option).title,
        "joiners_count": joiners.middle,
        "joiners_count_low": joiners.middle if joiners.low is None else joiners.low,
        "joiners_count_high": joiners.middle if joiners.high is None else joiners.high,
        "joiners_gdp_share": None if gdp is None else float(np.median(gdp)),
        "required_persons": float(np.median(forces.required_land_persons)),
        "gross_persons": float(np.median(found["gross_persons"])),
        "balanced_persons": float(middle),
        "balanced_persons_low": float(low),
        "balanced_persons_high": float(high),
        **{f"month_{month}_persons": strength_by(forces, month) for month in MONTHS},
        "filled_share": filled_share(forces),
        "own_share": own_share(forces),
        "binds": forces.groups.titles[binds] if shares[binds] > 0 else "",
        "least_service_share": float(service.min()) if service.size else None,
    }


def agreed_columns(result: BargainingResult) -> dict[str, dict[str, str | float | None]]:
    """Return by option the chance that it is agreed on: by the baseline, and over all models.

    None for an option that needs no agreement.
    """
    table = result.agreed_table().filter(~pl.col("model").is_in(EQUAL_MODELS))
    found: dict[str, dict[str, str | float | None]] = {}
    for option in result.options:
        chances = table.filter(option=option)
        usual = chances.filter(model=BASELINE)["agreed_prob"].item()
        low, high = chances["agreed_prob"].min(), chances["agreed_prob"].max()
        found[option] = {
            "agreed_prob": usual,
            "agreed_least_prob": None if low is None else float(str(low)),
            "agreed_most_prob": None if high is None else float(str(high)),
        }
    return found


def cost_columns(findings: Findings, result: SpendingResult) -> dict[str, str | float | None]:
    """Return what the force of one option costs contributors, and who of them pays most.

    Over the mission, set-up included, as it would be sent and if it were sent in full; and twelve
    months of the former as a part of what they spend on defence. Medians over draws, but who pays
    most is told by means: the median of a nation that seldom joins is 0.
    """
    who = result.contributes
    total = result.force_usd_bn[:, who].sum(axis=1)
    low, middle, high = np.quantile(total, [0.05, 0.5, 0.95])
    mean = np.where(who, result.force_usd_bn.mean(axis=0), 0.0)
    most = int(np.argmax(mean))
    return {
        "force_usd_bn": float(middle),
        "force_usd_bn_low": float(low),
        "force_usd_bn_high": float(high),
        "full_usd_bn": float(np.median(result.full_usd_bn[:, who].sum(axis=1))),
        "force_of_defence_share": force_of_defence(result),
        "pays_most": findings.titles[result.codes[most]] if mean[most] > 0 else "",
    }


def held_columns(result: GuaranteeResult) -> dict[str, str | float | None]:
    """Return how often one option deters, beside how often it leads to direct war.

    Both as it comes to a decision, and direct war within months too, where a base rate says how
    often such a ceasefire breaks.
    """
    war = within(result, "direct_war_prob")
    name = f"direct_war_in_{SEEN_MONTHS}_months_prob"
    return {
        **both(result)._asdict(),
        name: None if war is None else float(np.median(war[:, SEEN])),
    }


def strength_by(forces: ForceResult, month: int) -> float | None:
    """Return the balanced strength in a month of the mission; None where it is over by then."""
    place = np.flatnonzero(forces.months == month)
    return float(np.median(forces.balanced_persons[:, place[0]])) if place.size else None


def filled_share(forces: ForceResult) -> float | None:
    """Return which share of the people asked for is sent; None where none are.

    On land, or in the air and at sea where no land force is asked for.
    """
    asked = forces.required_persons.max(axis=0) > 0
    counted = asked & forces.groups.on_land
    counted = counted if counted.any() else asked
    required = forces.required_persons[:, counted].sum(axis=1)
    if not required.max(initial=0.0) > 0:
        return None
    sent = forces.sent_persons[:, :, counted].sum(axis=(1, 2))
    full = np.ones_like(required)
    return float(np.median(np.divide(sent, required, out=full, where=required > 0)))


def own_share(forces: ForceResult) -> float | None:
    """Return which share of what is sent is not the guarantor's; None where nothing ever is."""
    some = forces.sent_persons.sum(axis=(1, 2)) > 0
    return float(np.median(forces.outcomes()["own_share"][some])) if some.any() else None
