"""Claims in the report: what the page prints of a verdict, and a line of a file for each."""

from typing import Any, Final

from foedus.briefing.brief import Brief
from foedus.briefing.claims import Verdict
from foedus.report import anchors
from foedus.scenario.sources import ASSUMED

CLAIM_COLUMNS: Final = (
    *("claim", "who", "kind", "statement", "said_in", "checked_by", "asks", "verdict", "says"),
    *("number", "unit", "value", "low", "high", "measure", "statistic", "comparison", "compared"),
    *("claimed_value", "claimed_low", "claimed_high", "claimed_of", "tolerance_value"),
    *("option", "answers", "runs", "rows", "sources", "verified", "later", "rests_on"),
)


def claim_lines(brief: Brief) -> list[list[Any]]:
    """Return a line for each claim."""
    lines = []
    for verdict in brief.claims:
        fields = verdict.to_json()
        against = fields["claimed"] or {}
        fields |= {f"claimed_{name}": against.get(name) for name in ("value", "low", "high")}
        lines.append([fields[name] for name in CLAIM_COLUMNS])
    return lines


def printed_claim(verdict: Verdict, brief: Brief) -> dict[str, Any]:
    """Return what the template prints of a claim; its answers lead to those of this brief."""
    grounds = verdict.grounds
    ids = {answer.id for answer in brief.answers if grounds.option == brief.option}
    return {
        "verdict": verdict,
        "claim": verdict.claim,
        "grounds": grounds,
        "said_in": [key for key in verdict.claim.source if key != ASSUMED],
        "answers": [
            (name, anchors.answer_id(name) if name in ids else "") for name in grounds.answers
        ],
        "sources": [] if grounds.answers else grounds.sources,
    }
