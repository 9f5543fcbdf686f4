"""What bargaining finds: every model by issue, every room, what is agreed, and who matters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.bargaining.influence import ModelSpread, model_spread
from foedus.engines.bargaining.point import Moved, Traded
from foedus.engines.protocol import drawn

BASELINE: Final = "mean"
"""The model that all others are held against, and by which seats and rooms are compared."""
MODELS: Final[dict[str, str]] = {
    "mean": "compromise mean",
    "median": "weighted median",
    "nash_zero": "Nash bargaining, no deal worth nothing",
    "nash_cost": "Nash bargaining, no deal at each one's limit",
    "nash_reference": "Nash bargaining, no deal as things stand",
    "challenge_as_coded": "challenge model, as coded",
    "challenge_paper": "challenge model, as in the paper",
    "challenge_intent": "challenge model, as it seems meant",
    "spatial_expected": "spatial model, expected outcome",
    "spatial_probable": "spatial model, likeliest outcome",
    "exchange": "position exchange over all issues",
    "mean_equal": "compromise mean, equal influence",
    "median_equal": "weighted median, equal influence",
}
"""Every model by its name in tables, in the order in which they stand there, and in words."""
EQUAL_MODELS: Final = ("mean_equal", "median_equal")
"""Models in which all have the same influence and only salience weighs."""
CHALLENGE_MODELS: Final = ("challenge_as_coded", "challenge_paper", "challenge_intent")
"""Readings of one model: where they differ, it is by how the model was written down."""
FAMILIES: Final = ("mean", "median", "nash_zero", "challenge_paper", "spatial_expected", "exchange")
"""One of each family of models: where they differ, it is by what is believed of bargaining."""
ON_FEWER_DRAWS: Final = (*CHALLENGE_MODELS, "spatial_expected", "spatial_probable", "exchange")
"""Models that are slower, and are run on the first draws of each block alone."""
FOLLOWED_MODELS: Final = tuple(name for name in MODELS if name not in ON_FEWER_DRAWS)
"""Models by which it is followed whether the option is agreed on."""


class LeftOut(NamedTuple):
    """Members whose consent is not asked, and how often there is no deal then."""

    format: str
    issue: str
    left_out: str
    """Codes between semicolons, in the order in which they are left out."""
    no_deal_without_prob: float


@dataclass(frozen=True)
class BargainingResult:
    """Forecasts by issue, model and room, draw by draw.

    Arrays over issues are in the unit of each issue. The room is the format that is looked at:
    there all models are run. In every other format the mean, the median, the spread and whether
    there is a deal are found. Where a format does not deal with an issue, because fewer than two of
    its parties weigh anything there, its numbers are NaN.
    """

    issues: tuple[str, ...]
    """Issues on which somebody has a position, sorted."""
    units: tuple[str, ...]
    """Unit of each issue."""
    scale_from_value: FloatArray
    """Shape (issue,)."""
    scale_to_value: FloatArray
    """Shape (issue,)."""
    reference_value: FloatArray
    """Shape (issue,): what holds if nothing is agreed; NaN where nobody can say."""
    codes: tuple[str, ...]
    """Delegations with a position on any issue, sorted."""
    formats: tuple[str, ...]
    """In the order of their rounds; those of one round by name."""
    rounds_before_count: IntArray
    """Shape (format,)."""
    format: str
    """The room that is looked at."""
    models: tuple[str, ...]
    """Names of `MODELS`."""
    rules: tuple[tuple[str, ...], ...]
    """By format and issue: `alone`, `consensus` or `majority`."""
    weighs: BoolArray
    """Shape (format, issue, delegation): whose view weighs, at the table or carried by another."""
    consents: BoolArray
    """Shape (format, issue, delegation): whose consent is counted."""
    is_dealt: BoolArray
    """Shape (format, issue): whether the format can deal with the issue."""
    option: str
    """The option of the run."""
    options: tuple[str, ...]
    """Every option."""
    thresholds: tuple[tuple[str, str], ...]
    """Issue and option of each threshold."""
    moves: tuple[Moved, ...]
    """Who gives way to whom in the room, where the assumptions stand."""
    trades: tuple[Traded, ...]
    """What pairs could trade in the room, where the assumptions stand, the best of each pair."""
    left_out: tuple[LeftOut, ...]
    """Whom to leave out first, second and third, by format and issue, where all must consent and
    there is not always a deal; over the first block of draws."""
    forecast_value: FloatArray = drawn()
    """Shape (draw, issue, model): in the room, as if nobody could walk away; NaN where the model
    gives none or was not run."""
    zone_low_value: FloatArray = drawn()
    """Shape (draw, format, issue): lowest outcome that is acceptable to all whose consent the rule
    needs; under a majority that of the piece nearest to the mean. Above `zone_high_value` where
    nothing is. NaN where nothing can be agreed in the format: it does not deal with the issue, or
    everybody answers alone."""
    zone_high_value: FloatArray = drawn()
    """Same: the highest."""
    room_mean_value: FloatArray = drawn()
    """Shape (draw, format, issue): the compromise mean, as if nobody could walk away."""
    room_median_value: FloatArray = drawn()
    """Same: the weighted median."""
    room_spread_value: FloatArray = drawn()
    """Same: weighted standard deviation of the positions."""
    pair_share: FloatArray = drawn()
    """Same: share of pairs of whom each already accepts what the other wants."""
    threshold_value: FloatArray = drawn()
    """Shape (draw, threshold)."""
    block_draws: IntArray = drawn()
    """Shape (block,): draws of each block. Numbers by delegation are means over those of a block,
    as a number a draw, format, issue and delegation would not fit into memory."""
    position_value: FloatArray = drawn()
    """Shape (block, issue, delegation): mean position; NaN for one that has none."""
    salience_share: FloatArray = drawn()
    """Same: mean salience."""
    reach_score: FloatArray = drawn()
    """Same: how far from its position it would go, in hundredths of the scale."""
    weight_share: FloatArray = drawn()
    """Same: its part of all weight in the room; 0 for one that does not weigh there."""
    mean_shift_value: FloatArray = drawn()
    """Same: how far the room's mean would move if it were not there."""
    median_shift_value: FloatArray = drawn()
    """Same: how far the room's median would."""
    distance_value: FloatArray = drawn()
    """Shape (block, format, issue, delegation): how far the outcome lies from its position,
    whoever it is; the outcome is the compromise mean, within the zone where there is a deal."""
    freed_prob: FloatArray = drawn()
    """Shape (block, format, issue, delegation): chance that there is no deal and would be one if
    its consent were not asked."""

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.forecast_value)

    @property
    def room(self) -> int:
        """Place of the room among the formats."""
        return self.formats.index(self.format)

    @cached_property
    def has_deal(self) -> BoolArray:
        """Shape (draw, format, issue): whether anything can be agreed on."""
        with np.errstate(invalid="ignore"):
            found: BoolArray = self.zone_low_value <= self.zone_high_value
        return found

    @cached_property
    def deal_value(self) -> FloatArray:
        """Shape (draw, issue, model): the forecasts within the zone; NaN where there is no deal."""
        low, high = (
            ends[:, self.room, :, np.newaxis]
            for ends in (self.zone_low_value, self.zone_high_value)
        )
        return within(self.forecast_value, low, high)

    @cached_property
    def room_deal_value(self) -> FloatArray:
        """Shape (draw, format, issue): the compromise mean within the zone, NaN without a deal."""
        return within(self.room_mean_value, self.zone_low_value, self.zone_high_value)

    @cached_property
    def width_value(self) -> FloatArray:
        """Shape (issue,): from one end of the scale to the other."""
        return self.scale_to_value - self.scale_from_value

    @cached_property
    def was_run(self) -> BoolArray:
        """Shape (draw, model): whether a model was run in a draw, on any issue.

        Slow models are run on the first draws of each block alone.
        """
        given: BoolArray = ~np.isnan(self.forecast_value)
        return np.asarray(given.any(axis=1))

    def no_deal_prob(self, format_: str, issue: str) -> float | None:
        """Return the chance that a format finds no deal on an issue; None if it is not dealt with.

        Where everybody answers alone there is never a deal.
        """
        place, at = self.formats.index(format_), self.issues.index(issue)
        if not self.is_dealt[place, at]:
            return None
        return float(1 - self.has_deal[:, place, at].mean())

    def issues_of(self, option: str) -> tuple[str, ...]:
        """Return the issues on which an option needs an outcome."""
        return tuple(issue for issue, of in self.thresholds if of == option)

    def agreed(self, option: str, model: str) -> BoolArray:
        """Return whether an option is agreed on in the room by a model, shape (draw,).

        There must be a deal on every issue that the option has a threshold for, at which the
        forecast within the zone reaches the threshold. An option without thresholds needs no
        agreement. See `was_run` for the draws in which a slow model says anything.
        """
        at_model = self.models.index(model)
        agreed = np.ones(self.draws, dtype=np.bool_)
        for place, (issue, of) in enumerate(self.thresholds):
            if of == option:
                # What the files hold to two places must not be missed by the last bit.
                at = self.issues.index(issue)
                slack = SLACK_SHARE * self.width_value[at]
                reached = self.deal_value[:, at, at_model] + slack >= self.threshold_value[:, place]
                agreed &= np.asarray(reached)
        return agreed

    def deal_on(self, issues: tuple[str, ...]) -> BoolArray:
        """Return whether the room finds a deal on all of some issues, shape (draw,)."""
        places = [self.issues.index(issue) for issue in issues]
        return np.asarray(self.has_deal[:, self.room, places].all(axis=1))

    def outcomes(self) -> dict[str, FloatArray]:
        """Return what is followed: deals, agreement by model, and how far apart views are."""
        dealt = self.is_dealt[self.room]
        deals = self.has_deal[:, self.room, dealt]
        spread = self.room_spread_value[:, self.room, dealt] / self.width_value[dealt]
        followed = [self.models.index(name) for name in FOLLOWED_MODELS]
        forecasts = self.forecast_value[:, dealt][:, :, followed] / self.width_value[dealt, None]
        found = {
            "deal_share": deals.mean(axis=1),
            "all_deals_prob": deals.all(axis=1).astype(np.float64),
            "spread_share": spread.mean(axis=1),
            "models_apart_share": (
                np.nanmax(forecasts, axis=2) - np.nanmin(forecasts, axis=2)
            ).mean(axis=1),
        }
        return found | {
            f"agreed_{model}_prob": self.agreed(self.option, model).astype(np.float64)
            for model in FOLLOWED_MODELS
        }

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return all tables, by name; see the method of each for its columns."""
        return {
            "forecasts": self.forecast_table(),
            "rooms": self.room_table(),
            "agreed_by_option": self.agreed_table(),
            "model_spread": self.spread_table(),
            "parties": self.party_table(),
            "blockers": self.blocker_table(),
            "left_out": self.left_out_table(),
            "seats": self.seat_table(),
            "moves": self.move_table(),
            "trades": self.trade_table(),
        }

    def dealt_issues(self) -> Iterator[tuple[int, str]]:
        """Yield place and name of the issues that the room deals with."""
        for at, issue in enumerate(self.issues):
            if self.is_dealt[self.room, at]:
                yield at, issue

    def forecast_table(self) -> pl.DataFrame:
        """Return a row an issue and model, in the room.

        `issue`, `unit`, `model`, `title`; `draws_count`, in which the model was run;
        `forecast_value`, as if nobody could walk away; `deal_value`, within the zone, over the
        draws with a deal; both with `_low` and `_high`, the 5 % and 95 % points beside the median.
        None where the model gives no forecast.
        """
        rows = []
        for at, issue in self.dealt_issues():
            for place, model in enumerate(self.models):
                forecast = self.forecast_value[:, at, place]
                rows.append(
                    {
                        "issue": issue,
                        "unit": self.units[at],
                        "model": model,
                        "title": MODELS[model],
                        "draws_count": int((~np.isnan(forecast)).sum()),
                        **spread("forecast_value", forecast),
                        **spread("deal_value", self.deal_value[:, at, place]),
                    }
                )
        return pl.DataFrame(rows, schema=FORECAST_SCHEMA)

    def room_table(self) -> pl.DataFrame:
        """Return a row a format and issue that it deals with, in the order of rounds.

        `format`, `rounds_before_count`, `issue`, `unit`, `rule`; `parties_count`, whose view
        weighs, and `consents_count`, whose consent is counted; `no_deal_prob`, 1 where all answer
        alone; `mean_value` and `median_value` as if nobody could walk away, `deal_value` the mean
        within the zone, `spread_value` how far apart the positions are, each with `_low` and
        `_high`; `pair_share`, the mean share of pairs who accept what the other wants.
        """
        rows = []
        for place, name in enumerate(self.formats):
            for at, issue in enumerate(self.issues):
                if not self.is_dealt[place, at]:
                    continue
                here = np.s_[:, place, at]
                rows.append(
                    {
                        "format": name,
                        "rounds_before_count": int(self.rounds_before_count[place]),
                        "issue": issue,
                        "unit": self.units[at],
                        "rule": self.rules[place][at],
                        "parties_count": int(self.weighs[place, at].sum()),
                        "consents_count": int(self.consents[place, at].sum()),
                        "no_deal_prob": float(1 - self.has_deal[here].mean()),
                        **spread("mean_value", self.room_mean_value[here]),
                        **spread("median_value", self.room_median_value[here]),
                        **spread("deal_value", self.room_deal_value[here]),
                        **spread("spread_value", self.room_spread_value[here]),
                        "pair_share": mean_or_none(self.pair_share[here]),
                    }
                )
        return pl.DataFrame(rows, schema=ROOM_SCHEMA)

    def agreed_table(self) -> pl.DataFrame:
        """Return a row an option and model, in the room.

        `option`, `model`, `title`; `issues`, on which it needs an outcome, between semicolons;
        `draws_count`, in which the model was run; `deal_prob`, that there is a deal on all of
        them; `agreed_prob`, that the forecast reaches every threshold too. The last two are None
        for an option that needs no agreement.
        """
        rows = []
        for option in self.options:
            issues = self.issues_of(option)
            for place, model in enumerate(self.models):
                run = self.was_run[:, place]
                asked = bool(issues) and bool(run.any())
                rows.append(
                    {
                        "option": option,
                        "model": model,
                        "title": MODELS[model],
                        "issues": ";".join(issues),
                        "draws_count": int(run.sum()),
                        "deal_prob": float(self.deal_on(issues)[run].mean()) if asked else None,
                        "agreed_prob": float(self.agreed(option, model)[run].mean())
                        if asked
                        else None,
                    }
                )
        return pl.DataFrame(rows, schema=AGREED_SCHEMA)

    def spread_of(self, issue: str, models: tuple[str, ...]) -> ModelSpread | None:
        """Return how far some models disagree on an issue; None if fewer than two forecast it.

        Over the draws in which all of them were run.
        """
        at = self.issues.index(issue)
        places = [
            place
            for place in map(self.models.index, models)
            if not np.isnan(self.forecast_value[:, at, place]).all()
        ]
        if len(places) < FEWEST_MODELS:
            return None
        forecasts = self.forecast_value[:, at, places]
        both = ~np.isnan(forecasts).any(axis=1)
        reference = self.reference_value[at]
        middle = (self.scale_from_value[at] + self.scale_to_value[at]) / 2
        return model_spread(forecasts[both].T, middle if np.isnan(reference) else float(reference))

    def spread_table(self) -> pl.DataFrame:
        """Return two rows an issue: `among` the families of models, and the readings of one.

        `issue`, `unit`, `among` (`families` or `readings`), `models` between semicolons;
        `between_value`, largest less smallest of their medians; `within_value`, mean width of 90 %
        of the draws of one; `opposed_share`, draws in which one is above what holds today (the
        middle of the scale where that is not known) and another below; `rests_on_choice`, whether
        they differ by more than the draws of one; `outlier`, the model without which they differ
        least; `rests_on_one`, whether without it they would not differ so.
        """
        rows = []
        for _, issue in self.dealt_issues():
            for among, models in (("families", FAMILIES), ("readings", CHALLENGE_MODELS)):
                found = self.spread_of(issue, models)
                if found is None:
                    continue
                at = self.issues.index(issue)
                given = [
                    model
                    for model in models
                    if not np.isnan(self.forecast_value[:, at, self.models.index(model)]).all()
                ]
                rows.append(
                    {
                        "issue": issue,
                        "unit": self.units[at],
                        "among": among,
                        "models": ";".join(given),
                        "between_value": found.between_score,
                        "within_value": found.within_score,
                        "opposed_share": None
                        if np.isnan(found.opposed_share)
                        else found.opposed_share,
                        "rests_on_choice": found.rests_on_choice_of_model,
                        "outlier": given[found.outlier],
                        "rests_on_one": found.rests_on_one_model,
                    }
                )
        return pl.DataFrame(rows, schema=SPREAD_SCHEMA)

    def party_table(self) -> pl.DataFrame:
        """Return a row an issue and delegation whose view weighs in the room.

        `issue`, `unit`, `delegation`; `consents`, whether its consent is counted; mean
        `position_value`, `salience_share`, `reach_score` and `weight_share`, its part of all
        weight; `mean_shift_value` and `median_shift_value`, how far the forecast would move if it
        were not there; `distance_value`, how far the outcome lies from what it wants.
        """
        numbers = {
            name: self.over_blocks(getattr(self, name))
            for name in (
                "position_value",
                "salience_share",
                "reach_score",
                "weight_share",
                "mean_shift_value",
                "median_shift_value",
            )
        }
        distance = self.over_blocks(self.distance_value)[self.room]
        rows = []
        for at, issue in self.dealt_issues():
            rows += [
                {
                    "issue": issue,
                    "unit": self.units[at],
                    "delegation": self.codes[i],
                    "consents": bool(self.consents[self.room, at, i]),
                    **{name: none_for_nan(values[at, i]) for name, values in numbers.items()},
                    "distance_value": none_for_nan(distance[at, i]),
                }
                for i in np.flatnonzero(self.weighs[self.room, at]).tolist()
            ]
        return pl.DataFrame(rows, schema=PARTY_SCHEMA)

    def blocker_table(self) -> pl.DataFrame:
        """Return a row a format, issue and delegation whose consent is counted there.

        `format`, `issue`, `delegation`; `no_deal_prob`; `no_deal_without_prob`, the same if its
        consent were not asked; `freed_prob`, the difference. The likeliest to block come first.
        """
        freed = self.over_blocks(self.freed_prob)
        rows = []
        for place, name in enumerate(self.formats):
            for at, issue in enumerate(self.issues):
                fails = self.no_deal_prob(name, issue)
                if fails is None or self.rules[place][at] == "alone":
                    continue
                who = np.flatnonzero(self.consents[place, at])
                order = who[np.argsort(-freed[place, at, who], kind="stable")]
                rows += [
                    {
                        "format": name,
                        "issue": issue,
                        "delegation": self.codes[i],
                        "no_deal_prob": fails,
                        # Two means over the same draws: below 0 by rounding alone.
                        "no_deal_without_prob": max(round(fails - freed[place, at, i], 12), 0.0),
                        "freed_prob": float(freed[place, at, i]),
                    }
                    for i in order.tolist()
                ]
        return pl.DataFrame(rows, schema=BLOCKER_SCHEMA)

    def left_out_table(self) -> pl.DataFrame:
        """Return whose consent stands in the way together: a row a format, issue and step.

        `format`, `issue`, `left_out` (codes between semicolons, one more in each row), and
        `no_deal_without_prob`. Each time the one is left out without whom a deal is likeliest.
        """
        rows = [row._asdict() for row in self.left_out]
        return pl.DataFrame(rows, schema=LEFT_OUT_SCHEMA, orient="row")

    def at_table(self, format_: int) -> frozenset[str]:
        """Return the delegations whose view weighs in a format, on any issue."""
        return frozenset(
            self.codes[i] for i in np.flatnonzero(self.weighs[format_].any(axis=0)).tolist()
        )

    def seat_table(self) -> pl.DataFrame:
        """Return what seats change: pairs of formats of which one holds all of the other and more.

        A row a pair and issue that both deal with: `smaller`, `larger`, `added` (delegations
        between semicolons), `issue`, `unit`; `shift_value` with `_low` and `_high`, by how much
        the mean is higher in the larger one, draw by draw; `spread_shift_value`, the same of the
        spread, in the median; `no_deal_smaller_prob` and `no_deal_larger_prob`.
        """
        who = [self.at_table(place) for place in range(len(self.formats))]
        rows = []
        for small, few in enumerate(who):
            for large, many in enumerate(who):
                if not few < many:
                    continue
                for at, issue in enumerate(self.issues):
                    if not (self.is_dealt[small, at] and self.is_dealt[large, at]):
                        continue
                    mean, apart = self.room_mean_value, self.room_spread_value
                    rows.append(
                        {
                            "smaller": self.formats[small],
                            "larger": self.formats[large],
                            "added": ";".join(sorted(many - few)),
                            "issue": issue,
                            "unit": self.units[at],
                            **spread("shift_value", mean[:, large, at] - mean[:, small, at]),
                            "spread_shift_value": float(
                                np.median(apart[:, large, at] - apart[:, small, at])
                            ),
                            "no_deal_smaller_prob": self.no_deal_prob(self.formats[small], issue),
                            "no_deal_larger_prob": self.no_deal_prob(self.formats[large], issue),
                        }
                    )
        return pl.DataFrame(rows, schema=SEAT_SCHEMA)

    def move_table(self) -> pl.DataFrame:
        """Return who gives way to whom where the assumptions stand: a row a move.

        `issue`, `unit`, `model` (the reading of the challenge model), `round_count` from 1,
        `mover`, `challenger`, `offer` (`confrontation`, `compromise` or `capitulation`),
        `from_value` and `to_value`.
        """
        return pl.DataFrame(
            [move._asdict() for move in self.moves], schema=MOVE_SCHEMA, orient="row"
        )

    def trade_table(self) -> pl.DataFrame:
        """Return what pairs could trade where the assumptions stand, the highest gain first.

        Each as if it were the only one: `first` is paid on `first_issue`, where `second` gives
        way, and gives way on `second_issue`. `first_shift_value` and `second_shift_value`: how far
        each outcome moves; `gain_score`: what either gains, in hundredths of a scale times
        salience; `others_gain_score`: what all others gain together; `most_hurt`: who of them
        loses most, empty if nobody does.
        """
        return pl.DataFrame([t._asdict() for t in self.trades], schema=TRADE_SCHEMA, orient="row")

    def over_blocks(self, means: FloatArray) -> FloatArray:
        """Return means over all draws from those of each block."""
        shares = self.block_draws / self.block_draws.sum()
        total: FloatArray = np.tensordot(shares, means, axes=1)
        return total


FEWEST_MODELS: Final = 2
"""One alone has nobody to differ from."""
SLACK_SHARE: Final = 1e-12
"""Share of a scale by which rounding may leave a forecast below its threshold."""


def within(forecast: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return forecasts moved to the nearer end of a zone; NaN where it is empty or unknown.

    Arrays of any shapes that go together.
    """
    with np.errstate(invalid="ignore"):
        nearest = np.minimum(np.maximum(forecast, low), high)
        found: FloatArray = np.where(low <= high, nearest, np.nan)
    return found


