"""Time the spending engine: `python benchmarks/spending.py [--draws N]`.

Prints what a path to one target and the costs of a force take on this machine, and how that
compares with plain numpy on the same cases. Inputs are synthetic, of the size of the reference
scenario: 32 nations over 10 years, and six senders of soldiers beside them. Drawing them is not
timed, compiling neither. The large run is timed once, the rest is the best of five. Look at the
load: on a machine that does other work the seconds are too high.
"""

import argparse
import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numba
import numpy as np

from foedus.engines.spending.blocks import BoolArray, FloatArray
from foedus.engines.spending.force_cost import payments, sender_cost
from foedus.engines.spending.paths import Economies, PathSums, sum_paths

NATIONS, YEARS, SEEN, DUE, POOLS = 32, 10, 6, 6, 6
BLOCK = 4096
TARGET = 0.035


class Case(NamedTuple):
    """One block of draws."""

    economies: Economies
    spread: FloatArray
    persons: FloatArray
    """Shape (draw, sender, domain)."""
    usd: FloatArray
    """Shape (draw, domain)."""
    pays_for: BoolArray


def case(rng: np.random.Generator, draws: int) -> Case:
    """Return one block; what an engine draws differs from draw to draw."""
    gdp = rng.lognormal(6.0, 1.3, (1, NATIONS))
    economies = Economies(
        gdp * rng.uniform(0.98, 1.02, (draws, NATIONS)),
        rng.triangular(0.0, 0.015, 0.03, (draws, NATIONS)),
        np.repeat(rng.uniform(0.008, 0.04, (1, NATIONS)), draws, axis=0),
        rng.triangular(0.02, 0.08, 0.15, (draws, NATIONS)),
    )
    persons = rng.gamma(0.5, 2000.0, (draws, NATIONS + POOLS, 3))
    usd = np.array([150e3, 300e3, 250e3]) * rng.uniform(0.7, 1.5, (draws, 3))
    owners = rng.random((POOLS, NATIONS)) < 0.3
    owners[:, 0] = True
    pays_for = np.concatenate([np.eye(NATIONS, dtype=np.bool_), owners])
    return Case(economies, rng.uniform(-0.01, 0.02, draws), persons, usd, pays_for)


def part_of(whole: Case, draws: int) -> Case:
    """Return the first draws of a block."""
    gdp, growth, today, ramp = (part[:draws] for part in whole.economies)
    return whole._replace(
        economies=Economies(gdp, growth, today, ramp),
        spread=whole.spread[:draws],
        persons=whole.persons[:draws],
        usd=whole.usd[:draws],
    )


def paths(block: Case) -> PathSums:
    """Return what the path to the target comes to."""
    target = np.full((1, NATIONS, 1), TARGET)
    due = np.full((NATIONS, 1), DUE)
    return sum_paths(block.economies, target, due, block.spread, SEEN, YEARS)


def costs(block: Case) -> FloatArray:
    """Return what each nation pays a year for the soldiers of all."""
    nations, senders = np.ones(NATIONS, np.bool_), np.ones(NATIONS + POOLS, np.bool_)
    cost = sender_cost(block.persons, block.usd)
    gdp = block.economies.gdp_usd_bn
    return payments(cost, block.pays_for, gdp, senders, nations, np.full(1, 0.25))


def by_numpy(block: Case) -> PathSums:
    """Return the same by the closed form, as one would write it without a compiler."""
    gdp, growth, today, ramp = (part[:, :, None] for part in block.economies)
    years = np.arange(1, YEARS + 1)
    economy = gdp * (1 + growth) ** years
    goal = np.maximum(TARGET, today)
    rise = np.maximum((1 + ramp) / (1 + growth), 1)
    most = today * rise**years
    plan = np.where(years < DUE, today + (goal - today) * years / DUE, goal)
    more = np.minimum(plan, most) - today
    reached = most >= goal
    earliest = np.where(reached.any(axis=2), reached.argmax(axis=2) + 1.0, np.inf)
    earliest = np.where(today[:, :, 0] >= TARGET, 0.0, earliest)
    rolls = 1 + block.spread[:, None, None] / (1 + growth)
    debt = (more * rolls ** (YEARS - years)).sum(axis=2)
    extra = more * economy
    return PathSums(
        *(part[:, :, None] for part in (extra[:, :, SEEN - 1], extra.sum(axis=2), earliest, debt))
    )


