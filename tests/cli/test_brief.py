"""`foedus brief` answers every question, prints it for people, and writes it for others."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import kept
from tests.cli.few import few_tables

import foedus as fd
from foedus.briefing.questions import answerable
from foedus.cli import main
from foedus.cli.options import Asked
from foedus.cli.page import Page
from foedus.cli.sections import put_brief
from foedus.scenario.folders import MANIFEST_FILE, read_manifest

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

QUICK = ("--draws", 100)
LONG_NUMBER = re.compile(r"[1-9]\.\d{4,}|\d\.0*[1-9]\d{3,}")
"""More than three figures, or four places behind a whole number."""
ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page of a brief that answers all that `minimal` can tell of."""
    outcome = CliRunner().invoke(main, ["brief", "minimal", "--draws", str(kept.FEW)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


@pytest.fixture(scope="module")
def made() -> fd.Brief:
    """Return the brief that the page prints."""
    return kept.brief(plan=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the scenario that is spoiled: few tables, and those that a plan needs."""
    return few_tables(tmp_path / "few", "headquarters", "partnerships")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return a folder into which a brief was saved and its report written, and what was said."""
    place = tmp_path_factory.mktemp("written")
    scenario, out = few_tables(place / "few"), place / "deep" / "out"
    words = ["brief", scenario, *QUICK, "--save", out, "--out", out, "--json"]
    outcome = CliRunner().invoke(main, [str(word) for word in words])
    assert outcome.exit_code == 0, outcome.stderr
    return out, outcome


def test_the_page_begins_with_what_it_is(page: str) -> None:
    minimal = fd.load("minimal")
    lines = page.splitlines()
    assert lines[0] == minimal.about.title
    assert minimal.digest[:12] in lines[2]
    assert "2030-06-01" in lines[2]
    assert "Option rear-8k-backed: " in lines[3]


def test_warnings_stand_before_the_answers(page: str) -> None:
    assert page.index("! This scenario is invented") < page.index("The answers in short")
    assert page.index("† 1 row") < page.index("The answers in short")


def test_every_headline_is_printed_in_short_and_at_length(page: str, made: fd.Brief) -> None:
    flat = " ".join(page.split())
    for answer in made.answers:
        assert f"{answer.id}: {answer.question}" in page
        assert " ".join(answer.headline.split()) in flat
        for sentence in (*answer.more, *answer.assumes, *answer.cannot_say):
            assert " ".join(sentence.split()) in flat


def test_what_an_earlier_answer_has_said_is_not_said_again(page: str, made: fd.Brief) -> None:
    flat = " ".join(page.split())
    said = [text for answer in made.answers for text in answer.assumes]
    twice = {text for text in said if said.count(text) > 1}
    assert twice
    assert all(flat.count(f"- {' '.join(text.split())}") == 1 for text in twice)
    assert "said above" in page


def test_the_question_that_rests_on_later_rows_is_marked(page: str, made: fd.Brief) -> None:
    short = page[page.index("The answers in short") : page.index("size: How large")]
    marked = [line.split()[0] for line in short.splitlines() if "†" in line]
    minimal = fd.load("minimal")
    later = {f"{table}/{key}" for table, key in minimal.later_rows}
    assert marked == [answer.id for answer in made.answers if later & set(answer.rows)] != []


def test_no_row_is_marked_under_strict(few: Path, foedus: Foedus) -> None:
    assert "†" in foedus("brief", few, *QUICK).stdout
    outcome = foedus("brief", few, *QUICK, "--strict")
    assert outcome.exit_code == 0
    assert "†" not in outcome.stdout
    assert "--strict" in outcome.stdout[outcome.stdout.index("To repeat this") :]


def test_options_stand_side_by_side(page: str) -> None:
    part = page[page.index("The options side by side") :]
    for option in fd.load("minimal").options:
        assert f"- {option.option}: {option.title}" in " ".join(part.split())


def test_numbers_are_printed_for_people(page: str) -> None:
    assert not LONG_NUMBER.search(page)
    assert "nan" not in page.lower().split()
    headings = [line for line in page.splitlines() if re.search(r"_(prob|share|persons)\b", line)]
    assert all("/*/" in line or "/" in line for line in headings)  # addresses of cells, no headings


def test_a_piped_page_has_no_colour_and_no_frames(page: str) -> None:
    assert ESCAPE not in page
    assert not set(page) & set("│┃┏━┓└─┘╭╮")


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_line_is_wider_than_the_terminal(
    columns: str,
    made: fd.Brief,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    page = Page()
    put_brief(page, made, Asked(scenario="minimal"))
    page.show()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 100
    assert max(map(len, lines)) <= int(columns)


def test_the_command_on_the_page_repeats_it(few: Path, foedus: Foedus) -> None:
    page = foedus("brief", few, *QUICK).stdout
    command = page[page.index("  foedus brief") : page.index("Runs")]
    again = foedus(*shlex.split(" ".join(command.split()))[1:])
    assert again.stdout == page


def test_the_document_is_that_of_the_library(few: Path, foedus: Foedus) -> None:
    cell = {"options/rear-8k-alone/us_backing_prob": "0.9"}
    words = [
        "--option",
        "rear-8k-alone",
        "--seed",
        3,
        "--set",
        *(f"{k}={v}" for k, v in cell.items()),
    ]
    outcome = foedus("brief", few, *QUICK, "--json", *words)
    assert outcome.exit_code == 0
    scenario = fd.load(few)
    same = fd.brief(scenario, option="rear-8k-alone", draws=100, seed=3, set=cell).to_json()
    assert json.loads(outcome.stdout) == json.loads(json.dumps(same))
    asked = answerable(scenario)
    assert [a["id"] for a in json.loads(outcome.stdout)["answers"]] == [q.id for q in asked]
    assert f"{len(asked)} answers from 100 draws" in outcome.stderr


def test_a_report_is_written_and_its_paths_are_told_on_stderr(
    written: tuple[Path, Result],
) -> None:
    out, outcome = written
    json.loads(outcome.stdout)
    told = [line.removeprefix("wrote ") for line in outcome.stderr.splitlines() if "wrote" in line]
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    saved = {MANIFEST_FILE, *read_manifest(out)["files"]}
    assert sorted(told) == sorted(str(out / name) for name in files - saved)
    assert str(out / "report.html") in told
    assert any(path.endswith(".csv") for path in told)


@pytest.mark.parametrize("below", ["file", "file/out", "file/a/b"])
def test_a_place_that_cannot_be_a_folder_is_refused_before_the_work(
    below: str, foedus: Foedus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the brief was computed first")

    monkeypatch.setattr("foedus.briefing.brief", never)
    (tmp_path / "file").write_text("", encoding="utf-8")
    outcome = foedus("brief", "minimal", "--out", tmp_path / below)
    assert outcome.exit_code == 1
    assert f"{tmp_path / 'file'}: this is a file. Name another folder with --out." in outcome.stderr


def test_a_locked_folder_is_refused_before_the_work(
    foedus: Foedus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    outcome = foedus("brief", "minimal", "--out", tmp_path)
    assert outcome.exit_code == 1
    assert f"{tmp_path}: it may not be written to." in outcome.stderr


def test_a_brief_without_draws_is_refused(foedus: Foedus) -> None:
    outcome = foedus("brief", "minimal", "--draws", 0)
    assert outcome.exit_code == 1
    assert "draws: 0" in outcome.stderr


def test_a_scenario_without_the_tables_of_a_question_is_told_what_to_add(
    folder: Path, foedus: Foedus
) -> None:
    (folder / "units.csv").unlink()
    outcome = foedus("brief", folder, *QUICK)
    assert outcome.exit_code == 1
    assert "units.csv" in outcome.stderr


def test_text_of_a_scenario_cannot_steer_the_terminal(
    folder: Path, spoil: Spoil, foedus: Foedus
) -> None:
    spoil("delegations.csv", "Aldmark", "Ald\x1b[31mmark\u202e")
    spoil("scenario.toml", '"A summit in Hovan', '"A [red]summit[/red] in \\u001B[2JHovan')
    spoil("sources.csv", "Invented for teaching", "Inv\x9bented for teaching")
    for words in (
        ["brief", folder],
        ["ask", folder, "size"],
        ["plan", folder],
        ["consent", folder],
    ):
        outcome = foedus(*words, "--draws", 10)
        assert outcome.exit_code == 0, outcome.stderr
        assert not {ESCAPE, "\u202e", "\x9b"} & set(outcome.stdout + outcome.stderr)
        assert outcome.stdout.startswith("A [red]summit[/red] in \\x1b[2JHovan")


def test_a_saved_brief_can_be_verified_and_holds_the_document(
    written: tuple[Path, Result],
) -> None:
    saved, outcome = written
    assert (saved / "brief.json").read_text(encoding="utf-8") == outcome.stdout
    assert f"saved {saved}" in outcome.stderr
    assert (saved / "report.html").is_file()
    assert fd.verify(saved).is_identical


def test_nothing_is_saved_over_what_is_there(
    foedus: Foedus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the brief was computed first")

    monkeypatch.setattr("foedus.briefing.brief", never)
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    for target, says in (
        (tmp_path, "it holds files already. Name a new folder with --save."),
        (tmp_path / "letter.txt", "this is a file. Name another folder with --save."),
    ):
        outcome = foedus("brief", "minimal", "--save", target)
        assert outcome.exit_code == 1
        assert f"{target}: {says}" in outcome.stderr
