from typing import Any, Final

import numpy as np
import pytest
from tests.shipped import load

from foedus.chain import (
    OptionRuns,
    changed,
    levels_link,
    repeated_places,
    run_guarantee,
    run_option,
    run_spending,
    sent_link,
    without_guarantor,
)
from foedus.engines import Consent, Spending, SustainedForce
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import make_request, run, run_request
from foedus.scenario.addresses import Cell, expand
from foedus.scenario.draws import BLOCK
from foedus.scenario.scenario import Scenario

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
OPTION: Final = "rear-8k-backed"
AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
ARRAYS: Final = ("standing_persons", "sent_persons", "gross_persons", "balanced_share", "binding")


def chain(scenario: Scenario = MINIMAL, *, draws: int = 60, **wanted: Any) -> OptionRuns:
    request = make_request(scenario, draws=draws, seed=wanted.pop("seed", 5), **wanted)
    return run_option(scenario, request, forces=AT_ONCE)


class TestLevels:
    @pytest.mark.parametrize("scenario", [MINIMAL, PARIS])
    def test_each_sends_what_its_level_of_the_draw_allows(self, scenario: Scenario) -> None:
        chained = chain(scenario, draws=40)
        consent, forces = chained.consent.result, chained.forces.result
        everyone = run(scenario, AT_ONCE, draws=40, seed=5).result
        land = forces.groups.on_land
        for i, code in enumerate(consent.codes):
            place = forces.codes.index(code)
            level = consent.level[:, i, None]
            found, full = (each.standing_persons[:, place] for each in (forces, everyone))
            assert found[:, land].tolist() == np.where(level >= 4, full[:, land], 0).tolist()
            assert found[:, ~land].tolist() == np.where(level >= 2, full[:, ~land], 0).tolist()

    def test_levels_of_later_blocks_go_to_their_draws(self) -> None:
        chained = chain(draws=4096 + 12)
        consent, forces = chained.consent.result, chained.forces.result
        group = forces.groups.names.index("logistics")
        stands = forces.standing_persons[:, forces.codes.index("ALD"), group] > 0
        joins = consent.level[:, consent.codes.index("ALD")] >= 4
        assert len(stands) == 4108
        assert stands.tolist() == joins.tolist()
        assert len(set(joins[4096:].tolist())) == 2

    def test_whoever_has_no_known_stance_gives_nothing(self) -> None:
        silent = MINIMAL.replace(
            stances=tuple(row for row in MINIMAL.stances if row.delegation != "DUN")
        )
        chained = chain(silent)
        assert "DUN" not in chained.consent.result.codes
        forces = chained.forces.result
        place = forces.codes.index("DUN")
        assert not forces.standing_persons[:, place].any()
        assert run(silent, AT_ONCE, seed=5).result.standing_persons[:, place].any()

    def test_a_level_that_is_set_wins_over_the_stance(self) -> None:
        forced = chain(set={"consent/ALD/level": 4, "consent/CST/level": 0}).forces.result
        everyone = run(MINIMAL, AT_ONCE, draws=60, seed=5).result
        ald, cst = (forced.codes.index(code) for code in ("ALD", "CST"))
        found, full = forced.standing_persons[:, ald], everyone.standing_persons[:, ald]
        assert found.tolist() == full.tolist()
        assert not forced.standing_persons[:, cst].any()

    def test_a_level_that_is_set_wins_where_no_stance_is_known(self) -> None:
        silent = MINIMAL.replace(
            stances=tuple(row for row in MINIMAL.stances if row.delegation != "DUN")
        )
        forces = chain(silent, set={"consent/DUN/level": 4}).forces.result
        assert forces.standing_persons[:, forces.codes.index("DUN")].any(axis=1).all()

    def test_with_everybody_set_to_join_nothing_is_left_of_consent(self) -> None:
        chained = chain(set={"consent/*/level": 5})
        everyone = run(MINIMAL, AT_ONCE, draws=60, seed=5).result
        for name in ARRAYS:
            found = getattr(chained.forces.result, name)
            assert found.tolist() == getattr(everyone, name).tolist()

    def test_the_link_has_a_level_for_each_contributor_and_future(self) -> None:
        chained = chain()
        links = levels_link(MINIMAL, chained.consent)
        assert list(links) == [
            Cell("consent", code, "level") for code in ("ALD", "BRK", "CST", "DUN", "ELM")
        ]
        for place, levels in enumerate(links.values()):
            assert levels.tolist() == chained.consent.result.level[:, place].tolist()

    def test_fewer_join_than_all_so_no_more_can_stand(self) -> None:
        joined = chain().forces.result.outcomes()
        everyone = run(MINIMAL, AT_ONCE, draws=60, seed=5).result.outcomes()
        for name in ("gross_persons", "balanced_persons", "alone_persons"):
            assert (joined[name] <= everyone[name]).all()
            assert (joined[name] < everyone[name]).any()


