"""Who can be the bridge to those addressed: whom to send, and on which ties that rests."""

from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.evidence import Evidence, every
from foedus.briefing.findings import Findings
from foedus.briefing.reads import rests_on
from foedus.briefing.sentences import listed, percent, percent_range, spread
from foedus.briefing.strength import one_row
from foedus.engines import Brokerage
from foedus.engines.arrays import FloatArray
from foedus.engines.brokerage.conductance import NOBODY
from foedus.engines.brokerage.result import BrokerageResult, shares
from foedus.scenario.brokerage import TOGETHER
from foedus.scenario.scenario import Scenario

MOST_NAMED: Final = 3
WORTH_NAMING: Final = 0.05
"""Share of draws from which somebody is named as best."""
NO_CHANGE: Final = 0.005


def answer_bridge(findings: Findings, question: str) -> Answer:
    """Answer on whom most of the link to those addressed hangs."""
    result = findings.brokerage.result
    names = Names(findings.as_set, result)
    order = result.order(result.side)
    often = result.best_share(result.side)
    best = order[0]
    found = result.outcomes()
    hanging = spread(result.known_share[:, result.side, best])
    evidence = bridge_evidence(findings)
    moves = f"how much more hangs on {names.candidate(best)} than on any other"
    return Answer(
        id="bridge",
        question=question,
        kind="choice",
        headline=headline(result, names),
        value=names.candidate(best),
        unit="delegation to send",
        interval_note="A choice has no range: shares say in how many draws each is best.",
        shares={
            names.candidate(place): float(often[place])
            for place in order
            if often[place] > 0 or place == best
        },
        more=sentences(result, names),
        drivers=findings.brokerage_drivers.strongest(
            found["lead_share"], "lead_share", moves=moves
        ),
        assumes=(
            *assumptions(findings),
            *evidence.remarks,
        ),
        cannot_say=(
            "Charm, trust and secrecy: whether an envoy is liked, believed or discreet.",
            "Whether those addressed want a bridge, or would rather deal with each by itself.",
            "Whether an envoy would carry the message of all, or its own.",
            (
                "How strong ties truly are: strengths and what kinds count are judged, and ties of "
                "some are listed more fully than ties of others."
            ),
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            **bridge_tables(result, names),
            "headline_numbers": one_row(
                bridge_share=hanging.middle,
                bridge_share_low=hanging.low,
                bridge_share_high=hanging.high,
                runner_up_share=float(np.median(found["runner_up_share"])),
                lead_share=float(np.median(found["lead_share"])),
                best_share=float(often[best]),
            ),
        },
        run=findings.brokerage.run_id,
    )


