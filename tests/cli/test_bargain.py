"""`foedus bargain` prints what a room agrees on, and scores such forecasts on settled issues."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from foedus.briefing.findings import Findings
from foedus.briefing.wording import show_range
from foedus.cli.backtest_file import read_cases
from foedus.cli.bargain_sections import (
    Shown,
    agreed_in_short,
    model_warnings,
    nearest_pairs,
    with_baseline,
    with_equal_influence,
)
from foedus.engines.bargaining.backtest import ExpertError, backtest
from foedus.engines.bargaining.result import MODELS, BargainingResult
from foedus.runs import make_request
from foedus.scenario import load

Foedus = Callable[..., Result]

MINIMAL = load("minimal")
QUICK = ("--draws", 40)
REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SETTLED = """issue,actor,position,salience,outcome,reference,proposal
tax,ALD,0,50,40,0,budget
tax,BRK,100,25,,,
tax,CST,30,80,,,
quota,ALD,10,100,20,,budget
quota,BRK,30,,,,
quota,CST,90,80,,,
duty,ALD,10,100,90,20,customs
duty,BRK,60,40,,,
duty,CST,90,80,,,
open,ALD,10,100,,20,customs
open,CST,10,100,,20,customs
"""


@pytest.fixture(scope="module")
def result() -> BargainingResult:
    return Findings(MINIMAL, make_request(MINIMAL, draws=40)).bargaining.result


@pytest.fixture
def settled(tmp_path: Path) -> Path:
    path = tmp_path / "settled.csv"
    path.write_text(SETTLED, encoding="utf-8")
    return path


def told(outcome: Result) -> str:
    return " ".join(outcome.stderr.split())


def document_of(outcome: Result) -> dict[str, Any]:
    assert outcome.exit_code == 0, outcome.stderr
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def schema_of_runs() -> Draft202012Validator:
    """Return what checks a run's document against its published shape."""
    schemas = [
        json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("brief", "run")
    ]
    known = Registry[Any]().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas]
    )
    return Draft202012Validator(schemas[1], registry=known)


def shown_of(result: BargainingResult, **tables: pl.DataFrame) -> Shown:
    """Return all of a run, with some tables in the place of its own."""
    shown = Shown(
        scenario=MINIMAL,
        result=result,
        issues=result.issues,
        formats=result.formats,
        models=tuple(MODELS),
        at_length=False,
    )
    shown.tables.update(tables)
    return shown


class TestScenario:
    def test_the_page_goes_from_the_room_to_issues_rooms_seats_trades_and_options(
        self, foedus: Foedus
    ) -> None:
        outcome = foedus("bargain", "minimal", *QUICK)
        assert outcome.exit_code == 0
        headings = (
            "The room: The summit with Patronia and the host",
            "Size of the force (thousand soldiers)\n-",
            "Who matters: how the compromise mean would move without it",
            "Who gives way to whom: challenge model, as in the paper, first round",
            "Hovany's seat (points)\n-",
            "Rooms and rounds",
            "What seats change",
            "What could be traded",
            "Is an option agreed on?",
            "Rests on ",
            "  foedus bargain minimal --option rear-8k-backed --draws 40 --seed 0",
        )
        places = [outcome.stdout.index(f"\n{heading}") for heading in headings]
        assert places == sorted(places)
        assert outcome.stderr.splitlines()[-1].endswith(": 40 draws, seed 0")

    def test_all_models_stand_side_by_side_with_their_ranges(
        self, foedus: Foedus, result: BargainingResult
    ) -> None:
        page = foedus("bargain", "minimal", *QUICK).stdout
        at = result.issues.index("force")
        for place, model in enumerate(result.models):
            values = result.forecast_value[:, at, place]
            low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
            line = next(
                row
                for row in page.splitlines()
                if row.strip().lower().startswith(MODELS[model].lower() + "  ")
            )
            assert show_range(middle, low, high, "forecast_value") in " ".join(line.split())

    def test_an_issue_by_name_is_printed_alone_and_at_length(self, foedus: Foedus) -> None:
        page = foedus("bargain", "minimal", *QUICK, "--issue", "seat").stdout
        assert "\nHovany's seat (points)\n" in page
        assert "\nSize of the force (thousand soldiers)\n" not in page
        assert "  foedus bargain minimal --issue seat --option rear-8k-backed" in page

    def test_a_format_by_name_is_the_room(self, foedus: Foedus) -> None:
        page = foedus("bargain", "minimal", *QUICK, "--format", "summit").stdout
        assert "\nThe room: The summit in Hovan\n" in page
        # Rows of other rooms are not printed, but what a larger room would change is.
        rooms = page[page.index("\nRooms and rounds") : page.index("\nWhat seats change")]
        assert "The summit with" not in rooms
        assert "The summit in Hovan → The summit with Patronia and the host" in page

    def test_a_model_by_name_stands_beside_the_baseline(self, foedus: Foedus) -> None:
        page = foedus("bargain", "minimal", *QUICK, "--model", "challenge_intent").stdout
        assert "  Compromise mean  " in page
        assert "  Weighted median  " not in page
        assert "Who gives way to whom: challenge model, as it seems meant" in page
        assert "Who gives way to whom: challenge model, as in the paper" not in page

    def test_without_a_challenge_model_nobody_gives_way(self, foedus: Foedus) -> None:
        page = foedus("bargain", "minimal", *QUICK, "--model", "median").stdout
        assert "Who gives way to whom" not in page

    def test_unknown_names_are_told_at_once(self, foedus: Foedus) -> None:
        outcome = foedus(
            *("bargain", "minimal", "--issue", "seats", "--format", "sumit", "--model", "oracle")
        )
        assert outcome.exit_code == 1
        for part in ("no issue 'seats'", "no format 'sumit'", "no model 'oracle'"):
            assert part in told(outcome)
        assert outcome.stdout == ""

    def test_the_document_is_in_the_shape_of_runs(
        self, foedus: Foedus, result: BargainingResult
    ) -> None:
        document = document_of(foedus("bargain", "minimal", *QUICK, "--json"))
        assert document["engine"] == "bargaining"
        assert set(document["tables"]) == set(result.tables())
        assert "equal_shift_value" in document["tables"]["parties"][0]
        assert list(schema_of_runs().iter_errors(document)) == []

    def test_the_command_that_is_printed_repeats_the_page(self, foedus: Foedus) -> None:
        words = ("--issue", "seat", "--format", "summit", "--model", "median")
        page = foedus("bargain", "minimal", *QUICK, *words).stdout
        again = page[page.index("\nTo repeat this") :]
        (start, end) = (again.index("  foedus "), again.index("\nRun:"))
        assert foedus(*shlex.split(again[start:end])[1:]).stdout == page

    def test_without_positions_the_tables_that_are_missing_are_named(
        self, foedus: Foedus, folder: Path
    ) -> None:
        (folder / "positions.csv").unlink()
        outcome = foedus("bargain", folder, *QUICK)
        assert outcome.exit_code == 1
        assert "positions.csv" in told(outcome)


