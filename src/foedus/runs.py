"""Run an engine on a scenario: at a point, or over draws."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from operator import index
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import polars as pl

from foedus.engines.protocol import Engine, Result, join_blocks
from foedus.engines.settings import (
    chosen_by_caller,
    configured,
    read_engine_settings,
    settings_of,
)
from foedus.errors import MissingDataError, SettingsError
from foedus.provenance import Circumstance, Identity, Provenance, foedus_version
from foedus.scenario.addresses import ENGINES_TABLE, Cell, as_value, expand, parse_address
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.draws import BLOCK, Draws, draw_block, point, stream
from foedus.scenario.scenario import Scenario

R = TypeVar("R", bound=Result)

MOST_DRAWS: Final = 2_000_000


@dataclass(frozen=True)
class Run(Generic[R]):
    """What an engine found, and what it takes to do it again."""

    result: R
    provenance: Provenance

    @property
    def run_id(self) -> str:
        """Twelve hexadecimal digits that stand for everything that decided the numbers."""
        return self.provenance.run_id

    def save(self, folder: str | Path) -> None:
        """Write provenance, outcomes and a CSV a table into a new or empty folder.

        Raises
        ------
        SettingsError
            If the folder holds files already, or cannot be written.
        """
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise SettingsError(f"{target}: it exists already. Name a new folder.")
        try:
            target.mkdir(parents=True, exist_ok=True)
            text = json.dumps(asdict(self.provenance), indent=2, default=str)
            (target / "provenance.json").write_text(text + "\n", encoding="utf-8")
            pl.DataFrame(self.result.outcomes()).write_csv(target / "outcomes.csv")
            for name, table in self.result.tables().items():
                table.write_csv(target / f"{name}.csv")
        except OSError as error:
            raise SettingsError(f"{target}: cannot be written ({error.strerror}).") from None


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run is asked to do: an option, draws, a seed and changed cells."""

    option: str
    draws: int = 0
    """0 for a point run on the values as they stand."""
    seed: int = 0
    fixed: Mapping[Cell, Any]
    """Cells that were set, expanded and checked."""
    asked: Mapping[str, Any]
    """The same by the addresses that the user wrote, for the record."""

    def blocks(self) -> list[tuple[int, int]]:
        """Return number and size of each block of draws."""
        if self.draws == 0:
            return [(0, 1)]
        starts = range(0, self.draws, BLOCK)
        return [(start // BLOCK, min(BLOCK, self.draws - start)) for start in starts]

    def drawn(self, scenario: Scenario, block: int, n: int, fixed: Mapping[Cell, Any]) -> Draws:
        """Return the draws of one block, or the point."""
        if self.draws == 0:
            return point(self.option, fixed)
        return draw_block(scenario, self.option, seed=self.seed, block=block, n=n, fixed=fixed)


def make_request(
    scenario: Scenario,
    *,
    option: str | None = None,
    draws: int = 0,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
) -> Request:
    """Check what a user asks for.

    Raises
    ------
    SettingsError
        If the option, a cell, the seed or the number of draws cannot be taken.
    """
    name = scenario.headline_option if option is None else scenario.option(option).option
    draws, seed = whole_number("draws", draws), whole_number("seed", seed)
    if not 0 <= draws <= MOST_DRAWS:
        raise SettingsError(f"draws: {draws} is not between 0 and {MOST_DRAWS:,}.")
    if seed < 0:
        raise SettingsError(f"seed: {seed} is negative. Write 0 or more.")
    fixed = read_engine_settings(scenario, read_settings(scenario, set or {}))
    return Request(
        option=name,
        draws=draws,
        seed=seed,
        fixed=fixed,
        asked=recorded(scenario, set or {}, fixed),
    )


def whole_number(name: str, value: Any) -> int:
    """Return an argument as Python's own whole number, so that it is recorded in one way only."""
    try:
        return int(index(value))
    except TypeError:
        raise SettingsError(f"{name}: {value!r} is not a whole number.") from None


def recorded(
    scenario: Scenario, asked: Mapping[str, Any], fixed: Mapping[Cell, Any]
) -> dict[str, Any]:
    """Return what was asked by address, with values as they were read: "0.5" is 0.5."""
    values: dict[str, Any] = {}
    for address, value in asked.items():
        first = expand(scenario, parse_address(address))[0]
        is_setting = first.table == ENGINES_TABLE
        values[address.strip()] = fixed[first] if is_setting else as_value(first, value)
    return values


def check_needs(scenario: Scenario, engine: Engine[Any, Any]) -> None:
    """Raise MissingDataError if a table that the engine needs is absent or empty."""
    missing = [name for name in engine.needs if not scenario.table(name)]
    if missing:
        files = ", ".join(f"{name}.csv" for name in missing)
        tables = "the table" if len(missing) == 1 else "the tables"
        raise MissingDataError(f"{scenario.name}: {engine.name} needs {files}. Add {tables}.")


def run(
    scenario: Scenario,
    engine: Engine[Any, R],
    *,
    option: str | None = None,
    draws: int = 0,
    seed: int = 0,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
) -> Run[R]:
    """Run an engine by itself.

    Parameters
    ----------
    scenario
        As `foedus.load` returns it.
    engine
        Such as `foedus.Consent()`; fields given to it are its settings.
    option
        Key of the option; the headline option if None.
    draws
        0 runs once on the values as they stand; more draws every uncertain cell.
    seed
        Explains every draw.
    set
        Cells to change for this run: `{"options/rear-30k-us/us_enablers_share": 0.0}`.

    Raises
    ------
    SettingsError
        If an argument cannot be taken.
    MissingDataError
        If the scenario lacks a table that the engine needs.
    """
    request = make_request(scenario, option=option, draws=draws, seed=seed, set=set)
    return run_request(scenario, engine, request)


def run_request(
    scenario: Scenario,
    engine: Engine[Any, R],
    request: Request,
    *,
    links: Mapping[Cell, Any] | None = None,
    fed_by: tuple[str, ...] = (),
) -> Run[R]:
    """Run an engine as requested, with cells that other engines' outcomes fill.

    Parameters
    ----------
    links
        Arrays over all draws by cell; cut to the block where draws are made in blocks.
    fed_by
        Ids of the runs that the links came from.
    """
    check_needs(scenario, engine)
    started = time.perf_counter()
    by_caller = {
        Cell(ENGINES_TABLE, engine.name, name): value
        for name, value in chosen_by_caller(engine).items()
    }
    ready = configured(engine, scenario, request.fixed)
    fixed = {**request.fixed, **by_caller}
    # Engines read some columns row by row, and see there too what was set.
    seen = with_cells(scenario.in_key_order, request.fixed)
    parts: list[R] = []
    for block, n in request.blocks():
        draws = request.drawn(scenario, block, n, fixed)
        if links:
            start = block * BLOCK
            draws = draws.with_links({c: values[start : start + n] for c, values in links.items()})
        chance = stream(request.seed, block, ready.name)
        parts.append(ready.solve(ready.inputs(seen, draws), chance))
    identity = Identity(
        foedus=foedus_version(),
        engine=ready.name,
        settings=settings_of(ready),
        scenario=scenario.digest,
        option=request.option,
        set=dict(request.asked),
        seed=request.seed,
        draws=request.draws,
        held=tuple(sorted(cell.field for cell in by_caller)),
        fed_by=fed_by,
    )
    seconds = time.perf_counter() - started
    return Run(join_blocks(parts), Provenance(identity, Circumstance.now(seconds)))
