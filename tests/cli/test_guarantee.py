"""`foedus guarantee` prints the grid, never deterrence without war, and writes games for others."""

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from foedus.cli.guarantee_sections import threshold_words
from foedus.engines.deterrence.efg import read_efg

Foedus = Callable[..., Result]

QUICK = ("--draws", 120)


def page_of(outcome: Result) -> str:
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout


def told(outcome: Result) -> str:
    return " ".join(outcome.stderr.split())


@pytest.fixture
def page(foedus: Foedus) -> str:
    return page_of(foedus("guarantee", "minimal", *QUICK))


def test_the_page_says_first_that_it_foretells_nothing(page: str) -> None:
    parts = [
        "is no prophecy",
        "Missions and locations",
        "With the guarantor",
        "Without the guarantor",
        "The option",
        "What follows, rung by rung",
        "Within months",
        "Which is best for the governments",
        "What would have to be true",
        "Backing, and who carries the burden",
        "Leverage: a seat, or help withheld",
        "Equilibria of the option",
        "How often such promises and such peace held",
        "Warnings",
        "To repeat this",
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "fails D1" in page
    assert "behind the line *" in page
    assert "_" not in page.partition("To repeat this")[0].replace("set_", "")


def test_no_line_of_numbers_tells_of_deterrence_without_war(page: str) -> None:
    headings = [line for line in page.splitlines() if re.search(r"Deterred\b", line)]
    assert len(headings) >= 4
    for at, line in enumerate(page.splitlines()):
        if "Deterred  " in line or line.rstrip().endswith("Deterred"):
            near = " ".join(page.splitlines()[max(at - 1, 0) : at + 1])
            assert "war" in near
    for sentence in re.findall(r"[^.]*[Dd]eterred in [^.;]*[.;]", page):
        assert "direct war" in " ".join(sentence.split())


def test_the_command_that_is_printed_gives_the_same_page(foedus: Foedus) -> None:
    words = ("--authorisation", "heads", "--lambda", "0.5")
    page = page_of(foedus("guarantee", "minimal", *QUICK, *words))
    assert "choices follow payoffs with 0.5 a point" in page
    (line,) = [line for line in page.splitlines() if "foedus guarantee minimal" in line]
    again = shlex.split(line)
    assert again[again.index("--lambda") + 1] == "0.5"
    assert page_of(foedus(*again[1:])) == page


def test_a_cell_opens_to_its_assumptions(foedus: Foedus) -> None:
    page = page_of(foedus("guarantee", "minimal", *QUICK, "--cell", "fight_back.line"))
    text = " ".join(page.split())
    assert "Assumptions of fight back on the line" in text
    assert "presence_ratio:line" in page
    assert "self_defence" not in text
    wrong = foedus("guarantee", "minimal", *QUICK, "--cell", "fight_back.lines")
    assert wrong.exit_code == 1
    assert "there is no cell 'fight_back.lines'. Did you mean fight_back.line" in told(wrong)


def test_a_table_can_be_had_as_csv(foedus: Foedus) -> None:
    outcome = foedus("guarantee", "minimal", *QUICK, "--csv", "grid")
    rows = list(csv.DictReader(io.StringIO(page_of(outcome))))
    assert len(rows) == 24
    wrong = foedus("guarantee", "minimal", *QUICK, "--csv", "grids")
    assert "there is no table 'grids'. Did you mean grid" in told(wrong)


def test_json_holds_outcomes_tables_and_what_fed_it(foedus: Foedus) -> None:
    document = json.loads(page_of(foedus("guarantee", "minimal", *QUICK, "--json")))
    assert document["engine"] == "deterrence"
    assert len(document["fed_by"]) == 4
    assert set(document["tables"]) >= {"grid", "ladder", "cells", "base_rates"}
    assert 0 <= document["outcomes"]["direct_war_prob"] <= 1


def test_the_game_is_written_once_and_can_be_read(foedus: Foedus, tmp_path: Path) -> None:
    file = tmp_path / "game.efg"
    outcome = foedus("guarantee", "minimal", *QUICK, "--efg", file)
    assert "the game of rear-8k-backed at a point" in told(outcome)
    game = read_efg(file.read_text(encoding="utf-8"))
    assert game.players == ("Adversary", "Governments")
    assert {"war_backed", "unanswered"} <= set(game.outcomes)
    assert [path.name for path in tmp_path.iterdir()] == ["game.efg"]
    again = foedus("guarantee", "minimal", *QUICK, "--efg", file)
    assert again.exit_code == 1
    assert "there is such a file already" in told(again)


def test_no_draws_are_refused_and_a_missing_table_is_named(foedus: Foedus, folder: Path) -> None:
    assert "draws: 0" in told(foedus("guarantee", "minimal", "--draws", 0))
    (folder / "disputes.csv").unlink()
    outcome = foedus("guarantee", folder, *QUICK)
    assert outcome.exit_code == 1
    assert "deterrence needs disputes.csv" in told(outcome)


def test_thresholds_that_are_never_met_are_told_so() -> None:
    names = ("x_persons", "x_persons_low", "x_persons_high")
    row: dict[str, float | None] = dict.fromkeys(names)
    assert threshold_words(row, "x_persons") == "never"
    row |= {"x_persons": 12_340.0, "x_persons_low": 0.0}
    assert threshold_words(row, "x_persons") == "12,300 (0 to never)"
