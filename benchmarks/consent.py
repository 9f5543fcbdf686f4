"""How fast the maths of consent is: sizes, seconds and time per draw, with the machine.

Run as `python benchmarks/consent.py`. Each row is the best of three runs after one that
compiles. `processor s` is time on all cores together: on a machine that does other work it
says more than the clock. Rows with a bar say whether the clock met it.
"""

import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numba
import numpy as np
import scipy
from numpy.typing import NDArray

from foedus.engines.consent.ladder import (
    JointStances,
    LevelArray,
    joint_levels,
    level_of,
    reach_prob,
)
from foedus.engines.consent.public import PollEffects, Polls, pooled_margins
from foedus.engines.consent.waiting import greatest_coalition, least_coalition
from foedus.engines.consent.willingness import correlated_normals

SEED: Final = 7
BLOCK: Final = 4_096
DRAWS: Final = 1_000_000
DELEGATIONS: Final = 40
REPEATS: Final = 3

STANCES: Final = JointStances(
    mean_score=np.linspace(5, 95, DELEGATIONS)[None],
    sd_score=np.linspace(10, 30, DELEGATIONS)[None],
    cuts=np.array([[8.0, 35.0, 40.0, 52.0, 80.0]]),
    shift_score=np.array([2.0]),
    correlation=np.array([0.2]),
)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    size: str
    draws: int
    work: Callable[[], object]
    bar_seconds: float | None = None


def generator(block: int) -> np.random.Generator:
    """Return the generator of a block, the same whoever works on it."""
    return np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(block,)))


def blocks() -> list[tuple[int, int]]:
    """Return the number and the draws of every block; the last is shorter."""
    return [(n, min(BLOCK, DRAWS - n * BLOCK)) for n in range(-(-DRAWS // BLOCK))]


def drawn_levels(stances: JointStances, draws: int, rng: np.random.Generator) -> LevelArray:
    """Draw the normals and hand them to the kernel."""
    own = rng.standard_normal((draws, stances.mean_score.shape[1]))
    return joint_levels(stances, own, rng.standard_normal(draws))


def count_of_levels(block: tuple[int, int]) -> NDArray[np.int64]:
    """Draw a block and keep what an answer keeps: how often each level is reached."""
    number, draws = block
    levels = drawn_levels(STANCES, draws, generator(number))
    return np.bincount(levels.ravel(), minlength=6).astype(np.int64)


def only_normals(block: tuple[int, int]) -> None:
    """Draw the normals of a block and nothing else: what the random numbers alone cost."""
    number, draws = block
    rng = generator(number)
    rng.standard_normal((draws, DELEGATIONS))
    rng.standard_normal(draws)


def plain_levels(block: tuple[int, int]) -> None:
    """Do the same as `drawn_levels` step by step on whole arrays."""
    number, draws = block
    rng = generator(number)
    own, common = rng.standard_normal((draws, DELEGATIONS)), rng.standard_normal(draws)
    normals = correlated_normals(own, common, STANCES.correlation)
    moved = STANCES.mean_score + STANCES.shift_score[:, None]
    level_of(moved + STANCES.sd_score * normals, STANCES.cuts)


def on_threads(threads: int, work: Callable[[tuple[int, int]], object]) -> Callable[[], None]:
    """Return work on all blocks, shared out among threads."""

    def share_out() -> None:
        if threads == 1:
            for block in blocks():
                work(block)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, blocks()))

    return share_out


def rows() -> list[Row]:
    """Return all that is measured."""
    rng = np.random.default_rng(SEED)
    joint = f"{DRAWS:,} draws x {DELEGATIONS}"

    willing = rng.random((DRAWS, DELEGATIONS)) < 0.6
    needs, counts = rng.integers(0, 9, DELEGATIONS), np.ones(DELEGATIONS, dtype=np.bool_)
    named = rng.random((DELEGATIONS, DELEGATIONS)) < 0.01
    np.fill_diagonal(named, val=False)

    chances = 100_000
    mean, sd = rng.uniform(0, 100, (chances, DELEGATIONS)), np.full((1, DELEGATIONS), 20.0)

    poll_count, pools = 30, 4_096
    polls = Polls(
        nation=rng.integers(0, 12, poll_count),
        survey=rng.integers(0, 10, poll_count),
        margin_share=rng.uniform(-0.6, 0.4, (1, poll_count)),
        sampling_variance=np.full((1, poll_count), 0.001),
        age_months=rng.uniform(0, 12, (1, poll_count)),
    )
    effects = PollEffects(
        house_sd=rng.uniform(0.03, 0.09, pools),
        between_sd=rng.uniform(0.1, 0.4, pools),
        half_life_months=rng.uniform(4, 12, pools),
    )
    return [
        Row("joint levels, one thread", joint, DRAWS, on_threads(1, count_of_levels)),
        Row("joint levels, two threads", joint, DRAWS, on_threads(2, count_of_levels), 2.0),
        Row("  of which normals, one thread", joint, DRAWS, on_threads(1, only_normals)),
        Row("  plain array steps, one thread", joint, DRAWS, on_threads(1, plain_levels)),
        Row(
            "least coalition, one thread",
            joint,
            DRAWS,
            lambda: least_coalition(willing, needs, named, counts),
        ),
        Row(
            "greatest coalition, one thread",
            joint,
            DRAWS,
            lambda: greatest_coalition(willing, needs, named, counts),
        ),
        Row(
            "chance of each level",
            f"{chances:,} draws x {DELEGATIONS}",
            chances,
            lambda: reach_prob(mean, sd, STANCES.cuts),
        ),
        Row(
            "poll average",
            f"{pools:,} draws x {poll_count} polls, {DELEGATIONS} nations",
            pools,
            lambda: pooled_margins(polls, effects, DELEGATIONS, no_poll_sd=0.5),
        ),
    ]


def best_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return the least clock and processor seconds of some runs, after one that compiles."""
    work()
    clock, processor = [], []
    for _ in range(REPEATS):
        clock_start, processor_start = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - clock_start)
        processor.append(time.process_time() - processor_start)
    return min(clock), min(processor)


def processor_name() -> str:
    """Return the processor's name where the system tells it."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine() -> str:
    """Return what the figures depend on, in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return (
        f"{processor_name()}, {cores} cores; Python {platform.python_version()}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}, numba {numba.__version__}; "
        f"load average {load}"
    )


def main() -> None:
    """Measure every row and print the table."""
    print(f"before: {machine()}")
    heads = ("clock s", "processor s", "ns a draw", "bar s")
    print(f"{'what':<33} {'size':<38} " + " ".join(f"{head:>12}" for head in heads))
    for row in rows():
        clock, processor = best_seconds(row.work)
        bar = ""
        if row.bar_seconds is not None:
            bar = f"{row.bar_seconds:g} {'met' if clock < row.bar_seconds else 'MISSED'}"
        figures = (f"{clock:.3f}", f"{processor:.3f}", f"{clock / row.draws * 1e9:,.0f}", bar)
        print(f"{row.what:<33} {row.size:<38} " + " ".join(f"{figure:>12}" for figure in figures))
    print(f"after: {machine()}")


if __name__ == "__main__":
    main()
