"""What it takes to do a run again."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

LIBRARIES: Final = ("numpy", "numba", "scipy", "polars", "pydantic", "highspy")


@cache
def foedus_version() -> str:
    """Return the version of foedus that is running."""
    try:
        return version("foedus")
    except PackageNotFoundError:  # run from a source tree that was not installed
        return "0+unknown"


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that compute."""
    return {name: version(name) for name in LIBRARIES}


@cache
def processor() -> str:
    """Return the kind of processor, such as `znver3`: compilers fit the last bits to it.

    It names a kind of which millions are sold, and no machine.
    """
    from llvmlite import binding  # type: ignore[import-untyped]  # noqa: PLC0415 - seldom asked for

    return str(binding.get_host_cpu_name())


@dataclass(frozen=True)
class Identity:
    """All that decides the numbers.

    The same identity gives the same outcomes to the last bit on one platform.
    """

    foedus: str
    engine: str
    settings: Mapping[str, Any]
    scenario: str
    """Digest of the scenario's values."""
    option: str
    set: Mapping[str, Any]
    """Cells that were set for the run."""
    seed: int
    draws: int
    """0 for a point run on the values as they stand."""
    held: tuple[str, ...] = ()
    """Settings that the caller gave: they are not drawn, uncertain or not."""
    fed_by: tuple[str, ...] = ()
    """Ids of the runs whose outcomes it was fed."""

    @property
    def run_id(self) -> str:
        """Twelve hexadecimal digits of the hash of everything above."""
        text = json.dumps(vars(self), sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Circumstance:
    """When and on what it ran. No user name, host or path is recorded."""

    utc: str
    seconds: float
    python: str
    platform: str
    libraries: Mapping[str, str]

    @classmethod
    def now(cls, seconds: float) -> "Circumstance":
        """Record the present circumstance."""
        return cls(
            utc=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(seconds, 3),
            python=platform.python_version(),
            platform=f"{platform.system()} {platform.machine()}",
            libraries=library_versions(),
        )


@dataclass(frozen=True)
class Provenance:
    """Identity and circumstance of a run."""

    identity: Identity
    circumstance: Circumstance = field(compare=False)

    @property
    def run_id(self) -> str:
        """The run's id, from its identity alone."""
        return self.identity.run_id
