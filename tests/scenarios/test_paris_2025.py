"""The data of Paris: what the reference page says of them holds in the tables.

The page is docs/reference/paris-2025.md; sums are those that were published with the requirement.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from scipy.stats import beta, gamma, norm
from tests.shipped import load

from foedus.engines import ENGINES, Room
from foedus.engines.protocol import AnyEngine
from foedus.runs import make_request, run_request
from foedus.scenario import TABLES, Scenario
from foedus.scenario.draws import Draws, FloatArray, point, uncertain_cells
from foedus.scenario.rows import Row
from foedus.scenario.voting_rules import weights_of, worked_out

STATEMENTS = {
    "brigade": (8_100, 10_940, 13_940),
    "division": (15_570, 28_340, 34_670),
    "corps": (47_000, 76_910, 93_820),
}
"""Persons on land, headquarters included, at the low ends, the values and the high ends."""

KNOWN_STANCES = {
    *("BGR", "CZE", "DNK", "FRA", "DEU", "DEU_CDU", "HUN", "IRL", "ITA", "LVA", "NLD"),
    *("NZL", "NOR", "POL", "SVK", "ESP", "SWE", "GBR"),
}


@pytest.fixture(scope="module")
def paris() -> Scenario:
    return load("paris-2025")


@pytest.fixture(scope="module")
def strict(paris: Scenario) -> Scenario:
    return paris.strict()


def at_end(row: Row, field: str, end: str) -> float:
    """Return an end of a range, or the value where there is none."""
    value = getattr(row, f"{field}{end}")
    return float(getattr(row, field) if value is None else value)


def codes(rows: tuple[Row, ...], wanted: Callable[[Row], bool], field: str) -> set[str]:
    return {getattr(row, field) for row in rows if wanted(row)}


class TestForces:
    @pytest.mark.parametrize("statement", STATEMENTS)
    def test_the_statements_have_their_published_strength(
        self, paris: Scenario, statement: str
    ) -> None:
        lines = [line for line in paris.requirement if line.requirement == statement]
        about = {line.line: paris.row("capabilities", line.capability) for line in lines}
        sums = tuple(
            sum(
                at_end(line, "needed_count", end) * about[line.line].reference_strength_persons
                for line in lines
                if about[line.line].domain in ("hq", "land")
            )
            for end in ("_low", "", "_high")
        )
        assert sums == STATEMENTS[statement]

    def test_options_scale_them_to_about_their_titles(self, paris: Scenario) -> None:
        asked = {
            option.option: STATEMENTS[option.requirement][1] * option.scale_ratio
            for option in paris.options
        }
        assert asked["rear-30k-us"] == pytest.approx(30_000, rel=0.01)
        assert asked["rear-100k-us"] == pytest.approx(100_000, rel=0.01)
        assert asked["tripwire-10k-us"] == pytest.approx(10_940)

    def test_ceilings_sum_to_the_published_range(self, paris: Scenario) -> None:
        sums = [
            sum(at_end(row, "ceiling_persons", end) for row in paris.ceilings)
            for end in ("_low", "", "_high")
        ]
        assert 32_000 <= sums[0] < sums[1] < sums[2] <= 81_000
        assert [round(total, -3) for total in (sums[0], sums[2])] == [34_000, 81_000]

    def test_what_is_promised_is_there_beside_the_home_floor(self, paris: Scenario) -> None:
        assert len(paris.commitments) == 5
        for promise in paris.commitments:
            unit = paris.row("units", f"{promise.delegation}:{promise.capability}")
            pool = unit.held_count - unit.home_floor_count
            assert pool - at_end(promise, "committed_count", "_high") >= 0, promise.key

    def test_nobody_makes_more_available_than_is_held_beyond_the_floor(
        self, paris: Scenario
    ) -> None:
        for unit in paris.units:
            pool = unit.held_count - unit.home_floor_count
            assert unit.available_count <= pool, unit.key

    def test_the_guarantor_has_no_troops_to_lend(self, paris: Scenario) -> None:
        """It said on 12 February that no American soldiers would go."""
        combat = {row.capability for row in paris.capabilities if row.substitution_group}
        brigades = [u for u in paris.units if u.delegation == "USA" and u.capability in combat]
        assert len(brigades) == 3
        assert all(at_end(unit, "available_count", "_high") == 0 for unit in brigades)

    def test_only_the_black_sea_has_ships_to_send(self, paris: Scenario) -> None:
        ships = {row.capability for row in paris.capabilities if row.domain == "sea"}
        sending = codes(
            paris.units,
            lambda u: u.capability in ships and at_end(u, "available_count", "_high") > 0,  # type: ignore[attr-defined]
            "delegation",
        )
        assert sending == {"BGR", "ROU", "TUR"}

    def test_neighbours_of_russia_keep_most_of_their_brigades(self, paris: Scenario) -> None:
        for code in ("EST", "FIN", "LTU", "LVA", "NOR", "POL"):
            assert paris.row("delegations", code).adversary_border_km > 0
            mine = [
                unit
                for unit in paris.units
                if unit.delegation == code and unit.capability.startswith("manoeuvre")
            ]
            brigades = [unit for unit in mine if not unit.is_detached]
            held = sum(unit.held_count for unit in brigades)
            assert sum(unit.home_floor_count for unit in brigades) >= 0.66 * held, code

    def test_kinds_of_unit_and_services(self, paris: Scenario) -> None:
        services = [row for row in paris.capabilities if row.domain == "service"]
        assert (len(paris.capabilities) - len(services), len(services)) == (24, 5)
        assert {row.capability: row.need_share for row in services if row.need_share != 1} == {
            "sead": 0.5
        }
        assert {row.capability: row.needed_from_persons for row in services}["theatre_c2"] == 15_000


class TestCommand:
    def test_as_many_as_the_page_says(self, paris: Scenario, strict: Scenario) -> None:
        assert (len(paris.headquarters), len(paris.partnerships)) == (39, 238)
        assert strict.headquarters == paris.headquarters
        assert strict.partnerships == paris.partnerships
        counts = Counter(row.authority for row in paris.headquarters)
        assert counts == {"OPCON": 33, "TACON": 5, "OPCOM": 1}
        assert Counter(row.verified for row in paris.headquarters)["memory"] == 16

    @pytest.mark.parametrize(
        ("echelon", "number", "ends"),
        [("division", 11, (3, 5)), ("corps", 11, (6, 12)), ("brigade", 3, (0, 1))],
    )
    def test_spans_follow_the_rule(
        self, paris: Scenario, echelon: str, number: int, ends: tuple[int, int]
    ) -> None:
        """One corps, for national defence, is counted smaller."""
        rows = [r for r in paris.headquarters if r.echelon == echelon and r.key != "pol-2-corps"]
        assert len(rows) == number
        assert {(r.span_count_low, r.span_count_high, r.span_count) for r in rows} == {
            (*ends, sum(ends) / 2)
        }

    def test_who_leads_what(self, paris: Scenario) -> None:
        leads = {row.key: row.framework for row in paris.headquarters}
        assert leads["jef"] == leads["arrc"] == ("GBR",)
        assert leads["1gnc"] == ("DEU", "NLD")
        assert leads["eurocorps"] == ("FRA", "DEU", "BEL", "ESP", "LUX", "POL")
        assert leads["jfc-naples"] == ("NATO",)
        assert leads["mpcc"] == ("EU",)
        force = paris.row("headquarters", "jef")
        assert set(force.participants) == {
            *("DNK", "EST", "FIN", "ISL", "LTU", "LVA", "NLD", "NOR", "SWE"),
        }
        assert paris.row("headquarters", "usa-v-corps").available_prob == 0

    def test_who_serves_in_the_british_led_force(self, paris: Scenario) -> None:
        rows = [row for row in paris.partnerships if row.formation == "jef"]
        listed = paris.row("headquarters", "jef").participants
        assert {row.delegation for row in rows} == set(listed)
        assert {(row.partner, row.framework) for row in rows} == {("GBR", ("GBR",))}

    def test_the_closest_ties_are_dutch_and_german(self, paris: Scenario) -> None:
        closest = max(paris.partnerships, key=lambda row: row.strength_share)
        assert closest.key == "NLD:DEU:dutch-brigades"
        ends = (closest.strength_share_low, closest.strength_share, closest.strength_share_high)
        assert ends == (0.8, 0.95, 1)

    def test_strengths_have_their_error_either_way(self, paris: Scenario) -> None:
        for row in paris.partnerships:
            ends = np.clip([row.strength_share - 0.15, row.strength_share + 0.15], 0, 1)
            printed = np.array([row.strength_share_low, row.strength_share_high], float)
            np.testing.assert_allclose(printed, ends, atol=1e-9, err_msg=row.key)

    def test_a_formation_with_a_staff_of_its_own_has_its_name_in_both_tables(
        self, paris: Scenario
    ) -> None:
        both = {row.formation for row in paris.partnerships} & {r.key for r in paris.headquarters}
        assert both == {
            *("cjef", "eatc", "eurocorps", "franco-german-brigade", "jef", "litpolukrbrig"),
            *("mcm-black-sea", "mnc-northeast", "mnc-southeast", "mnd-centre", "mnd-north"),
            *("mnd-southeast", "multinational-land-force"),
        }

    def test_what_came_later_stands_behind_its_mark_in_the_note(self, paris: Scenario) -> None:
        marked = {row.key for row in paris.headquarters if "Later: " in row.note}
        assert marked == {"arrc", "rrc-fr", "jfc-brunssum", "fra-ohq", "gbr-pjhq"}
        for row in paris.headquarters:
            assert "Multinational Force Ukraine" not in row.note.split("Later: ")[0]
            assert "Multinational Force Ukraine" not in row.title + row.place

    def test_what_is_judged_names_the_rule(self, paris: Scenario) -> None:
        for row in (*paris.headquarters, *paris.partnerships):
            assert "judgement-forces" in row.source, row.key


class TestConsent:
    def test_the_chances_of_office_sum_to_one(self, paris: Scenario) -> None:
        chances = {row.principal: row.in_office_prob for row in paris.principals}
        assert chances == {"DEU": 0.1, "DEU_CDU": 0.9}

    def test_ranges_of_stances_are_their_confidence(self, paris: Scenario) -> None:
        """Score plus and minus 1.645 standard errors of 10, 15 or 25 points, cut at 0 and 100."""
        error = {"high": 10.0, "medium": 15.0, "low": 25.0}
        for row in paris.stances:
            width = norm.ppf(0.95) * error[row.confidence]
            ends = np.clip([row.willingness_score - width, row.willingness_score + width], 0, 100)
            printed = np.array([row.willingness_score_low, row.willingness_score_high], float)
            np.testing.assert_allclose(printed, ends, atol=0.06, err_msg=row.key)

    def test_conditions_are_those_of_the_page(self, paris: Scenario) -> None:
        found: dict[str, set[str]] = {}
        for row in paris.stances:
            for word in row.conditions:
                found.setdefault(word, set()).add(row.principal)
        assert found == {
            "un_mandate": {"AUT", "CHE", "IRL", "SVN"},
            "international_mandate": {"BEL", "BGR", "DEU_CDU", "ESP", "LUX"},
            "clear_mission": {"CZE", "NLD", "SWE"},
            "nato_command": {"LVA"},
        }
        waits = {row.principal: row.needs_partners_count for row in paris.stances}
        assert {code: count for code, count in waits.items() if count} == {
            "DEU": 3,
            "CZE": 3,
            "LVA": 3,
            "EST": 3,
            "LTU": 4,
        }
        assert not any(row.needs_partners for row in paris.stances)

    def test_every_stance_of_a_government_has_an_approval(self, paris: Scenario) -> None:
        stances = {row.key for row in paris.stances}
        assert {row.key for row in paris.approvals} == stances

    def test_who_asks_parliament_without_the_un(self, paris: Scenario) -> None:
        changes = {row.delegation for row in paris.approvals if row.decides_without_un}
        assert changes == {"FIN", "ROU", "SWE"}
        assert [r.delegation for r in paris.approvals if r.decides == "triple_lock"] == ["IRL"]
        assert {r.delegation for r in paris.approvals if r.majority_share != 0.5} == {"HRV", "HUN"}
        support = {r.principal for r in paris.approvals if r.support_seats_share > 0}
        assert support == {"DEU", "DEU_CDU", "DNK", "SWE", "ESP", "BGR"}


class TestWhoIsThere:
    def test_eight_states_and_two_bodies_sat_at_the_table(self, paris: Scenario) -> None:
        at_table = {row.delegation: row.role for row in paris.delegations if row.at_table}
        states = {code for code, role in at_table.items() if role == "contributor"}
        assert states == {"DEU", "DNK", "ESP", "FRA", "GBR", "ITA", "NLD", "POL"}
        assert set(at_table) - states == {"EU", "NATO"}

    def test_roles(self, paris: Scenario) -> None:
        assert paris.of_role("host") == ("UKR",)
        assert paris.of_role("adversary") == ("RUS",)
        assert paris.of_role("guarantor") == ("USA",)
        assert paris.of_role("pool") == ("MMF", "NATO_POOL", "SAC")
        assert paris.of_role("body") == ("EU", "EU_COM", "EU_EUCO", "EU_HRVP", "NATO")
        stated = {row.delegation for row in paris.stances}
        assert set(paris.of_role("contributor")) == stated

    def test_nato_aircraft_hang_on_the_guarantor_and_the_others_on_their_owners(
        self, paris: Scenario
    ) -> None:
        rules = {row.delegation: row.freed_by for row in paris.delegations if row.role == "pool"}
        assert rules == {"MMF": "members", "NATO_POOL": "blessing", "SAC": "members"}

    def test_every_contributor_has_a_size(self, paris: Scenario) -> None:
        for measure in ("gdp", "population", "active", "defence"):
            for code in paris.of_role("contributor"):
                assert f"{measure}:{code}" in paris.row_numbers["share_keys"]


class TestSpending:
    def test_every_contributor_and_the_guarantor_have_a_budget(self, paris: Scenario) -> None:
        wanted = {*paris.of_role("contributor"), *paris.of_role("guarantor")}
        assert {row.delegation for row in paris.budgets} == wanted
        assert {row.delegation for row in paris.finances} == wanted
        assert len(wanted) == 39

    def test_the_alliance_spends_what_it_published(self, paris: Scenario) -> None:
        """Estimates of June 2024, in millions of dollars: 32 allies, and all but one."""
        millions = {row.delegation: round(1000 * row.defence_usd_bn) for row in paris.budgets}
        allies = paris.row("delegations", "NATO").members
        assert sum(millions[code] for code in allies) == 1_474_393
        assert sum(millions[code] for code in allies if code != "USA") == 506_686
        assert {paris.row("budgets", code).definition for code in allies} == {"nato", "national"}

    def test_sums_of_the_unions_economies(self, paris: Scenario) -> None:
        """The union's GDP of 2023 was about 18.3 trillion dollars; a row left out would show."""
        members = paris.row("delegations", "EU").members
        total = sum(paris.row("budgets", code).gdp_usd_bn for code in members)
        assert total == pytest.approx(18_350, rel=0.01)

    def test_sizes_agree_with_the_keys_they_are_shared_by(self, paris: Scenario) -> None:
        for row in paris.budgets:
            assert row.gdp_usd_bn == paris.row("share_keys", f"gdp:{row.delegation}").size_weight
            if row.definition == "nato":
                key = paris.row("share_keys", f"defence:{row.delegation}")
                assert row.defence_usd_bn == key.size_weight

    def test_members_of_the_bodies(self, paris: Scenario) -> None:
        union, alliance = (set(paris.row("delegations", code).members) for code in ("EU", "NATO"))
        assert (len(union), len(alliance), len(union & alliance)) == (27, 32, 23)
        assert union - alliance == {"AUT", "CYP", "IRL", "MLT"}
        assert alliance - union == {
            *("ALB", "CAN", "GBR", "ISL", "MKD", "MNE", "NOR", "TUR", "USA"),
        }
        assert paris.row("delegations", "EU").members == tuple(sorted(union))
        assert paris.row("delegations", "NATO").members == tuple(sorted(alliance))

    def test_only_the_union_binds_debts_and_deficits(self, paris: Scenario) -> None:
        union = set(paris.row("delegations", "EU").members)
        limits = {
            row.delegation: (row.debt_limit_share, row.deficit_limit_share)
            for row in paris.budgets
            if row.debt_limit_share is not None or row.deficit_limit_share is not None
        }
        assert set(limits) == union
        assert set(limits.values()) == {(0.6, 0.03)}

    def test_growth_is_a_point_either_side(self, paris: Scenario) -> None:
        for row in paris.budgets:
            ends = (at_end(row, "growth_share", "_low"), at_end(row, "growth_share", "_high"))
            assert ends == pytest.approx((row.growth_share - 0.01, row.growth_share + 0.01))

    def test_ramps_run_from_the_mean_of_a_decade_to_the_best_year(self, paris: Scenario) -> None:
        for row in paris.budgets:
            if row.delegation == "ISL":  # it has no forces to build up
                assert (row.defence_share, row.ramp_share_low) == (0, None)
                continue
            low, high = at_end(row, "ramp_share", "_low"), at_end(row, "ramp_share", "_high")
            assert low < row.ramp_share < high
        poland, germany = paris.row("budgets", "POL"), paris.row("budgets", "DEU")
        ends = [(r.ramp_share_low, r.ramp_share, r.ramp_share_high) for r in (poland, germany)]
        assert ends == [(0.1218, 0.229, 0.7455), (0.0446, 0.063, 0.0969)]

    def test_finances_of_2023_were_known_and_those_of_2024_came_later(
        self, paris: Scenario, strict: Scenario
    ) -> None:
        assert {(row.data_year, row.later) for row in paris.finances} == {(2023, 0), (2024, 1)}
        assert {row.data_year for row in strict.finances} == {2023}
        assert len(strict.finances) * 2 == len(paris.finances)
        greece = paris.row("finances", "GRC:2023")
        assert (greece.debt_share, greece.balance_share) == (1.639, -0.013)

    def test_what_governments_had_promised_on_the_day(self, strict: Scenario) -> None:
        shares = {row.key: (row.target_share, row.target_year) for row in strict.targets}
        assert shares["POL:budget-2025"] == (0.047, 2025)
        assert shares["GBR:path"] == (0.025, None)
        assert shares["DNK:fund-2025"] == (0.03, 2025)
        assert shares["FRA:law-2024-2030"] == (0.02, 2027)
        assert "NZL" not in {key.split(":")[0] for key in shares}
        assert max(share for share, _ in shares.values()) == 0.055

    def test_what_they_promised_later_is_marked(self, paris: Scenario) -> None:
        assert {row.key for row in paris.targets if row.later} == {
            *("EST:five-percent", "FIN:three-by-2029", "FRA:objective-3", "GBR:by-2027"),
            *("NZL:capability-plan", "POL:estimate-2025", "SWE:three-and-a-half"),
        }

    def test_costs_have_the_figures_of_their_sources(self, paris: Scenario) -> None:
        land = paris.row("costs", "deployed_land")
        assert (land.cost_value, land.currency, land.price_year) == (160_000, "EUR", 2015)
        assert (land.cost_value_low, land.cost_value_high) == (130_000, 210_000)
        programmes = {r.cost: r.cost_value for r in paris.costs if r.kind == "programme"}
        assert programmes == {"rebuild_forces": 175, "reconstruction": 486}
        domains = {row.domain for row in paris.costs if row.kind == "deployed"}
        assert domains == {"land", "air", "sea"}

    def test_a_part_of_each_programme_stays_open(self, paris: Scenario) -> None:
        for programme in ("rebuild_forces", "reconstruction"):
            rows = [row for row in paris.payers if row.cost == programme]
            sums = [
                sum(at_end(row, "paid_share", end) for row in rows) for end in ("_low", "", "_high")
            ]
            assert 0.2 < sums[0] < sums[1] < 0.7
            assert sums[1] < sums[2] < 1

    def test_prices_rise_and_a_dollar_is_a_dollar(self, paris: Scenario) -> None:
        for currency in ("EUR", "GBP", "USD"):
            rows = [row for row in paris.deflators if row.currency == currency]
            levels = [row.deflator_value for row in sorted(rows, key=lambda row: row.data_year)]
            assert levels == sorted(set(levels))
        euro = {row.data_year: row.usd_value for row in paris.deflators if row.currency == "EUR"}
        assert sorted(euro) == list(range(2015, 2025))
        assert all(1.05 <= value <= 1.19 for value in euro.values())

    def test_hosts_of_the_battlegroups_of_june_2022(self, paris: Scenario) -> None:
        assert len(paris.hosting) == 8
        assert sum(row.hosted_persons for row in paris.hosting) == 9_641

    def test_estimates_of_the_peace_force_that_were_known(self, strict: Scenario) -> None:
        sizes = {
            row.estimate: row.estimate_value
            for row in strict.estimates
            if row.quantity == "force_size"
        }
        assert sizes == {
            "size_zelensky_davos": 200_000,
            "size_ft_kyiv_expects": 45_000,
            "size_dannatt": 100_000,
            "size_wapo": 27_500,
            "size_telegraph_ap": 30_000,
            "size_times_uk_share": 17_500,
            "size_sky_bell": 100_000,
        }

    def test_a_figure_is_read_by_a_model_or_compared_with_and_not_both(
        self, paris: Scenario
    ) -> None:
        costs = {row.cost for row in paris.costs}
        assert costs & {row.estimate for row in paris.estimates} == set()