class TestRecord:
    def test_the_force_names_the_run_that_fed_it(self) -> None:
        chained = chain()
        assert chained.option == OPTION
        assert chained.forces.provenance.identity.fed_by == (chained.consent.run_id,)
        assert chained.consent.provenance.identity.fed_by == ()

    def test_another_coalition_is_another_run(self) -> None:
        request = make_request(MINIMAL, draws=20, seed=5)
        one = run_option(MINIMAL, request, forces=AT_ONCE)
        other = run_option(MINIMAL, request, forces=AT_ONCE, consent=Consent(drift_score=4.0))
        assert one.consent.run_id != other.consent.run_id
        assert one.forces.run_id != other.forces.run_id
        alone = run_request(MINIMAL, AT_ONCE, request)
        assert alone.run_id not in (one.forces.run_id, other.forces.run_id)

    def test_a_seed_explains_every_bit(self) -> None:
        one, again, other = chain(), chain(), chain(seed=6)
        assert one.forces.run_id == again.forces.run_id != other.forces.run_id
        for name in ARRAYS:
            first, second, third = (
                getattr(each.forces.result, name).tolist() for each in (one, again, other)
            )
            assert first == second
            assert first != third


class TestRequests:
    def test_settings_of_the_engines_are_kept(self) -> None:
        request = make_request(MINIMAL, draws=5, seed=1)
        chained = run_option(
            MINIMAL, request, consent=Consent(drift_score=5.0), forces=SustainedForce()
        )
        assert chained.consent.provenance.identity.settings["drift_score"] == 5
        assert chained.forces.result.gross_persons.shape == (5, 25)
        assert run_option(MINIMAL, request).forces.result.durations.size == 48

    def test_a_point_has_no_future_in_which_to_join(self) -> None:
        with pytest.raises(SettingsError, match="draws: 0"):
            run_option(MINIMAL, make_request(MINIMAL))

    def test_a_table_that_is_missing_is_named(self) -> None:
        without = MINIMAL.replace(stances=(), principals=(), approvals=(), positions=(), ties=())
        with pytest.raises(MissingDataError, match=r"consent needs stances\.csv"):
            chain(without)

    def test_a_change_is_added_to_what_was_asked(self) -> None:
        first = make_request(MINIMAL, option=OPTION, draws=9, seed=3, set={"consent/ALD/level": 4})
        second = changed(MINIMAL, first, {"consent/CST/level": 0})
        assert (second.option, second.draws, second.seed) == (OPTION, 9, 3)
        assert dict(second.asked) == {"consent/ALD/level": 4, "consent/CST/level": 0}
        assert second.fixed[Cell("consent", "ALD", "level")] == 4
        assert second.fixed[Cell("consent", "CST", "level")] == 0
        assert len(first.fixed) == 1

    def test_a_change_that_cannot_be_taken_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="no contributor"):
            changed(MINIMAL, make_request(MINIMAL, draws=1), {"consent/XXX/level": 4})

    def test_without_the_guarantor_is_the_option_without_all_three_levers(self) -> None:
        request = make_request(MINIMAL, option=OPTION, draws=80, seed=5)
        refused = run_option(MINIMAL, without_guarantor(MINIMAL, request), forces=AT_ONCE)
        # The scenario holds the same force without the guarantor as an option of its own.
        own = run_option(
            MINIMAL,
            make_request(MINIMAL, option="rear-8k-alone", draws=80, seed=5),
            forces=AT_ONCE,
        )
        assert refused.consent.result.level.tolist() == own.consent.result.level.tolist()
        assert not refused.consent.result.backing.any()
        found, expected = (each.forces.result.outcomes() for each in (refused, own))
        for name, values in expected.items():
            assert found[name].tolist() == values.tolist()
        helped = run_option(MINIMAL, request, forces=AT_ONCE).consent.result
        assert (refused.consent.result.level <= helped.level).all()


