"""Consent: who would join an option, at which level, with and without the guarantor's backing.

A two-level game: a government says at the table what it can carry at home. Willingness is drawn
around the stated score; an ordered ladder turns it into a level; the guarantor's backing, a vote of
parliament and the company of others then decide whether it comes to pass.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from annotated_types import Ge, Gt, Le
from scipy.special import ndtr

from foedus.engines.consent.approval import approval_prob
from foedus.engines.consent.inputs import ConsentInputs, read_inputs
from foedus.engines.consent.ladder import (
    Level,
    drop_without_backing,
    fall_prob,
    level_of,
    mix_backing,
    reach_prob,
    without_backing,
)
from foedus.engines.consent.waiting import greatest_coalition, least_coalition, needs_met
from foedus.engines.consent.willingness import correlated_normals
from foedus.engines.protocol import BoolArray, FloatArray, IntArray, Outcome, drawn
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

Points = Annotated[float, Ge(0), Le(100)]
Fraction = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0)]

LEVEL_TITLES = ("none", "support outside", "air and sea", "reserve", "rear", "line")


@dataclass(frozen=True)
class ConsentResult:
    """Who joins, draw by draw, and the chances behind it."""

    codes: tuple[str, ...]
    """Contributors, sorted."""
    option_level: int
    """Level from which a delegation joins this option."""
    score: FloatArray
    """Shape (delegation,): the stated score."""
    polled: BoolArray
    """Shape (delegation,): whether the public was asked on this topic."""
    topic: str
    poll_count: int
    """Polls on the topic that were used."""
    sizes: dict[str, FloatArray]
    """Shape (delegation,) each: share of all contributors by measure."""
    reach: FloatArray = drawn()
    """Shape (draw, delegation, 6): P(level >= l), the assumptions of the draw given."""
    reach_backed: FloatArray = drawn()
    """The same if the guarantor stands behind the force."""
    reach_unbacked: FloatArray = drawn()
    """The same if it does not."""
    level: IntArray = drawn()
    """Shape (draw, delegation): the level in this future; those who wait join last (least fixed
    point)."""
    level_greatest: IntArray = drawn()
    """The same if those who wait for each other trust each other (greatest fixed point)."""
    backing: BoolArray = drawn()
    """Shape (draw,): whether the guarantor backs the force in this future."""
    voice: IntArray = drawn()
    """Shape (draw, delegation): which of the delegation's principals decides, from 0."""
    margin: FloatArray = drawn()
    """Shape (draw, delegation): support less opposition in the public, in this future."""

    @property
    def joins(self) -> BoolArray:
        """Shape (draw, delegation): who joins the option."""
        joined: BoolArray = self.level >= self.option_level
        return joined

    @property
    def joins_greatest(self) -> BoolArray:
        """Shape (draw, delegation): who joins if those who wait trust each other."""
        joined: BoolArray = self.level_greatest >= self.option_level
        return joined

    @property
    def join_chance(self) -> FloatArray:
        """Shape (draw, delegation): P(join), the assumptions of the draw given."""
        chance: FloatArray = self.reach[:, :, self.option_level]
        return chance

    @property
    def join_prob(self) -> pl.DataFrame:
        """P(level) by delegation: the table `consent`."""
        return self.tables()["consent"]

    def outcomes(self) -> dict[str, FloatArray]:
        """Return how many join, and what they stand for."""
        joins = self.joins.astype(np.float64)
        found = {
            "joiners_count": joins.sum(axis=1),
            "joiners_greatest_count": self.joins_greatest.sum(axis=1).astype(np.float64),
        }
        for measure, share in self.sizes.items():
            found[f"joiners_{measure}_share"] = joins @ share
        return found

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return chances by delegation, most likely first and then by code."""
        at = self.option_level
        chance = self.join_chance
        low, high = np.quantile(chance, [0.05, 0.95], axis=0)
        consent = pl.DataFrame(
            {
                "delegation": self.codes,
                "join_prob": chance.mean(axis=0),
                "join_prob_low": low,
                "join_prob_high": high,
                "backed_prob": self.reach_backed[:, :, at].mean(axis=0),
                "unbacked_prob": self.reach_unbacked[:, :, at].mean(axis=0),
                "trusting_prob": self.joins_greatest.mean(axis=0),
                **{
                    f"level_{LEVEL_TITLES[level].replace(' ', '_')}_prob": chances
                    for level, chances in enumerate(self.level_probs().T)
                },
                "stated_score": self.score,
                "baseline_score_prob": self.score / 100,
                "baseline_half_prob": (self.score >= 50).astype(np.float64),
                "public_margin_share": self.margin.mean(axis=0),
                "is_polled": self.polled,
            }
        ).sort(["join_prob", "delegation"], descending=[True, False])
        counts = np.bincount(self.joins.sum(axis=1), minlength=len(self.codes) + 1)
        greatest = np.bincount(self.joins_greatest.sum(axis=1), minlength=len(self.codes) + 1)
        coalition = pl.DataFrame(
            {
                "joiners_count": np.arange(len(self.codes) + 1),
                "least_prob": counts / counts.sum(),
                "greatest_prob": greatest / greatest.sum(),
            }
        )
        return {"consent": consent, "coalition": coalition}

    def level_probs(self) -> FloatArray:
        """Return P(level) by delegation, shape (delegation, 6); sums to 1."""
        reach = self.reach.mean(axis=0)
        beyond = np.concatenate([reach[:, 1:], np.zeros((reach.shape[0], 1))], axis=1)
        levels: FloatArray = reach - beyond
        return levels


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Who would join an option, and at which level. Every number below is an assumption."""

    name: ClassVar[str] = "consent"
    title: ClassVar[str] = "Domestic consent"
    needs: ClassVar[tuple[str, ...]] = ("stances",)
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("joiners_count", "Delegations that join", more_is_better=True),
        Outcome(
            "joiners_greatest_count",
            "Delegations that join if those who wait trust each other",
            more_is_better=True,
        ),
        Outcome("joiners_gdp_share", "Share of all contributors' GDP that joins", True),
    )

    error_high_score: Points = 10.0
    """Standard error of a score of high confidence."""
    error_medium_score: Points = 15.0
    error_low_score: Points = 25.0
    drift_score: Points = 8.0
    """Drift of a stance, in points for the square root of a month."""
    cut_outside_score: Points = 8.0
    """Willingness from which a government supports from outside; below it does nothing."""
    cut_air_sea_score: Points = 35.0
    """From which it gives air and sea units."""
    cut_reserve_score: Points = 40.0
    """From which it gives land units to a reserve on allied territory."""
    cut_rear_score: Points = 52.0
    """From which it gives land units behind the line."""
    cut_line_score: Points = 80.0
    """From which it gives land units on the line."""
    observe_shift_score: Points = 5.0
    """How much lower the cut-points lie for a mission that observes."""
    fight_back_shift_score: Points = 10.0
    """How much higher they lie for a mission that fights back."""
    blessing_score: Points = 3.0
    """What the guarantor's blessing adds to willingness."""
    unmet_condition_score: Points = 10.0
    """What each named condition that the option does not meet takes away."""
    reliance_base_share: Fraction = 0.9
    """Chance that a government at reliance 95 falls back to support from outside, unbacked."""
    reliance_exponent_ratio: Positive = 1.5
    """Curvature of that chance in the reliance."""
    shock_correlation: Fraction = 0.2
    """Correlation of willingness between governments: shocks that all share."""
    house_effect_share: Fraction = 0.06
    """Standard error of a poll from house and wording, on the scale of support."""
    between_nations_share: Fraction = 0.12
    """Spread of publics around the topic's mean, on the scale of support."""
    poll_half_life_months: Positive = 6.0
    """Age at which a poll's error variance has doubled."""
    undecided_share: Fraction = 0.2
    """Undecided where a poll prints only one side."""
    unpolled_persons: Positive = 1000.0
    """Interviews where a poll does not print their number."""
    seats_spread_share: Positive = 0.06
    """Spread of a vote around the count of seats."""
    public_weight_ratio: Annotated[float, Ge(0)] = 1.0
    """Weight of the public's margin in a vote, on the normal scale."""
    peace_topic: str = "troops"
    """Topic of the polls that count for a peace force."""
    war_topic: str = "troops-war"
    """Topic of the polls that count where the mission is to fight back."""
    least_futures: Annotated[int, Ge(1)] = 4096
    """Futures that are played where the assumptions are a single point."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> ConsentInputs:
        """Gather stances, votes and publics as they stand in each draw."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: ConsentInputs, rng: np.random.Generator, /) -> ConsentResult:
        """Play one future for each draw, or `least_futures` of them at a point."""
        n = inputs.n if inputs.n > 1 else self.least_futures
        future = play(inputs, n, rng)
        backed, unbacked = chances(inputs)
        backing = inputs.backing_prob
        met = future.partners_met
        reach_backed, reach_unbacked, reach = (
            forced_chances(inputs, waiting_chances(inputs, probs, met), n)
            for probs in (backed, unbacked, mix_backing(backed, unbacked, backing))
        )
        return ConsentResult(
            codes=inputs.codes,
            option_level=inputs.option_level,
            score=inputs.score,
            polled=inputs.polled,
            topic=inputs.topic,
            poll_count=inputs.poll_count,
            sizes=inputs.sizes,
            reach=reach,
            reach_backed=reach_backed,
            reach_unbacked=reach_unbacked,
            level=future.level,
            level_greatest=future.level_greatest,
            backing=future.backing,
            voice=future.voice,
            margin=future.margin,
        )


