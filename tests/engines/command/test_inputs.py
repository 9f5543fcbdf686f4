from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines.command.engine import Command
from foedus.engines.command.inputs import CommandInputs, headquarters_needed
from foedus.errors import MissingDataError
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.command import Partnership
from foedus.scenario.draws import draw_block, point
from foedus.scenario.scenario import Scenario

OPTION: Final = "rear-8k-backed"
NATIONS: Final = ("ALD", "BRK", "CST", "DUN", "ELM")


def read(
    scenario: Scenario, changes: Mapping[str, Any] | None = None, option: str = OPTION
) -> CommandInputs:
    """Return the inputs at a point, as a run gives them to the engine."""
    fixed = read_settings(scenario, changes or {})
    return Command().inputs(with_cells(scenario.in_key_order, fixed), point(option, fixed))


def strength(inputs: CommandInputs, code: str, *lead: str) -> float:
    place = inputs.codes.index(code), inputs.leads.index(tuple(sorted(lead)))
    return float(inputs.strength_share[0, *place])


def without(scenario: Scenario, table: str, *keys: str) -> Scenario:
    """Return a scenario some rows of which are gone, as no check would let it be loaded."""
    rows = tuple(row for row in scenario.table(table) if row.key not in keys)
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return Scenario.model_construct(**{**fields, table: rows})


def test_echelons_asked_for_stand_with_the_highest_first(league: Scenario) -> None:
    inputs = read(league)
    assert inputs.echelons == ("corps", "division")
    assert inputs.needed_count.tolist() == [1, 1]
    assert inputs.asked_brigades_count.tolist() == [1 + 2 * 0.25]
    two = read(league, {"requirement/s-01/needed_count": 1.5, "requirement/s-10/needed_count": 0.4})
    assert two.echelons == ("division",)
    assert two.needed_count.tolist() == [2]
    assert headquarters_needed([]) == {}


def test_brigades_grow_with_the_scale_and_headquarters_do_not(league: Scenario) -> None:
    twice = read(league, {f"options/{OPTION}/scale_ratio": 2})
    assert twice.asked_brigades_count.tolist() == [3]
    assert twice.needed_count.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "fighting"),
    [
        ("minimal", {"brigade", "battlegroup"}),
        (
            "paris-2025",
            {f"manoeuvre_{kind}" for kind in ("heavy", "medium", "light", "battlegroup")},
        ),
        ("sfor-1998", {"infantry"}),
    ],
)
def test_what_fights_on_land_counts_by_its_part_of_a_brigade_and_nothing_else_does(
    name: str, fighting: set[str]
) -> None:
    scenario = load(name)
    part = {kind: scenario.row("capabilities", kind).group_weight_ratio for kind in fighting}
    for kind in fighting:
        persons = scenario.row("capabilities", kind).reference_strength_persons
        assert 2000 < persons / part[kind] < 5000
    for option in scenario.options:
        asked = sum(
            line.needed_count * part[line.capability] * option.scale_ratio
            for line in scenario.requirement
            if line.capability in fighting
            and line.requirement == option.requirement
            and ("all" in option.sectors or line.sector in option.sectors)
        )
        found = read(scenario, option=option.option).asked_brigades_count
        assert found.tolist() == pytest.approx([asked])


def test_whoever_leads_a_highest_headquarters_of_a_chain_is_compared_in_it(
    league: Scenario,
) -> None:
    inputs = read(league)
    ways = {(inputs.chains[chain], inputs.leads[lead]) for chain, lead in inputs.pairs}
    assert inputs.chains == ("nato", "coalition")
    assert ways == {
        ("nato", ("CST",)),
        ("nato", ("PTN",)),
        ("coalition", ("ALD", "CST")),
        ("coalition", ("CST",)),
    }


def test_a_national_chain_counts_only_with_the_highest_headquarters(league: Scenario) -> None:
    alone = read(league, {"requirement/s-10/needed_count": 0})
    assert alone.chains == ("nato", "coalition", "national")
    assert "un" not in alone.chains


def test_an_option_without_headquarters_compares_nothing(league: Scenario) -> None:
    inputs = read(league, option="air-sea-backed")
    assert (inputs.echelons, inputs.pairs, inputs.leads) == ((), (), ())
    assert inputs.strength_share.shape == (1, 5, 0)


def test_the_strongest_partnership_with_any_who_lead_counts(league: Scenario) -> None:
    inputs = read(league)
    assert strength(inputs, "CST", "CST") == strength(inputs, "ALD", "ALD", "CST") == 1
    assert strength(inputs, "ALD", "CST") == 0.6
    # With Aldmark alone; the corps is led by both, so it tells of serving under Castria too.
    assert strength(inputs, "ELM", "ALD", "CST") == strength(inputs, "ELM", "ALD") == 0.9
    assert strength(inputs, "ELM", "CST") == 0.5
    assert strength(inputs, "DUN", "BRK") == 0.1
    assert strength(inputs, "BRK", "CST") == 0
    place = inputs.codes.index("ELM"), inputs.leads.index(("CST",))
    assert inputs.formation[place[0]][place[1]] == "league-corps"
    assert inputs.stated_share[place] == 0.5


