"""What moves outcomes, in words: cells, groups, tables, events, and limits with their units."""

import pytest
from tests.shipped import load

from foedus.briefing.factor_words import FactorWords, denied, is_event, part_words, with_unit
from foedus.ensemble.factors import cells_and_tables, fine_factors
from foedus.ensemble.sampled import sampled_cells
from foedus.runs import make_request

MINIMAL = load("minimal")
REQUEST = make_request(MINIMAL, draws=10)
WORDS = FactorWords(MINIMAL, REQUEST)
STRENGTH = "engines/forces/strength_ratio"


def test_every_factor_has_a_title_without_an_address_in_it() -> None:
    sampled = sampled_cells(MINIMAL, REQUEST)
    picked = [one.cell for one in sampled.cells]
    factors = (*cells_and_tables(sampled, picked), *cells_and_tables(sampled, []))
    for factor in (*factors, *fine_factors(sampled)):
        title = WORDS.title(factor.name, len(factor.cells))
        assert "/" not in title
        assert "*" not in title
        assert title.strip()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("chance", "chance inside the models: who governs, who says yes"),
        ("consent/ALD/level", "Aldmark joins"),
        ("consent/backing", "the guarantor stands behind the force"),
        ("engines/forces/strength_ratio", "strength (assumption of forces)"),
        ("approvals/*", "the rest of approvals (5 cells)"),
        ("unmoved", "all else that is uncertain (5 cells)"),
        ("units/*/available_count", "units available at once (all)"),
    ],
)
def test_titles(name: str, title: str) -> None:
    assert WORDS.title(name, 5) == title


@pytest.mark.parametrize(
    ("name", "low", "high", "words"),
    [
        ("consent/ALD/level", 1.0, None, "Aldmark joins"),
        ("consent/ALD/level", None, 0.0, "Aldmark does not join"),
        (STRENGTH, 0.9, None, "strength (assumption of forces): 0.9 or more"),
        (STRENGTH, None, 1.2, "strength (assumption of forces): 1.2 or less"),
        ("budgets/ALD/growth_share", 0.011, 0.02, "growth of GDP (Aldmark): 1.1 % to 2 %"),
        (
            "disputes/ceasefire:war_prize_points:line/parameter_value", 60.0, None,
            "what winning the war gains the adversary (an attack on the line): 60 points or more",
        ),
    ],
)  # fmt: skip
def test_limits_are_in_the_units_of_their_cells(
    name: str, low: float | None, high: float | None, words: str
) -> None:
    assert WORDS.limit(name, low, high) == words


def test_a_limit_on_a_group_is_a_part_of_its_draws() -> None:
    group = next(iter(WORDS.groups))
    words = WORDS.limit(f"group/{group}", None, 0.25)
    assert words == f"{WORDS.title(f'group/{group}')}: in the lowest 25 % of its draws"
    assert part_words(0.9, None) == "in the highest 10 % of its draws"


def test_what_is_set_is_not_drawn() -> None:
    cell = str(WORDS.drawn[0].cell)
    value = WORDS.drawn[0].mode
    fixed = FactorWords(MINIMAL, make_request(MINIMAL, draws=1, set={cell: value}))
    assert {str(one.cell) for one in WORDS.drawn} - {str(one.cell) for one in fixed.drawn} == {cell}


def test_events_are_told_from_cells_and_can_be_denied() -> None:
    assert is_event("consent/ALD/level")
    assert not is_event("engines/consent/drift_score")
    assert denied("the guarantor stands behind the force") == (
        "the guarantor does not stand behind the force"
    )


def test_values_keep_three_figures_and_their_unit() -> None:
    shown = [with_unit(v, "x_persons") for v in (12_345.6, 0.0)]
    assert shown == ["12,346 persons", "0 persons"]
    assert [with_unit(v, "y_prob") for v in (0.0737, 0.5)] == ["7.37 %", "50 %"]
    assert with_unit(5, "x_persons", unit=False) == "5"


def test_what_is_being_run_is_told_in_words_too() -> None:
    assert WORDS.running("screening") == "screening"
    assert WORDS.running("rear-8k-alone") == "rear-8k-alone"
    assert WORDS.running("unmoved") == "all else that is uncertain"
    assert WORDS.running(STRENGTH) == "strength (assumption of forces)"
