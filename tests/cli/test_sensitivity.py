"""`foedus sensitivity` tells what an outcome hangs on, when it falls short, and how options do."""

import csv
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from foedus.cli import main

Foedus = Callable[..., Result]

QUICK = ("--draws", 300, "--top", 4)
"""Every cell that is told apart is run by itself."""
ASKS = ("--discover", "balanced_persons < 3000")


def page_of(outcome: Result) -> str:
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout


def told(outcome: Result) -> str:
    return " ".join(outcome.stderr.split())


def rows_of(foedus: Foedus, table: str, *more: object) -> list[dict[str, str]]:
    outcome = foedus("sensitivity", "minimal", *QUICK, *more, "--csv", table)
    return list(csv.DictReader(io.StringIO(page_of(outcome))))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return all that is found of the usual outcome."""
    words = ["sensitivity", "minimal", *map(str, QUICK), *ASKS, "--across", "--json"]
    outcome = CliRunner().invoke(main, words)
    found: dict[str, Any] = json.loads(page_of(outcome), parse_constant=pytest.fail)
    return found


def test_the_page_goes_from_the_outcome_to_factors_events_boxes_and_options(
    foedus: Foedus,
) -> None:
    outcome = foedus("sensitivity", "minimal", "--draws", 300, *ASKS, "--across")
    page = page_of(outcome)
    parts = [
        "This scenario is invented",
        "Balanced strength on land (forces/balanced_persons):",
        "What its variance comes from",
        "Most hangs on chance inside the models",
        "Cells to set",
        "300 base draws",
        "What hangs on events that chance decides",
        "Aldmark joins",
        "When: balanced strength on land below 3,000 persons",
        "Box 1: holds",
        "Options on the same futures",
        "To repeat this",
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert max(map(len, page.splitlines())) <= 100
    assert "runs of the chain, seed 0" in told(outcome)


def test_the_command_that_it_prints_prints_the_same(foedus: Foedus, few: Path) -> None:
    page = page_of(foedus("sensitivity", few, *QUICK, *ASKS, "--top", 3, "--seed", 3))
    _, command = page.split("To repeat this\n--------------\n")
    words = shlex.split(" ".join(command.split()))
    assert words[:3] == ["foedus", "sensitivity", str(few)]
    assert page_of(foedus(*words[1:])) == page


def test_the_totals_of_all_factors_account_for_all_variance(foedus: Foedus) -> None:
    rows = rows_of(foedus, "factors", "--outcome", "consent/joiners_count")
    assert sum(float(row["total_share"]) for row in rows) > 0.95
    totals = [float(row["total_share"]) for row in rows]
    assert totals == sorted(totals, reverse=True)
    assert all(row["title"] for row in rows)


def test_a_cell_that_is_set_is_no_factor(foedus: Foedus, document: dict[str, Any]) -> None:
    picked = {row["factor"] for row in document["tables"]["factors"]}
    cell = next(name for name in picked if name.startswith("engines/forces/"))
    fixed = {row["factor"] for row in rows_of(foedus, "factors", "--set", f"{cell}=1")}
    assert cell not in fixed


def test_json_has_every_table_and_no_number_that_is_none(document: dict[str, Any]) -> None:
    assert document["outcome"] == "forces/balanced_persons"
    assert document["method"] == "sobol"
    assert document["question"]["asks"] == "forces/balanced_persons < 3000"
    assert set(document["tables"]) == {"factors", "events", "boxes", "options"}
    assert document["low"] <= document["median"] <= document["high"]
    assert document["named"]["mean"] == ["rear-8k-backed"]
    assert document["runs_count"] > 300 * (len(document["tables"]["factors"]) + 2)


def test_morris_and_tornado_tell_the_same_inputs_in_the_unit_of_the_outcome(
    foedus: Foedus,
) -> None:
    few = ("--draws", 20, "--method")
    morris = page_of(foedus("sensitivity", "minimal", *few, "morris"))
    assert "inputs drawn anew, one at a time" in morris
    assert "(persons)" in morris
    assert "Most hangs on" not in morris
    tornado = page_of(foedus("sensitivity", "minimal", *few, "tornado"))
    assert "One at a time: the mean at the low and the high point" in tornado
    assert "--method tornado" in tornado
    for page in (morris, tornado):
        assert "available at once, everywhere" in " ".join(page.split())


def test_an_outcome_that_nothing_moves_is_said_to_be_one_number(foedus: Foedus) -> None:
    page = page_of(
        foedus("sensitivity", "minimal", *QUICK, "--outcome", "at_least_100000_prob", "--discover",
               "balanced_persons < 1e6")
    )  # fmt: skip
    assert "0 % in every draw. Nothing that is uncertain moves it." in " ".join(page.split())
    assert "It is so in 300 of 300 draws." in page
    assert "There is nothing to tell apart." in page
    assert "What its variance comes from" not in page


def test_an_outcome_of_yes_and_no_is_told_as_a_share_of_draws(foedus: Foedus) -> None:
    page = page_of(foedus("sensitivity", "minimal", *QUICK, "--outcome", "all_deals_prob"))
    (line,) = [line for line in page.splitlines() if "(bargaining/all_deals_prob)" in line]
    assert line.endswith(" % of 300 draws.")
    assert "(points)" in page


def test_bad_input_is_told_in_a_sentence(foedus: Foedus, folder: Path) -> None:
    quick, cheap = ("--draws", 5), ("--outcome", "joiners_count")
    for words, says in (
        (("--outcome", "balanced_person"), "no outcome 'balanced_person'. Did you mean"),
        (("--discover", "balanced"), "is no question about an outcome"),
        (("--discover", "balance_persons < 3"), "no outcome 'balance_persons'"),
        (("--draws", 1), "Write 2 or more"),
        (("--csv", "factor", *cheap), "there is no table 'factor'. Did you mean factors"),
        (("--outcome", "own_share", "--across"), "neither more nor less of it is better"),
    ):
        outcome = foedus("sensitivity", "minimal", *quick, *words)
        assert (outcome.exit_code, says in told(outcome)) == (1, True), told(outcome)
    (folder / "disputes.csv").unlink()
    outcome = foedus("sensitivity", folder, *quick, "--outcome", "deterred_prob")
    assert outcome.exit_code == 1
    assert "deterrence" in told(outcome)
