"""The chain as a model: ordinary numbers, events of the same draws, names of outcomes."""

import numpy as np
import pytest
from tests.shipped import load

from foedus.chain import run_option
from foedus.ensemble.chain_model import ChainModel, followed_outcomes, outcome_named
from foedus.ensemble.sampled import sampled_cells
from foedus.ensemble.sensitivity import decompose, ordinary
from foedus.errors import SettingsError
from foedus.runs import make_request

MINIMAL = load("minimal")
REQUEST = make_request(MINIMAL, draws=60, seed=2)
CELLS = sampled_cells(MINIMAL, REQUEST)
MODEL = ChainModel(MINIMAL, REQUEST, ("consent", "forces"))


def test_outcomes_and_events_are_those_of_an_ordinary_run() -> None:
    draws, outcomes = ordinary(CELLS, MODEL, seed=2, draws=60)
    runs = run_option(MINIMAL, REQUEST)
    for run in (runs.consent, runs.forces):
        prefix = f"{run.provenance.identity.engine}/"
        ordinary_run = {prefix + name: v for name, v in run.result.outcomes().items()}
        followed = [name for name in outcomes if name in ordinary_run]
        assert len(followed) >= 3
        assert all(np.array_equal(outcomes[name], ordinary_run[name]) for name in followed)
    events = MODEL.events(draws, block=0)
    consent = runs.consent.result
    assert np.array_equal(events["consent/backing"], consent.backing)
    for place, code in enumerate(consent.codes):
        assert np.array_equal(events[f"consent/{code}/level"], consent.joins[:, place])


def test_chance_can_be_changed_while_cells_stay() -> None:
    draws, outcomes = ordinary(CELLS, MODEL, seed=2, draws=60)
    name = "consent/joiners_count"
    assert np.array_equal(MODEL(draws, block=0, chance_block=0)[name], outcomes[name])
    assert not np.array_equal(MODEL(draws, block=0, chance_block=5)[name], outcomes[name])


def test_the_whole_chain_can_be_decomposed() -> None:
    found = decompose(CELLS, MODEL, ["forces/balanced_persons"], seed=2, draws=40, resamples=5)
    table = found.table("forces/balanced_persons")
    assert "chance" in table["factor"].to_list()
    assert sum(len(factor.cells) for factor in found.factors) == len(CELLS.cells)


def test_every_outcome_of_the_chain_has_a_title() -> None:
    found = ChainModel(MINIMAL, REQUEST).chain.follows
    known = followed_outcomes()
    names = {f"{engine}/{outcome}" for engine, outcomes in found.items() for outcome in outcomes}
    assert names <= known.keys()


def test_an_outcome_may_be_named_without_its_engine() -> None:
    name, about = outcome_named("deterred_prob")
    assert (name, about.title) == ("deterrence/deterred_prob", "Deterred")
    assert outcome_named(name) == (name, about)
    assert outcome_named("at_least_30000_prob")[1].more_is_better
    with pytest.raises(SettingsError, match="no outcome 'detered_prob'"):
        outcome_named("detered_prob")
