"""Run an ensemble: block by block, each written whole or not at all, and taken up again later.

The folder of an ensemble:

manifest.json          what decides the numbers, written first
blocks/NNNNN.parquet   a block of 4,096 draws, a row a draw; renamed into place once it is whole
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any, Final, get_args

import polars as pl

from foedus.engines.settings import settings_of
from foedus.ensemble.attempts import DONE, MOST_FAILED_SHARE
from foedus.ensemble.chained import chain_of
from foedus.ensemble.design import BLOCK, Kind
from foedus.ensemble.ensemble import (
    BLOCKS_FOLDER,
    STATUS,
    Ensemble,
    block_file,
    differences,
    scan_blocks,
    summarise,
)
from foedus.ensemble.job import Job
from foedus.ensemble.workers import Block, Finished, in_processes, in_this_process
from foedus.errors import SettingsError
from foedus.provenance import Circumstance, Identity, foedus_version
from foedus.runs import Request
from foedus.scenario.folders import MANIFEST_FILE, read_manifest, write_manifest
from foedus.scenario.scenario import Scenario, unknown

KIND: Final = "ensemble"
DRAFT: Final = ".part"
MOST_WORKERS: Final = 1024

Report = Callable[[int, int], None]
"""Called with how many draws are done, and how many there are."""


def run_ensemble(  # noqa: PLR0913 - what a user says of an ensemble
    scenario: Scenario,
    request: Request,
    *,
    design: Kind = "monte-carlo",
    workers: int = 1,
    scheduler: str | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    keep_inputs: bool = False,
    report: Report | None = None,
) -> Ensemble:
    """Draw one option through the whole chain.

    The numbers hang on scenario, request and design alone: for any number of workers, on this
    machine or on a cluster of its kind, and in one go or several, they are the same to the last
    bit.

    Parameters
    ----------
    scenario, request
        What to run; `request.draws` must be at least 1.
    design
        How cells are drawn: `monte-carlo`, as ordinary runs do; `latin-hypercube`; or `sobol`, for
        which the draws are a power of two or a multiple of 4,096.
    workers
        Processes on this machine, of one thread each, this one among them. With more than one, a
        script of yours must stand behind `if __name__ == "__main__":`.
    scheduler
        Address of a Dask scheduler, whose workers then take the place of those here.
    out
        New or empty folder for the draws; if None they are not kept, but for their summary.
    resume
        Go on in the folder from the blocks that stand there.
    keep_inputs
        Keep the drawn cells too: some ten kilobytes a draw.
    report
        Told how far it is.

    Raises
    ------
    SettingsError
        If an argument cannot be taken, the folder holds something else, it cannot be written, or
        more than 5 % of a block fails. Whole blocks stay.
    MissingDataError
        If consent and the force cannot be found.
    SolverError
        If workers end again and again.
    KeyboardInterrupt
        Once what was begun is dropped. Whole blocks stay.
    """
    check(request, design, workers)
    if resume and out is None:
        raise SettingsError("resume: there is no folder to go on from. Name it with out.")
    job = Job(scenario, request, design, keep_inputs)
    identity = identity_of(job)
    with place_for(out) as folder:
        kept = begun(folder, job, identity, resume=resume)
        missing = [each for each in request.blocks() if each[0] not in kept]
        failed = failed_of(folder) if kept else 0
        done = request.draws - sum(n for _, n in missing)
        if report is not None:
            report(done, request.draws)
        with closing(worked(job, missing, workers, scheduler)) as finished:
            for block, rows in finished:
                write(folder, block, rows, request, is_kept=out is not None)
                failed += rows.filter(pl.col(STATUS) != DONE).height
                refuse_failures(failed, rows, request.draws)
                done += rows.height
                if report is not None:
                    report(done, request.draws)
        return summed_up(folder, identity, None if out is None else folder)


def open_ensemble(folder: str | Path) -> Ensemble:
    """Return an ensemble that was kept.

    Raises
    ------
    SettingsError
        If the folder is none, or some of its blocks are missing.
    """
    place = Path(folder)
    manifest = manifest_of(place)
    identity = identity_in(place, manifest)
    draws = identity.draws
    blocks = [(s // BLOCK, min(BLOCK, draws - s)) for s in range(0, draws, BLOCK)]
    there = whole_blocks(place, blocks)
    if len(there) < len(blocks):
        raise SettingsError(
            f"{place}: {len(there)} of {len(blocks)} blocks are there. Go on with --resume."
        )
    return summed_up(place, identity, place)


def check(request: Request, design: Kind, workers: int) -> None:
    """Raise SettingsError if an ensemble cannot be run so."""
    draws = request.draws
    if draws < 1:
        raise SettingsError("draws: 0 draws no future. Write 1 or more.")
    if design not in get_args(Kind):
        raise SettingsError(unknown("there is no design", design, get_args(Kind)))
    if design == "sobol" and draws % BLOCK and (draws > BLOCK or draws & (draws - 1)):
        raise SettingsError(
            f"draws: {draws:,} is no length of a Sobol' sequence. Write a power of two up to "
            f"{BLOCK:,}, or a multiple of it such as {-(-draws // BLOCK) * BLOCK:,}."
        )
    if not 1 <= workers <= MOST_WORKERS:
        raise SettingsError(f"workers: {workers} is not between 1 and {MOST_WORKERS:,}.")


def identity_of(job: Job) -> Identity:
    """Return all that decides the numbers of an ensemble."""
    chain = chain_of(job.scenario, job.request)
    return Identity(
        foedus=foedus_version(),
        engine=KIND,
        settings={
            "design": job.design,
            "inputs": job.keeps_inputs,
            **{
                f"{engine.name}/{name}": value
                for engine in chain.engines
                for name, value in settings_of(engine).items()
            },
        },
        scenario=job.scenario.digest,
        option=job.request.option,
        set=dict(job.request.asked),
        seed=job.request.seed,
        draws=job.request.draws,
    )


def worked(job: Job, blocks: Sequence[Block], workers: int, scheduler: str | None) -> Finished:
    """Return what yields number and rows of each block as it is done, by whoever is to do it."""
    if scheduler is not None:
        from foedus.ensemble.cluster import on_cluster  # noqa: PLC0415 - an extra

        return on_cluster(job, blocks, scheduler)
    useful = min(workers, len(blocks))
    if useful <= 1:
        return in_this_process(job, blocks)
    return in_processes(job, blocks, useful)


@contextmanager
def place_for(out: str | Path | None) -> Iterator[Path]:
    """Hand out the folder that was asked for, or one that is gone afterwards."""
    if out is not None:
        yield Path(out)
        return
    with tempfile.TemporaryDirectory(prefix="foedus-") as name:
        yield Path(name)


def begun(folder: Path, job: Job, identity: Identity, *, resume: bool) -> set[int]:
    """Make the folder ready, and return the blocks that stand there whole.

    Raises
    ------
    SettingsError
        If it holds anything and is not to be gone on with, or what it holds is another ensemble.
    """
    if resume:
        manifest = manifest_of(folder)
        apart = differences(as_read(identity), identity_in(folder, manifest))
        if apart:
            raise SettingsError(
                f"{folder}: it holds another ensemble: {'; '.join(apart)}. Ask for the same, or "
                "name a new folder and leave --resume out."
            )
        whole = whole_blocks(folder, job.request.blocks())
        kept = {block_file(folder, block) for block in whole}
        for file in (folder / BLOCKS_FOLDER).iterdir():
            if file not in kept:  # half written, or broken since
                file.unlink()
        return whole
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            more = " To go on with the ensemble in it, ask for --resume." if is_one(folder) else ""
            raise SettingsError(f"{folder}: it exists already. Name a new folder.{more}")
        (folder / BLOCKS_FOLDER).mkdir(parents=True)
        about = {
            "kind": KIND,
            "foedus": foedus_version(),
            "scenario": {"name": job.scenario.name, "digest": job.scenario.digest},
            "run": identity.run_id,
            "identity": asdict(as_read(identity)),
            "circumstance": asdict(Circumstance.now(0.0)),
        }
        write_manifest(folder, about)
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be written ({reason(error)}).") from None
    return set()


def as_read(identity: Identity) -> Identity:
    """Return an identity as it comes back from a manifest: a date is text there."""
    return Identity(**json.loads(json.dumps(asdict(identity), default=str)))


def identity_in(folder: Path, manifest: Mapping[str, Any]) -> Identity:
    """Return what decided the numbers of an ensemble.

    Raises
    ------
    SettingsError
        If another version of foedus wrote it in another way.
    """
    try:
        return Identity(**manifest["identity"])
    except (KeyError, TypeError):
        raise SettingsError(
            f"{folder}: foedus {manifest.get('foedus', '(unnamed)')} wrote it in another way. Use "
            "that version, or begin a new folder."
        ) from None


def is_one(folder: Path) -> bool:
    """Tell whether a folder holds an ensemble."""
    return (folder / MANIFEST_FILE).is_file() and (folder / BLOCKS_FOLDER).is_dir()


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return the manifest of an ensemble.

    Raises
    ------
    SettingsError
        If the folder holds none, or it was changed.
    """
    if not is_one(folder):
        raise SettingsError(f"{folder}: it holds no ensemble. To begin one, leave --resume out.")
    manifest = read_manifest(folder)
    if manifest.get("kind") != KIND:
        raise SettingsError(f"{folder}: it holds a {manifest.get('kind')}, and no ensemble.")
    return manifest


