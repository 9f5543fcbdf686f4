"""Options side by side: a row each, measured quantities, no combined score."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.briefing import Brief
from foedus.briefing.findings import Findings
from foedus.briefing.options import MONTHS, options_table
from foedus.chain import run_guarantee
from foedus.quantities import SUFFIXES, suffix_of
from foedus.runs import make_request
from foedus.scenario import Scenario

Find = Callable[..., Findings]
Briefed = Callable[..., Brief]

JUDGING = ("score", "rank", "index", "total", "utility", "overall", "best")


def test_an_option_is_a_row_in_the_order_of_the_file(briefed: Briefed) -> None:
    for name in ("minimal", "paris-2025"):
        made = briefed(name)
        assert made.options["option"].to_list() == [o.option for o in made.scenario.options]
        assert made.options["title"].to_list() == [o.title for o in made.scenario.options]


def test_there_is_no_combined_score(briefed: Briefed) -> None:
    columns = briefed().options.columns
    assert not [name for name in columns if any(word in name.split("_") for word in JUDGING)]
    numbers = [name for name, kind in briefed().options.schema.items() if kind.is_numeric()]
    assert {suffix_of(name) for name in numbers} <= set(SUFFIXES)


def test_numbers_are_those_of_each_options_own_runs(find: Find) -> None:
    found = find()
    for row, runs in zip(options_table(found).iter_rows(named=True), found.options, strict=True):
        consent, forces = runs.consent.result, runs.forces.result
        joiners = np.sort(consent.joins.sum(axis=1))
        assert row["joiners_count"] == joiners[(joiners.size - 1) // 2]
        final = forces.balanced_persons[:, -1]
        assert row["balanced_persons"] == np.median(final)
        assert row["balanced_persons_low"] == np.quantile(final, 0.05)
        assert row["required_persons"] == np.median(forces.required_land_persons)
        for month in MONTHS:
            assert row[f"month_{month}_persons"] == np.median(forces.balanced_persons[:, month])


def test_the_headline_option_is_as_in_its_answers(briefed: Briefed) -> None:
    for option in ("rear-8k-backed", "rear-8k-alone"):
        made = briefed(option=option)
        row = made.options.filter(pl.col("option") == option).row(0, named=True)
        assert row["balanced_persons"] == made["size"].value
        assert row["joiners_count"] == made["consent"].value


def test_the_headline_option_changes_no_row_of_another(briefed: Briefed) -> None:
    first, second = (
        briefed(option=option).options for option in ("rear-8k-backed", "air-sea-backed")
    )
    assert first.equals(second)


def test_a_month_after_the_end_of_the_mission_is_empty(find: Find) -> None:
    table = options_table(find(set={"options/rear-8k-alone/duration_months": 6}))
    short = table.filter(pl.col("option") == "rear-8k-alone").row(0, named=True)
    assert short["month_12_persons"] is None
    assert short["month_3_persons"] is not None


def test_an_option_without_land_is_filled_by_its_people_in_the_air(find: Find) -> None:
    found = find(option="air-sea-backed")
    row = options_table(found).filter(pl.col("option") == "air-sea-backed").row(0, named=True)
    result = found.forces
    sent, required = result.sent_persons.sum(axis=(1, 2)), result.required_persons.sum(axis=1)
    assert row["filled_share"] == pytest.approx(float(np.median(sent / required)))
    assert row["binds"] == ""
    assert row["required_persons"] == row["balanced_persons"] == 0


def test_where_nothing_is_sent_nothing_is_its_own(find: Find) -> None:
    nobody = find(set={"consent/*/level": 0, "options/*/us_enablers_share": 0}, draws=20)
    assert options_table(nobody)["own_share"].null_count() == 3
    asked_for_nothing = find(set={"requirement/*/needed_count": 0}, draws=20)
    assert options_table(asked_for_nothing)["filled_share"].null_count() == 3


def test_what_the_force_costs_is_that_of_each_options_own_run(find: Find) -> None:
    found = find()
    runs = found.spending_by_option
    assert runs is not None
    for row, run in zip(options_table(found).iter_rows(named=True), runs, strict=True):
        result = run.result
        total = result.force_usd_bn[:, :5].sum(axis=1)
        assert row["force_usd_bn"] == np.median(total)
        assert row["force_usd_bn_low"] == np.quantile(total, 0.05)
        assert row["force_usd_bn_high"] == np.quantile(total, 0.95)
        assert row["full_usd_bn"] == np.median(result.full_usd_bn[:, :5].sum(axis=1))
        most = result.codes[int(result.force_usd_bn[:, :5].mean(axis=0).argmax())]
        assert row["pays_most"] == found.titles[most]


def test_whether_it_deters_is_that_of_each_options_own_game_and_never_without_war(
    find: Find,
) -> None:
    found = find()
    for row, runs in zip(options_table(found).iter_rows(named=True), found.options, strict=True):
        request = replace(found.request, option=runs.option)
        result = run_guarantee(found.scenario, request, runs).result
        held = result.outcomes()
        assert row["deterred_prob"] == held["deterred_prob"].mean()
        assert row["direct_war_prob"] == held["direct_war_prob"].mean()
        within = np.median(held["direct_war_in_24_months_prob"])
        assert row["direct_war_in_24_months_prob"] == within


def test_without_the_game_there_is_no_column_on_deterrence(minimal: Scenario) -> None:
    names = ("disputes", "base_rates")
    kept = tuple(row for row in minimal.uncertainties if row.table not in names)
    bare = minimal.replace(**dict.fromkeys(names, ()), uncertainties=kept)
    found = Findings(bare, make_request(bare, draws=10))
    assert found.guarantee_by_option is None
    columns = options_table(found).columns
    assert not [name for name in columns if "deterred" in name or "war" in name]


def test_costs_of_the_headline_option_are_as_in_its_answer(briefed: Briefed) -> None:
    for option in ("rear-8k-backed", "air-sea-backed"):
        made = briefed(option=option)
        row = made.options.filter(pl.col("option") == option).row(0, named=True)
        said = made["afford"].tables["headline_numbers"].row(0, named=True)
        for name in ("force_usd_bn", "full_usd_bn", "force_of_defence_share"):
            assert row[name] == said[name]


def test_where_nobody_sends_nobody_pays(find: Find) -> None:
    table = options_table(find(set={"consent/*/level": 0}, draws=20))
    assert table["force_usd_bn"].to_list() == [0, 0, 0]
    assert table["force_of_defence_share"].to_list() == [0, 0, 0]
    assert table["pays_most"].to_list() == ["", "", ""]
    assert (table["full_usd_bn"] > 0).all()


def test_without_budgets_there_is_no_column_on_costs(minimal: Scenario) -> None:
    no_money = dict.fromkeys(("budgets", "finances", "targets", "deflators", "costs", "payers"), ())
    about_money = {*no_money, "hosting"}
    uncertain = tuple(
        row
        for row in minimal.uncertainties
        if row.table not in about_money and (row.table, row.cell_key) != ("engines", "spending")
    )
    poor = minimal.replace(**no_money, hosting=(), claims=(), uncertainties=uncertain)
    found = Findings(poor, make_request(poor, draws=10))
    assert found.spending_by_option is None
    columns = options_table(found).columns
    assert not [name for name in columns if "usd" in name or name == "pays_most"]
