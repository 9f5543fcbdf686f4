"""A saved brief or run done again, and compared with what was saved."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from foedus.briefing.brief import Brief
from foedus.briefing.questions import Progress, ask, brief
from foedus.briefing.saving import Saved, open_saved
from foedus.documents import plain
from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.settings import allowed, engine_of
from foedus.errors import SettingsError
from foedus.provenance import Circumstance, Identity, foedus_version, processor
from foedus.runs import RunRecord, run

TOLERANCE: Final = 1e-9
"""Relative difference that is taken for the same number on another platform."""

RUN_ID: Final = re.compile(r"\b[0-9a-f]{12}\b")

TOP: Final = "brief"
"""Where a difference lies that is in the document, but in no answer."""


@dataclass(frozen=True)
class OutcomeDifference:
    """An outcome that came out otherwise in some draws."""

    run: str
    """Id under which the run was saved."""
    engine: str
    option: str
    outcome: str
    draws_count: int
    """Draws that differ; 0 where the outcome or run itself stands on one side only."""
    first_draw: int | None
    """The first that differs, counted from 0 as the rows of the Parquet file are."""
    largest_difference: float | None
    """Largest absolute difference; None where one side has no number."""
    says: str


@dataclass(frozen=True)
class DocumentDifference:
    """A value of the JSON document that came out otherwise."""

    answer: str
    """Id of the question; `options`, or `brief` for what lies in neither."""
    place: str
    """Path to the value, parted by `/`."""
    saved: Any
    repeated: Any


@dataclass(frozen=True)
class Changed:
    """Something about the machine or the libraries that is not as it was."""

    what: str
    saved: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was compared, and what differs."""

    is_brief: bool
    """Whether a brief was repeated, rather than a run of one engine."""
    scenario: str
    option: str
    saved_by: str
    """Version of foedus that saved it."""
    saved_utc: str
    changed: tuple[Changed, ...]
    """Platform, processor and versions that are not as they were; if any, numbers that differ by
    less than `TOLERANCE` count as the same."""
    runs_count: int
    outcomes_count: int
    """Outcomes of all runs; each has a number a draw."""
    numbers_count: int
    """Numbers compared: outcomes draw by draw, and those of the document."""
    answers_count: int
    bits_differ_count: int
    """Numbers whose bits differ, by however little."""
    outcomes: tuple[OutcomeDifference, ...]
    document: tuple[DocumentDifference, ...]

    @property
    def is_identical(self) -> bool:
        """Whether everything came out the same to the last bit."""
        return self.agrees and self.bits_differ_count == 0

    @property
    def agrees(self) -> bool:
        """Whether nothing differs by more than the platform explains."""
        return not self.outcomes and not self.document

    @property
    def tolerance(self) -> float:
        """Relative difference that was let pass: 0 on the same platform and versions."""
        return TOLERANCE if self.changed else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        derived = {
            "identical": self.is_identical,
            "agrees": self.agrees,
            "tolerance_ratio": self.tolerance,
        }
        found: dict[str, Any] = plain({**derived, **asdict(self)})
        return found


