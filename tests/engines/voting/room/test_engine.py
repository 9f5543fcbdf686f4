"""Rooms from a scenario: what feeds them, what they say, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from tests.shipped import load

from foedus.chain import OptionRuns, run_option, run_room
from foedus.engines.forces.engine import SustainedForce
from foedus.engines.voting.room.covering import smallest_rooms
from foedus.engines.voting.room.engine import Room, who_sits
from foedus.engines.voting.room.result import RoomResult
from foedus.errors import MissingDataError, SettingsError
from foedus.quantities import SUFFIXES, suffix_of
from foedus.runs import Request, make_request, run
from foedus.scenario.draws import BLOCK
from foedus.scenario.scenario import Scenario

AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
SHARES: Final = ("force_share", "capability_share", "gdp_share", "population_share")


def chain_of(
    scenario: Scenario = MINIMAL, draws: int = 60, cells: Mapping[str, Any] | None = None
) -> tuple[Request, OptionRuns]:
    """Return a request and the option's runs that feed a room."""
    request = make_request(scenario, draws=draws, seed=3, set=cells or {})
    return request, run_option(scenario, request, forces=AT_ONCE)


@cache
def made(scenario: Scenario = MINIMAL) -> tuple[Request, OptionRuns]:
    """Return what `chain_of` does, once for all tests that ask for nothing else."""
    return chain_of(scenario)


def of_minimal(**settings: Any) -> RoomResult:
    """Return rooms of the small scenario."""
    request, runs = made()
    return run_room(MINIMAL, request, runs.forces, Room(**settings)).result


def seats_of(result: RoomResult) -> dict[str, int]:
    """Return how many seats each format has."""
    table = result.format_table().filter("is_represented")
    return dict(table.select("format", "seats_count").iter_rows())


@pytest.fixture(scope="module")
def paris() -> RoomResult:
    request, runs = made(PARIS)
    return run_room(PARIS, request, runs.forces).result


class TestByHand:
    def test_the_small_scenario(self) -> None:
        result = of_minimal(force_share=0.6, capability_share=0.6)
        force = dict(zip(result.codes, result.amount[0], strict=True))
        runs = made()[1].forces.result
        for code in result.codes:
            land = runs.sent_land_persons[:, runs.codes.index(code)].mean()
            assert force[code] == pytest.approx(land)
        # Aldmark sends most and has half of the 4,000 bn, Castria 1,200 bn.
        assert result.room_table()["members"].to_list() == ["ALD;CST"]
        row = result.measure_table().row(by_predicate=pl.col("measure") == "gdp", named=True)
        assert (row["seats_alone_count"], row["seats_without_count"]) == (2, 1)

    def test_one_who_is_spoken_for_is_carried(self) -> None:
        result = of_minimal(gdp_share=0.9)
        # Brekland carries Elmland: 300 + 100 of 4,000, as much as Dunmere.
        assert result.room_table()["members"].to_list() == ["ALD;CST;BRK", "ALD;CST;DUN"]
        assert result.room_table()["spoken_for"].to_list() == ["ELM", ""]
        assert result.seats_if_alone == 3
        assert of_minimal(gdp_share=0.9, representation=False).room_table()[
            "members"
        ].to_list() == ["ALD;CST;DUN"]

    def test_a_format_is_judged_by_who_speaks_there(self) -> None:
        table = of_minimal(gdp_share=0.9).format_table()
        summit = table.filter(pl.col("format") == "summit")
        assert summit["gdp_share"].round(6).to_list() == [0.9, 0.875]
        assert summit["is_carried"].to_list() == [True, False]
        assert summit["short"].to_list() == ["", "gdp"]

    def test_guests_observers_and_guarantors_carry_nothing(self) -> None:
        assert seats_of(of_minimal()) == {"summit": 3, "with-patronia": 4}
        guest = [
            row.model_copy(update={"part": "guest"}) if row.delegation == "BRK" else row
            for row in MINIMAL.attendance
        ]
        changed = MINIMAL.replace(attendance=tuple(guest))
        request, runs = chain_of(changed, draws=20)
        result = run_room(changed, request, runs.forces).result
        assert seats_of(result) == {"summit": 2, "with-patronia": 3}
        assert result.cover.carries.sum() == len(result.codes)

    def test_what_nobody_sends_is_left_out_and_said(self) -> None:
        # Nobody but the guarantor and the pool has a hospital any more.
        cells = {"units/*:medical/available_count": 0}
        request, runs = chain_of(cells=cells)
        result = run_room(MINIMAL, request, runs.forces).result
        assert result.left_out == ("Field hospital",)
        assert "medical" not in result.measure_table()["measure"].to_list()
        assert result.players.all_persons > 0