ON_ALL: Final = ("land", "air", "sea")


class TestSpending:
    @pytest.mark.parametrize(
        ("scenario", "option"), [(MINIMAL, OPTION), (MINIMAL, "air-sea-backed"), (PARIS, None)]
    )
    def test_what_is_sent_is_linked_by_nation_and_domain_and_none_is_lost(
        self, scenario: Scenario, option: str | None
    ) -> None:
        run = chain(scenario, draws=25, option=option).forces
        links = sent_link(run)
        result = run.result
        for i, code in enumerate(result.codes):
            own = [links[Cell("forces", code, f"sent_{domain}_persons")] for domain in ON_ALL]
            np.testing.assert_allclose(sum(own), result.sent_persons[:, i].sum(axis=1))
        land = [links[Cell("forces", code, "sent_land_persons")] for code in result.codes]
        np.testing.assert_allclose(sum(land), result.sent_land_persons.sum(axis=1))
        assert set(result.groups.domains) <= set(ON_ALL)
        assert len(links) == 6 * len(result.codes)

    @pytest.mark.parametrize("scenario", [MINIMAL, PARIS])
    def test_fair_shares_are_of_the_requirement_and_add_up_to_it(self, scenario: Scenario) -> None:
        run = chain(scenario, draws=25).forces
        links, result = sent_link(run), run.result
        for domain in ON_ALL:
            fair = {c: links[Cell("forces", c, f"fair_{domain}_persons")] for c in result.codes}
            here = np.array(result.groups.domains) == domain
            asked = result.required_persons[:, here].sum(axis=1)
            np.testing.assert_allclose(sum(fair.values()), asked, atol=1e-9)
            for code, role, share in zip(result.codes, result.roles, result.key_share, strict=True):
                assert (share > 0) <= (role == "contributor")
                np.testing.assert_allclose(fair[code], share * asked)

    def test_fair_shares_are_the_same_whoever_joins(self) -> None:
        some, none = (sent_link(chain(set=cells).forces) for cells in ({}, {"consent/*/level": 0}))
        for cell, values in none.items():
            if cell.field.startswith("fair"):
                assert values.tolist() == some[cell].tolist()
            elif cell.key not in ("PTN", "AIRPOOL"):
                assert not values.any()

    def test_each_link_is_a_cell_that_can_be_set(self) -> None:
        for cell in sent_link(chain().forces):
            assert expand(MINIMAL, cell) == [cell]

    def test_spending_names_the_run_that_fed_it(self) -> None:
        request = make_request(MINIMAL, draws=20, seed=5)
        forces = run_option(MINIMAL, request, forces=AT_ONCE).forces
        found = run_spending(MINIMAL, request, forces)
        assert found.provenance.identity.fed_by == (forces.run_id,)
        assert found.provenance.identity.engine == "spending"
        alone = run_request(MINIMAL, Spending(), request)
        assert alone.run_id != found.run_id
        assert not alone.result.force_usd_bn.any()

    def test_spending_is_fed_with_the_futures_of_the_force(self) -> None:
        request = make_request(MINIMAL, draws=BLOCK + 20, seed=5)
        forces = run_option(MINIMAL, request, forces=AT_ONCE).forces
        result = run_spending(MINIMAL, request, forces).result
        # Brekland owns no part of a pool, so that it pays for its own and nothing else.
        place = forces.result.codes.index("BRK")
        sends = forces.result.sent_persons[:, place].sum(axis=1) > 0
        pays = result.force_yearly_usd_bn[:, result.codes.index("BRK")] > 0
        assert pays.tolist() == sends.tolist()
        assert not sends.all()
        assert sends[BLOCK:].any()

    def test_two_runs_with_one_identity_have_the_same_numbers(self) -> None:
        request = make_request(MINIMAL, draws=40, seed=5)
        one, again = (
            run_spending(MINIMAL, request, run_option(MINIMAL, request, forces=AT_ONCE).forces)
            for _ in range(2)
        )
        assert one.run_id == again.run_id
        for name, values in one.result.outcomes().items():
            assert values.tolist() == again.result.outcomes()[name].tolist()

    def test_another_force_is_another_run(self) -> None:
        request = make_request(MINIMAL, draws=40, seed=5)
        other = run_option(MINIMAL, request, consent=Consent(drift_score=4.0), forces=AT_ONCE)
        first = run_option(MINIMAL, request, forces=AT_ONCE)
        costs = [run_spending(MINIMAL, request, found.forces) for found in (first, other)]
        assert costs[0].run_id != costs[1].run_id
        assert costs[0].result.force_usd_bn.tolist() != costs[1].result.force_usd_bn.tolist()

    def test_the_engine_can_be_given_with_settings_of_its_own(self) -> None:
        request = make_request(MINIMAL, draws=5, seed=5)
        forces = run_option(MINIMAL, request, forces=AT_ONCE).forces
        found = run_spending(MINIMAL, request, forces, Spending(target_year=2032))
        assert found.result.target_year == 2032
        assert found.provenance.identity.settings["target_year"] == 2032

    def test_soldiers_that_are_set_win_over_the_force(self) -> None:
        cells = {"forces/DUN/sent_land_persons": 1000}
        request = make_request(MINIMAL, draws=5, seed=5, set=cells)
        forces = run_option(MINIMAL, request, forces=AT_ONCE).forces
        result = run_spending(MINIMAL, request, forces).result
        assert (result.force_yearly_usd_bn[:, result.codes.index("DUN")] > 0).all()

    def test_money_that_is_missing_is_named(self) -> None:
        poor = MINIMAL.replace(
            budgets=(),
            finances=(),
            targets=(),
            claims=(),
            uncertainties=tuple(row for row in MINIMAL.uncertainties if row.table != "budgets"),
        )
        request = make_request(poor, draws=3)
        forces = run_option(poor, request, forces=AT_ONCE).forces
        with pytest.raises(MissingDataError, match=r"spending needs budgets\.csv\. Add the table"):
            run_spending(poor, request, forces)