def verify(folder: str | Path, *, progress: Progress | None = None) -> Verification:
    """Do a saved brief or run again from its saved scenario, and compare it bit by bit.

    Nothing is written. On the platform, processor and library versions that it was saved on, every
    bit must be the same; elsewhere numbers may differ by 1e-9 of the larger one.

    Parameters
    ----------
    folder
        As `Brief.save` or `Run.save` with a scenario wrote it.
    progress
        Called with what is being done and the share that is done.

    Raises
    ------
    SettingsError
        If the folder is no saved brief or run, lacks a file, or holds one that was changed.
    """
    saved = open_saved(folder)
    saved.refuse_changes()
    kept = {key: saved.outcomes(key) for key in saved.identities}
    again = repeated_brief(saved, progress) if saved.is_brief else None
    records = again.runs if again is not None else repeated_run(saved)
    changed = circumstances_changed(saved)
    tolerance = TOLERANCE if changed else 0.0
    found, bits = compare_runs(saved.identities, kept, records, tolerance)
    document: list[DocumentDifference] = []
    read: Mapping[str, Any] = {}
    if again is not None:
        read = saved.document
        fresh = plain(again.to_json())
        if not saved.is_of_this_version:
            read, fresh = unversioned(read), unversioned(fresh)
        document, loose_bits = compare_documents(read, fresh, tolerance)
        bits += loose_bits
    drawn = sum(values.size for outcomes in kept.values() for values in outcomes.values())
    first = next(iter(saved.identities.values()))
    return Verification(
        is_brief=saved.is_brief,
        scenario=saved.manifest["scenario"]["name"],
        option=saved.manifest["option"] if saved.is_brief else first.option,
        saved_by=saved.manifest["foedus"],
        saved_utc=saved.manifest["circumstance"]["utc"],
        changed=tuple(changed),
        runs_count=len(kept),
        outcomes_count=sum(len(outcomes) for outcomes in kept.values()),
        numbers_count=drawn + numbers_in(read),
        answers_count=len(read.get("answers", ())),
        bits_differ_count=bits,
        outcomes=tuple(found),
        document=tuple(document),
    )


def repeated_brief(saved: Saved, progress: Progress | None) -> Brief:
    """Return a saved brief done again, from its scenario and its manifest."""
    about = saved.manifest
    asked: dict[str, Any] = {name: about[name] for name in ("option", "draws", "seed", "set")}
    asked |= {"strict": about["strict"], "plan": about.get("plan", False), "progress": progress}
    if about["question"] is not None:
        return ask(saved.scenario, about["question"], **asked)
    return brief(saved.scenario, **asked)


def repeated_run(saved: Saved) -> dict[str, RunRecord]:
    """Return a saved run done again, by its id."""
    (identity,) = saved.identities.values()
    engine = engine_of(identity.engine)
    given = allowed(engine, {name: identity.settings[name] for name in identity.held})
    record = run(
        saved.scenario,
        engine(**given),
        option=identity.option,
        draws=identity.draws,
        seed=identity.seed,
        set=identity.set,
    ).record
    return {record.run_id: record}


def circumstances_changed(saved: Saved) -> list[Changed]:
    """Return what about foedus, the machine and the libraries is not as when it was saved."""
    then = saved.manifest["circumstance"]
    now = {**asdict(Circumstance.now(0.0)), "processor": processor()}
    pairs = [("foedus", saved.manifest["foedus"], foedus_version())]
    pairs += [(name, then[name], now[name]) for name in ("platform", "processor", "python")]
    for name in sorted({*then["libraries"], *now["libraries"]}):
        none = "(none)"
        pairs.append((name, then["libraries"].get(name, none), now["libraries"].get(name, none)))
    return [Changed(*pair) for pair in pairs if pair[1] != pair[2]]


def kinship(identities: Mapping[str, Identity]) -> dict[str, str]:
    """Return a key for each run that is the same in every version of foedus.

    A run's id hangs on the version and, by those that fed it, on the ids of other runs; digests of
    scenarios may be made of more tables in a later version. The key leaves version and digest out.
    """
    keys: dict[str, str] = {}

    def key_of(run_id: str) -> str:
        if run_id not in identities:  # fed by a run that is not kept
            return run_id
        if run_id not in keys:
            identity = identities[run_id]
            fed_by = tuple(key_of(feeder) for feeder in identity.fed_by)
            bare = asdict(replace(identity, foedus="", scenario="", fed_by=fed_by))
            text = json.dumps(bare, sort_keys=True, default=str)
            keys[run_id] = hashlib.sha256(text.encode()).hexdigest()
        return keys[run_id]

    return {run_id: key_of(run_id) for run_id in identities}


