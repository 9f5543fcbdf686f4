from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.engine import Bargaining
from foedus.engines.bargaining.meeting import Table, hold, without_each
from foedus.engines.bargaining.nash import nash_outcome
from foedus.engines.bargaining.result import (
    EQUAL_MODELS,
    FOLLOWED_MODELS,
    MODELS,
    ON_FEWER_DRAWS,
    BargainingResult,
)
from foedus.engines.bargaining.zone import take_zone
from foedus.engines.protocol import join_blocks
from foedus.quantities import SUFFIXES, suffix_of
from foedus.runs import run
from foedus.scenario.bargaining import Attendance, Format, Position
from foedus.scenario.draws import BLOCK, point, uncertain_cells
from foedus.scenario.load import load
from foedus.scenario.scenario import Scenario

kept = cache(load)
FEW: Final = 60
PEER: Final = Bargaining(format="with-patronia")


@pytest.fixture
def minimal() -> Scenario:
    return kept("minimal")


def bargain(
    scenario: Scenario,
    changes: Mapping[str, Any] | None = None,
    *,
    engine: Bargaining | None = None,
    **wanted: Any,
) -> BargainingResult:
    return run(scenario, engine or Bargaining(), set=changes, **wanted).result


def at(result: BargainingResult, values: FloatArray, room: str, issue: str) -> float:
    """Return a number of a room and issue in the first draw."""
    return float(values[0, result.formats.index(room), result.issues.index(issue)])


def forecast(result: BargainingResult, issue: str, model: str) -> float:
    place = result.issues.index(issue), result.models.index(model)
    return float(result.forecast_value[0, place[0], place[1]])


def with_weight(result: BargainingResult, issue: str) -> set[str]:
    """Return who has any weight in the room on an issue."""
    table = result.party_table().filter(issue=issue)
    shares = zip(table["delegation"], table["weight_share"], strict=True)
    return {code for code, share in shares if share > 0}


@cache
def of_minimal(draws: int = FEW) -> BargainingResult:
    return bargain(kept("minimal"), draws=draws, seed=3)


