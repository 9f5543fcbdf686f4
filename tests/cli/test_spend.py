"""`foedus spend` prints what targets cost by nation and year, and what the force adds."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests import kept

from foedus.briefing.findings import Findings
from foedus.briefing.wording import NOTHING
from foedus.chain import run_option, run_spending
from foedus.cli.spend import Shown, by_target_years, chosen_targets, money, option_costs
from foedus.runs import make_request
from foedus.scenario import load

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

MINIMAL = load("minimal")
QUICK = ("--draws", 40)
ALONE = (*QUICK, "--no-options")
YEARS = "  ".join(str(year) for year in range(2030, 2040))
MONEY_TABLES = ("budgets", "finances", "targets", "costs", "payers", "deflators", "hosting")
REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def section(page: str, heading: str, end: str = "\n\n") -> list[str]:
    """Return the lines of a page from a heading or label to an empty line."""
    assert page.count(f"\n{heading}") == 1, heading
    return page.partition(f"\n{heading}")[2].partition(end)[0].splitlines()[1:]


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


@pytest.fixture
def _paris_in_a_few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every page of it told from the same runs, which are made once."""
    found = kept.findings("paris-2025", 5)
    monkeypatch.setattr("foedus.cli.spend.Findings", lambda *_: found)


@pytest.fixture(scope="module")
def findings() -> Findings:
    return Findings(MINIMAL, make_request(MINIMAL, draws=40))


def test_the_page_goes_from_targets_to_years_force_and_burdens(foedus: Foedus) -> None:
    outcome = foedus("spend", "minimal", *QUICK)
    assert outcome.exit_code == 0
    headings = (
        "What shares of GDP cost in 2035",
        "Needed in 2035 beyond today's share, bn USD",
        "First year in which it can be reached",
        "Public finances if the path is borrowed",
        "Year by year: bn USD beyond today's share",
        "2 % of GDP",
        "5 % of GDP",
        "Each nation's own target",
        "What the force costs: rear-8k-backed",
        "Every option as it would be sent",
        "Every option if it were sent in full",
        "Burdens side by side",
        "How unequal they are",
        "Programmes beside the force",
        "What buying together would save",
        "Rests on ",
        "  foedus spend minimal --option rear-8k-backed --draws 40 --seed 0",
    )
    places = [outcome.stdout.index(f"\n{heading}") for heading in headings]
    assert places == sorted(places)
    assert "bn US dollars of 2030" in outcome.stdout
    assert outcome.stderr.splitlines()[-1].endswith(": 40 draws, seed 0")


def test_years_are_headings_without_separators(foedus: Foedus) -> None:
    page = foedus("spend", "minimal", *ALONE).stdout
    for target in ("2 % of GDP", "3.5 % of GDP", "Each nation's own target"):
        heading, *rows, total = section(page, target)
        assert heading.split() == ["Delegation", *YEARS.split()]
        assert len(rows) == 6
        assert total.startswith("  All contributors ")
    assert not re.search(r"\b2,0\d\d\b", page)


def test_numbers_are_those_of_the_run(foedus: Foedus, findings: Findings) -> None:
    result = findings.spending.result
    page = foedus("spend", "minimal", *ALONE).stdout
    t, n = result.targets.index("3_5"), result.codes.index("CST")
    (line,) = [row for row in section(page, "3.5 % of GDP") if "Castria" in row]
    shown = np.median(result.extra_by_year[:, n, t], axis=0)
    assert line.split()[1:] == [money(float(value)) for value in shown]
    total = section(page, "3.5 % of GDP")[-1].split()[2:]
    all_ = np.median(result.extra_by_year[:, :5, t].sum(axis=1), axis=0)
    assert total == [money(float(value)) for value in all_]
    (needed,) = [row for row in section(page, "Needed in 2035") if "Castria" in row]
    medians = np.median(result.needed_usd_bn[:, n], axis=0)
    assert needed.split()[3:] == [money(float(value)) for value in medians]


def test_first_years_are_met_a_year_or_after_the_last(foedus: Foedus) -> None:
    page = foedus("spend", "minimal", *ALONE).stdout
    rows = {line.split()[0]: line for line in section(page, "First year in which")}
    assert rows["Brekland"].split()[3:6] == ["met", "met", "met"]
    assert rows["Castria"].count("after 2039") == 6
    assert rows["Patronia"].split()[-1] == NOTHING
    assert re.search(r"\b203\d\b", rows["Aldmark"])


def chosen_all(findings: Findings) -> Shown:
    """Return all nations and targets."""
    result = findings.spending.result
    return Shown([*range(len(result.codes))], [*range(len(result.targets))])