def whole_blocks(folder: Path, blocks: Sequence[Block]) -> set[int]:
    """Return the numbers of the blocks that stand in a folder with all their rows."""
    return {block for block, n in blocks if rows_in(block_file(folder, block)) == n}


def rows_in(file: Path) -> int:
    """Return how many rows a file holds; 0 where it is missing or broken."""
    try:
        return int(pl.scan_parquet(file).select(pl.len()).collect().item())
    except (OSError, pl.exceptions.PolarsError):
        return 0


def failed_of(folder: Path) -> int:
    """Return how many draws of the blocks in a folder failed."""
    rows = scan_blocks(folder).filter(pl.col(STATUS) != DONE)
    return int(rows.select(pl.len()).collect().item())


def write(folder: Path, block: int, rows: pl.DataFrame, request: Request, *, is_kept: bool) -> None:
    """Write a block: whole, or not at all.

    Parameters
    ----------
    is_kept
        Whether the folder stays, so that it can be gone on with.

    Raises
    ------
    SettingsError
        If it cannot be written, with what is kept and how to go on.
    """
    content = BytesIO()
    # Random numbers cannot be pressed together; what is written fast is read fast.
    rows.write_parquet(content, compression="uncompressed", statistics=False)
    file = block_file(folder, block)
    draft = file.with_suffix(DRAFT)
    try:
        write_through(draft, content.getvalue())
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        what_now = (
            f"Make room; kept are {kept_words(folder, request)}."
            if is_kept
            else "Make room there, or name a folder elsewhere with --out."
        )
        raise SettingsError(f"{file}: cannot be written ({reason(error)}). {what_now}") from None


