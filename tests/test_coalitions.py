"""Options that put the same choice to governments share the futures of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
import pytest
from tests.shipped import load

from foedus import coalitions
from foedus.coalitions import READ_BY_CONSENT, Coalitions
from foedus.engines import Consent
from foedus.errors import MissingDataError
from foedus.runs import Request, make_request, run_request
from foedus.scenario.draws import Draws, draw_block
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import Uncertainty

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")


class Watched(Draws):
    """Draws that note which columns of the option are read."""

    read: set[str] = set()  # noqa: RUF012 - one set for the whole test

    def of_option(self, scenario: Scenario, column: str) -> Any:
        self.read.add(column)
        return super().of_option(scenario, column)

    def number_of_option(self, scenario: Scenario, column: str) -> Any:
        self.read.add(column)
        return super().number_of_option(scenario, column)

    def numbers(self, scenario: Scenario, table: str, column: str) -> Any:
        assert table != "options" or column in self.read
        return super().numbers(scenario, table, column)

    def values(self, scenario: Scenario, table: str, column: str) -> list[Any]:
        assert table != "options" or column in self.read
        return super().values(scenario, table, column)


@pytest.mark.parametrize("scenario", [MINIMAL, PARIS])
def test_consent_reads_these_columns_of_an_option_and_no_other(scenario: Scenario) -> None:
    for option in scenario.options:
        drawn = draw_block(scenario, option.option, seed=1, block=0, n=5, fixed={})
        Watched.read.clear()
        watched = Watched(**{about.name: getattr(drawn, about.name) for about in fields(drawn)})
        inputs = Consent().inputs(scenario, watched)
        assert Watched.read == set(READ_BY_CONSENT)
        # Nothing is read past the draws: with all other columns alike, all inputs are.
        rows = tuple(
            option.model_copy(
                update={name: getattr(row, name) for name in ("option", *Watched.read)}
            )
            for row in scenario.options
        )
        alike = Consent().inputs(scenario.model_copy(update={"options": rows}), watched)
        for about in fields(inputs):
            np.testing.assert_equal(getattr(alike, about.name), getattr(inputs, about.name))


def asked(scenario: Scenario, option: str, **settings: Any) -> Request:
    return make_request(scenario, option=option, draws=30, seed=4, set=settings)


@pytest.mark.parametrize("scenario", [MINIMAL, PARIS])
def test_who_joins_and_the_record_are_those_of_a_run_by_itself(scenario: Scenario) -> None:
    shared = Coalitions(scenario)
    for option in scenario.options:
        request = asked(scenario, option.option)
        found, alone = shared.of(request), run_request(scenario, Consent(), request)
        assert found.provenance == alone.provenance
        assert found.run_id == alone.run_id
        for about in fields(alone.result):
            values = getattr(found.result, about.name)
            if isinstance(values, np.ndarray):
                np.testing.assert_array_equal(values, getattr(alone.result, about.name))


def test_options_that_agree_share_futures_and_others_do_not() -> None:
    shared = Coalitions(PARIS)
    found = {row.option: shared.of(asked(PARIS, row.option)) for row in PARIS.options}
    small, large = found["tripwire-10k-us"], found["rear-100k-us"]
    assert small.result is large.result
    assert small.run_id != large.run_id
    assert small.provenance.identity.option == "tripwire-10k-us"
    for other in ("rear-100k-alone", "line-100k-us", "air-sea-us", "reserve-30k-us"):
        assert found[other].result is not large.result
    assert len({id(run.result) for run in found.values()}) == 8


def test_what_is_set_counts_for_the_option_and_for_nations() -> None:
    shared = Coalitions(PARIS)
    plain = shared.of(asked(PARIS, "rear-30k-us")).result
    refused = {
        "options/rear-30k-us/us_backing_prob": 0,
        "options/rear-30k-us/us_blessing": 0,
    }
    alone = shared.of(asked(PARIS, "rear-30k-us", **refused)).result
    assert alone is shared.of(asked(PARIS, "rear-30k-alone")).result is not plain
    elsewhere = asked(PARIS, "rear-30k-us", **{"options/line-100k-us/us_backing_prob": 0})
    assert shared.of(elsewhere).result is plain
    for cell, value in (("consent/FRA/level", 5), ("engines/consent/drift_score", 1.0)):
        assert shared.of(asked(PARIS, "rear-30k-us", **{cell: value})).result is not plain
    request = asked(PARIS, "rear-30k-us")
    for other in (replace(request, seed=5), replace(request, draws=31)):
        assert shared.of(other).result is not plain


def test_a_column_that_is_drawn_for_an_option_is_shared_with_none() -> None:
    row = Uncertainty(
        table="options",
        cell_key="rear-30k-us",
        field="us_backing_prob",
        distribution="triangular",
        low_value=0.4,
        mode_value=0.5,
        high_value=0.6,
        source=("assumed",),
    )
    unsure = PARIS.replace(uncertainties=(*PARIS.uncertainties, row))
    shared = Coalitions(unsure)
    drawn, other = (shared.of(asked(unsure, name)) for name in ("rear-30k-us", "rear-100k-us"))
    assert drawn.result is not other.result
    held = {"options/rear-30k-us/us_backing_prob": 0.5}
    assert shared.of(asked(unsure, "rear-30k-us", **held)).result is other.result


def test_threads_that_ask_at_once_have_it_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def run(scenario: Scenario, engine: Consent, request: Request) -> Any:
        played.append(request.option)
        return run_request(scenario, engine, request)

    monkeypatch.setattr(coalitions, "run_request", run)
    shared = Coalitions(PARIS)
    names = ["rear-30k-us", "rear-100k-us", "tripwire-10k-us"] * 3
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: shared.of(asked(PARIS, name)), names))
    assert len(played) == 1
    assert [run.provenance.identity.option for run in found] == names


def test_what_cannot_be_played_is_refused_to_everybody() -> None:
    shared = Coalitions(
        MINIMAL.replace(stances=(), principals=(), approvals=(), positions=(), ties=())
    )
    for _ in range(2):
        with pytest.raises(MissingDataError, match=r"consent needs stances\.csv"):
            shared.of(asked(MINIMAL, "rear-8k-backed"))