class TestTables:
    def test_equal_influence_by_hand(self) -> None:
        """Mean (0 + 100 + 2 * 50) / 4 = 50; without the first 200 / 3."""
        parties = pl.DataFrame(
            {
                "issue": ["a", "a", "a", "b"],
                "position_value": [0.0, 100.0, 50.0, 9.0],
                "salience_share": [0.25, 0.25, 0.5, 1.0],
                "median_shift_value": [0.0] * 4,
            }
        )
        found = with_equal_influence(parties)["equal_shift_value"].to_list()
        assert found[:3] == pytest.approx([200 / 3 - 50, 100 / 3 - 50, 0])
        assert found[3] is None

    def test_where_influence_is_equal_by_heads_both_shifts_agree(
        self, result: BargainingResult
    ) -> None:
        """The key of the seat is `equal`: only the spread of positions keeps the two apart."""
        table = with_equal_influence(result.party_table()).filter(pl.col("issue") == "seat")
        given, equal = (table[f"{name}_shift_value"].to_numpy() for name in ("mean", "equal"))
        np.testing.assert_allclose(given, equal, atol=0.5)

    def test_pairs_with_a_room_between_them_are_left_out(self) -> None:
        seats = pl.DataFrame(
            {"smaller": ["a", "a", "b", "d"], "larger": ["b", "c", "c", "c"], "issue": ["x"] * 4}
        )
        assert nearest_pairs(seats) == [("a", "b"), ("b", "c"), ("d", "c")]

    def test_an_option_in_short_has_the_models_that_see_least_and_most(
        self, result: BargainingResult
    ) -> None:
        agreed = result.agreed_table()
        short = agreed_in_short(agreed)
        assert set(short["option"]) == set(
            agreed.filter(pl.col("agreed_prob").is_not_null())["option"]
        )
        for row in short.iter_rows(named=True):
            chances = [
                float(result.agreed(row["option"], model).mean())
                for model in ("mean", "median", "challenge_paper", "nash_zero")
            ]
            assert row["agreed_least_prob"] <= min(chances)
            assert max(chances) <= row["agreed_most_prob"]
            assert row["agreed_prob"] == pytest.approx(chances[0])

    def test_the_baseline_is_always_among_the_models(self) -> None:
        assert with_baseline(["exchange", "median"]) == ("mean", "median", "exchange")
        assert with_baseline([]) == tuple(MODELS)

    def test_warnings_name_the_issues_that_rest_on_one_model_or_on_code(
        self, result: BargainingResult
    ) -> None:
        spread = result.spread_table().with_columns(
            rests_on_choice=pl.lit(True),
            rests_on_one=(pl.col("issue") == "seat") & (pl.col("among") == "families"),
            outlier=pl.lit("exchange"),
        )
        choice, one, code = model_warnings(shown_of(result, model_spread=spread))
        assert choice.startswith(
            "The forecast rests on which model one believes: Size of the force."
        )
        assert "rests on one model, the position exchange over all issues" in one
        assert one.endswith("the others are close: Hovany's seat.")
        assert code.endswith("than the range of one: Size of the force and Hovany's seat.")

    def test_nothing_is_warned_of_where_models_agree(self, result: BargainingResult) -> None:
        spread = result.spread_table().with_columns(
            rests_on_choice=pl.lit(False), rests_on_one=pl.lit(False)
        )
        assert model_warnings(shown_of(result, model_spread=spread)) == []


