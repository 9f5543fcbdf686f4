"""Bargaining: what can be agreed on, by whom, in which room, as one model after another sees it.

All issues of a scenario are forecast in one run. In the room that is looked at every model stands
beside every other, with the compromise mean as the baseline; every other format gets the mean, the
median, how far apart it is, and the chance that there is no deal. Nothing is added over issues.

The tables hold no links between issues, such as a sum that must be reached or a budget that several
share, so that issues are tied together by trades alone: position exchange.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

import numpy as np
from annotated_types import Ge, Gt, Le

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.bargaining.forecasts import Choices, RoomViews, forecast_all
from foedus.engines.bargaining.influence import mean_without, median_without
from foedus.engines.bargaining.inputs import (
    BargainingInputs,
    Views,
    read_inputs,
)
from foedus.engines.bargaining.meeting import Meeting, Table, hold, left_out_in_turn
from foedus.engines.bargaining.point import Names, moves_at, trades_at
from foedus.engines.bargaining.result import (
    FOLLOWED_MODELS,
    MODELS,
    BargainingResult,
    LeftOut,
)
from foedus.engines.bargaining.zone import Zone
from foedus.engines.protocol import Outcome
from foedus.scenario.draws import Draws
from foedus.scenario.office import governs
from foedus.scenario.scenario import Scenario

Fraction = Annotated[float, Ge(0), Le(1)]
Reach = Annotated[float, Ge(0), Le(100)]
AtLeastOne = Annotated[int, Ge(1)]

MOST_LEFT_OUT: Final = 3
FOLLOWED: Final = (
    Outcome("deal_share", "Issues on which the room finds a deal", more_is_better=True),
    Outcome("all_deals_prob", "A deal on every issue of the room", more_is_better=True),
    Outcome("spread_share", "How far apart the room is, of the scale's width"),
    Outcome("models_apart_share", "How far apart models are, of the scale's width"),
)


@dataclass(frozen=True, kw_only=True)
class Bargaining:
    """What can be agreed on, by whom, in which room, as one model after another sees it."""

    name: ClassVar[str] = "bargaining"
    title: ClassVar[str] = "Bargaining"
    needs: ClassVar[tuple[str, ...]] = ("issues", "positions", "formats", "attendance")
    follows: ClassVar[tuple[Outcome, ...]] = (
        *FOLLOWED,
        *(
            Outcome(
                f"agreed_{model}_prob",
                f"The option is agreed on: {MODELS[model]}",
                more_is_better=True,
            )
            for model in FOLLOWED_MODELS
        ),
    )

    format: str = ""
    """The room that is looked at, a key of `formats.csv`; empty for the first that meets."""
    least_reach_score: Reach = 15.0
    """How far an outcome may lie from the position of one who cares as for nothing else, in
    hundredths of the scale, before it would rather have none; where no `walk_away_score` says it.
    Assumed: no source is known."""
    base_reach_score: Reach = 60.0
    """How much further it may lie for one who does not care at all; between the two in a straight
    line. Assumed: no source is known."""
    spoken_share: Fraction = 1.0
    """Part of its weight with which the view of one counts who is not there and for whom another
    speaks."""
    challenge_rounds_count: AtLeastOne = 10
    """Rounds for which the challenge model is played. The sources state no rule to stop."""
    challenge_stay_prob: Annotated[float, Gt(0), Le(1)] = 1.0
    """Q of the challenge model: chance that things stay as they are if nobody is challenged."""
    challenge_draws_most: AtLeastOne = 500
    """Draws of each block of 4,096 on which the challenge model is played."""
    spatial_draws_most: AtLeastOne = 100
    """Draws of each block of 4,096 on which the spatial model is played; it is slow."""
    exchange_draws_most: AtLeastOne = 100
    """Draws of each block of 4,096 on which positions are exchanged; it is slow."""
    exchange_rounds_count: AtLeastOne = 1
    """How often the trading starts again."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> BargainingInputs:
        """Gather who wants what, how much and how strongly, and who sits in which room."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: BargainingInputs, rng: np.random.Generator, /) -> BargainingResult:
        """Draw who governs, hold every format on every issue, and run every model in the room.

        Where the assumptions are a single point the sitting governments decide.
        """
        views = drawn_views(inputs, rng)
        held = hold_all(inputs, views)
        heard = in_room(inputs, views, held.is_dealt[inputs.room])
        choices = self.choices
        forecast = forecast_all(heard, tuple(MODELS), choices)
        room = by_delegation(inputs, views, heard)
        still = inputs.at_point or inputs
        still_heard = in_room(still, still.by_principal[0], held.is_dealt[inputs.room])
        names = Names(
            inputs.issues,
            inputs.units,
            inputs.codes,
            tuple(inputs.scale_from_value.tolist()),
            tuple(inputs.scale_to_value.tolist()),
        )
        seating = inputs.seating
        return BargainingResult(
            issues=inputs.issues,
            units=inputs.units,
            scale_from_value=inputs.scale_from_value,
            scale_to_value=inputs.scale_to_value,
            reference_value=inputs.value(still.reference_score[0]),
            codes=inputs.codes,
            formats=seating.formats,
            rounds_before_count=seating.rounds_before_count,
            format=seating.formats[inputs.room],
            models=tuple(MODELS),
            rules=seating.rules,
            weighs=seating.heard_share > 0,
            consents=seating.consents,
            is_dealt=held.is_dealt,
            option=inputs.option,
            options=inputs.options,
            thresholds=inputs.thresholds,
            moves=moves_at(still_heard, names, choices),
            trades=trades_at(still_heard, names),
            forecast_value=np.moveaxis(inputs.value(np.moveaxis(forecast, 1, 2)), 1, 2),
            zone_low_value=inputs.value(held.zone_low_score),
            zone_high_value=inputs.value(held.zone_high_score),
            room_mean_value=inputs.value(held.mean_score),
            room_median_value=inputs.value(held.median_score),
            room_spread_value=inputs.value(held.spread_score) - inputs.scale_from_value,
            pair_share=held.pair_share,
            threshold_value=np.broadcast_to(
                inputs.threshold_value, (inputs.n, len(inputs.thresholds))
            ),
            left_out=held.left_out,
            block_draws=np.array([inputs.n]),
            **room,
            distance_value=held.distance_score[np.newaxis]
            * (inputs.scale_to_value - inputs.scale_from_value)[:, np.newaxis]
            / 100,
            freed_prob=held.freed_prob[np.newaxis],
        )

    @property
    def choices(self) -> Choices:
        """How models are played."""
        return Choices(
            challenge_rounds_count=self.challenge_rounds_count,
            challenge_stay_prob=self.challenge_stay_prob,
            challenge_draws_most=self.challenge_draws_most,
            spatial_draws_most=self.spatial_draws_most,
            exchange_draws_most=self.exchange_draws_most,
            exchange_rounds_count=self.exchange_rounds_count,
        )


@dataclass(frozen=True, kw_only=True)
class Held:
    """Every format on every issue; scores of 0 to 100."""

    is_dealt: BoolArray
    """Shape (format, issue)."""
    mean_score: FloatArray
    """Shape (draw, format, issue), as all below down to `pair_share`."""
    median_score: FloatArray
    spread_score: FloatArray
    zone_low_score: FloatArray
    zone_high_score: FloatArray
    pair_share: FloatArray
    freed_prob: FloatArray
    """Shape (format, issue, delegation)."""
    distance_score: FloatArray
    """Shape (format, issue, delegation): mean distance of the outcome from each position."""
    left_out: tuple[LeftOut, ...]


def drawn_views(inputs: BargainingInputs, rng: np.random.Generator) -> Views:
    """Return what each wants in each draw, shape (draw, issue, delegation), by who governs then.

    A delegation has one government for all issues of a draw.
    """
    shape = (inputs.n, len(inputs.issues), len(inputs.codes))
    uniform = rng.random((inputs.n, len(inputs.codes)))
    first, *others = inputs.by_principal
    views = {name: np.broadcast_to(block, shape).copy() for name, block in vars(first).items()}
    if inputs.at_point is None:
        return Views(**views)
    office = governs(inputs.office_prob, uniform)
    for place, other in enumerate(others, start=1):
        in_office = (office == place)[:, np.newaxis, :]
        for name, block in vars(other).items():
            np.copyto(views[name], np.broadcast_to(block, shape), where=in_office)
    return Views(**views)


def hold_all(inputs: BargainingInputs, views: Views) -> Held:
    """Hold every format on every issue that it can deal with."""
    seating = inputs.seating
    formats, issues = len(seating.formats), len(inputs.issues)
    n, delegations = inputs.n, len(inputs.codes)
    numbers = {
        name: np.full((n, formats, issues), np.nan)
        for name in ("mean", "median", "spread", "zone_low", "zone_high")
    }
    pairs = np.full((n, formats, issues), np.nan)
    freed = np.zeros((formats, issues, delegations))
    distance = np.full((formats, issues, delegations), np.nan)
    is_dealt = np.zeros((formats, issues), dtype=np.bool_)
    left_out: list[LeftOut] = []
    for place in range(formats):
        for at in range(issues):
            who = np.flatnonzero((seating.heard_share[place, at] > 0) | seating.consents[place, at])
            if not who.size:
                continue
            table = table_of(inputs, views, place, at, who)
            if not table.is_dealt:
                continue
            meeting: Meeting = hold(table)
            is_dealt[place, at] = True
            numbers["mean"][:, place, at] = meeting.mean_score
            numbers["median"][:, place, at] = meeting.median_score
            numbers["spread"][:, place, at] = meeting.spread_score
            numbers["zone_low"][:, place, at] = meeting.zone.low_score
            numbers["zone_high"][:, place, at] = meeting.zone.high_score
            pairs[:, place, at] = meeting.pair_share
            freed[place, at, who] = meeting.freed_prob
            away = np.abs(views.position_score[:, at] - meeting.outcome_score[:, np.newaxis])
            distance[place, at] = away.mean(axis=0)
            left_out += left_out_of(inputs, table, place, at, who)
    return Held(
        is_dealt=is_dealt,
        pair_share=pairs,
        freed_prob=freed,
        distance_score=distance,
        left_out=tuple(left_out),
        **{f"{name}_score": values for name, values in numbers.items()},
    )


def left_out_of(
    inputs: BargainingInputs, table: Table, place: int, issue: int, who: IntArray
) -> list[LeftOut]:
    """Return whom to leave out in turn where all must consent, with how often there is no deal."""
    if table.rule != "consensus":
        return []
    codes: list[str] = []
    found = []
    for i, fails in left_out_in_turn(table, MOST_LEFT_OUT):
        codes.append(inputs.codes[who[i]])
        found.append(
            LeftOut(inputs.seating.formats[place], inputs.issues[issue], ";".join(codes), fails)
        )
    return found


def table_of(
    inputs: BargainingInputs, views: Views, place: int, issue: int, who: IntArray
) -> Table:
    """Return who sits in a format on an issue, draw by draw."""
    seating = inputs.seating
    position, salience, influence, reach = (
        np.ascontiguousarray(block[:, issue, who])
        for block in (
            views.position_score,
            views.salience_share,
            views.influence_score,
            views.reach_score,
        )
    )
    heard = seating.heard_share[place, issue, who]
    return Table(
        position_score=position,
        weight=influence * salience * heard,
        reach_score=reach,
        # Who does not care at all would rather have any deal than none.
        asks=seating.consents[place, issue, who] & (salience > 0),
        rule=seating.rules[place][issue],
        feasible=Zone(
            *(
                np.broadcast_to(end[:, issue], inputs.n)
                for end in (inputs.feasible_from_score, inputs.feasible_to_score)
            )
        ),
    )


def in_room(inputs: BargainingInputs, views: Views, is_dealt: BoolArray) -> RoomViews:
    """Return the views that are heard in the room that is looked at."""
    heard = inputs.seating.heard_share[inputs.room]
    shape = (inputs.n, *heard.shape)
    position, salience, influence, reach = (
        np.broadcast_to(block, shape)
        for block in (
            views.position_score,
            views.salience_share,
            views.influence_score,
            views.reach_score,
        )
    )
    # What is not heard is never read; models take no missing salience, though.
    there = heard > 0
    return RoomViews(
        position_score=position,
        salience_share=np.where(there, salience, 0.0),
        influence=np.where(there, influence * heard, 0.0),
        reach_score=np.where(there, reach, 0.0),
        reference_score=np.broadcast_to(inputs.reference_score, shape[:2]),
        is_dealt=is_dealt,
    )


def by_delegation(inputs: BargainingInputs, views: Views, heard: RoomViews) -> dict[str, Any]:
    """Return means over the draws by issue and delegation, each with a block axis before it."""
    weight = heard.influence * heard.salience_share
    total = weight.sum(axis=2, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    shifts = {
        "mean": np.full(weight.shape[1:], np.nan),
        "median": np.full(weight.shape[1:], np.nan),
    }
    for issue in np.flatnonzero(heard.is_dealt).tolist():
        who = np.flatnonzero((weight[:, issue] > 0).any(axis=0))
        stances = heard.position_score[:, issue, who], weight[:, issue, who]
        shifts["mean"][issue, who] = mean_without(*stances).mean(axis=0)
        shifts["median"][issue, who] = median_without(*stances).mean(axis=0)
    width = (inputs.scale_to_value - inputs.scale_from_value)[:, np.newaxis] / 100
    position = inputs.value(views.position_score.mean(axis=0).T).T
    return {
        "position_value": position[np.newaxis],
        "salience_share": views.salience_share.mean(axis=0)[np.newaxis],
        "reach_score": views.reach_score.mean(axis=0)[np.newaxis],
        "weight_share": share.mean(axis=0)[np.newaxis],
        "mean_shift_value": (shifts["mean"] * width)[np.newaxis],
        "median_shift_value": (shifts["median"] * width)[np.newaxis],
    }
