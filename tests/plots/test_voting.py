"""Charts of who decides."""

import polars as pl
import pytest
from tests.plots.drawn import assert_sound, numbers_drawn, of_hostile

from foedus.plots import voting
from foedus.plots.figure import Figure


def ballot_table(name: str = "New measures") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "ballot": [name, "Renewal"],
            "rule": ["Unanimity", "Majority"],
            "decides": [True, False],
            "pass_views_prob": [0.0, 1.0],
            "pass_used_prob": [0.875, None],
            "favour_count": [21.3, 25.0],
            "opposed_count": [5.7, 2.0],
        }
    )


def opposed_table(name: str = "Hungary") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "ballot": ["New measures", "New measures"],
            "delegation": [name, "Malta"],
            "opposed_prob": [1.0, 0.75],
            "against_prob": [0.03, 0.02],
        }
    )


def format_table(name: str = "Paris") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "format": [name, name, "All"],
            "is_represented": [True, False, True],
            "is_carried": [False, False, True],
            "force_share": [0.727, 0.682, 0.978],
            "least_capability_share": [0.66, 0.6, None],
            "gdp_share": [0.655, 0.599, 0.86],
        }
    )


def member_table(name: str = "France") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "title": [name, "Spain"],
            "force_share": [0.324, 0.008],
            "gdp_share": [0.107, 0.056],
            "pivot_share": [0.345, float("nan")],
        }
    )


def hostile() -> list[tuple[Figure, dict[str, pl.DataFrame]]]:
    ballots, opposed, formats, members = map(
        of_hostile, (ballot_table, opposed_table, format_table, member_table)
    )
    return [
        (voting.ballots(ballots), {"sanctions_ballots": ballots}),
        (voting.opposed(opposed), {"sanctions_opposed": opposed}),
        (voting.formats(formats), {"seat_formats": formats}),
        (voting.members(members), {"seat_members": members}),
    ]


@pytest.mark.parametrize("place", range(4))
def test_every_chart_is_sound_whatever_things_are_called(place: int) -> None:
    assert_sound(*hostile()[place])


def test_ballots_are_told_by_views_and_by_use() -> None:
    figure = voting.ballots(ballot_table())
    assert (
        "New measures: Unanimity passes in 88 % as votes were used and 0 % as views lie"
        in figure.says
    )
    assert "Renewal: Majority passes in 100 % as views lie" in figure.says
    assert numbers_drawn(figure) == {0.0, 1.0, 0.875, 21.3, 25.0, 5.7, 2.0}


def test_those_opposed_in_every_future_are_named() -> None:
    assert voting.opposed(opposed_table()).says == (
        "Opposed in every future: Hungary, New measures."
    )
    nobody = opposed_table().with_columns(opposed_prob=0.0)
    assert voting.opposed(nobody).says == "Nobody is opposed."
    some = opposed_table().tail(1)
    assert voting.opposed(some).says == (
        "Opposed most often: Malta, New measures (75 % of futures)."
    )


def test_members_alone_are_told_from_those_spoken_for() -> None:
    figure = voting.formats(format_table())
    assert figure.says == (
        "Carries all that is wanted: All. The largest part of the force is in All (98 %)."
    )
    assert "Paris, members alone" in str(figure.chart.to_dict())


def test_what_a_chart_leaves_out_is_said() -> None:
    many = pl.concat([member_table()] * 15)
    assert "The other 14 rows are in the table." in voting.members(many).says


def test_one_row_and_no_number_are_drawn_too() -> None:
    one = member_table().tail(1)
    assert_sound(voting.members(one), {"seat_members": one})
    gaps = format_table().with_columns(force_share=float("nan"))
    assert_sound(voting.formats(gaps), {"seat_formats": gaps})
    assert voting.formats(gaps).says == "Carries all that is wanted: All."
