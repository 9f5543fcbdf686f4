"""Saved briefs and runs: a folder with everything it takes to do them again, and to compare them.

manifest.json       what was asked, every run's identity, when and on what, checksums
scenario/           the scenario as it was used
brief.json          of a brief: the document of `foedus brief --json`
outcomes/ID.parquet a run's outcomes, a row a draw, every bit of them
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.briefing.brief import Brief
from foedus.documents import plain
from foedus.engines.arrays import FloatArray
from foedus.errors import ScenarioError, SettingsError
from foedus.provenance import Identity, foedus_version
from foedus.runs import OUTCOMES_FOLDER, SCENARIO_FOLDER, write_repeatable
from foedus.scenario.folders import (
    AGAIN,
    MANIFEST_FILE,
    changes,
    new_folder,
    read_manifest,
)
from foedus.scenario.load import load
from foedus.scenario.scenario import Scenario

BRIEF_FILE: Final = "brief.json"


def save_brief(brief: Brief, folder: Path) -> None:
    """Write a brief into a new or empty folder: see `Brief.save`."""
    document = plain(brief.to_json())
    about = {
        "kind": "brief",
        # `ask` answers one question and compares no options.
        "question": brief.answers[0].id if brief.options.is_empty() else None,
        "option": brief.option,
        **document["settings"],
    }
    with new_folder(folder) as draft:
        text = json.dumps(document, indent=2, allow_nan=False)
        (draft / BRIEF_FILE).write_text(text + "\n", encoding="utf-8")
        write_repeatable(draft, brief.scenario, brief.runs.values(), about)


@dataclass(frozen=True)
class Saved:
    """A saved brief or run, read as far as it is asked for."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def is_brief(self) -> bool:
        """Whether it is a brief, rather than a run of one engine."""
        return bool(self.manifest["kind"] == "brief")

    @property
    def is_of_this_version(self) -> bool:
        """Whether the foedus that saved it has the version of this one."""
        return bool(self.manifest["foedus"] == foedus_version())

    @cached_property
    def identities(self) -> dict[str, Identity]:
        """Identity of each run by the id it was saved under."""
        return {run["run"]: Identity(**run["identity"]) for run in self.manifest["runs"]}

    def refuse_changes(self) -> None:
        """Compare every file with its checksum.

        Raises
        ------
        SettingsError
            With everything that was changed or is missing.
        """
        found = changes(self.folder, self.manifest["files"])
        if self.is_of_this_version:
            found += [
                f"{self.folder / MANIFEST_FILE}: run {run} has an identity that gives "
                f"{identity.run_id}; it was changed after it was saved."
                for run, identity in self.identities.items()
                if identity.run_id != run
            ]
        if found:
            raise SettingsError("\n".join([*found, AGAIN]))

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was used, under its own name.

        Raises
        ------
        SettingsError
            If it cannot be read, or has another digest than the manifest says.
        """
        place = self.folder / SCENARIO_FOLDER
        try:
            read = load(place)
        except ScenarioError as error:
            version = self.manifest["foedus"]
            raise SettingsError(
                f"{place}: it cannot be read; foedus {version} saved it.\n{error}\n{AGAIN}"
            ) from None
        about = self.manifest["scenario"]
        if self.is_of_this_version and read.digest != about["digest"]:
            raise SettingsError(
                f"{place}: its digest is {read.digest[:12]}, and the manifest says "
                f"{about['digest'][:12]}: a file was changed, or another state of foedus "
                f"{foedus_version()} saved it. {AGAIN}"
            )
        fields = {name: getattr(read, name) for name in Scenario.model_fields}
        return Scenario.model_construct(**{**fields, "name": about["name"]})

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON document of a brief.

        Raises
        ------
        SettingsError
            If it was changed or is missing.
        """
        found = changes(self.folder, {BRIEF_FILE: self.manifest["files"].get(BRIEF_FILE, "")})
        if found:
            raise SettingsError("\n".join([*found, AGAIN]))
        document: dict[str, Any] = json.loads((self.folder / BRIEF_FILE).read_bytes())
        return document

    def outcomes(self, run: str) -> dict[str, FloatArray]:
        """Return the outcomes of a run, shape (draw,) each.

        Raises
        ------
        SettingsError
            If the file is none that can be read.
        """
        place = self.folder / OUTCOMES_FOLDER / f"{run}.parquet"
        try:
            table = pl.read_parquet(place)
        except (OSError, pl.exceptions.PolarsError):
            raise SettingsError(f"{place}: it cannot be read as Parquet. {AGAIN}") from None
        return {name: table[name].to_numpy().astype(np.float64) for name in table.columns}


def is_saved(folder: Path) -> bool:
    """Tell whether a folder has a manifest, as saved briefs and runs have."""
    try:
        return (folder / MANIFEST_FILE).is_file()
    except OSError:  # a name that no disk takes, or a folder that may not be entered
        return False


def open_saved(folder: str | Path) -> Saved:
    """Return a saved brief or run.

    Raises
    ------
    SettingsError
        If the folder is none, its manifest was changed, or a newer foedus wrote it.
    """
    place = Path(folder)
    if not is_saved(place):
        raise SettingsError(f"{place}: {why_none(place)}")
    saved = Saved(place, read_manifest(place))
    if saved.manifest.get("kind") not in ("brief", "run"):
        raise SettingsError(f"{place / MANIFEST_FILE}: it is no manifest of a saved brief or run.")
    return saved


def why_none(place: Path) -> str:
    """Say why a place is no saved brief, and what to do."""
    make = "Save one with: foedus brief SCENARIO --save DIR"
    try:
        if (place / "provenance.json").is_file():
            return (
                "this run was saved without its scenario, so it cannot be done again. "
                "Save it with run.save(folder, scenario)."
            )
        if place.is_dir():
            return f"the folder has no {MANIFEST_FILE}, so it is no saved brief. {make}"
        if place.exists():
            return f"this is a file, and a saved brief is a folder. {make}"
    except OSError as error:
        return f"it cannot be read ({error.strerror})."
    return f"there is no such folder. {make}"
