from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pytest

from foedus.chain import OptionRuns, levels_link, run_command, run_option, sent_link
from foedus.engines.command.engine import Command
from foedus.engines.command.inputs import CommandInputs
from foedus.engines.command.result import CRITERIA, CommandResult
from foedus.engines.forces.engine import SustainedForce
from foedus.errors import MissingDataError, SettingsError
from foedus.quantities import SUFFIXES, suffix_of
from foedus.runs import Request, make_request, run
from foedus.scenario.draws import BLOCK, draw_block
from foedus.scenario.scenario import Scenario

AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
ALL_FREE: Final = {"headquarters/*/available_prob": 1}
MONTH_OF_NOTICE: Final = 30 / (365.25 / 12)


def command(
    scenario: Scenario,
    changes: Mapping[str, Any] | None = None,
    *,
    free: bool = True,
    **wanted: Any,
) -> CommandResult:
    """Return a run in which every headquarters is free, unless it is said otherwise."""
    cells = {**(ALL_FREE if free else {}), **(changes or {})}
    return run(scenario, Command(least_futures=64), seed=5, set=cells, **wanted).result


def at(result: CommandResult, chain: str, *lead: str) -> dict[str, float]:
    """Return every criterion of one chain under one lead in the first draw."""
    pair = result.pairs.index((result.chains.index(chain), result.leads.index(lead)))
    names = ("is_there", "fields_all", *CRITERIA, "own_months", "notice_days")
    return {name: float(getattr(result, name)[0, pair]) for name in names}


class TestByHand:
    def test_two_who_lead_together(self, league: Scenario) -> None:
        found = at(command(league), "coalition", "ALD", "CST")
        assert found == pytest.approx(
            {
                "is_there": 1,
                "fields_all": 1,
                "headquarters_share": 1,
                # The corps can command nine brigades, the division four; one and a half are asked.
                "capacity_share": 4 / 1.5,
                # Both, and Elmland that is used to the one; five join, and none sends anybody.
                "acceptance_share": 3 / 5,
                "interoperability_share": (1 + 1 + 0.9) / 5,
                "own_months": 12,
                # Castria's corps takes over, and nobody takes over the division.
                "filled_months": 12,
                "handovers_count": 1,
                "notice_days": 30,
            }
        )

    def test_soldiers_weigh_whoever_is_used_to_a_lead(self, league: Scenario) -> None:
        sent = {f"forces/{code}/sent_land_persons": 1000 for code in ("CST", "BRK")}
        found = at(command(league, sent), "coalition", "CST")
        assert found["acceptance_share"] == 0.5
        assert found["interoperability_share"] == 0.5
        # In a body's chain its members serve, and are no more used to it than before.
        found = at(command(league, sent), "nato", "CST")
        assert found["acceptance_share"] == 1
        assert found["interoperability_share"] == 0.5

    def test_soldiers_of_who_stays_out_weigh_nothing(self, league: Scenario) -> None:
        changes = {"forces/BRK/sent_land_persons": 9000, "forces/CST/sent_land_persons": 1000}
        out = at(command(league, {**changes, "consent/BRK/level": 3}), "coalition", "CST")
        assert out["acceptance_share"] == out["interoperability_share"] == 1

    def test_a_lower_headquarters_counts_if_its_leaders_serve(self, league: Scenario) -> None:
        found = at(command(league), "coalition", "CST")
        assert found["headquarters_share"] == 1
        stubborn = {"partnerships/ALD:CST:league-corps/strength_share": 0.4}
        found = at(command(league, stubborn), "coalition", "CST")
        assert (found["is_there"], found["fields_all"]) == (1, 0)
        assert (found["headquarters_share"], found["capacity_share"]) == (0.5, 0)
        assert found["filled_months"] == 0
        # In the chain of the body Brekland serves under Castria, and leads three brigades.
        assert at(command(league, stubborn), "nato", "CST")["capacity_share"] == 3 / 1.5

    def test_all_who_lead_must_join_and_the_guarantor_never_does(self, league: Scenario) -> None:
        result = command(league, {"consent/ALD/level": 3})
        assert at(result, "coalition", "ALD", "CST") == dict.fromkeys(
            at(result, "coalition", "ALD", "CST"), 0
        )
        assert at(result, "coalition", "CST")["is_there"] == 1
        assert at(result, "nato", "PTN")["is_there"] == 0

    def test_a_mission_twice_as_long_needs_a_third(self, league: Scenario) -> None:
        changes = {
            "options/rear-8k-backed/duration_months": 48,
            "requirement/s-01/needed_count": 0,
        }
        found = at(command(league, changes), "coalition", "ALD", "CST")
        # A year each, a year of nobody, and the first again.
        assert found["filled_months"] == pytest.approx(36 - MONTH_OF_NOTICE)
        assert found["own_months"] == pytest.approx(12 + 12 - MONTH_OF_NOTICE)
        assert found["handovers_count"] == 2

    def test_the_guarantors_share_is_that_of_the_echelon(self, league: Scenario) -> None:
        table = command(league).option_table()
        assert set(table.drop_nulls("us_share")["us_share"]) == {0.4}


