"""Jobs that stand in for the chain: quick, and able to fail as machines do."""

import os
import signal
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path

import numpy as np
import polars as pl

BLOCK = 4096


def drawn(block: int, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return numbers that hang on the block alone."""
    return np.random.default_rng(block).standard_normal(n)


@dataclass(frozen=True)
class FakeJob:
    """Rows of one outcome, shaped as those of an ensemble."""

    scenario: object = None
    request: object = None
    design: str = "monte-carlo"
    keeps_inputs: bool = False

    def rows(self, block: int, n: int) -> pl.DataFrame:
        """Return the rows of a block."""
        return pl.DataFrame(
            {
                "draw": np.arange(block * BLOCK, block * BLOCK + n),
                "forces/balanced_persons": drawn(block, n),
                "status": ["ok"] * n,
            }
        )


@dataclass(frozen=True)
class Threads(FakeJob):
    """Tells how many threads it may use."""

    def rows(self, block: int, n: int) -> pl.DataFrame:  # noqa: ARG002 - as of every job
        """Return the limits that are set in this process, and whether it is another one."""
        names = ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        limits = [os.environ.get(name, "none") for name in names]
        return pl.DataFrame({"draw": [block], "limits": [",".join(limits)], "pid": [os.getpid()]})


@dataclass(frozen=True)
class Killed(FakeJob):
    """Its process is killed at some block, as by a system that runs out of memory."""

    notes: str = ""
    """Folder in which each death is noted."""
    at: int = 1
    """The block."""
    times: int = 1

    def rows(self, block: int, n: int) -> pl.DataFrame:
        """Return the rows of a block, or die."""
        if block == self.at and parent_process() is not None:
            deaths = len(list(Path(self.notes).iterdir()))
            if deaths < self.times:
                (Path(self.notes) / str(deaths)).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return super().rows(block, n)


@dataclass(frozen=True)
class Faulty(FakeJob):
    """Raises what a block may raise."""

    def rows(self, block: int, n: int) -> pl.DataFrame:
        """Raise."""
        from foedus.errors import SettingsError  # noqa: PLC0415 - loaded where it is raised

        raise SettingsError(f"block {block} of {n} cannot be taken.")


@dataclass(frozen=True)
class Failing(FakeJob):
    """Some draws of every block fail."""

    failed: int = 100

    def rows(self, block: int, n: int) -> pl.DataFrame:
        """Return the rows of a block, the first of which failed."""
        status = ["no"] * min(self.failed, n) + ["ok"] * max(n - self.failed, 0)
        values = np.where(np.array(status) == "ok", drawn(block, n), np.nan)
        return (
            super()
            .rows(block, n)
            .with_columns(pl.Series("status", status), pl.Series("forces/balanced_persons", values))
        )
