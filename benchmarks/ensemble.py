"""Time ensembles, sensitivity and discovery: `python benchmarks/ensemble.py [--full]`.

First the whole chain of the reference scenario, with the bars that it is held to: 100,000 draws by
two workers in under 30 seconds, and by one, of which two must be at least 1.6 times as fast; with
`--full` a million draws in under 5 minutes, with the most memory that a process took after a tenth
of them and after all. `--chain` gives another number of draws, 0 for none.

Then what Sobol' indices of a model of 30 inputs take: to make the points and run it, and to
estimate indices with bootstrap intervals from the runs; the latter also by SALib on the same runs,
if it is installed, with as many resamples and with the ratio of the two. Then what a peeling of
100,000 draws of 40 inputs takes, and the same by quantiles of each column at each step in plain
numpy. Estimates are the best of three, what is slower is timed once. Look at the load: on a machine
that does other work the seconds are too high.
"""

import argparse
import importlib
import importlib.util
import os
import platform
import resource
from collections.abc import Callable
from time import perf_counter

import numpy as np

import foedus
from foedus.ensemble.design import BLOCK, Arrangement, blocks, mixed, stream, two_samples
from foedus.ensemble.discovery import LEAST_MASS_SHARE, PEEL_SHARE, BoolArray, FloatArray, peel
from foedus.ensemble.running import run_ensemble
from foedus.ensemble.sobol_indices import (
    SobolIndices,
    add_up,
    indices_of,
    indices_of_model,
    middle_of,
    resampling,
)
from foedus.runs import make_request

INPUTS = 30
COLUMNS = 40
RESAMPLES = 100
REPEATS = 3
SCENARIO = "paris-2025"
MILLION = 1_000_000
FASTEST_SECONDS = {100_000: 30.0, MILLION: 300.0}
"""Bars for the whole chain by two workers, start and summary included."""
LEAST_SPEED_UP = 1.6
WEIGHTS = np.concatenate([[0, 1, 4.5, 9], np.full(INPUTS - 4, 99.0)])
NAMES = [f"x{place}" for place in range(INPUTS)]