class TestReference:
    def test_every_room_is_enough_and_none_smaller_is(self, paris: RoomResult) -> None:
        cover = paris.cover
        assert paris.smallest.is_complete
        assert cover.is_carried(paris.smallest.seated).all()
        # Of any smallest room no seat can be left out, so that fewer of the same are not enough.
        for seated in paris.smallest.seated:
            without_one = seated & ~np.eye(len(seated), dtype=np.bool_)[seated]
            assert not cover.is_carried(without_one).any()

    def test_a_shortfall_in_words_and_in_numbers_is_one(self, paris: RoomResult) -> None:
        for about in paris.formats:
            verdict = about.verdict
            for seats in verdict.added.seated:
                together = verdict.seated | seats
                assert seats.sum() == verdict.added.seats_count
                carries = np.where(
                    about.verdict.seated[:, None], about.seating.carries, paris.cover.carries
                )
                part = paris.cover.share[:, (together[:, None] & carries).any(axis=0)].sum(axis=1)
                assert (part >= paris.cover.wanted_share - 1e-9).all()

    def test_one_seat_would_mend_it_only_where_the_table_says_so(self, paris: RoomResult) -> None:
        for about in paris.formats:
            verdict = about.verdict
            if verdict.added.seats_count != 2:
                continue
            for one in np.flatnonzero(~verdict.seated):
                more = verdict.seated | (np.arange(len(verdict.seated)) == one)
                carries = np.where(
                    verdict.seated[:, None], about.seating.carries, paris.cover.carries
                )
                part = paris.cover.share[:, (more[:, None] & carries).any(axis=0)].sum(axis=1)
                assert (part < paris.cover.wanted_share - 1e-9).any()

    def test_the_best_room_of_its_size_carries_no_less(self, paris: RoomResult) -> None:
        for about, _, verdict, best in paris.judged():
            assert best.least_share >= verdict.least_share - 1e-9, about.seating.format

    def test_seats_rise_with_the_share_and_representation_saves_some(
        self, paris: RoomResult
    ) -> None:
        table = paris.curve_table()
        for column in ("seats_count", "alone_count"):
            assert table[column].is_sorted()
        assert (table["seats_count"] <= table["alone_count"]).all()
        least = paris.best_table()["least_share"]
        assert least.is_sorted()

    def test_parts_of_all_delegations_make_the_whole(self, paris: RoomResult) -> None:
        table = paris.seat_share_table()
        whole = table.group_by("measure").agg(pl.col("lost_share").sum())
        assert whole["lost_share"].to_numpy() == pytest.approx(1)

    def test_balanced_strength_that_is_shared_out_is_that_of_the_largest(
        self, paris: RoomResult
    ) -> None:
        players = paris.players
        assert np.nansum(players.added_persons) == pytest.approx(players.largest_persons)
        assert players.largest_persons <= players.all_persons + 1e-9
        assert players.pivot_share.sum() == pytest.approx(1)

    def test_the_first_format_that_meets_is_looked_at(self, paris: RoomResult) -> None:
        assert paris.format is not None
        rounds = {row.format: row.rounds_before_count for row in PARIS.formats}
        assert rounds[paris.format.seating.format] == min(n for n in rounds.values() if n > 0)

    def test_two_who_want_the_same_room_judge_it_alike(self, paris: RoomResult) -> None:
        same = {
            about.seating.format: (about.verdict.carried_share.tolist(), about.seating.seated.sum())
            for about in paris.formats
            if about.seating.format in ("us-russia-europe", "us-russia-ukraine-europe")
        }
        first, second = same.values()
        assert first == second


class TestDrawByDraw:
    def test_chances_are_counted_over_futures_in_which_anybody_sends(
        self, paris: RoomResult
    ) -> None:
        carried = paris.cover.spoken_for(paris.smallest.seated[0])
        often = 0
        counted = 0
        for draw in paris.sent_persons:
            total = draw.sum(axis=0)
            if total[0] <= 0.5:
                continue
            counted += 1
            sent = [
                draw[carried, k].sum() >= 0.8 * total[k] - 1e-6
                for k in range(draw.shape[1])
                if total[k] > 0.5
            ]
            often += all(sent)
        assert paris.carried_prob(carried) == pytest.approx(often / counted)

    def test_what_is_followed_is_the_share_of_each_draw(self, paris: RoomResult) -> None:
        outcomes = paris.outcomes()
        assert set(outcomes) == {outcome.name for outcome in Room.follows}
        carried = paris.cover.spoken_for(paris.smallest.seated[0])
        draw = int(np.flatnonzero(paris.anybody)[0])
        force = paris.sent_persons[draw, :, 0]
        assert outcomes["smallest_force_share"][draw] == pytest.approx(
            force[carried].sum() / force.sum()
        )
        for values in outcomes.values():
            assert values.shape == (60,)
            assert ((values >= 0) & (values <= 1 + 1e-12)).all()

    def test_rooms_are_found_for_the_mean_of_all_blocks(self) -> None:
        request, runs = chain_of(draws=BLOCK + 40)
        found = run_room(MINIMAL, request, runs.forces).result
        land = runs.forces.result.sent_land_persons.mean(axis=0)
        for code, persons in zip(found.codes, found.amount[0], strict=True):
            assert persons == pytest.approx(land[runs.forces.result.codes.index(code)])
        assert found.draws == BLOCK + 40

    def test_a_run_names_what_fed_it_and_comes_out_again(self) -> None:
        request, runs = made()
        one, again = (run_room(MINIMAL, request, runs.forces) for _ in range(2))
        assert one.provenance.identity.fed_by == (runs.forces.run_id,)
        assert one.run_id == again.run_id
        for name, table in one.result.tables().items():
            assert table.equals(again.result.tables()[name]), name