class TestVoting:
    def test_populations_of_the_council_sum_to_what_was_published(self, paris: Scenario) -> None:
        """451,028,881 persons, and 293,168,773 for a qualified majority."""
        sizes = weights_of(paris, "council_population")
        assert set(sizes) == set(paris.row("delegations", "EU").members)
        assert sum(sizes.values()) == 451_028_881
        assert all(size.denominator == 1 for size in sizes.values())
        games = worked_out(paris, "eu-qmv").clauses["double-majority"]
        quotas = [ceil(game.quota.level) for game in games]
        assert (quotas, [game.quota.is_strict for game in games]) == (
            [15, 293_168_773],
            [False, False],
        )

    def test_each_population_has_the_share_that_was_printed(self, paris: Scenario) -> None:
        sizes = weights_of(paris, "council_population")
        printed = {"DEU": 18.49, "FRA": 15.17, "ITA": 13.23, "POL": 8.33, "HUN": 2.13, "MLT": 0.12}
        for code, percent in printed.items():
            assert 100 * sizes[code] / 451_028_881 == pytest.approx(percent, abs=0.005)

    def test_populations_of_the_council_are_not_those_of_the_fair_shares(
        self, paris: Scenario
    ) -> None:
        union = paris.row("delegations", "EU").members
        other = weights_of(paris, "population")
        assert sum(other[code] for code in union) != 451_028_881

    def test_a_blocking_minority_takes_four(self, paris: Scenario) -> None:
        rule = worked_out(paris, "eu-qmv")
        (against,) = rule.clauses["fewer-than-four-against"]
        assert len(rule.voters) == 27
        assert against.quota.level == 24
        largest = sorted(weights_of(paris, "council_population").values())[-3:]
        assert sum(largest) > 451_028_881 * 35 // 100

    def test_without_a_proposal_twenty_are_needed_and_three_can_block(
        self, paris: Scenario
    ) -> None:
        rule = worked_out(paris, "eu-qmv-without-proposal")
        assert list(rule.clauses) == ["reinforced-majority"]
        heads, persons = rule.clauses["reinforced-majority"]
        assert (ceil(heads.quota.level), ceil(persons.quota.level)) == (20, 293_168_773)

    def test_unanimity_bears_eight_abstentions_or_a_third_of_the_people(
        self, paris: Scenario
    ) -> None:
        rule = worked_out(paris, "eu-unanimity")
        assert rule.against_stops_count == 1
        (heads,), (persons,) = rule.clauses.values()
        assert (heads.weight, persons.weight) == ("heads", "council_population")
        assert next(n for n in range(28) if heads.quota.is_met_by(Fraction(n))) == 19
        assert not persons.quota.is_met_by(Fraction(300_685_920))
        assert persons.quota.is_met_by(Fraction(300_685_921))
        assert persons.quota.level == Fraction(2 * 451_028_881, 3)

    def test_who_votes_by_which_rule(self, paris: Scenario) -> None:
        counts = {row.rule: len(worked_out(paris, row.rule).voters) for row in paris.rules}
        assert counts == {
            **dict.fromkeys(("eu-qmv", "eu-qmv-without-proposal", "eu-unanimity"), 27),
            "nato-consensus": 32,
            **dict.fromkeys(("force-carried", "wealth-carried", "force-and-wealth-carried"), 38),
        }
        assert worked_out(paris, "force-carried").voters == paris.of_role("contributor")

    def test_nobody_objects_where_all_allies_are_needed(self, paris: Scenario) -> None:
        rule = worked_out(paris, "nato-consensus")
        assert rule.against_stops_count == 1
        (games,) = rule.if_nobody_abstains().values()
        assert [n for n in range(33) if all(g.quota.is_met_by(Fraction(n)) for g in games)] == [32]

    def test_every_member_has_a_position_on_sanctions_and_who_has_an_own_regime_too(
        self, paris: Scenario
    ) -> None:
        stated = {row.delegation for row in paris.positions if row.issue == "sanctions"}
        assert set(paris.row("delegations", "EU").members) <= stated
        assert {"GBR", "NOR", "CHE", "CAN", "USA", "ISL", "JPN", "AUS", "NZL"} <= stated

    def test_a_new_package_and_a_renewal_have_opposite_defaults(self, paris: Scenario) -> None:
        new, renewal = (paris.row("ballots", key) for key in ("new-measures", "renewal"))
        assert (new.proposal_value, new.default_value) == (75, 50)
        assert (renewal.proposal_value, renewal.default_value) == (50, 10)
        assert {(row.rule, row.compare_rules) for row in (new, renewal)} == {
            ("eu-unanimity", ("eu-qmv",))
        }
        voters = worked_out(paris, "eu-unanimity").voters
        wants = {
            row.delegation: row.position_value
            for row in paris.positions
            if row.issue == "sanctions" and row.principal == row.delegation
        }
        opposed = {
            ballot.ballot: {
                code
                for code in voters
                if abs(wants[code] - ballot.default_value)
                < abs(wants[code] - ballot.proposal_value)
            }
            for ballot in (new, renewal)
        }
        assert opposed == {
            "new-measures": {"AUT", "CYP", "GRC", "HUN", "MLT", "SVK"},
            "renewal": {"HUN", "SVK"},
        }

    @pytest.mark.parametrize(
        ("ballot", "votes", "stopped_at_most"), [("new-measures", 79, 1), ("renewal", 9, 0)]
    )
    def test_chances_to_stop_are_those_of_the_record(
        self, paris: Scenario, ballot: str, votes: int, stopped_at_most: int
    ) -> None:
        """Jeffreys' prior, and the votes of those who preferred the default, as the notes count."""
        row = paris.row("ballots", ballot)
        none, some = ((0.5 + n, votes - n + 0.5) for n in (0, stopped_at_most))
        assert beta.mean(*none) <= row.stop_when_opposed_prob <= beta.mean(*some)
        high = beta.ppf(0.95, *some)
        assert row.stop_when_opposed_prob_high == pytest.approx(high, abs=0.005)
        assert row.stop_when_opposed_prob_low == 0


