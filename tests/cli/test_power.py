"""`foedus power` prints who decides under a rule, who can stop it, and what would pass."""

import json
import shlex
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from foedus.briefing.wording import show_cell
from foedus.cli.power_sections import game_words
from foedus.engines import Voting
from foedus.runs import run
from foedus.scenario import load
from foedus.scenario.voting_rules import Game, Quota

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

QUICK = ("--draws", 40)
MAJORITY = ("--rule", "league-majority")
HALF_VOTE = "league-unanimity,half-vote-for-it,heads,more_than_share,0.5,3 of 4,assumed,invented\n"


def page_of(outcome: Result) -> str:
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout


def words_of(outcome: Result) -> str:
    """Return a page without its line breaks."""
    return " ".join(page_of(outcome).split())


def told(outcome: Result) -> str:
    return " ".join(outcome.stderr.split())


def document_of(outcome: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page_of(outcome))
    return found


def without_votes(folder: Path, *names: str) -> None:
    for name in names:
        (folder / f"{name}.csv").unlink()


class TestAllRules:
    def test_rules_stand_side_by_side_before_the_ballots(self, foedus: Foedus) -> None:
        page = page_of(foedus("power", "minimal", *QUICK))
        headings = (
            "Rules\n-",
            "Who has most power, by Shapley and Shubik\n",
            "Ballot: The force goes on\n-",
            "They decide for themselves\n",
            "Ballot: A larger force\n-",
            "Rests on ",
            "To repeat this\n-",
        )
        places = [page.index(f"\n{heading}") for heading in headings]
        assert places == sorted(places)
        assert len(page.splitlines()) < 100

    def test_each_rule_is_named_with_the_key_that_tells_more_of_it(self, foedus: Foedus) -> None:
        page = words_of(foedus("power", "minimal", *QUICK))
        assert (
            "- Double majority of the League (league-majority): Aldmark 33.3 %, Castria 33.3 %, "
            "Brekland 16.7 %, Elmland 16.7 %." in page
        )
        assert "- Unanimity of the League (league-unanimity): all 4 the same, 25 %." in page
        assert "`foedus power minimal --rule NAME` tells it by voter" in page

    def test_only_what_rests_on_swings_is_counted_of_all_rules(self, foedus: Foedus) -> None:
        document = document_of(foedus("power", "minimal", *QUICK, "--json"))
        for row in document["tables"]["power"]:
            assert row["shapley_shubik_share"] is not None
            assert row["johnston_share"] is None
        assert {row["smallest_blocking_count"] for row in document["tables"]["rules"]} == {1, 2}

    def test_a_rule_that_counts_pledges_is_fed_by_the_force(self, foedus: Foedus) -> None:
        document = document_of(foedus("power", "minimal", *QUICK, "--json"))
        assert len(document["fed_by"]) == 1
        weights = [
            row["size_weight"]
            for row in document["tables"]["weights"]
            if row["weight"] == "pledged_persons"
        ]
        assert sum(weights) > 1000
        assert all(weight == round(weight) for weight in weights)

    def test_who_is_opposed_and_who_goes_along_is_named(self, foedus: Foedus) -> None:
        page = words_of(foedus("power", "minimal", "--draws", 400))
        result = run(load("minimal"), Voting(), draws=400).result
        votes = result.vote_table().filter(ballot="keep", rule="league-unanimity")
        often = dict(votes.select("delegation", "opposed_prob").iter_rows())
        assert f"Opposed, in how many futures: Castria {100 * often['CST']:.0f} %." in page
        assert "Delegation soldiers) probability Patronia" in page


