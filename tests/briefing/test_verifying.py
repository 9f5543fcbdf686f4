"""A saved brief comes out the same to the last bit, and whatever does not is found."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.briefing import Brief, ask, verifying
from foedus.briefing.saving import open_saved
from foedus.briefing.verifying import (
    Verification,
    bits_of,
    compare_documents,
    differ,
    kinship,
    numbers_in,
    refuse_disagreement,
    unlike_values,
    verify,
)
from foedus.engines import Consent, SustainedForce
from foedus.engines.arrays import FloatArray
from foedus.errors import SettingsError
from foedus.provenance import Identity
from foedus.runs import RunRecord, run
from foedus.scenario import Scenario
from foedus.scenario.folders import MANIFEST_FILE, read_manifest, write_manifest

Briefed = Callable[..., Brief]

CELLS = {"options/rear-8k-backed/us_backing_prob": "0.25", "engines/consent/drift_score": 4}


@pytest.fixture(scope="module")
def whole(briefed: Briefed) -> Brief:
    return briefed(draws=40, seed=5, set=CELLS, plan=True)


@pytest.fixture(scope="module")
def made(minimal: Scenario) -> Brief:
    """Return a brief of one answer, which is made again sooner than one of all."""
    return ask(minimal, "size", draws=40, seed=5, set=CELLS, plan=False)


@pytest.fixture(scope="module")
def kept(made: Brief, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "saved"
    made.save(folder)
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept, tmp_path / "saved")


def reseal(folder: Path, **changed: Any) -> None:
    """Give a changed folder a manifest that fits."""
    content = read_manifest(folder)
    (folder / MANIFEST_FILE).unlink()
    bare = {name: value for name, value in content.items() if name not in ("format", "files")}
    write_manifest(folder, {**bare, **changed})


def nudge(folder: Path, run_id: str, outcome: str, draw: int, value: float) -> None:
    """Change one outcome in one draw, and give the folder a manifest that fits."""
    path = folder / "outcomes" / f"{run_id}.parquet"
    table = pl.read_parquet(path)
    values = table[outcome].to_numpy().copy()
    values[draw] = value
    table.with_columns(pl.Series(outcome, values)).write_parquet(path)
    reseal(folder)


def elsewhere(folder: Path) -> None:
    """Make it look as if the folder had been saved with another numpy."""
    circumstance = read_manifest(folder)["circumstance"]
    circumstance["libraries"]["numpy"] = "1.0"
    reseal(folder, circumstance=circumstance)


class TestBrief:
    def test_it_comes_out_the_same_to_the_last_bit(self, whole: Brief, tmp_path: Path) -> None:
        kept = tmp_path / "whole"
        whole.save(kept)
        before = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
        told: list[float] = []
        found = verify(kept, progress=lambda _, share: told.append(share))
        assert found.is_identical
        assert found.agrees
        assert (found.outcomes, found.document, found.changed) == ((), (), ())
        assert found.runs_count == len(whole.runs)
        assert found.answers_count == len(whole.answers)
        drawn = sum(v.size for record in whole.runs.values() for v in record.outcomes.values())
        assert found.numbers_count > drawn > 1000
        assert {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()} == before
        assert told == sorted(told)
        assert told[-1] == 1.0

    def test_a_strict_brief_and_a_single_answer_come_out_the_same(
        self, minimal: Scenario, briefed: Briefed, tmp_path: Path
    ) -> None:
        briefed(strict=True).save(tmp_path / "strict")
        ask(minimal, "consent", option="rear-8k-alone", draws=30).save(tmp_path / "asked")
        assert verify(tmp_path / "strict").is_identical
        found = verify(tmp_path / "asked")
        assert found.is_identical
        assert (found.answers_count, found.option) == (1, "rear-8k-alone")

    def test_one_bit_of_one_outcome_is_found(self, made: Brief, folder: Path) -> None:
        run_id, record = next(
            item
            for item in made.runs.items()
            if item[1].outcomes.get("joiners_count", np.zeros(0)).size == 40
        )
        old = float(record.outcomes["joiners_count"][17])
        new = float(np.nextafter(old, np.inf))
        nudge(folder, run_id, "joiners_count", 17, new)
        found = verify(folder)
        assert not found.agrees
        (difference,) = found.outcomes
        assert (difference.run, difference.outcome) == (run_id, "joiners_count")
        assert (difference.first_draw, difference.draws_count) == (17, 1)
        assert difference.largest_difference == pytest.approx(new - old)
        assert found.bits_differ_count == 1

    def test_a_number_of_an_answer_is_found(self, folder: Path) -> None:
        path = folder / "brief.json"
        value = open_saved(folder).document["answers"][0]["value"]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(repr(value), repr(value + 1), 1), encoding="utf-8")
        reseal(folder)
        found = verify(folder)
        assert found.document
        first = found.document[0]
        assert (first.answer, first.place) == ("size", "answers/size/value")
        assert first.saved == first.repeated + 1
        assert found.outcomes == ()

    def test_another_seed_under_a_new_seal_is_found(self, folder: Path) -> None:
        reseal(folder, seed=6)
        found = verify(folder)
        assert {d.says for d in found.outcomes} == {
            "the brief as it is repeated makes no such run",
            "the saved brief has no such run",
        }

    def test_a_changed_file_is_refused_before_anything_is_repeated(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def never(*_: object, **__: object) -> None:
            raise AssertionError("it was repeated")

        for name in ("ask", "brief"):
            monkeypatch.setattr(verifying, name, never)
        units = folder / "scenario" / "units.csv"
        units.write_text(units.read_text("utf-8").replace(",2,", ",3,", 1), encoding="utf-8")
        with pytest.raises(SettingsError, match=r"units\.csv: it was changed"):
            verify(folder)


class TestElsewhere:
    def test_a_billionth_is_let_pass_and_told(self, made: Brief, folder: Path) -> None:
        run_id, record = next(
            item for item in made.runs.items() if "balanced_persons" in item[1].outcomes
        )
        values = record.outcomes["balanced_persons"]
        draw = int(np.argmax(values))
        nudge(folder, run_id, "balanced_persons", draw, values[draw] * (1 + 1e-12))
        elsewhere(folder)
        found = verify(folder)
        assert found.agrees
        assert not found.is_identical
        assert found.bits_differ_count == 1
        assert [(change.what, change.saved) for change in found.changed] == [("numpy", "1.0")]

    def test_a_millionth_is_not(self, made: Brief, folder: Path) -> None:
        run_id, record = next(
            item for item in made.runs.items() if "balanced_persons" in item[1].outcomes
        )
        values = record.outcomes["balanced_persons"]
        draw = int(np.argmax(values))
        nudge(folder, run_id, "balanced_persons", draw, values[draw] * (1 + 1e-6))
        elsewhere(folder)
        found = verify(folder)
        assert [difference.first_draw for difference in found.outcomes] == [draw]

    def test_another_version_of_foedus_is_compared_by_what_ran(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ids of runs and of those that fed them change with the version, numbers need not."""
        for place in ("briefing.verifying", "briefing.saving", "briefing.brief", "runs"):
            module = import_module(f"foedus.{place}")  # a function hides one of their names
            monkeypatch.setattr(module, "foedus_version", lambda: "99.0")
        found = verify(folder)
        assert found.agrees
        assert found.bits_differ_count == 0
        assert [change.what for change in found.changed] == ["foedus"]


