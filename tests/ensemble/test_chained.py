"""The chain of a block: the numbers of ordinary runs, whatever is asked for beside them."""

from typing import Any

import numpy as np
import pytest
from tests.shipped import load

from foedus.chain import run_bargaining, run_guarantee, run_option, run_spending, without_guarantor
from foedus.ensemble.chained import AT_LEAST, OUTCOMES, READ_BY_CHAIN, chained
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import Request, Run, make_request
from foedus.scenario.draws import Draws, draw_block
from foedus.scenario.scenario import Scenario

N = 60
QUICK_BARGAINING = {
    f"engines/bargaining/{name}": 1
    for name in ("challenge_draws_most", "spatial_draws_most", "exchange_draws_most")
}


def block_of(scenario: Scenario, request: Request, n: int = N, block: int = 0) -> Draws:
    return draw_block(
        scenario, request.option, seed=request.seed, block=block, n=n, fixed=request.fixed
    )


@pytest.fixture(scope="module")
def minimal() -> Scenario:
    return load("minimal")


@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_the_outcomes_are_those_of_ordinary_runs_to_the_last_bit(name: str) -> None:
    scenario = load(name)
    request = make_request(scenario, draws=N, seed=5, set=QUICK_BARGAINING)
    runs = run_option(scenario, request)
    alone = run_option(scenario, without_guarantor(scenario, request))
    results: list[Run[Any]] = [
        *(runs.consent, runs.forces, run_spending(scenario, request, runs.forces)),
        *(run_bargaining(scenario, request), run_guarantee(scenario, request, runs, alone)),
    ]
    ordinary = {
        f"{run.provenance.identity.engine}/{outcome}": values
        for run in results
        for outcome, values in run.result.outcomes().items()
    }
    found = chained(scenario, request, block_of(scenario, request), block=0)
    own = {f"forces/{outcome}" for outcome in AT_LEAST}
    assert own < found.keys() <= ordinary.keys() | own
    assert {outcome.split("/")[0] for outcome in found} == {
        run.provenance.identity.engine for run in results
    }
    for outcome in found.keys() - own:
        assert np.array_equal(found[outcome], ordinary[outcome]), outcome
    for outcome, size in AT_LEAST.items():
        is_so = ordinary["forces/balanced_persons"] >= size
        assert np.array_equal(found[f"forces/{outcome}"], is_so.astype(float))


def test_every_outcome_has_a_title(minimal: Scenario) -> None:
    request = make_request(minimal, draws=N)
    assert chained(minimal, request, block_of(minimal, request), block=0).keys() <= OUTCOMES.keys()


def test_what_is_not_asked_for_is_left_out_and_changes_nothing(minimal: Scenario) -> None:
    request = make_request(minimal, draws=N, seed=1)
    draws = block_of(minimal, request)
    whole = chained(minimal, request, draws, block=0)
    for engine in ("consent", "forces", "spending", "bargaining", "deterrence"):
        part = chained(minimal, request, draws, block=0, engines=[engine])
        assert part.keys() == {name for name in whole if name.startswith(f"{engine}/")}
        assert all(np.array_equal(part[name], whole[name]) for name in part)


def test_cells_and_chance_are_changed_one_without_the_other(minimal: Scenario) -> None:
    request = make_request(minimal, draws=N, seed=1)
    first, second = (block_of(minimal, request, block=block) for block in (0, 1))
    whole = chained(minimal, request, first, block=0)
    held = chained(minimal, request, second, block=1, chance_block=0)
    other = chained(minimal, request, first, block=0, chance_block=1)
    again = chained(minimal, request, first, block=7, chance_block=0)
    full = "spending/full_force_usd_bn"  # hangs on no chance but that of cells
    assert np.array_equal(whole[full], other[full])
    assert not np.array_equal(whole[full], held[full])
    assert not np.array_equal(whole["consent/joiners_count"], other["consent/joiners_count"])
    assert all(np.array_equal(whole[name], again[name]) for name in whole)


def test_what_is_set_holds(minimal: Scenario) -> None:
    nobody = {f"consent/{code}/level": 0 for code in minimal.of_role("contributor")}
    request = make_request(minimal, draws=N, set=nobody)
    found = chained(minimal, request, block_of(minimal, request), block=0)
    assert not found["consent/joiners_count"].any()
    assert not found["forces/balanced_persons"].any()
    assert not found["spending/force_usd_bn"].any()


def test_no_other_tables_are_read_than_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    column, setting = Draws.settled, Draws.setting

    def watched_column(self: Draws, scenario: Scenario, table: str, name: str) -> Any:
        read.add(table)
        return column(self, scenario, table, name)

    def watched_setting(self: Draws, engine: str, name: str, value: float) -> Any:
        read.add("engines")
        return setting(self, engine, name, value)

    monkeypatch.setattr(Draws, "settled", watched_column)
    monkeypatch.setattr(Draws, "setting", watched_setting)
    for scenario in map(load, ("minimal", "paris-2025")):
        for option in scenario.options[:3]:
            request = make_request(scenario, option=option.option, draws=2)
            chained(scenario, request, block_of(scenario, request, 2), block=0)
    assert read == READ_BY_CHAIN


def test_an_engine_without_its_tables_is_left_out(minimal: Scenario) -> None:
    less = minimal.replace(disputes=(), base_rates=())
    request = make_request(less, draws=N)
    found = chained(less, request, block_of(less, request), block=0)
    assert {name.split("/")[0] for name in found} == {
        *("consent", "forces", "spending", "bargaining")
    }
    with pytest.raises(MissingDataError, match="deterrence"):
        chained(less, request, block_of(less, request), block=0, engines=["deterrence"])


def test_without_a_force_there_is_no_chain(minimal: Scenario) -> None:
    less = minimal.replace(stances=())
    request = make_request(less, draws=N)
    with pytest.raises(MissingDataError, match=r"stances\.csv"):
        chained(less, request, block_of(less, request), block=0)


def test_an_engine_that_is_not_in_the_chain_is_refused(minimal: Scenario) -> None:
    request = make_request(minimal, draws=N)
    with pytest.raises(SettingsError, match="no engine 'brokerage'"):
        chained(minimal, request, block_of(minimal, request), block=0, engines=["brokerage"])
