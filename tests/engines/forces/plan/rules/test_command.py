"""Command: rows that can be read off a force of one headquarters, brigades and engineers."""

from foedus.engines.forces.plan.columns import variables_of
from foedus.engines.forces.plan.problem import (
    Candidate,
    Capability,
    Line,
    PlanProblem,
    UnitClass,
)
from foedus.engines.forces.plan.rules.command import acceptance, headquarters, span_of_control

# One headquarters of nation A; two brigades and three units of engineers of nation B.
LED = variables_of(
    PlanProblem(
        period_months=3,
        phases=(1,),
        nations=("A", "B"),
        sectors=("s",),
        capabilities=(
            Capability("hq", is_headquarters=True),
            Capability("brigade", span_load=1.0),
            Capability("engineers"),
        ),
        classes=(
            UnitClass("A hq", 0, 0, 1, 100, (1,), 1.0, (0,)),
            UnitClass("B brigade", 1, 1, 2, 4000, (1,), 1.0, (0,)),
            UnitClass("B engineers", 1, 2, 3, 500, (1,), 1.0, (0,)),
        ),
        lines=(Line("l", 0, ((1, 1.0), (2, 0.5)), 0, 1, 2.0),),
        lead_sectors=(0,),
        candidates=(Candidate(0, 0, 1.5),),
    ),
    "state",
)
PLACES = LED.columns.in_place
LEADS = LED.columns.leads


def test_brigades_take_up_the_span_that_headquarters_in_place_bring() -> None:
    rows = span_of_control(LED)
    assert rows.entries[:, PLACES].toarray().tolist() == [[-1.5, 1.0, 0.0]]
    assert rows.upper.tolist() == [0.0]


def test_brigades_need_the_headquarters_in_place_and_engineers_the_lead() -> None:
    rows = acceptance(LED)
    assert rows.entries[:, PLACES].toarray().tolist() == [[-2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    assert rows.entries[:, LEADS].toarray().tolist() == [[0.0], [-3.0]]


def test_headquarters_need_the_lead() -> None:
    rows = headquarters(LED)
    assert rows.entries[:, PLACES].toarray().tolist() == [[1.0, 0.0, 0.0]]
    assert rows.entries[:, LEADS].toarray().tolist() == [[-1.0]]
