"""The invented scenario: small, and with one of everything, as its summary says."""

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines import ENGINES
from foedus.runs import make_request, run_request
from foedus.scenario import TABLES, Scenario


@pytest.fixture(scope="module")
def minimal() -> Scenario:
    return load("minimal")


def test_it_says_that_it_is_invented(minimal: Scenario) -> None:
    assert minimal.about.invented
    assert "(invented)" in minimal.about.title
    codes = {row.delegation for row in minimal.delegations}
    real = {row.delegation for row in load("paris-2025").delegations}
    assert codes & real == set()


def test_it_has_rows_in_every_table(minimal: Scenario) -> None:
    assert [name for name in TABLES if not minimal.table(name)] == []


def test_its_requirement_is_of_the_size_in_its_titles(minimal: Scenario) -> None:
    land = sum(
        line.needed_count * about.reference_strength_persons
        for line in minimal.requirement
        if (about := minimal.row("capabilities", line.capability)).domain in ("hq", "land")
    )
    assert land == 8_960


def test_it_has_one_of_everything(minimal: Scenario) -> None:
    roles = {row.role for row in minimal.delegations}
    assert roles == {"contributor", "pool", "host", "guarantor", "adversary", "body"}
    assert {row.decides for row in minimal.approvals} == {
        *("government", "president", "parliament_informed"),
        *("parliament_prior", "triple_lock"),
    }
    assert {row.confidence for row in minimal.stances} == {"high", "medium", "low"}
    assert {row.domain for row in minimal.capabilities} == {"hq", "land", "air", "service"}
    assert sum(row.in_office_prob for row in minimal.principals) == pytest.approx(1)
    assert [row.delegation for row in minimal.stances if row.needs_partners] == ["DUN"]
    assert len({row.valid_from for row in minimal.ceilings if row.delegation == "ELM"}) == 2
    assert any(row.is_detached for row in minimal.units)
    assert {row.distribution for row in minimal.uncertainties} == {"triangular", "range"}


def test_its_headquarters_are_of_every_sort(minimal: Scenario) -> None:
    assert {row.echelon for row in minimal.headquarters} == {"brigade", "division", "corps"}
    assert {len(row.framework) for row in minimal.headquarters} == {1, 2}
    assert {len(row.framework) for row in minimal.partnerships} == {0, 1, 2}
    ends = {(row.strength_share_low, row.strength_share_high) for row in minimal.partnerships}
    assert {0, 1} <= {end for pair in ends for end in pair}  # cut at both ends of the scale


def test_its_money_is_of_two_currencies(minimal: Scenario) -> None:
    """So that every amount must be turned into dollars of one year before it is added."""
    assert {row.currency for row in minimal.costs} == {"ALC", "USD"}
    assert {row.price_year for row in minimal.costs} == {2028, 2029}
    assert minimal.about.price_year == 2030
    assert {row.kind for row in minimal.costs} == {"deployed", "set_up", "programme"}


def test_its_payers_are_of_every_sort(minimal: Scenario) -> None:
    roles = {row.delegation: row.role for row in minimal.delegations}
    assert {roles[row.delegation] for row in minimal.payers} == {"body", "contributor", "guarantor"}
    keys = {row.share_key for row in minimal.payers if roles[row.delegation] == "body"}
    assert keys == {"gdp", "population"}
    assert minimal.row("delegations", "LEAGUE").members == ("ALD", "BRK", "CST", "ELM")


def test_its_targets_are_of_every_sort(minimal: Scenario) -> None:
    assert {row.status for row in minimal.targets} == {"law", "announced", "ambition"}
    today = {row.delegation: row.defence_share for row in minimal.budgets}
    met = {row.delegation for row in minimal.targets if row.target_share <= today[row.delegation]}
    assert met == {"ELM"}


def test_the_last_year_of_one_nations_finances_counts(minimal: Scenario) -> None:
    assert [row.data_year for row in minimal.finances if row.delegation == "ALD"] == [2028, 2029]
    assert {row.delegation for row in minimal.finances} == {r.delegation for r in minimal.budgets}