class TestDeterrence:
    def test_every_judgement_has_a_range_and_says_why(self, paris: Scenario) -> None:
        certain = [row.key for row in paris.disputes if row.parameter_value_low is None]
        assert certain == ["ceasefire:prize_points:line"]  # the scale itself
        assert paris.row("disputes", certain[0]).parameter_value == 100
        assert all(row.note for row in paris.disputes)
        judged = {row.parameter for row in paris.disputes if row.basis == "assumption"}
        assert {row.parameter for row in paris.disputes} - judged == {
            *("adversary_strength_persons", "host_strength_persons", "burden_share"),
            *("guarantor_strength_persons", "decisiveness_ratio"),
        }

    def test_only_a_page_without_a_day_counts_as_later(
        self, paris: Scenario, strict: Scenario
    ) -> None:
        assert strict.disputes == paris.disputes
        assert {row.rate for row in paris.base_rates if row.later} == {"kept-recount"}
        assert all(row.known_from is not None for row in paris.base_rates)

    def test_the_baseline_is_two_offensives_in_the_months_of_two_ceasefires(
        self, paris: Scenario
    ) -> None:
        """Ends are those of the rate with Jeffreys' prior, turned into chances a month."""
        first = date(2015, 1, 14) - date(2014, 9, 5)
        second = date(2022, 2, 24) - date(2015, 2, 15)
        months = (first + second).days / (365.25 / 12)
        row = paris.row("base_rates", "ceasefire-broken")
        assert (row.role, row.quantity) == ("baseline", "hazard_per_month")
        rates = [2 / months, *gamma.ppf((0.05, 0.95), 2.5) / months]
        found = (row.rate_value, row.rate_value_low, row.rate_value_high)
        assert found == pytest.approx(1 - np.exp(-np.array(rates)), abs=5e-5)

    def test_belief_in_backing_starts_within_what_alliances_kept(self, paris: Scenario) -> None:
        prior = paris.row("base_rates", "backing")
        kept = [
            row.rate_value or 0.0
            for row in paris.base_rates
            if row.quantity == "kept_prob" and row.role == "check"
        ]
        assert len(kept) == 6
        ends = (prior.rate_value_low, prior.rate_value_high)
        assert ends == pytest.approx((min(kept), max(kept)), abs=0.01)
        assert 0.41 <= prior.rate_value <= 0.5

    def test_base_rates_have_the_figures_of_their_sources(self, paris: Scenario) -> None:
        rates = {row.rate: row.rate_value or 0.0 for row in paris.base_rates}
        relapse = (rates["relapse-mean-spending"], rates["relapse-double-spending"])
        assert relapse == (0.4, 0.31)
        assert 1 - rates["peacekeepers-matched"] == pytest.approx(0.85)
        assert rates["civilians-per-1000"] ** 8 * 106 == pytest.approx(2, rel=0.05)
        assert rates["battle-per-1000"] ** 10 * 22 == pytest.approx(6, rel=0.05)
        assert rates["deterrence-1984"] == pytest.approx(31 / 54, abs=5e-4)
        unread = {row.rate for row in paris.base_rates if row.verified == "memory"}
        assert unread == {"kept-recount", "deterrence-1984", "deterrence-1988"}

    def test_the_allies_but_the_guarantor_carry_a_third_today(self, paris: Scenario) -> None:
        spent = {row.delegation: row.defence_usd_bn for row in paris.budgets}
        members = paris.row("delegations", "NATO").members
        share = 1 - spent["USA"] / sum(spent[code] for code in members)
        row = paris.row("disputes", "ceasefire:burden_share:all")
        assert row.parameter_value == pytest.approx(share, abs=0.005)

    def test_a_force_behind_the_line_is_seldom_hit(self, paris: Scenario) -> None:
        row = {r.at: r for r in paris.disputes if r.parameter == "contact_prob"}
        for target in ("probe", "line"):
            order = [row[f"{place}.{target}"] for place in ("reserve", "rear", "line")]
            for farther, nearer in pairwise(order):
                assert farther.parameter_value < nearer.parameter_value
        assert at_end(row["rear.line"], "parameter_value", "_high") < at_end(
            row["line.line"], "parameter_value", "_low"
        )


