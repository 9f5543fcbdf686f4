"""The questions and the brief: what is promised of every answer, for every option."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

import polars as pl
import pytest
from tests.kept import FEW
from tests.shipped import load

from foedus.briefing import QUESTIONS, Answer, Brief, ask, brief
from foedus.briefing.answer import Kind
from foedus.briefing.bargained import bare as outcome
from foedus.briefing.findings import Findings
from foedus.briefing.questions import FEW_DRAWS, answerable
from foedus.briefing.sentences import percent, persons, usd_bn
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.scenario import TABLES, TOPICS

Briefed = Callable[..., Brief]
Asked = Callable[..., Answer]

MANY = 120
"""Draws of a brief from which something is seen to drive an answer."""
OPTIONS = ("rear-8k-backed", "rear-8k-alone", "air-sea-backed")
ASKED = answerable(load("minimal"))
"""Questions of the small scenario: it bargains over no pledge and no sanctions."""
IDS = [question.id for question in ASKED]
BARGAINED = (*TOPICS["bargaining"], *TOPICS["voting"], *TOPICS["brokerage"], "claims")
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
@pytest.mark.parametrize("draws", [1, MANY])
def test_every_number_of_a_headline_stands_in_its_value_range_or_tables(
    briefed: Briefed, option: str, draws: int
) -> None:
    for answer in briefed(option=option, draws=draws, plan=draws == MANY).answers:
        assert unfounded(answer) == set(), answer.headline


def test_every_number_of_a_headline_of_paris_stands_in_the_answer(briefed: Briefed) -> None:
    for answer in briefed("paris-2025").answers:
        assert unfounded(answer) == set(), answer.headline


def test_a_number_that_is_nowhere_else_is_noticed(briefed: Briefed) -> None:
    answer = briefed(draws=MANY, plan=True)["size"]
    false = replace(answer, headline=answer.headline.replace("asked for", "12,345 asked for"))
    assert unfounded(false) == {"12,345"}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("draws", [1, 2, MANY])
def test_every_answer_is_json_without_nan_or_infinity(
    briefed: Briefed, option: str, draws: int
) -> None:
    made = briefed(option=option, draws=draws, plan=draws == MANY)
    assert [answer.id for answer in made.answers] == IDS
    found = json.loads(json.dumps(made.to_json(), allow_nan=False))
    assert [answer["id"] for answer in found["answers"]] == IDS


def test_every_option_of_paris_is_json_without_nan_or_infinity(paris: Scenario) -> None:
    # Two make many runs, and are asked for one option each; what is bargained for knows no option,
    # and is told in the brief.
    once = {"consent": "air-sea-alone", "alone": "line-100k-us"}
    told = set()
    for findings in findings_by_option(paris.strict()):
        option = findings.request.option
        for question in QUESTIONS:
            if once.get(question.id, option) == option and "bargaining" not in question.engines:
                json.dumps(question.answer(findings).to_json(), allow_nan=False)
                told.add((question.id, option))
    assert told >= set(once.items())


def findings_by_option(scenario: Scenario, draws: int = 10) -> Iterator[Findings]:
    """Yield the findings of every option, whose runs are made once for all of them.

    Each option's own run beside those of the others is its own, in more depth than theirs.
    """
    names = [row.option for row in scenario.options]
    first, second, *others = (
        Findings(scenario, make_request(scenario, option=name, draws=draws)) for name in names
    )
    beside = dict(zip(names, first.options, strict=True)) | {names[0]: second.options[0]}
    for name, found in zip(names, (first, second, *others), strict=True):
        found.coalitions, found.brokerage = first.coalitions, first.brokerage
        found.bargaining = first.bargaining
        found.options = tuple((beside | {name: found.headline}).values())
        yield found


@pytest.mark.parametrize("option", OPTIONS)
def test_an_answer_keeps_the_promises_of_its_kind(briefed: Briefed, option: str) -> None:
    for answer in briefed(option=option, draws=MANY, plan=True).answers:
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
    for answer in briefed(option=option, draws=MANY, plan=True).answers:
        said = [answer.headline, *answer.more, *answer.assumes, answer.interval_note]
        assert [sentence for sentence in said if loose.search(sentence)] == []
        assert [s for s in said if not s.endswith(".") or s[0] != s[0].upper()] == []


def test_the_question_of_an_answer_is_the_question_that_was_asked(briefed: Briefed) -> None:
    assert [(a.id, a.question) for a in briefed().answers] == [(q.id, q.question) for q in ASKED]


@pytest.mark.parametrize("question", IDS)
def test_one_answer_by_itself_is_the_answer_of_the_brief(
    briefed: Briefed, minimal: Scenario, question: str
) -> None:
    alone = ask(minimal, question, draws=MANY)
    assert [answer.id for answer in alone.answers] == [question]
    assert alone.options.is_empty()
    assert alone.answers[0].to_json() == briefed(draws=MANY, plan=True)[question].to_json()


def test_the_same_brief_twice_is_the_same_to_the_last_bit(
    briefed: Briefed, minimal: Scenario
) -> None:
    again = brief(minimal, draws=MANY)
    assert json.dumps(again.to_json()) == json.dumps(briefed(draws=MANY, plan=True).to_json())


def test_another_seed_is_another_brief(briefed: Briefed, minimal: Scenario) -> None:
    other = ask(minimal, "size", draws=FEW, seed=1, plan=False)
    assert other["size"].value != briefed()["size"].value


def test_the_order_of_rows_changes_no_answer(briefed: Briefed, minimal: Scenario) -> None:
    order = random.Random(5)
    shuffled = {
        name: tuple(order.sample(minimal.table(name), len(minimal.table(name)))) for name in TABLES
    }
    mixed = brief(minimal.replace(**shuffled), draws=MANY)
    for answer in briefed(draws=MANY, plan=True).answers:
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


def test_progress_runs_from_nothing_to_all(few: Scenario) -> None:
    seen: list[tuple[str, float]] = []
    brief(few, draws=10, progress=lambda text, share: seen.append((text, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert seen[-1] == ("Done", 1.0)
    told = [q.question for q in answerable(few)]
    assert [text for text, _ in seen[: len(told)]] == told


def test_an_invented_scenario_says_so_and_a_real_one_does_not(briefed: Briefed) -> None:
    assert "invented" in briefed().warnings[0]
    assert not any("invented" in text for text in briefed("paris-2025").warnings)


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
    made = ask(silent, "contributions", draws=20, plan=False)
    assert "No stance of Elmland is known: it is counted as giving nothing." in made.warnings
    rows = made["contributions"].tables["contributions"].filter(pl.col("delegation") == "ELM")
    assert rows["expected_persons"].to_list() == [0.0]
    assert rows["sent_persons"].to_list() == [None]


def test_few_draws_are_warned_of(briefed: Briefed, minimal: Scenario) -> None:
    assert any("Only 1 draw:" in text for text in briefed(draws=1).warnings)
    assert any(f"Only {FEW} draws:" in text for text in briefed().warnings)
    enough = ask(minimal, "consent", draws=FEW_DRAWS, plan=False)
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
    asked: Asked, settings: dict[str, Any], question: str, says: str
) -> None:
    answer = asked(question, draws=20, set=settings)
    assert says in " ".join([answer.headline, *answer.more, *answer.assumes])


@pytest.mark.parametrize(
    "settings",
    [
        {"engines/forces/longest_months": 0, "engines/forces/by_month": False},
        {"engines/forces/longest_months": 12, "options/*/duration_months": 60},
        {"options/*/duration_months": 0.5, "options/*/sectors": "rear"},
        {"options/*/sectors": "air"},
        {"units/*/home_floor_count": 0, "consent/*/level": 5},
        {"units/*/available_count": 0},
        {"ceilings/*/ceiling_persons": 0},
        {"consent/*/level": 0},
        {"stances/*/willingness_score": 0},
        {"stances/*/willingness_score": 100, "dependence/*/dependence_value": 1},
        {"requirement/*/needed_count": 0},
    ],
    ids=str,
)
@pytest.mark.parametrize("draws", [1, 20])
def test_extreme_settings_are_answered_too(
    minimal: Scenario, settings: dict[str, Any], draws: int
) -> None:
    # At one draw without what is bargained for, which reads nothing of what is set here; with one
    # plan for both, which is made at a point.
    used = minimal if draws > 1 else without(minimal, *BARGAINED)
    made = brief(used, draws=draws, set=settings, plan=draws > 1)
    assert [answer.id for answer in made.answers] == [q.id for q in answerable(used)]
    assert len(made.answers) > len(IDS) / 2
    json.dumps(made.to_json(), allow_nan=False)


def without(scenario: Scenario, *tables: str) -> Scenario:
    """Return a scenario without some tables, and without the uncertainties about them."""
    kept = tuple(row for row in scenario.uncertainties if row.table not in tables)
    return scenario.replace(uncertainties=kept, **dict.fromkeys(tables, ()))


@pytest.mark.parametrize(
    "tables", [("sites", "polls", "commitments"), ("approvals", "ceilings")], ids=str
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
    answer = brief(bare, draws=20, plan=False)["alone"]
    assert answer.tables["alone_services"].is_empty()
    assert answer.tables["dependence_by_nation"].is_empty()
    assert not any("Services" in sentence for sentence in answer.more)


NOT_ALONE = (
    *("targets", "payers", "hosting", "headquarters", "partnerships"),
    *BARGAINED,
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


def test_where_nothing_is_asked_for_no_number_is_made_up(asked: Asked) -> None:
    for name in ("size", "exposure", "alone", "duration"):
        answer = asked(name, draws=20, set={"requirement/*/needed_count": 0})
        assert (answer.value, answer.low, answer.high) == (None, None, None)
        assert answer.interval_note == "No unit is asked for."


@pytest.mark.parametrize("option", OPTIONS)
def test_nobody_is_said_to_be_deterred_without_direct_war_beside_it(
    briefed: Briefed, option: str
) -> None:
    for answer in briefed(option=option, draws=MANY, plan=True).answers:
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
    headlines = [
        briefed(option=option, draws=MANY, plan=True)["size"].headline for option in OPTIONS
    ]
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
    made = brief(bare, draws=20, plan=False)
    assert [answer.id for answer in made.answers] == [name for name in IDS if name != "afford"]
    assert "force_usd_bn" not in made.options.columns
    left = [text for text in made.warnings if "is left out" in text]
    assert len(left) == 1
    assert "'afford'" in left[0]
    assert "costs.csv" in left[0]
    with pytest.raises(MissingDataError, match=r"costs\.csv"):
        ask(bare, "afford", draws=20)
