"""With and without each provider's enablers."""

from dataclasses import replace

import pytest
from tests.engines.forces.plan.made import made_plan

from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.providers import enablers_sent, providers, without_provider
from foedus.engines.forces.plan.stages import Settings

FIRST = Settings(stages=1)


def lent() -> PlanProblem:
    """L lends the only tanker and one of two hospitals; A and B send a brigade each."""
    return PlanProblem(
        period_months=3,
        phases=(4,),
        nations=("A", "B", "L"),
        sectors=("s",),
        capabilities=(Capability("brigade"), Capability("tanker"), Capability("hospital")),
        classes=(
            UnitClass("A brigade", 0, 0, 1, 4000, (4,), 1.0, (0,)),
            UnitClass("B brigade", 1, 0, 1, 4000, (4,), 1.0, (0,)),
            UnitClass("B hospital", 1, 2, 1, 300, (4,), 1.0, (0,)),
            UnitClass("L tanker", 2, 1, 1, 100, (4,), 1.0, (0,)),
            UnitClass("L hospital", 2, 2, 1, 300, (4,), 1.0, (0,)),
            UnitClass("L brigade", 2, 0, 1, 4000, (4,), 1.0, (0,)),
        ),
        lines=(
            Line("brigades", 0, ((0, 1.0),), 0, 4, 3.0, 5),
            Line("tanker", 0, ((1, 1.0),), 0, 4, 1.0, 2),
            Line("hospitals", 0, ((2, 1.0),), 0, 4, 2.0, 1),
        ),
    )


ENABLERS = ("tanker", "hospital")


@pytest.mark.parametrize("in_fractions", [False, True])
def test_a_provider_s_enablers_are_missed_capability_by_capability(in_fractions: bool) -> None:
    problem = lent()
    planned = made_plan(problem, FIRST)
    told = without_provider(problem, planned, 2, capabilities=ENABLERS, in_fractions=in_fractions)
    assert told.sent_unit_months == (("tanker", 12), ("hospital", 12))
    lost = {loss.capability: loss for loss in told.losses}
    # Its brigade is no enabler and stays.
    assert set(lost) == {"tanker", "hospital"}
    assert lost["tanker"].lost_unit_months == pytest.approx(12.0)
    assert lost["tanker"].lost_points == pytest.approx(100 * 24 / 228)
    assert lost["tanker"].lost_share == pytest.approx(1.0)
    assert lost["hospital"].lost_share == pytest.approx(0.5)
    assert told.loss_by_line_unit_months == pytest.approx((0.0, 12.0, 12.0))
    assert not told.below_resolution


def test_everybody_who_sends_an_enabler_is_asked_about_and_nobody_else() -> None:
    problem = lent()
    told = providers(problem, made_plan(problem, FIRST), capabilities=ENABLERS)
    assert [one.name for one in told.providers] == ["L", "B"]
    assert all(one.in_fractions for one in told.providers)


def test_a_spare_unit_stands_in_and_nothing_is_lost() -> None:
    problem = replace(
        lent(), lines=tuple(replace(line, needed_units=1.0) for line in lent().lines[1:])
    )
    told = without_provider(problem, made_plan(problem, FIRST), 1, capabilities=["hospital"])
    assert told.losses == ()


def test_the_plan_without_a_provider_uses_none_of_its_enablers() -> None:
    tiny = instance("tiny")
    planned = made_plan(tiny, FIRST)
    names = ("engineers", "logistics", "medical_role2", "air_defence", "fires")
    kinds = tuple(p for p, kind in enumerate(tiny.capabilities) if kind.name in names)
    told = providers(tiny, planned, capabilities=names, in_fractions=False, settings=FIRST)
    assert told.providers
    for one in told.providers:
        assert one.plan is not None
        assert not enablers_sent(tiny, one.plan, kinds)[one.nation].any()
        # Both plans are proved best, so all that is lost together is no gain.
        assert sum(loss.lost_points for loss in one.losses) >= -1e-9


def test_no_enablers_at_all_take_nothing_away() -> None:
    problem = lent()
    planned = made_plan(problem, FIRST)
    assert providers(problem, planned, capabilities=["satellites"]).providers == ()
    assert without_provider(problem, planned, 2, capabilities=["satellites"]).losses == ()


def test_lines_can_be_told_of_by_what_they_ask_for() -> None:
    problem = lent()
    told = without_provider(
        problem,
        made_plan(problem, FIRST),
        2,
        capabilities=ENABLERS,
        line_capability=(0, 2, 2),
        in_fractions=True,
    )
    (loss,) = told.losses
    assert loss.capability == "hospital"
    assert loss.lost_unit_months == pytest.approx(24.0)


def test_what_cannot_be_asked_is_refused() -> None:
    problem = lent()
    planned = made_plan(problem, FIRST)
    with pytest.raises(ValueError, match="there are 3"):
        without_provider(problem, planned, 3, capabilities=ENABLERS)
    with pytest.raises(ValueError, match="1 places for 3 lines"):
        without_provider(problem, planned, 2, capabilities=ENABLERS, line_capability=(0,))


def test_an_interrupt_keeps_the_providers_that_are_done() -> None:
    def stop(_: str, __: int) -> None:
        raise KeyboardInterrupt

    problem = lent()
    told = providers(problem, made_plan(problem, FIRST), capabilities=ENABLERS, report=stop)
    assert told.interrupted
    assert len(told.providers) == 1
