"""`foedus consent` prints who would join, and scores it on what was known on the date."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import foedus as fd

Foedus = Callable[..., Result]

QUICK = ("--draws", 100)
OUTCOMES = "delegation,outcome\nALD,1\nBRK,0\nCST,1\nDUN,0\nELM,1\n"


@pytest.fixture
def happened(tmp_path: Path) -> Path:
    path = tmp_path / "happened.csv"
    path.write_text(OUTCOMES, encoding="utf-8")
    return path


def test_the_page_has_chances_with_and_without_backing(foedus: Foedus) -> None:
    outcome = foedus("consent", "minimal", *QUICK)
    assert outcome.exit_code == 0
    for text in ("Who joins", "Chances by delegation", "How many join", "Aldmark", "Elmland"):
        assert text in outcome.stdout
    assert "least coalition" in outcome.stdout
    assert "Baseline" in outcome.stdout


def test_the_document_is_the_run(foedus: Foedus) -> None:
    document = json.loads(foedus("consent", "minimal", *QUICK, "--seed", 2, "--json").stdout)
    run = fd.run(fd.load("minimal"), fd.Consent(), draws=100, seed=2)
    assert document["engine"] == "consent"
    assert document["run"] == run.run_id
    assert "score" not in document
    chances = {row["delegation"]: row["join_prob"] for row in document["tables"]["consent"]}
    assert chances == dict(run.result.join_prob.select("delegation", "join_prob").iter_rows())


def test_it_runs_at_a_point(foedus: Foedus) -> None:
    assert foedus("consent", "minimal", "--draws", 0).exit_code == 0


def test_scores_are_of_what_was_known_on_the_date(foedus: Foedus, happened: Path) -> None:
    outcome = foedus("consent", "minimal", *QUICK, "--json", "--score", happened)
    document = json.loads(outcome.stdout)
    strict = fd.load("minimal").strict()
    run = fd.run(strict, fd.Consent(), draws=100)
    assert document["scenario"]["digest"] == strict.digest != fd.load("minimal").digest
    assert document["run"] == run.run_id
    chance = dict(run.result.join_prob.select("delegation", "join_prob").iter_rows())
    joined = {"ALD": 1, "BRK": 0, "CST": 1, "DUN": 0, "ELM": 1}
    brier = sum((chance[code] - joined[code]) ** 2 for code in joined) / 5
    scores = {row["forecast"]: row for row in document["score"]["scores"]}
    assert scores["foedus"]["brier_ratio"] == pytest.approx(brier)
    assert "strict: 1 row known only after 2030-06-05 left out" in outcome.stderr


def test_the_scored_page_says_what_is_left_out_and_repeats(foedus: Foedus, happened: Path) -> None:
    outcome = foedus("consent", "minimal", *QUICK, "--score", happened)
    assert outcome.exit_code == 0
    flat = " ".join(outcome.stdout.split())
    assert (
        "5 delegations scored on what was known by 2030-06-05; every later row is left out" in flat
    )
    assert "Of those with about the same chance, how many joined" in flat
    assert f"--score {happened}" in flat
    assert "--strict" in flat


def test_a_stance_known_only_later_is_not_scored(
    folder: Path, foedus: Foedus, happened: Path
) -> None:
    path = folder / "stances.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    marked = [f"{row},{int(row.startswith('ELM'))}" for row in rows]
    text = "\n".join([f"{head},later", *marked]).replace(
        "2030-06-01,assumed,invented,1", "2030-06-20,assumed,invented,1"
    )
    path.write_text(text + "\n", encoding="utf-8")
    outcome = foedus("consent", folder, *QUICK, "--score", happened)
    assert outcome.exit_code == 0, outcome.stderr
    flat = " ".join(outcome.stdout.split())
    assert "4 delegations scored" in flat
    assert "Not scored, as its stance became known only later: Elmland." in flat
    document = json.loads(foedus("consent", folder, *QUICK, "--json", "--score", happened).stdout)
    assert document["score"]["unscored"] == {"ELM": "its stance became known only later"}
    assert [case["delegation"] for case in document["score"]["cases"]] == [
        "ALD",
        "BRK",
        "CST",
        "DUN",
    ]


def test_a_file_that_is_not_there_is_a_fault_of_usage(foedus: Foedus, tmp_path: Path) -> None:
    outcome = foedus("consent", "minimal", "--score", tmp_path / "none.csv")
    assert outcome.exit_code == 2
    assert "does not exist" in outcome.stderr


def test_faults_of_the_score_file_are_told_before_the_work(foedus: Foedus, happened: Path) -> None:
    happened.write_text(OUTCOMES.replace("BRK,0", "BRK,maybe"), encoding="utf-8")
    outcome = foedus("consent", "minimal", "--score", happened)
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    assert f"{happened}:3: outcome: 'maybe' is neither 0 nor 1" in outcome.stderr
    assert "fix: write 1 if it joined, 0 if it did not" in outcome.stderr
