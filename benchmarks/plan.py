"""How good a force plan is, and after how much work: the published problems, with the machine.

Run as `python benchmarks/plan.py [size ...]`; without a size, tiny to mid. `reference` takes some
minutes. `processor s` is time of this process alone: on a machine that does other work it says more
than the clock. Gaps are in points of the weighted requirement, or in units of the stage.
"""

import argparse
import os
import platform
import resource
import time
from pathlib import Path

from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import SIZES, instance
from foedus.engines.forces.plan.search import Search
from foedus.engines.forces.plan.solve import Effort, solve_relaxed
from foedus.engines.forces.plan.stages import Settings, make_plan


def machine() -> str:
    """Return the machine in one line."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load = ", ".join(f"{part:.2f}" for part in os.getloadavg())
    return f"{models[0]}, {len(models)} cores, Python {platform.python_version()}, load {load}"


def building(name: str, times: int) -> None:
    """Print the size of a problem's model, and how long it takes to build and to relax."""
    problem = instance(name, times=times)
    for form in ("window", "state"):
        started = time.process_time()
        model = formulate(problem, form)
        built = time.process_time() - started
        rows, columns = model.rows.matrix.shape
        line = f"{name} x{times} {form}".ljust(24)
        line += f"{columns:>9,}{rows:>9,}{model.rows.matrix.nnz:>11,}{built:>9.2f}"
        if form == "state":
            started = time.process_time()
            outcome = solve_relaxed(model.rows, model.shortfall)
            line += f"{time.process_time() - started:>10.2f}{problem.points(outcome.bound):>9.2f}"
        print(line)


def planning(name: str, parts: int, seconds: float, stages: int) -> None:
    """Print what each stage comes to, and the gap as it closes."""
    problem = instance(name)
    settings = Settings(
        effort=Effort(nodes=200, checks=400, seconds=seconds),
        search=Search(parts=parts, seconds=seconds),
        stages=stages,
    )
    clock, processor = time.perf_counter(), time.process_time()
    marks = [10.0, 30.0, 60.0, 120.0, 300.0]

    def report(stage: str, value: float, bound: float) -> None:
        spent = time.perf_counter() - clock
        while stage == "shortfall" and marks and spent >= marks[0]:
            gap = problem.points(value - bound)
            print(f"{'':<4}{marks.pop(0):>6.0f} s by the clock: gap {gap:.2f} points")

    planned = make_plan(problem, settings, report=report)
    print(
        f"{name}: {time.process_time() - processor:.1f} processor s, "
        f"{time.perf_counter() - clock:.1f} s by the clock, gap {planned.gap_points:.2f} points, "
        f"{'repeatable' if planned.repeatable else 'stopped by the clock'}"
    )
    for stage in planned.stages:
        print(
            f"{'':<4}{stage.name:<12}{stage.value:>14,.1f}{stage.bound:>14,.1f}"
            f"  {'proved' if stage.proved else stage.stopped}"
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["tiny", "small", "medium", "mid"])
    parser.add_argument("--parts", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=60.0, help="safety stop of each stage")
    parser.add_argument("--stages", type=int, default=3)
    asked = parser.parse_args()
    print(machine())
    print(f"{'model':<24}{'columns':>9}{'rows':>9}{'entries':>11}{'build s':>9}", end="")
    print(f"{'relax s':>10}{'points':>9}")
    for name in asked.sizes:
        building(name, 1)
    if "reference" in asked.sizes:
        building("reference", 10)
    for name in asked.sizes:
        if name not in SIZES:
            parser.error(f"there is no size {name}")
        planning(name, asked.parts, asked.seconds, asked.stages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")
    print(machine())


if __name__ == "__main__":
    main()