def test_pooled_aircraft_make_nobody_serve(league: Scenario) -> None:
    def with_kind(kind: str) -> float:
        row = Partnership.model_validate(
            {
                "delegation": "DUN",
                "partner": "CST",
                "formation": "tankers",
                "title": "Tankers",
                "kind": kind,
                "strength_share": 0.9,
                "source": "assumed",
            }
        )
        more = league.replace(partnerships=(*league.partnerships, row))
        return strength(read(more), "DUN", "CST")

    assert with_kind("pool") == 0
    assert with_kind("standing_formation") == 0.9


def test_members_of_a_body_accept_each_other_and_its_own_lead(league: Scenario) -> None:
    inputs = read(league)
    nato, coalition = (inputs.chains.index(chain) for chain in ("nato", "coalition"))
    assert inputs.in_body[nato].tolist() == [True, True, True, False, False]
    assert not inputs.in_body[coalition].any()
    accepted = dict(zip(inputs.leads, inputs.lead_in_body[nato].tolist(), strict=True))
    assert accepted == {
        ("ALD",): True,
        ("ALD", "CST"): True,
        ("BRK",): True,
        ("CST",): True,
        ("PTN",): True,
    }
    only = read(league.replace(headquarters=brigade_is_division(league)))
    assert only.lead_in_body[nato, only.leads.index(("NATO",))]
    assert not only.never_leads[only.leads.index(("NATO",))]


def brigade_is_division(league: Scenario) -> Any:
    """Return the headquarters with that of the body as a division."""
    return tuple(
        row.model_copy(update={"echelon": "division"}) if row.framework == ("NATO",) else row
        for row in league.headquarters
    )


def test_the_guarantor_leads_nobody_and_is_asked_where_it_is_a_member(league: Scenario) -> None:
    inputs = read(league)
    assert inputs.never_leads.tolist() == [lead == ("PTN",) for lead in inputs.leads]
    assert inputs.needs_consent == (True, False)
    unknown = read(without(league, "delegations", "NATO"))
    assert unknown.needs_consent == (None, False)
    assert not unknown.in_body.any()


def test_the_paris_chains_need_consent_as_their_bodies_do(paris: Scenario) -> None:
    inputs = Command().inputs(paris.in_key_order, point("rear-30k-us", {}))
    assert dict(zip(inputs.chains, inputs.needs_consent, strict=True)) == {
        "nato": True,
        "coalition": False,
        "eu": False,
        "national": False,
    }


def test_turns_are_those_of_the_leaders_units_or_else_the_mean_of_the_kind(
    league: Scenario,
) -> None:
    changes = {"units/ALD:division_hq/tour_months": 6, "units/CST:corps_hq/dwell_ratio": 1}
    inputs = read(league, changes)
    names = [inputs.every[place].headquarters for place in inputs.candidates]
    tour = dict(zip(names, inputs.tour_months[0].tolist(), strict=True))
    dwell = dict(zip(names, inputs.dwell_ratio[0].tolist(), strict=True))
    # Brekland has no division headquarters of its own in units.csv: it has Aldmark's tours.
    assert tour["ald-division"] == tour["brk-division"] == 6
    assert tour["cst-corps"] == tour["ptn-corps"] == 12
    assert dwell["cst-corps"] == 1


def test_a_kind_of_which_nobody_has_a_unit_is_said(league: Scenario) -> None:
    with pytest.raises(MissingDataError, match="no row of corps_hq"):
        read(without(league, "units", "CST:corps_hq"))


@pytest.mark.parametrize(("location", "least"), [("reserve", 3), ("rear", 4), ("line", 5)])
def test_who_joins_does_so_at_the_level_of_the_location(
    league: Scenario, location: str, least: int
) -> None:
    for level in range(6):
        changes = {"consent/BRK/level": level, f"options/{OPTION}/location": location}
        joins = read(league, changes).joins[0].tolist()
        assert joins == [code != "BRK" or level >= least for code in NATIONS]


def test_the_guarantors_share_is_that_which_the_headquarters_names(league: Scenario) -> None:
    assert read(league).us_share.tolist() == [[0.4, 0.0]]
    assert read(league, {"dependence/c2:us_share/dependence_value": 0.7}).us_share[0, 0] == 0.7


def test_spans_and_habits_are_drawn(league: Scenario) -> None:
    draws = draw_block(league, OPTION, seed=1, block=0, n=50, fixed={})
    inputs = Command().inputs(league.in_key_order, draws)
    assert inputs.n == 50
    names = [row.headquarters for row in inputs.every]
    drawn = np.ptp(inputs.span_count, axis=0) > 0
    assert {name for name, moves in zip(names, drawn, strict=True) if moves} == {
        *("league-corps", "ald-division", "peace-staff")
    }
    place = inputs.codes.index("ELM"), inputs.leads.index(("CST",))
    assert np.ptp(inputs.strength_share[:, *place]) > 0
    assert inputs.stated_share[place] == 0.5
