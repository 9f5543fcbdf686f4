"""The inputs of bargaining: who wants what how much in each draw, and who sits in which room."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario.bargaining import EQUAL, STATED, Format, Issue, Position
from foedus.scenario.draws import Draws, point
from foedus.scenario.office import office_prob, principals_of
from foedus.scenario.scenario import Scenario, unknown

if TYPE_CHECKING:
    from foedus.engines.bargaining.engine import Bargaining

MOST_SCORE: Final = 100.0
NO_ROW: Final = -1
SITTING: Final = 0
"""Place of the sitting government among the principals of a delegation."""
SIZES_TABLE: Final = "share_keys"


@dataclass(frozen=True, kw_only=True)
class Views:
    """What each delegation wants on each issue, how much it cares, how strong it is.

    Shape (draw or 1, issue, delegation); NaN for one that has no position on the issue.
    """

    position_score: FloatArray
    """On a scale of 0 to 100, whatever the unit of the issue."""
    salience_share: FloatArray
    influence_score: FloatArray
    """In any one unit by issue."""
    reach_score: FloatArray
    """How far an outcome may lie from its position before it would rather have none."""

    @property
    def draws(self) -> int:
        """Number of draws; 1 may serve any number."""
        return max(len(block) for block in vars(self).values())

    def first(self, count: int) -> "Views":
        """Return the views of the first draws alone."""
        return Views(**{name: block[:count] for name, block in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class Seating:
    """Who is in which room. Shape (format, issue, delegation)."""

    formats: tuple[str, ...]
    """In the order of their rounds; those of one round by name."""
    rounds_before_count: IntArray
    """Shape (format,)."""
    rules: tuple[tuple[str, ...], ...]
    """By format and issue."""
    heard_share: FloatArray
    """Part of its weight with which a view counts: 1 for who is there, `spoken_share` for one for
    whom another speaks, 0 for all others."""
    consents: BoolArray
    """Whose consent is counted: members that have a position."""


@dataclass(frozen=True, kw_only=True)
class BargainingInputs:
    """All that bargaining needs. The draw axis may be 1 where nothing is drawn."""

    n: int
    """Number of draws."""
    issues: tuple[str, ...]
    """Issues on which somebody has a position, sorted."""
    units: tuple[str, ...]
    codes: tuple[str, ...]
    """Delegations with a position on any issue, sorted."""
    scale_from_value: FloatArray
    """Shape (issue,)."""
    scale_to_value: FloatArray
    """Shape (issue,)."""
    reference_score: FloatArray
    """Shape (draw or 1, issue): what holds if nothing is agreed; NaN where nobody can say."""
    feasible_from_score: FloatArray
    """Shape (draw or 1, issue)."""
    feasible_to_score: FloatArray
    """Shape (draw or 1, issue)."""
    by_principal: tuple[Views, ...]
    """What they want if the sitting government decides, if the second principal does, and so on;
    a delegation that has no such principal wants what its sitting government does."""
    office_prob: FloatArray
    """Shape (draw or 1, delegation, principal): chance that each is in office; sums to 1."""
    seating: Seating
    room: int
    """Place of the format that is looked at."""
    option: str
    options: tuple[str, ...]
    thresholds: tuple[tuple[str, str], ...]
    """Issue and option of each threshold."""
    threshold_value: FloatArray
    """Shape (draw or 1, threshold)."""
    at_point: "BargainingInputs | None"
    """The same where the assumptions stand; None if this is that already."""

    def value(self, score: FloatArray, issue: int | slice = np.s_[:]) -> FloatArray:
        """Return scores of 0 to 100, last axis issue, in the unit of each issue."""
        low, high = self.scale_from_value[issue], self.scale_to_value[issue]
        return low + score / MOST_SCORE * (high - low)


def read_inputs(engine: "Bargaining", scenario: Scenario, draws: Draws) -> BargainingInputs:
    """Gather the cells of the scenario as they stand in each draw.

    Raises
    ------
    MissingDataError
        If no issue has two parties, or no room could deal with one.
    SettingsError
        If there is no format of the name that is asked for, or nobody may govern.
    """
    parties = Parties(scenario, draws)
    issues = parties.issues
    if not issues:
        raise MissingDataError(
            f"{scenario.name}: no issue has two delegations with a position and an influence. Add "
            "rows to positions.csv: who wants what, on an issue of issues.csv."
        )
    about = [scenario.row("issues", issue) for issue in issues]
    low = np.array([row.scale_from_value for row in about], dtype=np.float64)
    high = np.array([row.scale_to_value for row in about], dtype=np.float64)
    places = [scenario.row_numbers["issues"][issue] for issue in issues]

    def score(field: str) -> FloatArray:
        """Return a column of the issues on the scale of 0 to 100."""
        values = draws.numbers(scenario, "issues", field)[:, places]
        scaled: FloatArray = MOST_SCORE * (values - low) / (high - low)
        return scaled

    seating = seat(engine, scenario, about, parties)
    kept = [row for row in scenario.thresholds if row.issue in issues]
    where = [scenario.row_numbers["thresholds"][row.key] for row in kept]
    found = BargainingInputs(
        n=draws.n,
        issues=issues,
        units=tuple(row.unit for row in about),
        codes=parties.codes,
        scale_from_value=low,
        scale_to_value=high,
        reference_score=score("reference_value"),
        feasible_from_score=np.nan_to_num(score("feasible_from_value"), nan=0.0),
        feasible_to_score=np.nan_to_num(score("feasible_to_value"), nan=MOST_SCORE),
        by_principal=tuple(parties.views(engine, low, high)),
        office_prob=office_prob(scenario, draws, parties.principals),
        seating=seating,
        room=room_of(engine, scenario, seating),
        option=draws.option,
        options=tuple(row.option for row in scenario.options),
        thresholds=tuple((row.issue, row.option) for row in kept),
        threshold_value=draws.numbers(scenario, "thresholds", "threshold_value")[:, where],
        at_point=None,
    )
    if draws.is_point:
        return found
    return replace(found, at_point=read_inputs(engine, scenario, point(draws.option, draws.fixed)))


class Parties:
    """Who has a position on what, and which row speaks for whom under which principal."""

    def __init__(self, scenario: Scenario, draws: Draws) -> None:
        self.scenario = scenario
        self.draws = draws
        self.influence = influences(scenario, draws)
        known = np.asarray(~np.isnan(self.influence).any(axis=0))
        # Of whom nothing tells how strong it is, is left out: scenarios without what came later.
        rows = [row for row, is_known in zip(scenario.positions, known, strict=True) if is_known]
        by_issue: dict[str, set[str]] = {}
        for row in rows:
            by_issue.setdefault(row.issue, set()).add(row.delegation)
        self.issues = tuple(sorted(i for i, who in by_issue.items() if len(who) > 1))
        self.codes = tuple(sorted({row.delegation for row in rows if row.issue in self.issues}))
        self.principals = [
            principals_of(scenario, code, {row.principal for row in rows if row.delegation == code})
            for code in self.codes
        ]
        self.row = self.rows_of(rows)

    def rows_of(self, rows: Iterable[Position]) -> IntArray:
        """Return the row of each, shape (principal, issue, delegation); `NO_ROW` for none."""
        number = self.scenario.row_numbers["positions"]
        keys = {row.key for row in rows}
        most = max((len(who) for who in self.principals), default=1)
        found = np.full((most, len(self.issues), len(self.codes)), NO_ROW, dtype=np.int64)
        for i, code in enumerate(self.codes):
            for at, issue in enumerate(self.issues):
                for place in range(most):
                    who = self.principals[i][place : place + 1] or [code]
                    key = f"{issue}:{code}:{who[0]}"
                    key = key if key in keys else f"{issue}:{code}:{code}"
                    if key in keys:
                        found[place, at, i] = number[key]
        return found

    @property
    def has_position(self) -> BoolArray:
        """Shape (issue, delegation)."""
        found: BoolArray = self.row[SITTING] != NO_ROW
        return found

    def views(self, engine: "Bargaining", low: FloatArray, high: FloatArray) -> Iterator[Views]:
        """Yield what they want under each principal, given the ends of the scales."""
        value, salience, walk_away = (
            self.draws.numbers(self.scenario, "positions", field)
            for field in ("position_value", "salience_share", "walk_away_score")
        )
        least, base = (
            self.draws.setting(engine.name, name, getattr(engine, name))[:, np.newaxis]
            for name in ("least_reach_score", "base_reach_score")
        )
        reach = np.where(np.isnan(walk_away), least + base * (1 - salience), walk_away)
        width = (high - low)[:, np.newaxis]
        for row in self.row:
            position = self.of(row, value)
            yield Views(
                # Rounding must not carry a position off the scale.
                position_score=np.clip(
                    MOST_SCORE * (position - low[:, np.newaxis]) / width, 0.0, MOST_SCORE
                ),
                salience_share=self.of(row, salience),
                influence_score=self.of(row, self.influence),
                reach_score=self.of(row, reach),
            )

    @staticmethod
    def of(row: IntArray, column: FloatArray) -> FloatArray:
        """Return a column by issue and delegation, NaN for no row."""
        found = column.take(row, axis=1)
        found[:, row == NO_ROW] = np.nan
        return found


def influences(scenario: Scenario, draws: Draws) -> FloatArray:
    """Return how strong each row of `positions.csv` is on its issue, shape (draw or 1, row).

    NaN where nothing tells it.
    """
    stated = draws.numbers(scenario, "positions", "influence_score")
    sizes = draws.numbers(scenario, SIZES_TABLE, "size_weight")
    place = scenario.row_numbers[SIZES_TABLE]
    keys = {issue.issue: issue.influence_key for issue in scenario.issues}
    largest = {
        key: sizes[:, [place[row.key] for row in scenario.share_keys if row.share_key == key]].max(
            axis=1
        )
        for key in {row.share_key for row in scenario.share_keys}
    }
    columns = []
    for number, row in enumerate(scenario.positions):
        key = keys[row.issue]
        own = stated[:, number]
        size = place.get(f"{key}:{row.delegation}")
        if key == EQUAL:
            own = np.ones(1)
        elif key != STATED and size is not None and key in largest:
            most = largest[key]
            by_size = MOST_SCORE * np.divide(
                sizes[:, size], most, out=np.zeros(len(most)), where=most > 0
            )
            own = np.where(np.isnan(own), by_size, own)
        columns.append(own)
    if not columns:
        return np.zeros((1, 0))
    return np.stack(np.broadcast_arrays(*columns), axis=1)


def seat(
    engine: "Bargaining", scenario: Scenario, about: Sequence[Issue], parties: Parties
) -> Seating:
    """Return who is heard and whose consent counts in every format."""
    formats: list[Format] = sorted(
        scenario.formats, key=lambda row: (row.rounds_before_count, row.format)
    )
    codes = {code: i for i, code in enumerate(parties.codes)}
    heard = np.zeros((len(formats), len(codes)))
    members = np.zeros((len(formats), len(codes)), dtype=np.bool_)
    order = {row.format: place for place, row in enumerate(formats)}
    for row in scenario.attendance:
        if row.part == "observer":
            continue
        place = order[row.format]
        for code in row.speaks_for:
            if code in codes:
                heard[place, codes[code]] = engine.spoken_share
        if row.delegation in codes:
            heard[place, codes[row.delegation]] = 1.0
            members[place, codes[row.delegation]] = row.part == "member"
    has_position = parties.has_position
    return Seating(
        formats=tuple(row.format for row in formats),
        rounds_before_count=np.array([row.rounds_before_count for row in formats], dtype=np.int64),
        # Where all answer alone nothing is agreed, whatever the rule of the issue.
        rules=tuple(
            tuple(row.rule if row.rule == "alone" else issue.rule or row.rule for issue in about)
            for row in formats
        ),
        heard_share=heard[:, np.newaxis, :] * has_position,
        consents=members[:, np.newaxis, :] & has_position,
    )


def room_of(engine: "Bargaining", scenario: Scenario, seating: Seating) -> int:
    """Return the place of the format that is looked at.

    Raises
    ------
    SettingsError
        If there is none of the name, or nothing could be agreed on in it.
    """
    if engine.format:
        if engine.format not in seating.formats:
            raise SettingsError(unknown("there is no format", engine.format, seating.formats))
        room = seating.formats.index(engine.format)
    else:
        room = headline_room(seating)
    heard = (seating.heard_share[room] > 0).sum(axis=1)
    if not (heard > 1).any():
        raise SettingsError(
            f"{scenario.name}: in the format {seating.formats[room]} no issue has two parties with "
            f"a position. Name another in engines/{engine.name}/format, or add rows to "
            "attendance.csv or positions.csv."
        )
    return room


def headline_room(seating: Seating) -> int:
    """Return the first room in which anybody meets: fewest rounds before it, but above none.

    Without one, the first in which not everybody answers alone, and else the first.
    """
    rounds = seating.rounds_before_count
    later = [place for place in range(len(rounds)) if rounds[place] > 0]
    talking = [p for p, rules in enumerate(seating.rules) if any(r != "alone" for r in rules)]
    return (later or talking or [0])[0]
