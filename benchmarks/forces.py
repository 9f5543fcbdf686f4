"""Time the sustained force: `python benchmarks/forces.py [--draws N]`.

Prints what each kernel takes on this machine, and how that compares with a general solver and with
plain numpy on the same cases. Inputs are synthetic, of the size of the reference scenario: 35
nations and 23 capabilities, of which 11 serve 8 critical groups, 9 stand for themselves and 3 are
headquarters. Drawing them is not timed, compiling neither. The large run and linprog are timed
once, the rest is the best of five. Look at the load: on a machine that does other work the seconds
are too high.
"""

import argparse
import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numba
import numpy as np
import scipy
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, kron, vstack

from foedus.engines.forces.balanced import balanced_share
from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.sharing import share_out
from foedus.engines.forces.standing import Contingents, standing_persons

NATIONS, CAPABILITIES, CRITICAL, GROUPS = 35, 23, 8, 17
ON_LAND = np.arange(GROUPS) < 12
BLOCK = 4096
DURATION_MONTHS = 24.0
STRENGTH = [4500, 4000, 3200, 800, 700, 600, 130, 100, 400, 700, 150, 400, 450, 120, 120]
STRENGTH += [220, 45, 30, 60, 45, 700, 1000, 250]
GROUP_OF = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, *range(8, GROUPS), -1, -1, -1]
REQUIRED = [13_000, 2_100, 1_800, 520, 700, 1_200, 3_500, 750, 800, 900, 240, 240, *[400] * 5]

Mission = tuple[Contingents, FloatArray, FloatArray]


def mission(rng: np.random.Generator, draws: int) -> Mission:
    """Return one block; what an engine draws differs from draw to draw, tour lengths do not."""
    shape = (draws, NATIONS, CAPABILITIES)
    pool = rng.gamma(1.0, 3.0, shape)
    strength_ratio = rng.uniform(0.85, 1.15, (draws, 1, 1))
    is_detached = np.zeros(shape[1:], dtype=np.bool_)
    is_detached[:, 3] = True
    units = Contingents(
        available_count=pool * rng.uniform(0.1, 0.6, shape),
        pool_count=pool,
        giving_share=(rng.random((draws, NATIONS, 1)) < 0.8) * np.ones(shape),
        strength_persons=strength_ratio * np.array(STRENGTH, dtype=np.float64) * np.ones(shape),
        tour_months=rng.choice([4.0, 6.0, 9.0, 12.0], (1, *shape[1:])),
        dwell_ratio=rng.uniform(1.0, 4.0, shape),
        overlap_months=rng.uniform(0.5, 1.0, draws),
        is_detached=is_detached,
        group_of=np.array(GROUP_OF),
    )
    ceiling = rng.uniform(100, 8000, (draws, NATIONS))
    required = np.array(REQUIRED, dtype=np.float64) * rng.uniform(0.8, 1.2, (draws, GROUPS))
    return units, ceiling, required


def part_of(block: Mission, draws: int) -> Mission:
    """Return the first draws of a block."""
    units, ceiling, required = block
    blocks = {
        name: values[:draws]
        for name, values in zip(units._fields[:7], units[:7], strict=True)
        if values.shape[0] > 1
    }
    return units._replace(**blocks), ceiling[:draws], required[:draws]


