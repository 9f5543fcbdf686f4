"""`foedus show` prints a scenario's tables as they stand in its files."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foedus.cli import main
from foedus.scenario import TABLES, Scenario, load
from foedus.scenario.load import SETTINGS_FILE, SHIPPED
from foedus.scenario.workbook_write import save_workbook

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]


def test_without_a_table_the_tables_are_counted(foedus: Foedus) -> None:
    outcome = foedus("show", "minimal")
    assert outcome.exit_code == 0
    minimal = load("minimal")
    assert minimal.about.title in outcome.stdout
    assert minimal.digest[:12] in outcome.stdout
    assert "Invented: no state, person or poll in it is real." in outcome.stdout
    for name in TABLES:
        row = next(line for line in outcome.stdout.splitlines() if line.split()[:1] == [name])
        assert row.split()[1] == str(len(minimal.table(name)))
    assert outcome.stderr == ""


def test_the_document_of_a_scenario_counts_its_rows(foedus: Foedus) -> None:
    document = json.loads(foedus("show", "paris-2025", "--json").stdout)
    paris = load("paris-2025")
    assert document["digest"] == paris.digest
    for table in document["tables"]:
        assert table["rows"] == len(paris.table(table["table"])) == sum(table["verified"].values())
    assert sum(table["later"] for table in document["tables"]) == len(paris.later_rows)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario whose tables are all those of `minimal` as they are printed as CSV."""
    folder = tmp_path_factory.mktemp("printed")
    shutil.copy(SHIPPED / "minimal" / SETTINGS_FILE, folder)
    for name in TABLES:
        outcome = CliRunner().invoke(main, ["show", "minimal", name, "--csv"])
        assert outcome.exit_code == 0
        (folder / f"{name}.csv").write_text(outcome.stdout, encoding="utf-8")
    return load(folder)


def test_tables_printed_as_csv_are_the_scenario_again(printed: Scenario) -> None:
    assert printed.digest == load("minimal").digest


@pytest.mark.parametrize("name", TABLES)
def test_a_table_printed_as_csv_is_the_table_again(name: str, printed: Scenario) -> None:
    assert printed.table(name) == load("minimal").table(name)


def test_a_table_has_a_line_a_row_with_numbers_as_in_the_file(foedus: Foedus) -> None:
    outcome = foedus("show", "minimal", "share_keys")
    assert outcome.exit_code == 0
    lines = outcome.stdout.splitlines()
    assert lines[0].split()[:3] == ["share_key", "delegation", "size_weight"]
    assert len([line for line in lines if " ALD " in line]) == 2
    assert f"{len(load('minimal').share_keys)} rows of share_keys.csv" in outcome.stdout


def test_rows_known_later_are_marked_and_the_mark_is_explained(foedus: Foedus) -> None:
    lines = foedus("show", "minimal", "polls").stdout.splitlines()
    marked = {line.split()[0] for line in lines if "†" in line}
    assert marked == {"elm-2030-07", "†"}
    assert "† known only after 2030-06-05" in lines


def test_a_range_stands_behind_its_value(foedus: Foedus) -> None:
    out = foedus("show", "minimal", "units", "--key", "ALD:*").stdout
    assert "2 (1 to 3)" in out
    assert "available_count_low" not in out


def test_a_key_picks_its_rows(foedus: Foedus) -> None:
    rows = json.loads(foedus("show", "minimal", "units", "--key", "*:brigade", "--json").stdout)
    assert {row["capability"] for row in rows["rows"]} == {"brigade"}
    assert len(rows["rows"]) == 3


def test_one_row_is_printed_whole_with_its_sources(foedus: Foedus) -> None:
    outcome = foedus("show", "minimal", "polls", "--key", "elm-2030-07:*")
    assert outcome.exit_code == 0
    assert "polls/elm-2030-07:ELM †" in outcome.stdout
    assert "came out after the summit" in outcome.stdout
    assert "Invented for teaching" in outcome.stdout


def test_an_assumed_row_says_so(foedus: Foedus, folder: Path, spoil: Spoil) -> None:
    spoil("polls.csv", "2030-07-05,1,assumed,invented", "2030-07-05,1,assumed,assumed")
    outcome = foedus("show", folder, "polls", "--key", "elm-2030-07:*")
    assert "Source assumed: a choice of the scenario's authors." in outcome.stdout


def test_a_change_is_shown_before_it_is_run(foedus: Foedus) -> None:
    words = ("show", "minimal", "units", "--json", "--set", "units/ALD:*/home_floor_count=0")
    rows = json.loads(foedus(*words).stdout)["rows"]
    floors = {row["delegation"]: 0.0 for row in rows}
    for row in rows:
        floors[row["delegation"]] += row["home_floor_count"]
    assert floors["ALD"] == 0 < floors["CST"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["unit"], "there is no table 'unit'. Did you mean units?"),
        (["units", "--key", "ALD:brigad"], "Did you mean ALD:brigade"),
        (["units", "--key", "ALD"], "units.csv has no row 'ALD'"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    words: list[str], says: str, foedus: Foedus
) -> None:
    outcome = foedus("show", "minimal", *words)
    assert outcome.exit_code == 1
    assert says in outcome.stderr


def test_a_table_without_rows_is_said_to_be_empty(folder: Path, foedus: Foedus) -> None:
    (folder / "sites.csv").unlink()
    outcome = foedus("show", folder, "sites")
    assert outcome.exit_code == 1
    assert "no rows in sites.csv" in outcome.stderr