def write_through(file: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it: a disk that is full says so only then."""
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def kept_words(folder: Path, request: Request) -> str:
    """Say how much of an ensemble a folder keeps, and how to go on."""
    blocks = request.blocks()
    there = whole_blocks(folder, blocks)
    draws = sum(n for block, n in blocks if block in there)
    return f"{draws:,} of {request.draws:,} draws in {folder}; ask for the same with --resume"


def reason(error: OSError) -> str:
    """Return why a file could not be written, as the system says it."""
    return error.strerror or type(error).__name__


def refuse_failures(failed: int, rows: pl.DataFrame, draws: int) -> None:
    """Raise SettingsError if more draws have failed than may."""
    if failed > MOST_FAILED_SHARE * draws:
        most = rows.filter(pl.col(STATUS) != DONE)[STATUS].mode().sort()[0]
        raise SettingsError(
            f"{failed:,} of {draws:,} draws failed, more than {MOST_FAILED_SHARE:.0%}. Such as: "
            f"{most.removesuffix('.')}. Narrow the range of the cells that lead there, or set them."
        )


def summed_up(folder: Path, identity: Identity, kept: Path | None) -> Ensemble:
    """Return the ensemble whose blocks stand in a folder."""
    summary, statuses = summarise(scan_blocks(folder))
    return Ensemble(identity=identity, summary=summary, statuses=statuses, folder=kept)
