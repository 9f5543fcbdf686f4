"""A linear programme, whole or relaxed, solved by HiGHS with a bound and counted work.

The solver's word is not taken for more than it is worth: a bound of a relaxation is worked out
again from its prices, and a claim that nothing is feasible is checked against a known point.
"""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.programme import Rows

UNLIMITED: Final = float("inf")
FEASIBILITY: Final = 1e-6
"""By how much a point may break a row or a bound and still count as feasible."""

Progress = Callable[[float, float], None]
"""Called with the best value and the best bound so far."""

_THREADS: dict[str, int] = {}


@dataclass(frozen=True)
class Effort:
    """How much work a solve may take. Counted work repeats; seconds are a safety stop only."""

    nodes: int = 100_000
    checks: int = 1_000_000
    """How often the solver may ask whether to go on: it does at each round of cuts and each node.
    Unlike nodes they bound the work before the first branching too."""
    seconds: float = UNLIMITED


@dataclass(frozen=True)
class Outcome:
    """What a solve came to."""

    values: FloatArray | None
    """The best point found; None if there is none."""
    objective: float
    """Its value; infinity if there is none."""
    bound: float
    """No point is below this."""
    nodes: int
    iterations: int
    """Simplex iterations."""
    stopped: str
    """`solved`, `work` (counted limit), `seconds`, `interrupted` or `failed`."""
    prices: FloatArray | None = None
    """Price of each row, of a relaxation."""

    @property
    def repeatable(self) -> bool:
        """Whether the same call gives the same outcome again, on this machine at any load."""
        return self.stopped in {"solved", "work"}


def solve_whole(
    rows: Rows,
    cost: FloatArray,
    *,
    known: FloatArray | None = None,
    effort: Effort = Effort(),
    gap: float = 0.0,
    progress: Progress | None = None,
) -> Outcome:
    """Return the best whole-number point that the effort finds, with its bound.

    Parameters
    ----------
    rows
        The programme.
    cost : shape (column,)
        What to make small.
    known : shape (column,)
        A feasible point to start from. If the solver says that there is no feasible point although
        this is one, or finds none, it is solved again without presolve; if that does not help
        either, the known point is what comes out, with the bound of the relaxation.
    effort
        Most nodes and checks.
    gap
        Distance between value and bound, in units of cost, that is near enough.
    progress
        Called with value and bound whenever there is news. If it raises KeyboardInterrupt, the best
        point so far comes out.

    Raises
    ------
    ValueError
        If `known` is not feasible.
    """
    if known is not None:
        broken = largest_violation(rows, known)
        if broken > FEASIBILITY * 10:
            raise ValueError(f"the known point breaks a row or a bound by {broken:g}")
    if not rows.whole.any():
        # The solver knows no bound of a programme without whole numbers.
        return solve_relaxed(rows, cost, exact=True)
    watch = _Watch(effort, progress, UNLIMITED if known is None else float(cost @ known))
    outcome = _run_whole(rows, cost, known, effort, gap, watch, presolve=True)
    if outcome.stopped != "failed" and (outcome.values is not None or known is None):
        return outcome
    second = _run_whole(rows, cost, known, effort, gap, watch, presolve=False)
    if second.values is not None:
        return second
    floor = solve_relaxed(rows, cost).bound
    return Outcome(
        values=known,
        objective=UNLIMITED if known is None else float(cost @ known),
        bound=floor,
        nodes=outcome.nodes + second.nodes,
        iterations=outcome.iterations + second.iterations,
        stopped=second.stopped,
    )


