"""The links between engines, in the open: one option from consent to what it fields and costs.

A link turns one engine's outcomes into cells that the next one reads. There is no way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foedus.coalitions import Coalitions
from foedus.engines import Consent, Spending, SustainedForce
from foedus.engines.consent.engine import ConsentResult
from foedus.engines.forces.engine import ForceResult
from foedus.engines.spending.engine import SpendingResult
from foedus.errors import SettingsError
from foedus.runs import Request, Run, run_request
from foedus.scenario.addresses import DOMAINS, FAIR, SENT
from foedus.scenario.cells import LEVEL, Cell, read_settings
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class OptionRuns:
    """One option through the chain."""

    option: str
    consent: Run[ConsentResult]
    """Who joins."""
    forces: Run[ForceResult]
    """What those who join can keep in place."""


def levels_link(scenario: Scenario, consent: Run[ConsentResult]) -> dict[Cell, FloatArray]:
    """Consent to forces: the level at which each contributor joins, draw by draw.

    A contributor whose stance is not known gives nothing.
    """
    result = consent.result
    nothing = np.zeros(result.level.shape[0])
    levels = {code: result.level[:, i].astype(np.float64) for i, code in enumerate(result.codes)}
    return {
        Cell(LEVEL[0], code, LEVEL[1]): levels.get(code, nothing)
        for code in scenario.of_role("contributor")
    }


def sent_link(forces: Run[ForceResult]) -> dict[Cell, FloatArray]:
    """Link forces to spending: how many people each delegation sends, by domain, draw by draw.

    Beside them goes each one's fair share of the whole requirement. Staffs of headquarters are
    counted in no domain: the force engine tells their number, and not who sends them.
    """
    result = forces.result
    domains = np.array(result.groups.domains)
    links: dict[Cell, FloatArray] = {}
    for domain in DOMAINS:
        sent = result.sent_persons[:, :, domains == domain].sum(axis=2)
        asked = result.required_persons[:, domains == domain].sum(axis=1)
        for i, code in enumerate(result.codes):
            links[Cell(SENT[domain][0], code, SENT[domain][1])] = sent[:, i]
            fair = asked * result.key_share[i]
            links[Cell(FAIR[domain][0], code, FAIR[domain][1])] = fair
    return links


def run_spending(
    scenario: Scenario,
    request: Request,
    forces: Run[ForceResult],
    spending: Spending | None = None,
) -> Run[SpendingResult]:
    """Find what a force costs whom, beside what nations spend and mean to spend anyway.

    Parameters
    ----------
    scenario, request
        As for the forces.
    forces
        What is sent; its run is named as the one that fed this.
    spending
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that spending needs.
    """
    engine = spending or Spending()
    return run_request(scenario, engine, request, links=sent_link(forces), fed_by=(forces.run_id,))


def run_option(
    scenario: Scenario,
    request: Request,
    *,
    consent: Consent | Coalitions | None = None,
    forces: SustainedForce | None = None,
) -> OptionRuns:
    """Run one option through the chain: the force is found for the coalition of each draw.

    Parameters
    ----------
    scenario, request
        What to run; `request.draws` must be at least 1, as a point has no future of its own.
    consent
        Engine with settings of its own, or the coalitions that options share; the default engine
        if None.
    forces
        Engine with settings of its own; the default if None.

    Raises
    ------
    SettingsError
        If no draws are asked for, or a setting cannot be taken.
    MissingDataError
        If the scenario lacks a table that one of the engines needs.
    """
    if request.draws < 1:
        raise SettingsError("draws: 0 draws no future in which to join. Write 1 or more.")
    joined = (
        consent.of(request)
        if isinstance(consent, Coalitions)
        else run_request(scenario, consent or Consent(), request)
    )
    found = run_request(
        scenario,
        forces or SustainedForce(),
        request,
        links=levels_link(scenario, joined),
        fed_by=(joined.run_id,),
    )
    return OptionRuns(request.option, joined, found)


def changed(scenario: Scenario, request: Request, cells: Mapping[str, Any]) -> Request:
    """Return a request in which further cells are set; the same draws and seed."""
    return replace(
        request,
        fixed={**request.fixed, **read_settings(scenario, cells)},
        asked={**request.asked, **cells},
    )


def without_guarantor(scenario: Scenario, request: Request) -> Request:
    """Return the same option when the guarantor says no: no backing, no blessing, no enablers."""
    return changed(
        scenario,
        request,
        {
            f"options/{request.option}/us_enablers_share": 0.0,
            f"options/{request.option}/us_backing_prob": 0.0,
            f"options/{request.option}/us_blessing": 0,
        },
    )