def test_a_nation_that_never_rises_is_after_the_last_year(findings: Findings) -> None:
    columns = by_target_years(findings.spending.result, chosen_all(findings))
    assert {len(column.cells) for column in columns} == {6}
    assert all(column.is_numeric for column in columns)


@pytest.mark.usefixtures("_paris_in_a_few_draws")
def test_nations_are_sorted_by_their_printed_names(foedus: Foedus) -> None:
    page = foedus("spend", "paris-2025", "--draws", 5, "--no-options", "--target", 2).stdout
    rows = section(page, "2 % of GDP")[1:-1]
    names = [re.split(r"  +", row.strip())[0] for row in rows]
    assert names == sorted(names)
    assert len(names) == len(load("paris-2025").budgets)
    assert {"North Macedonia", "United Kingdom", "United States"} <= set(names)


@pytest.mark.usefixtures("_paris_in_a_few_draws")
@pytest.mark.parametrize("width", [80, 100, 60])
def test_no_line_is_wider_than_the_page_and_no_name_is_cut(
    foedus: Foedus, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    page = foedus("spend", "paris-2025", "--draws", 5).stdout
    if width >= 80:
        body = page.partition("To repeat this")[0].splitlines()
        assert [line for line in body if len(line) > width] == []
    titles = load("paris-2025").titles("delegations")
    nations = [titles[row.delegation] for row in load("paris-2025").budgets]
    for name in nations:
        assert re.search(rf"^  {re.escape(name)}  ", page, re.MULTILINE)


def test_one_nation_and_one_target_can_be_asked_for(foedus: Foedus) -> None:
    words = ("--nation", "cst", "--target", "3.50 %", "--target", "own")
    outcome = foedus("spend", "minimal", *ALONE, *words)
    page = outcome.stdout
    assert outcome.exit_code == 0
    assert "\n2 % of GDP" not in page
    assert "Aldmark" not in page.partition("To repeat this")[0].partition("What shares")[2]
    _, castria, total = section(page, "3.5 % of GDP")
    assert castria.startswith("  Castria ")
    assert total.startswith("  All contributors ")
    finances = section(page, "Public finances", "\nDeficit in 2035")
    assert [line.split()[1] for line in finances[-2:]] == ["3.5", "own"]
    assert "--nation cst --target '3.50 %' --target own --no-options" in page


def test_two_targets_of_all_nations_have_their_public_finances(foedus: Foedus) -> None:
    page = foedus("spend", "minimal", *ALONE, "--target", 2, "--target", 3).stdout
    finances = section(page, "Public finances", "\nDeficit in 2035")
    assert sum(bool(re.match(r"  \w+ +2 %  ", line)) for line in finances) == 6
    assert sum(bool(re.match(r"  \w+ +3 %  ", line)) for line in finances) == 6


def test_all_targets_of_all_nations_have_them_on_the_middle_path(foedus: Foedus) -> None:
    page = foedus("spend", "minimal", *ALONE).stdout
    finances = section(page, "Public finances", "\nDeficit in 2035")
    assert sum(bool(re.match(r"  \w+ +3.5 %  ", line)) for line in finances) == 6
    assert not any(re.match(r"  \w+ +(2|2.5|3|5) %  ", line) for line in finances)


def test_the_guarantor_by_itself_has_no_burden_and_no_target_of_its_own(foedus: Foedus) -> None:
    page = foedus("spend", "minimal", *ALONE, "--nation", "PTN", "--target", "own").stdout
    assert "Nobody who is printed has such a target." in page
    assert "No contributor is printed." in page


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("--nation", "XXX"),
            "there is no budget of 'XXX'. There are: ALD, BRK, CST, DUN, ELM, PT",
        ),
        (("--nation", "HOV"), "there is no budget of 'HOV'."),
        (("--target", "7"), "there is no target '7'. There are: 2, 2.5, 3, 3.5, 5, own."),
        (("--draws", "0"), "draws: 0 draws no future in which to join. Write 1 or more."),
        (("--option", "nowhere"), "nowhere"),
        (("--set", "engines/spending/target_year=2050"), "2050 is not among the years of the run"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    foedus: Foedus, words: tuple[str, ...], says: str
) -> None:
    outcome = foedus("spend", "minimal", *ALONE, *words)
    assert outcome.exit_code == 1
    assert says in " ".join(outcome.stderr.split())
    assert outcome.stdout == ""


def test_both_faults_are_told_at_once(foedus: Foedus) -> None:
    outcome = foedus("spend", "minimal", *ALONE, "--nation", "XXX", "--nation", "YYY")
    assert "'XXX'" in outcome.stderr
    assert "'YYY'" in outcome.stderr


