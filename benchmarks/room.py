"""Time the smallest rooms: `python benchmarks/room.py [--draws N]`.

Prints what the reference scenario takes on this machine: the smallest rooms, the best room of eight
seats, one format judged, and the whole engine; and beside them a synthetic cover of as many nations
with ten measures. Who joins and what is sent is not timed. Each is the best of three. Look at the
load: on a machine that does other work the seconds are too high.
"""

import argparse
import os
import platform
from collections.abc import Callable
from time import perf_counter

import numpy as np

import foedus
from foedus.chain import run_option, run_room
from foedus.engines.voting.room.covering import Cover, best_room, smallest_rooms
from foedus.engines.voting.room.judging import judge
from foedus.runs import make_request

NATIONS, MEASURES, SEATS = 38, 10, 8
REPEATS = 3


def best_of(work: Callable[[], object]) -> float:
    """Return the shortest of some times, in seconds."""
    times = []
    for _ in range(REPEATS):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


def synthetic_cover(rng: np.random.Generator) -> Cover:
    """Return a cover in which a few nations have most of everything."""
    amount = rng.lognormal(0, 2, (MEASURES, NATIONS)) * (rng.random((MEASURES, NATIONS)) < 0.6)
    share = amount / amount.sum(axis=1, keepdims=True)
    return Cover(share, np.full(MEASURES, 0.6), np.eye(NATIONS, dtype=np.bool_))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    draws: int = parser.parse_args().draws
    if draws < 1:
        parser.error(f"--draws: {draws}. Write 1 or more.")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} processors"
    )
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}; {draws:,} draws")
    paris = foedus.load("paris-2025")
    request = make_request(paris, draws=draws, seed=1)
    forces = run_option(paris, request).forces
    found = run_room(paris, request, forces).result
    cover, synthetic = found.cover, synthetic_cover(np.random.default_rng(1))
    seating = found.formats[0].seating
    rooms = len(found.smallest.seated)
    seconds = {
        f"all {rooms} smallest rooms": best_of(lambda: smallest_rooms(cover, 50)),
        f"the best room of {SEATS} seats": best_of(lambda: best_room(cover, SEATS)),
        "one format judged": best_of(lambda: judge(cover, seating.seated, seating.carries, 12)),
        "the engine": best_of(lambda: run_room(paris, request, forces)),
        "synthetic: one smallest room": best_of(lambda: smallest_rooms(synthetic, 1)),
        f"synthetic: best of {SEATS} seats": best_of(lambda: best_room(synthetic, SEATS)),
    }
    for name, taken in seconds.items():
        print(f"{name:32} {taken:8.4f} s")


if __name__ == "__main__":
    main()
