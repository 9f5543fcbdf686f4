"""`foedus plan` plans the force of those who are likely to join, or of everyone."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

import foedus as fd
from foedus.briefing.wording import fold_ranges
from foedus.chain import likely_levels, run_option, run_plan
from foedus.cli import main
from foedus.cli.plan_progress import Report
from foedus.cli.sustained import sent_by_nation, steps
from foedus.runs import make_request

Foedus = Callable[..., Result]

QUICK = ("--draws", 100)


@pytest.fixture(scope="module")
def usual() -> str:
    """Return the page that is printed where nothing else is asked for."""
    outcome = CliRunner().invoke(main, ["plan", "minimal", *map(str, QUICK)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def test_the_page_has_the_plan_and_then_the_sustained_force(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK)
    assert outcome.exit_code == 0
    places = [
        outcome.stdout.index(text)
        for text in (
            "The plan\n",
            "of 100 points of the weighted requirement",
            "It counts on soldiers on land from",
            "For the same coalition the sustained force has",
            "Command: framework nation by area and phase",
            "Soldiers on land by nation, from the month",
            "Filled of each capability",
            "Burden against fair share",
            "Goals, one after the other",
            "Why there is a gap",
            "What can be sustained",
            "Strength by month of the mission",
            "Sent by nation",
            "foedus plan minimal --option rear-8k-backed --draws 100 --seed 0",
        )
    ]
    assert places == sorted(places)
    assert "run " in outcome.stderr


def test_without_the_plan_the_page_is_that_of_the_sustained_force(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--no-plan")
    assert outcome.exit_code == 0
    assert "The plan" not in outcome.stdout
    assert "What can be sustained" in outcome.stdout
    assert "--no-plan" in outcome.stdout.splitlines()[-2]


def test_without_the_plan_the_document_is_the_run_that_consent_feeds(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--seed", 5, "--json", "--no-plan")
    document = json.loads(outcome.stdout)
    minimal = fd.load("minimal")
    chain = run_option(minimal, make_request(minimal, draws=100, seed=5))
    assert document["engine"] == "forces"
    assert document["run"] == chain.forces.run_id
    assert document["fed_by"] == [chain.consent.run_id]
    assert document["scenario"] == {"name": "minimal", "digest": minimal.digest}
    for name, values in chain.forces.result.outcomes().items():
        assert document["outcomes"][name] == pytest.approx(np.median(values))
    assert set(document["tables"]) == set(chain.forces.result.tables())
    assert [source["source"] for source in document["sources"]] == ["invented"]
    assert any(text.startswith("†") for text in document["warnings"])


def test_the_document_is_the_plan_with_the_sustained_force_beside_it(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--seed", 5, "--json")
    document = json.loads(outcome.stdout)
    minimal = fd.load("minimal")
    request = make_request(minimal, draws=100, seed=5)
    chain = run_option(minimal, request)
    levels = likely_levels(minimal, chain.consent)
    planned = run_plan(
        minimal,
        request,
        levels,
        fed_by=(chain.consent.run_id,),
        engine=fd.PlannedForce(work="usual"),
    )
    assert document["engine"] == "plan"
    assert document["run"] == planned.run_id
    assert document["sustained"]["run"] == chain.forces.run_id
    assert document["draws"] == 0
    for name, values in planned.result.outcomes().items():
        assert document["outcomes"][name] == pytest.approx(values[0])
    tours = planned.result.tables()["plan_tours"].to_dicts()
    assert document["tables"]["plan_tours"] == tours


def test_everyone_asks_no_consent(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--everyone", "--json", "--no-plan")
    document = json.loads(outcome.stdout)
    alone = fd.run(fd.load("minimal"), fd.SustainedForce(), draws=100)
    assert document["run"] == alone.run_id
    assert document["fed_by"] == []
    page = foedus("plan", "minimal", *QUICK, "--everyone").stdout
    assert "As if every contributor joined" in page
    assert "It counts on every contributor" in page
    assert "Joining: " not in page
    assert "--everyone" in page.splitlines()[-2]


def test_everyone_can_be_had_at_a_point_without_ranges(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", "--draws", 0, "--everyone")
    assert outcome.exit_code == 0
    assert "90 %" not in outcome.stdout
    assert " to " not in outcome.stdout[outcome.stdout.index("Strength by month") :]


def test_consent_cannot_be_asked_at_a_point(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", "--draws", 0)
    assert outcome.exit_code == 1
    assert "add --everyone" in outcome.stderr


def test_an_option_without_land_says_so(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--option", "air-sea-backed")
    assert outcome.exit_code == 0
    assert "It puts no soldier on land." in outcome.stdout
    assert "No land force is asked for." in outcome.stdout


def test_a_lower_share_of_futures_counts_on_more(foedus: Foedus) -> None:
    def coalition(share: float) -> str:
        page = foedus("plan", "minimal", *QUICK, "--likely", share).stdout
        return page[page.index("It counts on") : page.index("On land")]

    assert "Castria" not in coalition(0.5)
    assert "Castria" in coalition(0.1)
    assert foedus("plan", "minimal", *QUICK, "--likely", 0).exit_code == 2


def test_a_plan_on_which_nobody_can_be_counted_says_how_to_count_on_more(
    foedus: Foedus, usual: str
) -> None:
    nobody = ("--set", "consent/*/level=0")
    said = "counts on more"
    assert said in " ".join(foedus("plan", "minimal", *QUICK, *nobody).stdout.split())
    assert said not in " ".join(usual.split())


def test_a_plan_that_was_written_begins_the_next(foedus: Foedus, tmp_path: Path) -> None:
    folder = tmp_path / "first"
    first = foedus("plan", "minimal", *QUICK, "--out", folder)
    assert first.exit_code == 0
    assert f"written: {folder}" in first.stderr
    chart = pl.read_csv(folder / "plan_gantt.csv")
    tours = pl.read_csv(folder / "plan_units.csv")
    assert set(chart["unit"]) == set(tours["unit"])
    assert len(chart.columns) == 1 + 24
    no_help = "options/rear-8k-backed/us_enablers_share=0"
    again = foedus("plan", "minimal", *QUICK, "--from", folder, "--set", no_help)
    assert again.exit_code == 0
    assert "It began from a plan that fills" in again.stdout
    assert "names what is not known here: PTN:air_defence" in again.stdout
    same = foedus("plan", "minimal", *QUICK, "--from", folder / "plan.json", "--json")
    digest = hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest()[:12]
    assert digest in json.loads(same.stdout)["fed_by"]


def test_a_folder_that_holds_something_is_left_alone(foedus: Foedus, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    outcome = foedus("plan", "minimal", *QUICK, "--out", tmp_path)
    assert outcome.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}'])
def test_what_is_no_plan_is_refused(foedus: Foedus, tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    outcome = foedus("plan", "minimal", *QUICK, "--from", tmp_path)
    assert outcome.exit_code == 1
    assert "Give a folder that foedus plan --out wrote" in outcome.stderr


def test_units_are_named_on_request(foedus: Foedus, usual: str) -> None:
    page = foedus("plan", "minimal", *QUICK, "--units").stdout
    assert "Aldmark, Brigade 1a" in page
    assert "Named units" in page
    assert "Named units" not in usual


def test_a_second_mission_draws_on_the_same_units(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--also", "air-sea-backed", "--json")
    lines = json.loads(outcome.stdout)["tables"]["plan_lines"]
    assert {row["line"].partition(":")[0] for row in lines if ":" in row["line"]} == {
        "air-sea-backed"
    }
    wrong = foedus("plan", "minimal", *QUICK, "--also", "air-sea-baked")
    assert wrong.exit_code == 1
    assert "air-sea-backed" in wrong.stderr


def test_what_was_asked_is_repeated_and_nothing_else(foedus: Foedus, usual: str) -> None:
    words = ("--likely", 0.3, "--work", "quick", "--plan-seconds", 50, "--units")
    page = " ".join(foedus("plan", "minimal", *QUICK, *words).stdout.split())
    line = page[page.rindex("foedus plan") : page.rindex("Runs:")]
    for word in ("--likely 0.3", "--work quick", "--plan-seconds 50", "--units"):
        assert word in line
    assert "engines/plan" not in line
    assert "--work" not in usual[usual.rindex("foedus plan") :]


def test_a_plan_broken_off_is_printed_with_its_bound(
    foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def hand_on_the_key() -> Iterator[Report]:
        def report(_stage: str, _value: float, _bound: float) -> None:
            raise KeyboardInterrupt

        yield report

    monkeypatch.setattr("foedus.chain._MADE", {})
    monkeypatch.setattr("foedus.cli.plan.plan_progress", hand_on_the_key)
    outcome = foedus("plan", "minimal", *QUICK)
    assert outcome.exit_code == 130
    assert "broken off by hand" in outcome.stdout
    assert "of 100 points of the weighted requirement" in outcome.stdout


def test_months_in_which_nothing_printed_changes_are_left_out() -> None:
    table = pl.DataFrame(
        {"mission_month": [0, 1, 2, 3, 4], "gross_persons": [0.0, 5.0, 5.2, 5.4, 5.4]}
    )
    kept = steps(table)
    assert kept["mission_month"].to_list() == [0, 1, 4]
    assert fold_ranges(kept)[1].cells == ["0", "5", "5"]


def test_what_nations_send_adds_up_to_what_is_sent() -> None:
    minimal = fd.load("minimal")
    chain = run_option(minimal, make_request(minimal, draws=1, seed=2))
    table = sent_by_nation(minimal, chain.forces.result, chain)
    total = chain.forces.result.sent_persons.sum()
    left_out = chain.forces.result.sent_persons.sum(axis=2)
    assert table["sent_persons"].sum() == pytest.approx(total - left_out[left_out < 1].sum())
    assert table["sent_persons"].is_sorted(descending=True)
