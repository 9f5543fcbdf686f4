"""The consent model's inputs: cells of the scenario as arrays with a leading draw axis."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from foedus.engines.consent.ladder import Level, ascending_cuts
from foedus.engines.consent.public import (
    PollEffects,
    Polls,
    fill_sides,
    margin_sampling_variance,
    pooled_margins,
)
from foedus.engines.consent.willingness import stance_sd
from foedus.scenario.consent import Stance
from foedus.scenario.draws import Draws
from foedus.scenario.office import office_prob
from foedus.scenario.scenario import Scenario

if TYPE_CHECKING:
    from foedus.engines.consent.engine import Consent

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEVEL_OF_LOCATION: Final = {
    "air_sea": Level.AIR_AND_SEA,
    "reserve": Level.RESERVE,
    "rear": Level.REAR,
    "line": Level.LINE,
}
"""The level from which a delegation joins an option at a location."""

DAYS_PER_MONTH: Final = 365.25 / 12
NO_POLL_SD: Final = 0.5
"""Spread of the public's margin where no poll of the topic is known: two publics in three lie
between 50 points against and 50 points for."""


@dataclass(frozen=True, kw_only=True)
class ConsentInputs:
    """All that the consent model needs. A voice is a principal of a delegation: one stance."""

    n: int
    """Number of futures: one a draw, or the engine's `least_futures` at a point."""
    codes: tuple[str, ...]
    """Contributors, sorted."""
    owner: IntArray
    """Shape (voice,): the delegation each voice speaks for."""
    voices: tuple[str, ...]
    """Code of each voice's principal."""
    office_prob: FloatArray
    """Shape (draw or 1, voice): chance that the voice is the one that decides."""
    mean_score: FloatArray
    """Shape (draw or 1, voice): centre of the willingness, shifts of the option included."""
    sd_score: FloatArray
    """Shape (draw or 1, voice)."""
    cuts: FloatArray
    """Shape (draw or 1, 5): where levels 1 to 5 begin."""
    reliance_score: FloatArray
    """Shape (draw or 1, voice)."""
    reliance_base_share: FloatArray
    reliance_exponent_ratio: FloatArray
    backing_prob: FloatArray
    """Shape (draw or 1,): chance that the guarantor stands behind the force."""
    needs_vote: BoolArray
    """Shape (voice,): parliament must consent to this option."""
    is_barred: BoolArray
    """Shape (voice,): the law bars it from this option whatever parliament says."""
    gov_share: FloatArray
    """Shape (draw or 1, voice): seats of the governing parties."""
    support_share: FloatArray
    majority_share: FloatArray
    seats_spread_share: FloatArray
    public_weight_ratio: FloatArray
    margin_mean: FloatArray
    """Shape (draw or 1, voice): support less opposition in the voice's public."""
    margin_sd: FloatArray
    needs_count: IntArray
    """Shape (voice,): how many others must join."""
    needs_named: BoolArray
    """Shape (voice, delegation): who must join, by name."""
    shock_correlation: FloatArray
    option_level: int
    """Level from which a delegation joins this option."""
    forced_level: FloatArray
    """Shape (draw or 1, delegation): a level that was set, or -1."""
    topic: str
    """Topic of the polls that count for this mission."""
    poll_count: int
    """Polls of this topic that were used."""
    polled: BoolArray
    """Shape (delegation,): whether the public was asked."""
    score: FloatArray
    """Shape (delegation,): the stated score, principals weighed by their chance of office."""
    sizes: dict[str, FloatArray]
    """Shape (delegation,) each: share of all contributors in a measure such as `gdp`."""


def months_between(start: date, end: date) -> float:
    """Return the months from one day to another, 0 if the second is not later."""
    return max(0.0, (end - start).days / DAYS_PER_MONTH)


