"""What must hold of games of threats and of base rates, in every draw and not only in the middle.

A draw that broke the order of a game's payoffs would be another game, so ranges that could meet the
wrong way round are refused; no engine clips what is drawn.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from foedus.scenario.deterrence import (
    ALL,
    ELSEWHERE,
    MISSIONS,
    PARAMETERS,
    ROLE_OF,
    BaseRate,
    Dispute,
    DisputeRow,
    Parameter,
    places,
)
from foedus.scenario.faults import Fault, RowFault
from foedus.scenario.scenario import Scenario, near_names
from foedus.scenario.sources import ASSUMED

ENDS: Final = ("", "_low", "_high")
FRACTIONS: Final = ("probability", "share")
"""Units of which 1 is all there is."""
FRACTIONAL_RATES: Final = ("hazard_per_month", "kept_prob", "success_prob", "relapse_prob")
DETERRENCE_TABLES: Final = frozenset({"disputes", "base_rates"})
"""Tables whose numbers these checks read."""
DRAWN: Final = {"disputes": "parameter_value", "base_rates": "rate_value"}
"""Their columns that are drawn between the ends of a row's own range."""


class Order(NamedTuple):
    """An inequality between two parameters of one game that must hold in every draw."""

    dispute: Dispute
    less: tuple[str, str]
    """Parameter and place."""
    more: tuple[str, str]
    is_strict: bool = False

    @property
    def words(self) -> str:
        """The inequality as a message shows it."""
        sign = "<" if self.is_strict else "<="
        return f"{named(*self.less)} {sign} {named(*self.more)}"


ORDERS: Final = (
    Order(
        "ceasefire", ("adversary_war_cost_points", "hard"), ("adversary_war_cost_points", "soft")
    ),
    Order(
        "ceasefire",
        ("governments_war_cost_points", "hard"),
        ("governments_war_cost_points", "soft"),
    ),
    Order(
        "ceasefire",
        ("clash_cost_points", ALL),
        ("governments_war_cost_points", "hard"),
        is_strict=True,
    ),
    *(
        Order("ceasefire", ("tied_points", f"{place}.clear"), ("tied_points", f"{place}.contact"))
        for place in places(MISSIONS, ELSEWHERE)
    ),
)
"""Every order that a game's payoffs have: war is worse than a clash, and worse for the soft; not to
act costs no less where own soldiers were hit."""


def parameters_are_known(scenario: Scenario) -> Iterator[Fault]:
    """Check that every number is one that its game reads, where it reads it, in its unit."""
    for number, row in enumerate(scenario.disputes):
        known = PARAMETERS[row.dispute]
        about = known.get(row.parameter)
        if about is None:
            says = f"the game {row.dispute} has no parameter {row.parameter!r}"
            owners = [name for name, its in PARAMETERS.items() if row.parameter in its]
            hint = f"write {owners[0]} in dispute" if owners else near_names(row.parameter, known)
            yield Fault("disputes", number, "parameter", says, hint)
            continue
        if row.at not in about.at:
            says = f"{row.parameter} is not asked for at {row.at!r}"
            yield Fault("disputes", number, "at", says, near_names(row.at, about.at))
        if row.unit != about.unit:
            says = f"{row.parameter} is in {about.unit}, and this is in {row.unit}"
            hint = f"write {about.unit}, and the number in it"
            yield Fault("disputes", number, "unit", says, hint)


def games_are_complete(scenario: Scenario) -> Iterator[Fault]:
    """Check that a game of which anything is said has all that it needs.

    In a scenario without what came later a row may be missing: the game can then not be played.
    """
    if scenario.about.later_left_out:
        return
    for dispute, known in PARAMETERS.items():
        given = {(row.parameter, row.at) for row in scenario.disputes if row.dispute == dispute}
        for name, about in known.items() if given else ():
            missing = [at for at in about.at if (name, at) not in given]
            if not missing or (about.is_optional and len(missing) == len(about.at)):
                continue
            where = "" if about.at == (ALL,) else f" at {', '.join(missing)}"
            says = f"the game {dispute} needs {name}{where}: {about.means}"
            hint = "add a row" if len(missing) == 1 else "add a row for each"
            yield Fault("disputes", None, "at", says, hint, ("disputes",))