class Names:
    """Printed names of who sends, who is addressed and who could be sent."""

    def __init__(self, scenario: Scenario, result: BrokerageResult) -> None:
        self.result = result
        self.delegations = scenario.titles("delegations")
        self.camps = scenario.titles("camps")
        self.kinds = scenario.titles("tie_kinds")

    def candidate(self, place: int) -> str:
        """Return who could be sent, by place among the candidates."""
        return self.delegations[self.result.candidate_codes[place]]

    def side(self, side: int) -> str:
        """Return who sends, as a noun phrase."""
        key = self.result.sides[side]
        if key == TOGETHER:
            return listed([self.camps[camp] for camp in self.result.sides if camp != TOGETHER])
        return self.camps[key]

    @property
    def addressed(self) -> str:
        """Return who is addressed."""
        return self.camps[self.result.addressed_camp]

    def in_table(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table with printed names in the place of keys."""
        together = {TOGETHER: "all together"}
        columns = {
            **dict.fromkeys(("delegation", "partner", "first", "second"), self.delegations),
            "leader_gone": self.delegations,
            "tie_kind": self.kinds,
            "camp": self.camps | together,
        }
        return table.with_columns(
            pl.col(column).replace(titles)
            for column, titles in columns.items()
            if column in table.columns
        )


def bridge_tables(result: BrokerageResult, names: Names) -> dict[str, pl.DataFrame]:
    """Return the tables of a run with printed names."""
    return {f"bridge_{name}": names.in_table(table) for name, table in result.tables().items()}


def sentences(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say who comes next, for whom, why, and what would change it."""
    return (
        *runner_up_sentence(result, names),
        *camp_sentence(result, names),
        *closest_sentence(result, names),
        *reason_sentence(result, names),
        *stronger_sentence(result, names),
        *gone_sentence(result, names),
        *kind_sentence(result, names),
        *hostile_sentence(result, names),
        *without_ties_sentence(result, names),
    )


def headline(result: BrokerageResult, names: Names) -> str:
    """Say who is best, how much hangs on it, and in how many futures."""
    best = result.order(result.side)[0]
    share = result.known_share[:, result.side, best]
    often = float(result.best_share(result.side)[best])
    return (
        f"{names.candidate(best)} can best be the bridge from {names.side(result.side)} to "
        f"{names.addressed}: {percent_range(share)} of what links them hangs on it, and in "
        f"{percent(often)} of futures more than on anybody else."
    )


def runner_up_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say who comes next."""
    often, second = (
        result.best_share(result.side),
        result.second_share(result.side),
    )
    middle = result.median_share(result.side)
    best = result.order(result.side)[0]
    after = sorted(
        (place for place in result.order(result.side) if place != best),
        key=lambda place: (-(often[place] + second[place]), -middle[place]),
    )[:MOST_NAMED]
    if not after:
        return ("Nobody else stands between them.",)
    said = [
        f"{names.candidate(place)} ({percent(float(middle[place]))} hangs on it; best in "
        f"{percent(float(often[place]))} of futures, second in {percent(float(second[place]))})"
        for place in after
    ]
    rest = f", then {listed(said[1:])}" if len(said) > 1 else ""
    return (f"The runner-up is {said[0]}{rest}.",)


def camp_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say whom each camp by itself should send."""
    parts = []
    for side, camp in enumerate(result.sides):
        if camp == TOGETHER or side == result.side:
            continue
        order = result.order(side)
        if not order:
            parts.append(f"nobody stands between {names.camps[camp]} and {names.addressed}")
            continue
        often = float(result.best_share(side)[order[0]])
        said = f"for {names.camps[camp]} {names.candidate(order[0])} ({percent(often)} of futures)"
        if len(order) > 1:
            said += f", before {names.candidate(order[1])}"
        parts.append(said)
    return (f"Camp by camp the best is: {'; '.join(parts)}.",) if parts else ()


def closest_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say who would be best if all who send could reach everybody equally well."""
    often = result.closest_share
    said = often_words(often, names)
    if not said:
        return ()
    return (
        (
            f"By ties to {names.addressed} alone, as if those who send could reach everybody "
            f"equally well, the closest is {said}."
        ),
    )


def often_words(often: FloatArray, names: Names) -> str:
    """Name those who come up in enough draws, such as `A in 60 % and B in 38 % of futures`."""
    places = [p for p in np.argsort(-often, kind="stable").tolist() if often[p] >= WORTH_NAMING]
    said = [f"{names.candidate(p)} in {percent(float(often[p]))}" for p in places[:MOST_NAMED]]
    return f"{listed(said)} of futures" if said else ""


def reason_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say which ties carry what flows over the best: to those addressed, and from whom."""
    best = result.order(result.side)[0]
    own = [carrier for carrier in result.carriers if carrier.candidate == best]
    out = sorted((c for c in own if c.current_share > 0), key=lambda c: -c.current_share)
    if not out:
        return ()
    onward = [
        f"{names.kinds[c.kind]} with {names.delegations[result.codes[c.partner]]} "
        f"({percent(c.current_share)})"
        for c in out[:MOST_NAMED]
    ]
    from_whom: dict[int, float] = {}
    for carrier in own:
        if carrier.current_share < 0:
            from_whom[carrier.partner] = from_whom.get(carrier.partner, 0.0) - carrier.current_share
    nearest = sorted(from_whom, key=lambda node: -from_whom[node])[:MOST_NAMED]
    inward = [
        f"{names.delegations[result.codes[node]]} ({percent(from_whom[node])})" for node in nearest
    ]
    total = sum(c.current_share for c in out)
    return (
        (
            f"Of all that flows from the others to {names.addressed}, each taking the ways that "
            f"resist least, {percent(total)} passes through {names.candidate(best)}: onward mostly "
            f"by {listed(onward)}; it comes mostly from {listed(inward)}."
        ),
    )


def stronger_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say whom one tie stronger makes the best."""
    often = result.often_as_it_is
    parts = []
    for at, (who, tie) in enumerate(zip(result.contenders.tolist(), result.stronger, strict=True)):
        after = float(shares(result.best_if_stronger[:, at], len(often))[who])
        if tie is None or after - often[who] < NO_CHANGE:
            continue
        parts.append(
            f"{names.candidate(who)} by {names.kinds[tie.kind]} ({percent(after)} of futures, in "
            f"the place of {percent(float(often[who]))})"
        )
    said = (
        f"With its strongest tie to {names.addressed} at the high end of its range, best more "
        f"often is {listed(parts)}."
        if parts
        else f"No contender is best more often if its strongest tie to {names.addressed} is at "
        "the high end of its range."
    )
    return (said, raised_words(result, names))


def raised_words(result: BrokerageResult, names: Names) -> str:
    """Say which single ties would make another the best where the assumptions stand."""
    if not result.raised:
        return (
            "Where the assumptions stand, no single tie of anybody changes who is best by being at "
            "the high end of its range."
        )
    said = [
        f"{names.kinds[one.kind]} of {names.delegations[result.codes[one.first]]} and "
        f"{names.delegations[result.codes[one.second]]}"
        + (f" (then {names.candidate(one.best)})" if one.best != NOBODY else " (then nobody)")
        for one in result.raised[:MOST_NAMED]
    ]
    more = len(result.raised) - len(said)
    rest = f"; and {more} more" if more else ""
    return (
        "Where the assumptions stand, another is best if one of these ties is at the high end of "
        f"its range: {'; '.join(said)}{rest}."
    )


def gone_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say who is best once the personal ties of the best are gone."""
    best = result.order(result.side)[0]
    places = result.contenders.tolist()
    if best not in places:
        return ()
    after = shares(result.best_if_gone[:, places.index(best)], len(result.candidates))
    said = often_words(after, names) or "nobody: no other stands between"
    return (
        (
            f"If the personal ties of {names.candidate(best)} were gone, as with a new leader, the "
            f"best would be {said}."
        ),
    )


def kind_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say whether the choice hangs on one kind of tie."""
    best = result.order(result.side)[0]
    others = [one for one in result.left_out if one.best != best]
    if not others:
        return (
            (
                f"Whichever kind of tie is left out, {names.candidate(best)} stays the best where "
                "the assumptions stand."
            ),
        )
    said = [
        f"{names.candidate(one.best) if one.best != NOBODY else 'nobody'} without "
        f"{names.kinds[one.kind]}"
        for one in others
    ]
    return (f"Where the assumptions stand, another is best without a kind: {listed(said)}.",)


def hostile_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say which candidates are tied to the adversary too."""
    weight = np.median(result.hostile_weight, axis=0)
    tied = [names.candidate(place) for place in np.flatnonzero(weight > 0).tolist()]
    if not tied:
        return ()
    return (
        (
            f"Tied to the adversary as well: {listed(tied)}. Those ties carry nothing here; "
            "whether they make an envoy less trusted, or more useful, is not counted."
        ),
    )


def without_ties_sentence(result: BrokerageResult, names: Names) -> tuple[str, ...]:
    """Say of which members of camps no tie is known."""
    if not result.without_ties:
        return ()
    who = [names.delegations[code] for code in result.without_ties]
    return (f"No tie of {listed(who)} is known, so nothing is said of sending it.",)


def assumptions(findings: Findings) -> tuple[str, ...]:
    """Say what the choice takes for granted."""
    settings = findings.brokerage.provenance.identity.settings
    return (
        (
            "A tie carries its strength times what its kind counts, both ways, and ties between "
            "the same two add. What hangs on somebody is the part of the conductance between the "
            "camps that is lost when all its ties are taken out; members of a camp other than the "
            "one looked at speak as one."
        ),
        (
            f"A strained tie carries a part of its strength, {settings['strained_share']:g} where "
            "that is not drawn. Over the adversary nothing is sent."
        ),
        (
            "Who governs is drawn by the chances of principals.csv, which are those of the "
            "option's decision date; another government has the ties of the sitting one where "
            "none of its own is listed."
        ),
    )


def bridge_evidence(findings: Findings) -> Evidence:
    """Return the rows that say who is tied to whom, how much kinds count, and who sends."""
    scenario = findings.as_set
    tied = {row.delegation for row in scenario.ties}
    picks = {
        **dict.fromkeys(["ties", "tie_kinds", "camps"], every),
        "principals": lambda row: row.delegation in tied,
        "delegations": lambda row: row.role == "adversary",
    }
    return rests_on(findings, picks, engines=(Brokerage.name,))