def best_seconds(run: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of several runs: what the work takes when nothing disturbs it."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        run()
        seconds.append(perf_counter() - start)
    return min(seconds)


def run_blocks(blocks: list[Case], sizes: list[int], workers: int) -> float:
    """Return the seconds that a number of workers take for blocks of the sizes given."""

    def one(job: int) -> float:
        block = blocks[job % len(blocks)]
        block = block if sizes[job] == BLOCK else part_of(block, sizes[job])
        return float(paths(block).extra_usd_bn.sum() + costs(block).sum())

    start = perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        total = sum(pool.map(one, range(len(sizes))))
    seconds = perf_counter() - start
    assert np.isfinite(total)
    return seconds


def machine() -> str:
    """Return processor, cores, versions and load in three lines."""
    model = platform.processor() or "unknown"
    about = Path("/proc/cpuinfo")
    if about.exists():
        lines = about.read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    return (
        f"processor {model}, {os.cpu_count()} cores\n"
        f"Python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}\n"
        f"load {load()} before the first run"
    )


def load() -> str:
    """Return the load averages over one, five and fifteen minutes."""
    return " ".join(f"{part:.2f}" for part in os.getloadavg())


def row(what: str, size: str, seconds: float, draws: int, bar: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:<44} {size:<22} {seconds:>8.3f} {seconds / draws * 1e6:>11.2f}  {bar}")


def largest_difference(one: PathSums, other: PathSums) -> float:
    """Return the largest relative difference of what is finite in both."""
    worst = 0.0
    for ours, theirs in zip(one, other, strict=True):
        finite = np.isfinite(ours)
        assert (finite == np.isfinite(theirs)).all()
        scale = np.maximum(np.abs(ours[finite]), 1e-12 * np.abs(ours[finite]).max())
        worst = max(worst, float((np.abs(ours[finite] - theirs[finite]) / scale).max()))
    return worst


def main() -> None:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--draws", type=int, default=1_000_000, help="draws of the large run")
    chosen = parser.parse_args()
    rng = np.random.default_rng(1)
    print(machine(), end="\n\n")
    blocks = [case(rng, BLOCK) for _ in range(2)]
    first = blocks[0]
    run_blocks([part_of(first, 1)], [1], 1)
    print(f"{'what':<44} {'size':<22} {'seconds':>8} {'us per draw':>11}  bar")
    size = f"{BLOCK} x {NATIONS} x {YEARS}"

    ours = best_seconds(lambda: paths(first))
    row("path to one target, one core", size, ours, BLOCK)
    row("costs of a force, one core", size, best_seconds(lambda: costs(first)), BLOCK)

    sizes = [BLOCK] * (chosen.draws // BLOCK) + [chosen.draws % BLOCK] * (chosen.draws % BLOCK > 0)
    size = f"{chosen.draws} x {NATIONS} x {YEARS}"
    row("path and costs, one core", size, run_blocks(blocks, sizes, 1), chosen.draws)
    seconds = run_blocks(blocks, sizes, 2)
    met = "met" if seconds < 10e-6 * chosen.draws else "MISSED"
    row("path and costs, two cores", size, seconds, chosen.draws, f"10 s a million: {met}")

    theirs = best_seconds(lambda: by_numpy(first))
    row("peer: numpy, closed form of the path", f"{BLOCK} x {NATIONS} x {YEARS}", theirs, BLOCK)
    print(
        f"\nnumpy over kernel {theirs / ours:,.1f} times (largest relative difference "
        f"{largest_difference(paths(first), by_numpy(first)):.1e})\n"
        f"The large run takes {len(blocks)} blocks of {BLOCK} draws in turn; drawing them is not "
        f"timed.\nload {load()} after the last run"
    )


if __name__ == "__main__":
    main()
