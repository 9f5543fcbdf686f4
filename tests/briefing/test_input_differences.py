"""Inputs are compared as they are used: what is set counts, and the order of rows seldom."""

from typing import Any

import pytest
from tests.shipped import load

from foedus.briefing.input_differences import InputDifferences, Setup, input_differences
from foedus.scenario import Scenario
from foedus.scenario.scenario import TABLES

OPTION = "rear-8k-backed"
BACKING = f"options/{OPTION}/us_backing_prob"


def setup(scenario: Scenario, **changed: Any) -> Setup:
    asked: dict[str, Any] = {"option": OPTION, "draws": 10, "seed": 0, "strict": False, "set": {}}
    return Setup(scenario=scenario, **{**asked, **changed})


def found(a: Setup, b: Setup) -> InputDifferences:
    """Compare, and hold the law that the sides can be changed."""
    there, back = input_differences(a, b), input_differences(b, a)
    assert (there.only_a, there.only_b) == (back.only_b, back.only_a)
    for one, other in (
        (there.settings, back.settings),
        (there.cells, back.cells),
        (there.remarks, back.remarks),
    ):
        assert [(d.place, d.a, d.b, d.size) for d in one] == [
            (d.place, d.b, d.a, d.size) for d in other
        ]
    return there


@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_a_scenario_does_not_differ_from_itself(name: str) -> None:
    scenario = load(name)
    side = setup(scenario, option=scenario.headline_option)
    assert found(side, side).count == 0


def test_the_order_of_rows_does_not_count_unless_it_does(minimal: Scenario) -> None:
    turned = minimal.replace(units=minimal.units[::-1], polls=minimal.polls[::-1])
    assert found(setup(minimal), setup(turned)).count == 0
    other = minimal.replace(capabilities=minimal.capabilities[::-1])
    assert [d.place for d in found(setup(minimal), setup(other)).settings] == ["capabilities/*"]


def test_a_set_cell_is_a_changed_cell_that_lost_its_range(minimal: Scenario) -> None:
    row = next(row for row in minimal.units if row.available_count_high != row.available_count)
    cell = f"units/{row.key}/available_count"
    (difference,) = found(setup(minimal), setup(minimal, set={cell: 0})).cells
    assert difference.place == cell
    figure = difference.a
    assert (figure.value, figure.low, figure.high) == (
        row.available_count,
        row.available_count_low,
        row.available_count_high,
    )
    assert (difference.b.value, difference.b.low, difference.b.high) == (0, None, None)


def test_what_is_set_alike_on_both_sides_is_no_difference(minimal: Scenario) -> None:
    as_text, as_number = setup(minimal, set={BACKING: "0.25"}), setup(minimal, set={BACKING: 0.25})
    assert found(as_text, as_number).count == 0


def test_rows_of_one_side_are_named(minimal: Scenario) -> None:
    fewer = minimal.replace(polls=minimal.polls[1:])
    there = found(setup(minimal), setup(fewer))
    assert there.only_a == (f"polls/{minimal.polls[0].key}",)
    assert there.count == 1


def test_notes_and_sources_stand_apart(minimal: Scenario) -> None:
    first, *rest = minimal.stances
    noted = first.model_copy(update={"note": "seen again", "willingness_score": 70.0})
    there = found(setup(minimal), setup(minimal.replace(stances=(noted, *rest))))
    assert [d.place for d in there.cells] == [f"stances/{first.key}/willingness_score"]
    assert [d.place for d in there.remarks] == [f"stances/{first.key}/note"]
    source, *others = minimal.sources
    titled = source.model_copy(update={"publisher": "another"})
    there = found(setup(minimal), setup(minimal.replace(sources=(titled, *others))))
    assert (there.cells, len(there.remarks)) == ((), 1)


def test_settings_of_engines_are_found_wherever_they_are_written(minimal: Scenario) -> None:
    engines = {"consent": {"drift_score": 3.0}}
    written = minimal.replace(about=minimal.about.model_copy(update={"engines": engines}))
    cell = "engines/consent/drift_score"
    assert [d.place for d in found(setup(minimal), setup(written)).settings] == [cell]
    asked = setup(minimal, set={cell: 4})
    assert [d.place for d in found(setup(minimal), asked).settings] == [cell]


def test_a_setting_that_is_set_at_its_default_is_told(minimal: Scenario) -> None:
    """It is not drawn any more, so it is another input."""
    (difference,) = found(
        setup(minimal), setup(minimal, set={"engines/consent/drift_score": 8})
    ).settings
    assert (difference.a.value, difference.b.value) == ("8.0", "8.0, set")


def test_levels_options_draws_and_seed_are_settings(minimal: Scenario) -> None:
    other = setup(
        minimal, option="rear-8k-alone", draws=20, seed=3, strict=True, set={"consent/ALD/level": 4}
    )
    there = found(setup(minimal), other)
    places = {difference.place for difference in there.settings}
    assert {"option", "draws", "seed", "strict", "consent/ALD/level"} <= places
    assert "option/us_backing_prob" in places
    assert there.cells == ()


def test_two_summits_share_no_delegation_and_every_row_is_somewhere(
    minimal: Scenario, paris: Scenario
) -> None:
    there = found(setup(minimal), setup(paris, option=paris.headline_option))
    for table in TABLES:
        mine = {f"{table}/{row.key}" for row in minimal.table(table)}
        theirs = {f"{table}/{row.key}" for row in paris.table(table)}
        assert mine - theirs == {a for a in there.only_a if a.startswith(f"{table}/")}
        assert theirs - mine == {a for a in there.only_b if a.startswith(f"{table}/")}
    assert {"scenario/date", "scenario/price_year"} <= {d.place for d in there.settings}
