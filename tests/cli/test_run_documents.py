"""The document of a run says what its shape promises."""

import numpy as np

import foedus
from foedus.cli.run_documents import run_document


def test_a_point_has_no_interval() -> None:
    minimal = foedus.load("minimal")
    run = foedus.run(minimal, foedus.SustainedForce())
    document = run_document(minimal, run, ["invented", "assumed"], ["mind"])
    assert set(document["outcomes_low"].values()) == {None}
    assert document["outcomes"]["gross_persons"] == run.result.outcomes()["gross_persons"][0]
    assert [source["source"] for source in document["sources"]] == ["invented"]


def test_outcomes_are_medians_between_the_ends_of_their_ranges() -> None:
    minimal = foedus.load("minimal")
    run = foedus.run(minimal, foedus.Consent(), draws=300, seed=4)
    document = run_document(minimal, run, [], [])
    for name, values in run.result.outcomes().items():
        low, middle, high = (document[f"outcomes{end}"][name] for end in ("_low", "", "_high"))
        assert low <= middle == np.median(values) <= high
    assert document["run"] == run.run_id
    assert document["seed"] == 4
    assert document["draws"] == 300
