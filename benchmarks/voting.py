"""Time the power indices: `python benchmarks/voting.py`.

Prints what it takes to count the full rule of the Council of the European Union in persons, 24
chairs, 51 states and 190 members of a fund, and what a peer takes for the same where one is
installed and can do it, with the largest difference between its numbers and ours. Chairs and
members are synthetic: one large and many small, as in a fund where votes follow money. Compiling is
not timed. All is the best of several runs. Look at the load: on a machine that does other work the
seconds are too high.
"""

import argparse
import importlib
import os
import platform
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numba
import numpy as np

from foedus import load
from foedus.engines.arrays import FloatArray
from foedus.engines.voting.counting import Counts, swing_counts
from foedus.engines.voting.indices import PowerIndices, power_indices
from foedus.engines.voting.inputs import rule_of_vote
from foedus.engines.voting.many import SwingCounts, count_swings, count_swings_by_size
from foedus.engines.voting.minimal import minimal_blocking, minimal_winning
from foedus.engines.voting.minimal_indices import deegan_packel, holler_packel, johnston
from foedus.engines.voting.rules import VotingRule, WeightedGame
from foedus.engines.voting.sharing.games import coalition_sums
from foedus.engines.voting.sharing.nucleolus import nucleolus
from foedus.engines.voting.sharing.shapley import shapley_value
from foedus.scenario.draws import point

SCENARIO: Final = "paris-2025"
COUNCIL: Final = "eu-qmv"
REPEATS: Final = 5
DIAGRAMS: Final = "power_bdd"
GENERATING: Final = "powerindex"
NO_SIZE: Final = "without sizes"
# Electors of the states and the district after the census of 1990.
ELECTORS: Final = (
    [54, 33, 32, 25, 23, 22, 21, 18, 15, 14, 13, 13, 12, 12, 11, 11, 11, 11, 10, 10]
    + [9, 9, 8, 8, 8, 8, 8, 8, 7, 7, 7, 6, 6, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4]
    + [3] * 8
)


class Seconds(NamedTuple):
    """What a run took."""

    clock: float
    processor: float
    """On a busy machine it says more than the clock."""


def measure(work: Callable[[], object], repeats: int = REPEATS) -> Seconds:
    """Return the least seconds of several runs, after one that is not timed."""
    work()
    taken = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    clocks, processors = zip(*taken, strict=True)
    return Seconds(min(clocks), min(processors))


def row(what: str, taken: Seconds, bar_seconds: float | None = None) -> None:
    """Print one line of the table."""
    line = f"{what:<66}{taken.clock * 1e3:>11.2f}{taken.processor * 1e3:>14.2f}"
    if bar_seconds is not None:
        met = "met" if taken.clock <= bar_seconds else "MISSED"
        line += f"  {bar_seconds * 1e3:g}: {met}"
    print(line)


def council() -> VotingRule:
    """Return the rule of the Council: double majority in persons, or all members but three."""
    scenario = load(SCENARIO)
    now = point(scenario.options[0].option, {})
    found = rule_of_vote(scenario, COUNCIL, now).power_rule
    if found is None:
        raise ValueError(f"the rule {COUNCIL} of {SCENARIO} cannot be won")
    return found