class TestBacktest:
    def test_the_page_goes_from_what_is_left_out_to_models_and_issues(
        self, foedus: Foedus, settled: Path
    ) -> None:
        outcome = foedus("bargain", "--backtest", settled)
        assert outcome.exit_code == 0
        parts = (
            "Models of negotiation against what was agreed",
            "The file has no capability, so every actor has the same influence.",
            "Not scored, as it has no outcome: open.",
            "1 position has no salience",
            "How far off each model was",
            "2 proposals are too few to tell models apart",
            " Compromise mean 3 25.3 ",
            "Issue by issue",
            "--position-error 10 --salience-error 10 --draws 200 --seed 0",
        )
        page = " ".join(outcome.stdout.split())
        places = [page.index(part) for part in parts]
        assert places == sorted(places)
        assert "3 issues, 200 draws of each, seed 0" in outcome.stderr

    def test_numbers_are_those_of_the_library(self, foedus: Foedus, settled: Path) -> None:
        words = ("--draws", 30, "--seed", 4, "--position-error", 5, "--model", "median", "--json")
        document = document_of(foedus("bargain", "--backtest", settled, *words))
        expert = ExpertError(position_sd_score=5, draws=30, seed=4)
        found = backtest(read_cases(settled).cases, ["median"], expert)
        assert [row["model"] for row in document["models"]] == ["mean", "median"]
        for place, row in enumerate(document["models"]):
            assert row["mean_error_score"] == pytest.approx(found.error_score[place].mean())
            assert row["mean_crps_score"] == pytest.approx(found.crps_score[place].mean())
        assert document["models"][0]["worse_score"] is None
        assert len(document["issues"]) == 6
        assert document["unscored"] == {"open": "it has no outcome"}
        assert (document["draws"], document["seed"], document["position_sd_score"]) == (30, 4, 5)
        assert document["layout"] == "long"

    def test_the_command_that_is_printed_repeats_the_page(
        self, foedus: Foedus, settled: Path
    ) -> None:
        words = ("--draws", 20, "--model", "median", "--salience-error", 3)
        page = foedus("bargain", "--backtest", settled, *words).stdout
        command = page[page.index("\nTo repeat this") :]
        again = shlex.split(command[command.index("  foedus ") :])[1:]
        assert foedus(*again).stdout == page

    def test_enough_proposals_say_who_beats_the_baseline(
        self, foedus: Foedus, tmp_path: Path
    ) -> None:
        """Invented: the median is always right, and the mean never."""
        lines = [
            f"i{i},{actor},{place},50,20\n"
            for i in range(12)
            for actor, place in (("A", 20), ("B", 20), ("C", 100))
        ]
        path = tmp_path / "many.csv"
        path.write_text("issue,actor,position,salience,outcome\n" + "".join(lines), "utf-8")
        words = ("--model", "median", "--model", "plain_mean", "--draws", 5)
        page = foedus("bargain", "--backtest", path, *words).stdout
        (sentence,) = [line for line in page.splitlines() if line.startswith("The compromise mean")]
        assert "off by 26.7 points on average; least off on all issues is" in sentence
        assert "beaten by: weighted median." in " ".join(page.split())

    def test_a_fault_in_the_file_is_told_and_nothing_printed(
        self, foedus: Foedus, settled: Path
    ) -> None:
        settled.write_text(SETTLED.replace("tax,BRK,100", "tax,BRK,high"), encoding="utf-8")
        outcome = foedus("bargain", "--backtest", settled)
        assert outcome.exit_code == 1
        assert "settled.csv:3: position: 'high' is not a number" in told(outcome)
        assert outcome.stdout == ""

    @pytest.mark.parametrize(
        ("words", "code", "says"),
        [
            ((), 2, "Missing argument 'SCENARIO', or --backtest FILE in its place."),
            (("minimal", "--backtest", "FILE"), 2, "--backtest reads no scenario."),
            (("--backtest", "FILE", "--strict"), 2, "--strict is for a scenario only."),
            (("--backtest", "FILE", "--issue", "tax"), 2, "--issue is for a scenario only."),
            (("minimal", "--position-error", 5), 2, "--position-error is for --backtest only."),
            (("--backtest", "FILE", "--salience-error", -1), 2, "--salience-error"),
            (("--backtest", "nowhere.csv"), 2, "nowhere.csv"),
            (("--backtest", "FILE", "--draws", 0), 1, "draws is 0: it must be at least 1."),
            (("--backtest", "FILE", "--model", "exchange"), 1, "no model to score 'exchange'"),
        ],
    )
    def test_half_of_one_and_half_of_the_other_is_refused(
        self, foedus: Foedus, settled: Path, words: tuple[object, ...], code: int, says: str
    ) -> None:
        given = [settled if word == "FILE" else word for word in words]
        outcome = foedus("bargain", *given)
        assert outcome.exit_code == code
        assert says in told(outcome)
        assert outcome.stdout == ""
