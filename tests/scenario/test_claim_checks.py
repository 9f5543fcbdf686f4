"""Claims name what there is, and are whole: a broken one of each kind is found, with a fix."""

from typing import Annotated, Any, Literal

import pytest

from foedus.errors import ScenarioError, SettingsError
from foedus.scenario import Scenario
from foedus.scenario.addresses import Cell
from foedus.scenario.claim_checks import (
    AnswerNumber,
    claims_fit,
    holds_numbers,
    measured_cells,
    read_measure,
)
from foedus.scenario.claims import QUESTION_IDS, Claim
from foedus.scenario.faults import Fault
from foedus.scenario.load import load
from foedus.scenario.scenario import TABLES

BORDER = "delegations/BRK/adversary_border_km"
EVERY_BORDER = "delegations/*/adversary_border_km"
SOUND: dict[str, Any] = {
    "claim": "a-claim",
    "who": "somebody",
    "kind": "figure",
    "statement": "It is so.",
    "checked_by": "size",
    "measure": BORDER,
    "comparison": "above",
    "claimed_value": 0.0,
    "source": "invented",
}


def faults_of(scenario: Scenario, **changes: Any) -> list[Fault]:
    claim = Claim.model_validate(SOUND | changes)
    return list(claims_fit(scenario.model_copy(update={"claims": (claim,)})))


def test_a_sound_claim_has_no_fault(minimal: Scenario) -> None:
    assert faults_of(minimal) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"measure": "", "comparison": None, "claimed_value": None},
        {"measure": f"{BORDER};delegations/HOV/adversary_border_km"},
        {"measure": EVERY_BORDER, "statistic": "median"},
        {"measure": f"{BORDER};delegations/HOV/host_border_km", "statistic": "sum"},
        {"measure": "answers/size/value", "option": "air-sea-backed"},
        {"measure": "answers/size/services/*/fill_share", "statistic": "least"},
        {"measure": "answers/seat/value"},
        {"measure": "answers/size/services/*/fill_share", "claimed_value": 1.0},
        {"claimed_value": None, "claimed_of": "delegations/HOV/adversary_border_km"},
        {"claimed_value": None, "claimed_of": EVERY_BORDER, "measure": EVERY_BORDER,
         "statistic": "most"},
        {"comparison": "about", "tolerance_value": 5.0},
    ],
)  # fmt: skip
def test_every_sound_way_to_measure_is_taken(minimal: Scenario, changes: dict[str, Any]) -> None:
    assert faults_of(minimal, **changes) == []


