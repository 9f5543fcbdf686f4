"""Who joins, found once for all options that agree in everything consent reads of an option.

Options differ in their size, their sectors and what they cost, and still many of them put the same
choice before parliaments and publics. On the same draws the same choice has the same outcome to the
last bit, so it is played once. Each option has a run of its own, with its own identity: only the
result is shared.
"""

from collections.abc import Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Final

from foedus.engines import Consent
from foedus.engines.consent.engine import ConsentResult
from foedus.provenance import Provenance
from foedus.runs import Request, Run, Seen, identity_of, in_order, run_request
from foedus.scenario.cells import Cell
from foedus.scenario.draws import uncertain_cells
from foedus.scenario.scenario import Scenario

OPTIONS: Final = "options"
READ_BY_CONSENT: Final = (
    "command",
    "decision_date",
    "legal_mandate",
    "location",
    "mission",
    "us_backing_prob",
    "us_blessing",
)
"""Columns of `options.csv` that consent reads. A test watches it read."""


class Coalitions:
    """Runs of consent on one scenario, with the engine's settings as they are set there."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._found: dict[Hashable, Future[Run[ConsentResult]]] = {}
        self._lock = Lock()

    def of(self, request: Request) -> Run[ConsentResult]:
        """Return who joins an option, played if nothing like it was before.

        Threads that ask for the same wait for the one that asked first.

        Raises
        ------
        SettingsError, MissingDataError
            As `run_request` does.
        """
        key = self.key_of(request)
        with self._lock:
            is_first = key not in self._found
            future = self._found.setdefault(key, Future())
        if is_first:
            try:
                future.set_result(run_request(self.scenario, Consent(), request))
            except BaseException as error:
                future.set_exception(error)
                raise
        played = future.result()
        identity = identity_of(self.scenario, Consent(), request)
        return Run(played.result, Provenance(identity, played.provenance.circumstance))

    def key_of(self, request: Request) -> Hashable:
        """Return all that decides who joins.

        A column that is drawn has draws of its own for each option, which are shared with none.
        """
        cells = {Cell(OPTIONS, request.option, column) for column in READ_BY_CONSENT}
        drawn = cells.intersection(about.cell for about in uncertain_cells(self.scenario))
        option = in_order(Seen(self.scenario, request.fixed)).option(request.option)
        return (
            request.option if drawn.difference(request.fixed) else "",
            tuple(getattr(option, column) for column in READ_BY_CONSENT),
            frozenset(
                (cell, type(value), value)
                for cell, value in request.fixed.items()
                if cell.table != OPTIONS
            ),
            request.seed,
            request.draws,
        )