def test_without_budgets_the_files_that_are_missing_are_named(foedus: Foedus, folder: Path) -> None:
    for table in MONEY_TABLES:
        (folder / f"{table}.csv").unlink()
    path = folder / "uncertainties.csv"
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if line.split(",")[0] not in MONEY_TABLES and not line.startswith("engines,spending")
    ]
    path.write_text("".join(kept), encoding="utf-8")
    outcome = foedus("spend", folder, *QUICK)
    assert outcome.exit_code == 1
    assert "spending needs budgets.csv, deflators.csv. Add the tables." in outcome.stderr
    # What needs no money is answered as before.
    assert foedus("ask", folder, "size", *QUICK).exit_code == 0


def test_without_a_price_year_nothing_is_told(foedus: Foedus, folder: Path) -> None:
    path = folder / "scenario.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"price_year = \d+\n", "", text), encoding="utf-8")
    outcome = foedus("spend", folder, *QUICK)
    assert outcome.exit_code == 1
    assert "price_year" in outcome.stderr


def document_of(outcome: Result) -> dict[str, Any]:
    assert outcome.exit_code == 0
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def test_the_document_is_the_run_that_the_force_feeds(foedus: Foedus) -> None:
    document = document_of(foedus("spend", "minimal", *QUICK, "--seed", 5, "--json"))
    request = make_request(MINIMAL, draws=40, seed=5)
    run = run_spending(MINIMAL, request, run_option(MINIMAL, request).forces)
    assert document["engine"] == "spending"
    assert document["run"] == run.run_id
    assert document["fed_by"] == list(run.provenance.identity.fed_by)
    for name, values in run.result.outcomes().items():
        assert document["outcomes"][name] == pytest.approx(np.median(values))
    assert set(document["tables"]) == {
        *run.result.tables(),
        *("force_by_option", "burden", "burden_measures"),
    }
    assert list(schema_of_runs().iter_errors(document)) == []


def test_the_document_of_the_real_scenario_is_in_shape(foedus: Foedus) -> None:
    words = ("--draws", 3, "--no-options", "--strict", "--json")
    document = document_of(foedus("spend", "paris-2025", *words))
    assert list(schema_of_runs().iter_errors(document)) == []
    assert "force_by_option" not in document["tables"]
    assert not any(text.startswith("†") for text in document["warnings"])


def test_strict_leaves_out_what_was_known_later(foedus: Foedus) -> None:
    outcome = foedus("spend", "paris-2025", "--draws", 5, "--no-options", "--strict")
    assert outcome.exit_code == 0
    assert "strict: " in outcome.stderr
    assert "became known only after" not in outcome.stdout
    assert "--strict" in outcome.stdout.splitlines()[-2]


def test_what_options_cost_adds_up_to_the_mean_of_each(findings: Findings) -> None:
    costs = option_costs(findings)
    runs = findings.spending_by_option
    assert runs is not None
    sums: Mapping[str, tuple[float, float]] = {
        str(option): (
            sum(part["expected_usd_bn"].to_list()),
            sum(part["expected_full_usd_bn"].to_list()),
        )
        for (option,), part in costs.group_by("option")
    }
    assert sorted(sums) == sorted(row.option for row in MINIMAL.options)
    for row, run in zip(MINIMAL.options, runs, strict=True):
        as_sent, full = sums[row.option]
        assert as_sent == pytest.approx(run.result.force_usd_bn.sum(axis=1).mean())
        assert full == pytest.approx(run.result.full_usd_bn.sum(axis=1).mean())


def test_where_all_refuse_the_force_has_rows_of_fair_shares_only(foedus: Foedus) -> None:
    outcome = foedus(
        *("spend", "minimal", *ALONE, "--set", "consent/*/level=0"),
        *("--set", "options/*/us_enablers_share=0"),
    )
    assert outcome.exit_code == 0
    lines = section(outcome.stdout, "What the force costs")
    assert sum(line.split()[:1] == ["Castria"] for line in lines) == 1
    assert "troops sent" not in outcome.stdout


def test_a_force_that_asks_for_nothing_costs_nobody(foedus: Foedus) -> None:
    outcome = foedus("spend", "minimal", *QUICK, "--set", "requirement/*/needed_count=0")
    assert outcome.exit_code == 0
    assert "Nobody who is printed pays anything." in outcome.stdout


def test_targets_are_named_as_they_are_printed(findings: Findings) -> None:
    result = findings.spending.result
    assert chosen_targets(result, ()) == [*range(6)]
    assert chosen_targets(result, ["3.5"]) == chosen_targets(result, [" 3.50 % "]) == [3]
    assert chosen_targets(result, ["own", "2"]) == [0, 5]


def test_an_amount_of_none_is_a_dash() -> None:
    assert money(0.0) == money(-0.0) == NOTHING
    assert money(0.001) == "<0.01"
