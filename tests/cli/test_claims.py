"""`foedus claims` holds what was claimed against the numbers, so that a line can be quoted."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import kept

import foedus as fd
from foedus.briefing.check_claims import check_claims
from foedus.cli import main
from foedus.cli.options import Asked
from foedus.cli.page import Page
from foedus.cli.sections import put_brief

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

QUICK = ("--draws", 60)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def page() -> str:
    outcome = CliRunner().invoke(main, ["claims", "minimal", "--draws", "60"])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def test_every_claim_is_printed_with_verdict_sentence_and_grounds(page: str) -> None:
    found = check_claims(fd.load("minimal"), draws=60)
    for verdict in found.claims:
        assert flat(verdict.claim.statement) in flat(page)
        assert verdict.claim.who in page
        if verdict.claim.measure:
            assert flat(verdict.says) in flat(page)
            assert flat(verdict.grounds.says) in flat(page)
            assert flat(verdict.claim.asks) in flat(page)
    assert page.count("Invented for teaching") >= 3


def test_a_table_of_verdicts_comes_first(page: str) -> None:
    table = page[page.index("What was claimed") : page.index("\nbrekland-near: ")]
    for line in ("brekland-near   a columnist        holds ", "does not hold †  3,"):
        assert line in table


def test_a_claim_that_nothing_measures_names_its_question(page: str) -> None:
    part = page[page.index("Cannot tell: nothing here measures these") :]
    assert "seat-for-all (an envoy): Who pays should sit at the table [seat]" in part
    assert "Not answered by this version" not in part


def test_the_command_on_the_page_repeats_it(page: str, foedus: Foedus) -> None:
    (command,) = [line for line in page.splitlines() if line.startswith("  foedus claims minimal")]
    assert foedus(*shlex.split(command)[1:]).stdout == page


def test_one_claim_is_checked_by_itself(foedus: Foedus) -> None:
    outcome = foedus("claims", "minimal", *QUICK, "--claim", "brekland-near")
    assert outcome.exit_code == 0
    assert "Holds: the adversary border of Brekland is 180 km, above 0." in outcome.stdout
    assert "eight-thousand" not in outcome.stdout
    assert "Run" not in outcome.stdout[outcome.stdout.index("To repeat this") :]
    assert "--claim brekland-near" in outcome.stdout
    assert "1 claim checked with 60 draws" in outcome.stderr


def test_the_document_is_a_brief_of_what_was_needed(foedus: Foedus) -> None:
    outcome = foedus("claims", "minimal", *QUICK, "--json")
    document = json.loads(outcome.stdout)
    same = check_claims(fd.load("minimal"), draws=60).to_json()
    assert document == json.loads(json.dumps(same))
    assert [claim["verdict"] for claim in document["claims"]] == [
        *("holds", "does not hold", "cannot tell", "cannot tell"),
    ]
    assert [answer["id"] for answer in document["answers"]] == ["size"]


def test_a_cell_that_is_set_changes_the_verdict(foedus: Foedus) -> None:
    cell = "delegations/BRK/adversary_border_km=0"
    words = ("claims", "minimal", *QUICK, "--claim", "brekland-near", "--set", cell)
    assert "Does not hold: the adversary border of Brekland is 0 km, not above 0." in (
        foedus(*words).stdout
    )


def test_under_strict_nothing_is_marked_later(foedus: Foedus) -> None:
    outcome = foedus("claims", "minimal", *QUICK, "--strict")
    assert outcome.exit_code == 0
    assert "†" not in outcome.stdout


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_line_is_wider_than_the_terminal(
    columns: str, foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    names = [
        word for name in ("total-100k", "italy-50", "france-untied") for word in ("--claim", name)
    ]
    lines = foedus("claims", "paris-2025", "--draws", 20, *names).stdout.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert any("total-100k" in line and "cannot tell" in line for line in lines)


def test_an_unknown_claim_is_refused(foedus: Foedus) -> None:
    outcome = foedus("claims", "minimal", "--claim", "breckland-near")
    assert outcome.exit_code == 1
    assert "there is no claim 'breckland-near'. Did you mean brekland-near?" in outcome.stderr


def test_a_scenario_without_claims_is_told_what_to_add(folder: Path, foedus: Foedus) -> None:
    (folder / "claims.csv").unlink()
    outcome = foedus("claims", folder)
    assert outcome.exit_code == 1
    assert "Add claims.csv." in outcome.stderr


def test_a_brief_without_claims_has_no_section_of_them(few: Path, foedus: Foedus) -> None:
    assert not (few / "claims.csv").exists()
    outcome = foedus("brief", few, *QUICK)
    assert outcome.exit_code == 0
    assert "What was claimed" not in outcome.stdout


def test_a_brief_quotes_the_verdicts() -> None:
    page = Page()
    put_brief(page, kept.brief(), Asked(scenario="minimal"))
    out = flat("\n".join(line.plain for line in page.lines))
    assert "What was claimed" in out
    found = check_claims(fd.load("minimal"), draws=60)
    for verdict in found.claims:
        if verdict.claim.measure:
            assert flat(f"- {verdict.claim.claim}: {verdict.says}") in out
    assert "What each rests on: foedus claims minimal" in out


def test_text_of_a_claim_cannot_steer_the_terminal(
    folder: Path, spoil: Spoil, foedus: Foedus
) -> None:
    spoil("claims.csv", "a columnist", "a \x1b[31mcolumnist\u202e")
    outcome = foedus("claims", folder, *QUICK, "--claim", "brekland-near")
    assert outcome.exit_code == 0
    assert not {"\x1b", "\u202e"} & set(outcome.stdout)