class TestByHand:
    def test_the_mean_of_a_room_is_that_of_those_who_are_heard(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        sizes = {r.delegation: r.size_weight for r in minimal.share_keys if r.share_key == "gdp"}
        views = {"ALD": (10, 0.8), "BRK": (14, 0.9), "CST": (6, 0.5), "ELM": (8, 0.4)}
        weights = {code: sizes[code] * care for code, (_, care) in views.items()}
        expected = sum(weights[c] * views[c][0] for c in views) / sum(weights.values())
        assert at(result, result.room_mean_value, "summit", "force") == pytest.approx(expected)

    def test_equal_influence_stands_beside_it(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        cares = {"ALD": 0.8, "BRK": 0.9, "CST": 0.5, "ELM": 0.4, "PTN": 0.3}
        wants = {"ALD": 10, "BRK": 14, "CST": 6, "ELM": 8, "PTN": 8}
        expected = sum(cares[c] * wants[c] for c in cares) / sum(cares.values())
        assert forecast(result, "force", "mean_equal") == pytest.approx(expected)
        # On the seat all have the same influence, so nothing changes.
        for model in ("mean", "median"):
            assert forecast(result, "seat", model) == forecast(result, "seat", f"{model}_equal")

    def test_the_zone_lies_within_the_limits_of_all_members(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        # On the seat all must agree: Ald 80, Brk 100 - 50, Cst 60, Ptn 35 + 40; Hovany is a guest.
        assert at(result, result.zone_low_value, "with-patronia", "seat") == 50
        assert at(result, result.zone_high_value, "with-patronia", "seat") == 75
        # On the force Cst accepts up to 6 + 30 % of 20, and Brk from 14 - 21 % of 20 on.
        assert at(result, result.zone_high_value, "summit", "force") == 12
        low = at(result, result.zone_low_value, "summit", "force")
        assert low == pytest.approx(14 - 20 * (15 + 60 * 0.1) / 100)

    def test_a_majority_is_more_than_half_of_the_members_by_heads(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        reach = {"ALD": 8, "BRK": 4.2, "CST": 6, "ELM": 10.2, "PTN": 11.4}
        wants = {"ALD": 10, "BRK": 14, "CST": 6, "ELM": 8, "PTN": 8}
        points = np.linspace(0, 12, 1201)
        accept = sum(np.abs(points - wants[c]) <= reach[c] + 1e-9 for c in wants)
        accepted = points[np.asarray(accept) >= 3]
        assert at(result, result.zone_low_value, "with-patronia", "force") == pytest.approx(
            accepted.min(), abs=0.01
        )
        assert at(result, result.zone_high_value, "with-patronia", "force") == 12

    def test_what_cannot_be_carried_out_is_not_agreed(self, minimal: Scenario) -> None:
        bound = bargain(minimal, {"issues/force/feasible_to_value": 9})
        place = bound.issues.index("force")
        assert np.nanmax(bound.deal_value[0, place]) <= 9
        assert forecast(bound, "force", "mean") > 9

    def test_what_an_option_needs_is_compared_with_the_forecast_of_the_deal(
        self, minimal: Scenario
    ) -> None:
        result = bargain(minimal, {"thresholds/force:rear-8k-backed/threshold_value": 9})
        place = result.models.index("mean")
        deal = float(result.deal_value[0, result.issues.index("force"), place])
        assert result.agreed("rear-8k-backed", "mean")[0] == (deal >= 9)
        assert result.agreed("air-sea-backed", "mean")[0]
        assert result.agreed_table().filter(option="rear-8k-backed", model="mean")[
            "agreed_prob"
        ].item() == float(deal >= 9)

    def test_an_option_without_thresholds_needs_no_agreement(self, minimal: Scenario) -> None:
        result = bargain(minimal.replace(thresholds=()))
        assert result.agreed_table()["agreed_prob"].null_count() == len(MODELS) * len(
            result.options
        )
        assert result.outcomes()["agreed_mean_prob"].tolist() == [1.0]

    @pytest.mark.parametrize("failing", ["force", "seat"])
    def test_an_option_needs_all_of_its_thresholds(self, minimal: Scenario, failing: str) -> None:
        first = minimal.thresholds[0]
        ranges = {"threshold_value_low": None, "threshold_value_high": None}
        both = tuple(
            first.model_copy(
                update={"issue": issue, "option": "rear-8k-backed", "threshold_value": v, **ranges}
            )
            for issue, v in (("force", 0.0), ("seat", 0.0))
        )
        result = bargain(minimal.replace(thresholds=both))
        assert result.issues_of("rear-8k-backed") == ("force", "seat")
        assert result.agreed("rear-8k-backed", "mean").all()
        most = {"force": 20.0, "seat": 100.0}[failing]
        cell = f"thresholds/{failing}:rear-8k-backed/threshold_value"
        without = bargain(minimal.replace(thresholds=both), {cell: most})
        assert not without.agreed("rear-8k-backed", "mean").any()

    def test_nash_bargaining_takes_no_deal_as_each_reading_says(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        inputs = PEER.inputs(minimal, point(result.option, {}))
        views = inputs.by_principal[0]
        seat = inputs.issues.index("seat")
        who = ~np.isnan(views.position_score[0, seat])
        position, reach = views.position_score[:, seat, who], views.reach_score[:, seat, who]
        weight = (views.salience_share * views.influence_score)[:, seat, who]
        for model, no_deal in (
            ("nash_zero", {}),
            ("nash_cost", {"cost_share": reach / 100}),
            ("nash_reference", {"no_deal_score": 30.0}),
        ):
            expected = nash_outcome(position, weight, (0, 100), **no_deal).outcome_score[0]
            assert forecast(result, "seat", model) == pytest.approx(expected)
        assert forecast(result, "seat", "nash_cost") != forecast(result, "seat", "nash_zero")

    def test_no_deal_on_one_issue_is_none_on_the_option(self, minimal: Scenario) -> None:
        cells = {"positions/force:*:*/walk_away_score": 0}
        result = bargain(minimal, cells, engine=Bargaining(format="summit"))
        assert result.no_deal_prob("summit", "force") == 1
        assert not result.agreed("rear-8k-backed", "mean").any()
        assert np.isnan(result.deal_value[0, result.issues.index("force")]).all()

    def test_one_without_influence_can_still_say_no(self, minimal: Scenario) -> None:
        cells = {
            "positions/force:BRK:BRK/influence_score": 0,
            "positions/force:BRK:BRK/walk_away_score": 5,
            "positions/force:CST:CST/walk_away_score": 5,
        }
        result = bargain(minimal, cells, engine=Bargaining(format="summit"))
        assert result.no_deal_prob("summit", "force") == 1
        assert not (
            result.party_table().filter(issue="force", delegation="BRK")["weight_share"] > 0
        ).any()
        blockers = result.blocker_table().filter(format="summit", issue="force")
        assert blockers.filter(delegation="BRK")["freed_prob"].item() == 1

    def test_who_moves_whom_ends_where_the_model_does(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        moves = result.move_table().filter(issue="seat")
        last = dict(zip(moves["mover"], moves["to_value"], strict=True))
        wants = {r.delegation: r.position_value for r in minimal.positions if r.issue == "seat"}
        ends = wants | last
        assert forecast(result, "seat", "challenge_paper") in ends.values()

    def test_a_trade_moves_outcomes_towards_who_is_paid(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        trades = result.trade_table()
        assert trades["gain_score"].is_sorted(descending=True)
        wants = {(r.issue, r.delegation): r.position_value for r in minimal.positions}
        for trade in trades.iter_rows(named=True):
            place = result.issues.index(trade["first_issue"])
            outcome = result.room_mean_value[0, result.room, place]
            way = wants[trade["first_issue"], trade["first"]] - outcome
            assert way * trade["first_shift_value"] > 0


class TestParis:
    """The compromise means that were worked out when the stances of Paris were first scored.

    Eleven sat there: the presidents of Council and Commission each by itself. Shipped tables hold
    them in one row, take influence from the active forces or the GDP and not from a mix of three
    measures, hear those for whom Denmark speaks, and read the French wish for spending from the law
    in force; so their means differ by up to two points.
    """

    CAPABILITY: Final = {
        "GBR": 0.1035, "FRA": 0.0990, "DEU": 0.1303, "ITA": 0.0705, "POL": 0.0589, "ESP": 0.0485,
        "NLD": 0.0314, "DNK": 0.0125, "EU_COUNCIL": 0.0261, "EU": 0.0391, "NATO": 0.0326,
    }  # fmt: skip
    ON_SANCTIONS_AND_TRADE: Final = {"EU_COUNCIL": 0.0391, "EU": 0.1303, "NATO": 0.0065}
    """Where the Commission has a say of its own, and the alliance none."""
    POSITIONS: Final = {
        "troops": (60, 60, 28, 18, 35, 28, 44, 41, 45, 50, 50),
        "spending": (2.5, 2.7, 2, 2, 4, 2, 2.5, 3, 2.5, 3, 3.5),
        "us_backstop": (95, 70, 95, 95, 90, 65, 95, 75, 65, 65, 75),
        "sanctions": (85, 85, 75, 65, 95, 70, 80, 95, 80, 90, 65),
        "ukraine_seat": (90, 90, 85, 80, 95, 85, 85, 95, 92, 92, 85),
        "uk_eu_trade": (50, 40, 70, 60, 65, 50, 65, 55, 60, 55, 70),
    }
    SALIENCE: Final = {
        "troops": (0.9, 0.95, 0.8, 0.7, 0.8, 0.55, 0.65, 0.75, 0.6, 0.5, 0.75),
        "spending": (0.75, 0.75, 0.8, 0.75, 0.9, 0.8, 0.65, 0.8, 0.7, 0.8, 0.95),
        "us_backstop": (0.95, 0.7, 0.95, 0.9, 0.95, 0.55, 0.85, 0.7, 0.6, 0.6, 0.9),
        "sanctions": (0.7, 0.6, 0.6, 0.5, 0.85, 0.45, 0.6, 0.75, 0.65, 0.85, 0.2),
        "ukraine_seat": (0.85, 0.85, 0.8, 0.65, 0.9, 0.65, 0.75, 0.75, 0.85, 0.85, 0.75),
        "uk_eu_trade": (0.75, 0.6, 0.4, 0.25, 0.35, 0.5, 0.5, 0.45, 0.45, 0.6, 0.2),
    }
    MEANS: Final = {
        "troops": 42.9, "spending": 2.59, "us_backstop": 86.2, "sanctions": 83.1,
        "ukraine_seat": 88.2, "uk_eu_trade": 54.8,
    }  # fmt: skip

    @pytest.fixture
    @staticmethod
    def eleven() -> Scenario:
        paris = kept("paris-2025")
        about = {row.delegation: row for row in paris.delegations}
        second = about["EU"].model_copy(update={"delegation": "EU_COUNCIL"})
        means: dict[str, Any] = {"verified": "judgement", "source": ("assumed",)}
        return paris.replace(
            delegations=(*paris.delegations, second),
            issues=tuple(
                row.model_copy(update={"influence_key": "stated"})
                for row in paris.issues
                if row.issue in TestParis.MEANS
            ),
            positions=tuple(
                Position(
                    issue=issue,
                    delegation=code,
                    principal=code,
                    position_value=wants,
                    salience_share=cares,
                    influence_score=TestParis.ON_SANCTIONS_AND_TRADE.get(code, strength)
                    if issue in ("sanctions", "uk_eu_trade")
                    else strength,
                    **means,
                )
                for issue, positions in TestParis.POSITIONS.items()
                for (code, strength), wants, cares in zip(
                    TestParis.CAPABILITY.items(),
                    positions,
                    TestParis.SALIENCE[issue],
                    strict=True,
                )
            ),
            formats=(
                Format(format="eleven", title="", rounds_before_count=1, rule="consensus", **means),
            ),
            attendance=tuple(
                Attendance(format="eleven", delegation=code, **means)
                for code in TestParis.CAPABILITY
            ),
            thresholds=(),
            questionnaire=(),
        )

    def test_the_six_means_come_out(self, eleven: Scenario) -> None:
        result = bargain(eleven)
        for issue, mean in self.MEANS.items():
            places = 2 if issue == "spending" else 1
            assert round(at(result, result.room_mean_value, "eleven", issue), places) == mean
            assert forecast(result, issue, "mean") == at(
                result, result.room_mean_value, "eleven", issue
            )

    def test_the_shipped_tables_are_near_them(self) -> None:
        result = bargain(kept("paris-2025"))
        for issue, mean in self.MEANS.items():
            apart = at(result, result.room_mean_value, "paris-table", issue) - mean
            assert abs(apart) < (0.2 if issue == "spending" else 2)


class TestLaws:
    def test_one_who_does_not_care_changes_nothing(self, minimal: Scenario) -> None:
        silent = {"positions/force:PTN:PTN/salience_share": 0}
        with_it = bargain(minimal, silent, engine=PEER, draws=5, seed=2)
        without = bargain(
            minimal.replace(
                positions=tuple(
                    row
                    for row in minimal.positions
                    if (row.issue, row.delegation) != ("force", "PTN")
                )
            ),
            engine=PEER,
            draws=5,
            seed=2,
        )
        place = with_it.issues.index("force")
        joint = [i for i, model in enumerate(MODELS) if model != "exchange"]
        np.testing.assert_allclose(
            with_it.forecast_value[:, place][:, joint],
            without.forecast_value[:, place][:, joint],
            rtol=1e-12,
        )
        np.testing.assert_array_equal(with_it.has_deal, without.has_deal)

    def test_more_reach_never_makes_a_deal_harder(self, minimal: Scenario) -> None:
        shares = []
        for least in (0, 5, 15, 30):
            result = bargain(minimal, engine=Bargaining(least_reach_score=least), draws=FEW, seed=1)
            shares.append(result.has_deal)
        for fewer, more in pairwise(shares):
            assert (more >= fewer).all()
        assert shares[-1].sum() > shares[0].sum()

    def test_where_all_want_the_same_it_is_agreed_by_every_model(self, minimal: Scenario) -> None:
        cells = {"positions/*/position_value": 9.0, "principals/CST_OPP/in_office_prob": 0}
        cells |= {f"positions/{row.key}/position_value": 9.0 for row in minimal.positions}
        result = bargain(minimal, cells, draws=4)
        given = result.forecast_value[~np.isnan(result.forecast_value)]
        np.testing.assert_allclose(given, 9.0, rtol=1e-9)
        missing = {
            m for m in MODELS if np.isnan(result.forecast_value[..., result.models.index(m)]).any()
        }
        assert missing == set()
        np.testing.assert_allclose(result.deal_value, 9.0, rtol=1e-9)
        assert result.has_deal[:, result.room].all()
        assert result.move_table().is_empty()
        assert result.trade_table().is_empty()

    def test_a_forecast_of_a_deal_lies_in_the_zone_and_is_the_nearest_there(self) -> None:
        result = of_minimal()
        low, high = (
            ends[:, result.room, :, np.newaxis]
            for ends in (result.zone_low_value, result.zone_high_value)
        )
        deal = result.deal_value
        known = ~np.isnan(deal)
        assert ((deal >= low) & (deal <= high))[known].all()
        inside = (result.forecast_value >= low) & (result.forecast_value <= high)
        np.testing.assert_array_equal(deal[inside], result.forecast_value[inside])

    def test_without_one_of_them_a_deal_is_never_harder(self) -> None:
        result = of_minimal()
        table = result.blocker_table()
        assert (table["freed_prob"] >= 0).all()
        assert (table["freed_prob"] <= table["no_deal_prob"]).all()

    def test_what_a_seat_changes_is_found_draw_by_draw(self) -> None:
        result = of_minimal()
        row = result.seat_table().filter(issue="seat").row(0, named=True)
        assert (row["smaller"], row["larger"], row["added"]) == (
            "summit",
            "with-patronia",
            "HOV;PTN",
        )
        at_issue = result.issues.index("seat")
        moved = result.room_mean_value[:, 1, at_issue] - result.room_mean_value[:, 0, at_issue]
        assert row["shift_value"] == pytest.approx(np.median(moved))

    def test_shifts_are_those_of_the_room_without_each(self, minimal: Scenario) -> None:
        result = bargain(minimal)
        shifts = result.party_table().filter(issue="seat")
        for row in shifts.iter_rows(named=True):
            code = row["delegation"]
            out = bargain(minimal, {f"positions/seat:{code}:{code}/salience_share": 0})
            moved = forecast(out, "seat", "mean") - forecast(result, "seat", "mean")
            assert row["mean_shift_value"] == pytest.approx(moved)

    def test_turning_a_scale_round_turns_the_outcomes_round(self, minimal: Scenario) -> None:
        """The reading as coded is the one that is not the same from either end."""
        turned = minimal.replace(
            positions=tuple(
                row.model_copy(
                    update={
                        "position_value": 100 - row.position_value,
                        "position_value_low": None,
                        "position_value_high": None,
                    }
                )
                if row.issue == "seat"
                else row
                for row in minimal.positions
            ),
            issues=tuple(
                row.model_copy(update={"reference_value": 70.0}) if row.issue == "seat" else row
                for row in minimal.issues
            ),
        )
        before, after = bargain(minimal), bargain(turned)
        for model in MODELS:
            if model not in ("challenge_as_coded", "median", "median_equal", "exchange"):
                whole = forecast(before, "seat", model) + forecast(after, "seat", model)
                # The spatial model rounds its proposals to a hundredth.
                assert whole == pytest.approx(100, abs=0.02), model


class TestMeeting:
    def test_with_each_left_out_the_largest_of_the_others_is_found(self) -> None:
        rng = np.random.default_rng(5)
        values = rng.integers(0, 4, size=(200, 5)).astype(float)
        expected = np.array([[np.delete(row, i).max() for i in range(5)] for row in values])
        np.testing.assert_array_equal(without_each(values), expected)
        assert without_each(np.array([[3.0]])).tolist() == [[-np.inf]]

    @pytest.mark.parametrize("rule", ["consensus", "majority"])
    def test_who_is_in_the_way_is_found_by_holding_it_again(self, rule: str) -> None:
        rng = np.random.default_rng(8)
        shape = (80, 4)
        arrays = {
            "position_score": rng.random(shape) * 100,
            "weight": rng.random(shape) + 0.1,
            "reach_score": rng.random(shape) * 45,
        }
        asks = rng.random(shape) < 0.9
        asks[:, 0] = True
        feasible = take_zone(np.full(80, 10.0), np.full(80, 90.0))
        found = hold(Table(asks=asks, rule=rule, feasible=feasible, **arrays))
        assert 0 < found.has_deal.mean() < 1
        for i in range(4):
            others = asks.copy()
            others[:, i] = False
            again = hold(Table(asks=others, rule=rule, feasible=feasible, **arrays))
            expected = (~found.has_deal & again.has_deal).mean()
            assert found.freed_prob[i] == pytest.approx(expected)


class TestRuns:
    def test_models_are_run_where_they_say_they_are(self, minimal: Scenario) -> None:
        engine = Bargaining(challenge_draws_most=4, spatial_draws_most=3, exchange_draws_most=2)
        result = bargain(minimal, engine=engine, draws=6)
        runs = dict(zip(result.models, result.was_run.sum(axis=0).tolist(), strict=True))
        assert {runs[m] for m in FOLLOWED_MODELS} == {6}
        assert {m: runs[m] for m in ON_FEWER_DRAWS} == {
            **dict.fromkeys(("challenge_as_coded", "challenge_paper", "challenge_intent"), 4),
            **dict.fromkeys(("spatial_expected", "spatial_probable"), 3),
            "exchange": 2,
        }
        assert set(EQUAL_MODELS) < set(FOLLOWED_MODELS)

    def test_fewer_draws_are_the_beginning_of_more(self, minimal: Scenario) -> None:
        few, more = (bargain(minimal, draws=n, seed=4) for n in (5, 9))
        np.testing.assert_array_equal(few.forecast_value, more.forecast_value[:5])
        np.testing.assert_array_equal(few.zone_low_value, more.zone_low_value[:5])

    def test_blocks_are_weighed_by_their_draws(self) -> None:
        one, two = (bargain(kept("minimal"), draws=n, seed=s) for n, s in ((3, 1), (9, 2)))
        both = join_blocks([one, two])
        assert both.draws == 12
        for name in ("weight_share", "mean_shift_value", "distance_value", "freed_prob"):
            parts = [getattr(r, name)[0] for r in (one, two)]
            np.testing.assert_allclose(
                both.over_blocks(getattr(both, name)), (3 * parts[0] + 9 * parts[1]) / 12
            )
        # A block of its own size is far larger than these.
        assert BLOCK > 12

    def test_every_outcome_is_followed_and_ends_in_a_unit(self) -> None:
        found = of_minimal().outcomes()
        assert list(found) == [outcome.name for outcome in Bargaining.follows]
        for name, values in found.items():
            assert values.shape == (FEW,), name
            assert ((values >= 0) & (values <= 1)).all(), name
            assert suffix_of(name) in SUFFIXES

    def test_columns_of_tables_end_in_units_and_hold_all_rows(self) -> None:
        result = of_minimal()
        tables = result.tables()
        assert tables["forecasts"].height == len(MODELS) * len(result.issues)
        assert tables["rooms"].height == 4
        assert tables["agreed_by_option"].height == len(MODELS) * len(result.options)
        for name, table in tables.items():
            for column, kind in table.schema.items():
                if kind.is_numeric():
                    assert suffix_of(column) in SUFFIXES, (name, column)

    def test_who_governs_and_what_is_wanted_moves_the_forecast(self, minimal: Scenario) -> None:
        cells = {"principals/CST/in_office_prob": 0, "principals/CST_OPP/in_office_prob": 1}
        usual = of_minimal()
        other = bargain(minimal, cells, draws=FEW, seed=3)
        assert other.forecast_value[:, 0, 0].mean() < usual.forecast_value[:, 0, 0].mean()

    def test_settings_can_be_uncertain(self, minimal: Scenario) -> None:
        assert not any(
            about.cell.table == "engines" and about.cell.key == "bargaining"
            for about in uncertain_cells(minimal)
        )
        drawn = {
            str(about.cell)
            for about in uncertain_cells(kept("paris-2025"))
            if about.cell.key == "bargaining"
        }
        assert drawn == {
            "engines/bargaining/least_reach_score",
            "engines/bargaining/base_reach_score",
        }

    def test_an_issue_that_a_room_cannot_deal_with_is_empty_there(self) -> None:
        result = bargain(kept("paris-2025"))
        place = result.formats.index("us-russia"), result.issues.index("spending")
        assert not result.is_dealt[place]
        assert result.no_deal_prob("us-russia", "spending") is None
        assert np.isnan(result.room_mean_value[:, place[0], place[1]]).all()
        rooms = result.room_table()
        assert rooms.filter(format="us-russia", issue="spending").is_empty()
        assert rooms.filter(format="form")["no_deal_prob"].to_list() == [1.0] * 9