def compare_runs(
    identities: Mapping[str, Identity],
    kept: Mapping[str, Mapping[str, FloatArray]],
    records: Mapping[str, RunRecord],
    tolerance: float,
) -> tuple[list[OutcomeDifference], int]:
    """Return what differs among the outcomes of all runs, and how many numbers have other bits.

    Every run of today is bounded by counted work, and must come out the same. A run that a clock
    cut short is not repeatable: here is the place to pass it over, once an engine has such runs.
    """
    fresh_keys = kinship({key: record.provenance.identity for key, record in records.items()})
    by_key = {fresh_keys[run_id]: record for run_id, record in records.items()}
    found: list[OutcomeDifference] = []
    bits = 0
    for run_id, key in kinship(identities).items():
        identity = identities[run_id]
        record = by_key.pop(key, None)
        if record is None:
            says = "the brief as it is repeated makes no such run"
            found.append(one_sided(run_id, identity, "", says))
            continue
        differing, run_bits = compare_outcomes(
            run_id, identity, kept[run_id], record.outcomes, tolerance
        )
        found += differing
        bits += run_bits
    for record in by_key.values():
        says = "the saved brief has no such run"
        found.append(one_sided(record.run_id, record.provenance.identity, "", says))
    return found, bits


def one_sided(run_id: str, identity: Identity, outcome: str, says: str) -> OutcomeDifference:
    """Return the difference of what stands on one side only."""
    return OutcomeDifference(run_id, identity.engine, identity.option, outcome, 0, None, None, says)


def compare_outcomes(
    run_id: str,
    identity: Identity,
    saved: Mapping[str, FloatArray],
    fresh: Mapping[str, FloatArray],
    tolerance: float,
) -> tuple[list[OutcomeDifference], int]:
    """Return the outcomes of one run that differ, and how many numbers have other bits."""
    found: list[OutcomeDifference] = []
    bits = 0
    for name in dict.fromkeys([*saved, *fresh]):
        if name not in saved or name not in fresh:
            side = "saved" if name in saved else "repeated"
            found.append(one_sided(run_id, identity, name, f"only the {side} run has it"))
            continue
        one, other = saved[name], np.asarray(fresh[name], dtype=np.float64)
        if one.shape != other.shape:
            says = f"{one.size:,} draws were saved, and {other.size:,} came out"
            found.append(one_sided(run_id, identity, name, says))
            continue
        bits += int((bits_of(one) != bits_of(other)).sum())
        unlike = differ(one, other, tolerance)
        if unlike.any():
            found.append(describe(run_id, identity, name, one, other, unlike))
    return found, bits


def bits_of(values: FloatArray) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return the bits of numbers as whole numbers, in which even two NaN can be told apart."""
    return np.ascontiguousarray(values).view(np.uint64)


def differ(one: FloatArray, other: FloatArray, tolerance: float) -> BoolArray:
    """Return where numbers differ: in any bit, or by more than a share of the larger one.

    >>> differ(np.array([0.0, 1.0]), np.array([-0.0, 1.0]), 0.0)
    array([ True, False])
    >>> differ(np.array([1.0, np.nan]), np.array([1.0 + 1e-12, np.nan]), 1e-9)
    array([False, False])
    """
    unlike: BoolArray = bits_of(one) != bits_of(other)
    if tolerance == 0:
        return unlike
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= tolerance * np.maximum(np.abs(one), np.abs(other))
    near &= np.isfinite(one) & np.isfinite(other)
    alike = near | (one == other) | (np.isnan(one) & np.isnan(other))
    unlike &= ~alike
    return unlike


def describe(
    run_id: str,
    identity: Identity,
    outcome: str,
    one: FloatArray,
    other: FloatArray,
    unlike: BoolArray,
) -> OutcomeDifference:
    """Return an outcome's difference with the first draw that differs, and the largest one."""
    first = int(np.argmax(unlike))
    with np.errstate(invalid="ignore", over="ignore"):
        sizes = np.abs(one[unlike] - other[unlike])
    is_number = bool(np.isfinite(sizes).all())
    largest = float(sizes.max()) if is_number else None
    shown = "not a number on one side" if largest is None else f"{largest:.6g}"
    says = (
        f"{int(unlike.sum()):,} of {one.size:,} draws differ, first draw {first} "
        f"(saved {one[first]!r}, now {other[first]!r}); largest difference {shown}"
    ).replace("np.float64", "")
    count = int(unlike.sum())
    return OutcomeDifference(
        run_id, identity.engine, identity.option, outcome, count, first, largest, says
    )


