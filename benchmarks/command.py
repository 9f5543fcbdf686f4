"""Time the command engine: `python benchmarks/command.py [--draws N]`.

Prints what the reference scenario takes on this machine, everybody joining, and what turns of ten
headquarters over a mission take by themselves. Drawing the cells is not timed. Each is the best of
five. Look at the load: on a machine that does other work the seconds are too high.
"""

import argparse
import os
import platform
from collections.abc import Callable
from time import perf_counter

import numpy as np

import foedus
from foedus.engines.command.engine import Command
from foedus.engines.command.turns import Bench, take_turns
from foedus.scenario.draws import BLOCK, draw_block, stream

HEADQUARTERS, MONTHS = 10, 24
REPEATS = 5


def best_of(work: Callable[[], object]) -> float:
    """Return the shortest of some times, in seconds."""
    times = []
    for _ in range(REPEATS):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


def synthetic_bench(rng: np.random.Generator, draws: int) -> Bench:
    """Return headquarters of which half are at hand."""
    shape = (draws, HEADQUARTERS)
    return Bench(
        there=rng.random(shape) < 0.5,
        goes_first=np.arange(HEADQUARTERS) == 0,
        lead=np.arange(HEADQUARTERS),
        notice_months=rng.uniform(0, 2, shape),
        tour_months=rng.uniform(4, 12, shape),
        dwell_ratio=rng.uniform(1, 3, shape),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    draws: int = parser.parse_args().draws
    if not 1 <= draws <= BLOCK:
        parser.error(f"--draws: {draws}. Write a number from 1 to {BLOCK}.")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} processors"
    )
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}; {draws:,} draws")
    paris = foedus.load("paris-2025")
    engine, scenario = Command(), paris.in_key_order
    drawn = draw_block(scenario, paris.headline_option, seed=1, block=0, n=draws, fixed={})
    inputs = engine.inputs(scenario, drawn)
    seconds = {
        "inputs from the draws": best_of(lambda: engine.inputs(scenario, drawn)),
        f"all {len(inputs.pairs)} chains and leads": best_of(
            lambda: engine.solve(inputs, stream(1, 0, engine.name))
        ),
    }
    bench = synthetic_bench(np.random.default_rng(1), draws)
    months = np.array([float(MONTHS)])
    turns = f"turns of {HEADQUARTERS} over {MONTHS} months"
    seconds[turns] = best_of(lambda: take_turns(bench, 1, months))
    for name, taken in seconds.items():
        print(f"{name:32} {taken:8.4f} s")


if __name__ == "__main__":
    main()
