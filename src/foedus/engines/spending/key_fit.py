"""How well fair-share keys fit what nations really sent to missions of the past.

The fit describes those that did send. It says nothing of those that did not, and a key is no
better a norm for fitting well.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.spending.burden import FloatArray, fair_key, hoover, shares, spearman

KEYS: Final[Mapping[str, Mapping[str, float]]] = {
    "GDP": {"gdp": 1},
    "population": {"population": 1},
    "half GDP, half population": {"gdp": 1, "population": 1},
    "active forces": {"active_forces": 1},
    "defence spending": {"defence_spending": 1},
    "equal shares": {},
}
"""Mix of sizes of every key by its name as printed. A key of no size is the naive baseline: all
alike."""

GUARANTOR: Final = "USA"
"""The one sender that is so large that it is also left out."""

_FEWEST: Final = 3
"""Fewest nations of which one can be left out and two still be ranked."""


@dataclass(frozen=True)
class Mission:
    """What nations sent to a mission, and how large they were then."""

    name: str
    date: str
    """Of the count: a year or a month."""
    nations: tuple[str, ...]
    """Codes of ISO 3166-1, three letters."""
    troops_persons: tuple[float, ...]
    """What each sent, in the order of `nations`."""
    members: frozenset[str]
    """Those that were members of NATO on the date."""
    sizes: Mapping[str, tuple[float, ...]]
    """Sizes of the nations in the year of the count, by measure."""

    def of(self, nations: Sequence[str]) -> "Mission":
        """Return the mission as if only these nations had sent any."""
        kept = [place for place, nation in enumerate(self.nations) if nation in nations]
        return Mission(
            name=self.name,
            date=self.date,
            nations=tuple(self.nations[place] for place in kept),
            troops_persons=tuple(self.troops_persons[place] for place in kept),
            members=self.members,
            sizes={
                measure: tuple(values[place] for place in kept)
                for measure, values in self.sizes.items()
            },
        )

    def key_share(self, key: str) -> FloatArray:
        """Return the fair shares of the nations by a key of `KEYS`."""
        if not KEYS[key]:
            return shares(np.ones(len(self.nations)))
        return fair_key(self.sizes, KEYS[key])


class Fit(NamedTuple):
    """How far the shares that nations sent lie from those of a key."""

    error_share: float
    """Mean over nations of the distance between share sent and key."""
    moved_share: float
    """Part of the force that would have to change hands: Hoover's index. It is `error_share`
    times half the count of nations, so within one set of nations both rank the keys alike; only
    this one can be compared between sets."""
    rank_correlation: float
    """Spearman's correlation of troops and key; NaN for equal shares, which have no order."""


class ScoredKey(NamedTuple):
    """A line of the table: one key, one set of nations, one mission."""

    mission: str
    nations: str
    """Name of the set."""
    nations_count: int
    key: str
    fit: Fit


class BestKey(NamedTuple):
    """The key that fits a set of nations best, and how much hangs on a single one of them."""

    mission: str
    nations: str
    nations_count: int
    key: str
    moved_share: float
    kept_count: int
    """Nations of the set that can be left out, one at a time, with this key still the best."""


def fit(troops_persons: ArrayLike, key_share: ArrayLike) -> Fit:
    """Score a key against what nations sent.

    Parameters
    ----------
    troops_persons : shape (nation,)
        What each sent, at least 0, not all 0.
    key_share : shape (nation,)
        Fair shares, summing to 1.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If a number breaks its rule, there are fewer than two nations, or the two are not of the
        same nations.

    Examples
    --------
    >>> found = fit([60, 30, 10], [0.5, 0.3, 0.2])
    >>> round(found.error_share, 4), round(found.moved_share, 4), found.rank_correlation
    (0.0667, 0.1, 1.0)
    """
    sent, key = shares(troops_persons), np.asarray(key_share, dtype=np.float64)
    moved = float(hoover(sent, key))
    error = float(np.abs(sent - key).mean())
    return Fit(error, moved, float(spearman(sent, key)))


def sets_of(mission: Mission) -> dict[str, Mission]:
    """Return the mission as sent by all, without the guarantor, by members, and by both.

    Sets that are the same as one before, or of fewer than two nations, are left out.
    """
    member = [nation for nation in mission.nations if nation in mission.members]
    chosen = {
        "all": list(mission.nations),
        f"without {GUARANTOR}": [nation for nation in mission.nations if nation != GUARANTOR],
        "NATO": member,
        f"NATO without {GUARANTOR}": [nation for nation in member if nation != GUARANTOR],
    }
    found: dict[str, Mission] = {}
    for name, nations in chosen.items():
        cut = mission.of(nations)
        if len(nations) > 1 and cut not in found.values():
            found[name] = cut
    return found