class TestChance:
    def test_a_headquarters_is_free_as_often_as_its_row_says(self, league: Scenario) -> None:
        result = run(league, Command(), seed=5).result
        assert result.free.shape[0] == 4096
        for row, often in zip(result.every, result.free.mean(axis=0), strict=True):
            assert often == pytest.approx(row.available_prob, abs=0.03)

    def test_a_headquarters_that_is_freer_never_makes_any_less_likely(
        self, league: Scenario
    ) -> None:
        seldom, often = (
            command(league, {"headquarters/*/available_prob": prob}, free=False, draws=200)
            for prob in (0.3, 0.6)
        )
        for name in ("is_there", "fields_all", "headquarters_share", "capacity_share"):
            assert (getattr(often, name) >= getattr(seldom, name)).all()
        assert (often.is_there > seldom.is_there).any()

    def test_a_shorter_run_is_the_beginning_of_a_longer_one(self, league: Scenario) -> None:
        short, long = (run(league, Command(), draws=n, seed=5).result for n in (70, BLOCK + 5))
        assert long.is_there.shape[0] == BLOCK + 5
        for name, values in short.outcomes().items():
            np.testing.assert_array_equal(values, long.outcomes()[name][:70])

    def test_another_seed_is_another_future(self, league: Scenario) -> None:
        one, again, other = (
            run(league, Command(), draws=50, seed=seed).result.free for seed in (1, 1, 2)
        )
        assert (one == again).all()
        assert (one != other).any()


def by_the_rule(inputs: CommandInputs, result: CommandResult, pair: int, draw: int) -> Any:
    """Return criteria of one pair in one draw, nation by nation and row by row; slow."""
    chain, lead = inputs.pairs[pair]
    who = inputs.leads[lead]

    def value(block: Any, *place: int) -> float:
        return float(block[min(draw, block.shape[0] - 1), *place])

    joined = [c for i, c in enumerate(inputs.codes) if value(inputs.joins, i)]
    sent = {c: value(inputs.sent_persons, inputs.codes.index(c)) for c in joined}
    if not sum(sent.values()):
        sent = dict.fromkeys(joined, 1.0)
    used = {c: value(inputs.strength_share, inputs.codes.index(c), lead) for c in joined}
    serving = {
        c
        for i, c in enumerate(inputs.codes)
        if value(inputs.strength_share, i, lead) >= value(inputs.least_acceptance_share) - 1e-9
        or (inputs.in_body[chain, i] and inputs.lead_in_body[chain, lead])
    }
    at_hand: dict[str, list[tuple[bool, float]]] = {name: [] for name in inputs.echelons}
    for i, place in enumerate(inputs.candidates):
        row = inputs.every[place]
        is_there = result.free[draw, place] and set(row.framework) <= set(joined)
        is_own = tuple(sorted(row.framework)) == who
        if is_there and inputs.in_chain[i, chain] and (is_own or set(row.framework) <= serving):
            at_hand[row.echelon].append((is_own, value(inputs.span_count, int(place))))
    needed = dict(zip(inputs.echelons, inputs.needed_count.tolist(), strict=True))
    taken = {name: sorted(them, reverse=True)[: needed[name]] for name, them in at_hand.items()}
    if not any(is_own for is_own, _ in at_hand[inputs.echelons[0]]):
        return (False, False, 0.0, 0.0, 0.0, 0.0)
    total = sum(sent.values())
    return (
        True,
        all(len(taken[name]) == needed[name] for name in needed),
        sum(map(len, taken.values())) / sum(needed.values()),
        min(sum(span for _, span in them) for them in taken.values())
        / value(inputs.asked_brigades_count),
        sum(persons for c, persons in sent.items() if c in serving) / total,
        sum(persons * used[c] for c, persons in sent.items()) / total,
    )


