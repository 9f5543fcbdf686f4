"""The questions and the brief: what is promised of every answer, for every option."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

import polars as pl
import pytest

from foedus.briefing import QUESTIONS, Answer, Brief, ask, brief
from foedus.briefing.answer import Kind
from foedus.briefing.bargained import bare as outcome
from foedus.briefing.findings import Findings
from foedus.briefing.questions import FEW_DRAWS, answerable
from foedus.briefing.sentences import percent, persons, usd_bn
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import make_request
from foedus.scenario import Scenario, load
from foedus.scenario.scenario import TABLES, TOPICS

Briefed = Callable[..., Brief]

OPTIONS = ("rear-8k-backed", "rear-8k-alone", "air-sea-backed")
ASKED = answerable(load("minimal"))
"""Questions of the small scenario: it bargains over no pledge and no sanctions."""
IDS = [question.id for question in ASKED]
TITLES = [row.title for name in ("minimal", "paris-2025") for row in load(name).formats]
"""Names of rooms, some of which hold a date."""
FIELDS = ("headline", "value", "unit", "low", "high", "interval_note", "more", "never_prob")


def numbers_of(value: Any) -> Iterator[float]:
    """Yield every number in a value, a row or a table."""
    match value:
        case bool() | None | str():
            return
        case int() | float():
            yield float(value)
        case pl.DataFrame():
            for row in value.iter_rows():
                yield from numbers_of(row)
        case Mapping():
            for part in value.values():
                yield from numbers_of(part)
        case _:
            for part in value:
                yield from numbers_of(part)


def ways_to_print(number: float) -> set[str]:
    """Return the digits by which a number may stand in a sentence."""
    shown = {persons(number), f"{number:,.0f}", f"{number:g}", *said_numbers(usd_bn(number))}
    shown.add(outcome(number))
    if abs(number) > 1:
        return shown
    return shown.union(said_numbers(percent(number)), said_numbers(f"{100 * number:.2g} %"))


def said_numbers(sentence: str) -> list[str]:
    """Return the numbers in a sentence; the level of a range is not one of them."""
    for title in TITLES:
        sentence = sentence.replace(title, "")
    return re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", sentence.replace("90 %:", ""))


def unfounded(answer: Answer) -> set[str]:
    """Return the numbers of a headline that are not in the answer's value, range or numbers."""
    held = [answer.value, answer.low, answer.high, answer.never_prob, answer.always_prob]
    numbers = numbers_of([*held, answer.tables["headline_numbers"]])
    return set(said_numbers(answer.headline)) - {t for n in numbers for t in ways_to_print(n)}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("draws", [1, 120])
def test_every_number_of_a_headline_stands_in_its_value_range_or_tables(
    briefed: Briefed, option: str, draws: int
) -> None:
    for answer in briefed(option=option, draws=draws).answers:
        assert unfounded(answer) == set(), answer.headline


def test_every_number_of_a_headline_of_paris_stands_in_the_answer(briefed: Briefed) -> None:
    for answer in briefed("paris-2025", draws=200, plan=False).answers:
        assert unfounded(answer) == set(), answer.headline


def test_a_number_that_is_nowhere_else_is_noticed(briefed: Briefed) -> None:
    answer = briefed()["size"]
    false = replace(answer, headline=answer.headline.replace("asked for", "12,345 asked for"))
    assert unfounded(false) == {"12,345"}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("draws", [1, 2, 120])
def test_every_answer_is_json_without_nan_or_infinity(
    briefed: Briefed, option: str, draws: int
) -> None:
    made = briefed(option=option, draws=draws)
    assert [answer.id for answer in made.answers] == IDS
    found = json.loads(json.dumps(made.to_json(), allow_nan=False))
    assert [answer["id"] for answer in found["answers"]] == IDS


