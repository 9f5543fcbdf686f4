"""`foedus.sensitivity` returns what the command prints, and its shares are shares of variance."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests import kept

import foedus
from foedus import SettingsError
from foedus.cli import main

PAGES = Path(__file__).parents[2] / "docs" / "reference"
SCHEMAS = [
    json.loads((PAGES / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("sensitivity", "brief", "run")
]
REGISTRY = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS]
)
VALID = Draft202012Validator(SCHEMAS[0], registry=REGISTRY)

ASKED: list[dict[str, Any]] = [
    {"discover": "balanced_persons < 3000", "across": True},
    {"method": "morris"},
    {"method": "tornado", "seed": 3, "top": 4},
]


def on_the_command_line(asked: dict[str, Any]) -> list[str]:
    return [
        word
        for name, value in asked.items()
        for word in ([f"--{name}"] if value is True else [f"--{name}", str(value)])
    ]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_document_is_what_the_command_prints_and_fits_the_schema(
    asked: dict[str, Any],
) -> None:
    words = ["sensitivity", "minimal", "--draws", str(kept.FEW), *on_the_command_line(asked)]
    printed = CliRunner().invoke(main, [*words, "--json"])
    assert printed.exit_code == 0, printed.stderr
    document = kept.analysis(**asked).to_json()
    assert document == json.loads(printed.stdout)
    assert [error.message for error in VALID.iter_errors(document)] == []


def test_a_cell_that_is_set_and_rows_left_out_are_in_the_document() -> None:
    cells = {"engines/forces/strength_ratio": 1}
    found = foedus.sensitivity(
        kept.scenario("minimal"), method="tornado", draws=2, set=cells, strict=True
    )
    assert found.to_json()["set"] == {"engines/forces/strength_ratio": 1.0}
    assert "engines/forces/strength_ratio" not in found.factors["input"].to_list()
    assert kept.scenario("minimal").later_rows
    assert not found.scenario.later_rows
    assert not any("--strict" in warning for warning in found.warnings)


def test_the_outcome_over_draws_is_that_of_a_brief() -> None:
    brought = kept.findings().forces.outcomes()["balanced_persons"]
    np.testing.assert_array_equal(kept.analysis().sample, brought)


def test_the_outcome_is_that_of_the_question_unless_another_is_named() -> None:
    asks = "joiners_count >= 2"
    followed = kept.analysis(discover=asks)
    assert followed.outcome == "consent/joiners_count"
    named = kept.analysis(discover=asks, outcome="balanced_persons")
    assert named.outcome == "forces/balanced_persons"
    for found in (followed, named):
        assert found.discovery is not None
        assert str(found.discovery.question) == "consent/joiners_count >= 2"


def test_what_does_nothing_has_no_share() -> None:
    """What war costs is told by the scenario, and nobody who joins looks at it."""
    told = kept.analysis(outcome="joiners_count").factors
    (idle,) = told.filter(pl.col("kind") == "unmoved").to_dicts()
    assert idle["cells_count"] > 1
    assert [idle["first_share"], idle["total_share"]] == [0.0, 0.0]
    moved = kept.analysis(outcome="joiners_count", method="morris").factors
    of_war = moved.filter(pl.col("factor").str.starts_with("disputes/"))
    assert of_war.height > 1
    assert of_war["change_value"].max() == 0.0


def test_no_factor_makes_more_alone_than_with_others() -> None:
    """Within the error of both: each interval of the one reaches below the end of the other."""
    for outcome in ("balanced_persons", "direct_war_prob"):
        table = kept.analysis(200, outcome=outcome).factors
        assert (table["first_share_low"] <= table["total_share_high"]).all()
        assert (table["total_share"] >= 0).all()


def test_it_is_told_how_far_the_work_is_in_words() -> None:
    told: list[tuple[str, float]] = []
    foedus.sensitivity(
        kept.scenario("minimal"),
        method="morris",
        draws=8,
        across=True,
        progress=lambda what, part: told.append((what, part)),
    )
    said = [what for what, _ in told]
    assert "chance inside the models: who governs, who says yes" in said
    assert "an ordinary run" in said
    assert not any(what.startswith(("units/", "group/")) for what in said)
    assert all(0 <= part <= 1 for _, part in told)
    assert told[-1][1] == 1.0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"outcome": "balanced_person"}, "no outcome 'balanced_person'. Did you mean"),
        ({"discover": "balanced"}, "is no question about an outcome"),
        ({"discover": "balance_persons < 3"}, "no outcome 'balance_persons'"),
        ({"draws": 1}, "Write 2 or more"),
        ({"draws": "many"}, "'many' is not a whole number"),
        ({"method": "sobl"}, "no method 'sobl'. Did you mean sobol"),
        ({"top": 0}, "Write 1 or more"),
        ({"option": "nowhere"}, "no option 'nowhere'"),
        ({"set": {"engines/forces/nothing": 1}}, "nothing"),
        ({"outcome": "own_share", "across": True}, "neither more nor less of it is better"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_refused_before_anything_is_run(
    asked: dict[str, Any], says: str
) -> None:
    told: list[str] = []
    with pytest.raises(SettingsError) as refused:
        foedus.sensitivity(
            kept.scenario("minimal"),
            **{"draws": kept.FEW, **asked},
            progress=lambda what, _: told.append(what),
        )
    assert says in str(refused.value)
    assert told == []


def test_what_the_scenario_lacks_is_told_before_anything_is_run() -> None:
    bare = kept.scenario("minimal").replace(disputes=())
    told: list[str] = []
    with pytest.raises(foedus.MissingDataError, match="deterrence needs"):
        foedus.sensitivity(
            bare, outcome="deterred_prob", progress=lambda what, _: told.append(what)
        )
    assert told == []
