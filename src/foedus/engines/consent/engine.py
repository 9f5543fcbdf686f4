"""Consent: who would join an option, at which level, with and without the guarantor's backing.

A two-level game: a government says at the table what it can carry at home. Willingness is drawn
around the stated score; an ordered ladder turns it into a level; the guarantor's backing, a vote of
parliament and the company of others then decide whether it comes to pass.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

import numpy as np
import polars as pl
from annotated_types import Ge, Gt, Le
from scipy.special import ndtr

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.consent.approval import approval_prob
from foedus.engines.consent.inputs import ConsentInputs, read_inputs
from foedus.engines.consent.ladder import (
    JointStances,
    Level,
    LevelArray,
    drop_without_backing,
    fall_prob,
    joint_levels,
    mix_backing,
    reach_prob,
    without_backing,
)
from foedus.engines.consent.waiting import greatest_coalition, least_coalition, needs_met
from foedus.engines.protocol import Outcome, drawn
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
    partners_met: BoolArray = drawn()
    """Shape (draw, delegation): whether those that it waits for have joined."""
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
        future = play(inputs, inputs.n, rng)
        backed, unbacked = chances(inputs, future.met_if_backed, future.met_if_unbacked)
        mixed = mix_backing(backed, unbacked, inputs.backing_prob)
        probs = [forced_chances(inputs, each) for each in (mixed, backed, unbacked)]
        return result_of(inputs, future, *probs)

    def played(self, inputs: ConsentInputs, rng: np.random.Generator, /) -> ConsentResult:
        """Play the same futures, and leave the chances behind them out: they are NaN."""
        shape = (inputs.n, len(inputs.codes), len(Level))
        unknown = np.broadcast_to(np.full(1, np.nan), shape)
        return result_of(inputs, play(inputs, inputs.n, rng), unknown, unknown, unknown)


@dataclass(frozen=True)
class Future:
    """What came to pass in each draw. Arrays have shape (draw, delegation) or (draw,)."""

    level: IntArray
    level_greatest: IntArray
    partners_met: BoolArray
    """Whether the others that a delegation waits for have joined."""
    met_if_backed: FloatArray
    """Shape (voice,): how often those that a voice waits for join when it wants to itself, if the
    guarantor stands behind the force."""
    met_if_unbacked: FloatArray
    """The same if it does not."""
    backing: BoolArray
    voice: IntArray
    margin: FloatArray


def result_of(
    inputs: ConsentInputs,
    future: Future,
    reach: FloatArray,
    reach_backed: FloatArray,
    reach_unbacked: FloatArray,
) -> ConsentResult:
    """Return what came to pass, with the chances behind it."""
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
        partners_met=future.partners_met,
        backing=future.backing,
        voice=future.voice,
        margin=future.margin,
    )


def play(inputs: ConsentInputs, n: int, rng: np.random.Generator) -> Future:
    """Draw who governs, what each wants, how votes go, who is backed and who waits in vain."""
    nations = len(inputs.codes)
    u_office = rng.random((n, nations))
    common = rng.standard_normal(n)
    own = rng.standard_normal((n, nations))
    public = rng.standard_normal((n, nations))
    u_vote = rng.random((n, nations))
    backing = rng.random(n) < inputs.backing_prob
    u_fall = rng.random((n, nations))

    voice = in_office(inputs, u_office)
    mean = np.broadcast_to(inputs.mean_score, (n, inputs.owner.size))
    sd = np.broadcast_to(inputs.sd_score, (n, inputs.owner.size))
    at_table = np.take_along_axis
    stances = JointStances(
        mean_score=at_table(mean, voice, 1),
        sd_score=at_table(sd, voice, 1),
        cuts=inputs.cuts,
        shift_score=np.zeros(1),
        correlation=inputs.shock_correlation,
    )
    wanted = joint_levels(stances, own, common)

    margins = tuple(
        at_table(np.broadcast_to(part, mean.shape), voice, 1)
        for part in (inputs.margin_mean, inputs.margin_sd)
    )
    margin = margins[0] + margins[1] * public
    passes = u_vote < vote_chance_given_public(inputs, margin, voice)
    voted = np.where(passes, wanted, np.minimum(wanted, np.int8(Level.OUTSIDE)))

    falls_chance = fall_prob(
        inputs.reliance_score, inputs.reliance_base_share, inputs.reliance_exponent_ratio
    )
    falls = u_fall < at_table(np.broadcast_to(falls_chance, mean.shape), voice, 1)
    # Both worlds are played on the same chance, with and without backing; one comes to pass.
    if_backed = force_levels(inputs, voted)
    if_unbacked = force_levels(inputs, drop_without_backing(voted, falls))
    needs = needs_of(inputs, voice)
    least_backed, met_backed = settle(if_backed >= inputs.option_level, needs)
    least_unbacked, met_unbacked = settle(if_unbacked >= inputs.option_level, needs)
    is_backed = backing[:, None]
    level = np.where(is_backed, if_backed, if_unbacked)
    least = np.where(is_backed, least_backed, least_unbacked)
    willing = level >= inputs.option_level
    greatest = greatest_coalition(willing, *needs)
    below = inputs.option_level - 1
    wants = wanted >= inputs.option_level
    return Future(
        level=np.where(willing & ~least, below, level).astype(np.int64),
        level_greatest=np.where(willing & ~greatest, below, level).astype(np.int64),
        partners_met=np.where(is_backed, met_backed, met_unbacked),
        met_if_backed=met_shares(inputs, voice, wants, met_backed),
        met_if_unbacked=met_shares(inputs, voice, wants, met_unbacked),
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


def chances(
    inputs: ConsentInputs, met_if_backed: FloatArray, met_if_unbacked: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return P(level >= l) by delegation with and without backing.

    It is in closed form but for waiting: a voice that waits in vain stays just below the option's
    level, so its chance of joining is that of being willing times the share of futures in which the
    others have joined, among those in which it wants to itself.

    Parameters
    ----------
    met_if_backed, met_if_unbacked : shape (voice,)
        Those shares; 1 for a voice that waits for nobody.

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
    below, above = np.broadcast_arrays(reach, reach * passes[..., None])
    reach = np.concatenate([below[..., :2], above[..., 2:]], axis=-1)
    unbacked = without_backing(
        reach, inputs.reliance_score, inputs.reliance_base_share, inputs.reliance_exponent_ratio
    )
    joins = np.arange(len(Level)) >= inputs.option_level
    return (
        over_voices(inputs, np.where(joins, reach * met_if_backed[:, None], reach)),
        over_voices(inputs, np.where(joins, unbacked * met_if_unbacked[:, None], unbacked)),
    )


def over_voices(inputs: ConsentInputs, probs: FloatArray) -> FloatArray:
    """Mix the voices of each delegation by their chance of office."""
    weighted = probs * inputs.office_prob[..., None]
    return np.add.reduceat(weighted, first_voice(inputs), axis=1)


def forced_chances(inputs: ConsentInputs, probs: FloatArray) -> FloatArray:
    """Put chances of 0 and 1 where a level was set, for each future."""
    forced = np.broadcast_to(inputs.forced_level, (inputs.n, len(inputs.codes)))
    certain = forced[..., None] >= np.arange(len(Level))
    return np.where(forced[..., None] >= 0, certain, probs)


def force_levels(inputs: ConsentInputs, level: LevelArray) -> IntArray:
    """Put the level that was set, where one was."""
    forced = np.broadcast_to(inputs.forced_level, level.shape)
    return np.where(forced >= 0, forced, level).astype(np.int64)


class Needs(NamedTuple):
    """What delegations wait for, as `least_coalition` takes it."""

    others_count: IntArray
    """Shape (draw, delegation): how many others must join."""
    named: BoolArray
    """Shape (delegation, delegation): who must join, by name."""
    is_counted: BoolArray
    """Shape (delegation,): whose joining counts."""


def needs_of(inputs: ConsentInputs, voice: IntArray) -> Needs:
    """Return what each delegation waits for; one whose level was set waits for nobody.

    Names are those of the delegation's first voice; voices of one delegation are asked to name the
    same partners.
    """
    wide = np.broadcast_to(inputs.needs_count, (voice.shape[0], inputs.owner.size))
    count = np.take_along_axis(wide, voice, 1).astype(np.int64)
    is_set = np.broadcast_to(inputs.forced_level, voice.shape) >= 0
    always_set: BoolArray = np.logical_and.reduce(is_set, axis=0)
    return Needs(
        np.where(is_set, 0, count),
        inputs.needs_named[first_voice(inputs)] & ~always_set[:, None],
        np.ones(len(inputs.codes), dtype=np.bool_),
    )


def settle(willing: BoolArray, needs: Needs) -> tuple[BoolArray, BoolArray]:
    """Return the least coalition of the willing, and whose needs it meets, willing or not."""
    least = least_coalition(willing, *needs)
    return least, needs_met(least, *needs)


def met_shares(
    inputs: ConsentInputs, voice: IntArray, wants: BoolArray, met: BoolArray
) -> FloatArray:
    """Return how often each voice's needs are met in the futures in which it wants to join.

    Shocks and backing move those who wait and those whom they wait for alike, so needs are met more
    often when a delegation wants to join than otherwise. Its own vote and fall play no part: it
    joins only after its needs are met.

    Parameters
    ----------
    voice : shape (draw, delegation)
        The voice in office.
    wants, met : shape (draw, delegation)
        Whether its willingness suffices, and whether its needs are met.

    Returns
    -------
    shape (voice,)
        1 for a voice that waits for nobody. Where a voice never wants to join, the share of the
        futures in which it is in office, and where it never is, of all.
    """
    shares = np.ones(inputs.owner.size)
    waits = (inputs.needs_count > 0) | inputs.needs_named.any(axis=1)
    for each in np.flatnonzero(waits):
        owner = inputs.owner[each]
        in_office_now = voice[:, owner] == each
        for seen in (in_office_now & wants[:, owner], in_office_now, np.ones_like(in_office_now)):
            if seen.any():
                shares[each] = met[seen, owner].mean()
                break
    return shares
