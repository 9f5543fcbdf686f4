"""What must hold of games of threats and of base rates: a broken one of each is found, once."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from tests.scenario.broken import Change, changed, told, with_table, without

from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.cells import read_settings
from foedus.scenario.checks import Places, faults
from foedus.scenario.deterrence import PARAMETERS, BaseRate, DisputeRow, Parameter
from foedus.scenario.deterrence_checks import DETERRENCE_CHECKS, ORDERS, value_fault
from foedus.scenario.uncertainties import Uncertainty, quantiles

GAINS, TIED, STOP, AUTHORISE = (
    PARAMETERS["ceasefire"][name].means
    for name in ("prize_points", "tied_points", "stop_cost_points", "authorise_prob")
)
HELP = PARAMETERS["leverage"]["help_worth_points"].means
CLASH = "clash_cost_points < governments_war_cost_points at hard"
ADVERSARY = "adversary_war_cost_points at hard <= adversary_war_cost_points at soft"
GOVERNMENTS = "governments_war_cost_points at hard <= governments_war_cost_points at soft"
HIT = "tied_points at self_defence.line.clear <= tied_points at self_defence.line.contact"
NONE: dict[str, Any] = {"parameter_value_low": None, "parameter_value_high": None}
NO_RANGE: dict[str, Any] = {"rate_value_low": None, "rate_value_high": None}
BETWEEN = "a prior needs a value between two ends, all above 0 and below 1"
APART = "write a value, and a low and a high apart from it"


def of_game(parameter: str, at: str = "all", game: str = "ceasefire", **values: Any) -> Change:
    """Return what changes a parameter of a game."""
    return changed("disputes", f"{game}:{parameter}:{at}", **values)


def besides(table: str, row: Any) -> Change:
    """Return what adds a row."""
    return lambda scenario: with_table(scenario, table, (*scenario.table(table), row))


def number(parameter: str, at: str, value: float, game: str = "ceasefire") -> DisputeRow:
    """Return a row of a game."""
    return DisputeRow.model_validate(
        {
            "dispute": game,
            "parameter": parameter,
            "at": at,
            "parameter_value": value,
            "unit": "points" if parameter.endswith("points") else "probability",
            "basis": "assumption",
            "source": "assumed",
        }
    )


def drawn(table: str, key: str, field: str, distribution: str) -> Uncertainty:
    """Return a row that says how a cell is drawn."""
    return Uncertainty.model_validate(
        {
            "table": table,
            "cell_key": key,
            "field": field,
            "distribution": distribution,
            "low_value": 0.0,
            "mode_value": 0.5,
            "high_value": 1.0,
            "source": "assumed",
        }
    )


BROKEN: dict[str, list[tuple[Change, str, str, str, str, str]]] = {
    "parameters_are_known": [
        (besides("disputes", number("prise_points", "line", 1)), "disputes",
         "ceasefire:prise_points:line", "parameter",
         "the game ceasefire has no parameter 'prise_points'",
         "Did you mean prize_points or war_prize_points or tied_points?"),
        (besides("disputes", number("saved_points", "all", 1)), "disputes",
         "ceasefire:saved_points:all", "parameter",
         "the game ceasefire has no parameter 'saved_points'", "write leverage in dispute"),
        (besides("disputes", number("prize_points", "lines", 1)), "disputes",
         "ceasefire:prize_points:lines", "at", "prize_points is not asked for at 'lines'",
         "Did you mean line?"),
        (besides("disputes", number("contact_prob", "rear.force", 1)), "disputes",
         "ceasefire:contact_prob:rear.force", "at",
         "contact_prob is not asked for at 'rear.force'",
         "Did you mean rear.probe or rear.line or air_sea.probe?"),
        (of_game("contact_prob", "rear.line", unit="share"), "disputes",
         "ceasefire:contact_prob:rear.line", "unit",
         "contact_prob is in probability, and this is in share",
         "write probability, and the number in it"),
    ],
    "games_are_complete": [
        (without("disputes", "ceasefire:prize_points:probe", "ceasefire:prize_points:force"),
         "disputes", "", "at",
         f"the game ceasefire needs prize_points at probe, force: {GAINS}",
         "add a row for each"),
        (without("disputes", "ceasefire:stop_cost_points:all"), "disputes", "", "at",
         f"the game ceasefire needs stop_cost_points: {STOP}", "add a row"),
        (without("disputes", "ceasefire:tied_points:fight_back.line.contact"), "disputes", "",
         "at", f"the game ceasefire needs tied_points at fight_back.line.contact: {TIED}",
         "add a row"),
        (without("disputes", "ceasefire:authorise_prob:observe.rear"), "disputes", "", "at",
         f"the game ceasefire needs authorise_prob at observe.rear: {AUTHORISE}", "add a row"),
        (without("disputes", "leverage:help_worth_points:troops"), "disputes", "", "at",
         f"the game leverage needs help_worth_points at troops: {HELP}", "add a row"),
    ],
    "parameters_are_in_range": [
        (of_game("prize_points", "line", parameter_value=0.0), "disputes",
         "ceasefire:prize_points:line", "parameter_value",
         "prize_points must be above 0, and this is 0", "write a number above 0"),
        (of_game("prize_points", "probe", parameter_value_low=-1.0), "disputes",
         "ceasefire:prize_points:probe", "parameter_value_low",
         "prize_points must be above 0, and this is -1", "write a number above 0"),
        (of_game("decisiveness_ratio", parameter_value_low=0.0), "disputes",
         "ceasefire:decisiveness_ratio:all", "parameter_value_low",
         "decisiveness_ratio must be above 0, and this is 0", "write a number above 0"),
        (of_game("loss_points", "probe", parameter_value_low=-2.0), "disputes",
         "ceasefire:loss_points:probe", "parameter_value_low",
         "loss_points must be at least 0, and this is -2", "write 0 or more"),
        (of_game("contact_prob", "rear.line", parameter_value=10.0), "disputes",
         "ceasefire:contact_prob:rear.line", "parameter_value",
         "contact_prob is a probability, and 10 is above 1", "write 0.1"),
        (of_game("adversary_hard_prob", parameter_value_high=1.5), "disputes",
         "ceasefire:adversary_hard_prob:all", "parameter_value_high",
         "adversary_hard_prob is a probability, and 1.5 is above 1", "write 0.015"),
        (of_game("burden_share", parameter_value=140.0), "disputes",
         "ceasefire:burden_share:all", "parameter_value",
         "burden_share is a share, and 140 is above 1", "write a number from 0 to 1"),
        (of_game("saved_points", game="leverage", parameter_value=0.0, **NONE), "disputes",
         "leverage:saved_points:all", "parameter_value",
         "saved_points must be above 0, and this is 0", "write a number above 0"),
    ],
    "payoffs_are_in_order": [
        (of_game("adversary_war_cost_points", "hard", parameter_value_high=96.0), "disputes",
         "ceasefire:adversary_war_cost_points:hard", "parameter_value_high",
         f"{ADVERSARY} in every draw, and 96 may meet 95",
         "write at most 95, or raise the other"),
        (of_game("governments_war_cost_points", "soft", parameter_value_low=24.0), "disputes",
         "ceasefire:governments_war_cost_points:hard", "parameter_value_high",
         f"{GOVERNMENTS} in every draw, and 25 may meet 24",
         "write at most 24, or raise the other"),
        (of_game("clash_cost_points", parameter_value=15.0, **NONE), "disputes",
         "ceasefire:clash_cost_points:all", "parameter_value",
         f"{CLASH} in every draw, and 15 may meet 15",
         "write less than 15, or raise the other"),
        (of_game("clash_cost_points", parameter_value_high=15.0), "disputes",
         "ceasefire:clash_cost_points:all", "parameter_value_high",
         f"{CLASH} in every draw, and 15 may meet 15",
         "write less than 15, or raise the other"),
        (of_game("tied_points", "self_defence.line.clear", parameter_value=37.0), "disputes",
         "ceasefire:tied_points:self_defence.line.clear", "parameter_value",
         f"{HIT} in every draw, and 37 may meet 36",
         "write at most 36, or raise the other"),
    ],
    "bases_name_sources": [
        (of_game("burden_share", basis="record", source=("assumed",)), "disputes",
         "ceasefire:burden_share:all", "source",
         "its basis is record, and no source is named",
         "name one, or write assumption in basis"),
    ],
    "base_rates_are_rates": [
        (changed("base_rates", "monitors", rate_value=0.5), "base_rates", "monitors",
         "rate_value", "a direction has no number",
         "leave it empty, or name another quantity"),
        (changed("base_rates", "peacekeepers", rate_value=None, **NO_RANGE), "base_rates",
         "peacekeepers", "rate_value", "a hazard_ratio needs its number",
         "write it, or name the quantity direction"),
        (changed("base_rates", "peacekeepers", rate_value_low=-0.3), "base_rates",
         "peacekeepers", "rate_value_low", "a hazard_ratio is at least 0, and this is -0.3",
         "mend it"),
        (changed("base_rates", "peacekeepers", quantity="relapse_prob", rate_value_high=50.0),
         "base_rates", "peacekeepers", "rate_value_high",
         "a relapse_prob is at most 1, and this is 50", "write 0.5"),
        (changed("base_rates", "guarantees-kept", **NO_RANGE), "base_rates", "guarantees-kept",
         "rate_value", BETWEEN, APART),
        (changed("base_rates", "guarantees-kept", rate_value_high=1.0), "base_rates",
         "guarantees-kept", "rate_value", BETWEEN, APART),
    ],
    "games_have_their_base_rates": [
        (without("base_rates", "truces-broken"), "base_rates", "", "role",
         "no base rate is the baseline, which the game ceasefire needs",
         "write baseline in role of one that is a hazard_per_month"),
        (changed("base_rates", "guarantees-kept", role="check"), "base_rates", "", "role",
         "no base rate is the prior, which the game ceasefire needs",
         "write prior in role of one that is a kept_prob"),
        (changed("base_rates", "peacekeepers", role="baseline", quantity="hazard_per_month"),
         "base_rates", "peacekeepers", "role",
         "truces-broken is the baseline already, and there is one", "write check or warning"),
    ],
    "hazards_stay_below_one": [
        (changed("base_rates", "peacekeepers", rate_value_high=13.0), "base_rates",
         "peacekeepers", "rate_value_high",
         "13 times truces-broken, up to 0.08 a month, is above 1",
         "write 12.5 or less, or mend the baseline"),
        (changed("base_rates", "peacekeepers", rate_value=40.0, **NO_RANGE), "base_rates",
         "peacekeepers", "rate_value", "40 times truces-broken, up to 0.08 a month, is above 1",
         "write 12.5 or less, or mend the baseline"),
    ],
    "drawn_by_their_ranges": [
        (besides("uncertainties", drawn("disputes", "ceasefire:burden_share:all",
                                        "parameter_value", "normal")), "uncertainties",
         "disputes:ceasefire:burden_share:all:parameter_value", "distribution",
         "parameter_value of disputes is drawn between its own row's ends",
         "write parameter_value_low and parameter_value_high there, and range here"),
        (besides("uncertainties", drawn("base_rates", "peacekeepers", "rate_value", "uniform")),
         "uncertainties", "base_rates:peacekeepers:rate_value", "distribution",
         "rate_value of base_rates is drawn between its own row's ends",
         "write rate_value_low and rate_value_high there, and range here"),
    ],
}  # fmt: skip
CASES = [(check, *case) for check, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(("check", "break_it", "table", "key", "field", "says", "fix"), CASES)
def test_what_does_not_hold_is_told_once_with_its_place_and_its_mending(
    minimal: Scenario,
    check: str,
    break_it: Change,
    table: str,
    key: str,
    field: str,
    says: str,
    fix: str,
) -> None:
    broken = break_it(minimal)
    found = [place for place in told(broken) if place[3] == says]
    assert found == [(table, key, field, says, fix)]
    assert [each.__name__ for each in DETERRENCE_CHECKS if list(each(broken))] == [check]


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in DETERRENCE_CHECKS]
    assert all(BROKEN.values())


@pytest.mark.parametrize("role", ["baseline", "prior"])
def test_only_a_rate_of_its_kind_is_a_baseline_or_a_prior(minimal: Scenario, role: str) -> None:
    broken = changed("base_rates", "monitors", role=role)(minimal)
    asked = {"baseline": "hazard_per_month", "prior": "kept_prob"}[role]
    says = f"a {role} is a {asked}, and this is a direction"
    assert ("base_rates", "monitors", "role", says, "write check or warning") in told(broken)


def test_all_faults_are_told_at_once(minimal: Scenario) -> None:
    broken = minimal
    changes = [
        besides("disputes", number("prise_points", "line", 1)),
        without("disputes", "leverage:unseated_loss_points:all"),
        of_game("contact_prob", "rear.line", parameter_value=10.0),
        of_game("clash_cost_points", parameter_value_high=16.0),
        changed("base_rates", "monitors", rate_value=0.5),
    ]
    for change in changes:
        broken = change(broken)
    assert len(told(broken)) == len(changes)


@pytest.mark.parametrize(
    ("model", "values", "says"),
    [
        (DisputeRow, {"dispute": "cease-fire"}, "dispute"),
        (DisputeRow, {"basis": "guess"}, "basis"),
        (DisputeRow, {"unit": "percent"}, "unit"),
        (DisputeRow, {"at": "fight_back/line"}, "at"),
        (BaseRate, {"quantity": "odds"}, "quantity"),
        (BaseRate, {"role": "truth"}, "role"),
    ],
)
def test_words_of_closed_lists_are_taken_from_them(
    minimal: Scenario, model: type[DisputeRow | BaseRate], values: dict[str, str], says: str
) -> None:
    table = "disputes" if model is DisputeRow else "base_rates"
    sound = minimal.table(table)[0].model_dump(mode="json")
    model.model_validate(sound)
    with pytest.raises(ValueError, match=says):
        model.model_validate({**sound, **values})


def test_a_game_of_which_nothing_is_said_is_not_asked_for(minimal: Scenario) -> None:
    leverage = tuple(row for row in minimal.disputes if row.dispute == "leverage")
    alone = with_table(minimal, "disputes", leverage)
    assert [row for row in told(alone) if row[0] in ("disputes", "base_rates")] == []
    none = with_table(with_table(minimal, "disputes", ()), "base_rates", ())
    assert [fault for check in DETERRENCE_CHECKS for fault in check(none)] == []


@pytest.mark.parametrize("table", ["disputes", "base_rates"])
def test_a_table_that_is_left_out_as_a_whole_is_not_asked_for(
    minimal: Scenario, table: str
) -> None:
    bare = with_table(minimal, table, ())
    assert not [fault for check in DETERRENCE_CHECKS for fault in check(bare)]


def test_what_is_optional_may_be_left_out_as_a_whole(minimal: Scenario) -> None:
    kept = tuple(row for row in minimal.disputes if row.parameter != "authorise_prob")
    assert len(kept) < len(minimal.disputes)
    assert told(with_table(minimal, "disputes", kept)) == []


def test_what_is_optional_may_be_given(minimal: Scenario) -> None:
    belief = number("adversary_belief_prob", "all", 0.4)
    assert belief.key not in minimal.row_numbers["disputes"]
    assert told(besides("disputes", belief)(minimal)) == []


def test_without_what_came_later_a_row_may_be_missing(minimal: Scenario) -> None:
    about = minimal.about.model_copy(update={"later_left_out": True})
    for key in ("ceasefire:prize_points:line", "leverage:saved_points:all"):
        short = without("disputes", key)(minimal).model_copy(update={"about": about})
        assert told(short) == []
    short = without("base_rates", "truces-broken")(minimal).model_copy(update={"about": about})
    assert told(short) == []


def test_a_table_that_could_not_be_read_hides_what_only_its_rows_would_show(
    minimal: Scenario,
) -> None:
    for table, key in (
        ("disputes", "ceasefire:prize_points:line"),
        ("base_rates", "truces-broken"),
    ):
        broken = without(table, key)(minimal)
        assert len(faults(broken, Places("here"))) == 1
        assert faults(broken, Places("here", incomplete=frozenset({table}))) == []


@pytest.mark.parametrize("name", ["minimal", "paris"])
def test_no_corner_of_the_ranges_breaks_an_order(name: str, request: pytest.FixtureRequest) -> None:
    """Where the checks find nothing, no pair of draws does."""
    scenario: Scenario = request.getfixturevalue(name)
    rows = {(row.dispute, row.parameter, row.at): row for row in scenario.disputes}
    uniform = np.array([0.0, 0.001, 0.5, 0.999, 1.0])

    def draws(row: DisputeRow) -> Any:
        low, high = row.parameter_value_low, row.parameter_value_high
        if low is None or high is None:
            return np.array([row.parameter_value])
        return quantiles("range", uniform, low, row.parameter_value, high)

    assert told(scenario) == []
    for order in ORDERS:
        less, more = (rows[order.dispute, *end] for end in (order.less, order.more))
        for first, second in product(draws(less), draws(more)):
            assert first < second if order.is_strict else first <= second, order.words


def test_a_range_may_touch_the_next_where_equality_is_allowed(minimal: Scenario) -> None:
    touching = of_game("adversary_war_cost_points", "hard", parameter_value_high=95.0)
    assert told(touching(minimal)) == []


@pytest.mark.parametrize(
    ("unit", "value", "is_positive", "is_sound"),
    [
        ("probability", 0.0, False, True),
        ("probability", 1.0, False, True),
        ("share", 1.0001, False, False),
        ("points", 1e6, False, True),
        ("points", 0.0, True, False),
        ("persons", -0.1, False, False),
        ("ratio", 1e-9, True, True),
    ],
)
def test_ends_of_what_a_unit_allows_are_allowed(
    unit: Any, value: float, is_positive: bool, is_sound: bool
) -> None:
    about = Parameter("a number", unit, is_positive=is_positive)
    assert (value_fault("it", about, value) is None) == is_sound


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"disputes/ceasefire:prize_points:line/parameter_value": 0},
         "prize_points must be above 0"),
        ({"disputes/ceasefire:contact_prob:rear.line/parameter_value": 35},
         "write 0.35"),
        ({"disputes/ceasefire:clash_cost_points:all/parameter_value": 20},
         "clash_cost_points < governments_war_cost_points at hard in every draw"),
        ({"base_rates/truces-broken/rate_value": 3}, "a hazard_per_month is at most 1"),
    ],
)  # fmt: skip
def test_a_number_that_is_set_is_checked_like_one_in_a_file(
    minimal: Scenario, settings: dict[str, float], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        read_settings(minimal, settings)


def test_a_number_may_be_set_within_its_order(minimal: Scenario) -> None:
    address = "disputes/ceasefire:clash_cost_points:all/parameter_value"
    assert list(read_settings(minimal, {address: 14}).values()) == [14.0]


def test_parameters_end_in_their_unit() -> None:
    words = {
        "points": "points",
        "prob": "probability",
        "persons": "persons",
        "ratio": "ratio",
        "share": "share",
    }
    for known in PARAMETERS.values():
        for name, about in known.items():
            assert words[name.rsplit("_", 1)[-1]] == about.unit, name
            assert len(set(about.at)) == len(about.at) > 0, name


def test_every_order_is_between_numbers_that_a_game_needs() -> None:
    for order in ORDERS:
        for parameter, at in (order.less, order.more):
            assert at in PARAMETERS[order.dispute][parameter].at
