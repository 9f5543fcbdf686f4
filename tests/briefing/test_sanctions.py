"""Who would block sanctions: all members must agree, and some stand alone."""

from collections.abc import Callable

import numpy as np
import pytest

from foedus.briefing.findings import Findings
from foedus.briefing.sanctions import answer_sanctions, format_of_body
from foedus.briefing.sentences import percent

Find = Callable[..., Findings]

PARIS = "paris-2025"
WILLING = {
    f"positions/sanctions:{code}:{code}/walk_away_score": 100 for code in ("SVK", "CYP", "MLT")
}


def test_the_value_is_how_often_all_members_agree(find: Find) -> None:
    found, result = answer_sanctions(find(PARIS), "?"), find(PARIS).bargaining.result
    place = format_of_body(find(PARIS), result)
    assert result.formats[place] == "eu27"
    at = result.issues.index("sanctions")
    assert found.value == pytest.approx(result.has_deal[:, place, at].mean())
    assert f"accept in {percent(found.value)} of futures" in found.headline
    assert "27" in str(result.consents[place, at].sum())


def test_who_is_in_the_way_only_together_is_named(find: Find) -> None:
    found = answer_sanctions(find(PARIS), "?")
    assert "no single member is in the way, and without Hungary" in found.headline
    steps = found.tables["sanctions_left_out"].filter(format="European Council")
    assert steps["left_out"].to_list()[0] == "HUN"
    assert steps["no_deal_without_prob"].is_sorted(descending=True)


def test_who_is_in_the_way_by_itself_is_named(find: Find) -> None:
    find_one = find(PARIS, set=WILLING)
    found, result = answer_sanctions(find_one, "?"), find_one.bargaining.result
    table = result.blocker_table().filter(format="eu27", issue="sanctions")
    hungary = table.filter(delegation="HUN")["freed_prob"].item()
    assert hungary > 0.5
    assert f"in the way by itself, in how many futures: Hungary ({percent(hungary)})" in (
        found.headline
    )


def test_what_holds_without_a_deal_and_who_wants_least_is_said(find: Find) -> None:
    more = " ".join(answer_sanctions(find(PARIS), "?").more)
    assert "without a deal 50 points stays" in more
    assert "Least is wanted by Hungary" in more


def test_the_treaty_s_voting_is_left_to_others(find: Find) -> None:
    assert any(
        "qualified majority" in line for line in answer_sanctions(find(PARIS), "?").cannot_say
    )


def test_without_a_room_of_the_body_the_widest_counts(find: Find) -> None:
    scenario = find(PARIS).scenario
    none = scenario.replace(
        attendance=tuple(
            row for row in scenario.attendance if (row.format, row.delegation) != ("eu27", "MLT")
        )
    )
    findings = Findings(none, find(PARIS, draws=2).request)
    result = findings.bargaining.result
    place = format_of_body(findings, result)
    asked = result.consents[:, result.issues.index("sanctions")].sum(axis=1)
    talks = np.array(["alone" not in rules for rules in result.rules])
    assert asked[place] == asked[talks].max()
