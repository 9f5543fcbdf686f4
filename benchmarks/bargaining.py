"""Time the negotiation models: `python benchmarks/bargaining.py [--full]`.

Prints what ten rounds of the challenge model take on this machine, how one round compares with the
same in plain numpy and with a peer where one is installed, what a turn of the spatial model takes,
and how many compromise means are made in a second. The large run has 100,000 draws; `--full` makes
it 1,000,000, for which the bar is. Games are drawn at random on a scale of 100 and drawing them is
not timed, compiling neither. The large run is timed once, the rest is the best of three. Look at
the load: on a machine that does other work the seconds are too high.
"""

import argparse
import importlib
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import numba
import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.challenge.definition import play_round_plainly
from foedus.engines.bargaining.challenge.play import challenge
from foedus.engines.bargaining.challenge.readings import READINGS, SCHOLZ_AS_CODED
from foedus.engines.bargaining.compromise import compromise_mean
from foedus.engines.bargaining.spatial.model import play_draws

SEED: Final = 11
SCALE: Final = 100.0
ROUNDS: Final = 10
REPEATS: Final = 3
LARGE, FULL = 100_000, 1_000_000
PEER: Final = "schelling"


class Games(NamedTuple):
    """Inputs of many draws; each differs in all three."""

    positions: FloatArray
    """Shape (draw, actor)."""
    capability: FloatArray
    salience: FloatArray

    def part(self, draws: int) -> "Games":
        """Return the first draws."""
        return Games(*(block[:draws] for block in self))


class Seconds(NamedTuple):
    """What a run took."""

    clock: float
    processor: float
    """On all cores together: on a busy machine it says more than the clock."""


def games(draws: int, actors: int) -> Games:
    """Return random games."""
    rng = np.random.default_rng(SEED)
    shape = (draws, actors)
    return Games(
        rng.uniform(0, SCALE, shape), rng.lognormal(0, 1, shape), rng.uniform(0.05, 1, shape)
    )


def measure(work: Callable[[], object], repeats: int = REPEATS) -> Seconds:
    """Return the least seconds of several runs."""
    taken = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    clocks, processors = zip(*taken, strict=True)
    return Seconds(min(clocks), min(processors))


def row(what: str, size: str, taken: Seconds, rounds: int, bar: str = "") -> None:
    """Print one line of the table."""
    each = taken.processor / rounds * 1e6
    print(
        f"{what:<38} {size:<22} {taken.clock:>9.3f} {taken.processor:>11.3f} {each:>12.2f}  {bar}"
    )


def met(taken: Seconds, bar_seconds: float, draws: int, of: int) -> str:
    """Return a bar and whether the clock met it, in proportion where fewer draws were made."""
    told = f"{bar_seconds:g} s for {of:,}"
    if draws == of:
        return f"{told}: {'met' if taken.clock < bar_seconds else 'MISSED'}"
    return f"{told}: at this pace {taken.clock / draws * of:,.0f} s"


def time_games(draws: int, actors: int, threads: int, reading: str) -> tuple[Seconds, int]:
    """Return what ten rounds of so many draws take, and how many rounds were played in all."""
    block = games(draws, actors)
    played = 0

    def play() -> None:
        nonlocal played
        result = challenge(
            *block, scale_width=SCALE, reading=reading, rounds=ROUNDS, threads=threads
        )
        played = int(result.played_count.sum())

    taken = measure(play, 1 if draws >= LARGE else REPEATS)
    return taken, played