class TestOneRule:
    def test_the_page_goes_from_what_it_asks_to_who_can_stop_it(self, foedus: Foedus) -> None:
        page = page_of(foedus("power", "minimal", *QUICK, *MAJORITY))
        parts = (
            "Double majority of the League\n-",
            "4 voters pass it together. It takes one of these:",
            "  - double-majority: at least 2,340 of 3,600 by GDP (65 %) and at least 2 of 4 heads",
            "37.5 % of all coalitions pass it: 6 of 16.",
            "Power by voter\n",
            "Who can stop it\n",
            "The fewest that block it are 2 members, in 5 ways.",
            "Coalitions of which no member can be spared, by size\n",
            "Ballot: The force goes on\n-",
            "  foedus power minimal --rule league-majority --option rear-8k-backed --draws 40",
        )
        places = [page.index(f"\n{part}") for part in parts]
        assert places == sorted(places)

    def test_indices_are_those_of_the_run(self, foedus: Foedus) -> None:
        lines = page_of(foedus("power", "minimal", *QUICK, *MAJORITY)).splitlines()
        table = run(load("minimal"), Voting(rule="league-majority"), draws=2).result.power_table()
        of_aldmark = table.filter(delegation="ALD").row(0, named=True)
        first, second = [line.split("  ") for line in lines if line.startswith("  Aldmark ")]
        for cells, names in (
            (first, ("shapley_shubik_share", "banzhaf_share", "prevent_share", "initiate_share")),
            (second, ("johnston_share", "deegan_packel_share", "holler_packel_share")),
        ):
            printed = {cell.strip() for cell in cells}
            assert {show_cell(of_aldmark[name], name) for name in names} <= printed
        assert "55.6 %" in {cell.strip() for cell in first}  # 2000 of 3600

    def test_of_voters_who_are_all_alike_one_line_tells(self, foedus: Foedus) -> None:
        page = words_of(foedus("power", "minimal", *QUICK, "--rule", "league-unanimity"))
        assert "It takes at least 3 of 4 heads and no vote against." in page
        assert "An abstention is no vote against." in page
        assert "All 4 have the same: " in page
        assert "Any one voter blocks it alone." in page
        assert "Aldmark" not in page[: page.index("Ballot:")]

    def test_who_is_needed_and_whose_vote_counts_for_nothing_is_said(self, foedus: Foedus) -> None:
        words = ("power", "minimal", "--draws", 200, "--rule", "force-carried")
        page = words_of(foedus(*words))
        assert "by soldiers pledged (80 %)" in page
        assert "No outcome ever hangs on the vote of: Brekland, Dunmere and Elmland." in page
        assert "Each of these blocks it alone: Aldmark and Castria." in page
        cells = [
            f"--set=rule_games/force-carried:together:{weight}/quota_value={value}"
            for weight, value in (("heads", 1), ("pledged_persons", 0.6))
        ]
        alone = words_of(foedus(*words, *cells))
        assert "at least 1 of 5 heads" in alone
        assert "Aldmark blocks it alone." in alone

    def test_the_list_is_as_long_as_asked_for(self, foedus: Foedus) -> None:
        def listed(*more: object) -> list[str]:
            page = page_of(foedus("power", "minimal", *QUICK, *MAJORITY, *more))
            after = page[page.index("The fewest that block it") : page.index("Coalitions of which")]
            return [line for line in after.splitlines() if line.startswith("  - ")]

        assert len(listed()) == 5
        assert len(listed("--list", 2)) == 2
        assert listed("--list", 0) == []
        page = words_of(foedus("power", "minimal", *QUICK, *MAJORITY, "--list", 2))
        assert "and 3 more, the lightest first; --list 5 prints all" in page

    def test_what_cannot_be_counted_is_left_out_and_said_once(self, foedus: Foedus) -> None:
        words = ("power", "paris-2025", "--draws", 5, "--rule", "force-and-wealth-carried")
        page = words_of(foedus(*words))
        assert page.count("Not counted: ") == 1
        assert (
            "Not counted: minimal winning coalitions, minimal blocking coalitions, Johnston's "
            "index." in page
        )
        assert "all coalitions of at most 30 can be looked at" in page
        assert "Holler-Packel (" not in page
        assert (
            "Part of soldiers" in page.replace("Part of Part of", "Part of") or "soldiers" in page
        )


