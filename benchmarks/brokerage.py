"""Time the brokerage engine: `python benchmarks/brokerage.py [--draws N]`.

Prints what the reference scenario takes on this machine, and what hangs on each candidate by this
project's kernel and by networkx's resistance distance on the same networks, with the ratio of the
two. networkx is timed on a few draws and told per draw. Drawing the cells is not timed. Each is the
best of three. Look at the load: on a machine that does other work the seconds are too high.
"""

import argparse
import os
import platform
from collections.abc import Callable
from time import perf_counter

import networkx as nx
import numpy as np

import foedus
from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.brokerage.conductance import hanging_share
from foedus.engines.brokerage.engine import Brokerage
from foedus.scenario.draws import BLOCK, draw_block, stream

FEW = 3
REPEATS = 3


def best_of(work: Callable[[], object]) -> float:
    """Return the shortest of some times, in seconds."""
    times = []
    for _ in range(REPEATS):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


def by_networkx(weight: FloatArray, start: int, end: int, candidates: IntArray) -> FloatArray:
    """Return what hangs on each candidate between two nodes, with one network a candidate."""
    found = np.zeros((len(weight), len(candidates)))
    for draw, matrix in enumerate(weight):
        graph = nx.from_numpy_array(matrix)
        whole = far(graph, start, end)
        for at, node in enumerate(candidates.tolist()):
            rest = graph.copy()
            rest.remove_node(node)
            found[draw, at] = 1 - whole / far(rest, start, end)
    return found


def far(graph: "nx.Graph[int]", start: int, end: int) -> float:
    """Return the effective resistance between two nodes."""
    part = graph.subgraph(nx.node_connected_component(graph, end))
    return float(nx.resistance_distance(part, start, end, weight="weight", invert_weight=False))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    draws: int = parser.parse_args().draws
    if not FEW <= draws <= BLOCK:
        parser.error(f"--draws: {draws}. Write a number from {FEW} to {BLOCK}.")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, networkx {nx.__version__}, "
        f"{os.cpu_count()} processors"
    )
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}; {draws:,} draws")
    paris = foedus.load("paris-2025")
    engine, scenario = Brokerage(), paris.in_key_order
    drawn = draw_block(scenario, paris.headline_option, seed=1, block=0, n=draws, fixed={})
    inputs = engine.inputs(scenario, drawn)
    engine.solve(inputs, stream(1, 0, engine.name))  # compiles what is not in the cache
    print(f"{len(inputs.codes)} nodes, {len(inputs.network.ties)} ties")
    seconds = {
        "inputs from the draws": best_of(lambda: engine.inputs(scenario, drawn)),
        f"all {len(inputs.sides)} sides, with what would change": best_of(
            lambda: engine.solve(inputs, stream(1, 0, engine.name))
        ),
    }
    for name, taken in seconds.items():
        print(f"{name:40} {taken:9.4f} s")
    compare(*pair_of_camps(inputs.network.matrix(inputs.network.expected(inputs.network.weight)),
                           inputs.senders, inputs.addressed, inputs.candidates))  # fmt: skip


def pair_of_camps(
    weight: FloatArray, senders: BoolArray, addressed: BoolArray, candidates: IntArray
) -> tuple[FloatArray, BoolArray, BoolArray, IntArray]:
    """Return a camp of one that sends, and candidates beside it: what networkx can do alike."""
    source = senders[np.flatnonzero(senders.sum(axis=1) == 1)[0]]
    others = np.array([node for node in candidates.tolist() if not source[node]], dtype=np.int64)
    return weight, source, addressed, others


def compare(weight: FloatArray, source: BoolArray, target: BoolArray, others: IntArray) -> None:
    """Print both ways of finding what hangs on each, and whether they agree."""
    start, end = int(np.flatnonzero(source)[0]), int(np.flatnonzero(target)[0])
    own = best_of(lambda: hanging_share(weight, source, target, others)) / len(weight)
    few = weight[:FEW]
    other = best_of(lambda: by_networkx(few, start, end, others)) / FEW
    apart = np.abs(
        hanging_share(few, source, target, others) - by_networkx(few, start, end, others)
    ).max()
    print(f"{f'{len(others)} candidates of a camp of one, a draw':40} {1e6 * own:9.1f} µs")
    print(f"{'the same by networkx':40} {1e6 * other:9.1f} µs, {other / own:,.0f} times as long")
    print(f"{'furthest apart':40} {apart:9.1e}")


if __name__ == "__main__":
    main()
