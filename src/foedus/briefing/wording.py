"""Tables as people read them: headings in words, numbers with their units, ranges beside values.

Report and command line print tables through this one place, so a column reads the same in both.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl

from foedus.quantities import SUFFIXES, quantity, show_number, suffix_of

NOTHING: Final = "\N{EN DASH}"
"""Printed where a cell is empty."""

PRINTED_WORDS: Final[dict[str, str]] = {
    **{word: word.upper() for word in ("eu", "nato", "un", "uk", "gdp", "hq", "id", "usd")},
    "us": "guarantor's",
}
"""Words that are printed otherwise than they are written, wherever they stand. Names that begin
with `us` are those of the guarantor, whichever state it is in a scenario."""

ENDINGS: Final[dict[str, str]] = {
    "persons": " (persons)",
    "count": " (number)",
    "days": " (days)",
    "months": " (months)",
    "km": " (km)",
    "deg": " (°)",
    "prob": ", probability",
    "share": ", share",
    "score": ", score",
    "ratio": ", ratio",
}
"""What endings become behind the words of a heading; others are words themselves."""

HEADINGS: Final[dict[str, str]] = {
    "units_per_slot_ratio": "Units for one place",
    "title": "Name",
    "capability_title": "Capability",
    "us_share": "Guarantor's share",
    "us_reliance_score": "Reliance on the guarantor, score",
    "us_dependence": "Dependence on the guarantor",
    "needs_us_consent": "Needs the guarantor's consent",
    # who joins
    "join_prob": "Joins, probability",
    "backed_prob": "Joins if backed, probability",
    "unbacked_prob": "Joins if not backed, probability",
    "trusting_prob": "Joins if those who wait trust each other, probability",
    "joiners_count": "Nations that join",
    "joiners_greatest_count": "Nations that join if those who wait trust each other",
    "joiners_gdp_share": "Joiners' share of GDP",
    "level_none_prob": "No part, probability",
    "level_support_outside_prob": "Supports from outside, probability",
    "level_air_and_sea_prob": "Air and sea, probability",
    "level_reserve_prob": "Reserve, probability",
    "level_rear_prob": "Behind the line, probability",
    "level_line_prob": "On the line, probability",
    "stated_score": "Stated willingness, score",
    "baseline_score_prob": "Baseline: the score as a probability",
    "baseline_half_prob": "Baseline: joins from a score of 50",
    "public_margin_share": "Public support less opposition",
    "is_polled": "Public was polled",
    "cell": "Cell to set",
    "added_joiners_count": "More that join (number)",
    "added_gdp_share": "More of GDP that joins",
    "gains_most_prob": "Its gain, probability",
    "balanced_in_persons": "Balanced if it joins (persons)",
    "balanced_out_persons": "Balanced if it does not (persons)",
    "added_persons": "It adds (persons)",
    "full_in_prob": "Whole requirement if it joins, probability",
    "full_out_prob": "Whole requirement if it does not, probability",
    "least_prob": "Those who wait move last, probability",
    "greatest_prob": "Those who wait trust each other, probability",
    # what stands
    "gross_persons": "Gross strength (persons)",
    "balanced_persons": "Balanced strength (persons)",
    "balanced_share": "Balanced share of the requirement",
    "alone_persons": "Balanced strength without the guarantor (persons)",
    "standing_persons": "Could stand (persons)",
    "fill_share": "Share filled",
    "filled_share": "Share of the requirement filled",
    "alone_share": "Share filled without the guarantor",
    "need_share": "Share needed",
    "own_share": "Share that is not the guarantor's",
    "binding_share": "Binds, share of futures",
    "binding": "Binds most often",
    "binds": "Binds most often",
    "is_critical": "Critical",
    "least_service_share": "Thinnest service, share supplied",
    "thinnest_fill_share": "Thinnest service, share supplied",
    "fails_first_share": "Fails first, share of futures",
    "first_short_share": "Short first, share of futures",
    "from_months": "Short from (months)",
    "from_the_start_share": "Short from the start, share of these",
    "whose_turns_cost_most": "Whose turns cost most",
    "their_turns_cost_persons": "What its turns cost (persons)",
    "one_tour_persons": "Could stand for one tour (persons)",
    "turns_cost_persons": "Lost to taking turns (persons)",
    "most_in": "Most of it in",
    # who sends what
    "fair_share": "Fair share",
    "fair_persons": "Fair share (persons)",
    "can_persons": "Could keep in place (persons)",
    "sent_persons": "Sends (persons)",
    "expected_persons": "Sends on average over all futures (persons)",
    "burden_ratio": "Times its fair share",
    "held_persons": "Holds (persons)",
    "promised_persons": "Promised elsewhere (persons)",
    "sent_of_held_share": "Sends, share of what it holds",
    "floor_costs_persons": "Held back by its floor (persons)",
    # the force plan
    "short_unit_months": "Short (unit-months)",
    "short_points": "Short (points)",
    "gap_points": "Gap (points)",
    "sent_person_months": "Sends (person-months)",
    "fair_person_months": "Fair share (person-months)",
    "excess_person_months": "Beyond its share (person-months)",
    "is_proved": "Proved",
    "relaxed_rule": "Relaxed alone",
    "gain_points": "Buys (points)",
    "lines_helped": "For lines",
    "would_fill": "Would fill it (unit-months)",
    "filled_unit_months": "Filled (unit-months)",
    "lost_unit_months": "Lost (unit-months)",
    "lost_points": "Lost (points)",
    "certain_points": "Worth for certain (points)",
    "at_most_points": "Worth at most (points)",
    "says": "Remark",
    "filled_points": "Filled (points)",
    "most_filled_points": "No plan fills more than (points)",
    "least_excess_person_months": "Not below (person-months)",
    "most_burdened_ratio": "Most burdened, times its share",
    "burden_gini_ratio": "Gini of burdens",
    "price_share": "Price of fairness, share",
    "least_person_months": "Least (person-months)",
    "most_person_months": "Most (person-months)",
    "found_value": "Value of the plan",
    "bound_value": "No plan below",
    "tolerance_value": "May be given away",
    "from_month": "From month",
    "to_month": "To month",
    "fill_priority": "Priority",
    "most_under_it_count": "Brigades under it, at most",
    "asked_under_it_count": "Brigades asked for",
    "span_count": "Brigades it can command",
    "in_place_months": "In place (months)",
    "land_persons": "In place on land (persons)",
    "required_persons": "Asked for on land (persons)",
    "lost_share": "Lost, share",
    "do_not_serve_under_it": "Do not serve under it",
    # money
    "today_share": "Today's share of GDP",
    "target_share": "Target, share of GDP",
    "asked_count": "Asked of (number)",
    "met_count": "Meet it today (number)",
    "met_prob": "Met today, probability",
    "gap_usd_bn": "Missing if met at once (bn USD)",
    "needed_usd_bn": "Needed beyond today's share (bn USD)",
    "extra_usd_bn": "Within reach beyond today's share (bn USD)",
    "total_usd_bn": "Within reach, sum over years (bn USD)",
    "in_time_count": "Could be there in time (number)",
    "in_time_prob": "Could be there in time, probability",
    "earliest_year": "First year in reach",
    "debt_added_share": "Added to debt, of GDP",
    "debt_added_all_share": "Added to debt with force and programmes, of GDP",
    "debt_after_share": "Debt then, of GDP",
    "deficit_after_share": "Deficit then, of GDP",
    "over_debt_prob": "Debt above its limit, probability",
    "over_deficit_prob": "Deficit above its limit, probability",
    "budget_share": "Part of the budget, if not borrowed",
    "budget_all_share": "Part of the budget with force and programmes",
    "force_usd_bn": "Force over the mission (bn USD)",
    "expected_usd_bn": "Force on average over all futures (bn USD)",
    "expected_full_usd_bn": "Sent in full, on average over all futures (bn USD)",
    "guarantor_usd_bn": "Guarantor's own part (bn USD)",
    "full_usd_bn": "The same if sent in full, by fair shares (bn USD)",
    "force_yearly_usd_bn": "Force, twelve months (bn USD)",
    "yearly_usd_bn": "Twelve months (bn USD)",
    "set_up_usd_bn": "Set-up (bn USD)",
    "beyond_usd_bn": "After the years looked at (bn USD)",
    "force_of_defence_share": "A year of the force, part of defence spending",
    "pays_most": "Pays most",
    "programmes_yearly_usd_bn": "Programmes, a year (bn USD)",
    "contributors_yearly_usd_bn": "Contributors, a year (bn USD)",
    "open_share": "Open, share",
    "over_years_count": "Over years (number)",
    "nations_usd_bn": "Carried by contributors and guarantor (bn USD)",
    "others_usd_bn": "Carried by others (bn USD)",
    "open_usd_bn": "Open (bn USD)",
    "programme_usd_bn": "All of it (bn USD)",
    "defence_usd_bn": "Defence spending (bn USD)",
    "spending_usd_bn": "Spending (bn USD)",
    "saving_usd_bn": "Saved by buying together (bn USD)",
    "gdp_key_share": "Part by GDP",
    "owes_persons": "Owes by GDP (persons)",
    "owes_defence_usd_bn": "Owes by GDP (bn USD)",
    "hoover_share": "Hoover: would have to change hands",
    "gini_ratio": "Gini",
    "concentration_ratio": "Concentration",
    "kakwani_ratio": "Kakwani",
    "rank_correlation": "Spearman",
    "share_key": "Key",
    "sent_of_active_share": "Sends, share of active",
    "limit_bound_count": "Bound by a limit on deficits (number)",
    "over_limit_now_count": "Above it now (number)",
    "over_limit_then_count": "Above it then, all borrowed (number)",
    # negotiation
    "rounds_before_count": "Round",
    "parties_count": "Heard (number)",
    "consents_count": "Must consent (number)",
    "no_deal_prob": "No deal, probability",
    "no_deal_without_prob": "No deal if it is not asked, probability",
    "no_deal_smaller_prob": "No deal in the smaller",
    "no_deal_larger_prob": "No deal in the larger",
    "freed_prob": "Blocks alone, probability",
    "forecast_value": "Forecast",
    "mean_value": "Compromise mean",
    "median_value": "Weighted median",
    "deal_value": "If there is a deal",
    "spread_value": "Views apart by",
    "pair_share": "Pairs that accept each other, share",
    "zone_low_value": "Zone from",
    "zone_high_value": "Zone to",
    "models_low_value": "Lowest model",
    "models_high_value": "Highest model",
    "position_value": "Wants",
    "reach_score": "Would go (points)",
    "weight_share": "Part of all weight",
    "mean_shift_value": "Mean moves if it is not there",
    "median_shift_value": "Median moves if it is not there",
    "equal_shift_value": "Mean moves, equal influence",
    "distance_value": "Outcome away from it by",
    "shift_value": "Mean moves by",
    "spread_shift_value": "Further apart by",
    "from_value": "From",
    "to_value": "To",
    "first_party": "One side",
    "second_party": "Other side",
    "first_issue": "One side gets its way on",
    "second_issue": "Other side gets its way on",
    "first_shift_value": "That moves by",
    "second_shift_value": "The other moves by",
    "gain_score": "Each gains (points)",
    "others_gain_score": "Others gain together (points)",
    "most_hurt": "Loses most",
    "deal_prob": "A deal on all of them",
    "agreed_prob": "Agreed, probability",
    "agreed_least_prob": "Least of all models",
    "agreed_most_prob": "Most of all models",
    "between_value": "Models apart by",
    "within_value": "Range of one model",
    "opposed_share": "On opposite sides, share of draws",
    "rests_on_choice": "Rests on the choice of model",
    "rests_on_one": "Rests on one model",
    "outlier": "Furthest from the others",
    "mean_error_score": "Mean error",
    "median_error_score": "Median error",
    "root_mean_square_score": "Root mean square",
    "mean_crps_score": "CRPS",
    "covered_share": "Outcomes within its range",
    "worse_score": "Worse than the baseline by",
    "better_share": "Closer than the baseline",
    # bridges
    "camp": "Sent by",
    "best_share": "Best in draws",
    "second_share": "Second in draws",
    "hangs_share": "Of the link hangs on it",
    "closest_share": "Closest to those addressed, in draws",
    "addressed_weight": "Ties to those addressed",
    "senders_weight": "Ties to those who send",
    "hostile_weight": "Ties to the adversary",
    "betweenness_share": "Shortest ways over it",
    "current_flow_share": "Flow through it",
    "constraint_ratio": "Burt's constraint",
    "effective_count": "Effective size",
    "tie_kind": "Tie",
    "tie_weight": "Conductance",
    "flow": "Flows",
    "current_share": "Part of all that flows",
    "best_if_stronger_share": "Best if that tie is stronger",
    "leader_gone": "Leader gone",
    "best_if_gone_share": "Best then",
    "from_weight": "Weight",
    "to_weight": "Raised to",
    # votes
    "act_prob": "Coalitions that pass it",
    "minimal_winning_count": "Just enough to pass (number)",
    "smallest_winning_count": "Fewest to pass (number)",
    "smallest_blocking_count": "Fewest to block (number)",
    "ways_to_block_count": "Ways to block with so few (number)",
    "shapley_shubik_share": "Shapley-Shubik",
    "banzhaf_share": "Banzhaf, normalised",
    "banzhaf_prob": "Banzhaf, absolute",
    "prevent_share": "Power to prevent",
    "initiate_share": "Power to initiate",
    "johnston_share": "Johnston",
    "deegan_packel_share": "Deegan-Packel",
    "holler_packel_share": "Holler-Packel",
    "of_all_share": "Part of the weight",
    "in_smallest_blocking_count": "In smallest that block (number)",
    "members_count": "Members (number)",
    "wins_count": "That pass it (number)",
    "blocks_count": "That block it (number)",
    "pass_views_prob": "Passes as views lie",
    "pass_used_prob": "Passes as votes were used",
    "independent_prob": "Passes if views are independent",
    "favour_count": "For it (number)",
    "opposed_count": "Opposed (number)",
    "wants_value": "Wants",
    "favours_prob": "For it, probability",
    "opposed_prob": "Opposed, probability",
    "against_prob": "Votes against, probability",
    "decides_prob": "Its vote decides, probability",
    "blocks_alone_views_prob": "Its yes alone is missing as views lie",
    "blocks_alone_used_prob": "Its yes alone is missing as votes were used",
    # who must be in the room
    "least_capability": "Capability it carries least of",
    "least_capability_share": "Of that, share",
    "most_capability": "Largest part of a capability",
    "most_capability_share": "Of that, share",
    "carried_prob": "Enough, share of futures",
    "is_carried": "Carries all that is wanted",
    "is_represented": "With those spoken for",
    "added_count": "Seats that would mend it (number)",
    "spare_count": "Could leave at once (number)",
    "place": "In smallest rooms",
    "pivot_share": "Makes a group send enough",
    "balanced_added_persons": "Adds to balanced strength (persons)",
    # deterrence
    "deterred_prob": "Deterred, probability",
    "direct_war_prob": "Direct war, probability",
    "fight_given_violation_prob": "Fought if violated, probability",
    "war_given_violation_prob": "Direct war if violated, probability",
    "unanswered_given_violation_prob": "Unanswered if violated, probability",
    "stopped_given_violation_prob": "Fought and stopped if violated, probability",
    "war_backed_given_violation_prob": "War with the guarantor if violated, probability",
    "war_alone_given_violation_prob": "War without it if violated, probability",
    **{
        f"{name}_in_{months}_months_prob": f"{title} within {months} months, probability"
        for name, title in (("violation", "Violated"), ("direct_war", "Direct war"))
        for months in (12, 24, 60)
    },
    "planned_prob": "Planned for, probability",
    "governments_points": "Governments expect (points)",
    "guarantor_points": "Guarantor expects (points)",
    "regret_points": "Below the best of each future by (points)",
    "best_of_grid_share": "Best of all missions and places, in draws",
    "draws_share": "In draws",
    "is_selected": "Counted",
    "larger_when_best_prob": "Larger where it is best, probability",
    "when_best_value": "Median where it is best",
    "otherwise_value": "Median elsewhere",
    "needed_backing_prob": "Backing that deters, probability",
    "no_backing_needed_prob": "No backing needed, probability",
    "no_backing_enough_prob": "No backing enough, probability",
    "kept_enough_prob": "Enough as promises were kept, probability",
    "needed_force_persons": "Force that deters (persons)",
    "no_force_needed_prob": "No force needed, probability",
    "no_force_enough_prob": "No force enough, probability",
    "alone_needed_force_persons": "Force that deters without the guarantor (persons)",
    "no_alone_force_needed_prob": "No force needed without the guarantor, probability",
    "no_alone_force_enough_prob": "No force enough without the guarantor, probability",
    "needed_share": "Burden that makes backing enough, share",
    "no_share_needed_prob": "None of the burden needed, probability",
    "no_share_enough_prob": "Not all of it enough, probability",
    "is_today": "Today",
    "backing_enough_prob": "Backing enough, probability",
    "offers": "Offered",
    "needed_prob": "Credibility needed",
    "credible_prob": "Threat credible, probability",
    "alone_needed_added_prob": "Alone: adds to credibility needed",
    "alone_credible_added_prob": "Alone: adds to that of the threat",
    "alone_seated_added_prob": "Alone: adds to being seated",
    "last_needed_added_prob": "Last: adds to credibility needed",
    "last_credible_added_prob": "Last: adds to that of the threat",
    "last_seated_added_prob": "Last: adds to being seated",
    "own_enablers_share": "Of the enablers, not the guarantor's",
    "own_services_share": "Of the services, not the guarantor's",
    "own_cost_share": "Of the cost, not the guarantor's",
    "asked_share": "Asked for, share of GDP",
    "missing_usd_bn": "Missing to that (bn USD a year)",
    "rate_value": "Base rate",
    # the form
    "together_says": "What all could write",
    "same_share": "Alike",
    "next_share": "Next, share",
    "answer": "Common answer",
    "answers_count": "Different answers",
    "told_count": "Nations that answer",
    "otherwise_count": "Otherwise (number)",
    "otherwise_points": "Points on which it would say otherwise",
    "goes_prob": "Goes so far, probability",
    "signed_prob": "Joins the option it would sign, probability",
    "signed_option": "Option it would sign",
    "let_fight_prob": "Lets its soldiers fight if it joins, probability",
    "lost_persons": "Fewer without the guarantor (persons)",
    "left_persons": "Left to give (persons)",
    "most_left_in": "Most of it left in",
    "seated_count": "Of those asked, at the table",
    "spoken_for_count": "Spoken for",
    "new_count": "Not at a table before",
    "missing_count": "Forms not in the room",
    "missing_force_share": "Of the force, not in the room",
    # numbers of headlines
    "asked_persons": "Asked for (persons)",
    "settled_month": "In place by month",
    "one_month_persons": "For a single month (persons)",
    "long_enough_prob": "Kept up long enough, probability",
    "border_kept_share": "Kept in states at the border, share",
    "helped_persons": "With the guarantor (persons)",
    "helped_joiners_count": "Nations that join with the guarantor",
    "none_prob": "None at all, probability",
}
"""Headings of names that do not read well word by word."""

TABLE_TITLES: Final[dict[str, str]] = {
    "at_least": "Chance of at least so many soldiers in balance, by month",
    "strength": "Strength month by month",
    "capabilities": "What is required of each capability, and what stands",
    "services": "Services needed and supplied",
    "contributions": "What each nation would send",
    "contributions_by_capability": "What each nation would send, by capability",
    "duration": "Strength by length of the mission",
    "headline_numbers": "Other numbers of the headline",
    "first_short": "Which capability is short first",
    "rotation": "What taking turns costs each nation",
    "turns": "How units take turns, and how many one place ties up",
    "consent": "Who joins, and at which level",
    "unlocks": "What each single change would add",
    "weights": "How much the force hangs on each nation",
    "coalition": "How many join",
    "exposure": "What each nation keeps at home",
    "alone_services": "Services without the guarantor",
    "alone_capabilities": "Capabilities without the guarantor",
    "alone_options": "Every option without the guarantor's units and services",
    "plan_fill": "The plan: filled of each capability, by quarter",
    "plan_land": "The plan: soldiers on land, by nation and quarter",
    "plan_burden": "The plan: burden against fair share",
    "plan_balance": "The plan: strength by quarter",
    "plan_leads": "The plan: who leads where and when",
    "plan_alone": "The plan without the guarantor: filled of each capability",
    "afford_targets": "What shares of GDP cost all contributors",
    "targets_by_nation": "What each target asks of each nation",
    "burden": "Burdens side by side: troops, money, hosting, front",
    "burden_measures": "How unequal burdens are, and how each key fits",
    "force_cost_by_nation": "What the force costs each nation",
    "programmes": "Programmes beside the force",
    "coordination": "What buying together would save",
    "dependence_by_nation": "How far each nation depends on the guarantor",
    "agreement_forecasts": "Forecasts by issue, model beside model",
    "agreement_by_option": "How often the room agrees on each option, by model",
    "agreement_models": "How far models differ, and readings of one model",
    "agreement_parties": "Who wants what, and what the forecast would be without it",
    "agreement_trades": "What pairs could trade across two issues",
    "agreement_moves": "Who gives way to whom in the challenge model",
    "pledge_rooms": "Pledges, room by room",
    "pledge_forecasts": "Pledges, model beside model",
    "sanctions_ballots": "What passes, by ballot and rule",
    "sanctions_opposed": "Who is opposed, and whose vote stops it",
    "sanctions_outside": "Who has no vote and decides for itself",
    "sanctions_blockers": "Whose consent is in the way by itself",
    "sanctions_left_out": "Whose consent is in the way together",
    "sanctions_rooms": "Sanctions, room by room",
    "seat_pairs": "What seats change",
    "seat_rooms": "Every issue in every room",
    "seat_smallest_rooms": "The smallest rooms that carry what is wanted",
    "seat_formats": "What each format carries, lacks and could spare",
    "seat_members": "What each seat adds",
    "bridge_envoys": "Whom to send, camp by camp",
    "bridge_carriers": "What carries it: flow over the ties of each contender",
    "bridge_standing": "Where each stands between those who send and those addressed",
    "bridge_roles": "Roles as a broker between camps",
    "bridge_stronger": "If its strongest tie to those addressed were at its high end",
    "bridge_gone": "If the personal ties of one leader were gone",
    "bridge_raised": "Single ties that, at their high end, make another the best",
    "bridge_kinds": "Who is best if a kind of tie does not count",
    "leverage_offers": "Whether they are seated, by what is offered",
    "leverage_added": "What each offer adds, made alone and made last",
    "mission_here": "The missions at the option's place",
    "mission_grid": "Every mission at every place",
    "mission_apart": "What tells the futures in which a mission is best from the others",
    "mission_joined": "Who joins the options there are",
    "mission_equilibria": "Equilibria of the game",
    "mission_base_rates": "Base rates of threats that deterred",
    "breach_ladder": "What follows a violation, by mission and place",
    "breach_months": "Violation and direct war within months",
    "breach_targets": "What the adversary plans for",
    "breach_base_rates": "Base rates of peace that broke, and of what peacekeepers changed",
    "backstop_thresholds": "What it would take to deter, by mission and place",
    "backstop_burden": "Backing by the share of the burden that the governments carry",
    "backstop_base_rates": "Base rates of promises kept",
    "alone_deterrence": "Deterrence and direct war without the guarantor",
    "messages": "What the force says, in three measured quantities",
    "exposure_posture": "Posture at the frontline, room by room",
    "reply_together": "The form, filled in together",
    "reply_agreement": "How far nations would answer alike",
    "reply_by_nation": "What each nation would write",
    "reply_numbers": "The numbers behind what each nation would write",
    "reply_meetings": "Meetings, and whose forms are in the room",
    "reply_dependence": "How far each nation depends on the guarantor",
}
"""Titles of tables whose names say too little."""


class Column(NamedTuple):
    """A column as it is printed."""

    heading: str
    cells: list[str]
    is_numeric: bool
    """Whether it is set flush right."""


def heading(name: str) -> str:
    """Return a column's name in words, with its unit.

    >>> heading("notice_days"), heading("us_backing_prob"), heading("capability")
    ('Notice (days)', "Guarantor's backing, probability", 'Capability')
    >>> heading("needed_count_low"), heading("is_detached"), heading("balanced_persons")
    ('Needed (number), low', 'Detached', 'Balanced strength (persons)')
    """
    for end in ("low", "high"):
        if name.endswith(f"_{end}"):
            return f"{heading(name.removesuffix(f'_{end}'))}, {end}"
    if name in HEADINGS:
        return HEADINGS[name]
    words = name.removeprefix("is_").split("_")
    unit = ""
    if words[-2:] == ["usd", "bn"]:
        words, unit = words[:-2] or ["amount"], " (bn USD)"
    elif len(words) > 1 and words[-1] in ENDINGS:
        unit = ENDINGS[words.pop()]
    text = " ".join(PRINTED_WORDS.get(word, word) for word in words if word)
    return text[:1].upper() + text[1:] + unit


def table_title(name: str) -> str:
    """Return a table's name in words.

    >>> table_title("strength"), table_title("by_sector")
    ('Strength month by month', 'By sector')
    """
    return TABLE_TITLES.get(name, heading(name))


def show_cell(value: Any, name: str, *, whole: bool | None = None) -> str:
    """Return one cell as text; numbers as the ending of the column's name asks.

    >>> show_cell(0.256, "join_prob"), show_cell(0.001, "join_prob"), show_cell(True, "is_critical")
    ('26 %', '<1 %', 'yes')
    >>> show_cell(None, "note") == NOTHING
    True
    >>> show_cell(["a", "b"], "codes"), show_cell(1250, "draws"), show_cell(float("inf"), "x_ratio")
    ('a; b', '1,250', '∞')
    >>> show_cell(2.0, "sent_count"), show_cell(2.0, "sent_count", whole=False)
    ('2', '2.0')
    """
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return show_size(value, name, is_whole(value) if whole is None else whole)
        case date():
            return value.isoformat()
        case str():
            return value
        case Mapping():
            parts = (f"{key}: {show_cell(part, name)}" for key, part in value.items())
            return "; ".join(parts) or NOTHING
        case Sequence() | pl.Series():
            return "; ".join(show_cell(part, name) for part in value) or NOTHING
        case _:
            return str(value)


def show_size(value: float, name: str, whole: bool) -> str:
    """Return a number as text, also where its name ends in no unit.

    A share that rounds to none or all of it is printed as below 1 % or above 99 %.
    """
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    about = quantity(name) if suffix_of(name) in SUFFIXES else None
    if about is None:
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
    elif about.rule == "percent" and 0 < value <= 0.005:
        text = "<1 %"
    elif about.rule == "percent" and 0.995 <= value < 1:
        text = ">99 %"
    elif about.rule == "decimal" and whole:
        text = f"{value:,.0f}"
    else:
        text = show_number(value, name)
    return text if any(digit in text for digit in "123456789") else text.removeprefix("-")


def is_whole(*values: Any) -> bool:
    """Tell whether none of the numbers among these values has a fraction."""
    return all(value == round(value) for value in values if is_finite_number(value))


def is_finite_number(value: Any) -> bool:
    """Tell whether a value is a number to print."""
    return isinstance(value, int | float) and math.isfinite(value)


def show_range(value: Any, low: Any, high: Any, name: str, *, whole: bool | None = None) -> str:
    """Return a value with its range behind it; without one where both ends print as the value.

    >>> show_range(1200.0, 900.0, 1500.4, "sent_persons")
    '1,200 (900 to 1,500)'
    >>> show_range(0.5, 0.5, 0.5, "join_prob"), show_range(0.5, None, None, "join_prob")
    ('50 %', '50 %')
    >>> show_range(2.0, 1.5, None, "needed_count")
    '2.0 (from 1.5)'
    """
    alike = is_whole(value, low, high) if whole is None else whole
    middle, start, end = (show_cell(part, name, whole=alike) for part in (value, low, high))
    if {start, end} <= {middle, NOTHING}:
        return middle
    if end == NOTHING:
        return f"{middle} (from {start})"
    if start == NOTHING:
        return f"{middle} (to {end})"
    return f"{middle} ({start} to {end})"


def fold_ranges(
    table: pl.DataFrame, titles: Mapping[str, Mapping[str, str]] | None = None
) -> list[Column]:
    """Return a table column by column as text, `x_low` and `x_high` folded into `x`.

    A `_low` or `_high` without its value stays a column of its own.

    Parameters
    ----------
    table
        Any table of a run or an answer.
    titles
        By column name: what to print for each of its values, such as
        `{"delegation": {"FRA": "France"}}`; a value that is not named there is printed as it is.

    Examples
    --------
    >>> table = pl.DataFrame(
    ...     {
    ...         "nation": ["FRA"],
    ...         "sent_persons": [8.0],
    ...         "sent_persons_low": [6.0],
    ...         "sent_persons_high": [9.0],
    ...     }
    ... )
    >>> for column in fold_ranges(table, {"nation": {"FRA": "France"}}):
    ...     print(column)
    Column(heading='Nation', cells=['France'], is_numeric=False)
    Column(heading='Sends (persons)', cells=['8 (6 to 9)'], is_numeric=True)
    """
    named = titles or {}
    columns = []
    for name in table.columns:
        stem = name.removesuffix("_low").removesuffix("_high")
        if stem != name and stem in table.columns:
            continue
        values = table[name].to_list()
        low, high = (
            table[end].to_list() if end in table.columns else [None] * len(values)
            for end in (f"{name}_low", f"{name}_high")
        )
        shown = named.get(name, {})
        whole = is_whole(*values, *low, *high)
        cells = [
            show_range(named_value(value, shown), start, end, name, whole=whole)
            for value, start, end in zip(values, low, high, strict=True)
        ]
        columns.append(Column(heading(name), cells, table[name].dtype.is_numeric()))
    return columns


def named_value(value: Any, titles: Mapping[str, str]) -> Any:
    """Return the printed name of a value that has one."""
    return titles.get(value, value) if isinstance(value, str) else value
