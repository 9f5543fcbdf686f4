"""The brief: every question answered for one option, and all options side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.claims import Verdict
from foedus.errors import SettingsError
from foedus.provenance import foedus_version
from foedus.runs import RunRecord
from foedus.scenario.scenario import Scenario, unknown

JSON_VERSION = 2
"""Version of the shape that `Brief.to_json` returns; the schema in the docs has the same."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Answers for one option, and the comparison of all options."""

    scenario: Scenario
    """As it was used: without later rows if `strict`."""
    option: str
    draws: int
    seed: int
    set: Mapping[str, Any]
    """Cells that were set, as the user wrote them."""
    strict: bool
    answers: tuple[Answer, ...]
    """In the order of the questions; a question that cannot be answered is absent."""
    options: pl.DataFrame
    """One row an option, measured quantities side by side."""
    warnings: tuple[str, ...]
    """What a reader must know before using the numbers, such as rows known only later."""
    plan: bool = False
    """Whether the force plan stands beside the answers that it speaks to."""
    claims: tuple[Verdict, ...] = ()
    """What was claimed, each with its verdict, in the scenario's order."""
    runs: Mapping[str, RunRecord] = field(default_factory=dict)
    """Outcomes and provenance of the runs behind the answers, by id."""

    def save(self, folder: str | Path) -> None:
        """Write what it takes to do the brief again: manifest, scenario, JSON and all outcomes.

        The folder is new or empty, and is written whole or not at all. `foedus.verify` repeats it.

        Raises
        ------
        SettingsError
            If the folder holds files already, or cannot be written.
        """
        from foedus.briefing.saving import save_brief  # noqa: PLC0415 - saving reads briefs

        save_brief(self, Path(folder))

    def __getitem__(self, question: str) -> Answer:
        """Return the answer to a question by its id."""
        for answer in self.answers:
            if answer.id == question:
                return answer
        ids = [answer.id for answer in self.answers]
        raise SettingsError(unknown("this brief has no answer to", question, ids))

    def to_json(self) -> dict[str, Any]:
        """Return the brief in the shape of the published schema."""
        keys = {key for answer in self.answers for key in answer.sources}
        keys |= {key for verdict in self.claims for key in verdict.named_sources}
        return {
            "foedus": foedus_version(),
            "version": JSON_VERSION,
            "scenario": {"name": self.scenario.name, "digest": self.scenario.digest},
            "option": self.option,
            "settings": {
                "draws": self.draws,
                "seed": self.seed,
                "set": {address: plain(value) for address, value in self.set.items()},
                "strict": self.strict,
                "plan": self.plan,
            },
            "answers": [answer.to_json() for answer in self.answers],
            "options": self.options.to_dicts(),
            "claims": [verdict.to_json() for verdict in self.claims],
            "sources": [
                source.model_dump(mode="json")
                for source in self.scenario.sources
                if source.source in keys
            ],
            "warnings": list(self.warnings),
        }


def plain(value: Any) -> str | int | float | bool | None:
    """Return a value that was set as JSON takes it; a date as text."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)
