"""Run an engine on a scenario: at a point, or over draws."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from operator import index
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np
import polars as pl

from foedus.engines.arrays import FloatArray
from foedus.engines.protocol import Engine, Result, join_blocks
from foedus.engines.settings import (
    chosen_by_caller,
    configured,
    read_engine_settings,
    settings_of,
)
from foedus.errors import MissingDataError, SettingsError
from foedus.provenance import Circumstance, Identity, Provenance, foedus_version, processor
from foedus.scenario.addresses import ENGINES_TABLE, Cell, as_value, expand, parse_address
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.draws import BLOCK, Draws, draw_block, point, stream
from foedus.scenario.folders import new_folder, write_manifest
from foedus.scenario.save import save
from foedus.scenario.scenario import Scenario

R = TypeVar("R", bound=Result)

MOST_DRAWS: Final = 2_000_000


SCENARIO_FOLDER: Final = "scenario"
OUTCOMES_FOLDER: Final = "outcomes"
"""In a saved folder: a Parquet file a run, named by its id, a row a draw."""


@dataclass(frozen=True)
class RunRecord:
    """What is kept of a run once its answers are written: its outcomes, and what decided them."""

    provenance: Provenance
    outcomes: Mapping[str, FloatArray]
    """Shape (draw,) each."""

    @property
    def run_id(self) -> str:
        """As of the run."""
        return self.provenance.run_id


@dataclass(frozen=True)
class Run(Generic[R]):
    """What an engine found, and what it takes to do it again."""

    result: R
    provenance: Provenance

    @property
    def run_id(self) -> str:
        """Twelve hexadecimal digits that stand for everything that decided the numbers."""
        return self.provenance.run_id

    @property
    def record(self) -> RunRecord:
        """Outcomes and provenance, without what the engine's tables are made of."""
        return RunRecord(self.provenance, self.result.outcomes())

    def save(self, folder: str | Path, scenario: Scenario | None = None) -> None:
        """Write provenance, outcomes and a CSV a table into a new or empty folder.

        Parameters
        ----------
        folder
            Written whole, or not at all.
        scenario
            That of the run, to be written too: the folder then holds everything it takes to do the
            run again, and `foedus.verify` does it.

        Raises
        ------
        SettingsError
            If the folder holds files already, or cannot be written; with a scenario also if it is
            another than that of the run, or if the run was fed by others and so cannot be done
            again by itself.
        """
        if scenario is not None:
            self.refuse_unrepeatable(scenario)
        with new_folder(Path(folder)) as draft:
            text = json.dumps(asdict(self.provenance), indent=2, default=str)
            (draft / "provenance.json").write_text(text + "\n", encoding="utf-8")
            pl.DataFrame(self.result.outcomes()).write_csv(draft / "outcomes.csv")
            for name, table in self.result.tables().items():
                table.write_csv(draft / f"{name}.csv")
            if scenario is not None:
                write_repeatable(draft, scenario, [self.record], {"kind": "run"})

    def refuse_unrepeatable(self, scenario: Scenario) -> None:
        """Raise SettingsError if scenario and identity do not suffice to do the run again."""
        identity = self.provenance.identity
        if scenario.digest != identity.scenario:
            raise SettingsError(
                f"scenario: {scenario.name} has the digest {scenario.digest[:12]}, and the run was "
                f"made on {identity.scenario[:12]}. Give the scenario that it was made on."
            )
        if identity.fed_by:
            raise SettingsError(
                f"run {self.run_id} was fed by {', '.join(identity.fed_by)} and cannot be done "
                "again by itself. Save the brief, or leave the scenario out."
            )


def write_repeatable(
    folder: Path, scenario: Scenario, records: Iterable[RunRecord], about: Mapping[str, Any]
) -> None:
    """Write what it takes to do runs again and to compare them, and at last the manifest.

    Parameters
    ----------
    folder
        Exists; what it holds already is listed in the manifest too.
    scenario
        As it was used; written as files.
    records
        The runs; all draws are written with every bit.
    about
        What else the manifest says.
    """
    kept = list(records)
    save(scenario, folder / SCENARIO_FOLDER)
    (folder / OUTCOMES_FOLDER).mkdir()
    for record in kept:
        table = pl.DataFrame(dict(record.outcomes))
        table.write_parquet(folder / OUTCOMES_FOLDER / f"{record.run_id}.parquet")
    seconds = sum(record.provenance.circumstance.seconds for record in kept)
    content = {
        **about,
        "foedus": foedus_version(),
        "scenario": {"name": scenario.name, "digest": scenario.digest},
        "circumstance": {**asdict(Circumstance.now(seconds)), "processor": processor()},
        "runs": [{"run": record.run_id, **asdict(record.provenance)} for record in kept],
    }
    write_manifest(folder, json.loads(json.dumps(content, default=str)))


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

    def drawn(
        self,
        scenario: Scenario,
        block: int,
        n: int,
        fixed: Mapping[Cell, Any],
        tables: frozenset[str] | None = None,
    ) -> Draws:
        """Return the draws of one block, or the point; of all cells or of some tables only."""
        if self.draws == 0:
            return point(self.option, fixed)
        return draw_block(
            scenario, self.option, seed=self.seed, block=block, n=n, fixed=fixed, tables=tables
        )


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