class TestRun:
    def test_a_run_saved_with_its_scenario_is_repeated(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        engine = SustainedForce(overlap_months=1.0)
        cells = {"options/*/duration_months": "12", "options/*/decision_date": "2031"}
        made = run(minimal, engine, option="rear-8k-alone", draws=50, seed=3, set=cells)
        made.save(tmp_path / "run", minimal)
        found = verify(tmp_path / "run")
        assert found.is_identical
        assert not found.is_brief
        assert (found.runs_count, found.answers_count) == (1, 0)
        assert found.outcomes_count == len(made.result.outcomes())
        assert found.numbers_count == 50 * found.outcomes_count

    def test_a_changed_outcome_of_a_run_is_found(self, minimal: Scenario, tmp_path: Path) -> None:
        made = run(minimal, Consent(), draws=20)
        made.save(tmp_path / "run", minimal)
        nudge(tmp_path / "run", made.run_id, "joiners_count", 3, np.nan)
        (difference,) = verify(tmp_path / "run").outcomes
        assert (difference.first_draw, difference.largest_difference) == (3, None)
        assert "not a number on one side" in difference.says

    def test_without_its_scenario_it_cannot_be(self, minimal: Scenario, tmp_path: Path) -> None:
        run(minimal, Consent()).save(tmp_path / "run")
        with pytest.raises(SettingsError, match=r"Save it with run\.save\(folder, scenario\)"):
            verify(tmp_path / "run")


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


class TestComparing:
    @given(st.lists(NUMBERS, min_size=1, max_size=20), st.sampled_from([0.0, 1e-9]))
    def test_a_number_never_differs_from_itself(self, values: list[float], slack: float) -> None:
        one = np.array(values)
        assert not differ(one, one.copy(), slack).any()

    @given(NUMBERS, NUMBERS)
    def test_any_other_bit_differs_where_nothing_is_let_pass(self, a: float, b: float) -> None:
        one, other = np.array([a]), np.array([b])
        assert differ(one, other, 0.0)[0] == (one.tobytes() != other.tobytes())

    @given(NUMBERS, NUMBERS)
    def test_slack_is_by_the_larger_one_whatever_the_side(self, a: float, b: float) -> None:
        one, other = np.array([a]), np.array([b])
        found = bool(differ(one, other, 1e-9)[0])
        assert found == bool(differ(other, one, 1e-9)[0])
        if np.isfinite(a) and np.isfinite(b):
            assert found == (abs(a - b) > 1e-9 * max(abs(a), abs(b)))
        else:
            assert found != (a == b or (np.isnan(a) and np.isnan(b)))

    def test_bits_tell_zeros_apart(self) -> None:
        values: FloatArray = np.array([0.0, -0.0])
        assert bits_of(values).tolist() == [0, 1 << 63]

    @pytest.mark.parametrize(
        ("one", "other", "place"),
        [
            ({"a": 1}, {"a": 2}, "a"),
            ({"a": 1}, {}, "a"),
            ({"a": [1, 2]}, {"a": [1]}, "a"),
            ({"a": [{"id": "size", "v": 0.1}]}, {"a": [{"id": "size", "v": 0.2}]}, "a/size/v"),
            ({"a": [[0], [1]]}, {"a": [[0], [2]]}, "a/1/0"),
            ({"a": True}, {"a": 1}, "a"),
            ({"a": None}, {"a": 0.0}, "a"),
            ({"a": "x"}, {"a": "y"}, "a"),
        ],
    )
    def test_the_place_of_a_difference_is_its_path(self, one: Any, other: Any, place: str) -> None:
        assert ["/".join(path) for path, _, _ in unlike_values(one, other, ())] == [place]
        assert list(unlike_values(one, one, ())) == []

    def test_differences_lie_in_an_answer_the_options_or_the_brief(self) -> None:
        def document(value: float) -> Mapping[str, Any]:
            return {
                "answers": [{"id": "size", "value": value}],
                "options": [{"option": "a", "x_count": value}],
                "warnings": [str(value)],
            }

        found, bits = compare_documents(document(1.0), document(2.0), 0.0)
        assert [each.answer for each in found] == ["size", "options", "brief"]
        assert bits == 2

    def test_numbers_are_counted(self, whole: Brief) -> None:
        assert numbers_in({"a": [1, 2.5, None, True, "3"], "b": {"c": -0.0}}) == 3
        assert numbers_in(whole.to_json()) > 500

    def test_a_run_keeps_its_key_in_another_version(self, whole: Brief) -> None:
        mine = {key: record.provenance.identity for key, record in whole.runs.items()}
        renamed = {key: f"{key[::-1]}" for key in mine}
        theirs = {
            renamed[key]: replace(
                identity,
                foedus="99.0",
                scenario="other",
                fed_by=tuple(renamed.get(feeder, feeder) for feeder in identity.fed_by),
            )
            for key, identity in mine.items()
        }
        keys = kinship(mine)
        assert list(kinship(theirs).values()) == list(keys.values())
        assert len(set(keys.values())) == len(keys)


class TestDisagreement:
    @staticmethod
    def found(made: Mapping[str, RunRecord], **changed: Any) -> Verification:
        run_id = next(iter(made))
        identity: Identity = made[run_id].provenance.identity
        difference = verifying.one_sided(run_id, identity, "", "gone")
        return Verification(
            is_brief=True,
            scenario="minimal",
            option="a",
            saved_by="0.0.9",
            saved_utc="2025-02-17T00:00:00+00:00",
            runs_count=1,
            outcomes_count=1,
            numbers_count=1,
            answers_count=1,
            bits_differ_count=0,
            outcomes=(difference,),
            document=(),
            **{"changed": (), **changed},
        )

    @pytest.mark.parametrize(
        ("what", "says"),
        [
            ((), "on the platform and the versions that it was saved on"),
            (("numpy",), "more than another platform explains"),
            (("foedus", "numpy"), "saved by foedus 0.0.9: install that version"),
        ],
    )
    def test_the_fault_says_what_to_do(self, what: tuple[str, ...], says: str, made: Brief) -> None:
        changed = tuple(verifying.Changed(name, "1", "2") for name in what)
        with pytest.raises(SettingsError, match=says):
            refuse_disagreement(self.found(made.runs, changed=changed))

    def test_what_agrees_is_no_fault(self, made: Brief) -> None:
        refuse_disagreement(replace(self.found(made.runs), outcomes=()))