def fund(voters: int, total: int, first_share: float) -> WeightedGame:
    """Return a fund of one large voter and many smaller ones, decided by more than half."""
    rest = [1 / (place + 3) for place in range(voters - 1)]
    unit = total * (1 - first_share) / sum(rest)
    weights = [round(total * first_share), *(max(1, round(share * unit)) for share in rest)]
    return WeightedGame(tuple(weights), sum(weights) // 2 + 1)


def in_units(game: WeightedGame, unit: int) -> WeightedGame:
    """Return a game with rounded weights."""
    weights = tuple(round(weight / unit) for weight in game.weights)
    return WeightedGame(weights, sum(weights) // 2 + 1)


def by_diagrams(rule: VotingRule) -> tuple[FloatArray, FloatArray]:
    """Return the absolute Banzhaf and Shapley-Shubik indices as the peer has them."""
    bdd = importlib.import_module(f"{DIAGRAMS}.bdd")

    # Heavy voters first: diagrams are far smaller so.
    heaviest = max(
        (game for clause in rule.any_of for game in clause), key=lambda g: max(g.weights)
    )
    order = np.argsort(-np.array(heaviest.weights), kind="stable")
    joined: Any = None
    for clause in rule.any_of:
        both: Any = None
        for game in clause:
            one = bdd.BDD(bdd.WeightedGame(game.quota, [game.weights[voter] for voter in order]))
            both = one if both is None else both & one
        joined = both if joined is None else joined | both
    back = np.argsort(order)
    return np.array(joined.calc_banzhaf())[back], np.array(joined.calc_shapley())[back]


def by_generating(game: WeightedGame, *, with_orders: bool) -> list[FloatArray]:
    """Return the normalised Banzhaf, and Shapley-Shubik indices, as the other peer has them."""
    peer = importlib.import_module(GENERATING).Game(game.quota, weights=list(game.weights))
    peer.calc_banzhaf()
    if not with_orders:
        return [np.array(peer.banzhaf)]
    peer.calc_shapley_shubik()
    return [np.array(peer.banzhaf), np.array(peer.shapley_shubik)]


def compare(
    peer: str, ours: Seconds, work: Callable[[], Sequence[FloatArray]], found: Sequence[FloatArray]
) -> None:
    """Print what a peer takes and how far its numbers are from ours."""
    try:
        importlib.import_module(peer)
    except ImportError:
        print(f"{'':<4}peer {peer}: not installed")
        return
    taken = measure(work, 3)
    apart = max(float(np.abs(one - other).max()) for one, other in zip(work(), found, strict=True))
    times = taken.processor / ours.processor
    row(f"    peer {peer}, {times:,.0f} times as long, apart by {apart:.0e}", taken)


def shares_of(counts: SwingCounts) -> FloatArray:
    """Return the normalised Banzhaf index."""
    total = sum(counts.swings_count)
    return np.array([swings / total for swings in counts.swings_count])


def indices_of(counts: Counts) -> PowerIndices:
    """Return the indices with the floats worked out, which are made when they are asked for."""
    indices = power_indices(counts)
    for each in (indices.shapley_shubik, indices.banzhaf, indices.prevent, indices.initiate):
        each.rounded  # noqa: B018  a cached property
    return indices


def time_council() -> None:
    """Time the rule of the Council."""
    rule = council()
    taken = measure(lambda: indices_of(swing_counts(rule)))
    row("Council, 27 members, persons: Shapley, Banzhaf, Coleman", taken, 0.05)
    found = indices_of(swing_counts(rule))
    compare(
        DIAGRAMS,
        taken,
        lambda: by_diagrams(rule),
        (found.banzhaf.rounded, found.shapley_shubik.rounded),
    )
    print(f"{'':<4}peer {GENERATING}: has no rules of several games")
    minimal = minimal_winning(rule)
    row(
        f"Council: {minimal.count:,} minimal winning coalitions",
        measure(lambda: minimal_winning(rule)),
    )
    row(
        f"Council: {minimal_blocking(rule).count:,} minimal blocking coalitions",
        measure(lambda: minimal_blocking(rule)),
    )
    row(
        "Council: Deegan-Packel and Holler-Packel, of minimal coalitions",
        measure(lambda: (deegan_packel(minimal), holler_packel(minimal))),
    )
    row("Council: Johnston", measure(lambda: johnston(rule), 3))


def time_single(what: str, game: WeightedGame, bar_seconds: float | None = None) -> None:
    """Time all indices of one game that rest on swings."""
    taken = measure(lambda: indices_of(count_swings_by_size(game)))
    row(f"{what}: Shapley, Banzhaf, Coleman, in tables", taken, bar_seconds)
    found = indices_of(count_swings_by_size(game))
    rule = VotingRule(any_of=((game,),))
    try:
        row(
            f"{what}: the same, as any rule is counted",
            measure(lambda: indices_of(swing_counts(rule)), 1),
            bar_seconds,
        )
    except ValueError:
        print(f"{what}: too large to be counted as any rule is")
    compare(
        GENERATING,
        taken,
        lambda: by_generating(game, with_orders=True),
        (found.banzhaf_share.rounded, found.shapley_shubik.rounded),
    )
    if len(game.weights) < 100:
        # Beyond, the diagrams take minutes.
        compare(
            DIAGRAMS,
            taken,
            lambda: by_diagrams(rule),
            (found.banzhaf.rounded, found.shapley_shubik.rounded),
        )


def time_fund() -> None:
    """Time the Banzhaf index of a fund of 190 members in votes of several units."""
    game = fund(190, 3_700_000, 0.16)
    for unit, bar_seconds in ((1, 1.0), (100, None), (1_000, None)):
        rounded = in_units(game, unit) if unit > 1 else game
        taken = measure(partial(count_swings, rounded))
        row(f"190 members, {sum(rounded.weights):,} votes, {NO_SIZE}: Banzhaf", taken, bar_seconds)
        if unit == 1_000:
            compare(
                GENERATING,
                taken,
                partial(by_generating, rounded, with_orders=False),
                (shares_of(count_swings(rounded)),),
            )
    for unit in (1_000, 100):
        rounded = in_units(game, unit)
        row(
            f"190 members, {sum(rounded.weights):,} votes: counts by size",
            measure(partial(count_swings_by_size, rounded), 2),
        )


def time_sharing() -> None:
    """Time the sharing of a cost among 15."""
    rng = np.random.default_rng(11)
    weights = rng.uniform(1, 10, 15)
    random = np.sort(rng.uniform(0, 1, 2**15)) * coalition_sums(weights)
    random[0] = 0
    row("15 players, 32,768 values: Shapley value", measure(lambda: shapley_value(random[None])))
    row("15 players, 32,768 values: nucleolus", measure(lambda: nucleolus(random), 2))


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
        f"load {load_averages()} before the first run"
    )


def load_averages() -> str:
    """Return the load averages over one, five and fifteen minutes."""
    return " ".join(f"{part:.2f}" for part in os.getloadavg())


def main() -> None:
    """Run and print everything."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None).parse_args()
    print(machine(), end="\n\n")
    print(f"{'what':<66}{'clock ms':>11}{'processor ms':>14}  bar")
    time_council()
    time_single("24 chairs", fund(24, 4_800, 0.165), 0.005)
    time_single("51 states", WeightedGame(tuple(ELECTORS), 270))
    time_fund()
    time_sharing()
    print(f"\nload {load_averages()} after the last run")


if __name__ == "__main__":
    main()
