"""`foedus compare` tells how two briefs differ, in words and numbers."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import kept
from tests.cli.few import few_tables

import foedus as fd
from foedus.briefing.comparing import Comparison
from foedus.briefing.questions import answerable
from foedus.cli import main
from foedus.cli.compare import put_comparison
from foedus.cli.page import Page

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

FEW = ("--draws", 40)
BACKING = "options/rear-8k-backed/us_backing_prob"


@pytest.fixture(scope="module")
def summit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scenario of which a brief is quick, for tests that change nothing of it."""
    return few_tables(tmp_path_factory.mktemp("compared") / "summit")


@pytest.fixture
def folder(few: Path) -> Path:
    """Return the scenario that is spoiled."""
    return few


@pytest.fixture(scope="module")
def page(summit: Path) -> str:
    words = ["compare", str(summit), str(summit), "--draws", "40", "--set-b", f"{BACKING}=0"]
    outcome = CliRunner().invoke(main, words)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


@pytest.fixture(scope="module")
def found(summit: Path) -> Comparison:
    """Return what the page tells of."""
    return fd.compare(summit, summit, draws=40, set_b={BACKING: "0"})


def test_like_against_like_is_no_difference(summit: Path, foedus: Foedus) -> None:
    outcome = foedus("compare", summit, summit, *FEW)
    assert outcome.exit_code == 0
    assert "No difference, neither in the inputs nor in the answers." in outcome.stdout
    assert "What differs" not in outcome.stdout


def test_the_page_says_what_differs(page: str, found: Comparison, summit: Path) -> None:
    flat = " ".join(page.split())
    asked = answerable(fd.load(summit))
    assert found.answers
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


def test_the_document_is_that_of_the_library(summit: Path, foedus: Foedus) -> None:
    outcome = foedus("compare", summit, f"{summit}@rear-8k-alone", *FEW, "--json")
    assert outcome.exit_code == 0
    found = fd.compare(summit, f"{summit}@rear-8k-alone", draws=40)
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


def test_chance_is_told_where_it_is_not_common(
    summit: Path, foedus: Foedus, tmp_path: Path
) -> None:
    fd.brief(fd.load(summit), draws=40).save(tmp_path / "saved")
    outcome = foedus("compare", tmp_path / "saved", summit, "--seed", 1)
    assert "the differences include chance" in " ".join(outcome.stdout.split())


def test_two_summits_share_next_to_nothing_and_the_page_stays_short() -> None:
    page = Page()
    put_comparison(page, fd.compare(kept.brief(), kept.brief("paris-2025")))
    lines = [line.plain for line in page.lines]
    text = "\n".join(lines)
    assert "Rows only in B" in text
    assert "more" in text
    assert "Only A answers" in text
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
def test_what_cannot_be_compared_is_a_fault_before_the_work(
    words: list[str], says: str, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("one side was briefed first")

    monkeypatch.setattr("foedus.briefing.comparing.brief", never)
    outcome = foedus("compare", *words)
    assert outcome.exit_code == 1
    assert says in outcome.stderr


def test_a_cell_without_a_value_is_a_fault_of_usage(foedus: Foedus) -> None:
    assert foedus("compare", "minimal", "minimal", "--set-a", "x").exit_code == 2
