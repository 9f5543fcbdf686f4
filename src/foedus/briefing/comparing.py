"""Two briefs against each other: what differs in what they were made from, and in what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foedus.briefing.answer_differences import (
    AnswerDifference,
    answer_differences,
    claim_differences,
    option_differences,
)
from foedus.briefing.brief import Brief
from foedus.briefing.differences import Difference
from foedus.briefing.input_differences import InputDifferences, Setup, input_differences
from foedus.briefing.questions import DEFAULT_DRAWS, Progress, brief, start
from foedus.briefing.saving import is_saved, open_saved
from foedus.documents import plain
from foedus.errors import SettingsError
from foedus.provenance import foedus_version
from foedus.scenario.load import load, shipped
from foedus.scenario.scenario import Scenario

Compared = str | Path | Scenario | Brief
"""A scenario, by its name, folder or workbook, also as `NAME@OPTION`; a saved brief; or either as
it is in Python."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two briefs that are compared."""

    name: str
    """As the user named it."""
    is_saved: bool
    """Whether it was made before, and is compared as it was."""
    setup: Setup
    document: Mapping[str, Any]
    """As `Brief.to_json` returns it."""

    def to_json(self) -> dict[str, Any]:
        """Return what it is, without its answers."""
        return {
            "name": self.name,
            "saved": self.is_saved,
            **{field: self.document[field] for field in ("foedus", "scenario", "option")},
            "settings": self.document["settings"],
        }


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What differs between two briefs; the biggest first everywhere."""

    a: Side
    b: Side
    inputs: InputDifferences
    answers: tuple[AnswerDifference, ...]
    options: tuple[Difference, ...]
    """Cells of the table of options, `option/column`."""
    claims: tuple[Difference, ...]
    """Verdicts on claims, and the numbers behind them."""
    only_a: tuple[str, ...]
    """What only A answers: questions, `options/NAME` and `claims/NAME`."""
    only_b: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs at all."""
        return self.inputs.count == 0 and self.says_the_same

    @property
    def says_the_same(self) -> bool:
        """Whether both say the same, whatever they were made from."""
        parts = (self.answers, self.options, self.claims, self.only_a, self.only_b)
        return not any(parts)

    @property
    def has_common_chance(self) -> bool:
        """Whether both were drawn with the same seed and number of draws."""
        return all(
            getattr(self.a.setup, name) == getattr(self.b.setup, name) for name in ("seed", "draws")
        )

    @property
    def chance(self) -> str:
        """Say whether differences may come from chance."""
        a, b = self.a.setup, self.b.setup
        if self.has_common_chance:
            return (
                f"Both were drawn with seed {a.seed} and {a.draws:,} draws. What both have is drawn"
                " alike, so differences come from the inputs and not from chance."
            )
        return (
            f"A was drawn with seed {a.seed} and {a.draws:,} draws, B with seed {b.seed} and "
            f"{b.draws:,}: the differences include chance."
        )

    @property
    def versions(self) -> str:
        """Say that another foedus made one of them; empty if none did."""
        one, other = (side.document["foedus"] for side in (self.a, self.b))
        if one == other:
            return ""
        return f"A was made by foedus {one}, B by foedus {other}: models may differ too."

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        found: dict[str, Any] = plain(
            {
                "foedus": foedus_version(),
                "a": self.a.to_json(),
                "b": self.b.to_json(),
                "same": self.is_same,
                "common_chance": self.has_common_chance,
                "notes": [text for text in (self.chance, self.versions) if text],
                "inputs": self.inputs.to_json(),
                "answers": [each.to_json() for each in self.answers],
                "options": [each.to_json() for each in self.options],
                "claims": [each.to_json() for each in self.claims],
                "only_a": list(self.only_a),
                "only_b": list(self.only_b),
            }
        )
        return found


