"""The bound worked out beside the search, in a thread of its own, and what the two tell of.

Solvers leave the interpreter free while they run, so that on two processors both go on at once. The
search never goes by a bound that happens to be there already: otherwise it would not repeat.
"""

import threading
import time
from dataclasses import replace

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.bounds import sharpened_bound
from foedus.engines.forces.plan.branching import bound_by_cases
from foedus.engines.forces.plan.formulation import Formulation
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import UNLIMITED, Effort, Outcome, Progress, solve_relaxed


class Teller:
    """Keeps the best value and bound and passes them on."""

    def __init__(self, progress: Progress | None, value: float) -> None:
        self.progress = progress
        self.upper = value
        self.lower = -UNLIMITED
        self.settled = -UNLIMITED
        """A bound that a search may go by: it is there at the same turn in every run."""

    def bound(self, bound: float) -> None:
        """Take in a bound."""
        self.settled = max(self.settled, bound)
        self.raise_to(bound)
        self.tell()

    def raise_to(self, bound: float) -> None:
        """Take in a bound of another thread, to be told at the next turn of this one."""
        self.lower = max(self.lower, bound)

    def best(self, value: float) -> None:
        """Take in the value of a plan."""
        self.upper = min(self.upper, value)
        self.tell()

    def tell(self) -> None:
        """Pass on what is known."""
        if self.progress is not None:
            self.progress(self.upper, self.lower)

    def outcome(self, best: FloatArray, nodes: int, iterations: int, stopped: str) -> Outcome:
        """Return a point with the best value and bound."""
        return Outcome(best, self.upper, min(self.upper, self.lower), nodes, iterations, stopped)


class Clock:
    """The safety stop."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self.end - time.monotonic())

    def over(self) -> bool:
        """Tell whether there are none."""
        return self.left() <= 0

    def within(self, effort: Effort) -> Effort:
        """Return an effort that ends with the clock."""
        return replace(effort, seconds=min(effort.seconds, self.left()))


class Bounding:
    """Works out the bound in a thread of its own; solvers leave the interpreter free meanwhile."""

    def __init__(self, state: Formulation, rows: Rows, told: Teller, clock: Clock) -> None:
        self.state, self.rows = state, rows
        self.told, self.clock = told, clock
        self.root: Outcome | None = None
        self.iterations = 0
        self.failure: BaseException | None = None
        self._ended = threading.Event()
        self._has_root = threading.Event()
        self._thread = threading.Thread()

    def start(self, rounds: int, roster: Effort, branches: int) -> None:
        """Begin: so many rounds of whole rosters, then so many cases."""
        self._thread = threading.Thread(
            target=self._run, args=(rounds, roster, branches), daemon=True
        )
        self._thread.start()

    def relax(self, rows: Rows) -> Outcome:
        """Solve a relaxation of the shortfall, as long as there is time."""
        return solve_relaxed(
            rows, self.state.shortfall, seconds=self.clock.left(), stop=self._ended.is_set
        )

    def wait_for_root(self) -> None:
        """Wait until the relaxation with leads free is solved, and tell its bound."""
        while not self._has_root.wait(0.2):
            pass
        self._raise()
        assert self.root is not None
        self.told.bound(self.root.bound)

    def wait(self) -> None:
        """Wait until the work is done, and tell of what is new."""
        while self._thread.is_alive():
            self._thread.join(0.2)
            self.told.tell()
        self._raise()
        self.told.tell()

    def end(self) -> None:
        """Stop the work where it is."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _raise(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _over(self) -> bool:
        return self._ended.is_set() or self.clock.over()

    def _run(self, rounds: int, roster: Effort, branches: int) -> None:
        try:
            self.root = self.relax(self.rows)
            self.iterations += self.root.iterations
            self._has_root.set()
            if self._over():
                return
            sharp = sharpened_bound(
                self.state,
                self.rows,
                self.state.shortfall,
                rounds,
                roster,
                self.told.raise_to,
                root=self.root,
                relax=self.relax,
                stop=self._over,
            )
            self.iterations += sharp.iterations
            if not self._over() and sharp.outcome is not None:
                self.iterations += bound_by_cases(
                    self.state,
                    sharp.rows,
                    sharp.outcome,
                    self.relax,
                    branches,
                    self.told.raise_to,
                    self._over,
                )
        except KeyboardInterrupt:
            pass
        except BaseException as error:  # noqa: BLE001  told in the thread that waits
            self.failure = error
        finally:
            self._has_root.set()