@dataclass(frozen=True)
class Future:
    """What came to pass in each draw. Arrays have shape (draw, delegation) or (draw,)."""

    level: IntArray
    level_greatest: IntArray
    partners_met: BoolArray
    """Whether the others that a delegation waits for have joined."""
    backing: BoolArray
    voice: IntArray
    margin: FloatArray


def play(inputs: ConsentInputs, n: int, rng: np.random.Generator) -> Future:
    """Draw who governs, what they want, how the vote goes, whether they are backed and who waits."""
    nations = len(inputs.codes)
    u_office = rng.random((n, nations))
    common = rng.standard_normal(n)
    own = rng.standard_normal((n, nations))
    public = rng.standard_normal((n, nations))
    u_vote = rng.random((n, nations))
    backing = rng.random(n) < inputs.backing_prob
    u_fall = rng.random((n, nations))

    voice = in_office(inputs, u_office)
    shock = correlated_normals(own, common, inputs.shock_correlation)
    mean = np.broadcast_to(inputs.mean_score, (n, inputs.owner.size))
    sd = np.broadcast_to(inputs.sd_score, (n, inputs.owner.size))
    at_table = np.take_along_axis
    level = level_of(at_table(mean, voice, 1) + at_table(sd, voice, 1) * shock, inputs.cuts)

    margins = tuple(
        at_table(np.broadcast_to(part, mean.shape), voice, 1)
        for part in (inputs.margin_mean, inputs.margin_sd)
    )
    margin = margins[0] + margins[1] * public
    passes = u_vote < vote_chance_given_public(inputs, margin, voice)
    level = np.where(passes, level, np.minimum(level, Level.OUTSIDE))

    falls_chance = fall_prob(
        inputs.reliance_score, inputs.reliance_base_share, inputs.reliance_exponent_ratio
    )
    falls = u_fall < at_table(np.broadcast_to(falls_chance, mean.shape), voice, 1)
    level = drop_without_backing(level, falls & ~backing[:, None])
    level = force_levels(inputs, level)

    willing = level >= inputs.option_level
    needs_count, needs_named = waits_of(inputs, voice)
    counts = np.ones(nations, dtype=np.bool_)
    forced_in = np.broadcast_to(inputs.forced_level, level.shape) >= 0
    needs_count = np.where(forced_in, 0, needs_count)
    least = least_coalition(willing, needs_count, needs_named, counts)
    greatest = greatest_coalition(willing, needs_count, needs_named, counts)
    below = inputs.option_level - 1
    return Future(
        level=np.where(willing & ~least, below, level).astype(np.int64),
        level_greatest=np.where(willing & ~greatest, below, level).astype(np.int64),
        partners_met=needs_met(least, needs_count, needs_named, counts),
        backing=backing,
        voice=voice - first_voice(inputs)[None, :],
        margin=margin,
    )