def solve_relaxed(
    rows: Rows,
    cost: FloatArray,
    *,
    exact: bool = False,
    iterations: int = 100_000,
    seconds: float = UNLIMITED,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Return the relaxation's value, point and prices.

    Parameters
    ----------
    rows
        The programme; whole numbers may be fractions here.
    cost : shape (column,)
        What to make small.
    exact
        True for the simplex method, which ends in a corner; otherwise an interior method without
        crossover, ten times as quick on large cases.
    iterations
        Most iterations of the simplex method.
    seconds
        Safety stop, also inside the solve.
    stop
        Asked at each iteration whether to end.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed while it ran.

    Notes
    -----
    The bound is worked out from the prices alone by `bound_from_prices` and so holds whatever the
    solver's status is. A solve that was ended early may prove next to nothing.
    """
    solver = _solver(rows, cost, whole=False)
    if seconds < UNLIMITED:
        solver.setOptionValue("time_limit", max(seconds, 0.0))
    if exact:
        solver.setOptionValue("solver", "simplex")
        solver.setOptionValue("simplex_iteration_limit", iterations)
    else:
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
    halt = _Halt(stop)
    solver.setCallback(halt, None)
    for kind in (
        highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
        highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    ):
        solver.startCallback(kind)
    with _Interrupts(halt):
        solver.run()
    if halt.why == "interrupted":
        raise KeyboardInterrupt
    solution = solver.getSolution()
    info = solver.getInfo()
    values = np.asarray(solution.col_value, dtype=np.float64)
    prices = np.asarray(solution.row_dual, dtype=np.float64)
    statuses = highspy.HighsModelStatus
    stopped = {
        statuses.kOptimal: "solved",
        statuses.kTimeLimit: "seconds",
        statuses.kInterrupt: "seconds",
        statuses.kIterationLimit: "work",
    }.get(solver.getModelStatus(), "failed")
    if prices.size != rows.lower.size:
        prices = np.zeros(rows.lower.size)
    return Outcome(
        values=values if values.size == cost.size else None,
        objective=float(cost @ values) if values.size == cost.size else UNLIMITED,
        bound=bound_from_prices(rows, cost, prices),
        nodes=0,
        iterations=int(info.simplex_iteration_count + info.ipm_iteration_count),
        stopped=stopped,
        prices=prices,
    )


def bound_from_prices(rows: Rows, cost: FloatArray, prices: FloatArray) -> float:
    """Return the bound that prices of the rows prove, whatever prices they are.

    Any prices of the right sign prove a bound, as every variable has two ends: what the rows earn,
    plus for each variable the better of its ends at what it costs less what it earns.

    Examples
    --------
    Of two variables between 0 and 1 at least one and a half is needed:

    >>> rows = Rows(
    ...     sparse.csr_matrix([[1.0, 1.0]]),
    ...     np.array([1.5]),
    ...     np.array([np.inf]),
    ...     np.zeros(2),
    ...     np.ones(2),
    ...     np.zeros(2, dtype=bool),
    ... )
    >>> bound_from_prices(rows, np.array([2.0, 4.0]), np.array([4.0]))
    4.0
    >>> bound_from_prices(rows, np.array([2.0, 4.0]), np.array([2.0]))
    3.0
    """
    sound = np.where((prices > 0) & ~np.isfinite(rows.lower), 0.0, prices)
    sound = np.where((sound < 0) & ~np.isfinite(rows.upper), 0.0, sound)
    earned = np.where(
        sound > 0,
        sound * np.where(np.isfinite(rows.lower), rows.lower, 0.0),
        sound * np.where(np.isfinite(rows.upper), rows.upper, 0.0),
    ).sum()
    reduced = cost - rows.matrix.T @ sound
    ends = np.where(reduced > 0, rows.column_lower, rows.column_upper)
    return float(earned + reduced @ ends)


def largest_violation(rows: Rows, values: FloatArray) -> float:
    """Return by how much a point breaks a row, a bound or a whole number at most.

    Examples
    --------
    >>> rows = Rows(
    ...     sparse.csr_matrix([[1.0]]),
    ...     np.array([0.0]),
    ...     np.array([2.0]),
    ...     np.zeros(1),
    ...     np.array([9.0]),
    ...     np.array([True]),
    ... )
    >>> largest_violation(rows, np.array([2.25]))
    0.25
    """
    activity = rows.matrix @ values
    parts = (
        rows.lower - activity,
        activity - rows.upper,
        rows.column_lower - values,
        values - rows.column_upper,
        np.abs(values - np.rint(values))[rows.whole],
    )
    return max((float(part.max()) for part in parts if part.size), default=0.0)


def gap_within(step: float) -> float:
    """Return a gap that proves a value best where every possible value is a multiple of a step.

    It is a hair less than the step, as the solver's values are rounded.
    """
    return step * (1 - 1e-4)


def with_row(rows: Rows, weights: FloatArray, upper: float) -> Rows:
    """Return a programme with one more row: weights @ x is at most `upper`."""
    return rows._replace(
        matrix=sparse.vstack([rows.matrix, sparse.csr_matrix(weights)], format="csr"),
        lower=np.append(rows.lower, -np.inf),
        upper=np.append(rows.upper, upper),
    )


class _Watch:
    """Counts the work of a solve, tells of progress and stops it when asked to."""

    def __init__(
        self,
        effort: Effort,
        progress: Progress | None,
        best: float,
    ) -> None:
        self.effort = effort
        self.progress = progress
        self.best = best
        self.bound = -UNLIMITED
        self.why = ""
        self.checks = 0
        self.told: tuple[float, float] | None = None

    def __call__(self, kind: Any, _message: str, output: Any, answer: Any, _data: Any) -> None:
        """Look at the solver's counters; ask it to stop where a limit is reached."""
        if kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
            self.best = min(self.best, float(output.mip_primal_bound))
            self.bound = max(self.bound, float(output.mip_dual_bound))
            self.checks += 1
            if not self.why and self.checks > self.effort.checks:
                self.why = "work"
        news = (self.best, self.bound)
        if self.progress is not None and not self.why and news != self.told:
            self.told = news
            try:
                self.progress(*news)
            except KeyboardInterrupt:
                self.why = "interrupted"
        if self.why:
            answer.user_interrupt = True


class _Halt:
    """Asks a relaxation to stop."""

    def __init__(self, stop: Callable[[], bool]) -> None:
        self.stop = stop
        self.why = ""

    def __call__(self, _kind: Any, _message: str, _output: Any, answer: Any, _data: Any) -> None:
        """Ask the solver to stop where somebody wants it."""
        if not self.why and self.stop():
            self.why = "stopped"
        if self.why:
            answer.user_interrupt = True


class _Interrupts:
    """Turns Ctrl-C into a wish to stop while the solver runs, in the main thread."""

    def __init__(self, watch: _Watch | _Halt) -> None:
        self.watch = watch
        self.before: Any = None

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self.before = signal.signal(signal.SIGINT, self._stop)

    def __exit__(self, *_: object) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)

    def _stop(self, *_: object) -> None:
        self.watch.why = "interrupted"


