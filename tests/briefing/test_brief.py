"""A brief as a value: its answers by id, and its JSON."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from foedus.briefing import Brief, ask
from foedus.briefing.brief import JSON_VERSION, plain
from foedus.errors import SettingsError
from foedus.scenario import Scenario

Briefed = Callable[..., Brief]


def test_an_answer_is_found_by_its_id(briefed: Briefed) -> None:
    assert briefed()["duration"].id == "duration"


def test_an_answer_that_is_not_there_is_refused_with_the_nearest(briefed: Briefed) -> None:
    with pytest.raises(SettingsError, match="Did you mean duration"):
        briefed()["durations"]


def test_the_json_names_version_scenario_option_and_settings(minimal: Scenario) -> None:
    cells = {"options/*/us_backing_prob": 0.25}
    found = ask(minimal, "consent", draws=5, set=cells).to_json()
    assert found["version"] == JSON_VERSION
    assert found["scenario"] == {"name": "minimal", "digest": minimal.digest}
    assert found["option"] == "rear-8k-backed"
    assert found["settings"] == {
        "draws": 5,
        "seed": 0,
        "set": cells,
        "strict": False,
        "plan": True,
    }


def test_the_json_holds_the_sources_of_all_answers_and_claims_and_no_others(
    briefed: Briefed,
) -> None:
    made = briefed("paris-2025")
    named = {key for answer in made.answers for key in answer.sources}
    named |= {key for verdict in made.claims for key in verdict.named_sources}
    held = [source["source"] for source in made.to_json()["sources"]]
    assert set(held) == named
    assert len(held) == len(named)
    assert len(held) < len(made.scenario.sources)


def test_a_date_that_was_set_is_json_too(minimal: Scenario) -> None:
    day = date(2030, 12, 1)
    made = ask(minimal, "consent", draws=5, set={"options/*/decision_date": day})
    text = json.dumps(made.to_json(), allow_nan=False)
    assert json.loads(text)["settings"]["set"] == {"options/*/decision_date": "2030-12-01"}


@pytest.mark.parametrize("value", ["x", 1, 0.5, True, None])
def test_a_plain_value_stays_what_it_is(value: object) -> None:
    assert plain(value) is value