def first_voice(inputs: ConsentInputs) -> IntArray:
    """Return the index of each delegation's first voice; voices are sorted by delegation."""
    return np.searchsorted(inputs.owner, np.arange(len(inputs.codes))).astype(np.int64)


def in_office(inputs: ConsentInputs, uniform: FloatArray) -> IntArray:
    """Return the index of the voice that decides for each delegation, shape (draw, delegation)."""
    chance = np.broadcast_to(inputs.office_prob, (uniform.shape[0], inputs.owner.size))
    first = first_voice(inputs)
    last = np.append(first[1:], inputs.owner.size) - 1
    voice = np.tile(first, (uniform.shape[0], 1))
    for nation in np.flatnonzero(last > first):
        cumulative = np.cumsum(chance[:, first[nation] : last[nation]], axis=1)
        voice[:, nation] += (uniform[:, nation, None] >= cumulative).sum(axis=1)
    return voice


def vote_chance_given_public(
    inputs: ConsentInputs, margin: FloatArray, voice: IntArray
) -> FloatArray:
    """Return the chance that each deciding voice gets its consent, shape (draw, delegation)."""
    n = margin.shape[0]

    def of_voice(values: FloatArray | BoolArray) -> FloatArray:
        wide = np.broadcast_to(values, (n, inputs.owner.size))
        return np.take_along_axis(wide, voice, 1).astype(np.float64)

    lead = of_voice(inputs.gov_share + inputs.support_share - inputs.majority_share)
    strength = lead / inputs.seats_spread_share[:, None]
    passes = ndtr(strength + inputs.public_weight_ratio[:, None] * margin)
    asked = of_voice(inputs.needs_vote)
    barred = of_voice(inputs.is_barred)
    chance: FloatArray = np.where(asked > 0, passes, 1.0) * (1 - barred)
    return chance


