"""Where rows come from."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from foedus.scenario.rows import Verified

ASSUMED = "assumed"
"""The source of a choice made by the scenario's authors; needs no row in `sources.csv`."""


class Source(BaseModel):
    """A publication, page or stated rule of judgement."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    key_fields: ClassVar[tuple[str, ...]] = ("source",)
    latent_fields: ClassVar[frozenset[str]] = frozenset()

    source: str
    """Key that rows name."""
    title: str
    publisher: str = ""
    date: str = ""
    """Date of the page or publication, as far as known."""
    reference: str = ""
    """Address or place where a reader finds it."""
    verified: Verified = "memory"
    note: str = ""

    @property
    def key(self) -> str:
        """The source's key."""
        return self.source

    @classmethod
    def ranged_fields(cls) -> tuple[str, ...]:
        """Return no field: sources have no numbers."""
        return ()
