"""Time the deterrence games: `python benchmarks/deterrence.py [--full]`.

Prints how many draws of the unilateral deterrence game are solved in a second, in closed form and
by agent logit equilibrium, and of the guarantee game with the least backing that deters, on one
core and on two; how long the limit of the logit branch takes on
its tree and on that of the escalation game; and, where pygambit is installed, what its solvers
take for the same trees in the same run. Games are drawn at random and drawing them is not timed,
compiling neither. `--full` makes ten times as many draws. All is the best of three. Look at the
load: on a machine that does other work the rates are too low.
"""

import argparse
import importlib
import io
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numba
import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.efg import write_efg
from foedus.engines.deterrence.escalation import EscalationGame
from foedus.engines.deterrence.escalation import tree as escalation_tree
from foedus.engines.deterrence.extensive import ExtensiveGame
from foedus.engines.deterrence.guarantee import GuaranteeGame
from foedus.engines.deterrence.guarantee import solve as solve_guarantee
from foedus.engines.deterrence.qre import logit_limit
from foedus.engines.deterrence.thresholds import least_backing
from foedus.engines.deterrence.unilateral import UnilateralGame, solve, tree
from foedus.engines.deterrence.unilateral_logit import logit_play

SEED: Final = 17
REPEATS: Final = 3
DRAWS, FULL = 1_000_000, 10_000_000
PRECISIONS: Final = (1.0, 10.0)
TREES: Final = 5
CLOSED_BAR: Final = 5_000_000
BACKING_BAR: Final = 500_000
PEER: Final = "pygambit"


class Seconds(NamedTuple):
    """What a run took."""

    clock: float
    processor: float
    """On all cores together: on a busy machine it says more than the clock."""


def payoffs(rng: np.random.Generator, ends: int, count: int) -> list[Any]:
    """Return payoffs of one side from the best to the worst, one array each."""
    return list(-np.cumsum(rng.uniform(0.1, 1.5, (ends, count)), axis=0))


def games(count: int) -> UnilateralGame:
    """Return random unilateral deterrence games."""
    rng = np.random.default_rng(SEED)
    return UnilateralGame._make(
        [*payoffs(rng, 5, count), *payoffs(rng, 5, count), *rng.uniform(0.02, 0.98, (2, count))]
    )


def guarantee_games(count: int, targets: int) -> GuaranteeGame:
    """Return guarantee games with types in their usual order, and some that nothing deters."""
    rng = np.random.default_rng([SEED, targets])

    def one(low: float, high: float) -> FloatArray:
        return rng.uniform(low, high, (count, 1))

    def each(low: float, high: float) -> FloatArray:
        return rng.uniform(low, high, (count, targets))

    hard, clear, clash = each(-60, 10), each(0, 20), one(0, 15)
    governments = -clash - each(10, 60)
    return GuaranteeGame(
        prize_points=each(20, 100),
        loss_points=each(10, 60),
        tied_clear_points=clear,
        tied_contact_points=clear + each(0, 60),
        contact_prob=each(0, 1),
        stop_cost_points=one(20, 60),
        clash_cost_points=clash,
        alone_hard_points=hard,
        alone_soft_points=hard - each(20, 80),
        backed_hard_points=hard - each(10, 60),
        backed_soft_points=hard - each(90, 150),
        alone_governments_hard_points=governments,
        alone_governments_soft_points=governments - each(10, 40),
        backed_governments_hard_points=governments + 5,
        backed_governments_soft_points=governments - each(0, 10),
        adversary_hard_prob=one(0.2, 0.8),
        governments_hard_prob=one(0.2, 0.8),
        adversary_belief_prob=one(0, 1),
        governments_belief_prob=one(0, 1),
        backing_prob=one(0, 1),
    )


def escalation_trees(count: int) -> list[ExtensiveGame]:
    """Return trees of random escalation games."""
    rng = np.random.default_rng(SEED)
    columns = [*payoffs(rng, 7, count), *payoffs(rng, 8, count), rng.uniform(0.1, 0.9, count)]
    game = EscalationGame._make([*columns, rng.dirichlet(np.full(4, 3.0), count)])
    return [escalation_tree(game, draw) for draw in range(count)]


def measure(work: Callable[[], object], repeats: int = REPEATS) -> Seconds:
    """Return the least seconds of several runs."""
    taken = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    clocks, processors = zip(*taken, strict=True)
    return Seconds(min(clocks), min(processors))


