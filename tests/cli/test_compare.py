"""`foedus compare` tells how two briefs differ, in words and numbers."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import foedus as fd
from foedus.briefing.comparing import Comparison
from foedus.briefing.questions import answerable

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

FEW = ("--draws", 40)
BACKING = "options/rear-8k-backed/us_backing_prob"


@pytest.fixture(scope="module")
def page() -> str:
    from click.testing import CliRunner  # noqa: PLC0415 - one page for many tests

    from foedus.cli import main  # noqa: PLC0415

    words = ["compare", "minimal", "minimal", "--draws", "40", "--set-b", f"{BACKING}=0"]
    outcome = CliRunner().invoke(main, words)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Return what the page tells of."""
    return fd.compare("minimal", "minimal", draws=40, set_b={BACKING: "0"})


def test_like_against_like_is_no_difference(foedus: Foedus) -> None:
    outcome = foedus("compare", "minimal", "minimal", *FEW)
    assert outcome.exit_code == 0
    assert "No difference, neither in the inputs nor in the answers." in outcome.stdout
    assert "What differs" not in outcome.stdout


def test_the_page_says_what_differs(page: str, found: Comparison) -> None:
    flat = " ".join(page.split())
    asked = answerable(fd.load("minimal"))
    assert f"1 input differs, and {len(found.answers)} of {len(asked)} answers" in flat
    assert "rear-8k-backed/us_backing_prob 50 % 0 %" in flat
    for answer in found.answers:
        assert f"{answer.id}: {answer.question}" in flat
        assert " ".join(answer.says.split()) in flat
    assert "differences come from the inputs and not from chance" in flat


def test_the_furthest_apart_stands_first(page: str, found: Comparison) -> None:
    places = [page.index(f"{answer.id}: ") for answer in found.answers]
    assert places == sorted(places)
    assert f"most of all {found.answers[0].id}" in " ".join(page.split())


def test_the_command_on_the_page_repeats_it(page: str, foedus: Foedus) -> None:
    tail = page[page.index("  foedus compare") :]
    again = foedus(*shlex.split(" ".join(tail.split()))[1:])
    assert again.stdout == page


def test_the_document_is_that_of_the_library(foedus: Foedus) -> None:
    outcome = foedus("compare", "minimal", "minimal@rear-8k-alone", *FEW, "--json")
    assert outcome.exit_code == 0
    found = fd.compare("minimal", "minimal@rear-8k-alone", draws=40)
    assert json.loads(outcome.stdout) == json.loads(json.dumps(found.to_json()))


def test_a_saved_brief_is_compared_with_what_its_scenario_became(
    folder: Path, spoil: Spoil, foedus: Foedus, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    assert foedus("brief", folder, *FEW, "--seed", 4, "--save", saved).exit_code == 0
    same = foedus("compare", saved, folder)
    assert "No difference" in same.stdout
    spoil("delegations.csv", "Aldmark", "Oldmark")
    changed = foedus("compare", saved, folder)
    assert changed.exit_code == 0
    assert "What differs in the inputs" in changed.stdout
    assert "saved before" in changed.stdout


def test_chance_is_told_where_it_is_not_common(foedus: Foedus, tmp_path: Path) -> None:
    fd.brief(fd.load("minimal"), draws=40).save(tmp_path / "saved")
    outcome = foedus("compare", tmp_path / "saved", "minimal", "--seed", 1)
    assert "the differences include chance" in " ".join(outcome.stdout.split())


def test_two_summits_share_next_to_nothing_and_the_page_stays_short(foedus: Foedus) -> None:
    outcome = foedus("compare", "minimal", "paris-2025", "--draws", 20)
    assert outcome.exit_code == 0
    assert "Rows only in B" in outcome.stdout
    assert "more" in outcome.stdout
    assert "Only A answers" in outcome.stdout
    lines = outcome.stdout.splitlines()
    assert len(lines) < 330
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["minimal", "nowhere"], "no folder of this name"),
        (["minimal", "minimal@nothing"], "there is no option 'nothing'"),
        (["minimal", "minimal", "--set-b", "units/x/y=1"], "units"),
        (["minimal", "minimal", "--draws", "0"], "draws: 0"),
    ],
)
def test_what_cannot_be_compared_is_a_fault(words: list[str], says: str, foedus: Foedus) -> None:
    outcome = foedus("compare", *words)
    assert outcome.exit_code == 1
    assert says in outcome.stderr


def test_a_cell_without_a_value_is_a_fault_of_usage(foedus: Foedus) -> None:
    assert foedus("compare", "minimal", "minimal", "--set-a", "x").exit_code == 2