def test_every_option_of_paris_is_json_without_nan_or_infinity(paris: Scenario) -> None:
    strict = paris.strict()
    bargained = Findings(strict, make_request(strict, draws=10)).bargaining
    for option in strict.options:
        findings = Findings(strict, make_request(strict, option=option.option, draws=10))
        findings.bargaining = bargained
        for question in QUESTIONS:
            # Two make many runs, and for one option each they are made below; what is bargained
            # for knows no option, and is asked for no more than once.
            if question.id not in ("consent", "alone") and "bargaining" not in question.engines:
                json.dumps(question.answer(findings).to_json(), allow_nan=False)
    for asked, name in (("consent", "air-sea-alone"), ("alone", "line-100k-us")):
        made = ask(strict, asked, option=name, draws=10, plan=False)
        json.dumps(made.to_json(), allow_nan=False)


@pytest.mark.parametrize("option", OPTIONS)
def test_an_answer_keeps_the_promises_of_its_kind(briefed: Briefed, option: str) -> None:
    for answer in briefed(option=option).answers:
        assert answer.kind in get_args(Kind)
        assert answer.interval_note
        assert answer.unit
        assert answer.run
        assert answer.assumes
        assert answer.cannot_say
        assert answer.headline.endswith(".")
        match answer.kind:
            case "number":
                assert isinstance(answer.value, float)
                assert answer.low is not None
                assert answer.high is not None
                assert answer.low <= answer.value <= answer.high
            case "probability":
                assert answer.value is None or 0 <= answer.value <= 1
                assert (answer.low, answer.high) == (None, None)
            case "threshold":
                assert answer.never_prob is not None
                assert answer.always_prob is not None
                assert 0 <= answer.never_prob + answer.always_prob <= 1
                assert (answer.value is None) == (answer.never_prob + answer.always_prob == 1)
            case "choice":
                assert answer.value in answer.shares
                assert sum(answer.shares.values()) == pytest.approx(1)
                assert (answer.low, answer.high) == (None, None)
            case _:
                assert answer.kind == "table"
                first = next(iter(answer.tables.values()))
                assert answer.value == first.row(0, named=True)


def test_one_draw_has_no_range_and_says_so(briefed: Briefed) -> None:
    for answer in briefed(draws=1).answers:
        assert answer.low is None
        assert answer.high is None
        assert "90 %" not in answer.headline
        assert "no" in answer.interval_note.lower().split()


@pytest.mark.parametrize("option", OPTIONS)
def test_sentences_have_no_loose_ends(briefed: Briefed, option: str) -> None:
    loose = re.compile(
        r"\bnan\b|\binf\b|None|  |\.\.|-0\b(?!\.)|\(\)|, \.|\b1 (draws|months|contributors)"
    )
    for answer in briefed(option=option).answers:
        said = [answer.headline, *answer.more, *answer.assumes, answer.interval_note]
        assert [sentence for sentence in said if loose.search(sentence)] == []
        assert [s for s in said if not s.endswith(".") or s[0] != s[0].upper()] == []


def test_the_question_of_an_answer_is_the_question_that_was_asked(briefed: Briefed) -> None:
    assert [(a.id, a.question) for a in briefed().answers] == [(q.id, q.question) for q in ASKED]


@pytest.mark.parametrize("question", IDS)
def test_one_answer_by_itself_is_the_answer_of_the_brief(
    briefed: Briefed, minimal: Scenario, question: str
) -> None:
    alone = ask(minimal, question, draws=120)
    assert [answer.id for answer in alone.answers] == [question]
    assert alone.options.is_empty()
    assert alone.answers[0].to_json() == briefed()[question].to_json()


def test_the_same_brief_twice_is_the_same_to_the_last_bit(
    briefed: Briefed, minimal: Scenario
) -> None:
    again = brief(minimal, draws=120)
    assert json.dumps(again.to_json()) == json.dumps(briefed().to_json())


def test_another_seed_is_another_brief(briefed: Briefed, minimal: Scenario) -> None:
    other = brief(minimal, draws=120, seed=1)
    assert other["size"].value != briefed()["size"].value


