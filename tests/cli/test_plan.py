"""`foedus plan` finds the force of those who join, or of everyone."""

import json
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from click.testing import Result

import foedus as fd
from foedus.briefing.wording import fold_ranges
from foedus.chain import run_option
from foedus.cli.plan import sent_by_nation, steps
from foedus.runs import make_request

Foedus = Callable[..., Result]

QUICK = ("--draws", 100)


def test_the_page_has_strength_sendings_and_services(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK)
    assert outcome.exit_code == 0
    for text in (
        "What can be sustained",
        "Strength by month of the mission",
        "Balanced strength by length of the mission",
        "Sent by nation",
        "Services",
        "What binds: ",
        "foedus plan minimal --option rear-8k-backed --draws 100 --seed 0",
    ):
        assert text in outcome.stdout
    assert "Joining: " in outcome.stdout
    assert "run " in outcome.stderr


def test_the_document_is_the_run_that_consent_feeds(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--seed", 5, "--json")
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


def test_everyone_asks_no_consent(foedus: Foedus) -> None:
    outcome = foedus("plan", "minimal", *QUICK, "--everyone", "--json")
    document = json.loads(outcome.stdout)
    alone = fd.run(fd.load("minimal"), fd.SustainedForce(), draws=100)
    assert document["run"] == alone.run_id
    assert document["fed_by"] == []
    page = foedus("plan", "minimal", *QUICK, "--everyone").stdout
    assert "As if every contributor joined" in page
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
    assert "No land force is asked for." in outcome.stdout


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
