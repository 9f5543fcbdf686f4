"""`foedus bridge` prints whom to send, camp by camp, and what would change it."""

import csv
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Foedus = Callable[..., Result]

QUICK = ("--draws", 40)


def page_of(outcome: Result) -> str:
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout


def told(outcome: Result) -> str:
    return " ".join(outcome.stderr.split())


def test_the_page_tells_sentences_and_then_tables(foedus: Foedus) -> None:
    page = page_of(foedus("bridge", "minimal", *QUICK))
    parts = [
        "The bridge from Hovan and the League to Patronia",
        "Aldmark can best be the bridge",
        "Whom to send, camp by camp",
        "What carries it: flow over the ties of each contender",
        "Roles as a broker between camps",
        "Who is best if a kind of tie does not count",
        "To repeat this",
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "leader_affinity" not in page
    assert "This scenario is invented" in page


def test_a_camp_can_be_looked_at_and_the_page_says_how_to_do_it_again(foedus: Foedus) -> None:
    page = page_of(foedus("bridge", "minimal", "--camp", "hovan", *QUICK))
    assert "The bridge from Hovan to Patronia" in page
    (line,) = [line for line in page.splitlines() if "foedus bridge minimal" in line]
    words = shlex.split(line)
    assert words[words.index("--camp") + 1] == "hovan"
    assert page_of(foedus(*words[1:])) == page


def test_a_table_can_be_had_as_csv(foedus: Foedus) -> None:
    outcome = foedus("bridge", "minimal", *QUICK, "--csv", "envoys")
    rows = list(csv.DictReader(io.StringIO(page_of(outcome))))
    assert {row["camp"] for row in rows} == {"all", "hovan", "league"}
    wrong = foedus("bridge", "minimal", *QUICK, "--csv", "envoy")
    assert wrong.exit_code == 1
    assert "there is no table 'envoy'. Did you mean envoys" in told(wrong)


def test_json_has_every_table_and_no_number_that_is_none(foedus: Foedus) -> None:
    document = json.loads(
        page_of(foedus("bridge", "minimal", *QUICK, "--json")),
        parse_constant=pytest.fail,
    )
    assert document["engine"] == "brokerage"
    assert set(document["outcomes"]) == {
        *("bridge_share", "runner_up_share", "lead_share", "link_weight"),
    }
    assert document["tables"]["envoys"][0]["delegation"] == "ALD"


def test_bad_input_is_told_in_a_sentence(foedus: Foedus, folder: Path) -> None:
    wrong = foedus("bridge", "minimal", "--camp", "hovn", *QUICK)
    assert (wrong.exit_code, "no camp that sends 'hovn'. Did you mean hovan?" in told(wrong)) == (
        1,
        True,
    )
    strong = foedus("bridge", "minimal", "--set", f"ties/{'ALD:PTN:trade:ALD'}/strength_share=2")
    assert strong.exit_code == 1
    assert "strength_share" in told(strong)
    cut = foedus("bridge", "minimal", "--set", "ties/*/strength_share=0")
    assert cut.exit_code == 1
    assert "no chain of ties leads from the camp 'all' to 'patronia'" in told(cut)
    (folder / "ties.csv").unlink()
    none = foedus("bridge", folder)
    assert none.exit_code == 1
    assert "needs ties.csv" in told(none)