def none_for_nan(value: float) -> float | None:
    """Return a number for a table, None where there is none."""
    return None if np.isnan(value) else float(value)


def mean_or_none(values: FloatArray) -> float | None:
    """Return the mean over the draws that have a number, None where none has."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def ranged(name: str) -> dict[str, type[pl.Float64]]:
    """Return the columns of a number with its range."""
    return dict.fromkeys([name, f"{name}_low", f"{name}_high"], pl.Float64)


def spread(name: str, values: FloatArray) -> dict[str, float | None]:
    """Return the median and the 90 % range over draws as columns; None where there is no draw.

    Draws without a number are left out.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return dict.fromkeys(ranged(name))
    low, median, high = np.quantile(known, [0.05, 0.5, 0.95])
    return {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}


FORECAST_SCHEMA: Final[dict[str, Any]] = {
    "issue": pl.String,
    "unit": pl.String,
    "model": pl.String,
    "title": pl.String,
    "draws_count": pl.Int64,
    **ranged("forecast_value"),
    **ranged("deal_value"),
}
ROOM_SCHEMA: Final[dict[str, Any]] = {
    "format": pl.String,
    "rounds_before_count": pl.Int64,
    "issue": pl.String,
    "unit": pl.String,
    "rule": pl.String,
    "parties_count": pl.Int64,
    "consents_count": pl.Int64,
    "no_deal_prob": pl.Float64,
    **ranged("mean_value"),
    **ranged("median_value"),
    **ranged("deal_value"),
    **ranged("spread_value"),
    "pair_share": pl.Float64,
}
AGREED_SCHEMA: Final[dict[str, Any]] = {
    "option": pl.String,
    "model": pl.String,
    "title": pl.String,
    "issues": pl.String,
    "draws_count": pl.Int64,
    "deal_prob": pl.Float64,
    "agreed_prob": pl.Float64,
}
SPREAD_SCHEMA: Final[dict[str, Any]] = {
    "issue": pl.String,
    "unit": pl.String,
    "among": pl.String,
    "models": pl.String,
    "between_value": pl.Float64,
    "within_value": pl.Float64,
    "opposed_share": pl.Float64,
    "rests_on_choice": pl.Boolean,
    "outlier": pl.String,
    "rests_on_one": pl.Boolean,
}
PARTY_SCHEMA: Final[dict[str, Any]] = {
    "issue": pl.String,
    "unit": pl.String,
    "delegation": pl.String,
    "consents": pl.Boolean,
    **dict.fromkeys(
        [
            "position_value",
            "salience_share",
            "reach_score",
            "weight_share",
            "mean_shift_value",
            "median_shift_value",
            "distance_value",
        ],
        pl.Float64,
    ),
}
BLOCKER_SCHEMA: Final[dict[str, Any]] = {
    "format": pl.String,
    "issue": pl.String,
    "delegation": pl.String,
    "no_deal_prob": pl.Float64,
    "no_deal_without_prob": pl.Float64,
    "freed_prob": pl.Float64,
}
LEFT_OUT_SCHEMA: Final[dict[str, Any]] = {
    "format": pl.String,
    "issue": pl.String,
    "left_out": pl.String,
    "no_deal_without_prob": pl.Float64,
}
SEAT_SCHEMA: Final[dict[str, Any]] = {
    "smaller": pl.String,
    "larger": pl.String,
    "added": pl.String,
    "issue": pl.String,
    "unit": pl.String,
    **ranged("shift_value"),
    "spread_shift_value": pl.Float64,
    "no_deal_smaller_prob": pl.Float64,
    "no_deal_larger_prob": pl.Float64,
}
MOVE_SCHEMA: Final[dict[str, Any]] = {
    "issue": pl.String,
    "unit": pl.String,
    "model": pl.String,
    "round_count": pl.Int64,
    "mover": pl.String,
    "challenger": pl.String,
    "offer": pl.String,
    "from_value": pl.Float64,
    "to_value": pl.Float64,
}
TRADE_SCHEMA: Final[dict[str, Any]] = {
    "first": pl.String,
    "second": pl.String,
    "first_issue": pl.String,
    "second_issue": pl.String,
    "first_shift_value": pl.Float64,
    "second_shift_value": pl.Float64,
    "gain_score": pl.Float64,
    "others_gain_score": pl.Float64,
    "most_hurt": pl.String,
}