def run_request(  # noqa: PLR0913 - what a run is decided by
    scenario: Scenario,
    engine: Engine[Any, R],
    request: Request,
    *,
    links: Mapping[Cell, Any] | None = None,
    fed_by: tuple[str, ...] = (),
    solve: Callable[[Any, Any, np.random.Generator], R] | None = None,
    tables: frozenset[str] | None = None,
    at_a_time: int = 1,
) -> Run[R]:
    """Run an engine as requested, with cells that other engines' outcomes fill.

    Parameters
    ----------
    links
        Arrays over all draws by cell; cut to the block where draws are made in blocks.
    fed_by
        Ids of the runs that the links came from.
    solve
        Called with the engine as it is set, its inputs and its chance, in the place of the engine's
        own `solve`: to be told how far it is, or to begin from an earlier result. Whatever it
        brings in that changes numbers must be named in `fed_by`.
    tables
        All tables of which the engine reads drawn cells, to save the time of drawing others; any if
        None.
    at_a_time
        Blocks of draws that are worked on side by side; the result is the same for any.
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
    seen = in_order(Seen(scenario, request.fixed))

    def part(block: int, n: int) -> R:
        draws = request.drawn(scenario, block, n, fixed, tables)
        if links:
            start = block * BLOCK
            draws = draws.with_links({c: values[start : start + n] for c, values in links.items()})
        chance = stream(request.seed, block, ready.name)
        inputs = ready.inputs(seen, draws)
        return ready.solve(inputs, chance) if solve is None else solve(ready, inputs, chance)

    result = in_blocks(part, request.blocks(), at_a_time)
    identity = identity_of(scenario, engine, request, fed_by)
    seconds = time.perf_counter() - started
    return Run(result, Provenance(identity, Circumstance.now(seconds)))


def in_blocks(part: Callable[[int, int], R], blocks: list[tuple[int, int]], at_a_time: int) -> R:
    """Return what blocks of draws bring, end to end, so many worked on at a time.

    Parameters
    ----------
    part
        Called with the number of a block and how many draws it has.
    """
    numbers, sizes = zip(*blocks, strict=True)
    if at_a_time == 1 or len(blocks) == 1:
        return join_blocks(map(part, numbers, sizes), len(blocks))
    with ThreadPoolExecutor(max_workers=at_a_time) as pool:
        try:
            return join_blocks(pool.map(part, numbers, sizes), len(blocks))
        except BaseException:
            # Whoever breaks off need not wait for blocks that were not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def identity_of(
    scenario: Scenario,
    engine: Engine[Any, Any],
    request: Request,
    fed_by: tuple[str, ...] = (),
) -> Identity:
    """Return all that decides the numbers of a run, before it is made."""
    return Identity(
        foedus=foedus_version(),
        engine=engine.name,
        settings=settings_of(configured(engine, scenario, request.fixed)),
        scenario=scenario.digest,
        option=request.option,
        set=dict(request.asked),
        seed=request.seed,
        draws=request.draws,
        held=tuple(sorted(chosen_by_caller(engine))),
        fed_by=fed_by,
    )


class Seen:
    """A scenario with cells that were set, as a key: 1, 1.0 and True are three values."""

    def __init__(self, scenario: Scenario, fixed: Mapping[Cell, Any]) -> None:
        self.scenario = scenario
        self.cells = {cell: v for cell, v in fixed.items() if cell.table != ENGINES_TABLE}
        changes = frozenset((cell, type(value), value) for cell, value in self.cells.items())
        self.key = (scenario.name, scenario.digest, changes)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and self.key == other.key


@lru_cache(maxsize=4)
def in_order(seen: Seen) -> Scenario:
    """Return a scenario as engines see it; runs that follow each other often see the same."""
    return with_cells(seen.scenario.in_key_order, seen.cells)
