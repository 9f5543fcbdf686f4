"""A second solver for the same problem: CP-SAT of OR-Tools, in a process of its own.

It proves small plans by other means than HiGHS, from a model that was written apart, and so is a
second opinion on both. Large problems are beyond it.
"""

import json
import math
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any, Final

from foedus.engines.forces.plan.checker import Verdict, check
from foedus.engines.forces.plan.cpsat_worker import plan_from_cells
from foedus.engines.forces.plan.problem import PlanProblem, to_json
from foedus.engines.forces.plan.tours import ForcePlan

WORKER: Final = "foedus.engines.forces.plan.cpsat_worker"
INSTALL: Final = "pip install 'foedus[cpsat]'"
GRACE_SECONDS: Final = 30.0
"""How long the worker may take beyond its seconds, to build the model and to end."""
ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class CpsatStage:
    """What one stage came to."""

    name: str
    status: str
    """`optimal`, `feasible`, or what CP-SAT says where it found no plan."""
    value: float
    """Infinity where no plan was found."""
    bound: float
    work: float
    """CP-SAT's own count of work, which does not depend on the machine's load."""

    @property
    def proved(self) -> bool:
        """Whether no plan is better."""
        return self.status == "optimal"


@dataclass(frozen=True)
class CpsatOutcome:
    """A plan of the second solver, checked by the same independent program as every plan."""

    plan: ForcePlan | None
    """None where no plan was found in time."""
    stages: tuple[CpsatStage, ...]
    verdict: Verdict | None

    @property
    def value(self) -> float:
        """Weighted shortfall of the first stage."""
        return self.stages[0].value if self.stages else math.inf

    @property
    def bound(self) -> float:
        """No plan has less shortfall."""
        return max(0.0, self.stages[0].bound) if self.stages else 0.0

    @property
    def status(self) -> str:
        """How the first stage ended."""
        return self.stages[0].status if self.stages else "unknown"


def cpsat_is_installed() -> bool:
    """Tell whether there is a second solver; nothing of it is loaded into this process."""
    return find_spec("ortools") is not None


def solve_by_cpsat(
    problem: PlanProblem,
    *,
    start: ForcePlan | None = None,
    seconds: float | None = None,
    work: float | None = None,
    workers: int = 1,
    stages: int = 3,
    seed: int = 0,
) -> CpsatOutcome:
    """Return the best plan that CP-SAT finds, stage by stage, with its bounds.

    Parameters
    ----------
    problem
        What is asked for.
    start
        A plan to begin with; it need not keep the rules.
    seconds
        Safety stop for all stages together; the process is ended some time after it in any case.
    work
        Most work for each stage in CP-SAT's own count, about a second of a processor each. With
        it alone the same call gives the same plan.
    workers
        Threads.
    stages
        1 for the shortfall alone, 2 with fairness, 3 with cost.
    seed
        Of CP-SAT.

    Raises
    ------
    ValueError
        If OR-Tools is not installed, a setting is out of range, or the problem has fractions that
        cannot be made whole numbers.
    RuntimeError
        If the process fails, or the independent checker refuses its plan.
    """
    if not cpsat_is_installed():
        raise ValueError(f"the second solver needs OR-Tools, which is not installed: {INSTALL}")
    for name, number, least in (("workers", workers, 1), ("stages", stages, 1)):
        if number < least:
            raise ValueError(f"{name} is {number}: at least {least}")
    for name, limit in (("seconds", seconds), ("work", work)):
        if limit is not None and not 0 < limit < math.inf:
            raise ValueError(f"{name} is {limit}: more than 0, or None for no limit")
    asked = json.dumps(
        {
            "problem": to_json(problem),
            "start": None if start is None else asdict(start),
            "seconds": seconds,
            "work": work,
            "workers": workers,
            "stages": stages,
            "seed": seed,
        }
    )
    lines = _talk(asked, None if seconds is None else seconds + GRACE_SECONDS)
    return _outcome(problem, [json.loads(line) for line in lines])


def _talk(asked: str, seconds: float | None) -> list[str]:
    """Return the lines that the worker wrote.

    The worker ends with this call, whatever ends it. It has a session of its own, so that Ctrl-C
    reaches this process alone.
    """
    with subprocess.Popen(
        [sys.executable, "-m", WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as worker:
        try:
            told, complaint = worker.communicate(asked, timeout=seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            told, _ = worker.communicate()
            return told.splitlines()
        finally:
            worker.kill()
    if worker.returncode:
        last = complaint.strip().splitlines()[-1:] or ["it said nothing"]
        kind, _, message = last[0].partition(": ")
        if kind == "ValueError":
            raise ValueError(message)
        raise RuntimeError(f"the process of the second solver failed: {last[0]}")
    return told.splitlines()


def _outcome(problem: PlanProblem, told: list[dict[str, Any]]) -> CpsatOutcome:
    """Return what the lines say, once the checker has agreed."""
    stages = tuple(
        CpsatStage(
            line["name"],
            line["status"],
            math.inf if line["value"] is None else float(line["value"]),
            float(line["bound"]),
            float(line["work"]),
        )
        for line in told
    )
    plans = [line["plan"] for line in told if line["plan"] is not None]
    if not plans:
        return CpsatOutcome(None, stages, None)
    plan = plan_from_cells(plans[-1])
    verdict = check(problem, plan)
    wrong = list(verdict.violations)
    measured = {
        "shortfall": verdict.shortfall,
        "excess": verdict.excess_person_months,
        "cost": float(verdict.cost),
    }
    last = [stage for stage in stages if math.isfinite(stage.value)][-1]
    found = measured[last.name]
    if abs(found - last.value) > ROUNDING * max(1.0, abs(found)):
        wrong.append(f"{last.name}: the solver says {last.value:g}, the check {found:g}")
    if wrong:
        raise RuntimeError(f"second solver and check disagree: {'; '.join(wrong)}")
    return CpsatOutcome(plan, stages, verdict)