def chances(inputs: ConsentInputs) -> tuple[FloatArray, FloatArray]:
    """Return P(level >= l) by delegation with and without backing, in closed form.

    Waiting for others is not in it: see `waiting_chances`.

    Returns
    -------
    backed, unbacked : shape (draw or 1, delegation, 6)
    """
    reach = reach_prob(inputs.mean_score, inputs.sd_score, inputs.cuts)
    passes = approval_prob(
        inputs.gov_share,
        inputs.support_share,
        inputs.majority_share,
        inputs.seats_spread_share,
        inputs.public_weight_ratio,
        inputs.margin_mean,
        public_margin_sd=inputs.margin_sd,
    )
    passes = np.where(inputs.needs_vote, passes, 1.0) * ~inputs.is_barred
    reach = np.concatenate([reach[..., :2], reach[..., 2:] * passes[..., None]], axis=-1)
    unbacked = without_backing(
        reach, inputs.reliance_score, inputs.reliance_base_share, inputs.reliance_exponent_ratio
    )
    return over_voices(inputs, reach), over_voices(inputs, unbacked)


def over_voices(inputs: ConsentInputs, probs: FloatArray) -> FloatArray:
    """Mix the voices of each delegation by their chance of office."""
    weighted = probs * inputs.office_prob[..., None]
    return np.add.reduceat(weighted, first_voice(inputs), axis=1)


def waiting_chances(inputs: ConsentInputs, probs: FloatArray, met: BoolArray) -> FloatArray:
    """Take away the chance of joining where partners have not joined in this draw's future.

    A delegation that waits in vain stays just below the option's level. Its own future plays no part
    in whether the others have joined, so the mean over draws is its chance of joining.

    Parameters
    ----------
    probs : shape (draw or 1, delegation, 6)
    met : shape (draw, delegation)

    Returns
    -------
    shape (draw, delegation, 6)
    """
    at = inputs.option_level
    wide = np.repeat(probs, met.shape[0], axis=0) if probs.shape[0] == 1 else probs.copy()
    wide[..., at:] *= met[..., None]
    return wide


def forced_chances(inputs: ConsentInputs, probs: FloatArray, n: int) -> FloatArray:
    """Put chances of 0 and 1 where a level was set."""
    forced = np.broadcast_to(inputs.forced_level, (n, len(inputs.codes)))
    certain = forced[..., None] >= np.arange(len(Level))
    return np.where(forced[..., None] >= 0, certain, probs)


def force_levels(inputs: ConsentInputs, level: IntArray) -> IntArray:
    """Put the level that was set, where one was."""
    forced = np.broadcast_to(inputs.forced_level, level.shape)
    return np.where(forced >= 0, forced, level).astype(np.int64)


def waits_of(inputs: ConsentInputs, voice: IntArray) -> tuple[IntArray, BoolArray]:
    """Return what each delegation waits for: a number by draw, and names.

    Names are those of the delegation's first voice; voices of one delegation are asked to name the
    same partners.
    """
    wide = np.broadcast_to(inputs.needs_count, (voice.shape[0], inputs.owner.size))
    count = np.take_along_axis(wide, voice, 1).astype(np.int64)
    return count, inputs.needs_named[first_voice(inputs)]
