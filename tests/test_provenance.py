"""A run's id follows from what decided its numbers, and names nobody and no place."""

import json
import platform
import socket
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

import foedus
from foedus.provenance import (
    LIBRARIES,
    Circumstance,
    Identity,
    Provenance,
    foedus_version,
    library_versions,
    processor,
)

IDENTITY = Identity(
    foedus="0.1.0",
    engine="consent",
    settings={"drift_score": 8.0, "peace_topic": "troops"},
    scenario="ab" * 32,
    option="rear",
    set={"options/rear/us_backing_prob": 0.5},
    seed=7,
    draws=100,
)
OTHERS: Mapping[str, Any] = {
    "foedus": "0.2.0",
    "engine": "forces",
    "settings": {"drift_score": 8.5, "peace_topic": "troops"},
    "scenario": "ac" * 32,
    "option": "line",
    "set": {"options/rear/us_backing_prob": 0.6},
    "seed": 8,
    "draws": 101,
    "held": ("drift_score",),
    "fed_by": ("0123456789ab",),
}
CIRCUMSTANCE = Circumstance("2030-01-01T00:00:00+00:00", 1.0, "3.11", "Linux", {})


def test_an_id_is_twelve_hexadecimal_digits_and_the_same_anywhere() -> None:
    assert IDENTITY.run_id == replace(IDENTITY).run_id
    assert len(IDENTITY.run_id) == 12
    int(IDENTITY.run_id, 16)


@pytest.mark.parametrize("name", [about.name for about in fields(Identity)])
def test_every_part_of_the_identity_counts(name: str) -> None:
    assert replace(IDENTITY, **{name: OTHERS[name]}).run_id != IDENTITY.run_id


def test_the_order_in_which_settings_were_written_does_not_count() -> None:
    turned = dict(reversed(list(IDENTITY.settings.items())))
    assert list(turned) != list(IDENTITY.settings)
    assert replace(IDENTITY, settings=turned).run_id == IDENTITY.run_id


def test_a_day_among_the_settings_is_no_hindrance() -> None:
    one = replace(IDENTITY, set={"options/rear/decision_date": date(2030, 1, 1)})
    other = replace(IDENTITY, set={"options/rear/decision_date": date(2030, 1, 2)})
    assert one.run_id != other.run_id


def test_circumstance_does_not_count() -> None:
    one, other = Provenance(IDENTITY, CIRCUMSTANCE), Provenance(IDENTITY, Circumstance.now(2.0))
    assert one.run_id == other.run_id == IDENTITY.run_id
    assert one == other


def test_circumstance_says_when_and_on_what() -> None:
    now = Circumstance.now(1.23456)
    when = datetime.fromisoformat(now.utc)
    assert when.tzinfo == UTC
    assert abs((datetime.now(UTC) - when).total_seconds()) < 60
    assert now.seconds == 1.235
    assert now.python == platform.python_version()
    assert set(now.libraries) == set(LIBRARIES) == set(library_versions())


def test_the_kind_of_processor_is_a_word_and_names_no_machine() -> None:
    assert processor() == processor()
    assert processor().strip()
    assert platform.node() not in processor()


def test_no_user_host_or_path_is_recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = "anna-who-runs-it"
    for name in ("USER", "LOGNAME", "USERNAME", "HOME", "HOSTNAME", "PWD"):
        monkeypatch.setenv(name, f"/{secret}")
    monkeypatch.setattr(platform, "node", lambda: secret)
    monkeypatch.setattr(socket, "gethostname", lambda: secret)
    folder = tmp_path / secret / "summit"
    foedus.save(foedus.load("minimal"), folder)
    monkeypatch.chdir(folder)
    run = foedus.run(foedus.load(folder), foedus.SustainedForce(), seed=1)
    run.save(tmp_path / "saved")
    text = (tmp_path / "saved" / "provenance.json").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json.dumps(asdict(run.provenance), default=str))
    assert secret not in text
    assert str(tmp_path) not in text
    assert str(Path(foedus.__file__).parent) not in text


def test_the_version_is_recorded_even_where_nothing_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    assert foedus_version()
    monkeypatch.setattr("foedus.provenance.version", missing)
    assert foedus_version.__wrapped__() == "0+unknown"