def unversioned(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without what hangs on the version of foedus: it, digest and ids of runs."""
    scenario = {**document["scenario"], "digest": None}
    bare: dict[str, Any] = without_ids({**document, "foedus": None, "scenario": scenario})
    return bare


def without_ids(value: Any) -> Any:
    """Return a value of a document in whose words every id of a run is the same.

    >>> without_ids({"runs": ["0b89aef97872"], "says": "Run a306307645aa."})
    {'runs': ['ID'], 'says': 'Run ID.'}
    """
    if isinstance(value, Mapping):
        return {key: without_ids(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_ids(part) for part in value]
    return RUN_ID.sub("ID", value) if isinstance(value, str) else value


def compare_documents(
    saved: Mapping[str, Any], fresh: Mapping[str, Any], tolerance: float
) -> tuple[list[DocumentDifference], int]:
    """Return the values of a document that differ, and how many numbers have other bits."""
    found: list[DocumentDifference] = []
    bits = 0
    for path, one, other in unlike_values(saved, fresh, ()):
        if is_number(one) and is_number(other):
            bits += 1
            if not differ(np.array([float(one)]), np.array([float(other)]), tolerance).any():
                continue
        answer = path[1] if path[0] == "answers" and len(path) > 1 else TOP
        answer = "options" if path[0] == "options" else answer
        found.append(DocumentDifference(answer, "/".join(path), one, other))
    return found, bits


def unlike_values(
    one: Any, other: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield path and both values wherever two documents differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys([*one, *other]):
            yield from unlike_values(one.get(key), other.get(key), (*path, str(key)))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from unlike_values(left, right, (*path, name_in_list(left, place)))
    elif is_number(one) and is_number(other):
        if bool((bits_of(np.array([float(one)])) != bits_of(np.array([float(other)]))).any()):
            yield path, one, other
    elif one != other or type(one) is not type(other):
        yield path, one, other


def name_in_list(value: Any, place: int) -> str:
    """Return how an element of a list is named: an answer by its id, others by their place."""
    known = isinstance(value, Mapping) and isinstance(value.get("id"), str)
    return str(value["id"]) if known else str(place)


def is_number(value: Any) -> bool:
    """Tell whether a value of a document is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers_in(document: Any) -> int:
    """Return how many numbers a document holds.

    >>> numbers_in({"a": [1, 2.5, None], "b": {"c": True, "d": "7"}})
    2
    """
    if isinstance(document, Mapping):
        return sum(map(numbers_in, document.values()))
    if isinstance(document, list):
        return sum(map(numbers_in, document))
    return int(is_number(document))


def refuse_disagreement(found: Verification) -> None:
    """Raise SettingsError if a repeated brief came out otherwise, saying what to do."""
    if found.agrees:
        return
    if any(change.what == "foedus" for change in found.changed):
        raise SettingsError(
            f"the numbers differ. It was saved by foedus {found.saved_by}: install that version "
            "to repeat it."
        )
    if found.changed:
        raise SettingsError(
            "the numbers differ by more than another platform explains. Install the versions "
            "that it was saved with."
        )
    raise SettingsError(
        "the numbers differ on the platform and the versions that it was saved on: report it."
    )
