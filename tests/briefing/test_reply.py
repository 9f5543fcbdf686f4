"""The form: every number is another answer's, and what is set, missing or left out is said."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.briefing.alone import dependence_table
from foedus.briefing.answer import Answer
from foedus.briefing.breach import answer_breach
from foedus.briefing.contributions import contribution_table, sent_persons
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import both
from foedus.briefing.questions import QUESTIONS, answerable, ask
from foedus.briefing.reply import answer_reply, topic_words
from foedus.briefing.reply_meetings import agreement, meetings
from foedus.briefing.reply_points import FILL, LIKELY, indispensable_sentence, is_alone, signed
from foedus.briefing.sanctions import answer_sanctions
from foedus.briefing.sentences import percent, persons
from foedus.briefing.size import answer_size
from foedus.errors import MissingDataError
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.questionnaire import TOPICS_OF_POINTS, Point

Find = Callable[..., Findings]

PARIS = "paris-2025"
WITHOUT_GUARANTOR = {
    "options/*/us_backing_prob": 0,
    "options/*/us_enablers_share": 0,
    "options/*/us_blessing": 0,
}


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_reply(find(name, **words), "What would they write?")


def written(scenario: Scenario, draws: int = 60) -> Answer:
    """Return the answer of a scenario that was made for the test."""
    findings = Findings(scenario, make_request(scenario, draws=draws))
    return answer_reply(findings, "What would they write?")


def form(*topics: str, **cells: Any) -> tuple[Point, ...]:
    """Return a form with one point a topic."""
    fields = {"question": "What?", "asked_by": "PTN", "asked_on": date(2030, 5, 28)}
    return tuple(
        Point.model_validate(
            {"point": str(place), "topic": topic, "source": "invented", **fields, **cells}
        )
        for place, topic in enumerate(topics, start=1)
    )


def row_of(found: Answer, table: str, code: str) -> dict[str, Any]:
    return found.tables[table].row(by_predicate=pl.col("delegation") == code, named=True)


def without(scenario: Scenario, *tables: str) -> Scenario:
    kept = tuple(row for row in scenario.uncertainties if row.table not in tables)
    return scenario.model_copy(update={**dict.fromkeys(tables, ()), "uncertainties": kept})


def test_every_topic_that_a_form_may_have_is_filled_in() -> None:
    assert list(FILL) == list(TOPICS_OF_POINTS)


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_there_is_a_row_a_point_and_a_row_a_nation_asked(find: Find, name: str) -> None:
    found, scenario = answer(find, name), find(name).scenario
    assert found.kind == "table"
    assert found.value == found.tables["reply_together"].row(0, named=True)
    asked = {row.asked_of for row in scenario.questionnaire}
    members = {row.delegation for row in scenario.attendance if row.format in asked}
    for table in ("reply_by_nation", "reply_numbers"):
        codes = found.tables[table]["delegation"].to_list()
        assert set(codes) == (members or set(scenario.of_role("contributor")))
        assert codes == found.tables["reply_by_nation"]["delegation"].to_list()
    for table in ("reply_together", "reply_agreement"):
        points = [row.point for row in scenario.questionnaire]
        assert found.tables[table]["point"].to_list() == points
    json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_numbers_of_nations_are_those_of_other_answers(find: Find, name: str) -> None:
    found, findings = answer(find, name), find(name)
    consent = findings.consent.tables()["consent"].rows_by_key("delegation", named=True)
    sent = contribution_table(findings).rows_by_key("delegation", named=True)
    for row in found.tables["reply_numbers"].iter_rows(named=True):
        code = row["delegation"]
        for column in ("join_prob", "backed_prob", "unbacked_prob"):
            assert row[column] == pytest.approx(consent[code][0][column])
        for column in ("sent_persons", "sent_persons_low", "expected_persons", "burden_ratio"):
            assert row[column] == sent[code][0][column]
    table = found.tables["reply_dependence"]
    whole = dependence_table(findings.as_set, findings.titles)
    assert table.to_dicts() == [
        row
        for row in whole.to_dicts()
        if row["delegation"] in found.tables["reply_numbers"]["delegation"].to_list()
    ]


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_numbers_of_all_are_those_of_other_answers(find: Find, name: str) -> None:
    found, findings = answer(find, name), find(name)
    numbers = found.tables["headline_numbers"].row(0, named=True)
    at = {row.topic: f"point_{row.point}" for row in findings.scenario.questionnaire}
    size = answer_size(findings, "")
    assert numbers[f"{at['force']}_offered_persons"] == size.value
    assert persons(size.value) in found.headline
    breach = answer_breach(findings, "").tables["headline_numbers"].row(0, named=True)
    unanswered = breach["unanswered_given_violation_prob"]
    assert numbers[f"{at['response']}_unanswered_given_violation_prob"] == unanswered
    assert f"nobody answers a breach with {percent(unanswered)}" in found.headline
    said = found.tables["reply_together"].rows_by_key("topic", named=True)
    assert percent(breach["war_given_violation_prob"]) in said["response"][0]["together_says"]
    for months in (12, 24, 60):
        war = answer_breach(findings, "").tables["breach_months"]
        column = f"direct_war_in_{months}_months_prob"
        often = war.filter(guarantor="with", is_option=True)[column][0]
        assert percent(often) in said["response"][0]["together_says"]


def test_the_guarantee_and_the_vote_are_those_of_other_answers(find: Find) -> None:
    found, findings = answer(find, PARIS), find(PARIS)
    numbers = found.tables["headline_numbers"].row(0, named=True)
    two = both(findings.guarantee.result)
    assert numbers["point_1_deterred_prob"] == two.deterred_prob
    assert numbers["point_1_direct_war_prob"] == two.direct_war_prob
    assert f"the adversary is {two.words}" in found.headline
    passes = answer_sanctions(findings, "").value
    assert numbers["point_6_pass_used_prob"] == passes
    assert f"new measures passed in {percent(passes)}" in found.headline


def test_a_nation_signs_the_option_nearest_to_the_line_that_it_would_join(find: Find) -> None:
    found, findings = answer(find, PARIS), find(PARIS)
    order = ("air_sea", "reserve", "rear", "line")
    options = {row.option: row for row in findings.scenario.options}
    assert findings.guarantee_by_option is not None
    held = {
        runs.option: run.result
        for runs, run in zip(findings.options, findings.guarantee_by_option, strict=True)
    }
    chance = {
        runs.option: dict(
            zip(
                runs.consent.result.codes,
                runs.consent.result.join_chance.mean(axis=0),
                strict=True,
            )
        )
        for runs in findings.options
    }
    seen = set()
    for row in found.tables["reply_numbers"].iter_rows(named=True):
        code, name = row["delegation"], row["signed_option"]
        likely = [key for key in options if chance[key][code] >= LIKELY]
        if name is None:
            assert likely == []
            assert "none of them" in row_of(found, "reply_by_nation", code)["point_1_guarantee"]
            continue
        assert row["signed_prob"] == pytest.approx(chance[name][code])
        nearest = max(order.index(options[key].location) for key in likely)
        assert order.index(options[name].location) == nearest
        near = [key for key in likely if order.index(options[key].location) == nearest]
        assert is_alone(options[name]) == any(is_alone(options[key]) for key in near)
        assert row["deterred_prob"] == both(held[name]).deterred_prob
        assert row["direct_war_prob"] == both(held[name]).direct_war_prob
        seen.add(name)
    assert len(seen) > 1


def test_of_equally_near_options_one_without_the_guarantor_comes_first(minimal: Scenario) -> None:
    options = minimal.options
    assert [is_alone(option) for option in options] == [False, True, False]
    chances: list[dict[str, float]] = [{"ALD": 0.9}, {"ALD": 0.5}, {"ALD": 1.0}]
    found = signed("ALD", options, chances, None)
    assert found.says == "behind the line, alone: 50 %"
    chances[1]["ALD"] = 0.49
    assert signed("ALD", options, chances, None).says == "behind the line, backed: 90 %"
    chances[0]["ALD"] = 0.1
    assert signed("ALD", options, chances, None).says == "air and sea, backed: 100 %"
    chances[2]["ALD"] = 0.2
    assert signed("ALD", options, chances, None).says == "none of them: at most 49 %"


def test_words_and_numbers_of_a_nation_are_the_same(find: Find) -> None:
    found = answer(find)
    words, numbers = (row_of(found, table, "ALD") for table in ("reply_by_nation", "reply_numbers"))
    assert words["point_1_participants"] == f"on the line: {percent(numbers['goes_prob'])}"
    ratio = f"{numbers['burden_ratio']:.1f}"
    assert words["point_2_force"] == (
        f"{persons(numbers['sent_persons'])}: {ratio} times its fair share"
    )
    assert words["point_3_response"] == f"lets them fight: {percent(numbers['let_fight_prob'])}"
    both_ways = [percent(numbers[f"{way}_prob"]) for way in ("unbacked", "backed")]
    assert both_ways[0] in words["point_4_us_support"]
    castria = row_of(found, "reply_by_nation", "CST")
    sent = persons(row_of(found, "reply_numbers", "CST")["sent_persons"])
    assert castria["point_2_force"] == f"nobody; {sent} if it joins"
    assert castria["point_3_response"].startswith("no soldiers there; ")


def test_letting_soldiers_fight_is_the_mean_over_where_a_nation_would_go(find: Find) -> None:
    """In the small scenario it is 0.5 for who would go behind the line, 0.7 for the line."""
    found, consent = answer(find), find().consent
    for place, code in enumerate(consent.codes):
        levels = consent.level[consent.joins[:, place], place]
        expected = np.where(levels == 5, 0.7, 0.5).mean() if levels.size else None
        let = row_of(found, "reply_numbers", code)["let_fight_prob"]
        assert let == (expected if expected is None else pytest.approx(expected))


def test_what_falls_away_is_what_each_sends_less_without_the_guarantor(find: Find) -> None:
    findings = find()
    alone = sent_persons(findings, findings.alone.forces.result).mean(axis=0)
    lost = sent_persons(findings).mean(axis=0) - alone
    for code, fewer in zip(findings.forces.codes, lost.tolist(), strict=True):
        if code in findings.consent.codes:
            row = row_of(answer(find), "reply_numbers", code)
            assert row["lost_persons"] == pytest.approx(fewer)


def test_a_nation_that_refuses_writes_so(find: Find) -> None:
    found = answer(find, set={"consent/ALD/level": 0})
    words = row_of(found, "reply_by_nation", "ALD")
    assert words["point_1_participants"] == "no part: 100 %"
    assert words["point_2_force"] == "nobody"
    assert words["point_3_response"] == "no soldiers there"
    assert words["point_4_us_support"] == "not even with it: 0 %"
    assert "none of them likely to join behind the line" in found.headline
    assert "1 of them likely to join behind the line" in answer(find).headline
    assert (
        "of those asked, none would likely be there"
        in found.tables["reply_together"]["together_says"][2]
    )


def test_without_backing_and_lent_units_nothing_is_lost_and_all_is_said_alone(find: Find) -> None:
    found = answer(find, set=WITHOUT_GUARANTOR)
    (said,) = found.tables["reply_together"].filter(pl.col("point") == "4")["together_says"]
    assert ", as under the option as it is; " in said
    assert set(found.tables["reply_numbers"]["lost_persons"].to_list()) == {0.0}
    paris = answer(find, PARIS, set=WITHOUT_GUARANTOR, draws=20)
    answers = paris.tables["reply_by_nation"]["point_1_guarantee"].to_list()
    assert all(text.startswith("none of them: at most ") for text in answers)
    before = answer(find, PARIS).tables["reply_by_nation"]["point_1_guarantee"].to_list()
    assert [text for text in before if "backed" in text]


def test_a_point_that_is_not_asked_is_not_answered(minimal: Scenario) -> None:
    found = written(minimal.replace(questionnaire=form("participants", "force")))
    assert len(found.tables["reply_together"]) == 2
    assert "breach" not in found.headline
    assert "reply_dependence" not in found.tables
    assert not [row for row in found.rows if row.startswith(("disputes/", "dependence/ALD"))]
    assert not [text for text in found.assumes if text.startswith("A game")]
    names = found.tables["reply_numbers"].columns
    assert "sent_persons" in names
    assert "let_fight_prob" not in names


def test_an_invented_form_may_ask_for_all_and_twice_for_one_thing(minimal: Scenario) -> None:
    found = written(minimal.replace(questionnaire=form(*TOPICS_OF_POINTS, "force")))
    table = found.tables["reply_together"]
    assert table["together_says"][2] == table["together_says"][6]
    words = found.tables["reply_by_nation"]
    assert words["point_3_force"].to_list() == words["point_7_force"].to_list()
    assert "deterred" in found.headline
    json.dumps(found.to_json(), allow_nan=False)


def test_points_stand_in_the_order_of_the_form(minimal: Scenario) -> None:
    points = form(*(["participants"] * 11))
    found = written(minimal.replace(questionnaire=points[::-1]), draws=10)
    assert found.tables["reply_together"]["point"].to_list() == [str(n) for n in range(1, 12)]


def test_without_a_game_the_response_says_what_is_missing(minimal: Scenario) -> None:
    bare = without(minimal, "disputes", "base_rates")
    found = written(bare.model_copy(update={"questionnaire": form(*TOPICS_OF_POINTS)}))
    said = found.tables["reply_together"]["together_says"].to_list()
    why = "disputes.csv has no rows"
    assert said[0] == f"Whether any guarantee deters is not told: {why}."
    assert said[3] == f"What follows an attack is not told: {why}."
    assert said[4].endswith(f"Which backing is needed for long is not told: {why}.")
    assert set(found.tables["reply_by_nation"]["point_4_response"].to_list()) == {"not told"}
    assert found.tables["reply_agreement"]["same_share"][3] is None
    assert "deterred" not in found.headline
    json.dumps(found.to_json(), allow_nan=False)


def test_without_a_ballot_on_sanctions_the_rest_of_the_point_is_told(minimal: Scenario) -> None:
    found = written(minimal.replace(questionnaire=form("capabilities-sanctions")))
    (said,) = found.tables["reply_together"]["together_says"]
    assert "could keep" in said
    assert "ballots.csv puts nothing on the issue 'sanctions' to the vote." in said
    words = found.tables["reply_by_nation"]["point_1_capabilities_sanctions"].to_list()
    assert all(text.endswith("sanctions not told") for text in words)
    assert found.tables["reply_agreement"]["told_count"].to_list() == [0]
    assert "nothing is hidden or shown" in found.more[0]


def test_what_is_left_to_give_is_what_could_stand_less_what_is_sent(find: Find) -> None:
    findings = find(PARIS)
    everyone = findings.everyone.result
    land = everyone.groups.on_land
    can = np.minimum(everyone.standing_persons[:, :, land].sum(axis=2), everyone.ceiling_persons)
    left = np.maximum(can.mean(axis=0) - sent_persons(findings).mean(axis=0), 0)
    found = answer(find, PARIS)
    for code in ("FRA", "DEU", "ITA"):
        row = row_of(found, "reply_numbers", code)
        assert row["left_persons"] == pytest.approx(left[everyone.codes.index(code)])


def test_without_a_form_the_question_is_left_out(minimal: Scenario) -> None:
    bare = minimal.replace(questionnaire=())
    assert "reply" not in {question.id for question in answerable(bare)}
    with pytest.raises(MissingDataError, match=r"the question 'reply' needs questionnaire\.csv"):
        ask(bare, "reply", draws=10)
    assert QUESTIONS[-1].id == "reply"


def test_only_those_asked_answer(minimal: Scenario) -> None:
    found = written(minimal.replace(questionnaire=form("participants", asked_of="summit")))
    assert set(found.tables["reply_by_nation"]["delegation"]) == {"ALD", "BRK", "CST"}
    assert "Together the 3 nations asked" in found.headline


def test_a_form_to_which_nobody_with_a_stance_is_asked_is_refused(minimal: Scenario) -> None:
    asked = minimal.replace(questionnaire=form("participants", asked_of="summit"))
    codes = ("ALD", "BRK", "CST")
    nobody = asked.model_copy(
        update={
            "stances": tuple(s for s in asked.stances if s.delegation not in codes),
            "principals": (),
            "uncertainties": (),
            "approvals": (),
        }
    )
    with pytest.raises(MissingDataError, match="no stance of anybody asked on point 1"):
        written(nobody, draws=10)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"A": "x", "B": "x", "C": "y"}, ("x", 2 / 3, "y", 1 / 3, 2, 3)),
        ({"A": "y", "B": "x"}, ("x", 0.5, "y", 0.5, 2, 2)),
        ({"A": "x", "B": ""}, ("x", 1.0, "", None, 1, 1)),
        ({"A": ""}, ("", None, "", None, 0, 0)),
    ],
)
def test_agreement_is_counted(answers: dict[str, str], expected: tuple[Any, ...]) -> None:
    assert tuple(agreement(answers)) == expected


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_how_far_nations_agree_is_counted_from_their_answers(find: Find, name: str) -> None:
    found = answer(find, name)
    words = found.tables["reply_by_nation"]
    columns = [column for column in words.columns if column.startswith("point_")]
    for column, row in zip(
        columns, found.tables["reply_agreement"].iter_rows(named=True), strict=True
    ):
        same = [text for text in words[column].to_list() if text.startswith(row["answer"])]
        if column.endswith("force") and row["answer"] != "nobody":
            continue  # there the number comes first
        assert row["same_share"] == pytest.approx(len(same) / row["told_count"])
        assert row["otherwise_count"] == row["told_count"] - len(same)


def test_the_headline_names_the_widest_split(find: Find) -> None:
    found = answer(find)
    shares = found.tables["reply_agreement"]["same_share"]
    least = int(shares.arg_min() or 0)
    row = found.tables["reply_agreement"].row(least, named=True)
    assert (
        f"they differ most on {row['topic']} ({percent(row['same_share'])} answer "
        f"'{row['answer']}', {percent(row['next_share'])} '{row['next_answer']}')"
    ) in found.headline


def test_one_nation_by_itself_agrees_with_itself(minimal: Scenario) -> None:
    rows = form("participants", asked_of="summit")
    one = tuple(
        row for row in minimal.attendance if (row.format, row.delegation) != ("summit", "BRK")
    )
    one = tuple(row for row in one if (row.format, row.delegation) != ("summit", "CST"))
    found = written(minimal.replace(attendance=one, questionnaire=rows))
    assert found.headline.startswith("Together the one nation asked could write: ")
    assert found.headline.endswith("each by itself, all would answer alike on every point.")


def test_meetings_say_whose_forms_are_in_the_room(find: Find) -> None:
    """At the table in Hovan sit three; one of them speaks for Elmland, nobody for Dunmere."""
    answers = {"first": dict.fromkeys(("ALD", "BRK", "CST", "DUN", "ELM"), "yes")}
    (found,) = meetings(find(), answers)
    assert found.format == "summit"
    assert set(found.seated) == {"ALD", "BRK", "CST"}
    assert (found.spoken_for, found.missing, found.otherwise) == (("ELM",), ("DUN",), ())


def test_a_room_that_would_say_otherwise_is_noticed(find: Find) -> None:
    answers = {
        "first": {"ALD": "no", "BRK": "no", "CST": "yes", "DUN": "yes", "ELM": "yes"},
        "second": {"ALD": "no", "BRK": "", "CST": "yes", "DUN": "yes", "ELM": "yes"},
    }
    (found,) = meetings(find(), answers)
    assert found.otherwise == ("first",)  # on the second those in the room are as many


def test_later_meetings_bring_in_those_who_were_not_there(find: Find) -> None:
    table = answer(find, PARIS).tables["reply_meetings"]
    assert table["format"].to_list()[:2] == ["Paris, 17 February", "Paris, 19 February"]
    assert table["rounds_before_count"].is_sorted()
    first = table.row(0, named=True)
    assert (first["seated_count"], first["spoken_for_count"]) == (8, 7)
    assert first["missing_count"] == 30 - 8 - 7
    assert table["new_count"].sum() == 30
    said = answer(find, PARIS).more
    (sentence,) = [text for text in said if text.startswith("What meetings change")]
    assert "8 of those asked sit, 7 more are spoken for" in sentence
    assert percent(first["missing_force_share"]) in sentence


def test_without_meetings_each_form_stands_alone(minimal: Scenario) -> None:
    found = written(without(minimal, "formats", "attendance"))
    assert found.tables["reply_meetings"].is_empty()
    assert "No meeting of those asked stands in formats.csv" in found.more[-1]


def test_the_form_and_its_sources_are_among_the_evidence(find: Find) -> None:
    found = answer(find, PARIS)
    assert {f"questionnaire/{place}" for place in range(1, 7)} <= set(found.rows)
    assert {"reuters-demarche", "alpha-demarche", "newspravda-demarche"} <= set(found.sources)
    for table in ("stances/", "units/", "disputes/", "ballots/", "dependence/", "formats/"):
        assert [row for row in found.rows if row.startswith(table)]


def weights(**changes: float) -> pl.DataFrame:
    row = {
        "title": "Aldmark",
        "balanced_in_persons": 4000.0,
        "balanced_out_persons": 500.0,
        "full_in_prob": 0.6,
        "full_out_prob": 0.1,
    }
    return pl.DataFrame([row | changes])


def test_who_is_indispensable_is_without_whom_the_force_is_missed(find: Find) -> None:
    needed = indispensable_sentence(find(), weights())
    assert needed.startswith(" Indispensable, as the ")
    assert "without it: Aldmark; " in needed
    nobody = indispensable_sentence(find(), weights(full_in_prob=0.4))
    assert "Nobody alone decides" in nobody
    assert "they are met in 40 % of futures at most" in nobody
    assert indispensable_sentence(find(), weights().clear()) == ""


def test_in_the_air_and_at_sea_no_soldier_is_told(find: Find) -> None:
    found = answer(find, option="air-sea-backed")
    said = found.tables["reply_together"]["together_says"].to_list()
    assert "in the air and at sea" in said[1]
    assert "soldiers in balance" not in said[1]
    json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize("topic", TOPICS_OF_POINTS)
def test_topics_are_words_within_a_sentence(topic: str) -> None:
    assert "-" not in topic_words(topic)


def test_those_whose_stance_is_not_known_are_counted_and_write_nothing(minimal: Scenario) -> None:
    def assumed(scenario: Scenario) -> str:
        return written(scenario, draws=10).assumes[0]

    assert "asks 5 contributors; the force" in assumed(minimal)
    silent = minimal.replace(
        stances=tuple(row for row in minimal.stances if row.delegation != "ELM"),
        approvals=tuple(row for row in minimal.approvals if row.delegation != "ELM"),
    )
    assert "asks 5 contributors, 1 of which without a known stance" in assumed(silent)
    assert "ELM" not in written(silent, draws=10).tables["reply_by_nation"]["delegation"]