class TestSources:
    def test_every_source_of_every_row_is_listed(self, paris: Scenario) -> None:
        known = {row.source for row in paris.sources} | {"assumed"}
        for table in TABLES:
            if table != "sources":
                for row in paris.table(table):
                    assert set(row.source) <= known, row.key

    def test_every_listed_source_is_named_by_a_row(self, paris: Scenario) -> None:
        named = {
            name
            for table in TABLES
            if table != "sources"
            for row in paris.table(table)
            for name in row.source
        }
        assert {row.source for row in paris.sources} - named == set()

    def test_what_was_found_says_where(self, paris: Scenario) -> None:
        bare = [
            row.source
            for row in paris.sources
            if row.verified.startswith("found") and not row.reference
        ]
        assert bare == []


class TestWhatCameLater:
    def test_the_week_ends_on_its_friday(self, paris: Scenario) -> None:
        assert paris.about.date == date(2025, 2, 17)
        assert paris.about.evidence_until == date(2025, 2, 21)

    def test_these_stances_were_known(self, paris: Scenario, strict: Scenario) -> None:
        assert {row.principal for row in strict.stances} == KNOWN_STANCES
        assert len({row.delegation for row in strict.stances}) == 17
        assert all(row.known_from is not None for row in paris.stances)

    def test_three_polls_on_a_peace_force_were_known(self, strict: Scenario) -> None:
        polls = {row.key for row in strict.polls if row.topic == "troops"}
        assert polls == {
            *("yougov-gb-2025-01:GBR", "frontal-2025-02:DEU"),
            "forsa-2025-02:DEU",
        }

    def test_what_else_came_later_is_what_the_page_says(self, paris: Scenario) -> None:
        later: dict[str, set[str]] = {}
        for table, key in paris.later_rows:
            later.setdefault(table, set()).add(key)
        assert set(later) - {"claims"} == {
            *("share_keys", "stances", "polls", "sites", "dependence"),
            *("finances", "targets", "estimates", "positions", "base_rates"),
        }
        assert {key.split(":")[0] for key in later["share_keys"]} == {"defence"}
        assert len(later["share_keys"]) == 10
        assert {"site_kyiv", "site_lviv"} <= later["sites"]
        shares = {key for key in later["dependence"] if key.endswith(":us_share")}
        assert shares == {"personnel_for_major_war_in_europe:us_share"}
        assert {"us_arms_import_share_2020_24" in key for key in later["dependence"] - shares} == {
            *(True, False)
        }

    def test_a_strict_reading_holds_nothing_later(self, paris: Scenario, strict: Scenario) -> None:
        assert strict.later_rows == ()
        until = paris.about.evidence_until
        for table in TABLES:
            for row in strict.table(table):
                assert getattr(row, "known_from", None) is None or row.known_from <= until
        left = sum(len(paris.table(t)) - len(strict.table(t)) for t in TABLES)
        assert left == len(paris.later_rows) > 0

    def test_a_strict_reading_can_be_run(self, strict: Scenario) -> None:
        for name, engine in ENGINES.items():
            if name == "plan":  # everybody's plan takes a minute; that it can be read is enough
                assert engine().inputs(strict, point(strict.headline_option, {})).problem.lines
                continue
            outcomes = run_request(strict, quick(engine), make_request(strict)).result.outcomes()
            assert all(np.isfinite(values).all() for values in outcomes.values())