def test_one_poll_came_too_late(minimal: Scenario) -> None:
    assert minimal.later_rows == (("polls", "elm-2030-07:ELM"),)
    assert len(minimal.strict().polls) == len(minimal.polls) - 1


def test_what_is_promised_is_there_beside_the_home_floor(minimal: Scenario) -> None:
    for promise in minimal.commitments:
        unit = minimal.row("units", f"{promise.delegation}:{promise.capability}")
        assert unit.held_count - unit.home_floor_count >= promise.committed_count_high


def test_every_source_of_every_row_is_listed(minimal: Scenario) -> None:
    known = {row.source for row in minimal.sources} | {"assumed"}
    named = {name for t in TABLES if t != "sources" for r in minimal.table(t) for name in r.source}
    assert named == known


def test_the_guarantor_matters_and_is_not_all(minimal: Scenario) -> None:
    backed, alone = minimal.option("rear-8k-backed"), minimal.option("rear-8k-alone")
    assert (backed.us_backing_prob, backed.us_enablers_share, backed.us_blessing) == (0.5, 1, True)
    assert (alone.us_backing_prob, alone.us_enablers_share, alone.us_blessing) == (0, 0, False)
    assert backed.requirement == alone.requirement


@pytest.mark.parametrize("option", ["rear-8k-backed", "rear-8k-alone", "air-sea-backed"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_option_can_be_run(minimal: Scenario, option: str, engine: str) -> None:
    draws = 0 if engine == "plan" else 20  # whole units are planned at a point
    request = make_request(minimal, option=option, draws=draws)
    outcomes = run_request(minimal, ENGINES[engine](), request).result.outcomes()
    assert {values.shape for values in outcomes.values()} == {(max(draws, 1),)}
    assert all(np.isfinite(values).all() for values in outcomes.values())


def line_is_deterred(scenario: Scenario, mission: str, location: str) -> bool:
    """Tell whether the line is safe with 8,000 soldiers and a guarantor as likely in as out.

    Whoever attacks is taken for Hard, and is deterred if enough of the governments would fight.
    """
    rows = {(r.parameter, r.at): r.parameter_value for r in scenario.disputes}
    force, belief = 8_000, 0.5
    power = rows["decisiveness_ratio", "all"]
    strength = rows["adversary_strength_persons", "all"] ** power
    alone = rows["host_strength_persons", "all"] + rows["presence_ratio", location] * force
    backed = alone + rows["guarantor_strength_persons", "all"]
    lost = [strength / (strength + side**power) for side in (alone, backed)]
    mean = (1 - belief) * lost[0] + belief * lost[1]
    war = mean * rows["war_prize_points", "line"] - rows["adversary_war_cost_points", "hard"]
    war -= belief * rows["adversary_backed_cost_points", "all"]
    assert -rows["stop_cost_points", "all"] < war < 0  # Hard would press, and loses by it
    felt = force / (force + rows["half_force_persons", "all"])
    fought = 0.0
    for state in ("clear", "contact"):
        contact = rows["contact_prob", f"{location}.line"]
        yielded = rows["loss_points", "line"]
        yielded += felt * rows["tied_points", f"{mission}.line.{state}"]
        for kind in ("hard", "soft"):
            cost = mean * rows["war_loss_points", "line"]
            cost += rows["governments_war_cost_points", kind]
            hard = rows["governments_hard_prob", "all"]
            chance = (contact if state == "contact" else 1 - contact) * (
                hard if kind == "hard" else 1 - hard
            )
            fought += chance * (cost <= yielded)
    prize = rows["prize_points", "line"]
    return bool(fought >= prize / (prize - war))


def test_its_guarantee_deters_in_one_place_and_not_in_another(minimal: Scenario) -> None:
    cells = {
        (mission, location): line_is_deterred(minimal, mission, location)
        for mission in ("observe", "self_defence", "fight_back")
        for location in ("rear", "line")
    }
    assert {cell for cell, deterred in cells.items() if deterred} == {("fight_back", "line")}


def test_its_base_rates_are_of_every_role(minimal: Scenario) -> None:
    roles = {row.role for row in minimal.base_rates}
    assert roles == {"baseline", "prior", "check", "warning"}
    assert [row.rate for row in minimal.base_rates if row.rate_value is None] == ["monitors"]