def read_inputs(engine: "Consent", scenario: Scenario, draws: Draws) -> ConsentInputs:
    """Gather the cells of the scenario as they stand in each draw.

    Numbers are read through `draws`. Words, dates and counts of partners are read from the rows, in
    which what was set for the run stands already.
    """
    codes = tuple(sorted({stance.delegation for stance in scenario.stances}))
    place = {code: i for i, code in enumerate(codes)}
    order = order_of(scenario)
    stances: list[Stance] = [scenario.stances[i] for i in order]
    owner = np.array([place[stance.delegation] for stance in stances], dtype=np.int64)
    setting = SettingReader(engine, draws)
    numbers = StanceNumbers(scenario, draws, order)
    mission, location = (draws.of_option(scenario, f) for f in ("mission", "location"))
    topic = engine.war_topic if mission == "fight_back" else engine.peace_topic
    margin_mean, margin_sd, polled, poll_count = public_margins(
        scenario, draws, setting, topic, codes
    )
    votes = approvals(scenario, draws, stances)
    forced = draws.levels(codes, default=-1)
    return ConsentInputs(
        n=engine.least_futures if draws.is_point else draws.n,
        codes=codes,
        owner=owner,
        voices=tuple(stance.principal for stance in stances),
        office_prob=office_prob_of_voices(scenario, draws, stances, codes),
        mean_score=centres(scenario, draws, setting, numbers, stances),
        sd_score=stance_sds(scenario, draws, setting, stances),
        cuts=cut_points(setting, mission),
        reliance_score=numbers["us_reliance_score"],
        reliance_base_share=setting["reliance_base_share"],
        reliance_exponent_ratio=setting["reliance_exponent_ratio"],
        backing_prob=draws.number_of_option(scenario, "us_backing_prob"),
        needs_vote=votes.needs_vote,
        is_barred=votes.is_barred,
        gov_share=votes.gov_share,
        support_share=votes.support_share,
        majority_share=votes.majority_share,
        seats_spread_share=setting["seats_spread_share"],
        public_weight_ratio=setting["public_weight_ratio"],
        margin_mean=margin_mean[:, owner],
        margin_sd=margin_sd[:, owner],
        needs_count=np.array([stance.needs_partners_count for stance in stances], dtype=np.int64),
        needs_named=named_partners(stances, codes),
        shock_correlation=setting["shock_correlation"],
        option_level=LEVEL_OF_LOCATION[location],
        forced_level=forced,
        topic=topic,
        poll_count=poll_count,
        polled=polled,
        score=stated_scores(scenario, stances, owner, len(codes)),
        sizes=shares_of_all(scenario, codes),
    )


def with_other_backing(
    inputs: ConsentInputs, engine: "Consent", scenario: Scenario, draws: Draws
) -> ConsentInputs:
    """Return the inputs of an option that differs only in the guarantor's backing and blessing.

    As `read_inputs` returns them, without reading again what these two do not change.

    Parameters
    ----------
    inputs
        Of the same draws, but for these two cells.
    """
    order = order_of(scenario)
    stances = [scenario.stances[i] for i in order]
    numbers = StanceNumbers(scenario, draws, order)
    return replace(
        inputs,
        mean_score=centres(scenario, draws, SettingReader(engine, draws), numbers, stances),
        backing_prob=draws.number_of_option(scenario, "us_backing_prob"),
    )


def order_of(scenario: Scenario) -> list[int]:
    """Return the rows of `stances.csv` by delegation, then by principal: one a voice."""
    return sorted(
        range(len(scenario.stances)),
        key=lambda i: (scenario.stances[i].delegation, scenario.stances[i].principal),
    )


def centres(
    scenario: Scenario,
    draws: Draws,
    setting: "SettingReader",
    numbers: "StanceNumbers",
    stances: list[Stance],
) -> FloatArray:
    """Return the centre of each voice's willingness, shape (draw or 1, voice)."""
    blessing = draws.number_of_option(scenario, "us_blessing")[:, None]
    unmet = unmet_conditions(scenario, draws, stances)
    centre: FloatArray = (
        numbers["willingness_score"]
        + setting["blessing_score"][:, None] * blessing
        - setting["unmet_condition_score"][:, None] * unmet
    )
    return centre


class SettingReader:
    """Settings of the engine by name, shape (draw or 1,) each."""

    def __init__(self, engine: "Consent", draws: Draws) -> None:
        self.engine = engine
        self.draws = draws

    def __getitem__(self, name: str) -> FloatArray:
        return self.draws.setting(self.engine.name, name, getattr(self.engine, name))