def row(what: str, count: int, taken: Seconds, bar: str = "") -> None:
    """Print one line of the table."""
    print(
        f"{what:<46} {count:>11,} {taken.clock:>9.3f} {taken.processor:>11.3f} "
        f"{count / taken.clock:>13,.0f} {taken.processor / count * 1e6:>13,.3f}  {bar}"
    )


def time_peer(trees: list[ExtensiveGame]) -> dict[str, Seconds] | None:
    """Return what the peer's solvers take for trees, None if it is not installed."""
    try:
        peer: Any = importlib.import_module(PEER)
    except ImportError:
        return None
    texts = [write_efg(game) for game in trees]
    loaded = [peer.read_efg(io.StringIO(text)) for text in texts]
    return {
        "lcp": measure(lambda: [peer.nash.lcp_solve(game, rational=False) for game in loaded]),
        "logit": measure(lambda: [peer.nash.logit_solve(game) for game in loaded], 1),
    }


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


def time_guarantees(draws: int) -> None:
    """Print how fast the guarantee game is solved, and the least backing that deters is found."""
    for targets in (1, 3):
        guarantees = guarantee_games(draws, targets)
        for threads in (1, 2):
            taken = measure(lambda: solve_guarantee(guarantees, threads=threads))  # noqa: B023
            row(f"guarantee game, {targets} target(s), {threads} core(s)", draws, taken)
            taken = measure(lambda: least_backing(guarantees, threads=threads))  # noqa: B023
            is_met = "met" if draws / taken.clock >= BACKING_BAR else "MISSED"
            bar = f"{BACKING_BAR:,} a second: {is_met}" if threads == 2 else ""
            row(f"least backing, {targets} target(s), {threads} core(s)", draws, taken, bar)


def main() -> None:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} draws")
    draws = FULL if parser.parse_args().full else DRAWS
    print(machine(), end="\n\n")
    many = games(draws)
    trees = {
        "unilateral": [tree(many, draw) for draw in range(TREES)],
        "escalation": escalation_trees(TREES),
    }
    solve(games(2))
    solve_guarantee(guarantee_games(2, 1))
    least_backing(guarantee_games(2, 1))
    logit_play(games(2), 1.0)
    logit_limit(trees["unilateral"][0])
    print(
        f"{'what':<46} {'games':>11} {'clock s':>9} {'processor s':>11} {'a second':>13} "
        f"{'us each':>13}  bar"
    )

    each = {}
    for threads in (1, 2):
        taken = measure(lambda threads=threads: solve(many, threads=threads))  # type: ignore[misc]
        is_met = "met" if draws / taken.clock >= CLOSED_BAR else "MISSED"
        bar = f"{CLOSED_BAR:,} a second: {is_met}" if threads == 2 else ""
        row(f"closed form, {threads} core(s)", draws, taken, bar)
        each["closed form"] = taken.processor / draws
    part = UnilateralGame._make(np.asarray(column)[: draws // 5] for column in many)
    for precision in PRECISIONS:
        for threads in (1, 2):
            taken = measure(
                lambda threads=threads, precision=precision: logit_play(  # type: ignore[misc]
                    part, precision, threads=threads
                )
            )
            row(f"logit at precision {precision:g}, {threads} core(s)", draws // 5, taken)
            each["logit"] = taken.processor / (draws // 5)
    time_guarantees(draws)
    for name, whole in trees.items():
        taken = measure(lambda whole=whole: [logit_limit(game) for game in whole])  # type: ignore[misc]
        row(f"limit of the logit branch, {name} tree", TREES, taken)
        each[f"limit, {name}"] = taken.processor / TREES

    for name, whole in trees.items():
        peer = time_peer(whole)
        if peer is None:
            print(f"\npeer: {PEER}: not installed")
            break
        for solver, taken in peer.items():
            row(f"peer: {PEER} {solver}, {name} tree", TREES, taken)
            mine = [f"limit, {name}"]
            if name == "unilateral":
                mine = ["closed form", "logit", *mine]
            for ours in mine:
                ratio = taken.processor / TREES / each[ours]
                print(f"    {ratio:,.1f} times the processor time of: {ours}")
    print(f"\nload {load()} after the last run")


if __name__ == "__main__":
    main()
