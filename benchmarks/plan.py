"""How good a force plan is, and after how much work: the published problems, with the machine.

Run as `python benchmarks/plan.py [size ...]`; without a size, tiny to mid. `reference`, `wide` and
`long` take some minutes each; `deep` is the reference with ten times the units. `--also` adds:

- `paris`: the corps of `paris-2025` for 60 months;
- `quick`: its division for 24 months with `Settings.quick()`;
- `scaling`: build, relaxation and memory where nations, horizon or units double;
- `layers`: a monthly model handed to HiGHS as arrays and, if it is installed, through linopy;
- `solvers`: HiGHS against CP-SAT, if it is installed, each with one processor and all stages.

`processor s` is time of this process alone, all threads: on a machine that does other work it says
more than the clock. Where a search is told to stop after seconds, the clock of a busy machine ends
it too early. Gaps are in points of the weighted requirement, or in units of the stage.
"""

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from foedus import load
from foedus.engines.forces.plan.cpsat import cpsat_is_installed, solve_by_cpsat
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.inputs import plan_problem
from foedus.engines.forces.plan.instances import SIZES, Size, draw, instance
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.solve import solve_relaxed
from foedus.engines.forces.plan.stages import Settings, make_plan

MARKS = (10.0, 60.0, 300.0)
DEEP = "deep"
ALSO = ("paris", "quick", "scaling", "layers", "solvers")