def parameters_are_in_range(scenario: Scenario) -> Iterator[Fault]:
    """Check that numbers of a game are what their units allow, at the ends of ranges too."""
    for number, row in enumerate(scenario.disputes):
        if (about := PARAMETERS[row.dispute].get(row.parameter)) is None:
            continue  # said elsewhere
        for field in (f"parameter_value{end}" for end in ENDS):
            value = getattr(row, field)
            if value is not None and (wrong := value_fault(row.parameter, about, value)):
                yield Fault("disputes", number, field, *wrong)


def value_fault(name: str, about: Parameter, value: float) -> tuple[str, str] | None:
    """Say why a game cannot have a number and what to write instead; None where it can."""
    if about.is_positive and value <= 0:
        return f"{name} must be above 0, and this is {value:g}", "write a number above 0"
    if value < 0:
        return f"{name} must be at least 0, and this is {value:g}", "write 0 or more"
    if about.unit in FRACTIONS and value > 1:
        return f"{name} is a {about.unit}, and {value:g} is above 1", fraction_hint(value)
    return None


def fraction_hint(value: float) -> str:
    """Say what to write instead of a fraction above 1.

    >>> fraction_hint(35), fraction_hint(350)
    ('write 0.35', 'write a number from 0 to 1')
    """
    return f"write {value / 100:g}" if value <= 100 else "write a number from 0 to 1"


def payoffs_are_in_order(scenario: Scenario) -> Iterator[Fault]:
    """Check that no draw turns the order of a game's payoffs round."""
    rows = {
        (row.dispute, row.parameter, row.at): (number, row)
        for number, row in enumerate(scenario.disputes)
    }
    for order in ORDERS:
        less, more = rows.get((order.dispute, *order.less)), rows.get((order.dispute, *order.more))
        if less is None or more is None:
            continue  # said elsewhere
        (number, lower), (_, upper) = less, more
        most, field = most_of(lower, "parameter_value")
        least = least_of(upper)
        if most < least or (most == least and not order.is_strict):
            continue
        says = f"{order.words} in every draw, and {most:g} may meet {least:g}"
        hint = f"write {'less than ' if order.is_strict else 'at most '}{least:g}, or raise the "
        yield Fault("disputes", number, field, says, f"{hint}other")


def most_of(row: DisputeRow | BaseRate, stem: str) -> tuple[float, str]:
    """Return the largest number that may be drawn of a row, and its column; 0 where it has none."""
    field = stem if getattr(row, f"{stem}_high") is None else f"{stem}_high"
    return getattr(row, field) or 0.0, field


def least_of(row: DisputeRow) -> float:
    """Return the smallest number that may be drawn."""
    low = row.parameter_value_low
    return row.parameter_value if low is None else low


def named(parameter: str, at: str) -> str:
    """Return a parameter as a message shows it.

    >>> named("clash_cost_points", "all"), named("tied_points", "observe.line.clear")
    ('clash_cost_points', 'tied_points at observe.line.clear')
    """
    return parameter if at == ALL else f"{parameter} at {at}"


def bases_name_sources(scenario: Scenario) -> Iterator[Fault]:
    """Check that what is said to be published or on record says where."""
    for number, row in enumerate(scenario.disputes):
        if row.basis != "assumption" and set(row.source) <= {ASSUMED}:
            says = f"its basis is {row.basis}, and no source is named"
            yield Fault(
                "disputes", number, "source", says, "name one, or write assumption in basis"
            )


def base_rates_are_rates(scenario: Scenario) -> Iterator[Fault]:
    """Check that every base rate is what its quantity allows, and fit for its role."""
    for number, row in enumerate(scenario.base_rates):
        for fault in rate_faults(row):
            yield Fault("base_rates", number, *fault)