@pytest.mark.parametrize("option", ["rear-30k-us", "rear-100k-us", "tripwire-10k-us"])
def test_criteria_are_those_of_the_rule_written_out(paris: Scenario, option: str) -> None:
    cells = {"consent/DEU/level": 4, "consent/NLD/level": 4, "consent/POL/level": 5}
    request = make_request(paris, option=option, draws=12, seed=5, set=cells)
    runs = run_option(paris, request, forces=AT_ONCE)
    result = run_command(paris, request, runs).result
    inputs = linked_inputs(paris, request, runs)
    checked = 0
    for pair in range(len(inputs.pairs)):
        for draw in range(12):
            expected = by_the_rule(inputs, result, pair, draw)
            names = ("is_there", "fields_all", *CRITERIA[:4])
            found = tuple(getattr(result, name)[draw, pair] for name in names)
            assert found == pytest.approx(expected)
            checked += expected[0]
    assert checked > 20


def linked_inputs(scenario: Scenario, request: Request, runs: OptionRuns) -> CommandInputs:
    """Return the inputs with who joins and what they send, as the chain links them."""
    draws = draw_block(
        scenario, request.option, seed=request.seed, block=0, n=request.draws, fixed=request.fixed
    )
    links = levels_link(scenario, runs.consent) | sent_link(runs.forces)
    return Command().inputs(scenario.in_key_order, draws.with_links(links))


