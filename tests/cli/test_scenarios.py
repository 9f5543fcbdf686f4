"""`foedus scenarios` lists what comes with foedus."""

import json
from collections.abc import Callable

from click.testing import Result

from foedus.scenario import load, shipped

Foedus = Callable[..., Result]


def test_every_shipped_scenario_is_listed_with_its_counts(foedus: Foedus) -> None:
    outcome = foedus("scenarios")
    assert outcome.exit_code == 0
    for name in shipped():
        row = next(line for line in outcome.stdout.splitlines() if line.split()[:1] == [name])
        scenario = load(name)
        assert scenario.about.title in row
        assert scenario.about.date.isoformat() in row
        assert row.split()[-3] == str(len(scenario.options))


def test_the_document_lists_the_same(foedus: Foedus) -> None:
    outcome = foedus("scenarios", "--json")
    found = json.loads(outcome.stdout)["scenarios"]
    assert [about["name"] for about in found] == list(shipped())
    assert [about["digest"] for about in found] == [load(name).digest for name in shipped()]
    assert {about["name"]: about["invented"] for about in found}["minimal"] is True
    assert outcome.stderr == ""
