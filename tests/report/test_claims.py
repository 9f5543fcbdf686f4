"""Claims stand in the report with their verdicts, and lead to what they rest on."""

import csv
import io
import re
from dataclasses import replace

import pytest
from tests import kept
from tests.report.charts import without_charts

from foedus import Brief
from foedus.briefing.check_claims import check_claims
from foedus.report.annex import collect
from foedus.report.claims import CLAIM_COLUMNS
from foedus.report.html import render
from foedus.report.sections import report_of
from foedus.report.tables import csv_files


@pytest.fixture(scope="module")
def claimed() -> Brief:
    return check_claims(kept.scenario("minimal"), draws=kept.FEW)


def html_of(brief: Brief) -> str:
    annex = collect(brief)
    report = without_charts(report_of(brief, annex))
    return render(report, files=frozenset(csv_files(brief, annex)))


def said(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.rpartition("</style>")[2]).split())


@pytest.fixture(scope="module")
def html(claimed: Brief) -> str:
    return html_of(claimed)


def test_each_claim_has_its_statement_verdict_and_sentence(html: str, claimed: Brief) -> None:
    text = said(html).replace("&#39;", "'")
    for verdict in claimed.claims:
        assert verdict.claim.statement in text
        assert verdict.claim.who in text
        assert verdict.says in text
        assert verdict.grounds.says in text
    assert "holds if at least 8,000" in text


def test_a_verdict_leads_to_its_rows_answers_and_sources(html: str) -> None:
    part = html[html.index('<h2 id="claims">') : html.index('<h2 id="rows">')]
    links = set(re.findall(r'href="#([^"]+)"', part))
    assert {"row-delegations.2f.BRK", "answer-size", "source-invented"} <= links
    assert links <= set(re.findall(r'id="([^"]+)"', html))
    assert 'href="tables/claims.csv"' in part
    assert 'href="#claims"' in html


def test_an_answer_for_another_option_is_named_and_not_linked() -> None:
    made = check_claims(
        kept.scenario("minimal"), ["eight-thousand"], draws=kept.FEW, option="rear-8k-alone"
    )
    part = html_of(made)
    assert "the answer to &#39;size&#39; for rear-8k-backed" in said(part)
    assert "#answer-size" not in part


def test_a_verdict_on_later_rows_is_marked(html: str) -> None:
    part = said(html[html.index('<h2 id="claims">') : html.index('<h2 id="rows">')])
    assert "does not hold †" in part
    assert "holds †" not in part.replace("does not hold †", "")


def test_the_rows_of_claims_are_in_the_annex(claimed: Brief) -> None:
    rows = collect(claimed).rows
    assert {f"claims/{v.claim.claim}" for v in claimed.claims} <= set(rows)
    assert "delegations/BRK" in rows


def test_the_file_of_claims_has_a_line_each(claimed: Brief) -> None:
    files = csv_files(claimed, collect(claimed))
    text = files["claims.csv"].decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(lines[0]) == list(CLAIM_COLUMNS)
    assert [line["claim"] for line in lines] == [v.claim.claim for v in claimed.claims]
    assert [line["verdict"] for line in lines] == [v.verdict for v in claimed.claims]
    assert lines[0]["value"] == "180.0"
    assert (lines[0]["low"], lines[0]["claimed_value"], lines[3]["value"]) == ("", "0.0", "")
    assert lines[1]["runs"] == claimed.claims[1].grounds.runs[0]


def test_every_field_of_the_json_is_in_the_file(claimed: Brief) -> None:
    fields = set(claimed.claims[0].to_json()) - {"claimed", "numbers"}
    assert fields <= set(CLAIM_COLUMNS)


def test_a_brief_without_claims_has_neither_section_nor_file(claimed: Brief) -> None:
    bare = replace(claimed, claims=())
    html = html_of(bare)
    assert 'id="claims"' not in html
    assert "#claims" not in html
    assert "claims.csv" not in csv_files(bare, collect(bare))


def test_hostile_words_of_a_claim_stay_words(claimed: Brief) -> None:
    evil = "<script>alert(1)</script>"
    verdict = claimed.claims[0]
    claim = verdict.claim.model_copy(update={"statement": evil, "who": evil, "asks": evil})
    html = html_of(replace(claimed, claims=(replace(verdict, claim=claim, says=evil),)))
    assert html.count("<script") == html_of(claimed).count("<script")
    assert evil not in html
    assert html.count("&lt;script&gt;") >= 4