class TestResult:
    def test_a_chain_stands_for_the_lead_that_fields_all_and_is_accepted_most(
        self, paris: Scenario
    ) -> None:
        result = command(paris, free=False, draws=300)
        for place, chain in enumerate(result.chains):
            pairs = result.pairs_of(chain)
            for draw in range(300):
                able = [p for p in pairs if result.is_there[draw, p]]
                best = min(
                    able,
                    key=lambda p: (
                        not result.fields_all[draw, p],
                        -result.acceptance_share[draw, p],
                        -result.interoperability_share[draw, p],
                    ),
                    default=-1,
                )
                assert result.chosen[draw, place] == best

    def test_criteria_keep_their_bounds(self, paris: Scenario) -> None:
        result = command(paris, free=False, draws=300)
        for name in ("headquarters_share", "acceptance_share", "interoperability_share"):
            values = getattr(result, name)
            assert ((values >= 0) & (values <= 1 + 1e-12)).all()
        assert (result.filled_months <= 24).all()
        assert (result.own_months <= 24).all()
        assert ((result.headquarters_share == 1) == result.fields_all).all()
        assert not result.fields_all[~result.is_there].any()
        assert not result.capacity_share[~result.is_there].any()

    def test_outcomes_are_those_declared_and_end_in_their_unit(self, league: Scenario) -> None:
        found = command(league, draws=20).outcomes()
        assert [outcome.name for outcome in Command.follows] == list(found)
        assert {values.shape for values in found.values()} == {(20,)}
        assert not any(found[f"eu_{name}"].any() for name in CRITERIA)
        for table in command(league, draws=20).tables().values():
            numeric = [n for n, kind in table.schema.items() if kind.is_numeric()]
            assert {n for n in numeric if suffix_of(n) not in SUFFIXES} == set()

    def test_where_nothing_is_asked_all_is_met(self, league: Scenario) -> None:
        result = command(league, option="air-sea-backed", draws=10)
        found = {name: set(values.tolist()) for name, values in result.outcomes().items()}
        assert found["nato_filled_months"] == {24}
        assert found["eu_handovers_count"] == {0}
        assert found["coalition_capacity_share"] == {1}
        assert result.fields("coalition").all()
        assert result.option_table().is_empty()
        assert result.headquarters_table().height == len(league.headquarters)

    def test_rows_of_leads_are_over_the_futures_in_which_they_lead(self, paris: Scenario) -> None:
        result = command(paris, free=False, draws=300)
        table = result.option_table()
        for chain in result.chains:
            rows = table.filter(chain=chain)
            assert rows["lead"][0] == ""
            assert sorted(rows["lead"][1:]) == sorted(
                result.lead_titles[result.pairs[p][1]] for p in result.pairs_of(chain)
            )
            assert (rows["lead_prob"][1:] <= rows["lead_prob"][0] + 1e-12).all()
        pair = result.pairs.index((result.chains.index("eu"), result.leads.index(("FRA",))))
        row = table.filter(chain="eu", lead="FRA").row(0, named=True)
        there = result.is_there[:, pair]
        assert row["lead_prob"] == there.mean()
        values = result.acceptance_share[there, pair]
        assert row["acceptance_share"] == np.median(values)
        assert row["acceptance_share_low"] == np.quantile(values, 0.05)

    def test_a_chain_is_open_as_the_guarantor_consents(self, league: Scenario) -> None:
        def open_prob(changes: Mapping[str, Any]) -> dict[str, Any]:
            table = command(league, changes).option_table().filter(lead="")
            return dict(table.select("chain", "open_prob").iter_rows())

        blessing = "options/rear-8k-backed/us_blessing"
        assert open_prob({blessing: 1}) == {"nato": 1, "coalition": 1}
        assert open_prob({blessing: 0}) == {"nato": 0, "coalition": 1}

    def test_headquarters_say_who_accepts_them_in_the_chain_of_the_option(
        self, league: Scenario
    ) -> None:
        rows = {r["headquarters"]: r for r in command(league).headquarters_table().to_dicts()}
        assert rows["cst-corps"]["accepted_by"] == "ALD;ELM"
        assert rows["cst-corps"]["acceptance_share"] == pytest.approx(3 / 5)
        assert rows["pact-brigade"]["is_asked_for"] is False
        assert rows["pact-brigade"]["there_prob"] is None
        in_body = {"options/rear-8k-backed/command": "nato"}
        rows = {
            r["headquarters"]: r for r in command(league, in_body).headquarters_table().to_dicts()
        }
        assert rows["cst-corps"]["accepted_by"] == "ALD;BRK;ELM"

    def test_acceptance_names_the_formation_that_it_comes_from(self, league: Scenario) -> None:
        table = command(league).acceptance_table()
        row = table.filter(lead="CST", delegation="ELM").row(0, named=True)
        assert (row["formation"], row["strength_share"]) == ("league-corps", 0.5)
        assert (row["serves_prob"], row["accepts_in"], row["join_prob"]) == (1, "", 1)
        row = table.filter(lead="CST", delegation="BRK").row(0, named=True)
        assert (row["formation"], row["serves_prob"], row["accepts_in"]) == ("", 0, "nato")


class TestRefusals:
    @pytest.mark.parametrize("table", Command.needs)
    def test_a_table_that_is_missing_is_named(self, league: Scenario, table: str) -> None:
        fields = {name: getattr(league, name) for name in Scenario.model_fields}
        bare = Scenario.model_construct(**{**fields, table: ()})
        with pytest.raises(MissingDataError, match=rf"{table}\.csv"):
            run(bare, Command())

    def test_a_strength_that_is_no_share_is_refused(self, league: Scenario) -> None:
        with pytest.raises(SettingsError, match="least_acceptance_share"):
            run(league, Command(least_acceptance_share=1.5))

    def test_nobody_serves_where_all_is_asked_for_but_those_who_lead(
        self, league: Scenario
    ) -> None:
        strict = run(league, Command(least_acceptance_share=1.0, least_futures=8), set=ALL_FREE)
        assert at(strict.result, "coalition", "CST")["acceptance_share"] == 1 / 5