class TestSettings:
    @pytest.mark.parametrize("name", SHARES)
    @pytest.mark.parametrize("share", [1.01, -0.1, float("nan")])
    def test_a_share_above_all_or_below_none_is_refused(self, name: str, share: float) -> None:
        request, runs = made()
        settings: dict[str, Any] = {name: share}
        with pytest.raises(SettingsError, match=name):
            run_room(MINIMAL, request, runs.forces, replace(Room(), **settings))

    def test_all_of_everything_takes_whoever_has_any(self) -> None:
        result = of_minimal(force_share=1.0, capability_share=1.0, gdp_share=1.0)
        assert result.smallest.seated.tolist() == [[True, True, True, True, False]]

    def test_what_is_not_asked_for_does_not_count(self) -> None:
        result = of_minimal(force_share=0.6, gdp_share=0.0, capability_share=0.0)
        assert result.measure_table()["measure"].to_list() == ["force"]
        assert result.room_table()["members"].to_list() == ["ALD"]

    def test_without_a_force_only_sizes_are_carried(self) -> None:
        result = run(MINIMAL, Room(population_share=0.5)).result
        assert result.measure_table()["measure"].to_list() == ["gdp", "population"]
        assert set(result.room_table()["force_share"]) == {None}
        assert result.carried_prob(result.smallest.seated[0]) is None
        assert not any(values.any() for values in result.outcomes().values())

    def test_where_nothing_is_there_to_be_carried_it_says_so(self) -> None:
        with pytest.raises(MissingDataError, match="nobody sends or has anything"):
            run(MINIMAL, Room(gdp_share=0.0))

    def test_the_format_looked_at_is_a_setting(self) -> None:
        looked = of_minimal(format="summit").format
        assert looked is not None
        assert looked.seating.format == "summit"
        with pytest.raises(SettingsError, match="there is no format 'sumit'"):
            of_minimal(format="sumit")

    def test_soldiers_set_by_domain_are_refused_and_not_passed_over(self) -> None:
        request = make_request(MINIMAL, draws=20, set={"forces/ALD/sent_land_persons": 5})
        runs = run_option(MINIMAL, request, forces=AT_ONCE)
        with pytest.raises(SettingsError, match="by capability"):
            run_room(MINIMAL, request, runs.forces)

    def test_a_list_cut_short_still_knows_who_is_needed(self, paris: RoomResult) -> None:
        cut = smallest_rooms(paris.cover, 2)
        assert not cut.is_complete
        found = who_sits(paris.cover, cut)
        np.testing.assert_array_equal(found.is_needed, paris.is_needed)
        np.testing.assert_array_equal(found.is_in_one, paris.is_in_one)


def test_a_scenario_without_formats_has_rooms_and_judges_none() -> None:
    bare = MINIMAL.replace(formats=(), attendance=())
    request = make_request(bare, draws=20)
    result = run_room(bare, request, run_option(bare, request, forces=AT_ONCE).forces).result
    assert result.format is None
    assert result.format_table().is_empty()
    assert not result.outcomes()["format_force_share"].any()
    assert len(result.smallest.seated) >= 1


def test_the_smallest_rooms_of_the_small_scenario_are_those_that_a_search_finds() -> None:
    cover = of_minimal(gdp_share=0.5).cover
    for seats in range(6):
        rooms = [np.isin(np.arange(5), who) for who in combinations(range(5), seats)]
        enough = [room.tolist() for room in rooms if cover.is_carried(room)]
        if enough:
            break
    assert sorted(smallest_rooms(cover, 99).seated.tolist()) == sorted(enough)


def test_numbers_of_tables_end_in_their_unit() -> None:
    numeric = (pl.Float64, pl.Int64)
    for name, table in of_minimal().tables().items():
        for column, kind in table.schema.items():
            if kind in numeric and column != "room":
                assert suffix_of(column) in SUFFIXES, (name, column)