def proportion(
    persons: FloatArray, ceiling: FloatArray, required: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what the balanced share is found from: ceilings less the room for other groups."""
    asked = np.ascontiguousarray(required[:, :CRITICAL])
    part = asked.sum(axis=1) / required[:, ON_LAND].sum(axis=1)
    return np.ascontiguousarray(persons[:, :, :CRITICAL]), ceiling * part[:, None], asked


def sustained(block: Mission) -> tuple[FloatArray, FloatArray]:
    """Return gross strength and balanced share of a block, from units on, as the engine does."""
    units, ceiling, required = block
    persons = standing_persons(units, DURATION_MONTHS, group_count=GROUPS)
    gross = np.minimum(persons[:, :, ON_LAND].sum(axis=2), ceiling).sum(axis=1)
    return gross, balanced_share(*proportion(persons, ceiling, required))[0]


def best_seconds(run: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of several runs: what the work takes when nothing disturbs it."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        run()
        seconds.append(perf_counter() - start)
    return min(seconds)


def run_blocks(blocks: list[Mission], sizes: list[int], workers: int) -> float:
    """Return the seconds that a number of workers take for blocks of the sizes given."""

    def one(job: int) -> float:
        block = blocks[job % len(blocks)]
        size = sizes[job]
        gross, share = sustained(block if size == BLOCK else part_of(block, size))
        return float(gross.sum() + share.sum())

    start = perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        total = sum(pool.map(one, range(len(sizes))))
    seconds = perf_counter() - start
    assert np.isfinite(total)
    return seconds


def by_linear_programme(
    supply: FloatArray, ceiling: FloatArray, required: FloatArray
) -> tuple[FloatArray, float]:
    """Return shares found by HiGHS through scipy, and the seconds spent in the solver's call."""
    by_nation = kron(np.eye(NATIONS), np.ones((1, CRITICAL)))
    by_line = -kron(np.ones((1, NATIONS)), np.eye(CRITICAL))
    goal = np.append(np.zeros(NATIONS * CRITICAL), -1.0)
    shares = np.empty(len(supply))
    seconds = 0.0
    for draw in range(len(supply)):
        column = np.append(np.zeros(NATIONS), required[draw])[:, None]
        rows = hstack([vstack([by_nation, by_line]), csr_array(column)]).tocsr()
        limits = np.append(ceiling[draw], np.zeros(CRITICAL))
        bounds = np.column_stack([np.zeros(goal.size), np.append(supply[draw].ravel(), np.inf)])
        start = perf_counter()
        solution = linprog(goal, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
        seconds += perf_counter() - start
        assert solution.status == 0
        shares[draw] = solution.x[-1]
    return shares, seconds


def by_numpy(supply: FloatArray, ceiling: FloatArray, required: FloatArray) -> FloatArray:
    """Return the shares by the formula as one would write it without a compiler."""
    sets = (np.arange(1, 1 << CRITICAL)[None, :] >> np.arange(CRITICAL)[:, None] & 1).astype(
        np.float64
    )
    sent = np.minimum(supply @ sets, ceiling[:, :, None]).sum(axis=1)
    shares: FloatArray = (sent / (required @ sets)).min(axis=1)
    return shares


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
        f"Python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}, "
        f"scipy {scipy.__version__}\n"
        f"load {load()} before the first run"
    )


def load() -> str:
    """Return the load averages over one, five and fifteen minutes."""
    return " ".join(f"{part:.2f}" for part in os.getloadavg())


def row(what: str, size: str, seconds: float, draws: int, bar: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:<46} {size:<26} {seconds:>8.3f} {seconds / draws * 1e6:>11.2f}  {bar}")


def verdict(seconds: float, limit: float, text: str) -> str:
    """Return the bar, and whether it was met."""
    return f"{text}: {'met' if seconds < limit else 'MISSED'}"


def main() -> None:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--draws", type=int, default=1_000_000, help="draws of the large run")
    parser.add_argument("--peer-draws", type=int, default=300, help="draws given to the solver")
    chosen = parser.parse_args()
    rng = np.random.default_rng(1)
    print(machine(), end="\n\n")
    blocks = [mission(rng, BLOCK) for _ in range(2)]
    units, ceiling, required = blocks[0]
    persons = standing_persons(units, DURATION_MONTHS, group_count=GROUPS)
    supply, room, asked = proportion(persons, ceiling, required)
    run_blocks([part_of(blocks[0], 1)], [1], 1)
    print(f"{'what':<46} {'size':<26} {'seconds':>8} {'us per draw':>11}  bar")

    seconds = best_seconds(lambda: balanced_share(supply, room, asked))
    bar = verdict(seconds, 20e-6 * BLOCK, "20 us a draw")
    row("balanced share, one core", f"{BLOCK} x {NATIONS} x {CRITICAL}", seconds, BLOCK, bar)
    ours = seconds / BLOCK

    seconds = best_seconds(lambda: standing_persons(units, DURATION_MONTHS, group_count=GROUPS))
    row("standing soldiers, one core", f"{BLOCK} x {NATIONS} x {CAPABILITIES}", seconds, BLOCK)

    sizes = [BLOCK] * (chosen.draws // BLOCK) + [chosen.draws % BLOCK] * (chosen.draws % BLOCK > 0)
    size = f"{chosen.draws} x {NATIONS} x {CAPABILITIES}"
    row("sustained force, balanced too, one core", size, run_blocks(blocks, sizes, 1), chosen.draws)
    seconds = run_blocks(blocks, sizes, 2)
    bar = verdict(seconds, 30e-6 * chosen.draws, "30 s a million")
    row("sustained force, balanced too, two cores", size, seconds, chosen.draws, bar)

    draws, groups, steps = 512, 20, 40
    sharing = (
        rng.uniform(100, 5000, (draws, steps)),
        rng.integers(0, groups, steps),
        rng.gamma(0.5, 900, (draws, NATIONS, groups)),
        ceiling[:draws],
        rng.dirichlet(np.ones(NATIONS), 1),
        np.arange(groups) < 14,
    )
    share_out(*sharing)
    seconds = best_seconds(lambda: share_out(*sharing))
    row(f"share out, {steps} steps, one core", f"{draws} x {NATIONS} x {groups}", seconds, draws)

    few = chosen.peer_draws
    size = f"{few} x {NATIONS} x {CRITICAL}"
    expected = balanced_share(supply[:few], room[:few], asked[:few])[0]
    shares, solver_seconds = by_linear_programme(supply[:few], room[:few], asked[:few])
    row("peer: scipy linprog (HiGHS), balanced share", size, solver_seconds, few)
    by_formula = by_numpy(supply[:few], room[:few], asked[:few])
    numpy_seconds = best_seconds(lambda: by_numpy(supply[:few], room[:few], asked[:few]))
    row("peer: numpy, same formula, its own threads", size, numpy_seconds, few)

    print(
        f"\nlinprog over kernel {solver_seconds / few / ours:,.0f} times "
        f"(largest relative difference {np.abs(shares / expected - 1).max():.1e}; the time of "
        "linprog has its checks in Python in it)\n"
        f"numpy over kernel {numpy_seconds / few / ours:,.1f} times "
        f"(largest relative difference {np.abs(by_formula / expected - 1).max():.1e})\n"
        f"The large run takes {len(blocks)} blocks of {BLOCK} draws in turn; drawing them is not "
        f"timed.\nload {load()} after the last run"
    )


if __name__ == "__main__":
    main()