def _run_whole(
    rows: Rows,
    cost: FloatArray,
    known: FloatArray | None,
    effort: Effort,
    gap: float,
    watch: _Watch,
    *,
    presolve: bool,
) -> Outcome:
    """Run HiGHS once."""
    solver = _solver(rows, cost, whole=True)
    solver.setOptionValue("presolve", "on" if presolve else "off")
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", max(gap, 1e-6))
    solver.setOptionValue("mip_max_nodes", effort.nodes)
    if effort.seconds < UNLIMITED:
        solver.setOptionValue("time_limit", effort.seconds)
    if known is not None:
        solution = highspy.HighsSolution()
        solution.col_value = known.tolist()
        solver.setSolution(solution)
    solver.setCallback(watch, None)
    for kind in (
        highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
        highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    ):
        solver.startCallback(kind)
    with _Interrupts(watch):
        solver.run()
    info = solver.getInfo()
    status = solver.getModelStatus()
    statuses = highspy.HighsModelStatus
    stopped = {
        statuses.kOptimal: "solved",
        statuses.kTimeLimit: "seconds",
        statuses.kSolutionLimit: "work",
        statuses.kIterationLimit: "work",
        statuses.kInterrupt: watch.why or "work",
    }.get(status, "failed")
    values: FloatArray | None = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        values = _rounded(rows, np.asarray(solver.getSolution().col_value, dtype=np.float64))
    bound = float(info.mip_dual_bound)
    if not np.isfinite(bound):
        bound = bound_from_prices(rows, cost, np.zeros(rows.lower.size))
    best = UNLIMITED if values is None else float(cost @ values)
    return Outcome(
        values=values,
        objective=best,
        bound=min(bound, best),
        nodes=int(info.mip_node_count),
        iterations=int(info.simplex_iteration_count),
        stopped=stopped,
    )


def _rounded(rows: Rows, values: FloatArray) -> FloatArray:
    """Return a point with its whole numbers made exactly whole."""
    whole: NDArray[np.float64] = np.where(rows.whole, np.rint(values), values)
    return whole


def _solver(rows: Rows, cost: FloatArray, *, whole: bool) -> highspy.Highs:
    """Return a solver that holds the programme, silent and with the process's count of threads."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    # HiGHS returns without solving if a second solver in a process asks for another count.
    solver.setOptionValue("threads", _THREADS.setdefault("count", 1))
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("random_seed", 0)
    matrix = rows.matrix
    solver.passModel(
        cost.size,
        rows.lower.size,
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        cost,
        rows.column_lower,
        rows.column_upper,
        rows.lower,
        rows.upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        rows.whole.astype(np.int32) if whole else np.zeros(cost.size, dtype=np.int32),
    )
    return solver