def best_of(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the shortest of some times, in seconds."""
    times = []
    for _ in range(repeats):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


def sobol_g(points: FloatArray) -> FloatArray:
    """Return Sobol's G function of 30 inputs, of which four matter; shape (draw, 1)."""
    found: FloatArray = ((np.abs(4 * points - 2) + WEIGHTS) / (1 + WEIGHTS)).prod(axis=1)
    return found[:, np.newaxis]


def runs_of(base: int) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
    """Return the outcomes of each block of an arrangement."""
    found = []
    for block, n in blocks(base):
        first, second = two_samples("sobol", NAMES, seed=1, block=block, n=n)
        mixture = [sobol_g(mixed(first, second, [place])) for place in range(INPUTS)]
        found.append((sobol_g(first), sobol_g(second), np.stack(mixture, axis=1)))
    return found


def estimate(runs: list[tuple[FloatArray, FloatArray, FloatArray]]) -> SobolIndices:
    """Return the indices of runs with intervals."""
    centre = middle_of(runs[0][0])
    sums = None
    for block, (a, b, m) in enumerate(runs):
        weight = resampling(len(a), RESAMPLES, stream(1, block, "resampling"))
        more = add_up(a, b, m, weight=weight, centre=centre)
        sums = more if sums is None else sums + more
    assert sums is not None
    return indices_of(sums)


def compare_indices(base: int) -> None:
    """Print what the indices take, here and by SALib."""
    arrangement = Arrangement(NAMES, draws=base, seed=1)
    whole = best_of(
        lambda: indices_of_model(lambda p, _: sobol_g(p), arrangement, resamples=1000), repeats=1
    )
    print(f"{f'{INPUTS} inputs, {base:,} base draws, 1,000 resamples, all':52} {whole:8.2f} s")
    made = best_of(lambda: runs_of(base), repeats=1)
    print(f"{f'of this points and {(INPUTS + 2) * base:,} runs':52} {made:8.2f} s")
    runs = runs_of(base)
    own = best_of(lambda: estimate(runs))
    print(f"{f'indices from the runs, {RESAMPLES} resamples':52} {own:8.2f} s")
    if importlib.util.find_spec("SALib") is None:
        print("SALib is not installed: no ratio")
        return
    salib = importlib.import_module("SALib.analyze.sobol")
    problem = {"num_vars": INPUTS, "names": NAMES, "bounds": [[0, 1]] * INPUTS}
    in_order = np.concatenate(
        [np.concatenate([a, m[:, :, 0], b], axis=1) for a, b, m in runs]
    ).ravel()
    options = {"calc_second_order": False, "num_resamples": RESAMPLES, "seed": 1}
    theirs = salib.analyze(problem, in_order, **options)
    other = best_of(lambda: salib.analyze(problem, in_order, **options))
    print(f"{'the same by SALib':52} {other:8.2f} s, {other / own:.1f} times as long")
    apart = np.abs(estimate(runs).total[0] - theirs["ST"]).max()
    print(f"{'total indices furthest apart':52} {apart:8.0e}")


def peel_plainly(x: FloatArray, cases: BoolArray) -> list[tuple[int, int]]:
    """Return draws and cases of each box, by quantiles of every column of what is inside."""
    steps = [(len(x), int(cases.sum()))]
    while True:
        n = len(x)
        off = max(1, int(PEEL_SHARE * n))
        if n - off < LEAST_MASS_SHARE * steps[0][0] or cases.all():
            return steps
        parts = np.partition(x, [off, n - off - 1], axis=0)
        sides = (x >= parts[off], x <= parts[n - off - 1])
        hits = np.stack([cases @ side.astype(np.float64) for side in sides], axis=1)
        place, side = divmod(int(hits.argmax()), 2)
        kept = sides[side][:, place]
        x, cases = x[kept], cases[kept]
        steps.append((len(x), int(cases.sum())))


def compare_peeling(draws: int) -> None:
    """Print what a peeling takes, by the kernel and in plain numpy."""
    chance = np.random.default_rng(1)
    x = chance.random((draws, COLUMNS))
    cases = (x[:, 3] > 0.6) & (x[:, 17] < 0.4) & (x[:, 30] > 0.2) & (chance.random(draws) < 0.95)
    peel(x[:BLOCK], cases[:BLOCK])  # compiles what is not in the cache
    own = best_of(lambda: peel(x, cases))
    found = peel(x, cases)
    print(
        f"{f'{found.peeled.size - 1} peels of {draws:,} draws, {COLUMNS} inputs':52} {own:8.2f} s"
    )
    plain = best_of(lambda: peel_plainly(x, cases), repeats=1)
    print(f"{'the same in plain numpy':52} {plain:8.2f} s, {plain / own:.0f} times as long")
    steps = list(zip(found.inside_count.tolist(), found.inside_cases_count.tolist(), strict=True))
    print(f"{'boxes':52} {'the same' if steps == peel_plainly(x, cases) else 'differ':>8}")


def seconds_of_chain(draws: int, workers: int) -> float:
    """Return what an ensemble takes, with the start of its workers and its summary."""
    paris = foedus.load(SCENARIO)
    request = make_request(paris, draws=draws, seed=1)
    return best_of(lambda: run_ensemble(paris, request, workers=workers), repeats=1)


def verdict(is_kept: bool) -> str:
    """Return whether a bar is kept, in words."""
    return "kept" if is_kept else "MISSED"


def most_memory() -> float:
    """Return the most memory that this process and any of its workers have taken, in MB."""
    of = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, workers = (resource.getrusage(who).ru_maxrss / 1024 for who in of)
    return max(own, workers)


def time_chain(draws: int) -> None:
    """Print what the whole chain takes by two workers and by one."""
    seconds = {}
    for workers in (2, 1):
        seconds[workers] = seconds_of_chain(draws, workers)
        bar = FASTEST_SECONDS.get(draws) if workers == 2 else None
        held = "" if bar is None else f", bar {bar:g} s {verdict(seconds[2] < bar)}"
        text = f"{SCENARIO}, {draws:,} draws, {workers} worker{'s' if workers > 1 else ''}"
        print(f"{text:52} {seconds[workers]:8.2f} s{held}")
    ratio = seconds[1] / seconds[2]
    held = f"bar {LEAST_SPEED_UP} {verdict(ratio >= LEAST_SPEED_UP)}"
    print(f"{'two workers over one':52} {ratio:8.2f} times, {held}")


def time_million() -> None:
    """Print what a million draws take, and whether memory stays flat."""
    seconds_of_chain(MILLION // 10, 2)
    before = most_memory()
    seconds = seconds_of_chain(MILLION, 2)
    bar = FASTEST_SECONDS[MILLION]
    text = f"{SCENARIO}, {MILLION:,} draws, 2 workers"
    print(f"{text:52} {seconds:8.2f} s, bar {bar:g} s {verdict(seconds < bar)}")
    print(f"{'most memory of a process after a tenth':52} {before:8.0f} MB")
    print(f"{'after all':52} {most_memory():8.0f} MB")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=int, default=2**14)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--chain", type=int, default=100_000)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    base: int = arguments.base
    draws: int = arguments.draws
    if base < 2 or base & (base - 1):
        parser.error(f"--base: {base}. Write a power of two.")
    if draws < BLOCK:
        parser.error(f"--draws: {draws}. Write {BLOCK} or more.")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} processors"
    )
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    if arguments.chain:
        time_chain(arguments.chain)
    if arguments.full:
        time_million()
    compare_indices(base)
    compare_peeling(draws)


if __name__ == "__main__":
    main()