class TestDocument:
    def test_it_has_the_shape_of_a_run_with_its_tables(self, foedus: Foedus) -> None:
        document = document_of(foedus("power", "minimal", *QUICK, *MAJORITY, "--json"))
        assert document["engine"] == "voting"
        assert document["settings"] == {"rule": "league-majority", "most_listed_count": 1000}
        assert set(document["outcomes"]) == {"passed_views_share", "passed_used_share"}
        assert list(document["tables"]) == [
            *("rules", "power", "power_exact", "weights", "minimal", "blocking"),
            *("ballots", "votes", "outside"),
        ]
        exact = {row["delegation"]: row for row in document["tables"]["power_exact"]}
        for row in document["tables"]["power"]:
            text = exact[row["delegation"]]["johnston_share"]
            assert float(Fraction(text)) == row["johnston_share"]
        assert document["sources"]


class TestFaults:
    @pytest.mark.parametrize(
        ("words", "code", "says"),
        [
            (("--rule", "league-majorty"), 1, "Did you mean league-majority or"),
            (("--list", "-1"), 2, "--list"),
            (("--set", "rule_games/league-majority:all-but-one:heads/quota_value=5"), 1,
             "reached without a single vote"),
            (("--set", "rule_games/league-majority:double-majority:heads/quota_value=1.5"), 1,
             "1.5 is no fraction of 1"),
            (("--set", "rules/league-unanimity/against_stops_count=0"), 1, "less than 1"),
            (("--set", "budgets/CST/gdp_usd_bn=-1"), 1, "-1"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(
        self, foedus: Foedus, words: tuple[str, ...], code: int, says: str
    ) -> None:
        outcome = foedus("power", "minimal", *QUICK, *words)
        assert outcome.exit_code == code
        assert says in told(outcome)
        assert outcome.stdout == ""
        assert "Traceback" not in outcome.output

    @pytest.mark.parametrize(
        ("file", "old", "new", "says"),
        [
            ("rule_games.csv", "all-but-one,heads,all_but,1", "all-but-one,heads,at_least,9",
             "the quota is 9 of 4, so that not even all together reach it"),
            ("rule_games.csv", "budgets.gdp_usd_bn", "budgets.gdp_usd",
             "budgets.csv has no column of numbers 'gdp_usd'"),
            ("rule_games.csv", HALF_VOTE, "",
             "nothing says how league-unanimity is passed: it has no games"),
            ("budgets.csv", "CST,1200,", "CST,-1200,", "-1200"),
        ],
    )  # fmt: skip
    def test_a_table_that_makes_no_rule_is_refused_with_its_place(
        self, foedus: Foedus, folder: Path, spoil: Spoil, file: str, old: str, new: str, says: str
    ) -> None:
        spoil(file, old, new)
        outcome = foedus("power", folder, *QUICK)
        assert outcome.exit_code == 1
        assert says in told(outcome)
        assert outcome.stdout == ""

    def test_a_scenario_without_rules_is_told_what_is_missing(
        self, foedus: Foedus, folder: Path
    ) -> None:
        without_votes(folder, "rules", "rule_games", "ballots")
        outcome = foedus("power", folder, *QUICK)
        assert outcome.exit_code == 1
        assert "rules" in told(outcome)
        assert outcome.stdout == ""

    def test_without_ballots_rules_alone_are_told(self, foedus: Foedus, folder: Path) -> None:
        without_votes(folder, "ballots")
        page = page_of(foedus("power", folder, *QUICK))
        assert "\nRules\n" in page
        assert "Ballot:" not in page

    def test_where_nobody_sends_any_a_rule_of_pledges_cannot_be_won(
        self, foedus: Foedus, folder: Path
    ) -> None:
        words = ("power", folder, *QUICK, "--rule", "force-carried")
        nobody_joins = foedus(*words, "--set", "consent/*/level=0")
        without_votes(folder, "stances")
        for outcome in (nobody_joins, foedus(*words)):
            page = words_of(outcome)
            assert "force-carried cannot be won: none of its voters pledges any soldiers." in page
            assert "soldiers pledged, of which there are none" in page

    def test_of_two_hundred_voters_under_two_weights_the_reason_is_said(
        self, foedus: Foedus, folder: Path
    ) -> None:
        """Each of two hundred has another weight by each of two measures."""
        codes = [f"V{i:03}" for i in range(200)]
        weights = {"gdp": 2, "population": 3}
        more = {
            "delegations": [f"{code},{code},observer,0,0,0,,,,assumed,invented" for code in codes],
            "share_keys": [
                f"{key},{code},{10**6 + i**power},units,assumed,invented"
                for key, power in weights.items()
                for i, code in enumerate(codes)
            ],
            "rules": [f"many,Very many,{';'.join(codes)},,,assumed,invented"],
            "rule_games": [
                f"many,both,{key},at_least_share,0.6,,assumed,invented" for key in weights
            ],
        }
        for name, lines in more.items():
            with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        page = words_of(foedus("power", folder, *QUICK, "--rule", "many"))
        assert "Not counted: swings. 200 voters with weight under a rule of 2 different" in page
        assert "up to 40 voters with one or two weights" in page
        overview = words_of(foedus("power", folder, *QUICK))
        assert "The power of voters under many was not counted. Look at one rule" in overview
        assert "Very many (many): not counted." in overview


class TestRepeating:
    @pytest.mark.parametrize(
        "words",
        [
            (),
            MAJORITY,
            (*MAJORITY, "--list", 3, "--seed", 4, "--strict"),
            ("--set", "ballots/raise/proposal_value=10"),
        ],
    )
    def test_the_command_that_is_printed_repeats_the_page(
        self, foedus: Foedus, words: tuple[object, ...]
    ) -> None:
        page = page_of(foedus("power", "minimal", *QUICK, *words))
        lines = page[page.index("To repeat this") :].splitlines()[2:]
        command = " ".join(line.strip() for line in lines if not line.startswith("Run"))
        assert page_of(foedus(*shlex.split(command)[1:])) == page


def test_text_of_others_does_not_steer_the_terminal(
    foedus: Foedus, folder: Path, spoil: Spoil
) -> None:
    spoil("rules.csv", "Double majority of the League", "Double \x1b[31mmajority\u202e")
    spoil("ballots.csv", "A larger force", "A \x1b[2Jlarger [red]force[/red]")
    spoil("ballots.csv", "The force grows to the size put to the vote.", "It \x1b[31mgrows\u202e")
    for words in ((), MAJORITY):
        page = page_of(foedus("power", folder, *QUICK, *words))
        assert not {"\x1b", "\u202e"} & set(page)
        assert "\\x1b[31mmajority\\u202e" in page
        assert "[red]force[/red]" in page


def test_help_says_what_is_told(foedus: Foedus) -> None:
    page = words_of(foedus("power", "--help"))
    assert "Tell who decides under a rule, and what would pass." in page
    assert "--rule NAME" in page
    assert "--list N" in page


@pytest.mark.parametrize(
    ("weight", "weights", "quota", "words"),
    [
        ("heads", (1, 1, 1), Quota(Fraction(3, 2), False), "at least 2 of 3 heads"),
        ("heads", (1, 1, 1), Quota(Fraction(2), True), "at least 3 of 3 heads"),
        ("council_population", (70, 30), Quota(Fraction(130, 2), False),
         "at least 65 of 100 by council population (65 %)"),
        ("gdp", (Fraction("7.5"), Fraction("2.5")), Quota(Fraction(20, 3), True),
         "more than 6.67 of 10 by GDP (66.7 %)"),
        ("pledged_persons", (0, 0), Quota(Fraction(0), True),
         "soldiers pledged, of which there are none"),
    ],
)  # fmt: skip
def test_what_a_game_asks_is_said_in_numbers_that_can_be_reached(
    weight: str, weights: tuple[Any, ...], quota: Quota, words: str
) -> None:
    assert game_words(Game(weight, tuple(Fraction(each) for each in weights), quota)) == words
