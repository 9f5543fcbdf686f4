"""Evidence: rows, their sources, and how far they are judgement or known only later."""

from typing import Any

from foedus.briefing.evidence import every, gather, judged_remark, later_remark
from foedus.scenario import Scenario


def test_picked_rows_are_named_with_their_sources(paris: Scenario) -> None:
    found = gather(paris, {"stances": lambda row: row.delegation in ("FRA", "GBR")})
    assert found.rows == ("stances/FRA:FRA", "stances/GBR:GBR")
    named = {key for code in ("FRA:FRA", "GBR:GBR") for key in paris.row("stances", code).source}
    assert found.sources == tuple(sorted(named - {"assumed"}))


def test_what_the_authors_assumed_is_no_source(minimal: Scenario) -> None:
    found = gather(minimal, {"uncertainties": every})
    assert found.sources == ()
    assert len(found.rows) == len(minimal.uncertainties)


def test_nothing_picked_is_no_evidence_and_no_remark(minimal: Scenario) -> None:
    found = gather(minimal, {"units": lambda _row: False})
    assert (found.rows, found.sources, found.remarks) == ((), (), ())


def test_remarks_count_what_is_not_a_found_fact_table_by_table(paris: Scenario) -> None:
    marked: dict[str, list[Any]] = {
        "units": [
            paris.units[0].model_copy(update={"verified": verified})
            for verified in ("found", "memory", "judgement", "judgement", "assumed", "calc")
        ],
        "ceilings": [paris.ceilings[0].model_copy(update={"verified": "memory"})],
        "polls": [paris.polls[0].model_copy(update={"verified": "found-rounded"})],
    }
    assert judged_remark(marked) == (
        "Rows that are not found facts: units (2 judged, 1 recalled, 1 assumed of 6); ceilings "
        "(1 recalled of 1)."
    )


def test_remarks_count_what_became_known_only_later(paris: Scenario) -> None:
    poll = paris.polls[0]
    polls = [poll.model_copy(update={"later": later}) for later in (True, False, True)]
    assert later_remark({"polls": polls, "units": [paris.units[0]]}) == (
        "† Rows that became known only later: 2 of 3 in polls."
    )
    assert later_remark({"units": [paris.units[0]]}) == ""


def test_found_facts_need_no_remark(paris: Scenario) -> None:
    facts = [row for row in paris.polls if row.verified == "found" and not row.later]
    assert facts
    assert judged_remark({"polls": facts}) == ""