def time_plain_round(actors: int) -> Seconds:
    """Return what one round of one draw takes in plain numpy."""
    # As many draws at once as numpy does best with: its arrays have the cube of the actors.
    draws = max(1, 300_000 // actors**3)
    block, width = games(draws, actors), np.full(draws, SCALE)
    taken = measure(lambda: play_round_plainly(*block, width, SCHOLZ_AS_CODED), 10)
    return Seconds(taken.clock / draws, taken.processor / draws)


def time_peer_round(actors: int) -> Seconds | None:
    """Return what one round takes a peer, None if it is not installed."""
    try:
        rounds = importlib.import_module(f"{PEER}.solver.rounds")
        config = importlib.import_module(f"{PEER}.solver.config").SolverConfig()
    except ImportError:
        return None
    positions, capability, salience = (block[0] for block in games(1, actors))
    return measure(lambda: rounds.run_round(positions, salience, capability * salience, config), 20)


def time_spatial(draws: int, actors: int) -> tuple[Seconds, int]:
    """Time games of the spatial model on one issue; return that and how many turns they took."""
    positions, capability, salience = games(draws, actors)
    play = positions[:, :, np.newaxis], salience[:, :, np.newaxis], capability
    turns = int(play_draws(*play).turns_count.sum())
    return measure(lambda: play_draws(*play)), turns


def time_compromise(draws: int, actors: int) -> Seconds:
    """Return what the weighted means of so many draws take."""
    block = games(draws, actors)
    weight = block.capability * block.salience
    compromise_mean(block.positions[:1], weight[:1])
    return measure(lambda: compromise_mean(block.positions, weight))


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


def main() -> None:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} draws in the large run")
    large = FULL if parser.parse_args().full else LARGE
    print(machine(), end="\n\n")
    for name in READINGS:
        challenge(*games(2, 3), reading=name)
    print(f"{'what':<38} {'size':<22} {'clock s':>9} {'processor s':>11} {'us a round':>12}  bar")

    each: dict[int, float] = {}
    for actors, draws in ((10, 20_000), (30, 2_000), (100, 200)):
        taken, rounds = time_games(draws, actors, 1, SCHOLZ_AS_CODED.name)
        each[actors] = taken.processor / rounds
        row("challenge, one core", f"{draws:,} x {actors} x {ROUNDS}", taken, rounds)
    for name in READINGS:
        if name != SCHOLZ_AS_CODED.name:
            taken, rounds = time_games(2_000, 30, 1, name)
            row(f"challenge, one core, {name}", f"2,000 x 30 x {ROUNDS}", taken, rounds)
    for draws, bar_seconds, of in ((10_000, 2.0, 10_000), (large, 300.0, FULL)):
        taken, rounds = time_games(draws, 30, 2, SCHOLZ_AS_CODED.name)
        bar = met(taken, bar_seconds, draws, of)
        row("challenge, two cores", f"{draws:,} x 30 x {ROUNDS}", taken, rounds, bar)

    ratios = []
    for actors, kernel in each.items():
        plain = time_plain_round(actors)
        row("plain numpy, one round", f"1 x {actors}", plain, 1)
        ratios.append(f"{plain.processor / kernel:,.0f} times at {actors} actors")
        peer = time_peer_round(actors)
        if peer is not None:
            row(f"peer: {PEER}, one round", f"1 x {actors}", peer, 1)
            ratios.append(f"{PEER} {peer.processor / kernel:,.0f} times at {actors} actors")
    if time_peer_round(3) is None:
        print(f"peer: {PEER}: not installed")

    for actors, draws in ((10, 200), (30, 50), (100, 5)):
        taken, turns = time_spatial(draws, actors)
        row("spatial model, a turn, one core", f"{draws} x {actors}", taken, turns)

    draws = 200_000
    taken = time_compromise(draws, 30)
    print(
        f"{'compromise mean':<38} {f'{draws:,} x 30':<22} {taken.clock:>9.3f} "
        f"{taken.processor:>11.3f} {'':>12}  10 million a second: "
        f"{draws / taken.clock / 1e6:,.1f} million"
    )
    print(
        f"\nprocessor time over that of the kernel, per round: plain numpy {', '.join(ratios)}\n"
        f"load {load()} after the last run"
    )


if __name__ == "__main__":
    main()