def compare(  # noqa: PLR0913 - the arguments of `brief`, for both sides and for each
    a: Compared,
    b: Compared,
    *,
    option: str | None = None,
    draws: int | None = None,
    seed: int | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the command line
    set_a: Mapping[str, Any] | None = None,
    set_b: Mapping[str, Any] | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two scenarios, options, settings or saved briefs: B less A.

    Parameters
    ----------
    a, b
        Each a scenario by name, folder or workbook, such as `"paris-2025"`, also with an option, as
        in `"paris-2025@rear-100k-us"`; the folder of a saved brief; a `Scenario`; or a `Brief`.
    option
        For sides that name none. If not given, that of the other side if it is a brief that was
        made before and the scenario has it, or else the scenario's headline option.
    draws, seed
        If not given, those of a side that was made before, so that chance is common; or else 2,000
        and 0.
    set
        Cells to change on both sides.
    set_a, set_b
        Cells to change on one side; they win over `set`.
    strict
        Leave out rows that became known only later, on both sides.
    progress
        Called with what is being done and the share that is done.

    Raises
    ------
    ScenarioError
        If a scenario is wrong.
    SettingsError, MissingDataError
        If an argument cannot be taken, such as a setting for a brief that was made before.
    """
    made = {"A": made_before(a), "B": made_before(b)}
    asked = {"option": option, "draws": draws, "seed": seed, "set": set or None, "strict": strict}
    refuse_idle(made, asked, {"A": set_a, "B": set_b})
    sides: dict[str, Side | Unmade] = {}
    for label, given, own in (("A", a, set_a), ("B", b, set_b)):
        # Both are checked before either is briefed, so that a fault is told at once.
        sides[label] = made[label] or unmade(
            given,
            like=made["B" if label == "A" else "A"],
            option=option,
            draws=draws,
            seed=seed,
            set={**(set or {}), **(own or {})},
            strict=strict,
        )
    done = [
        side if isinstance(side, Side) else side.make(part_of(progress, label, i))
        for i, (label, side) in enumerate(sides.items())
    ]
    return between_sides(*done)


def between_sides(a: Side, b: Side) -> Comparison:
    """Return what differs between two briefs."""
    return Comparison(
        a=a,
        b=b,
        inputs=input_differences(a.setup, b.setup),
        answers=answer_differences(a.document, b.document),
        options=option_differences(a.document, b.document),
        claims=claim_differences(a.document, b.document),
        only_a=tuple(name for name in said(a.document) if name not in said(b.document)),
        only_b=tuple(name for name in said(b.document) if name not in said(a.document)),
    )


def said(document: Mapping[str, Any]) -> dict[str, None]:
    """Return the names of all that a brief says something of, in its order."""
    names = [answer["id"] for answer in document["answers"]]
    names += [f"options/{row['option']}" for row in document["options"]]
    names += [f"claims/{claim['claim']}" for claim in document["claims"]]
    return dict.fromkeys(names)


def made_before(given: Compared) -> Side | None:
    """Return the side that is a brief or the folder of one; None for a scenario."""
    if isinstance(given, Brief):
        return side_of(given.scenario.name, given, is_saved=True)
    if isinstance(given, Scenario) or str(given) in shipped() or not is_saved(Path(given)):
        return None
    saved = open_saved(given)
    if not saved.is_brief:
        raise SettingsError(
            f"{given}: this is the run of one engine. Compare briefs: foedus brief --save DIR."
        )
    document = saved.document
    setup = Setup(scenario=saved.scenario, option=document["option"], **document["settings"])
    return Side(name=str(given), is_saved=True, setup=setup, document=document)


def side_of(name: str, made: Brief, *, is_saved: bool) -> Side:
    """Return a brief as one side."""
    setup = Setup(
        scenario=made.scenario,
        option=made.option,
        draws=made.draws,
        seed=made.seed,
        strict=made.strict,
        plan=made.plan,
        set=made.set,
    )
    return Side(name=name, is_saved=is_saved, setup=setup, document=plain(made.to_json()))


@dataclass(frozen=True, kw_only=True)
class Unmade:
    """A side whose brief is still to be made."""

    name: str
    scenario: Scenario
    asked: Mapping[str, Any]
    """Words of `brief`."""

    def make(self, progress: Progress | None) -> Side:
        """Return the side, once its brief is made."""
        made = brief(self.scenario, **self.asked, progress=progress)
        return side_of(self.name, made, is_saved=False)


def unmade(
    given: str | Path | Scenario | Brief,
    *,
    like: Side | None,
    option: str | None,
    draws: int | None,
    seed: int | None,
    set: Mapping[str, Any],  # noqa: A002 - the word of the command line
    strict: bool,
) -> Unmade:
    """Return a side to brief, on the draws of the other if that was made before.

    Raises
    ------
    ScenarioError, SettingsError
        If the scenario is wrong, or an argument cannot be taken.
    """
    scenario, named = read_scenario(given)
    chosen = named or option
    if like is not None:
        draws = like.setup.draws if draws is None else draws
        seed = like.setup.seed if seed is None else seed
        if chosen is None and like.setup.option in scenario.row_numbers["options"]:
            chosen = like.setup.option
    asked: dict[str, Any] = {
        "option": chosen,
        "draws": DEFAULT_DRAWS if draws is None else draws,
        "seed": 0 if seed is None else seed,
        "set": set,
        "strict": strict,
    }
    start(scenario, **asked)
    plan = like is not None and like.setup.plan
    name = scenario.name if isinstance(given, Scenario) else str(given)
    return Unmade(name=name, scenario=scenario, asked={**asked, "plan": plan})


def read_scenario(given: str | Path | Scenario | Brief) -> tuple[Scenario, str | None]:
    """Return a scenario, and the option behind an `@` if one is named.

    A folder whose own name has an `@` in it wins.
    """
    if isinstance(given, Scenario):
        return given, None
    text = str(given)
    name, at, option = text.rpartition("@")
    if not at or exists(Path(text)):
        return load(text), None
    scenario = load(name)
    return scenario, scenario.option(option).option


def exists(place: Path) -> bool:
    """Tell whether there is such a file or folder; what no disk takes as a name is none."""
    try:
        return place.exists()
    except OSError:
        return False


def refuse_idle(
    made: Mapping[str, Side | None],
    asked: Mapping[str, Any],
    own: Mapping[str, Mapping[str, Any] | None],
) -> None:
    """Refuse what would change nothing, as the brief that it speaks of was made before.

    Raises
    ------
    SettingsError
        With what to leave out.
    """
    before = [label for label, side in made.items() if side is not None]
    for label in before:
        if own[label]:
            raise SettingsError(
                f"set_{label.lower()}: {label} is a brief that was made before, with its cells as "
                "they were. Leave it out, or name the scenario instead."
            )
    if before and asked["set"]:
        raise SettingsError(
            f"set: {' and '.join(before)} was made before, with its cells as they were. Set cells "
            "for the other side alone, or name the scenario instead."
        )
    if len(before) == len(made):
        idle = [name for name, value in asked.items() if value is not None and value is not False]
        if idle:
            raise SettingsError(
                f"{', '.join(idle)}: both briefs were made before, and are compared as they are. "
                "Leave it out, or name the scenarios instead."
            )


def part_of(progress: Progress | None, label: str, place: int) -> Progress | None:
    """Return what one of two briefs reports to."""
    if progress is None:
        return None

    def report(done: str, share: float) -> None:
        progress(f"{label}: {done}", (place + share) / 2)

    return report