@pytest.mark.parametrize("words", [["--csv"], ["--key", "ALD:*"], ["units", "--csv", "--json"]])
def test_options_that_do_not_fit_together_are_a_fault_of_usage(
    words: list[str], foedus: Foedus
) -> None:
    assert foedus("show", "minimal", *words).exit_code == 2


def test_cells_cannot_steer_the_terminal_but_reach_a_file_as_they_are(
    folder: Path, spoil: Spoil, foedus: Foedus
) -> None:
    spoil("delegations.csv", "Aldmark", "Ald\x1b]0;owned\x07\u202emark [red]x[/red]")
    for words in ([], ["--key", "ALD"]):
        out = foedus("show", folder, "delegations", *words).stdout
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "Ald\\x1b]0;" in out
        assert "[red]x[/red]" in out
    assert "\x1b]0;owned\x07\u202emark" in foedus("show", folder, "delegations", "--csv").stdout


def test_csv_is_inert_on_a_terminal(
    folder: Path,
    spoil: Spoil,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from foedus.cli.show import print_csv  # noqa: PLC0415 - the verb `show` hides its module's name

    spoil("delegations.csv", "Aldmark", "Ald\x1bmark")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    print_csv("delegations", load(folder).delegations)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "Ald\\x1bmark" in out


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("name", TABLES)
def test_no_line_is_wider_than_the_terminal(
    name: str, columns: str, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = foedus("show", "minimal", name).stdout.splitlines()
    assert max(map(len, lines)) <= int(columns)


class TestAsWorkbook:
    def test_the_whole_scenario_is_written_and_said_on_stderr(
        self, foedus: Foedus, tmp_path: Path
    ) -> None:
        book = tmp_path / "book.xlsx"
        outcome = foedus("show", "minimal", "--xlsx", book)
        minimal = load("minimal")
        rows = sum(len(minimal.table(name)) for name in TABLES)
        assert (outcome.exit_code, outcome.stdout) == (0, "")
        assert outcome.stderr == f"wrote {book}: {len(TABLES)} tables, {rows} rows\n"
        assert load(book) == minimal

    def test_as_json_it_tells_the_file_and_its_digest(self, foedus: Foedus, tmp_path: Path) -> None:
        book = tmp_path / "book.xlsx"
        document = json.loads(foedus("show", "minimal", "--xlsx", book, "--json").stdout)
        digest = load("minimal").digest
        assert document == {"scenario": "minimal", "workbook": str(book), "digest": digest}

    def test_a_change_and_strict_are_written(self, foedus: Foedus, tmp_path: Path) -> None:
        book = tmp_path / "book.xlsx"
        change = "units/ALD:*/home_floor_count=0"
        assert foedus("show", "minimal", "--xlsx", book, "--set", change, "--strict").exit_code == 0
        read = load(book)
        assert read.later_rows == ()
        assert {row.home_floor_count for row in read.units if row.delegation == "ALD"} == {0}

    def test_a_setting_that_no_table_holds_is_refused(self, foedus: Foedus, tmp_path: Path) -> None:
        change = "engines/consent/drift_score=9"
        outcome = foedus("show", "minimal", "--xlsx", tmp_path / "a.xlsx", "--set", change)
        assert outcome.exit_code == 1
        assert "engines/consent/drift_score: stands in no table" in outcome.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_there_is_left_alone(self, foedus: Foedus, tmp_path: Path) -> None:
        (tmp_path / "a.xlsx").write_text("mine", encoding="utf-8")
        outcome = foedus("show", "minimal", "--xlsx", tmp_path / "a.xlsx")
        assert outcome.exit_code == 1
        assert "it exists already" in outcome.stderr
        assert (tmp_path / "a.xlsx").read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize("words", [["units"], ["--csv"], ["--key", "ALD"]])
    def test_it_is_the_whole_scenario_or_none(
        self, words: list[str], foedus: Foedus, tmp_path: Path
    ) -> None:
        assert foedus("show", "minimal", *words, "--xlsx", tmp_path / "a.xlsx").exit_code == 2

    def test_a_workbook_stands_in_the_place_of_a_folder(
        self, foedus: Foedus, tmp_path: Path
    ) -> None:
        book = tmp_path / "book.xlsx"
        save_workbook(load("minimal"), book)
        for words in (["units", "--csv"], ["polls", "--strict"], ["units", "--key", "ALD:*"]):
            of_book, of_folder = (foedus("show", name, *words) for name in (book, "minimal"))
            assert of_book.exit_code == 0
            assert of_book.stdout == of_folder.stdout
        assert foedus("check", book).stdout == foedus("check", "minimal").stdout
        assert json.loads(foedus("check", book, "--json").stdout)["problems"] == []

    def test_a_setting_of_an_engine_that_is_wrong_is_told_by_its_sheet(
        self, foedus: Foedus, tmp_path: Path
    ) -> None:
        minimal = load("minimal")
        engines = {"consent": {"drift_scor": 9}}
        wrong = minimal.replace(about=minimal.about.model_copy(update={"engines": engines}))
        save_workbook(wrong, tmp_path / "a.xlsx")
        outcome = foedus("check", tmp_path / "a.xlsx", "--json")
        (problem,) = json.loads(outcome.stdout)["problems"]
        assert (problem["path"], problem["sheet"]) == (str(tmp_path / "a.xlsx"), "scenario")
        assert "drift_scor" in problem["says"]