BROKEN: list[tuple[dict[str, Any], str, str, str]] = [
    ({"checked_by": "sise"}, "checked_by", "there is no question 'sise'", "Did you mean size"),
    ({"measure": "answers/sise/value"}, "measure", "there is no question 'sise'", "name a cell"),
    ({"measure": "answers/size"}, "measure", "is no number of an answer", "name a cell"),
    ({"measure": "answers/size/strength/3"}, "measure", "is no number of an answer", "name a cell"),
    ({"measure": "delegations/BRK"}, "measure", "is not a cell", "name a cell"),
    ({"measure": "delegation/BRK/title"}, "measure", "Did you mean delegations", "name a cell"),
    ({"measure": "delegations/BRX/adversary_border_km"}, "measure", "has no row 'BRX'",
     "name a cell"),
    ({"measure": "delegations/BRK/adversary_km"}, "measure", "has no column 'adversary_km'",
     "name a cell"),
    ({"measure": "delegations/BRK/title"}, "measure", "Numbers are in: adversary_border_km",
     "name a cell"),
    ({"measure": "delegations/BRK/at_table"}, "measure", "holds no numbers", "name a cell"),
    ({"measure": "engines/consent/drift_score"}, "measure", "is no fact", "name a cell"),
    ({"measure": "consent/ALD/level"}, "measure", "is no fact", "name a cell"),
    ({"measure": "uncertainties/x/low_value"}, "measure", "is no fact", "name a cell"),
    ({"claimed_value": None, "claimed_of": "delegations/BRX/host_border_km"}, "claimed_of",
     "has no row 'BRX'", "name a cell"),
    ({"measure": ""}, "comparison", "a comparison and no measure", "write the measure"),
    ({"comparison": None}, "comparison", "a measure and no comparison", "write about"),
    ({"claimed_value": None}, "claimed_value", "compared (above) with nothing",
     "write the number"),
    ({"claimed_of": "delegations/HOV/host_border_km"}, "claimed_of",
     "with a number and with another measure", "keep claimed_value or claimed_of"),
    ({"tolerance_value": 1.0}, "tolerance_value", "no meaning for the comparison above",
     "leave it empty"),
    ({"statistic": "median"}, "statistic", "the measure is one number", "leave it empty"),
    ({"statistic": "median", "measure": "answers/size/value"}, "statistic",
     "the measure is one number", "leave it empty"),
    ({"claimed_value": None, "claimed_of": EVERY_BORDER}, "claimed_of", "names several numbers",
     "name one of them"),
    ({"option": "rear-8k", "measure": "answers/size/value"}, "option",
     "'rear-8k' is not in options.csv", "Did you mean rear-8k"),
    ({"option": "rear-8k-alone"}, "option", "no answer that would be asked for it",
     "leave it empty"),
    ({"measure": "polls/league-2030-05:ALD/support_share", "claimed_value": 50.0},
     "claimed_value", "50 is compared with a fraction of 1", "write 0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "says", "fix"), BROKEN)
def test_a_broken_claim_is_found_with_its_place_and_fix(
    minimal: Scenario, changes: dict[str, Any], field: str, says: str, fix: str
) -> None:
    found = faults_of(minimal, **changes)
    (fault,) = [fault for fault in found if fault.field == field]
    assert (fault.table, fault.number) == ("claims", 0)
    assert says in fault.says
    assert fault.fix.startswith(fix)


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Any, minimal: Scenario) -> None:
    from foedus.scenario.save import save  # noqa: PLC0415 - one test writes

    save(minimal, tmp_path / "summit")
    file = tmp_path / "summit" / "claims.csv"
    text = file.read_text(encoding="utf-8")
    text = text.replace("delegations/BRK/", "delegations/BRX/").replace(",seat,", ",seet,")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        load(tmp_path / "summit")
    places = [(problem.line, problem.field) for problem in told.value.problems]
    assert places == [(2, "measure"), (5, "checked_by")]


def test_a_claim_on_a_table_without_rows_is_no_fault(minimal: Scenario) -> None:
    empty = minimal.model_copy(update={"polls": ()})
    measure = "polls/league-2030-05:ALD/support_share"
    assert faults_of(empty, measure=measure) == []
    assert faults_of(empty, measure=measure, claimed_value=None, claimed_of=measure) == []
    assert faults_of(empty, measure="polls/league:ALD/support") != []


def test_a_claim_on_a_later_row_stays_when_such_rows_are_left_out(minimal: Scenario) -> None:
    claim = Claim.model_validate(
        SOUND | {"measure": "polls/elm-2030-07:ELM/support_share", "claimed_value": 0.5}
    )
    scenario = minimal.replace(claims=(claim,))
    strict = scenario.strict()
    assert strict.claims == (claim,)
    assert "polls/elm-2030-07:ELM" not in {f"polls/{row.key}" for row in strict.polls}
    assert strict.about.later_left_out
    with pytest.raises(ScenarioError, match="has no row"):
        scenario.replace(polls=strict.polls)


def test_a_strict_scenario_can_be_saved_and_read_again(tmp_path: Any, minimal: Scenario) -> None:
    from foedus.scenario.save import save  # noqa: PLC0415 - one test writes

    claim = Claim.model_validate(
        SOUND | {"measure": "polls/elm-2030-07:ELM/support_share", "claimed_value": 0.5}
    )
    strict = minimal.replace(claims=(claim,)).strict()
    save(strict, tmp_path / "minimal")
    assert load(tmp_path / "minimal") == strict


def test_addresses_are_read_and_printed_alike() -> None:
    for text in ("answers/size/value", "answers/alone/headline_numbers/*/joiners_count", BORDER):
        assert str(read_measure(text)) == text
    assert read_measure("answers/size/a/b/c") == AnswerNumber("size", "a", "b", "c")
    assert isinstance(read_measure(BORDER), Cell)


def test_a_star_names_every_cell_of_a_column(minimal: Scenario) -> None:
    cells = measured_cells(minimal, Cell("delegations", "*", "adversary_border_km"))
    assert [cell.key for cell in cells] == [row.delegation for row in minimal.delegations]
    with pytest.raises(SettingsError, match="holds no numbers"):
        measured_cells(minimal, Cell("stances", "*", "confidence"))


@pytest.mark.parametrize(
    ("annotation", "is_number"),
    [
        (float, True),
        (int | None, True),
        (Annotated[float, "a unit"] | None, True),
        (bool, False),
        (str, False),
        (Literal["a"], False),
    ],
)
def test_columns_of_numbers_are_known(annotation: Any, is_number: bool) -> None:
    assert holds_numbers(annotation) is is_number


def test_the_questions_are_those_of_the_product() -> None:
    assert len(QUESTION_IDS) == len(set(QUESTION_IDS)) == 19


def test_a_flag_of_any_table_is_no_number() -> None:
    flags = [
        (table, name)
        for table, model in TABLES.items()
        for name in model.model_fields
        if name.startswith("is_") or name == "later"
    ]
    assert flags
    for table, name in flags:
        assert not holds_numbers(TABLES[table].model_fields[name].annotation), (table, name)
