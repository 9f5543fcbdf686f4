"""Options side by side: measured quantities in a row each, never one combined score."""

import numpy as np
import polars as pl

from foedus.briefing.findings import Findings
from foedus.chain import OptionRuns

MONTHS = (1, 3, 12)


def options_table(findings: Findings) -> pl.DataFrame:
    """Return a row an option: who joins, what stands by when, how much is its own, what binds."""
    return pl.DataFrame([option_row(findings, runs) for runs in findings.options])


def option_row(findings: Findings, runs: OptionRuns) -> dict[str, object]:
    """Return the outcomes of one option; medians over draws with 90 % ranges."""
    consent, forces = runs.consent.result, runs.forces.result
    joined, found = consent.outcomes(), forces.outcomes()
    joiners = np.quantile(joined["joiners_count"], [0.05, 0.5, 0.95])
    balanced = np.quantile(found["balanced_persons"], [0.05, 0.5, 0.95])
    gdp = joined.get("joiners_gdp_share")
    shares = forces.binding_shares(forces.binding)
    binds = int(np.argmax(shares))
    required = forces.required_land_persons
    filled = np.divide(
        found["filled_persons"], required, out=np.ones_like(required), where=required > 0
    )
    needed = forces.service_need_share > 0
    service = np.median(forces.service_fill_share, axis=0)[needed]
    by_month = {
        f"month_{month}_persons": float(
            np.median(forces.balanced_persons[:, min(month, len(forces.months) - 1)])
        )
        for month in MONTHS
    }
    return {
        "option": runs.option,
        "title": findings.scenario.option(runs.option).title,
        "joiners_count": float(joiners[1]),
        "joiners_count_low": float(joiners[0]),
        "joiners_count_high": float(joiners[2]),
        "joiners_gdp_share": None if gdp is None else float(np.median(gdp)),
        "required_persons": float(np.median(required)),
        "gross_persons": float(np.median(found["gross_persons"])),
        "balanced_persons": float(balanced[1]),
        "balanced_persons_low": float(balanced[0]),
        "balanced_persons_high": float(balanced[2]),
        **by_month,
        "filled_share": float(np.median(filled)),
        "own_share": float(np.median(found["own_share"])),
        "binds": forces.groups.titles[binds] if shares[binds] > 0 else "",
        "least_service_share": float(service.min()) if service.size else None,
    }