def test_the_order_of_rows_changes_no_answer(briefed: Briefed, minimal: Scenario) -> None:
    order = random.Random(5)
    shuffled = {
        name: tuple(order.sample(minimal.table(name), len(minimal.table(name)))) for name in TABLES
    }
    mixed = brief(minimal.replace(**shuffled), draws=120)
    for answer in briefed().answers:
        other = mixed[answer.id]
        for field in FIELDS:
            assert getattr(other, field) == pytest.approx(getattr(answer, field)), field
        assert other.rows == answer.rows
        assert other.sources == answer.sources
        assert [d.cell for d in other.drivers] == [d.cell for d in answer.drivers]


def test_an_unknown_question_is_refused_with_the_nearest(minimal: Scenario) -> None:
    with pytest.raises(SettingsError, match="Did you mean exposure"):
        ask(minimal, "exposures")


@pytest.mark.parametrize("draws", [0, -1])
def test_no_future_is_too_few(minimal: Scenario, draws: int) -> None:
    with pytest.raises(SettingsError, match="too few"):
        brief(minimal, draws=draws)


def test_a_scenario_without_the_tables_is_told_which_are_missing(minimal: Scenario) -> None:
    bare = minimal.replace(stances=(), approvals=(), principals=(), positions=(), ties=())
    assert answerable(bare) == ()
    with pytest.raises(MissingDataError, match="stances"):
        brief(bare, draws=10)


