"""An ensemble: one option drawn many times through the chain, a row a draw."""

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.engines.arrays import FloatArray
from foedus.ensemble.attempts import DONE
from foedus.errors import SettingsError
from foedus.provenance import Identity

STATUS: Final = "status"
DRAW: Final = "draw"
CELL: Final = "cell:"
"""Before the address of a drawn cell, as a column."""
DIGITS: Final = 12
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
POINTS: Final = {"low": 0.05, "median": 0.5, "high": 0.95}
"""Points of a distribution that are told, by name."""


@dataclass(frozen=True)
class Ensemble:
    """What many draws of one option came to. The draws themselves are read when they are asked for.

    Columns of a row a draw: `draw`, its number from 0; an outcome each, named
    `<engine>/<outcome>`, NaN where the draw failed; `status`, which is `ok` or says what was wrong;
    and, where they were kept, the drawn cells, named `cell:` and their address.
    """

    identity: Identity
    """All that decides the numbers: version, scenario, option, cells set, settings, draws, seed."""
    summary: pl.DataFrame
    """A row an outcome: see `summarise`."""
    statuses: pl.DataFrame
    """`status` and `draws_count`, the most frequent first."""
    folder: Path | None = None
    """Where the draws stand; None where they were not kept."""

    @property
    def run_id(self) -> str:
        """Twelve hexadecimal digits that stand for everything that decided the numbers."""
        return self.identity.run_id

    @property
    def failed_count(self) -> int:
        """How many draws failed."""
        failed = self.statuses.filter(pl.col(STATUS) != DONE)["draws_count"].sum()
        return int(failed)

    @property
    def failed_share(self) -> float:
        """The share of draws that failed."""
        return self.failed_count / self.identity.draws

    def scan(self) -> pl.LazyFrame:
        """Return the rows, read only as far as they are asked for.

        Raises
        ------
        SettingsError
            If the draws were not kept.
        """
        if self.folder is None:
            raise SettingsError("the draws were not kept. Name a folder for them with out.")
        return scan_blocks(self.folder)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        return tuple(self.summary["outcome"])

    @property
    def inputs(self) -> tuple[str, ...]:
        """Addresses of the drawn cells that were kept."""
        if self.folder is None:
            return ()
        columns = self.scan().collect_schema().names()
        return tuple(name.removeprefix(CELL) for name in columns if name.startswith(CELL))


BLOCKS_FOLDER: Final = "blocks"


def block_file(folder: Path, block: int) -> Path:
    """Return where a block stands in the folder of an ensemble."""
    return folder / BLOCKS_FOLDER / f"{block:05}.parquet"


def scan_blocks(folder: Path) -> pl.LazyFrame:
    """Return the rows of all blocks of a folder, in order."""
    return pl.scan_parquet(sorted((folder / BLOCKS_FOLDER).glob("*.parquet")), glob=False)


def summarise(rows: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a row an outcome, and how often each status came about.

    One column is read at a time, so that memory grows by one number a draw.

    Returns
    -------
    summary
        `outcome`, `draws_count` (draws that have a number), `is_event` (whether it is 1 or 0 in
        every draw: it happens or does not), `mean`, the 5, 50 and 95 % points as
        `low`, `median` and `high`, and beside each of the four its standard error over draws that
        are independent, named with `_error` behind. Null where no draw has a number.
    statuses
        `status` and `draws_count`, the most frequent first.
    """
    names = [name for name in rows.collect_schema().names() if is_outcome(name)]
    about = [
        {"outcome": name, **told(rows.select(name).collect()[name].to_numpy())} for name in names
    ]
    schema: dict[str, Any] = {
        "outcome": pl.String,
        "draws_count": pl.Int64,
        "is_event": pl.Boolean,
    }
    for name in ("mean", *POINTS):
        schema |= {name: pl.Float64, f"{name}_error": pl.Float64}
    statuses = (
        rows.group_by(STATUS)
        .agg(draws_count=pl.len().cast(pl.Int64))
        .sort(["draws_count", STATUS], descending=[True, False])
        .collect()
    )
    return pl.DataFrame(about, schema=schema), statuses


def is_outcome(column: str) -> bool:
    """Tell whether a column is an outcome."""
    return column not in (DRAW, STATUS) and not column.startswith(CELL)


def told(values: FloatArray) -> dict[str, float | int | None]:
    """Return mean and points of an outcome with their standard errors.

    The error of a mean is the standard deviation over the root of the count. That of a point comes
    from the numbers that stand one standard error of a share above and below it, so that no shape
    is assumed. Both hold for independent draws; a stratified design has smaller ones as a rule.

    Parameters
    ----------
    values : shape (draw,)
        NaN where a draw has no number.

    Examples
    --------
    >>> about = told(np.array([0.0, 1.0, 1.0, np.nan]))
    >>> about["draws_count"], round(about["mean"], 3), round(about["mean_error"], 3)
    (3, 0.667, 0.333)
    """
    known = np.sort(values[~np.isnan(values)])
    n = known.size
    if n == 0:
        parts = (part for name in ("mean", *POINTS) for part in (name, f"{name}_error"))
        return {"draws_count": 0, "is_event": False, **dict.fromkeys(parts)}
    found: dict[str, float | int | None] = {
        "draws_count": n,
        "is_event": bool(((known == 0) | (known == 1)).all()),
        "mean": float(known.mean()),
        "mean_error": float(known.std(ddof=1) / np.sqrt(n)) if n > 1 else None,
    }
    for name, share in POINTS.items():
        found[name] = float(np.quantile(known, share))
        found[f"{name}_error"] = point_error(known, share)
    return found


def point_error(known: FloatArray, share: float) -> float | None:
    """Return the standard error of a quantile.

    Parameters
    ----------
    known : shape (draw,)
        Sorted.
    share
        Such as 0.05 for the 5 % point.

    Returns
    -------
    float or None
        Half the distance between the numbers that stand one standard error of the share to either
        side; None where the draws are too few for one of them.
    """
    off = np.sqrt(share * (1 - share) / known.size)
    if share - off < 0 or share + off > 1:
        return None
    low, high = np.quantile(known, [share - off, share + off])
    return float(high - low) / 2


def differences(asked: Identity, kept: Identity) -> list[str]:
    """Return in what two identities differ, a phrase each; nothing if they are one."""
    found: list[str] = []
    for about in fields(Identity):
        here, there = getattr(asked, about.name), getattr(kept, about.name)
        if here == there:
            continue
        if about.name in ("set", "settings"):
            found += in_parts(about.name, here, there)
        else:
            found.append(f"{about.name} is {shown(here)} and was {shown(there)}")
    return found


def in_parts(name: str, here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """Return in what two mappings differ, part by part."""
    return [
        f"{name} {key} is {shown(here.get(key))} and was {shown(there.get(key))}"
        for key in sorted({*here, *there})
        if here.get(key) != there.get(key)
    ]


def shown(value: Any) -> str:
    """Return a value in words; a digest by its first digits.

    >>> shown(None), shown("a" * 64), shown(0.5)
    ('not set', 'aaaaaaaaaaaa', '0.5')
    """
    if value is None:
        return "not set"
    text = str(value)
    return text[:DIGITS] if DIGEST.fullmatch(text) else text