class StanceNumbers:
    """Numeric columns of `stances.csv` by voice, shape (draw or 1, voice) each."""

    def __init__(self, scenario: Scenario, draws: Draws, order: list[int]) -> None:
        self.scenario = scenario
        self.draws = draws
        self.order = order

    def __getitem__(self, column: str) -> FloatArray:
        return self.draws.numbers(self.scenario, "stances", column)[:, self.order]


def office_prob_of_voices(
    scenario: Scenario, draws: Draws, stances: list[Stance], codes: tuple[str, ...]
) -> FloatArray:
    """Return each voice's chance of office, shape (draw or 1, voice); the voices by delegation."""
    voices = [[s.principal for s in stances if s.delegation == code] for code in codes]
    chance = office_prob(scenario, draws, voices)
    return np.concatenate([chance[:, i, : len(who)] for i, who in enumerate(voices)], axis=1)


def stance_sds(
    scenario: Scenario, draws: Draws, setting: SettingReader, stances: list[Stance]
) -> FloatArray:
    """Return the spread of each voice: error of the score, and drift until the decision."""
    decision = draws.of_option(scenario, "decision_date")
    spreads = [
        stance_sd(
            setting[f"error_{stance.confidence}_score"],
            setting["drift_score"],
            months_between(stance.as_of, decision),
        )
        for stance in stances
    ]
    return np.stack(np.broadcast_arrays(*spreads), axis=1)


def cut_points(setting: SettingReader, mission: str) -> FloatArray:
    """Return the cut-points of the ladder, moved by the mission statement."""
    match mission:
        case "observe":
            shift = -setting["observe_shift_score"]
        case "self_defence":
            shift = np.zeros(1)
        case "fight_back":
            shift = setting["fight_back_shift_score"]
        case _:
            raise ValueError(f"unknown mission {mission!r}")
    names = ("outside", "air_sea", "reserve", "rear", "line")
    cuts = np.broadcast_arrays(*(setting[f"cut_{name}_score"] + shift for name in names))
    return ascending_cuts(np.stack(cuts, axis=1))


def unmet_conditions(scenario: Scenario, draws: Draws, stances: list[Stance]) -> FloatArray:
    """Return how many named conditions of each voice the option does not meet, shape (1, voice).

    Conditions on a mandate are about soldiers in the host country: they do not count for a force of
    air and sea or on allied territory.
    """
    mandate, command, mission, location = (
        draws.of_option(scenario, field)
        for field in ("legal_mandate", "command", "mission", "location")
    )
    in_host = location in ("rear", "line")
    met = {
        "un_mandate": mandate == "un" or not in_host,
        "international_mandate": mandate in ("un", "eu") or not in_host,
        "nato_command": command == "nato",
        "clear_mission": mission != "observe",
    }
    unmet = [sum(not met[word] for word in stance.conditions) for stance in stances]
    return np.array([unmet], dtype=np.float64)


def named_partners(stances: list[Stance], codes: tuple[str, ...]) -> BoolArray:
    """Return who waits for whom by name, shape (voice, delegation)."""
    waits = [[code in stance.needs_partners for code in codes] for stance in stances]
    return np.array(waits, dtype=np.bool_)


@dataclass(frozen=True)
class Votes:
    """Whom the law asks, voice by voice."""

    needs_vote: BoolArray
    is_barred: BoolArray
    gov_share: FloatArray
    support_share: FloatArray
    majority_share: FloatArray


