"""The options that verbs share are read alike, and refused with a reason."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from foedus.cli.options import Asked

Foedus = Callable[..., Result]

QUICK = ("--draws", 20)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "options/rear-8k-alone/us_enablers_share"], "has no value"),
        (["--set", "a/b/c=1", "--set", "a/b/c=2"], "a/b/c is set twice"),
        (["--draws", "many"], "'many' is not a valid integer"),
        (["--seed"], "requires an argument"),
        (["--unknown"], "No such option"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_usage(
    words: list[str], says: str, foedus: Foedus
) -> None:
    outcome = foedus("brief", "minimal", *words)
    assert outcome.exit_code == 2
    assert says in outcome.stderr
    assert outcome.stdout == ""


@pytest.mark.parametrize("verb", ["brief", "plan", "consent"])
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "unit/ALD:brigade/held_count=1"], "Did you mean units?"),
        (["--set", "units/ALD:brigade/held=1"], "Did you mean held_count"),
        (["--set", "units/ALD:brigad/held_count=1"], "Did you mean ALD:brigade"),
        (["--set", "units/ALD:brigade/held_count=-1"], "-1 is less than 0"),
        (["--set", "options/*/us_backing_prob=50"], "write 0.5"),
        (["--set", "units/ALD:brigade/delegation=BRK"], "names the row"),
        (["--set", "consent/ALD/level=7"], "is not a level"),
        (["--set", "consent/HOV/level=5"], "there is no contributor 'HOV'"),
        (["--option", "rear-9k"], "there is no option 'rear-9k'"),
        (["--draws", "-1"], "draws: -1"),
        (["--draws", "3000000"], "draws: 3000000"),
        (["--seed", "-1"], "seed: -1"),
    ],
)
def test_an_unknown_value_is_refused_with_what_to_write(
    verb: str, words: list[str], says: str, foedus: Foedus
) -> None:
    outcome = foedus(verb, "minimal", *words)
    assert outcome.exit_code == 1
    assert says in outcome.stderr
    assert outcome.stdout == ""


def test_every_wrong_cell_is_told_at_once(foedus: Foedus) -> None:
    words = ["--set", "units/ALD:brigade/held_count=-1", "--set", "polls/x/support_share=0.5"]
    outcome = foedus("plan", "minimal", *words)
    assert "held_count" in outcome.stderr
    assert "polls.csv has no row 'x'" in outcome.stderr


def test_a_cell_that_is_set_changes_the_numbers_and_is_told(foedus: Foedus) -> None:
    cell = "consent/*/level"
    plain = json.loads(foedus("plan", "minimal", *QUICK, "--json").stdout)
    changed = json.loads(foedus("plan", "minimal", *QUICK, "--json", "--set", f"{cell}=5").stdout)
    assert plain["set"] == {}
    assert {name: str(value) for name, value in changed["set"].items()} == {cell: "5"}
    assert changed["outcomes"]["peak_persons"] > plain["outcomes"]["peak_persons"]
    one, other = plain["sustained"]["outcomes"], changed["sustained"]["outcomes"]
    assert other["gross_persons"] > one["gross_persons"]
    assert changed["run"] != plain["run"]


def test_the_same_seed_gives_the_same_document(foedus: Foedus) -> None:
    words = ("consent", "minimal", *QUICK, "--json", "--seed")
    assert foedus(*words, 3).stdout == foedus(*words, 3).stdout
    assert foedus(*words, 3).stdout != foedus(*words, 4).stdout


def test_strict_says_how_many_rows_it_leaves_out(foedus: Foedus) -> None:
    outcome = foedus("show", "minimal", "--strict", "--json")
    assert outcome.stderr == "strict: 1 row known only after 2030-06-05 left out\n"
    polls = [t for t in json.loads(outcome.stdout)["tables"] if t["table"] == "polls"]
    assert [(t["rows"], t["later"]) for t in polls] == [(4, 0)]


def test_the_command_that_repeats_a_run_is_what_was_asked() -> None:
    asked = Asked(
        scenario="my summit",
        strict=True,
        set={"options/*/title": "a b"},
        draws=50,
        seed=7,
    )
    words = shlex.split(asked.again("ask", "rear", "size"))
    assert words == [
        *("foedus", "ask", "my summit", "size", "--option", "rear", "--draws", "50"),
        *("--seed", "7", "--set", "options/*/title=a b", "--strict"),
    ]


@pytest.mark.parametrize("verb", ["brief", "ask", "check", "show", "plan", "consent"])
def test_a_scenario_that_is_not_there_is_refused_alike(verb: str, foedus: Foedus) -> None:
    words = ["minimall", *(["size"] if verb == "ask" else [])]
    outcome = foedus(verb, *words)
    assert outcome.exit_code == 1
    assert "there is no shipped scenario and no folder of this name" in outcome.stderr
    assert "fix: did you mean minimal?" in outcome.stderr


class TestTables:
    def test_a_table_of_ones_own_is_checked_and_shown(self, foedus: Foedus, tmp_path: Path) -> None:
        file = tmp_path / "mine.csv"
        text = foedus("show", "minimal", "units", "--csv").stdout
        file.write_text(text.replace("ALD,brigade,brigade,6", "ALD,brigade,brigade,8"), "utf-8")
        words = ["--table", f"units={file}"]
        shown = foedus("show", "minimal", "units", "--csv", *words)
        assert shown.stdout == file.read_text(encoding="utf-8")
        assert f"units: 25 rows with {file}" in shown.stderr
        assert foedus("check", "minimal", *words).exit_code == 0

    def test_a_table_that_does_not_fit_is_told(self, foedus: Foedus, tmp_path: Path) -> None:
        file = tmp_path / "mine.csv"
        text = foedus("show", "minimal", "units", "--csv").stdout
        file.write_text(text.replace("ELM,signals", "ELN,signals"), "utf-8")
        outcome = foedus("check", "minimal", "--table", f"units={file}", "--json")
        assert outcome.exit_code == 1
        (problem,) = json.loads(outcome.stdout)["problems"]
        assert problem["path"] == str(file)
        assert problem["fix"] == "Did you mean ELM?"

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["--table", "units"], "names no file. Write NAME=FILE"),
            (["--table", "units="], "names no file. Write NAME=FILE"),
            (["--table", "units=a", "--table", "units=b"], "units is given twice"),
        ],
    )
    def test_what_names_no_file_is_a_fault_of_usage(
        self, words: list[str], says: str, foedus: Foedus
    ) -> None:
        outcome = foedus("show", "minimal", *words)
        assert outcome.exit_code == 2
        assert says in outcome.stderr

    def test_a_run_is_repeated_with_the_same_tables(self) -> None:
        asked = Asked(scenario="minimal", tables={"units": "my units.csv"})
        assert "--table 'units=my units.csv'" in asked.again("plan", "rear")