class TestGuarantee:
    """The force of fewer draws, come again for more draws of the game."""

    def test_every_draw_of_the_force_comes_as_often_and_the_first_as_they_are(self) -> None:
        places = repeated_places(7, 50, 175)
        assert places[:50].tolist() == list(range(50))
        for start in (50, 100):
            assert sorted(places[start : start + 50].tolist()) == list(range(50))
            assert places[start : start + 50].tolist() != list(range(50))
        assert repeated_places(7, 50, 90).tolist() == places[:90].tolist()
        assert repeated_places(8, 50, 175).tolist() != places.tolist()

    def test_the_game_is_played_with_the_force_of_its_draw(self) -> None:
        runs = chain(draws=40)
        asked = make_request(MINIMAL, draws=130, seed=5)
        found = run_guarantee(MINIMAL, asked, runs)
        forces = runs.forces.result
        own = [role != "guarantor" for role in forces.roles]
        sent = forces.sent_land_persons[:, own].sum(axis=1)
        places = repeated_places(5, 40, 130)
        # The same force with and without, as no other was given.
        np.testing.assert_allclose(found.result.force_persons, sent[places][:, None] * [1, 1])
        assert found.provenance.identity.fed_by == (runs.consent.run_id, runs.forces.run_id)

    def test_what_is_set_holds_without_the_guarantor_too(self) -> None:
        set_to = {"forces/*/sent_land_persons": 0, "forces/ALD/sent_land_persons": 5000}
        asked = make_request(MINIMAL, draws=30, seed=5, set=set_to)
        found = run_guarantee(MINIMAL, asked, chain(draws=30)).result
        assert (found.force_persons == 5000).all()