def approvals(scenario: Scenario, draws: Draws, stances: list[Stance]) -> Votes:
    """Read `approvals.csv`: a voice without a row of its own takes that of its delegation."""
    under_un = draws.of_option(scenario, "legal_mandate") == "un"
    place = scenario.row_numbers["approvals"]
    rows = [
        place.get(stance.key, place.get(f"{stance.delegation}:{stance.delegation}"))
        for stance in stances
    ]
    columns = {
        name: draws.numbers(scenario, "approvals", name)
        for name in ("gov_seats_share", "support_seats_share", "majority_share")
    }
    decides = draws.values(scenario, "approvals", "decides")
    without_un = draws.values(scenario, "approvals", "decides_without_un")
    deciders = [
        "government"
        if row is None
        else decides[row]
        if under_un or without_un[row] is None
        else without_un[row]
        for row in rows
    ]
    seats: dict[str, FloatArray] = {}
    for name, column in columns.items():
        known = [
            column[:, row] if row is not None else np.full(column.shape[0], 0.5) for row in rows
        ]
        seats[name] = np.stack(known, axis=1) if rows else np.zeros((1, 0))
    gov = np.nan_to_num(seats["gov_seats_share"], nan=0.5)
    support = np.minimum(seats["support_seats_share"], 1 - gov)
    return Votes(
        needs_vote=np.array([who in ("parliament_prior", "triple_lock") for who in deciders]),
        is_barred=np.array([who == "triple_lock" and not under_un for who in deciders]),
        gov_share=gov,
        support_share=support,
        majority_share=seats["majority_share"],
    )


def public_margins(
    scenario: Scenario, draws: Draws, setting: SettingReader, topic: str, codes: tuple[str, ...]
) -> tuple[FloatArray, FloatArray, BoolArray, int]:
    """Return mean and spread of each public's margin, who was asked, and how many polls count.

    House effect and spread between nations are stated on the scale of support; a margin moves
    twice as far.
    """
    rows = [
        i
        for i, poll in enumerate(scenario.polls)
        if poll.topic == topic
        and poll.delegation in codes
        and not (poll.support_share is None and poll.oppose_share is None)
    ]
    rows.sort(key=lambda i: scenario.polls[i].key)
    nation = np.array([codes.index(scenario.polls[i].delegation) for i in rows], dtype=np.int64)
    names = sorted({scenario.polls[i].poll for i in rows})
    survey = np.array([names.index(scenario.polls[i].poll) for i in rows], dtype=np.int64)
    support, oppose, undecided, persons = (
        draws.numbers(scenario, "polls", name)[:, rows]
        for name in ("support_share", "oppose_share", "undecided_share", "n_persons")
    )
    persons = np.where(np.isnan(persons), setting["unpolled_persons"][:, None], persons)
    undecided = np.where(np.isnan(undecided), setting["undecided_share"][:, None], undecided)
    support, oppose = fill_sides(support, oppose, undecided)
    decision = draws.of_option(scenario, "decision_date")
    age = [months_between(scenario.polls[i].fieldwork_end, decision) for i in rows]
    mean, sd = pooled_margins(
        Polls(
            nation=nation,
            survey=survey,
            margin_share=np.clip(support - oppose, -1, 1),
            sampling_variance=np.maximum(margin_sampling_variance(support, oppose, persons), 1e-9),
            age_months=np.array([age]).reshape(1, len(rows)),
        ),
        PollEffects(
            house_sd=2 * setting["house_effect_share"],
            between_sd=2 * setting["between_nations_share"],
            half_life_months=setting["poll_half_life_months"],
        ),
        len(codes),
        NO_POLL_SD,
    )
    polled = np.zeros(len(codes), dtype=np.bool_)
    polled[nation] = True
    return mean, sd, polled, len(rows)


def stated_scores(
    scenario: Scenario, stances: list[Stance], owner: IntArray, n_codes: int
) -> FloatArray:
    """Return the stated score of each delegation, voices weighed by their chance of office."""
    chance = {p.principal: p.in_office_prob for p in scenario.principals}
    score = np.zeros(n_codes)
    for stance, who in zip(stances, owner, strict=True):
        score[who] += chance.get(stance.principal, 1.0) * stance.willingness_score
    return score


def shares_of_all(scenario: Scenario, codes: tuple[str, ...]) -> dict[str, FloatArray]:
    """Return each contributor's share of all contributors, by measure of `share_keys.csv`.

    A measure that some of them have no size in says nothing of all, and is left out.
    """
    measures = sorted({row.share_key for row in scenario.share_keys})
    sizes = {row.key: row.size_weight for row in scenario.share_keys}
    shares: dict[str, FloatArray] = {}
    for measure in measures:
        known = [sizes[key] for code in codes if (key := f"{measure}:{code}") in sizes]
        if len(known) == len(codes) and sum(known) > 0:
            shares[measure] = np.array(known) / sum(known)
    return shares