def machine() -> str:
    """Return the machine in one line."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load_ = ", ".join(f"{part:.2f}" for part in os.getloadavg())
    return f"{models[0]}, {len(models)} cores, Python {platform.python_version()}, load {load_}"


def peak_megabytes() -> float:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def problem_of(name: str) -> PlanProblem:
    """Return the published problem of a size."""
    return instance("reference", times=10) if name == DEEP else instance(name)


def taken(what: Callable[[], object]) -> float:
    """Return the processor seconds that something takes."""
    started = time.process_time()
    what()
    return time.process_time() - started


def building(name: str, problem: PlanProblem) -> tuple[float, float]:
    """Print the size of a model and what it takes to build and to relax; return the two."""
    for form in ("window", "state"):
        started = time.process_time()
        model = formulate(problem, form)
        built = time.process_time() - started
        rows, columns = model.rows.matrix.shape
        line = f"{name} {form}".ljust(26)
        line += f"{columns:>9,}{rows:>9,}{model.rows.matrix.nnz:>11,}{built:>9.2f}"
        if form == "state":
            started = time.process_time()
            outcome = solve_relaxed(model.rows, model.shortfall)
            relaxed = time.process_time() - started
            line += f"{relaxed:>10.2f}{problem.points(outcome.bound):>9.2f}"
        print(f"{line}{'' if form == 'state' else ' ' * 19}{peak_megabytes():>9.0f}", flush=True)
    return built, relaxed


def planning(name: str, problem: PlanProblem, settings: Settings) -> None:
    """Print what each stage comes to, and the gap as it closes."""
    clock, processor = time.perf_counter(), time.process_time()
    marks = list(MARKS)

    def report(stage: str, value: float, bound: float) -> None:
        spent = time.perf_counter() - clock
        while stage.startswith("shortfall") and marks and spent >= marks[0]:
            gap = problem.points(value - bound)
            print(
                f"{'':<4}{marks.pop(0):>6.0f} s by the clock "
                f"({time.process_time() - processor:.0f} processor s): gap {gap:.2f} points",
                flush=True,
            )

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


def scaling() -> None:
    """Print by how much build and relaxation grow where something doubles."""
    size = Size(18, 90, 36, 3, 3, 12, 15)
    cases = {
        "base": draw(size),
        "nations x2": draw(replace(size, nations=36, units=180)),
        "horizon x2": draw(replace(size, months=72)),
        "units x2": draw(size, times=2),
    }
    print("base: 18 nations, 90 units, 36 months; units grow with nations, or in each class alone")
    base: tuple[float, float] | None = None
    for name, problem in cases.items():
        built, relaxed = building(name, problem)
        if base is None:
            base = built, relaxed
        else:
            print(f"{'':<4}{name}: build x{built / base[0]:.1f}, relax x{relaxed / base[1]:.1f}")


def layers(repeats: int = 3) -> None:
    """Print what it takes to hand the monthly window form to HiGHS, as it is and by a layer."""
    model = formulate(draw(replace(SIZES["reference"], period_months=1)))
    rows = model.rows
    print(f"monthly window form, {rows.matrix.shape[1]:,} columns, {rows.matrix.nnz:,} entries")
    plain = [taken(lambda: handed_as_arrays(model)) for _ in range(repeats)]
    print(f"{'':<4}arrays to HiGHS {min(plain):.2f} to {max(plain):.2f} processor s")
    try:
        import linopy  # noqa: F401, PLC0415  not everybody has it installed
    except ImportError:
        print(f"{'':<4}linopy is not installed: no ratio")
        return
    layered = [taken(lambda: handed_by_linopy(model)) for _ in range(repeats)]
    ratios = [slow / quick for slow, quick in zip(sorted(layered), sorted(plain), strict=True)]
    print(
        f"{'':<4}through linopy {min(layered):.2f} to {max(layered):.2f} processor s, "
        f"{min(ratios):.0f} to {max(ratios):.0f} times as long"
    )


def handed_as_arrays(model: Formulation) -> None:
    """Give HiGHS the arrays of a model."""
    import highspy  # noqa: PLC0415  beside the layer it is compared with

    rows, cost = model.rows, model.shortfall
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(
        cost.size,
        rows.lower.size,
        rows.matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        cost,
        rows.column_lower,
        rows.column_upper,
        rows.lower,
        rows.upper,
        rows.matrix.indptr.astype(np.int32),
        rows.matrix.indices.astype(np.int32),
        rows.matrix.data,
        rows.whole.astype(np.int32),
    )


def handed_by_linopy(model: Formulation) -> None:
    """Give HiGHS the same through linopy, in blocks of rows of like length, not term by term."""
    import linopy  # noqa: PLC0415
    import xarray  # noqa: PLC0415

    rows = model.rows
    layer = linopy.Model()
    places = np.arange(model.shortfall.size)
    kinds = []
    for whole in (False, True):
        mine = np.flatnonzero(rows.whole == whole)
        coordinate = [("column", places[mine])]
        kinds.append(
            layer.add_variables(
                xarray.DataArray(rows.column_lower[mine], coordinate),
                xarray.DataArray(rows.column_upper[mine], coordinate),
                name=f"whole{int(whole)}",
                integer=whole,
            )
        )
    label = np.empty(places.size, dtype=np.int64)
    for kind in kinds:
        label[kind.coords["column"].values] = kind.labels.values
    lengths = np.diff(rows.matrix.indptr)
    bucket = np.ceil(np.log2(np.maximum(lengths, 1))).astype(int)
    senses = (
        ("=", np.isfinite(rows.lower) & (rows.lower == rows.upper), rows.upper),
        ("<=", np.isfinite(rows.upper) & (rows.lower != rows.upper), rows.upper),
        (">=", np.isfinite(rows.lower) & (rows.lower != rows.upper), rows.lower),
    )
    for width in np.unique(bucket):
        for sense, applies, side in senses:
            chosen = np.flatnonzero((bucket == width) & applies)
            if not chosen.size:
                continue
            block = rows.matrix[chosen]
            row = np.repeat(np.arange(chosen.size), np.diff(block.indptr))
            term = np.arange(block.nnz) - np.repeat(block.indptr[:-1], np.diff(block.indptr))
            shape = (chosen.size, int(np.diff(block.indptr).max()))
            names, weights = np.full(shape, -1, dtype=np.int64), np.full(shape, np.nan)
            names[row, term], weights[row, term] = label[block.indices], block.data
            cells = xarray.Dataset(
                {"coeffs": (("row", "_term"), weights), "vars": (("row", "_term"), names)},
                coords={"row": chosen},
            )
            layer.add_constraints(
                linopy.LinearExpression(cells, layer),
                sense,
                xarray.DataArray(side[chosen], [("row", chosen)]),
            )
    layer.add_objective(
        sum((kind * model.shortfall[kind.coords["column"].values]).sum() for kind in kinds)
    )
    layer.to_highspy()


def solvers() -> None:
    """Print how long each solver takes to prove all three stages."""
    if not cpsat_is_installed():
        print("CP-SAT is not installed: no second solver")
        return
    for name in ("tiny", "small", "medium"):
        problem = instance(name)
        started = time.perf_counter()
        first = make_plan(problem)
        middle = time.perf_counter()
        second = solve_by_cpsat(problem, seconds=60.0)
        ended = time.perf_counter()
        agree = [
            abs(one.value - other.value) < 1e-3
            for one, other in zip(first.stages, second.stages, strict=False)
        ]
        print(
            f"{name}: HiGHS {middle - started:.1f} s, {sum(s.proved for s in first.stages)} proved;"
            f" CP-SAT {ended - middle:.1f} s with its process, "
            f"{sum(s.proved for s in second.stages)} proved, "
            f"{sum(s.work for s in second.stages):.2f} of its own work; "
            f"the same values in {sum(agree)} of {len(first.stages)} stages"
        )


def also(what: str, settings: Settings) -> None:
    """Print what is asked for beside the published sizes."""
    if what == "scaling":
        scaling()
    elif what == "layers":
        layers()
    elif what == "solvers":
        solvers()
    else:
        scenario = load("paris-2025")
        if what == "paris":
            problem = plan_problem(scenario, "rear-100k-us", horizon_months=60)
            planning("paris-2025 rear-100k-us, 60 months", problem, settings)
        else:
            problem = plan_problem(scenario, "rear-30k-us", horizon_months=24)
            planning("paris-2025 rear-30k-us, 24 months, quick", problem, Settings.quick())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("sizes", nargs="*", default=["tiny", "small", "medium", "mid"])
    parser.add_argument("--also", nargs="*", default=[], choices=ALSO)
    parser.add_argument("--preset", default="default", choices=("default", "quick", "thorough"))
    parser.add_argument("--seconds", type=float, default=300.0, help="safety stop of each stage")
    parser.add_argument("--stages", type=int, default=3, choices=(1, 2, 3))
    asked = parser.parse_args()
    for name in asked.sizes:
        if name not in {*SIZES, DEEP}:
            parser.error(f"there is no size {name}: one of {', '.join(SIZES)}, {DEEP}")
    settings = Settings() if asked.preset == "default" else getattr(Settings, asked.preset)()
    settings = replace(
        settings,
        effort=replace(settings.effort, seconds=asked.seconds),
        search=replace(settings.search, seconds=asked.seconds),
        stages=asked.stages,
    )
    print(machine())
    print(f"{'model':<26}{'columns':>9}{'rows':>9}{'entries':>11}{'build s':>9}", end="")
    print(f"{'relax s':>10}{'points':>9}{'peak MB':>9}")
    for name in asked.sizes:
        building(name, problem_of(name))
    for name in asked.sizes:
        planning(name, problem_of(name), settings)
    for what in asked.also:
        also(what, settings)
    print(f"peak memory {peak_megabytes():.0f} MB")
    print(machine())


if __name__ == "__main__":
    main()