def quick(engine: type[AnyEngine]) -> AnyEngine:
    """Return an engine that lists one smallest room where all join, of which there are many."""
    return Room(most_rooms_count=1) if engine is Room else engine()


def test_every_uncertain_cell_is_read_by_an_engine(
    paris: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that is drawn and read by nobody would look like an uncertainty and be none."""
    read: set[tuple[str, str, str]] = set()
    columns, rows, setting = Draws.settled_and_drawn, Draws.number_by_row, Draws.setting

    def noted_columns(
        self: Draws, scenario: Scenario, table: str, column: str
    ) -> tuple[FloatArray, list[int], FloatArray]:
        read.add((table, "", column))
        return columns(self, scenario, table, column)

    def noted_rows(self: Draws, scenario: Scenario, table: str, column: str) -> list[FloatArray]:
        read.add((table, "", column))
        return rows(self, scenario, table, column)

    def noted_setting(self: Draws, engine: str, name: str, value: float) -> FloatArray:
        read.add(("engines", engine, name))
        return setting(self, engine, name, value)

    monkeypatch.setattr(Draws, "settled_and_drawn", noted_columns)
    monkeypatch.setattr(Draws, "number_by_row", noted_rows)
    monkeypatch.setattr(Draws, "setting", noted_setting)
    for option in ("rear-30k-us", "line-100k-us", "monitor-10k-us"):
        for name, engine in ENGINES.items():
            if name != "plan":  # it reads at a point what the forces and command read over draws
                engine().inputs(paris.in_key_order, point(option, {}))
    drawn = {
        (about.cell.table, about.cell.key * (about.cell.table == "engines"), about.cell.field)
        for about in uncertain_cells(paris)
    }
    # Lengths of lines on the map are printed, and no model uses them.
    assert drawn - read == {("sites", "", "length_km")}