def test_progress_runs_from_nothing_to_all(minimal: Scenario) -> None:
    seen: list[tuple[str, float]] = []
    brief(minimal, draws=10, progress=lambda text, share: seen.append((text, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert seen[-1] == ("Done", 1.0)
    assert [text for text, _ in seen[: len(ASKED)]] == [q.question for q in ASKED]


def test_an_invented_scenario_says_so_and_a_real_one_does_not(briefed: Briefed) -> None:
    assert "invented" in briefed().warnings[0]
    assert not any(
        "invented" in text for text in briefed("paris-2025", draws=200, plan=False).warnings
    )


def test_later_rows_are_counted_in_a_warning_and_strict_leaves_them_out(
    briefed: Briefed, minimal: Scenario
) -> None:
    (later,) = [text for text in briefed().warnings if text.startswith("†")]
    assert later.startswith("† 1 row became known only after 2030-06-05 (1 of polls)")
    strict = briefed(strict=True)
    assert not any(text.startswith("†") for text in strict.warnings)
    assert strict.scenario == minimal.strict()
    assert not any(text.startswith("†") for a in strict.answers for text in a.assumes)
    named = {row for answer in strict.answers for row in answer.rows}
    assert named.isdisjoint({f"{table}/{key}" for table, key in minimal.later_rows})


def test_those_without_a_known_stance_are_named_and_give_nothing(minimal: Scenario) -> None:
    silent = minimal.replace(
        stances=tuple(s for s in minimal.stances if s.delegation != "ELM"),
        approvals=tuple(a for a in minimal.approvals if a.delegation != "ELM"),
    )
    made = brief(silent, draws=20)
    assert "No stance of Elmland is known: it is counted as giving nothing." in made.warnings
    rows = made["contributions"].tables["contributions"].filter(pl.col("delegation") == "ELM")
    assert rows["expected_persons"].to_list() == [0.0]
    assert rows["sent_persons"].to_list() == [None]


def test_few_draws_are_warned_of(briefed: Briefed, minimal: Scenario) -> None:
    assert any("Only 1 draw:" in text for text in briefed(draws=1).warnings)
    assert any("Only 120 draws:" in text for text in briefed().warnings)
    enough = ask(minimal, "consent", draws=FEW_DRAWS)
    assert not any("Only" in text for text in enough.warnings)


def test_the_options_stand_beside_the_answers(briefed: Briefed, minimal: Scenario) -> None:
    assert briefed().options["option"].to_list() == [o.option for o in minimal.options]


@pytest.mark.parametrize(
    ("settings", "question", "says"),
    [
        ({"options/*/location": "line"}, "consent", "on the line"),
        ({"options/*/mission": "fight_back"}, "consent", "topic 'troops-war'"),
        ({"options/*/duration_months": 9}, "duration", "For 9 months "),
        ({"options/*/us_backing_prob": 0.37}, "consent", "probability 37 %"),
        ({"options/*/legal_mandate": "un"}, "consent", "a mandate of the UN"),
        ({"options/*/scale_ratio": 2}, "size", "times 2;"),
        ({"options/*/decision_date": "2031-01-15"}, "size", "decide on 2031-01-15"),
        ({"sites/front/length_km": 150}, "size", "Over 150 km"),
        ({"delegations/BRK/adversary_border_km": 99}, "exposure", "Brekland (99 km)"),
        ({"engines/forces/share_key": "gdp"}, "contributions", "by 'gdp' among"),
        ({"engines/forces/home_floor_ratio": 1.0}, "exposure", "those of units.csv; what"),
    ],
)
def test_an_answer_speaks_of_what_was_set(
    minimal: Scenario, settings: dict[str, Any], question: str, says: str
) -> None:
    answer = ask(minimal, question, draws=20, set=settings)[question]
    assert says in " ".join([answer.headline, *answer.more, *answer.assumes])


@pytest.mark.parametrize(
    "settings",
    [
        {"engines/forces/longest_months": 0},
        {"engines/forces/longest_months": 12},
        {"engines/forces/by_month": False},
        {"options/*/duration_months": 60},
        {"options/*/duration_months": 0.5},
        {"units/*/home_floor_count": 0},
        {"units/*/available_count": 0},
        {"ceilings/*/ceiling_persons": 0},
        {"consent/*/level": 0},
        {"consent/*/level": 5},
        {"stances/*/willingness_score": 0},
        {"stances/*/willingness_score": 100},
        {"requirement/*/needed_count": 0},
        {"options/*/sectors": "rear"},
        {"options/*/sectors": "air"},
        {"dependence/*/dependence_value": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("draws", [1, 20])
def test_extreme_settings_are_answered_too(
    minimal: Scenario, settings: dict[str, Any], draws: int
) -> None:
    made = brief(minimal, draws=draws, set=settings)
    assert [answer.id for answer in made.answers] == IDS
    json.dumps(made.to_json(), allow_nan=False)


def without(scenario: Scenario, *tables: str) -> Scenario:
    """Return a scenario without some tables, and without the uncertainties about them."""
    kept = tuple(row for row in scenario.uncertainties if row.table not in tables)
    return scenario.replace(uncertainties=kept, **dict.fromkeys(tables, ()))


@pytest.mark.parametrize(
    "tables", [("sites",), ("polls",), ("approvals",), ("commitments",), ("ceilings",)], ids=str
)
def test_tables_that_may_be_missing_are_not_missed(
    minimal: Scenario, tables: tuple[str, ...]
) -> None:
    made = brief(without(minimal, *tables), draws=20)
    assert [answer.id for answer in made.answers] == IDS
    json.dumps(made.to_json(), allow_nan=False)


def test_services_and_dependence_may_be_missing(minimal: Scenario) -> None:
    bare = minimal.replace(
        dependence=(),
        uncertainties=tuple(u for u in minimal.uncertainties if u.table != "dependence"),
        capabilities=tuple(
            row.model_copy(update={"us_dependence": ""})
            for row in minimal.capabilities
            if row.domain != "service"
        ),
    )
    answer = brief(bare, draws=20)["alone"]
    assert answer.tables["alone_services"].is_empty()
    assert answer.tables["dependence_by_nation"].is_empty()
    assert not any("Services" in sentence for sentence in answer.more)


NOT_ALONE = (
    *("claims", "targets", "payers", "hosting", "headquarters", "partnerships"),
    *(*TOPICS["bargaining"], *TOPICS["voting"], *TOPICS["brokerage"]),
)
OF_ONE = ("stances", "approvals", "polls", "ceilings", "share_keys", "finances")


def alone_in_the_world(scenario: Scenario, code: str) -> Scenario:
    """Return a scenario with one contributor."""

    def own(table: str) -> tuple[Any, ...]:
        return tuple(row for row in scenario.table(table) if row.delegation == code)

    others = [
        d.model_copy(update={"members": ()})
        for d in scenario.delegations
        if d.role not in ("contributor", "pool")
    ]
    units = [u for u in scenario.units if u.delegation in (code, "PTN")]
    return scenario.replace(
        delegations=(scenario.row("delegations", code), *others),
        units=tuple(units),
        principals=(),
        dependence=tuple(row for row in scenario.dependence if row.scope_kind != "nation"),
        budgets=tuple(row for row in scenario.budgets if row.delegation in (code, "PTN")),
        **dict.fromkeys(NOT_ALONE, ()),
        uncertainties=tuple(row for row in scenario.uncertainties if row.table != "payers"),
        **{name: own(name) for name in OF_ONE},
    )


def test_one_contributor_is_enough(minimal: Scenario) -> None:
    made = brief(alone_in_the_world(minimal, "ALD"), draws=60)
    assert made["consent"].headline.startswith("1 of 1 contributor ")
    table = made["contributions"].tables["contributions"]
    assert table["fair_share"].to_list() == [1.0]
    json.dumps(made.to_json(), allow_nan=False)


def test_where_nothing_is_asked_for_no_number_is_made_up(minimal: Scenario) -> None:
    made = brief(minimal, draws=20, set={"requirement/*/needed_count": 0})
    for name in ("size", "exposure", "alone", "duration"):
        answer = made[name]
        assert (answer.value, answer.low, answer.high) == (None, None, None)
        assert answer.interval_note == "No unit is asked for."


@pytest.mark.parametrize("option", OPTIONS)
def test_nobody_is_said_to_be_deterred_without_direct_war_beside_it(
    briefed: Briefed, option: str
) -> None:
    for answer in briefed(option=option).answers:
        for text in (answer.headline, *answer.more):
            is_told = re.search(r"deterred (in )?(under |over )?\d", text)
            assert not is_told or "direct war" in text
        for table in answer.tables.values():
            for name in table.columns:
                if "deterred_prob" in name:
                    assert name.replace("deterred", "direct_war") in table.columns


def test_questions_stand_in_the_order_of_what_is_asked() -> None:
    order = [question.id for question in QUESTIONS]
    some = [
        "seat",
        "leverage",
        "bridge",
        "mission",
        "breach",
        "backstop",
        "alone",
        "messages",
        "reply",
    ]
    assert order[-len(some) :] == some


def test_answers_do_not_share_their_text_between_options(briefed: Briefed) -> None:
    headlines = [briefed(option=option)["size"].headline for option in OPTIONS]
    assert len(set(headlines)) == len(OPTIONS)
    assert "No land force is asked for" in headlines[2]


def test_answers_are_frozen(briefed: Briefed) -> None:
    answer: Answer = briefed()["size"]
    with pytest.raises(AttributeError):
        answer.headline = "Something else."  # type: ignore[misc]


def test_a_missing_row_leaves_out_one_question_and_not_the_brief(minimal: Scenario) -> None:
    costs = tuple(row for row in minimal.costs if row.kind != "deployed")
    claims = tuple(row for row in minimal.claims if row.checked_by != "afford")
    bare = minimal.replace(costs=costs, claims=claims)
    made = brief(bare, draws=20)
    assert [answer.id for answer in made.answers] == [name for name in IDS if name != "afford"]
    assert "force_usd_bn" not in made.options.columns
    left = [text for text in made.warnings if "is left out" in text]
    assert len(left) == 1
    assert "'afford'" in left[0]
    assert "costs.csv" in left[0]
    with pytest.raises(MissingDataError, match=r"costs\.csv"):
        ask(bare, "afford", draws=20)
