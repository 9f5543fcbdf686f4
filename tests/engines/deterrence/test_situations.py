"""What the tables make of a cell: which numbers are played with where."""

from itertools import product

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines.deterrence.dispute import Dispute
from foedus.engines.deterrence.inputs import WITH, WITHOUT, GuaranteeInputs, read_inputs
from foedus.engines.deterrence.situations import columns_of, dispute_at, names_at, situation
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.addresses import Cell
from foedus.scenario.deterrence import LOCATIONS, MISSIONS, DisputeRow
from foedus.scenario.draws import Draws, point

MINIMAL = load("minimal").in_key_order


def at_point(scenario: Scenario = MINIMAL, **changes: object) -> GuaranteeInputs:
    fixed = make_request(load("minimal"), set=changes).fixed
    return read_inputs(scenario, point(scenario.headline_option, fixed))


def value(parameter: str, at: str) -> float:
    row = MINIMAL.row("disputes", f"ceasefire:{parameter}:{at}")
    assert isinstance(row, DisputeRow)
    return row.parameter_value


@pytest.mark.parametrize(("mission", "location"), [*product(MISSIONS, LOCATIONS)])
def test_every_number_of_a_cell_is_that_of_its_row(mission: str, location: str) -> None:
    inputs = at_point()
    columns = columns_of(inputs, tuple(situation(inputs, s, "always") for s in (WITH, WITHOUT)))
    found = dispute_at(columns, mission, location, "with")
    tied = {
        state: [value("tied_points", f"{mission}.{t}.{state}") for t in ("probe", "line")]
        for state in ("clear", "contact")
    }
    own = value("tied_points", f"{mission}.force.contact")
    assert np.asarray(found.tied_clear_points).tolist() == [[*tied["clear"], own]]
    assert np.asarray(found.tied_contact_points).tolist() == [[*tied["contact"], own]]
    hit = [value("contact_prob", f"{location}.{target}") for target in ("probe", "line")]
    assert np.asarray(found.contact_prob).tolist() == [[*hit, 1.0]]
    assert np.asarray(found.presence_ratio).tolist() == [value("presence_ratio", location)]
    is_reserve = location == "reserve"
    assert np.asarray(found.is_open).tolist() == [[1, 1, 0 if is_reserve else 1]]
    assert np.asarray(found.needs_force).tolist() == [[0, 0, 1]]
    for name, (parameter, at) in {
        "adversary_soft_cost_points": ("adversary_war_cost_points", "soft"),
        "governments_hard_cost_points": ("governments_war_cost_points", "hard"),
        "half_force_persons": ("half_force_persons", "all"),
    }.items():
        assert np.asarray(getattr(found, name)).tolist() == [value(parameter, at)]
    prizes = [value("prize_points", target) for target in ("probe", "line", "force")]
    assert np.asarray(found.prize_points).tolist() == [prizes]


def test_a_cell_names_a_column_for_every_field() -> None:
    assert list(names_at("observe", "rear", "with")) == [*Dispute._fields, "force_persons"]


def test_beliefs_of_the_tables_win_over_the_option_and_only_with_the_guarantor() -> None:
    assert situation(at_point(), WITH, "always").adversary_belief_prob.tolist() == [0.5]
    row = MINIMAL.row("disputes", "ceasefire:contact_prob:line.probe")
    beliefs = tuple(
        row.model_copy(
            update={"parameter": f"{who}_belief_prob", "at": "all", "parameter_value": prob}
        )
        for who, prob in (("adversary", 0.2), ("governments", 0.7))
    )
    inputs = at_point(MINIMAL.replace(disputes=MINIMAL.disputes + beliefs).in_key_order)
    helped, alone = (situation(inputs, s, "always") for s in (WITH, WITHOUT))
    assert helped.adversary_belief_prob.tolist() == [0.2]
    assert helped.governments_belief_prob.tolist() == [0.7]
    assert helped.backing_prob.tolist() == [0.5]
    assert alone.adversary_belief_prob.tolist() == alone.backing_prob.tolist() == [0.0]


def test_the_chain_of_command_by_hand() -> None:
    """Two send: the larger would go behind the line, the smaller on it."""
    cells = {
        Cell("forces", "ALD", "sent_land_persons"): np.array([900.0]),
        Cell("forces", "BRK", "sent_land_persons"): np.array([300.0]),
        Cell("consent", "ALD", "level"): np.array([4.0]),
        Cell("consent", "BRK", "level"): np.array([5.0]),
    }
    draws = Draws(MINIMAL.headline_option).with_links(cells)
    inputs = read_inputs(MINIMAL, draws)
    rear, line = (value("authorise_prob", f"fight_back.{where}") for where in ("rear", "line"))
    by_rule = {
        rule: float(situation(inputs, WITH, rule).authorise_prob[0, 2])
        for rule in ("lead", "persons", "heads", "consensus", "always")
    }
    assert by_rule == pytest.approx(
        {"lead": rear, "persons": rear, "heads": rear * line, "consensus": rear * line, "always": 1}
    )
    assert not situation(inputs, WITHOUT, "always").authorise_prob.any()