def scored_keys(mission: Mission) -> list[ScoredKey]:
    """Score every key of `KEYS` for every set of nations, in the order of both."""
    return [
        ScoredKey(
            mission.name, name, len(cut.nations), key, fit(cut.troops_persons, cut.key_share(key))
        )
        for name, cut in sets_of(mission).items()
        for key in KEYS
    ]


def best_keys(mission: Mission) -> list[BestKey]:
    """Return the key with the least `moved_share` of every set of three nations or more.

    Of keys that fit alike the first in `KEYS` counts. The keys are worked out anew for the nations
    that remain when one is left out.
    """
    found = []
    for name, cut in sets_of(mission).items():
        if len(cut.nations) < _FEWEST:
            continue
        best = _best(cut)
        kept = sum(_best(less) == best for less in _each_left_out(cut))
        found.append(BestKey(mission.name, name, len(cut.nations), best, _moved(cut, best), kept))
    return found


def read_missions(contributions: Path, sizes: Path) -> list[Mission]:
    """Read what was sent to each mission, and the sizes of the senders in that year.

    Parameters
    ----------
    contributions
        File of comma-separated values with a line for each mission and nation: `mission`, `date`
        (begins with the year), `iso3`, `troops_persons`, `nato_member` (1 or 0).
    sizes
        The same with a line for each nation, measure and year: `iso3`, `measure`, `data_year`,
        `value`.

    Returns
    -------
    list of Mission
        In the order of the file.

    Raises
    ------
    ValueError
        If a mission has two dates or a nation twice, or a size of a sender is missing: left out in
        silence it would flatter or harm a key.
    """
    size: dict[tuple[str, str, str], float] = {}
    for line in _lines(sizes):
        place = line["measure"], line["data_year"], line["iso3"]
        if place in size:
            raise ValueError(f"{sizes.name} has {' '.join(place)} twice")
        size[place] = float(line["value"])
    measures = dict.fromkeys(measure for measure, _, _ in size)
    grouped: dict[str, list[dict[str, str]]] = {}
    for line in _lines(contributions):
        grouped.setdefault(line["mission"], []).append(line)
    missions = []
    for name, lines in grouped.items():
        nations = tuple(line["iso3"] for line in lines)
        dates = {line["date"] for line in lines}
        if len(set(nations)) < len(nations) or len(dates) > 1:
            raise ValueError(f"{name} has a nation twice or two dates")
        (date,) = dates
        wanted = [(measure, date[:4], nation) for measure in measures for nation in nations]
        missing = [" ".join(place) for place in wanted if place not in size]
        if missing:
            raise ValueError(f"{sizes.name} lacks {', '.join(missing)}")
        missions.append(
            Mission(
                name=name,
                date=date,
                nations=nations,
                troops_persons=tuple(float(line["troops_persons"]) for line in lines),
                members=frozenset(line["iso3"] for line in lines if line["nato_member"] == "1"),
                sizes={
                    measure: tuple(size[measure, date[:4], nation] for nation in nations)
                    for measure in measures
                },
            )
        )
    return missions


def share_key_fit(folder: Path) -> str:
    """Return two tables in Markdown: every key scored, and the best ones.

    Parameters
    ----------
    folder
        Where `mission_contributions.csv` and `nation_sizes.csv` lie, as `read_missions` reads them.
    """
    missions = read_missions(folder / "mission_contributions.csv", folder / "nation_sizes.csv")
    best = [line for mission in missions for line in best_keys(mission)]
    leaders = {(line.mission, line.nations, line.key) for line in best}
    every = [
        (
            line.mission,
            f"{line.nations} ({line.nations_count})",
            f"**{line.key}**" if (line.mission, line.nations, line.key) in leaders else line.key,
            f"{100 * line.fit.error_share:.2f}",
            f"{100 * line.fit.moved_share:.1f} %",
            "none" if np.isnan(line.fit.rank_correlation) else f"{line.fit.rank_correlation:.2f}",
        )
        for mission in missions
        for line in scored_keys(mission)
    ]
    firm = [
        (
            line.mission,
            f"{line.nations} ({line.nations_count})",
            line.key,
            f"{100 * line.moved_share:.1f} %",
            f"{line.kept_count} of {line.nations_count}",
        )
        for line in best
    ]
    return "\n".join(
        [
            _table(
                ("Mission", "Nations", "Key", "Mean error, points", "Hoover", "Spearman"), every
            ),
            _table(("Mission", "Nations", "Best key", "Hoover", "Still best without one"), firm),
        ]
    )


def _moved(mission: Mission, key: str) -> float:
    return fit(mission.troops_persons, mission.key_share(key)).moved_share


def _best(mission: Mission) -> str:
    # Keys that differ in their last bits fit alike, and the first one counts.
    return min(KEYS, key=lambda key: round(_moved(mission, key), 12))


def _each_left_out(mission: Mission) -> Iterator[Mission]:
    for gone in mission.nations:
        yield mission.of([nation for nation in mission.nations if nation != gone])


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