def rate_faults(row: BaseRate) -> Iterator[RowFault]:
    """Find what does not hold within a base rate."""
    if row.quantity == "direction":
        if row.rate_value is not None:
            says = "a direction has no number"
            yield "rate_value", says, "leave it empty, or name another quantity"
    elif row.rate_value is None:
        says = f"a {row.quantity} needs its number"
        yield "rate_value", says, "write it, or name the quantity direction"
    else:
        for field in (f"rate_value{end}" for end in ENDS):
            value = getattr(row, field)
            if value is not None and value < 0:
                yield field, f"a {row.quantity} is at least 0, and this is {value:g}", "mend it"
            elif value is not None and row.quantity in FRACTIONAL_RATES and value > 1:
                says = f"a {row.quantity} is at most 1, and this is {value:g}"
                yield field, says, fraction_hint(value)
    if (asked := ROLE_OF.get(row.role)) and row.quantity != asked:
        says = f"a {row.role} is a {asked}, and this is a {row.quantity}"
        yield "role", says, "write check or warning"
    elif row.role == "prior" and not is_within(row):
        says = "a prior needs a value between two ends, all above 0 and below 1"
        yield "rate_value", says, "write a value, and a low and a high apart from it"


def is_within(row: BaseRate) -> bool:
    """Tell whether a rate has a value strictly between two ends that are strictly fractions."""
    low, value, high = row.rate_value_low, row.rate_value, row.rate_value_high
    if low is None or value is None or high is None:
        return False
    return 0 < low < value < high < 1


def games_have_their_base_rates(scenario: Scenario) -> Iterator[Fault]:
    """Check that there is one baseline and one prior, if there are base rates and a ceasefire."""
    if not any(row.dispute == "ceasefire" for row in scenario.disputes):
        return
    for role, quantity in ROLE_OF.items():
        rows = [number for number, row in enumerate(scenario.base_rates) if row.role == role]
        if scenario.base_rates and not rows and not scenario.about.later_left_out:
            says = f"no base rate is the {role}, which the game ceasefire needs"
            hint = f"write {role} in role of one that is a {quantity}"
            yield Fault("base_rates", None, "role", says, hint, ("base_rates",))
        for number in rows[1:]:
            first = scenario.base_rates[rows[0]].rate
            says = f"{first} is the {role} already, and there is one"
            yield Fault("base_rates", number, "role", says, "write check or warning")


def hazards_stay_below_one(scenario: Scenario) -> Iterator[Fault]:
    """Check that no ratio of hazards makes the baseline more than certain."""
    for baseline in (row for row in scenario.base_rates if row.role == "baseline"):
        for number, row in enumerate(scenario.base_rates):
            if row.quantity != "hazard_ratio":
                continue
            hazard, _ = most_of(baseline, "rate_value")
            ratio, field = most_of(row, "rate_value")
            if 0 <= hazard <= 1 < hazard * ratio:
                says = f"{ratio:g} times {baseline.rate}, up to {hazard:g} a month, is above 1"
                hint = f"write {1 / hazard:.3g} or less, or mend the baseline"
                yield Fault("base_rates", number, field, says, hint)


def drawn_by_their_ranges(scenario: Scenario) -> Iterator[Fault]:
    """Check that `uncertainties.csv` widens no range whose ends were checked here."""
    for number, row in enumerate(scenario.uncertainties):
        if row.field == DRAWN.get(row.table) and row.distribution != "range":
            says = f"{row.field} of {row.table} is drawn between its own row's ends"
            hint = f"write {row.field}_low and {row.field}_high there, and range here"
            yield Fault("uncertainties", number, "distribution", says, hint)


DETERRENCE_CHECKS: Final = (
    parameters_are_known,
    games_are_complete,
    parameters_are_in_range,
    payoffs_are_in_order,
    bases_name_sources,
    base_rates_are_rates,
    games_have_their_base_rates,
    hazards_stay_below_one,
    drawn_by_their_ranges,
)
"""Every check of the tables of deterrence."""
